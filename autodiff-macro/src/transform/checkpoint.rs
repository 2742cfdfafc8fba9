//! The reverse of a loop under `#[checkpoint]`: a few of its states are kept, and what lies between them is run again.
//!
//! ```text
//! for i in r { p = …; yield y }
//!   forward:  for i in r { snapshot p, if it is due; p = …; yield y }
//!   reverse:  while an iteration is left { p = last snapshot; repeat { snapshot p, if it is due; p = y }; p = …; y_adj = c; …; c = p_adj }
//! ```
//!
//! The state of an iteration is what the loop carries and the memory from outside that it changes and looks at. In the reverse sweep
//! that memory has copies of its own: what the user sees is written once. The forward sweep keeps nothing else of the loop; an
//! iteration and its reverse are one piece of code, in which the reverse has all that the iteration has computed.

use super::reverse::Reverse;
use crate::ir::{Checkpoint, Loop, LoopKind, Op, Place, Region, Retake, Stmt, Tape, Value};
use crate::normalize::prune;
use proc_macro2::Span;

impl Reverse<'_> {
    /// Writes the reverse of a loop, and returns its forward sweep. `back`: an iteration and its reverse. `checkpoint`: nothing
    /// where the iterations come in any order; they are taken back as they come, from the state that the loop began with.
    pub(super) fn retake(
        &mut self,
        l: &Loop,
        checkpoint: Option<&Checkpoint>,
        results: &[Value],
        mut back: Region,
        span: Span,
    ) -> Vec<Stmt> {
        let tape = self.tape();
        let range = match &l.kind {
            LoopKind::For(range) => Some(range.clone()),
            LoopKind::While | LoopKind::Countdown(_) => None,
        };
        let mut again = Region {
            params: l.body.params.clone(),
            stmts: l.body.stmts.clone(),
            yields: l.carried_yields().to_vec(),
        };
        silence(&mut again, None);
        silence(&mut back, None);
        let inside = l.body.defined();
        let mut state = l.carried_params().to_vec();
        for cell in l.body.mutated().into_iter().filter(|v| !inside.contains(v)) {
            // What is only written to need not be written again.
            let (mut silent_again, mut silent_back) = (again.clone(), back.clone());
            silence(&mut silent_again, Some(cell));
            silence(&mut silent_back, Some(cell));
            if [&silent_again, &silent_back]
                .iter()
                .any(|r| r.free().contains(&cell))
            {
                state.push(cell);
            } else {
                (again, back) = (silent_again, silent_back);
            }
        }

        // Derivatives of functions that are taken beside them are wanted where an iteration is taken back.
        prune::region(&mut again);
        if checkpoint.is_none() {
            again.stmts.clear();
        }

        let mut forward = Vec::new();
        let copies = self.copies(&[&again, &back], &state, results[0], &mut forward, span);
        let ty = self.function.types.plain();
        let schedule = self.function.value(ty);
        self.plan.pad(&self.function, false);
        self.scope_of_forward(schedule);
        // An early exit leaves fewer iterations than there are items.
        let known = range.clone().filter(|_| !l.conditional);
        let op = Op::Schedule {
            checkpoint: checkpoint.cloned(),
            range: known,
        };
        forward.push(Stmt::new(vec![schedule], op));
        let snapshot = Op::Snapshot {
            tape,
            schedule,
            state: state.clone(),
        };
        let mut body = l.body.clone();
        prune::region(&mut body);
        body.stmts.insert(0, Stmt::new(Vec::new(), snapshot));
        forward.push(Stmt {
            results: results.to_vec(),
            op: Op::Loop(Loop { body, ..l.clone() }),
            span,
        });
        let op = Op::Retake(Box::new(Retake {
            in_order: checkpoint.is_none(),
            tape,
            schedule,
            range,
            state,
            copies,
            again,
            back,
        }));
        self.emit(Vec::new(), op);
        forward
    }

    /// Copies of memory that iterations read and do not change, where it is something else by the time they are run again.
    fn copies(
        &mut self,
        regions: &[&Region],
        state: &[Value],
        trips: Value,
        forward: &mut Vec<Stmt>,
        span: Span,
    ) -> Vec<(Value, Value)> {
        let mut read: Vec<Value> = regions.iter().flat_map(|r| r.free()).collect();
        read.sort();
        read.dedup();
        read.retain(|v| !state.contains(v) && !self.effects.stable(trips, *v));
        let mut copies = Vec::new();
        for root in read {
            let ty = self.function.types.unknown();
            let copy = self.function.value(ty);
            self.plan.extend(&self.function, root);
            self.scope_of_forward(copy);
            forward.push(Stmt {
                results: vec![copy],
                op: Op::Copy(Place::whole(root)),
                span,
            });
            copies.push((root, copy));
        }
        copies
    }

    pub(super) fn tape(&mut self) -> Tape {
        self.tapes += 1;
        Tape(self.tapes - 1)
    }
}

/// Takes out what has been done once and for all in the forward sweep: what prints or checks, or what writes to a cell.
fn silence(region: &mut Region, cell: Option<Value>) {
    region.stmts.retain(|stmt| match &stmt.op {
        Op::Effect { .. } => false,
        Op::Store(p, _)
        | Op::Update(p, _, _)
        | Op::Fill(p, _)
        | Op::CopyFrom(p, _)
        | Op::Push(p, _) => Some(p.root) != cell,
        _ => true,
    });
    for stmt in &mut region.stmts {
        for inner in stmt.op.regions_mut() {
            silence(inner, cell);
        }
    }
}
