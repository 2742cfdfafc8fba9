//! The computation graph of a function: what `f_graph()` returns.
//!
//! In: the representation the derivative was made from, written down by the macro as constants. Out: nodes, edges and
//! regions to walk over, a listing ([`Display`]) and Graphviz ([`Graph::to_dot`]). Nothing is computed when the function
//! itself or its gradient is called.

use alloc::string::String;
use core::fmt::{self, Display, Formatter, Write};

/// The computation graph of a function.
///
/// Nodes stand in the order in which they are computed. A constant is no node of its own, and what is computed twice is
/// one node. Loops and branches are [regions](Region): their nodes stand for as many values as they are run times.
///
/// `Display` lists the statements of the function, then those of its derivative, the last first.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Graph {
    #[doc(hidden)]
    pub __name: &'static str,
    #[doc(hidden)]
    pub __nodes: &'static [Node],
    #[doc(hidden)]
    pub __edges: &'static [Edge],
    #[doc(hidden)]
    pub __regions: &'static [Region],
    #[doc(hidden)]
    pub __outputs: &'static [usize],
    #[doc(hidden)]
    pub __forward: &'static str,
    #[doc(hidden)]
    pub __adjoint: &'static str,
}

/// An input, or a statement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    /// A parameter's own name; `a`, `b`, `c`, … for what is computed; empty for a statement that has no value.
    pub name: &'static str,
    /// What is done.
    pub operation: Operation,
    /// To what, in order. Of a loop variable: what it starts from, and what the next iteration gets.
    pub operands: &'static [Operand],
    /// The statement's right-hand side in Rust: `x.powi(2)`.
    pub expression: &'static str,
    /// The same in mathematical notation: `x²`.
    pub formula: &'static str,
    /// Where it comes from, where that is known.
    pub source: Option<Source>,
    /// The position in [`Graph::regions`] of the region it stands in.
    pub region: usize,
    /// It depends on a differentiable input and an output depends on it: it has an adjoint.
    pub active: bool,
}

/// What a node does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Operation {
    /// A parameter.
    Input,
    /// `-a`
    Neg,
    /// `a + b`
    Add,
    /// `a - b`
    Sub,
    /// `a * b`
    Mul,
    /// `a / b`
    Div,
    /// An elementary function, by the name of its row in [`rules::TABLE`](crate::rules::TABLE).
    Function(&'static str),
    /// A call of another annotated function or method.
    Call(&'static str),
    /// An array, a vector, a tuple or a struct is made.
    Collect,
    /// A variable that is borrowed or written to in parts: its memory.
    Memory,
    /// Memory is read.
    Read,
    /// Memory is written.
    Write,
    /// The item of a loop.
    Item,
    /// A variable that a loop carries from one iteration to the next.
    Carried,
    /// What a loop has carried to its end.
    Final,
    /// What one branch or the other has computed.
    Choice,
    /// Arithmetic on integers, a comparison, or other code without a derivative.
    Other,
    /// Code that is run for its effect: `assert!`, `println!`.
    Effect,
}

/// What a node is computed from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Operand {
    /// The position of a node in [`Graph::nodes`].
    Node(usize),
    /// A constant, as it is written.
    Constant(&'static str),
}

/// A place in the source.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Source {
    /// The text.
    pub text: &'static str,
    /// Line and column of its start, counted from one.
    pub start: (usize, usize),
    /// Line and column after its end.
    pub end: (usize, usize),
}

/// The first of two nodes is used by the second.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Edge {
    /// A position in [`Graph::nodes`].
    pub from: usize,
    /// A position in [`Graph::nodes`].
    pub to: usize,
    /// The derivative of the second with respect to the first, where both are active and that is a formula: `1/(2√c)`.
    pub partial: Option<&'static str>,
}

/// The body of the function, of a loop or of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Region {
    /// The function's name, `for a in 0..n`, `loop`, `if e` or `else`.
    pub label: &'static str,
    /// The position of the region around it; the function's own has none.
    pub parent: Option<usize>,
}

