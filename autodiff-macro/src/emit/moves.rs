//! Copies of what is not looked at again.
//!
//! ```text
//! y = copy w;  …  nothing of w  …        y is w itself
//! ```

use crate::ir::{Function, Op, Region, Value, Values};

/// The results of loads that may take what they read. `after`: what is still used when the region has run.
pub fn find(function: &Function, region: &Region, after: &Values) -> Values {
    // Most functions copy nothing, and what is used later is much to ask.
    let mut copies = false;
    region.visit(&mut |stmt| copies |= copied(function, &stmt.op).is_some());
    if !copies {
        return Values::new();
    }
    let mut found = Found::default();
    search(function, region, after, &mut found);
    let Found { mut moved, copied } = found;
    moved.subtract(&copied);
    moved
}

/// What is copied as a whole.
fn copied(function: &Function, op: &Op) -> Option<Value> {
    match op {
        Op::Load(p) | Op::Copy(p) => {
            (p.path.is_empty() && !function.is_scalar(p.root)).then_some(p.root)
        }
        _ => None,
    }
}

/// The same value may be loaded in several places.
#[derive(Default)]
struct Found {
    moved: Values,
    copied: Values,
}

fn search(function: &Function, region: &Region, after: &Values, found: &mut Found) {
    let owned = |v: &Value| !function.is_scalar(*v);
    let mut wanted = after.clone();
    wanted.extend(region.yields.iter().copied().filter(owned));
    for stmt in region.stmts.iter().rev() {
        match &stmt.op {
            Op::Load(_) | Op::Copy(_) => {
                let of_its_kind = match copied(function, &stmt.op) {
                    Some(root) if !wanted.contains(&root) => &mut found.moved,
                    _ => &mut found.copied,
                };
                of_its_kind.extend(&stmt.results);
            }
            Op::If { .. } => {
                for arm in stmt.op.regions() {
                    search(function, arm, &wanted, found);
                }
            }
            // What comes from outside is there for the next iteration, too.
            Op::Loop(_) | Op::Retake(_) => {
                let mut wanted = wanted.clone();
                for body in stmt.op.regions() {
                    wanted.extend(body.free().into_iter().filter(owned));
                }
                for body in stmt.op.regions() {
                    search(function, body, &wanted, found);
                }
            }
            _ => {}
        }
        wanted.extend(stmt.free().into_iter().filter(owned));
    }
}
