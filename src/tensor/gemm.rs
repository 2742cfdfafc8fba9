//! Products of matrices of any numbers; large ones of floats go through `matrixmultiply`, where its feature is on.

use crate::__private::arguments::{AdjointOf, PlainIn, SharedIn, SharedPull};
use crate::__private::{Computed, Guards, Stack};
use crate::{__private as support, Real, differentiate};
use alloc::vec;
use alloc::vec::Vec;
use core::borrow::Borrow;

/// A factor: its entries, and how far apart those of one column and of one row are.
#[derive(Clone, Copy)]
struct Factor<'a, T> {
    entries: &'a [T],
    down: usize,
    along: usize,
}

impl<'a, T: Real> Factor<'a, T> {
    fn new(entries: &'a [T], cols: usize) -> Self {
        Factor {
            entries,
            down: cols,
            along: 1,
        }
    }

    fn transposed(self) -> Self {
        Factor {
            down: self.along,
            along: self.down,
            ..self
        }
    }

    fn at(&self, i: usize, j: usize) -> T {
        self.entries[i * self.down + j * self.along]
    }

    fn is_finite(&self) -> bool {
        Real::__are_finite(self.entries)
    }
}

/// `out += A B` for an `m × k` and a `k × n` matrix.
fn add_product<T: Real>(out: &mut [T], a: Factor<'_, T>, b: Factor<'_, T>, [m, k, n]: [usize; 3]) {
    #[cfg(feature = "matrixmultiply")]
    if fast::add_product(out, a, b, [m, k, n]) {
        return;
    }
    for i in 0..m {
        let row = &mut out[i * n..(i + 1) * n];
        if b.along == 1 {
            for l in 0..k {
                let factor = a.at(i, l);
                for (sum, x) in row.iter_mut().zip(&b.entries[l * b.down..][..n]) {
                    *sum += factor * *x;
                }
            }
        } else {
            for (j, sum) in row.iter_mut().enumerate() {
                for l in 0..k {
                    *sum += a.at(i, l) * b.at(l, j);
                }
            }
        }
    }
}

/// `out += A B` where one of them is a cotangent: what is zero in it contributes zero.
fn pull<G: Guards, T: Real>(
    out: &mut [T],
    a: Factor<'_, T>,
    b: Factor<'_, T>,
    cotangent: Side,
    shape: [usize; 3],
    _: G,
) {
    let partial = match cotangent {
        Side::Left => &b,
        Side::Right => &a,
    };
    if !G::GUARDED || partial.is_finite() {
        return add_product(out, a, b, shape);
    }
    let [m, k, n] = shape;
    for i in 0..m {
        for j in 0..n {
            for l in 0..k {
                let (x, y) = (a.at(i, l), b.at(l, j));
                out[i * n + j] += match cotangent {
                    Side::Left => support::rules::product(x, y),
                    Side::Right => support::rules::product(y, x),
                };
            }
        }
    }
}

/// Which factor is the cotangent.
#[derive(Clone, Copy)]
enum Side {
    Left,
    Right,
}

/// `A B` for an `m × k` and a `k × n` matrix: an `m × n` matrix.
///
/// `Ā = Ȳ Bᵀ`, `B̄ = Aᵀ Ȳ` (Giles 2.2.2). Large products of `f64` or `f32`, these two among them, go through the crate
/// `matrixmultiply` with the feature of that name (on by default): in another order of summation than the loops'.
///
/// # Panics
///
/// If the lengths do not fit the shapes.
pub fn matmul(a: &[f64], b: &[f64], m: usize, k: usize, n: usize) -> Vec<f64> {
    multiply(a, b, [m, k, n])
}

/// For its companions, which are those of [`matmul`](fn@matmul).
#[doc(hidden)]
#[differentiate(crate = crate, name = "matmul", jvp)]
pub fn matmul_of(a: &[f64], b: &[f64], m: usize, k: usize, n: usize) -> Vec<f64> {
    matmul(a, b, m, k, n)
}

fn multiply<T: Real>(a: &[T], b: &[T], [m, k, n]: [usize; 3]) -> Vec<T> {
    assert!(
        a.len() == m * k && b.len() == k * n,
        "matmul: {m}×{k} by {k}×{n}, but `a` has length {}, `b` has length {}",
        a.len(),
        b.len()
    );
    let mut out = vec![T::zero(); m * n];
    add_product(&mut out, Factor::new(a, k), Factor::new(b, n), [m, k, n]);
    out
}

