//! Methods by which parts leave a vector, or change places with those of another.

use super::{Lowered, Lowerer};
use crate::ir::{Op, Place, Step, Value};
use proc_macro2::Span;
use quote::quote;

impl Lowerer<'_> {
    pub(super) fn splice(
        &mut self,
        place: &Place,
        name: &str,
        arg: &syn::Expr,
        span: Span,
    ) -> Option<Lowered> {
        Some(match name {
            "append" => {
                let other = self.place_of(arg)?;
                let items = Lowered::Reference(other.clone(), false);
                self.extend(place.clone(), items, span);
                if self.function.locals.contains(&other.root) {
                    let zero = self.index_literal(0, span);
                    self.effect(Op::Truncate(other, zero), span);
                }
                Lowered::Unit
            }
            "split_off" => {
                let at = self.operand(arg);
                let tail = self.copy_of_part(part(place, Some(at), None), span)?;
                self.effect(Op::Truncate(place.clone(), at), span);
                Lowered::Value(tail)
            }
            "swap_with_slice" => {
                let other = self.place_of(arg)?;
                let (a, b) = (
                    self.copy_of_part(place.clone(), span)?,
                    self.copy_of_part(other.clone(), span)?,
                );
                self.effect(Op::CopyFrom(place.clone(), Place::whole(b)), span);
                self.effect(Op::CopyFrom(other, Place::whole(a)), span);
                Lowered::Unit
            }
            "drain" => self.drain(place, arg, span)?,
            _ => return None,
        })
    }

    /// Nobody sees the vector before the iterator is gone: all leaves at once.
    fn drain(&mut self, place: &Place, range: &syn::Expr, span: Span) -> Option<Lowered> {
        let syn::Expr::Range(syn::ExprRange {
            attrs: _,
            start,
            limits,
            end,
        }) = range
        else {
            let (what, instead) = ("this range", "write the range in place, as `a..b`");
            return Some(self.unsupported(range, what, instead));
        };
        let low = start.as_ref().map(|e| self.operand(e));
        let high = end.as_ref().map(|e| self.operand(e));
        let drained = place.then(Step::Slice {
            low,
            high,
            inclusive: matches!(limits, syn::RangeLimits::Closed(_)),
        });
        let items = Place::whole(self.copy_of_part(drained, span)?);
        let count = self.plain(Op::Len(items.clone()), span);
        // Turned to the end, then cut off.
        self.effect(Op::Rotate(part(place, low, None), count), span);
        let len = self.plain(Op::Len(place.clone()), span);
        let left = self.operator(quote!(-), &[len, count], span);
        self.effect(Op::Truncate(place.clone(), left), span);
        let chain = self.elements(items, super::chain::Access::Value, span);
        Some(Lowered::Chain(chain))
    }

    fn copy_of_part(&mut self, place: Place, span: Span) -> Option<Value> {
        match self.vector(Lowered::Place(place), span) {
            Lowered::Value(copy) => Some(copy),
            _ => None,
        }
    }
}

fn part(place: &Place, low: Option<Value>, high: Option<Value>) -> Place {
    place.then(Step::slice(low, high))
}
