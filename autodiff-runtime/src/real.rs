//! The trait `Real`: what differentiable code may do with a number, whichever number it is.
//!
//! In: code written once over `T: Real`. Out: its values at `f64` and `f32`, which are exactly those of `std`, and its
//! derivatives at [`Dual`](crate::Dual), [`DualVec`](crate::DualVec) and [`Taylor`](crate::Taylor).

/// How a number over numbers of type `T` begins from constants.
macro_rules! from_constants {
    () => {
        #[inline(always)]
        fn from_f64(constant: f64) -> Self {
            Self::constant(T::from_f64(constant))
        }
        #[inline(always)]
        fn from_base(constant: T::Base) -> Self {
            Self::constant(T::from_base(constant))
        }
        #[inline(always)]
        fn one() -> Self {
            Self::constant(T::one())
        }
    };
}

/// A number that stands for one point.
macro_rules! one_point {
    () => {
        type __Point = Self;
        #[inline(always)]
        fn __at_points<const OPERANDS: usize>(
            numbers: [Self; OPERANDS],
            f: impl Fn([Self; OPERANDS]) -> Self,
        ) -> Self {
            f(numbers)
        }
    };
}

mod forward;
mod operators;

mod abreast;
#[cfg(feature = "std")]
mod dependent;
mod dual;
mod dual_vec;
mod float;
#[cfg(feature = "simd")]
pub(crate) mod lanes;
#[cfg(not(feature = "simd"))]
#[path = "real/one_lane.rs"]
pub(crate) mod lanes;
#[cfg(not(feature = "std"))]
mod no_std;
mod plain;
mod taylor;

pub use abreast::Abreast;
#[cfg(feature = "std")]
pub use dependent::Dependent;
#[cfg(feature = "std")]
pub(crate) use dependent::Session;
pub use dual::Dual;
pub use dual_vec::DualVec;
pub use plain::Plain;
pub use taylor::Taylor;

use alloc::vec::Vec;
use core::cmp::Ordering;
use core::fmt::{Debug, Display};
use core::iter::{Product, Sum};
use core::ops::{
    Add, AddAssign, Div, DivAssign, Mul, MulAssign, Neg, Rem, RemAssign, Sub, SubAssign,
};

pub(crate) mod private {
    /// Keeps `Real` sealed: its laws (comparisons by value, zero tangents contribute zero) are ours to hold.
    pub trait Sealed {}

    /// What functions over the traits of `num_traits` make constants with.
    #[cfg(feature = "num-traits")]
    pub trait Foreign:
        num_traits::Float
        + num_traits::FloatConst
        + num_traits::FromPrimitive
        + num_traits::ToPrimitive
        + num_traits::NumCast
        + num_traits::Signed
    {
    }
    #[cfg(not(feature = "num-traits"))]
    pub trait Foreign {}
    impl Foreign for f64 {}
    impl Foreign for f32 {}
}

