//! Closures: while one may still be called, what it captures is frozen or out of sight.

use super::{Array, Name, Writer};
use crate::ast::{Capture, Expr, Kind, Stmt};
use crate::print;

/// A closure in scope.
#[derive(Clone)]
pub struct Callable {
    name: String,
    arity: usize,
    capture: Capture,
    /// Where it was bound.
    level: usize,
    /// What it captures, as it was in scope before.
    scalars: Vec<Name>,
    seqs: Vec<Array>,
}

impl Writer<'_> {
    pub(super) fn closure(&mut self, depth: usize) -> Stmt {
        let name = self.fresh("g");
        let params: Vec<String> = (0..1 + self.random.below(2))
            .map(|_| self.fresh("c"))
            .collect();
        let capture = if self.pure {
            Capture::Shared
        } else {
            self.random
                .pick(&[Capture::Shared, Capture::Exclusive, Capture::Move])
        };
        let loops = std::mem::take(&mut self.loops);
        let outer = (self.pure, self.may_return);
        self.may_return = true;
        self.closed += 1;
        let (body, result) = self.scope(|inner| {
            inner
                .closures
                .retain(|closure| closure.capture == Capture::Shared);
            match capture {
                Capture::Shared => inner.seal(),
                Capture::Exclusive => {}
                // What is moved cannot be used afterwards: only copies are.
                Capture::Move => inner.seqs.retain(|array| array.seq.kind == Kind::Array),
            }
            params.iter().for_each(|name| inner.bind(name, true));
            let body = if inner.random.chance(0.5) {
                inner.body(depth + 1)
            } else {
                Vec::new()
            };
            (body, inner.expr(2))
        });
        self.closed -= 1;
        (self.pure, self.may_return) = outer;
        self.loops = loops;
        let stmt = Stmt::Closure {
            name,
            capture,
            params,
            body,
            result,
        };
        self.bind_closure(&stmt);
        stmt
    }

    /// Nothing of the outside may be written from here on.
    pub(super) fn seal(&mut self) {
        self.pure = true;
        self.scalars
            .iter_mut()
            .for_each(|name| name.mutable = false);
        self.seqs.iter_mut().for_each(|array| array.mutable = false);
    }

    fn bind_closure(&mut self, stmt: &Stmt) {
        let Stmt::Closure {
            name,
            capture,
            params,
            ..
        } = stmt
        else {
            unreachable!("a closure was written");
        };
        let text = print::statement(stmt);
        let words: Vec<&str> = print::words(&text).collect();
        let mut callable = Callable {
            name: name.clone(),
            arity: params.len(),
            capture: *capture,
            level: self.level,
            scalars: Vec::new(),
            seqs: Vec::new(),
        };
        // What a closure captures that this one calls, it captures too.
        let called: Vec<&Callable> = self
            .closures
            .iter()
            .filter(|closure| words.contains(&closure.name.as_str()))
            .collect();
        let named = |name: &str| *capture != Capture::Move && words.contains(&name);
        for name in &self.scalars {
            let captured =
                |closure: &&Callable| closure.scalars.iter().any(|n| n.text == name.text);
            if named(&name.text) || called.iter().any(captured) {
                callable.scalars.push(name.clone());
            }
        }
        for array in &self.seqs {
            let captured = |closure: &&Callable| closure.seqs.iter().any(|a| a.seq == array.seq);
            if named(&array.seq.name) || called.iter().any(captured) {
                callable.seqs.push(array.clone());
            }
        }
        for Name { text, mutable } in &callable.scalars {
            if *mutable && *capture == Capture::Exclusive {
                self.scalars.retain(|name| name.text != *text);
            }
            let bound = self.scalars.iter_mut().filter(|name| name.text == *text);
            bound.for_each(|name| name.mutable = false);
        }
        for Array { seq, mutable } in &callable.seqs {
            if *mutable && *capture == Capture::Exclusive {
                self.seqs.retain(|array| array.seq.name != seq.name);
            }
            self.freeze(&seq.name);
        }
        self.closures.push(callable);
    }

    pub(super) fn freeze(&mut self, seq: &str) {
        let bound = self.seqs.iter_mut().filter(|array| array.seq.name == seq);
        bound.for_each(|array| array.mutable = false);
    }

    /// The closures of this scope are called no more, and what they had captured is free again.
    pub(super) fn drop_closures(&mut self) {
        let level = self.level;
        if !self.closures.iter().any(|closure| closure.level == level) {
            return;
        }
        while let Some(closure) = self.closures.pop_if(|closure| closure.level == level) {
            for name in closure.scalars {
                // A later variable of the name hides it; one that was out of sight was not hidden.
                match self
                    .scalars
                    .iter_mut()
                    .find(|bound| bound.text == name.text)
                {
                    Some(bound) => bound.mutable |= name.mutable,
                    None => self.scalars.push(name),
                }
            }
            for array in closure.seqs {
                match self.seqs.iter_mut().find(|bound| bound.seq == array.seq) {
                    Some(bound) => bound.mutable |= array.mutable,
                    None => self.seqs.push(array),
                }
            }
        }
    }

    pub(super) fn invoke(&mut self, depth: usize) -> Expr {
        let pure = self.pure;
        let callable: Vec<(String, usize)> = self
            .closures
            .iter()
            .filter(|closure| !pure || closure.capture == Capture::Shared)
            .map(|closure| (closure.name.clone(), closure.arity))
            .collect();
        if callable.is_empty() {
            return self.chain_expr(depth);
        }
        let (name, arity) = self.random.pick(&callable);
        // `f(f(x))` borrows `f` twice.
        let arguments = self.scope(|inner| {
            inner.closures.retain(|closure| closure.name != name);
            (0..arity).map(|_| inner.expr(depth - 1)).collect()
        });
        Expr::Invoke(name, arguments)
    }
}
