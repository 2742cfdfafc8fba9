//! Small arrays and tuples become variables, one for each number in them, which are then promoted: what is known of an entry is
//! known, and what is kept of it is the entry.
//!
//! ```text
//! c = [x, 0]; c[1] += y; z = c      becomes      c0 = x; c1 = 0; c1 += y; z = [c0, c1]
//! ```
//!
//! Only of numbers that are all found by literals: what is looked at by an index, lent or captured as a whole stays memory.

use crate::ir::{
    Callee, Container, Count, Function, Kind, Op, Place, Region, Step, Stmt, Table, Value, Values,
};
use proc_macro2::{Literal, Span, TokenStream};
use quote::quote;

/// The most numbers of which one is made variables.
const MOST: usize = 16;

/// Whether there are any; they are yet to be promoted.
pub fn run(function: &mut Function) -> bool {
    let mut body = std::mem::take(&mut function.body);
    let found = Found::new(function, &body);
    let any = !found.scattered.is_empty();
    if any {
        let mut cx = Scatter {
            function,
            found,
            pieces: Table::new(),
        };
        cx.region(&mut body);
    }
    function.body = body;
    any
}

/// What an array or a tuple is made of.
#[derive(Clone, PartialEq)]
enum Shape {
    Number,
    Parts(Container, Vec<Shape>),
}

impl Shape {
    /// How many numbers there are.
    fn count(&self) -> usize {
        match self {
            Shape::Number => 1,
            Shape::Parts(_, parts) => parts.iter().map(Shape::count).sum(),
        }
    }

    /// What is at the end of a path, and how many numbers stand in front of it.
    fn at(&self, path: &[Step]) -> Option<(usize, &Shape)> {
        let Some((step, rest)) = path.split_first() else {
            return Some((0, self));
        };
        let (k, parts) = match (step, self) {
            (Step::Element(k), Shape::Parts(Container::Array, parts)) => (*k, parts),
            (Step::Field(syn::Member::Unnamed(k)), Shape::Parts(Container::Tuple, parts)) => {
                (k.index as usize, parts)
            }
            _ => return None,
        };
        let before: usize = parts.get(..k)?.iter().map(Shape::count).sum();
        let (first, shape) = parts.get(k)?.at(rest)?;
        Some((before + first, shape))
    }

    fn is_row_of_numbers(&self) -> bool {
        match self {
            Shape::Number => false,
            Shape::Parts(_, parts) => parts.iter().all(|part| *part == Shape::Number),
        }
    }
}

fn step(container: Container, k: usize) -> Step {
    match container {
        Container::Tuple => Step::Field(k.into()),
        Container::Array | Container::Vec => Step::Element(k),
    }
}

struct Found {
    shapes: Table<Shape>,
    /// What becomes variables.
    scattered: Values,
    /// Numbers of which only what they are put into may say what type they are of.
    unclear: Values,
}

impl Found {
    fn new(function: &Function, body: &Region) -> Self {
        let mut found = Found {
            shapes: Table::new(),
            scattered: Values::new(),
            unclear: Values::new(),
        };
        let mut defined = Values::new();
        body.visit(&mut |stmt| found.learn(function, stmt, &mut defined));
        for (v, shape) in found.shapes.iter() {
            if defined.contains(&v) && (1..=MOST).contains(&shape.count()) {
                found.scattered.insert(v);
            }
        }
        // What cannot be taken apart may be what another one is put into.
        loop {
            let mut whole: Values = body.yields.iter().copied().collect();
            body.visit(&mut |stmt| {
                whole.extend(found.whole(stmt));
                for inner in stmt.op.regions() {
                    whole.extend(&inner.yields);
                }
            });
            let before = found.scattered.len();
            found.scattered.retain(|v| !whole.contains(v));
            if found.scattered.len() == before {
                return found;
            }
        }
    }

