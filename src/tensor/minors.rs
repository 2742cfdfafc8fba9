//! The adjugate of a matrix of any numbers, singular ones included: the derivative of the determinant.
//!
//! In: an `n × n` matrix. Out: `adj A = det(A) A⁻¹` where the inverse exists, and its continuation where not, right at every order.

use crate::Real;
use alloc::vec;
use alloc::vec::Vec;

/// `adj(A)`, row-major.
///
/// Elimination with complete pivoting, `A = Pᵀ L U Qᵀ`, as far as pivots are not lost in rounding. What is left below is
/// (near) zero, and its adjugate comes from a recurrence that does not divide by it:
///
/// ```text
/// A' = [B C; D E], S = E - D B⁻¹ C, b = det B:
///   det A' = b det S
///   adj A' = b [B⁻¹ det S + B⁻¹ C adj(S) D B⁻¹, -B⁻¹ C adj(S); -adj(S) D B⁻¹, adj(S)]
/// ```
pub fn adjugate<T: Real>(a: &[T], n: usize) -> Vec<T> {
    let mut eliminated = Eliminated::new(a, n);
    while eliminated.step() {}
    let Eliminated {
        matrix,
        rows,
        columns,
        rank,
        negative,
        ..
    } = eliminated;
    // `matrix` is [B⁻¹, B⁻¹ C; -D B⁻¹, S] after Gauss-Jordan steps in place.
    let rest = n - rank.len();
    let done = rank.len();
    let at = |i: usize, j: usize| matrix[i * n + j];
    let tail: Vec<T> = (0..rest * rest)
        .map(|k| at(done + k / rest.max(1), done + k % rest.max(1)))
        .collect();
    let (tail_det, tail_adj) = faddeev(&tail, rest);
    let mut product = rank
        .iter()
        .fold(T::one(), |product, &pivot| product * pivot);
    if negative {
        product = -product;
    }
    let mut out = vec![T::zero(); n * n];
    for i in 0..n {
        for j in 0..n {
            let value = match (i < done, j < done) {
                (true, true) => {
                    let mut sum = at(i, j) * tail_det;
                    for k in 0..rest {
                        for l in 0..rest {
                            // The sign of -D B⁻¹ is in the matrix.
                            sum -= at(i, done + k) * tail_adj[k * rest + l] * at(done + l, j);
                        }
                    }
                    sum
                }
                (true, false) => (0..rest).fold(T::zero(), |sum, k| {
                    sum - at(i, done + k) * tail_adj[k * rest + j - done]
                }),
                (false, true) => (0..rest).fold(T::zero(), |sum, k| {
                    sum + tail_adj[(i - done) * rest + k] * at(done + k, j)
                }),
                (false, false) => tail_adj[(i - done) * rest + j - done],
            };
            // Rows of an inverse are columns of the matrix.
            out[columns[i] * n + rows[j]] = product * value;
        }
    }
    out
}

/// Gauss-Jordan elimination in place, and where its rows and columns come from.
struct Eliminated<T> {
    matrix: Vec<T>,
    n: usize,
    rows: Vec<usize>,
    columns: Vec<usize>,
    /// The pivots.
    rank: Vec<T>,
    /// Whether the permutations are odd together.
    negative: bool,
}

impl<T: Real> Eliminated<T> {
    fn new(a: &[T], n: usize) -> Self {
        Self {
            matrix: a.to_vec(),
            n,
            rows: (0..n).collect(),
            columns: (0..n).collect(),
            rank: Vec::new(),
            negative: false,
        }
    }

    /// Eliminates by the largest entry that is left, unless that is lost in rounding.
    fn step(&mut self) -> bool {
        let (n, k) = (self.n, self.rank.len());
        if k == n {
            return false;
        }
        let (mut row, mut column, mut largest) = (k, k, 0.0);
        for i in k..n {
            for j in k..n {
                let size = self.matrix[i * n + j].abs().value();
                if size > largest {
                    (row, column, largest) = (i, j, size);
                }
            }
        }
        let first = self.rank.first().map_or(0.0, |pivot| pivot.abs().value());
        if largest <= first * n as f64 * f64::EPSILON {
            return false;
        }
        self.exchange(k, row, column);
        let pivot = self.matrix[k * n + k];
        self.rank.push(pivot);
        let inverse = pivot.recip();
        for j in (0..n).filter(|&j| j != k) {
            self.matrix[k * n + j] *= inverse;
        }
        self.matrix[k * n + k] = inverse;
        for i in (0..n).filter(|&i| i != k) {
            let factor = self.matrix[i * n + k];
            for j in (0..n).filter(|&j| j != k) {
                let product = factor * self.matrix[k * n + j];
                self.matrix[i * n + j] -= product;
            }
            self.matrix[i * n + k] = -(factor * inverse);
        }
        true
    }

    fn exchange(&mut self, k: usize, row: usize, column: usize) {
        let n = self.n;
        if row != k {
            (0..n).for_each(|j| self.matrix.swap(k * n + j, row * n + j));
            self.rows.swap(k, row);
            self.negative = !self.negative;
        }
        if column != k {
            (0..n).for_each(|i| self.matrix.swap(i * n + k, i * n + column));
            self.columns.swap(k, column);
            self.negative = !self.negative;
        }
    }
}

/// Determinant and adjugate by Faddeev and LeVerrier: no division but by whole numbers.
///
/// `M₁ = I`, `c_k = -tr(A M_k) / k`, `M_(k+1) = A M_k + c_k I`; `adj A = (-1)^(n-1) M_n`, `det A = (-1)^n c_n`.
fn faddeev<T: Real>(a: &[T], n: usize) -> (T, Vec<T>) {
    let mut m = vec![T::zero(); n * n];
    let mut c = T::one();
    let mut last = m.clone();
    for k in 1..=n {
        for i in 0..n {
            m[i * n + i] += c;
        }
        last.copy_from_slice(&m);
        for i in 0..n {
            for j in 0..n {
                m[i * n + j] =
                    (0..n).fold(T::zero(), |sum, l| sum + a[i * n + l] * last[l * n + j]);
            }
        }
        let trace = (0..n).fold(T::zero(), |sum, i| sum + m[i * n + i]);
        c = -trace / T::from_f64(k as f64);
    }
    if n % 2 == 1 {
        return (-c, last);
    }
    (c, last.into_iter().map(|x| -x).collect())
}
