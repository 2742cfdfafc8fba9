//! The elementary functions of numbers that carry tangents, all from the table of rules.
//!
//! In: a number type with `primal()` and
//! - `constant(value)`: no tangents,
//! - `chain(value, argument, pull)`: the tangents of `argument`, each through `pull`, which multiplies by the partial,
//! - `accumulate(argument, pull)`: those added to the tangents there are.
//!
//! Out: every method of `Real` that is a row of the table.

/// The methods of all rows; use as `rows!(forward_methods);` inside `impl<T: Real> Real for …`.
macro_rules! forward_methods {
    (methods { $(
        $formula:literal
        $name:ident($x:ident $(, $y:ident)*) -> $v:ident $probes:tt {
            $($argument:ident: $partial:ident($($read:ident),*; $cotangent:ident) = $rule:expr;)*
        }
    )* } operators $operators:tt) => { $(
        #[inline(always)]
        fn $name(self $(, $y: $crate::rules::operand_type!($y Self))*) -> Self {
            let $x = self;
            let $v = $x.primal().$name($($crate::real::forward::primal!($y $y)),*);
            $crate::real::forward::combine!($v; $(
                [$argument, |tangent| {
                    $crate::rules::$name::$partial($crate::rules::Forward, $($crate::real::forward::primal!($read $read),)* tangent)
                }]
            )*)
        }
    )* };
}

/// `primal!(x x)`: what a rule reads of an operand. The value and an integer are read as they are.
macro_rules! primal {
    (v $operand:ident) => {
        $operand
    };
    (n $operand:ident) => {
        $operand
    };
    ($name:ident $operand:ident) => {
        $operand.primal()
    };
}

/// The number with the value and the sum of the pulled tangents.
macro_rules! combine {
    ($v:ident;) => {
        Self::constant($v)
    };
    ($v:ident; [$first:ident, $first_pull:expr] $([$argument:ident, $pull:expr])*) => {
        Self::chain($v, $first, $first_pull)$(.accumulate($argument, $pull))*
    };
}

pub(crate) use {combine, forward_methods, primal};
