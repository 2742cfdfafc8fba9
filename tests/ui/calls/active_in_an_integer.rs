use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64, n: usize) -> f64 {
    x * n as f64
}

#[differentiate]
fn square(x: f64) -> f64 {
    scaled(x, x)
}

fn main() {}
