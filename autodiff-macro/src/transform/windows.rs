//! What a loop reads and writes, an element an iteration, as slices of just the length that the loop looks at.
//!
//! ```text
//! for i in 0..n { x_adj[i] += … }          becomes   w_adj = &mut x_adj[..n]; for i in 0..n { w_adj[i] += … }
//! for i in 0..n { x_adj[r + i] += … }      becomes   w_adj = &mut x_adj[r..][..n]; for i in 0..n { w_adj[i] += … }
//! for i in l..h { … x[i - 1] … x[i] … }    becomes   for t in 0..h - l { i = l + t; … v[t] … w[t] … }
//! ```
//!
//! This shows the compiler that no index has to be looked at again. The forward sweep has found all that a reverse one uses, so
//! that there it cannot fail. A forward loop asks first, and is left as it was where it would go astray: what it does until then, and how it
//! fails, is the user's.
//!
//! ```text
//! for i in 0..n { … x[r + i] … }      becomes      if r + n <= x.len() { w = &x[r..][..n]; for … } else { for … }
//! ```

use super::affine::{Distance, Numbers};
use crate::analyze::Plan;
use crate::ir::{
    Argument, Arith, Contribution, Function, Kind, Loop, LoopKind, Op, Place, Range, Region, Step,
    Stmt, Table, Target, Value, Values, View, Window,
};
use crate::normalize::fold;
use proc_macro2::{Ident, Span};
use quote::quote;

/// What stands in front of the index, and how far from the item that is.
#[derive(Clone, PartialEq)]
struct Prefix {
    place: Place,
    at: Distance,
    adjoint: bool,
}

/// Turns accesses of a loop's body into such of windows; what is returned opens these in front of the loop. All that the
/// loop looks at is there. `range`: it may begin at zero afterwards.
pub fn open(
    function: &mut Function,
    plan: &mut Plan,
    range: &mut Range,
    body: &mut Region,
) -> Vec<Stmt> {
    if body.params.is_empty() || range.inclusive {
        return Vec::new();
    }
    let Looked { before, windows } = look(function, plan, range, body, &mut |_, _| true);
    let windows = windows.into_iter().map(opened);
    before.into_iter().chain(windows).collect()
}

fn opened((value, window): (Value, Window)) -> Stmt {
    Stmt::new(vec![value], Op::Window(window))
}

/// Turns accesses of the loops of a forward sweep that have no other loop in them into such of windows, where those are there.
pub fn ask(function: &mut Function, plan: &mut Plan, forward: &mut Region, reverse: &Region) {
    let mut lengths = Table::new();
    forward.visit(&mut |stmt| {
        if let (Op::Len(p), [v]) = (&stmt.op, stmt.results.as_slice()) {
            lengths.insert(*v, p.clone());
        }
    });
    let mut used = forward.used();
    used.unite(&reverse.used());
    let mut cx = Ask {
        function,
        plan,
        used,
        lengths,
    };
    cx.region(forward);
}

struct Ask<'a> {
    function: &'a mut Function,
    plan: &'a mut Plan,
    /// What is used anywhere.
    used: Values,
    /// What some values are the lengths of.
    lengths: Table<Place>,
}

/// The most statements of a loop that is written twice.
const STATEMENTS: usize = 200;

