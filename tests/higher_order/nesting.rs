//! H01, H03, H05: orders beyond the first, by every way there is to them.

use autodiff::{Dual, Real, Taylor, differentiate};

use crate::numbers::assert_close;

#[differentiate(hessian, hvp, jvp, taylor)]
fn quartic<T: Real>(x: T) -> T {
    let square = x * x;
    square * square
}

const AT: f64 = 1.5;
const DERIVATIVES: [f64; 4] = [13.5, 27.0, 36.0, 24.0];

/// H01, reverse mode over dual numbers over dual numbers.
#[test]
fn reverse_mode_over_nested_dual_numbers() {
    assert_eq!(quartic_grad(AT), DERIVATIVES[0]);
    let second = quartic_grad(Dual::variable(AT));
    assert_eq!(
        (second.value, second.tangent),
        (DERIVATIVES[0], DERIVATIVES[1])
    );
    let third = quartic_grad(Dual::variable(Dual::variable(AT)));
    assert_eq!(third.tangent.tangent, DERIVATIVES[2]);
    let fourth = quartic_grad(Dual::variable(Dual::variable(Dual::variable(AT))));
    assert_eq!(fourth.tangent.tangent.tangent, DERIVATIVES[3]);
}

/// H01, forward mode alone.
#[test]
fn forward_mode_over_nested_dual_numbers() {
    assert_eq!(quartic_jvp(AT, 1.0).1, DERIVATIVES[0]);
    let one = Dual::constant(1.0);
    assert_eq!(
        quartic_jvp(Dual::variable(AT), one).1.tangent,
        DERIVATIVES[1]
    );
    let three = Dual::variable(Dual::variable(AT));
    let third = quartic_jvp(three, Dual::constant(one)).1;
    assert_eq!(third.tangent.tangent, DERIVATIVES[2]);
}

/// H01, the Hessian over the rest.
#[test]
fn hessian_over_dual_numbers_and_series() {
    let [[second]] = quartic_hessian(AT);
    assert_eq!(second, DERIVATIVES[1]);
    let [[third]] = quartic_hessian(Dual::variable(AT));
    assert_eq!(
        (third.value, third.tangent),
        (DERIVATIVES[1], DERIVATIVES[2])
    );
    let [[series]] = quartic_hessian(Taylor::<f64, 4>::variable(AT));
    assert_eq!(series.derivatives(), [27.0, 36.0, 24.0, 0.0]);
}

/// H01, Taylor series: alone, under reverse mode, and under themselves.
#[test]
fn taylor_series() {
    let [value, first, second, third, fourth, fifth] = quartic_taylor::<6, f64>(AT, 1.0);
    assert_eq!(value, quartic(AT));
    let derivatives = [first, 2.0 * second, 6.0 * third, 24.0 * fourth];
    assert_eq!((derivatives, fifth), (DERIVATIVES, 0.0));
    let gradient = quartic_grad(Taylor::<f64, 4>::variable(AT));
    assert_eq!(gradient.derivatives(), DERIVATIVES);
    let nested = Taylor::<Taylor<f64, 3>, 3>::line(Taylor::variable(AT), Taylor::constant(1.0));
    let nested = quartic(nested).derivatives().map(Taylor::derivatives);
    assert_eq!(nested[1], DERIVATIVES[..3]);
    assert_eq!(nested[2], DERIVATIVES[1..]);
}

/// P03, for H03.
#[differentiate(hessian, hvp)]
fn duffing(x: f64, v: f64, k: f64) -> f64 {
    let h = 0.05;
    let (mut x, mut v) = (x, v);
    for _ in 0..50 {
        v -= h * k * x.powi(3);
        x += h * v;
    }
    0.5 * v * v + 0.25 * k * x.powi(4)
}

/// H03.
#[test]
fn hessian_times_direction() {
    let hessian = duffing_hessian(1.0, 0.3, 2.0);
    for d in [[1.0, 0.0, 0.0], [0.0, 0.0, 1.0], [0.3, -2.0, 0.7]] {
        let (x, v, k) = duffing_hvp(1.0, 0.3, 2.0, d[0], d[1], d[2]);
        let expected = hessian.map(|row| row[0] * d[0] + row[1] * d[1] + row[2] * d[2]);
        assert_close([x, v, k], expected);
    }
    // Against the gradient's difference quotients.
    for (i, step) in [[1e-5, 0.0, 0.0], [0.0, 1e-5, 0.0], [0.0, 0.0, 1e-5]]
        .iter()
        .enumerate()
    {
        let at = |sign: f64| {
            let moved = |k: usize, x: f64| x + sign * step[k];
            <[f64; 3]>::from(duffing_grad(moved(0, 1.0), moved(1, 0.3), moved(2, 2.0)))
        };
        let (up, down) = (at(1.0), at(-1.0));
        for j in 0..3 {
            let quotient = (up[j] - down[j]) / 2e-5;
            assert!(
                (quotient - hessian[i][j]).abs() < 1e-7,
                "{i}, {j}: {quotient}, {hessian:?}"
            );
        }
    }
}

#[differentiate(hessian, hvp)]
fn power(x: f64, y: f64) -> f64 {
    x.powf(y)
}

/// H05.
#[test]
fn power_with_exponent_zero() {
    let log = 4.0_f64.ln();
    assert_close(power_hessian(4.0, 0.0), [[0.0, 0.25], [0.25, log * log]]);
    assert_close(
        power_hvp(4.0, 0.0, 0.0, 1.0),
        (0.25, 1.921_812_055_672_805_6),
    );
    let (x, y) = (1.7_f64, 2.3);
    let mixed = x.powf(y - 1.0) * (1.0 + y * x.ln());
    let expected = [
        [y * (y - 1.0) * x.powf(y - 2.0), mixed],
        [mixed, x.powf(y) * x.ln().powi(2)],
    ];
    assert_close(power_hessian(x, y), expected);
}

/// P01.
#[differentiate(hessian, taylor)]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

/// P01's Hessian.
#[test]
fn hessian_of_rosenbrock() {
    assert_close(
        rosenbrock_hessian(-1.2, 1.0),
        [[1330.0, 480.0], [480.0, 200.0]],
    );
}

/// Along a direction a series holds slope and curvature: `<g, d>` and `dᵀ H d / 2`.
#[test]
fn series_against_gradient_and_hessian() {
    for (x, y) in [(-1.2, 1.0), (0.3, -0.7), (2.0, 4.5)] {
        for d in [[1.0, 0.0], [0.3, -1.1], [-2.0, 0.5]] {
            let [value, slope, curvature] = rosenbrock_taylor::<3>(x, y, d[0], d[1]);
            let (by_x, by_y) = rosenbrock_grad(x, y);
            let h = rosenbrock_hessian(x, y);
            let form = h[0][0] * d[0] * d[0] + 2.0 * h[0][1] * d[0] * d[1] + h[1][1] * d[1] * d[1];
            assert_close(value, rosenbrock(x, y));
            assert_close(slope, by_x * d[0] + by_y * d[1]);
            assert_close(curvature, form / 2.0);
        }
    }
}
