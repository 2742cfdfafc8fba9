//! Method calls: of floats, of slices and vectors, of options; of iterators in `chain`.

use super::{Lowered, Lowerer};
use crate::errors::Problem;
use crate::ir::{Kind, Op, Place, Step, Value};
use crate::parse::Receiver;
use autodiff_runtime::rules;
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::spanned::Spanned;

/// Questions about a float, whose answer is no float.
pub fn is_query(name: &str) -> bool {
    const QUERIES: [&str; 11] = [
        "is_nan",
        "is_finite",
        "is_infinite",
        "is_normal",
        "is_subnormal",
        "is_sign_positive",
        "is_sign_negative",
        "total_cmp",
        "partial_cmp",
        "classify",
        "eq",
    ];
    QUERIES.contains(&name)
}

/// A method of floats.
pub fn is_numeric_method(name: &str) -> bool {
    rules::row(name).is_some() || is_query(name) || name == "sin_cos"
}

/// Functions that integers have, too.
fn is_common(name: &str) -> bool {
    matches!(
        name,
        "abs" | "max" | "min" | "clamp" | "signum" | "rem_euclid" | "div_euclid" | "midpoint"
    )
}

/// A method that only options have, or results, which are no fields of models.
fn is_of_options(name: &str) -> bool {
    matches!(
        name,
        "is_some"
            | "is_none"
            | "is_some_and"
            | "is_none_or"
            | "unwrap"
            | "expect"
            | "unwrap_or"
            | "unwrap_or_else"
            | "unwrap_or_default"
            | "map_or"
            | "map_or_else"
    )
}

fn is_self(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::Path(p) if p.path.is_ident("self"))
}

/// A variable or a field of one.
fn is_path(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Path(_) => true,
        syn::Expr::Field(e) => is_path(&e.base),
        syn::Expr::Paren(e) => is_path(&e.expr),
        _ => false,
    }
}

