//! Group R of CASES.md: what gradients cost in memory and calls. Everything is counted, per thread; nothing is guessed from a clock
//! where a count will do.

mod allocation;

mod memory;

mod calls;

mod inputs;
