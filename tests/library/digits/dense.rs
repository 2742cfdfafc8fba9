//! Layers of matrices and their loss. `benches/layers.rs` compares its gradient with one that is written by hand.

use autodiff::{Differentiable, differentiate, nn};
use nalgebra::{DMatrix, DVector, RowDVector};

use crate::model::{CLASSES, Network};

/// An affine layer: `weights` has a row for each output.
#[derive(Clone, Differentiable)]
pub struct Dense {
    pub weights: DMatrix<f64>,
    pub bias: DVector<f64>,
}

impl Dense {
    /// The same network: its weights lie in memory in this order already.
    pub fn of(network: &Network) -> Vec<Dense> {
        let layers = std::iter::once(&network.first).chain(&network.rest);
        let dense = layers.map(|l| Dense {
            weights: DMatrix::from_column_slice(l.outputs, l.inputs, &l.weights),
            bias: DVector::from_column_slice(&l.bias),
        });
        dense.collect()
    }
}

/// The loss, with a column for each image; `ones` has an entry for each.
#[differentiate(wrt(layers))]
pub fn dense_loss(
    layers: &[Dense],
    images: &DMatrix<f64>,
    ones: &RowDVector<f64>,
    labels: &[usize],
) -> f64 {
    let mut h = &layers[0].weights * images + &layers[0].bias * ones;
    for layer in &layers[1..] {
        h = &layer.weights * h.map(f64::tanh) + &layer.bias * ones;
    }
    let mut total = 0.0;
    for (logits, label) in h.as_slice().chunks_exact(CLASSES).zip(labels) {
        total += nn::cross_entropy(logits, *label);
    }
    total / labels.len() as f64
}
