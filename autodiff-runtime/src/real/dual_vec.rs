//! `DualVec`: a value and `N` tangents. Forward mode in `N` directions at once, for Jacobians and Hessians.

use super::forward::forward_methods;
use super::operators::operators;
use super::{Real, private::Sealed};
use crate::rules::{self, Forward, both, product, quotient, rows};
use alloc::vec::Vec;
use core::array;
use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

/// A number and its derivatives in `N` directions.
///
/// The partial of an operation is computed once and multiplied into all tangents, in loops over arrays that the compiler
/// vectorises. Comparisons look at the value only.
///
/// ```
/// use autodiff_runtime::{DualVec, Real};
///
/// let x = DualVec::<f64, 2>::variable(3.0, 0);
/// let y = DualVec::<f64, 2>::variable(4.0, 1);
/// assert_eq!(x.hypot(y).value, 5.0);
/// assert_eq!(x.hypot(y).tangents, [0.6, 0.8]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct DualVec<T: Real, const N: usize> {
    /// The primal value.
    pub value: T,
    /// The derivatives, one per direction.
    pub tangents: [T; N],
}

impl<T: Real, const N: usize> DualVec<T, N> {
    /// A value with the given tangents.
    #[inline(always)]
    pub fn new(value: T, tangents: [T; N]) -> Self {
        Self { value, tangents }
    }

    /// A constant: its tangents are 0.
    #[inline(always)]
    pub fn constant(value: T) -> Self {
        Self {
            value,
            tangents: [T::zero(); N],
        }
    }

    /// The variable of one direction: that tangent is 1, the others are 0.
    ///
    /// # Panics
    /// If `direction` is not below `N`.
    #[inline(always)]
    pub fn variable(value: T, direction: usize) -> Self {
        let mut number = Self::constant(value);
        number.tangents[direction] = T::one();
        number
    }

    #[inline(always)]
    fn primal(&self) -> T {
        self.value
    }

    #[inline(always)]
    fn map(value: T, tangent: impl Fn(usize) -> T) -> Self {
        Self {
            value,
            tangents: array::from_fn(tangent),
        }
    }

    #[inline(always)]
    fn chain(value: T, argument: Self, pull: impl Fn(T) -> T) -> Self {
        let partial = pull(T::one());
        Self::map(value, |i| both(argument.tangents[i], partial))
    }

    #[inline(always)]
    fn accumulate(self, argument: Self, pull: impl Fn(T) -> T) -> Self {
        let term = Self::chain(self.value, argument, pull);
        Self::map(self.value, |i| self.tangents[i] + term.tangents[i])
    }
}

impl<T: Real, const N: usize> Default for DualVec<T, N> {
    fn default() -> Self {
        Self::zero()
    }
}

impl<T: Real, const N: usize> Sealed for DualVec<T, N> {}

impl<T: Real, const N: usize> Real for DualVec<T, N> {
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
        self.value.is_zero() && self.tangents.iter().all(T::is_zero)
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
        Self::map(value, |i| {
            inputs
                .iter()
                .zip(&partials)
                .map(|(x, partial)| both(x.tangents[i], *partial))
                .sum()
        })
    }

    #[inline(always)]
    fn __product(self, partial: Self) -> Self {
        Self::map(product(self.value, partial.value), |i| {
            product(self.tangents[i], partial.value) + both(self.value, partial.tangents[i])
        })
    }
    #[inline(always)]
    fn __both(self, other: Self) -> Self {
        Self::map(both(self.value, other.value), |i| {
            both(self.tangents[i], other.value) + both(self.value, other.tangents[i])
        })
    }
    #[inline(always)]
    fn __square(self) -> Self {
        let partial = self.value + self.value;
        Self::map(self.value.__square(), |i| both(self.tangents[i], partial))
    }
    #[inline(always)]
    fn __scaled(self, factor: f64) -> Self {
        let value = self.value.__scaled(factor);
        Self::map(value, |i| self.tangents[i].__both_scaled(factor))
    }
    #[inline(always)]
    fn __product_scaled(self, factor: f64) -> Self {
        if factor.is_finite() {
            return self.__scaled(factor);
        }
        Self::map(self.value.__product_scaled(factor), |i| {
            self.tangents[i].__product_scaled(factor)
        })
    }
    #[inline(always)]
    fn __are_finite(numbers: &[Self]) -> bool {
        let sum = numbers.iter().fold(Self::zero(), |sum, x| sum + *x);
        T::__are_finite(&[sum.value]) && T::__are_finite(&sum.tangents)
    }
    #[inline(always)]
    fn __quotient(self, divisor: Self) -> Self {
        let value = quotient(self.value, divisor.value);
        Self::map(value, |i| {
            quotient(
                self.tangents[i] - both(divisor.tangents[i], value),
                divisor.value,
            )
        })
    }

    #[inline(always)]
    fn __plain_product(self, partial: Self) -> Self {
        Self::map(self.value.__plain_product(partial.value), |i| {
            self.tangents[i].__plain_product(partial.value)
                + self.value.__plain_product(partial.tangents[i])
        })
    }
    #[inline(always)]
    fn __plain_quotient(self, divisor: Self) -> Self {
        let value = self.value.__plain_quotient(divisor.value);
        Self::map(value, |i| {
            (self.tangents[i] - divisor.tangents[i].__plain_product(value))
                .__plain_quotient(divisor.value)
        })
    }
    #[inline(always)]
    fn __has_nan(&self) -> bool {
        let value = self.value.__has_nan();
        self.tangents
            .iter()
            .fold(value, |nan, tangent| nan | tangent.__has_nan())
    }

    rows!(forward_methods);
}

impl<T: Real, const N: usize> Neg for DualVec<T, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self::map(-self.value, |i| -self.tangents[i])
    }
}

impl<T: Real, const N: usize> Add for DualVec<T, N> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::map(self.value + other.value, |i| {
            self.tangents[i] + other.tangents[i]
        })
    }
}

impl<T: Real, const N: usize> Sub for DualVec<T, N> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::map(self.value - other.value, |i| {
            self.tangents[i] - other.tangents[i]
        })
    }
}

impl<T: Real, const N: usize> Mul for DualVec<T, N> {
    type Output = Self;
    #[allow(clippy::suspicious_arithmetic_impl)] // The product rule adds.
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        Self::map(self.value * other.value, |i| {
            both(self.tangents[i], other.value) + both(other.tangents[i], self.value)
        })
    }
}

impl<T: Real, const N: usize> Div for DualVec<T, N> {
    type Output = Self;
    #[allow(clippy::suspicious_arithmetic_impl)] // The quotient rule subtracts.
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        let value = self.value / other.value;
        Self::map(value, |i| {
            quotient(
                self.tangents[i] - both(other.tangents[i], value),
                other.value,
            )
        })
    }
}

impl<T: Real, const N: usize> Rem for DualVec<T, N> {
    type Output = Self;
    #[inline(always)]
    fn rem(self, other: Self) -> Self {
        let (x, y) = (self.value, other.value);
        Self::chain(x % y, self, |part| rules::rem::d0(Forward, part))
            .accumulate(other, |tangent| rules::rem::d1(Forward, x, y, tangent))
    }
}

operators! { [T: Real, const N: usize] DualVec<T, N> }

impl<T: Real, const N: usize> fmt::Display for DualVec<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        fmt::Display::fmt(&self.value, f)?;
        for (i, tangent) in self.tangents.iter().enumerate() {
            f.write_str(" + ")?;
            fmt::Display::fmt(tangent, f)?;
            write!(f, " ε{i}")?;
        }
        f.write_str(")")
    }
}
