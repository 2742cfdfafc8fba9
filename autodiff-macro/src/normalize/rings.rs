//! Neighbours on a ring: inside it they are neighbours like any other.
//!
//! ```text
//! for j in 0..n { … (j + n - 1) % n … (j + 1) % n … }
//!   becomes   for j in 0..1 { … as it was … }; for j in 1..n - 1 { … j - 1 … j + 1 … }; for j in n - 1..n { … as it was … }
//! ```
//!
//! The three loops have the iterations of the one, in its order, also where the ring is shorter than its neighbourhood: then the one
//! in the middle has none.

use super::fold;
use crate::ir::{Arith, Function, Loop, LoopKind, Op, Range, Region, Stmt, Table, Value, Values};
use proc_macro2::{Ident, Literal, Span};
use quote::quote;
use syn::parse_quote;

/// The most statements of a loop that is written three times.
const STATEMENTS: usize = 120;

pub fn run(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    let used = body.used();
    region(function, &mut body, &used);
    function.body = body;
}

fn region(function: &mut Function, region_: &mut Region, used: &Values) {
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut region_.stmts) {
        for inner in stmt.op.regions_mut() {
            region(function, inner, used);
        }
        let ring = match &stmt.op {
            // How often it ran would be the sum of three numbers.
            Op::Loop(l) if !used.contains(&stmt.results[0]) => Ring::of(function, l, &out),
            _ => None,
        };
        match (ring, &stmt.op) {
            (Some(ring), Op::Loop(l)) => ring.open(function, l, &stmt.results, &mut out),
            _ => out.push(stmt),
        }
    }
    region_.stmts = out;
}

/// The neighbours of a loop's item on the ring that it runs over.
struct Ring {
    range: Range,
    /// How far from the item each of them is.
    neighbours: Table<i64>,
}

impl Ring {
    /// `before`: statements that may define the loop's bounds.
    fn of(function: &Function, l: &Loop, before: &[Stmt]) -> Option<Self> {
        let LoopKind::For(range) = &l.kind else {
            return None;
        };
        let plain = !range.inclusive && range.adapters.is_empty() && !l.conditional;
        let (mut size, mut innermost) = (0, true);
        l.body.visit(&mut |stmt| {
            size += 1;
            innermost &= !matches!(stmt.op, Op::Loop(_));
        });
        let remainder = l.body.stmts.iter().any(|stmt| is_remainder(&stmt.op));
        if !(plain && innermost && size <= STATEMENTS && remainder) {
            return None;
        }
        let item = l.body.params[0];
        let mut literals = fold::integers(function, &l.body);
        literals.extend(before.iter().filter_map(|stmt| {
            let v = *stmt.results.first()?;
            Some((v, fold::integer(function, v, &stmt.op)?))
        }));
        let sight = Sight {
            literals,
            definitions: before
                .iter()
                .chain(&l.body.stmts)
                .filter_map(|stmt| Some((*stmt.results.first()?, &stmt.op)))
                .collect(),
            item,
            length: range.high,
        };
        let found = l.body.stmts.iter().filter_map(|stmt| {
            let [v] = stmt.results.as_slice() else {
                return None;
            };
            Some((*v, sight.neighbour(&stmt.op)?))
        });
        let neighbours: Table<i64> = found.collect();
        (!neighbours.is_empty() && is_usize(function, &l.body, item)).then(|| Ring {
            range: range.clone(),
            neighbours,
        })
    }

