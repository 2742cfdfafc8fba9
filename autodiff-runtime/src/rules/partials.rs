//! The partials that need more than a line: powers, kinks, and quotients that must not overflow.

use super::{Guards, at_points, product};
use crate::Real;

/// `1 − x²`, without cancellation near ±1.
#[inline(always)]
pub(super) fn one_minus_square<T: Real>(x: T) -> T {
    (T::one() - x) * (T::one() + x)
}

/// Cotangent of what `v` is the reciprocal of. The square of `v` by itself may overflow, or have no digits left, where this does not.
#[inline(always)]
pub(super) fn reciprocal<G: Guards, T: Real>(v: T, cotangent: T) -> T {
    G::product(G::product(cotangent, v), -v)
}

/// Cotangent of the base of `x^n`.
#[inline(always)]
pub(super) fn integer_power<G: Guards, T: Real>(x: T, n: i32, cotangent: T) -> T {
    match n {
        0 => T::zero(),
        1 => cotangent,
        2 => G::product(cotangent, x + x),
        // n − 1 does not exist.
        i32::MIN => G::product(cotangent, T::from_f64(f64::from(n)) * (x.powi(n) / x)),
        _ => G::product(cotangent, T::from_f64(f64::from(n)) * x.powi(n - 1)),
    }
}

/// Cotangent of the base of `x^y`. An exponent that is zero and varies keeps its tangent: `∂²/∂x∂y` at `y = 0` is `1/x`.
#[inline(always)]
pub(super) fn power_base<G: Guards, T: Real>(x: T, y: T, cotangent: T) -> T {
    at_points([x, y, cotangent], |[x, y, cotangent]| {
        if y.is_zero() {
            return Real::zero();
        }
        G::product(cotangent, product(y, x.powf(y - Real::one())))
    })
}

/// Cotangent of the exponent of `x^y`, whose value is `v`.
#[inline(always)]
pub(super) fn power_exponent<G: Guards, T: Real>(x: T, v: T, cotangent: T) -> T {
    at_points([x, v, cotangent], |[x, v, cotangent]| {
        if x == Real::zero() {
            return product(cotangent, v).__passed_over();
        }
        G::product(cotangent, v * x.ln())
    })
}

/// Cotangent of one component of a vector whose length is `v`.
#[inline(always)]
pub(super) fn unit_component<G: Guards, T: Real>(component: T, v: T, cotangent: T) -> T {
    at_points([component, v, cotangent], |[component, v, cotangent]| {
        if v == Real::zero() {
            return product(cotangent, v).__passed_over();
        }
        G::product(cotangent, component / v)
    })
}

/// `a / (a² + b²)`, also where the squares overflow or vanish.
#[inline(always)]
pub(super) fn inverse_component<T: Real>(a: T, b: T) -> T {
    at_points([a, b], |[a, b]| {
        let square = a * a + b * b;
        if square.is_normal() {
            return a / square;
        }
        let length = a.hypot(b);
        a / length / length
    })
}

/// What `operand` gets of the cotangent of `max` or `min`, given whether it alone is chosen.
#[inline(always)]
pub(super) fn share<T: Real>(chosen: bool, operand: T, other: T, cotangent: T) -> T {
    // Without short circuits, so that a loop over slices becomes selects and is vectorised.
    let alone = chosen | (other.is_nan() & !operand.is_nan());
    let tied = (operand == other) | (operand.is_nan() & other.is_nan());
    let half = cotangent * T::from_f64(0.5);
    if alone {
        cotangent
    } else if tied {
        half
    } else {
        cotangent.__passed_over()
    }
}
