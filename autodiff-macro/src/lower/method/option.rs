//! Methods of options.

use crate::errors::Problem;
use crate::ir::{Op, Place, Value};
use crate::lower::place::Target;
use crate::lower::{Lowered, Lowerer};
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::spanned::Spanned;

/// A method that only options have, or results, which are no fields of models.
pub(super) fn is_of_options(name: &str) -> bool {
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

/// A method of options that is understood.
pub(super) fn is_known(name: &str) -> bool {
    const OTHERS: [&str; 23] = [
        "and",
        "and_then",
        "as_deref",
        "as_deref_mut",
        "as_mut",
        "as_ref",
        "clone",
        "cloned",
        "copied",
        "filter",
        "flatten",
        "get_or_insert",
        "get_or_insert_with",
        "insert",
        "inspect",
        "into_iter",
        "iter",
        "map",
        "or",
        "or_else",
        "replace",
        "take",
        "xor",
    ];
    is_of_options(name) || name == "zip" || OTHERS.contains(&name)
}

/// Whether there is something, and what.
fn optional(some: Value, payload: &Lowered) -> Lowered {
    Lowered::Optional(some, Box::new(payload.clone()))
}

impl Lowerer<'_> {
    /// An `Option` as a whole, of whether there is something and what.
    pub(in crate::lower) fn option_of(
        &mut self,
        some: Value,
        payload: Lowered,
        span: Span,
    ) -> Value {
        let built = |cx: &mut Self, variant: &str, fields| {
            let variant = Ident::new(variant, Span::mixed_site());
            let path = syn::parse_quote!(::core::option::Option::#variant);
            let ty = cx.type_of_name(&syn::parse_quote!(Option));
            let op = Op::Construct {
                path,
                fields,
                rest: None,
            };
            cx.push(op, ty, span)
        };
        let present = |cx: &mut Self| {
            let member = syn::Member::Unnamed(syn::Index::from(0));
            let value = cx.kept_value(payload.clone(), span);
            built(cx, "Some", vec![(member, value)])
        };
        let absent = |cx: &mut Self| built(cx, "None", Vec::new());
        match self.literally(some) {
            Some(true) => present(self),
            Some(false) => absent(self),
            None => {
                let whole = self.branch(
                    some,
                    &mut |cx| Lowered::Value(present(cx)),
                    &mut |cx| Lowered::Value(absent(cx)),
                    span,
                );
                self.value_of(whole, span)
            }
        }
    }

    /// Of an `Option` in memory, as whether there is something and what.
    pub(in crate::lower) fn in_memory(&mut self, lowered: Lowered, span: Span) -> Lowered {
        if !self.is_option(&lowered) {
            return lowered;
        }
        let lowered = match lowered {
            Lowered::Value(v) => Lowered::Place(Place::whole(v)),
            other => other,
        };
        let option = self.option_in_memory(lowered, span);
        self.lowered(&option, span)
    }

    /// The type is an `Option`, as far as is known.
    pub(in crate::lower) fn is_option(&mut self, lowered: &Lowered) -> bool {
        let named = |cx: &mut Self| cx.ty_of(lowered).and_then(|ty| cx.struct_of(ty));
        match lowered {
            Lowered::Value(_) | Lowered::Place(_) | Lowered::Reference(..) => {
                named(self).is_some_and(|name| name == "Option" && !crate::parse::is_defined(&name))
            }
            _ => false,
        }
    }

    /// Whether there is something and what, of what goes where an `Option` is.
    pub(in crate::lower) fn as_option(
        &mut self,
        lowered: Lowered,
        span: Span,
    ) -> Option<(Value, Lowered)> {
        let what = "an `Option` of which nothing is known here";
        let instead =
            "say what it is, `let a: Option<f64> = ..`, or take it apart with `match` or `if let`";
        self.as_option_or(lowered, what, instead, span)
    }

    /// The same, and what is wrong where nothing is known of it.
    pub(in crate::lower) fn as_option_or(
        &mut self,
        lowered: Lowered,
        what: &'static str,
        instead: &'static str,
        span: Span,
    ) -> Option<(Value, Lowered)> {
        match self.in_memory(lowered, span) {
            Lowered::Optional(some, payload) => Some((some, *payload)),
            Lowered::Never => None,
            _ => {
                self.unsupported_at(span, what, instead);
                None
            }
        }
    }

    /// What an `Option` holds that goes somewhere else: what is a part of something is there only if the `Option` is, as an element that
    /// may not exist. `copied`: what it refers to is read, too.
    pub(in crate::lower) fn held_payload(
        &mut self,
        some: Value,
        payload: Lowered,
        copied: bool,
        span: Span,
    ) -> Lowered {
        if let Lowered::Tuple(parts) = payload {
            let parts = parts.into_iter();
            let parts = parts.map(|part| self.held_payload(some, part, copied, span));
            return Lowered::Tuple(parts.collect());
        }
        let read = match &payload {
            Lowered::Place(p) => !p.path.is_empty(),
            Lowered::Reference(p, exclusive) => copied && !exclusive && !p.path.is_empty(),
            _ => false,
        };
        if !read || self.literally(some) == Some(true) {
            return payload;
        }
        self.branch(
            some,
            &mut |cx| Lowered::Value(cx.value_of(payload.clone(), span)),
            &mut |_| Lowered::Unit,
            span,
        )
    }

    /// What a condition is, if it is a literal.
    fn literally(&self, condition: Value) -> Option<bool> {
        self.region.stmts.iter().find_map(|s| match &s.op {
            Op::Literal(t) if s.results.first() == Some(&condition) => {
                Some(t.to_string() == "true")
            }
            _ => None,
        })
    }

    /// `Some(payload)`
    fn something(&mut self, payload: Lowered, span: Span) -> Lowered {
        let yes = self.integer(quote!(true), span);
        Lowered::Optional(yes, Box::new(payload))
    }

    /// `None`
    fn nothing(&mut self, span: Span) -> Lowered {
        let no = self.integer(quote!(false), span);
        Lowered::Optional(no, Box::new(Lowered::Unit))
    }

    /// An exclusive reference to what an `Option` holds now.
    fn reference_into(&mut self, target: Target, e: &syn::ExprMethodCall) -> Lowered {
        let payload = match target {
            Target::Optional(_, payload) => match *payload {
                Target::Place(place) => Some(place),
                Target::Tuple(_) | Target::Optional(..) | Target::Ignore => None,
            },
            Target::Place(place) => Some(crate::lower::payload(place)),
            Target::Tuple(_) | Target::Ignore => None,
        };
        match payload {
            Some(place) => Lowered::Reference(place, true),
            None => self.unsupported(
                &e.method,
                "a reference to several parts of an `Option`",
                "take it apart with `if let`",
            ),
        }
    }

    /// `(x > 0.0).then(|| x.ln())`, `(x > 0.0).then_some(x)`; nothing if it is no such method.
    pub(super) fn then(&mut self, condition: &Lowered, e: &syn::ExprMethodCall) -> Option<Lowered> {
        let span = e.span();
        let [arg] = e.args.iter().collect::<Vec<_>>()[..] else {
            return None;
        };
        let closure = match e.method.to_string().as_str() {
            "then" => Some(self.as_closure(arg)?),
            "then_some" => None,
            _ => return None,
        };
        if matches!(
            condition,
            Lowered::Chain(_) | Lowered::Optional(..) | Lowered::Never
        ) {
            return None;
        }
        let condition = self.value_of(condition.clone(), span);
        self.become_plain(condition);
        let payload = match closure {
            Some(closure) => self.branch(
                condition,
                &mut |cx| cx.inline(&closure, Vec::new()),
                &mut |_| Lowered::Unit,
                span,
            ),
            None => {
                let payload = self.expr(arg);
                self.snapshot(payload, span)
            }
        };
        Some(Lowered::Optional(condition, Box::new(payload)))
    }

    /// Methods of an `Option`.
    pub(super) fn option_method(
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
                if self.literally(some) != Some(true) {
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
                let Some(target) = self.target(&e.receiver) else {
                    return Lowered::Never;
                };
                let old = self.snapshot(optional(some, &payload), span);
                let none = self.nothing(span);
                self.store(target, none, span);
                old
            }
            ("replace", [new]) => {
                let Some(target) = self.target(&e.receiver) else {
                    return Lowered::Never;
                };
                let old = self.snapshot(optional(some, &payload), span);
                let new = self.expr(new);
                let new = self.snapshot(new, span);
                let new = self.something(new, span);
                self.store(target, new, span);
                old
            }
            ("insert", [new]) => {
                let Some(target) = self.target(&e.receiver) else {
                    return Lowered::Never;
                };
                let new = self.expr(new);
                let new = self.something(new, span);
                self.store(target.clone(), new, span);
                self.reference_into(target, e)
            }
            ("get_or_insert" | "get_or_insert_with", [new]) => {
                let Some(target) = self.target(&e.receiver) else {
                    return Lowered::Never;
                };
                let given = match name {
                    "get_or_insert" => Ok(self.operand(new)),
                    _ => match self.as_closure(new) {
                        Some(closure) => Err(closure),
                        None => return self.unsupported(e, "this argument", "pass a closure"),
                    },
                };
                self.branch(
                    some,
                    &mut |_| Lowered::Unit,
                    &mut |cx| {
                        let new = match &given {
                            Ok(value) => Lowered::Value(*value),
                            Err(closure) => cx.inline(closure, Vec::new()),
                        };
                        let new = cx.something(new, span);
                        cx.store(target.clone(), new, span);
                        Lowered::Unit
                    },
                    span,
                );
                self.reference_into(target, e)
            }
            ("or" | "and" | "xor", [other]) => {
                let other = self.expr(other);
                let Some((is_other, second)) = self.as_option(other, span) else {
                    return Lowered::Never;
                };
                let second = optional(is_other, &second);
                self.branch(
                    some,
                    &mut |cx| match name {
                        "or" => cx.something(payload.clone(), span),
                        "and" => second.clone(),
                        _ => cx.branch(
                            is_other,
                            &mut |cx| cx.nothing(span),
                            &mut |cx| cx.something(payload.clone(), span),
                            span,
                        ),
                    },
                    &mut |cx| match name {
                        "and" => cx.nothing(span),
                        _ => second.clone(),
                    },
                    span,
                )
            }
            ("zip", [other]) => {
                let other = self.expr(other);
                let Some((is_other, second)) = self.as_option(other, span) else {
                    return Lowered::Never;
                };
                let payload = self.held_payload(some, payload, false, span);
                let second = self.held_payload(is_other, second, false, span);
                let both = self.operator(quote!(&), &[some, is_other], span);
                Lowered::Optional(both, Box::new(Lowered::Tuple(vec![payload, second])))
            }
            ("flatten", []) => self.branch(
                some,
                &mut |cx| match cx.as_option(payload.clone(), span) {
                    Some((some, payload)) => Lowered::Optional(some, Box::new(payload)),
                    None => Lowered::Never,
                },
                &mut |cx| cx.nothing(span),
                span,
            ),
            ("iter" | "into_iter", []) => Lowered::Chain(self.items_of_option(some, payload, span)),
            ("inspect", [f]) => {
                let Some(closure) = self.as_closure(f) else {
                    return self.unsupported(e, "this argument", "pass a closure");
                };
                self.branch(
                    some,
                    &mut |cx| {
                        let lent = cx.borrowed(payload.clone(), false, span);
                        cx.inline(&closure, vec![lent]);
                        Lowered::Unit
                    },
                    &mut |_| Lowered::Unit,
                    span,
                );
                Lowered::Optional(some, Box::new(payload))
            }
            ("and_then" | "or_else" | "filter" | "is_some_and" | "is_none_or", [f]) => {
                let Some(closure) = self.as_closure(f) else {
                    return self.unsupported(e, "this argument", "pass a closure");
                };
                match name {
                    "and_then" => self.branch(
                        some,
                        &mut |cx| cx.inline(&closure, vec![payload.clone()]),
                        &mut |cx| cx.nothing(span),
                        span,
                    ),
                    "or_else" => self.branch(
                        some,
                        &mut |cx| cx.something(payload.clone(), span),
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
                                let payload = self.held_payload(test, payload, true, span);
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
            ("unwrap_or_else", [f]) => {
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
            ("map_or_else", [default, f]) => {
                let (Some(default), Some(closure)) = (self.as_closure(default), self.as_closure(f))
                else {
                    return self.unsupported(e, "this argument", "pass closures");
                };
                self.branch(
                    some,
                    &mut |cx| cx.inline(&closure, vec![payload.clone()]),
                    &mut |cx| cx.inline(&default, Vec::new()),
                    span,
                )
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
}
