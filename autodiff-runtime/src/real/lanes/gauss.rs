//! The error function and the normal distribution function in vectors.
//!
//! After M. M. Shepherd and J. G. Laframboise, *Chebyshev Approximation of (1 + 2x) exp(x²) erfc x in 0 ≤ x < ∞*,
//! Mathematics of Computation 36 (1981), 249–253; the coefficients are computed anew for `x < 28`. Relative errors are below
//! three units in the last place, in the tails as well.

use super::Lanes;
use super::elementary::{exponential, polynomial, within};
use core::f64::consts::FRAC_1_SQRT_2;
use wide::bytemuck::cast;
use wide::{f64x8, u64x8};

/// `(1 + 2x) exp(x²) erfc(x)`, a polynomial of `(x - MIDDLE) / (x + MIDDLE)`.
const COEFFICIENTS: [f64; 23] = [
    1.242_349_244_871_154_4,
    -0.140_009_180_137_619_23,
    -0.010_555_596_332_216_113,
    0.097_519_095_153_235_67,
    -0.115_089_598_160_328_04,
    0.087_983_153_825_647_8,
    -0.048_823_325_824_506_7,
    0.019_099_330_930_225_984,
    -0.004_215_019_952_022_455,
    -0.000_302_267_773_707_9,
    0.000_564_384_758_376_397_3,
    -0.000_121_512_950_001_563_05,
    -4.278_388_089_991_910_3e-5,
    2.426_261_734_638_415_6e-5,
    2.333_460_679_912_836_8e-6,
    -3.817_775_773_473_163e-6,
    -5.458_484_732_513_647e-8,
    6.043_462_379_650_591e-7,
    4.973_314_762_528_647e-9,
    -9.591_998_797_889_558e-8,
    -8.516_504_437_226_587e-9,
    1.126_043_034_566_723_7e-8,
    2.763_833_547_826_866e-9,
];
const MIDDLE: f64 = 3.5;

/// `exp(x²) erfc(x)` for `x` from 0 to 28.
#[inline(always)]
fn scaled_tail(x: f64x8) -> f64x8 {
    let middle = f64x8::splat(MIDDLE);
    let t = (x - middle) / (x + middle);
    polynomial(t, &COEFFICIENTS) / (x + x + f64x8::ONE)
}

/// `exp(-scale x²)`, where the rounding of the square would cost digits; `scale` is a power of two.
#[inline(always)]
fn exp_of_square(x: f64x8, scale: f64) -> f64x8 {
    let high: f64x8 = cast(cast::<_, u64x8>(x) & u64x8::splat(u64::MAX << 32));
    let scale = f64x8::splat(-scale);
    exponential(scale * (high * high), scale * ((x - high) * (x + high)))
}

/// `erfc`; `scalar` is the same function of a float.
#[inline(always)]
pub fn erfc(x: Lanes, scalar: impl Fn(f64) -> f64) -> Lanes {
    let size = x.0.abs();
    let tail = exp_of_square(size, 1.0) * scaled_tail(size);
    let values =
        x.0.simd_lt(f64x8::ZERO)
            .select(f64x8::splat(2.0) - tail, tail);
    within(size.simd_lt(f64x8::splat(26.0)), values, x, scalar)
}

/// The normal distribution function; `scalar` is the same function of a float.
#[inline(always)]
pub fn norm_cdf(x: Lanes, scalar: impl Fn(f64) -> f64) -> Lanes {
    let size = x.0.abs();
    let tail =
        exp_of_square(size, 0.5) * scaled_tail(size * f64x8::splat(FRAC_1_SQRT_2)) * f64x8::HALF;
    let values = x.0.simd_lt(f64x8::ZERO).select(tail, f64x8::ONE - tail);
    within(size.simd_lt(f64x8::splat(37.0)), values, x, scalar)
}
