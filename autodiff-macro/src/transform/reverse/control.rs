//! Reverse mode of branches and loops.

use super::{Reverse, Style};
use crate::ir::{
    Adapter, Contribution, Kind, Loop, LoopKind, Op, Place, Range, Region, Stmt, Tape, Value,
};
use crate::transform::store::{Early, Store};
use crate::transform::{entries, fuse, parts, registers, sliding, windows, winners};
use proc_macro2::Span;
use std::collections::{BTreeMap, BTreeSet};

impl Reverse<'_> {
    /// x = if c { a } else { b }
    ///   reverse:  if c { a_adj += x_adj } else { b_adj += x_adj }
    pub(super) fn if_(
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
    pub(super) fn both(&mut self, region: &Region, seeds: &[(usize, Contribution)]) -> Vec<Stmt> {
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

    /// What is around the reverse of a loop that goes from the first iteration to the last. `after`: what comes after it.
    fn spread(
        &mut self,
        parts: registers::Around,
        range: &Range,
        reverse: &mut Region,
        after: &mut Vec<Stmt>,
    ) {
        self.in_front(parts.before);
        after.splice(0..0, parts.after);
        after.extend(self.slide(range, reverse));
    }

    /// Statements of ours in front of the reverse of a loop.
    fn in_front(&mut self, stmts: Vec<Stmt>) {
        self.plan.pad(&self.function, true);
        for Stmt { results, op, .. } in stmts {
            self.emit(results, op);
        }
    }

    pub(super) fn store_with(&mut self) -> Store<'_> {
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
    pub(super) fn loop_(&mut self, l: &Loop, results: &[Value], span: Span) -> Vec<Stmt> {
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
                place: Place::whole(*result),
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
        if self.style == Style::Fast {
            self.quotients(&l.body, &mut reverse);
        }
        let range = match (&l.kind, l.conditional) {
            // A range of any integer type can be walked from its end; one with steps if it knows how many there are.
            (LoopKind::For(range), false)
                if !range.has_steps() || !range.inclusive && l.body.indexes(l.body.params[0]) =>
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
            let in_order = match &range {
                Some(range) => self.in_any_order(l, range, &forward, &reverse, &early, tape),
                None => None,
            };
            let (back, checkpoint, after) = match (in_order, range) {
                (Some((back, after)), _) => (back, None, after),
                (None, range) => {
                    forward.stmts.append(&mut reverse.stmts);
                    let after = range.map(|r| self.streamline(&r, &mut forward));
                    (forward, Some(checkpoint), after.unwrap_or_default())
                }
            };
            let forward = self.retake(l, checkpoint, results, back, span);
            self.close_loop(after, &carried);
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
                    let parts = match parts::are_worth_it(&reverse) {
                        true => parts::open(&mut self.function, &mut reverse),
                        false => registers::Around::default(),
                    };
                    self.spread(parts, &range, &mut reverse, &mut after);
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

    /// An iteration and its reverse, and what comes after the loop, if without `#[checkpoint]` the iterations would be taken back
    /// from the first to the last: sums come in the same order then.
    fn in_any_order(
        &mut self,
        l: &Loop,
        range: &Range,
        forward: &Region,
        reverse: &Region,
        early: &Early,
        tape: Tape,
    ) -> Option<(Region, Vec<Stmt>)> {
        let (mut back, mut reverse) = (forward.clone(), reverse.clone());
        self.store_with()
            .in_loop(&mut back, &mut reverse, early, tape);
        entries::open(&mut self.function, range, &mut back, &mut reverse);
        self.plan.pad(&self.function, false);
        if !fuse::any_order(&self.function, &self.plan, l, &reverse) {
            return None;
        }
        let mut after = self.streamline(range, &mut reverse);
        let mut looked = reverse.clone();
        windows::open(
            &mut self.function,
            &mut self.plan,
            &mut range.clone(),
            &mut looked,
        );
        let parts = match parts::are_worth_it(&looked) {
            true => parts::open(&mut self.function, &mut reverse),
            false => registers::Around::default(),
        };
        self.spread(parts, range, &mut reverse, &mut after);
        // What is kept of an iteration, or computed again, is there.
        let is_kept = |stmt: &Stmt| matches!(stmt.op, Op::TapePush { .. } | Op::Put { .. });
        back.stmts.retain(|stmt| !is_kept(stmt));
        let there = back.defined();
        let is_there = |stmt: &Stmt| {
            !stmt.results.is_empty() && stmt.results.iter().all(|v| there.contains(v))
        };
        reverse.stmts.retain(|stmt| !is_there(stmt));
        back.stmts.append(&mut reverse.stmts);
        Some((back, after))
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
