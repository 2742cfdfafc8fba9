//! Where a function stands: in a module, an inherent `impl`, a trait, or an `impl` of a trait.
//!
//! An attribute sees the tokens of its function alone. A function without `self` looks the same everywhere, so what
//! surrounds it is looked up in the source file.

use super::overridden::Sources;
use super::text::{File, Function, file_of};
use crate::ast::Home;
use crate::walk::{self, Go, Node};
use quote::ToTokens;
use std::cell::OnceCell;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Where the function stands, as far as can be known, and the `impl` around it.
pub fn home(item: &syn::ItemFn) -> (Home, Option<syn::ItemImpl>) {
    let header = surroundings(item);
    let around = header.as_deref().and_then(|header| around(header, ""));
    (home_of(item, header), around)
}

/// The `impl` of a trait that the function stands in, with it and what the trait's `Output` is said to be in front of it.
pub fn implementation(item: &syn::ItemFn) -> Option<syn::ItemImpl> {
    let text = before(item)?;
    let header = enclosing(&text);
    let output = text
        .rfind("type Output")
        .filter(|at| enclosing(&text[..*at]) == header)
        .and_then(|at| text[at..].split_once(';'))
        .map_or(String::new(), |(output, _)| format!("{output};"));
    let mut around = around(&header, &output).filter(|around| around.trait_.is_some())?;
    around.items.push(syn::parse2(item.to_token_stream()).ok()?);
    Some(around)
}

fn around(header: &str, items: &str) -> Option<syn::ItemImpl> {
    let text = is_impl(header).then(|| format!("{header} {{ {items} }}"))?;
    syn::parse_str(&text).ok()
}

fn home_of(item: &syn::ItemFn, header: Option<String>) -> Home {
    match header {
        Some(header) if is_impl(&header) && names_trait(&header) => Home::TraitImpl,
        Some(header) if is_impl(&header) || is_trait(&header) => Home::Impl,
        Some(_) if item.sig.receiver().is_none() => Home::Module,
        None if item.sig.receiver().is_none() && !mentions_self(item.to_token_stream()) => {
            Home::Module
        }
        _ => Home::Impl,
    }
}

fn mentions_self(tokens: proc_macro2::TokenStream) -> bool {
    tokens.into_iter().any(|token| match token {
        proc_macro2::TokenTree::Ident(ident) => ident == "Self",
        proc_macro2::TokenTree::Group(group) => mentions_self(group.stream()),
        _ => false,
    })
}

/// The text in front of the block that the function stands in; empty at the top of a file.
fn surroundings(item: &syn::ItemFn) -> Option<String> {
    Some(enclosing(&before(item)?))
}

/// The text of the file in front of the function.
fn before(item: &syn::ItemFn) -> Option<String> {
    if !proc_macro::is_available() {
        return None;
    }
    let start = item.sig.fn_token.span.unwrap().start();
    let text = std::fs::read_to_string(start.local_file()?).ok()?;
    let line = text.lines().nth(start.line().checked_sub(1)?)?;
    // A function that a macro writes has the position of something else.
    let column = start.column().checked_sub(1)?;
    let rest: String = line.chars().skip(column).collect();
    if !rest.starts_with("fn") {
        return None;
    }
    let before: usize = text
        .split_inclusive('\n')
        .take(start.line() - 1)
        .map(str::len)
        .sum();
    let within: usize = line.chars().take(column).map(char::len_utf8).sum();
    text.get(..before + within).map(str::to_owned)
}

/// The name of the trait that the function stands in, if it does.
pub fn trait_around(item: &syn::ItemFn) -> Option<String> {
    let header = surroundings(item).filter(|header| is_trait(header))?;
    let name = keywords(&header).skip_while(|w| *w != "trait").nth(1);
    name.map(str::to_owned)
}

/// The name of the trait that the function may stand in: that of one which a macro writes is not known.
pub fn of_trait(item: &syn::ItemFn, home: Home) -> Option<String> {
    let unknown = || {
        let written = proc_macro::is_available() && surroundings(item).is_none();
        (written && home == Home::Impl).then(|| "its trait".to_owned())
    };
    trait_around(item).or_else(unknown)
}

