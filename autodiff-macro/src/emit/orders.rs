//! The companions of other modes and higher orders: instances of the same code at numbers that carry derivatives.

mod batch;
mod sparse;

use super::machinery::is_copied;
use super::public::{Public, grad_name, public_name};
use super::{names, signature};
use crate::ast::{Home, Param, Passing, Scalar, Shape};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// How often a companion runs the function.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Runs {
    Once,
    Often,
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

/// How many rows of a Jacobian share a reverse sweep: with more, their adjoints find no registers.
const FEW_ROWS: std::ops::RangeInclusive<usize> = 2..=4;

/// A run at one kind of numbers.
struct Run {
    /// Statements.
    body: TokenStream,
    /// Whether it has left a NaN in a tangent.
    nan: TokenStream,
    /// What is made of it.
    results: TokenStream,
}

/// The type of a Jacobian or Hessian.
enum Extent {
    /// Nested arrays, and how deep they are.
    Static {
        ty: TokenStream,
        depth: usize,
    },
    Matrix,
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
        let name = public_name(p);
        match (p.passing, runs) {
            (Passing::Value, Runs::Often) => quote!(::core::clone::Clone::clone(&#name)),
            (Passing::Exclusive, _) => quote!(&mut *#name),
            _ => quote!(#name),
        }
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

    fn jvp(&self) -> TokenStream {
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
    fn dual(&self, number: Number) -> TokenStream {
        let (rt, float) = (&self.rt, self.float());
        match number {
            Number::Plain => quote!(#rt::orders::PlainDual<#float>),
            Number::Guarded | Number::Dependent => quote!(#rt::Dual<#float>),
        }
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

    /// The parameters with the tangents of a direction, and the arguments for `value`.
    fn along(&self, direction: &str, number: Number) -> (Vec<TokenStream>, Vec<TokenStream>) {
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
        (self.source.own.is_some()
            || receiver.is_none_or(|r| !matches!(r.kind, syn::ReceiverKind::Value)))
            && self.source.params.iter().all(|p| match p.passing {
                Passing::Shared => true,
                Passing::Exclusive => p.active,
                Passing::Value => p.active || is_copied(&p.ty),
            })
    }

    fn taylor(&self) -> TokenStream {
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

    fn hvp(&self) -> TokenStream {
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

    fn hessian(&self) -> TokenStream {
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
        self.function(
            "hessian",
            &TokenStream::new(),
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
    fn pull(&self) -> TokenStream {
        let (directions, visit) = (names::ours("directions"), names::ours("visit"));
        let runs = self.guarded_last(&quote!(#directions.again();), &|number| {
            self.pull_at(number)
        });
        quote!(|#directions, #visit| { #runs })
    }

    /// The same, where the gradient is numbers that know what they depend on.
    fn dependent_pull(&self) -> TokenStream {
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

    /// The Hessian of each of several outputs.
    fn hessians(&self) -> TokenStream {
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
        self.function(
            "hessian",
            &TokenStream::new(),
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

    /// Visits each output in order: the result first, then what was written.
    fn visit_outputs(&self, result: &Ident, number: Number) -> TokenStream {
        let own = self.visits(result, number);
        let written = self.outputs().into_iter().map(number_name);
        let written = written.map(|name| self.visits(&name, number));
        quote!(#own #(#written)*)
    }

    fn jacobian(&self) -> TokenStream {
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
        let jacobian = self.function(
            "jacobian",
            &TokenStream::new(),
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
            Some(count) => {
                let all = self.all_rows(count, &fits);
                quote!({ #all })
            }
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
        self.function(
            "jacobian_into",
            &TokenStream::new(),
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
    fn columns(&self, look: &dyn Fn(&TokenStream) -> TokenStream) -> TokenStream {
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
    fn dependent_columns(&self) -> TokenStream {
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

    /// The function in reverse mode: fills `rows`. Returns the result and what was written.
    fn rows(&self, look: &TokenStream) -> TokenStream {
        let rt = &self.rt;
        let float = self.float();
        let (rows, result, mark) = (
            names::ours("rows"),
            names::ours("result"),
            names::ours("mark"),
        );
        let (directions, cotangent, columns, guards) = (
            names::ours("directions"),
            names::ours("cotangent"),
            names::ours("columns"),
            names::ours("guards"),
        );
        let (lets, _) = self.at(&self.constant(&float), &|p| self.same(p), Runs::Often);
        let zeros = self.zeros_at();
        let (room, stack) = (names::ours("room"), names::ours("stack"));
        let none = quote!(::core::option::Option::None);
        let forward = self.sweep_at(&quote!(Forward), &quote!(&mut #stack), &none, Runs::Often);
        let seed = names::ours("seed");
        let seeded = quote!(::core::option::Option::Some(#seed));
        let [unguarded, guarded] = [quote!(&mut #stack), quote!(#stack.guarded())]
            .map(|stack| self.sweep_at(&quote!(Backward), &stack, &seeded, Runs::Often));
        let outputs = self.outputs().into_iter().map(|p| {
            let grad = grad_name(p);
            quote!(#rt::Entries::set(&mut #grad, &mut #cotangent);)
        });
        let seeds = quote! {
            let mut #directions = #rows.directions();
            let mut #cotangent = || #directions.cotangent::<#float>();
            let mut #seed = #rt::Space::zero_like(&#result);
            #rt::Entries::set(&mut #seed, &mut #cotangent);
            #(#outputs)*
        };
        let repeatable = self.is_repeatable();
        let grads: Vec<_> = self.all_inputs().into_iter().map(grad_name).collect();
        let gradients = self.all_inputs().into_iter().map(|p| {
            let grad = grad_name(p);
            quote!(let #columns = #rt::Entries::<#float>::copy_to(&#grad, #columns);)
        });
        let written = self.outputs().into_iter().map(number_name);
        quote!(|#rows| {
            #(#lets)*
            #(#zeros)*
            let mut #room = #rt::Inline::new();
            let mut #stack = #rt::Stack::<#rt::Unguarded>::new(&mut #room);
            let #result = #rt::handed(#forward);
            #look
            let #mark = #stack.mark();
            // Without guards, as long as that leaves no NaN, where a reverse sweep may be run twice.
            let mut #guards = !(#stack.is_plain() && #repeatable);
            loop {
                if !#guards {
                    #seeds
                    #unguarded;
                    #guards = false #(|| #rt::Space::any_nan(&#grads))*;
                    if #guards {
                        #stack.rewind(#mark);
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
                let #columns = #rows.row();
                #(#gradients)*
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
        let (result, filled, units, seed) = (
            names::ours("result"),
            names::ours("filled"),
            names::ours("units"),
            names::ours("seed"),
        );
        let (inputs, jac) = (names::ours("inputs"), Ident::new("jac", Span::mixed_site()));
        let constant = quote!(|value: #float| -> #number { #rt::orders::constant(value) });
        let constants = |p: &Param| {
            let value = self.borrowed(p);
            quote!(#rt::Structure::map(#value, &mut #constant))
        };
        let (lets, _) = self.at(&constant, &constants, Runs::Often);
        let zeros = self.zeros_at();
        let cotangent = quote!(&mut || -> #number { #units.cotangent() });
        let outputs = self.outputs().into_iter().map(|p| {
            let grad = grad_name(p);
            quote!(#rt::Entries::set(&mut #grad, #cotangent);)
        });
        let none = quote!(::core::option::Option::None);
        let (room, stack, mark, guards) = (
            names::ours("room"),
            names::ours("stack"),
            names::ours("mark"),
            names::ours("guards"),
        );
        let forward = self.sweep_at(&quote!(Forward), &quote!(&mut #stack), &none, Runs::Often);
        let seeded = quote!(::core::option::Option::Some(#seed));
        let [unguarded, guarded] = [quote!(&mut #stack), quote!(#stack.guarded())]
            .map(|stack| self.sweep_at(&quote!(Backward), &stack, &seeded, Runs::Often));
        let repeatable = self.is_repeatable();
        let look = look(&number);
        let grads: Vec<_> = self.all_inputs().into_iter().map(grad_name).collect();
        let written: Vec<_> = self.outputs().into_iter().map(number_name).collect();
        let seeds = quote! {
            let mut #units = #rt::orders::UnitRows::default();
            let mut #seed = #rt::Space::zero_like(&#result);
            #rt::Entries::set(&mut #seed, #cotangent);
            #(#outputs)*
        };
        quote! {
            #(#lets)*
            #(#zeros)*
            let mut #room = #rt::Inline::new();
            let mut #stack = #rt::Stack::<#rt::Unguarded>::new(&mut #room);
            let #result = #rt::handed(#forward);
            #look
            let #mark = #stack.mark();
            let mut #guards = !(#stack.is_plain() && #repeatable);
            if !#guards {
                #seeds
                #unguarded;
                #guards = false #(|| #rt::Space::any_nan(&#grads))*;
                if #guards {
                    ::core::hint::cold_path();
                    #stack.rewind(#mark);
                    #(#rt::Space::clear(&mut #grads);)*
                }
            }
            if #guards {
                #seeds
                #guarded;
            }
            let mut #filled = #rt::orders::Filled::new(#inputs, #jac);
            #(#filled.columns::<#count>(&#grads);)*
            (
                #rt::orders::primal::<#float, #number, _>(&#result),
                (#(#rt::orders::primal::<#float, #number, _>(&#written),)*),
            )
        }
    }

    /// Puts what was written where the user wants it.
    fn overwrites(&self) -> TokenStream {
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

    // Shapes.

    /// The side of a Hessian, where it can be named.
    fn square(&self) -> Option<TokenStream> {
        let inputs = self.all_inputs();
        let shapes: Vec<&Shape> = inputs.iter().map(|p| &p.shape).collect();
        if let [Shape::Array(element, len)] = shapes.as_slice()
            && matches!(**element, Shape::Float)
        {
            return Some(quote!({ #len }));
        }
        self.nameable(&shapes)
    }

    /// The number of floats, if it is no expression over generic constants.
    fn nameable(&self, shapes: &[&Shape]) -> Option<TokenStream> {
        let sizes = shapes.iter().map(|s| size(s)).collect::<Option<Vec<_>>>()?;
        let total = quote!({ #(#sizes)+* });
        let constants: Vec<_> = self
            .source
            .item
            .sig
            .generics
            .const_params()
            .map(|c| c.ident.to_string())
            .collect();
        (!mentions(total.clone(), &constants)).then_some(total)
    }

    fn jacobian_extent(&self) -> Extent {
        let float = self.float();
        let inputs = self.all_inputs();
        let leaf = match inputs.as_slice() {
            [p] if matches!(p.shape, Shape::Array(..)) && static_floats(&p.shape) => {
                Some((signature::gradient(&self.rt, &p.ty), depth(&p.shape)))
            }
            many => {
                let shapes: Vec<&Shape> = many.iter().map(|p| &p.shape).collect();
                self.nameable(&shapes).map(|n| (quote!([#float; #n]), 1))
            }
        };
        match leaf {
            Some((leaf, depth)) => self.rows_of(&leaf, depth),
            None => Extent::Matrix,
        }
    }

    /// One `leaf` for each output.
    fn rows_of(&self, leaf: &TokenStream, leaf_depth: usize) -> Extent {
        let outputs = self.outputs();
        let single = match (&self.source.output, outputs.as_slice()) {
            (Some(shape), []) => Some(shape),
            (None, [p]) => Some(&p.shape),
            _ => None,
        };
        match single {
            Some(Shape::Float) => Extent::Static {
                ty: quote!([#leaf; 1]),
                depth: leaf_depth + 1,
            },
            Some(shape @ Shape::Array(..)) if static_floats(shape) => Extent::Static {
                ty: nested(shape, leaf),
                depth: leaf_depth + depth(shape),
            },
            _ => {
                let shapes: Vec<&Shape> = self
                    .source
                    .output
                    .iter()
                    .chain(outputs.iter().map(|p| &p.shape))
                    .collect();
                match self.nameable(&shapes) {
                    Some(rows) => Extent::Static {
                        ty: quote!([#leaf; #rows]),
                        depth: leaf_depth + 1,
                    },
                    None => Extent::Matrix,
                }
            }
        }
    }
}

/// An array of arrays of floats and nothing else.
fn static_floats(shape: &Shape) -> bool {
    match shape {
        Shape::Float => true,
        Shape::Array(element, _) => static_floats(element),
        _ => false,
    }
}

fn depth(shape: &Shape) -> usize {
    match shape {
        Shape::Array(element, _) => 1 + depth(element),
        _ => 0,
    }
}

/// The array with `leaf` in the place of the float.
fn nested(shape: &Shape, leaf: &TokenStream) -> TokenStream {
    match shape {
        Shape::Array(element, len) => {
            let element = nested(element, leaf);
            quote!([#element; #len])
        }
        _ => leaf.clone(),
    }
}

/// The number of floats, where the type tells.
fn size(shape: &Shape) -> Option<TokenStream> {
    match shape {
        Shape::Float => Some(quote!(1usize)),
        Shape::Array(element, len) => {
            let element = size(element)?;
            Some(quote!((#len) * (#element)))
        }
        Shape::Tuple(parts) => {
            let parts = parts.iter().map(size).collect::<Option<Vec<_>>>()?;
            Some(quote!((0usize #(+ #parts)*)))
        }
        Shape::Plain(_) => Some(quote!(0usize)),
        Shape::Slice(_) | Shape::Vec(_) | Shape::Opaque(_) => None,
    }
}

/// The number of floats, where it is written in numbers.
fn literal_size(shape: &Shape) -> Option<usize> {
    match shape {
        Shape::Float => Some(1),
        Shape::Array(element, len) => {
            let len: syn::LitInt = syn::parse2(len.to_token_stream()).ok()?;
            literal_size(element)?.checked_mul(len.base10_parse().ok()?)
        }
        Shape::Tuple(parts) => parts.iter().map(literal_size).sum(),
        Shape::Plain(_) => Some(0),
        Shape::Slice(_) | Shape::Vec(_) | Shape::Opaque(_) => None,
    }
}

fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}

/// From nested arrays to one slice.
fn flatten(depth: usize) -> TokenStream {
    let steps = (1..depth).map(|_| quote!(.as_flattened_mut()));
    if depth == 1 {
        quote!(.as_mut_slice())
    } else {
        quote!(#(#steps)*)
    }
}

/// A parameter at another number.
fn number_name(p: &Param) -> Ident {
    names::ours(&format!("number_{}", p.ident))
}

fn second_name(p: &Param, prefix: &str) -> Ident {
    names::ours(&format!("{prefix}_{}", p.ident))
}
