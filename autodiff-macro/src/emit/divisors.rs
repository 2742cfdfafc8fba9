//! Values that several adjoints are divided by: a division costs as much as several products, so that their reciprocal is taken once.
//!
//! ```text
//! a_adj += y_adj / d; b_adj += z_adj / d      becomes      r = 1 / d; a_adj += y_adj * r; b_adj += z_adj * r
//! ```
//!
//! What is printed says only that the divisor is shared (`Real::__shared_quotient`): the compiler finds that the reciprocals are one.

use crate::ir::{Contribution, Op, Region, Table, Value, Values};

/// Those of a region and all regions inside it.
pub fn shared(region: &Region) -> Values {
    let mut found = Divisors::default();
    found.region(region);
    let several = found.dividends.iter().filter(|(_, by)| by.len() > 1);
    several.map(|(d, _)| d).chain(found.invariant).collect()
}

#[derive(Default)]
struct Divisors {
    /// What each is the divisor of.
    dividends: Table<Values>,
    /// Those that are the same in all iterations of a loop.
    invariant: Values,
}

impl Divisors {
    fn region(&mut self, region: &Region) {
        for stmt in &region.stmts {
            if let Some((y, d)) = division(&stmt.op) {
                self.dividends.or_default(d).insert(y);
            }
            for inner in stmt.op.regions() {
                if !matches!(stmt.op, Op::If { .. }) {
                    self.invariant_of(inner, &inner.defined());
                }
                self.region(inner);
            }
        }
    }

    fn invariant_of(&mut self, body: &Region, inside: &Values) {
        body.visit(&mut |stmt| {
            let divisor = division(&stmt.op).map(|(_, d)| d);
            self.invariant
                .extend(divisor.filter(|d| !inside.contains(d)));
        });
    }
}

/// What an operation divides by, and the adjoint of what.
fn division(op: &Op) -> Option<(Value, Value)> {
    let what = match op {
        Op::Begin { value: _, with } => with,
        Op::Set {
            place: _,
            what: Some(what),
        }
        | Op::Add { place: _, what }
        | Op::First { place: _, what }
        | Op::PushAdjoint(_, Some(what)) => what,
        _ => return None,
    };
    match what {
        Contribution::Over(y, d) | Contribution::MinusOver { y, b: d } => Some((*y, *d)),
        _ => None,
    }
}
