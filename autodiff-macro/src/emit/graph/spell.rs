//! Tokens as the user wrote them.

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};

/// Where a token begins or ends: line and column, counted from one.
pub type Position = (usize, usize);

/// Where the tokens begin and end, as far as the compiler tells.
pub fn extent(tokens: TokenStream) -> Option<(Position, Position)> {
    let mut leaves = Vec::new();
    flatten(tokens, &|_| None, &mut leaves);
    let (first, last) = (leaves.first()?, leaves.last()?);
    let extent = (first.start?, last.end?);
    (extent.0 < extent.1).then_some(extent)
}

/// Where one token begins and ends.
pub fn extent_of(span: Span) -> Option<(Position, Position)> {
    if !proc_macro::is_available() {
        return None;
    }
    let (start, end) = (span.unwrap().start(), span.unwrap().end());
    Some(((start.line(), start.column()), (end.line(), end.column())))
}

/// The tokens on one line. `replace` says what stands in place of a name.
pub fn spell(tokens: TokenStream, replace: &dyn Fn(&Ident) -> Option<String>) -> String {
    let mut leaves = Vec::new();
    flatten(tokens, replace, &mut leaves);
    let mut text = String::new();
    for (k, leaf) in leaves.iter().enumerate() {
        if let Some(before) = k.checked_sub(1).map(|k| &leaves[k])
            && gap(before, leaf)
        {
            text.push(' ');
        }
        text.push_str(&leaf.text);
    }
    text
}

struct Leaf {
    text: String,
    start: Option<Position>,
    end: Option<Position>,
    joint: bool,
}

fn flatten(
    tokens: TokenStream,
    replace: &dyn Fn(&Ident) -> Option<String>,
    leaves: &mut Vec<Leaf>,
) {
    let mut field = false;
    for token in tokens {
        let after_dot = field;
        field = matches!(&token, TokenTree::Punct(p) if p.as_char() == '.');
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    Delimiter::Parenthesis => ("(", ")"),
                    Delimiter::Bracket => ("[", "]"),
                    Delimiter::Brace => ("{", "}"),
                    Delimiter::None => ("", ""),
                };
                let bare = open.is_empty();
                if !bare {
                    leaves.push(leaf(open, group.span_open()));
                }
                flatten(group.stream(), replace, leaves);
                if !bare {
                    leaves.push(leaf(close, group.span_close()));
                }
            }
            TokenTree::Ident(ident) => {
                let replaced = if after_dot { None } else { replace(&ident) };
                leaves.push(match replaced {
                    Some(text) => leaf(&text, ident.span()),
                    None => leaf(&ident.to_string(), ident.span()),
                });
            }
            TokenTree::Punct(punct) => {
                let mut leaf = leaf(&punct.as_char().to_string(), punct.span());
                leaf.joint = punct.spacing() == proc_macro2::Spacing::Joint;
                leaves.push(leaf);
            }
            TokenTree::Literal(literal) => leaves.push(leaf(&literal.to_string(), literal.span())),
        }
    }
}

fn leaf(text: &str, span: Span) -> Leaf {
    let (start, end) = extent_of(span).unzip();
    Leaf {
        text: text.to_owned(),
        start,
        end,
        joint: false,
    }
}

/// Whether there is a space between two tokens: as it was, or, of tokens that stand nowhere, as is usual.
fn gap(before: &Leaf, after: &Leaf) -> bool {
    if let (Some(end), Some(start)) = (before.end, after.start)
        && end <= start
    {
        return match (start.0 - end.0, after.text.as_str()) {
            (0, _) => start.1 > end.1,
            (_, "." | ")" | "]" | "?") => false,
            _ => !matches!(before.text.as_str(), "(" | "["),
        };
    }
    let (before_text, after_text) = (before.text.as_str(), after.text.as_str());
    let tight_after = matches!(before_text, "(" | "[" | "." | "&" | "!" | ":");
    let tight_before = matches!(after_text, ")" | "]" | "." | "," | ";" | "?" | ":" | "!");
    let name = before_text
        .chars()
        .next_back()
        .is_some_and(|c| c.is_alphanumeric() || matches!(c, '_' | ')' | '!'));
    let call = matches!(after_text, "(" | "[") && name;
    before_text == "as" || !(before.joint || tight_after || tight_before || call)
}

#[cfg(test)]
mod tests {
    use super::spell;
    use quote::quote;

    #[test]
    fn tokens_that_stand_nowhere_are_spaced_as_usual() {
        let text = spell(quote!(f64::max(x.a[k + 1], &v) - 1.0), &|name| {
            (name == "v" || name == "a").then(|| "w".to_owned())
        });
        assert_eq!(text, "f64::max(x.a[k + 1], &w) - 1.0");
    }
}
