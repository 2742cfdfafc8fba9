//! The text form of the representation: one statement a line, regions indented.

use super::{
    Argument, Callee, Capture, Checkpoint, Code, Contribution, Count, Function, LoopKind, Op,
    Place, Region, Step, Stmt, Value, View, Window, Winners, Zero,
};
use quote::ToTokens;
use std::fmt::{self, Display, Formatter};

impl Display for Value {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "%{}", self.0)
    }
}

impl Display for Place {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.root)?;
        for step in &self.path {
            match step {
                Step::Index(i) => write!(f, "[{i}]")?,
                Step::Element(k) => write!(f, "[{k}]")?,
                Step::Field(syn::Member::Named(name)) => write!(f, ".{name}")?,
                Step::Field(syn::Member::Unnamed(k)) => write!(f, ".{}", k.index)?,
                Step::Variant { path, member } => write!(
                    f,
                    ".{}.{}",
                    path.0.to_token_stream(),
                    member.to_token_stream()
                )?,
                Step::Deref => write!(f, ".*")?,
                Step::Entries => write!(f, "[..]")?,
                Step::Slice {
                    low,
                    high,
                    inclusive,
                } => {
                    let bound = |v: &Option<Value>| v.map(|v| v.to_string()).unwrap_or_default();
                    let dots = if *inclusive { "..=" } else { ".." };
                    write!(f, "[{}{dots}{}]", bound(low), bound(high))?;
                }
            }
        }
        Ok(())
    }
}

fn list<T: Display>(items: &[T]) -> String {
    items
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(", ")
}

impl Display for Argument {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Argument::Value(v) => write!(f, "{v}"),
            Argument::Owned(p) => write!(f, "{p}"),
            Argument::Shared(p) => write!(f, "&{p}"),
            Argument::Exclusive(p) => write!(f, "&mut {p}"),
        }
    }
}

impl Display for Contribution {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Contribution::Adjoint(v) | Contribution::Cast(v, _) => write!(f, "adj {v}"),
            Contribution::Negated(v) => write!(f, "-adj {v}"),
            Contribution::Times(v, by) => write!(f, "adj {v} * {by}"),
            Contribution::Over(v, by) => write!(f, "adj {v} / {by}"),
            Contribution::MinusOver { y, b } => write!(f, "-adj {y} * {y} / {b}"),
            Contribution::Power { y, of, times } => write!(f, "adj {y} * {times} {of}"),
            Contribution::Partial {
                row,
                which,
                operands,
                y,
            } => write!(f, "adj {y} * {}'{which} {}", row.name, list(operands)),
            Contribution::Place(p) => write!(f, "adj {p}"),
            Contribution::NegatedPlace(p) => write!(f, "-adj {p}"),
            Contribution::Sum(p) => write!(f, "sum adj {p}"),
            Contribution::Given(v) => write!(f, "{v}"),
        }
    }
}

impl Display for Zero {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Zero::Scalar => write!(f, "0"),
            Zero::Like(p) => write!(f, "0 like {p}"),
            Zero::Of(shape) => write!(f, "0 of {shape}"),
            Zero::Repeat { element, count } => write!(f, "[{element}; {count}]"),
            Zero::RepeatVec { element, count } => write!(f, "Vec [{element}; {count}]"),
            Zero::List(container, parts) => write!(f, "{container:?} [{}]", list(parts)),
        }
    }
}

fn or_zero<T: Display>(what: &Option<T>) -> String {
    what.as_ref().map_or("0".into(), ToString::to_string)
}

fn code(code: &Code, captures: &[Capture]) -> String {
    let tokens = match code {
        Code::Expr(expr) => quote::quote!(#expr).to_string(),
        Code::Macro(tokens) => tokens.to_string(),
    };
    let names: Vec<_> = captures
        .iter()
        .map(|c| format!("{} = {}", c.name, c.place))
        .collect();
    if names.is_empty() {
        format!("`{tokens}`")
    } else {
        format!("`{tokens}` with {}", names.join(", "))
    }
}

fn called(callee: &Callee) -> String {
    match callee {
        Callee::Path(path) => quote::quote!(#path).to_string(),
        Callee::Operation { name, .. } => name.to_string(),
        Callee::Method { receiver, name, .. } => format!("{receiver}.{name}"),
        Callee::Changing(name) => format!(".{name}"),
    }
}

impl Display for Op {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&describe(self))
    }
}

