//! How an operation on nalgebra's matrices is written down.

/// As the `operation!` of all libraries, for matrices of floats `T`: only the dimensions are named.
macro_rules! operation {
    (
        $(#[$doc:meta])*
        $name:ident [$($dim:ident $(: $bound:path)?),*] [$($clause:tt)*]
        $($rest:tt)*
    ) => {
        $crate::matrix::operation::operation! {
            $(#[$doc])*
            $name [T: Float, $($dim: Dim $(+ $bound)?),*] [$($clause)*]
            $($rest)*
        }
    };
}
pub(super) use operation;
