//! Reverse mode of calls.

use super::Reverse;
use crate::ir::{Argument, Callee, Contribution, Op, Place, Stmt, Target, Value, Values};
use proc_macro2::Span;

impl Reverse<'_> {
    /// y = g(a, &b, &mut c)
    ///   reverse:  a_adj += …; b_adj += …; c_adj is replaced
    /// Whether there is something to pull back.
    pub(super) fn call(
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
        let mut lent = Values::new();
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
}
