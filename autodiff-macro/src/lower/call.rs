//! Calls of functions: annotated ones, those of std that have rules, local closures.

use super::place::Target;
use super::{Binding, Lowered, Lowerer};
use crate::errors::Problem;
use crate::ir::{Argument, Callee, Kind, Op, Place, Range, Step, Stmt, Value};
use autodiff_runtime::rules;
use proc_macro2::Span;
use quote::quote;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    pub(super) fn call(&mut self, e: &syn::ExprCall) -> Lowered {
        let syn::ExprCall {
            attrs: _,
            func,
            paren_token: _,
            args,
        } = e;
        let args: Vec<&syn::Expr> = args.iter().collect();
        let mut func = &**func;
        // An expression that a macro was given.
        while let syn::Expr::Group(group) = func {
            func = &group.expr;
        }
        let path = match func {
            syn::Expr::Path(path) => path,
            syn::Expr::Paren(p) => {
                if let Some(closure) = self.as_closure(&p.expr) {
                    let args = self.evaluated(&args);
                    return self.inline(&closure, args);
                }
                return self.opaque(&syn::Expr::Call(e.clone()));
            }
            _ => return self.opaque(&syn::Expr::Call(e.clone())),
        };
        if let Some(ident) = path.path.get_ident() {
            match self.lookup(ident) {
                Some(Binding::Closure(closure)) => {
                    let closure = closure.clone();
                    let args = self.evaluated(&args);
                    if args.iter().any(|a| matches!(a, Lowered::Never)) {
                        return Lowered::Never;
                    }
                    return self.inline(&closure, args);
                }
                Some(Binding::Place(place)) if self.functions.contains_key(&place.root) => {
                    let func = self.functions[&place.root].clone();
                    return self.call(&syn::ExprCall {
                        func: Box::new(syn::Expr::Path(func)),
                        ..e.clone()
                    });
                }
                Some(_) => return self.opaque(&syn::Expr::Call(e.clone())),
                None => {}
            }
            if let Some(imported) = crate::parse::imported(ident) {
                let path = syn::ExprPath {
                    path: imported,
                    ..path.clone()
                };
                return self.call(&syn::ExprCall {
                    func: Box::new(syn::Expr::Path(path)),
                    ..e.clone()
                });
            }
        }
        if path.qself.is_none()
            && let Some(lowered) = self.matrix_constructor(path, &args, e)
        {
            return lowered;
        }
        let mut segments: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|s| s.ident.to_string())
            .collect();
        if let Some(syn::QSelf {
            ty, position: 0, ..
        }) = &path.qself
            && let syn::Type::Path(owner) = &**ty
            && let Some(owner) = owner.path.get_ident()
        {
            // `<f64>::sqrt`
            segments.insert(0, owner.to_string());
        }
        let names: Vec<&str> = segments.iter().map(String::as_str).collect();
        if let Some(lowered) = self.known_call(&names, path, &args, e.span()) {
            return lowered;
        }
        self.user_call(path, &args, e)
    }

    /// Arguments, each as it is before the next is evaluated.
    fn evaluated(&mut self, args: &[&syn::Expr]) -> Vec<Lowered> {
        let mut evaluated = Vec::new();
        for (k, arg) in args.iter().enumerate() {
            let lowered = self.expr(arg);
            evaluated.push(self.before(lowered, &args[k + 1..], arg.span()));
        }
        evaluated
    }

    /// What is passed by value, as it is before other expressions are evaluated.
    pub(super) fn before(
        &mut self,
        lowered: Lowered,
        others: &[&syn::Expr],
        span: Span,
    ) -> Lowered {
        if others.iter().any(|e| super::opaque::changes_something(e)) {
            return self.snapshot(lowered, span);
        }
        lowered
    }

    /// Functions of std that the macro knows by name.
    fn known_call(
        &mut self,
        names: &[&str],
        path: &syn::ExprPath,
        args: &[&syn::Expr],
        span: Span,
    ) -> Option<Lowered> {
        let (last, owner) = names.split_last()?;
        let owner = owner.last().copied().unwrap_or_default();
        if names.len() == 2 {
            self.vouch(owner, span);
        }
        Some(match (owner, *last, args) {
            (_, "stop_gradient", [x]) => {
                let value = self.operand(x);
                let ty = self.function.ty(value);
                Lowered::Value(self.push(
                    Op::Stop {
                        value,
                        path: path.path.clone(),
                    },
                    ty,
                    span,
                ))
            }
            ("Vec", "new", []) => self.new_vec(None, span),
            ("Vec", "with_capacity", [n]) => {
                let n = self.operand(n);
                self.new_vec(Some(n), span)
            }
            ("Vec", "from", [x]) => {
                let value = self.expr(x);
                self.vector(value, span)
            }
            ("" | "Option", "Some", [x])
                if path
                    .path
                    .segments
                    .iter()
                    .all(|s| !crate::parse::is_defined(&s.ident)) =>
            {
                let some = self.integer(quote!(true), span);
                let payload = self.expr(x);
                let payload = match payload {
                    Lowered::Place(p) => Lowered::Value(self.read(p, span)),
                    other => other,
                };
                Lowered::Optional(some, Box::new(payload))
            }
            ("mem", "swap", [a, b]) => match (self.referent(a)?, self.referent(b)?) {
                (Target::Place(a), Target::Place(b)) => self.swap(a, b, span),
                (to_a, to_b) => {
                    let (a, b) = (self.referred(a), self.referred(b));
                    let (a, b) = (self.snapshot(a, span), self.snapshot(b, span));
                    self.store(to_a, b, span);
                    self.store(to_b, a, span);
                    Lowered::Unit
                }
            },
            ("mem", "replace", [a, b]) => {
                let target = self.referent(a)?;
                let old = self.referred(a);
                let old = self.snapshot(old, span);
                let new = self.expr(b);
                let new = self.snapshot(new, span);
                self.store(target, new, span);
                old
            }
            ("mem", "take", [a]) => {
                let target = self.referent(a)?;
                let old = self.referred(a);
                let old = self.snapshot(old, span);
                let empty = self.empty(&target, span);
                self.store(target, empty, span);
                old
            }
            ("array" | "", "from_fn", [f]) if matches!(f, syn::Expr::Closure(_)) => {
                return self.array_from_fn(path, f, None, span);
            }
            ("iter", "once", [x]) => {
                let value = self.part_of(x);
                let one = self.index_literal(1, span);
                Lowered::Chain(self.repeated_item(value, one, span))
            }
            ("iter", "zip", [a, b]) => {
                let zipped = syn::parse_quote_spanned!(span=> (#a).into_iter().zip(#b));
                self.expr(&zipped)
            }
            ("iter", "repeat", [x]) => {
                let value = self.part_of(x);
                let endless = self.integer(quote!(::core::primitive::usize::MAX), span);
                Lowered::Chain(self.repeated_item(value, endless, span))
            }
            ("iter", "repeat_n", [x, n]) => {
                let value = self.part_of(x);
                let count = self.operand(n);
                Lowered::Chain(self.repeated_item(value, count, span))
            }
            ("iter", "from_fn" | "successors", _) => {
                self.unsupported(path, "this source of items", "write a `for` loop")
            }
            ("", "drop", [x])
                if path
                    .path
                    .get_ident()
                    .is_some_and(|i| !crate::parse::is_function(i)) =>
            {
                let lowered = self.expr(x);
                self.discard(lowered);
                Lowered::Unit
            }
            (owner, last, args) if self.is_scalar_type(owner) => {
                return Some(match self.float_function(owner, last, args, span) {
                    Some(lowered) => lowered,
                    None => self.constructor(owner, last, path, args, span),
                });
            }
            _ => return None,
        })
    }

    /// What an argument `&mut x` refers to.
    fn referent(&mut self, arg: &syn::Expr) -> Option<Target> {
        match arg {
            syn::Expr::Reference(e) => self.target(&e.expr),
            other => self.target(other),
        }
    }

    fn referred(&mut self, arg: &syn::Expr) -> Lowered {
        let lowered = match arg {
            syn::Expr::Reference(e) => self.expr(&e.expr),
            other => self.expr(other),
        };
        self.dereferenced(lowered)
    }

    /// As it is now, whatever is written to its places later.
    pub(super) fn snapshot(&mut self, lowered: Lowered, span: Span) -> Lowered {
        match lowered {
            Lowered::Place(p) => Lowered::Value(self.read(p, span)),
            Lowered::Tuple(parts) => {
                Lowered::Tuple(parts.into_iter().map(|p| self.snapshot(p, span)).collect())
            }
            Lowered::Optional(some, payload) => {
                let payload = self.payload(some, *payload, span);
                Lowered::Optional(some, Box::new(self.snapshot(payload, span)))
            }
            other => other,
        }
    }

    /// The default of what a place holds.
    fn empty(&mut self, target: &Target, span: Span) -> Lowered {
        match target {
            Target::Place(place) => {
                let ty = self.place_ty(place);
                Lowered::Value(match self.function.types.kind(ty) {
                    Kind::Float => self.push(Op::Literal(quote!(0.0)), ty, span),
                    Kind::Vec(_) => self.push(Op::NewVec { capacity: None }, ty, span),
                    _ => {
                        let tokens = quote!(::core::default::Default::default());
                        self.push(Op::Literal(tokens), ty, span)
                    }
                })
            }
            Target::Tuple(parts) => {
                Lowered::Tuple(parts.iter().map(|part| self.empty(part, span)).collect())
            }
            Target::Optional(..) => {
                let none = self.integer(quote!(false), span);
                Lowered::Optional(none, Box::new(Lowered::Unit))
            }
            Target::Ignore => Lowered::Unit,
        }
    }

    /// A module or trait is known by its name alone: the compiler is asked whether it is the one we mean.
    fn vouch(&mut self, owner: &str, span: Span) {
        if !matches!(owner, "mem" | "Real" | "Float") {
            return;
        }
        let name = proc_macro2::Ident::new(owner, span);
        let code = match owner {
            "mem" => quote!(let _: bool = #name::needs_drop::<()>();),
            "Real" => quote!(let _ = <::core::primitive::f64 as #name>::__DEPTH;),
            "Float" => {
                quote!(let _: ::core::primitive::f64 = <::core::primitive::f64 as #name>::epsilon();)
            }
            _ => return,
        };
        self.effect(
            Op::Effect {
                code: crate::ir::Code::Macro(code),
                captures: Vec::new(),
            },
            span,
        );
    }

    pub(super) fn new_vec(&mut self, capacity: Option<Value>, span: Span) -> Lowered {
        let element = self.function.types.unknown();
        let ty = self.function.types.known(Kind::Vec(element));
        Lowered::Value(self.push(Op::NewVec { capacity }, ty, span))
    }

    /// `f64`, `f32`, the function's own `T`, or a trait that has their functions.
    fn is_scalar_type(&self, owner: &str) -> bool {
        matches!(owner, "f64" | "f32" | "Real" | "Float") || self.own_number(owner).is_some()
    }

    /// The function's own `T`, by its name or by that of a trait that makes numbers.
    fn own_number(&self, owner: &str) -> Option<&proc_macro2::Ident> {
        let crate::ast::Scalar::Own(own) = &self.source.scalar else {
            return None;
        };
        let by_trait = self.source.foreign
            && matches!(
                owner,
                "NumCast" | "FromPrimitive" | "FloatConst" | "Zero" | "One"
            );
        (own == owner || by_trait).then_some(own)
    }

    /// `T::zero()`, `T::from_f64(2.0)`, `f64::from_bits(..)`: a number made of something else.
    fn constructor(
        &mut self,
        owner: &str,
        name: &str,
        path: &syn::ExprPath,
        args: &[&syn::Expr],
        span: Span,
    ) -> Lowered {
        let ident = self.own_number(owner).cloned();
        let own = ident.is_some();
        let ident = ident.unwrap_or_else(|| proc_macro2::Ident::new(owner, span));
        let mut func = path.clone();
        // Code over any number does not know the traits of `num_traits`: what makes a constant is asked of the innermost float.
        let krate = self.source.options.krate.clone();
        let base = own && self.source.foreign && foreign_trait(name).is_some();
        if let (true, Some(name_of_trait)) = (base, foreign_trait(name)) {
            let (of_trait, last) = (
                proc_macro2::Ident::new(name_of_trait, span),
                path.path.segments.last().map(|s| s.ident.clone()),
            );
            func = syn::parse_quote!(
                <<#ident as #krate::__private::Real>::Base as #krate::__private::num_traits::#of_trait>::#last
            );
        }
        // The arguments are evaluated on their own: a length does not depend on what is measured.
        let mut named = Vec::new();
        let mut scope = Vec::new();
        for (k, arg) in args.iter().enumerate() {
            let name =
                proc_macro2::Ident::new(&format!("__autodiff_made_of{k}"), Span::mixed_site());
            let value = self.operand(arg);
            scope.push((name.clone(), Binding::Place(Place::whole(value))));
            named.push(if base && self.function.is_float(value) {
                quote!(#krate::__private::Real::base(#name))
            } else {
                quote!(#name)
            });
        }
        let call: syn::Expr = syn::parse_quote_spanned!(span=> #func(#(#named),*));
        self.scopes.push(scope);
        let lowered = self.opaque(&call);
        self.scopes.pop();
        // In `num_traits` a conversion gives an `Option`.
        let optional = own && self.source.foreign && (name == "from" || name.starts_with("from_"));
        if let Lowered::Value(v) = lowered {
            if own {
                let ty = self.function.ty(v);
                self.function.types.become_float(ty);
            }
            if let Some(Stmt {
                op:
                    Op::Opaque {
                        code,
                        captures: _,
                        pure,
                    },
                ..
            }) = self.region.stmts.last_mut()
            {
                *pure = true;
                if let crate::ir::Code::Expr(expr) = code {
                    if optional {
                        let conversion = (**expr).clone();
                        **expr = syn::parse_quote!(#conversion.unwrap());
                    }
                    if base {
                        let constant = (**expr).clone();
                        **expr = syn::parse_quote!(<#ident as #krate::__private::Real>::from_base(#constant));
                    }
                }
            }
            if optional {
                let some = self.integer(quote!(true), span);
                return Lowered::Optional(some, Box::new(Lowered::Value(v)));
            }
        }
        lowered
    }

    /// `f64::sin(x)` and the like.
    fn float_function(
        &mut self,
        owner: &str,
        name: &str,
        args: &[&syn::Expr],
        span: Span,
    ) -> Option<Lowered> {
        let own = self.own_number(owner).is_some();
        if name == "from" && args.len() == 1 && !own {
            let value = self.operand(args[0]);
            let ident = proc_macro2::Ident::new(owner, span);
            let ty = self.function.types.float();
            let from: syn::Type = syn::parse_quote!(#ident);
            if self.function.kind(value) == Kind::Float {
                return Some(Lowered::Value(self.push(
                    Op::Cast {
                        value,
                        ty: Box::new(from),
                    },
                    ty,
                    span,
                )));
            }
            let name = proc_macro2::Ident::new("__autodiff_value", Span::mixed_site());
            let code = syn::parse_quote!(<#from as ::core::convert::From<_>>::from(#name));
            let capture = crate::ir::Capture {
                name,
                place: Place::whole(value),
                reference: false,
                exclusive: false,
            };
            let op = Op::Opaque {
                code: crate::ir::Code::Expr(Box::new(code)),
                captures: vec![capture],
                pure: true,
            };
            return Some(Lowered::Value(self.push(op, ty, span)));
        }
        let (first, rest) = args.split_first()?;
        let known =
            rules::row(name).is_some() || name == "sin_cos" || super::method::is_query(name);
        if !known {
            return None;
        }
        let receiver = self.expr(first);
        let ty_value = self.value_of(receiver, span);
        let ty = self.function.ty(ty_value);
        self.function.types.become_float(ty);
        let ident = proc_macro2::Ident::new(name, span);
        self.float_method(ty_value, &ident, rest, span)
    }

    pub(super) fn swap(&mut self, a: Place, b: Place, span: Span) -> Lowered {
        let (ta, tb) = (self.place_ty(&a), self.place_ty(&b));
        self.function.types.unify(ta, tb);
        if matches!(self.function.types.kind(ta), Kind::Float | Kind::Plain) {
            // Scalars: two reads and two writes, so that variables stay values.
            let (x, y) = (self.copy_of(a.clone(), span), self.copy_of(b.clone(), span));
            self.effect(Op::Store(a, y), span);
            self.effect(Op::Store(b, x), span);
        } else if a.root == b.root {
            // Two parts of one cell cannot be borrowed at once.
            let (x, y) = (self.read(a.clone(), span), self.read(b.clone(), span));
            self.effect(Op::Store(a, y), span);
            self.effect(Op::Store(b, x), span);
        } else {
            self.effect(Op::Swap(a, b), span);
        }
        Lowered::Unit
    }

    fn copy_of(&mut self, place: Place, span: Span) -> Value {
        let ty = self.place_ty(&place);
        self.push(Op::Load(place), ty, span)
    }

    /// `std::array::from_fn(|i| …)`: an array that is written element by element.
    pub(super) fn array_from_fn(
        &mut self,
        path: &syn::ExprPath,
        f: &syn::Expr,
        wanted: Option<&syn::Expr>,
        span: Span,
    ) -> Option<Lowered> {
        let given = path.path.segments.last().and_then(|s| match &s.arguments {
            syn::PathArguments::AngleBracketed(args) => args.args.iter().nth(1).map(|a| quote!(#a)),
            _ => None,
        });
        let given = given.filter(|g| g.to_string() != "_");
        let count = wanted.map(|len| quote!({ #len })).or(given);
        let closure = self.as_closure(f)?;
        let element = self.function.types.unknown();
        let ty = self.function.types.known(Kind::Array(element));
        let array = self.push(Op::Blank { count, like: None }, ty, span);
        self.function.locals.insert(array);
        let place = Place::whole(array);
        let low = self.index_literal(0, span);
        let high = self.plain(Op::Len(place.clone()), span);
        let range = Range::new(low, high);
        self.build_loop(Some(range), None, span, &mut |cx, i| {
            let i = i.expect("bug in autodiff, please report: a counted loop without an index");
            let value = cx.inline(&closure, vec![Lowered::Value(i)]);
            cx.write(place.then(Step::Index(i)), value, span);
        });
        Some(Lowered::Value(array))
    }

    /// A call of a function of the user's.
    fn user_call(
        &mut self,
        path: &syn::ExprPath,
        args: &[&syn::Expr],
        e: &syn::ExprCall,
    ) -> Lowered {
        let of_trait = path.qself.as_ref().is_some_and(|q| q.as_token.is_some());
        if path.qself.is_some() && !of_trait || is_std(path) {
            return self.opaque(&syn::Expr::Call(e.clone()));
        }
        // A variant that holds references has no derivative, as the analysis checks.
        let lent = super::expr::is_variant(&path.path)
            && args
                .iter()
                .any(|a| self.is_reference(a) || matches!(a, syn::Expr::Closure(_)));
        if constructs(&path.path) && !lent {
            let fields = args
                .iter()
                .enumerate()
                .map(|(k, a)| (syn::Member::Unnamed(syn::Index::from(k)), self.part_of(a)))
                .collect();
            return Lowered::Value(self.construct(path.path.clone(), fields, None, e.span()));
        }
        if of_type(&path.path)
            && path
                .path
                .segments
                .last()
                .is_some_and(|s| crate::parse::is_hidden(&s.ident))
        {
            return self.hidden(&path.path);
        }
        if args
            .iter()
            .any(|a| matches!(a, syn::Expr::Closure(_) | syn::Expr::Range(_)))
        {
            return self.opaque(&syn::Expr::Call(e.clone()));
        }
        let Some(last) = path.path.segments.last() else {
            return Lowered::Never;
        };
        if let [own, rest @ ..] = args
            && of_type(&path.path)
            && (crate::parse::is_shared_method(&last.ident)
                || crate::parse::is_shared_method_of(&path.path)
                || self.is_shared_elsewhere(&path.path))
        {
            // `Type::method(&value, ..)`
            if self.is_trait(&path.path) && crate::parse::hides_a_trait(&last.ident) {
                return self.hidden(&path.path);
            }
            let (name, own) = (&last.ident, *own);
            let call = syn::parse_quote_spanned!(e.span()=> (#own).#name(#(#rest),*));
            let receiver = self.expr(own);
            let receiver = self.before(receiver, rest, own.span());
            return self.user_method(receiver, &call);
        }
        if of_trait {
            return self.opaque(&syn::Expr::Call(e.clone()));
        }
        let Some((mut arguments, tuples)) = self.arguments(&last.ident, args) else {
            return Lowered::Never;
        };
        let copies = self.separate(&mut arguments, e.span());
        let ty = self.declared_result(&last.ident);
        let op = Op::Call {
            callee: Callee::Path(path.path.clone()),
            args: arguments,
            keeps: false,
        };
        let result = self.push(op, ty, e.span());
        self.bring_back(copies, e.span());
        self.take_apart(tuples, e.span());
        Lowered::Value(result)
    }

    /// What is called, or its companion, may be another one of the same name.
    fn hidden(&mut self, name: impl quote::ToTokens) -> Lowered {
        self.unsupported(
            name,
            "calling this function of a trait, of whose name a type of this file has one of its own,",
            "give one of them another name",
        )
    }

    /// The owner of a method is a trait, as far as can be known.
    fn is_trait(&self, path: &syn::Path) -> bool {
        let Some(owner) = path.segments.iter().nth_back(1).map(|s| &s.ident) else {
            return false;
        };
        let generics = &self.source.item.sig.generics;
        let is_parameter = owner == "Self" || generics.type_params().any(|t| t.ident == *owner);
        !is_parameter
            && !crate::parse::is_defined(owner)
            && !crate::parse::defined_as(owner, "type")
    }

    /// The arguments, and the tuples among them that are passed by exclusive reference: their parts are variables of their
    /// own here, and get what the callee leaves in the tuple.
    fn arguments(
        &mut self,
        name: &proc_macro2::Ident,
        args: &[&syn::Expr],
    ) -> Option<(Vec<Argument>, Vec<Parts>)> {
        let mut arguments = Vec::new();
        let mut tuples = Vec::new();
        for (k, arg) in args.iter().enumerate() {
            if self.is_closure(arg) {
                self.unsupported(
                    arg,
                    "passing a closure to a function",
                    "call the closure here, or declare the function in this body, where it is inlined",
                );
                return None;
            }
            let lowered = self.expr(arg);
            let lowered = self.before(lowered, &args[k + 1..], arg.span());
            if let Lowered::Tuple(parts) = &lowered
                && is_exclusive(&lowered)
            {
                let values = parts
                    .iter()
                    .cloned()
                    .map(|p| self.dereferenced(p))
                    .collect();
                let whole = self.value_of(Lowered::Tuple(values), arg.span());
                self.function.locals.insert(whole);
                arguments.push(Argument::Exclusive(Place::whole(whole)));
                tuples.push(Parts {
                    whole,
                    parts: lowered,
                });
                continue;
            }
            // A `&mut` variable for a `&` parameter: rustc borrows it anew.
            let lowered = match lowered {
                Lowered::Reference(p, true)
                    if !matches!(arg, syn::Expr::Reference(_))
                        && crate::parse::takes_shared(name, k) =>
                {
                    Lowered::Reference(p, false)
                }
                other => other,
            };
            // An `Option` that is written here: without derivatives, as the analysis checks.
            let lowered = match (lowered, arg) {
                (Lowered::Optional(..), syn::Expr::Path(_) | syn::Expr::Call(_))
                    if !self.is_bound(arg) =>
                {
                    self.opaque(arg)
                }
                (lowered, _) => lowered,
            };
            arguments.push(self.argument(lowered, arg)?);
        }
        Some((arguments, tuples))
    }

    fn take_apart(&mut self, tuples: Vec<Parts>, span: Span) {
        for Parts { whole, parts } in tuples {
            if let Some(target) = referred_by(&parts) {
                self.store(target, Lowered::Place(Place::whole(whole)), span);
            }
        }
    }

    /// Arguments that lie in the same memory as another, written to: each gets memory of its own, copied back afterwards.
    fn separate(&mut self, args: &mut [Argument], span: Span) -> Vec<(Place, Value)> {
        let mut copies = Vec::new();
        for k in 0..args.len() {
            let Argument::Exclusive(p) = &args[k] else {
                continue;
            };
            let p = p.clone();
            let shared = args
                .iter()
                .enumerate()
                .any(|(j, a)| j != k && a.root() == p.root);
            if !shared {
                continue;
            }
            let ty = self.place_ty(&p);
            let copy = match self.function.types.kind(ty) {
                Kind::Slice(_) | Kind::Array(_) | Kind::Vec(_) => {
                    let Lowered::Value(copy) = self.vector(Lowered::Place(p.clone()), span) else {
                        continue;
                    };
                    self.function.locals.insert(copy);
                    copy
                }
                Kind::Float | Kind::Plain | Kind::Tuple(_) | Kind::Unknown => {
                    let value = self.copy_of(p.clone(), span);
                    let local = self.local(ty, span);
                    self.effect(Op::Store(Place::whole(local), value), span);
                    local
                }
            };
            args[k] = Argument::Exclusive(Place::whole(copy));
            copies.push((p, copy));
        }
        copies
    }

    fn bring_back(&mut self, copies: Vec<(Place, Value)>, span: Span) {
        for (place, copy) in copies {
            match self.function.kind(copy) {
                Kind::Slice(_) | Kind::Array(_) | Kind::Vec(_) => {
                    self.effect(Op::CopyFrom(place, Place::whole(copy)), span);
                }
                Kind::Float | Kind::Plain | Kind::Tuple(_) | Kind::Unknown => {
                    let value = self.copy_of(Place::whole(copy), span);
                    self.effect(Op::Store(place, value), span);
                }
            }
        }
    }

    /// A method of a type of the user's.
    pub(super) fn user_method(&mut self, receiver: Lowered, e: &syn::ExprMethodCall) -> Lowered {
        if crate::parse::is_hidden(&e.method) {
            return self.hidden(&e.method);
        }
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let span = e.span();
        let lent = matches!(receiver, Lowered::Reference(_, true));
        let Some(receiver) = self.as_place(receiver, &e.receiver) else {
            return Lowered::Never;
        };
        let exclusive = lent || self.function.locals.contains(&receiver.root);
        let Some((mut arguments, tuples)) = self.arguments(&e.method, &args) else {
            return Lowered::Never;
        };
        let copies = self.separate(&mut arguments, span);
        let ty = self.declared_result(&e.method);
        let callee = Callee::Method {
            receiver,
            exclusive,
            name: e.method.clone(),
        };
        let result = self.push(
            Op::Call {
                callee,
                args: arguments,
                keeps: false,
            },
            ty,
            span,
        );
        self.bring_back(copies, span);
        self.take_apart(tuples, span);
        Lowered::Value(result)
    }

    /// An annotated method that changes what it is called on: a function with one more argument.
    pub(super) fn changing_method(&mut self, own: Lowered, e: &syn::ExprMethodCall) -> Lowered {
        let args: Vec<&syn::Expr> = e.args.iter().collect();
        let span = e.span();
        let Some(own) = self.as_place(own, &e.receiver) else {
            return Lowered::Never;
        };
        // What an expression has just made is changed, too.
        if own.path.is_empty() {
            self.function.locals.insert(own.root);
        }
        let Some((mut arguments, tuples)) = self.arguments(&e.method, &args) else {
            return Lowered::Never;
        };
        arguments.insert(0, Argument::Exclusive(own));
        let copies = self.separate(&mut arguments, span);
        let op = Op::Call {
            callee: Callee::Changing(e.method.clone()),
            args: arguments,
            keeps: false,
        };
        let ty = self.function.types.unknown();
        let result = self.push(op, ty, span);
        self.bring_back(copies, span);
        self.take_apart(tuples, span);
        Lowered::Value(result)
    }

    /// The name of a variable.
    fn is_bound(&self, expr: &syn::Expr) -> bool {
        match expr {
            syn::Expr::Path(path) => path
                .path
                .get_ident()
                .is_some_and(|i| self.lookup(i).is_some()),
            _ => false,
        }
    }

    /// A reference, as far as the expression tells.
    pub(super) fn is_reference(&self, expr: &syn::Expr) -> bool {
        match expr {
            syn::Expr::Reference(_) => true,
            syn::Expr::Path(path) => path
                .path
                .get_ident()
                .is_some_and(|i| matches!(self.lookup(i), Some(Binding::Reference(..)))),
            _ => false,
        }
    }

    fn is_closure(&self, arg: &syn::Expr) -> bool {
        match arg {
            syn::Expr::Path(p) => p
                .path
                .get_ident()
                .is_some_and(|i| matches!(self.lookup(i), Some(Binding::Closure(_)))),
            syn::Expr::Reference(r) => self.is_closure(&r.expr),
            _ => false,
        }
    }

    fn argument(&mut self, lowered: Lowered, tokens: &syn::Expr) -> Option<Argument> {
        let span = tokens.span();
        let lowered = super::whole_option(&lowered).unwrap_or(lowered);
        Some(match lowered {
            Lowered::Value(v) => Argument::Value(v),
            Lowered::Place(p) => {
                let ty = self.place_ty(&p);
                match self.function.types.kind(ty) {
                    Kind::Float | Kind::Plain => Argument::Value(self.read(p, span)),
                    Kind::Array(_) | Kind::Slice(_) | Kind::Vec(_) | Kind::Tuple(_) => {
                        Argument::Owned(p)
                    }
                    Kind::Unknown => Argument::Value(self.read(p, span)),
                }
            }
            Lowered::Reference(p, false) => Argument::Shared(p),
            Lowered::Reference(p, true) => Argument::Exclusive(p),
            Lowered::Tuple(_) | Lowered::Unit => Argument::Value(self.value_of(lowered, span)),
            Lowered::Never => return None,
            Lowered::Optional(..) | Lowered::Chain(_) | Lowered::Closure(_) => {
                self.errors.at(
                    tokens,
                    Problem::Unsupported {
                        what: "passing an iterator, a closure or an `Option` to a function",
                        instead: "pass a slice or a number",
                    },
                );
                return None;
            }
        })
    }

    /// A new vector of the same elements.
    pub(super) fn vector(&mut self, lowered: Lowered, span: Span) -> Lowered {
        let place = match lowered {
            Lowered::Place(p) | Lowered::Reference(p, _) => p,
            Lowered::Never => return Lowered::Never,
            other => Place::whole(self.value_of(other, span)),
        };
        let ty = self.place_ty(&place);
        let element = self.function.types.element(ty);
        let ty = self.function.types.known(Kind::Vec(element));
        let whole = place.then(Step::slice(None, None));
        Lowered::Value(self.push(Op::Copy(whole), ty, span))
    }

    /// `Type::method`, which another file annotates.
    fn is_shared_elsewhere(&self, path: &syn::Path) -> bool {
        let mut last = path.segments.iter().rev().map(|s| &s.ident);
        let (Some(name), of) = (last.next(), last.next()) else {
            return false;
        };
        self.elsewhere.receiver(name, of) == Some(crate::parse::Receiver::Shared)
    }
}

/// A tuple that is passed by exclusive reference, and the variables that are its parts.
struct Parts {
    whole: Value,
    parts: Lowered,
}

/// An exclusive reference, or a tuple of nothing else: a reference to a tuple.
fn is_exclusive(lowered: &Lowered) -> bool {
    match lowered {
        Lowered::Reference(_, exclusive) => *exclusive,
        Lowered::Tuple(parts) => !parts.is_empty() && parts.iter().all(is_exclusive),
        _ => false,
    }
}

fn referred_by(lowered: &Lowered) -> Option<Target> {
    match lowered {
        Lowered::Reference(place, true) => Some(Target::Place(place.clone())),
        Lowered::Tuple(parts) => parts
            .iter()
            .map(referred_by)
            .collect::<Option<Vec<_>>>()
            .map(Target::Tuple),
        _ => None,
    }
}

/// The trait of `num_traits` that has a function.
fn foreign_trait(name: &str) -> Option<&'static str> {
    Some(match name {
        "zero" => "Zero",
        "one" => "One",
        "from" => "NumCast",
        "epsilon" | "nan" | "infinity" | "neg_infinity" | "min_value" | "max_value"
        | "min_positive_value" | "neg_zero" => "Float",
        "PI" | "E" | "TAU" | "LN_2" | "LN_10" | "LOG2_E" | "LOG10_E" | "SQRT_2" | "FRAC_PI_2"
        | "FRAC_PI_3" | "FRAC_PI_4" | "FRAC_PI_6" | "FRAC_PI_8" | "FRAC_1_PI" | "FRAC_2_PI"
        | "FRAC_1_SQRT_2" | "FRAC_2_SQRT_PI" => "FloatConst",
        name if name.starts_with("from_") => "FromPrimitive",
        _ => return None,
    })
}

/// A function of a type or trait of std that no annotated function can be.
fn is_std(path: &syn::ExprPath) -> bool {
    const OWNERS: [&str; 26] = [
        "Box", "Rc", "Arc", "Cell", "RefCell", "Mutex", "RwLock", "String", "HashMap", "HashSet",
        "BTreeMap", "BTreeSet", "VecDeque", "Cow", "Option", "Result", "Clone", "Default", "From",
        "Into", "Iterator", "Add", "Sub", "Mul", "Div", "Neg",
    ];
    let owner = path.path.segments.iter().rev().nth(1);
    owner.is_some_and(|s| OWNERS.iter().any(|name| s.ident == name))
        || path
            .path
            .segments
            .last()
            .is_some_and(|s| matches!(s.ident.to_string().as_str(), "Ok" | "Err"))
}

/// By convention a function's name starts with a small letter; one beside this function may have another.
pub fn constructs(path: &syn::Path) -> bool {
    path.segments.last().is_some_and(|s| {
        s.ident.to_string().starts_with(char::is_uppercase)
            && !crate::parse::defined_as(&s.ident, "fn")
    })
}

/// `Type::f`: by convention a type's name starts with a capital.
fn of_type(path: &syn::Path) -> bool {
    path.segments
        .iter()
        .nth_back(1)
        .is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}
