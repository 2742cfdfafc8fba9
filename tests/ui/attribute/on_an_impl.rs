use autodiff::differentiate;

struct Model {
    weight: f64,
}

#[differentiate]
impl Model {
    fn loss(&self, x: f64) -> f64 {
        (self.weight * x - 1.0).powi(2)
    }
}

fn main() {
    let _ = Model { weight: 1.0 }.loss(2.0);
}
