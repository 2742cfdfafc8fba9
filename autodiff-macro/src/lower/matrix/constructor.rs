//! Matrices made of numbers. What may depend on a differentiable input is written into a matrix of zeros, entry by entry.

use super::ours;
use crate::ir::Library;
use crate::lower::{Lowered, Lowerer};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// `DMatrix::from_fn(..)` and the like; nothing if the path is none of a matrix library.
    pub(in crate::lower) fn matrix_constructor(
        &mut self,
        path: &syn::ExprPath,
        args: &[&syn::Expr],
        e: &syn::ExprCall,
    ) -> Option<Lowered> {
        let mut segments = path.path.segments.iter().rev();
        let (function, owner) = (&segments.next()?.ident, &segments.next()?.ident);
        let library = crate::parse::library_of(owner)?;
        let path = &self.of_its_float(path);
        let lowered = match library {
            Library::Nalgebra
            | Library::NalgebraLu
            | Library::NalgebraQr
            | Library::NalgebraCholesky => {
                self.of_nalgebra(path, &owner.to_string(), function, args)
            }
            Library::Ndarray1 | Library::Ndarray2 => {
                self.ndarray_constructor(library, path, function, args)
            }
            Library::FaerMat
            | Library::FaerCol
            | Library::FaerRow
            | Library::FaerLu
            | Library::FaerLlt => self.faer_constructor(library, path, function, args),
        };
        // Anything else has no derivative, as the analysis checks.
        let lowered = lowered.unwrap_or_else(|| {
            let func = Box::new(syn::Expr::Path(path.clone()));
            self.opaque(&syn::Expr::Call(syn::ExprCall { func, ..e.clone() }))
        });
        if let Lowered::Value(v) = &lowered {
            let (found, matrix) = (self.function.ty(*v), self.function.types.matrix(library));
            self.function.types.unify(found, matrix);
        }
        Some(lowered)
    }

    /// `DMatrix::zeros` → `DMatrix::<f64>::zeros`: in emitted code nothing else may say it.
    fn of_its_float(&self, path: &syn::ExprPath) -> syn::ExprPath {
        let mut path = path.clone();
        if let (Some(owner), Some(float)) = (
            path.path.segments.iter_mut().nth_back(1),
            self.source.scalar.float(),
        ) && owner.arguments.is_none()
            && !matches!(
                owner.ident.to_string().as_str(),
                "SMatrix" | "SVector" | "OMatrix"
            )
        {
            let float = proc_macro2::Ident::new(float, owner.ident.span());
            owner.arguments = syn::PathArguments::AngleBracketed(
                syn::parse_quote!(::<::core::primitive::#float>),
            );
        }
        path
    }

    fn of_nalgebra(
        &mut self,
        path: &syn::ExprPath,
        owner: &str,
        function: &proc_macro2::Ident,
        args: &[&syn::Expr],
    ) -> Option<Lowered> {
        let span = path.span();
        let (m, data, i, j, k) = (ours("m"), ours("data"), ours("i"), ours("j"), ours("k"));
        // `Matrix3::<f64>::from_fn` → `Matrix3::<f64>::zeros`
        let mut zeros = path.clone();
        zeros.path.segments.last_mut()?.ident = proc_macro2::Ident::new("zeros", function.span());
        let sides = sides(owner);
        let (dims, rest) = args.split_at(sides.min(args.len()));
        let (rows, cols) = (ours("rows"), ours("cols"));
        let names = &[&rows, &cols][..sides];
        let bind = quote!(#(let #names = #dims;)*);
        let empty = quote!(let mut #m = #zeros(#(#names),*););
        let fits = quote! {
            ::core::assert!(
                #data.len() == #m.len(),
                "the number of entries is not that of the matrix"
            );
        };
        let code: syn::Expr = match (function.to_string().as_str(), args, rest) {
            // The sides are evaluated on their own: a length does not depend on what is measured.
            ("zeros" | "identity", sides, _) => {
                let names = &[&rows, &cols][..sides.len().min(2)];
                let sides = sides.iter().map(|side| self.expr(side)).collect::<Vec<_>>();
                let code = syn::parse_quote_spanned!(span=> #path(#(#names),*));
                let names: Vec<_> = names.iter().copied().zip(sides).collect();
                return Some(self.with_opaque(names, &code));
            }
            // Entry by entry, row by row.
            ("new", entries, _) if !entries.is_empty() => {
                let (rows, cols) = shape(owner)?;
                if rows * cols != entries.len() {
                    return None;
                }
                let stores = entries.iter().enumerate().map(|(at, entry)| {
                    let (i, j) = (at / cols, at % cols);
                    quote!(#m[(#i, #j)] = #entry;)
                });
                syn::parse_quote_spanned!(span=> { #empty #(#stores)* #m })
            }
            ("from_fn", _, [f]) => syn::parse_quote_spanned!(span=> {
                #bind
                #empty
                for #j in 0usize..#m.ncols() {
                    for #i in 0usize..#m.nrows() {
                        #m[(#i, #j)] = (#f)(#i, #j);
                    }
                }
                #m
            }),
            ("from_element" | "repeat", _, [x]) => syn::parse_quote_spanned!(span=> {
                #bind
                let #data = #x;
                #empty
                for #k in 0usize..#m.len() {
                    #m[#k] = #data;
                }
                #m
            }),
            ("from_iterator", _, [items]) => {
                let items = match items {
                    syn::Expr::MethodCall(_) | syn::Expr::Path(_) => items.to_token_stream(),
                    other => quote!((#other)),
                };
                syn::parse_quote_spanned!(span=> {
                    #bind
                    let #data = #items.collect::<::std::vec::Vec<_>>();
                    #empty
                    #fits
                    for #k in 0usize..#m.len() {
                        #m[#k] = #data[#k];
                    }
                    #m
                })
            }
            ("from_diagonal", [diagonal], _) => {
                let zeros = match owner {
                    "DMatrix" => quote!(#zeros(#rows, #rows)),
                    _ => quote!(#zeros()),
                };
                syn::parse_quote_spanned!(span=> {
                    let #data = #diagonal;
                    let #rows = #data.len();
                    let mut #m = #zeros;
                    for #k in 0usize..#rows {
                        #m[(#k, #k)] = #data[#k];
                    }
                    #m
                })
            }
            ("from_vec" | "from_column_slice" | "from_row_slice", _, _) => {
                // How many there are says how long a vector is.
                let (before, after, list) = match (owner, rest) {
                    ("DVector" | "RowDVector", _) => {
                        (quote!(), quote!(let #rows = #data.len();), args)
                    }
                    (_, [_]) if owner == "DMatrix" || sides == 0 => (bind, quote!(), rest),
                    _ => return None,
                };
                let [list] = list else { return None };
                let entry = if function == "from_row_slice" {
                    quote!(#data[#i * #m.ncols() + #j])
                } else {
                    quote!(#data[#j * #m.nrows() + #i])
                };
                syn::parse_quote_spanned!(span=> {
                    #before
                    let #data = #list;
                    #after
                    #empty
                    #fits
                    for #j in 0usize..#m.ncols() {
                        for #i in 0usize..#m.nrows() {
                            #m[(#i, #j)] = #entry;
                        }
                    }
                    #m
                })
            }
            _ => return None,
        };
        Some(self.expr(&code))
    }
}

impl Lowerer<'_> {
    /// `vector![a, b]`, `matrix![a, b; c, d]`, and the same of sizes known at run time.
    pub(in crate::lower) fn nalgebra_macro(&mut self, mac: &syn::Macro) -> Option<Lowered> {
        let name = &mac.path.segments.last()?.ident;
        if !crate::parse::makes_matrix(mac) {
            return None;
        }
        let row =
            syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_separated_nonempty;
        let rows = |input: syn::parse::ParseStream| {
            let rows = syn::punctuated::Punctuated::<_, syn::Token![;]>::parse_terminated_with(
                input, row,
            )?;
            Ok(rows)
        };
        let is_vector = name == "vector" || name == "dvector";
        let rows: Vec<Vec<syn::Expr>> = if is_vector {
            let list = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
            let entries = syn::parse::Parser::parse2(list, mac.tokens.clone()).ok()?;
            entries.into_iter().map(|entry| vec![entry]).collect()
        } else {
            let rows = syn::parse::Parser::parse2(rows, mac.tokens.clone()).ok()?;
            rows.into_iter()
                .map(|row| row.into_iter().collect())
                .collect()
        };
        let (height, width) = (rows.len(), rows.first()?.len());
        if rows.iter().any(|row| row.len() != width) {
            return None;
        }
        let (m, span) = (ours("m"), mac.span());
        let krate = &self.source.options.krate;
        let float = self.source.scalar.float()?;
        let float = proc_macro2::Ident::new(float, proc_macro2::Span::mixed_site());
        let float = quote!(::core::primitive::#float);
        let zeros = match name.to_string().as_str() {
            "vector" => quote!(SVector::<#float, #height>::zeros()),
            "dvector" => quote!(DVector::<#float>::zeros(#height)),
            "matrix" => quote!(SMatrix::<#float, #height, #width>::zeros()),
            _ => quote!(DMatrix::<#float>::zeros(#height, #width)),
        };
        let stores = rows.iter().enumerate().flat_map(|(i, row)| {
            let m = &m;
            let entries = row.iter().enumerate();
            entries.map(move |(j, entry)| quote!(#m[(#i, #j)] = #entry;))
        });
        let code: syn::Expr = syn::parse_quote_spanned!(span=> {
            let mut #m = #krate::__private::nalgebra::#zeros;
            #(#stores)*
            #m
        });
        Some(self.expr(&code))
    }
}

/// How many of its sides a type leaves to be said.
fn sides(owner: &str) -> usize {
    match owner {
        "DMatrix" => 2,
        "DVector" | "RowDVector" => 1,
        owner if owner.contains('X') => 1,
        _ => 0,
    }
}

/// The shape in a name: `Vector3` is 3 × 1, `Matrix2x3` is 2 × 3.
fn shape(owner: &str) -> Option<(usize, usize)> {
    let number = |text: &str| text.parse::<usize>().ok();
    if let Some(cols) = owner.strip_prefix("RowVector") {
        return Some((1, number(cols)?));
    }
    if let Some(rows) = owner.strip_prefix("Vector") {
        return Some((number(rows)?, 1));
    }
    let sides = owner.strip_prefix("Matrix")?;
    match sides.split_once('x') {
        Some((rows, cols)) => Some((number(rows)?, number(cols)?)),
        None => Some((number(sides)?, number(sides)?)),
    }
}
