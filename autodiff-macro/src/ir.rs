//! The intermediate representation: SSA values inside structured regions.
//!
//! A [`Value`] is defined once. Scalars are immutable; aggregates (arrays, slices, vectors, tuples, values of a type the
//! macro cannot see) are *cells*: memory with a root value, read and written in place through a [`Place`]. There is no jump:
//! `break`, `continue` and `return` are flags by the time this representation exists, so that every region has one exit.

mod parts;
mod table;
mod text;
mod types;
mod verify;

pub use self::table::{Table, Values};
pub use self::types::{Kind, Library, Ty, Types};
pub use self::verify::verify;

use autodiff_runtime::rules::Row;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};

/// An SSA value, or the root of a cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Hash)]
pub struct Value(pub u32);

/// A step from an aggregate to a part of it.
#[derive(Clone, PartialEq)]
pub enum Step {
    Index(Value),
    /// An element by its number.
    Element(usize),
    Slice {
        low: Option<Value>,
        high: Option<Value>,
        inclusive: bool,
    },
    Field(syn::Member),
    /// A part of an enum's value that is of this variant, or of a struct by its pattern.
    Variant {
        path: Written,
        member: syn::Member,
    },
    /// What a `Box` holds.
    Deref,
    /// All entries of a matrix, as a slice, as they lie in memory.
    Entries,
}

impl Step {
    /// `[low..high]`
    pub fn slice(low: Option<Value>, high: Option<Value>) -> Self {
        Step::Slice {
            low,
            high,
            inclusive: false,
        }
    }
}

/// A path that is the same where it is written the same: syn compares paths only with its `extra-traits`, a quarter of what it
/// takes to build it.
#[derive(Clone)]
pub struct Written(pub syn::Path);

impl PartialEq for Written {
    fn eq(&self, other: &Self) -> bool {
        self.0.to_token_stream().to_string() == other.0.to_token_stream().to_string()
    }
}

/// A part of an aggregate. The adjoint of a place is the same place on the adjoint.
#[derive(Clone, PartialEq)]
pub struct Place {
    pub root: Value,
    pub path: Vec<Step>,
}

impl Place {
    pub fn whole(root: Value) -> Self {
        Place {
            root,
            path: Vec::new(),
        }
    }

    pub fn then(&self, step: Step) -> Self {
        let mut path = self.path.clone();
        path.push(step);
        Place {
            root: self.root,
            path,
        }
    }

    /// The values that say where in its root the place is.
    pub fn indices(&self) -> Vec<Value> {
        let mut indices = Vec::new();
        self.each_index(&mut |v| indices.push(v));
        indices
    }

    pub fn each_index(&self, f: &mut dyn FnMut(Value)) {
        for step in &self.path {
            match step {
                Step::Index(i) => f(*i),
                Step::Slice {
                    low,
                    high,
                    inclusive: _,
                } => {
                    if let Some(low) = low {
                        f(*low);
                    }
                    if let Some(high) = high {
                        f(*high);
                    }
                }
                Step::Field(_)
                | Step::Element(_)
                | Step::Variant { .. }
                | Step::Deref
                | Step::Entries => {}
            }
        }
    }

