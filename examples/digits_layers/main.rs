//! The digits of `train_digits` again, the network now a struct of layers that hold matrices.
//!
//! ```text
//! cargo run --release --example digits_layers
//! ```
//!
//! The gradient of a `Network` is a `Network`, so gradient descent with momentum is two lines of vector arithmetic, whatever
//! the layers are. The picture is `target/digits_layers.svg`.

#[path = "../train_digits/data.rs"]
mod data;
mod model;
#[path = "../train_digits/plot.rs"]
mod plot;
#[path = "../train_digits/random.rs"]
mod random;

use std::{error::Error, path::Path};

use autodiff::Differentiable;

use crate::{
    data::Digits,
    model::Network,
    plot::{Reading, Report},
    random::Random,
};

const EPOCHS: usize = 40;
const BATCH: usize = 32;
const RATE: f64 = 0.05;
const MOMENTUM: f64 = 0.9;

fn main() -> Result<(), Box<dyn Error>> {
    let project = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut random = Random::new(1998);
    let mut training = Digits::load(&project.join("examples/data/digits.txt"))?;
    training.shuffle(&mut random);
    let held_back = training.split_off(training.len() * 3 / 4);

    let mut network = Network::random(&mut random);
    let mut gradient = network.zeros_like();
    let mut velocity = network.zeros_like();
    let mut report = Report::default();
    println!("epoch   loss in training   held back   accuracy");
    for epoch in 1..=EPOCHS {
        training.shuffle(&mut random);
        let mut total = 0.0;
        for (images, labels) in training.batches(BATCH) {
            let loss = network.loss_grad_into(images, labels, &mut gradient);
            velocity = velocity.map(|speed| MOMENTUM * speed);
            velocity.axpy(-RATE, &gradient);
            network.axpy(1.0, &velocity);
            total += loss * labels.len() as f64;
        }
        let read = |i| network.classify(held_back.image(i));
        let right = (0..held_back.len()).filter(|i| read(*i) == held_back.labels[*i]);
        report.accuracy = right.count() as f64 / held_back.len() as f64;
        report.losses.push(total / training.len() as f64);
        let loss = network.loss(&held_back.images, &held_back.labels);
        report.held_back_losses.push(loss);
        println!(
            "{epoch:>5}   {:>16.4}   {loss:>9.4}   {:>6.2} %",
            total / training.len() as f64,
            100.0 * report.accuracy
        );
    }

    report.readings = (0..held_back.len())
        .map(|i| Reading {
            image: held_back.image(i),
            read: network.classify(held_back.image(i)),
            is: held_back.labels[i],
        })
        .collect();
    let picture = project.join("target/digits_layers.svg");
    report.draw(&picture)?;
    println!("picture: {}", picture.display());
    Ok(())
}
