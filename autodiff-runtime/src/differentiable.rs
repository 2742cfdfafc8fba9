//! What models hold their parameters in: structures of floats that an optimiser can treat as one vector.

use alloc::boxed::Box;
use alloc::vec::Vec;

/// Floats that can be visited in order. What is [`Differentiable`] has it, and so do the arrays of `ndarray`, which have
/// methods of their own for what that trait does: its `dot` and `map` must not come before theirs.
#[doc(hidden)]
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be differentiated",
    label = "holds no floats that are known of",
    note = "put `#[derive(Clone, autodiff::Differentiable)]` on the struct, or leave the parameter out with `wrt(..)`"
)]
pub trait Floats: Clone {
    /// Visits each float, in order.
    fn visit(&self, f: &mut dyn FnMut(f64));
    /// Visits each float, in order, to change it.
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64));
}

/// A structure of floats: `f64`, arrays, vectors, options, boxes and tuples of them, and structs and enums that derive it.
///
/// The gradient of a `P: Differentiable` is a `P`: its float fields hold the derivatives, other fields are copied. The
/// methods here are those that training needs, so that any optimiser that speaks slices can be used.
///
/// ```
/// use autodiff_runtime::Differentiable;
///
/// let mut parameters = (vec![1.0, 2.0], 3.0);
/// let gradient = (vec![0.5, 0.5], 1.0);
/// parameters.axpy(-0.1, &gradient);
/// assert_eq!(parameters.to_flat(), [0.95, 1.95, 2.9]);
/// assert_eq!(gradient.dot(&gradient), 1.5);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be differentiated",
    label = "holds no floats that are known of",
    note = "put `#[derive(Clone, autodiff::Differentiable)]` on the struct, or leave the parameter out with `wrt(..)`"
)]
pub trait Differentiable: Floats {
    /// The same structure with every float zero.
    fn zeros_like(&self) -> Self {
        let mut zeros = self.clone();
        zeros.visit_mut(&mut |x| *x = 0.0);
        zeros
    }

    /// `self += factor * other`, float by float.
    ///
    /// # Panics
    ///
    /// If the two do not hold the same number of floats.
    fn axpy(&mut self, factor: f64, other: &Self) {
        let other = other.to_flat();
        assert_eq!(
            self.to_flat().len(),
            other.len(),
            "axpy of structures that hold different numbers of floats"
        );
        let mut next = other.iter();
        self.visit_mut(&mut |x| {
            if let Some(y) = next.next() {
                *x += factor * y;
            }
        });
    }

    /// The inner product of the floats.
    ///
    /// # Panics
    ///
    /// If the two do not hold the same number of floats.
    fn dot(&self, other: &Self) -> f64 {
        let (a, b) = (self.to_flat(), other.to_flat());
        assert_eq!(
            a.len(),
            b.len(),
            "dot of structures that hold different numbers of floats"
        );
        a.iter().zip(&b).map(|(x, y)| x * y).sum()
    }

    /// `f` of each float.
    fn map(&self, mut f: impl FnMut(f64) -> f64) -> Self
    where
        Self: Sized,
    {
        let mut mapped = self.clone();
        mapped.visit_mut(&mut |x| *x = f(*x));
        mapped
    }

    /// All floats, in order.
    fn to_flat(&self) -> Vec<f64> {
        let mut list = Vec::new();
        self.visit(&mut |x| list.push(x));
        list
    }

    /// Overwrites all floats, in order.
    ///
    /// # Panics
    ///
    /// If `list` does not hold as many.
    fn set_flat(&mut self, list: &[f64]) {
        let count = self.to_flat().len();
        assert_eq!(
            count,
            list.len(),
            "the structure holds {count} floats, the list {}",
            list.len()
        );
        let mut next = list.iter();
        self.visit_mut(&mut |x| {
            if let Some(y) = next.next() {
                *x = *y;
            }
        });
    }
}

impl Floats for f64 {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        f(*self);
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        f(self);
    }
}

impl Floats for f32 {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        f(f64::from(*self));
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        let mut wide = f64::from(*self);
        f(&mut wide);
        *self = wide as f32;
    }
}

// What stands beside floats in tuples and lists holds none.
macro_rules! plain {
    ($($t:ty),+) => {$(
        impl Floats for $t {
            fn visit(&self, _: &mut dyn FnMut(f64)) {}
            fn visit_mut(&mut self, _: &mut dyn FnMut(&mut f64)) {}
        }
    )+};
}
plain!(
    bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);

impl<S: Floats, const N: usize> Floats for [S; N] {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|s| s.visit(f));
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.iter_mut().for_each(|s| s.visit_mut(f));
    }
}

impl<S: Floats> Floats for Vec<S> {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|s| s.visit(f));
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.iter_mut().for_each(|s| s.visit_mut(f));
    }
}

impl<S: Floats> Floats for Option<S> {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        self.iter().for_each(|s| s.visit(f));
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        self.iter_mut().for_each(|s| s.visit_mut(f));
    }
}

impl<S: Floats> Floats for Box<S> {
    fn visit(&self, f: &mut dyn FnMut(f64)) {
        (**self).visit(f);
    }
    fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
        (**self).visit_mut(f);
    }
}

impl Differentiable for f64 {}
impl Differentiable for f32 {}
impl<S: Floats, const N: usize> Differentiable for [S; N] {}
impl<S: Floats> Differentiable for Vec<S> {}
impl<S: Floats> Differentiable for Option<S> {}
impl<S: Floats> Differentiable for Box<S> {}

macro_rules! tuple {
    ($($t:ident $k:tt),+) => {
        impl<$($t: Floats),+> Differentiable for ($($t,)+) {}

        impl<$($t: Floats),+> Floats for ($($t,)+) {
            fn visit(&self, f: &mut dyn FnMut(f64)) {
                $(self.$k.visit(f);)+
            }
            fn visit_mut(&mut self, f: &mut dyn FnMut(&mut f64)) {
                $(self.$k.visit_mut(f);)+
            }
        }
    };
}
tuple!(A 0);
tuple!(A 0, B 1);
tuple!(A 0, B 1, C 2);
tuple!(A 0, B 1, C 2, D 3);
