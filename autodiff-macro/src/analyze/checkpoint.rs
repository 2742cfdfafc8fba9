//! What must not stand in a loop whose iterations are run again.

use crate::errors::{Errors, Problem};
use crate::ir::{Callee, Function, Op, Region};

/// Reports what may not be the same the second time.
pub fn report(errors: &mut Errors, function: &Function) {
    function.body.visit(&mut |stmt| {
        if let Op::Loop(l) = &stmt.op
            && l.checkpoint.is_some()
        {
            body(errors, &l.body);
        }
    });
}

fn body(errors: &mut Errors, region: &Region) {
    for stmt in &region.stmts {
        let problem = match &stmt.op {
            Op::Opaque { pure: false, .. } => Some(
                "the iterations of a loop under `#[checkpoint]` are run again, and this may do something else then; compute it in \
                 front of the loop, or take `#[checkpoint]` off",
            ),
            Op::Effect { code: _, captures } if captures.iter().any(|c| c.exclusive) => Some(
                "the iterations of a loop under `#[checkpoint]` are run again without what macros do, and this one may change a \
                 variable; write out what it does, or take `#[checkpoint]` off",
            ),
            // It would be the same in all iterations, if it were the same each time.
            Op::Call {
                callee: Callee::Path(_),
                args,
                keeps: _,
            } if args.is_empty() => Some(
                "the iterations of a loop under `#[checkpoint]` are run again, and what this returns may be something else then; \
                 call it in front of the loop, or take `#[checkpoint]` off",
            ),
            op => {
                // An inner loop that asks for it itself is looked at by itself.
                let own = matches!(op, Op::Loop(l) if l.checkpoint.is_some());
                for inner in op.regions().into_iter().filter(|_| !own) {
                    body(errors, inner);
                }
                None
            }
        };
        if let Some(problem) = problem {
            errors.at_span(stmt.span, Problem::Checkpoint(problem));
        }
    }
}
