//! The library of annotated functions: `autodiff::nn`, `autodiff::special`, `autodiff::tensor`; matrix libraries.

mod numbers;
mod support;

mod nalgebra;
mod nn;
mod special;
mod tensor;
