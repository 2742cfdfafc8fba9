//! Patterns of Jacobians and Hessians, and their entries, from evaluations.

use super::orders::{BLOCK, Columns, Directions, Rows, jacobian_by_rows};
use crate::Real;
use crate::real::Session;
use crate::sparse::NONE;
use alloc::vec;
use alloc::vec::Vec;

pub use crate::real::Dependent;
pub use crate::sparse::{CsrMatrix, HessianColoring, JacobianColoring, Pattern};

/// Hands out inputs that depend on themselves.
pub struct Inputs {
    next: usize,
}

impl Inputs {
    /// The next input, in order.
    pub fn input<F: Real>(&mut self, value: F) -> Dependent<F> {
        let number = Dependent::input(value, self.next);
        self.next += 1;
        number
    }

    /// No input.
    pub fn constant<F: Real>(&self, value: F) -> Dependent<F> {
        super::orders::constant(value)
    }
}

/// A row for each number that `evaluate` visits: the inputs it depends on.
pub fn pattern<F: Real, R>(
    inputs: usize,
    evaluate: impl FnOnce(&mut Inputs, &mut dyn FnMut(Dependent<F>)) -> R,
) -> (Pattern, R) {
    let mut session = Session::begin();
    let mut pattern = Pattern::without_rows(inputs);
    let mut row = Vec::new();
    let result = evaluate(&mut Inputs { next: 0 }, &mut |number| {
        session.collect(number.inputs(), &mut row);
        pattern.push_row(row.iter().copied());
    });
    (pattern, result)
}

/// The pattern of a Hessian from that of the gradient. Where the gradient has a kink, it may know of only one of two entries.
pub fn symmetric(pattern: Pattern) -> Pattern {
    pattern.symmetric()
}

/// Panics if a coloring is of another number of inputs.
#[track_caller]
pub fn inputs_fit(pattern: &Pattern, inputs: usize) {
    let cols = pattern.cols();
    assert!(
        cols == inputs,
        "the coloring is of {cols} inputs, but there are {inputs}"
    );
}

/// Panics if a coloring is of another number of outputs.
#[track_caller]
pub fn outputs_fit(pattern: &Pattern, outputs: usize) {
    let rows = pattern.rows();
    assert!(
        rows == outputs,
        "the coloring is of {rows} outputs, but there are {outputs}"
    );
}

/// A derivative that is not zero has no place in the pattern.
#[cold]
#[track_caller]
fn does_not_hold(row: usize) -> ! {
    panic!("the pattern of the coloring does not hold at this point: row {row} has other entries")
}

/// A Jacobian by its coloring, and what the last evaluation returned.
///
/// `evaluate` runs the function on inputs from the directions and visits the outputs, `pull` is as for `jacobian_by_rows`; both
/// let `outputs_fit` judge how many outputs there are.
#[track_caller]
pub fn jacobian<F: Real, R>(
    coloring: &JacobianColoring,
    mut evaluate: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
    pull: impl FnMut(&mut Rows<'_, F>) -> R,
) -> (Vec<F>, R) {
    let mut values = vec![F::zero(); coloring.pattern().nnz()];
    let mut result = by_rows(coloring, &mut values, pull);
    let columns = coloring.column_colours.count;
    // Also where there is nothing to compute: the function is to be run.
    let least = usize::from(result.is_none());
    for first in (0..columns.max(least)).step_by(BLOCK) {
        result = Some(by_columns(coloring, &mut values, first, &mut evaluate));
    }
    match result {
        Some(result) => (values, result),
        None => unreachable!("bug in autodiff, please report: nothing was evaluated"),
    }
}

/// Fills in what forward mode is for: the columns of the colours of a block.
#[track_caller]
fn by_columns<F: Real, R>(
    coloring: &JacobianColoring,
    values: &mut [F],
    first: usize,
    evaluate: &mut impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
) -> R {
    let pattern = coloring.pattern();
    let (columns, rows) = (&coloring.column_colours, &coloring.row_colours);
    let mut i = 0;
    let mut wrong = None;
    let result = evaluate(
        &mut Directions::new(Some(&columns.of), first),
        &mut |output| {
            if rows.of[i] == NONE {
                let mut left = output.tangents;
                for k in pattern.row_range(i) {
                    let place = columns.of[pattern.column_indices()[k]].wrapping_sub(first);
                    if let Some(tangent) = left.get_mut(place) {
                        values[k] = core::mem::replace(tangent, F::zero());
                    }
                }
                if !left.iter().all(F::is_zero) {
                    wrong = Some(i);
                }
            }
            i += 1;
        },
    );
    if let Some(row) = wrong {
        does_not_hold(row);
    }
    result
}

/// Fills in what reverse mode is for; nothing is done where there are no such rows.
#[track_caller]
fn by_rows<F: Real, R>(
    coloring: &JacobianColoring,
    values: &mut [F],
    pull: impl FnMut(&mut Rows<'_, F>) -> R,
) -> Option<R> {
    let (pattern, rows) = (coloring.pattern(), &coloring.row_colours);
    let inputs = pattern.cols();
    let mut sums = vec![F::zero(); rows.count * inputs];
    let result = jacobian_by_rows(inputs, Some(&rows.of), &mut sums, pull);
    let in_reverse = (0..pattern.rows()).filter(|i| rows.of[*i] != NONE);
    for i in in_reverse.clone() {
        for k in pattern.row_range(i) {
            let sum = &mut sums[rows.of[i] * inputs + pattern.column_indices()[k]];
            values[k] = core::mem::replace(sum, F::zero());
        }
    }
    if let Some(at) = sums.iter().position(|sum| !sum.is_zero()) {
        let row = in_reverse.clone().find(|i| rows.of[*i] == at / inputs);
        does_not_hold(row.unwrap_or(0));
    }
    result
}

/// The Hessian of a float by its coloring, forward over reverse: `pull` runs both sweeps at inputs from the directions and visits
/// the gradient. Symmetric to the last bit.
#[track_caller]
pub fn hessian<F: Real>(
    coloring: &HessianColoring,
    mut pull: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)),
) -> Vec<F> {
    let (pattern, colours, alone) = (coloring.pattern(), &coloring.colours, &coloring.alone);
    let mut values = vec![F::zero(); pattern.nnz()];
    for first in (0..colours.count).step_by(BLOCK) {
        let mut i = 0;
        let mut wrong = None;
        pull(
            &mut Directions::new(Some(&colours.of), first),
            &mut |partial| {
                let mut left = partial.tangents;
                for k in pattern.row_range(i) {
                    let j = pattern.column_indices()[k];
                    let place = colours.of[j].wrapping_sub(first);
                    let Some(tangent) = partial.tangents.get(place) else {
                        continue;
                    };
                    left[place] = F::zero();
                    if let (true, Some(mirrored)) = (alone[k], pattern.position(j, i))
                    // Of two that are the same but for rounding, the one below the diagonal.
                    && (j <= i || !alone[mirrored])
                    {
                        values[k] = *tangent;
                        values[mirrored] = *tangent;
                    }
                }
                if !left.iter().all(F::is_zero) {
                    wrong = Some(i);
                }
                i += 1;
            },
        );
        if let Some(row) = wrong {
            does_not_hold(row);
        }
    }
    values
}

/// The entries of a pattern.
pub fn matrix<F>(pattern: &Pattern, values: Vec<F>) -> CsrMatrix<F> {
    CsrMatrix::new(pattern.clone(), values)
}
