//! Runs a program on dual numbers.

mod chain;
mod state;

use crate::ast::{
    ArrayParam, Binary, Capture, Cond, Expr, ForRange, Index, NewVec, Program, Seq, Stmt, Swap,
    Unary,
};
use crate::dual::{Dual, INPUTS};

/// Why a program has no value here.
#[derive(Debug)]
pub enum Stop {
    /// Numbers too large to compare, a run too long, a choice too close to call, or a panic.
    Unsuitable,
    /// A jump out of an expression.
    Jump(Flow),
}

type Run<T> = Result<T, Stop>;

const STEPS: usize = 20_000;

/// The value of `programs[which]` at `x, y, z, p[0..4]`, with derivatives along a direction.
pub fn evaluate(
    programs: &[Program],
    which: usize,
    input: &[f64; INPUTS],
    direction: &[f64; INPUTS],
) -> Run<Dual> {
    let mut steps = 0;
    let inputs: [Dual; INPUTS] = std::array::from_fn(|i| Dual::input(input[i], i, direction[i]));
    let (scalars, array) = inputs.split_at(3);
    let arguments = match programs[which].array {
        ArrayParam::Exclusive => vec![
            ("x", Value::scalar(scalars[0])),
            ("a", Value::Seq(array.to_vec())),
        ],
        ArrayParam::Value | ArrayParam::Reference | ArrayParam::Slice => arguments(scalars, array),
    };
    call(programs, which, arguments, &mut steps).map(|(value, _)| value)
}

fn arguments<'a>(scalars: &[Dual], array: &[Dual]) -> Vec<(&'a str, Value<'a>)> {
    let scalars = ["x", "y", "z"].into_iter().zip(scalars);
    let scalars = scalars.map(|(name, value)| (name, Value::scalar(*value)));
    scalars.chain([("p", Value::Seq(array.to_vec()))]).collect()
}

/// The result, and what the last argument holds in the end.
fn call<'a>(
    programs: &'a [Program],
    which: usize,
    arguments: Vec<(&'a str, Value<'a>)>,
    steps: &mut usize,
) -> Run<(Dual, Vec<Dual>)> {
    let program = &programs[which];
    let last = arguments.len() - 1;
    let mut frame = Frame {
        programs,
        steps,
        names: arguments,
    };
    let value = frame.body(&program.body, &program.result)?;
    match frame.names.swap_remove(last) {
        (_, Value::Seq(values)) => Ok((value, values)),
        (_, Value::Scalar(_) | Value::Counter(_) | Value::Closure(_)) => Err(Stop::Unsuitable),
    }
}

#[allow(clippy::large_enum_variant)] // nearly all are scalars
#[derive(Clone, Debug)]
enum Value<'a> {
    Scalar(Box<Dual>),
    Seq(Vec<Dual>),
    Counter(usize),
    Closure(Box<Closure<'a>>),
}

impl Value<'_> {
    fn scalar(value: Dual) -> Self {
        Value::Scalar(Box::new(value))
    }
}

#[derive(Clone, Debug)]
struct Closure<'a> {
    params: &'a [String],
    body: &'a [Stmt],
    result: &'a Expr,
    scope: Scope<'a>,
}

/// The names a closure sees.
#[derive(Clone, Debug)]
enum Scope<'a> {
    /// The first so many of the function's.
    Shared(usize),
    /// Copies.
    Own(Vec<(&'a str, Value<'a>)>),
}

#[derive(Debug)]
pub enum Flow {
    Next,
    Break(Option<String>),
    Continue(Option<String>),
    Return(Box<Dual>),
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

struct Frame<'a, 's> {
    programs: &'a [Program],
    steps: &'s mut usize,
    /// Later bindings shadow earlier ones; a block cuts the list back when it ends.
    names: Vec<(&'a str, Value<'a>)>,
}

impl<'a> Frame<'a, '_> {
    fn bind(&mut self, name: &'a str, value: Value<'a>) {
        self.names.push((name, value));
    }