impl Lowerer<'_> {
    /// A method call whose value nobody uses.
    pub(super) fn method_statement(&mut self, e: &syn::ExprMethodCall) -> Lowered {
        self.method(e)
    }

    pub(super) fn method(&mut self, e: &syn::ExprMethodCall) -> Lowered {
        let syn::ExprMethodCall {
            attrs: _,
            receiver,
            dot_token: _,
            method,
            turbofish: _,
            paren_token: _,
            args,
        } = e;
        let span = e.span();
        let name = method.to_string();
        let args: Vec<&syn::Expr> = args.iter().collect();
        let mut lowered = self.expr(receiver);
        if name == "clone"
            && let Some(copy) = self.copied_range(&lowered, span)
        {
            return copy;
        }
        if let Some(range) = self.range_parameter(&lowered, span) {
            lowered = Lowered::Chain(super::chain::Chain::over(range));
        }
        let users = match lowered {
            Lowered::Reference(..) | Lowered::Place(_) if is_self(receiver) => true,
            _ => self.has_users_method(&lowered, method),
        };
        match lowered {
            Lowered::Never => Lowered::Never,
            lowered if users => self.users_method(lowered, e),
            Lowered::Chain(chain) => self.chain_method(chain, e),
            Lowered::Optional(some, payload) => self.option_method(some, *payload, &name, &args, e),
            Lowered::Closure(_) => {
                self.unsupported(e, "a method of a closure", "call the closure directly")
            }
            Lowered::Unit => self.opaque(&syn::Expr::MethodCall(e.clone())),
            Lowered::Reference(ref place, _) | Lowered::Place(ref place)
                if is_of_options(&name) && self.is_field(place) =>
            {
                let option = self.option_in_memory(lowered, span);
                match self.lowered(&option, span) {
                    Lowered::Optional(some, payload) => {
                        self.option_method(some, *payload, &name, &args, e)
                    }
                    other => self.unknown_method(other, e),
                }
            }
            lowered => {
                if let Some(library) = self.library_of(&lowered)
                    && let Some(result) = self.matrix_method(library, &lowered, e)
                {
                    return result;
                }
                if let Some(result) = self.sequence_method(&lowered, &name, &args, e) {
                    return result;
                }
                if let ("is_zero" | "is_one", [], crate::ast::Scalar::Own(own)) =
                    (name.as_str(), args.as_slice(), &self.source.scalar)
                {
                    let value = self.value_of(lowered, receiver.span());
                    let krate = &self.source.options.krate;
                    let constant = if name == "is_zero" {
                        quote!(zero)
                    } else {
                        quote!(one)
                    };
                    let ty = self.function.ty(value);
                    let constant = self.push(
                        Op::Literal(quote!(<#own as #krate::Real>::#constant())),
                        ty,
                        span,
                    );
                    return Lowered::Value(self.operator(quote!(==), &[value, constant], span));
                }
                if is_numeric_method(&name) {
                    let value = self.value_of(lowered, receiver.span());
                    if let Some(result) = self.float_method(value, method, &args, span) {
                        return result;
                    }
                    return self.opaque(&syn::Expr::MethodCall(e.clone()));
                }
                if self.is_number(&lowered) {
                    return self.integer_method(lowered, method, &args, span);
                }
                self.unknown_method(lowered, e)
            }
        }
    }

    /// A method of a type of the user's, whatever it is called: std's of that name is not meant.
    fn users_method(&mut self, receiver: Lowered, e: &syn::ExprMethodCall) -> Lowered {
        let annotated = crate::parse::is_annotated(&e.method);
        match e.method.to_string().as_str() {
            "clone" | "to_owned" if e.args.is_empty() => {
                match self.as_place(receiver, &e.receiver) {
                    Some(place) => Lowered::Value(self.read(place, e.span())),
                    None => Lowered::Never,
                }
            }
            "len" | "is_empty" if e.args.is_empty() && !annotated => self.shape(&receiver, e),
            _ => self.own_method(receiver, e),
        }
    }

    /// A method that is not known, of what may have no derivative.
    fn unknown_method(&mut self, receiver: Lowered, e: &syn::ExprMethodCall) -> Lowered {
        let changes = matches!(
            crate::parse::receiver(&e.method),
            Some(Receiver::Exclusive | Receiver::Both)
        );
        if super::opaque::is_pure_method(&e.method.to_string()) && !changes {
            return self.opaque_method(receiver, e);
        }
        self.own_method(receiver, e)
    }

    /// An annotated method, or one of what has no derivative.
    fn own_method(&mut self, receiver: Lowered, e: &syn::ExprMethodCall) -> Lowered {
        let taken_over = |a: &syn::Expr| {
            matches!(
                a,
                syn::Expr::Closure(_) | syn::Expr::Range(_) | syn::Expr::Lit(_)
            )
        };
        match crate::parse::receiver(&e.method) {
            Some(Receiver::Exclusive) => return self.changing_method(receiver, e),
            Some(Receiver::Both) if self.may_change(&receiver) => {
                return self.unsupported(
                    &e.method,
                    "a method of which there are several here, some with `&self` and some with `&mut self`",
                    "call it by its path, `Type::method(&mut value, ..)` or `Type::method(&value, ..)`",
                );
            }
            _ => {}
        }
        // Without arguments most methods are std's, and ask something.
        let own = crate::parse::is_annotated(&e.method)
            || !e.args.is_empty() && !e.args.iter().all(taken_over);
        let simple = own && e.turbofish.is_none();
        if !simple || e.args.iter().any(|a| matches!(a, syn::Expr::Closure(_))) {
            return self.opaque_method(receiver, e);
        }
        self.user_method(receiver, e)
    }

    /// A variable, or behind an exclusive reference.
    fn may_change(&self, lowered: &Lowered) -> bool {
        match lowered {
            Lowered::Reference(_, exclusive) => *exclusive,
            Lowered::Place(p) => self.function.locals.contains(&p.root),
            _ => false,
        }
    }

    /// A method that is not known: it may be called on what has no derivative.
    pub(super) fn opaque_method(&mut self, receiver: Lowered, e: &syn::ExprMethodCall) -> Lowered {
        if is_path(&e.receiver) {
            return self.opaque(&syn::Expr::MethodCall(e.clone()));
        }
        // The receiver is evaluated once, and has a name of ours.
        let name = Ident::new("__autodiff_receiver", Span::mixed_site());
        let binding = match receiver {
            Lowered::Place(p) => super::Binding::Place(p),
            Lowered::Reference(p, exclusive) => super::Binding::Reference(p, exclusive),
            other => super::Binding::Place(Place::whole(self.value_of(other, e.receiver.span()))),
        };
        self.scopes.push(vec![(name.clone(), binding)]);
        let call = syn::ExprMethodCall {
            receiver: Box::new(syn::parse_quote!(#name)),
            ..e.clone()
        };
        let result = self.opaque(&syn::Expr::MethodCall(call));
        self.scopes.pop();
        result
    }

    fn is_number(&mut self, lowered: &Lowered) -> bool {
        let ty = match lowered {
            Lowered::Value(v) => self.function.ty(*v),
            Lowered::Place(p) | Lowered::Reference(p, _) => {
                let p = p.clone();
                self.place_ty(&p)
            }
            _ => return false,
        };
        self.function.types.kind(ty) == Kind::Plain
    }

    fn integer_method(
        &mut self,
        receiver: Lowered,
        method: &Ident,
        args: &[&syn::Expr],
        span: Span,
    ) -> Lowered {
        let mut operands = vec![self.value_of(receiver, span)];
        operands.extend(args.iter().map(|a| self.operand(a)));
        let optional = method.to_string().starts_with("checked_") || method == "partial_cmp";
        let ty = if optional {
            self.function.types.unknown()
        } else {
            self.function.types.plain()
        };
        Lowered::Value(self.push(
            Op::Query {
                method: method.clone(),
                operands,
            },
            ty,
            span,
        ))
    }

    /// A method of a float, or of a number that may be one.
    pub(super) fn float_method(
        &mut self,
        receiver: Value,
        method: &Ident,
        args: &[&syn::Expr],
        span: Span,
    ) -> Option<Lowered> {
        let name = method.to_string();
        let ty = self.function.ty(receiver);
        if self.function.types.kind(ty) == Kind::Plain {
            return Some(self.integer_method(Lowered::Value(receiver), method, args, span));
        }
        if matches!(
            self.function.types.kind(ty),
            Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_)
        ) {
            return None;
        }
        if is_query(&name) {
            let mut operands = vec![receiver];
            for arg in args {
                let value = self.operand(arg);
                let other = self.function.ty(value);
                self.function.types.unify(ty, other);
                operands.push(value);
            }
            return Some(Lowered::Value(self.plain(
                Op::Query {
                    method: method.clone(),
                    operands,
                },
                span,
            )));
        }
        if !is_common(&name) {
            self.function.types.become_float(ty);
        }
        if name == "sin_cos" {
            let sin = self.apply("sin", vec![receiver], ty, span)?;
            let cos = self.apply("cos", vec![receiver], ty, span)?;
            return Some(Lowered::Tuple(vec![
                Lowered::Value(sin),
                Lowered::Value(cos),
            ]));
        }
        let row = rules::row(&name)?;
        if args.len() + 1 != row.arity {
            // rustc says this better.
            return None;
        }
        let mut operands = vec![receiver];
        for (k, arg) in args.iter().enumerate() {
            let value = self.operand(arg);
            let other = self.function.ty(value);
            if row.integer.contains(&(k + 1)) {
                let plain = self.function.types.plain();
                self.function.types.unify(other, plain);
            } else {
                self.function.types.unify(ty, other);
            }
            operands.push(value);
        }
        Some(Lowered::Value(self.push(
            Op::Apply {
                row,
                args: operands,
            },
            ty,
            span,
        )))
    }

    fn apply(
        &mut self,
        name: &str,
        args: Vec<Value>,
        ty: crate::ir::Ty,
        span: Span,
    ) -> Option<Value> {
        let row = rules::row(name)?;
        Some(self.push(Op::Apply { row, args }, ty, span))
    }

    /// Methods of arrays, slices and vectors; nothing if it is none of them.
    pub(super) fn sequence_method(
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
                let tail = place.then(Step::Slice {
                    low: Some(at),
                    high: None,
                    inclusive: false,
                });
                let len = self.plain(Op::Len(tail.clone()), span);
                let one = self.index_literal(1, span);
                let by = self.operator(quote!(-), &[len, one], span);
                self.effect(Op::Rotate(tail, by), span);
                Lowered::Unit
            }
            ("remove", [at]) => {
                let at = self.operand(at);
                let element = self.vec_element(&place);
                let tail = place.then(Step::Slice {
                    low: Some(at),
                    high: None,
                    inclusive: false,
                });
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
            ("first", []) => {
                let zero = self.index_literal(0, span);
                self.element_option(place, zero, false, span)
            }
            ("last", []) => {
                let len = self.plain(Op::Len(place.clone()), span);
                let one = self.index_literal(1, span);
                let last = self.plain(
                    Op::Query {
                        method: Ident::new("wrapping_sub", span),
                        operands: vec![len, one],
                    },
                    span,
                );
                self.element_option(place, last, false, span)
            }
            ("first_mut", []) => {
                let zero = self.index_literal(0, span);
                self.element_option(place, zero, true, span)
            }
            ("last_mut", []) => {
                let len = self.plain(Op::Len(place.clone()), span);
                let one = self.index_literal(1, span);
                let last = self.plain(
                    Op::Query {
                        method: Ident::new("wrapping_sub", span),
                        operands: vec![len, one],
                    },
                    span,
                );
                self.element_option(place, last, true, span)
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
                let low = place.then(Step::Slice {
                    low: None,
                    high: Some(k),
                    inclusive: false,
                });
                let high = place.then(Step::Slice {
                    low: Some(k),
                    high: None,
                    inclusive: false,
                });
                let exclusive = name == "split_at_mut";
                Lowered::Tuple(vec![
                    Lowered::Reference(low, exclusive),
                    Lowered::Reference(high, exclusive),
                ])
            }
            (
                "sort_by" | "sort_unstable_by" | "sort" | "sort_unstable" | "sort_by_key"
                | "sort_floats",
                _,
            ) => {
                return self.sort(place, name, args, e);
            }
            ("concat", []) => {
                let parts = self.elements(place, super::chain::Access::Shared, span);
                return Some(self.flattened(&parts, span));
            }
            ("join", [_]) => self.unsupported(e, "joining sequences", "push the parts in a loop"),
            ("retain", [f]) => return self.retain(place, f, span),
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
                    let last = self.plain(
                        Op::Query {
                            method: Ident::new("wrapping_sub", span),
                            operands: vec![len, one],
                        },
                        span,
                    );
                    (last, None, Some(last))
                };
                let rest = Step::Slice {
                    low,
                    high,
                    inclusive: false,
                };
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
                    ("iter", _) => super::chain::Access::Shared,
                    ("iter_mut", _) => super::chain::Access::Exclusive,
                    (_, Lowered::Reference(_, true)) => super::chain::Access::Exclusive,
                    (_, Lowered::Reference(_, false)) => super::chain::Access::Shared,
                    _ => super::chain::Access::Value,
                };
                self.place_ty(&place.then(Step::Slice {
                    low: None,
                    high: None,
                    inclusive: false,
                }));
                Lowered::Chain(self.elements(place, access, span))
            }
            ("windows" | "chunks" | "chunks_exact" | "chunks_mut" | "chunks_exact_mut", [size]) => {
                let size = self.operand(size);
                Lowered::Chain(self.pieces(place, name, size, span))
            }
            ("map", [f]) if matches!(self.function.types.kind(ty), Kind::Array(_)) => {
                return self.map_array(place, f, e);
            }
            _ => return None,
        })
    }

    fn vec_element(&mut self, place: &Place) -> crate::ir::Ty {
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

    pub(super) fn extend(&mut self, place: Place, items: Lowered, span: Span) -> Lowered {
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
        let range = crate::ir::Range {
            low: len,
            high: n,
            inclusive: false,
            adapters: Vec::new(),
        };
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
        let target = place.then(Step::Slice {
            low: Some(to),
            high: Some(end),
            inclusive: false,
        });
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
        let closure = match (name, args) {
            ("sort_by" | "sort_unstable_by", [f]) => self.closure_argument(f, 2),
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
        let range = crate::ir::Range {
            low: one,
            high: len,
            inclusive: false,
            adapters: Vec::new(),
        };
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
                        let order = cx.inline(&closure, vec![a, b]);
                        let order = cx.value_of(order, span);
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
        super::opaque::mentioned(quote!(#expr), &mut names);
        names.iter().any(|name| match self.lookup(name).cloned() {
            Some(super::Binding::Place(p) | super::Binding::Reference(p, _)) => {
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
        let range = crate::ir::Range {
            low,
            high,
            inclusive: false,
            adapters: Vec::new(),
        };
        self.build_loop(Some(range), None, span, &mut |cx, i| {
            let i = i.expect("bug in autodiff, please report: a counted loop without an index");
            let item = Lowered::Reference(place.then(Step::Index(i)), false);
            let test = cx.inline(&closure, vec![item]);
            let test = cx.value_of(test, span);
            cx.branch(
                test,
                &mut |cx| {
                    let at = cx.read(Place::whole(kept), span);
                    cx.swap(
                        place.then(Step::Index(at)),
                        place.then(Step::Index(i)),
                        span,
                    );
                    let one = cx.index_literal(1, span);
                    let next = cx.operator(quote!(+), &[at, one], span);
                    cx.effect(Op::Store(Place::whole(kept), next), span);
                    Lowered::Unit
                },
                &mut |_| Lowered::Unit,
                span,
            );
        });
        let kept = self.read(Place::whole(kept), span);
        self.effect(Op::Truncate(place, kept), span);
        Some(Lowered::Unit)
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
        let ty = self.place_ty(&place);
        let copy = self.push(Op::Copy(place.clone()), ty, span);
        self.function.locals.insert(copy);
        let target = Place::whole(copy);
        let len = self.plain(Op::Len(place.clone()), span);
        let zero = self.index_literal(0, span);
        let range = crate::ir::Range {
            low: zero,
            high: len,
            inclusive: false,
            adapters: Vec::new(),
        };
        self.build_loop(Some(range), None, span, &mut |cx, i| {
            let i = i.expect("bug in autodiff, please report: a counted loop without an index");
            let item = cx.read(place.then(Step::Index(i)), span);
            let mapped = cx.inline(&closure, vec![Lowered::Value(item)]);
            cx.write(target.then(Step::Index(i)), mapped, span);
        });
        Some(Lowered::Value(copy))
    }

    /// Methods of an `Option`.
    fn option_method(
        &mut self,
        some: Value,
        payload: Lowered,
        name: &str,
        args: &[&syn::Expr],
        e: &syn::ExprMethodCall,
    ) -> Lowered {
        let span = e.span();
        match (name, args) {
            ("unwrap" | "expect", _) => {
                let always = self.region.stmts.iter().any(|s| {
                    s.results.first() == Some(&some)
                        && matches!(&s.op, Op::Literal(t) if t.to_string() == "true")
                });
                if !always {
                    let flag = Ident::new("__autodiff_some", Span::mixed_site());
                    let code = quote!(
                        ::core::assert!(#flag, "called `Option::unwrap()` on a `None` value")
                    );
                    let capture = crate::ir::Capture {
                        name: flag,
                        place: Place::whole(some),
                        reference: false,
                        exclusive: false,
                    };
                    self.effect(
                        Op::Effect {
                            code: crate::ir::Code::Macro(code),
                            captures: vec![capture],
                        },
                        span,
                    );
                }
                payload
            }
            ("as_mut" | "as_deref_mut", []) => {
                self.borrowed(Lowered::Optional(some, Box::new(payload)), true, span)
            }
            ("take", []) => {
                let Some(super::place::Target::Optional(flag, _)) = self.target(&e.receiver) else {
                    return Lowered::Never;
                };
                let payload = self.snapshot(payload, span);
                let none = self.integer(quote!(false), span);
                self.effect(Op::Store(flag, none), span);
                Lowered::Optional(some, Box::new(payload))
            }
            ("or", [other]) => {
                let other = self.expr(other);
                self.branch(
                    some,
                    &mut |cx| {
                        let yes = cx.integer(quote!(true), span);
                        Lowered::Optional(yes, Box::new(payload.clone()))
                    },
                    &mut |_| other.clone(),
                    span,
                )
            }
            ("zip", [other]) => match self.expr(other) {
                Lowered::Optional(other, second) => {
                    let both = self.operator(quote!(&), &[some, other], span);
                    Lowered::Optional(both, Box::new(Lowered::Tuple(vec![payload, *second])))
                }
                _ => self.unsupported(e, "this `zip`", "take both apart with `if let`"),
            },
            ("and_then" | "or_else" | "filter" | "is_some_and" | "is_none_or", [f]) => {
                let Some(closure) = self.as_closure(f) else {
                    return self.unsupported(e, "this argument", "pass a closure");
                };
                let with = |cx: &mut Self, flag: proc_macro2::TokenStream| {
                    let flag = cx.integer(flag, span);
                    Lowered::Optional(flag, Box::new(Lowered::Unit))
                };
                match name {
                    "and_then" => self.branch(
                        some,
                        &mut |cx| cx.inline(&closure, vec![payload.clone()]),
                        &mut |cx| with(cx, quote!(false)),
                        span,
                    ),
                    "or_else" => self.branch(
                        some,
                        &mut |cx| {
                            let yes = cx.integer(quote!(true), span);
                            Lowered::Optional(yes, Box::new(payload.clone()))
                        },
                        &mut |cx| cx.inline(&closure, Vec::new()),
                        span,
                    ),
                    _ => {
                        let otherwise = if name == "is_none_or" {
                            quote!(true)
                        } else {
                            quote!(false)
                        };
                        let test = self.branch(
                            some,
                            &mut |cx| cx.inline(&closure, vec![payload.clone()]),
                            &mut |cx| Lowered::Value(cx.integer(otherwise.clone(), span)),
                            span,
                        );
                        match name {
                            "filter" => {
                                let test = self.value_of(test, span);
                                Lowered::Optional(test, Box::new(payload))
                            }
                            _ => test,
                        }
                    }
                }
            }
            ("is_some", []) => Lowered::Value(some),
            ("is_none", []) => Lowered::Value(self.operator(quote!(!), &[some], span)),
            ("copied" | "cloned" | "as_ref" | "as_deref" | "clone", []) => {
                let payload = match payload {
                    Lowered::Reference(p, _) => Lowered::Place(p),
                    other => other,
                };
                Lowered::Optional(some, Box::new(payload))
            }
            ("unwrap_or", [default]) => {
                let default = self.expr(default);
                let default = match default {
                    Lowered::Place(p) => Lowered::Value(self.read(p, span)),
                    other => other,
                };
                self.branch(
                    some,
                    &mut |_| payload.clone(),
                    &mut |_| default.clone(),
                    span,
                )
            }
            ("unwrap_or_default", []) => self.branch(
                some,
                &mut |_| payload.clone(),
                &mut |cx| {
                    let ty = cx.function.types.unknown();
                    Lowered::Value(cx.push(
                        Op::Literal(quote!(::core::default::Default::default())),
                        ty,
                        span,
                    ))
                },
                span,
            ),
            ("unwrap_or_else" | "map_or_else", [f]) => {
                let Some(closure) = self.as_closure(f) else {
                    return self.unsupported(e, "this argument", "pass a closure");
                };
                self.branch(
                    some,
                    &mut |_| payload.clone(),
                    &mut |cx| cx.inline(&closure, Vec::new()),
                    span,
                )
            }
            ("map", [f]) => {
                let Some(closure) = self.as_closure(f) else {
                    return self.unsupported(e, "this argument", "pass a closure");
                };
                let mapped = self.branch(
                    some,
                    &mut |cx| cx.inline(&closure, vec![payload.clone()]),
                    &mut |_| Lowered::Unit,
                    span,
                );
                Lowered::Optional(some, Box::new(mapped))
            }
            ("map_or", [default, f]) => {
                let Some(closure) = self.as_closure(f) else {
                    return self.unsupported(e, "this argument", "pass a closure");
                };
                let default = self.operand(default);
                self.branch(
                    some,
                    &mut |cx| cx.inline(&closure, vec![payload.clone()]),
                    &mut |_| Lowered::Value(default),
                    span,
                )
            }
            _ => {
                self.errors.at(
                    &e.method,
                    Problem::Unsupported {
                        what: "this method of an `Option`",
                        instead: "take it apart with `match` or `if let`",
                    },
                );
                Lowered::Never
            }
        }
    }

    /// `collect`ed or counted items go into one of these.
    pub(super) fn empty_vec(&mut self, capacity: Option<Value>, span: Span) -> Value {
        let element = self.function.types.unknown();
        let ty = self.function.types.known(Kind::Vec(element));
        let vec = self.push(Op::NewVec { capacity }, ty, span);
        self.function.locals.insert(vec);
        vec
    }
}
