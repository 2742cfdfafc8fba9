use crate::testing::{normalized, reversed, snapshot};

fn text(function: &str) -> String {
    normalized(function).1.function.to_string()
}

/// As it runs fast.
fn tuned(function: &str) -> String {
    reversed(function).1.function.to_string()
}

#[test]
fn a_scalar_variable_is_a_value() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { let mut s = x; if x > 0.0 { s *= 2.0; } s }"
    );
}

#[test]
fn a_loop_carries_what_it_assigns() {
    snapshot!(
        text,
        "fn f(x: f64, n: usize) -> f64 { let mut s = 1.0; for _ in 0..n { s *= x; } s }"
    );
}

#[test]
fn the_same_is_computed_once() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { x.sin() * x.sin() + (x + 1.0) / (x + 1.0) }"
    );
}

#[test]
fn what_nobody_uses_is_gone() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { let unused = x.exp(); let mut other = 0.0; other += x; 3.0 * x }"
    );
}

#[test]
fn an_indexed_variable_stays_a_cell() {
    snapshot!(
        text,
        "fn f(x: f64, i: usize) -> f64 { let mut a = [x, 2.0]; a[i] *= x; a[0] }"
    );
}

#[test]
fn constants_are_folded() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { let scale = 2.0 * 3.0 / 4.0; if true { scale * (x * 1.0 - 0.0) / 1.0 } else { x.exp() } }"
    );
}

#[test]
fn what_changes_bits_is_not_folded() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { (x + 0.0) * (0.0 * x) - 1.0 / 0.0 }"
    );
}

#[test]
fn a_small_array_is_a_variable_for_each_number() {
    snapshot!(
        tuned,
        "fn f(x: f64, y: f64, n: usize) -> f64 { let mut c = [x, 1.0]; for _ in 0..n { c = [c[1], c[0] * y]; } let pair = (c, y); pair.0[0] * pair.1 }"
    );
}

#[test]
fn what_is_lent_or_found_by_an_index_stays_memory() {
    snapshot!(
        tuned,
        "fn f(x: f64, i: usize) -> f64 { let mut c = [[0.0; 2]; 2]; c[0] = [x, 1.0]; let d = [x, c[0][1]]; let e = [x, x]; g(&c) * d[i] * e[0] }"
    );
}
