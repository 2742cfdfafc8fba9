//! Derivatives of one variable.

use autodiff::{check, differentiate};

use crate::numbers::assert_close;

const POINTS: [f64; 6] = [-2.3, -0.7, 0.4, 1.0, 1.9, 3.2];

#[differentiate]
fn exp_of_sine(x: f64) -> f64 {
    x.sin().exp()
}

/// Equations 5.3 and 5.4.
#[test]
fn derivative_is_the_limit_of_the_difference_quotients() {
    let x: f64 = 1.2;
    let slope = exp_of_sine_grad(x);
    assert_close(slope, x.cos() * x.sin().exp());
    let forward = |h| (check::forward_difference(exp_of_sine, x, h) - slope).abs();
    let central = |h| (check::central_difference(exp_of_sine, x, h) - slope).abs();
    for h in [1e-2, 1e-3, 1e-4] {
        let fall = forward(h) / forward(h / 10.0);
        assert!((8.0..12.0).contains(&fall), "forward, h = {h}: {fall}");
    }
    for h in [1e-1, 1e-2] {
        let fall = central(h) / central(h / 10.0);
        assert!((90.0..110.0).contains(&fall), "central, h = {h}: {fall}");
    }
    // From here on rounding wins.
    assert!(forward(1e-14) > 100.0 * forward(1e-8));
    assert!(central(1e-11) > 100.0 * central(1e-5));
}

#[differentiate]
fn power(x: f64, n: i32) -> f64 {
    x.powi(n)
}

#[differentiate]
fn power_by_multiplication(x: f64, n: u32) -> f64 {
    let mut power = 1.0;
    for _ in 0..n {
        power *= x;
    }
    power
}

/// Example 5.2.
#[test]
fn power_rule() {
    for x in POINTS {
        for n in -3..=7 {
            let expected = f64::from(n) * x.powi(n - 1);
            assert_close(power_grad(x, n), expected);
            if let Ok(n) = u32::try_from(n) {
                assert_close(power_by_multiplication_grad(x, n), expected);
            }
        }
    }
}

#[differentiate]
fn f(x: f64) -> f64 {
    x * x + x.cos()
}

#[differentiate]
fn g(x: f64) -> f64 {
    2.0 + x.tanh()
}

#[differentiate]
fn sum(x: f64) -> f64 {
    f(x) + g(x)
}

#[differentiate]
fn product(x: f64) -> f64 {
    f(x) * g(x)
}

#[differentiate]
fn quotient(x: f64) -> f64 {
    f(x) / g(x)
}

#[differentiate]
fn composition(x: f64) -> f64 {
    g(f(x))
}

/// Equation 5.31.
#[test]
fn sum_rule() {
    for x in POINTS {
        assert_close(sum_grad(x), f_grad(x) + g_grad(x));
    }
}

/// Equation 5.29.
#[test]
fn product_rule() {
    for x in POINTS {
        assert_close(product_grad(x), f_grad(x) * g(x) + f(x) * g_grad(x));
    }
}

/// Equation 5.30.
#[test]
fn quotient_rule() {
    for x in POINTS {
        let expected = (f_grad(x) * g(x) - f(x) * g_grad(x)) / (g(x) * g(x));
        assert_close(quotient_grad(x), expected);
    }
}

/// Equation 5.32.
#[test]
fn chain_rule() {
    for x in POINTS {
        assert_close(composition_grad(x), g_grad(f(x)) * f_grad(x));
    }
}

#[differentiate]
fn fourth_power_of_a_line(x: f64) -> f64 {
    (2.0 * x + 1.0).powi(4)
}

/// Example 5.5.
#[test]
fn chain_rule_by_example() {
    for x in POINTS {
        let expected = 8.0 * (2.0 * x + 1.0).powi(3);
        assert_close(fourth_power_of_a_line_grad(x), expected);
    }
}

#[differentiate(taylor)]
fn quartic(x: f64) -> f64 {
    x.powi(4)
}

/// Example 5.3.
#[test]
fn taylor_polynomial() {
    let coefficients = quartic_taylor::<7>(1.0, 1.0);
    assert_eq!(coefficients, [1.0, 4.0, 6.0, 4.0, 1.0, 0.0, 0.0]);
    assert_eq!(
        derivatives(coefficients),
        [1.0, 4.0, 12.0, 24.0, 24.0, 0.0, 0.0]
    );
    for x in [-3.0, -1.0, 0.0, 0.5, 1.0, 2.0, 10.0] {
        assert_eq!(polynomial(&coefficients, x - 1.0), quartic(x));
    }
}

#[differentiate(taylor)]
fn sine_plus_cosine(x: f64) -> f64 {
    x.sin() + x.cos()
}

