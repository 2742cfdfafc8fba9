use autodiff::differentiate;

#[differentiate]
fn skipped(x: &[f64]) -> f64 {
    let mut state = 1.0;
    x.iter()
        .map(|v| {
            state *= v;
            state
        })
        .skip(1)
        .take(2)
        .sum()
}

#[differentiate]
fn zipped(x: &[f64], y: &[f64]) -> f64 {
    let mut state = 1.0;
    x.iter()
        .map(|v| {
            state *= v;
            state
        })
        .take(2)
        .zip(y)
        .map(|(a, b)| a * b)
        .sum()
}

fn main() {}
