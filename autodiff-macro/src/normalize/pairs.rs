//! Where a sine is taken, the cosine is, too: it is the derivative, and machines compute both in one.
//!
//! What turns out not to be needed is not printed.

use crate::ir::{Function, Op, Region, Stmt, Value};
use autodiff_runtime::rules;
use std::collections::BTreeMap;

/// The function whose value is the derivative of this one, and whether with the opposite sign.
pub fn partner(name: &str) -> Option<(&'static str, bool)> {
    match name {
        "sin" => Some(("cos", false)),
        "cos" => Some(("sin", true)),
        "sinh" => Some(("cosh", false)),
        "cosh" => Some(("sinh", false)),
        _ => None,
    }
}

pub fn run(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    region(function, &mut body, &mut BTreeMap::new());
    function.body = body;
}

type Known = BTreeMap<(&'static str, Value), Value>;

fn region(function: &mut Function, region_: &mut Region, known: &mut Known) {
    let outer = known.clone();
    for stmt in &region_.stmts {
        if let (Op::Apply { row, args }, [v]) = (&stmt.op, stmt.results.as_slice()) {
            known.insert((row.name, args[0]), *v);
        }
    }
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut region_.stmts) {
        for inner in stmt.op.regions_mut() {
            region(function, inner, known);
        }
        let other = match &stmt.op {
            Op::Apply { row, args } => partner(row.name)
                .filter(|(name, _)| !known.contains_key(&(*name, args[0])))
                .and_then(|(name, _)| Some((rules::row(name)?, args.clone()))),
            _ => None,
        };
        let (result, span) = (stmt.results.first().copied(), stmt.span);
        out.push(stmt);
        if let (Some((row, args)), Some(like)) = (other, result) {
            let v = function.like(like);
            known.insert((row.name, args[0]), v);
            out.push(Stmt {
                results: vec![v],
                op: Op::Apply { row, args },
                span,
            });
        }
    }
    region_.stmts = out;
    *known = outer;
}
