//! The network and its loss: plain Rust over slices. Everything that training needs beyond it is generated.
//!
//! ```text
//! image (64) ──w1, b1──▶ tanh (48) ──w2, b2──▶ logits (10) ──▶ softmax cross-entropy
//! ```

use autodiff::differentiate;

use crate::random::Random;

pub const PIXELS: usize = 64;
pub const HIDDEN: usize = 48;
pub const CLASSES: usize = 10;

/// What the network gives for one image: the class with the largest logit is its answer.
///
/// `w1` is `PIXELS`×`HIDDEN` and `w2` is `HIDDEN`×`CLASSES`, both row by row: so the inner loops run along memory and
/// add to independent sums, which the compiler vectorises.
#[differentiate(wrt(w1, b1, w2, b2))]
pub fn logits(w1: &[f64], b1: &[f64], w2: &[f64], b2: &[f64], image: &[f64]) -> [f64; CLASSES] {
    let mut sums = [0.0; HIDDEN];
    sums.copy_from_slice(b1);
    for k in 0..PIXELS {
        let row = &w1[k * HIDDEN..(k + 1) * HIDDEN];
        for j in 0..HIDDEN {
            sums[j] += image[k] * row[j];
        }
    }
    let mut hidden = [0.0; HIDDEN];
    for j in 0..HIDDEN {
        hidden[j] = sums[j].tanh();
    }
    let mut scores = [0.0; CLASSES];
    scores.copy_from_slice(b2);
    for j in 0..HIDDEN {
        let row = &w2[j * CLASSES..(j + 1) * CLASSES];
        for c in 0..CLASSES {
            scores[c] += hidden[j] * row[c];
        }
    }
    scores
}

/// The mean cross-entropy of a batch: of `−ln p`, `p` the probability given to the true label.
///
/// `images` holds `PIXELS` values for every entry of `labels`.
#[differentiate(wrt(w1, b1, w2, b2))]
pub fn loss(
    w1: &[f64],
    b1: &[f64],
    w2: &[f64],
    b2: &[f64],
    images: &[f64],
    labels: &[usize],
) -> f64 {
    let mut total = 0.0;
    for i in 0..labels.len() {
        let scores = logits(w1, b1, w2, b2, &images[i * PIXELS..(i + 1) * PIXELS]);
        let mut top = scores[0];
        for &score in &scores[1..] {
            top = top.max(score);
        }
        let mut partition = 0.0;
        for &score in &scores {
            partition += (score - top).exp();
        }
        total += top + partition.ln() - scores[labels[i]];
    }
    total / labels.len() as f64
}

/// The network's parameters, or anything shaped like them: a gradient, a velocity.
pub struct Network {
    pub w1: Vec<f64>,
    pub b1: Vec<f64>,
    pub w2: Vec<f64>,
    pub b2: Vec<f64>,
}

impl Network {
    pub fn zeros() -> Self {
        Self {
            w1: vec![0.0; PIXELS * HIDDEN],
            b1: vec![0.0; HIDDEN],
            w2: vec![0.0; HIDDEN * CLASSES],
            b2: vec![0.0; CLASSES],
        }
    }

    /// Weights as Glorot and Bengio (2010) start them, so that a layer's output varies as much as its input; no bias.
    pub fn random(random: &mut Random) -> Self {
        let mut network = Self::zeros();
        let width1 = (6.0 / (PIXELS + HIDDEN) as f64).sqrt();
        let width2 = (6.0 / (HIDDEN + CLASSES) as f64).sqrt();
        network.w1.fill_with(|| width1 * random.symmetric());
        network.w2.fill_with(|| width2 * random.symmetric());
        network
    }
}
