//! What the file a call stands in says of the function that is called. Read only where a look at the text has left a doubt:
//! parsing a file takes its time.

use super::home::{HARMLESS, annotated_functions, annotated_in};
use super::text::{File, file_of};
use crate::ast::mentions_float;
use proc_macro2::Ident;
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

/// Whether a call means a function of the same module that is not annotated. `caller` is the function the call is in.
pub fn is_not_annotated(caller: &Ident, callee: &syn::Path) -> bool {
    let Some(name) = callee.segments.last().map(|s| &s.ident) else {
        return false;
    };
    if callee.segments.len() == 1 && super::is_plain_here(name) {
        return true;
    }
    let Some(file) = file_of(name) else {
        return false;
    };
    let text = name.to_string();
    if !file.defines("fn", &text) || annotated_in(&file, &text) {
        return false;
    }
    called(&file.text, caller, callee).is_some_and(|f| f.attrs.iter().all(is_harmless))
}

/// Whether a type has a method of its own in this file that is not annotated: it is meant before one of a trait is.
pub fn is_method_not_annotated(ty: &Ident, method: &Ident) -> bool {
    let Some(file) = file_of(method) else {
        return false;
    };
    let name = method.to_string();
    if !file.defines("fn", &name) || annotated_in(&file, &name) {
        return false;
    }
    let Ok(file) = syn::parse_file(&file.text) else {
        return false;
    };
    let mut modules = Vec::new();
    collect(&file.items, &mut modules);
    let types = modules.iter().flat_map(|items| items.iter());
    let defined = types.filter(|item| match item {
        syn::Item::Struct(s) => s.ident == *ty,
        syn::Item::Enum(e) => e.ident == *ty,
        _ => false,
    });
    if defined.count() != 1 {
        return false;
    }
    let is_it = |item: &syn::ImplItem| matches!(item, syn::ImplItem::Fn(f) if f.sig.ident == *method && f.attrs.iter().all(is_harmless));
    modules.iter().flat_map(|items| items.iter()).any(|item| {
        matches!(item, syn::Item::Impl(i) if i.trait_.is_none() && is_named(&i.self_ty, ty) && i.items.iter().any(is_it) && i.attrs.iter().all(is_harmless))
    })
}

/// Whether a type has no `Clone`, as far as its file and those beside it tell.
pub fn is_not_clone(name: &Ident) -> bool {
    let (Some(source), Some(path)) = (file_of(name), super::text::path_of(name)) else {
        return false;
    };
    if !is_defined_once(&source, name) {
        return false;
    }
    let implements = format!("Clone for {name}");
    let others = super::overridden::Sources::around(&path);
    let others = others.as_ref().and_then(|others| others.read());
    let Some(others) = others else {
        return false;
    };
    let mut texts = others
        .iter()
        .map(|(_, file)| &file.text)
        .chain([&source.text]);
    if texts.any(|text| text.contains(&implements)) {
        return false;
    }
    let Ok(file) = syn::parse_file(&source.text) else {
        return false;
    };
    let mut modules = Vec::new();
    collect(&file.items, &mut modules);
    let mut defined = modules
        .iter()
        .flat_map(|items| items.iter())
        .filter_map(|item| match item {
            syn::Item::Struct(s) if s.ident == *name => Some(&s.attrs),
            syn::Item::Enum(e) if e.ident == *name => Some(&e.attrs),
            _ => None,
        });
    let Some(attributes) = defined.next() else {
        return false;
    };
    attributes.iter().all(|a| {
        let known =
            is_harmless(a) || a.path().is_ident("repr") || a.path().is_ident("differentiable");
        known
            || a.path().is_ident("derive") && {
                let mut known = true;
                let each = |derived: syn::meta::ParseNestedMeta<'_>| {
                    let last = derived.path.segments.last();
                    known &= last.is_some_and(|s| {
                        s.ident == "Differentiable"
                            || is_of_std(&derived.path) && s.ident != "Clone"
                    });
                    Ok(())
                };
                a.parse_nested_meta(each).is_ok() && known
            }
    })
}

