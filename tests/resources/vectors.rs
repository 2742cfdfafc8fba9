//! What a gradient allocates beside what the function itself does: nothing, from the second call on.

#![allow(clippy::useless_vec, reason = "vectors are what is measured")]

use autodiff::differentiate;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crate::allocation::usage;

/// The allocations of the function, and those of a later call of the gradient.
#[track_caller]
fn assert_no_more(mut function: impl FnMut() -> f64, mut gradient: impl FnMut() -> f64) {
    let (value, of_function) = usage(&mut function);
    assert_eq!(gradient(), value);
    assert_eq!(gradient(), value);
    let (_, of_gradient) = usage(&mut gradient);
    assert_eq!(of_gradient.count, of_function.count, "{of_gradient:?}");
}

macro_rules! cases {
    ($($test:ident: $f:ident, $into:ident($($argument:expr),*) => $gradients:expr;)+) => {$(
        #[test]
        fn $test() {
            let mut gradient = $gradients;
            assert_no_more(|| $f($($argument),*), || $into($($argument,)* &mut gradient));
        }
    )+};
}

const X: [f64; 5] = [0.3, -0.4, 0.5, 0.7, -0.2];

cases! {
    filled: fill, fill_grad_into(&X) => [0.0; 5];
    of_vectors: rows, rows_grad_into(&X) => [0.0; 5];
    collected: collect, collect_grad_into(&X) => [0.0; 5];
    grown: grow, grow_grad_into(&X) => [0.0; 5];
    in_a_loop: fresh_each_time, fresh_each_time_grad_into(&X) => [0.0; 5];
    triangular: triangle, triangle_grad_into(&X) => [0.0; 5];
    returned: through_calls, through_calls_grad_into(&X) => [0.0; 5];
    constant_arguments: constants, constants_grad_into(&X, &[1.0, 2.0, 3.0, 4.0, 5.0]) => [0.0; 5];
    in_tuples: pairs, pairs_grad_into(&X) => [0.0; 5];
    single_precision: narrow, narrow_grad_into(&[0.3, 0.4, -0.6]) => [0.0; 3];
    chosen: branches, branches_grad_into(&X) => [0.0; 5];
    recursive: halves, halves_grad_into(&X) => [0.0; 5];
}

#[differentiate]
fn fill(x: &[f64]) -> f64 {
    let mut y = vec![0.0; x.len()];
    let mut z = x.to_vec();
    for i in 0..x.len() {
        y[i] = x[i].sin() * z[i];
        z[i] = y[i] * y[i];
    }
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += y[i] * z[i];
    }
    sum
}

#[differentiate]
fn rows(x: &[f64]) -> f64 {
    let mut table = vec![vec![0.0; x.len()]; 3];
    for k in 0..3 {
        for i in 0..x.len() {
            table[k][i] = x[i] * (k as f64 + x[(i + k) % x.len()]);
        }
    }
    let mut sum = 0.0;
    for row in &table {
        for (i, y) in row.iter().enumerate() {
            sum += y * y * table[1][i];
        }
    }
    sum
}

#[differentiate]
fn collect(x: &[f64]) -> f64 {
    let squares: Vec<f64> = x.iter().map(|x| x * x).collect();
    let cubes: Vec<f64> = squares.iter().zip(x).map(|(s, x)| s * x).collect();
    squares.iter().zip(&cubes).map(|(s, c)| s * c).sum()
}

#[differentiate]
fn grow(x: &[f64]) -> f64 {
    let mut y = Vec::with_capacity(2 * x.len());
    for v in x {
        y.push(v * v);
        y.push(v.sin());
    }
    let last = y.pop().unwrap();
    y.truncate(x.len());
    let mut sum = last;
    for i in 1..y.len() {
        sum += y[i] * y[i - 1];
    }
    sum
}

