//! What emitted code is made of besides `Real` and the rules. Not for users: nothing here is stable.
//!
//! - [`Space`]: values that have adjoints, and what is done with adjoints.
//! - [`LiftTo`], [`Primal`]: between numbers without and with derivatives.
//! - [`arguments`]: how one differentiated function calls another.
//! - [`batch`]: gradients at many points.
//! - [`Temporary`]: adjoints in memory that is kept between calls.
//! - [`Stack`]: what a forward sweep keeps for the reverse sweep.
//! - [`Winners`]: which elements of a fold by `max` or `min` came out of it.
//! - [`checkpoint`]: what it keeps of a loop under `#[checkpoint]`.
//! - [`overridden`]: types that override a trait's annotated method.

pub mod arguments;
pub mod batch;
pub mod checkpoint;
pub mod exact;
pub mod fields;
mod kept;
mod lift;
pub mod operations;
pub mod orders;
pub mod overridden;
mod space;
#[cfg(feature = "std")]
pub mod sparse;
mod stack;
mod structure;
mod winners;

pub use self::arguments::{
    Active, ActiveMut, AdjointMut, Computed, Const, Constant, FloatOutput, Outcome, Unclear,
};
pub use self::exact::Exact;
pub use self::kept::{
    Temporary, kept_copy, may_be_copied, renew, temporary_copy, temporary_list, temporary_vec,
};
pub use self::lift::{AddTo, CastTo, LiftTo, Primal};
pub use self::space::{
    Answer, Elements, HoldsFloats, Integer, Operand, Shape, Space, Undefined, answer, blank_like,
    empty, holds_floats, integer, listed, nothing, operand, part, shape, without_left_out,
};
pub use self::stack::{Inline, Stack, Tag};
pub use self::structure::{Entries, Structure};
pub use self::winners::Winners;
pub use crate::Real;
pub use crate::differentiable::Floats;
pub use crate::graph;
#[cfg(feature = "ndarray")]
pub use crate::matrix::owned_array;
pub use crate::rules::{self, Guarded, Guards, Unguarded};
pub use crate::{Differentiable, Dual, Matrix, Taylor};
#[cfg(feature = "nalgebra")]
pub use ::nalgebra;
#[cfg(feature = "ndarray")]
pub use ::ndarray;
pub use alloc::borrow::ToOwned;
pub use alloc::boxed::Box;
pub use alloc::vec::Vec;
pub use core::primitive::{f32, f64};
#[cfg(feature = "num-traits")]
pub use num_traits;

/// How many functions may be looked into for whether one can be run in lanes, or twice. Beyond that, and in a circle of calls, it
/// is not.
pub const BUDGET: usize = 1000;

/// `[x; n]` as a vector.
#[inline]
pub fn vec_of<T: Clone>(value: T, count: usize) -> Vec<T> {
    alloc::vec![value; count]
}

/// What a sum starts from: as std's.
#[inline(always)]
pub fn sum_identity<T: core::iter::Sum>() -> T {
    core::iter::empty::<T>().sum()
}

/// What a product starts from: as std's.
#[inline(always)]
pub fn product_identity<T: core::iter::Product>() -> T {
    core::iter::empty::<T>().product()
}

/// Which of its sweeps a function runs.
pub trait Phase: Copy {
    fn forward(self) -> bool;
    fn backward(self) -> bool;
    /// Whether it may stop in front of the reverse sweep, if that would need guards.
    #[inline(always)]
    fn tries(self) -> bool {
        false
    }
}

/// The forward sweep: what the reverse sweep will need goes onto the stack.
#[derive(Clone, Copy)]
pub struct Forward;
/// The reverse sweep, with what the forward sweep has left on the stack.
#[derive(Clone, Copy)]
pub struct Backward;
/// One after the other.
#[derive(Clone, Copy)]
pub struct Both;

/// The same, if the forward sweep tells that no guards are needed.
#[derive(Clone, Copy)]
pub struct Try;

