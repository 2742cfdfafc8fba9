//! Types of the signature: what is generic in the scalar, and what a gradient owns.

use super::names;
use crate::ast::{Param, Passing, Scalar, Shape, Source};
use crate::walk::{self, Go, NodeMut};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// Puts a type in the place of those that are like this.
fn replace(ty: &mut syn::Type, with: &syn::Type, is: impl Fn(&syn::TypePath) -> bool) {
    walk::change(ty, &mut |node| {
        if let NodeMut::Type(ty) = node
            && let syn::Type::Path(path) = &*ty
            && is(path)
        {
            *ty = with.clone();
            return Go::Past;
        }
        Go::In
    });
}

/// Puts a type in the place of one with a name.
pub fn substitute(ty: &mut syn::Type, name: &Ident, with: &syn::Type) {
    replace(ty, with, |path| path.path.is_ident(name));
}

/// The type with the scalar type in place of the float, where the code is generic.
pub fn lifted(source: &Source, ty: &syn::Type) -> syn::Type {
    let mut ty = ty.clone();
    if let Scalar::Generic(_) = source.scalar {
        let scalar = names::scalar();
        replace(&mut ty, &syn::parse_quote!(#scalar), |path| {
            let last = path.path.segments.last();
            path.qself.is_none() && last.is_some_and(|s| s.ident == "f64" || s.ident == "f32")
        });
    }
    ty
}

/// Without its reference.
pub fn referent(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Reference(r) => &r.elem,
        syn::Type::Paren(p) => referent(&p.elem),
        syn::Type::Group(g) => referent(&g.elem),
        other => other,
    }
}

/// The element of a `Vec`.
fn element(ty: &syn::Type) -> Option<&syn::GenericArgument> {
    if let syn::Type::Path(path) = ty
        && let Some(last) = path.path.segments.last()
        && let syn::PathArguments::AngleBracketed(args) = &last.arguments
    {
        return args.args.first();
    }
    None
}

/// What is behind the reference as which an active aggregate is passed: a `Vec` that cannot grow is a slice.
pub fn memory(source: &Source, param: &Param) -> TokenStream {
    let inner = lifted(source, referent(&param.ty));
    match (&param.shape, param.passing, element(&inner)) {
        (Shape::Vec(_), Passing::Value | Passing::Shared, Some(element)) => quote!([#element]),
        _ => inner.to_token_stream(),
    }
}

/// The gradient's type: the owned form.
pub fn gradient(rt: &TokenStream, ty: &syn::Type) -> TokenStream {
    match referent(ty) {
        syn::Type::Slice(slice) => {
            let element = &slice.elem;
            quote!(#rt::Vec<#element>)
        }
        other => other.to_token_stream(),
    }
}

/// The gradient's buffer in `_into`.
pub fn buffer(param: &Param) -> TokenStream {
    let inner = referent(&param.ty);
    match (&param.shape, element(inner)) {
        (Shape::Vec(_), Some(element)) => quote!(&mut [#element]),
        _ => quote!(&mut #inner),
    }
}

/// The result's type, `()` included.
pub fn output(source: &Source) -> syn::Type {
    match &source.item.sig.output {
        syn::ReturnType::Type(_, ty) => (**ty).clone(),
        syn::ReturnType::Default => syn::parse_quote!(()),
    }
}
