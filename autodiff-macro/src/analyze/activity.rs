//! Activity: *varied* values depend on a differentiable input, *useful* ones have an effect on an output.

use super::cancels;
use crate::ast::{Passing, Shape, Source};
use crate::ir::{Argument, Callee, Function, Op, Region, Stmt, Value, Values};

/// What the transformation needs to know of every value.
#[derive(Clone, Debug)]
pub struct Plan {
    varied: Vec<bool>,
    useful: Vec<bool>,
}

impl Plan {
    /// Analyses a function.
    pub fn new(source: &Source, function: &Function) -> Self {
        Plan::without(Values::new(), source, function)
    }

    /// As it is for the derivative that runs: what cancels has no effect.
    pub fn lean(source: &Source, function: &Function) -> Self {
        Plan::without(cancels::cancelled(function), source, function)
    }

    fn without(cancelled: Values, source: &Source, function: &Function) -> Self {
        let count = function.tys.len();
        let mut cx = Analysis {
            function,
            varied: vec![false; count],
            useful: vec![false; count],
            cancelled,
            lent: Values::new(),
            changed: false,
        };
        for (param, value) in source.params.iter().zip(&function.body.params) {
            if param.passing == Passing::Exclusive && matches!(param.shape, Shape::Plain(_)) {
                cx.lent.insert(*value);
            }
            cx.varied[value.0 as usize] = param.active;
            cx.useful[value.0 as usize] = param.is_output();
        }
        if let (Some(v), true) = (function.receiver, source.wrt_self) {
            cx.varied[v.0 as usize] = true;
        }
        for v in &function.body.yields {
            cx.useful[v.0 as usize] = true;
        }
        loop {
            cx.changed = false;
            cx.forward(&function.body);
            if !cx.changed {
                break;
            }
        }
        loop {
            cx.changed = false;
            cx.backward(&function.body);
            if !cx.changed {
                break;
            }
        }
        Plan {
            varied: cx.varied,
            useful: cx.useful,
        }
    }

    /// Depends on a differentiable input.
    pub fn varied(&self, v: Value) -> bool {
        self.varied[v.0 as usize]
    }

    pub fn useful(&self, v: Value) -> bool {
        self.useful[v.0 as usize]
    }

    /// Both: has an adjoint.
    pub fn active(&self, v: Value) -> bool {
        self.varied(v) && self.useful(v)
    }

    /// Takes a new value in, which is like another.
    pub fn extend(&mut self, function: &Function, like: Value) {
        self.varied
            .resize(function.tys.len(), self.varied[like.0 as usize]);
        self.useful
            .resize(function.tys.len(), self.useful[like.0 as usize]);
    }

    /// Takes new values in that have nothing to do with derivatives, or are adjoints.
    pub fn pad(&mut self, function: &Function, varied: bool) {
        self.varied.resize(function.tys.len(), varied);
        self.useful.resize(function.tys.len(), varied);
    }
}

struct Analysis<'a> {
    function: &'a Function,
    varied: Vec<bool>,
    useful: Vec<bool>,
    /// The same derivatives come out if nothing is done for what uses these.
    cancelled: Values,
    /// Parameters that are lent exclusively and have no derivative.
    lent: Values,
    changed: bool,
}