impl Phase for Try {
    #[inline(always)]
    fn forward(self) -> bool {
        true
    }
    #[inline(always)]
    fn backward(self) -> bool {
        true
    }
    #[inline(always)]
    fn tries(self) -> bool {
        true
    }
}

macro_rules! phase {
    ($($t:ty: $forward:expr, $backward:expr;)+) => {$(
        impl Phase for $t {
            #[inline(always)]
            fn forward(self) -> bool {
                $forward
            }
            #[inline(always)]
            fn backward(self) -> bool {
                $backward
            }
        }
    )+};
}
phase! {
    Forward: true, false;
    Backward: false, true;
    Both: true, true;
}

/// `cotangent * partial`.
#[inline(always)]
pub fn product<G: Guards, T: Real>(_: G, cotangent: T, partial: T) -> T {
    G::product(cotangent, partial)
}

/// `cotangent * (factor * partial)`.
#[inline(always)]
pub fn multiple<G: Guards, T: Real>(_: G, cotangent: T, partial: T, factor: f64) -> T {
    G::multiple(cotangent, partial, factor)
}

/// `cotangent * factor`, a constant.
#[inline(always)]
pub fn scaled<G: Guards, T: Real>(_: G, cotangent: T, factor: f64) -> T {
    G::scaled(cotangent, factor)
}

/// `cotangent / divisor`.
#[inline(always)]
pub fn quotient<G: Guards, T: Real>(_: G, cotangent: T, divisor: T) -> T {
    G::quotient(cotangent, divisor)
}

/// The same, where others are divided by the same divisor.
#[inline(always)]
pub fn shared_quotient<G: Guards, T: Real>(_: G, cotangent: T, divisor: T) -> T {
    G::shared_quotient(cotangent, divisor)
}

/// `dividend / divisor`, which nothing but cotangents is multiplied by.
#[inline(always)]
pub fn ratio<G: Guards, T: Real>(_: G, dividend: T, divisor: T) -> T {
    G::ratio(dividend, divisor)
}

/// Where nothing is guarded, the cotangent may be NaN that is none with guards.
#[inline(always)]
pub fn is_poison<G: Guards, T: Real>(_: G, cotangent: &T) -> bool {
    !G::GUARDED & cotangent.__has_nan()
}

/// What the reverse sweep is handed and the forward sweep is not.
#[inline(always)]
pub fn handed<X>(x: Option<X>) -> X {
    match x {
        Some(x) => x,
        None => unreachable!("bug in autodiff, please report: a sweep without its arguments"),
    }
}

/// In code that is only checked for its types: something of a type.
pub fn any<X>() -> X {
    unreachable!("bug in autodiff, please report: this is never run")
}

/// As [`any`], of the type of something else.
pub fn any_like<X>(_: &X) -> X {
    any()
}

/// `-cotangent`.
#[inline(always)]
pub fn negated<T: Real>(cotangent: T) -> T {
    -cotangent
}

/// A float of another width.
#[inline(always)]
pub fn cast<A: Real, B: Real>(value: A) -> B {
    B::from_f64(value.value())
}

/// The same number: a float as a number that is a float, or a number as itself.
#[inline(always)]
pub fn cast_exactly<A: Real, B: Real>(number: A) -> B {
    match (&number as &dyn core::any::Any).downcast_ref::<B>() {
        Some(same) => *same,
        None => B::from_f64(number.value()),
    }
}

/// The number at a place of a structure.
pub fn component<F: Real, S: Entries<F>>(structure: &S, place: usize) -> F {
    let (mut found, mut at) = (F::zero(), 0);
    structure.each(&mut |number| {
        if at == place {
            found = number;
        }
        at += 1;
    });
    found
}

/// A structure like another of one at a place, and zeros.
pub fn unit<F: Real, S: Structure<F>>(like: &S, place: usize) -> S::With<F> {
    let mut at = 0;
    like.map(&mut |_| {
        at += 1;
        if at == place + 1 { F::one() } else { F::zero() }
    })
}

