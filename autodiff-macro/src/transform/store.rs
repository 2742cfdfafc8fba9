//! What the reverse sweep of a region needs to know of its forward sweep, and how it gets it: computed again where that
//! is cheap, kept on a tape or handed out of a branch where it is not.

use super::undo;
use crate::analyze::{Effects, Owner, Plan};
use crate::ir::{
    Code, Count, Function, LoopKind, Op, Place, Region, Step, Stmt, Table, Tape, Value, Values,
    Zero,
};
use std::collections::BTreeSet;

pub struct Store<'a> {
    pub effects: &'a Effects,
    pub function: &'a mut Function,
    pub plan: &'a mut Plan,
    /// Cells whose number of elements changes.
    pub reshaped: &'a Values,
    /// Cells that the reverse sweep takes back.
    pub undone: &'a Values,
}

/// What the reverse of a region takes back when it begins: these cells, by these statements.
#[derive(Default)]
pub struct Early {
    pub roots: Values,
    pub undo: Vec<Stmt>,
}

/// How each value that a reverse region needs is had.
struct Choice {
    stored: Vec<Value>,
    /// Positions of the statements that are run again.
    again: BTreeSet<usize>,
    /// Of some of what they give, where in memory it stands.
    standing: Table<Place>,
}

impl Store<'_> {
    /// Makes what the reverse of a loop's body needs available in it.
    ///
    /// ```text
    /// forward: { …; push tape (a, b) }      reverse: { (a, b) = pop tape; …recomputed…; adjoints }
    /// ```
    pub fn in_loop(
        &mut self,
        forward: &mut Region,
        reverse: &mut Region,
        early: &Early,
        tape: Tape,
    ) {
        self.shapes(forward, reverse, early);
        let choice = self.choose(forward, reverse, early);
        recompute(forward, reverse, early, &choice);
        if choice.stored.is_empty() {
            return;
        }
        let span = proc_macro2::Span::mixed_site();
        let values = choice.stored.clone();
        forward.stmts.push(Stmt {
            results: Vec::new(),
            op: Op::TapePush { tape, values },
            span,
        });
        reverse.stmts.insert(
            0,
            Stmt {
                results: choice.stored,
                op: Op::TapePop { tape },
                span,
            },
        );
    }

    /// Whether the reverse of a loop's body takes anything from the stack.
    pub fn keeps(&self, forward: &Region, reverse: &Region, early: &Early) -> bool {
        let mut pushes = false;
        forward.visit(&mut |stmt| {
            pushes |= stmt.op.puts_on_stack();
        });
        pushes || !self.choose(forward, reverse, early).stored.is_empty()
    }

    /// Makes what the reverse of the whole function needs available in it; what is returned is kept between the sweeps.
    pub fn in_function(
        &mut self,
        forward: &mut Region,
        reverse: &mut Region,
        early: &Early,
    ) -> Vec<Value> {
        self.shapes(forward, reverse, early);
        // Parameters are passed to both sweeps.
        let inside = Region {
            params: Vec::new(),
            stmts: forward.stmts.clone(),
            yields: Vec::new(),
        };
        let choice = self.choose(&inside, reverse, early);
        recompute(&inside, reverse, early, &choice);
        choice.stored
    }

    /// Makes what the reverse of a branch needs available in it: what is returned is handed out of the forward branch.
    pub fn in_branch(
        &mut self,
        forward: &mut Region,
        reverse: &mut Region,
        early: &Early,
    ) -> Vec<(Value, Value)> {
        self.shapes(forward, reverse, early);
        let choice = self.choose(forward, reverse, early);
        recompute(forward, reverse, early, &choice);
        let span = proc_macro2::Span::mixed_site();
        let mut handed = Vec::new();
        for v in choice.stored {
            let outside = self.function.like(v);
            self.plan.extend(self.function, v);
            let op = Op::Load(Place::whole(outside));
            reverse.stmts.insert(
                0,
                Stmt {
                    results: vec![v],
                    op,
                    span,
                },
            );
            handed.push((v, outside));
        }
        handed
    }

    /// Of what the reverse needs for nothing but zeros it is given the shape.
    ///
    /// ```text
    /// forward: { v = …; s = shape v; push tape s }      reverse: { s = pop tape; v_adj = 0 of s; … }
    /// ```
    fn shapes(&mut self, forward: &mut Region, reverse: &mut Region, early: &Early) {
        let mut asked = Values::new();
        let of_shape = |zero: &Zero| match zero {
            Zero::Like(p) if p.path.is_empty() => {
                let wanted = self.plan.varied(p.root) && !self.function.is_scalar(p.root);
                wanted.then_some(p.root)
            }
            _ => None,
        };
        reverse.each_zero(&mut |zero| asked.extend(of_shape(zero)));
        if asked.is_empty() {
            return;
        }
        let mut rest = reverse.clone();
        rest.each_zero(&mut |zero| {
            if of_shape(zero).is_some() {
                *zero = Zero::Scalar;
            }
        });
        let otherwise = rest.free();
        let undone = early.undo.iter().flat_map(Stmt::free);
        asked.retain(|v| !otherwise.contains(v));
        undone.for_each(|v| {
            asked.remove(&v);
        });
        let mut shapes = Table::new();
        let mut last = Vec::new();
        for stmt in std::mem::take(&mut forward.stmts) {
            let results = stmt.results.clone();
            forward.stmts.push(stmt);
            for v in results.into_iter().filter(|v| asked.contains(v)) {
                let ty = self.function.types.unknown();
                let shape = self.function.value(ty);
                self.plan.extend(self.function, v);
                shapes.insert(v, shape);
                let taken = Stmt::new(vec![shape], Op::Shape(Place::whole(v)));
                if self.effects.immutable(v) {
                    forward.stmts.push(taken);
                } else {
                    last.push(taken);
                }
            }
        }
        forward.stmts.append(&mut last);
        reverse.each_zero(&mut |zero| {
            if let Zero::Like(p) = zero
                && p.path.is_empty()
                && let Some(shape) = shapes.get(&p.root)
            {
                *zero = Zero::Of(*shape);
            }
        });
    }

    fn choose(&self, forward: &Region, reverse: &Region, early: &Early) -> Choice {
        let mut definitions = Table::new();
        for (k, stmt) in forward.stmts.iter().enumerate() {
            for v in &stmt.results {
                definitions.insert(*v, Some(k));
            }
        }
        // The item of a loop that is walked backwards is there as it was.
        for v in forward
            .params
            .iter()
            .filter(|v| !reverse.params.contains(v))
        {
            definitions.insert(*v, None);
        }
        let needed: Values = early
            .undo
            .iter()
            .flat_map(Stmt::free)
            .chain(reverse.free())
            .filter(|v| definitions.contains_key(v))
            .collect();
        let mut search = Search {
            store: self,
            forward,
            definitions: &definitions,
            early: &early.roots,
            there: Values::new(),
            standing: Table::new(),
            filled: Table::new(),
        };
        search.standing = search.standing(reverse);
        search.filled = search.filled();
        // Memory that is stored anyway can be read again.
        search.there = needed
            .iter()
            .filter(|v| !self.function.is_scalar(*v))
            .filter(|v| !search.is_cheap(*v) || search.filled.contains_key(v))
            .collect();
        let mut stored: Values = needed.iter().filter(|v| !search.is_cheap(*v)).collect();
        let rest: Vec<Value> = needed.into_iter().filter(|v| !stored.contains(v)).collect();
        // Of what can be computed again: keep it, or what it is computed from, whichever is less.
        let mut has_leaves = Table::new();
        let mut direct: Vec<Value> = rest
            .iter()
            .copied()
            .filter(|v| search.has_leaves(*v, &stored, &mut has_leaves))
            .collect();
        let leaves: Values = has_leaves
            .iter()
            .filter(|(v, has)| **has && !search.is_cheap(*v))
            .map(|(v, _)| v)
            .collect();
        if direct.len() <= FEW {
            search.lessen(&mut direct, &stored);
        }
        let keepable = direct.iter().all(|v| self.function.is_scalar(*v));
        if leaves.len() <= direct.len() || !keepable {
            stored.extend(&leaves);
        } else {
            stored.extend(&direct);
        }
        if !stored.is_empty() && rest.len() <= MANY {
            search.keep_dear(&rest, &mut stored);
        }
        let mut again = BTreeSet::new();
        for v in &rest {
            search.again(*v, &stored, &mut again);
        }
        Choice {
            stored: stored.into_iter().collect(),
            again,
            standing: search.standing,
        }
    }
}

