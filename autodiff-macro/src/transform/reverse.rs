//! Reverse mode, region by region.
//!
//! The reverse of a region runs the adjoint of each statement, the last first. A scalar's adjoint is a variable that is
//! begun by the first contribution; a cell's adjoint is a cell of the same shape. What the adjoint statements read of
//! the forward sweep is made available by [`store`](super::store).

mod call;
mod control;
mod logarithms;
mod powers;
mod quotients;
mod statements;
mod zeros;

use super::store::Early;
use super::{covered, fuse, overwrite, scales, undo, windows};
use crate::analyze::{Effects, Plan};
use crate::ast::{Passing, Source};
use crate::errors::Errors;
use crate::ir::{Contribution, Function, Kind, Op, Place, Region, Stmt, Table, Value, Values};
use std::collections::BTreeMap;

/// A function with both sweeps.
pub struct Reversed {
    /// The values the sweeps are made of.
    pub function: Function,
    pub plan: Plan,
    pub forward: Region,
    /// What is kept from one sweep to the other.
    pub kept: Vec<Value>,
    pub reverse: Region,
    /// Where that is more than one sweep after the other.
    pub together: Option<Together>,
    /// Parameters whose adjoints do not have to be cleared for both sweeps in one.
    pub covered: Values,
}

impl Reversed {
    /// Whether there are loops in either sweep.
    pub fn has_loops(&self) -> bool {
        let mut found = false;
        for region in [&self.forward, &self.reverse] {
            region.visit(&mut |stmt| found |= matches!(stmt.op, Op::Loop(_)));
        }
        found
    }

    /// Whether the forward sweep leaves something on the stack for the reverse sweep.
    pub fn puts_on_stack(&self) -> bool {
        let mut found = false;
        self.forward
            .visit(&mut |stmt| found |= stmt.op.puts_on_stack());
        found
    }
}

/// Both sweeps in one region, in which the iterations of some loops are taken back one by one.
pub struct Together {
    pub function: Function,
    pub plan: Plan,
    pub region: Region,
}

/// For whom a derivative is written.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Style {
    /// For the compiler.
    Fast,
    /// For a reader.
    Plain,
}

/// Differentiates a function.
pub fn reverse(
    errors: &mut Errors,
    source: &Source,
    function: &Function,
    plan: &Plan,
    style: Style,
) -> Reversed {
    let lent: Vec<Value> = source
        .params
        .iter()
        .zip(&function.body.params)
        .filter(|(p, _)| p.passing == Passing::Exclusive)
        .map(|(_, v)| *v)
        .collect();
    let effects = Effects::new(function, &lent, plan);
    let mut sweeps = |undone| sweeps(errors, source, function, plan, &effects, style, undone);
    let mut reversed = sweeps(Values::new());
    if style == Style::Plain {
        return reversed;
    }
    let mut undone = undo::candidates(function, &reversed);
    if !undone.is_empty() {
        let with = sweeps(undone.clone());
        if undo::cost(&with) < undo::cost(&reversed) {
            reversed = with;
        } else {
            undone = Values::new();
        }
    }
    let result = function.body.yields.first().copied();
    reversed.together = result
        .filter(|v| plan.active(*v) && lent.is_empty() && function.is_float(*v))
        .and_then(|result| together(errors, source, function, plan, &effects, result, undone));
    let Reversed {
        function,
        plan,
        forward,
        kept: _,
        reverse,
        together,
        covered,
    } = &mut reversed;
    windows::ask(function, plan, forward, reverse);
    overwrite::tidy(function, reverse);
    scales::gather(function, reverse);
    let inputs = source.params.iter().zip(&forward.params);
    let inputs = inputs.filter(|(p, _)| p.is_input()).map(|(_, v)| *v);
    let inputs: Vec<Value> = inputs.collect();
    *covered = match together {
        Some(Together {
            function,
            plan: _,
            region,
        }) => {
            overwrite::tidy(function, region);
            scales::gather(function, region);
            covered::forget(function, &inputs, region)
        }
        None => covered::forget(function, &inputs, reverse),
    };
    reversed
}

