use autodiff::differentiate;

static mut LAST: f64 = 0.0;

#[differentiate]
fn remembered(x: f64) -> f64 {
    unsafe { LAST = x };
    x * x
}

fn main() {}
