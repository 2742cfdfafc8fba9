//! Group R of CASES.md: what gradients cost in memory and calls. Everything is counted, per thread; nothing is guessed from a clock
//! where a count will do.
// The loops are written over indices, as the cases are.
#![allow(clippy::needless_range_loop)]

mod allocation;

mod memory;
mod vectors;

mod calls;

mod checkpoints;

mod inputs;
