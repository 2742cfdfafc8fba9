//! What is done with each element: as the loops that it is.

use super::ours;
use crate::ir::{Capture, Code, Library, Op, Place};
use crate::lower::{Lowered, Lowerer};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// `x.clone()`
    pub(super) fn clone_of(
        &mut self,
        receiver: &Lowered,
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let place = self.as_place(receiver.clone(), &e.receiver)?;
        let ty = self.place_ty(&place);
        Some(Lowered::Value(self.push(Op::Copy(place), ty, e.span())))
    }

    /// `y`, with each element a function of the one of `x`.
    pub(super) fn each(
        &mut self,
        library: Library,
        receiver: &Lowered,
        span: Span,
        f: &dyn Fn(TokenStream) -> TokenStream,
    ) -> Lowered {
        let (x, y) = (ours("x"), ours("y"));
        let (head, at) = elements(library, &x);
        let (from, to) = (read(library, &x, &at), written(library, &y, &at));
        let value = f(from);
        let store = over(&head, quote!(#to = #value;));
        let zeros = self.zeros_like(library, receiver, span);
        let empty = ours("empty");
        let code = syn::parse_quote_spanned!(span=> {
            let mut #y = #empty;
            #store
            #y
        });
        self.with_names(vec![(&x, receiver.clone()), (&empty, zeros)], &code)
    }

    /// A matrix of this shape, of nothing but zeros, all of which will be written over.
    pub(super) fn zeros_like(
        &mut self,
        library: Library,
        receiver: &Lowered,
        span: Span,
    ) -> Lowered {
        let place = match receiver {
            Lowered::Place(place) | Lowered::Reference(place, _) => place.clone(),
            other => Place::whole(self.value_of(other.clone(), span)),
        };
        let name = ours("matrix");
        let krate = &self.source.options.krate;
        let code = syn::parse_quote_spanned!(span=> #krate::__private::Space::zero_like(#name));
        let captures = vec![Capture {
            name,
            place,
            reference: true,
            exclusive: false,
        }];
        let code = Code::Expr(Box::new(code));
        let ty = self.function.types.matrix(library);
        Lowered::Value(self.push(Op::Ask { code, captures }, ty, span))
    }

    /// Each element of `x` replaced by a function of it.
    pub(super) fn replaced(
        &mut self,
        library: Library,
        receiver: &Lowered,
        span: Span,
        f: &dyn Fn(TokenStream) -> TokenStream,
    ) -> Lowered {
        let x = ours("x");
        let (head, at) = elements(library, &x);
        let (from, to) = (read(library, &x, &at), written(library, &x, &at));
        let value = f(from);
        let store = over(&head, quote!(#to = #value;));
        let code = syn::parse_quote_spanned!(span=> { #store });
        self.with_names(vec![(&x, receiver.clone())], &code)
    }

    /// `x.fold(init, step)`
    pub(super) fn folded(
        &mut self,
        library: Library,
        receiver: &Lowered,
        init: &syn::Expr,
        span: Span,
        step: &dyn Fn(TokenStream, TokenStream) -> TokenStream,
    ) -> Lowered {
        let (x, y) = (ours("x"), ours("y"));
        let (head, at) = elements(library, &x);
        let next = step(quote!(#y), read(library, &x, &at));
        let step = over(&head, quote!(#y = #next;));
        let code = syn::parse_quote_spanned!(span=> {
            let mut #y = #init;
            #step
            #y
        });
        self.with_names(vec![(&x, receiver.clone())], &code)
    }

    /// `x.fill(value)`
    pub(super) fn filled(
        &mut self,
        library: Library,
        receiver: &Lowered,
        x: &syn::Expr,
        span: Span,
    ) -> Lowered {
        let value = ours("value");
        self.with_value(&value, x, |cx| {
            cx.replaced(library, receiver, span, &|_| value.to_token_stream())
        })
    }

    /// Code in which a name of ours stands for a value.
    pub(super) fn with_value(
        &mut self,
        name: &Ident,
        value: &syn::Expr,
        code: impl FnOnce(&mut Self) -> Lowered,
    ) -> Lowered {
        let lowered = self.expr(value);
        let lowered = Lowered::Value(self.value_of(lowered, value.span()));
        self.scope_of(vec![(name, lowered)]);
        let lowered = code(self);
        self.scopes.pop();
        lowered
    }
}

/// The loops over the elements of `x` in the order of the indices, outermost first, and the index of one of them.
pub(super) fn elements(library: Library, x: &Ident) -> (Vec<TokenStream>, TokenStream) {
    let (i, j) = (ours("i"), ours("j"));
    if library.is_sequence() {
        return (vec![quote!(for #i in 0usize..#x.len())], quote!(#i));
    }
    let rows = quote!(for #i in 0usize..#x.nrows());
    let cols = quote!(for #j in 0usize..#x.ncols());
    (vec![rows, cols], quote!((#i, #j)))
}

/// An element that is read. By one number nalgebra finds it by a division.
fn read(library: Library, x: &Ident, at: &TokenStream) -> TokenStream {
    match library {
        Library::Nalgebra => quote!(#x.as_slice()[#at]),
        _ => quote!(#x[#at]),
    }
}

/// An element that is written to.
fn written(library: Library, x: &Ident, at: &TokenStream) -> TokenStream {
    match library {
        Library::Nalgebra => quote!(#x.as_mut_slice()[#at]),
        _ => quote!(#x[#at]),
    }
}

pub(super) fn over(heads: &[TokenStream], body: TokenStream) -> TokenStream {
    heads
        .iter()
        .rev()
        .fold(body, |body, head| quote!(#head { #body }))
}
