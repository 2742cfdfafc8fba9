//! R07 and R08: what runs, counted where the function itself counts.

use std::cell::Cell;

use autodiff::differentiate;

use crate::allocation::usage;

thread_local! {
    static TICKS: Cell<usize> = const { Cell::new(0) };
}

/// One, and counts its calls.
fn tick() -> f64 {
    TICKS.set(TICKS.get() + 1);
    1.0
}

fn ticks<T>(counted: impl FnOnce() -> T) -> usize {
    TICKS.set(0);
    counted();
    TICKS.get()
}

#[differentiate(vjp)]
fn level_1(x: f64) -> f64 {
    (x * tick()).sin()
}

#[differentiate(vjp)]
fn level_2(x: f64) -> f64 {
    level_1(x * x) * tick()
}

#[differentiate(vjp)]
fn level_3(x: f64) -> f64 {
    level_2(x + 1.0) * level_2(x) * tick()
}

#[differentiate(vjp)]
fn level_4(x: f64) -> f64 {
    level_3(x.cos()) * tick()
}

#[differentiate(vjp)]
fn level_5(x: f64) -> f64 {
    level_4(0.5 * x) * x * tick()
}

#[differentiate(vjp)]
fn level_6(x: f64) -> f64 {
    level_5(x * x) * tick()
}

/// R07: however deep a call is, a gradient runs it as often as the function does.
#[test]
fn nested_calls_run_once() {
    for (f, gradient) in [
        (level_1 as fn(f64) -> f64, level_1_grad as fn(f64) -> f64),
        (level_2, level_2_grad),
        (level_3, level_3_grad),
        (level_4, level_4_grad),
        (level_5, level_5_grad),
        (level_6, level_6_grad),
    ] {
        assert_eq!(ticks(|| gradient(0.7)), ticks(|| f(0.7)));
    }
    assert_eq!(ticks(|| level_6(0.7)), 8);
    assert_eq!(ticks(|| level_6_value_and_grad(0.7)), 8);
    assert_eq!(ticks(|| level_6_vjp(0.7, 2.0)), 8);
}

#[differentiate]
fn recursive(x: f64, depth: usize) -> f64 {
    let one = tick();
    if depth == 0 {
        return x * one;
    }
    recursive(x.sin() * one, depth - 1) + x
}

/// R07, recursively: linear in the depth.
#[test]
fn recursion_runs_once() {
    for depth in [0, 1, 2, 10, 100, 1000] {
        assert_eq!(ticks(|| recursive_grad(0.7, depth)), depth + 1);
    }
}

#[differentiate]
fn early_return(x: f64, n: usize) -> f64 {
    if x < 0.0 {
        return 2.0 * x;
    }
    let mut power = 1.0;
    for _ in 0..n {
        power = (power * x).sin() * tick();
    }
    power
}

/// R08: a return on the first line leaves nothing to run, forwards or backwards, and nothing to allocate.
#[test]
fn early_return_costs_nothing() {
    assert_eq!(ticks(|| early_return_grad(0.7, 1000)), 1000);
    let count = ticks(|| {
        // As many steps as would take years.
        let (gradient, used) = usage(|| early_return_grad(-0.7, usize::MAX));
        assert_eq!((gradient, used.count), (2.0, 0));
    });
    assert_eq!(count, 0);
}
