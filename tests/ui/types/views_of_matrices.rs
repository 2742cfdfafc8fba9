//! What is written by way of an exclusive view, of a matrix or of something else, would be lost.

use autodiff::differentiate;
use ndarray::{Array1, Array2};

#[differentiate]
fn through_a_row(x: &Array1<f64>) -> f64 {
    let mut a = Array2::zeros((2, 3));
    let mut row = a.row_mut(0);
    row[0] = x[0];
    a.sum() + x.sum()
}

#[differentiate]
fn unknown_method(x: &Array1<f64>) -> f64 {
    x.product()
}

#[differentiate]
fn of_unknown_type(x: &Array2<f64>, model: &Model) -> f64 {
    x.dot(&model.table()).sum()
}

#[derive(Clone, autodiff::Differentiable)]
struct Model {
    weights: Vec<f64>,
}

impl Model {
    fn weights(&mut self) -> &mut [f64] {
        &mut self.weights
    }

    fn table(&self) -> Array1<f64> {
        Array1::from_vec(self.weights.clone())
    }
}

#[differentiate(wrt(x))]
fn through_a_method(model: &Model, x: f64) -> f64 {
    let mut own = model.clone();
    let weights = own.weights();
    weights[0] = x * 5.0;
    own.weights[0] + x
}

fn main() {}
