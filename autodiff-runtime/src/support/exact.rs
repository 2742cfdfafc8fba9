//! Calls of functions that are written for one float type from code over any number.
//!
//! Where the number is that float nothing happens; where it carries derivatives there is no such call, and the compiler
//! (or, for structures whose types only meet at run time, a panic) says so.

use super::arguments::{Active, ActiveMut, AdjointMut, AdjointOf, Const, Outcome, Unseeded};
use super::{LiftTo, Space, Temporary, cast_exactly};
use crate::Real;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::{Any, TypeId};
use core::borrow::BorrowMut;

/// A result of a function for one float type.
pub struct Exact<X>(pub X);

const fn check<T: Real>() {
    assert!(
        T::__DEPTH == 0,
        "a function that is called here is written for one float type (it uses a type the macro cannot see through): other modes \
         and higher orders do not pass through it; where all such types are of the kind `P<f64>`, with `P` generic over its scalar, \
         `#[differentiate(jvp)]` there makes it one of any number"
    );
}

impl<T: Real, X: LiftTo<T>> Outcome<T> for Exact<X> {
    type Output = X::Output;
    #[inline(always)]
    fn outcome(self) -> X::Output {
        const { check::<T>() };
        self.0.lift_to()
    }
}

pub trait ExactScalarIn<F> {
    fn number(self) -> F;
}

pub trait ExactScalarPull<F> {
    fn number(&self) -> F;
    fn pull(self, cotangent: F);
}

impl<T: Real, F: Real> ExactScalarIn<F> for Active<&T> {
    #[inline(always)]
    fn number(self) -> F {
        const { check::<T>() };
        cast_exactly(*self.0)
    }
}

impl<T: Real, F: Real> ExactScalarPull<F> for ActiveMut<'_, &T, T> {
    #[inline(always)]
    fn number(&self) -> F {
        const { check::<T>() };
        cast_exactly(*self.0)
    }
    #[inline(always)]
    fn pull(self, cotangent: F) {
        *self.1 += cast_exactly(cotangent);
    }
}

macro_rules! constant {
    ($($t:ty),+) => {$(
        impl<F: Real> ExactScalarIn<F> for Const<$t> {
            #[inline(always)]
            fn number(self) -> F {
                F::from_f64(self.0.clone() as f64)
            }
        }
        impl<F: Real> ExactScalarPull<F> for Const<$t> {
            #[inline(always)]
            fn number(&self) -> F {
                F::from_f64(self.0.clone() as f64)
            }
            #[inline(always)]
            fn pull(self, _: F) {}
        }
    )+};
}
constant!(f64, f32);

#[cold]
#[track_caller]
fn other_number() -> ! {
    panic!(
        "a function that is called here is written for one float type: other modes and higher orders do not pass through it"
    );
}

/// A reference to the same type under another name, or to what is in a box.
#[inline(always)]
fn same<A: 'static, B: 'static>(a: &A) -> &B {
    let a = a as &dyn Any;
    match a.downcast_ref::<Box<B>>() {
        Some(b) => b,
        None => a.downcast_ref().unwrap_or_else(|| other_number()),
    }
}

#[inline(always)]
fn same_mut<A: 'static, B: 'static>(a: &mut A) -> &mut B {
    let a = a as &mut dyn Any;
    if a.is::<Box<B>>() {
        return a.downcast_mut::<Box<B>>().unwrap_or_else(|| other_number());
    }
    a.downcast_mut().unwrap_or_else(|| other_number())
}

#[inline(always)]
fn same_slice<A: 'static, B: 'static>(a: &[A]) -> &[B] {
    if TypeId::of::<A>() != TypeId::of::<B>() {
        other_number();
    }
    // SAFETY: `A` and `B` are the same type.
    unsafe { core::slice::from_raw_parts(a.as_ptr().cast(), a.len()) }
}

#[inline(always)]
fn same_slice_mut<A: 'static, B: 'static>(a: &mut [A]) -> &mut [B] {
    if TypeId::of::<A>() != TypeId::of::<B>() {
        other_number();
    }
    // SAFETY: `A` and `B` are the same type.
    unsafe { core::slice::from_raw_parts_mut(a.as_mut_ptr().cast(), a.len()) }
}

/// A reference to memory that holds what a parameter of type `P` refers to, in whatever number the caller's code is over.
pub trait ExactRef<P: ?Sized> {
    fn exact(&self) -> &P;
    fn exact_mut(&mut self) -> &mut P;
}

impl<X: 'static, P: 'static> ExactRef<P> for X {
    #[inline(always)]
    fn exact(&self) -> &P {
        same(self)
    }
    #[inline(always)]
    fn exact_mut(&mut self) -> &mut P {
        same_mut(self)
    }
}

impl<A: 'static, B: 'static> ExactRef<[B]> for [A] {
    #[inline(always)]
    fn exact(&self) -> &[B] {
        same_slice(self)
    }
    #[inline(always)]
    fn exact_mut(&mut self) -> &mut [B] {
        same_slice_mut(self)
    }
}

impl<A: 'static, B: 'static> ExactRef<[B]> for Vec<A> {
    #[inline(always)]
    fn exact(&self) -> &[B] {
        same_slice(self)
    }
    #[inline(always)]
    fn exact_mut(&mut self) -> &mut [B] {
        same_slice_mut(self)
    }
}

impl<A: 'static, B: 'static, const N: usize> ExactRef<[B]> for [A; N] {
    #[inline(always)]
    fn exact(&self) -> &[B] {
        same_slice(self)
    }
    #[inline(always)]
    fn exact_mut(&mut self) -> &mut [B] {
        same_slice_mut(self)
    }
}

