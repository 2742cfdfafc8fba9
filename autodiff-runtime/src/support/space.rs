//! Values that have adjoints.

use super::kept;
use crate::Real;
use alloc::string::String;
use alloc::vec::Vec;
use core::marker::PhantomData;
use core::mem::needs_drop;

/// A value with an adjoint of the same shape. What holds no floats is copied into the adjoint and left alone there.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be differentiated",
    label = "holds no floats that the macro can see",
    note = "use floats, arrays, slices, vectors and tuples of them, and structs with `#[derive(Clone, autodiff::Differentiable)]`, or leave the parameter out with `wrt(..)`; a field that is constant, such as a reference, is read as `autodiff::stop_gradient(s.field)`"
)]
pub trait Space {
    /// The type of an adjoint of one's own.
    type Owned: Space;
    /// What a zero of the same shape is made of: it has no size where the shape is the type's.
    type Shape: Undefined;

    /// A zero of the same shape.
    fn zero_like(&self) -> Self::Owned;
    /// The same for an adjoint that nobody is handed: of numbers it is [`nothing`], and vectors are in memory that is kept between
    /// calls.
    #[inline(always)]
    fn nothing_like(&self) -> Self::Owned {
        self.zero_like()
    }
    fn shape(&self) -> Self::Shape;
    /// As [`nothing_like`](Space::nothing_like) what had the shape.
    fn nothing_of(shape: Self::Shape) -> Self::Owned;
    /// Keeps the memory of such an adjoint for others. What is left is for nothing but to be dropped or overwritten.
    #[inline(always)]
    fn recycle(&mut self) {}
    /// Adds another adjoint of the same shape.
    fn accumulate(&mut self, other: &Self);
    /// Sets every float to zero.
    fn clear(&mut self);
    /// Whether any float is NaN.
    fn any_nan(&self) -> bool;
    /// The first lengths that differ. Panics where variants of enums do.
    fn mismatch(&self, other: &Self) -> Option<(usize, usize)>;
    /// Overwrites what is left out of derivatives, `#[differentiable(skip)]`, by that of another value, as far as their shapes are
    /// the same.
    #[inline(always)]
    fn leave_out(&mut self, value: &Self) {
        let _ = value;
    }
}

/// The zero that changes nothing that it is added to, its sign included: the compiler leaves the addition out. What is handed out
/// starts from [`Real::zero`], and stays that if nothing is added.
#[inline(always)]
pub fn nothing<T: Real>() -> T {
    -T::zero()
}

/// The shape `H` of an `S`. It asks nothing of `S`, so that what has no shape is refused once, where it is asked for.
pub struct Shape<S: ?Sized, H>(H, PhantomData<fn(&S)>);

#[inline(always)]
pub fn shape<S: Space + ?Sized>(value: &S) -> Shape<S, S::Shape> {
    Shape(value.shape(), PhantomData)
}

impl<S: ?Sized, H: ShapeOf<S>> Shape<S, H> {
    #[inline(always)]
    pub fn nothing(self) -> H::Owned {
        self.0.nothing()
    }
}

/// What [`Space::shape`] gives of an `S`.
pub trait ShapeOf<S: ?Sized> {
    type Owned;
    fn nothing(self) -> Self::Owned;
}

impl<S: Space<Shape = H> + ?Sized, H> ShapeOf<S> for H {
    type Owned = S::Owned;
    #[inline(always)]
    fn nothing(self) -> S::Owned {
        S::nothing_of(self)
    }
}

impl<S: ?Sized, H: Clone> Clone for Shape<S, H> {
    #[inline(always)]
    fn clone(&self) -> Self {
        Shape(self.0.clone(), PhantomData)
    }
}

impl<S: ?Sized, H: Copy> Copy for Shape<S, H> {}

impl<S: ?Sized, H: Undefined> Undefined for Shape<S, H> {
    #[inline(always)]
    fn undefined() -> Self {
        Shape(Undefined::undefined(), PhantomData)
    }
}

/// Nothing is left of an adjoint that nobody is handed.
#[inline(always)]
pub fn empty<A: Space<Owned = A>>(adjoint: &mut A) {
    // What is small ends up in registers.
    if const { size_of::<A>() <= 256 } {
        *adjoint = adjoint.nothing_like();
    } else {
        adjoint.clear();
    }
}

