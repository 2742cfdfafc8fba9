//! Whether the products of a reverse sweep are guarded.
//!
//! A cotangent that is exactly zero contributes exactly zero, also where the partial is infinite or NaN: that is what a guard is for.
//! Without it `0 · ∞` is NaN, and nothing that is computed of a NaN is a number again: a gradient without NaN is the same with
//! guards and without, but for the sign of zeros. So a reverse sweep runs unguarded, and again with guards where it has left a NaN.

use super::both;
use crate::Real;

/// Multiplies and divides cotangents.
pub trait Guards: Copy + Default {
    /// A cotangent that is zero contributes zero, whatever it is multiplied by.
    const GUARDED: bool;

    /// The same of a value.
    #[inline(always)]
    fn is_guarded(self) -> bool {
        Self::GUARDED
    }

    /// `cotangent * partial`.
    #[inline(always)]
    fn product<T: Real>(cotangent: T, partial: T) -> T {
        if Self::GUARDED {
            cotangent.__product(partial)
        } else {
            cotangent.__plain_product(partial)
        }
    }

    /// `cotangent * factor`, a constant.
    #[inline(always)]
    fn scaled<T: Real>(cotangent: T, factor: f64) -> T {
        if Self::GUARDED {
            cotangent.__product_scaled(factor)
        } else {
            cotangent.__scaled(factor)
        }
    }

    /// `cotangent * (factor * partial)`, of a finite factor.
    #[inline(always)]
    fn multiple<T: Real>(cotangent: T, partial: T, factor: f64) -> T {
        // A sum where it can be: a product of guarded products is packed in vectors with others, which is slower than one by one.
        let times = |x: T| match factor {
            1.0 => x,
            -1.0 => -x,
            2.0 => x + x,
            factor => x.__scaled(factor),
        };
        if Self::GUARDED {
            times(Self::product(cotangent, partial))
        } else {
            Self::product(cotangent, times(partial))
        }
    }

    /// `cotangent / divisor`; without guards times the reciprocal, which is there long before the cotangent is: a reverse sweep is a
    /// chain in which each operation waits for the one before it.
    #[inline(always)]
    fn quotient<T: Real>(cotangent: T, divisor: T) -> T {
        if Self::GUARDED {
            cotangent.__quotient(divisor)
        } else {
            cotangent.__plain_shared_quotient(divisor)
        }
    }

    /// `cotangent / divisor`, where others are divided by the same.
    #[inline(always)]
    fn shared_quotient<T: Real>(cotangent: T, divisor: T) -> T {
        if Self::GUARDED {
            cotangent.__shared_quotient(divisor)
        } else {
            cotangent.__plain_shared_quotient(divisor)
        }
    }

    /// `dividend / divisor`, values of which cotangents are multiplied by the quotient only, and divided by the divisor; without guards
    /// times the reciprocal. Where there is none it is NaN, as what it contributes is.
    #[inline(always)]
    fn ratio<T: Real>(dividend: T, divisor: T) -> T {
        if Self::GUARDED {
            dividend / divisor
        } else {
            dividend.__ratio(divisor)
        }
    }
}

/// What is exactly zero in a cotangent contributes exactly zero.
#[derive(Clone, Copy, Debug, Default)]
pub struct Guarded;

impl Guards for Guarded {
    const GUARDED: bool = true;
}

/// What is exactly zero in a tangent or in the partial contributes exactly zero: forward mode, which meets them in the opposite
/// order, agrees with reverse mode where a partial is infinite and a later one is zero.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Forward;

impl Guards for Forward {
    const GUARDED: bool = true;

    #[inline(always)]
    fn product<T: Real>(tangent: T, partial: T) -> T {
        both(tangent, partial)
    }

    #[inline(always)]
    fn scaled<T: Real>(tangent: T, factor: f64) -> T {
        both(tangent, T::from_f64(factor))
    }
}

/// Products as they are: what is zero in a cotangent contributes zero, or makes a NaN of what it would have contributed to.
#[derive(Clone, Copy, Debug, Default)]
pub struct Unguarded;

impl Guards for Unguarded {
    const GUARDED: bool = false;
}
