//! Hessians and their products with a direction: forward over reverse.

use super::extent::{Extent, flatten};
use super::{Number, Run, Runs, second_name};
use crate::ast::Passing;
use crate::emit::names;
use crate::emit::public::{Public, grad_name};
use proc_macro2::TokenStream;
use quote::quote;

impl Public<'_> {
    pub(super) fn hvp(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let inputs = self.all_inputs();
        let directions: Vec<_> = inputs
            .iter()
            .map(|p| {
                let (name, ty) = (second_name(p, "direction"), &p.ty);
                quote!(#name: #ty)
            })
            .collect();
        let checks = inputs.iter().filter(|p| !p.is_number()).map(|p| {
            let (text, value, second) = (
                p.ident.to_string(),
                self.borrowed(p),
                second_name(p, "direction"),
            );
            let second = if p.passing == Passing::Value {
                quote!(&#second)
            } else {
                quote!(&*#second)
            };
            quote!(#rt::check_shape(#text, #value, #second);)
        });
        let runs = self.guarded_last(&TokenStream::new(), &|number| self.hvp_at(number));
        self.function(
            "hvp",
            &TokenStream::new(),
            format!(
                "The Hessian of [`{stem}`](fn@{stem}) times the directions, forward over reverse."
            ),
            &[self.params(), directions].concat(),
            &self.gradient_ty(),
            &quote!(#(#checks)* #runs),
        )
    }

    fn hvp_at(&self, number: Number) -> Run {
        let rt = &self.rt;
        let (float, dual) = (self.float(), self.dual(number));
        let (lets, _) = self.along("direction", number);
        let zeros = self.zeros_at();
        let sweeps = self.both_at(number, Runs::Once);
        let grads: Vec<_> = self.all_inputs().into_iter().map(grad_name).collect();
        let tangents = grads
            .iter()
            .map(|grad| quote!(#rt::orders::tangents::<#float, #dual, _>(&#grad)));
        let results = match grads.len() {
            1 => quote!(#(#tangents)*),
            _ => quote!((#(#tangents),*)),
        };
        Run {
            body: quote!(#(#lets)* #(#zeros)* #sweeps;),
            nan: quote!(false #(| #rt::Space::any_nan(&#grads))*),
            results,
        }
    }

    pub(super) fn hessian(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let count = self.input_count();
        let (inputs, hess) = (names::ours("inputs"), names::ours("hess"));
        let pull = self.pull();
        let float = self.float();
        let (ty, make, flat) = match self.square() {
            Some(n) => (
                quote!([[#float; #n]; #n]),
                quote!([[<#float as #rt::Real>::zero(); #n]; #n]),
                quote!(#hess.as_flattened_mut()),
            ),
            None => (
                quote!(#rt::Matrix<#float>),
                quote!(#rt::Matrix::zeros(#inputs, #inputs)),
                quote!(#hess.as_mut_slice()),
            ),
        };
        self.function_often(
            "hessian",
            format!(
                "The Hessian of [`{stem}`](fn@{stem}): square, symmetric to the last bit, the inputs in parameter order. Forward over \
                 reverse, several columns at a time."
            ),
            &self.params(),
            &ty,
            &quote! {
                let #inputs = #count;
                let mut #hess: #ty = #make;
                #rt::orders::hessian(#inputs, #flat, #pull);
                #hess
            },
        )
    }

    /// Both sweeps of a float: takes inputs from `directions` and visits the gradient.
    pub(super) fn pull(&self) -> TokenStream {
        let (directions, visit) = (names::ours("directions"), names::ours("visit"));
        let runs = self.guarded_last(&quote!(#directions.again();), &|number| {
            self.pull_at(number)
        });
        quote!(|#directions, #visit| { #runs })
    }

    /// The same, where the gradient is numbers that know what they depend on.
    pub(super) fn dependent_pull(&self) -> TokenStream {
        let (directions, visit) = (names::ours("directions"), names::ours("visit"));
        let Run { body, results, .. } = self.pull_at(Number::Dependent);
        quote!(|#directions, #visit| { #body #results })
    }

    fn pull_at(&self, number: Number) -> Run {
        let rt = &self.rt;
        let (lets, _) = self.directed(number);
        let zeros = self.zeros_at();
        let sweeps = self.both_at(number, Runs::Often);
        let grads: Vec<_> = self.all_inputs().into_iter().map(grad_name).collect();
        let visits = grads.iter().map(|grad| self.visits(grad, number));
        Run {
            body: quote!(#(#lets)* #(#zeros)* #sweeps;),
            nan: quote!(false #(| #rt::Space::any_nan(&#grads))*),
            results: quote!(#(#visits)*),
        }
    }

    /// The Hessian of each of several outputs.
    pub(super) fn hessians(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let value = self.machine_at("value");
        let count = self.input_count();
        let float = self.float();
        let (inputs, hess, result) = (
            names::ours("inputs"),
            names::ours("hess"),
            names::ours("result"),
        );
        let (pair, visit) = (names::ours("pair"), names::ours("visit"));
        let number = quote!(|value| #pair.input(value));
        let (lets, args) = self.at(
            &self.constant(&quote!(#rt::Dual<#rt::Dual<#float>>)),
            &|p| {
                if p.passing == Passing::Exclusive {
                    return self.constants(p);
                }
                let value = self.borrowed(p);
                quote!(#rt::Structure::map(#value, &mut #number))
            },
            Runs::Often,
        );
        let visits = self.visit_outputs(&result, Number::Guarded);
        let leaf = self.square().map(|n| (quote!([[#float; #n]; #n]), 2));
        let extent = match leaf {
            Some((leaf, depth)) => self.rows_of(&leaf, depth),
            None => Extent::Matrix,
        };
        let Extent::Static { ty, depth } = extent else {
            return quote!(::core::compile_error!(
                "the Hessian of several outputs needs sizes that are known at compile time; take the Hessian of each output, or use \
                 arrays"
            ););
        };
        let flatten = flatten(depth);
        self.function_often(
            "hessian",
            format!("The Hessian of each output of [`{stem}`](fn@{stem}), the inputs in parameter order. Forward over forward."),
            &self.params(),
            &ty,
            &quote! {
                let #inputs = #count;
                let mut #hess: #ty = #rt::Undefined::undefined();
                #rt::orders::hessians::<#float>(
                    #inputs,
                    |#pair, #visit| {
                        #(#lets)*
                        let #result = #value(#(#args),*);
                        #visits
                    },
                    #hess #flatten,
                );
                #hess
            },
        )
    }
}
