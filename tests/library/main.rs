//! The library of annotated functions: `autodiff::nn`, `autodiff::special`, `autodiff::tensor`; matrix libraries.

mod numbers;
mod support;

// The digits of the examples, and their network over slices.
#[path = "../../examples/train_digits/data.rs"]
#[allow(dead_code, reason = "nothing is trained here")]
mod data;
#[path = "../../examples/digits_layers/model.rs"]
#[allow(dead_code, reason = "nothing is classified here")]
mod model;
#[path = "../../examples/train_digits/random.rs"]
#[allow(dead_code, reason = "nothing is shuffled here")]
mod random;
#[path = "../../examples/train_digits/model.rs"]
#[allow(dead_code, reason = "only its loss is wanted")]
mod slices;

mod digits;

// faer takes long to compile: `cargo test --features faer --test library`.
#[cfg(feature = "faer")]
mod faer;
mod jacobians;
mod nalgebra;
mod ndarray;
mod nn;
mod special;
mod tensor;
