//! What loops look at, where constants alone say how far that goes, as slices of just that length.
//!
//! ```text
//! for k in 0..ROWS { for j in 0..COLUMNS { … w[k * COLUMNS..(k + 1) * COLUMNS][j] … } }
//!     becomes
//! if ROWS * COLUMNS <= w.len() { v = &w[..ROWS * COLUMNS]; for k … { … v[…] … } } else { for k … { … w[…] … } }
//! ```
//!
//! The compiler knows these numbers and sees that nothing in the nest can fail. It writes out short loops inside it and keeps their sums
//! in registers; where an iteration might fail half-way it would store each sum twice. Numbers with tangents are
//! twice as many: this is for the function over any number. Where something is not there the loops are left as they were: what they do until
//! then, and how they fail, is the user's.

use super::windows::{arm, places};
use crate::analyze::Plan;
use crate::ir::{
    Arith, Function, Kind, Loop, LoopKind, Op, Place, Range, Region, Step, Stmt, Table, Value,
    Values, View, Window,
};
use proc_macro2::TokenStream;
use quote::quote;
use std::collections::BTreeMap;

/// The most statements of a nest, which is written twice.
const STATEMENTS: usize = 100;

/// The function as it runs over any number, and what is known of its values.
pub fn run(function: &Function, plan: &Plan) -> (Function, Plan) {
    let (mut function, mut plan) = (function.clone(), plan.clone());
    let mut body = std::mem::take(&mut function.body);
    let mut numbers = Table::new();
    body.visit(&mut |stmt| {
        let number = match &stmt.op {
            Op::Literal(tokens) => Number::Constant(tokens.clone()),
            Op::Arith(op @ (Arith::Add | Arith::Mul), a, b) => Number::Of(*op, *a, *b),
            Op::Loop(l) => {
                if let (LoopKind::For(range), [item, ..]) = (&l.kind, l.body.params.as_slice()) {
                    numbers.insert(*item, Number::Item(range.clone()));
                }
                return;
            }
            // What was computed in front of a loop, under its condition.
            Op::If {
                cond: _,
                then,
                otherwise,
            } => {
                let undefined = |v| {
                    let mut stmts = otherwise.stmts.iter();
                    stmts.any(|s| matches!(s.op, Op::Undefined) && s.results.contains(v))
                };
                for (k, v) in stmt.results.iter().enumerate() {
                    if undefined(&otherwise.yields[k]) {
                        numbers.insert(*v, Number::Same(then.yields[k]));
                    }
                }
                return;
            }
            _ => return,
        };
        for v in &stmt.results {
            numbers.insert(*v, number.clone());
        }
    });
    let mut cx = Nests {
        used: body.used(),
        function: &mut function,
        plan: &mut plan,
        numbers,
    };
    cx.region(&mut body);
    function.body = body;
    (function, plan)
}

/// What indices are made of.
#[derive(Clone)]
enum Number {
    /// A literal, or the path of a constant.
    Constant(TokenStream),
    /// A sum or a product.
    Of(Arith, Value, Value),
    /// Another one, where there is any.
    Same(Value),
    /// What a loop counts.
    Item(Range),
}

struct Nests<'a> {
    function: &'a mut Function,
    plan: &'a mut Plan,
    used: Values,
    numbers: Table<Number>,
}

