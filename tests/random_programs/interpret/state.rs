//! What has a state that others see: closures that write, iterators that are kept, references to tuples, `Option`s.

use super::{Frame, Run, Stop, Value, combined, tame};
use crate::ast::{Middle, Position, Stmt};
use crate::dual::Dual;

impl<'a> Frame<'a, '_> {
    pub fn stateful(&mut self, stmt: &'a Stmt) -> Run<()> {
        match stmt {
            Stmt::Running {
                name,
                seq,
                item,
                state,
                op,
                value,
                positions,
            } => {
                let items = self.seq(&seq.name)?.clone();
                let (asked, kept) = asked(items.len(), positions);
                let mut states = Vec::new();
                for v in items.into_iter().take(asked) {
                    let value = self.with(item, v, |frame| frame.expr(value))?;
                    let slot = self.scalar(state)?;
                    *slot = tame(slot.binary(*op, value))?;
                    states.push(*slot);
                }
                let kept: Vec<Dual> = kept.into_iter().map(|i| states[i]).collect();
                let total = sum(&kept)?;
                self.bind_scalar(name, total);
            }
            Stmt::Held {
                names: [first, second, third],
                iterator: _,
                seq,
                item,
                filter,
                otherwise,
                middle,
                last,
            } => {
                let otherwise = Dual::constant(*otherwise);
                let mut items = Vec::new();
                for v in self.seq(&seq.name)?.clone() {
                    if match filter {
                        Some(cond) => self.with(item, v, |frame| frame.cond(cond))?,
                        None => true,
                    } {
                        items.push(v);
                    }
                }
                let mut items = items.into_iter();
                self.bind_scalar(first, items.next().unwrap_or(otherwise));
                let value = match middle {
                    Middle::Take(count) => {
                        let taken: Vec<Dual> = items.by_ref().take(*count).collect();
                        sum(&taken)?
                    }
                    Middle::Find(cond) => {
                        let mut found = otherwise;
                        for v in items.by_ref() {
                            if self.with(item, v, |frame| frame.cond(cond))? {
                                found = v;
                                break;
                            }
                        }
                        found
                    }
                    Middle::Loop {
                        state,
                        op,
                        value,
                        cond,
                    } => {
                        for v in items.by_ref() {
                            let value = self.with(item, v, |frame| frame.expr(value))?;
                            let slot = self.scalar(state)?;
                            let now = combined(*slot, Some(*op), value)?;
                            *slot = now;
                            if self.with(item, v, |frame| frame.cond(cond))? {
                                break;
                            }
                        }
                        *self.scalar(state)?
                    }
                };
                self.bind_scalar(second, value);
                let mut mapped = Vec::new();
                for v in items {
                    mapped.push(self.with(item, v, |frame| frame.expr(last))?);
                }
                let total = sum(&mapped)?;
                self.bind_scalar(third, total);
            }
            Stmt::Move { name, from, how } => {
                let moved = std::mem::take(self.seq(from)?);
                // It is read under its new name only.
                let new = self.new_vec(how)?;
                *self.seq(from)? = new;
                self.bind(name, Value::Seq(moved));
            }
            Stmt::ThroughTuple {
                names,
                values,
                ops: [first, second],
            } => {
                let [first_value, second_value, by] = values;
                let c = self.expr(by)?;
                let (a, b) = (self.expr(first_value)?, self.expr(second_value)?);
                let a = tame(a.binary(*first, c))?;
                let b = tame(b.binary(*second, a))?;
                self.bind_all(names, &[a, b]);
            }
            Stmt::Best {
                name,
                seq,
                kept,
                item,
                value,
                otherwise,
            } => {
                let mut best: Option<Dual> = None;
                for v in self.seq(&seq.name)?.clone() {
                    best = Some(match best {
                        None => v,
                        Some(now) if now.value < v.value => {
                            self.pair([kept, item], [now, v], |frame| frame.expr(value))?
                        }
                        Some(now) => now,
                    });
                }
                self.bind_scalar(name, best.unwrap_or(Dual::constant(*otherwise)));
            }
            _ => return Err(Stop::Unsuitable),
        }
        Ok(())
    }
}

/// How many items std asks for, and which are left.
fn asked(count: usize, positions: &[Position]) -> (usize, Vec<usize>) {
    let mut asked = 0;
    let mut items: Box<dyn Iterator<Item = usize> + '_> =
        Box::new((0..count).inspect(|_| asked += 1));
    for position in positions {
        items = match *position {
            Position::Skip(n) => Box::new(items.skip(n)),
            Position::Take(n) => Box::new(items.take(n)),
            Position::StepBy(n) => Box::new(items.step_by(n)),
            Position::Rev => items,
        };
    }
    let kept = items.collect();
    (asked, kept)
}

fn sum(values: &[Dual]) -> Run<Dual> {
    values.iter().try_fold(Dual::constant(0.0), |total, value| {
        tame(total.binary(crate::ast::Binary::Add, *value))
    })
}
