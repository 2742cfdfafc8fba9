use autodiff::differentiate;

#[differentiate]
fn square(x: f64) -> f64 {
    let boxed = Box::new(x * x);
    *boxed
}

fn main() {}
