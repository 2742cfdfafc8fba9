//! Loops under `#[checkpoint]`: how much they keep, and how often their iterations run.

use autodiff::differentiate;
use std::cell::Cell;

use crate::allocation::{Usage, usage, usage_of_first_call};

/// Ten million where that is quick.
const STEPS: usize = if cfg!(debug_assertions) {
    1_000_000
} else {
    10_000_000
};

#[differentiate]
fn logistic_map(x: f64, r: f64, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint]
    for _ in 0..n {
        x = r * x * (1.0 - x);
    }
    x
}

/// As many states as the square root of the steps, in room for the next power of two, twice while that grows.
#[test]
fn a_long_loop_fits_in_little() {
    let ((value, (by_x, by_r)), used) =
        usage_of_first_call(|| logistic_map_value_and_grad(0.3, 2.5, STEPS));
    assert!((value - 0.6).abs() < 1e-12);
    // The fixed point is 1 − 1/r, and forgets where it came from.
    assert!(by_x.abs() < 1e-300, "{by_x}");
    assert!((by_r - 1.0 / 6.25).abs() < 1e-12, "{by_r}");
    assert!(used.peak <= 3 * 16 * 4096, "{used:?}");
}

/// Planets about a sun: positions and velocities in vectors, of which each iteration changes all.
#[differentiate(wrt(at, speed))]
fn orbits(at: &[f64], speed: &[f64], n: usize) -> f64 {
    let (mut x, mut v) = (at.to_vec(), speed.to_vec());
    let mut k = 0;
    #[checkpoint(30)]
    while k < n {
        for i in 0..x.len() {
            let pull = x[i] / (x[i] * x[i] + 0.1).powi(2);
            v[i] -= 0.01 * pull;
        }
        for i in 0..x.len() {
            x[i] += 0.01 * v[i];
        }
        k += 1;
    }
    x.iter().map(|x| x * x).sum()
}

#[test]
fn vectors_are_kept_as_often_as_asked_for() {
    const BODIES: usize = 1000;
    let at: Vec<f64> = (0..BODIES).map(|i| 1.0 + i as f64 * 0.01).collect();
    let speed = vec![0.3; BODIES];
    let ((by_at, _), used) = usage_of_first_call(move || orbits_grad(&at, &speed, 500));
    assert!(by_at.iter().all(|slope| slope.is_finite()));
    // Thirty states of two vectors, and a few that are at work: gradients, adjoints, the values themselves.
    assert!(used.peak <= 8 * BODIES * 2 * (30 + 8), "{used:?}");
}

/// What an iteration writes and none reads is no part of the state.
#[test]
fn a_trajectory_is_not_kept_again() {
    #[differentiate(wrt(x))]
    fn trajectory(x: f64, out: &mut [f64]) {
        let mut x = x;
        #[checkpoint]
        for i in 0..out.len() {
            x = (x * 1.3).sin();
            out[i] = x * x;
        }
    }
    let (mut out, mut cotangent) = (vec![0.0; 1_000_000], vec![1.0; 1_000_000]);
    let (slope, used) = usage_of_first_call(move || {
        let (slope, used) = usage(|| trajectory_vjp(0.3, &mut out, &mut cotangent));
        assert!(used.peak <= 64 << 10, "{used:?}");
        slope
    });
    assert!(slope.is_finite(), "{used:?}");
}

/// Of iterations that come in any order the state in front of the first is kept.
#[test]
fn independent_iterations_keep_nothing() {
    #[differentiate]
    fn waves(a: f64, n: usize) -> f64 {
        let mut s = 0.0;
        #[checkpoint]
        for i in 0..n {
            s += (a * (i as f64 * 0.01).sin()).exp() * a;
        }
        s
    }
    #[differentiate]
    fn of_waves(a: f64, n: usize) -> f64 {
        waves(a.sin(), n) / n as f64
    }
    let (slope, used) = usage_of_first_call(|| of_waves_grad(0.3, 1_000_000));
    assert!(slope.is_finite() && used.peak <= 64 << 10, "{used:?}");
}

