//! How one differentiated function calls another.
//!
//! The caller does not know which parameters of the callee are differentiable, nor their types. It wraps each argument in
//! [`Active`] or [`Const`] in the forward sweep, in [`ActiveMut`] or [`Const`] in the reverse sweep; the callee says by
//! traits what it takes: a number, a shared or an exclusive reference to numbers, or something without derivatives.

use super::{Space, Temporary};
use crate::Real;
use alloc::boxed::Box;
use alloc::vec::Vec;
use core::any::TypeId;
use core::borrow::{Borrow, BorrowMut};

/// An argument that depends on a differentiable input.
pub struct Active<X>(pub X);
/// An argument that does not.
pub struct Const<X>(pub X);
/// An argument, and where its adjoint is added up.
pub struct ActiveMut<'a, X, A: ?Sized>(pub X, pub &'a mut A);

/// An argument for a differentiable number.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a differentiable parameter that is a number of type `{T}`",
    label = "not such a number"
)]
pub trait ScalarIn<T> {
    fn number(self) -> T;
}

/// As [`ScalarIn`], with an adjoint.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a differentiable parameter that is a number of type `{T}`",
    label = "not such a number"
)]
pub trait ScalarPull<T> {
    fn number(&self) -> T;
    /// Adds to the argument's adjoint.
    fn pull(self, cotangent: T);
}

impl<T: Real> ScalarIn<T> for Active<T> {
    #[inline(always)]
    fn number(self) -> T {
        self.0
    }
}

impl<T: Real> ScalarIn<T> for Active<&T> {
    #[inline(always)]
    fn number(self) -> T {
        *self.0
    }
}

impl<T: Real> ScalarPull<T> for ActiveMut<'_, T, T> {
    #[inline(always)]
    fn number(&self) -> T {
        self.0
    }
    #[inline(always)]
    fn pull(self, cotangent: T) {
        *self.1 += cotangent;
    }
}

impl<T: Real> ScalarPull<T> for ActiveMut<'_, &T, T> {
    #[inline(always)]
    fn number(&self) -> T {
        *self.0
    }
    #[inline(always)]
    fn pull(self, cotangent: T) {
        *self.1 += cotangent;
    }
}

macro_rules! constant {
    ($($t:ty),+) => {$(
        impl<T: Real> ScalarIn<T> for Const<$t> {
            #[inline(always)]
            fn number(self) -> T {
                T::from_f64(f64::from(self.0.to_owned()))
            }
        }
        impl<T: Real> ScalarPull<T> for Const<$t> {
            #[inline(always)]
            fn number(&self) -> T {
                T::from_f64(f64::from(self.0.to_owned()))
            }
            #[inline(always)]
            fn pull(self, _: T) {}
        }
    )+};
}
constant!(f64, f32, &f64, &f32);
use alloc::borrow::ToOwned;

/// An argument for a shared reference to numbers, or for an aggregate of numbers by value.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a differentiable parameter of type `{P}`",
    label = "not of that type",
    note = "where it is a `&mut` variable and the parameter is a `&`, write `&*variable`"
)]
pub trait SharedIn<P: ?Sized> {
    type Held: Borrow<P>;
    fn held(self) -> Self::Held;
}

impl<'a, P: ?Sized> SharedIn<P> for Active<&'a P> {
    type Held = &'a P;
    #[inline(always)]
    fn held(self) -> &'a P {
        self.0
    }
}

impl<'a, E> SharedIn<[E]> for Active<&'a Vec<E>> {
    type Held = &'a [E];
    #[inline(always)]
    fn held(self) -> &'a [E] {
        self.0
    }
}

impl<'a, E, const N: usize> SharedIn<[E]> for Active<&'a [E; N]> {
    type Held = &'a [E];
    #[inline(always)]
    fn held(self) -> &'a [E] {
        self.0
    }
}

impl<'a, P> SharedIn<P> for Active<&'a Box<P>> {
    type Held = &'a P;
    #[inline(always)]
    fn held(self) -> &'a P {
        self.0
    }
}

