//! Whether a finite value shows that the guards of the reverse sweep have nothing to do.
//!
//! A guard makes a difference where an adjoint that is zero meets a partial that is not finite. In a function of sums and products whatever
//! partials are made of *tells*: once it is infinite or NaN, so is the value.
//!
//! ```text
//! s += x[i] * x[i]      an x[i] that is not finite is added to s, and s is not finite again, whatever is added to it
//! s = s * x[i]          …, and 0 · ∞ is not finite either
//! s += x[i].exp()       x[i] does not tell, which may be -∞; its exponential does, and that is the partial
//! ```
//!
//! So where the value is finite a gradient is not looked through for NaN. Numbers that a function leaves in memory tell in the same way,
//! and are there before the reverse sweep begins.

use super::{Plan, once};
use crate::ir::{Arith, Function, Kind, Loop, Op, Region, Stmt, Table, Value, Values};
use autodiff_runtime::rules::Row;
use quote::ToTokens;

/// How large or small literals may be: a partial made of one overflows long after the value does.
const LITERALS: std::ops::RangeInclusive<f64> = 1e-30..=1e30;

/// The largest exponent of a power: where the partial `n xⁿ⁻¹` overflows, so does `xⁿ`, in single precision, too.
const EXPONENT: f64 = 24.0;

/// Whether all factors of the reverse sweep are finite if the result is.
pub fn tells(function: &Function, plan: &Plan) -> bool {
    let Some(result) = function.body.yields.first() else {
        return false;
    };
    Finite::new(function, plan).is_some_and(|finite| {
        function.is_float(*result) && finite.holds(&function.body, vec![*result], &Values::new())
    })
}

/// Memory that a function without an active result writes, such that all factors of the reverse sweep are finite if all that is in it is.
pub fn outputs_that_tell(
    function: &Function,
    plan: &Plan,
    outputs: &[Value],
) -> Option<Vec<Value>> {
    let results = &function.body.yields;
    if outputs.is_empty() || results.iter().any(|v| plan.active(*v)) {
        return None;
    }
    let mut finite = Finite::new(function, plan)?;
    let once = |v: &&Value| once::written_once(function, **v);
    finite.outputs = outputs.iter().filter(once).copied().collect();
    let holds = |finite: &Finite| finite.holds(&function.body, Vec::new(), &Values::new());
    if !holds(&finite) {
        return None;
    }
    // No more than have to be looked at.
    for v in outputs.iter().rev() {
        if finite.outputs.remove(v) && !holds(&finite) {
            finite.outputs.insert(*v);
        }
    }
    Some(finite.outputs.iter().collect())
}

struct Finite<'a> {
    function: &'a Function,
    plan: &'a Plan,
    literals: Table<f64>,
    /// Integers as floats.
    integers: Values,
    /// Memory of which each number is looked at, as the function leaves it; it is written once.
    outputs: Values,
}

impl<'a> Finite<'a> {
    /// Nothing if there is an operation of which it cannot be said what its partials are made of.
    fn new(function: &'a Function, plan: &'a Plan) -> Option<Self> {
        let mut finite = Finite {
            function,
            plan,
            literals: Table::new(),
            integers: Values::new(),
            outputs: Values::new(),
        };
        let mut known = true;
        function.body.visit(&mut |stmt| {
            known &= finite.is_known(stmt);
            finite.note(stmt);
        });
        known.then_some(finite)
    }

    fn note(&mut self, stmt: &Stmt) {
        let Some(result) = stmt.results.first() else {
            return;
        };
        if let Some(number) = stmt.op.number() {
            self.literals.insert(*result, number);
        }
        // An integer of 128 bits may be infinite in single precision.
        if let Op::Cast { value, ty } = &stmt.op
            && self.function.kind(*value) == Kind::Plain
            && ty.to_token_stream().to_string() == "f64"
        {
            self.integers.insert(*result);
        }
    }

    /// Of this operation it can be said what its partials are made of.
    fn is_known(&self, stmt: &Stmt) -> bool {
        let active = stmt.results.iter().any(|v| self.plan.active(*v));
        match &stmt.op {
            Op::Call { .. } => false,
            Op::Apply { row, args: _ } => !active || KNOWN.contains(&row.name),
            Op::Arith(Arith::Div, _, b) => !self.plan.active(*b),
            Op::Update(_, op, _) => matches!(op, Arith::Add | Arith::Sub),
            _ => true,
        }
    }

    /// What tells in a region, where these of its values do, once it runs.
    fn region(&self, region: &Region, yields: Vec<Value>) -> Values {
        let mut told: Values = yields.into_iter().collect();
        for stmt in region.stmts.iter().rev() {
            self.tell(stmt, &mut told);
        }
        told
    }

