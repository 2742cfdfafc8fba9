//! Directional derivatives and Taylor coefficients.

use super::{Number, Run, Runs, number_name, second_name};
use crate::ast::{Passing, Shape};
use crate::emit::public::{Public, public_name};
use crate::emit::{names, signature};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

impl Public<'_> {
    pub(super) fn jvp(&self) -> TokenStream {
        let stem = self.source.item.sig.ident.to_string();
        let output = signature::output(self.source);
        let ty = match self.source.output {
            Some(_) => quote!((#output, #output)),
            None => quote!(()),
        };
        let checks = self.length_checks("tangent");
        let runs = self.guarded_last(&TokenStream::new(), &|number| self.jvp_at(number));
        self.function(
            "jvp",
            &TokenStream::new(),
            format!(
                "The value of [`{stem}`](fn@{stem}) and its derivative in the direction of the tangents: the Jacobian-vector \
                 product, in forward mode."
            ),
            &[self.params(), self.second_params("tangent")].concat(),
            &ty,
            &quote!(#(#checks)* #runs),
        )
    }

    fn jvp_at(&self, number: Number) -> Run {
        let rt = &self.rt;
        let (float, dual) = (self.float(), self.dual(number));
        let value = self.machine_at("value");
        let (lets, args) = self.along("tangent", number);
        let result = names::ours("result");
        let mut results = TokenStream::new();
        for p in self.outputs() {
            let (numbers, name, tangent) =
                (number_name(p), public_name(p), second_name(p, "tangent"));
            results.extend(if let Shape::Slice(_) = p.shape {
                quote!(#rt::orders::take_apart::<#float, #dual, _, _>(&#numbers, &mut *#name, &mut *#tangent);)
            } else {
                // Of whatever shape it is now.
                quote! {
                    *#name = #rt::orders::primal::<#float, #dual, _>(&#numbers);
                    *#tangent = #rt::orders::tangents::<#float, #dual, _>(&#numbers);
                }
            });
        }
        if self.source.output.is_some() {
            results.extend(quote! {(
                #rt::orders::primal::<#float, #dual, _>(&#result),
                #rt::orders::tangents::<#float, #dual, _>(&#result),
            )});
        }
        let written = self.outputs().into_iter().map(number_name);
        let own = self.source.output.iter().map(|_| result.clone());
        Run {
            body: quote!(#(#lets)* let #result = #value(#(#args),*);),
            nan: quote!(false #(| #rt::orders::any_nan::<#dual, _>(&#own))* #(| #rt::orders::any_nan::<#dual, _>(&#written))*),
            results,
        }
    }

    /// The number with one tangent.
    pub(super) fn dual(&self, number: Number) -> TokenStream {
        let (rt, float) = (&self.rt, self.float());
        match number {
            Number::Plain => quote!(#rt::orders::PlainDual<#float>),
            Number::Guarded | Number::Dependent => quote!(#rt::Dual<#float>),
        }
    }

    /// The parameters with the tangents of a direction, and the arguments for `value`.
    pub(super) fn along(
        &self,
        direction: &str,
        number: Number,
    ) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let (rt, float, dual) = (&self.rt, self.float(), self.dual(number));
        let convert = quote!(|value, tangent| <#dual as #rt::orders::Tangential<#float>>::along(value, tangent));
        self.at(
            &self.constant(&dual),
            &|p| match p.passing {
                Passing::Exclusive if direction == "direction" => self.constants(p),
                _ => self.zipped(p, direction, &convert),
            },
            Runs::Once,
        )
    }

    pub(super) fn taylor(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let stem = self.source.item.sig.ident.to_string();
        let value = self.machine_at("value");
        let output = signature::output(self.source);
        // In braces it is no type of the user's that is called so.
        let order = Ident::new("K", Span::mixed_site());
        let number =
            quote!(|value, direction| #rt::Taylor::<_, { #order }>::line(value, direction));
        let (lets, args) = self.at(
            &self.constant(&quote!(#rt::Taylor<#float, { #order }>)),
            &|p| self.zipped(p, "direction", &number),
            Runs::Once,
        );
        let checks = self.length_checks("direction");
        self.function_of_order(
            "taylor",
            &order,
            format!(
                "The first `K` Taylor coefficients of `t ↦ {stem}(x + t d)` at `t = 0`, `d` the directions: coefficient `k` is the \
                 `k`-th derivative divided by `k!`."
            ),
            &[self.params(), self.second_params("direction")].concat(),
            &quote!([#output; #order]),
            &quote!(#(#checks)* #(#lets)* #value(#(#args),*).coefficients),
        )
    }
}