/// Whether a function named in an attribute is generic in a type: looked up in the file the attribute stands in.
pub fn is_generic(path: &syn::Path) -> bool {
    let Some(last) = path.segments.last() else {
        return false;
    };
    let Some(file) = file_of(&last.ident) else {
        return false;
    };
    file.definitions("fn", &last.ident.to_string()).any(|rest| {
        rest.trim_start().strip_prefix('<').is_some_and(|generics| {
            let generics = generics.trim_start();
            !generics.starts_with('\'') && !generics.starts_with("const ")
        })
    })
}

/// Whether a function takes a shared reference at a position, as far as the file it is called in tells: all functions of that
/// name there do. Where another function is meant, the compiler says so.
pub fn takes_shared(name: &proc_macro2::Ident, position: usize) -> bool {
    file_of(name).is_some_and(|file| shared_in(&file, &name.to_string(), position))
}

/// Whether the file a method is called in annotates one of that name. Where another is meant, the compiler says so.
pub fn is_annotated(name: &proc_macro2::Ident) -> bool {
    file_of(name).is_some_and(|file| annotated_in(&file, &name.to_string()))
}

/// How an annotated method takes what it is called on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Receiver {
    Shared,
    Exclusive,
    /// Some of this name take it the one way, some the other.
    Both,
}

/// How the annotated methods of a name take what they are called on, as far as the file tells in which one is called. Where
/// another one is meant, the compiler says so.
pub fn receiver(name: &proc_macro2::Ident) -> Option<Receiver> {
    receiver_in(&*file_of(name)?, &name.to_string())
}

/// The crate's other files, read once for a function, if they are asked.
#[derive(Default)]
pub struct Elsewhere {
    files: OnceCell<Vec<Rc<File>>>,
    /// Methods that they annotate, and that the function calls on active values.
    pub methods: BTreeSet<String>,
}

impl Elsewhere {
    /// How the annotated methods of a name take what they are called on, of which these files have some and the file it is called in
    /// has none: if all take it alike, and for those of one type if that is known. Where another one is meant, the compiler says so.
    pub fn receiver(
        &self,
        name: &proc_macro2::Ident,
        of: Option<&proc_macro2::Ident>,
    ) -> Option<Receiver> {
        let here = file_of(name)?;
        let (text, of) = (name.to_string(), of.map(ToString::to_string));
        if methods_of(&here, &text, of.as_deref()).next().is_some() {
            return None;
        }
        let files = self.files.get_or_init(|| {
            let path = name.span().unwrap().local_file();
            let others = path.and_then(|path| Sources::around(&path));
            let all = others.as_ref().and_then(Sources::read).unwrap_or_default();
            all.into_iter().map(|(_, file)| file).collect()
        });
        receiver_of(files, &text, of.as_deref())
    }
}

fn receiver_of<'a>(files: &'a [Rc<File>], name: &str, of: Option<&str>) -> Option<Receiver> {
    let each =
        |file: &'a Rc<File>| methods_of(file, name, of).filter(|(f, _)| is_under_attribute(f));
    let mut found = files.iter().flat_map(each).map(|(_, own)| own);
    let first = found.next()?;
    found.all(|other| other == first).then_some(first)
}

/// The methods of a name, of one type if that is known.
fn methods_of<'a>(
    file: &'a File,
    name: &str,
    of: Option<&str>,
) -> impl Iterator<Item = (Function<'a>, Receiver)> {
    let is_of = move |f: &Function<'_>| {
        let header = || around(&enclosing(f.before), "");
        of.is_none_or(|of| header().is_some_and(|item| names(&item.self_ty, of)))
    };
    file.functions(name)
        .filter(is_of)
        .filter_map(|f| own_parameter(&f).map(|own| (f, own)))
}

fn names(ty: &syn::Type, name: &str) -> bool {
    matches!(ty, syn::Type::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == name))
}

/// Whether what is annotated under a name in the file it is called in are methods, and take what they are called on by shared
/// reference or by value. Where another function is meant, the compiler says so.
pub fn is_shared_method(name: &proc_macro2::Ident) -> bool {
    file_of(name).is_some_and(|file| {
        let name = name.to_string();
        let mut found = annotated(&file, &name).map(|f| own_parameter(&f));
        found.next() == Some(Some(Receiver::Shared)) && found.all(|r| r == Some(Receiver::Shared))
    })
}

