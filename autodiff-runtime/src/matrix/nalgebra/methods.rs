//! Methods: rearrangements, parts, reductions, products entry by entry.

use super::operation::operation;
use super::operators::inner;
use super::space::Float;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Space, Stack, product, quotient};
use crate::{Real, rules};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::constraint::{SameNumberOfRows, ShapeConstraint};
use ::nalgebra::{DefaultAllocator, Dim, Dyn, OMatrix, OVector, U1, Vector3};

// Rearrangements.

macro_rules! transposition {
    ($($name:ident),+) => {$(
        operation! {
            /// Y = Aᵀ: Ā = Ȳᵀ.
            $name [R, C] [DefaultAllocator: Allocator<R, C> + Allocator<C, R>]
            |x: OMatrix<T, R, C>| -> OMatrix<T, C, R> { x.transpose() }
            whole |guards, seed, adjoint| {
                adjoint.add(seed.transpose());
            }
        }
    )+};
}
transposition!(transpose, adjoint);

operation! {
    /// The entries Aii as a column: Āii = ȳi.
    diagonal [D] [DefaultAllocator: Allocator<D, D> + Allocator<D>]
    |x: OMatrix<T, D, D>| -> OVector<T, D> {
        let (n, _) = x.shape_generic();
        OVector::from_fn_generic(n, U1, |i, _| x[(i, i)])
    }
    |guards, seed, adjoint| {
        for i in 0..seed.len() {
            adjoint[(i, i)] += seed[i];
        }
    }
}

macro_rules! triangles {
    ($($name:ident),+) => {$(
        operation! {
            /// The triangle with the diagonal, and zeros elsewhere: its entries are handed through.
            $name [R, C] [DefaultAllocator: Allocator<R, C>]
            |x: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x.$name() }
            whole |guards, seed, adjoint| {
                adjoint.add(seed.$name());
            }
        }
    )+};
}
triangles!(lower_triangle, upper_triangle);

// Parts, as matrices of their own.

operation! {
    /// Row `i`.
    row [R, C] [DefaultAllocator: Allocator<R, C> + Allocator<U1, C>]
    |x: OMatrix<T, R, C>, y: usize| -> OMatrix<T, U1, C> { x.row(*y).into_owned() }
    |guards, seed, adjoint| {
        let mut row = adjoint.row_mut(*y);
        row += &seed;
    }
}

operation! {
    /// Column `j`.
    column [R, C] [DefaultAllocator: Allocator<R, C> + Allocator<R>]
    |x: OMatrix<T, R, C>, y: usize| -> OVector<T, R> { x.column(*y).into_owned() }
    |guards, seed, adjoint| {
        let mut column = adjoint.column_mut(*y);
        column += &seed;
    }
}

operation! {
    /// So many rows from one on.
    rows [R, C] [DefaultAllocator: Allocator<R, C> + Allocator<Dyn, C>]
    |x: OMatrix<T, R, C>, y: (usize, usize)| -> OMatrix<T, Dyn, C> { x.rows(y.0, y.1).into_owned() }
    |guards, seed, adjoint| {
        let mut rows = adjoint.rows_mut(y.0, y.1);
        rows += &seed;
    }
}

operation! {
    /// So many columns from one on.
    columns [R, C] [DefaultAllocator: Allocator<R, C> + Allocator<R, Dyn>]
    |x: OMatrix<T, R, C>, y: (usize, usize)| -> OMatrix<T, R, Dyn> { x.columns(y.0, y.1).into_owned() }
    |guards, seed, adjoint| {
        let mut columns = adjoint.columns_mut(y.0, y.1);
        columns += &seed;
    }
}

