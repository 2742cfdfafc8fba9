//! Types that put a method of their own in the place of an annotated one, which a trait gives a body.
//!
//! The companions of such a method stand in the trait, and know the trait's body only: of these types they would be wrong. An
//! attribute sees nothing of them, so they are looked for in the source files of the crate. What is not found there, because a macro
//! writes it or because it is in another crate, is found when it runs (`support::overridden`).

use super::home::{enclosing, is_under_attribute, trait_around};
use super::text::{File, Function, file_of, read};
use proc_macro2::{TokenStream, TokenTree};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::rc::Rc;

/// A type with a method of its own, and where that is, if it is in another file.
pub struct Override {
    pub ty: String,
    pub place: Option<String>,
}

/// The first one there is, if the function is a trait's.
pub fn overridden(item: &syn::ItemFn) -> Option<Override> {
    let of = trait_around(item)?;
    let name = item.sig.ident.to_string();
    let own = file_of(&item.sig.ident)?;
    let here = BTreeSet::from([of.clone()]);
    if let Some((ty, _)) = overridden_in(&own, &here, &name) {
        return Some(Override { ty, place: None });
    }
    let path = item.sig.ident.span().unwrap().local_file()?;
    let others = Sources::around(&path)?;
    let found = others.find(&of, &name)?;
    let shown = found.path.strip_prefix(&others.package);
    let shown = shown.unwrap_or(&found.path).display();
    Some(Override {
        ty: found.ty,
        place: Some(format!("{shown}:{}", found.line)),
    })
}

/// The type of which a file overrides a method without annotating it, and the text in front of that; `traits` are the names that
/// the trait has there.
fn overridden_in<'a>(
    file: &'a File,
    traits: &BTreeSet<String>,
    name: &str,
) -> Option<(String, &'a str)> {
    file.functions(name)
        .filter(|f| !is_under_attribute(f) && !is_comment(f))
        .find_map(|f| {
            let (of, ty) = implemented(&enclosing(f.before))?;
            traits.contains(&of).then_some((ty, f.before))
        })
}

fn is_comment(function: &Function<'_>) -> bool {
    let line = function.before.rsplit('\n').next();
    line.is_some_and(|line| line.contains("//"))
}

/// `impl<T> path::Trait<T> for Type<T> where ..`: `Trait` and `Type<T>`. A macro's `$t` is a type, too.
fn implemented(header: &str) -> Option<(String, String)> {
    let tokens: TokenStream = header.parse().ok()?;
    let mut tokens = tokens.into_iter().peekable();
    tokens.find(|t| is_word(t, "impl"))?;
    let (mut depth, mut arrow, mut of) = (0_usize, false, None);
    while let Some(token) = tokens.next() {
        match &token {
            TokenTree::Punct(p) if p.as_char() == '<' => depth += 1,
            TokenTree::Punct(p) if p.as_char() == '>' && !arrow => depth = depth.saturating_sub(1),
            TokenTree::Ident(word) if depth == 0 && word != "for" => of = Some(word.to_string()),
            // Not that of `for<'a> Fn(&'a f64)`.
            TokenTree::Ident(_)
                if depth == 0
                    && !matches!(tokens.peek(), Some(TokenTree::Punct(p)) if p.as_char() == '<') =>
            {
                let ty: TokenStream = tokens.take_while(|t| !is_word(t, "where")).collect();
                return Some((of?, ty.to_string()));
            }
            _ => {}
        }
        arrow = matches!(&token, TokenTree::Punct(p) if p.as_char() == '-');
    }
    None
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident == word)
}

/// The source files that may be of one crate.
pub struct Sources {
    package: PathBuf,
    files: Vec<PathBuf>,
}

struct Found {
    ty: String,
    path: PathBuf,
    line: usize,
}

impl Sources {
    /// How much is read at most: a crate has less.
    const FILES: usize = 10_000;
    const BYTES: usize = 1 << 27;

    /// The files beside one, in the folder that its crate's root is in: `src`, or one of `tests`, `examples` and `benches`.
    pub fn around(path: &Path) -> Option<Sources> {
        let is_package = |folder: &&Path| folder.join("Cargo.toml").is_file();
        let package = path.ancestors().skip(1).find(is_package)?;
        let mut inside = path.strip_prefix(package).ok()?.components();
        let first = Path::new(inside.next()?.as_os_str());
        let mut folder = package.join(first);
        if first == Path::new("target") {
            // What a build script writes.
            folder = package.join("src");
        } else if folder == path {
            folder = package.to_owned();
        } else if first != Path::new("src")
            && let Some(second) = inside.next().map(|c| folder.join(c.as_os_str()))
            && second.join("main.rs").is_file()
        {
            folder = second;
        }
        let mut files = Vec::new();
        collect(&folder, &mut files);
        files.retain(|file| file != path);
        Some(Sources {
            package: package.to_owned(),
            files,
        })
    }

