use autodiff::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Triple(f64, f64, f64);

#[differentiate]
fn last(t: &Triple) -> f64 {
    let Triple(.., z) = t;
    z * z
}

fn main() {}
