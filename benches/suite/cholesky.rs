//! The log-density of a normal distribution in 16 dimensions, by Cholesky's factorisation of the covariance.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const N: usize = 16;

/// Only the lower triangle of `covariance` is read.
#[differentiate(wrt(mean, covariance))]
fn log_density(x: &[f64; N], mean: &[f64; N], covariance: &[[f64; N]; N]) -> f64 {
    let mut factor = [[0.0; N]; N];
    let mut log_determinant = 0.0;
    for i in 0..N {
        for j in 0..i {
            let mut sum = covariance[i][j];
            for k in 0..j {
                sum -= factor[i][k] * factor[j][k];
            }
            factor[i][j] = sum / factor[j][j];
        }
        let mut sum = covariance[i][i];
        for k in 0..i {
            sum -= factor[i][k] * factor[i][k];
        }
        factor[i][i] = sum.sqrt();
        log_determinant += factor[i][i].ln();
    }

    let mut whitened = [0.0; N];
    let mut squares = 0.0;
    for i in 0..N {
        let mut sum = x[i] - mean[i];
        for k in 0..i {
            sum -= factor[i][k] * whitened[k];
        }
        whitened[i] = sum / factor[i][i];
        squares += whitened[i] * whitened[i];
    }
    -0.5 * squares - log_determinant - 0.5 * N as f64 * std::f64::consts::TAU.ln()
}

fn hand_written(
    x: &[f64; N],
    mean: &[f64; N],
    covariance: &[[f64; N]; N],
    mean_adj: &mut [f64; N],
    covariance_adj: &mut [[f64; N]; N],
) -> f64 {
    let mut factor = [[0.0; N]; N];
    let mut log_determinant = 0.0;
    for i in 0..N {
        let (above, rest) = factor.split_at_mut(i);
        let row = &mut rest[0];
        for (j, other) in above.iter().enumerate() {
            let mut sum = covariance[i][j];
            for (a, b) in row[..j].iter().zip(&other[..j]) {
                sum -= a * b;
            }
            row[j] = sum / other[j];
        }
        let mut sum = covariance[i][i];
        for a in &row[..i] {
            sum -= a * a;
        }
        row[i] = sum.sqrt();
        log_determinant += row[i].ln();
    }
    let mut whitened = [0.0; N];
    let mut squares = 0.0;
    for (i, row) in factor.iter().enumerate() {
        let mut sum = x[i] - mean[i];
        for (l, y) in row[..i].iter().zip(&whitened[..i]) {
            sum -= l * y;
        }
        whitened[i] = sum / row[i];
        squares += whitened[i] * whitened[i];
    }

    // From here on `covariance_adj` holds the factor's adjoint, row by row replaced by what it is the adjoint of.
    let mut whitened_adj = whitened.map(|y| -y);
    for (i, (row, row_adj)) in factor
        .iter()
        .zip(covariance_adj.iter_mut())
        .enumerate()
        .rev()
    {
        let inverse = 1.0 / row[i];
        let sum_adj = whitened_adj[i] * inverse;
        mean_adj[i] = -sum_adj;
        for k in 0..i {
            row_adj[k] = -sum_adj * whitened[k];
            whitened_adj[k] -= sum_adj * row[k];
        }
        row_adj[i] = -inverse - sum_adj * whitened[i];
        row_adj[i + 1..].fill(0.0);
    }
    for i in (0..N).rev() {
        let row = &factor[i];
        let (above_adj, rest_adj) = covariance_adj.split_at_mut(i);
        let row_adj = &mut rest_adj[0];
        let diagonal_adj = 0.5 * row_adj[i] / row[i];
        row_adj[i] = diagonal_adj;
        for (adj, l) in row_adj[..i].iter_mut().zip(&row[..i]) {
            *adj -= 2.0 * diagonal_adj * l;
        }
        for j in (0..i).rev() {
            let (other, other_adj) = (&factor[j], &mut above_adj[j]);
            let sum_adj = row_adj[j] / other[j];
            row_adj[j] = sum_adj;
            other_adj[j] -= sum_adj * row[j];
            for k in 0..j {
                row_adj[k] -= sum_adj * other[k];
                other_adj[k] -= sum_adj * row[k];
            }
        }
    }
    -0.5 * squares - log_determinant - 0.5 * N as f64 * std::f64::consts::TAU.ln()
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(N as u64);
    let mut numbers = || -> [f64; N] { std::array::from_fn(|_| inputs.normal()) };
    let (x, mean) = (numbers(), numbers());
    let spread: [[f64; N]; N] = std::array::from_fn(|_| numbers());
    let covariance: [[f64; N]; N] = std::array::from_fn(|i| {
        std::array::from_fn(|j| {
            let product: f64 = spread[i].iter().zip(&spread[j]).map(|(a, b)| a * b).sum();
            product + if i == j { 1.0 } else { 0.0 }
        })
    });
    table.row(
        "kernels",
        "cholesky density, n=16",
        [N, N * N],
        || log_density(&x, &mean, &covariance),
        |[mean_adj, covariance_adj]| {
            let (mean_adj, covariance_adj) = arrays(mean_adj, covariance_adj);
            hand_written(&x, &mean, &covariance, mean_adj, covariance_adj)
        },
        |[mean_adj, covariance_adj]| {
            let (mean_adj, covariance_adj) = arrays(mean_adj, covariance_adj);
            log_density_grad_into(&x, &mean, &covariance, mean_adj, covariance_adj)
        },
    );
}

fn arrays<'a>(
    vector: &'a mut [f64],
    matrix: &'a mut [f64],
) -> (&'a mut [f64; N], &'a mut [[f64; N]; N]) {
    let rows = matrix.as_chunks_mut().0;
    (
        vector.as_mut_array().expect("16 numbers"),
        rows.as_mut_array().expect("16 rows"),
    )
}
