//! Statements of the representation → nodes, and the listing of the forward statements.

use super::source::{Excerpt, Sources};
use super::{formula, spell};
use crate::analyze::Plan;
use crate::ast::Source;
use crate::ir::{
    Adapter, Argument, Arith, Callee, Capture, Code, Container, Count, Function, Loop, LoopKind,
    Op, Place, Range, Region, Step, Stmt, Value,
};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::{BTreeMap, BTreeSet};

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
    names: BTreeMap<Value, Name>,
    /// Names that are taken, and how many of ours have been given.
    taken: BTreeSet<String>,
    given: usize,
    used: BTreeSet<Value>,
    /// The heads of loops, by their items and counts.
    heads: BTreeMap<Value, String>,
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
        let mut used: BTreeSet<Value> = function.body.yields.iter().copied().collect();
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
            names: BTreeMap::new(),
            taken: BTreeSet::new(),
            given: 0,
            used,
            heads: BTreeMap::new(),
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

    // Names.

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

    // Nodes.

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

    /// What is no node of its own: a number, a path, code without operands.
    fn constant(&self, stmt: &Stmt) -> Option<String> {
        let [v] = stmt.results.as_slice() else {
            return None;
        };
        if self.function.locals.contains(v) {
            return None;
        }
        match &stmt.op {
            Op::Literal(tokens) => {
                let text = spell::spell(tokens.clone(), &|_| None);
                // The suffix is ours.
                let short = ["_f64", "_f32", "usize"]
                    .iter()
                    .find_map(|suffix| text.strip_suffix(suffix))
                    .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                Some(atom(short.unwrap_or(&text).to_owned()))
            }
            Op::Identity { sum } => Some(identity(*sum)),
            Op::Undefined => Some("_".to_owned()),
            Op::Opaque {
                code: Code::Expr(e),
                captures,
                pure: true,
            } if captures.is_empty() => {
                Some(atom(spell::spell(e.to_token_stream(), &|_| None)))
            }
            Op::Plain { operator, operands }
            // `-1`
                if operands.len() == 1 && self.name(operands[0]).node.is_none() =>
            {
                Some(format!("({operator}{})", self.text(operands[0])))
            }
            Op::Neg(v) if self.name(*v).node.is_none() => Some(format!("(-{})", self.text(*v))),
            _ => None,
        }
    }

    fn code(&self, code: &Code, captures: &[Capture]) -> String {
        let tokens = match code {
            Code::Expr(expr) => expr.to_token_stream(),
            Code::Macro(tokens) => tokens.clone(),
        };
        spell::spell(tokens, &|name| {
            let capture = captures.iter().find(|c| c.name == *name)?;
            Some(self.place(&capture.place))
        })
    }

    fn argument(&self, argument: &Argument) -> String {
        match argument {
            Argument::Value(v) => bare(&self.text(*v)),
            Argument::Owned(p) => self.place(p),
            Argument::Shared(p) => format!("&{}", self.place(p)),
            Argument::Exclusive(p) => format!("&mut {}", self.place(p)),
        }
    }

    fn method(&self, name: &str, operands: &[Value]) -> String {
        match operands {
            [first, rest @ ..] => format!("{}.{name}({})", self.text(*first), self.list(rest)),
            [] => format!("{name}()"),
        }
    }

    /// The operation, and the right-hand side in Rust.
    fn describe(&self, op: &Op) -> (TokenStream, String) {
        let t = |v: &Value| self.text(*v);
        let p = |place: &Place| self.place(place);
        match op {
            Op::Neg(v) => (quote!(Neg), format!("-{}", t(v))),
            Op::Arith(op, a, b) => {
                let (variant, sign) = arith(*op);
                (variant, format!("{} {sign} {}", t(a), t(b)))
            }
            Op::Plain { operator, operands } => {
                let text = match self.texts(operands).as_slice() {
                    [a] => format!("{operator}{a}"),
                    [a, b] => format!("{a} {operator} {b}"),
                    many => format!("{operator} {}", many.join(" ")),
                };
                (quote!(Other), text)
            }
            Op::Query { method, operands } => {
                let text = self.method(&method.to_string(), operands);
                (quote!(Other), text)
            }
            Op::Cast { value, ty } => {
                let ty = spell::spell(ty.to_token_stream(), &|_| None);
                (quote!(Other), format!("{} as {ty}", t(value)))
            }
            Op::Apply { row, args } => {
                let name = row.name;
                let text = match args.as_slice() {
                    [a, b] if name == "rem" => format!("{} % {}", t(a), t(b)),
                    args => self.method(name, args),
                };
                (quote!(Function(#name)), text)
            }
            Op::Matches {
                place,
                pattern,
                reference: _,
            } => {
                let pattern = spell::spell(pattern.to_token_stream(), &|_| None);
                (quote!(Other), format!("matches!({}, {pattern})", p(place)))
            }
            Op::Stop { value, path: _ } => (quote!(Other), format!("stop_gradient({})", t(value))),
            Op::Opaque {
                code,
                captures,
                pure: _,
            } => (quote!(Other), self.code(code, captures)),
            Op::Ask { code, captures } => (quote!(Other), self.code(code, captures)),
            Op::Effect { code, captures } => (quote!(Effect), self.code(code, captures)),
            Op::Aggregate(container, values) => {
                let list = self.list(values);
                let text = match container {
                    Container::Array => format!("[{list}]"),
                    Container::Vec => format!("vec![{list}]"),
                    Container::Tuple if values.len() == 1 => format!("({list},)"),
                    Container::Tuple => format!("({list})"),
                };
                (quote!(Collect), text)
            }
            Op::Repeat {
                value,
                count,
                container,
            } => {
                let count = match count {
                    Count::Constant(tokens) => spell::spell(tokens.clone(), &|_| None),
                    Count::Value(v) => t(v),
                };
                let vec = if *container == Container::Vec {
                    "vec!"
                } else {
                    ""
                };
                (quote!(Collect), format!("{vec}[{}; {count}]", t(value)))
            }
            Op::Construct { path, fields, rest } => {
                let mut parts: Vec<String> = fields
                    .iter()
                    .map(|(member, v)| format!("{}: {}", member.to_token_stream(), t(v)))
                    .collect();
                parts.extend(rest.as_ref().map(|place| format!("..{}", p(place))));
                let path = spell::spell(path.to_token_stream(), &|_| None);
                (
                    quote!(Collect),
                    format!("{path} {{ {} }}", parts.join(", ")),
                )
            }
            Op::NewVec { capacity: _ } => (quote!(Collect), "Vec::new()".to_owned()),
            Op::Load(place) => (quote!(Read), p(place)),
            Op::Copy(place) => (quote!(Read), format!("{}.clone()", p(place))),
            Op::Shape(_) => (quote!(Other), String::new()),
            Op::Len(place) => (quote!(Other), format!("{}.len()", p(place))),
            Op::Pop(place) => (quote!(Write), format!("{}.pop()", p(place))),
            Op::Call {
                callee,
                args,
                keeps: _,
            } => {
                let (name, function) = match callee {
                    Callee::Path(path) => {
                        let text = spell::spell(path.to_token_stream(), &|_| None);
                        (text.clone(), text)
                    }
                    Callee::Operation { name, .. } => {
                        let name = name.to_string();
                        (name.clone(), name)
                    }
                    Callee::Method { receiver, name, .. } => {
                        let name = name.to_string();
                        (name.clone(), format!("{}.{name}", p(receiver)))
                    }
                    Callee::Changing(name) => (name.to_string(), name.to_string()),
                };
                let args: Vec<String> = args.iter().map(|a| self.argument(a)).collect();
                let text = format!("{function}({})", args.join(", "));
                (quote!(Call(#name)), text)
            }
            Op::Local => (quote!(Memory), "_".to_owned()),
            Op::Store(place, v) | Op::Replace(place, v) => {
                (quote!(Write), format!("{} = {}", p(place), t(v)))
            }
            Op::Update(place, op, v) => {
                let (_, sign) = arith(*op);
                (quote!(Write), format!("{} {sign}= {}", p(place), t(v)))
            }
            Op::Swap(a, b) => (quote!(Write), format!("swap({}, {})", p(a), p(b))),
            Op::Fill(place, v) => (quote!(Write), format!("{}.fill({})", p(place), t(v))),
            Op::CopyFrom(to, from) => {
                let text = format!("{}.copy_from_slice(&{})", p(to), p(from));
                (quote!(Write), text)
            }
            Op::Push(place, v) => (quote!(Write), format!("{}.push({})", p(place), t(v))),
            Op::Truncate(place, v) => (quote!(Write), format!("{}.truncate({})", p(place), t(v))),
            Op::ReverseOrder(place) => (quote!(Write), format!("{}.reverse()", p(place))),
            Op::Rotate(place, v) => (quote!(Write), format!("{}.rotate_left({})", p(place), t(v))),
            // A variable that begins as a constant.
            Op::Literal(tokens) => (quote!(Memory), spell::spell(tokens.clone(), &|_| None)),
            Op::Identity { sum } => (quote!(Memory), identity(*sum)),
            Op::Undefined => (quote!(Memory), "_".to_owned()),
            Op::Blank { count } => {
                let count = count.clone().map(|c| spell::spell(c, &|_| None));
                (
                    quote!(Memory),
                    format!("[_; {}]", count.as_deref().unwrap_or("_")),
                )
            }
            // These have regions, or are of the reverse sweep.
            Op::If { .. }
            | Op::Loop(_)
            | Op::Seed(_)
            | Op::TapePush { .. }
            | Op::TapePop { .. }
            | Op::Winners(_)
            | Op::Room { .. }
            | Op::Put { .. }
            | Op::Entries { .. }
            | Op::Entry { .. }
            | Op::Schedule { .. }
            | Op::Snapshot { .. }
            | Op::Retake(_)
            | Op::Declare { .. }
            | Op::Begin { .. }
            | Op::Add { .. }
            | Op::Set { .. }
            | Op::Clear(_)
            | Op::Reset(..)
            | Op::SwapAdjoints(..)
            | Op::ReverseAdjoint(_)
            | Op::RotateAdjoint(..)
            | Op::Drain { .. }
            | Op::Window(_)
            | Op::Inside(_)
            | Op::AddRest { .. }
            | Op::Lengthen(..)
            | Op::PushAdjoint(..)
            | Op::PopAdjoint(_)
            | Op::Pullback { .. } => (quote!(Other), String::new()),
        }
    }

    /// The right-hand side in mathematical notation, if that differs, and for each operand that is active the derivative
    /// with respect to it, if that is a formula.
    fn formula(&self, op: &Op, operands: &[Operand]) -> (Option<String>, Vec<Option<String>>) {
        let one = || Some("1".to_owned());
        match op {
            Op::Neg(v) => (
                Some(format!("−{}", self.text(*v))),
                vec![Some("−1".to_owned())],
            ),
            Op::Arith(op, a, b) => {
                let (x, y) = (self.text(*a), self.text(*b));
                match op {
                    Arith::Add => (Some(format!("{x} + {y}")), vec![one(), one()]),
                    Arith::Sub => (
                        Some(format!("{x} − {y}")),
                        vec![one(), Some("−1".to_owned())],
                    ),
                    Arith::Mul if a == b => (Some(formula::power(&x, "2")), vec![Some(y), Some(x)]),
                    Arith::Mul => (Some(format!("{x} · {y}")), vec![Some(y), Some(x)]),
                    Arith::Div => (
                        Some(format!("{x}/{y}")),
                        vec![Some(format!("1/{y}")), Some(format!("−{x}/{y}²"))],
                    ),
                }
            }
            Op::Apply { row, args } => {
                let texts = self.texts(args);
                let mut which = 0;
                let partials = (0..args.len())
                    .map(|k| {
                        if row.integer.contains(&k) {
                            return None;
                        }
                        which += 1;
                        formula::partial(row, which - 1, &texts, "_").filter(|p| !p.contains('_'))
                    })
                    .collect();
                (Some(formula::function(row.name, &texts)), partials)
            }
            _ => (None, vec![None; operands.len()]),
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

    // Regions.

    /// The nodes and lines of a region.
    fn inside(&mut self, label: &str, region: &Region) -> Vec<String> {
        let outer = self.region;
        self.region = self.regions.len();
        self.regions.push((label.to_owned(), Some(outer)));
        let before = std::mem::take(&mut self.lines);
        self.depth += 1;
        self.statements(region);
        self.depth -= 1;
        self.region = outer;
        std::mem::replace(&mut self.lines, before)
    }

    fn branch(&mut self, stmt: &Stmt, cond: Value, then: &Region, otherwise: &Region) {
        let head = format!("if {}", self.text(cond));
        let arms = [
            (then, self.inside(&head, then)),
            (otherwise, self.inside("else", otherwise)),
        ];
        let mut results = Vec::new();
        for (k, result) in stmt.results.iter().enumerate() {
            if !self.used.contains(result) {
                continue;
            }
            let (yes, no) = (then.yields[k], otherwise.yields[k]);
            let operands = self.operands(&[cond, yes, no]);
            let (yes, no) = (self.text(yes), self.text(no));
            let text = format!("{head} {{ {yes} }} else {{ {no} }}");
            let choice = quote!(Choice);
            self.define(
                *result,
                choice,
                operands,
                text.clone(),
                text,
                stmt.span,
                None,
            );
            results.push((k, self.text(*result)));
        }
        let mut opened = false;
        for (number, (region, lines)) in arms.into_iter().enumerate() {
            if lines.is_empty() && results.is_empty() && number == 1 {
                continue;
            }
            let word = match (number, opened) {
                (1, true) => "} else {".to_owned(),
                _ => format!("{head} {{"),
            };
            opened = true;
            self.line(word);
            self.lines.extend(lines);
            self.depth += 1;
            for (k, name) in &results {
                let value = self.text(region.yields[*k]);
                self.line(format!("{name} = {value}"));
            }
            self.depth -= 1;
        }
        self.line("}".to_owned());
    }

    fn repeat(&mut self, stmt: &Stmt, l: &Loop) {
        let span = stmt.span;
        let outer = self.region;
        // The item and what is carried stand inside.
        let inner = self.regions.len();
        let mut head = String::new();
        self.region = inner;
        if let LoopKind::For(range) = &l.kind {
            let item = l.body.params[0];
            let (low, high) = (range.low, range.high);
            let operands = self.operands(&[low, high]);
            let text = self.range(range);
            let operation = quote!(Item);
            self.define(
                item,
                operation,
                operands,
                text.clone(),
                text.clone(),
                span,
                None,
            );
            head = format!("for {} in {text}", self.text(item));
            self.heads.insert(item, head.clone());
        }
        if head.is_empty() {
            "loop".clone_into(&mut head);
        }
        self.heads.insert(stmt.results[0], head.clone());
        let mut carried = Vec::new();
        for (param, init) in l.carried_params().iter().zip(&l.init) {
            let operand = self.operand(*init);
            let start = self.text(*init);
            let text = start.clone();
            let k = self.define(
                *param,
                quote!(Carried),
                vec![operand],
                text,
                String::new(),
                span,
                None,
            );
            carried.push((k, start));
        }
        self.region = outer;
        for (k, start) in &carried {
            let name = self.nodes[*k].name.clone();
            self.line(format!("{name} = {start}"));
        }
        self.line(format!("{head} {{"));
        let lines = self.inside(&head, &l.body);
        self.lines.extend(lines);
        self.depth += 1;
        self.carry(l, &carried);
        if l.conditional {
            let go_on = self.text(l.body.yields[0]);
            self.line(format!("if !{go_on} {{ break }}"));
        }
        self.depth -= 1;
        self.line("}".to_owned());
        self.results(stmt, l);
    }

    /// What the next iteration gets.
    fn carry(&mut self, l: &Loop, carried: &[(usize, String)]) {
        let mut names = Vec::new();
        let mut values = Vec::new();
        for ((k, start), y) in carried.iter().zip(l.carried_yields()) {
            let next = self.text(*y);
            let operand = self.operand(*y);
            let node = &mut self.nodes[*k];
            node.operands.push(operand);
            node.partials.push(None);
            node.formula = format!("{start}, then {next}");
            node.expression.clone_from(&node.formula);
            if node.name != next {
                names.push(node.name.clone());
                values.push(next);
            }
        }
        // One after the other, unless one would overwrite what another reads.
        if values.iter().any(|v| names.contains(v)) {
            self.line(format!("({}) = ({})", names.join(", "), values.join(", ")));
        } else {
            for (name, value) in names.into_iter().zip(values) {
                self.line(format!("{name} = {value}"));
            }
        }
    }

    fn results(&mut self, stmt: &Stmt, l: &Loop) {
        if self.used.contains(&stmt.results[0]) {
            let text = "number of iterations".to_owned();
            let (result, span) = (stmt.results[0], stmt.span);
            self.define(
                result,
                quote!(Other),
                Vec::new(),
                text.clone(),
                text.clone(),
                span,
                None,
            );
            let name = self.text(result);
            self.line(format!("{name} = {text}"));
        }
        for (result, param) in stmt.results[1..].iter().zip(l.carried_params()) {
            // Of what is active the loop carries an adjoint back, also if nobody uses it afterwards.
            if !self.used.contains(result) && !self.plan.active(*param) {
                continue;
            }
            let text = self.text(*param);
            let operands = self.operands(&[*param]);
            let operation = quote!(Final);
            self.define(
                *result,
                operation,
                operands,
                text.clone(),
                text.clone(),
                stmt.span,
                None,
            );
            let name = self.text(*result);
            self.line(format!("{name} = {text}"));
        }
    }

    fn range(&self, range: &Range) -> String {
        let Range {
            low,
            high,
            inclusive,
            adapters,
        } = range;
        let dots = if *inclusive { "..=" } else { ".." };
        let mut text = format!("{}{dots}{}", self.text(*low), self.text(*high));
        for adapter in adapters {
            if !text.ends_with(')') {
                text = format!("({text})");
            }
            text.push_str(&match adapter {
                Adapter::Rev => ".rev()".to_owned(),
                Adapter::StepBy(v) => format!(".step_by({})", self.text(*v)),
            });
        }
        text
    }
}

fn arith(op: Arith) -> (TokenStream, &'static str) {
    match op {
        Arith::Add => (quote!(Add), "+"),
        Arith::Sub => (quote!(Sub), "-"),
        Arith::Mul => (quote!(Mul), "*"),
        Arith::Div => (quote!(Div), "/"),
    }
}

fn identity(sum: bool) -> String {
    if sum { "0.0" } else { "1.0" }.to_owned()
}

/// Without parentheses around the whole.
fn bare(text: &str) -> String {
    let inner = text.strip_prefix('(').and_then(|t| t.strip_suffix(')'));
    match inner.filter(|t| !t.is_empty() && !t.contains(['(', ')', ','])) {
        Some(inner) => inner.to_owned(),
        None => text.to_owned(),
    }
}

/// In parentheses, unless it can stand next to an operator as it is.
fn atom(text: String) -> String {
    let simple = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    if simple || text == "()" {
        text
    } else {
        format!("({text})")
    }
}
