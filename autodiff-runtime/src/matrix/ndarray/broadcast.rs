//! What ndarray repeats along an axis is used several times: its adjoint is a sum along that axis.

use super::space::Float;
use crate::Real;
use ::ndarray::{Array, ArrayView, Axis, Dimension};

/// The array repeated to another's shape, as an operator between them does it.
#[inline]
pub fn repeated<'a, T, D: Dimension, M: Dimension>(
    array: &'a Array<T, D>,
    like: &Array<T, M>,
) -> ArrayView<'a, T, M> {
    match array.broadcast(like.raw_dim()) {
        Some(view) => view,
        None => unreachable!(
            "bug in autodiff, please report: {:?} does not become {:?}",
            array.shape(),
            like.shape()
        ),
    }
}

/// Adds what an array contributes that was repeated to the shape of the contribution.
pub fn add_reduced<T: Float, D: Dimension, M: Dimension>(
    adjoint: &mut Array<T, D>,
    contribution: Array<T, M>,
) {
    let mut contribution = contribution.into_dyn();
    while contribution.ndim() > adjoint.ndim() {
        contribution = contribution.sum_axis(Axis(0));
    }
    for axis in 0..adjoint.ndim() {
        if adjoint.len_of(Axis(axis)) == 1 && contribution.len_of(Axis(axis)) != 1 {
            contribution = contribution.sum_axis(Axis(axis)).insert_axis(Axis(axis));
        }
    }
    assert!(
        adjoint.shape() == contribution.shape(),
        "bug in autodiff, please report: adjoints of {:?} and {:?}",
        adjoint.shape(),
        contribution.shape()
    );
    for (adjoint, contribution) in adjoint.iter_mut().zip(&contribution) {
        *adjoint += *contribution;
    }
}

/// `Σ seed · partial`, element by element.
pub fn total<T: Float, M: Dimension>(
    mut seed: Array<T, M>,
    partials: &Array<T, M>,
    rule: &dyn Fn(T, T) -> T,
) -> T {
    seed.zip_mut_with(partials, |seed, partial| *seed = rule(*seed, *partial));
    seed.iter()
        .fold(<T as Real>::zero(), |sum, part| sum + *part)
}
