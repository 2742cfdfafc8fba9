use autodiff::differentiate;

#[differentiate]
fn first(x: &[f64]) -> f64 {
    let y = unsafe { *x.get_unchecked(0) };
    y * y
}

fn main() {}
