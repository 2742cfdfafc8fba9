//! Regions and statements of the primal as Rust.

use super::names;
use crate::analyze::Plan;
use crate::ast::Scalar;
use crate::ir::{
    self, Adapter, Argument, Arith, Callee, Capture, Code, Container, Contribution, Count,
    Function, Kind, Loop, LoopKind, Native, Op, Place, Range, Region, Step, Stmt, Table, Ty, Value,
    Values, View, Written,
};
use crate::walk::{self, Go, NodeMut};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use std::cell::RefCell;
use std::collections::BTreeMap;

/// What printing a statement needs to know.
pub struct Printer<'a> {
    /// The path of the runtime's hidden module.
    pub rt: TokenStream,
    pub scalar: &'a Scalar,
    /// The function's own number is bounded by traits of `num_traits`.
    pub foreign: bool,
    pub function: &'a Function,
    pub plan: &'a Plan,
    /// Values that are references in the emitted code.
    pub references: Values,
    /// What exclusive references refer to.
    pub memory: Table<TokenStream>,
    /// Values whose adjoints are references in the emitted code.
    pub borrowed: Values,
    /// Among these, those that refer to a `Temporary`.
    pub temporary: Values,
    /// How often each value is used: what is used once is moved.
    pub uses: Table<usize>,
    /// Values that are never read where they are not overwritten first.
    pub undefined: Values,
    /// Loads that take what they read.
    pub moves: Values,
    /// Values that several adjoints are divided by.
    pub divisors: Values,
    /// Finite constants.
    pub constants: Values,
    /// Parts of structs, by root and fields, that must have adjoints: what says so, until it is printed.
    pub parts: RefCell<BTreeMap<(Value, String), Option<TokenStream>>>,
    /// What calls return.
    pub returned: Values,
    /// Where structs are built.
    pub built: Table<Span>,
    /// Options that hold nothing: they are of any number.
    pub nothing: Values,
    /// How many loops there are.
    pub loops: usize,
}

/// A body of no more loops than these is checked in no time as it is.
const FEW_LOOPS: usize = 8;

/// How a place is used.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Access {
    Shared,
    Exclusive,
}

impl Access {
    pub fn token(self) -> Option<TokenStream> {
        match self {
            Access::Shared => None,
            Access::Exclusive => Some(quote!(mut)),
        }
    }
}

/// A call, with what the compiler says of it shown at the name of what is called.
pub fn at_callee(callee: &Callee, call: TokenStream) -> TokenStream {
    let name = match callee {
        Callee::Operation { name, .. }
        | Callee::Method {
            receiver: _,
            exclusive: _,
            name,
        }
        | Callee::Changing(name) => Some(name),
        Callee::Path(path) => path.segments.last().map(|segment| &segment.ident),
    };
    match name {
        Some(name) => names::at(name.span(), call),
        None => call,
    }
}

/// Whether a variable is written to as a whole, on every path, before anything else is done with it.
fn assigned_first(stmts: &[Stmt], local: Value) -> bool {
    let Some(first) = stmts.iter().find(|stmt| stmt.free().contains(&local)) else {
        return false;
    };
    match &first.op {
        Op::Store(p, v) => p.path.is_empty() && *v != local,
        Op::If {
            cond: _,
            then,
            otherwise,
        } => [then, otherwise]
            .iter()
            .all(|arm| assigned_first(&arm.stmts, local)),
        _ => false,
    }
}

/// Counts uses, and finds undefined values and constants.
pub fn survey(printer: &mut Printer<'_>, region: &Region) {
    survey_within(printer, region, &mut None);
}

/// `made`: in a loop what this iteration has made so far.
fn survey_within(printer: &mut Printer<'_>, region: &Region, made: &mut Option<Values>) {
    // Inside a loop a value of an outer region is used more than once.
    let weight = |made: &Option<Values>, v: &Value| match made {
        Some(made) if !made.contains(v) => 2,
        _ => 1,
    };
    for stmt in &region.stmts {
        match &stmt.op {
            // The shape of what never changes is taken before it is moved.
            Op::Shape(p) if !printer.function.locals.contains(&p.root) => {}
            op => op.each_primal_operand(&mut |v| {
                *printer.uses.or_default(v) += weight(made, &v);
            }),
        }
        match &stmt.op {
            Op::Undefined => printer.undefined.extend(&stmt.results),
            Op::Window(window) => match window.view {
                View::Adjoint => printer.borrowed.extend(&stmt.results),
                View::Shared | View::Exclusive => printer.references.extend(&stmt.results),
            },
            Op::Declare { value, .. } | Op::Begin { value, .. }
                if printer.may_be_vector(*value) =>
            {
                printer.temporary.insert(*value);
                printer.borrowed.insert(*value);
            }
            op if op.number().is_some_and(f64::is_finite) => {
                printer.constants.extend(&stmt.results);
            }
            Op::Call { .. } => printer.returned.extend(&stmt.results),
            Op::Construct { path, fields, .. } => {
                let built = stmt.results.iter().map(|v| (*v, stmt.span));
                printer.built.extend(built);
                if fields.is_empty() && path.segments.last().is_some_and(|s| s.ident == "None") {
                    printer.nothing.extend(&stmt.results);
                }
            }
            _ => {}
        }
        let is_loop = matches!(stmt.op, Op::Loop(_) | Op::Retake(_));
        printer.loops += usize::from(is_loop);
        for inner in stmt.op.regions() {
            if is_loop {
                survey_within(printer, inner, &mut Some(Values::new()));
            } else {
                survey_within(printer, inner, made);
            }
        }
        if let Some(made) = made {
            made.extend(&stmt.results);
        }
    }
    for v in &region.yields {
        *printer.uses.or_default(*v) += weight(made, v);
    }
}