/// Whether a type of this file has an operator, and none of the `impl`s that give it one is annotated.
pub fn is_operator_not_annotated(ty: &Ident, of_trait: &str) -> bool {
    let Some(source) = file_of(ty).filter(|source| is_defined_once(source, ty)) else {
        return false;
    };
    let Ok(file) = syn::parse_file(&source.text) else {
        return false;
    };
    let mut modules = Vec::new();
    collect(&file.items, &mut modules);
    let items = || modules.iter().flat_map(|items| items.iter());
    let names = |tokens: proc_macro2::TokenStream| has_word(tokens, ty);
    let mut found = items().filter_map(|item| match item {
        syn::Item::Impl(i) => {
            let (path, _) = i.trait_.as_ref()?;
            let last = path.segments.last()?;
            let operands = last.arguments.to_token_stream();
            let own = names(i.self_ty.to_token_stream()) || names(operands);
            (last.ident == of_trait && own).then_some(i)
        }
        _ => None,
    });
    let plain = |i: &syn::ItemImpl| {
        let of_method = |item: &syn::ImplItem| match item {
            syn::ImplItem::Fn(f) => f.attrs.iter().all(is_harmless),
            syn::ImplItem::Macro(_) => false,
            _ => true,
        };
        i.attrs.iter().all(is_harmless) && i.items.iter().all(of_method)
    };
    found.next().is_some_and(plain) && found.all(plain)
}

/// What is wrong with a call of an annotated function of the same module.
pub enum Mismatch {
    /// It has this number of parameters, which is another.
    Number(usize),
    /// This parameter is not differentiable, and is given what depends on a differentiable input.
    Constant(Ident),
}

/// Whether a call does not fit the annotated function that it means. `varied`: which arguments depend on a differentiable input.
pub fn mismatch(caller: &Ident, callee: &syn::Path, varied: &[bool]) -> Option<Mismatch> {
    let name = &callee.segments.last()?.ident;
    let file = file_of(name)?;
    let in_doubt = |(attributes, parameters): (String, Vec<String>)| {
        let word = |c: char| c.is_alphanumeric() || c == '_';
        let named = |p: &String| {
            let mut words = p.split(':').next().unwrap_or_default().split_whitespace();
            let name = words.next_back().unwrap_or_default();
            attributes.split(|c| !word(c)).any(|w| w == name)
        };
        let constant = |(p, varied): (&String, &bool)| *varied && !named(p);
        parameters.len() != varied.len()
            || attributes.contains("wrt") && parameters.iter().zip(varied).any(constant)
    };
    if !annotated_functions(&file, &name.to_string())
        .into_iter()
        .any(in_doubt)
    {
        return None;
    }
    let function = called(&file.text, caller, callee)?;
    let [attribute] = function
        .attrs
        .iter()
        .filter(|a| !is_harmless(a))
        .collect::<Vec<_>>()[..]
    else {
        return None;
    };
    if !super::is_differentiate(attribute) {
        return None;
    }
    if function.sig.inputs.len() != varied.len() {
        return Some(Mismatch::Number(function.sig.inputs.len()));
    }
    let syn::Meta::List(options) = &attribute.meta else {
        return None;
    };
    let options = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated
        .parse2(options.tokens.clone())
        .ok()?;
    let wrt = options.iter().find_map(|option| match option {
        syn::Meta::List(list) if list.path.is_ident("wrt") => Some(list.tokens.to_string()),
        _ => None,
    })?;
    let wrt: Vec<&str> = wrt.split(',').map(str::trim).collect();
    // A name that is no parameter's is refused at the function itself.
    let is_param = |name: &&str| {
        function.sig.inputs.iter().any(|input| match input {
            syn::FnArg::Typed(p) => matches!(&*p.pat, syn::Pat::Ident(p) if p.ident == name),
            syn::FnArg::Receiver(_) => *name == "self",
        })
    };
    if !wrt.iter().filter(|name| !name.is_empty()).all(is_param) {
        return None;
    }
    let mut given = function.sig.inputs.iter().zip(varied);
    given.find_map(|(input, varied)| {
        let syn::FnArg::Typed(syn::PatType { pat, ty, .. }) = input else {
            return None;
        };
        // What is lent exclusively is differentiable always. Of what is no float the types decide: we may not know that it is none.
        let exclusive = matches!(&**ty, syn::Type::Reference(r) if r.mutability.is_some());
        let lost = *varied && !exclusive && mentions_float(ty.to_token_stream());
        match &**pat {
            syn::Pat::Ident(p) if lost && !wrt.iter().any(|name| p.ident == name) => {
                Some(Mismatch::Constant(p.ident.clone()))
            }
            _ => None,
        }
    })
}

