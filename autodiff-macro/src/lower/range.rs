//! Ranges: written in the body, or passed as parameters.

use super::chain::Chain;
use super::{Lowered, Lowerer};
use crate::ast::Shape;
use crate::ir::{Op, Place, Range, Step, Value};
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    pub(super) fn range(&mut self, e: &syn::ExprRange) -> Lowered {
        let syn::ExprRange {
            attrs: _,
            start,
            limits,
            end,
        } = e;
        let Some(start) = start else {
            return self.unsupported(e, "a range without a start here", "give it a start");
        };
        let low = self.operand(start);
        let Some(end) = end else {
            // As many items as the other side of a `zip` has.
            let high = self.integer(quote!(::core::primitive::usize::MAX), e.span());
            let ty = self.function.ty(high);
            let of_low = self.function.ty(low);
            self.function.types.unify(of_low, ty);
            return Lowered::Chain(Chain::over(Range::new(low, high)));
        };
        let high = self.operand(end);
        let inclusive = matches!(limits, syn::RangeLimits::Closed(_));

        Lowered::Chain(Chain::over(Range {
            low,
            high,
            inclusive,
            adapters: Vec::new(),
        }))
    }

    /// Whether a parameter is a range, and which.
    pub(super) fn limits(shape: &Shape) -> Option<syn::RangeLimits> {
        let Shape::Plain(syn::Type::Path(ty)) = shape else {
            return None;
        };
        match ty.path.segments.last()?.ident.to_string().as_str() {
            "Range" => Some(syn::parse_quote!(..)),
            "RangeInclusive" => Some(syn::parse_quote!(..=)),
            _ => None,
        }
    }

    /// A parameter that is a range, or a copy of one.
    fn known_range(&self, lowered: &Lowered) -> Option<(Value, syn::RangeLimits)> {
        let root = match lowered {
            Lowered::Value(v) => *v,
            Lowered::Place(p) | Lowered::Reference(p, false) if p.path.is_empty() => p.root,
            _ => return None,
        };
        Some((root, *self.ranges.get(&root)?))
    }

    pub(super) fn copied_range(&mut self, lowered: &Lowered, span: Span) -> Option<Lowered> {
        let (range, limits) = self.known_range(lowered)?;
        let ty = self.function.ty(range);
        let copy = self.push(Op::Copy(Place::whole(range)), ty, span);
        self.ranges.insert(copy, limits);
        Some(Lowered::Value(copy))
    }

    /// What a parameter that is a range runs over.
    pub(super) fn range_parameter(&mut self, lowered: &Lowered, span: Span) -> Option<Range> {
        let (root, limits) = self.known_range(lowered)?;
        let (low, high) = match limits {
            syn::RangeLimits::HalfOpen(_) => {
                let mut end = |field: syn::Member| {
                    self.read(Place::whole(root).then(Step::Field(field)), span)
                };
                let low = end(syn::parse_quote!(start));
                (low, end(syn::parse_quote!(end)))
            }
            // One that was iterated over to its end runs over nothing.
            syn::RangeLimits::Closed(_) => {
                let name = Ident::new("range", Span::mixed_site());
                let names = [(&name, root)];
                let low = quote!(if #name.is_empty() { 1 } else { *#name.start() });
                let low = self.template(low, &names, span);
                let high = quote!(if #name.is_empty() { 0 } else { *#name.end() });
                (low, self.template(high, &names, span))
            }
        };
        Some(Range {
            low,
            high,
            inclusive: matches!(limits, syn::RangeLimits::Closed(_)),
            adapters: Vec::new(),
        })
    }

    /// The slice that a range in a variable cuts out.
    pub(super) fn slice_of(range: &Range) -> Step {
        Step::Slice {
            low: Some(range.low),
            high: Some(range.high),
            inclusive: range.inclusive,
        }
    }
}
