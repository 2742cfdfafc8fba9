//! Matrices, columns and rows as values that have adjoints. The adjoint is of the same type and shape.

use crate::Differentiable;
use crate::differentiable::Floats;
use crate::support::operations::OfLibrary;
use crate::support::{Entries, HoldsFloats, LiftTo, Space, Undefined, handed};
use ::faer::{Col, Mat, Row};

/// Calls `f` with each of its entries' indices, column by column, as they lie in memory.
#[inline]
pub fn entries((rows, cols): (usize, usize), mut f: impl FnMut(usize, usize)) {
    for j in 0..cols {
        for i in 0..rows {
            f(i, j);
        }
    }
}

macro_rules! values {
    ($($type:ident: |$x:ident| $shape:expr, $zero:expr, |$i:ident, $j:ident| $at:expr;)+) => {$(
        impl Space for $type<f64> {
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
                let $x = self;
                $zero
            }

            #[inline]
            fn accumulate(&mut self, other: &Self) {
                let (ours, theirs) = (shape::$type(self), shape::$type(other));
                assert!(
                    ours == theirs,
                    "bug in autodiff, please report: adjoints of {ours:?} and {theirs:?}",
                );
                entries(ours, |$i, $j| self[$at] += other[$at]);
            }

            #[inline]
            fn clear(&mut self) {
                entries(shape::$type(self), |$i, $j| self[$at] = 0.0);
            }

            #[inline]
            fn any_nan(&self) -> bool {
                let mut nan = false;
                entries(shape::$type(self), |$i, $j| nan |= self[$at].is_nan());
                nan
            }

            #[inline]
            fn mismatch(&self, other: &Self) -> Option<(usize, usize)> {
                let (ours, theirs) = (shape::$type(self), shape::$type(other));
                match (ours.0 == theirs.0, ours.1 == theirs.1) {
                    (true, true) => None,
                    (true, false) => Some((ours.1, theirs.1)),
                    (false, _) => Some((ours.0, theirs.0)),
                }
            }
        }

        impl HoldsFloats for $type<f64> {}
        impl OfLibrary for $type<f64> {}

        impl Differentiable for $type<f64> {}

        /// Column by column.
        impl Floats for $type<f64> {
            fn visit(&self, f: &mut dyn FnMut(f64)) {
                entries(shape::$type(self), |$i, $j| f(self[$at]));
            }
            fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
                entries(shape::$type(self), |$i, $j| f(&mut self[$at]));
            }
        }

        /// In the same order.
        impl Entries<f64> for $type<f64> {
            fn each(&self, f: &mut impl FnMut(f64)) {
                entries(shape::$type(self), |$i, $j| f(self[$at]));
            }
            fn set(&mut self, f: &mut impl FnMut() -> f64) {
                entries(shape::$type(self), |$i, $j| self[$at] = f());
            }
        }

        /// In code over any number it stays what it is: it is written for its own floats.
        impl<N> LiftTo<N> for $type<f64> {
            type Output = Self;
            #[inline]
            fn lift_to(self) -> Self {
                self
            }
        }
    )+

        /// Rows and columns.
        #[allow(non_snake_case)]
        pub mod shape {
            $(
                #[inline]
                pub fn $type($x: &::faer::$type<f64>) -> (usize, usize) {
                    $shape
                }
            )+
        }
    };
}
values! {
    Mat: |x| (x.nrows(), x.ncols()), Mat::zeros(x.nrows(), x.ncols()), |i, j| (i, j);
    Col: |x| (x.nrows(), 1), Col::zeros(x.nrows()), |i, _j| i;
    Row: |x| (1, x.ncols()), Row::zeros(x.ncols()), |_i, j| j;
}

impl Undefined for Mat<f64> {
    #[inline]
    fn undefined() -> Self {
        Mat::zeros(0, 0)
    }
}

impl Undefined for Col<f64> {
    #[inline]
    fn undefined() -> Self {
        Col::zeros(0)
    }
}

impl Undefined for Row<f64> {
    #[inline]
    fn undefined() -> Self {
        Row::zeros(0)
    }
}
