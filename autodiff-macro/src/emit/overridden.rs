//! What a trait's annotated method computes, compared with the method of the type it is called on: that may be another one.

use super::machinery::{Machinery, is_copied, is_hidden};
use super::names;
use crate::analyze;
use crate::ast::{Param, Passing, Scalar, Shape};
use crate::ir::{Function, Value};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// What stands in front of the body, and after it, where `result` is what it returns.
#[derive(Default)]
pub struct Compared {
    pub before: TokenStream,
    pub after: TokenStream,
}

/// How the method is given a parameter once more.
struct Again {
    /// In front of the body.
    kept: TokenStream,
    /// In front of the call.
    made: TokenStream,
    given: TokenStream,
}

impl Again {
    fn given(given: impl ToTokens) -> Again {
        Again {
            kept: TokenStream::new(),
            made: TokenStream::new(),
            given: given.to_token_stream(),
        }
    }
}

impl Machinery<'_> {
    /// ```text
    /// let new = is_new(Self::f); let kept = if new { copies of what the body moves or changes };
    /// …the body…
    /// if new { compare(its floats, || the floats of Self::f(..)) }
    /// ```
    ///
    /// Nothing where no type can have another method, or where a second call would be noticed.
    pub fn compared(&self, function: &Function, params: &[Value]) -> Option<Compared> {
        let (rt, source) = (&self.rt, self.source);
        let of_trait = source.of_trait.as_ref()?;
        if analyze::has_effects(function) || source.params.iter().any(|p| p.view.is_some()) {
            return None;
        }
        let own = match source.receiver.as_ref().map(|r| &r.kind) {
            None => None,
            Some(syn::ReceiverKind::Reference(_, _, None)) => Some(Again::given(quote!(self))),
            Some(syn::ReceiverKind::Value) if self.lends_self() => {
                Some(self.copied(&names::ours("own"), &quote!(*self)))
            }
            Some(syn::ReceiverKind::Value) => Some(self.copied(&names::ours("own"), &quote!(self))),
            Some(_) => return None,
        };
        let mut again: Vec<Again> = own.into_iter().collect();
        let mut outputs = Vec::new();
        for (param, value) in source.params.iter().zip(params) {
            again.push(self.again(param, *value)?);
            if param.is_output() {
                outputs.push(*value);
            }
        }
        let sig = &source.item.sig;
        let arguments = sig.generics.params.iter().filter_map(|p| match p {
            syn::GenericParam::Lifetime(_) => None,
            syn::GenericParam::Type(t) => Some(&t.ident),
            syn::GenericParam::Const(c) => Some(&c.ident),
        });
        let ident = &sig.ident;
        let method = quote!(Self::#ident::<#(#arguments),*>);
        let (number, float) = self.numbers();
        let (new, result, found) = (
            names::ours("new"),
            names::ours("result"),
            names::ours("found"),
        );
        let held = |number: &TokenStream, of: TokenStream| quote!(#rt::overridden::held::<_, #number>(#of).__autodiff_floats()?);
        let returned = |number| {
            source
                .output
                .as_ref()
                .map(|_| held(number, quote!(&#result)))
        };
        let here = outputs.iter().map(|v| {
            let name = names::value(*v);
            held(&number, quote!(&*#name))
        });
        let here = returned(&number).into_iter().chain(here);
        let there = outputs.iter().map(|v| {
            let name = again_name(*v);
            held(&float, quote!(&#name))
        });
        let there = returned(&float).into_iter().chain(there);
        let (kept, made, given) = (
            again.iter().map(|a| &a.kept),
            again.iter().map(|a| &a.made),
            again.iter().map(|a| &a.given),
        );
        let name = format!("{of_trait}::{ident}");
        Some(Compared {
            before: quote! {
                use #rt::overridden::Unknown as _;
                let #new = #rt::overridden::is_new(#method as *const ());
                #(#kept)*
            },
            after: quote! {
                if #new {
                    let #found = (|| ::core::option::Option::Some([#(#here),*].concat()))();
                    #rt::overridden::compare::<#float>(#method as *const (), #name, ::core::any::type_name::<Self>(), #found, || {
                        #(#made)*
                        let #result = #method(#(#given),*);
                        ::core::option::Option::Some([#(#there),*].concat())
                    });
                }
            },
        })
    }

    /// The number of the emitted code, and the function's own.
    fn numbers(&self) -> (TokenStream, TokenStream) {
        let rt = &self.rt;
        match &self.source.scalar {
            Scalar::Generic(float) => (names::scalar().into_token_stream(), quote!(#rt::#float)),
            Scalar::Own(own) => (quote!(#own), quote!(#own)),
            Scalar::Concrete(float) => (quote!(#rt::#float), quote!(#rt::#float)),
            Scalar::Mixed => (quote!(#rt::f64), quote!(#rt::f64)),
        }
    }

    fn again(&self, param: &Param, value: Value) -> Option<Again> {
        let rt = &self.rt;
        let name = names::value(value);
        if !param.active {
            return match (&param.ty, param.passing) {
                (_, Passing::Exclusive) => None,
                // Of a function that takes such a type there is no address.
                (ty, _) if is_hidden(ty) => None,
                (ty, _) if is_copied(ty) => Some(Again::given(name)),
                (_, Passing::Shared) => Some(Again::given(name)),
                (_, Passing::Value) => Some(self.copied(&again_name(value), &name)),
            };
        }
        let (number, float) = self.numbers();
        let generic = matches!(self.source.scalar, Scalar::Generic(_));
        let at_floats = |of: TokenStream| quote!(#rt::Structure::<#number>::map::<#float>(#of, &mut #rt::overridden::float::<#number, #float>));
        if param.passing == Passing::Exclusive {
            let again = again_name(value);
            let (kept, new) = (kept_name(&again), names::ours("new"));
            let copy = if generic {
                let floats = at_floats(quote!(&*#name));
                quote!(::core::option::Option::Some(#floats))
            } else {
                quote!(#rt::overridden::held::<_, ()>(&*#name).__autodiff_copy())
            };
            return Some(Again {
                kept: quote!(let #kept = if #new { #copy } else { ::core::option::Option::None };),
                made: quote!(let mut #again = #rt::overridden::held::<_, ()>(#kept.as_ref()?).__autodiff_copy()?;),
                given: quote!(&mut #again),
            });
        }
        let by_value = match (generic, param.is_number()) {
            (true, true) => quote!(#rt::overridden::float::<#number, #float>(#name)),
            (true, false) => at_floats(quote!(#name)),
            (false, true) => quote!(#name),
            (false, false) => quote!(#rt::overridden::held::<_, ()>(#name).__autodiff_copy()?),
        };
        let grown = matches!(param.shape, Shape::Vec(_));
        Some(Again::given(match param.passing {
            Passing::Shared if !generic && !param.is_number() && !grown => quote!(#name),
            Passing::Shared => quote!(&#by_value),
            Passing::Value | Passing::Exclusive => by_value,
        }))
    }

    /// What the body moves is copied before.
    fn copied(&self, again: &Ident, value: &impl ToTokens) -> Again {
        let rt = &self.rt;
        let (kept, new) = (kept_name(again), names::ours("new"));
        Again {
            kept: quote! {
                let #kept = if #new {
                    #rt::overridden::held::<_, ()>(&#value).__autodiff_copy()
                } else {
                    ::core::option::Option::None
                };
            },
            made: quote!(let #again = #rt::overridden::held::<_, ()>(#kept.as_ref()?).__autodiff_copy()?;),
            given: again.to_token_stream(),
        }
    }
}

fn again_name(value: Value) -> Ident {
    names::ours(&format!("{}_again", value.0))
}

fn kept_name(again: &Ident) -> Ident {
    quote::format_ident!("{again}_kept")
}