/// The companion of [`matmul`](fn@matmul), written by hand: its pullback is a product for each factor that wants it.
#[doc(hidden)]
#[allow(non_camel_case_types)]
pub struct matmul {}

#[allow(missing_docs)]
impl matmul {
    pub const fn lanes(_: usize) -> usize {
        0
    }

    pub fn repeatable(budget: usize) -> usize {
        budget
    }

    pub fn eval<T: Real>(
        a: impl SharedIn<[T]>,
        b: impl SharedIn<[T]>,
        m: impl PlainIn<usize>,
        k: impl PlainIn<usize>,
        n: impl PlainIn<usize>,
    ) -> Computed<Vec<T>> {
        let (a, b) = (a.held(), b.held());
        Computed(multiply(
            a.borrow(),
            b.borrow(),
            [m.plain(), k.plain(), n.plain()],
        ))
    }

    pub fn forward<T: Real>(
        _: &mut Stack<'_, impl Guards>,
        a: impl SharedIn<[T]>,
        b: impl SharedIn<[T]>,
        m: impl PlainIn<usize>,
        k: impl PlainIn<usize>,
        n: impl PlainIn<usize>,
    ) -> Computed<Vec<T>> {
        Self::eval(a, b, m, k, n)
    }

    /// `Ā += Ȳ Bᵀ`, `B̄ += Aᵀ Ȳ`.
    pub fn backward<T: Real>(
        stack: &mut Stack<'_, impl Guards>,
        a: impl SharedPull<[T]>,
        b: impl SharedPull<[T]>,
        m: impl PlainIn<usize>,
        k: impl PlainIn<usize>,
        n: impl PlainIn<usize>,
        seed: Option<Vec<T>>,
    ) {
        let Some(seed) = seed else { return };
        let [m, k, n] = [m.plain(), k.plain(), n.plain()];
        let (a, a_adj) = a.split_wanted();
        let (b, b_adj) = b.split_wanted();
        let (a, b) = (Factor::new(a.borrow(), k), Factor::new(b.borrow(), n));
        let seed = Factor::new(&seed, n);
        if let Some(mut a_adj) = a_adj {
            let (out, b) = (a_adj.adjoint(), b.transposed());
            pull(out, seed, b, Side::Left, [m, n, k], stack.guards());
        }
        if let Some(mut b_adj) = b_adj {
            let (out, a) = (b_adj.adjoint(), a.transposed());
            pull(out, a, seed, Side::Right, [k, m, n], stack.guards());
        }
    }
}

#[cfg(feature = "matrixmultiply")]
mod fast {
    use super::Factor;
    use crate::Real;
    use core::any::TypeId;

    /// Below so many multiplications the loops are as fast.
    const LARGE: usize = 4096;

    /// Does it, if the product is large and of floats.
    pub fn add_product<T: Real>(
        out: &mut [T],
        a: Factor<'_, T>,
        b: Factor<'_, T>,
        [m, k, n]: [usize; 3],
    ) -> bool {
        if m * k * n < LARGE {
            return false;
        }
        assert!(
            a.entries.len() == m * k && b.entries.len() == k * n && out.len() == m * n,
            "a product of matrices of other shapes"
        );
        let step = |distance: usize| distance as isize;
        let (pa, pb, pc) = (a.entries.as_ptr(), b.entries.as_ptr(), out.as_mut_ptr());
        let (rsa, csa) = (step(a.down), step(a.along));
        let (rsb, csb) = (step(b.down), step(b.along));
        let (rsc, csc) = (step(n), 1);
        if TypeId::of::<T>() == TypeId::of::<f64>() {
            let (pa, pb, pc) = (pa.cast(), pb.cast(), pc.cast());
            // SAFETY: `T` is `f64`; a factor is as long as its shape says, and its entries are all in it, whichever way it is
            // read; `out` is borrowed exclusively.
            unsafe {
                matrixmultiply::dgemm(m, k, n, 1.0, pa, rsa, csa, pb, rsb, csb, 1.0, pc, rsc, csc);
            }
            true
        } else if TypeId::of::<T>() == TypeId::of::<f32>() {
            let (pa, pb, pc) = (pa.cast(), pb.cast(), pc.cast());
            // SAFETY: `T` is `f32`, and as above.
            unsafe {
                matrixmultiply::sgemm(m, k, n, 1.0, pa, rsa, csa, pb, rsb, csb, 1.0, pc, rsc, csc);
            }
            true
        } else {
            false
        }
    }
}
