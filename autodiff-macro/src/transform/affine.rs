//! Numbers that go along with a loop: its item, plus what is the same in all iterations, plus a literal.
//!
//! ```text
//! for j in 0..n { … row + j … (j - 1) + row … }        row + j: from row;  (j - 1) + row: from row - 1
//! ```

use crate::ir::{Arith, Function, Op, Place, Region, Step, Table, Value, Values};
use crate::normalize::fold;

/// How far such a number is from the item.
#[derive(Clone, PartialEq, Default)]
pub struct Distance {
    /// The sum of these, in order, …
    pub base: Vec<Value>,
    /// … and this.
    pub shift: i64,
}

/// The numbers of a loop's body.
pub struct Numbers {
    item: Value,
    inside: Values,
    distances: Table<Distance>,
}

/// A literal, which is the same wherever it is written, and what comes from outside.
enum Fixed {
    Literal(i64),
    Outside,
}

impl Numbers {
    pub fn new(function: &Function, body: &Region, item: Value) -> Self {
        let literals = fold::integers(function, body);
        let mut numbers = Numbers {
            item,
            inside: body.defined(),
            distances: Table::from_iter([(item, Distance::default())]),
        };
        body.visit(&mut |stmt| {
            let (Op::Arith(op @ (Arith::Add | Arith::Sub), a, b), [sum]) =
                (&stmt.op, stmt.results.as_slice())
            else {
                return;
            };
            let fixed = |v: &Value| match literals.get(v) {
                Some(n) => Some(Fixed::Literal(i64::from(*n))),
                None => numbers.is_outside(*v).then_some(Fixed::Outside),
            };
            let (of, by) = match (numbers.distances.get(a), op) {
                (Some(_), Arith::Add | Arith::Sub) => (a, b),
                (None, Arith::Add) => (b, a),
                (None, _) | (_, Arith::Mul | Arith::Div) => return,
            };
            let Some(mut distance) = numbers.distances.get(of).cloned() else {
                return;
            };
            match (fixed(by), op) {
                (Some(Fixed::Literal(n)), Arith::Sub) => distance.shift -= n,
                (Some(Fixed::Literal(n)), _) => distance.shift += n,
                (Some(Fixed::Outside), Arith::Add) => {
                    distance.base.push(*by);
                    distance.base.sort();
                }
                (Some(Fixed::Outside), _) | (None, _) => return,
            }
            numbers.distances.insert(*sum, distance);
        });
        numbers
    }

    pub fn item(&self) -> Value {
        self.item
    }

    /// It is the same in all iterations.
    pub fn is_outside(&self, v: Value) -> bool {
        !self.inside.contains(&v)
    }

    /// What stands in front of the first index that goes along with the loop, where that is the same in all iterations, and how far from
    /// the item the index is.
    pub fn split(&self, place: &Place) -> Option<(Place, &Distance)> {
        let mut steps = place.path.iter().enumerate();
        let (k, at) = steps.find_map(|(k, step)| Some((k, self.of(step)?)))?;
        let front = Place {
            root: place.root,
            path: place.path[..k].to_vec(),
        };
        let fixed =
            self.is_outside(front.root) && front.indices().iter().all(|v| self.is_outside(*v));
        fixed.then_some((front, at))
    }

    pub fn of(&self, step: &Step) -> Option<&Distance> {
        match step {
            Step::Index(i) => self.distances.get(i),
            Step::Element(_)
            | Step::Slice { .. }
            | Step::Field(_)
            | Step::Variant { .. }
            | Step::Deref
            | Step::Entries => None,
        }
    }
}
