//! `#[derive(Differentiable)]`: a struct or an enum as a structure of floats.

use super::code::Access;
use super::companions::silent;
use super::names;
use crate::ast::{Scalar, Shape};
use crate::errors::Problem;
use crate::parse;
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};

/// The implementations for a struct or an enum.
pub fn derive(input: &syn::DeriveInput) -> TokenStream {
    let syn::DeriveInput {
        attrs,
        vis: _,
        ident,
        generics,
        data,
    } = input;
    let variants = match data {
        syn::Data::Struct(data) => vec![Variant::new(quote!(#ident), &data.fields, generics)],
        syn::Data::Enum(data) => data
            .variants
            .iter()
            .map(|v| {
                let name = &v.ident;
                Variant::new(quote!(#ident::#name), &v.fields, generics)
            })
            .collect(),
        syn::Data::Union(data) => return Problem::DeriveOnUnion.at(data.union_token),
    };
    if variants.is_empty() {
        return Problem::DeriveOnNothing.at(ident);
    }
    let krate = facade(attrs);
    let structure = Structure {
        input,
        rt: quote!(#krate::__private),
        krate,
        variants,
    };
    let space = structure.space();
    let undefined = structure.undefined();
    let differentiable = structure.differentiable();
    let numbers = match structure.number() {
        Some(number) => structure.over_any_number(number),
        None => structure.over_its_floats(),
    };
    let clone = parse::is_not_clone(ident).then(|| structure.not_clone());
    let silent = silent();
    quote! {
        #clone
        #silent
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
    /// The type is a `Box`, of what stands in `ty`.
    boxed: bool,
    /// What references to it are called, in a value and in another one.
    own: Ident,
    other: Ident,
}

impl<'a> Field<'a> {
    fn new(k: usize, field: &'a syn::Field, generics: &syn::Generics) -> Self {
        let member = match &field.ident {
            Some(name) => syn::Member::Named(name.clone()),
            None => syn::Member::Unnamed(syn::Index::from(k)),
        };
        let float = Scalar::Concrete(Ident::new("f64", Span::call_site()));
        let marker = matches!(&field.ty, syn::Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "PhantomData"));
        let (ty, boxed) = match within_box(&field.ty) {
            Some(ty) => (ty, true),
            None => (&field.ty, false),
        };
        let role = if marker || !parse::shape(ty, &float).holds_floats() {
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
            ty,
            role,
            skipped: skips(field),
            boxed,
            own: names::ours(&format!("own_{k}")),
            other: names::ours(&format!("other_{k}")),
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

/// A struct, or a variant of an enum.
struct Variant<'a> {
    path: TokenStream,
    fields: Vec<Field<'a>>,
}

impl<'a> Variant<'a> {
    fn new(path: TokenStream, fields: &'a syn::Fields, generics: &syn::Generics) -> Self {
        let fields = fields.iter().enumerate();
        let fields = fields.map(|(k, field)| Field::new(k, field, generics));
        Variant {
            path,
            fields: fields.collect(),
        }
    }

    /// The pattern that gives each field a name.
    fn pattern<'b>(&'b self, name: impl Fn(&'b Field<'a>) -> &'b Ident) -> TokenStream {
        let path = &self.path;
        let fields = self.fields.iter().map(|f| {
            let (member, name) = (&f.member, name(f));
            quote!(#member: #name)
        });
        quote!(#path { #(#fields,)* })
    }

    /// References to what is in boxes, in the place of those to the boxes.
    fn opened<'b>(
        &'b self,
        name: impl Fn(&'b Field<'a>) -> &'b Ident,
        access: Access,
    ) -> TokenStream {
        let boxed = self.fields.iter().filter(|f| f.boxed);
        boxed
            .map(|f| {
                let (name, exclusive) = (name(f), access.token());
                quote!(let #name = &#exclusive **#name;)
            })
            .collect()
    }

    /// A value of it.
    fn built(&self, rt: &TokenStream, value: impl Fn(&Field<'_>) -> TokenStream) -> TokenStream {
        let path = &self.path;
        let fields = self.fields.iter().map(|f| {
            let (member, value) = (&f.member, value(f));
            if f.boxed {
                quote!(#member: #rt::Box::new(#value))
            } else {
                quote!(#member: #value)
            }
        });
        quote!(#path { #(#fields,)* })
    }
}

struct Structure<'a> {
    input: &'a syn::DeriveInput,
    krate: syn::Path,
    rt: TokenStream,
    variants: Vec<Variant<'a>>,
}

impl Structure<'_> {
    fn fields(&self) -> impl Iterator<Item = &Field<'_>> {
        self.variants.iter().flat_map(|v| &v.fields)
    }

    /// Takes a reference to a value apart.
    fn each_variant(
        &self,
        value: TokenStream,
        access: Access,
        arm: impl Fn(&Variant<'_>) -> TokenStream,
    ) -> TokenStream {
        let arms = self.variants.iter().map(|v| {
            let (pattern, opened) = (v.pattern(|f| &f.own), v.opened(|f| &f.own, access));
            let arm = arm(v);
            quote!(#pattern => { #opened #arm })
        });
        quote!(match #value { #(#arms)* })
    }

    /// Takes `self` and another value of the same variant apart.
    fn each_pair(
        &self,
        second: &Ident,
        access: Access,
        otherwise: &TokenStream,
        arm: impl Fn(&Variant<'_>) -> TokenStream,
    ) -> TokenStream {
        let arms = self.variants.iter().map(|v| {
            let (own, other) = (v.pattern(|f| &f.own), v.pattern(|f| &f.other));
            let open_own = v.opened(|f| &f.own, access);
            let open_other = v.opened(|f| &f.other, Access::Shared);
            let arm = arm(v);
            quote!((#own, #other) => { #open_own #open_other #arm })
        });
        quote!(match (self, #second) { #(#arms)* _ => #otherwise })
    }

    /// For each field that may hold floats: `generic` where its type is one of the struct's own parameters, of which it is known
    /// what they are, and `other` where method resolution finds out.
    fn each(
        variant: &Variant<'_>,
        generic: impl Fn(&Field<'_>) -> TokenStream,
        other: impl Fn(&Field<'_>) -> TokenStream,
    ) -> TokenStream {
        let taking_part = variant.fields.iter().filter(|f| f.role != Role::Plain);
        taking_part
            .map(|f| match f.role {
                Role::Generic => generic(f),
                Role::Plain | Role::Other => other(f),
            })
            .collect()
    }

    /// The struct's generics; each type parameter that its fields are made of is bounded.
    fn bounded(&self, bound: &dyn Fn(&Ident) -> TokenStream) -> syn::Generics {
        let mut generics = self.input.generics.clone();
        for param in self.input.generics.type_params() {
            if self.takes_part(&param.ident) {
                add(&mut generics, bound(&param.ident));
            }
        }
        generics
    }

    /// Whether a field that may hold floats is made of a type parameter.
    fn takes_part(&self, param: &Ident) -> bool {
        let mut fields = self.fields().filter(|f| f.role != Role::Plain);
        fields.any(|f| mentions(f.ty.to_token_stream(), param))
    }

    /// The generics where floats are counted: a structure of them can be copied, whatever else its parameters are.
    fn counted(&self) -> syn::Generics {
        let rt = &self.rt;
        let mut generics = self.bounded(&|p| quote!(#p: #rt::Floats));
        let mut params = self.input.generics.type_params();
        if !params.all(|p| self.takes_part(&p.ident)) {
            add(&mut generics, quote!(Self: ::core::clone::Clone));
        }
        generics
    }

    fn space(&self) -> TokenStream {
        let (rt, ident) = (&self.rt, &self.input.ident);
        let mut generics = self.bounded(&|p| quote!(#p: #rt::Space<Owned = #p>));
        for Field { ty, .. } in self.fields().filter(|f| f.skipped) {
            // With a lifetime it is no error if it does not hold.
            add(
                &mut generics,
                quote!(for<'__autodiff> #ty: ::core::clone::Clone),
            );
        }
        let (impl_generics, ty_generics, clause) = generics.split_for_impl();
        let second = names::ours("second");
        let zero = self.each_variant(quote!(self), Access::Shared, |v| {
            v.built(rt, |Field { role, own, .. }| match role {
                Role::Plain => quote!(::core::clone::Clone::clone(#own)),
                Role::Generic => quote!(#rt::Space::zero_like(#own)),
                Role::Other => quote!((&#rt::fields::Field(#own)).zero()),
            })
        });
        let wrong = quote!(#rt::other_variant(),);
        let accumulate = self.each_pair(&second, Access::Exclusive, &wrong, |v| {
            Self::each(
                v,
                |Field { own, other, .. }| quote!(#rt::Space::accumulate(#own, #other);),
                |Field { own, other, .. }| {
                    quote!((&mut #rt::fields::Pair(#own, #other)).accumulate();)
                },
            )
        });
        let clear = self.each_variant(quote!(self), Access::Exclusive, |v| {
            Self::each(
                v,
                |Field { own, .. }| quote!(#rt::Space::clear(#own);),
                |Field { own, .. }| quote!((&mut #rt::fields::FieldMut(#own)).clear();),
            )
        });
        let any_nan = self.each_variant(quote!(self), Access::Shared, |v| {
            let any = Self::each(
                v,
                |Field { own, .. }| quote!(|| #rt::Space::any_nan(#own)),
                |Field { own, .. }| quote!(|| (&#rt::fields::Field(#own)).any_nan()),
            );
            quote!(false #any)
        });
        let mismatch = self.each_pair(&second, Access::Shared, &wrong, |v| {
            let checks = Self::each(
                v,
                |Field { own, other, .. }| quote!(.or_else(|| #rt::Space::mismatch(#own, #other))),
                |Field { own, other, .. }| {
                    quote!(.or_else(|| (&#rt::fields::Both(#own, #other)).mismatch()))
                },
            );
            quote!(::core::option::Option::None #checks)
        });
        // A method may have made another variant of what the adjoint belongs to.
        let leave_out = self.each_pair(&second, Access::Exclusive, &quote!({}), |v| {
            let taking_part = v.fields.iter().filter(|f| f.role != Role::Plain);
            taking_part
                .map(
                    |Field {
                         role,
                         skipped,
                         own,
                         other,
                         ..
                     }| match (skipped, role) {
                        (true, _) => quote!(::core::clone::Clone::clone_from(#own, #other);),
                        (false, Role::Generic) => quote!(#rt::Space::leave_out(#own, #other);),
                        (false, Role::Plain | Role::Other) => {
                            quote!((&mut #rt::fields::Pair(#own, #other)).leave_out();)
                        }
                    },
                )
                .collect()
        });
        quote! {
            impl #impl_generics #rt::Space for #ident #ty_generics #clause {
                type Owned = Self;
                type Shape = ::core::option::Option<Self>;
                #[inline]
                fn shape(&self) -> ::core::option::Option<Self> {
                    ::core::option::Option::Some(#rt::Space::zero_like(self))
                }
                #[inline]
                fn nothing_of(shape: ::core::option::Option<Self>) -> Self {
                    #rt::handed(shape)
                }
                #[inline]
                fn zero_like(&self) -> Self {
                    use #rt::fields::{ZeroOfAny as _, ZeroOfSpace as _};
                    #zero
                }
                #[inline]
                fn accumulate(&mut self, #second: &Self) {
                    use #rt::fields::{AccumulateAny as _, AccumulateSpace as _};
                    #accumulate
                }
                #[inline]
                fn clear(&mut self) {
                    use #rt::fields::{ClearAny as _, ClearSpace as _};
                    #clear
                }
                #[inline]
                fn any_nan(&self) -> bool {
                    use #rt::fields::{NanInAny as _, NanInSpace as _};
                    #any_nan
                }
                #[inline]
                fn mismatch(&self, #second: &Self) -> ::core::option::Option<(usize, usize)> {
                    use #rt::fields::{MismatchAny as _, MismatchSpace as _};
                    #mismatch
                }
                #[inline]
                fn leave_out(&mut self, #second: &Self) {
                    use #rt::fields::{AccumulateAny as _, AccumulateSpace as _};
                    #leave_out
                }
            }
            impl #impl_generics #rt::HoldsFloats for #ident #ty_generics #clause {}
            impl #impl_generics #rt::exact::ExactTarget<Self> for #ident #ty_generics #clause {
                #[inline(always)]
                fn target(&self) -> &Self {
                    self
                }
            }
        }
    }

    /// Any value will do: of an enum that holds itself, one that does not.
    fn undefined(&self) -> TokenStream {
        let (rt, ident) = (&self.rt, &self.input.ident);
        let holds_itself = |v: &&Variant<'_>| {
            v.fields
                .iter()
                .any(|f| mentions(f.ty.to_token_stream(), ident))
        };
        let Some(variant) = self
            .variants
            .iter()
            .filter(|v| !holds_itself(v))
            .min_by_key(|v| v.fields.len())
            .or(self.variants.first())
        else {
            return TokenStream::new();
        };
        let mut generics = self.input.generics.clone();
        for field in &variant.fields {
            let ty = field.ty;
            // With a lifetime it is no error if it does not hold.
            add(&mut generics, quote!(for<'__autodiff> #ty: #rt::Undefined));
        }
        let (impl_generics, ty_generics, clause) = generics.split_for_impl();
        let built = variant.built(rt, |_| quote!(#rt::Undefined::undefined()));
        quote! {
            impl #impl_generics #rt::Undefined for #ident #ty_generics #clause {
                #[inline]
                fn undefined() -> Self {
                    #built
                }
            }
        }
    }

    fn differentiable(&self) -> TokenStream {
        let (rt, krate, ident) = (&self.rt, &self.krate, &self.input.ident);
        let generics = self.counted();
        let (impl_generics, ty_generics, clause) = generics.split_for_impl();
        let taking = |v: &Variant<'_>, visit: &dyn Fn(&Field<'_>) -> TokenStream| -> TokenStream {
            let fields = v.fields.iter();
            let taking = fields.filter(|f| f.role != Role::Plain && !f.skipped);
            taking.map(visit).collect()
        };
        let visit = self.each_variant(quote!(self), Access::Shared, |v| {
            taking(v, &|Field { role, own, .. }| match role {
                Role::Generic => quote!(#rt::Floats::visit(#own, f);),
                Role::Plain | Role::Other => quote!((&#rt::fields::Field(#own)).visit(f);),
            })
        });
        let visit_mut = self.each_variant(quote!(self), Access::Exclusive, |v| {
            taking(v, &|Field { role, own, .. }| match role {
                Role::Generic => quote!(#rt::Floats::visit_mut(#own, f);),
                Role::Plain | Role::Other => {
                    quote!((&mut #rt::fields::FieldMut(#own)).visit_mut(f);)
                }
            })
        });
        quote! {
            impl #impl_generics #krate::Differentiable for #ident #ty_generics #clause {}

            impl #impl_generics #rt::Floats for #ident #ty_generics #clause {
                fn visit(&self, f: &mut dyn ::core::ops::FnMut(#rt::f64)) {
                    use #rt::fields::{VisitAny as _, VisitSpace as _};
                    #visit
                }
                fn visit_mut(&mut self, f: &mut dyn ::core::ops::FnMut(&mut #rt::f64)) {
                    use #rt::fields::{VisitMutAny as _, VisitMutSpace as _};
                    #visit_mut
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
            Role::Other => f.skipped || !f.has_own_floats(),
        };
        let holds = self.fields().any(|f| f.role == Role::Generic);
        (holds && bounds && param.bounds.iter().all(any) && self.fields().all(fits))
            .then_some(&param.ident)
    }

    /// What is missing, once; everything else needs it.
    fn not_clone(&self) -> TokenStream {
        let ident = &self.input.ident;
        let (generics, ty_generics, clause) = self.input.generics.split_for_impl();
        let error = Problem::DeriveWithoutClone(ident.to_string()).at(ident);
        quote! {
            #error
            impl #generics ::core::clone::Clone for #ident #ty_generics #clause {
                fn clone(&self) -> Self {
                    ::core::unreachable!()
                }
            }
        }
    }

    /// In code over any number a concrete struct stays what it is: it is written for its own floats.
    fn over_its_floats(&self) -> TokenStream {
        let (rt, ident) = (&self.rt, &self.input.ident);
        let mut lifted = self.input.generics.clone();
        lifted.params.push(syn::parse_quote!(__AutodiffNumber));
        let (lifted_generics, _, _) = lifted.split_for_impl();
        let (_, ty_generics, clause) = self.input.generics.split_for_impl();
        let mut counted = self.counted();
        counted
            .params
            .push(syn::parse_quote!(__AutodiffNumber: #rt::Real));
        let (counted_generics, _, counted_clause) = counted.split_for_impl();
        quote! {
            impl #counted_generics #rt::Entries<__AutodiffNumber> for #ident #ty_generics #counted_clause {
                fn each(&self, f: &mut impl ::core::ops::FnMut(__AutodiffNumber)) {
                    #rt::Floats::visit(self, &mut |x| f(#rt::Real::from_f64(x)));
                }
                fn set(&mut self, f: &mut impl ::core::ops::FnMut() -> __AutodiffNumber) {
                    #rt::Floats::visit_mut(self, &mut |x| *x = #rt::Real::value(f()));
                }
            }
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
        let second = names::ours("second");
        let (_, ty_generics, _) = self.input.generics.split_for_impl();
        let with = renamed(ty_generics.to_token_stream(), number, &other);
        let copied = |f: &Field<'_>, generic: &dyn Fn(&Field<'_>) -> TokenStream| {
            if f.role == Role::Generic || mentions(f.ty.to_token_stream(), number) {
                return generic(f);
            }
            let own = &f.own;
            quote!(::core::clone::Clone::clone(#own))
        };
        // What is left out is a constant at other numbers, too.
        let constant = |own: &Ident| {
            let number = quote!(<#other as #rt::Real>::from_f64(#rt::Real::value(number)));
            quote!(#rt::Structure::map(#own, &mut |number| #number))
        };
        let rebuilt = |value: TokenStream, generic: &dyn Fn(&Field<'_>) -> TokenStream| {
            self.each_variant(value, Access::Shared, |v| {
                v.built(rt, |f| copied(f, generic))
            })
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
        let map = rebuilt(quote!(self), &|Field { own, skipped, .. }| match skipped {
            true => constant(own),
            false => quote!(#rt::Structure::map(#own, f)),
        });
        let wrong = quote!(#rt::other_variant(),);
        let zip = self.each_pair(&second, Access::Shared, &wrong, |v| {
            v.built(rt, |f| {
                copied(f, &|f| match f {
                    Field {
                        own, skipped: true, ..
                    } => constant(own),
                    Field { own, other, .. } => quote!(#rt::Structure::zip(#own, #other, f)),
                })
            })
        });
        let holding = |access: Access, visit: &dyn Fn(&Ident) -> TokenStream| {
            self.each_variant(quote!(self), access, |v| {
                let holding = v.fields.iter().filter(|f| f.role == Role::Generic);
                holding.map(|f| visit(&f.own)).collect()
            })
        };
        let each = holding(Access::Shared, &|own| quote!(#rt::Entries::each(#own, f);));
        let set = holding(
            Access::Exclusive,
            &|own| quote!(#rt::Entries::set(#own, f);),
        );
        let mut of_reals = self.input.generics.clone();
        add(&mut of_reals, quote!(#number: #rt::Real));
        let (structure_generics, _, structure_clause) = of_reals.split_for_impl();

        let lift = rebuilt(
            quote!(&self),
            &|Field { own, .. }| quote!(#rt::LiftTo::<#other>::lift_to(::core::clone::Clone::clone(#own))),
        );
        let mut lifted = between(quote!(Self: ::core::clone::Clone));
        add(
            &mut lifted,
            quote!(#number: #rt::LiftTo<#other, Output = #other> + ::core::clone::Clone),
        );
        let (lift_generics, _, lift_clause) = lifted.split_for_impl();

        let float = quote!(<#other as #rt::Real>::from_f64(#rt::Real::value(number)));
        let primal = between(quote!(#number: #rt::Real));
        let (primal_generics, _, primal_clause) = primal.split_for_impl();

        let into = rebuilt(
            quote!(self),
            &|Field { own, .. }| quote!(#rt::arguments::LiftInto::lift_into(#own)),
        );
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
                    #second: &Self,
                    f: &mut impl ::core::ops::FnMut(#number, #number) -> #other,
                ) -> Self::With<#other> {
                    #zip
                }
            }
            impl #structure_generics #rt::Entries<#number> for #ident #ty_generics #structure_clause {
                #[inline]
                fn each(&self, f: &mut impl ::core::ops::FnMut(#number)) {
                    #each
                }
                #[inline]
                fn set(&mut self, f: &mut impl ::core::ops::FnMut() -> #number) {
                    #set
                }
            }
            impl #lift_generics #rt::LiftTo<#other> for #ident #ty_generics #lift_clause {
                type Output = #ident #with;
                #[inline]
                fn lift_to(self) -> Self::Output {
                    #lift
                }
            }
            impl #primal_generics #rt::Primal<#other> for #ident #ty_generics #primal_clause {
                type Output = #ident #with;
                #[inline]
                fn primal(&self) -> Self::Output {
                    #rt::Structure::map(self, &mut |number| #float)
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

/// The type in `Box<..>`. A box is no structure of floats itself: it might be a number of another crate's.
fn within_box(ty: &syn::Type) -> Option<&syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last().filter(|s| s.ident == "Box")?;
    match &last.arguments {
        syn::PathArguments::AngleBracketed(args) => args.args.iter().find_map(|a| match a {
            syn::GenericArgument::Type(ty @ syn::Type::Path(_)) => Some(ty),
            _ => None,
        }),
        _ => None,
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
