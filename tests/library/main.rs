//! The library of annotated functions: `autodiff::nn`, `autodiff::special`, `autodiff::tensor`; matrix libraries.

mod numbers;
mod support;

// faer takes long to compile: `cargo test --features faer --test library`.
#[cfg(feature = "faer")]
mod faer;
mod nalgebra;
mod ndarray;
mod nn;
mod special;
mod tensor;
