//! Fields and constants of types that the macro does not know, where the compiler has to know them in time.

use autodiff::{Differentiable, Real, differentiate};

#[derive(Clone, Copy, PartialEq, Debug, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

impl Point {
    #[differentiate(wrt(self, other))]
    fn dot(self, other: Point) -> f64 {
        self.x * other.x + self.y * other.y
    }

    #[differentiate(wrt(self))]
    fn weighed(self, weights: [f64; 2], by: (f64, f64), k: usize) -> f64 {
        self.x * weights[k] + self.y * by.1
    }
}

#[differentiate]
fn product(a: Point, b: Point) -> f64 {
    a.dot(b)
}

#[test]
fn constants_by_value() {
    #[differentiate]
    fn made_here(v: Point, a: f64) -> f64 {
        let d = Point { x: 0.5, y: 2.0 };
        v.dot(d) * a
            + d.dot(v)
            + product(d, v)
            + product(v, d)
            + product(d, d)
            + v.weighed([0.5, 1.0], (0.2, 0.3), 0)
    }
    #[differentiate(wrt(v))]
    fn left_out(v: Point, w: Point, all: &[Point]) -> f64 {
        v.dot(w) + w.dot(v) + product(all[0], v)
    }
    let v = Point { x: 1.0, y: 1.0 };
    assert_eq!(made_here_grad(v, 2.0), (Point { x: 3.0, y: 10.3 }, 2.5));
    let all = [Point { x: 10.0, y: 20.0 }];
    assert_eq!(
        left_out_grad(v, Point { x: 1.0, y: 2.0 }, &all),
        Point { x: 12.0, y: 24.0 }
    );
}

#[derive(Clone, Differentiable)]
struct Model<T> {
    scale: T,
    weights: Vec<T>,
}

impl<T: Real> Model<T> {
    #[differentiate(wrt(self, x), jvp)]
    fn at(&self, x: T) -> T {
        (self.scale * x).sin()
    }
}

fn model() -> Model<f64> {
    Model {
        scale: 0.5,
        weights: vec![0.3, 0.9, 0.1],
    }
}

#[test]
fn positions_of_the_greatest_and_the_least() {
    #[differentiate(jvp)]
    fn f(m: &Model<f64>, a: f64) -> f64 {
        let greatest = m
            .weights
            .iter()
            .enumerate()
            .max_by(|a, b| a.1.total_cmp(b.1))
            .map(|(k, _)| k)
            .unwrap();
        let least = m
            .weights
            .iter()
            .enumerate()
            .min_by(|a, b| a.1.partial_cmp(b.1).unwrap())
            .unwrap()
            .0;
        let some = m.weights.iter().max_by(|a, b| a.total_cmp(b)).is_some();
        if some {
            m.weights[greatest] * a - m.weights[least]
        } else {
            a
        }
    }
    let (dm, da) = f_grad(&model(), 2.0);
    assert_eq!((dm.weights, dm.scale, da), (vec![0.0, 2.0, -1.0], 0.0, 0.9));
}

/// An annotated method that takes `&self` changes nothing.
#[test]
fn methods_in_chains_that_are_zipped() {
    #[differentiate(jvp)]
    fn f(m: &Model<f64>, x: &[f64], a: f64) -> f64 {
        m.weights
            .iter()
            .map(|w| w * m.at(a))
            .zip(x)
            .map(|(y, x)| y * x)
            .sum()
    }
    let x = [1.0, 2.0, 3.0];
    let (dm, dx, da) = f_grad(&model(), &x, 0.8);
    let (sine, cosine) = 0.4_f64.sin_cos();
    for (k, x) in x.iter().enumerate() {
        assert!((dm.weights[k] - sine * x).abs() < 1e-15);
        assert!((dx[k] - sine * model().weights[k]).abs() < 1e-15);
    }
    let sum = 0.3 + 1.8 + 0.3;
    assert!(
        (dm.scale - sum * cosine * 0.8).abs() < 1e-15 && (da - sum * cosine * 0.5).abs() < 1e-15
    );
}

#[test]
fn literals_that_are_matched() {
    #[differentiate(jvp)]
    fn f(a: f64, b: f64) -> f64 {
        if matches!(Model { scale: a, weights: vec![b] }, Model { scale, .. } if scale > 1.0) {
            a * b
        } else {
            b
        }
    }
    assert_eq!(
        (f_grad(2.0, 3.0), f_grad(0.5, 3.0)),
        ((3.0, 2.0), (0.0, 1.0))
    );
}
