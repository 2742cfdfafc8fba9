//! Iterator chains, item by item.

use super::{Frame, Run, Stop, Value, counts, tame, too_close};
use crate::ast::{Binary, Chain, Head, Position, Sink, Source, Stage};
use crate::dual::Dual;

/// What the names of one item are bound to.
pub type Item<'a> = Vec<(&'a str, Value<'a>)>;

impl<'a> Frame<'a, '_> {
    pub fn items(&mut self, head: &'a Head) -> Run<Vec<Item<'a>>> {
        let [first, second] = &head.names;
        let scalars = |values: Vec<Dual>| -> Vec<Item<'a>> {
            let bind = |value| vec![(first.as_str(), Value::scalar(value))];
            values.into_iter().map(bind).collect()
        };
        let slice = |values: &[Dual]| vec![(first.as_str(), Value::Seq(values.to_vec()))];
        let items: Vec<Item<'a>> = match &head.source {
            Source::Iter(seq) => scalars(self.seq(&seq.name)?.clone()),
            Source::Both(a, b) => {
                let mut values = self.seq(&a.name)?.clone();
                values.extend_from_slice(self.seq(&b.name)?);
                scalars(values)
            }
            Source::Zip(a, b) => {
                let (a, b) = (self.seq(&a.name)?.clone(), self.seq(&b.name)?.clone());
                let pairs = a.into_iter().zip(b);
                let bind = |(a, b)| {
                    vec![
                        (first.as_str(), Value::scalar(a)),
                        (second.as_str(), Value::scalar(b)),
                    ]
                };
                pairs.map(bind).collect()
            }
            Source::Windows(seq, size) => self.seq(&seq.name)?.windows(*size).map(slice).collect(),
            Source::Chunks(seq, size) => self.seq(&seq.name)?.chunks(*size).map(slice).collect(),
            Source::Range(range) => counts(*range)
                .into_iter()
                .map(|i| vec![(first.as_str(), Value::Counter(i))])
                .collect(),
        };
        let mut items = positioned(items, &head.early);
        if let Some(counter) = &head.counter {
            for (i, item) in items.iter_mut().enumerate() {
                item.push((counter, Value::Counter(i)));
            }
        }
        Ok(positioned(items, &head.late))
    }

    fn within<T>(&mut self, item: Item<'a>, run: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        self.step()?;
        self.scope(|frame| {
            for (name, value) in item {
                frame.bind(name, value);
            }
            run(frame)
        })
    }

    pub(super) fn with<T>(
        &mut self,
        name: &'a str,
        value: Dual,
        run: impl FnOnce(&mut Self) -> Run<T>,
    ) -> Run<T> {
        self.within(vec![(name, Value::scalar(value))], run)
    }

    /// No closure in a chain writes, so stage after stage is as good as item after item.
    pub fn chain(&mut self, chain: &'a Chain) -> Run<Vec<Dual>> {
        let mut values = Vec::new();
        for item in self.items(&chain.head)? {
            let value = self.within(item, |frame| match &chain.filter {
                Some(cond) if !frame.cond(cond)? => Ok(None),
                _ => frame.expr(&chain.value).map(Some),
            })?;
            values.extend(value);
        }
        for stage in &chain.stages {
            values = self.stage(stage, values)?;
        }
        Ok(values)
    }

    fn stage(&mut self, stage: &'a Stage, values: Vec<Dual>) -> Run<Vec<Dual>> {
        let mut out = Vec::new();
        match stage {
            Stage::Map(name, expr) => {
                for value in values {
                    out.push(self.with(name, value, |frame| frame.expr(expr))?);
                }
            }
            Stage::Filter(name, cond) => {
                for value in values {
                    if self.with(name, value, |frame| frame.cond(cond))? {
                        out.push(value);
                    }
                }
            }
            Stage::TakeWhile(name, cond) => {
                for value in values {
                    if !self.with(name, value, |frame| frame.cond(cond))? {
                        break;
                    }
                    out.push(value);
                }
            }
            Stage::SkipWhile(name, cond) => {
                for value in values {
                    if !out.is_empty() || !self.with(name, value, |frame| frame.cond(cond))? {
                        out.push(value);
                    }
                }
            }
            Stage::Position(position) => out = positioned(values, &[*position]),
            Stage::Scan {
                state,
                name,
                init,
                update,
            } => {
                let mut now = self.expr(init)?;
                for value in values {
                    let item = vec![
                        (state.as_str(), Value::scalar(now)),
                        (name.as_str(), Value::scalar(value)),
                    ];
                    now = self.within(item, |frame| frame.expr(update))?;
                    out.push(now);
                }
            }
            Stage::FlatMap {
                name,
                counter,
                count,
                value: expr,
            } => {
                for value in values {
                    for i in 0..*count {
                        let item = vec![
                            (name.as_str(), Value::scalar(value)),
                            (counter.as_str(), Value::Counter(i)),
                        ];
                        out.push(self.within(item, |frame| frame.expr(expr))?);
                    }
                }
            }
        }
        Ok(out)
    }

    pub fn sink(&mut self, values: Vec<Dual>, sink: &'a Sink) -> Run<Dual> {
        let join = |op| move |a: Run<Dual>, b: Dual| a.and_then(|a| tame(a.binary(op, b)));
        match sink {
            Sink::Sum => values
                .into_iter()
                .fold(Ok(Dual::constant(0.0)), join(Binary::Add)),
            Sink::Product => values
                .into_iter()
                .fold(Ok(Dual::constant(1.0)), join(Binary::Mul)),
            Sink::Fold {
                accumulator,
                name,
                init,
                value: expr,
            } => {
                let mut total = self.expr(init)?;
                for value in values {
                    total = self.pair([accumulator, name], [total, value], |f| f.expr(expr))?;
                }
                Ok(total)
            }
            Sink::FoldMax => {
                let mut best: Option<Dual> = None;
                for value in values {
                    best = Some(match best {
                        None => value,
                        Some(best) if too_close(&best, &value) => return Err(Stop::Unsuitable),
                        Some(best) => best.binary(Binary::Max, value),
                    });
                }
                best.ok_or(Stop::Unsuitable)
            }
            Sink::MaxBy(otherwise) => extreme(values, *otherwise, |a, b| b >= a),
            Sink::MinBy(otherwise) => extreme(values, *otherwise, |a, b| b < a),
            Sink::Reduce {
                names: [a, b],
                value: expr,
                otherwise,
            } => {
                let mut values = values.into_iter();
                let Some(mut total) = values.next() else {
                    return Ok(Dual::constant(*otherwise));
                };
                for value in values {
                    total = self.pair([a, b], [total, value], |f| f.expr(expr))?;
                }
                Ok(total)
            }
            Sink::Last(otherwise) => {
                Ok(values.last().copied().unwrap_or(Dual::constant(*otherwise)))
            }
            Sink::Count => Ok(Dual::constant(values.len() as f64)),
            Sink::Any(name, cond, [then, other]) => {
                let mut found = false;
                for value in values {
                    found = self.with(name, value, |frame| frame.cond(cond))?;
                    if found {
                        break;
                    }
                }
                self.expr(if found { then } else { other })
            }
        }
    }

    pub(super) fn pair<T>(
        &mut self,
        names: [&'a String; 2],
        values: [Dual; 2],
        run: impl FnOnce(&mut Self) -> Run<T>,
    ) -> Run<T> {
        let item = names
            .into_iter()
            .zip(values)
            .map(|(name, value)| (name.as_str(), Value::scalar(value)));
        self.within(item.collect(), run)
    }
}

/// The element chosen, none where the choice hangs on the last bits.
fn extreme(values: Vec<Dual>, otherwise: f64, better: impl Fn(f64, f64) -> bool) -> Run<Dual> {
    let mut best: Option<Dual> = None;
    for value in values {
        match best {
            Some(best) if too_close(&best, &value) => return Err(Stop::Unsuitable),
            Some(best) if best.value == 0.0 && value.value == 0.0 => return Err(Stop::Unsuitable),
            Some(now) if !better(now.value, value.value) => {}
            _ => best = Some(value),
        }
    }
    Ok(best.unwrap_or(Dual::constant(otherwise)))
}

fn positioned<T>(mut items: Vec<T>, positions: &[Position]) -> Vec<T> {
    for position in positions {
        items = match *position {
            Position::Rev => items.into_iter().rev().collect(),
            Position::Skip(n) => items.into_iter().skip(n).collect(),
            Position::Take(n) => items.into_iter().take(n).collect(),
            Position::StepBy(n) => items.into_iter().step_by(n).collect(),
        };
    }
    items
}
