//! A fold by `max` or `min` in reverse, of which nothing is kept but what it gave.

use crate::Real;
use core::any::TypeId;

/// Which elements of a fold by `max` or `min` came out of it.
///
/// The cotangent goes to the first element that is what the fold gave, or to what it began with, but for the halves that
/// later ones of the same value take of it.
pub struct Winners<T> {
    value: T,
    /// The number of the first one, at each point: −1 for what the fold began with, NaN as long as there was none.
    first: T,
    /// There is another one; not known of other numbers than floats.
    tied: bool,
}

impl<T: Real> Winners<T> {
    /// Of a fold that began with `init` and gave `value`.
    #[inline(always)]
    pub fn of(init: T, value: T) -> Self {
        let first = T::__at_points([init, value], |[init, value]| {
            Real::from_f64(if same(init, value) { -1.0 } else { f64::NAN })
        });
        Winners {
            value,
            first,
            tied: false,
        }
    }

    /// Looks at the element of this number; all are looked at in order.
    #[inline(always)]
    pub fn see(&mut self, number: usize, element: T) {
        if is_float::<T>() {
            if !same(element, self.value) {
                return;
            }
            self.tied |= !self.first.is_nan();
        }
        self.first = T::__at_points(
            [self.first, element, self.value, at(number)],
            |[first, element, value, number]| {
                if first.is_nan() && same(element, value) {
                    number
                } else {
                    first
                }
            },
        );
    }

    /// The numbers of elements that may get something of the cotangent, all in `low..high`.
    #[inline(always)]
    pub fn within(&self, low: usize, high: usize) -> (usize, usize) {
        // Other numbers stand for several points, or want to know what was passed over.
        if !is_float::<T>() || self.tied || self.first.is_nan() {
            return (low, high);
        }
        let first = self.first.value();
        if first < 0.0 {
            (low, low)
        } else {
            (first as usize, first as usize + 1)
        }
    }

    /// What the fold had come to in front of the element of this number, as far as the rules of `max` and `min` can tell it apart: a NaN
    /// leaves all to the element.
    #[inline(always)]
    pub fn before(&self, number: usize) -> T {
        T::__at_points(
            [self.first, self.value, at(number)],
            |[first, value, number]| {
                if first == number {
                    Real::from_f64(f64::NAN)
                } else {
                    value
                }
            },
        )
    }
}

#[inline(always)]
fn at<T: Real>(number: usize) -> T {
    T::from_f64(number as f64)
}

#[inline(always)]
fn same<T: Real>(a: T, b: T) -> bool {
    a == b || (a.is_nan() && b.is_nan())
}

/// It is `f64` or `f32`.
#[inline(always)]
fn is_float<T: Real>() -> bool {
    TypeId::of::<T>() == TypeId::of::<T::Base>()
}
