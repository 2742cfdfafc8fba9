//! `Plain`: a number whose products are not guarded. Forward mode over it is forward mode without guards.
//!
//! In: code over `T: Real` at a number with tangents over `Plain<F>`. Out: the values are those over `F`; each tangent is the one
//! over `F`, up to the sign of zero, or a NaN.
//!
//! Why that is so: values are computed of values, and branches look at values only, so both take the same path. A tangent is a sum of
//! products of tangents with partials, which are made of values. Where the guarded product is zero, the plain one is zero or NaN;
//! otherwise they are the same product. Sums and further products keep a NaN; what an operation leaves out (`max`, `clamp`, a constant
//! power of zero) it leaves out by looking at values. So results whose tangents are no NaN are the guarded ones, and where one
//! is, the function runs again over `F`.

use super::operators::operators;
use super::{Real, private::Sealed};
use crate::rules::{operand_type, rows};
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

/// The number, without guards.
#[derive(Clone, Copy, Debug, Default)]
#[repr(transparent)]
pub struct Plain<T>(pub T);

impl<T: Real> Plain<T> {
    #[inline(always)]
    fn primal(&self) -> T {
        self.0
    }
}

impl<T: Real> Sealed for Plain<T> {}

/// The methods of all rows, of the number inside.
macro_rules! methods_of_inner {
    (methods { $(
        $formula:literal
        $name:ident($x:ident $(, $y:ident)*) -> $v:ident $probes:tt $partials:tt
    )* } operators $operators:tt) => { $(
        #[inline(always)]
        fn $name(self $(, $y: operand_type!($y Self))*) -> Self {
            Self(self.0.$name($(inner!($y $y)),*))
        }
    )* };
}

/// `inner!(x x)`: an operand of the number inside. An integer is taken as it is.
macro_rules! inner {
    (n $operand:ident) => {
        $operand
    };
    ($name:ident $operand:ident) => {
        $operand.0
    };
}

#[diagnostic::do_not_recommend] // Not in lists of what is a number: it is not for users.
impl<T: Real> Real for Plain<T> {
    type Base = T::Base;

    #[inline(always)]
    fn from_f64(constant: f64) -> Self {
        Self(T::from_f64(constant))
    }
    #[inline(always)]
    fn from_base(constant: T::Base) -> Self {
        Self(T::from_base(constant))
    }
    #[inline(always)]
    fn base(self) -> T::Base {
        self.0.base()
    }
    #[inline(always)]
    fn zero() -> Self {
        Self(T::zero())
    }
    #[inline(always)]
    fn one() -> Self {
        Self(T::one())
    }
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.0.is_zero()
    }
    const __DEPTH: usize = T::__DEPTH;
    const __SERIES: bool = T::__SERIES;
    one_point!();
    type __Inner = T::__Inner;
    fn __extend(
        inputs: &[Self],
        primal: &dyn Fn(&[f64]) -> f64,
        value: &dyn Fn(&[T::__Inner]) -> T::__Inner,
        gradient: &dyn Fn(&[T::__Inner], T::__Inner) -> Vec<T::__Inner>,
    ) -> Self {
        let inputs: Vec<T> = inputs.iter().map(|x| x.0).collect();
        Self(T::__extend(&inputs, primal, value, gradient))
    }

    #[inline(always)]
    fn __product(self, partial: Self) -> Self {
        Self(self.0.__plain_product(partial.0))
    }
    #[inline(always)]
    fn __both(self, other: Self) -> Self {
        self.__product(other)
    }
    #[inline(always)]
    fn __scaled(self, factor: f64) -> Self {
        Self(self.0.__scaled(factor))
    }
    #[inline(always)]
    fn __both_scaled(self, factor: f64) -> Self {
        self.__scaled(factor)
    }
    #[inline(always)]
    fn __product_scaled(self, factor: f64) -> Self {
        self.__scaled(factor)
    }
    #[inline(always)]
    fn __quotient(self, divisor: Self) -> Self {
        Self(self.0.__plain_quotient(divisor.0))
    }
    #[inline(always)]
    fn __has_nan(&self) -> bool {
        self.0.__has_nan()
    }

    rows!(methods_of_inner);
}

impl<T: Real> Neg for Plain<T> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

macro_rules! operator_of_inner {
    ($($Op:ident $op:ident;)*) => { $(
        impl<T: Real> $Op for Plain<T> {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                Self($Op::$op(self.0, other.0))
            }
        }
    )* };
}
operator_of_inner! { Add add; Sub sub; Mul mul; Div div; Rem rem; }
operators! { [T: Real] Plain<T> }

impl<T: fmt::Display> fmt::Display for Plain<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}
