//! Loops whose iterations can be taken back one by one.
//!
//! A loop that adds up, and changes nothing else that a later iteration reads, has one adjoint for all its iterations: that
//! of the sum. Where it is known before the loop runs, each iteration's reverse can follow right upon it: nothing is kept
//! from one sweep to the other but what a single iteration needs.
//!
//! ```text
//! for i in r { e = …; t = t + e }; y = t / n        known: t_adj = y_adj / n
//! ```

use super::affine::{Distance, Numbers};
use crate::analyze::{Effects, Plan};
use crate::ir::{
    Adapter, Arith, Contribution, Count, Function, Loop, LoopKind, Op, Place, Region, Step, Stmt,
    Table, Value, Values,
};
use std::collections::{BTreeMap, BTreeSet};

/// A loop of a region, by its position there.
pub struct Fusable {
    pub position: usize,
    /// Of each active value that it carries: how its adjoint comes about.
    pub adjoints: BTreeMap<usize, Known>,
    /// Statements that have to run before the loop for these, by their positions.
    pub hoisted: BTreeSet<usize>,
}

/// From what the region yields at this position to the value: the last statement first.
pub struct Known {
    pub yielded: usize,
    pub links: Vec<Link>,
}

/// From the adjoint of a result to that of an operand.
#[derive(Clone, Copy)]
pub enum Link {
    Same,
    Negated,
    Times(Value),
    Over(Value),
}

impl Link {
    /// What the operand's adjoint is increased by.
    pub fn contribution(self, result: Value) -> Contribution {
        match self {
            Link::Same => Contribution::Adjoint(result),
            Link::Negated => Contribution::Negated(result),
            Link::Times(factor) => Contribution::Times(result, factor),
            Link::Over(divisor) => Contribution::Over(result, divisor),
        }
    }
}

/// The loops of a region that can be fused with their reverse; `seeded`: which yields have an adjoint before it runs.
pub fn find(
    function: &Function,
    plan: &Plan,
    effects: &Effects,
    region: &Region,
    seeded: &[usize],
) -> Vec<Fusable> {
    let results = region.stmts.iter().enumerate();
    let cx = Find {
        function,
        plan,
        effects,
        region,
        seeded,
        defined: results
            .flat_map(|(k, stmt)| stmt.results.iter().map(move |v| (*v, k)))
            .collect(),
        users: users(region),
    };
    (0..region.stmts.len())
        .filter_map(|position| cx.fusable(position))
        .collect()
}

struct Find<'a> {
    function: &'a Function,
    plan: &'a Plan,
    effects: &'a Effects,
    region: &'a Region,
    seeded: &'a [usize],
    /// The positions of the statements that define values.
    defined: Table<usize>,
    /// Those of the statements that use values, in order.
    users: Table<Vec<usize>>,
}

fn users(region: &Region) -> Table<Vec<usize>> {
    let mut users: Table<Vec<usize>> = Table::new();
    for (k, stmt) in region.stmts.iter().enumerate() {
        for v in stmt.free() {
            users.or_default(v).push(k);
        }
    }
    users
}

