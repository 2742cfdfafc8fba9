//! The companions of a function: what users call, and the hidden type that other annotated functions call.

use super::machinery::{Machinery, argument_name};
use super::public::{Bodies, Known, public};
use super::signature;
use crate::analyze::Plan;
use crate::ast::{self, Home, Passing, Scalar, Source};
use crate::ir::Value;
use crate::lower::Primal;
use crate::parse;
use crate::transform::Reversed;
use crate::walk::{self, Node};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

/// The path of the runtime's hidden module.
pub fn runtime(source: &Source) -> TokenStream {
    let krate = &source.options.krate;
    quote!(#krate::__private)
}

/// What is known of how a function may run.
#[derive(Clone, Copy, Default)]
pub struct Findings<'a> {
    /// It runs in lanes where these do.
    pub lanes: Option<&'a [syn::Path]>,
    /// It runs twice where these do.
    pub repeatable: Option<&'a crate::analyze::Callees>,
    /// Outputs that tell whether guards are needed.
    pub told: Option<&'a [Value]>,
}

/// All companions. `value`: the function as it runs over any number.
pub fn companions(
    source: &Source,
    primal: &Primal,
    plan: &Plan,
    value: &(crate::ir::Function, Plan),
    reversed: &Reversed,
    findings: Findings<'_>,
) -> TokenStream {
    let Findings {
        lanes,
        repeatable,
        told,
    } = findings;
    let machinery = Machinery {
        source,
        rt: runtime(source),
    };
    let value = machinery.value(value, &primal.items);
    // What is on the stack would be left there.
    let told = told.filter(|_| reversed.together.is_none() && !reversed.puts_on_stack());
    let sweep = machinery.sweep(primal, reversed, told);
    let sweeps = machinery.sweeps(primal, plan, told);
    let calls = machinery.calls();
    let in_lanes = machinery.lanes(lanes, &primal.items);
    let repeatable = machinery.repeatable(repeatable, &primal.items);
    let hidden = hidden(
        source,
        vec![value, sweep, sweeps, calls, in_lanes, repeatable],
    );
    let inputs = source.params.iter().zip(&reversed.forward.params);
    let covered = inputs.filter(|(_, v)| reversed.covered.contains(v));
    let known = Known {
        lanes: lanes.is_some(),
        straight: !reversed.has_loops(),
        covered: covered.map(|(p, _)| p).collect(),
    };
    let public = public(source, &Bodies::Real, known);
    quote!(#hidden #public)
}

/// The machinery: associated functions of a type of the function's name, or functions beside the method.
pub fn hidden(source: &Source, functions: Vec<TokenStream>) -> TokenStream {
    let (attrs, vis, name) = (cfgs(source), &source.item.vis, companion_name(source));
    let silent = silent();
    match source.home {
        Home::Module => quote! {
            #(#attrs)*
            #[doc(hidden)]
            #[allow(non_camel_case_types, dead_code)]
            #vis struct #name {}
            #(#attrs)*
            #silent
            impl #name {
                #(#functions)*
            }
        },
        Home::Impl | Home::TraitImpl => functions.into_iter().map(|f| hide(f, &attrs)).collect(),
    }
}

/// What is written of the user's tokens is not the user's style. `warnings` are the lints that warn: a group that is denied by its own
/// name is none of them.
pub fn silent() -> TokenStream {
    quote! {
        #[allow(
            warnings, unused, nonstandard_style,
            clippy::all, clippy::pedantic, clippy::nursery, clippy::restriction
        )]
    }
}

/// Marks functions that stand among the user's own.
fn hide(functions: TokenStream, attrs: &[&syn::Attribute]) -> TokenStream {
    let parser = |input: syn::parse::ParseStream<'_>| {
        let mut items = Vec::new();
        while !input.is_empty() {
            items.push(input.parse::<syn::ItemFn>()?);
        }
        Ok(items)
    };
    let silent = silent();
    match syn::parse::Parser::parse2(parser, functions.clone()) {
        Ok(items) => items
            .into_iter()
            .map(|item| {
                quote! {
                    #(#attrs)*
                    #[doc(hidden)]
                    #silent
                    #item
                }
            })
            .collect(),
        Err(_) => functions,
    }
}

