use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64, scale: Option<f64>) -> f64 {
    x * scale.xor(Some(1.0)).unwrap_or(1.0)
}

fn main() {}
