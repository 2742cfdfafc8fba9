//! A `Matrix` in `nalgebra` and `ndarray`, and back.

use autodiff::{Matrix, differentiate};
use nalgebra::{DMatrix, DVector};
use ndarray::{Array2, ShapeBuilder, array};

#[differentiate(jacobian, hessian)]
fn product(x: &[f64]) -> f64 {
    x[0] * x[1] * x[2]
}

#[differentiate(jacobian)]
fn turned(x: &[f64]) -> [f64; 2] {
    [x[0] * x[1], x[1] * x[2]]
}

const X: [f64; 3] = [2.0, 3.0, 5.0];

#[test]
fn with_nalgebra() {
    let jacobian: DMatrix<f64> = turned_jacobian(&X).into();
    assert_eq!(
        jacobian,
        DMatrix::from_row_slice(2, 3, &[3.0, 2.0, 0.0, 0.0, 5.0, 3.0])
    );
    assert_eq!(jacobian[(1, 2)], 3.0);
    let back: Matrix = jacobian.into();
    assert_eq!(back, turned_jacobian(&X));

    // A step of Newton's method, as a solver would take it.
    let hessian = DMatrix::from(product_hessian(&X));
    let gradient = DVector::from(product_grad(&X));
    let step = hessian
        .clone()
        .lu()
        .solve(&gradient)
        .expect("the Hessian is regular");
    assert!((hessian * &step - gradient).norm() < 1e-12);
    assert!((step - DVector::from_vec(X.map(|x| x / 2.0).to_vec())).norm() < 1e-12);
}

#[test]
fn with_ndarray() {
    let jacobian: Array2<f64> = turned_jacobian(&X).into();
    assert_eq!(jacobian, array![[3.0, 2.0, 0.0], [0.0, 5.0, 3.0]]);
    assert_eq!(jacobian.dot(&array![1.0, 2.0, 3.0]), array![7.0, 19.0]);
    let back: Matrix = jacobian.into();
    assert_eq!(back, turned_jacobian(&X));

    // Another order in memory is the same matrix.
    let columns = Array2::from_shape_vec((2, 3).f(), vec![1.0, 4.0, 2.0, 5.0, 3.0, 6.0])
        .expect("six entries");
    assert_eq!(
        Matrix::from(columns).as_slice(),
        [1.0, 2.0, 3.0, 4.0, 5.0, 6.0]
    );
    let turned = array![[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]].reversed_axes();
    assert_eq!(
        Matrix::from(turned).as_slice(),
        [1.0, 4.0, 2.0, 5.0, 3.0, 6.0]
    );
}

#[test]
fn of_any_entries_and_of_none() {
    let integers = Matrix::new(1, 2, vec![7_u8, 8]);
    assert_eq!(Matrix::from(DMatrix::from(integers.clone())), integers);
    assert_eq!(Matrix::from(Array2::from(integers.clone())), integers);
    let empty = Matrix::<f64>::zeros(0, 3);
    assert_eq!(Matrix::from(DMatrix::from(empty.clone())), empty);
    assert_eq!(Matrix::from(Array2::from(empty.clone())), empty);
}
