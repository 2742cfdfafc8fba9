//! A program as Rust.

mod chain;

use crate::ast::{
    ArrayParam, Binary, Capture, Cond, Expr, ForRange, Index, Kind, Middle, NewVec, Program, Seq,
    Stmt, Swap, Unary,
};
use std::fmt::Write;

/// The annotated function `program{number}`.
pub fn program(number: usize, program: &Program) -> String {
    let head = match program.array {
        ArrayParam::Exclusive => format!(
            "#[autodiff::differentiate]\npub fn program{number}(x: f64, a: &mut [f64]) -> f64 {{\n"
        ),
        ArrayParam::Value => function(number, "[f64; 4]"),
        ArrayParam::Reference => function(number, "&[f64; 4]"),
        ArrayParam::Slice => function(number, "&[f64]"),
    };
    let mut text = head;
    Printer {
        text: &mut text,
        array: program.array,
        depth: 1,
    }
    .tail(&program.body, &program.result);
    text + "}\n"
}

fn function(number: usize, array: &str) -> String {
    format!(
        "#[autodiff::differentiate(jvp, hvp, taylor, jacobian_sparsity, hessian_sparse)]\n\
         pub fn program{number}(mut x: f64, y: f64, mut z: f64, p: {array}) -> f64 {{\n"
    )
}

/// An array argument as `program` takes it.
pub fn argument(array: ArrayParam, place: &str) -> String {
    match array {
        ArrayParam::Value => place.to_owned(),
        ArrayParam::Reference | ArrayParam::Slice => format!("&{place}"),
        ArrayParam::Exclusive => format!("&mut {place}"),
    }
}

/// A statement on its own.
pub fn statement(stmt: &Stmt) -> String {
    let mut text = String::new();
    Printer {
        text: &mut text,
        array: ArrayParam::Value,
        depth: 0,
    }
    .stmt(stmt);
    text
}

/// The names in a text, and other words.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
}

struct Printer<'a> {
    text: &'a mut String,
    array: ArrayParam,
    depth: usize,
}

