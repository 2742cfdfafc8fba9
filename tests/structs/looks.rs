//! Methods that have the names of std's and are others.

use super::counters::Counter;
use super::fd;
use super::near;
use autodiff::{Differentiable, differentiate};

#[differentiate]
fn called_for_what_it_does(y: f64, n: usize) -> f64 {
    let mut counter = Counter { n };
    let mut sum = 0.0;
    for _ in 0..3 {
        counter.count();
        sum += y * counter.n as f64;
    }
    counter.start(counter.n);
    sum + y * y * counter.n as f64
}

#[differentiate]
fn what_it_gives_is_not_wanted(y: f64, n: usize) -> f64 {
    let mut counter = Counter { n };
    let _ = counter.get();
    let _unused = counter.get();
    let first = counter.get();
    let second = counter.get();
    y * (first + 100 * second) as f64
}

#[differentiate]
fn another_in_each_iteration(y: f64, n: usize) -> f64 {
    let mut counter = Counter { n };
    let mut sum = 1.0;
    for _ in 0..4 {
        let next = counter.get();
        sum = sum * y + next as f64;
    }
    sum
}

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
    used: usize,
}

impl Spring {
    fn count(&mut self, times: usize) {
        self.used += times;
    }

    fn soften(&mut self, by: f64) {
        self.stiffness *= by;
    }

    fn max(&self, times: usize) -> f64 {
        self.stiffness * times as f64
    }
}

/// Of methods of this file without the attribute, on what does not depend on an input.
#[differentiate(wrt(x))]
fn of_this_file(spring: &Spring, x: f64, times: usize) -> f64 {
    let mut own = spring.clone();
    own.count(times + 1);
    own.soften(2.0 * own.stiffness);
    x * x * own.stiffness * own.used as f64 + x * spring.max(times)
}

#[test]
fn nothing_is_left_out() {
    let at = 0.7;
    type Function = fn(f64, usize) -> f64;
    let functions: [(Function, (f64, f64)); 3] = [
        (
            called_for_what_it_does,
            called_for_what_it_does_value_and_grad(at, 3),
        ),
        (
            what_it_gives_is_not_wanted,
            what_it_gives_is_not_wanted_value_and_grad(at, 3),
        ),
        (
            another_in_each_iteration,
            another_in_each_iteration_value_and_grad(at, 3),
        ),
    ];
    for (f, (value, slope)) in functions {
        assert_eq!(value, f(at, 3));
        near(slope, fd(|y| f(y, 3), at));
    }
    let spring = Spring {
        stiffness: 3.0,
        used: 1,
    };
    let (value, slope) = of_this_file_value_and_grad(&spring, at, 5);
    assert_eq!(value, of_this_file(&spring, at, 5));
    near(slope, 2.0 * at * 18.0 * 7.0 + 15.0);
}

/// What is asked of a copy without derivatives, where the function is run at other numbers.
mod asked_of_a_constant {
    use autodiff::{Differentiable, Real, differentiate, stop_gradient};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Series<T> {
        x: T,
        order: usize,
        weights: Vec<T>,
    }

    impl<T: Real> Series<T> {
        fn is_even(&self) -> bool {
            self.order.is_multiple_of(2)
        }

        fn is_above(&self, bound: f64) -> bool {
            self.x.value() > bound
        }

        fn into_order(self) -> usize {
            self.order
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Shape<T> {
        Scaled { by: T },
        Plain,
    }

    impl<T: Real> Shape<T> {
        fn is_plain(&self) -> bool {
            matches!(self, Shape::Plain)
        }
    }

    #[differentiate(jvp, hessian)]
    fn f(q: &Series<f64>, shape: &Shape<f64>, s: f64) -> f64 {
        let scale = match shape {
            Shape::Scaled { by } => *by,
            Shape::Plain => s * s,
        };
        let n = stop_gradient(q.clone()).into_order() as f64;
        if stop_gradient(&q).is_even() || stop_gradient(q).is_above(1.0) {
            q.x * q.x * s * n * scale
        } else if stop_gradient(shape).is_plain() {
            q.weights[0] * scale
        } else {
            q.x * scale * n
        }
    }

    #[test]
    fn agrees() {
        let build = |v: &[f64], order: usize| Series {
            x: v[0],
            order,
            weights: vec![v[1]],
        };
        for (x, order) in [(0.5, 2), (0.5, 3), (1.5, 3)] {
            for plain in [false, true] {
                let shape = |v: &[f64]| match plain {
                    true => Shape::Plain,
                    false => Shape::Scaled { by: v[3] },
                };
                let point = [x, -0.6, 1.3, 0.9];
                let point = &point[..if plain { 3 } else { 4 }];
                let gradient = |v: &[f64]| {
                    let (by_q, by_shape, by_s) = f_grad(&build(v, order), &shape(v), v[2]);
                    [by_q.to_flat(), vec![by_s], by_shape.to_flat()].concat()
                };
                let value = |v: &[f64]| f(&build(v, order), &shape(v), v[2]);
                super::super::agrees(value, gradient(point), point);
                // Of the Hessian the number stands last.
                let hessian = f_hessian(&build(point, order), &shape(point), point[2]);
                let last = hessian.rows() - 1;
                super::super::agrees(
                    |v| gradient(v)[2],
                    {
                        let row = hessian.row(last);
                        let mut row = row.to_vec();
                        let by_s = row.pop().unwrap();
                        row.insert(2, by_s);
                        row
                    },
                    point,
                );
                let zero = |v: &Series<f64>| v.zeros_like();
                let (q, shape) = (build(point, order), shape(point));
                let (_, slope) = f_jvp(&q, &shape, point[2], &zero(&q), &shape.zeros_like(), 1.0);
                assert!((slope - gradient(point)[2]).abs() < 1e-12);
            }
        }
    }
}
