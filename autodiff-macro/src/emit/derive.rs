//! `#[derive(Differentiable)]`: a struct as a structure of floats.

use crate::errors::Problem;
use proc_macro2::TokenStream;
use quote::quote;

/// The implementations for a struct.
pub fn derive(input: &syn::DeriveInput) -> TokenStream {
    let syn::DeriveInput {
        attrs,
        vis: _,
        ident,
        generics,
        data,
    } = input;
    let fields = match data {
        syn::Data::Struct(data) => &data.fields,
        syn::Data::Enum(data) => return Problem::DeriveOnEnum.at(data.enum_token),
        syn::Data::Union(data) => return Problem::DeriveOnEnum.at(data.union_token),
    };
    let krate = facade(attrs);
    let rt = quote!(#krate::__private);
    let (mut taking, mut skipped, mut tys) = (Vec::new(), Vec::new(), Vec::new());
    for (k, field) in fields.iter().enumerate() {
        let member = match &field.ident {
            Some(name) => syn::Member::Named(name.clone()),
            None => syn::Member::Unnamed(syn::Index::from(k)),
        };
        if skips(field) {
            skipped.push(member);
        } else {
            taking.push(member);
            tys.push(&field.ty);
        }
    }
    let all_tys = fields.iter().map(|f| &f.ty);
    let members = taking.iter().chain(&skipped);
    let (impl_generics, ty_generics, clause) = generics.split_for_impl();
    let bound = |bounds: TokenStream| match clause {
        Some(clause) if clause.predicates.trailing_punct() || clause.predicates.is_empty() => {
            quote!(#clause #bounds)
        }
        Some(clause) => quote!(#clause, #bounds),
        None => quote!(where #bounds),
    };
    let undefined = bound(quote!(#(for<'__autodiff> #all_tys: #rt::Undefined),*));
    let mut lifted = generics.clone();
    lifted.params.push(syn::parse_quote!(__AutodiffNumber));
    let (lifted_generics, _, _) = lifted.split_for_impl();
    quote! {
        #[allow(warnings, clippy::all)]
        const _: () = {
            impl #impl_generics #rt::Space for #ident #ty_generics #clause {
                type Owned = Self;
                #[inline]
                fn zero_like(&self) -> Self {
                    use #rt::fields::{ZeroOfAny as _, ZeroOfSpace as _};
                    Self {
                        #(#taking: (&#rt::fields::Field(&self.#taking)).zero(),)*
                        #(#skipped: ::core::clone::Clone::clone(&self.#skipped),)*
                    }
                }
                #[inline]
                fn accumulate(&mut self, other: &Self) {
                    use #rt::fields::{AccumulateAny as _, AccumulateSpace as _};
                    #((&mut #rt::fields::Pair(&mut self.#taking, &other.#taking)).accumulate();)*
                }
                #[inline]
                fn clear(&mut self) {
                    use #rt::fields::{ClearAny as _, ClearSpace as _};
                    #((&mut #rt::fields::FieldMut(&mut self.#taking)).clear();)*
                }
                #[inline]
                fn mismatch(&self, other: &Self) -> ::core::option::Option<(usize, usize)> {
                    use #rt::fields::{MismatchAny as _, MismatchSpace as _};
                    ::core::option::Option::None
                        #(.or_else(|| (&#rt::fields::Both(&self.#taking, &other.#taking)).mismatch()))*
                }
            }
            impl #impl_generics #rt::HoldsFloats for #ident #ty_generics #clause {}
            impl #impl_generics #rt::Undefined for #ident #ty_generics #undefined {
                #[inline]
                fn undefined() -> Self {
                    Self { #(#members: #rt::Undefined::undefined(),)* }
                }
            }
            // In code over any number it stays what it is: it is written for its own floats.
            impl #lifted_generics #rt::LiftTo<__AutodiffNumber> for #ident #ty_generics #clause {
                type Output = Self;
                #[inline]
                fn lift_to(self) -> Self {
                    self
                }
            }
            impl #impl_generics #krate::Differentiable for #ident #ty_generics #clause {
                fn visit(&self, f: &mut dyn ::core::ops::FnMut(#rt::f64)) {
                    use #rt::fields::{VisitAny as _, VisitSpace as _};
                    #((&#rt::fields::Field(&self.#taking)).visit(f);)*
                }
                fn visit_mut(&mut self, f: &mut dyn ::core::ops::FnMut(&mut #rt::f64)) {
                    use #rt::fields::{VisitMutAny as _, VisitMutSpace as _};
                    #((&mut #rt::fields::FieldMut(&mut self.#taking)).visit_mut(f);)*
                }
            }
        };
    }
}

/// `#[differentiable(skip)]`
fn skips(field: &syn::Field) -> bool {
    let mut skip = false;
    for attribute in field
        .attrs
        .iter()
        .filter(|a| a.path().is_ident("differentiable"))
    {
        let _ = attribute.parse_nested_meta(|meta| {
            skip |= meta.path.is_ident("skip");
            Ok(())
        });
    }
    skip
}

/// `#[differentiable(crate = path)]`
fn facade(attrs: &[syn::Attribute]) -> syn::Path {
    let mut path: syn::Path = syn::parse_quote!(::autodiff);
    for attribute in attrs.iter().filter(|a| a.path().is_ident("differentiable")) {
        let _ = attribute.parse_nested_meta(|meta| {
            if meta.path.is_ident("crate") {
                path = meta.value()?.parse()?;
            }
            Ok(())
        });
    }
    path
}
