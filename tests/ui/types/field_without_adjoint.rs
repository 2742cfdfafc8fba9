//! A struct that does not derive is copied into its owner's gradient, which its derivative would be added to.

use autodiff::{Differentiable, differentiate};

#[derive(Clone)]
struct Inner {
    w: f64,
}

#[derive(Clone, Differentiable)]
struct Outer {
    inner: Inner,
    shared: Box<[f64]>,
    b: f64,
}

#[differentiate]
fn of_a_struct(outer: &Outer) -> f64 {
    outer.inner.w * outer.b
}

#[differentiate]
fn of_a_box(outer: &Outer) -> f64 {
    outer.shared[1] * outer.b
}

fn main() {}
