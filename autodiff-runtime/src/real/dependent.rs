//! `Dependent`: a value and the set of inputs it depends on. Run a function on it, and the outputs are rows of the pattern of
//! the Jacobian; run both sweeps on it, and the adjoints are rows of the pattern of the Hessian.

mod sets;

pub(crate) use sets::{IndexSet, Session};

use super::forward::forward_methods;
use super::operators::operators;
use super::{Real, private::Sealed};
use crate::rules::{product, quotient, rows};
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

/// A number and the inputs it depends on.
///
/// What an operation's derivative is at this point does not matter: `0 · x` and the smaller operand of `max` count. A
/// function that is constant between its jumps, such as `floor`, depends on nothing. Comparisons look at the value only.
#[derive(Clone, Copy, Debug)]
pub struct Dependent<T: Real = f64> {
    value: T,
    /// Nothing of what is zero at every point, as a cotangent is that nothing has reached: what it is multiplied by is
    /// of no account.
    inputs: Option<IndexSet>,
}

impl<T: Real> Dependent<T> {
    /// The input at the position `index`.
    pub(crate) fn input(value: T, index: usize) -> Self {
        Self {
            value,
            inputs: Some(IndexSet::single(index)),
        }
    }

    /// What it depends on.
    pub(crate) fn inputs(&self) -> IndexSet {
        self.inputs.unwrap_or(IndexSet::EMPTY)
    }

    #[inline(always)]
    pub(crate) fn constant(value: T) -> Self {
        Self {
            value,
            inputs: Some(IndexSet::EMPTY),
        }
    }

    #[inline(always)]
    pub(crate) fn primal(&self) -> T {
        self.value
    }

    #[inline(always)]
    fn chain(value: T, argument: Self, _pull: impl Fn(T) -> T) -> Self {
        let inputs = match argument.inputs {
            None if !value.is_zero() => Some(IndexSet::EMPTY),
            inputs => inputs,
        };
        Self { value, inputs }
    }

    #[inline(always)]
    fn accumulate(self, argument: Self, _pull: impl Fn(T) -> T) -> Self {
        self.and(argument, self.value)
    }

    /// The value depends on the inputs of both.
    #[inline(always)]
    fn and(self, other: Self, value: T) -> Self {
        let inputs = match (self.inputs, other.inputs) {
            (Some(a), Some(b)) => Some(a.union(b)),
            (a, b) => a.or(b),
        };
        Self { value, inputs }
    }

    /// As [`Self::and`], but zero at every point if `self` is.
    #[inline(always)]
    fn times(self, other: Self, value: T) -> Self {
        match self.inputs {
            Some(_) => self.and(other, value),
            None => Self {
                value,
                inputs: None,
            },
        }
    }
}

impl<T: Real> Default for Dependent<T> {
    fn default() -> Self {
        Self::zero()
    }
}

impl<T: Real> Sealed for Dependent<T> {}

#[diagnostic::do_not_recommend] // Not in lists of what is a number: it is not for users.
impl<T: Real> Real for Dependent<T> {
    type Base = T::Base;

    from_constants!();

    #[inline(always)]
    fn base(self) -> T::Base {
        self.value.base()
    }
    #[inline(always)]
    fn zero() -> Self {
        Self {
            value: T::zero(),
            inputs: None,
        }
    }
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.value.is_zero() && self.inputs() == IndexSet::EMPTY
    }
    const __DEPTH: usize = T::__DEPTH + 1;
    one_point!();
    type __Inner = T;
    fn __extend(
        inputs: &[Self],
        _: &dyn Fn(&[f64]) -> f64,
        value: &dyn Fn(&[T]) -> T,
        _: &dyn Fn(&[T], T) -> Vec<T>,
    ) -> Self {
        let point: Vec<T> = inputs.iter().map(|x| x.value).collect();
        let value = Self::constant(value(&point));
        inputs
            .iter()
            .fold(value, |value, x| value.and(*x, value.value))
    }

    #[inline(always)]
    fn __product(self, partial: Self) -> Self {
        self.times(partial, product(self.value, partial.value))
    }
    #[inline(always)]
    fn __quotient(self, divisor: Self) -> Self {
        self.times(divisor, quotient(self.value, divisor.value))
    }
    /// Nobody asks of a set: its products are guarded in any case.
    #[inline(always)]
    fn __has_nan(&self) -> bool {
        false
    }
    #[inline(always)]
    fn __is_nothing(&self) -> bool {
        self.inputs.is_none()
    }
    #[inline(always)]
    fn __passed_over(self) -> Self {
        Self {
            value: T::zero(),
            inputs: self.inputs,
        }
    }

    rows!(forward_methods);
}

impl<T: Real> Neg for Dependent<T> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self {
            value: -self.value,
            inputs: self.inputs,
        }
    }
}

impl<T: Real> Add for Dependent<T> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        self.and(other, self.value + other.value)
    }
}

impl<T: Real> Sub for Dependent<T> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        self.and(other, self.value - other.value)
    }
}

impl<T: Real> Mul for Dependent<T> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let value = self.value * other.value;
        match other.inputs {
            Some(_) => self.times(other, value),
            None => other.times(self, value),
        }
    }
}

impl<T: Real> Div for Dependent<T> {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        self.times(other, self.value / other.value)
    }
}

impl<T: Real> Rem for Dependent<T> {
    type Output = Self;
    #[inline(always)]
    fn rem(self, other: Self) -> Self {
        self.and(other, self.value % other.value)
    }
}

operators! { [T: Real] Dependent<T> }

impl<T: Real> fmt::Display for Dependent<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.value, f)
    }
}
