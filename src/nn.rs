//! Functions of neural networks, for annotated functions to call by any path, at every order.
//!
//! Each is an annotated function itself, so that `sigmoid` has `sigmoid_grad`, `sigmoid_jvp` and so on. They are written
//! in the branches in which nothing overflows and nothing cancels, of the values and of the derivatives alike; infinities
//! have the limits as values and slopes.
//!
//! ```
//! use autodiff::{differentiate, nn};
//!
//! #[differentiate(wrt(w))]
//! fn loss(w: &[f64], x: &[f64], label: f64) -> f64 {
//!     let mut score = 0.0;
//!     for (w, x) in w.iter().zip(x) {
//!         score += w * x;
//!     }
//!     nn::softplus(score) - label * score
//! }
//!
//! assert_eq!(loss_grad(&[0.0, 0.0], &[1.0, 2.0], 1.0), [-0.5, -1.0]);
//! ```

#[cfg(not(feature = "std"))]
use crate::Real as _;
use crate::{differentiate, special, stop_gradient};

/// Beyond it `exp(-x)` is zero in double precision, and so is all that `sigmoid` and the normal distribution lack of 0 or 1.
const SATURATED: f64 = 746.0;

/// The logistic function `1 / (1 + exp(-x))`, derivative `sigmoid(x) (1 - sigmoid(x))`.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn sigmoid(x: f64) -> f64 {
    if x < 0.0 {
        let e = x.exp();
        e / (1.0 + e)
    } else {
        1.0 / (1.0 + (-x).exp())
    }
}

/// `ln(1 + exp(x))`, derivative `sigmoid(x)`.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn softplus(x: f64) -> f64 {
    if x > 0.0 {
        x + (-x).exp().ln_1p()
    } else {
        x.exp().ln_1p()
    }
}

/// `ln(sigmoid(x)) = -softplus(-x)`, derivative `sigmoid(-x)`.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn log_sigmoid(x: f64) -> f64 {
    if x < 0.0 {
        x - x.exp().ln_1p()
    } else {
        -(-x).exp().ln_1p()
    }
}

/// `max(x, 0)`; the derivative at 0 is 0.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn relu(x: f64) -> f64 {
    if x <= 0.0 { 0.0 } else { x }
}

/// `x Φ(x)` with the normal distribution function `Φ`, derivative `Φ(x) + x φ(x)`: the exact form of Hendrycks and Gimpel
/// (2016), not the one with `tanh`.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn gelu(x: f64) -> f64 {
    // Φ(-39) is zero in double precision; at the infinities the product would be NaN.
    if x < -39.0 {
        0.0
    } else if x > 39.0 {
        x
    } else {
        x * special::norm_cdf(x)
    }
}

/// `x sigmoid(x)`, also called swish, derivative `sigmoid(x) (1 + x sigmoid(-x))`.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn silu(x: f64) -> f64 {
    if x < -SATURATED {
        0.0
    } else if x > SATURATED {
        x
    } else {
        x * sigmoid(x)
    }
}

/// `x` for positive `x`, else `alpha (exp(x) - 1)`; the derivative with respect to `x` at 0 is `alpha`.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn elu(x: f64, alpha: f64) -> f64 {
    if x > 0.0 { x } else { alpha * x.exp_m1() }
}

/// Huber's loss of an error: `error² / 2` up to `|error| = delta`, beyond it the tangent `delta (|error| - delta / 2)`.
#[differentiate(crate = crate, vjp, jvp, hessian)]
pub fn huber(error: f64, delta: f64) -> f64 {
    let size = error.abs();
    if size <= delta {
        0.5 * error * error
    } else {
        delta * (size - 0.5 * delta)
    }
}

/// Cross entropy of a class and the distribution that logits stand for: `logsumexp(logits) - logits[class]`, derivative
/// `softmax(logits) - e_class`.
///
/// Small losses and their derivatives are as accurate as large ones.
///
/// # Panics
///
/// If there is no logit of that class.
#[differentiate(crate = crate, vjp, jvp)]
pub fn cross_entropy(logits: &[f64], class: usize) -> f64 {
    assert!(
        class < logits.len(),
        "cross_entropy: class {class} of {} logits",
        logits.len()
    );
    let mut largest = class;
    for (i, logit) in logits.iter().enumerate() {
        if *logit > logits[largest] {
            largest = i;
        }
    }
    let mut others = 0.0;
    if largest == class {
        for (i, logit) in logits.iter().enumerate() {
            if i != class {
                others += (logit - logits[class]).exp();
            }
        }
        others.ln_1p()
    } else {
        let base = stop_gradient(logits[largest]);
        for (i, logit) in logits.iter().enumerate() {
            // The largest one's `exp(0) = 1` is that of `ln_1p`: what is added is 0, with the derivative of `exp`.
            others += if i == largest {
                (logit - base).exp_m1()
            } else {
                (logit - base).exp()
            };
        }
        base - logits[class] + others.ln_1p()
    }
}
