//! A cubic spline with 32 coefficients, fitted to 1000 points with outliers: Cauchy's robust loss.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const POINTS: usize = 1000;
const COEFFICIENTS: usize = 32;

/// The coefficients belong to uniform cubic B-splines; `xs` are in units of the knots' distance.
#[differentiate(wrt(coefficients))]
fn misfit(coefficients: &[f64], xs: &[f64], ys: &[f64], scale: f64) -> f64 {
    let mut total = 0.0;
    for (x, y) in xs.iter().zip(ys) {
        let start = x.floor() as usize;
        let t = x - x.floor();
        let s = 1.0 - t;
        let basis = [
            s * s * s / 6.0,
            (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
            (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0,
            t * t * t / 6.0,
        ];
        let mut value = 0.0;
        for k in 0..4 {
            value += basis[k] * coefficients[start + k];
        }
        let error = (value - y) / scale;
        total += (error * error).ln_1p();
    }
    total
}

fn hand_written(
    coefficients: &[f64],
    xs: &[f64],
    ys: &[f64],
    scale: f64,
    coefficients_adj: &mut [f64],
) -> f64 {
    coefficients_adj.fill(0.0);
    let factor = 2.0 / scale;
    let mut total = 0.0;
    for (x, y) in xs.iter().zip(ys) {
        let start = x.floor() as usize;
        let t = x - x.floor();
        let s = 1.0 - t;
        let basis = [
            s * s * s / 6.0,
            (3.0 * t * t * t - 6.0 * t * t + 4.0) / 6.0,
            (3.0 * s * s * s - 6.0 * s * s + 4.0) / 6.0,
            t * t * t / 6.0,
        ];
        let mut value = 0.0;
        for (basis, coefficient) in basis.iter().zip(&coefficients[start..start + 4]) {
            value += basis * coefficient;
        }
        let error = (value - y) / scale;
        let squared = error * error;
        total += squared.ln_1p();
        let value_adj = factor * error / (1.0 + squared);
        for (adj, basis) in coefficients_adj[start..start + 4].iter_mut().zip(&basis) {
            *adj += value_adj * basis;
        }
    }
    total
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(32);
    let coefficients = inputs.normals(COEFFICIENTS);
    let xs = inputs.uniforms(POINTS, 0.0, (COEFFICIENTS - 3) as f64);
    let ys = inputs.normals(POINTS);
    table.row(
        "kernels",
        "spline, robust loss",
        [COEFFICIENTS],
        || misfit(&coefficients, &xs, &ys, 0.5),
        |[adj]| hand_written(&coefficients, &xs, &ys, 0.5, adj),
        |[adj]| misfit_grad_into(&coefficients, &xs, &ys, 0.5, adj),
    );

    let mut inputs = Inputs::new(1_000_000);
    let xs = inputs.uniforms(1_000_000, 0.0, (COEFFICIENTS - 3) as f64);
    let ys = inputs.normals(xs.len());
    let mut adj = vec![0.0; COEFFICIENTS];
    table.peak("spline, 10^6 points", || {
        misfit_grad_into(&coefficients, &xs, &ys, 0.5, &mut adj)
    });
}
