//! Methods of floats and integers.

use crate::ir::{Kind, Op, Ty, Value};
use crate::lower::expr::{is_float, is_integer};
use crate::lower::{Lowered, Lowerer};
use autodiff_runtime::rules;
use proc_macro2::{Ident, Span};

/// Questions about a float, whose answer is no float.
pub fn is_query(name: &str) -> bool {
    const QUERIES: [&str; 11] = [
        "is_nan",
        "is_finite",
        "is_infinite",
        "is_normal",
        "is_subnormal",
        "is_sign_positive",
        "is_sign_negative",
        "total_cmp",
        "partial_cmp",
        "classify",
        "eq",
    ];
    QUERIES.contains(&name)
}

/// A method of floats.
pub fn is_numeric_method(name: &str) -> bool {
    rules::row(name).is_some() || is_query(name) || name == "sin_cos"
}

/// Functions that integers have, too.
fn is_common(name: &str) -> bool {
    matches!(
        name,
        "abs" | "max" | "min" | "clamp" | "signum" | "rem_euclid" | "div_euclid" | "midpoint"
    )
}

impl Lowerer<'_> {
    pub(super) fn is_number(&mut self, lowered: &Lowered) -> bool {
        let ty = match lowered {
            Lowered::Value(v) => self.function.ty(*v),
            Lowered::Place(p) | Lowered::Reference(p, _) => {
                let p = p.clone();
                self.place_ty(&p)
            }
            _ => return false,
        };
        self.function.types.kind(ty) == Kind::Plain
    }

    pub(super) fn integer_method(
        &mut self,
        receiver: Lowered,
        method: &Ident,
        args: &[&syn::Expr],
        span: Span,
    ) -> Lowered {
        let mut operands = vec![self.value_of(receiver, span)];
        operands.extend(args.iter().map(|a| self.operand(a)));
        let optional = method.to_string().starts_with("checked_") || method == "partial_cmp";
        let ty = if optional {
            self.function.types.unknown()
        } else {
            self.function.types.plain()
        };
        Lowered::Value(self.push(
            Op::Query {
                method: method.clone(),
                operands,
            },
            ty,
            span,
        ))
    }

    /// A method of a float, or of a number that may be one.
    pub(in crate::lower) fn float_method(
        &mut self,
        receiver: Value,
        method: &Ident,
        args: &[&syn::Expr],
        span: Span,
    ) -> Option<Lowered> {
        let name = method.to_string();
        let ty = self.function.ty(receiver);
        if self.function.types.kind(ty) == Kind::Plain {
            return Some(self.integer_method(Lowered::Value(receiver), method, args, span));
        }
        if matches!(
            self.function.types.kind(ty),
            Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_)
        ) {
            return None;
        }
        if is_query(&name) {
            let mut operands = vec![receiver];
            for arg in args {
                let value = self.operand(arg);
                let other = self.function.ty(value);
                self.function.types.unify(ty, other);
                operands.push(value);
            }
            return Some(Lowered::Value(self.plain(
                Op::Query {
                    method: method.clone(),
                    operands,
                },
                span,
            )));
        }
        let float = self.function.is_float(receiver);
        if !is_common(&name) {
            self.function.types.become_float(ty);
        }
        if name == "sin_cos" {
            let sin = self.apply("sin", vec![receiver], ty, span)?;
            let cos = self.apply("cos", vec![receiver], ty, span)?;
            return Some(Lowered::Tuple(vec![
                Lowered::Value(sin),
                Lowered::Value(cos),
            ]));
        }
        let row = rules::row(&name)?;
        if args.len() + 1 != row.arity {
            // rustc says this better.
            return None;
        }
        let mut operands = vec![receiver];
        for (k, arg) in args.iter().enumerate() {
            let value = self.operand(arg);
            let other = self.function.ty(value);
            let mistaken = match row.integer.contains(&(k + 1)) {
                true => is_float(arg),
                false => is_integer(arg),
            };
            if float && mistaken {
                // `x.powi(2.0)`, `x.powf(2)`
                self.errors.leave_to_rustc();
            }
            if row.integer.contains(&(k + 1)) {
                let plain = self.function.types.plain();
                self.function.types.unify(other, plain);
            } else {
                self.function.types.unify(ty, other);
            }
            operands.push(value);
        }
        Some(Lowered::Value(self.push(
            Op::Apply {
                row,
                args: operands,
            },
            ty,
            span,
        )))
    }

    fn apply(&mut self, name: &str, args: Vec<Value>, ty: Ty, span: Span) -> Option<Value> {
        let row = rules::row(name)?;
        Some(self.push(Op::Apply { row, args }, ty, span))
    }
}
