//! `Lanes`: one number at several points at once, for batches.
//!
//! In: code over `T: Real` that takes the same path at all points; the macro makes sure of that. Out: at each point what the
//! code gives at `f64`, but for a few units in the last place of elementary functions, which are computed in vectors.
//!
//! What has no vector form, and whatever a vector form is not good at, is computed point by point.

mod elementary;
mod gauss;

pub use gauss::{erfc, norm_cdf};

use super::operators::operators;
use super::{Real, private::Sealed};
use alloc::vec::Vec;
use core::array;
use core::fmt;
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};
use wide::f64x8;

/// How many points a number stands for.
pub const WIDTH: usize = 8;

/// A number at [`WIDTH`] points.
#[derive(Clone, Copy, Debug)]
pub struct Lanes(f64x8);

/// The number with these values.
#[inline(always)]
pub fn pack(values: [f64; WIDTH]) -> Lanes {
    Lanes::new(values)
}

/// The value at each point.
#[inline(always)]
pub fn unpack(number: Lanes) -> [f64; WIDTH] {
    number.values()
}

impl Lanes {
    #[inline(always)]
    fn new(values: [f64; WIDTH]) -> Self {
        Self(f64x8::new(values))
    }

    #[inline(always)]
    fn values(self) -> [f64; WIDTH] {
        self.0.to_array()
    }

    #[inline(always)]
    fn splat(value: f64) -> Self {
        Self(f64x8::splat(value))
    }

    /// `f` of the value at each point.
    #[inline(always)]
    fn map(self, f: impl Fn(f64) -> f64) -> Self {
        Self::new(self.values().map(f))
    }

    /// `f` of the values at each point.
    #[inline(always)]
    fn zip(self, other: Self, f: impl Fn(f64, f64) -> f64) -> Self {
        let (a, b) = (self.values(), other.values());
        Self::new(array::from_fn(|k| f(a[k], b[k])))
    }

    /// At which points it is zero.
    #[inline(always)]
    fn is_exactly_zero(self) -> f64x8 {
        self.0.simd_eq(f64x8::ZERO)
    }

    /// What is compared: there is no order among points.
    #[inline(always)]
    fn primal(&self) -> f64 {
        self.base()
    }
}

impl Default for Lanes {
    fn default() -> Self {
        Self::zero()
    }
}

impl Sealed for Lanes {}

/// Methods that are computed point by point.
macro_rules! point_by_point {
    ($($name:ident($($argument:ident),*);)*) => { $(
        #[inline]
        fn $name(self $(, $argument: Self)*) -> Self {
            Self::__at_points([self $(, $argument)*], |[this $(, $argument)*]| Real::$name(this $(, $argument)*))
        }
    )* };
}

#[diagnostic::do_not_recommend] // Not in lists of what is a number: it is not for users.
impl Real for Lanes {
    type Base = f64;

    #[inline(always)]
    fn from_f64(constant: f64) -> Self {
        Self::splat(constant)
    }
    #[inline(always)]
    fn from_base(constant: f64) -> Self {
        Self::splat(constant)
    }
    /// Of a constant.
    #[inline]
    fn base(self) -> f64 {
        let [first, rest @ ..] = self.values().map(f64::to_bits);
        assert!(
            rest.iter().all(|value| *value == first),
            "bug in autodiff, please report: a function was run in lanes that asks for the value of a number"
        );
        f64::from_bits(first)
    }
    #[inline(always)]
    fn zero() -> Self {
        Self::splat(0.0)
    }
    #[inline(always)]
    fn one() -> Self {
        Self::splat(1.0)
    }
    #[inline(always)]
    fn is_zero(&self) -> bool {
        self.is_exactly_zero().all()
    }
    #[inline(always)]
    fn stop(self) -> Self {
        self
    }

    const __DEPTH: usize = 0;
    type __Inner = f64;
    fn __extend(
        inputs: &[Self],
        primal: &dyn Fn(&[f64]) -> f64,
        _: &dyn Fn(&[f64]) -> f64,
        _: &dyn Fn(&[f64], f64) -> Vec<f64>,
    ) -> Self {
        let mut point = alloc::vec![0.0; inputs.len()];
        let mut values = [0.0; WIDTH];
        for (k, value) in values.iter_mut().enumerate() {
            for (x, input) in point.iter_mut().zip(inputs) {
                *x = input.values()[k];
            }
            *value = primal(&point);
        }
        Self::new(values)
    }
    type __Point = f64;
    #[inline(always)]
    fn __at_points<const N: usize>(numbers: [Self; N], f: impl Fn([f64; N]) -> f64) -> Self {
        let numbers = numbers.map(Self::values);
        Self::new(array::from_fn(|k| f(array::from_fn(|i| numbers[i][k]))))
    }

    #[inline(always)]
    fn __in_lanes(self, f: impl FnOnce(Lanes) -> Lanes) -> Option<Self> {
        Some(f(self))
    }

