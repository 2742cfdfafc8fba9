//! What `+` means for a type of one's own is not for the macro to guess.

use autodiff::{Differentiable, differentiate};
use std::ops::{Add, AddAssign, Mul, Neg};

#[derive(Clone, Copy, Differentiable)]
struct Log {
    of: f64,
}

impl Add for Log {
    type Output = Log;
    fn add(self, other: Log) -> Log {
        Log {
            of: self.of * other.of,
        }
    }
}

impl Neg for Log {
    type Output = Log;
    fn neg(self) -> Log {
        Log { of: 1.0 / self.of }
    }
}

impl AddAssign for Log {
    fn add_assign(&mut self, other: Log) {
        self.of *= other.of;
    }
}

impl Mul for Log {
    type Output = Log;
    fn mul(self, other: Log) -> Log {
        other
    }
}

#[derive(Clone, Copy, Differentiable)]
struct Pair {
    first: Log,
}

#[differentiate]
fn plus(a: Log, b: Log) -> f64 {
    (a + b).of
}

#[differentiate]
fn minus(a: Log) -> f64 {
    (-a).of
}

#[differentiate]
fn times(a: Log, b: Log) -> f64 {
    (a * b).of
}

#[differentiate]
fn assigned(a: Log, b: Log) -> f64 {
    let mut a = a;
    a += b;
    a.of
}

#[differentiate]
fn in_a_field(pair: &Pair, of: f64) -> f64 {
    let mut pair = *pair;
    pair.first += Log { of };
    pair.first.of
}

fn main() {}
