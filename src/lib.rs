//! Automatic differentiation at compile time.
#![cfg_attr(not(feature = "std"), no_std)]

pub use autodiff_macro::differentiate;
pub use autodiff_runtime::{Dual, DualVec, Matrix, Real, Taylor, check};

/// The same value, with derivative zero.
///
/// Inside an annotated function what this returns counts as a constant; elsewhere it is the identity.
#[inline(always)]
pub fn stop_gradient<T>(value: T) -> T {
    value
}

#[doc(hidden)]
pub use autodiff_runtime::support as __private;
