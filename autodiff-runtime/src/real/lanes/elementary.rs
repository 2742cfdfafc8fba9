//! Elementary functions in vectors: of our own after fdlibm, and logarithms of `wide`, as good as `std`'s to a few units in the last
//! place. Where an argument is in none of their ranges it goes to `std`, alone: what a point gets does not depend on the
//! others.

use super::{Lanes, Real};
use core::f64::consts::{FRAC_2_PI, LOG2_E};
use wide::bytemuck::cast;
use wide::{f64x8, i64x8};

/// The vector's values, and `f` where an argument is out of range.
#[inline(always)]
pub fn within(range: f64x8, values: f64x8, argument: Lanes, f: impl Fn(f64) -> f64) -> Lanes {
    if range.all() {
        Lanes(values)
    } else {
        elsewhere(range, values, argument, f)
    }
}

#[cold]
#[inline(never)]
fn elsewhere(range: f64x8, values: f64x8, argument: Lanes, f: impl Fn(f64) -> f64) -> Lanes {
    Lanes(range.select(values, argument.map(f).0))
}

macro_rules! vectors {
    ($($name:ident($x:ident) = $value:expr, if $range:expr;)*) => { $(
        #[inline(always)]
        pub fn $name(argument: Lanes) -> Lanes {
            let $x = argument.0;
            within($range, $value, argument, Real::$name)
        }
    )* };
}
vectors! {
    // Inside, the results are normal.
    exp(x) = exponential(x, f64x8::ZERO), if x.abs().simd_lt(f64x8::splat(708.0));
    exp_m1(x) = exponential_m1(x), if x.abs().simd_lt(f64x8::splat(708.0));
    sinh(x) = sinh_of_moderate(x), if x.abs().simd_lt(f64x8::splat(708.0));
    cosh(x) = cosh_of_moderate(x), if x.abs().simd_lt(f64x8::splat(708.0));
    tanh(x) = tanh_of_number(x), if x.simd_eq(x);
    // Normal numbers above zero.
    ln(x) = x.ln(), if x.simd_ge(f64x8::splat(f64::MIN_POSITIVE)) & x.simd_lt(f64x8::splat(f64::INFINITY));
    ln_1p(x) = x.ln_1p(), if x.simd_gt(f64x8::splat(-0.5)) & x.simd_lt(f64x8::splat(1e300));
}

/// Added to a small number it rounds it to an integer, which then stands in the lowest bits.
const ROUND: f64 = 1.5 * (1_u64 << 52) as f64;

/// Sine and cosine.
#[inline(always)]
pub fn sin_cos(argument: Lanes) -> (Lanes, Lanes) {
    let x = argument.0;
    let (sin, cos) = sin_cos_of_moderate(x);
    let range = x.abs().simd_lt(f64x8::splat(1e5));
    (
        within(range, sin, argument, Real::sin),
        within(range, cos, argument, Real::cos),
    )
}

/// The polynomials of fdlibm between -π/4 and π/4, for what is left of `x` after multiples of π/2.
#[inline(always)]
fn sin_cos_of_moderate(x: f64x8) -> (f64x8, f64x8) {
    /// `π/2` in three parts: products of the first two with integers of twenty bits are exact.
    const FRAC_PI_2_HIGH: f64 = 1.570_796_326_734_125_6;
    const FRAC_PI_2_MIDDLE: f64 = 6.077_100_506_303_966e-11;
    const FRAC_PI_2_LOW: f64 = 2.022_266_248_795_950_6e-21;

    let shifted = x.mul_add(f64x8::splat(FRAC_2_PI), f64x8::splat(ROUND));
    let turns = shifted - f64x8::splat(ROUND);
    let first = turns.mul_neg_add(f64x8::splat(FRAC_PI_2_HIGH), x);
    let middle = turns * f64x8::splat(FRAC_PI_2_MIDDLE);
    let second = first - middle;
    // Next to a multiple of π/2 what the difference has lost is needed, too.
    let lost = (first - second) - middle;
    let t = second + turns.mul_neg_add(f64x8::splat(FRAC_PI_2_LOW), lost);

    let square = t * t;
    let odd = polynomial(
        square,
        &[
            -1.666_666_666_666_663_2e-1,
            8.333_333_333_322_49e-3,
            -1.984_126_982_985_795e-4,
            2.755_731_370_707_006_8e-6,
            -2.505_076_025_340_686_3e-8,
            1.589_690_995_211_55e-10,
        ],
    );
    let even = polynomial(
        square,
        &[
            4.166_666_666_666_66e-2,
            -1.388_888_888_887_411e-3,
            2.480_158_728_947_673e-5,
            -2.755_731_435_139_066_3e-7,
            2.087_572_321_298_175e-9,
            -1.135_964_755_778_819_5e-11,
        ],
    );
    let sin = (square * t).mul_add(odd, t);
    let half = square * f64x8::HALF;
    let rest = f64x8::ONE - half;
    let cos = rest + (square * square).mul_add(even, (f64x8::ONE - rest) - half);

    let quarter: i64x8 = cast(shifted);
    let swapped: f64x8 = cast(i64x8::ZERO - (quarter & i64x8::ONE));
    let sign = |quarter: i64x8| -> f64x8 { cast((quarter << 62) & i64x8::splat(i64::MIN)) };
    let of_sin = swapped.bitselect(cos, sin) ^ sign(quarter);
    let of_cos = swapped.bitselect(sin, cos) ^ sign(quarter + i64x8::ONE);
    // Of its sign.
    (x.simd_eq(f64x8::ZERO).select(x, of_sin), of_cos)
}

