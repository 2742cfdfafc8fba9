//! Jacobians of functions of matrices, row by row.

use crate::support::{all_near, numbers, slopes};
use autodiff::{Differentiable, Matrix, differentiate};
use nalgebra::{DMatrix, DVector, Matrix2, SMatrix, Vector2, Vector3};
use ndarray::{Array1, Array2, ArrayView1};

fn matrix(rows: usize, cols: usize, seed: u64) -> DMatrix<f64> {
    DMatrix::from_vec(rows, cols, numbers(rows * cols, seed))
}

fn vector(len: usize, seed: u64) -> DVector<f64> {
    DVector::from_vec(numbers(len, seed))
}

/// Each row is the gradient by differences of that output.
#[track_caller]
fn checked(what: &str, jacobian: &Matrix, f: impl Fn(&[f64]) -> Vec<f64>, at: &[f64]) {
    let outputs = f(at);
    assert_eq!(
        (jacobian.rows(), jacobian.cols()),
        (outputs.len(), at.len()),
        "{what}"
    );
    for i in 0..outputs.len() {
        all_near(what, jacobian.row(i), &slopes(|x| f(x)[i], at), 1e-7);
    }
}

/// Where the end of an arm is: in arrays, with vectors and matrices between them.
#[differentiate(jacobian)]
fn end(angles: &[f64; 3]) -> [f64; 2] {
    let mut at = Vector2::zeros();
    let mut turned = Matrix2::identity();
    for angle in angles {
        let (sin, cos) = angle.sin_cos();
        turned *= Matrix2::new(cos, -sin, sin, cos);
        at += turned * Vector2::new(1.5, 0.0);
    }
    [at.x, at.y]
}

#[test]
fn of_an_arm() {
    let angles = [0.3, -0.8, 1.9];
    let jacobian: [[f64; 3]; 2] = end_jacobian(&angles);
    // By angle k, what comes behind it turns.
    let sums = [angles[0], angles[0] + angles[1], angles.iter().sum::<f64>()];
    for k in 0..3 {
        let x: f64 = sums[k..].iter().map(|a| -1.5 * a.sin()).sum();
        let y: f64 = sums[k..].iter().map(|a| 1.5 * a.cos()).sum();
        all_near("column", &[jacobian[0][k], jacobian[1][k]], &[x, y], 1e-14);
    }
    let mut flat = [9.0; 6];
    assert_eq!(end_jacobian_into(&angles, &mut flat), end(&angles));
    assert_eq!(flat, jacobian.as_flattened());
}

#[test]
#[should_panic(expected = "2×3 Jacobian needs 6")]
fn a_buffer_that_does_not_fit() {
    end_jacobian_into(&[0.0; 3], &mut [0.0; 5]);
}

#[differentiate(jacobian)]
fn product(a: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
    a * x
}

#[differentiate(jacobian, wrt(a))]
fn inverse(a: &DMatrix<f64>) -> DMatrix<f64> {
    a.clone().try_inverse().unwrap()
}

#[differentiate(jacobian)]
fn unit(v: Vector3<f64>) -> Vector3<f64> {
    v / v.norm()
}

/// Examples 5.9 and 5.12, equation 5.102: the entries of a matrix are counted column by column.
#[test]
fn closed_forms() {
    let (a, x) = (matrix(2, 3, 1), vector(3, 2));
    let jacobian = product_jacobian(&a, &x);
    assert_eq!((jacobian.rows(), jacobian.cols()), (2, 9));
    for i in 0..2 {
        for k in 0..2 {
            for q in 0..3 {
                let want = if i == k { x[q] } else { 0.0 };
                assert_eq!(jacobian[(i, q * 2 + k)], want);
            }
        }
        for q in 0..3 {
            assert_eq!(jacobian[(i, 6 + q)], a[(i, q)]);
        }
    }

    let a = matrix(3, 3, 3);
    let inverted = a.clone().try_inverse().unwrap();
    // -(Aᵀ⁻¹ ⊗ A⁻¹), since vec(A⁻¹ dA A⁻¹) = (A⁻ᵀ ⊗ A⁻¹) vec(dA).
    let want = -inverted.transpose().kronecker(&inverted);
    let jacobian: DMatrix<f64> = inverse_jacobian(&a).into();
    all_near("inverse", jacobian.as_slice(), want.as_slice(), 1e-11);

    let v = Vector3::new(0.5, -1.0, 2.0);
    let norm: f64 = v.norm();
    let n = v / norm;
    let want = (SMatrix::<f64, 3, 3>::identity() - n * n.transpose()) / norm;
    let jacobian: DMatrix<f64> = unit_jacobian(v).into();
    all_near("unit", jacobian.as_slice(), want.as_slice(), 1e-15);
}

/// Loops, branches, a call, a solve: what lies on the stack owns memory, and a forward sweep serves one row.
#[differentiate(jacobian, wrt(x, s))]
fn settled(a: &DMatrix<f64>, x: &[f64], s: f64, count: usize) -> Vec<f64> {
    let mut h = DVector::from_column_slice(x);
    for k in 0..count {
        h = product(a, &h).map(|h| h.tanh());
        if k % 2 == 1 {
            h *= s;
        }
        if h.norm() < 1e-3 {
            break;
        }
    }
    let system = a * a.transpose() + DMatrix::identity(a.nrows(), a.nrows()) * s;
    let y = system.cholesky().unwrap().solve(&h);
    y.iter().map(|y| y * s).collect()
}