    /// All of them, unless they are too many.
    pub fn read(&self) -> Option<Vec<(&PathBuf, Rc<File>)>> {
        let mut left = Self::BYTES;
        let mut all = Vec::new();
        for path in &self.files {
            if let Some(file) = read(path) {
                left = left.checked_sub(file.text.len())?;
                all.push((path, file));
            }
        }
        Some(all)
    }

    /// A type of one of the files that overrides a method of a trait without annotating it.
    fn find(&self, of: &str, name: &str) -> Option<Found> {
        let files = self.read()?;
        // Another trait of the name has types of its own, in its file and where it is imported from there.
        let head = format!("trait {of}");
        let defines = |text: &String| {
            let mut found = text.match_indices(&head);
            found.any(|(at, _)| !text[at + head.len()..].starts_with(in_word))
        };
        let homonyms: BTreeSet<String> = files
            .iter()
            .filter(|(_, file)| defines(&file.text))
            .filter_map(|(path, _)| module(path))
            .collect();
        let mut traits = BTreeSet::from([of.to_owned()]);
        for (_, file) in &files {
            traits.extend(renamed(&file.text, of));
        }
        files.into_iter().find_map(|(path, file)| {
            let text = &file.text;
            if defines(text) || homonyms.iter().any(|module| imports(text, module, of)) {
                return None;
            }
            let (ty, before) = overridden_in(&file, &traits, name)?;
            Some(Found {
                ty,
                path: path.clone(),
                line: before.matches('\n').count() + 1,
            })
        })
    }
}

fn in_word(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

/// The names under which a trait is imported or handed on.
fn renamed(text: &str, of: &str) -> Vec<String> {
    let head = format!("{of} as ");
    let each = text.match_indices(&head).filter_map(|(at, head)| {
        let name = text[at + head.len()..].split(|c| !in_word(c)).next()?;
        let whole = !text[..at].ends_with(in_word);
        (whole && !name.is_empty() && name != "_").then(|| name.to_owned())
    });
    each.collect()
}

/// `use module::Trait`.
fn imports(text: &str, module: &str, of: &str) -> bool {
    let path = format!("{module}::{of}");
    text.match_indices(&path).any(|(at, _)| {
        !text[..at].ends_with(in_word) && !text[at + path.len()..].starts_with(in_word)
    })
}

/// The module that a file is.
fn module(path: &Path) -> Option<String> {
    let stem = path.file_stem()?;
    let of_folder = stem == "mod" || stem == "lib" || stem == "main";
    let name = if of_folder {
        path.parent()?.file_name()?
    } else {
        stem
    };
    Some(name.to_string_lossy().into_owned())
}

/// The Rust files of a folder and those inside, except those of other packages.
fn collect(folder: &Path, files: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else {
        return;
    };
    let mut entries: Vec<_> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        if files.len() >= Sources::FILES {
            return;
        }
        if path.is_dir() {
            let ours = name != "target" && !name.starts_with('.');
            if ours && !path.join("Cargo.toml").is_file() {
                collect(&path, files);
            }
        } else if name.ends_with(".rs") {
            files.push(path);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{File, implemented, imports, overridden_in, renamed};
    use std::collections::BTreeSet;

    #[test]
    fn methods_in_place_of_a_traits() {
        let file = "trait T { fn f(&self) {} } impl<T> U for A<T> { fn f(&self) {} } impl T for B<u8> where u8: Copy { fn ff(&self) {} fn f(&self) {} }\n\
                    impl V for C {\n// fn f() {}\n#[differentiate]\nfn f(&self) {} }";
        let file = File::new(file.into());
        let of = |of: &str, name| {
            let traits = BTreeSet::from([of.to_owned()]);
            overridden_in(&file, &traits, name).map(|(ty, _)| ty)
        };
        assert_eq!(of("T", "f").as_deref(), Some("B < u8 >"));
        assert_eq!(of("U", "f").as_deref(), Some("A < T >"));
        assert!(of("T", "g").is_none());
        assert!(of("V", "f").is_none());
    }

    #[test]
    fn traits_in_headers() {
        for (header, of) in [
            ("impl Model for A", Some("Model")),
            (
                "#[cfg(test)] unsafe impl<F: for<'a> Fn(&'a f64) -> f64> m::Model<f64, F> for A<F> where F: for<'b> Fn(&'b f64) -> f64",
                Some("Model"),
            ),
            ("impl<F: for<'a> Fn(&'a f64)> A<F>", None),
            ("impl Model for $t", Some("Model")),
            ("impl Form", None),
        ] {
            let found = implemented(header).map(|(of, _)| of);
            assert_eq!(found.as_deref(), of, "{header}");
        }
    }

    #[test]
    fn names_of_imports() {
        let text = "use crate::m::{Model as M, SuperModel as S};\nuse kernels::Model;";
        assert_eq!(renamed(text, "Model"), ["M"]);
        assert!(imports(text, "kernels", "Model") && !imports(text, "kernel", "Model"));
        assert!(!imports(text, "kernels", "Mod"));
    }
}
