//! Constants: arithmetic on literals, operations that change nothing, branches of which only one can be taken.
//!
//! Only what gives the same bits is folded: `x * 1.0`, but not `x + 0.0`, which is 0.0 where `x` is -0.0; `0.1 * 0.2` in the format it
//! is of.

use crate::ir::{Arith, Function, Op, Region, Step, Stmt, Table, Value, Values};
use proc_macro2::{Literal, TokenStream};
use quote::quote;
use std::ops::{Add, Div, Mul, Sub};
use std::str::FromStr;

pub fn run(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    let mut indices = Values::new();
    body.visit(&mut |stmt| {
        stmt.op.each_place(&mut |p| {
            p.each_index(&mut |v| {
                indices.insert(v);
            })
        })
    });
    let mut cx = Fold {
        indices,
        function,
        numbers: Table::new(),
        truths: Table::new(),
        negated: Table::new(),
        integers: Table::new(),
        names: Table::new(),
    };
    cx.region(&mut body);
    function.body = body;
}

/// The values that are small literals of type `usize`, or of a type that nothing says.
pub fn integers(function: &Function, body: &Region) -> Table<u32> {
    let mut found = Table::new();
    body.visit(&mut |stmt| {
        if let [v] = stmt.results.as_slice()
            && let Some(n) = integer(function, *v, &stmt.op)
        {
            found.insert(*v, n);
        }
    });
    found
}

/// The number that a value is by definition.
pub fn integer(function: &Function, v: Value, op: &Op) -> Option<u32> {
    let Op::Literal(tokens) = op else {
        return None;
    };
    if function.ascribed.contains_key(&v) || function.is_float(v) {
        return None;
    }
    let text = tokens.to_string().replace('_', "");
    text.strip_suffix("usize").unwrap_or(&text).parse().ok()
}

/// A float literal of which the format is known.
#[derive(Clone, Copy)]
enum Number {
    F32(f32),
    F64(f64),
}

struct Fold<'a> {
    function: &'a Function,
    numbers: Table<Number>,
    truths: Table<bool>,
    integers: Table<u32>,
    /// Values that places are found by.
    indices: Values,
    /// What a value is the negative of.
    negated: Table<Value>,
    /// What values have become.
    names: Table<Value>,
}

/// What becomes of a statement.
enum Folded {
    /// Another operation.
    Into(Op),
    /// Its result is this value.
    Is(Value),
}

