//! Automatic differentiation at compile time.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod nn;
pub mod special;
pub mod tensor;

pub use autodiff_macro::{Differentiable, differentiate};
#[cfg(feature = "std")]
pub use autodiff_runtime::sparse;
pub use autodiff_runtime::{
    Differentiable, Dual, DualVec, Graph, Matrix, Real, Taylor, check, graph,
};

/// The same value, with derivative zero.
///
/// Inside an annotated function what this returns counts as a constant; elsewhere it is the identity.
#[inline(always)]
pub fn stop_gradient<T>(value: T) -> T {
    value
}

/// The companion of [`stop_gradient`](fn@stop_gradient), for calls under another name.
#[doc(hidden)]
#[allow(non_camel_case_types)]
pub struct stop_gradient {}

impl stop_gradient {
    #[doc(hidden)]
    pub const __AUTODIFF: () = ();

    #[doc(hidden)]
    #[inline(always)]
    pub fn eval<X: __private::Primal<f64> + ?Sized>(
        value: __private::Active<&X>,
    ) -> __private::Constant<X::Output> {
        __private::Constant(value.0.primal())
    }

    #[doc(hidden)]
    #[inline(always)]
    pub fn forward<X: __private::Primal<f64> + ?Sized>(
        _: &mut __private::Stack<'_>,
        value: __private::Active<&X>,
    ) -> __private::Constant<X::Output> {
        Self::eval(value)
    }

    #[doc(hidden)]
    #[inline(always)]
    pub fn backward<S>(
        _: &mut __private::Stack<'_>,
        _: impl __private::arguments::Ignored,
        _: Option<S>,
    ) {
    }
}

#[doc(hidden)]
pub use autodiff_runtime::support as __private;
