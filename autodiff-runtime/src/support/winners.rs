//! A fold by `max` or `min` in reverse, of which nothing is kept but what it gave.

use crate::Real;
use core::any::TypeId;

/// Which elements of a fold by `max` or `min` came out of it.
///
/// The cotangent goes to the first element that is what the fold gave, or to what it began with, but for the halves that
/// later ones of the same value take of it.
pub struct Winners<T> {
    value: T,
    /// Of floats.
    hits: Hits,
    /// Of other numbers: the number of the first one, at each point: −1 for what the fold began with, NaN as long as there was none.
    first: Number<T>,
}

/// The elements that are what the fold gave.
struct Hits {
    /// What the fold began with is one, too.
    init: bool,
    count: usize,
    /// The sum of their numbers: of a single one its number.
    at: usize,
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
            hits: Hits {
                init: is_float::<T>() && same(init, value),
                count: 0,
                at: 0,
            },
            first: [first, T::zero()],
        }
    }

    /// Looks at the element of this number; all are looked at in order.
    #[inline(always)]
    pub fn see(&mut self, item: usize, element: T) {
        if is_float::<T>() {
            // Without a branch, so that several are looked at at once. A fold that gave NaN began with it, and met nothing else.
            let hit = usize::from(element == self.value);
            self.hits.count = self.hits.count.wrapping_add(hit);
            self.hits.at = self.hits.at.wrapping_add(hit.wrapping_neg() & item);
            return;
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
        if !is_float::<T>() || self.value.is_nan() {
            return (low, high);
        }
        match (self.hits.init, self.hits.count) {
            (true, 0) => (low, low),
            (false, 1) => (self.hits.at, self.hits.at + 1),
            _ => (low, high),
        }
    }

    /// What the fold had come to in front of the element of this number, as far as the rules of `max` and `min` can tell it apart: a NaN
    /// leaves all to the element. It is asked of all that may get something, the last one first.
    #[inline(always)]
    pub fn before(&mut self, item: usize, element: T) -> T {
        if is_float::<T>() {
            let hit = usize::from(element == self.value);
            self.hits.count = self.hits.count.wrapping_sub(hit);
            let first = hit == 1 && self.hits.count == 0 && !self.hits.init;
            return if first {
                T::from_f64(f64::NAN)
            } else {
                self.value
            };
        }
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
    use crate::{DualVec, Real};

    #[test]
    fn a_single_one_is_found() {
        let last = (1 << 24) + 1;
        let mut winners = Winners::of(0.0_f32, 7.0);
        winners.see(last - 1, 6.0);
        winners.see(last, 7.0);
        winners.see(last + 1, 5.0);
        assert_eq!(winners.within(0, last + 2), (last, last + 1));
        assert!(winners.before(last, 7.0).is_nan());
    }

    #[test]
    fn of_several_the_first_one_is_left_all() {
        let elements = [3.0, 7.0, f64::NAN, 7.0, 5.0];
        for (init, first_is_left_all) in [(0.0, true), (7.0, false)] {
            let mut winners = Winners::of(init, 7.0);
            (0..5).for_each(|i| winners.see(i, elements[i]));
            assert_eq!(winners.within(0, 5), (0, 5));
            let left_all = (0..5)
                .rev()
                .map(|i| winners.before(i, elements[i]).is_nan());
            assert!(left_all.eq([false, false, false, first_is_left_all, false]));
        }
    }

    #[test]
    fn what_a_fold_began_with_may_be_the_only_one() {
        let mut winners = Winners::of(9.0, 9.0);
        (0..3).for_each(|i| winners.see(i, i as f64));
        assert_eq!(winners.within(0, 3), (0, 0));
    }

    /// Numbers that `f32` rounds to the same, at two points.
    #[test]
    fn elements_with_large_numbers_are_told_apart() {
        type Pair = DualVec<f32, 1>;
        let last = (1 << 24) + 1;
        let mut winners = Winners::of(Pair::from_f64(0.0), Pair::from_f64(7.0));
        for (item, element) in [(last - 1, 6.0), (last, 7.0), (last + 1, 5.0)] {
            winners.see(item, Pair::from_f64(element));
        }
        let mut is_left_all =
            |item, element| winners.before(item, Pair::from_f64(element)).is_nan();
        assert!(is_left_all(last, 7.0));
        assert!(!is_left_all(last - 1, 6.0));
        assert!(!is_left_all(last + 1, 5.0));
    }
}
