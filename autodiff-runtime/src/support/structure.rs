//! Structures of floats, whatever the float: how inputs are given tangents and results are taken apart.

use crate::Real;
use alloc::vec::Vec;

/// A structure of floats of type `F`. What holds none is copied.
#[diagnostic::on_unimplemented(
    message = "`{Self}` holds numbers of one type only, so other modes and higher orders cannot run on it",
    label = "cannot hold numbers with derivatives",
    note = "make the struct generic over its scalar, `struct P<T> {{ .. }}` under `#[derive(Clone, autodiff::Differentiable)]`, and take `P<f64>`"
)]
pub trait Structure<F>: Entries<F> {
    /// The same structure, owned, with `D` in the place of `F`.
    type With<D: Real>;

    /// `f` of each float, in order.
    fn map<D: Real>(&self, f: &mut impl FnMut(F) -> D) -> Self::With<D>;
    /// `f` of each pair of floats in the same place.
    fn zip<D: Real>(&self, other: &Self, f: &mut impl FnMut(F, F) -> D) -> Self::With<D>;
}

/// What holds floats of type `F`, in some order.
#[diagnostic::on_unimplemented(
    message = "the floats of `{Self}` cannot be counted in order, which a Jacobian needs",
    label = "of these there is no Jacobian",
    note = "use floats, arrays, slices, vectors and tuples of them, matrices, and structs that are generic over their scalar under `#[derive(Clone, autodiff::Differentiable)]`"
)]
pub trait Entries<F> {
    /// Visits each float, in order.
    fn each(&self, f: &mut impl FnMut(F));
    /// Overwrites each float, in order.
    fn set(&mut self, f: &mut impl FnMut() -> F);

    /// How many floats there are.
    fn count(&self) -> usize {
        let mut count = 0;
        self.each(&mut |_| count += 1);
        count
    }

    /// Copies the floats, in order; what is returned comes after them.
    fn copy_to<'a>(&self, floats: &'a mut [F]) -> &'a mut [F] {
        let mut copied = 0;
        self.each(&mut |float| {
            if let Some(place) = floats.get_mut(copied) {
                *place = float;
            }
            copied += 1;
        });
        floats.get_mut(copied..).unwrap_or_default()
    }

    /// The same of some.
    #[inline]
    fn copy_all_to<'a>(list: &[Self], floats: &'a mut [F]) -> &'a mut [F]
    where
        Self: Sized,
    {
        list.iter().fold(floats, |rest, s| s.copy_to(rest))
    }
}

impl<F: Real> Structure<F> for F {
    type With<D: Real> = D;
    #[inline(always)]
    fn map<D: Real>(&self, f: &mut impl FnMut(F) -> D) -> D {
        f(*self)
    }
    #[inline(always)]
    fn zip<D: Real>(&self, other: &F, f: &mut impl FnMut(F, F) -> D) -> D {
        f(*self, *other)
    }
}

impl<F: Real> Entries<F> for F {
    #[inline(always)]
    fn each(&self, f: &mut impl FnMut(F)) {
        f(*self);
    }
    #[inline(always)]
    fn set(&mut self, f: &mut impl FnMut() -> F) {
        *self = f();
    }
    #[inline(always)]
    fn copy_to<'a>(&self, floats: &'a mut [F]) -> &'a mut [F] {
        F::copy_all_to(core::slice::from_ref(self), floats)
    }
    #[inline(always)]
    fn copy_all_to<'a>(list: &[F], floats: &'a mut [F]) -> &'a mut [F] {
        match floats.split_at_mut_checked(list.len()) {
            Some((own, rest)) => {
                own.copy_from_slice(list);
                rest
            }
            None => Default::default(),
        }
    }
}

impl<F, S: Structure<F>> Structure<F> for [S] {
    type With<D: Real> = Vec<S::With<D>>;
    #[inline]
    fn map<D: Real>(&self, f: &mut impl FnMut(F) -> D) -> Vec<S::With<D>> {
        self.iter().map(|s| s.map(f)).collect()
    }
    #[inline]
    fn zip<D: Real>(&self, other: &[S], f: &mut impl FnMut(F, F) -> D) -> Vec<S::With<D>> {
        self.iter().zip(other).map(|(a, b)| a.zip(b, f)).collect()
    }
}

impl<F, S: Entries<F>> Entries<F> for [S] {
    #[inline]
    fn each(&self, f: &mut impl FnMut(F)) {
        self.iter().for_each(|s| s.each(f));
    }
    #[inline]
    fn set(&mut self, f: &mut impl FnMut() -> F) {
        self.iter_mut().for_each(|s| s.set(f));
    }
    #[inline]
    fn copy_to<'a>(&self, floats: &'a mut [F]) -> &'a mut [F] {
        S::copy_all_to(self, floats)
    }
}

impl<F, S: Structure<F>> Structure<F> for Vec<S> {
    type With<D: Real> = Vec<S::With<D>>;
    #[inline]
    fn map<D: Real>(&self, f: &mut impl FnMut(F) -> D) -> Vec<S::With<D>> {
        self.as_slice().map(f)
    }
    #[inline]
    fn zip<D: Real>(&self, other: &Vec<S>, f: &mut impl FnMut(F, F) -> D) -> Vec<S::With<D>> {
        self.as_slice().zip(other, f)
    }
}

