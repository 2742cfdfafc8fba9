//! Matrices and vectors as values that have adjoints. The adjoint of a matrix is a matrix of the same type.

use crate::differentiable::Floats;
use crate::support::operations::OfLibrary;
use crate::support::{Entries, HoldsFloats, LiftTo, Space, Undefined, handed};
use crate::{Differentiable, Real};
use ::nalgebra::allocator::Allocator;
use ::nalgebra::{
    DefaultAllocator, Dim, IsContiguous, Matrix, OMatrix, RawStorageMut, RealField, Scalar,
    SimdPartialOrd,
};

/// The floats of matrices.
pub trait Float: Real + RealField + SimdPartialOrd {}

impl Float for f64 {}
impl Float for f32 {}

/// Memory of a matrix that is its own.
pub trait Memory<T, R: Dim, C: Dim>: RawStorageMut<T, R, C> + IsContiguous + Clone {}

impl<T, R: Dim, C: Dim, S: RawStorageMut<T, R, C> + IsContiguous + Clone> Memory<T, R, C> for S {}

impl<T, R, C> Space for OMatrix<T, R, C>
where
    T: Real + Scalar,
    R: Dim,
    C: Dim,
    DefaultAllocator: Allocator<R, C>,
{
    type Owned = Self;
    type Shape = Option<(R, C)>;

    #[inline]
    fn shape(&self) -> Option<(R, C)> {
        Some(self.shape_generic())
    }

    #[inline]
    fn nothing_of(shape: Option<(R, C)>) -> Self {
        let (rows, cols) = handed(shape);
        OMatrix::from_element_generic(rows, cols, T::zero())
    }

    #[inline]
    fn zero_like(&self) -> Self {
        let (rows, cols) = self.shape_generic();
        OMatrix::from_element_generic(rows, cols, T::zero())
    }

    #[inline]
    fn accumulate(&mut self, other: &Self) {
        assert!(
            self.shape() == other.shape(),
            "bug in autodiff, please report: adjoints of {:?} and {:?}",
            self.shape(),
            other.shape()
        );
        for (a, b) in self.as_mut_slice().iter_mut().zip(other.as_slice()) {
            *a += *b;
        }
    }

    #[inline]
    fn clear(&mut self) {
        self.as_mut_slice().fill(T::zero());
    }

    #[inline]
    fn any_nan(&self) -> bool {
        self.as_slice().any_nan()
    }

    #[inline]
    fn mismatch(&self, other: &Self) -> Option<(usize, usize)> {
        let (ours, theirs) = (self.shape(), other.shape());
        match (ours.0 == theirs.0, ours.1 == theirs.1) {
            (true, true) => None,
            (true, false) => Some((ours.1, theirs.1)),
            (false, _) => Some((ours.0, theirs.0)),
        }
    }
}

impl<T: HoldsFloats, R: Dim, C: Dim, S> HoldsFloats for Matrix<T, R, C, S> {}

impl<T, R, C> Undefined for OMatrix<T, R, C>
where
    T: Real + Scalar,
    R: Dim,
    C: Dim,
    DefaultAllocator: Allocator<R, C>,
{
    #[inline]
    fn undefined() -> Self {
        let size = |known: Option<usize>| known.unwrap_or(0);
        OMatrix::from_element_generic(
            R::from_usize(size(R::try_to_usize())),
            C::from_usize(size(C::try_to_usize())),
            T::zero(),
        )
    }
}

impl<R, C, S> Differentiable for Matrix<f64, R, C, S>
where
    R: Dim,
    C: Dim,
    S: Memory<f64, R, C>,
{
}

impl<R, C, S> Floats for Matrix<f64, R, C, S>
where
    R: Dim,
    C: Dim,
    S: Memory<f64, R, C>,
{
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        self.as_slice().iter().for_each(|x| f(*x));
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.as_mut_slice().iter_mut().for_each(f);
    }
}

/// Column by column.
impl<T, R, C, S> Entries<T> for Matrix<T, R, C, S>
where
    T: Real,
    R: Dim,
    C: Dim,
    S: Memory<T, R, C>,
{
    fn each(&self, f: &mut impl FnMut(T)) {
        self.as_slice().each(f);
    }
    fn set(&mut self, f: &mut impl FnMut() -> T) {
        self.as_mut_slice().set(f);
    }
    fn copy_to<'a>(&self, floats: &'a mut [T]) -> &'a mut [T] {
        self.as_slice().copy_to(floats)
    }
}

impl<T, R, C, S> OfLibrary for Matrix<T, R, C, S> {}

/// In code over any number a matrix stays what it is: it is written for its own floats.
impl<N, T, R: Dim, C: Dim, S> LiftTo<N> for Matrix<T, R, C, S> {
    type Output = Self;
    #[inline]
    fn lift_to(self) -> Self {
        self
    }
}