    /// Its root, and those.
    fn each(&self, f: &mut dyn FnMut(Value)) {
        f(self.root);
        self.each_index(f);
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Arith {
    Add,
    Sub,
    Mul,
    Div,
}

/// What is called.
#[derive(Clone)]
pub enum Callee {
    Path(syn::Path),
    /// An operator or a method of a type that is no number, `Operation` in the runtime. Its operands are the arguments.
    Operation {
        name: Ident,
        native: Native,
        /// As far as the file tells all operands are a library's or numbers, so that it can be run twice.
        of_library: bool,
    },
    /// A method of something that has no derivative.
    Method {
        receiver: Place,
        /// It may be changed by the call: it is a variable, or behind an exclusive reference.
        exclusive: bool,
        name: Ident,
    },
    /// An annotated method that changes what it is called on: that is its first argument, an exclusive reference.
    Changing(Ident),
}

/// How an operation is written where nothing depends on a differentiable input.
#[derive(Clone)]
pub enum Native {
    Infix(TokenStream),
    Prefix(TokenStream),
    /// `+=`: what is left in the first operand is what the operation gives.
    Assign(TokenStream),
    Method(Ident),
    /// What the operation gives is not what the method does: a view is a matrix of its own, an `Option` a pair.
    Never,
}

/// How an argument is handed to a call.
#[derive(Clone, PartialEq)]
pub enum Argument {
    Value(Value),
    /// The value of a part of an aggregate.
    Owned(Place),
    Shared(Place),
    Exclusive(Place),
}

impl Argument {
    pub fn root(&self) -> Value {
        match self {
            Argument::Value(v) => *v,
            Argument::Owned(p) | Argument::Shared(p) | Argument::Exclusive(p) => p.root,
        }
    }

    pub fn place(&self) -> Place {
        match self {
            Argument::Value(v) => Place::whole(*v),
            Argument::Owned(p) | Argument::Shared(p) | Argument::Exclusive(p) => p.clone(),
        }
    }
}

/// A name of the user's inside an expression that is taken over as it stands.
#[derive(Clone, PartialEq)]
pub struct Capture {
    pub name: Ident,
    pub place: Place,
    /// The name stands for a reference to the place.
    pub reference: bool,
    /// The code may change what the name stands for.
    pub exclusive: bool,
}

/// An expression, or the arguments of a macro, taken over from the user's source.
#[derive(Clone)]
pub enum Code {
    Expr(Box<syn::Expr>),
    Macro(TokenStream),
}

/// The number of elements of `[x; n]`.
#[derive(Clone)]
pub enum Count {
    Constant(TokenStream),
    Value(Value),
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Container {
    Array,
    Vec,
    Tuple,
}

/// What a counted loop runs over.
#[derive(Clone)]
pub struct Range {
    pub low: Value,
    pub high: Value,
    pub inclusive: bool,
    pub adapters: Vec<Adapter>,
}

impl Range {
    /// `low..high`
    pub fn new(low: Value, high: Value) -> Self {
        Range {
            low,
            high,
            inclusive: false,
            adapters: Vec::new(),
        }
    }

    pub fn has_steps(&self) -> bool {
        let mut adapters = self.adapters.iter();
        adapters.any(|a| matches!(a, Adapter::StepBy(_)))
    }

    /// Whether there is anything in it.
    pub fn runs(&self) -> Op {
        let operator = if self.inclusive {
            quote!(<=)
        } else {
            quote!(<)
        };
        Op::Plain {
            operator,
            operands: vec![self.low, self.high],
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Adapter {
    Rev,
    StepBy(Value),
}

#[derive(Clone)]
pub enum LoopKind {
    /// The region's first parameter is the item.
    For(Range),
    /// Runs until the region yields `false` first.
    While,
    /// This many iterations, in the reverse sweep.
    Countdown(Value),
}

/// `#[checkpoint]`: of the forward sweep some states are kept, from which iterations are run again.
#[derive(Clone)]
pub struct Checkpoint {
    /// How many, if that is said.
    pub snapshots: Option<TokenStream>,
}

/// Region parameters: the item (`For`), then what is carried. Yields: whether to go on (if `conditional`), then what is
/// carried. Results of the statement: the number of iterations begun, then what is carried.
#[derive(Clone)]
pub struct Loop {
    pub kind: LoopKind,
    pub conditional: bool,
    pub init: Vec<Value>,
    pub body: Region,
    pub checkpoint: Option<Checkpoint>,
}

impl Loop {
    pub fn items(&self) -> usize {
        match self.kind {
            LoopKind::For(_) => 1,
            LoopKind::While | LoopKind::Countdown(_) => 0,
        }
    }

    pub fn carried_params(&self) -> &[Value] {
        &self.body.params[self.items()..]
    }

    pub fn carried_yields(&self) -> &[Value] {
        &self.body.yields[usize::from(self.conditional)..]
    }
}

/// The reverse of a loop of which snapshots were kept.
///
/// ```text
/// while an iteration is left { state = the last snapshot; run `again` up to that iteration; `back` }
/// in order:  state = the first snapshot; for each iteration { `back`, and the state goes on }
/// ```
#[derive(Clone)]
pub struct Retake {
    /// The iterations come in any order: they are taken back from the first to the last, as they are run again.
    pub in_order: bool,
    pub tape: Tape,
    /// Where the snapshots stand.
    pub schedule: Value,
    /// The first parameter of both regions is the item, if there is one.
    pub range: Option<Range>,
    /// What an iteration changes: what is carried, then cells from outside. The latter have their names inside, too, and
    /// adjoints outside.
    pub state: Vec<Value>,
    /// Cells that are not any more what they were in the loop, and copies of what they were.
    pub copies: Vec<(Value, Value)>,
    /// The iteration alone. Yields: what is carried.
    pub again: Region,
    /// The iteration and its reverse.
    pub back: Region,
}

/// What is saved for the reverse sweep of a loop, an element an iteration.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Tape(pub u32);

/// What an adjoint is increased by.
#[derive(Clone)]
pub enum Contribution {
    /// The adjoint of this value.
    Adjoint(Value),
    Negated(Value),
    /// The adjoint of the first times the second.
    Times(Value, Value),
    /// The adjoint of `y` times a value and a number: of a power `y = xⁿ`, `n` times `xⁿ⁻¹`.
    Power {
        y: Value,
        of: Value,
        times: f64,
    },
    /// The adjoint of the first divided by the second.
    Over(Value, Value),
    /// For `y = a / b`: minus the adjoint of `y`, times `y`, divided by `b`.
    MinusOver {
        y: Value,
        b: Value,
    },
    /// The adjoint of `y` times a partial derivative of an elementary function.
    Partial {
        row: &'static Row,
        which: usize,
        operands: Vec<Value>,
        y: Value,
    },
    /// The adjoint of a float of another width, which is of this type.
    Cast(Value, Box<syn::Type>),
    /// The adjoint of this place.
    Place(Place),
    NegatedPlace(Place),
    /// The sum over the elements of the adjoint of this place.
    Sum(Place),
    /// A value computed in the reverse sweep: what a call's pullback returned.
    Given(Value),
}

/// What a fresh adjoint looks like.
#[derive(Clone, PartialEq)]
pub enum Zero {
    Scalar,
    /// As many zeros as a place has elements, in the same arrangement.
    Like(Place),
    /// Of a shape that was kept.
    Of(Value),
    Repeat {
        element: Box<Zero>,
        count: String,
    },
    RepeatVec {
        element: Box<Zero>,
        count: Value,
    },
    List(Container, Vec<Zero>),
}

/// How an argument of a pullback takes its adjoint.
#[derive(Clone, PartialEq)]
pub enum Target {
    /// The result of this number.
    Result(usize),
    Place(Place),
}

#[derive(Clone)]
pub enum Op {
    // Pure.
    /// A literal or a path.
    Literal(TokenStream),
    /// Code without derivatives. `pure`: may be run again, or not at all.
    Opaque {
        code: Code,
        captures: Vec<Capture>,
        pure: bool,
    },
    /// Read only where it is overwritten before.
    Undefined,
    /// What a sum or a product starts from.
    Identity {
        sum: bool,
    },
    Neg(Value),
    Arith(Arith, Value, Value),
    /// An operator on what has no derivative.
    Plain {
        operator: TokenStream,
        operands: Vec<Value>,
    },
    /// A method that asks something about a float: its answer has no derivative.
    Query {
        method: Ident,
        operands: Vec<Value>,
    },
    /// A question about floats that a macro asks.
    Ask {
        code: Code,
        captures: Vec<Capture>,
    },
    Cast {
        value: Value,
        ty: Box<syn::Type>,
    },
    Apply {
        row: &'static Row,
        args: Vec<Value>,
    },
    /// `reference`: the pattern is for a reference to the place.
    Matches {
        place: Place,
        pattern: Box<syn::Pat>,
        reference: bool,
    },
    /// The value as a constant, by the function of ours of this name.
    Stop {
        value: Value,
        path: syn::Path,
    },
    Aggregate(Container, Vec<Value>),
    /// A struct: its fields, and where the others come from.
    Construct {
        path: syn::Path,
        fields: Vec<(syn::Member, Value)>,
        rest: Option<Place>,
    },
    Repeat {
        value: Value,
        count: Count,
        container: Container,
    },
    /// An array of undefined elements, as many as this, as another array has, or as the context says.
    Blank {
        count: Option<TokenStream>,
        like: Option<Place>,
    },
    /// `Vec::new()` and the like.
    NewVec {
        capacity: Option<Value>,
    },
    Load(Place),
    /// An owned copy, of a part of an aggregate.
    Copy(Place),
    Len(Place),
    /// What a zero of the same shape is made of.
    Shape(Place),
    // Effects.
    /// A variable without a value.
    Local,
    Store(Place, Value),
    /// As `Store`; the result is what was there before.
    Replace(Place, Value),
    /// `place += value` or `place -= value`.
    Update(Place, Arith, Value),
    Swap(Place, Place),
    Fill(Place, Value),
    /// The elements of the second overwrite those of the first.
    CopyFrom(Place, Place),
    Push(Place, Value),
    Pop(Place),
    Truncate(Place, Value),
    /// Reverses the order of the elements.
    ReverseOrder(Place),
    /// Rotates the elements to the left.
    Rotate(Place, Value),
    Effect {
        code: Code,
        captures: Vec<Capture>,
    },
    /// `keeps`: as the forward sweep of a call whose pullback will be run.
    Call {
        callee: Callee,
        args: Vec<Argument>,
        keeps: bool,
    },
    If {
        cond: Value,
        then: Region,
        otherwise: Region,
    },
    Loop(Loop),
    // The reverse sweep.
    /// The cotangent of the function's result: as given, or this zero.
    Seed(Zero),
    TapePush {
        tape: Tape,
        values: Vec<Value>,
    },
    TapePop {
        tape: Tape,
    },
    /// Room on the stack for what a loop over this range pushes, an element an iteration.
    Room {
        tape: Tape,
        low: Value,
        high: Value,
    },
    /// Pushes what the iteration of this number keeps.
    Put {
        room: Value,
        item: Value,
        values: Vec<Value>,
    },
    /// What a loop over this range has pushed, an element an iteration; it is off the stack.
    Entries {
        tape: Tape,
        low: Value,
        high: Value,
    },
    /// What the iteration of this number has pushed.
    Entry {
        entries: Value,
        item: Value,
    },
    /// Where snapshots of a loop will stand.
    Schedule {
        /// Nothing where the first state is all that is kept.
        checkpoint: Option<Checkpoint>,
        range: Option<Range>,
    },
    /// Pushes the state in front of an iteration, if the schedule says so.
    Snapshot {
        tape: Tape,
        schedule: Value,
        state: Vec<Value>,
    },
    Retake(Box<Retake>),
    /// `let mut value_adj = zero;`
    Declare {
        value: Value,
        zero: Zero,
    },
    /// `let mut value_adj = contribution;`
    Begin {
        value: Value,
        with: Contribution,
    },
    /// `place_adj += contribution;`
    Add {
        place: Place,
        what: Contribution,
    },
    /// `place_adj = contribution;`, of zero if there is none.
    Set {
        place: Place,
        what: Option<Contribution>,
    },
    /// `place_adj = 0;`
    Clear(Place),
    /// `place_adj = 0;` where both sweeps are one: nothing was added to it before, and what a caller's buffer held does not count.
    Forget(Place),
    /// The same of what such a window leaves out.
    ForgetRest(Window),
    /// `place_adj = contribution;` where both sweeps are one, for the same reason; else `place_adj += contribution;`.
    First {
        place: Place,
        what: Contribution,
    },
    /// `place_adj = zero;`
    Reset(Place, Zero),
    /// The adjoint of a part changes places with that of another.
    SwapAdjoints(Place, Place),
    ReverseAdjoint(Place),
    RotateAdjoint(Place, Value),
    /// `source_adj += place_adj; place_adj = 0`, element by element.
    Drain {
        from: Place,
        to: Place,
    },
    /// `to_adj += from_adj` but for these fields.
    AddRest {
        from: Value,
        except: Vec<syn::Member>,
        to: Place,
    },
    /// Lengthens the adjoint of a vector by zeros: up to a length, or by those of other elements.
    Lengthen(Place, Value),
    /// `place_adj.push(contribution)`, of zero if there is none.
    PushAdjoint(Place, Option<Contribution>),
    /// Takes the last element of a vector's adjoint off; what it was is `Given` by the result.
    PopAdjoint(Place),
    Window(Window),
    /// Whether what each of these windows looks at is there.
    Inside(Vec<Window>),
    /// Of a fold by `max` or `min`: which elements came out of it.
    Winners(Winners),
    /// Results: the adjoints of arguments that are scalars.
    /// `own`: where the adjoint of a method's receiver goes.
    Pullback {
        callee: Callee,
        own: Option<Place>,
        args: Vec<(Argument, Option<Target>)>,
        seed: Option<Value>,
    },
}

/// The first elements of a place, or of its adjoint, from the sum of `base` and `shift` on: as many as a loop over this range looks
/// at.
#[derive(Clone)]
pub struct Window {
    pub of: Place,
    pub view: View,
    pub base: Vec<Value>,
    pub shift: i64,
    pub low: Value,
    pub high: Value,
}

/// What is looked at through a window.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum View {
    Shared,
    Exclusive,
    Adjoint,
}

/// What is done to find out which elements came out of a fold by `max` or `min`.
#[derive(Clone)]
pub enum Winners {
    /// Of a fold that began with the first and gave the second: nothing is known yet.
    Of { init: Value, value: Value },
    /// Looks at an element.
    See {
        of: Value,
        item: Value,
        element: Value,
    },
    /// The numbers of those that get something, as a range within this one.
    Within { of: Value, low: Value, high: Value },
    /// What the fold had come to in front of an element.
    Before {
        of: Value,
        item: Value,
        element: Value,
    },
}

/// A statement: an operation and the values it defines.
#[derive(Clone)]
pub struct Stmt {
    pub results: Vec<Value>,
    pub op: Op,
    pub span: Span,
}

impl Stmt {
    /// A statement of ours.
    pub fn new(results: Vec<Value>, op: Op) -> Self {
        Stmt {
            results,
            op,
            span: Span::mixed_site(),
        }
    }

    /// The cells that it changes, at any depth.
    pub fn mutated(&self) -> Values {
        let mut roots: Values = self.op.mutated().into_iter().collect();
        for inner in self.op.regions() {
            roots.unite(&inner.mutated());
        }
        roots
    }

    /// The values from outside that it uses, at any depth.
    pub fn free(&self) -> Values {
        let mut used = Values::new();
        for inner in self.op.regions() {
            used.unite(&inner.free());
        }
        for v in self.op.hidden() {
            used.remove(&v);
        }
        self.op.each_operand(&mut |v| {
            used.insert(v);
        });
        used
    }
}

/// Statements with one entry and one exit.
#[derive(Clone, Default)]
pub struct Region {
    pub params: Vec<Value>,
    pub stmts: Vec<Stmt>,
    pub yields: Vec<Value>,
}

/// A function: the parameters of its region are the function's, its yield the result.
#[derive(Clone, Default)]
pub struct Function {
    pub body: Region,
    /// The type of each value.
    pub tys: Vec<Ty>,
    pub types: Types,
    /// `self`.
    pub receiver: Option<Value>,
    /// Types that the user wrote beside values: where these are constants nothing else may say what they are.
    pub ascribed: Table<syn::Type>,
    /// Operators of types of the file's that are not annotated: the trait, and the type.
    pub not_annotated: Table<(String, String)>,
    /// Ends of slices that are inside what they are taken of by construction.
    pub windows: Values,
    /// Values that are variables: they can be written to as a whole.
    pub locals: Values,
    /// Lengths of parameters that are arrays, outermost first, as far as they are literals.
    pub lengths: Table<Vec<u32>>,
    /// Quotients of the reverse sweep that nothing but adjoints is multiplied by.
    pub partials: Values,
}

impl Function {
    pub fn value(&mut self, ty: Ty) -> Value {
        self.tys.push(ty);
        Value(
            u32::try_from(self.tys.len() - 1)
                .expect("bug in autodiff, please report: too many values"),
        )
    }

    /// A new value of the same type as another.
    pub fn like(&mut self, v: Value) -> Value {
        self.value(self.tys[v.0 as usize])
    }

    pub fn ty(&self, v: Value) -> Ty {
        self.tys[v.0 as usize]
    }

    pub fn kind(&self, v: Value) -> Kind {
        self.types.kind(self.ty(v))
    }

    /// What a place holds.
    pub fn kind_of(&self, place: &Place) -> Kind {
        let mut kind = self.kind(place.root);
        let mut is_matrix = self.types.is_matrix(self.ty(place.root));
        for step in &place.path {
            if is_matrix && matches!(step, Step::Entries | Step::Slice { .. }) {
                continue;
            }
            let part = match (&kind, step) {
                (
                    Kind::Array(e) | Kind::Slice(e) | Kind::Vec(e),
                    Step::Index(_) | Step::Element(_),
                ) => Some(*e),
                (Kind::Array(e) | Kind::Slice(e) | Kind::Vec(e), Step::Slice { .. }) => {
                    kind = Kind::Slice(*e);
                    continue;
                }
                (Kind::Tuple(parts), Step::Field(syn::Member::Unnamed(k))) => {
                    parts.get(k.index as usize).copied()
                }
                _ => None,
            };
            kind = match part {
                Some(ty) => self.types.kind(ty),
                // The entries of a matrix are numbers.
                None if is_matrix => Kind::Float,
                None => Kind::Unknown,
            };
            is_matrix = part.is_some_and(|ty| self.types.is_matrix(ty));
        }
        kind
    }

    /// Held by value and copied freely.
    pub fn is_scalar(&self, v: Value) -> bool {
        matches!(self.kind(v), Kind::Float | Kind::Plain)
    }

    pub fn is_float(&self, v: Value) -> bool {
        matches!(self.kind(v), Kind::Float)
    }
}

/// The regions of an operation: it has two of them at most.
pub struct Regions<R> {
    first: Option<R>,
    second: Option<R>,
}

impl<R> Iterator for Regions<R> {
    type Item = R;

    fn next(&mut self) -> Option<R> {
        match self.first.take() {
            None => self.second.take(),
            first => first,
        }
    }
}

impl Op {
    /// Whether it puts something on the stack, by itself.
    pub fn puts_on_stack(&self) -> bool {
        matches!(
            self,
            Op::TapePush { .. }
                | Op::Room { .. }
                | Op::Snapshot { .. }
                | Op::Call { keeps: true, .. }
        )
    }

    /// Whether it takes something off the stack, by itself.
    pub fn takes_off_stack(&self) -> bool {
        matches!(
            self,
            Op::TapePop { .. } | Op::Entries { .. } | Op::Retake(_) | Op::Pullback { .. }
        )
    }

    /// The number that a literal is, whatever its type.
    pub fn number(&self) -> Option<f64> {
        let Op::Literal(tokens) = self else {
            return None;
        };
        let text = tokens.to_string().replace('_', "");
        let digits = text.trim_end_matches("f64").trim_end_matches("f32");
        // A constant may be called `INF`, which parses.
        let named = digits.starts_with(char::is_alphabetic);
        (!named).then(|| digits.parse().ok())?
    }

    pub fn regions(&self) -> Regions<&Region> {
        let (first, second) = match self {
            Op::If {
                cond: _,
                then,
                otherwise,
            } => (Some(then), Some(otherwise)),
            Op::Loop(l) => (Some(&l.body), None),
            Op::Retake(r) => {
                let Retake { again, back, .. } = &**r;
                (Some(again), Some(back))
            }
            _ => (None, None),
        };
        Regions { first, second }
    }

    /// What it adds to an adjoint, or makes one of.
    pub fn contribution(&self) -> Option<&Contribution> {
        match self {
            Op::Begin { value: _, with } => Some(with),
            Op::Add { place: _, what } | Op::First { place: _, what } => Some(what),
            Op::Set { place: _, what } | Op::PushAdjoint(_, what) => what.as_ref(),
            _ => None,
        }
    }

    pub fn contribution_mut(&mut self) -> Option<&mut Contribution> {
        match self {
            Op::Begin { value: _, with } => Some(with),
            Op::Add { place: _, what } | Op::First { place: _, what } => Some(what),
            Op::Set { place: _, what } | Op::PushAdjoint(_, what) => what.as_mut(),
            _ => None,
        }
    }

    pub fn regions_mut(&mut self) -> Regions<&mut Region> {
        let (first, second) = match self {
            Op::If {
                cond: _,
                then,
                otherwise,
            } => (Some(then), Some(otherwise)),
            Op::Loop(l) => (Some(&mut l.body), None),
            Op::Retake(r) => {
                let Retake { again, back, .. } = &mut **r;
                (Some(again), Some(back))
            }
            _ => (None, None),
        };
        Regions { first, second }
    }

    /// Values from outside that are others in its regions.
    fn hidden(&self) -> Vec<Value> {
        match self {
            Op::Retake(r) => {
                let copied = r.copies.iter().map(|(cell, _)| *cell);
                r.state.iter().copied().chain(copied).collect()
            }
            _ => Vec::new(),
        }
    }

    /// The values the operation itself uses, not those its regions use.
    pub fn operands(&self) -> Vec<Value> {
        let mut found = Vec::new();
        self.each_operand(&mut |v| found.push(v));
        found
    }

    pub fn each_operand(&self, f: &mut dyn FnMut(Value)) {
        parts::read::parts(self, &mut |part| match part {
            parts::read::Part::Place(p) => p.each(f),
            parts::read::Part::Value(v) => f(*v),
        });
    }

    /// Replaces the values the operation itself uses.
    pub fn map(&mut self, f: &mut dyn FnMut(Value) -> Value) {
        parts::change::parts(self, &mut |part| match part {
            parts::change::Part::Place(p) => map_place(p, f),
            parts::change::Part::Value(v) => *v = f(*v),
        });
    }

    /// Calls `f` on the places of the operation itself.
    pub fn each_place(&self, f: &mut dyn FnMut(&Place)) {
        parts::read::parts(self, &mut |part| {
            if let parts::read::Part::Place(p) = part {
                f(p);
            }
        });
    }

    /// As `each_place`, to change them.
    pub fn places(&mut self, f: &mut dyn FnMut(&mut Place)) {
        parts::change::parts(self, &mut |part| {
            if let parts::change::Part::Place(p) = part {
                f(p);
            }
        });
    }

    /// A literal, or a constant by its name, as it is written.
    pub fn constant(&self) -> Option<String> {
        match self {
            Op::Literal(tokens) => Some(tokens.to_string()),
            Op::Opaque {
                code: Code::Expr(code),
                captures,
                pure: true,
            } if captures.is_empty() => match &**code {
                syn::Expr::Path(path) => Some(quote!(#path).to_string()),
                _ => None,
            },
            _ => None,
        }
    }

    /// Code of ours that asks nothing but these values, by these names.
    pub fn expression(code: syn::Expr, names: &[(&Ident, Value)]) -> Self {
        let captures = names.iter().map(|(name, v)| Capture {
            name: (*name).clone(),
            place: Place::whole(*v),
            reference: false,
            exclusive: false,
        });
        Op::Opaque {
            code: Code::Expr(Box::new(code)),
            captures: captures.collect(),
            pure: true,
        }
    }

    /// The primal values the operation reads; adjoints do not count.
    pub fn primal_operands(&self) -> Vec<Value> {
        let mut found = Vec::new();
        self.each_primal_operand(&mut |v| found.push(v));
        found
    }

    pub fn each_primal_operand(&self, f: &mut dyn FnMut(Value)) {
        match self {
            Op::Declare { value: _, zero } | Op::Seed(zero) => zero.each_operand(f),
            Op::Reset(p, zero) => {
                zero.each_operand(f);
                p.each_index(f);
            }
            Op::Begin { value: _, with } => with.each_operand(f),
            Op::Set { place, what } => {
                place.each_index(f);
                if let Some(what) = what {
                    what.each_operand(f);
                }
            }
            Op::Add { place, what } | Op::First { place, what } => {
                place.each_index(f);
                what.each_operand(f);
            }
            Op::Clear(p) | Op::Forget(p) | Op::ReverseAdjoint(p) | Op::PopAdjoint(p) => {
                p.each_index(f);
            }
            Op::Window(window) | Op::ForgetRest(window) => window.each_primal_operand(f),
            Op::Inside(windows) => {
                for window in windows {
                    window.each_primal_operand(f);
                }
            }
            Op::AddRest {
                from: _,
                except: _,
                to,
            } => to.each_index(f),
            Op::SwapAdjoints(p, q) | Op::Drain { from: p, to: q } => {
                p.each_index(f);
                q.each_index(f);
            }
            Op::Lengthen(p, v) | Op::RotateAdjoint(p, v) => {
                p.each_index(f);
                f(*v);
            }
            Op::PushAdjoint(p, what) => {
                p.each_index(f);
                if let Some(what) = what {
                    what.each_operand(f);
                }
            }
            Op::Pullback {
                callee,
                own,
                args,
                seed: _,
            } => {
                for (argument, target) in args {
                    // Of an exclusive reference only the adjoint is passed.
                    match argument {
                        Argument::Exclusive(_) => {}
                        Argument::Value(_) | Argument::Owned(_) | Argument::Shared(_) => {
                            argument.each_operand(f);
                        }
                    }
                    if let Some(Target::Place(p)) = target {
                        p.each_index(f);
                    }
                }
                callee.each_operand(f);
                if let Some(p) = own {
                    p.each_index(f);
                }
            }
            other => other.each_operand(f),
        }
    }

    /// The cells the operation itself changes, not those its regions change.
    pub fn mutated(&self) -> Vec<Value> {
        match self {
            Op::Store(p, _)
            | Op::Replace(p, _)
            | Op::Update(p, _, _)
            | Op::Fill(p, _)
            | Op::CopyFrom(p, _)
            | Op::Push(p, _)
            | Op::Pop(p)
            | Op::Truncate(p, _)
            | Op::ReverseOrder(p)
            | Op::Rotate(p, _) => vec![p.root],
            Op::Swap(p, q) => vec![p.root, q.root],
            Op::Window(window) if window.view == View::Exclusive => vec![window.of.root],
            Op::Call {
                callee,
                args,
                keeps: _,
            } => {
                let own = match callee {
                    Callee::Method {
                        receiver,
                        exclusive: true,
                        name: _,
                    } => Some(receiver.root),
                    _ => None,
                };
                args.iter().filter_map(exclusive_root).chain(own).collect()
            }
            Op::Opaque {
                code: _,
                captures,
                pure: false,
            }
            | Op::Effect { code: _, captures } => captures
                .iter()
                .filter(|c| c.exclusive)
                .map(|c| c.place.root)
                .collect(),
            _ => Vec::new(),
        }
    }

    /// Running it again, or not at all, changes nothing but its results.
    pub fn is_pure(&self) -> bool {
        match self {
            Op::Literal(_)
            | Op::Undefined
            | Op::Identity { .. }
            | Op::Blank { .. }
            | Op::Neg(_)
            | Op::Arith(..)
            | Op::Plain { .. }
            | Op::Query { .. }
            | Op::Ask { .. }
            | Op::Cast { .. }
            | Op::Apply { .. }
            | Op::Matches { .. }
            | Op::Stop { .. }
            | Op::Aggregate(..)
            | Op::Repeat { .. }
            | Op::Construct { .. }
            | Op::NewVec { .. }
            | Op::Load(_)
            | Op::Copy(_)
            | Op::Len(_)
            | Op::Shape(_)
            | Op::Local => true,
            Op::Opaque {
                code: _,
                captures: _,
                pure,
            } => *pure,
            _ => false,
        }
    }
}

fn exclusive_root(argument: &Argument) -> Option<Value> {
    match argument {
        Argument::Exclusive(p) => Some(p.root),
        Argument::Value(_) | Argument::Owned(_) | Argument::Shared(_) => None,
    }
}

impl Argument {
    pub fn each_operand(&self, f: &mut dyn FnMut(Value)) {
        match self {
            Argument::Value(v) => f(*v),
            Argument::Owned(p) | Argument::Shared(p) | Argument::Exclusive(p) => p.each(f),
        }
    }
}

impl Window {
    /// The primal values it reads.
    fn each_primal_operand(&self, f: &mut dyn FnMut(Value)) {
        match self.view {
            View::Shared | View::Exclusive => f(self.of.root),
            View::Adjoint => {}
        }
        self.of.each_index(f);
        for v in &self.base {
            f(*v);
        }
        f(self.low);
        f(self.high);
    }
}

impl Contribution {
    /// The primal values it reads.
    pub fn each_operand(&self, f: &mut dyn FnMut(Value)) {
        match self {
            Contribution::Adjoint(_) | Contribution::Negated(_) | Contribution::Cast(..) => {}
            Contribution::Times(_, v) | Contribution::Over(_, v) | Contribution::Given(v) => f(*v),
            Contribution::MinusOver { y, b } => {
                f(*y);
                f(*b);
            }
            Contribution::Power { y: _, of, times: _ } => f(*of),
            Contribution::Partial {
                row: _,
                which: _,
                operands,
                y: _,
            } => {
                for v in operands {
                    f(*v);
                }
            }
            Contribution::Place(p) | Contribution::NegatedPlace(p) | Contribution::Sum(p) => {
                p.each_index(f);
            }
        }
    }
}

impl Zero {
    /// It and its parts.
    fn each(&mut self, f: &mut dyn FnMut(&mut Zero)) {
        f(self);
        match self {
            Zero::Scalar | Zero::Like(_) | Zero::Of(_) => {}
            Zero::Repeat { element, count: _ } | Zero::RepeatVec { element, count: _ } => {
                element.each(f);
            }
            Zero::List(_, parts) => parts.iter_mut().for_each(|part| part.each(f)),
        }
    }

    fn each_operand(&self, f: &mut dyn FnMut(Value)) {
        match self {
            Zero::Scalar => {}
            Zero::Like(p) => p.each(f),
            Zero::Of(shape) => f(*shape),
            Zero::Repeat { element, count: _ } => element.each_operand(f),
            Zero::RepeatVec { element, count } => {
                element.each_operand(f);
                f(*count);
            }
            Zero::List(_, parts) => {
                for part in parts {
                    part.each_operand(f);
                }
            }
        }
    }
}

fn map_place(place: &mut Place, f: &mut dyn FnMut(Value) -> Value) {
    place.root = f(place.root);
    for step in &mut place.path {
        match step {
            Step::Index(i) => *i = f(*i),
            Step::Slice {
                low,
                high,
                inclusive: _,
            } => low.iter_mut().chain(high).for_each(|v| *v = f(*v)),
            Step::Field(_)
            | Step::Element(_)
            | Step::Variant { .. }
            | Step::Deref
            | Step::Entries => {}
        }
    }
}

/// `Self::f`, `Model::f`: by convention a type's name starts with a capital.
pub fn is_associated(path: &syn::Path) -> bool {
    path.segments
        .iter()
        .rev()
        .nth(1)
        .is_some_and(|s| s.ident.to_string().starts_with(char::is_uppercase))
}

/// A function of a number, or one that compares: `usize::min`, `std::cmp::max`.
pub fn is_of_std(path: &syn::Path) -> bool {
    const OWNERS: [&str; 17] = [
        "u8", "u16", "u32", "u64", "u128", "usize", "i8", "i16", "i32", "i64", "i128", "isize",
        "f32", "f64", "bool", "char", "cmp",
    ];
    let owner = path.segments.iter().rev().nth(1);
    owner.is_some_and(|s| OWNERS.iter().any(|name| s.ident == name))
}

impl Callee {
    /// The root of what a method is called on.
    pub fn receiver(&self) -> Option<Value> {
        match self {
            Callee::Path(_) | Callee::Changing(_) | Callee::Operation { .. } => None,
            Callee::Method { receiver, .. } => Some(receiver.root),
        }
    }

    pub fn each_operand(&self, f: &mut dyn FnMut(Value)) {
        match self {
            Callee::Path(_) | Callee::Changing(_) | Callee::Operation { .. } => {}
            Callee::Method { receiver, .. } => receiver.each(f),
        }
    }
}

impl Region {
    /// Calls `f` on every statement, owners before what is inside them.
    pub fn visit<'a>(&'a self, f: &mut dyn FnMut(&'a Stmt)) {
        for stmt in &self.stmts {
            f(stmt);
            for region in stmt.op.regions() {
                region.visit(f);
            }
        }
    }

    /// The cells that are changed at any depth.
    pub fn mutated(&self) -> Values {
        let mut roots = Values::new();
        self.visit(&mut |stmt| roots.extend(stmt.op.mutated()));
        roots
    }

    /// What fresh adjoints look like, at any depth.
    pub fn each_zero(&mut self, f: &mut dyn FnMut(&mut Zero)) {
        for stmt in &mut self.stmts {
            if let Op::Seed(zero) | Op::Declare { value: _, zero } | Op::Reset(_, zero) =
                &mut stmt.op
            {
                zero.each(f);
            }
            for inner in stmt.op.regions_mut() {
                inner.each_zero(f);
            }
        }
    }

    /// Puts other values in the place of those used, at any depth.
    pub fn rename(&mut self, f: &mut dyn FnMut(Value) -> Value) {
        for stmt in &mut self.stmts {
            stmt.op.map(f);
            for inner in stmt.op.regions_mut() {
                inner.rename(f);
            }
        }
        self.yields.iter_mut().for_each(|v| *v = f(*v));
    }

    /// Gives what is defined, at any depth, other names.
    pub fn redefine(&mut self, f: &mut dyn FnMut(Value) -> Value) {
        self.params.iter_mut().for_each(|v| *v = f(*v));
        for stmt in &mut self.stmts {
            stmt.results.iter_mut().for_each(|v| *v = f(*v));
            for inner in stmt.op.regions_mut() {
                inner.redefine(f);
            }
        }
    }

    /// The values used at any depth.
    pub fn used(&self) -> Values {
        let mut used: Values = self.yields.iter().copied().collect();
        self.visit(&mut |stmt| {
            stmt.op.each_operand(&mut |v| {
                used.insert(v);
            });
            for inner in stmt.op.regions() {
                used.extend(&inner.yields);
            }
        });
        used
    }

    /// A place is found by this number, or by a sum or a product it is in, at any depth: it is `usize`.
    pub fn indexes(&self, item: Value) -> bool {
        let mut numbers = Values::from_iter([item]);
        let mut found = false;
        self.visit(&mut |stmt| {
            if let Op::Arith(_, a, b) = &stmt.op
                && (numbers.contains(a) || numbers.contains(b))
            {
                numbers.extend(&stmt.results);
            }
            stmt.op
                .each_place(&mut |p| p.each_index(&mut |v| found |= numbers.contains(&v)));
        });
        found
    }

    /// The values defined at any depth, parameters among them.
    pub fn defined(&self) -> Values {
        let mut defined: Values = self.params.iter().copied().collect();
        self.visit(&mut |stmt| {
            defined.extend(&stmt.results);
            for inner in stmt.op.regions() {
                defined.extend(&inner.params);
            }
        });
        defined
    }

    /// The primal values used at any depth and not defined inside.
    pub fn free(&self) -> Values {
        fn walk(region: &Region, used: &mut Values, defined: &mut Values) {
            let mut inside = Vec::new();
            let mut define = |values: &[Value], defined: &mut Values| {
                for v in values {
                    if defined.insert(*v) {
                        inside.push(*v);
                    }
                }
            };
            define(&region.params, defined);
            for stmt in &region.stmts {
                stmt.op.each_primal_operand(&mut |v| {
                    if !defined.contains(&v) {
                        used.insert(v);
                    }
                });
                for inner in stmt.op.regions() {
                    // Only there.
                    let hidden = stmt.op.hidden().into_iter();
                    let hidden: Vec<Value> = hidden.filter(|v| defined.insert(*v)).collect();
                    walk(inner, used, defined);
                    for v in &hidden {
                        defined.remove(v);
                    }
                }
                define(&stmt.results, defined);
            }
            for v in &region.yields {
                if !defined.contains(v) {
                    used.insert(*v);
                }
            }
            for v in &inside {
                defined.remove(v);
            }
        }
        let mut used = Values::new();
        walk(self, &mut used, &mut Values::new());
        used
    }
}
