//! The perturbations of an inner and an outer derivative must not be mixed up (J. M. Siskind and B. A. Pearlmutter, 2005).

use autodiff::{Dual, Real, differentiate};

#[differentiate(jvp, hvp)]
fn sum<T: Real>(x: T, y: T) -> T {
    x + y
}

#[differentiate(jvp, hvp)]
fn product<T: Real>(x: T, y: T) -> T {
    x * y
}

/// `d/dy (x + y)` at `y = 1`, by each mode.
fn inner_of_sum<T: Real>(x: T) -> [T; 2] {
    [
        sum_jvp(x, T::one(), T::zero(), T::one()).1,
        sum_grad(x, T::one()).1,
    ]
}

/// `d/dy (x y)` at `y = 1`, by each mode.
fn inner_of_product<T: Real>(x: T) -> [T; 2] {
    [
        product_jvp(x, T::one(), T::zero(), T::one()).1,
        product_grad(x, T::one()).1,
    ]
}

/// `d/dx (x · d/dy (x + y))` is 1, and 2 if the perturbations are confused; `d/dx (x · d/dy (x y))` is `2x`.
#[test]
fn forward_mode_outside() {
    for x in [1.0, -0.5, 3.0] {
        for inner in inner_of_sum(Dual::variable(x)) {
            assert_eq!((Dual::variable(x) * inner).tangent, 1.0);
        }
        for inner in inner_of_product(Dual::variable(x)) {
            assert_eq!((Dual::variable(x) * inner).tangent, 2.0 * x);
        }
    }
}

#[differentiate(rule = slope_rule)]
fn slope_of_product(x: f64) -> f64 {
    product_jvp(x, 1.0, 0.0, 1.0).1
}

fn slope_rule<T: Real>(x: T, _slope: T, cotangent: T) -> T {
    let (by_x, _) = product_hvp(x, T::one(), T::zero(), T::one());
    cotangent * by_x
}

#[differentiate(jvp, hessian)]
fn outer(x: f64) -> f64 {
    x * slope_of_product(x)
}

#[test]
fn reverse_mode_outside() {
    for x in [1.0, -0.5, 3.0] {
        assert_eq!(outer_grad(x), 2.0 * x);
        assert_eq!(outer_jvp(x, 1.0).1, 2.0 * x);
        assert_eq!(outer_hessian(x), [[2.0]]);
    }
}

#[differentiate(jvp, hvp)]
fn cubic<T: Real>(x: T, y: T) -> T {
    x * x * y * y * y
}

/// Three levels: `d/dx (x · d/dy (y · d/dz (x² z³)))` with `z = y`: the innermost is `3 x² y²`, the next `9 x² y²`, the
/// outermost `27 x² y²`.
#[test]
fn three_levels() {
    let (x, y) = (1.3, 0.7);
    let [outer_x, outer_y] = [Dual::variable(x), Dual::constant(y)];
    let [inner_x, inner_y] = [Dual::constant(outer_x), Dual::variable(outer_y)];
    for innermost in [
        cubic_jvp(
            inner_x,
            inner_y,
            Dual::constant(Dual::constant(0.0)),
            Dual::constant(Dual::constant(1.0)),
        )
        .1,
        cubic_grad(inner_x, inner_y).1,
    ] {
        let middle = (inner_y * innermost).tangent;
        let outermost = (outer_x * middle).tangent;
        let expected = 27.0 * x * x * y * y;
        assert!(
            (outermost - expected).abs() < 1e-12 * expected,
            "{outermost}, not {expected}"
        );
    }
}

/// A tangent that belongs to another level is a constant here.
#[test]
fn constants_of_an_inner_level() {
    let x = Dual::variable(2.0);
    let (value, tangent) = product_jvp(x, x, Dual::constant(1.0), Dual::constant(0.0));
    assert_eq!((value.value, value.tangent), (4.0, 4.0));
    assert_eq!((tangent.value, tangent.tangent), (2.0, 1.0));
}
