//! Gradients that a loop covers, written once: what was in the buffer before is forgotten element by element, not cleared in front of
//! everything.
//!
//! ```text
//! for i in l..h { x_adj[i] += a }
//!   becomes   forget all but x_adj[l..h]; for i in l..h { forget x_adj[i]; x_adj[i] += a }
//! for i in l..h { x_adj[i] += a; x_adj[i + 1] += b }
//!   becomes   forget all but x_adj[l + 1..h + 1]; for i in l..h { forget x_adj[i + 1]; x_adj[i] += a; x_adj[i + 1] += b }
//! ```
//!
//! The loop is the first that has to do with this adjoint, and does nothing with it but at places that go along with its item: of these
//! one meets each element first. What it does not meet is forgotten in front of it, however many there are.

use super::affine::{Distance, Numbers};
use super::overwrite;
use super::windows::{adjoint_places, names, whole_adjoints};
use crate::ir::{
    Adapter, Function, Kind, LoopKind, Op, Place, Range, Region, Step, Stmt, Value, Values, View,
    Window,
};

/// Forgets what was in the adjoints of parameters as a region goes along. Those of which nothing else has to be cleared are returned.
pub fn forget(function: &Function, params: &[Value], region: &mut Region) -> Values {
    let params = params.iter().copied();
    params
        .filter(|root| match find(function, region, *root) {
            None => false,
            Some(Found { at, inside, rest }) => {
                if let Op::Loop(l) = &mut region.stmts[inside.at].op {
                    let forget = Stmt::new(Vec::new(), Op::Forget(inside.place));
                    l.body.stmts.insert(inside.first, forget);
                    overwrite::merge(function, &mut l.body, inside.first);
                }
                let rest = Stmt::new(Vec::new(), Op::ForgetRest(rest));
                region.stmts.insert(at, rest);
                true
            }
        })
        .collect()
}

struct Found {
    /// Where the adjoint is met, and what is forgotten in front of that.
    at: usize,
    rest: Window,
    inside: Inside,
}

/// What is forgotten in an iteration of the loop that stands here, and in front of which statement.
struct Inside {
    at: usize,
    place: Place,
    first: usize,
}

/// The loop that covers an adjoint.
fn find(function: &Function, region: &Region, root: Value) -> Option<Found> {
    let sequence = matches!(
        function.kind(root),
        Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_)
    );
    let meets = |v: Value| {
        move |stmt: &Stmt| {
            // Cells have the names of others there.
            sequence && (matches!(stmt.op, Op::Retake(_)) || names(stmt, v))
        }
    };
    let at = region.stmts.iter().position(meets(root))?;
    // The loop may look through a window.
    let (seen, window, at_loop) = match &region.stmts[at] {
        Stmt {
            results,
            op: Op::Window(window),
            ..
        } if window.of.path.is_empty() => {
            let later = &region.stmts[at + 1..];
            let met = later
                .iter()
                .position(|s| meets(results[0])(s) || names(s, root))?;
            (results[0], Some(window), at + 1 + met)
        }
        _ => (root, None, at),
    };
    let Op::Loop(l) = &region.stmts[at_loop].op else {
        return None;
    };
    let LoopKind::For(range) = &l.kind else {
        return None;
    };
    if l.conditional || range.inclusive || range.has_steps() {
        return None;
    }
    let Met {
        place,
        first,
        base,
        shift,
    } = met(function, range, &l.body, seen)?;
    let rest = match window {
        Some(window) => {
            let same = (window.low, window.high) == (range.low, range.high);
            // The window is what the loop covers.
            let whole =
                same && base.is_empty() && shift == 0 && !names(&region.stmts[at_loop], root);
            whole.then(|| window.clone())?
        }
        None => Window {
            of: Place::whole(root),
            view: View::Adjoint,
            base,
            shift,
            low: range.low,
            high: range.high,
        },
    };
    let inside = Inside {
        at: at_loop,
        place,
        first,
    };
    Some(Found { at, rest, inside })
}

/// The place of an iteration that meets each element first, the statement that is the first to do anything with this memory, and how far
/// from the item the place is.
struct Met {
    place: Place,
    first: usize,
    base: Vec<Value>,
    shift: i64,
}

fn met(function: &Function, range: &Range, body: &Region, seen: Value) -> Option<Met> {
    let numbers = Numbers::new(function, body, body.params[0]);
    let (mut indices, mut along) = (Vec::new(), true);
    body.visit(&mut |stmt| {
        along &= !matches!(stmt.op, Op::Retake(_)) && !whole_adjoints(&stmt.op).contains(&seen);
        adjoint_places(&mut stmt.op.clone(), &mut |place| {
            if place.root == seen {
                match place.path.first() {
                    Some(step @ Step::Index(i)) => match numbers.of(step) {
                        Some(distance) => indices.push((*i, distance.clone())),
                        None => along = false,
                    },
                    _ => along = false,
                }
            }
        });
    });
    let (_, Distance { base, .. }) = indices.first()?;
    if !along || indices.iter().any(|(_, distance)| distance.base != *base) {
        return None;
    }
    let turns = range.adapters.iter().filter(|a| matches!(a, Adapter::Rev));
    let shifts = indices.iter().map(|(_, distance)| distance.shift);
    let shift = match turns.count() % 2 {
        0 => shifts.max()?,
        _ => shifts.min()?,
    };
    // What is met under a condition only may not be there.
    let mut always = Vec::new();
    for stmt in &body.stmts {
        adjoint_places(&mut stmt.op.clone(), &mut |place| {
            if let (true, Some(Step::Index(i))) = (place.root == seen, place.path.first()) {
                always.push(*i);
            }
        });
    }
    let first = body.stmts.iter().position(|stmt| names(stmt, seen))?;
    let known = |i: Value| {
        let mut before = body.stmts[..first].iter();
        i == numbers.item() || before.any(|stmt| stmt.results.contains(&i))
    };
    let mut there = indices
        .iter()
        .filter(|(i, distance)| distance.shift == shift && always.contains(i));
    let (i, Distance { base, .. }) = there.find(|(i, _)| known(*i))?;
    Some(Met {
        place: Place::whole(seen).then(Step::Index(*i)),
        first,
        base: base.clone(),
        shift,
    })
}