/// One sweep after the other. `undone`: the memory that is taken back write by write.
fn sweeps(
    errors: &mut Errors,
    source: &Source,
    function: &Function,
    plan: &Plan,
    effects: &Effects,
    style: Style,
    undone: Values,
) -> Reversed {
    let result = function
        .body
        .yields
        .first()
        .copied()
        .filter(|v| plan.active(*v));
    let mut cx = Reverse::new(errors, effects, source, function, plan, style);
    cx.undone = undone;
    let (mut forward, scope) = cx.region(&function.body, &mut |cx| {
        if let Some(result) = result {
            let seed = cx.seed(result);
            cx.contribute(result, Contribution::Given(seed));
        }
    });
    let (early, mut reverse) = scope.reverse();
    let kept = cx
        .store_with()
        .in_function(&mut forward, &mut reverse, &early);
    Reversed {
        function: cx.function,
        plan: cx.plan,
        forward,
        kept,
        reverse,
        together: None,
        covered: Values::new(),
    }
}

/// Both sweeps in one, if there is a loop to fuse.
///
/// ```text
/// seed; …; known adjoints; for i in r { forward; reverse }; …; reverse of the rest
/// ```
fn together(
    errors: &mut Errors,
    source: &Source,
    function: &Function,
    plan: &Plan,
    effects: &Effects,
    result: Value,
    mut undone: Values,
) -> Option<Together> {
    let body = &function.body;
    let mut cx = Reverse::new(errors, effects, source, function, plan, Style::Fast);
    let fusable = fuse::find(function, plan, effects, body, &[0]);
    if fusable.is_empty() {
        return None;
    }
    // The next iteration goes on with what this one wrote.
    for found in &fusable {
        let written = body.stmts[found.position].mutated();
        undone.retain(|root| !written.contains(root));
    }
    cx.undone = undone;
    cx.scopes.push(Scope::default());
    let seed = cx.seed(result);
    let mut stmts = cx.written();
    cx.scopes.clear();
    stmts.extend(cx.both(body, &[(0, Contribution::Given(seed))]));
    let region = Region {
        params: body.params.clone(),
        stmts,
        yields: body.yields.clone(),
    };
    Some(Together {
        region,
        function: cx.function,
        plan: cx.plan,
    })
}

pub(super) struct Reverse<'a> {
    style: Style,
    errors: &'a mut Errors,
    pub(super) effects: &'a Effects,
    pub(super) function: Function,
    pub(super) plan: Plan,
    definitions: Table<Op>,
    /// What elementary functions of a value there are.
    partners: BTreeMap<(&'static str, Value), Vec<Value>>,
    scopes: Vec<Scope>,
    /// Parameters of which the caller hands the adjoint in.
    params: Values,
    /// Cells whose number of elements changes.
    reshaped: Values,
    /// Cells that the reverse sweep takes back.
    undone: Values,
    pub(super) tapes: u32,
}

/// A region whose reverse is being written.
#[derive(Default)]
struct Scope {
    defined: Values,
    /// Values whose adjoint has begun.
    begun: Values,
    /// Values whose adjoint is that of another one times a literal.
    multiples: Table<(Value, f64)>,
    /// The squares of values that nothing but powers was made of so far.
    squares: Table<Value>,
    /// What is undone at once, and how, the last write first.
    early: Values,
    undo: Vec<Stmt>,
    out: Vec<Stmt>,
}

impl Scope {
    /// What is undone at once, and the reverse region.
    fn reverse(self) -> (Early, Region) {
        let early = Early {
            roots: self.early,
            undo: self.undo,
        };
        let region = Region {
            params: Vec::new(),
            stmts: self.out,
            yields: Vec::new(),
        };
        (early, region)
    }
}

