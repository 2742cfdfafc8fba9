//! faer's `Mat`, `Col` and `Row` of `f64` as values with derivatives.

mod factor;
mod methods;
mod operators;
mod space;
