//! Programs from a seed.

mod chain;
mod closure;
mod expr;
mod memory;
mod state;
mod stmt;

use self::closure::Callable;
use crate::ast::{ArrayParam, Binary, Expr, Kind, Program, Seq};

/// splitmix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        // Scrambled: consecutive seeds would give the same numbers, one later.
        let scrambled = Self(seed).next();
        Self(scrambled ^ seed.rotate_left(32))
    }

    pub fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    pub fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    pub fn between(&mut self, low: f64, high: f64) -> f64 {
        low + (high - low) * (self.next() >> 11) as f64 / (1_u64 << 53) as f64
    }

    pub fn chance(&mut self, probability: f64) -> bool {
        self.between(0.0, 1.0) < probability
    }

    pub fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.below(from.len())].clone()
    }
}

/// `count` programs; each may call those before it.
pub fn programs(seed: u64, count: usize) -> Vec<Program> {
    let mut random = Random::new(seed);
    let mut programs: Vec<Program> = Vec::with_capacity(count);
    for _ in 0..count {
        let earlier = programs.iter().map(|program| program.array).collect();
        programs.push(program(&mut random, earlier));
    }
    programs
}

fn program(random: &mut Random, earlier: Vec<ArrayParam>) -> Program {
    let array = random.pick(&[
        ArrayParam::Value,
        ArrayParam::Reference,
        ArrayParam::Slice,
        ArrayParam::Exclusive,
    ]);
    let helper = array == ArrayParam::Exclusive;
    let scalars: &[&str] = if helper { &["x"] } else { &["x", "y", "z"] };
    let (name, kind) = if helper {
        ("a", Kind::Slice)
    } else {
        ("p", Kind::Array)
    };
    // One is never assigned: every result depends on an input.
    let kept = if helper { "x" } else { "y" };
    let mut writer = Writer {
        random,
        earlier,
        scalars: scalars
            .iter()
            .map(|name| Name {
                text: (*name).into(),
                mutable: *name != kept,
            })
            .collect(),
        seqs: vec![Array {
            seq: Seq {
                name: name.into(),
                kind,
            },
            mutable: helper,
        }],
        counters: Vec::new(),
        closures: Vec::new(),
        loops: Vec::new(),
        may_return: true,
        kept,
        pure: false,
        level: 0,
        closed: 0,
        chains: 0,
        fresh: 0,
        budget: 0,
    };
    writer.budget = if helper {
        1 + writer.random.below(7)
    } else {
        4 + writer.random.below(14)
    };
    let mut body = Vec::new();
    if !helper {
        body.push(writer.copy_of("p"));
    }
    body.extend(writer.body(0));
    let kept = Expr::Binary(
        Binary::Mul,
        Box::new(Expr::Constant(0.25)),
        Box::new(Expr::Var(kept.into())),
    );
    let result = Expr::Binary(Binary::Add, Box::new(writer.expr(3)), Box::new(kept));
    Program {
        array,
        body,
        result,
    }
}

#[derive(Clone)]
struct Name {
    text: String,
    mutable: bool,
}

#[derive(Clone)]
struct Array {
    seq: Seq,
    mutable: bool,
}

/// What a jump may leave.
#[derive(Clone)]
struct Enclosing {
    label: Option<String>,
    /// Not a block.
    is_loop: bool,
}

/// What is in scope while a program is written.
struct Writer<'a> {
    random: &'a mut Random,
    /// How the earlier programs take their array.
    earlier: Vec<ArrayParam>,
    scalars: Vec<Name>,
    seqs: Vec<Array>,
    counters: Vec<String>,
    closures: Vec<Callable>,
    loops: Vec<Enclosing>,
    may_return: bool,
    /// An input that is never assigned.
    kept: &'static str,
    /// Nothing may be written: this is in a closure that shares what it captures.
    pure: bool,
    /// Scopes in scopes.
    level: usize,
    /// Closures with statements, in each other.
    closed: usize,
    /// Chains in chains.
    chains: usize,
    fresh: usize,
    /// Statements left to write.
    budget: usize,
}

impl Writer<'_> {
    fn fresh(&mut self, prefix: &str) -> String {
        self.fresh += 1;
        format!("{prefix}{}", self.fresh)
    }

    /// Runs `write` in an inner scope.
    fn scope<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = (
            self.scalars.clone(),
            self.seqs.clone(),
            self.counters.clone(),
            self.closures.clone(),
        );
        self.level += 1;
        let written = write(self);
        self.level -= 1;
        (self.scalars, self.seqs, self.counters, self.closures) = outer;
        written
    }

    /// Runs `write` where only a label or `return` leads out, in an inner scope.
    fn enclosed<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        self.loops.push(Enclosing {
            label: None,
            is_loop: false,
        });
        let written = self.scope(write);
        self.loops.pop();
        written
    }

    /// Runs `write` where nothing may be written.
    fn purely<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = std::mem::replace(&mut self.pure, true);
        let written = self.scope(write);
        self.pure = outer;
        written
    }

    /// Runs `write` without a sequence.
    fn without<T>(&mut self, name: &str, write: impl FnOnce(&mut Self) -> T) -> T {
        self.scope(|inner| {
            inner.seqs.retain(|array| array.seq.name != name);
            write(inner)
        })
    }

    fn bind(&mut self, text: &str, mutable: bool) {
        self.scalars.retain(|name| name.text != text);
        self.scalars.push(Name {
            text: text.to_owned(),
            mutable,
        });
    }

    fn fresh_scalar(&mut self) -> String {
        let text = self.fresh("v");
        self.bind(&text, true);
        text
    }

    /// A new name for a scalar; now and then one that is taken, to shadow it.
    fn bind_scalar(&mut self) -> String {
        let reused = self
            .random
            .chance(0.25)
            .then(|| self.mutable_scalar())
            .flatten();
        let text = reused.unwrap_or_else(|| self.fresh("v"));
        self.bind(&text, true);
        text
    }

    fn mutable_scalar(&mut self) -> Option<String> {
        let mutable: Vec<&Name> = self.scalars.iter().filter(|name| name.mutable).collect();
        (!mutable.is_empty()).then(|| self.random.pick(&mutable).text.clone())
    }

    fn seq_where(&mut self, wanted: impl Fn(&Array) -> bool) -> Option<Seq> {
        let found: Vec<&Array> = self.seqs.iter().filter(|array| wanted(array)).collect();
        (!found.is_empty()).then(|| self.random.pick(&found).seq.clone())
    }

    fn seq(&mut self) -> Option<Seq> {
        self.seq_where(|_| true)
    }

    fn mutable_seq(&mut self) -> Option<Seq> {
        self.seq_where(|array| array.mutable)
    }

    /// An array of four.
    fn array_name(&mut self) -> Option<String> {
        self.seq_where(|array| array.seq.kind == Kind::Array)
            .map(|seq| seq.name)
    }

    fn mutable_vec(&mut self) -> Option<String> {
        self.seq_where(|array| array.mutable && array.seq.kind == Kind::Vec)
            .map(|seq| seq.name)
    }

    /// A constant that is exact in few digits.
    fn constant(&mut self) -> f64 {
        (self.random.between(-2.0, 2.0) * 8.0).round() / 8.0
    }
}
