use autodiff::differentiate;

#[differentiate(hesian)]
fn cubic(x: f64) -> f64 {
    x * x * x
}

fn main() {}
