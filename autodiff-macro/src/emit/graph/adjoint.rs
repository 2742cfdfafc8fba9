//! The listing of the derivative: the reverse region in the notation `∂f/∂c = ∂f/∂d · 1/(2√c) + ∂f/∂e · (−sin c)`.
//!
//! What the reverse sweep computes again or takes from the stack is left out. The contributions to the adjoint of a value
//! are one sum where they stand in one region.

use super::formula;
use super::node::Builder;
use crate::ast::{Passing, Source};
use crate::ir::{
    Argument, Arith, Callee, Contribution, Function, LoopKind, Op, Place, Region, Stmt, Table,
    Target, Value, Values,
};
use crate::transform::Reversed;
use std::collections::BTreeSet;

/// The statements of the derivative, one a line.
pub fn listing(
    builder: &Builder<'_>,
    source: &Source,
    function: &Function,
    reversed: &Reversed,
) -> String {
    let mut definitions = Table::new();
    function.body.visit(&mut |stmt| {
        for v in &stmt.results {
            definitions.insert(*v, &stmt.op);
        }
    });
    let outputs: Vec<Value> = source
        .params
        .iter()
        .zip(&function.body.params)
        .filter(|(p, _)| p.is_output())
        .map(|(_, v)| *v)
        .collect();
    let single = source.has_scalar_output() && outputs.is_empty();
    let of = match function.body.yields.first() {
        Some(v) if single => builder.text(*v),
        _ => "L".to_owned(),
    };
    let inputs = source
        .params
        .iter()
        .zip(&function.body.params)
        .filter(|(p, _)| p.active && p.passing != Passing::Exclusive)
        .map(|(_, v)| *v)
        .chain(function.receiver.filter(|_| source.wrt_self))
        .collect();
    let mut cx = Listing {
        builder,
        function: &reversed.function,
        definitions,
        copies: copies(&reversed.forward),
        inputs,
        seed: if single { "1" } else { "given" },
        of,
        given: Table::new(),
        lines: Vec::new(),
        depth: 0,
    };
    for v in &outputs {
        let adjoint = cx.adjoint(*v);
        cx.line(format!("{adjoint} = given"));
    }
    cx.zeros(&reversed.reverse);
    cx.region(&reversed.reverse);
    cx.lines.join("\n")
}

/// Copies that the forward sweep takes of memory before it changes.
fn copies(forward: &Region) -> Table<Place> {
    let mut copies = Table::new();
    forward.visit(&mut |stmt| {
        if let (Op::Copy(place), [v]) = (&stmt.op, stmt.results.as_slice()) {
            copies.insert(*v, place.clone());
        }
    });
    copies
}

struct Listing<'a> {
    builder: &'a Builder<'a>,
    function: &'a Function,
    definitions: Table<&'a Op>,
    copies: Table<Place>,
    /// Parameters whose derivative is wanted.
    inputs: Values,
    /// What is differentiated.
    of: String,
    /// Its own adjoint.
    seed: &'static str,
    /// What values of the reverse sweep stand for.
    given: Table<Term>,
    lines: Vec<String>,
    depth: usize,
}

/// A contribution.
#[derive(Clone, PartialEq)]
struct Term {
    adjoint: String,
    factor: Option<String>,
    /// What the factor is, where it is no formula.
    words: Option<String>,
    /// It is the same later on: it reads no memory.
    lasting: bool,
}

impl Term {
    fn new(adjoint: String, factor: &str) -> Self {
        Term {
            adjoint,
            factor: Some(formula::factor(factor)),
            words: None,
            lasting: true,
        }
    }

    fn plain(adjoint: String, lasting: bool) -> Self {
        Term {
            adjoint,
            factor: None,
            words: None,
            lasting,
        }
    }

    fn text(&self) -> String {
        match &self.factor {
            Some(factor) => format!("{} · {factor}", self.adjoint),
            None => self.adjoint.clone(),
        }
    }
}

/// `∂f/∂a · x + ∂f/∂a · x` → `∂f/∂a · 2x`
fn sum(terms: &[Term]) -> String {
    let mut parts: Vec<Term> = Vec::new();
    for term in terms {
        match (parts.last_mut(), &term.factor) {
            (Some(last), Some(factor)) if last == term => {
                last.factor = Some(formula::doubled(factor));
            }
            _ => parts.push(term.clone()),
        }
    }
    let texts: Vec<String> = parts.iter().map(Term::text).collect();
    let words: BTreeSet<&String> = parts.iter().filter_map(|t| t.words.as_ref()).collect();
    let comment: String = words.iter().map(|w| format!(" // {w}")).collect();
    format!("{}{comment}", texts.join(" + "))
}

