use autodiff::{Differentiable, differentiate};

#[derive(Clone, Differentiable)]
struct Vector {
    x: f64,
    y: f64,
}

impl Vector {
    // No number of elements.
    fn len(&self) -> f64 {
        self.x.hypot(self.y)
    }

    fn iter(&self) -> std::vec::IntoIter<f64> {
        vec![self.x, self.y].into_iter()
    }
}

#[differentiate]
fn stretched(v: &Vector, s: f64) -> f64 {
    s * s * v.x + v.len()
}

#[differentiate]
fn total(v: &Vector, s: f64) -> f64 {
    let mut total = 0.0;
    for x in v.iter() {
        total += x * s;
    }
    total
}

fn main() {}
