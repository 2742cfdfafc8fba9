//! `if`, `match`, loops, and the ways out of them.

use super::{Frame, FrameKind, Guard, Lowered, Lowerer};
use crate::ir::{
    Checkpoint, Kind, Loop, LoopKind, Op, Place, Range, Region, Stmt, Ty, Value, Values,
};
use crate::parse::checkpoint;
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::spanned::Spanned;

/// `let` among conditions joined by `&&`.
fn has_let(cond: &syn::Expr) -> bool {
    match cond {
        syn::Expr::Let(_) => true,
        syn::Expr::Binary(e) => has_let(&e.left) || has_let(&e.right),
        _ => false,
    }
}

/// Where several ways meet: the variables that hold what each came with.
#[derive(Default)]
pub(super) struct Join {
    pub slot: Option<Slot>,
}

#[derive(Clone)]
pub(super) enum Slot {
    Cell(Value, Ty),
    Tuple(Vec<Slot>),
    Optional(Value, Box<Slot>),
}

/// What came out of a region lowered on its own.
pub(super) struct Inside {
    pub region: Region,
    pub result: Lowered,
    /// Exits that may have been taken in it.
    pub exits: Values,
}

impl Lowerer<'_> {
    /// Lowers into a region of its own.
    pub(super) fn inside(&mut self, run: &mut dyn FnMut(&mut Self) -> Lowered) -> Inside {
        let outer = std::mem::take(&mut self.region);
        let guards = std::mem::take(&mut self.guards);
        let exits = std::mem::take(&mut self.exits);
        let result = run(self);
        while let Some(guard) = self.guards.pop() {
            self.close(guard);
        }
        let region = std::mem::replace(&mut self.region, outer);
        self.guards = guards;
        let exits = std::mem::replace(&mut self.exits, exits);
        Inside {
            region,
            result,
            exits,
        }
    }

    pub(super) fn close(&mut self, guard: Guard) {
        let Guard { outer, cond, span } = guard;
        let then = std::mem::replace(&mut self.region, outer);
        if !then.stmts.is_empty() {
            self.effect(
                Op::If {
                    cond,
                    then,
                    otherwise: Region::default(),
                },
                span,
            );
        }
    }

    /// What follows in this region runs only if `cond`.
    fn guard(&mut self, cond: Value, span: Span) {
        let outer = std::mem::take(&mut self.region);
        self.guards.push(Guard { outer, cond, span });
    }

    /// What follows in this region runs only if none of the exits was taken.
    fn guard_against(&mut self, exits: &Values, span: Span) {
        if exits.is_empty() {
            return;
        }
        let cond = self.none_of(exits, span);
        self.exits.extend(exits);
        self.guard(cond, span);
    }

    fn none_of(&mut self, exits: &Values, span: Span) -> Value {
        let mut any = None;
        for exit in exits {
            let taken = self.read(Place::whole(exit), span);
            any = Some(match any {
                None => taken,
                Some(before) => self.operator(quote!(|), &[before, taken], span),
            });
        }
        match any {
            Some(any) => self.operator(quote!(!), &[any], span),
            None => self.integer(quote!(true), span),
        }
    }

    /// Stores what one of the ways comes with.
    pub(super) fn settle(&mut self, join: &mut Join, lowered: Lowered, span: Span) {
        if matches!(lowered, Lowered::Never | Lowered::Unit) {
            return;
        }
        let slot = match join.slot.take() {
            Some(slot) => slot,
            None => self.slot_for(&lowered),
        };
        self.fill_slot(&slot, lowered, span);
        join.slot = Some(slot);
    }

    pub(super) fn slot_for(&mut self, lowered: &Lowered) -> Slot {
        match lowered {
            Lowered::Tuple(parts) => Slot::Tuple(parts.iter().map(|p| self.slot_for(p)).collect()),
            Lowered::Optional(_, payload) => {
                let ty = self.function.types.plain();
                let some = self.function.value(ty);
                self.function.locals.insert(some);
                Slot::Optional(some, Box::new(self.slot_for(payload)))
            }
            _ => {
                let ty = self.function.types.unknown();
                let cell = self.function.value(ty);
                self.function.locals.insert(cell);
                Slot::Cell(cell, ty)
            }
        }
    }

    pub(super) fn fill_slot(&mut self, slot: &Slot, lowered: Lowered, span: Span) {
        match slot {
            Slot::Cell(cell, ty) => {
                if let Lowered::Reference(_, true) = lowered {
                    self.unsupported_at(
                        span,
                        "choosing between `&mut` references",
                        "choose an index, or write in each branch",
                    );
                    return;
                }
                let lowered = match lowered {
                    // Slices that different ways come with are held as vectors.
                    Lowered::Reference(p, false) => {
                        let found = self.place_ty(&p);
                        self.function.types.unify(*ty, found);
                        match self.function.types.kind(*ty) {
                            Kind::Slice(_) | Kind::Vec(_) => self.vector(Lowered::Place(p), span),
                            _ => Lowered::Place(p),
                        }
                    }
                    other => other,
                };
                let value = self.value_of(lowered, span);
                let found = self.function.ty(value);
                self.function.types.unify(*ty, found);
                self.effect(Op::Store(Place::whole(*cell), value), span);
            }
            Slot::Optional(some, slot) => {
                let Lowered::Optional(is_some, payload) = lowered else {
                    self.value_of(Lowered::Optional(*some, Box::new(Lowered::Unit)), span);
                    return;
                };
                self.effect(Op::Store(Place::whole(*some), is_some), span);
                match *payload {
                    Lowered::Unit => {}
                    Lowered::Place(_) | Lowered::Reference(_, false) if !self.always(is_some) => {
                        self.branch(
                            is_some,
                            &mut |cx| {
                                cx.fill_slot(slot, (*payload).clone(), span);
                                Lowered::Unit
                            },
                            &mut |_| Lowered::Unit,
                            span,
                        );
                    }
                    payload => {
                        let payload = self.payload(is_some, payload, span);
                        self.fill_slot(slot, payload, span);
                    }
                }
            }
            Slot::Tuple(slots) => {
                let parts = self.parts(lowered, slots.len(), span);
                for (slot, part) in slots.iter().zip(parts) {
                    self.fill_slot(slot, part, span);
                }
            }
        }
    }

    /// Declares a join's variables, in front of what fills them.
    pub(super) fn open(&mut self, join: &Join, span: Span) {
        fn cells(slot: &Slot, found: &mut Vec<Value>) {
            match slot {
                Slot::Cell(cell, _) => found.push(*cell),
                Slot::Tuple(slots) => slots.iter().for_each(|s| cells(s, found)),
                Slot::Optional(some, slot) => {
                    found.push(*some);
                    cells(slot, found);
                }
            }
        }
        let mut found = Vec::new();
        if let Some(slot) = &join.slot {
            cells(slot, &mut found);
        }
        for cell in found {
            self.region.stmts.push(Stmt {
                results: vec![cell],
                op: Op::Local,
                span,
            });
        }
    }

    pub(super) fn outcome(&mut self, join: &Join, span: Span) -> Lowered {
        match &join.slot {
            Some(slot) => self.read_slot(slot, span),
            None => Lowered::Unit,
        }
    }

    pub(super) fn read_slot(&mut self, slot: &Slot, span: Span) -> Lowered {
        match slot {
            Slot::Cell(cell, _) => Lowered::Value(self.read(Place::whole(*cell), span)),
            Slot::Tuple(slots) => {
                Lowered::Tuple(slots.iter().map(|s| self.read_slot(s, span)).collect())
            }
            Slot::Optional(some, slot) => {
                let some = self.read(Place::whole(*some), span);
                Lowered::Optional(some, Box::new(self.read_slot(slot, span)))
            }
        }
    }

    pub(super) fn unsupported_at(&mut self, span: Span, what: &'static str, instead: &'static str) {
        self.errors
            .at_span(span, crate::errors::Problem::Unsupported { what, instead });
    }

    /// Two ways, and their common result.
    pub(super) fn branch(
        &mut self,
        cond: Value,
        then: &mut dyn FnMut(&mut Self) -> Lowered,
        otherwise: &mut dyn FnMut(&mut Self) -> Lowered,
        span: Span,
    ) -> Lowered {
        let mut join = Join::default();
        let mut arms = Vec::new();
        let mut arm = |cx: &mut Self, arm: &mut dyn FnMut(&mut Self) -> Lowered| {
            cx.inside(&mut |cx| {
                let result = arm(cx);
                let never = matches!(result, Lowered::Never);
                cx.settle(&mut join, result, span);
                if never { Lowered::Never } else { Lowered::Unit }
            })
        };
        arms.push(arm(self, then));
        arms.push(arm(self, otherwise));
        self.open(&join, span);
        let otherwise = arms
            .pop()
            .expect("bug in autodiff, please report: no branch");
        let then = arms
            .pop()
            .expect("bug in autodiff, please report: no branch");
        let never = |arm: &Inside| matches!(arm.result, Lowered::Never);
        let (then_never, else_never) = (never(&then), never(&otherwise));
        let mut exits = then.exits.clone();
        exits.extend(&otherwise.exits);
        self.effect(
            Op::If {
                cond,
                then: then.region,
                otherwise: otherwise.region,
            },
            span,
        );
        match (then_never, else_never) {
            (true, true) => {
                self.exits.extend(exits);
                return Lowered::Never;
            }
            (true, false) if otherwise.exits.is_empty() && !exits.is_empty() => {
                self.exits.extend(exits);
                let cond = self.operator(quote!(!), &[cond], span);
                self.guard(cond, span);
            }
            (false, true) if then.exits.is_empty() && !exits.is_empty() => {
                self.exits.extend(exits);
                self.guard(cond, span);
            }
            _ => self.guard_against(&exits, span),
        }
        self.outcome(&join, span)
    }

    pub(super) fn if_(&mut self, e: &syn::ExprIf) -> Lowered {
        let syn::ExprIf {
            attrs: _,
            if_token: _,
            cond,
            then_branch,
            else_branch,
        } = e;
        self.scopes.push(Vec::new());
        let result = self.condition(
            cond,
            &mut |cx| {
                let result = cx.block(then_branch);
                // Without `else` the value is `()`.
                if else_branch.is_none() && !matches!(result, Lowered::Never) {
                    Lowered::Unit
                } else {
                    result
                }
            },
            &mut |cx| match else_branch {
                Some((_, e)) => cx.expr(e),
                None => Lowered::Unit,
            },
            e.span(),
        );
        self.scopes.pop();
        result
    }

    /// A condition, perhaps with `let`, and what follows either way.
    pub(super) fn condition(
        &mut self,
        cond: &syn::Expr,
        then: &mut dyn FnMut(&mut Self) -> Lowered,
        otherwise: &mut dyn FnMut(&mut Self) -> Lowered,
        span: Span,
    ) -> Lowered {
        match cond {
            syn::Expr::Let(e) => {
                let syn::ExprLet {
                    attrs: _,
                    let_token: _,
                    pat,
                    eq_token: _,
                    expr,
                } = e;
                let scrutinee = self.expr(expr);
                if matches!(scrutinee, Lowered::Never) {
                    return Lowered::Never;
                }
                match self.test(pat, &scrutinee) {
                    Some(test) => self.branch(
                        test,
                        &mut |cx| {
                            cx.scopes.push(Vec::new());
                            cx.bind_tested(pat, scrutinee.clone());
                            let result = then(cx);
                            cx.scopes.pop();
                            result
                        },
                        otherwise,
                        span,
                    ),
                    None => {
                        self.bind_tested(pat, scrutinee);
                        then(self)
                    }
                }
            }
            syn::Expr::Paren(e) => self.condition(&e.expr, then, otherwise, span),
            syn::Expr::Binary(e) if matches!(e.op, syn::BinOp::And(_)) && has_let(cond) => {
                self.conditions(&e.left, &e.right, then, otherwise, span)
            }
            cond => {
                let test = self.operand(cond);
                self.become_plain(test);
                self.branch(test, then, otherwise, span)
            }
        }
    }

    /// `a && let p = b`: what follows where both hold leaves a block, at whose end is what follows where one does not.
    fn conditions(
        &mut self,
        left: &syn::Expr,
        right: &syn::Expr,
        then: &mut dyn FnMut(&mut Self) -> Lowered,
        otherwise: &mut dyn FnMut(&mut Self) -> Lowered,
        span: Span,
    ) -> Lowered {
        self.enclosed(
            None,
            FrameKind::Block,
            &mut |cx| {
                let block = cx.frames.len() - 1;
                let held = cx.condition(
                    left,
                    &mut |cx| {
                        let mut leave = |cx: &mut Self| match then(cx) {
                            Lowered::Never => Lowered::Never,
                            value => cx.leave(block, value, span),
                        };
                        cx.condition(right, &mut leave, &mut |_| Lowered::Unit, span)
                    },
                    &mut |_| Lowered::Unit,
                    span,
                );
                match held {
                    Lowered::Never => Lowered::Never,
                    _ => otherwise(cx),
                }
            },
            span,
        )
    }

    /// `a && b`, `a || b`: the second is evaluated only if the first leaves it open.
    pub(super) fn lazy(&mut self, e: &syn::ExprBinary, and: bool) -> Lowered {
        let span = e.span();
        let left = self.operand(&e.left);
        self.become_plain(left);
        if Self::is_harmless(&e.right) {
            let right = self.operand(&e.right);
            let operator = if and { quote!(&) } else { quote!(|) };
            return Lowered::Value(self.operator(operator, &[left, right], span));
        }
        let right = &e.right;
        let mut evaluate = |cx: &mut Self| {
            let value = cx.operand(right);
            cx.become_plain(value);
            Lowered::Value(value)
        };
        if and {
            self.branch(
                left,
                &mut evaluate,
                &mut |cx| Lowered::Value(cx.integer(quote!(false), span)),
                span,
            )
        } else {
            self.branch(
                left,
                &mut |cx| Lowered::Value(cx.integer(quote!(true), span)),
                &mut evaluate,
                span,
            )
        }
    }

    /// Evaluating it too often changes nothing: no call, no index, no division.
    fn is_harmless(expr: &syn::Expr) -> bool {
        match expr {
            syn::Expr::Path(_) | syn::Expr::Lit(_) => true,
            syn::Expr::Paren(e) => Self::is_harmless(&e.expr),
            syn::Expr::Unary(e) => Self::is_harmless(&e.expr),
            syn::Expr::Field(e) => Self::is_harmless(&e.base),
            syn::Expr::Binary(e) => {
                let comparison = matches!(
                    e.op,
                    syn::BinOp::Lt(_)
                        | syn::BinOp::Le(_)
                        | syn::BinOp::Gt(_)
                        | syn::BinOp::Ge(_)
                        | syn::BinOp::Eq(_)
                        | syn::BinOp::Ne(_)
                );
                comparison && Self::is_harmless(&e.left) && Self::is_harmless(&e.right)
            }
            _ => false,
        }
    }

    pub(super) fn match_(&mut self, e: &syn::ExprMatch) -> Lowered {
        let syn::ExprMatch {
            attrs: _,
            match_token: _,
            expr,
            brace_token: _,
            arms,
        } = e;
        let scrutinee = self.expr(expr);
        if matches!(scrutinee, Lowered::Never) {
            return Lowered::Never;
        }
        // The arms see one value, whatever they do to the variables it was made of.
        let scrutinee = if arms
            .iter()
            .any(|arm| super::pattern::borrows_exclusively(&arm.pat))
        {
            scrutinee
        } else {
            self.settled(scrutinee, expr.span())
        };
        let arms: Vec<syn::Arm> = arms.iter().flat_map(super::pattern::alternatives).collect();
        self.arms(&scrutinee, &arms, e.span())
    }

    fn settled(&mut self, lowered: Lowered, span: Span) -> Lowered {
        match lowered {
            Lowered::Place(p) => {
                let ty = self.place_ty(&p);
                match self.function.types.kind(ty) {
                    Kind::Float | Kind::Plain => Lowered::Value(self.read(p, span)),
                    Kind::Array(_)
                    | Kind::Slice(_)
                    | Kind::Vec(_)
                    | Kind::Tuple(_)
                    | Kind::Unknown => Lowered::Place(p),
                }
            }
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.into_iter().map(|p| self.settled(p, span)).collect())
            }
            other => other,
        }
    }

    fn arms(&mut self, scrutinee: &Lowered, arms: &[syn::Arm], span: Span) -> Lowered {
        let Some((
            syn::Arm {
                attrs: _,
                pat,
                fat_arrow_token: _,
                body,
                comma: _,
            },
            rest,
        )) = arms.split_first()
        else {
            return Lowered::Never;
        };
        let (pat, guard) = match pat {
            syn::Pat::Guard(syn::PatGuard {
                attrs: _,
                pat,
                if_token: _,
                guard,
            }) => (&**pat, Some(&**guard)),
            pat => (pat, None),
        };
        let mut enter = |cx: &mut Self| {
            cx.scopes.push(Vec::new());
            cx.bind_tested(pat, scrutinee.clone());
            let result = cx.expr(body);
            cx.scopes.pop();
            result
        };
        // rustc has checked that the arms cover everything: the last needs no test.
        if rest.is_empty() && guard.is_none() {
            return enter(self);
        }
        let test = self.test(pat, scrutinee);
        match (test, guard) {
            (None, None) => enter(self),
            (Some(test), None) => self.branch(
                test,
                &mut enter,
                &mut |cx| cx.arms(scrutinee, rest, span),
                span,
            ),
            (test, Some(guard)) => {
                let mut guarded = |cx: &mut Self| {
                    cx.scopes.push(Vec::new());
                    cx.bind_tested(pat, scrutinee.clone());
                    let passes = cx.operand(guard);
                    cx.scopes.pop();
                    Lowered::Value(passes)
                };
                let test = match test {
                    None => guarded(self),
                    Some(test) => self.branch(
                        test,
                        &mut guarded,
                        &mut |cx| Lowered::Value(cx.integer(quote!(false), span)),
                        span,
                    ),
                };
                let test = self.value_of(test, span);
                self.branch(
                    test,
                    &mut enter,
                    &mut |cx| cx.arms(scrutinee, rest, span),
                    span,
                )
            }
        }
    }

    /// Runs what a frame surrounds; its end leaves the frame with its value.
    fn framed(
        &mut self,
        frame: Frame,
        run: &mut dyn FnMut(&mut Self) -> Lowered,
        span: Span,
    ) -> (Inside, Frame) {
        let exit = frame.exit;
        self.frames.push(frame);
        let mut inside = self.inside(&mut |cx| {
            let result = run(cx);
            let depth = cx.frames.len() - 1;
            let mut join = std::mem::take(&mut cx.frames[depth].join);
            if join.slot.is_none() && cx.exits.is_empty() {
                // Nothing has left before the end: the value needs no variable.
                return result;
            }
            cx.settle(&mut join, result, span);
            cx.frames[depth].join = join;
            Lowered::Unit
        });
        inside.exits.remove(&exit);
        (
            inside,
            self.frames
                .pop()
                .expect("bug in autodiff, please report: no frame"),
        )
    }

    /// What a function or closure or a labelled block surrounds, and its value.
    pub(super) fn enclosed(
        &mut self,
        label: Option<Ident>,
        kind: FrameKind,
        run: &mut dyn FnMut(&mut Self) -> Lowered,
        span: Span,
    ) -> Lowered {
        let exit = self.flag(span);
        let frame = Frame {
            label,
            kind,
            exit,
            next: None,
            join: Join::default(),
        };
        let (inside, frame) = self.framed(frame, run, span);
        self.open(&frame.join, span);
        self.region.stmts.extend(inside.region.stmts);
        self.guard_against(&inside.exits, span);
        match frame.join.slot {
            Some(_) => self.outcome(&frame.join, span),
            None => inside.result,
        }
    }

    pub(super) fn labelled_block(&mut self, e: &syn::ExprBlock) -> Lowered {
        let syn::ExprBlock {
            attrs: _,
            label,
            block,
        } = e;
        let Some(label) = label else {
            return self.block(block);
        };
        self.enclosed(
            Some(label.name.ident.clone()),
            FrameKind::Block,
            &mut |cx| cx.block(block),
            e.span(),
        )
    }

    pub(super) fn break_(&mut self, e: &syn::ExprBreak) -> Lowered {
        let syn::ExprBreak {
            attrs: _,
            break_token: _,
            label,
            expr,
        } = e;
        let value = match expr {
            Some(expr) => self.expr(expr),
            None => Lowered::Unit,
        };
        let Some(k) = self.frame(label.as_ref(), false) else {
            return self.unsupported(
                e,
                "this `break`",
                "leave a loop of the same function or closure",
            );
        };
        self.leave(k, value, e.span())
    }

    fn leave(&mut self, k: usize, value: Lowered, span: Span) -> Lowered {
        let mut join = std::mem::take(&mut self.frames[k].join);
        self.settle(&mut join, value, span);
        self.frames[k].join = join;
        let exit = self.frames[k].exit;
        self.raise(exit, span);
        Lowered::Never
    }

    /// The innermost frame a `break` or `continue` may mean.
    fn frame(&self, label: Option<&syn::Lifetime>, next: bool) -> Option<usize> {
        for (k, frame) in self.frames.iter().enumerate().rev() {
            if frame.kind == FrameKind::Body {
                return None;
            }
            let fits = match label {
                Some(label) => frame
                    .label
                    .as_ref()
                    .is_some_and(|l| super::same(l, &label.ident)),
                None => frame.kind == FrameKind::Loop,
            };
            if fits && (!next || frame.kind == FrameKind::Loop) {
                return Some(k);
            }
        }
        None
    }

    pub(super) fn continue_(&mut self, e: &syn::ExprContinue) -> Lowered {
        let syn::ExprContinue {
            attrs: _,
            continue_token: _,
            label,
        } = e;
        let next = self
            .frame(label.as_ref(), true)
            .and_then(|k| self.frames[k].next);
        let Some(next) = next else {
            return self.unsupported(
                e,
                "this `continue`",
                "continue a loop of the same function or closure",
            );
        };
        self.raise(next, e.span());
        Lowered::Never
    }

    pub(super) fn return_(&mut self, e: &syn::ExprReturn) -> Lowered {
        let syn::ExprReturn {
            attrs: _,
            return_token: _,
            expr,
        } = e;
        let value = match expr {
            Some(expr) => self.expr(expr),
            None => Lowered::Unit,
        };
        let k = self.frames.iter().rposition(|f| f.kind == FrameKind::Body);
        let k = k.expect("bug in autodiff, please report: `return` outside of a body");
        self.leave(k, value, e.span())
    }

    pub(super) fn for_(&mut self, e: &syn::ExprForLoop) -> Lowered {
        let syn::ExprForLoop {
            attrs,
            label,
            for_token: _,
            pat,
            in_token: _,
            expr,
            body,
        } = e;
        let lowered = self.expr(expr);
        let Some(chain) = self.as_chain(lowered, expr) else {
            return Lowered::Never;
        };
        let label = label.as_ref().map(|l| l.name.ident.clone());
        self.checkpoint = self.asked_for(attrs);
        self.iterate(&chain, label, e.span(), &mut |cx, item| {
            cx.bind(pat, item);
            cx.block(body);
        });
        Lowered::Unit
    }

    pub(super) fn while_(&mut self, e: &syn::ExprWhile) -> Lowered {
        let syn::ExprWhile {
            attrs,
            label,
            while_token: _,
            cond,
            body,
        } = e;
        let span = e.span();
        let label = label.as_ref().map(|l| l.name.ident.clone());
        self.checkpoint = self.asked_for(attrs);
        self.build_loop(None, label, span, &mut |cx, _| {
            let exit = cx
                .frames
                .last()
                .expect("bug in autodiff, please report: no frame")
                .exit;
            cx.condition(
                cond,
                &mut |cx| {
                    cx.block(body);
                    Lowered::Unit
                },
                &mut |cx| {
                    cx.raise(exit, span);
                    Lowered::Unit
                },
                span,
            );
        });
        Lowered::Unit
    }

    pub(super) fn loop_(&mut self, e: &syn::ExprLoop) -> Lowered {
        let syn::ExprLoop {
            attrs,
            label,
            loop_token: _,
            body,
        } = e;
        let label = label.as_ref().map(|l| l.name.ident.clone());
        self.checkpoint = self.asked_for(attrs);
        self.build_loop(None, label, e.span(), &mut |cx, _| {
            cx.block(body);
        })
    }

    fn asked_for(&mut self, attributes: &[syn::Attribute]) -> Option<Checkpoint> {
        let checkpoint = checkpoint::on(attributes)?;
        let number = checkpoint.snapshots.clone();
        if let Some(Ok(name)) = number.map(syn::parse2::<Ident>)
            && self.lookup(&name).is_some()
        {
            let problem = crate::errors::Problem::Checkpoint(checkpoint::FORM);
            self.errors.at(&name, problem);
        }
        Some(checkpoint)
    }

    /// A loop over a range, or one that runs until it is left.
    pub(super) fn build_loop(
        &mut self,
        range: Option<Range>,
        label: Option<Ident>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Option<Value>),
    ) -> Lowered {
        // Of the outermost loop that the user's one becomes.
        let checkpoint = self.checkpoint.take();
        let exit = self.flag(span);
        let endless = range.is_none();
        let item = range.as_ref().map(|_| {
            let ty = self.function.types.plain();
            self.function.value(ty)
        });
        let mut next = None;
        let Inside {
            mut region,
            result: _,
            exits,
        } = self.inside(&mut |cx| {
            // Set anew in each iteration, so that none reads what the last one left.
            let no = cx.integer(quote!(false), span);
            cx.effect(Op::Store(Place::whole(exit), no), span);
            let flag = cx.flag(span);
            next = Some(flag);
            let label = label.clone();
            cx.frames.push(Frame {
                label,
                kind: FrameKind::Loop,
                exit,
                next,
                join: Join::default(),
            });
            cx.scopes.push(Vec::new());
            body(cx, item);
            cx.scopes.pop();
            Lowered::Unit
        });
        let frame = self
            .frames
            .pop()
            .expect("bug in autodiff, please report: no frame");
        self.open(&frame.join, span);
        let mut leaving = exits;
        leaving.retain(|flag| Some(*flag) != next);
        let conditional = endless || !leaving.is_empty();
        if conditional {
            let outer = std::mem::replace(&mut self.region, region);
            let go = self.none_of(&leaving, span);
            region = std::mem::replace(&mut self.region, outer);
            region.yields.push(go);
        }
        let kind = match range {
            Some(range) => LoopKind::For(range),
            None => LoopKind::While,
        };
        region.params.extend(item);
        let ty = self.function.types.plain();
        let trips = self.function.value(ty);
        let op = Op::Loop(Loop {
            kind,
            conditional,
            init: Vec::new(),
            body: region,
            checkpoint,
        });
        self.region.stmts.push(Stmt {
            results: vec![trips],
            op,
            span,
        });
        let never = endless && !leaving.contains(&exit);
        leaving.remove(&exit);
        if never {
            self.exits.extend(leaving);
            return Lowered::Never;
        }
        self.guard_against(&leaving, span);
        self.outcome(&frame.join, span)
    }
}
