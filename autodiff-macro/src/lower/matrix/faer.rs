//! faer's `Mat`, `Col` and `Row`. A view is a matrix of its own here.

use super::method::Gives;
use super::ours;
use crate::ir::{Library, Ty};
use crate::lower::{Lowered, Lowerer};
use proc_macro2::Ident;
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// What a product of two of them is.
    pub(super) fn faer_product(&mut self, x: Library, y: Library) -> Option<Ty> {
        let library = match (x, y) {
            (Library::FaerRow, Library::FaerCol) => return Some(self.function.types.float()),
            (Library::FaerMat, Library::FaerMat) | (Library::FaerCol, Library::FaerRow) => {
                Library::FaerMat
            }
            (Library::FaerMat, Library::FaerCol) => Library::FaerCol,
            (Library::FaerRow, Library::FaerMat) => Library::FaerRow,
            _ => return None,
        };
        Some(self.function.types.matrix(library))
    }

    /// A method of a matrix, a column, a row or a factorisation.
    pub(super) fn faer_method(
        &mut self,
        library: Library,
        receiver: &Lowered,
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let name = e.method.to_string();
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let factors = matches!(library, Library::FaerLu | Library::FaerLlt);
        let gives = match (name.as_str(), args.as_slice()) {
            ("as_ref", []) if !factors => {
                let place = self.as_place(receiver.clone(), &e.receiver)?;
                return Some(Lowered::Reference(place, false));
            }
            ("clone" | "to_owned" | "cloned", []) => return self.clone_of(receiver, e),
            ("solve", [right]) if factors => {
                let operands = self.method_operands(&[right]);
                let gives = match self.library_of(&operands[0]) {
                    Some(right @ (Library::FaerMat | Library::FaerCol)) => Gives::Own(right),
                    _ => {
                        return Some(self.unsupported(
                            *right,
                            "a right side whose type does not stand here",
                            "bind it to a name with its type first: `let b: &Col<f64> = &p.b;`",
                        ));
                    }
                };
                let operands = [vec![receiver.clone()], operands].concat();
                return Some(self.given(library, gives, &name, operands, e));
            }
            ("inverse", []) if factors => Gives::Own(Library::FaerMat),
            ("L", []) if library == Library::FaerLlt => Gives::Own(Library::FaerMat),
            _ if factors => return Some(self.opaque_method(receiver.clone(), e)),
            ("nrows" | "ncols", []) => Gives::Shape,
            ("sum" | "norm_l2" | "squared_norm_l2", []) => Gives::Number,
            ("determinant", []) if library == Library::FaerMat => Gives::Number,
            ("transpose", []) => Gives::Own(match library {
                Library::FaerCol => Library::FaerRow,
                Library::FaerRow => Library::FaerCol,
                _ => Library::FaerMat,
            }),
            ("col", [_]) if library == Library::FaerMat => Gives::Own(Library::FaerCol),
            ("row", [_]) if library == Library::FaerMat => Gives::Own(Library::FaerRow),
            ("subrows", [_, _]) if library != Library::FaerRow => Gives::Part,
            ("subcols", [_, _]) if library == Library::FaerMat => Gives::Part,
            ("partial_piv_lu", []) if library == Library::FaerMat => Gives::Own(Library::FaerLu),
            // A `Result`, of which there is `unwrap` as of an `Option`.
            ("llt", [_]) if library == Library::FaerMat => Gives::Optional(Library::FaerLlt),
            _ => return Some(self.opaque_method(receiver.clone(), e)),
        };
        if let Gives::Shape = gives {
            return Some(self.shape(receiver, e));
        }
        let operands = [vec![receiver.clone()], self.method_operands(&args)].concat();
        Some(self.given(library, gives, &name, operands, e))
    }

    /// `Mat::from_fn(..)` and the like, of what may depend on a differentiable input.
    pub(super) fn faer_constructor(
        &mut self,
        library: Library,
        path: &syn::ExprPath,
        function: &Ident,
        args: &[&syn::Expr],
    ) -> Option<Lowered> {
        let span = path.span();
        let (x, value) = (ours("x"), ours("value"));
        let (rows, cols, i, j) = (ours("rows"), ours("cols"), ours("i"), ours("j"));
        let mut zeros = path.clone();
        zeros.path.segments.last_mut()?.ident = Ident::new("zeros", function.span());
        let (sides, rest) =
            args.split_at_checked(if library == Library::FaerMat { 2 } else { 1 })?;
        let names = &[&rows, &cols][..sides.len()];
        let bind = quote!(#(let #names = #sides;)*);
        let over = |store: proc_macro2::TokenStream| match library {
            Library::FaerMat => quote! {
                for #j in 0usize..#cols {
                    for #i in 0usize..#rows {
                        #store
                    }
                }
            },
            _ => quote!(for #i in 0usize..#rows { #store }),
        };
        let (at, indices) = match library {
            Library::FaerMat => (quote!((#i, #j)), quote!(#i, #j)),
            _ => (quote!(#i), quote!(#i)),
        };
        let code: syn::Expr = match (function.to_string().as_str(), rest) {
            ("from_fn", [f]) => {
                let store = over(quote!(#x[#at] = (#f)(#indices);));
                syn::parse_quote_spanned!(span=> {
                    #bind
                    let mut #x = #zeros(#(#names),*);
                    #store
                    #x
                })
            }
            ("full", [of]) => {
                let store = over(quote!(#x[#at] = #value;));
                syn::parse_quote_spanned!(span=> {
                    #bind
                    let #value = #of;
                    let mut #x = #zeros(#(#names),*);
                    #store
                    #x
                })
            }
            // The sides may be asked of something that depends on an input.
            ("zeros" | "ones" | "identity", [])
                if sides.iter().any(|side| !matches!(side, syn::Expr::Path(_))) =>
            {
                syn::parse_quote_spanned!(span=> {
                    #bind
                    #path(#(#names),*)
                })
            }
            _ => return None,
        };
        Some(self.expr(&code))
    }
}
