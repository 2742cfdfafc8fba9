//! The names of matrix libraries' types.

use super::home::{defined_as, is_defined, mentioned_beside};
use crate::ir::Library;
use crate::walk::{self, Node};
use proc_macro2::Ident;

/// Types that hold floats and have operators and methods of their own, by their libraries' names for them.
const NALGEBRA: [&str; 6] = [
    "DMatrix",
    "DVector",
    "RowDVector",
    "SMatrix",
    "SVector",
    "OMatrix",
];

/// `Vector3`, `RowVector2`, `Matrix4`, `Matrix2x3`, `Matrix3xX`.
fn is_sized_matrix(name: &str) -> bool {
    let shape = ["RowVector", "Vector", "Matrix"]
        .iter()
        .find_map(|head| name.strip_prefix(head));
    shape.is_some_and(|shape| {
        let mut sides = shape.split('x');
        let side = |s: Option<&str>| {
            s.is_some_and(|s| matches!(s, "1" | "2" | "3" | "4" | "5" | "6" | "X"))
        };
        side(sides.next()) && (shape.len() == 1 || side(sides.next())) && sides.next().is_none()
    })
}

/// The library a type is of: by its name, unless the file defines another of that name. Names that others have as well count
/// where the file mentions the library.
pub fn library_of(name: &Ident) -> Option<Library> {
    let text = name.to_string();
    let library = match text.as_str() {
        "Array1" | "ArrayView1" => Library::Ndarray1,
        "Array2" | "ArrayView2" => Library::Ndarray2,
        // Short names, which others have as well.
        "Mat" if mentioned_beside(name, "faer") => Library::FaerMat,
        "Col" if mentioned_beside(name, "faer") => Library::FaerCol,
        "Row" if mentioned_beside(name, "faer") => Library::FaerRow,
        text if NALGEBRA.contains(&text) => Library::Nalgebra,
        text if is_sized_matrix(text) && mentioned_beside(name, "nalgebra") => Library::Nalgebra,
        _ => return None,
    };
    let own = is_defined(name);
    (!own).then_some(library)
}

/// The library a type is of, if it is one of a matrix library.
pub fn library(ty: &syn::Type) -> Option<Library> {
    match ty {
        syn::Type::Path(path) => {
            let last = path.path.segments.last()?;
            // Of integers it has no derivative.
            let of_integers = match &last.arguments {
                syn::PathArguments::AngleBracketed(arguments) => arguments.args.iter().any(
                    |a| matches!(a, syn::GenericArgument::Type(ty) if crate::ast::is_primitive(ty)),
                ),
                _ => false,
            };
            library_of(&last.ident).filter(|_| !of_integers)
        }
        _ => None,
    }
}

/// The array that is viewed: `Array1<f64>` of `ArrayView1<'_, f64>`.
pub fn owned_of_view(ty: &syn::Type, krate: &syn::Path) -> Option<syn::Type> {
    let syn::Type::Path(path) = ty else {
        return None;
    };
    let last = path.path.segments.last()?;
    let array = match last.ident.to_string().as_str() {
        "ArrayView1" => Ident::new("Array1", last.ident.span()),
        "ArrayView2" => Ident::new("Array2", last.ident.span()),
        _ => return None,
    };
    library_of(&last.ident)?;
    let syn::PathArguments::AngleBracketed(args) = &last.arguments else {
        return None;
    };
    let element = args.args.iter().find_map(|arg| match arg {
        syn::GenericArgument::Type(element) => Some(element),
        _ => None,
    })?;
    Some(syn::parse_quote!(#krate::__private::ndarray::#array<#element>))
}

/// A type by a name that is not known to stand for another type.
pub fn may_be_struct(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Path(path) => path
            .path
            .segments
            .last()
            .is_some_and(|s| !defined_as(&s.ident, "type")),
        _ => false,
    }
}

/// A function that mentions a type of a matrix library, in its signature or in its body.
pub fn mentions_matrix(item: &syn::ItemFn) -> bool {
    let of_library = |path: &syn::Path| {
        let mut segments = path.segments.iter();
        segments.any(|s| library_of(&s.ident).is_some())
    };
    walk::any(
        item,
        |node| matches!(node, Node::Path(path) if of_library(path)),
    )
}