/// Whether a type of the file has a function of this name of its own, so that one of a trait is not had by the dot.
pub fn hides_a_trait(name: &proc_macro2::Ident) -> bool {
    file_of(name).is_some_and(|file| inherent_in(&file, &name.to_string()).next().is_some())
}

/// Whether the file annotates a function of this name in a trait, and a type has one without the attribute that hides it: that
/// is the one which is called.
pub fn is_hidden(name: &proc_macro2::Ident) -> bool {
    file_of(name).is_some_and(|file| {
        let name = name.to_string();
        let of_trait = |f: Function<'_>| is_trait(&enclosing(f.before));
        annotated(&file, &name).any(of_trait)
            && inherent_in(&file, &name).any(|f| !is_under_attribute(&f))
    })
}

/// Whether a trait of the file has a method of this name, and none that is called so is annotated there.
pub fn is_traits_method_not_annotated(of: &str, name: &proc_macro2::Ident) -> bool {
    file_of(name).is_some_and(|file| {
        let name = name.to_string();
        let of_trait = |f: Function<'_>| {
            let header = enclosing(f.before);
            is_trait(&header) && keywords(&header).skip_while(|w| *w != "trait").nth(1) == Some(of)
        };
        annotated(&file, &name).next().is_none() && file.functions(&name).any(of_trait)
    })
}

/// The functions that are called so in inherent `impl`s.
fn inherent_in<'a>(file: &'a File, name: &str) -> impl Iterator<Item = Function<'a>> {
    let inherent = |header: String| is_impl(&header) && !names_trait(&header);
    file.functions(name)
        .filter(move |f| inherent(enclosing(f.before)))
}

/// Whether an annotated method of this name takes what it is called on by value, and `Differentiable` has one that takes it by
/// reference: of a reference the dot calls that one.
pub fn is_taken_by_differentiable(name: &proc_macro2::Ident) -> bool {
    const METHODS: [&str; 4] = ["dot", "map", "to_flat", "zeros_like"];
    METHODS.iter().any(|m| name == m)
        && file_of(name).is_some_and(|file| {
            // Derived by its path the trait is not in scope.
            let imports =
                |(_, s): (usize, &str)| s.contains("Differentiable") || s.contains("autodiff::*");
            file.imports().any(imports)
                && annotated(&file, &name.to_string()).any(|f| {
                    let own = parameters(f.rest).into_iter().next().unwrap_or_default();
                    matches!(own.trim(), "self" | "mut self")
                })
        })
}

/// Whether the file has a method of that name, annotated or not, that takes `&mut self`.
pub fn may_change_receiver(name: &proc_macro2::Ident) -> bool {
    file_of(name).is_some_and(|file| {
        let name = name.to_string();
        let mut functions = file.functions(&name);
        functions.any(|f| own_parameter(&f) == Some(Receiver::Exclusive))
    })
}

fn receiver_in(file: &File, name: &str) -> Option<Receiver> {
    let mut found = None;
    for this in annotated(file, name).filter_map(|f| own_parameter(&f)) {
        found = match found {
            None => Some(this),
            Some(other) if other == this => found,
            Some(_) => Some(Receiver::Both),
        };
    }
    found
}

/// How a function takes `self`, if it does.
fn own_parameter(function: &Function<'_>) -> Option<Receiver> {
    let parameters = parameters(function.rest);
    let own = parameters.first()?.trim();
    let mut words = own.split([' ', '&']).filter(|w| !w.is_empty());
    if words.next_back() != Some("self") {
        return None;
    }
    Some(if own.starts_with('&') && words.any(|w| w == "mut") {
        Receiver::Exclusive
    } else {
        Receiver::Shared
    })
}

pub fn annotated_in(file: &File, name: &str) -> bool {
    annotated(file, name).next().is_some()
}

/// The attributes of each annotated function that is called so, and its parameters.
pub fn annotated_functions(file: &File, name: &str) -> Vec<(String, Vec<String>)> {
    let each = annotated(file, name).map(|f| {
        let mut lines = f.before.rsplit('\n');
        let own = lines.next().unwrap_or_default();
        let above = lines.take_while(is_attribute).collect::<Vec<_>>();
        let mut parameters = parameters(f.rest);
        parameters.retain(|p| !p.trim().is_empty());
        (above.join("\n") + own, parameters)
    });
    each.collect()
}

