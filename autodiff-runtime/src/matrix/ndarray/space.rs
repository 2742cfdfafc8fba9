//! Arrays as values that have adjoints. The adjoint of an array is an array of the same type, shape and order in memory.

use crate::Real;
use crate::differentiable::Floats;
use crate::support::operations::OfLibrary;
use crate::support::{Entries, HoldsFloats, LiftTo, Space, Undefined, handed};
use ::ndarray::{Array, ArrayBase, Data, Dimension, LinalgScalar, ScalarOperand};

/// The floats of arrays.
pub trait Float: Real + LinalgScalar + ScalarOperand {}

impl Float for f64 {}
impl Float for f32 {}

impl<T: Real, D: Dimension> Space for Array<T, D> {
    type Owned = Self;
    type Shape = Option<Self>;

    #[inline]
    fn shape(&self) -> Option<Self> {
        Some(self.zero_like())
    }

    #[inline]
    fn nothing_of(shape: Option<Self>) -> Self {
        handed(shape)
    }

    #[inline]
    fn zero_like(&self) -> Self {
        let mut zero = self.clone();
        zero.fill(T::zero());
        zero
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        // `+=` would repeat a smaller one.
        assert!(
            self.shape() == other.shape(),
            "bug in autodiff, please report: adjoints of {:?} and {:?}",
            self.shape(),
            other.shape()
        );
        self.zip_mut_with(other, |a, b| *a += *b);
    }

    #[inline]
    fn clear(&mut self) {
        self.fill(T::zero());
    }

    #[inline]
    fn any_nan(&self) -> bool {
        self.iter().any(Space::any_nan)
    }

    #[inline]
    fn mismatch(&self, other: &Self) -> Option<(usize, usize)> {
        let mut sides = self.shape().iter().zip(other.shape());
        sides.find(|(a, b)| a != b).map(|(a, b)| (*a, *b))
    }
}

impl<T: HoldsFloats, D> HoldsFloats for Array<T, D> {}

impl<T: Real, D: Dimension> Undefined for Array<T, D> {
    #[inline]
    fn undefined() -> Self {
        Array::from_elem(D::zeros(D::NDIM.unwrap_or(0)), T::zero())
    }
}

/// What a view shows, as an array.
#[inline]
pub fn owned_array<T: Clone, S: Data<Elem = T>, D: Dimension>(
    view: &ArrayBase<S, D>,
) -> Array<T, D> {
    view.to_owned()
}

/// Element by element in the order of the indices, however the array lies in memory.
impl<D: Dimension> Floats for Array<f64, D> {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|x| f(*x));
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.iter_mut().for_each(f);
    }
}

/// In the same order.
impl<T: Real, D: Dimension> Entries<T> for Array<T, D> {
    fn each(&self, f: &mut impl FnMut(T)) {
        self.iter().for_each(|x| f(*x));
    }
    fn set(&mut self, f: &mut impl FnMut() -> T) {
        self.iter_mut().for_each(|x| *x = f());
    }
}

impl<T, D> OfLibrary for Array<T, D> {}

/// In code over any number an array stays what it is: it is written for its own floats.
impl<N, T, D> LiftTo<N> for Array<T, D> {
    type Output = Self;
    #[inline]
    fn lift_to(self) -> Self {
        self
    }
}
