use crate::testing::{analyzed, refused, snapshot, values};

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
