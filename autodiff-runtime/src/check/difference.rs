//! Difference quotients: the derivative before its limit is taken.

use super::STEP;
use alloc::vec::Vec;

/// The forward difference quotient `(f(x + h) − f(x)) / h`. Its error falls as `h` until rounding.
///
/// ```
/// # use autodiff_runtime::check::forward_difference;
/// assert!((forward_difference(|x| x * x, 3.0, 1e-6) - 6.0).abs() < 1e-5);
/// ```
pub fn forward_difference(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    (f(x + h) - f(x)) / h
}

/// The central difference quotient `(f(x + h) − f(x − h)) / (2 h)`. Its error falls as `h²` until rounding.
///
/// ```
/// # use autodiff_runtime::check::central_difference;
/// assert!((central_difference(f64::exp, 0.0, 1e-4) - 1.0).abs() < 1e-8);
/// ```
pub fn central_difference(f: impl Fn(f64) -> f64, x: f64, h: f64) -> f64 {
    (f(x + h) - f(x - h)) / (2.0 * h)
}

/// The columns of the Jacobian as central difference quotients: per input, the quotient of every output.
pub(super) fn columns<Outputs>(
    f: impl Fn(&[f64]) -> Outputs,
    x: &[f64],
) -> impl Iterator<Item = Vec<f64>>
where
    Outputs: IntoIterator<Item = f64>,
{
    let mut point = Vec::from(x);
    (0..x.len()).map(move |j| {
        let h = STEP * x[j].abs().max(1.0);
        let (up, down) = (x[j] + h, x[j] - h);
        point[j] = up;
        let above = f(&point);
        point[j] = down;
        let below = f(&point);
        point[j] = x[j];
        // The step that was taken, after rounding.
        above
            .into_iter()
            .zip(below)
            .map(|(above, below)| (above - below) / (up - down))
            .collect()
    })
}

/// The mixed second difference quotient in `x_i` and `x_j`, extrapolated once to cancel the error in `h²`.
pub(super) fn second(f: impl Fn(&[f64]) -> f64, x: &[f64], i: usize, j: usize) -> f64 {
    let quotient = |step: f64| {
        let (h, k) = (step * x[i].abs().max(1.0), step * x[j].abs().max(1.0));
        let shifted = |a: f64, b: f64| {
            let mut point = Vec::from(x);
            point[i] += a * h;
            point[j] += b * k;
            f(&point)
        };
        (shifted(1.0, 1.0) - shifted(1.0, -1.0) - shifted(-1.0, 1.0) + shifted(-1.0, -1.0))
            / (4.0 * h * k)
    };
    (4.0 * quotient(1e-3) - quotient(2e-3)) / 3.0
}
