//! Programs over structs, enums, options, tuples and vectors, and the iterators over them: patterns, methods, closures, recursion,
//! early exits.
//!
//! Nothing says what such a program should give but the program: its value, forward and reverse mode, differences, and a function
//! that calls it are compared (`structures/common.rs`).

use crate::generate::Random;
use crate::project;
use std::fmt::Write;
use std::ops::Range;

#[derive(Clone, Copy, PartialEq)]
enum Kind {
    Float,
    Array,
    Vec,
    Pair,
    Inner,
    Choice,
    Maybe,
    Count,
    Flag,
}

impl Kind {
    const ALL: [Kind; 9] = [
        Kind::Float,
        Kind::Array,
        Kind::Vec,
        Kind::Pair,
        Kind::Inner,
        Kind::Choice,
        Kind::Maybe,
        Kind::Count,
        Kind::Flag,
    ];

    fn ty(self) -> &'static str {
        match self {
            Kind::Float => "f64",
            Kind::Array => "[f64; 3]",
            Kind::Vec => "Vec<f64>",
            Kind::Pair => "(f64, f64)",
            Kind::Inner => "Inner<f64>",
            Kind::Choice => "Choice<f64>",
            Kind::Maybe => "Option<f64>",
            Kind::Count => "usize",
            Kind::Flag => "bool",
        }
    }
}

#[derive(Clone)]
struct Variable {
    name: String,
    kind: Kind,
    mutable: bool,
}

struct Writer<'a> {
    random: &'a mut Random,
    text: String,
    indent: usize,
    variables: Vec<Variable>,
    /// Of closures that take a number.
    closures: Vec<String>,
    /// Of the loops that this stands in.
    labels: Vec<String>,
    fresh: usize,
    budget: usize,
}

/// A function of `p: &Input<f64>` and `n: usize`, and one that calls it.
fn program(seed: u64, number: usize) -> String {
    let mut random = Random::new(seed ^ (number as u64).rotate_left(20) ^ 0x7374_7275);
    let mut writer = Writer {
        budget: 6 + random.below(14),
        random: &mut random,
        text: String::new(),
        indent: 1,
        variables: Vec::new(),
        closures: Vec::new(),
        labels: Vec::new(),
        fresh: 0,
    };
    // What inner blocks change.
    for kind in [Kind::Float, Kind::Float].into_iter().chain(Kind::ALL) {
        if kind == Kind::Float || writer.random.chance(0.5) {
            writer.bind(kind, true);
        }
    }
    while writer.budget > 0 {
        writer.stmt();
    }
    let sum = writer.all().join(" + ");
    let body = writer.text;
    format!(
        "use crate::common::*;
use autodiff::differentiate;

#[differentiate(jvp)]
pub fn program(p: &Input<f64>, n: usize) -> f64 {{
{body}    ({sum}).sin() + 0.1 * p.x[0] * p.a * p.m[0][0] * p.inner.u
}}

#[differentiate]
pub fn caller(p: &Input<f64>, n: usize) -> f64 {{
    let v = program(p, n);
    3.0 * v + v * v
}}
"
    )
}

