use autodiff::differentiate;

#[differentiate(rule = too_few)]
fn softplus(x: f64) -> f64 {
    x.exp().ln_1p()
}

fn too_few(x: f64, cotangent: f64) -> f64 {
    cotangent / (1.0 + (-x).exp())
}

#[differentiate(rule = wrong_result)]
fn ratio(x: f64, y: f64) -> f64 {
    x / y
}

fn wrong_result(_x: f64, y: f64, _value: f64, cotangent: f64) -> f64 {
    cotangent / y
}

fn main() {}
