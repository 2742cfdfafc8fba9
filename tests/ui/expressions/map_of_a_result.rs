//! Of what a function gives nothing is known: arrays and options have a `map`.
use autodiff::differentiate;

#[differentiate]
fn weights(a: f64) -> [f64; 3] {
    [a, a * a, 1.0]
}

#[differentiate]
fn f(a: f64) -> f64 {
    let scaled = weights(a).map(|w| w * a);
    scaled[0] * scaled[1]
}

fn main() {}
