//! Tokens → [`Source`]: the attribute's options and the shapes of the signature.

mod beside;
pub mod checkpoint;
mod file;
mod home;
mod library;
mod lifetimes;
mod operator;
mod overridden;
mod scope;
#[cfg(test)]
mod tests;
mod text;

pub use self::beside::with_what_stands_beside;
pub use self::file::{
    Mismatch, is_method_not_annotated, is_not_annotated, is_not_clone, is_not_derived,
    is_operator_not_annotated, is_shared_method_of, mismatch, taken,
};
pub use self::home::{
    Elsewhere, Receiver, defined_as, defines_macro, field, field_as_written, hides_a_trait,
    is_annotated, is_defined, is_function, is_hidden, is_shared_method, is_taken_by_differentiable,
    is_traits_method_not_annotated, may_change_receiver, receiver, returned, takes_shared,
};

pub use self::library::{library, library_of, makes_matrix, may_be_struct, owned_of_view};
pub use self::operator::{Operator, operator, operator_args, operator_around};
pub use self::scope::{imported, is_plain_here};

use self::home::home;
use crate::ast::{self, Batch, Home, Options, Param, Passing, Scalar, Shape, Source};
use crate::errors::{Errors, Problem};
use crate::walk::{self, Go, Node};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::parse::Parser;
use syn::punctuated::Punctuated;
use syn::{Meta, Token};

/// Reads the attribute and the function it stands on.
pub fn source(errors: &mut Errors, args: TokenStream, item: syn::ItemFn) -> Source {
    let item = lifetimes::named(item);
    let options = options(errors, args);
    signature(errors, &item.sig);
    let (home, surrounding) = home(&item);
    let scalar = scalar(&item, surrounding.as_ref().map(|around| &around.generics));
    let params = params(errors, &item.sig, &scalar, &options);
    let plain = options.constant || params.iter().any(Param::is_output);
    let output = output(errors, &item.sig, &scalar, plain);
    let named = |find: fn(&Shape) -> Option<&syn::Type>| {
        params
            .iter()
            .filter(|p| p.active)
            .map(|p| &p.shape)
            .chain(&output)
            .any(|shape| find(shape).is_some())
    };
    // A struct that says which number it is of, `P<f64>`, can be one of others. Only where that is asked for: its methods may be
    // written for the float alone.
    let opaque = if options.of_order() {
        named(Shape::concrete)
    } else {
        named(Shape::opaque)
    };
    let matrices = library::mentions_matrix(&item);
    // What is written into `mut self` may depend on an input, whatever `self` is.
    let variable = item
        .sig
        .receiver()
        .is_some_and(|r| takes_self(r) && r.mutability.is_some());
    let scalar = match scalar {
        Scalar::Generic(float) if matrices => Scalar::Concrete(float),
        Scalar::Generic(float) if opaque || variable || wrt_self(&options) => {
            Scalar::Concrete(float)
        }
        // A struct that is built in the body may be written for the float alone; of one that is generic other orders are asked.
        Scalar::Generic(float) if !options.of_order() && Constructs::any(&item) => {
            Scalar::Concrete(float)
        }
        other => other,
    };
    // Where it is refused the stubs still are methods.
    let receiver = item
        .sig
        .receiver()
        .filter(|r| !changes_self(r) || !wrt_self(&options))
        .cloned();
    let wrt_self = receiver.is_some() && wrt_self(&options);
    if home == Home::TraitImpl {
        errors.at(&item.sig.ident, Problem::TraitImpl);
    }
    if home == Home::Module && ast::hides_a_type(&item.sig.ident) {
        errors.at(&item.sig.ident, Problem::NameOfAType);
    }
    let foreign = foreign(&item, &scalar);
    let of_impl = matches!(&scalar, Scalar::Own(own) if !item.sig.generics.type_params().any(|p| p.ident == *own));
    let own = receiver
        .as_ref()
        .filter(|_| wrt_self || of_impl)
        .map(|receiver| own(receiver, wrt_self));
    Source {
        options,
        of_trait: home::of_trait(&item, home),
        item,
        home,
        receiver,
        own,
        wrt_self,
        self_ty: surrounding.map(|around| *around.self_ty),
        of_impl,
        scalar,
        foreign,
        params,
        output,
    }
}

