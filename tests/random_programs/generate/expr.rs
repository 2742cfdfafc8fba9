//! Expressions and conditions.

use super::Writer;
use crate::ast::{ArrayParam, Binary, Cond, Expr, Index, Kind, Unary};

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
        match self.random.below(25) {
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
            19 => self.call(depth),
            20 if self.chains == 0 || self.random.chance(0.3) => self.chain_expr(depth),
            20 | 21 => self.leaf(),
            22 => self.invoke(depth),
            23 => self.call_mut(depth),
            _ => self.match_expr(depth),
        }
    }

    fn boxed(&mut self, depth: usize) -> Box<Expr> {
        Box::new(self.expr(depth))
    }

    fn leaf(&mut self) -> Expr {
        match self.random.below(10) {
            0 => Expr::Constant(self.constant()),
            1 if !self.counters.is_empty() => Expr::Counter(self.random.pick(&self.counters)),
            2..=4 => match self.seq() {
                Some(seq) if seq.kind != Kind::Array && self.random.chance(0.1) => {
                    Expr::Length(seq)
                }
                Some(seq) => Expr::Element(seq, self.index()),
                None => Expr::Constant(0.75),
            },
            _ => Expr::Var(self.random.pick(&self.scalars).text),
        }
    }

    fn block(&mut self, depth: usize) -> Expr {
        let first = self.boxed(depth - 1);
        self.scope(|inner| {
            let name = inner.bind_scalar();
            inner.bind(&name, false);
            Expr::Block(name, first, inner.boxed(depth - 1))
        })
    }

    /// A call of one of the last programs; not in a loop, where the steps would multiply.
    fn call(&mut self, depth: usize) -> Expr {
        let array = self.seq_where(|array| array.seq.kind == Kind::Array && array.seq.name != "p");
        let (Some(array), Some(which)) =
            (array, self.callee(|taken| taken != ArrayParam::Exclusive))
        else {
            return self.leaf();
        };
        let scalars = std::array::from_fn(|_| self.expr(depth.min(2) - 1));
        Expr::Call(which, self.earlier[which], Box::new(scalars), array.name)
    }

    /// One of the last programs.
    fn callee(&mut self, wanted: impl Fn(ArrayParam) -> bool) -> Option<usize> {
        let recent = self.earlier.len().saturating_sub(12);
        let found: Vec<usize> = (recent..self.earlier.len())
            .filter(|i| wanted(self.earlier[*i]))
            .collect();
        if found.is_empty() || self.counters.len() > 1 || self.chains > 0 {
            return None;
        }
        Some(self.random.pick(&found))
    }

    fn call_mut(&mut self, depth: usize) -> Expr {
        if self.pure {
            return self.call(depth);
        }
        let (Some(seq), Some(which)) = (
            self.mutable_seq(),
            self.callee(|taken| taken == ArrayParam::Exclusive),
        ) else {
            return self.call(depth);
        };
        let range = (seq.kind == Kind::Array && self.random.chance(0.4)).then(|| {
            let low = self.random.below(3);
            (low, low + 1 + self.random.below(4 - low))
        });
        Expr::CallMut(which, self.boxed(depth - 1), seq, range)
    }

    fn match_expr(&mut self, depth: usize) -> Expr {
        if self.counters.is_empty() {
            return self.block(depth);
        }
        let counter = self.random.pick(&self.counters);
        let guard = Box::new(self.cond(1));
        let arms = Box::new(std::array::from_fn(|_| self.expr(depth - 1)));
        Expr::Match(counter, guard, arms)
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