fn describe(op: &Op) -> String {
    match op {
        Op::Literal(tokens) => tokens.to_string(),
        Op::Opaque {
            code: c,
            captures,
            pure: _,
        }
        | Op::Effect { code: c, captures } => code(c, captures),
        Op::Undefined => "undefined".into(),
        Op::Identity { sum } => if *sum { "zero" } else { "one" }.into(),
        Op::Neg(v) => format!("-{v}"),
        Op::Arith(op, a, b) => format!("{} {a}, {b}", format!("{op:?}").to_lowercase()),
        Op::Plain { operator, operands } => format!("`{operator}` {}", list(operands)),
        Op::Query { method, operands } => format!("{method}? {}", list(operands)),
        Op::Cast { value, ty } => format!("{value} as {}", quote::quote!(#ty)),
        Op::Apply { row, args } => format!("{} {}", row.name, list(args)),
        Op::Matches {
            place,
            pattern,
            reference: _,
        } => format!("{place} matches `{}`", quote::quote!(#pattern)),
        Op::Stop { value, path: _ } => format!("stop {value}"),
        Op::Aggregate(container, values) => format!("{container:?} [{}]", list(values)),
        Op::Repeat {
            value,
            count,
            container,
        } => {
            let count = match count {
                Count::Constant(tokens) => tokens.to_string(),
                Count::Value(v) => v.to_string(),
            };
            format!("{container:?} [{value}; {count}]")
        }
        Op::Construct { path, fields, rest } => {
            let values: Vec<_> = fields.iter().map(|(_, v)| *v).collect();
            let rest = rest
                .as_ref()
                .map(|p| format!(" .. {p}"))
                .unwrap_or_default();
            format!("{} [{}]{rest}", quote::quote!(#path), list(&values))
        }
        Op::AddRest {
            from,
            except: _,
            to,
        } => format!("adj {to} += rest of adj {from}"),
        Op::Blank {
            count: _,
            like: None,
        } => "blank".into(),
        Op::Blank {
            count: _,
            like: Some(p),
        } => format!("blank like {p}"),
        Op::Ask { code: c, captures } => format!("ask {}", code(c, captures)),
        Op::NewVec { capacity: _ } => "Vec []".into(),
        Op::Load(p) => format!("load {p}"),
        Op::Copy(p) => format!("copy {p}"),
        Op::Len(p) => format!("len {p}"),
        Op::Shape(p) => format!("shape {p}"),
        Op::Local => "local".into(),
        Op::Store(p, v) => format!("store {p} = {v}"),
        Op::Replace(p, v) => format!("replace {p} = {v}"),
        Op::Update(p, op, v) => format!("update {p} {} {v}", format!("{op:?}").to_lowercase()),
        Op::Swap(p, q) => format!("swap {p}, {q}"),
        Op::Fill(p, v) => format!("fill {p} = {v}"),
        Op::CopyFrom(p, q) => format!("copy {p} from {q}"),
        Op::Push(p, v) => format!("push {p}, {v}"),
        Op::Pop(p) => format!("pop {p}"),
        Op::Truncate(p, v) => format!("truncate {p}, {v}"),
        Op::ReverseOrder(p) => format!("reverse {p}"),
        Op::Rotate(p, v) => format!("rotate {p} by {v}"),
        Op::Call {
            callee,
            args,
            keeps: _,
        } => format!("call {}({})", called(callee), list(args)),
        Op::If {
            cond,
            then: _,
            otherwise: _,
        } => format!("if {cond}"),
        Op::Loop(l) => {
            let kind = match &l.kind {
                LoopKind::For(r) => {
                    let dots = if r.inclusive { "..=" } else { ".." };
                    let adapters: Vec<_> = r.adapters.iter().map(|a| format!(" {a:?}")).collect();
                    format!("for {}{dots}{}{}", r.low, r.high, adapters.concat())
                }
                LoopKind::While => "while".into(),
                LoopKind::Countdown(n) => format!("countdown {n}"),
            };
            let kind = match &l.checkpoint {
                Some(Checkpoint { snapshots: None }) => format!("checkpoint {kind}"),
                Some(Checkpoint { snapshots: Some(n) }) => format!("checkpoint({n}) {kind}"),
                None => kind,
            };
            if l.init.is_empty() {
                kind
            } else {
                format!("{kind} carry {}", list(&l.init))
            }
        }
        Op::Seed(zero) => format!("seed or {zero}"),
        Op::TapePush { tape, values } => format!("push tape{} {}", tape.0, list(values)),
        Op::TapePop { tape } => format!("pop tape{}", tape.0),
        Op::Room { tape, low, high } => format!("room in tape{} for {low}..{high}", tape.0),
        Op::Put { room, item, values } => format!("{room}[{item}] = {}", list(values)),
        Op::Entries { tape, low, high } => format!("entries of tape{} for {low}..{high}", tape.0),
        Op::Entry { entries, item } => format!("{entries}[{item}]"),
        Op::Schedule {
            checkpoint: _,
            range: _,
        } => "schedule".into(),
        Op::Snapshot {
            tape,
            schedule,
            state,
        } => format!("by {schedule} push tape{} {}", tape.0, list(state)),
        Op::Retake(r) => format!(
            "by {} pop tape{} {}, again and back",
            r.schedule,
            r.tape.0,
            list(&r.state)
        ),
        Op::Declare { value, zero } => format!("adj {value} := {zero}"),
        Op::Begin { value, with } => format!("adj {value} := {with}"),
        Op::Add { place, what } => format!("adj {place} += {what}"),
        Op::First { place, what } => format!("first adj {place} += {what}"),
        Op::Set { place, what } => format!("adj {place} = {}", or_zero(what)),
        Op::Clear(p) => format!("adj {p} = 0"),
        Op::Forget(p) => format!("forget adj {p}"),
        Op::ForgetRest(w) => format!("forget all but {}", window(w)),
        Op::Reset(p, zero) => format!("adj {p} = {zero}"),
        Op::SwapAdjoints(p, q) => format!("swap adj {p}, adj {q}"),
        Op::ReverseAdjoint(p) => format!("reverse adj {p}"),
        Op::RotateAdjoint(p, v) => format!("rotate adj {p} back by {v}"),
        Op::Window(w) => window(w),
        Op::Inside(windows) => {
            let windows: Vec<String> = windows.iter().map(window).collect();
            format!("inside {}", windows.join(", "))
        }
        Op::Winners(winners) => match winners {
            Winners::Of { init, value } => format!("winners of fold from {init} to {value}"),
            Winners::See { of, item, element } => format!("{of} sees {element} at {item}"),
            Winners::Within { of, low, high } => format!("{of} within {low}..{high}"),
            Winners::Before { of, item, element } => format!("{of} before {element} at {item}"),
        },
        Op::Drain { from, to } => format!("drain adj {from} to adj {to}"),
        Op::Lengthen(p, v) => format!("lengthen adj {p} to {v}"),
        Op::PushAdjoint(p, what) => format!("push adj {p}, {}", or_zero(what)),
        Op::PopAdjoint(p) => format!("pop adj {p}"),
        Op::Pullback {
            callee,
            own: _,
            args,
            seed,
        } => {
            let args: Vec<_> = args.iter().map(|(a, _)| a.to_string()).collect();
            format!(
                "pullback {}({}) seed {}",
                called(callee),
                args.join(", "),
                or_zero(seed)
            )
        }
    }
}

/// Writes a region, indented.
pub fn region(r: &Region, depth: usize, f: &mut Formatter<'_>) -> fmt::Result {
    let indent = "  ".repeat(depth);
    if !r.params.is_empty() {
        writeln!(f, "{indent}({})", list(&r.params))?;
    }
    for Stmt {
        results,
        op,
        span: _,
    } in &r.stmts
    {
        write!(f, "{indent}")?;
        if !results.is_empty() {
            write!(f, "{} = ", list(results))?;
        }
        writeln!(f, "{}", describe(op))?;
        for inner in op.regions() {
            writeln!(f, "{indent} {{")?;
            region(inner, depth + 1, f)?;
            writeln!(f, "{indent} }}")?;
        }
    }
    if !r.yields.is_empty() {
        writeln!(f, "{indent}yield {}", list(&r.yields))?;
    }
    Ok(())
}

impl Display for Function {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        region(&self.body, 0, f)
    }
}

impl Display for Region {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        region(self, 0, f)
    }
}

fn window(window: &Window) -> String {
    let Window {
        of,
        view,
        base,
        shift,
        low,
        high,
    } = window;
    let view = match view {
        View::Shared => "",
        View::Exclusive => "mut ",
        View::Adjoint => "adj ",
    };
    let mut from: Vec<String> = base.iter().map(Value::to_string).collect();
    if *shift != 0 {
        from.push(shift.to_string());
    }
    let from = match from.as_slice() {
        [] => String::new(),
        from => format!(" from {}", from.join(" + ")),
    };
    format!("window {view}{of}{from} for {low}..{high}")
}
