//! Expressions taken over as they stand: they may not depend on a differentiable input, which the analysis checks.

use super::scopes::Scopes;
use super::{Binding, Lowered, Lowerer};
use crate::ir::{Capture, Code, Kind, Op, Place};
use crate::parse::Receiver;
use crate::parse::checkpoint;
use crate::walk::{self, Go, Node};
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use std::ptr;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    pub(super) fn opaque(&mut self, expr: &syn::Expr) -> Lowered {
        if let Some((tokens, what)) = fenced(expr) {
            return self.unsupported(tokens, what, "bind what it computes to a variable first");
        }
        let mut names = Vec::new();
        mentioned(expr.to_token_stream(), &mut names);
        let mut changed = changed(expr);
        let done = match expr {
            syn::Expr::MethodCall(e) => self.done.as_ref() == Some(&e.method),
            _ => false,
        };
        if done {
            changed.extend(root(expr));
        }
        let captures = self.captures(names, &changed);
        let pure = is_pure(expr) && !done && !self.calls_on_variable(expr);
        let ty = self.function.types.unknown();
        let code = Code::Expr(Box::new(expr.clone()));
        Lowered::Value(self.push(
            Op::Opaque {
                code,
                captures,
                pure,
            },
            ty,
            expr.span(),
        ))
    }

    /// A map or the like, of which items are copied.
    pub(super) fn lends_copies(&self, place: &Place) -> bool {
        self.holders.contains(&place.root) && !self.uncopied.contains(&place.root)
    }

    /// Something of a map or the like: of a method of its.
    pub(super) fn is_in_holder(&self, expr: &syn::Expr) -> bool {
        let called = walk::any(expr, |node| {
            matches!(node, Node::Expr(syn::Expr::MethodCall(_)))
        });
        let binding = root(expr).and_then(|name| self.lookup(&name));
        match binding {
            Some(Binding::Place(p) | Binding::Reference(p, _)) => {
                called && self.holders.contains(&p.root)
            }
            _ => false,
        }
    }

    /// Calls a method on a variable that may be changed, of a type that is not known: what has the name of one of std's may be another.
    fn calls_on_variable(&mut self, expr: &syn::Expr) -> bool {
        let mut receivers = Vec::new();
        walk::walk(expr, &mut |node| {
            if let Node::Expr(syn::Expr::MethodCall(e)) = node {
                receivers.extend(root(&e.receiver));
            }
            Go::In
        });
        receivers.iter().any(|name| {
            let (place, exclusive) = match self.lookup(name) {
                Some(Binding::Place(p)) => (p.clone(), false),
                Some(Binding::Reference(p, exclusive)) => (p.clone(), *exclusive),
                _ => return false,
            };
            let ty = self.place_ty(&place);
            self.function.types.kind(ty) == Kind::Unknown
                && !self.function.types.is_matrix(ty)
                && !self.holders.contains(&place.root)
                && (exclusive || self.is_declared_mutable(name))
        })
    }

    /// Somewhere in the function a variable of that name is `mut`.
    fn is_declared_mutable(&self, name: &Ident) -> bool {
        let mutable = |node: Node<'_>| matches!(node, Node::Pat(syn::Pat::Ident(p)) if p.mutability.is_some() && p.ident == *name);
        let sig = &self.source.item.sig;
        let mut patterns = sig.inputs.iter().filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(&*typed.pat),
            syn::FnArg::Receiver(_) => None,
        });
        patterns.any(|pat| walk::any(pat, mutable)) || walk::any(&*self.source.item.block, mutable)
    }

    /// What the local names among `names` stand for.
    pub(super) fn captures(&mut self, names: Vec<Ident>, changed: &[Ident]) -> Vec<Capture> {
        let mut captures: Vec<Capture> = Vec::new();
        for name in names {
            if captures.iter().any(|c| super::same(&c.name, &name)) {
                continue;
            }
            let Some(binding) = self.lookup(&name).cloned() else {
                continue;
            };
            let written = changed.iter().any(|c| super::same(c, &name));
            let binding = match &binding {
                Binding::Optional(..) => {
                    let lowered = self.lowered(&binding, name.span());
                    match super::whole_option(&lowered) {
                        Some(Lowered::Place(p)) => Binding::Place(p),
                        Some(Lowered::Reference(p, exclusive)) => Binding::Reference(p, exclusive),
                        _ => binding,
                    }
                }
                _ => binding,
            };
            let (place, reference, exclusive) = match binding {
                Binding::Place(p) => {
                    let variable = self.function.locals.contains(&p.root);
                    (p, false, written && variable)
                }
                Binding::Reference(p, exclusive) => (p, true, written && exclusive),
                Binding::Tuple(_) => {
                    let lowered = self.lowered(&binding, name.span());
                    (
                        Place::whole(self.value_of(lowered, name.span())),
                        false,
                        false,
                    )
                }
                Binding::Closure(closure) if closure.item => {
                    self.needed.push(name);
                    continue;
                }
                Binding::Closure(_) | Binding::Chain(_) | Binding::Optional(..) => {
                    self.unsupported(
                        &name,
                        "a closure, an iterator or an `Option` inside an expression that is not understood",
                        "call it and bind the result to a name first",
                    );
                    continue;
                }
            };
            captures.push(Capture {
                name,
                place,
                reference,
                exclusive,
            });
        }
        captures
    }
}

