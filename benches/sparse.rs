//! Sparse Hessians and Jacobians: against the dense Hessian while there can be one, and of 100 000 inputs.
//!
//! ```text
//! cargo bench --bench sparse
//! ```
//!
//! Rosenbrock's function has a Hessian with three diagonals, the minimal surface over a grid one with seven entries a row. The
//! entries are first compared with those of the dense Hessian.

mod support;

use autodiff::Matrix;
use autodiff::differentiate;
use autodiff::sparse::{CsrMatrix, HessianColoring};
use support::{assert_close, contender, round_robin, rounds};

#[differentiate(hessian, hessian_sparse)]
fn rosenbrock(x: &[f64], _: usize) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() - 1 {
        total += (1.0 - x[i]).powi(2) + 100.0 * (x[i + 1] - x[i] * x[i]).powi(2);
    }
    total
}

/// The area over a grid, two triangles a cell; `x` are the heights, row by row.
#[differentiate(hessian, hessian_sparse)]
fn surface(x: &[f64], width: usize) -> f64 {
    let mut area = 0.0;
    for row in 0..x.len() / width - 1 {
        for column in 0..width - 1 {
            let i = row * width + column;
            let (a, b) = (x[i + 1] - x[i], x[i + width] - x[i]);
            area += (1.0 + a * a + b * b).sqrt();
            let j = i + width + 1;
            let (a, b) = (x[j - 1] - x[j], x[j - width] - x[j]);
            area += (1.0 + a * a + b * b).sqrt();
        }
    }
    area
}

#[differentiate(jacobian_sparse)]
fn second_differences(x: &[f64], out: &mut [f64]) {
    let n = x.len();
    for i in 0..n {
        let left = if i > 0 { x[i - 1] } else { 0.0 };
        let right = if i + 1 < n { x[i + 1] } else { 0.0 };
        out[i] = left - 2.0 * x[i] + right + x[i].exp();
    }
}

const LARGE: usize = 100_000;

struct Kernel {
    name: &'static str,
    gradient: fn(&[f64], usize) -> Vec<f64>,
    dense: fn(&[f64], usize) -> Matrix,
    sparsity: fn(&[f64], usize) -> autodiff::sparse::Pattern,
    sparse: fn(&[f64], usize) -> CsrMatrix,
    with: fn(&[f64], usize, &HessianColoring) -> CsrMatrix,
}

fn main() {
    let kernels = [
        Kernel {
            name: "Rosenbrock",
            gradient: rosenbrock_grad,
            dense: rosenbrock_hessian,
            sparsity: rosenbrock_hessian_sparsity,
            sparse: rosenbrock_hessian_sparse,
            with: rosenbrock_hessian_sparse_with,
        },
        Kernel {
            name: "minimal surface",
            gradient: surface_grad,
            dense: surface_hessian,
            sparsity: surface_hessian_sparsity,
            sparse: surface_hessian_sparse,
            with: surface_hessian_sparse_with,
        },
    ];
    for kernel in &kernels {
        for (length, width) in [(100, 10), (400, 20), (1000, 25)] {
            small(kernel, length, width, rounds(40));
        }
        large(kernel, rounds(7));
    }
    jacobian(rounds(7));
}

fn heights(length: usize) -> Vec<f64> {
    (0..length).map(|i| (1.3 * i as f64).sin()).collect()
}

fn small(kernel: &Kernel, length: usize, width: usize, rounds: usize) {
    let x = heights(length);
    let (sparse, dense) = ((kernel.sparse)(&x, width), (kernel.dense)(&x, width));
    assert_close(
        kernel.name,
        sparse.to_matrix().as_slice(),
        dense.as_slice(),
        1e-12,
    );
    let timings = round_robin(
        vec![
            contender("gradient", || (kernel.gradient)(&x, width)),
            contender("pattern", || (kernel.sparsity)(&x, width)),
            contender("sparse Hessian", || (kernel.sparse)(&x, width)),
            contender("dense Hessian", || (kernel.dense)(&x, width)),
        ],
        rounds,
    );
    let speed = timings.ratio("dense Hessian", "sparse Hessian");
    println!(
        "\n{}, {length} inputs\n{timings}dense ÷ sparse: {speed:.1}",
        kernel.name
    );
}

fn large(kernel: &Kernel, rounds: usize) {
    let x = heights(LARGE);
    let coloring = HessianColoring::new((kernel.sparsity)(&x, 250));
    let timings = round_robin(
        vec![
            contender("gradient", || (kernel.gradient)(&x, 250)),
            contender("pattern", || (kernel.sparsity)(&x, 250)),
            contender("sparse Hessian", || (kernel.sparse)(&x, 250)),
            contender("with its coloring", || (kernel.with)(&x, 250, &coloring)),
        ],
        rounds,
    );
    let entries = coloring.pattern().nnz();
    println!(
        "\n{}, {LARGE} inputs, {entries} entries\n{timings}",
        kernel.name
    );
}

fn jacobian(rounds: usize) {
    let x = heights(LARGE);
    let (mut value, mut out) = (vec![0.0; LARGE], vec![0.0; LARGE]);
    let timings = round_robin(
        vec![
            contender("function", || second_differences(&x, &mut value)),
            contender("sparse Jacobian", || {
                second_differences_jacobian_sparse(&x, &mut out)
            }),
        ],
        rounds,
    );
    println!("\nsecond differences, {LARGE} inputs\n{timings}");
}