    /// Adds what tells because the results of a statement do.
    fn tell(&self, stmt: &Stmt, told: &mut Values) {
        let result = stmt.results.first().is_some_and(|v| told.contains(v));
        match &stmt.op {
            Op::Neg(v) if result => {
                told.insert(*v);
            }
            Op::Store(p, v) if self.outputs.contains(&p.root) => {
                told.insert(*v);
            }
            Op::Arith(op, a, b) if result => {
                told.insert(*a);
                // What is divided by infinity is zero.
                if !matches!(op, Arith::Div) {
                    told.insert(*b);
                }
            }
            Op::Cast { value, ty: _ } if result && self.function.is_float(*value) => {
                told.insert(*value);
            }
            Op::Apply { row, args } if result && self.passes_on(row, args) => {
                told.insert(args[0]);
            }
            Op::If {
                cond: _,
                then,
                otherwise,
            } => {
                let of = |arm: &Region| self.region(arm, told_of(&stmt.results, &arm.yields, told));
                let (then, otherwise) = (of(then), of(otherwise));
                told.extend(then.iter().filter(|v| otherwise.contains(v)));
            }
            Op::Loop(l) => {
                for k in self.carried(l, &stmt.results, told) {
                    told.insert(l.init[k]);
                }
            }
            _ => {}
        }
    }

    /// What a loop carries and what tells at its end also tells at the beginning of each iteration.
    fn carried(&self, l: &Loop, results: &[Value], told: &Values) -> Vec<usize> {
        let mut carried: Vec<usize> = (0..l.init.len())
            .filter(|k| told.contains(&results[k + 1]))
            .collect();
        loop {
            let before = carried.len();
            let inside = self.region(&l.body, yields(l, &carried));
            carried.retain(|k| inside.contains(&l.carried_params()[*k]));
            if carried.len() == before {
                return carried;
            }
        }
    }

    /// All factors of a region's reverse are finite. `outside`: what tells anyway.
    fn holds(&self, region: &Region, yields: Vec<Value>, outside: &Values) -> bool {
        let mut told = self.region(region, yields);
        told.unite(outside);
        region.stmts.iter().all(|stmt| self.is_finite(stmt, &told))
    }

    fn is_finite(&self, stmt: &Stmt, told: &Values) -> bool {
        let Stmt { results, op, .. } = stmt;
        let active = |v: &Value| self.plan.active(*v);
        let tells = results.first().is_some_and(|v| told.contains(v));
        match op {
            Op::If {
                cond: _,
                then,
                otherwise,
            } => [then, otherwise]
                .iter()
                .all(|arm| self.holds(arm, told_of(results, &arm.yields, told), told)),
            Op::Loop(l) => {
                let carried = self.carried(l, results, told);
                self.holds(&l.body, yields(l, &carried), told)
            }
            _ if !results.iter().any(active) => true,
            // Powers have a number in their partials, which overflow where they do.
            Op::Arith(Arith::Mul, a, b) if active(a) && active(b) && !tells => false,
            Op::Arith(Arith::Mul, a, b) => {
                let factor = |of: &Value, by: &Value| !active(of) || self.is_factor(*by, told);
                factor(a, b) && factor(b, a)
            }
            // A number of elements: of none the value is not finite.
            Op::Arith(Arith::Div, _, b) => {
                self.is_literal(*b) || tells && self.integers.contains(b)
            }
            Op::Apply { row, args } => match row.name {
                "powi" => tells && self.exponent(args).is_some(),
                "sin" | "cos" | "abs" => told.contains(&args[0]),
                "exp" | "tanh" => tells,
                _ => false,
            },
            _ => true,
        }
    }

    fn is_factor(&self, v: Value, told: &Values) -> bool {
        told.contains(&v)
            || self.integers.contains(&v)
            || self.literals.get(&v).is_some_and(|x| *x == 0.0)
            || self.is_literal(v)
    }

    fn is_literal(&self, v: Value) -> bool {
        let literal = self.literals.get(&v);
        literal.is_some_and(|x| LITERALS.contains(&x.abs()))
    }

    /// The exponent of a power, if it is known and at least one.
    fn exponent(&self, args: &[Value]) -> Option<f64> {
        let n = self.literals.get(args.get(1)?)?;
        (1.0..=EXPONENT).contains(n).then_some(*n)
    }

    /// What is infinite or NaN stays that.
    fn passes_on(&self, row: &Row, args: &[Value]) -> bool {
        match row.name {
            "powi" => self.exponent(args).is_some(),
            "sin" | "cos" | "abs" => true,
            _ => false,
        }
    }
}

/// Functions whose partials are finite where they and what they are of are.
const KNOWN: [&str; 6] = ["powi", "sin", "cos", "abs", "exp", "tanh"];

/// What a branch gives for results that tell.
fn told_of(results: &[Value], yields: &[Value], told: &Values) -> Vec<Value> {
    let pairs = results.iter().zip(yields);
    pairs
        .filter(|(r, _)| told.contains(r))
        .map(|(_, y)| *y)
        .collect()
}

fn yields(l: &Loop, carried: &[usize]) -> Vec<Value> {
    carried.iter().map(|k| l.carried_yields()[*k]).collect()
}
