//! Of a reference the dot calls the method of `Differentiable`, which takes `&self`.
use autodiff::{Differentiable, differentiate};

#[derive(Clone, Copy, Differentiable)]
struct Vec2 {
    x: f64,
    y: f64,
}

impl Vec2 {
    #[differentiate(wrt(self, other))]
    fn dot(self, other: &Vec2) -> f64 {
        2.0 * (self.x * other.x + self.y * other.y)
    }
}

#[differentiate]
fn of_a_reference(v: &Vec2) -> f64 {
    v.dot(v)
}

#[differentiate]
fn of_a_value(v: &Vec2) -> f64 {
    (*v).dot(v)
}

fn main() {
    of_a_reference_grad(&Vec2 { x: 1.0, y: 2.0 });
    of_a_value_grad(&Vec2 { x: 1.0, y: 2.0 });
}
