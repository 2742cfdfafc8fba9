//! The companions of a function whose derivative the user has given.
//!
//! In: a rule, `fn(args…, value, cotangent) -> gradient`, of a method with `self` in front. Out: the same companions as of any other function, with the rule
//! as the reverse sweep. Other numbers reach the function through `Real::__extend`, which needs its value and gradient; of a
//! result of several numbers each goes that way.

use super::companions::{hidden, runtime};
use super::machinery::{Machinery, Told, Twice};
use super::public::{Bodies, Known, public};
use super::{names, signature};
use crate::ast::{Home, Param, Passing, Shape, Source};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote};

/// All companions of a function with a rule.
pub fn with_rule(source: &Source, rule: &syn::Path, generic: bool) -> TokenStream {
    let machinery = Machinery {
        source,
        rt: runtime(source),
    };
    let cx = Ruled {
        source,
        machinery: &machinery,
        rule,
        generic,
    };
    let value = if source.has_scalar_output() {
        cx.value()
    } else {
        cx.value_of_several()
    };
    let lanes = source.options.lanes.is_some();
    let in_lanes = machinery.lanes(lanes.then_some(&[]), &[]);
    // What is done once for several points at once may also be done twice; of any other code nobody knows.
    let none = crate::analyze::Callees::default();
    let repeatable = machinery.repeatable(lanes.then_some(&none), &[]);
    let functions = vec![
        cx.typed(),
        value,
        cx.sweep(),
        cx.sweeps(),
        machinery.calls(),
        in_lanes,
        repeatable,
    ];
    let hidden = hidden(source, functions);
    let known = Known {
        lanes,
        ..Known::default()
    };
    let public = public(source, &Bodies::Real, known);
    quote!(#hidden #public)
}

struct Ruled<'a> {
    source: &'a Source,
    machinery: &'a Machinery<'a>,
    rule: &'a syn::Path,
    generic: bool,
}

