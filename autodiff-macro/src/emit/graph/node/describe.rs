//! Operations in words and formulas.

use super::{Builder, Operand, bare};
use crate::emit::graph::{formula, spell};
use crate::ir::{Argument, Arith, Callee, Capture, Code, Container, Count, Op, Place, Stmt, Value};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};

impl Builder<'_> {
    /// What is no node of its own: a number, a path, code without operands.
    pub(super) fn constant(&self, stmt: &Stmt) -> Option<String> {
        let [v] = stmt.results.as_slice() else {
            return None;
        };
        if self.function.locals.contains(v) {
            return None;
        }
        match &stmt.op {
            Op::Literal(tokens) => {
                let text = spell::spell(tokens.clone(), &|_| None);
                // The suffix is ours.
                let short = ["_f64", "_f32", "usize"]
                    .iter()
                    .find_map(|suffix| text.strip_suffix(suffix))
                    .filter(|rest| rest.starts_with(|c: char| c.is_ascii_digit()));
                Some(atom(short.unwrap_or(&text).to_owned()))
            }
            Op::Identity { sum } => Some(identity(*sum)),
            Op::Undefined => Some("_".to_owned()),
            Op::Opaque {
                code: Code::Expr(e),
                captures,
                pure: true,
            } if captures.is_empty() => {
                Some(atom(spell::spell(e.to_token_stream(), &|_| None)))
            }
            Op::Plain { operator, operands }
            // `-1`
                if operands.len() == 1 && self.name(operands[0]).node.is_none() =>
            {
                Some(format!("({operator}{})", self.text(operands[0])))
            }
            Op::Neg(v) if self.name(*v).node.is_none() => Some(format!("(-{})", self.text(*v))),
            _ => None,
        }
    }

    fn code(&self, code: &Code, captures: &[Capture]) -> String {
        let tokens = match code {
            Code::Expr(expr) => expr.to_token_stream(),
            Code::Macro(tokens) => tokens.clone(),
        };
        spell::spell(tokens, &|name| {
            let capture = captures.iter().find(|c| c.name == *name)?;
            Some(self.place(&capture.place))
        })
    }

    fn argument(&self, argument: &Argument) -> String {
        match argument {
            Argument::Value(v) => bare(&self.text(*v)),
            Argument::Owned(p) => self.place(p),
            Argument::Shared(p) => format!("&{}", self.place(p)),
            Argument::Exclusive(p) => format!("&mut {}", self.place(p)),
        }
    }

    fn method(&self, name: &str, operands: &[Value]) -> String {
        match operands {
            [first, rest @ ..] => format!("{}.{name}({})", self.text(*first), self.list(rest)),
            [] => format!("{name}()"),
        }
    }

    /// The operation, and the right-hand side in Rust.
    pub(super) fn describe(&self, op: &Op) -> (TokenStream, String) {
        let t = |v: &Value| self.text(*v);
        let p = |place: &Place| self.place(place);
        match op {
            Op::Neg(v) => (quote!(Neg), format!("-{}", t(v))),
            Op::Arith(op, a, b) => {
                let (variant, sign) = arith(*op);
                (variant, format!("{} {sign} {}", t(a), t(b)))
            }
            Op::Plain { operator, operands } => {
                let text = match self.texts(operands).as_slice() {
                    [a] => format!("{operator}{a}"),
                    [a, b] => format!("{a} {operator} {b}"),
                    many => format!("{operator} {}", many.join(" ")),
                };
                (quote!(Other), text)
            }
            Op::Query { method, operands } => {
                let text = self.method(&method.to_string(), operands);
                (quote!(Other), text)
            }
            Op::Cast { value, ty } => {
                let ty = spell::spell(ty.to_token_stream(), &|_| None);
                (quote!(Other), format!("{} as {ty}", t(value)))
            }
            Op::Apply { row, args } => {
                let name = row.name;
                let text = match args.as_slice() {
                    [a, b] if name == "rem" => format!("{} % {}", t(a), t(b)),
                    args => self.method(name, args),
                };
                (quote!(Function(#name)), text)
            }
            Op::Matches {
                place,
                pattern,
                reference: _,
            } => {
                let pattern = spell::spell(pattern.to_token_stream(), &|_| None);
                (quote!(Other), format!("matches!({}, {pattern})", p(place)))
            }
            Op::Stop { value, path: _ } => (quote!(Other), format!("stop_gradient({})", t(value))),
            Op::Opaque {
                code,
                captures,
                pure: _,
            } => (quote!(Other), self.code(code, captures)),
            Op::Ask { code, captures } => (quote!(Other), self.code(code, captures)),
            Op::Effect { code, captures } => (quote!(Effect), self.code(code, captures)),
            Op::Aggregate(container, values) => {
                let list = self.list(values);
                let text = match container {
                    Container::Array => format!("[{list}]"),
                    Container::Vec => format!("vec![{list}]"),
                    Container::Tuple if values.len() == 1 => format!("({list},)"),
                    Container::Tuple => format!("({list})"),
                };
                (quote!(Collect), text)
            }
            Op::Repeat {
                value,
                count,
                container,
            } => {
                let count = match count {
                    Count::Constant(tokens) => spell::spell(tokens.clone(), &|_| None),
                    Count::Value(v) => t(v),
                };
                let vec = if *container == Container::Vec {
                    "vec!"
                } else {
                    ""
                };
                (quote!(Collect), format!("{vec}[{}; {count}]", t(value)))
            }
            Op::Construct { path, fields, rest } => {
                let mut parts: Vec<String> = fields
                    .iter()
                    .map(|(member, v)| format!("{}: {}", member.to_token_stream(), t(v)))
                    .collect();
                parts.extend(rest.as_ref().map(|place| format!("..{}", p(place))));
                let path = spell::spell(path.to_token_stream(), &|_| None);
                (
                    quote!(Collect),
                    format!("{path} {{ {} }}", parts.join(", ")),
                )
            }
            Op::NewVec { capacity: _ } => (quote!(Collect), "Vec::new()".to_owned()),
            Op::Load(place) => (quote!(Read), p(place)),
            Op::Copy(place) => (quote!(Read), format!("{}.clone()", p(place))),
            Op::Shape(_) => (quote!(Other), String::new()),
            Op::Len(place) => (quote!(Other), format!("{}.len()", p(place))),
            Op::Pop(place) => (quote!(Write), format!("{}.pop()", p(place))),
            Op::Call {
                callee,
                args,
                keeps: _,
            } => {
                let (name, function) = match callee {
                    Callee::Path(path) => {
                        let text = spell::spell(path.to_token_stream(), &|_| None);
                        (text.clone(), text)
                    }
                    Callee::Operation { name, .. } => {
                        let name = name.to_string();
                        (name.clone(), name)
                    }
                    Callee::Method { receiver, name, .. } => {
                        let name = name.to_string();
                        (name.clone(), format!("{}.{name}", p(receiver)))
                    }
                    Callee::Changing(name) => (name.to_string(), name.to_string()),
                };
                let args: Vec<String> = args.iter().map(|a| self.argument(a)).collect();
                let text = format!("{function}({})", args.join(", "));
                (quote!(Call(#name)), text)
            }
            Op::Local => (quote!(Memory), "_".to_owned()),
            Op::Store(place, v) | Op::Replace(place, v) => {
                (quote!(Write), format!("{} = {}", p(place), t(v)))
            }
            Op::Update(place, op, v) => {
                let (_, sign) = arith(*op);
                (quote!(Write), format!("{} {sign}= {}", p(place), t(v)))
            }
            Op::Swap(a, b) => (quote!(Write), format!("swap({}, {})", p(a), p(b))),
            Op::Fill(place, v) => (quote!(Write), format!("{}.fill({})", p(place), t(v))),
            Op::CopyFrom(to, from) => {
                let text = format!("{}.copy_from_slice(&{})", p(to), p(from));
                (quote!(Write), text)
            }
            Op::Push(place, v) => (quote!(Write), format!("{}.push({})", p(place), t(v))),
            Op::Truncate(place, v) => (quote!(Write), format!("{}.truncate({})", p(place), t(v))),
            Op::ReverseOrder(place) => (quote!(Write), format!("{}.reverse()", p(place))),
            Op::Rotate(place, v) => (quote!(Write), format!("{}.rotate_left({})", p(place), t(v))),
            // A variable that begins as a constant.
            Op::Literal(tokens) => (quote!(Memory), spell::spell(tokens.clone(), &|_| None)),
            Op::Identity { sum } => (quote!(Memory), identity(*sum)),
            Op::Undefined => (quote!(Memory), "_".to_owned()),
            Op::Blank { count, like: _ } => {
                let count = count.clone().map(|c| spell::spell(c, &|_| None));
                (
                    quote!(Memory),
                    format!("[_; {}]", count.as_deref().unwrap_or("_")),
                )
            }
            // These have regions, or are of the reverse sweep.
            Op::If { .. }
            | Op::Loop(_)
            | Op::Seed(_)
            | Op::TapePush { .. }
            | Op::TapePop { .. }
            | Op::Winners(_)
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
            | Op::Window(_)
            | Op::Inside(_)
            | Op::AddRest { .. }
            | Op::Lengthen(..)
            | Op::PushAdjoint(..)
            | Op::PopAdjoint(_)
            | Op::Pullback { .. } => (quote!(Other), String::new()),
        }
    }

    /// The right-hand side in mathematical notation, if that differs, and for each operand that is active the derivative
    /// with respect to it, if that is a formula.
    pub(super) fn formula(
        &self,
        op: &Op,
        operands: &[Operand],
    ) -> (Option<String>, Vec<Option<String>>) {
        let one = || Some("1".to_owned());
        match op {
            Op::Neg(v) => (
                Some(format!("−{}", self.text(*v))),
                vec![Some("−1".to_owned())],
            ),
            Op::Arith(op, a, b) => {
                let (x, y) = (self.text(*a), self.text(*b));
                match op {
                    Arith::Add => (Some(format!("{x} + {y}")), vec![one(), one()]),
                    Arith::Sub => (
                        Some(format!("{x} − {y}")),
                        vec![one(), Some("−1".to_owned())],
                    ),
                    Arith::Mul if a == b => (Some(formula::power(&x, "2")), vec![Some(y), Some(x)]),
                    Arith::Mul => (Some(format!("{x} · {y}")), vec![Some(y), Some(x)]),
                    Arith::Div => (
                        Some(format!("{x}/{y}")),
                        vec![Some(format!("1/{y}")), Some(format!("−{x}/{y}²"))],
                    ),
                }
            }
            Op::Apply { row, args } => {
                let texts = self.texts(args);
                let mut which = 0;
                let partials = (0..args.len())
                    .map(|k| {
                        if row.integer.contains(&k) {
                            return None;
                        }
                        which += 1;
                        formula::partial(row, which - 1, &texts, "_").filter(|p| !p.contains('_'))
                    })
                    .collect();
                (Some(formula::function(row.name, &texts)), partials)
            }
            _ => (None, vec![None; operands.len()]),
        }
    }
}

fn arith(op: Arith) -> (TokenStream, &'static str) {
    match op {
        Arith::Add => (quote!(Add), "+"),
        Arith::Sub => (quote!(Sub), "-"),
        Arith::Mul => (quote!(Mul), "*"),
        Arith::Div => (quote!(Div), "/"),
    }
}

fn identity(sum: bool) -> String {
    if sum { "0.0" } else { "1.0" }.to_owned()
}

/// In parentheses, unless it can stand next to an operator as it is.
fn atom(text: String) -> String {
    let simple = text
        .chars()
        .all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | ':'));
    if simple || text == "()" {
        text
    } else {
        format!("({text})")
    }
}