/// Attributes that say nothing of what a function is.
pub const HARMLESS: [&str; 7] = [
    "doc", "inline", "allow", "expect", "must_use", "cold", "rustfmt",
];

/// Whether there are attributes in front of a function that may be ours under another name.
pub fn is_annotation(before: &str) -> bool {
    let mut lines = before.rsplit('\n');
    let own = lines.next().unwrap_or_default();
    let known = |attribute: &str| {
        let mut known = HARMLESS.iter().chain(&["cfg("]);
        known.any(|k| attribute.starts_with(k))
    };
    let harmless = |l: &str| {
        let l = l.trim_start();
        l.starts_with("//") || l.strip_prefix("#[").is_some_and(known)
    };
    own.contains('#') || !lines.take_while(is_attribute).all(harmless)
}

fn is_attribute(line: &&str) -> bool {
    line.trim_start().starts_with(['#', '/'])
}

/// The annotated functions that are called so.
fn annotated<'a>(file: &'a File, name: &str) -> impl Iterator<Item = Function<'a>> {
    file.functions(name).filter(is_under_attribute)
}

pub fn is_under_attribute(function: &Function<'_>) -> bool {
    let mut lines = function.before.rsplit('\n');
    let is_it = |l: &str| l.contains("differentiate");
    lines.next().is_some_and(is_it) || lines.take_while(is_attribute).any(is_it)
}

fn shared_in(file: &File, name: &str, position: usize) -> bool {
    let functions = file.functions(name);
    let mut found = functions.map(|f| parameters(f.rest));
    let shared = |parameters: Vec<String>| {
        let receiver = |p: &String| p.trim_end().ends_with("self");
        let mut types = parameters.iter().filter(|p| !receiver(p));
        let ty = types.nth(position).and_then(|p| p.split_once(':'));
        ty.is_some_and(|(_, ty)| {
            let mut words = ty.trim().trim_start_matches('&').split_whitespace();
            let first = words.next().unwrap_or_default();
            let exclusive =
                first == "mut" || first.starts_with('\'') && words.next() == Some("mut");
            ty.trim().starts_with('&') && !exclusive
        })
    };
    found.next().is_some_and(shared) && found.all(shared)
}

/// The texts of a function's parameters, from what follows its name.
fn parameters(text: &str) -> Vec<String> {
    let (mut depth, mut angles) = (0_usize, 0_usize);
    let mut parameters = vec![String::new()];
    let mut last = ' ';
    for c in text.chars() {
        match c {
            '<' => angles += 1,
            '>' if last != '-' => angles = angles.saturating_sub(1),
            '(' | '[' => depth += 1,
            ')' | ']' if depth <= 1 && angles == 0 => return parameters,
            ')' | ']' => depth = depth.saturating_sub(1),
            ',' if depth == 1 && angles == 0 => parameters.push(String::new()),
            _ => {}
        }
        let outside = depth == 0 || depth == 1 && angles == 0 && matches!(c, '(' | ',');
        if !outside && let Some(parameter) = parameters.last_mut() {
            parameter.push(c);
        }
        last = c;
    }
    Vec::new()
}

/// What the file a name stands in defines under it: `struct`, `enum`, `type`, ….
pub fn defined_as(name: &proc_macro2::Ident, keyword: &str) -> bool {
    file_of(name).is_some_and(|file| file.defines(keyword, &name.to_string()))
}

/// Whether the file a name stands in defines a struct or an enum of that name.
pub fn is_defined(name: &proc_macro2::Ident) -> bool {
    defined_as(name, "struct") || defined_as(name, "enum")
}

/// Whether the file a name stands in defines a function of that name that is no method.
pub fn is_function(name: &proc_macro2::Ident) -> bool {
    let is = |f: Function<'_>| own_parameter(&f).is_none();
    file_of(name).is_some_and(|file| file.functions(&name.to_string()).any(is))
}

