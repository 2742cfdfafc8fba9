//! Which values carry derivatives, when memory changes, and what would lose a derivative.

mod activity;
mod checkpoint;
mod effects;
mod lost;
#[cfg(test)]
mod tests;

pub use self::activity::Plan;
pub use self::effects::{Effects, Owner};

use crate::ast::Source;
use crate::errors::Errors;
use crate::ir::Function;

/// Reports what cannot be differentiated as it stands.
pub fn report(errors: &mut Errors, source: &Source, function: &Function, plan: &Plan) {
    lost::report(errors, source, function, plan);
    checkpoint::report(errors, function, plan);
}
