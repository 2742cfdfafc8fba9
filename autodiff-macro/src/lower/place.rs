//! Expressions that name a variable or a part of an aggregate: what can be read, borrowed and written.

use super::{Binding, Lowered, Lowerer};
use crate::ir::{Arith, Op, Place, Step, Value};
use crate::walk::{self, Go, Node};
use proc_macro2::{Ident, Span};
use quote::quote;
use std::collections::BTreeSet;
use syn::spanned::Spanned;

/// Where an assignment goes.
#[derive(Clone)]
pub(super) enum Target {
    Place(Place),
    Tuple(Vec<Target>),
    Optional(Place, Box<Target>),
    Ignore,
}

impl Lowerer<'_> {
    pub(super) fn path(&mut self, expr: &syn::ExprPath) -> Lowered {
        let span = expr.span();
        if let Some(ident) = expr.path.get_ident()
            && let Some(binding) = self.lookup(ident).cloned()
        {
            return self.lowered(&binding, span);
        }
        if is_none(&expr.path) {
            let none = self.integer(quote!(false), span);
            return Lowered::Optional(none, Box::new(Lowered::Unit));
        }
        // A constant, or a constant parameter.
        let ty = if is_float_constant(&expr.path) {
            self.function.types.float()
        } else {
            self.function.types.unknown()
        };
        let value = self.push(Op::Literal(quote!(#expr)), ty, span);
        if is_function(&expr.path) {
            self.functions.insert(value, expr.clone());
        }
        Lowered::Value(value)
    }

    pub(super) fn index(&mut self, expr: &syn::ExprIndex) -> Lowered {
        let syn::ExprIndex {
            attrs: _,
            expr: base,
            bracket_token: _,
            index,
        } = expr;
        let Some(place) = self.place_of(base) else {
            return Lowered::Never;
        };
        if self.lends_copies(&place) && !matches!(**index, syn::Expr::Range(_)) {
            let element =
                syn::parse_quote_spanned!(expr.span()=> ::core::clone::Clone::clone(&#expr));
            return self.opaque(&element);
        }
        match &**index {
            syn::Expr::Range(range) => {
                let syn::ExprRange {
                    attrs: _,
                    start,
                    limits,
                    end,
                } = range;
                let low = start.as_ref().map(|e| self.operand(e));
                let high = end.as_ref().map(|e| self.operand(e));
                let inclusive = matches!(limits, syn::RangeLimits::Closed(_));
                let place = place.then(Step::Slice {
                    low,
                    high,
                    inclusive,
                });
                self.place_ty(&place);
                Lowered::Place(place)
            }
            index => {
                let lowered = self.expr(index);
                let range = match &lowered {
                    Lowered::Chain(chain) => chain.as_range().cloned(),
                    other => self.range_parameter(other, index.span()),
                };
                if let Some(range) = range {
                    let place = place.then(Self::slice_of(&range));
                    self.place_ty(&place);
                    return Lowered::Place(place);
                }
                let index = self.value_of(lowered, index.span());
                let ty = self.function.ty(index);
                self.function.types.become_index(ty);
                let place = place.then(Step::Index(index));
                self.place_ty(&place);
                Lowered::Place(place)
            }
        }
    }

    pub(super) fn field(&mut self, expr: &syn::ExprField) -> Lowered {
        let syn::ExprField {
            attrs: _,
            base,
            dot_token: _,
            member,
        } = expr;
        let lowered = self.expr(base);
        match (lowered, member) {
            (Lowered::Tuple(parts), syn::Member::Unnamed(k)) => parts
                .into_iter()
                .nth(k.index as usize)
                .unwrap_or(Lowered::Never),
            (Lowered::Never, _) => Lowered::Never,
            (Lowered::Chain(chain), syn::Member::Named(end)) => {
                match (chain.as_range(), end.to_string().as_str()) {
                    (Some(range), "start") => Lowered::Value(range.low),
                    (Some(range), "end") => Lowered::Value(range.high),
                    _ => self.unsupported(expr, "a field of an iterator", "keep it in a variable"),
                }
            }
            (lowered, member) => match self.as_place(lowered, base) {
                Some(place) => Lowered::Place(place.then(Step::Field(member.clone()))),
                None => Lowered::Never,
            },
        }
    }

    /// The place an expression denotes; a value that is no place yet becomes one.
    pub(super) fn place_of(&mut self, expr: &syn::Expr) -> Option<Place> {
        let lowered = self.expr(expr);
        self.as_place(lowered, expr)
    }

    pub(super) fn as_place(&mut self, lowered: Lowered, tokens: &syn::Expr) -> Option<Place> {
        match lowered {
            Lowered::Place(p) | Lowered::Reference(p, _) => Some(p),
            Lowered::Never => None,
            Lowered::Value(_) | Lowered::Tuple(_) => {
                Some(Place::whole(self.value_of(lowered, tokens.span())))
            }
            Lowered::Unit | Lowered::Optional(..) | Lowered::Chain(_) | Lowered::Closure(_) => {
                self.unsupported(
                    tokens,
                    "indexing or slicing this",
                    "bind it to a name first",
                );
                None
            }
        }
    }

    /// What the left side of an assignment denotes.
    pub(super) fn target(&mut self, expr: &syn::Expr) -> Option<Target> {
        match expr {
            syn::Expr::Paren(e) => self.target(&e.expr),
            syn::Expr::Group(e) => self.target(&e.expr),
            syn::Expr::Unary(syn::ExprUnary {
                attrs: _,
                op: syn::UnOp::Deref(_),
                expr,
            }) => match &**expr {
                syn::Expr::Path(_) => self.target(expr),
                other => {
                    let lowered = self.expr(other);
                    match self.behind(lowered) {
                        Lowered::Place(place) => Some(Target::Place(place)),
                        lowered => self.as_place(lowered, other).map(Target::Place),
                    }
                }
            },
            syn::Expr::Infer(_) => Some(Target::Ignore),
            syn::Expr::Tuple(tuple) => tuple
                .elems
                .iter()
                .map(|e| self.target(e))
                .collect::<Option<Vec<_>>>()
                .map(Target::Tuple),
            syn::Expr::Array(array) => array
                .elems
                .iter()
                .map(|e| self.target(e))
                .collect::<Option<Vec<_>>>()
                .map(Target::Tuple),
            syn::Expr::Path(path) => {
                let binding = path.path.get_ident().and_then(|i| self.lookup(i).cloned());
                match binding {
                    Some(binding) => self.target_of(&binding, expr),
                    None => {
                        self.errors.at(expr, crate::errors::Problem::GlobalWrite);
                        None
                    }
                }
            }
            syn::Expr::Field(syn::ExprField {
                attrs: _,
                base,
                dot_token: _,
                member,
            }) => match self.target(base)? {
                Target::Tuple(parts) => match member {
                    syn::Member::Unnamed(k) => parts.into_iter().nth(k.index as usize),
                    syn::Member::Named(_) => None,
                },
                Target::Place(place) => {
                    Some(Target::Place(place.then(Step::Field(member.clone()))))
                }
                Target::Optional(..) | Target::Ignore => None,
            },
            syn::Expr::Index(_) | syn::Expr::MethodCall(_) => match self.expr(expr) {
                Lowered::Place(place) | Lowered::Reference(place, _) => Some(Target::Place(place)),
                Lowered::Never => None,
                _ => {
                    self.unsupported(
                        expr,
                        "assigning to this expression",
                        "assign to a variable or an element",
                    );
                    None
                }
            },
            other => {
                self.unsupported(
                    other,
                    "assigning to this expression",
                    "assign to a variable or an element",
                );
                None
            }
        }
    }

    fn target_of(&mut self, binding: &Binding, expr: &syn::Expr) -> Option<Target> {
        match binding {
            Binding::Place(place) | Binding::Reference(place, _) => {
                Some(Target::Place(place.clone()))
            }
            Binding::Tuple(parts) => parts
                .iter()
                .map(|p| self.target_of(p, expr))
                .collect::<Option<Vec<_>>>()
                .map(Target::Tuple),
            Binding::Optional(some, payload) => Some(Target::Optional(
                some.clone(),
                Box::new(self.target_of(payload, expr)?),
            )),
            Binding::Closure(_) | Binding::Chain(_) => {
                self.unsupported(
                    expr,
                    "assigning to a closure or an iterator",
                    "give the new one a name of its own",
                );
                None
            }
        }
    }

    pub(super) fn store(&mut self, target: Target, lowered: Lowered, span: Span) {
        match target {
            Target::Ignore => self.discard(lowered),
            Target::Place(place) => self.write(place, lowered, span),
            Target::Optional(some, payload) => match lowered {
                Lowered::Optional(is_some, value) => {
                    let value = self.payload(is_some, *value, span);
                    self.effect(Op::Store(some, is_some), span);
                    if !matches!(value, Lowered::Unit) {
                        self.store(*payload, value, span);
                    }
                }
                other => self.write(some, other, span),
            },
            Target::Tuple(targets) => {
                let parts = self.parts(lowered, targets.len(), span);
                // All is read before anything is written.
                let values: Vec<_> = parts.into_iter().map(|p| self.value_of(p, span)).collect();
                for (target, value) in targets.into_iter().zip(values) {
                    self.store(target, Lowered::Value(value), span);
                }
            }
        }
    }

    /// `target op= value` for an arithmetic operator.
    pub(super) fn update(&mut self, target: Target, op: Arith, value: Value, span: Span) {
        let Target::Place(place) = target else { return };
        let (ty, operand) = (self.place_ty(&place), self.function.ty(value));
        self.function.types.unify(ty, operand);
        match op {
            Arith::Add | Arith::Sub if !place.path.is_empty() => {
                self.effect(Op::Update(place, op, value), span);
            }
            op => {
                let old = self.read(place.clone(), span);
                let new = self.arith(op, old, value, span);
                self.effect(Op::Store(place, new), span);
            }
        }
    }
}

/// The names that are assigned to as wholes.
pub(super) fn assigned(block: &syn::Block) -> BTreeSet<String> {
    fn target(left: &syn::Expr, names: &mut BTreeSet<String>) {
        match left {
            syn::Expr::Path(path) => names.extend(path.path.get_ident().map(Ident::to_string)),
            syn::Expr::Tuple(parts) => parts.elems.iter().for_each(|e| target(e, names)),
            syn::Expr::Array(parts) => parts.elems.iter().for_each(|e| target(e, names)),
            syn::Expr::Paren(e) => target(&e.expr, names),
            _ => {}
        }
    }
    let mut names = BTreeSet::new();
    walk::walk(block, &mut |node| {
        if let Node::Expr(syn::Expr::Assign(e)) = node {
            target(&e.left, &mut names);
        }
        Go::In
    });
    names
}

/// `None`, `None::<f64>`, `Option::None`
fn is_none(path: &syn::Path) -> bool {
    let mut last = path.segments.iter().rev().map(|s| &s.ident);
    let of_std = |owner: &Ident| owner == "Option" && !crate::parse::is_defined(owner);
    last.next().is_some_and(|s| s == "None") && last.next().is_none_or(of_std)
}

/// By convention: constants are in capitals.
fn is_function(path: &syn::Path) -> bool {
    path.segments
        .last()
        .is_some_and(|s| s.ident.to_string().starts_with(char::is_lowercase))
}

fn is_float_constant(path: &syn::Path) -> bool {
    let segments: Vec<_> = path.segments.iter().map(|s| s.ident.to_string()).collect();
    let last = segments.last().map(String::as_str).unwrap_or_default();
    let integer = matches!(
        last,
        "DIGITS"
            | "MANTISSA_DIGITS"
            | "MAX_EXP"
            | "MIN_EXP"
            | "RADIX"
            | "MAX_10_EXP"
            | "MIN_10_EXP"
    );
    segments.len() > 1
        && !integer
        && segments
            .iter()
            .any(|s| s == "f64" || s == "f32" || s == "consts")
}