impl<P> SharedIn<P> for Active<P> {
    type Held = P;
    #[inline(always)]
    fn held(self) -> P {
        self.0
    }
}

impl<E> SharedIn<[E]> for Active<Vec<E>> {
    type Held = Vec<E>;
    #[inline(always)]
    fn held(self) -> Vec<E> {
        self.0
    }
}

impl<E, const N: usize> SharedIn<[E]> for Active<[E; N]> {
    type Held = [E; N];
    #[inline(always)]
    fn held(self) -> [E; N] {
        self.0
    }
}

/// Constants as numbers of another type.
pub trait LiftInto<P> {
    fn lift_into(&self) -> P;
    /// The other type is this one: nothing has to be converted. `false` may be said of any.
    #[inline(always)]
    fn same() -> bool {
        false
    }
}

/// A slice of constants as numbers: the slice itself, where these are the same.
pub enum Lifted<'a, E> {
    Same(&'a [E]),
    Converted(Vec<E>),
}

impl<E> Borrow<[E]> for Lifted<'_, E> {
    #[inline(always)]
    fn borrow(&self) -> &[E] {
        match self {
            Lifted::Same(slice) => slice,
            Lifted::Converted(list) => list,
        }
    }
}

#[inline(always)]
fn lifted<X: LiftInto<E>, E>(slice: &[X]) -> Lifted<'_, E> {
    if X::same() {
        // SAFETY: `X` and `E` are the same type, so that this is the same slice.
        let same = unsafe { core::slice::from_raw_parts(slice.as_ptr().cast::<E>(), slice.len()) };
        Lifted::Same(same)
    } else {
        Lifted::Converted(slice.iter().map(X::lift_into).collect())
    }
}

impl<T: Real> LiftInto<T> for f64 {
    #[inline(always)]
    fn lift_into(&self) -> T {
        T::from_f64(*self)
    }
    #[inline(always)]
    fn same() -> bool {
        TypeId::of::<T>() == TypeId::of::<f64>()
    }
}

impl<T: Real> LiftInto<T> for f32 {
    #[inline(always)]
    fn lift_into(&self) -> T {
        T::from_f64(f64::from(*self))
    }
    #[inline(always)]
    fn same() -> bool {
        TypeId::of::<T>() == TypeId::of::<f32>()
    }
}

impl<A: LiftInto<B>, B, const N: usize> LiftInto<[B; N]> for [A; N] {
    #[inline]
    fn lift_into(&self) -> [B; N] {
        core::array::from_fn(|i| self[i].lift_into())
    }
    #[inline(always)]
    fn same() -> bool {
        A::same()
    }
}

impl<A: LiftInto<B>, B> LiftInto<Vec<B>> for Vec<A> {
    #[inline]
    fn lift_into(&self) -> Vec<B> {
        self.iter().map(A::lift_into).collect()
    }
}

impl<A: LiftInto<B>, B> LiftInto<Option<B>> for Option<A> {
    #[inline]
    fn lift_into(&self) -> Option<B> {
        self.as_ref().map(A::lift_into)
    }
}

impl<A: LiftInto<B>, B> LiftInto<Box<B>> for Box<A> {
    #[inline]
    fn lift_into(&self) -> Box<B> {
        Box::new((**self).lift_into())
    }
}

macro_rules! plain {
    ($($t:ty),+) => {$(
        impl LiftInto<$t> for $t {
            #[inline(always)]
            fn lift_into(&self) -> $t {
                *self
            }
            #[inline(always)]
            fn same() -> bool {
                true
            }
        }
    )+};
}
plain!(
    bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);

macro_rules! tuple {
    ($($a:ident $b:ident $k:tt),+) => {
        impl<$($a: LiftInto<$b>, $b),+> LiftInto<($($b,)+)> for ($($a,)+) {
            #[inline]
            fn lift_into(&self) -> ($($b,)+) {
                ($(self.$k.lift_into(),)+)
            }
            #[inline(always)]
            fn same() -> bool {
                $($a::same())&&+
            }
        }
    };
}
tuple!(A P 0);
tuple!(A P 0, B Q 1);
tuple!(A P 0, B Q 1, C R 2);
tuple!(A P 0, B Q 1, C R 2, D S 3);
tuple!(A P 0, B Q 1, C R 2, D S 3, E T 4);

