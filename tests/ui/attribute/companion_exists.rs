use autodiff::differentiate;

#[differentiate]
fn energy(x: f64) -> f64 {
    x * x
}

fn energy_grad(x: f64) -> f64 {
    2.0 * x
}

fn main() {
    let _ = energy_grad(1.0);
}
