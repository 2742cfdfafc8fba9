//! Which values carry derivatives, when memory changes, and what would lose a derivative.

mod activity;
mod effects;
mod lost;
#[cfg(test)]
mod tests;

pub use self::activity::Plan;
pub use self::effects::{Effects, Owner};
pub use self::lost::report;
