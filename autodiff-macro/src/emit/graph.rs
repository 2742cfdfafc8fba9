//! The computation graph as data: what `f_graph()` returns.
//!
//! In: the representation after `normalize`, and its reverse. Out: constants of the types in the runtime's `graph`. A
//! value becomes a node with a name that people use (`a`, `b`, …); a constant is written where it is used.

mod adjoint;
mod formula;
mod node;
mod source;
mod spell;

use self::node::{Builder, Edge, Node, Operand};
use super::companions::runtime;
use super::public::{self, Bodies};
use crate::analyze::Plan;
use crate::ast::Source;
use crate::errors::Errors;
use crate::lower::Primal;
use crate::transform::{self, Style};
use proc_macro2::{Literal, TokenStream};
use quote::quote;

/// The function that returns the graph, if it is asked for.
pub fn graph(source: &Source, primal: &Primal, plan: &Plan) -> TokenStream {
    if !source.options.graph {
        return TokenStream::new();
    }
    let mut builder = Builder::new(source, &primal.function, plan);
    builder.function();
    let mut errors = Errors::default();
    let reversed = transform::reverse(&mut errors, source, &primal.function, plan, Style::Plain);
    let adjoint = adjoint::listing(&builder, source, &primal.function, &reversed);
    public::graph(source, &Bodies::Real, &data(&builder, source, &adjoint))
}

/// In place of the graph of a function that could not be differentiated.
pub fn stub(source: &Source) -> TokenStream {
    if !source.options.graph {
        return TokenStream::new();
    }
    public::graph(source, &Bodies::Stub, &TokenStream::new())
}

/// A function whose derivative the user has given is one node.
pub fn of_rule(source: &Source) -> TokenStream {
    if !source.options.graph || source.options.rule.is_none() {
        return TokenStream::new();
    }
    let function = crate::ir::Function::default();
    let plan = Plan::new(source, &function);
    let mut builder = Builder::new(source, &function, &plan);
    let adjoint = builder.ruled();
    public::graph(source, &Bodies::Real, &data(&builder, source, &adjoint))
}

fn data(builder: &Builder<'_>, source: &Source, adjoint: &str) -> TokenStream {
    let rt = runtime(source);
    let rt = quote!(#rt::graph);
    let name = source.item.sig.ident.to_string();
    let name = name.trim_start_matches("r#");
    let nodes = builder.nodes.iter().map(|n| node(&rt, n));
    let edges = builder.edges().into_iter().map(|e| {
        let Edge { from, to, partial } = e;
        let partial = option(partial.map(|p| quote!(#p)));
        let (from, to) = (number(from), number(to));
        quote!(#rt::Edge { from: #from, to: #to, partial: #partial })
    });
    let regions = builder.regions.iter().map(|(label, parent)| {
        let parent = option(parent.map(number));
        quote!(#rt::Region { label: #label, parent: #parent })
    });
    let outputs = builder.outputs.iter().map(|k| number(*k));
    let forward = builder.lines.join("\n");
    quote! {
        const __AUTODIFF_GRAPH: #rt::Graph = #rt::Graph {
            __name: #name,
            __nodes: &[#(#nodes),*],
            __edges: &[#(#edges),*],
            __regions: &[#(#regions),*],
            __outputs: &[#(#outputs),*],
            __forward: #forward,
            __adjoint: #adjoint,
        };
        __AUTODIFF_GRAPH
    }
}

fn number(n: usize) -> TokenStream {
    let n = Literal::usize_unsuffixed(n);
    quote!(#n)
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn node(rt: &TokenStream, node: &Node) -> TokenStream {
    let Node {
        name,
        operation,
        operands,
        expression,
        formula,
        partials: _,
        source,
        region,
        active,
    } = node;
    let operands = operands.iter().map(|operand| match operand {
        Operand::Node(k) => {
            let k = number(*k);
            quote!(#rt::Operand::Node(#k))
        }
        Operand::Constant(text) => quote!(#rt::Operand::Constant(#text)),
    });
    let source = option(source.as_ref().map(|s| {
        let source::Excerpt { text, start, end } = s;
        let position = |(line, column): (usize, usize)| {
            let (line, column) = (number(line), number(column));
            quote!((#line, #column))
        };
        let (start, end) = (position(*start), position(*end));
        quote!(#rt::Source { text: #text, start: #start, end: #end })
    }));
    let region = number(*region);
    quote! {
        #rt::Node {
            name: #name,
            operation: #rt::Operation::#operation,
            operands: &[#(#operands),*],
            expression: #expression,
            formula: #formula,
            source: #source,
            region: #region,
            active: #active,
        }
    }
}
