//! The names of emitted code: prefixed, and resolved where they cannot meet the user's.

use crate::ir::{Tape, Value};
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};

/// A name of ours.
pub fn ours(name: &str) -> Ident {
    prefixed(&name.replace("r#", ""), "")
}

fn prefixed(name: &str, suffix: &str) -> Ident {
    let text = ["__autodiff_", name, suffix].concat();
    Ident::new(&text, Span::mixed_site())
}

pub fn value(v: Value) -> Ident {
    prefixed(&v.0.to_string(), "")
}

pub fn adjoint(v: Value) -> Ident {
    prefixed(&v.0.to_string(), "_adj")
}

/// What is pushed onto a tape and popped from it has the type of this.
pub fn tag(t: Tape) -> Ident {
    ours(&format!("tag{}", t.0))
}

/// The scalar type the code is generic in.
pub fn scalar() -> Ident {
    Ident::new("__AutodiffScalar", Span::mixed_site())
}

/// The same code, with what the compiler says of it shown at tokens of the user's.
pub fn at(span: Span, tokens: TokenStream) -> TokenStream {
    tokens
        .into_iter()
        .map(|mut token| {
            if let TokenTree::Group(group) = &token {
                let inner = Group::new(group.delimiter(), at(span, group.stream()));
                token = TokenTree::Group(inner);
            }
            token.set_span(token.span().located_at(span));
            token
        })
        .collect()
}

/// A companion's name: the stem with a suffix, where the user wrote the function's name.
pub fn companion(stem: &str, suffix: &str, span: Span) -> Ident {
    Ident::new(&format!("{}_{suffix}", stem.trim_start_matches("r#")), span)
}

/// A function of the companion of a method, which stands beside it.
pub fn sibling(method: &Ident, function: &str) -> Ident {
    let method = method.to_string();
    Ident::new(
        &format!("__autodiff_{}_{function}", method.trim_start_matches("r#")),
        Span::call_site(),
    )
}
