use autodiff::differentiate;

#[differentiate]
fn loss(x: f64) -> f64 {
    x * x
}

fn loss_grad(x: f64) -> f64 {
    2.0 * x
}

fn main() {
    // One mistake is one error.
    loss_value_and_grad(loss_grad(1.0));
}
