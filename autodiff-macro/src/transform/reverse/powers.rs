//! Powers that are written as products: one contribution to the base instead of one for each factor.
//!
//! ```text
//! y = x * x                reverse:  x_adj += y_adj * 2 x
//! s = x * x; y = s * x     reverse:  x_adj += y_adj * 3 s
//! s = 5 * x; y = s * x     reverse:  x_adj += y_adj * 2 s
//! y = x * x; z = 5 * y     reverse:  x_adj += z_adj * 10 x
//! x = 1 / a; y = x * x     reverse:  x_adj += y_adj * 2 x; a_adj -= x_adj * y
//! ```
//!
//! The partial does not wait for the adjoint. It overflows only where the function does, and underflows only where a value of the
//! function does.

use super::{Reverse, Style};
use crate::ir::{Arith, Contribution, Op, Value};
use autodiff_runtime::rules::Row;

/// How large literals are that powers are multiplied with: a base that makes a partial overflow is much larger than one, and the power
/// overflows before.
const LARGEST: f64 = 1e6;

/// How many products are looked through: each looks at those before it.
const LONGEST: u32 = 6;

/// The derivative of a power: a number times a value.
pub(super) struct Power {
    times: f64,
    of: Value,
}

impl Reverse<'_> {
    /// The base of `a * b`, if that is a power, and the derivative.
    pub(super) fn product_as_power(&self, a: Value, b: Value) -> Option<(Value, Power)> {
        if self.style == Style::Plain {
            return None;
        }
        if a == b {
            return Some((a, Power { times: 2.0, of: a }));
        }
        // One factor more than a power has.
        [(a, b), (b, a)].into_iter().find_map(|(of, x)| {
            let times = f64::from(self.exponent(of, x, LONGEST)? + 1);
            Some((x, Power { times, of }))
        })
    }

    /// The base of a call of `powi`, if that is a square, and the derivative.
    pub(super) fn powi_as_power(&self, row: &Row, args: &[Value]) -> Option<(Value, Power)> {
        let [x, n] = args else { return None };
        let is_square = row.name == "powi" && self.literal(*n) == Some(2.0);
        (self.style == Style::Fast && is_square).then_some((*x, Power { times: 2.0, of: *x }))
    }

    /// How many factors `x`, and a literal, were multiplied one after the other to make this value.
    fn exponent(&self, v: Value, x: Value, at_most: u32) -> Option<u32> {
        let Op::Arith(Arith::Mul, a, b) = self.definitions.get(&v)? else {
            return None;
        };
        let rest = match (*a == x, *b == x) {
            (true, true) => return Some(2),
            (true, false) => *b,
            (false, true) => *a,
            (false, false) => return None,
        };
        if self.factor(rest).is_some() {
            return Some(1);
        }
        let fewer = at_most.checked_sub(1)?;
        Some(self.exponent(rest, x, fewer)? + 1)
    }

    /// The contribution to the base `x` of a power `y`.
    pub(super) fn contribute_power(&mut self, x: Value, mut y: Value, power: Power) {
        let Power { mut times, of } = power;
        let square = [y, of].into_iter().find(|v| self.is_square(*v, x));
        let first = !self.begun(x);
        let multiple = self.scopes[self.owner(y)].multiples.get(&y);
        // A smaller one would make nothing of a small base.
        if let Some((z, by)) = multiple.filter(|(_, by)| (by * times).abs() >= 1.0) {
            y = *z;
            times *= by;
        }
        self.contribute(x, Contribution::Power { y, of, times });
        let scope = self.owner(x);
        if let (true, Some(square)) = (first, square)
            && self.scopes[scope].defined.contains(&square)
        {
            self.scopes[scope].squares.insert(x, square);
        }
    }

    /// The contribution of a reciprocal `y` to what it is of. With a square of the function's it is one product; of nothing but a power of
    /// the reciprocal, which overflows or has no digits left where the square does.
    pub(super) fn reciprocal(&self, y: Value) -> Option<Contribution> {
        let of = *self.scopes[self.owner(y)].squares.get(&y)?;
        Some(Contribution::Power { y, of, times: -1.0 })
    }

    fn is_square(&self, v: Value, x: Value) -> bool {
        matches!(self.definitions.get(&v), Some(Op::Arith(Arith::Mul, a, b)) if (*a, *b) == (x, x))
    }

    /// Remembers what an adjoint begins with, if that is another one times a literal.
    pub(super) fn note_multiple(&mut self, v: Value, what: &Contribution) {
        if let Contribution::Times(z, factor) = what
            && let Some(by) = self.factor(*factor)
            && let Some(scope) = self.scopes.last_mut()
        {
            scope.multiples.insert(v, (*z, by));
        }
    }

    /// A literal that may become a part of a partial.
    fn factor(&self, v: Value) -> Option<f64> {
        let of = match self.definitions.get(&v)? {
            Op::Neg(positive) => -self.literal(*positive)?,
            op => op.number()?,
        };
        (of.abs() <= LARGEST).then_some(of)
    }

    pub(super) fn literal(&self, v: Value) -> Option<f64> {
        self.definitions.get(&v).and_then(Op::number)
    }
}
