//! Special functions, for annotated functions to call by any path, at every order.
//!
//! Values are those of [`libm`](https://docs.rs/libm) where it has the function. Each derivative is a rule of its own, not
//! the derivative of the approximation, and is written over any number, so that higher orders are as accurate as the first.

mod bessel;
mod polygamma;
mod quantile;

use crate::__private::batch;
use crate::__private::rules::product;
use crate::{Real, differentiate};
use core::f64::consts::{FRAC_1_SQRT_2, FRAC_2_SQRT_PI};

/// `1 / sqrt(2π)`.
const FRAC_1_SQRT_2PI: f64 = 0.398_942_280_401_432_7;

/// `sqrt(2π)`.
const SQRT_2PI: f64 = 2.506_628_274_631_000_7;

/// What `FRAC_1_SQRT_2` lacks of `sqrt(1/2)`.
const FRAC_1_SQRT_2_REST: f64 = -4.833_646_656_726_457e-17;

/// The error function `2/√π ∫₀ˣ exp(-t²) dt`, derivative `2/√π exp(-x²)`.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = erf_rule, lanes = erf_in_lanes)]
pub fn erf(x: f64) -> f64 {
    libm::erf(x)
}

fn erf_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    product(cotangent, T::from_f64(FRAC_2_SQRT_PI) * (-x * x).exp())
}

fn erf_in_lanes(x: batch::Lanes) -> batch::Lanes {
    batch::point_by_point(x, erf)
}

/// The complementary error function `1 - erf(x)`, accurate where it is small, derivative `-2/√π exp(-x²)`.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = erfc_rule, lanes = erfc_in_lanes)]
pub fn erfc(x: f64) -> f64 {
    libm::erfc(x)
}

fn erfc_rule<T: Real>(x: T, value: T, cotangent: T) -> T {
    -erf_rule(x, value, cotangent)
}

fn erfc_in_lanes(x: batch::Lanes) -> batch::Lanes {
    batch::erfc(x, erfc)
}

/// The density of the standard normal distribution `exp(-x²/2) / √(2π)`, derivative `-x` times itself.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn norm_pdf(x: f64) -> f64 {
    (-0.5 * x * x).exp() * FRAC_1_SQRT_2PI
}

fn density<T: Real>(x: T) -> T {
    (T::from_f64(-0.5) * x * x).exp() * T::from_f64(FRAC_1_SQRT_2PI)
}

/// The standard normal distribution function `Φ(x) = erfc(-x/√2) / 2`, accurate in both tails, derivative
/// [`norm_pdf`](fn@norm_pdf).
#[differentiate(crate = crate, vjp, jvp, hessian, rule = norm_cdf_rule, lanes = norm_cdf_in_lanes)]
pub fn norm_cdf(x: f64) -> f64 {
    let scaled = -x * FRAC_1_SQRT_2;
    let tail = libm::erfc(scaled);
    if !(1.0..30.0).contains(&scaled) {
        return 0.5 * tail;
    }
    // Far out the rounding of `scaled` alone would cost three digits: a step of Newton's takes it into account.
    let rest = libm::fma(-x, FRAC_1_SQRT_2, -scaled) - x * FRAC_1_SQRT_2_REST;
    0.5 * (tail - FRAC_2_SQRT_PI * libm::exp(-scaled * scaled) * rest)
}

fn norm_cdf_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    product(cotangent, density(x))
}

fn norm_cdf_in_lanes(x: batch::Lanes) -> batch::Lanes {
    batch::norm_cdf(x, norm_cdf)
}

/// The quantiles of the standard normal distribution, the inverse of [`norm_cdf`](fn@norm_cdf), by Wichura's algorithm
/// AS 241 (1988); derivative `1 / norm_pdf(norm_ppf(p))`. Infinite at 0 and 1, NaN beyond.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = norm_ppf_rule)]
pub fn norm_ppf(p: f64) -> f64 {
    quantile::quantile(p)
}

