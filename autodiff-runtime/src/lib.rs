//! Derivative rules and number types.
