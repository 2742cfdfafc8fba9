//! Forward derivatives, written down once more and independently of the crate under test.

use crate::ast::{Binary, Unary};

/// Three scalars and four elements.
pub const INPUTS: usize = 7;

/// A value, its derivatives, and for each the sum of the magnitudes that went into it: a measure of how far two correct
/// evaluations in different orders may be apart.
#[derive(Clone, Copy, Debug)]
pub struct Dual {
    pub value: f64,
    pub grad: [f64; INPUTS],
    pub size: [f64; INPUTS],
}

impl Dual {
    pub fn constant(value: f64) -> Self {
        Self {
            value,
            grad: [0.0; INPUTS],
            size: [0.0; INPUTS],
        }
    }

    pub fn input(value: f64, i: usize) -> Self {
        let mut dual = Self::constant(value);
        dual.grad[i] = 1.0;
        dual.size[i] = 1.0;
        dual
    }

    /// The chain rule for one argument.
    fn map(self, value: f64, slope: f64) -> Self {
        Self {
            value,
            grad: self.grad.map(|d| slope * d),
            size: self.size.map(|s| slope.abs() * s),
        }
    }

    /// The chain rule for two.
    fn join(self, other: Self, value: f64, by_self: f64, by_other: f64) -> Self {
        let (a, b) = (self.map(value, by_self), other.map(value, by_other));
        let sum = |a: &[f64; INPUTS], b: &[f64; INPUTS]| std::array::from_fn(|i| a[i] + b[i]);
        Self {
            value,
            grad: sum(&a.grad, &b.grad),
            size: sum(&a.size, &b.size),
        }
    }

    pub fn unary(self, op: Unary) -> Self {
        let x = self.value;
        match op {
            Unary::Neg => self.map(-x, -1.0),
            Unary::Sin => self.map(x.sin(), x.cos()),
            Unary::Cos => self.map(x.cos(), -x.sin()),
            Unary::Tanh => self.map(x.tanh(), 1.0 / x.cosh().powi(2)),
            Unary::ExpSin => self.map(x.sin().exp(), x.sin().exp() * x.cos()),
            Unary::Root => self.map((x * x + 1.0).sqrt(), x / (x * x + 1.0).sqrt()),
            Unary::Abs => self.map(x.abs(), if x >= 0.0 { 1.0 } else { -1.0 }),
            Unary::Square => self.map(x.powi(2), 2.0 * x),
            Unary::Cube => self.map(x.powi(3), 3.0 * x * x),
        }
    }

    pub fn binary(self, op: Binary, other: Self) -> Self {
        let (a, b) = (self.value, other.value);
        match op {
            Binary::Add => self.join(other, a + b, 1.0, 1.0),
            Binary::Sub => self.join(other, a - b, 1.0, -1.0),
            Binary::Mul => self.join(other, a * b, b, a),
            Binary::Div => {
                let below = 1.0 + b * b;
                self.join(
                    other,
                    a / below,
                    1.0 / below,
                    -2.0 * a * b / (below * below),
                )
            }
            Binary::Max => self.join(other, a.max(b), share(a, b), share(b, a)),
            Binary::Min => self.join(other, a.min(b), share(b, a), share(a, b)),
        }
    }

    /// Finite, and small enough that rounding says little.
    pub fn is_tame(&self) -> bool {
        self.value.abs() < 1e6 && self.size.iter().all(|s| *s < 1e8)
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
