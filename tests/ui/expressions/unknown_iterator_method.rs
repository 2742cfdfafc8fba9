use autodiff::differentiate;

#[differentiate]
fn wrapped(x: &[f64]) -> f64 {
    x.iter().copied().try_fold(1.0, |a, b| Some(a * b)).unwrap()
}

fn main() {}
