use autodiff::differentiate;

#[differentiate]
fn smallest(x: &[f64]) -> f64 {
    let mut sorted = x.to_vec();
    sorted.sort_unstable_by_key(|v| (v * 100.0) as i64);
    sorted[0]
}

fn main() {}
