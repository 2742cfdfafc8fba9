//! The table of derivatives: for each function its partials, what these read, and where they are tested.
//!
//! In: the rows of `rules/table.rs`. Out: [`TABLE`], which says what there is, and one module per row with the functions
//! `d0`, `d1`, … that pull a cotangent back to argument 0, 1, …
//!
//! One principle holds for all of them: a cotangent that is exactly zero contributes exactly zero, also where the partial
//! is infinite or NaN. [`Guards`] say whether that is seen to at each product, or by whoever looks at the result.
//!
//! ```
//! use autodiff_runtime::rules::{self, Guarded, Unguarded};
//!
//! // y = sqrt(x) at x = 9, cotangent 1: the partial 1 / (2 y) reads the value.
//! assert_eq!(rules::sqrt::d0(Guarded, 3.0, 1.0), 1.0 / 6.0);
//! assert_eq!(rules::sqrt::d0(Guarded, 0.0, 0.0), 0.0);
//! assert!(rules::sqrt::d0(Unguarded, 0.0_f64, 0.0).is_nan());
//! assert_eq!(rules::row("sqrt").unwrap().partials[0].reads, [rules::Operand::Value]);
//! ```

mod guards;
mod partials;
mod table;

use crate::Real;
use core::f64::consts::{LN_2, LN_10};
use partials::{
    integer_power, inverse_component, one_minus_square, power_base, power_exponent, reciprocal,
    share, unit_component,
};

pub(crate) use guards::Forward;
pub use guards::{Guarded, Guards, Unguarded};
pub(crate) use table::rows;

/// One function of the table.
#[derive(Clone, Copy, Debug)]
pub struct Row {
    /// The name of the method of [`Real`]; `rem` is the operator `%`.
    pub name: &'static str,
    /// How many arguments it takes, the receiver among them.
    pub arity: usize,
    /// Positions of integer arguments: the exponent of `powi`.
    pub integer: &'static [usize],
    /// One per argument that is not an integer, in order; empty if the derivative is zero everywhere.
    pub partials: &'static [Partial],
    /// Whether the derivative is zero everywhere.
    pub zero: bool,
    /// The partials as a line of documentation.
    pub formula: &'static str,
    /// Arguments at which the row is tested.
    pub probes: &'static [&'static [f64]],
}

/// The partial derivative with respect to one argument.
#[derive(Clone, Copy, Debug)]
pub struct Partial {
    /// The parameters of `d<k>` in order, before the cotangent.
    pub reads: &'static [Operand],
}

/// What a partial reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The argument at this position.
    Argument(usize),
    /// The function's value.
    Value,
}

/// The row of a function.
///
/// ```
/// # use autodiff_runtime::rules;
/// assert_eq!(rules::row("atan2").unwrap().arity, 2);
/// assert!(rules::row("to_bits").is_none());
/// ```
pub fn row(name: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.name == name)
}

/// `cotangent * partial`; what is exactly zero in the cotangent contributes exactly zero, whatever the partial is.
///
/// ```
/// # use autodiff_runtime::rules::product;
/// assert_eq!(product(2.0, 3.0), 6.0);
/// assert_eq!(product(0.0, f64::INFINITY), 0.0);
/// ```
#[inline(always)]
pub fn product<T: Real>(cotangent: T, partial: T) -> T {
    Guarded::product(cotangent, partial)
}

/// `cotangent / divisor`; what is exactly zero in the cotangent contributes exactly zero, whatever the divisor is.
///
/// ```
/// # use autodiff_runtime::rules::quotient;
/// assert_eq!(quotient(6.0, 3.0), 2.0);
/// assert_eq!(quotient(0.0, 0.0), 0.0);
/// ```
#[inline(always)]
pub fn quotient<T: Real>(cotangent: T, divisor: T) -> T {
    Guarded::quotient(cotangent, divisor)
}

/// `a * b`, where a zero on either side contributes zero: a tangent and a partial, or two tangents.
#[inline(always)]
pub(crate) fn both<T: Real>(a: T, b: T) -> T {
    a.__both(b)
}

/// A rule that asks where it is: where a number stands for several points, at each of them alone.
#[inline(always)]
fn at_points<T: Real, const N: usize>(
    operands: [T; N],
    rule: impl Fn([T::__Point; N]) -> T::__Point,
) -> T {
    T::__at_points(operands, rule)
}

/// The position of an argument by its name in the table.
macro_rules! position {
    (x) => {
        0
    };
    (y) => {
        1
    };
    (z) => {
        2
    };
    (n) => {
        1
    };
}

