use autodiff::differentiate;

#[differentiate]
fn total(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    let total = 0.0;
    for v in x {
        sum += v;
    }
    assert!(sum >= 0.0);
    total
}

fn main() {}
