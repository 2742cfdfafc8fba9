//! The network of the example `train_digits`: its loss, a gradient written by hand, the generated gradient.
//!
//! ```text
//! cargo bench --bench digits
//! ```
//!
//! Both gradients are first compared with each other, and their values with the loss's.

#[path = "../examples/train_digits/data.rs"]
#[allow(dead_code, reason = "nothing is trained here")]
mod data;
#[path = "../examples/train_digits/model.rs"]
mod model;
#[path = "../examples/train_digits/random.rs"]
mod random;
mod support;

use std::path::Path;

use data::Digits;
use model::{CLASSES, HIDDEN, Network, PIXELS, loss, loss_grad_into};
use random::Random;
use support::{assert_close, assert_identical, compare, rounds};

const BATCH: usize = 64;
const TOLERANCE: f64 = 1e-10;

fn main() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/digits.txt");
    let digits = Digits::load(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let (images, labels) = digits.batches(BATCH).next().expect("a first batch");
    let network = Network::random(&mut Random::new(1998));

    let primal = || {
        let Network { w1, b1, w2, b2 } = &network;
        loss(w1, b1, w2, b2, images, labels)
    };
    let by_hand = |gradient: &mut Network| hand_written(&network, images, labels, gradient);
    let generated = |gradient: &mut Network| generated(&network, images, labels, gradient);

    let mut expected = Network::zeros();
    let mut actual = Network::zeros();
    assert_identical("the hand-written value", by_hand(&mut expected), primal());
    assert_identical("the generated value", generated(&mut actual), primal());
    assert_close("dw1", &actual.w1, &expected.w1, TOLERANCE);
    assert_close("db1", &actual.b1, &expected.b1, TOLERANCE);
    assert_close("dw2", &actual.w2, &expected.w2, TOLERANCE);
    assert_close("db2", &actual.b2, &expected.b2, TOLERANCE);

    let rounds = rounds(300);
    println!("{PIXELS}-{HIDDEN}-{CLASSES} network, batch of {BATCH}, {rounds} rounds");
    compare(
        rounds,
        &mut { primal },
        &mut || by_hand(&mut expected),
        &mut || generated(&mut actual),
    );
}

fn generated(network: &Network, images: &[f64], labels: &[usize], gradient: &mut Network) -> f64 {
    let Network { w1, b1, w2, b2 } = network;
    loss_grad_into(
        w1,
        b1,
        w2,
        b2,
        images,
        labels,
        &mut gradient.w1,
        &mut gradient.b1,
        &mut gradient.w2,
        &mut gradient.b2,
    )
}

/// Backpropagation of [`loss`], image by image: forward with the activations kept, then back through both layers, row
/// by row. The sums that make up the value are taken in the order of [`loss`].
fn hand_written(
    network: &Network,
    images: &[f64],
    labels: &[usize],
    gradient: &mut Network,
) -> f64 {
    let Network { w1, b1, w2, b2 } = network;
    let Network {
        w1: w1_adj,
        b1: b1_adj,
        w2: w2_adj,
        b2: b2_adj,
    } = gradient;
    w1_adj.fill(0.0);
    b1_adj.fill(0.0);
    w2_adj.fill(0.0);
    b2_adj.fill(0.0);

    let scale = 1.0 / labels.len() as f64;
    let mut hidden = [0.0; HIDDEN];
    let mut sums_adj = [0.0; HIDDEN];
    let mut scores = [0.0; CLASSES];
    let mut scores_adj = [0.0; CLASSES];
    let mut total = 0.0;
    for (image, &label) in images.chunks_exact(PIXELS).zip(labels) {
        affine(w1, b1, image, &mut hidden);
        for unit in &mut hidden {
            *unit = unit.tanh();
        }
        affine(w2, b2, &hidden, &mut scores);

        let top = scores.iter().copied().fold(scores[0], f64::max);
        let mut partition = 0.0;
        for (weight, score) in scores_adj.iter_mut().zip(&scores) {
            *weight = (score - top).exp();
            partition += *weight;
        }
        total += top + partition.ln() - scores[label];

        // The softmax times the scale, less the truth; until here `scores_adj` has held the softmax's exponentials.
        let factor = scale / partition;
        for weight in &mut scores_adj {
            *weight *= factor;
        }
        scores_adj[label] -= scale;

        add_scaled(b2_adj, 1.0, &scores_adj);
        let rows = w2
            .chunks_exact(CLASSES)
            .zip(w2_adj.chunks_exact_mut(CLASSES));
        for ((row, row_adj), (unit, sum_adj)) in rows.zip(hidden.iter().zip(&mut sums_adj)) {
            add_scaled(row_adj, *unit, &scores_adj);
            *sum_adj = dot(row, &scores_adj) * (1.0 - unit * unit);
        }
        add_scaled(b1_adj, 1.0, &sums_adj);
        for (row_adj, x) in w1_adj.chunks_exact_mut(HIDDEN).zip(image) {
            add_scaled(row_adj, *x, &sums_adj);
        }
    }
    total / labels.len() as f64
}

/// `output = bias + input · weights`, adding row after row.
fn affine(weights: &[f64], bias: &[f64], input: &[f64], output: &mut [f64]) {
    output.copy_from_slice(bias);
    for (row, x) in weights.chunks_exact(output.len()).zip(input) {
        add_scaled(output, *x, row);
    }
}

/// `sum += factor * vector`
fn add_scaled(sum: &mut [f64], factor: f64, vector: &[f64]) {
    for (sum, x) in sum.iter_mut().zip(vector) {
        *sum += factor * x;
    }
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.iter().zip(b) {
        sum += a * b;
    }
    sum
}
