//! QR, eigenvalues of symmetric matrices, singular values.

use super::operation::operation;
use super::space::Float;
use crate::Real;
use crate::matrix::factored::Factored;
use crate::support::operations::{self, Adjoints, Operation, pair};
use crate::support::{Guards, Space, Stack, Tag};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::constraint::{SameNumberOfRows, ShapeConstraint};
use ::nalgebra::{
    self as na, DMatrix, DefaultAllocator, Dim, DimDiff, DimMin, DimMinimum, DimSub, OMatrix,
    OVector, U1,
};
use alloc::vec::Vec;

type Qr<T, R, C> = Factored<OMatrix<T, R, C>, na::QR<T, R, C>>;

// A = Q R, where the diagonal of R is positive. With A = (A₁ A₂) and R = (R₁ R₂), where R₁ is square:
//
//   Ā₁ = (Q̄' + Q sym(R₁ R̄₁ᵀ - Q̄'ᵀ Q)) R₁⁻ᵀ,  Ā₂ = Q R̄₂,  Q̄' = Q̄ + A₂ R̄₂ᵀ,
//
// where sym mirrors the lower triangle (Walter and Lehmann 2018; Roberts and Roberts 2020). Where R₁ is
// singular it is NaN.

operation! {
    qr [R: DimMin<C>, C] [
        DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>,
    ]
    |x: OMatrix<T, R, C>| -> Qr<T, R, C> {
        Factored {
            matrix: x.clone(),
            factors: Some(x.clone().qr()),
        }
    }
    |guards, seed, adjoint| {
        adjoint.accumulate(&seed.matrix);
    }
}

operation! {
    q [R: DimMin<C>, C] [
        DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>
            + Allocator<R, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>, C>,
    ]
    |x: Qr<T, R, C>| -> OMatrix<T, R, DimMinimum<R, C>> { x.factors().q() }
    |guards, seed, adjoint| {
        let (q, r) = (dynamic(&x.factors().q()), dynamic(&x.factors().r()));
        let nothing = DMatrix::from_element(r.nrows(), r.ncols(), <T as Real>::zero());
        add_pulled(&mut adjoint.matrix, &q, &r, dynamic(&seed), &nothing);
    }
}

operation! {
    r [R: DimMin<C>, C] [
        DefaultAllocator: Allocator<R, C> + Allocator<R> + Allocator<DimMinimum<R, C>>
            + Allocator<R, DimMinimum<R, C>> + Allocator<DimMinimum<R, C>, C>,
    ]
    |x: Qr<T, R, C>| -> OMatrix<T, DimMinimum<R, C>, C> { x.factors().r() }
    |guards, seed, adjoint| {
        let (q, r) = (dynamic(&x.factors().q()), dynamic(&x.factors().r()));
        let nothing = DMatrix::from_element(q.nrows(), q.ncols(), <T as Real>::zero());
        // What is below the diagonal is zero whatever A is.
        add_pulled(&mut adjoint.matrix, &q, &r, nothing, &dynamic(&seed).upper_triangle());
    }
}

fn dynamic<T: Float, R: Dim, C: Dim>(x: &OMatrix<T, R, C>) -> DMatrix<T>
where
    DefaultAllocator: Allocator<R, C>,
{
    DMatrix::from_column_slice(x.nrows(), x.ncols(), x.as_slice())
}

/// Adds to the adjoint of A what those of Q and R contribute.
fn add_pulled<T: Float, R: Dim, C: Dim>(
    adjoint: &mut OMatrix<T, R, C>,
    q: &DMatrix<T>,
    r: &DMatrix<T>,
    mut q_seed: DMatrix<T>,
    r_seed: &DMatrix<T>,
) where
    DefaultAllocator: Allocator<R, C>,
{
    if q_seed
        .iter()
        .chain(r_seed.iter())
        .all(|e| *e == <T as Real>::zero())
    {
        return;
    }
    let (m, n, k) = (q.nrows(), r.ncols(), q.ncols());
    let (square, rest) = (r.columns(0, k), r_seed.columns(k, n - k));
    // A₂ = Q R₂
    q_seed += q * r.columns(k, n - k) * rest.transpose();
    let inner = square * r_seed.columns(0, k).transpose() - q_seed.tr_mul(q);
    let lower = inner.lower_triangle();
    let mirrored = &lower + lower.transpose() - DMatrix::from_diagonal(&lower.diagonal());
    let right = q_seed + q * mirrored;
    // right R₁⁻ᵀ, by rows: R₁ xᵀ = rightᵀ.
    let mut by_first = right.transpose();
    if !square.solve_upper_triangular_mut(&mut by_first) {
        by_first.fill(<T as Real>::from_f64(f64::NAN));
    }
    let by_rest = q * rest;
    for i in 0..m {
        for j in 0..k {
            adjoint[(i, j)] += by_first[(j, i)];
        }
        for j in k..n {
            adjoint[(i, j)] += by_rest[(i, j - k)];
        }
    }
}

