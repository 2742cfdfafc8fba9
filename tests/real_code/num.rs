//! Stand-ins for the traits of `num-traits` where a function's type parameter was replaced by `f64`.

/// What `num_traits::Float` offers without an argument.
pub trait Float: Sized {
    fn epsilon() -> Self;
    fn zero() -> Self;
    fn one() -> Self;
}

impl Float for f64 {
    fn epsilon() -> Self {
        Self::EPSILON
    }
    fn zero() -> Self {
        0.0
    }
    fn one() -> Self {
        1.0
    }
}

/// As `num_traits::FromPrimitive`.
pub trait FromPrimitive: Sized {
    fn from_f64(n: f64) -> Option<Self>;
    fn from_usize(n: usize) -> Option<Self>;
}

impl FromPrimitive for f64 {
    fn from_f64(n: f64) -> Option<Self> {
        Some(n)
    }
    fn from_usize(n: usize) -> Option<Self> {
        Some(n as f64)
    }
}