/// Whether the file a name stands in mentions a word, as far as can be known.
pub fn mentioned_beside(name: &proc_macro2::Ident, word: &str) -> bool {
    file_of(name).is_none_or(|file| file.text.contains(word))
}

/// The type of a struct's field, where the file the struct is mentioned in defines one of that name and no other.
pub fn field(name: &proc_macro2::Ident, member: &syn::Member) -> Option<syn::Type> {
    let (ty, generics) = field_as_written(name, member)?;
    known(&ty, &generics)
}

/// The same as it is written, which may be of the struct's parameters.
pub fn field_as_written(
    name: &proc_macro2::Ident,
    member: &syn::Member,
) -> Option<(syn::Type, syn::Generics)> {
    let file = file_of(name)?;
    let definition = file.only("struct", &name.to_string())?;
    let item: syn::ItemStruct = syn::parse_str(definition).ok()?;
    let mut fields = item.fields.members().zip(&item.fields);
    let (_, field) = fields.find(|(k, _)| k == member)?;
    Some((field.ty.clone(), item.generics.clone()))
}

/// How many lifetimes a struct or an enum has, where the file it is mentioned in defines one of that name and no other.
pub fn lifetimes(name: &proc_macro2::Ident) -> usize {
    let mentioned = format!("{name}<'");
    let Some(file) = file_of(name).filter(|file| file.text.contains(&mentioned)) else {
        return 0;
    };
    let definition = ["struct", "enum"]
        .iter()
        .find_map(|keyword| file.only(keyword, &name.to_string()));
    let item = definition.and_then(|text| syn::parse_str::<syn::DeriveInput>(text).ok());
    item.map_or(0, |item| item.generics.lifetimes().count())
}

/// What a function returns, where the file it is called in defines one of that name and no other.
pub fn returned(name: &proc_macro2::Ident) -> Option<syn::Type> {
    let file = file_of(name)?;
    let definition = file.only("fn", &name.to_string())?;
    let item: syn::TraitItemFn = syn::parse_str(definition).ok()?;
    match &item.sig.output {
        syn::ReturnType::Type(_, ty) => known(ty, &item.sig.generics),
        syn::ReturnType::Default => None,
    }
}

/// A type that is no parameter, which stands for others elsewhere, and holds none in a `Vec`, an array or a tuple.
fn known(ty: &syn::Type, generics: &syn::Generics) -> Option<syn::Type> {
    let mut found = false;
    walk::walk(ty, &mut |node| {
        let Node::Path(path) = node else {
            return Go::In;
        };
        found |= generics.type_params().any(|p| path.is_ident(&p.ident));
        match path.segments.last() {
            Some(last) if last.ident == "Vec" => Go::In,
            _ => Go::Past,
        }
    });
    (!found).then(|| ty.clone())
}

/// Whether the file a macro is called in defines one of that name: it is not std's then.
pub fn defines_macro(name: &proc_macro2::Ident) -> bool {
    file_of(name).is_some_and(|file| {
        let text = &file.text;
        text.match_indices("macro_rules!").any(|(k, head)| {
            let rest = text[k + head.len()..].trim_start();
            rest.strip_prefix(name.to_string().as_str())
                .is_some_and(|rest| !rest.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
        })
    })
}

/// The header of the innermost block that is open at the end of `text`.
pub fn enclosing(text: &str) -> String {
    opened(text).pop().unwrap_or_default()
}

/// The headers of the blocks that are open at the end of `text`.
pub fn opened(text: &str) -> Vec<String> {
    unfinished(text).0
}

/// The headers of the blocks that are open at the end of `text`, and what stands there of the next header: inside a comment a `/`.
pub fn unfinished(text: &str) -> (Vec<String>, String) {
    let mut open: Vec<String> = Vec::new();
    let mut header = String::new();
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '/' if chars.peek() == Some(&'/') => {
                if !chars.any(|c| c == '\n') {
                    header.push('/');
                }
            }
            '/' if chars.peek() == Some(&'*') => {
                let (mut depth, mut last) = (1, ' ');
                chars.next();
                while depth > 0
                    && let Some(c) = chars.next()
                {
                    match (last, c) {
                        ('*', '/') => depth -= 1,
                        ('/', '*') => depth += 1,
                        _ => {
                            last = c;
                            continue;
                        }
                    }
                    last = ' ';
                }
                if depth > 0 {
                    header.push('/');
                }
            }
            '"' => {
                // The hashes of a raw string stand before it.
                let hashes = header.chars().rev().take_while(|c| *c == '#').count();
                let raw = header.trim_end_matches('#').ends_with('r');
                skip_string(&mut chars, if raw { Some(hashes) } else { None });
                header.push_str("\"\"");
            }
            '\'' => {
                // A character, or a lifetime.
                let mut ahead = chars.clone();
                match (ahead.next(), ahead.next()) {
                    (Some('\\'), _) => {
                        chars.next();
                        chars.next();
                        while chars.next().is_some_and(|c| c != '\'') {}
                    }
                    (Some(_), Some('\'')) => {
                        chars.next();
                        chars.next();
                    }
                    _ => header.push('\''),
                }
            }
            '{' => open.push(std::mem::take(&mut header)),
            '}' => {
                open.pop();
                header.clear();
            }
            ';' => header.clear(),
            c => header.push(c),
        }
    }
    (open, header)
}

