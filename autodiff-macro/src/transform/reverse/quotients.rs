//! Quotients of an iteration that its reverse multiplies adjoints by: by the reciprocal of what adjoints are divided by as well, since a
//! division costs as much as several products.
//!
//! ```text
//! q = a / b; y = q * c      reverse:  p = a / b, by the reciprocal; c_adj += y_adj * p; …; s = q_adj / b; a_adj += s; b_adj -= s * p
//! ```
//!
//! Only where `a` is there for other adjoints. What else is computed of `q` is made of `q` as it was.

use super::Reverse;
use crate::ir::{Arith, Contribution, Op, Region, Stmt, Table, Value, Values};
use crate::transform::store;

/// How many operations the dividend may be away from what is there.
const DEPTH: u32 = 2;

impl Reverse<'_> {
    /// `body`: of a loop; `reverse`: of its body.
    pub(super) fn quotients(&mut self, body: &Region, reverse: &mut Region) {
        let mut read = Values::new();
        let mut divisors = Values::new();
        reverse.visit(&mut |stmt| match stmt.op.contribution() {
            // That a quotient is read for its own adjoint is what this is about.
            Some(Contribution::Over(_, b) | Contribution::MinusOver { y: _, b }) => {
                divisors.insert(*b);
            }
            Some(what) => what.each_operand(&mut |v| {
                read.insert(v);
            }),
            None => {}
        });
        let mut partials = Table::new();
        let mut made = Vec::new();
        for stmt in &body.stmts {
            let (Op::Arith(Arith::Div, a, b), [q]) = (&stmt.op, stmt.results.as_slice()) else {
                continue;
            };
            if self.active(*q)
                && self.function.is_float(*q)
                && divisors.contains(b)
                && self.is_at_hand(*a, &read, DEPTH)
            {
                let p = self.function.like(*q);
                self.plan.extend(&self.function, *q);
                self.function.partials.insert(p);
                partials.insert(*q, p);
                made.push(Stmt::new(vec![p], stmt.op.clone()));
            }
        }
        let used = self.replace(&partials, reverse);
        made.retain(|stmt| stmt.results.iter().any(|p| used.contains(p)));
        reverse.stmts.splice(0..0, made);
    }

    /// It is read, or little more than what is read.
    fn is_at_hand(&self, v: Value, read: &Values, depth: u32) -> bool {
        let Some(op) = self.definitions.get(&v) else {
            return read.contains(&v);
        };
        let near = |v: &Value| depth > 0 && self.is_at_hand(*v, read, depth - 1);
        match op {
            // It may be one that is read as a partial only.
            Op::Arith(Arith::Div, ..) => false,
            op if read.contains(&v) || store::is_constant(op) => true,
            Op::Neg(a) => near(a),
            Op::Arith(_, a, b) => near(a) && near(b),
            _ => false,
        }
    }

    /// Multiplies adjoints by these in the place of others, and says by which.
    fn replace(&mut self, partials: &Table<Value>, region: &mut Region) -> Values {
        let mut used = Values::new();
        for mut stmt in std::mem::take(&mut region.stmts) {
            for inner in stmt.op.regions_mut() {
                used.unite(&self.replace(partials, inner));
            }
            match stmt.op.contribution_mut() {
                Some(Contribution::Times(_, q)) => {
                    if let Some(p) = partials.get(q) {
                        *q = *p;
                        used.insert(*p);
                    }
                }
                Some(what) => {
                    if let Contribution::MinusOver { y, b } = what
                        && let Some(p) = partials.get(y)
                    {
                        let share = self.begin(*y, Contribution::Over(*y, *b), region);
                        let product = self.begin(*y, Contribution::Times(share, *p), region);
                        *what = Contribution::Negated(product);
                        used.insert(*p);
                    }
                }
                None => {}
            }
            region.stmts.push(stmt);
        }
        used
    }

    /// An adjoint of no value, like another one.
    fn begin(&mut self, like: Value, with: Contribution, region: &mut Region) -> Value {
        let value = self.function.like(like);
        self.plan.pad(&self.function, true);
        let begin = Op::Begin { value, with };
        region.stmts.push(Stmt::new(Vec::new(), begin));
        value
    }
}
