use autodiff::differentiate;

#[differentiate]
fn newton(x: f64, f: impl Fn(f64) -> f64) -> f64 {
    x - f(x)
}

fn main() {}
