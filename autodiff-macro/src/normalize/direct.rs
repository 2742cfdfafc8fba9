//! An element of a window is an element of what the window looks at.
//!
//! ```text
//! x[k..k + 2][1]      becomes      x[k + 1]
//! ```
//!
//! One index is looked at instead of three, and neighbours are known to be apart. Only of windows that are inside what they
//! look at by construction: a slice that the user takes has to be there as a whole.

use super::fold;
use crate::ir::{Arith, Function, Op, Place, Region, Step, Stmt, Value};
use proc_macro2::Literal;
use quote::quote;
use std::collections::BTreeMap;

pub fn run(function: &mut Function) {
    let mut body = std::mem::take(&mut function.body);
    let integers = fold::integers(function, &body);
    let mut sizes = BTreeMap::new();
    body.visit(&mut |stmt| {
        if let (Op::Arith(Arith::Add, low, size), [high]) = (&stmt.op, stmt.results.as_slice())
            && function.windows.contains(high)
            && let Some(size) = integers.get(size)
        {
            sizes.insert((*low, *high), *size as usize);
        }
    });
    region(function, &mut body, &sizes, &mut BTreeMap::new());
    function.body = body;
}

/// By the ends of a window: how long it is.
type Sizes = BTreeMap<(Value, Value), usize>;
/// The sums that are there.
type Sums = BTreeMap<(Value, usize), Value>;

fn region(function: &mut Function, region_: &mut Region, sizes: &Sizes, sums: &mut Sums) {
    let outer = sums.clone();
    let mut out = Vec::new();
    for mut stmt in std::mem::take(&mut region_.stmts) {
        stmt.op
            .places(&mut |place| direct(function, place, sizes, sums, &mut out));
        for inner in stmt.op.regions_mut() {
            region(function, inner, sizes, sums);
        }
        out.push(stmt);
    }
    region_.stmts = out;
    *sums = outer;
}

fn direct(
    function: &mut Function,
    place: &mut Place,
    sizes: &Sizes,
    sums: &mut Sums,
    out: &mut Vec<Stmt>,
) {
    for at in 1..place.path.len() {
        let [
            Step::Slice {
                low: Some(low),
                high: Some(high),
                inclusive: false,
            },
            Step::Element(k),
        ] = place.path[at - 1..=at]
        else {
            continue;
        };
        if sizes.get(&(low, high)).is_none_or(|size| k >= *size) {
            continue;
        }
        let index = *sums.entry((low, k)).or_insert_with(|| {
            if k == 0 {
                return low;
            }
            let (by, sum) = (function.like(low), function.like(low));
            let literal = Literal::usize_suffixed(k);
            let sum_of = Op::Arith(Arith::Add, low, by);
            out.push(Stmt::new(vec![by], Op::Literal(quote!(#literal))));
            out.push(Stmt::new(vec![sum], sum_of));
            sum
        });
        place
            .path
            .splice(at - 1..=at, [Step::Index(index)])
            .for_each(drop);
        return;
    }
}
