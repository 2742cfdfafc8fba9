//! Where a zero meets an infinity. Forward mode runs without guards first and again with them where a tangent came out NaN: what
//! comes out is what numbers with guards give, and nothing that can be seen from outside happens twice.

use autodiff::{Dual, Real, differentiate};
use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

const EDGES: [f64; 9] = [
    0.0,
    -0.0,
    1.0,
    -2.0,
    0.5,
    1e308,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
];

/// The same but for rounding, or zeros, or both NaN.
fn same(a: f64, b: f64) -> bool {
    a == b || a.is_nan() && b.is_nan() || (a - b).abs() <= 1e-14 * b.abs()
}

#[test]
fn tangents_are_those_with_guards() {
    macro_rules! functions {
        ($($name:ident: |$x:ident, $y:ident| $value:expr;)*) => { $({
            #[differentiate(jvp)]
            fn f<T: Real>($x: T, $y: T) -> T {
                $value
            }
            for x in EDGES {
                for y in EDGES {
                    for (dx, dy) in [(1.0, 0.0), (0.0, 1.0), (0.0, 0.0), (0.5, -3.0)] {
                        // The user's own function, at numbers that guard each product.
                        let expected = f(Dual::new(x, dx), Dual::new(y, dy));
                        let (value, tangent) = f_jvp(x, y, dx, dy);
                        assert!(
                            same(value, f(x, y)) && same(tangent, expected.tangent),
                            "{}({x}, {y}; {dx}, {dy}) = ({value}, {tangent}), but {expected}",
                            stringify!($name)
                        );
                    }
                }
            }
        })* };
    }
    functions! {
        root: |x, y| x.sqrt() * y;
        nothing_of_a_root: |x, y| x.sqrt() * T::from_f64(0.0) + y;
        quotient: |x, y| x / y;
        power: |x, y| x.powf(y);
        logarithm: |x, y| (x * y).ln().max(x);
        length: |x, y| x.hypot(y) + (x * x + y * y).sqrt();
        angle: |x, y| x.atan2(y).abs();
        decay: |x, y| (-(x * x).recip()).exp() * y.cbrt();
        clamped: |x, y| x.sqrt().max(T::one()).min(y.recip());
        fused: |x, y| x.cbrt().mul_add(y, x % T::one());
        chosen: |x, y| if x > y { x.ln() * y } else { y.acos() * x };
        squares: |x, y| x.cbrt().powi(2) * y.powi(0) + y.powi(-3);
        repeated: |x, y| {
            let mut sum = T::zero();
            for k in 0..4 {
                sum += (x * T::from_f64(k as f64)).sqrt() / (y + T::one());
            }
            sum
        };
    }
}

/// What is finite at these points is finite in each mode, and the same.
#[test]
fn modes_agree_where_a_partial_is_infinite() {
    macro_rules! functions {
        ($($name:ident($a:expr, $b:expr): |$x:ident, $y:ident| $value:expr => $dx:expr, $dy:expr;)*) => { $({
            #[differentiate(jvp, vjp, jacobian, taylor)]
            fn f($x: f64, $y: f64) -> f64 {
                $value
            }
            /// Many outputs: forward mode.
            #[differentiate(jacobian)]
            fn many($x: f64, $y: f64) -> [f64; 30] {
                let value = $value;
                let mut values = [value; 30];
                values[1] = $y;
                values
            }
            let (name, expected) = (stringify!($name), ($dx, $dy));
            assert_eq!(f_grad($a, $b), expected, "{name}, reverse");
            assert_eq!(f_vjp($a, $b, 2.0).1, (2.0 * $dx, 2.0 * $dy), "{name}, reverse");
            assert_eq!(f_jacobian($a, $b), [[$dx, $dy]], "{name}, rows");
            let by_columns = many_jacobian($a, $b);
            assert_eq!(by_columns[0], [$dx, $dy], "{name}, columns");
            assert_eq!(by_columns[1], [0.0, 1.0], "{name}, columns");
            assert_eq!(f_jvp($a, $b, 1.0, 0.0).1, $dx, "{name}, forward");
            assert_eq!(f_jvp($a, $b, 0.0, 1.0).1, $dy, "{name}, forward");
            assert_eq!(f_taylor::<2>($a, $b, 1.0, 0.0)[1], $dx, "{name}, series");
            assert_eq!(f_taylor::<2>($a, $b, 0.0, 1.0)[1], $dy, "{name}, series");
        })* };
    }
    functions! {
        nothing_of_a_root(0.0, 3.0): |x, y| 0.0 * x.sqrt() + y * y => 0.0, 6.0;
        root_times_zero(0.0, 0.0): |x, y| x.sqrt() * y => 0.0, 0.0;
        cusp_times_zero(0.0, 0.0): |x, y| x.cbrt() * y + x => 1.0, 0.0;
        root_not_chosen(0.0, 5.0): |x, y| x.sqrt().max(y) => 0.0, 1.0;
        root_clamped(0.0, 5.0): |x, y| x.sqrt().clamp(1.0, y) => 0.0, 0.0;
        another_root(0.0, 4.0): |x, y| 0.0 * x.ln_1p().sqrt() + y.sqrt() => 0.0, 0.25;
    }
}