fn skip_string(chars: &mut std::iter::Peekable<std::str::Chars<'_>>, raw: Option<usize>) {
    while let Some(c) = chars.next() {
        match (c, raw) {
            ('\\', None) => {
                chars.next();
            }
            ('"', None) => return,
            ('"', Some(hashes)) => {
                let mut ahead = chars.clone();
                if (0..hashes).all(|_| ahead.next() == Some('#')) {
                    *chars = ahead;
                    return;
                }
            }
            _ => {}
        }
    }
}

/// Without attributes, `pub`, `unsafe` and the like.
fn keywords(header: &str) -> impl Iterator<Item = &str> {
    let mut rest = header.trim_start();
    while let Some(attribute) = rest.strip_prefix('#') {
        let mut depth = 0;
        let end = attribute.char_indices().find(|(_, c)| {
            depth += match c {
                '[' => 1,
                ']' => -1,
                _ => 0,
            };
            depth == 0 && *c == ']'
        });
        rest = end.map_or("", |(k, _)| &attribute[k + 1..]).trim_start();
    }
    rest.split(|c: char| !(c.is_alphanumeric() || c == '_'))
        .filter(|word| !word.is_empty())
}

pub fn is_impl(header: &str) -> bool {
    keywords(header).find(|word| !matches!(*word, "unsafe" | "default" | "const")) == Some("impl")
}

pub fn is_module(header: &str) -> bool {
    let mut words =
        keywords(header).skip_while(|w| matches!(*w, "pub" | "crate" | "super" | "in" | "self"));
    words.next() == Some("mod")
}

pub fn is_trait(header: &str) -> bool {
    let mut words = keywords(header)
        .skip_while(|w| matches!(*w, "pub" | "crate" | "super" | "in" | "unsafe" | "auto"));
    words.next() == Some("trait")
}

/// `impl Trait for Type`, not `impl<F: for<'a> Fn(&'a f64)> Type<F>`.
fn names_trait(header: &str) -> bool {
    let mut rest = header;
    while let Some(k) = rest.find("for") {
        let before = rest[..k].chars().next_back();
        let after = rest[k + 3..].trim_start();
        let word = before.is_none_or(|c| !(c.is_alphanumeric() || c == '_'))
            && rest[k + 3..]
                .chars()
                .next()
                .is_none_or(|c| !(c.is_alphanumeric() || c == '_'));
        if word && !after.starts_with('<') {
            return true;
        }
        rest = &rest[k + 3..];
    }
    false
}

#[cfg(test)]
mod tests {
    use super::{
        File, Receiver, annotated_in, enclosing, is_impl, is_trait, known, names_trait,
        receiver_in, receiver_of, shared_in,
    };
    use std::rc::Rc;

