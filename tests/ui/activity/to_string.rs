use autodiff::differentiate;

#[differentiate]
fn digits(x: f64) -> f64 {
    let digits = x.to_string().len();
    x * digits as f64
}

fn main() {}
