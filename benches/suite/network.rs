//! A network with three layers, 32-64-64-10, tanh and softmax cross-entropy, on a batch of 16.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const INPUTS: usize = 32;
const HIDDEN: usize = 64;
const CLASSES: usize = 10;
const BATCH: usize = 16;

/// The mean cross-entropy. Each row of weights belongs to an output.
#[differentiate(wrt(w1, b1, w2, b2, w3, b3))]
fn cross_entropy(
    w1: &[f64],
    b1: &[f64],
    w2: &[f64],
    b2: &[f64],
    w3: &[f64],
    b3: &[f64],
    images: &[f64],
    labels: &[usize],
) -> f64 {
    let mut first = [0.0; HIDDEN];
    let mut second = [0.0; HIDDEN];
    let mut scores = [0.0; CLASSES];
    let mut total = 0.0;
    for (image, &label) in images.chunks_exact(INPUTS).zip(labels) {
        affine(w1, b1, image, &mut first);
        for unit in &mut first {
            *unit = unit.tanh();
        }
        affine(w2, b2, &first, &mut second);
        for unit in &mut second {
            *unit = unit.tanh();
        }
        affine(w3, b3, &second, &mut scores);
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let partition: f64 = scores.iter().map(|score| (score - top).exp()).sum();
        total += top + partition.ln() - scores[label];
    }
    total / labels.len() as f64
}

#[differentiate]
fn affine(weights: &[f64], bias: &[f64], input: &[f64], output: &mut [f64]) {
    let rows = weights.chunks_exact(input.len()).zip(bias);
    for (output, (row, bias)) in output.iter_mut().zip(rows) {
        let mut sum = *bias;
        for (weight, x) in row.iter().zip(input) {
            sum += weight * x;
        }
        *output = sum;
    }
}

struct Network {
    parameters: [Vec<f64>; 6],
    images: Vec<f64>,
    labels: Vec<usize>,
}

/// Image by image, with the activations of one image kept.
fn hand_written(network: &Network, gradient: &mut [Vec<f64>; 6]) -> f64 {
    let Network {
        parameters: [w1, b1, w2, b2, w3, b3],
        images,
        labels,
    } = network;
    for block in gradient.iter_mut() {
        block.fill(0.0);
    }
    let [w1_adj, b1_adj, w2_adj, b2_adj, w3_adj, b3_adj] = gradient;

    let scale = 1.0 / labels.len() as f64;
    let mut first = [0.0; HIDDEN];
    let mut second = [0.0; HIDDEN];
    let mut scores = [0.0; CLASSES];
    let mut first_adj = [0.0; HIDDEN];
    let mut second_adj = [0.0; HIDDEN];
    let mut total = 0.0;
    for (image, &label) in images.chunks_exact(INPUTS).zip(labels) {
        affine(w1, b1, image, &mut first);
        for unit in &mut first {
            *unit = unit.tanh();
        }
        affine(w2, b2, &first, &mut second);
        for unit in &mut second {
            *unit = unit.tanh();
        }
        affine(w3, b3, &second, &mut scores);
        let top = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let truth = scores[label];
        let mut partition = -0.0;
        for score in &mut scores {
            *score = (*score - top).exp();
            partition += *score;
        }
        total += top + partition.ln() - truth;

        let factor = scale / partition;
        for score in &mut scores {
            *score *= factor;
        }
        scores[label] -= scale;
        second_adj.fill(0.0);
        affine_adjoint(w3, &second, &scores, w3_adj, b3_adj, &mut second_adj);
        for (adj, unit) in second_adj.iter_mut().zip(&second) {
            *adj *= 1.0 - unit * unit;
        }
        first_adj.fill(0.0);
        affine_adjoint(w2, &first, &second_adj, w2_adj, b2_adj, &mut first_adj);
        for (adj, unit) in first_adj.iter_mut().zip(&first) {
            *adj *= 1.0 - unit * unit;
        }
        for ((row_adj, bias_adj), adj) in w1_adj
            .chunks_exact_mut(INPUTS)
            .zip(b1_adj.iter_mut())
            .zip(&first_adj)
        {
            *bias_adj += adj;
            for (weight_adj, x) in row_adj.iter_mut().zip(image) {
                *weight_adj += adj * x;
            }
        }
    }
    total / labels.len() as f64
}

fn affine_adjoint(
    weights: &[f64],
    input: &[f64; HIDDEN],
    output_adj: &[f64],
    weights_adj: &mut [f64],
    bias_adj: &mut [f64],
    input_adj: &mut [f64; HIDDEN],
) {
    let rows = weights.as_chunks::<HIDDEN>().0.iter();
    let rows_adj = weights_adj.as_chunks_mut::<HIDDEN>().0.iter_mut();
    for ((row, row_adj), (bias_adj, adj)) in
        rows.zip(rows_adj).zip(bias_adj.iter_mut().zip(output_adj))
    {
        *bias_adj += adj;
        for i in 0..HIDDEN {
            row_adj[i] += adj * input[i];
            input_adj[i] += adj * row[i];
        }
    }
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(32);
    let mut layer = |rows: usize, columns: usize| {
        let scale = 1.0 / (columns as f64).sqrt();
        (
            inputs.uniforms(rows * columns, -scale, scale),
            inputs.uniforms(rows, -scale, scale),
        )
    };
    let ((w1, b1), (w2, b2), (w3, b3)) = (
        layer(HIDDEN, INPUTS),
        layer(HIDDEN, HIDDEN),
        layer(CLASSES, HIDDEN),
    );
    let network = Network {
        parameters: [w1, b1, w2, b2, w3, b3],
        images: inputs.normals(BATCH * INPUTS),
        labels: (0..BATCH).map(|_| inputs.below(CLASSES)).collect(),
    };
    let [w1, b1, w2, b2, w3, b3] = &network.parameters;
    let (images, labels) = (&network.images, &network.labels);
    table.row(
        "kernels",
        "network 32-64-64-10",
        [w1.len(), b1.len(), w2.len(), b2.len(), w3.len(), b3.len()],
        || cross_entropy(w1, b1, w2, b2, w3, b3, images, labels),
        |gradient| hand_written(&network, gradient),
        |[w1_adj, b1_adj, w2_adj, b2_adj, w3_adj, b3_adj]| {
            cross_entropy_grad_into(
                w1, b1, w2, b2, w3, b3, images, labels, w1_adj, b1_adj, w2_adj, b2_adj, w3_adj,
                b3_adj,
            )
        },
    );
}
