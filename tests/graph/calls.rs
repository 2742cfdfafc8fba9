//! A call of another annotated function is one node.

use crate::support::{assert_listing, edges};
use autodiff::differentiate;
use autodiff::graph::Operation;

#[differentiate]
fn inner(x: f64, w: &[f64]) -> f64 {
    w.iter().map(|w| w * x).sum()
}

#[differentiate(graph)]
fn outer(x: f64, w: &[f64]) -> f64 {
    inner(x * x, w) * inner(2.0, w) + x
}

#[test]
fn a_call_is_one_node() {
    let graph = outer_graph();
    assert_listing(
        &graph,
        "\
outer(x, w) -> e

forward
    a = x * x
    b = inner(a, &w)
    c = inner(2.0, &w)
    d = b * c
    e = d + x

adjoint
    ∂e/∂w = 0
    ∂e/∂e = 1
    ∂e/∂d = ∂e/∂e · 1
    ∂e/∂b = ∂e/∂d · c
    ∂e/∂c = ∂e/∂d · b
    ∂e/∂w += ∂e/∂c · ∂c/∂w
    ∂e/∂w += ∂e/∂b · ∂b/∂w
    ∂e/∂a = ∂e/∂b · ∂b/∂a
    ∂e/∂x = ∂e/∂a · 2x + ∂e/∂e · 1",
    );
    let call = graph.node("b").unwrap();
    assert_eq!(call.operation, Operation::Call("inner"));
    assert_eq!(call.source.unwrap().text, "inner(x * x, w)");
    let edges = edges(&graph);
    for edge in ["a → b", "w → b", "w → c", "b → d: c"] {
        assert!(edges.contains(&edge.to_owned()), "{edge}: {edges:?}");
    }
}

#[differentiate(graph, rule = softplus_rule)]
fn softplus(x: f64) -> f64 {
    x.exp().ln_1p()
}

fn softplus_rule(x: f64, _: f64, cotangent: f64) -> f64 {
    cotangent / (1.0 + (-x).exp())
}

#[test]
fn a_function_with_a_rule_is_one_node() {
    assert_listing(
        &softplus_graph(),
        "\
softplus(x) -> a

forward
    a = softplus(x)

adjoint
    ∂a/∂a = 1
    ∂a/∂x = ∂a/∂a · ∂a/∂x",
    );
}

#[differentiate(graph)]
fn in_words(a: f64, b: f64) -> f64 {
    a.max(b) - a.abs() * b.powf(2.5) / a.hypot(b)
}

#[test]
fn names_of_parameters_are_skipped_and_words_stand_for_formulas() {
    assert_listing(
        &in_words_graph(),
        "\
in_words(a, b) -> i

forward
    c = a.max(b)
    d = a.abs()
    e = b.powf(2.5)
    f = d * e
    g = a.hypot(b)
    h = f / g
    i = c - h

adjoint
    ∂i/∂i = 1
    ∂i/∂c = ∂i/∂i · 1
    ∂i/∂h = ∂i/∂i · (−1)
    ∂i/∂f = ∂i/∂h · 1/g
    ∂i/∂g = ∂i/∂h · (−f/g²)
    ∂i/∂d = ∂i/∂f · e
    ∂i/∂e = ∂i/∂f · d
    ∂i/∂a = ∂i/∂c · ∂c/∂a + ∂i/∂d · (1 if a ≥ 0, else −1) + ∂i/∂g · a/g // max: 1 to the larger, one half to each at a tie
    ∂i/∂b = ∂i/∂c · ∂c/∂b + ∂i/∂e · 2.5b^1.5 + ∂i/∂g · b/g // max: 1 to the larger, one half to each at a tie",
    );
}
