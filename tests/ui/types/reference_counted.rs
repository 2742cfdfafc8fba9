use autodiff::differentiate;
use std::rc::Rc;

#[differentiate]
fn norm(x: Rc<Vec<f64>>) -> f64 {
    x[0] * x[1]
}

fn main() {}