fn options(errors: &mut Errors, args: TokenStream) -> Options {
    let mut options = Options {
        wrt: None,
        name: None,
        krate: syn::parse_quote!(::autodiff),
        vjp: false,
        jvp: false,
        jacobian: false,
        jacobian_sparsity: false,
        jacobian_sparse: false,
        hessian: false,
        hessian_sparsity: false,
        hessian_sparse: false,
        hvp: false,
        taylor: false,
        graph: false,
        batch: None,
        constant: false,
        lanes: None,
        rule: None,
    };
    let metas = match Punctuated::<OptionSyntax, Token![,]>::parse_terminated.parse2(args) {
        Ok(metas) => metas,
        Err(error) => {
            errors.syntax(error);
            return options;
        }
    };
    let mut seen: Vec<(String, TokenStream)> = Vec::new();
    for meta in metas {
        let (key, span) = match &meta {
            OptionSyntax::Crate(token, _) => ("crate".to_owned(), token.to_token_stream()),
            OptionSyntax::Meta(meta) => (
                meta.path()
                    .get_ident()
                    .map(Ident::to_string)
                    .unwrap_or_default(),
                meta.path().to_token_stream(),
            ),
        };
        if seen.iter().any(|(other, _)| *other == key) {
            errors.at(span, Problem::DuplicateOption(key));
            continue;
        }
        match meta {
            OptionSyntax::Crate(_, path) => options.krate = path,
            OptionSyntax::Meta(meta) => option(errors, &mut options, &key, &meta),
        }
        seen.push((key, span));
    }
    // Of a constant there are no companions.
    let goes_with = |key: &str| matches!(key, "constant" | "crate" | "name");
    if let Some((key, span)) = seen.iter().find(|(key, _)| !goes_with(key))
        && options.constant
    {
        errors.at(span, Problem::OptionOfAConstant(key.clone()));
    }
    options
}

/// `crate = path` is not a [`Meta`]; everything else is.
enum OptionSyntax {
    Crate(Token![crate], syn::Path),
    Meta(Meta),
}

impl syn::parse::Parse for OptionSyntax {
    fn parse(input: syn::parse::ParseStream) -> syn::Result<Self> {
        if input.peek(Token![crate]) && input.peek2(Token![=]) {
            let token = input.parse()?;
            input.parse::<Token![=]>()?;
            return Ok(OptionSyntax::Crate(token, input.parse()?));
        }
        Ok(OptionSyntax::Meta(input.parse()?))
    }
}

fn option(errors: &mut Errors, options: &mut Options, key: &str, meta: &Meta) {
    let flag = match key {
        "vjp" => Some(&mut options.vjp),
        "jvp" => Some(&mut options.jvp),
        "jacobian" => Some(&mut options.jacobian),
        "jacobian_sparsity" => Some(&mut options.jacobian_sparsity),
        "jacobian_sparse" => Some(&mut options.jacobian_sparse),
        "hessian" => Some(&mut options.hessian),
        "hessian_sparsity" => Some(&mut options.hessian_sparsity),
        "hessian_sparse" => Some(&mut options.hessian_sparse),
        "hvp" => Some(&mut options.hvp),
        "taylor" => Some(&mut options.taylor),
        "graph" => Some(&mut options.graph),
        "constant" => Some(&mut options.constant),
        _ => None,
    };
    if let Some(flag) = flag {
        match meta {
            Meta::Path(_) => *flag = true,
            Meta::List(_) | Meta::NameValue(_) => {
                errors.at(
                    meta,
                    Problem::MalformedOption("a bare name, as in #[differentiate(hessian)]"),
                );
            }
        }
        return;
    }
    match (key, meta) {
        ("wrt", Meta::List(list)) => {
            use syn::ext::IdentExt;
            match list.parse_args_with(|input: syn::parse::ParseStream<'_>| {
                Punctuated::<Ident, Token![,]>::parse_terminated_with(input, Ident::parse_any)
            }) {
                Ok(names) => options.wrt = Some(names.into_iter().collect()),
                Err(error) => errors.syntax(error),
            }
        }
        ("name", Meta::NameValue(pair)) => match &pair.value {
            syn::Expr::Lit(syn::ExprLit {
                attrs: _,
                lit: syn::Lit::Str(text),
            }) if syn::parse_str::<Ident>(&text.value()).is_ok() => {
                options.name = Some(text.value());
            }
            other => errors.at(other, Problem::MalformedOption("name = \"an_identifier\"")),
        },
        ("wrt", _) => errors.at(meta, Problem::MalformedOption("wrt(a, b)")),
        ("name", _) => errors.at(meta, Problem::MalformedOption("name = \"an_identifier\"")),
        ("rule", Meta::NameValue(pair)) => match &pair.value {
            syn::Expr::Path(path) if path.qself.is_none() => {
                let generic = home::is_generic(&path.path);
                options.rule = Some((path.path.clone(), generic));
            }
            other => errors.at(
                other,
                Problem::MalformedOption("rule = path::of::a_function"),
            ),
        },
        ("rule", _) => errors.at(
            meta,
            Problem::MalformedOption("rule = path::of::a_function"),
        ),
        ("batch", Meta::Path(_)) => options.batch = Some(Batch::AsItIs),
        ("batch", Meta::List(list)) if list.tokens.to_string() == "lanes" => {
            options.batch = Some(Batch::InLanes);
        }
        ("batch", _) => errors.at(
            meta,
            Problem::MalformedOption("#[differentiate(batch)], or #[differentiate(batch(lanes))]"),
        ),
        (
            "lanes",
            Meta::NameValue(syn::MetaNameValue {
                path: _,
                eq_token: _,
                value: syn::Expr::Path(path),
            }),
        ) => {
            options.lanes = Some(path.path.clone());
        }
        _ => errors.at(meta.path(), Problem::UnknownOption(key.to_owned())),
    }
}

