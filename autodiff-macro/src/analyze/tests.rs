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

#[test]
fn a_finite_value_tells_of_its_factors() {
    let tells = |function: &str| {
        let (_, primal, plan) = analyzed(function);
        super::tells(&primal.function, &plan)
    };
    let told = [
        "fn f(x: &[f64]) -> f64 { x.iter().product() }",
        "fn f(x: &[f64], w: f64) -> f64 { let mut s = 0.0; for v in x { s += (w * v).powi(2) + v.sin(); } s }",
        "fn f(x: &[f64]) -> f64 { x.iter().map(|v| v * v).sum::<f64>() / x.len() as f64 }",
        "fn f(x: &[f64]) -> f64 { let mut s = 1.0; for v in x { if *v > 0.0 { s *= v } else { s += v * v } } s }",
        "fn f(x: f64) -> f64 { (0.5 * x).exp() }",
    ];
    for function in told {
        assert!(tells(function), "{function}");
    }
    let hidden = [
        "fn f(x: f64, w: f64) -> f64 { (w * x).exp() }",
        "fn f(x: f64, w: f64) -> f64 { 1.0 / (1.0 + w * x) }",
        "fn f(x: f64) -> f64 { x.sqrt() }",
        "fn f(x: f64, k: f64) -> f64 { (x * x).max(k) }",
        "fn f(x: &[f64], w: f64) -> f64 { let mut s = 0.0; for v in x { s = if *v > 1.0 { 1.0 } else { s + w * v } } s }",
        "fn f(x: &[f64], w: f64) -> f64 { let mut last = 0.0; for v in x { last = w * v; } last }",
        "fn f(x: &[f64], w: f64) -> f64 { let mut m = [0.0; 2]; for i in 0..x.len() { m[i % 2] = w * x[i]; } m[0] }",
        "fn f(x: f64) -> f64 { g(x) * x }",
        "fn f(x: f64) -> f64 { x.powi(-2) }",
    ];
    for function in hidden {
        assert!(!tells(function), "{function}");
    }
}

#[test]
fn finite_outputs_tell_of_factors() {
    let tells = |function: &str| {
        let (source, primal, plan) = analyzed(function);
        let outputs = source.params.iter().zip(&primal.function.body.params);
        let outputs = outputs.filter(|(p, _)| p.is_output()).map(|(_, v)| *v);
        let outputs: Vec<_> = outputs.collect();
        super::outputs_that_tell(&primal.function, &plan, &outputs).map(|found| found.len())
    };
    let told = [
        (
            "fn f(x: &[f64], out: &mut [f64]) { for i in 0..x.len() { out[i] = x[i] * x[i]; } }",
            1,
        ),
        (
            "fn f(x: &[f64], out: &mut [f64]) { for (o, v) in out.iter_mut().zip(x) { *o = v * v; } }",
            1,
        ),
        // What is linear needs no guards.
        (
            "fn f(x: &[f64], out: &mut [f64]) { for i in 0..x.len() { out[i] = 2.0 * x[i]; } }",
            0,
        ),
        (
            "fn f(x: &[f64], w: f64, a: &mut [f64], b: &mut [f64]) { for i in 0..x.len() { a[i] = w * x[i]; b[i] = w + x[i]; } }",
            1,
        ),
        (
            "fn f(x: &[f64], n: usize, out: &mut [f64]) { for i in 1..n { for j in 0..n { out[i * n + j] = x[i] * x[j]; } } }",
            1,
        ),
        (
            "fn f(x: &[f64], n: usize, out: &mut [f64]) { for j in 0..n { for i in 0..n { out[i * n + j + 3] = x[i] * x[j]; } } }",
            1,
        ),
        (
            "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { for j in 0..4 { if x[i] > 0.0 { out[i * 4 + j] = x[i] * x[j]; } } } }",
            1,
        ),
    ];
    for (function, looked_at) in told {
        assert_eq!(tells(function), Some(looked_at), "{function}");
    }
    let hidden = [
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { out[i % 3] = x[i] * x[i]; } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { out[0] = x[i] * x[i]; } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { for j in 0..5 { out[i * 4 + j] = x[i] * x[j]; } } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { for j in 0..=4 { out[i * 4 + j] = x[i] * x[j]; } } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { for j in 1..5 { out[i * 4 + j] = x[i] * x[j]; } } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { for j in 0..i { out[i * i + j] = x[i] * x[j]; } } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { for j in 0..4 { out[i + j] = x[i] * x[j]; } } }",
        "fn f(x: &[f64], out: &mut [f64]) { for k in 0..3 { for i in 0..8 { out[i] = x[i] * x[k]; } } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { out[i] = x[i] * x[i]; } out[3] = x[0]; }",
        "fn f(x: &[f64], out: &mut [f64]) { let mut k = 0; while k < 8 { for i in 0..2 { out[i] = x[k] * x[i]; } k += 1; } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { out[i] = x[i] * x[i]; out[i] = 1.0; } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { out[i] += x[i] * x[i]; } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { out[i] = 1.0 / x[i]; } }",
        "fn f(x: &[f64], out: &mut [f64]) { for i in 0..8 { out[i] = x[i].sqrt(); } }",
        "fn f(x: &[f64], w: f64, out: &mut [f64]) { for i in 0..8 { out[i] = if x[i] > 0.0 { w * x[i] } else { (w * x[i]).tanh() }; } }",
        "fn f(x: &[f64], out: &mut [f64]) -> f64 { for i in 0..8 { out[i] = x[i]; } x[0] * x[1] }",
        "fn f(x: &[f64], out: &mut [[f64; 2]]) { for i in 0..8 { out[i][0] = x[i] * x[i]; } }",
    ];
    for function in hidden {
        assert_eq!(tells(function), None, "{function}");
    }
}