impl<X: LiftInto<P>, P> LiftInto<P> for &X {
    #[inline]
    fn lift_into(&self) -> P {
        (**self).lift_into()
    }
}

impl<X: LiftInto<P>, P> SharedIn<P> for Const<X> {
    type Held = P;
    #[inline]
    fn held(self) -> P {
        self.0.lift_into()
    }
}

impl<'a, X: LiftInto<E>, E: 'a> SharedIn<[E]> for Const<&'a [X]> {
    type Held = Lifted<'a, E>;
    #[inline]
    fn held(self) -> Lifted<'a, E> {
        lifted(self.0)
    }
}

impl<'a, X: LiftInto<E>, E: 'a> SharedIn<[E]> for Const<&'a Vec<X>> {
    type Held = Lifted<'a, E>;
    #[inline]
    fn held(self) -> Lifted<'a, E> {
        lifted(self.0)
    }
}

impl<X: LiftInto<E>, E> SharedIn<[E]> for Const<Vec<X>> {
    type Held = Vec<E>;
    #[inline]
    fn held(self) -> Vec<E> {
        self.0.iter().map(X::lift_into).collect()
    }
}

impl<'a, X: LiftInto<E>, E: 'a, const N: usize> SharedIn<[E]> for Const<&'a [X; N]> {
    type Held = Lifted<'a, E>;
    #[inline]
    fn held(self) -> Lifted<'a, E> {
        lifted(self.0)
    }
}

impl<X: LiftInto<E>, E, const N: usize> SharedIn<[E]> for Const<[X; N]> {
    type Held = [E; N];
    #[inline]
    fn held(self) -> [E; N] {
        self.0.lift_into()
    }
}

/// Memory that holds what a parameter of type `P` refers to.
pub trait Holds<P: ?Sized> {
    fn part(&mut self) -> &mut P;
}

impl<P: ?Sized> Holds<P> for P {
    #[inline(always)]
    fn part(&mut self) -> &mut P {
        self
    }
}

impl<E> Holds<[E]> for Vec<E> {
    #[inline(always)]
    fn part(&mut self) -> &mut [E] {
        self
    }
}

impl<E, const N: usize> Holds<[E]> for [E; N] {
    #[inline(always)]
    fn part(&mut self) -> &mut [E] {
        self
    }
}

impl<P> Holds<P> for Box<P> {
    #[inline(always)]
    fn part(&mut self) -> &mut P {
        self
    }
}

/// An adjoint of what a parameter of type `P` refers to: the argument's, or one that nobody wants.
pub trait AdjointOf<P: ?Sized> {
    fn adjoint(&mut self) -> &mut P;
}

impl<P: ?Sized> AdjointOf<P> for &mut P {
    #[inline(always)]
    fn adjoint(&mut self) -> &mut P {
        self
    }
}

impl<A: Space + BorrowMut<P>, P: ?Sized> AdjointOf<P> for Temporary<A> {
    #[inline(always)]
    fn adjoint(&mut self) -> &mut P {
        self.0.borrow_mut()
    }
}

/// As [`SharedIn`], with an adjoint.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a differentiable parameter of type `{P}`",
    label = "not of that type",
    note = "where it is a `&mut` variable and the parameter is a `&`, write `&*variable`"
)]
pub trait SharedPull<P: ?Sized> {
    type Held: Borrow<P>;
    type Adjoint: AdjointOf<P>;
    fn split(self) -> (Self::Held, Self::Adjoint);
    /// The same, without an adjoint that nobody wants.
    fn split_wanted(self) -> (Self::Held, Option<Self::Adjoint>);
}