fn signature(errors: &mut Errors, sig: &syn::Signature) {
    if let Some(token) = &sig.asyncness {
        errors.at(token, Problem::Signature("an `async` function cannot be differentiated; write the numeric part as an ordinary function"));
    }
    if !matches!(sig.safety, syn::Safety::Default) {
        errors.at(&sig.safety, Problem::Signature("an `unsafe` function cannot be differentiated; put the unsafe part into a safe function"));
    }
    if let Some(abi) = &sig.abi {
        errors.at(
            abi,
            Problem::Signature(
                "an `extern` function cannot be differentiated; wrap an ordinary function",
            ),
        );
    }
    if let Some(variadic) = &sig.variadic {
        errors.at(
            variadic,
            Problem::Signature("a variadic function cannot be differentiated; take a slice"),
        );
    }
}

/// Finds which of `f64` and `f32` occur anywhere in the function.
#[derive(Default)]
struct Floats {
    f64: bool,
    f32: bool,
}

impl Floats {
    fn look(&mut self, node: Node<'_>) -> Go {
        match node {
            Node::Type(syn::Type::Path(ty)) => {
                ty.path.segments.iter().for_each(|s| self.name(&s.ident));
            }
            // A name alone is a variable, whatever it is called.
            Node::Expr(syn::Expr::Path(e)) | Node::Pat(syn::Pat::Path(e))
                if e.path.segments.len() > 1 =>
            {
                e.path.segments.iter().for_each(|s| self.name(&s.ident));
            }
            Node::Lit(lit) => {
                let suffix = match lit {
                    syn::Lit::Float(lit) => lit.suffix(),
                    syn::Lit::Int(lit) => lit.suffix(),
                    _ => return Go::Past,
                };
                self.f64 |= suffix == "f64";
                self.f32 |= suffix == "f32";
            }
            Node::Macro(mac) => {
                self.tokens(mac.tokens.clone());
                return Go::Past;
            }
            _ => {}
        }
        Go::In
    }

    fn name(&mut self, name: &Ident) {
        self.f64 |= name == "f64";
        self.f32 |= name == "f32";
    }

    fn tokens(&mut self, tokens: TokenStream) {
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => self.name(&ident),
                TokenTree::Group(group) => self.tokens(group.stream()),
                TokenTree::Literal(literal) => {
                    let text = literal.to_string();
                    self.f64 |= text.ends_with("f64");
                    self.f32 |= text.ends_with("f32");
                }
                TokenTree::Punct(_) => {}
            }
        }
    }
}

fn scalar(item: &syn::ItemFn, surrounding: Option<&syn::Generics>) -> Scalar {
    for generics in [&item.sig.generics].into_iter().chain(surrounding) {
        for param in generics.type_params() {
            if is_real(&param.ident, &param.bounds, generics) {
                return Scalar::Own(param.ident.clone());
            }
        }
    }
    let mut floats = Floats::default();
    walk::walk(item, &mut |node| floats.look(node));
    match (floats.f64, floats.f32) {
        (true, true) => Scalar::Mixed,
        (false, true) => Scalar::Generic(Ident::new("f32", Span::call_site())),
        (_, false) => Scalar::Generic(Ident::new("f64", Span::call_site())),
    }
}

fn is_real(
    ident: &Ident,
    bounds: &Punctuated<syn::TypeParamBound, Token![+]>,
    generics: &syn::Generics,
) -> bool {
    let names_real = |bounds: &Punctuated<syn::TypeParamBound, Token![+]>| {
        bounds.iter().any(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => bound
                .path
                .segments
                .last()
                .is_some_and(|s| s.ident == "Real" || is_foreign(&s.ident)),
            _ => false,
        })
    };
    let in_where = generics
        .where_clause
        .iter()
        .flat_map(|w| &w.predicates)
        .any(|predicate| match predicate {
            syn::WherePredicate::Type(p) => {
                matches!(&p.bounded_ty, syn::Type::Path(path) if path.path.is_ident(ident))
                    && names_real(&p.bounds)
            }
            _ => false,
        });
    names_real(bounds) || in_where
}

