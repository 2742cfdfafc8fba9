//! Where all factors of an iteration are finite, none of its products has to be guarded: that is asked once.
//!
//! ```text
//! x_adj = y_adj * a where guarded; …      becomes      f = are a, … finite; if f { x_adj = y_adj * a; … } else { as it was }
//! ```
//!
//! A finite factor makes nothing of zero by itself, so both texts give the same numbers. What is computed of the forward
//! sweep comes first; the statements on adjoints keep their order.

use crate::analyze::Plan;
use crate::ir::{Contribution, Function, Kind, Loop, Op, Region, Stmt, Value, Zero};
use std::collections::{BTreeMap, BTreeSet};

/// What a branch costs, in instructions, that keeps the compiler from arranging the statements on its two sides together.
const LOOK: usize = 10;
/// Statements that are written twice, at most.
const LONGEST: usize = 400;

/// Splits the straight runs of statements of a reverse region, at any depth.
pub fn split(function: &mut Function, plan: &mut Plan, region: &mut Region) {
    let mut literals = BTreeSet::new();
    for body in [&function.body, region] {
        body.visit(&mut |stmt| {
            if let Op::Literal(_) = stmt.op {
                literals.extend(&stmt.results);
            }
        });
    }
    Split {
        function,
        plan,
        literals,
    }
    .loops(region);
}

struct Split<'a> {
    function: &'a mut Function,
    plan: &'a mut Plan,
    /// These are finite as they are.
    literals: BTreeSet<Value>,
}

/// What may be done with a statement.
enum Class {
    /// It computes a number of the forward sweep and can come before those on adjoints.
    Primal,
    /// It computes adjoints of others.
    Adjoint,
    /// Nothing may pass it.
    Barrier,
}

impl Split<'_> {
    /// The bodies of the loops in a region.
    fn loops(&mut self, region: &mut Region) {
        for stmt in &mut region.stmts {
            match &mut stmt.op {
                Op::Loop(l) => self.body(l),
                op => op.regions_mut().into_iter().for_each(|r| self.loops(r)),
            }
        }
    }

    fn body(&mut self, l: &mut Loop) {
        if !is_elementwise(l) {
            self.region(&mut l.body);
        }
    }

    fn region(&mut self, region: &mut Region) {
        let mut rest: Vec<Stmt> = std::mem::take(&mut region.stmts);
        rest.reverse();
        while let Some(mut stmt) = rest.pop() {
            if let Class::Barrier = self.class(&stmt) {
                match &mut stmt.op {
                    Op::Loop(l) => self.body(l),
                    op => op.regions_mut().into_iter().for_each(|r| self.region(r)),
                }
                region.stmts.push(stmt);
                continue;
            }
            let mut run = vec![stmt];
            while let Some(next) = rest.pop_if(|next| !matches!(self.class(next), Class::Barrier)) {
                run.push(next);
            }
            region.stmts.extend(self.run(run, &rest));
        }
    }

    /// The statements of a run; `later`: those after it.
    fn run(&mut self, run: Vec<Stmt>, later: &[Stmt]) -> Vec<Stmt> {
        let products: Vec<(Value, Value)> = run.iter().filter_map(|s| self.product(s)).collect();
        let cotangents: BTreeSet<Value> = products.iter().map(|(y, _)| *y).collect();
        let factors: BTreeSet<Value> = products.iter().map(|(_, factor)| *factor).collect();
        let (primal, adjoint): (Vec<Stmt>, Vec<Stmt>) = run
            .iter()
            .cloned()
            .partition(|stmt| matches!(self.class(stmt), Class::Primal));
        let inside: BTreeSet<Value> = primal.iter().flat_map(|s| s.results.clone()).collect();
        // A cotangent is compared with zero once, and each product is masked; a factor is added, and its sum looked at.
        let guards = products.len() + 2 * cotangents.len();
        let question = 2 * factors.intersection(&inside).count() + LOOK;
        if guards <= question || adjoint.len() > LONGEST {
            return run;
        }
        // Those that are the same in each iteration come first: their sum is, too.
        let (inside, mut factors): (Vec<Value>, Vec<Value>) =
            factors.into_iter().partition(|v| inside.contains(v));
        factors.extend(inside);
        let ty = self.function.types.plain();
        let finite = self.function.value(ty);
        self.plan.pad(self.function, false);
        let (outside, guarded) = self.begin_outside(adjoint, later);
        let then = Region {
            stmts: guarded.iter().map(|s| without_guards(s, finite)).collect(),
            ..Region::default()
        };
        let otherwise = Region {
            stmts: guarded,
            ..Region::default()
        };
        let branch = Op::If {
            cond: finite,
            then,
            otherwise,
        };
        let question = Stmt::new(vec![finite], Op::Finite(factors));
        primal
            .into_iter()
            .chain([question])
            .chain(outside)
            .chain([Stmt::new(Vec::new(), branch)])
            .collect()
    }

    /// What is used after the run is declared before it, and set there.
    fn begin_outside(&self, run: Vec<Stmt>, later: &[Stmt]) -> (Vec<Stmt>, Vec<Stmt>) {
        let mut used = BTreeSet::new();
        for stmt in later {
            used.extend(stmt.op.operands());
            for inner in stmt.op.regions() {
                inner.visit(&mut |stmt| used.extend(stmt.op.operands()));
            }
        }
        let mut outside = Vec::new();
        let inside = run
            .into_iter()
            .map(|stmt| match stmt.op {
                Op::Begin { value, with } if used.contains(&value) => {
                    let declare = Op::Declare {
                        value,
                        zero: Zero::Scalar,
                    };
                    outside.push(Stmt::new(Vec::new(), declare));
                    let op = Op::Set {
                        value,
                        what: Some(with),
                    };
                    Stmt { op, ..stmt }
                }
                _ => stmt,
            })
            .collect();
        (outside, inside)
    }

    fn class(&self, stmt: &Stmt) -> Class {
        let scalar = |v: &Value| self.function.kind(*v) == Kind::Float;
        match &stmt.op {
            Op::Begin { value, with: _ } if scalar(value) => Class::Adjoint,
            Op::Set { .. } | Op::Add { .. } | Op::Clear(_) => Class::Adjoint,
            Op::Declare { .. }
            | Op::Literal(_)
            | Op::Neg(_)
            | Op::Arith(..)
            | Op::Cast { .. }
            | Op::Apply { .. }
            | Op::Plain { .. }
            | Op::Query { .. }
            | Op::Len(_)
            | Op::TapePop { .. }
            | Op::Entry { .. } => Class::Primal,
            Op::Load(_) if stmt.results.iter().all(|v| self.function.is_scalar(*v)) => {
                Class::Primal
            }
            _ => Class::Barrier,
        }
    }

    /// The cotangent and the factor of a statement's product, if the product has to be guarded.
    fn product(&self, stmt: &Stmt) -> Option<(Value, Value)> {
        match contribution(&stmt.op)? {
            Contribution::Times(y, factor) | Contribution::TimesWhere { y, factor, .. } => {
                (!self.literals.contains(factor)).then_some((*y, *factor))
            }
            _ => None,
        }
    }
}

