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
    first: Number<T>,
    /// There is another one; not known of other numbers than floats.
    tied: bool,
}

/// The number of an element as two floats, which are exact in `f32`, too.
type Number<T> = [T; 2];

/// Bits of the lower one.
const LOWER: u32 = 20;

fn number<T: Real>(number: usize) -> Number<T> {
    [number >> LOWER, number % (1 << LOWER)].map(|part| T::from_f64(part as f64))
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
            first: [first, T::zero()],
            tied: false,
        }
    }

    /// Looks at the element of this number; all are looked at in order.
    #[inline(always)]
    pub fn see(&mut self, item: usize, element: T) {
        if is_float::<T>() {
            if !same(element, self.value) {
                return;
            }
            self.tied |= !self.first[0].is_nan();
        }
        let known = self.first[0];
        for (first, number) in self.first.iter_mut().zip(number(item)) {
            *first = T::__at_points(
                [known, *first, element, self.value, number],
                |[known, first, element, value, number]| {
                    if known.is_nan() && same(element, value) {
                        number
                    } else {
                        first
                    }
                },
            );
        }
    }

    /// The numbers of elements that may get something of the cotangent, all in `low..high`.
    #[inline(always)]
    pub fn within(&self, low: usize, high: usize) -> (usize, usize) {
        // Other numbers stand for several points, or want to know what was passed over.
        if !is_float::<T>() || self.tied || self.first[0].is_nan() {
            return (low, high);
        }
        let [upper, lower] = self.first.map(Real::value);
        if upper < 0.0 {
            (low, low)
        } else {
            let first = ((upper as usize) << LOWER) + lower as usize;
            (first, first + 1)
        }
    }

    /// What the fold had come to in front of the element of this number, as far as the rules of `max` and `min` can tell it apart: a NaN
    /// leaves all to the element.
    #[inline(always)]
    pub fn before(&self, item: usize) -> T {
        let ([a, b], [c, d]) = (self.first, number::<T>(item));
        T::__at_points([a, b, c, d, self.value], |[a, b, c, d, value]| {
            if a == c && b == d {
                Real::from_f64(f64::NAN)
            } else {
                value
            }
        })
    }
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

#[cfg(test)]
mod tests {
    use super::Winners;

    /// Numbers that `f32` rounds to the same.
    #[test]
    fn elements_with_large_numbers_are_told_apart() {
        let last = (1 << 24) + 1;
        let mut winners = Winners::of(0.0_f32, 7.0);
        winners.see(last - 1, 6.0);
        winners.see(last, 7.0);
        winners.see(last + 1, 5.0);
        assert_eq!(winners.within(0, last + 2), (last, last + 1));
        assert!(winners.before(last).is_nan());
        assert_eq!(winners.before(last - 1), 7.0);
        assert_eq!(winners.before(last + 1), 7.0);
    }
}