impl Find<'_> {
    fn fusable(&self, position: usize) -> Option<Fusable> {
        let stmt = &self.region.stmts[position];
        let Op::Loop(l) = &stmt.op else {
            return None;
        };
        let mut found = Fusable {
            position,
            adjoints: BTreeMap::new(),
            hoisted: BTreeSet::new(),
        };
        for k in 0..l.init.len() {
            let (param, result) = (l.carried_params()[k], stmt.results[k + 1]);
            if !(self.plan.active(param) || self.plan.active(result)) {
                continue;
            }
            if !adds_up(l, k) {
                return None;
            }
            let mut links = Vec::new();
            let yielded = self.known(result, position, &mut links, &mut found.hoisted)?;
            links.reverse();
            found.adjoints.insert(k, Known { yielded, links });
        }
        let independent = !found.adjoints.is_empty() && self.memory_is_independent(l, position);
        independent.then_some(found)
    }

    /// Where the adjoint of a value comes from, if nothing but values that are there before `position` decides it: the
    /// links from the value to what is yielded.
    fn known(
        &self,
        v: Value,
        position: usize,
        links: &mut Vec<Link>,
        hoisted: &mut BTreeSet<usize>,
    ) -> Option<usize> {
        let mut users = self.users.get(&v).cloned().unwrap_or_default();
        users.retain(|k| self.has_derivative(&self.region.stmts[*k], v));
        let yields = self.region.yields.iter().enumerate();
        let yielded: Vec<usize> = yields.filter(|(_, y)| **y == v).map(|(k, _)| k).collect();
        match (users.as_slice(), yielded.as_slice()) {
            ([], [k]) => self.seeded.contains(k).then_some(*k),
            ([user], []) => {
                let stmt = &self.region.stmts[*user];
                let (link, result) = match &stmt.op {
                    Op::Neg(_) => (Link::Negated, stmt.results[0]),
                    Op::Arith(_, a, b) if a == b => return None,
                    Op::Arith(op, a, b) => {
                        let other = if *a == v { *b } else { *a };
                        let link = match op {
                            Arith::Add => Link::Same,
                            Arith::Sub if *a == v => Link::Same,
                            Arith::Sub => Link::Negated,
                            Arith::Mul => Link::Times(other),
                            Arith::Div if *a == v => Link::Over(other),
                            Arith::Div => return None,
                        };
                        if matches!(op, Arith::Mul | Arith::Div) {
                            self.hoist(other, position, hoisted)?;
                        }
                        (link, stmt.results[0])
                    }
                    Op::Loop(l) => {
                        let k = l.init.iter().position(|init| *init == v)?;
                        let once = l.init.iter().filter(|init| **init == v).count() == 1;
                        if !once || l.body.free().contains(&v) || !adds_up(l, k) {
                            return None;
                        }
                        (Link::Same, stmt.results[k + 1])
                    }
                    _ => return None,
                };
                links.push(link);
                self.known(result, position, links, hoisted)
            }
            _ => None,
        }
    }

    /// Something with a derivative may be made of the value in this statement.
    fn has_derivative(&self, stmt: &Stmt, v: Value) -> bool {
        match &stmt.op {
            Op::Plain { .. } | Op::Query { .. } | Op::Ask { .. } | Op::Effect { .. } => false,
            Op::If {
                cond: _,
                then,
                otherwise,
            } => [then, otherwise].iter().any(|arm| {
                arm.yields.contains(&v)
                    || arm
                        .stmts
                        .iter()
                        .any(|s| s.free().contains(&v) && self.has_derivative(s, v))
            }),
            _ => true,
        }
    }

    /// Whether a value is there before a position, or can be computed there.
    fn hoist(&self, v: Value, position: usize, hoisted: &mut BTreeSet<usize>) -> Option<()> {
        let Some(k) = self.defined.get(&v) else {
            // A parameter.
            return Some(());
        };
        if *k < position {
            return Some(());
        }
        let stmt = &self.region.stmts[*k];
        let movable = match &stmt.op {
            Op::Literal(_) | Op::Neg(_) | Op::Arith(..) | Op::Cast { .. } | Op::Plain { .. } => {
                true
            }
            Op::Len(p) | Op::Load(p) => self.effects.immutable(p.root),
            _ => false,
        };
        if !movable || !self.function.is_scalar(v) {
            return None;
        }
        for operand in stmt.op.operands() {
            self.hoist(operand, position, hoisted)?;
        }
        hoisted.insert(*k);
        Some(())
    }

    /// No iteration reads what another one has written, and what the loop reads stays as it is afterwards: whoever changes
    /// it takes its adjoint back to what was there before.
    fn memory_is_independent(&self, l: &Loop, position: usize) -> bool {
        let mutated = l.body.mutated();
        let inside = l.body.defined();
        let outside: Values = l
            .body
            .free()
            .into_iter()
            .chain(&mutated)
            .filter(|v| self.plan.active(*v) && !inside.contains(v))
            .collect();
        let later = &self.region.stmts[position + 1..];
        outside.iter().all(|root| {
            if mutated.contains(&root) {
                let used_later = later.iter().any(|stmt| stmt.free().contains(&root))
                    || self.region.yields.contains(&root)
                    || self.function.body.params.contains(&root);
                !used_later && self.is_scratch(l, root)
            } else {
                !later.iter().any(|stmt| stmt.mutated().contains(&root))
            }
        })
    }

    /// Memory that each iteration fills before it reads it.
    ///
    /// ```text
    /// for i in r { for j in 0..n { w[j] = … }; … }
    /// ```
    fn is_scratch(&self, l: &Loop, root: Value) -> bool {
        self.keeps_its_shape(&self.function.body, root) && self.is_filled(&l.body, root, l)
    }

    /// `region`: all uses of the memory in an iteration of the loop `around` are in it.
    fn is_filled(&self, region: &Region, root: Value, around: &Loop) -> bool {
        let mut users = region
            .stmts
            .iter()
            .filter(|stmt| stmt.free().contains(&root));
        let Some(first) = users.next() else {
            return false;
        };
        match &first.op {
            Op::Fill(p, v) => p.path.is_empty() && *v != root,
            Op::CopyFrom(p, q) => p.path.is_empty() && q.root != root,
            Op::Store(p, v) => {
                p.path.is_empty()
                    && *v != root
                    && self.function.types.has_static_shape(self.function.ty(root))
            }
            Op::Loop(filling) => match self.fills(filling, root) {
                Some(bounds) if self.are_all(&bounds, root) => true,
                // Elements beyond these bounds must stay what they are.
                Some(bounds) => {
                    bounds.iter().all(|v| self.is_fixed(*v, around, root))
                        && region.stmts.iter().all(|stmt| {
                            !stmt.mutated().contains(&root)
                                || matches!(&stmt.op, Op::Loop(other)
                                    if self.fills_in_place(other, root, &bounds))
                        })
                }
                None => users.next().is_none() && self.is_filled(&filling.body, root, around),
            },
            _ => false,
        }
    }

    /// Its elements change, but not how many there are.
    fn keeps_its_shape(&self, region: &Region, root: Value) -> bool {
        let ty = self.function.ty(root);
        let is_static = self.function.types.has_static_shape(ty);
        region.stmts.iter().all(|stmt| {
            let own = match &stmt.op {
                Op::Store(p, _) => p.root != root || !p.path.is_empty() || is_static,
                Op::Update(..) | Op::Fill(..) | Op::CopyFrom(..) => true,
                Op::Swap(p, q) => p.root == q.root || (p.root != root && q.root != root),
                op => !op.mutated().contains(&root),
            };
            let mut regions = stmt.op.regions();
            own && regions.all(|r| self.keeps_its_shape(r, root))
        })
    }

    /// The bounds are those of all elements.
    fn are_all(&self, bounds: &[Value; 2], root: Value) -> bool {
        let [low, high] = bounds.map(|v| definition(&self.function.body, v));
        let from_start =
            matches!(low, Some(Op::Literal(t)) if matches!(t.to_string().as_str(), "0" | "0usize"));
        let to_end = match (definition(&self.function.body, root), high) {
            (_, Some(Op::Len(p))) if *p == Place::whole(root) => true,
            (Some(Op::Repeat { count, .. }), high) => match (count, high) {
                (Count::Value(n), _) => self.same(*n, bounds[1]),
                (Count::Constant(n), Some(Op::Literal(t))) => n.to_string() == t.to_string(),
                (Count::Constant(_), _) => false,
            },
            _ => false,
        };
        from_start && to_end
    }

    /// The bounds of a loop over elements, each of which it overwrites before it reads it.
    fn fills(&self, l: &Loop, root: Value) -> Option<[Value; 2]> {
        let (bounds, item) = plain_range(l)?;
        let first = l
            .body
            .stmts
            .iter()
            .find(|stmt| stmt.free().contains(&root))?;
        let Op::Store(p, _) = &first.op else {
            return None;
        };
        let whole = p.root == root && p.path.len() == 1 && is_element(p, item);
        (whole && touches_only(l, root, item)).then_some(bounds)
    }

    /// A loop within the same bounds that changes an element at a time.
    fn fills_in_place(&self, l: &Loop, root: Value, bounds: &[Value; 2]) -> bool {
        plain_range(l).is_some_and(|(own, item)| {
            own.iter().zip(bounds).all(|(a, b)| self.same(*a, *b)) && touches_only(l, root, item)
        })
    }

    /// A number that is the same in each iteration of a loop; `scratch` keeps its length.
    fn is_fixed(&self, v: Value, l: &Loop, scratch: Value) -> bool {
        if !l.body.defined().contains(&v) {
            return true;
        }
        let Some(op) = definition(&l.body, v) else {
            // A parameter of a region.
            return false;
        };
        match op {
            Op::Literal(_) => true,
            Op::Len(p) => {
                p.path.is_empty()
                    && !l.body.defined().contains(&p.root)
                    && (p.root == scratch || !l.body.mutated().contains(&p.root))
            }
            Op::Plain { .. } | Op::Query { .. } | Op::Cast { .. } => {
                op.operands().iter().all(|v| self.is_fixed(*v, l, scratch))
            }
            _ => false,
        }
    }

    /// The same number by the text.
    fn same(&self, a: Value, b: Value) -> bool {
        a == b
            || match (
                definition(&self.function.body, a),
                definition(&self.function.body, b),
            ) {
                (Some(Op::Literal(a)), Some(Op::Literal(b))) => a.to_string() == b.to_string(),
                (Some(Op::Len(a)), Some(Op::Len(b))) => a == b && a.path.is_empty(),
                _ => false,
            }
    }
}

