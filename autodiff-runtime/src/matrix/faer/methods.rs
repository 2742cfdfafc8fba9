//! Reductions, rearrangements, parts.

use super::space::{entries, shape};
use crate::matrix::operation::operation;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Stack, product};
use ::faer::{Col, Mat, Row};

macro_rules! reductions {
    ($($type:ident: |$i:ident, $j:ident| $at:expr;)+) => {$(
        operation! {
            /// y = Σ Aij: Āij = ȳ.
            sum []
            |x: $type<f64>| -> f64 { x.sum() }
            |guards, seed, adjoint| {
                entries(shape::$type(x), |$i, $j| adjoint[$at] += seed);
            }
        }

        operation! {
            /// y = Σ Aij²: Ā = 2 ȳ A (Petersen and Pedersen 131).
            squared_norm_l2 []
            |x: $type<f64>| -> f64 { x.squared_norm_l2() }
            |guards, seed, adjoint| {
                entries(shape::$type(x), |$i, $j| adjoint[$at] += product(guards, seed + seed, x[$at]));
            }
        }

        operation! {
            /// y = ‖A‖: Ā = ȳ A / ‖A‖ (Petersen and Pedersen 129), and 0 at 0, as for `hypot(0, 0)`.
            norm_l2 []
            |x: $type<f64>| -> f64 { x.norm_l2() }
            |guards, seed, adjoint| {
                let norm = x.norm_l2();
                if seed != 0.0 && norm != 0.0 {
                    entries(shape::$type(x), |$i, $j| adjoint[$at] += seed * (x[$at] / norm));
                }
            }
        }
    )+};
}
reductions! {
    Mat: |i, j| (i, j);
    Col: |i, _j| i;
    Row: |_i, j| j;
}

// Rearrangements.

operation! {
    /// Y = Aᵀ: Ā = Ȳᵀ.
    transpose []
    |x: Mat<f64>| -> Mat<f64> { x.transpose().to_owned() }
    |guards, seed, adjoint| {
        entries(shape::Mat(x), |i, j| adjoint[(i, j)] += seed[(j, i)]);
    }
}

operation! {
    /// A column as a row.
    transpose []
    |x: Col<f64>| -> Row<f64> { x.transpose().to_owned() }
    |guards, seed, adjoint| {
        (0..x.nrows()).for_each(|i| adjoint[i] += seed[i]);
    }
}

operation! {
    /// A row as a column.
    transpose []
    |x: Row<f64>| -> Col<f64> { x.transpose().to_owned() }
    |guards, seed, adjoint| {
        (0..x.ncols()).for_each(|j| adjoint[j] += seed[j]);
    }
}

// Parts, as matrices of their own.

operation! {
    /// Column `j`.
    col []
    |x: Mat<f64>, y: usize| -> Col<f64> { x.col(*y).to_owned() }
    |guards, seed, adjoint| {
        (0..x.nrows()).for_each(|i| adjoint[(i, *y)] += seed[i]);
    }
}

operation! {
    /// Row `i`.
    row []
    |x: Mat<f64>, y: usize| -> Row<f64> { x.row(*y).to_owned() }
    |guards, seed, adjoint| {
        (0..x.ncols()).for_each(|j| adjoint[(*y, j)] += seed[j]);
    }
}

operation! {
    /// So many rows from one on.
    subrows []
    |x: Mat<f64>, y: (usize, usize)| -> Mat<f64> { x.subrows(y.0, y.1).to_owned() }
    |guards, seed, adjoint| {
        entries(shape::Mat(&seed), |i, j| adjoint[(y.0 + i, j)] += seed[(i, j)]);
    }
}

operation! {
    /// So many columns from one on.
    subcols []
    |x: Mat<f64>, y: (usize, usize)| -> Mat<f64> { x.subcols(y.0, y.1).to_owned() }
    |guards, seed, adjoint| {
        entries(shape::Mat(&seed), |i, j| adjoint[(i, y.0 + j)] += seed[(i, j)]);
    }
}

operation! {
    /// So many entries from one on.
    subrows []
    |x: Col<f64>, y: (usize, usize)| -> Col<f64> { x.subrows(y.0, y.1).to_owned() }
    |guards, seed, adjoint| {
        (0..seed.nrows()).for_each(|i| adjoint[y.0 + i] += seed[i]);
    }
}
