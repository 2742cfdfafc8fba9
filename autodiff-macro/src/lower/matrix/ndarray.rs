//! ndarray's arrays of one and of two axes: `Array1`, `Array2` and views of them. A view is an array of its own here.

use super::elements::{elements, over};
use super::method::Gives;
use super::ours;
use super::parts::axis;
use crate::ir::{Library, Native, Ty};
use crate::lower::{Lowered, Lowerer};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::spanned::Spanned;

/// Functions that ndarray applies to each element.
const ELEMENTWISE: [&str; 29] = [
    "abs", "acos", "acosh", "asin", "asinh", "atan", "atanh", "cbrt", "ceil", "cos", "cosh", "exp",
    "exp2", "exp_m1", "floor", "fract", "ln", "ln_1p", "log10", "log2", "recip", "round", "signum",
    "sin", "sinh", "sqrt", "tan", "tanh", "trunc",
];
const ELEMENTWISE_WITH: [&str; 4] = ["powi", "powf", "log", "hypot"];

impl Lowerer<'_> {
    /// A method of an array; nothing if it is one that sequences have as well, and mean the same by.
    pub(super) fn ndarray_method(
        &mut self,
        library: Library,
        receiver: &Lowered,
        e: &syn::ExprMethodCall,
    ) -> Option<Lowered> {
        let span = e.span();
        let name = e.method.to_string();
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let flat = library == Library::Ndarray1;
        let gives = match (name.as_str(), args.as_slice()) {
            ("iter" | "iter_mut" | "len" | "is_empty", []) if flat => return None,
            // No slice of it is one: it may lie in memory with gaps.
            ("to_vec", []) if flat => {
                let x = ours("x");
                let code = syn::parse_quote_spanned!(span=> #x.iter().copied().collect::<::std::vec::Vec<_>>());
                return Some(self.with_names(vec![(&x, receiver.clone())], &code));
            }
            ("view", []) => {
                let place = self.as_place(receiver.clone(), &e.receiver)?;
                return Some(Lowered::Reference(place, false));
            }
            ("clone" | "to_owned" | "into_owned", []) => return self.clone_of(receiver, e),
            ("iter", []) => {
                let flattened = Gives::Own(Library::Ndarray1);
                let operands = vec![receiver.clone()];
                let elements = self.given(library, flattened, "flatten", operands, e);
                let elements_name = ours("elements");
                let code = syn::parse_quote_spanned!(span=> #elements_name.iter());
                return Some(self.with_names(vec![(&elements_name, elements)], &code));
            }
            ("mapv" | "mapv_into", [f]) => {
                return Some(self.each(library, receiver, span, &|x| quote!((#f)(#x))));
            }
            ("map", [f]) => {
                return Some(self.each(library, receiver, span, &|x| quote!((#f)(&#x))));
            }
            ("mapv_inplace", [f]) => {
                return Some(self.replaced(library, receiver, span, &|x| quote!((#f)(#x))));
            }
            ("map_inplace", [f]) => {
                let x = ours("x");
                let (head, at) = elements(library, &x);
                let change = over(&head, quote!((#f)(&mut #x[#at]);));
                let code = syn::parse_quote_spanned!(span=> { #change });
                return Some(self.with_names(vec![(&x, receiver.clone())], &code));
            }
            ("scaled_add", [factor, other]) => {
                let (x, y, value) = (ours("x"), ours("y"), ours("value"));
                let operands = self.method_operands(&[factor, other]);
                let mut names = vec![(&x, receiver.clone())];
                names.extend([&value, &y].into_iter().zip(operands));
                let code = syn::parse_quote_spanned!(span=> { #x += #y * #value; });
                return Some(self.with_names(names, &code));
            }
            ("rows" | "outer_iter" | "columns", []) if !flat => {
                return Some(self.lines(receiver, name != "columns", e));
            }
            ("axis_iter", [of]) if !flat && axis(of).is_some_and(|k| k < 2) => {
                return Some(self.lines(receiver, axis(of) == Some(0), e));
            }
            ("index_axis", [of, at]) if !flat && axis(of).is_some_and(|k| k < 2) => {
                let line = if axis(of) == Some(0) { "row" } else { "column" };
                let operands = [vec![receiver.clone()], self.method_operands(&[at])].concat();
                return Some(self.given(library, Gives::Own(Library::Ndarray1), line, operands, e));
            }
            ("fill", [x]) => return Some(self.filled(library, receiver, x, span)),
            (function, []) if ELEMENTWISE.contains(&function) => {
                let method = &e.method;
                return Some(self.each(library, receiver, span, &|x| quote!(#x.#method())));
            }
            (function, [with]) if ELEMENTWISE_WITH.contains(&function) => {
                let (method, value) = (&e.method, ours("value"));
                return Some(self.with_value(&value, with, |cx| {
                    cx.each(library, receiver, span, &|x| quote!(#x.#method(#value)))
                }));
            }
            ("fold", [init, f]) => {
                let step = |y, x| quote!((#f)(#y, &#x));
                return Some(self.folded(library, receiver, init, span, &step));
            }
            ("assign", [from]) => {
                let place = self.as_place(receiver.clone(), &e.receiver)?;
                let mut operands = vec![Lowered::Reference(place.clone(), false)];
                operands.extend(self.method_operands(&[from]));
                let ty = self.function.types.matrix(library);
                let value = self.operation("assign", Native::Never, operands, ty, e.method.span());
                self.write(place, Lowered::Value(value), span);
                return Some(Lowered::Unit);
            }
            ("len" | "is_empty" | "ncols" | "nrows" | "is_square", []) => Gives::Shape,
            ("dim", []) if !flat => Gives::Shape,
            ("sum", []) => Gives::Number,
            ("mean", []) => Gives::OptionalNumber,
            ("std" | "var", [_]) => Gives::Number,
            ("mean_axis", [_]) if !flat => Gives::Optional(Library::Ndarray1),
            ("sum_axis", [_]) if !flat => Gives::Own(Library::Ndarray1),
            ("t", []) => Gives::Part,
            ("reversed_axes", []) => {
                return Some(self.given(library, Gives::Part, "t", vec![receiver.clone()], e));
            }
            ("diag", []) | ("row" | "column", [_]) if !flat => Gives::Own(Library::Ndarray1),
            ("slice", [syn::Expr::Macro(slice)]) => match axes_of_slice(&slice.mac) {
                1 => Gives::Own(Library::Ndarray1),
                2 => Gives::Own(Library::Ndarray2),
                _ => return Some(self.opaque_method(receiver.clone(), e)),
            },
            ("dot", [other]) => {
                let operands = self.method_operands(&[other]);
                let gives = match (flat, self.library_of(&operands[0])) {
                    (true, Some(Library::Ndarray1)) => Gives::Number,
                    (false, Some(Library::Ndarray2)) => Gives::Matrix,
                    (true, Some(Library::Ndarray2)) | (false, Some(Library::Ndarray1)) => {
                        return Some(self.product(receiver, operands, e));
                    }
                    _ => {
                        return Some(self.unsupported(
                            *other,
                            "a product with something whose type does not stand here",
                            "bind it to a name with its type first: `let b: &Array1<f64> = &p.b;`",
                        ));
                    }
                };
                let operands = [vec![receiver.clone()], operands].concat();
                return Some(self.given(library, gives, "dot", operands, e));
            }
            _ => return Some(self.opaque_method(receiver.clone(), e)),
        };
        if let Gives::Shape = gives {
            return Some(self.shape(receiver, e));
        }
        let operands = [vec![receiver.clone()], self.method_operands(&args)].concat();
        Some(self.given(library, gives, &name, operands, e))
    }

    /// A product of a matrix and a vector.
    fn product(
        &mut self,
        receiver: &Lowered,
        operands: Vec<Lowered>,
        e: &syn::ExprMethodCall,
    ) -> Lowered {
        let ty: Ty = self.function.types.matrix(Library::Ndarray1);
        let native = Native::Method(e.method.clone());
        let operands = [vec![receiver.clone()], operands].concat();
        Lowered::Value(self.operation("dot", native, operands, ty, e.method.span()))
    }

    /// `Array1::from_vec(..)` and the like, of what may depend on a differentiable input.
    pub(super) fn ndarray_constructor(
        &mut self,
        library: Library,
        path: &syn::ExprPath,
        function: &Ident,
        args: &[&syn::Expr],
    ) -> Option<Lowered> {
        let span = path.span();
        let (x, shape, data, i, j) = (ours("x"), ours("shape"), ours("data"), ours("i"), ours("j"));
        let mut zeros = path.clone();
        zeros.path.segments.last_mut()?.ident = Ident::new("zeros", function.span());
        let (head, at) = elements(library, &x);
        let code: syn::Expr = match (function.to_string().as_str(), args, library) {
            ("from_vec", [list], Library::Ndarray1) | ("from_iter", [list], Library::Ndarray1) => {
                let list = match function.to_string().as_str() {
                    "from_iter" => collected(list),
                    _ => list.to_token_stream(),
                };
                syn::parse_quote_spanned!(span=> {
                    let #data = #list;
                    let #shape = #data.len();
                    let mut #x = #zeros(#shape);
                    for #i in 0usize..#shape {
                        #x[#i] = #data[#i];
                    }
                    #x
                })
            }
            ("from_elem", [of, value], _) => {
                let store = over(&head, quote!(#x[#at] = #data;));
                syn::parse_quote_spanned!(span=> {
                    let #shape = #of;
                    let #data = #value;
                    let mut #x = #zeros(#shape);
                    #store
                    #x
                })
            }
            ("from_shape_fn", [of, f], _) => {
                let value = match library {
                    Library::Ndarray1 => quote!((#f)(#i)),
                    _ => quote!((#f)((#i, #j))),
                };
                let store = over(&head, quote!(#x[#at] = #value;));
                syn::parse_quote_spanned!(span=> {
                    let #shape = #of;
                    let mut #x = #zeros(#shape);
                    #store
                    #x
                })
            }
            // The shape may be asked of something that depends on an input.
            ("zeros" | "ones", [of], _) if !matches!(of, syn::Expr::Path(_)) => {
                syn::parse_quote_spanned!(span=> {
                    let #shape = #of;
                    #path(#shape)
                })
            }
            _ => return None,
        };
        Some(self.expr(&code))
    }

    /// `array![a, b]`, `array![[a, b], [c, d]]`
    pub(in crate::lower) fn array_macro(&mut self, mac: &syn::Macro) -> Option<Lowered> {
        let span = mac.span();
        let parser = syn::punctuated::Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
        let entries = syn::parse::Parser::parse2(parser, mac.tokens.clone()).ok()?;
        let rows: Option<Vec<&syn::ExprArray>> = entries
            .iter()
            .map(|row| match row {
                syn::Expr::Array(row) => Some(row),
                _ => None,
            })
            .collect();
        let krate = &self.source.options.krate;
        let (x, float) = (ours("x"), self.source.scalar.float()?);
        let float = Ident::new(float, Span::mixed_site());
        let (name, zeros, stores) = match rows {
            Some(rows) if !rows.is_empty() => {
                let (height, width) = (rows.len(), rows[0].elems.len());
                if rows.iter().any(|row| row.elems.len() != width) {
                    return None;
                }
                let stores: Vec<TokenStream> = rows
                    .iter()
                    .enumerate()
                    .flat_map(|(i, row)| row.elems.iter().enumerate().map(move |at| (i, at)))
                    .map(|(i, (j, entry))| quote!(#x[(#i, #j)] = #entry;))
                    .collect();
                ("Array2", quote!((#height, #width)), stores)
            }
            _ if entries.iter().any(|e| matches!(e, syn::Expr::Array(_))) => return None,
            _ => {
                let count = entries.len();
                let stores = entries
                    .iter()
                    .enumerate()
                    .map(|(i, entry)| quote!(#x[#i] = #entry;))
                    .collect();
                ("Array1", quote!(#count), stores)
            }
        };
        let name = Ident::new(name, mac.path.span());
        let code: syn::Expr = syn::parse_quote_spanned!(span=> {
            let mut #x = #krate::__private::ndarray::#name::<::core::primitive::#float>::zeros(#zeros);
            #(#stores)*
            #x
        });
        Some(self.expr(&code))
    }
}

/// Something to be iterated over, as a vector.
fn collected(items: &syn::Expr) -> TokenStream {
    let items = match items {
        syn::Expr::MethodCall(_) | syn::Expr::Path(_) => items.to_token_stream(),
        other => quote!((#other)),
    };
    quote!(#items.collect::<::std::vec::Vec<_>>())
}

/// How many axes `s![..]` leaves: those of which it names a range, not a number.
fn axes_of_slice(mac: &syn::Macro) -> usize {
    if mac.path.segments.last().is_none_or(|s| s.ident != "s") {
        return 0;
    }
    let (mut axes, mut range) = (0, false);
    let mut dots = 0;
    for token in mac.tokens.clone() {
        match token {
            TokenTree::Punct(p) if p.as_char() == ',' => {
                axes += usize::from(range);
                (range, dots) = (false, 0);
            }
            TokenTree::Punct(p) if p.as_char() == '.' => {
                dots += 1;
                range |= dots >= 2;
            }
            _ => dots = 0,
        }
    }
    axes + usize::from(range)
}
