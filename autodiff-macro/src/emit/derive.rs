//! `#[derive(Differentiable)]`: a struct as a structure of floats.

use crate::ast::{Scalar, Shape};
use crate::errors::Problem;
use crate::parse;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// The implementations for a struct.
pub fn derive(input: &syn::DeriveInput) -> TokenStream {
    let syn::DeriveInput {
        attrs,
        vis: _,
        ident: _,
        generics: _,
        data,
    } = input;
    let fields = match data {
        syn::Data::Struct(data) => &data.fields,
        syn::Data::Enum(data) => return Problem::DeriveOnEnum.at(data.enum_token),
        syn::Data::Union(data) => return Problem::DeriveOnEnum.at(data.union_token),
    };
    let krate = facade(attrs);
    let structure = Structure {
        input,
        rt: quote!(#krate::__private),
        krate,
        fields: fields
            .iter()
            .enumerate()
            .map(|(k, field)| Field::new(k, field, &input.generics))
            .collect(),
    };
    let space = structure.space();
    let undefined = structure.undefined();
    let differentiable = structure.differentiable();
    let numbers = match structure.number() {
        Some(number) => structure.over_any_number(number),
        None => structure.over_its_floats(),
    };
    quote! {
        #[allow(warnings, clippy::all)]
        const _: () = {
            #space
            #undefined
            #differentiable
            #numbers
        };
    }
}

/// What the macro knows of a field's type.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    /// Holds no floats.
    Plain,
    /// Is made of the struct's own type parameters, and not left out.
    Generic,
    /// The traits decide.
    Other,
}

struct Field<'a> {
    member: syn::Member,
    ty: &'a syn::Type,
    role: Role,
    /// `#[differentiable(skip)]`
    skipped: bool,
}

impl<'a> Field<'a> {
    fn new(k: usize, field: &'a syn::Field, generics: &syn::Generics) -> Self {
        let member = match &field.ident {
            Some(name) => syn::Member::Named(name.clone()),
            None => syn::Member::Unnamed(syn::Index::from(k)),
        };
        let float = Scalar::Concrete(Ident::new("f64", Span::call_site()));
        let marker = matches!(&field.ty, syn::Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "PhantomData"));
        let role = if marker || !parse::shape(&field.ty, &float).holds_floats() {
            Role::Plain
        } else if !skips(field)
            && generics
                .type_params()
                .any(|p| mentions(field.ty.to_token_stream(), &p.ident))
        {
            Role::Generic
        } else {
            Role::Other
        };
        Field {
            member,
            ty: &field.ty,
            role,
            skipped: skips(field),
        }
    }

    /// Whether the type is spelled with floats of its own.
    fn has_own_floats(&self) -> bool {
        fn spelled(shape: &Shape) -> bool {
            match shape {
                Shape::Float => true,
                Shape::Array(element, _) | Shape::Slice(element) | Shape::Vec(element) => {
                    spelled(element)
                }
                Shape::Tuple(parts) => parts.iter().any(spelled),
                Shape::Plain(_) | Shape::Opaque(_) => false,
            }
        }
        let float = Scalar::Concrete(Ident::new("f64", Span::call_site()));
        spelled(&parse::shape(self.ty, &float))
    }
}

struct Structure<'a> {
    input: &'a syn::DeriveInput,
    krate: syn::Path,
    rt: TokenStream,
    fields: Vec<Field<'a>>,
}

