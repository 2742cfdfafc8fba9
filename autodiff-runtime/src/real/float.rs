//! `Real` for `f64` and `f32`: each method is exactly the one of `std`, or of `libm` without the `std` feature.

use super::{Real, private::Sealed};
use alloc::vec::Vec;
use core::cmp::Ordering;

/// Calls the elementary function of the platform: `std`'s inherent method, which takes precedence over `Real`'s in a path.
#[cfg(feature = "std")]
macro_rules! elementary {
    ($float:ident::$name:ident($($argument:expr),*)) => { <$float>::$name($($argument),*) };
}

/// Calls the elementary function of `libm`.
#[cfg(not(feature = "std"))]
macro_rules! elementary {
    ($float:ident::$name:ident($($argument:expr),*)) => { super::no_std::$float::$name($($argument),*) };
}

macro_rules! elementary_methods {
    ($float:ident, $($name:ident($($argument:ident: $kind:ty),*) -> $output:ty;)*) => { $(
        #[inline(always)]
        fn $name(self $(, $argument: $kind)*) -> $output {
            elementary!($float::$name(self $(, $argument)*))
        }
    )* };
}

/// Methods that `core` has.
macro_rules! core_methods {
    ($float:ident, $($name:ident($($argument:ident),*) -> $output:ty;)*) => { $(
        #[inline(always)]
        fn $name(self $(, $argument: Self)*) -> $output {
            <$float>::$name(self $(, $argument)*)
        }
    )* };
}

macro_rules! float {
    ($float:ident, $as_f64:path) => {
        impl Sealed for $float {}

        impl Real for $float {
            type Base = $float;

            #[inline(always)]
            fn from_f64(constant: f64) -> Self {
                constant as $float
            }
            #[inline(always)]
            fn from_base(constant: Self) -> Self {
                constant
            }
            #[inline(always)]
            fn base(self) -> Self {
                self
            }
            #[inline(always)]
            fn value(self) -> f64 {
                f64::from(self)
            }
            #[inline(always)]
            fn zero() -> Self {
                0.0
            }
            #[inline(always)]
            fn one() -> Self {
                1.0
            }
            #[inline(always)]
            fn is_zero(&self) -> bool {
                *self == 0.0
            }
            const __DEPTH: usize = 0;
            one_point!();
            type __Inner = $float;
            #[inline(always)]
            fn __extend(
                inputs: &[Self],
                primal: &dyn Fn(&[f64]) -> f64,
                _: &dyn Fn(&[Self]) -> Self,
                _: &dyn Fn(&[Self], Self) -> Vec<Self>,
            ) -> Self {
                primal($as_f64(inputs).as_ref()) as $float
            }

            #[inline(always)]
            fn __product(self, partial: Self) -> Self {
                if self == 0.0 { 0.0 } else { self * partial }
            }
            #[inline(always)]
            fn __are_finite(numbers: &[Self]) -> bool {
                // One test for all: a sum is finite only if each term is. In several sums, which are vectorised.
                const SIDE_BY_SIDE: usize = 8;
                let mut sums = [0.0; SIDE_BY_SIDE];
                let chunks = numbers.chunks_exact(SIDE_BY_SIDE);
                let rest = chunks.remainder().iter().fold(0.0, |sum, x| sum + x);
                for chunk in chunks {
                    for (sum, x) in sums.iter_mut().zip(chunk) {
                        *sum += *x;
                    }
                }
                sums.iter().fold(rest, |sum, x| sum + x).is_finite()
            }
            #[inline(always)]
            fn __quotient(self, divisor: Self) -> Self {
                // A select of the divisor, not of the quotient: LLVM does not divide speculatively, and a branch would
                // keep loops from being vectorised.
                self / (if self == 0.0 { 1.0 } else { divisor })
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
                if reciprocal.is_nan() {
                    self.__quotient(divisor)
                } else {
                    self * reciprocal
                }
            }
            #[inline(always)]
            fn __plain_shared_quotient(self, divisor: Self) -> Self {
                // Infinity becomes NaN: the reciprocal of a divisor near zero overflows where the quotient may not.
                let reciprocal = 1.0 / divisor;
                self * (reciprocal + reciprocal * 0.0)
            }
            #[inline(always)]
            fn __ratio(self, divisor: Self) -> Self {
                self.__plain_shared_quotient(divisor)
            }
            #[inline(always)]
            fn __has_nan(&self) -> bool {
                <$float>::is_nan(*self)
            }
            #[inline(always)]
            fn __is_finite(&self) -> bool {
                <$float>::is_finite(*self)
            }

            elementary_methods! { $float,
                sin() -> Self;
                cos() -> Self;
                tan() -> Self;
                asin() -> Self;
                acos() -> Self;
                atan() -> Self;
                sinh() -> Self;
                cosh() -> Self;
                tanh() -> Self;
                asinh() -> Self;
                acosh() -> Self;
                atanh() -> Self;
                exp() -> Self;
                exp2() -> Self;
                exp_m1() -> Self;
                ln() -> Self;
                ln_1p() -> Self;
                log2() -> Self;
                log10() -> Self;
                sqrt() -> Self;
                cbrt() -> Self;
                floor() -> Self;
                ceil() -> Self;
                round() -> Self;
                round_ties_even() -> Self;
                trunc() -> Self;
                fract() -> Self;
                log(base: Self) -> Self;
                powf(exponent: Self) -> Self;
                hypot(other: Self) -> Self;
                atan2(other: Self) -> Self;
                rem_euclid(divisor: Self) -> Self;
                div_euclid(divisor: Self) -> Self;
                sin_cos() -> (Self, Self);
                powi(exponent: i32) -> Self;
                mul_add(factor: Self, term: Self) -> Self;
            }

            core_methods! { $float,
                abs() -> Self;
                signum() -> Self;
                recip() -> Self;
                to_degrees() -> Self;
                to_radians() -> Self;
                next_up() -> Self;
                next_down() -> Self;
                copysign(sign) -> Self;
                min(other) -> Self;
                max(other) -> Self;
                midpoint(other) -> Self;
                clamp(min, max) -> Self;
                is_nan() -> bool;
                is_finite() -> bool;
                is_infinite() -> bool;
                is_sign_negative() -> bool;
                is_sign_positive() -> bool;
                is_normal() -> bool;
                is_subnormal() -> bool;
            }

            #[inline(always)]
            fn total_cmp(&self, other: &Self) -> Ordering {
                <$float>::total_cmp(self, other)
            }
        }
    };
}

float!(f64, same);
float!(f32, widened);

fn same(inputs: &[f64]) -> &[f64] {
    inputs
}

fn widened(inputs: &[f32]) -> Vec<f64> {
    inputs.iter().copied().map(f64::from).collect()
}
