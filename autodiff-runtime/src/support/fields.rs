//! Fields of structs: what holds floats takes part, everything else is copied.
//!
//! A derive does not know which fields hold floats. Method resolution does: a method of `Field<T>` for `T: Space` is found
//! before one of `&Field<T>` for any `T`.

use super::Space;
use crate::differentiable::Floats;

pub struct Field<'a, T>(pub &'a T);
pub struct FieldMut<'a, T>(pub &'a mut T);
pub struct Pair<'a, T>(pub &'a mut T, pub &'a T);
pub struct Both<'a, T>(pub &'a T, pub &'a T);

pub trait ZeroOfSpace<T> {
    fn zero(&self) -> T;
}
impl<T: Space<Owned = T>> ZeroOfSpace<T> for Field<'_, T> {
    #[inline]
    fn zero(&self) -> T {
        self.0.zero_like()
    }
}
pub trait ZeroOfAny<T> {
    fn zero(&self) -> T;
}
impl<T: Clone> ZeroOfAny<T> for &Field<'_, T> {
    #[inline]
    fn zero(&self) -> T {
        self.0.clone()
    }
}

pub trait AccumulateSpace {
    fn accumulate(&mut self);
    fn leave_out(&mut self);
}
impl<T: Space> AccumulateSpace for Pair<'_, T> {
    #[inline]
    fn accumulate(&mut self) {
        self.0.accumulate(self.1);
    }
    #[inline]
    fn leave_out(&mut self) {
        self.0.leave_out(self.1);
    }
}
pub trait AccumulateAny {
    fn accumulate(&mut self);
    fn leave_out(&mut self);
}
impl<T> AccumulateAny for &mut Pair<'_, T> {
    #[inline]
    fn accumulate(&mut self) {}
    #[inline]
    fn leave_out(&mut self) {}
}

pub trait ClearSpace {
    fn clear(&mut self);
}
impl<T: Space> ClearSpace for FieldMut<'_, T> {
    #[inline]
    fn clear(&mut self) {
        self.0.clear();
    }
}
pub trait ClearAny {
    fn clear(&mut self);
}
impl<T> ClearAny for &mut FieldMut<'_, T> {
    #[inline]
    fn clear(&mut self) {}
}

pub trait NanInSpace {
    fn any_nan(&self) -> bool;
}
impl<T: Space> NanInSpace for Field<'_, T> {
    #[inline]
    fn any_nan(&self) -> bool {
        self.0.any_nan()
    }
}
pub trait NanInAny {
    fn any_nan(&self) -> bool;
}
impl<T> NanInAny for &Field<'_, T> {
    #[inline]
    fn any_nan(&self) -> bool {
        false
    }
}

pub trait MismatchSpace {
    fn mismatch(&self) -> Option<(usize, usize)>;
}
impl<T: Space> MismatchSpace for Both<'_, T> {
    #[inline]
    fn mismatch(&self) -> Option<(usize, usize)> {
        self.0.mismatch(self.1)
    }
}
pub trait MismatchAny {
    fn mismatch(&self) -> Option<(usize, usize)>;
}
impl<T> MismatchAny for &Both<'_, T> {
    #[inline]
    fn mismatch(&self) -> Option<(usize, usize)> {
        None
    }
}

pub trait VisitSpace {
    fn visit(&self, f: &mut dyn FnMut(f64));
}
impl<T: Floats> VisitSpace for Field<'_, T> {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        self.0.visit(f);
    }
}
pub trait VisitAny {
    fn visit(&self, f: &mut dyn FnMut(f64));
}
impl<T> VisitAny for &Field<'_, T> {
    fn visit(&self, _: &mut dyn FnMut(f64)) {}
}

pub trait VisitMutSpace {
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64));
}
impl<T: Floats> VisitMutSpace for FieldMut<'_, T> {
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.0.visit_mut(f);
    }
}
pub trait VisitMutAny {
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64));
}
impl<T> VisitMutAny for &mut FieldMut<'_, T> {
    fn visit_mut(&mut self, _: &mut dyn FnMut(&mut f64)) {}
}
