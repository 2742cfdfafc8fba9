//! Statistics, special functions, polynomials, splines, linear algebra.
//!
//! Restated from the crate peroxide 0.43.1, MIT OR Apache-2.0, Copyright (c) 2020 Tae Geun Kim.

use std::f64::consts::PI;

// src/statistics/stat.rs

//@px_cov
#[autodiff::differentiate]
pub fn cov(v1: &[f64], v2: &[f64]) -> f64 {
    let mut ss = 0f64;
    let mut sx = 0f64;
    let mut sy = 0f64;
    let mut l = 0f64;

    for (x, y) in v1.iter().zip(v2) {
        ss += x * y;
        sx += *x;
        sy += *y;
        l += 1f64;
    }
    assert_ne!(l, 1f64);
    (ss / l - (sx * sy) / (l.powf(2f64))) * l / (l - 1f64)
}

// Adapted: of `impl Statistics for Vec<f64>`, `self` is `data`.

//@px_mean
#[autodiff::differentiate]
pub fn mean(data: &Vec<f64>) -> f64 {
    let mut xn = 0f64;
    let mut n = 0f64;

    for x in data.iter() {
        n += 1f64;
        xn += (x - xn) / n;
    }
    xn
}

//@px_var
#[autodiff::differentiate]
pub fn var(data: &Vec<f64>) -> f64 {
    let mut xn = 0f64;
    let mut n = 0f64;
    let mut m2n: f64 = 0f64;

    for x in data.iter() {
        n += 1f64;
        let diff_1 = x - xn;
        xn += diff_1 / n;
        m2n += diff_1 * (x - xn);
    }
    assert_ne!(n, 1f64);
    m2n / (n - 1f64)
}

//@px_sd
#[autodiff::differentiate]
pub fn sd(data: &Vec<f64>) -> f64 {
    var(data).sqrt()
}

//@px_cor
#[autodiff::differentiate]
pub fn cor(v1: &Vec<f64>, v2: &Vec<f64>) -> f64 {
    cov(v1, v2) / (sd(v1) * sd(v2))
}

// src/special/function.rs

//@px_gaussian
#[autodiff::differentiate]
pub fn gaussian(x: f64, mu: f64, sigma: f64) -> f64 {
    1f64 / ((2f64 * PI).sqrt() * sigma) * (-0.5 * ((x - mu) / sigma).powi(2)).exp()
}

//@px_poch
#[autodiff::differentiate]
pub fn poch(x: f64, n: usize) -> f64 {
    let mut s = 1f64;
    for i in 0..n {
        s *= x + i as f64;
    }
    s
}

// src/special/lanczos.rs
const G: f64 = 5f64;
const N: usize = 7;
const LG5N7: [f64; 7] = [
    1.000000000189712,
    76.18009172948503,
    -86.50532032927205,
    24.01409824118972,
    -1.2317395783752254,
    0.0012086577526594748,
    -0.00000539702438713199,
];

//@ln_gamma_approx
#[autodiff::differentiate]
pub fn ln_gamma_approx(z: f64) -> f64 {
    if z <= 0.0 && z.fract() == 0.0 {
        return f64::INFINITY;
    }

    // Positive integers up to 23 go through gamma_approx, whose factorial path is
    // exact there (22! is the largest factorial representable in f64). This makes
    // ln_gamma(1) and ln_gamma(2) return exactly 0 instead of about -1e-11, which
    // matters for callers that subtract two log-gammas of equal argument. The bound
    // keeps the branch cheap enough to stay on the hot path.
    if z <= 23.0 && z.fract() == 0.0 {
        return gamma_approx(z).ln();
    }

    if z < 0.5 {
        return PI.ln() - (PI * z).sin().abs().ln() - ln_gamma_approx(1.0 - z);
    }

    let z = z - 1f64;
    let base = z + G + 0.5;
    let mut s = 0f64;
    for (i, &c) in LG5N7.iter().enumerate().take(N).skip(1) {
        s += c / (z + i as f64);
    }
    s += LG5N7[0];
    (2f64 * PI).sqrt().ln() + s.ln() - base + base.ln() * (z + 0.5)
}

