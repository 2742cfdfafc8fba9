//! Lifetimes that a signature leaves out, `l: &Layer<'_>`: a gradient holds what the parameter holds beside floats, so what stands in
//! its type has a name.

use super::home::lifetimes;
use crate::walk::{self, Go, NodeMut};
use proc_macro2::Span;

/// The function with a name for each lifetime left out in the types of its parameters. References need none: a gradient owns its floats.
///
/// ```text
/// fn f(l: &Layer<'_>, d: &Data)        fn f<'l, 'd>(l: &Layer<'l>, d: &Data<'d>)
/// ```
pub fn named(mut item: syn::ItemFn) -> syn::ItemFn {
    let mut names = Vec::new();
    for input in &mut item.sig.inputs {
        if let syn::FnArg::Typed(typed) = input {
            walk::change(&mut *typed.ty, &mut |node| name(node, &mut names));
        }
    }
    for name in names.into_iter().rev() {
        item.sig.generics.params.insert(0, syn::parse_quote!(#name));
    }
    item
}

fn name(node: NodeMut<'_>, names: &mut Vec<syn::Lifetime>) -> Go {
    let mut fresh = || {
        let text = format!("'__autodiff_{}", names.len());
        names.push(syn::Lifetime::new(&text, Span::mixed_site()));
        names[names.len() - 1].clone()
    };
    match node {
        // Each call of these has lifetimes of its own.
        NodeMut::Type(
            syn::Type::FnPtr(_) | syn::Type::ImplTrait(_) | syn::Type::TraitObject(_),
        ) => return Go::Past,
        NodeMut::Lifetime(lifetime) if lifetime.ident == "_" => *lifetime = fresh(),
        NodeMut::Path(path) => {
            if let Some(last) = path.segments.last_mut() {
                let given = match &last.arguments {
                    syn::PathArguments::AngleBracketed(given) => given
                        .args
                        .iter()
                        .any(|a| matches!(a, syn::GenericArgument::Lifetime(_))),
                    syn::PathArguments::None => false,
                    syn::PathArguments::Parenthesized(_) => true,
                };
                if !given {
                    let hidden = (0..lifetimes(&last.ident)).map(|_| fresh());
                    let hidden: Vec<_> = hidden.map(syn::GenericArgument::Lifetime).collect();
                    insert(&mut last.arguments, hidden);
                }
            }
        }
        _ => {}
    }
    Go::In
}

/// Puts arguments in front of the others.
fn insert(arguments: &mut syn::PathArguments, first: Vec<syn::GenericArgument>) {
    if first.is_empty() {
        return;
    }
    let rest = match arguments {
        syn::PathArguments::AngleBracketed(given) => std::mem::take(&mut given.args),
        _ => Default::default(),
    };
    let all = first.into_iter().chain(rest);
    *arguments = syn::PathArguments::AngleBracketed(syn::parse_quote!(<#(#all),*>));
}
