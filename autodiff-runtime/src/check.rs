//! Checkers: a derivative against difference quotients, and reverse mode against forward mode.
//!
//! In: a function, what is claimed to be its derivative, and a point. Out: `Ok` with how close they are, or the coordinate
//! that is farthest off.
//!
//! The measure is that of [`Report::error`]; it is accepted below [`TOLERANCE`].

mod difference;
mod outcome;
mod transpose;

use crate::Matrix;
use alloc::vec::Vec;
pub use difference::{central_difference, forward_difference};
pub use outcome::{Coordinate, Mismatch, Report};
pub use transpose::dot_product;

/// The step of the central differences, scaled to the argument: `h = STEP * max(1, |x_i|)`.
pub const STEP: f64 = 1e-4;

/// A derivative is accepted when its [`Report::error`] is below this.
pub const TOLERANCE: f64 = 1e-6;

/// Checks a gradient against central differences.
///
/// Accepts when `sqrt(Σ (dh − df)² / Σ (dh + df)²) < 1e-6`, where `dh` is the difference quotient with step `1e-4` scaled to
/// the argument and `df` the gradient.
///
/// # Errors
/// The worst coordinate with both numbers; also if the gradient has another length than `x`, or a number is NaN.
///
/// ```
/// use autodiff_runtime::check;
///
/// let f = |x: &[f64]| x[0] * x[0] + x[1].sin();
/// assert!(check::gradient(f, |x| vec![2.0 * x[0], x[1].cos()], &[1.0, 2.0]).is_ok());
///
/// let mismatch = check::gradient(f, |x| vec![2.0 * x[0], x[1].sin()], &[1.0, 2.0]).unwrap_err();
/// assert_eq!(mismatch.worst.index, [1]);
/// println!("{mismatch}");
/// ```
pub fn gradient(
    f: impl Fn(&[f64]) -> f64,
    grad: impl Fn(&[f64]) -> Vec<f64>,
    x: &[f64],
) -> Result<Report, Mismatch> {
    let derivative = grad(x);
    outcome::expect_shape("gradient", &[derivative.len()], &[x.len()])?;
    outcome::compare(
        difference::columns(|x| [f(x)], x)
            .zip(derivative)
            .enumerate()
            .map(|(j, (quotient, df))| Coordinate {
                index: Vec::from([j]),
                expected: quotient[0],
                actual: df,
            }),
    )
}

/// Checks a Jacobian (rows are outputs, columns are inputs) against central differences, as [`gradient`] does.
///
/// # Errors
/// The worst entry with both numbers; also if the Jacobian has another shape than outputs by inputs.
///
/// ```
/// use autodiff_runtime::{Matrix, check};
///
/// let f = |x: &[f64]| vec![x[0] * x[0] + x[1] * x[1], x[0] * x[1]];
/// let jacobian = |x: &[f64]| Matrix::new(2, 2, vec![2.0 * x[0], 2.0 * x[1], x[1], x[0]]);
/// assert!(check::jacobian(f, jacobian, &[1.0, 2.0]).is_ok());
/// ```
pub fn jacobian(
    f: impl Fn(&[f64]) -> Vec<f64>,
    jac: impl Fn(&[f64]) -> Matrix,
    x: &[f64],
) -> Result<Report, Mismatch> {
    let derivative = jac(x);
    let outputs = f(x).len();
    outcome::expect_shape(
        "Jacobian",
        &[derivative.rows(), derivative.cols()],
        &[outputs, x.len()],
    )?;
    let derivative = &derivative;
    outcome::compare(
        difference::columns(f, x)
            .enumerate()
            .flat_map(|(j, column)| {
                column
                    .into_iter()
                    .enumerate()
                    .map(move |(i, quotient)| Coordinate {
                        index: Vec::from([i, j]),
                        expected: quotient,
                        actual: derivative[(i, j)],
                    })
            }),
    )
}

/// Checks a Hessian against second differences of the function, and that it is symmetric.
///
/// Second differences lose twice the digits of first ones: here the step is `1e-3` scaled to the argument, they are
/// extrapolated once (Richardson), and the error is measured as by [`gradient`].
/// Where the gradient is there as a function, [`jacobian`] of the gradient is the sharper check.
///
/// # Errors
/// The worst entry with both numbers; also if the Hessian has another shape than inputs by inputs, or if an entry and its
/// mirror image differ (`expected` is then the mirror image).
///
/// ```
/// use autodiff_runtime::{Matrix, check};
///
/// let f = |x: &[f64]| x[0] * x[0] + 2.0 * x[0] * x[1] + x[1].powi(3);
/// let hessian = |x: &[f64]| Matrix::new(2, 2, vec![2.0, 2.0, 2.0, 6.0 * x[1]]);
/// assert!(check::hessian(f, hessian, &[1.0, 2.0]).is_ok());
/// ```
pub fn hessian(
    f: impl Fn(&[f64]) -> f64,
    hess: impl Fn(&[f64]) -> Matrix,
    x: &[f64],
) -> Result<Report, Mismatch> {
    let derivative = hess(x);
    outcome::expect_shape(
        "Hessian",
        &[derivative.rows(), derivative.cols()],
        &[x.len(), x.len()],
    )?;
    let entries = || (0..x.len()).flat_map(|i| (0..x.len()).map(move |j| (i, j)));
    outcome::compare(entries().map(|(i, j)| Coordinate {
        index: Vec::from([i, j]),
        expected: derivative[(j, i)],
        actual: derivative[(i, j)],
    }))?;
    outcome::compare(entries().map(|(i, j)| Coordinate {
        index: Vec::from([i, j]),
        expected: difference::second(&f, x, i, j),
        actual: derivative[(i, j)],
    }))
}
