//! Continuous distributions.
//!
//! Restated from the crate statrs 0.19.1, `src/distribution/*.rs`, MIT, Copyright (c) 2016 Michael Ma.
//! Adapted: the methods of `impl Continuous for X` and `impl ContinuousCDF for X` stand in `impl X`.

use super::functions::{beta, consts, erf, gamma, prec};
use consts::EULER_MASCHERONI;
use core::f64::consts as f64_consts;
use core::f64::consts::PI;

pub mod normal {
    use super::*;

    //@cdf_unchecked
    #[autodiff::differentiate]
    pub fn cdf_unchecked(x: f64, mean: f64, std_dev: f64) -> f64 {
        0.5 * erf::erfc((mean - x) / (std_dev * f64_consts::SQRT_2))
    }

    //@sf_unchecked
    #[autodiff::differentiate]
    pub fn sf_unchecked(x: f64, mean: f64, std_dev: f64) -> f64 {
        0.5 * erf::erfc((x - mean) / (std_dev * f64_consts::SQRT_2))
    }

    //@pdf_unchecked
    #[autodiff::differentiate]
    pub fn pdf_unchecked(x: f64, mean: f64, std_dev: f64) -> f64 {
        let d = (x - mean) / std_dev;
        (-0.5 * d * d).exp() / (consts::SQRT_2PI * std_dev)
    }

    //@ln_pdf_unchecked
    #[autodiff::differentiate]
    pub fn ln_pdf_unchecked(x: f64, mean: f64, std_dev: f64) -> f64 {
        let d = (x - mean) / std_dev;
        (-0.5 * d * d) - consts::LN_SQRT_2PI - std_dev.ln()
    }
}
use normal::*;

// src/distribution/internal.rs
//@-
// not yet: closures that capture active values as arguments of a call
// #[autodiff::differentiate]
pub fn newton_raphson_quantile(
    p: f64,
    cdf: impl Fn(f64) -> f64,
    sf: impl Fn(f64) -> f64,
    pdf: impl Fn(f64) -> f64,
) -> f64 {
    // Bracket the quantile within a factor of two, `cdf(low) <= p <= cdf(high)`,
    // by walking a unit interval out toward it. Moving *both* ends keeps the
    // bracket tight when the quantile is far from 1 (deep in either tail), so the
    // Newton phase starts close and converges in a handful of steps rather than
    // bisecting the whole span.
    let mut low = 1.0;
    let mut high = 2.0;
    while cdf(low) > p {
        high = low;
        low /= 2.0;
    }
    while cdf(high) < p {
        low = high;
        high *= 2.0;
    }

    // Solve `sf(x) = 1 - p` in the upper half and `cdf(x) = p` otherwise; either
    // way the residual is increasing in `x` with derivative `pdf(x)`.
    let upper = p > 0.5;
    let target = if upper { 1.0 - p } else { p };

    // A *relative* accuracy target: quantiles span many orders of magnitude, so
    // an absolute tolerance (as in `prec::convergence`) is meaningless deep in a
    // tail where the quantile itself is far smaller than that tolerance.
    let accuracy = 1e-14;
    const MAX_ITERATIONS: usize = 100;
    let mut x = (low + high) / 2.0;
    let mut last_step = high - low;
    for _ in 0..MAX_ITERATIONS {
        let residual = if upper {
            target - sf(x)
        } else {
            cdf(x) - target
        };
        let newton = x - residual / pdf(x);
        // A full Newton step below the relative tolerance means we have
        // converged; accept it before the bracket bookkeeping below, which would
        // otherwise reject a converged step that has rounded onto the very
        // endpoint we are about to move to `x`.
        if (newton - x).abs() <= accuracy * x.abs() {
            return newton;
        }
        // Tighten the bracket by the sign of the (increasing) residual.
        if residual >= 0.0 {
            high = x;
        } else {
            low = x;
        }
        // Take the Newton step only while it stays strictly inside the bracket
        // *and* shrinks at least as fast as a bisection would, else bisect. The
        // second half of that test is what bounds the iteration count: a tail
        // where the step is merely linear — the inverse gamma's `exp(-b/x)`
        // advances `b/x` by one per step regardless of how far the root is —
        // otherwise creeps toward the root and runs out of iterations short of
        // it, e.g. `InverseGamma(1, 1).inverse_cdf(1e-200)` off by 4%.
        let step = (newton - x).abs();
        if newton.is_finite() && newton > low && newton < high && 2.0 * step <= last_step {
            x = newton;
            last_step = step;
        } else {
            last_step = (high - low) / 2.0;
            x = low + last_step;
        }
    }
    x
}

// src/prec.rs
//@-
// not yet: a macro that compares active values
// #[autodiff::differentiate]
pub(crate) fn convergence(x: &mut f64, x_new: f64) -> bool {
    let res = approx::relative_eq!(*x, x_new);
    *x = x_new;
    res
}

#[derive(Clone, Copy)]
pub struct Normal {
    pub mean: f64,
    pub std_dev: f64,
}

impl Normal {
    //@Normal_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        pdf_unchecked(x, self.mean, self.std_dev)
    }

    //@Normal_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        ln_pdf_unchecked(x, self.mean, self.std_dev)
    }

    //@Normal_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        cdf_unchecked(x, self.mean, self.std_dev)
    }

    //@Normal_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        sf_unchecked(x, self.mean, self.std_dev)
    }

    //@Normal_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, x: f64) -> f64 {
        if !(0.0..=1.0).contains(&x) {
            panic!("x must be in [0, 1]");
        } else {
            self.mean - (self.std_dev * f64_consts::SQRT_2 * erf::erfc_inv(2.0 * x))
        }
    }
}

#[derive(Clone, Copy)]
pub struct Beta {
    pub shape_a: f64,
    pub shape_b: f64,
}

