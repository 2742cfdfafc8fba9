//! Patterns: what they bind, and when they fit.

use super::{Binding, Lowered, Lowerer};
use crate::ir::{Kind, Op, Place, Step, Value, Written};
use crate::walk::{self, Go, Node, NodeMut};
use proc_macro2::{Ident, Span};
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    /// Binds the names of a pattern that was tested.
    pub(super) fn bind_tested(&mut self, pat: &syn::Pat, lowered: Lowered) {
        let before = std::mem::replace(&mut self.tested, true);
        self.bind(pat, lowered);
        self.tested = before;
    }

    /// Binds the names of a pattern that fits.
    pub(super) fn bind(&mut self, pat: &syn::Pat, lowered: Lowered) {
        let span = pat.span();
        match pat {
            syn::Pat::Ident(syn::PatIdent {
                attrs: _,
                by_ref,
                mutability,
                ident,
                subpat,
            }) => {
                if self.tested && is_constant_name(ident) && subpat.is_none() && by_ref.is_none() {
                    // A constant: it was tested.
                    return;
                }
                if let Some((_, pat)) = subpat {
                    self.bind(pat, lowered.clone());
                }
                let lowered = match by_ref {
                    Some(_) => self.borrowed(lowered, mutability.is_some(), span),
                    None => lowered,
                };
                let mutable = mutability.is_some() && by_ref.is_none();
                let binding = self.variable(lowered, mutable, span);
                self.declare(ident.clone(), binding);
            }
            syn::Pat::Wild(_)
            | syn::Pat::Rest(_)
            | syn::Pat::Lit(_)
            | syn::Pat::Range(_)
            | syn::Pat::Path(_) => {}
            syn::Pat::Paren(p) => self.bind(&p.pat, lowered),
            syn::Pat::Guard(p) => self.bind(&p.pat, lowered),
            syn::Pat::Type(syn::PatType {
                attrs: _,
                pat,
                colon_token: _,
                ty,
            }) => {
                let lowered = self.annotated(lowered, ty);
                self.bind(pat, lowered);
            }
            syn::Pat::Reference(p) => {
                let lowered = self.dereferenced(lowered);
                self.bind(&p.pat, lowered);
            }
            syn::Pat::Tuple(p) => {
                let pats: Vec<_> = p.elems.iter().collect();
                let parts = match pats.iter().position(|p| matches!(p, syn::Pat::Rest(_))) {
                    None => self.parts(lowered, pats.len(), span),
                    Some(_) => match lowered {
                        Lowered::Tuple(parts) => parts,
                        other => self.known_parts(other, span),
                    },
                };
                let count = parts.len();
                self.bind_list(&pats, count, &mut |k| parts[k].clone());
            }
            syn::Pat::Slice(p) => {
                let pats: Vec<_> = p.elems.iter().collect();
                self.bind_slice(&pats, lowered, span);
            }
            syn::Pat::TupleStruct(p) if is_some(&p.path) && p.elems.len() == 1 => match lowered {
                Lowered::Optional(_, payload) => self.bind(&p.elems[0], *payload),
                other if is_memory(&other) && !through_references(&p.elems[0]) => {
                    self.bind_parts(pat, other);
                }
                other => self.bind_plainly(pat, other),
            },
            syn::Pat::Or(p) if !binds(pat) => {
                let _ = p;
            }
            syn::Pat::Struct(_) => self.bind_parts(pat, lowered),
            syn::Pat::TupleStruct(p) if !is_of_std(&p.path) => self.bind_parts(pat, lowered),
            other => self.bind_plainly(other, lowered),
        }
    }

    /// The names in the parts of a struct or variant.
    fn bind_parts(&mut self, pat: &syn::Pat, lowered: Lowered) {
        let span = pat.span();
        let Some((path, parts)) = self.parts_of_pattern(pat) else {
            return;
        };
        // Whether the value is of a variant is in question only where the pattern may not fit; elsewhere it is a struct's.
        let variant = self.tested || super::expr::is_variant(path);
        for (member, pat) in parts.into_iter().filter(|(_, pat)| binds(pat)) {
            let step = if variant {
                let path = Written(path.clone());
                Step::Variant { path, member }
            } else {
                Step::Field(member)
            };
            let part = self.part_at(lowered.clone(), step, span);
            self.bind(pat, part);
        }
    }

    fn part_at(&mut self, lowered: Lowered, step: Step, span: Span) -> Lowered {
        match lowered {
            Lowered::Reference(p, exclusive) => Lowered::Reference(p.then(step), exclusive),
            Lowered::Place(p) => Lowered::Place(p.then(step)),
            Lowered::Never => Lowered::Never,
            other => Lowered::Place(Place::whole(self.value_of(other, span)).then(step)),
        }
    }

    /// The path and the parts that the pattern of a struct or variant says something of.
    fn parts_of_pattern<'a>(
        &mut self,
        pat: &'a syn::Pat,
    ) -> Option<(&'a syn::Path, Vec<(syn::Member, &'a syn::Pat)>)> {
        match pat {
            syn::Pat::Struct(syn::PatStruct {
                attrs: _,
                qself: None,
                path,
                brace_token: _,
                fields,
                rest: _,
            }) => {
                let parts = fields.iter().map(|f| (f.member.clone(), &*f.pat));
                Some((path, parts.collect()))
            }
            syn::Pat::TupleStruct(syn::PatTupleStruct {
                attrs: _,
                qself: None,
                path,
                paren_token: _,
                elems,
            }) => {
                let rest = elems.iter().position(|p| matches!(p, syn::Pat::Rest(_)));
                let counted = rest.unwrap_or(elems.len());
                if elems.iter().skip(counted).any(|p| binds(p) || refutable(p)) {
                    self.unsupported(
                        pat,
                        "`..` in front of other parts of a struct or variant",
                        "write `_` for each part that is left out",
                    );
                    return None;
                }
                let parts = elems.iter().take(counted).enumerate();
                let numbered = parts.map(|(k, p)| (syn::Member::Unnamed(syn::Index::from(k)), p));
                Some((path, numbered.collect()))
            }
            other => {
                self.unsupported(
                    other,
                    "this pattern",
                    "name the struct or variant by its path",
                );
                None
            }
        }
    }

    /// The names of a pattern over a value without derivatives.
    fn bind_plainly(&mut self, pat: &syn::Pat, lowered: Lowered) {
        let names = names(pat);
        if names.is_empty() {
            return;
        }
        let span = pat.span();
        let place = match lowered {
            Lowered::Place(p) | Lowered::Reference(p, _) => p,
            other => Place::whole(self.value_of(other, span)),
        };
        for name in names {
            let scrutinee = Ident::new("__autodiff_scrutinee", Span::mixed_site());
            let code: syn::Expr = syn::parse_quote!(match &#scrutinee {
                #[allow(unused_variables)]
                #pat => ::core::clone::Clone::clone(#name),
                #[allow(unreachable_patterns)]
                _ => ::core::unreachable!(),
            });
            let capture = crate::ir::Capture {
                name: scrutinee,
                place: place.clone(),
                reference: false,
                exclusive: false,
            };
            let code = crate::ir::Code::Expr(Box::new(code));
            let ty = self.function.types.unknown();
            let value = self.push(
                Op::Opaque {
                    code,
                    captures: vec![capture],
                    pure: true,
                },
                ty,
                span,
            );
            self.declare(name, Binding::Place(Place::whole(value)));
        }
    }

    fn bind_list(
        &mut self,
        pats: &[&syn::Pat],
        count: usize,
        part: &mut dyn FnMut(usize) -> Lowered,
    ) {
        let rest = pats
            .iter()
            .position(|p| matches!(p, syn::Pat::Rest(_)))
            .unwrap_or(pats.len());
        for (k, pat) in pats.iter().enumerate() {
            if k < rest {
                let part = part(k);
                self.bind(pat, part);
            } else if k > rest {
                let part = part(count - (pats.len() - k));
                self.bind(pat, part);
            }
        }
    }

    fn known_parts(&mut self, lowered: Lowered, span: Span) -> Vec<Lowered> {
        let place = match &lowered {
            Lowered::Place(p) | Lowered::Reference(p, _) => p.clone(),
            Lowered::Value(v) => Place::whole(*v),
            _ => return Vec::new(),
        };
        let ty = self.place_ty(&place);
        match self.function.types.kind(ty) {
            Kind::Tuple(parts) => self.parts(lowered, parts.len(), span),
            _ => {
                self.unsupported_at(
                    span,
                    "`..` in a pattern for this value",
                    "name the parts, or write `_` for each",
                );
                Vec::new()
            }
        }
    }

    /// `[a, b, rest @ .., z]`
    fn bind_slice(&mut self, pats: &[&syn::Pat], lowered: Lowered, span: Span) {
        let is_rest = |p: &syn::Pat| match p {
            syn::Pat::Rest(_) => true,
            syn::Pat::Ident(p) => p
                .subpat
                .as_ref()
                .is_some_and(|(_, p)| matches!(**p, syn::Pat::Rest(_))),
            _ => false,
        };
        let (place, reference) = match lowered {
            Lowered::Place(p) => (p, None),
            Lowered::Reference(p, exclusive) => (p, Some(exclusive)),
            Lowered::Value(v) => (Place::whole(v), None),
            other => (Place::whole(self.value_of(other, span)), None),
        };
        let rest = pats.iter().position(|p| is_rest(p)).unwrap_or(pats.len());
        for (k, pat) in pats.iter().enumerate() {
            let place = if k < rest {
                let index = self.index_literal(k, span);
                place.then(Step::Index(index))
            } else {
                let len = self.plain(Op::Len(place.clone()), span);
                let after = pats.len() - 1 - k;
                let tail = self.index_literal(after + usize::from(k > rest), span);
                let end = self.operator(quote!(-), &[len, tail], span);
                if k > rest {
                    place.then(Step::Index(end))
                } else {
                    let low = self.index_literal(k, span);
                    place.then(Step::slice(Some(low), Some(end)))
                }
            };
            let part = match reference {
                Some(exclusive) => Lowered::Reference(place, exclusive),
                None => Lowered::Place(place),
            };
            match pat {
                syn::Pat::Ident(p) if k == rest => {
                    let part = match part {
                        Lowered::Place(p) => Lowered::Reference(p, false),
                        other => other,
                    };
                    let binding = self.variable(part, false, span);
                    self.declare(p.ident.clone(), binding);
                }
                pat => self.bind(pat, part),
            }
        }
    }

    pub(super) fn index_literal(&mut self, k: usize, span: Span) -> Value {
        let literal = proc_macro2::Literal::usize_suffixed(k);
        self.integer(quote!(#literal), span)
    }

    /// The parts of a tuple.
    pub(super) fn parts(&mut self, lowered: Lowered, count: usize, span: Span) -> Vec<Lowered> {
        let (place, reference) = match lowered {
            Lowered::Tuple(parts) => return parts,
            Lowered::Reference(p, exclusive) => (p, Some(exclusive)),
            Lowered::Place(p) => (p, None),
            Lowered::Value(v) => (Place::whole(v), None),
            Lowered::Never => return vec![Lowered::Never; count],
            other => (Place::whole(self.value_of(other, span)), None),
        };
        let ty = self.place_ty(&place);
        if self.function.types.kind(ty) == Kind::Unknown {
            let parts = (0..count).map(|_| self.function.types.unknown()).collect();
            let tuple = self.function.types.known(Kind::Tuple(parts));
            self.function.types.unify(ty, tuple);
        }
        (0..count)
            .map(|k| {
                let part = place.then(Step::Field(syn::Member::Unnamed(syn::Index::from(k))));
                match reference {
                    Some(exclusive) => Lowered::Reference(part, exclusive),
                    None => Lowered::Place(part),
                }
            })
            .collect()
    }

    /// What `*x` is. A field that is dereferenced holds a box, or a reference.
    pub(super) fn behind(&mut self, lowered: Lowered) -> Lowered {
        match lowered {
            Lowered::Place(p) if self.is_field(&p) => Lowered::Place(p.then(Step::Deref)),
            other => self.dereferenced(other),
        }
    }

    /// A field of a struct or variant of which the type is not known.
    pub(super) fn is_field(&mut self, place: &Place) -> bool {
        let Some((Step::Field(_) | Step::Variant { .. }, owner)) = place.path.split_last() else {
            return false;
        };
        let owner = Place {
            root: place.root,
            path: owner.to_vec(),
        };
        let ty = self.place_ty(&owner);
        self.function.types.kind(ty) == Kind::Unknown
    }

    /// What `*x` is where `x` is a variable, or `x` behind the pattern `&x`.
    pub(super) fn dereferenced(&mut self, lowered: Lowered) -> Lowered {
        match lowered {
            Lowered::Reference(p, _) => Lowered::Place(p),
            // An exclusive reference to a tuple is one to each of its parts.
            Lowered::Tuple(parts) => Lowered::Tuple(
                parts
                    .into_iter()
                    .map(|part| match part {
                        Lowered::Reference(_, true) | Lowered::Tuple(_) => self.dereferenced(part),
                        other => other,
                    })
                    .collect(),
            ),
            other => other,
        }
    }

    /// Whether a pattern fits; nothing where it always does.
    pub(super) fn test(&mut self, pat: &syn::Pat, scrutinee: &Lowered) -> Option<Value> {
        let span = pat.span();
        match pat {
            syn::Pat::Wild(_) | syn::Pat::Rest(_) => None,
            syn::Pat::Ident(p) => match &p.subpat {
                Some((_, pat)) => self.test(pat, scrutinee),
                None if is_constant_name(&p.ident) && p.ident == "None" => match scrutinee {
                    Lowered::Optional(some, _) => Some(self.operator(quote!(!), &[*some], span)),
                    other => self.matches(pat, other, span),
                },
                None if is_constant_name(&p.ident) => self.matches(pat, scrutinee, span),
                None => None,
            },
            syn::Pat::Path(p) if p.path.segments.last().is_some_and(|s| s.ident == "None") => {
                match scrutinee {
                    Lowered::Optional(some, _) => Some(self.operator(quote!(!), &[*some], span)),
                    other => self.matches(pat, other, span),
                }
            }
            syn::Pat::Paren(p) => self.test(&p.pat, scrutinee),
            syn::Pat::Type(p) => self.test(&p.pat, scrutinee),
            syn::Pat::Reference(p) => {
                let inner = self.dereferenced(scrutinee.clone());
                self.test(&p.pat, &inner)
            }
            syn::Pat::Tuple(p) => {
                let pats: Vec<_> = p.elems.iter().collect();
                if pats.iter().all(|p| !refutable(p)) {
                    return None;
                }
                let parts = match pats.iter().any(|p| matches!(p, syn::Pat::Rest(_))) {
                    false => self.parts(scrutinee.clone(), pats.len(), span),
                    true => match scrutinee.clone() {
                        Lowered::Tuple(parts) => parts,
                        other => self.known_parts(other, span),
                    },
                };
                let count = parts.len();
                self.test_list(&pats, count, &mut |_, k| parts[k].clone(), span)
            }
            syn::Pat::Slice(p) => self.test_slice(p, scrutinee, span),
            syn::Pat::TupleStruct(p) if is_some(&p.path) && p.elems.len() == 1 => match scrutinee {
                Lowered::Optional(some, payload) => {
                    let inner = &p.elems[0];
                    if !refutable(inner) {
                        return Some(*some);
                    }
                    let some = *some;
                    let both = self.branch(
                        some,
                        &mut |cx| match cx.test(inner, payload) {
                            Some(test) => Lowered::Value(test),
                            None => Lowered::Value(cx.integer(quote!(true), span)),
                        },
                        &mut |cx| Lowered::Value(cx.integer(quote!(false), span)),
                        span,
                    );
                    Some(self.value_of(both, span))
                }
                other => self.matches(pat, other, span),
            },
            syn::Pat::Struct(_) => self.test_parts(pat, scrutinee),
            syn::Pat::TupleStruct(p) if !is_of_std(&p.path) => self.test_parts(pat, scrutinee),
            syn::Pat::Lit(_)
            | syn::Pat::Range(_)
            | syn::Pat::Path(_)
            | syn::Pat::TupleStruct(_) => self.matches(pat, scrutinee, span),
            syn::Pat::Or(p) => {
                if binds(pat) {
                    self.unsupported(
                        pat,
                        "a binding inside `|` patterns",
                        "write an arm for each",
                    );
                    return None;
                }
                if let Lowered::Tuple(_) | Lowered::Optional(..) = scrutinee {
                    let mut any = None;
                    for case in &p.cases {
                        let test = self.test(case, scrutinee)?;
                        any = Some(match any {
                            None => test,
                            Some(before) => self.operator(quote!(|), &[before, test], span),
                        });
                    }
                    return any;
                }
                self.matches(pat, scrutinee, span)
            }
            other => {
                self.unsupported(
                    other,
                    "this pattern",
                    "match on numbers, ranges, tuples, slices and guards",
                );
                None
            }
        }
    }

    /// Whether a value is of the variant, and its parts are as they should be. Of a struct it always is: rustc knows.
    fn test_parts(&mut self, pat: &syn::Pat, scrutinee: &Lowered) -> Option<Value> {
        let span = pat.span();
        let (path, mut parts) = self.parts_of_pattern(pat)?;
        let variant: syn::Pat = syn::parse_quote!(#path { .. });
        let fits = self.matches(&variant, scrutinee, span)?;
        parts.retain(|(_, pat)| refutable(pat));
        if parts.is_empty() {
            return Some(fits);
        }
        let all = self.branch(
            fits,
            &mut |cx| {
                let mut all = None;
                for (member, pat) in &parts {
                    let (path, member) = (Written(path.clone()), member.clone());
                    let step = Step::Variant { path, member };
                    let part = cx.part_at(scrutinee.clone(), step, span);
                    let Some(test) = cx.test(pat, &part) else {
                        continue;
                    };
                    all = Some(match all {
                        None => test,
                        Some(before) => cx.operator(quote!(&), &[before, test], span),
                    });
                }
                Lowered::Value(all.unwrap_or_else(|| cx.integer(quote!(true), span)))
            },
            &mut |cx| Lowered::Value(cx.integer(quote!(false), span)),
            span,
        );
        Some(self.value_of(all, span))
    }

    fn test_list(
        &mut self,
        pats: &[&syn::Pat],
        count: usize,
        part: &mut dyn FnMut(&mut Self, usize) -> Lowered,
        span: Span,
    ) -> Option<Value> {
        let rest = pats
            .iter()
            .position(|p| matches!(p, syn::Pat::Rest(_)))
            .unwrap_or(pats.len());
        let mut all = None;
        for (k, pat) in pats.iter().enumerate() {
            if k == rest || !refutable(pat) {
                continue;
            }
            let part = part(
                self,
                if k < rest {
                    k
                } else {
                    count - (pats.len() - k)
                },
            );
            let Some(test) = self.test(pat, &part) else {
                continue;
            };
            all = Some(match all {
                None => test,
                Some(before) => self.operator(quote!(&), &[before, test], span),
            });
        }
        all
    }

    /// The length fits; patterns of elements are tested by `match` itself.
    fn test_slice(&mut self, p: &syn::PatSlice, scrutinee: &Lowered, span: Span) -> Option<Value> {
        let place = match scrutinee {
            Lowered::Place(p) | Lowered::Reference(p, _) => p.clone(),
            Lowered::Value(v) => Place::whole(*v),
            other => Place::whole(self.value_of(other.clone(), span)),
        };
        let ty = self.place_ty(&place);
        let fixed = matches!(self.function.types.kind(ty), Kind::Array(_));
        let refutable_elements = p.elems.iter().any(|p| match p {
            syn::Pat::Ident(i) => i
                .subpat
                .as_ref()
                .is_some_and(|(_, p)| !matches!(**p, syn::Pat::Rest(_))),
            p => refutable(p),
        });
        if refutable_elements {
            self.unsupported(
                p,
                "patterns that test elements",
                "test the length here and the elements with `if`",
            );
            return None;
        }
        if fixed {
            return None;
        }
        let is_rest = |p: &syn::Pat| {
            matches!(p, syn::Pat::Rest(_)) || matches!(p, syn::Pat::Ident(i) if i.subpat.is_some())
        };
        let open = p.elems.iter().any(is_rest);
        let len = self.plain(Op::Len(place), span);
        let least = self.index_literal(p.elems.len() - usize::from(open), span);
        Some(self.operator(
            if open { quote!(>=) } else { quote!(==) },
            &[len, least],
            span,
        ))
    }

    fn matches(&mut self, pat: &syn::Pat, scrutinee: &Lowered, span: Span) -> Option<Value> {
        let place = match scrutinee {
            Lowered::Place(p) | Lowered::Reference(p, _) => p.clone(),
            other => Place::whole(self.value_of(other.clone(), span)),
        };
        // A string is compared as a reference; other patterns look through one.
        let reference = matches!(scrutinee, Lowered::Reference(..)) && has_string(pat);
        let mut pattern = pat.clone();
        unbind(&mut pattern);
        Some(self.plain(
            Op::Matches {
                place,
                pattern: Box::new(pattern),
                reference,
            },
            span,
        ))
    }
}

/// Puts `_` in the place of names.
fn unbind(pat: &mut syn::Pat) {
    walk::change(pat, &mut |node| {
        match node {
            NodeMut::Pat(pat @ syn::Pat::Ident(_)) => {
                if let syn::Pat::Ident(p) = &*pat
                    && !is_constant_name(&p.ident)
                {
                    *pat = match &p.subpat {
                        Some((_, inner)) => (**inner).clone(),
                        None => syn::parse_quote!(_),
                    };
                }
            }
            // `P { x }` → `P { x: _ }`
            NodeMut::Pat(syn::Pat::Struct(p)) => {
                for field in &mut p.fields {
                    field.colon_token.get_or_insert_default();
                }
            }
            _ => {}
        }
        Go::In
    });
}

fn is_of_std(path: &syn::Path) -> bool {
    path.segments
        .last()
        .is_some_and(|s| s.ident == "Some" || s.ident == "Ok" || s.ident == "Err")
}

fn is_some(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| s.ident == "Some")
}

/// By convention a name in capitals in a pattern is a constant; rustc has resolved it, the macro cannot.
pub(super) fn is_constant_name(ident: &Ident) -> bool {
    let name = ident.to_string();
    name.chars().next().is_some_and(char::is_uppercase)
}

/// An arm for each of the alternatives of a pattern that binds names: they are in different places.
pub(super) fn alternatives(arm: &syn::Arm) -> Vec<syn::Arm> {
    let with = |pat: syn::Pat| syn::Arm { pat, ..arm.clone() };
    match &arm.pat {
        syn::Pat::Or(p) if binds(&arm.pat) => p.cases.iter().cloned().map(with).collect(),
        syn::Pat::Guard(guard) => match &*guard.pat {
            syn::Pat::Or(p) if binds(&guard.pat) => {
                let guarded = |case: &syn::Pat| {
                    let pat = Box::new(case.clone());
                    with(syn::Pat::Guard(syn::PatGuard {
                        pat,
                        ..guard.clone()
                    }))
                };
                p.cases.iter().map(guarded).collect()
            }
            _ => vec![arm.clone()],
        },
        _ => vec![arm.clone()],
    }
}

/// A variable, or a part of one.
fn is_memory(lowered: &Lowered) -> bool {
    matches!(lowered, Lowered::Place(_) | Lowered::Reference(..))
}

/// Takes references apart.
fn through_references(pat: &syn::Pat) -> bool {
    walk::any(pat, |node| {
        matches!(node, Node::Pat(syn::Pat::Reference(_)))
    })
}

/// Binds an exclusive reference to a part.
pub(super) fn borrows_exclusively(pat: &syn::Pat) -> bool {
    walk::any(
        pat,
        |node| matches!(node, Node::Pat(syn::Pat::Ident(p)) if p.by_ref.is_some() && p.mutability.is_some()),
    )
}

/// May not fit.
fn refutable(pat: &syn::Pat) -> bool {
    match pat {
        syn::Pat::Wild(_) | syn::Pat::Rest(_) => false,
        syn::Pat::Ident(p) => match &p.subpat {
            Some((_, pat)) => refutable(pat),
            None => is_constant_name(&p.ident),
        },
        syn::Pat::Paren(p) => refutable(&p.pat),
        syn::Pat::Type(p) => refutable(&p.pat),
        syn::Pat::Reference(p) => refutable(&p.pat),
        syn::Pat::Tuple(p) => p.elems.iter().any(refutable),
        _ => true,
    }
}

/// Binds a name.
fn binds(pat: &syn::Pat) -> bool {
    !names(pat).is_empty()
}

/// The names that are bound in a pattern, or in the patterns of an expression.
pub(super) fn names<'a>(node: impl Into<Node<'a>>) -> Vec<Ident> {
    let mut names = walk::bound(node);
    names.retain(|name| !is_constant_name(name));
    names
}

fn has_string(pat: &syn::Pat) -> bool {
    walk::any(pat, |node| {
        matches!(node, Node::Lit(syn::Lit::Str(_) | syn::Lit::ByteStr(_)))
    })
}
