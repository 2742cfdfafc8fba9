//! The table of derivatives: every row against difference quotients at its probes, every kink against the contract.

use autodiff_runtime::Real;
use autodiff_runtime::rules::{self, Operand, Row, TABLE};

/// Richardson-extrapolated central differences of a row with respect to argument `k`.
fn difference_quotient(row: &Row, k: usize, at: &[f64]) -> f64 {
    let shifted = |h: f64| {
        let mut arguments = at.to_vec();
        arguments[k] += h;
        rules::evaluate(row.name, &arguments).expect("the row has a value")
    };
    let central = |h: f64| (shifted(h) - shifted(-h)) / (2.0 * h);
    let h = 1e-3 * at[k].abs().max(0.1);
    let coarse = (4.0 * central(h) - central(2.0 * h)) / 3.0;
    let fine = (4.0 * central(h / 2.0) - central(h)) / 3.0;
    (16.0 * fine - coarse) / 15.0
}

fn pulled<T: Real>(row: &Row, k: usize, at: &[f64]) -> f64 {
    let arguments: Vec<T> = at.iter().map(|&x| T::from_f64(x)).collect();
    let value = rules::evaluate(row.name, &arguments).expect("the row has a value");
    rules::pull_back(row.name, k, &arguments, value, T::one())
        .expect("the row has a partial")
        .value()
}

fn float_arguments(row: &Row) -> impl Iterator<Item = usize> {
    (0..row.arity).filter(|k| !row.integer.contains(k))
}

fn assert_close(name: &str, k: usize, at: &[f64], actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance * expected.abs().max(1.0),
        "{name} at {at:?}, argument {k}: rule gives {actual}, expected {expected}"
    );
}

#[test]
fn every_partial_agrees_with_difference_quotients() {
    for row in TABLE {
        assert!(!row.probes.is_empty(), "{} has no probes", row.name);
        for at in row.probes {
            assert_eq!(
                at.len(),
                row.arity,
                "{}: a probe has the row's arity",
                row.name
            );
            for k in float_arguments(row) {
                let expected = difference_quotient(row, k, at);
                assert_close(row.name, k, at, pulled::<f64>(row, k, at), expected, 1e-9);
                assert_close(row.name, k, at, pulled::<f32>(row, k, at), expected, 1e-5);
            }
        }
    }
}

#[test]
fn a_zero_cotangent_contributes_zero_everywhere() {
    let edges = [
        0.0,
        -0.0,
        1.0,
        -1.0,
        2.0,
        f64::INFINITY,
        f64::NEG_INFINITY,
        f64::NAN,
    ];
    for row in TABLE {
        for (&x, &y) in edges.iter().flat_map(|x| edges.iter().map(move |y| (x, y))) {
            let arguments = &[x, y, 1.0][..row.arity];
            if row.name == "clamp" && (y > 1.0 || y.is_nan()) {
                continue;
            }
            let value = rules::evaluate(row.name, arguments).expect("the row has a value");
            for k in float_arguments(row) {
                let pulled = rules::pull_back(row.name, k, arguments, value, 0.0)
                    .expect("the row has a partial");
                assert_eq!(pulled, 0.0, "{} at {arguments:?}, argument {k}", row.name);
            }
        }
    }
}

#[test]
fn rows_describe_their_partials() {
    for row in TABLE {
        assert_eq!(row.zero, row.partials.is_empty(), "{}", row.name);
        if !row.zero {
            assert_eq!(
                row.partials.len(),
                row.arity - row.integer.len(),
                "{}",
                row.name
            );
        }
        let positions = row.partials.iter().flat_map(|partial| partial.reads);
        for operand in positions {
            assert!(
                matches!(operand, Operand::Value)
                    || matches!(operand, Operand::Argument(k) if *k < row.arity)
            );
        }
        assert_eq!(
            TABLE.iter().filter(|other| other.name == row.name).count(),
            1,
            "{} is listed once",
            row.name
        );
    }
    assert_eq!(rules::row("powi").expect("in the table").integer, [1]);
    assert_eq!(
        rules::row("tanh").expect("in the table").partials[0].reads,
        [Operand::Value]
    );
    assert_eq!(
        rules::row("max").expect("in the table").partials[1].reads,
        [Operand::Argument(0), Operand::Argument(1)]
    );
    assert!(rules::row("floor").expect("in the table").zero);
    assert!(rules::row("nonsense").is_none());
}

/// The gradient of a row at a point, by its name.
fn gradient(name: &str, at: &[f64]) -> Vec<f64> {
    let row = rules::row(name).expect("in the table");
    float_arguments(row)
        .map(|k| pulled::<f64>(row, k, at))
        .collect()
}