impl Beta {
    //@Beta_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if !(0.0..=1.0).contains(&x) {
            0.0
        } else if self.shape_a == 1.0 && self.shape_b == 1.0 {
            1.0
        } else if self.shape_a > 80.0 || self.shape_b > 80.0 {
            self.ln_pdf(x).exp()
        } else {
            let bb = gamma::gamma(self.shape_a + self.shape_b)
                / (gamma::gamma(self.shape_a) * gamma::gamma(self.shape_b));
            bb * x.powf(self.shape_a - 1.0) * (1.0 - x).powf(self.shape_b - 1.0)
        }
    }

    //@Beta_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if !(0.0..=1.0).contains(&x) {
            f64::NEG_INFINITY
        } else if self.shape_a == 1.0 && self.shape_b == 1.0 {
            0.0
        } else {
            let aa = gamma::ln_gamma(self.shape_a + self.shape_b)
                - gamma::ln_gamma(self.shape_a)
                - gamma::ln_gamma(self.shape_b);
            let bb = if x == 0.0 {
                if self.shape_a < 1.0 {
                    f64::INFINITY
                } else if self.shape_a == 1.0 {
                    0.0
                } else {
                    f64::NEG_INFINITY
                }
            } else {
                (self.shape_a - 1.0) * x.ln()
            };
            let cc = if x == 1.0 {
                if self.shape_b < 1.0 {
                    f64::INFINITY
                } else if self.shape_b == 1.0 {
                    0.0
                } else {
                    f64::NEG_INFINITY
                }
            } else {
                (self.shape_b - 1.0) * (1.0 - x).ln()
            };
            aa + bb + cc
        }
    }

    //@Beta_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else if x >= 1.0 {
            1.0
        } else if self.shape_a == 1.0 && self.shape_b == 1.0 {
            x
        } else {
            beta::beta_reg(self.shape_a, self.shape_b, x)
        }
    }

    //@Beta_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x < 0.0 {
            1.0
        } else if x >= 1.0 {
            0.0
        } else if self.shape_a == 1.0 && self.shape_b == 1.0 {
            1. - x
        } else if x < (self.shape_a + 1.0) / (self.shape_a + self.shape_b + 2.0) {
            // Below the continued fraction split point of `beta_reg`,
            // `beta_reg(b, a, 1 - x)` reduces to `1 - beta_reg(a, b, x)`;
            // computing the complement here instead avoids `1.0 - x`
            // rounding to 1.0 for tiny x (< ~1.1e-16), which would lose
            // the lower tail entirely. See #432
            1.0 - beta::beta_reg(self.shape_a, self.shape_b, x)
        } else {
            beta::beta_reg(self.shape_b, self.shape_a, 1.0 - x)
        }
    }

    //@Beta_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, x: f64) -> f64 {
        if !(0.0..=1.0).contains(&x) {
            panic!("x must be in [0, 1]");
        } else {
            beta::inv_beta_reg(self.shape_a, self.shape_b, x)
        }
    }
}

#[derive(Clone, Copy)]
pub struct Cauchy {
    pub location: f64,
    pub scale: f64,
}

impl Cauchy {
    //@Cauchy_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        1.0 / (f64_consts::PI
            * self.scale
            * (1.0 + ((x - self.location) / self.scale) * ((x - self.location) / self.scale)))
    }

    //@Cauchy_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        -(f64_consts::PI
            * self.scale
            * (1.0 + ((x - self.location) / self.scale) * ((x - self.location) / self.scale)))
            .ln()
    }

    //@Cauchy_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        (1.0 / f64_consts::PI) * ((x - self.location) / self.scale).atan() + 0.5
    }

    //@Cauchy_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        (1.0 / f64_consts::PI) * ((self.location - x) / self.scale).atan() + 0.5
    }

    //@Cauchy_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, x: f64) -> f64 {
        if !(0.0..=1.0).contains(&x) {
            panic!("x must be in [0, 1]");
        } else {
            self.location + self.scale * (f64_consts::PI * (x - 0.5)).tan()
        }
    }
}

#[derive(Clone, Copy)]
pub struct Gamma {
    pub shape: f64,
    pub rate: f64,
}

impl Gamma {
    //@Gamma_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else if self.shape == 1.0 {
            self.rate * (-self.rate * x).exp()
        } else if self.shape > 160.0 {
            self.ln_pdf(x).exp()
        } else if x.is_infinite() {
            0.0
        } else {
            self.rate.powf(self.shape) * x.powf(self.shape - 1.0) * (-self.rate * x).exp()
                / gamma::gamma(self.shape)
        }
    }

    //@Gamma_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            f64::NEG_INFINITY
        } else if self.shape == 1.0 {
            self.rate.ln() - self.rate * x
        } else if x.is_infinite() {
            f64::NEG_INFINITY
        } else {
            self.shape * self.rate.ln() + (self.shape - 1.0) * x.ln()
                - self.rate * x
                - gamma::ln_gamma(self.shape)
        }
    }

    //@Gamma_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if x == self.shape && self.rate.is_infinite() {
            1.0
        } else if self.rate.is_infinite() {
            0.0
        } else if x.is_infinite() {
            1.0
        } else {
            gamma::gamma_lr(self.shape, x * self.rate)
        }
    }

    //@Gamma_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if x == self.shape && self.rate.is_infinite() {
            0.0
        } else if self.rate.is_infinite() {
            1.0
        } else if x.is_infinite() {
            0.0
        } else {
            gamma::gamma_ur(self.shape, x * self.rate)
        }
    }

    //@-
    // not yet: `contains` of a range on an active value
    // #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            panic!("default inverse_cdf implementation should be provided probability on [0,1]")
        }
        if p == 0.0 {
            return 0.0;
        };
        if p == 1.0 {
            return f64::INFINITY;
        };

        // Bracket the quantile so that `cdf(low) <= p <= cdf(high)`.
        let mut high = 2.0;
        let mut low = 1.0;
        while self.cdf(low) > p {
            low /= 2.0;
        }
        while self.cdf(high) < p {
            high *= 2.0;
        }

        // Safeguarded Newton–Raphson (cf. Numerical Recipes' `rtsafe`): keep the
        // bracket `[low, high]` as an invariant, taking a bisection step whenever a
        // Newton step is non-finite or would leave the bracket. Without this guard the
        // quantile of a shape < 1 distribution, which lies extremely close to 0, makes
        // the first Newton step overshoot below the support (where `pdf == 0`); the
        // iteration then diverges to NaN (#361, #373).
        const MAX_ITERATIONS: usize = 100;
        let mut x = (high + low) / 2.0;
        for _ in 0..MAX_ITERATIONS {
            let value = self.cdf(x);
            if value >= p {
                high = x;
            } else {
                low = x;
            }
            let mut next = x - (value - p) / self.pdf(x);
            if !next.is_finite() || next <= low || next >= high {
                next = (high + low) / 2.0;
            }
            if convergence(&mut x, next) {
                break;
            }
        }

        x
    }
}

