//! Functions over the traits of `num_traits`: at other numbers, and called from functions over floats.

use autodiff::differentiate;
use num_traits::{Float, FloatConst, FromPrimitive, Num, NumCast};

/// A constant of any float, by a function that knows nothing of derivatives.
fn half<T: Float>() -> T {
    T::from(0.5).unwrap()
}

#[differentiate(jvp, hessian, taylor)]
fn mixed<T: Float + FloatConst + FromPrimitive + std::fmt::Debug>(x: T, y: T, n: usize) -> T {
    let scale = T::from_usize(n).unwrap() * half::<T>() + T::epsilon();
    let angle: T = NumCast::from(1.25).unwrap();
    Float::sqrt(x * y) * scale + (x * T::PI()).sin() * y.powi(2) - T::one() / (x + angle)
}

#[differentiate(jvp, hessian, taylor)]
fn written_out(x: f64, y: f64, n: usize) -> f64 {
    let scale = n as f64 * 0.5 + f64::EPSILON;
    (x * y).sqrt() * scale + (x * std::f64::consts::PI).sin() * y.powi(2) - 1.0 / (x + 1.25)
}

#[differentiate]
fn dot<T>(a: &[T], b: &[T]) -> T
where
    T: Num + Copy,
{
    a.iter().zip(b).fold(T::zero(), |sum, (&a, &b)| sum + a * b)
}

#[differentiate(hessian)]
fn caller(x: f64, y: f64) -> f64 {
    mixed(x, y, 3) * x + dot(&[x, y], &[y, 2.0])
}

#[differentiate(hessian)]
fn caller_written_out(x: f64, y: f64) -> f64 {
    written_out(x, y, 3) * x + x * y + y * 2.0
}

fn assert_close(found: &[f64], expected: &[f64]) {
    assert_eq!(found.len(), expected.len());
    for (a, b) in found.iter().zip(expected) {
        assert!(
            (a - b).abs() <= 1e-12 * b.abs().max(1.0),
            "{found:?}, not {expected:?}"
        );
    }
}

#[test]
fn at_other_numbers() {
    let (x, y) = (0.3, 0.7);
    assert_eq!(mixed(x, y, 3), written_out(x, y, 3));
    let ((_, a), (_, b)) = (
        mixed_jvp(x, y, 3, 1.0, -0.5),
        written_out_jvp(x, y, 3, 1.0, -0.5),
    );
    assert_close(&[a], &[b]);
    let (a, b) = (mixed_hessian(x, y, 3), written_out_hessian(x, y, 3));
    assert_close(a.as_flattened(), b.as_flattened());
    let (a, b) = (
        mixed_taylor::<5, f64>(x, y, 3, 1.0, -0.5),
        written_out_taylor::<5>(x, y, 3, 1.0, -0.5),
    );
    assert_close(&a, &b);
}

#[test]
fn called_from_functions_over_floats() {
    let (x, y) = (0.3, 0.7);
    let ((a, b), (c, d)) = (caller_grad(x, y), caller_written_out_grad(x, y));
    assert_close(&[a, b], &[c, d]);
    let (a, b) = (caller_hessian(x, y), caller_written_out_hessian(x, y));
    assert_close(a.as_flattened(), b.as_flattened());
}
