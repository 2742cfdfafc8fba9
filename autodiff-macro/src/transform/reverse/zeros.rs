//! What an adjoint is before anything has been added to it.

use super::Reverse;
use crate::ir::{Count, Kind, Op, Place, Stmt, Value, Zero};
use proc_macro2::Span;

impl Reverse<'_> {
    /// Sees to it that a value has an adjoint variable.
    pub(super) fn declare(&mut self, v: Value) {
        if self.begun(v) {
            return;
        }
        let zero = self.zero_for(v);
        let owner = self.owner(v);
        self.scopes[owner].begun.insert(v);
        let op = Op::Declare { value: v, zero };
        self.scopes[owner].out.push(Stmt {
            results: Vec::new(),
            op,
            span: Span::mixed_site(),
        });
    }

    /// What a zero of the shape of a value is made from.
    pub(super) fn zero_for(&self, v: Value) -> Zero {
        match self.function.kind(v) {
            Kind::Float | Kind::Plain => Zero::Scalar,
            Kind::Array(_) | Kind::Tuple(_) => self
                .zero_from_definition(v)
                .unwrap_or_else(|| Zero::Like(Place::whole(v))),
            Kind::Slice(_) | Kind::Vec(_) | Kind::Unknown => {
                let fixed = !self.changes_shape(v);
                let zero = if fixed {
                    self.zero_from_definition(v)
                } else {
                    None
                };
                zero.unwrap_or_else(|| Zero::Like(Place::whole(v)))
            }
        }
    }

    fn zero_from_definition(&self, v: Value) -> Option<Zero> {
        match self.definitions.get(&v)? {
            Op::Repeat {
                value,
                count: Count::Constant(tokens),
                container: _,
            } => {
                let element = Box::new(self.zero_for_part(*value)?);
                Some(Zero::Repeat {
                    element,
                    count: tokens.to_string(),
                })
            }
            Op::Repeat {
                value,
                count: Count::Value(count),
                container: _,
            } => Some(Zero::RepeatVec {
                element: Box::new(self.zero_for_part(*value)?),
                count: *count,
            }),
            Op::Aggregate(container, values) => {
                let parts = values
                    .iter()
                    .map(|v| self.zero_for_part(*v))
                    .collect::<Option<Vec<_>>>()?;
                Some(Zero::List(*container, parts))
            }
            // A copy of something whose shape is its type's.
            Op::Load(p) | Op::Copy(p)
                if p.path.is_empty()
                    && !self.params.contains(&p.root)
                    && self
                        .function
                        .types
                        .has_static_shape(self.function.ty(p.root)) =>
            {
                self.zero_from_definition(p.root)
            }
            // A copy of something that stays as it is.
            Op::Load(p) | Op::Copy(p)
                if p.indices().is_empty()
                    && self.params.contains(&p.root)
                    && self.effects.immutable(p.root) =>
            {
                Some(Zero::Like(p.clone()))
            }
            _ => None,
        }
    }

    fn zero_for_part(&self, v: Value) -> Option<Zero> {
        match self.function.kind(v) {
            Kind::Float => Some(Zero::Scalar),
            Kind::Array(_) | Kind::Tuple(_) | Kind::Vec(_) => self.zero_from_definition(v),
            Kind::Plain | Kind::Slice(_) | Kind::Unknown => None,
        }
    }

    /// Elements are added or taken away somewhere.
    fn changes_shape(&self, v: Value) -> bool {
        self.reshaped.contains(&v)
    }
}
