//! Jacobians of a few rows, all of which go back in one reverse sweep: each row is the one that a sweep of its own gives.

use autodiff::{Real, differentiate};
use std::cell::Cell;

/// A Jacobian next to the rows that products with unit cotangents give, which must be the same to the last bit; NaN is NaN.
fn assert_rows<const M: usize, const N: usize>(
    jacobian: [[f64; N]; M],
    row: impl Fn([f64; M]) -> [f64; N],
) {
    for (k, actual) in jacobian.iter().enumerate() {
        let expected = row(std::array::from_fn(|i| if i == k { 1.0 } else { 0.0 }));
        for j in 0..N {
            let same = actual[j] == expected[j] || actual[j].is_nan() && expected[j].is_nan();
            assert!(same, "({k}, {j}): {} is not {}", actual[j], expected[j]);
        }
    }
}

fn inputs<const N: usize>() -> [f64; N] {
    std::array::from_fn(|i| 0.3 + 0.17 * i as f64)
}

/// Two rows of nine inputs, three of 17 and four of 25 are the fewest that go by rows.
#[differentiate(jacobian, jvp)]
fn two(x: &[f64; 9]) -> [f64; 2] {
    let r = (x[0] * x[0] + x[1] * x[1]).sqrt();
    let (sine, cosine) = (x[2] * r).sin_cos();
    let mut t = x[3].exp() / (x[4] + x[5].powi(3));
    t += t * x[6].tanh() + x[7].atan2(x[8]);
    [sine * t - x[8].ln(), cosine / t + x[0].powf(x[7])]
}

#[differentiate(jacobian, jvp)]
fn three(x: &[f64; 17]) -> [f64; 3] {
    let [a, b] = turned([x[0], x[1]], x[2]);
    let s = a * x[3] + b * x[4] + x[5] * x[6] * x[7];
    let t = s.hypot(x[8]) + x[9].to_degrees() * x[10].to_radians();
    [
        s * t,
        t / x[11] - x[12].cbrt(),
        x[13].mul_add(x[14], x[15] % x[16]) * s,
    ]
}

#[differentiate]
fn turned(v: [f64; 2], angle: f64) -> [f64; 2] {
    let (sine, cosine) = angle.sin_cos();
    [v[0] * cosine - v[1] * sine, v[0] * sine + v[1] * cosine]
}

#[differentiate(jacobian, jvp)]
fn four(x: &[f64; 25]) -> [f64; 4] {
    let a = x[0] * x[1] + x[2] / x[3] - power(x[4], 3);
    let b = a.exp_m1() * x[5] + x[6].max(x[7]).min(x[8]) + x[9].clamp(x[10], x[11]);
    let c = if b > 0.0 { b * x[12] } else { x[13] - b };
    let d = (x[14] - x[15]).abs() + x[16].copysign(x[17]) + x[18].fract() + x[19].rem_euclid(x[20]);
    [
        a * c,
        b + d * x[21],
        c / x[22],
        d.ln_1p() * x[23] + x[24].recip(),
    ]
}

#[differentiate]
fn power(x: f64, n: u32) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

#[test]
fn rows_are_those_of_single_sweeps_and_columns_those_of_forward_mode() {
    macro_rules! check {
        ($jacobian:ident, $vjp:ident, $jvp:ident, $n:literal) => {
            let x = inputs::<$n>();
            let jacobian = $jacobian(&x);
            assert_rows(jacobian, |unit| $vjp(&x, unit).1);
            for j in 0..$n {
                let direction = std::array::from_fn(|i| if i == j { 1.0 } else { 0.0 });
                let (_, column) = $jvp(&x, &direction);
                for (row, expected) in jacobian.iter().zip(column) {
                    assert!((row[j] - expected).abs() <= 1e-12 * (1.0 + expected.abs()));
                }
            }
        };
    }
    check!(two_jacobian, two_vjp, two_jvp, 9);
    check!(three_jacobian, three_vjp, three_jvp, 17);
    check!(four_jacobian, four_vjp, four_jvp, 25);
}

