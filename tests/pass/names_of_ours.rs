//! Users who name variables, parameters, functions, types and constants as the emitted code might.

#![allow(clippy::let_and_return, clippy::needless_range_loop)]

use autodiff::differentiate;

/// The words of the machinery as variables.
#[differentiate]
fn variables(stack: f64, seed: f64) -> f64 {
    let phase = stack * seed;
    let tape = phase.sin();
    let kept = tape + stack;
    let result = kept * kept;
    let outcome = result - seed;
    let room = outcome * 2.0;
    let zero = room * 0.5;
    let one = zero + 0.0;
    let value = one;
    let grad = value;
    let adjoint = grad;
    let cotangent = adjoint;
    cotangent
}

#[differentiate]
fn parameters(
    __autodiff_stack: f64,
    __autodiff_0: f64,
    cotangent: f64,
    __autodiff_1_adj: f64,
) -> f64 {
    let __autodiff_result = __autodiff_stack * __autodiff_0;
    let __autodiff_seed = __autodiff_result * cotangent;
    __autodiff_seed * __autodiff_1_adj
}

#[differentiate(vjp)]
fn reserved(cotangent: f64, result: &mut [f64]) {
    for v in result.iter_mut() {
        *v *= cotangent;
    }
}

#[differentiate]
fn sweep(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn eval(x: f64) -> f64 {
    sweep(x) * x
}

#[differentiate]
fn forward(x: f64) -> f64 {
    eval(x) * x
}

#[differentiate]
fn backward(x: f64) -> f64 {
    forward(x) * x
}

#[differentiate]
fn value(x: f64) -> f64 {
    backward(x) + sweep(x)
}

#[test]
fn works() {
    assert_eq!(variables(0.5, 2.0), variables_value_and_grad(0.5, 2.0).0);
    let (a, b) = variables_grad(0.0, 2.0);
    assert_eq!((a, b), (0.0, -1.0));
    assert_eq!(parameters_grad(1.0, 2.0, 3.0, 4.0), (24.0, 12.0, 8.0, 6.0));
    let (mut held, mut weights) = ([1.0, 2.0], [1.0, 10.0]);
    assert_eq!(reserved_vjp(3.0, &mut held, &mut weights), 21.0);
    assert_eq!((held, weights), ([3.0, 6.0], [3.0, 30.0]));
    assert_eq!(value_grad(1.0), 7.0);
}

mod types {
    //! `T`, `Real`, `Stack` and others as types and traits of the user's.

    use autodiff::differentiate;

    #[derive(Clone, Copy)]
    pub struct T(pub usize);
    pub struct Real;
    pub struct Stack;
    pub struct Active;
    pub struct Space;
    #[allow(non_camel_case_types)]
    pub type __AutodiffScalar = usize;

    #[differentiate(wrt(x))]
    fn indexed(x: &[f64], t: T) -> f64 {
        let k: __AutodiffScalar = t.0;
        let (_, _, _, _) = (Real, Stack, Active, Space);
        x[k] * x[0]
    }

    #[test]
    fn works() {
        assert_eq!(indexed_grad(&[2.0, 3.0], T(1)), [3.0, 2.0]);
    }
}

mod parameter {
    //! A type parameter with the name of one of std's types, and constants named `T`, `N`.

    use autodiff::{Real, differentiate};

    const T: f64 = 3.0;

    #[differentiate]
    fn scaled(x: f64) -> f64 {
        T * x
    }

    #[differentiate]
    fn own<String: Real>(x: String, y: String) -> String {
        x * y
    }

    #[differentiate]
    fn sized<const T: usize>(x: [f64; T]) -> f64 {
        let mut sum = 0.0;
        for i in 0..T {
            sum += x[i] * i as f64;
        }
        sum
    }

    #[test]
    fn works() {
        assert_eq!(scaled_grad(1.0), 3.0);
        assert_eq!(own_grad(2.0, 3.0), (3.0, 2.0));
        assert_eq!(sized_grad([1.0; 3]), [0.0, 1.0, 2.0]);
    }
}