impl<'a, X, A: ?Sized, P: ?Sized + 'a> SharedPull<P> for ActiveMut<'a, X, A>
where
    Active<X>: SharedIn<P>,
    A: Holds<P>,
{
    type Held = <Active<X> as SharedIn<P>>::Held;
    type Adjoint = &'a mut P;
    #[inline(always)]
    fn split(self) -> (Self::Held, &'a mut P) {
        (Active(self.0).held(), self.1.part())
    }
    #[inline(always)]
    fn split_wanted(self) -> (Self::Held, Option<&'a mut P>) {
        (Active(self.0).held(), Some(self.1.part()))
    }
}

impl<X, P: ?Sized> SharedPull<P> for Const<X>
where
    Const<X>: SharedIn<P>,
    P: Space,
    P::Owned: BorrowMut<P>,
{
    type Held = <Const<X> as SharedIn<P>>::Held;
    type Adjoint = Temporary<P::Owned>;
    #[inline]
    fn split(self) -> (Self::Held, Self::Adjoint) {
        let held = self.held();
        let adjoint = Temporary(held.borrow().nothing_like());
        (held, adjoint)
    }
    #[inline]
    fn split_wanted(self) -> (Self::Held, Option<Self::Adjoint>) {
        (self.held(), None)
    }
}

/// An argument for an exclusive reference to numbers.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a differentiable `&mut` parameter of type `{P}`",
    label = "not a `&mut` reference to such numbers that depends on a differentiable input"
)]
pub trait ExclusiveIn<'a, P: ?Sized> {
    fn exclusive(self) -> &'a mut P;
}

impl<'a, X: ?Sized + Holds<P>, P: ?Sized> ExclusiveIn<'a, P> for Active<&'a mut X> {
    #[inline(always)]
    fn exclusive(self) -> &'a mut P {
        self.0.part()
    }
}

/// The adjoint of what was passed as an exclusive reference.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a differentiable `&mut` parameter of type `{P}`",
    label = "not a `&mut` reference to such numbers that depends on a differentiable input"
)]
pub trait ExclusivePull<'a, P: ?Sized> {
    fn adjoint(self) -> &'a mut P;
}

/// What was passed as an exclusive reference: its adjoint.
pub struct AdjointMut<'a, A: ?Sized>(pub &'a mut A);

impl<'a, A: ?Sized + Holds<P>, P: ?Sized> ExclusivePull<'a, P> for AdjointMut<'a, A> {
    #[inline(always)]
    fn adjoint(self) -> &'a mut P {
        self.0.part()
    }
}

/// An argument for a parameter without derivatives.
#[diagnostic::on_unimplemented(
    message = "the derivative is lost: this argument depends on a differentiable input, but the function's parameter is not differentiated",
    label = "passed to a parameter of type `{X}` that is a constant for the callee",
    note = "name the parameter in the callee's `wrt(..)`, or wrap the argument in `autodiff::stop_gradient(..)` to accept a zero derivative"
)]
pub trait PlainIn<X> {
    fn plain(self) -> X;
}

impl<X> PlainIn<X> for Const<X> {
    #[inline(always)]
    fn plain(self) -> X {
        self.0
    }
}

impl<'a, E> PlainIn<&'a [E]> for Const<&'a Vec<E>> {
    #[inline(always)]
    fn plain(self) -> &'a [E] {
        self.0
    }
}

impl<'a, E, const N: usize> PlainIn<&'a [E]> for Const<&'a [E; N]> {
    #[inline(always)]
    fn plain(self) -> &'a [E] {
        self.0
    }
}

impl<'a, E> PlainIn<&'a mut [E]> for Const<&'a mut Vec<E>> {
    #[inline(always)]
    fn plain(self) -> &'a mut [E] {
        self.0
    }
}

impl<'a, E, const N: usize> PlainIn<&'a mut [E]> for Const<&'a mut [E; N]> {
    #[inline(always)]
    fn plain(self) -> &'a mut [E] {
        self.0
    }
}

/// A constant in code over the user's own number: such a number, or something else.
pub struct Unclear<X>(pub X);

impl<T: Real> ScalarIn<T> for Unclear<T> {
    #[inline(always)]
    fn number(self) -> T {
        self.0
    }
}