#[test]
fn through_loops_and_calls() {
    let (a, x) = (matrix(3, 3, 4), numbers(3, 5));
    for count in [0, 1, 4] {
        let jacobian = settled_jacobian(&a, &x, 0.9, count);
        let f = |at: &[f64]| settled(&a, &at[..3], at[3], count);
        checked("settled", &jacobian, f, &[&x[..], &[0.9]].concat());
    }
    // Every row is what the vector-Jacobian product gives.
    let jacobian = settled_jacobian(&a, &x, 0.9, 3);
    for i in 0..3 {
        let mut unit = vec![0.0; 3];
        unit[i] = 1.0;
        let (_, (by_x, by_s)) = settled_vjp(&a, &x, 0.9, 3, unit);
        assert_eq!(jacobian.row(i), [by_x, vec![by_s]].concat());
    }
    let (none, empty) = (DMatrix::zeros(0, 0), Vec::new());
    let jacobian = settled_jacobian(&none, &empty, 0.9, 2);
    assert_eq!((jacobian.rows(), jacobian.cols()), (0, 1));
}

#[differentiate(jacobian, wrt(x))]
fn written(x: &DVector<f64>, y: &mut DVector<f64>, z: &mut [f64]) -> f64 {
    *y = x * x[0];
    z[0] = x.norm_squared() + y[1];
    x.sum()
}

#[test]
fn output_parameters() {
    let x = vector(2, 6);
    let (mut y, mut z) = (DVector::zeros(2), [0.0]);
    let jacobian = written_jacobian(&x, &mut y, &mut z);
    assert_eq!((y.clone(), z[0]), (&x * x[0], x.norm_squared() + y[1]));
    let (a, b) = (x[0], x[1]);
    let want = [1.0, 1.0, 2.0 * a, 0.0, b, a, 2.0 * a + b, 2.0 * b + a];
    all_near("written", jacobian.as_slice(), &want, 1e-15);
}

#[differentiate(jacobian, wrt(x))]
fn scaled(x: &Array1<f64>, w: &Array2<f64>) -> Array1<f64> {
    w.dot(x) * x.sum()
}

#[differentiate(jacobian)]
fn of_a_view(x: ArrayView1<f64>) -> [f64; 2] {
    let y = x.mapv(|x| x * x);
    [y.sum(), (&y * &x).sum()]
}

#[differentiate(jacobian)]
fn doubled(w: &Array2<f64>) -> Array2<f64> {
    w * 2.0
}

#[test]
fn of_arrays() {
    let x = Array1::from_vec(numbers(3, 7));
    let w = Array2::from_shape_vec((2, 3), numbers(6, 8)).unwrap();
    let f = |x: &[f64]| scaled(&Array1::from_vec(x.to_vec()), &w).to_vec();
    checked("scaled", &scaled_jacobian(&x, &w), f, &x.to_vec());
    let jacobian = of_a_view_jacobian(x.view());
    for k in 0..3 {
        let want = [2.0 * x[k], 3.0 * x[k] * x[k]];
        all_near("view", &[jacobian[(0, k)], jacobian[(1, k)]], &want, 1e-15);
    }
    // Row by row, however the array lies in memory.
    for w in [w.clone(), w.reversed_axes()] {
        let jacobian: Array2<f64> = doubled_jacobian(&w).into();
        assert_eq!(jacobian, Array2::<f64>::eye(6) * 2.0);
    }
}

#[derive(Clone, Differentiable)]
struct Layer {
    weights: DMatrix<f64>,
    bias: DVector<f64>,
    #[allow(dead_code)]
    name: String,
    #[differentiable(skip)]
    scale: f64,
}

impl Layer {
    #[differentiate(jacobian, wrt(self, x))]
    fn output(&self, x: &DVector<f64>) -> DVector<f64> {
        (&self.weights * x + &self.bias) * self.scale
    }
}

#[test]
fn of_a_struct() {
    let layer = Layer {
        weights: matrix(2, 2, 9),
        bias: vector(2, 10),
        name: "layer".into(),
        scale: 3.0,
    };
    let x = vector(2, 11);
    let jacobian = layer.output_jacobian(&x);
    let f = |at: &[f64]| {
        let mut layer = layer.clone();
        layer.set_flat(&at[..6]);
        let x = DVector::from_column_slice(&at[6..]);
        layer.output(&x).as_slice().to_vec()
    };
    let at = [layer.to_flat(), x.as_slice().to_vec()].concat();
    checked("layer", &jacobian, f, &at);
}

#[differentiate(jacobian)]
fn guarded(x: &DVector<f64>) -> [f64; 2] {
    let roots = x.map(|x| x.sqrt());
    [roots[0], roots[1] * 0.0 + x[1]]
}

/// An infinite slope times nothing is nothing.
#[test]
fn at_a_kink() {
    let jacobian = guarded_jacobian(&DVector::from_vec(vec![4.0, 0.0]));
    assert_eq!(jacobian.as_slice(), [0.25, 0.0, 0.0, 1.0]);
}
