//! The mathematics this project stands on: a textbook chapter on vector calculus, lecture notes on the chain rule and a
//! notebook, row by row. Each test compares generated derivatives with a closed form.
//!
//! Equation, example and figure numbers are the chapter's (M. P. Deisenroth, A. A. Faisal, C. S. Ong, *Mathematics for
//! Machine Learning*, 2020, ch. 5).
// The functions are written in the textbook's indices.
#![allow(clippy::needless_range_loop)]

mod numbers;

mod one_variable;

mod gradients;

mod jacobians;

mod matrices;

mod learning;

mod autodiff_itself;

mod second_order;

mod errata;
