use autodiff::differentiate;

trait Loss {
    fn loss(&self, x: f64) -> f64;
}

struct Model {
    weight: f64,
}

impl Loss for Model {
    #[differentiate]
    fn loss(&self, x: f64) -> f64 {
        self.weight * x
    }
}

fn main() {}
