//! How an operation on a library's matrices is written down.

/// An implementation of `Operation`: its type parameters and what is asked of them, its operands, what it gives, and what it adds
/// to the adjoints of the operands that have one. `keeps`: what the forward sweep leaves for the reverse sweep, beside the operands.
/// `whole`: what it contributes are whole adjoints, with which an adjoint can begin. A second operand may only say which part of the
/// first one is meant: it has no adjoint.
macro_rules! operation {
    (
        $(#[$doc:meta])*
        $name:ident [$($generics:tt)*] $([$($clause:tt)*])?
        |$x:ident: $X:ty, $y:ident: $Y:ty| -> $Out:ty $value:block
        whole |$guards:ident, $seed:ident, $x_adj:ident, $y_adj:ident| $backward:block
    ) => {
        $(#[$doc])*
        impl<$($generics)*> Operation<operations::$name, $Y> for $X
        $(where $($clause)*)?
        {
            type Output = $Out;

            #[inline]
            fn value($x: &$X, $y: &$Y) -> $Out $value

            #[inline]
            #[allow(unused_variables)]
            fn backward(
                stack: &mut Stack<'_, impl Guards>,
                $x: &$X,
                $y: &$Y,
                $seed: $Out,
                ($x_adj, $y_adj): Adjoints<'_, $X, $Y>,
            ) {
                let $guards = stack.guards();
                $backward
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident [$($generics:tt)*] $([$($clause:tt)*])?
        |$x:ident: $X:ty, $y:ident: $Y:ty| -> $Out:ty $value:block
        |$guards:ident, $seed:ident, $x_adj:ident, $y_adj:ident| $backward:block
    ) => {
        $crate::matrix::operation::operation! {
            $(#[$doc])*
            $name [$($generics)*] $([$($clause)*])?
            |$x: $X, $y: $Y| -> $Out $value
            whole |$guards, $seed, $x_adj, $y_adj| {
                let $x_adj = $x_adj.map(|adjoint| adjoint.begun($x));
                let $y_adj = $y_adj.map(|adjoint| adjoint.begun($y));
                $backward
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident [$($generics:tt)*] $([$($clause:tt)*])?
        |$x:ident: $X:ty, $y:ident: $Y:ty| -> $Out:ty $value:block
        |$guards:ident, $seed:ident, $x_adj:ident| $backward:block
    ) => {
        $crate::matrix::operation::operation! {
            $(#[$doc])*
            $name [$($generics)*] $([$($clause)*])?
            |$x: $X, $y: $Y| -> $Out $value
            whole |$guards, $seed, $x_adj, part| {
                if let Some($x_adj) = $x_adj.map(|adjoint| adjoint.begun($x)) $backward
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident [$($generics:tt)*] $([$($clause:tt)*])?
        |$x:ident: $X:ty| -> $Out:ty $value:block
        whole |$guards:ident, $seed:ident, $x_adj:ident| $backward:block
    ) => {
        $(#[$doc])*
        impl<$($generics)*> Operation<operations::$name> for $X
        $(where $($clause)*)?
        {
            type Output = $Out;

            #[inline]
            fn value($x: &$X, (): &()) -> $Out $value

            #[inline]
            #[allow(unused_variables)]
            fn backward(
                stack: &mut Stack<'_, impl Guards>,
                $x: &$X,
                (): &(),
                $seed: $Out,
                (adjoint, _): Adjoints<'_, $X>,
            ) {
                let $guards = stack.guards();
                if let Some($x_adj) = adjoint $backward
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident [$($generics:tt)*] $([$($clause:tt)*])?
        |$x:ident: $X:ty| -> $Out:ty $value:block
        |$guards:ident, $seed:ident, $x_adj:ident| $backward:block
    ) => {
        $crate::matrix::operation::operation! {
            $(#[$doc])*
            $name [$($generics)*] $([$($clause)*])?
            |$x: $X| -> $Out $value
            whole |$guards, $seed, $x_adj| {
                let $x_adj = $x_adj.begun($x);
                $backward
            }
        }
    };
    (
        $(#[$doc:meta])*
        $name:ident [$($generics:tt)*] $([$($clause:tt)*])?
        |$x:ident: $X:ty, $y:ident: $Y:ty| -> $Out:ty $value:block
        keeps |$out:ident| -> $Kept:ty $keep:block
        |$guards:ident, $kept:ident, $seed:ident, $x_adj:ident, $y_adj:ident| $backward:block
    ) => {
        $(#[$doc])*
        impl<$($generics)*> Operation<operations::$name, $Y> for $X
        $(where $($clause)*)?
        {
            type Output = $Out;

            #[inline]
            fn value($x: &$X, $y: &$Y) -> $Out $value

            #[inline]
            fn forward(stack: &mut Stack<'_, impl Guards>, x: &$X, y: &$Y) -> $Out {
                let $out = <Self as Operation<operations::$name, $Y>>::value(x, y);
                let kept: $Kept = $keep;
                stack.push(Tag::new(), kept);
                $out
            }

            #[inline]
            #[allow(unused_variables)]
            fn backward(
                stack: &mut Stack<'_, impl Guards>,
                $x: &$X,
                $y: &$Y,
                $seed: $Out,
                ($x_adj, $y_adj): Adjoints<'_, $X, $Y>,
            ) {
                let $kept: $Kept = stack.pop(Tag::new());
                let $guards = stack.guards();
                let $x_adj = $x_adj.map(|adjoint| adjoint.begun($x));
                let $y_adj = $y_adj.map(|adjoint| adjoint.begun($y));
                $backward
            }
        }
    };
}
pub(super) use operation;
