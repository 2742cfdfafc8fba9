//! Numbers that adjoints are multiplied by one after the other, gathered where a partial has one anyway.
//!
//! ```text
//! a_adj = 4 y_adj; b_adj = -a_adj; b_adj += a_adj · 2 b; c_adj = b_adj · 3 c; d_adj = c_adj · 2 d; e_adj = c_adj · 2 e
//!   becomes   a_adj = y_adj; b_adj = -a_adj; b_adj += a_adj · 2 b; c_adj = b_adj · 24 c; d_adj = c_adj · d; e_adj = c_adj · e
//! ```
//!
//! An adjoint may be held as a multiple of itself as long as whatever is made of it is divided by the same number. A partial with its number
//! is there before the adjoint is, which is one in a chain of operations that wait for each other. Adjoints that are sums or copies of
//! each other are held as the same multiple, those that anything else knows of as they are.

use super::windows::{adjoint_places, whole_adjoints};
use crate::ir::{Contribution, Function, Op, Region, Stmt, Table, Value};

/// How large a number in a partial may become, and how small: a base that makes the partial overflow is much larger than one, and the
/// power overflows before; a number below one would make nothing of a small base.
const NUMBERS: std::ops::RangeInclusive<f64> = 1.0..=1e6;

/// Goes through a region that is finished, and all inside it.
pub fn gather(function: &Function, region: &mut Region) {
    let mut literals = Table::new();
    function.body.visit(&mut |stmt| {
        let number = match &stmt.op {
            Op::Neg(v) => literals.get(v).map(|x: &f64| -x),
            op => op.number(),
        };
        if let (Some(number), Some(v)) = (number, stmt.results.first()) {
            literals.insert(*v, number);
        }
    });
    inside(function, &literals, region);
}

fn inside(function: &Function, literals: &Table<f64>, region: &mut Region) {
    for stmt in &mut region.stmts {
        for inner in stmt.op.regions_mut() {
            inside(function, literals, inner);
        }
    }
    let mut scales = Scales::new(function, literals, region);
    scales.leave_out_products();
    scales.leave_out_numbers();
    scales.write(region);
}

/// An adjoint is `times / by` of what is held.
#[derive(Clone, Copy, PartialEq)]
struct Scale {
    times: f64,
    by: f64,
}

const ITSELF: Scale = Scale {
    times: 1.0,
    by: 1.0,
};

/// An adjoint is increased by another one times a number.
struct Edge {
    at: usize,
    from: usize,
    to: usize,
    number: f64,
    kind: Kind,
}

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    /// The number is a part of the partial.
    Partial,
    /// The number is all there is.
    Product,
}

/// The adjoints that begin in a region, in groups that are held as the same multiple.
struct Scales {
    /// Of each group.
    scales: Vec<Scale>,
    edges: Vec<Edge>,
}

impl Scales {
    fn new(function: &Function, literals: &Table<f64>, region: &Region) -> Self {
        let mut groups = Groups::new(function, region);
        let mut edges = Vec::new();
        for (at, stmt) in region.stmts.iter().enumerate() {
            let Some((target, what)) = addition(&stmt.op) else {
                groups.fix(stmt);
                continue;
            };
            let to = target.map_or(FIXED, |v| groups.of(v));
            let edge = |from, number, kind| Edge {
                at,
                from,
                to,
                number,
                kind,
            };
            match what {
                Contribution::Power { y, of: _, times } => {
                    edges.push(edge(groups.of(*y), *times, Kind::Partial));
                }
                Contribution::Times(y, factor) if literals.contains_key(factor) => {
                    let number = literals.get(factor).copied().unwrap_or(1.0);
                    edges.push(edge(groups.of(*y), number, Kind::Product));
                }
                Contribution::Adjoint(y)
                | Contribution::Negated(y)
                | Contribution::Times(y, _)
                | Contribution::Over(y, _)
                | Contribution::MinusOver { y, b: _ }
                | Contribution::Partial { y, .. } => groups.unite(groups.of(*y), to),
                Contribution::Cast(..)
                | Contribution::Place(_)
                | Contribution::NegatedPlace(_)
                | Contribution::Sum(_)
                | Contribution::Given(_) => groups.fix(stmt),
            }
        }
        for edge in &mut edges {
            edge.from = groups.first(edge.from);
            edge.to = groups.first(edge.to);
        }
        // Within a group the number stays as it is.
        edges.retain(|edge| edge.from != edge.to);
        Self {
            scales: vec![ITSELF; groups.parents.len()],
            edges,
        }
    }

    /// What is a product with a literal, and then a factor of nothing but partials that have a number, is held without the literal.
    fn leave_out_products(&mut self) {
        for group in 1..self.scales.len() {
            let mut found: Option<Scale> = None;
            let mut fits = self.leads_to_partials(group);
            for edge in self.edges.iter().filter(|edge| edge.to == group) {
                if edge.kind == Kind::Product {
                    let Scale { times, by } = self.scales[edge.from];
                    let scale = Scale {
                        times: times * edge.number.abs(),
                        by,
                    };
                    fits &= found.is_none_or(|other| other == scale);
                    found = Some(scale);
                }
            }
            if let (true, Some(scale)) = (fits, found) {
                self.take(group, scale);
            }
        }
    }

