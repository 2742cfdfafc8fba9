use autodiff::differentiate;

#[differentiate(name = "loss")]
fn squared_error(x: f64) -> f64 {
    x * x
}

#[differentiate(name = "loss")]
fn absolute_error(x: f64) -> f64 {
    x.abs()
}

fn main() {}
