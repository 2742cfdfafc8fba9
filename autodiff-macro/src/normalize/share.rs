//! Common subexpressions: the second computation of the same value is replaced by the first where that is in sight.

use crate::ir::{Arith, Function, Op, Place, Region, Table, Value};
use std::collections::BTreeMap;

/// What makes two statements the same.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Key {
    Literal(String),
    Neg(Value),
    Arith(u8, Value, Value),
    Apply(&'static str, Vec<Operand>),
    /// What a place holds until something is written to its root.
    Load(Value, String),
}

/// An argument: an integer literal is the same wherever it is written.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Operand {
    Value(Value),
    Integer(String),
}

pub fn run(function: &mut Function) {
    let mut integers = Table::new();
    function.body.visit(&mut |stmt| {
        let [result] = stmt.results.as_slice() else {
            return;
        };
        match &stmt.op {
            Op::Literal(tokens) => {
                integers.insert(*result, tokens.to_string());
            }
            // `-2`
            Op::Plain { operator, operands } => {
                if let [v] = operands.as_slice()
                    && let Some(text) = integers.get(v)
                {
                    integers.insert(*result, format!("{operator}{text}"));
                }
            }
            _ => {}
        }
    });
    let mut body = std::mem::take(&mut function.body);
    region(
        function,
        &integers,
        &mut body,
        &mut BTreeMap::new(),
        &mut Table::new(),
    );
    function.body = body;
}

fn region(
    function: &Function,
    integers: &Table<String>,
    region_: &mut Region,
    known: &mut BTreeMap<Key, Value>,
    names: &mut Table<Value>,
) {
    let mut inside = Vec::new();
    region_.stmts.retain_mut(|stmt| {
        stmt.op.map(&mut |v| names.get(&v).copied().unwrap_or(v));
        for root in stmt.mutated() {
            forget(known, root);
        }
        // What has just been written is there.
        if let Op::Store(p, v) = &stmt.op
            && !p.path.is_empty()
            && function.is_scalar(*v)
        {
            known.insert(load(p), *v);
            inside.push(load(p));
        }
        if let [result] = stmt.results.as_slice()
            && let Some(key) = key(function, integers, *result, &stmt.op)
        {
            if let Some(first) = known.get(&key) {
                names.insert(*result, *first);
                return false;
            }
            known.insert(key.clone(), *result);
            inside.push(key);
        }
        for inner in stmt.op.regions_mut() {
            region(function, integers, inner, known, names);
        }
        true
    });
    for v in &mut region_.yields {
        *v = names.get(v).copied().unwrap_or(*v);
    }
    // What is known outside stays so: what the region writes to was forgotten in front of it.
    for key in inside {
        known.remove(&key);
    }
}

/// Something is written to a root.
fn forget(known: &mut BTreeMap<Key, Value>, root: Value) {
    let loads: Vec<Key> = known
        .range(Key::Load(root, String::new())..)
        .map(|(key, _)| key)
        .take_while(|key| matches!(key, Key::Load(of, _) if *of == root))
        .cloned()
        .collect();
    for key in loads {
        known.remove(&key);
    }
}

fn load(p: &Place) -> Key {
    Key::Load(p.root, p.to_string())
}

/// Where floats of two widths meet, one literal may be of either: only a suffix says that two are the same.
fn typed(literal: String) -> Option<String> {
    (literal.ends_with("f64") || literal.ends_with("f32")).then_some(literal)
}

fn key(function: &Function, integers: &Table<String>, result: Value, op: &Op) -> Option<Key> {
    if !function.is_float(result) {
        return None;
    }
    match op {
        Op::Load(p) if !p.path.is_empty() => Some(load(p)),
        Op::Literal(tokens) => typed(tokens.to_string()).map(Key::Literal),
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
        Op::Apply { row, args } => {
            let operands = args.iter().enumerate().map(|(k, v)| {
                let integer = integers.get(v).filter(|_| row.integer.contains(&k));
                integer.map_or(Operand::Value(*v), |text| Operand::Integer(text.clone()))
            });
            Some(Key::Apply(row.name, operands.collect()))
        }
        _ => None,
    }
}
