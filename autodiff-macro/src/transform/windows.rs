//! What the reverse of a loop reads and writes, an element an iteration, as slices of just that length.
//!
//! ```text
//! for i in 0..n { x_adj[i] += … }      becomes      w_adj = &mut x_adj[..n]; for i in 0..n { w_adj[i] += … }
//! ```
//!
//! The forward sweep has found all of these elements, so that this cannot fail; it shows the compiler that no index has to
//! be looked at again.

use crate::ir::{
    Argument, Contribution, Function, Kind, Op, Place, Range, Region, Step, Stmt, Target, Value,
};
use std::collections::BTreeSet;

/// What stands in front of the index.
#[derive(Clone, PartialEq)]
struct Prefix {
    place: Place,
    adjoint: bool,
}

/// Turns accesses of a loop's body into such of windows; what is returned opens these in front of the loop.
pub fn open(function: &mut Function, range: &Range, body: &mut Region) -> Vec<Stmt> {
    let Some(item) = body.params.first().copied().filter(|_| !range.inclusive) else {
        return Vec::new();
    };
    let inside = body.defined();
    let mutated = body.mutated();
    let mut found: Vec<Prefix> = Vec::new();
    for stmt in &mut body.stmts {
        places(&mut stmt.op, &mut |place, adjoint| {
            let prefix = Prefix::of(place, adjoint, item, &inside);
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
            prefix.is_all(body, item, &inside)
        } else {
            !mutated.contains(&prefix.place.root)
        };
        if !free {
            continue;
        }
        let ty = function.types.known(Kind::Slice(element));
        let window = function.value(ty);
        prefix.redirect(body, item, &inside, window);
        let open = Op::Window {
            of: prefix.place,
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
    fn of(place: &Place, adjoint: bool, item: Value, inside: &BTreeSet<Value>) -> Option<Self> {
        let index = |step: &Step| matches!(step, Step::Index(i) if *i == item);
        let at = place.path.iter().position(index)?;
        let place = Place {
            root: place.root,
            path: place.path[..at].to_vec(),
        };
        // Whether a value is of a variant is asked in the loop.
        let fixed = !inside.contains(&place.root)
            && !place.indices().iter().any(|v| inside.contains(v))
            && !place.path.iter().any(|s| matches!(s, Step::Variant { .. }));
        fixed.then_some(Prefix { place, adjoint })
    }

    /// No other part of this adjoint is used in the loop.
    fn is_all(&self, region: &mut Region, item: Value, inside: &BTreeSet<Value>) -> bool {
        let mut alone = true;
        for stmt in &mut region.stmts {
            alone &= !whole_adjoints(&stmt.op).contains(&self.place.root);
            places(&mut stmt.op, &mut |place, adjoint| {
                if adjoint && place.root == self.place.root {
                    alone &= Prefix::of(place, true, item, inside).as_ref() == Some(self);
                }
            });
            for inner in stmt.op.regions_mut() {
                alone &= self.is_all(inner, item, inside);
            }
        }
        alone
    }

    fn redirect(&self, region: &mut Region, item: Value, inside: &BTreeSet<Value>, window: Value) {
        for stmt in &mut region.stmts {
            places(&mut stmt.op, &mut |place, adjoint| {
                if Prefix::of(place, adjoint, item, inside).as_ref() == Some(self) {
                    *place = Place {
                        root: window,
                        path: place.path[self.place.path.len()..].to_vec(),
                    };
                }
            });
            for inner in stmt.op.regions_mut() {
                self.redirect(inner, item, inside, window);
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
        | Contribution::Cast(v)
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
