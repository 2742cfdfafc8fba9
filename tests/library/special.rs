//! Special functions against mpmath, at every order, at edges, and called from annotated functions.

use crate::numbers;
use crate::support::{near, slope};
use autodiff::{differentiate, special};

/// A function of one variable with its companions against a table.
macro_rules! against {
    ($table:ident, $name:ident, $grad:ident, $value_and_grad:ident, $jvp:ident, $hessian:ident, $tolerance:expr) => {
        for &[x, value, first, second] in numbers::$table {
            let what = |of: &str| format!("{of} of {} at {x:e}", stringify!($name));
            let [t0, t1, t2] = $tolerance(x);
            near(&what("value"), special::$name(x), value, t0);
            near(&what("gradient"), special::$grad(x), first, t1);
            assert_eq!(
                special::$value_and_grad(x),
                (special::$name(x), special::$grad(x))
            );
            let (_, tangent) = special::$jvp(x, -2.0);
            near(&what("tangent"), tangent, -2.0 * first, t1);
            near(&what("Hessian"), special::$hessian(x)[0][0], second, t2);
        }
    };
}

const FULL: [f64; 3] = [1e-13, 1e-13, 2e-13];

#[test]
fn error_functions() {
    against!(
        ERF,
        erf,
        erf_grad,
        erf_value_and_grad,
        erf_jvp,
        erf_hessian,
        |_| FULL
    );
    against!(
        ERFC,
        erfc,
        erfc_grad,
        erfc_value_and_grad,
        erfc_jvp,
        erfc_hessian,
        |_| FULL
    );
}

#[test]
fn normal_distribution() {
    against!(
        NORM_PDF,
        norm_pdf,
        norm_pdf_grad,
        norm_pdf_value_and_grad,
        norm_pdf_jvp,
        norm_pdf_hessian,
        |_| FULL
    );
    against!(
        NORM_CDF,
        norm_cdf,
        norm_cdf_grad,
        norm_cdf_value_and_grad,
        norm_cdf_jvp,
        norm_cdf_hessian,
        |_| FULL
    );
    against!(
        NORM_PPF,
        norm_ppf,
        norm_ppf_grad,
        norm_ppf_value_and_grad,
        norm_ppf_jvp,
        norm_ppf_hessian,
        |_| [1e-14, 1e-12, 1e-12]
    );
}

#[test]
fn gamma_functions() {
    // At the minimum of Γ its derivative is 1e-17 and has no digits that the argument does not have.
    against!(
        GAMMA,
        gamma,
        gamma_grad,
        gamma_value_and_grad,
        gamma_jvp,
        gamma_hessian,
        |_| FULL
    );
    against!(
        LN_GAMMA,
        ln_gamma,
        ln_gamma_grad,
        ln_gamma_value_and_grad,
        ln_gamma_jvp,
        ln_gamma_hessian,
        |_| FULL
    );
    against!(
        DIGAMMA,
        digamma,
        digamma_grad,
        digamma_value_and_grad,
        digamma_jvp,
        digamma_hessian,
        |_| FULL
    );
}

#[test]
fn bessel_functions() {
    against!(
        J0,
        j0,
        j0_grad,
        j0_value_and_grad,
        j0_jvp,
        j0_hessian,
        |_| FULL
    );
    against!(
        J1,
        j1,
        j1_grad,
        j1_value_and_grad,
        j1_jvp,
        j1_hessian,
        |_| FULL
    );
}

#[test]
fn beta_function() {
    for &[a, b, value, by_a, by_b, aa, ab, bb] in numbers::BETA {
        let at = |what: &str| format!("{what} of beta at {a:e}, {b:e}");
        near(&at("value"), special::beta(a, b), value, 2e-13);
        let (got_a, got_b) = special::beta_grad(a, b);
        near(&at("∂a"), got_a, by_a, 3e-13);
        near(&at("∂b"), got_b, by_b, 3e-13);
        let hessian = special::beta_hessian(a, b);
        near(&at("∂aa"), hessian[0][0], aa, 1e-12);
        // B (ψ(a) - ψ(a + b)) (ψ(b) - ψ(a + b)) - B ψ'(a + b): digits go where the two are nearly equal.
        let size = (by_a * by_b / value).abs() + ab.abs();
        near(&at("∂ab"), hessian[0][1] - ab + size, size, 1e-12);
        near(&at("∂bb"), hessian[1][1], bb, 1e-12);
    }
}

