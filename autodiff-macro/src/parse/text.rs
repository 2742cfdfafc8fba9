//! The text of the file a name stands in, and where it defines what. Questions about calls and types are asked again and again: what
//! a file defines is found in one pass.

use super::home::{is_module, unfinished};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::SystemTime;

pub struct File {
    pub text: String,
    /// Where keywords stand in front of a name.
    definitions: BTreeMap<String, Vec<usize>>,
    /// Where lines begin with `use`.
    imports: Vec<usize>,
    /// What was asked for by [`File::around`].
    around: RefCell<BTreeMap<usize, Rc<Around>>>,
}

/// What a place in a file is in.
pub struct Around {
    /// The headers of the blocks around it.
    pub open: Vec<String>,
    /// What stands in front of it of a header or statement.
    pub before: String,
}

impl Around {
    pub fn modules(&self) -> impl Iterator<Item = &String> {
        self.open.iter().filter(|header| is_module(header))
    }
}

/// Where a file defines a function.
pub struct Function<'a> {
    /// The text in front of `fn`.
    pub before: &'a str,
    /// What follows the name.
    pub rest: &'a str,
}

/// What a file was when it was read.
struct Read {
    modified: SystemTime,
    file: Rc<File>,
}

thread_local! {
    static READ: RefCell<BTreeMap<PathBuf, Read>> = const { RefCell::new(BTreeMap::new()) };
}

/// The file a name stands in.
pub fn file_of(name: &proc_macro2::Ident) -> Option<Rc<File>> {
    read(&path_of(name)?)
}

/// Where that file is.
pub fn path_of(name: &proc_macro2::Ident) -> Option<PathBuf> {
    if !proc_macro::is_available() {
        return None;
    }
    name.span().unwrap().local_file()
}

/// A file as it is now.
pub fn read(path: &Path) -> Option<Rc<File>> {
    let modified = std::fs::metadata(path).ok()?.modified().ok()?;
    READ.with_borrow_mut(|all| {
        if let Some(read) = all.get(path).filter(|read| read.modified == modified) {
            return Some(read.file.clone());
        }
        let file = Rc::new(File::new(std::fs::read_to_string(path).ok()?));
        let read = Read {
            modified,
            file: file.clone(),
        };
        all.insert(path.to_owned(), read);
        Some(file)
    })
}

impl File {
    pub fn new(text: String) -> Self {
        let is_word = |k: usize| {
            let byte = text.as_bytes().get(k);
            byte.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_' || !b.is_ascii())
        };
        let word_at = |start: usize| {
            let mut end = start;
            while is_word(end) {
                end += 1;
            }
            end
        };
        let mut definitions: BTreeMap<String, Vec<usize>> = BTreeMap::new();
        let mut imports = Vec::new();
        let mut k = 0;
        while k < text.len() {
            let end = word_at(k);
            if matches!(
                &text.as_bytes()[k..end],
                b"fn" | b"struct" | b"enum" | b"type" | b"const"
            ) && text.as_bytes().get(end) == Some(&b' ')
            {
                let mut stop = word_at(end + 1);
                if text[end + 1..].starts_with("r#") {
                    stop = word_at(end + 3);
                }
                let name = text[end + 1..stop].to_owned();
                definitions.entry(name).or_default().push(k);
            }
            if text[k..].starts_with("use ") && end == k + 3 {
                let line = text[..k].rsplit('\n').next().unwrap_or_default().trim();
                if line.is_empty() || line.starts_with("pub") {
                    imports.push(k);
                }
            }
            k = end.max(k + 1);
        }
        File {
            text,
            definitions,
            imports,
            around: RefCell::default(),
        }
    }

    /// What is around a place. Each asks for the whole text in front of it, so that it is kept.
    pub fn around(&self, at: usize) -> Option<Rc<Around>> {
        if let Some(known) = self.around.borrow().get(&at) {
            return Some(known.clone());
        }
        let (open, before) = unfinished(self.text.get(..at)?);
        let around = Rc::new(Around { open, before });
        self.around.borrow_mut().insert(at, around.clone());
        Some(around)
    }

    /// Whether something stands in the module of a place, and not in an item there.
    pub fn is_beside(&self, at: usize, place: &Around) -> bool {
        let around = self.around(at);
        around.is_some_and(|around| around.open.iter().eq(place.modules()))
    }

    /// The `use` statements and where they begin.
    pub fn imports(&self) -> impl Iterator<Item = (usize, &str)> {
        self.imports.iter().filter_map(|at| {
            let end = self.text[*at..].find(';')?;
            Some((*at, &self.text[*at..=*at + end]))
        })
    }

    /// What follows each `keyword name`.
    pub fn definitions<'a>(&'a self, keyword: &str, name: &str) -> impl Iterator<Item = &'a str> {
        let starts = self.definitions.get(name).into_iter().flatten();
        let head = format!("{keyword} {name}");
        starts.filter_map(move |k| self.text[*k..].strip_prefix(&head))
    }

    pub fn defines(&self, keyword: &str, name: &str) -> bool {
        self.definitions(keyword, name).next().is_some()
    }

    /// Whether something is defined whose name begins so.
    pub fn defines_beginning(&self, prefix: &str) -> bool {
        let mut from = self.definitions.range(prefix.to_owned()..);
        from.next()
            .is_some_and(|(name, _)| name.starts_with(prefix))
    }

    /// The functions that are called so.
    pub fn functions<'a>(&'a self, name: &str) -> impl Iterator<Item = Function<'a>> {
        let head = "fn ".len() + name.len();
        self.definitions("fn", name)
            .filter(|rest| rest.starts_with(['(', '<']))
            .map(move |rest| Function {
                before: &self.text[..self.text.len() - rest.len() - head],
                rest,
            })
    }

    /// The definition of a name, from its keyword to the end of its braces, if there is just one.
    pub fn only(&self, keyword: &str, name: &str) -> Option<&str> {
        let mut found = self.definitions(keyword, name);
        let rest = found.next()?;
        if found.next().is_some() {
            return None;
        }
        let start = self.text.len() - rest.len() - name.len() - 1 - keyword.len();
        to_the_end(&self.text[start..], true)
    }
}

/// Up to the end of the first braces, or of a semicolon in front of them. Where braces stand in strings it is another end.
pub fn to_the_end(text: &str, or_semicolon: bool) -> Option<&str> {
    let mut depth = 0_usize;
    for (k, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth <= 1 => return text.get(..=k),
            '}' => depth -= 1,
            ';' if or_semicolon && depth == 0 => return text.get(..=k),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::File;

    #[test]
    fn definitions_by_name() {
        let text = "struct Ray<T> { from: Vec3, to: T }\nstruct Rays;\nfn at(ray: &Ray) -> Vec3 { if a { b } else { c } }\nfn twice() {} fn twice() {}";
        let file = File::new(text.into());
        assert_eq!(
            file.only("struct", "Ray"),
            Some("struct Ray<T> { from: Vec3, to: T }")
        );
        assert_eq!(file.only("struct", "Rays"), Some("struct Rays;"));
        let at = file.only("fn", "at").map(str::len);
        assert_eq!(
            at,
            Some("fn at(ray: &Ray) -> Vec3 { if a { b } else { c } }".len())
        );
        assert!(file.only("fn", "twice").is_none() && file.only("fn", "tw").is_none());
    }
}
