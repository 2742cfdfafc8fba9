//! Traits of the user's in scope whose methods are named as ours or as std's.

#![allow(dead_code, clippy::needless_range_loop)]

use autodiff::{Real, differentiate};

trait Ours {
    fn zero_like(&self) -> f64 {
        f64::NAN
    }
    fn accumulate(&mut self, _: &f64) {
        panic!("not this one");
    }
    fn clear(&mut self) {
        panic!("not this one");
    }
    fn primal(&self) -> f64 {
        f64::NAN
    }
    fn lift_to(&self) -> f64 {
        f64::NAN
    }
    fn is_zero(&self) -> bool {
        panic!("not this one");
    }
    fn from_f64(_: f64) -> f64 {
        f64::NAN
    }
    fn number(&self) -> f64 {
        f64::NAN
    }
    fn pull(&self) -> f64 {
        f64::NAN
    }
    fn forward(&self) -> bool {
        false
    }
    fn backward(&self) -> bool {
        false
    }
    fn push(&mut self, _: f64) {
        panic!("not this one");
    }
    fn pop(&mut self) -> f64 {
        panic!("not this one");
    }
    fn to_owned(&self) -> f64 {
        f64::NAN
    }
    fn borrow(&self) -> f64 {
        f64::NAN
    }
}

impl<T: ?Sized> Ours for T {}

trait Functions {
    fn sin(self) -> f64;
    fn exp(self) -> f64;
    fn powi(self, n: i32) -> f64;
    fn max(self, other: f64) -> f64;
}

impl<T: Real> Functions for T {
    fn sin(self) -> f64 {
        f64::NAN
    }
    fn exp(self) -> f64 {
        f64::NAN
    }
    fn powi(self, _: i32) -> f64 {
        f64::NAN
    }
    fn max(self, _: f64) -> f64 {
        f64::NAN
    }
}

/// Taken by value, before what is taken by reference.
trait Snapshots: Sized {
    fn begin(self) -> bool {
        panic!("not this one");
    }
    fn restore(self) -> bool {
        panic!("not this one");
    }
    fn passes(self) -> bool {
        panic!("not this one");
    }
    fn pass(self) -> bool {
        panic!("not this one");
    }
}

impl<T> Snapshots for T {}

trait Slices {
    fn len(&self) -> usize;
    fn iter(&self) -> usize;
    fn swap(&mut self, a: usize, b: usize);
}

impl Slices for [f64] {
    fn len(&self) -> usize {
        panic!("not this one");
    }
    fn iter(&self) -> usize {
        panic!("not this one");
    }
    fn swap(&mut self, _: usize, _: usize) {
        panic!("not this one");
    }
}

#[differentiate]
fn elementary(x: f64, y: f64) -> f64 {
    x.exp() + x.sin() * y.powi(2) + x.max(y)
}

#[differentiate]
fn memory(x: &[f64]) -> f64 {
    let mut copy = x.to_vec();
    copy.swap(0, 1);
    let mut sum = 0.0;
    for i in 0..copy.len() {
        sum += copy[i] * (i as f64 + 1.0);
    }
    copy.iter().fold(sum, |a, v| a + v * v)
}

#[differentiate]
fn growing(x: f64, n: usize) -> f64 {
    let mut values = Vec::new();
    for i in 0..n {
        values.push(x * i as f64);
    }
    let mut sum = 0.0;
    while let Some(v) = values.pop() {
        sum += v * v;
    }
    sum
}

#[differentiate]
fn kept(x: f64, n: usize) -> f64 {
    let mut y = [x, x];
    #[checkpoint(1)]
    for i in 0..n {
        y[i % 2] *= y[0];
    }
    y[1]
}

#[differentiate]
fn calls(x: f64) -> f64 {
    elementary(x, 2.0) + memory(&[x, x * x]) + growing(x, 3)
}

#[test]
fn works() {
    assert_eq!(elementary_grad(0.0, 2.0), (5.0, 1.0));
    assert_eq!(memory_grad(&[1.0, 2.0]), [4.0, 5.0]);
    assert_eq!(growing_grad(2.0, 3), 20.0);
    // x², x³, x⁴
    assert_eq!(kept_grad(2.0, 3), 12.0);
    assert_eq!(calls_grad(0.0), 5.0 + 2.0);
}

mod a_trait_with_min {
    //! A trait of the user's has a method `min`.
    use autodiff::differentiate;

    #[allow(dead_code)]
    trait Bounded {
        fn min(self, other: Self) -> Self;
    }

    impl Bounded for usize {
        fn min(self, _: usize) -> usize {
            panic!("not this one")
        }
    }

    #[differentiate]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        x.iter().zip(y).map(|(a, b)| a * b).sum()
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(&[1.0], &[3.0]), (vec![3.0], vec![1.0]));
    }
}
