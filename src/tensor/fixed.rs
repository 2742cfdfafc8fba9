//! The functions of [`tensor`](super) for arrays: shapes are checked by the compiler, and nothing is allocated but by `det`
//! and `logdet`.
//!
//! `sum`, `mean`, `norm` and `logsumexp` of [`tensor`](super) take arrays as they are, by `&x`.
//!
//! Formulas, sources and what holds of singular matrices are those of the functions of the same name over slices.

use super::{det as det_of_slice, logdet as logdet_of_slice};
#[cfg(not(feature = "std"))]
use crate::Real as _;
use crate::{differentiate, stop_gradient};
use alloc::vec;

/// `Σ aᵢ bᵢ`.
#[differentiate(crate = crate, vjp, jvp)]
pub fn dot<const N: usize>(a: &[f64; N], b: &[f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += a[i] * b[i];
    }
    sum
}

/// The matrix of all products `aᵢ bⱼ`.
#[differentiate(crate = crate, jvp)]
pub fn outer<const M: usize, const N: usize>(a: &[f64; M], b: &[f64; N]) -> [[f64; N]; M] {
    let mut out = [[0.0; N]; M];
    for i in 0..M {
        for j in 0..N {
            out[i][j] = a[i] * b[j];
        }
    }
    out
}

/// `A x`.
#[differentiate(crate = crate, jvp)]
pub fn matvec<const M: usize, const N: usize>(a: &[[f64; N]; M], x: &[f64; N]) -> [f64; M] {
    let mut out = [0.0; M];
    for i in 0..M {
        for j in 0..N {
            out[i] += a[i][j] * x[j];
        }
    }
    out
}

/// `A B`.
#[differentiate(crate = crate, jvp)]
pub fn matmul<const M: usize, const K: usize, const N: usize>(
    a: &[[f64; K]; M],
    b: &[[f64; N]; K],
) -> [[f64; N]; M] {
    let mut out = [[0.0; N]; M];
    for i in 0..M {
        for k in 0..K {
            for j in 0..N {
                out[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    out
}

/// The transpose.
#[differentiate(crate = crate, jvp)]
pub fn transpose<const M: usize, const N: usize>(a: &[[f64; N]; M]) -> [[f64; M]; N] {
    let mut out = [[0.0; M]; N];
    for i in 0..M {
        for j in 0..N {
            out[j][i] = a[i][j];
        }
    }
    out
}

/// The sum of the diagonal.
#[differentiate(crate = crate, vjp, jvp)]
pub fn trace<const N: usize>(a: &[[f64; N]; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += a[i][i];
    }
    sum
}

/// The determinant; its derivative is right for singular matrices too.
#[differentiate(crate = crate, vjp, jvp)]
pub fn det<const N: usize>(a: &[[f64; N]; N]) -> f64 {
    let mut entries = vec![0.0; N * N];
    for i in 0..N {
        for j in 0..N {
            entries[i * N + j] = a[i][j];
        }
    }
    det_of_slice(&entries, N)
}

/// `ln |det A|`.
#[differentiate(crate = crate, vjp, jvp)]
pub fn logdet<const N: usize>(a: &[[f64; N]; N]) -> f64 {
    let mut entries = vec![0.0; N * N];
    for i in 0..N {
        for j in 0..N {
            entries[i * N + j] = a[i][j];
        }
    }
    logdet_of_slice(&entries, N)
}

/// `X` with `A X = B`.
#[differentiate(crate = crate, jvp)]
pub fn solve<const N: usize, const M: usize>(
    a: &[[f64; N]; N],
    b: &[[f64; M]; N],
) -> [[f64; M]; N] {
    let mut lu = *a;
    let mut x = *b;
    for k in 0..N {
        let mut row = k;
        for i in k + 1..N {
            if lu[i][k].abs() > lu[row][k].abs() {
                row = i;
            }
        }
        lu.swap(k, row);
        x.swap(k, row);
        if lu[k][k] == 0.0 {
            lu[k][k] *= f64::NAN;
        }
        for i in k + 1..N {
            let factor = lu[i][k] / lu[k][k];
            for j in k + 1..N {
                lu[i][j] -= factor * lu[k][j];
            }
            for j in 0..M {
                x[i][j] -= factor * x[k][j];
            }
        }
    }
    for i in (0..N).rev() {
        for j in 0..M {
            let mut rest = x[i][j];
            for k in i + 1..N {
                rest -= lu[i][k] * x[k][j];
            }
            x[i][j] = rest / lu[i][i];
        }
    }
    x
}

/// The inverse.
#[differentiate(crate = crate, jvp)]
pub fn inverse<const N: usize>(a: &[[f64; N]; N]) -> [[f64; N]; N] {
    let mut identity = [[0.0; N]; N];
    for i in 0..N {
        identity[i][i] = 1.0;
    }
    solve(a, &identity)
}

/// Lower triangular `L` with `A = L Lᵀ`, from the lower triangle of `A`.
#[differentiate(crate = crate, jvp)]
pub fn cholesky<const N: usize>(a: &[[f64; N]; N]) -> [[f64; N]; N] {
    let mut l = [[0.0; N]; N];
    for j in 0..N {
        let mut rest = a[j][j];
        for k in 0..j {
            rest -= l[j][k] * l[j][k];
        }
        if rest <= 0.0 {
            rest *= f64::NAN;
        }
        l[j][j] = rest.sqrt();
        for i in j + 1..N {
            let mut rest = a[i][j];
            for k in 0..j {
                rest -= l[i][k] * l[j][k];
            }
            l[i][j] = rest / l[j][j];
        }
    }
    l
}

/// `exp(xᵢ) / Σ exp(xⱼ)`.
#[differentiate(crate = crate, jvp)]
pub fn softmax<const N: usize>(x: &[f64; N]) -> [f64; N] {
    let mut out = [0.0; N];
    let mut largest = 0;
    for i in 0..N {
        if x[i] > x[largest] {
            largest = i;
        }
    }
    let mut total = 0.0;
    for i in 0..N {
        out[i] = (x[i] - stop_gradient(x[largest])).exp();
        total += out[i];
    }
    for i in 0..N {
        out[i] /= total;
    }
    out
}
