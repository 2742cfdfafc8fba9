//! Blocks and statements.

use super::scopes::Scopes;
use super::{Lowered, Lowerer};
use crate::ir::{Op, Place};
use crate::parse::checkpoint;
use proc_macro2::Ident;
use quote::ToTokens;
use std::rc::Rc;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// A block; its value is its last expression's.
    pub(super) fn block(&mut self, block: &syn::Block) -> Lowered {
        let syn::Block {
            brace_token: _,
            stmts,
        } = block;
        self.scopes.push(Vec::new());
        self.functions_of(stmts);
        let mut result = Lowered::Unit;
        for (k, stmt) in stmts.iter().enumerate() {
            let problems = self.errors.count();
            result = match stmt {
                syn::Stmt::Item(item) => self.declared(item, block),
                _ => self.stmt(stmt, k + 1 == stmts.len()),
            };
            if matches!(result, Lowered::Never) && self.errors.count() > problems {
                // It was refused: what follows is looked at all the same.
                if let syn::Stmt::Local(local) = stmt {
                    self.bind_unknown(&local.pat);
                }
                continue;
            }
            if matches!(result, Lowered::Never) {
                // What follows is never reached.
                break;
            }
        }
        // A value must not name what ends with the block.
        if let Lowered::Place(p) = &result
            && p.path.is_empty()
            && self.function.is_scalar(p.root)
        {
            result = Lowered::Value(self.read(p.clone(), block.span()));
        }
        self.scopes.pop();
        result
    }

    fn stmt(&mut self, stmt: &syn::Stmt, last: bool) -> Lowered {
        match stmt {
            syn::Stmt::Local(local) => self.let_(local),
            syn::Stmt::Expr(expr, semi) => {
                let gives = last && semi.is_none();
                self.done = match expr {
                    syn::Expr::MethodCall(e) if !gives => Some(e.method.clone()),
                    _ => None,
                };
                let lowered = self.expr(expr);
                self.done = None;
                match lowered {
                    Lowered::Never => Lowered::Never,
                    lowered if gives => lowered,
                    _ => Lowered::Unit,
                }
            }
            syn::Stmt::Macro(syn::StmtMacro {
                attrs: _,
                mac,
                semi_token,
            }) => match (
                if semi_token.is_some() {
                    self.statement_macro(mac)
                } else {
                    self.macro_(mac)
                },
                semi_token,
            ) {
                (Lowered::Never, _) => Lowered::Never,
                (lowered, None) if last => lowered,
                (_, _) => Lowered::Unit,
            },
            // `block` has seen to them.
            syn::Stmt::Item(_) => Lowered::Unit,
        }
    }

    /// An item of a block goes to the top of what is emitted: there it must mean nothing to what stands outside the block.
    fn declared(&mut self, item: &syn::Item, block: &syn::Block) -> Lowered {
        match item {
            syn::Item::Fn(item) if self.is_inlined(item) => {
                if self.is_elsewhere(&item.sig.ident, block) {
                    self.confined.push(item.sig.ident.clone());
                }
                self.inlined.push(item.clone());
            }
            item => {
                let mut names = Vec::new();
                let all =
                    !defined(item, &mut names) && !std::ptr::eq(block, &*self.source.item.block);
                if all || names.iter().any(|name| self.is_elsewhere(name, block)) {
                    return self.confined_item(item);
                }
                self.items.push(item.clone());
            }
        }
        Lowered::Unit
    }

    /// Whether the function has a name outside a block, too.
    fn is_elsewhere(&self, name: &Ident, block: &syn::Block) -> bool {
        let count = |block: &syn::Block| {
            let mut names = Vec::new();
            super::opaque::mentioned(block.to_token_stream(), &mut names);
            names.iter().filter(|n| *n == name).count()
        };
        count(block) < count(&self.source.item.block)
    }

    fn confined_item(&mut self, item: impl ToTokens) -> Lowered {
        self.unsupported(
            item,
            "an item of an inner block, whose names mean something else outside or are not seen (`use m::*`),",
            "give it another name (`use m::f as g`), or move it to the top of the function",
        )
    }

    /// Functions declared in a block, as closures: one after those it calls. One that calls itself is called by its name.
    fn functions_of(&mut self, stmts: &[syn::Stmt]) {
        let mut pending: Vec<&syn::ItemFn> = stmts
            .iter()
            .filter_map(|stmt| match stmt {
                syn::Stmt::Item(syn::Item::Fn(item)) => Some(item),
                _ => None,
            })
            .collect();
        loop {
            let names: Vec<Ident> = pending.iter().map(|f| f.sig.ident.clone()).collect();
            let ready = pending.iter().position(|item| {
                let mut mentioned = Vec::new();
                super::opaque::mentioned(item.block.to_token_stream(), &mut mentioned);
                can_be_inlined(item) && !mentioned.iter().any(|m| names.contains(m))
            });
            let Some(item) = ready.map(|k| pending.remove(k)) else {
                return;
            };
            let mut known = Scopes::new();
            for (name, binding) in self.scopes.iter() {
                if matches!(binding, super::Binding::Closure(closure) if closure.item) {
                    known.declare(name.clone(), binding.clone());
                }
            }
            if let Some(closure) = as_closure(item, known) {
                let function = super::Binding::Closure(Rc::new(closure));
                self.declare(item.sig.ident.clone(), function);
            }
        }
    }

    fn is_inlined(&self, item: &syn::ItemFn) -> bool {
        matches!(self.lookup(&item.sig.ident), Some(super::Binding::Closure(c)) if c.item)
    }

    /// The items of the body that emitted code needs: of functions that are inlined those that other code names.
    pub(super) fn needed_items(&mut self) -> Vec<syn::Item> {
        let mut items = std::mem::take(&mut self.items);
        for item in &items {
            super::opaque::mentioned(item.to_token_stream(), &mut self.needed);
        }
        while let Some(k) = self
            .inlined
            .iter()
            .position(|f| self.needed.contains(&f.sig.ident))
        {
            let function = self.inlined.remove(k);
            super::opaque::mentioned(function.block.to_token_stream(), &mut self.needed);
            if self.confined.contains(&function.sig.ident) {
                self.confined_item(&function);
            }
            items.push(syn::Item::Fn(function));
        }
        items.into_iter().map(checkpoint::stripped).collect()
    }

    fn let_(&mut self, local: &syn::Local) -> Lowered {
        let syn::Local {
            attrs: _,
            let_token: _,
            modifiers: _,
            pat,
            init,
            semi_token: _,
        } = local;
        let Some(syn::LocalInit {
            eq_token: _,
            expr,
            diverge,
        }) = init
        else {
            self.deferred(pat);
            return Lowered::Unit;
        };
        if let Some((_, otherwise)) = diverge {
            return self.let_else(pat, expr, otherwise);
        }
        let lowered = match (pat, &**expr) {
            // The annotation says what a `collect`, a `sum` or a literal becomes.
            (syn::Pat::Type(annotated), expr) => self.expr_as(expr, &annotated.ty),
            (_, expr) => self.expr(expr),
        };
        if matches!(lowered, Lowered::Never) {
            return Lowered::Never;
        }
        self.bind(pat, lowered);
        if makes_holder(expr) {
            for name in super::pattern::names(pat) {
                if let Some(super::Binding::Place(place)) = self.lookup(&name) {
                    self.holders.insert(place.root);
                }
            }
        }
        Lowered::Unit
    }

    /// Names for something that was refused.
    fn bind_unknown(&mut self, pat: &syn::Pat) {
        for name in super::pattern::names(pat) {
            let ty = self.function.types.unknown();
            let value = self.push(Op::Undefined, ty, name.span());
            self.function.locals.insert(value);
            self.declare(name, super::Binding::Place(Place::whole(value)));
        }
    }

    /// `let y;`
    fn deferred(&mut self, pat: &syn::Pat) {
        let span = pat.span();
        match pat {
            syn::Pat::Tuple(tuple) => tuple.elems.iter().for_each(|p| self.deferred(p)),
            syn::Pat::Type(syn::PatType {
                attrs: _,
                pat,
                colon_token: _,
                ty,
            }) => {
                let ty = self.type_of(ty);
                let local = self.local(ty, span);
                self.bind_variable(pat, Place::whole(local));
            }
            pat => {
                let ty = self.function.types.unknown();
                let local = self.local(ty, span);
                self.bind_variable(pat, Place::whole(local));
            }
        }
    }

    fn bind_variable(&mut self, pat: &syn::Pat, place: Place) {
        match pat {
            syn::Pat::Ident(syn::PatIdent {
                attrs: _,
                by_ref: None,
                mutability: _,
                ident,
                subpat: None,
            }) => {
                self.declare(ident.clone(), super::Binding::Place(place));
            }
            other => {
                self.unsupported(
                    other,
                    "this pattern without a value",
                    "declare each variable on its own",
                );
            }
        }
    }

    fn let_else(&mut self, pat: &syn::Pat, expr: &syn::Expr, otherwise: &syn::Expr) -> Lowered {
        let span = pat.span();
        let scrutinee = self.expr(expr);
        if matches!(scrutinee, Lowered::Never) {
            return Lowered::Never;
        }
        if let Some(test) = self.test(pat, &scrutinee) {
            let rest = self.branch(
                test,
                &mut |_| Lowered::Unit,
                &mut |cx| cx.expr(otherwise),
                span,
            );
            if matches!(rest, Lowered::Never) {
                return Lowered::Never;
            }
        }
        self.bind_tested(pat, scrutinee);
        Lowered::Unit
    }

    /// Marks the value of an expression statement as used by nobody.
    pub(super) fn discard(&mut self, lowered: Lowered) {
        // A read of a place has no effect of its own; everything else has been emitted already.
        let _ = lowered;
    }

    /// Stores into a variable or a part of an aggregate.
    pub(super) fn write(&mut self, place: Place, lowered: Lowered, span: proc_macro2::Span) {
        let value = self.value_of(lowered, span);
        let (to, from) = (self.place_ty(&place), self.function.ty(value));
        self.function.types.unify(to, from);
        self.effect(Op::Store(place, value), span);
    }
}