/// The value that is carried here is only ever added to.
fn adds_up(l: &Loop, k: usize) -> bool {
    let mut sums = Values::from_iter([l.carried_params()[k]]);
    // Later statements build upon earlier ones: one walk finds all.
    grow(&l.body, &mut sums);
    // Each of them goes on to one place only: what else is carried must not be made of it.
    let yields = l.carried_yields().iter().enumerate();
    yields
        .into_iter()
        .all(|(j, y)| (j == k) == sums.contains(y))
        && only_summed(&l.body, &sums)
}

/// Nothing else with a derivative is made of the sums.
fn only_summed(region: &Region, sums: &Values) -> bool {
    region.stmts.iter().all(|stmt| {
        let inner = stmt.op.regions().all(|r| only_summed(r, sums));
        inner
            && match &stmt.op {
                Op::Arith(op, a, b) => match (sums.contains(a), sums.contains(b)) {
                    (true, true) => false,
                    (true, false) => matches!(op, Arith::Add | Arith::Sub),
                    (false, true) => matches!(op, Arith::Add),
                    (false, false) => true,
                },
                Op::If {
                    then, otherwise, ..
                } => stmt.results.iter().enumerate().all(|(k, r)| {
                    let arms = [then.yields[k], otherwise.yields[k]];
                    arms.iter().all(|y| sums.contains(y) == sums.contains(r))
                }),
                Op::Loop(inner) => (0..inner.init.len()).all(|k| {
                    let around = [
                        inner.init[k],
                        inner.carried_params()[k],
                        inner.carried_yields()[k],
                    ];
                    let result = sums.contains(&stmt.results[k + 1]);
                    around.iter().all(|v| sums.contains(v) == result)
                }),
                // Questions and output have no derivative.
                Op::Plain { .. } | Op::Query { .. } | Op::Ask { .. } | Op::Effect { .. } => true,
                op => !op.operands().iter().any(|v| sums.contains(v)),
            }
    })
}

