//! `+`, `-`, `*` and `/`.
//!
//! In formulas `Ȳ` is the adjoint of the result `Y`, and `Ā` what it contributes to the operand `A`.

use super::space::{entries, shape};
use crate::matrix::operation::operation;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Space, Stack, product, quotient};
use ::faer::{Col, Mat, MatRef, Row};

macro_rules! linear {
    ($($type:ident: |$i:ident, $j:ident| $at:expr;)+) => {$(
        operation! {
            /// C = A + B: Ā = C̄, B̄ = C̄.
            add []
            |x: $type<f64>, y: $type<f64>| -> $type<f64> { x + y }
            |guards, seed, x_adj, y_adj| {
                for adjoint in [x_adj, y_adj].into_iter().flatten() {
                    adjoint.accumulate(&seed);
                }
            }
        }

        operation! {
            /// C = A - B: Ā = C̄, B̄ = -C̄.
            sub []
            |x: $type<f64>, y: $type<f64>| -> $type<f64> { x - y }
            |guards, seed, x_adj, y_adj| {
                if let Some(adjoint) = x_adj {
                    adjoint.accumulate(&seed);
                }
                if let Some(adjoint) = y_adj {
                    entries(shape::$type(&seed), |$i, $j| adjoint[$at] -= seed[$at]);
                }
            }
        }

        operation! {
            /// C = -A: Ā = -C̄.
            neg []
            |x: $type<f64>| -> $type<f64> { -x }
            |guards, seed, adjoint| {
                entries(shape::$type(&seed), |$i, $j| adjoint[$at] -= seed[$at]);
            }
        }

        operation! {
            /// C = A s: Ā = s C̄, s̄ = Σ C̄ij Aij.
            mul []
            |x: $type<f64>, y: f64| -> $type<f64> { x * *y }
            |guards, seed, x_adj, y_adj| {
                if let Some(adjoint) = x_adj {
                    entries(shape::$type(x), |$i, $j| adjoint[$at] += product(guards, seed[$at], *y));
                }
                if let Some(adjoint) = y_adj {
                    entries(shape::$type(x), |$i, $j| *adjoint += product(guards, seed[$at], x[$at]));
                }
            }
        }

        operation! {
            /// C = s A.
            mul []
            |x: f64, y: $type<f64>| -> $type<f64> { *x * y }
            |guards, seed, x_adj, y_adj| {
                if let Some(adjoint) = x_adj {
                    entries(shape::$type(y), |$i, $j| *adjoint += product(guards, seed[$at], y[$at]));
                }
                if let Some(adjoint) = y_adj {
                    entries(shape::$type(y), |$i, $j| adjoint[$at] += product(guards, seed[$at], *x));
                }
            }
        }

        operation! {
            /// C = A / s: Ā = C̄ / s, s̄ = -Σ C̄ij Aij / s².
            div []
            |x: $type<f64>, y: f64| -> $type<f64> { x / *y }
            |guards, seed, x_adj, y_adj| {
                if let Some(adjoint) = x_adj {
                    entries(shape::$type(x), |$i, $j| adjoint[$at] += quotient(guards, seed[$at], *y));
                }
                if let Some(adjoint) = y_adj {
                    entries(shape::$type(x), |$i, $j| {
                        *adjoint -= product(guards, quotient(guards, seed[$at], *y), x[$at] / *y);
                    });
                }
            }
        }
    )+};
}
linear! {
    Mat: |i, j| (i, j);
    Col: |i, _j| i;
    Row: |_i, j| j;
}

