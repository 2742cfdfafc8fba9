use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64, by: f64) -> f64 {
    x * by
}

#[differentiate]
fn twice(x: f64) -> f64 {
    2.0 * scaled(x)
}

fn main() {}
