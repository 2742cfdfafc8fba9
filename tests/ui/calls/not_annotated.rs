use autodiff::differentiate;

fn helper(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn quartic(x: f64) -> f64 {
    helper(x) * helper(x)
}

fn main() {}
