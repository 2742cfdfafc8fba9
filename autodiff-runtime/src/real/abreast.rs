//! `Abreast`: a number of sweeps that go backwards for several rows of a Jacobian at once.
//!
//! In: both sweeps of a function over `T: Real`, seeded with a row in each lane. Out: the adjoints of each row, as a sweep over `T`
//! for that row alone gives them.
//!
//! Why that is so: a sweep makes values of values, and adjoints of adjoints and values. *Values* are the same in all lanes: what is
//! asked of them, and elementary functions, look at the first one. *Adjoints* are added, subtracted, negated, multiplied and divided,
//! lane by lane, by values that are the same in all. Nothing else is done with an adjoint but to ask whether it is zero or NaN, and
//! that looks at all lanes. A rule of the user's may do anything with it, and is shown one row at a time ([`Real::__row`]).

use super::operators::operators;
use super::{Real, private::Sealed};
use crate::rules::{operand_type, rows};
use alloc::vec::Vec;
use core::array;
use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

/// A value, or its adjoints for `N` rows.
#[derive(Clone, Copy, Debug)]
pub struct Abreast<T, const N: usize>([Lane<T>; N]);

/// Lanes are not side by side in memory: LLVM would pair what it should leave to registers, and with pairs of such code its pass
/// `VectorCombine` has been seen not to end (LLVM 22.1).
#[derive(Clone, Copy, Debug)]
#[repr(C, align(16))]
struct Lane<T>(T);

impl<T: Real, const N: usize> Abreast<T, N> {
    /// A value.
    #[inline(always)]
    pub(crate) fn splat(value: T) -> Self {
        Self([Lane(value); N])
    }

    /// An adjoint of each row.
    #[inline(always)]
    pub(crate) fn adjoint(mut of_row: impl FnMut(usize) -> T) -> Self {
        Self(array::from_fn(|row| Lane(of_row(row))))
    }

    /// The adjoint of a row.
    #[inline(always)]
    pub(crate) fn of_row(self, row: usize) -> T {
        self.0[row].0
    }

    /// The value.
    #[inline(always)]
    pub(crate) fn primal(&self) -> T {
        debug_assert!(
            self.0
                .iter()
                .all(|lane| lane.0 == self.0[0].0 || lane.0.is_nan() && self.0[0].0.is_nan()),
            "bug in autodiff, please report: an adjoint is asked for its value"
        );
        self.0[0].0
    }

    #[inline(always)]
    fn map(self, f: impl Fn(T) -> T) -> Self {
        Self(self.0.map(|lane| Lane(f(lane.0))))
    }

    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(T, T) -> T) -> Self {
        Self::adjoint(|row| f(self.of_row(row), other.of_row(row)))
    }
}

impl<T: Real, const N: usize> Default for Abreast<T, N> {
    fn default() -> Self {
        Self::zero()
    }
}

impl<T: Real, const N: usize> Sealed for Abreast<T, N> {}

/// The methods of all rows of the table, of the value: adjoints are multiplied by partials, and nothing is taken of them.
macro_rules! methods_of_value {
    (methods { $(
        $formula:literal
        $name:ident($x:ident $(, $y:ident)*) -> $v:ident $probes:tt $partials:tt
    )* } operators $operators:tt) => { $( method_of_value!($name $($y)*); )* };
}

macro_rules! method_of_value {
    // Factors, also of cotangents.
    (to_degrees) => {
        #[inline(always)]
        fn to_degrees(self) -> Self {
            self.map(T::to_degrees)
        }
    };
    (to_radians) => {
        #[inline(always)]
        fn to_radians(self) -> Self {
            self.map(T::to_radians)
        }
    };
    ($name:ident $($y:ident)*) => {
        #[inline(always)]
        fn $name(self $(, $y: operand_type!($y Self))*) -> Self {
            Self::splat(self.primal().$name($(value!($y $y)),*))
        }
    };
}

/// `value!(x x)`: an operand as a value. An integer is taken as it is.
macro_rules! value {
    (n $operand:ident) => {
        $operand
    };
    ($name:ident $operand:ident) => {
        $operand.primal()
    };
}

#[diagnostic::do_not_recommend] // Not in lists of what is a number: it is not for users.
impl<T: Real, const N: usize> Real for Abreast<T, N> {
    type Base = T::Base;