/// A cotangent as the sweeps take it: of what is left out it is zero.
#[inline(always)]
pub fn without_left_out<S: Space + ?Sized>(cotangent: &mut S)
where
    S::Owned: core::borrow::Borrow<S>,
{
    let zero = cotangent.zero_like();
    cotangent.leave_out(core::borrow::Borrow::borrow(&zero));
}

/// Compiles for a part of an aggregate that has an adjoint.
#[inline(always)]
pub fn part<'a, S: Space + ?Sized + 'a>(_: impl FnOnce() -> &'a S) {}

/// A type of which at least a part is a float.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds no floats",
    label = "cannot be differentiated",
    note = "leave the parameter out: name the others in `wrt(..)`"
)]
pub trait HoldsFloats {}

impl<T: Real> HoldsFloats for T {}
impl<S: HoldsFloats> HoldsFloats for [S] {}
impl<S: HoldsFloats, const N: usize> HoldsFloats for [S; N] {}
impl<S: HoldsFloats> HoldsFloats for Vec<S> {}

/// Compiles for types that hold floats.
#[inline(always)]
pub fn holds_floats<S: HoldsFloats + ?Sized>(_: &S) {}

/// What operators are known of: a type of the user's may mean anything by them.
#[diagnostic::on_unimplemented(
    message = "the derivative of the operators of `{Self}` is not known",
    label = "an operator of a type of your own, on a value that depends on a differentiable input",
    note = "make the operator's body a function under `#[differentiate]`, and call that by its name here: `add(a, b)` or `Type::add(a, b)`"
)]
pub trait Operand {}

impl<T: Real> Operand for T {}

/// An operand, if it is a number.
#[inline(always)]
pub fn operand<X: Operand>(x: X) -> X {
    x
}

/// What is asked of a sequence or a matrix: no derivative is lost with it.
#[diagnostic::on_unimplemented(
    message = "no derivative is known for this method, which gives `{Self}`",
    label = "taken for the method of std that gives a `usize`",
    note = "annotate the method, and call it by its path: `Type::len(&value)`"
)]
pub trait Answer {}

impl Answer for usize {}
impl Answer for bool {}
impl Answer for (usize, usize) {}
impl Answer for &[usize] {}

/// An answer, if it is one.
#[inline(always)]
pub fn answer<X: Answer>(x: X) -> X {
    x
}

/// What is cast, or made a number, in code over a number of its own: it has no derivative.
#[diagnostic::on_unimplemented(
    message = "the derivative is lost where this `{Self}` becomes another number",
    label = "a field that depends on a differentiable input",
    note = "make the field one of the function's own number, or wrap it in `autodiff::stop_gradient(..)` to accept a zero derivative"
)]
pub trait Integer {}

/// An integer, if it is one.
#[inline(always)]
pub fn integer<X: Integer>(x: X) -> X {
    x
}

macro_rules! integers {
    ($($t:ty),+) => {$(impl Integer for $t {})+};
}
integers!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize, bool, char
);

/// A sequence of elements that can be added up.
pub trait Elements {
    type Element;
    fn sum(&self) -> Self::Element;
}

/// A value that is never read: what a branch that was not taken would have computed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be differentiated",
    label = "holds no floats that the macro can see",
    note = "derive `autodiff::Differentiable` for it, or use floats, arrays, slices, vectors and tuples of them"
)]
pub trait Undefined {
    fn undefined() -> Self;
}

impl<T: Real> Space for T {
    type Owned = T;
    type Shape = ();
    #[inline(always)]
    fn zero_like(&self) -> T {
        T::zero()
    }
    #[inline(always)]
    fn nothing_like(&self) -> T {
        nothing()
    }
    #[inline(always)]
    fn shape(&self) {}
    #[inline(always)]
    fn nothing_of((): ()) -> T {
        nothing()
    }
    #[inline(always)]
    fn accumulate(&mut self, other: &T) {
        *self += *other;
    }
    #[inline(always)]
    fn clear(&mut self) {
        *self = T::zero();
    }
    #[inline(always)]
    fn any_nan(&self) -> bool {
        self.__has_nan()
    }
    #[inline(always)]
    fn mismatch(&self, _: &T) -> Option<(usize, usize)> {
        None
    }
}

