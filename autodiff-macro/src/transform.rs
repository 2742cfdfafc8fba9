//! The derivative: from a function and its plan to the same function with a forward and a reverse sweep.

mod affine;
mod checkpoint;
mod covered;
mod entries;
mod fuse;
mod nests;
mod overwrite;
mod parts;
mod registers;
mod reverse;
mod scales;
mod sliding;
mod store;
#[cfg(test)]
mod tests;
mod undo;
mod windows;
mod winners;

pub use self::nests::run as nests;
pub use self::reverse::{Reversed, Style, Together, reverse};
