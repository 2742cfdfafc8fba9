//! A batch in lanes of a function that calls one with branches.

use autodiff::differentiate;

#[differentiate]
fn huber(x: f64) -> f64 {
    if x.abs() < 1.0 { 0.5 * x * x } else { x.abs() - 0.5 }
}

#[differentiate(batch(lanes))]
fn calls_one_with_branches(x: f64) -> f64 {
    huber(x) * x
}

fn main() {}