impl<F, S: Entries<F>> Entries<F> for Vec<S> {
    #[inline]
    fn each(&self, f: &mut impl FnMut(F)) {
        self.as_slice().each(f);
    }
    #[inline]
    fn set(&mut self, f: &mut impl FnMut() -> F) {
        self.as_mut_slice().set(f);
    }
    #[inline]
    fn copy_to<'a>(&self, floats: &'a mut [F]) -> &'a mut [F] {
        S::copy_all_to(self, floats)
    }
}

impl<F, S: Structure<F>, const N: usize> Structure<F> for [S; N] {
    type With<D: Real> = [S::With<D>; N];
    #[inline]
    fn map<D: Real>(&self, f: &mut impl FnMut(F) -> D) -> [S::With<D>; N] {
        core::array::from_fn(|i| self[i].map(f))
    }
    #[inline]
    fn zip<D: Real>(&self, other: &[S; N], f: &mut impl FnMut(F, F) -> D) -> [S::With<D>; N] {
        core::array::from_fn(|i| self[i].zip(&other[i], f))
    }
}

impl<F, S: Entries<F>, const N: usize> Entries<F> for [S; N] {
    #[inline]
    fn each(&self, f: &mut impl FnMut(F)) {
        self.iter().for_each(|s| s.each(f));
    }
    #[inline]
    fn set(&mut self, f: &mut impl FnMut() -> F) {
        self.iter_mut().for_each(|s| s.set(f));
    }
    #[inline]
    fn copy_to<'a>(&self, floats: &'a mut [F]) -> &'a mut [F] {
        S::copy_all_to(self, floats)
    }
}

impl<F, S: Structure<F>> Structure<F> for Option<S> {
    type With<D: Real> = Option<S::With<D>>;
    #[inline]
    fn map<D: Real>(&self, f: &mut impl FnMut(F) -> D) -> Option<S::With<D>> {
        self.as_ref().map(|s| s.map(f))
    }
    #[inline]
    fn zip<D: Real>(&self, other: &Self, f: &mut impl FnMut(F, F) -> D) -> Option<S::With<D>> {
        match (self, other) {
            (Some(a), Some(b)) => Some(a.zip(b, f)),
            (None, None) => None,
            _ => super::other_variant(),
        }
    }
}

impl<F, S: Entries<F>> Entries<F> for Option<S> {
    #[inline]
    fn each(&self, f: &mut impl FnMut(F)) {
        self.iter().for_each(|s| s.each(f));
    }
    #[inline]
    fn set(&mut self, f: &mut impl FnMut() -> F) {
        self.iter_mut().for_each(|s| s.set(f));
    }
}

macro_rules! plain {
    ($($t:ty),+) => {$(
        impl<F> Structure<F> for $t {
            type With<D: Real> = $t;
            #[inline(always)]
            fn map<D: Real>(&self, _: &mut impl FnMut(F) -> D) -> $t {
                *self
            }
            #[inline(always)]
            fn zip<D: Real>(&self, _: &$t, _: &mut impl FnMut(F, F) -> D) -> $t {
                *self
            }
        }

        impl<F> Entries<F> for $t {
            #[inline(always)]
            fn each(&self, _: &mut impl FnMut(F)) {}
            #[inline(always)]
            fn set(&mut self, _: &mut impl FnMut() -> F) {}
        }
    )+};
}
plain!(
    bool,
    char,
    u8,
    u16,
    u32,
    u64,
    u128,
    usize,
    i8,
    i16,
    i32,
    i64,
    i128,
    isize,
    ()
);

macro_rules! tuple {
    ($($t:ident $k:tt),+) => {
        impl<F, $($t: Structure<F>),+> Structure<F> for ($($t,)+) {
            type With<Number: Real> = ($($t::With<Number>,)+);
            #[inline]
            fn map<Number: Real>(&self, f: &mut impl FnMut(F) -> Number) -> Self::With<Number> {
                ($(self.$k.map(f),)+)
            }
            #[inline]
            fn zip<Number: Real>(&self, other: &Self, f: &mut impl FnMut(F, F) -> Number) -> Self::With<Number> {
                ($(self.$k.zip(&other.$k, f),)+)
            }
        }

        impl<F, $($t: Entries<F>),+> Entries<F> for ($($t,)+) {
            #[inline]
            fn each(&self, f: &mut impl FnMut(F)) {
                $(self.$k.each(f);)+
            }
            #[inline]
            fn set(&mut self, f: &mut impl FnMut() -> F) {
                $(self.$k.set(f);)+
            }
            #[inline]
            fn copy_to<'a>(&self, floats: &'a mut [F]) -> &'a mut [F] {
                $(let floats = self.$k.copy_to(floats);)+
                floats
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
tuple!(A 0, B 1, C 2, D 3, E 4);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6);
tuple!(A 0, B 1, C 2, D 3, E 4, G 5, H 6, I 7);
