//! What names stand for, from the inside out. A closure keeps all that was in scope where it stands, so that a copy shares it: a scope
//! is copied only if something is declared in it while a closure lives.

use super::{Binding, context};
use proc_macro2::Ident;
use std::rc::Rc;

#[derive(Clone)]
pub(super) struct Scopes(Vec<Rc<Vec<Name>>>);

#[derive(Clone)]
struct Name {
    ident: Ident,
    /// Identifiers are spelt out to be compared.
    text: String,
    binding: Binding,
}

impl Scopes {
    /// One, in which nothing is declared.
    pub(super) fn new() -> Self {
        Scopes(vec![Rc::default()])
    }

    pub(super) fn push(&mut self, names: Vec<(Ident, Binding)>) {
        self.0.push(Rc::default());
        for (name, binding) in names {
            self.declare(name, binding);
        }
    }

    pub(super) fn pop(&mut self) {
        self.0.pop();
    }

    /// In the innermost scope.
    pub(super) fn declare(&mut self, ident: Ident, binding: Binding) {
        let scope = self.0.last_mut();
        let scope = scope.expect("bug in autodiff, please report: no scope");
        let text = ident.to_string();
        Rc::make_mut(scope).push(Name {
            ident,
            text,
            binding,
        });
    }

    pub(super) fn lookup(&self, ident: &Ident) -> Option<&Binding> {
        let text = ident.to_string();
        for scope in self.0.iter().rev() {
            for name in scope.iter().rev() {
                // As in `same`.
                if name.text == text && context(&name.ident) == context(ident) {
                    return Some(&name.binding);
                }
            }
        }
        None
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = (&Ident, &Binding)> {
        let names = self.0.iter().flat_map(|scope| scope.iter());
        names.map(|name| (&name.ident, &name.binding))
    }
}
