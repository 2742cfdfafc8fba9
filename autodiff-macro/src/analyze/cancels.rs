//! What cancels: a number that is subtracted in front of `exp`, to stay in range, and added again behind `ln`, has no effect.
//!
//! ```text
//! t + ln Σ exp(xᵢ − t)        exp(xᵢ − t) / Σ exp(xⱼ − t)        t − γ ln Σ exp((t − xᵢ) / γ)        are the same for every t
//! ```
//!
//! So the adjoint of `t` is zero, and nothing has to be done for it: mostly it is the largest of the `xᵢ`, found by a loop of its own.
//! Shown by what becomes of each value where `t` becomes `t + δ`: it is shifted by a multiple of `δ`, or multiplied by the exponential of
//! one, at a rate that is known in symbols. Whatever else looks at such a value leaves it open.

use crate::ir::{Arith, Function, Loop, Op, Region, Stmt, Table, Value, Values};
use std::collections::BTreeMap;

/// The values that were chosen among others, by `max` or `min` or in a branch, and have no effect on anything.
pub fn cancelled(function: &Function) -> Values {
    let mut found = Found {
        function,
        zeros: Values::new(),
        exponentials: 0,
        cancelled: Values::new(),
    };
    function.body.visit(&mut |stmt| match &stmt.op {
        Op::Identity { sum: true } => found.zeros.extend(&stmt.results),
        Op::Literal(tokens) if is_zero(&tokens.to_string()) => found.zeros.extend(&stmt.results),
        Op::Apply { row, args: _ } if row.name == "exp" => found.exponentials += 1,
        _ => {}
    });
    if found.exponentials > 0 {
        found.region(&function.body);
    }
    found.cancelled
}

fn is_zero(literal: &str) -> bool {
    let digits = literal.trim_end_matches("f64").trim_end_matches("f32");
    digits.replace('_', "").parse() == Ok(0.0)
}

struct Found<'a> {
    function: &'a Function,
    /// Literals.
    zeros: Values,
    exponentials: usize,
    cancelled: Values,
}

impl Found<'_> {
    fn region(&mut self, region: &Region) {
        for (k, stmt) in region.stmts.iter().enumerate() {
            for t in chosen(stmt) {
                let cancels = self.function.is_float(t)
                    && Moved::by(self, t).region(&region.stmts[k + 1..], &region.yields);
                if cancels {
                    self.cancelled.insert(t);
                }
            }
            stmt.op.regions().for_each(|inner| self.region(inner));
        }
    }
}

/// What a statement has chosen among other numbers.
fn chosen(stmt: &Stmt) -> Vec<Value> {
    match &stmt.op {
        Op::Apply { row, args: _ } if matches!(row.name, "max" | "min") => stmt.results.clone(),
        Op::If {
            cond: _,
            then,
            otherwise,
        } if then.stmts.is_empty() && otherwise.stmts.is_empty() => stmt.results.clone(),
        Op::Loop(l) => {
            let inside: Values = l.body.stmts.iter().flat_map(chosen).collect();
            let results = l.carried_yields().iter().zip(&stmt.results[1..]);
            results
                .filter(|(y, _)| inside.contains(y))
                .map(|(_, r)| *r)
                .collect()
        }
        _ => Vec::new(),
    }
}

/// What becomes of a value where `t` becomes `t + δ`.
#[derive(Clone, PartialEq)]
enum Change {
    /// `v + rate · δ`
    Shift(Rate),
    /// `v · exp(rate · δ)`
    Scale(Rate),
}

/// A whole number times powers of values.
#[derive(Clone, PartialEq)]
struct Rate {
    times: i32,
    powers: BTreeMap<Value, i32>,
}

impl Rate {
    fn whole(times: i32) -> Self {
        Rate {
            times,
            powers: BTreeMap::new(),
        }
    }

