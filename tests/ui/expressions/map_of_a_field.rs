//! Of a field's type nothing is known: arrays and options have a `map`.
use autodiff::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Model {
    weights: [f64; 3],
}

#[differentiate]
fn f(m: &Model, a: f64) -> f64 {
    let scaled = m.weights.map(|w| w * a);
    scaled[0] * scaled[1]
}

fn main() {}