operation! {
    /// X = A⁻¹ B: B̄ = A⁻ᵀ X̄ = Q R⁻ᵀ X̄, Ā = -B̄ Xᵀ (Giles 2.3.1).
    solve [D: DimMin<D, Output = D>, R, C] [
        ShapeConstraint: SameNumberOfRows<R, D>,
        DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<R, C>,
    ]
    |x: Qr<T, D, D>, y: OMatrix<T, R, C>| -> (bool, OMatrix<T, R, C>) { pair(x.factors().solve(y)) }
    keeps |out| -> (bool, OMatrix<T, R, C>) { out.clone() }
    |guards, solution, seed, x_adj, y_adj| {
        let (solved, solution) = solution;
        let (q, r) = (dynamic(&x.factors().q()), dynamic(&x.factors().r()));
        let mut inner = dynamic(&seed.1);
        if solved && r.tr_solve_upper_triangular_mut(&mut inner) {
            let by_y = q * inner;
            if let Some(adjoint) = x_adj {
                let part = &by_y * dynamic(&solution).transpose();
                for (adjoint, part) in adjoint.matrix.as_mut_slice().iter_mut().zip(part.as_slice()) {
                    *adjoint -= *part;
                }
            }
            if let Some(adjoint) = y_adj {
                for (adjoint, part) in adjoint.as_mut_slice().iter_mut().zip(by_y.as_slice()) {
                    *adjoint += *part;
                }
            }
        }
    }
}

/// The adjoints of values that are in order, where equal ones share theirs: which of them is which is nothing of the matrix's. To
/// rounding they are equal where the library cannot tell them apart.
fn shared<T: Float>(values: &[T], adjoints: &mut [T]) {
    let largest = values
        .iter()
        .fold(<T as Real>::zero(), |m, v| Real::max(m, Real::abs(*v)));
    let size = <T as Real>::from_f64(values.len() as f64);
    let tolerance = largest * size * <T as na::ComplexField>::RealField::default_epsilon();
    let mut start = 0;
    for end in 1..=values.len() {
        if end < values.len() && Real::abs(values[end] - values[end - 1]) <= tolerance {
            continue;
        }
        let count = <T as Real>::from_f64((end - start) as f64);
        let sum = adjoints[start..end]
            .iter()
            .fold(<T as Real>::zero(), |s, a| s + *a);
        adjoints[start..end].fill(sum / count);
        start = end;
    }
}

operation! {
    /// A = V diag(λ) Vᵀ, of the lower triangle of A: Ā = V diag(λ̄) Vᵀ (Giles 2.2.5). Equal eigenvalues share their adjoints.
    symmetric_eigenvalues [D: DimSub<U1>] [
        DefaultAllocator: Allocator<D, D> + Allocator<D> + Allocator<DimDiff<D, U1>>,
    ]
    |x: OMatrix<T, D, D>| -> OVector<T, D> { x.symmetric_eigenvalues() }
    |guards, seed, adjoint| {
        if seed.iter().any(|e| *e != <T as Real>::zero()) {
            // In ascending order, which is the same with vectors and without.
            let ascending = |values: &[T]| {
                let mut order: Vec<usize> = (0..values.len()).collect();
                order.sort_by(|a, b| Real::total_cmp(&values[*a], &values[*b]));
                order
            };
            let eigen = x.clone().symmetric_eigen();
            let (given, own) = (x.symmetric_eigenvalues(), &eigen.eigenvalues);
            let order = ascending(own.as_slice());
            let mut seeds: Vec<T> = ascending(given.as_slice()).iter().map(|k| seed[*k]).collect();
            let values: Vec<T> = order.iter().map(|k| own[*k]).collect();
            shared(&values, &mut seeds);
            for (k, seed) in order.into_iter().zip(seeds) {
                let vector = eigen.eigenvectors.column(k);
                for j in 0..vector.len() {
                    adjoint[(j, j)] += seed * vector[j] * vector[j];
                    for i in j + 1..vector.len() {
                        let part = seed * vector[i] * vector[j];
                        adjoint[(i, j)] += part + part;
                    }
                }
            }
        }
    }
}

operation! {
    /// A = U diag(σ) Vᵀ: Ā = U diag(σ̄) Vᵀ. Equal singular values share their adjoints, and what is zero contributes nothing, as the
    /// norm of a vector at zero.
    singular_values [R: DimMin<C>, C] [
        DimMinimum<R, C>: DimSub<U1>,
        DefaultAllocator: Allocator<R, C> + Allocator<C> + Allocator<R>
            + Allocator<DimDiff<DimMinimum<R, C>, U1>>
            + Allocator<DimMinimum<R, C>, C>
            + Allocator<R, DimMinimum<R, C>>
            + Allocator<DimMinimum<R, C>>,
    ]
    |x: OMatrix<T, R, C>| -> OVector<T, DimMinimum<R, C>> { x.singular_values() }
    |guards, seed, adjoint| {
        let zero = <T as Real>::zero();
        if let na::SVD { u: Some(u), v_t: Some(v_t), singular_values } = x.clone().svd(true, true)
            && seed.iter().any(|e| *e != zero)
        {
            let mut seeds = seed.as_slice().to_vec();
            shared(singular_values.as_slice(), &mut seeds);
            let largest = singular_values.iter().fold(zero, |m, v| Real::max(m, *v));
            let size = <T as Real>::from_f64(x.nrows().max(x.ncols()) as f64);
            let tolerance = largest * size * <T as na::ComplexField>::RealField::default_epsilon();
            for (k, seed) in seeds.into_iter().enumerate() {
                if singular_values[k] <= tolerance {
                    continue;
                }
                for j in 0..x.ncols() {
                    for i in 0..x.nrows() {
                        adjoint[(i, j)] += seed * u[(i, k)] * v_t[(k, j)];
                    }
                }
            }
        }
    }
}
