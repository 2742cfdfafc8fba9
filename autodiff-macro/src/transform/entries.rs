//! What each iteration of a loop keeps, written and read by its number instead of pushed and popped.
//!
//! ```text
//! for i in 0..n { …; push tape a }        becomes   r = room in tape; for i in 0..n { …; r[i] = a }
//! for i in n..0 { a = pop tape; … }       becomes   e = entries of tape; for i in n..0 { a = e[i]; … }
//! ```
//!
//! What a loop pushes that pushes nothing else lies side by side. Its room is made once: nothing in the loop may ask for
//! more, so that what it carries stays in registers. In reverse the entries can be read in any order, and several at a time.

use crate::ir::{Function, Kind, Op, Range, Region, Stmt, Tape};

/// What stands in front of the two loops.
pub struct Opened {
    pub room: Stmt,
    pub entries: Stmt,
}

/// Turns the push of a loop's body into a write, and the pop of its reverse into a read.
pub fn open(
    function: &mut Function,
    range: &Range,
    forward: &mut Region,
    reverse: &mut Region,
) -> Option<Opened> {
    let item = *reverse.params.first()?;
    // A number of the loop is `usize` where something is found by it.
    let counted = !range.inclusive && range.adapters.is_empty() && forward.indexes(item);
    if !counted || stack_operations(forward) != 1 || stack_operations(reverse) != 1 {
        return None;
    }
    let push = forward.stmts.iter_mut().find_map(pushed)?;
    let (tape, pop) = reverse.stmts.iter_mut().find_map(popped)?;
    // Only what is copied freely can be there more than once.
    if !pop.results.iter().all(|v| function.is_scalar(*v)) {
        return None;
    }
    let mut handle = || {
        let ty = function.types.known(Kind::Unknown);
        function.value(ty)
    };
    let (room, entries) = (handle(), handle());
    push.op = Op::Put {
        room,
        item,
        values: pop.results.clone(),
    };
    pop.op = Op::Entry { entries, item };
    let (low, high) = (range.low, range.high);
    Some(Opened {
        room: Stmt::new(vec![room], Op::Room { tape, low, high }),
        entries: Stmt::new(vec![entries], Op::Entries { tape, low, high }),
    })
}

fn pushed(stmt: &mut Stmt) -> Option<&mut Stmt> {
    matches!(stmt.op, Op::TapePush { .. }).then_some(stmt)
}

fn popped(stmt: &mut Stmt) -> Option<(Tape, &mut Stmt)> {
    match stmt.op {
        Op::TapePop { tape } => Some((tape, stmt)),
        _ => None,
    }
}

/// How many statements use the stack, at any depth.
fn stack_operations(region: &Region) -> usize {
    let mut count = 0;
    region.visit(&mut |stmt| {
        let uses = stmt.op.puts_on_stack() || stmt.op.takes_off_stack();
        count += usize::from(uses);
    });
    count
}
