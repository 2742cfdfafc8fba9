//! Soft dynamic time warping (Cuturi, Blondel 2017) of two series of 64 numbers.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const LENGTH: usize = 64;
const SIDE: usize = LENGTH + 1;
const GAMMA: f64 = 0.5;

#[differentiate(wrt(a, b))]
fn soft_dtw(a: &[f64], b: &[f64], gamma: f64) -> f64 {
    let width = b.len() + 1;
    let mut costs = vec![f64::INFINITY; (a.len() + 1) * width];
    costs[0] = 0.0;
    for i in 1..=a.len() {
        for j in 1..=b.len() {
            let here = i * width + j;
            let distance = (a[i - 1] - b[j - 1]).powi(2);
            let (diagonal, above, left) = (
                costs[here - width - 1],
                costs[here - width],
                costs[here - 1],
            );
            costs[here] = distance + soft_min(diagonal, above, left, gamma);
        }
    }
    costs[a.len() * width + b.len()]
}

#[differentiate(wrt(x, y, z))]
fn soft_min(x: f64, y: f64, z: f64, gamma: f64) -> f64 {
    let least = x.min(y).min(z);
    let sum =
        ((least - x) / gamma).exp() + ((least - y) / gamma).exp() + ((least - z) / gamma).exp();
    least - gamma * sum.ln()
}

struct Workspace {
    costs: Vec<[f64; SIDE]>,
    /// Of each cell, how much of it came from the diagonal, from above and from the left.
    shares: Vec<[[f64; 3]; LENGTH]>,
    /// Cotangents of a row of cells and of the one above it.
    row_adj: [f64; SIDE],
    above_adj: [f64; SIDE],
}

fn hand_written(
    a: &[f64; LENGTH],
    b: &[f64; LENGTH],
    workspace: &mut Workspace,
    a_adj: &mut [f64; LENGTH],
    b_adj: &mut [f64; LENGTH],
) -> f64 {
    let Workspace {
        costs,
        shares,
        row_adj,
        above_adj,
    } = workspace;
    costs[0].fill(f64::INFINITY);
    costs[0][0] = 0.0;
    for (i, (a, shares)) in a.iter().zip(shares.iter_mut()).enumerate() {
        let (above, rest) = costs.split_at_mut(i + 1);
        let (above, row) = (&above[i], &mut rest[0]);
        row[0] = f64::INFINITY;
        for (j, (b, shares)) in b.iter().zip(shares.iter_mut()).enumerate() {
            let distance = (a - b) * (a - b);
            let (x, y, z) = (above[j], above[j + 1], row[j]);
            let least = x.min(y).min(z);
            let exponentials = [
                ((least - x) / GAMMA).exp(),
                ((least - y) / GAMMA).exp(),
                ((least - z) / GAMMA).exp(),
            ];
            let sum = exponentials[0] + exponentials[1] + exponentials[2];
            row[j + 1] = distance + (least - GAMMA * sum.ln());
            let inverse = 1.0 / sum;
            *shares = exponentials.map(|exponential| exponential * inverse);
        }
    }

    b_adj.fill(0.0);
    row_adj.fill(0.0);
    row_adj[LENGTH] = 1.0;
    for (i, shares) in shares.iter().enumerate().rev() {
        above_adj.fill(0.0);
        let mut sum = 0.0;
        for (j, [diagonal, above, left]) in shares.iter().enumerate().rev() {
            let adj = row_adj[j + 1];
            let slope = 2.0 * (a[i] - b[j]) * adj;
            sum += slope;
            b_adj[j] -= slope;
            above_adj[j] += diagonal * adj;
            above_adj[j + 1] += above * adj;
            row_adj[j] += left * adj;
        }
        a_adj[i] = sum;
        std::mem::swap(row_adj, above_adj);
    }
    costs[LENGTH][LENGTH]
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(64);
    let mut series = || -> [f64; LENGTH] { std::array::from_fn(|_| inputs.normal()) };
    let (a, b) = (series(), series());
    let mut workspace = Workspace {
        costs: vec![[0.0; SIDE]; SIDE],
        shares: vec![[[0.0; 3]; LENGTH]; LENGTH],
        row_adj: [0.0; SIDE],
        above_adj: [0.0; SIDE],
    };
    table.row(
        "kernels",
        "soft-dtw 64x64",
        [LENGTH; 2],
        || soft_dtw(&a, &b, GAMMA),
        |[a_adj, b_adj]| {
            let a_adj = a_adj.as_mut_array().expect("64 numbers");
            let b_adj = b_adj.as_mut_array().expect("64 numbers");
            hand_written(&a, &b, &mut workspace, a_adj, b_adj)
        },
        |[a_adj, b_adj]| soft_dtw_grad_into(&a, &b, GAMMA, a_adj, b_adj),
    );
}