impl Analysis<'_> {
    fn vary(&mut self, v: Value, on: bool) {
        // An integer never carries a derivative.
        if on
            && !self.varied[v.0 as usize]
            && self.function.types.may_hold_floats(self.function.ty(v))
        {
            self.varied[v.0 as usize] = true;
            self.changed = true;
        }
    }

    /// `v`: an operand.
    fn want(&mut self, v: Value, on: bool) {
        self.mark(v, on && !self.cancelled.contains(&v));
    }

    fn mark(&mut self, v: Value, on: bool) {
        if on && !self.useful[v.0 as usize] {
            self.useful[v.0 as usize] = true;
            self.changed = true;
        }
    }

    fn forward(&mut self, region: &Region) {
        for Stmt {
            results,
            op,
            span: _,
        } in &region.stmts
        {
            let is = |cx: &Self, v: &Value| cx.varied[v.0 as usize];
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
                | Op::Truncate(..)
                | Op::ReverseOrder(_)
                | Op::Rotate(..)
                | Op::Effect { .. } => {}
                Op::Neg(v)
                | Op::Cast { value: v, ty: _ }
                | Op::Repeat {
                    value: v,
                    count: _,
                    container: _,
                } => {
                    let on = is(self, v);
                    self.vary(results[0], on);
                }
                Op::Arith(_, a, b) => {
                    let on = is(self, a) || is(self, b);
                    self.vary(results[0], on);
                }
                // Zero everywhere by definition: as good as a constant.
                Op::Apply { row, args: _ } if row.zero => {}
                Op::Apply {
                    row: _,
                    args: values,
                }
                | Op::Aggregate(_, values) => {
                    let on = values.iter().any(|v| is(self, v));
                    self.vary(results[0], on);
                }
                Op::Construct {
                    path: _,
                    fields,
                    rest,
                } => {
                    let on = fields.iter().any(|(_, v)| is(self, v))
                        || rest.iter().any(|p| is(self, &p.root));
                    self.vary(results[0], on);
                }
                Op::Load(p) | Op::Copy(p) | Op::Pop(p) => {
                    let on = is(self, &p.root);
                    self.vary(results[0], on);
                }
                Op::Store(p, v)
                | Op::Replace(p, v)
                | Op::Update(p, _, v)
                | Op::Fill(p, v)
                | Op::Push(p, v) => {
                    let on = is(self, v);
                    self.vary(p.root, on);
                }
                Op::CopyFrom(p, q) => {
                    let on = is(self, &q.root);
                    self.vary(p.root, on);
                }
                Op::Swap(p, q) => {
                    let on = is(self, &p.root) || is(self, &q.root);
                    self.vary(p.root, on);
                    self.vary(q.root, on);
                }
                Op::Call {
                    callee,
                    args,
                    keeps: _,
                } => {
                    let on = args.iter().any(|a| is(self, &a.root()))
                        || callee.receiver().is_some_and(|v| is(self, &v));
                    self.vary(results[0], on);
                    for argument in args {
                        // Of a type that says nothing it is a callee's differentiable parameter, or holds no floats at all. What has
                        // no derivative here has none where a function takes it; a method may be of a trait that has one.
                        let method = !matches!(callee, Callee::Path(_));
                        if let Argument::Exclusive(p) = argument
                            && (method || !self.lent.contains(&p.root))
                        {
                            self.vary(p.root, on);
                        }
                    }
                }
                Op::If {
                    cond: _,
                    then,
                    otherwise,
                } => {
                    self.forward(then);
                    self.forward(otherwise);
                    for arm in [then, otherwise] {
                        for (r, y) in results.iter().zip(&arm.yields) {
                            let on = is(self, y);
                            self.vary(*r, on);
                        }
                    }
                }
                Op::Loop(l) => {
                    for (param, init) in l.carried_params().iter().zip(&l.init) {
                        let on = is(self, init);
                        self.vary(*param, on);
                    }
                    self.forward(&l.body);
                    for ((param, y), r) in l
                        .carried_params()
                        .iter()
                        .zip(l.carried_yields())
                        .zip(&results[1..])
                    {
                        let on = is(self, y) || is(self, param);
                        self.vary(*param, on);
                        self.vary(*r, on);
                    }
                }
                op => unexpected(op),
            }
        }
    }

    fn backward(&mut self, region: &Region) {
        for Stmt {
            results,
            op,
            span: _,
        } in region.stmts.iter().rev()
        {
            let is = |cx: &Self, v: &Value| cx.useful[v.0 as usize];
            let on = results.first().is_some_and(|r| is(self, r));
            match op {
                Op::Literal(_)
                | Op::Opaque { .. }
                | Op::Undefined
                | Op::Identity { .. }
                | Op::Blank { .. }
                | Op::Query { .. }
                | Op::Ask { .. }
                | Op::Matches { .. }
                | Op::Stop { .. }
                | Op::NewVec { .. }
                | Op::Len(_)
                | Op::Shape(_)
                | Op::Local
                | Op::Truncate(..)
                | Op::ReverseOrder(_)
                | Op::Rotate(..)
                | Op::Effect { .. } => {}
                // Through integers, too: that is where casts lose derivatives.
                Op::Plain {
                    operator: _,
                    operands: values,
                }
                | Op::Apply {
                    row: _,
                    args: values,
                }
                | Op::Aggregate(_, values) => {
                    for v in values {
                        self.want(*v, on);
                    }
                }
                Op::Neg(v)
                | Op::Cast { value: v, ty: _ }
                | Op::Repeat {
                    value: v,
                    count: _,
                    container: _,
                } => {
                    self.want(*v, on);
                }
                Op::Arith(_, a, b) => {
                    self.want(*a, on);
                    self.want(*b, on);
                }
                Op::Construct {
                    path: _,
                    fields,
                    rest,
                } => {
                    for (_, v) in fields {
                        self.want(*v, on);
                    }
                    if let Some(p) = rest {
                        self.want(p.root, on);
                    }
                }
                Op::Load(p) | Op::Copy(p) | Op::Pop(p) => self.want(p.root, on),
                Op::Store(p, v)
                | Op::Replace(p, v)
                | Op::Update(p, _, v)
                | Op::Fill(p, v)
                | Op::Push(p, v) => {
                    let on = is(self, &p.root);
                    self.want(*v, on);
                }
                Op::CopyFrom(p, q) => {
                    let on = is(self, &p.root);
                    self.want(q.root, on);
                }
                Op::Swap(p, q) => {
                    let on = is(self, &p.root) || is(self, &q.root);
                    self.want(p.root, on);
                    self.want(q.root, on);
                }
                Op::Call {
                    callee,
                    args,
                    keeps: _,
                } => {
                    let any = on || op.mutated().iter().any(|v| is(self, v));
                    if let Some(v) = callee.receiver() {
                        self.want(v, any);
                    }
                    for a in args {
                        self.want(a.root(), any);
                    }
                }
                Op::If {
                    cond: _,
                    then,
                    otherwise,
                } => {
                    for arm in [then, otherwise] {
                        for (r, y) in results.iter().zip(&arm.yields) {
                            let on = is(self, r);
                            self.want(*y, on);
                        }
                        self.backward(arm);
                    }
                }
                Op::Loop(l) => {
                    for k in 0..l.init.len() {
                        let (param, r) = (l.carried_params()[k], results[k + 1]);
                        let on = is(self, &r) || is(self, &param);
                        self.want(l.carried_yields()[k], on);
                        self.mark(r, on);
                    }
                    self.backward(&l.body);
                    for k in 0..l.init.len() {
                        let (param, r) = (l.carried_params()[k], results[k + 1]);
                        let on = is(self, &r) || is(self, &param);
                        self.want(l.init[k], on);
                        self.want(l.carried_yields()[k], on);
                        self.mark(r, on);
                    }
                }
                op => unexpected(op),
            }
        }
    }
}

/// Operations of the reverse sweep are not there yet.
fn unexpected(op: &Op) {
    debug_assert!(
        false,
        "bug in autodiff, please report: {op} before the transformation"
    );
}