    fn bind_scalar(&mut self, name: &'a str, value: Dual) {
        self.bind(name, Value::scalar(value));
    }

    /// A name that is not bound is one that a smaller candidate has lost.
    fn slot(&mut self, name: &str) -> Run<&mut Value<'a>> {
        let found = self
            .names
            .iter_mut()
            .rev()
            .find(|(bound, _)| *bound == name);
        found.map(|(_, value)| value).ok_or(Stop::Unsuitable)
    }

    fn scalar(&mut self, name: &str) -> Run<&mut Dual> {
        match self.slot(name)? {
            Value::Scalar(value) => Ok(value),
            Value::Seq(_) | Value::Counter(_) | Value::Closure(_) => Err(Stop::Unsuitable),
        }
    }

    fn seq(&mut self, name: &str) -> Run<&mut Vec<Dual>> {
        match self.slot(name)? {
            Value::Seq(values) => Ok(values),
            Value::Scalar(_) | Value::Counter(_) | Value::Closure(_) => Err(Stop::Unsuitable),
        }
    }

    fn counter(&mut self, name: &str) -> Run<&mut usize> {
        match self.slot(name)? {
            Value::Counter(value) => Ok(value),
            Value::Scalar(_) | Value::Seq(_) | Value::Closure(_) => Err(Stop::Unsuitable),
        }
    }

    fn closure(&mut self, name: &str) -> Run<&mut Closure<'a>> {
        match self.slot(name)? {
            Value::Closure(closure) => Ok(closure),
            Value::Scalar(_) | Value::Seq(_) | Value::Counter(_) => Err(Stop::Unsuitable),
        }
    }

    fn step(&mut self) -> Run<()> {
        *self.steps += 1;
        if *self.steps > STEPS {
            return Err(Stop::Unsuitable);
        }
        Ok(())
    }

    fn scope<T>(&mut self, run: impl FnOnce(&mut Self) -> Run<T>) -> Run<T> {
        let depth = self.names.len();
        let result = run(self);
        self.names.truncate(depth);
        result
    }

    /// The body of a function or closure.
    fn body(&mut self, body: &'a [Stmt], result: &'a Expr) -> Run<Dual> {
        let flow = self.block(body)?;
        let value = match flow {
            Flow::Next => self.expr(result),
            Flow::Break(_) | Flow::Continue(_) | Flow::Return(_) => Err(Stop::Jump(flow)),
        };
        match value {
            Err(Stop::Jump(Flow::Return(value))) => Ok(*value),
            Err(Stop::Jump(_)) => unreachable!("a jump out of every loop"),
            value => value,
        }
    }

    fn block(&mut self, body: &'a [Stmt]) -> Run<Flow> {
        for stmt in body {
            self.step()?;
            match self.stmt(stmt) {
                Ok(Flow::Next) => {}
                Ok(flow) | Err(Stop::Jump(flow)) => return Ok(flow),
                Err(Stop::Unsuitable) => return Err(Stop::Unsuitable),
            }
        }
        Ok(Flow::Next)
    }

    /// The statements of a block that has a value after them.
    fn through(&mut self, body: &'a [Stmt]) -> Run<()> {
        match self.block(body)? {
            Flow::Next => Ok(()),
            flow @ (Flow::Break(_) | Flow::Continue(_) | Flow::Return(_)) => Err(Stop::Jump(flow)),
        }
    }

    /// A block with a value.
    fn valued(&mut self, (body, value): &'a (Vec<Stmt>, Expr)) -> Run<Dual> {
        self.scope(|frame| {
            frame.through(body)?;
            frame.expr(value)
        })
    }

    fn exprs<const N: usize>(&mut self, exprs: &'a [Expr; N]) -> Run<[Dual; N]> {
        let mut values = [Dual::constant(0.0); N];
        for (value, expr) in values.iter_mut().zip(exprs) {
            *value = self.expr(expr)?;
        }
        Ok(values)
    }

    fn bind_all(&mut self, names: impl IntoIterator<Item = &'a String>, values: &[Dual]) {
        for (name, value) in names.into_iter().zip(values) {
            self.bind_scalar(name, *value);
        }
    }

    fn stmt(&mut self, stmt: &'a Stmt) -> Run<Flow> {
        match stmt {
            Stmt::Let { name, value } => {
                let value = self.expr(value)?;
                self.bind_scalar(name, value);
            }
            Stmt::LetTuple { names, values } => {
                let values = self.exprs(values)?;
                self.bind_all(names, &values);
            }
            Stmt::LetNested { names, values } => {
                let values = self.exprs(values)?;
                self.bind_all(names, &values);
            }
            Stmt::LetTupleIf {
                names,
                cond,
                values: [then, other],
            } => {
                let arm = if self.cond(cond)? { then } else { other };
                let values = self.exprs(arm)?;
                self.bind_all(names, &values);
            }
            Stmt::LetArray { outer, inner, from } => {
                let array = self.seq(from)?.clone();
                let [first, middle @ .., last] = &array[..] else {
                    return Err(Stop::Unsuitable);
                };
                self.bind_all(outer, &[*first, *last]);
                if let Some(inner) = inner {
                    self.bind_all(inner, middle);
                }
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
                self.bind_scalar(name, value);
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
                self.bind_scalar(name, value);
            }
            Stmt::LetLabelled {
                name,
                label: _,
                before,
                cond,
                early,
                after,
                late,
            } => {
                let value = self.scope(|frame| {
                    frame.through(before)?;
                    if frame.cond(cond)? {
                        return frame.expr(early);
                    }
                    frame.through(after)?;
                    frame.expr(late)
                })?;
                self.bind_scalar(name, value);
            }
            Stmt::Closure {
                name,
                capture,
                params,
                body,
                result,
            } => {
                let scope = match capture {
                    Capture::Shared | Capture::Exclusive => Scope::Shared(self.names.len()),
                    Capture::Move => Scope::Own(self.names.clone()),
                };
                let closure = Closure {
                    params,
                    body,
                    result,
                    scope,
                };
                self.bind(name, Value::Closure(Box::new(closure)));
            }
            Stmt::Literal { name, values } => {
                let array = self.exprs(values)?;
                self.bind(name, Value::Seq(array.to_vec()));
            }
            Stmt::Copy { name, from } => {
                let array = self.seq(from)?.clone();
                self.bind(name, Value::Seq(array));
            }
            Stmt::LetVec { name, how } => {
                let values = self.new_vec(how)?;
                self.bind(name, Value::Seq(values));
            }
            Stmt::Push(vec, value) => {
                let value = self.expr(value)?;
                self.seq(vec)?.push(value);
            }
            Stmt::Pop {
                name,
                vec,
                otherwise,
            } => {
                // The alternative is evaluated in any case, after the pop.
                let popped = self.seq(vec)?.pop();
                let otherwise = self.expr(otherwise)?;
                self.bind_scalar(name, popped.unwrap_or(otherwise));
            }
            Stmt::IfPop {
                name,
                vec,
                again,
                body,
            } => {
                while let Some(value) = self.seq(vec)?.pop() {
                    let flow = self.scope(|frame| {
                        frame.bind_scalar(name, value);
                        frame.block(body)
                    })?;
                    if !again {
                        return Ok(flow);
                    }
                    match turn(flow, None) {
                        Turn::Again => {}
                        Turn::Done => break,
                        Turn::Leave(flow) => return Ok(flow),
                    }
                }
            }
            Stmt::Truncate(vec, length) => self.seq(vec)?.truncate(*length),
            Stmt::Resize(vec, length, value) => {
                let value = self.expr(value)?;
                self.seq(vec)?.resize(*length, value);
            }
            Stmt::Extend(vec, chain) => {
                let values = self.chain(chain)?;
                self.seq(vec)?.extend(values);
            }
            Stmt::MatchSlice { vec, names, arms } => {
                let values = self.seq(vec)?.clone();
                return self.scope(|frame| match &values[..] {
                    [] => frame.block(&arms[0]),
                    [only] => {
                        frame.bind_scalar(&names[0], *only);
                        frame.block(&arms[1])
                    }
                    [first, .., last] => {
                        frame.bind_all(names, &[*first, *last]);
                        frame.block(&arms[2])
                    }
                });
            }
            Stmt::Over {
                head,
                closure: _,
                label,
                body,
            } => {
                let items = self.items(head)?;
                return self.repeat(items.into_iter(), label.as_ref(), body);
            }
            Stmt::ZipMut {
                target,
                other,
                name,
                op,
                value,
            } => {
                let with = self.seq(&other.name)?.clone();
                let length = self.seq(&target.name)?.len();
                for (i, with) in with.into_iter().take(length).enumerate() {
                    let value = self.scope(|frame| {
                        frame.bind_scalar(name, with);
                        frame.expr(value)
                    })?;
                    let slot = &mut self.seq(&target.name)?[i];
                    *slot = tame(slot.binary(*op, value))?;
                }
            }
            Stmt::Labelled { label, body } => {
                let flow = self.scope(|frame| frame.block(body))?;
                return Ok(match flow {
                    Flow::Break(Some(target)) if target == *label => Flow::Next,
                    flow => flow,
                });
            }
            Stmt::Assign { name, op, value } => {
                let value = self.expr(value)?;
                let slot = self.scalar(name)?;
                let value = combined(*slot, *op, value)?;
                *slot = value;
            }
            Stmt::Store {
                array,
                index,
                op,
                value,
            } => self.store(array, index, *op, value)?,
            Stmt::Swap(swap) => self.swap(swap)?,
            Stmt::If { cond, then, other } => {
                let holds = self.cond(cond)?;
                let body = if holds { Some(then) } else { other.as_ref() };
                if let Some(body) = body {
                    return self.scope(|frame| frame.block(body));
                }
            }
            Stmt::Match {
                counter,
                guards,
                arms,
            } => {
                let mut arm = *self.counter(counter)? % 3;
                if let Some(Some(guard)) = guards.get(arm)
                    && !self.cond(guard)?
                {
                    arm = 2;
                }
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
                let values = self.seq(&array.name)?.clone();
                let bindings = values.into_iter().enumerate().map(|(i, value)| {
                    vec![
                        (counter.as_str(), Value::Counter(i)),
                        (name.as_str(), Value::scalar(value)),
                    ]
                });
                return self.repeat(bindings, None, body);
            }
            Stmt::EachMut { array, op, value } => {
                for i in 0..self.seq(&array.name)?.len() {
                    let value = self.expr(value)?;
                    let slot = &mut self.seq(&array.name)?[i];
                    *slot = tame(slot.binary(*op, value))?;
                }
            }
            Stmt::While {
                counter,
                limit,
                label,
                cond,
                body,
            } => return self.while_(counter, *limit, label.as_ref(), cond, body),
            Stmt::Running { .. }
            | Stmt::Held { .. }
            | Stmt::Move { .. }
            | Stmt::ThroughTuple { .. }
            | Stmt::Best { .. } => self.stateful(stmt)?,
            Stmt::Break(label) => return Ok(Flow::Break(label.clone())),
            Stmt::Continue(label) => return Ok(Flow::Continue(label.clone())),
            Stmt::Return(value) => return Ok(Flow::Return(Box::new(self.expr(value)?))),
        }
        Ok(Flow::Next)
    }

    fn new_vec(&mut self, how: &'a NewVec) -> Run<Vec<Dual>> {
        Ok(match how {
            NewVec::Pushed(value) => vec![self.expr(value)?],
            NewVec::Listed(values) => {
                let values = values.iter().map(|value| self.expr(value));
                values.collect::<Run<_>>()?
            }
            NewVec::Repeated(value, count) => vec![self.expr(value)?; *count],
            NewVec::From(seq) => self.seq(&seq.name)?.clone(),
            NewVec::Collected(chain) => self.chain(chain)?,
        })
    }

    fn let_loop(
        &mut self,
        counter: &'a str,
        limit: usize,
        body: &'a [Stmt],
        cond: &'a Cond,
        value: &'a Expr,
    ) -> Run<Dual> {
        loop {
            *self.counter(counter)? += 1;
            let left = self.scope(|frame| {
                frame.through(body)?;
                if frame.cond(cond)? || *frame.counter(counter)? >= limit {
                    return frame.expr(value).map(Some);
                }
                Ok(None)
            })?;
            if let Some(value) = left {
                return Ok(value);
            }
        }
    }

    fn repeat(
        &mut self,
        rounds: impl Iterator<Item = chain::Item<'a>>,
        label: Option<&String>,
        body: &'a [Stmt],
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
        counter: &'a str,
        limit: usize,
        label: Option<&String>,
        cond: &'a Cond,
        body: &'a [Stmt],
    ) -> Run<Flow> {
        self.bind(counter, Value::Counter(0));
        while *self.counter(counter)? < limit && self.cond(cond)? {
            *self.counter(counter)? += 1;
            match turn(self.scope(|frame| frame.block(body))?, label) {
                Turn::Again => {}
                Turn::Done => break,
                Turn::Leave(flow) => return Ok(flow),
            }
        }
        Ok(Flow::Next)
    }

    fn store(
        &mut self,
        seq: &'a Seq,
        index: &'a Index,
        op: Option<Binary>,
        value: &'a Expr,
    ) -> Run<()> {
        // `a[i] = a[i].max(value)` reads the element first, `a[i] += value` last.
        let before = match op {
            Some(Binary::Max | Binary::Min) => Some(self.element(seq, index)?),
            _ => None,
        };
        let value = self.expr(value)?;
        let old = match before {
            Some(before) => before,
            None => self.element(seq, index)?,
        };
        let index = self.index(seq, index)?;
        self.seq(&seq.name)?[index] = combined(old, op, value)?;
        Ok(())
    }

    fn element(&mut self, seq: &'a Seq, index: &'a Index) -> Run<Dual> {
        let index = self.index(seq, index)?;
        Ok(self.seq(&seq.name)?[index])
    }

    fn swap(&mut self, swap: &'a Swap) -> Run<()> {
        match swap {
            Swap::Elements(seq, i, j) => {
                let (i, j) = (self.index(seq, i)?, self.index(seq, j)?);
                self.seq(&seq.name)?.swap(i, j);
            }
            Swap::Tuple(a, b) | Swap::Memory(a, b) => {
                let (first, second) = (*self.scalar(a)?, *self.scalar(b)?);
                *self.scalar(a)? = second;
                *self.scalar(b)? = first;
            }
        }
        Ok(())
    }

    fn index(&mut self, seq: &'a Seq, index: &'a Index) -> Run<usize> {
        let index = match index {
            Index::Constant(i) => *i,
            Index::Counter(name, offset) => *self.counter(name)? + offset,
            Index::Active(expr) => self.expr(expr)?.value.abs() as usize,
        };
        let length = self.seq(&seq.name)?.len();
        index.checked_rem(length).ok_or(Stop::Unsuitable)
    }

    fn cond(&mut self, cond: &'a Cond) -> Run<bool> {
        match cond {
            Cond::Less(a, b) => Ok(self.expr(a)?.value < self.expr(b)?.value),
            Cond::Counter(name, modulus, rest) => Ok(*self.counter(name)? % modulus == *rest),
            Cond::Not(cond) => Ok(!self.cond(cond)?),
            Cond::And(a, b) => Ok(self.cond(a)? && self.cond(b)?),
            Cond::Or(a, b) => Ok(self.cond(a)? || self.cond(b)?),
        }
    }

    fn expr(&mut self, expr: &'a Expr) -> Run<Dual> {
        let value = match expr {
            Expr::Constant(value) => Dual::constant(*value),
            Expr::Var(name) => *self.scalar(name)?,
            Expr::Counter(name) => Dual::constant(*self.counter(name)? as f64),
            Expr::Element(seq, index) => self.element(seq, index)?,
            Expr::Length(seq) => Dual::constant(self.seq(&seq.name)?.len() as f64),
            Expr::Unary(op, a) => {
                let operand = self.expr(a)?;
                // The sine of a large number shows the last bit of it.
                if matches!(op, Unary::Sin | Unary::Cos | Unary::ExpSin)
                    && operand.value.abs() > 1e3
                {
                    return Err(Stop::Unsuitable);
                }
                operand.unary(*op)
            }
            Expr::Binary(op, a, b) => {
                let (a, b) = (self.expr(a)?, self.expr(b)?);
                if matches!(op, Binary::Max | Binary::Min) && too_close(&a, &b) {
                    return Err(Stop::Unsuitable);
                }
                a.binary(*op, b)
            }
            Expr::If(cond, a, b) => {
                let arm = if self.cond(cond)? { a } else { b };
                self.expr(arm)?
            }
            Expr::Match(counter, guard, arms) => {
                let arm = match *self.counter(counter)? % 3 {
                    0 if self.cond(guard)? => 0,
                    1 => 1,
                    _ => 2,
                };
                self.expr(&arms[arm])?
            }
            Expr::Block(name, first, result) => {
                let value = self.expr(first)?;
                self.scope(|frame| {
                    frame.bind_scalar(name, value);
                    frame.expr(result)
                })?
            }
            Expr::Call(which, _, scalars, array) => {
                let scalars = self.exprs(scalars)?;
                let arguments = arguments(&scalars, self.seq(array)?);
                call(self.programs, *which, arguments, self.steps)?.0
            }
            Expr::CallMut(which, x, seq, range) => {
                let x = self.expr(x)?;
                let values = self.seq(&seq.name)?;
                let range = range.map_or(0..values.len(), |(low, high)| low..high);
                let part = values.get(range.clone()).ok_or(Stop::Unsuitable)?.to_vec();
                let arguments = vec![("x", Value::scalar(x)), ("a", Value::Seq(part))];
                let (value, part) = call(self.programs, *which, arguments, self.steps)?;
                self.seq(&seq.name)?[range].copy_from_slice(&part);
                value
            }
            Expr::Invoke(name, arguments) => {
                let arguments = arguments.iter().map(|argument| self.expr(argument));
                let arguments = arguments.collect::<Run<Vec<_>>>()?;
                self.invoke(name, &arguments)?
            }
            Expr::Chain(chain, sink) => {
                let values = self.chain(chain)?;
                self.sink(values, sink)?
            }
        };
        tame(value)
    }

    fn invoke(&mut self, name: &str, arguments: &[Dual]) -> Run<Dual> {
        self.step()?;
        let Closure {
            params,
            body,
            result,
            scope,
        } = self.closure(name)?.clone();
        match scope {
            Scope::Shared(depth) => {
                let later = self.names.split_off(depth);
                self.bind_all(params, arguments);
                let value = self.body(body, result);
                self.names.truncate(depth);
                self.names.extend(later);
                value
            }
            Scope::Own(own) => {
                let depth = own.len();
                let outer = std::mem::replace(&mut self.names, own);
                self.bind_all(params, arguments);
                let value = self.body(body, result);
                let mut own = std::mem::replace(&mut self.names, outer);
                own.truncate(depth);
                self.closure(name)?.scope = Scope::Own(own);
                value
            }
        }
    }
}

fn tame(value: Dual) -> Run<Dual> {
    if value.is_tame() {
        Ok(value)
    } else {
        Err(Stop::Unsuitable)
    }
}

/// What `old op= value` stores.
fn combined(old: Dual, op: Option<Binary>, value: Dual) -> Run<Dual> {
    match op {
        None => Ok(value),
        Some(Binary::Max | Binary::Min) if too_close(&old, &value) => Err(Stop::Unsuitable),
        Some(op) => tame(old.binary(op, value)),
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
