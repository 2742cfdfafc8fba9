//! Iterator chains.

use super::{bounds, condition, expr};
use crate::ast::{Chain, Head, Position, Sink, Source, Stage};

/// The iterator, and the pattern its items fit.
pub fn head(head: &Head) -> (String, String) {
    let [first, second] = &head.names;
    let (mut text, mut pattern) = match &head.source {
        Source::Iter(seq) => (format!("{}.iter()", seq.name), format!("&{first}")),
        Source::Zip(a, b) => (
            format!("{}.iter().zip(&{})", a.name, slice(b)),
            format!("(&{first}, &{second})"),
        ),
        Source::Both(a, b) => (
            format!("{}.iter().chain({}.iter())", a.name, b.name),
            format!("&{first}"),
        ),
        Source::Windows(seq, size) => (format!("{}.windows({size})", seq.name), first.clone()),
        Source::Chunks(seq, size) => (format!("{}.chunks({size})", seq.name), first.clone()),
        Source::Range(range) => (format!("({})", bounds(*range)), first.clone()),
    };
    text += &positions(&head.early);
    if let Some(counter) = &head.counter {
        text += ".enumerate()";
        pattern = format!("({counter}, {pattern})");
    }
    (text + &positions(&head.late), pattern)
}

/// What `&` in front makes a slice of.
fn slice(seq: &crate::ast::Seq) -> String {
    format!("{}[..]", seq.name)
}

pub fn positions(positions: &[Position]) -> String {
    positions
        .iter()
        .map(|position| match position {
            Position::Rev => ".rev()".to_owned(),
            Position::Skip(n) => format!(".skip({n})"),
            Position::Take(n) => format!(".take({n})"),
            Position::StepBy(n) => format!(".step_by({n})"),
        })
        .collect()
}

pub fn chain(chain: &Chain) -> String {
    let (mut text, pattern) = head(&chain.head);
    if let Some(cond) = &chain.filter {
        text += &format!(".filter(|&{pattern}| {})", condition(cond));
    }
    text += &match (&chain.head.source, &chain.value) {
        (Source::Iter(_) | Source::Both(..), crate::ast::Expr::Var(name))
            if *name == chain.head.names[0] && chain.head.counter.is_none() =>
        {
            ".copied()".to_owned()
        }
        (_, value) => format!(".map(|{pattern}| {})", expr(value)),
    };
    for stage in &chain.stages {
        text += &match stage {
            Stage::Map(name, value) => format!(".map(|{name}| {})", expr(value)),
            Stage::Filter(name, cond) => format!(".filter(|&{name}| {})", condition(cond)),
            Stage::TakeWhile(name, cond) => format!(".take_while(|&{name}| {})", condition(cond)),
            Stage::SkipWhile(name, cond) => format!(".skip_while(|&{name}| {})", condition(cond)),
            Stage::Position(position) => positions(&[*position]),
            Stage::Scan {
                state,
                name,
                init,
                update,
            } => format!(
                ".scan({}, |{state}_mut, {name}| {{ let {state} = *{state}_mut; *{state}_mut = {}; Some(*{state}_mut) }})",
                expr(init),
                expr(update)
            ),
            Stage::FlatMap {
                name,
                counter,
                count,
                value,
            } => format!(
                ".flat_map(|{name}| (0..{count}).map(move |{counter}| {}))",
                expr(value)
            ),
        };
    }
    text
}

pub fn sunk(values: &Chain, sink: &Sink) -> String {
    let values = chain(values);
    match sink {
        Sink::Sum => format!("{values}.sum::<f64>()"),
        Sink::Product => format!("{values}.product::<f64>()"),
        Sink::Fold {
            accumulator,
            name,
            init,
            value,
        } => format!(
            "{values}.fold({}, |{accumulator}, {name}| {})",
            expr(init),
            expr(value)
        ),
        Sink::FoldMax => format!("{values}.fold(f64::NEG_INFINITY, f64::max)"),
        Sink::MaxBy(otherwise) => {
            format!("{values}.max_by(|a, b| a.total_cmp(b)).unwrap_or({otherwise:?})")
        }
        Sink::MinBy(otherwise) => {
            format!("{values}.min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap_or({otherwise:?})")
        }
        Sink::Reduce {
            names: [a, b],
            value,
            otherwise,
        } => format!(
            "{values}.reduce(|{a}, {b}| {}).unwrap_or({otherwise:?})",
            expr(value)
        ),
        Sink::Last(otherwise) => format!("{values}.last().unwrap_or({otherwise:?})"),
        Sink::Count => format!("({values}.count() as f64)"),
        Sink::Any(name, cond, [then, other]) => format!(
            "(if {values}.any(|{name}| {}) {{ {} }} else {{ {} }})",
            condition(cond),
            expr(then),
            expr(other)
        ),
    }
}