fn norm_ppf_rule<T: Real>(_p: T, value: T, cotangent: T) -> T {
    cotangent / density(value)
}

/// The gamma function, derivative `Γ(x) ψ(x)`. NaN at negative integers.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = gamma_rule)]
pub fn gamma(x: f64) -> f64 {
    libm::tgamma(x)
}

fn gamma_rule<T: Real>(x: T, value: T, cotangent: T) -> T {
    cotangent * value * polygamma::digamma(x)
}

/// The logarithm of `|Γ(x)|`, derivative [`digamma`](fn@digamma). Infinite at zero and at negative integers.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = ln_gamma_rule)]
pub fn ln_gamma(x: f64) -> f64 {
    libm::lgamma(x)
}

fn ln_gamma_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    cotangent * polygamma::digamma(x)
}

/// The digamma function `ψ = (ln Γ)'`, derivative trigamma, `ψ'`. NaN at negative integers, infinite at zeros.
///
/// By recurrence, asymptotic series, reflection (Abramowitz and Stegun 6.3), and by the Taylor series at the positive zero,
/// so that it has all digits near there. Near the negative zeros the absolute error is small, not the relative one.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = digamma_rule)]
pub fn digamma(x: f64) -> f64 {
    polygamma::digamma(x)
}

fn digamma_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    cotangent * polygamma::trigamma(x)
}

/// Euler's beta function `Γ(a) Γ(b) / Γ(a + b)`, derivatives `B (ψ(a) - ψ(a + b))` and `B (ψ(b) - ψ(a + b))`.
///
/// For large arguments by Stirling's series, so that nothing overflows and the digits do not go with the logarithm's size.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = beta_rule)]
pub fn beta(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() || a <= 0.0 || b <= 0.0 {
        let sum = a + b;
        if sum <= 0.0 && libm::floor(sum) == sum {
            return libm::tgamma(a) * libm::tgamma(b) * 0.0;
        }
        return libm::tgamma(a) * (libm::tgamma(b) / libm::tgamma(sum));
    }
    let (small, large) = if a < b { (a, b) } else { (b, a) };
    if large < 10.0 {
        return libm::tgamma(small) * (libm::tgamma(large) / libm::tgamma(small + large));
    }
    if large == f64::INFINITY {
        return 0.0;
    }
    // Γ(x) = sqrt(2π) x^(x - 1/2) exp(-x + rest), in quotients.
    let sum = small + large;
    let fall = large * libm::log1p(small / large);
    let rest = polygamma::stirling_rest(large) - polygamma::stirling_rest(sum);
    let root = libm::sqrt(sum / large);
    if small < 10.0 {
        return libm::tgamma(small)
            * libm::pow(sum, -small)
            * libm::exp(small - fall + rest)
            * root;
    }
    let rest = rest + polygamma::stirling_rest(small);
    SQRT_2PI / libm::sqrt(small) * root * libm::pow(small / sum, small) * libm::exp(rest - fall)
}

fn beta_rule<T: Real>(a: T, b: T, value: T, cotangent: T) -> (T, T) {
    let zero = T::zero();
    let rise = |a: T, b: T| {
        if a > zero && b > zero {
            polygamma::digamma_rise(a, b)
        } else {
            polygamma::digamma(a + b) - polygamma::digamma(a)
        }
    };
    let scale = -(cotangent * value);
    (scale * rise(a, b), scale * rise(b, a))
}

/// The Bessel function of the first kind and order 0, derivative `-J₁`.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = j0_rule)]
pub fn j0(x: f64) -> f64 {
    libm::j0(x)
}

fn j0_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    -(cotangent * bessel::bessel(1, x))
}

/// The Bessel function of the first kind and order 1, derivative `(J₀ - J₂) / 2`.
#[differentiate(crate = crate, vjp, jvp, hessian, rule = j1_rule)]
pub fn j1(x: f64) -> f64 {
    libm::j1(x)
}

fn j1_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    cotangent * T::from_f64(0.5) * (bessel::bessel(0, x) - bessel::bessel(2, x))
}