impl<'a> Reverse<'a> {
    fn new(
        errors: &'a mut Errors,
        effects: &'a Effects,
        source: &Source,
        function: &Function,
        plan: &Plan,
        style: Style,
    ) -> Self {
        let mut cx = Reverse {
            style,
            errors,
            effects,
            function: function.clone(),
            plan: plan.clone(),
            definitions: Table::new(),
            partners: BTreeMap::new(),
            scopes: Vec::new(),
            params: Values::new(),
            reshaped: Values::new(),
            undone: Values::new(),
            tapes: 0,
        };
        function.body.visit(&mut |stmt| {
            for v in &stmt.results {
                cx.definitions.insert(*v, stmt.op.clone());
            }
            if let Op::Apply { row, args } = &stmt.op {
                let known = cx.partners.entry((row.name, args[0])).or_default();
                known.extend(&stmt.results);
            }
            match &stmt.op {
                Op::Push(p, _) | Op::Pop(p) | Op::Truncate(p, _) => {
                    cx.reshaped.insert(p.root);
                }
                // An element that is a number changes no shape.
                Op::Store(p, v) if !function.is_scalar(*v) => {
                    cx.reshaped.insert(p.root);
                }
                Op::Swap(p, q) => cx.reshaped.extend([p.root, q.root]),
                Op::Opaque { .. } | Op::Effect { .. } | Op::Call { .. } => {
                    cx.reshaped.extend(stmt.op.mutated());
                }
                _ => {}
            }
        });
        for (param, value) in source.params.iter().zip(&function.body.params) {
            if param.active {
                cx.params.insert(*value);
            }
        }
        if let (Some(v), true) = (function.receiver, source.wrt_self) {
            cx.params.insert(v);
        }
        cx
    }

    fn active(&self, v: Value) -> bool {
        self.plan.active(v)
    }

    fn out(&mut self, op: Op) {
        self.emit(Vec::new(), op);
    }

    pub(super) fn emit(&mut self, results: Vec<Value>, op: Op) {
        let scope = self
            .scopes
            .last_mut()
            .expect("bug in autodiff, please report: no scope");
        scope.out.push(Stmt::new(results, op));
    }

    fn enter(&mut self, region: &Region) {
        let mut scope = Scope::default();
        scope.defined.extend(&region.params);
        for stmt in &region.stmts {
            scope.defined.extend(&stmt.results);
        }
        self.scopes.push(scope);
    }

    /// What has been written since this was asked last.
    fn written(&mut self) -> Vec<Stmt> {
        let scope = self
            .scopes
            .last_mut()
            .expect("bug in autodiff, please report: no scope");
        std::mem::take(&mut scope.out)
    }

    /// A statement of the forward sweep, written in this one.
    fn take_over(&mut self, stmt: &Stmt) {
        if let Some(scope) = self.scopes.last_mut() {
            scope.out.push(stmt.clone());
        }
    }

    /// The cotangent of the function's result.
    fn seed(&mut self, result: Value) -> Value {
        let seed = self.function.like(result);
        self.plan.pad(&self.function, true);
        let zero = self.zero_for(result);
        self.emit(vec![seed], Op::Seed(zero));
        seed
    }

    /// The forward sweep of a region, and its reverse.
    fn region(&mut self, region: &Region, seed: &mut dyn FnMut(&mut Self)) -> (Region, Scope) {
        self.enter(region);
        if let Some(scope) = self.scopes.last_mut() {
            scope.early = undo::early(&self.function, &self.undone, region);
        }
        seed(self);
        let mut forward: Vec<Vec<Stmt>> = Vec::new();
        for stmt in region.stmts.iter().rev() {
            forward.push(self.stmt(stmt));
        }
        forward.reverse();
        let stmts = forward.into_iter().flatten().collect();
        let scope = self
            .scopes
            .pop()
            .expect("bug in autodiff, please report: no scope");
        (
            Region {
                params: region.params.clone(),
                stmts,
                yields: region.yields.clone(),
            },
            scope,
        )
    }

