//! Common subexpressions: the second computation of the same value is replaced by the first where that is in sight.

use crate::ir::{Arith, Function, Op, Region, Value};
use std::collections::BTreeMap;

/// What makes two statements the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Literal(String),
    Neg(Value),
    Arith(u8, Value, Value),
    Apply(&'static str, Vec<Value>),
}

pub fn run(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    region(
        function,
        &mut body,
        &mut BTreeMap::new(),
        &mut BTreeMap::new(),
    );
    function.body = body;
}

fn region(
    function: &Function,
    region_: &mut Region,
    known: &mut BTreeMap<Key, Value>,
    names: &mut BTreeMap<Value, Value>,
) {
    let outer = known.clone();
    region_.stmts.retain_mut(|stmt| {
        stmt.op.map(&mut |v| names.get(&v).copied().unwrap_or(v));
        if let [result] = stmt.results.as_slice()
            && let Some(key) = key(function, *result, &stmt.op)
        {
            if let Some(first) = known.get(&key) {
                names.insert(*result, *first);
                return false;
            }
            known.insert(key, *result);
        }
        for inner in stmt.op.regions_mut() {
            region(function, inner, known, names);
        }
        true
    });
    for v in &mut region_.yields {
        *v = names.get(v).copied().unwrap_or(*v);
    }
    *known = outer;
}

fn key(function: &Function, result: Value, op: &Op) -> Option<Key> {
    if !function.is_float(result) {
        return None;
    }
    match op {
        Op::Literal(tokens) => Some(Key::Literal(tokens.to_string())),
        Op::Neg(v) => Some(Key::Neg(*v)),
        Op::Arith(op, a, b) => {
            let code = match op {
                Arith::Add => 0,
                Arith::Sub => 1,
                Arith::Mul => 2,
                Arith::Div => 3,
            };
            Some(Key::Arith(code, *a, *b))
        }
        Op::Apply { row, args } => Some(Key::Apply(row.name, args.clone())),
        _ => None,
    }
}
