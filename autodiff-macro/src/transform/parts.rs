//! A sum that a short loop adds to in each iteration, as several that take turns: no addition waits for the one before.
//!
//! ```text
//! for i in 0..n { x_adj += a }
//!   becomes   p, q, r, s = 0; for i in 0..n { t = a + p; p = q; q = r; r = s; s = t }; x_adj += (p + q) + (r + s)
//! ```

use super::registers;
use super::windows::{adjoint_places, names, whole_adjoints};
use crate::ir::{Contribution, Function, Op, Place, Region, Stmt, Value, Zero};

/// An addition takes about as long as this many others can begin in.
const PARTS: usize = 4;

/// The most statements of a loop that waits for its sums.
const SHORT: usize = 16;

/// Whether the sums that the body of a loop adds to are waited for.
pub fn are_worth_it(body: &Region) -> bool {
    body.stmts.len() <= SHORT && body.stmts.iter().all(|stmt| is_light(&stmt.op))
}

/// Puts parts into the body of a loop whose iterations come in any order; what is returned stands before and after it.
pub fn open(function: &mut Function, body: &mut Region) -> registers::Around {
    let mut around = registers::Around::default();
    let sums = sums(function, body);
    if sums.len() > PARTS {
        return around;
    }
    for sum in sums {
        let parts = [(); PARTS].map(|()| function.like(sum));
        let next = function.like(sum);
        let mut begun = false;
        for stmt in &mut body.stmts {
            if let Op::Add { place, what } = &mut stmt.op
                && *place == Place::whole(sum)
            {
                if begun {
                    *place = Place::whole(next);
                } else {
                    let with = what.clone();
                    stmt.op = Op::Begin { value: next, with };
                    begun = true;
                }
            }
        }
        let add = |to: Value, from: Value| Op::Add {
            place: Place::whole(to),
            what: Contribution::Adjoint(from),
        };
        let mut turn = vec![add(next, parts[0])];
        for (part, behind) in parts.iter().zip(parts[1..].iter().chain([&next])) {
            turn.push(Op::Set {
                place: Place::whole(*part),
                what: Some(Contribution::Adjoint(*behind)),
            });
        }
        let stmt = |op| Stmt::new(Vec::new(), op);
        body.stmts.extend(turn.into_iter().map(stmt));
        for part in parts {
            let declare = Op::Declare {
                value: part,
                zero: Zero::Scalar,
            };
            around.before.push(stmt(declare));
        }
        let [p, q, r, s] = parts;
        let together = [add(p, q), add(r, s), add(p, r), add(sum, p)];
        around.after.extend(together.map(stmt));
    }
    around
}

/// Nothing that takes longer than an addition by far.
fn is_light(op: &Op) -> bool {
    let adds = matches!(
        op,
        Op::Begin { .. } | Op::Add { .. } | Op::Set { .. } | Op::Clear(_) | Op::Entry { .. }
    );
    op.regions().next().is_none() && (adds || op.is_pure())
}

/// The adjoints from outside of which the body does nothing but to add to them.
fn sums(function: &Function, body: &Region) -> Vec<Value> {
    let mut sums = Vec::new();
    for stmt in &body.stmts {
        if let Op::Add { place, what: _ } = &stmt.op
            && place.path.is_empty()
            && function.is_float(place.root)
            && !sums.contains(&place.root)
        {
            sums.push(place.root);
        }
    }
    sums.retain(|v| {
        body.stmts.iter().all(|stmt| match &stmt.op {
            Op::Add { place, what: _ } if *place == Place::whole(*v) => {
                let mut times = 0;
                adjoint_places(&mut stmt.op.clone(), &mut |p| {
                    times += usize::from(p.root == *v)
                });
                times == 1 && !whole_adjoints(&stmt.op).contains(v)
            }
            _ => !names(stmt, *v),
        })
    });
    sums
}