/// Expressions. Each stands wherever an operand can.
impl Writer<'_> {
    /// The variables of a kind that are not hidden by later ones.
    fn names(&self, kind: Kind, mutable: bool) -> Vec<String> {
        let of_kind = |(i, v): &(usize, &Variable)| {
            v.kind == kind
                && (v.mutable || !mutable)
                && self.variables[i + 1..].iter().all(|w| w.name != v.name)
        };
        let variables = self.variables.iter().enumerate().filter(of_kind);
        variables.map(|(_, v)| v.name.clone()).collect()
    }

    /// A number from each variable.
    fn all(&self) -> Vec<String> {
        let numbers = |kind| {
            let names = self.names(kind, false);
            names.into_iter().map(move |name| match kind {
                Kind::Float => name,
                Kind::Array => format!("{name}[0] * {name}[2]"),
                Kind::Vec => format!("{name}.iter().sum::<f64>()"),
                Kind::Pair => format!("{name}.0 - {name}.1"),
                Kind::Inner => format!("{name}.eval({name}.w.1)"),
                Kind::Choice => format!("{name}.extent()"),
                Kind::Maybe => format!("{name}.unwrap_or(0.3)"),
                Kind::Count => format!("{name} as f64"),
                Kind::Flag => format!("(if {name} {{ 1.0 }} else {{ 0.0 }})"),
            })
        };
        Kind::ALL.into_iter().flat_map(numbers).collect()
    }

    fn variable(&mut self, kind: Kind) -> Option<String> {
        let names = self.names(kind, false);
        (!names.is_empty()).then(|| self.random.pick(&names))
    }

    fn mutable(&mut self, kind: Kind) -> Option<String> {
        let names = self.names(kind, true);
        (!names.is_empty()).then(|| self.random.pick(&names))
    }

    fn literal(&mut self) -> String {
        let literals = [
            "0.5_f64",
            "1.0_f64",
            "(-0.3_f64)",
            "0.25_f64",
            "(-1.5_f64)",
            "1.7_f64",
        ];
        self.random.pick(&literals).into()
    }

    fn of(&mut self, kind: Kind, depth: usize) -> String {
        match kind {
            Kind::Float => self.float(depth),
            Kind::Array => self.array(depth),
            Kind::Vec => self.vec(depth),
            Kind::Pair => self.pair(depth),
            Kind::Inner => self.inner(depth),
            Kind::Choice => self.choice(depth),
            Kind::Maybe => self.maybe(depth),
            Kind::Count => self.count(depth),
            Kind::Flag => self.flag(depth),
        }
    }

    fn float(&mut self, depth: usize) -> String {
        let Some(less) = depth.checked_sub(1).filter(|_| !self.random.chance(0.2)) else {
            return match (self.random.below(6), self.variable(Kind::Float)) {
                (0..=2, Some(name)) => name,
                (3, _) => self.literal(),
                (4, _) => format!("p.m[{}][{}]", self.random.below(3), self.random.below(3)),
                _ => self
                    .random
                    .pick(&["p.a", "p.inner.u", "p.inner.w.0", "p.inner.w.1"])
                    .into(),
            };
        };
        let f = |writer: &mut Self| writer.float(less);
        match self.random.below(25) {
            0 => format!("({} + {})", f(self), f(self)),
            1 => format!("({} - {})", f(self), f(self)),
            2 | 3 => format!("({} * {})", f(self), f(self)),
            4 => format!("({} / (1.0 + {}.powi(2)))", f(self), f(self)),
            5 => {
                let method = self.random.pick(&["sin", "cos", "tanh", "abs", "atan"]);
                format!("{}.{method}()", f(self))
            }
            6 => {
                let method = self.random.pick(&["max", "min"]);
                format!("{}.{method}({})", f(self), f(self))
            }
            7 => format!("{}.clamp(-0.9, 1.1)", f(self)),
            8 => format!("{}.mul_add({}, {})", f(self), f(self), f(self)),
            9 => self.element(),
            10 => format!("p.m[{} % 3][{} % 3]", self.index(), self.index()),
            11 => format!(
                "(if {} {{ {} }} else {{ {} }})",
                self.flag(1),
                f(self),
                f(self)
            ),
            12 => format!("{}.eval({})", self.inner(less), f(self)),
            13 => format!("{}.extent()", self.choice(less)),
            14 => format!("{}.{}", self.pair(less), self.random.below(2)),
            15 => format!("{}.unwrap_or({})", self.maybe(less), f(self)),
            16 => format!(
                "{}.map_or({}, |z| z * {})",
                self.maybe(less),
                f(self),
                f(self)
            ),
            17 => format!("norm(&{})", self.sequence()),
            18 => format!("tree(n % 3, {}, {})", f(self), f(self)),
            19 => format!("dot(&{}, {})", self.array(less), self.array(less)),
            20 => self.matched(less),
            21 => format!("({{ let z: f64 = {}; z * z - {} }})", f(self), f(self)),
            22 => format!("({} as f64 * {})", self.count(1), f(self)),
            23 if !self.closures.is_empty() => {
                let name = self.random.pick(&self.closures);
                format!("{name}({})", f(self))
            }
            _ => self.reduced(),
        }
    }

    /// A `match` with a number.
    fn matched(&mut self, depth: usize) -> String {
        let arms = [0; 4].map(|_| self.float(depth));
        let [a, b, c, d] = arms;
        if self.random.chance(0.5) {
            let (count, guard) = (self.count(1), self.flag(1));
            return format!("(match {count} % 3 {{ 0 => {a}, 1 if {guard} => {b}, _ => {c} }})");
        }
        let (choice, limit) = (self.choice(1), self.literal());
        format!(
            "(match {choice} {{ Choice::Nothing => {a}, Choice::One(z) => z * {b}, \
             Choice::Two {{ left: y, right: z }} if y > {limit} => y - z * {c}, Choice::Two {{ right: z, .. }} => z * {d} }})"
        )
    }

    fn count(&mut self, depth: usize) -> String {
        match (self.random.below(7), self.variable(Kind::Count)) {
            (0..=2, Some(name)) => name,
            (3, _) if depth > 0 => {
                let modulus = 2 + self.random.below(3);
                format!("(({} + 1) % {modulus})", self.count(depth - 1))
            }
            (4, _) if depth > 0 => format!("usize::from({})", self.flag(depth - 1)),
            (5, _) => self.random.pick(&["p.x.len()", "p.k", "p.inner.k"]).into(),
            (6, _) => self.random.below(4).to_string() + "_usize",
            _ => "n".into(),
        }
    }

    /// A count that may depend on what is differentiated: for places only.
    fn index(&mut self) -> String {
        if self.random.chance(0.2) {
            format!("(({}.abs() * 3.0) as usize)", self.float(1))
        } else {
            self.count(1)
        }
    }

    fn flag(&mut self, depth: usize) -> String {
        match (self.random.below(9), self.variable(Kind::Flag)) {
            (0, Some(name)) => name,
            (1, _) => format!("({} % 2 == {})", self.count(1), self.random.below(2)),
            (2, _) => format!("({} > {})", self.count(1), self.count(1)),
            (3, _) if depth > 0 => {
                let operator = self.random.pick(&["&&", "||", "^"]);
                format!(
                    "({} {operator} {})",
                    self.flag(depth - 1),
                    self.flag(depth - 1)
                )
            }
            (4, _) if depth > 0 => format!("(!{})", self.flag(depth - 1)),
            (5, _) => {
                let pattern = self.random.pick(&[
                    "Choice::Nothing",
                    "Choice::One(_)",
                    "Choice::Two { .. }",
                    "Choice::One(z) if z > 0.2",
                    "Choice::Two { left, .. } if left < 0.5",
                ]);
                format!("matches!({}, {pattern})", self.choice(1))
            }
            _ => {
                let operator = self.random.pick(&["<", ">", "<=", ">="]);
                format!("({} {operator} {})", self.float(1), self.float(1))
            }
        }
    }

    fn array(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match (self.random.below(8), self.variable(Kind::Array)) {
            (0..=2, Some(name)) => name,
            (3, _) => format!("p.m[{} % 3]", self.index()),
            (4, _) => format!("[{}; 3]", self.float(less)),
            (5, _) if depth > 0 => format!("[p.a; 3].map(|z| z * {})", self.float(less)),
            (6, _) => "p.b".into(),
            _ => format!(
                "[{}, {}, {}]",
                self.float(less),
                self.float(less),
                self.float(less)
            ),
        }
    }

    /// Never an empty one.
    fn vec(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match self.random.below(7) {
            0 | 1 => format!("{}.to_vec()", self.sequence()),
            2 => format!("vec![{}; 1 + {} % 3]", self.float(less), self.count(1)),
            3 => format!("vec![{}, {}]", self.float(less), self.float(less)),
            4 => {
                let first = self.float(1);
                format!(
                    "std::iter::once({first}).chain({}).collect::<Vec<f64>>()",
                    self.plain_items()
                )
            }
            5 => {
                let value = self.float(less);
                format!("(0..3).map(|i| p.x[i % p.x.len()] * {value}).collect::<Vec<f64>>()")
            }
            _ => format!("spread(&{}, n)", self.sequence()),
        }
    }

    fn pair(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match (self.random.below(6), self.variable(Kind::Pair)) {
            (0 | 1, Some(name)) => name,
            (2, _) => format!("pair({}, {})", self.float(less), self.float(less)),
            (3, _) => format!("{}.w", self.inner(less)),
            _ => format!("({}, {})", self.float(less), self.float(less)),
        }
    }

    fn inner(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match (self.random.below(7), self.variable(Kind::Inner)) {
            (0..=2, Some(name)) => name,
            (3, _) => format!(
                "(Inner {{ u: {}, w: {}, k: {} }})",
                self.float(less),
                self.pair(less),
                self.count(1)
            ),
            (4, _) if depth > 0 => format!("{}.mixed({})", self.inner(less), self.float(less)),
            (5, _) if depth > 0 => format!(
                "(Inner {{ u: {}, ..{} }})",
                self.float(less),
                self.inner(less)
            ),
            _ => "p.inner".into(),
        }
    }

    fn choice(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match (self.random.below(6), self.variable(Kind::Choice)) {
            (0..=2, Some(name)) => name,
            (3, _) => format!("Choice::One({})", self.float(less)),
            (4, _) => format!(
                "(Choice::Two {{ left: {}, right: {} }})",
                self.float(less),
                self.float(less)
            ),
            _ => "p.choice".into(),
        }
    }

    fn maybe(&mut self, depth: usize) -> String {
        let less = depth.saturating_sub(1);
        match (self.random.below(11), self.variable(Kind::Maybe)) {
            (0..=2, Some(name)) => name,
            (3, _) => format!("p.x.get({}).copied()", self.index()),
            (4, _) => format!("{}.then(|| {})", self.flag(1), self.float(less)),
            (5, _) if depth > 0 => format!(
                "Some({}).map(|z: f64| z * {})",
                self.float(less),
                self.float(less)
            ),
            (6, _) if depth > 0 => format!("{}.or(Some({}))", self.maybe(less), self.float(less)),
            (7, _) => {
                let end = self.random.pick(&["first", "last"]);
                format!("{}.{end}().copied()", self.sequence())
            }
            (8, _) => format!(
                "(if {} {{ Some({}) }} else {{ None }})",
                self.flag(1),
                self.float(less)
            ),
            (9, _) => format!("{}.then_some({})", self.flag(1), self.float(less)),
            _ => format!("Some({})", self.float(less)),
        }
    }

    /// A place with numbers in it, one at least.
    fn sequence(&mut self) -> String {
        let names = [self.names(Kind::Vec, false), self.names(Kind::Array, false)].concat();
        if !names.is_empty() && self.random.chance(0.5) {
            return self.random.pick(&names);
        }
        self.random
            .pick(&["p.x", "p.b", "p.m[1]", "p.x[..1]", "p.b[1..]"])
            .into()
    }

    fn element(&mut self) -> String {
        let sequence = self.sequence();
        format!("{sequence}[{} % {sequence}.len()]", self.index())
    }

    /// An iterator over numbers, of which it is known where each comes from.
    fn plain_items(&mut self) -> String {
        let of = self.sequence();
        let value = self.float(1);
        let other = self.sequence();
        match self.random.below(13) {
            0 => format!("{of}.iter().copied()"),
            1 => format!("{of}.iter().map(|z| z * {value})"),
            2 => format!("{of}.iter().zip({other}.iter()).map(|(y, z)| y * z)"),
            3 => format!("{of}.iter().enumerate().map(|(i, z)| z * i as f64)"),
            4 => format!("{of}.windows(2).map(|z| z[1] - z[0])"),
            5 => format!("{of}.chunks(2).map(|z| z.iter().sum::<f64>())"),
            6 => format!("{of}.chunks_exact(2).map(|z| z[0] * z[1])"),
            7 => format!("{of}.iter().rev().copied()"),
            8 => format!(
                "{of}.iter().skip({}).step_by(2).copied()",
                self.random.below(3)
            ),
            9 => format!(
                "{of}.iter().scan({value}, |state, z| {{ *state = *state * 0.5 + z; Some(*state) }})"
            ),
            10 => format!("{of}.iter().flat_map(|y| p.m[0].iter().map(move |z| y * z))"),
            11 => format!(
                "(0..{}).map(|i| {of}[i % {of}.len()] * i as f64)",
                self.count(1)
            ),
            _ => "p.m.iter().flatten().copied()".into(),
        }
    }

    fn items(&mut self) -> String {
        let mut items = self.plain_items();
        for _ in 0..self.random.below(3) {
            let value = self.float(1);
            let limit = self.literal();
            items += &match self.random.below(9) {
                0 => ".map(|z| z.sin())".into(),
                1 => format!(".take({})", 1 + self.random.below(3)),
                2 => format!(".skip({})", self.random.below(2)),
                3 => format!(".filter(|z| *z < {value})"),
                4 => format!(".take_while(|z| *z < {value} + 1.0)"),
                5 => ".enumerate().map(|(i, z)| if i % 2 == 0 { z } else { -z })".into(),
                6 => format!(".map(|z| {{ let w = z * {value}; w - z }})"),
                7 => format!(".filter_map(|z| if z < {limit} {{ Some(z * z) }} else {{ None }})"),
                _ => format!(".skip_while(|z| *z < {limit})"),
            };
        }
        items
    }

    /// What becomes of the items.
    fn reduced(&mut self) -> String {
        let items = self.items();
        let value = self.float(1);
        match self.random.below(11) {
            0 => format!("{items}.sum::<f64>()"),
            1 => format!("{items}.product::<f64>()"),
            2 => format!("{items}.fold({value}, |y, z| (y + z).sin())"),
            3 => format!("{items}.fold(f64::NEG_INFINITY, f64::max).max(-2.0)"),
            4 => format!("{items}.max_by(|y, z| y.total_cmp(z)).unwrap_or({value})"),
            5 => format!("{items}.min_by(|y, z| y.partial_cmp(z).unwrap()).unwrap_or({value})"),
            6 => format!("{items}.reduce(|y, z| y * z + 0.1).unwrap_or({value})"),
            7 => format!("{items}.last().unwrap_or({value})"),
            8 => format!("({items}.count() as f64 * {value})"),
            9 => format!("{items}.fold(({value}, 0.0), |(y, c), z| (y * 0.5 + z, c + y)).1"),
            _ => format!("{items}.find(|z| *z > 0.1).unwrap_or({value})"),
        }
    }
}

