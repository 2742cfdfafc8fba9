//! Loops and branches are regions; memory is a node that is read and written.

// The programs are written as the listings are to come out.
#![allow(clippy::needless_range_loop, clippy::assign_op_pattern)]

use crate::support::{assert_listing, assert_well_formed, edges};
use autodiff::differentiate;
use autodiff::graph::Operation;

#[differentiate(graph)]
fn branch_after_loop(x: f64, w: &[f64], n: usize) -> f64 {
    let mut s = 1.0;
    for i in 0..n {
        s += w[i] * x;
    }
    if s > 2.0 { s.ln() } else { s / x }
}

#[test]
fn a_loop_and_a_branch() {
    let graph = branch_after_loop_graph();
    assert_listing(
        &graph,
        "\
branch_after_loop(x, w, n) -> j

forward
    b = 1.0
    for a in 0..n {
        c = w[a]
        d = c * x
        e = b + d
        b = e
    }
    f = b
    g = f > 2.0
    if g {
        h = f.ln()
        j = h
    } else {
        i = f / x
        j = i
    }

adjoint
    ∂j/∂x = 0
    ∂j/∂w = 0
    ∂j/∂j = 1
    ∂j/∂f = 0
    if g {
        ∂j/∂h = ∂j/∂j
        ∂j/∂f += ∂j/∂h · 1/f
    } else {
        ∂j/∂i = ∂j/∂j
        ∂j/∂f += ∂j/∂i · 1/x
        ∂j/∂x += ∂j/∂i · (−f/x²)
    }
    for a in 0..n, backwards {
        ∂j/∂e = ∂j/∂f
        ∂j/∂b = ∂j/∂e · 1
        ∂j/∂d = ∂j/∂e · 1
        ∂j/∂c = ∂j/∂d · x
        ∂j/∂x += ∂j/∂d · c
        ∂j/∂w[a] += ∂j/∂c
        ∂j/∂f = ∂j/∂b
    }",
    );
}

#[test]
fn regions_and_what_is_active() {
    let graph = branch_after_loop_graph();
    let labels: Vec<_> = graph
        .regions()
        .iter()
        .map(|r| (r.label, r.parent))
        .collect();
    let expected = [
        ("branch_after_loop", None),
        ("for a in 0..n", Some(0)),
        ("if g", Some(0)),
        ("else", Some(0)),
    ];
    assert_eq!(labels, expected);
    let region = |name: &str| graph.node(name).unwrap().region;
    let found = ["x", "a", "b", "e", "f", "h", "i", "j"].map(region);
    assert_eq!(found, [0, 1, 1, 1, 0, 2, 3, 0]);
    let inactive: Vec<_> = graph.nodes().iter().filter(|n| !n.active).collect();
    let names: Vec<_> = inactive.iter().map(|n| n.name).collect();
    assert_eq!(names, ["n", "a", "g"]);
    let operation = |name: &str| graph.node(name).unwrap().operation;
    assert_eq!(operation("a"), Operation::Item);
    assert_eq!(operation("b"), Operation::Carried);
    assert_eq!(operation("f"), Operation::Final);
    assert_eq!(operation("j"), Operation::Choice);
}

#[test]
fn edges_come_round_in_a_loop() {
    let edges = edges(&branch_after_loop_graph());
    for edge in ["e → b", "b → e: 1", "b → f", "g → j", "h → j", "i → j"] {
        assert!(edges.contains(&edge.to_owned()), "{edge}: {edges:?}");
    }
}

#[test]
fn clusters() {
    let dot = branch_after_loop_graph().to_dot();
    assert_well_formed(&dot);
    let cluster = r#"    subgraph cluster_1 {
        label="for a in 0..n";
        n3 [label="a = 0..n", shape=box, style=dashed];
        n4 [label="b = 1.0, then e", shape=box, style=solid];
        n5 [label="c = w[a]", shape=box, style=solid];
        n6 [label="d = c · x", shape=box, style=solid];
        n7 [label="e = b + d", shape=box, style=solid];
    }