/// An operand by its name in the table.
macro_rules! operand {
    (v) => {
        Operand::Value
    };
    ($argument:ident) => {
        Operand::Argument(position!($argument))
    };
}

/// `operand_type!(x T)`: `T`, but `i32` for the integer `n`.
macro_rules! operand_type {
    (n $float:ty) => {
        i32
    };
    ($operand:ident $float:ty) => {
        $float
    };
}

pub(crate) use operand_type;

/// `integer_positions!(x, n)`.
macro_rules! integer_positions {
    (x, n) => {
        &[1]
    };
    ($($argument:ident),*) => {
        &[]
    };
}

/// `argument!(n n)`: the argument as it is, but `n` converted to an integer.
macro_rules! argument {
    (n $argument:ident) => {
        $argument.value() as i32
    };
    ($operand:ident $argument:ident) => {
        $argument
    };
}

macro_rules! define {
    (methods { $($methods:tt)* } operators { $($operators:tt)* }) => { define_rows! { $($methods)* $($operators)* } };
}

macro_rules! define_rows {
    ($(
        $formula:literal
        $name:ident($x:ident $(, $y:ident)*) -> $v:ident [$([$($probe:expr),*]),*] {
            $($argument:ident: $partial:ident($($read:ident),*; $cotangent:ident) = $rule:expr;)*
        }
    )*) => {
        /// Every function whose derivative is known.
        pub const TABLE: &[Row] = &[$(
            Row {
                name: stringify!($name),
                arity: [stringify!($x) $(, stringify!($y))*].len(),
                integer: integer_positions!($x $(, $y)*),
                partials: &[$(Partial { reads: &[$(operand!($read)),*] }),*],
                zero: none(&[$(stringify!($argument)),*]),
                formula: $formula,
                probes: &[$(&[$($probe),*]),*],
            }
        ),*];

        $(
            #[doc = concat!("The rule of `", stringify!($name), "`: ", $formula, ".")]
            pub mod $name {
                #[allow(unused_imports)]
                use super::*;

                $(
                    #[doc = concat!(
                        "The cotangent of argument `", stringify!($argument), "`: the cotangent of the value (last parameter) times the ",
                        "partial, which reads (", stringify!($($read),*), "); `v` is the value."
                    )]
                    #[inline(always)]
                    pub fn $partial<G: Guards, T: Real>(_: G, $($read: operand_type!($read T),)* $cotangent: T) -> T {
                        $rule
                    }
                )*
            }
        )*

        /// The value of a function of the table by its name; `None` if there is no such row or the number of arguments is
        /// wrong. An integer argument is given as a float.
        ///
        /// ```
        /// # use autodiff_runtime::rules;
        /// assert_eq!(rules::evaluate("powi", &[3.0, 2.0]), Some(9.0));
        /// assert_eq!(rules::evaluate("powi", &[3.0]), None);
        /// ```
        pub fn evaluate<T: Real>(name: &str, arguments: &[T]) -> Option<T> {
            match name {
                $(stringify!($name) => {
                    let [$x $(, $y)*] = *arguments else { return None };
                    Some($x.$name($(argument!($y $y)),*))
                })*
                _ => None,
            }
        }

        /// The cotangent of argument `position` of a function of the table by its name: `cotangent` times the partial at
        /// `arguments`, where the function's value is `value`. `None` if there is no such row or argument.
        ///
        /// ```
        /// # use autodiff_runtime::rules;
        /// assert_eq!(rules::pull_back("powi", 0, &[3.0, 2.0], 9.0, 1.0), Some(6.0));
        /// assert_eq!(rules::pull_back("floor", 0, &[2.5], 2.0, 1.0), Some(0.0));
        /// ```
        #[allow(unused_variables)]
        pub fn pull_back<T: Real>(name: &str, position: usize, arguments: &[T], value: T, cotangent: T) -> Option<T> {
            match name {
                $(stringify!($name) => {
                    let [$x $(, $y)*] = *arguments else { return None };
                    $(let $y = argument!($y $y);)*
                    let $v = value;
                    $(if position == position!($argument) {
                        return Some($name::$partial(Guarded, $($read,)* cotangent));
                    })*
                    let constant = none(&[$(stringify!($argument)),*]) && position < arguments.len();
                    constant.then(T::zero)
                })*
                _ => None,
            }
        }
    };
}

/// Whether no argument has a partial: the derivative is zero everywhere.
const fn none(active: &[&str]) -> bool {
    active.is_empty()
}

rows!(define);
