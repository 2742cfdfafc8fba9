//! Sparse Jacobians and Hessians: the function on numbers that know what they depend on, and then only the entries there are.

use super::{names, number_name};
use crate::emit::public::Public;
use proc_macro2::TokenStream;
use quote::quote;

impl Public<'_> {
    pub fn jacobian_sparsity(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = &self.source.item.sig.ident;
        let pattern = names::ours("pattern");
        let (found, overwrites) = (self.jacobian_pattern(), self.overwrites());
        self.function(
            "jacobian_sparsity",
            &TokenStream::new(),
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
        let (pattern, jac) = (names::ours("pattern"), names::ours("jac"));
        let (found, overwrites) = (self.jacobian_pattern(), self.overwrites());
        let number = quote!(#rt::orders::Columns<#float>);
        let columns = self.columns(&number, &TokenStream::new());
        let rows = self.rows(&TokenStream::new());
        self.function(
            "jacobian_sparse",
            &TokenStream::new(),
            format!(
                "The Jacobian of [`{stem}`](fn@{stem}) in compressed rows: only entries of its pattern at this point.\n\n\
                 Columns that share no row are computed together in forward mode, and long rows in reverse mode."
            ),
            &self.params(),
            &quote!(#rt::sparse::CsrMatrix<#float>),
            &quote! {
                #found
                let mut #jac = #rt::sparse::Jacobian::<#float>::new(#pattern);
                #jac.by_columns(#columns);
                #jac.by_rows(#rows);
                #overwrites
                #jac.finish()
            },
        )
    }

    pub fn hessian_sparsity(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = &self.source.item.sig.ident;
        let found = self.hessian_pattern();
        self.function(
            "hessian_sparsity",
            &TokenStream::new(),
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
        let pattern = names::ours("pattern");
        let (found, pull) = (self.hessian_pattern(), self.pull());
        self.function(
            "hessian_sparse",
            &TokenStream::new(),
            format!(
                "The Hessian of [`{stem}`](fn@{stem}) in compressed rows: only entries of its pattern at this point, both of a pair, \
                 symmetric to the last bit."
            ),
            &self.params(),
            &quote!(#rt::sparse::CsrMatrix<#float>),
            &quote! {
                let #pattern = #found;
                #rt::sparse::hessian::<#float>(#pattern, #pull)
            },
        )
    }

    /// Statements that leave the pattern and the values of what was written.
    fn jacobian_pattern(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let pattern = names::ours("pattern");
        let count = self.input_count();
        let written = self.outputs().into_iter().map(number_name);
        let columns = self.columns(&quote!(#rt::sparse::Dependent<#float>), &TokenStream::new());
        quote! {
            let (#pattern, (_, (#(#written,)*))) = #rt::sparse::pattern::<#float, _>(#count, #columns);
        }
    }

    fn hessian_pattern(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let (count, pull) = (self.input_count(), self.pull());
        quote!(#rt::sparse::symmetric(#rt::sparse::pattern::<#float, _>(#count, #pull).0))
    }
}