#[test]
fn kinks_are_those_of_the_contract() {
    const INFINITY: f64 = f64::INFINITY;
    const NAN: f64 = f64::NAN;
    let cases: &[(&str, &[f64], &[f64])] = &[
        ("abs", &[0.0], &[1.0]),
        ("abs", &[-0.0], &[1.0]),
        ("max", &[2.0, 2.0], &[0.5, 0.5]),
        ("min", &[2.0, 2.0], &[0.5, 0.5]),
        ("max", &[NAN, 2.0], &[0.0, 1.0]),
        ("max", &[2.0, NAN], &[1.0, 0.0]),
        ("min", &[NAN, 2.0], &[0.0, 1.0]),
        ("min", &[2.0, NAN], &[1.0, 0.0]),
        ("clamp", &[0.0, 0.0, 1.0], &[1.0, 0.0, 0.0]),
        ("clamp", &[1.0, 0.0, 1.0], &[1.0, 0.0, 0.0]),
        ("clamp", &[-1.0, 0.0, 1.0], &[0.0, 1.0, 0.0]),
        ("clamp", &[2.0, 0.0, 1.0], &[0.0, 0.0, 1.0]),
        ("sqrt", &[0.0], &[INFINITY]),
        ("ln", &[0.0], &[INFINITY]),
        ("cbrt", &[0.0], &[INFINITY]),
        ("asin", &[1.0], &[INFINITY]),
        ("asin", &[-1.0], &[INFINITY]),
        ("acos", &[1.0], &[-INFINITY]),
        ("acosh", &[1.0], &[INFINITY]),
        ("atanh", &[1.0], &[INFINITY]),
        ("hypot", &[0.0, 0.0], &[0.0, 0.0]),
        ("powf", &[0.0, 0.0], &[0.0, 0.0]),
        ("powf", &[0.0, 0.5], &[INFINITY, 0.0]),
        ("powf", &[0.0, 1.0], &[1.0, 0.0]),
        ("powf", &[0.0, 2.0], &[0.0, 0.0]),
        ("powf", &[-2.0, 3.0], &[12.0, NAN]),
        ("powi", &[0.0, 0.0], &[0.0]),
        ("powi", &[0.0, 1.0], &[1.0]),
        ("powi", &[0.0, 2.0], &[0.0]),
        ("powi", &[1.0, -2147483648.0], &[-2147483648.0]),
        ("floor", &[2.0], &[0.0]),
        ("ceil", &[2.0], &[0.0]),
        ("round", &[2.5], &[0.0]),
        ("round_ties_even", &[2.5], &[0.0]),
        ("trunc", &[2.0], &[0.0]),
        ("signum", &[0.0], &[0.0]),
        ("fract", &[2.0], &[1.0]),
        ("rem", &[7.5, 2.0], &[1.0, -3.0]),
        ("rem", &[-7.5, 2.0], &[1.0, 3.0]),
        ("rem_euclid", &[-7.5, 2.0], &[1.0, 4.0]),
        ("div_euclid", &[7.5, 2.0], &[0.0, 0.0]),
        ("copysign", &[-0.0, 1.0], &[-1.0, 0.0]),
        ("copysign", &[0.0, 1.0], &[1.0, 0.0]),
        ("copysign", &[3.0, -0.0], &[-1.0, 0.0]),
        ("atan2", &[0.0, 0.0], &[NAN, NAN]),
    ];
    for (name, at, expected) in cases {
        let actual = gradient(name, at);
        let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
        assert!(
            actual.iter().zip(*expected).all(same),
            "{name} at {at:?}: {actual:?}, expected {expected:?}"
        );
    }
}

#[test]
fn partials_keep_their_precision() {
    const EPSILON: f64 = 1.0 / (1u64 << 40) as f64;
    let cases: &[(&str, &[f64], &[f64])] = &[
        // One minus 2^-40: 1 / √(2^-40 (2 − 2^-40)) and 2^40 / (2 − 2^-40).
        ("asin", &[1.0 - EPSILON], &[741455.2001895938]),
        ("atanh", &[EPSILON - 1.0], &[549755813888.25]),
        ("asinh", &[1e200], &[1e-200]),
        ("acosh", &[1e200], &[1e-200]),
        ("exp_m1", &[-40.0], &[4.248354255291589e-18]),
        ("hypot", &[3e200, 4e200], &[0.6, 0.8]),
        ("atan2", &[3e200, 4e200], &[1.6e-201, -1.2e-201]),
        ("atan2", &[3e-200, 4e-200], &[1.6e199, -1.2e199]),
        ("ln_1p", &[EPSILON - 1.0], &[1099511627776.0]),
    ];
    for (name, at, expected) in cases {
        for (actual, expected) in gradient(name, at).iter().zip(*expected) {
            assert!(
                (actual / expected - 1.0).abs() < 1e-12,
                "{name} at {at:?}: {actual:e}, expected {expected:e}"
            );
        }
    }
}
