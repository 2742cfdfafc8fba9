//! The compiler on one screen: tokens in, tokens out.

use crate::ast::{Batch, Home, Source};
use crate::errors::{Errors, Problem, Reported};
use crate::transform::Style;
use crate::{analyze, emit, ir, lower, normalize, parse, transform};
use proc_macro2::{Delimiter, Group, TokenStream, TokenTree};
use quote::quote;

/// The item as it was written, and its companions or what is wrong with it.
pub fn differentiate(args: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if let Ok(implementation) = syn::parse2::<syn::ItemImpl>(item.clone())
        && implementation.trait_.is_some()
    {
        return match operator(&mut errors, args, &implementation) {
            Ok(derivative) => quote!(#item #derivative),
            Err(Reported) => {
                let errors = errors.into_tokens();
                quote!(#item #errors)
            }
        };
    }
    let function = match syn::parse2::<syn::ItemFn>(item.clone()) {
        Ok(function) => function,
        Err(error) => {
            if has_a_body(&item) {
                errors.syntax(error);
            } else {
                errors.at(&item, Problem::NotAFunction);
            }
            let errors = errors.into_tokens();
            return quote!(#item #errors);
        }
    };
    let item = if parse::checkpoint::is_used(&function.block) {
        parse::checkpoint::without(item)
    } else {
        item
    };
    // The other one generates the companions.
    if let Some(twice) = function.attrs.iter().find(|a| parse::is_differentiate(a)) {
        let error = Problem::Twice.at(twice);
        return quote!(#item #error);
    }
    // Nothing else can stand beside the method of a trait's `impl`: what follows an operator stands in its body.
    if let Some(implementation) = parse::operator_around(&function) {
        return match operator(&mut errors, args, &implementation) {
            Ok(derivative) => inside(item, &derivative),
            Err(Reported) => {
                let errors = errors.into_tokens();
                quote!(#item #errors)
            }
        };
    }
    let source = parse::source(&mut errors, args, function);
    let taken = taken(&source);
    if let Some(name) = taken.first() {
        let problem = Problem::NameTaken(name.clone());
        errors.at(&source.item.sig.ident, problem);
    }
    match companions(&mut errors, &source) {
        Ok(companions) => quote!(#item #companions),
        Err(Reported) => {
            let (errors, stubs) = (errors.into_tokens(), emit::stubs(&source));
            let stubs = emit::without(stubs, &taken);
            quote!(#item #errors #stubs)
        }
    }
}

/// Names of companions that something else has.
fn taken(source: &Source) -> Vec<String> {
    if source.home != Home::Module || source.options.constant {
        return Vec::new();
    }
    let ident = source.item.sig.ident.to_string();
    let stem = source.options.name.as_ref().unwrap_or(&ident);
    parse::taken(&source.item, stem, &|| emit::names_of(&emit::stubs(source)))
}

/// A function with items at the beginning of its body.
fn inside(function: TokenStream, items: &TokenStream) -> TokenStream {
    let mut tokens: Vec<TokenTree> = function.into_iter().collect();
    if let Some(TokenTree::Group(body)) = tokens.last_mut() {
        let (span, statements) = (body.span(), body.stream());
        *body = Group::new(Delimiter::Brace, quote!(#items #statements));
        body.set_span(span);
    }
    tokens.into_iter().collect()
}

/// A function with a mistake in it, and not something else.
fn has_a_body(item: &TokenStream) -> bool {
    let is_fn = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "fn");
    let is_body = |token: &TokenTree| matches!(token, TokenTree::Group(g) if g.delimiter() == Delimiter::Brace);
    let mut tokens = item.clone().into_iter().skip_while(|token| !is_fn(token));
    tokens.next().is_some() && tokens.last().is_some_and(|last| is_body(&last))
}

/// The derivative of an operator of the user's.
fn operator(
    errors: &mut Errors,
    args: TokenStream,
    item: &syn::ItemImpl,
) -> Result<TokenStream, Reported> {
    let Some(operator) = parse::operator(errors, item) else {
        return Err(Reported);
    };
    let args = parse::operator_args(args);
    let source = parse::source(errors, args, operator.function.clone());
    let companions = companions(errors, &source)?;
    Ok(emit::operator(&operator, &source, &companions))
}

fn companions(errors: &mut Errors, source: &Source) -> Result<TokenStream, Reported> {
    errors.propagate()?;
    if source.options.constant {
        return Ok(emit::constant(source));
    }
    parse::check_types(errors, source);
    errors.propagate()?;
    parse::check(errors, source);
    if let Some((rule, generic)) = &source.options.rule {
        parse::check_rule(errors, source);
        errors.propagate()?;
        return Ok(emit::with_rule(source, rule, *generic));
    }
    let understood = understand(errors, source)?;
    // What readers see calls what the user's function calls.
    let graph = emit::graph(source, &understood.primal, &understood.plan);
    let companions = match with_what_stands_beside(source) {
        Some(companions) => companions,
        None => derive(errors, source, understood)?,
    };
    Ok(quote!(#companions #graph))
}

/// A function in which nothing is wrong.
struct Understood {
    primal: lower::Primal,
    plan: analyze::Plan,
}

fn understand(errors: &mut Errors, source: &Source) -> Result<Understood, Reported> {
    let mut elsewhere = parse::Elsewhere::default();
    let (primal, plan) = loop {
        let mut primal = lower::function(errors, source, &elsewhere);
        errors.propagate()?;
        verify(errors, &primal.function, "lower");
        normalize::run(&mut primal.function);
        verify(errors, &primal.function, "normalize");
        let plan = analyze::Plan::new(source, &primal.function);
        // What they are called on is known when all is.
        let found = analyze::methods_elsewhere(&primal.function, &plan, &elsewhere);
        if found.is_subset(&elsewhere.methods) {
            break (primal, plan);
        }
        elsewhere.methods.extend(found);
    };
    analyze::report(errors, source, &primal.function, &plan);
    errors.propagate()?;
    Ok(Understood { primal, plan })
}

/// The companions of a function with what stands beside it in it, if there is something and that can be done.
fn with_what_stands_beside(source: &Source) -> Option<TokenStream> {
    let mut unheard = Errors::default();
    let (source, constants) = parse::with_what_stands_beside(source)?;
    let mut understood = understand(&mut unheard, &source).ok()?;
    understood.primal.items.extend(constants);
    derive(&mut unheard, &source, understood).ok()
}

fn derive(
    errors: &mut Errors,
    source: &Source,
    understood: Understood,
) -> Result<TokenStream, Reported> {
    let Understood { mut primal, plan } = understood;
    // Loops are as they were written.
    let outputs = source.params.iter().zip(&primal.function.body.params);
    let outputs = outputs.filter(|(p, _)| p.is_output()).map(|(_, v)| *v);
    let outputs: Vec<_> = outputs.collect();
    let told = analyze::outputs_that_tell(&primal.function, &plan, &outputs);
    normalize::tune(&mut primal.function);
    verify(errors, &primal.function, "tune");
    let plan = analyze::Plan::lean(source, &primal.function);
    let reversed = transform::reverse(errors, source, &primal.function, &plan, Style::Fast);
    let lanes = lanes(errors, source, &primal.function, &plan, &reversed);
    errors.propagate()?;
    let repeatable = analyze::repeatable(source, &primal.function, &plan);
    let value = transform::nests(&primal.function, &plan);
    Ok(emit::companions(
        source,
        &primal,
        &plan,
        &value,
        &reversed,
        emit::Findings {
            lanes: lanes.as_deref(),
            repeatable: repeatable.as_ref(),
            told: told.as_deref(),
        },
    ))
}

/// The functions called, if this one may run at several points at once as soon as they may.
fn lanes(
    errors: &mut Errors,
    source: &Source,
    function: &ir::Function,
    plan: &analyze::Plan,
    reversed: &transform::Reversed,
) -> Option<Vec<syn::Path>> {
    let mut regions = vec![
        (plan, &function.body),
        (&reversed.plan, &reversed.forward),
        (&reversed.plan, &reversed.reverse),
    ];
    regions.extend(reversed.together.iter().map(|t| (&t.plan, &t.region)));
    let callees = analyze::callees_in_lanes(source, &regions);
    if source.options.batch == Some(Batch::InLanes) {
        analyze::report_lanes(errors, source, callees.as_ref().err());
    }
    callees.ok()
}

/// The invariants of the representation, after every stage.
fn verify(errors: &mut Errors, function: &ir::Function, stage: &str) {
    if let Err(detail) = ir::verify(function) {
        let detail = format!("after `{stage}`: {detail}\n{function}");
        errors.at_span(proc_macro2::Span::call_site(), Problem::Bug(detail));
    }
}

#[cfg(test)]
mod tests;
