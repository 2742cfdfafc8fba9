//! Adjoints of neighbours, which a loop adds to one step after the other, as variables that are handed on.
//!
//! ```text
//! for i in 0..n { x_adj[i] += a; x_adj[i + 1] += b }
//!   becomes   s, t = 0; for i in 0..n { s += a; t += b; x_adj[i] += s; s = t; t = 0 }; x_adj[n] += s
//! ```
//!
//! Each element is written once, when nothing more comes to it: the next iteration does not wait for what this one has written.

use super::registers;
use crate::ir::{
    Arith, Contribution, Function, Kind, Op, Place, Range, Region, Step, Stmt, Value, Zero,
};
use crate::normalize::fold;
use proc_macro2::Literal;
use quote::quote;
use std::collections::BTreeMap;

/// How far apart neighbours may be.
const REACH: usize = 8;

/// Puts variables into the body of a loop that runs forward over a range; what is returned stands before and after it.
pub fn open(function: &mut Function, range: &Range, body: &mut Region) -> registers::Around {
    let mut around = registers::Around::default();
    let Some(item) = body.params.first().copied() else {
        return around;
    };
    if range.inclusive || !range.adapters.is_empty() {
        return around;
    }
    for (root, offsets) in neighbours(function, body, item) {
        let reach = offsets.values().copied().max().unwrap_or(0);
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
            {
                *place = Place::whole(sums[offsets[i]]);
            }
        }
        let at = |i: Value| Place::whole(root).then(Step::Index(i));
        body.stmts.push(Stmt::new(
            Vec::new(),
            Op::Add {
                place: at(item),
                what: Contribution::Adjoint(sums[0]),
            },
        ));
        for k in 0..=reach {
            body.stmts.push(Stmt::new(
                Vec::new(),
                Op::Set {
                    value: sums[k],
                    what: sums.get(k + 1).map(|next| Contribution::Adjoint(*next)),
                },
            ));
        }
        let mut rest = Vec::new();
        for (k, sum) in sums[..reach].iter().enumerate() {
            let mut index = range.high;
            if k > 0 {
                let (by, high) = (function.like(range.high), function.like(range.high));
                let literal = Literal::usize_suffixed(k);
                rest.push(Stmt::new(vec![by], Op::Literal(quote!(#literal))));
                rest.push(Stmt::new(vec![high], Op::Arith(Arith::Add, range.high, by)));
                index = high;
            }
            rest.push(Stmt::new(
                Vec::new(),
                Op::Add {
                    place: at(index),
                    what: Contribution::Adjoint(*sum),
                },
            ));
        }
        registers::guard(function, range, rest, &mut around.after);
    }
    around
}

/// Roots of which the loop only adds to the adjoint, at the item and at constant distances after it: the distance of each
/// index.
fn neighbours(
    function: &Function,
    body: &mut Region,
    item: Value,
) -> Vec<(Value, BTreeMap<Value, usize>)> {
    let literals = fold::integers(function, body);
    let mut distances = BTreeMap::from([(item, 0)]);
    for stmt in &body.stmts {
        if let (Op::Arith(Arith::Add, low, by), [v]) = (&stmt.op, stmt.results.as_slice())
            && *low == item
            && let Some(k) = literals.get(by).map(|k| *k as usize)
            && k <= REACH
        {
            distances.insert(*v, k);
        }
    }
    let inside = body.defined();
    let (mut targets, mut read) = (Vec::new(), Default::default());
    registers::survey(body, &mut targets, &mut read);
    let mut found: BTreeMap<Value, BTreeMap<Value, usize>> = BTreeMap::new();
    let mut other = Vec::new();
    for place in &targets {
        match place.path.as_slice() {
            [Step::Index(i)] if distances.contains_key(i) => {
                found
                    .entry(place.root)
                    .or_default()
                    .insert(*i, distances[i]);
            }
            _ => other.push(place.root),
        }
    }
    // Sums in inner regions are not seen to be handed on.
    let nested = |root: &Value| {
        let mut nested = false;
        for stmt in &body.stmts {
            for inner in stmt.op.regions() {
                inner.visit(&mut |s| {
                    nested |= matches!(&s.op, Op::Add { place, what: _ } if place.root == *root);
                });
            }
        }
        nested
    };
    found
        .into_iter()
        .filter(|(root, offsets)| {
            offsets.len() > 1
                && offsets.contains_key(&item)
                && !read.contains(root)
                && !other.contains(root)
                && !inside.contains(root)
                && !nested(root)
                && function.kind_of(&Place::whole(*root).then(Step::Index(item))) == Kind::Float
        })
        .collect()
}