/// A trait of `num_traits` that numbers with a derivative have.
fn is_foreign(name: &Ident) -> bool {
    ["Float", "Num", "Signed"].iter().any(|known| name == known)
}

/// The function's number is bounded by the traits of `num_traits`, not by `autodiff::Real`.
fn foreign(item: &syn::ItemFn, scalar: &Scalar) -> bool {
    let Scalar::Own(own) = scalar else {
        return false;
    };
    let bounded = |bounds: &Punctuated<syn::TypeParamBound, Token![+]>| {
        bounds.iter().any(|bound| match bound {
            syn::TypeParamBound::Trait(bound) => {
                let names: Vec<_> = bound
                    .path
                    .segments
                    .iter()
                    .map(|s| s.ident.to_string())
                    .collect();
                bound
                    .path
                    .segments
                    .last()
                    .is_some_and(|s| is_foreign(&s.ident))
                    || names.first().is_some_and(|n| n == "num_traits")
            }
            _ => false,
        })
    };
    let generics = &item.sig.generics;
    generics
        .type_params()
        .any(|p| p.ident == *own && bounded(&p.bounds))
        || generics
            .where_clause
            .iter()
            .flat_map(|w| &w.predicates)
            .any(|predicate| match predicate {
                syn::WherePredicate::Type(p) => {
                    matches!(&p.bounded_ty, syn::Type::Path(path) if path.path.is_ident(own))
                        && bounded(&p.bounds)
                }
                _ => false,
            })
}

/// What a type is made of.
pub fn shape(ty: &syn::Type, scalar: &Scalar) -> Shape {
    const PLAIN: [&str; 20] = [
        "u8",
        "u16",
        "u32",
        "u64",
        "u128",
        "usize",
        "i8",
        "i16",
        "i32",
        "i64",
        "i128",
        "isize",
        "bool",
        "char",
        "str",
        "String",
        "Range",
        "RangeInclusive",
        "RangeFrom",
        "Duration",
    ];
    match ty {
        syn::Type::Group(syn::TypeGroup {
            attrs: _,
            group_token: _,
            elem,
        })
        | syn::Type::Paren(syn::TypeParen {
            attrs: _,
            paren_token: _,
            elem,
        }) => shape(elem, scalar),
        syn::Type::Array(array) => {
            Shape::Array(Box::new(shape(&array.elem, scalar)), array.len.clone())
        }
        syn::Type::Slice(slice) => Shape::Slice(Box::new(shape(&slice.elem, scalar))),
        syn::Type::Tuple(tuple) => {
            Shape::Tuple(tuple.elems.iter().map(|e| shape(e, scalar)).collect())
        }
        syn::Type::Path(syn::TypePath {
            attrs: _,
            qself: None,
            path,
        }) => {
            let Some(last) = path.segments.last() else {
                return Shape::Opaque(ty.clone());
            };
            if let (Scalar::Own(own), Some(ident)) = (scalar, path.get_ident())
                && own == ident
            {
                return Shape::Float;
            }
            if last.ident == "f64" || last.ident == "f32" {
                return match scalar {
                    Scalar::Generic(_) | Scalar::Concrete(_) | Scalar::Mixed => Shape::Float,
                    Scalar::Own(_) => Shape::Plain(ty.clone()),
                };
            }
            if last.ident == "Vec"
                && let syn::PathArguments::AngleBracketed(args) = &last.arguments
                && let Some(syn::GenericArgument::Type(element)) = args.args.first()
            {
                return Shape::Vec(Box::new(shape(element, scalar)));
            }
            if last.ident == "Option"
                && let syn::PathArguments::AngleBracketed(args) = &last.arguments
                && let Some(syn::GenericArgument::Type(inner)) = args.args.first()
                && !shape(inner, scalar).holds_floats()
            {
                return Shape::Plain(ty.clone());
            }
            if PLAIN.iter().any(|name| last.ident == name) || holds_no_floats(last, scalar) {
                return Shape::Plain(ty.clone());
            }
            Shape::Opaque(ty.clone())
        }
        syn::Type::Reference(reference) if !shape(&reference.elem, scalar).holds_floats() => {
            Shape::Plain(ty.clone())
        }
        syn::Type::ImplTrait(_)
        | syn::Type::TraitObject(_)
        | syn::Type::FnPtr(_)
        | syn::Type::Never(_) => Shape::Plain(ty.clone()),
        _ => Shape::Opaque(ty.clone()),
    }
}

