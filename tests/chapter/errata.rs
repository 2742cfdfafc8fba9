//! Slips of the documents: what they print, and what is true.

use autodiff::differentiate;

use crate::learning::notebook;
use crate::numbers::assert_close;

#[differentiate]
fn line_and_parabola(x: f64, y: f64) -> f64 {
    2.0 * x + y.powi(2)
}

/// The notes print `∂g/∂y = 8 y²`.
#[test]
fn partial_derivative_of_the_notes() {
    for y in [-1.5, 0.3, 2.0] {
        let (by_x, by_y) = line_and_parabola_grad(0.7, y);
        assert_close((by_x, by_y), (2.0, 2.0 * y));
        assert!((by_y - 8.0 * y * y).abs() > 0.1);
    }
}

#[differentiate]
fn logarithm_of_squared_sine(x: f64) -> f64 {
    x.powi(3).sin().powi(2).ln()
}

/// The notes print `6 x² cos x³`.
#[test]
fn nested_chain_of_the_notes() {
    for x in [-1.0_f64, 0.5, 0.9] {
        let slope = logarithm_of_squared_sine_grad(x);
        assert_close(slope, 6.0 * x * x / x.powi(3).tan());
        assert!((slope - 6.0 * x * x * x.powi(3).cos()).abs() > 0.1);
    }
}

#[differentiate(wrt(a), jacobian)]
fn matrix_by_matrix(a: &[[f64; 2]; 2], b: &[[f64; 3]; 2]) -> [[f64; 3]; 2] {
    let mut product = [[0.0; 3]; 2];
    for i in 0..2 {
        for j in 0..3 {
            for k in 0..2 {
                product[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    product
}

/// The notebook has a placeholder here; the derivative of a matrix by a matrix has four axes.
#[test]
fn matrix_by_matrix_of_the_notebook() {
    let b = [[0.5, -1.0, 2.0], [3.0, 0.1, -0.4]];
    let tensor: [[[[f64; 2]; 2]; 3]; 2] = matrix_by_matrix_jacobian(&[[1.0, 2.0], [3.0, 4.0]], &b);
    for i in 0..2 {
        for j in 0..3 {
            for k in 0..2 {
                for l in 0..2 {
                    let expected = if i == k { b[l][j] } else { 0.0 };
                    assert_eq!(tensor[i][j][k][l], expected);
                }
            }
        }
    }
}

/// The notebook trains on the activations of its first forward pass. What it prints follows from that, and is not what
/// training gives (`learning::network_of_the_notebook`).
#[test]
fn training_of_the_notebook() {
    let x = [0.5, 0.8];
    let (mut w1, mut b1) = ([[0.5, 0.2], [0.3, 0.7]], [0.1, 0.2]);
    let (mut w2, mut b2) = ([0.6, 0.9], 0.3);
    let stale: [f64; 2] = std::array::from_fn(|j| {
        let z: f64 = x[0] * w1[0][j] + x[1] * w1[1][j] + b1[j];
        1.0 / (1.0 + (-z).exp())
    });
    let output = notebook(&w1, &b1, &w2, b2);
    let by_z2 = (output - 1.0) * output * (1.0 - output);
    let rate = 0.05;
    for _ in 0..1000 {
        let by_z1: [f64; 2] = std::array::from_fn(|j| by_z2 * w2[j] * stale[j] * (1.0 - stale[j]));
        for j in 0..2 {
            for i in 0..2 {
                w1[i][j] -= rate * x[i] * by_z1[j];
            }
            b1[j] -= rate * by_z1[j];
            w2[j] -= rate * by_z2 * stale[j];
        }
        b2 -= rate * by_z2;
    }
    assert_close(notebook(&w1, &b1, &w2, b2), 0.995_164_913_282_539);
}

#[differentiate]
fn with_root(x: f64) -> f64 {
    let c = x * x + (x * x).exp();
    c.sqrt() + c.cos()
}

#[differentiate]
fn without_root(x: f64) -> f64 {
    let c = x * x + (x * x).exp();
    c + c.cos()
}

/// The notebook's function for example 5.14 has lost its square root.
#[test]
fn example_5_14_of_the_notebook() {
    for x in [0.3_f64, 0.8, -1.1] {
        let c = x * x + (x * x).exp();
        let inner = 2.0 * x * (1.0 + (x * x).exp());
        assert_close(with_root_grad(x), inner * (0.5 / c.sqrt() - c.sin()));
        assert_close(without_root_grad(x), inner * (1.0 - c.sin()));
    }
}

#[differentiate]
fn squared_norm(e: &[f64]) -> f64 {
    e.iter().map(|e| e * e).sum()
}

/// `L(e)` is the squared norm, whose gradient is `2 e`; that of the norm is `e / ‖e‖`.
#[test]
fn loss_of_the_notebook() {
    let e = [0.5, -1.0, 2.0];
    assert_eq!(squared_norm_grad(&e), e.map(|e| 2.0 * e));
}

#[differentiate(jacobian)]
fn gram(r: &[[f64; 2]; 5]) -> [[f64; 2]; 2] {
    let mut k = [[0.0; 2]; 2];
    for p in 0..2 {
        for q in 0..2 {
            for row in r {
                k[p][q] += row[p] * row[q];
            }
        }
    }
    k
}

/// In equation 5.97 `i` runs over the rows of `R`, `1…M`; the chapter prints `1…N`.
#[test]
fn index_range_of_the_gram_matrix() {
    let r = [[1.0, 0.5], [-2.0, 3.0], [0.1, 0.2], [4.0, -1.0], [0.3, 0.6]];
    let tensor: [[[[f64; 2]; 5]; 2]; 2] = gram_jacobian(&r);
    for i in 0..5 {
        assert_close(tensor[0][1][i], [r[i][1], r[i][0]]);
        assert_close(tensor[0][0][i], [2.0 * r[i][0], 0.0]);
    }
}