impl Printer<'_> {
    fn line(&mut self, line: &str) {
        writeln!(self.text, "{:1$}{line}", "", 4 * self.depth).expect("a string grows");
    }

    fn inside(&mut self, body: impl FnOnce(&mut Printer)) {
        body(&mut Printer {
            text: self.text,
            array: self.array,
            depth: self.depth + 1,
        });
    }

    fn block(&mut self, head: &str, body: &[Stmt], foot: &str) {
        self.line(&format!("{head} {{"));
        self.inside(|inner| inner.stmts(body));
        self.line(&format!("}}{foot}"));
    }

    fn stmts(&mut self, body: &[Stmt]) {
        body.iter().for_each(|stmt| self.stmt(stmt));
    }

    fn tail(&mut self, body: &[Stmt], result: &Expr) {
        self.stmts(body);
        self.line(&expr(result));
    }

    fn stmt(&mut self, stmt: &Stmt) {
        match stmt {
            Stmt::Let { name, value } => self.line(&format!("let mut {name} = {};", expr(value))),
            Stmt::LetTuple {
                names: [a, b],
                values: [first, second],
            } => {
                self.line(&format!(
                    "let (mut {a}, mut {b}) = ({}, {});",
                    expr(first),
                    expr(second)
                ));
            }
            Stmt::LetNested {
                names: [a, b, c],
                values: [first, second, third],
            } => self.line(&format!(
                "let (mut {a}, (mut {b}, mut {c})) = ({}, ({}, {}));",
                expr(first),
                expr(second),
                expr(third)
            )),
            Stmt::LetTupleIf {
                names: [a, b],
                cond,
                values: [[a1, b1], [a2, b2]],
            } => self.line(&format!(
                "let (mut {a}, mut {b}) = if {} {{ ({}, {}) }} else {{ ({}, {}) }};",
                condition(cond),
                expr(a1),
                expr(b1),
                expr(a2),
                expr(b2)
            )),
            Stmt::LetArray {
                outer: [first, last],
                inner,
                from,
            } => {
                let inner = match inner {
                    None => "..".to_owned(),
                    Some([a, b]) => format!("mut {a}, mut {b}"),
                };
                let pattern = format!("[mut {first}, {inner}, mut {last}]");
                self.line(&match (from.as_str(), self.array) {
                    ("p", ArrayParam::Reference) => format!("let {pattern} = *p;"),
                    ("p", ArrayParam::Slice) => {
                        format!("let &{pattern} = p else {{ panic!(\"not four\") }};")
                    }
                    (local, _) => format!("let {pattern} = {local};"),
                });
            }
            Stmt::LetLabelled {
                name,
                label,
                before,
                cond,
                early,
                after,
                late,
            } => {
                self.line(&format!("let mut {name} = '{label}: {{"));
                self.inside(|inner| {
                    inner.stmts(before);
                    inner.line(&format!("if {} {{", condition(cond)));
                    inner.inside(|inner| inner.line(&format!("break '{label} {};", expr(early))));
                    inner.line("}");
                    inner.tail(after, late);
                });
                self.line("};");
            }
            Stmt::Closure {
                name,
                capture,
                params,
                body,
                result,
            } => {
                let params: Vec<String> = params
                    .iter()
                    .map(|name| format!("mut {name}: f64"))
                    .collect();
                let (mutable, moved) = match capture {
                    Capture::Shared => ("", ""),
                    Capture::Exclusive => ("mut ", ""),
                    Capture::Move => ("mut ", "move "),
                };
                let head = format!("let {mutable}{name} = {moved}|{}|", params.join(", "));
                if body.is_empty() {
                    self.line(&format!("{head} {};", expr(result)));
                } else {
                    self.line(&format!("{head} {{"));
                    self.inside(|inner| inner.tail(body, result));
                    self.line("};");
                }
            }
            Stmt::LetVec { name, how } => {
                self.line(&format!("let mut {name} = {};", new_vec(name, how)));
            }
            Stmt::Push(vec, value) => self.line(&format!("{vec}.push({});", expr(value))),
            Stmt::Pop {
                name,
                vec,
                otherwise,
            } => self.line(&format!(
                "let mut {name} = {vec}.pop().unwrap_or({});",
                expr(otherwise)
            )),
            Stmt::IfPop {
                name,
                vec,
                again,
                body,
            } => {
                let word = if *again { "while" } else { "if" };
                self.block(
                    &format!("{word} let Some(mut {name}) = {vec}.pop()"),
                    body,
                    "",
                );
            }
            Stmt::Truncate(vec, length) => self.line(&format!("{vec}.truncate({length});")),
            Stmt::Running {
                name,
                seq,
                item,
                state,
                op,
                value,
                positions,
            } => self.line(&format!(
                "let mut {name} = {}.iter().map(|&{item}| {{ {} {state} }}){}.sum::<f64>();",
                seq.name,
                assignment(state, Some(*op), value),
                chain::positions(positions)
            )),
            Stmt::Held {
                names: [first, second, third],
                iterator,
                seq,
                item,
                filter,
                otherwise,
                middle,
                last,
            } => {
                let filter = filter
                    .as_ref()
                    .map(|cond| format!(".filter(|&&{item}| {})", condition(cond)));
                let filter = filter.unwrap_or_default();
                self.line(&format!(
                    "let mut {iterator} = {}.iter(){filter};",
                    seq.name
                ));
                self.line(&format!(
                    "let mut {first} = {iterator}.next().copied().unwrap_or({otherwise:?});"
                ));
                match middle {
                    Middle::Take(n) => self.line(&format!(
                        "let mut {second} = {iterator}.by_ref().take({n}).sum::<f64>();"
                    )),
                    Middle::Find(cond) => self.line(&format!(
                        "let mut {second} = {iterator}.find(|&&{item}| {}).copied().unwrap_or({otherwise:?});",
                        condition(cond)
                    )),
                    Middle::Loop {
                        state,
                        op,
                        value,
                        cond,
                    } => {
                        self.line(&format!(
                            "for &{item} in {iterator}.by_ref() {{ {} if {} {{ break; }} }}",
                            assignment(state, Some(*op), value),
                            condition(cond)
                        ));
                        self.line(&format!("let mut {second} = {state};"));
                    }
                }
                self.line(&format!(
                    "let mut {third} = {iterator}.map(|&{item}| {}).sum::<f64>();",
                    expr(last)
                ));
            }
            Stmt::Move { name, from, how } => {
                self.line(&format!("let mut {name} = {from};"));
                self.line(&format!("{from} = {};", new_vec(from, how)));
            }
            Stmt::ThroughTuple {
                names: [a, b],
                values: [first, second, third],
                ops: [op, other],
            } => {
                self.line(&format!(
                    "let (mut {a}, mut {b}) = {{ let by = {}; let mut pair = ({}, {}); let parts = &mut pair; {} {} pair }};",
                    expr(third),
                    expr(first),
                    expr(second),
                    assignment("parts.0", Some(*op), &Expr::Var("by".into())),
                    assignment("parts.1", Some(*other), &Expr::Var("parts.0".into())),
                ));
            }
            Stmt::Best {
                name,
                seq,
                kept,
                item,
                value,
                otherwise,
            } => {
                self.line(&format!("let mut {name} = {{"));
                self.inside(|inner| {
                    inner.line("let mut best: Option<f64> = None;");
                    inner.line(&format!(
                        "for &{item} in {}.iter() {{ best = match best {{ None => Some({item}), Some({kept}) if {kept} < {item} => Some({}), other => other }}; }}",
                        seq.name,
                        expr(value)
                    ));
                    inner.line(&format!("best.unwrap_or({otherwise:?})"));
                });
                self.line("};");
            }
            Stmt::Resize(vec, length, value) => {
                self.line(&format!("{vec}.resize({length}, {});", expr(value)))
            }
            Stmt::Extend(vec, chain) => {
                self.line(&format!("{vec}.extend({});", chain::chain(chain)))
            }
            Stmt::MatchSlice {
                vec,
                names: [first, last],
                arms,
            } => {
                self.line(&format!("match {vec}.as_slice() {{"));
                self.inside(|inner| {
                    inner.block("[] =>", &arms[0], "");
                    inner.block(&format!("&[mut {first}] =>"), &arms[1], "");
                    inner.block(&format!("&[mut {first}, .., mut {last}] =>"), &arms[2], "");
                });
                self.line("}");
            }
            Stmt::Over {
                head,
                closure,
                label: name,
                body,
            } => {
                let (head, pattern) = chain::head(head);
                if *closure {
                    self.block(&format!("{head}.for_each(|{pattern}|"), body, ");");
                } else {
                    self.block(&format!("{}for {pattern} in {head}", label(name)), body, "");
                }
            }
            Stmt::ZipMut {
                target,
                other,
                name,
                op,
                value,
            } => {
                self.line(&format!(
                    "for (slot, &{name}) in {}.iter_mut().zip({}.iter()) {{",
                    target.name, other.name
                ));
                self.inside(|inner| inner.line(&assignment("*slot", Some(*op), value)));
                self.line("}");
            }
            Stmt::Labelled { label, body } => self.block(&format!("'{label}:"), body, ""),
            Stmt::Deferred {
                name,
                cond,
                then,
                other,
            } => {
                self.line(&format!("let mut {name};"));
                self.arms(
                    &format!("if {}", condition(cond)),
                    then,
                    other,
                    |value| format!("{name} = {value};"),
                    "",
                );
            }
            Stmt::LetIf {
                name,
                cond,
                then,
                other,
            } => {
                self.arms(
                    &format!("let mut {name} = if {}", condition(cond)),
                    then,
                    other,
                    |value| value,
                    ";",
                );
            }
            Stmt::LetLoop {
                name,
                counter,
                limit,
                body,
                cond,
                value,
            } => {
                self.line(&format!("let mut {counter} = 0;"));
                self.line(&format!("let mut {name} = {}loop {{", checkpoint(counter)));
                self.inside(|inner| {
                    inner.line(&format!("{counter} += 1;"));
                    inner.stmts(body);
                    inner.line(&format!(
                        "if {} || {counter} >= {limit} {{",
                        condition(cond)
                    ));
                    inner.inside(|inner| inner.line(&format!("break {};", expr(value))));
                    inner.line("}");
                });
                self.line("};");
            }
            Stmt::Literal { name, values } => {
                let values: Vec<String> = values.iter().map(expr).collect();
                self.line(&format!("let mut {name} = [{}];", values.join(", ")));
            }
            Stmt::Copy { name, from } => {
                let from = match (from.as_str(), self.array) {
                    ("p", ArrayParam::Reference) => "*p".to_owned(),
                    ("p", ArrayParam::Slice) => "[p[0], p[1], p[2], p[3]]".to_owned(),
                    (local, _) => local.to_owned(),
                };
                self.line(&format!("let mut {name} = {from};"));
            }
            Stmt::Assign { name, op, value } => self.line(&assignment(name, *op, value)),
            Stmt::Store {
                array,
                index: at,
                op,
                value,
            } => match array.kind {
                Kind::Array | Kind::Slice => {
                    self.line(&assignment(&element(array, at), *op, value));
                }
                // The length cannot be asked for while an element is borrowed.
                Kind::Vec => self.line(&format!(
                    "{{ let at = {}; {} }}",
                    index(array, at),
                    assignment(&format!("{}[at]", array.name), *op, value)
                )),
            },
            Stmt::Swap(Swap::Elements(array, i, j)) => self.line(&format!(
                "{{ let (at, other) = ({}, {}); {}.swap(at, other); }}",
                index(array, i),
                index(array, j),
                array.name
            )),
            Stmt::Swap(Swap::Tuple(a, b)) => self.line(&format!("({a}, {b}) = ({b}, {a});")),
            Stmt::Swap(Swap::Memory(a, b)) => {
                self.line(&format!("std::mem::swap(&mut {a}, &mut {b});"))
            }
            Stmt::If { cond, then, other } => {
                self.block(
                    &format!("if {}", condition(cond)),
                    then,
                    if other.is_some() { " else {" } else { "" },
                );
                if let Some(other) = other {
                    self.inside(|inner| inner.stmts(other));
                    self.line("}");
                }
            }
            Stmt::Match {
                counter,
                guards,
                arms,
            } => {
                let guard = |guard: &Option<Cond>| {
                    guard
                        .as_ref()
                        .map_or(String::new(), |guard| format!(" if {}", condition(guard)))
                };
                let patterns = [
                    format!("0{}", guard(&guards[0])),
                    format!("1{}", guard(&guards[1])),
                    "_".to_owned(),
                ];
                self.line(&format!("match {counter} % 3 {{"));
                self.inside(|inner| {
                    for (pattern, arm) in patterns.iter().zip(arms.iter()) {
                        inner.block(&format!("{pattern} =>"), arm, "");
                    }
                });
                self.line("}");
            }
            Stmt::For {
                variable,
                range,
                label: name,
                body,
            } => {
                self.block(
                    &format!(
                        "{}{}for {variable} in {}",
                        checkpoint(variable),
                        label(name),
                        bounds(*range)
                    ),
                    body,
                    "",
                );
            }
            Stmt::Each {
                counter,
                name,
                array,
                body,
            } => {
                self.line(&format!(
                    "{}for ({counter}, {name}) in {}.iter().enumerate() {{",
                    checkpoint(counter),
                    array.name
                ));
                self.inside(|inner| {
                    inner.line(&format!("let mut {name} = *{name};"));
                    inner.stmts(body);
                });
                self.line("}");
            }
            Stmt::EachMut { array, op, value } => {
                self.line(&format!("for slot in {}.iter_mut() {{", array.name));
                self.inside(|inner| inner.line(&assignment("*slot", Some(*op), value)));
                self.line("}");
            }
            Stmt::While {
                counter,
                limit,
                label: name,
                cond,
                body,
            } => {
                self.line(&format!("let mut {counter} = 0;"));
                self.line(&format!(
                    "{}{}while {counter} < {limit} && {} {{",
                    checkpoint(counter),
                    label(name),
                    condition(cond)
                ));
                self.inside(|inner| {
                    inner.line(&format!("{counter} += 1;"));
                    inner.stmts(body);
                });
                self.line("}");
            }
            Stmt::Break(target) => self.line(&jump("break", target)),
            Stmt::Continue(target) => self.line(&jump("continue", target)),
            Stmt::Return(value) => self.line(&format!("return {};", expr(value))),
        }
    }

    fn arms(
        &mut self,
        head: &str,
        (then, first): &(Vec<Stmt>, Expr),
        (other, second): &(Vec<Stmt>, Expr),
        finish: impl Fn(String) -> String,
        foot: &str,
    ) {
        self.line(&format!("{head} {{"));
        for (body, value, foot) in [
            (then, first, "} else {".to_owned()),
            (other, second, format!("}}{foot}")),
        ] {
            self.inside(|inner| {
                inner.stmts(body);
                inner.line(&finish(expr(value)));
            });
            self.line(&foot);
        }
    }
}

