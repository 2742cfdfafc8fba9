//! Where a statement of the representation comes from.
//!
//! A statement has the span of the first token of its expression only. The expression is looked up in the function's
//! syntax by that and by what it does; of several, the inner ones were lowered first.

use super::spell::{self, Position};
use crate::ir::{Arith, Callee, Op};
use crate::walk::{self, Go, Node};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use std::collections::BTreeMap;

/// A piece of the source.
#[derive(Clone)]
pub struct Excerpt {
    pub text: String,
    pub start: Position,
    pub end: Position,
}

/// The expressions of a function, by where they begin and what they do, the inner ones first.
#[derive(Default)]
pub struct Sources {
    expressions: BTreeMap<(Position, String), Vec<Excerpt>>,
    asked: BTreeMap<(Position, String), usize>,
}

impl Sources {
    pub fn new(block: &syn::Block) -> Self {
        let mut sources = Sources::default();
        if proc_macro::is_available() {
            walk::walk(block, &mut |node| sources.look(node));
        }
        sources
    }

    /// The expression that was lowered to an operation.
    pub fn find(&mut self, span: Span, op: &Op) -> Option<Excerpt> {
        if !proc_macro::is_available() {
            return None;
        }
        let start = span.unwrap().start();
        let start = (start.line(), start.column());
        for key in keys(op) {
            let key = (start, key);
            if let Some(found) = self.expressions.get(&key) {
                // An element is read as a whole.
                if matches!(op, Op::Load(_) | Op::Copy(_)) {
                    return found.last().cloned();
                }
                // Code that is lowered often comes around again.
                let asked = self.asked.entry(key).or_default();
                let excerpt = found.get(*asked % found.len()).cloned();
                *asked += 1;
                return excerpt;
            }
        }
        None
    }

    fn look(&mut self, node: Node<'_>) -> Go {
        match node {
            Node::Item(_) => return Go::Past,
            Node::Macro(mac) => {
                if let Some(last) = mac.path.segments.last() {
                    self.add(last.ident.to_string(), mac.to_token_stream());
                }
            }
            Node::Expr(expr) => {
                walk::walk_inside(expr, &mut |node| self.look(node));
                if let Some(key) = key(expr) {
                    self.add(key, expr.to_token_stream());
                }
            }
            _ => return Go::In,
        }
        Go::Past
    }

    fn add(&mut self, key: String, tokens: TokenStream) {
        if let Some((start, end)) = spell::extent(tokens.clone()) {
            let text = spell::spell(tokens, &|_| None);
            self.expressions
                .entry((start, key))
                .or_default()
                .push(Excerpt { text, start, end });
        }
    }
}

fn operator(op: &syn::BinOp) -> String {
    let text = op.to_token_stream().to_string();
    match text.as_str() {
        "==" | "<=" | ">=" | "!=" => text,
        other => other.trim_end_matches('=').to_owned(),
    }
}

/// What expressions an operation may come from.
fn keys(op: &Op) -> Vec<String> {
    let keys: &[&str] = match op {
        Op::Neg(_) => &["-_"],
        Op::Arith(op, ..) | Op::Update(_, op, _) => match op {
            Arith::Add => &["+"],
            Arith::Sub => &["-"],
            Arith::Mul => &["*"],
            Arith::Div => &["/"],
        },
        Op::Apply { row, args: _ } if row.name == "rem" => &["%"],
        Op::Apply { row, args: _ } => return vec![row.name.to_owned()],
        Op::Plain {
            operator,
            operands: _,
        } => {
            let text = operator.to_string();
            return vec![text.clone(), format!("{text}_")];
        }
        Op::Query {
            method,
            operands: _,
        } => return vec![method.to_string()],
        Op::Cast { .. } => &["as"],
        Op::Call { callee, .. } => {
            return vec![match callee {
                Callee::Path(path) => path
                    .segments
                    .last()
                    .map(|s| s.ident.to_string())
                    .unwrap_or_default(),
                Callee::Method { name, .. }
                | Callee::Changing(name)
                | Callee::Operation { name, .. } => name.to_string(),
            }];
        }
        Op::Stop { .. } => &["stop_gradient"],
        Op::Load(_) | Op::Copy(_) => &["place", "clone"],
        Op::Len(_) | Op::Shape(_) => &["len"],
        Op::Aggregate(..) | Op::Repeat { .. } | Op::Construct { .. } => &["collect", "vec"],
        Op::Store(..) | Op::Replace(..) => &["="],
        Op::If { .. } => &["if"],
        Op::Loop(_) => &["loop"],
        Op::Swap(..) => &["swap"],
        Op::Fill(..) => &["fill"],
        Op::CopyFrom(..) => &["copy_from_slice", "clone_from_slice"],
        Op::Push(..) => &["push"],
        Op::Pop(_) => &["pop"],
        _ => &[],
    };
    keys.iter().map(|k| (*k).to_owned()).collect()
}

/// What an expression does.
fn key(expr: &syn::Expr) -> Option<String> {
    Some(match expr {
        syn::Expr::Binary(e) => operator(&e.op),
        syn::Expr::Unary(e) => format!("{}_", e.op.to_token_stream()),
        syn::Expr::Cast(_) => "as".to_owned(),
        syn::Expr::MethodCall(e) => e.method.to_string(),
        syn::Expr::Call(e) => match &*e.func {
            syn::Expr::Path(p) => p.path.segments.last()?.ident.to_string(),
            _ => return None,
        },
        syn::Expr::Index(_) | syn::Expr::Field(_) | syn::Expr::Path(_) => "place".to_owned(),
        syn::Expr::Array(_) | syn::Expr::Tuple(_) | syn::Expr::Struct(_) | syn::Expr::Repeat(_) => {
            "collect".to_owned()
        }
        syn::Expr::Assign(_) => "=".to_owned(),
        _ => return None,
    })
}
