//! What the items of a chain go through: adapters, and the loop that runs them.

use super::{Chain, IndexMap, Item, Stage, ident};
use crate::ir::{Adapter, Arith, Op, Place, Step, Value};
use crate::lower::{Binding, Lowered, Lowerer};
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// Methods that make another iterator.
    pub(super) fn adapter(
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
                    let count = self.query("min", vec![n, m], span);
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
                    let count = self.query("saturating_sub", vec![n, by], span);
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
                    let count = self.query("min", vec![n, by], span);
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
                let Binding::Place(state) = self.variable(init, true, span) else {
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
    pub(in crate::lower) fn iterate(
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
                // What a macro is given is a reference, too.
                let lent = match &item {
                    Lowered::Value(_) | Lowered::Place(_) => {
                        self.borrowed(item.clone(), false, span)
                    }
                    other => other.clone(),
                };
                self.inline(closure, vec![lent]);
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
            Stage::Runs {
                place,
                closure,
                start,
                len,
                exclusive,
            } => {
                let last = self.value_of(item, span);
                let one = self.index_literal(1, span);
                let end = self.arith(Arith::Add, last, one, span);
                let more = self.operator(quote!(<), &[end, *len], span);
                let goes_on = self.branch(
                    more,
                    &mut |cx| {
                        let pair = [last, end]
                            .map(|i| Lowered::Reference(place.then(Step::Index(i)), false));
                        cx.inline(closure, pair.to_vec())
                    },
                    &mut |cx| Lowered::Value(cx.integer(quote!(false), span)),
                    span,
                );
                let goes_on = self.value_of(goes_on, span);
                let ends = self.operator(quote!(!), &[goes_on], span);
                self.when(
                    ends,
                    span,
                    &mut |cx| {
                        let from = cx.read(Place::whole(*start), span);
                        cx.effect(Op::Store(Place::whole(*start), end), span);
                        let run = place.then(Step::slice(Some(from), Some(end)));
                        let run = Lowered::Reference(run, *exclusive);
                        cx.stages(rest, run, exit, span, body);
                    },
                    None,
                );
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
    pub(super) fn when(
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
        let what = "an `Option` that is not built here";
        self.as_option_or(
            lowered,
            what,
            "return `Some(..)` or `None` in the closure",
            span,
        )
    }

    pub(in crate::lower) fn count_up(&mut self, counter: Value, span: Span) -> Value {
        let number = self.read(Place::whole(counter), span);
        let one = self.index_literal(1, span);
        let next = self.arith(Arith::Add, number, one, span);
        self.effect(Op::Store(Place::whole(counter), next), span);
        number
    }
}