/// The function of the same module that a call means. `caller` is the function the call is in.
///
/// Only what is certain counts: the module has an ordinary function of that name, and stands before us as it was written.
fn called(text: &str, caller: &Ident, callee: &syn::Path) -> Option<syn::ItemFn> {
    let path: Vec<&Ident> = callee.segments.iter().map(|s| &s.ident).collect();
    let (name, within) = path.split_last()?;
    let file = syn::parse_file(text).ok()?;
    let mut modules = Vec::new();
    collect(&file.items, &mut modules);
    let home = home(text, &modules, caller)?;
    let home = within
        .iter()
        .try_fold(home, |items, name| inside(items, name))?;
    let mut found = home.iter().filter(|item| mentions(item, name));
    match (found.next(), found.next()) {
        (Some(syn::Item::Fn(function)), None) => Some(function.clone()),
        _ => None,
    }
}

/// Whether a type is a struct or an enum of the same module that is certain to have no derivative: nothing there derives or
/// implements one. `caller` is the function that mentions it.
pub fn is_not_derived(caller: &Ident, name: &Ident) -> bool {
    let Some(source) = file_of(caller) else {
        return false;
    };
    let word = name.to_string();
    if !source.defines("struct", &word) && !source.defines("enum", &word) {
        return false;
    }
    let Ok(file) = syn::parse_file(&source.text) else {
        return false;
    };
    let mut modules = Vec::new();
    collect(&file.items, &mut modules);
    let is_harmless_trait = |path: &syn::Path| {
        let own = |item: &syn::Item| matches!(item, syn::Item::Trait(t) if path.is_ident(&t.ident));
        is_of_std(path) || modules.iter().any(|items| items.iter().any(own))
    };
    // Anywhere in the file: an implementation may stand elsewhere.
    let implements = |item: &syn::Item| match item {
        syn::Item::Impl(i) => {
            let foreign = i
                .trait_
                .as_ref()
                .is_some_and(|(path, _)| !is_harmless_trait(path));
            foreign && is_named(&i.self_ty, name)
        }
        syn::Item::Macro(m) => m.mac.tokens.to_string().contains(&word),
        _ => false,
    };
    if modules.iter().any(|items| items.iter().any(implements)) {
        return false;
    }
    let Some(home) = home(&source.text, &modules, caller) else {
        return false;
    };
    home.iter().any(|item| match item {
        syn::Item::Struct(s) => s.ident == *name && s.attrs.iter().all(gives_no_derivative),
        syn::Item::Enum(e) => e.ident == *name && e.attrs.iter().all(gives_no_derivative),
        _ => false,
    })
}

/// An attribute of the language, or derives of std.
fn gives_no_derivative(attribute: &syn::Attribute) -> bool {
    let mut of_std = true;
    if attribute.path().is_ident("derive") {
        let each = |derived: syn::meta::ParseNestedMeta<'_>| {
            of_std &= is_of_std(&derived.path);
            Ok(())
        };
        return attribute.parse_nested_meta(each).is_ok() && of_std;
    }
    is_harmless(attribute) || attribute.path().is_ident("repr")
}