#[test]
fn edges() {
    let infinity = f64::INFINITY;
    assert_eq!(special::erf_value_and_grad(infinity), (1.0, 0.0));
    assert_eq!(special::erf_value_and_grad(-infinity), (-1.0, 0.0));
    assert_eq!(special::erfc_value_and_grad(-infinity).0, 2.0);
    assert_eq!(special::norm_pdf_value_and_grad(infinity), (0.0, 0.0));
    assert_eq!(special::norm_cdf_value_and_grad(infinity), (1.0, 0.0));
    assert_eq!(special::norm_cdf_value_and_grad(-infinity), (0.0, 0.0));
    assert_eq!(special::norm_ppf_value_and_grad(0.0), (-infinity, infinity));
    assert_eq!(special::norm_ppf_value_and_grad(1.0), (infinity, infinity));
    assert!(special::norm_ppf(-0.1).is_nan() && special::norm_ppf(1.1).is_nan());
    assert_eq!(special::gamma(172.0), infinity);
    assert!(special::gamma_grad(-3.0).is_nan());
    assert_eq!(special::ln_gamma(-3.0), infinity);
    assert_eq!(special::ln_gamma_grad(infinity), infinity);
    assert!(special::digamma(-3.0).is_nan());
    assert_eq!(special::digamma(0.0), -infinity);
    assert_eq!(special::digamma(-0.0), infinity);
    assert_eq!(special::digamma_grad(infinity), 0.0);
    assert_eq!(special::beta(0.0, 2.0), infinity);
    assert_eq!(special::beta(-0.5, -0.5), 0.0);
    assert_eq!(special::beta(1e4, 1e4), 0.0);
    assert_eq!(special::j0_value_and_grad(0.0), (1.0, 0.0));
    assert_eq!(special::j1_value_and_grad(0.0), (0.0, 0.5));
    near(
        "beta(-1/2, 3/4)",
        special::beta(-0.5, 0.75),
        -1.198_140_234_735_592_2,
        1e-14,
    );
    near(
        "∂a of beta(-1/2, 3/4)",
        special::beta_grad(-0.5, 0.75).0,
        slope(|a| special::beta(a, 0.75), -0.5),
        1e-8,
    );
    for f in [
        special::erf_value_and_grad,
        special::erfc_value_and_grad,
        special::norm_pdf_value_and_grad,
        special::norm_cdf_value_and_grad,
        special::norm_ppf_value_and_grad,
        special::gamma_value_and_grad,
        special::ln_gamma_value_and_grad,
        special::digamma_value_and_grad,
        special::j0_value_and_grad,
        special::j1_value_and_grad,
    ] {
        let (value, slope) = f(f64::NAN);
        assert!(value.is_nan() && slope.is_nan());
    }
}

#[test]
fn zero_cotangents() {
    assert_eq!(special::gamma_vjp(0.0, 0.0).1, 0.0);
    assert_eq!(special::norm_ppf_vjp(1.0, 0.0).1, 0.0);
    assert_eq!(special::digamma_vjp(-3.0, 0.0).1, 0.0);
}

/// The log likelihood of the gamma distribution: by a path, under another name, in a loop, at every order.
#[differentiate(vjp, jvp, hessian, hvp, taylor)]
fn log_likelihood(shape: f64, rate: f64, xs: &[f64]) -> f64 {
    let mut total = 0.0;
    for &x in xs {
        total += shape * rate.ln() - ::autodiff::special::ln_gamma(shape) + (shape - 1.0) * x.ln()
            - rate * x;
    }
    total
}

