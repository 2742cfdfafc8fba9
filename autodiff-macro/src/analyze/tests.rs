use super::cancels;
use crate::testing::{analyzed, normalized, refused, snapshot, values};

/// The function, and after it what each value is.
fn text(function: &str) -> String {
    let (_, primal, plan) = analyzed(function);
    let mut text = primal.function.to_string();
    for value in values(&primal.function) {
        let what = match (plan.varied(value), plan.useful(value)) {
            (true, true) => "active",
            (true, false) => "varied",
            (false, true) => "useful",
            (false, false) => "neither",
        };
        text += &format!("\n{value} {what}");
    }
    text
}

fn messages(function: &str) -> String {
    refused("", function)
}

#[test]
fn constants_and_conditions_are_not_active() {
    snapshot!(
        text,
        "fn f(x: f64, k: f64, n: usize) -> f64 { if x > k { x * n as f64 } else { 2.0 } }"
    );
}

#[test]
fn only_what_is_asked_for() {
    snapshot!(
        text,
        "#[differentiate(wrt(x))] fn f(x: f64, k: f64) -> f64 { let square = k * k; square * x }"
    );
}

#[test]
fn a_loop_may_make_a_constant_active() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { let mut s = 0.0; for _ in 0..3 { s += x; } s }"
    );
}

#[test]
fn what_is_stopped_is_a_constant() {
    snapshot!(
        text,
        "fn f(x: f64) -> f64 { let c = autodiff::stop_gradient(x.exp()); c * x.floor() * x }"
    );
}

#[test]
fn a_derivative_lost_in_a_cast() {
    snapshot!(messages, "fn f(x: f64) -> f64 { (x as i64) as f64 }");
}

#[test]
fn a_result_that_depends_on_nothing() {
    snapshot!(messages, "fn f(x: f64) -> f64 { let y = 2.0 * x; 3.0 }");
}

/// How many values cancel.
fn cancelled(body: &str) -> usize {
    let (_, primal) = normalized(&format!(
        "fn f(x: &[f64], a: f64, b: f64) -> f64 {{ {body} }}"
    ));
    cancels::cancelled(&primal.function).len()
}

#[test]
fn what_is_subtracted_and_added_again_cancels() {
    let largest = "let t = x.iter().copied().fold(a, f64::max);";
    let sum = "let s: f64 = x.iter().map(|v| (v - t).exp()).sum();";
    assert_eq!(cancelled(&format!("{largest} {sum} t + s.ln()")), 1);
    assert_eq!(
        cancelled(&format!("{largest} {sum} (x[0] - t).exp() / s")),
        1
    );
    assert_eq!(
        cancelled(
            "let g = x[0]; let t = a.min(b); t - g * (((t - a) / g).exp() + ((t - b) / g).exp()).ln()"
        ),
        1
    );
    for nearly in [
        "t - s.ln()",
        "s.ln()",
        "t",
        "2.0 * t + s.ln()",
        "t + (s + 1.0).ln()",
        "a * t + s.ln()",
    ] {
        assert_eq!(
            cancelled(&format!("{largest} {sum} {nearly}")),
            0,
            "{nearly}"
        );
    }
}
