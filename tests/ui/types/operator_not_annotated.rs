use autodiff::{Differentiable, differentiate};
use std::ops::{Add, Mul};

#[derive(Clone, Copy, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

impl Add for Point {
    type Output = Point;
    fn add(self, other: Point) -> Point {
        Point { x: self.x + other.x, y: self.y + other.y }
    }
}

impl Mul<Point> for f64 {
    type Output = Point;
    fn mul(self, p: Point) -> Point {
        Point { x: self * p.x, y: self * p.y }
    }
}

#[differentiate]
fn sum(p: Point, q: Point) -> f64 {
    let r = p + q;
    let s = 2.0 * r;
    s.x * s.y
}

fn main() {}
