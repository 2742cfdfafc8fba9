//! The length of an array is a number where it is defined by literals: loops over it are then loops between literal bounds.

use crate::ir::{Container, Count, Function, Op, Place, Region, Step, Table, Value, Values};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

pub fn run(function: &mut Function) {
    let mut lengths = Lengths {
        known: std::mem::take(&mut function.lengths),
        variables: &function.locals,
    };
    lengths.region(&mut function.body);
}

struct Lengths<'a> {
    /// Outermost first, as far as they are known.
    known: Table<Vec<u32>>,
    variables: &'a Values,
}

impl Lengths<'_> {
    fn region(&mut self, region: &mut Region) {
        for stmt in &mut region.stmts {
            for inner in stmt.op.regions_mut() {
                self.region(inner);
            }
            let [result] = stmt.results.as_slice() else {
                continue;
            };
            match &stmt.op {
                Op::Len(place) => {
                    if let Some(n) = self.literal(place) {
                        stmt.op = Op::Literal(n);
                    }
                }
                Op::Blank {
                    count: None,
                    like: Some(place),
                } => {
                    if let Some(n) = self.literal(place) {
                        stmt.op = Op::Blank {
                            count: Some(n),
                            like: None,
                        };
                    }
                }
                _ => {}
            }
            if let Some(of) = self.of_op(*result, &stmt.op) {
                self.known.insert(*result, of);
            }
        }
    }

    fn of_op(&self, result: Value, op: &Op) -> Option<Vec<u32>> {
        let array = |n: u32, element: Option<&Vec<u32>>| {
            let mut of = vec![n];
            of.extend(element.into_iter().flatten());
            of
        };
        match op {
            Op::Aggregate(Container::Array, values) => {
                let n = u32::try_from(values.len()).ok()?;
                Some(array(n, self.known.get(values.first()?)))
            }
            Op::Repeat {
                value,
                count: Count::Constant(count),
                container: Container::Array,
            } => Some(array(number(count)?, self.known.get(value))),
            Op::Blank {
                count: Some(count),
                like: None,
            } => Some(vec![number(count)?]),
            // A variable may be one for slices, and hold a longer one later.
            Op::Load(place) | Op::Copy(place) if !self.variables.contains(&result) => {
                Some(self.of_place(place)?.to_vec())
            }
            _ => None,
        }
    }

    fn literal(&self, place: &Place) -> Option<TokenStream> {
        let n = Literal::usize_suffixed(*self.of_place(place)?.first()? as usize);
        Some(quote!(#n))
    }

    fn of_place(&self, place: &Place) -> Option<&[u32]> {
        let mut of = self.known.get(&place.root)?.as_slice();
        for step in &place.path {
            match step {
                Step::Index(_) | Step::Element(_) => of = of.get(1..)?,
                _ => return None,
            }
        }
        Some(of)
    }
}

/// The number that a length is: `3`, `3usize`, `{ 3 }`.
pub fn number(length: &TokenStream) -> Option<u32> {
    let text = length.to_string();
    let digits = text.trim_matches(|c| matches!(c, '{' | '}' | ' '));
    digits.strip_suffix("usize").unwrap_or(digits).parse().ok()
}