    #[inline(always)]
    fn __product(self, partial: Self) -> Self {
        Self(!self.is_exactly_zero() & (self.0 * partial.0))
    }
    #[inline(always)]
    fn __are_finite(numbers: &[Self]) -> bool {
        let sum = numbers.iter().fold(f64x8::ZERO, |sum, x| sum + x.0);
        sum.is_finite().all()
    }
    #[inline(always)]
    fn __quotient(self, divisor: Self) -> Self {
        Self(self.0 / self.is_exactly_zero().select(f64x8::ONE, divisor.0))
    }
    #[inline(always)]
    fn __plain_product(self, partial: Self) -> Self {
        self * partial
    }
    #[inline(always)]
    fn __plain_quotient(self, divisor: Self) -> Self {
        self / divisor
    }
    #[inline(always)]
    fn __shared_quotient(self, divisor: Self) -> Self {
        let reciprocal = Self::one().__plain_shared_quotient(divisor);
        let (shared, own) = (self * reciprocal, self.__quotient(divisor));
        Self(reciprocal.0.is_nan().select(own.0, shared.0))
    }
    #[inline(always)]
    fn __plain_shared_quotient(self, divisor: Self) -> Self {
        let reciprocal = Self::one() / divisor;
        self * (reciprocal + reciprocal * Self::zero())
    }
    #[inline(always)]
    fn __ratio(self, divisor: Self) -> Self {
        self.__plain_shared_quotient(divisor)
    }
    #[inline(always)]
    fn __has_nan(&self) -> bool {
        self.0.is_nan().any()
    }

    #[inline(always)]
    fn sqrt(self) -> Self {
        Self(self.0.sqrt())
    }
    #[inline(always)]
    fn abs(self) -> Self {
        Self(self.0.abs())
    }
    #[inline(always)]
    fn floor(self) -> Self {
        Self(self.0.floor())
    }
    #[inline(always)]
    fn ceil(self) -> Self {
        Self(self.0.ceil())
    }
    #[inline(always)]
    fn trunc(self) -> Self {
        Self(self.0.trunc())
    }
    #[inline(always)]
    fn round_ties_even(self) -> Self {
        Self(self.0.round_ties_even())
    }
    #[inline(always)]
    fn recip(self) -> Self {
        Self::one() / self
    }
    #[inline(always)]
    fn min(self, other: Self) -> Self {
        Self(self.0.min(other.0))
    }
    #[inline(always)]
    fn max(self, other: Self) -> Self {
        Self(self.0.max(other.0))
    }
    /// By repeated squaring, in the order of compiler-rt's `__powidf2`.
    #[inline(always)]
    fn powi(self, exponent: i32) -> Self {
        let (mut square, mut remaining, mut power) = (self, exponent.unsigned_abs(), Self::one());
        loop {
            if remaining % 2 == 1 {
                power *= square;
            }
            remaining /= 2;
            if remaining == 0 {
                break;
            }
            square *= square;
        }
        if exponent < 0 { power.recip() } else { power }
    }
    #[inline(always)]
    fn mul_add(self, factor: Self, term: Self) -> Self {
        if cfg!(target_feature = "fma") {
            Self(self.0.mul_add(factor.0, term.0))
        } else {
            // With one rounding, as promised.
            Self::__at_points([self, factor, term], |[x, y, z]| Real::mul_add(x, y, z))
        }
    }
    fn clamp(self, min: Self, max: Self) -> Self {
        Self::__at_points([self, min, max], |[x, y, z]| x.clamp(y, z))
    }

    #[inline(always)]
    fn exp(self) -> Self {
        elementary::exp(self)
    }
    #[inline(always)]
    fn exp_m1(self) -> Self {
        elementary::exp_m1(self)
    }
    #[inline(always)]
    fn ln(self) -> Self {
        elementary::ln(self)
    }
    #[inline(always)]
    fn ln_1p(self) -> Self {
        elementary::ln_1p(self)
    }
    #[inline(always)]
    fn sin(self) -> Self {
        elementary::sin_cos(self).0
    }
    #[inline(always)]
    fn cos(self) -> Self {
        elementary::sin_cos(self).1
    }
    #[inline(always)]
    fn sin_cos(self) -> (Self, Self) {
        elementary::sin_cos(self)
    }
    #[inline(always)]
    fn sinh(self) -> Self {
        elementary::sinh(self)
    }
    #[inline(always)]
    fn cosh(self) -> Self {
        elementary::cosh(self)
    }
    #[inline(always)]
    fn tanh(self) -> Self {
        elementary::tanh(self)
    }

    point_by_point! {
        tan();
        asin();
        acos();
        atan();
        asinh();
        acosh();
        atanh();
        exp2();
        log2();
        log10();
        cbrt();
        signum();
        round();
        fract();
        to_degrees();
        to_radians();
        next_up();
        next_down();
        log(base);
        powf(exponent);
        hypot(other);
        atan2(other);
        rem_euclid(divisor);
        div_euclid(divisor);
        copysign(sign);
        midpoint(other);
    }
}

macro_rules! operator {
    ($Op:ident $op:ident) => {
        impl $Op for Lanes {
            type Output = Self;
            #[inline(always)]
            fn $op(self, other: Self) -> Self {
                Self($Op::$op(self.0, other.0))
            }
        }
    };
}
operator!(Add add);
operator!(Sub sub);
operator!(Mul mul);
operator!(Div div);

impl Rem for Lanes {
    type Output = Self;
    #[inline]
    fn rem(self, other: Self) -> Self {
        self.zip(other, |x, y| x % y)
    }
}

impl Neg for Lanes {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self(-self.0)
    }
}

operators! { [] Lanes }

impl fmt::Display for Lanes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.values()).finish()
    }
}
