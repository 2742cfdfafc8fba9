//! A struct of `f64` fields cannot hold numbers with derivatives.

use autodiff::{Differentiable, Real, differentiate};

#[derive(Clone, Differentiable)]
struct Spring {
    stiffness: f64,
}

#[differentiate(hvp)]
fn energy(spring: &Spring, x: f64) -> f64 {
    spring.stiffness * x * x
}

impl Spring {
    #[differentiate(wrt(self, x), jvp)]
    fn force(&self, x: f64) -> f64 {
        self.stiffness * x
    }
}

#[derive(Clone, Differentiable)]
struct Damped<T> {
    stiffness: T,
}

impl<T: Real> Damped<T> {
    #[differentiate(taylor)]
    fn alone(x: T) -> T {
        x * x
    }
}

fn main() {}