/// How many of the holders come first that are collections.
const COLLECTIONS: usize = 7;

/// Types of std that hold what they hold out of our sight.
const HOLDERS: [&str; 12] = [
    "HashMap",
    "BTreeMap",
    "HashSet",
    "BTreeSet",
    "VecDeque",
    "LinkedList",
    "BinaryHeap",
    "Rc",
    "Arc",
    "RefCell",
    "Mutex",
    "RwLock",
];

/// One of these, and not of the user's.
pub fn is_holder(name: &Ident) -> bool {
    HOLDERS.iter().any(|holder| name == holder) && !is_defined(name)
}

/// A type that a macro was given stands in a group.
fn ungrouped(ty: &syn::Type) -> &syn::Type {
    match ty {
        syn::Type::Group(group) => ungrouped(&group.elem),
        syn::Type::Paren(paren) => ungrouped(&paren.elem),
        ty => ty,
    }
}

/// `&HashMap<String, usize>`: a map, a set or a queue, and what it holds.
fn collection(shape: &Shape) -> Option<&syn::PathSegment> {
    let (Shape::Plain(ty) | Shape::Opaque(ty)) = shape else {
        return None;
    };
    let ty = match ty {
        syn::Type::Reference(reference) => &*reference.elem,
        ty => ty,
    };
    let syn::Type::Path(ty) = ty else {
        return None;
    };
    let is = |s: &&syn::PathSegment| {
        HOLDERS[..COLLECTIONS].iter().any(|name| s.ident == name) && !is_defined(&s.ident)
    };
    ty.path.segments.last().filter(is)
}

pub fn is_collection(shape: &Shape) -> bool {
    collection(shape).is_some()
}

/// Whether what a collection holds can be copied out of it.
pub fn holds_primitives(shape: &Shape) -> bool {
    collection(shape)
        .and_then(type_arguments)
        .is_some_and(|args| args.iter().all(|ty| is_of_primitives(ty)))
}

fn type_arguments(segment: &syn::PathSegment) -> Option<Vec<&syn::Type>> {
    let syn::PathArguments::AngleBracketed(args) = &segment.arguments else {
        return None;
    };
    args.args
        .iter()
        .filter(|arg| !matches!(arg, syn::GenericArgument::Lifetime(_)))
        .map(|arg| match arg {
            syn::GenericArgument::Type(ty) => Some(ty),
            _ => None,
        })
        .collect()
}

/// Numbers, words, and vectors, arrays and tuples of them.
fn is_of_primitives(ty: &syn::Type) -> bool {
    match ty {
        syn::Type::Reference(reference) => is_of_primitives(&reference.elem),
        syn::Type::Array(array) => is_of_primitives(&array.elem),
        syn::Type::Tuple(tuple) => tuple.elems.iter().all(is_of_primitives),
        syn::Type::Path(path) => path.path.segments.last().is_some_and(|s| {
            let vector = s.ident == "Vec"
                && type_arguments(s).is_some_and(|args| args.iter().all(|ty| is_of_primitives(ty)));
            let other = ["String", "str", "f64", "f32"]
                .iter()
                .any(|name| s.ident == name);
            vector || other || ast::is_primitive(ty)
        }),
        _ => false,
    }
}

/// `HashMap<String, usize>`
fn holds_no_floats(segment: &syn::PathSegment, scalar: &Scalar) -> bool {
    let syn::PathArguments::AngleBracketed(args) = &segment.arguments else {
        return false;
    };
    is_holder(&segment.ident)
        && args.args.iter().all(|arg| match arg {
            syn::GenericArgument::Type(ty) => !shape(ty, scalar).holds_floats(),
            _ => false,
        })
}

/// Refuses types of which it is certain that they have no derivative, where they stand: the compiler would wherever it needs one.
pub fn check_types(errors: &mut Errors, source: &Source) {
    let caller = &source.item.sig.ident;
    let boxed = |ty: &syn::Type| {
        walk::any(
            ty,
            |node| matches!(node, Node::Path(path) if path.segments.last().is_some_and(|s| s.ident == "Box")),
        )
    };
    let name = |ty: &syn::Type| match ty {
        syn::Type::Path(ty) if ty.qself.is_none() => {
            ty.path.segments.last().map(|s| s.ident.clone())
        }
        _ => None,
    };
    if let (true, Some(own)) = (source.wrt_self, source.self_ty.as_ref().and_then(name))
        && is_not_derived(caller, &own)
    {
        errors.at(&source.receiver, Problem::NoDerivative(own.to_string()));
    }
    for param in source.params.iter().filter(|p| p.active) {
        let mut found = |ty: &syn::Type| {
            let Some(name) = name(ty) else {
                return;
            };
            if is_holder(&name) {
                errors.at(ty, Problem::Held(name.to_string()));
            } else if name == "Option" && boxed(ty) {
                errors.at(ty, Problem::Held("Option<Box<_>>".into()));
            } else if is_not_derived(caller, &name) {
                errors.at(ty, Problem::NoDerivative(name.to_string()));
            }
        };
        param.shape.each_opaque(&mut found);
    }
    // An `Option` can be handed on as it lies in memory.
    let asks = |node: Node<'_>| matches!(node, Node::Expr(syn::Expr::Try(_)));
    if let Some(Shape::Opaque(ty)) = &source.output
        && let Some(name) = name(ty)
        && (name == "Result" || name == "Option" && walk::any(&*source.item.block, asks))
        && !is_defined(&name)
        && !defined_as(&name, "type")
    {
        let problem = Problem::Unsupported {
            what: "a result that is an `Option` or a `Result`",
            instead: "return the floats alone, without `?`, and wrap them in the function that calls this one",
        };
        errors.at(ty, problem);
    }
}