/// Example 5.4 and figure 5.4.
#[test]
fn taylor_series() {
    let series = sine_plus_cosine_taylor::<11>(0.0, 1.0);
    let cycle = [1.0, 1.0, -1.0, -1.0];
    assert_close(
        derivatives(series),
        std::array::from_fn::<f64, 11, _>(|k| cycle[k % 4]),
    );
    for x in POINTS {
        assert_close(polynomial(&series[..1], x), 1.0);
        assert_close(polynomial(&series[..2], x), 1.0 + x);
        let fifth =
            1.0 + x - x.powi(2) / 2.0 - x.powi(3) / 6.0 + x.powi(4) / 24.0 + x.powi(5) / 120.0;
        assert_close(polynomial(&series[..6], x), fifth);
        // The remainder: the eleventh derivative is at most √2.
        let remainder = 2.0_f64.sqrt() * x.abs().powi(11) / 39_916_800.0;
        let error = (polynomial(&series, x) - sine_plus_cosine(x)).abs();
        assert!(
            error <= remainder + 1e-14,
            "{error} at {x}, at most {remainder}"
        );
    }
}

/// The derivatives that belong to Taylor coefficients: times `k!`.
fn derivatives<const K: usize>(coefficients: [f64; K]) -> [f64; K] {
    let mut factorial = 1.0;
    std::array::from_fn(|k| {
        factorial *= k.max(1) as f64;
        factorial * coefficients[k]
    })
}

fn polynomial(coefficients: &[f64], x: f64) -> f64 {
    coefficients.iter().rev().fold(0.0, |sum, c| sum * x + c)
}

/// Equation 5.147 and figure 5.12.
#[test]
fn linearisation() {
    let x0: f64 = -2.0;
    let (value, slope) = sine_plus_cosine_value_and_grad(x0);
    assert_close((value, slope), (x0.sin() + x0.cos(), x0.cos() - x0.sin()));
    for x in [-4.0, -2.1, -2.0, -1.9, 0.0, 2.0] {
        let line = value + slope * (x - x0);
        // The second derivative is at most √2.
        let remainder = 0.5 * 2.0_f64.sqrt() * (x - x0).powi(2);
        assert!((sine_plus_cosine(x) - line).abs() <= remainder + 1e-15);
    }
}

#[differentiate]
fn logarithm_times_sine(x: f64) -> f64 {
    x.powi(4).ln() * x.powi(3).sin()
}

#[test]
fn exercise_5_1() {
    for x in POINTS {
        let cube = x.powi(3);
        let expected = 4.0 / x * cube.sin() + 3.0 * x * x * x.powi(4).ln() * cube.cos();
        assert_close(logarithm_times_sine_grad(x), expected);
    }
}

#[differentiate]
fn logistic(x: f64) -> f64 {
    1.0 / (1.0 + (-x).exp())
}

#[test]
fn exercise_5_2() {
    for x in POINTS {
        let (s, slope) = logistic_value_and_grad(x);
        assert_close(slope, s * (1.0 - s));
    }
}

#[differentiate(wrt(x))]
fn bell(x: f64, mean: f64, deviation: f64) -> f64 {
    (-(x - mean).powi(2) / (2.0 * deviation.powi(2))).exp()
}

#[test]
fn exercise_5_3() {
    for x in POINTS {
        for (mean, deviation) in [(0.0, 1.0), (0.4, 2.0), (-1.0, 0.6)] {
            let (value, slope) = bell_value_and_grad(x, mean, deviation);
            assert_close(slope, -(x - mean) / deviation.powi(2) * value);
        }
    }
}

#[differentiate]
fn sine_of_square(x: f64) -> f64 {
    (x * x).sin()
}

#[differentiate]
fn logarithm_of_squared_sine(x: f64) -> f64 {
    x.powi(3).sin().powi(2).ln()
}

/// The lecture notes' single-variable chains.
#[test]
fn chains_of_the_notes() {
    for x in POINTS {
        assert_close(sine_of_square_grad(x), 2.0 * x * (x * x).cos());
        let cotangent = 1.0 / x.powi(3).tan();
        assert_close(logarithm_of_squared_sine_grad(x), 6.0 * x * x * cotangent);
    }
}

#[differentiate]
fn sum_of_two_paths(x: f64) -> f64 {
    let u = x * x;
    x + u
}

#[differentiate]
fn sine_of_two_paths(x: f64) -> f64 {
    let u1 = x * x;
    let u2 = x + u1;
    u2.sin()
}

#[differentiate]
fn product_of_two_paths(x: f64) -> f64 {
    let u = x * x;
    x * u
}

/// The lecture notes' total derivatives: the variable reaches the result along several paths.
#[test]
fn total_derivative() {
    for x in POINTS {
        assert_close(sum_of_two_paths_grad(x), 1.0 + 2.0 * x);
        let expected = (1.0 + 2.0 * x) * (x + x * x).cos();
        assert_close(sine_of_two_paths_grad(x), expected);
        assert_close(product_of_two_paths_grad(x), 3.0 * x * x);
    }
}
