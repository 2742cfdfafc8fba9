//! `+`, `-`, `*` and `/`.
//!
//! In formulas `Ȳ` is the adjoint of the result `Y`, and `Ā` what it contributes to the operand `A`.

use super::space::Memory;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Space, Stack};
use crate::{Real, rules};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::constraint::{AreMultipliable, ShapeConstraint};
use ::nalgebra::{
    DMatrixView, DMatrixViewMut, DefaultAllocator, Dim, Matrix, OMatrix, RealField, Storage,
};

/// The floats of matrices.
pub trait Float: Real + RealField {}

impl Float for f64 {}
impl Float for f32 {}

// C = A + B: Ā = C̄, B̄ = C̄. C = A - B: Ā = C̄, B̄ = -C̄.
macro_rules! sums {
    ($($name:ident $operator:tt $assign:tt;)+) => {$(
        impl<T, R, C, S> Operation<Matrix<T, R, C, S>, Matrix<T, R, C, S>> for operations::$name
        where
            T: Float,
            R: Dim,
            C: Dim,
            S: Storage<T, R, C> + Memory<T, R, C>,
            DefaultAllocator: Allocator<R, C, Buffer<T> = S>,
        {
            type Output = Matrix<T, R, C, S>;

            #[inline]
            fn value(x: &Matrix<T, R, C, S>, y: &Matrix<T, R, C, S>) -> Self::Output {
                let mut out = x.clone_owned();
                out $assign y;
                out
            }

            #[inline]
            fn backward(
                _: &mut Stack<'_>,
                _: &Matrix<T, R, C, S>,
                _: &Matrix<T, R, C, S>,
                seed: Self::Output,
                (x_adj, y_adj): Adjoints<'_, Matrix<T, R, C, S>, Matrix<T, R, C, S>>,
            ) {
                if let Some(adjoint) = x_adj {
                    adjoint.accumulate(&seed);
                }
                if let Some(adjoint) = y_adj {
                    *adjoint $assign seed;
                }
            }
        }
    )+};
}
sums! {
    add + +=;
    sub - -=;
}

impl<T, R, C, S> Operation<Matrix<T, R, C, S>> for operations::neg
where
    T: Float,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C> + Memory<T, R, C>,
{
    type Output = Matrix<T, R, C, S>;

    #[inline]
    fn value(x: &Matrix<T, R, C, S>, (): &()) -> Self::Output {
        let mut out = x.clone();
        out.as_mut_slice().iter_mut().for_each(|e| *e = -*e);
        out
    }

    #[inline]
    fn backward(
        _: &mut Stack<'_>,
        _: &Matrix<T, R, C, S>,
        (): &(),
        seed: Self::Output,
        (adjoint, _): Adjoints<'_, Matrix<T, R, C, S>>,
    ) {
        if let Some(adjoint) = adjoint {
            *adjoint -= seed;
        }
    }
}

/// `out += factor * x`, where what is zero in `x` contributes zero.
fn add_scaled<T: Float>(out: &mut [T], x: &[T], factor: T) {
    for (out, x) in out.iter_mut().zip(x) {
        *out += rules::product(*x, factor);
    }
}

/// `Σ seed · x`, entry by entry; where the seed is zero it contributes zero.
fn inner<T: Float>(seed: &[T], x: &[T]) -> T {
    let mut sum = <T as Real>::zero();
    for (seed, x) in seed.iter().zip(x) {
        sum += rules::product(*seed, *x);
    }
    sum
}

// C = s A: Ā = s C̄, s̄ = Σ C̄ij Aij; the number stands on the right or on the left.
impl<T, R, C, S> Operation<Matrix<T, R, C, S>, T> for operations::mul
where
    T: Float,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C> + Memory<T, R, C>,
{
    type Output = Matrix<T, R, C, S>;

    #[inline]
    fn value(x: &Matrix<T, R, C, S>, y: &T) -> Self::Output {
        let mut out = x.clone();
        out.as_mut_slice().iter_mut().for_each(|e| *e *= *y);
        out
    }

    #[inline]
    fn backward(
        _: &mut Stack<'_>,
        x: &Matrix<T, R, C, S>,
        y: &T,
        seed: Self::Output,
        (x_adj, y_adj): Adjoints<'_, Matrix<T, R, C, S>, T>,
    ) {
        if let Some(adjoint) = x_adj {
            add_scaled(adjoint.as_mut_slice(), seed.as_slice(), *y);
        }
        if let Some(adjoint) = y_adj {
            *adjoint += inner(seed.as_slice(), x.as_slice());
        }
    }
}

impl<T, R, C, S> Operation<T, Matrix<T, R, C, S>> for operations::mul
where
    T: Float,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C> + Memory<T, R, C>,
{
    type Output = Matrix<T, R, C, S>;

    #[inline]
    fn value(x: &T, y: &Matrix<T, R, C, S>) -> Self::Output {
        Self::value(y, x)
    }

    #[inline]
    fn backward(
        stack: &mut Stack<'_>,
        x: &T,
        y: &Matrix<T, R, C, S>,
        seed: Self::Output,
        (x_adj, y_adj): Adjoints<'_, T, Matrix<T, R, C, S>>,
    ) {
        <Self as Operation<_, _>>::backward(stack, y, x, seed, (y_adj, x_adj));
    }
}

