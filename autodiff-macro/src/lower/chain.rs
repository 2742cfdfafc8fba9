//! Iterator chains as loops: a source that can be indexed, and stages each item goes through.

use super::control::Join;
use super::{Closure, Lowered, Lowerer};
use crate::errors::Problem;
use crate::ir::{Adapter, Arith, Capture, Code, Kind, Op, Place, Range, Step, Value};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::rc::Rc;
use syn::spanned::Spanned;

/// A sequence of items.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    range: Range,
    item: Item,
    stages: Vec<Stage>,
    /// The position of an iterator that is held in a variable.
    position: Option<Value>,
}

/// How an item is had from the loop's index.
#[derive(Clone, Debug)]
enum Item {
    /// The loop's own item, of a range of the user's.
    Index,
    /// The index itself, where the loop counts from zero.
    Number,
    /// The item at this position of a range.
    Nth(Range),
    /// An element.
    Element(Place, Access),
    /// From `index * step`, `size` elements; as far as there are, if `short`.
    Piece {
        place: Place,
        size: Value,
        step: Option<Value>,
        short: bool,
        exclusive: bool,
    },
    Pair(Box<Item>, Box<Item>),
    /// The item at another index.
    At(IndexMap, Box<Item>),
    /// Of the first up to this index, then of the second.
    Either(Value, Box<Item>, Box<Item>),
    Mapped(Rc<Closure>, Box<Item>),
    /// The item's value instead of a reference.
    Copied(Box<Item>),
}

/// How a loop gets at the elements.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) enum Access {
    Value,
    Shared,
    Exclusive,
}

#[derive(Clone, Copy, Debug)]
enum IndexMap {
    /// `last - index`
    FromEnd(Value),
    Plus(Value),
    Times(Value),
    Modulo(Value),
}

/// What an item goes through once the loop is running.
#[derive(Clone, Debug)]
enum Stage {
    Map(Rc<Closure>),
    Filter(Rc<Closure>),
    FilterMap(Rc<Closure>),
    TakeWhile(Rc<Closure>),
    MapWhile(Rc<Closure>),
    SkipWhile(Rc<Closure>, Value),
    Scan(Rc<Closure>, Place),
    FlatMap(Option<Rc<Closure>>),
    Inspect(Rc<Closure>),
    Enumerate(Value),
    Take(Value, Value),
    Skip(Value, Value),
    StepBy(Value, Value),
    Zip(Value, Value, Item),
    Copied,
    /// Moves the position of an iterator that is held in a variable.
    Advance(Value),
}

