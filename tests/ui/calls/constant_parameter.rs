use autodiff::differentiate;

#[differentiate(wrt(x))]
fn scaled(x: f64, by: f64) -> f64 {
    x * by
}

#[differentiate]
fn cubed(x: f64) -> f64 {
    scaled(x, x * x)
}

#[differentiate]
fn squared(x: f64) -> f64 {
    scaled(x, autodiff::stop_gradient(x))
}

fn main() {}
