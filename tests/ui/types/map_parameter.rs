use autodiff::differentiate;

use std::collections::HashMap;

#[differentiate]
fn weighted(weights: &HashMap<String, f64>, x: f64) -> f64 {
    weights["a"] * x
}

fn main() {}
