//! Stochastic gradient descent with momentum, and what a trained network is worth.

use crate::{
    data::Digits,
    model::{CLASSES, Network, logits, loss, loss_grad_into},
    random::Random,
};

pub const BATCH: usize = 32;
const RATE: f64 = 0.05;
const MOMENTUM: f64 = 0.9;

/// A network in training: its parameters, and the buffers that each step reuses.
pub struct Trainer {
    pub network: Network,
    gradient: Network,
    velocity: Network,
}

impl Trainer {
    pub fn new(network: Network) -> Self {
        Self {
            network,
            gradient: Network::zeros(),
            velocity: Network::zeros(),
        }
    }

    /// One pass over the digits in a new order; `on_batch` is called after each step. Returns the mean loss on the way.
    pub fn epoch(
        &mut self,
        digits: &mut Digits,
        random: &mut Random,
        mut on_batch: impl FnMut(),
    ) -> f64 {
        digits.shuffle(random);
        let mut total = 0.0;
        for (images, labels) in digits.batches(BATCH) {
            total += self.step(images, labels) * labels.len() as f64;
            on_batch();
        }
        total / digits.len() as f64
    }

    fn step(&mut self, images: &[f64], labels: &[usize]) -> f64 {
        let Network { w1, b1, w2, b2 } = &mut self.network;
        let gradient = &mut self.gradient;
        let velocity = &mut self.velocity;
        let value = loss_grad_into(
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
        );
        descend(w1, &gradient.w1, &mut velocity.w1);
        descend(b1, &gradient.b1, &mut velocity.b1);
        descend(w2, &gradient.w2, &mut velocity.w2);
        descend(b2, &gradient.b2, &mut velocity.b2);
        value
    }
}

fn descend(parameters: &mut [f64], gradient: &[f64], velocity: &mut [f64]) {
    for ((parameter, slope), speed) in parameters.iter_mut().zip(gradient).zip(velocity) {
        *speed = MOMENTUM * *speed - RATE * slope;
        *parameter += *speed;
    }
}

impl Network {
    pub fn loss(&self, digits: &Digits) -> f64 {
        let Self { w1, b1, w2, b2 } = self;
        loss(w1, b1, w2, b2, &digits.images, &digits.labels)
    }

    /// The digit that the network reads in an image.
    pub fn classify(&self, image: &[f64]) -> usize {
        let Self { w1, b1, w2, b2 } = self;
        let scores = logits(w1, b1, w2, b2, image);
        let mut answer = 0;
        for c in 1..CLASSES {
            if scores[c] > scores[answer] {
                answer = c;
            }
        }
        answer
    }
}
