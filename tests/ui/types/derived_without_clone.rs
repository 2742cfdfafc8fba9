use autodiff::{Differentiable, differentiate};

#[derive(Debug, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[differentiate]
fn product(p: &Point) -> f64 {
    p.x * p.y
}

fn main() {}
