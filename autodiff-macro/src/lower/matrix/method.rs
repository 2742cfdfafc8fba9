//! Methods of matrices.

use super::ours;
use crate::ir::{Capture, Code, Kind, Library, Native, Op, Place, Step};
use crate::lower::{Lowered, Lowerer};
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::spanned::Spanned;

/// What a method gives.
pub(super) enum Gives {
    Number,
    /// A number in an `Option`.
    OptionalNumber,
    Matrix,
    /// A view, which is a matrix of its own here.
    Part,
    Factors(Library),
    /// An `Option`.
    Optional(Library),
    /// Something of a library's that is never the native one here.
    Own(Library),
    /// Integers: a question about the shape.
    Shape,
}

/// The methods that have a derivative: those of this name for which the runtime implements `Operation`.
fn gives(library: Library, name: &str) -> Option<Gives> {
    match library {
        Library::Nalgebra => of_nalgebra(name),
        Library::NalgebraLu => Some(match name {
            "determinant" => Gives::Number,
            "solve" | "try_inverse" => Gives::Optional(Library::Nalgebra),
            _ => return None,
        }),
        Library::NalgebraCholesky => Some(match name {
            "determinant" | "ln_determinant" => Gives::Number,
            "solve" | "inverse" | "l" => Gives::Matrix,
            _ => return None,
        }),
        // `ndarray_method`, `faer_method`
        Library::Ndarray1 | Library::Ndarray2 => None,
        Library::FaerMat
        | Library::FaerCol
        | Library::FaerRow
        | Library::FaerLu
        | Library::FaerLlt => None,
    }
}

fn of_nalgebra(name: &str) -> Option<Gives> {
    Some(match name {
        "determinant" | "dot" | "magnitude" | "magnitude_squared" | "mean" | "metric_distance"
        | "norm" | "norm_squared" | "sum" | "trace" => Gives::Number,
        "abs" | "add_scalar" | "adjoint" | "column_sum" | "component_div" | "component_mul"
        | "cross" | "diagonal" | "lower_triangle" | "normalize" | "row_sum" | "scale"
        | "tr_mul" | "transpose" | "unscale" | "upper_triangle" => Gives::Matrix,
        "column" | "columns" | "row" | "rows" | "view" => Gives::Part,
        "lu" => Gives::Factors(Library::NalgebraLu),
        "cholesky" => Gives::Optional(Library::NalgebraCholesky),
        "try_inverse" => Gives::Optional(Library::Nalgebra),
        "is_square" | "ncols" | "nrows" | "shape" => Gives::Shape,
        _ => return None,
    })
}

