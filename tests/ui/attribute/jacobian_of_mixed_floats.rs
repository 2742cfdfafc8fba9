use autodiff::differentiate;

#[differentiate(jacobian)]
fn mixed(x: f64, y: f32) -> [f64; 2] {
    [x * f64::from(y), x]
}

fn main() {}
