//! The network of the example `digits_layers`: its loss, backpropagation by hand with the same products of matrices, and the
//! generated gradient; and the same numbers as the first form's, over slices. Then the same with `nalgebra`'s matrices.
//!
//! ```text
//! cargo bench --bench layers
//! ```

#[path = "../examples/train_digits/data.rs"]
#[allow(dead_code, reason = "nothing is trained here")]
mod data;
#[path = "../tests/library/digits/dense.rs"]
#[allow(dead_code, reason = "one companion is enough")]
mod dense;
#[path = "../examples/digits_layers/model.rs"]
#[allow(dead_code, reason = "nothing is classified here")]
mod model;
#[path = "../examples/train_digits/random.rs"]
mod random;
#[path = "../examples/train_digits/model.rs"]
#[allow(dead_code, reason = "only its loss is wanted")]
mod slices;
mod support;

use std::path::Path;

use autodiff::{Differentiable, nn, tensor};
use data::Digits;
use dense::{Dense, dense_loss, dense_loss_grad_into};
use model::{CLASSES, Network, PIXELS};
use nalgebra::{DMatrix, RowDVector};
use random::Random;
use support::{assert_close, assert_identical, compare, rounds};

const BATCH: usize = 64;
const TOLERANCE: f64 = 1e-10;

fn main() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/digits.txt");
    let digits = Digits::load(&file).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    let (images, labels) = digits.batches(BATCH).next().expect("a first batch");
    let network = Network::random(&mut Random::new(1998));

    let primal = || network.loss(images, labels);
    let by_hand = |gradient: &mut Network| hand_written(&network, images, labels, gradient);
    let generated = |gradient: &mut Network| network.loss_grad_into(images, labels, gradient);

    let mut expected = network.zeros_like();
    let mut actual = network.zeros_like();
    assert_identical("the generated value", generated(&mut actual), primal());
    assert_close(
        "the value",
        &[by_hand(&mut expected)],
        &[primal()],
        TOLERANCE,
    );
    assert_close(
        "gradient",
        &actual.to_flat(),
        &expected.to_flat(),
        TOLERANCE,
    );
    let (w1, b1) = (&network.first.weights, &network.first.bias);
    let (w2, b2) = (&network.rest[0].weights, &network.rest[0].bias);
    let (value, (w1, b1, w2, b2)) = slices::loss_value_and_grad(w1, b1, w2, b2, images, labels);
    assert_close("the first form's value", &[value], &[primal()], TOLERANCE);
    let first_form = [w1, b1, w2, b2].concat();
    assert_close("the first form", &actual.to_flat(), &first_form, TOLERANCE);

    let rounds = rounds(1000);
    println!("network of layers, batch of {BATCH}, {rounds} rounds");
    compare(
        rounds,
        &mut { primal },
        &mut || by_hand(&mut expected),
        &mut || generated(&mut actual),
    );

    let dense = Dense::of(&network);
    let columns = DMatrix::from_column_slice(PIXELS, labels.len(), images);
    let ones = RowDVector::repeat(labels.len(), 1.0);
    let primal = || dense_loss(&dense, &columns, &ones, labels);
    let mut dense_expected = dense.zeros_like();
    let mut dense_actual = dense.zeros_like();
    let by_hand = |gradient: &mut [Dense]| dense_by_hand(&dense, &columns, &ones, labels, gradient);
    let generated =
        |gradient: &mut [Dense]| dense_loss_grad_into(&dense, &columns, &ones, labels, gradient);
    assert_identical("nalgebra's value", generated(&mut dense_actual), primal());
    let value = by_hand(&mut dense_expected);
    assert_close("nalgebra's value", &[value], &[primal()], TOLERANCE);
    let dense_actual_flat = dense_actual.to_flat();
    let by_hand_flat = dense_expected.to_flat();
    assert_close("nalgebra", &dense_actual_flat, &by_hand_flat, TOLERANCE);
    assert_close("the first form", &dense_actual_flat, &first_form, TOLERANCE);
    println!("\nthe same with nalgebra");
    compare(
        rounds,
        &mut { primal },
        &mut || by_hand(&mut dense_expected),
        &mut || generated(&mut dense_actual),
    );
}