/// Puts what is computed again in front of a reverse region: what is undone at once, and in front of that what does not
/// look at it.
fn recompute(forward: &Region, reverse: &mut Region, early: &Early, choice: &Choice) {
    let mut late = Values::new();
    let (mut before, mut after) = (Vec::new(), Vec::new());
    for k in &choice.again {
        let mut stmt = forward.stmts[*k].clone();
        if let [v] = stmt.results.as_slice()
            && let Some(place) = choice.standing.get(v)
        {
            stmt.op = Op::Load(place.clone());
        }
        let looks = early.roots.iter().any(|root| undo::reads(&stmt, root));
        if !looks && stmt.free().is_disjoint(&late) {
            before.push(stmt);
        } else {
            late.extend(stmt.results.iter().copied().chain(stmt.mutated()));
            after.push(stmt);
        }
    }
    before.extend(early.undo.iter().cloned());
    before.append(&mut after);
    reverse.stmts.splice(0..0, before);
}

struct Search<'a> {
    /// Memory of this region that the reverse region has.
    there: Values,
    store: &'a Store<'a>,
    forward: &'a Region,
    early: &'a Values,
    definitions: &'a Table<Option<usize>>,
    /// Where in memory a value stands that would have to be kept.
    standing: Table<Place>,
    /// Arrays that are filled again, and the statements that do it.
    filled: Table<Vec<usize>>,
}