operation! {
    /// A block: where it begins, and its shape.
    view [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>, y: ((usize, usize), (usize, usize))| -> OMatrix<T, Dyn, Dyn> {
        x.view(y.0, y.1).into_owned()
    }
    |guards, seed, adjoint| {
        let mut block = adjoint.view_mut(y.0, y.1);
        block += &seed;
    }
}

// Reductions.

operation! {
    /// y = Σ Aij: Āij = ȳ.
    sum [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>| -> T { x.sum() }
    |guards, seed, adjoint| {
        adjoint.as_mut_slice().iter_mut().for_each(|adjoint| *adjoint += seed);
    }
}

operation! {
    /// y = Σ Aij / n: Āij = ȳ / n.
    mean [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>| -> T { x.sum() / <T as Real>::from_f64(x.len() as f64) }
    |guards, seed, adjoint| {
        let part = seed / <T as Real>::from_f64(x.len() as f64);
        adjoint.as_mut_slice().iter_mut().for_each(|adjoint| *adjoint += part);
    }
}

operation! {
    /// The sums of the columns, in a row.
    row_sum [R, C] [DefaultAllocator: Allocator<R, C> + Allocator<U1, C>]
    |x: OMatrix<T, R, C>| -> OMatrix<T, U1, C> { x.row_sum() }
    |guards, seed, adjoint| {
        for (mut column, seed) in adjoint.column_iter_mut().zip(seed.iter()) {
            column.add_scalar_mut(*seed);
        }
    }
}

operation! {
    /// The sums of the rows, in a column.
    column_sum [R, C] [DefaultAllocator: Allocator<R, C> + Allocator<R>]
    |x: OMatrix<T, R, C>| -> OVector<T, R> { x.column_sum() }
    |guards, seed, adjoint| {
        for mut column in adjoint.column_iter_mut() {
            column += &seed;
        }
    }
}

operation! {
    /// y = Σ Aii: Ā = ȳ I (Petersen and Pedersen 99).
    trace [D] [DefaultAllocator: Allocator<D, D>]
    |x: OMatrix<T, D, D>| -> T { x.trace() }
    |guards, seed, adjoint| {
        for i in 0..adjoint.nrows() {
            adjoint[(i, i)] += seed;
        }
    }
}

macro_rules! squares {
    ($($name:ident),+) => {$(
        operation! {
            /// y = Σ Aij²: Ā = 2 ȳ A (Petersen and Pedersen 131).
            $name [R, C] [DefaultAllocator: Allocator<R, C>]
            |x: OMatrix<T, R, C>| -> T { x.$name() }
            |guards, seed, adjoint| {
                for (adjoint, x) in adjoint.as_mut_slice().iter_mut().zip(x.as_slice()) {
                    *adjoint += product(guards, seed + seed, *x);
                }
            }
        }
    )+};
}
squares!(norm_squared, magnitude_squared);

macro_rules! norms {
    ($($name:ident),+) => {$(
        operation! {
            /// y = ‖A‖: Ā = ȳ A / ‖A‖ (Petersen and Pedersen 129), and 0 at 0, as for `hypot(0, 0)`.
            $name [R, C] [DefaultAllocator: Allocator<R, C>]
            |x: OMatrix<T, R, C>| -> T { x.$name() }
            |guards, seed, adjoint| {
                add_direction(adjoint.as_mut_slice(), x.as_slice(), x.$name(), seed);
            }
        }
    )+};
}
norms!(norm, magnitude);

/// `x̄ += ȳ x / ‖x‖`, and nothing at 0.
fn add_direction<T: Float>(adjoint: &mut [T], x: &[T], norm: T, seed: T) {
    let zero = <T as Real>::zero();
    if seed == zero || norm == zero {
        return;
    }
    for (adjoint, x) in adjoint.iter_mut().zip(x) {
        *adjoint += seed * (*x / norm);
    }
}

operation! {
    /// y = ‖a - b‖: the direction between them, and 0 where they are the same.
    metric_distance [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>, y: OMatrix<T, R, C>| -> T { x.metric_distance(y) }
    |guards, seed, x_adj, y_adj| {
        let difference = x - y;
        let (norm, difference) = (difference.norm(), difference.as_slice());
        if let Some(adjoint) = x_adj {
            add_direction(adjoint.as_mut_slice(), difference, norm, seed);
        }
        if let Some(adjoint) = y_adj {
            add_direction(adjoint.as_mut_slice(), difference, norm, -seed);
        }
    }
}

operation! {
    /// y = a / ‖a‖: ā = (ȳ - y (y · ȳ)) / ‖a‖.
    normalize [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x.normalize() }
    |guards, seed, adjoint| {
        let norm = x.norm();
        let along = inner(guards, seed.as_slice(), x.as_slice()) / norm / norm;
        for ((adjoint, seed), x) in adjoint.as_mut_slice().iter_mut().zip(seed.as_slice()).zip(x.as_slice()) {
            *adjoint += quotient(guards, *seed - product(guards, along, *x), norm);
        }
    }
}

operation! {
    /// y = Σ ai bi: ā = ȳ b, b̄ = ȳ a (Petersen and Pedersen 69).
    dot [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>, y: OMatrix<T, R, C>| -> T { x.dot(y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            add_multiple(guards, adjoint.as_mut_slice(), seed, y.as_slice());
        }
        if let Some(adjoint) = y_adj {
            add_multiple(guards, adjoint.as_mut_slice(), seed, x.as_slice());
        }
    }
}

/// `out += seed * x`, where a seed of zero contributes zero.
fn add_multiple<T: Float>(guards: impl Guards, out: &mut [T], seed: T, x: &[T]) {
    for (out, x) in out.iter_mut().zip(x) {
        *out += product(guards, seed, *x);
    }
}

// Entry by entry.

operation! {
    /// Cij = Aij Bij.
    component_mul [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>, y: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x.component_mul(y) }
    |guards, seed, x_adj, y_adj| {
        let products = |out: &mut OMatrix<T, R, C>, other: &OMatrix<T, R, C>| {
            for ((out, seed), other) in out.as_mut_slice().iter_mut().zip(seed.as_slice()).zip(other.as_slice()) {
                *out += product(guards, *seed, *other);
            }
        };
        if let Some(adjoint) = x_adj {
            products(adjoint, y);
        }
        if let Some(adjoint) = y_adj {
            products(adjoint, x);
        }
    }
}

operation! {
    /// Cij = Aij / Bij.
    component_div [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>, y: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x.component_div(y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            for ((adjoint, seed), y) in adjoint.as_mut_slice().iter_mut().zip(seed.as_slice()).zip(y.as_slice()) {
                *adjoint += quotient(guards, *seed, *y);
            }
        }
        if let Some(adjoint) = y_adj {
            let entries = seed.as_slice().iter().zip(x.as_slice()).zip(y.as_slice());
            for (adjoint, ((seed, x), y)) in adjoint.as_mut_slice().iter_mut().zip(entries) {
                *adjoint -= product(guards, quotient(guards, *seed, *y), *x / *y);
            }
        }
    }
}

operation! {
    /// Cij = |Aij|: Āij = C̄ij where Aij ≥ 0, otherwise -C̄ij.
    abs [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>| -> OMatrix<T, R, C> { x.abs() }
    |guards, seed, adjoint| {
        for ((adjoint, seed), x) in adjoint.as_mut_slice().iter_mut().zip(seed.as_slice()).zip(x.as_slice()) {
            *adjoint += rules::abs::d0(guards, *x, *seed);
        }
    }
}

operation! {
    /// Cij = Aij + s: Ā = C̄, s̄ = Σ C̄ij.
    add_scalar [R, C] [DefaultAllocator: Allocator<R, C>]
    |x: OMatrix<T, R, C>, y: T| -> OMatrix<T, R, C> { x.add_scalar(*y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            adjoint.accumulate(&seed);
        }
        if let Some(adjoint) = y_adj {
            *adjoint += seed.sum();
        }
    }
}

// Products.

operation! {
    /// c = a × b: ā = b × c̄, b̄ = c̄ × a.
    cross [] []
    |x: Vector3<T>, y: Vector3<T>| -> Vector3<T> { x.cross(y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            adjoint.accumulate(&cross(y, &seed, &|a, seed| product(guards, seed, a)));
        }
        if let Some(adjoint) = y_adj {
            adjoint.accumulate(&cross(&seed, x, &|seed, b| product(guards, seed, b)));
        }
    }
}

fn cross<T: Float>(a: &Vector3<T>, b: &Vector3<T>, times: &dyn Fn(T, T) -> T) -> Vector3<T> {
    let part = |i: usize, j: usize| times(a[i], b[j]) - times(a[j], b[i]);
    Vector3::new(part(1, 2), part(2, 0), part(0, 1))
}

operation! {
    /// C = Aᵀ B: Ā = B C̄ᵀ, B̄ = A C̄.
    tr_mul [R, K, L, C] [
        ShapeConstraint: SameNumberOfRows<R, L>,
        DefaultAllocator: Allocator<R, K> + Allocator<L, C> + Allocator<K, C>,
    ]
    |x: OMatrix<T, R, K>, y: OMatrix<T, L, C>| -> OMatrix<T, K, C> { x.tr_mul(y) }
    |guards, seed, x_adj, y_adj| {
        let (m, k, n) = (x.nrows(), x.ncols(), y.ncols());
        if let Some(adjoint) = x_adj {
            // Column `l` of A gets B times row `l` of the cotangent.
            for l in 0..k {
                let column = &mut adjoint.as_mut_slice()[l * m..(l + 1) * m];
                for j in 0..n {
                    add_multiple(guards, column, seed[(l, j)], &y.as_slice()[j * m..(j + 1) * m]);
                }
            }
        }
        if let Some(adjoint) = y_adj {
            for j in 0..n {
                let column = &mut adjoint.as_mut_slice()[j * m..(j + 1) * m];
                for l in 0..k {
                    add_multiple(guards, column, seed[(l, j)], &x.as_slice()[l * m..(l + 1) * m]);
                }
            }
        }
    }
}
