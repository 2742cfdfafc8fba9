//! R01, R02 and R04: what the reverse sweep keeps.

use autodiff::differentiate;

use crate::allocation::{Usage, usage, usage_of_first_call};

const STEPS: usize = 1_000_000;
const SLACK: usize = 64 << 10;

/// What is kept of a loop of `STEPS` steps that carries one number: a word for each, in room for the next power of two.
#[track_caller]
fn assert_one_word_a_step(used: Usage) {
    assert!(
        used.held <= 8 * STEPS.next_power_of_two() + SLACK,
        "{used:?}"
    );
    // not yet: while it grows, the tape is there twice
    // assert!(used.peak <= 8 * STEPS.next_power_of_two() + SLACK, "{used:?}");
    assert!(
        used.peak <= 12 * STEPS.next_power_of_two() + SLACK,
        "{used:?}"
    );
}

#[differentiate(wrt(x))]
fn linear(c: &[f64], x: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..x.len() {
        s += c[i] * x[i];
    }
    s
}

/// R01: no tape, not even on the first call.
#[test]
fn linear_loop_allocates_nothing() {
    let c: Vec<f64> = (0..STEPS).map(|i| i as f64).collect();
    let x = vec![0.5; STEPS];
    let gradient = vec![0.0; STEPS];
    let inputs = (c.clone(), x.clone(), gradient);
    let (gradient, used) = usage_of_first_call(move || {
        let (c, x, mut gradient) = inputs;
        let (_, used) = usage(|| linear_grad_into(&c, &x, &mut gradient));
        assert_eq!((used.count, used.total), (0, 0));
        gradient
    });
    assert_eq!((used.count, used.total), (0, 0));
    assert_eq!(gradient, c);

    let (gradient, used) = usage(|| linear_grad(&c, &x));
    assert_eq!(
        (used.count, used.total),
        (1, 8 * STEPS),
        "the result, nothing else"
    );
    assert_eq!(gradient, c);
}

#[differentiate]
fn logistic_map(x: f64, r: f64, n: usize) -> f64 {
    let mut x = x;
    for _ in 0..n {
        x = r * x * (1.0 - x);
    }
    x
}

/// R02: one number for each step at most, and no recursion.
#[test]
fn long_loop_keeps_its_state_only() {
    let ((value, (by_x, by_r)), used) =
        usage_of_first_call(|| logistic_map_value_and_grad(0.3, 2.5, STEPS));
    assert!((value - 0.6).abs() < 1e-12);
    // The fixed point is 1 − 1/r, and forgets where it came from.
    assert!(by_x.abs() < 1e-300, "{by_x}");
    assert!((by_r - 1.0 / 6.25).abs() < 1e-12, "{by_r}");
    assert_one_word_a_step(used);
}

/// The tape is kept: later calls allocate nothing.
#[test]
fn later_calls_allocate_nothing() {
    let first = logistic_map_grad(0.3, 2.5, STEPS);
    let (second, used) = usage(|| logistic_map_grad(0.3, 2.5, STEPS));
    assert_eq!((second, used.count), (first, 0));
}

#[differentiate]
fn power(x: f64, n: usize) -> f64 {
    let mut power = 1.0;
    for _ in 0..n {
        power *= x;
    }
    power
}

/// R02, the power loop.
#[test]
fn power_loop_keeps_its_state_only() {
    let x = 1.000_001_f64;
    let (slope, used) = usage_of_first_call(move || power_grad(x, STEPS));
    let expected = STEPS as f64 * x.powi(STEPS as i32 - 1);
    assert!((slope - expected).abs() < 1e-9 * expected);
    assert_one_word_a_step(used);
}

#[differentiate]
fn nested(x: &[f64; 8], n: usize) -> f64 {
    let mut s = 0.5;
    for i in 0..n {
        for j in 0..n {
            let a = s * x[(i + j) % 8];
            let b = a * a + 2.0 * a;
            let c = (b - a) * (b + s);
            let d = c * 0.25 - a;
            s = 0.5 * s + 0.1 * d * b;
        }
    }
    s
}

#[differentiate]
fn nested_without_state(x: &[f64; 8], n: usize) -> f64 {
    let mut s = 0.0;
    for i in 0..n {
        for j in 0..n {
            let a = x[i % 8] * x[j % 8];
            let b = a * a + 2.0 * a;
            let c = (b - a) * (b + a);
            s += c * 0.25 - a * b;
        }
    }
    s
}

const X: [f64; 8] = [0.3, -0.2, 0.7, 0.1, -0.5, 0.4, 0.6, -0.1];

/// R04: what an iteration makes for itself is made again.
#[test]
fn temporaries_of_nested_loops_are_not_kept() {
    let (gradient, used) = usage_of_first_call(|| nested_grad(&X, 1000));
    assert!(gradient.iter().all(|slope| slope.is_finite()));
    assert_one_word_a_step(used);
    let (gradient, used) = usage_of_first_call(|| nested_without_state_grad(&X, 1000));
    assert!(gradient.iter().all(|slope| slope.is_finite()));
    assert!(used.peak <= SLACK, "{used:?}");
}
