//! Seeded inputs.

#[path = "../../examples/train_digits/random.rs"]
#[allow(dead_code, reason = "a part of it is used here")]
mod random;

use random::Random;

pub struct Inputs(Random);

impl Inputs {
    pub fn new(seed: u64) -> Self {
        Self(Random::new(seed))
    }

    /// Uniform in `low`…`high`.
    pub fn uniform(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (0.5 + 0.5 * self.0.symmetric())
    }

    /// Standard normal, by Box and Muller's transform.
    pub fn normal(&mut self) -> f64 {
        let (radius, angle) = (1.0 - self.uniform(0.0, 1.0), self.uniform(0.0, 1.0));
        (-2.0 * radius.ln()).sqrt() * (std::f64::consts::TAU * angle).cos()
    }

    pub fn below(&mut self, bound: usize) -> usize {
        self.0.below(bound)
    }

    pub fn uniforms(&mut self, count: usize, low: f64, high: f64) -> Vec<f64> {
        (0..count).map(|_| self.uniform(low, high)).collect()
    }

    pub fn normals(&mut self, count: usize) -> Vec<f64> {
        (0..count).map(|_| self.normal()).collect()
    }
}
