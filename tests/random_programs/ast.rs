//! The programs: three scalars `x`, `y`, `z` and one array `p` of four, assignments, branches, loops and calls.

/// How the array parameter is passed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ArrayParam {
    Value,
    Reference,
    Slice,
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

/// An index into an array of four.
#[derive(Clone, Debug)]
pub enum Index {
    Constant(usize),
    /// `(i + offset) % 4`
    Counter(String, usize),
    /// `expr.abs() as usize % 4`
    Active(Box<Expr>),
}

#[derive(Clone, Debug)]
pub enum Expr {
    Constant(f64),
    Var(String),
    /// `i as f64`
    Counter(String),
    Element(String, Index),
    Unary(Unary, Box<Expr>),
    Binary(Binary, Box<Expr>, Box<Expr>),
    If(Box<Cond>, Box<Expr>, Box<Expr>),
    /// `{ let t = a; b }`
    Block(String, Box<Expr>, Box<Expr>),
    /// An earlier program, how it takes its array, three scalars and a local array.
    Call(usize, ArrayParam, Box<[Expr; 3]>, String),
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
    Elements(String, Index, Index),
    /// `(a, b) = (b, a);`
    Tuple(String, String),
    /// `std::mem::swap(&mut a, &mut b);`
    Memory(String, String),
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
        array: String,
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
    /// `match i % 3 { 0 => .., 1 => .., _ => .. }`
    Match {
        counter: String,
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
        array: String,
        body: Vec<Stmt>,
    },
    /// `for v in a.iter_mut() { *v op= value; }`
    EachMut {
        array: String,
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
    Break(Option<String>),
    Continue(Option<String>),
    Return(Expr),
}