// In the place of the first operand.
macro_rules! assigning {
    ($($assign:ident as $plain:ident: $x:ident, $y:ty;)+) => {$(
        impl Operation<operations::$assign, $y> for $x<f64> {
            type Output = Self;

            #[inline]
            fn value(x: &Self, y: &$y) -> Self {
                <Self as Operation<operations::$plain, $y>>::value(x, y)
            }

            #[inline]
            fn backward(
                stack: &mut Stack<'_, impl Guards>,
                x: &Self,
                y: &$y,
                seed: Self,
                adjoints: Adjoints<'_, Self, $y>,
            ) {
                <Self as Operation<operations::$plain, $y>>::backward(stack, x, y, seed, adjoints);
            }
        }
    )+};
}
assigning! {
    add_assign as add: Mat, Mat<f64>;
    add_assign as add: Col, Col<f64>;
    add_assign as add: Row, Row<f64>;
    sub_assign as sub: Mat, Mat<f64>;
    sub_assign as sub: Col, Col<f64>;
    sub_assign as sub: Row, Row<f64>;
    mul_assign as mul: Mat, f64;
    mul_assign as mul: Col, f64;
    mul_assign as mul: Row, f64;
    div_assign as div: Mat, f64;
    div_assign as div: Col, f64;
    div_assign as div: Row, f64;
}

macro_rules! products {
    ($($x:ident * $y:ident = $out:ident;)+) => {$(
        operation! {
            /// C = A B: Ā = C̄ Bᵀ, B̄ = Aᵀ C̄ (Giles 2.2.2).
            mul []
            |x: $x<f64>, y: $y<f64>| -> $out<f64> { x * y }
            |guards, seed, x_adj, y_adj| {
                let seed = seed.as_mat();
                if let Some(adjoint) = x_adj {
                    let part = times(guards, seed, y.as_mat().transpose(), &|seed, y| product(guards, seed, y));
                    add(adjoint, &part);
                }
                if let Some(adjoint) = y_adj {
                    let part = times(guards, x.as_mat().transpose(), seed, &|x, seed| product(guards, seed, x));
                    add(adjoint, &part);
                }
            }
        }
    )+};
}
products! {
    Mat * Mat = Mat;
    Mat * Col = Col;
    Row * Mat = Row;
    Col * Row = Mat;
}

operation! {
    /// y = Σ ai bi: ā = ȳ b, b̄ = ȳ a (Petersen and Pedersen 69).
    mul []
    |x: Row<f64>, y: Col<f64>| -> f64 { x * y }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            (0..y.nrows()).for_each(|i| adjoint[i] += product(guards, seed, y[i]));
        }
        if let Some(adjoint) = y_adj {
            (0..y.nrows()).for_each(|i| adjoint[i] += product(guards, seed, x[i]));
        }
    }
}

/// A product one factor of which is a cotangent: what is zero in that contributes zero.
fn times(
    guards: impl Guards,
    a: MatRef<'_, f64>,
    b: MatRef<'_, f64>,
    product: &dyn Fn(f64, f64) -> f64,
) -> Mat<f64> {
    if !guards.is_guarded() || a.is_all_finite() && b.is_all_finite() {
        return a * b;
    }
    Mat::from_fn(a.nrows(), b.ncols(), |i, j| {
        (0..a.ncols()).fold(0.0, |sum, k| sum + product(a[(i, k)], b[(k, j)]))
    })
}

/// What can be seen as a matrix.
pub trait AsMat {
    fn as_mat(&self) -> MatRef<'_, f64>;
    fn entry(&mut self, i: usize, j: usize) -> &mut f64;
}

impl AsMat for Mat<f64> {
    #[inline]
    fn as_mat(&self) -> MatRef<'_, f64> {
        self.as_ref()
    }
    #[inline]
    fn entry(&mut self, i: usize, j: usize) -> &mut f64 {
        &mut self[(i, j)]
    }
}

impl AsMat for Col<f64> {
    #[inline]
    fn as_mat(&self) -> MatRef<'_, f64> {
        self.as_ref().as_mat()
    }
    #[inline]
    fn entry(&mut self, i: usize, _: usize) -> &mut f64 {
        &mut self[i]
    }
}

impl AsMat for Row<f64> {
    #[inline]
    fn as_mat(&self) -> MatRef<'_, f64> {
        self.as_ref().as_mat()
    }
    #[inline]
    fn entry(&mut self, _: usize, j: usize) -> &mut f64 {
        &mut self[j]
    }
}

/// Adds a matrix to what has its shape.
pub fn add(adjoint: &mut impl AsMat, part: &Mat<f64>) {
    entries(shape::Mat(part), |i, j| {
        *adjoint.entry(i, j) += part[(i, j)]
    });
}
