//! The companions of a function: what users call, and the hidden type that other annotated functions call.

use super::code::{Printer, survey};
use super::{names, signature};
use crate::ast::{Param, Passing, Scalar, Shape, Source};
use crate::ir::Value;
use crate::lower::Primal;
use crate::transform::Reversed;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};
use syn::visit_mut::{self, VisitMut};

/// The path of the runtime's hidden module.
fn runtime(source: &Source) -> TokenStream {
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

fn companion_name(source: &Source) -> &Ident {
    &source.item.sig.ident
}

fn cfgs(source: &Source) -> Vec<&syn::Attribute> {
    source
        .item
        .attrs
        .iter()
        .filter(|a| a.path().is_ident("cfg"))
        .collect()
}

/// The hidden associated functions.
struct Machinery<'a> {
    source: &'a Source,
    rt: TokenStream,
}

impl Machinery<'_> {
    /// The user's generics, with the scalar in front of types and constants.
    fn generics(&self) -> (TokenStream, TokenStream) {
        let mut generics = self.source.item.sig.generics.clone();
        let rt = &self.rt;
        if let Scalar::Generic(_) = self.source.scalar {
            let scalar = names::scalar();
            let param: syn::GenericParam = syn::parse_quote!(#scalar: #rt::Real);
            let at = generics
                .params
                .iter()
                .take_while(|p| matches!(p, syn::GenericParam::Lifetime(_)))
                .count();
            generics.params.insert(at, param);
        }
        let (impl_generics, _, clause) = generics.split_for_impl();
        (impl_generics.to_token_stream(), clause.to_token_stream())
    }

    /// How a parameter is passed to the primal.
    fn passed(&self, param: &Param, value: Value) -> TokenStream {
        let name = names::value(value);
        let ty = &param.ty;
        if !param.active {
            return quote!(#name: #ty);
        }
        let inner = self.inner(param);
        match (param.is_number(), param.passing) {
            (_, Passing::Exclusive) => quote!(#name: &mut #inner),
            (true, _) => quote!(#name: #inner),
            (false, _) => quote!(#name: &#inner),
        }
    }

    fn inner(&self, param: &Param) -> TokenStream {
        signature::memory(self.source, param)
    }

    fn lifted_output(&self) -> syn::Type {
        signature::lifted(self.source, &signature::output(self.source))
    }

    fn printer<'a>(
        &'a self,
        function: &'a crate::ir::Function,
        plan: &'a crate::analyze::Plan,
        params: &[Value],
    ) -> Printer<'a> {
        let mut references = BTreeSet::new();
        let mut borrowed = BTreeSet::new();
        for (param, value) in self.source.params.iter().zip(params) {
            let reference = param.passing != Passing::Value || (param.active && !param.is_number());
            let by_value = param.active && param.is_number() && param.passing != Passing::Exclusive;
            if reference && !by_value {
                references.insert(*value);
            }
            if param.active {
                borrowed.insert(*value);
            }
        }
        Printer {
            rt: self.rt.clone(),
            scalar: &self.source.scalar,
            function,
            plan,
            references,
            borrowed,
            uses: BTreeMap::new(),
            undefined: BTreeSet::new(),
            constants: BTreeSet::new(),
        }
    }

    /// The primal over any scalar.
    fn value(&self, primal: &Primal, plan: &crate::analyze::Plan) -> TokenStream {
        let (generics, clause) = self.generics();
        let function = &primal.function;
        let params = &function.body.params;
        let mut printer = self.printer(function, plan, params);
        survey(&mut printer, &function.body, false);
        let passed = self
            .source
            .params
            .iter()
            .zip(params)
            .map(|(p, v)| self.passed(p, *v));
        let output = self.lifted_output();
        let body = printer.stmts(&function.body);
        let result = function.body.yields.first().map(|v| printer.active(*v));
        let items = &primal.items;
        quote! {
            #[inline]
            pub fn value #generics (#(#passed),*) -> #output #clause {
                #(#items)*
                #body
                #result
            }
        }
    }

    /// Both sweeps.
    ///
    /// ```text
    /// let kept = if forward { …; push kept; return result } else { pop kept };   // or go on, if both
    /// …the reverse sweep…
    /// ```
    fn sweep(&self, primal: &Primal, reversed: &Reversed) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let params = &reversed.forward.params;
        let mut printer = self.printer(&reversed.function, &reversed.plan, params);
        survey(&mut printer, &reversed.forward, false);
        survey(&mut printer, &reversed.reverse, false);
        for v in &reversed.kept {
            *printer.uses.entry(*v).or_default() += 1;
        }
        let mut passed = Vec::new();
        let mut on_forward = Vec::new();
        let mut on_backward = Vec::new();
        let mut finish = Vec::new();
        for (param, value) in self.source.params.iter().zip(params) {
            let name = names::value(*value);
            if param.passing == Passing::Exclusive {
                let inner = if param.active {
                    self.inner(param)
                } else {
                    signature::referent(&param.ty).to_token_stream()
                };
                passed.push(quote!(#name: ::core::option::Option<&mut #inner>));
                on_forward.push(quote!(let #name: &mut #inner = #rt::handed(#name);));
            } else {
                passed.push(self.passed(param, *value));
            }
            if !param.active {
                continue;
            }
            let (adjoint, inner) = (names::adjoint(*value), self.inner(param));
            passed.push(quote!(#adjoint: ::core::option::Option<&mut #inner>));
            if param.is_number() && param.passing != Passing::Exclusive {
                // Added up in a variable of its own, written once.
                let outer = names::ours(&format!("{}_outer", value.0));
                on_backward.push(quote!(let #outer: &mut #inner = #rt::handed(#adjoint);));
                on_backward.push(quote!(let #adjoint = &mut <#inner as #rt::Real>::zero();));
                finish.push(quote!(*#outer += *#adjoint;));
            } else {
                on_backward.push(quote!(let #adjoint: &mut #inner = #rt::handed(#adjoint);));
            }
        }
        let output = self.lifted_output();
        let (seed, stack, phase) = (
            names::ours("seed"),
            names::ours("stack"),
            names::ours("phase"),
        );
        let tags = used_tapes(&reversed.forward).into_iter().map(|t| {
            let tag = names::tag(t);
            quote!(let #tag = #rt::Tag::new();)
        });
        let (result, outcome, kept_tag) = (
            names::ours("result"),
            names::ours("outcome"),
            names::ours("kept"),
        );
        let forward = printer.stmts(&reversed.forward);
        let value = match reversed.forward.yields.first() {
            Some(v) => {
                // What is returned may still be needed by the reverse sweep.
                let kept = reversed.kept.contains(v) || params.contains(v);
                *printer.uses.entry(*v).or_default() += usize::from(kept);
                printer.active(*v)
            }
            None => quote!(()),
        };
        let kept: Vec<_> = reversed.kept.iter().map(|v| names::value(*v)).collect();
        let backward = printer.stmts(&reversed.reverse);
        let items = &primal.items;
        quote! {
            #[inline]
            pub fn sweep #generics (
                #phase: impl #rt::Phase,
                #stack: &mut #rt::Stack<'_>,
                #(#passed,)*
                #seed: ::core::option::Option<#output>,
            ) -> ::core::option::Option<#output> #clause {
                #(#items)*
                #(#tags)*
                let #kept_tag = #rt::Tag::new();
                let mut #outcome = ::core::option::Option::None;
                let (#(#kept,)*) = if #phase.forward() {
                    #(#on_forward)*
                    #forward
                    let #result: #output = #value;
                    if !#phase.backward() {
                        #stack.push(#kept_tag, (#(#kept,)*));
                        return ::core::option::Option::Some(#result);
                    }
                    #outcome = ::core::option::Option::Some(#result);
                    (#(#kept,)*)
                } else {
                    #stack.pop(#kept_tag)
                };
                #(#on_backward)*
                #backward
                #(#finish)*
                #outcome
            }
        }
    }

    /// The primal and the sweeps as other annotated functions call them.
    fn calls(&self) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let (some, none) = (
            quote!(::core::option::Option::Some),
            quote!(::core::option::Option::None),
        );
        let stack = names::ours("stack");
        let mut params = Vec::new();
        let mut before = Vec::new();
        let (mut values, mut forward) = (Vec::new(), Vec::new());
        let mut pulled = Vec::new();
        let mut split = Vec::new();
        let mut backward = Vec::new();
        let mut after = Vec::new();
        for param in &self.source.params {
            let name = argument_name(param);
            let adjoint = names::ours(&format!("adj_{}", param.ident));
            let inner = self.inner(param);
            let mut ty = param.ty.clone();
            match (param.active, param.is_number(), param.passing) {
                (false, _, passing) => {
                    Named::name(&mut ty);
                    let bound = match &ty {
                        // Nothing is converted: a closure, say, is passed on as it is.
                        syn::Type::ImplTrait(_) => quote!(#rt::Const<#ty>),
                        _ => quote!(impl #rt::arguments::PlainIn<#ty>),
                    };
                    params.push(quote!(#name: #bound));
                    let plain = quote!(#rt::arguments::PlainIn::plain(#name));
                    values.push(plain.clone());
                    if passing == Passing::Exclusive {
                        forward.push(quote!(#some(#plain)));
                        pulled.push(quote!(#name: impl #rt::arguments::Ignored));
                        backward.push(none.clone());
                    } else {
                        forward.push(plain.clone());
                        pulled.push(quote!(#name: #bound));
                        backward.push(plain);
                    }
                }
                (true, _, Passing::Exclusive) => {
                    params
                        .push(quote!(#name: impl #rt::arguments::ExclusiveIn<'__autodiff, #inner>));
                    let given = quote!(#rt::arguments::ExclusiveIn::exclusive(#name));
                    values.push(given.clone());
                    forward.push(quote!(#some(#given)));
                    forward.push(none.clone());
                    pulled.push(
                        quote!(#name: impl #rt::arguments::ExclusivePull<'__autodiff, #inner>),
                    );
                    backward.push(none.clone());
                    backward.push(quote!(#some(#rt::arguments::ExclusivePull::adjoint(#name))));
                }
                (true, true, _) => {
                    params.push(quote!(#name: impl #rt::arguments::ScalarIn<#inner>));
                    let number = quote!(#rt::arguments::ScalarIn::number(#name));
                    values.push(number.clone());
                    forward.push(number);
                    forward.push(none.clone());
                    pulled.push(quote!(#name: impl #rt::arguments::ScalarPull<#inner>));
                    split.push(quote!(let mut #adjoint = <#inner as #rt::Real>::zero();));
                    backward.push(quote!(#rt::arguments::ScalarPull::number(&#name)));
                    backward.push(quote!(#some(&mut #adjoint)));
                    after.push(quote!(#rt::arguments::ScalarPull::pull(#name, #adjoint);));
                }
                (true, false, _) => {
                    params.push(quote!(#name: impl #rt::arguments::SharedIn<#inner>));
                    before
                        .push(quote!(let #name = #rt::arguments::SharedIn::<#inner>::held(#name);));
                    let shared = quote!(::core::borrow::Borrow::<#inner>::borrow(&#name));
                    values.push(shared.clone());
                    forward.push(shared.clone());
                    forward.push(none.clone());
                    pulled.push(quote!(#name: impl #rt::arguments::SharedPull<#inner>));
                    split.push(quote!(let (#name, mut #adjoint) = #rt::arguments::SharedPull::<#inner>::split(#name);));
                    backward.push(shared);
                    backward.push(quote!(#some(::core::borrow::BorrowMut::<#inner>::borrow_mut(&mut #adjoint))));
                }
            }
        }
        let output = self.lifted_output();
        let generics = with_lifetime(&generics, &self.source.params);
        let seed = names::ours("seed");
        quote! {
            #[inline]
            pub fn eval #generics (#(#params),*) -> #rt::Computed<#output> #clause {
                #(#before)*
                #rt::Computed(Self::value(#(#values),*))
            }
            #[inline]
            pub fn forward #generics (#stack: &mut #rt::Stack<'_>, #(#params),*) -> #rt::Computed<#output> #clause {
                #(#before)*
                #rt::Computed(#rt::handed(Self::sweep(#rt::Forward, #stack, #(#forward,)* #none)))
            }
            #[inline]
            pub fn backward #generics (
                #stack: &mut #rt::Stack<'_>,
                #(#pulled,)*
                #seed: ::core::option::Option<#output>,
            ) #clause {
                #(#split)*
                Self::sweep(#rt::Backward, #stack, #(#backward,)* #seed);
                #(#after)*
            }
        }
    }
}

fn argument_name(param: &Param) -> Ident {
    names::ours(&format!("arg_{}", param.ident))
}

/// A lifetime for exclusive references and for those whose lifetime is not written.
fn with_lifetime(generics: &TokenStream, params: &[Param]) -> TokenStream {
    let needed = params.iter().any(|p| {
        let mut ty = p.ty.clone();
        (p.active && p.passing == Passing::Exclusive) || (!p.active && Named::name(&mut ty))
    });
    if !needed {
        return generics.clone();
    }
    let inner = match syn::parse2::<syn::Generics>(generics.clone()) {
        Ok(g) => g.params.to_token_stream(),
        Err(_) => TokenStream::new(),
    };
    quote!(<'__autodiff, #inner>)
}

/// Gives a name to lifetimes that are not written.
struct Named(bool);

impl Named {
    /// Whether there were any.
    fn name(ty: &mut syn::Type) -> bool {
        let mut named = Named(false);
        named.visit_type_mut(ty);
        named.0
    }
}

impl VisitMut for Named {
    fn visit_type_reference_mut(&mut self, r: &mut syn::TypeReference) {
        if r.lifetime.is_none() {
            r.lifetime = Some(syn::parse_quote!('__autodiff));
            self.0 = true;
        }
        visit_mut::visit_type_reference_mut(self, r);
    }

    fn visit_lifetime_mut(&mut self, lifetime: &mut syn::Lifetime) {
        if lifetime.ident == "_" {
            *lifetime = syn::parse_quote!('__autodiff);
            self.0 = true;
        }
    }

    fn visit_type_fn_ptr_mut(&mut self, _: &mut syn::TypeFnPtr) {}

    fn visit_parenthesized_generic_arguments_mut(
        &mut self,
        _: &mut syn::ParenthesizedGenericArguments,
    ) {
    }
}

fn used_tapes(region: &crate::ir::Region) -> Vec<crate::ir::Tape> {
    let mut tapes = Vec::new();
    region.visit(&mut |stmt| {
        if let crate::ir::Op::TapePush { tape, values: _ } = &stmt.op {
            tapes.push(*tape);
        }
    });
    tapes
}

/// What the public companions do.
enum Bodies {
    Real,
    Stub,
}

/// The functions that users call.
fn public(source: &Source, bodies: &Bodies) -> TokenStream {
    let public = Public {
        source,
        rt: runtime(source),
        bodies,
    };
    let named = matches!(source.output, Some(Shape::Opaque(_)));
    let gradient = (source.has_scalar_output() || named).then(|| public.gradient());
    let vjp = (source.options.vjp || !source.has_scalar_output()).then(|| public.vjp());
    quote!(#gradient #vjp)
}

struct Public<'a> {
    source: &'a Source,
    rt: TokenStream,
    bodies: &'a Bodies,
}

impl Public<'_> {
    fn stem(&self) -> String {
        self.source
            .options
            .name
            .clone()
            .unwrap_or_else(|| self.source.item.sig.ident.to_string())
    }

    fn function(
        &self,
        suffix: &str,
        bound: &TokenStream,
        doc: String,
        params: &[TokenStream],
        output: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let ident = &self.source.item.sig.ident;
        let name = names::companion(&self.stem(), suffix, ident.span());
        let attrs = cfgs(self.source);
        let vis = &self.source.item.vis;
        let mut generics = self.source.item.sig.generics.clone();
        if let Ok(predicate) = syn::parse2::<syn::WherePredicate>(bound.clone()) {
            generics.make_where_clause().predicates.push(predicate);
        }
        let (generics, _, clause) = generics.split_for_impl();
        let body = match self.bodies {
            Bodies::Real => {
                // Whoever calls a companion uses the function: it is not dead.
                let used = self.mention();
                quote!(#used #body)
            }
            Bodies::Stub => quote!(::core::unreachable!()),
        };
        quote! {
            #(#attrs)*
            #[doc = #doc]
            #[inline]
            #[allow(unused, clippy::all, clippy::pedantic)]
            #vis fn #name #generics (#(#params),*) -> #output #clause {
                #body
            }
        }
    }

    fn mention(&self) -> TokenStream {
        let sig = &self.source.item.sig;
        let hidden = |ty: &syn::Type| quote!(#ty).to_string().contains("impl ");
        if self.source.params.iter().any(|p| hidden(&p.ty)) {
            return TokenStream::new();
        }
        let ident = &sig.ident;
        let args = sig.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
        });
        quote!(let _ = #ident::<#(#args),*>;)
    }

    /// The user's parameters.
    fn params(&self) -> Vec<TokenStream> {
        self.source
            .params
            .iter()
            .map(|p| {
                let (name, ty) = (public_name(p), &p.ty);
                quote!(#name: #ty)
            })
            .collect()
    }

    fn inputs(&self) -> Vec<&Param> {
        self.source.params.iter().filter(|p| p.is_input()).collect()
    }

    fn outputs(&self) -> Vec<&Param> {
        self.source
            .params
            .iter()
            .filter(|p| p.is_output())
            .collect()
    }

    /// A parameter as the sweeps take it.
    fn passed(&self, param: &Param) -> TokenStream {
        let name = public_name(param);
        match (param.active, param.is_number(), param.passing, &param.shape) {
            (_, _, Passing::Exclusive, _) => quote!(::core::option::Option::Some(&mut *#name)),
            (false, _, _, _) => quote!(#name),
            (true, true, Passing::Shared, _) => quote!(*#name),
            (true, true, _, _) => quote!(#name),
            (true, false, _, Shape::Vec(_)) => quote!(&#name[..]),
            (true, false, Passing::Shared, _) => quote!(#name),
            (true, false, _, _) => quote!(&#name),
        }
    }

    fn gradient_ty(&self) -> TokenStream {
        let tys: Vec<_> = self
            .inputs()
            .iter()
            .map(|p| signature::gradient(&self.rt, &p.ty))
            .collect();
        match tys.as_slice() {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        }
    }

    /// Both sweeps: adjoints of inputs and outputs as given. The value is the result.
    fn call(&self, adjoint: &dyn Fn(&Param) -> TokenStream, seed: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        let companion = companion_name(self.source);
        let (room, stack) = (names::ours("room"), names::ours("stack"));
        let args = self.source.params.iter().flat_map(|p| {
            let passed = self.passed(p);
            if p.active {
                let adjoint = adjoint(p);
                vec![passed, quote!(::core::option::Option::Some(#adjoint))]
            } else {
                vec![passed]
            }
        });
        quote!({
            let mut #room = #rt::Inline::new();
            let #stack = &mut #rt::Stack::new(&mut #room);
            #rt::handed(#companion::sweep(#rt::Both, #stack, #(#args,)* ::core::option::Option::Some(#seed)))
        })
    }

    /// The forward sweep, a look at the value, and the reverse sweep.
    fn call_in_two(
        &self,
        look: &TokenStream,
        adjoint: &dyn Fn(&Param) -> TokenStream,
        seed: &TokenStream,
    ) -> TokenStream {
        let rt = &self.rt;
        let companion = companion_name(self.source);
        let (room, stack, result) = (
            names::ours("room"),
            names::ours("stack"),
            names::ours("result"),
        );
        let none = quote!(::core::option::Option::None);
        let mut forward = Vec::new();
        let mut backward = Vec::new();
        for p in &self.source.params {
            let passed = self.passed(p);
            match (p.active, p.passing) {
                (_, Passing::Exclusive) => {
                    forward.push(passed);
                    backward.push(none.clone());
                }
                (false, Passing::Value) => {
                    forward.push(quote!(::core::clone::Clone::clone(&#passed)));
                    backward.push(passed);
                }
                _ => {
                    forward.push(passed.clone());
                    backward.push(passed);
                }
            }
            if p.active {
                let adjoint = adjoint(p);
                forward.push(none.clone());
                backward.push(quote!(::core::option::Option::Some(#adjoint)));
            }
        }
        quote!({
            let mut #room = #rt::Inline::new();
            let #stack = &mut #rt::Stack::new(&mut #room);
            let #result = #rt::handed(#companion::sweep(#rt::Forward, #stack, #(#forward,)* #none));
            #look
            #companion::sweep(#rt::Backward, #stack, #(#backward,)* ::core::option::Option::Some(#seed));
            #result
        })
    }

    /// Zero gradients of one's own.
    fn fresh(&self) -> (Vec<TokenStream>, TokenStream) {
        let rt = &self.rt;
        let mut lets = Vec::new();
        let mut names_ = Vec::new();
        for p in self.inputs() {
            let (name, grad) = (public_name(p), grad_name(p));
            let value = match p.passing {
                Passing::Value => quote!(&#name),
                Passing::Shared | Passing::Exclusive => quote!(&*#name),
            };
            lets.push(quote!(let mut #grad = #rt::Space::zero_like(#value);));
            names_.push(quote!(#grad));
        }
        let gradient = match names_.as_slice() {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        };
        (lets, gradient)
    }

    /// Buffers of the caller's: checked, then set to zero.
    fn buffers(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let rt = &self.rt;
        let mut params = Vec::new();
        let mut checks = Vec::new();
        let mut clears = Vec::new();
        for p in self.inputs() {
            let (name, grad, ty) = (public_name(p), grad_name(p), signature::buffer(p));
            params.push(quote!(#grad: #ty));
            if !p.is_number() {
                checks.push(self.check(p, &quote!(#name), &grad));
            }
            clears.push(quote!(#rt::Space::clear(#grad);));
        }
        checks.extend(clears);
        (params, checks)
    }

    fn check(&self, p: &Param, name: &TokenStream, buffer: &Ident) -> TokenStream {
        let rt = &self.rt;
        let text = p.ident.to_string();
        match &p.shape {
            Shape::Vec(_) if p.passing != Passing::Exclusive => {
                quote!(#rt::check_shape(#text, &#name[..], &*#buffer);)
            }
            _ if p.passing == Passing::Value => quote!(#rt::check_shape(#text, &#name, &*#buffer);),
            _ => quote!(#rt::check_shape(#text, &*#name, &*#buffer);),
        }
    }

    /// Zero cotangents of the outputs.
    fn zero_outputs(&self) -> Vec<TokenStream> {
        let rt = &self.rt;
        self.outputs()
            .iter()
            .map(|p| {
                let (name, grad) = (public_name(p), grad_name(p));
                quote!(let mut #grad = #rt::Space::zero_like(&*#name);)
            })
            .collect()
    }

    /// `&mut` to an adjoint that is a variable.
    fn own(&self, p: &Param) -> TokenStream {
        let grad = grad_name(p);
        // What `zero_like` of a slice gives is a vector.
        match &p.shape {
            Shape::Slice(_) | Shape::Vec(_)
                if !(p.passing == Passing::Exclusive && matches!(p.shape, Shape::Vec(_))) =>
            {
                quote!(&mut #grad[..])
            }
            _ => quote!(&mut #grad),
        }
    }

    fn names_of(params: &[&Param]) -> String {
        params
            .iter()
            .map(|p| format!("`{}`", p.ident))
            .collect::<Vec<_>>()
            .join(", ")
    }

    fn gradient(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let wrt = Self::names_of(&self.inputs());
        let (lets, gradient) = self.fresh();
        let outs = self.zero_outputs();
        let one = quote!(#rt::FloatOutput::one());
        let call = self.call(&|p| self.own(p), &one);
        let (output, ty) = (signature::output(self.source), self.gradient_ty());
        let params = self.params();
        // Of a type given by a name only the compiler knows whether it is a float: it says so where the gradient is used.
        let bound = match self.source.output {
            Some(Shape::Opaque(_)) => quote!(for<'__autodiff> #output: #rt::FloatOutput),
            _ => TokenStream::new(),
        };
        let grad = self.function(
            "grad",
            &bound,
            format!("The gradient of [`{stem}`](fn@{stem}) with respect to {wrt}."),
            &params,
            &ty,
            &quote!(#(#lets)* #(#outs)* #call; #gradient),
        );
        let result = names::ours("result");
        let both = self.function(
            "value_and_grad",
            &bound,
            format!("The value of [`{stem}`](fn@{stem}) and its gradient with respect to {wrt}, in one pass."),
            &params,
            &quote!((#output, #ty)),
            &quote!(#(#lets)* #(#outs)* let #result = #call; (#result, #gradient)),
        );
        let (buffers, checks) = self.buffers();
        let call = self.call(
            &|p| match p.passing {
                Passing::Exclusive => self.own(p),
                Passing::Value | Passing::Shared => {
                    let grad = grad_name(p);
                    quote!(&mut *#grad)
                }
            },
            &one,
        );
        let into = self.function(
            "grad_into",
            &bound,
            format!(
                "The value of [`{stem}`](fn@{stem}); its gradient with respect to {wrt} overwrites the buffers.\n\n# Panics\n\nIf a \
                 buffer does not have the length of what it belongs to."
            ),
            &[params, buffers].concat(),
            &output.to_token_stream(),
            &quote!(#(#checks)* #(#outs)* #call),
        );
        quote!(#grad #both #into)
    }

    fn vjp(&self) -> TokenStream {
        let stem = self.source.item.sig.ident.to_string();
        let wrt = Self::names_of(&self.inputs());
        let output = signature::output(self.source);
        let has_output = self.source.output.is_some();
        let cotangent = Ident::new("cotangent", proc_macro2::Span::mixed_site());
        let mut cotangents = Vec::new();
        if has_output {
            cotangents.push(quote!(#cotangent: #output));
        }
        let mut checks = Vec::new();
        for p in self.outputs() {
            let (name, grad, ty) = (public_name(p), grad_name(p), &p.ty);
            let inner = signature::referent(ty);
            cotangents.push(quote!(#grad: &mut #inner));
            if !p.is_number() {
                checks.push(self.check(p, &quote!(#name), &grad));
            }
        }
        let rt = &self.rt;
        let result = names::ours("result");
        let seed = if has_output {
            quote!(#cotangent)
        } else {
            quote!(())
        };
        let varies = has_output && self.source.output_may_change_shape();
        let look = quote!(#rt::check_shape("the result", &#result, &#cotangent););
        let run = |adjoint: &dyn Fn(&Param) -> TokenStream| {
            if varies {
                self.call_in_two(&look, adjoint, &seed)
            } else {
                self.call(adjoint, &seed)
            }
        };
        let (lets, gradient) = self.fresh();
        let call = run(&|p| match p.passing {
            Passing::Exclusive => {
                let grad = grad_name(p);
                quote!(&mut *#grad)
            }
            Passing::Value | Passing::Shared => self.own(p),
        });
        let ty = self.gradient_ty();
        let params = [self.params(), cotangents].concat();
        let none = self.inputs().is_empty();
        let (result_ty, tail) = match (has_output, none) {
            (_, true) => (quote!(#output), quote!(#result)),
            (true, false) => (quote!((#output, #ty)), quote!((#result, #gradient))),
            (false, false) => (quote!(#ty), gradient),
        };
        let vjp = self.function(
            "vjp",
            &TokenStream::new(),
            format!(
                "The value of [`{stem}`](fn@{stem}), and the cotangents of {wrt} for given cotangents of the results: the \
                 vector-Jacobian product."
            ),
            &params,
            &result_ty,
            &quote!(#(#checks)* #(#lets)* let #result = #call; #tail),
        );
        let (buffers, buffer_checks) = self.buffers();
        let call = run(&|p| {
            let grad = grad_name(p);
            quote!(&mut *#grad)
        });
        let into = self.function(
            "vjp_into",
            &TokenStream::new(),
            format!(
                "As the vector-Jacobian product of [`{stem}`](fn@{stem}); the cotangents of {wrt} overwrite the buffers.\n\n# \
                 Panics\n\nIf a buffer does not have the length of what it belongs to."
            ),
            &[params, buffers].concat(),
            &output.to_token_stream(),
            &quote!(#(#checks)* #(#buffer_checks)* #call),
        );
        quote!(#vjp #into)
    }
}

fn public_name(param: &Param) -> Ident {
    param.ident.clone()
}

fn grad_name(param: &Param) -> Ident {
    names::ours(&format!("grad_{}", param.ident))
}
