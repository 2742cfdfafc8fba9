//! Automatic differentiation itself.

use autodiff::differentiate;

use crate::numbers::assert_close;

#[differentiate(jvp)]
fn example(x: f64) -> f64 {
    let a = x * x;
    let b = a.exp();
    let c = a + b;
    let d = c.sqrt();
    let e = c.cos();
    d + e
}

/// The same on one line, where `x²` and the sum are written twice.
#[differentiate(graph)]
fn example_as_printed(x: f64) -> f64 {
    (x * x + (x * x).exp()).sqrt() + (x * x + (x * x).exp()).cos()
}

// What is left of the example from each intermediate variable on.

#[differentiate]
fn from_d_and_e(d: f64, e: f64) -> f64 {
    d + e
}

#[differentiate]
fn from_c(c: f64) -> f64 {
    from_d_and_e(c.sqrt(), c.cos())
}

#[differentiate]
fn from_a_and_b(a: f64, b: f64) -> f64 {
    from_c(a + b)
}

#[differentiate]
fn from_a(a: f64) -> f64 {
    from_a_and_b(a, a.exp())
}

/// Example 5.14: the adjoints 5.138 to 5.141, each written with the ones before it, and the derivative 5.109.
#[test]
fn example_5_14() {
    for x in [0.3_f64, 0.8, -1.1, 1.4] {
        let a = x * x;
        let b = a.exp();
        let c = a + b;
        let (by_d, by_e) = from_d_and_e_grad(c.sqrt(), c.cos());
        assert_eq!((by_d, by_e), (1.0, 1.0));
        let by_c = from_c_grad(c);
        assert_close(by_c, by_d / (2.0 * c.sqrt()) - by_e * c.sin());
        let (_, by_b) = from_a_and_b_grad(a, b);
        assert_close(by_b, by_c);
        let by_a = from_a_grad(a);
        assert_close(by_a, by_b * b + by_c);
        let by_x = by_a * 2.0 * x;
        assert_close(example_grad(x), by_x);
        assert_close(example_as_printed_grad(x), by_x);
        assert_eq!(example(x), example_as_printed(x));
        let printed = 2.0 * x * (0.5 / c.sqrt() - c.sin()) * (1.0 + a.exp());
        assert_close(by_x, printed);
    }
}

/// Figure 5.11: the graph that the macro builds of example 5.14 has just its intermediate variables, and its edges carry the
/// partial derivatives that 5.138 to 5.141 are made of (`tests/graph` has the listing and the drawing).
#[test]
fn graph_of_example_5_14() {
    let graph = example_as_printed_graph();
    let nodes: Vec<String> = graph.nodes().iter().map(ToString::to_string).collect();
    let expected = [
        "x",
        "a = x²",
        "b = exp a",
        "c = a + b",
        "d = √c",
        "e = cos c",
        "f = d + e",
    ];
    assert_eq!(nodes, expected);
    let name = |k: usize| graph.nodes()[k].name;
    let edges: Vec<_> = graph
        .edges()
        .iter()
        .map(|e| (name(e.from), name(e.to), e.partial.unwrap_or_default()))
        .collect();
    let expected = [
        ("x", "a", "2x"),
        ("a", "b", "exp a"),
        ("a", "c", "1"),
        ("b", "c", "1"),
        ("c", "d", "1/(2√c)"),
        ("c", "e", "−sin c"),
        ("d", "f", "1"),
        ("e", "f", "1"),
    ];
    assert_eq!(edges, expected);
}

/// An elementary function and the nodes that it reads.
#[derive(Clone, Copy)]
enum Node {
    Input(usize),
    Square(usize),
    Exp(usize),
    Sqrt(usize),
    Cos(usize),
    Sum(usize, usize),
    Product(usize, usize),
}

/// Equation 5.142: each node from its parents.
#[differentiate(wrt(x))]
fn evaluate(graph: &[Node], x: &[f64]) -> f64 {
    let mut values = Vec::new();
    for node in graph {
        let value = match *node {
            Node::Input(i) => x[i],
            Node::Square(i) => values[i] * values[i],
            Node::Exp(i) => f64::exp(values[i]),
            Node::Sqrt(i) => f64::sqrt(values[i]),
            Node::Cos(i) => f64::cos(values[i]),
            Node::Sum(i, j) => values[i] + values[j],
            Node::Product(i, j) => values[i] * values[j],
        };
        values.push(value);
    }
    values[values.len() - 1]
}

