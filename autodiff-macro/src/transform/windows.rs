//! What the reverse of a loop reads and writes, an element an iteration, as slices of just that length.
//!
//! ```text
//! for i in 0..n { x_adj[i] += … }      becomes      w_adj = &mut x_adj[..n]; for i in 0..n { w_adj[i] += … }
//! for i in 0..n { x_adj[r + i] += … }  becomes      w_adj = &mut x_adj[r..r + n]; for i in 0..n { w_adj[i] += … }
//! ```
//!
//! The forward sweep has found all of these elements, so that this cannot fail; it shows the compiler that no index has to
//! be looked at again.

use crate::ir::{
    Argument, Arith, Contribution, Function, Kind, Op, Place, Range, Region, Step, Stmt, Target,
    Value,
};
use std::collections::{BTreeMap, BTreeSet};

/// What stands in front of the index.
#[derive(Clone, PartialEq)]
struct Prefix {
    place: Place,
    /// What is added to the item.
    base: Option<Value>,
    adjoint: bool,
}

/// The loop that is looked at.
struct Body {
    item: Value,
    inside: BTreeSet<Value>,
    /// Sums of the item and what is the same in all iterations, which is the second.
    shifted: BTreeMap<Value, Value>,
}

impl Body {
    fn new(region: &Region, item: Value) -> Self {
        let inside = region.defined();
        let mut shifted = BTreeMap::new();
        region.visit(&mut |stmt| {
            if let (Op::Arith(Arith::Add, a, b), [sum]) = (&stmt.op, stmt.results.as_slice()) {
                let base = if *a == item { *b } else { *a };
                if (*a == item || *b == item) && !inside.contains(&base) {
                    shifted.insert(*sum, base);
                }
            }
        });
        Body {
            item,
            inside,
            shifted,
        }
    }
}

/// Turns accesses of a loop's body into such of windows; what is returned opens these in front of the loop.
pub fn open(function: &mut Function, range: &Range, body: &mut Region) -> Vec<Stmt> {
    let Some(item) = body.params.first().copied().filter(|_| !range.inclusive) else {
        return Vec::new();
    };
    let around = Body::new(body, item);
    let mutated = body.mutated();
    let mut found: Vec<Prefix> = Vec::new();
    for stmt in &mut body.stmts {
        places(&mut stmt.op, &mut |place, adjoint| {
            let prefix = Prefix::of(place, adjoint, &around);
            found.extend(prefix.filter(|p| !found.contains(p)));
        });
    }
    let mut stmts = Vec::new();
    for prefix in found {
        let (Kind::Array(element) | Kind::Slice(element) | Kind::Vec(element)) =
            function.kind_of(&prefix.place)
        else {
            continue;
        };
        let free = if prefix.adjoint {
            prefix.is_all(body, &around)
        } else {
            !mutated.contains(&prefix.place.root)
        };
        if !free {
            continue;
        }
        let ty = function.types.known(Kind::Slice(element));
        let window = function.value(ty);
        prefix.redirect(body, &around, window);
        let open = Op::Window {
            of: prefix.place,
            base: prefix.base,
            adjoint: prefix.adjoint,
            low: range.low,
            high: range.high,
        };
        stmts.push(Stmt::new(vec![window], open));
    }
    stmts
}

impl Prefix {
    /// Of a place that goes on with the item, where it is the same in all iterations.
    fn of(place: &Place, adjoint: bool, body: &Body) -> Option<Self> {
        let index = |step: &Step| match step {
            Step::Index(i) if *i == body.item => Some(None),
            Step::Index(i) => body.shifted.get(i).map(|base| Some(*base)),
            _ => None,
        };
        let mut steps = place.path.iter().enumerate();
        let (at, base) = steps.find_map(|(k, step)| Some((k, index(step)?)))?;
        let place = Place {
            root: place.root,
            path: place.path[..at].to_vec(),
        };
        // Whether a value is of a variant is asked in the loop.
        let fixed = !body.inside.contains(&place.root)
            && !place.indices().iter().any(|v| body.inside.contains(v))
            && !place.path.iter().any(|s| matches!(s, Step::Variant { .. }));
        fixed.then_some(Prefix {
            place,
            base,
            adjoint,
        })
    }

    /// No other part of this adjoint is used in the loop.
    fn is_all(&self, region: &mut Region, body: &Body) -> bool {
        let mut alone = true;
        for stmt in &mut region.stmts {
            alone &= !whole_adjoints(&stmt.op).contains(&self.place.root);
            places(&mut stmt.op, &mut |place, adjoint| {
                if adjoint && place.root == self.place.root {
                    alone &= Prefix::of(place, true, body).as_ref() == Some(self);
                }
            });
            for inner in stmt.op.regions_mut() {
                alone &= self.is_all(inner, body);
            }
        }
        alone
    }

    fn redirect(&self, region: &mut Region, body: &Body, window: Value) {
        for stmt in &mut region.stmts {
            places(&mut stmt.op, &mut |place, adjoint| {
                if Prefix::of(place, adjoint, body).as_ref() == Some(self) {
                    let mut path = place.path[self.place.path.len()..].to_vec();
                    path[0] = Step::Index(body.item);
                    *place = Place { root: window, path };
                }
            });
            for inner in stmt.op.regions_mut() {
                self.redirect(inner, body, window);
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
fn places(op: &mut Op, f: &mut dyn FnMut(&mut Place, bool)) {
    match op {
        Op::Load(p) | Op::Copy(p) | Op::Len(p) | Op::Shape(p) => f(p, false),
        Op::Window { of, adjoint, .. } => f(of, *adjoint),
        Op::Clear(p)
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
        Op::Set { value: _, what } => what.iter_mut().for_each(|c| contribution(c, f)),
        Op::Add { place, what } => {
            f(place, true);
            contribution(what, f);
        }
        Op::PushAdjoint(p, what) => {
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
        | Contribution::Partial { y: v, .. } => Some(*v),
        Contribution::Place(_)
        | Contribution::NegatedPlace(_)
        | Contribution::Sum(_)
        | Contribution::Given(_) => None,
    };
    match op {
        Op::Declare { value, zero: _ } => vec![*value],
        Op::Begin { value, with } => of(with).into_iter().chain([*value]).collect(),
        Op::Set { value, what } => what.iter().filter_map(of).chain([*value]).collect(),
        Op::Add { place: _, what } => of(what).into_iter().collect(),
        Op::PushAdjoint(_, what) => what.iter().filter_map(of).collect(),
        Op::AddRest { from, .. } => vec![*from],
        Op::Pullback { seed, .. } => seed.iter().copied().collect(),
        _ => Vec::new(),
    }
}