    fn learn(&mut self, function: &Function, stmt: &Stmt, defined: &mut Values) {
        let shape = |found: &Self, v: &Value| match function.is_float(*v) {
            true => Some(Shape::Number),
            false => found.shapes.get(v).cloned(),
        };
        if let Op::Store(p, v) = &stmt.op
            && p.path.is_empty()
            && !function.is_scalar(p.root)
            && !self.shapes.contains_key(&p.root)
            && let Some(shape) = shape(self, v)
        {
            self.shapes.insert(p.root, shape);
        }
        let [result] = stmt.results.as_slice() else {
            return;
        };
        let shape = match &stmt.op {
            Op::Aggregate(container @ (Container::Array | Container::Tuple), values) => values
                .iter()
                .map(|v| shape(self, v))
                .collect::<Option<_>>()
                .map(|parts| Shape::Parts(*container, parts)),
            Op::Repeat {
                value,
                count: Count::Constant(count),
                container: Container::Array,
            } => count_of(count)
                .zip(shape(self, value))
                .map(|(count, part)| Shape::Parts(Container::Array, vec![part; count])),
            Op::Blank {
                count: Some(count),
                like: None,
            } => match function.kind(*result) {
                Kind::Array(element) if function.types.kind(element) == Kind::Float => {
                    let count = count_of(count);
                    count.map(|n| Shape::Parts(Container::Array, vec![Shape::Number; n]))
                }
                _ => None,
            },
            Op::Load(p) | Op::Copy(p) => {
                let shape = self.shapes.get(&p.root).and_then(|s| s.at(&p.path));
                shape.map(|(_, shape)| shape.clone())
            }
            Op::Local => None,
            op => {
                if is_unclear(op) {
                    self.unclear.insert(*result);
                }
                return;
            }
        };
        if !function.is_scalar(*result) {
            defined.insert(*result);
            self.shapes.extend(shape.map(|shape| (*result, shape)));
        }
    }

    /// What is found by literals of something that becomes variables.
    fn part(&self, p: &Place) -> Option<&Shape> {
        let shape = self.shapes.get(&p.root)?;
        let (_, part) = shape.at(&p.path)?;
        self.scattered.contains(&p.root).then_some(part)
    }

    /// What a statement asks to be there as a whole.
    fn whole(&self, stmt: &Stmt) -> Vec<Value> {
        let clear = |v: &Value| !self.unclear.contains(v);
        let fits = match &stmt.op {
            Op::Local => true,
            Op::Blank { .. } => self.scattered.contains(&stmt.results[0]),
            Op::Load(p) | Op::Copy(p) => self.part(p).is_some(),
            Op::Store(p, v) => self.part(p).is_some_and(|part| {
                clear(v) && self.shapes.get(v).is_none_or(|shape| shape == part)
            }),
            Op::Update(p, _, v) => self.part(p) == Some(&Shape::Number) && clear(v),
            Op::Fill(p, v) => self.part(p).is_some_and(Shape::is_row_of_numbers) && clear(v),
            Op::Swap(p, q) | Op::CopyFrom(p, q) => {
                self.part(p).is_some() && self.part(p) == self.part(q)
            }
            Op::Len(p) => matches!(self.part(p), Some(Shape::Parts(Container::Array, _))),
            Op::Aggregate(..) | Op::Repeat { .. } => {
                let operands = stmt.op.operands();
                if !operands.iter().all(clear) {
                    return [operands, stmt.results.clone()].concat();
                }
                self.scattered.contains(&stmt.results[0])
            }
            _ => false,
        };
        match fits {
            true => Vec::new(),
            false => stmt.op.operands(),
        }
    }
}

/// How long a small array is.
fn count_of(length: &TokenStream) -> Option<usize> {
    let count = super::lengths::number(length)? as usize;
    (count <= MOST).then_some(count)
}

/// A literal without a suffix, or code that is whatever it is used as.
fn is_unclear(op: &Op) -> bool {
    match op {
        Op::Literal(tokens) => {
            let text = tokens.to_string();
            op.number().is_some() && !text.ends_with("f64") && !text.ends_with("f32")
        }
        Op::Opaque { .. } => true,
        Op::Call { callee, args, .. } => args.is_empty() || matches!(callee, Callee::Method { .. }),
        _ => false,
    }
}