    fn open(&self, function: &mut Function, l: &Loop, results: &[Value], out: &mut Vec<Stmt>) {
        let reach = |towards: i64| {
            let distances = self.neighbours.iter().map(|(_, by)| by * towards);
            distances.max().unwrap_or(0).max(0)
        };
        let (behind, ahead) = (reach(-1), reach(1));
        let Range { low, high, .. } = self.range;
        let [first, last, front, rest] = [(); 4].map(|()| function.like(l.body.params[0]));
        let [a, b] = ["a", "b"].map(|name| Ident::new(name, Span::mixed_site()));
        let [behind_, ahead_] = [behind, ahead].map(|by| Literal::usize_suffixed(by as usize));
        let mut bound = |v: Value, code: syn::Expr, names: &[(&Ident, Value)]| {
            out.push(Stmt::new(vec![v], Op::expression(code, names)));
        };
        let max: syn::Path = parse_quote!(::core::cmp::Ord::max);
        let min: syn::Path = parse_quote!(::core::cmp::Ord::min);
        let less: syn::Path = parse_quote!(::core::primitive::usize::saturating_sub);
        bound(first, parse_quote!(#max(#a, #behind_)), &[(&a, low)]);
        bound(last, parse_quote!(#less(#a, #ahead_)), &[(&a, high)]);
        bound(
            front,
            parse_quote!(#min(#a, #b)),
            &[(&a, first), (&b, high)],
        );
        bound(rest, parse_quote!(#max(#a, #b)), &[(&a, first), (&b, last)]);
        let inside = self.inside(function, &l.body);
        let pieces = [
            (low, front, copy(function, &l.body)),
            (first, last, inside),
            (rest, high, l.body.clone()),
        ];
        let mut carried = l.init.clone();
        let count = pieces.len();
        for (k, (low, high, body)) in pieces.into_iter().enumerate() {
            let results: Vec<Value> = if k + 1 < count {
                results.iter().map(|v| function.like(*v)).collect()
            } else {
                results.to_vec()
            };
            let init = std::mem::replace(&mut carried, results[1..].to_vec());
            let range = Range {
                low,
                high,
                ..self.range.clone()
            };
            let piece = Loop {
                kind: LoopKind::For(range),
                init,
                body,
                ..l.clone()
            };
            out.push(Stmt::new(results, Op::Loop(piece)));
        }
    }

    /// The body of the loop in which no neighbour is on the other side.
    fn inside(&self, function: &mut Function, body: &Region) -> Region {
        let mut body = body.clone();
        let item = body.params[0];
        let mut stmts = Vec::new();
        for mut stmt in std::mem::take(&mut body.stmts) {
            if let [v] = stmt.results.as_slice()
                && let Some(by) = self.neighbours.get(v)
            {
                let distance = function.like(item);
                let literal = Literal::usize_suffixed(by.unsigned_abs() as usize);
                stmts.push(Stmt::new(vec![distance], Op::Literal(quote!(#literal))));
                let op = if *by < 0 { Arith::Sub } else { Arith::Add };
                stmt.op = Op::Arith(op, item, distance);
            }
            stmts.push(stmt);
        }
        body.stmts = stmts;
        copy(function, &body)
    }
}

/// What is known of the numbers of a loop.
struct Sight<'a> {
    literals: Table<u32>,
    definitions: Table<&'a Op>,
    item: Value,
    /// How long the ring is.
    length: Value,
}

impl Sight<'_> {
    /// How far from the item a neighbour is: `(j + 1) % n`, `(j + n - 1) % n`, `(n - 1 + j) % n`.
    fn neighbour(&self, op: &Op) -> Option<i64> {
        let Op::Plain {
            operator: _,
            operands,
        } = op
        else {
            return None;
        };
        let [number, length] = operands.as_slice() else {
            return None;
        };
        if !is_remainder(op) || !self.is_length(*length) {
            return None;
        }
        let mut sum = Sum::default();
        self.add(*number, 1, &mut sum);
        let Sum {
            items: 1,
            lengths,
            literal,
            known: true,
        } = sum
        else {
            return None;
        };
        match (lengths, literal) {
            // All the way round but for a little: `(j + 31) % 32`.
            (0, 1..) => match self.number(self.length).map(i64::from) {
                Some(length) if literal < length && length < 2 * literal => Some(literal - length),
                _ => Some(literal),
            },
            (1, ..0) => Some(literal),
            _ => None,
        }
    }

    /// Takes a sum apart. With one literal in it no part of it is less than zero where the neighbour is inside.
    fn add(&self, v: Value, sign: i64, sum: &mut Sum) {
        if v == self.item {
            sum.items += 1;
        } else if self.is_length(v) && sign > 0 {
            sum.lengths += 1;
        } else if let Some(n) = self.number(v) {
            sum.known &= sum.literal == 0;
            sum.literal = sign * i64::from(n);
        } else {
            match self.definitions.get(&v) {
                Some(Op::Arith(Arith::Add, a, b)) => {
                    self.add(*a, sign, sum);
                    self.add(*b, sign, sum);
                }
                Some(Op::Arith(Arith::Sub, a, b)) if self.number(*b).is_some() => {
                    self.add(*a, sign, sum);
                    self.add(*b, -sign, sum);
                }
                _ => sum.known = false,
            }
        }
    }

    /// It is the end of the loop's range, by the same name or number.
    fn is_length(&self, v: Value) -> bool {
        let by_name = |v: Value| self.definitions.get(&v).and_then(|op| op.constant());
        let number = self.number(v);
        v == self.length
            || by_name(v).is_some_and(|name| by_name(self.length) == Some(name))
            || number.is_some() && number == self.number(self.length)
    }

    fn number(&self, v: Value) -> Option<u32> {
        self.literals.get(&v).copied()
    }
}

struct Sum {
    items: i64,
    lengths: i64,
    literal: i64,
    /// There is nothing else in it.
    known: bool,
}

impl Default for Sum {
    fn default() -> Self {
        Sum {
            items: 0,
            lengths: 0,
            literal: 0,
            known: true,
        }
    }
}

fn is_remainder(op: &Op) -> bool {
    matches!(op, Op::Plain { operator, .. } if operator.to_string() == "%")
}

/// Something that is found by an index is found by what is made of this number: it can be nothing else than `usize`.
fn is_usize(function: &Function, body: &Region, item: Value) -> bool {
    let mut known = Values::new();
    for stmt in body.stmts.iter().rev() {
        stmt.op.each_place(&mut |place| {
            let indices = place.indices().into_iter();
            known.extend(indices.filter(|v| function.types.is_index(function.ty(*v))));
        });
        if stmt.results.iter().any(|v| known.contains(v)) {
            match &stmt.op {
                Op::Arith(_, a, b) => known.extend([*a, *b]),
                op @ Op::Plain { operands, .. } if is_remainder(op) => known.extend(operands),
                _ => {}
            }
        }
    }
    known.contains(&item)
}

/// A region with values of its own.
fn copy(function: &mut Function, region: &Region) -> Region {
    let mut names = Table::new();
    for v in region.defined() {
        let own = function.like(v);
        if function.locals.contains(&v) {
            function.locals.insert(own);
        }
        if function.windows.contains(&v) {
            function.windows.insert(own);
        }
        if let Some(ty) = function.ascribed.get(&v).cloned() {
            function.ascribed.insert(own, ty);
        }
        names.insert(v, own);
    }
    let mut region = region.clone();
    let mut name = |v: Value| names.get(&v).copied().unwrap_or(v);
    region.rename(&mut name);
    region.redefine(&mut name);
    region
}
