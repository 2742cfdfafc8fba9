use autodiff::differentiate;

#[differentiate]
fn rounded(x: f64) -> f64 {
    let text = format!("{x:.3}");
    let short: f64 = text.parse().unwrap();
    short * x
}

fn main() {}
