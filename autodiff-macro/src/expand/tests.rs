//! How much is emitted, and how long it takes, for long functions.
//!
//! ```text
//! AUTODIFF_EXPANSION_LINES=500 cargo test -p autodiff-macro expand:: -- --nocapture --test-threads=1
//! ```
//!
//! That is the debug build, which users have; `--release` is several times as fast.

use super::differentiate;
use crate::walk::{self, Go, Node};
use proc_macro2::{TokenStream, TokenTree};
use quote::quote;
use std::fmt::Write;
use std::time::Instant;

/// A function of so many lines, each made by `line` from its number.
fn function(lines: usize, line: &dyn Fn(usize) -> String) -> TokenStream {
    let mut text = String::from(
        "fn f(a: f64, b: f64, x: &[f64], n: usize) -> f64 {\nlet mut s = a;\nlet v0 = a * b;\n",
    );
    for k in 1..lines {
        writeln!(text, "{}", line(k)).expect("a string takes everything");
    }
    text.push_str("s + v0\n}");
    text.parse().expect("it is Rust")
}

fn tokens(stream: TokenStream) -> usize {
    stream
        .into_iter()
        .map(|token| match token {
            TokenTree::Group(group) => 2 + tokens(group.stream()),
            TokenTree::Ident(_) | TokenTree::Punct(_) | TokenTree::Literal(_) => 1,
        })
        .sum()
}

/// Twice the lines are twice the tokens. The time is printed; it is for people to judge, but a pass that takes exponential
/// time does not come back at all.
fn assert_linear(name: &str, line: &dyn Fn(usize) -> String) {
    let mut last = None;
    let longest = std::env::var("AUTODIFF_EXPANSION_LINES").map_or(Ok(160), |text| text.parse());
    let longest: usize = longest.expect("AUTODIFF_EXPANSION_LINES is a number");
    for lines in [longest / 4, longest / 2, longest] {
        let item = function(lines, line);
        let start = Instant::now();
        let emitted = differentiate(TokenStream::new(), item);
        let time = start.elapsed().as_secs_f64();
        let text = emitted.to_string();
        assert!(!text.contains("compile_error"), "{name}: {text}");
        let count = tokens(emitted);
        println!(
            "{name:<12}{lines:>6} lines {:>9.1} ms {:>8.3} ms a line {:>8.1} tokens a line",
            1e3 * time,
            1e3 * time / lines as f64,
            count as f64 / lines as f64
        );
        if let Some((before, tokens_before)) = last {
            let ratio = lines as f64 / before as f64;
            let growth = count as f64 / tokens_before as f64;
            assert!(
                growth < 1.15 * ratio,
                "{name}: {tokens_before} tokens of {before} lines, {count} of {lines}"
            );
        }
        last = Some((lines, count));
    }
}

/// That of rustc's time that is not linear by itself: where there are many loops, each of the companions' has a way out at its end.
#[test]
fn many_loops_are_left_at_the_bottom() {
    let of_kind = [
        "for i in 0..n { for j in (0..i).rev() { s += x[i] * x[j]; } }",
        "let mut i = 0; while i < n { s += x[i] * s; i += 2; if s > b { break; } }",
        "s += x.iter().map(|p| p * s).sum::<f64>();",
        "#[checkpoint] for i in 0..n { s = s.sin() * b; }",
    ];
    let end = format!("{} }}", quote!(if false { break; } continue;));
    for line in of_kind {
        let emitted = differentiate(TokenStream::new(), function(20, &|_| line.into()));
        let file: syn::File = syn::parse2(emitted).expect("it is Rust");
        let (mut loops, mut left) = (0, 0);
        for item in file.items.iter().skip(1) {
            walk::walk(item, &mut |node| {
                let body = match node {
                    Node::Expr(syn::Expr::ForLoop(l)) => &l.body,
                    Node::Expr(syn::Expr::While(l)) => &l.body,
                    Node::Expr(syn::Expr::Loop(l)) => &l.body,
                    _ => return Go::In,
                };
                loops += 1;
                left += usize::from(quote!(#body).to_string().ends_with(&end));
                Go::In
            });
        }
        assert!(loops > 40, "{line}");
        assert_eq!(loops, left, "{line}");
    }
}

#[test]
fn straight_lines() {
    assert_linear("straight", &|k| {
        format!(
            "let v{k} = v{p}.sin() * b + v{q} * s; s += v{k} / (1.0 + v{q}.abs());",
            p = k - 1,
            q = k / 2
        )
    });
}

#[test]
fn branches() {
    assert_linear("branches", &|k| {
        format!(
            "let v{k} = if v{p} > 0.5 {{ s += v{p} * b; v{p} * a }} else {{ s -= v{p}; v{p} + 1.0 }};",
            p = k - 1
        )
    });
}

#[test]
fn loops() {
    assert_linear("loops", &|k| {
        format!(
            "for i in 0..n {{ s += x[i] * v{p} + (x[i] * a).exp(); }} let v{k} = s * b;",
            p = k - 1
        )
    });
}

#[test]
fn chains() {
    assert_linear("chains", &|k| {
        format!(
            "let v{k} = x.iter().zip(&x[1..]).map(|(p, q)| p * q * v{p}).sum::<f64>(); s += v{k};",
            p = k - 1
        )
    });
}

#[test]
fn memory() {
    assert_linear("memory", &|k| {
        format!(
            "let mut m{k} = [v{p}, s, a]; m{k}[1] *= b; m{k}[n] = m{k}[0] * v{p}; let v{k} = m{k}[2] + m{k}[1]; s = v{k} * a;",
            p = k - 1
        )
    });
}

#[test]
fn calls() {
    assert_linear("calls", &|k| {
        format!("let v{k} = g(v{p}, x) * h(s, b); s += v{k};", p = k - 1)
    });
}

#[test]
fn nests() {
    assert_linear("nests", &|k| {
        format!(
            "for i in 0..n {{ for j in 0..i {{ if x[j] > v{p} {{ s += x[i] * x[j]; }} }} }} let v{k} = s;",
            p = k - 1
        )
    });
}
