//! What runs a chain: sums, folds, searches, collections.

use super::{Chain, IndexMap, Item, Stage, ident};
use crate::ir::{Adapter, Arith, Op, Place, Range, Step, Value};
use crate::lower::control::Join;
use crate::lower::{Closure, Lowered, Lowerer};
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// Methods that run the iterator.
    pub(super) fn sink(
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
            ("rfold", [init, f]) => {
                let init = self.expr(init);
                let Some(closure) = self.closure_argument(f, 2) else {
                    return Lowered::Never;
                };
                match self.adapter(&chain, "rev", &[], e) {
                    Some(Lowered::Chain(chain)) => {
                        self.fold(&chain, init, span, &mut |cx, acc, item| {
                            cx.inline(&closure, vec![acc, item])
                        })
                    }
                    _ => self.unknown_sink(e),
                }
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
            ("max_by_key" | "min_by_key", [f]) => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                let max = name == "max_by_key";
                self.select(&chain, span, &mut |cx, best, item| {
                    let order = cx.order_by_key(&closure, best, item, span);
                    cx.chosen(order, max, span)
                })
            }
            ("max" | "min", []) => {
                let max = name == "max";
                self.select(&chain, span, &mut |cx, best, item| {
                    let operands = vec![cx.value_of(best, span), cx.value_of(item, span)];
                    let order = cx.query("cmp", operands, span);
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
            ("find_map", [f]) => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                let mut chain = chain;
                chain.stages.push(Stage::FilterMap(closure));
                self.first(&chain, span)
            }
            ("remainder", []) if chain.stages.is_empty() => match chain.item {
                Item::Piece {
                    place,
                    size,
                    step: Some(_),
                    short: false,
                    end: None,
                    exclusive: false,
                } => {
                    let from = self.arith(Arith::Mul, chain.range.high, size, span);
                    Lowered::Reference(place.then(Step::slice(Some(from), None)), false)
                }
                _ => self.unknown_sink(e),
            },
            ("collect", []) => self.collect(&chain, e),
            ("partition", [f]) => {
                let Some(closure) = self.closure_argument(f, 1) else {
                    return Lowered::Never;
                };
                let vecs = [self.empty_vec(None, span), self.empty_vec(None, span)];
                self.iterate(&chain, None, span, &mut |cx, item| {
                    let test = cx.inline(&closure, vec![item.clone()]);
                    let test = cx.value_of(test, span);
                    let push = |vec| {
                        let item = item.clone();
                        move |cx: &mut Self| {
                            cx.push_item(vec, item.clone(), span);
                            Lowered::Unit
                        }
                    };
                    let (mut fits, mut others) = (push(vecs[0]), push(vecs[1]));
                    cx.branch(test, &mut fits, &mut others, span);
                });
                Lowered::Tuple(vecs.map(|vec| Lowered::Place(Place::whole(vec))).to_vec())
            }
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
            _ => self.unknown_sink(e),
        }
    }

    fn unknown_sink(&mut self, e: &syn::ExprMethodCall) -> Lowered {
        self.unsupported(
            &e.method,
            "this iterator method",
            "write the chain as a `for` loop",
        )
    }

    /// How two items compare by what a closure makes of each.
    pub(in crate::lower) fn order_by_key(
        &mut self,
        closure: &Closure,
        a: Lowered,
        b: Lowered,
        span: Span,
    ) -> Value {
        let [a, b] = [a, b].map(|item| {
            let key = self.inline(closure, vec![item]);
            self.value_of(key, span)
        });
        let (x, y) = (ident("a"), ident("b"));
        let code = quote!(::core::cmp::Ord::cmp(&#x, &#y));
        self.template(code, &[(&x, a), (&y, b)], span)
    }

    /// The items of all items, in a vector.
    pub(in crate::lower) fn flattened(&mut self, chain: &Chain, span: Span) -> Lowered {
        let mut chain = chain.clone();
        chain.stages.push(Stage::FlatMap(None));
        let vec = self.empty_vec(None, span);
        self.iterate(&chain, None, span, &mut |cx, item| {
            let item = cx.dereferenced(item);
            cx.push_item(vec, item, span);
        });
        Lowered::Place(Place::whole(vec))
    }

    /// The items, in a vector.
    pub(super) fn collected(&mut self, chain: &Chain, room: Option<Value>, span: Span) -> Lowered {
        let vec = self.empty_vec(room, span);
        self.iterate(chain, None, span, &mut |cx, item| {
            cx.push_item(vec, item, span)
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

    /// Runs a loop that may keep one thing, where `some` says so: what it looks like is known from inside.
    fn found(
        &mut self,
        chain: &Chain,
        some: Value,
        span: Span,
        each: &mut dyn FnMut(&mut Self, Lowered, &mut Join),
    ) -> Lowered {
        let mut join = Join::default();
        let outer = std::mem::take(&mut self.region);
        self.iterate(chain, None, span, &mut |cx, item| each(cx, item, &mut join));
        let run = std::mem::replace(&mut self.region, outer);
        self.open(&join, span);
        self.region.stmts.extend(run.stmts);
        let some = self.read(Place::whole(some), span);
        let payload = self.outcome(&join, span);
        Lowered::Optional(some, Box::new(payload))
    }

    /// Keeps the first item, then each that `choose` prefers to the one kept.
    fn select(
        &mut self,
        chain: &Chain,
        span: Span,
        choose: &mut dyn FnMut(&mut Self, Lowered, Lowered) -> Value,
    ) -> Lowered {
        let some = self.flag(span);
        self.found(chain, some, span, &mut |cx, item, join| {
            let item = cx.kept(item, span);
            let slot = join.slot.get_or_insert_with(|| cx.slot_for(&item)).clone();
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
        })
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
        self.found(chain, some, span, &mut |cx, item, join| {
            let item = match item {
                Lowered::Place(p) => Lowered::Value(cx.read(p, span)),
                other => other,
            };
            let slot = join.slot.get_or_insert_with(|| cx.slot_for(&item)).clone();
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
        })
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
        let exits = self.frames.len();
        self.found(chain, some, span, &mut |cx, item, join| {
            let exit = cx.frames[exits].exit;
            let item = if position { item } else { cx.kept(item, span) };
            let test = fits(cx, item.clone());
            let number = cx.read(Place::whole(counter), span);
            let kept = if position {
                Lowered::Value(number)
            } else {
                item
            };
            let slot = join.slot.get_or_insert_with(|| cx.slot_for(&kept)).clone();
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
        })
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

    pub(super) fn collect(&mut self, chain: &Chain, e: &syn::ExprMethodCall) -> Lowered {
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