impl Graph {
    /// The function's name.
    pub fn name(&self) -> &'static str {
        self.__name
    }

    /// Inputs first, then statements in order.
    pub fn nodes(&self) -> &'static [Node] {
        self.__nodes
    }

    /// The node of a name.
    pub fn node(&self, name: &str) -> Option<&'static Node> {
        self.__nodes.iter().find(|n| n.name == name)
    }

    /// What is used by what. Where memory is written an edge leads back to the memory, so that there may be cycles.
    pub fn edges(&self) -> &'static [Edge] {
        self.__edges
    }

    /// The function's body, then loops and branches, the outer ones before the inner ones.
    pub fn regions(&self) -> &'static [Region] {
        self.__regions
    }

    /// The parameters.
    pub fn inputs(&self) -> impl Iterator<Item = &'static Node> {
        self.__nodes
            .iter()
            .filter(|n| n.operation == Operation::Input)
    }

    /// The result, then parameters that are written to.
    pub fn outputs(&self) -> impl Iterator<Item = &'static Node> {
        let nodes = self.__nodes;
        self.__outputs.iter().map(|k| &nodes[*k])
    }

    /// The statements of the function, one a line, in Rust; regions are indented.
    pub fn forward(&self) -> &'static str {
        self.__forward
    }

    /// The statements of the derivative: the adjoint of each node, the last first. With one float as the output `∂f/∂c` is
    /// the derivative of that output, whose name is in place of `f`; otherwise `∂L/∂c` is that of any function `L` of the
    /// outputs whose derivatives with respect to them are given. A loop carries the adjoint of what it has carried to its
    /// end back to its beginning.
    pub fn adjoint(&self) -> &'static str {
        self.__adjoint
    }

    /// The graph for Graphviz: loops and branches are clusters, what has no derivative is dashed, outputs have a double
    /// border.
    pub fn to_dot(&self) -> String {
        let mut text = String::new();
        // Writing to a string does not fail.
        let _ = self.dot(&mut text);
        text
    }

    fn dot(&self, f: &mut String) -> fmt::Result {
        writeln!(f, "digraph {} {{", quoted(self.__name))?;
        self.dot_region(0, 1, f)?;
        for Edge {
            from,
            to,
            partial: _,
        } in self.__edges
        {
            writeln!(f, "    n{from} -> n{to};")?;
        }
        writeln!(f, "}}")
    }

    fn dot_region(&self, region: usize, depth: usize, f: &mut String) -> fmt::Result {
        let indent = "    ".repeat(depth);
        for (k, node) in self.__nodes.iter().enumerate() {
            if node.region != region {
                continue;
            }
            let shape = match node.operation {
                Operation::Input => "circle",
                _ => "box",
            };
            let style = if node.active { "solid" } else { "dashed" };
            write!(f, "{indent}n{k} [label={}, ", quoted_display(node))?;
            write!(f, "shape={shape}, style={style}")?;
            if self.__outputs.contains(&k) {
                write!(f, ", peripheries=2")?;
            }
            writeln!(f, "];")?;
        }
        for (k, inner) in self.__regions.iter().enumerate() {
            let empty = |r: usize| {
                let within = |n: &Node| n.region == r;
                let around = |i: &Region| i.parent == Some(r);
                !self.__nodes.iter().any(within) && !self.__regions.iter().any(around)
            };
            if inner.parent == Some(region) && !empty(k) {
                writeln!(f, "{indent}subgraph cluster_{k} {{")?;
                writeln!(f, "{indent}    label={};", quoted(inner.label))?;
                self.dot_region(k, depth + 1, f)?;
                writeln!(f, "{indent}}}")?;
            }
        }
        Ok(())
    }
}

fn quoted(text: &str) -> String {
    let mut quoted = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            '\n' => quoted.push_str("\\n"),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

fn quoted_display(node: &Node) -> String {
    quoted(&alloc::format!("{node}"))
}

impl Display for Node {
    /// `a = x²`
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match (self.operation, self.name) {
            (Operation::Input, name) => write!(f, "{name}"),
            (_, "") => write!(f, "{}", self.formula),
            (_, name) => write!(f, "{name} = {}", self.formula),
        }
    }
}

impl Display for Graph {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let list = |f: &mut Formatter<'_>, nodes: &mut dyn Iterator<Item = &'static Node>| {
            for (k, node) in nodes.enumerate() {
                let comma = if k == 0 { "" } else { ", " };
                write!(f, "{comma}{}", node.name)?;
            }
            Ok(())
        };
        write!(f, "{}(", self.__name)?;
        list(f, &mut self.inputs())?;
        write!(f, ") -> ")?;
        list(f, &mut self.outputs())?;
        for (title, text) in [("forward", self.__forward), ("adjoint", self.__adjoint)] {
            write!(f, "\n\n{title}")?;
            for line in text.lines() {
                write!(f, "\n    {line}")?;
            }
        }
        writeln!(f)
    }
}
