//! What stands beside a function and is small: annotated functions that it calls become functions of its body, which are inlined,
//! and constants become the numbers they are.
//!
//! What is computed is the same; the reverse sweep need not go over the stack where a call ends, and loops have literal bounds. Only
//! what the file tells for certain, so that every name means the same in the caller; whatever is in doubt stays as it is.

use super::file::has_word;
use super::home::{is_impl, is_module, is_trait};
use super::scope::offset;
use super::text::{Around, File, file_of, to_the_end};
use crate::ast::{Scalar, Source, is_primitive};
use crate::errors::Errors;
use crate::walk::{self, Go, Node, NodeMut};
use proc_macro2::{Group, Ident, Literal, Span, TokenStream, TokenTree};
use quote::ToTokens;

/// The most tokens that a function may have, …
const SIZE: usize = 300;
/// … and by how many the caller may grow.
const GROWTH: usize = 2000;

/// The same function, with what stands beside it in it, and items that make sure of the constants. `None`: there is nothing.
pub fn with_what_stands_beside(source: &Source) -> Option<(Source, Vec<syn::Item>)> {
    let caller = &source.item;
    // What the caller declares may have the name of something that a helper means.
    let declares = |node: Node<'_>| matches!(node, Node::Item(_));
    if walk::any(&*caller.block, declares) {
        return None;
    }
    let number = number(&caller.sig.generics)?;
    let name = &caller.sig.ident;
    let file = file_of(name)?;
    let around = file.around(offset(&file.text, name)?)?;
    let owner =
        |header: &String| (is_impl(header) || is_trait(header)) && !header.contains("const");
    if !around.open.iter().all(|h| is_module(h) || owner(h)) {
        return None;
    }
    let mut beside = Beside {
        file: &file,
        around: &around,
        scalar: &source.scalar,
        number,
        looked_at: parameters(&caller.sig),
        helpers: Vec::new(),
    };
    beside.looked_at.push(name.clone());
    beside.called_in(&caller.block, &caller.block, &mut vec![name.clone()]);
    let mut whole = source.clone();
    let helpers = beside.helpers.iter().cloned();
    let items = helpers.map(|f| syn::Stmt::Item(syn::Item::Fn(f)));
    whole.item.block.stmts.splice(0..0, items);
    let constants = beside.constants(&mut whole);
    let some = !beside.helpers.is_empty() || !constants.is_empty();
    some.then_some((whole, constants))
}

struct Beside<'a> {
    file: &'a File,
    /// What is around the caller.
    around: &'a Around,
    /// The caller's number.
    scalar: &'a Scalar,
    /// Its type parameter.
    number: Option<&'a syn::TypeParam>,
    /// Names that have been looked up, and those of the caller's parameters, which mean something else.
    looked_at: Vec<Ident>,
    helpers: Vec<syn::ItemFn>,
}

