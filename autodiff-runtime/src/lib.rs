//! Derivative rules, number types and checkers of the `autodiff` crate.
//!
//! - [`Real`]: what code that is differentiated may do with a number.
//! - [`rules`]: the table of derivatives, one row per function.
//! - [`Dual`], [`DualVec`], [`Taylor`]: numbers that carry derivatives forward, to any order by nesting.
//! - [`Matrix`]: Jacobians and Hessians whose size is known at run time only.
//! - `sparse`: those of which most entries are zero (with `std`).
//! - [`check`]: generated derivatives against difference quotients.
//!
//! Without its `std` feature the crate is `no_std`, needs `alloc` and takes elementary functions from `libm`.

#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

mod differentiable;
pub mod graph;
mod matrix;
mod real;

pub mod check;
pub mod rules;
#[cfg(feature = "std")]
pub mod sparse;
#[doc(hidden)]
pub mod support;

pub use differentiable::Differentiable;
pub use graph::Graph;
pub use matrix::Matrix;
pub use real::{Dual, DualVec, Real, Taylor};
