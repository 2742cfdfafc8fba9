use autodiff::differentiate;

struct Model {
    weight: f64,
}

impl Model {
    #[differentiate]
    fn step(&mut self, x: f64) -> f64 {
        self.weight += x;
        self.weight * x
    }
}

fn main() {}
