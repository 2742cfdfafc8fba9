//! A trait of the file has the method, and it is not annotated.
use autodiff::differentiate;

trait Medium {
    fn index(&self, x: f64) -> f64;
}

#[differentiate(wrt(x))]
fn optical_path<M: Medium>(medium: &M, x: f64) -> f64 {
    medium.index(x) * 2.0
}

fn main() {}