/// Of a cell no other element than this is used.
fn touches_only(l: &Loop, root: Value, item: Value) -> bool {
    fn walk(region: &Region, root: Value, item: Value) -> bool {
        region.yields.iter().all(|v| *v != root)
            && region.stmts.iter().all(|stmt| {
                let used = match &stmt.op {
                    Op::Load(p) => p.root != root || is_element(p, item),
                    Op::Store(p, v) | Op::Update(p, _, v) => {
                        *v != root && (p.root != root || is_element(p, item))
                    }
                    op => !op.operands().contains(&root),
                };
                used && stmt.op.regions().all(|r| walk(r, root, item))
            })
    }
    walk(&l.body, root, item)
}

/// All that is used of a cell is, in each iteration, one and the same element as far as the item goes: it is as far from it, and
/// behind the same prefix.
fn is_one_element(
    region: &Region,
    root: Value,
    numbers: &Numbers,
    element: &mut Option<(Place, Distance)>,
) -> bool {
    let mut is_it = |p: &Place| {
        let own = numbers.split(p).map(|(front, at)| (front, at.clone()));
        own.is_some_and(|own| *element.get_or_insert_with(|| own.clone()) == own)
    };
    let mut all = region.yields.iter().all(|v| *v != root);
    for stmt in &region.stmts {
        all &= match &stmt.op {
            Op::Load(p) => p.root != root || is_it(p),
            Op::Store(p, v) | Op::Update(p, _, v) => *v != root && (p.root != root || is_it(p)),
            op => !op.operands().contains(&root),
        };
    }
    let inner = region.stmts.iter().flat_map(|stmt| stmt.op.regions());
    all && inner
        .into_iter()
        .all(|r| is_one_element(r, root, numbers, element))
}

