//! Second and higher order.

use autodiff::differentiate;

use crate::matrices::inverse;
use crate::numbers::assert_close;

#[differentiate(hessian, hvp, taylor)]
fn cubic(x: f64, y: f64) -> f64 {
    x.powi(2) + 2.0 * x * y + y.powi(3)
}

/// Equation 5.146.
#[test]
fn hessian() {
    for (x, y) in [(1.0, 2.0), (-0.3, 0.7), (1e3, -1e-3)] {
        let hessian: [[f64; 2]; 2] = cubic_hessian(x, y);
        assert_close(hessian, [[2.0, 2.0], [2.0, 6.0 * y]]);
        assert_eq!(hessian[0][1].to_bits(), hessian[1][0].to_bits());
        assert_eq!(cubic_hvp(x, y, 1.0, 0.0), (2.0, 2.0));
    }
}

#[differentiate(hessian)]
fn product(x: f64, y: f64) -> f64 {
    x * y
}

#[differentiate(hessian)]
fn quadratic(x: f64, y: f64) -> f64 {
    x * x + y * y + x * y
}

#[test]
fn hessians_of_the_notes_and_the_notebook() {
    for (x, y) in [(1.0, 2.0), (-0.3, 0.7), (0.0, 0.0)] {
        assert_eq!(product_hessian(x, y), [[0.0, 1.0], [1.0, 0.0]]);
        assert_eq!(quadratic_hessian(x, y), [[2.0, 1.0], [1.0, 2.0]]);
    }
}

#[differentiate(hessian)]
fn field(x: &[f64; 3]) -> [f64; 2] {
    [x[0] * x[1] * x[2], x[0].sin() + x[1].powi(2) * x[2]]
}

#[test]
fn hessian_of_a_vector_field() {
    let [x, y, z] = [0.4_f64, -1.2, 2.5];
    let tensor: [[[f64; 3]; 3]; 2] = field_hessian(&[x, y, z]);
    let expected = [
        [[0.0, z, y], [z, 0.0, x], [y, x, 0.0]],
        [
            [-x.sin(), 0.0, 0.0],
            [0.0, 2.0 * z, 2.0 * y],
            [0.0, 2.0 * y, 0.0],
        ],
    ];
    assert_close(tensor, expected);
}

/// Definitions 5.7 and 5.8 and example 5.15: the terms `D^k f δ^k / k!`, and their sum, which is exact.
#[test]
fn multivariate_taylor_polynomial() {
    let (value, gradient) = cubic_value_and_grad(1.0, 2.0);
    assert_eq!((value, gradient), (13.0, (6.0, 14.0)));
    assert_eq!(cubic_hessian(1.0, 2.0), [[2.0, 2.0], [2.0, 12.0]]);
    for (x, y) in [(1.0, 2.0), (2.0, 2.0), (1.0, 0.0), (-3.0, 5.5), (0.25, 1.5)] {
        let (dx, dy) = (x - 1.0, y - 2.0);
        let terms = cubic_taylor::<5>(1.0, 2.0, dx, dy);
        let expected = [
            13.0,
            6.0 * dx + 14.0 * dy,
            dx * dx + 2.0 * dx * dy + 6.0 * dy * dy,
            dy.powi(3),
            0.0,
        ];
        assert_close(terms, expected);
        assert_eq!(terms.iter().sum::<f64>(), cubic(x, y));
    }
}

/// The third-order tensor of example 5.15, from its cubic form along four directions: only `∂³f/∂y³ = 6`.
#[test]
fn third_order_tensor() {
    let form = |dx, dy| 6.0 * cubic_taylor::<4>(1.0, 2.0, dx, dy)[3];
    let (xxx, yyy) = (form(1.0, 0.0), form(0.0, 1.0));
    // form(1, ±1) = xxx ± 3 xxy + 3 xyy ± yyy
    let xyy = (form(1.0, 1.0) + form(1.0, -1.0) - 2.0 * xxx) / 6.0;
    let xxy = (form(1.0, 1.0) - form(1.0, -1.0) - 2.0 * yyy) / 6.0;
    assert_eq!((xxx, xxy, xyy, yyy), (0.0, 0.0, 0.0, 6.0));
}

#[differentiate(hessian)]
fn rosenbrock(x: &[f64; 2]) -> f64 {
    (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0].powi(2)).powi(2)
}

#[test]
fn newtons_method() {
    let mut x = [-1.2, 1.0];
    let mut errors = Vec::new();
    for _ in 0..7 {
        let gradient = rosenbrock_grad(&x);
        let inverse = inverse(&rosenbrock_hessian(&x));
        for i in 0..2 {
            x[i] -= inverse[i][0] * gradient[0] + inverse[i][1] * gradient[1];
        }
        errors.push((x[0] - 1.0).abs());
    }
    assert!(errors[6] < 1e-12, "{errors:?}");
}
