//! Determinants, inverses, and what is done with a factorisation.
//!
//! A factorisation of A is A again, taken apart once: its adjoint is that of A.

use super::operation::operation;
use super::operators::add_times_transpose;
use super::space::Float;
use crate::Real;
use crate::matrix::factored::{Factored, cofactor};
use crate::support::operations::{self, Adjoints, Operation, pair};
use crate::support::{Guards, Space, Stack, Tag};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::constraint::{SameNumberOfRows, ShapeConstraint};
use ::nalgebra::{self as na, DMatrix, DefaultAllocator, Dim, DimMin, LU, OMatrix};

type Lu<T, D> = Factored<OMatrix<T, D, D>, LU<T, D, D>>;
type Cholesky<T, D> = Factored<OMatrix<T, D, D>, na::Cholesky<T, D>>;

operation! {
    /// y = det A: Ā = ȳ adj(A)ᵀ, which is ȳ det(A) A⁻ᵀ where the inverse exists (Petersen and Pedersen 49, Giles 2.2.4).
    determinant [D: DimMin<D, Output = D>] [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    |x: OMatrix<T, D, D>| -> T { x.determinant() }
    |guards, seed, adjoint| {
        if seed != <T as Real>::zero() {
            let (n, cofactors) = (x.nrows(), cofactors(x));
            for j in 0..n {
                for i in 0..n {
                    adjoint[(i, j)] += seed * cofactors[(i, j)];
                }
            }
        }
    }
}

/// The matrix of cofactors, det(A) A⁻ᵀ; of a singular matrix determinant by determinant.
fn cofactors<T: Float, D: DimMin<D, Output = D>>(a: &OMatrix<T, D, D>) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<D>,
{
    let (rows, cols) = a.shape_generic();
    let n = a.nrows();
    if let Some(inverse) = a.clone().try_inverse() {
        let determinant = a.determinant();
        return OMatrix::from_fn_generic(rows, cols, |i, j| determinant * inverse[(j, i)]);
    }
    OMatrix::from_fn_generic(rows, cols, |i, j| {
        cofactor((i, j), |at| {
            DMatrix::from_fn(n - 1, n - 1, |k, l| a[at(k, l)]).determinant()
        })
    })
}

operation! {
    /// Y = A⁻¹: Ā = -Yᵀ Ȳ Yᵀ (Petersen and Pedersen 59, Giles 2.2.3). Of a singular matrix there is nothing.
    try_inverse [D] [DefaultAllocator: Allocator<D, D>]
    |x: OMatrix<T, D, D>| -> (bool, OMatrix<T, D, D>) { pair(x.clone().try_inverse()) }
    |guards, seed, adjoint| {
        let seed = seed.1;
        if seed.as_slice().iter().any(|e| *e != <T as Real>::zero())
            && let Some(y) = x.clone().try_inverse()
        {
            *adjoint -= y.tr_mul(&seed) * y.transpose();
        }
    }
}

// LU.

operation! {
    lu [D: DimMin<D, Output = D>] [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    |x: OMatrix<T, D, D>| -> Lu<T, D> {
        Factored {
            matrix: x.clone(),
            factors: Some(LU::new(x.clone())),
        }
    }
    |guards, seed, adjoint| {
        adjoint.accumulate(&seed.matrix);
    }
}

operation! {
    /// X = A⁻¹ B: B̄ = A⁻ᵀ X̄, Ā = -B̄ Xᵀ (Giles 2.3.1).
    solve [D: DimMin<D, Output = D>, R, C] [
        ShapeConstraint: SameNumberOfRows<R, D>,
        DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<R, C>,
    ]
    |x: Lu<T, D>, y: OMatrix<T, R, C>| -> (bool, OMatrix<T, R, C>) { pair(x.factors().solve(y)) }
    keeps |out| -> OMatrix<T, R, C> { out.1.clone() }
    |guards, solution, seed, x_adj, y_adj| {
        let mut by_y = seed.1;
        solve_transposed(x.factors(), &mut by_y);
        if let Some(adjoint) = x_adj {
            adjoint.matrix += of_solved(guards, &x.matrix, &by_y, &solution);
        }
        if let Some(adjoint) = y_adj {
            adjoint.accumulate(&by_y);
        }
    }
}

/// Solves `Aᵀ Y = B` in the place of B, where `P A = L U`: `Uᵀ V = B`, `Lᵀ W = V`, `Y = Pᵀ W`.
fn solve_transposed<T: Float, D: DimMin<D, Output = D>, R: Dim, C: Dim>(
    factors: &LU<T, D, D>,
    b: &mut OMatrix<T, R, C>,
) where
    DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<R, C>,
{
    let packed = factors.lu_internal();
    let n = packed.nrows();
    let entry = |i: usize, j: usize| packed.as_slice()[j * n + i];
    for column in b.as_mut_slice().chunks_exact_mut(n.max(1)) {
        for i in 0..n {
            let known = (0..i).fold(column[i], |rest, k| rest - entry(k, i) * column[k]);
            column[i] = known / entry(i, i);
        }
        for i in (0..n).rev() {
            column[i] = (i + 1..n).fold(column[i], |rest, k| rest - entry(k, i) * column[k]);
        }
    }
    factors.p().inv_permute_rows(b);
}

/// `-B̄ Xᵀ`, a matrix like A.
fn of_solved<T: Float, D: Dim, R: Dim, C: Dim>(
    guards: impl Guards,
    a: &OMatrix<T, D, D>,
    by_right: &OMatrix<T, R, C>,
    solution: &OMatrix<T, R, C>,
) -> OMatrix<T, D, D>
where
    DefaultAllocator: Allocator<D, D> + Allocator<R, C>,
{
    let mut product = a.zero_like();
    let shape = [a.nrows(), a.ncols(), solution.ncols()];
    add_times_transpose(
        guards,
        product.as_mut_slice(),
        (-by_right).as_slice(),
        solution.as_slice(),
        shape,
    );
    product
}

operation! {
    /// As that of the matrix.
    determinant [D: DimMin<D, Output = D>] [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    |x: Lu<T, D>| -> T { x.factors().determinant() }
    |guards, seed, adjoint| {
        if seed != <T as Real>::zero() {
            adjoint.matrix += cofactors(&x.matrix) * seed;
        }
    }
}

operation! {
    /// As that of the matrix.
    try_inverse [D: DimMin<D, Output = D>] [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    |x: Lu<T, D>| -> (bool, OMatrix<T, D, D>) { pair(x.factors().try_inverse()) }
    |guards, seed, adjoint| {
        let seed = seed.1;
        if seed.as_slice().iter().any(|e| *e != <T as Real>::zero())
            && let Some(y) = x.factors().try_inverse()
        {
            adjoint.matrix -= y.tr_mul(&seed) * y.transpose();
        }
    }
}

// Cholesky. nalgebra reads the lower triangle of A alone, and takes the upper one to be its mirror image: what belongs to
// both is the derivative by the entry below.

/// Adds a derivative by a symmetric matrix.
fn fold<T: Float, D: Dim>(adjoint: &mut OMatrix<T, D, D>, update: &OMatrix<T, D, D>)
where
    DefaultAllocator: Allocator<D, D>,
{
    for j in 0..update.ncols() {
        adjoint[(j, j)] += update[(j, j)];
        for i in j + 1..update.nrows() {
            adjoint[(i, j)] += update[(i, j)] + update[(j, i)];
        }
    }
}

operation! {
    /// A = L Lᵀ, of the lower triangle of A. Of a matrix that is not positive definite there is nothing.
    cholesky [D] [DefaultAllocator: Allocator<D, D>]
    |x: OMatrix<T, D, D>| -> (bool, Cholesky<T, D>) {
        let factors = na::Cholesky::new(x.clone());
        let matrix = x.clone();
        (factors.is_some(), Factored { matrix, factors })
    }
    |guards, seed, adjoint| {
        adjoint.accumulate(&seed.1.matrix);
    }
}

operation! {
    /// X = A⁻¹ B: B̄ = A⁻¹ X̄, Ā = -B̄ Xᵀ.
    solve [D, R, C] [
        ShapeConstraint: SameNumberOfRows<R, D>,
        DefaultAllocator: Allocator<D, D> + Allocator<R, C>,
    ]
    |x: Cholesky<T, D>, y: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x.factors().solve(y) }
    keeps |out| -> OMatrix<T, R, C> { out.clone() }
    |guards, solution, seed, x_adj, y_adj| {
        let by_y = x.factors().solve(&seed);
        if let Some(adjoint) = x_adj {
            fold(&mut adjoint.matrix, &of_solved(guards, &x.matrix, &by_y, &solution));
        }
        if let Some(adjoint) = y_adj {
            adjoint.accumulate(&by_y);
        }
    }
}

operation! {
    /// Ā = L⁻ᵀ Φ(Lᵀ L̄) L⁻¹, where Φ takes the lower triangle and half of the diagonal (Giles 2.2.5, in another form).
    l [D] [DefaultAllocator: Allocator<D, D>]
    |x: Cholesky<T, D>| -> OMatrix<T, D, D> { x.factors().l() }
    |guards, seed, adjoint| {
        let l = x.factors().l();
        let mut inner = l.tr_mul(&seed.lower_triangle()).lower_triangle();
        let half = <T as Real>::from_f64(0.5);
        for i in 0..inner.nrows() {
            inner[(i, i)] *= half;
        }
        // L⁻ᵀ inner, and the same from the right.
        l.tr_solve_lower_triangular_mut(&mut inner);
        let mut update = inner.transpose();
        l.tr_solve_lower_triangular_mut(&mut update);
        fold(&mut adjoint.matrix, &update);
    }
}

operation! {
    /// y = det A: Ā = ȳ det(A) A⁻¹.
    determinant [D] [DefaultAllocator: Allocator<D, D>]
    |x: Cholesky<T, D>| -> T { x.factors().determinant() }
    |guards, seed, adjoint| {
        fold(&mut adjoint.matrix, &(x.factors().inverse() * (seed * x.factors().determinant())));
    }
}

operation! {
    /// y = ln det A: Ā = ȳ A⁻¹ (Petersen and Pedersen 57).
    ln_determinant [D] [DefaultAllocator: Allocator<D, D>]
    |x: Cholesky<T, D>| -> T { x.factors().ln_determinant() }
    |guards, seed, adjoint| {
        fold(&mut adjoint.matrix, &(x.factors().inverse() * seed));
    }
}

operation! {
    /// Y = A⁻¹: Ā = -Y Ȳ Y.
    inverse [D] [DefaultAllocator: Allocator<D, D>]
    |x: Cholesky<T, D>| -> OMatrix<T, D, D> { x.factors().inverse() }
    |guards, seed, adjoint| {
        let y = x.factors().inverse();
        fold(&mut adjoint.matrix, &-(&y * seed * &y));
    }
}