impl Structure<'_> {
    /// For each field that may hold floats: `generic` where its type is one of the struct's own parameters, of which it is known
    /// what they are, and `other` where method resolution finds out.
    fn each(
        &self,
        generic: impl Fn(&syn::Member) -> TokenStream,
        other: impl Fn(&syn::Member) -> TokenStream,
    ) -> Vec<TokenStream> {
        self.fields
            .iter()
            .filter(|f| f.role != Role::Plain)
            .map(|f| match f.role {
                Role::Generic => generic(&f.member),
                Role::Plain | Role::Other => other(&f.member),
            })
            .collect()
    }

    /// The struct's generics; each type parameter that its fields are made of is bounded.
    fn bounded(&self, bound: &dyn Fn(&Ident) -> TokenStream) -> syn::Generics {
        let mut generics = self.input.generics.clone();
        for param in self.input.generics.type_params() {
            let used = |f: &&Field<'_>| {
                f.role != Role::Plain && mentions(f.ty.to_token_stream(), &param.ident)
            };
            if self.fields.iter().any(|f| used(&f)) {
                add(&mut generics, bound(&param.ident));
            }
        }
        generics
    }

    fn space(&self) -> TokenStream {
        let (rt, ident) = (&self.rt, &self.input.ident);
        let generics = self.bounded(&|p| quote!(#p: #rt::Space<Owned = #p>));
        let (impl_generics, ty_generics, clause) = generics.split_for_impl();
        let zeros = self.fields.iter().map(|f| {
            let member = &f.member;
            let zero = match f.role {
                Role::Plain => quote!(::core::clone::Clone::clone(&self.#member)),
                Role::Generic => quote!(#rt::Space::zero_like(&self.#member)),
                Role::Other => quote!((&#rt::fields::Field(&self.#member)).zero()),
            };
            quote!(#member: #zero)
        });
        let accumulate = self.each(
            |m| quote!(#rt::Space::accumulate(&mut self.#m, &other.#m);),
            |m| quote!((&mut #rt::fields::Pair(&mut self.#m, &other.#m)).accumulate();),
        );
        let clear = self.each(
            |m| quote!(#rt::Space::clear(&mut self.#m);),
            |m| quote!((&mut #rt::fields::FieldMut(&mut self.#m)).clear();),
        );
        let mismatch = self.each(
            |m| quote!(.or_else(|| #rt::Space::mismatch(&self.#m, &other.#m))),
            |m| quote!(.or_else(|| (&#rt::fields::Both(&self.#m, &other.#m)).mismatch())),
        );
        let leave_out = self.fields.iter().filter_map(|f| {
            let m = &f.member;
            Some(match (f.skipped, f.role) {
                (_, Role::Plain) => return None,
                (true, _) => quote!(::core::clone::Clone::clone_from(&mut self.#m, &value.#m);),
                (false, Role::Generic) => quote!(#rt::Space::leave_out(&mut self.#m, &value.#m);),
                (false, Role::Other) => {
                    quote!((&mut #rt::fields::Pair(&mut self.#m, &value.#m)).leave_out();)
                }
            })
        });
        quote! {
            impl #impl_generics #rt::Space for #ident #ty_generics #clause {
                type Owned = Self;
                #[inline]
                fn zero_like(&self) -> Self {
                    use #rt::fields::{ZeroOfAny as _, ZeroOfSpace as _};
                    Self { #(#zeros,)* }
                }
                #[inline]
                fn accumulate(&mut self, other: &Self) {
                    use #rt::fields::{AccumulateAny as _, AccumulateSpace as _};
                    #(#accumulate)*
                }
                #[inline]
                fn clear(&mut self) {
                    use #rt::fields::{ClearAny as _, ClearSpace as _};
                    #(#clear)*
                }
                #[inline]
                fn mismatch(&self, other: &Self) -> ::core::option::Option<(usize, usize)> {
                    use #rt::fields::{MismatchAny as _, MismatchSpace as _};
                    ::core::option::Option::None #(#mismatch)*
                }
                #[inline]
                fn leave_out(&mut self, value: &Self) {
                    use #rt::fields::{AccumulateAny as _, AccumulateSpace as _};
                    #(#leave_out)*
                }
            }
            impl #impl_generics #rt::HoldsFloats for #ident #ty_generics #clause {}
        }
    }

    fn undefined(&self) -> TokenStream {
        let (rt, ident) = (&self.rt, &self.input.ident);
        let mut generics = self.input.generics.clone();
        for field in &self.fields {
            let ty = field.ty;
            // With a lifetime it is no error if it does not hold.
            add(&mut generics, quote!(for<'__autodiff> #ty: #rt::Undefined));
        }
        let (impl_generics, ty_generics, clause) = generics.split_for_impl();
        let members = self.fields.iter().map(|f| &f.member);
        quote! {
            impl #impl_generics #rt::Undefined for #ident #ty_generics #clause {
                #[inline]
                fn undefined() -> Self {
                    Self { #(#members: #rt::Undefined::undefined(),)* }
                }
            }
        }
    }

    fn differentiable(&self) -> TokenStream {
        let (rt, krate, ident) = (&self.rt, &self.krate, &self.input.ident);
        let generics = self.bounded(&|p| quote!(#p: #krate::Differentiable));
        let (impl_generics, ty_generics, clause) = generics.split_for_impl();
        let taking = self
            .fields
            .iter()
            .filter(|f| f.role != Role::Plain && !f.skipped);
        let (mut visit, mut visit_mut) = (Vec::new(), Vec::new());
        for Field { member, role, .. } in taking {
            if *role == Role::Generic {
                visit.push(quote!(#krate::Differentiable::visit(&self.#member, f);));
                visit_mut.push(quote!(#krate::Differentiable::visit_mut(&mut self.#member, f);));
            } else {
                visit.push(quote!((&#rt::fields::Field(&self.#member)).visit(f);));
                visit_mut
                    .push(quote!((&mut #rt::fields::FieldMut(&mut self.#member)).visit_mut(f);));
            }
        }
        quote! {
            impl #impl_generics #krate::Differentiable for #ident #ty_generics #clause {
                fn visit(&self, f: &mut dyn ::core::ops::FnMut(#rt::f64)) {
                    use #rt::fields::{VisitAny as _, VisitSpace as _};
                    #(#visit)*
                }
                fn visit_mut(&mut self, f: &mut dyn ::core::ops::FnMut(&mut #rt::f64)) {
                    use #rt::fields::{VisitMutAny as _, VisitMutSpace as _};
                    #(#visit_mut)*
                }
            }
        }
    }

    /// The type parameter that stands for the number, if the struct can be one of any numbers: its only parameter, of which
    /// nothing is asked that not every number can do, and beside which there are no floats.
    fn number(&self) -> Option<&Ident> {
        let mut params = self.input.generics.type_params();
        let (param, None) = (params.next()?, params.next()) else {
            return None;
        };
        let any = |bound: &syn::TypeParamBound| match bound {
            syn::TypeParamBound::Trait(bound) => bound.path.segments.last().is_some_and(|s| {
                const OF_NUMBERS: [&str; 9] = [
                    "Real",
                    "Copy",
                    "Clone",
                    "Debug",
                    "Display",
                    "Default",
                    "PartialEq",
                    "PartialOrd",
                    "Send",
                ];
                OF_NUMBERS.iter().any(|name| s.ident == name)
            }),
            _ => false,
        };
        let clause = self.input.generics.where_clause.iter();
        let bounds = clause.flat_map(|w| &w.predicates).all(|p| match p {
            syn::WherePredicate::Type(p) => p.bounds.iter().all(any),
            _ => true,
        });
        let fits = |f: &Field<'_>| match f.role {
            Role::Plain => true,
            Role::Generic => true,
            Role::Other if f.skipped => !mentions(f.ty.to_token_stream(), &param.ident),
            Role::Other => !f.has_own_floats(),
        };
        let holds = self.fields.iter().any(|f| f.role == Role::Generic);
        (holds && bounds && param.bounds.iter().all(any) && self.fields.iter().all(fits))
            .then_some(&param.ident)
    }

    /// In code over any number a concrete struct stays what it is: it is written for its own floats.
    fn over_its_floats(&self) -> TokenStream {
        let (rt, ident) = (&self.rt, &self.input.ident);
        let mut lifted = self.input.generics.clone();
        lifted.params.push(syn::parse_quote!(__AutodiffNumber));
        let (lifted_generics, _, _) = lifted.split_for_impl();
        let (_, ty_generics, clause) = self.input.generics.split_for_impl();
        quote! {
            impl #lifted_generics #rt::LiftTo<__AutodiffNumber> for #ident #ty_generics #clause {
                type Output = Self;
                #[inline]
                fn lift_to(self) -> Self {
                    self
                }
            }
        }
    }

    /// The same struct of other numbers.
    fn over_any_number(&self, number: &Ident) -> TokenStream {
        let (rt, ident) = (&self.rt, &self.input.ident);
        let other = Ident::new("__AutodiffNumber", Span::mixed_site());
        let (_, ty_generics, _) = self.input.generics.split_for_impl();
        let with = renamed(ty_generics.to_token_stream(), number, &other);
        let rebuilt = |generic: &dyn Fn(&syn::Member) -> TokenStream| {
            let fields = self.fields.iter().map(|f| {
                let member = &f.member;
                let value = match f.role {
                    Role::Generic => generic(member),
                    Role::Plain | Role::Other => {
                        quote!(::core::clone::Clone::clone(&self.#member))
                    }
                };
                quote!(#member: #value)
            });
            quote!(#ident { #(#fields,)* })
        };
        // Beside the struct's own number there is another one of the same kind.
        let between = |bound: TokenStream| {
            let mut generics = self.input.generics.clone();
            let own = generics.type_params().next().map(|p| p.bounds.clone());
            generics
                .params
                .push(syn::parse_quote!(#other: #rt::Real + #own));
            if let Some(clause) = &self.input.generics.where_clause {
                for predicate in &clause.predicates {
                    add(&mut generics, renamed(quote!(#predicate), number, &other));
                }
            }
            add(&mut generics, bound);
            generics
        };
        let map = rebuilt(&|m| quote!(#rt::Structure::map(&self.#m, f)));
        let zip = rebuilt(&|m| quote!(#rt::Structure::zip(&self.#m, &other.#m, f)));
        let holding = self.fields.iter().filter(|f| f.role == Role::Generic);
        let holding: Vec<_> = holding.map(|f| &f.member).collect();
        let mut of_reals = self.input.generics.clone();
        add(&mut of_reals, quote!(#number: #rt::Real));
        let (structure_generics, _, structure_clause) = of_reals.split_for_impl();

        let lift = rebuilt(
            &|m| quote!(#rt::LiftTo::<#other>::lift_to(::core::clone::Clone::clone(&self.#m))),
        );
        let lifted = between(quote!(Self: ::core::clone::Clone));
        let mut lifted = lifted;
        add(
            &mut lifted,
            quote!(#number: #rt::LiftTo<#other, Output = #other> + ::core::clone::Clone),
        );
        let (lift_generics, _, lift_clause) = lifted.split_for_impl();

        let into = rebuilt(&|m| quote!(#rt::arguments::LiftInto::lift_into(&self.#m)));
        let intoed = between(quote!(#number: #rt::arguments::LiftInto<#other>));
        let (into_generics, _, into_clause) = intoed.split_for_impl();
        quote! {
            impl #structure_generics #rt::Structure<#number> for #ident #ty_generics #structure_clause {
                type With<#other: #rt::Real> = #ident #with;
                #[inline]
                fn map<#other: #rt::Real>(
                    &self,
                    f: &mut impl ::core::ops::FnMut(#number) -> #other,
                ) -> Self::With<#other> {
                    #map
                }
                #[inline]
                fn zip<#other: #rt::Real>(
                    &self,
                    other: &Self,
                    f: &mut impl ::core::ops::FnMut(#number, #number) -> #other,
                ) -> Self::With<#other> {
                    #zip
                }
                #[inline]
                fn each(&self, f: &mut impl ::core::ops::FnMut(#number)) {
                    #(#rt::Structure::each(&self.#holding, f);)*
                }
                #[inline]
                fn set(&mut self, f: &mut impl ::core::ops::FnMut() -> #number) {
                    #(#rt::Structure::set(&mut self.#holding, f);)*
                }
            }
            impl #lift_generics #rt::LiftTo<#other> for #ident #ty_generics #lift_clause {
                type Output = #ident #with;
                #[inline]
                fn lift_to(self) -> Self::Output {
                    #lift
                }
            }
            impl #into_generics #rt::arguments::LiftInto<#ident #with> for #ident #ty_generics #into_clause {
                #[inline]
                fn lift_into(&self) -> #ident #with {
                    #into
                }
            }
        }
    }
}

fn add(generics: &mut syn::Generics, predicate: TokenStream) {
    if let Ok(predicate) = syn::parse2(predicate) {
        generics.make_where_clause().predicates.push(predicate);
    }
}

fn mentions(tokens: TokenStream, name: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == *name,
        TokenTree::Group(group) => mentions(group.stream(), name),
        TokenTree::Punct(_) | TokenTree::Literal(_) => false,
    })
}

/// With another name in the place of one.
fn renamed(tokens: TokenStream, from: &Ident, to: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == *from => TokenTree::Ident(to.clone()),
            TokenTree::Group(group) => {
                let inner = renamed(group.stream(), from, to);
                TokenTree::Group(proc_macro2::Group::new(group.delimiter(), inner))
            }
            other => other,
        })
        .collect()
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
