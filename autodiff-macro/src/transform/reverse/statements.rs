//! Reverse mode of statements without regions: arithmetic, elementary functions, memory.

use super::{Reverse, Style};
use crate::errors::Problem;
use crate::ir::{
    Argument, Arith, Callee, Container, Contribution, Kind, Library, Op, Place, Step, Stmt, Value,
    Written, Zero,
};
use crate::normalize::pairs;
use autodiff_runtime::rules::{self, Operand};
use proc_macro2::Span;

impl Reverse<'_> {
    /// An operation whose adjoint needs nothing but its operands and results.
    pub(super) fn simple(&mut self, op: &Op, results: &[Value]) {
        let result = results.first().copied();
        let adjoint = result.filter(|r| self.active(*r) && self.begun(*r));
        match op {
            Op::Literal(_)
            | Op::Opaque { .. }
            | Op::Undefined
            | Op::Identity { .. }
            | Op::Blank { .. }
            | Op::Plain { .. }
            | Op::Query { .. }
            | Op::Ask { .. }
            | Op::Matches { .. }
            | Op::Stop { .. }
            | Op::NewVec { .. }
            | Op::Len(_)
            | Op::Shape(_)
            | Op::Local
            | Op::Effect { .. } => {}
            Op::Neg(v) => {
                if let Some(y) = adjoint {
                    self.contribute(*v, Contribution::Negated(y));
                }
            }
            Op::Arith(op, a, b) => {
                if let Some(y) = adjoint {
                    self.arith(*op, *a, *b, y);
                }
            }
            Op::Cast { value, ty } => {
                if let Some(y) = adjoint {
                    self.contribute(*value, Contribution::Cast(y, ty.clone()));
                }
            }
            Op::Apply { row, args } => {
                if let Some(y) = adjoint {
                    if let Some((partner, opposite)) = self.partner(row.name, args[0]) {
                        let what = Contribution::Times(y, partner);
                        if opposite {
                            let negative = self.function.like(y);
                            self.plan.pad(&self.function, true);
                            self.out(Op::Begin {
                                value: negative,
                                with: what,
                            });
                            self.contribute(args[0], Contribution::Negated(negative));
                        } else {
                            self.contribute(args[0], what);
                        }
                        return;
                    }
                    if let Some((x, power)) = self.powi_as_power(row, args) {
                        self.contribute_power(x, y, power);
                        return;
                    }
                    if row.name == "ln" && self.style == Style::Fast {
                        self.contribute_logarithm(args[0], y);
                        return;
                    }
                    let floats: Vec<Value> = args
                        .iter()
                        .enumerate()
                        .filter(|(k, _)| !row.integer.contains(k))
                        .map(|(_, v)| *v)
                        .collect();
                    for (which, (v, partial)) in floats.iter().zip(row.partials).enumerate() {
                        let operands = partial
                            .reads
                            .iter()
                            .map(|read| match read {
                                Operand::Argument(k) => args[*k],
                                Operand::Value => y,
                            })
                            .collect();
                        self.contribute(
                            *v,
                            Contribution::Partial {
                                row,
                                which,
                                operands,
                                y,
                            },
                        );
                    }
                }
            }
            Op::Aggregate(container, values) => {
                if let Some(y) = adjoint {
                    for (k, v) in values.iter().enumerate() {
                        let step = match container {
                            Container::Tuple => {
                                Step::Field(syn::Member::Unnamed(syn::Index::from(k)))
                            }
                            Container::Array | Container::Vec => Step::Element(k),
                        };
                        self.contribute(*v, Contribution::Place(Place::whole(y).then(step)));
                    }
                }
            }
            Op::Construct { path, fields, rest } => {
                if let Some(y) = adjoint {
                    for (member, v) in fields {
                        // By its name a struct may be a variant.
                        let (path, member) = (Written(path.clone()), member.clone());
                        let part = Place::whole(y).then(Step::Variant { path, member });
                        self.contribute(*v, Contribution::Place(part));
                    }
                    if let Some(rest) = rest.as_ref().filter(|p| self.active(p.root)) {
                        self.declare(rest.root);
                        let except = fields.iter().map(|(member, _)| member.clone()).collect();
                        self.out(Op::AddRest {
                            from: y,
                            except,
                            to: rest.clone(),
                        });
                    }
                }
            }
            Op::Repeat {
                value,
                count: _,
                container: _,
            } => {
                if let Some(y) = adjoint {
                    self.contribute(*value, Contribution::Sum(Place::whole(y)));
                }
            }
            Op::Load(p) | Op::Copy(p) => {
                if let Some(y) = adjoint {
                    let what = if self.function.kind(y) == Kind::Float {
                        Contribution::Adjoint(y)
                    } else {
                        Contribution::Place(Place::whole(y))
                    };
                    self.contribute_to(p, what);
                }
            }
            Op::Update(p, op, v) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.contribute(
                        *v,
                        match op {
                            Arith::Sub => Contribution::NegatedPlace(p.clone()),
                            Arith::Add | Arith::Mul | Arith::Div => Contribution::Place(p.clone()),
                        },
                    );
                }
            }
            Op::Swap(p, q) => {
                let on = |cx: &Self, v| cx.active(v) && cx.begun(v);
                if on(self, p.root)
                    || on(self, q.root)
                    || self.may_reshape(p.root)
                    || self.may_reshape(q.root)
                {
                    self.declare(p.root);
                    self.declare(q.root);
                    self.out(Op::SwapAdjoints(p.clone(), q.clone()));
                }
            }
            Op::Fill(p, v) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.contribute(*v, Contribution::Sum(p.clone()));
                    self.out(Op::Clear(p.clone()));
                }
            }
            Op::CopyFrom(p, q) => {
                if self.active(p.root) && self.begun(p.root) {
                    if self.active(q.root) {
                        self.declare(q.root);
                        self.out(Op::Drain {
                            from: p.clone(),
                            to: q.clone(),
                        });
                    } else {
                        self.out(Op::Clear(p.clone()));
                    }
                }
            }
            Op::Push(p, v) => {
                if self.active(p.root) {
                    self.declare(p.root);
                    let last = self.function.like(*v);
                    self.plan.pad(&self.function, true);
                    self.emit(vec![last], Op::PopAdjoint(p.clone()));
                    self.contribute(*v, Contribution::Given(last));
                }
            }
            Op::Pop(p) => {
                if self.active(p.root) {
                    self.declare(p.root);
                    if let Some(r) = result
                        && self.function.kind(r) != Kind::Float
                    {
                        self.declare(r);
                    }
                    // One that nobody uses is zero, of the same shape.
                    let float = result.is_some_and(|r| self.function.is_float(r));
                    let adjoint = result.filter(|r| (self.active(*r) || !float) && self.begun(*r));
                    self.out(Op::PushAdjoint(
                        p.clone(),
                        adjoint.map(Contribution::Adjoint),
                    ));
                }
            }
            Op::ReverseOrder(p) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.out(Op::ReverseAdjoint(p.clone()));
                }
            }
            Op::Rotate(p, n) => {
                if self.active(p.root) && self.begun(p.root) {
                    self.out(Op::RotateAdjoint(p.clone(), *n));
                }
            }
            op => {
                let detail = format!("{op} in the forward sweep");
                self.errors.at_span(Span::call_site(), Problem::Bug(detail));
            }
        }
    }

    /// An active vector whose adjoint must follow what becomes of its shape.
    fn may_reshape(&self, v: Value) -> bool {
        self.active(v) && !self.function.types.has_static_shape(self.function.ty(v))
    }

    fn arith(&mut self, op: Arith, a: Value, b: Value, y: Value) {
        match op {
            Arith::Add => {
                self.contribute(a, Contribution::Adjoint(y));
                self.contribute(b, Contribution::Adjoint(y));
            }
            Arith::Sub => {
                self.contribute(a, Contribution::Adjoint(y));
                self.contribute(b, Contribution::Negated(y));
            }
            Arith::Mul => {
                if let Some((x, power)) = self.product_as_power(a, b) {
                    self.contribute_power(x, y, power);
                    return;
                }
                self.contribute(a, Contribution::Times(y, b));
                self.contribute(b, Contribution::Times(y, a));
            }
            Arith::Div => {
                self.contribute(a, Contribution::Over(y, b));
                let what = match (
                    self.style == Style::Fast && self.is_one(a),
                    rules::row("recip"),
                ) {
                    // A reciprocal's derivative is made of its value.
                    (true, Some(row)) => self.reciprocal(y).unwrap_or(Contribution::Partial {
                        row,
                        which: 0,
                        operands: vec![y],
                        y,
                    }),
                    _ => Contribution::MinusOver { y, b },
                };
                self.contribute(b, what);
            }
        }
    }

    /// The value that is the derivative of this function of `x`, and whether with the opposite sign.
    fn partner(&self, name: &str, x: Value) -> Option<(Value, bool)> {
        let (name, opposite) = pairs::partner(name).filter(|_| self.style == Style::Fast)?;
        let found = self.partners.get(&(name, x))?.iter().copied();
        let mut in_sight = found.filter(|v| self.scopes.iter().any(|s| s.defined.contains(v)));
        Some((in_sight.next()?, opposite))
    }

    fn is_one(&self, v: Value) -> bool {
        self.literal(v) == Some(1.0)
    }

    /// p = v
    ///   reverse:  v_adj += p_adj; p_adj = 0
    pub(super) fn store(&mut self, p: &Place, v: Value, stmt: &Stmt) -> Stmt {
        if !self.active(p.root) {
            return stmt.clone();
        }
        let place_is_scalar = self.function.is_scalar(v);
        let static_shape = self.function.types.has_static_shape(self.function.ty(v));
        let first = p.path.is_empty()
            && matches!(self.definitions.get(&p.root), Some(Op::Local))
            && self.effects.written_once(p.root);
        if place_is_scalar || static_shape || first {
            if self.begun(p.root) {
                self.contribute(v, Contribution::Place(p.clone()));
                self.out(Op::Clear(p.clone()));
            }
            return stmt.clone();
        }
        // The shape may change: what was there before says how its adjoint looked.
        self.declare(p.root);
        self.contribute(v, Contribution::Place(p.clone()));
        let old = self.function.like(v);
        self.plan.extend(&self.function, p.root);
        self.out(Op::Reset(p.clone(), Zero::Like(Place::whole(old))));
        self.scope_of_forward(old);
        Stmt {
            results: vec![old],
            op: Op::Replace(p.clone(), v),
            span: stmt.span,
        }
    }

    /// A value that the forward sweep of the current region defines beside the user's.
    pub(in crate::transform) fn scope_of_forward(&mut self, v: Value) {
        let scope = self
            .scopes
            .last_mut()
            .expect("bug in autodiff, please report: no scope");
        scope.defined.insert(v);
    }

    /// p.truncate(n)
    ///   reverse:  p_adj gets zeros for what was cut off
    pub(super) fn truncate(&mut self, p: &Place, n: Value, before: &mut Vec<Stmt>, span: Span) {
        if !self.active(p.root) {
            return;
        }
        self.declare(p.root);
        let ty = self.function.types.plain();
        let len = self.function.value(ty);
        self.plan.pad(&self.function, false);
        self.scope_of_forward(len);
        before.push(Stmt {
            results: vec![len],
            op: Op::Len(p.clone()),
            span,
        });
        let flat = match self.function.kind_of(p) {
            Kind::Vec(e) | Kind::Slice(e) | Kind::Array(e) => {
                self.function.types.kind(e) == Kind::Float
            }
            Kind::Float | Kind::Plain | Kind::Tuple(_) | Kind::Unknown => false,
        };
        if flat {
            self.out(Op::Lengthen(p.clone(), len));
            return;
        }
        // What is cut off says how its adjoints look.
        let from = self.function.value(ty);
        let unknown = self.function.types.unknown();
        let cut = self.function.value(unknown);
        self.plan.pad(&self.function, false);
        self.plan.extend(&self.function, p.root);
        self.scope_of_forward(from);
        self.scope_of_forward(cut);
        before.push(Stmt {
            results: vec![from],
            op: Op::Query {
                method: proc_macro2::Ident::new("min", span),
                operands: vec![n, len],
            },
            span,
        });
        let tail = p.then(Step::Slice {
            low: Some(from),
            high: None,
            inclusive: false,
        });
        before.push(Stmt {
            results: vec![cut],
            op: Op::Copy(tail),
            span,
        });
        self.out(Op::Lengthen(p.clone(), cut));
    }

    /// y = a + b, matrices of one shape
    ///   reverse:  a_adj += y_adj; b_adj += y_adj
    /// Nothing of the operands is asked for. Whether it is one.
    pub(super) fn sum(&mut self, callee: &Callee, args: &[Argument], result: Value) -> bool {
        let of_nalgebra = |place: &Place| {
            let ty = self.function.ty(place.root);
            place.path.is_empty() && self.function.types.library(ty) == Some(Library::Nalgebra)
        };
        let places: Vec<Place> = args.iter().map(Argument::place).collect();
        let is_sum = matches!(callee, Callee::Operation { name, .. } if name == "add");
        if !(is_sum && places.iter().all(of_nalgebra)) {
            return false;
        }
        let active: Vec<Value> = places.iter().map(|p| p.root).collect();
        let active: Vec<Value> = active.into_iter().filter(|v| self.active(*v)).collect();
        for (k, v) in active.iter().enumerate() {
            // The last one gets the adjoint itself.
            let what = match k + 1 == active.len() {
                true => Contribution::Adjoint(result),
                false => Contribution::Place(Place::whole(result)),
            };
            let here = self.scopes.len() - 1;
            if self.begun(*v) || self.owner(*v) != here {
                self.contribute(*v, what);
                continue;
            }
            self.scopes[here].begun.insert(*v);
            self.out(Op::Begin {
                value: *v,
                with: what,
            });
        }
        true
    }
}
