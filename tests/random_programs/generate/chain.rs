//! Iterator chains.

use super::{Array, Writer};
use crate::ast::{
    Binary, Chain, Cond, Expr, ForRange, Head, Kind, Position, Seq, Sink, Source, Stage, Stmt,
};

/// What adapters an iterator still has.
#[derive(Clone, Copy)]
struct Abilities {
    /// It knows its length.
    exact: bool,
    /// It can be reversed.
    double: bool,
    /// Nothing depends on the items before.
    indexed: bool,
}

impl Abilities {
    fn lose_all(&mut self) {
        (self.exact, self.double, self.indexed) = (false, false, false);
    }

    /// Of those that need the length to go backwards.
    fn counted(&mut self) {
        self.double &= self.exact;
    }
}

impl Writer<'_> {
    /// Where items come from. Their names are not bound yet.
    fn head(&mut self) -> (Head, Abilities) {
        let mut can = Abilities {
            exact: true,
            double: true,
            indexed: true,
        };
        let source = match (self.seq(), self.seq()) {
            (Some(a), Some(b)) => match self.random.below(9) {
                0..=2 => Source::Iter(a),
                3 | 4 => Source::Zip(a, b),
                5 => {
                    can.exact = false;
                    Source::Both(a, b)
                }
                6 => Source::Windows(a, 2 + self.random.below(2)),
                7 => Source::Chunks(a, 1 + self.random.below(3)),
                _ => self.range_source(),
            },
            (_, _) => self.range_source(),
        };
        let early = self.positions(&mut can);
        let counter = self.random.chance(0.3).then(|| self.fresh("i"));
        let mut late = Vec::new();
        if counter.is_some() {
            can.counted();
            late = self.positions(&mut can);
        }
        let names = [self.fresh("v"), self.fresh("v")];
        let head = Head {
            source,
            early,
            counter,
            late,
            names,
        };
        (head, can)
    }

    fn range_source(&mut self) -> Source {
        let from = self.random.below(3);
        Source::Range(ForRange::Up(from, from + self.random.below(4)))
    }

    fn positions(&mut self, can: &mut Abilities) -> Vec<Position> {
        let mut positions = Vec::new();
        while self.random.chance(0.3) {
            positions.push(self.position(can));
        }
        positions
    }

    fn position(&mut self, can: &mut Abilities) -> Position {
        if can.double && self.random.chance(0.5) {
            return Position::Rev;
        }
        can.counted();
        match self.random.below(3) {
            0 => Position::Skip(self.random.below(3)),
            // Stepping over what is computed is refused.
            1 if can.indexed => Position::StepBy(1 + self.random.below(3)),
            _ => Position::Take(self.random.below(5)),
        }
    }

    fn bind_items(&mut self, head: &Head) {
        let [first, second] = &head.names;
        match &head.source {
            Source::Iter(_) | Source::Both(..) => self.bind(first, false),
            Source::Zip(..) => {
                self.bind(first, false);
                self.bind(second, false);
            }
            Source::Windows(..) | Source::Chunks(..) => self.seqs.push(Array {
                seq: Seq {
                    name: first.clone(),
                    kind: Kind::Slice,
                },
                mutable: false,
            }),
            Source::Range(_) => self.counters.push(first.clone()),
        }
        self.counters.extend(head.counter.clone());
    }

    /// Runs `write` in a closure of a chain.
    pub(super) fn in_chain<T>(&mut self, names: &[&str], write: impl FnOnce(&mut Self) -> T) -> T {
        self.chains += 1;
        let written = self.purely(|inner| {
            names.iter().for_each(|name| inner.bind(name, false));
            write(inner)
        });
        self.chains -= 1;
        written
    }

    pub(super) fn chain(&mut self, depth: usize) -> Chain {
        let (head, mut can) = self.head();
        let (filter, value) = self.in_chain(&[], |inner| {
            inner.bind_items(&head);
            let filter = inner.random.chance(0.2).then(|| inner.cond(1));
            let value = match &head.source {
                Source::Iter(_) | Source::Both(..) if inner.random.chance(0.3) => {
                    Expr::Var(head.names[0].clone())
                }
                _ => inner.expr(depth),
            };
            (filter, value)
        });
        can.exact &= filter.is_none();
        can.indexed = false;
        let mut stages = Vec::new();
        while self.random.chance(0.35) {
            stages.push(self.stage(&mut can));
        }
        Chain {
            head,
            filter,
            value,
            stages,
        }
    }

    fn condition_on(&mut self, name: &str) -> Cond {
        self.in_chain(&[name], |inner| {
            if inner.random.chance(0.2) {
                return inner.cond(1);
            }
            let bound = inner.expr(1);
            Cond::Less(Expr::Var(name.to_owned()), bound)
        })
    }

    fn stage(&mut self, can: &mut Abilities) -> Stage {
        let name = self.fresh("v");
        match self.random.below(9) {
            0 | 1 => {
                let value = self.in_chain(&[&name], |inner| inner.expr(2));
                Stage::Map(name, value)
            }
            2 | 3 => {
                (can.exact, can.indexed) = (false, false);
                let cond = self.condition_on(&name);
                Stage::Filter(name, cond)
            }
            4 => {
                can.lose_all();
                let cond = self.condition_on(&name);
                if self.random.chance(0.5) {
                    Stage::TakeWhile(name, cond)
                } else {
                    Stage::SkipWhile(name, cond)
                }
            }
            5 => {
                can.lose_all();
                let state = self.fresh("v");
                let init = self.purely(|inner| inner.expr(1));
                let update = self.in_chain(&[&state, &name], |inner| inner.expr(2));
                Stage::Scan {
                    state,
                    name,
                    init,
                    update,
                }
            }
            6 => {
                can.lose_all();
                let counter = self.fresh("i");
                let value = self.in_chain(&[&name], |inner| {
                    // What is moved cannot be used afterwards: only copies are.
                    inner.seqs.retain(|array| array.seq.kind == Kind::Array);
                    inner.counters.push(counter.clone());
                    inner.expr(1)
                });
                Stage::FlatMap {
                    name,
                    counter,
                    count: 1 + self.random.below(3),
                    value,
                }
            }
            _ => Stage::Position(self.position(can)),
        }
    }

    pub(super) fn chain_expr(&mut self, depth: usize) -> Expr {
        if self.chains > 1 || self.counters.len() > 3 {
            return Expr::Constant(self.constant());
        }
        let mut chain = self.chain(depth.min(2));
        let sink = self.sink();
        if matches!(sink, Sink::MaxBy(_) | Sink::MinBy(_)) {
            // Of items that are all literals the macro does not know the type.
            let name = self.fresh("v");
            let item = Box::new(Expr::Var(name.clone()));
            let kept = Box::new(Expr::Var(self.kept.into()));
            let value = Expr::Binary(Binary::Add, item, kept);
            chain.stages.push(Stage::Map(name, value));
        }
        Expr::Chain(Box::new(chain), Box::new(sink))
    }

    fn sink(&mut self) -> Sink {
        match self.random.below(14) {
            0..=3 => Sink::Sum,
            4 => Sink::Product,
            5 | 6 => {
                let (accumulator, name) = (self.fresh("v"), self.fresh("v"));
                let init = self.purely(|inner| inner.expr(1));
                let value = self.in_chain(&[&accumulator, &name], |inner| inner.expr(2));
                Sink::Fold {
                    accumulator,
                    name,
                    init,
                    value,
                }
            }
            7 => Sink::FoldMax,
            8 => Sink::MaxBy(self.constant()),
            9 => Sink::MinBy(self.constant()),
            10 => {
                let names = [self.fresh("v"), self.fresh("v")];
                let value = self.in_chain(&[&names[0], &names[1]], |inner| inner.expr(2));
                Sink::Reduce {
                    names,
                    value,
                    otherwise: self.constant(),
                }
            }
            11 => Sink::Last(self.constant()),
            12 => Sink::Count,
            _ => {
                let name = self.fresh("v");
                let cond = self.condition_on(&name);
                Sink::Any(name, cond, [self.expr(1), self.expr(1)])
            }
        }
    }

    pub(super) fn let_chain(&mut self) -> Stmt {
        let value = self.chain_expr(2);
        Stmt::Let {
            name: self.bind_scalar(),
            value,
        }
    }

    /// A loop over the items, or a closure called with each.
    pub(super) fn over(&mut self, depth: usize) -> Stmt {
        let (head, _) = self.head();
        let closure = self.random.chance(0.4);
        let label = if closure { None } else { self.label() };
        let outer = (self.loops.clone(), self.may_return);
        if closure {
            self.loops.clear();
            self.may_return = false;
        }
        let bind = |inner: &mut Self| {
            inner.bind_items(&head);
            match &head.source {
                Source::Iter(seq) | Source::Windows(seq, _) | Source::Chunks(seq, _) => {
                    inner.freeze(&seq.name);
                }
                Source::Zip(a, b) | Source::Both(a, b) => {
                    inner.freeze(&a.name);
                    inner.freeze(&b.name);
                }
                Source::Range(_) => {}
            }
        };
        self.closed += usize::from(closure);
        let body = if closure {
            self.scope(|inner| {
                bind(inner);
                inner.body(depth + 1)
            })
        } else {
            self.loop_body(depth, label.clone(), bind)
        };
        self.closed -= usize::from(closure);
        (self.loops, self.may_return) = outer;
        Stmt::Over {
            head: Box::new(head),
            closure,
            label,
            body,
        }
    }
}