//@gamma_approx
#[autodiff::differentiate]
pub fn gamma_approx(z: f64) -> f64 {
    if z <= 0.0 && z.fract() == 0.0 {
        if z == 0.0 {
            // tgamma(+0.0) is +inf and tgamma(-0.0) is -inf (C99, and what scipy
            // returns). Plain `z == 0.0` matches both zeros, so branch on the sign.
            return if z.is_sign_negative() {
                f64::NEG_INFINITY
            } else {
                f64::INFINITY
            };
        } else {
            return f64::NAN;
        }
    }

    if z > 0.0 && z.fract() == 0.0 {
        if z > 171.0 {
            return f64::INFINITY;
        }

        let mut result = 1.0;
        let n = (z - 1.0) as u64;
        for i in 2..=n {
            result *= i as f64;
        }

        return result;
    }

    if z < 0.5 {
        return PI / ((PI * z).sin() * gamma_approx(1f64 - z));
    }

    ln_gamma_approx(z).exp()
}

// src/structure/polynomial.rs. Adapted: `self.coef` is a parameter, `x: T` with `T: Into<f64>` is `f64`.

//@px_polyeval
#[autodiff::differentiate]
pub fn eval(coef: &[f64], x: f64) -> f64 {
    let l = coef.len() - 1;
    let mut s = coef[0];
    for i in 0..l {
        s = coef[i + 1] + x * s;
    }
    s
}

// src/numerical/spline.rs
pub struct UnitCubicBasis {
    pub x_min: f64,
    pub x_max: f64,
    pub scale: f64,
}

impl UnitCubicBasis {
    //@px_eval
    #[autodiff::differentiate]
    pub fn eval(&self, x: f64) -> f64 {
        let t = 4f64 * (x - self.x_min) / (self.x_max - self.x_min);

        let result = if (0f64..1f64).contains(&t) {
            t.powi(3) / 6f64
        } else if (1f64..2f64).contains(&t) {
            (-3f64 * t.powi(3) + 12f64 * t.powi(2) - 12f64 * t + 4f64) / 6f64
        } else if (2f64..3f64).contains(&t) {
            (3f64 * t.powi(3) - 24f64 * t.powi(2) + 60f64 * t - 44f64) / 6f64
        } else if (3f64..4f64).contains(&t) {
            (4f64 - t).powi(3) / 6f64
        } else {
            0f64
        };

        self.scale * result
    }
}

pub struct BSpline {
    pub degree: usize,
    pub knots: Vec<f64>,
}

impl BSpline {
    //@cox_de_boor
    #[autodiff::differentiate]
    pub fn cox_de_boor(&self, t: f64, i: usize) -> f64 {
        let p = self.degree;
        let mut B = vec![vec![0f64; p + 1]; p + 1];

        // Initialize 0th degree basis functions
        for (j, B_j) in B.iter_mut().enumerate() {
            if (self.knots[i + j] <= t && t < self.knots[i + j + 1])
                || (i + j == self.knots.len() - (p + 2) && t == self.knots[i + j + 1])
            {
                B_j[0] = 1f64;
            } else {
                B_j[0] = 0f64;
            }
        }

        // Compute the basis functions for higher degree
        for k in 1..=p {
            for j in 0..=(p - k) {
                let a = if self.knots[i + j + k] == self.knots[i + j] {
                    0f64
                } else {
                    (t - self.knots[i + j]) / (self.knots[i + j + k] - self.knots[i + j])
                };

                let b = if self.knots[i + j + k + 1] == self.knots[i + j + 1] {
                    0f64
                } else {
                    (self.knots[i + j + k + 1] - t)
                        / (self.knots[i + j + k + 1] - self.knots[i + j + 1])
                };

                B[j][k] = a * B[j][k - 1] + b * B[j + 1][k - 1];
            }
        }

        B[0][p]
    }
}

// src/numerical/utils.rs. Adapted: the solution is returned as a `Vec`, not as a one-column `Matrix`.

//@px_concat
#[autodiff::differentiate]
pub fn concat(v1: &[f64], v2: &[f64]) -> Vec<f64> {
    let mut v = v1.to_vec();
    v.extend_from_slice(v2);

    v
}

//@px_cat
#[autodiff::differentiate]
pub fn cat(val: f64, vec: &[f64]) -> Vec<f64> {
    let mut v = vec![val];
    v.extend_from_slice(vec);

    v
}