impl Nests<'_> {
    fn region(&mut self, region: &mut Region) {
        let mut out = Vec::new();
        for mut stmt in std::mem::take(&mut region.stmts) {
            let asked = match &stmt.op {
                // How often it ran is counted for what asks.
                Op::Loop(l) if !self.used.contains(&stmt.results[0]) => {
                    self.asked(l, &stmt.results)
                }
                _ => None,
            };
            match asked {
                Some(stmts) => out.extend(stmts),
                None => {
                    for inner in stmt.op.regions_mut() {
                        self.region(inner);
                    }
                    out.push(stmt);
                }
            }
        }
        region.stmts = out;
    }

    fn asked(&mut self, l: &Loop, results: &[Value]) -> Option<Vec<Stmt>> {
        let plain = matches!(l.kind, LoopKind::For(_)) && !l.conditional && l.checkpoint.is_none();
        let numbers = l.init.iter().all(|v| self.function.is_scalar(*v));
        if !(plain && numbers && is_small(&l.body)) {
            return None;
        }
        let ty = self.function.types.plain();
        let [low, inside] = [(); 2].map(|()| self.function.value(ty));
        self.plan.pad(self.function, false);
        let mut stmts = vec![Stmt::new(vec![low], Op::Literal(quote!(0usize)))];
        let mut fast = l.clone();
        let mutated = l.body.mutated();
        let mut windows = Vec::new();
        for (root, ends) in self.roots(&l.body) {
            let changes = mutated.contains(&root);
            if changes && !self.is_alone(&l.body, root) {
                continue;
            }
            let (Kind::Slice(element) | Kind::Vec(element)) = self.function.kind(root) else {
                continue;
            };
            let high = self.function.value(ty);
            self.plan.pad(self.function, false);
            let end = ends
                .into_iter()
                .reduce(|a, b| quote!(::core::cmp::Ord::max(#a, #b)))?;
            stmts.push(Stmt::new(
                vec![high],
                Op::expression(syn::parse_quote!(#end), &[]),
            ));
            let slice = self.function.types.known(Kind::Slice(element));
            let value = self.function.value(slice);
            self.plan.extend(self.function, root);
            self.redirect(&mut fast.body, root, value);
            let window = Window {
                of: Place::whole(root),
                view: if changes {
                    View::Exclusive
                } else {
                    View::Shared
                },
                base: Vec::new(),
                shift: 0,
                low,
                high,
            };
            windows.push((value, window));
        }
        if windows.is_empty() {
            return None;
        }
        let asked = windows.iter().map(|(_, window)| window.clone()).collect();
        stmts.push(Stmt::new(vec![inside], Op::Inside(asked)));
        let opened = windows
            .into_iter()
            .map(|(value, window)| Stmt::new(vec![value], Op::Window(window)))
            .collect();
        let branch = Op::If {
            cond: inside,
            then: arm(self.function, self.plan, opened, fast, results),
            otherwise: arm(self.function, self.plan, Vec::new(), l.clone(), results),
        };
        stmts.push(Stmt::new(results[1..].to_vec(), branch));
        Some(stmts)
    }
}

/// How far something goes.
struct Reach {
    end: TokenStream,
    /// Not as far in every iteration.
    moves: bool,
}

impl Nests<'_> {
    /// What a nest looks at and how far, where constants say that.
    fn roots(&self, nest: &Region) -> BTreeMap<Value, Vec<TokenStream>> {
        let inside = nest.defined();
        let mut found: BTreeMap<Value, Vec<Reach>> = BTreeMap::new();
        nest.visit(&mut |stmt| {
            places(&mut stmt.op.clone(), &mut |place, _| {
                if !inside.contains(&place.root)
                    && let Some(reach) = self.reach(place)
                {
                    found.entry(place.root).or_default().push(reach);
                }
            });
        });
        found.retain(|root, reaches| {
            let kind = self.function.kind(*root);
            matches!(kind, Kind::Slice(_) | Kind::Vec(_)) && reaches.iter().any(|r| r.moves)
        });
        let ends = |reaches: Vec<Reach>| {
            let mut ends: Vec<TokenStream> = Vec::new();
            for Reach { end, .. } in reaches {
                if !ends.iter().any(|e| e.to_string() == end.to_string()) {
                    ends.push(end);
                }
            }
            ends
        };
        found.into_iter().map(|(root, r)| (root, ends(r))).collect()
    }

    /// How many elements have to be there for a place.
    fn reach(&self, place: &Place) -> Option<Reach> {
        match place.path.first()? {
            Step::Index(i) => {
                let Reach { end, moves } = self.most(*i)?;
                let end = quote!(::core::primitive::usize::saturating_add(#end, 1));
                Some(Reach { end, moves })
            }
            Step::Slice {
                low: _,
                high: Some(high),
                inclusive: false,
            } => self.most(*high),
            Step::Slice { .. }
            | Step::Element(_)
            | Step::Field(_)
            | Step::Variant { .. }
            | Step::Deref
            | Step::Entries => None,
        }
    }

    /// The most that a number comes to. Sums and products grow with what they are made of.
    fn most(&self, v: Value) -> Option<Reach> {
        match self.numbers.get(&v)? {
            Number::Constant(tokens) => Some(Reach {
                end: tokens.clone(),
                moves: false,
            }),
            Number::Of(op, a, b) => {
                let (a, b) = (self.most(*a)?, self.most(*b)?);
                let (Reach { end: x, .. }, Reach { end: y, .. }) = (&a, &b);
                let end = match op {
                    Arith::Add => quote!(::core::primitive::usize::saturating_add(#x, #y)),
                    Arith::Mul => quote!(::core::primitive::usize::saturating_mul(#x, #y)),
                    Arith::Sub | Arith::Div => return None,
                };
                Some(Reach {
                    end,
                    moves: a.moves || b.moves,
                })
            }
            Number::Same(v) => self.most(*v),
            Number::Item(range) => {
                let Reach { end, .. } = self.most(range.high)?;
                let end = if range.inclusive {
                    end
                } else {
                    quote!(::core::primitive::usize::saturating_sub(#end, 1))
                };
                Some(Reach { end, moves: true })
            }
        }
    }

    /// All that a nest does with something is to read and write parts of which it is known how far they go.
    fn is_alone(&self, nest: &Region, root: Value) -> bool {
        let mut alone = true;
        nest.visit(&mut |stmt| {
            let part = |p: &Place| p.root != root || self.reach(p).is_some();
            alone &= match &stmt.op {
                Op::Load(p) => part(p),
                Op::Store(p, v) | Op::Update(p, _, v) => part(p) && *v != root,
                op => !op.primal_operands().contains(&root) && !op.mutated().contains(&root),
            };
        });
        alone
    }

    fn redirect(&self, region: &mut Region, root: Value, window: Value) {
        for stmt in &mut region.stmts {
            places(&mut stmt.op, &mut |place, _| {
                if place.root == root && self.reach(place).is_some() {
                    place.root = window;
                }
            });
            for inner in stmt.op.regions_mut() {
                self.redirect(inner, root, window);
            }
        }
    }
}

/// Little else is done in such a nest than to look at elements.
fn is_small(nest: &Region) -> bool {
    let (mut size, mut small) = (0, true);
    nest.visit(&mut |stmt| {
        size += 1;
        small &= !matches!(
            stmt.op,
            Op::Call { .. } | Op::Effect { .. } | Op::Opaque { .. } | Op::Copy(_)
        );
    });
    small && size <= STATEMENTS
}
