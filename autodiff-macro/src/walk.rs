//! Walks over syntax, for all stages.
//!
//! Each implementation of syn's visitors is a copy of them all, some hundred functions to compile. So there is one for reading and
//! one for changing, and what a walk is about is a closure that is shown the nodes.

use proc_macro2::Ident;
use syn::visit::{self, Visit};
use syn::visit_mut::{self, VisitMut};

/// What a walk shows, before what is inside of it.
#[derive(Clone, Copy)]
pub enum Node<'a> {
    Item(&'a syn::Item),
    /// A function that is an item, also shown as [`Node::Item`].
    Function(&'a syn::ItemFn),
    Block(&'a syn::Block),
    Attribute(&'a syn::Attribute),
    Expr(&'a syn::Expr),
    Pat(&'a syn::Pat),
    Type(&'a syn::Type),
    Path(&'a syn::Path),
    Lifetime(&'a syn::Lifetime),
    Lit(&'a syn::Lit),
    Macro(&'a syn::Macro),
}

/// The same, to be changed.
pub enum NodeMut<'a> {
    Block(&'a mut syn::Block),
    Expr(&'a mut syn::Expr),
    Pat(&'a mut syn::Pat),
    Type(&'a mut syn::Type),
    Path(&'a mut syn::Path),
    Lifetime(&'a mut syn::Lifetime),
    Macro(&'a mut syn::Macro),
}

/// How a walk goes on.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Go {
    /// To what is inside of the node.
    In,
    /// To what comes after it.
    Past,
}

/// Shows a node and all that is in it.
pub fn walk<'a>(node: impl Into<Node<'a>>, look: &mut dyn FnMut(Node<'a>) -> Go) {
    Walk { look }.node(node.into());
}

/// Shows what is in a node, not the node itself.
pub fn walk_inside<'a>(node: impl Into<Node<'a>>, look: &mut dyn FnMut(Node<'a>) -> Go) {
    Walk { look }.inside(node.into());
}

/// Whether there is such a node.
pub fn any<'a>(node: impl Into<Node<'a>>, mut is: impl FnMut(Node<'a>) -> bool) -> bool {
    let mut found = false;
    walk(node, &mut |node| {
        found = found || is(node);
        if found { Go::Past } else { Go::In }
    });
    found
}

/// The names that patterns bind, or look like binding.
pub fn bound<'a>(node: impl Into<Node<'a>>) -> Vec<Ident> {
    let mut names = Vec::new();
    walk(node, &mut |node| {
        if let Node::Pat(syn::Pat::Ident(pat)) = node {
            names.push(pat.ident.clone());
        }
        Go::In
    });
    names
}

/// Lets a node and all that is in it be changed.
pub fn change<'a>(node: impl Into<NodeMut<'a>>, look: &mut dyn FnMut(NodeMut<'_>) -> Go) {
    Change { look }.node(node.into());
}

/// Lets what is in a node be changed, not the node itself.
pub fn change_inside<'a>(node: impl Into<NodeMut<'a>>, look: &mut dyn FnMut(NodeMut<'_>) -> Go) {
    Change { look }.inside(node.into());
}

struct Walk<'a, 'l> {
    look: &'l mut dyn FnMut(Node<'a>) -> Go,
}

struct Change<'l> {
    look: &'l mut dyn FnMut(NodeMut<'_>) -> Go,
}

/// For each kind of node: its type, and syn's method and function for it.
macro_rules! nodes {
    ($($kind:ident $ty:ident $visit:ident)*) => {
        impl<'a> Walk<'a, '_> {
            fn node(&mut self, node: Node<'a>) {
                if (self.look)(node) == Go::In {
                    self.inside(node);
                }
            }

            fn inside(&mut self, node: Node<'a>) {
                match node {
                    $(Node::$kind(node) => visit::$visit(self, node),)*
                }
            }
        }

        impl<'a> Visit<'a> for Walk<'a, '_> {
            $(fn $visit(&mut self, node: &'a syn::$ty) {
                self.node(Node::$kind(node));
            })*
        }

        $(impl<'a> From<&'a syn::$ty> for Node<'a> {
            fn from(node: &'a syn::$ty) -> Self {
                Node::$kind(node)
            }
        })*
    };
}

nodes! {
    Item Item visit_item
    Function ItemFn visit_item_fn
    Block Block visit_block
    Attribute Attribute visit_attribute
    Expr Expr visit_expr
    Pat Pat visit_pat
    Type Type visit_type
    Path Path visit_path
    Lifetime Lifetime visit_lifetime
    Lit Lit visit_lit
    Macro Macro visit_macro
}

macro_rules! changing_nodes {
    ($($kind:ident $visit:ident)*) => {
        impl Change<'_> {
            fn node(&mut self, mut node: NodeMut<'_>) {
                let go = match &mut node {
                    $(NodeMut::$kind(node) => (self.look)(NodeMut::$kind(node)),)*
                };
                if go == Go::In {
                    self.inside(node);
                }
            }

            fn inside(&mut self, node: NodeMut<'_>) {
                match node {
                    $(NodeMut::$kind(node) => visit_mut::$visit(self, node),)*
                }
            }
        }

        impl VisitMut for Change<'_> {
            $(fn $visit(&mut self, node: &mut syn::$kind) {
                self.node(NodeMut::$kind(node));
            })*
        }

        $(impl<'a> From<&'a mut syn::$kind> for NodeMut<'a> {
            fn from(node: &'a mut syn::$kind) -> Self {
                NodeMut::$kind(node)
            }
        })*
    };
}

changing_nodes! {
    Block visit_block_mut
    Expr visit_expr_mut
    Pat visit_pat_mut
    Type visit_type_mut
    Path visit_path_mut
    Lifetime visit_lifetime_mut
    Macro visit_macro_mut
}
