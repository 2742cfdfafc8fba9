use crate::testing::{reversed, snapshot};

fn text(function: &str) -> String {
    let (.., reversed) = reversed(function);
    let kept: Vec<String> = reversed.kept.iter().map(ToString::to_string).collect();
    let together = reversed
        .together
        .map_or_else(String::new, |t| format!("\n\ntogether\n{}", t.region));
    format!(
        "forward\n{}\nkept {}\n\nreverse\n{}{together}",
        reversed.forward,
        kept.join(", "),
        reversed.reverse
    )
}

/// The function over any number.
fn any_number(function: &str) -> String {
    let (_, primal, plan, _) = reversed(function);
    let (function, _) = super::nests(&primal.function, &plan);
    function.to_string()
}

#[test]
fn the_last_statement_is_the_first() {
    snapshot!(text, "fn f(x: f64, y: f64) -> f64 { (x * y).sin() + x }");
}

#[test]
fn a_branch_is_taken_again() {
    snapshot!(
        text,
        "fn f(x: f64, y: f64) -> f64 { if x > y { x.exp() } else { -y } }"
    );
}

#[test]
fn a_loop_pushes_and_pops() {
    snapshot!(
        text,
        "fn f(x: f64, n: usize) -> f64 { let mut s = x; for _ in 0..n { s = s.sin(); } s }"
    );
}

#[test]
fn what_is_linear_stores_nothing() {
    snapshot!(
        text,
        "fn f(a: &[f64]) -> f64 { let mut s = 0.0; for v in a { s += 2.0 * v; } s }"
    );
}

#[test]
fn a_store_moves_the_adjoint() {
    snapshot!(
        text,
        "fn f(x: f64, i: usize) -> f64 { let mut a = [x, x]; a[i] = a[1] * x; a[0] }"
    );
}

#[test]
fn a_call_has_a_pullback() {
    snapshot!(
        text,
        "fn f(x: f64, out: &mut [f64]) -> f64 { let y = g(2.0 * x, out); y * y }"
    );
}

#[test]
fn a_mean_is_taken_back_point_by_point() {
    snapshot!(
        text,
        "fn f(x: &[f64], w: f64, n: usize) -> f64 { let mut s = 0.0; for v in x { s += (v * w).sin(); } s / x.len() as f64 + n as f64 }"
    );
}

#[test]
fn memory_is_taken_back_where_it_is_read_more_than_written() {
    snapshot!(
        text,
        "fn f(x: &[f64]) -> f64 {
            let mut w = vec![1.0; x.len()];
            for i in 0..x.len() {
                let mut s = x[i];
                for k in 0..i { s += w[k] * w[i - k]; }
                w[i] = s;
            }
            w[0]
        }"
    );
}

#[test]
fn memory_is_taken_back_at_once_where_all_is_read_before() {
    snapshot!(
        text,
        "fn f(x: &[f64]) -> f64 {
            let mut w = vec![1.0; x.len()];
            for i in 2..x.len() {
                w[i] = w[i - 1] * w[i - 2] * x[i];
            }
            w[0]
        }"
    );
}

#[test]
fn a_loop_under_checkpoint_is_run_again() {
    snapshot!(
        text,
        "fn f(x: f64, n: usize) -> f64 {
            let mut v = [x, 1.0];
            #[checkpoint(3)]
            for i in 0..n { println!(\"{i}\"); v[i % 2] = v[0].sin() * v[1]; }
            v[0]
        }"
    );
}

#[test]
fn what_is_replaced_in_place_is_written_once() {
    snapshot!(
        text,
        "fn f(v: &mut [f64], i: usize, j: usize) {
            let odd = 2.0 * v[j];
            v[j] = v[i] - odd;
            v[i] += odd;
        }"
    );
}

#[test]
fn what_may_be_the_same_element_is_cleared_first() {
    snapshot!(
        text,
        "fn f(v: &mut [f64], i: usize, j: usize) {
            let old = v[i];
            v[i] = 2.0 * v[j];
            v[j] = 3.0 * old;
        }"
    );
}

#[test]
fn sums_of_a_short_loop_take_turns() {
    snapshot!(
        text,
        "fn f(x: &[f64], y: &mut [f64], s: f64) {
            for i in 0..x.len() { y[i] = x[i] * s; }
        }"
    );
}

#[test]
fn what_a_nest_of_known_size_looks_at_is_asked_for_once() {
    snapshot!(
        any_number,
        "fn f(w: &[f64], x: &[f64], y: &mut [f64]) {
            for k in 0..ROWS {
                let row = &w[k * COLUMNS..(k + 1) * COLUMNS];
                for j in 0..COLUMNS { y[j] += row[j] * x[k]; }
            }
        }"
    );
}

#[test]
fn what_is_computed_in_front_of_a_loop_is_seen_through() {
    snapshot!(
        any_number,
        "fn f(w: &[f64], y: &mut [f64]) {
            for k in 0..ROWS { for j in 0..COLUMNS { y[j] += w[k * COLUMNS + j]; } }
        }"
    );
}

#[test]
fn what_is_found_by_other_numbers_stays() {
    snapshot!(
        any_number,
        "fn f(w: &[f64], at: &[usize], n: usize) -> f64 {
            let mut s = 0.0;
            for k in 0..ROWS { s += w[at[k]]; }
            for k in 0..n { s += w[k] * w[3]; }
            s
        }"
    );
}

#[test]
fn what_many_operations_are_run_again_for_is_kept() {
    snapshot!(
        text,
        "fn f(w: &[f64; 5], x: &[f64]) -> f64 {
            let (mut s, mut t) = (0.1, 0.0);
            for v in x {
                let r = v - (w[0] * s + w[1] * t + w[2] * v + w[3] * (s * t) + w[4]);
                t += r * r;
                s = s.sin() * r;
            }
            s + t
        }"
    );
}

#[test]
fn quotients_that_are_factors_are_partials() {
    snapshot!(
        text,
        "fn f(x: &[f64], noise: f64) -> f64 {
            let (mut s, mut t) = (1.0, 0.0);
            for v in x {
                let d = s + noise;
                let q = s / d;
                t += q * v + (2.0 * d).ln();
                s *= q;
            }
            t
        }"
    );
}