/// The iterations of a loop's reverse can be run in any order: they take nothing from the stack, and hand nothing on.
pub fn any_order(function: &Function, plan: &Plan, l: &Loop, reverse: &Region) -> bool {
    let mut on_stack = false;
    reverse.visit(&mut |stmt| {
        on_stack |= stmt.op.takes_off_stack();
    });
    let inside = l.body.defined();
    let numbers = Numbers::new(function, &l.body, l.body.params[0]);
    !on_stack
        && reverse.mutated().is_empty()
        && (0..l.init.len()).all(|k| {
            let carried = [l.carried_params()[k], l.carried_yields()[k]];
            adds_up(l, k) || !carried.iter().any(|v| plan.active(*v))
        })
        && l.body.mutated().iter().all(|root| {
            inside.contains(&root)
                || !plan.active(root)
                || is_one_element(&l.body, root, &numbers, &mut None)
        })
}

/// Adds what is made of the sums by adding to them.
fn grow(region: &Region, sums: &mut Values) {
    for stmt in &region.stmts {
        match &stmt.op {
            Op::Arith(op, a, b) => {
                let on = match op {
                    Arith::Add => sums.contains(a) || sums.contains(b),
                    Arith::Sub => sums.contains(a),
                    Arith::Mul | Arith::Div => false,
                };
                if on {
                    sums.extend(&stmt.results);
                }
            }
            Op::If {
                cond: _,
                then,
                otherwise,
            } => {
                grow(then, sums);
                grow(otherwise, sums);
                for (k, r) in stmt.results.iter().enumerate() {
                    if sums.contains(&then.yields[k]) && sums.contains(&otherwise.yields[k]) {
                        sums.insert(*r);
                    }
                }
            }
            Op::Loop(l) => {
                let from: Vec<usize> = (0..l.init.len())
                    .filter(|k| sums.contains(&l.init[*k]))
                    .collect();
                sums.extend(from.iter().map(|k| l.carried_params()[*k]));
                grow(&l.body, sums);
                for k in from {
                    if sums.contains(&l.carried_yields()[k]) {
                        sums.insert(stmt.results[k + 1]);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What defines a value, at any depth.
fn definition(region: &Region, v: Value) -> Option<&Op> {
    let mut found = None;
    region.visit(&mut |stmt| {
        if stmt.results.contains(&v) {
            found = Some(&stmt.op);
        }
    });
    found
}

/// The bounds and the item of a loop that runs over a whole range.
fn plain_range(l: &Loop) -> Option<([Value; 2], Value)> {
    match &l.kind {
        LoopKind::For(range)
            if !l.conditional
                && !range.inclusive
                && range.adapters.iter().all(|a| matches!(a, Adapter::Rev)) =>
        {
            Some(([range.low, range.high], l.body.params[0]))
        }
        LoopKind::For(_) | LoopKind::While | LoopKind::Countdown(_) => None,
    }
}

fn is_element(p: &Place, item: Value) -> bool {
    matches!(p.path.first(), Some(Step::Index(i)) if *i == item)
}
