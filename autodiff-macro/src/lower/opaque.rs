//! Expressions taken over as they stand: they may not depend on a differentiable input, which the analysis checks.

use super::{Binding, Lowered, Lowerer};
use crate::ir::{Capture, Code, Op, Place};
use crate::parse::checkpoint;
use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::visit::{self, Visit};

impl Lowerer<'_> {
    pub(super) fn opaque(&mut self, expr: &syn::Expr) -> Lowered {
        let mut fence = Fence::default();
        fence.visit_expr(expr);
        if let Some((tokens, what)) = fence.found {
            return self.unsupported(tokens, what, "bind what it computes to a variable first");
        }
        let mut names = Vec::new();
        mentioned(expr.to_token_stream(), &mut names);
        let mut changed = Changed::default();
        changed.visit_expr(expr);
        let captures = self.captures(names, &changed.names);
        let pure = is_pure(expr);
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

/// What may not stand in an expression that is taken over.
#[derive(Default)]
struct Fence {
    found: Option<(TokenStream, &'static str)>,
}

impl Fence {
    fn report(&mut self, tokens: impl ToTokens, what: &'static str) {
        self.found.get_or_insert((tokens.to_token_stream(), what));
    }
}

impl<'a> Visit<'a> for Fence {
    fn visit_attribute(&mut self, attribute: &'a syn::Attribute) {
        if checkpoint::is_ours(attribute) {
            self.report(attribute, "`#[checkpoint]` inside this expression");
        }
    }

    fn visit_expr_closure(&mut self, e: &'a syn::ExprClosure) {
        // Its `return` is its own.
        let mut inner = Fence::default();
        visit::visit_expr_closure(&mut inner, e);
        if let Some((tokens, what)) = inner.found
            && what != RETURN
        {
            self.report(tokens, what);
        }
    }

    fn visit_expr(&mut self, expr: &'a syn::Expr) {
        match expr {
            syn::Expr::Try(e) => self.report(e, "`?`"),
            syn::Expr::Return(e) => self.report(e, RETURN),
            syn::Expr::Break(e) => self.report(e, "`break` inside this expression"),
            syn::Expr::Continue(e) => self.report(e, "`continue` inside this expression"),
            syn::Expr::Await(e) => self.report(e, "`.await`"),
            syn::Expr::Async(e) => self.report(e, "an `async` block"),
            syn::Expr::Yield(e) => self.report(e, "`yield`"),
            syn::Expr::Unsafe(e) => self.report(e, "an `unsafe` block"),
            syn::Expr::Assign(e) => self.report(e, "an assignment inside this expression"),
            _ => visit::visit_expr(self, expr),
        }
    }
}

const RETURN: &str = "`return` inside this expression";

/// Names that may be changed: receivers of methods, and what is borrowed exclusively.
#[derive(Default)]
pub(super) struct Changed {
    pub names: Vec<Ident>,
}

impl Changed {
    fn root(&mut self, expr: &syn::Expr) {
        match expr {
            syn::Expr::Path(path) => self.names.extend(path.path.get_ident().cloned()),
            syn::Expr::Index(e) => self.root(&e.expr),
            syn::Expr::Field(e) => self.root(&e.base),
            syn::Expr::Paren(e) => self.root(&e.expr),
            syn::Expr::Unary(e) => self.root(&e.expr),
            syn::Expr::Reference(e) => self.root(&e.expr),
            syn::Expr::MethodCall(e) => self.root(&e.receiver),
            _ => {}
        }
    }
}

impl<'a> Visit<'a> for Changed {
    fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
        if !is_pure_method(&e.method.to_string()) {
            self.root(&e.receiver);
        }
        visit::visit_expr_method_call(self, e);
    }

    fn visit_expr_call(&mut self, e: &'a syn::ExprCall) {
        // A name passed on may be an exclusive reference.
        e.args.iter().for_each(|a| {
            if let syn::Expr::Path(_) = a {
                self.root(a);
            }
        });
        visit::visit_expr_call(self, e);
    }

    fn visit_expr_reference(&mut self, e: &'a syn::ExprReference) {
        if e.mutability.is_some() {
            self.root(&e.expr);
        }
        visit::visit_expr_reference(self, e);
    }

    fn visit_expr_binary(&mut self, e: &'a syn::ExprBinary) {
        if is_assigning(&e.op) {
            self.root(&e.left);
        }
        visit::visit_expr_binary(self, e);
    }
}

/// A closure changes something that it has captured or that is passed to it, or prints.
pub(super) fn changes_surroundings(closure: &super::Closure) -> bool {
    let mut effects = Effects {
        scopes: &closure.scopes,
        own: super::pattern::Names::default(),
        found: false,
    };
    effects.own.visit_expr(&closure.expr.body);
    effects.visit_expr(&closure.expr.body);
    effects.found
}

/// Evaluating an expression may change a variable.
pub(super) fn changes_something(expr: &syn::Expr) -> bool {
    let mut effects = Effects {
        scopes: &[],
        own: super::pattern::Names::default(),
        found: false,
    };
    effects.visit_expr(expr);
    effects.found
}

struct Effects<'a> {
    scopes: &'a [Vec<(Ident, Binding)>],
    /// Variables of the closure itself.
    own: super::pattern::Names,
    found: bool,
}