#[derive(Clone, Copy)]
pub struct FisherSnedecor {
    pub freedom_1: f64,
    pub freedom_2: f64,
}

impl FisherSnedecor {
    //@FisherSnedecor_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x.is_infinite() || x <= 0.0 {
            0.0
        } else {
            ((self.freedom_1 * x).powf(self.freedom_1) * self.freedom_2.powf(self.freedom_2)
                / (self.freedom_1 * x + self.freedom_2).powf(self.freedom_1 + self.freedom_2))
            .sqrt()
                / (x * beta::beta(self.freedom_1 / 2.0, self.freedom_2 / 2.0))
        }
    }

    //@FisherSnedecor_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        self.pdf(x).ln()
    }

    //@FisherSnedecor_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else if x.is_infinite() {
            1.0
        } else {
            beta::beta_reg(
                self.freedom_1 / 2.0,
                self.freedom_2 / 2.0,
                self.freedom_1 * x / (self.freedom_1 * x + self.freedom_2),
            )
        }
    }

    //@FisherSnedecor_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x < 0.0 {
            1.0
        } else if x.is_infinite() {
            0.0
        } else {
            beta::beta_reg(
                self.freedom_2 / 2.0,
                self.freedom_1 / 2.0,
                1. - ((self.freedom_1 * x) / (self.freedom_1 * x + self.freedom_2)),
            )
        }
    }

    //@FisherSnedecor_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, x: f64) -> f64 {
        if !(0.0..=1.0).contains(&x) {
            panic!("x must be in [0, 1]");
        } else {
            let z = beta::inv_beta_reg(self.freedom_1 / 2.0, self.freedom_2 / 2.0, x);
            self.freedom_2 / (self.freedom_1 * (1.0 / z - 1.0))
        }
    }
}

#[derive(Clone, Copy)]
pub struct Gumbel {
    pub location: f64,
    pub scale: f64,
}

impl Gumbel {
    //@Gumbel_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        (1.0_f64 / self.scale)
            * (-(x - self.location) / (self.scale)).exp()
            * (-((-(x - self.location) / self.scale).exp())).exp()
    }

    //@Gumbel_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        ((1.0_f64 / self.scale)
            * (-(x - self.location) / (self.scale)).exp()
            * (-((-(x - self.location) / self.scale).exp())).exp())
        .ln()
    }

    //@Gumbel_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        (-(-(x - self.location) / self.scale).exp()).exp()
    }

    //@Gumbel_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        -(-(-(x - self.location) / self.scale).exp()).exp_m1()
    }

    //@Gumbel_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        if p <= 0.0 {
            f64::NEG_INFINITY
        } else if p >= 1.0 {
            f64::INFINITY
        } else {
            self.location - self.scale * ((-(p.ln())).ln())
        }
    }
}

#[derive(Clone, Copy)]
pub struct InverseGamma {
    pub shape: f64,
    pub rate: f64,
}

impl InverseGamma {
    //@InverseGamma_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x <= 0.0 || x.is_infinite() {
            0.0
        } else if self.shape == 1.0 {
            self.rate / (x * x) * (-self.rate / x).exp()
        } else {
            self.rate.powf(self.shape) * x.powf(-self.shape - 1.0) * (-self.rate / x).exp()
                / gamma::gamma(self.shape)
        }
    }

    //@InverseGamma_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        self.pdf(x).ln()
    }

    //@InverseGamma_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if x.is_infinite() {
            1.0
        } else {
            gamma::gamma_ur(self.shape, self.rate / x)
        }
    }

    //@InverseGamma_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if x.is_infinite() {
            0.0
        } else {
            gamma::gamma_lr(self.shape, self.rate / x)
        }
    }

    //@-
    // not yet: closures that capture active values as arguments of a call
    // #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            panic!("p must be in [0, 1]")
        }
        if p == 0.0 {
            return 0.0;
        }
        if p == 1.0 {
            return f64::INFINITY;
        }
        // The inverse gamma cdf has no closed-form inverse; solve it with the
        // shared safeguarded Newton search instead of the generic bisection
        // default, which loses precision far into the (very heavy) upper tail.
        newton_raphson_quantile(p, |x| self.cdf(x), |x| self.sf(x), |x| self.pdf(x))
    }
}

#[derive(Clone, Copy)]
pub struct Laplace {
    pub location: f64,
    pub scale: f64,
}

impl Laplace {
    //@Laplace_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        (-(x - self.location).abs() / self.scale).exp() / (2. * self.scale)
    }

    //@Laplace_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        ((-(x - self.location).abs() / self.scale).exp() / (2. * self.scale)).ln()
    }

    //@Laplace_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        let y = (-(x - self.location).abs() / self.scale).exp() / 2.;
        if x >= self.location { 1. - y } else { y }
    }

    //@Laplace_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        let y = (-(x - self.location).abs() / self.scale).exp() / 2.;
        if x >= self.location { y } else { 1. - y }
    }

    //@Laplace_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        if p <= 0. || 1. <= p {
            panic!("p must be in [0, 1]");
        };
        if p <= 0.5 {
            self.location + self.scale * (2. * p).ln()
        } else {
            self.location - self.scale * (2. - 2. * p).ln()
        }
    }
}

pub use levy::Levy;
mod levy {
    use super::erf::{erf, erfc, erfc_inv};
    use super::{consts, f64_consts};

