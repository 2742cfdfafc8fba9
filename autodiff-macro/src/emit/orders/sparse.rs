//! Sparse Jacobians and Hessians: the function on numbers that know what they depend on, and then only the entries there are.

use super::{names, number_name};
use crate::emit::public::Public;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

impl Public<'_> {
    pub fn jacobian_sparsity(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = &self.source.item.sig.ident;
        let pattern = names::ours("pattern");
        let (found, overwrites) = (self.jacobian_pattern(), self.overwrites());
        self.function_often(
            "jacobian_sparsity",
            format!(
                "The pattern of the Jacobian of [`{stem}`](fn@{stem}): which outputs (rows) depend on which inputs (columns, in \
                 parameter order), on the path that the function takes at this point."
            ),
            &self.params(),
            &quote!(#rt::sparse::Pattern),
            &quote! {
                #found
                #overwrites
                #pattern
            },
        )
    }

    pub fn jacobian_sparse(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = &self.source.item.sig.ident;
        let float = self.float();
        let (pattern, values) = (names::ours("pattern"), names::ours("values"));
        let coloring = coloring();
        let (count, found) = (self.input_count(), self.jacobian_pattern());
        let overwrites = self.overwrites();
        let evaluated = self.jacobian_values("jacobian", &TokenStream::new());
        let evaluated_with =
            self.jacobian_values("jacobian_with", &quote!(, || { #found #pattern }));
        let matrix = quote!(#rt::sparse::CsrMatrix<#float>);
        let anew = self.function_often(
            "jacobian_sparse",
            format!(
                "The Jacobian of [`{stem}`](fn@{stem}) in compressed rows: only entries of its pattern at this point.\n\n\
                 Columns that share no row are computed together in forward mode, and long rows in reverse mode."
            ),
            &self.params(),
            &matrix,
            &quote! {
                #found
                let #coloring = &#rt::sparse::JacobianColoring::new(#pattern);
                #evaluated
                #overwrites
                #rt::sparse::matrix(#coloring.pattern(), #values)
            },
        );
        let with = self.function_often(
            "jacobian_sparse_with",
            format!(
                "As `{stem}_jacobian_sparse`, of a pattern that is taken and coloured once for many points: it must have every \
                 entry that can differ from zero at each of them.\n\n# Panics\n\nIf the coloring is of another number of inputs or \
                 outputs, or if a derivative is not zero that it has no entry for, to eight digits of its row."
            ),
            &[
                self.params(),
                vec![quote!(#coloring: &#rt::sparse::JacobianColoring)],
            ]
            .concat(),
            &matrix,
            &quote! {
                #rt::sparse::inputs_fit(#coloring.pattern(), #count);
                #evaluated_with
                #overwrites
                #rt::sparse::matrix(#coloring.pattern(), #values)
            },
        );
        quote!(#anew #with)
    }

    pub fn hessian_sparsity(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = &self.source.item.sig.ident;
        let found = self.hessian_pattern();
        self.function_often(
            "hessian_sparsity",
            format!(
                "The pattern of the Hessian of [`{stem}`](fn@{stem}): symmetric, the inputs in parameter order, on the path that \
                 the function takes at this point."
            ),
            &self.params(),
            &quote!(#rt::sparse::Pattern),
            &found,
        )
    }

    pub fn hessian_sparse(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = &self.source.item.sig.ident;
        let float = self.float();
        let (values, coloring) = (names::ours("values"), coloring());
        let (count, found, pull) = (self.input_count(), self.hessian_pattern(), self.pull());
        let matrix = quote!(#rt::sparse::CsrMatrix<#float>);
        let anew = self.function_often(
            "hessian_sparse",
            format!(
                "The Hessian of [`{stem}`](fn@{stem}) in compressed rows: only entries of its pattern at this point, both of a pair, \
                 symmetric to the last bit."
            ),
            &self.params(),
            &matrix,
            &quote! {
                let #coloring = &#rt::sparse::HessianColoring::new(#found);
                #rt::sparse::matrix(#coloring.pattern(), #rt::sparse::hessian::<#float>(#coloring, #pull))
            },
        );
        let with = self.function_often(
            "hessian_sparse_with",
            format!(
                "As `{stem}_hessian_sparse`, of a pattern that is taken and coloured once for many points: it must have every \
                 entry that can differ from zero at each of them.\n\n# Panics\n\nIf the coloring is of another number of inputs, or \
                 if a derivative is not zero that it has no entry for, to eight digits of its row."
            ),
            &[
                self.params(),
                vec![quote!(#coloring: &#rt::sparse::HessianColoring)],
            ]
            .concat(),
            &matrix,
            &quote! {
                #rt::sparse::inputs_fit(#coloring.pattern(), #count);
                let #values = #rt::sparse::hessian_with::<#float>(#coloring, #pull, || #found);
                #rt::sparse::matrix(#coloring.pattern(), #values)
            },
        );
        quote!(#anew #with)
    }

    /// A statement that leaves the values of a Jacobian by its coloring, and those of what was written, by a function of the
    /// runtime.
    fn jacobian_values(&self, function: &str, last: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        let function = Ident::new(function, Span::mixed_site());
        let float = self.float();
        let (values, result, coloring) = (names::ours("values"), names::ours("result"), coloring());
        let written: Vec<_> = self.outputs().into_iter().map(number_name).collect();
        let fit = |number: &TokenStream| {
            quote! {
                #rt::sparse::outputs_fit(
                    #coloring.pattern(),
                    #rt::Entries::<#number>::count(&#result) #(+ #rt::Entries::<#number>::count(&#written))*,
                );
            }
        };
        let (columns, rows) = (self.columns(&fit), self.rows(&fit(&float)));
        quote! {
            let (#values, (_, (#(#written,)*))) =
                #rt::sparse::#function::<#float, _>(#coloring, #columns, #rows #last);
        }
    }

    /// Statements that leave the pattern and the values of what was written.
    fn jacobian_pattern(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let pattern = names::ours("pattern");
        let count = self.input_count();
        let written = self.outputs().into_iter().map(number_name);
        let columns = self.dependent_columns();
        quote! {
            let (#pattern, (_, (#(#written,)*))) = #rt::sparse::pattern::<#float, _>(#count, #columns);
        }
    }

    fn hessian_pattern(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let (count, pull) = (self.input_count(), self.dependent_pull());
        quote!(#rt::sparse::symmetric(#rt::sparse::pattern::<#float, _>(#count, #pull).0))
    }
}

/// The parameter that a coloring is lent in.
fn coloring() -> Ident {
    Ident::new("coloring", Span::mixed_site())
}
