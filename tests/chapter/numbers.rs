//! Numbers of any shape, compared to twelve digits.

use std::fmt::Debug;

const TOLERANCE: f64 = 1e-12;

/// A value made of floats.
pub trait Numbers: Debug {
    fn list(&self) -> Vec<f64>;
}

impl Numbers for f64 {
    fn list(&self) -> Vec<f64> {
        vec![*self]
    }
}

impl<T: Numbers, const N: usize> Numbers for [T; N] {
    fn list(&self) -> Vec<f64> {
        self.iter().flat_map(T::list).collect()
    }
}

impl<T: Numbers> Numbers for Vec<T> {
    fn list(&self) -> Vec<f64> {
        self.iter().flat_map(T::list).collect()
    }
}

impl<A: Numbers, B: Numbers> Numbers for (A, B) {
    fn list(&self) -> Vec<f64> {
        [self.0.list(), self.1.list()].concat()
    }
}

impl<A: Numbers, B: Numbers, C: Numbers> Numbers for (A, B, C) {
    fn list(&self) -> Vec<f64> {
        [self.0.list(), self.1.list(), self.2.list()].concat()
    }
}

/// Asserts that every number agrees to twelve digits; a number much smaller than its neighbours, to twelve digits of them.
#[track_caller]
pub fn assert_close<T: Numbers>(actual: T, expected: T) {
    let (got, want) = (actual.list(), expected.list());
    assert_eq!(got.len(), want.len(), "{actual:?}, not {expected:?}");
    let scale = want
        .iter()
        .fold(0.0_f64, |scale, want| scale.max(want.abs()));
    for (got, want) in got.iter().zip(&want) {
        let allowed = TOLERANCE * want.abs().max(0.1 * scale);
        // Written so that NaN fails too.
        let close = (got - want).abs() <= allowed;
        assert!(close, "{actual:?}, not {expected:?}");
    }
}
