use autodiff::{Real, differentiate};

#[differentiate(rule = softplus_rule)]
fn softplus<T: Real>(x: T) -> T {
    x.exp().ln_1p()
}

fn softplus_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    cotangent / (T::one() + (-x).exp())
}

fn main() {
    softplus_grad(1.0_f64);
}
