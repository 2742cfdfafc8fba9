//! What is the same in all iterations of a reverse loop is computed once, in front of it.
//!
//! ```text
//! for i in 0..n { b = load x[k]; x_adj[i] += y_adj[i] * b }
//!   becomes   b, finite = if 0 < n { load x[k], is b finite }; for i in 0..n { x_adj[i] += y_adj[i] * b if finite }
//! ```
//!
//! Of a finite factor nothing has to be made sure of in each iteration: zero times it is zero.

use crate::analyze::Plan;
use crate::ir::{Contribution, Function, Op, Range, Region, Stmt, Value};
use proc_macro2::Span;
use quote::quote;
use std::collections::{BTreeMap, BTreeSet};

/// Takes invariant statements out of a loop's body; what is returned stands in front of the loop.
pub fn open(
    function: &mut Function,
    plan: &mut Plan,
    range: &Range,
    body: &mut Region,
) -> Vec<Stmt> {
    let mut then = Region::default();
    let mut names = BTreeMap::new();
    hoist(function, plan, body, &mut then, &mut names);
    factors(function, plan, body, &mut then, &mut names);
    if names.is_empty() {
        return Vec::new();
    }
    let mut list = Vec::new();
    let mut push = |results: Vec<Value>, op: Op| {
        list.push(Stmt {
            results,
            op,
            span: Span::mixed_site(),
        });
    };
    let ty = function.types.plain();
    let runs = function.value(ty);
    plan.pad(function, false);
    let operator = if range.inclusive {
        quote!(<=)
    } else {
        quote!(<)
    };
    push(
        vec![runs],
        Op::Plain {
            operator,
            operands: vec![range.low, range.high],
        },
    );
    let mut otherwise = Region::default();
    for inner in names.keys() {
        let blank = function.like(*inner);
        plan.extend(function, *inner);
        otherwise.stmts.push(Stmt {
            results: vec![blank],
            op: Op::Undefined,
            span: Span::mixed_site(),
        });
        otherwise.yields.push(blank);
    }
    then.yields = names.keys().copied().collect();
    push(
        names.values().copied().collect(),
        Op::If {
            cond: runs,
            then,
            otherwise,
        },
    );
    list
}

/// Moves statements whose operands are all from outside.
fn hoist(
    function: &mut Function,
    plan: &mut Plan,
    body: &mut Region,
    then: &mut Region,
    names: &mut BTreeMap<Value, Value>,
) {
    let mut inside: BTreeSet<Value> = body.defined();
    // A literal is written again where it is wanted.
    let mut literals: BTreeMap<Value, Op> = BTreeMap::new();
    body.stmts.retain(|stmt| {
        let [result] = stmt.results.as_slice() else {
            return true;
        };
        let movable = match &stmt.op {
            Op::Literal(_) => {
                literals.insert(*result, stmt.op.clone());
                return true;
            }
            Op::Neg(_) | Op::Arith(..) | Op::Cast { .. } | Op::Load(_) | Op::Plain { .. } => true,
            _ => false,
        };
        let from_outside = |v: &Value| !inside.contains(v) || literals.contains_key(v);
        if !movable || !function.is_scalar(*result) || !stmt.op.operands().iter().all(from_outside)
        {
            return true;
        }
        inside.remove(result);
        let mut stmt = stmt.clone();
        stmt.op.map(&mut |v| {
            let Some(literal) = literals.get(&v) else {
                return v;
            };
            let again = function.like(v);
            plan.extend(function, v);
            then.stmts.push(Stmt {
                results: vec![again],
                op: literal.clone(),
                span: Span::mixed_site(),
            });
            again
        });
        let outer = function.like(stmt.results[0]);
        plan.extend(function, stmt.results[0]);
        names.insert(stmt.results[0], outer);
        then.stmts.push(stmt);
        false
    });
    body.rename(&mut |v| names.get(&v).copied().unwrap_or(v));
}

/// Asks of factors from outside whether they are finite.
fn factors(
    function: &mut Function,
    plan: &mut Plan,
    body: &mut Region,
    then: &mut Region,
    names: &mut BTreeMap<Value, Value>,
) {
    let inside = body.defined();
    let mut flags: BTreeMap<Value, Value> = BTreeMap::new();
    let back: BTreeMap<Value, Value> = names
        .iter()
        .map(|(inner, outer)| (*outer, *inner))
        .collect();
    let mut ask = |factor: Value| {
        *flags.entry(factor).or_insert_with(|| {
            let ty = function.types.plain();
            let (inner, outer) = (function.value(ty), function.value(ty));
            plan.pad(function, false);
            // In front of the loop it has the name it had before it was moved.
            let op = Op::Finite(back.get(&factor).copied().unwrap_or(factor));
            then.stmts.push(Stmt {
                results: vec![inner],
                op,
                span: Span::mixed_site(),
            });
            names.insert(inner, outer);
            outer
        })
    };
    times(body, &mut |what| {
        if let Contribution::Times(y, factor) = what
            && inside.contains(y)
            && !inside.contains(factor)
        {
            *what = Contribution::TimesWhere {
                y: *y,
                factor: *factor,
                finite: ask(*factor),
            };
        }
    });
}

/// The contributions in a region, at any depth.
fn times(region: &mut Region, f: &mut dyn FnMut(&mut Contribution)) {
    for stmt in &mut region.stmts {
        match &mut stmt.op {
            Op::Begin { value: _, with } => f(with),
            Op::Add { place: _, what } => f(what),
            Op::Set {
                value: _,
                what: Some(what),
            } => f(what),
            _ => {}
        }
        for inner in stmt.op.regions_mut() {
            times(inner, f);
        }
    }
}