    #[inline(always)]
    fn from_f64(constant: f64) -> Self {
        Self::splat(T::from_f64(constant))
    }
    #[inline(always)]
    fn from_base(constant: T::Base) -> Self {
        Self::splat(T::from_base(constant))
    }
    #[inline(always)]
    fn base(self) -> T::Base {
        self.primal().base()
    }
    #[inline(always)]
    fn zero() -> Self {
        Self::splat(T::zero())
    }
    #[inline(always)]
    fn one() -> Self {
        Self::splat(T::one())
    }
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.0.iter().all(|lane| lane.0.is_zero())
    }
    const __DEPTH: usize = T::__DEPTH + 1;
    const __SERIES: bool = T::__SERIES;
    const __ROWS: usize = N;
    one_point!();
    #[inline(always)]
    fn __row(self, row: usize) -> Self {
        Self::splat(self.of_row(row))
    }
    #[inline(always)]
    fn __only_row(self, row: usize) -> Self {
        Self::adjoint(|k| if k == row { self.of_row(k) } else { T::zero() })
    }
    type __Inner = T;
    fn __extend(
        inputs: &[Self],
        _: &dyn Fn(&[f64]) -> f64,
        value: &dyn Fn(&[T]) -> T,
        _: &dyn Fn(&[T], T) -> Vec<T>,
    ) -> Self {
        let point: Vec<T> = inputs.iter().map(Self::primal).collect();
        Self::splat(value(&point))
    }

    #[inline(always)]
    fn __product(self, partial: Self) -> Self {
        self.zip(partial, T::__product)
    }
    #[inline(always)]
    fn __both(self, other: Self) -> Self {
        self.zip(other, T::__both)
    }
    #[inline(always)]
    fn __scaled(self, factor: f64) -> Self {
        self.map(|lane| lane.__scaled(factor))
    }
    #[inline(always)]
    fn __both_scaled(self, factor: f64) -> Self {
        self.map(|lane| lane.__both_scaled(factor))
    }
    #[inline(always)]
    fn __product_scaled(self, factor: f64) -> Self {
        self.map(|lane| lane.__product_scaled(factor))
    }
    #[inline(always)]
    fn __are_finite(numbers: &[Self]) -> bool {
        let sum = numbers.iter().fold(Self::zero(), |sum, x| sum + *x);
        sum.0.iter().all(|lane| T::__are_finite(&[lane.0]))
    }
    #[inline(always)]
    fn __quotient(self, divisor: Self) -> Self {
        self.zip(divisor, T::__quotient)
    }
    #[inline(always)]
    fn __plain_product(self, partial: Self) -> Self {
        self.zip(partial, T::__plain_product)
    }
    #[inline(always)]
    fn __plain_quotient(self, divisor: Self) -> Self {
        self.zip(divisor, T::__plain_quotient)
    }
    #[inline(always)]
    fn __shared_quotient(self, divisor: Self) -> Self {
        self.zip(divisor, T::__shared_quotient)
    }
    #[inline(always)]
    fn __plain_shared_quotient(self, divisor: Self) -> Self {
        self.zip(divisor, T::__plain_shared_quotient)
    }
    #[inline(always)]
    fn __ratio(self, divisor: Self) -> Self {
        self.zip(divisor, T::__ratio)
    }
    #[inline(always)]
    fn __has_nan(&self) -> bool {
        self.0
            .iter()
            .fold(false, |nan, lane| nan | lane.0.__has_nan())
    }
    #[inline(always)]
    fn __is_nothing(&self) -> bool {
        self.0.iter().all(|lane| lane.0.__is_nothing())
    }
    #[inline(always)]
    fn __passed_over(self) -> Self {
        self.map(T::__passed_over)
    }

    rows!(methods_of_value);
}

impl<T: Real, const N: usize> Neg for Abreast<T, N> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        self.map(T::neg)
    }
}

macro_rules! lane_by_lane {
    ($($Op:ident $op:ident;)*) => { $(
        impl<T: Real, const N: usize> $Op for Abreast<T, N> {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                self.zip(other, T::$op)
            }
        }
    )* };
}
lane_by_lane! { Add add; Sub sub; Mul mul; Div div; }

impl<T: Real, const N: usize> Rem for Abreast<T, N> {
    type Output = Self;
    #[inline(always)]
    fn rem(self, other: Self) -> Self {
        Self::splat(self.primal() % other.primal())
    }
}

operators! { [T: Real, const N: usize] Abreast<T, N> }

impl<T: Real, const N: usize> fmt::Display for Abreast<T, N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0[0].0, f)
    }
}
