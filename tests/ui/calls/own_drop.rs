//! A function of one's own that has the name of one of the prelude's.
use autodiff::differentiate;

fn drop(a: &mut [f64]) {
    a[0] = 0.0;
}

#[differentiate]
fn f(x: f64) -> f64 {
    let mut a = [x, x * x];
    drop(&mut a);
    a[0] + a[1]
}

fn main() {
    f_grad(1.0);
}
