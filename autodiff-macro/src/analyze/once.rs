//! Memory of which each element is written at most once, so that what a function leaves there is all that it has written.
//!
//! ```text
//! for i in r { out[k + i] = … }
//! for i in r { for j in 0..n { out[i * n + j] = … } }
//! ```

use crate::ir::{Arith, Function, Kind, LoopKind, Op, Range, Region, Step, Table, Value, Values};

/// Whether nothing is done with the memory of a parameter but that each of its numbers is written, once if at all.
pub fn written_once(function: &Function, param: Value) -> bool {
    let numbers = match function.kind(param) {
        Kind::Slice(of) | Kind::Array(of) => function.types.kind(of) == Kind::Float,
        _ => false,
    };
    if !numbers || !super::overwrites(function, param) {
        return false;
    }
    let mut stores = 0;
    let mut definitions = Table::new();
    function.body.visit(&mut |stmt| {
        stores += usize::from(matches!(&stmt.op, Op::Store(p, _) if p.root == param));
        if let [result] = stmt.results.as_slice() {
            definitions.insert(*result, stmt.op.clone());
        }
    });
    let mut nest = Vec::new();
    let index = find(&function.body, param, &mut nest);
    stores == 1 && index.is_some_and(|index| is_injective(&nest, index, &definitions))
}

/// A loop around a store, and what is defined in it.
struct Around<'a> {
    item: Value,
    range: &'a Range,
    inside: Values,
}

/// The index at which memory is written, and the loops around. Nothing where anything else than ranges says how often.
fn find<'a>(region: &'a Region, root: Value, nest: &mut Vec<Around<'a>>) -> Option<Value> {
    region.stmts.iter().find_map(|stmt| match &stmt.op {
        Op::Store(p, _) if p.root == root => match p.path.as_slice() {
            [Step::Index(i)] => Some(*i),
            _ => None,
        },
        Op::If {
            cond: _,
            then,
            otherwise,
        } => [then, otherwise]
            .into_iter()
            .find_map(|arm| find(arm, root, nest)),
        Op::Loop(l) => {
            let LoopKind::For(range) = &l.kind else {
                return None;
            };
            let mut inside = l.body.defined();
            inside.extend(l.body.params.iter().copied());
            let item = *l.body.params.first()?;
            nest.push(Around {
                item,
                range,
                inside,
            });
            let found = find(&l.body, root, nest);
            if found.is_none() {
                nest.pop();
            }
            found
        }
        _ => None,
    })
}

/// The index is another one in each iteration.
fn is_injective(nest: &[Around<'_>], index: Value, definitions: &Table<Op>) -> bool {
    let mut terms = Vec::new();
    addends(index, definitions, &mut terms);
    let Some(outermost) = nest.first() else {
        return false;
    };
    terms.retain(|v| outermost.inside.contains(v) && !is_literal(*v, definitions));
    match (nest, terms.as_slice()) {
        ([one], [item]) => *item == one.item,
        ([a, b], [x, y]) => [(a, b), (b, a)].into_iter().any(|(rows, within)| {
            [(x, y), (y, x)].into_iter().any(|(row, item)| {
                let fixed = |v: Value| !outermost.inside.contains(&v) || is_literal(v, definitions);
                *item == within.item
                    && length_of(*row, rows.item, definitions)
                        .is_some_and(|n| fixed(n) && is_up_to(within.range, n, definitions))
            })
        }),
        _ => false,
    }
}

/// `n`, where the row begins at `i * n`.
fn length_of(row: Value, i: Value, definitions: &Table<Op>) -> Option<Value> {
    let Some(Op::Arith(Arith::Mul, a, b)) = definitions.get(&row) else {
        return None;
    };
    match (*a == i, *b == i) {
        (true, false) => Some(*b),
        (false, true) => Some(*a),
        _ => None,
    }
}

/// The range is `0..n`.
fn is_up_to(range: &Range, n: Value, definitions: &Table<Op>) -> bool {
    let from_zero = definitions.get(&range.low).and_then(Op::number) == Some(0.0);
    from_zero && !range.inclusive && is_same(n, range.high, definitions)
}

/// Equal values, or constants that are written in the same way.
fn is_same(a: Value, b: Value, definitions: &Table<Op>) -> bool {
    a == b
        || match (definitions.get(&a), definitions.get(&b)) {
            (Some(Op::Literal(a)), Some(Op::Literal(b))) => a.to_string() == b.to_string(),
            _ => false,
        }
}

fn is_literal(v: Value, definitions: &Table<Op>) -> bool {
    matches!(definitions.get(&v), Some(Op::Literal(_)))
}

/// What a value is the sum of.
fn addends(v: Value, definitions: &Table<Op>, terms: &mut Vec<Value>) {
    match definitions.get(&v) {
        Some(Op::Arith(Arith::Add, a, b)) => {
            addends(*a, definitions, terms);
            addends(*b, definitions, terms);
        }
        _ => terms.push(v),
    }
}
