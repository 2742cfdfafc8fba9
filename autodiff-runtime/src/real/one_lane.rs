//! In the place of `lanes` without the feature `simd`: batches are computed point by point.

/// Of one point.
pub type Lanes = f64;

/// How many points a number stands for.
pub const WIDTH: usize = 1;

/// The number with this value.
#[inline(always)]
pub fn pack([value]: [f64; 1]) -> f64 {
    value
}

/// Its value.
#[inline(always)]
pub fn unpack(number: f64) -> [f64; 1] {
    [number]
}

/// `erfc`; `scalar` is the same function.
pub fn erfc(x: f64, scalar: impl Fn(f64) -> f64) -> f64 {
    scalar(x)
}

/// The normal distribution function; `scalar` is the same function.
pub fn norm_cdf(x: f64, scalar: impl Fn(f64) -> f64) -> f64 {
    scalar(x)
}
