//! Source → IR. Names become places, control flow becomes regions with one exit.
//!
//! rustc checks the user's function as it stands, so this stage may be lenient: a reference is an alias of a place.
//! Variables are cells here; `normalize` makes values of those that are scalars.

mod block;
mod call;
mod chain;
mod control;
pub mod expr;
pub mod macros;
mod matrix;
mod method;
mod named;
pub mod opaque;
mod pattern;
mod place;
mod range;
mod scopes;
mod splice;
#[cfg(test)]
mod tests;

pub use call::constructs;

use self::scopes::Scopes;
use crate::ast::{self, Passing, Shape, Source};
use crate::errors::{Errors, Problem};
use crate::ir::{
    Arith, Checkpoint, Function, Kind, Op, Place, Region, Step, Stmt, Table, Ty, Value, Values,
    Written,
};
use crate::parse::Elsewhere;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::collections::BTreeSet;
use std::rc::Rc;

/// What a name in scope stands for.
#[derive(Clone)]
enum Binding {
    /// A variable, or a part of one.
    Place(Place),
    /// A reference to a place, and whether it is exclusive.
    Reference(Place, bool),
    Tuple(Vec<Binding>),
    /// Whether there is something, and what.
    Optional(Place, Box<Binding>),
    Closure(Rc<Closure>),
    Chain(chain::Chain),
}

/// A closure bound to a name: its body is lowered anew at each call.
#[derive(Clone)]
struct Closure {
    expr: syn::ExprClosure,
    scopes: Scopes,
    /// A function declared in the body: its name means something in emitted code, too.
    item: bool,
}

/// What an expression has become.
#[derive(Clone)]
enum Lowered {
    Unit,
    /// Control does not come back from here.
    Never,
    /// A value of its own.
    Value(Value),
    /// A part of an aggregate or a variable, not yet read.
    Place(Place),
    /// A reference to a place, and whether it is exclusive.
    Reference(Place, bool),
    Tuple(Vec<Lowered>),
    /// An `Option`: whether there is something, and what; it may be read only if there is.
    Optional(Value, Box<Lowered>),
    Chain(chain::Chain),
    Closure(Rc<Closure>),
}

/// What can be left from inside: a loop, a labelled block, a function or closure.
struct Frame {
    label: Option<Ident>,
    kind: FrameKind,
    /// Set when it is left.
    exit: Value,
    /// Set when an iteration is left.
    next: Option<Value>,
    /// What it is left with.
    join: control::Join,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum FrameKind {
    Loop,
    Block,
    Body,
}

/// The rest of a region that is skipped when an exit was taken before.
struct Guard {
    outer: Region,
    cond: Value,
    span: Span,
}

/// A lowered function.
pub struct Primal {
    pub function: Function,
    /// Items declared in the body: they are declared again in every copy.
    pub items: Vec<syn::Item>,
}

pub struct Lowerer<'a> {
    errors: &'a mut Errors,
    source: &'a Source,
    elsewhere: &'a Elsewhere,
    function: Function,
    region: Region,
    guards: Vec<Guard>,
    /// Exits that may have been taken in the region so far.
    exits: Values,
    scopes: Scopes,
    /// Names that are assigned to as wholes somewhere, and the roots that such names stand for: a vector that was moved out
    /// of one may get another there.
    assigned: BTreeSet<String>,
    reassigned: Values,
    /// Places of which the user wrote the type.
    ascribed: Vec<(Place, Ty)>,
    /// Types that are structs, as far as is known, and their names; what is known of fields.
    structs: Vec<(Ty, Ident)>,
    fields: Vec<((Ident, syn::Member), Option<Ty>)>,
    /// Values that are functions, by the name the user gave.
    functions: Table<syn::ExprPath>,
    /// Variables that are maps, queues and the like of std's: their methods are not those of a `Vec`.
    holders: Values,
    /// Those whose items stay where they are: nobody knows how to copy them.
    uncopied: Values,
    frames: Vec<Frame>,
    /// Parameters that are ranges.
    ranges: Table<syn::RangeLimits>,
    /// What is asked for on the loop that is lowered next.
    checkpoint: Option<Checkpoint>,
    items: Vec<syn::Item>,
    /// Functions declared in the body whose calls are inlined, and the names of those that are needed all the same.
    inlined: Vec<syn::ItemFn>,
    /// Those of them that have the name of something outside their block.
    confined: Vec<Ident>,
    needed: Vec<Ident>,
    /// A pattern that may not fit is being bound: a name in capitals is a constant there.
    tested: bool,
    /// The method of a statement that is for nothing but what the method does, whatever it is called.
    done: Option<Ident>,
    /// Closures being inlined: they cannot call themselves.
    depth: usize,
}

