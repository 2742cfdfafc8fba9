use autodiff::differentiate;

#[differentiate]
fn is_inside(x: &[f64]) -> bool {
    x.iter().map(|v| v * v).sum::<f64>() < 1.0
}

fn main() {}
