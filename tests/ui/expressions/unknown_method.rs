use autodiff::differentiate;

trait Smooth {
    fn smooth(self) -> f64;
}

impl Smooth for f64 {
    fn smooth(self) -> f64 {
        self / (1.0 + self.abs())
    }
}

#[differentiate]
fn activation(x: f64) -> f64 {
    x.smooth() + x
}

fn main() {}
