//! Statements of the representation → nodes, and the listing of the forward statements.

mod describe;
mod regions;

use super::source::{Excerpt, Sources};
use super::{formula, spell};
use crate::analyze::Plan;
use crate::ast::Source;
use crate::ir::{Function, Op, Place, Region, Step, Stmt, Table, Value, Values};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeSet;

#[derive(Clone, PartialEq)]
pub enum Operand {
    Node(usize),
    Constant(String),
}

pub struct Node {
    pub name: String,
    /// A variant of the runtime's `Operation`.
    pub operation: TokenStream,
    pub operands: Vec<Operand>,
    pub expression: String,
    pub formula: String,
    /// The derivative with respect to each operand, where it is a formula.
    pub partials: Vec<Option<String>>,
    pub source: Option<Excerpt>,
    pub region: usize,
    pub active: bool,
}

pub struct Edge {
    pub from: usize,
    pub to: usize,
    pub partial: Option<String>,
}

/// What stands for a value.
#[derive(Clone)]
struct Name {
    text: String,
    node: Option<usize>,
}

pub struct Builder<'a> {
    source: &'a Source,
    function: &'a Function,
    plan: &'a Plan,
    sources: Sources,
    names: Table<Name>,
    /// Names that are taken, and how many of ours have been given.
    taken: BTreeSet<String>,
    given: usize,
    used: Values,
    /// The heads of loops, by their items and counts.
    heads: Table<String>,
    depth: usize,
    region: usize,
    /// Memory that nodes write to.
    writes: Vec<(usize, usize)>,
    pub nodes: Vec<Node>,
    pub regions: Vec<(String, Option<usize>)>,
    pub outputs: Vec<usize>,
    pub lines: Vec<String>,
}

impl<'a> Builder<'a> {
    pub fn new(source: &'a Source, function: &'a Function, plan: &'a Plan) -> Self {
        let label = source.item.sig.ident.to_string();
        let mut used: Values = function.body.yields.iter().copied().collect();
        function.body.visit(&mut |stmt| {
            used.extend(stmt.op.operands());
            for inner in stmt.op.regions() {
                used.extend(&inner.yields);
            }
        });
        Builder {
            source,
            function,
            plan,
            sources: Sources::new(&source.item.block),
            names: Table::new(),
            taken: BTreeSet::new(),
            given: 0,
            used,
            heads: Table::new(),
            depth: 0,
            region: 0,
            writes: Vec::new(),
            nodes: Vec::new(),
            regions: vec![(label.trim_start_matches("r#").to_owned(), None)],
            outputs: Vec::new(),
            lines: Vec::new(),
        }
    }

    pub fn function(&mut self) {
        let values: Vec<Option<Value>> =
            self.function.body.params.iter().map(|v| Some(*v)).collect();
        if let Some(receiver) = self.function.receiver {
            self.taken.insert("self".into());
            let k = self.input("self".into(), Some(receiver), None);
            self.nodes[k].active = self.plan.active(receiver);
        }
        self.inputs(&values);
        let function = self.function;
        self.statements(&function.body);
        for v in &function.body.yields {
            let k = self.output(*v);
            self.outputs.push(k);
        }
        for (param, v) in self.source.params.iter().zip(&function.body.params) {
            if param.is_output()
                && let Some(k) = self.names[v].node
            {
                self.outputs.push(k);
            }
        }
    }

    /// The node of the result: a constant becomes one here.
    fn output(&mut self, v: Value) -> usize {
        let name = self.name(v);
        match name.node {
            Some(k) => k,
            None => {
                let text = name.text;
                let operands = vec![Operand::Constant(text.clone())];
                let span = Span::call_site();
                self.define(v, quote!(Other), operands, text.clone(), text, span, None)
            }
        }
    }