/// A function that needs no attribute of its own. One that is generic or has an attribute that may mean something is called by
/// its name.
fn can_be_inlined(item: &syn::ItemFn) -> bool {
    const HARMLESS: [&str; 6] = ["inline", "allow", "expect", "doc", "must_use", "cold"];
    let harmless = |a: &syn::Attribute| HARMLESS.iter().any(|name| a.path().is_ident(name));
    item.attrs.iter().all(harmless)
        && item.sig.generics.params.iter().all(is_callable)
        && matches!(item.sig.safety, syn::Safety::Default)
}

/// A lifetime, or the type of a parameter that is a closure.
fn is_callable(param: &syn::GenericParam) -> bool {
    let callable = |bound: &syn::TypeParamBound| match bound {
        syn::TypeParamBound::Trait(bound) => bound
            .path
            .segments
            .last()
            .is_some_and(|s| ["Fn", "FnMut", "FnOnce"].iter().any(|name| s.ident == name)),
        _ => false,
    };
    match param {
        syn::GenericParam::Lifetime(_) => true,
        syn::GenericParam::Type(param) => param.bounds.iter().any(callable),
        syn::GenericParam::Const(_) => false,
    }
}

/// The names that an item gives something to; whether these are all.
fn defined(item: &syn::Item, names: &mut Vec<Ident>) -> bool {
    let name = match item {
        syn::Item::Const(i) => &i.ident,
        syn::Item::Enum(i) => &i.ident,
        syn::Item::Fn(i) => &i.sig.ident,
        syn::Item::Mod(i) => &i.ident,
        syn::Item::Static(i) => &i.ident,
        syn::Item::Struct(i) => &i.ident,
        syn::Item::Trait(i) => &i.ident,
        syn::Item::Type(i) => &i.ident,
        syn::Item::Union(i) => &i.ident,
        syn::Item::Use(i) => return imported(&i.tree, names),
        syn::Item::Impl(_) => return true,
        syn::Item::Macro(i) => match &i.ident {
            Some(name) => name,
            None => return false,
        },
        _ => return false,
    };
    names.push(name.clone());
    true
}

