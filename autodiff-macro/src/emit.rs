//! IR → tokens. Nowhere else is Rust printed.

mod adjoint;
mod code;
mod companions;
mod machinery;
mod names;
mod orders;
mod public;
mod rule;
mod signature;

pub use self::companions::{companions, constant, stubs};
pub use self::rule::with_rule;