#[test]
fn the_value_is_the_functions() {
    let x = inputs::<9>();
    assert_eq!(two_jacobian_into(&x, &mut [0.0; 18]), two(&x));
    let x = inputs::<25>();
    assert_eq!(four_jacobian_into(&x, &mut [0.0; 100]), four(&x));
}

#[test]
#[should_panic(expected = "`jac` has length 27, but a 2×9 Jacobian needs 18")]
fn a_buffer_of_another_length() {
    two_jacobian_into(&inputs(), &mut [0.0; 27]);
}

/// The square root's slope is infinite at zero: only the first row meets it.
#[differentiate(jacobian)]
fn one_row_is_infinite(x: &[f64; 9]) -> [f64; 2] {
    let root = x[0].sqrt();
    [
        root * x[1],
        root * 0.0 * x[2] + x[3] * x[4] + x[5] + x[6] + x[7] * x[8],
    ]
}

#[differentiate(jacobian)]
fn one_row_is_not_reached(x: &[f64; 9]) -> [f64; 2] {
    let mut y = [x[1] * x[2], x[3] * x[4] + x[5] * x[6] + x[7] * x[8]];
    if x[1] > 0.0 {
        y[0] += x[0].sqrt();
    }
    y
}

#[test]
fn what_is_zero_in_one_row_contributes_zero_there() {
    let mut x = inputs::<9>();
    x[0] = 0.0;
    let jacobian = one_row_is_not_reached_jacobian(&x);
    assert_eq!(jacobian[0][0], f64::INFINITY);
    assert_eq!(jacobian[1][0], 0.0);
    assert_rows(jacobian, |unit| one_row_is_not_reached_vjp(&x, unit).1);
    let jacobian = one_row_is_infinite_jacobian(&x);
    assert_eq!((jacobian[0][0], jacobian[1][0]), (f64::INFINITY, 0.0));
    assert_rows(jacobian, |unit| one_row_is_infinite_vjp(&x, unit).1);
    x[1] = f64::NAN;
    let jacobian = one_row_is_infinite_jacobian(&x);
    assert!(jacobian[0][0].is_nan() && jacobian[1][1] == 0.0 && jacobian[1][3] == x[4]);
}

#[differentiate(jacobian)]
fn ties(x: &[f64; 9]) -> (f64, f64) {
    let top = x[0].max(x[1]);
    if x[2] > 10.0 {
        return (x[3], x[4]);
    }
    let sum = x[3] + x[4] + x[5] + x[6] + x[7] + x[8];
    (top * sum, x[0].min(x[2]) - top)
}