impl Ask<'_> {
    fn region(&mut self, region: &mut Region) {
        let mut out = Vec::new();
        for mut stmt in std::mem::take(&mut region.stmts) {
            for inner in stmt.op.regions_mut() {
                self.region(inner);
            }
            let asked = match &stmt.op {
                // How often it ran is counted for what asks.
                Op::Loop(l) if !self.used.contains(&stmt.results[0]) => {
                    self.asked(l, &stmt.results)
                }
                _ => None,
            };
            match asked {
                Some(stmts) => out.extend(stmts),
                None => out.push(stmt),
            }
        }
        region.stmts = out;
    }

    fn asked(&mut self, l: &Loop, results: &[Value]) -> Option<Vec<Stmt>> {
        let LoopKind::For(range) = &l.kind else {
            return None;
        };
        let plain = !range.inclusive && range.adapters.is_empty() && !l.conditional;
        let numbers = l.init.iter().all(|v| self.function.is_scalar(*v));
        if !(plain && numbers && l.checkpoint.is_none() && is_worth_it(&l.body)) {
            return None;
        }
        let (mut range, mut body) = (range.clone(), l.body.clone());
        let (function, plan) = (&mut *self.function, &mut *self.plan);
        let Looked {
            before: mut stmts,
            windows,
        } = look(
            function,
            plan,
            &mut range,
            &mut body,
            &mut |prefix, kind| {
                // Where the path to what is looked at may fail itself, that is for the loop to say.
                let mut path = prefix.place.path.iter();
                // Of an array the compiler knows the length.
                let known = matches!(kind, Kind::Array(_)) && prefix.at == Distance::default();
                path.all(|step| matches!(step, Step::Field(_))) && !known
            },
        );
        if windows.iter().all(|(_, window)| self.is_known(window)) {
            return None;
        }
        let ty = self.function.types.plain();
        let inside = self.function.value(ty);
        self.plan.pad(self.function, false);
        let asked = windows.iter().map(|(_, window)| window.clone()).collect();
        stmts.push(Stmt::new(vec![inside], Op::Inside(asked)));
        let fast = Loop {
            kind: LoopKind::For(range),
            body,
            ..l.clone()
        };
        let windows = windows.into_iter().map(opened).collect();
        let branch = Op::If {
            cond: inside,
            then: arm(self.function, self.plan, windows, fast, results),
            otherwise: arm(self.function, self.plan, Vec::new(), l.clone(), results),
        };
        stmts.push(Stmt::new(results[1..].to_vec(), branch));
        Some(stmts)
    }

    /// The compiler sees for itself that the elements are there: the loop runs as far as there are any.
    fn is_known(&self, window: &Window) -> bool {
        window.base.is_empty()
            && window.shift <= 0
            && self.lengths.get(&window.high) == Some(&window.of)
    }
}

/// A loop with results of its own, behind these statements.
pub fn arm(
    function: &mut Function,
    plan: &mut Plan,
    mut stmts: Vec<Stmt>,
    l: Loop,
    results: &[Value],
) -> Region {
    let mut own = Vec::new();
    for v in results {
        own.push(function.like(*v));
        plan.extend(function, *v);
    }
    let yields = own[1..].to_vec();
    stmts.push(Stmt::new(own, Op::Loop(l)));
    Region {
        params: Vec::new(),
        stmts,
        yields,
    }
}

/// Little else is done in such an iteration than to look at elements.
fn is_worth_it(body: &Region) -> bool {
    let (mut size, mut worth) = (0, true);
    body.visit(&mut |stmt| {
        size += 1;
        worth &= match &stmt.op {
            Op::Loop(_)
            | Op::Retake(_)
            | Op::Call { .. }
            | Op::Pullback { .. }
            | Op::TapePush { .. }
            | Op::TapePop { .. }
            | Op::Copy(_)
            | Op::Effect { .. } => false,
            // The ends of a ring.
            Op::Plain {
                operator,
                operands: _,
            } => operator.to_string() != "%",
            _ => true,
        };
    });
    worth && size <= STATEMENTS
}

/// Windows, and what stands in front of them.
#[derive(Default)]
struct Looked {
    before: Vec<Stmt>,
    windows: Vec<(Value, Window)>,
}

/// The windows that are wanted; the loop's body looks through them.
fn look(
    function: &mut Function,
    plan: &mut Plan,
    range: &mut Range,
    body: &mut Region,
    wanted: &mut dyn FnMut(&Prefix, Kind) -> bool,
) -> Looked {
    let mut find = |function: &Function, body: &Region| {
        let numbers = Numbers::new(function, body, body.params[0]);
        let mut found = Prefix::all(function, body, &numbers);
        found.retain(|prefix| wanted(prefix, function.kind_of(&prefix.place)));
        (numbers, found)
    };
    let (mut numbers, mut found) = find(function, body);
    let mut before = Vec::new();
    // Nothing is in front of what a loop from zero looks at first.
    let first = found.iter().map(|prefix| prefix.at.shift).min();
    if first.is_some_and(|shift| shift < 0)
        && fold::integers(function, &function.body).get(&range.low) != Some(&0)
    {
        // Winners are known by the items.
        if body.stmts.iter().any(|s| matches!(s.op, Op::Winners(_))) {
            return Looked::default();
        }
        before = rebase(function, range, body);
        plan.pad(function, false);
        (numbers, found) = find(function, body);
    }
    let mutated = body.mutated();
    let mut windows = Vec::new();
    for prefix in found {
        let (Kind::Array(element) | Kind::Slice(element) | Kind::Vec(element)) =
            function.kind_of(&prefix.place)
        else {
            continue;
        };
        let ty = function.types.known(Kind::Slice(element));
        let value = function.value(ty);
        plan.extend(function, prefix.place.root);
        prefix.redirect(body, &numbers, value);
        let view = match (prefix.adjoint, mutated.contains(&prefix.place.root)) {
            (true, _) => View::Adjoint,
            (false, true) => View::Exclusive,
            (false, false) => View::Shared,
        };
        let window = Window {
            of: prefix.place,
            view,
            base: prefix.at.base,
            shift: prefix.at.shift,
            low: range.low,
            high: range.high,
        };
        windows.push((value, window));
    }
    Looked { before, windows }
}

