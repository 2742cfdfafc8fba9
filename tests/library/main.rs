//! The library of annotated functions: `autodiff::nn`, `autodiff::special`, `autodiff::tensor`.

mod numbers;
mod support;

mod nn;
mod special;
mod tensor;