/// A real number: `f64`, `f32`, or one that carries derivatives along.
///
/// Every method has the name, the argument order and, at `f64` and `f32`, exactly the value of `std`'s method. Comparisons
/// and predicates look at the value only, so that a function takes the same branches whatever number it runs on.
///
/// ```
/// use autodiff_runtime::{Dual, Real};
///
/// fn logistic<T: Real>(x: T) -> T {
///     ((-x).exp() + T::one()).recip()
/// }
///
/// assert_eq!(logistic(0.0), 0.5);
/// assert_eq!(logistic(Dual::variable(0.0)).tangent, 0.25);
/// ```
#[allow(clippy::wrong_self_convention)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a number that can be differentiated",
    label = "needs to be `f64`, `f32` or a number of `autodiff`",
    note = "only floats carry derivatives; leave other parameters out of `wrt(..)`"
)]
pub trait Real:
    private::Sealed
    + Copy
    + Debug
    + Display
    + Default
    + PartialEq
    + PartialOrd
    + Neg<Output = Self>
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Rem<Output = Self>
    + AddAssign
    + SubAssign
    + MulAssign
    + DivAssign
    + RemAssign
    + Sum
    + for<'a> Sum<&'a Self>
    + Product
    + for<'a> Product<&'a Self>
    + Send
    + Sync
    + 'static
{
    /// The innermost float, `f64` or `f32`.
    type Base: Real<Base = Self::Base> + private::Foreign;

    /// A constant. At base `f32` it is rounded.
    fn from_f64(constant: f64) -> Self;
    /// A constant of the innermost float type.
    fn from_base(constant: Self::Base) -> Self;
    /// The innermost primal value.
    fn base(self) -> Self::Base;
    /// The innermost primal value as `f64`.
    #[inline(always)]
    fn value(self) -> f64 {
        self.base().value()
    }
    /// The constant 0.
    fn zero() -> Self;
    /// The constant 1.
    fn one() -> Self;
    /// Whether every component, tangents and higher coefficients among them, is exactly 0.
    fn is_zero(&self) -> bool;
    /// The same value as a constant: tangents are dropped.
    #[inline(always)]
    fn stop(self) -> Self {
        Self::from_base(self.base())
    }

    /// How many layers of derivatives there are: none in `f64` and `f32`.
    #[doc(hidden)]
    const __DEPTH: usize;
    /// Whether the number is a power series.
    #[doc(hidden)]
    const __SERIES: bool = false;
    /// The number that a rule of the user's is run at when a function with one is evaluated.
    #[doc(hidden)]
    type __Inner: Real<Base = Self::Base>;
    /// A function of which the user has given the gradient: `primal` at floats, `value` and `gradient` at the inner number.
    #[doc(hidden)]
    #[allow(clippy::type_complexity)]
    fn __extend(
        inputs: &[Self],
        primal: &dyn Fn(&[f64]) -> f64,
        value: &dyn Fn(&[Self::__Inner]) -> Self::__Inner,
        gradient: &dyn Fn(&[Self::__Inner], Self::__Inner) -> Vec<Self::__Inner>,
    ) -> Self;

    /// The number at one point: itself, unless it stands for several points at once.
    #[doc(hidden)]
    type __Point: Real<Base = Self::Base>;
    /// `f` at each of the points.
    #[doc(hidden)]
    fn __at_points<const N: usize>(
        numbers: [Self; N],
        f: impl Fn([Self::__Point; N]) -> Self::__Point,
    ) -> Self;
    /// `f` of the number, if it is one of several points.
    #[doc(hidden)]
    #[inline(always)]
    fn __in_lanes(self, _f: impl FnOnce(lanes::Lanes) -> lanes::Lanes) -> Option<Self> {
        None
    }

    /// How many rows of a Jacobian an adjoint is of.
    #[doc(hidden)]
    const __ROWS: usize = 1;
    /// The adjoint of this row in the place of each.
    #[doc(hidden)]
    #[inline(always)]
    fn __row(self, _row: usize) -> Self {
        self
    }
    /// The adjoint of this row, zero in all others.
    #[doc(hidden)]
    #[inline(always)]
    fn __only_row(self, _row: usize) -> Self {
        self
    }

    /// `self * partial`, where what is exactly zero in `self` contributes exactly zero, whatever `partial` is.
    #[doc(hidden)]
    fn __product(self, partial: Self) -> Self;
    /// `self * other`, where what is exactly zero in either contributes exactly zero: a tangent and a partial. In reverse mode a
    /// partial that is zero makes the cotangent zero, which is zero from then on; in forward mode the infinite tangent comes first.
    #[doc(hidden)]
    #[inline(always)]
    fn __both(self, other: Self) -> Self {
        if other.is_zero() {
            Self::zero()
        } else {
            self.__product(other)
        }
    }
    /// `self * self`.
    #[doc(hidden)]
    #[inline(always)]
    fn __square(self) -> Self {
        self * self
    }
    /// `self` times a constant: no product rule, as the constant has no tangent.
    #[doc(hidden)]
    #[inline(always)]
    fn __scaled(self, factor: f64) -> Self {
        self * Self::from_f64(factor)
    }
    /// As [`Self::__both`], where the other is a constant.
    #[doc(hidden)]
    #[inline(always)]
    fn __both_scaled(self, factor: f64) -> Self {
        // A loop over an array multiplies all its floats alike where the same finite factor comes round.
        if factor.is_finite() && factor != 0.0 {
            self.__scaled(factor)
        } else {
            self.__both(Self::from_f64(factor))
        }
    }
    /// As [`Self::__product`], where the partial is a constant.
    #[doc(hidden)]
    #[inline(always)]
    fn __product_scaled(self, factor: f64) -> Self {
        self.__product(Self::from_f64(factor))
    }
    /// All parts of these numbers are finite; of any it may be said that they are not.
    #[doc(hidden)]
    #[inline(always)]
    fn __are_finite(numbers: &[Self]) -> bool {
        let _ = numbers;
        false
    }
    /// `self / divisor`, where what is exactly zero in `self` contributes exactly zero, whatever `divisor` is.
    #[doc(hidden)]
    fn __quotient(self, divisor: Self) -> Self;
    /// As [`Self::__product`], but what is exactly zero in `self` may make a NaN of what it contributes to.
    #[doc(hidden)]
    #[inline(always)]
    fn __plain_product(self, partial: Self) -> Self {
        self.__product(partial)
    }
    /// As [`Self::__quotient`], but what is exactly zero in `self` may make a NaN of what it contributes to.
    #[doc(hidden)]
    #[inline(always)]
    fn __plain_quotient(self, divisor: Self) -> Self {
        self.__quotient(divisor)
    }
    /// As [`Self::__quotient`], where others are divided by the same: floats are multiplied by the reciprocal, as long as there is one.
    #[doc(hidden)]
    #[inline(always)]
    fn __shared_quotient(self, divisor: Self) -> Self {
        self.__quotient(divisor)
    }
    /// As [`Self::__shared_quotient`], but what is exactly zero in `self`, or has no reciprocal, may make a NaN of what it
    /// contributes to.
    #[doc(hidden)]
    #[inline(always)]
    fn __plain_shared_quotient(self, divisor: Self) -> Self {
        self.__plain_quotient(divisor)
    }
    /// The quotient of two values, which cotangents are multiplied by: floats are multiplied by the reciprocal that cotangents are, and
    /// where there is none it is NaN.
    #[doc(hidden)]
    #[inline(always)]
    fn __ratio(self, divisor: Self) -> Self {
        self / divisor
    }
    /// Whether any component, at any point, is NaN.
    #[doc(hidden)]
    fn __has_nan(&self) -> bool;
    /// Whether all there is of it is finite, where that says the same of whatever it was made of by sums and products.
    #[doc(hidden)]
    #[inline(always)]
    fn __is_finite(&self) -> bool {
        false
    }
    /// Zero at every point: a cotangent that nothing has reached.
    #[doc(hidden)]
    #[inline(always)]
    fn __is_nothing(&self) -> bool {
        self.is_zero()
    }
    /// What an operand gets of a cotangent that goes to another at this point: zero. Where it is asked what may depend on
    /// what, it is not nothing.
    #[doc(hidden)]
    #[inline(always)]
    fn __passed_over(self) -> Self {
        Self::zero()
    }

    /// Sine of an angle in radians.
    fn sin(self) -> Self;
    /// Cosine of an angle in radians.
    fn cos(self) -> Self;
    /// Sine and cosine.
    #[inline(always)]
    fn sin_cos(self) -> (Self, Self) {
        (self.sin(), self.cos())
    }
    /// Tangent of an angle in radians.
    fn tan(self) -> Self;
    /// Arcsine, in radians.
    fn asin(self) -> Self;
    /// Arccosine, in radians.
    fn acos(self) -> Self;
    /// Arctangent, in radians.
    fn atan(self) -> Self;
    /// Hyperbolic sine.
    fn sinh(self) -> Self;
    /// Hyperbolic cosine.
    fn cosh(self) -> Self;
    /// Hyperbolic tangent.
    fn tanh(self) -> Self;
    /// Inverse hyperbolic sine.
    fn asinh(self) -> Self;
    /// Inverse hyperbolic cosine.
    fn acosh(self) -> Self;
    /// Inverse hyperbolic tangent.
    fn atanh(self) -> Self;
    /// `e^self`.
    fn exp(self) -> Self;
    /// `2^self`.
    fn exp2(self) -> Self;
    /// `e^self - 1`, accurate near zero.
    fn exp_m1(self) -> Self;
    /// Natural logarithm.
    fn ln(self) -> Self;
    /// `ln(1 + self)`, accurate near zero.
    fn ln_1p(self) -> Self;
    /// Logarithm to base 2.
    fn log2(self) -> Self;
    /// Logarithm to base 10.
    fn log10(self) -> Self;
    /// Square root.
    fn sqrt(self) -> Self;
    /// Cube root.
    fn cbrt(self) -> Self;
    /// Absolute value. At 0 the derivative is +1.
    fn abs(self) -> Self;
    /// 1 or -1, the sign; NaN of NaN. The derivative is 0.
    fn signum(self) -> Self;
    /// Largest integer not above `self`. The derivative is 0.
    fn floor(self) -> Self;
    /// Smallest integer not below `self`. The derivative is 0.
    fn ceil(self) -> Self;
    /// Nearest integer, halves away from 0. The derivative is 0.
    fn round(self) -> Self;
    /// Nearest integer, halves to even. The derivative is 0.
    fn round_ties_even(self) -> Self;
    /// Integer part. The derivative is 0.
    fn trunc(self) -> Self;
    /// Fractional part. The derivative is 1.
    fn fract(self) -> Self;
    /// `1 / self`.
    fn recip(self) -> Self;
    /// Radians to degrees.
    fn to_degrees(self) -> Self;
    /// Degrees to radians.
    fn to_radians(self) -> Self;
    /// Least number greater than `self`. The derivative is 1.
    fn next_up(self) -> Self;
    /// Greatest number less than `self`. The derivative is 1.
    fn next_down(self) -> Self;
    /// Logarithm to the given base.
    fn log(self, base: Self) -> Self;
    /// `self^exponent`.
    fn powf(self, exponent: Self) -> Self;
    /// `sqrt(self² + other²)` without overflow. At (0, 0) the derivative is (0, 0).
    fn hypot(self, other: Self) -> Self;
    /// Angle of the point (`other`, `self`), in radians: `y.atan2(x)`.
    fn atan2(self, other: Self) -> Self;
    /// Least nonnegative remainder. The derivative is (1, `-div_euclid`).
    fn rem_euclid(self, divisor: Self) -> Self;
    /// Euclidean quotient, an integer. The derivative is 0.
    fn div_euclid(self, divisor: Self) -> Self;
    /// Magnitude of `self`, sign of `sign`.
    fn copysign(self, sign: Self) -> Self;
    /// The smaller; of a NaN and a number, the number. At a tie the derivative is one half each.
    fn min(self, other: Self) -> Self;
    /// The larger; of a NaN and a number, the number. At a tie the derivative is one half each.
    fn max(self, other: Self) -> Self;
    /// `(self + other) / 2` without overflow.
    fn midpoint(self, other: Self) -> Self;
    /// `self^exponent`, an integer.
    fn powi(self, exponent: i32) -> Self;
    /// `self` within the bounds. At an edge the derivative is 1 to `self`; outside, 1 to the bound in force.
    ///
    /// # Panics
    /// If `min > max` or a bound is NaN, as `std` does.
    fn clamp(self, min: Self, max: Self) -> Self;
    /// `self * factor + term` with one rounding.
    fn mul_add(self, factor: Self, term: Self) -> Self;

    /// Whether the value is NaN.
    #[inline(always)]
    fn is_nan(self) -> bool {
        self.base().is_nan()
    }
    /// Whether the value is neither infinite nor NaN.
    #[inline(always)]
    fn is_finite(self) -> bool {
        self.base().is_finite()
    }
    /// Whether the value is infinite.
    #[inline(always)]
    fn is_infinite(self) -> bool {
        self.base().is_infinite()
    }
    /// Whether the value has a minus sign, as -0 has.
    #[inline(always)]
    fn is_sign_negative(self) -> bool {
        self.base().is_sign_negative()
    }
    /// Whether the value has no minus sign.
    #[inline(always)]
    fn is_sign_positive(self) -> bool {
        self.base().is_sign_positive()
    }
    /// Whether the value is neither zero, subnormal, infinite nor NaN.
    #[inline(always)]
    fn is_normal(self) -> bool {
        self.base().is_normal()
    }
    /// Whether the value is subnormal.
    #[inline(always)]
    fn is_subnormal(self) -> bool {
        self.base().is_subnormal()
    }
    /// The total order of IEEE 754 on the values.
    #[inline(always)]
    fn total_cmp(&self, other: &Self) -> Ordering {
        self.base().total_cmp(&other.base())
    }
}
