use autodiff::differentiate;

#[differentiate(constant, rule = slope)]
fn sign(x: f64) -> f64 {
    x.signum()
}

#[differentiate(jvp, constant)]
fn floor(x: f64) -> f64 {
    x.floor()
}

fn slope(_x: f64, _value: f64, cotangent: f64) -> f64 {
    cotangent
}

fn main() {}
