//! Jacobians in numerator layout (rows are outputs, columns are inputs), and their determinants.

use autodiff::differentiate;

use crate::matrices::{matmul, trace};
use crate::numbers::assert_close;

const A: [[f64; 3]; 2] = [[1.5, -2.0, 0.5], [0.25, 3.0, -1.0]];
const B: [f64; 2] = [0.3, -0.7];
const POINTS: [[f64; 3]; 3] = [[0.4, -0.1, 0.9], [-1.0, 0.3, 0.2], [0.7, 0.6, -0.5]];

#[differentiate(jacobian)]
fn scalar_to_scalar(x: f64) -> f64 {
    x.exp()
}

#[differentiate(jacobian)]
fn vector_to_scalar(x: &[f64; 3]) -> f64 {
    x[0] * x[1] * x[2]
}

#[differentiate(jacobian)]
fn scalar_to_vector(x: f64) -> [f64; 4] {
    [1.0, x, x * x, x.powi(3)]
}

#[differentiate(jacobian)]
fn vector_to_vector(x: &[f64; 3]) -> [f64; 2] {
    [x[0] + x[1], x[1] * x[2]]
}

/// Figure 5.6.
#[test]
fn dimensions() {
    let scalar: f64 = scalar_to_scalar_grad(0.0);
    assert_close(scalar, 1.0);
    let scalar: [[f64; 1]; 1] = scalar_to_scalar_jacobian(0.0);
    assert_close(scalar, [[1.0]]);
    let gradient: [f64; 3] = vector_to_scalar_grad(&[2.0, 3.0, 5.0]);
    assert_close(gradient, [15.0, 10.0, 6.0]);
    let row: [[f64; 3]; 1] = vector_to_scalar_jacobian(&[2.0, 3.0, 5.0]);
    assert_close(row, [gradient]);
    let column: [[f64; 1]; 4] = scalar_to_vector_jacobian(2.0);
    assert_close(column, [[0.0], [1.0], [4.0], [12.0]]);
    let matrix: [[f64; 3]; 2] = vector_to_vector_jacobian(&[2.0, 3.0, 5.0]);
    assert_close(matrix, [[1.0, 1.0, 0.0], [0.0, 5.0, 3.0]]);
}

#[differentiate(jacobian)]
fn change_of_basis(x: &[f64; 2]) -> [f64; 2] {
    [-2.0 * x[0] + x[1], x[0] + x[1]]
}

#[differentiate(jacobian)]
fn polar(r: f64, angle: f64) -> (f64, f64) {
    (r * angle.cos(), r * angle.sin())
}

fn determinant(j: [[f64; 2]; 2]) -> f64 {
    j[0][0] * j[1][1] - j[0][1] * j[1][0]
}

/// The area of a polygon, positive if it runs counterclockwise.
fn area(corners: &[[f64; 2]]) -> f64 {
    let next = corners.iter().cycle().skip(1);
    corners
        .iter()
        .zip(next)
        .map(|(a, b)| 0.5 * (a[0] * b[1] - a[1] * b[0]))
        .sum()
}

/// Equations 5.59 to 5.65 and figure 5.5.
#[test]
fn change_of_variables() {
    let unit_square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]];
    let jacobian = change_of_basis_jacobian(&[0.3, -0.8]);
    assert_eq!(jacobian, [[-2.0, 1.0], [1.0, 1.0]]);
    assert_eq!(determinant(jacobian), -3.0);
    let image = unit_square.map(|corner| change_of_basis(&corner));
    assert_close(area(&image), -3.0 * area(&unit_square));
}

/// As above where the map is not linear: a small square is scaled by the determinant, and all of them together make the disk.
#[test]
fn change_of_variables_that_is_not_linear() {
    use std::f64::consts::{PI, TAU};
    for (r, angle) in [(0.5, 0.1), (2.0, -1.3), (1.2, 3.0)] {
        assert_close(determinant(polar_jacobian(r, angle)), r);
        let h = 1e-4;
        let square = [(0.0, 0.0), (h, 0.0), (h, h), (0.0, h)];
        let image = square.map(|(dr, da)| <[f64; 2]>::from(polar(r + dr, angle + da)));
        assert!((area(&image) / (h * h) - r).abs() < 1e-3);
    }
    let cells = 20;
    let mut disk = 0.0;
    for i in 0..cells {
        for j in 0..cells {
            let middle = |k: usize| (k as f64 + 0.5) / f64::from(cells as u32);
            let jacobian = polar_jacobian(middle(i), TAU * middle(j));
            disk += determinant(jacobian).abs() * TAU / f64::from(cells as u32).powi(2);
        }
    }
    assert_close(disk, PI);
}

