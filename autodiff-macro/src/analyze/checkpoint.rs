//! What must not stand in a loop whose iterations are run again.

use super::Plan;
use crate::errors::{Errors, Problem};
use crate::ir::{self, Argument, Callee, Function, Kind, Op, Region, Value, Values};

/// Reports what may not be the same the second time.
pub fn report(errors: &mut Errors, function: &Function, plan: &Plan) {
    let mut again = Again {
        errors,
        function,
        plan,
        reported: Values::new(),
    };
    function.body.visit(&mut |stmt| {
        if let Op::Loop(l) = &stmt.op
            && l.checkpoint.is_some()
        {
            again.region(&l.body);
        }
    });
}

struct Again<'a> {
    errors: &'a mut Errors,
    function: &'a Function,
    plan: &'a Plan,
    /// What came of statements that are reported.
    reported: Values,
}

impl Again<'_> {
    fn region(&mut self, region: &Region) {
        for stmt in &region.stmts {
            let problem = match &stmt.op {
                Op::Opaque { pure: false, .. } => {
                    "the iterations of a loop under `#[checkpoint]` are run again, and this may do something else then; \
                     compute it in front of the loop, or take `#[checkpoint]` off"
                }
                // It is the same in all iterations, or not even the same the second time.
                Op::Call {
                    callee: Callee::Path(_),
                    args,
                    keeps: _,
                } if args.is_empty() => {
                    "the iterations of a loop under `#[checkpoint]` are run again, and what this returns may be something \
                     else then; call it in front of the loop, or take `#[checkpoint]` off"
                }
                // Of other functions the compiler says whether they are annotated.
                Op::Call {
                    callee: Callee::Path(path),
                    args,
                    keeps: _,
                } if ir::is_associated(path) && self.is_unknown(path, args) => {
                    "the iterations of a loop under `#[checkpoint]` are run again; put `#[differentiate(constant)]` on this function \
                     if it returns the same for the same arguments, or call it in front of the loop"
                }
                // A copy of a generator of random numbers, say, may share its state with the original.
                Op::Call { .. } if stmt.op.mutated().iter().any(|v| self.is_unclear(*v)) => {
                    "the iterations of a loop under `#[checkpoint]` are run again, and what this changes cannot be put back to \
                     what it was; call it in front of the loop, and keep what it returns in a vector, or take `#[checkpoint]` off"
                }
                // An inner loop that asks for it, too, is looked at by itself.
                Op::Loop(l) if l.checkpoint.is_some() => continue,
                op => {
                    for inner in op.regions() {
                        self.region(inner);
                    }
                    continue;
                }
            };
            // A method of what a method returned is the same mistake.
            let made_of_it = stmt.op.operands().iter().any(|v| self.reported.contains(v));
            if !made_of_it {
                self.errors.at_span(stmt.span, Problem::Checkpoint(problem));
            }
            self.reported.extend(&stmt.results);
        }
    }

    /// Constants are passed to a function that this file does not annotate.
    fn is_unknown(&self, path: &syn::Path, args: &[Argument]) -> bool {
        let varied = args.iter().any(|a| self.plan.varied(a.root()));
        let annotated = |s: &syn::PathSegment| crate::parse::is_annotated(&s.ident);
        !varied && !path.segments.last().is_some_and(annotated)
    }

    /// A constant of a type that the macro cannot see through.
    fn is_unclear(&self, v: Value) -> bool {
        self.function.kind(v) == Kind::Unknown && !self.plan.varied(v)
    }
}