/// Of how many values it is asked which of them are enough.
const FEW: usize = 32;

/// Of how many values it is asked what is run again for each of them.
const MANY: usize = 128;

/// How many operations are less than a store and a load.
const LONG: usize = 8;

/// The most statements of a loop that fills an array again.
const FILLING: usize = 8;

impl Search<'_> {
    fn definition(&self, v: Value) -> Option<(usize, &Stmt)> {
        let k = (*self.definitions.get(&v)?)?;
        Some((k, &self.forward.stmts[k]))
    }

    /// What a loop that is walked backwards has written, element by element, and nothing overwrites: it is read again.
    ///
    /// ```text
    /// for i in r { v = …; w[i] = v }      reverse:  for i in reversed r { v = w[i]; … }
    /// ```
    fn standing(&self, reverse: &Region) -> Table<Place> {
        let Store {
            effects,
            function,
            undone,
            ..
        } = self.store;
        let Some(item) = reverse.params.first() else {
            return Table::new();
        };
        let found = self.forward.stmts.iter().filter_map(|stmt| {
            let Op::Store(p, v) = &stmt.op else {
                return None;
            };
            let [inside @ .., Step::Index(last)] = p.path.as_slice() else {
                return None;
            };
            let element = last == item && inside.iter().all(|step| matches!(step, Step::Entries));
            // What belongs to an iteration has to be kept as a whole: of a matrix all is written.
            let reachable = match effects.owner(p.root) {
                Owner::Function => true,
                Owner::Loop => function.types.is_matrix(function.ty(p.root)),
                Owner::Branch => false,
            };
            let around = !self.definitions.contains_key(&p.root) && !undone.contains(&p.root);
            let own = self.definition(*v).is_some() && function.is_scalar(*v);
            let dear = !self.is_cheap(*v);
            (element && reachable && around && own && dear && effects.settles(*v, p.root))
                .then(|| (*v, p.clone()))
        });
        found.collect()
    }

    /// Computing it again costs little and gives the same.
    fn is_cheap(&self, v: Value) -> bool {
        self.standing.contains_key(&v)
            || self.filled.contains_key(&v)
            || self
                .definition(v)
                .is_some_and(|(k, stmt)| self.is_cheap_statement(v, stmt, k))
    }

    /// What computing it again, or reading it, asks for.
    fn operands(&self, v: Value, stmt: &Stmt) -> Values {
        if self.standing.contains_key(&v) {
            return Values::new();
        }
        let mut operands = stmt.free();
        for k in self.filled.get(&v).into_iter().flatten() {
            operands.extend(self.forward.stmts[*k].free());
        }
        operands.remove(&v);
        operands
    }

    /// What belongs to an iteration and is filled by loops that only read, and compute what is cheap.
    ///
    /// ```text
    /// for … { w = [0; N]; for i in 0..N { w[i] = x[i] * c }; … }      reverse:  for … { w = [0; N]; for i in 0..N { w[i] = x[i] * c }; … }
    /// ```
    fn filled(&self) -> Table<Vec<usize>> {
        let Store {
            effects, function, ..
        } = self.store;
        let arrays = self.forward.stmts.iter().filter_map(|stmt| {
            let (
                Op::Repeat {
                    value,
                    count: Count::Constant(_),
                    container: _,
                },
                [v],
            ) = (&stmt.op, stmt.results.as_slice())
            else {
                return None;
            };
            let of_numbers = undo::is_array(function, *v) && function.is_scalar(*value);
            (of_numbers && effects.owner(*v) == Owner::Loop).then_some(*v)
        });
        let mut filled = Table::new();
        for v in arrays {
            let statements = self.forward.stmts.iter().enumerate();
            let fills: Vec<usize> = statements
                .filter(|(_, stmt)| stmt.mutated().contains(&v))
                .map(|(k, _)| k)
                .collect();
            if fills.iter().all(|k| self.fills(v, *k)) {
                filled.insert(v, fills);
            }
        }
        filled
    }

    /// Whether the statement at this position is a loop that does nothing but to write to an array what is cheap.
    fn fills(&self, v: Value, k: usize) -> bool {
        let Op::Loop(l) = &self.forward.stmts[k].op else {
            return false;
        };
        let plain = matches!(l.kind, LoopKind::For(_)) && !l.conditional && l.init.is_empty();
        let function = &self.store.function;
        plain
            && l.checkpoint.is_none()
            && l.body.stmts.len() <= FILLING
            && l.body.stmts.iter().all(|stmt| match &stmt.op {
                Op::Store(p, w) => p.root == v && function.is_scalar(*w),
                _ => {
                    let mut results = stmt.results.iter();
                    !stmt.results.is_empty()
                        && results
                            .all(|r| function.is_scalar(*r) && self.is_cheap_statement(*r, stmt, k))
                }
            })
    }

    /// `v`: one of its results; `k`: where in the region it is, or what it is in.
    fn is_cheap_statement(&self, v: Value, stmt: &Stmt, k: usize) -> bool {
        let effects = self.store.effects;
        let memory = |p: &Place| {
            if self.store.undone.contains(&p.root) {
                let own = self.definitions.contains_key(&p.root);
                return (!own || self.there.contains(&p.root)) && self.is_undone(p.root, k);
            }
            if self.there.contains(&p.root) {
                return effects.stable(v, p.root);
            }
            let own = self.definitions.contains_key(&p.root);
            let scalar = self.store.function.is_scalar(p.root)
                && !self.store.function.locals.contains(&p.root);
            if own {
                // A value of this region is as good as another; memory of this region is not there any more, but what has a name.
                let named = |(_, stmt): (usize, &Stmt)| is_constant(&stmt.op);
                return scalar
                    || (effects.immutable(p.root) && self.definition(p.root).is_some_and(named));
            }
            let reachable = effects.owner(p.root) != Owner::Branch || scalar;
            reachable && effects.stable(v, p.root)
        };
        match &stmt.op {
            Op::Literal(_) | Op::Undefined | Op::Identity { .. } | Op::Neg(_) | Op::Arith(..) => {
                true
            }
            Op::Plain { .. } | Op::Query { .. } | Op::Cast { .. } | Op::Stop { .. } => true,
            Op::Opaque {
                code: _,
                captures,
                pure,
            } => *pure && captures.iter().all(|c| memory(&c.place)),
            Op::Matches {
                place,
                pattern: _,
                reference: _,
            } => memory(place),
            Op::Apply { row, args: _ } => is_cheap_function(row.name),
            Op::Load(p) => self.store.function.is_scalar(v) && memory(p),
            Op::Len(p) => memory(p) || self.keeps_its_length(p),
            Op::Aggregate(_, values) => {
                let row = |v: &Value| match self.definition(*v) {
                    Some((k, stmt)) if matches!(stmt.op, Op::Aggregate(..)) => {
                        self.is_cheap_statement(*v, stmt, k)
                    }
                    _ => false,
                };
                let part = |v: &Value| self.store.function.is_scalar(*v) || row(v);
                effects.immutable(v) && values.len() <= 4 && values.iter().all(part)
            }
            // What was moved out of a loop under its condition.
            Op::If {
                cond: _,
                then,
                otherwise,
            } => {
                let scalar = |v: &Value| self.store.function.is_scalar(*v);
                // A statement without a result does something else.
                let idle = |s: &Stmt| {
                    !s.results.is_empty()
                        && s.results
                            .iter()
                            .all(|v| scalar(v) && self.is_cheap_statement(*v, s, k))
                };
                stmt.results.iter().all(scalar)
                    && then.stmts.iter().chain(&otherwise.stmts).all(idle)
            }
            _ => false,
        }
    }

    /// When the reverse of the region begins, the memory is as this statement found it.
    fn is_undone(&self, root: Value, k: usize) -> bool {
        let mut rest = self.forward.stmts[k + 1..].iter();
        self.early.contains(&root) || !rest.any(|stmt| stmt.mutated().contains(&root))
    }

    /// Elements may change, but not how many there are.
    fn keeps_its_length(&self, p: &Place) -> bool {
        let there = !self.definitions.contains_key(&p.root)
            && self.store.effects.owner(p.root) != Owner::Branch
            && !self.store.effects.is_lent(p.root);
        there && !self.store.reshaped.contains(&p.root)
    }

    /// Whether a value is computed from leaves: what cannot be computed again itself. Of each value that was asked for on the way it
    /// is said once.
    fn has_leaves(&self, v: Value, stored: &Values, known: &mut Table<bool>) -> bool {
        if stored.contains(&v) || !self.definitions.contains_key(&v) {
            return false;
        }
        if let Some(has) = known.get(&v) {
            return *has;
        }
        let mut has = !self.is_cheap(v);
        if !has && let Some((_, stmt)) = self.definition(v) {
            for operand in self.operands(v, stmt) {
                has |= self.has_leaves(operand, stored, known);
            }
        }
        known.insert(v, has);
        has
    }

    /// Leaves out what can be computed from the others of these.
    fn lessen(&self, direct: &mut Vec<Value>, stored: &Values) {
        for v in direct.clone() {
            let mut others = stored.clone();
            others.extend(direct.iter().filter(|other| **other != v));
            if !self.has_leaves(v, &others, &mut Table::new()) {
                direct.retain(|other| *other != v);
            }
        }
    }

    /// What many operations are run again for, and for nothing else, is kept beside what is kept anyway.
    fn keep_dear(&self, rest: &[Value], stored: &mut Values) {
        let mut there = stored.clone();
        there.extend(rest);
        let mut users = vec![0; self.forward.stmts.len()];
        let mut each = Vec::new();
        for v in rest {
            // Between it and the others.
            let mut own = BTreeSet::new();
            there.remove(v);
            self.again(*v, &there, &mut own);
            there.insert(*v);
            own.retain(|k| !is_constant(&self.forward.stmts[*k].op));
            own.iter().for_each(|k| users[*k] += 1);
            each.push(own);
        }
        for (v, own) in rest.iter().zip(each) {
            let alone = own.iter().filter(|k| users[**k] == 1).count();
            if alone > LONG && self.store.function.is_scalar(*v) {
                stored.insert(*v);
            }
        }
    }

    /// The statements to run again for a value.
    fn again(&self, v: Value, stored: &Values, found: &mut BTreeSet<usize>) {
        if stored.contains(&v) {
            return;
        }
        if let Some((k, stmt)) = self.definition(v)
            && found.insert(k)
        {
            found.extend(self.filled.get(&v).into_iter().flatten());
            for operand in self.operands(v, stmt) {
                self.again(operand, stored, found);
            }
        }
    }
}

/// A constant by its name.
pub(super) fn is_constant(op: &Op) -> bool {
    match op {
        Op::Literal(_) => true,
        Op::Opaque {
            code: Code::Expr(code),
            captures,
            pure: true,
        } => captures.is_empty() && matches!(**code, syn::Expr::Path(_)),
        _ => false,
    }
}

/// Not dearer than a store and a load.
fn is_cheap_function(name: &str) -> bool {
    matches!(
        name,
        "abs"
            | "max"
            | "min"
            | "clamp"
            | "mul_add"
            | "recip"
            | "signum"
            | "copysign"
            | "floor"
            | "ceil"
            | "round"
            | "round_ties_even"
            | "trunc"
            | "fract"
            | "to_degrees"
            | "to_radians"
            | "midpoint"
    )
}
