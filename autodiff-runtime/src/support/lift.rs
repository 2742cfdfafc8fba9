//! Between numbers without derivatives and numbers with them.

use crate::Real;
use alloc::boxed::Box;
use alloc::vec::Vec;

/// A constant as a number of type `T`, or a structure of constants as one of such numbers.
pub trait LiftTo<T> {
    /// The same structure with `T` in the place of the float.
    type Output;
    fn lift_to(self) -> Self::Output;
}

impl<T: Real> LiftTo<T> for f64 {
    type Output = T;
    #[inline(always)]
    fn lift_to(self) -> T {
        T::from_f64(self)
    }
}

impl<T: Real> LiftTo<T> for f32 {
    type Output = T;
    #[inline(always)]
    fn lift_to(self) -> T {
        T::from_f64(f64::from(self))
    }
}

impl<T> LiftTo<T> for () {
    type Output = ();
    #[inline(always)]
    fn lift_to(self) {}
}

impl<T, A: LiftTo<T>, const N: usize> LiftTo<T> for [A; N] {
    type Output = [A::Output; N];
    #[inline]
    fn lift_to(self) -> Self::Output {
        self.map(A::lift_to)
    }
}

impl<T, A: LiftTo<T>> LiftTo<T> for Vec<A> {
    type Output = Vec<A::Output>;
    #[inline]
    fn lift_to(self) -> Self::Output {
        self.into_iter().map(A::lift_to).collect()
    }
}

impl<T, A: LiftTo<T>> LiftTo<T> for Option<A> {
    type Output = Option<A::Output>;
    #[inline]
    fn lift_to(self) -> Self::Output {
        self.map(A::lift_to)
    }
}

impl<T, A: LiftTo<T>> LiftTo<T> for Box<A> {
    type Output = Box<A::Output>;
    #[inline]
    fn lift_to(self) -> Self::Output {
        Box::new((*self).lift_to())
    }
}

impl<T, A: LiftTo<T> + Clone> LiftTo<T> for &A {
    type Output = A::Output;
    #[inline(always)]
    fn lift_to(self) -> Self::Output {
        self.clone().lift_to()
    }
}

impl<T, A: LiftTo<T> + Clone> LiftTo<T> for &[A] {
    type Output = Vec<A::Output>;
    #[inline]
    fn lift_to(self) -> Self::Output {
        self.iter().cloned().map(A::lift_to).collect()
    }
}

/// The values of a structure of numbers, as floats of type `F`.
pub trait Primal<F> {
    type Output;
    fn primal(&self) -> Self::Output;
}

impl<T: Real> Primal<f64> for T {
    type Output = f64;
    #[inline(always)]
    fn primal(&self) -> f64 {
        self.value()
    }
}

impl<T: Real> Primal<f32> for T {
    type Output = f32;
    #[inline(always)]
    fn primal(&self) -> f32 {
        self.value() as f32
    }
}

impl<F, A: Primal<F>, const N: usize> Primal<F> for [A; N] {
    type Output = [A::Output; N];
    fn primal(&self) -> Self::Output {
        core::array::from_fn(|i| self[i].primal())
    }
}

impl<F, A: Primal<F>> Primal<F> for [A] {
    type Output = Vec<A::Output>;
    fn primal(&self) -> Self::Output {
        self.iter().map(A::primal).collect()
    }
}

impl<F, A: Primal<F>> Primal<F> for Vec<A> {
    type Output = Vec<A::Output>;
    fn primal(&self) -> Self::Output {
        self.iter().map(A::primal).collect()
    }
}

impl<F, A: Primal<F>> Primal<F> for Option<A> {
    type Output = Option<A::Output>;
    fn primal(&self) -> Self::Output {
        self.as_ref().map(A::primal)
    }
}

macro_rules! plain {
    ($($t:ty),+) => {$(
        impl<T: Real> LiftTo<T> for $t {
            type Output = $t;
            #[inline(always)]
            fn lift_to(self) -> $t {
                self
            }
        }
        impl<F> Primal<F> for $t {
            type Output = $t;
            #[inline(always)]
            fn primal(&self) -> $t {
                *self
            }
        }
    )+};
}
plain!(
    bool, char, u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);

macro_rules! tuple {
    ($($t:ident $k:tt),+) => {
        impl<X, $($t: LiftTo<X>),+> LiftTo<X> for ($($t,)+) {
            type Output = ($($t::Output,)+);
            #[inline]
            fn lift_to(self) -> Self::Output {
                ($(self.$k.lift_to(),)+)
            }
        }
        impl<X, $($t: Primal<X>),+> Primal<X> for ($($t,)+) {
            type Output = ($($t::Output,)+);
            fn primal(&self) -> Self::Output {
                ($(self.$k.primal(),)+)
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

/// `x as f64`, where nothing says whether `x` is a float: a number as itself, an integer as a constant.
pub trait CastTo<T> {
    fn cast_to(self) -> T;
}

impl<T: Real> CastTo<T> for T {
    #[inline(always)]
    fn cast_to(self) -> T {
        self
    }
}

/// What is added to a part of an adjoint, where nothing says whether the part is a float: what belongs to an integer is lost, as it
/// has no derivative.
#[diagnostic::on_unimplemented(
    message = "`{Self}` cannot be differentiated",
    label = "holds no floats that the macro can see",
    note = "derive `autodiff::Differentiable` for it, or use floats, arrays, slices, vectors and tuples of them"
)]
pub trait AddTo<A: ?Sized> {
    fn add_to(&self, adjoint: &mut A);
}

impl<A: super::Space + ?Sized> AddTo<A> for A {
    #[inline(always)]
    fn add_to(&self, adjoint: &mut A) {
        adjoint.accumulate(self);
    }
}

macro_rules! integers {
    ($($t:ty),+) => {$(
        impl<T: Real> CastTo<T> for $t {
            #[inline(always)]
            fn cast_to(self) -> T {
                T::from_f64(self as f64)
            }
        }
        impl<T: Real> AddTo<$t> for T {
            #[inline(always)]
            fn add_to(&self, _: &mut $t) {}
        }
    )+};
}
integers!(
    u8, u16, u32, u64, u128, usize, i8, i16, i32, i64, i128, isize
);
