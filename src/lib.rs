//! Automatic differentiation at compile time.
#![cfg_attr(not(feature = "std"), no_std)]

extern crate alloc;

pub mod nn;
pub mod special;
pub mod tensor;

pub use autodiff_macro::Differentiable;
/// # Long loops: `#[checkpoint]`
///
/// The gradient of a loop needs what each iteration has computed, which is kept from the forward sweep on: memory grows with the
/// number of iterations. Under `#[checkpoint(N)]` a `for`, a `while` or a `loop` keeps its state at `N` iterations at most and runs the
/// others again when their turn comes; under `#[checkpoint]` at about as many as the square root of their number. The state is what an
/// iteration changes: the variables, arrays and vectors from outside the loop that it assigns to.
///
/// ```
/// use autodiff::differentiate;
///
/// #[differentiate]
/// fn logistic_map(x: f64, r: f64, n: usize) -> f64 {
///     let mut x = x;
///     #[checkpoint]
///     for _ in 0..n {
///         x = r * x * (1.0 - x);
///     }
///     x
/// }
///
/// // A thousand numbers are kept, and not a million.
/// let (_, by_r) = logistic_map_grad(0.3, 2.5, 1_000_000);
/// assert!((by_r - 1.0 / (2.5 * 2.5)).abs() < 1e-12);
/// ```
///
/// The gradient is the same to the last bit. Each of `l` iterations runs for the value, and again when it is taken back; on the way to
/// these, `r l - β(N + 1, r - 1)` more are run in all, where `β(N, r) = (N + r)! / (N! r!)` and `r` is the least number with
/// `β(N, r) >= l`: the fewest that are possible with `N` snapshots (A. Griewank, A. Walther, *Algorithm 799: revolve*, ACM TOMS 26, 2000). Where the number of iterations is not known when the loop
/// begins (`while`, `loop`, or a `break` out of a `for`), it is somewhat more.
///
/// What is printed or asserted in the loop is so once. What the loop calls is run again, too, and must give the same for the
/// same arguments: code of which the macro sees that it may not is refused, and so is a function that is called with constants only and
/// is not annotated, at least by `#[differentiate(constant)]`. Random numbers are drawn in front of the loop. A loop whose gradient needs nothing of its iterations, such
/// as a sum, is left as it is, and so is one that is not differentiated.
pub use autodiff_macro::differentiate;
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
    pub fn repeatable(budget: usize) -> usize {
        budget
    }

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
        _: &mut __private::Stack<'_, impl __private::Guards>,
        value: __private::Active<&X>,
    ) -> __private::Constant<X::Output> {
        Self::eval(value)
    }

    #[doc(hidden)]
    #[inline(always)]
    pub fn backward<S>(
        _: &mut __private::Stack<'_, impl __private::Guards>,
        _: impl __private::arguments::Ignored,
        _: Option<S>,
    ) {
    }
}

#[doc(hidden)]
pub use autodiff_runtime::support as __private;
