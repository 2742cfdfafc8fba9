//! Gradients: one output, several inputs.

use autodiff::{check, differentiate};

use crate::numbers::assert_close;

const POINTS: [(f64, f64); 5] = [
    (0.3, -1.2),
    (1.7, 0.8),
    (-0.9, 2.1),
    (2.0, 1.0),
    (-1.4, -0.6),
];

#[differentiate]
fn square_of_a_sum(x: f64, y: f64) -> f64 {
    (x + 2.0 * y.powi(3)).powi(2)
}

#[test]
fn example_5_6() {
    for (x, y) in POINTS {
        let inner = x + 2.0 * y.powi(3);
        let expected = (2.0 * inner, 12.0 * inner * y * y);
        assert_close(square_of_a_sum_grad(x, y), expected);
    }
}

#[differentiate]
fn two_products(x: &[f64; 2]) -> f64 {
    x[0] * x[0] * x[1] + x[0] * x[1].powi(3)
}

#[test]
fn example_5_7() {
    for (x1, x2) in POINTS {
        let expected = [2.0 * x1 * x2 + x2.powi(3), x1 * x1 + 3.0 * x1 * x2 * x2];
        assert_close(two_products_grad(&[x1, x2]), expected);
    }
}

#[differentiate]
fn paraboloid(x: &[f64; 2]) -> f64 {
    x[0].powi(2) + 2.0 * x[1]
}

#[differentiate(jacobian)]
fn circle(t: f64) -> [f64; 2] {
    [t.sin(), t.cos()]
}

#[differentiate]
fn paraboloid_along_the_circle(t: f64) -> f64 {
    paraboloid(&circle(t))
}

/// Example 5.8 with the chain rule 5.49.
#[test]
fn example_5_8() {
    for t in [-2.0_f64, -0.3, 0.0, 0.9, 2.5] {
        let expected = 2.0 * t.sin() * (t.cos() - 1.0);
        assert_close(paraboloid_along_the_circle_grad(t), expected);
        let outer = paraboloid_grad(&circle(t));
        let inner = circle_jacobian(t);
        assert_close(outer[0] * inner[0][0] + outer[1] * inner[1][0], expected);
    }
}

#[differentiate(jacobian)]
fn position(s: f64, t: f64) -> [f64; 2] {
    [s * t.cos() + s * s, s.exp() * t.sin()]
}

#[differentiate]
fn height(x: &[f64; 2]) -> f64 {
    x[0].powi(2) * x[1] + x[1].sin()
}

#[differentiate]
fn height_at_position(s: f64, t: f64) -> f64 {
    let x = position(s, t);
    height(&x)
}

/// Equations 5.51 to 5.53.
#[test]
fn chain_rule_is_a_matrix_product() {
    for (s, t) in POINTS {
        let x = position(s, t);
        let outer = height_grad(&x);
        assert_close(outer, [2.0 * x[0] * x[1], x[0] * x[0] + x[1].cos()]);
        let inner = position_jacobian(s, t);
        assert_close(
            inner,
            [
                [t.cos() + 2.0 * s, -s * t.sin()],
                [s.exp() * t.sin(), s.exp() * t.cos()],
            ],
        );
        let product = (
            outer[0] * inner[0][0] + outer[1] * inner[1][0],
            outer[0] * inner[0][1] + outer[1] * inner[1][1],
        );
        assert_close(height_at_position_grad(s, t), product);
    }
}

#[differentiate]
fn exponential_on_a_spiral(t: f64) -> f64 {
    let (x1, x2) = (t * t.cos(), t * t.sin());
    (x1 * x2 * x2).exp()
}

#[test]
fn example_5_10() {
    for t in [-2.0_f64, -0.3, 0.0, 0.9, 2.5] {
        let (sin, cos) = t.sin_cos();
        let (x1, x2) = (t * cos, t * sin);
        let expected =
            (x1 * x2 * x2).exp() * (x2 * x2 * (cos - t * sin) + 2.0 * x1 * x2 * (sin + t * cos));
        assert_close(exponential_on_a_spiral_grad(t), expected);
    }
}

#[differentiate]
fn square_times_y(x: f64, y: f64) -> f64 {
    3.0 * x * x * y
}

#[differentiate(wrt(x))]
fn weighted_sum(w: &[f64], x: &[f64]) -> f64 {
    w.iter().zip(x).map(|(w, x)| w * x).sum()
}

/// The lecture notes' partial derivatives.
#[test]
fn gradients_of_the_notes() {
    for (x, y) in POINTS {
        assert_close(square_times_y_grad(x, y), (6.0 * x * y, 3.0 * x * x));
    }
    let w = [0.5, -1.0, 3.0, 0.0];
    assert_eq!(weighted_sum_grad(&w, &[2.0, 7.0, -0.1, 1.0]), w);
}

#[differentiate]
fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|pair| 100.0 * (pair[1] - pair[0].powi(2)).powi(2) + (1.0 - pair[0]).powi(2))
        .sum()
}

/// The remark after equation 5.53.
#[test]
fn gradient_checking() {
    let x = [-1.2, 1.0, 0.7, -0.4];
    let report = check::gradient(rosenbrock, rosenbrock_grad, &x).unwrap();
    assert!(report.error < 1e-6);

    let h = 1e-4;
    let (mut differences, mut sums) = (0.0, 0.0);
    for (i, df) in rosenbrock_grad(&x).into_iter().enumerate() {
        let along = |x_i: f64| {
            let mut x = x;
            x[i] = x_i;
            rosenbrock(&x)
        };
        let dh = check::central_difference(along, x[i], h);
        differences += (dh - df).powi(2);
        sums += (dh + df).powi(2);
    }
    let error: f64 = differences / sums;
    assert!(error.sqrt() < 1e-6, "{error}");

    let wrong = |x: &[f64]| {
        let mut gradient = rosenbrock_grad(x);
        gradient[2] *= 1.001;
        gradient
    };
    let mismatch = check::gradient(rosenbrock, wrong, &x).unwrap_err();
    assert_eq!(mismatch.worst.index, [2]);
}
