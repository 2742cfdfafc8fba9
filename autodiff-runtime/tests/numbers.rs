//! The number types against each other: dual numbers, vectors of duals, Taylor series, and nests of these, on every row of
//! the table; then closed forms, kinks and perturbation confusion.

use autodiff_runtime::rules::{self, Row, TABLE};
use autodiff_runtime::{Dual, DualVec, Real, Taylor};

/// Several directions through the probe, so that no argument is left out.
const DIRECTIONS: [[f64; 3]; 3] = [[1.0, 0.0, 0.0], [0.75, -0.5, 0.25], [0.0, 1.0, -0.5]];

fn is_integer(row: &Row, k: usize) -> bool {
    row.integer.contains(&k)
}

/// The row at the line `x + t d`, where `line` makes a number of a value and a slope.
fn along<T: Real>(row: &Row, at: &[f64], d: &[f64; 3], line: impl Fn(f64, f64) -> T) -> T {
    let slope = |k: usize| if is_integer(row, k) { 0.0 } else { d[k] };
    let arguments: Vec<T> = at
        .iter()
        .enumerate()
        .map(|(k, &x)| line(x, slope(k)))
        .collect();
    rules::evaluate(row.name, &arguments).expect("the row has a value")
}

fn assert_close(what: &str, actual: f64, expected: f64) {
    assert_close_to(what, actual, expected, 1e-12);
}

fn assert_close_to(what: &str, actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{what}: {actual}, expected {expected}"
    );
}

/// Calls `check` with a label for every row, probe and direction.
fn for_each_probe(check: impl Fn(&str, &Row, &[f64], &[f64; 3])) {
    for row in TABLE {
        for at in row.probes {
            for d in &DIRECTIONS {
                check(&format!("{} at {at:?} along {d:?}", row.name), row, at, d);
            }
        }
    }
}

#[test]
fn values_are_those_of_floats() {
    for_each_probe(|what, row, at, d| {
        let value = rules::evaluate(row.name, at).expect("the row has a value");
        let same = |actual: f64| assert_eq!(actual.to_bits(), value.to_bits(), "{what}");
        same(along(row, at, d, Dual::new).value);
        same(along(row, at, d, |x, d| DualVec::new(x, [d])).value);
        same(along(row, at, d, Taylor::<f64, 4>::line).value());
        same(
            along(row, at, d, |x, d| {
                Dual::new(Taylor::<f64, 3>::line(x, d), Taylor::zero())
            })
            .value(),
        );
    });
}

#[test]
fn tangents_are_the_sum_of_the_rules() {
    for_each_probe(|what, row, at, d| {
        let value = rules::evaluate(row.name, at).expect("the row has a value");
        let expected: f64 = (0..row.arity)
            .map(|k| {
                let partial = rules::pull_back(row.name, k, at, value, 1.0);
                if is_integer(row, k) {
                    0.0
                } else {
                    d[k] * partial.expect("the row has a partial")
                }
            })
            .sum();
        assert_close(what, along(row, at, d, Dual::new).tangent, expected);
        let vector = along(row, at, d, |x, d| DualVec::new(x, [d, 0.0, 2.0 * d]));
        assert_close(what, vector.tangents[0], expected);
        assert_eq!(vector.tangents[1], 0.0, "{what}");
        assert_close(what, vector.tangents[2], 2.0 * expected);
        assert_close(
            what,
            along(row, at, d, Taylor::<f64, 4>::line).coefficients[1],
            expected,
        );
    });
}

#[test]
fn series_agree_with_nested_duals() {
    type Third = Dual<Dual<Dual>>;
    let nested = |x: f64, d: f64| -> Third {
        Dual::new(
            Dual::new(Dual::new(x, d), Dual::new(d, 0.0)),
            Dual::new(Dual::new(d, 0.0), Dual::zero()),
        )
    };
    for_each_probe(|what, row, at, d| {
        let third = along(row, at, d, nested);
        let series = along(row, at, d, Taylor::<f64, 4>::line).derivatives();
        assert_close_to(what, series[2], third.tangent.tangent.value, 1e-10);
        assert_close_to(what, series[3], third.tangent.tangent.tangent, 1e-10);
    });
}