impl Lowerer<'_> {
    /// A value computed by a piece of code of ours.
    pub(super) fn template(
        &mut self,
        code: TokenStream,
        names: &[(&Ident, Value)],
        span: Span,
    ) -> Value {
        let captures = names
            .iter()
            .map(|(n, v)| Capture {
                name: (*n).clone(),
                place: Place::whole(*v),
                reference: false,
                exclusive: false,
            })
            .collect();
        match syn::parse2(code) {
            Ok(expr) => self.plain(
                Op::Opaque {
                    code: Code::Expr(Box::new(expr)),
                    captures,
                    pure: true,
                },
                span,
            ),
            Err(error) => {
                self.errors.syntax(error);
                self.plain(Op::Undefined, span)
            }
        }
    }

    /// The items a `for` runs over.
    pub(super) fn as_chain(&mut self, lowered: Lowered, expr: &syn::Expr) -> Option<Chain> {
        if let Some(range) = self.range_parameter(&lowered, expr.span()) {
            return Some(Chain::over(range));
        }
        let (place, access) = match lowered {
            Lowered::Chain(chain) => return Some(chain),
            Lowered::Place(p) => (p, Access::Value),
            Lowered::Reference(p, true) => (p, Access::Exclusive),
            Lowered::Reference(p, false) => (p, Access::Shared),
            Lowered::Value(v) => (Place::whole(v), Access::Value),
            Lowered::Never => return None,
            Lowered::Unit | Lowered::Tuple(_) | Lowered::Optional(..) | Lowered::Closure(_) => {
                self.unsupported(
                    expr,
                    "iterating over this",
                    "iterate over a range, a slice, an array or a `Vec`",
                );
                return None;
            }
        };
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

    fn counted(&mut self, count: Value, item: Item, span: Span) -> Chain {
        let low = self.index_literal(0, span);
        Chain::new(
            Range {
                low,
                high: count,
                inclusive: false,
                adapters: Vec::new(),
            },
            item,
        )
    }

    /// The same item so many times.
    pub(super) fn repeated_item(&mut self, value: Value, count: Value, span: Span) -> Chain {
        let single = self.sequence(vec![value], crate::ir::Container::Array, span);
        let element = Item::Element(Place::whole(single), Access::Value);
        let zero = self.index_literal(0, span);
        let item = Item::At(IndexMap::Times(zero), Box::new(element));
        self.counted(count, item, span)
    }

    pub(super) fn elements(&mut self, place: Place, access: Access, span: Span) -> Chain {
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

    pub(super) fn pieces(&mut self, place: Place, name: &str, size: Value, span: Span) -> Chain {
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
                exclusive,
            },
            span,
        )
    }

    /// The item at an index.
    fn item(&mut self, item: &Item, index: Value, span: Span) -> Lowered {
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
                short,
                exclusive,
            } => {
                let low = match step {
                    Some(step) => self.arith(Arith::Mul, index, *step, span),
                    None => index,
                };
                let mut high = self.arith(Arith::Add, low, *size, span);
                if *short {
                    let len = self.plain(Op::Len(place.clone()), span);
                    high = self.plain(
                        Op::Query {
                            method: ident("min"),
                            operands: vec![high, len],
                        },
                        span,
                    );
                } else {
                    self.function.windows.insert(high);
                }
                let slice = Step::Slice {
                    low: Some(low),
                    high: Some(high),
                    inclusive: false,
                };
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
    fn normalized(&mut self, chain: Chain, span: Span) -> (Value, Item) {
        let Chain {
            range,
            item,
            stages: _,
            position: _,
        } = chain;
        if range.adapters.is_empty() && !item.has_index() {
            return (range.high, item);
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

    /// An adapter or a sink.
    pub(super) fn chain_method(&mut self, mut chain: Chain, e: &syn::ExprMethodCall) -> Lowered {
        let span = e.span();
        let name = e.method.to_string();
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        if name == "clone" && args.is_empty() {
            return self.cloned(chain, e);
        }
        if let Some(position) = chain.position {
            chain = match name.as_str() {
                "next" if chain.stages.is_empty() => return self.next(&chain, position, span),
                "peek" if chain.is_indexed() => {
                    let at = self.read(Place::whole(position), span);
                    let some = self.operator(quote!(<), &[at, chain.range.high], span);
                    return self.item_if(some, &chain.item, at, span);
                }
                // They leave the iterator where they stop.
                "by_ref" | "next" | "nth" | "any" | "all" | "find" | "position" => {
                    self.advancing(&chain, span)
                }
                _ => self.remaining(chain, span),
            };
        }
        if let Some(adapted) = self.adapter(&chain, &name, &args, e) {
            return adapted;
        }
        self.sink(chain, &name, &args, e)
    }

    pub(super) fn closure_argument(
        &mut self,
        arg: &syn::Expr,
        arity: usize,
    ) -> Option<Rc<Closure>> {
        let function = match arg {
            syn::Expr::Path(path) => match path.path.get_ident().and_then(|i| self.lookup(i)) {
                None => Some(path),
                Some(super::Binding::Place(place)) => self.functions.get(&place.root),
                Some(_) => None,
            },
            _ => None,
        };
        if let Some(path) = function.cloned() {
            let names: Vec<_> = (0..arity)
                .map(|k| Ident::new(&format!("__autodiff_argument{k}"), Span::mixed_site()))
                .collect();
            let closure: syn::ExprClosure = syn::parse_quote!(|#(#names),*| #path(#(#names),*));
            return Some(Rc::new(self.closure(&closure)));
        }
        let closure = self.as_closure(arg);
        if closure.is_none() {
            self.unsupported(arg, "this argument", "pass a closure");
        }
        closure
    }

    fn counter(&mut self, span: Span) -> Value {
        let ty = self.function.types.plain();
        let counter = self.local(ty, span);
        let zero = self.index_literal(0, span);
        self.effect(Op::Store(Place::whole(counter), zero), span);
        counter
    }

    /// Methods that make another iterator.
    fn adapter(
        &mut self,
        chain: &Chain,
        name: &str,
        args: &[&syn::Expr],
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let span = e.span();
        let chain = chain.clone();
        let whole = chain.stages.is_empty();
        // Items that are left out need not be computed.
        let indexed = chain.is_indexed();
        let stage = match (name, args) {
            ("iter" | "into_iter" | "iter_mut" | "by_ref" | "fuse" | "peekable", []) => {
                return Some(Lowered::Chain(chain));
            }
            ("copied" | "cloned", []) if whole => {
                return Some(Lowered::Chain(Chain::new(
                    chain.range,
                    Item::Copied(Box::new(chain.item)),
                )));
            }
            ("copied" | "cloned", []) => Stage::Copied,
            ("rev", [])
                if chain.stages.iter().all(Stage::is_stateless) && chain.item.is_reversible() =>
            {
                let mut chain = chain;
                chain.range.adapters.push(Adapter::Rev);
                return Some(Lowered::Chain(chain));
            }
            ("cycle", []) if indexed => {
                let (count, item) = self.normalized(chain, span);
                let n = ident("count");
                let code = quote!(if #n == 0 { 0 } else { ::core::primitive::usize::MAX });
                let endless = self.template(code, &[(&n, count)], span);
                let item = Item::At(IndexMap::Modulo(count), Box::new(item));
                return Some(Lowered::Chain(self.counted(endless, item, span)));
            }
            ("step_by", [step]) if indexed => {
                let step = self.operand(step);
                let mut chain = chain;
                chain.range.adapters.push(Adapter::StepBy(step));
                return Some(Lowered::Chain(chain));
            }
            ("step_by", [step]) => {
                let step = self.operand(step);
                Stage::StepBy(step, self.counter(span))
            }
            ("enumerate", []) if whole => {
                let (count, item) = self.normalized(chain, span);
                let item = Item::Pair(Box::new(Item::Number), Box::new(item));
                return Some(Lowered::Chain(self.counted(count, item, span)));
            }
            ("enumerate", []) => Stage::Enumerate(self.counter(span)),
            // How often std asks the longer of the two depends on how it is run.
            ("zip", [_]) if chain.item.has_effects() => {
                return Some(self.unsupported(
                    &e.method,
                    "zipping an iterator whose closure changes something",
                    "collect it first",
                ));
            }
            ("zip", [other]) => {
                let lowered = self.expr(other);
                let other = self.as_chain(lowered, other)?;
                if !other.stages.is_empty() {
                    return Some(self.unsupported(
                        &e.method,
                        "zipping with a filtered iterator",
                        "put the filtered one first, or collect it",
                    ));
                }
                let (m, b) = self.normalized(other, span);
                if !indexed {
                    Stage::Zip(self.counter(span), m, b)
                } else {
                    let (n, a) = self.normalized(chain, span);
                    let count = self.plain(
                        Op::Query {
                            method: ident("min"),
                            operands: vec![n, m],
                        },
                        span,
                    );
                    return Some(Lowered::Chain(self.counted(
                        count,
                        Item::Pair(Box::new(a), Box::new(b)),
                        span,
                    )));
                }
            }
            ("chain", [other]) if whole => {
                let lowered = self.expr(other);
                let other = self.as_chain(lowered, other)?;
                if !other.stages.is_empty() {
                    return Some(self.unsupported(
                        &e.method,
                        "chaining a filtered iterator",
                        "write two loops",
                    ));
                }
                let (n, a) = self.normalized(chain, span);
                let (m, b) = self.normalized(other, span);
                let count = self.arith(Arith::Add, n, m, span);
                return Some(Lowered::Chain(self.counted(
                    count,
                    Item::Either(n, Box::new(a), Box::new(b)),
                    span,
                )));
            }
            ("skip", [by]) => {
                let by = self.operand(by);
                if !indexed {
                    Stage::Skip(by, self.counter(span))
                } else {
                    let (n, item) = self.normalized(chain, span);
                    let count = self.plain(
                        Op::Query {
                            method: ident("saturating_sub"),
                            operands: vec![n, by],
                        },
                        span,
                    );
                    return Some(Lowered::Chain(self.counted(
                        count,
                        Item::At(IndexMap::Plus(by), Box::new(item)),
                        span,
                    )));
                }
            }
            // Whether std runs the closure for items that are skipped depends on whether any are left.
            ("take", [_])
                if chain.item.has_effects()
                    && chain.stages.iter().any(|s| matches!(s, Stage::Skip(..))) =>
            {
                return Some(self.unsupported(
                    &e.method,
                    "`take` after `skip` where a closure changes something",
                    "collect it first",
                ));
            }
            ("take", [by]) => {
                let by = self.operand(by);
                if !indexed {
                    Stage::Take(by, self.counter(span))
                } else {
                    let (n, item) = self.normalized(chain, span);
                    let count = self.plain(
                        Op::Query {
                            method: ident("min"),
                            operands: vec![n, by],
                        },
                        span,
                    );
                    return Some(Lowered::Chain(self.counted(count, item, span)));
                }
            }
            ("map", [f]) => {
                let closure = self.closure_argument(f, 1)?;
                if whole {
                    return Some(Lowered::Chain(Chain::new(
                        chain.range,
                        Item::Mapped(closure, Box::new(chain.item)),
                    )));
                }
                Stage::Map(closure)
            }
            ("filter", [f]) => Stage::Filter(self.closure_argument(f, 1)?),
            ("filter_map", [f]) => Stage::FilterMap(self.closure_argument(f, 1)?),
            ("take_while", [f]) => Stage::TakeWhile(self.closure_argument(f, 1)?),
            ("map_while", [f]) => Stage::MapWhile(self.closure_argument(f, 1)?),
            ("skip_while", [f]) => {
                let closure = self.closure_argument(f, 1)?;
                Stage::SkipWhile(closure, self.flag(span))
            }
            ("inspect", [f]) => Stage::Inspect(self.closure_argument(f, 1)?),
            ("scan", [init, f]) => {
                let init = self.expr(init);
                let super::Binding::Place(state) = self.variable(init, true, span) else {
                    return Some(self.unsupported(
                        &e.method,
                        "a state of several parts",
                        "use a `for` loop with variables",
                    ));
                };
                Stage::Scan(self.closure_argument(f, 2)?, state)
            }
            ("flat_map", [f]) => Stage::FlatMap(Some(self.closure_argument(f, 1)?)),
            ("flatten", []) => Stage::FlatMap(None),
            _ => return None,
        };
        let mut chain = chain;
        chain.stages.push(stage);
        Some(Lowered::Chain(chain))
    }

    /// Runs a loop over a chain's items.
    pub(super) fn iterate(
        &mut self,
        chain: &Chain,
        label: Option<Ident>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Lowered),
    ) {
        let chain = match chain.position {
            Some(_) => &self.remaining(chain.clone(), span),
            None => chain,
        };
        // Where nothing is to be taken, nothing is computed.
        let mut left = None;
        for stage in &chain.stages {
            if let Stage::Take(by, counter) = stage {
                let number = self.read(Place::whole(*counter), span);
                let some = self.operator(quote!(<), &[number, *by], span);
                left = Some(match left {
                    Some(left) => self.operator(quote!(&), &[left, some], span),
                    None => some,
                });
            }
        }
        match left {
            Some(left) => self.when(
                left,
                span,
                &mut |cx| cx.run(chain, label.clone(), span, body),
                None,
            ),
            None => self.run(chain, label, span, body),
        }
    }

    fn run(
        &mut self,
        chain: &Chain,
        label: Option<Ident>,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Lowered),
    ) {
        self.become_plain(chain.range.low);
        self.become_plain(chain.range.high);
        self.build_loop(Some(chain.range.clone()), label, span, &mut |cx, index| {
            let index =
                index.expect("bug in autodiff, please report: a counted loop without an index");
            let exit = cx
                .frames
                .last()
                .expect("bug in autodiff, please report: no frame")
                .exit;
            let item = cx.item(&chain.item, index, span);
            cx.stages(&chain.stages, item, exit, span, body);
        });
    }

    fn stages(
        &mut self,
        stages: &[Stage],
        item: Lowered,
        exit: Value,
        span: Span,
        body: &mut dyn FnMut(&mut Self, Lowered),
    ) {
        let Some((stage, rest)) = stages.split_first() else {
            return body(self, item);
        };
        match stage {
            Stage::Map(closure) => {
                let item = self.inline(closure, vec![item]);
                self.stages(rest, item, exit, span, body);
            }
            Stage::Copied => {
                let item = self.dereferenced(item);
                self.stages(rest, item, exit, span, body);
            }
            Stage::Inspect(closure) => {
                self.inline(closure, vec![item.clone()]);
                self.stages(rest, item, exit, span, body);
            }
            Stage::Filter(closure) => {
                let test = self.inline(closure, vec![item.clone()]);
                let test = self.value_of(test, span);
                self.when(
                    test,
                    span,
                    &mut |cx| cx.stages(rest, item.clone(), exit, span, body),
                    None,
                );
            }
            Stage::FilterMap(closure) | Stage::MapWhile(closure) => {
                let mapped = self.inline(closure, vec![item]);
                let Some((some, payload)) = self.optional(mapped, span) else {
                    return;
                };
                let end = matches!(stage, Stage::MapWhile(_)).then_some(exit);
                self.when(
                    some,
                    span,
                    &mut |cx| cx.stages(rest, payload.clone(), exit, span, body),
                    end,
                );
            }
            Stage::TakeWhile(closure) => {
                let test = self.inline(closure, vec![item.clone()]);
                let test = self.value_of(test, span);
                self.when(
                    test,
                    span,
                    &mut |cx| cx.stages(rest, item.clone(), exit, span, body),
                    Some(exit),
                );
            }
            Stage::SkipWhile(closure, started) => {
                let test = self.inline(closure, vec![item.clone()]);
                let test = self.value_of(test, span);
                let test = self.operator(quote!(!), &[test], span);
                let before = self.read(Place::whole(*started), span);
                let now = self.operator(quote!(|), &[before, test], span);
                self.effect(Op::Store(Place::whole(*started), now), span);
                self.when(
                    now,
                    span,
                    &mut |cx| cx.stages(rest, item.clone(), exit, span, body),
                    None,
                );
            }
            Stage::Scan(closure, state) => {
                let result =
                    self.inline(closure, vec![Lowered::Reference(state.clone(), true), item]);
                let Some((some, payload)) = self.optional(result, span) else {
                    return;
                };
                self.when(
                    some,
                    span,
                    &mut |cx| cx.stages(rest, payload.clone(), exit, span, body),
                    Some(exit),
                );
            }
            Stage::FlatMap(closure) => {
                let inner = match closure {
                    Some(closure) => self.inline(closure, vec![item]),
                    None => item,
                };
                let expr: syn::Expr = syn::parse_quote_spanned!(span=> items);
                let Some(chain) = self.as_chain(inner, &expr) else {
                    return;
                };
                self.iterate(&chain, None, span, &mut |cx, item| {
                    cx.stages(rest, item, exit, span, body)
                });
            }
            Stage::Enumerate(counter) => {
                let number = self.count_up(*counter, span);
                let item = Lowered::Tuple(vec![Lowered::Value(number), item]);
                self.stages(rest, item, exit, span, body);
            }
            Stage::Take(by, counter) => {
                // The last one ends the loop: the iterator is not asked for one more.
                let number = self.count_up(*counter, span);
                let counted = self.read(Place::whole(*counter), span);
                let more = self.operator(quote!(<), &[counted, *by], span);
                let test = self.operator(quote!(<), &[number, *by], span);
                self.when(
                    test,
                    span,
                    &mut |cx| cx.stages(rest, item.clone(), exit, span, body),
                    None,
                );
                self.when(more, span, &mut |_| {}, Some(exit));
            }
            Stage::StepBy(step, counter) => {
                let number = self.count_up(*counter, span);
                let beyond = self.operator(quote!(%), &[number, *step], span);
                let zero = self.index_literal(0, span);
                let test = self.operator(quote!(==), &[beyond, zero], span);
                self.when(
                    test,
                    span,
                    &mut |cx| cx.stages(rest, item.clone(), exit, span, body),
                    None,
                );
            }
            Stage::Advance(position) => {
                self.count_up(*position, span);
                self.stages(rest, item, exit, span, body);
            }
            Stage::Skip(by, counter) => {
                let number = self.count_up(*counter, span);
                let test = self.operator(quote!(>=), &[number, *by], span);
                self.when(
                    test,
                    span,
                    &mut |cx| cx.stages(rest, item.clone(), exit, span, body),
                    None,
                );
            }
            Stage::Zip(counter, count, other) => {
                let number = self.count_up(*counter, span);
                let test = self.operator(quote!(<), &[number, *count], span);
                self.when(
                    test,
                    span,
                    &mut |cx| {
                        let other = cx.item(other, number, span);
                        cx.stages(
                            rest,
                            Lowered::Tuple(vec![item.clone(), other]),
                            exit,
                            span,
                            body,
                        );
                    },
                    Some(exit),
                );
            }
        }
    }

    /// Runs `then` if the test holds, and leaves the loop if it does not and there is an exit.
    fn when(
        &mut self,
        test: Value,
        span: Span,
        then: &mut dyn FnMut(&mut Self),
        exit: Option<Value>,
    ) {
        self.branch(
            test,
            &mut |cx| {
                then(cx);
                Lowered::Unit
            },
            &mut |cx| {
                if let Some(exit) = exit {
                    cx.raise(exit, span);
                }
                Lowered::Unit
            },
            span,
        );
    }

    fn optional(&mut self, lowered: Lowered, span: Span) -> Option<(Value, Lowered)> {
        match lowered {
            Lowered::Optional(some, payload) => Some((some, *payload)),
            Lowered::Never => None,
            _ => {
                self.unsupported_at(
                    span,
                    "an `Option` that is not built here",
                    "return `Some(..)` or `None` in the closure",
                );
                None
            }
        }
    }

    fn count_up(&mut self, counter: Value, span: Span) -> Value {
        let number = self.read(Place::whole(counter), span);
        let one = self.index_literal(1, span);
        let next = self.arith(Arith::Add, number, one, span);
        self.effect(Op::Store(Place::whole(counter), next), span);
        number
    }

    /// An iterator in a variable keeps its position.
    pub(super) fn held(&mut self, mut chain: Chain, span: Span) -> Chain {
        if chain.position.is_some() {
            return chain;
        }
        if !chain.stages.iter().all(Stage::goes_on) {
            self.unsupported_at(
                span,
                "keeping this iterator in a variable that changes",
                "use it where it is made, or write a `for` loop",
            );
            return chain;
        }
        let stages = std::mem::take(&mut chain.stages);
        let (count, item) = self.normalized(chain, span);
        Chain {
            stages,
            position: Some(self.counter(span)),
            ..self.counted(count, item, span)
        }
    }

    /// The same items once more.
    fn cloned(&mut self, chain: Chain, e: &syn::ExprMethodCall) -> Lowered {
        if !chain.stages.iter().all(Stage::is_stateless) || chain.item.has_effects() {
            return self.unsupported(
                &e.method,
                "a copy of this iterator",
                "make the iterator twice",
            );
        }
        Lowered::Chain(match chain.position {
            Some(position) => self.rest(&chain, position, e.span()),
            None => chain,
        })
    }

    fn next(&mut self, chain: &Chain, position: Value, span: Span) -> Lowered {
        let at = self.read(Place::whole(position), span);
        let some = self.operator(quote!(<), &[at, chain.range.high], span);
        let one = self.index_literal(1, span);
        let next = self.arith(Arith::Add, at, one, span);
        self.effect(Op::Store(Place::whole(position), next), span);
        self.item_if(some, &chain.item, at, span)
    }

    /// What is left from the position on.
    fn rest(&mut self, chain: &Chain, position: Value, span: Span) -> Chain {
        let at = self.read(Place::whole(position), span);
        let count = self.plain(
            Op::Query {
                method: ident("saturating_sub"),
                operands: vec![chain.range.high, at],
            },
            span,
        );
        let item = Item::At(IndexMap::Plus(at), Box::new(chain.item.clone()));
        Chain {
            stages: chain.stages.clone(),
            ..self.counted(count, item, span)
        }
    }

    /// All that is left of an iterator that was held in a variable.
    fn remaining(&mut self, chain: Chain, span: Span) -> Chain {
        let Some(position) = chain.position else {
            return chain;
        };
        let rest = self.rest(&chain, position, span);
        self.effect(Op::Store(Place::whole(position), chain.range.high), span);
        rest
    }

    /// What is left of an iterator that stays in its variable, and moves on there with each item.
    pub(super) fn advancing(&mut self, chain: &Chain, span: Span) -> Chain {
        let Some(position) = chain.position else {
            return chain.clone();
        };
        let mut rest = self.rest(chain, position, span);
        rest.stages.insert(0, Stage::Advance(position));
        rest
    }

    /// Methods that run the iterator.
    fn sink(
        &mut self,
        chain: Chain,
        name: &str,
        args: &[&syn::Expr],
        e: &syn::ExprMethodCall,
    ) -> Lowered {
        let span = e.span();
        match (name, args) {
            ("contains", [x])
                if chain.item.has_index()
                    && chain.range.adapters.is_empty()
                    && chain.stages.is_empty() =>
            {
                let x = self.operand(x);
                let (low, high) = (chain.range.low, chain.range.high);
                for bound in [low, high] {
                    let (a, b) = (self.function.ty(x), self.function.ty(bound));
                    self.function.types.unify(a, b);
                }
                let above = self.operator(quote!(>=), &[x, low], span);
                let below = if chain.range.inclusive {
                    quote!(<=)
                } else {
                    quote!(<)
                };
                let below = self.operator(below, &[x, high], span);
                Lowered::Value(self.operator(quote!(&), &[above, below], span))
            }
            ("is_empty", []) if chain.as_range().is_some() => {
                let Range {
                    low,
                    high,
                    inclusive,
                    adapters: _,
                } = chain.range;
                let below = if inclusive { quote!(<=) } else { quote!(<) };
                let some = self.operator(below, &[low, high], span);
                Lowered::Value(self.operator(quote!(!), &[some], span))
            }
            ("sum" | "product", []) => self.total(&chain, name == "sum", e),
            ("fold", [init, f]) => {
                let init = self.expr(init);
                let Some(closure) = self.closure_argument(f, 2) else {
                    return Lowered::Never;
                };
                self.fold(&chain, init, span, &mut |cx, acc, item| {
                    cx.inline(&closure, vec![acc, item])
                })
            }
            ("for_each", [f]) => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                self.iterate(&chain, None, span, &mut |cx, item| {
                    cx.inline(&closure, vec![item]);
                });
                Lowered::Unit
            }
            ("count" | "len", []) => {
                if chain.stages.is_empty() && !chain.item.runs_code() {
                    return Lowered::Value(self.normalized(chain, span).0);
                }
                let counter = self.counter(span);
                self.iterate(&chain, None, span, &mut |cx, _| {
                    cx.count_up(counter, span);
                });
                Lowered::Value(self.read(Place::whole(counter), span))
            }
            ("last", []) if chain.is_indexed() => {
                let (count, item) = self.normalized(chain, span);
                let zero = self.index_literal(0, span);
                let some = self.operator(quote!(>), &[count, zero], span);
                let n = ident("count");
                let code = quote!(::core::primitive::usize::wrapping_sub(#n, 1));
                let last = self.template(code, &[(&n, count)], span);
                self.item_if(some, &item, last, span)
            }
            ("last", []) => {
                self.select(&chain, span, &mut |cx, _, _| cx.integer(quote!(true), span))
            }
            ("next", []) if chain.is_indexed() => {
                let (count, item) = self.normalized(chain, span);
                let zero = self.index_literal(0, span);
                let some = self.operator(quote!(<), &[zero, count], span);
                self.item_if(some, &item, zero, span)
            }
            ("next", []) => self.first(&chain, span),
            ("nth", [k]) => {
                let k = self.operand(k);
                if !chain.is_indexed() {
                    let mut chain = chain;
                    chain.stages.push(Stage::Skip(k, self.counter(span)));
                    return self.first(&chain, span);
                }
                let (count, item) = self.normalized(chain, span);
                let some = self.operator(quote!(<), &[k, count], span);
                self.item_if(some, &item, k, span)
            }
            ("max_by" | "min_by", [f]) => {
                let Some(closure) = self.closure_argument(f, 2) else {
                    return Lowered::Never;
                };
                let max = name == "max_by";
                let mut choose = |cx: &mut Self, best: Lowered, item: Lowered| {
                    let order = cx.inline(&closure, vec![best, item]);
                    let order = cx.value_of(order, span);
                    cx.chosen(order, max, span)
                };
                if chain.is_indexed() && chain.item.is_exclusive() {
                    // A reference cannot be kept: its index is.
                    let (count, item) = self.normalized(chain, span);
                    let numbers = self.counted(count, Item::Number, span);
                    let number = self.select(&numbers, span, &mut |cx, best, number| {
                        let (best, number) = (cx.value_of(best, span), cx.value_of(number, span));
                        let (best, next) =
                            (cx.item(&item, best, span), cx.item(&item, number, span));
                        choose(cx, best, next)
                    });
                    return self.item_at(number, &item, span);
                }
                self.select(&chain, span, &mut choose)
            }
            ("max" | "min", []) => {
                let max = name == "max";
                self.select(&chain, span, &mut |cx, best, item| {
                    let operands = vec![cx.value_of(best, span), cx.value_of(item, span)];
                    let order = cx.plain(
                        Op::Query {
                            method: ident("cmp"),
                            operands,
                        },
                        span,
                    );
                    cx.chosen(order, max, span)
                })
            }
            ("reduce", [f]) => {
                let Some(closure) = self.closure_argument(f, 2) else {
                    return Lowered::Never;
                };
                self.reduce(&chain, &closure, span)
            }
            ("any" | "all", [f]) => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                self.search(&chain, &closure, name == "all", span)
            }
            ("position", [f]) => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                self.find(&chain, true, span, &mut |cx, item| {
                    let test = cx.inline(&closure, vec![item]);
                    cx.value_of(test, span)
                })
            }
            ("rposition", [f]) if chain.is_indexed() => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                let (count, item) = self.normalized(chain, span);
                let n = ident("count");
                let code = quote!(::core::primitive::usize::wrapping_sub(#n, 1));
                let last = self.template(code, &[(&n, count)], span);
                let number = Item::At(IndexMap::FromEnd(last), Box::new(Item::Number));
                let numbers = self.counted(count, number, span);
                self.find(&numbers, false, span, &mut |cx, number| {
                    let number = cx.value_of(number, span);
                    let item = cx.item(&item, number, span);
                    let test = cx.inline(&closure, vec![item]);
                    cx.value_of(test, span)
                })
            }
            ("find", [f]) => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                let mut fits = |cx: &mut Self, item| {
                    let test = cx.inline(&closure, vec![item]);
                    cx.value_of(test, span)
                };
                if chain.is_indexed() && chain.item.is_exclusive() {
                    let number = self.find(&chain, true, span, &mut fits);
                    let (_, item) = self.normalized(chain, span);
                    return self.item_at(number, &item, span);
                }
                self.find(&chain, false, span, &mut fits)
            }
            ("collect", []) => self.collect(&chain, e),
            ("unzip", []) => {
                let (a, b) = (self.empty_vec(None, span), self.empty_vec(None, span));
                self.iterate(&chain, None, span, &mut |cx, item| {
                    for (part, vec) in cx.parts(item, 2, span).into_iter().zip([a, b]) {
                        cx.push_item(vec, part, span);
                    }
                });
                Lowered::Tuple(vec![
                    Lowered::Place(Place::whole(a)),
                    Lowered::Place(Place::whole(b)),
                ])
            }
            _ => {
                self.errors.at(
                    &e.method,
                    Problem::Unsupported {
                        what: "this iterator method",
                        instead: "write the chain as a `for` loop",
                    },
                );
                Lowered::Never
            }
        }
    }

    /// The items of all items, in a vector.
    pub(super) fn flattened(&mut self, chain: &Chain, span: Span) -> Lowered {
        let mut chain = chain.clone();
        chain.stages.push(Stage::FlatMap(None));
        let vec = self.empty_vec(None, span);
        self.iterate(&chain, None, span, &mut |cx, item| {
            let item = cx.dereferenced(item);
            cx.push_item(vec, item, span);
        });
        Lowered::Place(Place::whole(vec))
    }

    fn push_item(&mut self, vec: Value, item: Lowered, span: Span) {
        let value = self.kept_value(item, span);
        let vec_ty = self.function.ty(vec);
        let (element, found) = (self.function.types.element(vec_ty), self.function.ty(value));
        self.function.types.unify(element, found);
        self.effect(Op::Push(Place::whole(vec), value), span);
    }

    fn total(&mut self, chain: &Chain, sum: bool, e: &syn::ExprMethodCall) -> Lowered {
        let span = e.span();
        let ty = match e.turbofish.as_ref().and_then(|t| t.args.first()) {
            Some(syn::GenericArgument::Type(syn::Type::Infer(_))) | None => {
                self.function.types.unknown()
            }
            Some(syn::GenericArgument::Type(ty)) => self.type_of(ty),
            Some(_) => self.function.types.unknown(),
        };
        let init = self.push(Op::Identity { sum }, ty, span);
        // Where floats of several widths meet, the user's word says which one it is.
        if let (crate::ast::Scalar::Mixed, Some(syn::GenericArgument::Type(wanted))) = (
            &self.source.scalar,
            e.turbofish.as_ref().and_then(|t| t.args.first()),
        ) && !matches!(wanted, syn::Type::Infer(_))
        {
            self.function.ascribed.insert(init, wanted.clone());
        }
        let op = if sum { Arith::Add } else { Arith::Mul };
        self.fold(chain, Lowered::Value(init), span, &mut |cx, acc, item| {
            let (acc, item) = (cx.value_of(acc, span), cx.value_of(item, span));
            Lowered::Value(cx.arith(op, acc, item, span))
        })
    }

    fn fold(
        &mut self,
        chain: &Chain,
        init: Lowered,
        span: Span,
        step: &mut dyn FnMut(&mut Self, Lowered, Lowered) -> Lowered,
    ) -> Lowered {
        let slot = self.slot_for(&init);
        let join = Join {
            slot: Some(slot.clone()),
        };
        self.open(&join, span);
        self.fill_slot(&slot, init, span);
        self.iterate(chain, None, span, &mut |cx, item| {
            let acc = cx.read_slot(&slot, span);
            let next = step(cx, acc, item);
            if !matches!(next, Lowered::Never) {
                cx.fill_slot(&slot, next, span);
            }
        });
        self.read_slot(&slot, span)
    }

    /// An item that is kept while the loop goes on.
    fn kept(&mut self, item: Lowered, span: Span) -> Lowered {
        match item {
            Lowered::Reference(p, false) | Lowered::Place(p) => Lowered::Value(self.read(p, span)),
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.into_iter().map(|p| self.kept(p, span)).collect())
            }
            other => other,
        }
    }

    /// Keeps the first item, then each that `choose` prefers to the one kept.
    fn select(
        &mut self,
        chain: &Chain,
        span: Span,
        choose: &mut dyn FnMut(&mut Self, Lowered, Lowered) -> Value,
    ) -> Lowered {
        let some = self.flag(span);
        let mut join = Join::default();
        let outer = std::mem::take(&mut self.region);
        self.iterate(chain, None, span, &mut |cx, item| {
            let item = cx.kept(item, span);
            let slot = match join.slot.take() {
                Some(slot) => slot,
                None => cx.slot_for(&item),
            };
            let seen = cx.read(Place::whole(some), span);
            let better = cx.branch(
                seen,
                &mut |cx| {
                    let best = cx.read_slot(&slot, span);
                    Lowered::Value(choose(cx, best, item.clone()))
                },
                &mut |cx| Lowered::Value(cx.integer(quote!(true), span)),
                span,
            );
            let better = cx.value_of(better, span);
            cx.when(
                better,
                span,
                &mut |cx| cx.fill_slot(&slot, item.clone(), span),
                None,
            );
            let yes = cx.integer(quote!(true), span);
            cx.effect(Op::Store(Place::whole(some), yes), span);
            join.slot = Some(slot);
        });
        let run = std::mem::replace(&mut self.region, outer);
        self.open(&join, span);
        self.region.stmts.extend(run.stmts);
        let some = self.read(Place::whole(some), span);
        let payload = self.outcome(&join, span);
        Lowered::Optional(some, Box::new(payload))
    }

    /// Of several maxima std takes the last, of several minima the first.
    fn chosen(&mut self, order: Value, max: bool, span: Span) -> Value {
        let greater: syn::Pat = syn::Pat::Path(syn::parse_quote!(::core::cmp::Ordering::Greater));
        let test = self.plain(
            Op::Matches {
                place: Place::whole(order),
                pattern: Box::new(greater),
                reference: false,
            },
            span,
        );
        if max {
            self.operator(quote!(!), &[test], span)
        } else {
            test
        }
    }

    fn reduce(&mut self, chain: &Chain, closure: &Closure, span: Span) -> Lowered {
        let some = self.flag(span);
        let mut join = Join::default();
        let outer = std::mem::take(&mut self.region);
        self.iterate(chain, None, span, &mut |cx, item| {
            let item = match item {
                Lowered::Place(p) => Lowered::Value(cx.read(p, span)),
                other => other,
            };
            let slot = match join.slot.take() {
                Some(slot) => slot,
                None => cx.slot_for(&item),
            };
            let seen = cx.read(Place::whole(some), span);
            cx.branch(
                seen,
                &mut |cx| {
                    let acc = cx.read_slot(&slot, span);
                    let next = cx.inline(closure, vec![acc, item.clone()]);
                    cx.fill_slot(&slot, next, span);
                    Lowered::Unit
                },
                &mut |cx| {
                    cx.fill_slot(&slot, item.clone(), span);
                    Lowered::Unit
                },
                span,
            );
            let yes = cx.integer(quote!(true), span);
            cx.effect(Op::Store(Place::whole(some), yes), span);
            join.slot = Some(slot);
        });
        let run = std::mem::replace(&mut self.region, outer);
        self.open(&join, span);
        self.region.stmts.extend(run.stmts);
        let some = self.read(Place::whole(some), span);
        let payload = self.outcome(&join, span);
        Lowered::Optional(some, Box::new(payload))
    }

    /// `any`, `all`
    fn search(&mut self, chain: &Chain, closure: &Closure, all: bool, span: Span) -> Lowered {
        let ty = self.function.types.plain();
        let found = self.local(ty, span);
        let start = self.integer(if all { quote!(true) } else { quote!(false) }, span);
        self.effect(Op::Store(Place::whole(found), start), span);
        let exits = self.frames.len();
        self.iterate(chain, None, span, &mut |cx, item| {
            let exit = cx.frames[exits].exit;
            let test = cx.inline(closure, vec![item]);
            let test = cx.value_of(test, span);
            let hit = if all {
                cx.operator(quote!(!), &[test], span)
            } else {
                test
            };
            cx.when(
                hit,
                span,
                &mut |cx| {
                    let end = cx.integer(if all { quote!(false) } else { quote!(true) }, span);
                    cx.effect(Op::Store(Place::whole(found), end), span);
                    cx.raise(exit, span);
                },
                None,
            );
        });
        Lowered::Value(self.read(Place::whole(found), span))
    }

    /// The item at an index, if there is one.
    fn item_if(&mut self, some: Value, item: &Item, index: Value, span: Span) -> Lowered {
        if !item.computes() {
            return Lowered::Optional(some, Box::new(self.item(item, index, span)));
        }
        let item = self.branch(
            some,
            &mut |cx| cx.item(item, index, span),
            &mut |_| Lowered::Unit,
            span,
        );
        Lowered::Optional(some, Box::new(item))
    }

    /// The item of an index that may have been found.
    fn item_at(&mut self, number: Lowered, item: &Item, span: Span) -> Lowered {
        match number {
            Lowered::Optional(some, number) => {
                let number = self.value_of(*number, span);
                self.item_if(some, item, number, span)
            }
            other => other,
        }
    }

    /// The first item there is.
    fn first(&mut self, chain: &Chain, span: Span) -> Lowered {
        self.find(chain, false, span, &mut |cx, _| {
            cx.integer(quote!(true), span)
        })
    }

    /// `find`, `position`
    fn find(
        &mut self,
        chain: &Chain,
        position: bool,
        span: Span,
        fits: &mut dyn FnMut(&mut Self, Lowered) -> Value,
    ) -> Lowered {
        let some = self.flag(span);
        let counter = self.counter(span);
        let mut join = Join::default();
        let exits = self.frames.len();
        let outer = std::mem::take(&mut self.region);
        self.iterate(chain, None, span, &mut |cx, item| {
            let exit = cx.frames[exits].exit;
            let item = if position { item } else { cx.kept(item, span) };
            let test = fits(cx, item.clone());
            let number = cx.read(Place::whole(counter), span);
            let kept = if position {
                Lowered::Value(number)
            } else {
                item
            };
            let slot = match join.slot.take() {
                Some(slot) => slot,
                None => cx.slot_for(&kept),
            };
            cx.when(
                test,
                span,
                &mut |cx| {
                    cx.fill_slot(&slot, kept.clone(), span);
                    let yes = cx.integer(quote!(true), span);
                    cx.effect(Op::Store(Place::whole(some), yes), span);
                    cx.raise(exit, span);
                },
                None,
            );
            cx.count_up(counter, span);
            join.slot = Some(slot);
        });
        let run = std::mem::replace(&mut self.region, outer);
        self.open(&join, span);
        self.region.stmts.extend(run.stmts);
        let some = self.read(Place::whole(some), span);
        let payload = self.outcome(&join, span);
        Lowered::Optional(some, Box::new(payload))
    }

    /// How many items there are, where that is known before.
    fn known_count(&mut self, chain: &Chain, span: Span) -> Option<Value> {
        let Range {
            low,
            high,
            inclusive,
            adapters,
        } = &chain.range;
        let one_each = |stage: &Stage| {
            matches!(
                stage,
                Stage::Map(_) | Stage::Inspect(_) | Stage::Enumerate(_) | Stage::Copied
            )
        };
        let all = adapters.iter().all(|a| matches!(a, Adapter::Rev));
        if *inclusive || !all || !chain.stages.iter().all(one_each) {
            return None;
        }
        if !chain.item.has_index() {
            return Some(*high);
        }
        let (l, h) = (ident("low"), ident("high"));
        let code = quote!(::core::iter::Iterator::size_hint(&(#l..#h)).0);
        Some(self.template(code, &[(&l, *low), (&h, *high)], span))
    }

    fn collect(&mut self, chain: &Chain, e: &syn::ExprMethodCall) -> Lowered {
        let span = e.span();
        let wanted = e.turbofish.as_ref().and_then(|t| t.args.first());
        let fits = match wanted {
            None => true,
            Some(syn::GenericArgument::Type(syn::Type::Path(p))) => {
                p.path.segments.last().is_some_and(|s| s.ident == "Vec")
            }
            Some(syn::GenericArgument::Type(syn::Type::Infer(_))) => true,
            Some(_) => false,
        };
        if !fits {
            return self.unsupported(e, "collecting into this type", "collect into a `Vec`");
        }
        let room = self.known_count(chain, span);
        let vec = self.empty_vec(room, span);
        if let Some(syn::GenericArgument::Type(ty)) = wanted {
            let wanted = self.type_of(ty);
            let found = self.function.ty(vec);
            self.function.types.unify(found, wanted);
        }
        self.iterate(chain, None, span, &mut |cx, item| {
            cx.push_item(vec, item, span)
        });
        Lowered::Place(Place::whole(vec))
    }
}

fn ident(name: &str) -> Ident {
    Ident::new(name, Span::mixed_site())
}

impl Chain {
    fn new(range: Range, item: Item) -> Self {
        Chain {
            range,
            item,
            stages: Vec::new(),
            position: None,
        }
    }

    /// The numbers of a range.
    pub(super) fn over(range: Range) -> Self {
        Chain::new(range, Item::Index)
    }

    /// The range that this is, if it is one and nothing more.
    pub(super) fn as_range(&self) -> Option<&Range> {
        let whole = matches!(self.item, Item::Index)
            && self.stages.is_empty()
            && self.range.adapters.is_empty()
            && self.position.is_none();
        whole.then_some(&self.range)
    }

    /// Any item can be had on its own.
    fn is_indexed(&self) -> bool {
        self.stages.is_empty() && !self.item.has_effects()
    }
}

impl Stage {
    /// Gives the same for an item wherever it stands.
    fn is_stateless(&self) -> bool {
        matches!(
            self,
            Stage::Map(_)
                | Stage::Filter(_)
                | Stage::FilterMap(_)
                | Stage::Inspect(_)
                | Stage::Copied
        )
    }

    /// Can be left after an item, and goes on from there.
    fn goes_on(&self) -> bool {
        match self {
            Stage::Map(_)
            | Stage::Filter(_)
            | Stage::FilterMap(_)
            | Stage::SkipWhile(..)
            | Stage::Inspect(_)
            | Stage::Enumerate(_)
            | Stage::Take(..)
            | Stage::Skip(..)
            | Stage::StepBy(..)
            | Stage::Zip(..)
            | Stage::Copied
            | Stage::Advance(_) => true,
            Stage::TakeWhile(_) | Stage::MapWhile(_) | Stage::Scan(..) | Stage::FlatMap(_) => false,
        }
    }
}

impl Item {
    /// The loop's own item is a part of it.
    fn has_index(&self) -> bool {
        match self {
            Item::Index => true,
            Item::Number
            | Item::Nth(_)
            | Item::Element(..)
            | Item::Piece { .. }
            | Item::At(..)
            | Item::Either(..) => false,
            Item::Pair(a, b) => a.has_index() && b.has_index(),
            Item::Mapped(_, inner) | Item::Copied(inner) => inner.has_index(),
        }
    }

    /// The same with something else as the loop's own item.
    fn with_index(&self, index: &Item) -> Item {
        match self {
            Item::Index => index.clone(),
            Item::Mapped(closure, inner) => {
                Item::Mapped(closure.clone(), Box::new(inner.with_index(index)))
            }
            Item::Copied(inner) => Item::Copied(Box::new(inner.with_index(index))),
            Item::Pair(a, b) => {
                Item::Pair(Box::new(a.with_index(index)), Box::new(b.with_index(index)))
            }
            Item::Number
            | Item::Nth(_)
            | Item::Element(..)
            | Item::Piece { .. }
            | Item::At(..)
            | Item::Either(..) => self.clone(),
        }
    }

    /// Getting it runs a closure of the user's.
    fn runs_code(&self) -> bool {
        match self {
            Item::Mapped(..) => true,
            Item::Index | Item::Number | Item::Nth(_) | Item::Element(..) | Item::Piece { .. } => {
                false
            }
            Item::Pair(a, b) | Item::Either(_, a, b) => a.runs_code() || b.runs_code(),
            Item::At(_, inner) | Item::Copied(inner) => inner.runs_code(),
        }
    }

    /// Getting it runs code of the user's, or a branch.
    fn computes(&self) -> bool {
        match self {
            Item::Mapped(..) | Item::Either(..) | Item::Nth(_) => true,
            Item::Index | Item::Number | Item::Element(..) | Item::Piece { .. } => false,
            Item::Pair(a, b) => a.computes() || b.computes(),
            Item::At(_, inner) | Item::Copied(inner) => inner.computes(),
        }
    }

    /// A part of it is an exclusive reference.
    fn is_exclusive(&self) -> bool {
        match self {
            Item::Element(_, access) => *access == Access::Exclusive,
            Item::Piece { exclusive, .. } => *exclusive,
            Item::Index | Item::Number | Item::Nth(_) | Item::Mapped(..) => false,
            Item::Pair(a, b) | Item::Either(_, a, b) => a.is_exclusive() || b.is_exclusive(),
            Item::At(_, inner) | Item::Copied(inner) => inner.is_exclusive(),
        }
    }

    /// Getting the item changes something: it must be done as often, and in the order, that the user wrote.
    fn has_effects(&self) -> bool {
        match self {
            Item::Mapped(closure, inner) => {
                super::opaque::changes_surroundings(closure) || inner.has_effects()
            }
            Item::Index | Item::Number | Item::Nth(_) | Item::Element(..) | Item::Piece { .. } => {
                false
            }
            Item::Pair(a, b) | Item::Either(_, a, b) => a.has_effects() || b.has_effects(),
            Item::At(_, inner) | Item::Copied(inner) => inner.has_effects(),
        }
    }

    /// Backwards each item is computed once, too.
    fn is_reversible(&self) -> bool {
        match self {
            Item::Mapped(_, inner) | Item::Copied(inner) => inner.is_reversible(),
            Item::Either(_, a, b) => a.is_reversible() && b.is_reversible(),
            Item::Pair(number, inner) if matches!(**number, Item::Number) => inner.is_reversible(),
            other => !other.has_effects(),
        }
    }
}