    #[derive(Clone, Copy)]
    pub struct Levy {
        pub mu: f64,
        pub c: f64,
    }

    impl Levy {
        //@Levy_pdf
        #[autodiff::differentiate]
        pub fn pdf(&self, x: f64) -> f64 {
            if x <= self.mu {
                0.0
            } else {
                let diff = x - self.mu;
                (self.c / f64_consts::TAU).sqrt() * (-((0.5 * self.c) / diff)).exp()
                    / diff.powf(1.5)
            }
        }

        //@Levy_ln_pdf
        #[autodiff::differentiate]
        pub fn ln_pdf(&self, x: f64) -> f64 {
            use consts::LN_SQRT_2PI;

            if x <= self.mu {
                f64::NEG_INFINITY
            } else {
                let diff = x - self.mu;
                0.5 * (self.c.ln() - self.c / diff) - (1.5 * diff.ln() + LN_SQRT_2PI)
            }
        }

        //@Levy_cdf
        #[autodiff::differentiate]
        pub fn cdf(&self, x: f64) -> f64 {
            if x <= self.mu {
                0.0
            } else if x > 0.0 && x.is_infinite() {
                1.0
            } else {
                erfc(((0.5 * self.c) / (x - self.mu)).sqrt())
            }
        }

        //@Levy_sf
        #[autodiff::differentiate]
        pub fn sf(&self, x: f64) -> f64 {
            if x <= self.mu {
                1.0
            } else if x > 0.0 && x.is_infinite() {
                0.0
            } else {
                erf(((0.5 * self.c) / (x - self.mu)).sqrt())
            }
        }

        //@Levy_inverse_cdf
        #[autodiff::differentiate]
        pub fn inverse_cdf(&self, x: f64) -> f64 {
            if !(0.0..=1.0).contains(&x) {
                panic!("x must be in [0, 1]");
            } else {
                self.mu + 0.5 * self.c / (erfc_inv(x).powf(2.0))
            }
        }
    }
}

#[derive(Clone, Copy)]
pub struct LogNormal {
    pub location: f64,
    pub scale: f64,
}

impl LogNormal {
    //@LogNormal_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x <= 0.0 || x.is_infinite() {
            0.0
        } else {
            let d = (x.ln() - self.location) / self.scale;
            (-0.5 * d * d).exp() / (x * consts::SQRT_2PI * self.scale)
        }
    }

    //@LogNormal_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if x <= 0.0 || x.is_infinite() {
            f64::NEG_INFINITY
        } else {
            let d = (x.ln() - self.location) / self.scale;
            (-0.5 * d * d) - consts::LN_SQRT_2PI - (x * self.scale).ln()
        }
    }

    //@LogNormal_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            0.0
        } else if x.is_infinite() {
            1.0
        } else {
            0.5 * erf::erfc((self.location - x.ln()) / (self.scale * f64_consts::SQRT_2))
        }
    }

    //@LogNormal_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            1.0
        } else if x.is_infinite() {
            0.0
        } else {
            0.5 * erf::erfc((x.ln() - self.location) / (self.scale * f64_consts::SQRT_2))
        }
    }

    //@LogNormal_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        if p == 0.0 {
            0.0
        } else if p < 1.0 {
            (self.location - (self.scale * f64_consts::SQRT_2 * erf::erfc_inv(2.0 * p))).exp()
        } else if p == 1.0 {
            f64::INFINITY
        } else {
            panic!("p must be within [0.0, 1.0]");
        }
    }
}

#[derive(Clone, Copy)]
pub struct Pareto {
    pub scale: f64,
    pub shape: f64,
}

impl Pareto {
    //@Pareto_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x < self.scale {
            0.0
        } else {
            (self.shape * self.scale.powf(self.shape)) / x.powf(self.shape + 1.0)
        }
    }

    //@Pareto_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if x < self.scale {
            f64::NEG_INFINITY
        } else {
            self.shape.ln() + self.shape * self.scale.ln() - (self.shape + 1.0) * x.ln()
        }
    }

    //@Pareto_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x < self.scale {
            0.0
        } else {
            1.0 - (self.scale / x).powf(self.shape)
        }
    }

    //@Pareto_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x < self.scale {
            1.0
        } else {
            (self.scale / x).powf(self.shape)
        }
    }

    //@Pareto_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            panic!("x must be in [0, 1]");
        } else {
            self.scale * (1.0 - p).powf(-1.0 / self.shape)
        }
    }
}

#[derive(Clone, Copy)]
pub struct StudentsT {
    pub location: f64,
    pub scale: f64,
    pub freedom: f64,
}