#[differentiate(wrt(x), jacobian)]
fn linear<const M: usize, const N: usize>(a: &[[f64; N]; M], x: &[f64; N]) -> [f64; M] {
    let mut y = [0.0; M];
    for i in 0..M {
        for j in 0..N {
            y[i] += a[i][j] * x[j];
        }
    }
    y
}

#[test]
fn example_5_9() {
    for x in POINTS {
        assert_eq!(linear_jacobian(&A, &x), A);
    }
}

#[differentiate]
fn sine_times_cosine(x: &[f64; 2]) -> f64 {
    x[0].sin() * x[1].cos()
}

#[differentiate]
fn dot<const N: usize>(x: &[f64; N], y: &[f64; N]) -> f64 {
    x.iter().zip(y).map(|(x, y)| x * y).sum()
}

#[differentiate(jacobian)]
fn outer<const N: usize>(x: &[f64; N]) -> [[f64; N]; N] {
    std::array::from_fn(|i| std::array::from_fn(|j| x[i] * x[j]))
}

#[test]
fn exercise_5_5() {
    for x in POINTS {
        let expected = [x[0].cos() * x[1].cos(), -x[0].sin() * x[1].sin()];
        assert_close(sine_times_cosine_grad(&[x[0], x[1]]), expected);
        let y = [0.1, 0.2, -3.0];
        assert_eq!(dot_grad(&x, &y), (y, x));
        let tensor = outer_jacobian(&x);
        for i in 0..3 {
            for j in 0..3 {
                for k in 0..3 {
                    let expected = delta(i, k) * x[j] + x[i] * delta(j, k);
                    assert_close(tensor[i][j][k], expected);
                }
            }
        }
    }
}

fn delta(i: usize, j: usize) -> f64 {
    if i == j { 1.0 } else { 0.0 }
}

#[differentiate(jacobian)]
fn identity(x: [f64; 4]) -> [f64; 4] {
    x
}

/// The lecture notes' identity.
#[test]
fn jacobian_of_the_identity() {
    let expected: [[f64; 4]; 4] = std::array::from_fn(|i| std::array::from_fn(|j| delta(i, j)));
    assert_eq!(identity_jacobian([0.3, -0.1, 0.0, 7.0]), expected);
}

#[differentiate(jacobian)]
fn element_wise(x: &[f64; 3]) -> [f64; 3] {
    [x[0].sin(), x[1].exp(), x[2] * x[2]]
}

#[test]
fn jacobian_of_an_element_wise_function_is_diagonal() {
    for x in POINTS {
        let diagonal = [x[0].cos(), x[1].exp(), 2.0 * x[2]];
        let jacobian = element_wise_jacobian(&x);
        for i in 0..3 {
            for j in 0..3 {
                match i == j {
                    true => assert_close(jacobian[i][j], diagonal[i]),
                    false => assert_eq!(jacobian[i][j], 0.0),
                }
            }
        }
    }
}

#[differentiate(jacobian)]
fn logarithm_and_sine(x: f64) -> [f64; 2] {
    [(x * x).ln(), (3.0 * x).sin()]
}

/// The lecture notes' vector chain rule: (ln g1, sin g2) of g = (x², 3x).
#[test]
fn vector_chain_rule() {
    for x in [-1.5_f64, 0.2, 0.8, 4.0] {
        let expected = [[2.0 / x], [3.0 * (3.0 * x).cos()]];
        assert_close(logarithm_and_sine_jacobian(x), expected);
    }
}

#[differentiate(jacobian)]
fn notebook(x: f64, y: f64) -> [f64; 2] {
    [x * x + y * y, x * y]
}

#[test]
fn jacobian_of_the_notebook() {
    let jacobian = notebook_jacobian(1.0, 2.0);
    assert_eq!(jacobian, [[2.0, 4.0], [2.0, 1.0]]);
    assert_eq!(determinant(jacobian), -6.0);
}