#[differentiate(hvp, hessian)]
fn roots(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += 0.0 * v.sqrt() + v * v * v;
    }
    sum
}

#[differentiate(jvp, hvp, hessian, jacobian)]
fn sum_of_roots(x: &[f64]) -> f64 {
    x.iter().map(|v| v.sqrt()).sum()
}

#[test]
fn second_order_beside_an_infinite_partial() {
    let x = [0.0, 2.0, 0.5];
    assert_eq!(roots_hvp(&x, &[0.0, 1.0, 2.0]), [0.0, 12.0, 6.0]);
    let hessian = roots_hessian(&x);
    for i in 0..3 {
        for j in 0..3 {
            let expected = if i == j { 6.0 * x[i] } else { 0.0 };
            assert_eq!(hessian[(i, j)], expected);
        }
    }
    // In a direction that leaves the singular coordinate alone.
    let y = [0.0, 4.0, 9.0];
    assert_eq!(sum_of_roots_jvp(&y, &[0.0, 1.0, 3.0]), (5.0, 0.75));
    assert_eq!(sum_of_roots_jvp(&y, &[1.0, 1.0, 3.0]).1, f64::INFINITY);
    assert_eq!(sum_of_roots_hvp(&y, &[0.0, 1.0, 0.0])[1..], [-0.03125, 0.0]);
    assert_eq!(sum_of_roots_hessian(&y)[(1, 1)], -0.03125);
    assert_eq!(sum_of_roots_hessian(&y)[(2, 1)], 0.0);
}

/// More inputs than a block has, the singular ones in the second block: each block decides for itself.
#[test]
fn blocks_of_columns() {
    #[differentiate(jacobian)]
    fn scaled_roots(x: &[f64; 20], out: &mut [f64; 20]) -> f64 {
        for i in 0..20 {
            out[i] = x[i].sqrt() * x[(i + 1) % 20];
        }
        out[0]
    }
    let mut x = [4.0; 20];
    x[11] = 0.0;
    let mut out = [0.0; 20];
    let jacobian = scaled_roots_jacobian(&x, &mut out);
    assert_eq!(out[10], 0.0);
    for (i, row) in jacobian[1..].iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            let slope = if x[i] == 0.0 { f64::INFINITY } else { 0.25 };
            let expected = match j {
                _ if j == i => 4.0 * slope * f64::from(u8::from(x[(i + 1) % 20] != 0.0)),
                _ if j == (i + 1) % 20 => x[i].sqrt(),
                _ => 0.0,
            };
            assert_eq!(*entry, expected, "({i}, {j})");
        }
    }
}

static CALLS: AtomicUsize = AtomicUsize::new(0);

#[differentiate(constant)]
fn counted() -> f64 {
    CALLS.fetch_add(1, Relaxed);
    1.0
}

#[differentiate(jvp, hvp)]
fn counts(x: f64, y: f64) -> f64 {
    let weight = counted();
    weight * x.sqrt() * y * y
}

/// A function that changes something is guarded from the start, and runs once.
#[test]
fn nothing_happens_twice() {
    assert_eq!(counts_jvp(0.0, 3.0, 0.0, 1.0), (0.0, 0.0));
    assert_eq!(CALLS.swap(0, Relaxed), 1);
    assert!(counts_jvp(f64::NAN, 3.0, 0.0, 1.0).1.is_nan());
    assert_eq!(CALLS.swap(0, Relaxed), 1);
    let (_, by_y) = counts_hvp(4.0, 3.0, 0.0, 1.0);
    assert_eq!((by_y, CALLS.swap(0, Relaxed)), (4.0, 1));

    #[differentiate(jvp, wrt(x))]
    fn lent(x: &[f64], out: &mut [f64], calls: &mut usize) {
        *calls += 1;
        for i in 0..x.len() {
            out[i] *= x[i].sqrt();
        }
    }
    let (mut out, mut tangent, mut calls) = ([2.0, 3.0], [0.0, 1.0], 0);
    lent_jvp(&[0.0, 4.0], &mut out, &mut calls, &[0.0, 1.0], &mut tangent);
    assert_eq!((out, tangent, calls), ([0.0, 6.0], [0.0, 2.75], 1));
}

/// What a function lends is read as it was before the first run.
#[test]
fn outputs_are_written_once() {
    #[differentiate(jvp)]
    fn grown(x: f64, out: &mut [f64]) -> f64 {
        for v in out.iter_mut() {
            *v = *v * *v + x.sqrt();
        }
        out[0] + out[1]
    }
    let (mut out, mut tangent) = ([2.0, 3.0], [1.0, 0.5]);
    let (value, slope) = grown_jvp(0.0, &mut out, 0.0, &mut tangent);
    assert_eq!((value, slope), (13.0, 7.0));
    assert_eq!((out, tangent), ([4.0, 9.0], [4.0, 3.0]));
}
