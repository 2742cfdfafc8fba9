//! The network of the example `digits_layers` with `nalgebra`'s matrices, on a batch of real digits: the same numbers as over slices.

mod dense;

use std::path::Path;

use autodiff::Differentiable;
use nalgebra::{DMatrix, RowDVector};

use crate::data::Digits;
use crate::model::{Network, PIXELS};
use crate::random::Random;
use crate::slices;
use crate::support::{all_near, near, numbers, slope};
use dense::{Dense, dense_loss, dense_loss_grad_into, dense_loss_value_and_grad};

const BATCH: usize = 32;

#[test]
fn the_same_numbers_as_over_slices() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/data/digits.txt");
    let digits = Digits::load(&file).expect("the digits of the examples");
    let network = Network::random(&mut Random::new(1998));
    let layers = Dense::of(&network);
    for (images, labels) in digits.batches(BATCH).take(3) {
        let columns = DMatrix::from_column_slice(PIXELS, labels.len(), images);
        let ones = RowDVector::repeat(labels.len(), 1.0);
        let loss = |layers: &[Dense]| dense_loss(layers, &columns, &ones, labels);
        let (value, gradient) = dense_loss_value_and_grad(&layers, &columns, &ones, labels);
        assert_eq!(value.to_bits(), loss(&layers).to_bits());
        let mut into = layers.clone();
        let again = dense_loss_grad_into(&layers, &columns, &ones, labels, &mut into);
        assert_eq!((again, into.to_flat()), (value, gradient.to_flat()));

        // Over slices, with a row for each image.
        let (w1, b1) = (&network.first.weights, &network.first.bias);
        let (w2, b2) = (&network.rest[0].weights, &network.rest[0].bias);
        let (sliced, (w1, b1, w2, b2)) =
            slices::loss_value_and_grad(w1, b1, w2, b2, images, labels);
        near("value", value, sliced, 1e-13);
        let want = [w1, b1, w2, b2].concat();
        all_near("gradient", &gradient.to_flat(), &want, 1e-12);

        // Along some directions.
        let flat = layers.to_flat();
        for seed in 1..4 {
            let direction = numbers(flat.len(), seed);
            let along = |t: f64| {
                let moved = flat.iter().zip(&direction).map(|(x, d)| x + t * d);
                let mut layers = layers.clone();
                layers.set_flat(&moved.collect::<Vec<_>>());
                loss(&layers)
            };
            let products = gradient.to_flat().into_iter().zip(&direction);
            let want = slope(along, 0.0);
            near("slope", products.map(|(g, d)| g * d).sum(), want, 1e-6);
        }
    }
}
