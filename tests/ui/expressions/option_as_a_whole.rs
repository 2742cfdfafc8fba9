use autodiff::differentiate;

#[differentiate]
fn taken(x: f64) -> f64 {
    let mut slot = Some(x * x);
    let value = slot.take();
    value.unwrap_or(0.0)
}

fn main() {}
