//! Higher order and forward mode: compositions of the modes, each against the others, and the shape of every result.
// The functions are written in the indices of their sources.
#![allow(clippy::needless_range_loop)]

#[path = "../chapter/numbers.rs"]
mod numbers;

mod compositions;

mod edges;

mod nesting;

mod nests;

mod perturbation_confusion;

mod batch;
mod few_rows;
mod foreign;
mod forward_against_reverse;
mod lent;

mod symmetric_hessians;

mod sparse_hessian;

mod sparsity;

mod matrix_libraries;

mod shapes;

mod methods;

// not yet: other modes and higher orders of functions with a struct that holds floats
// mod structs;
