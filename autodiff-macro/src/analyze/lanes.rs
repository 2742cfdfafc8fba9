//! Whether a function may run at several points at once: whether nothing in it depends on where it is but numbers.
//!
//! A number that stands for several points has no answer to `x > 0`, no integer part to index with and nothing to print. What is
//! done once for all points must also be what is done for each: nothing is drawn, printed or counted.

use super::Plan;
use crate::ast::{Home, Param, Passing, Scalar, Source};
use crate::errors::{Errors, Problem};
use crate::ir::{self, Argument, Callee, Capture, Code, Contribution, Op, Region, Value};
use crate::lower::macros::CHECKS;
use proc_macro2::Span;
use quote::ToTokens;
use std::collections::BTreeMap;

/// The functions that must be able to: if all are, this one is. Otherwise the places where it is not, whatever they are.
pub fn callees_in_lanes(
    source: &Source,
    regions: &[(&Plan, &Region)],
) -> Result<Vec<syn::Path>, Vec<Span>> {
    let written_over_numbers = match source.scalar {
        Scalar::Generic(_) => source.scalar.float() == Some("f64"),
        Scalar::Own(_) => true,
        Scalar::Concrete(_) | Scalar::Mixed => false,
    };
    // What is handed out is changed once for each point.
    let lends = |p: &Param| p.passing == Passing::Exclusive && !p.active;
    if !written_over_numbers || source.wrt_self || source.params.iter().any(lends) {
        return Err(vec![source.item.sig.ident.span()]);
    }
    let mut callees = BTreeMap::new();
    for (plan, region) in regions {
        let mut lanes = Lanes {
            source,
            plan,
            callees: &mut callees,
        };
        let mut places = Vec::new();
        region.visit(&mut |stmt| {
            if !lanes.op(&stmt.op, &stmt.results) {
                places.push(stmt.span);
            }
        });
        if !places.is_empty() {
            return Err(places);
        }
    }
    Ok(callees.into_values().collect())
}

/// Reports why a batch is not in lanes.
pub fn report(errors: &mut Errors, source: &Source, places: Option<&Vec<Span>>) {
    for p in source
        .params
        .iter()
        .filter(|p| p.is_input() && !p.shape.is_packed())
    {
        errors.at(&p.ty, Problem::NotPacked);
    }
    for span in places.into_iter().flatten() {
        errors.at_span(*span, Problem::NotInLanes);
    }
}

struct Lanes<'a> {
    source: &'a Source,
    plan: &'a Plan,
    /// By their text.
    callees: &'a mut BTreeMap<String, syn::Path>,
}

impl Lanes<'_> {
    /// Differs from point to point.
    fn differs(&self, v: Value) -> bool {
        self.plan.varied(v)
    }

    fn any_differs<'v>(&self, values: impl IntoIterator<Item = &'v Value>) -> bool {
        values.into_iter().any(|v| self.differs(*v))
    }

    fn captures_differ(&self, captures: &[Capture]) -> bool {
        captures.iter().any(|c| self.differs(c.place.root))
    }

    fn op(&mut self, op: &Op, results: &[Value]) -> bool {
        match op {
            Op::Literal(_)
            | Op::Undefined
            | Op::Identity { sum: _ }
            | Op::Neg(_)
            | Op::Arith(..)
            | Op::Aggregate(..)
            | Op::Repeat { .. }
            | Op::Blank { .. }
            | Op::NewVec { capacity: _ }
            | Op::Load(_)
            | Op::Copy(_)
            | Op::Len(_)
            | Op::Shape(_)
            | Op::Local
            | Op::Store(..)
            | Op::Replace(..)
            | Op::Update(..)
            | Op::Swap(..)
            | Op::Fill(..)
            | Op::CopyFrom(..)
            | Op::Push(..)
            | Op::Pop(_)
            | Op::Truncate(..)
            | Op::ReverseOrder(_)
            | Op::Rotate(..)
            | Op::Seed(_)
            | Op::TapePush { .. }
            | Op::TapePop { tape: _ }
            | Op::Winners(_)
            | Op::Room { .. }
            | Op::Put { .. }
            | Op::Entries { .. }
            | Op::Entry { .. }
            | Op::Schedule { .. }
            | Op::Snapshot { .. }
            | Op::Retake(_)
            | Op::Declare { .. }
            | Op::Clear(_)
            | Op::Forget(_)
            | Op::ForgetRest(_)
            | Op::Reset(..)
            | Op::SwapAdjoints(..)
            | Op::ReverseAdjoint(_)
            | Op::RotateAdjoint(..)
            | Op::Drain { .. }
            | Op::Lengthen(..)
            | Op::PopAdjoint(_)
            | Op::Window(_)
            | Op::Inside(_) => true,
            Op::Begin { .. }
            | Op::Add { .. }
            | Op::First { .. }
            | Op::Set { .. }
            | Op::PushAdjoint(..) => op.contribution().is_none_or(of_numbers),
            // Conditions and bounds are values themselves.
            Op::If { cond, .. } => !self.differs(*cond),
            Op::Loop(_) => true,
            Op::Plain {
                operator: _,
                operands,
            }
            | Op::Query {
                method: _,
                operands,
            } => !self.any_differs(operands),
            Op::Cast { value, ty: _ } | Op::Stop { value, path: _ } => !self.differs(*value),
            Op::Matches { place, .. } => !self.differs(place.root),
            Op::Apply { row: _, args } => self.any_differs(results) || !self.any_differs(args),
            Op::Opaque {
                code: _,
                captures,
                pure,
            } => *pure && !self.captures_differ(captures),
            Op::Ask { code: _, captures } => !self.captures_differ(captures),
            Op::Effect { code, captures } => only_checks(code) && !self.captures_differ(captures),
            Op::Call {
                callee,
                args,
                keeps: _,
            } => self.call(callee, args.iter()),
            Op::Pullback {
                callee,
                own: _,
                args,
                seed: _,
            } => self.call(callee, args.iter().map(|(argument, _)| argument)),
            Op::Construct { .. } | Op::AddRest { .. } => false,
        }
    }

    /// Of a function that nothing differs for nobody knows what it does besides.
    fn call<'v>(&mut self, callee: &Callee, mut args: impl Iterator<Item = &'v Argument>) -> bool {
        let Callee::Path(path) = callee else {
            return false;
        };
        if !args.any(|a| self.differs(a.root())) || ir::is_associated(path) {
            return false;
        }
        let itself = self.source.home == Home::Module && path.is_ident(&self.source.item.sig.ident);
        if !itself {
            let text = path.to_token_stream().to_string();
            self.callees.insert(text, path.clone());
        }
        true
    }
}

fn of_numbers(what: &Contribution) -> bool {
    match what {
        Contribution::Adjoint(_)
        | Contribution::Negated(_)
        | Contribution::Times(..)
        | Contribution::Over(..)
        | Contribution::Power { .. }
        | Contribution::MinusOver { .. }
        | Contribution::Partial { .. }
        | Contribution::Place(_)
        | Contribution::NegatedPlace(_)
        | Contribution::Sum(_)
        | Contribution::Given(_) => true,
        // Of numbers of another width.
        Contribution::Cast(..) => false,
    }
}

/// A macro that panics or does nothing.
fn only_checks(code: &Code) -> bool {
    let Code::Macro(tokens) = code else {
        return false;
    };
    let Ok(mac) = syn::parse2::<syn::Macro>(tokens.clone()) else {
        return false;
    };
    let last = mac.path.segments.last();
    last.is_some_and(|s| CHECKS.iter().any(|name| s.ident == name))
}
