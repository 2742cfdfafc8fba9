//! The companions of other modes and higher orders: instances of the same code at numbers that carry derivatives.

mod batch;
mod extent;
mod forward;
mod hessian;
mod jacobian;
mod sparse;

use super::machinery::is_copied;
use super::names;
use super::public::{Public, grad_name, public_name};
use crate::ast::{Param, Passing, Scalar, Shape};
use proc_macro2::{Ident, TokenStream};
use quote::{ToTokens, quote};

/// How often a companion runs the function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Once,
    Often,
    /// Often, of which this is a reverse sweep.
    Back,
}

/// What a companion runs at.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Number {
    /// Numbers with tangents, of which nothing is guarded.
    Plain,
    /// Numbers with tangents.
    Guarded,
    /// Numbers that know what they depend on.
    Dependent,
}

/// A run at one kind of numbers.
struct Run {
    /// Statements.
    body: TokenStream,
    /// Whether it has left a NaN in a tangent.
    nan: TokenStream,
    /// What is made of it.
    results: TokenStream,
}

impl Public<'_> {
    pub fn orders(&self) -> TokenStream {
        let options = &self.source.options;
        let mut all = TokenStream::new();
        if options.jvp {
            all.extend(self.jvp());
        }
        if options.taylor {
            all.extend(self.taylor());
        }
        if options.hvp {
            all.extend(self.hvp());
        }
        if options.hessian {
            all.extend(if self.source.has_scalar_output() {
                self.hessian()
            } else {
                self.hessians()
            });
        }
        if options.jacobian {
            all.extend(self.jacobian());
        }
        if options.jacobian_sparsity || options.jacobian_sparse {
            all.extend(self.jacobian_sparsity());
        }
        if options.jacobian_sparse {
            all.extend(self.jacobian_sparse());
        }
        if options.hessian_sparsity || options.hessian_sparse {
            all.extend(self.hessian_sparsity());
        }
        if options.hessian_sparse {
            all.extend(self.hessian_sparse());
        }
        if options.batch.is_some() {
            all.extend(self.batch());
        }
        all
    }

    /// The float of the signature.
    fn float(&self) -> TokenStream {
        match (&self.source.scalar, self.source.scalar.float()) {
            (Scalar::Own(own), _) => own.into_token_stream(),
            (_, Some("f32")) => quote!(::core::primitive::f32),
            _ => quote!(::core::primitive::f64),
        }
    }

    /// There are no other numbers than the float of the signature.
    fn is_concrete(&self) -> bool {
        matches!(self.source.scalar, Scalar::Concrete(_))
    }

    /// A reference to what a parameter holds.
    fn borrowed(&self, p: &Param) -> TokenStream {
        let name = public_name(p);
        match p.passing {
            Passing::Value => quote!(&#name),
            Passing::Shared | Passing::Exclusive => quote!(&*#name),
        }
    }

    /// A variable that holds a parameter at another number, as the machinery takes it.
    fn at_number(&self, p: &Param, name: &Ident) -> TokenStream {
        match (p.passing, &p.shape) {
            (Passing::Exclusive, Shape::Slice(_)) => quote!(&mut #name[..]),
            (Passing::Exclusive, _) => quote!(&mut #name),
            (_, Shape::Float) => quote!(#name),
            (_, Shape::Slice(_) | Shape::Vec(_)) => quote!(&#name[..]),
            (_, _) => quote!(&#name),
        }
    }

    fn adjoint_at_number(&self, p: &Param, name: &Ident) -> TokenStream {
        match (p.passing, &p.shape) {
            (Passing::Exclusive, Shape::Slice(_))
            | (Passing::Value | Passing::Shared, Shape::Slice(_) | Shape::Vec(_)) => {
                quote!(&mut #name[..])
            }
            _ => quote!(&mut #name),
        }
    }

    fn constant_argument(&self, p: &Param, runs: Runs) -> TokenStream {
        let (rt, name) = (&self.rt, public_name(p));
        match (p.passing, runs) {
            (Passing::Value, Runs::Often | Runs::Back) => {
                quote!(::core::clone::Clone::clone(&#name))
            }
            (Passing::Exclusive, _) if p.active => quote!(&mut *#name),
            (Passing::Exclusive, Runs::Once) => quote!(&mut *#name),
            (Passing::Exclusive, Runs::Often) => quote!(&mut *#rt::orders::begun(&#name)),
            (Passing::Exclusive, Runs::Back) => quote!(&mut *#rt::orders::left(&#name)),
            _ => quote!(#name),
        }
    }

    /// A companion that runs the function often: each time what is lent without a derivative is what it was before.
    fn function_often(
        &self,
        suffix: &str,
        doc: String,
        params: &[TokenStream],
        output: &TokenStream,
        body: &TokenStream,
    ) -> TokenStream {
        let rt = &self.rt;
        let lent = |p: &&Param| p.passing == Passing::Exclusive && !p.active;
        let again = self.source.params.iter().filter(lent).map(|p| {
            let name = public_name(p);
            quote!(let #name = #rt::orders::again(#name);)
        });
        let body = quote!(#(#again)* #body);
        self.function(suffix, &TokenStream::new(), doc, params, output, &body)
    }

    /// The parameters, `self` among them where it takes part.
    fn everything(&self) -> impl Iterator<Item = &Param> {
        self.source.own.iter().chain(&self.source.params)
    }

    /// The inputs, `self` among them.
    fn all_inputs(&self) -> Vec<&Param> {
        self.everything().filter(|p| p.is_input()).collect()
    }

    /// A function of the machinery at another number: of a method over the number of its `impl`, that of another `Self`.
    fn machine_at(&self, function: &str) -> TokenStream {
        match &self.source.own {
            Some(own) => {
                let (number, name) = (number_name(own), self.defined(function));
                quote!(#number.#name)
            }
            None => self.machine(function),
        }
    }

    /// The parameters at another number, and the arguments for `value`.
    fn at(
        &self,
        constant: &TokenStream,
        convert: &dyn Fn(&Param) -> TokenStream,
        runs: Runs,
    ) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let mut lets = Vec::new();
        let mut args = Vec::new();
        if let Some(own) = &self.source.own {
            let name = number_name(own);
            let converted = if own.active {
                convert(own)
            } else {
                let (rt, value) = (&self.rt, self.borrowed(own));
                quote!(#rt::Structure::map(#value, &mut #constant))
            };
            lets.push(quote!(let mut #name = #converted;));
        }
        for p in &self.source.params {
            if !p.active {
                args.push(self.constant_argument(p, runs));
                continue;
            }
            let (name, converted) = (number_name(p), convert(p));
            lets.push(quote!(let mut #name = #converted;));
            args.push(self.at_number(p, &name));
        }
        (lets, args)
    }

    /// Both sweeps on parameters at another number; the adjoints are variables of their own.
    fn sweeps_at(&self, runs: Runs) -> TokenStream {
        let rt = &self.rt;
        let (sweeps, args) = (self.machine_at("sweeps"), self.sweep_args(runs));
        quote!(#sweeps(#(#args,)* || ::core::option::Option::Some(#rt::FloatOutput::one())))
    }

    /// The same once: guarded in both sweeps, or in neither.
    fn both_at(&self, number: Number, runs: Runs) -> TokenStream {
        let rt = &self.rt;
        let guards = match number {
            Number::Plain => quote!(#rt::Unguarded),
            Number::Guarded | Number::Dependent => quote!(#rt::Guarded),
        };
        self.sweep_at(
            &quote!(Both),
            &quote!(&mut #rt::Stack::<#guards>::new(&mut #rt::Inline::new())),
            &quote!(::core::option::Option::Some(#rt::FloatOutput::one())),
            runs,
        )
    }

    /// One of the sweeps, or both.
    fn sweep_at(
        &self,
        phase: &TokenStream,
        stack: &TokenStream,
        seed: &TokenStream,
        runs: Runs,
    ) -> TokenStream {
        let rt = &self.rt;
        let (sweep, args) = (self.machine_at("sweep"), self.sweep_args(runs));
        quote!(#sweep(#rt::#phase, #stack, #(#args,)* #seed))
    }

    /// Parameters and adjoints as the sweeps take them.
    fn sweep_args(&self, runs: Runs) -> Vec<TokenStream> {
        let some = quote!(::core::option::Option::Some);
        let own = self.source.own.iter().filter(|own| own.active).map(|own| {
            let grad = grad_name(own);
            quote!(#some(&mut #grad))
        });
        let args = self.source.params.iter().flat_map(|p| {
            let name = number_name(p);
            let passed = match (p.active, p.passing) {
                (false, Passing::Exclusive) => {
                    let passed = self.constant_argument(p, runs);
                    quote!(#some(#passed))
                }
                (false, _) => self.constant_argument(p, runs),
                (true, Passing::Exclusive) => {
                    let passed = self.at_number(p, &name);
                    quote!(#some(#passed))
                }
                (true, _) => self.at_number(p, &name),
            };
            if p.active {
                let adjoint = self.adjoint_at_number(p, &grad_name(p));
                vec![passed, quote!(#some(#adjoint))]
            } else {
                vec![passed]
            }
        });
        own.chain(args).collect()
    }

    /// Zero adjoints for parameters at another number.
    fn zeros_at(&self) -> Vec<TokenStream> {
        let rt = &self.rt;
        self.everything()
            .filter(|p| p.active)
            .map(|p| {
                let (name, grad) = (number_name(p), grad_name(p));
                quote!(let mut #grad = #rt::Space::zero_like(&#name);)
            })
            .collect()
    }

    /// One more parameter for each that is differentiable, of its own type.
    fn second_params(&self, prefix: &str) -> Vec<TokenStream> {
        self.everything()
            .filter(|p| p.active)
            .map(|p| {
                let (name, ty) = (second_name(p, prefix), &p.ty);
                quote!(#name: #ty)
            })
            .collect()
    }

    fn zipped(&self, p: &Param, prefix: &str, number: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        let value = self.borrowed(p);
        let second = second_name(p, prefix);
        let tangent = match p.passing {
            Passing::Value => quote!(&#second),
            Passing::Shared | Passing::Exclusive => quote!(&*#second),
        };
        quote!(#rt::Structure::zip(#value, #tangent, &mut #number))
    }

    fn length_checks(&self, prefix: &str) -> Vec<TokenStream> {
        let rt = &self.rt;
        self.everything()
            .filter(|p| p.active && !p.is_number())
            .map(|p| {
                let (text, value, second) = (
                    p.ident.to_string(),
                    self.borrowed(p),
                    second_name(p, prefix),
                );
                let second = match p.passing {
                    Passing::Value => quote!(&#second),
                    Passing::Shared | Passing::Exclusive => quote!(&*#second),
                };
                quote!(#rt::check_shape(#text, #value, #second);)
            })
            .collect()
    }

    /// The number with a block of tangents, or with what it depends on.
    fn block(&self, number: Number) -> TokenStream {
        let (rt, float) = (&self.rt, self.float());
        match number {
            Number::Plain => quote!(#rt::orders::PlainColumns<#float>),
            Number::Guarded => quote!(#rt::orders::Columns<#float>),
            Number::Dependent => quote!(#rt::sparse::Dependent<#float>),
        }
    }

    /// Runs without guards first, and again with guards where that has left a NaN, as the sweeps do: the results are the same
    /// otherwise. `again` is what comes between.
    ///
    /// ```text
    /// if repeatable { run without guards; if no NaN { return its results } }
    /// run with guards
    /// ```
    fn guarded_last(&self, again: &TokenStream, run: &dyn Fn(Number) -> Run) -> TokenStream {
        let first = self.may_run_twice().then(|| {
            let Run { body, nan, results } = run(Number::Plain);
            let repeatable = self.is_repeatable();
            quote! {
                if #repeatable {
                    #body
                    if !(#nan) {
                        return { #results };
                    }
                    ::core::hint::cold_path();
                    #again
                }
            }
        });
        let Run {
            body,
            nan: _,
            results,
        } = run(Number::Guarded);
        quote!(#first #body #results)
    }

    /// What it is handed is copied or becomes numbers, and is the same after the first time.
    fn may_run_twice(&self) -> bool {
        let receiver = self.source.receiver.as_ref();
        (self.source.own.is_some() || receiver.is_none_or(|r| !crate::parse::takes_self(r)))
            && self.source.params.iter().all(|p| match p.passing {
                Passing::Shared => true,
                Passing::Exclusive => p.active,
                Passing::Value => p.active || is_copied(&p.ty),
            })
    }

    /// A parameter at another number, without tangents.
    fn constants(&self, p: &Param) -> TokenStream {
        let rt = &self.rt;
        let value = self.borrowed(p);
        quote!(#rt::Structure::map(#value, &mut |value| #rt::orders::constant(value)))
    }

    /// How a constant becomes a number.
    fn constant(&self, number: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        quote!(|value| -> #number { #rt::orders::constant(value) })
    }

    /// A parameter as it is.
    fn same(&self, p: &Param) -> TokenStream {
        let (rt, float) = (&self.rt, self.float());
        let value = self.borrowed(p);
        if self.is_concrete() {
            return match p.shape {
                Shape::Slice(_) => quote!(#rt::Vec::from(#value)),
                _ => quote!(::core::clone::Clone::clone(#value)),
            };
        }
        quote!(#rt::Structure::map(#value, &mut |value: #float| value))
    }

    /// The number of inputs.
    fn input_count(&self) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let counts = self.all_inputs().into_iter().map(|p| {
            let value = self.borrowed(p);
            quote!(#rt::Entries::<#float>::count(#value))
        });
        quote!(0usize #(+ #counts)*)
    }

    /// Visits numbers of a block, in order.
    fn visits(&self, numbers: &Ident, number: Number) -> TokenStream {
        let (rt, visit) = (&self.rt, names::ours("visit"));
        let visited = match number {
            Number::Plain => quote!(#rt::orders::guarded(number)),
            Number::Guarded | Number::Dependent => quote!(number),
        };
        quote!(#rt::Entries::each(&#numbers, &mut |number| #visit(#visited));)
    }

    /// The parameters at numbers from `directions`, and the arguments for `value`.
    fn directed(&self, number: Number) -> (Vec<TokenStream>, Vec<TokenStream>) {
        let rt = &self.rt;
        let (float, directions) = (self.float(), names::ours("directions"));
        let (input, constant) = match number {
            Number::Plain => (quote!(plain_input), quote!(plain_constant)),
            Number::Guarded | Number::Dependent => (quote!(input), quote!(constant)),
        };
        self.at(
            &quote!(|value: #float| #directions.#constant(value)),
            &|p| {
                if p.passing == Passing::Exclusive {
                    return self.constants(p);
                }
                let value = self.borrowed(p);
                quote!(#rt::Structure::map(#value, &mut |value: #float| #directions.#input(value)))
            },
            Runs::Often,
        )
    }

    /// Visits each output in order: the result first, then what was written.
    fn visit_outputs(&self, result: &Ident, number: Number) -> TokenStream {
        let own = self.visits(result, number);
        let written = self.outputs().into_iter().map(number_name);
        let written = written.map(|name| self.visits(&name, number));
        quote!(#own #(#written)*)
    }
}

/// A parameter at another number.
fn number_name(p: &Param) -> Ident {
    names::ours(&format!("number_{}", p.ident))
}

fn second_name(p: &Param, prefix: &str) -> Ident {
    names::ours(&format!("{prefix}_{}", p.ident))
}