/// An argument for a shared reference, or for an aggregate by value.
pub trait ExactShared<P: ?Sized> {
    fn shared(&self) -> &P;
}

impl<P: ?Sized, X: ExactTarget<P>> ExactShared<P> for Active<X> {
    #[inline(always)]
    fn shared(&self) -> &P {
        self.0.target()
    }
}

impl<P: ?Sized, X: ExactTarget<P>> ExactShared<P> for Const<X> {
    #[inline(always)]
    fn shared(&self) -> &P {
        self.0.target()
    }
}

/// A value or a reference to one.
pub trait ExactTarget<P: ?Sized> {
    fn target(&self) -> &P;
}

impl<P: ?Sized, X: ?Sized + ExactRef<P>> ExactTarget<P> for &X {
    #[inline(always)]
    fn target(&self) -> &P {
        (**self).exact()
    }
}

// A constant is passed as it is: what is derived has this, too.
macro_rules! target {
    ($([$($generics:tt)*] $t:ty;)+) => {$(
        impl<$($generics)*> ExactTarget<$t> for $t {
            #[inline(always)]
            fn target(&self) -> &$t {
                self
            }
        }
    )+};
}
target! {
    [E, const N: usize] [E; N];
    [E] Vec<E>;
    [E] Option<E>;
    [A, B] (A, B);
    [A, B, C] (A, B, C);
    [A, B, C, D] (A, B, C, D);
}

/// An argument for a shared reference, and where its adjoint goes.
pub trait ExactPull<P: ?Sized> {
    /// `zero` is where it goes if nobody wants it.
    fn parts<'b>(&'b mut self, zero: &'b mut Option<Temporary<P::Owned>>) -> (&'b P, &'b mut P)
    where
        P: Space,
        P::Owned: BorrowMut<P>;
}

impl<P: ?Sized, X: ExactTarget<P>, A: ?Sized + ExactRef<P>> ExactPull<P> for ActiveMut<'_, X, A> {
    #[inline(always)]
    fn parts<'b>(&'b mut self, _: &'b mut Option<Temporary<P::Owned>>) -> (&'b P, &'b mut P)
    where
        P: Space,
        P::Owned: BorrowMut<P>,
    {
        (self.0.target(), self.1.exact_mut())
    }
}

impl<P: ?Sized, X: ExactTarget<P>> ExactPull<P> for Const<X> {
    #[inline]
    fn parts<'b>(&'b mut self, zero: &'b mut Option<Temporary<P::Owned>>) -> (&'b P, &'b mut P)
    where
        P: Space,
        P::Owned: BorrowMut<P>,
    {
        let value = self.0.target();
        (
            value,
            zero.insert(Temporary(value.nothing_like())).adjoint(),
        )
    }
}

/// An argument for an exclusive reference.
pub trait ExactExclusive<P: ?Sized> {
    fn exclusive(&mut self) -> &mut P;
}

impl<P: ?Sized, X: ?Sized + ExactRef<P>> ExactExclusive<P> for Active<&mut X> {
    #[inline(always)]
    fn exclusive(&mut self) -> &mut P {
        self.0.exact_mut()
    }
}

impl<P: ?Sized, X: ?Sized + ExactRef<P>> ExactExclusive<P> for AdjointMut<'_, X> {
    #[inline(always)]
    fn exclusive(&mut self) -> &mut P {
        self.0.exact_mut()
    }
}

/// The cotangent of a result, if there is one, as [`Seed`](super::arguments::Seed).
pub trait ExactSeed<Out> {
    fn seed(self) -> Option<Out>;
}

impl<Out> ExactSeed<Out> for Unseeded {
    #[inline(always)]
    fn seed(self) -> Option<Out> {
        None
    }
}

impl<S: 'static, Out: 'static> ExactSeed<Out> for Option<S> {
    #[inline(always)]
    fn seed(mut self) -> Option<Out> {
        match (&mut self as &mut dyn Any).downcast_mut::<Option<Out>>() {
            Some(seed) => seed.take(),
            None => other_number(),
        }
    }
}

/// Where the adjoint of what a method was called on goes.
pub trait OwnPull<P> {
    /// `zero` is where it goes if nobody wants it.
    fn adjoint<'b>(&'b mut self, zero: &'b mut Option<P>, value: &P) -> &'b mut P;
}

impl<P> OwnPull<P> for AdjointMut<'_, P> {
    #[inline(always)]
    fn adjoint<'b>(&'b mut self, _: &'b mut Option<P>, _: &P) -> &'b mut P {
        self.0
    }
}

impl<P> OwnPull<P> for AdjointMut<'_, Box<P>> {
    #[inline(always)]
    fn adjoint<'b>(&'b mut self, _: &'b mut Option<P>, _: &P) -> &'b mut P {
        self.0
    }
}

impl<P: Space<Owned = P>> OwnPull<P> for Const<()> {
    #[inline]
    fn adjoint<'b>(&'b mut self, zero: &'b mut Option<P>, value: &P) -> &'b mut P {
        zero.insert(value.zero_like())
    }
}

/// What a method was called on is a constant.
#[diagnostic::on_unimplemented(
    message = "the derivative is lost: this method is called on something that depends on a differentiable input, but its `self` is a constant",
    label = "name `self` in the method's `wrt(..)`"
)]
pub trait OwnConstant {}

impl OwnConstant for Const<()> {}
