//! Linear algebra and reductions, for annotated functions to call by any path, at every order.
//!
//! Vectors are slices, matrices are slices in row-major order with their shape as arguments after them: entry `(i, j)` of
//! an `m × n` matrix is `a[i * n + j]`. In [`fixed`] the same functions take arrays, whose shapes the compiler checks.
//! Results are owned (`Vec`s, arrays). Each is an annotated function itself: `matmul` has `matmul_vjp`, `det` has `det_grad`.
//!
//! In formulas `Ȳ` is the adjoint of the result `Y`, and `Ā` what it contributes to the argument `A`. Sources:
//!
//! - K. B. Petersen and M. S. Pedersen, *The Matrix Cookbook*, 2012 (numbers of equations are those of this edition);
//! - M. B. Giles, *An extended collection of matrix derivative results for forward and reverse mode algorithmic
//!   differentiation*, Oxford 2008.
//!
//! ```
//! use autodiff::{differentiate, tensor};
//!
//! /// The logarithm of the normal density, without its constant; `covariance` is n × n.
//! #[differentiate]
//! fn log_density(x: &[f64], covariance: &[f64]) -> f64 {
//!     let n = x.len();
//!     let z = tensor::solve(covariance, n, x, 1);
//!     -0.5 * (tensor::dot(x, &z) + tensor::logdet(covariance, n))
//! }
//!
//! let (by_x, by_covariance) = log_density_grad(&[1.0, 2.0], &[2.0, 0.0, 0.0, 4.0]);
//! assert_eq!(by_x, [-0.5, -0.5]);
//! assert_eq!(by_covariance, [-0.125, 0.125, 0.125, 0.0]);
//! ```

// Indices are the notation of linear algebra.
#![allow(clippy::needless_range_loop)]

mod contraction;
mod factor;
pub mod fixed;
mod gemm;
mod minors;
mod product;
mod reduce;

pub use contraction::*;
pub use factor::*;
pub use gemm::*;
pub use product::*;
pub use reduce::*;
