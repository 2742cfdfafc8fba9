//! Digamma, trigamma and differences of digamma at any number: plain arithmetic, so that derivatives follow from it.
//!
//! The recurrence `ψ(x) = ψ(x + 1) - 1/x` up to where the asymptotic series holds in double precision, with all terms that
//! a few derivatives need (Abramowitz and Stegun 6.3.5, 6.3.18, 6.4.12); reflection for negative arguments (6.3.7, 6.4.7).

use crate::Real;
use core::f64::consts::PI;

/// The asymptotic series are used from here on.
const LARGE: f64 = 20.0;

/// Bernoulli numbers `B_2k` for `k = 1, 2, …`.
const BERNOULLI: [f64; 10] = [
    1.0 / 6.0,
    -1.0 / 30.0,
    1.0 / 42.0,
    -1.0 / 30.0,
    5.0 / 66.0,
    -691.0 / 2730.0,
    7.0 / 6.0,
    -3617.0 / 510.0,
    43867.0 / 798.0,
    -174_611.0 / 330.0,
];

/// The positive zero of ψ in two parts.
const ROOT: f64 = 1.461_632_144_968_362_2;
const ROOT_REST: f64 = 9.549_995_429_965_697e-17;

/// How far from its zero ψ is taken from the series there, so that it has all digits.
const NEAR: f64 = 0.25;

/// `ψ^(k)(ROOT) / k!` for `k = 1, 2, …`, which is `(-1)^(k+1) ζ(k + 1, ROOT)`.
const AT_ROOT: [f64; 26] = [
    0.967_672_245_447_621_2,
    -0.442_763_168_983_592_1,
    0.258_499_760_955_651,
    -0.163_942_705_442_406_52,
    0.107_824_050_691_262_37,
    -0.072_199_561_256_454_71,
    0.048_804_288_164_143_11,
    -0.033_161_126_474_847_36,
    0.022_597_648_232_218_104,
    -0.015_424_765_904_948_96,
    0.010_538_791_616_612_175,
    -0.007_204_534_386_356_869,
    0.004_926_781_395_729_853,
    -0.003_369_801_655_439_328,
    0.002_305_126_326_734_928,
    -0.001_576_936_771_430_197_2,
    0.001_078_825_201_916_296_7,
    -0.000_738_070_938_996_005_2,
    0.000_504_953_265_834_602,
    -0.000_345_468_025_106_307_7,
    0.000_236_356_015_640_270_53,
    -0.000_161_706_220_919_748_03,
    0.000_110_633_727_687_474_1,
    -7.569_179_582_195_066e-5,
    5.178_575_795_222_081e-5,
    -3.543_007_094_765_960_4e-5,
];

/// ψ, the derivative of `ln Γ`. NaN at negative integers, infinite at zeros.
pub fn digamma<T: Real>(x: T) -> T {
    let at = x.value();
    if at == 0.0 {
        return -x.recip();
    }
    if at < 0.0 {
        let offset = x - x.round().stop();
        if offset.value() == 0.0 {
            return x * T::from_f64(f64::NAN);
        }
        let angle = T::from_f64(PI) * offset;
        return digamma(T::one() - x) - T::from_f64(PI) * angle.cos() / angle.sin();
    }
    if (at - ROOT).abs() < NEAR {
        let distance = x - T::from_f64(ROOT) - T::from_f64(ROOT_REST);
        return distance * horner(distance, &AT_ROOT);
    }
    let (mut x, mut below) = (x, T::zero());
    while x.value() < LARGE {
        below += x.recip();
        x += T::one();
    }
    let inverse = x.recip();
    let tail = inverse * (T::from_f64(0.5) + inverse * horner(inverse * inverse, &halved()));
    x.ln() - tail - below
}

/// ψ', the derivative of digamma. Infinite at zero and negative integers.
pub fn trigamma<T: Real>(x: T) -> T {
    if x.value() <= 0.0 {
        let angle = T::from_f64(PI) * (x - x.round().stop());
        let ratio = T::from_f64(PI) / angle.sin();
        return ratio * ratio - trigamma(T::one() - x);
    }
    let (mut x, mut below) = (x, T::zero());
    while x.value() < LARGE {
        let inverse = x.recip();
        below += inverse * inverse;
        x += T::one();
    }
    let inverse = x.recip();
    let square = inverse * inverse;
    below + inverse + square * (T::from_f64(0.5) + inverse * horner(square, &BERNOULLI))
}

/// `ψ(a + b) - ψ(a)` for positive `a` and `b`, without cancellation however small `b` is.
pub fn digamma_rise<T: Real>(a: T, b: T) -> T {
    let (mut a, mut below) = (a, T::zero());
    while a.value() < LARGE {
        // One and the same, but the derivatives cancel in one or the other.
        below += if b > a {
            a.recip() - (a + b).recip()
        } else {
            b / a / (a + b)
        };
        a += T::one();
    }
    let (u, v) = (a.recip(), (a + b).recip());
    // The divided difference of Σ B_2k/2k z^k between u² and v², by Horner's scheme.
    let (mut difference, mut series) = (T::zero(), T::zero());
    for coefficient in halved().into_iter().rev() {
        series = series * (v * v) + T::from_f64(coefficient);
        difference = difference * (u * u) + series;
    }
    let gap = b * u * v;
    below + (b / a).ln_1p() + gap * (T::from_f64(0.5) + (u + v) * difference)
}

/// `ln Γ(x) - ((x - 1/2) ln x - x + ln(2π) / 2)` for `x` of 10 and more (Abramowitz and Stegun 6.1.40).
pub fn stirling_rest(x: f64) -> f64 {
    let inverse = 1.0 / x;
    let mut sum = 0.0;
    for (k, bernoulli) in BERNOULLI.iter().enumerate().rev() {
        let twice = 2.0 * (k as f64 + 1.0);
        sum = sum * inverse * inverse + bernoulli / (twice * (twice - 1.0));
    }
    sum * inverse
}

/// `B_2k / 2k`.
fn halved() -> [f64; 10] {
    let mut coefficients = BERNOULLI;
    for (k, coefficient) in coefficients.iter_mut().enumerate() {
        *coefficient /= 2.0 * (k as f64 + 1.0);
    }
    coefficients
}

/// The polynomial with these coefficients, the constant one first.
pub fn horner<T: Real>(x: T, coefficients: &[f64]) -> T {
    coefficients
        .iter()
        .rev()
        .fold(T::zero(), |sum, &coefficient| {
            sum * x + T::from_f64(coefficient)
        })
}
