//! The companions that users call: the gradient and the vector-Jacobian product. Those of higher order are in `orders`.

use super::companions::{cfgs, companion_name, runtime};
use super::machinery::{Machinery, bound_foreign};
use super::{names, signature};
use crate::ast::{Home, Param, Passing, Shape, Source};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// What the public companions do.
pub enum Bodies {
    Real,
    Stub,
}

/// What is known of the sweeps.
#[derive(Default)]
pub struct Known<'a> {
    /// They may run at several points at once, if what is called may.
    pub lanes: bool,
    /// There are no loops in them.
    pub straight: bool,
    /// Parameters whose adjoints are overwritten where both sweeps are one.
    pub covered: Vec<&'a Param>,
}

/// The functions that users call.
pub fn public(source: &Source, bodies: &Bodies, known: Known<'_>) -> TokenStream {
    let public = Public {
        source,
        rt: runtime(source),
        bodies,
        known,
    };
    let named =
        matches!(&source.output, Some(Shape::Opaque(ty)) if crate::parse::library(ty).is_none());
    let gradient = (source.has_scalar_output() || named).then(|| public.gradient());
    let several = !source.has_scalar_output() || !public.outputs().is_empty();
    let vjp = (source.options.vjp || several).then(|| public.vjp());
    let orders = public.orders();
    let graph = match bodies {
        Bodies::Real => super::graph::of_rule(source),
        Bodies::Stub => super::graph::stub(source),
    };
    quote!(#gradient #vjp #orders #graph)
}

/// The function that returns the graph: `body` is its data.
pub fn graph(source: &Source, bodies: &Bodies, body: &TokenStream) -> TokenStream {
    let rt = runtime(source);
    let public = Public {
        source,
        rt: rt.clone(),
        bodies,
        known: Known::default(),
    };
    let doc = format!(
        "The computation graph of [`{0}`](fn@{0}).",
        source.item.sig.ident
    );
    let generics = &source.item.sig.generics;
    public.define(
        "graph",
        generics,
        doc,
        &[],
        &quote!(#rt::graph::Graph),
        body,
    )
}

/// Whose the gradients are.
#[derive(Clone, Copy)]
enum Held {
    Owned,
    Lent,
}

pub struct Public<'a> {
    pub source: &'a Source,
    pub rt: TokenStream,
    bodies: &'a Bodies,
    pub known: Known<'a>,
}

impl Public<'_> {
    /// Not a stub.
    pub fn is_real(&self) -> bool {
        matches!(self.bodies, Bodies::Real)
    }

    /// A function of the machinery, where it is called.
    pub fn machine(&self, function: &str) -> TokenStream {
        let machinery = self.machinery();
        match self.source.home {
            Home::Module => {
                let (companion, function) =
                    (companion_name(self.source), machinery.defined(function));
                quote!(#companion::#function)
            }
            Home::Impl | Home::TraitImpl => machinery.beside(function),
        }
    }

    /// An expression: whether the sweeps may run twice.
    pub fn is_repeatable(&self) -> TokenStream {
        let owner = match self.source.home {
            Home::Module => companion_name(self.source).into_token_stream(),
            Home::Impl | Home::TraitImpl => quote!(Self),
        };
        self.machinery().is_repeatable(&owner)
    }

    fn machinery(&self) -> Machinery<'_> {
        Machinery {
            source: self.source,
            rt: self.rt.clone(),
        }
    }

    /// The name of one of the functions, where it is defined.
    pub fn defined(&self, function: &str) -> Ident {
        self.machinery().defined(function)
    }

    pub fn stem(&self) -> String {
        self.source
            .options
            .name
            .clone()
            .unwrap_or_else(|| self.source.item.sig.ident.to_string())
    }

    pub fn function(
        &self,
        suffix: &str,
        bound: &TokenStream,
        doc: String,
        params: &[TokenStream],
        output: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let mut generics = self.source.item.sig.generics.clone();
        if let Ok(predicate) = syn::parse2::<syn::WherePredicate>(bound.clone()) {
            generics.make_where_clause().predicates.push(predicate);
        }
        self.define(suffix, &generics, doc, params, output, body)
    }

    /// A function with a constant in front of its other generics.
    pub fn function_of_order(
        &self,
        suffix: &str,
        order: &Ident,
        doc: String,
        params: &[TokenStream],
        output: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let mut generics = self.source.item.sig.generics.clone();
        let at = generics
            .params
            .iter()
            .take_while(|p| matches!(p, syn::GenericParam::Lifetime(_)))
            .count();
        generics
            .params
            .insert(at, syn::parse_quote!(const #order: usize));
        self.define(suffix, &generics, doc, params, output, body)
    }

    fn define(
        &self,
        suffix: &str,
        generics: &syn::Generics,
        doc: String,
        params: &[TokenStream],
        output: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let ident = &self.source.item.sig.ident;
        let name = names::companion(&self.stem(), suffix, ident.span());
        let attrs = cfgs(self.source);
        let vis = &self.source.item.vis;
        let mut generics = generics.clone();
        bound_foreign(self.source, &self.rt, &mut generics);
        let (generics, _, clause) = generics.split_for_impl();
        // The graph is that of the function, whatever it is called on.
        let receiver = self.source.receiver.as_ref().filter(|_| suffix != "graph");
        let receiver = receiver.map(|r| quote!(#r,));
        let body = match self.bodies {
            Bodies::Real => {
                // Whoever calls a companion uses the function: it is not dead.
                let used = self.mention();
                let views = self.views();
                quote!(#used #views #body)
            }
            Bodies::Stub => quote!(::core::unreachable!()),
        };
        // The user's names are the user's business, and may not be allowed where others are forbidden.
        let mut given = std::iter::once(ident).chain(self.source.params.iter().map(|p| &p.ident));
        let capitals = given
            .any(|name| name.to_string().contains(char::is_uppercase))
            .then(|| quote!(#[allow(non_snake_case)]));
        quote! {
            #(#attrs)*
            #[doc = #doc]
            #[inline]
            #[allow(unused, deprecated, clippy::all, clippy::pedantic)]
            #capitals
            #vis fn #name #generics (#receiver #(#params),*) -> #output #clause {
                #body
            }
        }
    }

    fn mention(&self) -> TokenStream {
        let sig = &self.source.item.sig;
        let hidden = |ty: &syn::Type| quote!(#ty).to_string().contains("impl ");
        let ident = &sig.ident;
        if self.source.params.iter().any(|p| hidden(&p.ty)) {
            // A type that cannot be named is inferred from a call that never runs.
            let function = match (self.source.home, &self.source.receiver) {
                (Home::Module, _) => quote!(#ident),
                (_, None) => quote!(Self::#ident),
                (_, Some(_)) => return TokenStream::new(),
            };
            let names = self.source.params.iter().map(public_name);
            return quote! {
                if false {
                    let _ = #function(#(#names),*);
                    ::core::unreachable!()
                }
            };
        }
        let args = sig.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
        });
        match self.source.home {
            Home::Module => quote!(let _ = #ident::<#(#args),*>;),
            Home::Impl | Home::TraitImpl => quote!(let _ = Self::#ident::<#(#args),*>;),
        }
    }

    /// The user's parameters.
    pub fn params(&self) -> Vec<TokenStream> {
        self.source
            .params
            .iter()
            .map(|p| {
                let (name, ty) = (public_name(p), p.view.as_ref().unwrap_or(&p.ty));
                quote!(#name: #ty)
            })
            .collect()
    }

    /// Copies of what is only viewed.
    fn views(&self) -> TokenStream {
        let rt = &self.rt;
        let views = self.source.params.iter().filter(|p| p.view.is_some());
        views
            .map(public_name)
            .map(|name| quote!(let #name = #rt::owned_array(&#name);))
            .collect()
    }

    pub fn inputs(&self) -> Vec<&Param> {
        self.source.params.iter().filter(|p| p.is_input()).collect()
    }

    pub fn outputs(&self) -> Vec<&Param> {
        self.source
            .params
            .iter()
            .filter(|p| p.is_output())
            .collect()
    }

    /// A parameter as the sweeps take it.
    pub fn passed(&self, param: &Param) -> TokenStream {
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

    pub fn gradient_ty(&self) -> TokenStream {
        let own = self.source.wrt_self.then(|| quote!(Self));
        let others = self
            .inputs()
            .into_iter()
            .map(|p| signature::gradient(&self.rt, &p.ty));
        let tys: Vec<_> = own.into_iter().chain(others).collect();
        match tys.as_slice() {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        }
    }

    /// Both sweeps: adjoints of inputs and outputs as given. The value is the result.
    fn call(&self, adjoint: &dyn Fn(&Param) -> TokenStream, seed: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        let sweeps = self.machine("sweeps");
        let own = self.source.wrt_self.then(|| {
            let grad = own_grad();
            quote!(::core::option::Option::Some(::core::borrow::BorrowMut::<Self>::borrow_mut(&mut #grad)),)
        });
        let args = self.source.params.iter().flat_map(|p| {
            let passed = self.passed(p);
            if p.active {
                let adjoint = adjoint(p);
                vec![passed, quote!(::core::option::Option::Some(#adjoint))]
            } else {
                vec![passed]
            }
        });
        quote!(#rt::handed(#sweeps(#own #(#args,)* || #seed)))
    }

    /// Both sweeps, with a look at what the first has left where there is something to look at.
    fn call_with(
        &self,
        look: &[TokenStream],
        adjoint: &dyn Fn(&Param) -> TokenStream,
        seed: &TokenStream,
    ) -> TokenStream {
        if look.is_empty() {
            self.call(adjoint, seed)
        } else {
            self.call_in_two(look, adjoint, seed)
        }
    }

    /// The forward sweep, a look at the value, and the reverse sweep.
    fn call_in_two(
        &self,
        look: &[TokenStream],
        adjoint: &dyn Fn(&Param) -> TokenStream,
        seed: &TokenStream,
    ) -> TokenStream {
        let rt = &self.rt;
        let sweep = self.machine("sweep");
        let (room, stack, result) = (
            names::ours("room"),
            names::ours("stack"),
            names::ours("result"),
        );
        let none = quote!(::core::option::Option::None);
        let own_none = self.source.wrt_self.then(|| quote!(#none,));
        let own = self.source.wrt_self.then(|| {
            let grad = own_grad();
            quote!(::core::option::Option::Some(::core::borrow::BorrowMut::<Self>::borrow_mut(&mut #grad)),)
        });
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
            let #stack = &mut #rt::Stack::<#rt::Guarded>::new(&mut #room);
            let #result = #rt::handed(#sweep(#rt::Forward, #stack, #own_none #(#forward,)* #none));
            #(#look)*
            #sweep(#rt::Backward, #stack, #own #(#backward,)* #seed);
            #result
        })
    }

    /// Zero gradients of one's own.
    pub fn fresh(&self) -> (Vec<TokenStream>, TokenStream) {
        let rt = &self.rt;
        let mut lets = Vec::new();
        let mut names_ = Vec::new();
        if self.source.wrt_self {
            let grad = own_grad();
            let value = self.own_value();
            lets.push(quote!(let mut #grad = #rt::Space::zero_like(#value);));
            names_.push(quote!(#grad));
        }
        for p in self.inputs() {
            let (name, grad) = (public_name(p), grad_name(p));
            let value = match p.passing {
                Passing::Value => quote!(&#name),
                Passing::Shared | Passing::Exclusive => quote!(&*#name),
            };
            // A type without floats is an error where the user wrote it.
            let span = syn::spanned::Spanned::span(signature::referent(&p.ty));
            let holds = matches!(p.shape, Shape::Opaque(_))
                .then(|| names::at(span, quote!(#rt::holds_floats(#value);)));
            let zero = names::at(span, quote!(#rt::Space::zero_like(#value)));
            lets.push(quote!(#holds let mut #grad = #zero;));
            names_.push(quote!(#grad));
        }
        let gradient = match names_.as_slice() {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        };
        (lets, gradient)
    }

    /// Buffers of the caller's: checked, then set to zero where the sweeps do not do that. `look`: it comes between the sweeps.
    fn buffers(&self, look: &[TokenStream]) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let rt = &self.rt;
        let mut params = Vec::new();
        let mut checks = Vec::new();
        let mut clears = Vec::new();
        if self.source.wrt_self {
            let grad = own_grad();
            let value = self.own_value();
            params.push(quote!(mut #grad: &mut Self));
            checks.push(quote!(#rt::check_shape("self", #value, &*#grad);));
            clears.push(quote!(#rt::Space::clear(#grad);));
        }
        for p in self.inputs() {
            let (name, grad, ty) = (public_name(p), grad_name(p), signature::buffer(p));
            params.push(quote!(#grad: #ty));
            if !p.is_number() {
                checks.push(self.check(p, &quote!(#name), &grad));
            }
            let mut covered = self.known.covered.iter();
            if look.is_empty() && covered.any(|covered| covered.ident == p.ident) {
                continue;
            }
            let span = syn::spanned::Spanned::span(signature::referent(&p.ty));
            clears.push(names::at(span, quote!(#rt::Space::clear(#grad);)));
        }
        checks.extend(clears);
        (params, checks)
    }

    /// What is left out of structs is as it was, in the gradients of inputs.
    fn leave_out(&self, held: Held) -> Vec<TokenStream> {
        let rt = &self.rt;
        let own = self.source.wrt_self.then(|| {
            let (grad, value) = (own_grad(), self.own_value());
            let grad = match held {
                Held::Owned => quote!(&mut #grad),
                Held::Lent => quote!(&mut *#grad),
            };
            quote!(#rt::Space::leave_out(#grad, #value);)
        });
        let inputs = self
            .inputs()
            .into_iter()
            .filter(|p| p.shape.opaque().is_some());
        let others = inputs.map(|p| {
            let (name, grad) = (public_name(p), grad_name(p));
            let value = match p.passing {
                Passing::Value => quote!(#name),
                Passing::Shared | Passing::Exclusive => quote!((*#name)),
            };
            match (&p.shape, held) {
                (Shape::Slice(_) | Shape::Vec(_), _) => {
                    quote!(#rt::Space::leave_out(&mut #grad[..], &#value[..]);)
                }
                (_, Held::Owned) => quote!(#rt::Space::leave_out(&mut #grad, &#value);),
                (_, Held::Lent) => quote!(#rt::Space::leave_out(&mut *#grad, &#value);),
            }
        });
        own.into_iter().chain(others).collect()
    }

    /// A reference to `self`.
    fn own_value(&self) -> TokenStream {
        match &self.source.receiver {
            Some(own) if crate::parse::takes_self(own) => quote!(&self),
            _ => quote!(self),
        }
    }

    pub fn check(&self, p: &Param, name: &TokenStream, buffer: &Ident) -> TokenStream {
        let rt = &self.rt;
        let text = p.ident.to_string();
        let value = match &p.shape {
            Shape::Vec(_) if p.passing != Passing::Exclusive => quote!(&#name[..]),
            _ if p.passing == Passing::Value => quote!(&#name),
            _ => quote!(&*#name),
        };
        let span = syn::spanned::Spanned::span(signature::referent(&p.ty));
        names::at(span, quote!(#rt::check_shape(#text, #value, &*#buffer);))
    }

    /// Zero cotangents of the outputs: of those that keep their shape, and of those whose shape the forward sweep decides.
    fn zero_outputs(&self) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let rt = &self.rt;
        let zero = |p: &&Param| {
            let (name, grad) = (public_name(p), grad_name(p));
            quote!(let mut #grad = #rt::Space::zero_like(&*#name);)
        };
        let (changing, fixed): (Vec<&Param>, Vec<&Param>) = self
            .outputs()
            .into_iter()
            .partition(|p| p.shape.may_change());
        (
            fixed.iter().map(zero).collect(),
            changing.iter().map(zero).collect(),
        )
    }

    /// `&mut` to an adjoint that is a variable.
    pub fn own(&self, p: &Param) -> TokenStream {
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

    /// What the gradient is taken with respect to, as documentation.
    pub fn wrt(&self) -> String {
        let own = self.source.wrt_self.then(|| "`self`".to_owned());
        let others = self.inputs().into_iter().map(|p| format!("`{}`", p.ident));
        own.into_iter().chain(others).collect::<Vec<_>>().join(", ")
    }

    fn gradient(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let wrt = self.wrt();
        let (lets, gradient) = self.fresh();
        let (outs, look) = self.zero_outputs();
        let (left_out, left_out_into) = (self.leave_out(Held::Owned), self.leave_out(Held::Lent));
        let one = quote!(::core::option::Option::Some(#rt::FloatOutput::one()));
        let call = self.call_with(&look, &|p| self.own(p), &one);
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
            &quote!(#(#lets)* #(#outs)* #call; #(#left_out)* #gradient),
        );
        let result = names::ours("result");
        let both = self.function(
            "value_and_grad",
            &bound,
            format!("The value of [`{stem}`](fn@{stem}) and its gradient with respect to {wrt}, in one pass."),
            &params,
            &quote!((#output, #ty)),
            &quote!(#(#lets)* #(#outs)* let #result = #call; #(#left_out)* (#result, #gradient)),
        );
        let (buffers, checks) = self.buffers(&look);
        let call = self.call_with(
            &look,
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
            &quote!(#(#checks)* #(#outs)* let #result = #call; #(#left_out_into)* #result),
        );
        quote!(#grad #both #into)
    }

    fn vjp(&self) -> TokenStream {
        let stem = self.source.item.sig.ident.to_string();
        let wrt = self.wrt();
        let output = signature::output(self.source);
        let returns = self.source.output.is_some();
        // Of a result without floats there is no cotangent.
        let has_output = self.source.output.as_ref().is_some_and(Shape::holds_floats);
        let cotangent = Ident::new("cotangent", proc_macro2::Span::mixed_site());
        let mut cotangents = Vec::new();
        let rt = &self.rt;
        let mut leave_out = Vec::new();
        if has_output {
            let named = self
                .source
                .output
                .as_ref()
                .is_some_and(|shape| shape.opaque().is_some());
            let mutable = named.then(|| quote!(mut));
            cotangents.push(quote!(#mutable #cotangent: #output));
            leave_out.extend(named.then(|| quote!(#rt::without_left_out(&mut #cotangent);)));
        }
        let (mut checks, mut look) = (Vec::new(), Vec::new());
        for p in self.outputs() {
            let (name, grad, ty) = (public_name(p), grad_name(p), &p.ty);
            let inner = signature::referent(ty);
            cotangents.push(quote!(#grad: &mut #inner));
            if p.shape.may_change() {
                look.push(self.check(p, &quote!(#name), &grad));
            } else if !p.is_number() {
                checks.push(self.check(p, &quote!(#name), &grad));
            }
            if p.shape.opaque().is_some() {
                leave_out.push(quote!(#rt::without_left_out(&mut *#grad);));
            }
        }
        checks.extend(leave_out);
        let outputs = self
            .outputs()
            .into_iter()
            .filter(|p| p.shape.opaque().is_some());
        let outputs: Vec<_> = outputs
            .map(|p| {
                let (name, grad) = (public_name(p), grad_name(p));
                quote!(#rt::Space::leave_out(&mut *#grad, &*#name);)
            })
            .collect();
        let left_out = [self.leave_out(Held::Owned), outputs.clone()].concat();
        let left_out_into = [self.leave_out(Held::Lent), outputs].concat();
        let result = names::ours("result");
        if has_output && self.source.output_may_change_shape() {
            look.push(quote!(#rt::check_shape("the result", &#result, &#cotangent);));
        }
        let seed = match (has_output, returns) {
            // It may be asked for twice.
            (true, _) if look.is_empty() => {
                quote!(::core::option::Option::Some(::core::clone::Clone::clone(&#cotangent)))
            }
            (true, _) => quote!(::core::option::Option::Some(#cotangent)),
            (false, true) => quote!(::core::option::Option::None),
            (false, false) => quote!(::core::option::Option::Some(())),
        };
        let run = |adjoint: &dyn Fn(&Param) -> TokenStream| self.call_with(&look, adjoint, &seed);
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
        let none = self.inputs().is_empty() && !self.source.wrt_self;
        let (result_ty, tail) = match (returns, none) {
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
            &quote!(#(#checks)* #(#lets)* let #result = #call; #(#left_out)* #tail),
        );
        let (buffers, buffer_checks) = self.buffers(&look);
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
            &quote!(#(#checks)* #(#buffer_checks)* let #result = #call; #(#left_out_into)* #result),
        );
        quote!(#vjp #into)
    }
}

pub fn public_name(param: &Param) -> Ident {
    param.ident.clone()
}

pub fn grad_name(param: &Param) -> Ident {
    names::ours(&format!("grad_{}", param.ident))
}

/// The gradient with respect to `self`.
fn own_grad() -> Ident {
    names::ours("grad_self")
}
