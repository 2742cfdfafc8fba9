//! Whether a type has a method of its own in the place of an annotated one, which a trait gives a body.
//!
//! The companions of such a method stand in the trait, and know the trait's body. A type may be in another crate: so the value of that
//! body is compared with what the method returns when it runs.

use super::{Entries, ToOwned};
use crate::Real;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::sync::atomic::{AtomicUsize, Ordering::Relaxed};

/// The float that a number is at.
#[inline(always)]
pub fn float<S: Real, F: Real>(number: S) -> F {
    F::from_f64(number.value())
}

/// Something that may have a copy, and may be made of numbers `S`: the compiler knows.
pub struct Held<'a, X: ?Sized, S>(&'a X, PhantomData<S>);

pub fn held<X: ?Sized, S>(value: &X) -> Held<'_, X, S> {
    Held(value, PhantomData)
}

impl<X: ToOwned + ?Sized, S> Held<'_, X, S> {
    pub fn __autodiff_copy(&self) -> Option<X::Owned> {
        Some(self.0.to_owned())
    }
}

impl<X: Entries<S> + ?Sized, S: Real> Held<'_, X, S> {
    /// What the numbers are at.
    pub fn __autodiff_floats(&self) -> Option<Vec<f64>> {
        let mut floats = Vec::new();
        self.0.each(&mut |number| floats.push(number.value()));
        Some(floats)
    }
}

/// The same where nothing is known.
pub trait Unknown {
    fn __autodiff_copy<X>(&self) -> Option<X> {
        None
    }
    fn __autodiff_floats(&self) -> Option<Vec<f64>> {
        None
    }
}

impl<X: ?Sized, S> Unknown for Held<'_, X, S> {}

/// Methods that were found to do what their trait's body does, as far as there is room.
static SAME: [AtomicUsize; 64] = [const { AtomicUsize::new(0) }; 64];

/// The place for a method: functions begin at multiples of 16.
#[inline]
fn place(method: *const ()) -> &'static AtomicUsize {
    &SAME[(method.addr() >> 4) % SAME.len()]
}

/// Whether it is not known yet what a method does. In debug builds it never is.
#[inline]
pub fn is_new(method: *const ()) -> bool {
    cfg!(debug_assertions) || place(method).load(Relaxed) != method.addr()
}

/// Panics where a method does not return what the body in its trait does. `here`: what that has returned; `own`: what the method
/// does, each time anew.
#[cold]
pub fn compare<F: Real>(
    method: *const (),
    name: &str,
    of: &str,
    here: Option<Vec<f64>>,
    own: impl Fn() -> Option<Vec<f64>>,
) {
    if let (Some(here), Some(first)) = (here, own())
        && !agree::<F>(&here, &first)
    {
        // What is drawn or counted is another each time.
        let bits = |floats: &[f64]| floats.iter().map(|x| x.to_bits()).collect::<Vec<_>>();
        assert!(
            own().is_some_and(|second| bits(&first) != bits(&second)),
            "`{of}` has a method of its own in the place of `{name}`, whose companions are those of the body in the trait: the method \
             returns {first:?}, that body {here:?}; let the body call methods that types give, or take the method of `{of}` out of the \
             `impl` of the trait, into an inherent one"
        );
    }
    place(method).store(method.addr(), Relaxed);
}

/// Up to rounding: what is computed in another way is the same function.
fn agree<F: Real>(here: &[f64], own: &[f64]) -> bool {
    let tolerance = if size_of::<F>() == size_of::<f32>() {
        1e-3
    } else {
        1e-8
    };
    let mut pairs = here.iter().zip(own);
    here.len() == own.len()
        && pairs.all(|(a, b)| {
            a == b
                || a.is_nan() && b.is_nan()
                || (a - b).is_finite() && (a - b).abs() <= tolerance * a.abs().max(b.abs())
        })
}

#[cfg(test)]
mod tests {
    use super::{agree, compare, is_new};
    use alloc::vec;

    #[test]
    fn what_is_the_same() {
        assert!(agree::<f64>(
            &[1.0, f64::NAN, f64::INFINITY, 0.0],
            &[1.0 + 1e-9, f64::NAN, f64::INFINITY, -0.0]
        ));
        assert!(agree::<f32>(&[1.0], &[1.0001]));
        for (a, b) in [
            (1.0, 1.0 + 1e-6),
            (1.0, f64::NAN),
            (f64::INFINITY, 1.0),
            (f64::INFINITY, f64::NEG_INFINITY),
            (0.0, 1e-300),
        ] {
            assert!(!agree::<f64>(&[a], &[b]), "{a} {b}");
        }
        assert!(!agree::<f64>(&[1.0], &[1.0, 1.0]));
    }

    #[test]
    fn a_method_is_new_until_it_has_agreed() {
        let method = what_is_the_same as fn() as *const ();
        assert!(is_new(method));
        let agrees = |own: f64| {
            let compare = || compare::<f64>(method, "", "", Some(vec![1.0]), || Some(vec![own]));
            std::panic::catch_unwind(compare).is_ok()
        };
        assert!(!agrees(2.0) && is_new(method));
        assert!(agrees(1.0) && is_new(method) == cfg!(debug_assertions));
    }

    #[test]
    fn what_is_drawn_is_not_compared() {
        let method = what_is_the_same as fn() as *const ();
        let drawn = core::cell::Cell::new(0.0);
        compare::<f64>(method, "", "", Some(vec![1.0]), || {
            drawn.set(drawn.get() + 2.0);
            Some(vec![drawn.get()])
        });
    }
}
