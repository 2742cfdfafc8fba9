use autodiff::differentiate;

#[differentiate("x")]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
