//! Without the prelude, and without a name for std or core in sight.
#![no_implicit_prelude]

use ::autodiff::differentiate;

#[differentiate]
fn straight(x: f64, y: f64) -> f64 {
    x.sin() * y + x.powi(2) - x.max(y)
}

#[differentiate]
fn control(x: &[f64], n: usize) -> f64 {
    let (mut sum, mut i) = (0.0, 0);
    for v in x {
        if i == n {
            break;
        }
        i += 1;
        sum += v * v;
    }
    while sum > 100.0 {
        sum /= 2.0;
    }
    match n {
        0 => x[0],
        1..=2 => sum,
        _ => sum * sum,
    }
}

#[differentiate]
fn memory(x: [f64; 2], out: &mut [f64]) {
    let mut pair = [x[1], x[0]];
    pair[0] *= x[0];
    out.copy_from_slice(&pair);
    out.swap(0, 1);
}

#[differentiate]
fn calls(x: f64) -> f64 {
    let xs = [x, 2.0 * x];
    straight(x, 3.0) + control(&xs, 2)
}

mod chains {
    use ::autodiff::differentiate;
    use ::core::iter::Iterator as _;

    #[differentiate]
    pub fn chain(x: &[f64]) -> f64 {
        let squares: ::std::vec::Vec<f64> = x.iter().map(|v| v * v).collect();
        let mut sum = 0.0;
        for (i, v) in squares.iter().enumerate() {
            sum += v * i as f64;
        }
        squares.iter().sum::<f64>() + sum
    }
}

mod checkpoints {
    use ::autodiff::differentiate;

    #[differentiate(vjp)]
    pub fn power(x: f64, state: &mut [f64], n: usize) -> f64 {
        let mut y = x;
        #[checkpoint(2)]
        for i in 0..n {
            state[i % 2] *= y;
            y = y * x * state[i % 2];
        }
        y
    }
}

#[::core::prelude::v1::test]
fn works() {
    let (mut state, mut cotangent) = ([1.0, 1.0], [0.0; 2]);
    // x, x, x³; x³, x⁴, x⁷: the exponents of `y` and of the states.
    ::core::assert_eq!(
        checkpoints::power_vjp(2.0, &mut state, 2, 1.0, &mut cotangent),
        (128.0, 7.0 * 64.0)
    );
    ::core::assert_eq!(straight_grad(0.0, 2.0), (2.0, -1.0));
    ::core::assert_eq!(control_grad(&[1.0, 2.0, 3.0], 2), [2.0, 4.0, 0.0]);
    let (mut out, mut cotangent) = ([0.0; 2], [1.0, 10.0]);
    ::core::assert_eq!(
        memory_vjp([2.0, 3.0], &mut out, &mut cotangent),
        [31.0, 20.0]
    );
    ::core::assert_eq!(out, [2.0, 6.0]);
    ::core::assert_eq!(calls_value_and_grad(1.0).0, calls(1.0));
    ::core::assert_eq!(chains::chain_grad(&[1.0, 2.0]), [2.0, 8.0]);
}

mod zip_without_a_prelude {
    //! The minimum of lengths is taken without `Ord` in scope.
    #![no_implicit_prelude]
    use ::core::iter::Iterator as _;

    #[::autodiff::differentiate]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        let mut sum = 0.0;
        for (a, b) in x.iter().zip(y) {
            sum += a * b;
        }
        sum
    }

    #[::core::prelude::v1::test]
    fn works() {
        ::core::assert_eq!(f_grad(&[1.0], &[3.0]), (::std::vec![3.0], ::std::vec![1.0]));
    }
}
