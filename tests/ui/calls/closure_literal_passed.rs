use autodiff::differentiate;

fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiate]
fn composed(x: f64) -> f64 {
    apply(|v| v * v, x)
}

fn main() {}