/// Lowers a function.
pub fn function(errors: &mut Errors, source: &Source, elsewhere: &Elsewhere) -> Primal {
    let mut cx = Lowerer {
        errors,
        source,
        elsewhere,
        function: Function::default(),
        region: Region::default(),
        guards: Vec::new(),
        exits: Values::new(),
        scopes: Scopes::new(),
        assigned: place::assigned(&source.item.block),
        reassigned: Values::new(),
        ascribed: Vec::new(),
        done: None,
        structs: Vec::new(),
        fields: Vec::new(),
        functions: Table::new(),
        holders: Values::new(),
        uncopied: Values::new(),
        ranges: Table::new(),
        frames: Vec::new(),
        checkpoint: None,
        items: Vec::new(),
        inlined: Vec::new(),
        confined: Vec::new(),
        needed: Vec::new(),
        tested: false,
        depth: 0,
    };
    let mut params = Vec::new();
    for param in &source.params {
        let ty = cx.type_of_shape(&param.shape);
        if let Shape::Plain(syn::Type::Path(own)) = &param.shape
            && let Some(name) = own.path.get_ident()
            && source
                .item
                .sig
                .generics
                .type_params()
                .any(|p| p.ident == *name)
        {
            cx.structs.push((ty, name.clone()));
        }
        let value = cx.function.value(ty);
        if let Some(limits) = Lowerer::limits(&param.shape) {
            cx.ranges.insert(value, limits);
        }
        if crate::parse::is_collection(&param.shape) {
            cx.holders.insert(value);
            if !crate::parse::holds_primitives(&param.shape) {
                cx.uncopied.insert(value);
            }
        }
        params.push(value);
    }
    cx.region.params = params.clone();
    if let Some(receiver) = &source.receiver {
        cx.receiver(receiver);
    }
    for (param, value) in source.params.iter().zip(params) {
        cx.param(param, value);
    }
    let span = source.item.sig.ident.span();
    let result = cx.enclosed(
        None,
        FrameKind::Body,
        &mut |cx| cx.block(&source.item.block),
        span,
    );
    while let Some(guard) = cx.guards.pop() {
        cx.close(guard);
    }
    let yields = match &source.output {
        None => Vec::new(),
        Some(shape) => {
            let ty = cx.type_of_shape(shape);
            let value = match result {
                Lowered::Never => cx.push(Op::Undefined, ty, span),
                other => cx.value_of(other, span),
            };
            let found = cx.function.ty(value);
            cx.function.types.unify(found, ty);
            vec![value]
        }
    };
    cx.region.yields = yields;
    cx.function.body = std::mem::take(&mut cx.region);
    if let ast::Scalar::Concrete(_) = source.scalar {
        matrix::undecided(&mut cx.function);
    }
    let items = cx.needed_items();
    Primal {
        function: cx.function,
        items,
    }
}