impl Printer<'_> {
    pub fn generic(&self) -> bool {
        matches!(self.scalar, Scalar::Generic(_))
    }

    /// A vector, or what a call returns and may be one.
    fn may_be_vector(&self, v: Value) -> bool {
        match self.function.kind(v) {
            Kind::Unknown => {
                let is_matrix = self.function.types.is_matrix(self.function.ty(v));
                self.returned.contains(&v) && !is_matrix
            }
            kind => self.function.types.holds_vectors(&kind),
        }
    }

    pub fn used(&self, v: Value) -> bool {
        self.uses.get(&v).is_some_and(|n| *n > 0)
    }

    /// The scalar type, where it has a name.
    pub fn scalar_ty(&self) -> TokenStream {
        scalar_ty(self.scalar)
    }

    /// A value as it is, moved where this is its only use.
    pub fn plain(&self, v: Value) -> TokenStream {
        let rt = &self.rt;
        let name = names::value(v);
        if self.undefined.contains(&v) {
            return self.undefined(v, false);
        }
        if self.references.contains(&v) {
            return quote!(#rt::ToOwned::to_owned(#name));
        }
        let moved = self.function.is_scalar(v) || self.uses.get(&v) == Some(&1);
        if moved {
            quote!(#name)
        } else {
            quote!(::core::clone::Clone::clone(&#name))
        }
    }

    /// A value as an operand of differentiated code.
    pub fn active(&self, v: Value) -> TokenStream {
        if self.undefined.contains(&v) {
            return self.undefined(v, true);
        }
        let value = self.plain(v);
        if self.plan.varied(v) || !self.generic() {
            return value;
        }
        self.lift(v, value)
    }

    /// An operand, of which the compiler is asked whether it is a number where the macro cannot know.
    fn known(&self, result: Value, v: Value, value: TokenStream, span: Span) -> TokenStream {
        let rt = &self.rt;
        match self.function.kind(v) {
            Kind::Unknown if self.plan.varied(result) => {
                let operand = Ident::new("operand", span.resolved_at(Span::mixed_site()));
                quote_spanned!(span=> #rt::#operand({ #value }))
            }
            _ => value,
        }
    }

    /// What nothing reads, with its type: it may be asked for a method before anything else says what it is.
    fn undefined(&self, v: Value, varied: bool) -> TokenStream {
        let rt = &self.rt;
        match self.type_known(self.function.ty(v), varied) {
            Some(ty) => quote!(<#ty as #rt::Undefined>::undefined()),
            None => quote!(#rt::Undefined::undefined()),
        }
    }

    /// A type as far as it is known; nothing where rustc has to infer it.
    fn type_known(&self, ty: Ty, varied: bool) -> Option<TokenStream> {
        let rt = &self.rt;
        let part = |ty: &Ty| self.type_known(*ty, varied).unwrap_or_else(|| quote!(_));
        match self.function.types.kind(ty) {
            Kind::Float if varied => Some(self.scalar_ty()),
            Kind::Float => self.scalar.float().map(|float| {
                let float = Ident::new(float, Span::call_site());
                quote!(#rt::#float)
            }),
            Kind::Array(element) => {
                let element = self.type_known(element, varied)?;
                Some(quote!([#element; _]))
            }
            Kind::Vec(element) => {
                let element = part(&element);
                Some(quote!(#rt::Vec<#element>))
            }
            Kind::Tuple(parts) => {
                let parts = parts.iter().map(part);
                Some(quote!((#(#parts,)*)))
            }
            Kind::Plain if self.function.types.is_index(ty) => {
                Some(quote!(::core::primitive::usize))
            }
            Kind::Plain | Kind::Slice(_) | Kind::Unknown => None,
        }
    }

    fn lift(&self, v: Value, value: TokenStream) -> TokenStream {
        let rt = &self.rt;
        let scalar = self.scalar_ty();
        match (self.function.kind(v), self.scalar.float()) {
            (Kind::Float, Some("f64")) => quote!(<#scalar as #rt::Real>::from_f64(#value)),
            (Kind::Plain, _) => value,
            _ if self.nothing.contains(&v) => value,
            _ => quote!(#rt::LiftTo::<#scalar>::lift_to(#value)),
        }
    }

    /// A float that stays one where the code is run at numbers that carry derivatives.
    pub fn is_constant(&self, v: Value) -> bool {
        self.generic()
            && !self.plan.varied(v)
            && self.function.is_float(v)
            && self.scalar.float() == Some("f64")
            && !self.undefined.contains(&v)
    }

    /// A number times a constant, by a method of `Real`.
    pub fn scaled(&self, number: TokenStream, factor: Value) -> TokenStream {
        let (rt, factor) = (&self.rt, self.plain(factor));
        quote!(#rt::Real::__scaled(#number, #factor))
    }

    /// A value as an operand of code without derivatives: its primal part.
    pub fn inert(&self, v: Value) -> TokenStream {
        let value = self.plain(v);
        if !self.plan.varied(v) || !self.generic() {
            return value;
        }
        self.value_part(v, value)
    }

    fn value_part(&self, v: Value, value: TokenStream) -> TokenStream {
        let rt = &self.rt;
        match (self.function.kind(v), self.scalar.float()) {
            (Kind::Plain, _) => value,
            (Kind::Float, Some("f64")) => quote!(#rt::Real::value(#value)),
            (_, Some("f32")) => quote!(#rt::Primal::<#rt::f32>::primal(&#value)),
            _ => quote!(#rt::Primal::<#rt::f64>::primal(&#value)),
        }
    }

    /// As the target wants it.
    pub fn fitting(&self, target: Value, v: Value) -> TokenStream {
        if self.plan.varied(target) {
            self.active(v)
        } else {
            self.plain(v)
        }
    }

    /// A place that is read.
    pub fn place(&self, place: &Place) -> TokenStream {
        self.accessed(place, Access::Shared)
    }

    /// A place that is written to.
    pub fn place_mut(&self, place: &Place) -> TokenStream {
        self.accessed(place, Access::Exclusive)
    }

    fn accessed(&self, place: &Place, access: Access) -> TokenStream {
        let name = names::value(place.root);
        let root = if self.references.contains(&place.root) {
            quote!((*#name))
        } else {
            name.into_token_stream()
        };
        self.steps(root, &place.path, access)
    }

    pub fn steps(&self, root: TokenStream, path: &[Step], access: Access) -> TokenStream {
        let rt = &self.rt;
        let mut tokens = root;
        for step in path {
            tokens = match step {
                Step::Index(i) => {
                    let i = self.plain(*i);
                    quote!(#tokens[#i])
                }
                Step::Element(k) => {
                    let k = proc_macro2::Literal::usize_unsuffixed(*k);
                    quote!(#tokens[#k])
                }
                Step::Field(member) => quote!(#tokens.#member),
                Step::Variant {
                    path: Written(path),
                    member,
                } => {
                    let part = names::ours("part");
                    let exclusive = access.token();
                    quote!((*match &#exclusive #tokens {
                        #path { #member: #part, .. } => #part,
                        _ => #rt::other_variant(),
                    }))
                }
                Step::Deref => quote!((*#tokens)),
                Step::Entries => match access {
                    Access::Shared => quote!((*#tokens.as_slice())),
                    Access::Exclusive => quote!((*#tokens.as_mut_slice())),
                },
                Step::Slice {
                    low,
                    high,
                    inclusive,
                } => {
                    let low = low.map(|v| self.plain(v));
                    let high = high.map(|v| self.plain(v));
                    if *inclusive {
                        quote!(#tokens[#low..=#high])
                    } else {
                        quote!(#tokens[#low..#high])
                    }
                }
            };
        }
        tokens
    }

    /// The statements of a region.
    pub fn stmts(&self, region: &Region) -> TokenStream {
        self.list(&region.stmts)
    }

    pub fn list(&self, stmts: &[Stmt]) -> TokenStream {
        // Joined in one go: joining is left to the compiler, and asking it takes its time.
        let mut printed = Vec::new();
        let mut k = 0;
        while let Some(stmt) = stmts.get(k) {
            k += 1;
            // A variable and its first value in one.
            if let (
                Op::Local,
                [local],
                Some(Stmt {
                    results: _,
                    op: Op::Store(p, v),
                    span: _,
                }),
            ) = (&stmt.op, stmt.results.as_slice(), stmts.get(k))
                && p.path.is_empty()
                && p.root == *local
            {
                let (name, value) = (names::value(*local), self.fitting(*local, *v));
                printed.push(quote!(let mut #name = #value;));
                k += 1;
                continue;
            }
            // What is reset next is taken.
            if let (
                Op::Begin {
                    value,
                    with: Contribution::Place(p),
                },
                Some(Stmt {
                    results: _,
                    op: Op::Reset(reset, zero),
                    span: _,
                }),
            ) = (&stmt.op, stmts.get(k))
                && p == reset
                && let Some(taken) = self.taken(*value, p, zero)
            {
                printed.push(taken);
                k += 1;
                continue;
            }
            // A type that may have no value to begin with.
            if let (Op::Local, [local]) = (&stmt.op, stmt.results.as_slice())
                && self.function.kind(*local) == Kind::Unknown
                && !self.plan.varied(*local)
                && assigned_first(&stmts[k..], *local)
            {
                let name = names::value(*local);
                printed.push(quote!(let mut #name;));
                continue;
            }
            printed.push(self.stmt(stmt));
        }
        printed.into_iter().collect()
    }

    fn stmt(&self, stmt: &Stmt) -> TokenStream {
        let Stmt { results, op, span } = stmt;
        match op {
            Op::If {
                cond,
                then,
                otherwise,
            } => self.if_(*cond, then, otherwise, results),
            Op::Loop(l) => self.loop_(l, results),
            Op::Undefined => TokenStream::new(),
            op => match self.effect(op, results, *span) {
                Some(tokens) => tokens,
                None => self.binding(results[0], op, *span),
            },
        }
    }

    fn binding(&self, result: Value, op: &Op, span: Span) -> TokenStream {
        if !self.used(result) && op.is_pure() {
            return TokenStream::new();
        }
        let expr = self.expr(result, op, span);
        let name = names::value(result);
        let ascribed = self
            .function
            .ascribed
            .get(&result)
            .filter(|_| !self.plan.varied(result) || !self.generic());
        let ascribed = match op {
            _ if ascribed.is_some() => ascribed.map(ToTokens::to_token_stream),
            Op::Local | Op::NewVec { .. } => {
                self.type_known(self.function.ty(result), self.plan.varied(result))
            }
            _ => None,
        };
        let ascribed = ascribed.map(|ty| quote!(: #ty));
        // A cell may be written to in place.
        if self.function.locals.contains(&result) {
            quote!(let mut #name #ascribed = #expr;)
        } else {
            quote!(let #name #ascribed = #expr;)
        }
    }

    fn expr(&self, result: Value, op: &Op, span: Span) -> TokenStream {
        let rt = &self.rt;
        let varied = self.plan.varied(result);
        let operand = |v: &Value| {
            if varied {
                self.active(*v)
            } else {
                self.plain(*v)
            }
        };
        match op {
            Op::Literal(tokens) if varied && self.generic() => self.lift(result, tokens.clone()),
            Op::Literal(tokens) => tokens.clone(),
            Op::Opaque {
                code,
                captures,
                pure: _,
            } => {
                let code = self.opaque(code, captures, false);
                if varied && self.generic() {
                    self.lift(result, code)
                } else {
                    code
                }
            }
            Op::Identity { sum } => {
                let function = if *sum {
                    quote!(sum_identity)
                } else {
                    quote!(product_identity)
                };
                let ty = match (self.function.kind(result), varied, self.scalar.float()) {
                    (Kind::Plain, _, _) => return if *sum { quote!(0) } else { quote!(1) },
                    (_, true, _) => self.scalar_ty(),
                    (_, false, Some("f32")) => quote!(#rt::f32),
                    (_, false, Some(_)) => quote!(#rt::f64),
                    (_, false, None) => self.scalar_ty(),
                };
                quote!(#rt::#function::<#ty>())
            }
            Op::Neg(v) => {
                let v = self.known(result, *v, operand(v), span);
                quote_spanned!(span=> -#v)
            }
            Op::Arith(Arith::Mul, a, b)
                if self.is_constant(*a) != self.is_constant(*b) && varied =>
            {
                let (factor, active) = if self.is_constant(*a) { (a, b) } else { (b, a) };
                let active = self.known(result, *active, operand(active), span);
                self.scaled(active, *factor)
            }
            // Of numbers with tangents that is less than a product.
            Op::Arith(Arith::Mul, a, b)
                if a == b && varied && self.generic() && self.function.is_float(*a) =>
            {
                let a = operand(a);
                quote!(#rt::Real::__square(#a))
            }
            Op::Arith(op, a, b) => {
                let op = symbol(*op, span);
                let (a, b) = (self.known(result, *a, operand(a), span), operand(b));
                quote!(#a #op #b)
            }
            Op::Plain { operator, operands } => {
                let values: Vec<_> = operands.iter().map(|v| self.inert(*v)).collect();
                match values.as_slice() {
                    [v] => quote!(#operator #v),
                    [a, b] => quote!((#a #operator #b)),
                    _ => quote!(),
                }
            }
            Op::Ask { code, captures } => self.opaque(code, captures, true),
            Op::Query { method, operands } => {
                let values: Vec<_> = operands.iter().map(|v| self.inert(*v)).collect();
                let (first, rest) = (&values[0], &values[1..]);
                let by_reference = matches!(
                    method.to_string().as_str(),
                    "total_cmp" | "partial_cmp" | "cmp" | "eq"
                );
                let rest = rest
                    .iter()
                    .map(|v| if by_reference { quote!(&#v) } else { v.clone() });
                let own = matches!(self.scalar, Scalar::Own(_))
                    && operands.iter().all(|v| self.function.is_float(*v));
                // The compiler may not know it yet, either: it has no methods then.
                let unknown = operands
                    .iter()
                    .all(|v| self.function.kind(*v) == Kind::Unknown);
                match method.to_string().as_str() {
                    "partial_cmp" if own || unknown => {
                        quote!(::core::cmp::PartialOrd::partial_cmp(&#first, #(#rest),*))
                    }
                    "eq" if own => quote!(::core::cmp::PartialEq::eq(&#first, #(#rest),*)),
                    "total_cmp" if own || unknown => {
                        quote!(#rt::Real::total_cmp(&#first, #(#rest),*))
                    }
                    _ if own => quote!(#rt::Real::#method(#first, #(#rest),*)),
                    // Of integers, whatever other traits have methods of these names.
                    "cmp" if rest.len() == 1 => {
                        quote!(::core::cmp::Ord::cmp(&#first, #(#rest),*))
                    }
                    "min" | "max" if rest.len() == 1 => {
                        quote!(::core::cmp::Ord::#method(#first, #(#rest),*))
                    }
                    _ => quote!((#first).#method(#(#rest),*)),
                }
            }
            Op::Cast { value, ty } => self.cast(*value, ty, varied),
            Op::Matches {
                place,
                pattern,
                reference,
            } => {
                let scrutinee = if place.path.is_empty() && self.function.is_scalar(place.root) {
                    self.inert(place.root)
                } else {
                    let tokens = self.place(place);
                    let varied = self.plan.varied(place.root) && self.generic();
                    match self.function.kind_of(place) {
                        Kind::Float if varied => self.value_part_of_float(tokens),
                        _ if *reference => quote!(&#tokens),
                        _ => tokens,
                    }
                };
                quote!(::core::matches!(#scrutinee, #pattern))
            }
            Op::Apply { row, args } => {
                let args: Vec<_> = args
                    .iter()
                    .enumerate()
                    .map(|(k, v)| match (varied, row.integer.contains(&k)) {
                        (_, true) => self.plain(*v),
                        (true, false) => self.active(*v),
                        (false, false) => self.inert(*v),
                    })
                    .collect();
                let (first, rest) = (&args[0], &args[1..]);
                if row.name == "rem" {
                    return quote!(#first % #(#rest)*);
                }
                let name = Ident::new(row.name, span);
                // In code over the user's own number only the trait has it for sure.
                let ours = varied
                    || matches!(self.scalar, Scalar::Own(_)) && self.function.is_float(result);
                if ours {
                    quote!(#rt::Real::#name(#(#args),*))
                } else {
                    quote!((#first).#name(#(#rest),*))
                }
            }
            Op::Stop { value: v, path } => {
                let value = self.plain(*v);
                let value = if self.plan.varied(*v) && self.generic() {
                    self.value_part(*v, value)
                } else {
                    value
                };
                // By its name it is ours: the compiler says whether it really is.
                let path = companion_path(path);
                quote!({
                    let _: () = #path::__AUTODIFF;
                    #value
                })
            }
            Op::Aggregate(container, values) => {
                let values = values.iter().map(operand);
                match container {
                    Container::Array => quote!([#(#values),*]),
                    Container::Vec => quote!(#rt::Vec::from([#(#values),*])),
                    Container::Tuple => quote!((#(#values,)*)),
                }
            }
            Op::Repeat {
                value,
                count,
                container,
            } => {
                let value = operand(value);
                let count = match count {
                    Count::Constant(tokens) => tokens.clone(),
                    Count::Value(v) => self.plain(*v),
                };
                match container {
                    Container::Vec => quote!(#rt::vec_of(#value, #count)),
                    Container::Array | Container::Tuple => quote!([#value; #count]),
                }
            }
            Op::Construct { path, fields, rest } => {
                let fields = fields.iter().map(|(member, v)| {
                    let value = operand(v);
                    quote!(#member: #value)
                });
                let rest = rest.as_ref().map(|p| {
                    let place = self.place(p);
                    quote!(..::core::clone::Clone::clone(&#place))
                });
                quote!(#path { #(#fields,)* #rest })
            }
            Op::Blank {
                count: _,
                like: Some(array),
            } => {
                let array = self.place(array);
                quote!(#rt::blank_like(&#array))
            }
            Op::Blank { count, like: None } => {
                let count = count.as_ref().map(|n| quote!(::<_, #n, _>));
                quote!(::core::array::from_fn #count (|_| #rt::Undefined::undefined()))
            }
            Op::NewVec { capacity: None } => quote!(#rt::Vec::new()),
            Op::NewVec { capacity: Some(n) } => {
                let n = self.plain(*n);
                quote!(#rt::Vec::with_capacity(#n))
            }
            Op::Load(p) | Op::Copy(p) => self.load(result, p),
            Op::Shape(p) => {
                let place = self.place(p);
                let shape = quote!(#rt::shape(&#place));
                // A struct without a derivative is an error where it is built.
                match self.built.get(&p.root) {
                    Some(span) => names::at(*span, shape),
                    None => shape,
                }
            }
            Op::Len(p) => {
                let place = self.place(p);
                let answer = Ident::new("answer", span.resolved_at(Span::mixed_site()));
                match self.function.kind(p.root) {
                    Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) if p.path.is_empty() => {
                        quote!(#place.len())
                    }
                    // It may be a type of the user's, and its `len` a length.
                    _ => quote_spanned!(span=> #rt::#answer({ #place.len() })),
                }
            }
            Op::Pop(p) => {
                let place = self.place_mut(p);
                quote!(#place.pop().unwrap())
            }
            Op::Replace(p, v) => {
                let place = self.place_mut(p);
                let value = self.fitting(p.root, *v);
                quote!(::core::mem::replace(&mut #place, #value))
            }
            Op::Call {
                callee,
                args,
                keeps,
            } => match callee {
                Callee::Path(path) if self.makes_constant(result, args, *keeps) => {
                    self.constant_call(path, args)
                }
                _ => self.call(callee, args, *keeps),
            },
            Op::Local => quote!(#rt::Undefined::undefined()),
            _ => TokenStream::new(),
        }
    }

    fn value_part_of_float(&self, value: TokenStream) -> TokenStream {
        let rt = &self.rt;
        match self.scalar.float() {
            Some("f32") => quote!(#rt::Primal::<#rt::f32>::primal(&#value)),
            _ => quote!(#rt::Real::value(#value)),
        }
    }

    fn load(&self, result: Value, p: &Place) -> TokenStream {
        let rt = &self.rt;
        let place = self.place(p);
        let moved = self.moves.contains(&result) && !self.references.contains(&p.root);
        let value = match self.function.kind(result) {
            _ if moved => place,
            Kind::Float | Kind::Plain => place,
            Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_) | Kind::Unknown => {
                quote!(#rt::ToOwned::to_owned(&#place))
            }
        };
        if self.plan.varied(result) && !self.plan.varied(p.root) && self.generic() {
            return self.lift(result, value);
        }
        value
    }

    fn cast(&self, value: Value, ty: &syn::Type, varied: bool) -> TokenStream {
        let rt = &self.rt;
        if varied {
            let unclear = self.function.kind(value) == Kind::Unknown;
            return match self.scalar {
                // A float, or an integer field of a struct.
                Scalar::Generic(_) | Scalar::Concrete(_) if unclear => {
                    let (scalar, value) = (self.scalar_ty(), self.active(value));
                    quote!(#rt::CastTo::<#scalar>::cast_to(#value))
                }
                Scalar::Generic(_) | Scalar::Own(_) | Scalar::Concrete(_) => self.active(value),
                Scalar::Mixed => {
                    let value = self.plain(value);
                    quote!((#value as #ty))
                }
            };
        }
        let float = self.function.is_float(value) && matches!(self.scalar, Scalar::Own(_));
        let value = self.inert(value);
        if float {
            quote!((#rt::Real::value(#value) as #ty))
        } else {
            quote!((#value as #ty))
        }
    }

    /// Statements without a value; nothing if it is an expression.
    fn effect(&self, op: &Op, results: &[Value], span: Span) -> Option<TokenStream> {
        let rt = &self.rt;
        Some(match op {
            Op::Effect { code, captures } => {
                let code = self.opaque(code, captures, true);
                quote_spanned!(span=> #code;)
            }
            Op::Store(p, v) => {
                let place = self.place_mut(p);
                let value = self.fitting(p.root, *v);
                quote!(#place = #value;)
            }
            Op::Update(p, op, v) => {
                let place = self.place_mut(p);
                let value = self.fitting(p.root, *v);
                let value = self.known(p.root, *v, value, span);
                match op {
                    Arith::Sub => quote!(#place -= #value;),
                    Arith::Add | Arith::Mul | Arith::Div => quote!(#place += #value;),
                }
            }
            Op::Swap(p, q) => self.swap(&|p| self.place_mut(p), p, q),
            Op::Fill(p, v) => {
                let place = self.place_mut(p);
                let value = self.fitting(p.root, *v);
                quote!(#place.fill(#value);)
            }
            Op::CopyFrom(p, q) => {
                let (place, from) = (self.place_mut(p), self.place(q));
                if self.plan.varied(p.root) && !self.plan.varied(q.root) && self.generic() {
                    let scalar = self.scalar_ty();
                    quote!(#place.clone_from_slice(&#rt::LiftTo::<#scalar>::lift_to(&#from[..])[..]);)
                } else {
                    quote!(#place.clone_from_slice(&#from[..]);)
                }
            }
            Op::Push(p, v) => {
                let place = self.place_mut(p);
                let value = self.fitting(p.root, *v);
                quote!(#place.push(#value);)
            }
            Op::Truncate(p, n) => {
                let (place, n) = (self.place_mut(p), self.plain(*n));
                quote!(#place.truncate(#n);)
            }
            Op::ReverseOrder(p) => {
                let place = self.place_mut(p);
                quote!(#place.reverse();)
            }
            Op::Rotate(p, n) => {
                let (place, n) = (self.place_mut(p), self.plain(*n));
                quote!(#place.rotate_left(#n);)
            }
            op => return self.adjoint_stmt(op, results),
        })
    }

    /// Two elements of one sequence change places, or two places apart.
    pub fn swap(&self, print: &dyn Fn(&Place) -> TokenStream, p: &Place, q: &Place) -> TokenStream {
        let number = |step: &Step| match step {
            Step::Index(i) => Some(self.plain(*i)),
            Step::Element(k) => {
                Some(proc_macro2::Literal::usize_unsuffixed(*k).into_token_stream())
            }
            Step::Slice { .. }
            | Step::Field(_)
            | Step::Variant { .. }
            | Step::Deref
            | Step::Entries => None,
        };
        if p.root == q.root
            && let (Some((i, p_path)), Some((j, q_path))) =
                (p.path.split_last(), q.path.split_last())
            && p_path == q_path
            && let (Some(i), Some(j)) = (number(i), number(j))
        {
            let whole = print(&Place {
                root: p.root,
                path: p_path.to_vec(),
            });
            return quote!(#whole[..].swap(#i, #j););
        }
        let (a, b) = (print(p), print(q));
        quote!(::core::mem::swap(&mut #a, &mut #b);)
    }

    /// Code taken over from the user's source, in which the user's names stand for values of ours.
    fn opaque(&self, code: &Code, captures: &[Capture], primal: bool) -> TokenStream {
        match code {
            Code::Expr(expr) => {
                let mut expr = (**expr).clone();
                let mut bindings = Vec::new();
                let mut replace = Replace { names: Vec::new() };
                for capture in captures {
                    let Capture {
                        name,
                        place,
                        reference,
                        exclusive,
                    } = capture;
                    let by_value = self.function.is_scalar(place.root)
                        && place.path.is_empty()
                        && !exclusive
                        && !reference;
                    if by_value {
                        let value = self.inert(place.root);
                        bindings.push(quote!(let #name = #value;));
                        continue;
                    }
                    let tokens = if *exclusive {
                        self.place_mut(place)
                    } else {
                        self.place(place)
                    };
                    let tokens = match (reference, exclusive) {
                        (false, _) => tokens,
                        (true, false) => quote!((&#tokens)),
                        (true, true) => quote!((&mut #tokens)),
                    };
                    replace.names.push((name.clone(), tokens));
                }
                walk::change(&mut expr, &mut |node| replace.look(node));
                if bindings.is_empty() {
                    quote!(#expr)
                } else {
                    quote!({ #(#bindings)* #expr })
                }
            }
            Code::Macro(tokens) => {
                let bindings = captures.iter().map(|c| self.shadow(c, primal));
                quote!({ #(#bindings)* #tokens })
            }
        }
    }

    /// A name of the user's, bound again for code that cannot be looked into.
    fn shadow(&self, capture: &Capture, primal: bool) -> TokenStream {
        let rt = &self.rt;
        let Capture {
            name,
            place,
            reference,
            exclusive: _,
        } = capture;
        if name == "self" {
            // It is there.
            return TokenStream::new();
        }
        let reference = reference.then(|| quote!(&));
        if self.function.is_scalar(place.root) && place.path.is_empty() {
            let value = if primal {
                self.inert(place.root)
            } else {
                self.plain(place.root)
            };
            return quote!(let #name = #reference #value;);
        }
        let tokens = self.place(place);
        let lifted = primal && self.plan.varied(place.root) && self.generic();
        match self.function.kind_of(place) {
            Kind::Float if lifted => {
                let value = self.value_part_of_float(tokens);
                quote!(let #name = #reference #value;)
            }
            Kind::Float | Kind::Plain => quote!(let #name = #reference #tokens;),
            _ if lifted => {
                let float = match self.scalar.float() {
                    Some("f32") => quote!(#rt::f32),
                    _ => quote!(#rt::f64),
                };
                quote!(let #name = &#rt::Primal::<#float>::primal(&#tokens);)
            }
            _ => quote!(let #name = &#tokens;),
        }
    }

    /// In code over the function's own type parameter, constants are of that type, too.
    pub fn is_own_number(&self, v: Value) -> bool {
        matches!(self.scalar, Scalar::Own(_))
            && self.function.types.holds_floats(self.function.ty(v))
    }

    pub fn argument(&self, argument: &Argument, owned: bool) -> TokenStream {
        let rt = &self.rt;
        match argument {
            Argument::Value(v) if owned || !(self.plan.varied(*v) || self.is_own_number(*v)) => {
                self.plain(*v)
            }
            Argument::Value(v) if self.undefined.contains(v) => {
                let value = self.plain(*v);
                quote!(&#value)
            }
            Argument::Value(v) => {
                let name = self.place(&Place::whole(*v));
                quote!(&#name)
            }
            Argument::Owned(p) if owned => {
                let place = self.place(p);
                quote!(#rt::ToOwned::to_owned(&#place))
            }
            Argument::Owned(p) | Argument::Shared(p) => {
                let place = self.place(p);
                quote!(&#place)
            }
            Argument::Exclusive(p) => {
                let place = self.place_mut(p);
                quote!(&mut #place)
            }
        }
    }

    /// A call of a function of the user's that makes a number of the function's own type of constants: it may need the traits
    /// of `num_traits`, which only the innermost float is known to have.
    fn makes_constant(&self, result: Value, args: &[Argument], keeps: bool) -> bool {
        let varied = args.iter().any(|a| self.plan.varied(a.root()));
        self.foreign && !keeps && !varied && self.function.is_float(result)
    }

    fn constant_call(&self, path: &syn::Path, args: &[Argument]) -> TokenStream {
        let rt = &self.rt;
        let (Scalar::Own(number) | Scalar::Generic(number) | Scalar::Concrete(number)) =
            self.scalar
        else {
            return self.call(&Callee::Path(path.clone()), args, false);
        };
        let mut path = path.clone();
        let base: syn::Type = syn::parse_quote!(<#number as #rt::Real>::Base);
        for segment in &mut path.segments {
            if let syn::PathArguments::AngleBracketed(arguments) = &mut segment.arguments {
                for argument in &mut arguments.args {
                    if let syn::GenericArgument::Type(ty) = argument {
                        super::signature::substitute(ty, number, &base);
                    }
                }
            }
        }
        let args = args.iter().map(|a| {
            let tokens = self.argument(a, true);
            match a {
                Argument::Value(v) if self.function.is_float(*v) => {
                    quote!(#rt::Real::base(#tokens))
                }
                _ => tokens,
            }
        });
        quote!(<#number as #rt::Real>::from_base(#path(#(#args),*)))
    }

    fn call(&self, callee: &Callee, args: &[Argument], keeps: bool) -> TokenStream {
        let rt = &self.rt;
        let varied = keeps
            || args.iter().any(|a| self.plan.varied(a.root()))
            || callee.receiver().is_some_and(|v| self.plan.varied(v))
            || matches!(
                callee,
                Callee::Operation {
                    native: Native::Never,
                    ..
                }
            );
        if !varied {
            let args = args.iter().map(|a| self.argument(a, true));
            return match callee {
                Callee::Path(path) => quote!(#path(#(#args),*)),
                Callee::Operation { native, .. } => self.native(native, args.collect()),
                Callee::Method {
                    receiver,
                    exclusive,
                    name,
                } => {
                    let receiver = if *exclusive {
                        self.place_mut(receiver)
                    } else {
                        self.place(receiver)
                    };
                    quote!((#receiver).#name(#(#args),*))
                }
                Callee::Changing(name) => {
                    let args: Vec<_> = args.collect();
                    match args.as_slice() {
                        [own, rest @ ..] => quote!((*#own).#name(#(#rest),*)),
                        [] => TokenStream::new(),
                    }
                }
            };
        }

        let tie = self.tie(callee, args);
        let of_library = self.of_library(callee, args);
        let (function, args) = match (callee, args) {
            (Callee::Changing(name), [Argument::Exclusive(own), rest @ ..]) => {
                let function = if keeps { "forward_mut" } else { "eval_mut" };
                let (own, name) = (self.place_mut(own), names::sibling(name, function));
                (quote!((#own).#name), rest)
            }
            _ => {
                let function = if keeps { "forward" } else { "eval" };
                (self.callee(callee, function), args)
            }
        };
        let args = args.iter().map(|a| {
            let root = a.root();
            if self.plan.varied(root) || self.is_own_number(root) {
                let tokens = self.argument(a, false);
                quote!(#rt::Active(#tokens))
            } else if let Callee::Operation { .. } = callee {
                let operand = self.constant_operand(a);
                quote!(#rt::Const(#operand))
            } else {
                self.constant(a)
            }
        });
        let scalar = match self.scalar {
            Scalar::Mixed => quote!(#rt::f64),
            _ => self.scalar_ty(),
        };
        let call = if keeps {
            let stack = names::ours("stack");
            quote!(#function(#stack, #(#args),*))
        } else {
            quote!(#function(#(#args),*))
        };
        let call = at_callee(callee, call);
        quote!(#rt::Outcome::<#scalar>::outcome({ #tie #of_library #call }))
    }

    /// Compiles where the file has told the truth: the operand is a matrix of a library, whose operators may run twice.
    fn of_library(&self, callee: &Callee, args: &[Argument]) -> Option<TokenStream> {
        let rt = &self.rt;
        let Callee::Operation {
            of_library: true, ..
        } = callee
        else {
            return None;
        };
        let told: Vec<_> = args
            .iter()
            .map(Argument::place)
            .filter(|p| !p.path.is_empty() && self.function.kind_of(p) == Kind::Unknown)
            .map(|p| self.place(&p))
            .collect();
        (!told.is_empty()).then(|| quote!(if false { #(#rt::operations::of_library(&#told);)* }))
    }

    /// An operation as the user wrote it.
    fn native(&self, native: &Native, operands: Vec<TokenStream>) -> TokenStream {
        match (native, operands.as_slice()) {
            (Native::Infix(operator), [a, b]) => quote!((#a #operator #b)),
            (Native::Assign(operator), [a, b]) => {
                let left = names::ours("left");
                quote!({ let mut #left = #a; #left #operator #b; #left })
            }
            (Native::Prefix(operator), [a]) => quote!((#operator #a)),
            (Native::Method(method), [receiver, rest @ ..]) => {
                quote!((#receiver).#method(#(#rest),*))
            }
            _ => TokenStream::new(),
        }
    }

    /// A constant operand of an operation: a reference to a number of the kind that the others are made of, or to a value.
    pub fn constant_operand(&self, argument: &Argument) -> TokenStream {
        match argument {
            Argument::Value(v) if self.generic() => {
                let value = self.active(*v);
                quote!(&#value)
            }
            Argument::Owned(p) | Argument::Shared(p) if self.generic() => {
                let (rt, scalar, place) = (&self.rt, self.scalar_ty(), self.place(p));
                let value = quote!(::core::clone::Clone::clone(&#place));
                quote!(&#rt::LiftTo::<#scalar>::lift_to(#value))
            }
            Argument::Value(v) if self.undefined.contains(v) => {
                let value = self.plain(*v);
                quote!(&#value)
            }
            Argument::Value(v) => {
                let place = self.place(&Place::whole(*v));
                quote!(&#place)
            }
            other => self.argument(other, false),
        }
    }

    /// An argument that does not depend on a differentiable input.
    pub fn constant(&self, argument: &Argument) -> TokenStream {
        let rt = &self.rt;
        let plain = !self
            .function
            .types
            .holds_floats(self.function.ty(argument.root()));
        let tokens = self.argument(argument, plain);
        if self.is_unclear(argument) && matches!(self.scalar, Scalar::Own(_)) {
            return quote!(#rt::Unclear(#tokens));
        }
        quote!(#rt::Const(#tokens))
    }

    /// A constant that a function returned, of a type that nothing here says.
    fn is_unclear(&self, argument: &Argument) -> bool {
        let root = argument.root();
        self.returned.contains(&root)
            && !self.plan.varied(root)
            && self.function.kind(root) == Kind::Unknown
    }

    /// The call as the user wrote it, never run: it says the type of a constant that a generic function returned.
    fn tie(&self, callee: &Callee, args: &[Argument]) -> Option<TokenStream> {
        let rt = &self.rt;
        let Callee::Path(path) = callee else {
            return None;
        };
        if !args.iter().any(|a| self.is_unclear(a)) {
            return None;
        }
        let args = args.iter().map(|a| match a {
            Argument::Value(v) if self.function.is_float(*v) => {
                let own = matches!(self.scalar, Scalar::Own(_));
                let ty = self.type_known(self.function.ty(*v), own);
                match ty {
                    Some(ty) => quote!(#rt::any::<#ty>()),
                    None => quote!(#rt::any()),
                }
            }
            Argument::Value(v) if !self.plan.varied(*v) => {
                let place = self.place(&Place::whole(*v));
                quote!(#rt::any_like(&#place))
            }
            Argument::Shared(p) if !self.plan.varied(p.root) => {
                let place = self.place(p);
                quote!(#rt::any_like(&&#place))
            }
            _ => quote!(#rt::any()),
        });
        Some(quote!(if false { let _ = #path(#(#args),*); }))
    }

    /// A function of a companion.
    pub fn callee(&self, callee: &Callee, function: &str) -> TokenStream {
        match callee {
            Callee::Path(path) => {
                let mut path = companion_path(path);
                let associated = ir::is_associated(&path);
                match path.segments.last_mut() {
                    Some(last) if associated => {
                        last.ident = names::sibling(&last.ident, function);
                        quote!(#path)
                    }
                    _ => {
                        let function = Ident::new(function, Span::call_site());
                        quote!(#path::#function)
                    }
                }
            }
            Callee::Operation { name, .. } => {
                let rt = &self.rt;
                let function = Ident::new(function, Span::call_site());
                quote!(#rt::operations::#name::#function)
            }
            Callee::Method { receiver, name, .. } => {
                let (receiver, name) = (self.place(receiver), names::sibling(name, function));
                quote!((#receiver).#name)
            }
            Callee::Changing(name) => names::sibling(name, function).into_token_stream(),
        }
    }

    /// What a branch hands out; moved, if it has made it.
    fn yields(&self, results: &[Value], region: &Region) -> TokenStream {
        let once = |v: &Value| region.yields.iter().filter(|y| *y == v).count() == 1;
        let values: Vec<_> = results
            .iter()
            .zip(&region.yields)
            .map(|(r, y)| {
                let own = region.stmts.iter().any(|s| s.results.contains(y));
                let as_it_is = !self.generic() || self.plan.varied(*r) == self.plan.varied(*y);
                let special = self.references.contains(y) || self.undefined.contains(y);
                if own && once(y) && as_it_is && !special {
                    names::value(*y).into_token_stream()
                } else {
                    self.fitting(*r, *y)
                }
            })
            .collect();
        match values.as_slice() {
            [] => TokenStream::new(),
            [one] => one.clone(),
            many => quote!((#(#many),*)),
        }
    }

    fn if_(
        &self,
        cond: Value,
        then: &Region,
        otherwise: &Region,
        results: &[Value],
    ) -> TokenStream {
        let cond = self.plain(cond);
        let (then_stmts, else_stmts) = (self.stmts(then), self.stmts(otherwise));
        let (then_yields, else_yields) =
            (self.yields(results, then), self.yields(results, otherwise));
        let names: Vec<_> = results.iter().map(|v| names::value(*v)).collect();
        let pattern = match names.as_slice() {
            [] => {
                if else_stmts.is_empty() {
                    return quote!(if #cond { #then_stmts });
                }
                return quote!(if #cond { #then_stmts } else { #else_stmts });
            }
            [one] => quote!(#one),
            many => quote!((#(#many),*)),
        };
        quote!(let #pattern = if #cond { #then_stmts #then_yields } else { #else_stmts #else_yields };)
    }

    pub fn range(&self, range: &Range) -> TokenStream {
        let (low, high) = (self.plain(range.low), self.plain(range.high));
        let mut tokens = if range.inclusive {
            quote!(#low..=#high)
        } else {
            quote!(#low..#high)
        };
        for adapter in &range.adapters {
            tokens = match adapter {
                Adapter::Rev => quote!(::core::iter::Iterator::rev(#tokens)),
                Adapter::StepBy(step) => {
                    let step = self.plain(*step);
                    quote!(::core::iter::Iterator::step_by(#tokens, #step))
                }
            };
        }
        tokens
    }

    /// The end of a loop's body in a function of many loops: a way out that is never taken.
    ///
    /// The borrow checker goes through the blocks in order, and again through all that follows where it learns something new. `for` is left at
    /// the top: what the body has made known comes there by the way back, and goes through the rest of the function once more, for each loop.
    /// If the body's end leads out, too, all is known the first time; and nothing may be learned between it and the way back.
    pub fn again(&self) -> Option<TokenStream> {
        (self.loops > FEW_LOOPS).then(|| quote!(if false { break; } continue;))
    }

    fn loop_(&self, l: &Loop, results: &[Value]) -> TokenStream {
        let carried = &results[1..];
        let start = carried.iter().zip(&l.init).map(|(r, init)| {
            let (name, init) = (names::value(*r), self.fitting(*r, *init));
            quote!(let mut #name = #init;)
        });
        let enter = carried.iter().zip(l.carried_params()).map(|(r, param)| {
            let (name, param) = (names::value(*r), names::value(*param));
            quote!(let #param = #name;)
        });
        let body = self.stmts(&l.body);
        let next = carried.iter().zip(l.carried_yields()).map(|(r, y)| {
            let (name, y) = (names::value(*r), self.fitting(*r, *y));
            quote!(#name = #y;)
        });
        let trips = names::value(results[0]);
        let (count_start, count_next) = if self.used(results[0]) {
            (quote!(let mut #trips = 0usize;), quote!(#trips += 1usize;))
        } else {
            Default::default()
        };
        let leave = l.conditional.then(|| {
            let go = self.plain(l.body.yields[0]);
            quote!(if !#go { break; })
        });
        let again = self.again();
        let head = match &l.kind {
            LoopKind::For(range) => {
                let item = names::value(l.body.params[0]);
                let range = self.range(range);
                quote!(for #item in #range)
            }
            LoopKind::While => quote!(loop),
            LoopKind::Countdown(n) => {
                let n = self.plain(*n);
                quote!(for _ in 0usize..#n)
            }
        };
        quote! {
            #(#start)*
            #count_start
            #head {
                #(#enter)*
                #body
                #count_next
                #(#next)*
                #leave
                #again
            }
        }
    }
}

/// Puts places of ours in the place of names of the user's.
struct Replace {
    names: Vec<(Ident, TokenStream)>,
}

impl Replace {
    fn look(&mut self, node: NodeMut<'_>) -> Go {
        let NodeMut::Expr(expr) = node else {
            return Go::In;
        };
        match expr {
            syn::Expr::Path(path) => {
                let Some(ident) = path.path.get_ident() else {
                    return Go::In;
                };
                let mut names = self.names.iter();
                if let Some((_, tokens)) = names.find(|(n, _)| crate::lower::same(n, ident)) {
                    *expr = syn::Expr::Verbatim(tokens.clone());
                    return Go::Past;
                }
            }
            // `P { x }` becomes `P { x: place }`.
            syn::Expr::Struct(e) => {
                for field in &mut e.fields {
                    field.colon_token.get_or_insert_with(Default::default);
                }
            }
            syn::Expr::Closure(closure) => {
                // Its parameters hide names of ours.
                let hidden: Vec<Ident> = closure.inputs.iter().flat_map(walk::bound).collect();
                let names = self.names.clone();
                self.names.retain(|(n, _)| !hidden.contains(n));
                walk::change_inside(expr, &mut |node| self.look(node));
                self.names = names;
                return Go::Past;
            }
            _ => {}
        }
        Go::In
    }
}

pub fn scalar_ty(scalar: &Scalar) -> TokenStream {
    match scalar {
        Scalar::Generic(_) => names::scalar().into_token_stream(),
        Scalar::Own(own) => own.into_token_stream(),
        Scalar::Concrete(float) => {
            let float = Ident::new(&float.to_string(), Span::call_site());
            quote!(::core::primitive::#float)
        }
        Scalar::Mixed => quote!(_),
    }
}

fn symbol(op: Arith, span: Span) -> TokenStream {
    match op {
        Arith::Add => quote_spanned!(span=> +),
        Arith::Sub => quote_spanned!(span=> -),
        Arith::Mul => quote_spanned!(span=> *),
        Arith::Div => quote_spanned!(span=> /),
    }
}

/// `g::<f64>` names the companion `g`.
pub fn companion_path(path: &syn::Path) -> syn::Path {
    let mut path = path.clone();
    if let Some(last) = path.segments.last_mut() {
        last.arguments = syn::PathArguments::None;
    }
    path
}
