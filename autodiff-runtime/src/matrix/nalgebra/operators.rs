//! `+`, `-`, `*` and `/`.
//!
//! In formulas `Ȳ` is the adjoint of the result `Y`, and `Ā` what it contributes to the operand `A`.

use super::operation::operation;
use super::space::Float;
use crate::Real;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Stack, product, quotient};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::constraint::{AreMultipliable, ShapeConstraint};
use ::nalgebra::{DMatrixView, DMatrixViewMut, DefaultAllocator, Dim, OMatrix};

macro_rules! sums {
    ($($add:ident $sub:ident),+) => {$(
        operation! {
            /// C = A + B: Ā = C̄, B̄ = C̄.
            $add [R, C] [DefaultAllocator: Allocator<R, C>]
            |x: OMatrix<T, R, C>, y: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x + y }
            whole |guards, seed, x_adj, y_adj| {
                match (x_adj, y_adj) {
                    (Some(x_adj), Some(y_adj)) => {
                        x_adj.add(seed.clone());
                        y_adj.add(seed);
                    }
                    (Some(adjoint), None) | (None, Some(adjoint)) => adjoint.add(seed),
                    (None, None) => {}
                }
            }
        }

        operation! {
            /// C = A - B: Ā = C̄, B̄ = -C̄.
            $sub [R, C] [DefaultAllocator: Allocator<R, C>]
            |x: OMatrix<T, R, C>, y: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x - y }
            whole |guards, seed, x_adj, y_adj| {
                if let Some(adjoint) = y_adj {
                    adjoint.add(-&seed);
                }
                if let Some(adjoint) = x_adj {
                    adjoint.add(seed);
                }
            }
        }
    )+};
}
sums!(add sub, add_assign sub_assign);

operation! {
    /// C = -A: Ā = -C̄.
    neg [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>| -> OMatrix<T, R, C> { -x }
    whole |guards, seed, adjoint| {
        adjoint.add(-seed);
    }
}

/// `out += factor * seed`, where what is zero in the seed contributes zero.
fn add_scaled<T: Float>(guards: impl Guards, out: &mut [T], seed: &[T], factor: T) {
    for (out, seed) in out.iter_mut().zip(seed) {
        *out += product(guards, *seed, factor);
    }
}

/// `Σ seed · x`, entry by entry, where what is zero in the seed contributes zero.
pub fn inner<T: Float>(guards: impl Guards, seed: &[T], x: &[T]) -> T {
    let mut sum = <T as Real>::zero();
    for (seed, x) in seed.iter().zip(x) {
        sum += product(guards, *seed, *x);
    }
    sum
}

macro_rules! scaling {
    ($($name:ident),+) => {$(
        operation! {
            /// C = A s: Ā = s C̄, s̄ = Σ C̄ij Aij.
            $name [R, C] [DefaultAllocator: Allocator<R, C>]
            |x: OMatrix<T, R, C>, y: T| -> OMatrix<T, R, C> { x * *y }
            |guards, seed, x_adj, y_adj| {
                if let Some(adjoint) = x_adj {
                    add_scaled(guards, adjoint.as_mut_slice(), seed.as_slice(), *y);
                }
                if let Some(adjoint) = y_adj {
                    *adjoint += inner(guards, seed.as_slice(), x.as_slice());
                }
            }
        }
    )+};
}
scaling!(mul, mul_assign, scale);

operation! {
    /// The same with the number on the left.
    mul [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: T, y: OMatrix<T, R, C>| -> OMatrix<T, R, C> { y * *x }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            *adjoint += inner(guards, seed.as_slice(), y.as_slice());
        }
        if let Some(adjoint) = y_adj {
            add_scaled(guards, adjoint.as_mut_slice(), seed.as_slice(), *x);
        }
    }
}

macro_rules! division {
    ($($name:ident),+) => {$(
        operation! {
            /// C = A / s: Ā = C̄ / s, s̄ = -Σ C̄ij Cij / s.
            $name [R, C] [DefaultAllocator: Allocator<R, C>]
            |x: OMatrix<T, R, C>, y: T| -> OMatrix<T, R, C> { x / *y }
            |guards, seed, x_adj, y_adj| {
                if let Some(adjoint) = x_adj {
                    for (adjoint, seed) in adjoint.as_mut_slice().iter_mut().zip(seed.as_slice()) {
                        *adjoint += quotient(guards, *seed, *y);
                    }
                }
                if let Some(adjoint) = y_adj {
                    for (seed, x) in seed.as_slice().iter().zip(x.as_slice()) {
                        *adjoint -= product(guards, quotient(guards, *seed, *y), *x / *y);
                    }
                }
            }
        }
    )+};
}
division!(div, div_assign, unscale);

