//! Which values carry derivatives, when memory changes, what would lose a derivative, and what runs at several points at once.

mod activity;
mod effects;
mod lanes;
mod lost;
#[cfg(test)]
mod tests;

pub use self::activity::Plan;
pub use self::effects::{Effects, Owner};
pub use self::lanes::{callees_in_lanes, report as report_lanes};
pub use self::lost::report;
