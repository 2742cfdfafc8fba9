use autodiff::differentiate;

#[differentiate]
fn model(x: f64, text: &str) -> Option<f64> {
    let scale: f64 = text.parse().ok()?;
    let first = unsafe { *[x].get_unchecked(0) };
    let steps = [|v: f64| v + 1.0];
    let later = async { x };
    drop(later);
    Some(scale * steps[0](first))
}

fn main() {}
