//! Whether nobody notices when a function is run twice: whether it prints, draws or counts nothing, and changes only memory of its
//! own and what its caller lends it.
//!
//! A gradient runs without guards first, and again with them where that has left a NaN. What can be seen from outside must not
//! happen twice.

use super::Plan;
use crate::ast::{Home, Param, Shape, Source};
use crate::ir::{self, Argument, Callee, Code, Function, Op, Place, Value};
use crate::lower::macros::CHECKS;
use crate::lower::opaque::is_pure;
use crate::walk::{self, Node};
use proc_macro2::Ident;
use syn::parse::Parser;
use syn::punctuated::Punctuated;

/// What is called and must be repeatable, too.
#[derive(Default)]
pub struct Callees {
    pub functions: Vec<syn::Path>,
    /// Methods and associated functions of a type.
    pub methods: Vec<(syn::Type, Ident)>,
}

/// The functions that must be repeatable: if all are, this one is. Nothing if it is not, whatever they are.
pub fn repeatable(source: &Source, function: &Function, plan: &Plan) -> Option<Callees> {
    let mut repeatable = Repeatable {
        source,
        function,
        plan,
        callees: Callees::default(),
    };
    let mut all = true;
    function
        .body
        .visit(&mut |stmt| all &= repeatable.op(&stmt.op));
    all.then_some(repeatable.callees)
}

/// Nothing is looked at of what a parameter lends: a second time all of it that is written is written again.
pub fn overwrites(function: &Function, param: Value) -> bool {
    let mut overwrites = true;
    function.body.visit(&mut |stmt| {
        let others = match &stmt.op {
            Op::Store(p, v) if p.root == param => {
                let mut others = p.indices();
                others.push(*v);
                others
            }
            Op::Len(p) if p.root == param => Vec::new(),
            op => op.operands(),
        };
        overwrites &= !others.contains(&param);
        stmt.op
            .regions()
            .for_each(|inner| overwrites &= !inner.yields.contains(&param));
    });
    overwrites && !function.body.yields.contains(&param)
}

/// Whether the function itself does something that is seen from outside: prints, or changes something global. Of methods that it
/// calls nobody knows.
pub fn has_effects(function: &Function) -> bool {
    let mut found = false;
    function.body.visit(&mut |stmt| {
        found |= match &stmt.op {
            Op::Opaque {
                code: Code::Expr(e),
                captures: _,
                pure,
            } => !pure && is_seen(e),
            Op::Opaque { pure, .. } => !pure,
            Op::Effect { code, captures: _ } => !only_checks(code),
            _ => false,
        }
    });
    found
}

fn is_seen(expr: &syn::Expr) -> bool {
    let is_global = |expr: &syn::Expr| {
        let name = match expr {
            syn::Expr::Path(path) => path.path.segments.last().map(|s| s.ident.to_string()),
            _ => None,
        };
        name.is_some_and(|name| !name.contains(char::is_lowercase))
    };
    walk::any(expr, |node| match node {
        Node::Expr(syn::Expr::MethodCall(e)) => is_global(&e.receiver),
        Node::Macro(_) => true,
        _ => false,
    })
}

struct Repeatable<'a> {
    source: &'a Source,
    function: &'a Function,
    plan: &'a Plan,
    callees: Callees,
}