/// A trait of std that is often derived or implemented, operators included.
fn is_of_std(path: &syn::Path) -> bool {
    const NAMES: [&str; 26] = [
        "Clone",
        "Copy",
        "Debug",
        "Display",
        "Default",
        "PartialEq",
        "Eq",
        "PartialOrd",
        "Ord",
        "Hash",
        "From",
        "Into",
        "Drop",
        "Add",
        "Sub",
        "Mul",
        "Div",
        "Neg",
        "AddAssign",
        "SubAssign",
        "MulAssign",
        "DivAssign",
        "Index",
        "IndexMut",
        "Deref",
        "Iterator",
    ];
    path.segments
        .last()
        .is_some_and(|s| NAMES.iter().any(|name| s.ident == name))
}

/// Which of the names of companions are taken in the module of the function `own`: by another function, or by the companions of one
/// further up.
pub fn taken(own: &syn::ItemFn, stem: &str, names: &dyn Fn() -> Vec<String>) -> Vec<String> {
    let ident = &own.sig.ident;
    let (named, conditional) = (*ident != stem, |f: &syn::ItemFn| {
        f.attrs.iter().any(is_condition)
    });
    let Some(source) = file_of(ident).filter(|_| !conditional(own)) else {
        return Vec::new();
    };
    let in_doubt = source.defines_beginning(&format!("{stem}_"))
        || named && source.defines("fn", stem)
        || source.text.matches(&format!("\"{stem}\"")).count() > usize::from(named);
    if !in_doubt {
        return Vec::new();
    }
    let Ok(file) = syn::parse_file(&source.text) else {
        return Vec::new();
    };
    let mut modules = Vec::new();
    collect(&file.items, &mut modules);
    let home = home(&source.text, &modules, ident).unwrap_or_default();
    let functions = home.iter().filter_map(|item| match item {
        syn::Item::Fn(f) if !conditional(f) => Some(f),
        _ => None,
    });
    let functions: Vec<&syn::ItemFn> = functions.collect();
    let alike = |f: &&syn::ItemFn| {
        f.sig.output.to_token_stream().to_string() == own.sig.output.to_token_stream().to_string()
            && stem_of(f).is_some_and(|other| other == stem)
    };
    let mut before = functions.iter().take_while(|f| f.sig.ident != *ident);
    let mut names = names();
    if !before.any(alike) {
        names.retain(|name| functions.iter().any(|f| f.sig.ident == name));
    }
    names
}

fn is_condition(attribute: &syn::Attribute) -> bool {
    attribute.path().is_ident("cfg") || attribute.path().is_ident("cfg_attr")
}

/// What the names of a function's companions begin with, if it has any.
fn stem_of(function: &syn::ItemFn) -> Option<String> {
    let attribute = function.attrs.iter().find(|a| super::is_differentiate(a))?;
    let mut stem = Some(function.sig.ident.to_string());
    if let syn::Meta::List(options) = &attribute.meta {
        let options = Punctuated::<syn::Meta, syn::Token![,]>::parse_terminated
            .parse2(options.tokens.clone())
            .ok()?;
        for option in &options {
            match option {
                syn::Meta::Path(path) if path.is_ident("constant") => stem = None,
                syn::Meta::NameValue(option) if option.path.is_ident("name") => {
                    stem = match &option.value {
                        syn::Expr::Lit(syn::ExprLit {
                            lit: syn::Lit::Str(name),
                            ..
                        }) => Some(name.value()),
                        _ => None,
                    };
                }
                _ => {}
            }
        }
    }
    stem
}

/// Whether an item may be what a name means, or make something of it.
fn mentions(item: &syn::Item, name: &Ident) -> bool {
    match item {
        syn::Item::Fn(f) => f.sig.ident == *name,
        syn::Item::Struct(s) => s.ident == *name,
        syn::Item::Macro(m) => m.mac.tokens.to_string().contains(&name.to_string()),
        _ => false,
    }
}

