//! What rustc says of the function itself is all there is to say.
use autodiff::differentiate;

#[differentiate]
fn double(x: f64) -> f64 {
    2 * x
}

fn main() {
    double_grad(1.0);
}