impl Beside<'_> {
    /// `open`: the functions that the block is inside of, which it is not to call again.
    fn called_in(&mut self, block: &syn::Block, caller: &syn::Block, open: &mut Vec<Ident>) {
        for name in names_in(block) {
            if self.looked_at.contains(&name) {
                continue;
            }
            self.looked_at.push(name.clone());
            let Some(helper) = self.helper(&name) else {
                continue;
            };
            let body = helper.block.clone();
            open.push(name);
            self.helpers.push(helper);
            let in_a_circle = names_in(&body).iter().any(|name| open.contains(name));
            if in_a_circle || size(&body) > SIZE || self.grown(caller) > size(caller) + GROWTH {
                self.helpers.pop();
            } else {
                self.called_in(&body, caller, open);
            }
            open.pop();
        }
    }

    /// The size of a body in which the helpers are inlined.
    fn grown(&self, block: &syn::Block) -> usize {
        let called = names_in(block).into_iter().map(|name| {
            let helper = self.helpers.iter().find(|f| f.sig.ident == name);
            helper.map_or(0, |f| self.grown(&f.block))
        });
        called.fold(size(block), usize::saturating_add)
    }

    /// The annotated function of the caller's module that a name means, as a plain one.
    fn helper(&self, name: &Ident) -> Option<syn::ItemFn> {
        let text = name.to_string();
        let mut functions = self.file.functions(&text);
        let found = functions.find(|f| self.file.is_beside(f.before.len(), self.around))?;
        let body = to_the_end(found.rest, false)?;
        let item = self.item(found.before.len(), &format!("fn {name}{body}"))?;
        let syn::Item::Fn(mut helper) = item else {
            return None;
        };
        if !self.is_plain(&helper) {
            return None;
        }
        let own = number(&helper.sig.generics)?.map(|own| own.ident.clone());
        helper.attrs.clear();
        helper.sig.generics = syn::Generics::default();
        let number = own.zip(self.number.map(|number| number.ident.clone()));
        syn::parse2(at(helper.to_token_stream(), name.span(), number.as_ref())).ok()
    }

    /// An item with the attributes in front of it.
    fn item(&self, at: usize, text: &str) -> Option<syn::Item> {
        let before = &self.file.around(at)?.before;
        let mut file = syn::parse_file(&format!("{before}{text}")).ok()?;
        file.items.pop().filter(|_| file.items.is_empty())
    }

    /// Puts numbers in the place of constants.
    fn constants(&self, source: &mut Source) -> Vec<syn::Item> {
        let mut found: Vec<(Ident, Option<u32>)> = Vec::new();
        let mut put = |expr: &mut syn::Expr| {
            let syn::Expr::Path(path) = &*expr else {
                return;
            };
            let Some(name) = path.path.get_ident() else {
                return;
            };
            let known = match found.iter().find(|(known, _)| known == name) {
                Some((_, number)) => *number,
                None => {
                    let number = self.constant(name);
                    found.push((name.clone(), number));
                    number
                }
            };
            if let Some(number) = known {
                let mut literal = Literal::usize_suffixed(number as usize);
                literal.set_span(name.span());
                *expr = syn::parse_quote!(#literal);
            }
        };
        for param in &mut source.params {
            param.shape.each_length(&mut put);
        }
        walk::change(&mut *source.item.block, &mut |node| {
            match node {
                NodeMut::Expr(expr) => put(expr),
                NodeMut::Type(syn::Type::Array(array)) => put(&mut array.len),
                _ => {}
            }
            Go::In
        });
        let sure = found.iter().filter_map(|(name, number)| {
            let number = Literal::usize_suffixed((*number)? as usize);
            let span = name.span();
            Some(syn::parse_quote_spanned!(span=> const _: () = ::core::assert!(#name == #number);))
        });
        sure.collect()
    }

    /// `const NAME: usize = 3;` in the caller's module.
    fn constant(&self, name: &Ident) -> Option<u32> {
        let name = name.to_string();
        let at = |rest: &str| self.file.text.len() - rest.len() - name.len() - "const ".len();
        let mut definitions = self.file.definitions("const", &name);
        let rest = definitions.find(|rest| self.file.is_beside(at(rest), self.around))?;
        let (number, _) = rest.strip_prefix(": usize = ")?.split_once(';')?;
        let number = number.parse().ok()?;
        let item = self.item(at(rest), &format!("const {name}: usize = {number};"))?;
        matches!(item, syn::Item::Const(c) if c.attrs.iter().all(is_silent)).then_some(number)
    }

    /// Whether nothing about a function could mean something else in the caller, or be lost there.
    fn is_plain(&self, f: &syn::ItemFn) -> bool {
        let syn::Signature {
            constness: _,
            asyncness: None,
            safety: syn::Safety::Default,
            abi: None,
            fn_token: _,
            ident: _,
            generics,
            paren_token: _,
            inputs,
            variadic: None,
            output,
        } = &f.sig
        else {
            return false;
        };
        let Some(own) = number(generics) else {
            return false;
        };
        let plain = |ty: &syn::Type| is_plain(ty, own);
        let typed = |input: &syn::FnArg| matches!(input, syn::FnArg::Typed(p) if p.attrs.is_empty() && plain(&p.ty));
        let returned = match output {
            syn::ReturnType::Default => true,
            syn::ReturnType::Type(_, ty) => plain(ty),
        };
        let made_of_floats = || !super::Constructs::any(f) && !super::library::mentions_matrix(f);
        let of_the_same_number = match self.scalar {
            Scalar::Generic(float) => own.is_none() && made_of_floats() && is_of(f, float),
            Scalar::Concrete(float) => own.is_none() && is_of(f, float),
            Scalar::Own(_) => own.zip(self.number).is_some_and(|(own, number)| {
                let bounds = |of: &syn::TypeParam| of.bounds.to_token_stream().to_string();
                let other =
                    own.ident != number.ident && has_word(f.to_token_stream(), &number.ident);
                bounds(own) == bounds(number) && !other && made_of_floats()
            }),
            Scalar::Mixed => false,
        };
        of_the_same_number
            && inputs.iter().all(typed)
            && returned
            && annotated_only(&f.attrs)
            && !walk::any(&*f.block, is_in_doubt)
    }
}

/// The attribute of ours, if all floats are differentiable and the derivative is that of the body, and attributes that say nothing.
fn annotated_only(attributes: &[syn::Attribute]) -> bool {
    let (ours, others): (Vec<_>, Vec<_>) =
        attributes.iter().partition(|a| super::is_differentiate(a));
    let args = match ours[..] {
        [one] => match &one.meta {
            syn::Meta::Path(_) => TokenStream::new(),
            syn::Meta::List(list) => list.tokens.clone(),
            syn::Meta::NameValue(_) => return false,
        },
        _ => return false,
    };
    let mut errors = Errors::default();
    let options = super::options(&mut errors, args);
    let silent = |a: &&syn::Attribute| {
        let inline = matches!(&a.meta, syn::Meta::Path(path) if path.is_ident("inline"));
        inline || is_silent(a)
    };
    errors.count() == 0
        && options.wrt.is_none()
        && !options.constant
        && options.lanes.is_none()
        && options.rule.is_none()
        && others.iter().all(silent)
}

fn is_silent(attribute: &syn::Attribute) -> bool {
    const NAMES: [&str; 4] = ["doc", "allow", "expect", "must_use"];
    NAMES.iter().any(|name| attribute.path().is_ident(name))
}

/// The type parameter of a function that has one at most, beside lifetimes.
fn number(generics: &syn::Generics) -> Option<Option<&syn::TypeParam>> {
    let mut number = None;
    for param in &generics.params {
        match param {
            syn::GenericParam::Lifetime(_) => {}
            syn::GenericParam::Type(param) if number.is_none() => number = Some(param),
            syn::GenericParam::Type(_) | syn::GenericParam::Const(_) => return None,
        }
    }
    generics.where_clause.is_none().then_some(number)
}

/// Made of numbers.
fn is_plain(ty: &syn::Type, own: Option<&syn::TypeParam>) -> bool {
    match ty {
        syn::Type::Reference(r) => is_plain(&r.elem, own),
        syn::Type::Array(a) => is_plain(&a.elem, own),
        syn::Type::Slice(s) => is_plain(&s.elem, own),
        syn::Type::Tuple(t) => t.elems.iter().all(|part| is_plain(part, own)),
        syn::Type::Path(p) => {
            let float = p.path.is_ident("f64") || p.path.is_ident("f32");
            float || is_primitive(ty) || own.is_some_and(|own| p.path.is_ident(&own.ident))
        }
        _ => false,
    }
}

/// What depends on more than the names in it, or is not looked into.
fn is_in_doubt(node: Node<'_>) -> bool {
    const MACROS: [&str; 3] = ["assert", "debug_assert", "vec"];
    match node {
        Node::Item(_) | Node::Attribute(_) => true,
        Node::Macro(mac) => !MACROS.iter().any(|name| mac.path.is_ident(name)),
        Node::Expr(e) => matches!(
            e,
            syn::Expr::Async(_)
                | syn::Expr::Const(_)
                | syn::Expr::Unsafe(_)
                | syn::Expr::Verbatim(_)
        ),
        _ => false,
    }
}

/// Whether no other float is mentioned.
fn is_of(f: &syn::ItemFn, float: &Ident) -> bool {
    let other = if float == "f64" { "f32" } else { "f64" };
    !has_word(f.to_token_stream(), &Ident::new(other, float.span()))
}

fn parameters(signature: &syn::Signature) -> Vec<Ident> {
    let names = signature.inputs.iter().map(|input| match input {
        syn::FnArg::Typed(param) => walk::bound(&*param.pat),
        syn::FnArg::Receiver(_) => Vec::new(),
    });
    names.flatten().collect()
}

/// The names that stand on their own, each as often as it does.
fn names_in(block: &syn::Block) -> Vec<Ident> {
    let mut names = Vec::new();
    walk::walk(block, &mut |node| {
        if let Node::Path(path) = node {
            names.extend(path.get_ident().cloned());
        }
        Go::In
    });
    names
}

fn size(block: &syn::Block) -> usize {
    fn count(tokens: TokenStream) -> usize {
        let size = |token| match token {
            TokenTree::Group(group) => 1 + count(group.stream()),
            _ => 1,
        };
        tokens.into_iter().map(size).sum()
    }
    count(block.to_token_stream())
}

/// As though it stood there, and over the other number.
fn at(tokens: TokenStream, span: Span, number: Option<&(Ident, Ident)>) -> TokenStream {
    let moved = |token| match token {
        TokenTree::Group(group) => {
            let mut moved = Group::new(group.delimiter(), at(group.stream(), span, number));
            moved.set_span(span);
            TokenTree::Group(moved)
        }
        mut token => {
            if let (TokenTree::Ident(name), Some((own, other))) = (&mut token, number)
                && name == own
            {
                *name = other.clone();
            }
            token.set_span(span);
            token
        }
    };
    tokens.into_iter().map(moved).collect()
}
