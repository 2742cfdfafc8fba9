//! Which values carry derivatives, when memory changes, what would lose a derivative, and what runs at several points
//! at once or twice.

mod activity;
mod cancels;
mod checkpoint;
mod effects;
mod finite;
mod lanes;
mod lost;
mod once;
mod repeatable;
#[cfg(test)]
mod tests;

pub use self::activity::Plan;
pub use self::effects::{Effects, Owner};
pub use self::finite::{outputs_that_tell, tells};
pub use self::lanes::{callees_in_lanes, report as report_lanes};
pub use self::lost::methods_elsewhere;
pub use self::repeatable::{Callees, has_effects, overwrites, repeatable};

use crate::ast::Source;
use crate::errors::Errors;
use crate::ir::Function;

/// Reports what cannot be differentiated as it stands.
pub fn report(errors: &mut Errors, source: &Source, function: &Function, plan: &Plan) {
    lost::report(errors, source, function, plan);
    checkpoint::report(errors, function, plan);
}
