use autodiff::differentiate;

#[differentiate(hvp)]
fn polar(r: f64, angle: f64) -> [f64; 2] {
    [r * angle.cos(), r * angle.sin()]
}

fn main() {}
