//! Variances, which ndarray has with `std` only.

use super::methods::MeanOf;
use super::space::Float;
use crate::Real;
use crate::matrix::operation::operation;
use crate::support::operations::{self, Adjoints, Operation};
use crate::support::{Guards, Stack, product, quotient};
use ::ndarray::{Array, Dimension};

operation! {
    /// y = Σ (a - m)² / (n - d), where m is the mean: ā = 2 ȳ (a - m) / (n - d), d̄ = ȳ y / (n - d).
    var [T: Float + MeanOf, D: Dimension]
    |x: Array<T, D>, y: T| -> T { T::var_of(x, *y) }
    |guards, seed, x_adj, y_adj| {
        pull_variance(guards, x, *y, seed, x_adj, y_adj);
    }
}

operation! {
    /// y = √var: that of the variance, by ȳ / 2y; at 0 nothing, as for the norm.
    std [T: Float + MeanOf, D: Dimension]
    |x: Array<T, D>, y: T| -> T { T::std_of(x, *y) }
    |guards, seed, x_adj, y_adj| {
        let value = T::std_of(x, *y);
        if value != <T as Real>::zero() {
            let seed = quotient(guards, seed, value + value);
            pull_variance(guards, x, *y, seed, x_adj, y_adj);
        }
    }
}

fn pull_variance<T: Float + MeanOf, D: Dimension>(
    guards: impl Guards,
    x: &Array<T, D>,
    ddof: T,
    seed: T,
    x_adj: Option<&mut Array<T, D>>,
    ddof_adj: Option<&mut T>,
) {
    let size = <T as Real>::from_f64(x.len() as f64);
    let part = quotient(guards, seed, size - ddof);
    if let Some(adjoint) = x_adj {
        let mean = x.sum() / size;
        adjoint.zip_mut_with(x, |adjoint, x| {
            *adjoint += product(guards, part + part, *x - mean)
        });
    }
    if let Some(adjoint) = ddof_adj {
        *adjoint += product(guards, part, T::var_of(x, ddof));
    }
}