impl Ruled<'_> {
    /// The user's function.
    fn function(&self) -> TokenStream {
        let ident = &self.source.item.sig.ident;
        match (&self.source.receiver, self.source.home) {
            (Some(_), _) => quote!(self.#ident),
            (None, Home::Module) => quote!(#ident),
            (None, Home::Impl | Home::TraitImpl) => quote!(Self::#ident),
        }
    }

    fn float(&self) -> TokenStream {
        match self.source.scalar.float() {
            Some("f32") => quote!(::core::primitive::f32),
            _ => quote!(::core::primitive::f64),
        }
    }

    fn name(param: &Param) -> Ident {
        names::ours(&format!("in_{}", param.ident))
    }

    fn params(&self) -> Vec<TokenStream> {
        self.source
            .params
            .iter()
            .map(|p| {
                let (name, ty) = (Self::name(p), &p.ty);
                let inner = self.machinery.inner(p);
                match (p.active, p.is_number()) {
                    (false, _) => quote!(#name: #ty),
                    (true, true) => quote!(#name: #inner),
                    (true, false) => quote!(#name: &#inner),
                }
            })
            .collect()
    }

    /// The inputs one after the other, taken out of `list` again: an expression for each parameter.
    fn unpacked(&self, list: &TokenStream) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let mut lets = vec![quote!(let mut at = 0usize;)];
        let mut exprs = Vec::new();
        for p in &self.source.params {
            let name = Self::name(p);
            if !p.active {
                exprs.push(match p.passing {
                    Passing::Value => quote!(::core::clone::Clone::clone(&#name)),
                    Passing::Shared | Passing::Exclusive => quote!(#name),
                });
                continue;
            }
            let part = names::ours(&format!("part_{}", p.ident));
            if p.is_number() {
                lets.push(quote!(let #part = #list[at]; at += 1;));
            } else {
                lets.push(quote!(let #part = &#list[at..at + #name.len()]; at += #name.len();));
            }
            exprs.push(quote!(#part));
        }
        (lets, exprs)
    }

    /// A part of the list as the user's function and rule take the parameter.
    fn as_written(&self, p: &Param, part: &TokenStream) -> TokenStream {
        match (p.active, &p.shape, p.passing) {
            (false, _, _) => part.clone(),
            (true, Shape::Float, Passing::Value) => part.clone(),
            (true, Shape::Float, _) => quote!(&#part),
            (true, Shape::Array(..), Passing::Value) => {
                quote!(*<&[_; _]>::try_from(&#part[..]).unwrap())
            }
            (true, Shape::Array(..), _) => quote!(<&[_; _]>::try_from(&#part[..]).unwrap()),
            (true, Shape::Vec(_), Passing::Value) => quote!(#part.to_vec()),
            (true, Shape::Vec(_), _) => quote!(&#part.to_vec()),
            (true, _, _) => quote!(&#part[..]),
        }
    }

    /// All inputs are single numbers: nothing needs a list.
    fn is_scalar(&self) -> bool {
        let mut inputs = self.source.params.iter().filter(|p| p.active);
        inputs.all(Param::is_number)
    }

    /// The rule at numbers of the type `number`: a list of partials, in order. `parts` are lists or numbers.
    fn gradient(
        &self,
        parts: &[TokenStream],
        value: &TokenStream,
        cotangent: &TokenStream,
        number: &TokenStream,
    ) -> TokenStream {
        let rt = &self.machinery.rt;
        let (call, gradients) = self.call(parts, value, cotangent, number);
        quote!({
            #call
            let mut list: #rt::Vec<#number> = #rt::Vec::new();
            #(#rt::Entries::each(&#gradients, &mut |partial| list.push(#rt::cast_exactly(partial)));)*
            list
        })
    }

    /// The call of the rule, and the names of the gradients it gives.
    fn call(
        &self,
        parts: &[TokenStream],
        value: &TokenStream,
        cotangent: &TokenStream,
        number: &TokenStream,
    ) -> (TokenStream, Vec<Ident>) {
        let rt = &self.machinery.rt;
        let rule = match self.signature() {
            Some(_) => self.machinery.beside("RULE"),
            None => self.rule.to_token_stream(),
        };
        let float = self.float();
        let mut lets = Vec::new();
        let mut args = Vec::new();
        args.extend(self.source.receiver.as_ref().map(|r| match r.kind {
            syn::ReceiverKind::Value => quote!(::core::clone::Clone::clone(&self)),
            _ => quote!(self),
        }));
        for (p, part) in self.source.params.iter().zip(parts) {
            if self.generic || !p.active {
                args.push(self.as_written(p, part));
                continue;
            }
            // The rule is written for the float alone: the inner number must be one.
            let name = names::ours(&format!("float_{}", p.ident));
            lets.push(if p.is_number() {
                quote!(let #name = #rt::Primal::<#float>::primal(&#part);)
            } else {
                quote!(let #name = #rt::Primal::<#float>::primal(&#part[..]);)
            });
            args.push(self.as_written(p, &name.to_token_stream()));
        }
        let (value, cotangent, check) = if self.generic {
            (
                quote!(::core::clone::Clone::clone(&#value)),
                quote!(::core::clone::Clone::clone(&#cotangent)),
                TokenStream::new(),
            )
        } else {
            let message = format!(
                "the rule `{}` is written for one float type: make it generic over `T: autodiff::Real` for higher orders",
                rule.to_token_stream()
            );
            (
                quote!(#rt::Primal::<#float>::primal(&#value)),
                quote!(#rt::Primal::<#float>::primal(&#cotangent)),
                quote!(const { ::core::assert!(<#number as #rt::Real>::__DEPTH == 0, #message) };),
            )
        };
        let inputs: Vec<&Param> = self.source.params.iter().filter(|p| p.active).collect();
        let names_: Vec<_> = (0..inputs.len())
            .map(|k| format_ident!("g{k}", span = Span::mixed_site()))
            .collect();
        let pattern = match names_.as_slice() {
            [one] => quote!(#one),
            many => quote!((#(#many),*)),
        };
        let call = quote! {
            #check
            #(#lets)*
            let #pattern = #rule(#(#args,)* #value, #cotangent);
        };
        (call, names_)
    }

    /// The inputs one after the other.
    fn packed(&self) -> TokenStream {
        let rt = &self.machinery.rt;
        let number = names::scalar();
        if self.is_scalar() {
            let inputs = self.source.params.iter().filter(|p| p.active);
            let names = inputs.map(Self::name);
            return quote!(let inputs = [#(#names),*];);
        }
        let pushes = self.source.params.iter().filter(|p| p.active).map(|p| {
            let name = Self::name(p);
            let value = if p.is_number() {
                quote!(&#name)
            } else {
                quote!(#name)
            };
            quote!(#rt::Entries::each(#value, &mut |x: #number| inputs.push(x));)
        });
        quote!(let mut inputs: #rt::Vec<#number> = #rt::Vec::new(); #(#pushes)*)
    }

    /// The user's function at a list `point` of `f64`s.
    fn at_floats(&self) -> TokenStream {
        let rt = &self.machinery.rt;
        let float = self.float();
        let (lets, parts) = self.unpacked(&quote!(point));
        let floats = self.source.params.iter().zip(&parts).map(|(p, part)| {
            match (p.active, p.is_number()) {
                (false, _) => part.clone(),
                (true, true) => {
                    let part = quote!((#part as #float));
                    self.as_written(p, &part)
                }
                (true, false) => {
                    let part =
                        quote!(#part.iter().map(|x| *x as #float).collect::<#rt::Vec<#float>>());
                    self.as_written(p, &part)
                }
            }
        });
        let function = self.function();
        quote!(#(#lets)* #function(#(#floats),*))
    }

    /// The primal at a list `point` of other numbers.
    fn at_numbers(&self) -> TokenStream {
        let call = self.machinery.beside("value");
        let (lets, parts) = self.unpacked(&quote!(point));
        let arrays =
            self.source
                .params
                .iter()
                .zip(&parts)
                .map(|(p, part)| match (p.active, &p.shape) {
                    (true, Shape::Array(..)) => quote!(<&[_; _]>::try_from(&#part[..]).unwrap()),
                    _ => part.clone(),
                });
        quote!(#(#lets)* #call(#(#arrays),*))
    }

    fn value(&self) -> TokenStream {
        let rt = &self.machinery.rt;
        let number = names::scalar();
        let inner = quote!(<#number as #rt::Real>::__Inner);
        let (lets, parts) = self.unpacked(&quote!(point));
        let gradient = self.gradient(
            &parts,
            &quote!(value),
            &quote!(<#inner as #rt::Real>::one()),
            &inner,
        );
        let (packed, at_floats, at_numbers) = (self.packed(), self.at_floats(), self.at_numbers());
        let in_lanes = self.in_lanes();
        self.define_value(&quote! {
            #in_lanes
            #packed
            <#number as #rt::Real>::__extend(
                &inputs,
                &|point: &[#rt::f64]| { #at_floats as #rt::f64 },
                &|point: &[#inner]| { #at_numbers },
                &|point: &[#inner], value: #inner| { #(#lets)* #gradient },
            )
        })
    }

    /// Of a number of several points the function of its own for such.
    fn in_lanes(&self) -> Option<TokenStream> {
        let rt = &self.machinery.rt;
        let path = self.source.options.lanes.as_ref()?;
        let inputs = self.source.params.iter().map(Self::name);
        Some(quote! {
            if let ::core::option::Option::Some(value) = #rt::batch::in_lanes(#(#inputs),*, #path) {
                return value;
            }
        })
    }

    /// Component by component: the gradient of one is the rule at a unit cotangent.
    fn value_of_several(&self) -> TokenStream {
        let rt = &self.machinery.rt;
        let (number, float) = (names::scalar(), self.float());
        let inner = quote!(<#number as #rt::Real>::__Inner);
        let (lets, parts) = self.unpacked(&quote!(point));
        let gradient = self.gradient(&parts, &quote!(value), &quote!(cotangent), &inner);
        let (packed, at_floats, at_numbers) = (self.packed(), self.at_floats(), self.at_numbers());
        self.define_value(&quote! {
            #packed
            let floats: #rt::Vec<#rt::f64> = inputs.iter().map(|x| #rt::Real::value(*x)).collect();
            let at_floats = |point: &[#rt::f64]| { #at_floats };
            let primal = at_floats(&floats);
            if <#number as #rt::Real>::__DEPTH == 0 {
                return #rt::Structure::map(&primal, &mut |x: #float| #rt::cast_exactly::<#float, #number>(x));
            }
            const { ::core::assert!(!<#number as #rt::Real>::__SERIES, "Taylor series do not pass through a rule for several results") };
            let at_numbers = |point: &[#inner]| { #at_numbers };
            let mut components = #rt::Vec::new();
            for k in 0..#rt::Entries::<#float>::count(&primal) {
                components.push(<#number as #rt::Real>::__extend(
                    &inputs,
                    &|point: &[#rt::f64]| #rt::component::<#float, _>(&at_floats(point), k) as #rt::f64,
                    &|point: &[#inner]| #rt::component::<#inner, _>(&at_numbers(point), k),
                    &|point: &[#inner], _| {
                        let value = at_numbers(point);
                        let cotangent = #rt::unit::<#inner, _>(&value, k);
                        #(#lets)*
                        #gradient
                    },
                ));
            }
            let mut components = components.into_iter();
            #rt::Structure::map(&primal, &mut |_: #float| #rt::handed(components.next()))
        })
    }

    fn define_value(&self, body: &TokenStream) -> TokenStream {
        let (generics, clause) = self.machinery.generics();
        let (receiver, vis) = self.machinery.receiver();
        let name = self.machinery.defined("value");
        let (params, output) = (self.params(), self.machinery.lifted_output());
        quote! {
            #[inline]
            #vis fn #name #generics (#receiver #(#params),*) -> #output #clause {
                #body
            }
        }
    }

    fn sweeps(&self) -> TokenStream {
        let (mut passed, mut given, mut adjoints) = (Vec::new(), Vec::new(), Vec::new());
        for (p, declared) in self.source.params.iter().zip(self.params()) {
            passed.push(declared);
            given.push(Self::name(p));
            if p.active {
                let inner = self.machinery.inner(p);
                let adjoint = names::ours(&format!("adj_{}", p.ident));
                passed.push(quote!(#adjoint: ::core::option::Option<&mut #inner>));
                given.push(adjoint.clone());
                adjoints.push(adjoint);
            }
        }
        let twice = self
            .machinery
            .may_be_passed_twice(|_| false)
            .then(|| Twice {
                adjoints,
                outputs: Vec::new(),
            });
        self.machinery
            .sweeps_of(&passed, &given, twice.as_ref(), &Told::Nothing)
    }

    fn sweep(&self) -> TokenStream {
        let rt = &self.machinery.rt;
        let (generics, clause) = self.machinery.generics();
        let (receiver, vis) = self.machinery.receiver();
        let (name, value) = (
            self.machinery.defined("sweep"),
            self.machinery.beside("value"),
        );
        let output = self.machinery.lifted_output();
        let number = names::scalar();
        let (phase, stack, seed) = (
            names::ours("phase"),
            names::ours("stack"),
            names::ours("seed"),
        );
        let mut params = Vec::new();
        let mut args = Vec::new();
        let mut adds = Vec::new();
        let mut poisons = Vec::new();
        for (p, declared) in self.source.params.iter().zip(self.params()) {
            let name = Self::name(p);
            params.push(declared);
            args.push(match (p.active, p.passing) {
                (false, Passing::Value) => quote!(::core::clone::Clone::clone(&#name)),
                _ => quote!(#name),
            });
            if p.active {
                let (adjoint, inner) = (
                    names::ours(&format!("adj_{}", p.ident)),
                    self.machinery.inner(p),
                );
                params.push(quote!(#adjoint: ::core::option::Option<&mut #inner>));
                poisons.push(quote! {
                    #rt::Entries::set(#rt::handed(#adjoint), &mut || #number::from_f64(#rt::f64::NAN));
                });
                adds.push(quote!({
                    let adjoint = #rt::handed(#adjoint);
                    let mut sums = #rt::Vec::new();
                    #rt::Entries::each(&*adjoint, &mut |sum: #number| sums.push(sum));
                    let mut sums = sums.into_iter();
                    #rt::Entries::set(&mut *adjoint, &mut || #rt::handed(sums.next()) + #rt::handed(partials.next()));
                }));
            }
        }
        let parts: Vec<_> = self
            .source
            .params
            .iter()
            .map(|p| Self::name(p).to_token_stream())
            .collect();
        let (given, cotangent) = (quote!(value), quote!(*cotangent));
        let tokens = number.to_token_stream();
        let adjoints: Vec<_> = self
            .source
            .params
            .iter()
            .filter(|p| p.active)
            .map(|p| names::ours(&format!("adj_{}", p.ident)))
            .collect();
        let pull = if self.is_scalar() {
            let (call, gradients) = self.call(&parts, &given, &cotangent, &tokens);
            quote! {
                #call
                #(*#rt::handed(#adjoints) += #rt::Real::__only_row(#rt::cast_exactly::<_, #number>(#gradients), row);)*
            }
        } else {
            let gradient = self.gradient(&parts, &given, &cotangent, &tokens);
            quote! {
                let mut partials = #gradient.into_iter().map(|partial: #number| #rt::Real::__only_row(partial, row));
                #(#adds)*
            }
        };
        quote! {
            #[inline]
            #vis fn #name #generics (
                #receiver
                #phase: impl #rt::Phase,
                #stack: &mut #rt::Stack<'_, impl #rt::Guards>,
                #(#params,)*
                #seed: ::core::option::Option<#output>,
            ) -> ::core::option::Option<#output> #clause {
                let kept = #rt::Tag::new();
                let mut outcome = ::core::option::Option::None;
                let value: #output = if #phase.forward() {
                    let value = #value(#(#args),*);
                    let result = ::core::option::Option::Some(::core::clone::Clone::clone(&value));
                    if !#phase.backward() {
                        #stack.push(kept, value);
                        return result;
                    }
                    outcome = result;
                    value
                } else {
                    #stack.pop(kept)
                };
                let cotangent: #output = match #seed {
                    ::core::option::Option::Some(seed) => seed,
                    ::core::option::Option::None => {
                        #rt::Structure::map(&value, &mut |_: #number| <#number as #rt::Real>::zero())
                    }
                };
                #(let mut #adjoints = #adjoints;)*
                // Where there are several rows, one at a time: what the rule makes of a cotangent nobody knows.
                for row in 0..<#number as #rt::Real>::__ROWS {
                    let alone: #output;
                    let cotangent = if <#number as #rt::Real>::__ROWS == 1 {
                        &cotangent
                    } else {
                        alone = #rt::Structure::map(&cotangent, &mut |c: #number| #rt::Real::__row(c, row));
                        &alone
                    };
                    #(let #adjoints = ::core::option::Option::as_deref_mut(&mut #adjoints);)*
                    // What is exactly zero contributes exactly zero.
                    let (mut nothing, mut nan) = (true, false);
                    #rt::Entries::each(cotangent, &mut |c: #number| {
                        nothing &= #rt::Real::__is_nothing(&c);
                        nan |= #rt::is_poison(#stack.guards(), &c);
                    });
                    if nan {
                        // There will be another sweep: what the rule would make of it nobody knows.
                        #(#poisons)*
                    } else if !nothing {
                        #pull
                    }
                }
                outcome
            }
        }
    }

    /// The rule under the type that is expected of it: a mismatch is one error, at its name.
    fn typed(&self) -> TokenStream {
        let (name, rule) = (self.machinery.defined("RULE"), self.rule);
        match self.signature() {
            Some(signature) => quote!(const #name: #signature = #rule;),
            None => TokenStream::new(),
        }
    }

    /// What is expected of a rule that is not generic.
    fn signature(&self) -> Option<TokenStream> {
        let generic = !self.source.item.sig.generics.params.is_empty();
        let hidden = |p: &Param| p.ty.to_token_stream().to_string().contains("impl ");
        if self.generic
            || generic
            || self.source.home != Home::Module
            || self.source.params.iter().any(hidden)
        {
            return None;
        }
        let tys: Vec<_> = self.source.params.iter().map(|p| &p.ty).collect();
        let output = signature::output(self.source);
        let gradients: Vec<_> = self
            .source
            .params
            .iter()
            .filter(|p| p.active)
            .map(|p| signature::gradient(&self.machinery.rt, &p.ty))
            .collect();
        let gradient = match gradients.as_slice() {
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        };
        Some(quote!(fn(#(#tys,)* #output, #output) -> #gradient))
    }
}
