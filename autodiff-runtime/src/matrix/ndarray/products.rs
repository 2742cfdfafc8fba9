//! `dot`, between vectors and matrices.

use super::space::Float;
use crate::Real;
use crate::matrix::operation::operation;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Stack, product};
use ::ndarray::linalg::general_mat_mul;
use ::ndarray::{Array1, Array2, ArrayView, ArrayView2, Axis, Dimension, Ix2};

operation! {
    /// y = Σ ai bi: ā = ȳ b, b̄ = ȳ a (Petersen and Pedersen 69).
    dot [T: Float]
    |x: Array1<T>, y: Array1<T>| -> T { x.dot(y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            adjoint.zip_mut_with(y, |adjoint, y| *adjoint += product(guards, seed, *y));
        }
        if let Some(adjoint) = y_adj {
            adjoint.zip_mut_with(x, |adjoint, x| *adjoint += product(guards, seed, *x));
        }
    }
}

operation! {
    /// c = A b: Ā = c̄ bᵀ, b̄ = Aᵀ c̄.
    dot [T: Float]
    |x: Array2<T>, y: Array1<T>| -> Array1<T> { x.dot(y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            add_outer(adjoint, &seed, y, &|a, b| product(guards, a, b));
        }
        if let Some(adjoint) = y_adj {
            add_transposed(guards, adjoint, x.view(), &seed);
        }
    }
}

operation! {
    /// c = aᵀ B: ā = B c̄, B̄ = a c̄ᵀ.
    dot [T: Float]
    |x: Array1<T>, y: Array2<T>| -> Array1<T> { x.dot(y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            add_transposed(guards, adjoint, y.t(), &seed);
        }
        if let Some(adjoint) = y_adj {
            add_outer(adjoint, x, &seed, &|x, seed| product(guards, seed, x));
        }
    }
}

operation! {
    /// C = A B: Ā = C̄ Bᵀ, B̄ = Aᵀ C̄ (Giles 2.2.2).
    dot [T: Float]
    |x: Array2<T>, y: Array2<T>| -> Array2<T> { x.dot(y) }
    |guards, seed, x_adj, y_adj| {
        if let Some(adjoint) = x_adj {
            if !guards.is_guarded() || is_finite(&y.view()) {
                general_mat_mul(<T as Real>::one(), &seed, &y.t(), <T as Real>::one(), adjoint);
            } else {
                // Row by row: ā = B c̄.
                for (mut adjoint, seed) in adjoint.rows_mut().into_iter().zip(seed.rows()) {
                    let mut part = Array1::from_elem(y.nrows(), <T as Real>::zero());
                    add_transposed(guards, &mut part, y.t(), &seed.to_owned());
                    adjoint.zip_mut_with(&part, |adjoint, part| *adjoint += *part);
                }
            }
        }
        if let Some(adjoint) = y_adj {
            if !guards.is_guarded() || is_finite(&x.view()) {
                general_mat_mul(<T as Real>::one(), &x.t(), &seed, <T as Real>::one(), adjoint);
            } else {
                // Column by column: b̄ = Aᵀ c̄.
                for (mut adjoint, seed) in adjoint.columns_mut().into_iter().zip(seed.columns()) {
                    let mut part = Array1::from_elem(x.ncols(), <T as Real>::zero());
                    add_transposed(guards, &mut part, x.view(), &seed.to_owned());
                    adjoint.zip_mut_with(&part, |adjoint, part| *adjoint += *part);
                }
            }
        }
    }
}

fn is_finite<T: Float, D: Dimension>(a: &ArrayView<'_, T, D>) -> bool {
    a.iter().all(|x| Real::is_finite(*x))
}

/// `Ā += a bᵀ`, element by element.
fn add_outer<T: Float>(
    adjoint: &mut Array2<T>,
    a: &Array1<T>,
    b: &Array1<T>,
    product: &impl Fn(T, T) -> T,
) {
    for (mut row, a) in adjoint.rows_mut().into_iter().zip(a) {
        row.zip_mut_with(b, |adjoint, b| *adjoint += product(*a, *b));
    }
}

/// `b̄ += Aᵀ c̄`; what is zero in the cotangent contributes zero.
fn add_transposed<T: Float>(
    guards: impl Guards,
    adjoint: &mut Array1<T>,
    a: ArrayView2<'_, T>,
    seed: &Array1<T>,
) {
    if !guards.is_guarded() || is_finite::<T, Ix2>(&a) {
        *adjoint += &a.t().dot(seed);
        return;
    }
    for (row, seed) in a.axis_iter(Axis(0)).zip(seed) {
        adjoint.zip_mut_with(&row, |adjoint, a| *adjoint += product(guards, *seed, *a));
    }
}
