//! What is the same in all iterations of a counted loop is computed once, in front of it.
//!
//! ```text
//! for j in 0..n { s += w[i] * x[j] }      becomes      a = if 0 < n { w[i] }; for j in 0..n { s += a * x[j] }
//! ```
//!
//! Under the loop's own condition: where nothing runs, `w[i]` need not be there.

use crate::ir::{Function, Loop, LoopKind, Op, Range, Region, Stmt, Table, Value};

/// The most elements of memory that are read in front of a loop instead of inside: as many as there are registers for them. More
/// would be memory again, and their adjoints variables that are not added to side by side.
const LOADS: usize = 16;

pub fn run(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    region(function, &mut body);
    function.body = body;
}

/// Inner loops first: what leaves them may leave outer ones, too.
fn region(function: &mut Function, region_: &mut Region) {
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut region_.stmts) {
        for inner in stmt.op.regions_mut() {
            region(function, inner);
        }
        if let Op::Loop(l) = &mut stmt.op
            && let LoopKind::For(range) = l.kind.clone()
        {
            out.extend(hoist(function, &range, l));
        }
        out.push(stmt);
    }
    region_.stmts = out;
}

fn hoist(function: &mut Function, range: &Range, l: &mut Loop) -> Vec<Stmt> {
    let mutated = l.body.mutated();
    let mut inside = l.body.defined();
    // A literal is written again where it is wanted.
    let mut literals: Table<Op> = Table::new();
    let mut then = Region::default();
    let mut moved = Vec::new();
    let free = |v: &Value| !mutated.contains(v) && !inside.contains(v);
    let loads = l.body.stmts.iter().filter(|stmt| match &stmt.op {
        Op::Load(p) => free(&p.root) && p.indices().iter().all(free),
        _ => false,
    });
    let in_registers = loads.count() <= LOADS;
    l.body.stmts.retain(|stmt| {
        if let (Op::Literal(_), [v]) = (&stmt.op, stmt.results.as_slice()) {
            literals.insert(*v, stmt.op.clone());
            return true;
        }
        let scalar = stmt.results.iter().all(|v| function.is_scalar(*v));
        let free = stmt.free();
        let stays = matches!(stmt.op, Op::Load(_)) && !in_registers;
        let is_known = |v: Value| !inside.contains(&v) || literals.contains_key(&v);
        let invariant = free.is_disjoint(&mutated) && free.iter().all(is_known);
        if stmt.results.is_empty() || stays || !(scalar && invariant && is_movable(stmt)) {
            return true;
        }
        let mut stmt = stmt.clone();
        let mut again = Table::new();
        for v in free.iter().filter(|v| literals.contains_key(v)) {
            let copy = function.like(v);
            again.insert(v, copy);
            then.stmts.push(Stmt::new(vec![copy], literals[&v].clone()));
        }
        rename(&mut stmt, &again);
        for v in &stmt.results {
            inside.remove(v);
        }
        moved.extend(stmt.results.iter().copied());
        then.stmts.push(stmt);
        false
    });
    if moved.is_empty() {
        return Vec::new();
    }
    let mut names = Table::new();
    let mut otherwise = Region::default();
    for v in &moved {
        names.insert(*v, function.like(*v));
        let blank = function.like(*v);
        otherwise.stmts.push(Stmt::new(vec![blank], Op::Undefined));
        otherwise.yields.push(blank);
    }
    l.body.rename(&mut |v| names.get(&v).copied().unwrap_or(v));
    then.yields = moved.clone();
    let ty = function.types.plain();
    let runs = function.value(ty);
    let branch = Op::If {
        cond: runs,
        then,
        otherwise,
    };
    let results = moved.iter().map(|v| names[v]).collect();
    vec![
        Stmt::new(vec![runs], range.runs()),
        Stmt::new(results, branch),
    ]
}

/// Nothing but numbers comes of it, and no harm where it is done once.
fn is_movable(stmt: &Stmt) -> bool {
    match &stmt.op {
        Op::Neg(_)
        | Op::Arith(..)
        | Op::Cast { .. }
        | Op::Apply { .. }
        | Op::Load(_)
        | Op::Len(_)
        | Op::Plain { .. } => true,
        // What has been moved out of an inner loop.
        Op::If {
            cond: _,
            then,
            otherwise,
        } => {
            let idle = |s: &Stmt| matches!(s.op, Op::Literal(_) | Op::Undefined);
            then.stmts.iter().all(|s| idle(s) || is_movable(s)) && otherwise.stmts.iter().all(idle)
        }
        _ => false,
    }
}

fn rename(stmt: &mut Stmt, names: &Table<Value>) {
    let mut name = |v: Value| names.get(&v).copied().unwrap_or(v);
    stmt.op.map(&mut name);
    for inner in stmt.op.regions_mut() {
        inner.rename(&mut name);
    }
}