    // Adjoints.

    /// The scope a value belongs to.
    fn owner(&self, v: Value) -> usize {
        self.scopes
            .iter()
            .rposition(|s| s.defined.contains(&v))
            .unwrap_or(0)
    }

    fn begun(&self, v: Value) -> bool {
        self.params.contains(&v) || self.scopes[self.owner(v)].begun.contains(&v)
    }

    /// Adds to the adjoint of a value.
    fn contribute(&mut self, v: Value, what: Contribution) {
        if !self.active(v) {
            return;
        }
        let here = self.scopes.len() - 1;
        let ty = self.function.ty(v);
        let fixed = matches!(self.function.kind(v), Kind::Unknown)
            || self.function.types.has_static_shape(ty);
        let given = matches!(what, Contribution::Given(_));
        if !self.begun(v)
            && self.owner(v) == here
            && (fixed && !self.function.locals.contains(&v) || given)
        {
            self.scopes[here].begun.insert(v);
            self.note_multiple(v, &what);
            self.out(Op::Begin {
                value: v,
                with: what,
            });
            return;
        }
        self.declare(v);
        let owner = self.owner(v);
        self.scopes[owner].multiples.remove(&v);
        self.scopes[owner].squares.remove(&v);
        self.out(Op::Add {
            place: Place::whole(v),
            what,
        });
    }

    /// Adds to the adjoint of a place.
    fn contribute_to(&mut self, place: &Place, what: Contribution) {
        if place.path.is_empty() {
            return self.contribute(place.root, what);
        }
        if self.active(place.root) {
            self.declare(place.root);
            self.out(Op::Add {
                place: place.clone(),
                what,
            });
        }
    }

    // Statements.

    fn stmt(&mut self, stmt: &Stmt) -> Vec<Stmt> {
        let Stmt { results, op, span } = stmt;
        let mut before = Vec::new();
        match op {
            Op::If {
                cond,
                then,
                otherwise,
            } => return vec![self.if_(*cond, then, otherwise, results, *span)],
            Op::Loop(l) => return self.loop_(l, results, *span),
            Op::Call {
                callee,
                args,
                keeps: _,
            } => {
                let keeps = self.call(callee, args, results[0], &mut before, *span);
                let op = Op::Call {
                    callee: callee.clone(),
                    args: args.clone(),
                    keeps,
                };
                before.push(Stmt {
                    results: results.clone(),
                    op,
                    span: *span,
                });
                return before;
            }
            Op::Truncate(p, n) => self.truncate(p, *n, &mut before, *span),
            op => {
                let undone = self.undo(stmt);
                let forward = match op {
                    Op::Store(p, v) => self.store(p, *v, stmt),
                    op => {
                        self.simple(op, results);
                        stmt.clone()
                    }
                };
                return undone.unwrap_or_else(|| vec![forward]);
            }
        }
        before.push(stmt.clone());
        before
    }

    /// A write that is taken back; what the forward sweep does then.
    fn undo(&mut self, stmt: &Stmt) -> Option<Vec<Stmt>> {
        let root = stmt.op.mutated().first().copied()?;
        if !self.undone.contains(&root) {
            return None;
        }
        let mut saved = Vec::new();
        let (forward, undo) = undo::undo(stmt, &mut |v| {
            let old = self.function.like(v);
            self.plan.extend(&self.function, root);
            saved.push(old);
            old
        })?;
        saved.into_iter().for_each(|old| self.scope_of_forward(old));
        if let Some(scope) = self.scopes.last_mut() {
            if scope.early.contains(&root) {
                scope.undo.push(undo);
            } else {
                scope.out.push(undo);
            }
        }
        Some(forward)
    }
}