#[test]
fn ties_and_early_returns() {
    let mut x = [1.0; 9];
    x[2] = 3.0;
    let six = [1.0; 6];
    let jacobian = ties_jacobian(&x);
    assert_eq!(jacobian[0][..3], [3.0, 3.0, 0.0]);
    assert_eq!(jacobian[0][3..], six);
    assert_eq!(jacobian[1], [0.5, -0.5, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    x[2] = 11.0;
    let jacobian = ties_jacobian(&x);
    assert_eq!(jacobian[0], [0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0]);
    assert_eq!(jacobian[1], [0.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0]);
}

/// Looks at the cotangent, as only a rule may: twice the slope where it is positive.
fn steep_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
    let slope = x + x;
    if cotangent > T::zero() {
        slope * cotangent * T::from_f64(2.0)
    } else {
        slope * cotangent
    }
}

#[differentiate(rule = steep_rule)]
fn steep(x: f64) -> f64 {
    x * x
}

/// The larger part of the cotangent goes to both.
fn spread_rule<T: Real>(_x: &[T; 2], _value: [T; 2], cotangent: [T; 2]) -> [T; 2] {
    [cotangent[0].max(cotangent[1]); 2]
}

#[differentiate(rule = spread_rule)]
fn spread(x: &[f64; 2]) -> [f64; 2] {
    *x
}

#[differentiate(jacobian)]
fn ruled(x: &[f64; 9]) -> [f64; 2] {
    let s = steep(x[0]);
    let [a, b] = spread(&[x[1], x[2]]);
    let rest = x[3] + x[4] + x[5] + x[6] + x[7] + x[8];
    [s + a * 3.0 - b, rest - s + b * 5.0]
}

#[test]
fn a_rule_sees_one_row_at_a_time() {
    let x = inputs::<9>();
    let jacobian = ruled_jacobian(&x);
    assert_eq!(jacobian[0][..3], [4.0 * x[0], 3.0, 3.0]);
    assert_eq!(jacobian[1][..3], [-2.0 * x[0], 5.0, 5.0]);
    assert_rows(jacobian, |unit| ruled_vjp(&x, unit).1);
}

thread_local! {
    static CALLS: Cell<usize> = const { Cell::new(0) };
}

#[differentiate(constant)]
fn counted(k: usize) -> usize {
    CALLS.set(CALLS.get() + 1);
    k + 1
}

#[differentiate(jacobian)]
fn effects(x: &[f64; 9], k: usize) -> [f64; 2] {
    let i = counted(k);
    [
        x[i] * x[0],
        x[i] + x[2] * x[3] * x[4] * x[5] * x[6] * x[7] * x[8],
    ]
}

#[test]
fn effects_happen_once() {
    let x = inputs::<9>();
    CALLS.set(0);
    let jacobian = effects_jacobian(&x, 0);
    assert_eq!(CALLS.get(), 1);
    assert_eq!(jacobian[0][..2], [x[1], x[0]]);
    assert_eq!(jacobian[1][1], 1.0);
}

#[differentiate(jacobian)]
fn written(x: &[f64; 7], p: (f64, f64), out: &mut [f64; 2]) {
    let before = out[0];
    out[0] = out[1] * x[0] * p.1 + x[4] * x[5] * x[6];
    out[1] = x[1] * p.0 + x[2] * x[3] + before;
}

#[differentiate(jacobian)]
fn single(x: &[f32; 9]) -> [f32; 2] {
    let y = x[0] * x[1].exp();
    [y + x[2] * x[3], y * x[4] + x[5] + x[6] + x[7] * x[8]]
}

#[differentiate(jacobian)]
fn over_numbers<T: Real>(x: &[T; 9]) -> [T; 2] {
    let y = x[0] * x[1].exp();
    [y + x[2] * x[3], y * x[4] + x[5] + x[6] + x[7] * x[8]]
}

#[test]
fn outputs_that_are_written_other_floats_and_generic_numbers() {
    let x: [f64; 7] = inputs();
    let mut out = [2.0, 5.0];
    let jacobian = written_jacobian(&x, (0.7, 1.5), &mut out);
    let value = [
        5.0 * x[0] * 1.5 + x[4] * x[5] * x[6],
        x[1] * 0.7 + x[2] * x[3] + 2.0,
    ];
    assert_eq!(out, value);
    let (a, b, c) = (x[5] * x[6], x[4] * x[6], x[4] * x[5]);
    assert_eq!(
        jacobian[0],
        [5.0 * 1.5, 0.0, 0.0, 0.0, a, b, c, 0.0, 5.0 * x[0]]
    );
    assert_eq!(
        jacobian[1],
        [0.0, 0.7, x[3], x[2], 0.0, 0.0, 0.0, x[1], 0.0]
    );

    let x = inputs::<9>().map(|x| x as f32);
    let jacobian = single_jacobian(&x);
    assert_eq!(jacobian[0][..3], [x[1].exp(), x[0] * x[1].exp(), x[3]]);
    assert_eq!(over_numbers_jacobian(&x), jacobian);
    let duals = x.map(|x| autodiff::Dual::new(f64::from(x), 1.0));
    let [[a, ..], _] = over_numbers_jacobian(&duals);
    assert_eq!(
        (a.value, a.tangent),
        (duals[1].value.exp(), duals[1].value.exp())
    );
}
