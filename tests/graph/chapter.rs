//! Example 5.14 of the chapter: intermediate variables a, …, f, and their adjoints 5.138–5.141.

use crate::support::{assert_listing, assert_well_formed, edges, statements};
use autodiff::graph::{Operand, Operation};
use autodiff::{Graph, differentiate};

#[differentiate(graph)]
fn with_powers(x: f64) -> f64 {
    (x.powi(2) + x.powi(2).exp()).sqrt() + (x.powi(2) + x.powi(2).exp()).cos()
}

#[differentiate(graph)]
fn with_products(x: f64) -> f64 {
    (x * x + (x * x).exp()).sqrt() + (x * x + (x * x).exp()).cos()
}

const STATEMENTS: [&str; 6] = [
    "a = x²",
    "b = exp a",
    "c = a + b",
    "d = √c",
    "e = cos c",
    "f = d + e",
];

const EDGES: [&str; 8] = [
    "x → a: 2x",
    "a → b: exp a",
    "a → c: 1",
    "b → c: 1",
    "c → d: 1/(2√c)",
    "c → e: −sin c",
    "d → f: 1",
    "e → f: 1",
];

/// Nodes, edges and listing, but for how the square is written.
fn assert_is_the_chapters(graph: &Graph, square: &str) {
    assert_eq!(statements(graph), STATEMENTS);
    assert_eq!(edges(graph), EDGES);
    let inputs: Vec<_> = graph.inputs().map(|n| n.name).collect();
    let outputs: Vec<_> = graph.outputs().map(|n| n.name).collect();
    assert_eq!((inputs, outputs), (vec!["x"], vec!["f"]));
    assert!(graph.nodes().iter().all(|n| n.active && n.region == 0));
    let expected = format!(
        "\
{}(x) -> f

forward
    a = {square}
    b = a.exp()
    c = a + b
    d = c.sqrt()
    e = c.cos()
    f = d + e

adjoint
    ∂f/∂f = 1
    ∂f/∂d = ∂f/∂f · 1
    ∂f/∂e = ∂f/∂f · 1
    ∂f/∂c = ∂f/∂d · 1/(2√c) + ∂f/∂e · (−sin c)
    ∂f/∂b = ∂f/∂c · 1
    ∂f/∂a = ∂f/∂b · exp a + ∂f/∂c · 1
    ∂f/∂x = ∂f/∂a · 2x",
        graph.name()
    );
    assert_listing(graph, &expected);
}

#[test]
fn the_graph_is_that_of_the_chapter() {
    assert_is_the_chapters(&with_products_graph(), "x * x");
}

#[test]
fn the_graph_is_that_of_the_chapter_with_powers() {
    assert_is_the_chapters(&with_powers_graph(), "x.powi(2)");
}

#[test]
fn operations_and_operands() {
    let graph = with_powers_graph();
    let square = graph.node("a").unwrap();
    assert_eq!(square.operation, Operation::Function("powi"));
    assert_eq!(square.operands, [Operand::Node(0), Operand::Constant("2")]);
    let graph = with_products_graph();
    let sum = graph.node("c").unwrap();
    assert_eq!(sum.operation, Operation::Add);
    assert_eq!(sum.operands, [Operand::Node(1), Operand::Node(2)]);
}

#[test]
fn the_source() {
    let graph = with_products_graph();
    let text = |name: &str| graph.node(name).unwrap().source.unwrap().text;
    assert_eq!(text("x"), "x");
    assert_eq!(text("a"), "x * x");
    assert_eq!(text("b"), "(x * x).exp()");
    assert_eq!(text("c"), "x * x + (x * x).exp()");
    assert_eq!(text("e"), "(x * x + (x * x).exp()).cos()");
    let file: Vec<_> = include_str!("chapter.rs").lines().collect();
    for node in graph.nodes() {
        let source = node.source.unwrap();
        let (line, column) = source.start;
        assert_eq!(source.end.0, line);
        let text = &file[line - 1][column - 1..source.end.1 - 1];
        assert_eq!(text, source.text);
    }
}

#[test]
fn graphviz() {
    let dot = with_products_graph().to_dot();
    assert_well_formed(&dot);
    let expected = r#"digraph "with_products" {
    n0 [label="x", shape=circle, style=solid];
    n1 [label="a = x²", shape=box, style=solid];
    n2 [label="b = exp a", shape=box, style=solid];
    n3 [label="c = a + b", shape=box, style=solid];
    n4 [label="d = √c", shape=box, style=solid];
    n5 [label="e = cos c", shape=box, style=solid];
    n6 [label="f = d + e", shape=box, style=solid, peripheries=2];
    n0 -> n1;
    n1 -> n2;
    n1 -> n3;
    n2 -> n3;
    n3 -> n4;
    n3 -> n5;
    n4 -> n6;
    n5 -> n6;
}
"#;
    assert_eq!(dot, expected);
}