impl Effects<'_> {
    fn change(&mut self, expr: &syn::Expr) {
        let mut changed = Changed::default();
        changed.root(expr);
        self.found |= changed.names.iter().any(|n| !self.own.found.contains(n));
    }

    fn binding(&self, path: &syn::ExprPath) -> Option<&Binding> {
        let name = path.path.get_ident()?;
        let mut scopes = self.scopes.iter().rev().flat_map(|s| s.iter().rev());
        scopes
            .find(|(n, _)| super::same(n, name))
            .map(|(_, binding)| binding)
    }
}

impl<'a> Visit<'a> for Effects<'_> {
    fn visit_expr_assign(&mut self, e: &'a syn::ExprAssign) {
        match &*e.left {
            syn::Expr::Tuple(parts) => parts.elems.iter().for_each(|part| self.change(part)),
            left => self.change(left),
        }
        visit::visit_expr_assign(self, e);
    }

    fn visit_expr_binary(&mut self, e: &'a syn::ExprBinary) {
        if is_assigning(&e.op) {
            self.change(&e.left);
        }
        visit::visit_expr_binary(self, e);
    }

    fn visit_expr_reference(&mut self, e: &'a syn::ExprReference) {
        if e.mutability.is_some() {
            self.change(&e.expr);
        }
        visit::visit_expr_reference(self, e);
    }

    fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
        let name = e.method.to_string();
        if !is_pure_method(&name) && !super::method::is_numeric_method(&name) {
            self.change(&e.receiver);
        }
        visit::visit_expr_method_call(self, e);
    }

    fn visit_expr_path(&mut self, path: &'a syn::ExprPath) {
        match self.binding(path) {
            Some(Binding::Closure(closure)) => self.found |= changes_surroundings(closure),
            // It may be passed on.
            Some(Binding::Reference(_, true)) => self.found = true,
            _ => {}
        }
    }

    fn visit_macro(&mut self, mac: &'a syn::Macro) {
        self.found |= !mac.path.is_ident("vec") && !mac.path.is_ident("matches");
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

/// Methods of std that look and do not touch.
pub(super) fn is_pure_method(name: &str) -> bool {
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
    PURE.contains(&name)
}

/// Running it again gives the same and changes nothing.
pub fn is_pure(expr: &syn::Expr) -> bool {
    struct Pure(bool);
    impl<'a> Visit<'a> for Pure {
        fn visit_expr_method_call(&mut self, e: &'a syn::ExprMethodCall) {
            self.0 &= is_pure_method(&e.method.to_string());
            visit::visit_expr_method_call(self, e);
        }
        fn visit_expr_call(&mut self, e: &'a syn::ExprCall) {
            let known = match &*e.func {
                syn::Expr::Path(path) => path.path.segments.first().is_some_and(|s| {
                    let name = s.ident.to_string();
                    path.path.segments.len() > 1
                        && matches!(
                            name.as_str(),
                            "f64"
                                | "f32"
                                | "usize"
                                | "u8"
                                | "u16"
                                | "u32"
                                | "u64"
                                | "u128"
                                | "i8"
                                | "i16"
                                | "i32"
                                | "i64"
                                | "i128"
                                | "isize"
                                | "T"
                                | "Some"
                        )
                }),
                _ => false,
            };
            self.0 &= known;
            visit::visit_expr_call(self, e);
        }
        fn visit_expr_macro(&mut self, _: &'a syn::ExprMacro) {
            self.0 = false;
        }
        fn visit_expr_block(&mut self, _: &'a syn::ExprBlock) {
            self.0 = false;
        }
        fn visit_expr_closure(&mut self, _: &'a syn::ExprClosure) {
            self.0 = false;
        }
    }
    let mut pure = Pure(true);
    pure.visit_expr(expr);
    pure.0
}
