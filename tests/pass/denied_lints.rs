//! Everything a strict user denies is silent about the companions.
#![deny(warnings, missing_docs, unused, nonstandard_style)]
#![deny(
    missing_debug_implementations,
    missing_copy_implementations,
    unreachable_pub,
    unused_qualifications,
    unused_results,
    unused_lifetimes,
    unused_import_braces,
    single_use_lifetimes,
    elided_lifetimes_in_paths,
    explicit_outlives_requirements,
    trivial_casts,
    trivial_numeric_casts,
    let_underscore_drop,
    redundant_lifetimes,
    variant_size_differences,
    absolute_paths_not_starting_with_crate,
    unit_bindings
)]
#![deny(clippy::all, clippy::pedantic, clippy::nursery)]
// The functions' own style.
#![allow(
    clippy::suboptimal_flops,
    clippy::many_single_char_names,
    clippy::redundant_pub_crate,
    clippy::while_float,
    clippy::missing_const_for_fn
)]
#![forbid(unsafe_code)]

use autodiff::{Differentiable, Real, differentiate};

/// A type of its own with methods.
#[derive(Clone, Debug, Differentiable)]
pub(crate) struct Layer {
    weights: Vec<f64>,
    scale: f64,
}

impl Layer {
    /// A chain over a field, its receiver in braces in what is emitted.
    #[differentiate(wrt(self))]
    pub(crate) fn sum(&self) -> f64 {
        let sum: f64 = self.weights.iter().map(|w| w * self.scale).sum();
        sum
    }

    /// Changes itself.
    #[differentiate(wrt(self, x))]
    pub(crate) fn scaled(&mut self, x: f64) {
        for w in &mut self.weights {
            *w *= x;
        }
    }
}

/// A function with everything in it.
#[differentiate]
pub(crate) fn everything(x: &[f64], y: f64, n: usize) -> f64 {
    let mut total = y;
    for (i, v) in x.iter().enumerate() {
        if i == n {
            continue;
        }
        total += v.sin() * y;
        if total > 1e6 {
            return total;
        }
    }
    while total > 10.0 {
        total *= 0.5;
    }
    total
}

/// An output.
#[differentiate]
pub(crate) fn output(x: &[f64], out: &mut [f64]) {
    for (o, v) in out.iter_mut().zip(x) {
        *o = v * v;
    }
}

/// A type of its own.
#[differentiate]
pub(crate) fn generic<T: Real, const N: usize>(x: [T; N]) -> T {
    let mut sum = T::zero();
    for v in x {
        sum += v;
    }
    sum
}

/// Kept in part.
#[differentiate(vjp)]
pub(crate) fn kept(x: f64, out: &mut [f64]) -> f64 {
    let mut y = x;
    #[checkpoint(2)]
    for slot in out.iter_mut() {
        *slot += y;
        y = y.mul_add(0.5, y.sin() * *slot);
    }
    y
}

/// A constant.
#[differentiate(constant)]
pub(crate) fn sign(x: f64) -> f64 {
    x.signum()
}

/// Calls.
#[differentiate]
pub(crate) fn calling(x: f64) -> f64 {
    let mut out = [0.0; 2];
    output(&[x, 2.0 * x], &mut out);
    everything(&out, x, 7) + generic(out) * sign(x)
}

/// Many parameters.
#[differentiate]
#[allow(clippy::too_many_arguments, reason = "for the test")]
pub(crate) fn many(a: f64, b: f64, c: f64, d: f64, e: f64, f: f64, g: f64, h: f64) -> f64 {
    a * b + c * d + e * f + g * h
}

#[test]
fn works() {
    let (value, (dx, dy)) = everything_value_and_grad(&[0.0, 0.0], 2.0, 1);
    assert_eq!(
        (value.to_bits(), dx, dy.to_bits()),
        (2f64.to_bits(), vec![2.0, 0.0], 1f64.to_bits())
    );
    let (value, slope) = calling_value_and_grad(0.5);
    assert_eq!(value.to_bits(), calling(0.5).to_bits());
    assert!(slope.is_finite());
    let (mut out, mut cotangent) = ([0.5; 5], [0.0; 5]);
    let (value, slope) = kept_vjp(0.5, &mut out, 1.0, &mut cotangent);
    assert_eq!(value.to_bits(), kept(0.5, &mut [0.5; 5]).to_bits());
    assert!(slope.is_finite());
    let (da, ..) = many_grad(1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0);
    assert_eq!(da.to_bits(), 2f64.to_bits());
    let mut layer = Layer {
        weights: vec![1.0, 2.0],
        scale: 3.0,
    };
    let slope = layer.sum_grad();
    assert_eq!(slope.scale.to_bits(), 3f64.to_bits());
    let mut cotangent = slope;
    let slope = layer.scaled_vjp(2.0, &mut cotangent);
    assert_eq!(slope.to_bits(), 9f64.to_bits());
    assert_eq!(cotangent.weights, [6.0, 6.0]);
}
