use autodiff::differentiate;

fn apply(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    f(x)
}

#[differentiate]
fn composed(x: f64) -> f64 {
    let square = |v: f64| v * v;
    apply(square, x)
}

fn main() {}
