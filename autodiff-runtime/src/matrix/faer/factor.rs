//! Determinants, inverses, and what is done with a factorisation.

use super::operators::AsMat;
use super::space::{entries, shape};
use crate::matrix::factored::{Factored, cofactor};
use crate::matrix::operation::operation;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Space, Stack};
use ::faer::linalg::solvers::{DenseSolveCore, Llt, PartialPivLu, Solve};
use ::faer::{Col, Mat, MatRef, Side};

type Lu = Factored<Mat<f64>, PartialPivLu<f64>>;
/// Of the triangle on one side.
type Cholesky = Factored<Mat<f64>, (Side, Llt<f64>)>;

operation! {
    /// y = det A: Ā = ȳ adj(A)ᵀ, which is ȳ det(A) A⁻ᵀ where the inverse exists (Petersen and Pedersen 49, Giles 2.2.4).
    determinant []
    |x: Mat<f64>| -> f64 { x.determinant() }
    |guards, seed, adjoint| {
        if seed != 0.0 {
            let cofactors = cofactors(x);
            entries(shape::Mat(x), |i, j| adjoint[(i, j)] += seed * cofactors[(i, j)]);
        }
    }
}

/// The matrix of cofactors, det(A) A⁻ᵀ; of a singular matrix determinant by determinant.
fn cofactors(a: &Mat<f64>) -> Mat<f64> {
    let (n, determinant) = (a.nrows(), a.determinant());
    if determinant != 0.0 && determinant.is_finite() {
        let inverse = a.partial_piv_lu().inverse();
        return Mat::from_fn(n, n, |i, j| determinant * inverse[(j, i)]);
    }
    Mat::from_fn(n, n, |i, j| {
        cofactor((i, j), |at| {
            Mat::from_fn(n - 1, n - 1, |k, l| a[at(k, l)]).determinant()
        })
    })
}

operation! {
    partial_piv_lu []
    |x: Mat<f64>| -> Lu {
        Factored {
            matrix: x.clone(),
            factors: Some(x.partial_piv_lu()),
        }
    }
    |guards, seed, adjoint| {
        adjoint.accumulate(&seed.matrix);
    }
}

operation! {
    /// A = L Lᵀ, of one triangle of A. Of a matrix that is not positive definite there is nothing.
    llt []
    |x: Mat<f64>, y: Side| -> (bool, Cholesky) {
        let factors = x.llt(*y).ok().map(|llt| (*y, llt));
        let matrix = x.clone();
        (factors.is_some(), Factored { matrix, factors })
    }
    |guards, seed, adjoint| {
        adjoint.accumulate(&seed.1.matrix);
    }
}

/// `B̄ Xᵀ`, the negative of what a solution contributes to A.
fn solved(by_right: &impl AsMat, solution: &impl AsMat) -> Mat<f64> {
    by_right.as_mat() * solution.as_mat().transpose()
}

/// Subtracts a derivative by a symmetric matrix, of which one triangle is read.
fn fold(adjoint: &mut Mat<f64>, side: Side, update: &Mat<f64>) {
    entries(shape::Mat(update), |i, j| {
        let at = match side {
            Side::Lower => (i.max(j), i.min(j)),
            Side::Upper => (i.min(j), i.max(j)),
        };
        adjoint[at] -= update[(i, j)];
    });
}

fn is_zero(seed: MatRef<'_, f64>) -> bool {
    let mut zero = true;
    entries((seed.nrows(), seed.ncols()), |i, j| {
        zero &= seed[(i, j)] == 0.0
    });
    zero
}

macro_rules! solutions {
    ($($type:ident),+) => {$(
        operation! {
            /// X = A⁻¹ B: B̄ = A⁻ᵀ X̄, Ā = -B̄ Xᵀ (Giles 2.3.1).
            solve []
            |x: Lu, y: $type<f64>| -> $type<f64> { x.factors().solve(y) }
            |guards, seed, x_adj, y_adj| {
                if is_zero(seed.as_mat()) {
                    return;
                }
                let by_y = x.factors().solve_transpose(&seed);
                if let Some(adjoint) = x_adj {
                    let update = solved(&by_y, &x.factors().solve(y));
                    entries(shape::Mat(&update), |i, j| adjoint.matrix[(i, j)] -= update[(i, j)]);
                }
                if let Some(adjoint) = y_adj {
                    adjoint.accumulate(&by_y);
                }
            }
        }

        operation! {
            /// X = A⁻¹ B: B̄ = A⁻¹ X̄, Ā = -B̄ Xᵀ.
            solve []
            |x: Cholesky, y: $type<f64>| -> $type<f64> { x.factors().1.solve(y) }
            |guards, seed, x_adj, y_adj| {
                if is_zero(seed.as_mat()) {
                    return;
                }
                let (side, llt) = x.factors();
                let by_y = llt.solve(&seed);
                if let Some(adjoint) = x_adj {
                    fold(&mut adjoint.matrix, *side, &solved(&by_y, &llt.solve(y)));
                }
                if let Some(adjoint) = y_adj {
                    adjoint.accumulate(&by_y);
                }
            }
        }
    )+};
}
solutions!(Mat, Col);

operation! {
    /// Y = A⁻¹: Ā = -Yᵀ Ȳ Yᵀ (Petersen and Pedersen 59, Giles 2.2.3).
    inverse []
    |x: Lu| -> Mat<f64> { x.factors().inverse() }
    |guards, seed, adjoint| {
        if !is_zero(seed.as_mat()) {
            let y = x.factors().inverse();
            let update = y.transpose() * seed * y.transpose();
            entries(shape::Mat(&update), |i, j| adjoint.matrix[(i, j)] -= update[(i, j)]);
        }
    }
}

operation! {
    /// Y = A⁻¹: Ā = -Y Ȳ Y.
    inverse []
    |x: Cholesky| -> Mat<f64> { x.factors().1.inverse() }
    |guards, seed, adjoint| {
        if !is_zero(seed.as_mat()) {
            let (side, llt) = x.factors();
            let y = llt.inverse();
            fold(&mut adjoint.matrix, *side, &(&y * seed * &y));
        }
    }
}

operation! {
    /// Ā = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, where Φ takes the lower triangle and half of the diagonal (Giles 2.2.5, in another form).
    L []
    |x: Cholesky| -> Mat<f64> { x.factors().1.L().to_owned() }
    |guards, seed, adjoint| {
        if is_zero(seed.as_mat()) {
            return;
        }
        let (side, llt) = x.factors();
        let l = llt.L().to_owned();
        let n = l.nrows();
        let lower = Mat::from_fn(n, n, |i, j| if i >= j { seed[(i, j)] } else { 0.0 });
        let product = l.transpose() * lower;
        // Minus, since a folded update is subtracted.
        let inner = Mat::from_fn(n, n, |i, j| match i.cmp(&j) {
            core::cmp::Ordering::Less => 0.0,
            core::cmp::Ordering::Equal => -0.5 * product[(i, j)],
            core::cmp::Ordering::Greater => -product[(i, j)],
        });
        let inverse = l.partial_piv_lu().inverse();
        fold(&mut adjoint.matrix, *side, &(inverse.transpose() * inner * &inverse));
    }
}
