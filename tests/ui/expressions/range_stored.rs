use autodiff::differentiate;

#[differentiate]
fn sum(x: &[f64], n: usize) -> f64 {
    let ranges = [0..n, n..x.len()];
    x[ranges[0].clone()].iter().sum()
}

fn main() {}
