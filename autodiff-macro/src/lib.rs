//! The procedural macros of the `autodiff` crate. Use them through the facade.

mod analyze;
mod ast;
mod emit;
mod errors;
mod expand;
mod ir;
mod lower;
mod normalize;
mod parse;
#[cfg(test)]
mod testing;
mod transform;
mod walk;

use proc_macro::TokenStream;

/// Generates the derivatives of a function beside it.
///
/// See the documentation of the `autodiff` crate.
#[proc_macro_attribute]
pub fn differentiate(args: TokenStream, item: TokenStream) -> TokenStream {
    expand::differentiate(args.into(), item.into()).into()
}

/// Makes a struct or an enum a structure of floats: parameters of models, whose gradients have the same type.
///
/// Fields that hold floats take part, those in a `Box` or an `Option` among them; others are copied. The gradient of an enum's value is
/// of the same variant; a buffer or a cotangent of another variant panics. `#[differentiable(skip)]` leaves a field out: in a gradient it is as it
/// was. A struct that a field is made of has to derive as well, if the function reads its floats.
///
/// Other modes and higher orders (`jvp`, `hessian`, …) run a function on other numbers, so they need a struct that is generic over its
/// scalar, `struct P<T> { a: T, b: [T; 3] }`: as a parameter of type `P<f64>`, or as `self` in `impl<T: Real> P<T>`.
#[proc_macro_derive(Differentiable, attributes(differentiable))]
pub fn derive_differentiable(input: TokenStream) -> TokenStream {
    let input = syn::parse_macro_input!(input as syn::DeriveInput);
    emit::derive(&input).into()
}
