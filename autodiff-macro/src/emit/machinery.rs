//! The hidden type beside a function: its primal over any number, its sweeps, and how other annotated functions call them.

use super::code::{Printer, companion_path, survey};
use super::overridden::Compared;
use super::{divisors, moves, names, signature};
use crate::analyze;
use crate::ast::{Home, Param, Passing, Scalar, Shape, Source};
use crate::ir::{Function, Table, Value, Values};
use crate::lower::Primal;
use crate::parse;
use crate::transform::{Reversed, Together};
use crate::walk::{self, Go, Node, NodeMut};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// The hidden associated functions.
pub struct Machinery<'a> {
    pub source: &'a Source,
    pub rt: TokenStream,
}

impl Machinery<'_> {
    /// The user's generics, with the scalar in front of types and constants.
    pub fn generics(&self) -> (TokenStream, TokenStream) {
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
        if let (true, Scalar::Own(own)) = (self.source.foreign, &self.source.scalar) {
            unbound(own, &mut generics);
        }
        bound_foreign(self.source, rt, &mut generics);
        let (impl_generics, _, clause) = generics.split_for_impl();
        (impl_generics.to_token_stream(), clause.to_token_stream())
    }

    /// How a parameter is passed to the primal.
    pub fn passed(&self, param: &Param, value: Value) -> TokenStream {
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

    pub fn inner(&self, param: &Param) -> TokenStream {
        signature::memory(self.source, param)
    }

    /// What an exclusive reference refers to.
    fn lent(&self, param: &Param) -> TokenStream {
        if param.active {
            self.inner(param)
        } else {
            signature::referent(&param.ty).to_token_stream()
        }
    }

    pub fn lifted_output(&self) -> syn::Type {
        signature::lifted(self.source, &signature::output(self.source))
    }

    fn printer<'a>(
        &'a self,
        function: &'a Function,
        plan: &'a analyze::Plan,
        params: &[Value],
    ) -> Printer<'a> {
        let mut references = Values::new();
        let mut borrowed = Values::new();
        let mut memory = Table::new();
        for (param, value) in self.source.params.iter().zip(params) {
            if param.passing == Passing::Exclusive {
                memory.insert(*value, self.lent(param));
            }
            let reference = param.passing != Passing::Value || (param.active && !param.is_number());
            let by_value = param.active && param.is_number() && param.passing != Passing::Exclusive;
            if reference && !by_value {
                references.insert(*value);
            }
            if param.active {
                borrowed.insert(*value);
            }
        }
        if let (Some(v), Some(receiver)) = (function.receiver, &self.source.receiver)
            && (self.lends_self() || !parse::takes_self(receiver))
        {
            references.insert(v);
        }
        if let (Some(v), true) = (function.receiver, self.source.wrt_self) {
            borrowed.insert(v);
        }
        Printer {
            rt: self.rt.clone(),
            scalar: &self.source.scalar,
            foreign: self.source.foreign,
            function,
            plan,
            references,
            memory,
            borrowed,
            temporary: Values::new(),
            uses: Table::new(),
            undefined: Values::new(),
            moves: Values::new(),
            divisors: Values::new(),
            constants: Values::new(),
            parts: Default::default(),
            returned: Values::new(),
            built: Table::new(),
            nothing: Values::new(),
            loops: 0,
        }
    }

    /// The name of one of the functions, where it is defined.
    pub fn defined(&self, function: &str) -> Ident {
        match self.source.home {
            Home::Module => Ident::new(function, proc_macro2::Span::call_site()),
            Home::Impl | Home::TraitImpl => names::sibling(&self.source.item.sig.ident, function),
        }
    }

    /// One of the functions, where it is called from beside it.
    pub fn beside(&self, function: &str) -> TokenStream {
        let name = self.defined(function);
        if self.source.receiver.is_some() {
            quote!(self.#name)
        } else {
            quote!(Self::#name)
        }
    }

    /// What takes `self` has it lent in the functions if it takes part, as it has a parameter: not every type can be taken twice.
    pub fn lends_self(&self) -> bool {
        let Source { options, own, .. } = self.source;
        // What is called as it stands takes it.
        let as_written = options.constant || options.rule.is_some();
        let receiver = self.source.receiver.as_ref();
        own.is_some() && !as_written && receiver.is_some_and(parse::takes_self)
    }

    /// `self`, and how visible the functions are.
    pub fn receiver(&self) -> (TokenStream, TokenStream) {
        let receiver = match &self.source.receiver {
            Some(_) if self.lends_self() => Some(quote!(&self,)),
            receiver => receiver.as_ref().map(|r| quote!(#r,)),
        };
        let vis = match self.source.home {
            Home::Module => quote!(pub),
            Home::Impl | Home::TraitImpl => self.source.item.vis.to_token_stream(),
        };
        (receiver.to_token_stream(), vis)
    }

    /// `self` under the name of a value.
    fn bind_receiver(&self, function: &Function) -> TokenStream {
        match function.receiver {
            Some(v) => {
                let name = names::value(v);
                quote!(let #name = self;)
            }
            None => TokenStream::new(),
        }
    }

    /// The primal over any scalar.
    pub fn value(
        &self,
        (function, plan): &(Function, analyze::Plan),
        items: &[syn::Item],
    ) -> TokenStream {
        let (generics, clause) = self.generics();
        let params = &function.body.params;
        let mut printer = self.printer(function, plan, params);
        survey(&mut printer, &function.body);
        printer.moves = moves::find(function, &function.body, &Values::new());
        let passed = self
            .source
            .params
            .iter()
            .zip(params)
            .map(|(p, v)| self.passed(p, *v));
        let output = self.lifted_output();
        let body = printer.stmts(&function.body);
        let result = function.body.yields.first().map(|v| printer.active(*v));
        let result = result.unwrap_or(quote!(()));
        let (receiver, vis) = self.receiver();
        let value_name = self.defined("value");
        let own = self.bind_receiver(function);
        let compared = self.compared(function, params);
        let result = match &compared {
            Some(Compared { before: _, after }) => {
                let name = names::ours("result");
                quote!(let #name: #output = #result; #after #name)
            }
            None => result,
        };
        let before = compared.map(|c| c.before);
        quote! {
            #[inline]
            #vis fn #value_name #generics (#receiver #(#passed),*) -> #output #clause {
                #(#items)*
                #before
                #own
                #body
                #result
            }
        }
    }

    /// How the sweeps are given the parameters and their adjoints.
    fn handed(&self, function: &Function, params: &[Value]) -> Handed {
        let rt = &self.rt;
        let mut passed = Vec::new();
        let mut given = Vec::new();
        let mut on_forward = Vec::new();
        let mut on_backward = Vec::new();
        let mut finish = Vec::new();
        if let (Some(v), true) = (function.receiver, self.source.wrt_self) {
            let adjoint = names::adjoint(v);
            passed.push(quote!(#adjoint: ::core::option::Option<&mut Self>));
            given.push(adjoint.clone());
            on_backward.push(quote!(let #adjoint: &mut Self = #rt::handed(#adjoint);));
        }
        for (param, value) in self.source.params.iter().zip(params) {
            let name = names::value(*value);
            given.push(name.clone());
            if param.passing == Passing::Exclusive {
                let inner = self.lent(param);
                passed.push(quote!(#name: ::core::option::Option<&mut #inner>));
                let ty = (!is_hidden(&param.ty)).then(|| quote!(: &mut #inner));
                on_forward.push(quote!(let #name #ty = #rt::handed(#name);));
            } else {
                passed.push(self.passed(param, *value));
            }
            if !param.active {
                continue;
            }
            let (adjoint, inner) = (names::adjoint(*value), self.inner(param));
            passed.push(quote!(#adjoint: ::core::option::Option<&mut #inner>));
            given.push(adjoint.clone());
            if param.is_number() && param.passing != Passing::Exclusive {
                // Added up in a variable of its own, written once.
                let outer = names::ours(&format!("{}_outer", value.0));
                on_backward.push(quote!(let #outer: &mut #inner = #rt::handed(#adjoint);));
                on_backward.push(quote!(let #adjoint = &mut #rt::nothing::<#inner>();));
                finish.push(quote!(*#outer += *#adjoint;));
            } else {
                on_backward.push(quote!(let #adjoint: &mut #inner = #rt::handed(#adjoint);));
            }
        }
        Handed {
            passed,
            given,
            on_forward,
            on_backward,
            finish,
        }
    }

    /// Both sweeps.
    ///
    /// ```text
    /// let kept = if forward { …; push kept; return result } else { pop kept };   // or go on, if both
    /// …the reverse sweep…
    /// ```
    ///
    /// `told`: outputs that tell whether guards are needed; where they are, a sweep that only tries gives nothing.
    pub fn sweep(
        &self,
        primal: &Primal,
        reversed: &Reversed,
        told: Option<&[Value]>,
    ) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let params = &reversed.forward.params;
        let mut printer = self.printer(&reversed.function, &reversed.plan, params);
        survey(&mut printer, &reversed.forward);
        survey(&mut printer, &reversed.reverse);
        for v in &reversed.kept {
            *printer.uses.or_default(*v) += 1;
        }
        let kept = reversed.kept.iter().copied().collect();
        printer.moves = moves::find(&reversed.function, &reversed.forward, &kept);
        let Handed {
            passed,
            given,
            on_forward,
            on_backward,
            finish,
        } = self.handed(&reversed.function, params);
        let output = self.lifted_output();
        let (seed, stack, phase) = (
            names::ours("seed"),
            names::ours("stack"),
            names::ours("phase"),
        );
        // What is run again in the reverse sweep pushes, too.
        let tapes = [&reversed.forward, &reversed.reverse].map(used_tapes);
        let tags = tapes.concat().into_iter().map(|t| {
            let tag = names::tag(t);
            quote!(let #tag = #rt::Tag::new();)
        });
        let guards = names::ours("guards");
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
                *printer.uses.or_default(*v) += usize::from(kept);
                printer.active(*v)
            }
            None => quote!(()),
        };
        let kept: Vec<_> = reversed.kept.iter().map(|v| names::value(*v)).collect();
        let undone = reversed.reverse.mutated();
        let kept_here = reversed.kept.iter().map(|v| {
            let mutable = undone.contains(v).then(|| quote!(mut));
            let name = names::value(*v);
            quote!(#mutable #name)
        });
        printer.moves = moves::find(&reversed.function, &reversed.reverse, &Values::new());
        printer.divisors = divisors::shared(&reversed.reverse);
        let backward = printer.stmts(&reversed.reverse);
        let items = &primal.items;
        let (receiver, vis) = self.receiver();
        let sweep_name = self.defined("sweep");
        let Compared { before, after } =
            self.compared(&primal.function, params).unwrap_or_default();
        let own = self.bind_receiver(&reversed.function);
        let (both, together) = match &reversed.together {
            Some(together) => {
                let name = self.beside("together");
                let both = quote! {
                    if #phase.forward() && #phase.backward() {
                        return #name(#stack, #(#given,)* #seed);
                    }
                };
                (both, self.together(primal, together))
            }
            None => Default::default(),
        };
        let told = told.map(|outputs| {
            let outputs = outputs.iter().map(|v| names::value(*v));
            quote! {
                if #phase.tries() && !(true #(& #rt::all_finite(&#outputs[..]))*) {
                    return ::core::option::Option::None;
                }
            }
        });
        quote! {
            #together
            #[inline]
            #vis fn #sweep_name #generics (#receiver
                #phase: impl #rt::Phase,
                #stack: &mut #rt::Stack<'_, impl #rt::Guards>,
                #(#passed,)*
                #seed: ::core::option::Option<#output>,
            ) -> ::core::option::Option<#output> #clause {
                #both
                let #guards = #stack.guards();
                #(#items)*
                #own
                #(#tags)*
                let #kept_tag = #rt::Tag::new();
                let mut #outcome = ::core::option::Option::None;
                let (#(#kept_here,)*) = if #phase.forward() {
                    #(#on_forward)*
                    #before
                    #forward
                    let #result: #output = #value;
                    #after
                    if !#phase.backward() {
                        #stack.push(#kept_tag, (#(#kept,)*));
                        return ::core::option::Option::Some(#result);
                    }
                    #told
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

    /// Both sweeps in one, where iterations are taken back one by one.
    fn together(&self, primal: &Primal, together: &Together) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let Together {
            function,
            plan,
            region,
        } = together;
        let mut printer = self.printer(function, plan, &region.params);
        survey(&mut printer, region);
        printer.moves = moves::find(function, region, &Values::new());
        printer.divisors = divisors::shared(region);
        let Handed {
            passed,
            given: _,
            on_forward: _,
            on_backward,
            finish,
        } = self.handed(function, &region.params);
        let output = self.lifted_output();
        let (seed, stack, guards, result, phase) = (
            names::ours("seed"),
            names::ours("stack"),
            names::ours("guards"),
            names::ours("result"),
            names::ours("phase"),
        );
        let tags = used_tapes(region).into_iter().map(|t| {
            let tag = names::tag(t);
            quote!(let #tag = #rt::Tag::new();)
        });
        let body = printer.stmts(region);
        let value = region.yields.first().map(|v| printer.active(*v));
        let items = &primal.items;
        let (receiver, vis) = self.receiver();
        let name = self.defined("together");
        let Compared { before, after } = self
            .compared(&primal.function, &region.params)
            .unwrap_or_default();
        let own = self.bind_receiver(function);
        quote! {
            #[inline]
            #vis fn #name #generics (#receiver
                #stack: &mut #rt::Stack<'_, impl #rt::Guards>,
                #(#passed,)*
                #seed: ::core::option::Option<#output>,
            ) -> ::core::option::Option<#output> #clause {
                let (#phase, #guards) = (#rt::Both, #stack.guards());
                #(#items)*
                #own
                #(#tags)*
                #(#on_backward)*
                #before
                #body
                let #result: #output = #value;
                #after
                #(#finish)*
                ::core::option::Option::Some(#result)
            }
        }
    }

    /// Both sweeps, without guards as long as that leaves no NaN: the gradient is the same then. Otherwise they run again with
    /// guards, which must not be noticed: memory that the caller lends is changed once, or overwritten twice, and only what is copied is
    /// passed twice.
    ///
    /// ```text
    /// if repeatable and cotangents are few {
    ///     copy cotangents; outcome = sweep unguarded; if no NaN { return outcome }; clear adjoints; put cotangents back
    /// }
    /// sweep guarded
    /// ```
    ///
    /// Where a finite value tells that there is no NaN, nothing has to be looked through. Where finite `outputs` tell that there will be none
    /// the first sweep stops in front of its reverse if they are not.
    pub fn sweeps(
        &self,
        primal: &Primal,
        plan: &analyze::Plan,
        outputs: Option<&[Value]>,
    ) -> TokenStream {
        let (rt, outcome) = (&self.rt, names::ours("outcome"));
        let function = &primal.function;
        let tells = analyze::tells(function, plan);
        let told = tells.then(|| quote!(#rt::is_finite(&#outcome) ||));
        let Handed { passed, given, .. } = self.handed(function, &function.body.params);
        let params = &function.body.params;
        let overwritten = |k: usize| analyze::overwrites(function, params[k]);
        let twice = self.may_be_passed_twice(overwritten).then(|| {
            let own = function.receiver.filter(|_| self.source.wrt_self);
            let params = || self.source.params.iter().zip(params);
            let inputs = params().filter(|(p, _)| p.is_input()).map(|(_, v)| *v);
            let outputs = params().filter(|(p, _)| p.is_output());
            Twice {
                adjoints: own.into_iter().chain(inputs).map(names::adjoint).collect(),
                outputs: outputs
                    .map(|(_, v)| (names::value(*v), names::adjoint(*v)))
                    .collect(),
            }
        });
        let told = match (outputs, told) {
            (Some(_), _) => Told::Outputs,
            (None, Some(value)) => Told::Value(value),
            (None, None) => Told::Nothing,
        };
        self.sweeps_of(&passed, &given, twice.as_ref(), &told)
    }

    /// The same of given parameters and their names, what is passed twice, if they may be, and what else says that no adjoint is NaN.
    pub fn sweeps_of(
        &self,
        passed: &[TokenStream],
        given: &[Ident],
        twice: Option<&Twice>,
        told: &Told,
    ) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let (seed, room, outcome) = (
            names::ours("seed"),
            names::ours("room"),
            names::ours("outcome"),
        );
        let output = self.lifted_output();
        let (receiver, vis) = self.receiver();
        let (name, sweep) = (self.defined("sweeps"), self.beside("sweep"));
        let unguarded = twice.map(|Twice { adjoints, outputs }| {
            let repeatable = self.is_repeatable(&quote!(Self));
            let (lent, cotangents): (Vec<_>, Vec<_>) = outputs.iter().cloned().unzip();
            let exclusive: Vec<_> = [adjoints, &lent, &cotangents].into_iter().flatten().collect();
            let given = given.iter().map(|name| match exclusive.contains(&name) {
                true => quote!(::core::option::Option::as_deref_mut(&mut #name)),
                false => quote!(#name),
            });
            let copies: Vec<_> = (0..outputs.len()).map(|k| names::ours(&format!("cotangents{k}"))).collect();
            if let Told::Outputs = told {
                return quote! {
                    #(let mut #exclusive = #exclusive;)*
                    if #repeatable {
                        let #outcome = #sweep(#rt::Try, &mut #rt::Stack::<#rt::Unguarded>::new(&mut #room), #(#given,)* #seed());
                        if #outcome.is_some() {
                            return #outcome;
                        }
                        ::core::hint::cold_path();
                    }
                };
            }
            let told = match told {
                Told::Value(value) => Some(value),
                Told::Outputs | Told::Nothing => None,
            };
            let small = (!outputs.is_empty()).then(|| {
                quote!(&& #rt::may_be_copied(0 #(+ ::core::mem::size_of_val(&#rt::handed(#cotangents.as_deref())[..]))*))
            });
            quote! {
                #(let mut #exclusive = #exclusive;)*
                if #repeatable #small {
                    #(let #copies = #rt::Temporary(#rt::kept_copy(&#rt::handed(#cotangents.as_deref())[..]));)*
                    let #outcome = #sweep(#rt::Both, &mut #rt::Stack::<#rt::Unguarded>::new(&mut #room), #(#given,)* #seed());
                    if #told !(false #(| #rt::Space::any_nan(&*#rt::handed(#adjoints.as_deref_mut())))*) {
                        return #outcome;
                    }
                    ::core::hint::cold_path();
                    #(#rt::Space::clear(#rt::handed(#adjoints.as_deref_mut()));)*
                    #(<[_]>::clone_from_slice(&mut #rt::handed(#cotangents.as_deref_mut())[..], &#copies[..]);)*
                }
            }
        });
        quote! {
            #[inline]
            #vis fn #name #generics (
                #receiver
                #(#passed,)*
                #seed: impl ::core::ops::Fn() -> ::core::option::Option<#output>,
            ) -> ::core::option::Option<#output> #clause {
                let mut #room = #rt::Inline::new();
                #unguarded
                #sweep(#rt::Both, &mut #rt::Stack::<#rt::Guarded>::new(&mut #room), #(#given,)* #seed())
            }
        }
    }

    /// What is passed is copied, borrowed or overwritten, and is the same after the first time. `overwritten`: of a parameter by its
    /// number.
    pub fn may_be_passed_twice(&self, overwritten: impl Fn(usize) -> bool) -> bool {
        let by_reference = |r: &syn::Receiver| self.lends_self() || !parse::takes_self(r);
        let mut params = self.source.params.iter().enumerate();
        self.source.receiver.as_ref().is_none_or(by_reference)
            && params.all(|(k, p)| match p.passing {
                Passing::Exclusive => {
                    let has_a_length = matches!(p.shape, Shape::Slice(_) | Shape::Array(..));
                    p.active && has_a_length && !p.shape.may_change() && overwritten(k)
                }
                Passing::Shared => true,
                Passing::Value => p.active || is_copied(&p.ty),
            })
    }

    /// An expression: whether it may be run twice. `owner` has the hidden functions.
    pub fn is_repeatable(&self, owner: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        let name = self.defined("repeatable");
        quote!(#owner::#name(#rt::BUDGET) > 0)
    }

    /// Whether it may be run twice: what is left of a budget of functions to look into, nothing if it may not.
    pub fn repeatable(
        &self,
        callees: Option<&analyze::Callees>,
        items: &[syn::Item],
    ) -> TokenStream {
        let callees = callees.map(|callees| {
            let functions = callees.functions.iter().map(|path| {
                let path = companion_path(path);
                quote!(#path::repeatable)
            });
            let methods = callees.methods.iter().map(|(ty, name)| {
                let name = names::sibling(name, "repeatable");
                quote!(<#ty>::#name)
            });
            functions.chain(methods).collect()
        });
        self.question("repeatable", &TokenStream::new(), callees, items)
    }

    /// Whether it can run in lanes: what is left of a budget of functions to look into, nothing if it cannot.
    pub fn lanes(&self, callees: Option<&[syn::Path]>, items: &[syn::Item]) -> TokenStream {
        let constant = match self.source.home {
            Home::Module => quote!(const),
            // Nobody asks but its own batch.
            Home::Impl | Home::TraitImpl if self.source.options.batch.is_some() => {
                TokenStream::new()
            }
            Home::Impl | Home::TraitImpl => return TokenStream::new(),
        };
        let callees = callees.map(|callees| {
            let functions = callees.iter().map(companion_path);
            functions.map(|path| quote!(#path::lanes)).collect()
        });
        self.question("lanes", &constant, callees, items)
    }

    /// A function that answers for this one and for `callees`, by the names they have beside `items`; there are none to ask where
    /// the answer is no already.
    fn question(
        &self,
        name: &str,
        constant: &TokenStream,
        callees: Option<Vec<TokenStream>>,
        items: &[syn::Item],
    ) -> TokenStream {
        let (name, vis) = (self.defined(name), self.receiver().1);
        let budget = names::ours("budget");
        let left = match callees {
            None => quote!(0),
            Some(callees) => quote! {
                #(#items)*
                if #budget == 0 {
                    return 0;
                }
                let #budget = #budget - 1;
                #(let #budget = #callees(#budget);)*
                #budget
            },
        };
        let count = quote!(::core::primitive::usize);
        quote! {
            #[inline]
            #vis #constant fn #name(#budget: #count) -> #count {
                #left
            }
        }
    }

    /// The type says how long something is lent that the parameter holds: it is not compared with others then, and only code over
    /// the same float hands such a value on.
    fn has_lifetime(&self, param: &Param) -> bool {
        let ty = match (signature::referent(&param.ty), &self.source.self_ty) {
            (syn::Type::Path(path), Some(own)) if path.path.is_ident("Self") => own,
            (ty, _) => ty,
        };
        walk::any(ty, |node| matches!(node, Node::Lifetime(_)))
    }

    /// How a parameter of code over one float type is taken from code over any number.
    fn taken_exactly(&self, param: &Param) -> Taken {
        let rt = &self.rt;
        let exact = quote!(#rt::exact);
        let some = quote!(::core::option::Option::Some);
        let name = argument_name(param);
        let (adjoint, zero) = (
            names::ours(&format!("adj_{}", param.ident)),
            names::ours(&format!("zero_{}", param.ident)),
        );
        let inner = self.inner(param);
        match (param.is_number(), param.passing) {
            (_, Passing::Exclusive) => Taken {
                param: quote!(mut #name: impl #exact::ExactExclusive<#inner>),
                given: quote!(#exact::ExactExclusive::<#inner>::exclusive(&mut #name)),
                pulled: quote!(mut #name: impl #exact::ExactExclusive<#inner>),
                split: TokenStream::new(),
                again: TokenStream::new(),
                adjoint: quote!(#some(#exact::ExactExclusive::<#inner>::exclusive(&mut #name))),
                after: TokenStream::new(),
            },
            (true, _) => Taken {
                param: quote!(#name: impl #exact::ExactScalarIn<#inner>),
                given: quote!(#exact::ExactScalarIn::number(#name)),
                pulled: quote!(#name: impl #exact::ExactScalarPull<#inner>),
                split: quote!(let mut #adjoint = #rt::nothing::<#inner>();),
                again: quote!(#exact::ExactScalarPull::number(&#name)),
                adjoint: quote!(#some(&mut #adjoint)),
                after: quote!(#exact::ExactScalarPull::pull(#name, #adjoint);),
            },
            (false, _) => Taken {
                param: quote!(#name: impl #exact::ExactShared<#inner>),
                given: quote!(#exact::ExactShared::<#inner>::shared(&#name)),
                pulled: quote!(mut #name: impl #exact::ExactPull<#inner>),
                split: quote! {
                    let mut #zero = ::core::option::Option::None;
                    let #adjoint = #exact::ExactPull::<#inner>::parts(&mut #name, &mut #zero);
                },
                again: quote!(#adjoint.0),
                adjoint: quote!(#some(#adjoint.1)),
                after: TokenStream::new(),
            },
        }
    }

    /// The primal and the sweeps as other annotated functions call them.
    pub fn calls(&self) -> TokenStream {
        let rt = &self.rt;
        let (generics, clause) = self.generics();
        let (some, none) = (
            quote!(::core::option::Option::Some),
            quote!(::core::option::Option::None),
        );
        let stack = names::ours("stack");
        // Code over one float type is called from code over any number.
        let concrete = matches!(self.source.scalar, Scalar::Concrete(_) | Scalar::Mixed);
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
            if concrete && param.active && !self.has_lifetime(param) {
                let taken = self.taken_exactly(param);
                params.push(taken.param);
                values.push(taken.given.clone());
                let exclusive = param.passing == Passing::Exclusive;
                let given = &taken.given;
                forward.push(if exclusive {
                    quote!(#some(#given))
                } else {
                    given.clone()
                });
                forward.push(none.clone());
                pulled.push(taken.pulled);
                split.push(taken.split);
                backward.push(if exclusive { none.clone() } else { taken.again });
                backward.push(taken.adjoint);
                after.push(taken.after);
                continue;
            }
            match (param.active, param.is_number(), param.passing) {
                (false, _, passing) => {
                    name_lifetimes(&mut ty);
                    let bound = match &ty {
                        // Nothing is converted: a closure, say, is passed on as it is.
                        ty if is_hidden(ty) => quote!(#rt::Const<#ty>),
                        _ => quote!(impl #rt::arguments::PlainIn<#ty>),
                    };
                    params.push(quote!(#name: #bound));
                    let plain = quote!(#rt::arguments::PlainIn::plain(#name));
                    values.push(plain.clone());
                    if passing == Passing::Exclusive {
                        forward.push(quote!(#some(#plain)));
                        let bound = if self.is_inferred(param) {
                            quote!(Inferred)
                        } else {
                            quote!(Ignored)
                        };
                        pulled.push(quote!(#name: impl #rt::arguments::#bound));
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
                    split.push(quote!(let mut #adjoint = #rt::nothing::<#inner>();));
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
                    backward.push(
                        quote!(#some(#rt::arguments::AdjointOf::<#inner>::adjoint(&mut #adjoint))),
                    );
                }
            }
        }
        let output = self.lifted_output();
        let inferred = self.source.params.iter().any(|p| self.is_inferred(p));
        let generics = with_lifetime(&generics, &self.source.params);
        let clause = match self.source.params.first() {
            // So does what it refers to.
            Some(own) if own.ident == "self" && own.passing == Passing::Exclusive => {
                let mut clause: syn::WhereClause =
                    syn::parse2(clause).unwrap_or(syn::parse_quote!(where));
                clause.predicates.push(syn::parse_quote!(Self: '__autodiff));
                clause.to_token_stream()
            }
            _ => clause,
        };
        let seed = names::ours("seed");
        let (receiver, vis) = self.receiver();
        let (eval_name, forward_name, backward_name) = (
            self.defined("eval"),
            self.defined("forward"),
            self.defined("backward"),
        );
        let (value, sweep) = (self.beside("value"), self.beside("sweep"));
        // Every method's pullback is handed the adjoint of what it was called on.
        let own = names::ours("own");
        let (own_none, own_param, own_split, own_given) =
            match (&self.source.receiver, self.source.wrt_self) {
                (Some(_), true) => (
                    quote!(#none,),
                    quote!(mut #own: impl #rt::exact::OwnPull<Self>,),
                    quote! {
                        let mut own_zero = ::core::option::Option::None;
                        let #own = #rt::exact::OwnPull::adjoint(&mut #own, &mut own_zero, &self);
                    },
                    quote!(#some(#own),),
                ),
                (Some(_), false) => (
                    TokenStream::new(),
                    quote!(_: impl #rt::exact::OwnConstant,),
                    TokenStream::new(),
                    TokenStream::new(),
                ),
                (None, _) => Default::default(),
            };
        let outcome = if concrete {
            quote!(#rt::Exact)
        } else {
            quote!(#rt::Computed)
        };
        let seeds = if concrete {
            quote!(#rt::exact::ExactSeed)
        } else {
            quote!(#rt::arguments::Seed)
        };
        let on_self = match self.source.params.first() {
            Some(own) if own.ident == "self" && own.passing == Passing::Exclusive => {
                let names: Vec<_> = self
                    .source
                    .params
                    .iter()
                    .skip(1)
                    .map(argument_name)
                    .collect();
                let (eval_mut, forward_mut, backward_mut) = (
                    self.defined("eval_mut"),
                    self.defined("forward_mut"),
                    self.defined("backward_mut"),
                );
                let (params, pulled) = (&params[1..], &pulled[1..]);
                quote! {
                    #[inline]
                    #vis fn #eval_mut #generics (&'__autodiff mut self, #(#params),*) -> #outcome<#output> #clause {
                        Self::#eval_name(#rt::Active(self), #(#names),*)
                    }
                    #[inline]
                    #vis fn #forward_mut #generics (
                        &'__autodiff mut self,
                        #stack: &mut #rt::Stack<'_, impl #rt::Guards>,
                        #(#params),*
                    ) -> #outcome<#output> #clause {
                        Self::#forward_name(#stack, #rt::Active(self), #(#names),*)
                    }
                    #[inline]
                    #vis fn #backward_mut #generics (
                        &'__autodiff mut self,
                        #stack: &mut #rt::Stack<'_, impl #rt::Guards>,
                        #(#pulled,)*
                        #seed: impl #seeds<#output>,
                    ) #clause {
                        Self::#backward_name(#stack, #rt::AdjointMut(self), #(#names,)* #seed)
                    }
                }
            }
            _ => TokenStream::new(),
        };
        let reversed = if inferred {
            quote!(::core::unreachable!())
        } else {
            quote! {
                #(#split)*
                #own_split
                #sweep(#rt::Backward, #stack, #own_given #(#backward,)* #seeds::seed(#seed));
                #(#after)*
            }
        };
        quote! {
            #on_self
            #[inline]
            #vis fn #eval_name #generics (#receiver #(#params),*) -> #outcome<#output> #clause {
                #(#before)*
                #outcome(#value(#(#values),*))
            }
            #[inline]
            #vis fn #forward_name #generics (#receiver #stack: &mut #rt::Stack<'_, impl #rt::Guards>, #(#params),*) -> #outcome<#output> #clause {
                #(#before)*
                #outcome(#rt::handed(#sweep(#rt::Forward, #stack, #own_none #(#forward,)* #none)))
            }
            #[inline]
            #vis fn #backward_name #generics (#receiver
                #stack: &mut #rt::Stack<'_, impl #rt::Guards>,
                #own_param
                #(#pulled,)*
                #seed: impl #seeds<#output>,
            ) #clause {
                #reversed
            }
        }
    }

    /// What has no derivative is lent to the forward sweep alone: in a reverse sweep by itself nothing tells a type that has no name.
    fn is_inferred(&self, param: &Param) -> bool {
        let lent = |p: &Param| !p.active && p.passing == Passing::Exclusive;
        let mentions = |p: &Param, own: &Ident| {
            let is = |node: Node<'_>| matches!(node, Node::Path(path) if path.is_ident(own));
            walk::any(&p.ty, is)
        };
        let told = |own: &Ident| {
            let mut others = self.source.params.iter().filter(|p| !lent(p));
            others.any(|p| mentions(p, own))
        };
        let mut generics = self.source.item.sig.generics.type_params();
        lent(param)
            && (is_hidden(&param.ty)
                || generics.any(|t| mentions(param, &t.ident) && !told(&t.ident)))
    }
}

/// What the sweeps are passed a second time where a NaN came out of the first.
pub struct Twice {
    /// Of inputs.
    pub adjoints: Vec<Ident>,
    /// Memory that is overwritten, and its cotangents.
    pub outputs: Vec<(Ident, Ident)>,
}

/// What says that a sweep without guards gives the same as one with them, before its adjoints are looked through for NaN.
pub enum Told {
    /// The outputs, before the reverse sweep begins.
    Outputs,
    /// An expression, afterwards.
    Value(TokenStream),
    Nothing,
}

/// The parameters of the sweeps, and what is done with them.
struct Handed {
    passed: Vec<TokenStream>,
    given: Vec<Ident>,
    on_forward: Vec<TokenStream>,
    on_backward: Vec<TokenStream>,
    finish: Vec<TokenStream>,
}

/// A number or a reference, or an array or tuple of such: it can be passed more than once.
pub fn is_copied(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(r) => r.mutability.is_none(),
        syn::Type::Array(array) => is_copied(&array.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_copied),
        syn::Type::Paren(paren) => is_copied(&paren.elem),
        syn::Type::Group(group) => is_copied(&group.elem),
        ty => {
            let is_float = |path: &syn::Path| path.is_ident("f64") || path.is_ident("f32");
            crate::ast::is_primitive(ty)
                || matches!(ty, syn::Type::Path(ty) if ty.qself.is_none() && is_float(&ty.path))
        }
    }
}

pub fn argument_name(param: &Param) -> Ident {
    names::ours(&format!("arg_{}", param.ident))
}

/// A lifetime for exclusive references and for those whose lifetime is not written.
fn with_lifetime(generics: &TokenStream, params: &[Param]) -> TokenStream {
    let needed = |p: &&Param| {
        let mut ty = p.ty.clone();
        (p.active && p.passing == Passing::Exclusive) || (!p.active && name_lifetimes(&mut ty))
    };
    let referred: Vec<&syn::Type> = params.iter().filter(needed).map(|p| &p.ty).collect();
    let mut inner = syn::parse2::<syn::Generics>(generics.clone()).unwrap_or_default();
    say_what_outlives(&mut inner, params);
    if referred.is_empty() {
        return inner.to_token_stream();
    }
    // What is referred to lives as long.
    for param in inner.type_params_mut() {
        let own = param.ident.clone();
        let is_own = |node: Node<'_>| matches!(node, Node::Path(path) if path.is_ident(&own));
        if referred.iter().any(|ty| walk::any(*ty, is_own)) {
            param.bounds.push(syn::parse_quote!('__autodiff));
        }
    }
    for param in inner.lifetimes_mut() {
        let own = param.lifetime.ident.clone();
        let is_own = |node: Node<'_>| matches!(node, Node::Lifetime(l) if l.ident == own);
        if referred.iter().any(|ty| walk::any(*ty, is_own)) {
            param.bounds.push(syn::parse_quote!('__autodiff));
        }
    }
    let is_object = |node: Node<'_>| match node {
        Node::Type(syn::Type::Reference(r)) => r.mutability.is_some() && object(&r.elem).is_some(),
        _ => false,
    };
    let objects = referred.iter().any(|ty| walk::any(*ty, is_object));
    let objects = objects.then(|| quote!('__autodiff_object: '__autodiff,));
    let inner = &inner.params;
    quote!(<'__autodiff, #objects #inner>)
}

/// `&'a [&'b str]` implies `'b: 'a` in the signature of a function, but not as an argument of a trait.
fn say_what_outlives(generics: &mut syn::Generics, params: &[Param]) {
    for param in generics.lifetimes_mut() {
        let own = param.lifetime.clone();
        let is_own = |node: Node<'_>| matches!(node, Node::Lifetime(l) if *l == own);
        for p in params {
            walk::walk(&p.ty, &mut |node| {
                if let Node::Type(syn::Type::Reference(r)) = node
                    && let Some(outer) = &r.lifetime
                    && *outer != own
                    && outer.ident != "_"
                    && walk::any(&*r.elem, is_own)
                {
                    param.bounds.push(outer.clone());
                }
                Go::In
            });
        }
    }
}

/// `impl Trait`, or a reference to that.
pub fn is_hidden(ty: &syn::Type) -> bool {
    walk::any(ty, |node| {
        matches!(node, Node::Type(syn::Type::ImplTrait(_)))
    })
}

/// `dyn Trait`, without a lifetime.
fn object(
    ty: &syn::Type,
) -> Option<&syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>> {
    match ty {
        syn::Type::Paren(paren) => object(&paren.elem),
        syn::Type::Group(group) => object(&group.elem),
        syn::Type::TraitObject(object) => {
            let lives =
                |bound: &syn::TypeParamBound| matches!(bound, syn::TypeParamBound::Lifetime(_));
            (!object.bounds.iter().any(lives)).then_some(&object.bounds)
        }
        _ => None,
    }
}

/// Gives a name to lifetimes that are not written, and says whether there were any.
fn name_lifetimes(ty: &mut syn::Type) -> bool {
    let is_function = |path: &syn::Path| {
        let mut arguments = path.segments.iter().map(|s| &s.arguments);
        arguments.any(|a| matches!(a, syn::PathArguments::Parenthesized(_)))
    };
    let mut named = false;
    walk::change(ty, &mut |node| match node {
        NodeMut::Type(syn::Type::Reference(r)) if r.lifetime.is_none() => {
            r.lifetime = Some(syn::parse_quote!('__autodiff));
            if let syn::Type::ImplTrait(hidden) = &*r.elem {
                let bounds = &hidden.bounds;
                *r.elem = syn::parse_quote!((impl #bounds + '__autodiff));
            }
            // What is lent exclusively is lent for as long as the call only; what is in it lives longer.
            if let (true, Some(bounds)) = (r.mutability.is_some(), object(&r.elem)) {
                *r.elem = syn::parse_quote!((dyn #bounds + '__autodiff_object));
            }
            named = true;
            Go::In
        }
        NodeMut::Lifetime(lifetime) if lifetime.ident == "_" => {
            *lifetime = syn::parse_quote!('__autodiff);
            named = true;
            Go::Past
        }
        // Theirs are their own.
        NodeMut::Type(syn::Type::FnPtr(_)) => Go::Past,
        NodeMut::Path(path) if is_function(path) => Go::Past,
        _ => Go::In,
    });
    named
}

fn used_tapes(region: &crate::ir::Region) -> Vec<crate::ir::Tape> {
    let mut tapes = Vec::new();
    region.visit(&mut |stmt| {
        if let crate::ir::Op::TapePush { tape, .. }
        | crate::ir::Op::Room { tape, .. }
        | crate::ir::Op::Snapshot { tape, .. } = &stmt.op
        {
            tapes.push(*tape);
        }
    });
    tapes
}

/// Takes bounds off the function's own number that are those of `num_traits`, which numbers of ours do not have, or follow from
/// `Real`.
fn unbound(own: &Ident, generics: &mut syn::Generics) {
    const IMPLIED: [&str; 41] = [
        "Float",
        "Num",
        "Signed",
        "FromPrimitive",
        "ToPrimitive",
        "NumCast",
        "FloatConst",
        "Zero",
        "One",
        "NumOps",
        "NumRef",
        "NumAssign",
        "NumAssignOps",
        "NumAssignRef",
        "Bounded",
        "FloatCore",
        "Copy",
        "Clone",
        "Debug",
        "Display",
        "Default",
        "PartialEq",
        "PartialOrd",
        "Neg",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Rem",
        "AddAssign",
        "SubAssign",
        "MulAssign",
        "DivAssign",
        "RemAssign",
        "Sum",
        "Product",
        "Send",
        "Sync",
        "Sized",
        "Unpin",
        "Inv",
    ];
    let implied = |bound: &syn::TypeParamBound| match bound {
        syn::TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|s| {
            let arguments = s.arguments.to_token_stream().to_string();
            let of_itself = arguments
                .split(|c: char| !(c.is_alphanumeric() || c == '_' || c == '\''))
                .filter(|word| !word.is_empty() && !word.starts_with('\''))
                .all(|word| *own == word || word == "Output");
            of_itself && IMPLIED.iter().any(|name| s.ident == name)
        }),
        _ => false,
    };
    let keep = |bounds: &mut syn::punctuated::Punctuated<syn::TypeParamBound, syn::Token![+]>| {
        let kept = std::mem::take(bounds).into_iter().filter(|b| !implied(b));
        *bounds = kept.collect();
    };
    for param in generics.type_params_mut().filter(|p| p.ident == *own) {
        keep(&mut param.bounds);
    }
    if let Some(clause) = &mut generics.where_clause {
        let predicates = std::mem::take(&mut clause.predicates);
        clause.predicates = predicates
            .into_iter()
            .filter_map(|mut predicate| {
                if let syn::WherePredicate::Type(p) = &mut predicate
                    && matches!(&p.bounded_ty, syn::Type::Path(path) if path.path.is_ident(own))
                {
                    keep(&mut p.bounds);
                    if p.bounds.is_empty() {
                        return None;
                    }
                }
                Some(predicate)
            })
            .collect();
    }
}

/// The traits of `num_traits` are not enough: the number must be one of ours, too.
pub fn bound_foreign(source: &Source, rt: &TokenStream, generics: &mut syn::Generics) {
    if let (true, Scalar::Own(own)) = (source.foreign, &source.scalar) {
        generics
            .make_where_clause()
            .predicates
            .push(syn::parse_quote!(#own: #rt::Real));
    }
}

/// The pieces of how a parameter is taken.
struct Taken {
    param: TokenStream,
    given: TokenStream,
    pulled: TokenStream,
    split: TokenStream,
    again: TokenStream,
    adjoint: TokenStream,
    after: TokenStream,
}