#[test]
fn series_and_duals_nest_both_ways() {
    for_each_probe(|what, row, at, d| {
        let plain = along(row, at, d, Taylor::<f64, 5>::line).derivatives();
        let series_of_duals = along(row, at, d, |x, d| {
            Taylor::<Dual, 4>::line(Dual::new(x, d), Dual::constant(d))
        });
        let dual_of_series = along(row, at, d, |x, d| {
            Dual::new(Taylor::<f64, 4>::line(x, d), Taylor::<f64, 4>::constant(d))
        });
        let vector_of_series = along(row, at, d, |x, d| {
            DualVec::new(
                Taylor::<f64, 4>::line(x, d),
                [Taylor::<f64, 4>::constant(d); 1],
            )
        });
        for k in 0..4 {
            let expected = plain[k + 1];
            assert_close_to(
                what,
                series_of_duals.derivatives()[k].tangent,
                expected,
                1e-9,
            );
            assert_close_to(
                what,
                dual_of_series.tangent.derivatives()[k],
                expected,
                1e-9,
            );
            assert_close_to(
                what,
                vector_of_series.tangents[0].derivatives()[k],
                expected,
                1e-9,
            );
        }
    });
}

#[test]
fn single_precision_agrees() {
    for_each_probe(|what, row, at, d| {
        let double = along(row, at, d, Dual::new);
        let single = along(row, at, d, |x, d| Dual::<f32>::new(x as f32, d as f32));
        assert_close_to(what, single.tangent.value(), double.tangent, 1e-5);
    });
}

#[test]
fn series_have_their_closed_forms() {
    let x = Taylor::<f64, 7>::variable(1.0);
    assert_eq!(x.powi(4).coefficients, [1.0, 4.0, 6.0, 4.0, 1.0, 0.0, 0.0]);
    assert_eq!(
        (x * x * x * x).coefficients,
        [1.0, 4.0, 6.0, 4.0, 1.0, 0.0, 0.0]
    );
    assert_eq!(
        x.powf(Taylor::from_f64(4.0)).coefficients,
        [1.0, 4.0, 6.0, 4.0, 1.0, 0.0, 0.0]
    );
    assert_eq!(
        x.recip().coefficients,
        [1.0, -1.0, 1.0, -1.0, 1.0, -1.0, 1.0]
    );

    let at_zero = Taylor::<f64, 7>::variable(0.0);
    assert_eq!(
        (at_zero.sin() + at_zero.cos()).derivatives(),
        [1.0, 1.0, -1.0, -1.0, 1.0, 1.0, -1.0]
    );
    assert_eq!(
        at_zero.powi(3).coefficients,
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    );
    assert_eq!(
        at_zero.powf(Taylor::from_f64(3.0)).coefficients,
        [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0]
    );

    let root = at_zero.powf(Taylor::from_f64(2.5)).coefficients;
    assert_eq!(root[..3], [0.0, 0.0, 0.0]);
    assert_eq!(root[3], f64::INFINITY);
    assert_eq!(at_zero.sqrt().coefficients[1], f64::INFINITY);
    assert_eq!(at_zero.cbrt().coefficients[1], f64::INFINITY);

    // A curve in place of a line: exp(sin t) = 1 + t + t²/2 − t⁴/8 − …
    let curve = at_zero.sin().exp().coefficients;
    for (actual, expected) in
        curve
            .iter()
            .zip([1.0, 1.0, 0.5, 0.0, -0.125, -1.0 / 15.0, -1.0 / 240.0])
    {
        assert_close("exp(sin t)", *actual, expected);
    }
}

#[test]
fn nested_duals_give_every_order() {
    // x + ε1 + ε2 + ε3 + ε4: each level seeds the same direction.
    let fourth = Dual::variable(Dual::variable(Dual::variable(Dual::variable(1.5)))).powi(4);
    assert_eq!(fourth.value.value.value.tangent, 13.5);
    assert_eq!(fourth.value.value.tangent.tangent, 27.0);
    assert_eq!(fourth.value.tangent.tangent.tangent, 36.0);
    assert_eq!(fourth.tangent.tangent.tangent.tangent, 24.0);
}