impl Lowerer<'_> {
    /// A method of a matrix; nothing if it is one that sequences have as well, and mean the same by.
    pub(in crate::lower) fn matrix_method(
        &mut self,
        library: Library,
        receiver: &Lowered,
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let span = e.span();
        let name = e.method.to_string();
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        // What is written by way of such a view is not seen to be part of the matrix.
        let entries = library == Library::Nalgebra && name == "as_mut_slice";
        let by_element = name == "iter_mut" && library.is_sequence() || entries;
        if (name.ends_with("_mut") || name.starts_with("as_mut")) && !by_element {
            return Some(self.unsupported(
                &e.method,
                "an exclusive view of a matrix",
                "write to the entries, `a[(i, j)] = ..`, or make a new matrix",
            ));
        }
        match library {
            Library::Nalgebra | Library::NalgebraLu | Library::NalgebraCholesky => {}
            Library::Ndarray1 | Library::Ndarray2 => {
                return self.ndarray_method(library, receiver, e);
            }
            Library::FaerMat
            | Library::FaerCol
            | Library::FaerRow
            | Library::FaerLu
            | Library::FaerLlt => return self.faer_method(library, receiver, e),
        }
        match (name.as_str(), args.as_slice()) {
            ("len" | "is_empty", []) => return None,
            ("as_slice" | "as_mut_slice", []) => {
                return Some(self.entries(receiver, name == "as_mut_slice", e));
            }
            // Entry by entry, column by column.
            ("iter" | "iter_mut", []) => {
                let entries = self.entries(receiver, name == "iter_mut", e);
                return self.sequence_method(&entries, &name, &args, e);
            }
            ("clone" | "clone_owned" | "into_owned", []) => return self.clone_of(receiver, e),
            ("map", [f]) => {
                return Some(self.each(library, receiver, span, &|x| quote!((#f)(#x))));
            }
            ("zip_map", [other, f]) => return Some(self.zip_mapped(receiver, other, f, span)),
            ("fold", [init, f]) => {
                let step = |y, x| quote!((#f)(#y, #x));
                return Some(self.folded(library, receiver, init, span, &step));
            }
            ("fill", [x]) => return Some(self.filled(library, receiver, x, span)),
            ("copy_from", [from]) => {
                let place = self.as_place(receiver.clone(), &e.receiver)?;
                let from = self.expr(from);
                self.write(place, from, span);
                return Some(Lowered::Unit);
            }
            _ => {}
        }
        let Some(gives) = gives(library, &name).filter(|_| e.turbofish.is_none()) else {
            return Some(self.opaque_method(receiver.clone(), e));
        };
        if let Gives::Shape = gives {
            return Some(self.shape(receiver, e));
        }
        let mut operands = vec![receiver.clone()];
        operands.extend(self.method_operands(&args));
        Some(self.given(library, gives, &name, operands, e))
    }

    /// The entries of a matrix, as they lie in memory.
    fn entries(&mut self, receiver: &Lowered, exclusive: bool, e: &syn::ExprMethodCall) -> Lowered {
        match self.as_place(receiver.clone(), &e.receiver) {
            Some(place) => Lowered::Reference(place.then(Step::Entries), exclusive),
            None => Lowered::Never,
        }
    }

    /// The arguments of a method, as they are before those after them are evaluated.
    pub(super) fn method_operands(&mut self, args: &[&syn::Expr]) -> Vec<Lowered> {
        let mut operands = Vec::new();
        for (k, arg) in args.iter().enumerate() {
            let lowered = self.expr(arg);
            operands.push(self.operand_of(lowered, &args[k + 1..], arg.span()));
        }
        operands
    }

    /// What the operation of a name gives.
    pub(super) fn given(
        &mut self,
        library: Library,
        gives: Gives,
        name: &str,
        operands: Vec<Lowered>,
        e: &syn::ExprMethodCall,
    ) -> Lowered {
        let span = e.span();
        let (ty, native) = match gives {
            Gives::Number => (
                self.function.types.float(),
                Native::Method(e.method.clone()),
            ),
            Gives::Matrix => match library {
                Library::NalgebraLu | Library::NalgebraCholesky => {
                    (self.function.types.matrix(Library::Nalgebra), Native::Never)
                }
                _ => (
                    self.function.types.matrix(library),
                    Native::Method(e.method.clone()),
                ),
            },
            Gives::Own(library) => (self.function.types.matrix(library), Native::Never),
            Gives::Part | Gives::Shape => (self.function.types.matrix(library), Native::Never),
            Gives::Factors(factors) => (self.function.types.matrix(factors), Native::Never),
            Gives::Optional(_) | Gives::OptionalNumber => {
                let some = self.function.types.plain();
                let payload = match gives {
                    Gives::Optional(payload) => self.function.types.matrix(payload),
                    _ => self.function.types.float(),
                };
                let pair = Kind::Tuple(vec![some, payload]);
                (self.function.types.known(pair), Native::Never)
            }
        };
        let value = self.operation(name, native, operands, ty, e.method.span());
        if let Gives::Optional(_) | Gives::OptionalNumber = gives {
            let part =
                |k: usize| Place::whole(value).then(Step::Field(syn::Member::Unnamed(k.into())));
            let some = self.read(part(0), span);
            return Lowered::Optional(some, Box::new(Lowered::Place(part(1))));
        }
        Lowered::Value(value)
    }

    /// `m.nrows()`: asked of the value, without a derivative.
    pub(in crate::lower) fn shape(
        &mut self,
        receiver: &Lowered,
        e: &syn::ExprMethodCall,
    ) -> Lowered {
        let Some(place) = self.as_place(receiver.clone(), &e.receiver) else {
            return Lowered::Never;
        };
        let (name, method) = (ours("matrix"), &e.method);
        let captures = vec![Capture {
            name: name.clone(),
            place,
            reference: true,
            exclusive: false,
        }];
        let krate = &self.source.options.krate;
        let answer = Ident::new("answer", e.span().resolved_at(Span::mixed_site()));
        let code =
            syn::parse_quote_spanned!(e.span()=> #krate::__private::#answer({ #name.#method() }));
        let code = Code::Expr(Box::new(code));
        let ty = if method == "shape" || method == "dim" {
            let sides = vec![self.function.types.plain(), self.function.types.plain()];
            self.function.types.known(Kind::Tuple(sides))
        } else {
            self.function.types.plain()
        };
        Lowered::Value(self.push(Op::Ask { code, captures }, ty, e.span()))
    }

    /// `x.zip_map(&other, f)`
    fn zip_mapped(
        &mut self,
        receiver: &Lowered,
        other: &syn::Expr,
        f: &syn::Expr,
        span: Span,
    ) -> Lowered {
        let (x, y, z, k) = (ours("x"), ours("y"), ours("z"), ours("k"));
        let other = self.expr(other);
        let zeros = self.zeros_like(Library::Nalgebra, receiver, span);
        let empty = ours("empty");
        let code = syn::parse_quote_spanned!(span=> {
            ::core::assert!(#x.shape() == #z.shape());
            let mut #y = #empty;
            for #k in 0usize..#x.len() {
                #y.as_mut_slice()[#k] = (#f)(#x.as_slice()[#k], #z.as_slice()[#k]);
            }
            #y
        });
        let names = vec![(&x, receiver.clone()), (&z, other), (&empty, zeros)];
        self.with_names(names, &code)
    }
}
