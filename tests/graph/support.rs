//! What graphs are compared by.

use autodiff::Graph;

/// Nodes that are not inputs, as `a = x²`.
pub fn statements(graph: &Graph) -> Vec<String> {
    let inputs = graph.inputs().count();
    graph.nodes()[inputs..]
        .iter()
        .map(ToString::to_string)
        .collect()
}

/// Edges by names, as `a → c: exp a`.
pub fn edges(graph: &Graph) -> Vec<String> {
    let name = |k: usize| graph.nodes()[k].name;
    graph
        .edges()
        .iter()
        .map(|e| {
            let partial = e.partial.map(|p| format!(": {p}")).unwrap_or_default();
            format!("{} → {}{partial}", name(e.from), name(e.to))
        })
        .collect()
}

/// The listing without the blank at its ends.
pub fn assert_listing(graph: &Graph, expected: &str) {
    let listing = graph.to_string();
    assert_eq!(listing.trim(), expected.trim(), "\n{listing}");
}

/// Each brace that is opened is closed, and no edge leads to a node that is not there.
pub fn assert_well_formed(dot: &str) {
    let mut depth = 0;
    let mut quoted = false;
    let mut escaped = false;
    for c in dot.chars() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            '{' if !quoted => depth += 1,
            '}' if !quoted => depth -= 1,
            _ => {}
        }
        assert!(depth >= 0, "{dot}");
    }
    assert!(depth == 0 && !quoted, "{dot}");
    for line in dot.lines().filter(|l| l.contains(" -> ")) {
        for node in line.trim().trim_end_matches(';').split(" -> ") {
            assert!(dot.contains(&format!("{node} [label=")), "{node}\n{dot}");
        }
    }
}
