//! Memory that the reverse sweep takes back, write by write, so that what was read of it can be read again.
//!
//! ```text
//! for i in 0..n { …; for k in 0..i { s -= w[i][k] * w[k][k] }; w[i][i] = e }
//!     forward:  …; old = replace w[i][i] = e; push old
//!     reverse:  pop old; w[i][i] = old; …; for k in 0..i { w[i][k] and w[k][k] are read again }
//! ```
//!
//! A write costs one number on the tape, a read that cannot be had again another. Where there are more reads than writes
//! (factorisations, dynamic programming) memory is undone. When the reverse of a region begins, all that was written
//! after the region has been taken back; what the region itself wrote is taken back
//!
//! * at once, if everything it reads it reads before it writes (*early*), or
//! * write by write, each where its adjoint is.

use super::Reversed;
use crate::ir::{Function, Kind, Op, Place, Region, Stmt, Table, Value, Values};

/// Local memory of the function of which nothing but numbers and whole arrays are written, and of which values that were read are on
/// the tape.
pub fn candidates(function: &Function, reversed: &Reversed) -> Values {
    let body = &function.body;
    let saved = saved(&reversed.forward);
    let mut roots: Values = body
        .stmts
        .iter()
        // What has no value yet cannot get it back.
        .filter(|stmt| !matches!(stmt.op, Op::Local))
        .flat_map(|stmt| &stmt.results)
        .copied()
        .filter(|v| !function.is_scalar(*v) && saved.contains(v))
        .collect();
    body.visit(&mut |stmt| {
        // Iterations that are run again have a state of their own.
        if let Op::Loop(l) = &stmt.op
            && l.checkpoint.is_some()
        {
            let state: Values = l.body.free().into_iter().chain(l.body.mutated()).collect();
            roots.retain(|root| !state.contains(root));
        }
        if writes(function, &stmt.op).is_none() {
            let written = stmt.op.mutated();
            roots.retain(|root| !written.contains(root));
        }
    });
    roots
}

/// The memory of which values that were read, or arrays that were filled from it, are kept for the reverse sweep.
fn saved(forward: &Region) -> Values {
    let mut read: Table<Values> = Table::new();
    let mut kept = Values::new();
    forward.visit(&mut |stmt| match &stmt.op {
        Op::Load(p) | Op::Copy(p) => {
            for v in &stmt.results {
                read.or_default(*v).insert(p.root);
            }
        }
        Op::Loop(l) => {
            for v in stmt.mutated() {
                read.or_default(v).extend(&l.body.free());
            }
        }
        Op::TapePush { tape: _, values } | Op::Put { values, .. } => kept.extend(values),
        Op::If {
            cond: _,
            then,
            otherwise,
        } => kept.extend(then.yields.iter().chain(&otherwise.yields)),
        _ => {}
    });
    kept.iter().filter_map(|v| read.get(&v)).flatten().collect()
}

/// The numbers and whole arrays that an operation overwrites, if it can be undone.
fn writes(function: &Function, op: &Op) -> Option<Vec<Place>> {
    let number =
        |p: &Place| !p.path.is_empty() && matches!(function.kind_of(p), Kind::Float | Kind::Plain);
    let places = match op {
        Op::Store(p, v) if p.path.is_empty() && is_array(function, *v) => {
            return Some(vec![p.clone()]);
        }
        Op::Store(p, v) | Op::Update(p, _, v) if function.is_scalar(*v) => vec![p.clone()],
        Op::Swap(p, q) => vec![p.clone(), q.clone()],
        _ => return None,
    };
    places.iter().all(number).then_some(places)
}

/// An array whose length is the type's, of numbers or such arrays.
pub fn is_array(function: &Function, v: Value) -> bool {
    matches!(function.kind(v), Kind::Array(_)) && function.types.has_static_shape(function.ty(v))
}

