//! Short loops between literal bounds are written out: what an iteration computes is then a value like any other, kept in a
//! register and not on the stack.
//!
//! ```text
//! for k in 0..3 { s += a[k] * a[k] }      becomes      s += a[0] * a[0]; s += a[1] * a[1]; s += a[2] * a[2]
//! ```

use super::fold;
use crate::ir::{Adapter, Function, Loop, LoopKind, Op, Region, Stmt, Table, Value, Values};
use proc_macro2::Literal;
use quote::quote;

/// The most iterations that are written out, …
const TRIPS: u32 = 16;
/// … the most statements that a loop with all that is in it may become, …
const STATEMENTS: usize = 400;
/// … and without its literals where that decides branches, so that iterations differ, …
const DECIDING: usize = 1200;
/// … and by how many the function may grow.
const GROWTH: usize = 2000;

pub fn run(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    let mut cx = Unroll {
        numbers: fold::integers(function, &body),
        function,
        left: GROWTH,
        names: Table::new(),
    };
    cx.region(&mut body);
    let names = cx.names;
    body.rename(&mut |v| resolve(&names, v));
    function.body = body;
}

struct Unroll<'a> {
    function: &'a mut Function,
    /// Values that are integer literals.
    numbers: Table<u32>,
    left: usize,
    /// What the results of loops have become.
    names: Table<Value>,
}

fn resolve(names: &Table<Value>, mut v: Value) -> Value {
    while let Some(next) = names.get(&v) {
        v = *next;
    }
    v
}

impl Unroll<'_> {
    /// Inner loops first.
    fn region(&mut self, region: &mut Region) {
        let mut out = Vec::new();
        for mut stmt in std::mem::take(&mut region.stmts) {
            for inner in stmt.op.regions_mut() {
                self.region(inner);
            }
            match &stmt.op {
                Op::Loop(l) => match self.trips(l) {
                    Some((first, trips, backwards)) => {
                        let l = l.clone();
                        self.write_out(&l, &stmt.results, first, trips, backwards, &mut out);
                    }
                    None => out.push(stmt),
                },
                _ => out.push(stmt),
            }
        }
        region.stmts = out;
    }

    /// The first item, how many there are, and whether the last comes first.
    fn trips(&mut self, l: &Loop) -> Option<(u32, u32, bool)> {
        let LoopKind::For(range) = &l.kind else {
            return None;
        };
        let backwards = match range.adapters.as_slice() {
            [] => false,
            [Adapter::Rev] => true,
            _ => return None,
        };
        let (low, high) = (
            *self.numbers.get(&range.low)?,
            *self.numbers.get(&range.high)?,
        );
        let trips = (high + u32::from(range.inclusive)).saturating_sub(low);
        let is_literal = |stmt: &Stmt| matches!(stmt.op, Op::Literal(_));
        let all = trips as usize * size(&l.body, &|_| true);
        let computed = trips as usize * size(&l.body, &|stmt| !is_literal(stmt));
        let is_short = all <= STATEMENTS || computed <= DECIDING && self.decides(&l.body);
        let fits = !l.conditional && trips <= TRIPS && is_short && computed <= self.left;
        if !fits {
            return None;
        }
        self.left -= computed;
        Some((low, trips, backwards))
    }

    /// Whether there is a branch of which the loop's variable alone says where it goes.
    fn decides(&self, body: &Region) -> bool {
        let mut known = Values::from_iter([body.params[0]]);
        let mut decides = false;
        body.visit(&mut |stmt| {
            if let (Op::Plain { operands, .. }, [result]) = (&stmt.op, stmt.results.as_slice()) {
                let mut operands = operands.iter();
                if operands.all(|v| known.contains(v) || self.numbers.contains_key(v)) {
                    known.insert(*result);
                }
            }
            decides |= matches!(&stmt.op, Op::If { cond, .. } if known.contains(cond));
        });
        decides
    }

    fn write_out(
        &mut self,
        l: &Loop,
        results: &[Value],
        first: u32,
        trips: u32,
        backwards: bool,
        out: &mut Vec<Stmt>,
    ) {
        let mut carried = l.init.clone();
        // Nothing else may say so once the places have numbers in them.
        let is_index = l.body.indexes(l.body.params[0]);
        for k in 0..trips {
            let number = first + if backwards { trips - 1 - k } else { k };
            let item = self.literal(l.body.params[0], number, is_index, out);
            let mut names = Table::from_iter([(l.body.params[0], item)]);
            names.extend(l.carried_params().iter().copied().zip(carried));
            let body = self.copy(&l.body, &mut names);
            carried = body.yields;
            out.extend(body.stmts);
        }
        let count = self.literal(results[0], trips, true, out);
        self.names.insert(results[0], count);
        self.names.extend(results[1..].iter().copied().zip(carried));
    }

    fn literal(&mut self, like: Value, number: u32, is_usize: bool, out: &mut Vec<Stmt>) -> Value {
        let v = self.function.like(like);
        let n = if is_usize {
            Literal::usize_suffixed(number as usize)
        } else {
            Literal::u32_unsuffixed(number)
        };
        out.push(Stmt::new(vec![v], Op::Literal(quote!(#n))));
        self.numbers.insert(v, number);
        v
    }

    /// A region with values of its own.
    fn copy(&mut self, region: &Region, names: &mut Table<Value>) -> Region {
        let fresh = |cx: &mut Self, v: Value, names: &mut Table<Value>| {
            let new = cx.function.like(v);
            if cx.function.locals.contains(&v) {
                cx.function.locals.insert(new);
            }
            if cx.function.windows.contains(&v) {
                cx.function.windows.insert(new);
            }
            if let Some(ty) = cx.function.ascribed.get(&v).cloned() {
                cx.function.ascribed.insert(new, ty);
            }
            if let Some(n) = cx.numbers.get(&v).copied() {
                cx.numbers.insert(new, n);
            }
            names.insert(v, new);
            new
        };
        let params = region
            .params
            .iter()
            .map(|v| {
                names
                    .get(v)
                    .copied()
                    .unwrap_or_else(|| fresh(self, *v, names))
            })
            .collect();
        let mut stmts = Vec::new();
        for stmt in &region.stmts {
            let mut stmt = stmt.clone();
            let known = &self.names;
            stmt.op.map(&mut |v| {
                let v = resolve(known, v);
                names.get(&v).copied().unwrap_or(v)
            });
            for inner in stmt.op.regions_mut() {
                *inner = self.copy(inner, names);
            }
            for v in &mut stmt.results {
                *v = fresh(self, *v, names);
            }
            stmts.push(stmt);
        }
        let yields = region
            .yields
            .iter()
            .map(|v| {
                let v = resolve(&self.names, *v);
                names.get(&v).copied().unwrap_or(v)
            })
            .collect();
        Region {
            params,
            stmts,
            yields,
        }
    }
}

/// How many such statements there are, at any depth.
fn size(region: &Region, counts: &dyn Fn(&Stmt) -> bool) -> usize {
    let mut count = 0;
    region.visit(&mut |stmt| count += usize::from(counts(stmt)));
    count
}
