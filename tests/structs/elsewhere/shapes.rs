//! Types whose methods other files call.

use autodiff::{Differentiable, Real, differentiate};

#[derive(Clone, Differentiable)]
pub struct Spring<T> {
    pub stiffness: T,
    pub turns: usize,
}

impl<T: Real> Spring<T> {
    #[differentiate(wrt(self, by), jvp)]
    pub fn force(&self, by: T) -> T {
        (self.stiffness * by).sin()
    }

    #[differentiate(wrt(self), jvp)]
    pub fn energy(&self) -> T {
        self.stiffness * self.stiffness
    }

    #[differentiate(wrt(self))]
    pub fn harden(&mut self) -> T {
        let before = self.stiffness;
        self.stiffness = before * before;
        before
    }

    #[differentiate(wrt(self, by))]
    pub fn scale(&mut self, by: T) {
        self.stiffness *= by;
    }
}

#[derive(Clone, Differentiable)]
pub struct Plate {
    pub width: f64,
}

impl Plate {
    #[differentiate(wrt(self))]
    pub fn area(&self) -> f64 {
        self.width * self.width
    }

    #[differentiate]
    pub fn twice(width: f64) -> Plate {
        Plate { width: 2.0 * width }
    }
}

/// What has no derivative may have methods of the same names.
pub struct Table(pub Vec<f64>);

impl Table {
    pub fn area(&self) -> f64 {
        self.0[0]
    }

    pub fn force(&self, k: usize) -> f64 {
        self.0[k]
    }
}