#[differentiate]
fn logarithm_of_squares(x: &[f64]) -> f64 {
    (1.0 + x.iter().map(|x| x * x).sum::<f64>()).ln()
}

#[differentiate(wrt(x), jacobian)]
fn sine_layer<const M: usize, const N: usize>(
    a: &[[f64; N]; M],
    x: &[f64; N],
    b: &[f64; M],
) -> [f64; M] {
    let mut z = linear(a, x);
    for (z, b) in z.iter_mut().zip(b) {
        *z = (*z + b).sin();
    }
    z
}

#[test]
fn exercise_5_7() {
    for x in POINTS {
        let squares: f64 = x.iter().map(|x| x * x).sum();
        let expected = x.map(|x| 2.0 * x / (1.0 + squares));
        assert_close(logarithm_of_squares_grad(&x), expected.to_vec());

        let z = linear(&A, &x);
        let jacobian = sine_layer_jacobian(&A, &x, &B);
        for i in 0..2 {
            assert_close(jacobian[i], A[i].map(|a| (z[i] + B[i]).cos() * a));
        }
    }
}

#[differentiate(wrt(x))]
fn gaussian<const N: usize>(x: &[f64; N], mean: &[f64; N], precision: &[[f64; N]; N]) -> f64 {
    let mut distance = 0.0;
    for i in 0..N {
        for j in 0..N {
            distance += (x[i] - mean[i]) * precision[i][j] * (x[j] - mean[j]);
        }
    }
    (-0.5 * distance).exp()
}

#[differentiate(wrt(x))]
fn trace_of_outer_product<const N: usize>(x: &[f64; N], deviation: f64) -> f64 {
    let mut matrix = outer(x);
    for i in 0..N {
        matrix[i][i] += deviation.powi(2);
    }
    trace(&matrix)
}

#[differentiate(wrt(x), jacobian)]
fn tanh_layer<const M: usize, const N: usize>(
    a: &[[f64; N]; M],
    x: &[f64; N],
    b: &[f64; M],
) -> [f64; M] {
    let z = linear(a, x);
    std::array::from_fn(|i| (z[i] + b[i]).tanh())
}

#[test]
fn exercise_5_8() {
    let mean = [0.2, -0.3, 0.5];
    let precision = [[2.0, 0.5, -0.3], [0.5, 1.5, 0.2], [-0.3, 0.2, 1.0]];
    for x in POINTS {
        let (value, gradient) = gaussian_value_and_grad(&x, &mean, &precision);
        let difference: [f64; 3] = std::array::from_fn(|i| x[i] - mean[i]);
        let expected = linear(&precision, &difference).map(|entry| -value * entry);
        assert_close(gradient, expected);

        let gradient = trace_of_outer_product_grad(&x, 0.7);
        assert_close(gradient, x.map(|x| 2.0 * x));

        let activations = tanh_layer(&A, &x, &B);
        let jacobian = tanh_layer_jacobian(&A, &x, &B);
        for i in 0..2 {
            let slope = 1.0 - activations[i].powi(2);
            assert_close(jacobian[i], A[i].map(|a| slope * a));
        }
    }
}

#[differentiate]
fn sine_of_logarithm(t: &[f64]) -> f64 {
    t.iter().map(|t| t * t).sum::<f64>().ln().sin()
}

#[differentiate(wrt(x))]
fn trace_of_product<const D: usize, const E: usize, const F: usize>(
    a: &[[f64; E]; D],
    x: &[[f64; F]; E],
    b: &[[f64; D]; F],
) -> f64 {
    trace(&matmul(&matmul(a, x), b))
}

#[test]
fn exercise_5_6() {
    for t in POINTS {
        let squares: f64 = t.iter().map(|t| t * t).sum();
        let expected = t.map(|t| squares.ln().cos() * 2.0 * t / squares);
        assert_close(sine_of_logarithm_grad(&t), expected.to_vec());
    }
    let x = [[1.0, 2.0], [-0.5, 0.3], [0.7, -0.2]];
    let b = [[0.4, -1.0], [2.0, 0.6]];
    let gradient = trace_of_product_grad(&A, &x, &b);
    for i in 0..3 {
        for j in 0..2 {
            let expected = (0..2).map(|k| A[k][i] * b[j][k]).sum::<f64>();
            assert_close(gradient[i][j], expected);
        }
    }
}
