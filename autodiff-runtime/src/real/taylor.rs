//! `Taylor`: the first `K` coefficients of a power series. Derivatives of any order along one direction.
//!
//! A function is developed in one of three ways, which [`methods`] chooses by name:
//! - a recurrence of its own, where the derivative reads the value (Griewank & Walther, *Evaluating Derivatives*, ch. 13);
//! - locally linear functions (`abs`, `max`, `floor`, …) multiply every coefficient by the partial of the table;
//! - all others integrate the partial of the table, run at series: `v(t) = v(0) + ∫ ∂f(x(t)) x'(t) dt`.

mod arithmetic;
mod methods;
mod recurrences;

use super::{Real, private::Sealed};
use core::array;
use core::fmt;

/// A truncated power series `c_0 + c_1 t + … + c_{K-1} t^(K-1)`, `K >= 1`.
///
/// Put in `x + d t` and get the Taylor coefficients of `f` along `d`: coefficient `k` of the result is the `k`-th derivative
/// divided by `k!`. Comparisons look at the value `c_0` only. Series nest, also with dual numbers.
///
/// ```
/// use autodiff_runtime::{Real, Taylor};
///
/// let x = Taylor::<f64, 6>::variable(1.0);
/// assert_eq!(x.powi(4).coefficients, [1.0, 4.0, 6.0, 4.0, 1.0, 0.0]);
/// assert_eq!(x.powi(4).derivatives(), [1.0, 4.0, 12.0, 24.0, 24.0, 0.0]);
/// ```
#[derive(Clone, Copy, Debug)]
pub struct Taylor<T: Real, const K: usize> {
    /// The coefficients, lowest power first.
    pub coefficients: [T; K],
}

impl<T: Real, const K: usize> Taylor<T, K> {
    /// The series with the given coefficients, lowest power first.
    #[inline(always)]
    pub fn new(coefficients: [T; K]) -> Self {
        const { assert!(K >= 1, "a Taylor series needs at least one coefficient") };
        Self { coefficients }
    }

    /// A constant: its higher coefficients are 0.
    #[inline(always)]
    pub fn constant(value: T) -> Self {
        Self::line(value, T::zero())
    }

    /// The variable to develop in: `value + t`.
    #[inline(always)]
    pub fn variable(value: T) -> Self {
        Self::line(value, T::one())
    }

    /// The line `value + direction t`.
    #[inline(always)]
    pub fn line(value: T, direction: T) -> Self {
        Self::new(array::from_fn(|k| match k {
            0 => value,
            1 => direction,
            _ => T::zero(),
        }))
    }

    /// The derivatives with respect to `t` at `t = 0`: coefficient `k` times `k!`.
    pub fn derivatives(self) -> [T; K] {
        let mut factorial = 1.0;
        array::from_fn(|k| {
            factorial *= k.max(1) as f64;
            self.coefficients[k] * T::from_f64(factorial)
        })
    }

    #[inline(always)]
    fn primal(&self) -> T {
        self.coefficients[0]
    }

    /// Makes the coefficients from this one on unknown, which is NaN: no coefficient of a result depends on higher ones.
    fn cut_off(&mut self, order: usize) {
        self.coefficients[order..].fill(T::from_f64(f64::NAN));
    }

    /// The same series with another value.
    #[inline(always)]
    fn with_value(mut self, value: T) -> Self {
        self.coefficients[0] = value;
        self
    }

    /// Whether all coefficients but the value are zero.
    fn is_constant(&self) -> bool {
        self.coefficients[1..].iter().all(T::is_zero)
    }

    /// A locally linear function: `pull` on every coefficient but the value.
    #[inline(always)]
    fn chain(value: T, argument: Self, pull: impl Fn(T) -> T) -> Self {
        Self::new(argument.coefficients.map(pull)).with_value(value)
    }

    #[inline(always)]
    fn accumulate(self, argument: Self, pull: impl Fn(T) -> T) -> Self {
        let term = Self::chain(T::zero(), argument, pull);
        (self + term).with_value(self.primal())
    }
}

impl<T: Real, const K: usize> Default for Taylor<T, K> {
    fn default() -> Self {
        Self::zero()
    }
}

impl<T: Real, const K: usize> Sealed for Taylor<T, K> {}

impl<T: Real, const K: usize> fmt::Display for Taylor<T, K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("(")?;
        fmt::Display::fmt(&self.primal(), f)?;
        for (power, coefficient) in self.coefficients.iter().enumerate().skip(1) {
            f.write_str(" + ")?;
            fmt::Display::fmt(coefficient, f)?;
            write!(f, " t^{power}")?;
        }
        f.write_str(")")
    }
}
