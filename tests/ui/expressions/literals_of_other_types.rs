//! What rustc says of the function itself is all there is to say.
use autodiff::differentiate;

#[differentiate]
fn cube(x: f64) -> f64 {
    x.powi(3.0) + 1.0
}

#[differentiate]
fn positive(x: f64) -> f64 {
    x.max(0)
}

fn main() {
    cube_grad(1.0);
    positive_grad(1.0);
}
