//! Trains a small neural network to read handwritten digits, with gradients generated at compile time.
//!
//! ```text
//! cargo run --release --example train_digits [DATA FILE]
//! ```
//!
//! The network and its loss are plain annotated Rust (`model.rs`); training calls the generated `loss_grad_into`
//! (`train.rs`). Three quarters of the 1797 digits are trained on, one quarter is held back. A picture of the losses
//! and of how the held-back digits are read goes to `target/train_digits.svg`. The run fails if fewer than 95 % of
//! them are read correctly.

mod data;
mod model;
mod plot;
mod random;
mod train;

use std::{env, error::Error, path::PathBuf, process::ExitCode, time::Instant};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{
    data::Digits,
    model::Network,
    plot::{Reading, Report},
    random::Random,
    train::{BATCH, Trainer},
};

const SEED: u64 = 1998;
const EPOCHS: usize = 40;
const REQUIRED_ACCURACY: f64 = 0.95;

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<(), Box<dyn Error>> {
    let project = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
    let file = match env::args_os().nth(1) {
        Some(argument) => PathBuf::from(argument),
        None => project.join("examples/data/digits.txt"),
    };
    let mut random = Random::new(SEED);
    let mut training =
        Digits::load(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    if training.len() < 4 {
        let count = training.len();
        return Err(format!(
            "{}: {count} digits, too few to hold back a quarter",
            file.display()
        )
        .into());
    }
    training.shuffle(&mut random);
    let held_back = training.split_off(training.len() * 3 / 4);
    println!(
        "{} digits to train on, {} held back",
        training.len(),
        held_back.len()
    );

    let mut trainer = Trainer::new(Network::random(&mut random));
    let mut report = Report::default();
    let start = Instant::now();
    let bar = progress_bar((EPOCHS * training.len().div_ceil(BATCH)) as u64)?;
    bar.suspend(|| println!("epoch   loss in training   held back   accuracy"));
    for epoch in 1..=EPOCHS {
        let loss = trainer.epoch(&mut training, &mut random, || bar.inc(1));
        if !loss.is_finite() {
            return Err(format!("training diverged: the loss of epoch {epoch} is {loss}").into());
        }
        let held_back_loss = trainer.network.loss(&held_back);
        let accuracy = accuracy(&trainer.network, &held_back);
        bar.suspend(|| {
            let percent = 100.0 * accuracy;
            println!("{epoch:>5}   {loss:>16.4}   {held_back_loss:>9.4}   {percent:>6.2} %");
        });
        report.losses.push(loss);
        report.held_back_losses.push(held_back_loss);
        report.accuracy = accuracy;
    }
    bar.finish_and_clear();
    println!("trained in {:.2} s", start.elapsed().as_secs_f64());

    report.readings = (0..held_back.len())
        .map(|i| Reading {
            image: held_back.image(i),
            read: trainer.network.classify(held_back.image(i)),
            is: held_back.labels[i],
        })
        .collect();
    let picture = project.join("target/train_digits.svg");
    report
        .draw(&picture)
        .map_err(|error| format!("{}: {error}", picture.display()))?;
    println!("picture: {}", picture.display());

    // Written so that NaN fails too.
    if report.accuracy >= REQUIRED_ACCURACY {
        return Ok(());
    }
    Err(format!(
        "{:.2} % of the held-back digits are read correctly, at least {:.0} % were expected",
        100.0 * report.accuracy,
        100.0 * REQUIRED_ACCURACY
    )
    .into())
}

/// The share of digits that the network reads correctly.
fn accuracy(network: &Network, digits: &Digits) -> f64 {
    let correct = (0..digits.len())
        .filter(|&i| network.classify(digits.image(i)) == digits.labels[i])
        .count();
    correct as f64 / digits.len() as f64
}

fn progress_bar(steps: u64) -> Result<ProgressBar, Box<dyn Error>> {
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len} steps, {eta} left")?;
    Ok(ProgressBar::new(steps).with_style(style))
}