impl Lowerer<'_> {
    /// `self` is a constant.
    fn receiver(&mut self, receiver: &syn::Receiver) {
        let ty = self.type_of_name(&syn::parse_quote!(Self));
        let value = self.function.value(ty);
        self.function.receiver = Some(value);
        let place = Place::whole(value);
        let binding = match receiver.kind {
            syn::ReceiverKind::Value => Binding::Place(place),
            _ => Binding::Reference(place, false),
        };
        self.declare(Ident::new("self", receiver.self_token.span), binding);
    }

    fn param(&mut self, param: &ast::Param, value: Value) {
        let span = param.ident.span();
        let place = Place::whole(value);
        let lowered = match param.passing {
            Passing::Shared => Lowered::Reference(place, false),
            Passing::Exclusive => {
                self.function.locals.insert(value);
                Lowered::Reference(place, true)
            }
            Passing::Value if param.is_scalar() => Lowered::Value(value),
            Passing::Value => Lowered::Place(place),
        };
        match &param.pattern {
            Some(pattern) => self.bind(pattern, lowered),
            None if is_option(&param.shape) && !param.mutable => {
                let binding = self.option_in_memory(lowered, span);
                self.declare(param.ident.clone(), binding);
            }
            None => {
                // By value and not written to: no copy is needed.
                let binding = match lowered {
                    Lowered::Place(p) if !param.mutable => Binding::Place(p),
                    Lowered::Reference(p, exclusive)
                        if exclusive || !self.assigned.contains(&param.ident.to_string()) =>
                    {
                        Binding::Reference(p, exclusive)
                    }
                    other => self.variable(other, param.mutable, span),
                };
                self.declare(param.ident.clone(), binding);
            }
        }
    }

    /// An `Option` in memory, as whether there is something and what.
    fn option_in_memory(&mut self, lowered: Lowered, span: Span) -> Binding {
        let some: syn::Path = syn::parse_quote!(::core::option::Option::Some);
        let payload = |place: Place| {
            let path = Written(some.clone());
            let member = syn::Member::Unnamed(syn::Index::from(0));
            place.then(Step::Variant { path, member })
        };
        let (place, payload) = match lowered {
            Lowered::Place(p) => (p.clone(), Binding::Place(payload(p))),
            Lowered::Reference(p, e) => (p.clone(), Binding::Reference(payload(p), e)),
            other => return self.variable(other, false, span),
        };
        let some = Op::Matches {
            place,
            pattern: Box::new(syn::parse_quote!(#some { .. })),
            reference: false,
        };
        let some = Place::whole(self.plain(some, span));
        Binding::Optional(some, Box::new(payload))
    }

    // Building.

    fn push(&mut self, op: Op, ty: Ty, span: Span) -> Value {
        let value = self.function.value(ty);
        self.region.stmts.push(Stmt {
            results: vec![value],
            op,
            span,
        });
        value
    }

    fn effect(&mut self, op: Op, span: Span) {
        self.region.stmts.push(Stmt {
            results: Vec::new(),
            op,
            span,
        });
    }

    fn plain(&mut self, op: Op, span: Span) -> Value {
        let ty = self.function.types.plain();
        self.push(op, ty, span)
    }

    /// A method of std's numbers, of what has no derivative.
    fn query(&mut self, method: &str, operands: Vec<Value>, span: Span) -> Value {
        let method = Ident::new(method, Span::mixed_site());
        self.plain(Op::Query { method, operands }, span)
    }

    /// What is used as a condition or an index has no derivative.
    fn become_plain(&mut self, v: Value) {
        let (ty, plain) = (self.function.ty(v), self.function.types.plain());
        self.function.types.unify(ty, plain);
    }

    /// A constant without a derivative.
    fn integer(&mut self, tokens: TokenStream, span: Span) -> Value {
        self.plain(Op::Literal(tokens), span)
    }

    fn arith(&mut self, op: Arith, a: Value, b: Value, span: Span) -> Value {
        let (ta, tb) = (self.function.ty(a), self.function.ty(b));
        if !self.both_known_aggregates(ta, tb) {
            self.function.types.unify(ta, tb);
        }
        self.push(Op::Arith(op, a, b), ta, span)
    }

    fn both_known_aggregates(&self, a: Ty, b: Ty) -> bool {
        let aggregate = |ty| {
            matches!(
                self.function.types.kind(ty),
                Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_)
            )
        };
        aggregate(a) || aggregate(b)
    }

    /// An operator on numbers without derivatives.
    fn operator(&mut self, operator: TokenStream, operands: &[Value], span: Span) -> Value {
        self.plain(
            Op::Plain {
                operator,
                operands: operands.to_vec(),
            },
            span,
        )
    }

    fn place_ty(&mut self, place: &Place) -> Ty {
        let mut ty = self.function.ty(place.root);
        for (k, step) in place.path.iter().enumerate() {
            let ascribed = self
                .ascribed
                .iter()
                .find(|(p, _)| p.root == place.root && p.path == place.path[..=k]);
            if let Some((_, known)) = ascribed {
                ty = *known;
                continue;
            }
            ty = match step {
                Step::Index(_) | Step::Element(_) => self.function.types.element(ty),
                Step::Slice { .. } => self.function.types.slice(ty),
                Step::Field(member) => match self.declared_field(ty, member) {
                    Some(known) => known,
                    None => self.function.types.field(ty, member),
                },
                Step::Entries => {
                    let float = self.function.types.float();
                    self.function.types.known(Kind::Slice(float))
                }
                Step::Variant { .. } | Step::Deref => self.function.types.unknown(),
            };
        }
        ty
    }

    /// The value of a place.
    fn read(&mut self, place: Place, span: Span) -> Value {
        if place.path.is_empty()
            && !self.function.locals.contains(&place.root)
            && self.function.is_scalar(place.root)
        {
            return place.root;
        }
        let ty = self.place_ty(&place);
        self.push(Op::Load(place), ty, span)
    }

    /// A boolean variable that says whether an exit was taken.
    fn flag(&mut self, span: Span) -> Value {
        let ty = self.function.types.plain();
        let flag = self.push(Op::Local, ty, span);
        self.function.locals.insert(flag);
        let no = self.integer(quote!(false), span);
        self.effect(Op::Store(Place::whole(flag), no), span);
        flag
    }

    fn raise(&mut self, flag: Value, span: Span) {
        let yes = self.integer(quote!(true), span);
        self.effect(Op::Store(Place::whole(flag), yes), span);
        self.exits.insert(flag);
    }

    // Values.

    /// An expression's value.
    fn operand(&mut self, expr: &syn::Expr) -> Value {
        let lowered = self.expr(expr);
        self.value_of(lowered, syn::spanned::Spanned::span(expr))
    }

    /// What becomes a part of something: a reference that is written through later is none.
    fn kept_value(&mut self, lowered: Lowered, span: Span) -> Value {
        if let Lowered::Reference(_, true) = lowered {
            self.errors.at_span(span, KEPT_REFERENCE);
        }
        self.value_of(lowered, span)
    }

    /// An expression's value, as a part of something.
    fn part_of(&mut self, expr: &syn::Expr) -> Value {
        let lowered = self.expr(expr);
        if let Lowered::Reference(_, true) = lowered {
            self.errors.at(expr, KEPT_REFERENCE);
        }
        self.value_of(lowered, syn::spanned::Spanned::span(expr))
    }

    fn value_of(&mut self, lowered: Lowered, span: Span) -> Value {
        match lowered {
            Lowered::Value(v) => v,
            Lowered::Place(p) | Lowered::Reference(p, _) => self.read(p, span),
            Lowered::Tuple(parts) => {
                let values: Vec<_> = parts
                    .into_iter()
                    .map(|p| self.kept_value(p, span))
                    .collect();
                let tys = values.iter().map(|v| self.function.ty(*v)).collect();
                let ty = self.function.types.known(Kind::Tuple(tys));
                self.push(Op::Aggregate(crate::ir::Container::Tuple, values), ty, span)
            }
            Lowered::Unit => {
                let ty = self.function.types.unknown();
                self.push(Op::Literal(quote!(())), ty, span)
            }
            Lowered::Never => {
                let ty = self.function.types.unknown();
                self.push(Op::Undefined, ty, span)
            }
            Lowered::Chain(_) => {
                self.errors.at_span(
                    span,
                    Problem::Unsupported {
                        what: "an iterator or a range as a value",
                        instead: "use it directly in a `for` loop or an iterator chain",
                    },
                );
                let ty = self.function.types.unknown();
                self.push(Op::Undefined, ty, span)
            }
            Lowered::Optional(..) if whole_option(&lowered).is_some() => {
                let whole = whole_option(&lowered).unwrap_or(Lowered::Never);
                self.value_of(whole, span)
            }
            Lowered::Optional(..) => {
                self.errors.at_span(
                    span,
                    Problem::Unsupported {
                        what: "an `Option` as a whole",
                        instead: "take it apart with `match`, `if let` or `unwrap`",
                    },
                );
                let ty = self.function.types.unknown();
                self.push(Op::Undefined, ty, span)
            }
            Lowered::Closure(_) => {
                self.errors.at_span(
                    span,
                    Problem::Unsupported {
                        what: "a closure as a value",
                        instead: "call it where it is defined",
                    },
                );
                let ty = self.function.types.unknown();
                self.push(Op::Undefined, ty, span)
            }
        }
    }

    /// Reports, and goes on.
    fn unsupported(
        &mut self,
        tokens: impl ToTokens,
        what: &'static str,
        instead: &'static str,
    ) -> Lowered {
        self.errors
            .at(tokens, Problem::Unsupported { what, instead });
        Lowered::Never
    }

    // Names.

    fn declare(&mut self, name: Ident, binding: Binding) {
        if let Binding::Place(place) = &binding
            && place.path.is_empty()
            && self.assigned.contains(&name.to_string())
        {
            self.reassigned.insert(place.root);
        }
        self.scopes.declare(name, binding);
    }

    fn lookup(&self, name: &Ident) -> Option<&Binding> {
        self.scopes.lookup(name)
    }

    /// What a name bound to `lowered` stands for.
    fn variable(&mut self, lowered: Lowered, mutable: bool, span: Span) -> Binding {
        match lowered {
            Lowered::Value(v) => Binding::Place(self.own(v, mutable, span)),
            Lowered::Place(p) => {
                let ty = self.place_ty(&p);
                // A vector is moved: the old name is gone.
                if p.path.is_empty()
                    && matches!(self.function.types.kind(ty), Kind::Vec(_))
                    && self.function.locals.contains(&p.root)
                    && !self.reassigned.contains(&p.root)
                {
                    return Binding::Place(p);
                }
                let value = self.read(p, span);
                Binding::Place(self.own(value, mutable, span))
            }
            Lowered::Reference(p, true) if !mutable => Binding::Reference(p, true),
            Lowered::Reference(p, false) if !mutable => Binding::Reference(p, false),
            Lowered::Reference(p, false) => {
                // What a shared reference points to does not change: the variable may hold a copy.
                let value = self.read(p, span);
                Binding::Place(self.own(value, true, span))
            }
            Lowered::Reference(..) => {
                self.errors.at_span(
                    span,
                    Problem::Unsupported {
                        what: "a variable that holds different `&mut` references",
                        instead: "keep an index and borrow where you write",
                    },
                );
                let ty = self.function.types.unknown();
                Binding::Place(Place::whole(self.push(Op::Undefined, ty, span)))
            }
            Lowered::Tuple(parts) => Binding::Tuple(
                parts
                    .into_iter()
                    .map(|p| self.variable(p, mutable, span))
                    .collect(),
            ),
            Lowered::Optional(some, payload) => {
                let payload = match *payload {
                    Lowered::Reference(p, false) if mutable => Lowered::Place(p),
                    payload => payload,
                };
                let payload = self.payload(some, payload, span);
                let some = self.own(some, mutable, span);
                let payload = match payload {
                    // `None`: what there will be is not known yet.
                    Lowered::Unit if mutable => {
                        let ty = self.function.types.unknown();
                        Binding::Place(Place::whole(self.local(ty, span)))
                    }
                    payload => self.variable(payload, mutable, span),
                };
                Binding::Optional(some, Box::new(payload))
            }
            Lowered::Closure(closure) => Binding::Closure(closure),
            Lowered::Chain(chain) => Binding::Chain(if mutable {
                self.held(chain, span)
            } else {
                chain
            }),
            Lowered::Unit | Lowered::Never => {
                let value = self.value_of(lowered, span);
                Binding::Place(Place::whole(value))
            }
        }
    }

    /// What an `Option` has inside, read only if there is something: an element may not exist.
    fn payload(&mut self, some: Value, payload: Lowered, span: Span) -> Lowered {
        match payload {
            Lowered::Place(p) if !p.path.is_empty() && !self.always(some) => self.branch(
                some,
                &mut |cx| Lowered::Value(cx.read(p.clone(), span)),
                &mut |_| Lowered::Unit,
                span,
            ),
            Lowered::Tuple(parts) => {
                let parts = parts.into_iter();
                Lowered::Tuple(parts.map(|p| self.payload(some, p, span)).collect())
            }
            other => other,
        }
    }

    /// Whether a condition is `true`, literally.
    fn always(&self, condition: Value) -> bool {
        self.region.stmts.iter().any(|s| {
            s.results.first() == Some(&condition)
                && matches!(&s.op, Op::Literal(t) if t.to_string() == "true")
        })
    }

    /// A variable with this value.
    fn own(&mut self, value: Value, mutable: bool, span: Span) -> Place {
        if !mutable {
            return Place::whole(value);
        }
        match self.function.kind(value) {
            Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_) => {
                self.function.locals.insert(value);
                Place::whole(value)
            }
            Kind::Unknown if self.function.types.is_matrix(self.function.ty(value)) => {
                self.function.locals.insert(value);
                Place::whole(value)
            }
            Kind::Float | Kind::Plain | Kind::Unknown => {
                let ty = self.function.ty(value);
                let local = self.local(ty, span);
                self.effect(Op::Store(Place::whole(local), value), span);
                Place::whole(local)
            }
        }
    }

    fn local(&mut self, ty: Ty, span: Span) -> Value {
        let local = self.push(Op::Local, ty, span);
        self.function.locals.insert(local);
        local
    }

    fn lowered(&mut self, binding: &Binding, span: Span) -> Lowered {
        match binding {
            Binding::Place(p) => Lowered::Place(p.clone()),
            Binding::Reference(p, exclusive) => Lowered::Reference(p.clone(), *exclusive),
            Binding::Tuple(parts) => {
                Lowered::Tuple(parts.iter().map(|p| self.lowered(p, span)).collect())
            }
            Binding::Optional(some, payload) => {
                let some = self.read(some.clone(), span);
                Lowered::Optional(some, Box::new(self.lowered(payload, span)))
            }
            Binding::Closure(closure) => Lowered::Closure(closure.clone()),
            Binding::Chain(chain) => Lowered::Chain(chain.clone()),
        }
    }

    // Types.

    fn type_of_shape(&mut self, shape: &Shape) -> Ty {
        match shape {
            Shape::Float => self.function.types.float(),
            Shape::Array(element, _) => {
                let element = self.type_of_shape(element);
                self.function.types.known(Kind::Array(element))
            }
            Shape::Slice(element) => {
                let element = self.type_of_shape(element);
                self.function.types.known(Kind::Slice(element))
            }
            Shape::Vec(element) => {
                let element = self.type_of_shape(element);
                self.function.types.known(Kind::Vec(element))
            }
            Shape::Tuple(parts) => {
                let parts = parts.iter().map(|p| self.type_of_shape(p)).collect();
                self.function.types.known(Kind::Tuple(parts))
            }
            Shape::Plain(ty) if ast::is_primitive(ty) => self.function.types.plain(),
            Shape::Opaque(ty) => self.type_of_name(ty),
            Shape::Plain(_) => self.function.types.unknown(),
        }
    }

    /// The type a user wrote.
    fn type_of(&mut self, ty: &syn::Type) -> Ty {
        let inner = match ty {
            syn::Type::Reference(r) => &*r.elem,
            other => other,
        };
        let shape = crate::parse::shape(inner, &self.source.scalar);
        self.type_of_shape(&shape)
    }
}