impl<T: Real> ScalarPull<T> for Unclear<T> {
    #[inline(always)]
    fn number(&self) -> T {
        self.0
    }
    #[inline(always)]
    fn pull(self, _: T) {}
}

impl<X> PlainIn<X> for Unclear<X> {
    #[inline(always)]
    fn plain(self) -> X {
        self.0
    }
}

// Of a struct that has derivatives a part may have none: which one it is only its type tells.
macro_rules! without_floats {
    ($($t:ty),+) => {$(
        impl PlainIn<$t> for Active<&$t> {
            #[inline(always)]
            fn plain(self) -> $t {
                *self.0
            }
        }
        impl PlainIn<$t> for ActiveMut<'_, &$t, $t> {
            #[inline(always)]
            fn plain(self) -> $t {
                *self.0
            }
        }
        impl<'a> PlainIn<&'a mut $t> for Active<&'a mut $t> {
            #[inline(always)]
            fn plain(self) -> &'a mut $t {
                self.0
            }
        }
        impl<'a> PlainIn<&'a mut [$t]> for Active<&'a mut Vec<$t>> {
            #[inline(always)]
            fn plain(self) -> &'a mut [$t] {
                self.0
            }
        }
        impl<'a> PlainIn<&'a mut Vec<$t>> for Active<&'a mut Vec<$t>> {
            #[inline(always)]
            fn plain(self) -> &'a mut Vec<$t> {
                self.0
            }
        }
        impl<'a> PlainIn<&'a [$t]> for Active<&'a Vec<$t>> {
            #[inline(always)]
            fn plain(self) -> &'a [$t] {
                self.0
            }
        }
        impl<'a> PlainIn<&'a [$t]> for ActiveMut<'_, &'a Vec<$t>, Vec<$t>> {
            #[inline(always)]
            fn plain(self) -> &'a [$t] {
                self.0
            }
        }
    )+};
}
without_floats!(
    bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);

/// In the place of the cotangent of a result that nobody uses.
pub struct Unseeded;

/// The cotangent of a result, if there is one.
pub trait Seed<Out> {
    fn seed(self) -> Option<Out>;
}

impl<Out> Seed<Out> for Option<Out> {
    #[inline(always)]
    fn seed(self) -> Option<Out> {
        self
    }
}

impl<Out> Seed<Out> for Unseeded {
    #[inline(always)]
    fn seed(self) -> Option<Out> {
        None
    }
}

/// Any argument at all: it is not looked at.
pub trait Ignored {}

impl<X> Ignored for X {}

/// Nothing is this.
#[diagnostic::on_unimplemented(
    message = "a function with a generic `&mut` parameter that has no derivative cannot be called by another annotated function",
    label = "lent to a generic parameter",
    note = "make the parameter `&mut dyn Trait` there, or of a type that has a name"
)]
pub trait Inferred {}

/// The result of a function.
pub struct Computed<X>(pub X);
/// The result of a function whose derivative is zero by declaration.
pub struct Constant<X>(pub X);

/// A result in code over the number `T`.
pub trait Outcome<T> {
    type Output;
    fn outcome(self) -> Self::Output;
}

impl<T, X> Outcome<T> for Computed<X> {
    type Output = X;
    #[inline(always)]
    fn outcome(self) -> X {
        self.0
    }
}

impl<T, X: super::LiftTo<T>> Outcome<T> for Constant<X> {
    type Output = X::Output;
    #[inline(always)]
    fn outcome(self) -> X::Output {
        self.0.lift_to()
    }
}

/// A float type: what a function with a gradient returns.
#[diagnostic::on_unimplemented(
    message = "a result of type `{Self}` has no gradient",
    label = "not a single float",
    note = "use the companion `.._vjp`, or ask for the Jacobian"
)]
pub trait FloatOutput {
    fn one() -> Self;
}

impl<T: Real> FloatOutput for T {
    #[inline(always)]
    fn one() -> T {
        T::one()
    }
}

