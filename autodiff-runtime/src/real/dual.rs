//! `Dual`: a value and one tangent, `v + t ε` with `ε² = 0`. Forward mode, one direction at a time.

use super::forward::forward_methods;
use super::operators::operators;
use super::{Real, private::Sealed};
use crate::rules::{self, Forward, both, product, quotient, rows};
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

/// A number and its derivative in one direction: `f(x + d ε) = f(x) + f'(x) d ε`.
///
/// Dual numbers nest: at `Dual<Dual>` the tangent of the tangent is a second derivative. Comparisons look at the value only.
/// A tangent or a partial that is exactly zero contributes exactly zero, whatever the other is.
///
/// ```
/// use autodiff_runtime::{Dual, Real};
///
/// let x = Dual::variable(3.0);
/// let y = x * x + x.sin();
/// assert_eq!(y.value, 9.0 + 3.0_f64.sin());
/// assert_eq!(y.tangent, 6.0 + 3.0_f64.cos());
/// ```
#[derive(Clone, Copy, Debug, Default)]
pub struct Dual<T: Real = f64> {
    /// The primal value.
    pub value: T,
    /// The derivative in the direction that was seeded.
    pub tangent: T,
}

impl<T: Real> Dual<T> {
    /// A value with the given tangent.
    #[inline(always)]
    pub fn new(value: T, tangent: T) -> Self {
        Self { value, tangent }
    }

    /// A constant: its tangent is 0.
    #[inline(always)]
    pub fn constant(value: T) -> Self {
        Self {
            value,
            tangent: T::zero(),
        }
    }

    /// The variable to differentiate by: its tangent is 1.
    #[inline(always)]
    pub fn variable(value: T) -> Self {
        Self {
            value,
            tangent: T::one(),
        }
    }

    #[inline(always)]
    fn primal(&self) -> T {
        self.value
    }

    #[inline(always)]
    fn chain(value: T, argument: Self, pull: impl Fn(T) -> T) -> Self {
        Self {
            value,
            tangent: pull(argument.tangent),
        }
    }

    #[inline(always)]
    fn accumulate(self, argument: Self, pull: impl Fn(T) -> T) -> Self {
        Self {
            value: self.value,
            tangent: self.tangent + pull(argument.tangent),
        }
    }
}

impl<T: Real> Sealed for Dual<T> {}

impl<T: Real> Real for Dual<T> {
    type Base = T::Base;

    from_constants!();

    #[inline(always)]
    fn base(self) -> T::Base {
        self.value.base()
    }
    #[inline(always)]
    fn zero() -> Self {
        Self::constant(T::zero())
    }
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.value.is_zero() && self.tangent.is_zero()
    }
    const __DEPTH: usize = T::__DEPTH + 1;
    one_point!();
    type __Inner = T;
    fn __extend(
        inputs: &[Self],
        _: &dyn Fn(&[f64]) -> f64,
        value: &dyn Fn(&[T]) -> T,
        gradient: &dyn Fn(&[T], T) -> Vec<T>,
    ) -> Self {
        let point: Vec<T> = inputs.iter().map(|x| x.value).collect();
        let value = value(&point);
        let partials = gradient(&point, value);
        let tangent = inputs
            .iter()
            .zip(partials)
            .map(|(x, partial)| both(x.tangent, partial))
            .sum();
        Self { value, tangent }
    }

    #[inline(always)]
    fn __product(self, partial: Self) -> Self {
        Self {
            value: product(self.value, partial.value),
            tangent: product(self.tangent, partial.value) + both(self.value, partial.tangent),
        }
    }
    #[inline(always)]
    fn __both(self, other: Self) -> Self {
        Self {
            value: both(self.value, other.value),
            tangent: both(self.tangent, other.value) + both(self.value, other.tangent),
        }
    }
    #[inline(always)]
    fn __square(self) -> Self {
        Self {
            value: self.value.__square(),
            tangent: both(self.tangent, self.value + self.value),
        }
    }
    #[inline(always)]
    fn __scaled(self, factor: f64) -> Self {
        Self {
            value: self.value.__scaled(factor),
            tangent: self.tangent.__both_scaled(factor),
        }
    }
    #[inline(always)]
    fn __product_scaled(self, factor: f64) -> Self {
        if factor.is_finite() {
            return self.__scaled(factor);
        }
        Self {
            value: self.value.__product_scaled(factor),
            tangent: self.tangent.__product_scaled(factor),
        }
    }
    #[inline(always)]
    fn __are_finite(numbers: &[Self]) -> bool {
        let sum = numbers.iter().fold(Self::zero(), |sum, x| sum + *x);
        T::__are_finite(&[sum.value, sum.tangent])
    }
    #[inline(always)]
    fn __quotient(self, divisor: Self) -> Self {
        let value = quotient(self.value, divisor.value);
        Self {
            value,
            tangent: quotient(self.tangent - both(divisor.tangent, value), divisor.value),
        }
    }

    #[inline(always)]
    fn __plain_product(self, partial: Self) -> Self {
        Self {
            value: self.value.__plain_product(partial.value),
            tangent: self.tangent.__plain_product(partial.value)
                + self.value.__plain_product(partial.tangent),
        }
    }
    #[inline(always)]
    fn __plain_quotient(self, divisor: Self) -> Self {
        let value = self.value.__plain_quotient(divisor.value);
        Self {
            value,
            tangent: (self.tangent - divisor.tangent.__plain_product(value))
                .__plain_quotient(divisor.value),
        }
    }
    #[inline(always)]
    fn __has_nan(&self) -> bool {
        self.value.__has_nan() | self.tangent.__has_nan()
    }

    rows!(forward_methods);
}

impl<T: Real> Neg for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self {
            value: -self.value,
            tangent: -self.tangent,
        }
    }
}

impl<T: Real> Add for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self {
            value: self.value + other.value,
            tangent: self.tangent + other.tangent,
        }
    }
}

impl<T: Real> Sub for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self {
            value: self.value - other.value,
            tangent: self.tangent - other.tangent,
        }
    }
}

impl<T: Real> Mul for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self {
            value: self.value * other.value,
            tangent: both(self.tangent, other.value) + both(other.tangent, self.value),
        }
    }
}

impl<T: Real> Div for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        Self {
            value,
            tangent: quotient(self.tangent - both(other.tangent, value), other.value),
        }
    }
}

impl<T: Real> Rem for Dual<T> {
    type Output = Self;
    #[inline(always)]
    fn rem(self, other: Self) -> Self {
        let (x, y) = (self.value, other.value);
        Self {
            value: x % y,
            tangent: rules::rem::d0(Forward, self.tangent)
                + rules::rem::d1(Forward, x, y, other.tangent),
        }
    }
}

operators! { [T: Real] Dual<T> }

impl<T: Real> fmt::Display for Dual<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        fmt::Display::fmt(&self.value, f)?;
        f.write_str(" + ")?;
        fmt::Display::fmt(&self.tangent, f)?;
        f.write_str(" ε)")
    }
}
