use crate::testing::{lowered, snapshot};

fn text(function: &str) -> String {
    lowered(function).1.function.to_string()
}

#[test]
fn expressions_are_statements_in_their_order() {
    snapshot!(
        text,
        "fn f(x: f64, y: f64) -> f64 { (x * y).sin() - 2.0 / x }"
    );
}

#[test]
fn variables_are_cells() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { let mut s = x; if x > 0.0 { s *= 2.0; } s }"
    );
}

#[test]
fn an_exit_is_a_flag_and_a_guarded_rest() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 {
    let mut s = x;
    for i in 0..3 {
        if s > 2.0 {
            break;
        }
        s *= x;
    }
    s
}"
    );
}

#[test]
fn a_chain_is_a_loop() {
    snapshot!(
        text,
        "fn f(a: &[f64], b: &[f64]) -> f64 { a.iter().zip(b).map(|(x, y)| x * y).sum() }"
    );
}

#[test]
fn a_closure_is_inlined() {
    snapshot!(
        text,
        "fn f(x: f64, y: f64) -> f64 { let mut n = 0.0; let mut add = |v: f64| n += v * y; add(x); add(2.0); n }"
    );
}

#[test]
fn patterns_name_parts_of_places() {
    snapshot!(
        text,
        "fn f(p: [f64; 3]) -> f64 { let [first, .., last] = p; let (a, b) = (last, first); a / b }"
    );
}

#[test]
fn operators_of_matrices_are_calls() {
    snapshot!(
        text,
        "fn f(w: &DMatrix<f64>, x: &DVector<f64>, s: f64) -> f64 {
    let mut y = s * (w * x);
    y += x;
    y[0] += w[(0, 1)];
    -y.norm() * y.nrows() as f64
}"
    );
}
