//! Factors that are the same in all iterations of a reverse loop are asked once whether they are finite.
//!
//! ```text
//! for i in 0..n { x_adj[i] += y_adj[i] * b }      becomes      f = is b finite; for i in 0..n { x_adj[i] += y_adj[i] * b where f }
//! ```
//!
//! A finite factor makes nothing of zero by itself: what has to be made sure of in each iteration otherwise is decided in
//! front of the loop.

use crate::analyze::Plan;
use crate::ir::{Contribution, Function, Op, Region, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

/// The questions, to be asked in front of the loop.
pub fn open(function: &mut Function, plan: &mut Plan, body: &mut Region) -> Vec<Stmt> {
    let inside = body.defined();
    let mut begun = BTreeSet::new();
    body.visit(&mut |stmt| {
        if let Op::Begin { value, .. } | Op::Declare { value, .. } = &stmt.op {
            begun.insert(*value);
        }
    });
    let mut answers: BTreeMap<Value, Value> = BTreeMap::new();
    contributions(body, &mut |what| {
        if let Contribution::Times(y, factor) = what
            && begun.contains(y)
            && !inside.contains(factor)
        {
            let finite = *answers.entry(*factor).or_insert_with(|| {
                let ty = function.types.plain();
                let answer = function.value(ty);
                plan.pad(function, false);
                answer
            });
            *what = Contribution::TimesWhere {
                y: *y,
                factor: *factor,
                finite,
            };
        }
    });
    answers
        .into_iter()
        .map(|(factor, answer)| Stmt::new(vec![answer], Op::Finite(vec![factor])))
        .collect()
}

/// The contributions to adjoints in a region, at any depth.
fn contributions(region: &mut Region, f: &mut dyn FnMut(&mut Contribution)) {
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
            contributions(inner, f);
        }
    }
}
