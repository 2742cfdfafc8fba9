//! Gradients at many points: columns in, columns out.
//!
//! ```text
//! for each part of the columns                    (on several threads with `rayon`)
//!     for each block of points { gather; both sweeps in lanes; scatter }      where `lanes` says that they can
//!     for each point { the gradient }                                         otherwise
//! ```

use super::{Runs, number_name};
use crate::ast::{Batch, Home, Param, Passing, Scalar, Shape};
use crate::emit::public::{Public, grad_name, public_name};
use crate::emit::{names, signature};
use proc_macro2::{Ident, TokenStream};
use quote::quote;

impl Public<'_> {
    pub fn batch(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let wrt = self.wrt();
        let output = signature::output(self.source);
        let values = names::ours("values");
        let inputs = self.inputs();
        let names_: Vec<_> = inputs.iter().map(|p| public_name(p)).collect();
        let columns: Vec<_> = inputs.iter().map(|p| grads_name(p)).collect();
        let tys: Vec<_> = inputs
            .iter()
            .map(|p| {
                let element = signature::gradient(rt, &p.ty);
                quote!(#rt::Vec<#element>)
            })
            .collect();
        let params = self.batch_params();
        let call = self.call_itself("grad_batch_into");
        let given = self.source.params.iter().map(public_name);
        let first = names_.first();
        let fill = quote! {
            let mut #values: #rt::Vec<#output> = #rt::vec_of(#rt::Undefined::undefined(), #first.len());
            #(let mut #columns: #tys = #rt::Space::zero_like(#names_);)*
            #call(#(#given,)* &mut #values, #(&mut #columns),*);
        };
        let (ty, gradient) = match (tys.as_slice(), columns.as_slice()) {
            ([ty], [one]) => (ty.clone(), quote!(#one)),
            (tys, many) => (quote!((#(#tys),*)), quote!((#(#many),*))),
        };
        let how = self.how();
        let shapes = "Each of these has an element for each point; other parameters are the same at all points.";
        let panics = "# Panics\n\nIf the lengths differ.";
        let grad = self.function(
            "grad_batch",
            &TokenStream::new(),
            format!("The gradients of [`{stem}`](fn@{stem}) with respect to {wrt} at many points. {shapes}\n\n{how}\n\n{panics}"),
            &params,
            &ty,
            &quote!(#fill #gradient),
        );
        let both = self.function(
            "value_and_grad_batch",
            &TokenStream::new(),
            format!(
                "The values of [`{stem}`](fn@{stem}) and its gradients with respect to {wrt} at many points. {shapes}\n\n{how}\n\n{panics}"
            ),
            &params,
            &quote!((#rt::Vec<#output>, #ty)),
            &quote!(#fill (#values, #gradient)),
        );
        let mut buffers = params;
        buffers.push(quote!(#values: &mut [#output]));
        buffers.extend(self.inputs().into_iter().map(|p| {
            let (column, ty) = (grads_name(p), signature::gradient(rt, &p.ty));
            quote!(#column: &mut [#ty])
        }));
        let into = self.function(
            "grad_batch_into",
            &TokenStream::new(),
            format!(
                "The values of [`{stem}`](fn@{stem}) and its gradients with respect to {wrt} at many points overwrite the buffers. \
                 {shapes}\n\n{how}\n\n{panics}"
            ),
            &buffers,
            &quote!(()),
            &self.into(),
        );
        let insists = (self.insists_in() == Some(Home::Module)).then(|| {
            let assertion = self.insists();
            quote!(const _: () = { #assertion };)
        });
        quote!(#grad #both #into #insists)
    }

    /// A differentiable parameter has a column of what it owns.
    fn batch_params(&self) -> Vec<TokenStream> {
        let rt = &self.rt;
        let columns = self.source.params.iter().map(|p| {
            let (name, ty) = (public_name(p), &p.ty);
            if p.is_input() {
                let element = signature::gradient(rt, ty);
                quote!(#name: &[#element])
            } else {
                quote!(#name: #ty)
            }
        });
        columns.collect()
    }

    /// How it is computed.
    fn how(&self) -> &'static str {
        if self.in_lanes() {
            "Several points at a time in SIMD lanes, with the feature `simd` and if the annotated functions called here can: values and \
             gradients may then differ from those at single points in their last digits."
        } else {
            "Point by point: what is done depends on where the point is, or on more than floats and arrays of them."
        }
    }

    /// Points share numbers, if callees can.
    fn in_lanes(&self) -> bool {
        let over_floats = matches!(self.source.scalar, Scalar::Generic(_));
        self.known.lanes && over_floats && self.inputs().iter().all(|p| p.shape.is_packed())
    }

    fn into(&self) -> TokenStream {
        let rt = &self.rt;
        let inputs = self.inputs();
        let Some(first) = inputs.first() else {
            return TokenStream::new();
        };
        let (first_name, first_text) = (public_name(first), first.ident.to_string());
        let (points, values) = (names::ours("points"), names::ours("values"));
        let others = inputs[1..].iter().map(|p| {
            let (name, text) = (public_name(p), p.ident.to_string());
            quote!(#rt::batch::check_length(#text, #name.len(), #first_text, #points);)
        });
        let buffers = inputs.iter().map(|p| {
            let (name, column, text) = (public_name(p), grads_name(p), p.ident.to_string());
            quote!(#rt::check_shape(#text, #name, &*#column);)
        });
        let taken = nested(inputs.iter().map(|p| public_name(p)));
        let written = nested(
            [values.clone()]
                .into_iter()
                .chain(inputs.iter().map(|p| grads_name(p))),
        );
        let one_by_one = self.one_by_one();
        let insists = (self.insists_in() == Some(Home::Impl)).then(|| self.insists());
        let body = if self.in_lanes() {
            let (lanes, blocks) = (self.asks_for_lanes(), self.blocks());
            quote! {
                if #rt::batch::LANES && #lanes(#rt::BUDGET) > 0 {
                    #blocks
                } else {
                    #one_by_one
                }
            }
        } else {
            one_by_one
        };
        quote! {
            #insists
            let #points = #first_name.len();
            #(#others)*
            #rt::batch::check_length("values", #values.len(), #first_text, #points);
            #(#buffers)*
            #rt::batch::run(#points, #taken, #written, |#points, #taken, #written| { #body });
        }
    }

    /// The gradient at each point.
    fn one_by_one(&self) -> TokenStream {
        let (points, point, values) = (
            names::ours("points"),
            names::ours("point"),
            names::ours("values"),
        );
        let args = self.source.params.iter().map(|p| {
            let name = public_name(p);
            match (p.is_input(), p.passing, &p.shape) {
                (false, _, _) => self.constant_argument(p, Runs::Often),
                (true, Passing::Value, _) => quote!(::core::clone::Clone::clone(&#name[#point])),
                (true, _, Shape::Slice(_)) => quote!(&#name[#point][..]),
                (true, _, _) => quote!(&#name[#point]),
            }
        });
        let grads = self.inputs().into_iter().map(|p| {
            let column = grads_name(p);
            match &p.shape {
                Shape::Slice(_) | Shape::Vec(_) => quote!(&mut #column[#point][..]),
                _ => quote!(&mut #column[#point]),
            }
        });
        let call = self.call_itself("grad_into");
        quote! {
            for #point in 0..#points {
                #values[#point] = #call(#(#args,)* #(#grads),*);
            }
        }
    }

    /// Both sweeps for each block of points.
    fn blocks(&self) -> TokenStream {
        let rt = &self.rt;
        let (points, block, values, result) = (
            names::ours("points"),
            names::ours("block"),
            names::ours("values"),
            names::ours("result"),
        );
        let inputs = self.inputs();
        let gather = inputs.iter().map(|p| {
            let (number, name) = (number_name(p), public_name(p));
            quote!(let mut #number = #block.gather(#name);)
        });
        let scatter = inputs.iter().map(|p| {
            let (grad, column) = (grad_name(p), grads_name(p));
            quote!(#block.scatter(&#grad, #column);)
        });
        let zeros = self.zeros_at();
        let sweeps = self.sweeps_at(Runs::Often);
        quote! {
            for #block in #rt::batch::blocks(#points) {
                #(#gather)*
                #(#zeros)*
                let #result = #rt::handed(#sweeps);
                #block.scatter(&#result, #values);
                #(#scatter)*
            }
        }
    }

    /// Where the function stands, if it must be in lanes.
    fn insists_in(&self) -> Option<Home> {
        let insists = self.source.options.batch == Some(Batch::InLanes) && self.is_real();
        insists.then_some(self.source.home)
    }

    /// `batch(lanes)`: what is called must be able to. Of a method it is known when it runs.
    fn insists(&self) -> TokenStream {
        let (rt, lanes) = (&self.rt, self.asks_for_lanes());
        quote! {
            ::core::assert!(
                #lanes(#rt::BUDGET) > 0,
                "`batch(lanes)`: an annotated function that is called here cannot run in lanes, since what it does depends on where the \
                 point is; ask for `batch` alone, which then goes point by point"
            );
        }
    }

    fn asks_for_lanes(&self) -> TokenStream {
        match self.source.home {
            Home::Module => self.machine("lanes"),
            Home::Impl | Home::TraitImpl => {
                let name = self.defined("lanes");
                quote!(Self::#name)
            }
        }
    }

    /// Another companion, where it is called from beside it.
    fn call_itself(&self, suffix: &str) -> TokenStream {
        let ident = &self.source.item.sig.ident;
        let name = names::companion(&self.stem(), suffix, ident.span());
        let generics = self.source.item.sig.generics.params.iter();
        let args: Vec<_> = generics
            .filter_map(|p| match p {
                syn::GenericParam::Lifetime(_) => None,
                syn::GenericParam::Type(t) => Some(&t.ident),
                syn::GenericParam::Const(c) => Some(&c.ident),
            })
            .collect();
        let args = (!args.is_empty()).then(|| quote!(::<#(#args),*>));
        match (&self.source.receiver, self.source.home) {
            (None, Home::Module) => quote!(#name #args),
            (None, Home::Impl | Home::TraitImpl) => quote!(Self::#name #args),
            (Some(own), _) if crate::parse::takes_self(own) => {
                quote!(::core::clone::Clone::clone(&self).#name #args)
            }
            (Some(_), _) => quote!(self.#name #args),
        }
    }
}

/// `(a, (b, ()))`
fn nested(names: impl DoubleEndedIterator<Item = Ident>) -> TokenStream {
    names.rfold(quote!(()), |rest, name| quote!((#name, #rest)))
}

/// The column of gradients with respect to a parameter.
fn grads_name(p: &Param) -> Ident {
    names::ours(&format!("grads_{}", p.ident))
}
