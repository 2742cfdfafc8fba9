//! The product of 64 numbers.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

#[differentiate]
pub fn product(x: &[f64]) -> f64 {
    x.iter().product()
}

/// What stands before each number, then times what stands behind it.
pub fn hand_written(x: &[f64], x_adj: &mut [f64]) -> f64 {
    let mut before = 1.0;
    for (adj, x) in x_adj.iter_mut().zip(x) {
        *adj = before;
        before *= x;
    }
    let mut behind = 1.0;
    for (adj, x) in x_adj.iter_mut().zip(x).rev() {
        *adj *= behind;
        behind *= x;
    }
    before
}

pub fn run(table: &mut Table) {
    let x = Inputs::new(64).uniforms(64, 0.5, 1.5);
    table.row(
        "kernels",
        "product of 64",
        [x.len()],
        || product(&x),
        |[x_adj]| hand_written(&x, x_adj),
        |[x_adj]| product_grad_into(&x, x_adj),
    );
}
