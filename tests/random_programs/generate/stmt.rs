//! Statements.

use super::{Name, Writer};
use crate::ast::{Binary, Cond, Expr, ForRange, Stmt, Swap};

const ASSIGNED: [Option<Binary>; 7] = [
    None,
    None,
    Some(Binary::Add),
    Some(Binary::Sub),
    Some(Binary::Mul),
    Some(Binary::Div),
    Some(Binary::Max),
];
const UPDATED: [Binary; 4] = [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div];

/// Blocks in blocks, at most.
const DEPTH: usize = 4;

impl Writer<'_> {
    /// Statements in the current scope. A jump, if any, is the last.
    pub(super) fn body(&mut self, depth: usize) -> Vec<Stmt> {
        let mut body = Vec::new();
        for _ in 0..if depth == 0 {
            20
        } else {
            1 + self.random.below(4)
        } {
            if self.budget == 0 {
                break;
            }
            self.budget -= 1;
            let stmt = self.stmt(depth);
            body.push(stmt);
        }
        body
    }

    fn inner(&mut self, depth: usize) -> Vec<Stmt> {
        self.scope(|inner| inner.body(depth + 1))
    }

    fn stmt(&mut self, depth: usize) -> Stmt {
        let choice = if depth < DEPTH {
            self.random.below(30)
        } else {
            self.random.below(13)
        };
        match choice {
            0 | 1 => self.let_(),
            2 => self.let_tuple(),
            3..=5 => self.assign(),
            6..=9 => self.store(),
            10 => self.swap(),
            11 => self.each_mut(),
            12 => self.array(),
            13..=16 => self.if_(depth),
            17 | 18 => self.leaving_if(),
            19 => self.deferred_or_let_if(depth),
            20 => self.let_loop(depth),
            21 => self.match_(depth),
            22..=25 => self.for_(depth),
            26 | 27 => self.while_(depth),
            _ => self.each(depth),
        }
    }

    fn let_(&mut self) -> Stmt {
        let value = self.expr(3);
        Stmt::Let {
            name: self.bind_scalar(),
            value,
        }
    }

    fn let_tuple(&mut self) -> Stmt {
        let values = [self.expr(2), self.expr(2)];
        let first = self.bind_scalar();
        let mut second = self.bind_scalar();
        if first == second {
            second = self.fresh("v");
            self.scalars.push(Name {
                text: second.clone(),
                mutable: true,
            });
        }
        Stmt::LetTuple {
            names: [first, second],
            values,
        }
    }

    fn assign(&mut self) -> Stmt {
        let value = self.expr(3);
        let Some(name) = self.mutable_scalar() else {
            return self.let_();
        };
        Stmt::Assign {
            name,
            op: self.random.pick(&ASSIGNED),
            value,
        }
    }

    fn store(&mut self) -> Stmt {
        let Some(array) = self.mutable_array() else {
            return self.assign();
        };
        let (index, value) = (self.index(), self.expr(2));
        Stmt::Store {
            array,
            index,
            op: self.random.pick(&ASSIGNED),
            value,
        }
    }

    fn swap(&mut self) -> Stmt {
        if let (true, Some(array)) = (self.random.chance(0.6), self.mutable_array()) {
            return Stmt::Swap(Swap::Elements(
                array,
                self.plain_index(),
                self.plain_index(),
            ));
        }
        match (self.mutable_scalar(), self.mutable_scalar()) {
            (Some(a), Some(b)) if a != b => Stmt::Swap(if self.random.chance(0.5) {
                Swap::Tuple(a, b)
            } else {
                Swap::Memory(a, b)
            }),
            (_, _) => self.assign(),
        }
    }

    fn each_mut(&mut self) -> Stmt {
        let Some(array) = self.mutable_array() else {
            return self.assign();
        };
        let value = self.scope(|inner| {
            inner.arrays.retain(|name| name.text != array);
            if inner.arrays.is_empty() {
                Expr::Var("y".into())
            } else {
                inner.expr(1)
            }
        });
        Stmt::EachMut {
            array,
            op: self.random.pick(&UPDATED),
            value,
        }
    }

    fn array(&mut self) -> Stmt {
        if self.random.chance(0.5) {
            let from = self.random.pick(&self.arrays).text;
            return self.copy_of(&from);
        }
        let values = Box::new(std::array::from_fn(|_| self.expr(1)));
        Stmt::Literal {
            name: self.bind_array(),
            values,
        }
    }

    pub(super) fn copy_of(&mut self, from: &str) -> Stmt {
        Stmt::Copy {
            name: self.bind_array(),
            from: from.to_owned(),
        }
    }

    fn bind_array(&mut self) -> String {
        let text = self.fresh("a");
        self.arrays.push(Name {
            text: text.clone(),
            mutable: true,
        });
        text
    }

    fn if_(&mut self, depth: usize) -> Stmt {
        let cond = self.cond(2);
        let then = self.inner(depth);
        let other = self.random.chance(0.5).then(|| self.inner(depth));
        Stmt::If { cond, then, other }
    }

    /// `if c { ..; break }`, `continue` or `return`, whichever can stand here.
    fn leaving_if(&mut self) -> Stmt {
        let cond = self.cond(1);
        let mut then = Vec::new();
        if self.random.chance(0.4) {
            let stmt = self.scope(Writer::assign_only);
            then.push(stmt);
        }
        if !self.loops.is_empty() && !(self.may_return && self.random.chance(0.2)) {
            // Unlabelled, or out to any loop that has a label.
            let labels: Vec<Option<String>> = std::iter::once(None)
                .chain(self.loops.iter().filter(|label| label.is_some()).cloned())
                .collect();
            let label = self.random.pick(&labels);
            then.push(if self.random.chance(0.5) {
                Stmt::Break(label)
            } else {
                Stmt::Continue(label)
            });
        } else if self.may_return {
            then.push(Stmt::Return(self.expr(2)));
        } else {
            then.push(self.scope(Writer::assign_only));
        }
        Stmt::If {
            cond,
            then,
            other: None,
        }
    }

    /// A statement that binds nothing.
    fn assign_only(&mut self) -> Stmt {
        let value = self.expr(2);
        match self.mutable_scalar() {
            Some(name) => Stmt::Assign {
                name,
                op: self.random.pick(&ASSIGNED),
                value,
            },
            None => Stmt::If {
                cond: Cond::Less(value, Expr::Constant(0.0)),
                then: Vec::new(),
                other: None,
            },
        }
    }

    fn valued(&mut self, depth: usize) -> (Vec<Stmt>, Expr) {
        self.enclosed(|inner| (inner.body(depth + 1), inner.expr(2)))
    }

    fn deferred_or_let_if(&mut self, depth: usize) -> Stmt {
        let (cond, then, other) = (self.cond(1), self.valued(depth), self.valued(depth));
        if self.random.chance(0.5) {
            return Stmt::LetIf {
                name: self.bind_scalar(),
                cond,
                then,
                other,
            };
        }
        // A new name: the arms may read the old one.
        let name = self.fresh("v");
        self.scalars.push(Name {
            text: name.clone(),
            mutable: true,
        });
        Stmt::Deferred {
            name,
            cond,
            then,
            other,
        }
    }

    fn let_loop(&mut self, depth: usize) -> Stmt {
        let counter = self.fresh("k");
        self.counters.push(counter.clone());
        let limit = 1 + self.random.below(4);
        let (body, cond, value) =
            self.enclosed(|inner| (inner.body(depth + 1), inner.cond(1), inner.expr(2)));
        Stmt::LetLoop {
            name: self.bind_scalar(),
            counter,
            limit,
            body,
            cond,
            value,
        }
    }

    fn match_(&mut self, depth: usize) -> Stmt {
        if self.counters.is_empty() {
            return self.if_(depth);
        }
        let counter = self.random.pick(&self.counters);
        Stmt::Match {
            counter,
            arms: Box::new(std::array::from_fn(|_| self.inner(depth))),
        }
    }

    fn label(&mut self) -> Option<String> {
        self.random.chance(0.4).then(|| self.fresh("l"))
    }

    fn for_(&mut self, depth: usize) -> Stmt {
        let (variable, label) = (self.fresh("i"), self.label());
        let (from, to) = (self.random.below(3), self.random.below(6));
        let range = match self.random.below(6) {
            0 => ForRange::Inclusive(from, to),
            1 => ForRange::Down(from, to),
            2 => ForRange::Step(from, to, 1 + self.random.below(3)),
            _ => ForRange::Up(from, to),
        };
        let body = self.loop_body(depth, label.clone(), |inner| {
            inner.counters.push(variable.clone())
        });
        Stmt::For {
            variable,
            range,
            label,
            body,
        }
    }

    fn each(&mut self, depth: usize) -> Stmt {
        let (counter, name) = (self.fresh("i"), self.fresh("v"));
        let array = self.random.pick(&self.arrays).text;
        let body = self.loop_body(depth, None, |inner| {
            inner.counters.push(counter.clone());
            inner.scalars.push(Name {
                text: name.clone(),
                mutable: true,
            });
            // Borrowed for the loop.
            inner
                .arrays
                .iter_mut()
                .filter(|bound| bound.text == array)
                .for_each(|bound| bound.mutable = false);
        });
        Stmt::Each {
            counter,
            name,
            array,
            body,
        }
    }

    fn while_(&mut self, depth: usize) -> Stmt {
        let (counter, label) = (self.fresh("k"), self.label());
        self.counters.push(counter.clone());
        let (limit, cond) = (1 + self.random.below(5), self.cond(1));
        let body = self.loop_body(depth, label.clone(), |_| ());
        Stmt::While {
            counter,
            limit,
            label,
            cond,
            body,
        }
    }

    fn loop_body(
        &mut self,
        depth: usize,
        label: Option<String>,
        bind: impl FnOnce(&mut Self),
    ) -> Vec<Stmt> {
        self.loops.push(label);
        let body = self.scope(|inner| {
            bind(inner);
            inner.body(depth + 1)
        });
        self.loops.pop();
        body
    }
}