    /// Where that can be said in these terms.
    fn plus(&self, other: &Rate, times: i32) -> Option<Rate> {
        let others = other.times.checked_mul(times)?;
        let powers = match (self.times, others) {
            (_, 0) => &self.powers,
            (0, _) => &other.powers,
            _ if self.powers == other.powers => &self.powers,
            _ => return None,
        };
        Some(Rate {
            times: self.times.checked_add(others)?,
            powers: powers.clone(),
        })
    }

    fn times(&self, v: Value, power: i32) -> Rate {
        let mut rate = self.clone();
        let sum = rate.powers.remove(&v).unwrap_or(0) + power;
        if sum != 0 {
            rate.powers.insert(v, sum);
        }
        rate
    }
}

/// Some value does not cancel, or it is not known to.
struct Open;

/// What becomes of each value behind `t`.
struct Moved<'a> {
    function: &'a Function,
    /// Of all others nothing.
    changes: Table<Change>,
    /// Zeros, of which a multiple is what they are.
    zeros: Values,
}

impl Moved<'_> {
    fn by<'a>(found: &Found<'a>, t: Value) -> Moved<'a> {
        let mut changes = Table::new();
        changes.insert(t, Change::Shift(Rate::whole(1)));
        Moved {
            function: found.function,
            changes,
            zeros: found.zeros.clone(),
        }
    }

    /// Whether nothing becomes of what leaves the region in which `t` is.
    fn region(mut self, rest: &[Stmt], yields: &[Value]) -> bool {
        self.statements(rest).is_ok() && yields.iter().all(|v| !self.changes.contains_key(v))
    }

    fn statements(&mut self, stmts: &[Stmt]) -> Result<(), Open> {
        stmts.iter().try_for_each(|stmt| self.statement(stmt))
    }

    fn statement(&mut self, stmt: &Stmt) -> Result<(), Open> {
        let looks = stmt.free().iter().any(|v| self.changes.contains_key(&v));
        let change = match &stmt.op {
            // The second time the body of a loop is looked at it may be otherwise.
            _ if !looks => None,
            Op::Neg(v) => self.sum(None, Some(*v), -1)?,
            Op::Arith(Arith::Add, a, b) => self.sum(Some(*a), Some(*b), 1)?,
            Op::Arith(Arith::Sub, a, b) => self.sum(Some(*a), Some(*b), -1)?,
            Op::Arith(Arith::Mul, a, b) => self.product(*a, *b, 1)?,
            Op::Arith(Arith::Div, a, b) => self.product(*a, *b, -1)?,
            Op::Apply { row, args } => match (row.name, self.changes.get(&args[0])) {
                ("exp", Some(Change::Shift(rate))) => Some(Change::Scale(rate.clone())),
                ("ln", Some(Change::Scale(rate))) => Some(Change::Shift(rate.clone())),
                _ => return Err(Open),
            },
            // No derivative goes through these.
            Op::Plain { .. } | Op::Query { .. } | Op::Ask { .. } | Op::Stop { .. } => None,
            Op::If {
                cond: _,
                then,
                otherwise,
            } => return self.branches(then, otherwise, &stmt.results),
            Op::Loop(l) => return self.repeated(l, &stmt.results[1..]),
            _ => return Err(Open),
        };
        for v in &stmt.results {
            self.set(*v, change.clone())?;
        }
        Ok(())
    }

    fn set(&mut self, v: Value, change: Option<Change>) -> Result<(), Open> {
        match change {
            None => {
                self.changes.remove(&v);
            }
            // It is as it was.
            Some(Change::Shift(rate) | Change::Scale(rate)) if rate.times == 0 => {
                self.changes.remove(&v);
            }
            Some(_) if !self.function.is_float(v) => return Err(Open),
            Some(change) => {
                self.changes.insert(v, change);
            }
        }
        Ok(())
    }

    /// Of `a + b` or `a − b`.
    fn sum(&self, a: Option<Value>, b: Option<Value>, sign: i32) -> Result<Option<Change>, Open> {
        let [x, y] = [a, b].map(|v| v.and_then(|v| self.changes.get(&v)));
        let of_zero = |v: Option<Value>| v.is_none_or(|v| self.zeros.contains(&v));
        let none = Rate::whole(0);
        let rate = match (x, y) {
            (None, Some(Change::Shift(y))) => none.plus(y, sign),
            (Some(Change::Shift(x)), None) => Some(x.clone()),
            (Some(Change::Shift(x)), Some(Change::Shift(y))) => x.plus(y, sign),
            (Some(Change::Scale(x)), Some(Change::Scale(y))) if x == y => {
                return Ok(Some(Change::Scale(x.clone())));
            }
            (Some(scaled @ Change::Scale(_)), None) if of_zero(b) => {
                return Ok(Some(scaled.clone()));
            }
            (None, Some(scaled @ Change::Scale(_))) if of_zero(a) => {
                return Ok(Some(scaled.clone()));
            }
            _ => None,
        };
        rate.map(|rate| Some(Change::Shift(rate))).ok_or(Open)
    }

    /// Of `a · b`, or `a / b`.
    fn product(&self, a: Value, b: Value, power: i32) -> Result<Option<Change>, Open> {
        let none = Rate::whole(0);
        match (self.changes.get(&a), self.changes.get(&b)) {
            (Some(Change::Shift(rate)), None) => Ok(Change::Shift(rate.times(b, power))),
            (None, Some(Change::Shift(rate))) if power == 1 => {
                Ok(Change::Shift(rate.times(a, power)))
            }
            (Some(Change::Scale(rate)), None) => Ok(Change::Scale(rate.clone())),
            (None, Some(Change::Scale(rate))) => {
                none.plus(rate, power).map(Change::Scale).ok_or(Open)
            }
            (Some(Change::Scale(a)), Some(Change::Scale(b))) => {
                a.plus(b, power).map(Change::Scale).ok_or(Open)
            }
            _ => Err(Open),
        }
        .map(Some)
    }

    fn branches(
        &mut self,
        then: &Region,
        otherwise: &Region,
        results: &[Value],
    ) -> Result<(), Open> {
        self.statements(&then.stmts)?;
        self.statements(&otherwise.stmts)?;
        for ((r, a), b) in results.iter().zip(&then.yields).zip(&otherwise.yields) {
            let change = match (self.changes.get(a), self.changes.get(b)) {
                (a, b) if a == b => a.cloned(),
                (Some(scaled @ Change::Scale(_)), None) if self.zeros.contains(b) => {
                    Some(scaled.clone())
                }
                (None, Some(scaled @ Change::Scale(_))) if self.zeros.contains(a) => {
                    Some(scaled.clone())
                }
                _ => return Err(Open),
            };
            self.set(*r, change)?;
        }
        Ok(())
    }

    /// What is carried changes in every iteration as what it began with: a sum that began with zero as what is added.
    fn repeated(&mut self, l: &Loop, results: &[Value]) -> Result<(), Open> {
        let (params, yields) = (l.carried_params(), l.carried_yields());
        let inside = l.body.defined();
        for (param, init) in params.iter().zip(&l.init) {
            self.set(*param, self.changes.get(init).cloned())?;
        }
        let begin_with_zero = || {
            let sums = params.iter().zip(&l.init).zip(yields);
            sums.filter(|((_, init), _)| self.zeros.contains(init))
        };
        let sums: Vec<(Value, Value)> = begin_with_zero().map(|((p, _), y)| (*p, *y)).collect();
        self.zeros.extend(sums.iter().map(|(param, _)| *param));
        self.statements(&l.body.stmts)?;
        for (param, y) in sums {
            self.zeros.remove(&param);
            match self.changes.get(&y).cloned() {
                None => {}
                Some(Change::Scale(rate)) if rate.powers.keys().all(|v| !inside.contains(v)) => {
                    self.set(param, Some(Change::Scale(rate)))?;
                }
                Some(_) => return Err(Open),
            }
        }
        self.statements(&l.body.stmts)?;
        for ((param, y), r) in params.iter().zip(yields).zip(results) {
            let change = self.changes.get(param).cloned();
            if self.changes.get(y) != change.as_ref() {
                return Err(Open);
            }
            self.set(*r, change)?;
        }
        Ok(())
    }
}