#[test]
fn called_in_a_loop() {
    use special::{digamma, digamma_grad};
    let xs = [0.4, 1.7, 2.2];
    let (n, logs) = (3.0, xs.iter().map(|x: &f64| x.ln()).sum::<f64>());
    let (shape, rate) = (2.5_f64, 1.25_f64);
    let (by_shape, by_rate, _) = log_likelihood_grad(shape, rate, &xs);
    near(
        "∂shape",
        by_shape,
        n * (rate.ln() - digamma(shape)) + logs,
        1e-13,
    );
    near(
        "∂rate",
        by_rate,
        n * shape / rate - xs.iter().sum::<f64>(),
        1e-13,
    );
    let hessian = log_likelihood_hessian(shape, rate, &xs);
    near("∂²shape", hessian[(0, 0)], -n * digamma_grad(shape), 1e-13);
    near("∂shape ∂rate", hessian[(1, 0)], n / rate, 1e-13);
    let (by_shape, ..) = log_likelihood_hvp(shape, rate, &xs, 1.0, 0.0, &[0.0; 3]);
    near("H e", by_shape, -n * digamma_grad(shape), 1e-13);
    let series = log_likelihood_taylor::<4>(shape, rate, &xs, 1.0, 0.0, &[0.0; 3]);
    let third = -n * special::digamma_hessian(shape)[0][0];
    near("third", 6.0 * series[3], third, 1e-12);
}

/// Black and Scholes.
#[differentiate(jvp, hessian, taylor)]
fn call_price(spot: f64, strike: f64, volatility: f64) -> f64 {
    use autodiff::special::norm_cdf as cdf;
    let d1 = (spot / strike).ln() / volatility + 0.5 * volatility;
    spot * cdf(d1) - strike * cdf(d1 - volatility)
}

#[test]
fn greeks() {
    let (spot, strike, volatility) = (100.0_f64, 95.0_f64, 0.25_f64);
    let d1 = (spot / strike).ln() / volatility + 0.5 * volatility;
    let (delta, _, vega) = call_price_grad(spot, strike, volatility);
    near("delta", delta, special::norm_cdf(d1), 1e-13);
    near("vega", vega, spot * special::norm_pdf(d1), 1e-13);
    let gamma = special::norm_pdf(d1) / (spot * volatility);
    let hessian = call_price_hessian(spot, strike, volatility);
    near("gamma", hessian[0][0], gamma, 1e-12);
    let series = call_price_taylor::<4>(spot, strike, volatility, 1.0, 0.0, 0.0);
    let speed = -gamma / spot * (d1 / volatility + 1.0);
    near("speed", 6.0 * series[3], speed, 1e-12);
}

/// The functions that are their own or each other's derivatives, to the sixth.
#[differentiate(taylor)]
fn bessel(x: f64) -> f64 {
    special::j0(x)
}

#[differentiate(taylor)]
fn quantile_of_cdf(x: f64) -> f64 {
    special::norm_ppf(special::norm_cdf(x)) + special::erf(x) + special::erfc(x)
}

#[differentiate(taylor)]
fn gamma_recurrence(x: f64) -> f64 {
    special::gamma(x + 1.0) / special::gamma(x) + special::beta(x, 1.0) * x
}

#[test]
fn series() {
    // J0 = 1 - x²/4 + x⁴/64 - x⁶/2304.
    let got = bessel_taylor::<8>(0.0, 1.0);
    let want = [1.0, 0.0, -0.25, 0.0, 1.0 / 64.0, 0.0, -1.0 / 2304.0, 0.0];
    for (got, want) in got.iter().zip(want) {
        assert!((got - want).abs() < 1e-15, "{got} {want}");
    }
    // x² y'' + x y' + x² y = 0.
    let [y, first, second] = bessel_taylor::<3>(2.5, 1.0);
    assert!((2.0 * 6.25 * second + 2.5 * first + 6.25 * y).abs() < 1e-14);
    for (k, got) in quantile_of_cdf_taylor::<5>(0.7, 1.0).iter().enumerate() {
        let want = [1.7, 1.0, 0.0, 0.0, 0.0][k];
        assert!((got - want).abs() < 1e-12, "{k}: {got} {want}");
    }
    for (k, got) in gamma_recurrence_taylor::<5>(1.7, 1.0).iter().enumerate() {
        let want = [2.7, 1.0, 0.0, 0.0, 0.0][k];
        assert!((got - want).abs() < 1e-12, "{k}: {got} {want}");
    }
}
