//! Methods of options.

use crate::errors::Problem;
use crate::ir::{Op, Place, Value};
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

impl Lowerer<'_> {
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
                if !self.always(some) {
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
                let Some(crate::lower::place::Target::Optional(flag, _)) = self.target(&e.receiver)
                else {
                    return Lowered::Never;
                };
                let payload = self.snapshot(payload, span);
                let none = self.integer(quote!(false), span);
                self.effect(Op::Store(flag, none), span);
                Lowered::Optional(some, Box::new(payload))
            }
            ("replace", [new]) => {
                let Some(target) = self.target(&e.receiver) else {
                    return Lowered::Never;
                };
                let old = self.snapshot(payload, span);
                let new = self.expr(new);
                let new = self.snapshot(new, span);
                let yes = self.integer(quote!(true), span);
                self.store(target, Lowered::Optional(yes, Box::new(new)), span);
                Lowered::Optional(some, Box::new(old))
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
}
