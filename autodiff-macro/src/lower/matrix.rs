//! Operators and methods of types that are no numbers: matrices of a library, structs of the user's.
//!
//! What they do, and what they do to adjoints, is said by implementations of the runtime's `Operation`.

mod constructor;
mod elements;
mod faer;
mod method;
mod ndarray;
mod parts;

use super::{Binding, Lowered, Lowerer};
use crate::ir::{
    Argument, Arith, Callee, Function, Kind, Library, Native, Op, Place, Region, Ty, Value,
};
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

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

    pub(super) fn ty_of(&mut self, lowered: &Lowered) -> Option<Ty> {
        match lowered {
            Lowered::Value(v) => Some(self.function.ty(*v)),
            Lowered::Place(p) | Lowered::Reference(p, _) => {
                let p = p.clone();
                Some(self.place_ty(&p))
            }
            _ => None,
        }
    }

    /// The library an expression's value is of, if it is a matrix.
    pub(super) fn library_of(&mut self, lowered: &Lowered) -> Option<Library> {
        let ty = self.ty_of(lowered)?;
        self.function.types.library(ty)
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
    pub(super) fn infix(&mut self, arith: Arith, a: Lowered, b: Lowered, span: Span) -> Lowered {
        let (name, symbol) = operation_of(arith);
        let native = Native::Infix(symbol);
        let product = match (arith, self.library_of(&a), self.library_of(&b)) {
            (Arith::Mul, Some(x), Some(y)) => self.faer_product(x, y),
            _ => None,
        };
        let ty = match product {
            Some(ty) => ty,
            None => self.result(&[&a, &b]),
        };
        Lowered::Value(self.operation(name, native, vec![a, b], ty, span))
    }

    /// `a += b`: what `a` is then.
    pub(super) fn assigning(
        &mut self,
        arith: Arith,
        a: Lowered,
        b: Lowered,
        span: Span,
    ) -> Lowered {
        let (name, _) = operation_of(arith);
        let native = Native::Assign(match arith {
            Arith::Add => quote!(+=),
            Arith::Sub => quote!(-=),
            Arith::Mul => quote!(*=),
            Arith::Div => quote!(/=),
        });
        let ty = self.result(&[&a, &b]);
        let name = format!("{name}_assign");
        Lowered::Value(self.operation(&name, native, vec![a, b], ty, span))
    }

    /// `-a`
    pub(super) fn negated(&mut self, a: Lowered, span: Span) -> Lowered {
        let ty = self.result(&[&a]);
        Lowered::Value(self.operation("neg", Native::Prefix(quote!(-)), vec![a], ty, span))
    }

    /// What an operator gives: a matrix where one is an operand; otherwise its type has the last word.
    fn result(&mut self, operands: &[&Lowered]) -> Ty {
        let libraries: Vec<Library> = operands
            .iter()
            .filter_map(|operand| self.library_of(operand))
            .collect();
        match libraries.first() {
            // A vector is repeated to the shape of a matrix.
            Some(Library::Ndarray1) if libraries.contains(&Library::Ndarray2) => {
                self.function.types.matrix(Library::Ndarray2)
            }
            Some(library) => self.function.types.matrix(*library),
            None => self.function.types.named(),
        }
    }

    fn operation(
        &mut self,
        name: &str,
        native: Native,
        operands: Vec<Lowered>,
        ty: Ty,
        span: Span,
    ) -> Value {
        let of_library = operands.iter().all(|operand| self.is_of_library(operand));
        let own = operands.iter().find_map(|operand| {
            let ty = self.ty_of(operand)?;
            self.struct_of(ty)
        });
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
        let callee = Callee::Operation {
            name: Ident::new(name, span),
            native,
            of_library,
        };
        let keeps = false;
        let result = self.push(
            Op::Call {
                callee,
                args,
                keeps,
            },
            ty,
            span,
        );
        if let Some(own) = own
            && let of_trait = trait_of(name)
            && crate::parse::is_operator_not_annotated(&own, &of_trait)
        {
            let not_annotated = (of_trait, own.to_string());
            self.function.not_annotated.insert(result, not_annotated);
        }
        result
    }

    /// A matrix, as far as the file tells, or a number.
    fn is_of_library(&mut self, lowered: &Lowered) -> bool {
        let Some(ty) = self.ty_of(lowered) else {
            return false;
        };
        let number = matches!(self.function.types.kind(ty), Kind::Float | Kind::Plain);
        number || self.function.types.is_matrix(ty)
    }

    /// Code of ours in which names of ours stand for what has been lowered already.
    fn with_names(&mut self, names: Vec<(&Ident, Lowered)>, code: &syn::Expr) -> Lowered {
        self.scope_of(names);
        let lowered = self.expr(code);
        self.scopes.pop();
        lowered
    }

    /// The same of code that is taken over as it stands.
    fn with_opaque(&mut self, names: Vec<(&Ident, Lowered)>, code: &syn::Expr) -> Lowered {
        self.scope_of(names);
        let lowered = self.opaque(code);
        self.scopes.pop();
        lowered
    }

    fn scope_of(&mut self, names: Vec<(&Ident, Lowered)>) {
        let scope = names
            .into_iter()
            .map(|(name, lowered)| {
                let binding = match lowered {
                    Lowered::Place(p) => Binding::Place(p),
                    Lowered::Reference(p, exclusive) => Binding::Reference(p, exclusive),
                    other => Binding::Place(Place::whole(self.value_of(other, name.span()))),
                };
                (name.clone(), binding)
            })
            .collect();
        self.scopes.push(scope);
    }
}

/// `add_assign` is of `AddAssign`.
fn trait_of(name: &str) -> String {
    let capitals = name.split('_').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    capitals.collect()
}

/// An operator's name in the runtime, and its symbol.
fn operation_of(arith: Arith) -> (&'static str, TokenStream) {
    match arith {
        Arith::Add => ("add", quote!(+)),
        Arith::Sub => ("sub", quote!(-)),
        Arith::Mul => ("mul", quote!(*)),
        Arith::Div => ("div", quote!(/)),
    }
}

/// Operators between operands of which nothing has told what they are: the compiler finds out.
pub(super) fn undecided(function: &mut Function) {
    fn decide(region: &mut Region, unknown: &dyn Fn(Value) -> bool) {
        for stmt in &mut region.stmts {
            for inner in stmt.op.regions_mut() {
                decide(inner, unknown);
            }
            let (name, native, operands) = match &stmt.op {
                Op::Arith(arith, a, b) => {
                    let (name, symbol) = operation_of(*arith);
                    (name, Native::Infix(symbol), vec![*a, *b])
                }
                Op::Neg(a) => ("neg", Native::Prefix(quote!(-)), vec![*a]),
                _ => continue,
            };
            if operands.iter().chain(&stmt.results).all(|v| unknown(*v)) {
                let name = Ident::new(name, stmt.span);
                stmt.op = Op::Call {
                    callee: Callee::Operation {
                        name,
                        native,
                        of_library: false,
                    },
                    args: operands.into_iter().map(Argument::Value).collect(),
                    keeps: false,
                };
            }
        }
    }
    let mut body = std::mem::take(&mut function.body);
    decide(&mut body, &|v| function.kind(v) == Kind::Unknown);
    function.body = body;
}

/// A name that no code of the user's has.
fn ours(name: &str) -> Ident {
    Ident::new(&format!("__autodiff_{name}"), Span::mixed_site())
}
