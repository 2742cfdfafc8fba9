//! Programs from a seed.

mod expr;
mod stmt;

use crate::ast::{ArrayParam, Binary, Expr, Program};

/// splitmix64.
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15))
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
    let array = random.pick(&[ArrayParam::Value, ArrayParam::Reference, ArrayParam::Slice]);
    let mut writer = Writer {
        random,
        earlier,
        scalars: ["x", "y", "z"]
            .map(|name| Name {
                text: name.into(),
                mutable: name != "y",
            })
            .to_vec(),
        arrays: vec![Name {
            text: "p".into(),
            mutable: false,
        }],
        counters: Vec::new(),
        loops: Vec::new(),
        may_return: true,
        fresh: 0,
        budget: 0,
    };
    writer.budget = 4 + writer.random.below(14);
    let mut body = vec![writer.copy_of("p")];
    body.extend(writer.body(0));
    // `y` is never assigned: every result depends on an input.
    let y = Expr::Binary(
        Binary::Mul,
        Box::new(Expr::Constant(0.25)),
        Box::new(Expr::Var("y".into())),
    );
    let result = Expr::Binary(Binary::Add, Box::new(writer.expr(3)), Box::new(y));
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

/// What is in scope while a program is written.
struct Writer<'a> {
    random: &'a mut Random,
    /// How the earlier programs take their array.
    earlier: Vec<ArrayParam>,
    scalars: Vec<Name>,
    arrays: Vec<Name>,
    counters: Vec<String>,
    /// The loops a jump may leave, with their labels.
    loops: Vec<Option<String>>,
    may_return: bool,
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
            self.arrays.clone(),
            self.counters.clone(),
        );
        let written = write(self);
        (self.scalars, self.arrays, self.counters) = outer;
        written
    }

    /// Runs `write` where no jump may leave, in an inner scope.
    fn enclosed<T>(&mut self, write: impl FnOnce(&mut Self) -> T) -> T {
        let outer = (
            std::mem::take(&mut self.loops),
            std::mem::replace(&mut self.may_return, false),
        );
        let written = self.scope(write);
        (self.loops, self.may_return) = outer;
        written
    }

    /// A new name for a scalar; now and then one that is taken, to shadow it.
    fn bind_scalar(&mut self) -> String {
        let reused = self
            .random
            .chance(0.25)
            .then(|| self.mutable_scalar())
            .flatten();
        let text = reused.unwrap_or_else(|| self.fresh("v"));
        self.scalars.retain(|name| name.text != text);
        self.scalars.push(Name {
            text: text.clone(),
            mutable: true,
        });
        text
    }

    fn mutable_scalar(&mut self) -> Option<String> {
        pick_mutable(self.random, &self.scalars)
    }

    fn mutable_array(&mut self) -> Option<String> {
        pick_mutable(self.random, &self.arrays)
    }
}

fn pick_mutable(random: &mut Random, names: &[Name]) -> Option<String> {
    let mutable: Vec<&Name> = names.iter().filter(|name| name.mutable).collect();
    if mutable.is_empty() {
        None
    } else {
        Some(random.pick(&mutable).text.clone())
    }
}
