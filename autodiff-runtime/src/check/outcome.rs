//! What a check says: how close, or where not.

use super::TOLERANCE;
use alloc::string::String;
use alloc::vec::Vec;
use alloc::{format, vec};
use core::error::Error;
use core::fmt;

/// One entry of a derivative, computed twice.
#[derive(Clone, Debug, PartialEq)]
pub struct Coordinate {
    /// Where: `[input]` in a gradient, `[row, column]` in a Jacobian or Hessian, empty for a single number.
    pub index: Vec<usize>,
    /// The difference quotient, or the other way to compute the same number.
    pub expected: f64,
    /// The derivative that is checked.
    pub actual: f64,
}

impl Coordinate {
    fn distance(&self) -> f64 {
        let distance = (self.expected - self.actual).abs();
        match distance.is_nan() {
            true if self.expected == self.actual => 0.0,
            true => f64::INFINITY,
            false => distance,
        }
    }
}

impl fmt::Display for Coordinate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.index.is_empty() {
            write!(f, "at {:?}: ", self.index)?;
        }
        write!(
            f,
            "expected {:e}, the derivative is {:e}",
            self.expected, self.actual
        )
    }
}

/// A check that succeeded.
#[derive(Clone, Debug, PartialEq)]
pub struct Report {
    /// `sqrt(Σ (expected − actual)² / Σ (expected + actual)²)`, 0 if all are zero.
    pub error: f64,
    /// The coordinate that is farthest off; `None` if there is none at all.
    pub worst: Option<Coordinate>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "relative error {:e}", self.error)?;
        match &self.worst {
            Some(worst) => write!(f, ", worst {worst}"),
            None => Ok(()),
        }
    }
}

/// A check that failed.
#[derive(Clone, Debug, PartialEq)]
pub struct Mismatch {
    /// As in [`Report::error`]; infinite if a number is NaN or infinite on one side only, or a shape is wrong.
    pub error: f64,
    /// The coordinate that is farthest off; if a shape is wrong, the numbers of entries.
    pub worst: Coordinate,
    /// What is wrong besides the numbers: a shape. `None` if the numbers disagree.
    pub reason: Option<String>,
}

impl fmt::Display for Mismatch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.reason {
            Some(reason) => f.write_str(reason),
            None => write!(
                f,
                "relative error {:e} is not below {TOLERANCE:e}, worst {}",
                self.error, self.worst
            ),
        }
    }
}

impl Error for Mismatch {}

/// Refuses a derivative of the wrong shape.
pub(super) fn expect_shape(
    what: &str,
    actual: &[usize],
    expected: &[usize],
) -> Result<(), Mismatch> {
    if actual == expected {
        return Ok(());
    }
    let (size, other) = (
        actual.iter().product::<usize>() as f64,
        expected.iter().product::<usize>() as f64,
    );
    Err(Mismatch {
        error: f64::INFINITY,
        worst: Coordinate {
            index: vec![],
            expected: other,
            actual: size,
        },
        reason: Some(format!(
            "the {what} has the shape {actual:?}, expected {expected:?}"
        )),
    })
}

/// Measures the distance of all coordinates and accepts below [`TOLERANCE`].
pub(super) fn compare(coordinates: impl Iterator<Item = Coordinate>) -> Result<Report, Mismatch> {
    let (mut differences, mut sums) = (0.0, 0.0);
    let mut worst: Option<Coordinate> = None;
    for coordinate in coordinates {
        let distance = coordinate.distance();
        let sum = coordinate.expected + coordinate.actual;
        differences += distance * distance;
        // Infinite on both sides, hence equal: must not drown the others.
        if sum.is_finite() {
            sums += sum * sum;
        }
        if worst
            .as_ref()
            .is_none_or(|worst| distance > worst.distance())
        {
            worst = Some(coordinate);
        }
    }
    let error = match differences == 0.0 {
        true => 0.0,
        false => crate::Real::sqrt(differences / sums),
    };
    match worst {
        Some(worst) if !accepted(error) => Err(Mismatch {
            error: not_nan(error),
            worst,
            reason: None,
        }),
        worst => Ok(Report { error, worst }),
    }
}

/// A NaN is not accepted.
fn accepted(error: f64) -> bool {
    error < TOLERANCE
}

fn not_nan(error: f64) -> f64 {
    if error.is_nan() { f64::INFINITY } else { error }
}
