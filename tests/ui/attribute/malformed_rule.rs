use autodiff::differentiate;

#[differentiate(rule = "softplus_rule")]
fn softplus(x: f64) -> f64 {
    x.exp().ln_1p()
}

#[differentiate(rule)]
fn square(x: f64) -> f64 {
    x * x
}

fn main() {}
