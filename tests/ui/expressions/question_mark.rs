use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64, text: &str) -> Option<f64> {
    let scale: f64 = text.parse().ok()?;
    Some(scale * x)
}

fn main() {}
