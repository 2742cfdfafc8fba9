//! `#[differentiate] impl Mul<f64> for Vec3 { .. }`: the operator's body as a function. The attribute may stand on the method, too.

use crate::errors::{Errors, Problem};
use crate::walk::{self, Go, NodeMut};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;

/// An operator of a type of the user's.
pub struct Operator {
    /// The name of the runtime's operation.
    pub operation: Ident,
    /// The operator as a function; `self` is its first parameter.
    pub function: syn::ItemFn,
    pub generics: syn::Generics,
    /// The types of the operands, without references.
    pub operands: Vec<syn::Type>,
    pub output: syn::Type,
}

/// Traits of operators, what they are to the runtime, and whether they change their first operand.
const OPERATORS: [(&str, &str, bool); 9] = [
    ("Add", "add", false),
    ("Sub", "sub", false),
    ("Mul", "mul", false),
    ("Div", "div", false),
    ("Neg", "neg", false),
    ("AddAssign", "add_assign", true),
    ("SubAssign", "sub_assign", true),
    ("MulAssign", "mul_assign", true),
    ("DivAssign", "div_assign", true),
];

/// The implementation of an operator that an annotated method stands in, as far as the file tells.
pub fn operator_around(method: &syn::ItemFn) -> Option<syn::ItemImpl> {
    method.sig.receiver()?;
    let implementation = super::home::implementation(method)?;
    let (path, _) = implementation.trait_.as_ref()?;
    let name = &path.segments.last()?.ident;
    let (.., assigns) = OPERATORS
        .iter()
        .find(|(known, operation, _)| name == known && method.sig.ident == operation)?;
    let said = *assigns || implementation.items.len() == 2;
    said.then_some(implementation)
}

/// The attribute's arguments, with the name that `self` has in the operator as a function.
pub fn operator_args(args: TokenStream) -> TokenStream {
    renamed(args, &own_name())
}

fn own_name() -> Ident {
    Ident::new("__autodiff_self", Span::mixed_site())
}

/// Takes an implementation of an operator apart.
pub fn operator(errors: &mut Errors, item: &syn::ItemImpl) -> Option<Operator> {
    let path = item.trait_.as_ref().map(|(path, _)| path)?;
    let name = &path.segments.last()?.ident;
    let Some((_, operation, assigns)) = OPERATORS.iter().find(|(known, ..)| name == known) else {
        errors.at(path, Problem::NoOperator);
        return None;
    };
    let method = item.items.iter().find_map(|item| match item {
        syn::ImplItem::Fn(method) => Some(method),
        _ => None,
    })?;
    let declared = item.items.iter().find_map(|item| match item {
        syn::ImplItem::Type(ty) if ty.ident == "Output" => Some(ty.ty.clone()),
        _ => None,
    });
    let own = Own {
        ty: (*item.self_ty).clone(),
        output: declared.unwrap_or_else(|| (*item.self_ty).clone()),
        name: own_name(),
    };
    let mut output = own.output.clone();
    walk::change(&mut output, &mut |node| own.look(node));
    let (name, ty) = (own.name.clone(), own.ty.clone());
    let mut inputs: Punctuated<syn::FnArg, syn::Token![,]> = Punctuated::new();
    for input in &method.sig.inputs {
        inputs.push(match input {
            syn::FnArg::Receiver(_) if *assigns => syn::parse_quote!(mut #name: #ty),
            syn::FnArg::Receiver(receiver) => {
                let mutability = &receiver.mutability;
                syn::parse_quote!(#mutability #name: #ty)
            }
            syn::FnArg::Typed(typed) => {
                let mut typed = typed.clone();
                walk::change(&mut *typed.ty, &mut |node| own.look(node));
                syn::FnArg::Typed(typed)
            }
        });
    }
    let operands = inputs
        .iter()
        .filter_map(|input| match input {
            syn::FnArg::Typed(typed) => Some(match &*typed.ty {
                syn::Type::Reference(r) => (*r.elem).clone(),
                other => other.clone(),
            }),
            syn::FnArg::Receiver(_) => None,
        })
        .collect();
    let mut block = method.block.clone();
    walk::change(&mut block, &mut |node| own.look(node));
    if *assigns {
        // What is left in `self` is what the operation gives.
        block = syn::parse_quote!({ (|#name: &mut #ty| #block)(&mut #name); #name });
    }
    let mut sig = method.sig.clone();
    sig.inputs = inputs;
    sig.output = syn::parse_quote!(-> #output);
    sig.generics = item.generics.clone();
    sig.ident = Ident::new("__autodiff_operator", Span::mixed_site());
    // It stands in a block of its own, not where the method does.
    sig.fn_token = syn::Token![fn](Span::mixed_site());
    Some(Operator {
        operation: Ident::new(operation, path.span()),
        function: syn::parse_quote!(#sig #block),
        generics: item.generics.clone(),
        operands,
        output,
    })
}

/// Puts names that mean something outside of the `impl` in the place of `self` and `Self`.
struct Own {
    ty: syn::Type,
    output: syn::Type,
    name: Ident,
}

impl Own {
    fn look(&self, node: NodeMut<'_>) -> Go {
        match node {
            NodeMut::Type(ty) => {
                let text = ty.to_token_stream().to_string();
                match text.as_str() {
                    "Self" => *ty = self.ty.clone(),
                    "Self :: Output" => *ty = self.output.clone(),
                    _ => return Go::In,
                }
                // `type Output = Self`
                if ty.to_token_stream().to_string() == "Self" {
                    *ty = self.ty.clone();
                }
                Go::Past
            }
            NodeMut::Path(path) if path.is_ident("self") => {
                *path = self.name.clone().into();
                Go::Past
            }
            NodeMut::Path(path) => {
                self.named(path);
                Go::In
            }
            NodeMut::Macro(mac) => {
                mac.tokens = renamed(mac.tokens.clone(), &self.name);
                Go::Past
            }
            _ => Go::In,
        }
    }

    /// `Self { .. }` → `Vec3 { .. }`
    fn named(&self, path: &mut syn::Path) {
        if let syn::Type::Path(own) = &self.ty
            && path.segments.first().is_some_and(|s| s.ident == "Self")
        {
            let mut segments = own.path.segments.clone();
            for segment in &mut segments {
                segment.arguments = syn::PathArguments::None;
            }
            segments.extend(path.segments.iter().skip(1).cloned());
            path.segments = segments;
        }
    }
}

/// Another name in the place of `self`.
fn renamed(tokens: TokenStream, name: &Ident) -> TokenStream {
    tokens
        .into_iter()
        .map(|token| match token {
            TokenTree::Ident(ident) if ident == "self" => name.clone().into(),
            TokenTree::Group(group) => {
                let inner = renamed(group.stream(), name);
                proc_macro2::Group::new(group.delimiter(), inner).into()
            }
            other => other,
        })
        .collect()
}
