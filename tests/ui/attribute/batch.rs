//! A batch in lanes of what differs from point to point, and batches of what has no gradients.

use autodiff::{differentiate, special::norm_cdf};

#[differentiate(batch(lanes))]
fn branches(x: f64, y: f64) -> f64 {
    let size = if x > y { x - y } else { y - x };
    assert!(size >= 0.0);
    size * norm_cdf(x)
}

#[differentiate(batch(lanes))]
fn prints(x: f64) -> f64 {
    println!("a point");
    x * x
}

#[differentiate(batch(lanes))]
fn slices(x: &[f64], y: f64) -> f64 {
    x[0] * y
}

#[differentiate(batch)]
fn several(x: f64) -> [f64; 2] {
    [x, x * x]
}

#[differentiate(batch)]
fn writes(x: f64, out: &mut [f64]) -> f64 {
    out[0] = x;
    x * x
}

#[differentiate(batch(widely))]
fn misspelt(x: f64) -> f64 {
    x * x
}

fn main() {}
