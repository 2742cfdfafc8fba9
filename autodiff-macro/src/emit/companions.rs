//! The companions of a function: what users call, and the hidden type that other annotated functions call.

use super::code::{Printer, survey};
use super::{names, signature};
use crate::ast::{Param, Passing, Scalar, Shape, Source};
use crate::ir::Value;
use crate::lower::Primal;
use crate::transform::Reversed;
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};
use syn::visit_mut::{self, VisitMut};
use std::collections::{BTreeMap, BTreeSet};

/// The path of the runtime's hidden module.
fn runtime(source: &Source) -> TokenStream {
    let krate = &source.options.krate;
    quote!(#krate::__private)
}

/// All companions.
pub fn companions(source: &Source, primal: &Primal, plan: &crate::analyze::Plan, reversed: &Reversed) -> TokenStream {
    let machinery = Machinery { source, rt: runtime(source) };
    let forward = machinery.value(primal, plan);
    let reverse = machinery.reverse(primal, reversed);
    let eval = machinery.eval();
    let vjp = machinery.vjp();
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
            #forward
            #reverse
            #eval
            #vjp
        }
        #public
    }
}

/// The companion of a function whose derivative is zero by declaration.
pub fn constant(source: &Source) -> TokenStream {
    let rt = runtime(source);
    let (attrs, vis, name) = (cfgs(source), &source.item.vis, companion_name(source));
    let ident = &source.item.sig.ident;
    let (impl_generics, _, clause) = source.item.sig.generics.split_for_impl();
    let output = signature::output(source);
    let params: Vec<_> = source
        .params
        .iter()
        .map(|p| {
            let (name, ty) = (&p.ident, &p.ty);
            quote!(#name: impl #rt::arguments::ConstantIn<#ty>)
        })
        .collect();
    let args: Vec<_> = source
        .params
        .iter()
        .map(|p| {
            let name = &p.ident;
            quote!(#rt::arguments::ConstantIn::constant(#name))
        })
        .collect();
    let idents: Vec<_> = source.params.iter().map(|p| &p.ident).collect();
    let impl_generics = impl_generics.to_token_stream();
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}
        #(#attrs)*
        #[allow(warnings, clippy::all)]
        impl #name {
            #[inline]
            pub fn eval #impl_generics (_: bool, #(#params),*) -> #rt::Constant<#output> #clause {
                #rt::Constant(#ident(#(#args),*))
            }
            #[inline]
            pub fn vjp #impl_generics (#(#idents: impl #rt::arguments::Ignored,)* _: impl #rt::arguments::Ignored) #clause {}
        }
    }
}