/// `∂²f/∂x_i∂x_j` of a function of two variables.
fn second(
    f: impl Fn(Dual<Dual>, Dual<Dual>) -> Dual<Dual>,
    at: [f64; 2],
    i: usize,
    j: usize,
) -> f64 {
    let seed = |k: usize| {
        let unit = |l: usize| if k == l { 1.0 } else { 0.0 };
        Dual::new(Dual::new(at[k], unit(i)), Dual::constant(unit(j)))
    };
    f(seed(0), seed(1)).tangent.tangent
}

#[test]
fn second_derivatives_at_kinks() {
    let powf = |x: Dual<Dual>, y: Dual<Dual>| x.powf(y);
    assert_close("powf xy", second(powf, [4.0, 0.0], 0, 1), 0.25);
    assert_close("powf yx", second(powf, [4.0, 0.0], 1, 0), 0.25);
    assert_close(
        "powf yy",
        second(powf, [4.0, 0.0], 1, 1),
        4.0_f64.ln().powi(2),
    );
    assert_eq!(second(powf, [4.0, 0.0], 0, 0), 0.0);

    assert_eq!(second(|x, _| x.abs() * x.abs(), [0.0, 0.0], 0, 0), 2.0);
    assert_eq!(second(|x, _| x.powi(2), [0.0, 0.0], 0, 0), 2.0);
    assert_eq!(second(|x, _| x.powi(1), [0.0, 0.0], 0, 0), 0.0);
    assert_eq!(
        second(|x, _| x.powf(Dual::from_f64(2.0)), [0.0, 0.0], 0, 0),
        2.0
    );
    assert_eq!(second(|x, y| x.max(y) * x.max(y), [1.0, 1.0], 0, 1), 0.5);
    // The value's cotangent is zero, its tangent is not.
    assert_eq!(second(|x, y| x.sqrt() * y, [0.0, 0.0], 0, 1), f64::INFINITY);
    assert_eq!(second(|x, y| x.hypot(y), [0.0, 0.0], 0, 0), 0.0);

    let squares = Taylor::<f64, 3>::variable(0.0);
    assert_eq!((squares.abs() * squares.abs()).derivatives()[2], 2.0);
}

#[test]
fn zero_tangents_contribute_zero() {
    let zero = Dual::constant(0.0);
    assert_eq!(zero.sqrt().tangent, 0.0);
    assert_eq!(zero.ln().tangent, 0.0);
    assert_eq!(
        (Dual::variable(2.0) * Dual::constant(f64::INFINITY) + zero.recip()).tangent,
        f64::INFINITY
    );
    assert_eq!((zero * Dual::constant(f64::INFINITY)).tangent, 0.0);
    assert_eq!((Dual::constant(1.0) / zero).tangent, 0.0);
    assert_eq!(Dual::constant(-2.0).powf(Dual::constant(3.0)).tangent, 0.0);
    assert_eq!(Dual::variable(-2.0).powf(Dual::constant(3.0)).tangent, 12.0);

    let lanes = DualVec::<f64, 2>::variable(0.0, 1).sqrt();
    assert_eq!(lanes.tangents, [0.0, f64::INFINITY]);
    for infinite in [f64::INFINITY, f64::NAN] {
        assert_eq!(Dual::constant(2.0).__scaled(infinite).tangent, 0.0);
        assert_eq!(zero.__product_scaled(infinite).value, 0.0);
        let lanes = DualVec::<f64, 2>::variable(2.0, 1);
        assert_eq!(lanes.__scaled(infinite).tangents[0], 0.0);
        assert!(!lanes.__scaled(infinite).tangents[1].is_finite());
        let series = Taylor::<f64, 3>::new([2.0, 0.0, 1.0]).__scaled(infinite);
        assert_eq!(series.coefficients[1], 0.0);
        assert!(!series.coefficients[2].is_finite());
    }
    // The tangent of a finite partial is zero, the cotangent is not finite.
    let product = Dual::constant(f64::INFINITY).__product(Dual::constant(2.0));
    assert_eq!((product.value, product.tangent), (f64::INFINITY, 0.0));
    let chosen = lanes.max(DualVec::constant(1.0));
    assert_eq!(chosen.tangents, [0.0, 0.0]);

    let series = Taylor::<f64, 3>::constant(0.0);
    assert_eq!(series.sqrt().coefficients, [0.0; 3]);
    assert_eq!(series.powf(Taylor::from_f64(0.5)).coefficients, [0.0; 3]);
    assert_eq!(series.recip().coefficients, [f64::INFINITY, 0.0, 0.0]);
}

