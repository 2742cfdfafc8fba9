//! Parts of a matrix whose size is their type's, and rows and columns one after another.

use super::ours;
use crate::ir::{Capture, Code, Library, Op, Place};
use crate::lower::{Lowered, Lowerer};
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// `x.fixed_view::<2, 3>(i, j)` and the like: the entries from one on, written into a matrix of the part's type. `start`: which
    /// arguments say where it begins; otherwise it is the first row or column.
    ///
    /// ```text
    /// y = zeros like the part; for j { for i { y[(i, j)] = x[(row + i, col + j)] } }
    /// ```
    pub(super) fn fixed_part(
        &mut self,
        receiver: &Lowered,
        start: (Option<usize>, Option<usize>),
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let span = e.span();
        let matrix = self.as_place(receiver.clone(), &e.receiver)?;
        let numbers = [ours("first"), ours("second")];
        let mut captures = vec![Capture {
            name: ours("matrix"),
            place: matrix,
            reference: true,
            exclusive: false,
        }];
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        for (name, lowered) in numbers.iter().zip(self.method_operands(&args)) {
            captures.push(Capture {
                name: name.clone(),
                place: Place::whole(self.value_of(lowered, span)),
                reference: false,
                exclusive: false,
            });
        }
        let krate = &self.source.options.krate;
        let (x, given) = (&captures[0].name, &numbers[..args.len()]);
        let (method, turbofish) = (&e.method, &e.turbofish);
        let code = syn::parse_quote_spanned!(span=>
            #krate::__private::Space::zero_like(&#x.#method #turbofish(#(#given),*).into_owned())
        );
        let known: Vec<_> = captures[1..]
            .iter()
            .map(|c| (&c.name, Lowered::Place(c.place.clone())))
            .collect();
        let ty = self.function.types.matrix(Library::Nalgebra);
        let code = Code::Expr(Box::new(code));
        let op = Op::Ask {
            code,
            captures: captures.clone(),
        };
        let zeros = Lowered::Value(self.push(op, ty, span));

        let (x, y, empty) = (ours("x"), ours("y"), ours("empty"));
        let (i, j) = (ours("i"), ours("j"));
        let at = |start: Option<usize>, k: &proc_macro2::Ident| match start {
            Some(argument) => {
                let start = &numbers[argument];
                quote!(#start + #k)
            }
            None => quote!(#k),
        };
        let (row, col) = (at(start.0, &i), at(start.1, &j));
        let code = syn::parse_quote_spanned!(span=> {
            let mut #y = #empty;
            for #j in 0usize..#y.ncols() {
                for #i in 0usize..#y.nrows() {
                    #y[(#i, #j)] = #x[(#row, #col)];
                }
            }
            #y
        });
        let names = [vec![(&x, receiver.clone()), (&empty, zeros)], known].concat();
        Some(self.with_names(names, &code))
    }

    /// The rows of a matrix, or its columns.
    ///
    /// ```text
    /// x.row_iter()        (0..x.nrows()).map(|i| x.row(i))
    /// ```
    pub(super) fn lines(
        &mut self,
        receiver: &Lowered,
        rows: bool,
        e: &syn::ExprMethodCall,
    ) -> Lowered {
        let (x, i) = (ours("x"), ours("i"));
        let code = if rows {
            syn::parse_quote_spanned!(e.span()=> (0usize..#x.nrows()).map(|#i| #x.row(#i)))
        } else {
            syn::parse_quote_spanned!(e.span()=> (0usize..#x.ncols()).map(|#i| #x.column(#i)))
        };
        self.with_names(vec![(&x, receiver.clone())], &code)
    }

    /// What a method makes of a matrix in its place: the operation of that name gives it.
    ///
    /// ```text
    /// a.component_mul_assign(&b)        a = a.component_mul(&b)
    /// ```
    pub(super) fn in_place(
        &mut self,
        library: Library,
        receiver: &Lowered,
        operation: &str,
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let place = self.as_place(receiver.clone(), &e.receiver)?;
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let mut operands = vec![Lowered::Reference(place.clone(), false)];
        operands.extend(self.method_operands(&args));
        let ty = self.function.types.matrix(library);
        let native = crate::ir::Native::Never;
        let value = self.operation(operation, native, operands, ty, e.method.span());
        self.write(place, Lowered::Value(value), e.span());
        Some(Lowered::Unit)
    }
}

/// The number in `Axis(0)`.
pub(super) fn axis(expr: &syn::Expr) -> Option<usize> {
    let syn::Expr::Call(call) = expr else {
        return None;
    };
    let syn::Expr::Path(path) = &*call.func else {
        return None;
    };
    let named = path.path.segments.last().is_some_and(|s| s.ident == "Axis");
    match call.args.first() {
        Some(syn::Expr::Lit(syn::ExprLit {
            lit: syn::Lit::Int(k),
            ..
        })) if named => k.base10_parse().ok(),
        _ => None,
    }
}
