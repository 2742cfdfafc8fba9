//! Jacobians, by columns in forward mode or by rows in reverse mode.

use super::extent::{Extent, flatten, literal_size, size};
use super::{Number, Run, Runs, number_name};
use crate::ast::{Home, Param, Scalar, Shape};
use crate::emit::public::{Public, grad_name, public_name};
use crate::emit::{names, signature};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// How many rows of a Jacobian share a reverse sweep: with more, their adjoints find no registers.
const FEW_ROWS: std::ops::RangeInclusive<usize> = 2..=4;

impl Public<'_> {
    pub(super) fn jacobian(&self) -> TokenStream {
        let into = self.jacobian_into();
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let jac = names::ours("jac");
        let float = self.float();
        let name = names::companion(
            &self.stem(),
            "jacobian_into",
            self.source.item.sig.ident.span(),
        );
        let call = match (&self.source.receiver, self.source.home) {
            (Some(_), _) => quote!(self.#name),
            (None, Home::Module) => quote!(#name),
            (None, Home::Impl | Home::TraitImpl) => quote!(Self::#name),
        };
        let args: Vec<_> = self
            .source
            .params
            .iter()
            .map(|p| match p.view {
                Some(_) => {
                    let name = public_name(p);
                    quote!(#name.view())
                }
                None => self.constant_argument(p, Runs::Often),
            })
            .collect();
        let how = if self.is_concrete() {
            "Row by row in reverse mode. The entries of a matrix are counted as `Differentiable::to_flat` lists them: column by \
             column those of `nalgebra` and `faer`, row by row those of `ndarray`."
        } else {
            "Column by column in blocks in forward mode, or row by row in reverse mode where there are many more inputs than outputs."
        };
        let (ty, body) = match self.jacobian_extent() {
            Extent::Static { ty, depth } => {
                let flatten = flatten(depth);
                let body = quote! {
                    let mut #jac: #ty = #rt::Undefined::undefined();
                    #call(#(#args,)* #jac #flatten);
                    #jac
                };
                (ty, body)
            }
            Extent::Matrix => {
                let (inputs, outputs) = (names::ours("inputs"), names::ours("outputs"));
                let count = self.input_count();
                let output_count = self.output_count();
                let body = quote! {
                    let #inputs = #count;
                    let #outputs = #output_count;
                    let mut #jac = #rt::Matrix::zeros(#outputs, #inputs);
                    #call(#(#args,)* #jac.as_mut_slice());
                    #jac
                };
                (quote!(#rt::Matrix<#float>), body)
            }
        };
        let jacobian = self.function_often(
            "jacobian",
            format!(
                "The Jacobian of [`{stem}`](fn@{stem}), in numerator layout: rows are outputs, columns are inputs in parameter order.\n\n\
                 {how}"
            ),
            &self.params(),
            &ty,
            &body,
        );
        quote!(#jacobian #into)
    }

    /// The number of outputs, where it is known at run time only: by running the function.
    fn output_count(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let value = self.machine_at("value");
        let written = self.outputs().into_iter().map(|p| {
            let value = self.borrowed(p);
            quote!(+ #rt::Entries::<#float>::count(#value))
        });
        if !self.source.output_may_change_shape() {
            let own = match &self.source.output {
                Some(shape) => size(shape).unwrap_or_else(|| quote!(0usize)),
                None => quote!(0usize),
            };
            return quote!(#own #(#written)*);
        }
        let (lets, args) = self.at(&self.constant(&float), &|p| self.same(p), Runs::Often);
        quote!({
            #(#lets)*
            #rt::Entries::<#float>::count(&#value(#(#args),*))
        } #(#written)*)
    }

    fn jacobian_into(&self) -> TokenStream {
        let rt = &self.rt;
        let stem = self.source.item.sig.ident.to_string();
        let output = signature::output(self.source);
        let float = self.float();
        let (inputs, result, length) = (
            names::ours("inputs"),
            names::ours("result"),
            names::ours("length"),
        );
        let jac = Ident::new("jac", Span::mixed_site());
        let count = self.input_count();
        let written: Vec<_> = self.outputs().into_iter().map(number_name).collect();
        let overwrites = self.overwrites();
        // A result may be of any length: only it says how many rows there are.
        let fits = |number: &TokenStream| {
            quote! {
                #rt::orders::jacobian_fits(
                    #rt::Entries::<#number>::count(&#result) #(+ #rt::Entries::<#number>::count(&#written))*,
                    #inputs,
                    #length,
                );
            }
        };
        let none = quote!(::core::option::Option::None);
        let by_rows = match self.few_rows() {
            Some(count) => self.all_rows(count, &fits),
            None => {
                let rows = self.rows(&fits(&float));
                quote!(#rt::orders::jacobian_by_rows::<#float, _>(#inputs, #none, #jac, #rows))
            }
        };
        let run = if self.is_concrete() {
            by_rows
        } else {
            let columns = self.columns(&fits);
            quote! {
                if #rt::orders::rows_are_cheaper(#length / ::core::cmp::Ord::max(#inputs, 1), #inputs) {
                    #by_rows
                } else {
                    #rt::orders::jacobian_by_columns::<#float, _>(#inputs, #jac, #columns)
                }
            }
        };
        self.function_often(
            "jacobian_into",
            format!(
                "The value of [`{stem}`](fn@{stem}); its Jacobian overwrites the buffer, row by row.\n\n# Panics\n\nIf the buffer's \
                 length is not the number of outputs times the number of inputs."
            ),
            &[self.params(), vec![quote!(#jac: &mut [#float])]].concat(),
            &output.to_token_stream(),
            &quote! {
                let #inputs = #count;
                let #length = #jac.len();
                let (#result, (#(#written,)*)) = #run;
                #overwrites
                #result
            },
        )
    }

    /// The function in forward mode: takes inputs from `directions` and visits the outputs. Returns the values of the result and
    /// of what was written. `look` is done before, given the number.
    pub(super) fn columns(&self, look: &dyn Fn(&TokenStream) -> TokenStream) -> TokenStream {
        let (directions, visit) = (names::ours("directions"), names::ours("visit"));
        let runs = self.guarded_last(&quote!(#directions.again();), &|number| {
            let Run { body, nan, results } = self.columns_at(number);
            let look = look(&self.block(number));
            Run {
                body,
                nan,
                results: quote!(#look #results),
            }
        });
        quote!(|#directions, #visit| { #runs })
    }

    /// The same, where the outputs are numbers that know what they depend on.
    pub(super) fn dependent_columns(&self) -> TokenStream {
        let (directions, visit) = (names::ours("directions"), names::ours("visit"));
        let Run { body, results, .. } = self.columns_at(Number::Dependent);
        quote!(|#directions, #visit| { #body #results })
    }

    fn columns_at(&self, number: Number) -> Run {
        let rt = &self.rt;
        let (float, block) = (self.float(), self.block(number));
        let value = self.machine_at("value");
        let result = names::ours("result");
        let (lets, args) = self.directed(number);
        let visits = self.visit_outputs(&result, number);
        let written: Vec<_> = self.outputs().into_iter().map(number_name).collect();
        Run {
            body: quote!(#(#lets)* let #result = #value(#(#args),*);),
            nan: quote! {
                #rt::orders::any_nan::<#block, _>(&#result) #(| #rt::orders::any_nan::<#block, _>(&#written))*
            },
            results: quote! {
                #visits
                (
                    #rt::orders::primal::<#float, #block, _>(&#result),
                    (#(#rt::orders::primal::<#float, #block, _>(&#written),)*),
                )
            },
        }
    }

    /// The forward sweep on parameters at another number, which keeps what reverse sweeps will read; `look` is done after it.
    fn kept(
        &self,
        constant: &TokenStream,
        convert: &dyn Fn(&Param) -> TokenStream,
        look: &TokenStream,
    ) -> TokenStream {
        let rt = &self.rt;
        let (room, stack, mark) = (
            names::ours("room"),
            names::ours("stack"),
            names::ours("mark"),
        );
        let result = names::ours("result");
        let (lets, _) = self.at(constant, convert, Runs::Often);
        let zeros = self.zeros_at();
        let none = quote!(::core::option::Option::None);
        let forward = self.sweep_at(&quote!(Forward), &quote!(&mut #stack), &none, Runs::Often);
        quote! {
            #(#lets)*
            #(#zeros)*
            let mut #room = #rt::Inline::new();
            let mut #stack = #rt::Stack::<#rt::Unguarded>::new(&mut #room);
            let #result = #rt::handed(#forward);
            #look
            let #mark = #stack.mark();
        }
    }

    /// A reverse sweep over what was kept, with guards where one without them leaves a NaN. The cotangents of the outputs are numbers
    /// that `units` gives one after the other; `seeding` begins to. `guards` is a variable that is kept; `again` goes back to the
    /// forward sweep, where what it has kept cannot be read twice.
    fn pulled(
        &self,
        seeding: &TokenStream,
        unit: &TokenStream,
        guards: &TokenStream,
        again: &TokenStream,
    ) -> TokenStream {
        let rt = &self.rt;
        let (stack, mark) = (names::ours("stack"), names::ours("mark"));
        let (result, seed, cotangent) = (
            names::ours("result"),
            names::ours("seed"),
            names::ours("cotangent"),
        );
        let seeded = quote!(::core::option::Option::Some(#seed));
        let [unguarded, guarded] = [quote!(&mut #stack), quote!(#stack.guarded())]
            .map(|stack| self.sweep_at(&quote!(Backward), &stack, &seeded, Runs::Back));
        let outputs = self.outputs().into_iter().map(|p| {
            let grad = grad_name(p);
            quote!(#rt::Entries::set(&mut #grad, &mut #cotangent);)
        });
        let seeds = quote! {
            #seeding
            let mut #cotangent = || #unit;
            let mut #seed = #rt::Space::zero_like(&#result);
            #rt::Entries::set(&mut #seed, &mut #cotangent);
            #(#outputs)*
        };
        let repeatable = self.is_repeatable();
        let grads: Vec<_> = self.all_inputs().into_iter().map(grad_name).collect();
        quote! {
            if !#guards {
                #seeds
                #unguarded;
                #guards = false #(|| #rt::Space::any_nan(&#grads))*;
                if #guards {
                    if !#stack.rewind(#mark) {
                        #again
                    }
                    #(#rt::Space::clear(&mut #grads);)*
                }
            }
            if #guards {
                if #repeatable {
                    ::core::hint::cold_path();
                }
                #seeds
                #guarded;
            }
        }
    }

    /// The function in reverse mode: fills `rows`. Returns the result and what was written.
    pub(super) fn rows(&self, look: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let (rows, directions, columns) = (
            names::ours("rows"),
            names::ours("directions"),
            names::ours("columns"),
        );
        let (result, stack, mark) = (
            names::ours("result"),
            names::ours("stack"),
            names::ours("mark"),
        );
        let guards = quote!(#rows.guards);
        let kept = self.kept(&self.constant(&float), &|p| self.same(p), look);
        let pulled = self.pulled(
            &quote!(let mut #directions = #rows.directions();),
            &quote!(#directions.cotangent::<#float>()),
            &guards,
            &quote!(break;),
        );
        let repeatable = self.is_repeatable();
        let grads: Vec<_> = self.all_inputs().into_iter().map(grad_name).collect();
        let written = self.outputs().into_iter().map(number_name);
        quote!(|#rows| {
            // Without guards, as long as that leaves no NaN, where a sweep may be run twice.
            #guards |= !(#repeatable);
            #kept
            loop {
                #pulled
                let #columns = #rows.row();
                #(let #columns = #rt::Entries::<#float>::copy_to(&#grads, #columns);)*
                // One forward sweep for all rows, where what it keeps can be read more than once.
                if !(#rows.done() && #stack.rewind(#mark)) {
                    break;
                }
                #(#rt::Space::clear(&mut #grads);)*
            }
            (#result, (#(#written,)*))
        })
    }

    /// How many rows there are, where all of them go back in one reverse sweep: a few, of a function of a few numbers without loops.
    /// Loops over arrays are vectorised, and gain more by that.
    fn few_rows(&self) -> Option<usize> {
        let written_over_numbers =
            matches!(self.source.scalar, Scalar::Generic(_) | Scalar::Own(_));
        let inputs = self.all_inputs();
        if !self.known.straight
            || !written_over_numbers
            || self.source.own.is_some()
            || !inputs.iter().all(|p| p.shape.is_packed())
        {
            return None;
        }
        let outputs = self.outputs().into_iter().map(|p| literal_size(&p.shape));
        let own = self.source.output.iter().map(literal_size);
        let count = own.chain(outputs).sum::<Option<usize>>()?;
        FEW_ROWS.contains(&count).then_some(count)
    }

    /// The function in reverse mode, all rows at once, a row in each lane: fills in `jac`. Leaves the values of the result and of what
    /// was written. `look` is done in between, given the number.
    fn all_rows(&self, count: usize, look: &dyn Fn(&TokenStream) -> TokenStream) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let number = quote!(#rt::orders::Abreast<#float, #count>);
        let (result, filled, units) = (
            names::ours("result"),
            names::ours("filled"),
            names::ours("units"),
        );
        let guards = names::ours("guards").to_token_stream();
        let (inputs, jac) = (names::ours("inputs"), Ident::new("jac", Span::mixed_site()));
        let constant = quote!(|value: #float| -> #number { #rt::orders::constant(value) });
        let constants = |p: &Param| {
            let value = self.borrowed(p);
            quote!(#rt::Structure::map(#value, &mut #constant))
        };
        let kept = self.kept(&constant, &constants, &look(&number));
        let pulled = self.pulled(
            &quote!(let mut #units = #rt::orders::UnitRows::default();),
            &quote!(#units.cotangent::<#float, #count>()),
            &guards,
            &quote!(continue;),
        );
        let repeatable = self.is_repeatable();
        let grads = self.all_inputs().into_iter().map(grad_name);
        let written: Vec<_> = self.outputs().into_iter().map(number_name).collect();
        quote!({
            let mut #guards = !(#repeatable);
            loop {
                #kept
                #pulled
                let mut #filled = #rt::orders::Filled::new(#inputs, #jac);
                #(#filled.columns::<#count>(&#grads);)*
                break (
                    #rt::orders::primal::<#float, #number, _>(&#result),
                    (#(#rt::orders::primal::<#float, #number, _>(&#written),)*),
                );
            }
        })
    }

    /// Puts what was written where the user wants it.
    pub(super) fn overwrites(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let overwrites = self.outputs().into_iter().map(|p| {
            let (target, written) = (public_name(p), number_name(p));
            match p.shape {
                Shape::Slice(_) => {
                    quote!(#rt::orders::overwrite::<#float, _, _>(&mut *#target, &#written);)
                }
                _ if self.is_concrete() => quote!(*#target = #written;),
                _ => {
                    quote!(*#target = #rt::Structure::map(&#written, &mut |number: #float| number);)
                }
            }
        });
        quote!(#(#overwrites)*)
    }
}
