use autodiff::differentiate;

#[differentiate]
fn scaled(scale: Option<Box<f64>>, x: f64) -> f64 {
    match scale {
        Some(scale) => *scale * x,
        None => x,
    }
}

fn main() {}