fn imported(tree: &syn::UseTree, names: &mut Vec<Ident>) -> bool {
    match tree {
        syn::UseTree::Path(path) => {
            let imports_itself = |tree: &syn::UseTree| matches!(tree, syn::UseTree::Name(name) if name.ident == "self");
            let itself = match &*path.tree {
                syn::UseTree::Group(group) => group.items.iter().any(imports_itself),
                tree => imports_itself(tree),
            };
            names.extend(itself.then(|| path.ident.clone()));
            imported(&path.tree, names)
        }
        syn::UseTree::Name(name) => {
            names.extend((name.ident != "self").then(|| name.ident.clone()));
            true
        }
        syn::UseTree::Rename(rename) => {
            names.extend((rename.rename != "_").then(|| rename.rename.clone()));
            true
        }
        syn::UseTree::Glob(_) => false,
        syn::UseTree::Group(group) => {
            let mut all = true;
            for tree in &group.items {
                all &= imported(tree, names);
            }
            all
        }
    }
}

/// `HashMap::new()`
fn makes_holder(expr: &syn::Expr) -> bool {
    if let syn::Expr::Call(e) = expr
        && let syn::Expr::Path(path) = &*e.func
    {
        let owner = path.path.segments.iter().rev().nth(1);
        return owner.is_some_and(|s| crate::parse::is_holder(&s.ident));
    }
    false
}

/// A function as a closure that captures other functions only.
fn as_closure(item: &syn::ItemFn, known: Scopes) -> Option<super::Closure> {
    let mut inputs = syn::punctuated::Punctuated::<syn::Pat, syn::Token![,]>::new();
    for input in &item.sig.inputs {
        match input {
            syn::FnArg::Typed(typed) => inputs.push(syn::Pat::Type(typed.clone())),
            syn::FnArg::Receiver(_) => return None,
        }
    }
    let (output, body) = (&item.sig.output, &item.block);
    Some(super::Closure {
        expr: syn::parse_quote!(|#inputs| #output #body),
        scopes: known,
        item: true,
    })
}
