//! The derivative of an operator: `Operation`, by way of the companion of its body.

use super::companions::{runtime, silent};
use crate::ast::{Param, Source};
use crate::parse::Operator;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// What an operator's implementation is followed by. `companions` are those of its body.
pub fn operator(operator: &Operator, source: &Source, companions: &TokenStream) -> TokenStream {
    let Operator {
        operation,
        function,
        generics,
        operands,
        output,
    } = operator;
    let rt = runtime(source);
    let (impl_generics, _, clause) = generics.split_for_impl();
    let body = &function.sig.ident;
    let (x, y) = match operands.as_slice() {
        [x, y] => (x.to_token_stream(), y.to_token_stream()),
        operands => (quote!(#(#operands)*), quote!(())),
    };
    let names = [quote!(x), quote!(y)];
    let adjoints = [quote!(x_adj), quote!(y_adj)];
    let zeros = [quote!(x_zero), quote!(y_zero)];
    let each = |f: &dyn Fn(&Param, usize) -> TokenStream| -> Vec<TokenStream> {
        let params = source.params.iter().enumerate();
        params.map(|(k, param)| f(param, k)).collect()
    };
    let passed = each(&|param, k| {
        let name = &names[k];
        match param.active {
            true => quote!(#rt::Active(#name)),
            false => quote!(#rt::Const(::core::clone::Clone::clone(#name))),
        }
    });
    let split = each(&|param, k| {
        let (name, adjoint, zero) = (&names[k], &adjoints[k], &zeros[k]);
        match param.active {
            true => quote! {
                let mut #zero = ::core::option::Option::None;
                let #adjoint = match #adjoint {
                    ::core::option::Option::Some(adjoint) => adjoint.begun(#name),
                    ::core::option::Option::None => #zero.insert(#rt::Space::zero_like(#name)),
                };
            },
            false => TokenStream::new(),
        }
    });
    let pulled = each(&|param, k| {
        let (name, adjoint) = (&names[k], &adjoints[k]);
        match param.active {
            true => quote!(#rt::ActiveMut(#name, #adjoint)),
            false => quote!(#rt::Const(::core::clone::Clone::clone(#name))),
        }
    });
    let silent = silent();
    quote! {
        #silent
        const _: () = {
            #function
            #companions
            impl #impl_generics #rt::operations::Operation<#rt::operations::#operation, #y> for #x #clause {
                type Output = #output;
                #[inline]
                fn value(x: &#x, y: &#y) -> #output {
                    #body::eval(#(#passed),*).0
                }
                #[inline]
                fn forward(stack: &mut #rt::Stack<'_, impl #rt::Guards>, x: &#x, y: &#y) -> #output {
                    #body::forward(stack, #(#passed),*).0
                }
                #[inline]
                fn backward(
                    stack: &mut #rt::Stack<'_, impl #rt::Guards>,
                    x: &#x,
                    y: &#y,
                    seed: #output,
                    (x_adj, y_adj): #rt::operations::Adjoints<'_, #x, #y>,
                ) {
                    #(#split)*
                    #body::backward(stack, #(#pulled,)* ::core::option::Option::Some(seed));
                }
            }
        };
    }
}
