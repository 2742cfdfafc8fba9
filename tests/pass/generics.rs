//! Lifetimes, where clauses, type parameters and constants.

#![allow(
    clippy::multiple_bound_locations,
    clippy::needless_lifetimes,
    clippy::needless_range_loop
)]

use autodiff::{Real, differentiate};
use std::ops::Deref;

#[differentiate]
fn lifetimes<'a, 'b: 'a>(x: &'a [f64], y: &'b [f64]) -> f64 {
    let longer: &'a [f64] = if x.len() > y.len() { x } else { y };
    longer.iter().sum::<f64>() * x[0]
}

#[differentiate]
fn elided(x: &[f64], names: &[&str]) -> f64 {
    x[names.len()] * 2.0
}

#[differentiate]
fn sizes<const M: usize, const N: usize>(a: &[[f64; N]; M], x: [f64; N]) -> [f64; M] {
    let mut y = [0.0; M];
    for i in 0..M {
        for j in 0..N {
            y[i] += a[i][j] * x[j];
        }
    }
    y
}

#[differentiate]
fn own<T: Real>(x: &[T], scale: T) -> T
where
    T: Copy,
{
    let mut sum = T::zero();
    for v in x {
        sum += *v * scale;
    }
    sum
}

#[differentiate]
fn in_where<T>(x: T, y: T) -> T
where
    T: Real + 'static,
{
    x.sin() * y
}

#[differentiate(wrt(x))]
fn other_parameter<T: Real, I: Into<usize> + Copy>(x: &[T], i: I) -> T {
    let k: usize = i.into();
    x[k] * x[k]
}

#[differentiate(wrt(x))]
fn closure_like<F: Fn(usize) -> bool>(x: &[f64], keep: F) -> f64 {
    let mut sum = 0.0;
    for (i, v) in x.iter().enumerate() {
        if keep(i) {
            sum += v * v;
        }
    }
    sum
}

#[differentiate(wrt(x))]
fn boxed<D>(x: f64, name: D) -> f64
where
    D: Deref<Target = str>,
    for<'x> &'x D: Sized,
{
    if name.is_empty() { x } else { 2.0 * x }
}

#[differentiate]
fn calls<'a, const N: usize>(x: &'a [f64; N]) -> f64 {
    let y = sizes(&[*x, *x], *x);
    own(&y, x[0]) + in_where(y[0], 1.0) + lifetimes(x, &y)
}

#[test]
fn works() {
    assert_eq!(
        lifetimes_grad(&[2.0, 3.0], &[1.0]),
        (vec![7.0, 2.0], vec![0.0])
    );
    assert_eq!(elided_grad(&[2.0, 3.0], &["a"]), [0.0, 2.0]);
    assert_eq!(
        sizes_vjp(&[[1.0, 2.0]], [3.0, 4.0], [1.0]),
        ([11.0], ([[3.0, 4.0]], [1.0, 2.0]))
    );
    assert_eq!(own_grad(&[1.0_f64, 2.0], 3.0), (vec![3.0, 3.0], 3.0));
    assert_eq!(own_grad(&[1.0_f32, 2.0], 3.0), (vec![3.0, 3.0], 3.0));
    assert_eq!(in_where_grad(0.0, 2.0), (2.0, 0.0));
    assert_eq!(other_parameter_grad(&[1.0, 2.0], 1_u8), [0.0, 4.0]);
    assert_eq!(closure_like_grad(&[1.0, 2.0], |i| i == 1), [0.0, 4.0]);
    assert_eq!(boxed_grad(1.0, "a"), 2.0);
    let (value, gradient) = calls_value_and_grad(&[1.0, 2.0]);
    assert_eq!(value, calls(&[1.0, 2.0]));
    assert_eq!(gradient.len(), 2);
}

mod type_parameters_that_are_no_numbers {
    //! A parameter of the function's own type `F`, which is not `Real`, is a constant.
    use autodiff::differentiate;

    #[differentiate]
    fn f<F: Fn(usize) -> bool>(x: f64, keep: F) -> f64 {
        if keep(1) { x } else { 2.0 * x }
    }

    #[test]
    fn works() {
        let slope: f64 = f_grad(1.0, |_| false);
        assert_eq!(slope, 2.0);
    }
}

mod mixed_floats {
    //! A cast between floats as an operand.
    use autodiff::differentiate;

    #[differentiate]
    fn f(x: f32, y: f64) -> f64 {
        x as f64 * y
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(3.0, 2.0), (2.0, 3.0));
    }
}

mod named_types_of_callees {
    //! A callee whose float type has a name is not generic, its caller is.
    use autodiff::differentiate;

    type F = f64;
    type V = [f64; 2];

    #[differentiate]
    fn inner(x: F, v: V) -> F {
        x * v[0] + v[1]
    }

    #[differentiate]
    fn f(x: f64, v: [f64; 2]) -> f64 {
        inner(x, v) * x
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(3.0, [1.0, 2.0]), (8.0, [9.0, 3.0]));
    }
}