/// Of `roots`, those whose writes in a region are undone when its reverse begins.
pub fn early(function: &Function, roots: &Values, region: &Region) -> Values {
    let mut definitions: Table<&Stmt> = Table::new();
    for stmt in &region.stmts {
        definitions.extend(stmt.results.iter().map(|v| (*v, stmt)));
    }
    let is_early = |root: &Value| {
        let mut own = region
            .stmts
            .iter()
            .skip_while(|stmt| !stmt.mutated().contains(root))
            .peekable();
        own.peek().is_some()
            && region.stmts.iter().any(|stmt| reads(stmt, *root))
            && own.all(|stmt| match writes(function, &stmt.op) {
                Some(places) if stmt.op.mutated().contains(root) => {
                    let mut indices = places.iter().flat_map(Place::indices);
                    !indices.any(|v| depends(&definitions, v, *root, &mut Values::new()))
                }
                _ => !stmt.mutated().contains(root) && !reads(stmt, *root),
            })
    };
    roots.iter().filter(is_early).collect()
}

/// It looks at what is in the memory, at any depth, other than to overwrite it.
pub fn reads(stmt: &Stmt, root: Value) -> bool {
    let own = match &stmt.op {
        Op::Len(_) | Op::Shape(_) => false,
        Op::Store(_, v) | Op::Update(_, _, v) => *v == root,
        Op::Swap(..) => false,
        op => op.operands().contains(&root),
    };
    own || stmt.op.regions().into_iter().any(|inner| {
        inner.stmts.iter().any(|stmt| reads(stmt, root)) || inner.yields.contains(&root)
    })
}

/// A value of the region is computed from what is in the memory.
fn depends(definitions: &Table<&Stmt>, v: Value, root: Value, seen: &mut Values) -> bool {
    let Some(stmt) = definitions.get(&v).filter(|_| seen.insert(v)) else {
        return false;
    };
    reads(stmt, root)
        || stmt
            .free()
            .into_iter()
            .any(|operand| depends(definitions, operand, root, seen))
}

/// A write as the forward sweep does it, and the statement that takes it back. `old`: makes a value for what was there.
pub fn undo(stmt: &Stmt, old: &mut dyn FnMut(Value) -> Value) -> Option<(Vec<Stmt>, Stmt)> {
    let at = |results, op| Stmt {
        results,
        op,
        span: stmt.span,
    };
    match &stmt.op {
        Op::Store(p, v) => {
            let before = old(*v);
            let replace = at(vec![before], Op::Replace(p.clone(), *v));
            Some((vec![replace], at(Vec::new(), Op::Store(p.clone(), before))))
        }
        Op::Update(p, _, v) => {
            let before = old(*v);
            let copy = at(vec![before], Op::Copy(p.clone()));
            let restore = at(Vec::new(), Op::Store(p.clone(), before));
            Some((vec![copy, stmt.clone()], restore))
        }
        Op::Swap(..) => Some((vec![stmt.clone()], stmt.clone())),
        _ => None,
    }
}

/// What the tape costs: numbers saved and memory restored, by how deep in loops they are.
pub fn cost(reversed: &Reversed) -> u64 {
    let mut total = 0;
    add_up(&reversed.function, &reversed.forward, 1, &mut total);
    add_up(&reversed.function, &reversed.reverse, 1, &mut total);
    total
}

/// A guess at how often a loop runs, and how long an array is.
const TRIPS: u64 = 8;

fn add_up(function: &Function, region: &Region, times: u64, total: &mut u64) {
    let size = |v: &Value| match is_array(function, *v) {
        true => TRIPS,
        false => 1,
    };
    for stmt in &region.stmts {
        let own = match &stmt.op {
            Op::TapePush { tape: _, values } | Op::Put { values, .. } => {
                2 * values.iter().map(size).sum::<u64>()
            }
            // Only the reverse sweep's are new.
            Op::Store(_, v) | Op::Replace(_, v) => size(v),
            Op::Swap(..) => 1,
            _ => 0,
        };
        *total = total.saturating_add(own.saturating_mul(times));
        let times = match &stmt.op {
            Op::Loop(_) => times.saturating_mul(TRIPS),
            _ => times,
        };
        for inner in stmt.op.regions() {
            add_up(function, inner, times, total);
        }
    }
}
