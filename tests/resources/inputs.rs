//! R06 and R09: many inputs.

use std::time::{Duration, Instant};

use autodiff::differentiate;

use crate::allocation::{usage, usage_of_first_call};

const MANY: usize = 1_000_000;

#[differentiate]
fn sum_of_squares(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() {
        sum += x[i] * x[i];
    }
    sum
}

#[differentiate]
fn smoothness(x: &[f64]) -> f64 {
    let mut state = 0.0;
    for i in 1..x.len() {
        state = 0.5 * state + (x[i] - x[i - 1]).sin() * x[i];
    }
    state
}

/// R06: the cost is in proportion to the inputs, not to their square: no read of an element makes an array.
#[test]
fn cost_is_proportional_to_the_inputs() {
    for gradient in [sum_of_squares_grad, smoothness_grad] as [fn(&[f64]) -> Vec<f64>; 2] {
        let (few, many) = (vec![0.3; 1000], vec![0.3; 100_000]);
        // The first call makes room for the tape.
        gradient(&many);
        let (_, used) = usage(|| gradient(&many));
        assert_eq!((used.count, used.total), (1, 8 * many.len()));
        // A hundred times the inputs; ten thousand times the time if it were quadratic.
        let (few, many) = (fastest(|| gradient(&few)), fastest(|| gradient(&many)));
        assert!(
            many < 1000 * few.max(Duration::from_nanos(500)),
            "{few:?}, {many:?}"
        );
    }
}

fn fastest<T>(run: impl Fn() -> T) -> Duration {
    (0..10)
        .map(|_| {
            let start = Instant::now();
            std::hint::black_box(run());
            start.elapsed()
        })
        .min()
        .unwrap_or_default()
}

#[differentiate]
fn one_element(table: &[f64], x: f64, i: usize) -> f64 {
    table[i] * x
}

#[differentiate]
fn one_element_of_a_vector(table: Vec<f64>, x: f64, i: usize) -> f64 {
    table[i] * x
}

#[differentiate]
fn by_way_of_a_call(table: &[f64], x: f64) -> f64 {
    one_element(table, x, 7) + one_element(table, x * x, 8)
}

/// R09: the result is the only array; into the caller's buffer, there is none.
#[test]
fn large_array_is_not_copied() {
    let table = vec![1.5; MANY];
    let ((by_table, by_x), used) = usage(|| one_element_grad(&table, 2.0, 7));
    assert_eq!((by_table[6], by_table[7], by_x), (0.0, 2.0, 1.5));
    assert_eq!((used.count, used.total), (1, 8 * MANY));

    let (mut by_table, mut by_x) = (vec![9.0; MANY], 9.0);
    let (_, used) = usage(|| one_element_grad_into(&table, 2.0, 7, &mut by_table, &mut by_x));
    assert_eq!((by_table[6], by_table[7], by_x), (0.0, 2.0, 1.5));
    assert_eq!(used.count, 0);

    let ((by_table, by_x), used) = usage(|| by_way_of_a_call_grad(&table, 2.0));
    assert_eq!((by_table[7], by_table[8], by_x), (2.0, 4.0, 1.5 + 6.0));
    assert_eq!((used.count, used.total), (1, 8 * MANY));

    let (_, used) = usage_of_first_call(move || one_element_of_a_vector_grad(table, 2.0, 7));
    assert!(used.peak <= 8 * MANY + 1024, "{used:?}");
}