/// `self` as a parameter.
fn own(receiver: &syn::Receiver, active: bool) -> Param {
    let (passing, ty) = match &receiver.kind {
        _ if takes_self(receiver) => (Passing::Value, syn::parse_quote!(Self)),
        _ if changes_self(receiver) => (Passing::Exclusive, syn::parse_quote!(&mut Self)),
        _ => (Passing::Shared, syn::parse_quote!(&Self)),
    };
    Param {
        ident: Ident::new("self", receiver.self_token.span),
        pattern: None,
        mutable: false,
        ty,
        view: None,
        shape: Shape::Opaque(syn::parse_quote!(Self)),
        passing,
        active,
    }
}

/// `&mut self`
pub fn changes_self(receiver: &syn::Receiver) -> bool {
    match &receiver.kind {
        syn::ReceiverKind::Reference(_, _, exclusive) => exclusive.is_some(),
        syn::ReceiverKind::Typed(_, ty) => {
            matches!(&**ty, syn::Type::Reference(r) if r.mutability.is_some())
        }
        _ => false,
    }
}

/// `self`, `mut self`, `self: Self`
pub fn takes_self(receiver: &syn::Receiver) -> bool {
    match &receiver.kind {
        syn::ReceiverKind::Value => true,
        syn::ReceiverKind::Typed(_, ty) => {
            matches!(&**ty, syn::Type::Path(path) if path.path.is_ident("Self"))
        }
        _ => false,
    }
}

fn params(
    errors: &mut Errors,
    sig: &syn::Signature,
    scalar: &Scalar,
    options: &Options,
) -> Vec<Param> {
    let wrt = options.wrt.as_deref();
    // What is called as it stands is given what it takes.
    let as_written = options.constant || options.rule.is_some();
    let mut params = Vec::new();
    for (position, input) in sig.inputs.iter().enumerate() {
        let typed = match input {
            syn::FnArg::Receiver(receiver) => {
                let asked = wrt.is_some_and(|names| names.iter().any(|n| n == "self"));
                match (changes_self(receiver), asked) {
                    // It is a parameter like any other: memory that the function reads and writes.
                    (true, true) => params.push(own(receiver, true)),
                    (true, false) => errors.at(receiver, Problem::ExclusiveSelf),
                    (false, _) => {}
                }
                continue;
            }
            syn::FnArg::Typed(typed) => typed,
        };
        let (ident, pattern, mutable) = match &*typed.pat {
            syn::Pat::Ident(syn::PatIdent {
                attrs: _,
                by_ref: None,
                mutability,
                ident,
                subpat: None,
            }) => (ident.clone(), None, mutability.is_some()),
            other => (
                Ident::new(
                    &format!("__autodiff_argument{position}"),
                    Span::mixed_site(),
                ),
                Some(other.clone()),
                false,
            ),
        };
        let (passing, inner) = match ungrouped(&typed.ty) {
            syn::Type::Reference(r) if r.mutability.is_some() => (Passing::Exclusive, &*r.elem),
            syn::Type::Reference(r) => (Passing::Shared, &*r.elem),
            other => (Passing::Value, other),
        };
        let owned = owned_of_view(inner, &options.krate)
            .filter(|_| passing == Passing::Value && !as_written);
        let (inner, view) = match &owned {
            Some(owned) => (owned, Some((*typed.ty).clone())),
            None => (inner, None),
        };
        let generic = matches!(inner, syn::Type::Path(p) if sig.generics.type_params().any(|t| p.path.is_ident(&t.ident)));
        let shape = match shape(inner, scalar) {
            // A type parameter that is no number is nothing we could differentiate.
            Shape::Opaque(ty) if generic => Shape::Plain(ty),
            // Outputs are not named in `wrt`: what is certain to hold no derivative is none.
            Shape::Opaque(ty)
                if passing == Passing::Exclusive
                    && wrt.is_some()
                    && matches!(&ty, syn::Type::Path(p) if p.path.get_ident().is_some_and(|name| is_not_derived(&sig.ident, name))) =>
            {
                Shape::Plain(ty)
            }
            other => other,
        };
        let named = wrt.is_some_and(|names| names.contains(&ident));
        let active = match passing {
            Passing::Exclusive => shape.holds_floats(),
            Passing::Value | Passing::Shared => shape.holds_floats() && (wrt.is_none() || named),
        };
        if named && passing == Passing::Exclusive {
            errors.at(&typed.pat, Problem::WrtOutput(ident.to_string()));
        } else if named && !shape.holds_floats() {
            errors.at(&typed.pat, Problem::WrtNotDifferentiable(ident.to_string()));
        }
        params.push(Param {
            ident,
            pattern,
            mutable,
            ty: owned.unwrap_or_else(|| (*typed.ty).clone()),
            view,
            shape,
            passing,
            active,
        });
    }
    for name in wrt.unwrap_or_default() {
        let own = name == "self" && sig.receiver().is_some();
        if !own && !params.iter().any(|p| p.ident == *name) {
            errors.at(name, Problem::WrtUnknown(name.to_string()));
        }
    }
    params
}

