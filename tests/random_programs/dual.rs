//! Derivatives by forward evaluation, written down once more and independently of the crate under test.

use crate::ast::{Binary, Unary};

/// Three scalars and four elements.
pub const INPUTS: usize = 7;

/// A value, its derivatives by the inputs, the derivative along one direction, and the derivatives of the derivatives along
/// it: a row of the Hessian each. For each the sum of the magnitudes that went into it: a measure of how far two correct
/// evaluations in different orders may be apart.
#[derive(Clone, Copy, Debug)]
pub struct Dual {
    pub value: f64,
    pub grad: [f64; INPUTS],
    pub size: [f64; INPUTS],
    pub along: f64,
    pub along_size: f64,
    pub mixed: [f64; INPUTS],
    pub mixed_size: [f64; INPUTS],
}

impl Dual {
    pub fn constant(value: f64) -> Self {
        Self {
            value,
            grad: [0.0; INPUTS],
            size: [0.0; INPUTS],
            along: 0.0,
            along_size: 0.0,
            mixed: [0.0; INPUTS],
            mixed_size: [0.0; INPUTS],
        }
    }

    pub fn input(value: f64, i: usize, along: f64) -> Self {
        let mut dual = Self::constant(value);
        dual.grad[i] = 1.0;
        dual.size[i] = 1.0;
        dual.along = along;
        dual.along_size = along.abs();
        dual
    }

    /// The chain rule for one argument.
    fn map(self, value: f64, slope: f64, bend: f64) -> Self {
        self.join(
            Self::constant(0.0),
            value,
            [slope, 0.0],
            [[bend, 0.0], [0.0, 0.0]],
        )
    }

    /// The chain rule for two: the partials and their partials.
    fn join(self, other: Self, value: f64, by: [f64; 2], bend: [[f64; 2]; 2]) -> Self {
        let both = [self, other];
        let mut result = Self::constant(value);
        for (k, (dual, slope)) in both.iter().zip(by).enumerate() {
            let turn: f64 = (0..2).map(|j| bend[k][j] * both[j].along).sum();
            let turn_size: f64 = (0..2).map(|j| bend[k][j].abs() * both[j].along_size).sum();
            result.along += slope * dual.along;
            result.along_size += slope.abs() * dual.along_size;
            for i in 0..INPUTS {
                result.grad[i] += slope * dual.grad[i];
                result.size[i] += slope.abs() * dual.size[i];
                result.mixed[i] += slope * dual.mixed[i] + turn * dual.grad[i];
                result.mixed_size[i] += slope.abs() * dual.mixed_size[i] + turn_size * dual.size[i];
            }
        }
        result
    }

    pub fn unary(self, op: Unary) -> Self {
        let x = self.value;
        let (sin, cos) = (x.sin(), x.cos());
        match op {
            Unary::Neg => self.map(-x, -1.0, 0.0),
            Unary::Sin => self.map(sin, cos, -sin),
            Unary::Cos => self.map(cos, -sin, -cos),
            Unary::Tanh => {
                let slope = 1.0 / x.cosh().powi(2);
                let exact = self.map(x.tanh(), slope, -2.0 * x.tanh() * slope);
                // Where it is flat, `1 - tanh²` is the difference of two ones.
                let bound = self.map(x.tanh(), 1.0, 2.0);
                Self {
                    size: bound.size,
                    along_size: bound.along_size,
                    mixed_size: bound.mixed_size,
                    ..exact
                }
            }
            Unary::ExpSin => self.map(sin.exp(), sin.exp() * cos, sin.exp() * (cos * cos - sin)),
            Unary::Root => {
                let root = (x * x + 1.0).sqrt();
                self.map(root, x / root, 1.0 / (root * root * root))
            }
            Unary::Abs => self.map(x.abs(), if x >= 0.0 { 1.0 } else { -1.0 }, 0.0),
            Unary::Square => self.map(x.powi(2), 2.0 * x, 2.0),
            Unary::Cube => self.map(x.powi(3), 3.0 * x * x, 6.0 * x),
        }
    }

    pub fn binary(self, op: Binary, other: Self) -> Self {
        let (a, b) = (self.value, other.value);
        let flat = [[0.0; 2]; 2];
        match op {
            Binary::Add => self.join(other, a + b, [1.0, 1.0], flat),
            Binary::Sub => self.join(other, a - b, [1.0, -1.0], flat),
            Binary::Mul => self.join(other, a * b, [b, a], [[0.0, 1.0], [1.0, 0.0]]),
            Binary::Div => {
                let below = 1.0 + b * b;
                let cross = -2.0 * b / (below * below);
                let last = a * (6.0 * b * b - 2.0) / (below * below * below);
                self.join(
                    other,
                    a / below,
                    [1.0 / below, -2.0 * a * b / (below * below)],
                    [[0.0, cross], [cross, last]],
                )
            }
            Binary::Max => self.join(other, a.max(b), [share(a, b), share(b, a)], flat),
            Binary::Min => self.join(other, a.min(b), [share(b, a), share(a, b)], flat),
        }
    }

    /// Finite, and small enough that rounding says little.
    pub fn is_tame(&self) -> bool {
        self.value.abs() < 1e6
            && self.size.iter().all(|s| *s < 1e8)
            && self.mixed_size.iter().all(|s| *s < 1e11)
    }
}

/// What `max(a, b)` takes from `a`: one half at a tie.
fn share(a: f64, b: f64) -> f64 {
    if a == b {
        0.5
    } else if a > b {
        1.0
    } else {
        0.0
    }
}
