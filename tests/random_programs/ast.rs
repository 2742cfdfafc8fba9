//! The programs: three scalars `x`, `y`, `z` and one array `p` of four, or the helper's `x` and `a: &mut [f64]`;
//! assignments, branches, loops, calls, vectors, closures and iterator chains.

/// How the array parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ArrayParam {
    Value,
    Reference,
    Slice,
    /// A helper: `fn(x: f64, a: &mut [f64]) -> f64`.
    Exclusive,
}

/// What a sequence of floats is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Kind {
    /// Four elements.
    Array,
    Vec,
    Slice,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Seq {
    pub name: String,
    pub kind: Kind,
}

#[derive(Clone, Debug)]
pub struct Program {
    pub array: ArrayParam,
    pub body: Vec<Stmt>,
    pub result: Expr,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Binary {
    Add,
    Sub,
    Mul,
    /// `a / (1 + b * b)`, safe everywhere.
    Div,
    Max,
    Min,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Unary {
    Neg,
    Sin,
    Cos,
    Tanh,
    /// `x.sin().exp()`, bounded.
    ExpSin,
    /// `(x * x + 1.0).sqrt()`.
    Root,
    Abs,
    Square,
    Cube,
}

/// An index, taken modulo the length.
#[derive(Clone, Debug)]
pub enum Index {
    Constant(usize),
    /// `i + offset`
    Counter(String, usize),
    /// `expr.abs() as usize`
    Active(Box<Expr>),
}

#[derive(Clone, Debug)]
pub enum Expr {
    Constant(f64),
    Var(String),
    /// `i as f64`
    Counter(String),
    Element(Seq, Index),
    /// `v.len() as f64`
    Length(Seq),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    If(Box<Cond>, Box<Expr>, Box<Expr>),
    /// `{ let t = a; b }`
    Block(String, Box<Expr>, Box<Expr>),
    /// An earlier program, how it takes its array, three scalars and a local array.
    Call(usize, ArrayParam, Box<[Expr; 3]>, String),
    /// A helper, with `&mut a`, or `&mut a[low..high]`.
    CallMut(usize, Box<Expr>, Seq, Option<(usize, usize)>),
    /// A closure bound before.
    Invoke(String, Vec<Expr>),
    /// `match i % 3 { 0 if c => .., 1 => .., _ => .. }`
    Match(String, Box<Cond>, Box<[Expr; 3]>),
    Chain(Box<Chain>, Box<Sink>),
}

/// Where a chain or a loop gets its items from, and what it calls them.
#[derive(Clone, Debug)]
pub struct Head {
    pub source: Source,
    pub early: Vec<Position>,
    /// `enumerate`
    pub counter: Option<String>,
    pub late: Vec<Position>,
    /// The second is for `zip` only.
    pub names: [String; 2],
}

#[derive(Clone, Debug)]
pub enum Source {
    Iter(Seq),
    Zip(Seq, Seq),
    /// `a.iter().chain(b.iter())`
    Both(Seq, Seq),
    Windows(Seq, usize),
    Chunks(Seq, usize),
    Range(ForRange),
}

#[derive(Clone, Copy, Debug)]
pub enum Position {
    Rev,
    Skip(usize),
    Take(usize),
    StepBy(usize),
}

/// An iterator over floats.
#[derive(Clone, Debug)]
pub struct Chain {
    pub head: Head,
    pub filter: Option<Cond>,
    pub value: Expr,
    pub stages: Vec<Stage>,
}

#[derive(Clone, Debug)]
pub enum Stage {
    Map(String, Expr),
    Filter(String, Cond),
    TakeWhile(String, Cond),
    SkipWhile(String, Cond),
    Position(Position),
    /// `.scan(init, |s, v| { *s = update; Some(*s) })`
    Scan {
        state: String,
        name: String,
        init: Expr,
        update: Expr,
    },
    /// `.flat_map(|v| (0..n).map(move |k| value))`
    FlatMap {
        name: String,
        counter: String,
        count: usize,
        value: Expr,
    },
}

#[derive(Clone, Debug)]
pub enum Sink {
    Sum,
    Product,
    Fold {
        accumulator: String,
        name: String,
        init: Expr,
        value: Expr,
    },
    /// `.fold(f64::NEG_INFINITY, f64::max)`
    FoldMax,
    /// `.max_by(|a, b| a.total_cmp(b)).unwrap_or(otherwise)`
    MaxBy(f64),
    /// `.min_by(|a, b| a.partial_cmp(b).unwrap()).unwrap_or(otherwise)`
    MinBy(f64),
    /// `.reduce(|a, b| value).unwrap_or(otherwise)`
    Reduce {
        names: [String; 2],
        value: Expr,
        otherwise: f64,
    },
    Last(f64),
    Count,
    /// `if chain.any(|v| c) { .. } else { .. }`
    Any(String, Cond, [Expr; 2]),
}

#[derive(Clone, Debug)]
pub enum Cond {
    Less(Expr, Expr),
    /// `i % modulus == rest`
    Counter(String, usize, usize),
    Not(Box<Cond>),
    And(Box<Cond>, Box<Cond>),
    Or(Box<Cond>, Box<Cond>),
}

#[derive(Clone, Copy, Debug)]
pub enum ForRange {
    Up(usize, usize),
    Inclusive(usize, usize),
    Down(usize, usize),
    Step(usize, usize, usize),
}

#[derive(Clone, Debug)]
pub enum Swap {
    /// `a.swap(i, j);`
    Elements(Seq, Index, Index),
    /// `(a, b) = (b, a);`
    Tuple(String, String),
    /// `std::mem::swap(&mut a, &mut b);`
    Memory(String, String),
}

/// How a closure has its surroundings.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Capture {
    /// It only reads.
    Shared,
    /// It may write.
    Exclusive,
    /// It has copies of its own, and may write them.
    Move,
}

#[derive(Clone, Debug)]
pub enum NewVec {
    /// `Vec::new()`, and a first push
    Pushed(Expr),
    /// `vec![a, b]`
    Listed(Vec<Expr>),
    /// `vec![a; n]`
    Repeated(Expr, usize),
    /// `a.to_vec()`
    From(Seq),
    /// `chain.collect::<Vec<f64>>()`
    Collected(Box<Chain>),
}

#[derive(Clone, Debug)]
pub enum Stmt {
    Let {
        name: String,
        value: Expr,
    },
    LetTuple {
        names: [String; 2],
        values: [Expr; 2],
    },
    /// `let (a, (b, c)) = (.., (.., ..));`
    LetNested {
        names: [String; 3],
        values: [Expr; 3],
    },
    /// `let (a, b) = if c { (.., ..) } else { (.., ..) };`
    LetTupleIf {
        names: [String; 2],
        cond: Cond,
        values: [[Expr; 2]; 2],
    },
    /// `let [a, b, c, d] = p;`, or `let [a, .., d] = p;` without the inner names.
    LetArray {
        outer: [String; 2],
        inner: Option<[String; 2]>,
        from: String,
    },
    /// `let mut v = 'l: { ..; if c { break 'l early; } ..; late };`
    LetLabelled {
        name: String,
        label: String,
        before: Vec<Stmt>,
        cond: Cond,
        early: Expr,
        after: Vec<Stmt>,
        late: Expr,
    },
    /// `let f = |a: f64, b: f64| { ..; result };`
    Closure {
        name: String,
        capture: Capture,
        params: Vec<String>,
        body: Vec<Stmt>,
        result: Expr,
    },
    LetVec {
        name: String,
        how: NewVec,
    },
    Push(String, Expr),
    /// `let mut v = u.pop().unwrap_or(otherwise);`
    Pop {
        name: String,
        vec: String,
        otherwise: Expr,
    },
    /// `if let Some(mut v) = u.pop() { .. }`, or `while let`.
    IfPop {
        name: String,
        vec: String,
        again: bool,
        body: Vec<Stmt>,
    },
    Truncate(String, usize),
    Resize(String, usize, Expr),
    Extend(String, Box<Chain>),
    /// `match u.as_slice() { [] => .., &[mut a] => .., &[mut a, .., mut b] => .. }`
    MatchSlice {
        vec: String,
        names: [String; 2],
        arms: Box<[Vec<Stmt>; 3]>,
    },
    /// `for pattern in head { .. }`, or `head.for_each(|pattern| { .. })`, which has no label.
    Over {
        head: Box<Head>,
        closure: bool,
        label: Option<String>,
        body: Vec<Stmt>,
    },
    /// `for (slot, &v) in a.iter_mut().zip(b.iter()) { *slot op= value; }`
    ZipMut {
        target: Seq,
        other: Seq,
        name: String,
        op: Binary,
        value: Expr,
    },
    /// `'l: { .. }`
    Labelled {
        label: String,
        body: Vec<Stmt>,
    },
    /// `let v; if c { ..; v = a; } else { ..; v = b; }`
    Deferred {
        name: String,
        cond: Cond,
        then: (Vec<Stmt>, Expr),
        other: (Vec<Stmt>, Expr),
    },
    /// `let mut v = if c { ..; a } else { ..; b };`
    LetIf {
        name: String,
        cond: Cond,
        then: (Vec<Stmt>, Expr),
        other: (Vec<Stmt>, Expr),
    },
    /// `let mut v = loop { k += 1; ..; if c || k >= n { break a; } };`
    LetLoop {
        name: String,
        counter: String,
        limit: usize,
        body: Vec<Stmt>,
        cond: Cond,
        value: Expr,
    },
    /// `let mut a = [..];`
    Literal {
        name: String,
        values: Box<[Expr; 4]>,
    },
    Copy {
        name: String,
        from: String,
    },
    Assign {
        name: String,
        op: Option<Binary>,
        value: Expr,
    },
    Store {
        array: Seq,
        index: Index,
        op: Option<Binary>,
        value: Expr,
    },
    Swap(Swap),
    If {
        cond: Cond,
        then: Vec<Stmt>,
        other: Option<Vec<Stmt>>,
    },
    /// `match i % 3 { 0 if c => .., 1 if c => .., _ => .. }`
    Match {
        counter: String,
        guards: Box<[Option<Cond>; 2]>,
        arms: Box<[Vec<Stmt>; 3]>,
    },
    For {
        variable: String,
        range: ForRange,
        label: Option<String>,
        body: Vec<Stmt>,
    },
    /// `for (i, v) in a.iter().enumerate() { let mut v = *v; .. }`
    Each {
        counter: String,
        name: String,
        array: Seq,
        body: Vec<Stmt>,
    },
    /// `for v in a.iter_mut() { *v op= value; }`
    EachMut {
        array: Seq,
        op: Binary,
        value: Expr,
    },
    /// `while k < limit && cond { k += 1; .. }`
    While {
        counter: String,
        limit: usize,
        label: Option<String>,
        cond: Cond,
        body: Vec<Stmt>,
    },
    /// `let mut v = a.iter().map(|&item| { state op= value; state }).skip(n).sum::<f64>();`
    Running {
        name: String,
        seq: Seq,
        item: String,
        state: String,
        op: Binary,
        value: Expr,
        positions: Vec<Position>,
    },
    /// `let mut it = a.iter(); let mut u = it.next()..; ..; let mut w = it.map(|&item| last).sum::<f64>();`
    Held {
        names: [String; 3],
        iterator: String,
        seq: Seq,
        item: String,
        filter: Option<Cond>,
        otherwise: f64,
        middle: Middle,
        last: Expr,
    },
    /// `let mut v = u; u = ..;`
    Move {
        name: String,
        from: String,
        how: NewVec,
    },
    /// `let mut t = (a, b); { let r = &mut t; r.0 op= c; r.1 op= r.0; } let (mut u, mut v) = t;`
    ThroughTuple {
        names: [String; 2],
        values: [Expr; 3],
        ops: [Binary; 2],
    },
    /// `let mut v = { let mut best = None; for &item in a.iter() { best = match best { .. }; } best.unwrap_or(c) };`
    Best {
        name: String,
        seq: Seq,
        kept: String,
        item: String,
        value: Expr,
        otherwise: f64,
    },
    Break(Option<String>),
    Continue(Option<String>),
    Return(Expr),
}

/// What is done with an iterator between its first item and its last.
#[derive(Clone, Debug)]
pub enum Middle {
    /// `it.by_ref().take(n).sum::<f64>()`
    Take(usize),
    /// `it.find(|&&item| cond).copied().unwrap_or(otherwise)`
    Find(Cond),
    /// `for &item in it.by_ref() { state op= value; if cond { break; } }`
    Loop {
        state: String,
        op: Binary,
        value: Expr,
        cond: Cond,
    },
}