/// An infinite tangent meets a partial that is zero: reverse mode, which comes from the other side, has a cotangent of zero there.
#[test]
fn zero_partials_contribute_zero() {
    fn root<T: Real>(x: T, y: T) -> [T; 5] {
        [
            x.sqrt() * y,
            x.sqrt().__scaled(0.0),
            x.cbrt().powi(2),
            x.sqrt().max(T::one()),
            x.sqrt().mul_add(y, x),
        ]
    }
    let expected = [0.0, 0.0, 0.0, 0.0, 1.0];
    assert_eq!(
        root(Dual::variable(0.0), Dual::constant(0.0)).map(|v| v.tangent),
        expected
    );
    let block = root(DualVec::<f64, 3>::variable(0.0, 1), DualVec::constant(0.0));
    assert_eq!(block.map(|v| v.tangents[1]), expected);
    assert_eq!(block.map(|v| v.tangents[0]), [0.0; 5]);
    let nested = root(
        Dual::variable(Dual::constant(0.0)),
        Dual::constant(Dual::constant(0.0)),
    );
    assert_eq!(nested.map(|v| v.tangent.value), expected);
    let [product, scaled, ..] = root(Taylor::<f64, 2>::variable(0.0), Taylor::constant(0.0));
    assert_eq!([product, scaled].map(|v| v.coefficients[1]), [0.0; 2]);
    // The value is that of floats, and so is what no zero has to do with.
    let infinite = Dual::new(f64::INFINITY, f64::INFINITY);
    assert!(infinite.__scaled(0.0).value.is_nan() && infinite.__scaled(0.0).tangent == 0.0);
    assert_eq!(infinite.__scaled(2.0).tangent, f64::INFINITY);
    assert!((infinite - infinite).tangent.is_nan());
}

/// Times a constant, and times a partial that is finite, are the product that they stand for.
#[test]
fn products_without_guards() {
    let (x, y) = (Dual::new(1.5, -0.75), Dual::new(-2.0, 0.3));
    let nested = |number: Dual| Dual::new(number, Dual::new(0.5, 0.25) * number);
    for factor in [3.0, -0.5, 0.0] {
        let constant = Dual::constant(factor);
        assert_eq!(x.__scaled(factor).tangent, (x * constant).tangent);
        assert_eq!(
            x.__product_scaled(factor).tangent,
            x.__product(constant).tangent
        );
        let deep = nested(x).__scaled(factor);
        let expected = nested(x) * Dual::constant(constant);
        assert_eq!(deep.tangent.tangent, expected.tangent.tangent);
        let series = Taylor::<f64, 3>::new([2.0, 0.5, 1.0]);
        let expected = series * Taylor::constant(factor);
        assert_eq!(series.__scaled(factor).coefficients, expected.coefficients);
    }
    assert_eq!(x.__plain_product(y).tangent, x.__product(y).tangent);
    assert_eq!(
        nested(x).__plain_product(nested(y)).tangent.tangent,
        nested(x).__product(nested(y)).tangent.tangent
    );
    let [a, b] = [[1.5, -0.75, 0.25], [-2.0, 0.3, 0.5]]
        .map(|[value, first, second]| DualVec::new(value, [first, second]));
    assert_eq!(a.__plain_product(b).tangents, a.__product(b).tangents);
    assert!(Real::__are_finite(&[nested(x), nested(y)]));
    assert!(!Real::__are_finite(&[x, Dual::new(1.0, f64::NAN), y]));
    assert!(!Real::__are_finite(&[
        a,
        DualVec::new(1.0, [0.0, f64::INFINITY])
    ]));
}

