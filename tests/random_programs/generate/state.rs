//! What has a state that others see: closures that write, iterators that are kept, references to tuples, `Option`s.

use super::Writer;
use super::stmt::UPDATED;
use crate::ast::{Cond, Expr, Kind, Middle, Position, Stmt};

impl Writer<'_> {
    /// Runs `write` without a scalar.
    fn hiding<T>(&mut self, scalar: &str, write: impl FnOnce(&mut Self) -> T) -> T {
        self.scope(|inner| {
            inner.scalars.retain(|name| name.text != scalar);
            write(inner)
        })
    }

    fn item_expr(&mut self, item: &str) -> Expr {
        self.in_chain(&[item], |inner| inner.expr(2))
    }

    pub(super) fn running(&mut self) -> Stmt {
        let (Some(state), Some(seq)) = (self.mutable_scalar(), self.seq()) else {
            return self.let_vec();
        };
        let item = self.fresh("v");
        let value = self.hiding(&state, |inner| inner.item_expr(&item));
        let mut positions = Vec::new();
        while self.random.chance(0.5) {
            // `take` after `skip` is refused.
            let skips = positions.iter().any(|p| matches!(p, Position::Skip(_)));
            positions.push(match self.random.below(3) {
                0 => Position::Skip(self.random.below(3)),
                2 if !skips => Position::Take(self.random.below(4)),
                _ => Position::StepBy(1 + self.random.below(3)),
            });
        }
        Stmt::Running {
            name: self.fresh_scalar(),
            seq,
            item,
            state,
            op: self.random.pick(&UPDATED),
            value,
            positions,
        }
    }

    pub(super) fn held(&mut self) -> Stmt {
        let (Some(state), Some(seq)) = (self.mutable_scalar(), self.seq()) else {
            return self.let_vec();
        };
        let item = self.fresh("v");
        let bounded = |writer: &mut Self| {
            let bound = writer.hiding(&state, |inner| inner.item_expr(&item));
            Cond::Less(Expr::Var(item.clone()), bound)
        };
        let filter = self.random.chance(0.4).then(|| bounded(self));
        let middle = match self.random.below(3) {
            0 => Middle::Take(self.random.below(4)),
            1 => Middle::Find(bounded(self)),
            _ => Middle::Loop {
                state: state.clone(),
                op: self.random.pick(&UPDATED),
                value: self.hiding(&state, |inner| inner.item_expr(&item)),
                cond: bounded(self),
            },
        };
        let last = self.item_expr(&item);
        Stmt::Held {
            names: std::array::from_fn(|_| self.fresh_scalar()),
            iterator: self.fresh("it"),
            seq,
            item,
            filter,
            otherwise: self.constant(),
            middle,
            last,
        }
    }

    pub(super) fn move_(&mut self) -> Stmt {
        // A closure cannot move what it has captured.
        let from = match self.mutable_vec() {
            Some(from) if self.closed == 0 && !self.pure => from,
            _ => return self.let_vec(),
        };
        let how = self.without(&from, Self::new_vec);
        Stmt::Move {
            name: self.bind_seq(Kind::Vec),
            from,
            how,
        }
    }

    pub(super) fn through_tuple(&mut self) -> Stmt {
        let values = std::array::from_fn(|_| self.expr(2));
        Stmt::ThroughTuple {
            names: std::array::from_fn(|_| self.fresh_scalar()),
            values,
            ops: std::array::from_fn(|_| self.random.pick(&UPDATED)),
        }
    }

    pub(super) fn best(&mut self) -> Stmt {
        let Some(seq) = self.seq() else {
            return self.let_vec();
        };
        let (kept, item) = (self.fresh("v"), self.fresh("v"));
        let value = self.in_chain(&[&kept, &item], |inner| inner.expr(2));
        Stmt::Best {
            name: self.fresh_scalar(),
            seq,
            kept,
            item,
            value,
            otherwise: self.constant(),
        }
    }
}
