//! Adjoints of elements that are replaced in place, written once.
//!
//! ```text
//! b_adj = x_adj[j]; x_adj[j] = 0; x_adj[i] += b_adj; …; x_adj[j] += a_adj
//!   becomes   b_adj = x_adj[j]; …; x_adj[j] = a_adj; x_adj[i] += b_adj
//! ```
//!
//! Elements that change places do so in the adjoint:
//!
//! ```text
//! a_adj = x_adj[i]; x_adj[i] = 0; b_adj = x_adj[j]; x_adj[j] = a_adj; x_adj[i] += b_adj
//!   becomes   a_adj = x_adj[i]; b_adj = x_adj[j]; x_adj[j] = a_adj; x_adj[i] = b_adj
//! ```
//!
//! Sums can be taken in any order, so that what comes to other elements in between may come later: then it makes no difference whether
//! these are really others.

use super::windows::{changes, names, whole_adjoints};
use crate::ir::{Contribution, Function, Kind, Op, Place, Region, Stmt, Value};

/// How many statements later a place that was cleared is looked for.
const REACH: usize = 100;

/// Goes through a region that is finished, and all inside it.
pub fn tidy(function: &Function, region: &mut Region) {
    for stmt in &mut region.stmts {
        for inner in stmt.op.regions_mut() {
            tidy(function, inner);
        }
    }
    let mut k = 0;
    while k < region.stmts.len() {
        if !matches!(region.stmts[k].op, Op::Clear(_)) || !merge(function, region, k) {
            k += 1;
        }
    }
    for k in 1..region.stmts.len().saturating_sub(3) {
        exchange(region, k);
    }
}

/// What a place held goes where the other one was. Where they are the same it is put back, whatever came in between.
fn exchange(region: &mut Region, cleared: usize) {
    let Some([a, clear, b, set, add]) = region.stmts.get(cleared - 1..cleared + 4) else {
        return;
    };
    let (
        Op::Begin {
            value: a,
            with: Contribution::Place(from),
        },
        Op::Clear(p),
        Op::Begin {
            value: b,
            with: Contribution::Place(q),
        },
        Op::Set {
            place: to,
            what: Some(Contribution::Adjoint(taken)),
        },
        Op::Add {
            place,
            what: Contribution::Adjoint(other),
        },
    ) = (&a.op, &clear.op, &b.op, &set.op, &add.op)
    else {
        return;
    };
    // The other one would be zero where the places are the same.
    let uses = region.stmts.iter().filter(|stmt| names(stmt, *b)).count();
    if (from, to, place, taken, other) == (p, q, p, a, b) && p.root == q.root && uses == 2 {
        let set = Op::Set {
            place: p.clone(),
            what: Some(Contribution::Adjoint(*b)),
        };
        region.stmts[cleared + 3].op = set;
        region.stmts.remove(cleared);
    }
}

/// Takes away a statement that clears a place, or forgets what was there, if the place is added to later: then it is set there.
pub fn merge(function: &Function, region: &mut Region, k: usize) -> bool {
    let (Op::Clear(place) | Op::Forget(place)) = &region.stmts[k].op else {
        return false;
    };
    if function.kind_of(place) != Kind::Float {
        return false;
    }
    let Some(Found { at, passed }) = find(&region.stmts[k + 1..], place) else {
        return false;
    };
    let forgets = matches!(region.stmts.remove(k).op, Op::Forget(_));
    let mut moved = Vec::new();
    for n in passed.into_iter().rev() {
        moved.push(region.stmts.remove(k + n));
    }
    let at = k + at - moved.len();
    let stmt = &mut region.stmts[at];
    if let Op::Add { place, what } = &stmt.op {
        let (place, what) = (place.clone(), what.clone());
        stmt.op = match forgets {
            true => Op::First { place, what },
            false => Op::Set {
                place,
                what: Some(what),
            },
        };
    }
    moved.reverse();
    region.stmts.splice(at + 1..at + 1, moved);
    true
}

/// Where a place is added to again, and what else is added to its root on the way there.
struct Found {
    at: usize,
    passed: Vec<usize>,
}

/// The first statement that adds to a place which has just been cleared, if nothing looks at its root before.
fn find(stmts: &[Stmt], cleared: &Place) -> Option<Found> {
    let mut passed = Vec::new();
    let mut later: Vec<Value> = Vec::new();
    for (at, stmt) in stmts.iter().take(REACH).enumerate() {
        match &stmt.op {
            Op::Add { place, what } if place.root == cleared.root && is_of_numbers(what) => {
                if place == cleared {
                    return Some(Found { at, passed });
                }
                passed.push(at);
                later.extend(whole_adjoints(&stmt.op));
            }
            Op::Retake(_) => return None,
            _ if names(stmt, cleared.root) || later.iter().any(|v| changes(stmt, *v)) => {
                return None;
            }
            _ => {}
        }
    }
    None
}

/// It is made of values and adjoints of values, not of adjoints that are in memory.
fn is_of_numbers(what: &Contribution) -> bool {
    match what {
        Contribution::Adjoint(_)
        | Contribution::Negated(_)
        | Contribution::Times(..)
        | Contribution::Power { .. }
        | Contribution::Over(..)
        | Contribution::MinusOver { .. }
        | Contribution::Partial { .. }
        | Contribution::Cast(..)
        | Contribution::Given(_) => true,
        Contribution::Place(_) | Contribution::NegatedPlace(_) | Contribution::Sum(_) => false,
    }
}
