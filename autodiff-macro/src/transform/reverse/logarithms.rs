//! Logarithms: their argument's adjoint is an adjoint divided by it, as those of quotients are, so that it is seen where several divide by
//! the same.
//!
//! ```text
//! y = ln x               reverse:  x_adj += y_adj / x
//! z = c x; y = ln z      reverse:  x_adj += y_adj / x
//! ```
//!
//! A constant does not come into it, as long as it is neither zero nor infinite: then it divided by itself is one. It is NaN else.

use super::Reverse;
use crate::ir::{Arith, Contribution, Op, Value};
use crate::transform::store;

impl Reverse<'_> {
    /// Adds to what the logarithm `y` is taken of.
    pub(super) fn contribute_logarithm(&mut self, z: Value, y: Value) {
        let Some((factor, x)) = self.multiple(z) else {
            return self.contribute(z, Contribution::Over(y, z));
        };
        if self
            .literal(factor)
            .is_some_and(|c| c != 0.0 && c.is_finite())
        {
            return self.contribute(x, Contribution::Over(y, x));
        }
        let one = self.function.like(factor);
        self.plan.pad(&self.function, false);
        self.emit(vec![one], Op::Arith(Arith::Div, factor, factor));
        let share = self.function.like(y);
        self.plan.pad(&self.function, true);
        self.out(Op::Begin {
            value: share,
            with: Contribution::Times(y, one),
        });
        self.contribute(x, Contribution::Over(share, x));
    }

    /// The factors of a constant times a value.
    fn multiple(&self, z: Value) -> Option<(Value, Value)> {
        let Op::Arith(Arith::Mul, a, b) = self.definitions.get(&z)? else {
            return None;
        };
        let constant = |v: &Value| self.definitions.get(v).is_some_and(store::is_constant);
        [(*a, *b), (*b, *a)]
            .into_iter()
            .find(|(factor, x)| constant(factor) && self.active(*x))
    }
}