impl Fold<'_> {
    fn name(&self, v: Value) -> Value {
        self.names.get(&v).copied().unwrap_or(v)
    }

    fn region(&mut self, region: &mut Region) {
        let mut out = Vec::new();
        for stmt in std::mem::take(&mut region.stmts) {
            self.stmt(stmt, &mut out);
        }
        region.stmts = out;
        for v in &mut region.yields {
            *v = self.names.get(v).copied().unwrap_or(*v);
        }
    }

    fn stmt(&mut self, mut stmt: Stmt, out: &mut Vec<Stmt>) {
        stmt.op.map(&mut |v| self.name(v));
        stmt.op.places(&mut |place| {
            for step in &mut place.path {
                if let Step::Index(i) = step
                    && let Some(n) = self.integers.get(i)
                {
                    *step = Step::Element(*n as usize);
                }
            }
        });
        if let Op::If {
            cond,
            then,
            otherwise,
        } = &mut stmt.op
            && let Some(truth) = self.truths.get(cond)
        {
            let mut taken = std::mem::take(if *truth { then } else { otherwise });
            self.region(&mut taken);
            out.append(&mut taken.stmts);
            self.names
                .extend(stmt.results.into_iter().zip(taken.yields));
            return;
        }
        for inner in stmt.op.regions_mut() {
            self.region(inner);
        }
        if let [result] = stmt.results.as_slice() {
            match self.fold(*result, &stmt.op) {
                Some(Folded::Is(v)) => {
                    self.names.insert(*result, v);
                    return;
                }
                Some(Folded::Into(op)) => stmt.op = op,
                None => {}
            }
            self.learn(*result, &stmt.op);
            // Once places have numbers in them nothing else may say what type this is of.
            if let (Op::Literal(tokens), Some(n)) = (&mut stmt.op, self.integers.get(result))
                && self.indices.contains(result)
            {
                let n = Literal::usize_suffixed(*n as usize);
                *tokens = quote!(#n);
            }
        }
        out.push(stmt);
    }

    fn learn(&mut self, result: Value, op: &Op) {
        match op {
            Op::Literal(tokens) if self.function.is_float(result) => {
                if let Some(n) = Number::new(tokens) {
                    self.numbers.insert(result, n);
                }
            }
            Op::Literal(tokens) => {
                if let Ok(truth) = bool::from_str(&tokens.to_string()) {
                    self.truths.insert(result, truth);
                } else if let Some(n) = integer(self.function, result, op) {
                    self.integers.insert(result, n);
                }
            }
            Op::Neg(v) => {
                self.negated.insert(result, *v);
            }
            _ => {}
        }
    }

    fn fold(&self, result: Value, op: &Op) -> Option<Folded> {
        if !self.function.is_scalar(result) {
            return None;
        }
        let number = |v: &Value| self.numbers.get(v).copied();
        match op {
            Op::Neg(v) => self.negated.get(v).map(|v| Folded::Is(*v)),
            Op::Arith(op, a, b) if self.function.is_float(result) => {
                match (op, number(a), number(b)) {
                    (op, Some(x), Some(y)) => x.arith(*op, y)?.literal().map(Folded::Into),
                    (Arith::Mul, Some(x), None) if x.is(1.0) => Some(Folded::Is(*b)),
                    (Arith::Mul | Arith::Div, None, Some(y)) if y.is(1.0) => Some(Folded::Is(*a)),
                    (Arith::Sub, None, Some(y)) if y.is(0.0) => Some(Folded::Is(*a)),
                    _ => None,
                }
            }
            Op::Plain { operator, operands } => {
                let truth = |v: &Value| self.truths.get(v).copied();
                if let [a, b] = operands.as_slice()
                    && let (Some(a), Some(b)) = (self.integers.get(a), self.integers.get(b))
                    && !self.function.ascribed.contains_key(&result)
                {
                    return plain(&operator.to_string(), *a, *b).map(Folded::Into);
                }
                match (operator.to_string().as_str(), operands.as_slice()) {
                    ("!", [v]) => truth(v).map(|t| Folded::Into(boolean(!t))),
                    ("&&" | "&", [a, b]) => match (truth(a), truth(b)) {
                        (Some(true), _) => Some(Folded::Is(*b)),
                        (_, Some(true)) => Some(Folded::Is(*a)),
                        _ => None,
                    },
                    ("||" | "|", [a, b]) => match (truth(a), truth(b)) {
                        (Some(false), _) => Some(Folded::Is(*b)),
                        (_, Some(false)) => Some(Folded::Is(*a)),
                        _ => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        }
    }
}

impl Number {
    fn new(tokens: &TokenStream) -> Option<Self> {
        let text = tokens.to_string();
        let of = |suffix| Some(text.strip_suffix(suffix)?.replace('_', ""));
        match of("f64") {
            Some(digits) => digits.parse().ok().map(Number::F64),
            None => of("f32")?.parse().ok().map(Number::F32),
        }
    }

    fn is(self, wanted: f32) -> bool {
        match self {
            Number::F32(n) => n == wanted,
            Number::F64(n) => n == f64::from(wanted),
        }
    }

    fn arith(self, op: Arith, other: Self) -> Option<Self> {
        match (self, other) {
            (Number::F32(a), Number::F32(b)) => Some(Number::F32(arith(op, a, b))),
            (Number::F64(a), Number::F64(b)) => Some(Number::F64(arith(op, a, b))),
            _ => None,
        }
    }

    /// None for what is no literal: a number with a sign, infinity, NaN; and for zero, whose sign would be lost.
    fn literal(self) -> Option<Op> {
        let tokens = match self {
            Number::F32(n) if n > 0.0 && n.is_finite() => Literal::f32_suffixed(n),
            Number::F64(n) if n > 0.0 && n.is_finite() => Literal::f64_suffixed(n),
            Number::F32(_) | Number::F64(_) => return None,
        };
        Some(Op::Literal(quote!(#tokens)))
    }
}

fn arith<T>(op: Arith, a: T, b: T) -> T
where
    T: Add<Output = T> + Sub<Output = T> + Mul<Output = T> + Div<Output = T>,
{
    match op {
        Arith::Add => a + b,
        Arith::Sub => a - b,
        Arith::Mul => a * b,
        Arith::Div => a / b,
    }
}

/// Of small numbers, whatever type they have.
fn plain(operator: &str, a: u32, b: u32) -> Option<Op> {
    let truth = match operator {
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        ">=" => a >= b,
        _ => {
            let n = match operator {
                "+" => a.checked_add(b),
                "-" => a.checked_sub(b),
                "*" => a.checked_mul(b),
                "/" => a.checked_div(b),
                "%" => a.checked_rem(b),
                _ => None,
            };
            // As much as any type holds.
            let n = Literal::u32_unsuffixed(n.filter(|n| *n < 128)?);
            return Some(Op::Literal(quote!(#n)));
        }
    };
    Some(boolean(truth))
}

fn boolean(truth: bool) -> Op {
    Op::Literal(quote!(#truth))
}
