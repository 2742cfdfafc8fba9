//! Iterator chains as loops: a source that can be indexed, and stages each item goes through.

mod held;
mod listed;
mod sinks;
mod source;
mod stages;

pub(super) use listed::gives_pieces;

use super::{Closure, Lowered, Lowerer};
use crate::ir::{Capture, Code, Op, Place, Range, Value};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use std::rc::Rc;
use syn::spanned::Spanned;

/// A sequence of items.
#[derive(Clone)]
pub(super) struct Chain {
    range: Range,
    item: Item,
    stages: Vec<Stage>,
    /// The position of an iterator that is held in a variable.
    position: Option<Value>,
}

/// How an item is had from the loop's index.
#[derive(Clone)]
enum Item {
    /// The loop's own item, of a range of the user's.
    Index,
    /// The index itself, where the loop counts from zero.
    Number,
    /// The item at this position of a range.
    Nth(Range),
    /// An element.
    Element(Place, Access),
    /// From `index * step`, `size` elements; as far as there are, if `short`. Or as many in front of `end`, in front of that, and so on.
    Piece {
        place: Place,
        size: Value,
        step: Option<Value>,
        short: bool,
        end: Option<Value>,
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
    /// What an `Option` holds.
    Only(Box<Lowered>),
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
#[derive(Clone)]
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
    /// Of each run of elements that belong together the last index makes a slice.
    Runs {
        place: Place,
        closure: Rc<Closure>,
        start: Value,
        len: Value,
        exclusive: bool,
    },
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
            Stage::TakeWhile(_)
            | Stage::MapWhile(_)
            | Stage::Scan(..)
            | Stage::FlatMap(_)
            | Stage::Runs { .. } => false,
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
            | Item::Either(..)
            | Item::Only(_) => false,
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
            | Item::Either(..)
            | Item::Only(_) => self.clone(),
        }
    }

    /// Getting it runs a closure of the user's.
    fn runs_code(&self) -> bool {
        match self {
            Item::Mapped(..) => true,
            Item::Index
            | Item::Number
            | Item::Nth(_)
            | Item::Element(..)
            | Item::Piece { .. }
            | Item::Only(_) => false,
            Item::Pair(a, b) | Item::Either(_, a, b) => a.runs_code() || b.runs_code(),
            Item::At(_, inner) | Item::Copied(inner) => inner.runs_code(),
        }
    }

    /// Getting it runs code of the user's, or a branch.
    fn computes(&self) -> bool {
        match self {
            Item::Mapped(..) | Item::Either(..) | Item::Nth(_) | Item::Only(_) => true,
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
            Item::Only(item) => matches!(**item, Lowered::Reference(_, true)),
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
            Item::Index
            | Item::Number
            | Item::Nth(_)
            | Item::Element(..)
            | Item::Piece { .. }
            | Item::Only(_) => false,
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