fn output(
    errors: &mut Errors,
    sig: &syn::Signature,
    scalar: &Scalar,
    plain: bool,
) -> Option<Shape> {
    let syn::ReturnType::Type(_, ty) = &sig.output else {
        return None;
    };
    let shape = shape(ty, scalar);
    let unit = matches!(&shape, Shape::Tuple(parts) if parts.is_empty());
    if unit {
        return None;
    }
    if !shape.holds_floats() && !plain {
        errors.at(ty, Problem::OutputType(ty.to_token_stream().to_string()));
    }
    Some(shape)
}

/// What the signature must be for there to be a derivative.
pub fn check(errors: &mut Errors, source: &Source) {
    compiled_conditionally(errors, &source.item.block);
    checkpoint::check(errors, &source.item.block);
    let sig = &source.item.sig;
    if let Some(other) = overridden::overridden(&source.item) {
        errors.at(&sig.ident, Problem::Overridden(other.ty, other.place));
    }
    if let (true, Some(syn::Stmt::Expr(syn::Expr::Binary(_), Some(_)))) =
        (source.output.is_some(), source.item.block.stmts.last())
    {
        // `-> f64 { x * x; }`
        errors.leave_to_rustc();
    }
    if !source.wrt_self && !source.params.iter().any(|p| p.active) {
        errors.at(&sig.ident, Problem::NoDifferentiableParameter);
    }
    if source.output.is_none() && !source.params.iter().any(Param::is_output) {
        errors.at(&sig.ident, Problem::NoOutput);
    }
    if source.options.batch.is_some() {
        if source.wrt_self {
            errors.at(&sig.ident, Problem::BatchOfSelf);
        }
        for p in source
            .params
            .iter()
            .filter(|p| p.passing == Passing::Exclusive)
        {
            errors.at(&p.ty, Problem::BatchOfExclusive);
        }
    }
    if source.options.of_order() {
        match source.scalar {
            Scalar::Concrete(_) if !source.options.at_other_numbers() => {}
            Scalar::Own(_) if source.of_impl && source.receiver.is_none() => {
                errors.at(&sig.ident, Problem::NumberOfImpl);
            }
            Scalar::Generic(_) | Scalar::Own(_) => {}
            Scalar::Concrete(_) if library::mentions_matrix(&source.item) => {
                errors.at(&sig.ident, Problem::ConcreteMatrix);
            }
            Scalar::Concrete(_) => errors.at(&sig.ident, Problem::ConcreteStruct),
            Scalar::Mixed => errors.at(&sig.ident, Problem::NotGeneric),
        }
    }
    if !source.has_scalar_output() && source.options.of_float() {
        match &sig.output {
            syn::ReturnType::Type(_, ty) => errors.at(
                ty,
                Problem::GradientOfNonScalar(ty.to_token_stream().to_string()),
            ),
            syn::ReturnType::Default => {
                errors.at(&sig.ident, Problem::GradientOfNonScalar("()".into()));
            }
        }
    }
}

