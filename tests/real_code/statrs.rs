//! The crate statrs 0.19.1, MIT, Copyright (c) 2016 Michael Ma.

pub mod distributions;
pub mod functions;
pub mod statistics;