/// The identifiers in a piece of code, those in format strings included.
pub(super) fn mentioned(tokens: TokenStream, names: &mut Vec<Ident>) {
    for token in tokens {
        match token {
            TokenTree::Ident(ident) => names.push(ident),
            TokenTree::Group(group) => mentioned(group.stream(), names),
            TokenTree::Literal(literal) => in_format_string(&literal, names),
            TokenTree::Punct(_) => {}
        }
    }
}

/// `"{x} {y:.3}"` mentions `x` and `y`.
fn in_format_string(literal: &proc_macro2::Literal, names: &mut Vec<Ident>) {
    let text = literal.to_string();
    if !text.contains('"') {
        return;
    }
    for piece in text.split(['{', '$', ':']).skip(1) {
        let name: String = piece
            .chars()
            .take_while(|c| c.is_alphanumeric() || *c == '_')
            .collect();
        if let Ok(mut ident) = syn::parse_str::<Ident>(&name) {
            ident.set_span(literal.span());
            names.push(ident);
        }
    }
}

/// What may not stand in an expression that is taken over: the first such piece.
fn fenced(expr: &syn::Expr) -> Option<(TokenStream, &'static str)> {
    type Found = Option<(TokenStream, &'static str)>;
    fn look(node: Node<'_>, in_closure: bool, found: &mut Found) -> Go {
        let expr = match node {
            _ if found.is_some() => return Go::Past,
            Node::Attribute(a) if checkpoint::is_ours(a) => {
                let what = "`#[checkpoint]` inside this expression";
                *found = Some((a.to_token_stream(), what));
                return Go::Past;
            }
            Node::Expr(expr) => expr,
            _ => return Go::In,
        };
        let what = match expr {
            // Its `return` is its own.
            syn::Expr::Closure(_) if !in_closure => {
                walk::walk_inside(expr, &mut |node| look(node, true, found));
                return Go::Past;
            }
            syn::Expr::Return(_) if !in_closure => "`return` inside this expression",
            syn::Expr::Try(_) => "`?`",
            syn::Expr::Break(_) => "`break` inside this expression",
            syn::Expr::Continue(_) => "`continue` inside this expression",
            syn::Expr::Await(_) => "`.await`",
            syn::Expr::Async(_) => "an `async` block",
            syn::Expr::Yield(_) => "`yield`",
            syn::Expr::Unsafe(_) => "an `unsafe` block",
            syn::Expr::Assign(_) => "an assignment inside this expression",
            _ => return Go::In,
        };
        *found = Some((expr.to_token_stream(), what));
        Go::Past
    }
    let mut found = None;
    walk::walk(expr, &mut |node| look(node, false, &mut found));
    found
}

/// Names that may be changed: receivers of methods, and what is borrowed exclusively.
pub(super) fn changed(expr: &syn::Expr) -> Vec<Ident> {
    let mut names = Vec::new();
    walk::walk(expr, &mut |node| {
        match node {
            Node::Expr(syn::Expr::MethodCall(e)) if !is_pure_method(&e.method) => {
                names.extend(root(&e.receiver));
            }
            // A name passed on may be an exclusive reference.
            Node::Expr(syn::Expr::Call(e)) => {
                let passed = |a: &&syn::Expr| matches!(a, syn::Expr::Path(_));
                names.extend(e.args.iter().filter(passed).filter_map(root));
                names.extend(Some(&*e.func).filter(passed).and_then(root));
            }
            Node::Expr(syn::Expr::Reference(e)) if e.mutability.is_some() => {
                names.extend(root(&e.expr));
            }
            Node::Expr(syn::Expr::Binary(e)) if is_assigning(&e.op) => {
                names.extend(root(&e.left));
            }
            _ => {}
        }
        Go::In
    });
    names
}

/// The variable that an expression is a part of.
pub(super) fn root(expr: &syn::Expr) -> Option<Ident> {
    match expr {
        syn::Expr::Path(path) => path.path.get_ident().cloned(),
        syn::Expr::Index(e) => root(&e.expr),
        syn::Expr::Field(e) => root(&e.base),
        syn::Expr::Paren(e) => root(&e.expr),
        syn::Expr::Unary(e) => root(&e.expr),
        syn::Expr::Reference(e) => root(&e.expr),
        syn::Expr::MethodCall(e) => root(&e.receiver),
        _ => None,
    }
}

/// A closure changes something that it has captured or that is passed to it, or prints.
pub(super) fn changes_surroundings(closure: &super::Closure) -> bool {
    let body = &*closure.expr.body;
    Effects::found(body, &closure.scopes, super::pattern::names(body))
}

/// Evaluating an expression may change a variable.
pub(super) fn changes_something(expr: &syn::Expr) -> bool {
    Effects::found(expr, &Scopes::new(), Vec::new())
}

/// A method that does not change what it is called on: one of std's numbers and sequences, or of iterators made in place.
fn looks(method: &Ident) -> bool {
    const ADAPTERS: [&str; 9] = [
        "chain",
        "skip",
        "step_by",
        "windows",
        "chunks",
        "chunks_exact",
        "flat_map",
        "take_while",
        "skip_while",
    ];
    let adapts = ADAPTERS.iter().any(|name| method == name);
    is_pure_method(method)
        || super::method::is_numeric_method(&method.to_string())
        || adapts && !crate::parse::may_change_receiver(method)
}

struct Effects<'a> {
    scopes: &'a Scopes,
    /// Variables of the closure itself.
    own: Vec<Ident>,
}