impl Repeatable<'_> {
    fn op(&mut self, op: &Op) -> bool {
        match op {
            Op::Opaque {
                code: _,
                captures: _,
                pure,
            } => *pure,
            Op::Effect { code, captures: _ } => only_checks(code),
            Op::Call {
                callee,
                args,
                keeps: _,
            } => self.call(callee, args),
            Op::Literal(_)
            | Op::Undefined
            | Op::Identity { .. }
            | Op::Neg(_)
            | Op::Arith(..)
            | Op::Plain { .. }
            | Op::Query { .. }
            | Op::Ask { .. }
            | Op::Cast { .. }
            | Op::Apply { .. }
            | Op::Matches { .. }
            | Op::Stop { .. }
            | Op::Construct { .. }
            | Op::Aggregate(..)
            | Op::Repeat { .. }
            | Op::Blank { .. }
            | Op::NewVec { .. }
            | Op::Load(_)
            | Op::Copy(_)
            | Op::Len(_)
            | Op::Shape(_)
            | Op::Local
            | Op::Store(..)
            | Op::Replace(..)
            | Op::Update(..)
            | Op::Swap(..)
            | Op::Fill(..)
            | Op::CopyFrom(..)
            | Op::Push(..)
            | Op::Pop(_)
            | Op::Truncate(..)
            | Op::ReverseOrder(_)
            | Op::Rotate(..)
            | Op::If { .. }
            | Op::Loop(_) => true,
            // Of the reverse sweep.
            Op::Seed(_)
            | Op::TapePush { .. }
            | Op::TapePop { .. }
            | Op::Room { .. }
            | Op::Put { .. }
            | Op::Entries { .. }
            | Op::Entry { .. }
            | Op::Schedule { .. }
            | Op::Snapshot { .. }
            | Op::Retake(_)
            | Op::Declare { .. }
            | Op::Begin { .. }
            | Op::Add { .. }
            | Op::First { .. }
            | Op::Set { .. }
            | Op::Clear(_)
            | Op::Forget(_)
            | Op::ForgetRest(_)
            | Op::Reset(..)
            | Op::SwapAdjoints(..)
            | Op::ReverseAdjoint(_)
            | Op::RotateAdjoint(..)
            | Op::Drain { .. }
            | Op::AddRest { .. }
            | Op::Lengthen(..)
            | Op::PushAdjoint(..)
            | Op::PopAdjoint(_)
            | Op::Window(_)
            | Op::Inside(_)
            | Op::Winners(_)
            | Op::Pullback { .. } => true,
        }
    }

    /// Of a function that is called with constants nobody knows whether it is annotated, nor what it does.
    fn call(&mut self, callee: &Callee, args: &[Argument]) -> bool {
        let varied = args.iter().any(|a| self.plan.varied(a.root()));
        match callee {
            Callee::Path(path) if !varied => ir::is_of_std(path),
            Callee::Path(path) if ir::is_associated(path) => self.associated(path),
            Callee::Path(path) => {
                let module = self.source.home == Home::Module;
                if !(module && path.is_ident(&self.source.item.sig.ident)) {
                    self.callees.functions.push(path.clone());
                }
                true
            }
            Callee::Method { receiver, name, .. } => {
                (varied || self.plan.varied(receiver.root)) && self.method(receiver, name)
            }
            Callee::Changing(name) => match args.first() {
                Some(Argument::Exclusive(place)) => self.method(place, name),
                _ => false,
            },
            // Operators of a library, or of an `impl` of which nobody knows what it does.
            Callee::Operation {
                name: _,
                native: _,
                of_library,
            } => {
                *of_library
                    || args.iter().all(|a| {
                        let ty = self.function.ty(a.root());
                        self.function.types.is_matrix(ty) || self.function.is_scalar(a.root())
                    })
            }
        }
    }

    fn associated(&mut self, path: &syn::Path) -> bool {
        let segments: Vec<_> = path.segments.iter().collect();
        match segments.as_slice() {
            [own, name] if own.ident == "Self" => {
                self.asks(syn::parse_quote!(Self), &name.ident);
                true
            }
            _ => false,
        }
    }

    /// A method of `self` or of a parameter of a type that has a name; of anything else its type is not known.
    fn method(&mut self, receiver: &Place, name: &Ident) -> bool {
        if !receiver.path.is_empty() {
            return false;
        }
        if Some(receiver.root) == self.function.receiver {
            self.asks(syn::parse_quote!(Self), name);
            return true;
        }
        match self.param(receiver.root) {
            Some(param) if param.ident == "self" => {
                self.asks(syn::parse_quote!(Self), name);
                true
            }
            Some(param) => match &param.shape {
                Shape::Opaque(ty) if self.has_a_name(ty) => {
                    self.asks(ty.clone(), name);
                    true
                }
                _ => false,
            },
            None => false,
        }
    }

    fn param(&self, v: Value) -> Option<&Param> {
        let mut params = self.source.params.iter().zip(&self.function.body.params);
        params.find(|(_, p)| **p == v).map(|(param, _)| param)
    }

    /// It is a type wherever the function stands: no parameter of the function's.
    fn has_a_name(&self, ty: &syn::Type) -> bool {
        let syn::Type::Path(path) = ty else {
            return false;
        };
        let plain = |s: &syn::PathSegment| matches!(s.arguments, syn::PathArguments::None);
        let mut generics = self.source.item.sig.generics.type_params();
        path.qself.is_none()
            && path.path.segments.iter().all(plain)
            && !generics.any(|p| path.path.is_ident(&p.ident))
    }

    fn asks(&mut self, ty: syn::Type, name: &Ident) {
        let own = matches!(self.source.home, Home::Impl | Home::TraitImpl);
        let of_own = matches!(&ty, syn::Type::Path(path) if path.path.is_ident("Self"));
        if !(own && of_own && *name == self.source.item.sig.ident) {
            self.callees.methods.push((ty, name.clone()));
        }
    }
}

/// A macro that panics or does nothing, of what may be computed twice.
fn only_checks(code: &Code) -> bool {
    let Code::Macro(tokens) = code else {
        return false;
    };
    let Ok(mac) = syn::parse2::<syn::Macro>(tokens.clone()) else {
        return false;
    };
    let checks = |s: &syn::PathSegment| CHECKS.iter().any(|name| s.ident == name);
    let list = Punctuated::<syn::Expr, syn::Token![,]>::parse_terminated;
    mac.path.segments.last().is_some_and(checks)
        && list.parse2(mac.tokens).is_ok_and(|e| e.iter().all(is_pure))
}
