//! Operators and methods of types that are no numbers: matrices of a library, structs of the user's.
//!
//! What they do, and what they do to adjoints, is said by implementations of the runtime's `Operation`.

use super::{Lowered, Lowerer};
use crate::ir::{Argument, Arith, Callee, Kind, Native, Op};
use proc_macro2::{Ident, Span};
use quote::{ToTokens, quote};

impl Lowerer<'_> {
    /// An operand, as it is before the others are evaluated. What may be no number is not read: it may be large.
    pub(super) fn operand_of(
        &mut self,
        lowered: Lowered,
        others: &[&syn::Expr],
        span: Span,
    ) -> Lowered {
        match &lowered {
            Lowered::Place(p) | Lowered::Reference(p, _) => {
                let ty = self.place_ty(&p.clone());
                match self.function.types.kind(ty) {
                    Kind::Unknown => self.before(lowered, others, span),
                    Kind::Float
                    | Kind::Plain
                    | Kind::Array(_)
                    | Kind::Slice(_)
                    | Kind::Vec(_)
                    | Kind::Tuple(_) => Lowered::Value(self.value_of(lowered, span)),
                }
            }
            _ => Lowered::Value(self.value_of(lowered, span)),
        }
    }

    fn ty_of(&mut self, lowered: &Lowered) -> Option<crate::ir::Ty> {
        match lowered {
            Lowered::Value(v) => Some(self.function.ty(*v)),
            Lowered::Place(p) | Lowered::Reference(p, _) => {
                let p = p.clone();
                Some(self.place_ty(&p))
            }
            _ => None,
        }
    }

    fn is_matrix(&mut self, lowered: &Lowered) -> bool {
        let ty = self.ty_of(lowered);
        ty.is_some_and(|ty| self.function.types.is_matrix(ty))
    }

    /// An operator between these may be one that a type of the library's or of the user's has.
    pub(super) fn own_operator(&mut self, a: &Lowered, b: &Lowered) -> bool {
        let own = |cx: &mut Self, lowered| {
            let ty = cx.ty_of(lowered);
            ty.is_some_and(|ty| cx.function.types.has_own_operators(ty))
        };
        own(self, a) || own(self, b)
    }

    /// `a * b`
    pub(super) fn infix(
        &mut self,
        arith: Arith,
        operator: &syn::BinOp,
        a: Lowered,
        b: Lowered,
        span: Span,
    ) -> Lowered {
        let name = match arith {
            Arith::Add => "add",
            Arith::Sub => "sub",
            Arith::Mul => "mul",
            Arith::Div => "div",
        };
        let native = Native::Infix(operator.to_token_stream());
        let matrix = self.is_matrix(&a) || self.is_matrix(&b);
        self.operation(name, native, vec![a, b], matrix, span)
    }

    /// `-a`
    pub(super) fn negated(&mut self, a: Lowered, span: Span) -> Lowered {
        let matrix = self.is_matrix(&a);
        self.operation("neg", Native::Prefix(quote!(-)), vec![a], matrix, span)
    }

    /// `matrix`: the result is one; otherwise its type has the last word.
    fn operation(
        &mut self,
        name: &str,
        native: Native,
        operands: Vec<Lowered>,
        matrix: bool,
        span: Span,
    ) -> Lowered {
        let args = operands
            .into_iter()
            .map(|operand| match operand {
                Lowered::Reference(p, _) => Argument::Shared(p),
                Lowered::Place(p) => {
                    let ty = self.place_ty(&p);
                    match self.function.types.kind(ty) {
                        Kind::Float | Kind::Plain => Argument::Value(self.read(p, span)),
                        _ => Argument::Owned(p),
                    }
                }
                other => Argument::Value(self.value_of(other, span)),
            })
            .collect();
        let ty = if matrix {
            self.function.types.matrix()
        } else {
            self.function.types.named()
        };
        let callee = Callee::Operation {
            name: Ident::new(name, span),
            native,
        };
        let keeps = false;
        Lowered::Value(self.push(
            Op::Call {
                callee,
                args,
                keeps,
            },
            ty,
            span,
        ))
    }
}
