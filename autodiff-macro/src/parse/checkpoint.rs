//! `#[checkpoint]` and `#[checkpoint(N)]` on loops: an attribute of ours, which rustc does not know and never sees.

use crate::errors::{Errors, Problem};
use crate::ir::Checkpoint;
use crate::walk::{self, Go, Node};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::ToTokens;

pub fn is_ours(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("checkpoint")
}

/// What is asked for on a loop.
pub fn on(attributes: &[syn::Attribute]) -> Option<Checkpoint> {
    let attribute = attributes.iter().find(|a| is_ours(a))?;
    Some(Checkpoint {
        snapshots: number(attribute).unwrap_or_default(),
    })
}

/// What is wrong where the number is none.
pub const FORM: &str = "`#[checkpoint]` is given the number of snapshots to keep, or nothing; write `#[checkpoint(100)]`, with a literal of \
     at least 1 or the name of a constant, or `#[checkpoint]`";

fn is_number(literal: &syn::LitInt) -> bool {
    matches!(literal.suffix(), "" | "usize") && literal.base10_parse::<usize>().is_ok_and(|n| n > 0)
}

/// The number of snapshots, a literal or the name of a constant, or that none is given.
fn number(attribute: &syn::Attribute) -> Result<Option<TokenStream>, &'static str> {
    match &attribute.meta {
        syn::Meta::Path(_) => Ok(None),
        syn::Meta::List(list) => match syn::parse2::<syn::Expr>(list.tokens.clone()) {
            Ok(syn::Expr::Lit(syn::ExprLit {
                attrs: _,
                lit: syn::Lit::Int(n),
            })) if is_number(&n) => Ok(Some(n.to_token_stream())),
            Ok(syn::Expr::Path(path)) => Ok(Some(path.to_token_stream())),
            _ => Err(FORM),
        },
        syn::Meta::NameValue(_) => Err(FORM),
    }
}

/// Finds such attributes that say nothing, or stand where they mean nothing.
pub fn check(errors: &mut Errors, block: &syn::Block) {
    let mut loops = Loops {
        errors,
        seen: Vec::new(),
        inner: false,
    };
    walk::walk(block, &mut |node| loops.look(node));
}

struct Loops<'e, 'ast> {
    errors: &'e mut Errors,
    /// Attributes of loops.
    seen: Vec<&'ast syn::Attribute>,
    /// In a function that is annotated itself.
    inner: bool,
}

impl<'ast> Loops<'_, 'ast> {
    fn look(&mut self, node: Node<'ast>) -> Go {
        match node {
            Node::Expr(expr) => self.expr(expr),
            Node::Attribute(attribute) => self.attribute(attribute),
            Node::Function(item) => {
                let outer = self.inner;
                self.inner |= item.attrs.iter().any(super::is_differentiate);
                walk::walk_inside(item, &mut |node| self.look(node));
                self.inner = outer;
                return Go::Past;
            }
            _ => {}
        }
        Go::In
    }

    fn expr(&mut self, expr: &'ast syn::Expr) {
        let attributes: &[syn::Attribute] = match expr {
            syn::Expr::ForLoop(e) => &e.attrs,
            syn::Expr::While(e) => &e.attrs,
            syn::Expr::Loop(e) => &e.attrs,
            _ => &[],
        };
        let ours: Vec<_> = attributes.iter().filter(|a| is_ours(a)).collect();
        for (k, attribute) in ours.iter().enumerate() {
            let problem = match number(attribute) {
                _ if self.inner => {
                    "`#[checkpoint]` in a function of its own under `#[differentiate]` is not seen inside of another; put that \
                     function beside this one"
                }
                _ if k > 0 => "`#[checkpoint]` is given twice; keep one",
                Err(form) => form,
                Ok(_) => continue,
            };
            self.errors.at(attribute, Problem::Checkpoint(problem));
        }
        self.seen.extend(ours);
    }

    fn attribute(&mut self, attribute: &'ast syn::Attribute) {
        if is_ours(attribute) && !self.seen.iter().any(|a| std::ptr::eq(*a, attribute)) {
            self.errors.at(
                attribute,
                Problem::Checkpoint(
                    "`#[checkpoint]` is about the iterations of a loop; put it on a `for`, a `while` or a `loop`",
                ),
            );
        }
    }
}

/// Code as rustc gets it: without these attributes.
pub fn without(tokens: TokenStream) -> TokenStream {
    let mut kept: Vec<TokenTree> = Vec::new();
    for token in tokens {
        let TokenTree::Group(group) = &token else {
            kept.push(token);
            continue;
        };
        let hash = matches!(kept.last(), Some(TokenTree::Punct(p)) if p.as_char() == '#');
        if hash && group.delimiter() == Delimiter::Bracket && names_it(group) {
            kept.pop();
            continue;
        }
        let mut inner = Group::new(group.delimiter(), without(group.stream()));
        inner.set_span(group.span());
        kept.push(TokenTree::Group(inner));
    }
    kept.into_iter().collect()
}

fn names_it(attribute: &Group) -> bool {
    match attribute.stream().into_iter().next() {
        Some(TokenTree::Ident(name)) => name == "checkpoint",
        // What a macro of the user's was given.
        Some(TokenTree::Group(group)) if group.delimiter() == Delimiter::None => names_it(&group),
        _ => false,
    }
}

/// Whether there is such an attribute anywhere.
pub fn is_used(block: &syn::Block) -> bool {
    mentioned(block)
}

/// An item as rustc gets it.
pub fn stripped(item: syn::Item) -> syn::Item {
    if mentioned(&item) {
        syn::parse2(without(item.to_token_stream())).unwrap_or(item)
    } else {
        item
    }
}

fn mentioned<'a>(node: impl Into<Node<'a>>) -> bool {
    walk::any(
        node,
        |node| matches!(node, Node::Attribute(attribute) if is_ours(attribute)),
    )
}
