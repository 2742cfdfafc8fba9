//! Operators that every number type has alike: assigning forms, reference operands, sums and products.
//!
//! In: a `Copy` type with `Add`, `Sub`, `Mul`, `Div` and `Rem` by value. Out: everything else that `Real` asks for.

/// `operators! { [generics] Type }`.
macro_rules! operators {
    ([$($generics:tt)*] $number:ty) => {
        $crate::real::operators::operator! { [$($generics)*] $number, Add add AddAssign add_assign }
        $crate::real::operators::operator! { [$($generics)*] $number, Sub sub SubAssign sub_assign }
        $crate::real::operators::operator! { [$($generics)*] $number, Mul mul MulAssign mul_assign }
        $crate::real::operators::operator! { [$($generics)*] $number, Div div DivAssign div_assign }
        $crate::real::operators::operator! { [$($generics)*] $number, Rem rem RemAssign rem_assign }

        impl<$($generics)*> core::ops::Neg for &$number {
            type Output = $number;
            #[inline]
            fn neg(self) -> $number {
                -*self
            }
        }
        impl<$($generics)*> core::iter::Sum for $number {
            #[inline]
            fn sum<I: Iterator<Item = Self>>(terms: I) -> Self {
                terms.fold(<Self as $crate::real::Real>::zero(), |total, term| total + term)
            }
        }
        impl<'a, $($generics)*> core::iter::Sum<&'a Self> for $number {
            #[inline]
            fn sum<I: Iterator<Item = &'a Self>>(terms: I) -> Self {
                terms.copied().sum()
            }
        }
        impl<$($generics)*> core::iter::Product for $number {
            #[inline]
            fn product<I: Iterator<Item = Self>>(factors: I) -> Self {
                factors.fold(<Self as $crate::real::Real>::one(), |total, factor| total * factor)
            }
        }
        impl<'a, $($generics)*> core::iter::Product<&'a Self> for $number {
            #[inline]
            fn product<I: Iterator<Item = &'a Self>>(factors: I) -> Self {
                factors.copied().product()
            }
        }
        impl<$($generics)*> PartialEq for $number {
            #[inline(always)]
            fn eq(&self, other: &Self) -> bool {
                self.primal() == other.primal()
            }
        }
        impl<$($generics)*> PartialOrd for $number {
            #[inline(always)]
            fn partial_cmp(&self, other: &Self) -> Option<core::cmp::Ordering> {
                self.primal().partial_cmp(&other.primal())
            }
            #[inline(always)]
            fn lt(&self, other: &Self) -> bool {
                self.primal() < other.primal()
            }
            #[inline(always)]
            fn le(&self, other: &Self) -> bool {
                self.primal() <= other.primal()
            }
            #[inline(always)]
            fn gt(&self, other: &Self) -> bool {
                self.primal() > other.primal()
            }
            #[inline(always)]
            fn ge(&self, other: &Self) -> bool {
                self.primal() >= other.primal()
            }
        }
    };
}

macro_rules! operator {
    ([$($generics:tt)*] $number:ty, $Op:ident $op:ident $OpAssign:ident $op_assign:ident) => {
        impl<$($generics)*> core::ops::$Op<&$number> for $number {
            type Output = $number;
            #[inline]
            fn $op(self, other: &$number) -> $number {
                core::ops::$Op::$op(self, *other)
            }
        }
        impl<$($generics)*> core::ops::$Op<$number> for &$number {
            type Output = $number;
            #[inline]
            fn $op(self, other: $number) -> $number {
                core::ops::$Op::$op(*self, other)
            }
        }
        impl<$($generics)*> core::ops::$Op<&$number> for &$number {
            type Output = $number;
            #[inline]
            fn $op(self, other: &$number) -> $number {
                core::ops::$Op::$op(*self, *other)
            }
        }
        impl<$($generics)*> core::ops::$OpAssign for $number {
            #[inline]
            fn $op_assign(&mut self, other: $number) {
                *self = core::ops::$Op::$op(*self, other);
            }
        }
        impl<$($generics)*> core::ops::$OpAssign<&$number> for $number {
            #[inline]
            fn $op_assign(&mut self, other: &$number) {
                *self = core::ops::$Op::$op(*self, *other);
            }
        }
    };
}

pub(crate) use {operator, operators};
