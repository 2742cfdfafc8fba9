//! Patterns of Jacobians and Hessians, and their entries, from evaluations.

use super::orders::{BLOCK, Columns, Directions, Rows, jacobian_by_rows, skew};
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

/// What the entries of each row are compared with, where the pattern is not of this very point: the derivative in one direction
/// that has a part of each input. Entries of the same colour that the pattern lacks would be added to others without a trace.
struct Skewed<F> {
    /// None where nothing is compared.
    along: Option<Vec<F>>,
}

impl<F: Real> Skewed<F> {
    fn none() -> Self {
        Skewed { along: None }
    }

    fn of(rows: usize) -> Self {
        let along = Some(Vec::with_capacity(rows));
        Skewed { along }
    }

    /// After how many colours there is one more direction.
    fn directions(&self, colours: usize) -> usize {
        colours + usize::from(self.along.is_some())
    }

    /// Its place in a block: after the last colour.
    fn place(&self, colours: usize, first: usize) -> Option<usize> {
        let place = colours - first;
        (self.along.is_some() && place < BLOCK).then_some(place)
    }

    /// Takes the derivative of the next row.
    #[inline]
    fn take(&mut self, place: Option<usize>, tangents: &mut [F; BLOCK]) {
        if let (Some(along), Some(place)) = (&mut self.along, place) {
            along.push(core::mem::replace(&mut tangents[place], F::zero()));
        }
    }

    /// Panics if the entries are not those of a pattern of this point, `anew`, and that has others. The derivative may also differ
    /// because of rounding.
    #[track_caller]
    fn compare(&self, pattern: &Pattern, values: &[F], anew: impl FnOnce() -> Pattern) {
        let Some(along) = &self.along else { return };
        let single = F::one() + F::from_f64(1e-12) == F::one();
        let tolerance = if single { 1e-4 } else { 1e-8 };
        let differs = |(row, along): (usize, &F)| {
            let (mut sum, mut size) = (0.0, 0.0);
            for k in pattern.row_range(row) {
                let part = values[k].value() * skew(pattern.column_indices()[k]);
                sum += part;
                size += part.abs();
            }
            // What is not finite says nothing.
            sum.is_finite() && (along.value() - sum).abs() > tolerance * size
                || sum.is_finite() && !along.value().is_finite()
        };
        if !along.iter().enumerate().any(differs) {
            return;
        }
        let anew = anew();
        for row in 0..anew.rows() {
            let lacks = |column: &&usize| !pattern.contains(row, **column);
            if let Some(column) = anew.row(row).iter().find(lacks) {
                lacks_entry(row, *column);
            }
        }
    }
}

#[cold]
#[track_caller]
fn lacks_entry(row: usize, column: usize) -> ! {
    panic!(
        "the pattern of the coloring does not hold at this point: it has no entry ({row}, {column}); make the coloring from a \
         pattern that has the entries of all points"
    )
}

/// A Jacobian by the coloring of its pattern at this point, and what the last evaluation returned.
///
/// `evaluate` runs the function on inputs from the directions and visits the outputs, `pull` is as for `jacobian_by_rows`; both
/// let `outputs_fit` judge how many outputs there are.
#[track_caller]
pub fn jacobian<F: Real, R>(
    coloring: &JacobianColoring,
    evaluate: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
    pull: impl FnMut(&mut Rows<'_, F>) -> R,
) -> (Vec<F>, R) {
    jacobian_and(&mut Skewed::none(), coloring, evaluate, pull)
}

/// As [`jacobian`], by the coloring of another point's pattern: `anew` is that of this point.
#[track_caller]
pub fn jacobian_with<F: Real, R>(
    coloring: &JacobianColoring,
    evaluate: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
    pull: impl FnMut(&mut Rows<'_, F>) -> R,
    anew: impl FnOnce() -> Pattern,
) -> (Vec<F>, R) {
    let pattern = coloring.pattern();
    let mut skewed = Skewed::of(pattern.rows());
    let (values, result) = jacobian_and(&mut skewed, coloring, evaluate, pull);
    skewed.compare(pattern, &values, anew);
    (values, result)
}

#[track_caller]
fn jacobian_and<F: Real, R>(
    skewed: &mut Skewed<F>,
    coloring: &JacobianColoring,
    mut evaluate: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
    pull: impl FnMut(&mut Rows<'_, F>) -> R,
) -> (Vec<F>, R) {
    let mut values = vec![F::zero(); coloring.pattern().nnz()];
    let mut result = by_rows(coloring, &mut values, pull);
    let columns = skewed.directions(coloring.column_colours.count);
    // Also where there is nothing to compute: the function is to be run.
    let least = usize::from(result.is_none());
    for first in (0..columns.max(least)).step_by(BLOCK) {
        result = Some(by_columns(
            skewed,
            coloring,
            &mut values,
            first,
            &mut evaluate,
        ));
    }
    match result {
        Some(result) => (values, result),
        None => unreachable!("bug in autodiff, please report: nothing was evaluated"),
    }
}

/// Fills in what forward mode is for: the columns of the colours of a block.
#[track_caller]
fn by_columns<F: Real, R>(
    skewed: &mut Skewed<F>,
    coloring: &JacobianColoring,
    values: &mut [F],
    first: usize,
    evaluate: &mut impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
) -> R {
    let pattern = coloring.pattern();
    let (columns, rows) = (&coloring.column_colours, &coloring.row_colours);
    let place_of_skewed = skewed.place(columns.count, first);
    let mut i = 0;
    let mut wrong = None;
    let result = evaluate(
        &mut Directions::new(Some(&columns.of), first).with_skewed(place_of_skewed),
        &mut |output| {
            let mut left = output.tangents;
            skewed.take(place_of_skewed, &mut left);
            if rows.of[i] == NONE {
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
    if sums.is_empty() {
        return None;
    }
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
    Some(result)
}

/// The Hessian of a float by the coloring of its pattern at this point, forward over reverse: `pull` runs both sweeps at inputs
/// from the directions and visits the gradient. Symmetric to the last bit.
#[track_caller]
pub fn hessian<F: Real>(
    coloring: &HessianColoring,
    pull: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)),
) -> Vec<F> {
    hessian_and(&mut Skewed::none(), coloring, pull)
}

/// As [`hessian`], by the coloring of another point's pattern: `anew` is that of this point.
#[track_caller]
pub fn hessian_with<F: Real>(
    coloring: &HessianColoring,
    pull: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)),
    anew: impl FnOnce() -> Pattern,
) -> Vec<F> {
    let pattern = coloring.pattern();
    let mut skewed = Skewed::of(pattern.rows());
    let values = hessian_and(&mut skewed, coloring, pull);
    skewed.compare(pattern, &values, anew);
    values
}

#[track_caller]
fn hessian_and<F: Real>(
    skewed: &mut Skewed<F>,
    coloring: &HessianColoring,
    mut pull: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)),
) -> Vec<F> {
    let (pattern, colours, alone) = (coloring.pattern(), &coloring.colours, &coloring.alone);
    let mut values = vec![F::zero(); pattern.nnz()];
    for first in (0..skewed.directions(colours.count)).step_by(BLOCK) {
        let place_of_skewed = skewed.place(colours.count, first);
        let mut i = 0;
        let mut wrong = None;
        pull(
            &mut Directions::new(Some(&colours.of), first).with_skewed(place_of_skewed),
            &mut |partial| {
                let mut left = partial.tangents;
                skewed.take(place_of_skewed, &mut left);
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