#[differentiate]
fn fresh_each_time(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for k in 0..4 {
        let mut y = vec![1.0; x.len()];
        for i in 0..x.len() {
            y[i] = x[i] * (k as f64 + sum);
        }
        sum += y[k] * y[k + 1];
    }
    sum
}

#[differentiate]
fn triangle(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for k in 1..x.len() {
        let mut y = vec![0.0; k];
        for i in 0..k {
            y[i] = x[i] * x[k];
        }
        for i in 0..k {
            sum += y[i] * y[k - 1 - i];
        }
    }
    sum
}

#[differentiate]
fn scaled(x: &[f64], by: f64) -> Vec<f64> {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        y[i] = by * x[i] * x[i];
    }
    y
}

#[differentiate]
fn dot(x: &[f64], y: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * y[i];
    }
    sum
}

#[differentiate]
fn through_calls(x: &[f64]) -> f64 {
    let y = scaled(x, x[0]);
    let z = scaled(&y, y[1]);
    dot(&z, &y) * dot(x, &z)
}

#[differentiate(wrt(x))]
fn constants(x: &[f64], c: &[f64]) -> f64 {
    let mut sum = 0.0;
    for _ in 0..3 {
        sum += dot(x, c) * dot(c, x);
    }
    sum
}

#[differentiate]
fn pairs(x: &[f64]) -> f64 {
    let mut y = vec![(0.0, [0.0; 3]); x.len()];
    for (i, v) in x.iter().enumerate() {
        y[i] = (v * v, [v.sin(), 2.0 * v, 1.0]);
    }
    let (a, b) = (vec![x[0]; 3], vec![x[1]; 4]);
    let mut sum = a[1] * b[2];
    for (v, w) in &y {
        sum += v * w[0] * w[1];
    }
    sum
}

fn narrow(x: &[f32]) -> f64 {
    f64::from(of_f32(x))
}

fn narrow_grad_into(x: &[f32], gradient: &mut [f32]) -> f64 {
    f64::from(of_f32_grad_into(x, gradient))
}

#[differentiate]
fn of_f32(x: &[f32]) -> f32 {
    let mut y = vec![0.0; x.len()];
    for i in 0..x.len() {
        y[i] = x[i] * x[i];
    }
    y[0] * y[1] + y[2]
}

#[differentiate]
fn branches(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        if *v > 0.0 {
            let y = vec![*v, v * v];
            sum += y[0] * y[1];
            if sum > 0.3 {
                continue;
            }
        }
        let z = vec![sum; 3];
        sum += z[0] * z[2] * v;
        if sum > 100.0 {
            return sum;
        }
    }
    sum
}

#[differentiate]
fn halves(x: &[f64]) -> f64 {
    if x.len() < 2 {
        return x[0] * x[0];
    }
    let y: Vec<f64> = x.iter().map(|v| v * 1.5).collect();
    let middle = x.len() / 2;
    halves(&y[..middle]) * halves(&y[middle..])
}

/// After a panic in the middle all is as before.
#[test]
fn a_panic_takes_nothing_away() {
    #[differentiate]
    fn picky(x: &[f64], index: usize) -> f64 {
        let mut y = vec![0.0; x.len()];
        for i in 0..x.len() {
            y[i] = x[i] * x[i];
        }
        y[index] * y[0]
    }
    let (mut expected, mut found) = ([0.0; 5], [1.0; 5]);
    picky_grad_into(&X, 2, &mut expected);
    let broken = catch_unwind(AssertUnwindSafe(|| picky_grad_into(&X, 7, &mut found)));
    assert!(broken.is_err());
    let (_, used) = usage(|| picky_grad_into(&X, 2, &mut found));
    assert_eq!((used.count, found), (1, expected));
}

/// What a caller gets has room for itself and no more.
#[test]
fn results_are_of_memory_of_their_own() {
    let first = fill_grad(&X);
    let (gradient, used) = usage(|| fill_grad(&X));
    assert_eq!(gradient, first);
    assert_eq!((used.held, gradient.capacity()), (40, 5));
}