/// Statements.
impl Writer<'_> {
    fn line(&mut self, text: &str) {
        let indent = 4 * self.indent;
        writeln!(self.text, "{:indent$}{text}", "").expect("a string grows");
    }

    /// A name; now and then one that hides another.
    fn fresh(&mut self) -> String {
        let hidden = self.variables.last().filter(|v| v.name.starts_with('t'));
        if let (true, Some(variable)) = (self.random.chance(0.1), hidden) {
            return variable.name.clone();
        }
        self.fresh += 1;
        format!("t{}", self.fresh)
    }

    fn declare(&mut self, name: &str, kind: Kind, mutable: bool) {
        self.variables.push(Variable {
            name: name.into(),
            kind,
            mutable,
        });
    }

    fn block(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        self.inside("}", body);
    }

    /// What is declared inside is not there behind it.
    fn inside(&mut self, end: &str, body: impl FnOnce(&mut Self)) {
        self.indent += 1;
        let visible = (self.variables.clone(), self.closures.clone());
        body(self);
        (self.variables, self.closures) = visible;
        self.indent -= 1;
        self.line(end);
    }

    fn stmts(&mut self) {
        for _ in 0..1 + self.random.below(3) {
            self.stmt();
        }
    }

    fn stmt(&mut self) {
        let deep = self.budget == 0 || self.indent > 4;
        self.budget = self.budget.saturating_sub(1);
        match self.random.below(if deep { 18 } else { 27 }) {
            0..=2 => self.bind_any(),
            3..=8 => self.assign(),
            9 => self.take_apart(),
            10 => self.change_vec(),
            11 => self.change_choice(),
            12 => self.change_maybe(),
            13 => self.lend(),
            14 => self.leave(),
            15 => self.closure(),
            16 => self.through_reference(),
            17 => self.each_mut(),
            18 | 19 => self.branch(),
            20 => self.matching(),
            21 => self.if_let(),
            22..=24 => self.for_(),
            25 => self.while_(),
            _ => self.loop_(),
        }
    }

    fn bind_any(&mut self) {
        let kind = match self.random.below(2) {
            0 => Kind::Float,
            _ => self.random.pick(&Kind::ALL),
        };
        let mutable = self.random.chance(0.6);
        self.bind(kind, mutable);
    }

    fn bind(&mut self, kind: Kind, mutable: bool) {
        let (value, name) = (self.of(kind, 3), self.fresh());
        let keyword = if mutable { "let mut" } else { "let" };
        self.line(&format!("{keyword} {name}: {} = {value};", kind.ty()));
        self.declare(&name, kind, mutable);
    }

    /// A number that can be assigned.
    fn place(&mut self) -> Option<String> {
        let mut places = self.names(Kind::Float, true);
        for name in self.names(Kind::Array, true) {
            places.push(format!("{name}[{} % 3]", self.index()));
        }
        for name in self.names(Kind::Vec, true) {
            places.push(format!("{name}[0]"));
        }
        for name in self.names(Kind::Pair, true) {
            places.push(format!("{name}.1"));
        }
        for name in self.names(Kind::Inner, true) {
            places.extend([format!("{name}.u"), format!("{name}.w.0")]);
        }
        (!places.is_empty()).then(|| self.random.pick(&places))
    }

    fn assign(&mut self) {
        let Some(place) = self.place() else {
            return self.bind_any();
        };
        let value = self.float(2);
        match self.random.below(4) {
            0 => self.line(&format!("{place} = {value}.sin();")),
            1 => self.line(&format!("{place} *= {value}.cos();")),
            _ => self.line(&format!("{place} += {value}.tanh();")),
        }
    }

    fn take_apart(&mut self) {
        let names = [self.fresh(), self.fresh() + "b"];
        let [a, b] = &names;
        let line = match self.random.below(5) {
            0 => format!("let ({a}, {b}) = {};", self.pair(2)),
            1 => format!("let [{a}, .., {b}] = {};", self.array(2)),
            2 => format!(
                "let Inner {{ u: {a}, w: ({b}, _), .. }} = {};",
                self.inner(2)
            ),
            3 => format!("let Input {{ a: {a}, inner: Inner {{ w: (_, {b}), .. }}, .. }} = *p;"),
            _ => format!(
                "let (({a}, _), [{b}, ..]) = ({}, {});",
                self.pair(1),
                self.array(1)
            ),
        };
        self.line(&line);
        for name in &names {
            self.declare(name, Kind::Float, false);
        }
    }

    fn change_vec(&mut self) {
        let Some(name) = self.mutable(Kind::Vec) else {
            return self.bind_any();
        };
        let (value, limit) = (self.float(1), self.literal());
        let line = match self.random.below(10) {
            0 => format!("{name}.push({value});"),
            1 => format!("let last = {name}.len() - 1; {name}.swap(0, last);"),
            2 => format!("{name}.reverse();"),
            3 => format!("{name}.sort_by(|y, z| y.total_cmp(z));"),
            4 => format!("{name}.retain(|z| *z > {limit}); {name}.push({value});"),
            5 => format!("{name}.insert(0, {value});"),
            6 => format!(
                "let tail = {name}.split_off({name}.len() / 2); {name}.extend(tail.iter().rev()); {name}.push({value});"
            ),
            7 => format!("{name}.truncate(3); if {name}.len() > 1 {{ {name}.rotate_left(1); }}"),
            8 => format!(
                "for c in {name}.chunks_mut(2) {{ let z = c[0]; for y in c.iter_mut() {{ *y = (*y * z + 0.1).sin(); }} }}"
            ),
            _ => format!(
                "if let Some(z) = {name}.pop() {{ {name}.push(z.sin()); {name}.push(z * {value}); }}"
            ),
        };
        self.line(&line);
    }

    fn change_choice(&mut self) {
        let Some(name) = self.mutable(Kind::Choice) else {
            return self.bind_any();
        };
        let value = self.without(&name, |writer| writer.float(1));
        let line = match self.random.below(3) {
            0 => format!(
                "if let Choice::Two {{ left: y, right: z }} = &mut {name} {{ std::mem::swap(y, z); *y *= 1.1; }}"
            ),
            1 => format!("{name} = Choice::One({name}.extent() * {value});"),
            _ => format!(
                "match &mut {name} {{ Choice::Nothing => {name} = Choice::One({value}), Choice::One(z) => *z = z.sin() * {value}, \
                 Choice::Two {{ left: y, right: z }} => {{ *y += *z; *z *= {value}; }} }}"
            ),
        };
        self.line(&line);
    }

    fn change_maybe(&mut self) {
        let Some(name) = self.mutable(Kind::Maybe) else {
            return self.bind_any();
        };
        let value = self.without(&name, |writer| writer.float(1));
        match self.random.below(4) {
            0 => self.line(&format!(
                "if let Some(z) = {name}.as_mut() {{ *z *= {value}; }}"
            )),
            1 => self.line(&format!("if let Some(z) = &mut {name} {{ *z = z.sin(); }}")),
            2 => {
                let taken = self.fresh();
                self.line(&format!(
                    "let {taken}: f64 = {name}.take().unwrap_or({value});"
                ));
                self.declare(&taken, Kind::Float, false);
            }
            _ => {
                let old = self.fresh();
                self.line(&format!(
                    "let {old}: f64 = {name}.replace({value}).unwrap_or(0.2);"
                ));
                self.declare(&old, Kind::Float, false);
            }
        }
    }

    /// As long as something is lent it cannot be read.
    fn without<R>(&mut self, name: &str, write: impl FnOnce(&mut Self) -> R) -> R {
        let visible = self.variables.clone();
        self.variables.retain(|v| v.name != name);
        let written = write(self);
        self.variables = visible;
        written
    }

    /// To a function or a method that changes it.
    fn lend(&mut self) {
        let name = match self.random.below(3) {
            0 => self.mutable(Kind::Inner),
            1 => self.mutable(Kind::Array),
            _ => self.mutable(Kind::Vec),
        };
        let Some(name) = name else {
            return self.bind_any();
        };
        let value = self.without(&name, |writer| writer.float(1));
        let result = self.fresh();
        let is_inner = self.names(Kind::Inner, true).contains(&name);
        let call = match self.random.below(2) {
            _ if is_inner => format!("{name}.step({value})"),
            0 => format!("decay(&mut {name}, {value})"),
            _ => format!("decay(&mut {name}[..1], {value})"),
        };
        self.line(&format!("let mut {result}: f64 = {call};"));
        self.declare(&result, Kind::Float, true);
    }

    fn leave(&mut self) {
        let flag = self.flag(2);
        let leave = match self.random.below(3) {
            0 if !self.labels.is_empty() => {
                let label = self.random.pick(&self.labels);
                let keyword = self.random.pick(&["break", "continue"]);
                format!("{keyword} '{label}")
            }
            1 => {
                let (maybe, value, name) = (self.maybe(1), self.float(1), self.fresh());
                self.line(&format!(
                    "let Some({name}) = {maybe} else {{ return {value} }};"
                ));
                return self.declare(&name, Kind::Float, false);
            }
            _ => format!("return {}", self.float(2)),
        };
        self.line(&format!("if {flag} {{ {leave}; }}"));
    }

    /// One that has copies of its own, or one that changes a number and is gone after two calls.
    fn closure(&mut self) {
        if let (true, Some(name)) = (self.random.chance(0.5), self.mutable(Kind::Float)) {
            let (value, [first, second], result) = self.without(&name, |writer| {
                (
                    writer.float(1),
                    [0; 2].map(|_| writer.float(1)),
                    writer.fresh(),
                )
            });
            self.line(&format!(
                "let {result}: f64 = {{ let mut add = |z: f64| {{ {name} += z * {value}; {name}.sin() }}; add({first}) - add({second}) }};"
            ));
            return self.declare(&result, Kind::Float, false);
        }
        let vecs: Vec<_> = self.names(Kind::Vec, false);
        let visible = self.variables.clone();
        self.variables.retain(|v| !vecs.contains(&v.name));
        let (value, offset) = (self.float(2), self.float(1));
        self.variables = visible;
        self.fresh += 1;
        let name = format!("c{}", self.fresh);
        self.line(&format!(
            "let {name} = move |z: f64| {{ let y = z * {value}; y.sin() + {offset} }};"
        ));
        self.closures.push(name);
    }

    fn through_reference(&mut self) {
        let place = self.place();
        let Some(place) = place else {
            return self.bind_any();
        };
        let owner: String = place.chars().take_while(|c| c.is_alphanumeric()).collect();
        let values = self.without(&owner, |writer| [writer.float(1), writer.float(1)]);
        let [a, b] = values;
        self.line(&format!(
            "{{ let r = &mut {place}; *r = r.sin() + {a}; if *r > 0.4 {{ *r *= {b}; }} }}"
        ));
    }

    fn each_mut(&mut self) {
        let kind = self.random.pick(&[Kind::Array, Kind::Vec]);
        let Some(name) = self.mutable(kind) else {
            return self.bind_any();
        };
        let value = self.without(&name, |writer| writer.float(1));
        let line = match self.random.below(4) {
            0 => format!(
                "for (i, z) in {name}.iter_mut().enumerate().skip(1) {{ *z = (*z * p.m[i % 3][1] + {value}).sin(); }}"
            ),
            1 => format!("{name}.iter_mut().zip(&p.x).for_each(|(z, y)| *z += y * {value});"),
            2 => format!("{name}.iter_mut().rev().for_each(|z| *z = (*z * {value}).sin());"),
            _ => {
                format!("for z in &mut {name} {{ if *z > 0.2 {{ continue; }} *z = {value} - *z; }}")
            }
        };
        self.line(&line);
    }

    fn branch(&mut self) {
        let flag = self.flag(2);
        self.line(&format!("if {flag} {{"));
        let other = self.random.chance(0.5);
        self.inside(if other { "} else {" } else { "}" }, Self::stmts);
        if other {
            self.inside("}", Self::stmts);
        }
    }

    fn matching(&mut self) {
        let (choice, limit) = (self.choice(1), self.literal());
        self.fresh += 1;
        let (y, z) = (format!("y{}", self.fresh), format!("z{}", self.fresh));
        self.line(&format!("match {choice} {{"));
        self.indent += 1;
        for (pattern, names) in [
            (format!("Choice::One({y}) if {y} > {limit}"), vec![&y]),
            (
                format!("Choice::Two {{ left: {y}, right: {z} }}"),
                vec![&y, &z],
            ),
            ("_".into(), vec![]),
        ] {
            self.block(&format!("{pattern} =>"), |writer| {
                names
                    .iter()
                    .for_each(|name| writer.declare(name, Kind::Float, false));
                writer.stmts();
            });
        }
        self.indent -= 1;
        self.line("}");
    }

    fn if_let(&mut self) {
        let (maybe, name) = (self.maybe(2), self.fresh());
        self.block(&format!("if let Some({name}) = {maybe}"), |writer| {
            writer.declare(&name, Kind::Float, false);
            writer.stmts();
        });
    }

    fn for_(&mut self) {
        self.fresh += 1;
        let number = self.fresh;
        let (i, z) = (format!("i{number}"), format!("z{number}"));
        // What is iterated over cannot be changed inside.
        let of = self.random.pick(&["p.x", "p.b", "p.m[2]", "p.x[..1]"]);
        let (head, names) = match self.random.below(7) {
            0 => (
                format!("{i} in 0..{}", self.count(1)),
                vec![(i, Kind::Count)],
            ),
            1 => (format!("{i} in (0..3).rev()"), vec![(i, Kind::Count)]),
            2 => (format!("&{z} in {of}.iter()"), vec![(z, Kind::Float)]),
            3 => (
                format!("({i}, &{z}) in {of}.iter().enumerate()"),
                vec![(i, Kind::Count), (z, Kind::Float)],
            ),
            4 => (
                format!("{z} in {of}.iter().map(|y| y * 0.7)"),
                vec![(z, Kind::Float)],
            ),
            5 => {
                let y = format!("y{number}");
                (
                    format!("(&{y}, &{z}) in {of}.iter().zip(&p.x)"),
                    vec![(y, Kind::Float), (z, Kind::Float)],
                )
            }
            _ => (format!("&{z} in &p.m"), vec![(z, Kind::Array)]),
        };
        let label = format!("l{number}");
        self.labels.push(label.clone());
        self.block(&format!("'{label}: for {head}"), |writer| {
            names
                .iter()
                .for_each(|(name, kind)| writer.declare(name, *kind, false));
            writer.stmts();
        });
        self.labels.pop();
    }

    /// A stack that is worked off, or an iterator.
    fn while_(&mut self) {
        self.fresh += 1;
        let (number, name) = (self.fresh, self.fresh());
        let (stack, sequence) = (format!("s{number}"), self.sequence());
        let (start, next) = match self.random.below(2) {
            0 => (format!("{sequence}.to_vec()"), "pop"),
            _ => (format!("{sequence}.to_vec().into_iter()"), "next"),
        };
        self.line(&format!("let mut {stack} = {start};"));
        let label = format!("l{number}");
        self.labels.push(label.clone());
        self.block(
            &format!("'{label}: while let Some({name}) = {stack}.{next}()"),
            |writer| {
                writer.declare(&name, Kind::Float, false);
                if next == "pop" && writer.random.chance(0.3) {
                    writer.line(&format!(
                        "if {stack}.len() == 1 && {name} > 0.0 {{ {stack}.push(-{name}); }}"
                    ));
                }
                writer.stmts();
            },
        );
        self.labels.pop();
    }

    fn loop_(&mut self) {
        self.fresh += 1;
        let number = self.fresh;
        let (k, name) = (format!("k{number}"), self.fresh());
        self.line(&format!("let mut {k} = 0_usize;"));
        self.line(&format!("let {name}: f64 = loop {{"));
        let limit = 1 + self.random.below(4);
        self.inside("};", |writer| {
            writer.line(&format!("{k} += 1;"));
            writer.declare(&k, Kind::Count, false);
            writer.stmts();
            let (flag, value) = (writer.flag(1), writer.float(2));
            writer.line(&format!("if {k} >= {limit} || {flag} {{ break {value}; }}"));
        });
        self.declare(&name, Kind::Float, false);
    }
}

