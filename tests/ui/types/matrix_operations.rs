//! What is not known of a matrix library's types.

use autodiff::differentiate;
use nalgebra::{DMatrix, DVector, Vector3};

#[differentiate]
fn method(a: &DMatrix<f64>) -> f64 {
    a.exp().sum()
}

#[differentiate]
fn operator(a: &DVector<f64>, b: &Vector3<f64>) -> f64 {
    (a - b).sum()
}

#[differentiate]
fn constructor(a: &DMatrix<f64>) -> f64 {
    DMatrix::from_rows(&[a.row(0), a.row(1)]).sum()
}

#[differentiate(hessian)]
fn order(a: &DVector<f64>) -> f64 {
    a.norm_squared()
}

#[differentiate(jvp)]
fn order_inside(x: &[f64; 2]) -> f64 {
    DVector::from_column_slice(x).norm()
}

fn main() {}
