//! The types of Jacobians and Hessians.

use crate::ast::Shape;
use crate::emit::public::Public;
use crate::emit::signature;
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

/// The type of a Jacobian or Hessian.
pub(super) enum Extent {
    /// Nested arrays, and how deep they are.
    Static {
        ty: TokenStream,
        depth: usize,
    },
    Matrix,
}

impl Public<'_> {
    /// The side of a Hessian, where it can be named.
    pub(super) fn square(&self) -> Option<TokenStream> {
        let inputs = self.all_inputs();
        let shapes: Vec<&Shape> = inputs.iter().map(|p| &p.shape).collect();
        if let [Shape::Array(element, len)] = shapes.as_slice()
            && matches!(**element, Shape::Float)
        {
            return Some(quote!({ #len }));
        }
        self.nameable(&shapes)
    }

    /// The number of floats, if it is no expression over generic constants.
    fn nameable(&self, shapes: &[&Shape]) -> Option<TokenStream> {
        let sizes = shapes.iter().map(|s| size(s)).collect::<Option<Vec<_>>>()?;
        let total = quote!({ #(#sizes)+* });
        let constants: Vec<_> = self
            .source
            .item
            .sig
            .generics
            .const_params()
            .map(|c| c.ident.to_string())
            .collect();
        (!mentions(total.clone(), &constants)).then_some(total)
    }

    pub(super) fn jacobian_extent(&self) -> Extent {
        let float = self.float();
        let inputs = self.all_inputs();
        let leaf = match inputs.as_slice() {
            [p] if matches!(p.shape, Shape::Array(..)) && static_floats(&p.shape) => {
                Some((signature::gradient(&self.rt, &p.ty), depth(&p.shape)))
            }
            many => {
                let shapes: Vec<&Shape> = many.iter().map(|p| &p.shape).collect();
                self.nameable(&shapes).map(|n| (quote!([#float; #n]), 1))
            }
        };
        match leaf {
            Some((leaf, depth)) => self.rows_of(&leaf, depth),
            None => Extent::Matrix,
        }
    }

    /// One `leaf` for each output.
    pub(super) fn rows_of(&self, leaf: &TokenStream, leaf_depth: usize) -> Extent {
        let outputs = self.outputs();
        let single = match (&self.source.output, outputs.as_slice()) {
            (Some(shape), []) => Some(shape),
            (None, [p]) => Some(&p.shape),
            _ => None,
        };
        match single {
            Some(Shape::Float) => Extent::Static {
                ty: quote!([#leaf; 1]),
                depth: leaf_depth + 1,
            },
            Some(shape @ Shape::Array(..)) if static_floats(shape) => Extent::Static {
                ty: nested(shape, leaf),
                depth: leaf_depth + depth(shape),
            },
            _ => {
                let shapes: Vec<&Shape> = self
                    .source
                    .output
                    .iter()
                    .chain(outputs.iter().map(|p| &p.shape))
                    .collect();
                match self.nameable(&shapes) {
                    Some(rows) => Extent::Static {
                        ty: quote!([#leaf; #rows]),
                        depth: leaf_depth + 1,
                    },
                    None => Extent::Matrix,
                }
            }
        }
    }
}

/// An array of arrays of floats and nothing else.
fn static_floats(shape: &Shape) -> bool {
    match shape {
        Shape::Float => true,
        Shape::Array(element, _) => static_floats(element),
        _ => false,
    }
}

fn depth(shape: &Shape) -> usize {
    match shape {
        Shape::Array(element, _) => 1 + depth(element),
        _ => 0,
    }
}

/// The array with `leaf` in the place of the float.
fn nested(shape: &Shape, leaf: &TokenStream) -> TokenStream {
    match shape {
        Shape::Array(element, len) => {
            let element = nested(element, leaf);
            quote!([#element; #len])
        }
        _ => leaf.clone(),
    }
}

/// The number of floats, where the type tells.
pub(super) fn size(shape: &Shape) -> Option<TokenStream> {
    match shape {
        Shape::Float => Some(quote!(1usize)),
        Shape::Array(element, len) => {
            let element = size(element)?;
            Some(quote!((#len) * (#element)))
        }
        Shape::Tuple(parts) => {
            let parts = parts.iter().map(size).collect::<Option<Vec<_>>>()?;
            Some(quote!((0usize #(+ #parts)*)))
        }
        Shape::Plain(_) => Some(quote!(0usize)),
        Shape::Slice(_) | Shape::Vec(_) | Shape::Opaque(_) => None,
    }
}

/// The number of floats, where it is written in numbers.
pub(super) fn literal_size(shape: &Shape) -> Option<usize> {
    match shape {
        Shape::Float => Some(1),
        Shape::Array(element, len) => {
            let len: syn::LitInt = syn::parse2(len.to_token_stream()).ok()?;
            literal_size(element)?.checked_mul(len.base10_parse().ok()?)
        }
        Shape::Tuple(parts) => parts.iter().map(literal_size).sum(),
        Shape::Plain(_) => Some(0),
        Shape::Slice(_) | Shape::Vec(_) | Shape::Opaque(_) => None,
    }
}

fn mentions(tokens: TokenStream, names: &[String]) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => names.contains(&ident.to_string()),
        proc_macro2::TokenTree::Group(group) => mentions(group.stream(), names),
        _ => false,
    })
}

/// From nested arrays to one slice.
pub(super) fn flatten(depth: usize) -> TokenStream {
    let steps = (1..depth).map(|_| quote!(.as_flattened_mut()));
    if depth == 1 {
        quote!(.as_mut_slice())
    } else {
        quote!(#(#steps)*)
    }
}
