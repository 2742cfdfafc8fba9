//! A program as Rust.

use crate::ast::{ArrayParam, Binary, Cond, Expr, ForRange, Index, Program, Stmt, Swap, Unary};
use std::fmt::Write;

/// The annotated function `program{number}`.
pub fn program(number: usize, program: &Program) -> String {
    let array = match program.array {
        ArrayParam::Value => "[f64; 4]",
        ArrayParam::Reference => "&[f64; 4]",
        ArrayParam::Slice => "&[f64]",
    };
    let mut text = format!(
        "#[autodiff::differentiate]\npub fn program{number}(mut x: f64, y: f64, mut z: f64, p: {array}) -> f64 {{\n"
    );
    Printer {
        text: &mut text,
        array: program.array,
        depth: 1,
    }
    .tail(&program.body, &program.result);
    text + "}\n"
}

/// An array argument as `program` takes it.
pub fn argument(array: ArrayParam, place: &str) -> String {
    match array {
        ArrayParam::Value => place.to_owned(),
        ArrayParam::Reference | ArrayParam::Slice => format!("&{place}"),
    }
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
                self.line(&format!("let mut {name} = loop {{"));
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
            } => self.line(&assignment(&format!("{array}[{}]", index(at)), *op, value)),
            Stmt::Swap(Swap::Elements(array, i, j)) => {
                self.line(&format!("{array}.swap({}, {});", index(i), index(j)))
            }
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
            Stmt::Match { counter, arms } => {
                self.line(&format!("match {counter} % 3 {{"));
                self.inside(|inner| {
                    for (pattern, arm) in ["0", "1", "_"].into_iter().zip(arms.iter()) {
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
                    &format!("{}for {variable} in {}", label(name), bounds(*range)),
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
                    "for ({counter}, {name}) in {array}.iter().enumerate() {{"
                ));
                self.inside(|inner| {
                    inner.line(&format!("let mut {name} = *{name};"));
                    inner.stmts(body);
                });
                self.line("}");
            }
            Stmt::EachMut { array, op, value } => {
                self.line(&format!("for slot in {array}.iter_mut() {{"));
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
                    "{}while {counter} < {limit} && {} {{",
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

fn bounds(range: ForRange) -> String {
    match range {
        ForRange::Up(from, to) => format!("{from}..{to}"),
        ForRange::Inclusive(from, to) => format!("{from}..={to}"),
        ForRange::Down(from, to) => format!("({from}..{to}).rev()"),
        ForRange::Step(from, to, by) => format!("({from}..{to}).step_by({by})"),
    }
}

fn index(index: &Index) -> String {
    match index {
        Index::Constant(i) => i.to_string(),
        Index::Counter(name, 0) => format!("{name} % 4"),
        Index::Counter(name, offset) => format!("({name} + {offset}) % 4"),
        Index::Active(value) => format!("{}.abs() as usize % 4", receiver(value)),
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
        | Expr::Call(..) => format!("({})", expr(value)),
    }
}

pub fn expr(value: &Expr) -> String {
    match value {
        Expr::Constant(value) => format!("{value:?}_f64"),
        Expr::Var(name) => name.clone(),
        Expr::Counter(name) => format!("({name} as f64)"),
        Expr::Element(array, at) => format!("{array}[{}]", index(at)),
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
