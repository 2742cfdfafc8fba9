//! IR → IR: the passes between lowering and analysis, in order.

// Variables that are scalars become values; branches and loops yield them.
// AFTER THIS POINT: `Load` and `Store` of whole variables are left for aggregates only.
mod promote;

// What derivatives will be made of stands beside what they are derivatives of.
pub mod pairs;

// What is known before the function runs is not computed.
// AFTER THIS POINT: no branch has a condition that is a literal.
pub mod fold;

// The same computation is done once.
mod share;

// Small arrays of which all is found by literals are variables, one for each number.
mod scatter;

// Elements of windows are found by one index.
mod direct;

// Loops over a ring run over its inside on their own.
mod rings;

// What loops would compute again and again stands in front of them.
mod hoist;

// Arrays defined by literals have a length that is one.
mod lengths;

// Short loops are written out.
// AFTER THIS POINT: a value may stand for what the user wrote once and ran several times.
mod unroll;

// What nobody uses is gone.
// AFTER THIS POINT: every pure statement has a result that is used.
pub mod prune;
#[cfg(test)]
mod tests;

use crate::ir::Function;

/// As the user would read it.
pub fn run(function: &mut Function) {
    promote::run(function);
    fold::run(function);
    share::run(function);
    prune::run(function);
}

/// As it runs fast.
pub fn tune(function: &mut Function) {
    lengths::run(function);
    fold::run(function);
    unroll::run(function);
    fold::run(function);
    if scatter::run(function) {
        promote::run(function);
        fold::run(function);
        unroll::run(function);
        fold::run(function);
        share::run(function);
    }
    direct::run(function);
    share::run(function);
    rings::run(function);
    hoist::run(function);
    prune::run(function);
    pairs::run(function);
}
