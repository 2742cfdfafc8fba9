//! Runs a program on dual numbers.

use crate::ast::{Binary, Cond, Expr, ForRange, Index, Program, Stmt, Swap, Unary};
use crate::dual::{Dual, INPUTS};

/// Why an input is not used: numbers too large to compare, a run too long, or a choice too close to call.
#[derive(Debug)]
pub struct Unsuitable;

type Run<T> = Result<T, Unsuitable>;

const STEPS: usize = 200_000;

/// The value of `programs[which]` at `x, y, z, p[0..4]`.
pub fn evaluate(programs: &[Program], which: usize, input: &[f64; INPUTS]) -> Run<Dual> {
    let mut steps = 0;
    let scalars = std::array::from_fn(|i| Dual::input(input[i], i));
    let array = std::array::from_fn(|i| Dual::input(input[3 + i], 3 + i));
    call(programs, which, scalars, array, &mut steps)
}

fn call(
    programs: &[Program],
    which: usize,
    scalars: [Dual; 3],
    array: [Dual; 4],
    steps: &mut usize,
) -> Run<Dual> {
    let program = &programs[which];
    let mut frame = Frame {
        programs,
        steps,
        names: Vec::new(),
    };
    for (name, value) in ["x", "y", "z"].into_iter().zip(scalars) {
        frame.bind(name, Value::Scalar(value));
    }
    frame.bind("p", Value::Array(array));
    match frame.block(&program.body)? {
        Flow::Return(value) => Ok(value),
        Flow::Next => frame.expr(&program.result),
        Flow::Break(_) | Flow::Continue(_) => unreachable!("a jump out of every loop"),
    }
}

#[derive(Clone)]
enum Value {
    Scalar(Dual),
    Array([Dual; 4]),
    Counter(usize),
}

enum Flow {
    Next,
    Break(Option<String>),
    Continue(Option<String>),
    Return(Dual),
}

/// What a jump means to the loop it arrives at.
enum Turn {
    Again,
    Done,
    Leave(Flow),
}

fn turn(flow: Flow, label: Option<&String>) -> Turn {
    let mine = |target: &Option<String>| target.is_none() || target.as_ref() == label;
    match flow {
        Flow::Next => Turn::Again,
        Flow::Continue(target) if mine(&target) => Turn::Again,
        Flow::Break(target) if mine(&target) => Turn::Done,
        Flow::Break(_) | Flow::Continue(_) | Flow::Return(_) => Turn::Leave(flow),
    }
}

struct Frame<'a> {
    programs: &'a [Program],
    steps: &'a mut usize,
    /// Later bindings shadow earlier ones; a block cuts the list back when it ends.
    names: Vec<(String, Value)>,
}

