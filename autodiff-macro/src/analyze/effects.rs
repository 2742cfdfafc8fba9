//! When memory changes: which loads give the same again in the reverse sweep.

use super::Plan;
use crate::ir::{Function, Op, Region, Table, Value};
use std::cell::Cell;

/// Where something stands: its position in the text, and the loops around it.
#[derive(Clone, Debug, Default)]
struct Site {
    position: usize,
    loops: Vec<usize>,
}

/// What surrounds a cell most closely.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Owner {
    Function,
    Loop,
    Branch,
}

#[derive(Default)]
pub struct Effects {
    /// Where each value is defined.
    defined: Table<(Site, Owner)>,
    written: Table<Vec<Site>>,
    /// The number of each loop, by the first value it defines.
    loops: Table<usize>,
    /// The loop of which each iteration is taken back before the next one begins.
    fused: Cell<Option<Value>>,
}

impl Effects {
    /// `lent`: parameters that the caller takes back between the sweeps.
    pub fn new(function: &Function, lent: &[Value], plan: &Plan) -> Self {
        let mut effects = Effects::default();
        for root in lent {
            let after = Site {
                position: usize::MAX,
                loops: Vec::new(),
            };
            effects.written.or_default(*root).push(after);
        }
        let mut walk = Walk {
            effects: &mut effects,
            plan,
            position: 0,
            loops: Vec::new(),
            count: 0,
        };
        walk.region(&function.body, Owner::Function);
        effects
    }

    /// From here on each iteration of this loop, or of none, is taken back before the next one begins. What was so before
    /// is returned.
    pub fn fuse(&self, trips: Option<Value>) -> Option<Value> {
        self.fused.replace(trips)
    }

    /// From the definition of `value` to the end of what surrounds `root`, or of an iteration that is taken back by then,
    /// the memory of `root` does not change.
    pub fn stable(&self, value: Value, root: Value) -> bool {
        let Some(writes) = self.written.get(&root) else {
            return true;
        };
        let (Some((read, _)), Some((own, _))) = (self.defined.get(&value), self.defined.get(&root))
        else {
            return false;
        };
        let fused = self.fused.get().and_then(|v| self.loops.get(&v).copied());
        let outside = fused.and_then(|f| read.loops.iter().position(|l| *l == f));
        writes.iter().all(|write| {
            let shared = read
                .loops
                .iter()
                .zip(&write.loops)
                .take_while(|(a, b)| a == b)
                .count();
            // In a loop both stand in, a later iteration's write comes after this one's read.
            let before = |around: usize| shared <= around && write.position < read.position;
            match outside {
                Some(outside) => shared <= outside || before(own.loops.len().max(outside + 1)),
                None => before(own.loops.len()),
            }
        })
    }

    /// `value` is written to memory around the loop it is in, and from there to the end of what surrounds `root` that is the only
    /// statement that writes to it.
    pub fn settles(&self, value: Value, root: Value) -> bool {
        let (Some(writes), Some((read, _)), Some((own, _))) = (
            self.written.get(&root),
            self.defined.get(&value),
            self.defined.get(&root),
        ) else {
            return false;
        };
        let around = own.loops.len();
        let mut late = writes.iter().filter(|write| {
            write.position > read.position
                || write.loops.get(..=around) == read.loops.get(..=around)
        });
        let only = match (late.next(), late.next()) {
            (Some(write), None) => write.loops == read.loops,
            _ => false,
        };
        only && read.loops.len() == around + 1 && read.loops.starts_with(&own.loops)
    }

    /// Nothing is ever written to it after its definition.
    pub fn immutable(&self, root: Value) -> bool {
        !self.written.contains_key(&root)
    }

    /// The caller takes it back between the sweeps.
    pub fn is_lent(&self, root: Value) -> bool {
        let writes = self.written.get(&root);
        writes.is_some_and(|sites| sites.iter().any(|s| s.position == usize::MAX))
    }

    /// The cell is written to once for each time it is defined: not in a loop inside of the one it is defined in.
    pub fn written_once(&self, root: Value) -> bool {
        let own = self.defined.get(&root).map(|(site, _)| &site.loops);
        match self.written.get(&root).map(Vec::as_slice) {
            Some([write]) => own == Some(&write.loops),
            _ => false,
        }
    }

    pub fn owner(&self, root: Value) -> Owner {
        self.defined
            .get(&root)
            .map_or(Owner::Function, |(_, owner)| *owner)
    }
}

struct Walk<'a> {
    effects: &'a mut Effects,
    plan: &'a Plan,
    position: usize,
    loops: Vec<usize>,
    count: usize,
}

impl Walk<'_> {
    fn site(&self) -> Site {
        Site {
            position: self.position,
            loops: self.loops.clone(),
        }
    }

    /// What an annotated method is called on: it takes it by shared reference.
    fn keeps_receiver(&self, op: &Op) -> Option<Value> {
        let Op::Call {
            callee,
            args,
            keeps: _,
        } = op
        else {
            return None;
        };
        let receiver = callee.receiver()?;
        let annotated =
            self.plan.varied(receiver) || args.iter().any(|a| self.plan.varied(a.root()));
        annotated.then_some(receiver)
    }

    fn region(&mut self, region: &Region, owner: Owner) {
        let site = self.site();
        for v in &region.params {
            self.effects.defined.insert(*v, (site.clone(), owner));
        }
        for stmt in &region.stmts {
            self.position += 1;
            let site = self.site();
            let kept = self.keeps_receiver(&stmt.op);
            for root in stmt.op.mutated().into_iter().filter(|v| Some(*v) != kept) {
                self.effects.written.or_default(root).push(site.clone());
            }
            match &stmt.op {
                Op::Loop(l) => {
                    self.count += 1;
                    self.effects.loops.insert(stmt.results[0], self.count);
                    self.loops.push(self.count);
                    self.region(&l.body, Owner::Loop);
                    self.loops.pop();
                    self.position += 1;
                }
                op => {
                    for inner in op.regions() {
                        self.region(inner, Owner::Branch);
                    }
                }
            }
            for v in &stmt.results {
                self.effects.defined.insert(*v, (site.clone(), owner));
            }
        }
    }
}
