//! Statements.

use super::{Array, Enclosing, Writer};
use crate::ast::{Binary, Cond, Expr, ForRange, Kind, Seq, Stmt, Swap};

pub(super) const ASSIGNED: [Option<Binary>; 7] = [
    None,
    None,
    Some(Binary::Add),
    Some(Binary::Sub),
    Some(Binary::Mul),
    Some(Binary::Div),
    Some(Binary::Max),
];
pub(super) const UPDATED: [Binary; 4] = [Binary::Add, Binary::Sub, Binary::Mul, Binary::Div];

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
            if self.random.chance(0.25) {
                self.drop_closures();
            }
        }
        body
    }

    pub(super) fn inner(&mut self, depth: usize) -> Vec<Stmt> {
        self.scope(|inner| inner.body(depth + 1))
    }

    fn stmt(&mut self, depth: usize) -> Stmt {
        let choice = if depth < DEPTH {
            self.random.below(49)
        } else {
            self.random.below(26)
        };
        match choice {
            0 => self.let_(),
            1 => self.let_tuple(),
            2 => self.let_parts(),
            3..=5 => self.assign(),
            6..=8 => self.store(),
            9 => self.swap(),
            10 => self.each_mut(),
            11 => self.array(),
            12 | 13 => self.let_vec(),
            14..=16 => self.grow(),
            17 => self.shrink(),
            18 => self.let_array(),
            19 => self.zip_mut(),
            20 => self.let_chain(),
            21 => self.running(),
            22 => self.held(),
            23 => self.move_(),
            24 => self.through_tuple(),
            25 => self.best(),
            26..=28 => self.if_(depth),
            29 | 30 => self.leaving_if(),
            31 => self.deferred_or_let_if(depth),
            32 => self.let_loop(depth),
            33 => self.match_(depth),
            34..=36 => self.for_(depth),
            37 => self.while_(depth),
            38 => self.each(depth),
            39 | 40 => self.over(depth),
            41 => self.let_labelled(depth),
            42 => self.labelled(depth),
            43 => self.if_pop(depth),
            44 => self.match_slice(depth),
            _ => self.closure(depth),
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
            second = self.fresh_scalar();
        }
        Stmt::LetTuple {
            names: [first, second],
            values,
        }
    }

    fn let_parts(&mut self) -> Stmt {
        if self.random.chance(0.5) {
            let values = std::array::from_fn(|_| self.expr(2));
            return Stmt::LetNested {
                names: std::array::from_fn(|_| self.fresh_scalar()),
                values,
            };
        }
        let cond = self.cond(1);
        let values = std::array::from_fn(|_| std::array::from_fn(|_| self.expr(2)));
        Stmt::LetTupleIf {
            names: std::array::from_fn(|_| self.fresh_scalar()),
            cond,
            values,
        }
    }

    fn let_array(&mut self) -> Stmt {
        let Some(from) = self.array_name() else {
            return self.let_();
        };
        let inner = self.random.chance(0.5);
        Stmt::LetArray {
            outer: std::array::from_fn(|_| self.fresh_scalar()),
            inner: inner.then(|| std::array::from_fn(|_| self.fresh_scalar())),
            from,
        }
    }

    pub(super) fn assign(&mut self) -> Stmt {
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
        let Some(array) = self.mutable_seq() else {
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
        if let (true, Some(array)) = (self.random.chance(0.6), self.mutable_seq()) {
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
        let Some(array) = self.mutable_seq() else {
            return self.assign();
        };
        let value = self.without(&array.name, |inner| inner.expr(1));
        Stmt::EachMut {
            array,
            op: self.random.pick(&UPDATED),
            value,
        }
    }

    fn array(&mut self) -> Stmt {
        if let (true, Some(from)) = (self.random.chance(0.5), self.array_name()) {
            return self.copy_of(&from);
        }
        let values = Box::new(std::array::from_fn(|_| self.expr(1)));
        Stmt::Literal {
            name: self.bind_seq(Kind::Array),
            values,
        }
    }

    pub(super) fn copy_of(&mut self, from: &str) -> Stmt {
        Stmt::Copy {
            name: self.bind_seq(Kind::Array),
            from: from.to_owned(),
        }
    }

    pub(super) fn bind_seq(&mut self, kind: Kind) -> String {
        let name = self.fresh(if kind == Kind::Vec { "u" } else { "a" });
        self.seqs.push(Array {
            seq: Seq {
                name: name.clone(),
                kind,
            },
            mutable: true,
        });
        name
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
        // Unlabelled out of the innermost loop, or out of anything that has a label.
        let mut targets: Vec<Enclosing> = self
            .loops
            .iter()
            .filter(|enclosing| enclosing.label.is_some())
            .cloned()
            .collect();
        if self.loops.last().is_some_and(|enclosing| enclosing.is_loop) {
            targets.push(Enclosing {
                label: None,
                is_loop: true,
            });
        }
        let returns = targets.is_empty() || self.random.chance(0.2);
        if !returns || (!self.may_return && !targets.is_empty()) {
            let Enclosing { label, is_loop } = self.random.pick(&targets);
            then.push(if !is_loop || self.random.chance(0.5) {
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
        self.scope(|inner| (inner.body(depth + 1), inner.expr(2)))
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
        let name = self.fresh_scalar();
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
        let guards = Box::new(std::array::from_fn(|_| {
            self.random.chance(0.4).then(|| self.cond(1))
        }));
        Stmt::Match {
            counter,
            guards,
            arms: Box::new(std::array::from_fn(|_| self.inner(depth))),
        }
    }

    pub(super) fn label(&mut self) -> Option<String> {
        self.random.chance(0.4).then(|| self.fresh("l"))
    }

    fn let_labelled(&mut self, depth: usize) -> Stmt {
        let label = self.fresh("l");
        let (before, cond, early, after, late) = self.enclosed(|inner| {
            (
                inner.body(depth + 1),
                inner.cond(1),
                inner.expr(2),
                inner.body(depth + 1),
                inner.expr(2),
            )
        });
        Stmt::LetLabelled {
            name: self.bind_scalar(),
            label,
            before,
            cond,
            early,
            after,
            late,
        }
    }

    fn labelled(&mut self, depth: usize) -> Stmt {
        let label = self.fresh("l");
        self.loops.push(Enclosing {
            label: Some(label.clone()),
            is_loop: false,
        });
        let body = self.inner(depth);
        self.loops.pop();
        Stmt::Labelled { label, body }
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
        let Some(array) = self.seq() else {
            return self.for_(depth);
        };
        let body = self.loop_body(depth, None, |inner| {
            inner.counters.push(counter.clone());
            inner.bind(&name, true);
            // Borrowed for the loop.
            inner.freeze(&array.name);
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

    pub(super) fn loop_body(
        &mut self,
        depth: usize,
        label: Option<String>,
        bind: impl FnOnce(&mut Self),
    ) -> Vec<Stmt> {
        self.loops.push(Enclosing {
            label,
            is_loop: true,
        });
        let body = self.scope(|inner| {
            bind(inner);
            inner.body(depth + 1)
        });
        self.loops.pop();
        body
    }
}
