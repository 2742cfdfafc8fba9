use autodiff::differentiate;

#[differentiate(wrt(x), name = "line", wrt(y))]
fn slope(x: f64, y: f64) -> f64 {
    3.0 * x + y
}

fn main() {}