/// Some loops keep snapshots: the name of their counter decides.
fn checkpoint(counter: &str) -> &'static str {
    let digits = counter.trim_start_matches(char::is_alphabetic);
    match digits.parse().unwrap_or(0) % 5 {
        0 => "#[checkpoint(1)] ",
        1 => "#[checkpoint(2)] ",
        2 => "#[checkpoint] ",
        _ => "",
    }
}

fn label(name: &Option<String>) -> String {
    name.as_ref()
        .map_or(String::new(), |name| format!("'{name}: "))
}

fn jump(word: &str, target: &Option<String>) -> String {
    target
        .as_ref()
        .map_or(format!("{word};"), |name| format!("{word} '{name};"))
}

/// Only what Rust has an operator for is assigned in place.
fn assignment(place: &str, op: Option<Binary>, value: &Expr) -> String {
    let value = expr(value);
    match op {
        None => format!("{place} = {value};"),
        Some(Binary::Add) => format!("{place} += {value};"),
        Some(Binary::Sub) => format!("{place} -= {value};"),
        Some(Binary::Mul) => format!("{place} *= {value};"),
        Some(Binary::Div) => format!("{place} /= {{ let below = {value}; 1.0 + below * below }};"),
        Some(Binary::Max) => format!("{place} = ({place}).max({value});"),
        Some(Binary::Min) => format!("{place} = ({place}).min({value});"),
    }
}

