//! The library of annotated functions: `autodiff::nn`, `autodiff::special`, `autodiff::tensor`; and other libraries' matrices.

mod numbers;
mod support;

// faer takes long to compile: `cargo test --features faer --test library`.
#[cfg(feature = "faer")]
mod faer;
mod ndarray;
mod nn;
mod special;
mod tensor;
