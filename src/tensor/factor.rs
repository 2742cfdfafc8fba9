//! Determinants, inverses, systems of equations, Cholesky's factor.

use super::minors::adjugate;
use crate::{Real, differentiate};
use alloc::vec;
use alloc::vec::Vec;

/// The determinant of an `n × n` matrix. 1 of a 0 × 0 matrix.
///
/// `Ā = ȳ adj(A)ᵀ`, which is `ȳ det(A) A⁻ᵀ` where the inverse exists (Petersen and Pedersen 49, Giles 2.2.4), and right for
/// singular matrices too, of any rank and at every order.
///
/// # Panics
///
/// If the matrix is not `n × n`.
#[differentiate(crate = crate, vjp, jvp, rule = det_rule)]
pub fn det(a: &[f64], n: usize) -> f64 {
    assert!(
        a.len() == n * n,
        "det: {n}×{n}, but `a` has length {}",
        a.len()
    );
    let mut lu = a.to_vec();
    let mut product = 1.0;
    for k in 0..n {
        let row = pivot_row(&lu, n, k);
        if row != k {
            (0..n).for_each(|j| lu.swap(k * n + j, row * n + j));
            product = -product;
        }
        let pivot = lu[k * n + k];
        product *= pivot;
        if pivot == 0.0 {
            // NaN and infinity elsewhere still count.
            return lu.iter().fold(0.0, |product, x| product + 0.0 * x);
        }
        for i in k + 1..n {
            let factor = lu[i * n + k] / pivot;
            for j in k + 1..n {
                lu[i * n + j] -= factor * lu[k * n + j];
            }
        }
    }
    product
}

fn det_rule<T: Real>(a: &[T], n: usize, _value: T, cotangent: T) -> Vec<T> {
    let adjugate = adjugate(a, n);
    (0..n * n)
        .map(|k| cotangent * adjugate[k % n * n + k / n])
        .collect()
}

/// `ln |det A|` of an `n × n` matrix; `-∞` of a singular one, whose derivative is NaN or infinite.
///
/// `Ā = ȳ A⁻ᵀ` (Petersen and Pedersen 57).
///
/// # Panics
///
/// If the matrix is not `n × n`.
#[differentiate(crate = crate, vjp, jvp, rule = logdet_rule)]
pub fn logdet(a: &[f64], n: usize) -> f64 {
    assert!(
        a.len() == n * n,
        "logdet: {n}×{n}, but `a` has length {}",
        a.len()
    );
    let mut lu = a.to_vec();
    let mut sum = 0.0;
    for k in 0..n {
        let row = pivot_row(&lu, n, k);
        (0..n).for_each(|j| lu.swap(k * n + j, row * n + j));
        let pivot = lu[k * n + k];
        sum += pivot.abs().ln();
        if pivot == 0.0 {
            return sum;
        }
        for i in k + 1..n {
            let factor = lu[i * n + k] / pivot;
            for j in k + 1..n {
                lu[i * n + j] -= factor * lu[k * n + j];
            }
        }
    }
    sum
}

fn logdet_rule<T: Real>(a: &[T], n: usize, _value: T, cotangent: T) -> Vec<T> {
    let inverse = inverse::value(a, n);
    (0..n * n)
        .map(|k| cotangent * inverse[k % n * n + k / n])
        .collect()
}

/// The row in which the largest entry of column `k` is, from the diagonal on.
fn pivot_row(a: &[f64], n: usize, k: usize) -> usize {
    let mut row = k;
    for i in k + 1..n {
        if a[i * n + k].abs() > a[row * n + k].abs() {
            row = i;
        }
    }
    row
}

/// `X` with `A X = B` for an `n × n` matrix and an `n × m` one, by elimination with partial pivoting: an `n × m` matrix.
/// `m` is 1 for a vector.
///
/// `B̄ = A⁻ᵀ X̄`, `Ā = -B̄ Xᵀ` (Giles 2.2.3, Petersen and Pedersen 61). All is NaN if `A` is singular.
///
/// # Panics
///
/// If the lengths do not fit the shapes.
#[differentiate(crate = crate, jvp)]
pub fn solve(a: &[f64], n: usize, b: &[f64], m: usize) -> Vec<f64> {
    assert!(
        a.len() == n * n && b.len() == n * m,
        "solve: {n}×{n} and {n}×{m}, but `a` has length {}, `b` has length {}",
        a.len(),
        b.len()
    );
    let mut lu = a.to_vec();
    let mut x = b.to_vec();
    for k in 0..n {
        let mut row = k;
        for i in k + 1..n {
            if lu[i * n + k].abs() > lu[row * n + k].abs() {
                row = i;
            }
        }
        if row != k {
            for j in k..n {
                lu.swap(k * n + j, row * n + j);
            }
            for j in 0..m {
                x.swap(k * m + j, row * m + j);
            }
        }
        if lu[k * n + k] == 0.0 {
            lu[k * n + k] *= f64::NAN;
        }
        let pivot = lu[k * n + k];
        for i in k + 1..n {
            let factor = lu[i * n + k] / pivot;
            for j in k + 1..n {
                lu[i * n + j] -= factor * lu[k * n + j];
            }
            for j in 0..m {
                x[i * m + j] -= factor * x[k * m + j];
            }
        }
    }
    for i in (0..n).rev() {
        let pivot = lu[i * n + i];
        for j in 0..m {
            let mut rest = x[i * m + j];
            for k in i + 1..n {
                rest -= lu[i * n + k] * x[k * m + j];
            }
            x[i * m + j] = rest / pivot;
        }
    }
    x
}

/// The inverse of an `n × n` matrix, by elimination with partial pivoting.
///
/// `Ā = -A⁻ᵀ Ȳ A⁻ᵀ` (Petersen and Pedersen 59, Giles 2.2.3). All is NaN if `A` is singular.
///
/// # Panics
///
/// If the matrix is not `n × n`.
#[differentiate(crate = crate, jvp)]
pub fn inverse(a: &[f64], n: usize) -> Vec<f64> {
    assert!(
        a.len() == n * n,
        "inverse: {n}×{n}, but `a` has length {}",
        a.len()
    );
    let mut identity = vec![0.0; n * n];
    for i in 0..n {
        identity[i * n + i] = 1.0;
    }
    solve(a, n, &identity, n)
}

/// Cholesky's factor of a symmetric positive definite `n × n` matrix: lower triangular `L` with `A = L Lᵀ`, zeros above.
///
/// Of `A` the lower triangle is read, and the derivative is with respect to it: above the diagonal it is 0, and a pair of
/// entries counts once (Giles 2.3.3, in the form of the loops). If `A` is not positive definite, the column that shows it
/// and those after it are NaN, and so are derivatives through them.
///
/// # Panics
///
/// If the matrix is not `n × n`.
#[differentiate(crate = crate, jvp)]
pub fn cholesky(a: &[f64], n: usize) -> Vec<f64> {
    assert!(
        a.len() == n * n,
        "cholesky: {n}×{n}, but `a` has length {}",
        a.len()
    );
    let mut l = vec![0.0; n * n];
    for j in 0..n {
        let mut rest = a[j * n + j];
        for k in 0..j {
            rest -= l[j * n + k] * l[j * n + k];
        }
        if rest <= 0.0 {
            rest *= f64::NAN;
        }
        let diagonal = rest.sqrt();
        l[j * n + j] = diagonal;
        for i in j + 1..n {
            let mut rest = a[i * n + j];
            for k in 0..j {
                rest -= l[i * n + k] * l[j * n + k];
            }
            l[i * n + j] = rest / diagonal;
        }
    }
    l
}
