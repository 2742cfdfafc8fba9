use autodiff::differentiate;

#[differentiate]
fn model(x: f64) -> f64 {
    let coarse = (x * 10.0) as i32 as f64 / 10.0;
    let text = format!("{x}").len();
    let narrow = x.to_bits();
    coarse + text as f64 + narrow as f64 + x
}

fn main() {}