impl Effects<'_> {
    fn found(expr: &syn::Expr, scopes: &Scopes, own: Vec<Ident>) -> bool {
        let effects = Effects { scopes, own };
        // References of which an element is read, or the length, are not passed on.
        let mut looked_into: Vec<&syn::Expr> = Vec::new();
        walk::any(expr, |node| match node {
            Node::Expr(e @ syn::Expr::Path(_)) if looked_into.iter().any(|l| ptr::eq(*l, e)) => {
                false
            }
            Node::Expr(syn::Expr::Index(e)) => {
                looked_into.push(&e.expr);
                false
            }
            Node::Expr(syn::Expr::MethodCall(e)) if looks(&e.method) => {
                looked_into.push(&e.receiver);
                false
            }
            // `ref mut`
            Node::Pat(syn::Pat::Ident(pat)) => pat.by_ref.is_some() && pat.mutability.is_some(),
            node => effects.has(node),
        })
    }

    fn has(&self, node: Node<'_>) -> bool {
        match node {
            Node::Expr(syn::Expr::Assign(e)) => match &*e.left {
                syn::Expr::Tuple(parts) => parts.elems.iter().any(|part| self.changes(part)),
                left => self.changes(left),
            },
            Node::Expr(syn::Expr::Binary(e)) => is_assigning(&e.op) && self.changes(&e.left),
            Node::Expr(syn::Expr::Reference(e)) => e.mutability.is_some() && self.changes(&e.expr),
            Node::Expr(syn::Expr::MethodCall(e)) => {
                crate::parse::receiver(&e.method) != Some(Receiver::Shared)
                    && self.changes(&e.receiver)
            }
            Node::Expr(syn::Expr::Path(path)) => match self.binding(path) {
                Some(Binding::Closure(closure)) => changes_surroundings(closure),
                // It may be passed on.
                Some(Binding::Reference(_, exclusive)) => *exclusive,
                _ => false,
            },
            Node::Macro(mac) => !mac.path.is_ident("vec") && !mac.path.is_ident("matches"),
            _ => false,
        }
    }

    /// A variable that is neither the closure's own nor behind a shared reference.
    fn changes(&self, expr: &syn::Expr) -> bool {
        root(expr).is_some_and(|name| {
            let shared = matches!(
                self.scopes.lookup(&name),
                Some(Binding::Reference(_, false))
            );
            !shared && !self.own.contains(&name)
        })
    }

    fn binding(&self, path: &syn::ExprPath) -> Option<&Binding> {
        let name = path.path.get_ident()?;
        self.scopes.lookup(name)
    }
}

