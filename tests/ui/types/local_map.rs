use autodiff::differentiate;
use std::collections::{HashMap, VecDeque};

#[differentiate]
fn mapped(x: f64) -> f64 {
    let mut found = HashMap::new();
    found.insert("x", x);
    found["x"] * x
}

#[differentiate]
fn queued(x: f64) -> f64 {
    let mut queue = VecDeque::new();
    queue.push_back(x * x);
    x * queue.pop_front().unwrap()
}

fn main() {}