impl Frame<'_> {
    fn bind(&mut self, name: &str, value: Value) {
        self.names.push((name.to_owned(), value));
    }

    fn slot(&mut self, name: &str) -> &mut Value {
        let found = self.names.iter_mut().rev().find(|(bound, _)| bound == name);
        &mut found.unwrap_or_else(|| panic!("`{name}` is not bound")).1
    }

    fn scalar(&mut self, name: &str) -> &mut Dual {
        match self.slot(name) {
            Value::Scalar(value) => value,
            Value::Array(_) | Value::Counter(_) => panic!("`{name}` is not a scalar"),
        }
    }

    fn array(&mut self, name: &str) -> &mut [Dual; 4] {
        match self.slot(name) {
            Value::Array(values) => values,
            Value::Scalar(_) | Value::Counter(_) => panic!("`{name}` is not an array"),
        }
    }

    fn counter(&mut self, name: &str) -> &mut usize {
        match self.slot(name) {
            Value::Counter(value) => value,
            Value::Scalar(_) | Value::Array(_) => panic!("`{name}` is not a counter"),
        }
    }

    fn scope<T>(&mut self, run: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        let depth = self.names.len();
        let result = run(self);
        self.names.truncate(depth);
        result
    }

    fn block(&mut self, body: &[Stmt]) -> Run<Flow> {
        for stmt in body {
            *self.steps += 1;
            if *self.steps > STEPS {
                return Err(Unsuitable);
            }
            match self.stmt(stmt)? {
                Flow::Next => {}
                flow @ (Flow::Break(_) | Flow::Continue(_) | Flow::Return(_)) => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    /// A block with a value; these contain no jumps.
    fn valued(&mut self, (body, value): &(Vec<Stmt>, Expr)) -> Run<Dual> {
        self.scope(|frame| {
            frame.block(body)?;
            frame.expr(value)
        })
    }

    fn stmt(&mut self, stmt: &Stmt) -> Run<Flow> {
        match stmt {
            Stmt::Let { name, value } => {
                let value = self.expr(value)?;
                self.bind(name, Value::Scalar(value));
            }
            Stmt::LetTuple {
                names: [first, second],
                values: [a, b],
            } => {
                let (a, b) = (self.expr(a)?, self.expr(b)?);
                self.bind(first, Value::Scalar(a));
                self.bind(second, Value::Scalar(b));
            }
            Stmt::Deferred {
                name,
                cond,
                then,
                other,
            }
            | Stmt::LetIf {
                name,
                cond,
                then,
                other,
            } => {
                let arm = if self.cond(cond)? { then } else { other };
                let value = self.valued(arm)?;
                self.bind(name, Value::Scalar(value));
            }
            Stmt::LetLoop {
                name,
                counter,
                limit,
                body,
                cond,
                value,
            } => {
                self.bind(counter, Value::Counter(0));
                let value = self.let_loop(counter, *limit, body, cond, value)?;
                self.bind(name, Value::Scalar(value));
            }
            Stmt::Literal { name, values } => {
                let mut array = [Dual::constant(0.0); 4];
                for (slot, value) in array.iter_mut().zip(values.iter()) {
                    *slot = self.expr(value)?;
                }
                self.bind(name, Value::Array(array));
            }
            Stmt::Copy { name, from } => {
                let array = *self.array(from);
                self.bind(name, Value::Array(array));
            }
            Stmt::Assign { name, op, value } => {
                let value = self.expr(value)?;
                let slot = self.scalar(name);
                *slot = op.map_or(value, |op| slot.binary(op, value));
            }
            Stmt::Store {
                array,
                index,
                op,
                value,
            } => {
                let value = self.expr(value)?;
                let index = self.index(index)?;
                let slot = &mut self.array(array)[index];
                *slot = op.map_or(value, |op| slot.binary(op, value));
            }
            Stmt::Swap(swap) => self.swap(swap)?,
            Stmt::If { cond, then, other } => {
                let holds = self.cond(cond)?;
                let body = if holds { Some(then) } else { other.as_ref() };
                if let Some(body) = body {
                    return self.scope(|frame| frame.block(body));
                }
            }
            Stmt::Match { counter, arms } => {
                let arm = *self.counter(counter) % 3;
                return self.scope(|frame| frame.block(&arms[arm]));
            }
            Stmt::For {
                variable,
                range,
                label,
                body,
            } => {
                let counts = counts(*range)
                    .into_iter()
                    .map(|i| vec![(variable.as_str(), Value::Counter(i))]);
                return self.repeat(counts, label.as_ref(), body);
            }
            Stmt::Each {
                counter,
                name,
                array,
                body,
            } => {
                let values = self.array(array).map(Value::Scalar);
                let bindings = values.into_iter().enumerate();
                let bindings = bindings.map(|(i, value)| {
                    vec![
                        (counter.as_str(), Value::Counter(i)),
                        (name.as_str(), value),
                    ]
                });
                return self.repeat(bindings, None, body);
            }
            Stmt::EachMut { array, op, value } => {
                for i in 0..4 {
                    let value = self.expr(value)?;
                    let slot = &mut self.array(array)[i];
                    *slot = slot.binary(*op, value);
                }
            }
            Stmt::While {
                counter,
                limit,
                label,
                cond,
                body,
            } => return self.while_(counter, *limit, label.as_ref(), cond, body),
            Stmt::Break(label) => return Ok(Flow::Break(label.clone())),
            Stmt::Continue(label) => return Ok(Flow::Continue(label.clone())),
            Stmt::Return(value) => return Ok(Flow::Return(self.expr(value)?)),
        }
        Ok(Flow::Next)
    }

    fn let_loop(
        &mut self,
        counter: &str,
        limit: usize,
        body: &[Stmt],
        cond: &Cond,
        value: &Expr,
    ) -> Run<Dual> {
        loop {
            *self.counter(counter) += 1;
            let left = self.scope(|frame| {
                frame.block(body)?;
                if frame.cond(cond)? || *frame.counter(counter) >= limit {
                    return frame.expr(value).map(Some);
                }
                Ok(None)
            })?;
            if let Some(value) = left {
                return Ok(value);
            }
        }
    }

    fn repeat<'n>(
        &mut self,
        rounds: impl Iterator<Item = Vec<(&'n str, Value)>>,
        label: Option<&String>,
        body: &[Stmt],
    ) -> Run<Flow> {
        for bindings in rounds {
            let flow = self.scope(|frame| {
                bindings
                    .into_iter()
                    .for_each(|(name, value)| frame.bind(name, value));
                frame.block(body)
            })?;
            match turn(flow, label) {
                Turn::Again => {}
                Turn::Done => break,
                Turn::Leave(flow) => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn while_(
        &mut self,
        counter: &str,
        limit: usize,
        label: Option<&String>,
        cond: &Cond,
        body: &[Stmt],
    ) -> Run<Flow> {
        self.bind(counter, Value::Counter(0));
        while *self.counter(counter) < limit && self.cond(cond)? {
            *self.counter(counter) += 1;
            match turn(self.scope(|frame| frame.block(body))?, label) {
                Turn::Again => {}
                Turn::Done => break,
                Turn::Leave(flow) => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn swap(&mut self, swap: &Swap) -> Run<()> {
        match swap {
            Swap::Elements(array, i, j) => {
                let (i, j) = (self.index(i)?, self.index(j)?);
                self.array(array).swap(i, j);
            }
            Swap::Tuple(a, b) | Swap::Memory(a, b) => {
                let (first, second) = (*self.scalar(a), *self.scalar(b));
                *self.scalar(a) = second;
                *self.scalar(b) = first;
            }
        }
        Ok(())
    }

    fn index(&mut self, index: &Index) -> Run<usize> {
        match index {
            Index::Constant(i) => Ok(*i),
            Index::Counter(name, offset) => Ok((*self.counter(name) + offset) % 4),
            Index::Active(expr) => Ok(self.expr(expr)?.value.abs() as usize % 4),
        }
    }

    fn cond(&mut self, cond: &Cond) -> Run<bool> {
        match cond {
            Cond::Less(a, b) => Ok(self.expr(a)?.value < self.expr(b)?.value),
            Cond::Counter(name, modulus, rest) => Ok(*self.counter(name) % modulus == *rest),
            Cond::Not(cond) => Ok(!self.cond(cond)?),
            Cond::And(a, b) => Ok(self.cond(a)? && self.cond(b)?),
            Cond::Or(a, b) => Ok(self.cond(a)? || self.cond(b)?),
        }
    }

    fn expr(&mut self, expr: &Expr) -> Run<Dual> {
        let value = match expr {
            Expr::Constant(value) => Dual::constant(*value),
            Expr::Var(name) => *self.scalar(name),
            Expr::Counter(name) => Dual::constant(*self.counter(name) as f64),
            Expr::Element(array, index) => {
                let index = self.index(index)?;
                self.array(array)[index]
            }
            Expr::Unary(op, a) => {
                let operand = self.expr(a)?;
                // The sine of a large number shows the last bit of it.
                if matches!(op, Unary::Sin | Unary::Cos | Unary::ExpSin)
                    && operand.value.abs() > 1e3
                {
                    return Err(Unsuitable);
                }
                operand.unary(*op)
            }
            Expr::Binary(op, a, b) => {
                let (a, b) = (self.expr(a)?, self.expr(b)?);
                if matches!(op, Binary::Max | Binary::Min) && too_close(&a, &b) {
                    return Err(Unsuitable);
                }
                a.binary(*op, b)
            }
            Expr::If(cond, a, b) => {
                let arm = if self.cond(cond)? { a } else { b };
                self.expr(arm)?
            }
            Expr::Block(name, first, result) => {
                let value = self.expr(first)?;
                self.scope(|frame| {
                    frame.bind(name, Value::Scalar(value));
                    frame.expr(result)
                })?
            }
            Expr::Call(which, _, scalars, array) => {
                let [x, y, z] = &**scalars;
                let scalars = [self.expr(x)?, self.expr(y)?, self.expr(z)?];
                let array = *self.array(array);
                call(self.programs, *which, scalars, array, self.steps)?
            }
        };
        if value.is_tame() {
            Ok(value)
        } else {
            Err(Unsuitable)
        }
    }
}

/// Nearly a tie. An exact one has a documented derivative, which the dual numbers know.
fn too_close(a: &Dual, b: &Dual) -> bool {
    a.value != b.value && (a.value - b.value).abs() < 1e-9 * (1.0 + a.value.abs())
}

fn counts(range: ForRange) -> Vec<usize> {
    match range {
        ForRange::Up(from, to) => (from..to).collect(),
        ForRange::Inclusive(from, to) => (from..=to).collect(),
        ForRange::Down(from, to) => (from..to).rev().collect(),
        ForRange::Step(from, to, by) => (from..to).step_by(by).collect(),
    }
}
