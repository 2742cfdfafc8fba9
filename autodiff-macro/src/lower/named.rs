//! Types of which the file tells more than the signature: fields of structs, and what functions return.
//!
//! A file is text: another struct or function may be meant. So nothing is taken from it but that something has operators and
//! methods of its own, which decides how these are lowered; where it is wrong the emitted code has no such operation.

use super::{Lowered, Lowerer};
use crate::ast::Shape;
use crate::ir::{Kind, Place, Step, Ty};
use proc_macro2::Ident;

impl Lowerer<'_> {
    /// The type a name stands for.
    pub(super) fn type_of_name(&mut self, ty: &syn::Type) -> Ty {
        if let Some(library) = crate::parse::library(ty) {
            return self.function.types.matrix(library);
        }
        let syn::Type::Path(path) = ty else {
            return self.function.types.unknown();
        };
        let own = self.source.self_ty.clone();
        match (&own, path.path.segments.last()) {
            (Some(own), Some(name)) if name.ident == "Self" => self.type_of_name(own),
            (_, Some(name)) if crate::parse::may_be_struct(ty) => {
                let named = self.function.types.named();
                self.structs.push((named, name.ident.clone()));
                named
            }
            _ => self.function.types.unknown(),
        }
    }

    /// The type of a field, as far as the struct's definition tells.
    pub(super) fn declared_field(&mut self, ty: Ty, member: &syn::Member) -> Option<Ty> {
        let name = self.struct_of(ty)?;
        let key = (name.clone(), member.clone());
        if let Some((_, known)) = self.fields.iter().find(|(k, _)| *k == key) {
            return *known;
        }
        let known = crate::parse::field(&name, member).and_then(|ty| self.told(&ty));
        self.fields.push((key, known));
        known
    }

    /// An array, as far as the definition of the struct tells that it is a part of; then it counts as one.
    pub(super) fn is_declared_array(&mut self, place: &Place) -> bool {
        let at = |length: usize| Place {
            root: place.root,
            path: place.path[..length].to_vec(),
        };
        // The last field, and what of it is looked at.
        let Some(last) = place.path.iter().rposition(|s| matches!(s, Step::Field(_))) else {
            return false;
        };
        let Step::Field(member) = &place.path[last] else {
            return false;
        };
        let owner = self.place_ty(&at(last));
        let Some(name) = self.struct_of(owner) else {
            return false;
        };
        let mut declared = crate::parse::field_as_written(&name, member).map(|(ty, _)| ty);
        for step in &place.path[last + 1..] {
            let (Step::Index(_) | Step::Element(_), Some(ty)) = (step, &declared) else {
                return false;
            };
            declared = element_of(ty);
        }
        let is_array = matches!(declared, Some(syn::Type::Array(_)));
        if is_array {
            let element = self.function.types.unknown();
            let array = self.function.types.known(Kind::Array(element));
            self.ascribed.push((place.clone(), array));
        }
        is_array
    }

    /// The type of what a function returns, as far as its definition tells.
    pub(super) fn declared_result(&mut self, function: &Ident) -> Ty {
        let returned = crate::parse::returned(function);
        returned
            .and_then(|ty| self.told(&ty))
            .unwrap_or_else(|| self.function.types.unknown())
    }

    /// A method of the user's is meant, even if it has the name of one of std's: the receiver is of a type that the file defines,
    /// or of one that has a name, and the file annotates a method that is called so.
    pub(super) fn has_users_method(&mut self, receiver: &Lowered, method: &Ident) -> bool {
        let Some(ty) = self.ty_of(receiver) else {
            return false;
        };
        let Some(name) = self.struct_of(ty) else {
            return false;
        };
        crate::parse::is_defined(&name)
            || self.function.types.has_own_operators(ty) && crate::parse::receiver(method).is_some()
    }

    /// A method of a struct's, or of a trait's, that has no companions, where the file is certain of it.
    pub(super) fn is_not_annotated(&mut self, receiver: &Lowered, method: &Ident) -> bool {
        let ty = self.ty_of(receiver);
        let Some(own) = ty.and_then(|ty| self.struct_of(ty)) else {
            return false;
        };
        let mut traits = self.bounds(&own).into_iter();
        traits.any(|of| crate::parse::is_traits_method_not_annotated(&of, method))
            || crate::parse::is_method_not_annotated(&own, method)
    }

    /// The traits that bound a type parameter of the function, or `Self` in a trait.
    fn bounds(&self, param: &Ident) -> Vec<String> {
        if param == "Self" {
            return self.source.of_trait.iter().cloned().collect();
        }
        let generics = &self.source.item.sig.generics;
        let own = generics.type_params().filter(|p| p.ident == *param);
        let clause = generics.where_clause.iter().flat_map(|w| &w.predicates);
        let others = clause.filter_map(|predicate| match predicate {
            syn::WherePredicate::Type(p) => match &p.bounded_ty {
                syn::Type::Path(path) if path.path.is_ident(param) => Some(&p.bounds),
                _ => None,
            },
            _ => None,
        });
        let bounds = own.map(|p| &p.bounds).chain(others).flatten();
        let named = self.source.params.iter().filter(|p| p.ident == *param);
        let of_hidden = named.filter_map(|p| Some(&hidden(&p.ty)?.bounds));
        let bounds = bounds.chain(of_hidden.flatten());
        let names = bounds.filter_map(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => bound.path.segments.last(),
            _ => None,
        });
        names.map(|s| s.ident.to_string()).collect()
    }

    pub(super) fn struct_of(&self, ty: Ty) -> Option<Ident> {
        let types = &self.function.types;
        let mut structs = self.structs.iter();
        structs
            .find(|(named, _)| types.are_same(*named, ty))
            .map(|(_, name)| name.clone())
    }

    /// A type that has operators of its own, or holds such.
    fn told(&mut self, ty: &syn::Type) -> Option<Ty> {
        let ty = match ty {
            syn::Type::Reference(r) => &*r.elem,
            other => other,
        };
        let shape = crate::parse::shape(ty, &self.source.scalar);
        self.told_by(&shape)
    }

    fn told_by(&mut self, shape: &Shape) -> Option<Ty> {
        match shape {
            // What a number is, or none, only its use tells.
            Shape::Float | Shape::Plain(_) => None,
            Shape::Opaque(ty) => Some(self.type_of_name(ty)),
            Shape::Array(element, _) => {
                let element = self.told_by(element)?;
                Some(self.function.types.known(Kind::Array(element)))
            }
            Shape::Slice(element) => {
                let element = self.told_by(element)?;
                Some(self.function.types.known(Kind::Slice(element)))
            }
            Shape::Vec(element) => {
                let element = self.told_by(element)?;
                Some(self.function.types.known(Kind::Vec(element)))
            }
            Shape::Tuple(parts) => {
                let told: Vec<_> = parts.iter().map(|part| self.told_by(part)).collect();
                if told.iter().all(Option::is_none) {
                    return None;
                }
                let parts = told
                    .into_iter()
                    .map(|part| part.unwrap_or_else(|| self.function.types.unknown()))
                    .collect();
                Some(self.function.types.known(Kind::Tuple(parts)))
            }
        }
    }
}

/// What an array, a slice or a `Vec` is made of.
fn element_of(ty: &syn::Type) -> Option<syn::Type> {
    match ty {
        syn::Type::Array(array) => Some((*array.elem).clone()),
        syn::Type::Slice(slice) => Some((*slice.elem).clone()),
        syn::Type::Reference(r) => element_of(&r.elem),
        syn::Type::Path(path) => {
            let last = path.path.segments.last().filter(|s| s.ident == "Vec")?;
            match &last.arguments {
                syn::PathArguments::AngleBracketed(args) => {
                    args.args.iter().find_map(|a| match a {
                        syn::GenericArgument::Type(ty) => Some(ty.clone()),
                        _ => None,
                    })
                }
                _ => None,
            }
        }
        _ => None,
    }
}

/// `impl Trait`, or what a reference to such refers to.
pub(super) fn hidden(ty: &syn::Type) -> Option<&syn::TypeImplTrait> {
    match ty {
        syn::Type::ImplTrait(hidden) => Some(hidden),
        syn::Type::Reference(r) => hidden(&r.elem),
        syn::Type::Paren(paren) => hidden(&paren.elem),
        syn::Type::Group(group) => hidden(&group.elem),
        _ => None,
    }
}
