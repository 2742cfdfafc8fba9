use autodiff::differentiate;

static mut LAST: f64 = 0.0;

#[differentiate]
fn remembered(x: f64) -> f64 {
    unsafe { LAST = x };
    x * x
}

#[differentiate]
fn counted(x: f64) -> f64 {
    CALLS[0] += x;
    x * x
}

static mut CALLS: [f64; 1] = [0.0];

fn main() {}