#[test]
fn perturbations_are_not_confused() {
    // d/dx (x · d/dy (x + y)) = 1; confusing the two perturbations gives 2.
    fn derivative<T: Real>(f: impl Fn(Dual<T>) -> Dual<T>, x: T) -> T {
        f(Dual::variable(x)).tangent
    }
    let outer = derivative(
        |x: Dual| x * derivative(|y: Dual<Dual>| Dual::constant(x) + y, Dual::constant(1.0)),
        1.0,
    );
    assert_eq!(outer, 1.0);

    // d/dx (x · d/dy (x y)) = 2 x.
    let outer = derivative(
        |x: Dual| x * derivative(|y: Dual<Dual>| Dual::constant(x) * y, Dual::constant(5.0)),
        3.0,
    );
    assert_eq!(outer, 6.0);
}

#[test]
fn comparisons_and_predicates_look_at_the_value() {
    let (a, b) = (Dual::new(1.0, 5.0), Dual::new(1.0, -7.0));
    assert!(a == b && a <= b && a >= b);
    assert!(Taylor::<f64, 2>::line(1.0, 3.0) < Taylor::line(2.0, 0.0));
    assert!(DualVec::new(f64::NAN, [0.0]).is_nan() && Dual::new(-0.0, 1.0).is_sign_negative());
    assert!(!Dual::new(0.0, 1.0).is_zero() && Dual::<f64>::zero().is_zero());
    assert!(!Dual::<Dual>::new(Dual::zero(), Dual::new(0.0, 1.0)).is_zero());
    assert_eq!(a.stop().tangent, 0.0);
    assert_eq!(Dual::<f32>::variable(0.1).value(), f64::from(0.1_f32));
    assert!(a.total_cmp(&b).is_eq());
}

#[test]
#[allow(clippy::op_ref)] // What is tested.
fn operators_take_references_and_sum() {
    let (x, y) = (Dual::new(3.0, 1.0), Dual::new(2.0, 0.0));
    assert_eq!((&x * &y + x - &y).tangent, (x * y + x - y).tangent);
    let mut z = x;
    z *= y;
    z /= &x;
    assert_eq!((z.value, z.tangent), (2.0, 0.0));
    assert_eq!([x, x, y].iter().sum::<Dual>().tangent, 2.0);
    assert_eq!([x, x, y].into_iter().product::<Dual>().tangent, 12.0);
    assert_eq!((-&x).tangent, -1.0);
    assert_eq!((Dual::variable(7.5) % Dual::variable(2.0)).tangent, -2.0);
}

#[test]
fn the_smallest_sizes_are_plain_numbers() {
    for_each_probe(|what, row, at, d| {
        let value = rules::evaluate(row.name, at).expect("the row has a value");
        let same = |actual: f64| assert_eq!(actual.to_bits(), value.to_bits(), "{what}");
        same(along(row, at, d, Taylor::<f64, 1>::line).coefficients[0]);
        same(along(row, at, d, |x, _| DualVec::<f64, 0>::constant(x)).value);
    });
}

#[test]
fn one_nan_operand_of_max_gets_nothing() {
    let (x, nan) = (Dual::new(2.0, 3.0), Dual::new(f64::NAN, 5.0));
    assert_eq!((x.max(nan).value, x.max(nan).tangent), (2.0, 3.0));
    assert_eq!((nan.min(x).value, nan.min(x).tangent), (2.0, 3.0));
    assert!(nan.max(nan).is_nan());
}

#[test]
fn numbers_display_their_parts() {
    assert_eq!(format!("{:.1}", Dual::new(1.0, 2.5)), "(1.0 + 2.5 ε)");
    assert_eq!(
        DualVec::new(1.0, [2.0, 3.0]).to_string(),
        "(1 + 2 ε0 + 3 ε1)"
    );
    assert_eq!(
        Taylor::new([1.0, 2.0, 3.0]).to_string(),
        "(1 + 2 t^1 + 3 t^2)"
    );
}