    #[test]
    fn receivers_in_other_files() {
        let files = [
            "impl<T: Real> A<T> {\n#[differentiate]\nfn f(&self) {}\n#[differentiate]\nfn g(&mut self) {}\n\nfn h(&self) {} }",
            "impl m::B {\n#[differentiate]\nfn f(&mut self) {}\n#[differentiate]\nfn g(&mut self, x: f64) {} }",
        ];
        let files = files.map(|text| Rc::new(File::new(text.into())));
        let of = |name, ty| receiver_of(&files, name, ty);
        assert!(of("f", None).is_none() && of("h", None).is_none() && of("f", Some("C")).is_none());
        assert!(of("f", Some("A")) == Some(Receiver::Shared));
        assert!(of("f", Some("B")) == Some(Receiver::Exclusive));
        assert!(of("g", None) == Some(Receiver::Exclusive));
    }

    #[test]
    fn annotations_above_functions() {
        let text = "impl M {\n #[differentiate(wrt(self))]\n /// Its length.\n pub fn norm(&self) {}\n fn norms(&self) {} }";
        let file = File::new(text.into());
        assert!(annotated_in(&file, "norm"));
        assert!(!annotated_in(&file, "norms") && !annotated_in(&file, "nor"));
        let file = File::new("fn differentiate_by_hand(x: f64) {}".into());
        assert!(!annotated_in(&file, "differentiate_by_hand"));
    }

    #[test]
    fn receivers() {
        let text = "#[differentiate]\nfn a(&mut self) {}\n#[differentiate]\nfn b<'a>(&'a mut self, x: f64) {}\n\
                    #[differentiate]\nfn c(&self) {}\n#[differentiate]\nfn c(&mut self) {}\n\
                    #[differentiate]\nfn d(mut self) {}\nfn e(&mut self) {}\n#[differentiate]\nfn f(x: f64) {}";
        let file = File::new(text.into());
        let of = |name: &str| receiver_in(&file, name);
        assert_eq!(of("a"), Some(Receiver::Exclusive));
        assert_eq!(of("b"), Some(Receiver::Exclusive));
        assert_eq!(of("c"), Some(Receiver::Both));
        assert_eq!(of("d"), Some(Receiver::Shared));
        assert_eq!((of("e"), of("f")), (None, None));
    }

    #[test]
    fn shared_references_in_signatures() {
        let text = "fn norm<F: Fn(f64, f64) -> f64>(&self, v: &[f64], by: &mut [f64], f: (u8, F), w: &'a mut Vec<f64>) {} \
                    fn normal(v: &mut f64) {} fn two(a: &[f64; 2], n: usize) fn two(a: &'a [f64], n: usize)";
        let file = File::new(text.into());
        let shared: Vec<usize> = (0..5).filter(|k| shared_in(&file, "norm", *k)).collect();
        assert_eq!(shared, [0]);
        assert!(!shared_in(&file, "normal", 0) && !shared_in(&file, "nor", 0));
        assert!(shared_in(&file, "two", 0) && !shared_in(&file, "two", 1));
    }

    #[test]
    fn types_that_are_no_parameters() {
        let generics = syn::parse_quote!(<T: Real, const N: usize>);
        for (ty, told) in [
            ("Vec3", true),
            ("Vec3<T>", true),
            ("T", false),
            ("[T; N]", false),
            ("(Vec<T>, f64)", false),
        ] {
            let ty = syn::parse_str(ty).expect("a type");
            assert_eq!(known(&ty, &generics).is_some(), told);
        }
    }

    #[test]
    fn the_innermost_open_block() {
        let header = |text: &str| enclosing(text).trim().to_owned();
        assert_eq!(
            header("mod m { const C: char = '{'; /* { */ // {\n"),
            "mod m"
        );
        assert_eq!(
            header("impl<'a> M<'a> { const S: &str = \"}\"; fn g() { { } } "),
            "impl<'a> M<'a>"
        );
        assert_eq!(header("fn a() {} r#\"{\"#; "), "");
        assert_eq!(header("trait T { fn f() {} "), "trait T");
    }

    #[test]
    fn kinds_of_blocks() {
        assert!(is_impl("#[cfg(test)] unsafe impl<T: Copy> M<T>"));
        assert!(!is_impl("fn f(x: impl Fn())"));
        assert!(is_trait(" pub(crate) trait T: Sized"));
        assert!(names_trait("impl Display for M"));
        assert!(!names_trait("impl<F: for<'a> Fn(&'a f64)> M<F>"));
        assert!(!names_trait("impl Former"));
    }
}
