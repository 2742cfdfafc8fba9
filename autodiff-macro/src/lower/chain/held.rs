//! Iterators that are kept in a variable, with their position.

use super::{Chain, IndexMap, Item, Stage};
use crate::ir::{Arith, Op, Place, Value};
use crate::lower::{Lowered, Lowerer};
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// An iterator in a variable keeps its position.
    pub(in crate::lower) fn held(&mut self, mut chain: Chain, span: Span) -> Chain {
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
    pub(super) fn cloned(&mut self, chain: Chain, e: &syn::ExprMethodCall) -> Lowered {
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

    pub(super) fn next(&mut self, chain: &Chain, position: Value, span: Span) -> Lowered {
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
        let count = self.query("saturating_sub", vec![chain.range.high, at], span);
        let item = Item::At(IndexMap::Plus(at), Box::new(chain.item.clone()));
        Chain {
            stages: chain.stages.clone(),
            ..self.counted(count, item, span)
        }
    }

    /// All that is left of an iterator that was held in a variable.
    pub(super) fn remaining(&mut self, chain: Chain, span: Span) -> Chain {
        let Some(position) = chain.position else {
            return chain;
        };
        let rest = self.rest(&chain, position, span);
        self.effect(Op::Store(Place::whole(position), chain.range.high), span);
        rest
    }

    /// What is left of an iterator that stays in its variable, and moves on there with each item.
    pub(in crate::lower) fn advancing(&mut self, chain: &Chain, span: Span) -> Chain {
        let Some(position) = chain.position else {
            return chain.clone();
        };
        let mut rest = self.rest(chain, position, span);
        rest.stages.insert(0, Stage::Advance(position));
        rest
    }

    /// The item at an index, if there is one.
    pub(super) fn item_if(
        &mut self,
        some: Value,
        item: &Item,
        index: Value,
        span: Span,
    ) -> Lowered {
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
    pub(super) fn item_at(&mut self, number: Lowered, item: &Item, span: Span) -> Lowered {
        match number {
            Lowered::Optional(some, number) => {
                let number = self.value_of(*number, span);
                self.item_if(some, item, number, span)
            }
            other => other,
        }
    }
}