/// The elements from `base` on that a loop over `low..high` looks at, and what is between. A loop that does not run looks at none,
/// wherever that would be.
#[inline(always)]
#[track_caller]
pub fn window<T>(slice: &[T], base: usize, low: usize, high: usize) -> &[T] {
    if low < high {
        &slice[base..][..high]
    } else {
        &[]
    }
}

/// The same of an adjoint.
#[inline(always)]
#[track_caller]
pub fn window_mut<T>(slice: &mut [T], base: usize, low: usize, high: usize) -> &mut [T] {
    if low < high {
        &mut slice[base..][..high]
    } else {
        &mut []
    }
}

/// Whether a window is there.
#[inline(always)]
pub fn inside<T>(slice: &[T], base: usize, low: usize, high: usize) -> bool {
    low >= high || base.checked_add(high).is_some_and(|end| end <= slice.len())
}

/// Whether a value is there and finite.
#[inline(always)]
pub fn is_finite<T: Real>(value: &Option<T>) -> bool {
    value.as_ref().is_some_and(T::__is_finite)
}

/// Whether all are finite. Of very large ones it may say no.
#[inline(always)]
pub fn all_finite<T: Real>(numbers: &[T]) -> bool {
    // Without leaving early, and two at a time: so that it is vectorised.
    let (a, b) = numbers.split_at(numbers.len() / 2);
    let (b, rest) = b.split_at(a.len());
    let pairs = a.iter().zip(b);
    pairs.fold(rest.iter().all(T::__is_finite), |finite, (a, b)| {
        finite & (*a + *b).__is_finite()
    })
}

/// Where both sweeps are one nothing is in an adjoint yet: what is there is the caller's.
#[inline(always)]
pub fn forget<S: Space + ?Sized>(phase: impl Phase, adjoint: &mut S) {
    if phase.forward() {
        adjoint.clear();
    }
}

/// Adds to an adjoint that nothing was added to before. Where it is set the zero of a negative contribution is negative, as by hand: the
/// addition would be one more in each iteration of loops that do little else.
#[inline(always)]
pub fn first<T: Real>(phase: impl Phase, adjoint: &mut T, with: T) {
    if phase.forward() {
        *adjoint = with;
    } else {
        *adjoint += with;
    }
}

/// The same of what such a window leaves out.
#[inline(always)]
pub fn forget_rest<S: Space>(
    phase: impl Phase,
    adjoint: &mut [S],
    base: usize,
    low: usize,
    high: usize,
) {
    if phase.forward() {
        if low < high {
            let [low, high] = [low, high].map(|at| base.wrapping_add(at).min(adjoint.len()));
            adjoint[..low].clear();
            adjoint[high..].clear();
        } else {
            adjoint.clear();
        }
    }
}

/// `source` is added to `target`, and becomes zero.
#[inline]
pub fn drain<A: Space + ?Sized>(source: &mut A, target: &mut A) {
    target.accumulate(source);
    source.clear();
}

/// Lengthens a vector's adjoint by zeros.
pub fn lengthen<T: Default + Clone>(adjoint: &mut Vec<T>, len: usize) {
    if adjoint.len() < len {
        adjoint.resize(len, T::default());
    }
}

/// Lengthens a vector's adjoint by zeros of the shape of other elements.
pub fn lengthen_like<T: Space<Owned = A>, A>(adjoint: &mut Vec<A>, cut: &[T]) {
    adjoint.extend(cut.iter().map(T::zero_like));
}

/// Panics if a buffer does not have the shape of what it belongs to.
#[inline]
#[track_caller]
pub fn check_shape<A: Space + ?Sized>(name: &str, value: &A, buffer: &A) {
    if let Some((expected, found)) = value.mismatch(buffer) {
        wrong_length(name, expected, found);
    }
}

/// Panics: an adjoint has the same variant as what it belongs to, unless the caller has handed in another one.
#[cold]
#[track_caller]
pub fn other_variant() -> ! {
    panic!("a cotangent or buffer holds another variant of an enum than the value it belongs to");
}

#[cold]
#[track_caller]
fn wrong_length(name: &str, expected: usize, found: usize) -> ! {
    panic!("the buffer for `{name}` has length {found}, but `{name}` has length {expected}");
}
