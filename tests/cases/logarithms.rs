//! Logarithms, also of numbers times constants: divided by what they are taken of, and never by a constant that is none.

use autodiff::differentiate;
use std::f64::consts::{PI, TAU};

const SCALE: f64 = -2.5;
const NONE: f64 = 0.0;
const ALL: f64 = f64::INFINITY;

/// Constants by literals and by names, on either side; what is taken the logarithm of has other uses.
#[differentiate(hvp, jvp, taylor)]
fn multiples(x: f64, y: f64) -> f64 {
    let square = x * x + y;
    let area = PI * square;
    let twice = 2.0 * (y * 3.0);
    area.ln() - 0.5 * twice.ln()
        + (SCALE * -y).ln() * x
        + (0.1 * area + x.ln() / x).sin()
        + square.ln() / square
        + (std::f64::consts::E * square / y).ln()
        + (x * y).ln()
}

/// The scale is made in front of the loop, and taken the logarithm of in it.
#[differentiate(hvp)]
fn density(data: &[f64], mean: f64, scale: f64) -> f64 {
    let variance = scale * scale;
    let normalizer = TAU * variance;
    let mut total = 0.0;
    for x in data {
        let r = x - mean;
        if r > 0.0 {
            total -= 0.5 * (normalizer.ln() + r * r / variance);
        } else {
            let own = variance + 0.1 * r * r;
            total -= (TAU * own).ln() + r * r / own;
        }
    }
    total
}

#[differentiate]
fn narrow(x: f32) -> f32 {
    (std::f32::consts::PI * x).ln() + (3.0 * x).ln() * x
}

/// The logarithm of nothing, whatever `x` is: there is no derivative.
#[differentiate]
fn of_nothing(x: f64, weight: f64) -> f64 {
    weight * (NONE * x).ln()
}

#[differentiate]
fn of_zero(x: f64) -> f64 {
    (0.0 * x).ln()
}

#[differentiate]
fn of_all(x: f64) -> f64 {
    (x * ALL).ln()
}

#[differentiate]
fn mixed(x: f32, y: f64) -> f64 {
    f64::from((2.0 * x).ln()) * y + (TAU * y).ln() * f64::from(x)
}

fn close(actual: f64, expected: f64) {
    let near = (actual - expected).abs() <= 1e-13 * (expected.abs() + 1e-3);
    assert!(near, "{actual:e} is not {expected:e}");
}

#[test]
fn constants_do_not_matter() {
    for (x, y) in [(0.7, 1.3), (2.5, 0.4), (0.1, 5.0)] {
        let (by_x, by_y) = multiples_grad(x, y);
        let (square, area) = (x * x + y, PI * (x * x + y));
        let inner = (0.1 * area + x.ln() / x).cos();
        // Of all that is made of the square.
        let by_square = 2.0 / square + 0.1 * PI * inner + (1.0 - square.ln()) / (square * square);
        close(
            by_x,
            2.0 * x * by_square + (2.5 * y).ln() + inner * (1.0 - x.ln()) / (x * x) + 1.0 / x,
        );
        close(by_y, by_square - 0.5 / y + x / y);
        let (value, tangent) = multiples_jvp(x, y, 0.3, -0.7);
        assert_eq!(value, multiples(x, y));
        close(tangent, 0.3 * by_x - 0.7 * by_y);
        // The product with the Hessian is the same by a series.
        let (along_x, along_y) = multiples_hvp(x, y, 0.3, -0.7);
        let second = 2.0 * multiples_taylor::<3>(x, y, 0.3, -0.7)[2];
        let by_hessian = 0.3 * along_x - 0.7 * along_y;
        assert!((second - by_hessian).abs() <= 1e-12 * (1.0 + second.abs()));
    }
}

#[test]
fn the_scale_of_a_loop() {
    let (data, mean, scale) = ([0.3, -1.2, 2.5, 0.9], 0.4, 1.7);
    let (by_data, by_mean, by_scale) = density_grad(&data, mean, scale);
    let (mut mean_adj, mut scale_adj) = (0.0, 0.0);
    for (x, by) in data.iter().zip(by_data) {
        let (r, variance) = (x - mean, scale * scale);
        let by_r = if r > 0.0 {
            scale_adj += -1.0 / scale + r * r / (variance * scale);
            -r / variance
        } else {
            let own = variance + 0.1 * r * r;
            let by_own = -1.0 / own + r * r / (own * own);
            scale_adj += by_own * 2.0 * scale;
            by_own * 0.2 * r - 2.0 * r / own
        };
        close(by, by_r);
        mean_adj -= by_r;
    }
    close(by_mean, mean_adj);
    close(by_scale, scale_adj);
    assert_eq!(density_grad(&[], mean, scale), (vec![], 0.0, 0.0));
    let (_, _, second) = density_hvp(&data, mean, scale, &[0.0; 4], 0.0, 1.0);
    let h = 1e-5;
    let difference = (density_grad(&data, mean, scale + h).2
        - density_grad(&data, mean, scale - h).2)
        / (2.0 * h);
    assert!(
        (second - difference).abs() < 1e-8,
        "{second} is not {difference}"
    );
}

#[test]
fn other_floats() {
    assert!((narrow_grad(0.5) - (2.0 + 1.5f32.ln() + 1.0)).abs() < 1e-6);
    let (by_x, by_y) = mixed_grad(0.5, 2.0);
    assert!((f64::from(by_x) - (4.0 + (TAU * 2.0).ln())).abs() < 1e-6);
    close(by_y, 0.25);
}

#[test]
fn there_is_no_logarithm_of_nothing() {
    let (by_x, by_weight) = of_nothing_grad(2.0, 3.0);
    assert!(!by_x.is_finite() && by_weight == f64::NEG_INFINITY);
    assert!(!of_zero_grad(2.0).is_finite());
    assert!(!of_all_grad(2.0).is_finite());
    // What does not count, does not.
    assert_eq!(of_nothing_grad(2.0, 0.0).0, 0.0);
}
