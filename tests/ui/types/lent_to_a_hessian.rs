use autodiff::differentiate;

struct Numbers(u64);

#[differentiate(wrt(x), hessian)]
fn drawn(x: &[f64], numbers: &mut Numbers) -> f64 {
    numbers.0 += 1;
    x[0] * x[0] * numbers.0 as f64
}

fn main() {}