"#;
    assert!(dot.contains(cluster), "{dot}");
    assert_eq!(dot.matches("subgraph cluster_").count(), 3);
}

#[differentiate(graph)]
fn in_memory(x: f64) -> f64 {
    let mut v = [0.0; 2];
    let mut k = 0;
    while v[0] < 10.0 && k < 20 {
        v[0] += x.max(v[1]);
        k += 1;
    }
    assert!(v[0] >= 0.0, "\"negative\"");
    v[0]
}

#[test]
fn memory_and_nested_regions() {
    let graph = in_memory_graph();
    assert_listing(
        &graph,
        "\
in_memory(x) -> m

forward
    a = [0.0; 2]
    b = 0
    loop {
        c = a[0]
        d = c < 10.0
        e = b < 20
        f = d & e
        if f {
            g = a[1]
            h = x.max(g)
            a[0] += h
            i = b + 1
            j = i
            k = false
        } else {
            j = b
            k = true
        }
        l = !k
        b = j
        if !l { break }
    }
    assert!(a[0] >= 0.0, \"\\\"negative\\\"\")
    m = a[0]

adjoint
    ∂m/∂x = 0
    ∂m/∂m = 1
    ∂m/∂a = 0
    ∂m/∂a[0] += ∂m/∂m
    loop, backwards {
        if f {
            ∂m/∂h = ∂m/∂a[0]
            ∂m/∂x += ∂m/∂h · ∂h/∂x // max: 1 to the larger, one half to each at a tie
            ∂m/∂g = ∂m/∂h · ∂h/∂g // max: 1 to the larger, one half to each at a tie
            ∂m/∂a[1] += ∂m/∂g
        }
    }",
    );
}

#[differentiate(graph)]
fn into(x: &[f64], y: &mut [f64]) {
    for (x, y) in x.iter().zip(y) {
        *y = x.sin() * *y;
    }
}

#[test]
fn outputs_are_parameters() {
    let graph = into_graph();
    let outputs: Vec<_> = graph.outputs().map(|n| n.name).collect();
    assert_eq!(outputs, ["y"]);
    assert_well_formed(&graph.to_dot());
    assert_listing(
        &graph,
        "\
into(x, y) -> y

forward
    a = x.len()
    b = y.len()
    c = a.min(b)
    for d in 0..c {
        e = x[d]
        f = e.sin()
        g = y[d]
        h = f * g
        y[d] = h
    }

adjoint
    ∂L/∂y = given
    ∂L/∂x = 0
    for d in 0..c, backwards {
        ∂L/∂h = ∂L/∂y[d]
        ∂L/∂y[d] = 0
        ∂L/∂f = ∂L/∂h · g
        ∂L/∂g = ∂L/∂h · f
        ∂L/∂y[d] += ∂L/∂g
        ∂L/∂e = ∂L/∂f · cos e
        ∂L/∂x[d] += ∂L/∂e
    }",
    );
}

#[differentiate(graph)]
fn fibonacci(x: f64, y: f64) -> f64 {
    let (mut a, mut b) = (x, y);
    for _ in 0..10 {
        (a, b) = (b, a + b);
    }
    b
}

#[test]
fn what_is_carried_crosswise() {
    assert_listing(
        &fibonacci_graph(),
        "\
fibonacci(x, y) -> f

forward
    b = x
    c = y
    for a in 0..10 {
        d = b + c
        (b, c) = (c, d)
    }
    e = b
    f = c

adjoint
    ∂f/∂f = 1
    ∂f/∂e = 0
    for a in 0..10, backwards {
        ∂f/∂d = ∂f/∂f
        ∂f/∂b = ∂f/∂d · 1
        ∂f/∂c = ∂f/∂d · 1 + ∂f/∂e
        ∂f/∂e = ∂f/∂b
        ∂f/∂f = ∂f/∂c
    }
    ∂f/∂x = ∂f/∂e
    ∂f/∂y = ∂f/∂f",
    );
}
