//! Method calls: of floats, of slices and vectors, of options; of iterators in `chain`.

mod number;
mod option;
mod sequence;

pub use number::{is_numeric_method, is_query};

use super::{Lowered, Lowerer};
use crate::ir::{Code, Op, Place};
use crate::parse::Receiver;
use option::{is_known, is_of_options};
use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

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
        if matches!(lowered, Lowered::Reference(..))
            && crate::parse::is_taken_by_differentiable(method)
        {
            return self.unsupported(
                method,
                "this call, which of a reference is `Differentiable`'s and not your method's of the same name, which takes `self` by value,",
                "write `(*value)` in front of the dot, or take `&self`",
            );
        }
        let users = match lowered {
            Lowered::Reference(..) | Lowered::Place(_) if is_self(receiver) => true,
            _ => self.has_users_method(&lowered, method),
        };
        if !users && let Some(optional) = self.then(&lowered, e) {
            return optional;
        }
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
                if is_of_options(&name) && self.is_field(place)
                    || is_known(&name)
                        && !self.constants.contains(&place.root)
                        && self.is_option(&lowered) =>
            {
                let option = self.option_in_memory(lowered, span);
                match self.lowered(&option, span) {
                    Lowered::Optional(some, payload) => {
                        self.option_method(some, *payload, &name, &args, e)
                    }
                    other => self.unknown_method(other, e),
                }
            }
            Lowered::Value(v) if is_known(&name) && self.is_option(&lowered) => {
                match self.in_memory(Lowered::Place(Place::whole(v)), span) {
                    Lowered::Optional(some, payload) => {
                        self.option_method(some, *payload, &name, &args, e)
                    }
                    other => self.unknown_method(other, e),
                }
            }
            Lowered::Reference(ref place, _) | Lowered::Place(ref place)
                if self.holders.contains(&place.root) =>
            {
                self.opaque_method(lowered, e)
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
        let elsewhere = self.elsewhere.methods.contains(&e.method.to_string());
        if super::opaque::is_pure_method(&e.method) && !changes && !elsewhere {
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
        // Without arguments most methods are std's, and ask something.
        let asks = e.args.iter().all(taken_over);
        let elsewhere = self.elsewhere.methods.contains(&e.method.to_string());
        let how = crate::parse::receiver(&e.method).or_else(|| {
            let found = || self.elsewhere.receiver(&e.method, None);
            (elsewhere || !asks).then(found).flatten()
        });
        match how {
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
        let own = elsewhere
            || crate::parse::is_annotated(&e.method)
            || !asks && !self.is_not_annotated(&receiver, &e.method);
        let simple = own && e.turbofish.is_none();
        if !simple || e.args.iter().any(|a| matches!(a, syn::Expr::Closure(_))) {
            return self.opaque_method(receiver, e);
        }
        self.user_method(receiver, e)
    }

    /// A question about floats that std answers: the answer has no derivative.
    fn asked_of_std(&mut self, e: &syn::ExprMethodCall) -> Lowered {
        let mut names = Vec::new();
        super::opaque::mentioned(e.to_token_stream(), &mut names);
        let captures = self.captures(names, &[]);
        let code = Code::Macro(e.to_token_stream());
        let ty = match e.method.to_string().starts_with("binary_search") {
            true => self.function.types.unknown(),
            false => self.function.types.plain(),
        };
        Lowered::Value(self.push(Op::Ask { code, captures }, ty, e.span()))
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
        let name = e.method.to_string();
        let of_holder = match &receiver {
            Lowered::Place(p) | Lowered::Reference(p, _) => self.lends_copies(p),
            _ => false,
        };
        let take_over = |cx: &mut Self, call: syn::Expr| match name.as_str() {
            "get" | "front" | "back" | "first" | "last" if of_holder => cx.lent_by_holder(&call),
            "iter" | "keys" | "values" | "range" | "union" | "intersection" | "difference"
                if of_holder =>
            {
                cx.items_of_holder(&call, super::chain::Access::Shared)
            }
            name if super::chain::gives_pieces(name) => cx.pieces_of_string(&call),
            _ => cx.opaque(&call),
        };
        if is_path(&e.receiver) {
            return take_over(self, syn::Expr::MethodCall(e.clone()));
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
        let result = take_over(self, syn::Expr::MethodCall(call));
        self.scopes.pop();
        result
    }
}
