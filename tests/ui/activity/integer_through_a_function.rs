use autodiff::differentiate;

fn level(n: i64) -> f64 {
    n as f64 / 256.0
}

#[differentiate]
fn quantize(x: f64) -> f64 {
    level((x * 256.0) as i64) + 0.1 * x
}

fn main() {}
