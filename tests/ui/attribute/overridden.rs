//! The companions stand in the trait, and know its body only.
use autodiff::differentiate;

trait Potential {
    #[differentiate(wrt(x))]
    fn energy(&self, x: f64) -> f64 {
        x * x
    }
}

struct Flat;

impl Potential for Flat {}

struct Steep;

impl Potential for Steep {
    fn energy(&self, x: f64) -> f64 {
        x * x * x
    }
}

fn main() {
    Flat.energy_grad(1.0);
    Steep.energy_grad(1.0);
}
