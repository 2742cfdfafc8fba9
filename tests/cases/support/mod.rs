//! What every case checks, written once.
//!
//! `scalar!` is for functions with a float result, `vector!` for those with several; both take the function's call, the
//! differentiable parameters with their types, then the inputs, each with its value and gradient. Without these, the gradient
//! is checked against differences only.

#[macro_use]
pub mod agree;
pub mod checks;
pub mod flat;

/// `f(&c, x, n) at (c: [f64; 4], x: f64) with (n: usize) into (dc, dx); ([1.0, ..], 2.0) with (3) => value, (gradient); ..`
///
/// `into` names one buffer per differentiable parameter, `with` what has no derivative.
macro_rules! scalar {
    (f($($arg:expr),*) at ($($x:ident: $t:ty),+) $(with ($($k:ident: $kt:ty),+))? into ($($g:ident),+);
     $( ($($p:expr),+) $(with ($($n:expr),+))? $(=> $value:expr, $grad:expr)?; )+) => {
        #[test]
        #[allow(unused_parens, unused_variables, unused_mut)]
        fn agrees() {
            type Point = ($($t),+);
            type Fixed = ($($($kt),+)?);
            let companions = $crate::support::checks::Scalar {
                primal: &|($($x),+): Point, ($($($k),+)?): Fixed| f($($arg),*),
                value_and_grad: &|($($x),+): Point, ($($($k),+)?): Fixed| f_value_and_grad($($arg),*),
                grad: &|($($x),+): Point, ($($($k),+)?): Fixed| f_grad($($arg),*),
                grad_into: &|($($x),+): Point, ($($($k),+)?): Fixed, ($(mut $g),+)| {
                    let value = f_grad_into($($arg),*, $(&mut $g),+);
                    (value, ($($g),+))
                },
                vjp: &|($($x),+): Point, ($($($k),+)?): Fixed, cotangent| f_vjp($($arg),*, cotangent),
            };
            $(companions.check(
                ($($p),+),
                ($($($n),+)?),
                [$(($value, $crate::support::flat::list(&$grad)))?].into_iter().next(),
            );)+
        }
    };
}

/// As `scalar!`, with a cotangent behind each input: `(x, y) cotangent (1.0, 10.0) => (value), (gradient);`
macro_rules! vector {
    (f($($arg:expr),*) at ($($x:ident: $t:ty),+) $(with ($($k:ident: $kt:ty),+))? into ($($g:ident),+);
     $( ($($p:expr),+) $(with ($($n:expr),+))? cotangent $w:expr $(=> $value:expr, $grad:expr)?; )+) => {
        #[test]
        #[allow(unused_parens, unused_variables, unused_mut)]
        fn agrees() {
            type Point = ($($t),+);
            type Fixed = ($($($kt),+)?);
            let companions = $crate::support::checks::Vector {
                primal: &|($($x),+): Point, ($($($k),+)?): Fixed| f($($arg),*),
                vjp: &|($($x),+): Point, ($($($k),+)?): Fixed, cotangent| f_vjp($($arg),*, cotangent),
                vjp_into: &|($($x),+): Point, ($($($k),+)?): Fixed, cotangent, ($(mut $g),+)| {
                    let value = f_vjp_into($($arg),*, cotangent, $(&mut $g),+);
                    (value, ($($g),+))
                },
            };
            $(companions.check(
                ($($p),+),
                ($($($n),+)?),
                $w,
                [$(($value, $crate::support::flat::list(&$grad)))?].into_iter().next(),
            );)+
        }
    };
}

/// `f(&x, n, out) at (x: [f64; 3]) with (n: usize) out (y: [f64; 2]) into (dx);`, then
/// `(input) holding (contents) cotangent (w) => contents after, gradient of the inputs, gradient of the incoming contents;`
///
/// `out` becomes the `&mut` argument; the function has no other result.
macro_rules! output {
    (f($($arg:expr),*) at ($($x:ident: $t:ty),+) out ($out:ident: $ot:ty) into ($($g:ident),+);
     $( ($($p:expr),+) holding $held:expr, cotangent $w:expr $(=> $value:expr, $grad:expr, $incoming:expr)?; )+) => {
        #[test]
        #[allow(unused_parens, unused_variables, unused_mut)]
        fn agrees() {
            type Point = ($($t),+);
            let companions = $crate::support::checks::Vector {
                primal: &|(($($x),+), held): (Point, $ot), (): ()| {
                    let mut contents = held;
                    { let $out = &mut contents; f($($arg),*); }
                    contents
                },
                vjp: &|(($($x),+), held): (Point, $ot), (): (), mut cotangent: $ot| {
                    let mut contents = held;
                    let grad = { let $out = &mut contents; f_vjp($($arg),*, &mut cotangent) };
                    (contents, (grad, cotangent))
                },
                vjp_into: &|(($($x),+), held): (Point, $ot), (): (), mut cotangent: $ot, (($(mut $g),+), _)| {
                    let mut contents = held;
                    { let $out = &mut contents; f_vjp_into($($arg),*, &mut cotangent, $(&mut $g),+); }
                    (contents, (($($g),+), cotangent))
                },
            };
            $(companions.check(
                (($($p),+), $held),
                (),
                $w,
                [$(($value, $crate::support::flat::list(&($grad, $incoming))))?].into_iter().next(),
            );)+
        }
    };
}
