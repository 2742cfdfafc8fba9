//! IR → tokens. Nowhere else is Rust printed.

mod adjoint;
mod code;
mod companions;
mod machinery;
mod names;
mod orders;
mod public;
mod signature;

pub use self::companions::{companions, constant, stubs};
