//! Sum, product and quotient of truncated power series. A coefficient that is zero contributes zero, above the value.

use super::Taylor;
use crate::Real;
use crate::real::operators::operators;
use crate::rules::{self, Guarded, both, product, quotient};
use core::array;
use core::ops::{Add, Div, Mul, Neg, Rem, Sub};

/// Coefficient `k >= 1` of the product of two series.
#[inline(always)]
pub(super) fn convolution<T: Real>(a: &[T], b: &[T], k: usize) -> T {
    let ends = both(b[k], a[0]) + both(a[k], b[0]);
    (1..k).fold(ends, |sum, i| sum + both(a[i], b[k - i]))
}

/// The quotient, once its value is known: `q_k = (a_k − Σ_{j=1}^{k} b_j q_{k−j}) / b_0`.
#[inline(always)]
pub(super) fn divide<T: Real, const K: usize>(
    a: Taylor<T, K>,
    b: Taylor<T, K>,
    value: T,
) -> Taylor<T, K> {
    let mut q = Taylor::constant(value);
    for k in 1..K {
        let known = (1..=k).fold(a.coefficients[k], |rest, j| {
            rest - both(b.coefficients[j], q.coefficients[k - j])
        });
        q.coefficients[k] = quotient(known, b.coefficients[0]);
    }
    q
}

/// `cotangent * partial` of series, for [`Real::__product`].
#[inline(always)]
pub(super) fn multiply_cotangent<T: Real, const K: usize>(
    cotangent: Taylor<T, K>,
    partial: Taylor<T, K>,
) -> Taylor<T, K> {
    let (w, p) = (cotangent.coefficients, partial.coefficients);
    Taylor::new(array::from_fn(|k| {
        (0..k).fold(product(w[k], p[0]), |sum, i| sum + both(w[i], p[k - i]))
    }))
}

impl<T: Real, const K: usize> Neg for Taylor<T, K> {
    type Output = Self;
    #[inline(always)]
    fn neg(self) -> Self {
        Self::new(self.coefficients.map(T::neg))
    }
}

impl<T: Real, const K: usize> Add for Taylor<T, K> {
    type Output = Self;
    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self::new(array::from_fn(|k| {
            self.coefficients[k] + other.coefficients[k]
        }))
    }
}

impl<T: Real, const K: usize> Sub for Taylor<T, K> {
    type Output = Self;
    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self::new(array::from_fn(|k| {
            self.coefficients[k] - other.coefficients[k]
        }))
    }
}

impl<T: Real, const K: usize> Mul for Taylor<T, K> {
    type Output = Self;
    #[inline(always)]
    fn mul(self, other: Self) -> Self {
        let (a, b) = (self.coefficients, other.coefficients);
        Self::new(array::from_fn(|k| {
            if k == 0 {
                a[0] * b[0]
            } else {
                convolution(&a, &b, k)
            }
        }))
    }
}

impl<T: Real, const K: usize> Div for Taylor<T, K> {
    type Output = Self;
    #[inline(always)]
    fn div(self, other: Self) -> Self {
        divide(self, other, self.primal() / other.primal())
    }
}

impl<T: Real, const K: usize> Rem for Taylor<T, K> {
    type Output = Self;
    #[inline(always)]
    fn rem(self, other: Self) -> Self {
        let (x, y) = (self.primal(), other.primal());
        Self::chain(x % y, self, |part| rules::rem::d0(Guarded, part))
            .accumulate(other, |part| rules::rem::d1(Guarded, x, y, part))
    }
}

operators! { [T: Real, const K: usize] Taylor<T, K> }