/// `e^x = 2^power (1 + fraction)`.
struct Exponential {
    fraction: f64x8,
    /// As an integer, in the lowest bits.
    power: i64x8,
}

impl Exponential {
    /// Of `x + rest`, for a small `rest`.
    #[inline(always)]
    fn new(x: f64x8, rest: f64x8) -> Self {
        /// `ln 2` in two parts, as in fdlibm: products of the first with integers of eleven bits are exact.
        const LN_2_HIGH: f64 = 6.931_471_803_691_238e-1;
        const LN_2_LOW: f64 = 1.908_214_929_270_587_7e-10;

        let shifted = x.mul_add(f64x8::splat(LOG2_E), f64x8::splat(ROUND));
        let power = shifted - f64x8::splat(ROUND);
        let remainder = power.mul_neg_add(f64x8::splat(LN_2_HIGH), x);
        let t = power.mul_neg_add(f64x8::splat(LN_2_LOW), remainder) + rest;
        // Taylor's series of (e^t - 1 - t) / t², |t| < 0.35.
        let series = polynomial(
            t,
            &[
                1.0 / 2.0,
                1.0 / 6.0,
                1.0 / 24.0,
                1.0 / 120.0,
                1.0 / 720.0,
                1.0 / 5040.0,
                1.0 / 40320.0,
                1.0 / 362_880.0,
                1.0 / 3_628_800.0,
                1.0 / 39_916_800.0,
                1.0 / 479_001_600.0,
                1.0 / 6_227_020_800.0,
            ],
        );
        Self {
            fraction: (t * t).mul_add(series, t),
            power: cast(shifted),
        }
    }

    /// `2^power` times a number between 1/2 and 2.
    #[inline(always)]
    fn scale(&self, number: f64x8) -> f64x8 {
        cast(cast::<_, i64x8>(number) + (self.power << 52))
    }
}

/// `e^(x + rest)`, for a small `rest` and normal results.
#[inline(always)]
pub fn exponential(x: f64x8, rest: f64x8) -> f64x8 {
    let e = Exponential::new(x, rest);
    e.scale(e.fraction + f64x8::ONE)
}

/// `e^x - 1`, for normal `e^x`.
#[inline(always)]
fn exponential_m1(x: f64x8) -> f64x8 {
    let e = Exponential::new(x, f64x8::ZERO);
    let scale = e.scale(f64x8::ONE);
    let value = scale.mul_add(e.fraction, scale - f64x8::ONE);
    // Of its sign.
    x.simd_eq(f64x8::ZERO).select(x, value)
}

/// For `e^|x|` that are normal.
#[inline(always)]
fn sinh_of_moderate(x: f64x8) -> f64x8 {
    let e = exponential_m1(x.abs());
    (f64x8::HALF * (e + e / (e + f64x8::ONE))).flip_signs(x)
}

/// For `e^|x|` that are normal.
#[inline(always)]
fn cosh_of_moderate(x: f64x8) -> f64x8 {
    let e = exponential(x.abs(), f64x8::ZERO);
    f64x8::HALF * (e + f64x8::ONE / e)
}

/// For numbers.
#[inline(always)]
fn tanh_of_number(x: f64x8) -> f64x8 {
    // Far out it is ±1.
    let e = exponential_m1(f64x8::splat(-2.0) * x.abs().min(f64x8::splat(300.0)));
    (-e / (e + f64x8::splat(2.0))).flip_signs(x)
}

/// The polynomial with these coefficients, the lowest first: even and odd powers side by side, so that they do not wait for
/// each other.
#[inline(always)]
pub fn polynomial<const N: usize>(x: f64x8, coefficients: &[f64; N]) -> f64x8 {
    let square = x * x;
    let mut sums = [f64x8::ZERO; 2];
    for (k, c) in coefficients.iter().enumerate().rev() {
        sums[k % 2] = sums[k % 2].mul_add(square, f64x8::splat(*c));
    }
    sums[1].mul_add(x, sums[0])
}