    /// What is multiplied by the same number in all partials that it is a factor of is held as that multiple.
    fn leave_out_numbers(&mut self) {
        for group in (1..self.scales.len()).rev() {
            let partials = |edge: &&Edge| edge.kind == Kind::Partial;
            let mut into = self.edges.iter().filter(|edge| edge.to == group);
            if self.scales[group] != ITSELF
                || !self.leads_to_partials(group)
                || !into.all(|edge| partials(&edge))
            {
                continue;
            }
            let out = self.edges.iter().filter(|edge| edge.from == group);
            let mut numbers = out.map(|edge| self.number(edge).abs());
            let Some(number) = numbers.next() else {
                continue;
            };
            if numbers.all(|other| other == number) {
                let scale = Scale {
                    times: 1.0,
                    by: number,
                };
                self.take(group, scale);
            }
        }
    }

    fn leads_to_partials(&self, group: usize) -> bool {
        let mut out = self.edges.iter().filter(|edge| edge.from == group);
        self.edges.iter().any(|edge| edge.from == group)
            && self.edges.iter().any(|edge| edge.to == group)
            && out.all(|edge| edge.kind == Kind::Partial)
    }

    /// A group is held as this multiple, if no number becomes too large or small.
    fn take(&mut self, group: usize, scale: Scale) {
        let before = std::mem::replace(&mut self.scales[group], scale);
        let mut near = self
            .edges
            .iter()
            .filter(|e| e.from == group || e.to == group);
        let fits = near
            .all(|edge| edge.kind == Kind::Product || NUMBERS.contains(&self.number(edge).abs()));
        if !fits {
            self.scales[group] = before;
        }
    }

    /// What one multiple is multiplied by on the way to the other.
    fn number(&self, edge: &Edge) -> f64 {
        let (from, to) = (self.scales[edge.from], self.scales[edge.to]);
        edge.number * (from.times * to.by) / (from.by * to.times)
    }

    fn write(&self, region: &mut Region) {
        for edge in &self.edges {
            if self.scales[edge.from] == self.scales[edge.to] {
                continue;
            }
            let number = self.number(edge);
            let Some(what) = region.stmts[edge.at].op.contribution_mut() else {
                continue;
            };
            match what {
                Contribution::Power { times, .. } => *times = number,
                Contribution::Times(y, _) => {
                    *what = match number < 0.0 {
                        true => Contribution::Negated(*y),
                        false => Contribution::Adjoint(*y),
                    };
                }
                _ => {}
            }
        }
    }
}

/// The group of what is held as it is.
const FIXED: usize = 0;

/// Adjoints that are held as the same multiple: sets that are united.
struct Groups {
    of: Table<usize>,
    parents: Vec<usize>,
}

impl Groups {
    fn new(function: &Function, region: &Region) -> Self {
        let mut groups = Self {
            of: Table::new(),
            parents: vec![FIXED],
        };
        for stmt in &region.stmts {
            if let Op::Begin { value, with: _ } = &stmt.op
                && function.is_float(*value)
                && !groups.of.contains_key(value)
            {
                groups.of.insert(*value, groups.parents.len());
                groups.parents.push(groups.parents.len());
            }
        }
        groups
    }

    fn of(&self, v: Value) -> usize {
        self.of.get(&v).map_or(FIXED, |group| self.first(*group))
    }

    fn first(&self, group: usize) -> usize {
        let mut first = group;
        while self.parents[first] != first {
            first = self.parents[first];
        }
        first
    }

    /// The one that stands first in the region goes on, so that what an adjoint is made of is of a smaller number.
    fn unite(&mut self, a: usize, b: usize) {
        let (a, b) = (self.first(a), self.first(b));
        self.parents[a.max(b)] = a.min(b);
    }

    /// What a statement that is more than an addition does anything with.
    fn fix(&mut self, stmt: &Stmt) {
        self.fix_op(&stmt.op);
        for inner in stmt.op.regions() {
            inner.visit(&mut |stmt| self.fix_op(&stmt.op));
        }
    }

    fn fix_op(&mut self, op: &Op) {
        let mut known = whole_adjoints(op);
        adjoint_places(&mut op.clone(), &mut |place| known.push(place.root));
        for v in known {
            self.unite(self.of(v), FIXED);
        }
    }
}

/// What is added, and to the adjoint of which value if that is not in memory.
fn addition(op: &Op) -> Option<(Option<Value>, &Contribution)> {
    match op {
        Op::Begin { value, with } => Some((Some(*value), with)),
        Op::Add { place, what } | Op::First { place, what } => {
            Some((place.path.is_empty().then_some(place.root), what))
        }
        _ => None,
    }
}
