use autodiff::differentiate;

#[differentiate]
fn layers(x: f64) -> f64 {
    let steps = [|v: f64| v * v, |v: f64| v.sin()];
    let mut y = x;
    for step in steps {
        y = step(y);
    }
    y
}

fn main() {}
