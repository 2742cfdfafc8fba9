//! The type that is written beside an expression, handed on to what it is made of.
//!
//! rustc knows the length of an array from the type of its variable. Variables of what is emitted have no types, so each `from_fn` gets
//! its length here:
//!
//! ```text
//! let t: [[f64; 3]; 2] = from_fn(|i| { …; from_fn(|j| …) })   →   from_fn::<_, 2, _>(|i| { …; from_fn::<_, 3, _>(|j| …) })
//! let t: [f64; 3] = x[1..].try_into().unwrap()                →   { let x = &x[1..]; assert_eq!(x.len(), 3); from_fn::<_, 3, _>(|i| x[i]) }
//! ```

use crate::walk::{self, Node};
use proc_macro2::{Ident, Span};
use syn::spanned::Spanned;

/// The expression with the lengths that its type says, if there are any.
pub fn ascribe(expr: &syn::Expr, ty: &syn::Type) -> Option<syn::Expr> {
    walk::any(ty, |node| matches!(node, Node::Type(syn::Type::Array(_)))).then(|| {
        let mut expr = expr.clone();
        hand_on(&mut expr, ty);
        expr
    })
}

fn hand_on(expr: &mut syn::Expr, ty: &syn::Type) {
    match (&mut *expr, ty) {
        (syn::Expr::Paren(e), _) => hand_on(&mut e.expr, ty),
        (syn::Expr::Group(e), _) => hand_on(&mut e.expr, ty),
        (syn::Expr::Block(e), _) => to_tail(&mut e.block, ty),
        (syn::Expr::If(e), _) => {
            to_tail(&mut e.then_branch, ty);
            if let Some((_, otherwise)) = &mut e.else_branch {
                hand_on(otherwise, ty);
            }
        }
        (syn::Expr::Match(e), _) => e.arms.iter_mut().for_each(|a| hand_on(&mut a.body, ty)),
        (syn::Expr::Tuple(e), syn::Type::Tuple(t)) => {
            let parts = e.elems.iter_mut().zip(&t.elems);
            parts.for_each(|(part, ty)| hand_on(part, ty));
        }
        (syn::Expr::Array(e), syn::Type::Array(t)) => {
            e.elems.iter_mut().for_each(|part| hand_on(part, &t.elem));
        }
        (syn::Expr::Call(e), syn::Type::Array(t)) => {
            if let syn::Expr::Path(path) = &mut *e.func
                && let Some(last) = path.path.segments.last_mut()
                && last.ident == "from_fn"
                && let Some(closure) = e.args.first_mut()
            {
                if last.arguments.is_none() {
                    let len = &t.len;
                    last.arguments =
                        syn::PathArguments::AngleBracketed(syn::parse_quote!(::<_, { #len }, _>));
                }
                to_result(closure, &t.elem);
            }
        }
        (syn::Expr::MethodCall(e), _) => match (e.method.to_string().as_str(), ty) {
            ("unwrap" | "expect", syn::Type::Array(t)) => {
                if let Some(array) = converted(&e.receiver, t) {
                    *expr = array;
                }
            }
            ("map", syn::Type::Array(t)) => {
                if let Some(closure) = e.args.first_mut() {
                    to_result(closure, &t.elem);
                }
            }
            ("collect", syn::Type::Path(vector)) => {
                if let syn::Expr::MethodCall(map) = &mut *e.receiver
                    && map.method == "map"
                    && let Some(closure) = map.args.first_mut()
                    && let Some(last) = vector.path.segments.last()
                    && let syn::PathArguments::AngleBracketed(given) = &last.arguments
                    && let Some(syn::GenericArgument::Type(element)) = given.args.first()
                {
                    to_result(closure, element);
                }
            }
            _ => {}
        },
        _ => {}
    }
}

fn to_tail(block: &mut syn::Block, ty: &syn::Type) {
    if let Some(syn::Stmt::Expr(tail, None)) = block.stmts.last_mut() {
        hand_on(tail, ty);
    }
}

fn to_result(closure: &mut syn::Expr, ty: &syn::Type) {
    if let syn::Expr::Closure(closure) = closure {
        hand_on(&mut closure.body, ty);
    }
}

/// What `slice.try_into().unwrap()` is as an array of floats; the others are for rustc.
fn converted(receiver: &syn::Expr, ty: &syn::TypeArray) -> Option<syn::Expr> {
    let syn::Expr::MethodCall(call) = receiver else {
        return None;
    };
    let mut element = &*ty.elem;
    while let syn::Type::Array(inner) = element {
        element = &inner.elem;
    }
    let floats =
        matches!(element, syn::Type::Path(p) if p.path.is_ident("f64") || p.path.is_ident("f32"));
    if call.method != "try_into" || !floats {
        return None;
    }
    let (slice, len, span) = (&call.receiver, &ty.len, call.span());
    let ours = |name: &str| Ident::new(name, Span::mixed_site());
    let (name, index) = (ours("__autodiff_slice"), ours("__autodiff_index"));
    Some(syn::parse_quote_spanned! {span=> {
        let #name = &#slice;
        ::core::assert_eq!(#name.len(), #len);
        ::core::array::from_fn::<_, { #len }, _>(|#index| #name[#index])
    }})
}
