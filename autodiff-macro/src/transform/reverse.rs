//! Reverse mode, region by region.
//!
//! The reverse of a region runs the adjoint of each statement, the last first. A scalar's adjoint is a variable that is
//! begun by the first contribution; a cell's adjoint is a cell of the same shape. What the adjoint statements read of
//! the forward sweep is made available by [`store`](super::store).

use super::store::{Early, Store};
use super::{entries, fuse, registers, sliding, undo, windows, winners};
use crate::analyze::{Effects, Plan};
use crate::ast::{Passing, Source};
use crate::errors::{Errors, Problem};
use crate::ir::{
    Adapter, Argument, Arith, Callee, Container, Contribution, Count, Function, Kind, Library,
    Loop, LoopKind, Op, Place, Range, Region, Step, Stmt, Target, Value, Written, Zero,
};
use crate::normalize::pairs;
use autodiff_runtime::rules::{self, Operand};
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

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
    let mut reversed = sweeps(BTreeSet::new());
    if style == Style::Plain {
        return reversed;
    }
    let mut undone = undo::candidates(function, &reversed);
    if !undone.is_empty() {
        let with = sweeps(undone.clone());
        if undo::cost(&with) < undo::cost(&reversed) {
            reversed = with;
        } else {
            undone.clear();
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
        together: _,
    } = &mut reversed;
    windows::ask(function, plan, forward, reverse);
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
    undone: BTreeSet<Value>,
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
    mut undone: BTreeSet<Value>,
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
    let mut region = Region {
        params: body.params.clone(),
        stmts,
        yields: body.yields.clone(),
    };
    windows::ask(
        &mut cx.function,
        &mut cx.plan,
        &mut region,
        &Region::default(),
    );
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
    definitions: BTreeMap<Value, Op>,
    /// What elementary functions of a value there are.
    partners: BTreeMap<(&'static str, Value), Vec<Value>>,
    scopes: Vec<Scope>,
    /// Parameters of which the caller hands the adjoint in.
    params: BTreeSet<Value>,
    /// Cells whose number of elements changes.
    reshaped: BTreeSet<Value>,
    /// Cells that the reverse sweep takes back.
    undone: BTreeSet<Value>,
    pub(super) tapes: u32,
}

/// A region whose reverse is being written.
#[derive(Default)]
struct Scope {
    defined: BTreeSet<Value>,
    /// Values whose adjoint has begun.
    begun: BTreeSet<Value>,
    /// What is undone at once, and how, the last write first.
    early: BTreeSet<Value>,
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
            definitions: BTreeMap::new(),
            partners: BTreeMap::new(),
            scopes: Vec::new(),
            params: BTreeSet::new(),
            reshaped: BTreeSet::new(),
            undone: BTreeSet::new(),
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

    /// Sees to it that a value has an adjoint variable.
    fn declare(&mut self, v: Value) {
        if self.begun(v) {
            return;
        }
        let zero = self.zero_for(v);
        let owner = self.owner(v);
        self.scopes[owner].begun.insert(v);
        let op = Op::Declare { value: v, zero };
        self.scopes[owner].out.push(Stmt {
            results: Vec::new(),
            op,
            span: Span::mixed_site(),
        });
    }

    /// What a zero of the shape of a value is made from.
    fn zero_for(&self, v: Value) -> Zero {
        match self.function.kind(v) {
            Kind::Float | Kind::Plain => Zero::Scalar,
            Kind::Array(_) | Kind::Tuple(_) => self
                .zero_from_definition(v)
                .unwrap_or_else(|| Zero::Like(Place::whole(v))),
            Kind::Slice(_) | Kind::Vec(_) | Kind::Unknown => {
                let fixed = !self.changes_shape(v);
                let zero = if fixed {
                    self.zero_from_definition(v)
                } else {
                    None
                };
                zero.unwrap_or_else(|| Zero::Like(Place::whole(v)))
            }
        }
    }

    fn zero_from_definition(&self, v: Value) -> Option<Zero> {
        match self.definitions.get(&v)? {
            Op::Repeat {
                value,
                count: Count::Constant(tokens),
                container: _,
            } => {
                let element = Box::new(self.zero_for_part(*value)?);
                Some(Zero::Repeat {
                    element,
                    count: tokens.to_string(),
                })
            }
            Op::Repeat {
                value,
                count: Count::Value(count),
                container: _,
            } => Some(Zero::RepeatVec {
                element: Box::new(self.zero_for_part(*value)?),
                count: *count,
            }),
            Op::Aggregate(container, values) => {
                let parts = values
                    .iter()
                    .map(|v| self.zero_for_part(*v))
                    .collect::<Option<Vec<_>>>()?;
                Some(Zero::List(*container, parts))
            }
            // A copy of something whose shape is its type's.
            Op::Load(p) | Op::Copy(p)
                if p.path.is_empty()
                    && !self.params.contains(&p.root)
                    && self
                        .function
                        .types
                        .has_static_shape(self.function.ty(p.root)) =>
            {
                self.zero_from_definition(p.root)
            }
            // A copy of something that stays as it is.
            Op::Load(p) | Op::Copy(p)
                if p.indices().is_empty()
                    && self.params.contains(&p.root)
                    && self.effects.immutable(p.root) =>
            {
                Some(Zero::Like(p.clone()))
            }
            _ => None,
        }
    }

    fn zero_for_part(&self, v: Value) -> Option<Zero> {
        match self.function.kind(v) {
            Kind::Float => Some(Zero::Scalar),
            Kind::Array(_) | Kind::Tuple(_) | Kind::Vec(_) => self.zero_from_definition(v),
            Kind::Plain | Kind::Slice(_) | Kind::Unknown => None,
        }
    }

    /// Elements are added or taken away somewhere.
    fn changes_shape(&self, v: Value) -> bool {
        self.reshaped.contains(&v)
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
            self.out(Op::Begin {
                value: v,
                with: what,
            });
            return;
        }
        self.declare(v);
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

    /// An operation whose adjoint needs nothing but its operands and results.
    fn simple(&mut self, op: &Op, results: &[Value]) {
        let result = results.first().copied();
        let adjoint = result.filter(|r| self.active(*r) && self.begun(*r));
        match op {
            Op::Literal(_)
            | Op::Opaque { .. }
            | Op::Undefined
            | Op::Identity { .. }
            | Op::Blank { .. }
            | Op::Plain { .. }
            | Op::Query { .. }
            | Op::Ask { .. }
            | Op::Matches { .. }
            | Op::Stop { .. }
            | Op::NewVec { .. }
            | Op::Len(_)
            | Op::Shape(_)
            | Op::Local
            | Op::Effect { .. } => {}
            Op::Neg(v) => {
                if let Some(y) = adjoint {
                    self.contribute(*v, Contribution::Negated(y));
                }
            }
            Op::Arith(op, a, b) => {
                if let Some(y) = adjoint {
                    self.arith(*op, *a, *b, y);
                }
            }
            Op::Cast { value, ty } => {
                if let Some(y) = adjoint {
                    self.contribute(*value, Contribution::Cast(y, ty.clone()));
                }
            }
            Op::Apply { row, args } => {
                if let Some(y) = adjoint {
                    if let Some((partner, opposite)) = self.partner(row.name, args[0]) {
                        let what = Contribution::Times(y, partner);
                        if opposite {
                            let negative = self.function.like(y);
                            self.plan.pad(&self.function, true);
                            self.out(Op::Begin {
                                value: negative,
                                with: what,
                            });
                            self.contribute(args[0], Contribution::Negated(negative));
                        } else {
                            self.contribute(args[0], what);
                        }
                        return;
                    }
                    let floats: Vec<Value> = args
                        .iter()
                        .enumerate()
                        .filter(|(k, _)| !row.integer.contains(k))
                        .map(|(_, v)| *v)
                        .collect();
                    for (which, (v, partial)) in floats.iter().zip(row.partials).enumerate() {
                        let operands = partial
                            .reads
                            .iter()
                            .map(|read| match read {
                                Operand::Argument(k) => args[*k],
                                Operand::Value => y,
                            })
                            .collect();
                        self.contribute(
                            *v,
                            Contribution::Partial {
                                row,
                                which,
                                operands,
                                y,
                            },
                        );
                    }
                }
            }
            Op::Aggregate(container, values) => {
                if let Some(y) = adjoint {
                    for (k, v) in values.iter().enumerate() {
                        let step = match container {
                            Container::Tuple => {
                                Step::Field(syn::Member::Unnamed(syn::Index::from(k)))
                            }
                            Container::Array | Container::Vec => Step::Element(k),
                        };
                        self.contribute(*v, Contribution::Place(Place::whole(y).then(step)));
                    }
                }
            }
            Op::Construct { path, fields, rest } => {
                if let Some(y) = adjoint {
                    for (member, v) in fields {
                        // By its name a struct may be a variant.
                        let (path, member) = (Written(path.clone()), member.clone());
                        let part = Place::whole(y).then(Step::Variant { path, member });
                        self.contribute(*v, Contribution::Place(part));
                    }
                    if let Some(rest) = rest.as_ref().filter(|p| self.active(p.root)) {
                        self.declare(rest.root);
                        let except = fields.iter().map(|(member, _)| member.clone()).collect();
                        self.out(Op::AddRest {
                            from: y,
                            except,
                            to: rest.clone(),
                        });
                    }
                }
            }
            Op::Repeat {
                value,
                count: _,
                container: _,
            } => {
                if let Some(y) = adjoint {
                    self.contribute(*value, Contribution::Sum(Place::whole(y)));
                }
            }
            Op::Load(p) | Op::Copy(p) => {
                if let Some(y) = adjoint {
                    let what = if self.function.kind(y) == Kind::Float {
                        Contribution::Adjoint(y)
                    } else {
                        Contribution::Place(Place::whole(y))
                    };
                    self.contribute_to(p, what);
                }
            }
            Op::Update(p, op, v) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.contribute(
                        *v,
                        match op {
                            Arith::Sub => Contribution::NegatedPlace(p.clone()),
                            Arith::Add | Arith::Mul | Arith::Div => Contribution::Place(p.clone()),
                        },
                    );
                }
            }
            Op::Swap(p, q) => {
                let on = |cx: &Self, v| cx.active(v) && cx.begun(v);
                if on(self, p.root)
                    || on(self, q.root)
                    || self.may_reshape(p.root)
                    || self.may_reshape(q.root)
                {
                    self.declare(p.root);
                    self.declare(q.root);
                    self.out(Op::SwapAdjoints(p.clone(), q.clone()));
                }
            }
            Op::Fill(p, v) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.contribute(*v, Contribution::Sum(p.clone()));
                    self.out(Op::Clear(p.clone()));
                }
            }
            Op::CopyFrom(p, q) => {
                if self.active(p.root) && self.begun(p.root) {
                    if self.active(q.root) {
                        self.declare(q.root);
                        self.out(Op::Drain {
                            from: p.clone(),
                            to: q.clone(),
                        });
                    } else {
                        self.out(Op::Clear(p.clone()));
                    }
                }
            }
            Op::Push(p, v) => {
                if self.active(p.root) {
                    self.declare(p.root);
                    let last = self.function.like(*v);
                    self.plan.pad(&self.function, true);
                    self.emit(vec![last], Op::PopAdjoint(p.clone()));
                    self.contribute(*v, Contribution::Given(last));
                }
            }
            Op::Pop(p) => {
                if self.active(p.root) {
                    self.declare(p.root);
                    if let Some(r) = result
                        && self.function.kind(r) != Kind::Float
                    {
                        self.declare(r);
                    }
                    // One that nobody uses is zero, of the same shape.
                    let float = result.is_some_and(|r| self.function.is_float(r));
                    let adjoint = result.filter(|r| (self.active(*r) || !float) && self.begun(*r));
                    self.out(Op::PushAdjoint(
                        p.clone(),
                        adjoint.map(Contribution::Adjoint),
                    ));
                }
            }
            Op::ReverseOrder(p) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.out(Op::ReverseAdjoint(p.clone()));
                }
            }
            Op::Rotate(p, n) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.out(Op::RotateAdjoint(p.clone(), *n));
                }
            }
            op => {
                let detail = format!("{op} in the forward sweep");
                self.errors.at_span(Span::call_site(), Problem::Bug(detail));
            }
        }
    }

    /// An active vector whose adjoint must follow what becomes of its shape.
    fn may_reshape(&self, v: Value) -> bool {
        self.active(v) && !self.function.types.has_static_shape(self.function.ty(v))
    }

    fn arith(&mut self, op: Arith, a: Value, b: Value, y: Value) {
        match op {
            Arith::Add => {
                self.contribute(a, Contribution::Adjoint(y));
                self.contribute(b, Contribution::Adjoint(y));
            }
            Arith::Sub => {
                self.contribute(a, Contribution::Adjoint(y));
                self.contribute(b, Contribution::Negated(y));
            }
            Arith::Mul => {
                self.contribute(a, Contribution::Times(y, b));
                self.contribute(b, Contribution::Times(y, a));
            }
            Arith::Div => {
                self.contribute(a, Contribution::Over(y, b));
                let what = match (
                    self.style == Style::Fast && self.is_one(a),
                    rules::row("recip"),
                ) {
                    // A reciprocal's derivative is made of its value.
                    (true, Some(row)) => Contribution::Partial {
                        row,
                        which: 0,
                        operands: vec![y],
                        y,
                    },
                    _ => Contribution::MinusOver { y, b },
                };
                self.contribute(b, what);
            }
        }
    }

    /// The value that is the derivative of this function of `x`, and whether with the opposite sign.
    fn partner(&self, name: &str, x: Value) -> Option<(Value, bool)> {
        let (name, opposite) = pairs::partner(name).filter(|_| self.style == Style::Fast)?;
        let found = self.partners.get(&(name, x))?.iter().copied();
        let mut in_sight = found.filter(|v| self.scopes.iter().any(|s| s.defined.contains(v)));
        Some((in_sight.next()?, opposite))
    }

    fn is_one(&self, v: Value) -> bool {
        self.definitions.get(&v).and_then(Op::number) == Some(1.0)
    }

    /// p = v
    ///   reverse:  v_adj += p_adj; p_adj = 0
    fn store(&mut self, p: &Place, v: Value, stmt: &Stmt) -> Stmt {
        if !self.active(p.root) {
            return stmt.clone();
        }
        let place_is_scalar = self.function.is_scalar(v);
        let static_shape = self.function.types.has_static_shape(self.function.ty(v));
        let first = p.path.is_empty()
            && matches!(self.definitions.get(&p.root), Some(Op::Local))
            && self.effects.written_once(p.root);
        if place_is_scalar || static_shape || first {
            if self.begun(p.root) {
                self.contribute(v, Contribution::Place(p.clone()));
                self.out(Op::Clear(p.clone()));
            }
            return stmt.clone();
        }
        // The shape may change: what was there before says how its adjoint looked.
        self.declare(p.root);
        self.contribute(v, Contribution::Place(p.clone()));
        let old = self.function.like(v);
        self.plan.extend(&self.function, p.root);
        self.out(Op::Reset(p.clone(), Zero::Like(Place::whole(old))));
        self.scope_of_forward(old);
        Stmt {
            results: vec![old],
            op: Op::Replace(p.clone(), v),
            span: stmt.span,
        }
    }

    /// A value that the forward sweep of the current region defines beside the user's.
    pub(super) fn scope_of_forward(&mut self, v: Value) {
        let scope = self
            .scopes
            .last_mut()
            .expect("bug in autodiff, please report: no scope");
        scope.defined.insert(v);
    }

    /// p.truncate(n)
    ///   reverse:  p_adj gets zeros for what was cut off
    fn truncate(&mut self, p: &Place, n: Value, before: &mut Vec<Stmt>, span: Span) {
        if !self.active(p.root) {
            return;
        }
        self.declare(p.root);
        let ty = self.function.types.plain();
        let len = self.function.value(ty);
        self.plan.pad(&self.function, false);
        self.scope_of_forward(len);
        before.push(Stmt {
            results: vec![len],
            op: Op::Len(p.clone()),
            span,
        });
        let flat = match self.function.kind_of(p) {
            Kind::Vec(e) | Kind::Slice(e) | Kind::Array(e) => {
                self.function.types.kind(e) == Kind::Float
            }
            Kind::Float | Kind::Plain | Kind::Tuple(_) | Kind::Unknown => false,
        };
        if flat {
            self.out(Op::Lengthen(p.clone(), len));
            return;
        }
        // What is cut off says how its adjoints look.
        let from = self.function.value(ty);
        let unknown = self.function.types.unknown();
        let cut = self.function.value(unknown);
        self.plan.pad(&self.function, false);
        self.plan.extend(&self.function, p.root);
        self.scope_of_forward(from);
        self.scope_of_forward(cut);
        before.push(Stmt {
            results: vec![from],
            op: Op::Query {
                method: proc_macro2::Ident::new("min", span),
                operands: vec![n, len],
            },
            span,
        });
        let tail = p.then(Step::Slice {
            low: Some(from),
            high: None,
            inclusive: false,
        });
        before.push(Stmt {
            results: vec![cut],
            op: Op::Copy(tail),
            span,
        });
        self.out(Op::Lengthen(p.clone(), cut));
    }

    /// y = a + b, matrices of one shape
    ///   reverse:  a_adj += y_adj; b_adj += y_adj
    /// Nothing of the operands is asked for. Whether it is one.
    fn sum(&mut self, callee: &Callee, args: &[Argument], result: Value) -> bool {
        let of_nalgebra = |place: &Place| {
            let ty = self.function.ty(place.root);
            place.path.is_empty() && self.function.types.library(ty) == Some(Library::Nalgebra)
        };
        let places: Vec<Place> = args.iter().map(Argument::place).collect();
        let is_sum = matches!(callee, Callee::Operation { name, .. } if name == "add");
        if !(is_sum && places.iter().all(of_nalgebra)) {
            return false;
        }
        let active: Vec<Value> = places.iter().map(|p| p.root).collect();
        let active: Vec<Value> = active.into_iter().filter(|v| self.active(*v)).collect();
        for (k, v) in active.iter().enumerate() {
            // The last one gets the adjoint itself.
            let what = match k + 1 == active.len() {
                true => Contribution::Adjoint(result),
                false => Contribution::Place(Place::whole(result)),
            };
            let here = self.scopes.len() - 1;
            if self.begun(*v) || self.owner(*v) != here {
                self.contribute(*v, what);
                continue;
            }
            self.scopes[here].begun.insert(*v);
            self.out(Op::Begin {
                value: *v,
                with: what,
            });
        }
        true
    }

    /// y = g(a, &b, &mut c)
    ///   reverse:  a_adj += …; b_adj += …; c_adj is replaced
    /// Whether there is something to pull back.
    fn call(
        &mut self,
        callee: &Callee,
        args: &[Argument],
        result: Value,
        before: &mut Vec<Stmt>,
        span: Span,
    ) -> bool {
        let outputs = args.iter().any(
            |a| matches!(a, Argument::Exclusive(p) if self.active(p.root) && self.begun(p.root)),
        );
        let seeded = self.active(result) && self.begun(result);
        let varied = args.iter().any(|a| self.plan.varied(a.root()))
            || callee.receiver().is_some_and(|v| self.plan.varied(v));
        if !(outputs || seeded) || !varied {
            return false;
        }
        if self.sum(callee, args, result) {
            return false;
        }
        let mut results = Vec::new();
        let mut pulled = Vec::new();
        let mut after = Vec::new();
        let mut lent = BTreeSet::new();
        let mut callee = callee.clone();
        let mut own = None;
        if let Callee::Method { receiver, .. } = &mut callee {
            if self.active(receiver.root) {
                self.declare(receiver.root);
                lent.insert(receiver.root);
                own = Some(receiver.clone());
            }
            let shared = Argument::Shared(receiver.clone());
            if let Argument::Shared(p) = self.as_it_was(&shared, result, before, span) {
                *receiver = p;
            }
        }
        for argument in args {
            let (v, place) = (argument.root(), argument.place());
            // An operation may say what an adjoint begins with.
            let begins = matches!(callee, Callee::Operation { .. })
                && place.path.is_empty()
                && !self.begun(v)
                && self.owner(v) == self.scopes.len() - 1;
            let in_place = self.active(v) && !matches!(argument, Argument::Value(_)) && !begins;
            let target = if !self.plan.varied(v) {
                None
            } else if in_place && lent.insert(v) {
                self.declare(v);
                Some(Target::Place(place.clone()))
            } else {
                // Lent to another argument already, or a value: what comes back is added afterwards.
                let adjoint = match argument {
                    Argument::Value(v) => self.function.like(*v),
                    Argument::Owned(_) | Argument::Shared(_) | Argument::Exclusive(_) => {
                        let ty = self.function.types.unknown();
                        self.function.value(ty)
                    }
                };
                self.plan.pad(&self.function, true);
                results.push(adjoint);
                if self.active(v) {
                    after.push((place.clone(), adjoint));
                }
                Some(Target::Result(results.len() - 1))
            };
            pulled.push((self.as_it_was(argument, result, before, span), target));
        }
        let seed = seeded.then_some(result);
        self.emit(
            results,
            Op::Pullback {
                callee,
                own,
                args: pulled,
                seed,
            },
        );
        for (place, adjoint) in after {
            self.contribute_to(&place, Contribution::Given(adjoint));
        }
        true
    }

    /// The argument as the call saw it: a copy taken before the call, where its memory changes.
    fn as_it_was(
        &mut self,
        argument: &Argument,
        call: Value,
        before: &mut Vec<Stmt>,
        span: Span,
    ) -> Argument {
        let place = match argument {
            Argument::Value(_) | Argument::Exclusive(_) => return argument.clone(),
            Argument::Owned(p) | Argument::Shared(p) => p,
        };
        if self.undone.contains(&place.root) || self.effects.stable(call, place.root) {
            return argument.clone();
        }
        let ty = self.function.types.unknown();
        let copy = self.function.value(ty);
        self.plan.extend(&self.function, place.root);
        self.scope_of_forward(copy);
        before.push(Stmt {
            results: vec![copy],
            op: Op::Copy(place.clone()),
            span,
        });
        Argument::Shared(Place::whole(copy))
    }

    /// x = if c { a } else { b }
    ///   reverse:  if c { a_adj += x_adj } else { b_adj += x_adj }
    fn if_(
        &mut self,
        cond: Value,
        then: &Region,
        otherwise: &Region,
        results: &[Value],
        span: Span,
    ) -> Stmt {
        let seeds: Vec<usize> = (0..results.len())
            .filter(|k| self.active(results[*k]) && self.begun(results[*k]))
            .collect();
        let mut arms = Vec::new();
        for arm in [then, otherwise] {
            arms.push(self.region(arm, &mut |cx| {
                for k in &seeds {
                    let y = results[*k];
                    let what = if cx.function.kind(y) == Kind::Float {
                        Contribution::Adjoint(y)
                    } else {
                        Contribution::Place(Place::whole(y))
                    };
                    cx.contribute(arm.yields[*k], what);
                }
            }));
        }
        let mut results = results.to_vec();
        let mut forwards = Vec::new();
        let mut reverses = Vec::new();
        let mut handed = Vec::new();
        for (mut forward, scope) in arms {
            let (early, mut reverse) = scope.reverse();
            handed.push(
                self.store_with()
                    .in_branch(&mut forward, &mut reverse, &early),
            );
            forwards.push(forward);
            reverses.push(reverse);
        }
        // Each branch hands out its own; in the other there is nothing to hand out.
        for (k, list) in handed.into_iter().enumerate() {
            for (inside, outside) in list {
                let blank = self.function.like(inside);
                self.plan.extend(&self.function, inside);
                forwards[1 - k].stmts.push(Stmt {
                    results: vec![blank],
                    op: Op::Undefined,
                    span,
                });
                forwards[k].yields.push(inside);
                forwards[1 - k].yields.push(blank);
                results.push(outside);
                self.scope_of_forward(outside);
            }
        }
        let otherwise = forwards.pop().unwrap_or_default();
        let then = forwards.pop().unwrap_or_default();
        let reverse_else = reverses.pop().unwrap_or_default();
        let reverse_then = reverses.pop().unwrap_or_default();
        if !(reverse_then.stmts.is_empty() && reverse_else.stmts.is_empty()) {
            self.out(Op::If {
                cond,
                then: reverse_then,
                otherwise: reverse_else,
            });
        }
        Stmt {
            results,
            op: Op::If {
                cond,
                then,
                otherwise,
            },
            span,
        }
    }

    /// What an iteration writes the next one may read: the adjoint of memory outside a loop comes round, too.
    fn declare_outside(&mut self, body: &Region) {
        let inside = body.defined();
        for root in body.mutated() {
            if !inside.contains(&root) && self.active(root) {
                self.declare(root);
            }
        }
    }

    /// Both sweeps of a region in one: loops that can be are fused with their reverse, the rest is reversed after that.
    ///
    /// `seeds`: what the adjoints of some of the yields are.
    fn both(&mut self, region: &Region, seeds: &[(usize, Contribution)]) -> Vec<Stmt> {
        let seeded: Vec<usize> = seeds.iter().map(|(k, _)| *k).collect();
        let fusable = fuse::find(&self.function, &self.plan, self.effects, region, &seeded);
        self.enter(region);
        let mut forward = vec![Vec::new(); region.stmts.len()];
        let mut fused = BTreeSet::new();
        let mut hoisted = BTreeSet::new();
        for found in &fusable {
            for k in found.hoisted.difference(&hoisted) {
                self.take_over(&region.stmts[*k]);
            }
            hoisted.extend(&found.hoisted);
            fused.insert(found.position);
            self.fused(&region.stmts[found.position], &found.adjoints, seeds);
            forward[found.position] = self.written();
        }
        for (k, what) in seeds {
            self.contribute(region.yields[*k], what.clone());
        }
        for (k, stmt) in region.stmts.iter().enumerate().rev() {
            if !fused.contains(&k) {
                let own = self.stmt(stmt);
                if !hoisted.contains(&k) {
                    forward[k] = own;
                }
            }
        }
        let reverse = self.written();
        self.scopes.pop();
        forward.into_iter().flatten().chain(reverse).collect()
    }

    /// Each iteration of a loop that only adds up, and its reverse right upon it.
    ///
    /// ```text
    /// for i in r { …; t' = t + e }      together:  t_adj = known; for i in r { …; e_adj += t_adj; … }; init_adj += t_adj
    /// ```
    fn fused(
        &mut self,
        stmt: &Stmt,
        adjoints: &BTreeMap<usize, fuse::Known>,
        seeds: &[(usize, Contribution)],
    ) {
        let Op::Loop(l) = &stmt.op else { return };
        let mut known = Vec::new();
        for (k, fuse::Known { yielded, links }) in adjoints {
            let seed = seeds.iter().find(|(y, _)| y == yielded);
            let Some((_, mut what)) = seed.cloned() else {
                continue;
            };
            for link in links.iter().map(Some).chain([None]) {
                let adjoint = self.function.like(l.init[*k]);
                self.plan.pad(&self.function, true);
                self.out(Op::Begin {
                    value: adjoint,
                    with: what,
                });
                what = link.map_or(Contribution::Adjoint(adjoint), |l| l.contribution(adjoint));
            }
            known.push((*k, what));
        }
        self.declare_outside(&l.body);
        let yields: Vec<(usize, Contribution)> = known
            .iter()
            .map(|(k, what)| (k + usize::from(l.conditional), what.clone()))
            .collect();
        let outer = self.effects.fuse(stmt.results.first().copied());
        let mut body = Region {
            params: l.body.params.clone(),
            stmts: self.both(&l.body, &yields),
            yields: l.body.yields.clone(),
        };
        self.effects.fuse(outer);
        let after = match &l.kind {
            LoopKind::For(range) if !l.conditional => self.slide(range, &mut body),
            LoopKind::For(_) | LoopKind::While | LoopKind::Countdown(_) => Vec::new(),
        };
        self.emit(stmt.results.clone(), Op::Loop(Loop { body, ..l.clone() }));
        for Stmt { results, op, .. } in after {
            self.emit(results, op);
        }
        for (k, what) in known {
            self.contribute(l.init[k], what);
        }
    }

    /// Hands adjoints of neighbours on from one iteration to the next; what is returned comes after the loop.
    fn slide(&mut self, range: &Range, body: &mut Region) -> Vec<Stmt> {
        let around = sliding::open(&mut self.function, range, body);
        self.plan.pad(&self.function, true);
        for Stmt { results, op, .. } in around.before {
            self.emit(results, op);
        }
        around.after
    }

    /// Makes a loop fast without changing what it does; what is returned comes after it.
    fn streamline(&mut self, range: &Range, reverse: &mut Region) -> Vec<Stmt> {
        let registers::Around { before, after } =
            registers::open(&mut self.function, range, reverse);
        self.in_front(before);
        after
    }

    /// Statements of ours in front of the reverse of a loop.
    fn in_front(&mut self, stmts: Vec<Stmt>) {
        self.plan.pad(&self.function, true);
        for Stmt { results, op, .. } in stmts {
            self.emit(results, op);
        }
    }

    fn store_with(&mut self) -> Store<'_> {
        Store {
            effects: self.effects,
            function: &mut self.function,
            plan: &mut self.plan,
            reshaped: &self.reshaped,
            undone: &self.undone,
        }
    }

    /// The reverse of a loop runs its iterations from the last to the first; the adjoint of what the loop carried is
    /// carried the other way.
    ///
    /// ```text
    /// for i in r { p = …; yield y }      reverse:  for i in reversed r { y_adj = c; …; c = p_adj }; init_adj += c
    /// ```
    fn loop_(&mut self, l: &Loop, results: &[Value], span: Span) -> Vec<Stmt> {
        let carried: Vec<(Value, Value, Value, Value)> = (0..l.init.len())
            .map(|k| {
                (
                    l.carried_params()[k],
                    l.carried_yields()[k],
                    l.init[k],
                    results[k + 1],
                )
            })
            .filter(|(param, _, _, result)| self.active(*param) || self.active(*result))
            .collect();
        let tape = self.tape();
        // The adjoint of a result is the variable that is carried.
        let begun: Vec<bool> = carried.iter().map(|(_, _, _, r)| self.begun(*r)).collect();
        let mark = self.scopes.last().map_or(0, |s| s.out.len());
        for (_, _, _, result) in &carried {
            self.declare(*result);
        }
        self.declare_outside(&l.body);
        let (mut forward, mut scope) = self.region(&l.body, &mut |cx| {
            for (_, y, _, result) in &carried {
                cx.contribute(*y, Contribution::Adjoint(*result));
            }
        });
        for (param, _, _, result) in &carried {
            let what = scope
                .begun
                .contains(param)
                .then_some(Contribution::Adjoint(*param));
            let op = Op::Set {
                value: *result,
                what,
            };
            scope.out.push(Stmt {
                results: Vec::new(),
                op,
                span,
            });
        }
        let idle = scope
            .out
            .iter()
            .all(|s| matches!(s.op, Op::Begin { .. } | Op::Set { .. }))
            && scope.undo.is_empty()
            && begun.iter().all(|b| !b);
        if idle {
            // Nothing flows back into it.
            if let Some(scope) = self.scopes.last_mut() {
                for stmt in scope.out.drain(mark..) {
                    if let Op::Declare { value, zero: _ } = stmt.op {
                        scope.begun.remove(&value);
                    }
                }
            }
            return vec![Stmt {
                results: results.to_vec(),
                op: Op::Loop(Loop {
                    body: forward,
                    ..l.clone()
                }),
                span,
            }];
        }
        let (early, mut reverse) = scope.reverse();
        let range = match (&l.kind, l.conditional) {
            // A range of any integer type can be walked from its end; one with steps cannot.
            (LoopKind::For(range), false)
                if !range
                    .adapters
                    .iter()
                    .any(|a| matches!(a, Adapter::StepBy(_))) =>
            {
                reverse.params.push(l.body.params[0]);
                Some(range.clone())
            }
            _ => None,
        };
        let fast = self.style == Style::Fast;
        let checkpoint = l.checkpoint.as_ref().filter(|_| fast);
        // Where the reverse sweep needs nothing of the forward sweep, nothing has to be run again.
        if let Some(checkpoint) = checkpoint
            && self.store_with().keeps(&forward, &reverse, &early)
        {
            forward.stmts.append(&mut reverse.stmts);
            let after = range.map(|r| self.streamline(&r, &mut forward));
            let forward = self.retake(l, checkpoint, results, forward, span);
            self.close_loop(after.unwrap_or_default(), &carried);
            return forward;
        }
        let fold = winners::find(&self.plan, l, results)
            .filter(|_| fast)
            .and_then(|fold| {
                let mut asking = reverse.clone();
                let opened = fold.open(&mut self.function, &mut asking, l.body.params[0]);
                self.plan.pad(&self.function, true);
                let keeps = self.store_with().keeps(&forward, &asking, &early);
                (!keeps).then(|| {
                    reverse = asking;
                    opened
                })
            });
        self.store_with()
            .in_loop(&mut forward, &mut reverse, &early, tape);
        let (mut before, mut after) = (Vec::new(), Vec::new());
        let kind = match range {
            Some(mut range) => {
                if fast {
                    let (function, plan) = (&mut self.function, &mut self.plan);
                    if let Some(entries::Opened { room, entries }) =
                        entries::open(function, &range, &mut forward, &mut reverse)
                    {
                        plan.pad(function, false);
                        before.push(room);
                        self.in_front(vec![entries]);
                    }
                    after = self.streamline(&range, &mut reverse);
                    let windows =
                        windows::open(&mut self.function, &mut self.plan, &mut range, &mut reverse);
                    self.in_front(windows);
                    if let Some(fold) = fold {
                        self.in_front(vec![fold.of.clone()]);
                        let look = fold.look(&mut self.function, &mut range, &reverse);
                        self.plan.pad(&self.function, false);
                        self.in_front(look);
                    }
                }
                if self.style == Style::Plain
                    || !fuse::any_order(&self.function, &self.plan, l, &reverse)
                {
                    range.adapters.push(Adapter::Rev);
                } else {
                    after.extend(self.slide(&range, &mut reverse));
                }
                LoopKind::For(range)
            }
            None => LoopKind::Countdown(results[0]),
        };
        let ty = self.function.types.plain();
        let trips = self.function.value(ty);
        self.plan.pad(&self.function, false);
        let op = Op::Loop(Loop {
            kind,
            conditional: false,
            init: Vec::new(),
            body: reverse,
            checkpoint: None,
        });
        self.emit(vec![trips], op);
        self.close_loop(after, &carried);
        before.push(Stmt {
            results: results.to_vec(),
            op: Op::Loop(Loop {
                body: forward,
                ..l.clone()
            }),
            span,
        });
        before
    }

    /// What comes after the reverse of a loop: the adjoints that it has carried are those of what it began with.
    fn close_loop(&mut self, after: Vec<Stmt>, carried: &[(Value, Value, Value, Value)]) {
        for Stmt { results, op, .. } in after {
            self.emit(results, op);
        }
        for (_, _, init, result) in carried {
            self.contribute(*init, Contribution::Adjoint(*result));
        }
    }
}
