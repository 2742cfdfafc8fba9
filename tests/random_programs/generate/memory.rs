//! Vectors that grow and shrink, and slice patterns.

use super::Writer;
use super::stmt::UPDATED;
use crate::ast::{Kind, NewVec, Stmt};

impl Writer<'_> {
    pub(super) fn let_vec(&mut self) -> Stmt {
        let how = self.new_vec();
        Stmt::LetVec {
            name: self.bind_seq(Kind::Vec),
            how,
        }
    }

    pub(super) fn new_vec(&mut self) -> NewVec {
        match self.random.below(6) {
            0 => NewVec::Pushed(self.expr(2)),
            1 => {
                let count = 1 + self.random.below(4);
                NewVec::Listed((0..count).map(|_| self.expr(1)).collect())
            }
            2 => NewVec::Repeated(self.expr(1), 1 + self.random.below(4)),
            3 => match self.seq() {
                Some(seq) => NewVec::From(seq),
                None => NewVec::Pushed(self.expr(2)),
            },
            _ => NewVec::Collected(Box::new(self.chain(2))),
        }
    }

    pub(super) fn grow(&mut self) -> Stmt {
        let Some(vec) = self.mutable_vec() else {
            return self.let_vec();
        };
        match self.random.below(6) {
            0 => {
                let chain = self.without(&vec, |inner| inner.chain(1));
                Stmt::Extend(vec, Box::new(chain))
            }
            1 => {
                let value = self.purely(|inner| inner.expr(1));
                Stmt::Resize(vec, self.random.below(6), value)
            }
            _ => Stmt::Push(vec, self.purely(|inner| inner.expr(2))),
        }
    }

    pub(super) fn shrink(&mut self) -> Stmt {
        let Some(vec) = self.mutable_vec() else {
            return self.let_vec();
        };
        if self.random.chance(0.4) {
            return Stmt::Truncate(vec, self.random.below(4));
        }
        let otherwise = self.expr(1);
        Stmt::Pop {
            name: self.bind_scalar(),
            vec,
            otherwise,
        }
    }

    pub(super) fn if_pop(&mut self, depth: usize) -> Stmt {
        let Some(vec) = self.mutable_vec() else {
            return self.let_vec();
        };
        let (name, again) = (self.fresh("v"), self.random.chance(0.4));
        let body = if again {
            // Popped from only.
            self.loop_body(depth, None, |inner| {
                inner.freeze(&vec);
                inner.bind(&name, true);
            })
        } else {
            self.scope(|inner| {
                inner.bind(&name, true);
                inner.body(depth + 1)
            })
        };
        Stmt::IfPop {
            name,
            vec,
            again,
            body,
        }
    }

    pub(super) fn match_slice(&mut self, depth: usize) -> Stmt {
        let vec = self.seq_where(|array| array.seq.kind == Kind::Vec);
        let Some(vec) = vec else {
            return self.let_vec();
        };
        let names = [self.fresh("v"), self.fresh("v")];
        let mut bound = 0;
        let arms = std::array::from_fn(|_| {
            let arm = self.scope(|inner| {
                names[..bound]
                    .iter()
                    .for_each(|name| inner.bind(name, true));
                inner.body(depth + 1)
            });
            bound += 1;
            arm
        });
        Stmt::MatchSlice {
            vec: vec.name,
            names,
            arms: Box::new(arms),
        }
    }

    pub(super) fn zip_mut(&mut self) -> Stmt {
        let Some(target) = self.mutable_seq() else {
            return self.assign();
        };
        let name = self.fresh("v");
        let written = self.without(&target.name, |inner| {
            let other = inner.seq()?;
            inner.freeze(&other.name);
            inner.bind(&name, false);
            Some((other, inner.expr(2)))
        });
        let Some((other, value)) = written else {
            return self.assign();
        };
        Stmt::ZipMut {
            target,
            other,
            name,
            op: self.random.pick(&UPDATED),
            value,
        }
    }
}
