//! Branches and loops as regions of the graph.

use super::Builder;
use crate::ir::{Adapter, Loop, LoopKind, Range, Region, Stmt, Value};
use quote::quote;

impl Builder<'_> {
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

    pub(super) fn branch(&mut self, stmt: &Stmt, cond: Value, then: &Region, otherwise: &Region) {
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

    pub(super) fn repeat(&mut self, stmt: &Stmt, l: &Loop) {
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
