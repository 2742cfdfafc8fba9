//! Gamma and error functions.
//!
//! Restated from the crate special 0.14.2, `src/*.rs`, Apache-2.0 OR MIT, Copyright 2014-2025 The special Developers.
//! Adapted: the methods of traits implemented by a macro for `f32` and `f64` are functions of `f64`; `self` is `x`.

const PI: f64 = std::f64::consts::PI;

macro_rules! evaluate_polynomial(
    ($x:expr, $coefficients:expr) => (
        $coefficients.iter().rev().fold(0.0, |sum, &c| $x * sum + c)
    );
);

//@-
// not yet: a macro over an active value: rightly refused
// #[autodiff::differentiate]
pub fn digamma(x: f64) -> f64 {
    let p = x;
    if p <= 8.0 {
        return digamma((p + 1.0)) - p.recip();
    }
    let q = p.recip();
    let q2 = q * q;
    p.ln()
        - 0.5 * q
        - q2 * evaluate_polynomial!(
            q2,
            [
                1.0 / 12.0,
                -1.0 / 120.0,
                1.0 / 252.0,
                -1.0 / 240.0,
                5.0 / 660.0,
                -691.0 / 32760.0,
                1.0 / 12.0,
                -3617.0 / 8160.0,
            ]
        )
}

//@-
// not yet: a macro over an active value: rightly refused
// #[autodiff::differentiate]
pub fn trigamma(x: &f64) -> f64 {
    let mut x: f64 = *x;
    if x <= 0.0 {
        return (PI * (PI * x).sin().recip()).powi(2) - trigamma(&(1.0 - x));
    }

    let mut psi: f64 = 0.0;
    if x < 8.0 {
        let n = (8.0 - x.floor()) as usize;
        psi += x.recip().powi(2);
        for v in 1..n {
            psi += (x + (v as f64)).recip().powi(2);
        }
        x += n as f64;
    }
    let t = x.recip();
    let w = t * t;
    psi += t + 0.5 * w;
    psi + t
        * w
        * evaluate_polynomial!(
            w,
            [
                0.16666666666666666,
                -0.03333333333333333,
                0.023809523809523808,
                -0.03333333333333333,
                0.07575757575757576,
                -0.2531135531135531,
                1.1666666666666667,
                -7.092156862745098,
            ]
        )
}

// `ln_gamma` of libm is that of statrs here.
use crate::statrs::functions::gamma::ln_gamma;

//@sp_inc_gamma
#[autodiff::differentiate]
pub fn inc_gamma(x: f64, p: f64) -> f64 {
    const OFLO: f64 = 1e+37;
    const TOL: f64 = 1e-14;
    const XBIG: f64 = 1e+08;

    let elimit: f64 = f64::MIN_POSITIVE.ln();

    let x = x;
    debug_assert!(x >= 0.0 && p > 0.0);

    if x == 0.0 {
        return 0.0;
    }

    // For `p ≥ 1000`, the original algorithm uses an approximation shown below. However, it
    // introduces a substantial accuracy loss.
    //
    // ```
    // use std::f64::consts::FRAC_1_SQRT_2;
    //
    // const PLIMIT: f64 = 1000.0;
    //
    // if PLIMIT < p {
    //     let pn1 = 3.0 * p.sqrt() * ((x / p).powf(1.0 / 3.0) + 1.0 / (9.0 * p) - 1.0);
    //     return 0.5 * (1.0 + (FRAC_1_SQRT_2 * pn1).error());
    // }
    // ```

    if XBIG < x {
        return 1.0;
    }

    if x <= 1.0 || x < p {
        let mut arg = p * x.ln() - x - ln_gamma((p + 1.0));
        let mut value = 1.0;
        let mut a = p;
        let mut c = 1.0;

        loop {
            a += 1.0;
            c *= x / a;
            value += c;
            if c <= TOL {
                break;
            }
        }
        arg += value.ln();

        return if elimit <= arg { arg.exp() } else { 0.0 };
    }

    let mut arg = p * x.ln() - x - ln_gamma(p);
    let mut a = 1.0 - p;
    let mut b = a + x + 1.0;
    let mut c = 0.0;
    let mut pn1 = 1.0;
    let mut pn2 = x;
    let mut pn3 = x + 1.0;
    let mut pn4 = x * b;
    let mut value = pn3 / pn4;

    loop {
        a += 1.0;
        b += 2.0;
        c += 1.0;
        let an = a * c;
        let pn5 = b * pn3 - an * pn1;
        let pn6 = b * pn4 - an * pn2;
        if pn6 != 0.0 {
            let rn = pn5 / pn6;
            if (value - rn).abs() <= TOL.min(TOL * rn) {
                break;
            }
            value = rn;
        }
        pn1 = pn3;
        pn2 = pn4;
        pn3 = pn5;
        pn4 = pn6;
        if OFLO <= pn5.abs() {
            pn1 /= OFLO;
            pn2 /= OFLO;
            pn3 /= OFLO;
            pn4 /= OFLO;
        }
    }
    arg += value.ln();

    if elimit <= arg { 1.0 - arg.exp() } else { 1.0 }
}

mod tests {
    use super::*;
    // not yet
    // scalar! { digamma: super::digamma, super::digamma_value_and_grad; (x) at (x: f64); (2.3); (0.2); (14.1) }
    // not yet
    // scalar! { trigamma: super::trigamma, super::trigamma_value_and_grad; (&x) at (x: f64); (2.3); (0.2); (14.1) }
    //@sp_inc_gamma
    scalar! { inc_gamma: super::inc_gamma, super::inc_gamma_value_and_grad; (x, p) at (x: f64, p: f64); (2.3, 1.2); (0.2, 3.1); (5.3, 2.2) }
}
