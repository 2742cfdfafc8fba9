//! Where the items of a chain come from, and how one is had from the loop's index.

use super::{Access, Chain, IndexMap, Item, Stage, ident};
use crate::ir::{Adapter, Arith, Kind, Op, Place, Range, Step, Value};
use crate::lower::{Closure, Lowered, Lowerer};
use proc_macro2::Span;
use quote::quote;
use std::rc::Rc;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// The items a `for` runs over.
    pub(in crate::lower) fn as_chain(
        &mut self,
        lowered: Lowered,
        expr: &syn::Expr,
    ) -> Option<Chain> {
        if let Some(range) = self.range_parameter(&lowered, expr.span()) {
            return Some(Chain::over(range));
        }
        let (place, access) = match self.in_memory(lowered, expr.span()) {
            Lowered::Chain(chain) => return Some(chain),
            Lowered::Optional(some, payload) => {
                return Some(self.items_of_option(some, *payload, expr.span()));
            }
            Lowered::Place(p) => (p, Access::Value),
            Lowered::Reference(p, true) => (p, Access::Exclusive),
            Lowered::Reference(p, false) => (p, Access::Shared),
            Lowered::Value(v) => (Place::whole(v), Access::Value),
            Lowered::Never => return None,
            Lowered::Unit | Lowered::Tuple(_) | Lowered::Closure(_) => {
                self.unsupported(
                    expr,
                    "iterating over this",
                    "iterate over a range, a slice, an array or a `Vec`",
                );
                return None;
            }
        };
        if self.lends_copies(&place) {
            let borrowed = match access {
                Access::Value => syn::parse_quote_spanned!(expr.span()=> &#expr),
                _ => expr.clone(),
            };
            return match self.items_of_holder(&borrowed, access) {
                Lowered::Chain(chain) => Some(chain),
                _ => None,
            };
        }
        let ty = self.place_ty(&place);
        if matches!(
            self.function.types.kind(ty),
            Kind::Float | Kind::Plain | Kind::Tuple(_)
        ) {
            self.unsupported(
                expr,
                "iterating over this",
                "iterate over a range, a slice, an array or a `Vec`",
            );
            return None;
        }
        Some(self.elements(place, access, expr.span()))
    }

    /// One item, if there is something.
    pub(in crate::lower) fn items_of_option(
        &mut self,
        some: Value,
        payload: Lowered,
        span: Span,
    ) -> Chain {
        let s = ident("some");
        let count = self.template(quote!((#s as usize)), &[(&s, some)], span);
        self.counted(count, Item::Only(Box::new(payload)), span)
    }

    pub(super) fn counted(&mut self, count: Value, item: Item, span: Span) -> Chain {
        let low = self.index_literal(0, span);
        Chain::new(Range::new(low, count), item)
    }

    /// The same item so many times.
    pub(in crate::lower) fn repeated_item(
        &mut self,
        value: Value,
        count: Value,
        span: Span,
    ) -> Chain {
        let single = self.sequence(vec![value], crate::ir::Container::Array, span);
        let element = Item::Element(Place::whole(single), Access::Value);
        let zero = self.index_literal(0, span);
        let item = Item::At(IndexMap::Times(zero), Box::new(element));
        self.counted(count, item, span)
    }

    pub(in crate::lower) fn elements(&mut self, place: Place, access: Access, span: Span) -> Chain {
        // An iterator over an array by value has an array of its own.
        let ty = self.place_ty(&place);
        let own = access == Access::Value && self.function.locals.contains(&place.root);
        let moved = matches!(self.function.types.kind(ty), Kind::Vec(_))
            && !self.reassigned.contains(&place.root);
        let place = if own && !moved {
            let copy = self.push(Op::Load(place), ty, span);
            Place::whole(copy)
        } else {
            place
        };
        let ty = self.place_ty(&place);
        self.function.types.element(ty);
        let count = self.plain(Op::Len(place.clone()), span);
        self.counted(count, Item::Element(place, access), span)
    }

    pub(in crate::lower) fn pieces(
        &mut self,
        place: Place,
        name: &str,
        size: Value,
        span: Span,
    ) -> Chain {
        let ty = self.place_ty(&place);
        self.function.types.element(ty);
        let len = self.plain(Op::Len(place.clone()), span);
        let exclusive = name.ends_with("_mut");
        let (l, s) = (ident("len"), ident("size"));
        let names = [(&l, len), (&s, size)];
        let (count, step, short) = match name {
            "windows" => {
                let code = quote!(::core::primitive::usize::saturating_sub(#l + 1usize, #s));
                (self.template(code, &names, span), None, false)
            }
            "chunks" | "chunks_mut" => (
                self.template(
                    quote!(::core::primitive::usize::div_ceil(#l, #s)),
                    &names,
                    span,
                ),
                Some(size),
                true,
            ),
            _ => (
                self.template(quote!((#l / #s)), &names, span),
                Some(size),
                false,
            ),
        };
        self.counted(
            count,
            Item::Piece {
                place,
                size,
                step,
                short,
                end: None,
                exclusive,
            },
            span,
        )
    }

    /// `rchunks`, `rchunks_exact`: pieces from the end on.
    pub(in crate::lower) fn pieces_from_the_end(
        &mut self,
        place: Place,
        name: &str,
        size: Value,
        span: Span,
    ) -> Chain {
        let whole = name.trim_start_matches('r');
        let mut chain = self.pieces(place.clone(), whole, size, span);
        let len = self.plain(Op::Len(place), span);
        if let Item::Piece { end, .. } = &mut chain.item {
            *end = Some(len);
        }
        chain
    }

    /// `chunk_by`: the elements, of which each run is an item where it ends.
    pub(in crate::lower) fn runs(
        &mut self,
        place: Place,
        closure: Rc<Closure>,
        exclusive: bool,
        span: Span,
    ) -> Chain {
        let ty = self.place_ty(&place);
        self.function.types.element(ty);
        let len = self.plain(Op::Len(place.clone()), span);
        let mut chain = self.counted(len, Item::Number, span);
        let start = self.counter(span);
        chain.stages.push(Stage::Runs {
            place,
            closure,
            start,
            len,
            exclusive,
        });
        chain
    }

    /// `[a].repeat(n)`
    pub(in crate::lower) fn repeated_items(
        &mut self,
        items: &Chain,
        n: Value,
        span: Span,
    ) -> Lowered {
        let (count, item) = self.normalized(items.clone(), span);
        let all = self.arith(Arith::Mul, count, n, span);
        let item = Item::Copied(Box::new(Item::At(IndexMap::Modulo(count), Box::new(item))));
        let chain = self.counted(all, item, span);
        self.collected(&chain, Some(all), span)
    }

    /// The item at an index.
    pub(super) fn item(&mut self, item: &Item, index: Value, span: Span) -> Lowered {
        match item {
            Item::Index | Item::Number => Lowered::Value(index),
            Item::Nth(range) => Lowered::Value(self.nth(range, index, span)),
            Item::Element(place, access) => {
                let place = place.then(Step::Index(index));
                self.place_ty(&place);
                match access {
                    Access::Value => Lowered::Place(place),
                    Access::Shared => Lowered::Reference(place, false),
                    Access::Exclusive => Lowered::Reference(place, true),
                }
            }
            Item::Piece {
                place,
                size,
                step,
                short: _,
                end: Some(end),
                exclusive,
            } => {
                let before = match step {
                    Some(step) => self.arith(Arith::Mul, index, *step, span),
                    None => index,
                };
                let high = self.arith(Arith::Sub, *end, before, span);
                let low = self.query("saturating_sub", vec![high, *size], span);
                let slice = Step::slice(Some(low), Some(high));
                Lowered::Reference(place.then(slice), *exclusive)
            }
            Item::Piece {
                place,
                size,
                step,
                short,
                end: None,
                exclusive,
            } => {
                let low = match step {
                    Some(step) => self.arith(Arith::Mul, index, *step, span),
                    None => index,
                };
                let mut high = self.arith(Arith::Add, low, *size, span);
                if *short {
                    let len = self.plain(Op::Len(place.clone()), span);
                    high = self.query("min", vec![high, len], span);
                } else {
                    self.function.windows.insert(high);
                }
                let slice = Step::slice(Some(low), Some(high));
                Lowered::Reference(place.then(slice), *exclusive)
            }
            Item::Pair(a, b) => {
                Lowered::Tuple(vec![self.item(a, index, span), self.item(b, index, span)])
            }
            Item::At(map, inner) => {
                let index = match map {
                    IndexMap::FromEnd(last) => self.arith(Arith::Sub, *last, index, span),
                    IndexMap::Plus(by) => self.arith(Arith::Add, index, *by, span),
                    IndexMap::Times(by) => self.arith(Arith::Mul, index, *by, span),
                    IndexMap::Modulo(by) => self.operator(quote!(%), &[index, *by], span),
                };
                self.item(inner, index, span)
            }
            Item::Either(count, a, b) => {
                let first = self.operator(quote!(<), &[index, *count], span);
                self.branch(
                    first,
                    &mut |cx| cx.item(a, index, span),
                    &mut |cx| {
                        let index = cx.arith(Arith::Sub, index, *count, span);
                        cx.item(b, index, span)
                    },
                    span,
                )
            }
            Item::Mapped(closure, inner) => {
                let item = self.item(inner, index, span);
                self.inline(closure, vec![item])
            }
            Item::Copied(inner) => {
                let item = self.item(inner, index, span);
                self.dereferenced(item)
            }
            Item::Only(item) => (**item).clone(),
        }
    }

    fn nth(&mut self, range: &Range, index: Value, span: Span) -> Value {
        let (low, high, k) = (ident("low"), ident("high"), ident("index"));
        let names = [(&low, range.low), (&high, range.high), (&k, index)];
        let dots = if range.inclusive {
            quote!(#low..=#high)
        } else {
            quote!(#low..#high)
        };
        self.template(
            quote!(::core::iter::Iterator::nth(&mut (#dots), #k).unwrap()),
            &names,
            span,
        )
    }

    /// The same items with the loop running over `0..n`.
    pub(super) fn normalized(&mut self, chain: Chain, span: Span) -> (Value, Item) {
        let Chain {
            range,
            item,
            stages: _,
            position: _,
        } = chain;
        if range.adapters.is_empty() && !item.has_index() {
            return (range.high, item);
        }
        // Nobody counts in floats, whatever is known of the ends.
        for end in [range.low, range.high] {
            let (ty, plain) = (self.function.ty(end), self.function.types.plain());
            self.function.types.unify(ty, plain);
        }
        let (mut count, mut item) = if item.has_index() {
            let (low, high) = (ident("low"), ident("high"));
            let names = [(&low, range.low), (&high, range.high)];
            let dots = if range.inclusive {
                quote!(#low..=#high)
            } else {
                quote!(#low..#high)
            };
            let count = self.template(quote!(::core::iter::Iterator::count(#dots)), &names, span);
            let nth = Range {
                adapters: Vec::new(),
                ..range.clone()
            };
            (count, item.with_index(&Item::Nth(nth)))
        } else {
            (range.high, item)
        };
        for adapter in &range.adapters {
            let n = ident("count");
            match adapter {
                Adapter::Rev => {
                    let code = quote!(::core::primitive::usize::wrapping_sub(#n, 1));
                    let last = self.template(code, &[(&n, count)], span);
                    item = Item::At(IndexMap::FromEnd(last), Box::new(item));
                }
                Adapter::StepBy(step) => {
                    let s = ident("step");
                    let code = quote!(::core::primitive::usize::div_ceil(#n, #s));
                    count = self.template(code, &[(&n, count), (&s, *step)], span);
                    item = Item::At(IndexMap::Times(*step), Box::new(item));
                }
            }
        }
        (count, item)
    }
}