impl Listing<'_> {
    fn line(&mut self, text: String) {
        self.lines
            .push(format!("{}{text}", "    ".repeat(self.depth)));
    }

    fn adjoint(&self, v: Value) -> String {
        format!("∂{}/∂{}", self.of, self.builder.text(v))
    }

    fn adjoint_of(&self, place: &Place) -> String {
        format!("∂{}/∂{}", self.of, self.builder.place(place))
    }

    /// An adjoint that is a number of its own, not memory.
    fn is_number(&self, v: Value) -> bool {
        self.function.is_float(v) && !self.function.locals.contains(&v)
    }

    /// The value whose adjoint a statement adds to as a whole, and what.
    fn contribution(op: &Op) -> Option<(Value, &Contribution)> {
        match op {
            Op::Begin { value, with } => Some((*value, with)),
            Op::Add { place, what } if place.path.is_empty() => Some((place.root, what)),
            _ => None,
        }
    }

    /// Adjoints of parameters that are added to more than once begin as zero.
    fn zeros(&mut self, reverse: &Region) {
        let sums = self.sums(&reverse.stmts);
        for v in self.inputs.clone() {
            if !sums.contains_key(&v) {
                let adjoint = self.adjoint(v);
                self.line(format!("{adjoint} = 0"));
            }
        }
    }

    /// The values to whose adjoints a region adds in one sum, and the position of the last contribution to each.
    fn sums(&self, stmts: &[Stmt]) -> Table<usize> {
        let mut apart: Values = Values::new();
        let mut last = Table::new();
        for (k, stmt) in stmts.iter().enumerate() {
            for inner in stmt.op.regions() {
                inner.visit(&mut |stmt| {
                    apart.extend(Self::contribution(&stmt.op).map(|(v, _)| v));
                });
            }
            if let Op::Pullback {
                callee: _,
                args,
                seed: _,
                own,
            } = &stmt.op
            {
                apart.extend(own.iter().map(|p| p.root));
                apart.extend(args.iter().filter_map(|(_, target)| match target {
                    Some(Target::Place(p)) => Some(p.root),
                    Some(Target::Result(_)) | None => None,
                }));
            }
            if let Some((v, what)) = Self::contribution(&stmt.op) {
                last.insert(v, k);
                if !self.is_number(v) || !self.lasts(what) {
                    apart.insert(v);
                }
            }
        }
        for v in &apart {
            last.remove(&v);
        }
        last
    }

    /// It may be read later on instead.
    fn lasts(&self, what: &Contribution) -> bool {
        match what {
            Contribution::Place(_) | Contribution::NegatedPlace(_) | Contribution::Sum(_) => false,
            Contribution::Given(v) => self.given.get(v).is_none_or(|t| t.lasting),
            Contribution::Adjoint(_)
            | Contribution::Negated(_)
            | Contribution::Times(..)
            | Contribution::Over(..)
            | Contribution::Power { .. }
            | Contribution::MinusOver { .. }
            | Contribution::Partial { .. }
            | Contribution::Cast(..) => true,
        }
    }

    fn term(&self, what: &Contribution) -> Term {
        let text = |v: &Value| self.builder.text(*v);
        match what {
            Contribution::Adjoint(y) => match self.definitions.get(y) {
                Some(Op::Arith(Arith::Add | Arith::Sub, ..)) => Term::new(self.adjoint(*y), "1"),
                _ => Term::plain(self.adjoint(*y), true),
            },
            Contribution::Negated(y) => Term::new(self.adjoint(*y), "−1"),
            Contribution::Times(y, b) => Term::new(self.adjoint(*y), &text(b)),
            Contribution::Over(y, b) => Term::new(self.adjoint(*y), &format!("1/{}", text(b))),
            Contribution::Power { y, of, times } => {
                Term::new(self.adjoint(*y), &format!("{times}·{}", text(of)))
            }
            Contribution::MinusOver { y, b } => {
                let factor = match self.definitions.get(y) {
                    Some(Op::Arith(_, a, b)) => format!("−{}/{}²", text(a), text(b)),
                    _ => format!("−{}/{}", text(y), text(b)),
                };
                Term::new(self.adjoint(*y), &factor)
            }
            Contribution::Partial {
                row,
                which,
                operands: _,
                y,
            } => {
                let value = text(y);
                let args: Vec<String> = match self.definitions.get(y) {
                    Some(Op::Apply { row: _, args }) => args.iter().map(text).collect(),
                    _ => Vec::new(),
                };
                let float = (0..args.len())
                    .filter(|k| !row.integer.contains(k))
                    .nth(*which);
                let argument = float.map_or("_", |k| &args[k]);
                match formula::partial(row, *which, &args, &value) {
                    Some(factor) => Term::new(self.adjoint(*y), &factor),
                    None => {
                        let factor = format!("∂{value}/∂{argument}");
                        let words = row.formula.split(';').next().unwrap_or_default();
                        Term {
                            words: Some(format!("{}: {words}", row.name)),
                            ..Term::new(self.adjoint(*y), &factor)
                        }
                    }
                }
            }
            Contribution::Cast(y, _) => Term::plain(self.adjoint(*y), true),
            Contribution::Place(p) => Term::plain(self.adjoint_of(p), false),
            Contribution::NegatedPlace(p) => {
                Term::plain(format!("(−{})", self.adjoint_of(p)), false)
            }
            Contribution::Sum(p) => Term::plain(format!("Σ {}", self.adjoint_of(p)), false),
            Contribution::Given(v) => match self.given.get(v) {
                Some(term) => term.clone(),
                None => Term::plain("given".to_owned(), true),
            },
        }
    }

    fn region(&mut self, region: &Region) {
        let sums = self.sums(&region.stmts);
        let mut terms: Table<Vec<Term>> = Table::new();
        let mut begun: Values = Values::new();
        for (k, stmt) in region.stmts.iter().enumerate() {
            let Some((v, what)) = Self::contribution(&stmt.op) else {
                self.statement(stmt);
                continue;
            };
            let term = self.term(what);
            if matches!(stmt.op, Op::Begin { .. }) || self.depth == 0 && self.inputs.contains(&v) {
                begun.insert(v);
            }
            let Some(last) = sums.get(&v) else {
                let sign = if matches!(stmt.op, Op::Begin { .. }) {
                    "="
                } else {
                    "+="
                };
                let (adjoint, text) = (self.adjoint(v), sum(&[term]));
                self.line(format!("{adjoint} {sign} {text}"));
                continue;
            };
            terms.or_default(v).push(term);
            if k == *last {
                let mut list = terms.remove(&v).unwrap_or_default();
                // As the statements they come from.
                list.reverse();
                let sign = if begun.contains(&v) { "=" } else { "+=" };
                let (adjoint, text) = (self.adjoint(v), sum(&list));
                self.line(format!("{adjoint} {sign} {text}"));
            }
        }
    }

    fn statement(&mut self, stmt: &Stmt) {
        match &stmt.op {
            Op::Seed(_) => {
                let term = Term::plain(self.seed.to_owned(), true);
                self.given.insert(stmt.results[0], term);
            }
            Op::Declare { value, zero: _ } => {
                let adjoint = self.adjoint(*value);
                self.line(format!("{adjoint} = 0"));
            }
            // As a whole it is a contribution.
            Op::Add { place, what } => {
                let (adjoint, text) = (self.adjoint_of(place), self.term(what).text());
                self.line(format!("{adjoint} += {text}"));
            }
            Op::Set { place, what } => {
                let text = what
                    .as_ref()
                    .map_or("0".to_owned(), |w| self.term(w).text());
                let adjoint = self.adjoint_of(place);
                self.line(format!("{adjoint} = {text}"));
            }
            Op::Clear(place) | Op::Reset(place, _) => {
                let adjoint = self.adjoint_of(place);
                self.line(format!("{adjoint} = 0"));
            }
            Op::SwapAdjoints(p, q) => {
                let (p, q) = (self.adjoint_of(p), self.adjoint_of(q));
                self.line(format!("swap({p}, {q})"));
            }
            Op::ReverseAdjoint(place) => {
                let adjoint = self.adjoint_of(place);
                self.line(format!("({adjoint}).reverse()"));
            }
            Op::RotateAdjoint(place, n) => {
                let (adjoint, n) = (self.adjoint_of(place), self.builder.text(*n));
                self.line(format!("({adjoint}).rotate_right({n})"));
            }
            Op::Drain { from, to } => {
                let (from, to) = (self.adjoint_of(from), self.adjoint_of(to));
                self.line(format!("{to} += {from}"));
                self.line(format!("{from} = 0"));
            }
            Op::AddRest {
                from,
                except: _,
                to,
            } => {
                let (from, to) = (self.adjoint(*from), self.adjoint_of(to));
                self.line(format!("{to} += the other fields of {from}"));
            }
            Op::Lengthen(place, _) => {
                let adjoint = self.adjoint_of(place);
                self.line(format!("({adjoint}).resize(.., 0)"));
            }
            Op::PushAdjoint(place, what) => {
                let adjoint = self.adjoint_of(place);
                let text = what
                    .as_ref()
                    .map_or("0".to_owned(), |w| self.term(w).text());
                self.line(format!("({adjoint}).push({text})"));
            }
            Op::PopAdjoint(place) => {
                let text = format!("({}).pop()", self.adjoint_of(place));
                let term = Term::plain(text, false);
                self.given.insert(stmt.results[0], term);
            }
            Op::Pullback {
                callee,
                args,
                seed,
                own,
            } => self.pullback(callee, args, own.as_ref(), *seed, &stmt.results),
            Op::If {
                cond,
                then,
                otherwise,
            } => self.branch(*cond, then, otherwise),
            Op::Loop(l) => {
                let key = match &l.kind {
                    LoopKind::Countdown(count) => Some(*count),
                    LoopKind::For(_) | LoopKind::While => l.body.params.first().copied(),
                };
                let head = key.and_then(|v| self.builder.head(v)).cloned();
                let lines = self.inside(&l.body);
                if !lines.is_empty() {
                    let head = head.unwrap_or_else(|| "loop".to_owned());
                    self.line(format!("{head}, backwards {{"));
                    self.lines.extend(lines);
                    self.line("}".to_owned());
                }
            }
            // Computed again, or taken from the stack.
            _ => {}
        }
    }

    /// y = g(a, &w)
    ///   reverse:  ∂f/∂a = ∂f/∂y · ∂y/∂a; ∂f/∂w += ∂f/∂y · ∂y/∂w
    fn pullback(
        &mut self,
        callee: &Callee,
        args: &[(Argument, Option<Target>)],
        own: Option<&Place>,
        seed: Option<Value>,
        results: &[Value],
    ) {
        let name = match callee {
            Callee::Path(path) => path.segments.last().map(|s| s.ident.to_string()),
            Callee::Method { name, .. }
            | Callee::Changing(name)
            | Callee::Operation { name, .. } => Some(name.to_string()),
        };
        let name = name.unwrap_or_default();
        let written: Vec<String> = args
            .iter()
            .filter_map(|(argument, target)| match (argument, target) {
                (Argument::Exclusive(p), Some(_)) => Some(self.adjoint_of(p)),
                _ => None,
            })
            .collect();
        let plain = written.is_empty();
        let seeds: Vec<String> = seed
            .map(|y| self.adjoint(y))
            .into_iter()
            .chain(written)
            .collect();
        let own = own.map(|p| (Argument::Shared(p.clone()), Some(Target::Place(p.clone()))));
        let mut after = Vec::new();
        for (argument, target) in own.iter().chain(args) {
            let place = match argument {
                Argument::Value(v) => Place::whole(*v),
                Argument::Owned(p) | Argument::Shared(p) | Argument::Exclusive(p) => self
                    .copies
                    .get(&p.root)
                    .filter(|_| p.path.is_empty())
                    .unwrap_or(p)
                    .clone(),
            };
            let text = self.builder.place(&place);
            let term = match seed {
                Some(y) if plain => {
                    let factor = format!("∂{}/∂{text}", self.builder.text(y));
                    Term::new(self.adjoint(y), &factor)
                }
                _ => {
                    let text = format!("pull back({}) through {name} to {text}", seeds.join(", "));
                    Term::plain(text, false)
                }
            };
            match target {
                Some(Target::Result(k)) => {
                    self.given.insert(results[*k], term);
                }
                Some(Target::Place(p)) => {
                    let exclusive = matches!(argument, Argument::Exclusive(_));
                    let sign = if exclusive { "=" } else { "+=" };
                    let line = format!("{} {sign} {}", self.adjoint_of(p), term.text());
                    after.push((exclusive, line));
                }
                None => {}
            }
        }
        // What was written to is replaced by what it was written from, after all others have read it.
        after.sort_by_key(|(exclusive, _)| *exclusive);
        for (_, line) in after {
            self.line(line);
        }
    }

    fn inside(&mut self, region: &Region) -> Vec<String> {
        let before = std::mem::take(&mut self.lines);
        self.depth += 1;
        self.region(region);
        self.depth -= 1;
        std::mem::replace(&mut self.lines, before)
    }

    fn branch(&mut self, cond: Value, then: &Region, otherwise: &Region) {
        let cond = self.builder.text(cond);
        let (then, otherwise) = (self.inside(then), self.inside(otherwise));
        if then.is_empty() && otherwise.is_empty() {
            return;
        }
        if then.is_empty() {
            self.line(format!("if !{cond} {{"));
        } else {
            self.line(format!("if {cond} {{"));
            self.lines.extend(then);
            if !otherwise.is_empty() {
                self.line("} else {".to_owned());
            }
        }
        self.lines.extend(otherwise);
        self.line("}".to_owned());
    }
}