/// Makes a loop count from zero.
fn rebase(function: &mut Function, range: &mut Range, body: &mut Region) -> Vec<Stmt> {
    let item = body.params[0];
    let [zero, trips, count] = [(); 3].map(|()| function.like(item));
    let names = ["low", "high"].map(|name| Ident::new(name, Span::mixed_site()));
    let [low, high] = &names;
    let code = syn::parse_quote!(::core::primitive::usize::saturating_sub(#high, #low));
    let difference = Op::expression(code, &[(low, range.low), (high, range.high)]);
    let sum = Op::Arith(Arith::Add, range.low, count);
    body.stmts.insert(0, Stmt::new(vec![item], sum));
    body.params[0] = count;
    *range = Range {
        low: zero,
        high: trips,
        ..range.clone()
    };
    vec![
        Stmt::new(vec![zero], Op::Literal(quote!(0usize))),
        Stmt::new(vec![trips], difference),
    ]
}

impl Prefix {
    /// Of what each iteration looks at, and nothing else in it changes.
    fn all(function: &Function, body: &Region, numbers: &Numbers) -> Vec<Self> {
        let mut found: Vec<Self> = Vec::new();
        for stmt in &body.stmts {
            places(&mut stmt.op.clone(), &mut |place, adjoint| {
                let prefix = Prefix::of(place, adjoint, numbers);
                found.extend(prefix.filter(|p| !found.contains(p)));
            });
        }
        let mutated = body.mutated();
        found.retain(|prefix| {
            let kind = function.kind_of(&prefix.place);
            let changes = prefix.adjoint || mutated.contains(&prefix.place.root);
            matches!(kind, Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_))
                && (!changes || prefix.is_alone(body, numbers))
        });
        found
    }

    /// Of a place that goes on with a number of the loop, where it is the same in all iterations.
    fn of(place: &Place, adjoint: bool, numbers: &Numbers) -> Option<Self> {
        let (place, at) = numbers.split(place)?;
        let at = at.clone();
        // Whether a value is of a variant is asked in the loop.
        let asked = place.path.iter().any(|s| matches!(s, Step::Variant { .. }));
        (!asked).then_some(Prefix { place, at, adjoint })
    }

    /// No other part of this memory, or of this adjoint, is used in the loop.
    fn is_alone(&self, region: &Region, numbers: &Numbers) -> bool {
        let root = self.place.root;
        region.stmts.iter().all(|stmt| {
            let mut alone = true;
            places(&mut stmt.op.clone(), &mut |place, adjoint| {
                if adjoint == self.adjoint && place.root == root {
                    alone &= Prefix::of(place, adjoint, numbers).as_ref() == Some(self);
                }
            });
            let otherwise = if self.adjoint {
                whole_adjoints(&stmt.op).contains(&root)
            } else {
                match &stmt.op {
                    Op::Load(_) => false,
                    Op::Store(_, v) | Op::Update(_, _, v) => *v == root,
                    op => op.primal_operands().contains(&root),
                }
            };
            alone && !otherwise && stmt.op.regions().all(|inner| self.is_alone(inner, numbers))
        })
    }

    fn redirect(&self, region: &mut Region, numbers: &Numbers, window: Value) {
        for stmt in &mut region.stmts {
            places(&mut stmt.op, &mut |place, adjoint| {
                if Prefix::of(place, adjoint, numbers).as_ref() == Some(self) {
                    let mut path = place.path[self.place.path.len()..].to_vec();
                    path[0] = Step::Index(numbers.item());
                    *place = Place { root: window, path };
                }
            });
            for inner in stmt.op.regions_mut() {
                self.redirect(inner, numbers, window);
            }
        }
    }
}

/// The places whose adjoints an operation uses.
pub fn adjoint_places(op: &mut Op, f: &mut dyn FnMut(&mut Place)) {
    places(op, &mut |place, adjoint| {
        if adjoint {
            f(place);
        }
    });
}

/// The places of an operation of the reverse sweep, and whether the adjoint's are meant.
pub fn places(op: &mut Op, f: &mut dyn FnMut(&mut Place, bool)) {
    match op {
        Op::Load(p)
        | Op::Copy(p)
        | Op::Len(p)
        | Op::Shape(p)
        | Op::Store(p, _)
        | Op::Update(p, _, _) => f(p, false),
        Op::Window(window) | Op::ForgetRest(window) => {
            f(&mut window.of, window.view == View::Adjoint);
        }
        Op::Clear(p)
        | Op::Forget(p)
        | Op::ReverseAdjoint(p)
        | Op::PopAdjoint(p)
        | Op::Reset(p, _)
        | Op::RotateAdjoint(p, _)
        | Op::Lengthen(p, _) => f(p, true),
        Op::SwapAdjoints(p, q) | Op::Drain { from: p, to: q } => {
            f(p, true);
            f(q, true);
        }
        Op::AddRest { to, .. } => f(to, true),
        Op::Begin { value: _, with } => contribution(with, f),
        Op::Add { place, what } | Op::First { place, what } => {
            f(place, true);
            contribution(what, f);
        }
        Op::Set { place: p, what } | Op::PushAdjoint(p, what) => {
            f(p, true);
            what.iter_mut().for_each(|c| contribution(c, f));
        }
        Op::Pullback { own, args, .. } => {
            own.iter_mut().for_each(|p| f(p, true));
            for (argument, target) in args {
                match argument {
                    Argument::Owned(p) | Argument::Shared(p) => f(p, false),
                    Argument::Value(_) | Argument::Exclusive(_) => {}
                }
                if let Some(Target::Place(p)) = target {
                    f(p, true);
                }
            }
        }
        _ => {}
    }
}

fn contribution(what: &mut Contribution, f: &mut dyn FnMut(&mut Place, bool)) {
    if let Contribution::Place(p) | Contribution::NegatedPlace(p) | Contribution::Sum(p) = what {
        f(p, true);
    }
}

/// The values whose adjoints an operation uses as wholes.
pub fn whole_adjoints(op: &Op) -> Vec<Value> {
    let of = |what: &Contribution| match what {
        Contribution::Adjoint(v)
        | Contribution::Negated(v)
        | Contribution::Times(v, _)
        | Contribution::Over(v, _)
        | Contribution::Cast(v, _)
        | Contribution::MinusOver { y: v, b: _ }
        | Contribution::Power { y: v, .. }
        | Contribution::Partial { y: v, .. } => Some(*v),
        Contribution::Place(_)
        | Contribution::NegatedPlace(_)
        | Contribution::Sum(_)
        | Contribution::Given(_) => None,
    };
    match op {
        Op::Declare { value, zero: _ } => vec![*value],
        Op::Begin { value, with } => of(with).into_iter().chain([*value]).collect(),
        Op::Add { place: _, what } | Op::First { place: _, what } => of(what).into_iter().collect(),
        Op::Set { place: _, what } | Op::PushAdjoint(_, what) => {
            what.iter().filter_map(of).collect()
        }
        Op::AddRest { from, .. } => vec![*from],
        Op::Pullback { seed, .. } => seed.iter().copied().collect(),
        _ => Vec::new(),
    }
}

/// Whether a statement does anything with the adjoint of a value, at any depth.
pub fn names(stmt: &Stmt, v: Value) -> bool {
    let mut names = changes(stmt, v);
    each(stmt, &mut |op| names |= whole_adjoints(op).contains(&v));
    names
}

/// Whether the adjoint of a value may be another one after a statement.
pub fn changes(stmt: &Stmt, v: Value) -> bool {
    let mut changes = false;
    each(stmt, &mut |op| {
        changes |= match op {
            Op::Declare { value, zero: _ } | Op::Begin { value, with: _ } => *value == v,
            _ => false,
        };
        if op.regions().next().is_none() {
            adjoint_places(&mut op.clone(), &mut |place| changes |= place.root == v);
        }
    });
    changes
}

/// A statement's operation and those inside it.
fn each(stmt: &Stmt, f: &mut dyn FnMut(&Op)) {
    f(&stmt.op);
    for inner in stmt.op.regions() {
        inner.visit(&mut |stmt| f(&stmt.op));
    }
}
