//! What a bare name means in the module it is called in, as far as the text of the file tells.
//!
//! A function and its companion are found by the same name, in two namespaces. Where something else of this name has no
//! companion, a `use m::*` may give one that is another function's.

use super::home::is_annotation;
use super::text::{File, Function, file_of};
use proc_macro2::Ident;
use syn::parse::Parser;

/// The path by which a name is imported, one by one, beside the call: of std's functions, and where some `use m::*` could stand for
/// the companion.
pub fn imported(name: &Ident) -> Option<syn::Path> {
    let file = file_of(name).filter(|file| mentions_import(file, name))?;
    let here = file.around(offset(&file.text, name)?)?;
    let found = file.imports().find_map(|(at, statement)| {
        let tree = uses(statement)?;
        let there = file.around(at)?;
        let same = there.modules().eq(here.modules());
        same.then(|| path_of(&tree, name))?
    })?;
    let first = found.segments.first()?;
    let of_std = found.leading_colon.is_none() && (first.ident == "std" || first.ident == "core");
    (of_std || has_glob(&file)).then_some(found)
}

/// Whether the module of the call has a function of this name without the attribute, while some `use m::*` could stand for the
/// companion.
pub fn is_plain_here(name: &Ident) -> bool {
    let Some(file) = file_of(name).filter(|file| has_glob(file)) else {
        return false;
    };
    let Some(around) = offset(&file.text, name).and_then(|at| file.around(at)) else {
        return false;
    };
    let name = name.to_string();
    let beside = |f: &Function<'_>| file.is_beside(f.before.len(), &around);
    let mut here = file.functions(&name).filter(beside);
    here.next().is_some_and(|f| !is_annotation(f.before)) && here.next().is_none()
}

fn has_glob(file: &File) -> bool {
    file.imports().any(|(_, statement)| statement.contains('*'))
}

fn mentions_import(file: &File, name: &Ident) -> bool {
    let name = name.to_string();
    let word = |c: char| c.is_alphanumeric() || c == '_';
    file.imports()
        .any(|(_, statement)| statement.split(|c| !word(c)).any(|w| w == name))
}

fn uses(statement: &str) -> Option<syn::UseTree> {
    syn::parse_str::<syn::ItemUse>(statement)
        .ok()
        .map(|u| u.tree)
}

/// The path that a tree gives a name, at the place of the name.
fn path_of(tree: &syn::UseTree, name: &Ident) -> Option<syn::Path> {
    fn find(tree: &syn::UseTree, name: &Ident, path: &mut Vec<String>) -> bool {
        let mut found = |own: &Ident, alias: &Ident| {
            let found = alias == name;
            path.extend(found.then(|| own.to_string()));
            found
        };
        match tree {
            syn::UseTree::Name(own) => found(&own.ident, &own.ident),
            syn::UseTree::Rename(own) => found(&own.ident, &own.rename),
            syn::UseTree::Glob(_) => false,
            syn::UseTree::Group(group) => group.items.iter().any(|tree| find(tree, name, path)),
            syn::UseTree::Path(own) => {
                path.push(own.ident.to_string());
                let found = find(&own.tree, name, path);
                if !found {
                    path.pop();
                }
                found
            }
        }
    }
    let mut path = Vec::new();
    if !find(tree, name, &mut path) {
        return None;
    }
    let mut path = syn::Path::parse_mod_style
        .parse_str(&path.join("::"))
        .ok()?;
    path.segments
        .iter_mut()
        .for_each(|s| s.ident.set_span(name.span()));
    Some(path)
}

/// Where a name stands in the text of its file.
pub fn offset(text: &str, name: &Ident) -> Option<usize> {
    let start = name.span().unwrap().start();
    let line = start.line().checked_sub(1)?;
    let before: usize = text.split_inclusive('\n').take(line).map(str::len).sum();
    let column = text
        .get(before..)?
        .chars()
        .take(start.column().checked_sub(1)?);
    let at = before + column.map(char::len_utf8).sum::<usize>();
    text[at..].starts_with(&name.to_string()).then_some(at)
}
