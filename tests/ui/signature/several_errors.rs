use autodiff::differentiate;

#[differentiate(wrt(y), gradient)]
async unsafe fn square(x: f64) -> bool {
    x * x > 1.0
}

fn main() {}