fn is_assigning(op: &syn::BinOp) -> bool {
    matches!(
        op,
        syn::BinOp::AddAssign(_)
            | syn::BinOp::SubAssign(_)
            | syn::BinOp::MulAssign(_)
            | syn::BinOp::DivAssign(_)
            | syn::BinOp::RemAssign(_)
            | syn::BinOp::BitXorAssign(_)
            | syn::BinOp::BitAndAssign(_)
            | syn::BinOp::BitOrAssign(_)
            | syn::BinOp::ShlAssign(_)
            | syn::BinOp::ShrAssign(_)
    )
}

/// Methods of std that look and do not touch, unless the file has one of that name that does.
pub(super) fn is_pure_method(method: &Ident) -> bool {
    looks_only(&method.to_string()) && !crate::parse::may_change_receiver(method)
}

fn looks_only(name: &str) -> bool {
    const PURE: [&str; 62] = [
        "len",
        "is_empty",
        "contains",
        "get",
        "first",
        "last",
        "iter",
        "min",
        "max",
        "abs",
        "pow",
        "clone",
        "to_vec",
        "as_slice",
        "as_ref",
        "as_str",
        "unwrap",
        "unwrap_or",
        "unwrap_or_default",
        "expect",
        "is_some",
        "is_none",
        "count",
        "rev",
        "zip",
        "enumerate",
        "copied",
        "cloned",
        "map",
        "filter",
        "sum",
        "product",
        "fold",
        "collect",
        "position",
        "any",
        "all",
        "to_owned",
        "to_string",
        "starts_with",
        "ends_with",
        "checked_add",
        "checked_sub",
        "saturating_sub",
        "saturating_add",
        "wrapping_add",
        "wrapping_sub",
        "wrapping_mul",
        "rem_euclid",
        "div_euclid",
        "is_power_of_two",
        "trailing_zeros",
        "leading_zeros",
        "count_ones",
        "abs_diff",
        "signum",
        "start",
        "end",
        "is_multiple_of",
        "div_ceil",
        "ilog2",
        "isqrt",
    ];
    PURE.contains(&name) || super::chain::gives_pieces(name)
}

/// Running it again gives the same and changes nothing.
pub fn is_pure(expr: &syn::Expr) -> bool {
    !walk::any(expr, |node| match node {
        Node::Expr(syn::Expr::MethodCall(e)) => !is_pure_method(&e.method),
        Node::Expr(syn::Expr::Call(e)) => {
            const KNOWN: [&str; 16] = [
                "f64", "f32", "usize", "u8", "u16", "u32", "u64", "u128", "i8", "i16", "i32",
                "i64", "i128", "isize", "T", "Some",
            ];
            let known = match &*e.func {
                syn::Expr::Path(path) if path.path.segments.len() > 1 => {
                    KNOWN.iter().any(|name| path.path.segments[0].ident == name)
                }
                _ => false,
            };
            !known
        }
        Node::Expr(syn::Expr::Block(_) | syn::Expr::Closure(_)) | Node::Macro(_) => true,
        _ => false,
    })
}