/// States without memory of their own are kept on the stack, and that is kept.
#[test]
fn later_calls_allocate_nothing() {
    #[differentiate]
    fn spiral(x: &[f64; 4], n: usize) -> f64 {
        let mut v = *x;
        #[checkpoint]
        for i in 0..n {
            let k = i % 4;
            v[k] = (v[(k + 1) % 4] * v[k]).sin() + 0.1 * v[(k + 2) % 4];
        }
        v[0] * v[1] + v[2] * v[3]
    }
    let x = [0.3, 0.5, 0.7, 0.9];
    let mut first = [0.0; 4];
    spiral_grad_into(&x, 10_000, &mut first);
    let mut second = [1.0; 4];
    let (_, used) = usage(|| spiral_grad_into(&x, 10_000, &mut second));
    assert_eq!((second, used), (first, Usage::default()));
}

thread_local! {
    static RUNS: Cell<usize> = const { Cell::new(0) };
    static RETURNS: Cell<usize> = const { Cell::new(0) };
}

#[differentiate(rule = counted_rule)]
fn counted(x: f64) -> f64 {
    RUNS.set(RUNS.get() + 1);
    (x * 1.3).sin() + 0.2
}

fn counted_rule(x: f64, _: f64, cotangent: f64) -> f64 {
    RETURNS.set(RETURNS.get() + 1);
    cotangent * 1.3 * (x * 1.3).cos()
}

#[differentiate]
fn seven(x: f64, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint(7)]
    for _ in 0..n {
        x += 0.1 * counted(x);
    }
    x
}

#[differentiate]
fn chosen(x: f64, n: usize) -> f64 {
    let mut x = x;
    #[checkpoint]
    for _ in 0..n {
        x += 0.1 * counted(x);
    }
    x
}

#[differentiate]
fn of_unknown_length(x: f64, n: usize) -> f64 {
    let mut x = x;
    let mut k = 0;
    #[checkpoint(7)]
    while k < n {
        x += 0.1 * counted(x);
        k += 1;
    }
    x
}

/// How often an iteration runs, and how often it is taken back.
fn runs(gradient: fn(f64, usize) -> f64, n: usize) -> (usize, usize) {
    RUNS.set(0);
    RETURNS.set(0);
    gradient(0.3, n);
    (RUNS.get(), RETURNS.get())
}

/// `r l − β(s + 1, r − 1)`, Griewank and Walther: iterations run again without being taken back.
fn optimal(steps: usize, snapshots: usize) -> usize {
    let beta = |s: usize, r: usize| (1..=r).fold(1, |b, i| b * (s + i) / i);
    let mut r = 0;
    while beta(snapshots, r) < steps {
        r += 1;
    }
    if r == 0 {
        return 0;
    }
    r * steps - beta(snapshots + 1, r - 1)
}

#[test]
fn no_iteration_runs_in_vain() {
    assert_eq!((optimal(10, 3), optimal(50, 7)), (15, 105));
    for n in [0, 1, 2, 7, 10, 50, 200, 1000] {
        let (forward, back) = runs(seven_grad, n);
        assert_eq!(back, n);
        // Once for its value, once to be taken back.
        assert!(
            forward <= 2 * n + optimal(n, 7),
            "{forward} of {n}, {}",
            optimal(n, 7)
        );
        assert!(forward >= 2 * n);
        let (forward, back) = runs(of_unknown_length_grad, n);
        assert_eq!(back, n);
        assert!(forward <= 3 * n + optimal(n, 4), "{forward} of {n}");
        let (forward, back) = runs(chosen_grad, n);
        assert_eq!(back, n);
        assert!(forward <= 4 * n, "{forward} of {n}");
    }
}

/// What prints and checks does so once.
#[test]
fn effects_are_not_run_again() {
    #[differentiate]
    fn checked(x: f64, n: usize) -> f64 {
        let mut x = x;
        #[checkpoint(2)]
        for i in 0..n {
            assert!(
                {
                    RETURNS.set(RETURNS.get() + 1);
                    i < n
                },
                "{x}"
            );
            x = (x * 1.3).sin();
        }
        x
    }
    RETURNS.set(0);
    let slope = checked_grad(0.3, 20);
    assert!(slope != 0.0);
    assert_eq!(RETURNS.get(), 20);
}
