//! Reductions of a vector, and softmax.

#[cfg(not(feature = "std"))]
use crate::Real as _;
use crate::{differentiate, stop_gradient};
use alloc::vec;
use alloc::vec::Vec;

/// `Σ xᵢ`, in order. 0 of nothing.
///
/// `x̄ᵢ = ȳ`.
#[differentiate(crate = crate, vjp, jvp)]
pub fn sum(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for value in x {
        sum += value;
    }
    sum
}

/// `Σ xᵢ / n`. NaN of nothing.
///
/// `x̄ᵢ = ȳ / n`.
#[differentiate(crate = crate, vjp, jvp)]
pub fn mean(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for value in x {
        sum += value;
    }
    sum / x.len() as f64
}

/// The Euclidean norm `√(Σ xᵢ²)` of a vector, and the Frobenius norm of a matrix; squares neither overflow nor vanish.
///
/// `x̄ = ȳ x / ‖x‖` (Petersen and Pedersen 129), and 0 at 0, as for `hypot(0, 0)`.
#[differentiate(crate = crate, vjp, jvp)]
pub fn norm(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let mut scale = 0.0;
    for value in x {
        sum += value * value;
        let size = stop_gradient(*value).abs();
        if size > scale {
            scale = size;
        }
    }
    if (sum > 1e-280 && sum < 1e280) || scale == f64::INFINITY || sum.is_nan() {
        return sum.sqrt();
    }
    if scale == 0.0 {
        return 0.0;
    }
    let mut scaled = 0.0;
    for value in x {
        let part = value / scale;
        scaled += part * part;
    }
    scale * scaled.sqrt()
}

/// `ln Σ exp(xᵢ)`, without overflow, with all digits where one of them outweighs the others. `-∞` of nothing.
///
/// `x̄ = ȳ softmax(x)`. Where the largest is infinite it is the value, and has all of the derivative.
#[differentiate(crate = crate, vjp, jvp)]
pub fn logsumexp(x: &[f64]) -> f64 {
    if x.is_empty() {
        return f64::NEG_INFINITY;
    }
    let mut largest = 0;
    for i in 0..x.len() {
        if x[i] > x[largest] {
            largest = i;
        }
    }
    if x[largest].is_infinite() {
        return x[largest];
    }
    let base = stop_gradient(x[largest]);
    let mut others = 0.0;
    for i in 0..x.len() {
        // The largest one's `exp(0) = 1` is that of `ln_1p`: what is added is 0, with the derivative of `exp`.
        others += if i == largest {
            (x[i] - base).exp_m1()
        } else {
            (x[i] - base).exp()
        };
    }
    base + others.ln_1p()
}

/// `exp(xᵢ) / Σ exp(xⱼ)`, without overflow: a vector of the same length.
///
/// `x̄ = y ∘ (ȳ - ⟨y, ȳ⟩)`.
#[differentiate(crate = crate, jvp)]
pub fn softmax(x: &[f64]) -> Vec<f64> {
    let mut out = vec![0.0; x.len()];
    if x.is_empty() {
        return out;
    }
    let mut largest = 0;
    for i in 0..x.len() {
        if x[i] > x[largest] {
            largest = i;
        }
    }
    let base = stop_gradient(x[largest]);
    let mut total = 0.0;
    for i in 0..x.len() {
        out[i] = (x[i] - base).exp();
        total += out[i];
    }
    for probability in &mut out {
        *probability /= total;
    }
    out
}