/// What stands in for the companions of a function that could not be differentiated, so that one mistake is one error.
pub fn stubs(source: &Source) -> TokenStream {
    let (attrs, vis, name) = (cfgs(source), &source.item.vis, companion_name(source));
    let rt = runtime(source);
    let public = public(source, &Bodies::Stub);
    let params: Vec<_> = source.params.iter().map(|p| p.ident.clone()).collect();
    quote! {
        #(#attrs)*
        #[doc(hidden)]
        #[allow(non_camel_case_types, dead_code)]
        #vis struct #name {}
        #(#attrs)*
        #[allow(warnings, clippy::all)]
        impl #name {
            pub fn eval<__AutodiffResult>(_: bool, #(#params: impl #rt::arguments::Ignored),*) -> #rt::Computed<__AutodiffResult> {
                ::core::unreachable!()
            }
            pub fn vjp(#(#params: impl #rt::arguments::Ignored,)* _: impl #rt::arguments::Ignored) {
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
    source.item.attrs.iter().filter(|a| a.path().is_ident("cfg")).collect()
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
            let at = generics.params.iter().take_while(|p| matches!(p, syn::GenericParam::Lifetime(_))).count();
            generics.params.insert(at, param);
        }
        let (impl_generics, _, clause) = generics.split_for_impl();
        (impl_generics.to_token_stream(), clause.to_token_stream())
    }

    /// How a parameter is passed to the machinery.
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
        let passed = self.source.params.iter().zip(params).map(|(p, v)| self.passed(p, *v));
        let output = self.lifted_output();
        let body = printer.stmts(&function.body);
        let result = function.body.yields.first().map(|v| printer.active(*v));
        let run = names::ours("run");
        let items = &primal.items;
        quote! {
            #[inline]
            pub fn value #generics (#run: bool, #(#passed),*) -> #output #clause {
                #(#items)*
                #body
                #result
            }
        }
    }

    /// The forward and the reverse sweep.
    fn reverse(&self, primal: &Primal, reversed: &Reversed) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let params = &reversed.forward.params;
        let mut printer = self.printer(&reversed.function, &reversed.plan, params);
        let reverse = crate::ir::Region { params: Vec::new(), stmts: reversed.reverse.clone(), yields: Vec::new() };
        survey(&mut printer, &reversed.forward, false);
        survey(&mut printer, &reverse, false);
        let mut passed = Vec::new();
        let mut finish = Vec::new();
        let mut start = Vec::new();
        for (param, value) in self.source.params.iter().zip(params) {
            passed.push(self.passed(param, *value));
            if param.active {
                let (adjoint, inner) = (names::adjoint(*value), self.inner(param));
                passed.push(quote!(#adjoint: &mut #inner));
                if param.is_number() && param.passing != Passing::Exclusive {
                    // Added up in a variable of its own, written once.
                    let outer = names::ours(&format!("{}_outer", value.0));
                    start.push(quote!(let #outer = #adjoint; let #adjoint = &mut <#inner as #rt::Real>::zero();));
                    finish.push(quote!(*#outer += *#adjoint;));
                }
            }
        }
        let output = self.lifted_output();
        let seed = names::ours("seed");
        let bound = quote!(impl ::core::ops::FnOnce(&#output) -> #output);
        let tapes = used_tapes(&reversed.forward);
        let tapes = tapes.into_iter().map(|t| {
            let tape = names::tape(t);
            quote!(let mut #tape = #rt::Tape::new();)
        });
        let forward = printer.stmts(&reversed.forward);
        let result = match reversed.forward.yields.first() {
            Some(v) => {
                // What is returned is still needed by the reverse sweep.
                *printer.uses.entry(*v).or_default() += 1;
                let keep = names::ours("result");
                let value = printer.active(*v);
                quote!(let #keep: #output = #value;)
            }
            None => {
                let keep = names::ours("result");
                quote!(let #keep = ();)
            }
        };
        let seeded = match reversed.seed {
            Some(v) => {
                let (name, keep) = (names::value(v), names::ours("result"));
                quote!(let #name: #output = #seed(&#keep);)
            }
            None => TokenStream::new(),
        };
        let backward = printer.list(&reversed.reverse);
        let keep = names::ours("result");
        let run = names::ours("run");
        let items = &primal.items;
        quote! {
            #[inline]
            pub fn reverse #generics (#run: bool, #(#passed,)* #seed: #bound) -> #output #clause {
                #(#items)*
                #(#start)*
                #(#tapes)*
                #forward
                #result
                #seeded
                #backward
                #(#finish)*
                #keep
            }
        }
    }

    /// The forward sweep as other annotated functions call it.
    fn eval(&self) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let run = names::ours("run");
        let mut params = Vec::new();
        let mut before = Vec::new();
        let mut args = Vec::new();
        for param in &self.source.params {
            let name = argument_name(param);
            let inner = self.inner(param);
            let mut ty = param.ty.clone();
            match (param.active, param.is_number(), param.passing) {
                (false, _, _) => {
                    Named::name(&mut ty);
                    params.push(match &ty {
                        // Nothing is converted: a closure, say, is passed on as it is.
                        syn::Type::ImplTrait(_) => quote!(#name: #rt::Const<#ty>),
                        _ => quote!(#name: impl #rt::arguments::PlainIn<#ty>),
                    });
                    args.push(quote!(#rt::arguments::PlainIn::plain(#name)));
                }
                (true, _, Passing::Exclusive) => {
                    let bound = exclusive(rt, &quote!(ExclusiveIn), &inner);
                    params.push(quote!(#name: impl #bound));
                    args.push(quote!(#rt::arguments::ExclusiveIn::exclusive(#name)));
                }
                (true, true, _) => {
                    params.push(quote!(#name: impl #rt::arguments::ScalarIn<#inner>));
                    args.push(quote!(#rt::arguments::ScalarIn::number(#name)));
                }
                (true, false, _) => {
                    params.push(quote!(#name: impl #rt::arguments::SharedIn<#inner>));
                    before.push(quote!(let #name = #rt::arguments::SharedIn::<#inner>::held(#name);));
                    args.push(quote!(::core::borrow::Borrow::<#inner>::borrow(&#name)));
                }
            }
        }
        let output = self.lifted_output();
        let generics = with_lifetime(&generics, &self.source.params);
        quote! {
            #[inline]
            pub fn eval #generics (#run: bool, #(#params),*) -> #rt::Computed<#output> #clause {
                #(#before)*
                #rt::Computed(Self::value(#run, #(#args),*))
            }
        }
    }

    /// Both sweeps as other annotated functions call them.
    fn vjp(&self) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let mut params = Vec::new();
        let mut before = Vec::new();
        let mut args = Vec::new();
        let mut after = Vec::new();
        for param in &self.source.params {
            let name = argument_name(param);
            let adjoint = names::ours(&format!("adj_{}", param.ident));
            let inner = self.inner(param);
            let mut ty = param.ty.clone();
            match (param.active, param.is_number(), param.passing) {
                (false, _, _) => {
                    Named::name(&mut ty);
                    params.push(match &ty {
                        // Nothing is converted: a closure, say, is passed on as it is.
                        syn::Type::ImplTrait(_) => quote!(#name: #rt::Const<#ty>),
                        _ => quote!(#name: impl #rt::arguments::PlainIn<#ty>),
                    });
                    args.push(quote!(#rt::arguments::PlainIn::plain(#name)));
                }
                (true, _, Passing::Exclusive) => {
                    let bound = exclusive(rt, &quote!(ExclusivePull), &inner);
                    params.push(quote!(#name: impl #bound));
                    before.push(quote!(let (#name, #adjoint) = #rt::arguments::ExclusivePull::split(#name);));
                    args.push(quote!(#name));
                    args.push(quote!(#adjoint));
                }
                (true, true, _) => {
                    params.push(quote!(#name: impl #rt::arguments::ScalarPull<#inner>));
                    before.push(quote!(let mut #adjoint = <#inner as #rt::Real>::zero();));
                    args.push(quote!(#rt::arguments::ScalarPull::number(&#name)));
                    args.push(quote!(&mut #adjoint));
                    after.push(quote!(#rt::arguments::ScalarPull::pull(#name, #adjoint);));
                }
                (true, false, _) => {
                    params.push(quote!(#name: impl #rt::arguments::SharedPull<#inner>));
                    before.push(quote!(let (#name, mut #adjoint) = #rt::arguments::SharedPull::<#inner>::split(#name);));
                    args.push(quote!(::core::borrow::Borrow::<#inner>::borrow(&#name)));
                    args.push(quote!(::core::borrow::BorrowMut::<#inner>::borrow_mut(&mut #adjoint)));
                }
            }
        }
        let output = self.lifted_output();
        let seed = names::ours("seed");
        let generics = with_lifetime(&generics, &self.source.params);
        quote! {
            #[inline]
            pub fn vjp #generics (#(#params,)* #seed: impl #rt::arguments::Seed<#output>) #clause {
                #(#before)*
                Self::reverse(false, #(#args,)* |value| #rt::arguments::Seed::seed(#seed, value));
                #(#after)*
            }
        }
    }
}

fn argument_name(param: &Param) -> Ident {
    names::ours(&format!("arg_{}", param.ident))
}

fn exclusive(rt: &TokenStream, name: &TokenStream, inner: &TokenStream) -> TokenStream {
    quote!(#rt::arguments::#name<'__autodiff, #inner>)
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

    fn visit_parenthesized_generic_arguments_mut(&mut self, _: &mut syn::ParenthesizedGenericArguments) {}
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
    let public = Public { source, rt: runtime(source), bodies };
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
        self.source.options.name.clone().unwrap_or_else(|| self.source.item.sig.ident.to_string())
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
        self.source.params.iter().filter(|p| p.is_output()).collect()
    }

    /// A parameter as the machinery takes it.
    fn passed(&self, param: &Param) -> TokenStream {
        let name = public_name(param);
        if !param.active {
            return quote!(#name);
        }
        match (param.is_number(), param.passing, &param.shape) {
            (_, Passing::Exclusive, _) => quote!(&mut *#name),
            (true, Passing::Shared, _) => quote!(*#name),
            (true, _, _) => quote!(#name),
            (false, _, Shape::Vec(_)) => quote!(&#name[..]),
            (false, Passing::Shared, _) => quote!(#name),
            (false, _, _) => quote!(&#name),
        }
    }

    fn gradient_ty(&self) -> TokenStream {
        let tys: Vec<_> = self.inputs().iter().map(|p| signature::gradient(&self.rt, &p.ty)).collect();
        match tys.as_slice() {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        }
    }

    /// The call of the machinery: adjoints of inputs by name, those of outputs as given.
    fn call(&self, adjoint: &dyn Fn(&Param) -> TokenStream, seed: &TokenStream) -> TokenStream {
        let companion = companion_name(self.source);
        let args = self.source.params.iter().flat_map(|p| {
            let passed = self.passed(p);
            if p.active { vec![passed, adjoint(p)] } else { vec![passed] }
        });
        quote!(#companion::reverse(true, #(#args,)* #seed))
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
            Shape::Slice(_) | Shape::Vec(_) if !(p.passing == Passing::Exclusive && matches!(p.shape, Shape::Vec(_))) => {
                quote!(&mut #grad[..])
            }
            _ => quote!(&mut #grad),
        }
    }

    fn names_of(params: &[&Param]) -> String {
        params.iter().map(|p| format!("`{}`", p.ident)).collect::<Vec<_>>().join(", ")
    }

    fn gradient(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let wrt = Self::names_of(&self.inputs());
        let (lets, gradient) = self.fresh();
        let outs = self.zero_outputs();
        let one = quote!(|_| #rt::FloatOutput::one());
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
                Passing::Value | Passing::Shared => grad_name(p).into_token_stream(),
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
        let seed = match (has_output, self.source.output_may_change_shape()) {
            (false, _) => quote!(|_| ()),
            (true, false) => quote!(move |_| #cotangent),
            (true, true) => quote!(move |value| {
                #rt::check_shape("the result", value, &#cotangent);
                #cotangent
            }),
        };
        let (lets, gradient) = self.fresh();
        let call = self.call(
            &|p| match p.passing {
                Passing::Exclusive => {
                    let grad = grad_name(p);
                    quote!(&mut *#grad)
                }
                Passing::Value | Passing::Shared => self.own(p),
            },
            &seed,
        );
        let ty = self.gradient_ty();
        let result = names::ours("result");
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
        let call = self.call(
            &|p| {
                let grad = grad_name(p);
                match p.passing {
                    Passing::Exclusive => quote!(&mut *#grad),
                    Passing::Value | Passing::Shared => quote!(#grad),
                }
            },
            &seed,
        );
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
