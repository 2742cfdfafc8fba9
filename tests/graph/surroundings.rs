//! Where functions stand, and what other options do.

use crate::support::statements;
use autodiff::{Real, differentiate};

struct Spring {
    stiffness: f64,
}

impl Spring {
    #[differentiate(graph)]
    fn energy(&self, x: f64) -> f64 {
        0.5 * self.stiffness * x * x
    }

    #[differentiate(graph, name = "reach")]
    fn length(x: f64, y: f64) -> f64 {
        x.hypot(y)
    }
}

#[test]
fn methods_have_associated_functions() {
    assert_eq!(
        statements(&Spring::energy_graph()),
        [
            "a = self.stiffness",
            "b = 0.5 · a",
            "c = b · x",
            "d = c · x"
        ]
    );
    assert_eq!(statements(&Spring::reach_graph()), ["a = hypot(x, y)"]);
    assert_eq!(Spring { stiffness: 2.0 }.energy_grad(3.0), 6.0);
    assert_eq!(Spring::reach_grad(3.0, 4.0), (0.6, 0.8));
}

#[differentiate(graph)]
fn generic<T: Real, const N: usize>(x: [T; N]) -> T {
    x[0] * x[N - 1]
}

#[test]
fn generics_are_those_of_the_function() {
    let graph = generic_graph::<f64, 3>();
    assert_eq!(graph.node("x").unwrap().operands, []);
    assert!(graph.forward().contains("x[0]"), "{graph}");
    assert_eq!(generic_grad([2.0, 3.0]), [3.0, 2.0]);
}

#[differentiate(graph, wrt(x))]
fn partly(x: f64, y: f64) -> f64 {
    let z = y.exp();
    x * z
}

#[test]
fn what_is_left_out_is_not_active() {
    let graph = partly_graph();
    let active = |name: &str| graph.node(name).unwrap().active;
    assert_eq!(["x", "y", "a", "b"].map(active), [true, false, false, true]);
    assert_eq!(graph.adjoint(), "∂b/∂b = 1\n∂b/∂x = ∂b/∂b · a");
    let dashed = graph.to_dot().matches("style=dashed").count();
    assert_eq!(dashed, 2);
    assert_eq!(partly_grad(1.0, 0.0), 1.0);
}

#[differentiate(graph)]
fn many(x: f64) -> f64 {
    let mut y = x;
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y = y.sin();
    y
}

#[test]
fn there_are_more_names_than_letters() {
    let graph = many_graph();
    let names: Vec<_> = graph.nodes().iter().map(|n| n.name).collect();
    assert_eq!(names[..4], ["x", "a", "b", "c"]);
    // The parameter's own name is not given again.
    assert_eq!(names[23..], ["w", "y", "z", "a1", "b1", "c1"]);
}

#[differentiate(graph)]
fn negative(x: f64) -> f64 {
    x.powi(-2) * -1.5
}

#[test]
fn negative_constants() {
    let graph = negative_graph();
    assert_eq!(graph.forward(), "a = x.powi(-2)\nb = a * (-1.5)");
    assert_eq!(
        graph.adjoint(),
        "∂b/∂b = 1\n∂b/∂a = ∂b/∂b · (-1.5)\n∂b/∂x = ∂b/∂a · (−2x⁻³)"
    );
}
