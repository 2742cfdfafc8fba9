//! A function through the stages of the compiler, each as text, for the snapshots beside them.

use crate::analyze::{self, Plan};
use crate::ast::Source;
use crate::errors::{Errors, Reported};
use crate::ir::{self, Function};
use crate::lower::Primal;
use crate::transform::{Reversed, Style};
use crate::{emit, lower, normalize, parse, transform};
use proc_macro2::TokenStream;
use quote::ToTokens;

/// What the parser makes of an annotated function.
pub fn parsed(function: &str) -> Source {
    let mut item: syn::ItemFn = syn::parse_str(function).expect("the snippet is a function");
    let args = item.attrs.pop().map(|attribute| match attribute.meta {
        syn::Meta::List(list) => list.tokens,
        syn::Meta::Path(_) | syn::Meta::NameValue(_) => TokenStream::new(),
    });
    let mut errors = Errors::default();
    let source = parse::source(&mut errors, args.unwrap_or_default(), item);
    accepted(errors.propagate(), errors);
    let mut errors = Errors::default();
    parse::check(&mut errors, &source);
    accepted(errors.propagate(), errors);
    source
}

/// A function before it is normalized.
pub fn lowered(function: &str) -> (Source, Primal) {
    let source = parsed(function);
    let mut errors = Errors::default();
    let primal = lower::function(&mut errors, &source, &parse::Elsewhere::default());
    accepted(errors.propagate(), errors);
    ir::verify(&primal.function).expect("lowering keeps the invariants");
    (source, primal)
}

pub fn normalized(function: &str) -> (Source, Primal) {
    let (source, mut primal) = lowered(function);
    normalize::run(&mut primal.function);
    ir::verify(&primal.function).expect("normalizing keeps the invariants");
    (source, primal)
}

pub fn analyzed(function: &str) -> (Source, Primal, Plan) {
    let (source, primal) = normalized(function);
    let plan = Plan::new(&source, &primal.function);
    let mut errors = Errors::default();
    analyze::report(&mut errors, &source, &primal.function, &plan);
    accepted(errors.propagate(), errors);
    (source, primal, plan)
}

pub fn reversed(function: &str) -> (Source, Primal, Plan, Reversed) {
    let (source, mut primal, _) = analyzed(function);
    normalize::tune(&mut primal.function);
    ir::verify(&primal.function).expect("tuning keeps the invariants");
    let plan = Plan::lean(&source, &primal.function);
    let mut errors = Errors::default();
    let reversed = transform::reverse(&mut errors, &source, &primal.function, &plan, Style::Fast);
    accepted(errors.propagate(), errors);
    (source, primal, plan, reversed)
}

/// Some of what is emitted, by name, as rustfmt would have it and without documentation.
pub fn emitted(function: &str, names: &[&str]) -> String {
    let (source, primal, plan, reversed) = reversed(function);
    let value = transform::nests(&primal.function, &plan);
    let tokens = emit::companions(
        &source,
        &primal,
        &plan,
        &value,
        &reversed,
        emit::Findings::default(),
    );
    let file: syn::File = syn::parse2(tokens).expect("what is emitted is Rust");
    let mut functions = Vec::new();
    for item in file.items {
        match item {
            syn::Item::Fn(item) => functions.push(item),
            syn::Item::Impl(item) => functions.extend(
                item.items
                    .into_iter()
                    .filter_map(|item| syn::parse2(item.into_token_stream()).ok()),
            ),
            _ => {}
        }
    }
    functions.retain(|function: &syn::ItemFn| {
        let name = function.sig.ident.to_string();
        names.contains(&name.as_str())
    });
    for function in &mut functions {
        function.attrs.clear();
    }
    prettyplease::unparse(&syn::File {
        shebang: None,
        frontmatter: None,
        attrs: Vec::new(),
        items: functions.into_iter().map(syn::Item::Fn).collect(),
    })
}

/// What is wrong with a function, one message a line.
pub fn refused(attribute: &str, function: &str) -> String {
    let args = attribute.parse().expect("the attribute lexes");
    let item = function.parse().expect("the snippet lexes");
    let tokens = crate::expand::differentiate(args, item).to_string();
    let messages = tokens.split("compile_error ! {").skip(1);
    let messages = messages.filter_map(|rest| rest.split('}').next()?.parse().ok());
    let messages = messages.filter_map(|text: TokenStream| syn::parse2(text).ok());
    messages
        .map(|message: syn::LitStr| format!("{}\n", message.value()))
        .collect()
}

fn accepted<T>(result: Result<T, Reported>, errors: Errors) -> T {
    result.unwrap_or_else(|Reported| panic!("the snippet is refused: {}", errors.into_tokens()))
}

/// The values that occur in a function, in the order they are defined.
pub fn values(function: &Function) -> Vec<ir::Value> {
    let mut values = function.body.params.clone();
    function.body.visit(&mut |stmt| {
        values.extend(&stmt.results);
        for region in stmt.op.regions() {
            values.extend(&region.params);
        }
    });
    values.sort();
    values.dedup();
    values
}

/// Compares the text made of a snippet by a function with the file beside the test.
macro_rules! snapshot {
    ($render:expr, $snippet:expr) => {{
        let snippet: &str = $snippet;
        let text: String = $render(snippet);
        insta::with_settings!({
            description => snippet,
            omit_expression => true,
            prepend_module_to_snapshot => false,
        }, { insta::assert_snapshot!(text) });
    }};
}
pub(crate) use snapshot;
