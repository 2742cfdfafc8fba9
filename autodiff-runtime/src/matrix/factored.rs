//! A factorisation of A is A again, taken apart once: its adjoint is that of A.

use crate::Real;
use crate::support::operations::OfLibrary;
use crate::support::{HoldsFloats, LiftTo, Space, Undefined};

/// A matrix and its factorisation; without one it is an adjoint.
#[derive(Clone)]
pub struct Factored<M, F> {
    pub matrix: M,
    pub factors: Option<F>,
}

impl<M, F> Factored<M, F> {
    pub fn factors(&self) -> &F {
        match &self.factors {
            Some(factors) => factors,
            None => unreachable!("bug in autodiff, please report: a factorisation without factors"),
        }
    }
}

impl<M: Space<Owned = M>, F> Space for Factored<M, F> {
    type Owned = Self;
    type Shape = M::Shape;
    #[inline]
    fn shape(&self) -> M::Shape {
        self.matrix.shape()
    }
    #[inline]
    fn nothing_of(shape: M::Shape) -> Self {
        Factored {
            matrix: M::nothing_of(shape),
            factors: None,
        }
    }
    #[inline]
    fn zero_like(&self) -> Self {
        Factored {
            matrix: self.matrix.zero_like(),
            factors: None,
        }
    }
    #[inline]
    fn accumulate(&mut self, other: &Self) {
        self.matrix.accumulate(&other.matrix);
    }
    #[inline]
    fn clear(&mut self) {
        self.matrix.clear();
    }
    #[inline]
    fn any_nan(&self) -> bool {
        self.matrix.any_nan()
    }
    #[inline]
    fn mismatch(&self, other: &Self) -> Option<(usize, usize)> {
        self.matrix.mismatch(&other.matrix)
    }
}

impl<M: HoldsFloats, F> HoldsFloats for Factored<M, F> {}

impl<M: Undefined, F> Undefined for Factored<M, F> {
    #[inline]
    fn undefined() -> Self {
        Factored {
            matrix: M::undefined(),
            factors: None,
        }
    }
}

impl<M, F> OfLibrary for Factored<M, F> {}

impl<N, M, F> LiftTo<N> for Factored<M, F> {
    type Output = Self;
    #[inline]
    fn lift_to(self) -> Self {
        self
    }
}

/// The cofactor of the entry `(i, j)`. `minor`: the determinant of the matrix without its row and column, given where in the
/// matrix an entry of that stands.
pub fn cofactor<T: Real>(
    (i, j): (usize, usize),
    minor: impl FnOnce(&dyn Fn(usize, usize) -> (usize, usize)) -> T,
) -> T {
    let determinant = minor(&|k, l| (k + usize::from(k >= i), l + usize::from(l >= j)));
    if (i + j) % 2 == 0 {
        determinant
    } else {
        -determinant
    }
}