impl StudentsT {
    //@StudentsT_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x.is_infinite() {
            0.0
        } else if self.freedom >= 1e8 {
            normal::pdf_unchecked(x, self.location, self.scale)
        } else {
            let d = (x - self.location) / self.scale;
            (gamma::ln_gamma((self.freedom + 1.0) / 2.0) - gamma::ln_gamma(self.freedom / 2.0))
                .exp()
                * (1.0 + d * d / self.freedom).powf(-0.5 * (self.freedom + 1.0))
                / (self.freedom * f64_consts::PI).sqrt()
                / self.scale
        }
    }

    //@StudentsT_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if x.is_infinite() {
            f64::NEG_INFINITY
        } else if self.freedom >= 1e8 {
            normal::ln_pdf_unchecked(x, self.location, self.scale)
        } else {
            let d = (x - self.location) / self.scale;
            gamma::ln_gamma((self.freedom + 1.0) / 2.0)
                - 0.5 * ((self.freedom + 1.0) * (1.0 + d * d / self.freedom).ln())
                - gamma::ln_gamma(self.freedom / 2.0)
                - 0.5 * (self.freedom * f64_consts::PI).ln()
                - self.scale.ln()
        }
    }

    //@StudentsT_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if self.freedom.is_infinite() {
            normal::cdf_unchecked(x, self.location, self.scale)
        } else {
            let k = (x - self.location) / self.scale;
            let h = self.freedom / (self.freedom + k * k);
            let ib = 0.5 * beta::beta_reg(self.freedom / 2.0, 0.5, h);
            if x <= self.location { ib } else { 1.0 - ib }
        }
    }

    //@StudentsT_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if self.freedom.is_infinite() {
            normal::sf_unchecked(x, self.location, self.scale)
        } else {
            let k = (x - self.location) / self.scale;
            let h = self.freedom / (self.freedom + k * k);
            let ib = 0.5 * beta::beta_reg(self.freedom / 2.0, 0.5, h);
            if x <= self.location { 1.0 - ib } else { ib }
        }
    }

    //@StudentsT_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, x: f64) -> f64 {
        // first calculate inverse_cdf for normal Student's T
        assert!((0.0..=1.0).contains(&x));
        let x1 = if x >= 0.5 { 1.0 - x } else { x };
        let a = 0.5 * self.freedom;
        let b = 0.5;
        let mut y = beta::inv_beta_reg(a, b, 2.0 * x1);
        y = (self.freedom * (1. - y) / y).sqrt();
        y = if x >= 0.5 { y } else { -y };
        // generalised Student's T is related to normal Student's T by `Y = μ + σ X`
        // where `X` is distributed as Student's T, so this result has to be scaled and shifted back
        // formally: F_Y(t) = P(Y <= t) = P(X <= (t - μ) / σ) = F_X((t - μ) / σ)
        // F_Y^{-1}(p) = inf { t' | F_Y(t') >= p } = inf { t' = μ + σ t | F_X((t' - μ) / σ) >= p }
        // because scale is positive: loc + scale * t is strictly monotonic function
        // = μ + σ inf { t | F_X(t) >= p } = μ + σ F_X^{-1}(p)
        self.location + self.scale * y
    }
}

#[derive(Clone, Copy)]
pub struct Triangular {
    pub min: f64,
    pub max: f64,
    pub mode: f64,
}

impl Triangular {
    //@Triangular_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        let a = self.min;
        let b = self.max;
        let c = self.mode;
        if a <= x && x <= c {
            2.0 * (x - a) / ((b - a) * (c - a))
        } else if c < x && x <= b {
            2.0 * (b - x) / ((b - a) * (b - c))
        } else {
            0.0
        }
    }

    //@Triangular_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        self.pdf(x).ln()
    }

    //@Triangular_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        let a = self.min;
        let b = self.max;
        let c = self.mode;
        if x <= a {
            0.0
        } else if x <= c {
            (x - a) * (x - a) / ((b - a) * (c - a))
        } else if x < b {
            1.0 - (b - x) * (b - x) / ((b - a) * (b - c))
        } else {
            1.0
        }
    }

    //@Triangular_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        let a = self.min;
        let b = self.max;
        let c = self.mode;
        if x <= a {
            1.0
        } else if x <= c {
            1.0 - ((x - a) * (x - a) / ((b - a) * (c - a)))
        } else if x < b {
            (b - x) * (b - x) / ((b - a) * (b - c))
        } else {
            0.0
        }
    }

    //@Triangular_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        let a = self.min;
        let b = self.max;
        let c = self.mode;
        if !(0.0..=1.0).contains(&p) {
            panic!("x must be in [0, 1]");
        }

        if p < (c - a) / (b - a) {
            a + ((c - a) * (b - a) * p).sqrt()
        } else {
            b - ((b - a) * (b - c) * (1.0 - p)).sqrt()
        }
    }
}

#[derive(Clone, Copy)]
pub struct Weibull {
    pub shape: f64,
    pub scale: f64,
    pub scale_pow_shape_inv: f64,
}

impl Weibull {
    //@Weibull_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else if x == 0.0 && self.shape == 1.0 {
            1.0 / self.scale
        } else if x.is_infinite() {
            0.0
        } else {
            self.shape
                * (x / self.scale).powf(self.shape - 1.0)
                * (-(x.powf(self.shape)) * self.scale_pow_shape_inv).exp()
                / self.scale
        }
    }

    //@Weibull_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            f64::NEG_INFINITY
        } else if x == 0.0 && self.shape == 1.0 {
            0.0 - self.scale.ln()
        } else if x.is_infinite() {
            f64::NEG_INFINITY
        } else {
            self.shape.ln() + (self.shape - 1.0) * (x / self.scale).ln()
                - x.powf(self.shape) * self.scale_pow_shape_inv
                - self.scale.ln()
        }
    }

    //@Weibull_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else {
            -(-x.powf(self.shape) * self.scale_pow_shape_inv).exp_m1()
        }
    }

    //@Weibull_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x < 0.0 {
            1.0
        } else {
            (-x.powf(self.shape) * self.scale_pow_shape_inv).exp()
        }
    }

    //@Weibull_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        if !(0.0..=1.0).contains(&p) {
            panic!("x must be in [0, 1]");
        }

        (-((-p).ln_1p() / self.scale_pow_shape_inv)).powf(1.0 / self.shape)
    }
}

#[derive(Clone, Copy)]
pub struct Exp {
    pub rate: f64,
}

impl Exp {
    //@Exp_pdf
    #[autodiff::differentiate]
    pub fn pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else {
            self.rate * (-self.rate * x).exp()
        }
    }

    //@Exp_ln_pdf
    #[autodiff::differentiate]
    pub fn ln_pdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            f64::NEG_INFINITY
        } else {
            self.rate.ln() - self.rate * x
        }
    }

    //@Exp_cdf
    #[autodiff::differentiate]
    pub fn cdf(&self, x: f64) -> f64 {
        if x < 0.0 {
            0.0
        } else {
            1.0 - (-self.rate * x).exp()
        }
    }

    //@Exp_sf
    #[autodiff::differentiate]
    pub fn sf(&self, x: f64) -> f64 {
        if x < 0.0 { 1.0 } else { (-self.rate * x).exp() }
    }

    //@Exp_inverse_cdf
    #[autodiff::differentiate]
    pub fn inverse_cdf(&self, p: f64) -> f64 {
        -(-p).ln_1p() / self.rate
    }
}