/// `Option<f64>`, and options of what else may hold floats.
fn is_option(shape: &Shape) -> bool {
    match shape {
        Shape::Opaque(syn::Type::Path(ty)) => {
            let last = ty.path.segments.last();
            last.is_some_and(|s| s.ident == "Option" && !s.arguments.is_empty())
        }
        _ => false,
    }
}

/// The `Option` in memory that this is.
fn whole_option(lowered: &Lowered) -> Option<Lowered> {
    let Lowered::Optional(_, payload) = lowered else {
        return None;
    };
    let (Lowered::Place(p) | Lowered::Reference(p, _)) = &**payload else {
        return None;
    };
    let (Step::Variant { path, member: _ }, whole) = p.path.split_last()? else {
        return None;
    };
    let some = path.0.segments.last().is_some_and(|s| s.ident == "Some");
    let whole = Place {
        root: p.root,
        path: whole.to_vec(),
    };
    some.then(|| match &**payload {
        Lowered::Reference(_, exclusive) => Lowered::Reference(whole, *exclusive),
        _ => Lowered::Place(whole),
    })
}

const KEPT_REFERENCE: Problem = Problem::Unsupported {
    what: "keeping a `&mut` reference in something else",
    instead: "keep an index, and borrow where you write",
};

/// The same name, as hygiene sees it: a macro's `y` is not its caller's.
pub fn same(a: &Ident, b: &Ident) -> bool {
    a == b && context(a) == context(b)
}

/// What rustc's debug output says of a name's syntax context. There is no other way to learn of it.
fn context(name: &Ident) -> Option<String> {
    if !proc_macro::is_available() {
        return None;
    }
    let text = format!("{:?}", name.span().unwrap());
    text.split_whitespace()
        .next()
        .filter(|c| c.starts_with('#'))
        .map(str::to_owned)
}