fn new_vec(name: &str, how: &NewVec) -> String {
    match how {
        NewVec::Pushed(value) => format!("Vec::new(); {name}.push({})", expr(value)),
        NewVec::Listed(values) => {
            let values: Vec<String> = values.iter().map(expr).collect();
            format!("vec![{}]", values.join(", "))
        }
        NewVec::Repeated(value, count) => format!("vec![{}; {count}]", expr(value)),
        NewVec::From(seq) => format!("{}.to_vec()", seq.name),
        NewVec::Collected(chain) => format!("{}.collect::<Vec<f64>>()", chain::chain(chain)),
    }
}

fn bounds(range: ForRange) -> String {
    match range {
        ForRange::Up(from, to) => format!("{from}..{to}"),
        ForRange::Inclusive(from, to) => format!("{from}..={to}"),
        ForRange::Down(from, to) => format!("({from}..{to}).rev()"),
        ForRange::Step(from, to, by) => format!("({from}..{to}).step_by({by})"),
    }
}

fn element(seq: &Seq, at: &Index) -> String {
    format!("{}[{}]", seq.name, index(seq, at))
}

fn index(seq: &Seq, index: &Index) -> String {
    let length = match seq.kind {
        Kind::Array => "4".to_owned(),
        Kind::Vec | Kind::Slice => format!("{}.len()", seq.name),
    };
    match index {
        Index::Constant(i) if seq.kind == Kind::Array => i.to_string(),
        Index::Constant(i) => format!("{i} % {length}"),
        Index::Counter(name, 0) => format!("{name} % {length}"),
        Index::Counter(name, offset) => format!("({name} + {offset}) % {length}"),
        Index::Active(value) => format!("{}.abs() as usize % {length}", receiver(value)),
    }
}

