//! Adjoints of neighbours, which a loop adds to one step after the other, as variables that are handed on.
//!
//! ```text
//! for i in 0..n { x_adj[r + i - 1] += a; x_adj[r + i] += b }
//!   becomes   s, t = 0; for i in 0..n { s += a; t += b; x_adj[r + i - 1] += s; s = t; t = 0 }; x_adj[r + n - 1] += s
//! ```
//!
//! Each element is written once, when nothing more comes to it: the next iteration does not wait for what this one has written.
//! What else the loop adds to the same memory may be added before or after.

use super::affine::Numbers;
use super::registers;
use super::windows::{adjoint_places, whole_adjoints};
use crate::ir::{
    Arith, Contribution, Function, Kind, Op, Place, Range, Region, Step, Stmt, Value, Zero,
};
use proc_macro2::Literal;
use quote::quote;
use std::collections::BTreeMap;

/// How far apart neighbours may be.
const REACH: i64 = 8;

/// Elements of a root, as many steps behind or ahead of the item plus a base: the index of each.
struct Neighbours {
    root: Value,
    base: Vec<Value>,
    indices: BTreeMap<i64, Vec<Value>>,
}

/// Puts variables into the body of a loop that runs forward over a range; what is returned stands before and after it.
pub fn open(function: &mut Function, range: &Range, body: &mut Region) -> registers::Around {
    let mut around = registers::Around::default();
    if range.inclusive || !range.adapters.is_empty() || body.params.is_empty() {
        return around;
    }
    for neighbours in find(function, body) {
        let Neighbours {
            root,
            base,
            indices,
        } = neighbours;
        let (Some((first, at_first)), Some((last, _))) =
            (indices.first_key_value(), indices.last_key_value())
        else {
            continue;
        };
        let reach = (last - first) as usize;
        let ty = function.types.float();
        let sums: Vec<Value> = (0..=reach).map(|_| function.value(ty)).collect();
        for sum in &sums {
            around.before.push(Stmt::new(
                Vec::new(),
                Op::Declare {
                    value: *sum,
                    zero: Zero::Scalar,
                },
            ));
        }
        for stmt in &mut body.stmts {
            if let Op::Add { place, what: _ } = &mut stmt.op
                && let (true, [Step::Index(i)]) = (place.root == root, place.path.as_slice())
                && let Some((by, _)) = indices.iter().find(|(_, same)| same.contains(i))
            {
                *place = Place::whole(sums[(by - first) as usize]);
            }
        }
        sums.iter().for_each(|sum| at_once(body, *sum));
        let add = |index: Value, sum: Value| {
            let op = Op::Add {
                place: Place::whole(root).then(Step::Index(index)),
                what: Contribution::Adjoint(sum),
            };
            Stmt::new(Vec::new(), op)
        };
        body.stmts.push(add(at_first[0], sums[0]));
        for k in 0..=reach {
            body.stmts.push(Stmt::new(
                Vec::new(),
                Op::Set {
                    place: Place::whole(sums[k]),
                    what: sums.get(k + 1).map(|next| Contribution::Adjoint(*next)),
                },
            ));
        }
        let mut rest = Vec::new();
        let mut end = range.high;
        for base in base {
            let sum = function.like(end);
            rest.push(Stmt::new(vec![sum], Op::Arith(Arith::Add, end, base)));
            end = sum;
        }
        for (by, sum) in (*first..).zip(&sums[..reach]) {
            let mut index = end;
            if by != 0 {
                let (distance, at) = (function.like(end), function.like(end));
                let literal = Literal::usize_suffixed(by.unsigned_abs() as usize);
                let op = if by < 0 { Arith::Sub } else { Arith::Add };
                rest.push(Stmt::new(vec![distance], Op::Literal(quote!(#literal))));
                rest.push(Stmt::new(vec![at], Op::Arith(op, end, distance)));
                index = at;
            }
            rest.push(add(index, *sum));
        }
        registers::guard(function, range, rest, &mut around.after);
    }
    around
}

/// What comes together for nothing but a sum is added to it one by one.
///
/// ```text
/// v_adj = a; v_adj += b; sum += v_adj      becomes      sum += a; sum += b
/// ```
fn at_once(body: &mut Region, sum: Value) {
    let sum = Place::whole(sum);
    let parts: Vec<Value> = body
        .stmts
        .iter()
        .filter_map(|stmt| match &stmt.op {
            Op::Add {
                place,
                what: Contribution::Adjoint(v),
            } if *place == sum => Some(*v),
            _ => None,
        })
        .collect();
    for v in parts {
        let own = Place::whole(v);
        let begins = |stmt: &Stmt| matches!(&stmt.op, Op::Begin { value, with: _ } if *value == v);
        let adds = |stmt: &Stmt| matches!(&stmt.op, Op::Add { place, what: _ } if *place == own);
        let ends = |stmt: &Stmt| {
            matches!(&stmt.op, Op::Add { place, what: Contribution::Adjoint(part) }
                if *place == sum && *part == v)
        };
        let count = |is: &dyn Fn(&Stmt) -> bool| body.stmts.iter().filter(|s| is(s)).count();
        let mut named = 0;
        body.visit(&mut |stmt| {
            let mut names = whole_adjoints(&stmt.op).contains(&v);
            adjoint_places(&mut stmt.op.clone(), &mut |place| names |= place.root == v);
            named += usize::from(names);
        });
        // Nothing else asks for it.
        if count(&begins) != 1 || count(&ends) != 1 || named != 2 + count(&adds) {
            continue;
        }
        body.stmts.retain(|stmt| !ends(stmt));
        for stmt in &mut body.stmts {
            match &mut stmt.op {
                Op::Begin { value, with } if *value == v => {
                    stmt.op = Op::Add {
                        place: sum.clone(),
                        what: with.clone(),
                    };
                }
                Op::Add { place, what: _ } if *place == own => *place = sum.clone(),
                _ => {}
            }
        }
    }
}

/// Neighbours of which the loop only adds to the adjoint, each in every iteration.
fn find(function: &Function, body: &mut Region) -> Vec<Neighbours> {
    let numbers = Numbers::new(function, body, body.params[0]);
    let (mut targets, mut read) = (Vec::new(), Default::default());
    registers::survey(body, &mut targets, &mut read);
    let mut found: Vec<Neighbours> = Vec::new();
    for stmt in &body.stmts {
        let Op::Add { place, what: _ } = &stmt.op else {
            continue;
        };
        let (root, [Step::Index(i)]) = (place.root, place.path.as_slice()) else {
            continue;
        };
        let Some(at) = numbers.of(&place.path[0]) else {
            continue;
        };
        if read.contains(&root)
            || !numbers.is_outside(root)
            || function.kind_of(place) != Kind::Float
        {
            continue;
        }
        let known = found
            .iter()
            .position(|n| n.root == root && n.base == at.base);
        let known = known.unwrap_or_else(|| {
            found.push(Neighbours {
                root,
                base: at.base.clone(),
                indices: BTreeMap::new(),
            });
            found.len() - 1
        });
        found[known].indices.entry(at.shift).or_default().push(*i);
    }
    found.retain(|neighbours| {
        let shifts = (
            neighbours.indices.first_key_value(),
            neighbours.indices.last_key_value(),
        );
        matches!(shifts, (Some((first, _)), Some((last, _))) if (1..=REACH).contains(&(last - first)))
    });
    found
}
