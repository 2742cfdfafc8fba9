//! The network as people hold it: a struct of layers, each a matrix and a vector, run on a whole batch at once.
//!
//! ```text
//! images (n × 64) ──layer──▶ tanh (n × 48) ──layer──▶ logits (n × 10) ──▶ softmax cross-entropy
//! ```

use autodiff::{Differentiable, differentiate, nn, tensor};

use crate::random::Random;

pub const PIXELS: usize = 64;
pub const HIDDEN: usize = 48;
pub const CLASSES: usize = 10;

/// An affine layer: `weights` is `inputs`×`outputs`, row by row.
#[derive(Clone, Differentiable)]
pub struct Layer {
    pub weights: Vec<f64>,
    pub bias: Vec<f64>,
    pub inputs: usize,
    pub outputs: usize,
}

impl Layer {
    /// One row of `x` for each of `n` inputs, one row of the result for each of their outputs.
    #[differentiate(wrt(self, x))]
    pub fn forward(&self, x: &[f64], n: usize) -> Vec<f64> {
        let mut out: Vec<f64> = tensor::matmul(x, &self.weights, n, self.inputs, self.outputs);
        for row in out.chunks_exact_mut(self.outputs) {
            for (sum, bias) in row.iter_mut().zip(&self.bias) {
                *sum += bias;
            }
        }
        out
    }

    /// The same of data: nobody wants a derivative with respect to it, and none is computed.
    #[differentiate(wrt(self))]
    pub fn of_data(&self, x: &[f64], n: usize) -> Vec<f64> {
        let mut out: Vec<f64> = tensor::matmul(x, &self.weights, n, self.inputs, self.outputs);
        for row in out.chunks_exact_mut(self.outputs) {
            for (sum, bias) in row.iter_mut().zip(&self.bias) {
                *sum += bias;
            }
        }
        out
    }

    /// Weights as Glorot and Bengio (2010) start them; no bias.
    pub fn random(inputs: usize, outputs: usize, random: &mut Random) -> Self {
        let width = (6.0 / (inputs + outputs) as f64).sqrt();
        Self {
            weights: (0..inputs * outputs)
                .map(|_| width * random.symmetric())
                .collect(),
            bias: vec![0.0; outputs],
            inputs,
            outputs,
        }
    }
}

/// The network's parameters. A gradient or a velocity is a `Network` as well.
#[derive(Clone, Differentiable)]
pub struct Network {
    pub first: Layer,
    pub rest: Vec<Layer>,
}

impl Network {
    pub fn random(random: &mut Random) -> Self {
        Self {
            first: Layer::random(PIXELS, HIDDEN, random),
            rest: vec![Layer::random(HIDDEN, CLASSES, random)],
        }
    }

    /// What the network gives for `n` images: the class with the largest logit is its answer.
    #[differentiate(wrt(self))]
    pub fn logits(&self, images: &[f64], n: usize) -> Vec<f64> {
        let mut h: Vec<f64> = self.first.of_data(images, n);
        for layer in &self.rest {
            for unit in &mut h {
                *unit = unit.tanh();
            }
            h = layer.forward(&h, n);
        }
        h
    }

    /// The mean cross-entropy of a batch.
    #[differentiate(wrt(self))]
    pub fn loss(&self, images: &[f64], labels: &[usize]) -> f64 {
        let logits: Vec<f64> = self.logits(images, labels.len());
        let mut total = 0.0;
        for (i, label) in labels.iter().enumerate() {
            total += nn::cross_entropy(&logits[i * CLASSES..(i + 1) * CLASSES], *label);
        }
        total / labels.len() as f64
    }

    /// The digit that the network reads in an image.
    pub fn classify(&self, image: &[f64]) -> usize {
        let scores = self.logits(image, 1);
        (0..CLASSES)
            .max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
            .unwrap_or(0)
    }
}
