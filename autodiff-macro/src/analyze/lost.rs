//! Finds where a derivative would be lost without a word.

use super::Plan;
use crate::ast::{Passing, Source};
use crate::errors::{Errors, Problem};
use crate::ir::{Argument, Callee, Code, Function, Kind, Op, Region, Stmt, Value};
use crate::parse::{Elsewhere, Mismatch};
use crate::walk::{self, Node};
use proc_macro2::TokenStream;
use std::collections::BTreeSet;

/// Reports every loss in a function.
pub fn report(errors: &mut Errors, source: &Source, function: &Function, plan: &Plan) {
    let imports = |node: Node<'_>| matches!(node, Node::Item(syn::Item::Use(_)));
    let mut lost = Lost {
        errors,
        source,
        function,
        plan,
        imports: walk::any(&*source.item.block, imports),
        tainted: vec![false; function.tys.len()],
        borrowed: vec![false; function.tys.len()],
    };
    loop {
        // Until nothing is added: a taint may come round a loop.
        let before = (lost.tainted.clone(), lost.borrowed.clone());
        lost.region(&function.body, false);
        if (&lost.tainted, &lost.borrowed) == (&before.0, &before.1) {
            break;
        }
    }
    lost.region(&function.body, true);
    let mut outputs_vary = false;
    for (param, value) in source.params.iter().zip(&function.body.params) {
        if param.passing == Passing::Exclusive && !param.active && plan.varied(*value) {
            errors.at(&param.ident, Problem::LostInConstant);
        }
        outputs_vary |= param.is_output() && function.body.mutated().contains(value);
    }
    let result_varies = function.body.yields.iter().any(|v| plan.varied(*v));
    // Zero by the table of derivatives is no loss.
    let mut zero = false;
    function.body.visit(&mut |stmt| {
        if let Op::Apply { row, args } = &stmt.op {
            zero |= row.zero && args.iter().any(|v| plan.varied(*v));
        }
    });
    if !outputs_vary && !result_varies && !zero {
        match &source.item.sig.output {
            syn::ReturnType::Type(_, ty) => errors.at(ty, Problem::Independent),
            syn::ReturnType::Default => errors.at(&source.item.sig.ident, Problem::Independent),
        }
    }
}

/// The methods of active values that are not known and that the crate's other files annotate.
pub fn methods_elsewhere(
    function: &Function,
    plan: &Plan,
    elsewhere: &Elsewhere,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    function.body.visit(&mut |stmt| {
        if let Op::Opaque {
            code: Code::Expr(expr),
            captures,
            pure: _,
        } = &stmt.op
            && let syn::Expr::MethodCall(e) = &**expr
            && captures.iter().any(|c| plan.varied(c.place.root))
            && elsewhere.receiver(&e.method, None).is_some()
        {
            found.insert(e.method.to_string());
        }
    });
    found
}

struct Lost<'a> {
    errors: &'a mut Errors,
    source: &'a Source,
    function: &'a Function,
    plan: &'a Plan,
    /// There is a `use` in the function: a name may mean anything.
    imports: bool,
    /// Integers computed from a value that depends on a differentiable input, and what is computed from them.
    tainted: Vec<bool>,
    /// What may be a reference into something else: what code that is not understood gave back after it could change that.
    borrowed: Vec<bool>,
}

