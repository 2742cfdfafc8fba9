//! Rosenbrock's function of 100 numbers.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

#[differentiate]
pub fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|pair| 100.0 * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2))
        .sum()
}

pub fn hand_written(x: &[f64], x_adj: &mut [f64]) -> f64 {
    let mut total = -0.0;
    let mut carried = 0.0;
    let (last_adj, first_adj) = x_adj.split_last_mut().expect("a number");
    for (pair, adj) in x.windows(2).zip(first_adj) {
        let valley = pair[1] - pair[0] * pair[0];
        let rest = 1.0 - pair[0];
        total += 100.0 * (valley * valley) + rest * rest;
        *adj = carried - 400.0 * pair[0] * valley - 2.0 * rest;
        carried = 200.0 * valley;
    }
    *last_adj = carried;
    total
}

pub fn run(table: &mut Table) {
    let x = Inputs::new(100).uniforms(100, -2.0, 2.0);
    table.row(
        "kernels",
        "rosenbrock, n=100",
        [x.len()],
        || rosenbrock(&x),
        |[x_adj]| hand_written(&x, x_adj),
        |[x_adj]| rosenbrock_grad_into(&x, x_adj),
    );
}
