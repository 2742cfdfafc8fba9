//! IR → tokens. Nowhere else is Rust printed.

mod adjoint;
mod checkpoint;
mod code;
mod companions;
mod derive;
mod divisors;
mod graph;
mod machinery;
mod moves;
mod names;
mod operator;
mod orders;
mod overridden;
mod public;
mod rule;
mod signature;
#[cfg(test)]
mod tests;

pub use self::companions::{Findings, companions, constant, names_of, stubs, without};
pub use self::derive::derive;
pub use self::graph::graph;
pub use self::operator::operator;
pub use self::rule::with_rule;