/// Whether `Type::method` takes what it is called on by shared reference or by value, where an `impl` in this file says so.
pub fn is_shared_method_of(path: &syn::Path) -> bool {
    let mut last = path.segments.iter().rev().map(|s| &s.ident);
    let (Some(name), Some(ty)) = (last.next(), last.next()) else {
        return false;
    };
    let Some(source) = file_of(name).filter(|file| annotated_in(file, &name.to_string())) else {
        return false;
    };
    let Ok(file) = syn::parse_file(&source.text) else {
        return false;
    };
    let mut modules = Vec::new();
    collect(&file.items, &mut modules);
    let mut methods = modules.into_iter().flatten().filter_map(|item| match item {
        syn::Item::Impl(i) if is_named(&i.self_ty, ty) => Some(&i.items),
        _ => None,
    });
    methods.any(|items| {
        items.iter().any(|item| match item {
            syn::ImplItem::Fn(f) if f.sig.ident == *name => f.sig.receiver().is_some_and(is_shared),
            _ => false,
        })
    })
}

fn is_named(ty: &syn::Type, name: &Ident) -> bool {
    let syn::Type::Path(path) = ty else {
        return false;
    };
    path.path.segments.last().is_some_and(|s| s.ident == *name)
}

fn is_shared(own: &syn::Receiver) -> bool {
    match &own.kind {
        syn::ReceiverKind::Value => true,
        syn::ReceiverKind::Reference(_, _, exclusive) => exclusive.is_none(),
        _ => false,
    }
}

/// A file has one struct or enum of a name, wherever it stands.
fn is_defined_once(file: &File, name: &Ident) -> bool {
    let name = name.to_string();
    let defined = ["struct", "enum"].map(|keyword| file.definitions(keyword, &name).count());
    defined.iter().sum::<usize>() == 1
}

pub fn has_word(tokens: proc_macro2::TokenStream, word: &Ident) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == *word,
        proc_macro2::TokenTree::Group(group) => has_word(group.stream(), word),
        proc_macro2::TokenTree::Punct(_) | proc_macro2::TokenTree::Literal(_) => false,
    })
}

/// The items of each module.
fn collect<'a>(items: &'a [syn::Item], modules: &mut Vec<&'a [syn::Item]>) {
    modules.push(items);
    for item in items {
        if let syn::Item::Mod(syn::ItemMod {
            content: Some((_, items)),
            ..
        }) = item
        {
            collect(items, modules);
        }
    }
}

/// The items beside the function `caller`, where that is certain: no other function of the file has its name, inside another one's body neither, and no
/// macro may make one.
fn home<'a>(text: &str, modules: &[&'a [syn::Item]], caller: &Ident) -> Option<&'a [syn::Item]> {
    let name = caller.to_string();
    let mut words = text
        .split(|c: char| !c.is_alphanumeric() && c != '_')
        .filter(|w| !w.is_empty());
    let mut defined = 0;
    while let Some(word) = words.next() {
        defined += usize::from(word == "fn" && words.next() == Some(&name));
    }
    let made = |item: &syn::Item| matches!(item, syn::Item::Macro(_)) && mentions(item, caller);
    if defined != 1 || modules.iter().any(|items| items.iter().any(made)) {
        return None;
    }
    let mut homes = modules
        .iter()
        .filter(|items| items.iter().any(|item| defines(item, caller)));
    homes.next().copied()
}

fn inside<'a>(items: &'a [syn::Item], module: &Ident) -> Option<&'a [syn::Item]> {
    items.iter().find_map(|item| match item {
        syn::Item::Mod(m) if m.ident == *module => Some(&*m.content.as_ref()?.1),
        _ => None,
    })
}

fn defines(item: &syn::Item, function: &Ident) -> bool {
    match item {
        syn::Item::Fn(f) => f.sig.ident == *function,
        syn::Item::Impl(i) => i
            .items
            .iter()
            .any(|item| matches!(item, syn::ImplItem::Fn(f) if f.sig.ident == *function)),
        syn::Item::Trait(t) => t
            .items
            .iter()
            .any(|item| matches!(item, syn::TraitItem::Fn(f) if f.sig.ident == *function)),
        _ => false,
    }
}

/// An attribute of the language: any other may be ours under another name.
fn is_harmless(attribute: &syn::Attribute) -> bool {
    let first = attribute.path().segments.first();
    first.is_some_and(|s| HARMLESS.iter().any(|known| s.ident == known))
}