fn condition(cond: &Cond) -> String {
    match cond {
        Cond::Less(a, b) => format!("({} < {})", expr(a), expr(b)),
        Cond::Counter(name, modulus, rest) => format!("({name} % {modulus} == {rest})"),
        Cond::Not(cond) => format!("!{}", condition(cond)),
        Cond::And(a, b) => format!("({} && {})", condition(a), condition(b)),
        Cond::Or(a, b) => format!("({} || {})", condition(a), condition(b)),
    }
}

/// An expression a method can be called on.
fn receiver(value: &Expr) -> String {
    match value {
        Expr::Constant(value) => format!("({value:?}_f64)"),
        Expr::Var(name) => name.clone(),
        Expr::Unary(Unary::Neg, _)
        | Expr::Counter(_)
        | Expr::If(..)
        | Expr::Block(..)
        | Expr::Element(..)
        | Expr::Unary(..)
        | Expr::Binary(..)
        | Expr::Length(_)
        | Expr::Match(..)
        | Expr::Invoke(..)
        | Expr::Chain(..)
        | Expr::CallMut(..)
        | Expr::Call(..) => format!("({})", expr(value)),
    }
}

pub fn expr(value: &Expr) -> String {
    match value {
        Expr::Constant(value) => format!("{value:?}_f64"),
        Expr::Var(name) => name.clone(),
        Expr::Counter(name) => format!("({name} as f64)"),
        Expr::Element(seq, at) => element(seq, at),
        Expr::Length(seq) => format!("({}.len() as f64)", seq.name),
        Expr::Match(counter, guard, arms) => format!(
            "(match {counter} % 3 {{ 0 if {} => {}, 1 => {}, _ => {} }})",
            condition(guard),
            expr(&arms[0]),
            expr(&arms[1]),
            expr(&arms[2])
        ),
        Expr::Invoke(name, arguments) => {
            let arguments: Vec<String> = arguments.iter().map(expr).collect();
            format!("{name}({})", arguments.join(", "))
        }
        Expr::Chain(values, sink) => chain::sunk(values, sink),
        Expr::CallMut(which, x, seq, range) => {
            let part = match (range, seq.kind) {
                (Some((low, high)), _) => format!("[{low}..{high}]"),
                (None, Kind::Slice) => "[..]".to_owned(),
                (None, Kind::Array | Kind::Vec) => String::new(),
            };
            format!(
                "crate::p{which}::program{which}({}, &mut {}{part})",
                expr(x),
                seq.name
            )
        }
        Expr::Unary(op, a) => unary(*op, a),
        Expr::Binary(op, a, b) => binary(*op, a, b),
        Expr::If(cond, a, b) => format!(
            "(if {} {{ {} }} else {{ {} }})",
            condition(cond),
            expr(a),
            expr(b)
        ),
        Expr::Block(name, first, result) => {
            format!("({{ let {name} = {}; {} }})", expr(first), expr(result))
        }
        Expr::Call(which, taken, scalars, array) => {
            let ([x, y, z], array) = (&**scalars, argument(*taken, array));
            format!(
                "crate::p{which}::program{which}({}, {}, {}, {array})",
                expr(x),
                expr(y),
                expr(z)
            )
        }
    }
}

fn unary(op: Unary, a: &Expr) -> String {
    let of = receiver(a);
    match op {
        Unary::Neg => format!("(-{of})"),
        Unary::Sin => format!("{of}.sin()"),
        Unary::Cos => format!("{of}.cos()"),
        Unary::Tanh => format!("{of}.tanh()"),
        Unary::ExpSin => format!("f64::exp({of}.sin())"),
        Unary::Root => format!(
            "({{ let inner = {}; inner * inner + 1.0 }}).sqrt()",
            expr(a)
        ),
        Unary::Abs => format!("{of}.abs()"),
        Unary::Square => format!("{of}.powi(2)"),
        Unary::Cube => format!("{of}.powi(3)"),
    }
}

fn binary(op: Binary, a: &Expr, b: &Expr) -> String {
    let (left, right) = (expr(a), expr(b));
    match op {
        Binary::Add => format!("({left} + {right})"),
        Binary::Sub => format!("({left} - {right})"),
        Binary::Mul => format!("({left} * {right})"),
        Binary::Div => format!("({left} / ({{ let below = {right}; 1.0 + below * below }}))"),
        Binary::Max => format!("{}.max({right})", receiver(a)),
        Binary::Min => format!("f64::min({left}, {right})"),
    }
}
