//! The companions of a function: what users call, and the hidden type that other annotated functions call.

use super::machinery::{Machinery, argument_name};
use super::public::{Bodies, public};
use super::signature;
use crate::ast::Source;
use crate::lower::Primal;
use crate::transform::Reversed;
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The path of the runtime's hidden module.
pub fn runtime(source: &Source) -> TokenStream {
    let krate = &source.options.krate;
    quote!(#krate::__private)
}

/// All companions.
pub fn companions(
    source: &Source,
    primal: &Primal,
    plan: &crate::analyze::Plan,
    reversed: &Reversed,
) -> TokenStream {
    let machinery = Machinery {
        source,
        rt: runtime(source),
    };
    let value = machinery.value(primal, plan);
    let sweep = machinery.sweep(primal, reversed);
    let calls = machinery.calls();
    let (attrs, vis, name) = (cfgs(source), &source.item.vis, companion_name(source));
    let public = public(source, &Bodies::Real);
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}
        #(#attrs)*
        #[allow(warnings, clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction)]
        impl #name {
            #value
            #sweep
            #calls
        }
        #public
    }
}

/// The companion of a function whose derivative is zero by declaration.
pub fn constant(source: &Source) -> TokenStream {
    let rt = runtime(source);
    let (attrs, vis, name) = (cfgs(source), &source.item.vis, companion_name(source));
    let ident = &source.item.sig.ident;
    let (generics, _, clause) = source.item.sig.generics.split_for_impl();
    let output = signature::output(source);
    let names: Vec<_> = source.params.iter().map(argument_name).collect();
    let tys = source.params.iter().map(|p| &p.ty);
    let params = quote!(#(#names: impl #rt::arguments::ConstantIn<#tys>),*);
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}
        #(#attrs)*
        #[allow(warnings, clippy::all)]
        impl #name {
            #[inline]
            pub fn eval #generics (#params) -> #rt::Constant<#output> #clause {
                #rt::Constant(#ident(#(#rt::arguments::ConstantIn::constant(#names)),*))
            }
            #[inline]
            pub fn forward #generics (_: &mut #rt::Stack<'_>, #params) -> #rt::Constant<#output> #clause {
                Self::eval(#(#names),*)
            }
            #[inline]
            pub fn backward<__AutodiffSeed>(
                _: &mut #rt::Stack<'_>,
                #(#names: impl #rt::arguments::Ignored,)*
                _: ::core::option::Option<__AutodiffSeed>,
            ) {}
        }
    }
}

/// What stands in for the companions of a function that could not be differentiated, so that one mistake is one error.
pub fn stubs(source: &Source) -> TokenStream {
    let (attrs, vis, name) = (cfgs(source), &source.item.vis, companion_name(source));
    let rt = runtime(source);
    let public = public(source, &Bodies::Stub);
    let names: Vec<_> = source.params.iter().map(argument_name).collect();
    let params = quote!(#(#names: impl #rt::arguments::Ignored),*);
    let output = signature::lifted(source, &signature::output(source));
    let machinery = Machinery {
        source,
        rt: rt.clone(),
    };
    let (generics, clause) = machinery.generics();
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}
        #(#attrs)*
        #[allow(warnings, clippy::all)]
        impl #name {
            pub fn eval #generics (#params) -> #rt::Computed<#output> #clause {
                ::core::unreachable!()
            }
            pub fn forward #generics (_: &mut #rt::Stack<'_>, #params) -> #rt::Computed<#output> #clause {
                ::core::unreachable!()
            }
            pub fn backward<__AutodiffSeed>(
                _: &mut #rt::Stack<'_>,
                #(#names: impl #rt::arguments::Ignored,)*
                _: ::core::option::Option<__AutodiffSeed>,
            ) {
                ::core::unreachable!()
            }
        }
        #public
    }
}

pub fn companion_name(source: &Source) -> &Ident {
    &source.item.sig.ident
}

pub fn cfgs(source: &Source) -> Vec<&syn::Attribute> {
    source
        .item
        .attrs
        .iter()
        .filter(|a| a.path().is_ident("cfg"))
        .collect()
}
