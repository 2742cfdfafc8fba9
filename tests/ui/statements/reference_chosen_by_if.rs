use autodiff::differentiate;

#[differentiate]
fn route(x: f64, flag: bool, a: &mut [f64], b: &mut [f64]) {
    let target = if flag { a } else { b };
    target[0] = x * x;
}

fn main() {}
