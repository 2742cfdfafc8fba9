//! Expressions and conditions.

use super::Writer;
use crate::ast::{Binary, Cond, Expr, Index, Unary};

const UNARY: [Unary; 9] = [
    Unary::Neg,
    Unary::Sin,
    Unary::Cos,
    Unary::Tanh,
    Unary::ExpSin,
    Unary::Root,
    Unary::Abs,
    Unary::Square,
    Unary::Cube,
];
const BINARY: [Binary; 8] = [
    Binary::Add,
    Binary::Add,
    Binary::Sub,
    Binary::Mul,
    Binary::Mul,
    Binary::Div,
    Binary::Max,
    Binary::Min,
];

impl Writer<'_> {
    pub(super) fn expr(&mut self, depth: usize) -> Expr {
        if depth == 0 {
            return self.leaf();
        }
        match self.random.below(20) {
            0..=4 => self.leaf(),
            5..=9 => Expr::Unary(self.random.pick(&UNARY), self.boxed(depth - 1)),
            10..=16 => Expr::Binary(
                self.random.pick(&BINARY),
                self.boxed(depth - 1),
                self.boxed(depth - 1),
            ),
            17 => Expr::If(
                Box::new(self.cond(1)),
                self.boxed(depth - 1),
                self.boxed(depth - 1),
            ),
            18 => self.block(depth),
            _ => self.call(depth),
        }
    }

    fn boxed(&mut self, depth: usize) -> Box<Expr> {
        Box::new(self.expr(depth))
    }

    fn leaf(&mut self) -> Expr {
        match self.random.below(10) {
            0 => Expr::Constant((self.random.between(-2.0, 2.0) * 8.0).round() / 8.0),
            1 if !self.counters.is_empty() => Expr::Counter(self.random.pick(&self.counters)),
            2..=4 => {
                let array = self.random.pick(&self.arrays).text;
                Expr::Element(array, self.index())
            }
            _ => Expr::Var(self.random.pick(&self.scalars).text),
        }
    }

    fn block(&mut self, depth: usize) -> Expr {
        let first = self.boxed(depth - 1);
        self.scope(|inner| {
            let name = inner.bind_scalar();
            inner
                .scalars
                .iter_mut()
                .filter(|bound| bound.text == name)
                .for_each(|bound| bound.mutable = false);
            Expr::Block(name, first, inner.boxed(depth - 1))
        })
    }

    /// A call of one of the last programs; not in a loop, where the steps would multiply.
    fn call(&mut self, depth: usize) -> Expr {
        let locals: Vec<String> = self
            .arrays
            .iter()
            .map(|array| array.text.clone())
            .filter(|text| text != "p")
            .collect();
        let recent = self.earlier.len().saturating_sub(12);
        if locals.is_empty() || self.earlier.is_empty() || self.counters.len() > 1 {
            return self.leaf();
        }
        let which = recent + self.random.below(self.earlier.len() - recent);
        let scalars = std::array::from_fn(|_| self.expr(depth.min(2) - 1));
        Expr::Call(
            which,
            self.earlier[which],
            Box::new(scalars),
            self.random.pick(&locals),
        )
    }

    /// An index that reads no array.
    pub(super) fn plain_index(&mut self) -> Index {
        if self.counters.is_empty() || self.random.chance(0.3) {
            return Index::Constant(self.random.below(4));
        }
        Index::Counter(self.random.pick(&self.counters), self.random.below(4))
    }

    pub(super) fn index(&mut self) -> Index {
        if self.random.chance(0.08) {
            return Index::Active(Box::new(Expr::Var(self.random.pick(&self.scalars).text)));
        }
        self.plain_index()
    }

    pub(super) fn cond(&mut self, depth: usize) -> Cond {
        match self.random.below(10) {
            0 | 1 if !self.counters.is_empty() => {
                let modulus = 2 + self.random.below(2);
                Cond::Counter(
                    self.random.pick(&self.counters),
                    modulus,
                    self.random.below(modulus),
                )
            }
            2 if depth > 0 => Cond::Not(Box::new(self.cond(depth - 1))),
            3 if depth > 0 => Cond::And(
                Box::new(self.cond(depth - 1)),
                Box::new(self.cond(depth - 1)),
            ),
            4 if depth > 0 => Cond::Or(
                Box::new(self.cond(depth - 1)),
                Box::new(self.cond(depth - 1)),
            ),
            _ => Cond::Less(self.expr(1), self.expr(1)),
        }
    }
}