impl Lost<'_> {
    fn is_tainted(&self, v: Value) -> bool {
        self.tainted[v.0 as usize]
    }

    /// A call of a function that is no companion's, or that does not take what it is given.
    fn call(&mut self, path: &syn::Path, args: &[Argument], results: &[Value]) {
        let names: Vec<String> = path.segments.iter().map(|s| s.ident.to_string()).collect();
        let problem = if crate::lower::constructs(path) {
            Problem::ActiveInStruct
        } else if crate::parse::is_not_annotated(&self.source.item.sig.ident, path) {
            Problem::NotAnnotated(names.last().cloned().unwrap_or_default())
        } else if results.iter().any(|r| self.plan.useful(*r)) && self.is_mismatched(path, args) {
            return;
        } else if matches!(names.as_slice(), [root, _, ..] if root == "std" || root == "core")
            && !crate::ir::is_of_std(path)
        {
            Problem::UnknownFunction(names.join("::"))
        } else {
            return;
        };
        self.errors.at(path, problem);
    }

    /// A call that does not fit the function, as far as the file tells: then that is reported.
    fn is_mismatched(&mut self, path: &syn::Path, args: &[Argument]) -> bool {
        if self.imports {
            return false;
        }
        let item = &self.source.item;
        let varied: Vec<bool> = args.iter().map(|a| self.plan.varied(a.root())).collect();
        match crate::parse::mismatch(&item.sig.ident, path, &varied) {
            Some(Mismatch::Number(parameters)) => {
                let is_this = |func: &syn::Expr| matches!(func, syn::Expr::Path(p) if p.path.segments.last().map(|s| &s.ident) == path.segments.last().map(|s| &s.ident));
                // As it stands in the source.
                let written = |node: Node<'_>| matches!(node, Node::Expr(syn::Expr::Call(e)) if is_this(&e.func) && e.args.len() != parameters);
                if !walk::any(&*item.block, written) {
                    return false;
                }
                self.errors.leave_to_rustc();
            }
            Some(Mismatch::Constant(name)) => {
                let problem = Problem::LostInArgument(name.to_string());
                self.errors.at(path, problem);
            }
            None => return false,
        }
        true
    }

    fn region(&mut self, region: &Region, report: bool) {
        for Stmt { results, op, span } in &region.stmts {
            self.taint(op, results);
            self.borrow(op, results);
            if report {
                self.check(op, results, *span);
            }
            for inner in op.regions() {
                self.region(inner, report);
            }
            self.carry(op, results);
        }
    }

    /// Marks what may refer into something else: what such code gave back, unless the user wrote its type and that owns what
    /// it holds, and what is made of it. Reading a part copies it.
    fn borrow(&mut self, op: &Op, results: &[Value]) {
        match op {
            Op::Opaque {
                code: _,
                captures,
                pure: _,
            } => {
                let borrows = captures
                    .iter()
                    .any(|c| c.exclusive || self.borrowed(c.place.root));
                for r in results {
                    let owned = self.function.ascribed.get(r).is_some_and(owns);
                    self.mark_borrowed(*r, borrows && !owned);
                }
            }
            Op::Store(p, v) | Op::Replace(p, v) | Op::Push(p, v) => {
                self.mark_borrowed(p.root, self.borrowed(*v));
            }
            Op::Swap(p, q) => {
                let either = self.borrowed(p.root) || self.borrowed(q.root);
                self.mark_borrowed(p.root, either);
                self.mark_borrowed(q.root, either);
            }
            Op::Load(p) if p.path.is_empty() => {
                self.mark_borrowed(results[0], self.borrowed(p.root));
            }
            Op::Aggregate(..) | Op::Construct { .. } | Op::Repeat { .. } => {
                let of_borrowed = op.operands().into_iter().any(|v| self.borrowed(v));
                self.mark_borrowed(results[0], of_borrowed);
            }
            Op::If {
                cond: _,
                then,
                otherwise,
            } => {
                for (k, r) in results.iter().enumerate() {
                    let either = [then, otherwise].map(|arm| self.borrowed(arm.yields[k]));
                    self.mark_borrowed(*r, either.contains(&true));
                }
            }
            Op::Loop(l) => {
                for (k, init) in l.init.iter().enumerate() {
                    let (param, y) = (l.carried_params()[k], l.carried_yields()[k]);
                    let any = self.borrowed(*init) || self.borrowed(y);
                    self.mark_borrowed(param, any);
                    self.mark_borrowed(results[k + 1], any);
                }
            }
            _ => {}
        }
    }

    fn borrowed(&self, v: Value) -> bool {
        self.borrowed[v.0 as usize]
    }

    /// A number refers to nothing.
    fn mark_borrowed(&mut self, v: Value, on: bool) {
        if on && !self.function.is_scalar(v) {
            self.borrowed[v.0 as usize] = true;
        }
    }

    /// Something that depends on an input goes where a reference into something else may lead.
    fn lost_in_borrowed(&self, op: &Op) -> bool {
        let (place, varied) = match op {
            Op::Store(p, v)
            | Op::Replace(p, v)
            | Op::Update(p, _, v)
            | Op::Fill(p, v)
            | Op::Push(p, v) => (p, self.plan.varied(*v)),
            Op::CopyFrom(p, q) => (p, self.plan.varied(q.root)),
            Op::Swap(p, q) => {
                let varied = [p, q].iter().any(|p| self.plan.varied(p.root));
                return varied && [p, q].iter().any(|p| self.borrowed(p.root));
            }
            Op::Call {
                callee: _,
                args,
                keeps: _,
            } => {
                let into =
                    |a: &Argument| matches!(a, Argument::Exclusive(p) if self.borrowed(p.root));
                return args.iter().any(into) && args.iter().any(|a| self.plan.varied(a.root()));
            }
            _ => return false,
        };
        varied && self.borrowed(place.root)
    }

    fn mark(&mut self, v: Value, on: bool) {
        if on {
            self.tainted[v.0 as usize] = true;
        }
    }

    fn taint(&mut self, op: &Op, results: &[Value]) {
        let any = |values: &[Value]| values.iter().any(|v| self.is_tainted(*v));
        let on = match op {
            Op::Cast { value, ty: _ } => {
                let to_integer = results
                    .iter()
                    .any(|r| self.function.kind(*r) == Kind::Plain);
                to_integer && self.plan.varied(*value) || self.is_tainted(*value)
            }
            // The answer to a question is no number.
            Op::Plain { operator, operands } => !is_comparison(operator) && any(operands),
            Op::Query { method, operands } => {
                let bits = method == "to_bits" && operands.iter().any(|v| self.plan.varied(*v));
                bits || !method.to_string().starts_with("is_") && any(operands)
            }
            Op::Arith(_, a, b) => any(&[*a, *b]),
            Op::Neg(v) => any(&[*v]),
            Op::Apply {
                row: _,
                args: values,
            }
            | Op::Aggregate(_, values) => any(values),
            Op::Construct {
                path: _,
                fields,
                rest,
            } => {
                fields.iter().any(|(_, v)| self.is_tainted(*v))
                    || rest.iter().any(|p| self.is_tainted(p.root))
            }
            Op::Repeat {
                value,
                count: _,
                container: _,
            } => any(&[*value]),
            Op::Load(p) | Op::Copy(p) | Op::Pop(p) => any(&[p.root]),
            Op::Opaque {
                code: _,
                captures,
                pure: _,
            } => captures.iter().any(|c| self.is_tainted(c.place.root)),
            Op::Call {
                callee: _,
                args,
                keeps: _,
            } => args.iter().any(|a| self.is_tainted(a.root())),
            _ => false,
        };
        let written = match op {
            Op::Store(p, v)
            | Op::Replace(p, v)
            | Op::Update(p, _, v)
            | Op::Fill(p, v)
            | Op::Push(p, v) => self.is_tainted(*v).then_some(p.root),
            Op::CopyFrom(p, q) => self.is_tainted(q.root).then_some(p.root),
            _ => None,
        };
        if let Op::Swap(p, q) = op {
            let either = self.is_tainted(p.root) || self.is_tainted(q.root);
            self.mark(p.root, either);
            self.mark(q.root, either);
        }
        if let Some(root) = written {
            self.mark(root, true);
        }
        if let Some(r) = results.first() {
            self.mark(*r, on);
        }
        if let Op::Loop(l) = op {
            for (k, param) in l.carried_params().iter().enumerate() {
                let on = self.is_tainted(l.init[k]) || self.is_tainted(l.carried_yields()[k]);
                self.mark(*param, on);
            }
        }
    }

    /// A result that may be a float and has an effect on an output.
    fn may_be_lost(&self, results: &[Value]) -> bool {
        results.iter().any(|r| {
            matches!(self.function.kind(*r), Kind::Float | Kind::Unknown) && self.plan.useful(*r)
        })
    }

    fn carry(&mut self, op: &Op, results: &[Value]) {
        match op {
            Op::If {
                cond: _,
                then,
                otherwise,
            } => {
                for arm in [then, otherwise] {
                    for (y, r) in arm.yields.iter().zip(results) {
                        let on = self.is_tainted(*y);
                        self.mark(*r, on);
                    }
                }
            }
            Op::Loop(l) => {
                for (k, param) in l.carried_params().iter().enumerate() {
                    let on = self.is_tainted(*param) || self.is_tainted(l.carried_yields()[k]);
                    self.mark(results[k + 1], on);
                }
            }
            _ => {}
        }
    }

    fn check(&mut self, op: &Op, results: &[Value], span: proc_macro2::Span) {
        if self.lost_in_borrowed(op) {
            let problem = Problem::Unsupported {
                what: "writing to what a method may have borrowed from something else",
                instead: "write to that itself, or say what it is, `let mut v: Vec<f64> = ..`",
            };
            self.errors.at_span(span, problem);
        }
        match op {
            Op::Opaque {
                code,
                captures,
                pure: _,
            } if captures.iter().any(|c| self.plan.varied(c.place.root)) => {
                let problem = match code {
                    Code::Expr(expr) => match &**expr {
                        // Arrays and options have it.
                        syn::Expr::MethodCall(e) if e.method == "map" => {
                            let problem = Problem::Unsupported {
                                what: "`map` of something whose type is not known here",
                                instead: "say what it is, `let a: [f64; 3] = ..` or `let a: Option<f64> = ..`, and map that",
                            };
                            self.errors.at(&e.method, problem);
                            return;
                        }
                        syn::Expr::MethodCall(e) => {
                            self.errors
                                .at(&e.method, Problem::UnknownMethod(e.method.to_string()));
                            return;
                        }
                        syn::Expr::Call(e) => {
                            let callable = matches!(&*e.func, syn::Expr::Path(p) if captures.iter().any(|c| p.path.is_ident(&c.name)));
                            let problem = if callable {
                                Problem::ActiveToCallable
                            } else {
                                Problem::ActiveInPlain
                            };
                            self.errors.at(e, problem);
                            return;
                        }
                        syn::Expr::Struct(e) => {
                            self.errors.at(e, Problem::ActiveInStruct);
                            return;
                        }
                        _ => Problem::ActiveInPlain,
                    },
                    Code::Macro(_) => Problem::ActiveInMacro,
                };
                self.errors.at_span(span, problem);
            }
            Op::Plain { operator, operands }
                if !is_comparison(operator) && operands.iter().any(|v| self.plan.varied(*v)) =>
            {
                self.errors.at_span(span, Problem::ActiveInPlain);
            }
            Op::Call {
                callee: Callee::Method { receiver, name, .. },
                args: _,
                keeps: _,
            } if self.plan.varied(receiver.root)
                && self.function.kind_of(receiver) != Kind::Unknown =>
            {
                self.errors
                    .at(name, Problem::UnknownMethod(name.to_string()));
            }
            Op::Call {
                callee: Callee::Operation { .. },
                args,
                keeps: _,
            } if args.iter().any(|a| self.plan.varied(a.root())) => {
                let not_annotated = results
                    .first()
                    .and_then(|r| self.function.not_annotated.get(r));
                if let Some((of_trait, ty)) = not_annotated.cloned() {
                    self.errors
                        .at_span(span, Problem::OperatorNotAnnotated(of_trait, ty));
                }
            }
            Op::Call {
                callee: Callee::Path(path),
                args,
                keeps: _,
            } if args.iter().any(|a| self.plan.varied(a.root())) => self.call(path, args, results),
            Op::Construct {
                path,
                fields,
                rest: _,
            } if fields.iter().any(|(_, v)| self.plan.varied(*v)) => {
                let mut named = path.segments.iter().rev();
                let name = match crate::lower::expr::is_variant(path) {
                    true => named.nth(1),
                    false => named.next(),
                };
                if let Some(name) = name.map(|s| &s.ident)
                    && crate::parse::is_not_derived(&self.source.item.sig.ident, name)
                {
                    let problem = Problem::NoDerivative(name.to_string());
                    self.errors.at(path, problem);
                }
            }
            Op::Opaque {
                code: _,
                captures,
                pure: _,
            } if captures.iter().any(|c| self.is_tainted(c.place.root))
                && self.may_be_lost(results) =>
            {
                self.errors.at_span(span, Problem::LostInCast);
            }
            Op::Call {
                callee: _,
                args,
                keeps: _,
            } if args.iter().any(|a| self.is_tainted(a.root()))
                && !args.iter().any(|a| self.plan.varied(a.root()))
                && self.may_be_lost(results) =>
            {
                self.errors.at_span(span, Problem::LostInCast);
            }
            Op::Cast { value, ty: _ } => {
                let to_float = results
                    .iter()
                    .any(|r| self.function.kind(*r) == Kind::Float && self.plan.useful(*r));
                if to_float && self.is_tainted(*value) {
                    self.errors.at_span(span, Problem::LostInCast);
                }
            }
            _ => {}
        }
    }
}

/// `<`, `==` and the like.
pub fn is_comparison(operator: &TokenStream) -> bool {
    ["<", "<=", ">", ">=", "==", "!="].contains(&operator.to_string().as_str())
}

/// A type without references and lifetimes.
fn owns(ty: &syn::Type) -> bool {
    !walk::any(ty, |node| {
        matches!(
            node,
            Node::Type(syn::Type::Reference(_)) | Node::Lifetime(_)
        )
    })
}
