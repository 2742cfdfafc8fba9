use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64, scale: Option<f64>) -> f64 {
    match scale.ok_or("none") {
        Ok(scale) => x * scale,
        Err(_) => x,
    }
}

fn main() {}
