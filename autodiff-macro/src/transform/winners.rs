//! A fold by `max` or `min` keeps nothing: what it gave says which element its cotangent goes to.
//!
//! ```text
//! for i in 0..n { push m; m = max(m, e) }     becomes   for i in 0..n { m = max(m, e) }
//! for i in n..0 { pop m; e_adj += … }         becomes   for i in 0..n { w sees e }; for i in w backwards { m = w before i; e_adj += … }
//! ```
//!
//! Behind the element that came out of it nothing gets anything but those that are tied with it, in front of it the cotangent
//! is zero: mostly one iteration is left.

use crate::analyze::Plan;
use crate::ir::{
    Contribution, Function, Kind, Loop, LoopKind, Op, Range, Region, Stmt, Value, Winners,
};

/// A loop that does nothing with derivatives but to fold.
pub struct Fold {
    init: Value,
    /// What it gives.
    value: Value,
    /// What it has come to in front of an element.
    before: Value,
    element: Value,
}

/// The fold that a loop is, if it is one.
pub fn find(plan: &Plan, l: &Loop, results: &[Value]) -> Option<Fold> {
    let LoopKind::For(range) = &l.kind else {
        return None;
    };
    let item = l.body.params[0];
    let counted = !range.inclusive && range.adapters.is_empty() && l.body.indexes(item);
    if l.conditional || l.checkpoint.is_some() || !counted {
        return None;
    }
    let (params, yields) = (l.carried_params(), l.carried_yields());
    let mut active =
        (0..l.init.len()).filter(|k| plan.active(params[*k]) || plan.active(yields[*k]));
    let (Some(k), None) = (active.next(), active.next()) else {
        return None;
    };
    // Nothing but numbers that the loop reads and does not write.
    let plain = l
        .body
        .stmts
        .iter()
        .all(|s| s.op.is_pure() && s.op.regions().next().is_none());
    if !plain {
        return None;
    }
    let (before, after) = (params[k], yields[k]);
    let users: Vec<&Stmt> = l
        .body
        .stmts
        .iter()
        .filter(|s| s.op.operands().contains(&before))
        .collect();
    let [
        Stmt {
            results: made,
            op: Op::Apply { row, args },
            ..
        },
    ] = users.as_slice()
    else {
        return None;
    };
    let [a, b] = args.as_slice() else {
        return None;
    };
    let element = if *a == before { *b } else { *a };
    let alone = |v: Value| {
        let used = l.body.stmts.iter().any(|s| s.op.operands().contains(&v));
        !used && l.body.yields.iter().filter(|y| **y == v).count() == 1
    };
    let folds = matches!(row.name, "max" | "min") && *made == [after] && element != before;
    (folds && alone(after) && !l.body.yields.contains(&before)).then_some(Fold {
        init: l.init[k],
        value: results[k + 1],
        before,
        element,
    })
}

/// How the reverse of a fold begins.
pub struct Opened {
    winners: Value,
    element: Value,
    /// In front of all.
    pub of: Stmt,
}

impl Fold {
    /// Asks for what the fold had come to, in the reverse of its loop, instead of taking it from the stack.
    pub fn open(self, function: &mut Function, reverse: &mut Region, item: Value) -> Opened {
        let ty = function.types.known(Kind::Unknown);
        let (winners, before) = (function.value(ty), function.like(self.before));
        for stmt in &mut reverse.stmts {
            if let Op::Begin {
                value: _,
                with: what,
            }
            | Op::Add { place: _, what }
            | Op::Set {
                place: _,
                what: Some(what),
            } = &mut stmt.op
                && let Contribution::Partial { operands, .. } = what
            {
                for v in operands.iter_mut().filter(|v| **v == self.before) {
                    *v = before;
                }
            }
        }
        let ask = Winners::Before {
            of: winners,
            item,
            element: self.element,
        };
        reverse
            .stmts
            .insert(0, Stmt::new(vec![before], Op::Winners(ask)));
        let of = Winners::Of {
            init: self.init,
            value: self.value,
        };
        Opened {
            winners,
            element: self.element,
            of: Stmt::new(vec![winners], Op::Winners(of)),
        }
    }
}

impl Opened {
    /// Looks for the elements that came out of it; the reverse loop runs over these alone.
    pub fn look(self, function: &mut Function, range: &mut Range, reverse: &Region) -> Vec<Stmt> {
        let item = reverse.params[0];
        let mut stmts: Vec<Stmt> = reverse
            .stmts
            .iter()
            .filter(|s| s.op.is_pure())
            .cloned()
            .collect();
        let see = Winners::See {
            of: self.winners,
            item,
            element: self.element,
        };
        stmts.push(Stmt::new(Vec::new(), Op::Winners(see)));
        let body = Region {
            params: vec![item],
            stmts,
            yields: Vec::new(),
        };
        let ty = function.types.plain();
        let [trips, low, high] = [(); 3].map(|()| function.value(ty));
        let look = Loop {
            kind: LoopKind::For(range.clone()),
            conditional: false,
            init: Vec::new(),
            body,
            checkpoint: None,
        };
        let within = Winners::Within {
            of: self.winners,
            low: range.low,
            high: range.high,
        };
        (range.low, range.high) = (low, high);
        vec![
            Stmt::new(vec![trips], Op::Loop(look)),
            Stmt::new(vec![low, high], Op::Winners(within)),
        ]
    }
}
