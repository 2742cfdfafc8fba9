use autodiff::differentiate;

type Count = u32;

#[differentiate]
fn power(x: f64, n: Count) -> f64 {
    x.powi(n as i32)
}

fn main() {}