    /// A function of which nothing is known but its parameters. The result is the listing of its adjoint.
    pub fn ruled(&mut self) -> String {
        let values = vec![None; self.source.params.len()];
        if self.source.receiver.is_some() {
            self.taken.insert("self".into());
            self.input("self".into(), None, None);
        }
        self.inputs(&values);
        let result = self.letter();
        let name = self.regions[0].0.clone();
        let inputs: Vec<String> = self.nodes.iter().map(|n| n.name.clone()).collect();
        let text = format!("{name}({})", inputs.join(", "));
        let mut adjoint = vec![format!("∂{result}/∂{result} = 1")];
        for node in self.nodes.iter().filter(|n| n.active).rev() {
            let x = &node.name;
            adjoint.push(format!(
                "∂{result}/∂{x} = ∂{result}/∂{result} · ∂{result}/∂{x}"
            ));
        }
        self.lines.push(format!("{result} = {text}"));
        let operands = (0..self.nodes.len()).map(Operand::Node).collect();
        self.outputs.push(self.nodes.len());
        self.nodes.push(Node {
            name: result,
            operation: quote!(Call(#name)),
            operands,
            expression: text.clone(),
            formula: text,
            partials: vec![None; inputs.len()],
            source: None,
            region: 0,
            active: true,
        });
        adjoint.join("\n")
    }

    fn inputs(&mut self, values: &[Option<Value>]) {
        let source = self.source;
        let name = |p: &crate::ast::Param| {
            let text = p.ident.to_string();
            text.trim_start_matches("r#")
                .trim_start_matches("__autodiff_")
                .to_owned()
        };
        self.taken.extend(source.params.iter().map(name));
        for (param, value) in source.params.iter().zip(values) {
            let k = self.input(name(param), *value, Some(param.ident.span()));
            self.nodes[k].active = match value {
                Some(v) => self.plan.active(*v),
                None => param.active,
            };
        }
    }

    fn input(&mut self, name: String, value: Option<Value>, span: Option<Span>) -> usize {
        let k = self.nodes.len();
        if let Some(v) = value {
            let (text, node) = (name.clone(), Some(k));
            self.names.insert(v, Name { text, node });
        }
        let extent = span.and_then(spell::extent_of);
        let source = extent.map(|(start, end)| Excerpt {
            text: name.clone(),
            start,
            end,
        });
        self.nodes.push(Node {
            expression: name.clone(),
            formula: name.clone(),
            source,
            name,
            operation: quote!(Input),
            operands: Vec::new(),
            partials: Vec::new(),
            region: 0,
            active: false,
        });
        k
    }

    /// `a`, …, `z`, `a1`, …: the next that no parameter has.
    fn letter(&mut self) -> String {
        loop {
            let (round, letter) = (self.given / 26, self.given % 26);
            self.given += 1;
            let letter = char::from(b'a' + u8::try_from(letter).unwrap_or_default());
            let name = match round {
                0 => letter.to_string(),
                n => format!("{letter}{n}"),
            };
            if !self.taken.contains(&name) {
                return name;
            }
        }
    }

    fn name(&self, v: Value) -> Name {
        self.names.get(&v).cloned().unwrap_or_else(|| Name {
            text: "_".into(),
            node: None,
        })
    }

    /// What is written for a value.
    pub fn text(&self, v: Value) -> String {
        self.name(v).text
    }

    pub fn head(&self, v: Value) -> Option<&String> {
        self.heads.get(&v)
    }

    fn texts(&self, values: &[Value]) -> Vec<String> {
        values.iter().map(|v| self.text(*v)).collect()
    }

    /// What stands between commas.
    fn list(&self, values: &[Value]) -> String {
        let texts: Vec<String> = values.iter().map(|v| bare(&self.text(*v))).collect();
        texts.join(", ")
    }

    fn operand(&self, v: Value) -> Operand {
        let Name { text, node } = self.name(v);
        match node {
            Some(k) => Operand::Node(k),
            None => Operand::Constant(text),
        }
    }

    fn operands(&self, values: &[Value]) -> Vec<Operand> {
        values.iter().map(|v| self.operand(*v)).collect()
    }

    pub fn place(&self, place: &Place) -> String {
        let mut text = self.text(place.root);
        for step in &place.path {
            text.push_str(&match step {
                Step::Index(i) => format!("[{}]", self.text(*i)),
                Step::Element(k) => format!("[{k}]"),
                Step::Field(member) | Step::Variant { path: _, member } => {
                    format!(".{}", member.to_token_stream())
                }
                Step::Deref | Step::Entries => String::new(),
                Step::Slice {
                    low,
                    high,
                    inclusive,
                } => {
                    let bound = |v: &Option<Value>| v.map(|v| self.text(v)).unwrap_or_default();
                    let dots = if *inclusive { "..=" } else { ".." };
                    format!("[{}{dots}{}]", bound(low), bound(high))
                }
            });
        }
        text
    }

    fn line(&mut self, text: String) {
        self.lines
            .push(format!("{}{text}", "    ".repeat(self.depth)));
    }

    /// A node without a line.
    #[allow(clippy::too_many_arguments)]
    fn define(
        &mut self,
        v: Value,
        operation: TokenStream,
        operands: Vec<Operand>,
        expression: String,
        formula: String,
        span: Span,
        op: Option<&Op>,
    ) -> usize {
        let name = self.letter();
        let k = self.nodes.len();
        let node = Some(k);
        let text = name.clone();
        self.names.insert(v, Name { text, node });
        let source = op.and_then(|op| self.sources.find(span, op));
        let partials = vec![None; operands.len()];
        self.nodes.push(Node {
            name,
            operation,
            operands,
            expression,
            formula,
            partials,
            source,
            region: self.region,
            active: self.plan.active(v),
        });
        k
    }

    /// A statement without a value; what it writes to is memory.
    fn effect(
        &mut self,
        stmt: &Stmt,
        operation: TokenStream,
        expression: String,
        writes: &[Value],
    ) {
        let k = self.nodes.len();
        for root in writes {
            if let Some(memory) = self.name(*root).node {
                self.writes.push((k, memory));
            }
        }
        let operands = self.operands(&stmt.op.operands());
        let source = self.sources.find(stmt.span, &stmt.op);
        self.line(expression.clone());
        self.nodes.push(Node {
            name: String::new(),
            operation,
            partials: vec![None; operands.len()],
            operands,
            formula: expression.clone(),
            expression,
            source,
            region: self.region,
            active: writes.iter().any(|v| self.plan.active(*v)),
        });
    }

    fn statements(&mut self, region: &Region) {
        for stmt in &region.stmts {
            self.statement(stmt);
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        let op = &stmt.op;
        if let Some(text) = self.constant(stmt) {
            if let Some(v) = stmt.results.first() {
                self.names.insert(*v, Name { text, node: None });
            }
            return;
        }
        match op {
            Op::If {
                cond,
                then,
                otherwise,
            } => return self.branch(stmt, *cond, then, otherwise),
            Op::Loop(l) => return self.repeat(stmt, l),
            _ => {}
        }
        let (operation, expression) = self.describe(op);
        let Some(result) = stmt.results.first() else {
            return self.effect(stmt, operation, expression, &op.mutated());
        };
        let operands = self.operands(&op.operands());
        let (formula, partials) = self.formula(op, &operands);
        let unit = matches!(op, Op::Call { .. }) && !self.used.contains(result);
        let (k, formula) = (self.nodes.len(), formula.unwrap_or(expression.clone()));
        let line = expression.clone();
        self.define(
            *result,
            operation,
            operands,
            expression,
            formula,
            stmt.span,
            Some(op),
        );
        self.nodes[k].partials = partials;
        for root in op.mutated() {
            if let Some(memory) = self.name(root).node {
                self.writes.push((k, memory));
                self.nodes[k].active |= self.plan.active(root);
            }
        }
        let name = self.text(*result);
        match op {
            Op::Local => self.line(format!("let {name}")),
            _ if unit => {
                self.nodes[k].name.clear();
                self.line(line);
            }
            _ => self.line(format!("{name} = {line}")),
        }
    }

    /// What is used by what.
    pub fn edges(&self) -> Vec<Edge> {
        let mut edges: Vec<Edge> = Vec::new();
        for (to, node) in self.nodes.iter().enumerate() {
            for (operand, partial) in node.operands.iter().zip(&node.partials) {
                let Operand::Node(from) = *operand else {
                    continue;
                };
                let active = node.active && self.nodes[from].active;
                let partial = partial.clone().filter(|_| active);
                match edges.iter_mut().find(|e| e.from == from && e.to == to) {
                    Some(known) => {
                        known.partial = match (known.partial.take(), partial) {
                            (Some(p), Some(q)) if p == q => Some(formula::doubled(&p)),
                            (Some(p), Some(q)) => Some(format!("{p} + {}", formula::factor(&q))),
                            _ => None,
                        }
                    }
                    None => edges.push(Edge { from, to, partial }),
                }
            }
        }
        for (from, to) in &self.writes {
            let (from, to) = (*from, *to);
            if !edges.iter().any(|e| e.from == from && e.to == to) {
                edges.push(Edge {
                    from,
                    to,
                    partial: None,
                });
            }
        }
        edges
    }
}

/// Without parentheses around the whole.
fn bare(text: &str) -> String {
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    match inner.filter(|t| !t.is_empty() && !t.contains(['(', ')', ','])) {
        Some(inner) => inner.to_owned(),
        None => text.to_owned(),
    }
}
