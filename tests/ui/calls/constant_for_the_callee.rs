use autodiff::differentiate;

#[differentiate(wrt(x))]
fn scaled(x: f64, scale: f64) -> f64 {
    x * scale
}

#[differentiate]
fn square(x: f64) -> f64 {
    scaled(x, x)
}

fn main() {}