/// Compiles and runs the programs of these numbers.
pub fn check(seed: u64, numbers: Range<usize>) {
    let texts: Vec<_> = numbers
        .clone()
        .map(|number| program(seed, number))
        .collect();
    let mut main = format!(
        "#![allow(warnings)]\nmod common {{\n{}}}\nuse common::{{Forms, compare}};\n",
        include_str!("structures/common.rs").replace("//!", "//")
    );
    for number in numbers.clone() {
        writeln!(main, "mod p{number};").expect("a string grows");
    }
    main.push_str("\nfn main() {\n    std::panic::set_hook(Box::new(|_| ()));\n");
    for number in numbers.clone() {
        writeln!(
            main,
            "    report({number}, Forms {{ value: p{number}::program, reverse: p{number}::program_value_and_grad, \
             forward: p{number}::program_jvp, called: p{number}::caller_value_and_grad }});"
        )
        .expect("a string grows");
    }
    main.push_str(
        "}\n\nfn report(number: usize, forms: Forms) {\n    match compare(&forms) {\n        \
         Ok(count) => println!(\"agree {count}\"),\n        Err(text) => println!(\"wrong {number} {text}\"),\n    }\n}\n",
    );
    let modules = numbers.clone().zip(texts.iter().cloned());
    let ran =
        project::run("structures", modules, &main).expect("a crate can be written, cargo be run");
    let complaints = String::from_utf8_lossy(&ran.stderr);
    let mut wrong = project::complaints(&complaints);
    let mut compared = 0;
    for line in String::from_utf8_lossy(&ran.stdout).lines() {
        if let Some((number, message)) = line.strip_prefix("wrong ").and_then(|l| l.split_once(' '))
        {
            wrong.insert(number.parse().expect("a number"), message.to_owned());
        } else if let Some(count) = line.strip_prefix("agree ") {
            compared += count.parse::<usize>().expect("a number");
        }
    }
    for (number, message) in wrong.iter().take(3) {
        eprintln!(
            "program {number}: {message}\n{}",
            texts[number - numbers.start]
        );
    }
    assert!(
        ran.status.success() && wrong.is_empty(),
        "{} programs are wrong:\n{}",
        wrong.len(),
        complaints.lines().take(40).collect::<Vec<_>>().join("\n")
    );
    assert!(
        compared > 3 * texts.len(),
        "most programs have points to compare at: {compared} of {}",
        texts.len()
    );
}