/// The iterations share nothing that is added up or taken from the stack: the compiler may run several at a time, with their
/// guards, but not with a branch.
fn is_elementwise(l: &Loop) -> bool {
    // Of adjoints that are those of others, whose they are.
    let mut same: BTreeMap<Value, Value> = BTreeMap::new();
    let inside = l.body.stmts.iter().all(|stmt| match &stmt.op {
        Op::Begin { value, with } => {
            let of = match with {
                Contribution::Adjoint(of) => *same.get(of).unwrap_or(of),
                _ => *value,
            };
            same.insert(*value, of);
            true
        }
        Op::Add { place, what: _ } => !place.path.is_empty() || same.contains_key(&place.root),
        Op::Set { value, what } => match what {
            Some(Contribution::Adjoint(of)) => same.get(of) == Some(value),
            _ => false,
        },
        Op::TapePop { .. } | Op::Pullback { .. } | Op::Loop(_) | Op::If { .. } => false,
        _ => true,
    });
    l.init.is_empty() && inside
}

/// What the statement adds or sets.
fn contribution(op: &Op) -> Option<&Contribution> {
    match op {
        Op::Begin { value: _, with } => Some(with),
        Op::Add { place: _, what } => Some(what),
        Op::Set { value: _, what } => what.as_ref(),
        _ => None,
    }
}

/// The statement where it is known that its factor is finite.
fn without_guards(stmt: &Stmt, finite: Value) -> Stmt {
    let mut stmt = stmt.clone();
    let what = match &mut stmt.op {
        Op::Begin { value: _, with } => Some(with),
        Op::Add { place: _, what } => Some(what),
        Op::Set { value: _, what } => what.as_mut(),
        _ => None,
    };
    if let Some(what) = what
        && let Contribution::Times(y, factor) | Contribution::TimesWhere { y, factor, .. } = &*what
    {
        *what = Contribution::TimesWhere {
            y: *y,
            factor: *factor,
            finite,
        };
    }
    stmt
}
