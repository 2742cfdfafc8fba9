//! Operators are annotated as a whole; other traits are not.

use autodiff::{Differentiable, differentiate};
use std::ops::{Index, Rem};

#[derive(Clone, Copy, Differentiable)]
struct Log {
    of: f64,
}

#[differentiate]
impl Rem for Log {
    type Output = Log;
    fn rem(self, other: Log) -> Log {
        Log {
            of: self.of % other.of,
        }
    }
}

#[differentiate]
impl Index<usize> for Log {
    type Output = f64;
    fn index(&self, _: usize) -> &f64 {
        &self.of
    }
}

fn main() {}
