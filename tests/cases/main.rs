//! CASES.md, run on real annotated functions, and more programs in the same spirit.
//!
//! Each program has a module of its own with a function `f` in it, so that one macro can name all of its companions.
//! The programs are written in many ways on purpose: the lints about style do not apply.
#![allow(clippy::all, unused_assignments, unused_qualifications, while_true)]

#[macro_use]
mod support;

mod calls;
mod conditionals;
mod interface;
mod loops;
mod memory;
mod methods;
mod straight_line;

mod beside;
mod branches;
mod cancels;
mod chains;
mod checkpoint;
mod collections;
mod covered;
mod divisors;
mod entries;
mod filled;
mod folds;
mod fusion;
mod guards;
mod homonyms;
mod in_place;
mod inference;
mod iteration;
mod labels;
mod lent;
mod logarithms;
mod long;
mod overridden;
mod patterns;
mod pieces;
mod powers;
mod references;
mod rings;
mod rules;
mod scalars;
mod scales;
mod sequences;
mod structs;
mod sums;
mod told;
mod undo;
mod windows;