/// Equations 5.143 and 5.144, by hand.
fn backpropagate(graph: &[Node], x: &[f64]) -> Vec<f64> {
    let mut values: Vec<f64> = Vec::new();
    for node in graph {
        values.push(match *node {
            Node::Input(i) => x[i],
            Node::Square(i) => values[i] * values[i],
            Node::Exp(i) => values[i].exp(),
            Node::Sqrt(i) => values[i].sqrt(),
            Node::Cos(i) => values[i].cos(),
            Node::Sum(i, j) => values[i] + values[j],
            Node::Product(i, j) => values[i] * values[j],
        });
    }
    let mut adjoints = vec![0.0; graph.len()];
    adjoints[graph.len() - 1] = 1.0;
    let mut gradient = vec![0.0; x.len()];
    for (i, node) in graph.iter().enumerate().rev() {
        let adjoint: f64 = adjoints[i];
        match *node {
            Node::Input(j) => gradient[j] += adjoint,
            Node::Square(j) => adjoints[j] += adjoint * 2.0 * values[j],
            Node::Exp(j) => adjoints[j] += adjoint * values[i],
            Node::Sqrt(j) => adjoints[j] += adjoint * 0.5 / values[i],
            Node::Cos(j) => adjoints[j] -= adjoint * values[j].sin(),
            Node::Sum(j, k) => {
                adjoints[j] += adjoint;
                adjoints[k] += adjoint;
            }
            Node::Product(j, k) => {
                adjoints[j] += adjoint * values[k];
                adjoints[k] += adjoint * values[j];
            }
        }
    }
    gradient
}

#[test]
fn any_computation_graph() {
    use Node::{Cos, Exp, Input, Product, Sqrt, Square, Sum};
    // The graph of example 5.14, of which the macro knows nothing when it compiles `evaluate`.
    let example_5_14 = [
        Input(0),
        Square(0),
        Exp(1),
        Sum(1, 2),
        Sqrt(3),
        Cos(3),
        Sum(4, 5),
    ];
    for x in [0.3, 0.8, -1.1] {
        assert_eq!(evaluate(&example_5_14, &[x]), example(x));
        assert_close(evaluate_grad(&example_5_14, &[x]), vec![example_grad(x)]);
    }
    let graphs = [
        vec![Input(1)],
        vec![Input(0), Product(0, 0), Sum(1, 0), Product(2, 2)],
        vec![
            Input(0),
            Input(1),
            Product(0, 1),
            Exp(2),
            Sum(3, 2),
            Cos(4),
            Input(2),
            Product(5, 6),
        ],
        vec![
            Input(2),
            Square(0),
            Input(1),
            Square(2),
            Sum(1, 3),
            Sqrt(4),
            Product(5, 0),
            Input(0),
        ],
    ];
    for graph in &graphs {
        let x = [0.7, -0.4, 1.3];
        assert_close(evaluate_grad(graph, &x), backpropagate(graph, &x));
    }
}

#[differentiate(jvp)]
fn chained(x: &[f64; 6]) -> f64 {
    let mut state = 1.0;
    for x in x {
        state = (state * x).sin() + x * x;
    }
    state
}

/// Equations 5.119 and 5.120: the Jacobians of a chain multiplied from either end.
#[test]
fn forward_against_reverse_mode() {
    let x = [0.4, -1.1, 0.9, 2.0, -0.3, 0.6];
    let reverse = chained_grad(&x);
    let forward: [f64; 6] = std::array::from_fn(|i| {
        let mut direction = [0.0; 6];
        direction[i] = 1.0;
        chained_jvp(&x, &direction).1
    });
    assert_close(forward, reverse);
    let (value, slope) = example_jvp(0.8, 1.0);
    assert_eq!(value, example(0.8));
    assert_close(slope, example_grad(0.8));
}

/// The Collatz-like walk takes a branch per step and ends when the input says so.
#[differentiate(jvp)]
fn walk(x: f64, limit: usize) -> (f64, f64) {
    let mut position = x;
    let mut sum = 0.0;
    let mut steps = 0;
    while position.abs() > 0.1 {
        if steps == limit {
            return (sum, position);
        }
        steps += 1;
        if position > 1.0 {
            position *= 0.5;
            continue;
        }
        match steps % 3 {
            0 => position = 1.0 - 2.0 * position,
            1 => position -= 0.7,
            _ => position = position * position,
        }
        sum += position;
    }
    (sum, -position)
}

/// "Programming structures, such as for loops and if statements, require more care."
#[test]
fn programming_structures() {
    for x in [7.3, -0.8, 0.05, 0.37, 1.9] {
        for limit in [0, 1, 5, 30] {
            let (_, tangent) = walk_jvp(x, limit, 1.0);
            let ((sum, last), by_sum) = walk_vjp(x, limit, (1.0, 0.0));
            let (_, by_last) = walk_vjp(x, limit, (0.0, 1.0));
            assert_eq!((sum, last), walk(x, limit));
            assert_close((by_sum, by_last), tangent);
            let h = 1e-7;
            let (up, down) = (walk(x + h, limit), walk(x - h, limit));
            let differences = ((up.0 - down.0) / (2.0 * h), (up.1 - down.1) / (2.0 * h));
            let error = (differences.0 - by_sum).abs() + (differences.1 - by_last).abs();
            assert!(error < 1e-5 * (1.0 + by_sum.abs() + by_last.abs()));
        }
    }
}
