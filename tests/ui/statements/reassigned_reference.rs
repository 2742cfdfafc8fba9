use autodiff::differentiate;

#[differentiate]
fn route(x: f64, flag: bool, a: &mut [f64], b: &mut [f64]) {
    let mut target = &mut a[..];
    if flag {
        target = &mut b[..];
    }
    target[0] = x * x;
}

fn main() {}