impl<T: Real> Undefined for T {
    #[inline(always)]
    fn undefined() -> T {
        T::zero()
    }
}

macro_rules! plain {
    ($($t:ty = $blank:expr),+ $(,)?) => {$(
        impl Operand for $t {}
        impl Space for $t {
            type Owned = $t;
            type Shape = $t;
            #[inline(always)]
            fn zero_like(&self) -> $t {
                *self
            }
            #[inline(always)]
            fn shape(&self) -> $t {
                *self
            }
            #[inline(always)]
            fn nothing_of(shape: $t) -> $t {
                shape
            }
            #[inline(always)]
            fn accumulate(&mut self, _: &$t) {}
            #[inline(always)]
            fn clear(&mut self) {}
            #[inline(always)]
            fn any_nan(&self) -> bool {
                false
            }
            #[inline(always)]
            fn mismatch(&self, _: &$t) -> Option<(usize, usize)> {
                None
            }
        }
        impl Undefined for $t {
            #[inline(always)]
            fn undefined() -> $t {
                $blank
            }
        }
    )+};
}
plain!(
    bool = false,
    char = ' ',
    u8 = 0,
    u16 = 0,
    u32 = 0,
    u64 = 0,
    u128 = 0,
    usize = 0,
    i8 = 0,
    i16 = 0,
    i32 = 0,
    i64 = 0,
    i128 = 0,
    isize = 0,
);

