//! Functions of published crates, annotated as they stand.
//!
//! Each module restates functions of one crate, named with its version, its file and its licence. What had to be changed for
//! a function to stand alone is said above it. A function behind `// not yet` is refused today; the comment gives the reason.
#![allow(clippy::all, dead_code, unused_imports, unused_assignments)]

#[macro_use]
mod check;
#[path = "../cases/support/flat.rs"]
mod flat;
mod num;

mod argmin_testfunctions;