/// An argument for a function whose derivative is zero by declaration: its value.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a function marked `constant` that takes `{X}`",
    label = "not of that type"
)]
pub trait ConstantIn<X> {
    fn constant(self) -> X;
}

impl<X> ConstantIn<X> for Const<X> {
    #[inline(always)]
    fn constant(self) -> X {
        self.0
    }
}

impl<T: Real> ConstantIn<f64> for Active<&T> {
    #[inline(always)]
    fn constant(self) -> f64 {
        self.0.value()
    }
}

impl<T: Real> ConstantIn<f32> for Active<&T> {
    #[inline(always)]
    fn constant(self) -> f32 {
        self.0.value() as f32
    }
}

impl<T: Real, const N: usize> ConstantIn<[f64; N]> for Active<&[T; N]> {
    fn constant(self) -> [f64; N] {
        self.0.map(T::value)
    }
}

/// As [`ConstantIn`], for a parameter that is a shared reference.
#[diagnostic::on_unimplemented(
    message = "this argument cannot be passed to a function marked `constant` that takes `&{X}`",
    label = "not of that type"
)]
pub trait ConstantRef<X: ?Sized> {
    type Held: Borrow<X>;
    fn held(self) -> Self::Held;
}

impl<'a, X: ?Sized> ConstantRef<X> for Const<&'a X> {
    type Held = &'a X;
    fn held(self) -> &'a X {
        self.0
    }
}

impl<'a, E> ConstantRef<[E]> for Const<&'a Vec<E>> {
    type Held = &'a [E];
    fn held(self) -> &'a [E] {
        self.0
    }
}

impl<'a, E, const N: usize> ConstantRef<[E]> for Const<&'a [E; N]> {
    type Held = &'a [E];
    fn held(self) -> &'a [E] {
        self.0
    }
}

macro_rules! constants {
    ($($f:ty),+) => {$(
        impl<T: Real> ConstantRef<$f> for Active<&T> {
            type Held = $f;
            fn held(self) -> $f {
                self.0.value() as $f
            }
        }

        impl<T: Real> ConstantRef<[$f]> for Active<&[T]> {
            type Held = Vec<$f>;
            fn held(self) -> Vec<$f> {
                self.0.iter().map(|x| x.value() as $f).collect()
            }
        }

        impl<T: Real> ConstantRef<[$f]> for Active<&Vec<T>> {
            type Held = Vec<$f>;
            fn held(self) -> Vec<$f> {
                self.0.iter().map(|x| x.value() as $f).collect()
            }
        }

        impl<T: Real, const N: usize> ConstantRef<[$f]> for Active<&[T; N]> {
            type Held = [$f; N];
            fn held(self) -> [$f; N] {
                self.0.map(|x| x.value() as $f)
            }
        }

        impl<T: Real, const N: usize> ConstantRef<[$f; N]> for Active<&[T; N]> {
            type Held = [$f; N];
            fn held(self) -> [$f; N] {
                self.0.map(|x| x.value() as $f)
            }
        }
    )+};
}
constants!(f64, f32);

macro_rules! nested_constants {
    ($($f:ty),+) => {$(
        impl<T: Real, const N: usize, const M: usize> ConstantRef<[[$f; N]; M]> for Active<&[[T; N]; M]> {
            type Held = [[$f; N]; M];
            fn held(self) -> [[$f; N]; M] {
                self.0.map(|row| row.map(|x| x.value() as $f))
            }
        }

        impl<T: Real, const N: usize> ConstantRef<[[$f; N]]> for Active<&[[T; N]]> {
            type Held = Vec<[$f; N]>;
            fn held(self) -> Vec<[$f; N]> {
                self.0.iter().map(|row| row.map(|x| x.value() as $f)).collect()
            }
        }

        impl<T: Real> ConstantRef<[Vec<$f>]> for Active<&[Vec<T>]> {
            type Held = Vec<Vec<$f>>;
            fn held(self) -> Vec<Vec<$f>> {
                self.0.iter().map(|row| row.iter().map(|x| x.value() as $f).collect()).collect()
            }
        }
    )+};
}
nested_constants!(f64, f32);
