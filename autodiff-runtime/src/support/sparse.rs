//! Patterns of Jacobians and Hessians, and their entries, from evaluations.

use super::orders::{BLOCK, Columns, Directions, Rows, jacobian_by_rows};
use crate::Real;
use crate::real::Session;
use crate::sparse::{Colours, NONE, of_hessian, of_jacobian};
use alloc::vec;
use alloc::vec::Vec;

pub use crate::real::Dependent;
pub use crate::sparse::{CsrMatrix, Pattern};

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
    let transpose = pattern.transpose();
    if transpose == pattern {
        return pattern;
    }
    let mut symmetric = Pattern::without_rows(pattern.cols());
    let mut row = Vec::new();
    for i in 0..pattern.rows() {
        row.clear();
        row.extend_from_slice(pattern.row(i));
        row.extend_from_slice(transpose.row(i));
        row.sort_unstable();
        row.dedup();
        symmetric.push_row(row.iter().copied());
    }
    symmetric
}

/// A Jacobian in the making.
pub struct Jacobian<F> {
    pattern: Pattern,
    values: Vec<F>,
    columns: Colours,
    rows: Colours,
}

impl<F: Real> Jacobian<F> {
    pub fn new(pattern: Pattern) -> Self {
        let (columns, rows) = of_jacobian(&pattern);
        Self {
            values: vec![F::zero(); pattern.nnz()],
            pattern,
            columns,
            rows,
        }
    }

    /// Fills in what forward mode is for: `evaluate` runs the function on inputs from the directions and visits the outputs.
    pub fn by_columns<R>(
        &mut self,
        mut evaluate: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)) -> R,
    ) {
        let (pattern, values) = (&self.pattern, &mut self.values);
        let (columns, rows) = (&self.columns, &self.rows);
        for first in (0..columns.count).step_by(BLOCK) {
            let mut i = 0;
            evaluate(
                &mut Directions::new(Some(&columns.of), first),
                &mut |output| {
                    if rows.of[i] == NONE {
                        for k in pattern.row_range(i) {
                            let place = columns.of[pattern.column_indices()[k]].wrapping_sub(first);
                            if let Some(tangent) = output.tangents.get(place) {
                                values[k] = *tangent;
                            }
                        }
                    }
                    i += 1;
                },
            );
        }
    }

    /// Fills in what reverse mode is for: `pull` is as for `jacobian_by_rows`.
    pub fn by_rows<R>(&mut self, pull: impl FnMut(&mut Rows<'_, F>) -> R) {
        let (pattern, rows) = (&self.pattern, &self.rows);
        let inputs = pattern.cols();
        let mut sums = vec![F::zero(); rows.count * inputs];
        jacobian_by_rows(inputs, Some(&rows.of), &mut sums, pull);
        for i in (0..pattern.rows()).filter(|i| rows.of[*i] != NONE) {
            for k in pattern.row_range(i) {
                self.values[k] = sums[rows.of[i] * inputs + pattern.column_indices()[k]];
            }
        }
    }

    pub fn finish(self) -> CsrMatrix<F> {
        CsrMatrix::new(self.pattern, self.values)
    }
}

/// The Hessian of a float, forward over reverse: `pull` runs both sweeps at inputs from the directions and visits the gradient.
/// Symmetric to the last bit.
pub fn hessian<F: Real>(
    pattern: Pattern,
    mut pull: impl FnMut(&mut Directions<'_>, &mut dyn FnMut(Columns<F>)),
) -> CsrMatrix<F> {
    let colours = of_hessian(&pattern);
    let alone = alone(&pattern, &colours);
    let mut values = vec![F::zero(); pattern.nnz()];
    for first in (0..colours.count).step_by(BLOCK) {
        let mut i = 0;
        pull(
            &mut Directions::new(Some(&colours.of), first),
            &mut |partial| {
                for k in pattern.row_range(i) {
                    let j = pattern.column_indices()[k];
                    let tangent = partial.tangents.get(colours.of[j].wrapping_sub(first));
                    let mirrored = pattern.position(j, i);
                    if let (true, Some(tangent), Some(mirrored)) = (alone[k], tangent, mirrored)
                    // Of two that are the same but for rounding, the one below the diagonal.
                    && (j <= i || !alone[mirrored])
                    {
                        values[k] = *tangent;
                        values[mirrored] = *tangent;
                    }
                }
                i += 1;
            },
        );
    }
    CsrMatrix::new(pattern, values)
}

/// Of each entry: whether no other of its row is in a column of the same colour.
fn alone(pattern: &Pattern, colours: &Colours) -> Vec<bool> {
    let mut alone = Vec::with_capacity(pattern.nnz());
    let mut counts = vec![0; colours.count];
    for i in 0..pattern.rows() {
        let columns = pattern.row(i);
        columns.iter().for_each(|j| counts[colours.of[*j]] += 1);
        alone.extend(columns.iter().map(|j| counts[colours.of[*j]] == 1));
        columns.iter().for_each(|j| counts[colours.of[*j]] = 0);
    }
    alone
}