// C = A / s: Ā = C̄ / s, s̄ = -Σ C̄ij Cij / s.
impl<T, R, C, S> Operation<Matrix<T, R, C, S>, T> for operations::div
where
    T: Float,
    R: Dim,
    C: Dim,
    S: Storage<T, R, C> + Memory<T, R, C>,
{
    type Output = Matrix<T, R, C, S>;

    #[inline]
    fn value(x: &Matrix<T, R, C, S>, y: &T) -> Self::Output {
        let mut out = x.clone();
        out.as_mut_slice().iter_mut().for_each(|e| *e /= *y);
        out
    }

    #[inline]
    fn backward(
        _: &mut Stack<'_>,
        x: &Matrix<T, R, C, S>,
        y: &T,
        seed: Self::Output,
        (x_adj, y_adj): Adjoints<'_, Matrix<T, R, C, S>, T>,
    ) {
        if let Some(adjoint) = x_adj {
            for (adjoint, seed) in adjoint.as_mut_slice().iter_mut().zip(seed.as_slice()) {
                *adjoint += rules::quotient(*seed, *y);
            }
        }
        if let Some(adjoint) = y_adj {
            for (seed, x) in seed.as_slice().iter().zip(x.as_slice()) {
                *adjoint -= rules::product(rules::quotient(*seed, *y), *x / *y);
            }
        }
    }
}

// C = A B: Ā = C̄ Bᵀ, B̄ = Aᵀ C̄ (Giles 2.2.2).
impl<T, R1, C1, R2, C2, S1, S2, S> Operation<Matrix<T, R1, C1, S1>, Matrix<T, R2, C2, S2>>
    for operations::mul
where
    T: Float,
    R1: Dim,
    C1: Dim,
    R2: Dim,
    C2: Dim,
    S1: Storage<T, R1, C1> + Memory<T, R1, C1>,
    S2: Storage<T, R2, C2> + Memory<T, R2, C2>,
    S: Memory<T, R1, C2>,
    ShapeConstraint: AreMultipliable<R1, C1, R2, C2>,
    DefaultAllocator: Allocator<R1, C2, Buffer<T> = S>,
{
    type Output = OMatrix<T, R1, C2>;

    #[inline]
    fn value(x: &Matrix<T, R1, C1, S1>, y: &Matrix<T, R2, C2, S2>) -> Self::Output {
        x * y
    }

    #[inline]
    fn backward(
        _: &mut Stack<'_>,
        x: &Matrix<T, R1, C1, S1>,
        y: &Matrix<T, R2, C2, S2>,
        seed: Self::Output,
        (x_adj, y_adj): Adjoints<'_, Matrix<T, R1, C1, S1>, Matrix<T, R2, C2, S2>>,
    ) {
        let shape = [x.nrows(), x.ncols(), y.ncols()];
        let seed = seed.as_slice();
        if let Some(adjoint) = x_adj {
            product_by_left(adjoint.as_mut_slice(), seed, y.as_slice(), shape);
        }
        if let Some(adjoint) = y_adj {
            product_by_right(adjoint.as_mut_slice(), x.as_slice(), seed, shape);
        }
    }
}

/// Products of this many multiplications are worth a library's loops.
const LARGE: usize = 4096;

/// `Ā += C̄ Bᵀ` for an `m × k` matrix A and a `k × n` matrix B.
pub fn product_by_left<T: Float>(out: &mut [T], seed: &[T], b: &[T], [m, k, n]: [usize; 3]) {
    let finite = b.iter().all(Real::__is_finite);
    if finite && m * k * n >= LARGE {
        let b = DMatrixView::from_slice(b, k, n).transpose();
        let mut out = DMatrixViewMut::from_slice(out, m, k);
        let one = <T as Real>::one();
        out.gemm(one, &DMatrixView::from_slice(seed, m, n), &b, one);
        return;
    }
    for j in 0..n {
        let seed = &seed[j * m..(j + 1) * m];
        for l in 0..k {
            let (out, factor) = (&mut out[l * m..(l + 1) * m], b[j * k + l]);
            if finite {
                for (out, seed) in out.iter_mut().zip(seed) {
                    *out += *seed * factor;
                }
            } else {
                add_scaled(out, seed, factor);
            }
        }
    }
}

/// `B̄ += Aᵀ C̄` for an `m × k` matrix A and a `k × n` matrix B.
pub fn product_by_right<T: Float>(out: &mut [T], a: &[T], seed: &[T], [m, k, n]: [usize; 3]) {
    let finite = a.iter().all(Real::__is_finite);
    if finite && m * k * n >= LARGE {
        let mut out = DMatrixViewMut::from_slice(out, k, n);
        let one = <T as Real>::one();
        let (a, seed) = (
            DMatrixView::from_slice(a, m, k),
            DMatrixView::from_slice(seed, m, n),
        );
        out.gemm_tr(one, &a, &seed, one);
        return;
    }
    for j in 0..n {
        let seed = &seed[j * m..(j + 1) * m];
        for l in 0..k {
            let column = &a[l * m..(l + 1) * m];
            let sum = if finite {
                let products = column.iter().zip(seed).map(|(a, seed)| *a * *seed);
                products.fold(<T as Real>::zero(), |sum, product| sum + product)
            } else {
                inner(seed, column)
            };
            out[j * k + l] += sum;
        }
    }
}
