//! A type of another file has a method of its own, under another name of the trait.
use autodiff::differentiate;

#[path = "elsewhere/steep.rs"]
mod steep;

trait Landscape {
    #[differentiate(wrt(x))]
    fn height(&self, x: f64) -> f64 {
        x * x
    }
}

struct Flat;

impl Landscape for Flat {}

fn main() {
    Flat.height_grad(1.0);
    steep::Steep.height_grad(1.0);
}
