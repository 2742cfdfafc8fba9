use autodiff::differentiate;

#[differentiate]
fn model(x: f64) -> f64 {
    let first = unsafe { *[x].get_unchecked(0) };
    let steps = [|v: f64| v + 1.0];
    let later = async { x };
    drop(later);
    steps[0](first)
}

fn main() {}
