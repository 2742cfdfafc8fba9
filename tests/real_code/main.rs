//! Functions of published crates, annotated as they stand.
//!
//! Each module restates functions of one crate, named with its version, its file and its licence. What had to be changed for
//! a function to stand alone is said above it or in the module's header. A function behind `// not yet` is refused today and
//! so is its test; the comment gives the reason, and where a refusal is right, says so.
#![allow(
    clippy::all,
    dead_code,
    non_snake_case,
    unused_imports,
    unused_assignments,
    unused_parens,
    unused_qualifications
)]

#[macro_use]
mod check;
#[path = "../cases/support/flat.rs"]
mod flat;

mod csscolorparser;
mod keyframe;
mod peroxide;
mod special;
mod statrs;

// Over `num_traits::Float`.
mod argmin_testfunctions;
mod easer;
mod geo;
mod lambert_w;