/// The names of functions among what is emitted.
pub fn names_of(items: &TokenStream) -> Vec<String> {
    let file = syn::parse2::<syn::File>(items.clone());
    let items = file.map(|file| file.items).unwrap_or_default();
    let names = items.iter().filter_map(|item| match item {
        syn::Item::Fn(f) => Some(f.sig.ident.to_string()),
        _ => None,
    });
    names.collect()
}

/// What is emitted, without functions of these names.
pub fn without(items: TokenStream, names: &[String]) -> TokenStream {
    match syn::parse2::<syn::File>(items.clone()) {
        Ok(file) if !names.is_empty() => {
            let has = |item: &&syn::Item| matches!(item, syn::Item::Fn(f) if names.iter().any(|n| f.sig.ident == n));
            let items = file.items.iter().filter(|item| !has(item));
            quote!(#(#items)*)
        }
        _ => items,
    }
}

/// The companion of a function whose derivative is zero by declaration.
pub fn constant(source: &Source) -> TokenStream {
    let rt = runtime(source);
    let machinery = Machinery {
        source,
        rt: rt.clone(),
    };
    let (receiver, vis) = machinery.receiver();
    let ident = &source.item.sig.ident;
    let path = match (&source.receiver, source.home) {
        (Some(_), _) => quote!(self.#ident),
        (None, Home::Module) => quote!(#ident),
        (None, Home::Impl | Home::TraitImpl) => quote!(Self::#ident),
    };
    let (generics, _, clause) = source.item.sig.generics.split_for_impl();
    let output = signature::output(source);
    let names: Vec<_> = source.params.iter().map(argument_name).collect();
    let mut params = Vec::new();
    let mut lets = Vec::new();
    let mut args = Vec::new();
    for (p, name) in source.params.iter().zip(&names) {
        match p.passing {
            Passing::Shared => {
                let inner = signature::referent(&p.ty);
                params.push(quote!(#name: impl #rt::arguments::ConstantRef<#inner>));
                lets.push(quote!(let #name = #rt::arguments::ConstantRef::<#inner>::held(#name);));
                args.push(quote!(::core::borrow::Borrow::<#inner>::borrow(&#name)));
            }
            Passing::Value | Passing::Exclusive => {
                let ty = &p.ty;
                params.push(quote!(#name: impl #rt::arguments::ConstantIn<#ty>));
                args.push(quote!(#rt::arguments::ConstantIn::constant(#name)));
            }
        }
    }
    let params = quote!(#(#params),*);
    let (eval, forward, backward) = (
        machinery.defined("eval"),
        machinery.defined("forward"),
        machinery.defined("backward"),
    );
    let call = machinery.beside("eval");
    let own = source
        .receiver
        .as_ref()
        .map(|_| quote!(_: impl #rt::arguments::Ignored,));
    let lanes = machinery.lanes(None, &[]);
    let repeatable = machinery.repeatable(None, &[]);
    hidden(
        source,
        vec![quote! {
            #[inline]
            #vis fn #eval #generics (#receiver #params) -> #rt::Constant<#output> #clause {
                #(#lets)*
                #rt::Constant(#path(#(#args),*))
            }
            #[inline]
            #vis fn #forward #generics (#receiver _: &mut #rt::Stack<'_, impl #rt::Guards>, #params) -> #rt::Constant<#output> #clause {
                #call(#(#names),*)
            }
            #[inline]
            #vis fn #backward(
                #receiver
                _: &mut #rt::Stack<'_, impl #rt::Guards>,
                #own
                #(#names: impl #rt::arguments::Ignored,)*
                _: impl #rt::arguments::Ignored,
            ) {}
            #lanes
            #repeatable
        }],
    )
}

/// What stands in for the companions of a function that could not be differentiated, so that one mistake is one error.
pub fn stubs(source: &Source) -> TokenStream {
    let hides = source.home == Home::Module && ast::hides_a_type(&source.item.sig.ident);
    // A closure or an iterator can be the result of the function that makes it only.
    let made = match &source.item.sig.output {
        syn::ReturnType::Type(_, ty) => walk::any(&**ty, |node| {
            matches!(node, Node::Type(syn::Type::ImplTrait(_)))
        }),
        syn::ReturnType::Default => false,
    };
    if source.home == Home::TraitImpl || hides || made {
        return TokenStream::new();
    }
    let rt = runtime(source);
    let public = public(source, &Bodies::Stub, Known::default());
    let names: Vec<_> = source.params.iter().map(argument_name).collect();
    let params = quote!(#(#names: impl #rt::arguments::Ignored),*);
    let (generics, output) = determined(source);
    let machinery = Machinery {
        source,
        rt: rt.clone(),
    };
    let (receiver, vis) = machinery.receiver();
    let (eval, forward, backward) = (
        machinery.defined("eval"),
        machinery.defined("forward"),
        machinery.defined("backward"),
    );
    let own = source
        .receiver
        .as_ref()
        .map(|_| quote!(_: impl #rt::arguments::Ignored,));
    // A method that changes what it is called on has them under other names, too.
    let on_self = match &source.item.sig.receiver() {
        Some(own) if parse::changes_self(own) => {
            let (eval, forward, backward) = (
                machinery.defined("eval_mut"),
                machinery.defined("forward_mut"),
                machinery.defined("backward_mut"),
            );
            let others = names.iter().skip(usize::from(source.receiver.is_none()));
            let params: Vec<_> = others
                .map(|n| quote!(#n: impl #rt::arguments::Ignored))
                .collect();
            quote! {
                #vis fn #eval #generics (&mut self, #(#params),*) -> #rt::Constant<#output> {
                    ::core::unreachable!()
                }
                #vis fn #forward #generics (&mut self, _: &mut #rt::Stack<'_, impl #rt::Guards>, #(#params),*) -> #rt::Constant<#output> {
                    ::core::unreachable!()
                }
                #vis fn #backward(
                    &mut self,
                    _: &mut #rt::Stack<'_, impl #rt::Guards>,
                    #(#params,)*
                    _: impl #rt::arguments::Ignored,
                ) {
                    ::core::unreachable!()
                }
            }
        }
        _ => TokenStream::new(),
    };
    let lanes = machinery.lanes(None, &[]);
    let repeatable = machinery.repeatable(None, &[]);
    let hidden = hidden(
        source,
        vec![quote! {
            #on_self
            #vis fn #eval #generics (#receiver #params) -> #rt::Constant<#output> {
                ::core::unreachable!()
            }
            #vis fn #forward #generics (#receiver _: &mut #rt::Stack<'_, impl #rt::Guards>, #params) -> #rt::Constant<#output> {
                ::core::unreachable!()
            }
            #vis fn #backward(
                #receiver
                _: &mut #rt::Stack<'_, impl #rt::Guards>,
                #own
                #(#names: impl #rt::arguments::Ignored,)*
                _: impl #rt::arguments::Ignored,
            ) {
                ::core::unreachable!()
            }
            #lanes
            #repeatable
        }],
    );
    quote!(#hidden #public)
}

/// The result's type with the float in the place of the function's own number, and the generics it mentions: arguments of
/// stubs are not looked at, and say nothing of any other.
fn determined(source: &Source) -> (syn::Generics, syn::Type) {
    let mut output = signature::output(source);
    if let Scalar::Own(own) = &source.scalar {
        signature::substitute(&mut output, own, &syn::parse_quote!(::core::primitive::f64));
    }
    let mentioned = quote!(#output).to_string();
    let mut generics = source.item.sig.generics.clone();
    generics.where_clause = None;
    generics.params = generics
        .params
        .into_iter()
        .filter(|p| {
            let name = match p {
                syn::GenericParam::Lifetime(p) => &p.lifetime.ident,
                syn::GenericParam::Type(p) => &p.ident,
                syn::GenericParam::Const(p) => &p.ident,
            };
            mentioned
                .split(|c: char| !(c.is_alphanumeric() || c == '_'))
                .any(|word| *name == word)
        })
        .collect();
    (generics, output)
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