/// Backpropagation of [`dense_loss`] as a careful person writes it.
fn dense_by_hand(
    layers: &[Dense],
    images: &DMatrix<f64>,
    ones: &RowDVector<f64>,
    labels: &[usize],
    out: &mut [Dense],
) -> f64 {
    let affine = |layer: &Dense, x: &DMatrix<f64>| &layer.weights * x + &layer.bias * ones;
    let mut inputs: Vec<DMatrix<f64>> = Vec::new();
    let mut h = affine(&layers[0], images);
    for layer in &layers[1..] {
        let x = h.map(f64::tanh);
        h = affine(layer, &x);
        inputs.push(x);
    }
    let n = labels.len() as f64;
    let mut total = 0.0;
    let mut adjoint = [0.0; CLASSES];
    for (logits, label) in h.as_mut_slice().chunks_exact_mut(CLASSES).zip(labels) {
        total += nn::cross_entropy_grad_into(logits, *label, &mut adjoint);
        logits
            .iter_mut()
            .zip(&adjoint)
            .for_each(|(x, a)| *x = a / n);
    }
    for (k, layer) in layers.iter().enumerate().rev() {
        let x = if k == 0 { images } else { &inputs[k - 1] };
        out[k].bias = h.column_sum();
        h.mul_to(&x.transpose(), &mut out[k].weights);
        if k > 0 {
            h = layer.weights.transpose() * h;
            h.zip_apply(x, |a, y| *a *= 1.0 - y * y);
        }
    }
    total / n
}

/// Backpropagation as a careful person writes it with the same calls, [`tensor::matmul`] and [`nn::cross_entropy`].
fn hand_written(network: &Network, images: &[f64], labels: &[usize], out: &mut Network) -> f64 {
    let n = labels.len();
    // What each layer after the first one is given.
    let mut inputs: Vec<Vec<f64>> = Vec::new();
    let affine = |layer: &model::Layer, x: &[f64]| {
        let mut sums = tensor::matmul(x, &layer.weights, n, layer.inputs, layer.outputs);
        for row in sums.chunks_exact_mut(layer.outputs) {
            row.iter_mut().zip(&layer.bias).for_each(|(s, b)| *s += b);
        }
        sums
    };
    let mut h = affine(&network.first, images);
    for layer in &network.rest {
        h.iter_mut().for_each(|x| *x = x.tanh());
        let next = affine(layer, &h);
        inputs.push(h);
        h = next;
    }
    let mut total = 0.0;
    let mut row_adj = [0.0; CLASSES];
    for (row, label) in h.chunks_exact_mut(CLASSES).zip(labels) {
        total += nn::cross_entropy_grad_into(row, *label, &mut row_adj);
        row.iter_mut()
            .zip(&row_adj)
            .for_each(|(x, a)| *x = a / n as f64);
    }
    let pulled = |layer: &model::Layer, x: &[f64], adjoint: &[f64], out: &mut model::Layer| {
        out.bias.fill(0.0);
        for row in adjoint.chunks_exact(layer.outputs) {
            out.bias.iter_mut().zip(row).for_each(|(s, a)| *s += a);
        }
        let transposed = tensor::transpose(x, n, layer.inputs);
        out.weights = tensor::matmul(&transposed, adjoint, layer.inputs, n, layer.outputs);
    };
    for ((layer, x), out) in network.rest.iter().zip(&inputs).zip(&mut out.rest).rev() {
        pulled(layer, x, &h, out);
        let transposed = tensor::transpose(&layer.weights, layer.inputs, layer.outputs);
        h = tensor::matmul(&h, &transposed, n, layer.outputs, layer.inputs);
        h.iter_mut().zip(x).for_each(|(a, y)| *a *= 1.0 - y * y);
    }
    pulled(&network.first, images, &h, &mut out.first);
    total / n as f64
}