/// What the signature of a function with a rule must be.
pub fn check_rule(errors: &mut Errors, source: &Source) {
    if let Scalar::Own(number) = &source.scalar {
        errors.at(number, Problem::RuleOnGeneric);
        return;
    }
    fn holds_floats_only(shape: &Shape) -> bool {
        match shape {
            Shape::Float => true,
            Shape::Array(e, _) | Shape::Vec(e) => holds_floats_only(e),
            Shape::Tuple(parts) => parts.iter().all(holds_floats_only),
            Shape::Slice(_) | Shape::Plain(_) | Shape::Opaque(_) => false,
        }
    }
    let flat = |p: &Param| match &p.shape {
        Shape::Float => true,
        Shape::Array(e, _) | Shape::Slice(e) | Shape::Vec(e) => matches!(**e, Shape::Float),
        Shape::Tuple(_) | Shape::Plain(_) | Shape::Opaque(_) => false,
    };
    for p in source.params.iter().filter(|p| p.active) {
        if p.passing == Passing::Exclusive || !flat(p) {
            errors.at(&p.ty, Problem::RuleSignature);
        }
    }
    let fits = source.output.as_ref().is_some_and(holds_floats_only);
    if !fits || !matches!(source.scalar, Scalar::Generic(_)) {
        errors.at(&source.item.sig.ident, Problem::RuleSignature);
    }
}

/// The attribute, by whatever path.
pub fn is_differentiate(attribute: &syn::Attribute) -> bool {
    let last = attribute.path().segments.last();
    last.is_some_and(|s| s.ident == "differentiate")
}

/// Finds what is compiled conditionally inside a body: the attribute runs before it is known what stays.
fn compiled_conditionally(errors: &mut Errors, block: &syn::Block) {
    walk::walk(block, &mut |node| match node {
        Node::Item(_) => Go::Past,
        Node::Attribute(a) if a.path().is_ident("cfg") || a.path().is_ident("cfg_attr") => {
            let problem = Problem::Unsupported {
                what: "code that is compiled conditionally",
                instead: "use `if cfg!(..)`, or put the attribute on whole functions",
            };
            errors.at(a, problem);
            Go::Past
        }
        _ => Go::In,
    });
}

/// Finds structs that are built or taken apart in a body, and fields of variables that are no parameters.
struct Constructs {
    params: Vec<Ident>,
    found: bool,
}

impl Constructs {
    fn any(item: &syn::ItemFn) -> bool {
        let params = item.sig.inputs.iter().flat_map(|input| match input {
            syn::FnArg::Typed(param) => walk::bound(&*param.pat),
            syn::FnArg::Receiver(_) => Vec::new(),
        });
        let mut constructs = Constructs {
            params: params.collect(),
            found: false,
        };
        walk::walk(&*item.block, &mut |node| constructs.look(node));
        constructs.found
    }

    fn look(&mut self, node: Node<'_>) -> Go {
        match node {
            Node::Item(_) => return Go::Past,
            Node::Expr(syn::Expr::Struct(_)) => self.found = true,
            Node::Expr(syn::Expr::Call(e)) => {
                if let syn::Expr::Path(path) = &*e.func {
                    self.path(&path.path);
                }
            }
            Node::Expr(syn::Expr::Field(e)) => {
                if let (syn::Member::Named(_), syn::Expr::Path(path)) = (&e.member, &*e.base) {
                    let known = |name: &Ident| name == "self" || self.params.contains(name);
                    self.found |= path.path.get_ident().is_some_and(|name| !known(name));
                }
            }
            Node::Macro(mac) if mac.path.is_ident("matches") || mac.path.is_ident("vec") => {
                self.tokens(mac.tokens.clone());
            }
            Node::Pat(syn::Pat::Struct(pat)) => self.path(&pat.path),
            Node::Pat(syn::Pat::TupleStruct(pat)) => self.path(&pat.path),
            _ => {}
        }
        Go::In
    }

    /// `P { .. }` and `P(..)`, of what a macro is given.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut last = None;
        for token in tokens {
            match token {
                TokenTree::Ident(ident) => last = Some(ident),
                TokenTree::Group(group) => {
                    if let Some(name) = last.take() {
                        self.path(&name.into());
                    }
                    self.tokens(group.stream());
                }
                TokenTree::Punct(_) | TokenTree::Literal(_) => last = None,
            }
        }
    }

    /// `P` or `Kind::P`, but none of std's.
    fn path(&mut self, path: &syn::Path) {
        if let Some(last) = path.segments.last() {
            let name = last.ident.to_string();
            let of_std = matches!(name.as_str(), "Some" | "None" | "Ok" | "Err");
            self.found |= name.starts_with(char::is_uppercase) && !of_std;
        }
    }
}

/// `wrt(self, ..)`
fn wrt_self(options: &Options) -> bool {
    options
        .wrt
        .as_ref()
        .is_some_and(|names| names.iter().any(|n| n == "self"))
}
