//! Macros of std.

use super::{Lowered, Lowerer};
use crate::ir::{Code, Container, Count, Op};
use quote::{ToTokens, quote};
use syn::punctuated::Punctuated;
use syn::spanned::Spanned;
use syn::{Token, parse::Parser};

/// Macros that panic or do nothing.
pub const CHECKS: [&str; 10] = [
    "assert",
    "assert_eq",
    "assert_ne",
    "debug_assert",
    "debug_assert_eq",
    "debug_assert_ne",
    "panic",
    "unreachable",
    "todo",
    "unimplemented",
];

impl Lowerer<'_> {
    pub(super) fn macro_(&mut self, mac: &syn::Macro) -> Lowered {
        let name = mac
            .path
            .segments
            .last()
            .map(|s| s.ident.to_string())
            .unwrap_or_default();
        if mac
            .path
            .segments
            .last()
            .is_some_and(|s| crate::parse::defines_macro(&s.ident))
        {
            return self.opaque_macro(mac);
        }
        match name.as_str() {
            "assert" | "assert_eq" | "assert_ne" | "debug_assert" | "debug_assert_eq"
            | "debug_assert_ne" | "println" | "print" | "eprintln" | "eprint" => {
                self.effect_macro(mac);
                Lowered::Unit
            }
            "panic" | "unreachable" | "todo" | "unimplemented" => {
                self.effect_macro(mac);
                Lowered::Never
            }
            "vec" => self.vec(mac),
            "array" => match self.array_macro(mac) {
                Some(array) => array,
                None => self.opaque_macro(mac),
            },
            "vector" | "dvector" | "matrix" | "dmatrix" => match self.nalgebra_macro(mac) {
                Some(matrix) => matrix,
                None => self.opaque_macro(mac),
            },
            "matches" => self.matches_macro(mac),
            "dbg" => match syn::parse2::<syn::Expr>(mac.tokens.clone()) {
                Ok(expr) => {
                    self.effect_macro(mac);
                    self.expr(&expr)
                }
                Err(_) => {
                    self.unsupported(mac, "`dbg!` of several values", "use one `dbg!` for each")
                }
            },
            // Comparisons of `approx` and the like: the answer has no derivative.
            "abs_diff_eq" | "abs_diff_ne" | "relative_eq" | "relative_ne" | "ulps_eq"
            | "ulps_ne" => {
                let mut names = Vec::new();
                super::opaque::mentioned(mac.tokens.clone(), &mut names);
                let captures = self.captures(names, &[]);
                let code = Code::Macro(mac.to_token_stream());
                Lowered::Value(self.plain(Op::Ask { code, captures }, mac.span()))
            }
            _ => self.opaque_macro(mac),
        }
    }

    /// A macro as a statement.
    pub(super) fn statement_macro(&mut self, mac: &syn::Macro) -> Lowered {
        const OTHERS: [&str; 7] = [
            "println", "print", "eprintln", "eprint", "vec", "matches", "dbg",
        ];
        let name = mac
            .path
            .segments
            .last()
            .map(|s| s.ident.to_string())
            .unwrap_or_default();
        if CHECKS.contains(&name.as_str()) || OTHERS.contains(&name.as_str()) {
            return self.macro_(mac);
        }
        self.unsupported(
            mac,
            "a macro whose code is not visible, as a statement",
            "write out what it does, or put it into a function",
        )
    }

    /// Runs once, in the forward sweep.
    fn effect_macro(&mut self, mac: &syn::Macro) {
        let mut names = Vec::new();
        super::opaque::mentioned(mac.tokens.clone(), &mut names);
        let captures = self.captures(names, &[]);
        self.effect(
            Op::Effect {
                code: Code::Macro(mac.to_token_stream()),
                captures,
            },
            mac.span(),
        );
    }

    fn opaque_macro(&mut self, mac: &syn::Macro) -> Lowered {
        let mut names = Vec::new();
        super::opaque::mentioned(mac.tokens.clone(), &mut names);
        let captures = self.captures(names, &[]);
        let ty = self.function.types.unknown();
        let code = Code::Macro(mac.to_token_stream());
        Lowered::Value(self.push(
            Op::Opaque {
                code,
                captures,
                pure: false,
            },
            ty,
            mac.span(),
        ))
    }

    fn vec(&mut self, mac: &syn::Macro) -> Lowered {
        let span = mac.span();
        let list = Punctuated::<syn::Expr, Token![,]>::parse_terminated;
        if let Ok(items) = list.parse2(mac.tokens.clone()) {
            if items.is_empty() {
                return self.new_vec(None, span);
            }
            let values: Vec<_> = items.iter().map(|e| self.part_of(e)).collect();
            return Lowered::Value(self.sequence(values, Container::Vec, span));
        }
        let repeat = |input: syn::parse::ParseStream<'_>| {
            let value: syn::Expr = input.parse()?;
            input.parse::<Token![;]>()?;
            Ok((value, input.parse::<syn::Expr>()?))
        };
        match repeat.parse2(mac.tokens.clone()) {
            Ok((value, count)) => {
                let value = self.operand(&value);
                let count = self.operand(&count);
                Lowered::Value(self.repeated(value, Count::Value(count), Container::Vec, span))
            }
            Err(_) => self.unsupported(
                mac,
                "this form of `vec!`",
                "write `vec![a, b]` or `vec![x; n]`",
            ),
        }
    }

    fn matches_macro(&mut self, mac: &syn::Macro) -> Lowered {
        let parser = |input: syn::parse::ParseStream<'_>| {
            let value: syn::Expr = input.parse()?;
            input.parse::<Token![,]>()?;
            let pat = syn::Pat::parse_multi_with_leading_vert(input)?;
            let guard = if input.peek(Token![if]) {
                input.parse::<Token![if]>()?;
                Some(input.parse::<syn::Expr>()?)
            } else {
                None
            };
            input.parse::<Option<Token![,]>>()?;
            Ok((value, pat, guard))
        };
        match parser.parse2(mac.tokens.clone()) {
            Ok((value, pat, guard)) => {
                let guard = guard.map(|g| quote!(if #g));
                self.expr(&syn::parse_quote!(match (#value) { #pat #guard => true, _ => false }))
            }
            Err(_) => self.unsupported(mac, "this form of `matches!`", "write a `match`"),
        }
    }
}
