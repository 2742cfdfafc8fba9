use autodiff::differentiate;

#[differentiate]
fn scaled(x: f64, text: &str) -> f64 {
    let scale: f64 = text.parse::<f64>()?;
    scale * x
}

fn main() {}