struct Scatter<'a> {
    function: &'a mut Function,
    found: Found,
    /// The variables of each, in order.
    pieces: Table<Vec<Value>>,
}

impl Scatter<'_> {
    fn region(&mut self, region: &mut Region) {
        let mut out = Vec::new();
        for mut stmt in std::mem::take(&mut region.stmts) {
            for inner in stmt.op.regions_mut() {
                self.region(inner);
            }
            self.stmt(stmt, &mut out);
        }
        region.stmts = out;
    }

    fn stmt(&mut self, stmt: Stmt, out: &mut Vec<Stmt>) {
        let mut cx = Piecewise {
            scatter: self,
            span: stmt.span,
            out,
        };
        let part = |cx: &Piecewise<'_, '_>, p: &Place| cx.scatter.found.part(p).cloned();
        match &stmt.op {
            Op::Local | Op::Blank { .. } => {
                let shape = cx.shape_of_scattered(stmt.results[0]);
                match shape {
                    Some(shape) => cx.declare(stmt.results[0], shape.count()),
                    None => cx.out.push(stmt),
                }
            }
            Op::Aggregate(_, values) => match cx.shape_of_scattered(stmt.results[0]) {
                Some(Shape::Parts(_, parts)) => {
                    let numbers = values.iter().zip(&parts);
                    let numbers = numbers.flat_map(|(v, part)| cx.numbers(*v, part)).collect();
                    cx.define(stmt.results[0], numbers);
                }
                Some(Shape::Number) | None => cx.out.push(stmt),
            },
            Op::Repeat { value, .. } => match cx.shape_of_scattered(stmt.results[0]) {
                Some(Shape::Parts(_, parts)) => {
                    let numbers = parts.iter().flat_map(|part| cx.numbers(*value, part));
                    let numbers = numbers.collect();
                    cx.define(stmt.results[0], numbers);
                }
                Some(Shape::Number) | None => cx.out.push(stmt),
            },
            Op::Load(p) | Op::Copy(p) => {
                match (part(&cx, p), cx.shape_of_scattered(stmt.results[0])) {
                    (_, Some(shape)) => {
                        let numbers = cx.read(p, &shape);
                        cx.define(stmt.results[0], numbers);
                    }
                    (Some(Shape::Number), None) => {
                        let piece = cx.pieces(p)[0];
                        cx.push(stmt.results[0], Op::Load(Place::whole(piece)));
                    }
                    (Some(shape), None) => {
                        let numbers = cx.read(p, &shape);
                        cx.gather(stmt.results[0], &shape, &numbers);
                    }
                    (None, None) => cx.out.push(stmt),
                }
            }
            Op::Store(p, v) => match part(&cx, p) {
                Some(shape) => {
                    let numbers = cx.numbers(*v, &shape);
                    cx.write(p, numbers);
                }
                None => cx.out.push(stmt),
            },
            Op::Update(p, arith, v) => match part(&cx, p) {
                Some(shape) => {
                    let before = cx.read(p, &shape)[0];
                    let after = cx.number(Op::Arith(*arith, before, *v));
                    cx.write(p, vec![after]);
                }
                None => cx.out.push(stmt),
            },
            Op::Fill(p, v) => match part(&cx, p) {
                Some(shape) => cx.write(p, vec![*v; shape.count()]),
                None => cx.out.push(stmt),
            },
            Op::CopyFrom(p, q) => match part(&cx, p) {
                Some(shape) => {
                    let numbers = cx.read(q, &shape);
                    cx.write(p, numbers);
                }
                None => cx.out.push(stmt),
            },
            Op::Swap(p, q) => match part(&cx, p) {
                Some(shape) => {
                    let (first, second) = (cx.read(p, &shape), cx.read(q, &shape));
                    cx.write(p, second);
                    cx.write(q, first);
                }
                None => cx.out.push(stmt),
            },
            Op::Len(p) => match part(&cx, p) {
                Some(Shape::Parts(_, parts)) => {
                    let count = Literal::usize_suffixed(parts.len());
                    cx.push(stmt.results[0], Op::Literal(quote!(#count)));
                }
                Some(Shape::Number) | None => cx.out.push(stmt),
            },
            _ => cx.out.push(stmt),
        }
    }
}

/// What a statement becomes.
struct Piecewise<'a, 'f> {
    scatter: &'a mut Scatter<'f>,
    span: Span,
    out: &'a mut Vec<Stmt>,
}

impl Piecewise<'_, '_> {
    fn push(&mut self, result: Value, op: Op) {
        self.out.push(Stmt {
            results: vec![result],
            op,
            span: self.span,
        });
    }

    fn number(&mut self, op: Op) -> Value {
        let ty = self.scatter.function.types.float();
        let number = self.scatter.function.value(ty);
        self.push(number, op);
        number
    }

    fn shape_of_scattered(&self, v: Value) -> Option<Shape> {
        let found = &self.scatter.found;
        let shape = found
            .shapes
            .get(&v)
            .filter(|_| found.scattered.contains(&v));
        shape.cloned()
    }

    /// The variables that a part has become.
    fn pieces(&self, p: &Place) -> Vec<Value> {
        let shape = &self.scatter.found.shapes[&p.root];
        let pieces = &self.scatter.pieces[&p.root];
        let part = shape.at(&p.path);
        part.map_or(Vec::new(), |(first, part)| {
            pieces[first..first + part.count()].to_vec()
        })
    }

    fn declare(&mut self, v: Value, count: usize) {
        let pieces = (0..count).map(|_| self.number(Op::Local)).collect();
        self.scatter.pieces.insert(v, pieces);
    }

    fn define(&mut self, v: Value, numbers: Vec<Value>) {
        self.declare(v, numbers.len());
        self.write(&Place::whole(v), numbers);
    }

    fn write(&mut self, p: &Place, numbers: Vec<Value>) {
        for (piece, number) in self.pieces(p).into_iter().zip(numbers) {
            self.out.push(Stmt {
                results: Vec::new(),
                op: Op::Store(Place::whole(piece), number),
                span: self.span,
            });
        }
    }

    /// The numbers of a value.
    fn numbers(&mut self, v: Value, shape: &Shape) -> Vec<Value> {
        match shape {
            Shape::Number => vec![v],
            Shape::Parts(..) => self.read(&Place::whole(v), shape),
        }
    }

    /// The numbers in a place, of variables or of memory.
    fn read(&mut self, p: &Place, shape: &Shape) -> Vec<Value> {
        if self.scatter.found.scattered.contains(&p.root) {
            let pieces = self.pieces(p).into_iter();
            return pieces
                .map(|piece| self.number(Op::Load(Place::whole(piece))))
                .collect();
        }
        match shape {
            Shape::Number => vec![self.number(Op::Load(p.clone()))],
            Shape::Parts(container, parts) => {
                let parts = parts.iter().enumerate();
                parts
                    .flat_map(|(k, part)| self.read(&p.then(step(*container, k)), part))
                    .collect()
            }
        }
    }

    /// An array or a tuple of these numbers.
    fn gather(&mut self, result: Value, shape: &Shape, numbers: &[Value]) {
        let Shape::Parts(container, parts) = shape else {
            return;
        };
        let (mut values, mut rest) = (Vec::new(), numbers);
        for (k, part) in parts.iter().enumerate() {
            let (own, others) = rest.split_at(part.count());
            rest = others;
            values.push(match part {
                Shape::Number => own[0],
                Shape::Parts(..) => {
                    let function = &mut *self.scatter.function;
                    let ty = function.ty(result);
                    let ty = match container {
                        Container::Tuple => function.types.field(ty, &k.into()),
                        Container::Array | Container::Vec => function.types.element(ty),
                    };
                    let value = function.value(ty);
                    self.gather(value, part, own);
                    value
                }
            });
        }
        self.push(result, Op::Aggregate(*container, values));
    }
}
