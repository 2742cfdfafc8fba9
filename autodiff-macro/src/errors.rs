//! Every message of the macro: what is wrong, at which tokens, and what to write instead.

use proc_macro2::{Span, TokenStream};
use quote::ToTokens;

/// What can be wrong with an annotated function.
#[derive(Clone, Debug)]
pub enum Problem {
    NotAFunction,
    UnknownOption(String),
    DuplicateOption(String),
    MalformedOption(&'static str),
    WrtUnknown(String),
    WrtNotDifferentiable(String),
    WrtOutput(String),
    NoDifferentiableParameter,
    NoOutput,
    GradientOfNonScalar(String),
    Signature(&'static str),
    Checkpoint(&'static str),
    OutputType(String),
    NoDerivative(String),
    Held(String),
    UnknownFunction(String),
    LostInArgument(String),
    Twice,
    NameTaken(String),
    OptionOfAConstant(String),
    ExclusiveSelf,
    TraitImpl,
    /// The type, and where its method is, if that is in another file.
    Overridden(String, Option<String>),
    NoOperator,
    NameOfAType,
    Unsupported {
        what: &'static str,
        instead: &'static str,
    },
    UnknownMethod(String),
    ActiveInPlain,
    ActiveInMacro,
    ActiveInStruct,
    ActiveToCallable,
    GlobalWrite,
    NotGeneric,
    ConcreteStruct,
    ConcreteMatrix,
    NumberOfImpl,
    RuleSignature,
    RuleOnGeneric,
    NotAnnotated(String),
    DeriveOnUnion,
    DeriveOnNothing,
    DeriveWithoutClone(String),
    /// The trait, and the type.
    OperatorNotAnnotated(String, String),
    BatchOfSelf,
    BatchOfExclusive,
    NotInLanes,
    NotPacked,
    LostInCast,
    LostInConstant,
    Independent,
    Bug(String),
}

impl Problem {
    fn message(&self) -> String {
        match self {
            Problem::NotAFunction => "`#[differentiate]` goes on a function with a body; put it on the `fn` itself, on a method in a trait \
                 only where the trait gives its body"
                .into(),
            Problem::UnknownOption(name) if name.is_empty() || name.starts_with("grad") || name == "value_and_grad" => {
                "this is no option; gradients are generated without asking, `vjp`, `jvp`, `jacobian`, `hessian`, `hvp`, \
                 `taylor`, `graph` and the sparse forms by name, and `wrt(x)` chooses the parameters"
                    .into()
            }
            Problem::UnknownOption(name) => format!(
                "unknown option `{name}`; parameters are named in `wrt(..)`, and the other options are `name = \"..\"`, `crate = path`, \
                 `rule = path`, `constant`, `vjp`, `jvp`, `jacobian`, `jacobian_sparsity`, `jacobian_sparse`, `hessian`, `hessian_sparsity`, \
                 `hessian_sparse`, `hvp`, `taylor`, `graph`, `batch`, `batch(lanes)`"
            ),
            Problem::DuplicateOption(name) => format!("option `{name}` is given twice; keep one"),
            Problem::MalformedOption(form) if form.contains("#[") => format!("malformed option; write {form}"),
            Problem::MalformedOption(form) => format!("malformed option; write it as in `#[differentiate({form})]`"),
            Problem::WrtUnknown(name) => format!(
                "`wrt` names `{name}`, which is not a parameter of this function; name one of its parameters or \
                 leave it out"
            ),
            Problem::WrtNotDifferentiable(name) => format!(
                "`wrt` names `{name}`, whose type holds no floats; leave it out of `wrt`, or make it of `f64`, `f32` \
                 or `T: autodiff::Real`"
            ),
            Problem::WrtOutput(name) => format!(
                "`wrt` names `{name}`, an output parameter (`&mut`); outputs are never named in `wrt`, leave it out"
            ),
            Problem::NoDifferentiableParameter => "no parameter is differentiable; name one in `wrt(..)`, give the function a \
                 parameter made of `f64`, `f32` or `T: autodiff::Real`, or mark it `#[differentiate(constant)]`"
                .into(),
            Problem::NoOutput => "the function returns nothing and has no `&mut` output that holds floats, so there is \
                 nothing to differentiate; return a float or write to a `&mut [f64]` parameter"
                .into(),
            Problem::GradientOfNonScalar(ty) => format!(
                "a result of type `{}` is not a single float, so it has no gradient, no Hessian product and no Taylor \
                 series; ask for `vjp` or `jacobian` instead",
                spelled(ty)
            ),
            Problem::Signature(what) | Problem::Checkpoint(what) => (*what).into(),
            Problem::OutputType(ty) => format!(
                "cannot differentiate a result of type `{}`; return floats, arrays, `Vec`s or tuples of them",
                spelled(ty)
            ),
            Problem::NoDerivative(name) => format!(
                "`{name}` has no derivative: put `#[derive(Clone, autodiff::Differentiable)]` on it; a parameter without \
                 derivatives is left out by naming the others in `wrt(..)`"
            ),
            Problem::Held(ty) => format!(
                "floats held by `{ty}` cannot be differentiated; hold them in an array, a `Vec` or a struct with \
                 `#[derive(Clone, autodiff::Differentiable)]`; a parameter without derivatives is left out by naming the others in \
                 `wrt(..)`"
            ),
            Problem::UnknownFunction(name) => format!(
                "no derivative is known for the function `{name}`, and an argument depends on a differentiable input; write it with \
                 supported functions, or wrap what the argument depends on in `autodiff::stop_gradient(..)`"
            ),
            Problem::LostInArgument(name) => format!(
                "the derivative is lost: an argument depends on a differentiable input, and `{name}`, which it is given for, is not \
                 differentiable; name it in the `wrt(..)` of this function, or wrap the argument in `autodiff::stop_gradient(..)` to \
                 accept a zero derivative"
            ),
            Problem::OptionOfAConstant(option) => format!(
                "`{option}` does not go with `constant`: by declaration the derivative is zero, and there are no companions; leave one of \
                 them out"
            ),
            Problem::NameTaken(name) => format!(
                "`{name}` is the name of a companion of this function, and of something else in this module; give the companions \
                 another name, as in `#[differentiate(name = \"..\")]`"
            ),
            Problem::Twice => "`#[differentiate]` is given twice; put all options in one".into(),
            Problem::ExclusiveSelf => "a method that changes `self` needs its derivative: derive `Differentiable` and name `self` in \
                 `wrt(self, ..)`, where it is an output like any `&mut` parameter; or take `&self`, and return what changes"
                .into(),
            Problem::NameOfAType => "a function of the name of a primitive type cannot be differentiated: its companion would hide the type; \
                 give it another name"
                .into(),
            Problem::TraitImpl => "the companions of this method cannot stand in an `impl` of a trait; annotate the method in the \
                 trait itself (with a body), or move it to an inherent `impl` and call that from here"
                .into(),
            Problem::Overridden(ty, place) => {
                let ty = spelled(ty);
                let place = place.as_ref().map_or(String::new(), |place| format!(" ({place})"));
                format!(
                "`{ty}` has a method of its own in the place of this one{place}, and its companions would be those of this body; let this body call \
                 methods that types give, or take the method of `{ty}` out of the `impl` of this trait, into an inherent one"
                )
            }
            Problem::NoOperator => "of implementations of traits only those of operators (`Add`, `Sub`, `Mul`, `Div`, `Neg`, `AddAssign`, …) are \
                 annotated as a whole; annotate a method in the trait itself (with a body), or move it to an inherent `impl` and call that from here"
                .into(),
            Problem::Unsupported { what, instead } => format!("{what} cannot be differentiated; {instead}"),
            Problem::UnknownMethod(name) => format!(
                "no derivative is known for the method `{name}`, and its receiver or an argument depends on a \
                 differentiable input; annotate it if it is yours, write it with supported functions, or wrap what it \
                 depends on in `autodiff::stop_gradient(..)`"
            ),
            Problem::ActiveInPlain => "this depends on a differentiable input, and its derivative is not known; write it with supported \
                 operations, put it into a function of its own under `#[differentiate]`, or wrap the inputs in \
                 `autodiff::stop_gradient(..)`"
                .into(),
            Problem::ActiveInMacro => "this macro's code is not visible, and it mentions a value that depends on a differentiable input; \
                 write out what it does, or give it `autodiff::stop_gradient(..)` of the value, bound to a name; a macro \
                 that prints or checks takes single elements or flat slices"
                .into(),
            Problem::ActiveToCallable => "this calls a closure or function that was passed in, with a value that depends on a \
                 differentiable input: its derivative is not known here; declare this function in the body of the \
                 one that calls it, where it is inlined, or call an annotated function by its name"
                .into(),
            Problem::ActiveInStruct => "a reference to a value that depends on a differentiable input cannot be held in a variant of an enum; hold \
                 the value itself, or an index"
                .into(),
            Problem::DeriveOnUnion => "`Differentiable` is derived for structs and enums only; hold the parameters in a struct".into(),
            Problem::DeriveOnNothing => "an enum without variants has no values, and nothing to differentiate".into(),
            Problem::DeriveWithoutClone(name) => format!(
                "a structure of floats is copied: `{name}` needs `Clone` beside `Differentiable`, `#[derive(Clone, Differentiable)]`"
            ),
            Problem::OperatorNotAnnotated(of_trait, ty) => format!(
                "no derivative is known of the operator that `impl {of_trait}` gives `{ty}`; put `#[differentiate]` on that `impl`, or \
                 wrap the operands in `autodiff::stop_gradient(..)`"
            ),
            Problem::RuleSignature => "a function with a rule takes floats, arrays and slices of floats of one type (and anything \
                 that is constant), and returns floats, arrays, vectors or tuples of them; split it into such functions"
                .into(),
            Problem::NotAnnotated(name) => format!(
                "`{name}` is not differentiable: it has no `#[differentiate]`, and an argument depends on a differentiable \
                 input; put `#[differentiate]` on `{name}`, or wrap what the argument depends on in \
                 `autodiff::stop_gradient(..)` to accept a zero derivative"
            ),
            Problem::RuleOnGeneric => "a function with a rule is written for one float type, `f64` or `f32`; its rule may be generic over \
                 `T: autodiff::Real`"
                .into(),
            Problem::BatchOfSelf => "a batch has a slice for each differentiable parameter, and there is none of `self`; leave `self` out of \
                 `wrt(..)`, or take what is differentiated as a parameter of a function of its own"
                .into(),
            Problem::BatchOfExclusive => "a batch evaluates the function at many points, in any order and on several threads: there is nothing for \
                 a `&mut` parameter to refer to; return the value instead"
                .into(),
            Problem::NotInLanes => "`batch(lanes)`: this asks what a number is, which differs from point to point, or does something for each point; \
                 write it with `max`, `min`, `abs`, `clamp` or `copysign`, move it out of the function, or ask for `batch` alone, which then \
                 goes point by point"
                .into(),
            Problem::NotPacked => "`batch(lanes)`: only floats, arrays and tuples of `f64` have lanes; leave this parameter out of `wrt(..)` to have \
                 it the same at all points, or ask for `batch` alone, which then goes point by point"
                .into(),
            Problem::NotGeneric => "other modes and higher orders run the function on other numbers, which needs a signature made of one \
                 float type, arrays, slices, vectors and tuples; write out types that are given by a name, and do not mix `f64` and \
                 `f32`"
                .into(),
            Problem::ConcreteStruct => "other modes and higher orders run the function on other numbers, which a struct of `f64` fields \
                 cannot hold (a `jacobian` alone goes row by row, without them): make the struct generic over its scalar, `struct P<T> { .. }` under `#[derive(Clone, Differentiable)]`, and \
                 take `P<f64>`, or stand in `impl<T: Real> P<T>`; write out other types that are given by a name"
                .into(),
            Problem::ConcreteMatrix => "other modes and higher orders run the function on other numbers, which the types of a matrix library \
                 cannot hold here: ask for a `jacobian` alone, which goes row by row, or write it with slices or arrays and `autodiff::tensor`"
                .into(),
            Problem::NumberOfImpl => "other modes and higher orders run the function on other numbers, and the number of this one is its \
                 `impl`'s: take `&self`, or make the function itself generic, `fn f<T: Real>(..)`"
                .into(),
            Problem::GlobalWrite => "cannot differentiate writes to globals, and this is no variable of the function; pass it as a `&mut` \
                 parameter"
                .into(),
            Problem::LostInCast => "the derivative is lost in the cast to an integer and back; keep the value a float, with \
                 `round()`, `floor()` or `trunc()` for instance, or wrap it in `autodiff::stop_gradient(..)` before the cast \
                 to accept a zero derivative"
                .into(),
            Problem::LostInConstant => "the derivative is lost: this writes a value that depends on a differentiable input into \
                 something that has no derivative; put `#[derive(Clone, autodiff::Differentiable)]` on its type, or wrap the value in \
                 `autodiff::stop_gradient(..)`"
                .into(),
            Problem::Independent => "the result does not depend on any differentiable parameter, so every derivative would be zero; \
                 return what you compute, or mark the function `#[differentiate(constant)]`"
                .into(),
            Problem::Bug(detail) => format!("bug in autodiff, please report: {detail}"),
        }
    }
}

/// A type as it is written, without the spaces of its tokens.
fn spelled(ty: &str) -> String {
    let mut text = ty.replace(" :: ", "::").replace("& ", "&");
    for (spaced, plain) in [
        ("< ", "<"),
        (" <", "<"),
        (" >", ">"),
        (" ,", ","),
        (" ;", ";"),
    ] {
        text = text.replace(spaced, plain);
    }
    text
}

impl Problem {
    /// The problem as tokens, over the whole of `tokens`.
    pub fn at(&self, tokens: impl ToTokens) -> TokenStream {
        syn::Error::new_spanned(tokens, self.message()).to_compile_error()
    }
}

/// Collects problems, so that one run reports them all.
#[derive(Default, Debug)]
pub struct Errors {
    found: Vec<syn::Error>,
    /// There is a problem that rustc finds, too, and says better.
    left_to_rustc: bool,
}

/// Some problem was reported; what follows cannot go on.
#[derive(Debug)]
pub struct Reported;

impl Errors {
    /// A problem over the whole of `tokens`.
    pub fn at(&mut self, tokens: impl ToTokens, problem: Problem) {
        // What is refused has no derivative: that the result has none is no news then.
        if matches!(problem, Problem::Independent) && !self.found.is_empty() {
            return;
        }
        self.found
            .push(syn::Error::new_spanned(tokens, problem.message()));
    }

    /// A problem at a span.
    pub fn at_span(&mut self, span: Span, problem: Problem) {
        self.found.push(syn::Error::new(span, problem.message()));
    }

    /// A problem syn has found.
    pub fn syntax(&mut self, error: syn::Error) {
        self.found.push(error);
    }

    /// How many there are so far.
    pub fn count(&self) -> usize {
        self.found.len()
    }

    /// Nothing is reported, and nothing generated: for what rustc is certain to refuse in the user's own function.
    pub fn leave_to_rustc(&mut self) {
        self.left_to_rustc = true;
    }

    /// The barrier between two stages.
    pub fn propagate(&self) -> Result<(), Reported> {
        if self.found.is_empty() && !self.left_to_rustc {
            Ok(())
        } else {
            Err(Reported)
        }
    }

    pub fn into_tokens(self) -> TokenStream {
        self.found
            .iter()
            .map(syn::Error::to_compile_error)
            .collect()
    }
}