// What structs hold beside floats.
macro_rules! empty {
    ($($(#[$attribute:meta])* [$($generics:tt)*] $t:ty;)+) => {$(
        $(#[$attribute])*
        impl<$($generics)*> Undefined for $t {
            #[inline]
            fn undefined() -> $t {
                Default::default()
            }
        }
    )+};
}
empty! {
    [] String;
    ['a] &'a str;
    ['a, T] &'a [T];
    [] core::time::Duration;
    [T: ?Sized] PhantomData<T>;
    [T: Ord] alloc::collections::BTreeSet<T>;
    [K: Ord, V] alloc::collections::BTreeMap<K, V>;
    [T] alloc::collections::VecDeque<T>;
    #[cfg(feature = "std")]
    [T, S: Default] std::collections::HashSet<T, S>;
    #[cfg(feature = "std")]
    [K, V, S: Default] std::collections::HashMap<K, V, S>;
}

impl<S: Space> Space for [S] {
    type Owned = Vec<S::Owned>;
    // Of what has no size a vector is a length.
    type Shape = Vec<S::Shape>;
    #[inline]
    fn zero_like(&self) -> Vec<S::Owned> {
        self.iter().map(S::zero_like).collect()
    }
    #[inline]
    fn shape(&self) -> Vec<S::Shape> {
        self.iter().map(S::shape).collect()
    }
    #[inline]
    fn nothing_of(shape: Vec<S::Shape>) -> Vec<S::Owned> {
        kept::collect(shape.len(), shape.into_iter().map(S::nothing_of))
    }
    #[inline]
    fn nothing_like(&self) -> Vec<S::Owned> {
        kept::nothing_like(self.len(), self)
    }
    #[inline]
    fn recycle(&mut self) {
        self.iter_mut().rev().for_each(S::recycle);
    }
    #[inline]
    fn accumulate(&mut self, other: &[S]) {
        for (a, b) in self.iter_mut().zip(other) {
            a.accumulate(b);
        }
    }
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(S::clear);
    }
    #[inline]
    fn any_nan(&self) -> bool {
        // Without leaving early, and two at a time, which are compared with each other: so that it is vectorised.
        let (a, b) = self.split_at(self.len() / 2);
        let (b, rest) = b.split_at(a.len());
        let pairs = a.iter().zip(b);
        pairs.fold(rest.iter().any(S::any_nan), |nan, (a, b)| {
            nan | (a.any_nan() | b.any_nan())
        })
    }
    #[inline]
    fn leave_out(&mut self, value: &[S]) {
        for (a, b) in self.iter_mut().zip(value) {
            a.leave_out(b);
        }
    }
    #[inline]
    fn mismatch(&self, other: &[S]) -> Option<(usize, usize)> {
        if self.len() != other.len() {
            return Some((self.len(), other.len()));
        }
        self.iter().zip(other).find_map(|(a, b)| a.mismatch(b))
    }
}

impl<S: Space + Undefined + Clone> Elements for [S] {
    type Element = S;
    #[inline]
    fn sum(&self) -> S {
        match self.split_first() {
            Some((first, rest)) => rest.iter().fold(first.clone(), |mut sum, x| {
                sum.accumulate(x);
                sum
            }),
            // Undefined numbers are zeros.
            None => S::undefined(),
        }
    }
}

impl<S: Space, const N: usize> Space for [S; N] {
    type Owned = [S::Owned; N];
    type Shape = [S::Shape; N];
    #[inline]
    fn zero_like(&self) -> [S::Owned; N] {
        core::array::from_fn(|i| self[i].zero_like())
    }
    #[inline]
    fn nothing_like(&self) -> [S::Owned; N] {
        core::array::from_fn(|i| self[i].nothing_like())
    }
    #[inline(always)]
    fn recycle(&mut self) {
        if const { needs_drop::<S>() } {
            self.as_mut_slice().recycle();
        }
    }
    #[inline]
    fn shape(&self) -> [S::Shape; N] {
        core::array::from_fn(|i| self[i].shape())
    }
    #[inline]
    fn nothing_of(shape: [S::Shape; N]) -> [S::Owned; N] {
        shape.map(S::nothing_of)
    }
    #[inline]
    fn accumulate(&mut self, other: &[S; N]) {
        for (a, b) in self.iter_mut().zip(other) {
            a.accumulate(b);
        }
    }
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(S::clear);
    }
    #[inline]
    fn any_nan(&self) -> bool {
        self.as_slice().any_nan()
    }
    #[inline]
    fn leave_out(&mut self, value: &[S; N]) {
        for (a, b) in self.iter_mut().zip(value) {
            a.leave_out(b);
        }
    }
    #[inline]
    fn mismatch(&self, other: &[S; N]) -> Option<(usize, usize)> {
        self.iter().zip(other).find_map(|(a, b)| a.mismatch(b))
    }
}

impl<S: Undefined, const N: usize> Undefined for [S; N] {
    #[inline(always)]
    fn undefined() -> [S; N] {
        core::array::from_fn(|_| S::undefined())
    }
}

/// An array with as many elements as another, for what it is mapped to.
#[inline(always)]
pub fn blank_like<S, U: Undefined, const N: usize>(_: &[S; N]) -> [U; N] {
    Undefined::undefined()
}

/// What a map or a set lends, as values.
pub trait Lent {
    type Value;
    fn value(self) -> Self::Value;
}

impl<T: Clone> Lent for &T {
    type Value = T;
    fn value(self) -> T {
        self.clone()
    }
}

impl<K: Clone, V: Clone> Lent for (&K, &V) {
    type Value = (K, V);
    fn value(self) -> (K, V) {
        (self.0.clone(), self.1.clone())
    }
}

/// The items of a map or a set.
pub fn listed<I: IntoIterator<Item: Lent>>(items: I) -> Vec<<I::Item as Lent>::Value> {
    items.into_iter().map(Lent::value).collect()
}

impl<S: Space> Space for Vec<S> {
    type Owned = Vec<S::Owned>;
    type Shape = Vec<S::Shape>;
    #[inline]
    fn zero_like(&self) -> Vec<S::Owned> {
        self.as_slice().zero_like()
    }
    #[inline]
    fn shape(&self) -> Vec<S::Shape> {
        self.as_slice().shape()
    }
    #[inline]
    fn nothing_of(shape: Vec<S::Shape>) -> Vec<S::Owned> {
        <[S]>::nothing_of(shape)
    }
    #[inline]
    fn nothing_like(&self) -> Vec<S::Owned> {
        // What was popped off will be pushed onto the adjoint.
        kept::nothing_like(self.capacity(), self)
    }
    #[inline]
    fn recycle(&mut self) {
        kept::recycle(self);
    }
    #[inline]
    fn accumulate(&mut self, other: &Vec<S>) {
        self.as_mut_slice().accumulate(other);
    }
    #[inline]
    fn clear(&mut self) {
        self.as_mut_slice().clear();
    }
    #[inline]
    fn any_nan(&self) -> bool {
        self.as_slice().any_nan()
    }
    #[inline]
    fn leave_out(&mut self, value: &Vec<S>) {
        self.as_mut_slice().leave_out(value);
    }
    #[inline]
    fn mismatch(&self, other: &Vec<S>) -> Option<(usize, usize)> {
        self.as_slice().mismatch(other)
    }
}

impl<S> Undefined for Vec<S> {
    #[inline(always)]
    fn undefined() -> Vec<S> {
        Vec::new()
    }
}

impl<S: Space> Space for Option<S> {
    type Owned = Option<S::Owned>;
    type Shape = Option<S::Shape>;
    #[inline]
    fn shape(&self) -> Option<S::Shape> {
        self.as_ref().map(S::shape)
    }
    #[inline]
    fn nothing_of(shape: Option<S::Shape>) -> Option<S::Owned> {
        shape.map(S::nothing_of)
    }
    #[inline]
    fn zero_like(&self) -> Option<S::Owned> {
        self.as_ref().map(S::zero_like)
    }
    #[inline]
    fn nothing_like(&self) -> Option<S::Owned> {
        self.as_ref().map(S::nothing_like)
    }
    #[inline]
    fn recycle(&mut self) {
        self.iter_mut().for_each(S::recycle);
    }
    #[inline]
    fn accumulate(&mut self, other: &Option<S>) {
        match (self, other) {
            (Some(a), Some(b)) => a.accumulate(b),
            (None, None) => {}
            _ => super::other_variant(),
        }
    }
    #[inline]
    fn clear(&mut self) {
        self.iter_mut().for_each(S::clear);
    }
    #[inline]
    fn any_nan(&self) -> bool {
        self.as_ref().is_some_and(S::any_nan)
    }
    #[inline]
    fn leave_out(&mut self, value: &Option<S>) {
        if let (Some(a), Some(b)) = (self, value) {
            a.leave_out(b);
        }
    }
    #[inline]
    fn mismatch(&self, other: &Option<S>) -> Option<(usize, usize)> {
        match (self, other) {
            (Some(a), Some(b)) => a.mismatch(b),
            (None, None) => None,
            _ => super::other_variant(),
        }
    }
}

impl<S: HoldsFloats> HoldsFloats for Option<S> {}

impl<S> Undefined for Option<S> {
    #[inline(always)]
    fn undefined() -> Option<S> {
        None
    }
}

macro_rules! tuple {
    ($($t:ident $k:tt),*) => {
        #[allow(clippy::unused_unit)]
        impl<$($t: Space),*> Space for ($($t,)*) {
            type Owned = ($($t::Owned,)*);
            type Shape = ($($t::Shape,)*);
            #[inline]
            fn shape(&self) -> Self::Shape {
                ($(self.$k.shape(),)*)
            }
            #[inline]
            #[allow(unused_variables)]
            fn nothing_of(shape: Self::Shape) -> Self::Owned {
                ($($t::nothing_of(shape.$k),)*)
            }
            #[inline]
            fn zero_like(&self) -> Self::Owned {
                ($(self.$k.zero_like(),)*)
            }
            #[inline]
            fn nothing_like(&self) -> Self::Owned {
                ($(self.$k.nothing_like(),)*)
            }
            #[inline(always)]
            fn recycle(&mut self) {
                $(self.$k.recycle();)*
            }
            #[inline]
            #[allow(unused_variables)]
            fn accumulate(&mut self, other: &Self) {
                $(self.$k.accumulate(&other.$k);)*
            }
            #[inline]
            fn clear(&mut self) {
                $(self.$k.clear();)*
            }
            #[inline]
            fn any_nan(&self) -> bool {
                false $(| self.$k.any_nan())*
            }
            #[inline]
            #[allow(unused_variables)]
            fn leave_out(&mut self, value: &Self) {
                $(self.$k.leave_out(&value.$k);)*
            }
            #[inline]
            #[allow(unused_variables)]
            fn mismatch(&self, other: &Self) -> Option<(usize, usize)> {
                None$(.or_else(|| self.$k.mismatch(&other.$k)))*
            }
        }
        impl<$($t),*> HoldsFloats for ($($t,)*) {}
        #[allow(clippy::unused_unit)]
        impl<$($t: Undefined),*> Undefined for ($($t,)*) {
            #[inline(always)]
            fn undefined() -> Self {
                ($($t::undefined(),)*)
            }
        }
    };
}
tuple!();
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6);
tuple!(A 0, B 1, C 2, D 3, E 4, F 5, G 6, H 7);
