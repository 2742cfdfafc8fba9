//! Products and rearrangements.

use crate::differentiate;
use alloc::vec;
use alloc::vec::Vec;

/// `Σ aᵢ bᵢ` of two vectors of one length.
///
/// `ā = ȳ b`, `b̄ = ȳ a` (Petersen and Pedersen 69).
///
/// # Panics
///
/// If the lengths differ.
#[differentiate(crate = crate, vjp, jvp)]
pub fn dot(a: &[f64], b: &[f64]) -> f64 {
    assert!(
        a.len() == b.len(),
        "dot: `a` has length {}, `b` has length {}",
        a.len(),
        b.len()
    );
    let mut sum = 0.0;
    for i in 0..a.len() {
        sum += a[i] * b[i];
    }
    sum
}

/// The `a.len() × b.len()` matrix of all products `aᵢ bⱼ`.
///
/// `ā = Ȳ b`, `b̄ = Ȳᵀ a`.
#[differentiate(crate = crate, jvp)]
pub fn outer(a: &[f64], b: &[f64]) -> Vec<f64> {
    let n = b.len();
    let mut out = vec![0.0; a.len() * n];
    for i in 0..a.len() {
        for j in 0..n {
            out[i * n + j] = a[i] * b[j];
        }
    }
    out
}

/// `A x` for a `rows × cols` matrix and a vector of length `cols`.
///
/// `Ā = ȳ xᵀ`, `x̄ = Aᵀ ȳ` (Giles 2.2.2 with one column).
///
/// # Panics
///
/// If the lengths do not fit the shapes.
#[differentiate(crate = crate, jvp)]
pub fn matvec(a: &[f64], rows: usize, cols: usize, x: &[f64]) -> Vec<f64> {
    assert!(
        a.len() == rows * cols && x.len() == cols,
        "matvec: {rows}×{cols} by {cols}, but `a` has length {}, `x` has length {}",
        a.len(),
        x.len()
    );
    let mut out = vec![0.0; rows];
    for i in 0..rows {
        let mut sum = 0.0;
        for j in 0..cols {
            sum += a[i * cols + j] * x[j];
        }
        out[i] = sum;
    }
    out
}

/// The `cols × rows` transpose of a `rows × cols` matrix.
///
/// `Ā = Ȳᵀ`.
///
/// # Panics
///
/// If the length does not fit the shape.
#[differentiate(crate = crate, jvp)]
pub fn transpose(a: &[f64], rows: usize, cols: usize) -> Vec<f64> {
    assert!(
        a.len() == rows * cols,
        "transpose: {rows}×{cols}, but `a` has length {}",
        a.len()
    );
    let mut out = vec![0.0; rows * cols];
    for i in 0..rows {
        for j in 0..cols {
            out[j * rows + i] = a[i * cols + j];
        }
    }
    out
}

/// The sum of the diagonal of an `n × n` matrix.
///
/// `Ā = ȳ I` (Petersen and Pedersen 99).
///
/// # Panics
///
/// If the matrix is not `n × n`.
#[differentiate(crate = crate, vjp, jvp)]
pub fn trace(a: &[f64], n: usize) -> f64 {
    assert!(
        a.len() == n * n,
        "trace: {n}×{n}, but `a` has length {}",
        a.len()
    );
    let mut sum = 0.0;
    for i in 0..n {
        sum += a[i * n + i];
    }
    sum
}
