use autodiff::differentiate;

#[differentiate(wrt(x))]
fn accumulate(x: f64, mut total: f64) -> f64 {
    total = total + x * x;
    total.sqrt()
}

fn main() {}
