//! Methods of arrays, slices and vectors.

use crate::ir::{Kind, Op, Place, Range, Step, Ty, Value};
use crate::lower::place::Target;
use crate::lower::{Binding, Lowered, Lowerer};
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// Methods of arrays, slices and vectors; nothing if it is none of them.
    pub(in crate::lower) fn sequence_method(
        &mut self,
        lowered: &Lowered,
        name: &str,
        args: &[&syn::Expr],
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let span = e.span();
        let (place, exclusive) = match lowered {
            Lowered::Place(p) => (p.clone(), true),
            Lowered::Reference(p, exclusive) => (p.clone(), *exclusive),
            Lowered::Value(v) => (Place::whole(*v), true),
            _ => return None,
        };
        if self.is_number(lowered) {
            return match name {
                "clone" | "to_owned" => Some(Lowered::Value(self.read(place, span))),
                _ => None,
            };
        }
        let ty = self.place_ty(&place);
        let is_float = self.function.types.kind(ty) == Kind::Float;
        Some(match (name, args) {
            ("into", [])
                if is_float && matches!(self.source.scalar, crate::ast::Scalar::Own(_)) =>
            {
                self.unsupported(
                    &e.method,
                    "turning a number of the function's own type into another type",
                    "stay in the function's own type",
                )
            }
            ("clone" | "to_owned" | "into", []) if is_float => {
                Lowered::Value(self.read(place, span))
            }
            ("clone", []) => Lowered::Value(self.push(Op::Copy(place), ty, span)),
            ("clone_from", [from])
                if exclusive
                    && matches!(
                        self.function.types.kind(ty),
                        Kind::Float | Kind::Array(_) | Kind::Vec(_)
                    ) =>
            {
                let from = self.referred(from);
                let copy = self.snapshot(from, span);
                self.store(Target::Place(place), copy, span);
                Lowered::Unit
            }
            ("to_vec" | "into_vec", []) | ("to_owned", []) => {
                self.vector(Lowered::Place(place), span)
            }
            ("len", []) => Lowered::Value(self.plain(Op::Len(place), span)),
            ("is_empty", []) => {
                let len = self.plain(Op::Len(place), span);
                let zero = self.index_literal(0, span);
                Lowered::Value(self.operator(quote!(==), &[len, zero], span))
            }
            ("as_slice" | "as_ref" | "borrow", []) => Lowered::Reference(place, false),
            ("as_mut_slice" | "as_mut" | "borrow_mut", []) => Lowered::Reference(place, exclusive),
            ("swap", [i, j]) => {
                let (i, j) = (self.operand(i), self.operand(j));
                let element = self.function.types.element(ty);
                let (a, b) = (place.then(Step::Index(i)), place.then(Step::Index(j)));
                match self.function.types.kind(element) {
                    Kind::Float | Kind::Plain => self.swap(a, b, span),
                    _ => {
                        self.effect(Op::Swap(a, b), span);
                        Lowered::Unit
                    }
                }
            }
            ("fill", [x]) => {
                let value = self.operand(x);
                let (element, found) = (self.function.types.element(ty), self.function.ty(value));
                self.function.types.unify(element, found);
                self.effect(Op::Fill(place, value), span);
                Lowered::Unit
            }
            ("copy_from_slice" | "clone_from_slice" | "extend_from_slice", [from]) => {
                let from = self.place_of(from)?;
                let (a, b) = (self.function.types.element(ty), self.place_ty(&from));
                let b = self.function.types.element(b);
                self.function.types.unify(a, b);
                if name == "extend_from_slice" {
                    return Some(self.extend(place, Lowered::Reference(from, false), span));
                }
                // Parts of the same memory: by way of a copy.
                let from = if from.root == place.root {
                    match self.vector(Lowered::Place(from), span) {
                        Lowered::Value(copy) => Place::whole(copy),
                        _ => return Some(Lowered::Never),
                    }
                } else {
                    from
                };
                self.effect(Op::CopyFrom(place, from), span);
                Lowered::Unit
            }
            ("copy_within", [range, to]) => return self.copy_within(place, range, to, span),
            ("push", [x]) => {
                let value = self.part_of(x);
                let found = self.function.ty(value);
                let element = self.vec_element(&place);
                self.function.types.unify(element, found);
                self.effect(Op::Push(place, value), span);
                Lowered::Unit
            }
            ("pop", []) => {
                let element = self.vec_element(&place);
                let len = self.plain(Op::Len(place.clone()), span);
                let zero = self.index_literal(0, span);
                let some = self.operator(quote!(>), &[len, zero], span);
                let payload = self.branch(
                    some,
                    &mut |cx| Lowered::Value(cx.push(Op::Pop(place.clone()), element, span)),
                    &mut |_| Lowered::Unit,
                    span,
                );
                Lowered::Optional(some, Box::new(payload))
            }
            ("extend", [items]) => {
                let lowered = self.expr(items);
                self.extend(place, lowered, span)
            }
            ("truncate", [n]) => {
                let n = self.operand(n);
                self.effect(Op::Truncate(place, n), span);
                Lowered::Unit
            }
            ("clear", []) => {
                let zero = self.index_literal(0, span);
                self.effect(Op::Truncate(place, zero), span);
                Lowered::Unit
            }
            ("resize", [n, x]) => {
                let n = self.operand(n);
                let value = self.operand(x);
                self.resize(place, n, value, span)
            }
            ("reserve" | "shrink_to_fit", _) => Lowered::Unit,
            ("insert", [at, x]) => {
                let at = self.operand(at);
                let value = self.part_of(x);
                let found = self.function.ty(value);
                let element = self.vec_element(&place);
                self.function.types.unify(element, found);
                // Pushed, then rotated to where it belongs.
                self.effect(Op::Push(place.clone(), value), span);
                let tail = place.then(Step::slice(Some(at), None));
                let len = self.plain(Op::Len(tail.clone()), span);
                let one = self.index_literal(1, span);
                let by = self.operator(quote!(-), &[len, one], span);
                self.effect(Op::Rotate(tail, by), span);
                Lowered::Unit
            }
            ("remove", [at]) => {
                let at = self.operand(at);
                let element = self.vec_element(&place);
                let tail = place.then(Step::slice(Some(at), None));
                let one = self.index_literal(1, span);
                self.effect(Op::Rotate(tail, one), span);
                Lowered::Value(self.push(Op::Pop(place), element, span))
            }
            ("swap_remove", [at]) => {
                let at = self.operand(at);
                let element = self.vec_element(&place);
                let len = self.plain(Op::Len(place.clone()), span);
                let one = self.index_literal(1, span);
                let last = self.operator(quote!(-), &[len, one], span);
                self.swap(
                    place.then(Step::Index(at)),
                    place.then(Step::Index(last)),
                    span,
                );
                Lowered::Value(self.push(Op::Pop(place), element, span))
            }
            ("reverse", []) => {
                self.effect(Op::ReverseOrder(place), span);
                Lowered::Unit
            }
            ("rotate_left", [n]) => {
                let n = self.operand(n);
                self.effect(Op::Rotate(place, n), span);
                Lowered::Unit
            }
            ("rotate_right", [n]) => {
                let n = self.operand(n);
                let len = self.plain(Op::Len(place.clone()), span);
                let by = self.operator(quote!(-), &[len, n], span);
                self.effect(Op::Rotate(place, by), span);
                Lowered::Unit
            }
            ("first" | "first_mut", []) => {
                let zero = self.index_literal(0, span);
                self.element_option(place, zero, name == "first_mut", span)
            }
            ("last" | "last_mut", []) => {
                let len = self.plain(Op::Len(place.clone()), span);
                let one = self.index_literal(1, span);
                let last = self.query("wrapping_sub", vec![len, one], span);
                self.element_option(place, last, name == "last_mut", span)
            }
            ("get", [syn::Expr::Range(_)]) | ("get_mut", [syn::Expr::Range(_)]) => self
                .unsupported(
                    e,
                    "`get` with a range",
                    "slice with `[..]` after checking the length",
                ),
            ("get" | "get_mut", [i]) => {
                let i = self.operand(i);
                self.element_option(place, i, name == "get_mut", span)
            }
            ("split_at" | "split_at_mut", [k]) => {
                let k = self.operand(k);
                let low = place.then(Step::slice(None, Some(k)));
                let high = place.then(Step::slice(Some(k), None));
                let exclusive = name == "split_at_mut";
                Lowered::Tuple(vec![
                    Lowered::Reference(low, exclusive),
                    Lowered::Reference(high, exclusive),
                ])
            }
            (
                "sort_by"
                | "sort_unstable_by"
                | "sort"
                | "sort_unstable"
                | "sort_by_key"
                | "sort_by_cached_key"
                | "sort_unstable_by_key"
                | "sort_floats"
                | "select_nth_unstable_by",
                _,
            ) => {
                return self.sort(place, name, args, e);
            }
            // Which of equal elements is found only std knows, and of what is chosen nothing has a derivative.
            (
                "binary_search_by"
                | "binary_search_by_key"
                | "is_sorted"
                | "is_sorted_by"
                | "is_sorted_by_key"
                | "contains",
                _,
            ) if self.holds_floats(ty) && crate::lower::method::is_path(&e.receiver) => {
                return Some(self.asked_of_std(e));
            }
            ("concat" | "as_flattened", []) => {
                let parts = self.elements(place, crate::lower::chain::Access::Shared, span);
                return Some(self.flattened(&parts, span));
            }
            ("join", [_]) => self.unsupported(e, "joining sequences", "push the parts in a loop"),
            ("retain", [f]) => return self.retain(place, f, span),
            ("dedup", []) | ("dedup_by" | "dedup_by_key", [_]) => {
                return self.dedup(place, args.first().copied(), name, e);
            }
            ("fill_with", [f]) => {
                let closure = self.as_closure(f)?;
                let len = self.plain(Op::Len(place.clone()), span);
                let zero = self.index_literal(0, span);
                let range = Range::new(zero, len);
                self.build_loop(Some(range), None, span, &mut |cx, i| {
                    let i =
                        i.expect("bug in autodiff, please report: a counted loop without an index");
                    let value = cx.inline(&closure, Vec::new());
                    cx.write(place.then(Step::Index(i)), value, span);
                });
                Lowered::Unit
            }
            ("each_ref", []) => Lowered::Reference(place, false),
            // Strings have one, too.
            ("repeat", [n])
                if matches!(
                    self.function.types.kind(ty),
                    Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_)
                ) =>
            {
                let n = self.operand(n);
                let items = self.elements(place, crate::lower::chain::Access::Shared, span);
                self.repeated_items(&items, n, span)
            }
            ("partition_point", [f]) if self.mentions_floats(f) => {
                return self.partition_point(place, f, span);
            }
            ("split_first" | "split_last" | "split_first_mut" | "split_last_mut", []) => {
                let exclusive = name.ends_with("_mut");
                let len = self.plain(Op::Len(place.clone()), span);
                let (zero, one) = (self.index_literal(0, span), self.index_literal(1, span));
                let some = self.operator(quote!(>), &[len, zero], span);
                let (at, low, high) = if name.starts_with("split_first") {
                    (zero, Some(one), None)
                } else {
                    let last = self.query("wrapping_sub", vec![len, one], span);
                    (last, None, Some(last))
                };
                let rest = Step::slice(low, high);
                let parts = [place.then(Step::Index(at)), place.then(rest)];
                let parts = parts.map(|p| Lowered::Reference(p, exclusive));
                Lowered::Optional(some, Box::new(Lowered::Tuple(parts.to_vec())))
            }
            ("contains" | "binary_search" | "binary_search_by" | "partition_point", _) => {
                return None;
            }
            ("append" | "split_off" | "swap_with_slice" | "drain", [arg]) => {
                return self.splice(&place, name, arg, span);
            }
            ("iter" | "into_iter" | "iter_mut", _) => {
                let access = match (name, lowered) {
                    ("iter", _) => crate::lower::chain::Access::Shared,
                    ("iter_mut", _) => crate::lower::chain::Access::Exclusive,
                    (_, Lowered::Reference(_, true)) => crate::lower::chain::Access::Exclusive,
                    (_, Lowered::Reference(_, false)) => crate::lower::chain::Access::Shared,
                    _ => crate::lower::chain::Access::Value,
                };
                self.place_ty(&place.then(Step::slice(None, None)));
                Lowered::Chain(self.elements(place, access, span))
            }
            ("windows" | "chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut", [size]) => {
                let size = self.operand(size);
                Lowered::Chain(self.pieces(place, name, size, span))
            }
            ("rchunks" | "rchunks_exact" | "rchunks_mut" | "rchunks_exact_mut", [size]) => {
                let size = self.operand(size);
                Lowered::Chain(self.pieces_from_the_end(place, name, size, span))
            }
            ("chunk_by" | "chunk_by_mut", [f]) => {
                let closure = self.closure_argument(f, 2)?;
                let exclusive = name == "chunk_by_mut";
                Lowered::Chain(self.runs(place, closure, exclusive, span))
            }
            ("map", [f])
                if matches!(self.function.types.kind(ty), Kind::Array(_))
                    || self.is_declared_array(&place) =>
            {
                return self.map_array(place, f, e);
            }
            _ => return None,
        })
    }

    fn vec_element(&mut self, place: &Place) -> Ty {
        let ty = self.place_ty(place);
        if self.function.types.kind(ty) == Kind::Unknown {
            let element = self.function.types.unknown();
            let vec = self.function.types.known(Kind::Vec(element));
            self.function.types.unify(ty, vec);
        }
        self.function.types.element(ty)
    }

    /// The element at an index, if there is one.
    fn element_option(
        &mut self,
        place: Place,
        index: Value,
        exclusive: bool,
        span: Span,
    ) -> Lowered {
        let len = self.plain(Op::Len(place.clone()), span);
        let some = self.operator(quote!(<), &[index, len], span);
        Lowered::Optional(
            some,
            Box::new(Lowered::Reference(
                place.then(Step::Index(index)),
                exclusive,
            )),
        )
    }

    pub(in crate::lower) fn extend(&mut self, place: Place, items: Lowered, span: Span) -> Lowered {
        let expr: syn::Expr = syn::parse_quote!(items);
        let Some(chain) = self.as_chain(items, &expr) else {
            return Lowered::Never;
        };
        let element = self.vec_element(&place);
        self.iterate(&chain, None, span, &mut |cx, item| {
            let value = cx.kept_value(item, span);
            let found = cx.function.ty(value);
            cx.function.types.unify(element, found);
            cx.effect(Op::Push(place.clone(), value), span);
        });
        Lowered::Unit
    }

    fn resize(&mut self, place: Place, n: Value, value: Value, span: Span) -> Lowered {
        self.effect(Op::Truncate(place.clone(), n), span);
        let found = self.function.ty(value);
        let element = self.vec_element(&place);
        self.function.types.unify(element, found);
        let len = self.plain(Op::Len(place.clone()), span);
        let range = Range::new(len, n);
        self.build_loop(Some(range), None, span, &mut |cx, _| {
            cx.effect(Op::Push(place.clone(), value), span);
        });
        Lowered::Unit
    }

    fn copy_within(
        &mut self,
        place: Place,
        range: &syn::Expr,
        to: &syn::Expr,
        span: Span,
    ) -> Option<Lowered> {
        let syn::Expr::Range(syn::ExprRange {
            attrs: _,
            start,
            limits,
            end,
        }) = range
        else {
            return Some(self.unsupported(
                range,
                "this range",
                "write the range in place, as `a..b`",
            ));
        };
        let low = start.as_ref().map(|e| self.operand(e));
        let high = end.as_ref().map(|e| self.operand(e));
        let inclusive = matches!(limits, syn::RangeLimits::Closed(_));
        let to = self.operand(to);
        // By way of a copy: the ranges may overlap.
        let from = place.then(Step::Slice {
            low,
            high,
            inclusive,
        });
        let Lowered::Value(copy) = self.vector(Lowered::Place(from), span) else {
            return Some(Lowered::Never);
        };
        let len = self.plain(Op::Len(Place::whole(copy)), span);
        let end = self.operator(quote!(+), &[to, len], span);
        let target = place.then(Step::slice(Some(to), Some(end)));
        self.effect(Op::CopyFrom(target, Place::whole(copy)), span);
        Some(Lowered::Unit)
    }

    /// Sorting of floats: a permutation found on the values, then applied.
    fn sort(
        &mut self,
        place: Place,
        name: &str,
        args: &[&syn::Expr],
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let ty = self.place_ty(&place);
        let element = self.function.types.element(ty);
        // Integers are sorted by std, unless they are sorted by something that may have a derivative.
        let plain = self.function.types.kind(element) == Kind::Plain;
        if plain && !args.iter().any(|f| self.mentions_floats(f)) {
            return None;
        }
        let span = e.span();
        let by_key = name.ends_with("_key");
        let closure = match (name, args) {
            ("sort_by" | "sort_unstable_by", [f]) => self.closure_argument(f, 2),
            // Which of equal keys comes first is not said of `sort_unstable_by_key`.
            ("sort_by_key" | "sort_by_cached_key", [f]) => self.closure_argument(f, 1),
            _ => None,
        };
        let Some(closure) = closure else {
            return Some(self.unsupported(
                e,
                "this way of sorting",
                "use `sort_by` with `total_cmp` or `partial_cmp`",
            ));
        };
        // Insertion sort: stable, as std's is, and its swaps are differentiated as any others.
        let len = self.plain(Op::Len(place.clone()), span);
        let one = self.index_literal(1, span);
        let range = Range::new(one, len);
        self.build_loop(Some(range), None, span, &mut |cx, i| {
            let i = i.expect("bug in autodiff, please report: a counted loop without an index");
            let plain = cx.function.types.plain();
            let j = cx.local(plain, span);
            cx.effect(Op::Store(Place::whole(j), i), span);
            cx.build_loop(None, None, span, &mut |cx, _| {
                let exit = cx
                    .frames
                    .last()
                    .expect("bug in autodiff, please report: no frame")
                    .exit;
                let at = cx.read(Place::whole(j), span);
                let zero = cx.index_literal(0, span);
                let go = cx.operator(quote!(>), &[at, zero], span);
                let go = cx.branch(
                    go,
                    &mut |cx| {
                        let one = cx.index_literal(1, span);
                        let before = cx.operator(quote!(-), &[at, one], span);
                        let a = Lowered::Reference(place.then(Step::Index(before)), false);
                        let b = Lowered::Reference(place.then(Step::Index(at)), false);
                        let order = if by_key {
                            cx.order_by_key(&closure, a, b, span)
                        } else {
                            let order = cx.inline(&closure, vec![a, b]);
                            cx.value_of(order, span)
                        };
                        let pattern = syn::parse_quote!(::core::cmp::Ordering::Greater);
                        Lowered::Value(cx.plain(
                            Op::Matches {
                                place: Place::whole(order),
                                pattern: Box::new(syn::Pat::Path(pattern)),
                                reference: false,
                            },
                            span,
                        ))
                    },
                    &mut |cx| Lowered::Value(cx.integer(quote!(false), span)),
                    span,
                );
                let go = cx.value_of(go, span);
                cx.branch(
                    go,
                    &mut |cx| {
                        let one = cx.index_literal(1, span);
                        let before = cx.operator(quote!(-), &[at, one], span);
                        cx.swap(
                            place.then(Step::Index(before)),
                            place.then(Step::Index(at)),
                            span,
                        );
                        cx.effect(Op::Store(Place::whole(j), before), span);
                        Lowered::Unit
                    },
                    &mut |cx| {
                        cx.raise(exit, span);
                        Lowered::Unit
                    },
                    span,
                );
            });
        });
        Some(Lowered::Unit)
    }

    /// Names a variable that may hold floats.
    fn mentions_floats(&mut self, expr: &syn::Expr) -> bool {
        let mut names = Vec::new();
        crate::lower::opaque::mentioned(quote!(#expr), &mut names);
        names.iter().any(|name| match self.lookup(name).cloned() {
            Some(Binding::Place(p) | Binding::Reference(p, _)) => {
                let ty = self.place_ty(&p);
                self.function.types.may_hold_floats(ty)
            }
            Some(_) => true,
            None => false,
        })
    }

    /// `retain`: what is kept moves up, and the rest is cut off.
    fn retain(&mut self, place: Place, f: &syn::Expr, span: Span) -> Option<Lowered> {
        let closure = self.closure_argument(f, 1)?;
        let plain = self.function.types.plain();
        let kept = self.local(plain, span);
        let low = self.index_literal(0, span);
        self.effect(Op::Store(Place::whole(kept), low), span);
        let high = self.plain(Op::Len(place.clone()), span);
        let range = Range::new(low, high);
        self.build_loop(Some(range), None, span, &mut |cx, i| {
            let i = i.expect("bug in autodiff, please report: a counted loop without an index");
            let item = Lowered::Reference(place.then(Step::Index(i)), false);
            let test = cx.inline(&closure, vec![item]);
            let test = cx.value_of(test, span);
            cx.branch(
                test,
                &mut |cx| cx.move_up(&place, kept, i, span),
                &mut |_| Lowered::Unit,
                span,
            );
        });
        let kept = self.read(Place::whole(kept), span);
        self.effect(Op::Truncate(place, kept), span);
        Some(Lowered::Unit)
    }

    /// An element that is kept comes behind those that are kept already.
    fn move_up(&mut self, place: &Place, kept: Value, i: Value, span: Span) -> Lowered {
        let at = self.count_up(kept, span);
        self.swap(
            place.then(Step::Index(at)),
            place.then(Step::Index(i)),
            span,
        )
    }

    /// `dedup`: what differs from the last one that is kept moves up, and the rest is cut off.
    fn dedup(
        &mut self,
        place: Place,
        f: Option<&syn::Expr>,
        name: &str,
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let span = e.span();
        let ty = self.place_ty(&place);
        let element = self.function.types.element(ty);
        let closure = match (f, name) {
            (Some(f), "dedup_by") => Some(self.closure_argument(f, 2)?),
            (Some(f), _) => Some(self.closure_argument(f, 1)?),
            (None, _) if self.function.types.kind(element) == Kind::Float => None,
            (None, _) => return None,
        };
        let plain = self.function.types.plain();
        let kept = self.local(plain, span);
        let one = self.index_literal(1, span);
        let len = self.plain(Op::Len(place.clone()), span);
        let first = self.query("min", vec![len, one], span);
        self.effect(Op::Store(Place::whole(kept), first), span);
        let range = Range::new(one, len);
        self.build_loop(Some(range), None, span, &mut |cx, i| {
            let i = i.expect("bug in autodiff, please report: a counted loop without an index");
            let one = cx.index_literal(1, span);
            let at = cx.read(Place::whole(kept), span);
            let last = cx.operator(quote!(-), &[at, one], span);
            let item = place.then(Step::Index(i));
            let before = place.then(Step::Index(last));
            let same = match &closure {
                Some(closure) if name == "dedup_by" => {
                    let pair = [item, before].map(|p| Lowered::Reference(p, true));
                    let same = cx.inline(closure, pair.to_vec());
                    cx.value_of(same, span)
                }
                Some(closure) => {
                    let keys = [item, before].map(|p| {
                        let key = cx.inline(closure, vec![Lowered::Reference(p, true)]);
                        cx.value_of(key, span)
                    });
                    cx.operator(quote!(==), &keys, span)
                }
                None => {
                    let values = [item, before].map(|p| cx.read(p, span));
                    cx.operator(quote!(==), &values, span)
                }
            };
            cx.branch(
                same,
                &mut |_| Lowered::Unit,
                &mut |cx| cx.move_up(&place, kept, i, span),
                span,
            );
        });
        let kept = self.read(Place::whole(kept), span);
        self.effect(Op::Truncate(place, kept), span);
        Some(Lowered::Unit)
    }

    /// A sequence of floats, or of such.
    fn holds_floats(&mut self, ty: Ty) -> bool {
        let element = self.function.types.element(ty);
        self.function.types.holds_floats(element)
    }

    /// `partition_point`, as std finds it: by halves.
    fn partition_point(&mut self, place: Place, f: &syn::Expr, span: Span) -> Option<Lowered> {
        let closure = self.closure_argument(f, 1)?;
        let plain = self.function.types.plain();
        let (low, high) = (self.local(plain, span), self.local(plain, span));
        let zero = self.index_literal(0, span);
        self.effect(Op::Store(Place::whole(low), zero), span);
        let len = self.plain(Op::Len(place.clone()), span);
        self.effect(Op::Store(Place::whole(high), len), span);
        self.build_loop(None, None, span, &mut |cx, _| {
            let exit = cx
                .frames
                .last()
                .expect("bug in autodiff, please report: no frame")
                .exit;
            let from = cx.read(Place::whole(low), span);
            let to = cx.read(Place::whole(high), span);
            let more = cx.operator(quote!(<), &[from, to], span);
            cx.branch(
                more,
                &mut |cx| {
                    let two = cx.index_literal(2, span);
                    let both = cx.operator(quote!(+), &[from, to], span);
                    let middle = cx.operator(quote!(/), &[both, two], span);
                    let item = Lowered::Reference(place.then(Step::Index(middle)), false);
                    let test = cx.inline(&closure, vec![item]);
                    let test = cx.value_of(test, span);
                    cx.branch(
                        test,
                        &mut |cx| {
                            let one = cx.index_literal(1, span);
                            let next = cx.operator(quote!(+), &[middle, one], span);
                            cx.effect(Op::Store(Place::whole(low), next), span);
                            Lowered::Unit
                        },
                        &mut |cx| {
                            cx.effect(Op::Store(Place::whole(high), middle), span);
                            Lowered::Unit
                        },
                        span,
                    )
                },
                &mut |cx| {
                    cx.raise(exit, span);
                    Lowered::Unit
                },
                span,
            );
        });
        Some(Lowered::Value(self.read(Place::whole(low), span)))
    }

    /// `[a; N].map(f)`
    fn map_array(
        &mut self,
        place: Place,
        f: &syn::Expr,
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let span = e.span();
        let closure = self.as_closure(f)?;
        let element = self.function.types.unknown();
        let ty = self.function.types.known(Kind::Array(element));
        let blank = Op::Blank {
            count: None,
            like: Some(place.clone()),
        };
        let mapped = self.push(blank, ty, span);
        self.function.locals.insert(mapped);
        let target = Place::whole(mapped);
        let len = self.plain(Op::Len(place.clone()), span);
        let zero = self.index_literal(0, span);
        let range = Range::new(zero, len);
        self.build_loop(Some(range), None, span, &mut |cx, i| {
            let i = i.expect("bug in autodiff, please report: a counted loop without an index");
            let item = cx.read(place.then(Step::Index(i)), span);
            let value = cx.inline(&closure, vec![Lowered::Value(item)]);
            cx.write(target.then(Step::Index(i)), value, span);
        });
        Some(Lowered::Value(mapped))
    }

    /// `collect`ed or counted items go into one of these.
    pub(in crate::lower) fn empty_vec(&mut self, capacity: Option<Value>, span: Span) -> Value {
        let element = self.function.types.unknown();
        let ty = self.function.types.known(Kind::Vec(element));
        let vec = self.push(Op::NewVec { capacity }, ty, span);
        self.function.locals.insert(vec);
        vec
    }
}