//@px_tdma
#[autodiff::differentiate]
pub fn tdma(
    a_input: Vec<f64>,
    b_input: Vec<f64>,
    c_input: Vec<f64>,
    y_input: Vec<f64>,
) -> Vec<f64> {
    let n = b_input.len();
    assert_eq!(a_input.len(), n - 1);
    assert_eq!(c_input.len(), n - 1);
    assert_eq!(y_input.len(), n);

    let a = cat(0f64, &a_input);
    let mut b = b_input.clone();
    let c = {
        let mut c_temp = c_input.clone();
        c_temp.push(0f64);
        c_temp.clone()
    };
    let mut y = y_input.clone();

    // Forward substitution
    let mut w = vec![0f64; n];
    for i in 1..n {
        w[i] = a[i] / b[i - 1];
        b[i] -= w[i] * c[i - 1];
        y[i] -= w[i] * y[i - 1];
    }

    // Backward substitution
    let mut x = vec![0f64; n];
    x[n - 1] = y[n - 1] / b[n - 1];
    for i in (0..n - 1).rev() {
        x[i] = (y[i] - c[i] * x[i + 1]) / b[i];
    }
    x
}

// src/structure/vector.rs

mod tests {
    use super::*;
    //@px_cov
    scalar! { cov: super::cov, super::cov_value_and_grad; (&x, &y) at (x: Vec<f64>, y: Vec<f64>); (vec![0.3, 1.7, -0.4], vec![1.1, 0.2, 0.9]); (vec![2.0, 0.1], vec![-0.5, 3.1]) }
    //@px_mean
    scalar! { mean: super::mean, super::mean_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@px_var
    scalar! { var: super::var, super::var_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@px_sd
    scalar! { sd: super::sd, super::sd_value_and_grad; (&x) at (x: Vec<f64>); (vec![0.3, 1.7, 0.4]); (vec![2.0, 0.1, 5.3, 0.7]) }
    //@px_cor
    scalar! { cor: super::cor, super::cor_value_and_grad; (&x, &y) at (x: Vec<f64>, y: Vec<f64>); (vec![0.3, 1.7, -0.4], vec![1.1, 0.2, 0.9]); (vec![2.0, 0.1, 0.4], vec![-0.5, 3.1, 0.6]) }
    //@px_gaussian
    scalar! { gaussian: super::gaussian, super::gaussian_value_and_grad; (x, m, s) at (x: f64, m: f64, s: f64); (0.3, 0.7, 1.4); (-2.1, 0.2, 0.8) }
    //@px_poch
    scalar! { poch: super::poch, super::poch_value_and_grad; (x, 4) at (x: f64); (0.3); (-2.6) }
    //@ln_gamma_approx
    scalar! { ln_gamma_approx: super::ln_gamma_approx, super::ln_gamma_approx_value_and_grad; (z) at (z: f64); (2.3); (0.2); (7.7) }
    //@gamma_approx
    scalar! { gamma_approx: super::gamma_approx, super::gamma_approx_value_and_grad; (z) at (z: f64); (2.3); (0.2); (7.7) }
    //@px_polyeval
    scalar! { eval: super::eval, super::eval_value_and_grad; (&c, x) at (c: Vec<f64>, x: f64); (vec![0.3, 1.7, -0.4], 0.7); (vec![2.0, 0.1], -1.2) }
    //@px_eval
    scalar! { unit_cubic_basis: UnitCubicBasis::eval, UnitCubicBasis::eval_value_and_grad; (&UnitCubicBasis { x_min: -0.2, x_max: 1.1, scale: 1.3 }, x) at (x: f64); (0.03); (0.2); (0.6); (0.9) }
    //@cox_de_boor
    scalar! { cox_de_boor: BSpline::cox_de_boor, BSpline::cox_de_boor_value_and_grad; (&BSpline { degree: 3, knots: vec![0.0, 0.0, 0.0, 0.0, 0.4, 0.7, 1.0, 1.0, 1.0, 1.0] }, t, 2) at (t: f64); (0.2); (0.55) }
    //@px_concat
    vector! { concat: super::concat, super::concat_vjp; (&x, &y) at (x: Vec<f64>, y: Vec<f64>); (vec![0.3, 1.7], vec![1.1, 0.2, 0.9]); (vec![2.0], vec![-0.5, 3.1, 0.6]) }
    //@px_tdma
    vector! { tdma: super::tdma, super::tdma_vjp; (a, b, c, y) at (a: Vec<f64>, b: Vec<f64>, c: Vec<f64>, y: Vec<f64>); (vec![0.3, 0.7], vec![2.1, 1.9, 2.4], vec![0.5, -0.2], vec![1.0, 0.4, -0.7]); (vec![-0.3], vec![1.1, 1.9], vec![0.5], vec![1.0, 0.4]) }
}
