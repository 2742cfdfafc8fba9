use autodiff::differentiate;

#[differentiate]
fn poke(x: f64, out: &mut f64) {
    let p = out as *mut f64;
    unsafe { *p = x * x };
}

fn main() {}
