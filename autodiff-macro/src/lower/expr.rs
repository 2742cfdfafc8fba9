//! Expressions: one arm a kind.

use super::{Binding, Closure, Lowered, Lowerer};
use crate::ast;
use crate::ir::{Arith, Callee, Capture, Code, Container, Count, Kind, Op, Place, Step, Value};
use autodiff_runtime::rules;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use std::rc::Rc;
use syn::spanned::Spanned;

impl Lowerer<'_> {
    pub(super) fn expr(&mut self, expr: &syn::Expr) -> Lowered {
        match expr {
            syn::Expr::Lit(e) => self.literal(e),
            syn::Expr::Path(e) => self.path(e),
            syn::Expr::Paren(e) => self.expr(&e.expr),
            syn::Expr::Group(e) => self.expr(&e.expr),
            syn::Expr::Binary(e) => self.binary(e),
            syn::Expr::Unary(e) => self.unary(e),
            syn::Expr::Assign(e) => self.assign(e),
            syn::Expr::Block(e) => self.labelled_block(e),
            syn::Expr::If(e) => self.if_(e),
            syn::Expr::Match(e) => self.match_(e),
            syn::Expr::ForLoop(e) => self.for_(e),
            syn::Expr::While(e) => self.while_(e),
            syn::Expr::Loop(e) => self.loop_(e),
            syn::Expr::Break(e) => self.break_(e),
            syn::Expr::Continue(e) => self.continue_(e),
            syn::Expr::Return(e) => self.return_(e),
            syn::Expr::Index(e) => self.index(e),
            syn::Expr::Field(e) => self.field(e),
            syn::Expr::Call(e) => self.call(e),
            syn::Expr::MethodCall(e) => self.method(e),
            syn::Expr::Cast(e) => self.cast(e),
            syn::Expr::Reference(e) => self.reference(e),
            syn::Expr::Tuple(e) => self.tuple(e),
            syn::Expr::Array(e) => self.array(e),
            syn::Expr::Repeat(e) => self.repeat(e),
            syn::Expr::Range(e) => self.range(e),
            syn::Expr::Closure(e) => Lowered::Closure(Rc::new(self.closure(e))),
            syn::Expr::Macro(e) => self.macro_(&e.mac),
            syn::Expr::Struct(e) if e.qself.is_none() && !self.borrows(e) => self.struct_(e),
            syn::Expr::Struct(_) | syn::Expr::Const(_) => self.opaque(expr),
            syn::Expr::Let(e) => self.unsupported(
                e,
                "`let` in the middle of a condition",
                "nest the conditions",
            ),
            syn::Expr::Unsafe(e) => self.unsupported(
                e,
                "an `unsafe` block",
                "write it with safe indexing, or move it into a function of its own",
            ),
            syn::Expr::Try(e) => {
                self.unsupported(e, "`?`", "handle the error before the numeric part")
            }
            syn::Expr::Await(e) => {
                self.unsupported(e, "`.await`", "compute what is awaited before")
            }
            syn::Expr::Async(e) => self.unsupported(
                e,
                "an `async` block",
                "write the numeric part as ordinary code",
            ),
            other => self.unsupported(
                other,
                "this expression",
                "write it with supported constructs",
            ),
        }
    }

    /// An expression whose type the user wrote beside it.
    pub(super) fn expr_as(&mut self, expr: &syn::Expr, ty: &syn::Type) -> Lowered {
        let ascribed = super::ascribe::ascribe(expr, ty);
        let expr = ascribed.as_ref().unwrap_or(expr);
        if let syn::Expr::MethodCall(e) = expr
            && e.turbofish.is_none()
            && matches!(
                e.method.to_string().as_str(),
                "collect" | "sum" | "product" | "into"
            )
        {
            let mut e = e.clone();
            if e.method != "into" {
                e.turbofish = Some(syn::parse_quote!(::<#ty>));
            }
            return self.method(&e);
        }
        match (expr, ty) {
            (syn::Expr::Array(_), syn::Type::Array(_)) => self.expr(&of_integers(expr, ty)),
            _ => self.expr(expr),
        }
    }

    /// A value of which the user wrote the type.
    pub(super) fn annotated(&mut self, lowered: Lowered, ty: &syn::Type) -> Lowered {
        match lowered {
            Lowered::Tuple(parts) => match ty {
                syn::Type::Tuple(tuple) if tuple.elems.len() == parts.len() => Lowered::Tuple(
                    parts
                        .into_iter()
                        .zip(&tuple.elems)
                        .map(|(part, ty)| self.annotated(part, ty))
                        .collect(),
                ),
                _ => Lowered::Tuple(parts),
            },
            Lowered::Value(v) => {
                let wanted = self.type_of(ty);
                let found = self.function.ty(v);
                self.function.types.unify(found, wanted);
                let defining = self
                    .region
                    .stmts
                    .last()
                    .filter(|s| s.results.first() == Some(&v));
                let unclear = |op: &Op| {
                    matches!(
                        op,
                        Op::Literal(_)
                            | Op::Opaque { .. }
                            | Op::Neg(_)
                            | Op::Call { .. }
                            | Op::NewVec { .. }
                            | Op::Query { .. }
                    )
                };
                if let Some(stmt) = defining.filter(|s| unclear(&s.op)) {
                    // Of an operation a view is an array of its own.
                    let owned = match &stmt.op {
                        Op::Call {
                            callee: Callee::Operation { .. },
                            ..
                        } => crate::parse::owned_of_view(ty, &self.source.options.krate),
                        _ => None,
                    };
                    let ty = owned.unwrap_or_else(|| ty.clone());
                    self.function.ascribed.insert(v, ty);
                }
                Lowered::Value(v)
            }
            Lowered::Place(p) => {
                self.ascribe(&p, ty);
                Lowered::Place(p)
            }
            Lowered::Reference(p, exclusive) => {
                self.ascribe(&p, ty);
                Lowered::Reference(p, exclusive)
            }
            other => other,
        }
    }

    /// The user wrote the type of what is at a place.
    fn ascribe(&mut self, place: &Place, ty: &syn::Type) {
        let wanted = self.type_of(ty);
        let found = self.place_ty(place);
        self.function.types.unify(found, wanted);
        // Of a field nothing is known but this.
        self.ascribed.push((place.clone(), wanted));
    }

    /// `P { x: a, ..p }`
    fn struct_(&mut self, e: &syn::ExprStruct) -> Lowered {
        let syn::ExprStruct {
            attrs: _,
            qself: _,
            path,
            brace_token: _,
            fields,
            dot2_token: _,
            rest,
        } = e;
        let mut values = Vec::new();
        for syn::FieldValue {
            attrs: _,
            member,
            colon_token: _,
            expr,
        } in fields
        {
            values.push((member.clone(), self.part_of(expr)));
        }
        let rest = match rest {
            Some(rest) => match self.place_of(rest) {
                Some(place) => Some(place),
                None => return Lowered::Never,
            },
            None => None,
        };
        Lowered::Value(self.construct(path.clone(), values, rest, e.span()))
    }

    /// A variant that holds references.
    fn borrows(&self, e: &syn::ExprStruct) -> bool {
        is_variant(&e.path) && e.fields.iter().any(|f| self.is_reference(&f.expr))
    }

    pub(super) fn construct(
        &mut self,
        path: syn::Path,
        fields: Vec<(syn::Member, Value)>,
        rest: Option<Place>,
        span: Span,
    ) -> Value {
        let ty = self.type_of_name(&syn::parse_quote!(#path));
        self.push(Op::Construct { path, fields, rest }, ty, span)
    }

    fn literal(&mut self, e: &syn::ExprLit) -> Lowered {
        let syn::ExprLit { attrs: _, lit } = e;
        let span = e.span();
        let (tokens, ty) = match lit {
            syn::Lit::Float(lit) => (self.float_literal(lit), self.function.types.float()),
            syn::Lit::Int(lit) if lit.suffix() == "f64" || lit.suffix() == "f32" => {
                (quote!(#lit), self.function.types.float())
            }
            syn::Lit::Int(_) | syn::Lit::Bool(_) | syn::Lit::Char(_) | syn::Lit::Byte(_) => {
                (quote!(#lit), self.function.types.plain())
            }
            other => (quote!(#other), self.function.types.unknown()),
        };
        Lowered::Value(self.push(Op::Literal(tokens), ty, span))
    }

    /// A float literal with its type: nothing else may say it in the emitted code.
    fn float_literal(&self, lit: &syn::LitFloat) -> TokenStream {
        let float = self.source.scalar.float();
        match float {
            Some(float) if lit.suffix().is_empty() => {
                let digits = lit.base10_digits();
                let digits = if digits.ends_with('.') {
                    format!("{digits}0")
                } else {
                    digits.to_owned()
                };
                let text = format!("{digits}_{float}");
                match text.parse::<proc_macro2::Literal>() {
                    Ok(mut literal) => {
                        literal.set_span(lit.span());
                        literal.into_token_stream()
                    }
                    Err(_) => quote!(#lit),
                }
            }
            _ => quote!(#lit),
        }
    }

    fn binary(&mut self, e: &syn::ExprBinary) -> Lowered {
        let syn::ExprBinary {
            attrs: _,
            left,
            op,
            right,
        } = e;
        let span = e.span();
        if let Some((op, float)) = compound(op) {
            // `*counts.entry(word).or_insert(0) += 1;`
            if self.is_in_holder(left) {
                return self.opaque(&syn::Expr::Binary(e.clone()));
            }
            return self.compound(left, &op, float, right, span);
        }
        match op {
            syn::BinOp::And(_) => return self.lazy(e, true),
            syn::BinOp::Or(_) => return self.lazy(e, false),
            _ => {}
        }
        // `queue.front() == Some(&1)`
        if self.is_in_holder(left) && makes_option(right) {
            return self.opaque(&syn::Expr::Binary(e.clone()));
        }
        let a = self.expr(left);
        let a = self.operand_of(a, &[right], left.span());
        let b = self.expr(right);
        let b = self.operand_of(b, &[], right.span());
        if let Some(operation) = arith(op).filter(|_| self.own_operator(&a, &b)) {
            return self.infix(operation, a, b, span);
        }
        let a = self.value_of(a, left.span());
        let b = self.value_of(b, right.span());
        self.look_at_integer(left, right, b);
        self.look_at_integer(right, left, a);
        Lowered::Value(self.binary_op(op, a, b, span))
    }

    /// `2 * x`: an integer, and a parameter that is a float, which rustc refuses.
    fn look_at_integer(&mut self, a: &syn::Expr, b: &syn::Expr, other: Value) {
        let parameter = matches!(b, syn::Expr::Path(path)
            if self.source.params.iter().any(|p| path.path.is_ident(&p.ident) && p.is_scalar()));
        let written = self.source.scalar.float().is_some();
        if is_integer(a) && parameter && written && self.function.is_float(other) {
            self.errors.leave_to_rustc();
        }
    }

    fn binary_op(&mut self, op: &syn::BinOp, a: Value, b: Value, span: Span) -> Value {
        if let Some(op) = arith(op) {
            return self.arith(op, a, b, span);
        }
        let (ta, tb) = (self.function.ty(a), self.function.ty(b));
        match op {
            syn::BinOp::Rem(_) => {
                self.function.types.unify(ta, tb);
                self.remainder(a, b, span)
            }
            syn::BinOp::Lt(_)
            | syn::BinOp::Le(_)
            | syn::BinOp::Gt(_)
            | syn::BinOp::Ge(_)
            | syn::BinOp::Eq(_)
            | syn::BinOp::Ne(_) => {
                self.function.types.unify(ta, tb);
                self.operator(quote!(#op), &[a, b], span)
            }
            _ => {
                let plain = self.function.types.plain();
                self.function.types.unify(ta, plain);
                self.operator(quote!(#op), &[a, b], span)
            }
        }
    }

    fn remainder(&mut self, a: Value, b: Value, span: Span) -> Value {
        let ty = self.function.ty(a);
        match (self.function.types.kind(ty), rules::row("rem")) {
            (Kind::Plain, _) | (_, None) => self.operator(quote!(%), &[a, b], span),
            (_, Some(row)) => self.push(
                Op::Apply {
                    row,
                    args: vec![a, b],
                },
                ty,
                span,
            ),
        }
    }

    fn compound(
        &mut self,
        left: &syn::Expr,
        op: &syn::BinOp,
        float: bool,
        right: &syn::Expr,
        span: Span,
    ) -> Lowered {
        // As rustc does for primitive operands: the right side first.
        let value = self.expr(right);
        let value = self.operand_of(value, &[left], right.span());
        let Some(target) = self.target(left) else {
            return Lowered::Never;
        };
        if let (Some(operation), super::place::Target::Place(place)) = (arith(op), &target) {
            let old = Lowered::Place(place.clone());
            if self.own_operator(&old, &value) {
                let new = self.assigning(operation, old, value, span);
                self.write(place.clone(), new, span);
                return Lowered::Unit;
            }
        }
        let value = self.value_of(value, right.span());
        if let (Some(op), true) = (arith(op), float) {
            self.update(target, op, value, span);
            return Lowered::Unit;
        }
        let super::place::Target::Place(place) = target else {
            return Lowered::Never;
        };
        let old = self.read(place.clone(), span);
        let new = self.binary_op(op, old, value, span);
        self.effect(Op::Store(place, new), span);
        Lowered::Unit
    }

    fn unary(&mut self, e: &syn::ExprUnary) -> Lowered {
        let syn::ExprUnary { attrs: _, op, expr } = e;
        let span = e.span();
        match op {
            syn::UnOp::Deref(_) => {
                let lowered = self.expr(expr);
                self.behind(lowered)
            }
            syn::UnOp::Neg(_) => {
                let lowered = self.expr(expr);
                let lowered = self.operand_of(lowered, &[], expr.span());
                if self.own_operator(&lowered, &lowered) {
                    return self.negated(lowered, span);
                }
                let v = self.value_of(lowered, expr.span());
                let ty = self.function.ty(v);
                Lowered::Value(self.push(Op::Neg(v), ty, span))
            }
            syn::UnOp::Not(_) => {
                let v = self.operand(expr);
                self.become_plain(v);
                Lowered::Value(self.operator(quote!(!), &[v], span))
            }
            _ => self.unsupported(e, "this operator", "write it with supported constructs"),
        }
    }

    fn assign(&mut self, e: &syn::ExprAssign) -> Lowered {
        let syn::ExprAssign {
            attrs: _,
            left,
            eq_token: _,
            right,
        } = e;
        let lowered = self.expr(right);
        if matches!(lowered, Lowered::Never) {
            return Lowered::Never;
        }
        // What is assigned is read before anything is written.
        let lowered = match lowered {
            Lowered::Place(p) => Lowered::Value(self.read(p, right.span())),
            other => other,
        };
        // `[a, b] = [b, a + b];`
        let lowered = match &**left {
            syn::Expr::Array(parts) => {
                let Some(array) = self.as_place(lowered, right) else {
                    return Lowered::Never;
                };
                let element = self.function.types.unknown();
                let known = self.function.types.known(Kind::Array(element));
                let ty = self.place_ty(&array);
                self.function.types.unify(ty, known);
                let element = |cx: &mut Self, k: usize| {
                    let k = cx.index_literal(k, right.span());
                    let element = array.then(Step::Index(k));
                    Lowered::Value(cx.read(element, right.span()))
                };
                Lowered::Tuple((0..parts.elems.len()).map(|k| element(self, k)).collect())
            }
            _ => lowered,
        };
        if self.rebinds(left, &lowered) {
            return self.unsupported(
                e,
                "assigning another `&mut` reference to a variable",
                "keep an index and borrow where you write",
            );
        }
        let Some(target) = self.target(left) else {
            return Lowered::Never;
        };
        self.store(target, lowered, e.span());
        Lowered::Unit
    }

    /// `r = &mut …` for a reference `r`.
    fn rebinds(&self, left: &syn::Expr, lowered: &Lowered) -> bool {
        matches!(lowered, Lowered::Reference(_, true)) && matches!(left, syn::Expr::Path(_))
    }

    fn cast(&mut self, e: &syn::ExprCast) -> Lowered {
        let syn::ExprCast {
            attrs: _,
            expr,
            as_token: _,
            ty,
        } = e;
        let lowered = self.expr(expr);
        // To an integer enums are cast, too.
        let to_float = matches!(&**ty, syn::Type::Path(path) if path.path.is_ident("f64") || path.path.is_ident("f32"));
        let value = match to_float {
            true => self.cast_operand(lowered, expr.span()),
            false => self.value_of(lowered, expr.span()),
        };
        let result = self.type_of(ty);
        if self.function.types.kind(result) == Kind::Unknown
            && let syn::Type::Infer(_) | syn::Type::Path(_) = &**ty
            && !matches!(&**ty, syn::Type::Infer(_))
        {
            let plain = self.function.types.plain();
            self.function.types.unify(result, plain);
        }
        Lowered::Value(self.push(
            Op::Cast {
                value,
                ty: ty.clone(),
            },
            result,
            e.span(),
        ))
    }

    /// What becomes a number of another type. A field `k` of a type that is not known may be an integer, which has no derivative. In
    /// code over a number of its own that number is not cast, so it is one or a float of another type: the compiler is asked.
    pub(super) fn cast_operand(&mut self, lowered: Lowered, span: Span) -> Value {
        match self.unclear_field(&lowered) {
            Some(place) if matches!(self.source.scalar, ast::Scalar::Own(_)) => {
                self.asked("integer", place, span)
            }
            _ => self.value_of(lowered, span),
        }
    }

    /// A field of which nothing is known, of what may have a derivative.
    pub(super) fn unclear_field(&mut self, lowered: &Lowered) -> Option<Place> {
        let (Lowered::Place(place) | Lowered::Reference(place, _)) = lowered else {
            return None;
        };
        let ty = self.place_ty(place);
        let unclear = self.function.types.kind(ty) == Kind::Unknown && self.is_field(place);
        (unclear && !self.constants.contains(&place.root)).then(|| place.clone())
    }

    /// An answer that has no derivative, by the function of ours of this name.
    pub(super) fn asked(&mut self, function: &str, place: Place, span: Span) -> Value {
        let (name, function) = (
            Ident::new("__autodiff_asked", Span::mixed_site()),
            Ident::new(function, span.resolved_at(Span::mixed_site())),
        );
        let krate = &self.source.options.krate;
        let code = syn::parse_quote_spanned!(span=> #krate::__private::#function({ #name }));
        let op = Op::Ask {
            code: Code::Expr(Box::new(code)),
            captures: vec![Capture {
                name,
                place,
                reference: false,
                exclusive: false,
            }],
        };
        self.plain(op, span)
    }

    fn reference(&mut self, e: &syn::ExprReference) -> Lowered {
        let syn::ExprReference {
            attrs: _,
            and_token: _,
            mutability,
            expr,
        } = e;
        let lowered = self.expr(expr);
        self.borrowed(lowered, mutability.is_some(), e.span())
    }

    /// A reference to what an expression has become.
    pub(super) fn borrowed(&mut self, lowered: Lowered, exclusive: bool, span: Span) -> Lowered {
        match lowered {
            Lowered::Place(p) | Lowered::Reference(p, _) => Lowered::Reference(p, exclusive),
            // Of variables that are one in the source: to each of them.
            Lowered::Tuple(parts) if exclusive => Lowered::Tuple(
                parts
                    .into_iter()
                    .map(|part| self.borrowed(part, true, span))
                    .collect(),
            ),
            Lowered::Optional(some, payload) => match *payload {
                Lowered::Unit => Lowered::Optional(some, payload),
                payload => {
                    let payload = self.borrowed(payload, exclusive, span);
                    Lowered::Optional(some, Box::new(payload))
                }
            },
            lowered @ (Lowered::Value(_) | Lowered::Tuple(_)) => {
                let value = self.value_of(lowered, span);
                let place = if exclusive {
                    self.own(value, true, span)
                } else {
                    Place::whole(value)
                };
                Lowered::Reference(place, exclusive)
            }
            Lowered::Chain(chain) if exclusive => Lowered::Chain(self.advancing(&chain, span)),
            other => other,
        }
    }

    fn tuple(&mut self, e: &syn::ExprTuple) -> Lowered {
        if e.elems.is_empty() {
            return Lowered::Unit;
        }
        let parts = e.elems.iter().map(|e| self.part(e)).collect();
        Lowered::Tuple(parts)
    }

    /// A part of a tuple is read at once: what follows may change it.
    fn part(&mut self, e: &syn::Expr) -> Lowered {
        match self.expr(e) {
            Lowered::Place(p) => {
                let ty = self.place_ty(&p);
                match self.function.types.kind(ty) {
                    Kind::Vec(_) if p.path.is_empty() => Lowered::Place(p),
                    _ => Lowered::Value(self.read(p, e.span())),
                }
            }
            other => other,
        }
    }

    fn array(&mut self, e: &syn::ExprArray) -> Lowered {
        let values: Vec<_> = e.elems.iter().map(|e| self.part_of(e)).collect();
        Lowered::Value(self.sequence(values, Container::Array, e.span()))
    }

    pub(super) fn sequence(
        &mut self,
        values: Vec<Value>,
        container: Container,
        span: Span,
    ) -> Value {
        let element = self.function.types.unknown();
        for v in &values {
            let ty = self.function.ty(*v);
            self.function.types.unify(element, ty);
        }
        let kind = match container {
            Container::Vec => Kind::Vec(element),
            Container::Array | Container::Tuple => Kind::Array(element),
        };
        let ty = self.function.types.known(kind);
        self.push(Op::Aggregate(container, values), ty, span)
    }

    fn repeat(&mut self, e: &syn::ExprRepeat) -> Lowered {
        let syn::ExprRepeat {
            attrs: _,
            bracket_token: _,
            expr,
            semi_token: _,
            len,
        } = e;
        let value = self.operand(expr);
        Lowered::Value(self.repeated(
            value,
            Count::Constant(len.to_token_stream()),
            Container::Array,
            e.span(),
        ))
    }

    pub(super) fn repeated(
        &mut self,
        value: Value,
        count: Count,
        container: Container,
        span: Span,
    ) -> Value {
        let element = self.function.ty(value);
        let kind = match container {
            Container::Vec => Kind::Vec(element),
            Container::Array | Container::Tuple => Kind::Array(element),
        };
        let ty = self.function.types.known(kind);
        self.push(
            Op::Repeat {
                value,
                count,
                container,
            },
            ty,
            span,
        )
    }

    pub(super) fn closure(&mut self, e: &syn::ExprClosure) -> Closure {
        if let Some(token) = &e.asyncness {
            self.unsupported(token, "an `async` closure", "write an ordinary closure");
        }
        let mut scopes = self.scopes.clone();
        if e.capture.is_some() {
            scopes.push(self.moved(e));
        }
        Closure {
            expr: e.clone(),
            scopes,
            item: false,
        }
    }

    /// What a `move` closure has of its own: copies of the variables it mentions, as they are now.
    fn moved(&mut self, e: &syn::ExprClosure) -> Vec<(Ident, Binding)> {
        let mut names = Vec::new();
        super::opaque::mentioned(e.body.to_token_stream(), &mut names);
        let mut copies: Vec<(Ident, Binding)> = Vec::new();
        for name in names {
            if copies.iter().any(|(n, _)| super::same(n, &name)) {
                continue;
            }
            if let Some(binding) = self.lookup(&name).cloned() {
                let copy = self.copied(&binding, name.span());
                copies.push((name, copy));
            }
        }
        copies
    }

    fn copied(&mut self, binding: &Binding, span: Span) -> Binding {
        match binding {
            Binding::Place(p) if self.function.locals.contains(&p.root) => {
                let ty = self.place_ty(p);
                if let Kind::Vec(_) = self.function.types.kind(ty)
                    && !self.reassigned.contains(&p.root)
                {
                    // It is gone where it was.
                    return Binding::Place(p.clone());
                }
                let value = self.read(p.clone(), span);
                Binding::Place(self.own(value, true, span))
            }
            Binding::Tuple(parts) => {
                Binding::Tuple(parts.iter().map(|p| self.copied(p, span)).collect())
            }
            other => other.clone(),
        }
    }

    /// The body of a closure with its parameters bound.
    pub(super) fn inline(&mut self, closure: &Closure, args: Vec<Lowered>) -> Lowered {
        let span = closure.expr.span();
        if self.depth > 32 {
            return self.unsupported(
                &closure.expr,
                "a closure that is nested this deeply",
                "write a function",
            );
        }
        self.depth += 1;
        let scopes = std::mem::replace(&mut self.scopes, closure.scopes.clone());
        self.scopes.push(Vec::new());
        let tested = std::mem::replace(&mut self.tested, false);
        for (pat, arg) in closure.expr.inputs.iter().zip(args) {
            self.bind(pat, arg);
        }
        self.tested = tested;
        let result = self.enclosed(
            None,
            super::FrameKind::Body,
            &mut |cx| {
                let body = &*closure.expr.body;
                let ascribed = match &closure.expr.output {
                    syn::ReturnType::Type(_, ty) => super::ascribe::ascribe(body, ty),
                    syn::ReturnType::Default => None,
                };
                let result = match ascribed.as_ref().unwrap_or(body) {
                    syn::Expr::Block(b) if b.label.is_none() => cx.block(&b.block),
                    body => cx.expr(body),
                };
                match &closure.expr.output {
                    syn::ReturnType::Type(_, ty) => cx.annotated(result, ty),
                    syn::ReturnType::Default => result,
                }
            },
            span,
        );
        self.scopes = scopes;
        self.depth -= 1;
        result
    }

    /// The closure an expression is, or is the name of.
    pub(super) fn as_closure(&mut self, expr: &syn::Expr) -> Option<Rc<Closure>> {
        match expr {
            syn::Expr::Closure(e) => Some(Rc::new(self.closure(e))),
            syn::Expr::Paren(e) => self.as_closure(&e.expr),
            syn::Expr::Reference(e) => self.as_closure(&e.expr),
            syn::Expr::Path(path) => match path.path.get_ident().and_then(|i| self.lookup(i)) {
                Some(Binding::Closure(closure)) => Some(closure.clone()),
                Some(Binding::Place(place)) => {
                    let path = self.functions.get(&place.root)?.clone();
                    self.as_closure(&syn::Expr::Path(path))
                }
                Some(_) => None,
                None => {
                    // The name of a function: `map(f64::sqrt)`, `map(square)`.
                    let closure: syn::ExprClosure = syn::parse_quote_spanned!(path.span()=> |__autodiff_argument| #path(__autodiff_argument));
                    Some(Rc::new(self.closure(&closure)))
                }
            },
            _ => None,
        }
    }
}

fn arith(op: &syn::BinOp) -> Option<Arith> {
    match op {
        syn::BinOp::Add(_) => Some(Arith::Add),
        syn::BinOp::Sub(_) => Some(Arith::Sub),
        syn::BinOp::Mul(_) => Some(Arith::Mul),
        syn::BinOp::Div(_) => Some(Arith::Div),
        _ => None,
    }
}

/// `+=` → `+`, and whether floats have it as an arithmetic operator.
fn compound(op: &syn::BinOp) -> Option<(syn::BinOp, bool)> {
    Some(match op {
        syn::BinOp::AddAssign(_) => (syn::BinOp::Add(Default::default()), true),
        syn::BinOp::SubAssign(_) => (syn::BinOp::Sub(Default::default()), true),
        syn::BinOp::MulAssign(_) => (syn::BinOp::Mul(Default::default()), true),
        syn::BinOp::DivAssign(_) => (syn::BinOp::Div(Default::default()), true),
        syn::BinOp::RemAssign(_) => (syn::BinOp::Rem(Default::default()), false),
        syn::BinOp::BitXorAssign(_) => (syn::BinOp::BitXor(Default::default()), false),
        syn::BinOp::BitAndAssign(_) => (syn::BinOp::BitAnd(Default::default()), false),
        syn::BinOp::BitOrAssign(_) => (syn::BinOp::BitOr(Default::default()), false),
        syn::BinOp::ShlAssign(_) => (syn::BinOp::Shl(Default::default()), false),
        syn::BinOp::ShrAssign(_) => (syn::BinOp::Shr(Default::default()), false),
        _ => return None,
    })
}

/// `2`, and not `2.0` or `2f64`.
pub fn is_integer(expr: &syn::Expr) -> bool {
    matches!(expr, syn::Expr::Lit(syn::ExprLit { attrs: _, lit: syn::Lit::Int(n) })
        if !n.suffix().starts_with('f'))
}

/// `2.0`
pub fn is_float(expr: &syn::Expr) -> bool {
    matches!(
        expr,
        syn::Expr::Lit(syn::ExprLit {
            attrs: _,
            lit: syn::Lit::Float(_)
        })
    )
}

/// `[1, 2]` as a `[u8; 2]`: `[1u8, 2u8]`, whose elements have methods.
fn of_integers(expr: &syn::Expr, ty: &syn::Type) -> syn::Expr {
    let mut expr = expr.clone();
    match (&mut expr, ty) {
        (syn::Expr::Array(array), syn::Type::Array(ty)) => {
            for element in &mut array.elems {
                *element = of_integers(element, &ty.elem);
            }
        }
        (syn::Expr::Unary(unary), ty) => *unary.expr = of_integers(&unary.expr, ty),
        (syn::Expr::Lit(literal), syn::Type::Path(path)) if ast::is_primitive(ty) => {
            if let syn::Lit::Int(n) = &literal.lit
                && n.suffix().is_empty()
                && let Some(name) = path.path.get_ident()
            {
                literal.lit = syn::Lit::Int(syn::LitInt::new(&format!("{n}{name}"), n.span()));
            }
        }
        _ => {}
    }
    expr
}

/// `Some(..)`, `None`
fn makes_option(expr: &syn::Expr) -> bool {
    match expr {
        syn::Expr::Call(e) => matches!(&*e.func, syn::Expr::Path(p) if p.path.is_ident("Some")),
        syn::Expr::Path(p) => p.path.is_ident("None"),
        _ => false,
    }
}

/// `Enum::Variant`: by convention both start with a capital.
pub fn is_variant(path: &syn::Path) -> bool {
    let capital = |s: &syn::PathSegment| s.ident.to_string().starts_with(char::is_uppercase);
    path.segments.len() > 1 && path.segments.iter().rev().take(2).all(capital)
}
