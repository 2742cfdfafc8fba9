use autodiff::differentiate;

trait Loss {
    #[differentiate]
    fn loss(&self, x: f64) -> f64;
}

fn main() {}
