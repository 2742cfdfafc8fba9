//! IR → tokens. Nowhere else is Rust printed.

mod adjoint;
mod code;
mod companions;
mod names;
mod signature;

pub use self::companions::{companions, constant, stubs};
