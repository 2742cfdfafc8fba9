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