operation! {
    /// C = A B: Ā = C̄ Bᵀ, B̄ = Aᵀ C̄ (Giles 2.2.2).
    mul [R, K, L, C] [
        ShapeConstraint: AreMultipliable<R, K, L, C>,
        DefaultAllocator: Allocator<R, K> + Allocator<L, C> + Allocator<R, C>,
    ]
    |x: OMatrix<T, R, K>, y: OMatrix<T, L, C>| -> OMatrix<T, R, C> { x * y }
    whole |guards, seed, x_adj, y_adj| {
        pull_product(guards, x, y, &seed, (x_adj, y_adj));
    }
}

operation! {
    /// The same in the place of A.
    mul_assign [R, C] [
        ShapeConstraint: AreMultipliable<R, C, C, C>,
        DefaultAllocator: Allocator<R, C> + Allocator<C, C>,
    ]
    |x: OMatrix<T, R, C>, y: OMatrix<T, C, C>| -> OMatrix<T, R, C> { x * y }
    whole |guards, seed, x_adj, y_adj| {
        pull_product(guards, x, y, &seed, (x_adj, y_adj));
    }
}

fn pull_product<T: Float, R: Dim, K: Dim, L: Dim, C: Dim>(
    guards: impl Guards,
    x: &OMatrix<T, R, K>,
    y: &OMatrix<T, L, C>,
    seed: &OMatrix<T, R, C>,
    (x_adj, y_adj): Adjoints<'_, OMatrix<T, R, K>, OMatrix<T, L, C>>,
) where
    DefaultAllocator: Allocator<R, K> + Allocator<L, C> + Allocator<R, C>,
{
    let shape = [x.nrows(), x.ncols(), y.ncols()];
    if let Some(adjoint) = x_adj {
        let adjoint = adjoint.begun(x).as_mut_slice();
        add_times_transpose(guards, adjoint, seed.as_slice(), y.as_slice(), shape);
    }
    if let Some(adjoint) = y_adj {
        let adjoint = adjoint.begun(y).as_mut_slice();
        add_transpose_times(guards, adjoint, x.as_slice(), seed.as_slice(), shape);
    }
}

/// A library's loops are worth it from this many multiplications on, where no side is shorter than this.
const LARGE: (usize, usize) = (4096, 4);

fn is_large([m, k, n]: [usize; 3]) -> bool {
    m * k * n >= LARGE.0 && m.min(k).min(n) >= LARGE.1
}

/// `Σ aᵢ bᵢ`, in eight sums side by side: the order of adjoint sums is ours.
fn dot<T: Float>(a: &[T], b: &[T]) -> T {
    const LANES: usize = 8;
    let zero = <T as Real>::zero();
    let mut sums = [zero; LANES];
    let (a, b) = (a.chunks_exact(LANES), b.chunks_exact(LANES));
    let rest = a.remainder().iter().zip(b.remainder());
    let rest = rest.fold(zero, |sum, (a, b)| sum + *a * *b);
    for (a, b) in a.zip(b) {
        for (sum, (a, b)) in sums.iter_mut().zip(a.iter().zip(b)) {
            *sum += *a * *b;
        }
    }
    sums.iter().fold(rest, |sum, part| sum + *part)
}

/// `Ā += C̄ Bᵀ` for an `m × n` cotangent and a `k × n` matrix; what is zero in the cotangent contributes zero.
pub fn add_times_transpose<T: Float>(
    guards: impl Guards,
    out: &mut [T],
    seed: &[T],
    b: &[T],
    shape: [usize; 3],
) {
    let [m, k, n] = shape;
    if is_large(shape) && (!guards.is_guarded() || T::__are_finite(b)) {
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
            if !guards.is_guarded() || Real::is_finite(factor) {
                let entries = out.iter_mut().zip(seed);
                entries.for_each(|(out, seed)| *out += *seed * factor);
            } else {
                add_scaled(guards, out, seed, factor);
            }
        }
    }
}

/// `B̄ += Aᵀ C̄` for an `m × k` matrix and an `m × n` cotangent; what is zero in the cotangent contributes zero.
fn add_transpose_times<T: Float>(
    guards: impl Guards,
    out: &mut [T],
    a: &[T],
    seed: &[T],
    shape: [usize; 3],
) {
    let [m, k, n] = shape;
    if is_large(shape) && (!guards.is_guarded() || T::__are_finite(a)) {
        // By rows of A, as nalgebra does it without this copy, is slower.
        let a = DMatrixView::from_slice(a, m, k).transpose();
        let mut out = DMatrixViewMut::from_slice(out, k, n);
        let one = <T as Real>::one();
        out.gemm(one, &a, &DMatrixView::from_slice(seed, m, n), one);
        return;
    }
    for j in 0..n {
        let seed = &seed[j * m..(j + 1) * m];
        for l in 0..k {
            let column = &a[l * m..(l + 1) * m];
            let mut sum = dot(column, seed);
            if guards.is_guarded() && !Real::is_finite(sum) {
                // Perhaps zero times infinity.
                sum = inner(guards, seed, column);
            }
            out[j * k + l] += sum;
        }
    }
}