mod tests {
    use super::*;
    //@cdf_unchecked
    scalar! { cdf_unchecked: normal::cdf_unchecked, normal::cdf_unchecked_value_and_grad; (x, m, s) at (x: f64, m: f64, s: f64); (0.3, 0.7, 1.4); (-2.1, 0.2, 0.8) }
    //@sf_unchecked
    scalar! { sf_unchecked: normal::sf_unchecked, normal::sf_unchecked_value_and_grad; (x, m, s) at (x: f64, m: f64, s: f64); (0.3, 0.7, 1.4); (-2.1, 0.2, 0.8) }
    //@pdf_unchecked
    scalar! { pdf_unchecked: normal::pdf_unchecked, normal::pdf_unchecked_value_and_grad; (x, m, s) at (x: f64, m: f64, s: f64); (0.3, 0.7, 1.4); (-2.1, 0.2, 0.8) }
    //@ln_pdf_unchecked
    scalar! { ln_pdf_unchecked: normal::ln_pdf_unchecked, normal::ln_pdf_unchecked_value_and_grad; (x, m, s) at (x: f64, m: f64, s: f64); (0.3, 0.7, 1.4); (-2.1, 0.2, 0.8) }
    //@Normal_pdf
    scalar! { normal_pdf: Normal::pdf, Normal::pdf_value_and_grad; (&Normal { mean: 0.3, std_dev: 1.7 }, x) at (x: f64); (0.55); (0.83) }
    //@Normal_ln_pdf
    scalar! { normal_ln_pdf: Normal::ln_pdf, Normal::ln_pdf_value_and_grad; (&Normal { mean: 0.3, std_dev: 1.7 }, x) at (x: f64); (0.55); (0.83) }
    //@Normal_cdf
    scalar! { normal_cdf: Normal::cdf, Normal::cdf_value_and_grad; (&Normal { mean: 0.3, std_dev: 1.7 }, x) at (x: f64); (0.55); (0.83) }
    //@Normal_sf
    scalar! { normal_sf: Normal::sf, Normal::sf_value_and_grad; (&Normal { mean: 0.3, std_dev: 1.7 }, x) at (x: f64); (0.55); (0.83) }
    //@Normal_inverse_cdf
    scalar! { normal_inverse_cdf: Normal::inverse_cdf, Normal::inverse_cdf_value_and_grad; (&Normal { mean: 0.3, std_dev: 1.7 }, x) at (x: f64); (0.3); (0.8) }
    //@Beta_pdf
    scalar! { beta_pdf: Beta::pdf, Beta::pdf_value_and_grad; (&Beta { shape_a: 2.3, shape_b: 1.6 }, x) at (x: f64); (0.55); (0.83) }
    //@Beta_ln_pdf
    scalar! { beta_ln_pdf: Beta::ln_pdf, Beta::ln_pdf_value_and_grad; (&Beta { shape_a: 2.3, shape_b: 1.6 }, x) at (x: f64); (0.55); (0.83) }
    //@Beta_cdf
    scalar! { beta_cdf: Beta::cdf, Beta::cdf_value_and_grad; (&Beta { shape_a: 2.3, shape_b: 1.6 }, x) at (x: f64); (0.55); (0.83) }
    //@Beta_sf
    scalar! { beta_sf: Beta::sf, Beta::sf_value_and_grad; (&Beta { shape_a: 2.3, shape_b: 1.6 }, x) at (x: f64); (0.55); (0.83) }
    //@Beta_inverse_cdf
    scalar! { beta_inverse_cdf: Beta::inverse_cdf, Beta::inverse_cdf_value_and_grad; (&Beta { shape_a: 2.3, shape_b: 1.6 }, x) at (x: f64); (0.3); (0.8) }
    //@Cauchy_pdf
    scalar! { cauchy_pdf: Cauchy::pdf, Cauchy::pdf_value_and_grad; (&Cauchy { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Cauchy_ln_pdf
    scalar! { cauchy_ln_pdf: Cauchy::ln_pdf, Cauchy::ln_pdf_value_and_grad; (&Cauchy { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Cauchy_cdf
    scalar! { cauchy_cdf: Cauchy::cdf, Cauchy::cdf_value_and_grad; (&Cauchy { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Cauchy_sf
    scalar! { cauchy_sf: Cauchy::sf, Cauchy::sf_value_and_grad; (&Cauchy { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Cauchy_inverse_cdf
    scalar! { cauchy_inverse_cdf: Cauchy::inverse_cdf, Cauchy::inverse_cdf_value_and_grad; (&Cauchy { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.3); (0.8) }
    //@Gamma_pdf
    scalar! { gamma_pdf: Gamma::pdf, Gamma::pdf_value_and_grad; (&Gamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Gamma_ln_pdf
    scalar! { gamma_ln_pdf: Gamma::ln_pdf, Gamma::ln_pdf_value_and_grad; (&Gamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Gamma_cdf
    scalar! { gamma_cdf: Gamma::cdf, Gamma::cdf_value_and_grad; (&Gamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Gamma_sf
    scalar! { gamma_sf: Gamma::sf, Gamma::sf_value_and_grad; (&Gamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    // not yet
    // scalar! { gamma_inverse_cdf: Gamma::inverse_cdf, Gamma::inverse_cdf_value_and_grad; (&Gamma { shape: 2.2, rate: 1.3 }, p) at (p: f64); (0.3); (0.8) }
    //@FisherSnedecor_pdf
    scalar! { fishersnedecor_pdf: FisherSnedecor::pdf, FisherSnedecor::pdf_value_and_grad; (&FisherSnedecor { freedom_1: 3.2, freedom_2: 5.1 }, x) at (x: f64); (0.55); (0.83) }
    //@FisherSnedecor_ln_pdf
    scalar! { fishersnedecor_ln_pdf: FisherSnedecor::ln_pdf, FisherSnedecor::ln_pdf_value_and_grad; (&FisherSnedecor { freedom_1: 3.2, freedom_2: 5.1 }, x) at (x: f64); (0.55); (0.83) }
    //@FisherSnedecor_cdf
    scalar! { fishersnedecor_cdf: FisherSnedecor::cdf, FisherSnedecor::cdf_value_and_grad; (&FisherSnedecor { freedom_1: 3.2, freedom_2: 5.1 }, x) at (x: f64); (0.55); (0.83) }
    //@FisherSnedecor_sf
    scalar! { fishersnedecor_sf: FisherSnedecor::sf, FisherSnedecor::sf_value_and_grad; (&FisherSnedecor { freedom_1: 3.2, freedom_2: 5.1 }, x) at (x: f64); (0.55); (0.83) }
    //@FisherSnedecor_inverse_cdf
    scalar! { fishersnedecor_inverse_cdf: FisherSnedecor::inverse_cdf, FisherSnedecor::inverse_cdf_value_and_grad; (&FisherSnedecor { freedom_1: 3.2, freedom_2: 5.1 }, x) at (x: f64); (0.3); (0.8) }
    //@Gumbel_pdf
    scalar! { gumbel_pdf: Gumbel::pdf, Gumbel::pdf_value_and_grad; (&Gumbel { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Gumbel_ln_pdf
    scalar! { gumbel_ln_pdf: Gumbel::ln_pdf, Gumbel::ln_pdf_value_and_grad; (&Gumbel { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Gumbel_cdf
    scalar! { gumbel_cdf: Gumbel::cdf, Gumbel::cdf_value_and_grad; (&Gumbel { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Gumbel_sf
    scalar! { gumbel_sf: Gumbel::sf, Gumbel::sf_value_and_grad; (&Gumbel { location: 0.2, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Gumbel_inverse_cdf
    scalar! { gumbel_inverse_cdf: Gumbel::inverse_cdf, Gumbel::inverse_cdf_value_and_grad; (&Gumbel { location: 0.2, scale: 1.4 }, p) at (p: f64); (0.3); (0.8) }
    //@InverseGamma_pdf
    scalar! { inversegamma_pdf: InverseGamma::pdf, InverseGamma::pdf_value_and_grad; (&InverseGamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@InverseGamma_ln_pdf
    scalar! { inversegamma_ln_pdf: InverseGamma::ln_pdf, InverseGamma::ln_pdf_value_and_grad; (&InverseGamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@InverseGamma_cdf
    scalar! { inversegamma_cdf: InverseGamma::cdf, InverseGamma::cdf_value_and_grad; (&InverseGamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@InverseGamma_sf
    scalar! { inversegamma_sf: InverseGamma::sf, InverseGamma::sf_value_and_grad; (&InverseGamma { shape: 2.2, rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    // not yet
    // scalar! { inversegamma_inverse_cdf: InverseGamma::inverse_cdf, InverseGamma::inverse_cdf_value_and_grad; (&InverseGamma { shape: 2.2, rate: 1.3 }, p) at (p: f64); (0.3); (0.8) }
    //@Laplace_pdf
    scalar! { laplace_pdf: Laplace::pdf, Laplace::pdf_value_and_grad; (&Laplace { location: 0.21, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Laplace_ln_pdf
    scalar! { laplace_ln_pdf: Laplace::ln_pdf, Laplace::ln_pdf_value_and_grad; (&Laplace { location: 0.21, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Laplace_cdf
    scalar! { laplace_cdf: Laplace::cdf, Laplace::cdf_value_and_grad; (&Laplace { location: 0.21, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Laplace_sf
    scalar! { laplace_sf: Laplace::sf, Laplace::sf_value_and_grad; (&Laplace { location: 0.21, scale: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Laplace_inverse_cdf
    scalar! { laplace_inverse_cdf: Laplace::inverse_cdf, Laplace::inverse_cdf_value_and_grad; (&Laplace { location: 0.21, scale: 1.4 }, p) at (p: f64); (0.3); (0.8) }
    //@Levy_pdf
    scalar! { levy_pdf: Levy::pdf, Levy::pdf_value_and_grad; (&Levy { mu: -0.2, c: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Levy_ln_pdf
    scalar! { levy_ln_pdf: Levy::ln_pdf, Levy::ln_pdf_value_and_grad; (&Levy { mu: -0.2, c: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Levy_cdf
    scalar! { levy_cdf: Levy::cdf, Levy::cdf_value_and_grad; (&Levy { mu: -0.2, c: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Levy_sf
    scalar! { levy_sf: Levy::sf, Levy::sf_value_and_grad; (&Levy { mu: -0.2, c: 1.4 }, x) at (x: f64); (0.55); (0.83) }
    //@Levy_inverse_cdf
    scalar! { levy_inverse_cdf: Levy::inverse_cdf, Levy::inverse_cdf_value_and_grad; (&Levy { mu: -0.2, c: 1.4 }, x) at (x: f64); (0.3); (0.8) }
    //@LogNormal_pdf
    scalar! { lognormal_pdf: LogNormal::pdf, LogNormal::pdf_value_and_grad; (&LogNormal { location: 0.2, scale: 0.7 }, x) at (x: f64); (0.55); (0.83) }
    //@LogNormal_ln_pdf
    scalar! { lognormal_ln_pdf: LogNormal::ln_pdf, LogNormal::ln_pdf_value_and_grad; (&LogNormal { location: 0.2, scale: 0.7 }, x) at (x: f64); (0.55); (0.83) }
    //@LogNormal_cdf
    scalar! { lognormal_cdf: LogNormal::cdf, LogNormal::cdf_value_and_grad; (&LogNormal { location: 0.2, scale: 0.7 }, x) at (x: f64); (0.55); (0.83) }
    //@LogNormal_sf
    scalar! { lognormal_sf: LogNormal::sf, LogNormal::sf_value_and_grad; (&LogNormal { location: 0.2, scale: 0.7 }, x) at (x: f64); (0.55); (0.83) }
    //@LogNormal_inverse_cdf
    scalar! { lognormal_inverse_cdf: LogNormal::inverse_cdf, LogNormal::inverse_cdf_value_and_grad; (&LogNormal { location: 0.2, scale: 0.7 }, p) at (p: f64); (0.3); (0.8) }
    //@Pareto_pdf
    scalar! { pareto_pdf: Pareto::pdf, Pareto::pdf_value_and_grad; (&Pareto { scale: 0.15, shape: 2.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Pareto_ln_pdf
    scalar! { pareto_ln_pdf: Pareto::ln_pdf, Pareto::ln_pdf_value_and_grad; (&Pareto { scale: 0.15, shape: 2.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Pareto_cdf
    scalar! { pareto_cdf: Pareto::cdf, Pareto::cdf_value_and_grad; (&Pareto { scale: 0.15, shape: 2.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Pareto_sf
    scalar! { pareto_sf: Pareto::sf, Pareto::sf_value_and_grad; (&Pareto { scale: 0.15, shape: 2.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Pareto_inverse_cdf
    scalar! { pareto_inverse_cdf: Pareto::inverse_cdf, Pareto::inverse_cdf_value_and_grad; (&Pareto { scale: 0.15, shape: 2.3 }, p) at (p: f64); (0.3); (0.8) }
    //@StudentsT_pdf
    scalar! { studentst_pdf: StudentsT::pdf, StudentsT::pdf_value_and_grad; (&StudentsT { location: 0.2, scale: 1.3, freedom: 4.2 }, x) at (x: f64); (0.55); (0.83) }
    //@StudentsT_ln_pdf
    scalar! { studentst_ln_pdf: StudentsT::ln_pdf, StudentsT::ln_pdf_value_and_grad; (&StudentsT { location: 0.2, scale: 1.3, freedom: 4.2 }, x) at (x: f64); (0.55); (0.83) }
    //@StudentsT_cdf
    scalar! { studentst_cdf: StudentsT::cdf, StudentsT::cdf_value_and_grad; (&StudentsT { location: 0.2, scale: 1.3, freedom: 4.2 }, x) at (x: f64); (0.55); (0.83) }
    //@StudentsT_sf
    scalar! { studentst_sf: StudentsT::sf, StudentsT::sf_value_and_grad; (&StudentsT { location: 0.2, scale: 1.3, freedom: 4.2 }, x) at (x: f64); (0.55); (0.83) }
    //@StudentsT_inverse_cdf
    scalar! { studentst_inverse_cdf: StudentsT::inverse_cdf, StudentsT::inverse_cdf_value_and_grad; (&StudentsT { location: 0.2, scale: 1.3, freedom: 4.2 }, x) at (x: f64); (0.3); (0.8) }
    //@Triangular_pdf
    scalar! { triangular_pdf: Triangular::pdf, Triangular::pdf_value_and_grad; (&Triangular { min: -1.0, max: 2.0, mode: 0.45 }, x) at (x: f64); (0.55); (0.83) }
    //@Triangular_ln_pdf
    scalar! { triangular_ln_pdf: Triangular::ln_pdf, Triangular::ln_pdf_value_and_grad; (&Triangular { min: -1.0, max: 2.0, mode: 0.45 }, x) at (x: f64); (0.55); (0.83) }
    //@Triangular_cdf
    scalar! { triangular_cdf: Triangular::cdf, Triangular::cdf_value_and_grad; (&Triangular { min: -1.0, max: 2.0, mode: 0.45 }, x) at (x: f64); (0.55); (0.83) }
    //@Triangular_sf
    scalar! { triangular_sf: Triangular::sf, Triangular::sf_value_and_grad; (&Triangular { min: -1.0, max: 2.0, mode: 0.45 }, x) at (x: f64); (0.55); (0.83) }
    //@Triangular_inverse_cdf
    scalar! { triangular_inverse_cdf: Triangular::inverse_cdf, Triangular::inverse_cdf_value_and_grad; (&Triangular { min: -1.0, max: 2.0, mode: 0.45 }, p) at (p: f64); (0.3); (0.8) }
    //@Weibull_pdf
    scalar! { weibull_pdf: Weibull::pdf, Weibull::pdf_value_and_grad; (&Weibull { shape: 1.7, scale: 1.2, scale_pow_shape_inv: 0.7335 }, x) at (x: f64); (0.55); (0.83) }
    //@Weibull_ln_pdf
    scalar! { weibull_ln_pdf: Weibull::ln_pdf, Weibull::ln_pdf_value_and_grad; (&Weibull { shape: 1.7, scale: 1.2, scale_pow_shape_inv: 0.7335 }, x) at (x: f64); (0.55); (0.83) }
    //@Weibull_cdf
    scalar! { weibull_cdf: Weibull::cdf, Weibull::cdf_value_and_grad; (&Weibull { shape: 1.7, scale: 1.2, scale_pow_shape_inv: 0.7335 }, x) at (x: f64); (0.55); (0.83) }
    //@Weibull_sf
    scalar! { weibull_sf: Weibull::sf, Weibull::sf_value_and_grad; (&Weibull { shape: 1.7, scale: 1.2, scale_pow_shape_inv: 0.7335 }, x) at (x: f64); (0.55); (0.83) }
    //@Weibull_inverse_cdf
    scalar! { weibull_inverse_cdf: Weibull::inverse_cdf, Weibull::inverse_cdf_value_and_grad; (&Weibull { shape: 1.7, scale: 1.2, scale_pow_shape_inv: 0.7335 }, p) at (p: f64); (0.3); (0.8) }
    //@Exp_pdf
    scalar! { exp_pdf: Exp::pdf, Exp::pdf_value_and_grad; (&Exp { rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Exp_ln_pdf
    scalar! { exp_ln_pdf: Exp::ln_pdf, Exp::ln_pdf_value_and_grad; (&Exp { rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Exp_cdf
    scalar! { exp_cdf: Exp::cdf, Exp::cdf_value_and_grad; (&Exp { rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Exp_sf
    scalar! { exp_sf: Exp::sf, Exp::sf_value_and_grad; (&Exp { rate: 1.3 }, x) at (x: f64); (0.55); (0.83) }
    //@Exp_inverse_cdf
    scalar! { exp_inverse_cdf: Exp::inverse_cdf, Exp::inverse_cdf_value_and_grad; (&Exp { rate: 1.3 }, p) at (p: f64); (0.3); (0.8) }
}
