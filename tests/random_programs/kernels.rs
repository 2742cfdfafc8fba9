//! Loop nests over slices whose length is known at run time only: sums in sums, scratch memory, tables, neighbours, early exits, calls.
//! What the passes for loops look for, and what looks like it.
//!
//! Reverse mode is compared with forward mode in each input, called directly and from another annotated function: the
//! latter runs the sweeps one after the other.

use crate::generate::Random;
use crate::project;
use std::fmt::Write;
use std::ops::Range;

/// `lo <= name` and `name + hi < n`.
#[derive(Clone)]
struct Counter {
    name: String,
    lo: usize,
    hi: usize,
}

/// A sequence of `n` floats.
#[derive(Clone)]
struct Seq {
    name: String,
    mutable: bool,
}

/// `n` rows of numbers.
#[derive(Clone)]
struct Table {
    name: String,
    rows: Rows,
}

#[derive(Clone, Copy, PartialEq)]
enum Rows {
    /// Of length `n`.
    Nested,
    /// Of length `n`, one behind the other.
    Flat,
    /// Each one longer than the one in front of it.
    Ragged,
}

struct Writer<'a> {
    random: &'a mut Random,
    text: String,
    indent: usize,
    counters: Vec<Counter>,
    seqs: Vec<Seq>,
    tables: Vec<Table>,
    /// Elements that are there wherever they are visible.
    cells: Vec<String>,
    /// Loops that can be left by name.
    labels: Vec<String>,
    /// Floats, and whether they can be assigned.
    scalars: Vec<(String, bool)>,
    loops: usize,
    fresh: usize,
    budget: usize,
    /// Accumulators are only added to: what can be fused.
    additive: bool,
    /// Elements go along with a counter: a loop may cover what it looks at.
    near: bool,
}

/// A function, and whether it has an output parameter `o`.
struct Kernel {
    text: String,
    out: bool,
}

fn kernel(seed: u64, number: usize) -> Kernel {
    let mut random = Random::new(seed ^ (number as u64).rotate_left(20) ^ 0x6b65_726e);
    let out = random.chance(0.4);
    let mut writer = Writer {
        budget: 4 + random.below(12),
        additive: random.chance(0.5),
        near: random.chance(0.4),
        random: &mut random,
        text: String::new(),
        indent: 1,
        counters: Vec::new(),
        seqs: ["a", "b"]
            .map(|name| Seq {
                name: name.into(),
                mutable: false,
            })
            .to_vec(),
        tables: Vec::new(),
        cells: Vec::new(),
        labels: Vec::new(),
        scalars: vec![("s".into(), false)],
        loops: 0,
        fresh: 0,
    };
    if out {
        writer.seqs.push(Seq {
            name: "o".into(),
            mutable: true,
        });
    }
    writer.line("let n = a.len();");
    writer.line("let mut state = [s, 0.5, 0.25];");
    for _ in 0..1 + writer.random.below(2) {
        writer.accumulator();
    }
    if writer.near {
        writer.budget /= 3;
        for _ in 0..1 + writer.random.below(3) {
            writer.over();
        }
        writer.near = writer.random.chance(0.5);
    }
    if writer.random.chance(0.5) {
        writer.scratch();
    }
    if writer.random.chance(0.4) {
        writer.table();
    }
    while writer.budget > 0 {
        writer.stmt();
    }
    let floats: Vec<_> = writer
        .scalars
        .iter()
        .map(|(name, _)| name.clone())
        .collect();
    let result = floats.join(" + 0.5 * ");
    writer.line(&result);
    let body = writer.text;
    let parameter = if out { ", o: &mut [f64]" } else { "" };
    let mut text = String::new();
    write!(
        text,
        "use autodiff::differentiate;

const WIDTH: usize = 3;

#[differentiate]
fn top(q: &[f64]) -> f64 {{
    q.iter().map(|x| x.sin()).sum::<f64>() + q.iter().copied().fold(-1.0, f64::max)
}}

#[differentiate]
fn mix(y: &mut [f64], x: &[f64], c: f64) -> f64 {{
    let mut sum = 0.0;
    for (y, x) in y.iter_mut().zip(x) {{
        *y = 0.7 * *y + 0.1 * (c * x).sin();
        sum += *y * x;
        if sum > 1.5 {{
            break;
        }}
    }}
    sum
}}

#[differentiate(vjp, jvp)]
pub fn kernel(a: &[f64], b: &[f64], s: f64{parameter}) -> f64 {{
{body}}}

#[differentiate(vjp)]
pub fn caller(a: &[f64], b: &[f64], s: f64{parameter}) -> f64 {{
    let first = kernel(a, b, 0.9 * s{});
    first.tanh() + 0.5 * first
}}
",
        if out { ", o" } else { "" }
    )
    .expect("a string grows");
    Kernel { text, out }
}

impl Writer<'_> {
    fn line(&mut self, text: &str) {
        let indent = 4 * self.indent;
        writeln!(self.text, "{:indent$}{text}", "").expect("a string grows");
    }

    fn name(&mut self, prefix: &str) -> String {
        self.fresh += 1;
        format!("{prefix}{}", self.fresh)
    }

    fn block(&mut self, head: &str, body: impl FnOnce(&mut Self)) {
        self.line(&format!("{head} {{"));
        self.indent += 1;
        let visible = (self.counters.len(), self.seqs.len(), self.scalars.len());
        let seen = (self.tables.len(), self.cells.len());
        body(self);
        self.counters.truncate(visible.0);
        self.seqs.truncate(visible.1);
        self.scalars.truncate(visible.2);
        self.tables.truncate(seen.0);
        self.cells.truncate(seen.1);
        self.indent -= 1;
        self.line("}");
    }

    fn stmt(&mut self) {
        self.budget = self.budget.saturating_sub(1);
        let deep = self.loops >= 3;
        match self.random.below(if deep { 14 } else { 25 }) {
            0 => self.accumulator(),
            1 => {
                let (name, value) = (self.name("t"), self.expr(2));
                self.line(&format!("let {name} = {value};"));
                self.scalars.push((name, false));
            }
            2..=4 => self.add(),
            5 if !self.additive => self.assign(),
            5..=8 => self.store(),
            9 => self.scratch(),
            10 => self.leave(),
            11 => self.table(),
            12 => self.row(),
            13 => self.call(),
            14 => self.branch(),
            15 => self.while_(),
            16 => self.along_a_row(),
            17 => self.filled(),
            18 => self.log_sum(),
            _ => self.for_(),
        }
    }

    /// An array of a known length, filled and read.
    fn filled(&mut self) {
        let Some(to) = self.mutable() else { return };
        let (name, i) = (self.name("q"), self.name("i"));
        let start = self.leaf();
        self.line(&format!("let mut {name} = [{start}; WIDTH];"));
        let rounds = 1 + self.random.below(2);
        for _ in 0..rounds {
            let lo = self.random.below(2);
            self.block(&format!("for {i} in {lo}..WIDTH"), |writer| {
                let cell = format!("{name}[{i}]");
                let value = writer.expr(1);
                if writer.random.chance(0.2) {
                    let condition = writer.condition();
                    writer.line(&format!("if {condition} {{ continue; }}"));
                }
                writer.line(&format!("{cell} = {value} + 0.2 * {i} as f64;"));
            });
        }
        if self.random.chance(0.5) {
            self.line(&format!("{to} += 0.1 * top(&{name});"));
        }
        if let (true, Some(value)) = (self.random.chance(0.3), self.index()) {
            self.line(&format!("{name}[({value}) % WIDTH] *= 0.5;"));
        }
        self.block(&format!("for {i} in 0..WIDTH"), |writer| {
            let value = writer.expr(1);
            writer.line(&format!("{to} += {name}[{i}] * {value};"));
        });
        if self.random.chance(0.5) {
            self.line(&format!("state = {name};"));
        } else {
            self.line(&format!("state[1] = 0.5 * state[0] + {name}[2];"));
        }
        self.cells.extend([0, 1, 2].map(|k| format!("state[{k}]")));
        self.cells.push(format!("{name}[WIDTH - 1]"));
    }

    /// A loop over the inputs, or nearly over all of them.
    fn over(&mut self) {
        let (name, value) = (self.name("i"), self.name("v"));
        let input = self.random.pick(&["a", "b"]);
        let (lo, hi, head) = match self.random.below(18) {
            0 => (1, 0, format!("{name} in 1..n")),
            1 => (0, 1, format!("{name} in 0..n.saturating_sub(1)")),
            2 => (1, 1, format!("{name} in 1..n.saturating_sub(1)")),
            3 => (0, 0, format!("{name} in (0..n).rev()")),
            4 => (1, 1, format!("{name} in (1..n.saturating_sub(1)).rev()")),
            5 => (0, 0, format!("{name} in (0..n).step_by(2)")),
            6 => (0, 0, format!("{name} in n / 2..n")),
            7 => (0, 0, format!("{name} in 0..n / 2")),
            8 => (0, 0, format!("{name} in 0..=n.saturating_sub(1).min(2)")),
            9 => (0, 0, format!("{name} in 0..n.min(3)")),
            10 => (
                0,
                0,
                format!("({name}, {value}) in {input}.iter().enumerate()"),
            ),
            11 => (
                1,
                0,
                format!("({name}, {value}) in {input}.iter().enumerate().skip(1)"),
            ),
            12 => (
                0,
                0,
                format!("({name}, {value}) in {input}.iter().enumerate().rev()"),
            ),
            13 => (
                0,
                0,
                format!("({name}, {value}) in {input}.iter().enumerate().take(n / 2)"),
            ),
            14 => (
                0,
                1,
                format!("({name}, {value}) in {input}.windows(2).map(|w| w[1] * w[0]).enumerate()"),
            ),
            15 => (
                0,
                0,
                format!(
                    "({name}, {value}) in {input}.chunks_exact(2).map(|c| c[0] - c[1]).enumerate()"
                ),
            ),
            16 => (
                0,
                1,
                format!(
                    "({name}, ({value}, _)) in {input}.iter().zip(a.iter().skip(1)).enumerate()"
                ),
            ),
            _ => (0, 0, format!("{name} in 0..n")),
        };
        // A range that stands for an empty one, too.
        let guarded = head.contains("..=").then_some("if n > 0");
        let scalars = self.scalars.clone();
        let mutable: Vec<_> = scalars.iter().filter(|(_, m)| *m).collect();
        let sum = self.random.pick(&mutable).0.clone();
        let body = |writer: &mut Self| {
            writer.loops += 1;
            writer.block(&format!("for {head}"), |writer| {
                writer.counters.push(Counter { name, lo, hi });
                if head.contains(&value) {
                    writer.line(&format!("let {value} = 0.5 * {value};"));
                    writer.scalars.push((value, false));
                }
                for _ in 0..1 + writer.random.below(3) {
                    let (x, condition) = (writer.expr(2), writer.condition());
                    let line = match writer.random.below(10) {
                        0 => format!("if {condition} {{ {sum} += {x}; }}"),
                        1 => format!("if {condition} {{ continue; }}"),
                        2 => format!("if {condition} {{ break; }}"),
                        3..=5 if !writer.additive => format!("{sum} = 0.6 * {sum} * {x} + 0.2;"),
                        _ => format!("{sum} += {x};"),
                    };
                    writer.line(&line);
                }
            });
            writer.loops -= 1;
        };
        match guarded {
            Some(guard) => self.block(guard, body),
            None => body(self),
        }
    }

    /// A sum of exponentials under a logarithm, kept in range by a number that cancels, or nearly does.
    fn log_sum(&mut self) {
        let Some(to) = self.mutable() else { return };
        let (top, sum, rate, i) = (
            self.name("t"),
            self.name("t"),
            self.name("t"),
            self.name("i"),
        );
        let (first, second) = (self.expr(1), self.expr(1));
        let found = self.random.pick(&[
            "(FIRST).tanh().max(0.1 * (SECOND))",
            "a.iter().copied().fold((FIRST).tanh(), f64::max)",
            "if FIRST > SECOND { b[0] } else { a[0] }",
        ]);
        let found = found.replace("FIRST", &first).replace("SECOND", &second);
        self.line(&format!("let {top} = {found};"));
        let of_rate = self.random.pick(&["1.0", "1.0 + 0.1 * s", "0.5"]);
        self.line(&format!("let {rate} = {of_rate};"));
        let start = self.random.pick(&["0.0", "0.0", "0.0", "0.3"]);
        self.line(&format!("let mut {sum} = {start};"));
        self.block(&format!("for {i} in 0..n"), |writer| {
            if writer.random.chance(0.2) {
                let condition = writer.condition();
                writer.line(&format!("if {condition} {{ continue; }}"));
            }
            let weight = writer.random.pick(&[
                "",
                "",
                "b[I].abs() * ",
                "(2.0 + b[I]) / ",
                "RATE * ",
                "TOP.cosh() * ",
            ]);
            let exponent = writer.random.pick(&[
                "RATE * (a[I] - TOP)",
                "RATE * (a[I] - TOP)",
                "(a[I] - TOP) / RATE",
                "RATE * a[I] - TOP",
                "0.5 * a[I] - RATE * TOP - TOP",
            ]);
            let term = format!("{weight}({exponent}).exp()");
            let term = term
                .replace('I', &i)
                .replace("TOP", &top)
                .replace("RATE", &rate);
            writer.line(&format!("{sum} += {term};"));
        });
        let logarithm = self.random.pick(&[
            "TOP + SUM.ln() / RATE",
            "TOP + SUM.ln() / RATE",
            "RATE * TOP + SUM.ln()",
            "TOP + RATE * SUM.ln()",
            "(RATE * TOP + SUM.ln()) + TOP",
            "TOP - SUM.ln()",
            "(RATE * (0.3 - TOP)).exp() / SUM",
        ]);
        let logarithm = logarithm.replace("TOP", &top).replace("RATE", &rate);
        let factor = self.leaf();
        self.block(&format!("if {sum} > 0.01"), |writer| {
            let logarithm = logarithm.replace("SUM", &sum);
            writer.line(&format!("{to} += 0.1 * {factor} * ({logarithm});"));
        });
        if self.random.chance(0.3) {
            self.scalars.push((top, false));
        }
    }

    fn accumulator(&mut self) {
        let name = self.name("x");
        let start = self.random.pick(&["0.0", "0.0", "1.0", "s", "0.3 * s"]);
        self.line(&format!("let mut {name}: f64 = {start};"));
        self.scalars.push((name, true));
    }

    fn mutable(&mut self) -> Option<String> {
        let names: Vec<_> = self
            .scalars
            .iter()
            .filter(|(_, mutable)| *mutable)
            .collect();
        (!names.is_empty()).then(|| self.random.pick(&names).0.clone())
    }

    fn add(&mut self) {
        let value = self.expr(2);
        if let Some(name) = self.mutable() {
            let operator = self.random.pick(&["+=", "+=", "+=", "-="]);
            self.line(&format!("{name} {operator} {value};"));
        }
    }

    fn assign(&mut self) {
        let value = self.expr(2);
        let Some(name) = self.mutable() else { return };
        let text = match self.random.below(4) {
            0 => format!("{name} = 0.7 * {name} + {value};"),
            1 => format!("{name} *= 1.0 + 0.1 * ({value}).tanh();"),
            2 => format!("{name} = {value};"),
            _ => format!("{name} = ({name} + {value}).tanh();"),
        };
        self.line(&text);
    }

    fn scratch(&mut self) {
        let name = self.name("w");
        let start = self.random.pick(&["0.0", "0.5", "s"]);
        let text = match self.random.below(3) {
            0 => format!("let mut {name} = a.to_vec();"),
            _ => format!("let mut {name}: Vec<f64> = vec![{start}; n];"),
        };
        self.line(&text);
        self.seqs.push(Seq {
            name,
            mutable: true,
        });
    }

    fn table(&mut self) {
        let name = self.name("m");
        let start = self.random.pick(&["0.0", "0.5", "s"]);
        let rows = self.random.pick(&[Rows::Nested, Rows::Flat, Rows::Ragged]);
        match rows {
            Rows::Nested => {
                let row = self.random.pick(&["vec![START; n]", "a.to_vec()"]);
                let row = row.replace("START", start);
                self.line(&format!("let mut {name}: Vec<Vec<f64>> = vec![{row}; n];"));
            }
            Rows::Flat => self.line(&format!("let mut {name}: Vec<f64> = vec![{start}; n * n];")),
            Rows::Ragged => {
                self.line(&format!("let mut {name}: Vec<Vec<f64>> = Vec::new();"));
                let (i, j) = (self.name("i"), self.name("i"));
                self.block(&format!("for {i} in 0..n"), |writer| {
                    let row = writer.name("w");
                    writer.line(&format!("let mut {row} = vec![a[{i}]; {i} + 1];"));
                    writer.block(&format!("for {j} in 0..{i}"), |writer| {
                        writer.counters.push(Counter {
                            name: j.clone(),
                            lo: 0,
                            hi: 1,
                        });
                        writer.cells.push(format!("{name}[{i} - 1][{j}]"));
                        let operator = writer.random.pick(&["=", "+=", "*="]);
                        let value = writer.expr(2);
                        writer.line(&format!("{row}[{j}] {operator} ({value}).sin();"));
                    });
                    writer.line(&format!("{name}.push({row});"));
                });
            }
        }
        self.tables.push(Table { name, rows });
    }

    fn any_table(&mut self, rows: &[Rows]) -> Option<Table> {
        let mut tables = self.tables.clone();
        tables.retain(|table| rows.contains(&table.rows));
        (!tables.is_empty()).then(|| self.random.pick(&tables))
    }

    /// An element of a table.
    fn cell(&mut self) -> Option<String> {
        if !self.cells.is_empty() && self.random.chance(0.6) {
            return Some(self.random.pick(&self.cells));
        }
        let table = self.any_table(&[Rows::Nested, Rows::Flat])?;
        let (i, j) = (self.index()?, self.index()?);
        let name = table.name;
        Some(match table.rows {
            Rows::Nested => format!("{name}[{i}][{j}]"),
            Rows::Flat if self.random.chance(0.5) => format!("{name}[({i}) * n + {j}]"),
            Rows::Flat => format!("{name}[{j} + ({i}) * n]"),
            Rows::Ragged => return None,
        })
    }

    /// A row of a table is lent.
    fn row(&mut self) {
        let table = self.any_table(&[Rows::Nested, Rows::Flat]);
        let (Some(Table { name, rows }), Some(i)) = (table, self.index()) else {
            return self.store();
        };
        let place = match rows {
            Rows::Flat => format!("{name}[({i}) * n..][..n]"),
            Rows::Nested | Rows::Ragged => format!("{name}[{i}]"),
        };
        self.block("", |writer| {
            let row = writer.name("r");
            writer.line(&format!("let {row} = &mut {place};"));
            let tables = std::mem::take(&mut writer.tables);
            let cells = std::mem::take(&mut writer.cells);
            writer.seqs.push(Seq {
                name: row,
                mutable: true,
            });
            writer.store();
            if writer.loops < 3 {
                writer.for_();
            }
            (writer.tables, writer.cells) = (tables, cells);
        });
    }

    fn along_a_row(&mut self) {
        let table = self.any_table(&[Rows::Nested, Rows::Ragged]);
        let (Some(Table { name, .. }), Some(i)) = (table, self.index()) else {
            return self.for_();
        };
        let j = self.name("i");
        self.loops += 1;
        self.block(&format!("for {j} in 0..{name}[{i}].len()"), |writer| {
            writer.counters.push(Counter {
                name: j.clone(),
                lo: 0,
                hi: 0,
            });
            writer.cells.push(format!("{name}[{i}][{j}]"));
            for _ in 0..1 + writer.random.below(2) {
                writer.stmt();
            }
            writer.add();
        });
        self.loops -= 1;
    }

    /// A call that changes what it is lent.
    fn call(&mut self) {
        let Some(to) = self.mutable() else { return };
        let mut places = self.seqs.clone();
        places.retain(|seq| seq.mutable);
        if places.is_empty() {
            return self.add();
        }
        let seq = self.random.pick(&places).name;
        let mut others = self.seqs.clone();
        others.retain(|other| other.name != seq);
        let other = self.random.pick(&others).name;
        let factor = self.name("t");
        let value = self.expr(1);
        self.line(&format!("let {factor} = {value};"));
        let (seq, other) = match self.index() {
            Some(i) if self.random.chance(0.4) => {
                (format!("&mut {seq}[{i}..]"), format!("&{other}[{i}..]"))
            }
            _ => (format!("&mut {seq}[..]"), format!("&{other}[..]")),
        };
        self.line(&format!("{to} += 0.1 * mix({seq}, {other}, {factor});"));
    }

    fn while_(&mut self) {
        let (i, next) = (self.name("i"), self.name("k"));
        self.line(&format!("let mut {next} = 0;"));
        self.loops += 1;
        let condition = match self.random.chance(0.3) {
            true => format!("{next} < n && {} < 2.0", self.expr(1)),
            false => format!("{next} < n"),
        };
        self.block(&format!("while {condition}"), |writer| {
            writer.line(&format!("let {i} = {next};"));
            let by = 1 + writer.random.below(2);
            writer.line(&format!("{next} += {by};"));
            writer.counters.push(Counter {
                name: i,
                lo: 0,
                hi: 0,
            });
            for _ in 0..1 + writer.random.below(2) {
                writer.stmt();
            }
            writer.add();
        });
        self.loops -= 1;
    }

    fn store(&mut self) {
        if self.random.chance(0.4)
            && let Some(cell) = self.cell()
        {
            let value = self.expr(2);
            let text = match self.random.below(3) {
                0 => format!("{cell} = 0.6 * {cell} + {value};"),
                1 => format!("{cell} *= 1.0 + 0.1 * ({value}).tanh();"),
                _ => format!("{cell} += {value};"),
            };
            return self.line(&text);
        }
        let places: Vec<_> = self
            .seqs
            .iter()
            .filter(|seq| seq.mutable)
            .cloned()
            .collect();
        if places.is_empty() {
            return self.add();
        }
        let seq = self.random.pick(&places).name;
        if self.random.chance(0.1) {
            let text = match self.random.below(3) {
                0 => format!("{seq}.fill(0.25 * s);"),
                1 => format!("{seq}.copy_from_slice(b);"),
                _ => format!("{seq}.iter_mut().for_each(|v| *v *= 0.5);"),
            };
            return self.line(&text);
        }
        let Some(index) = self.index() else {
            return self.add();
        };
        let value = self.expr(2);
        if self.random.chance(0.1)
            && let Some(other) = self.index()
        {
            return self.line(&format!("{seq}.swap({index}, {other});"));
        }
        if self.random.chance(0.15)
            && let Some(other) = self.index()
        {
            return self.pair(&seq, &index, &other, &value);
        }
        let operator = self.random.pick(&["=", "=", "=", "+=", "-=", "*="]);
        let value = match operator {
            "*=" => format!("1.0 + 0.1 * ({value}).tanh()"),
            "=" if self.random.chance(0.3) => format!("0.6 * {seq}[{index}] + {value}"),
            _ => value,
        };
        self.line(&format!("{seq}[{index}] {operator} {value};"));
    }

    /// Two elements, or one, replaced in place by what they were.
    fn pair(&mut self, seq: &str, one: &str, other: &str, value: &str) {
        let (i, j, t) = (self.name("p"), self.name("p"), self.name("t"));
        self.line(&format!("let ({i}, {j}) = ({one}, {other});"));
        let lines = match self.random.below(4) {
            0 => [
                format!("let {t} = 0.5 * {seq}[{j}] * ({value}).sin();"),
                format!("{seq}[{j}] = {seq}[{i}] - {t};"),
                format!("{seq}[{i}] += {t};"),
            ],
            1 => [
                format!("let {t} = 0.6 * {seq}[{i}] - 0.8 * {seq}[{j}];"),
                format!("{seq}[{j}] = 0.8 * {seq}[{i}] + 0.6 * {seq}[{j}];"),
                format!("{seq}[{i}] = {t};"),
            ],
            2 => [
                format!("let {t} = {seq}[{i}];"),
                format!("{seq}[{i}] = 0.5 * {seq}[{j}] + 0.1 * ({value}).tanh();"),
                format!("{seq}[{j}] -= 0.3 * {t};"),
            ],
            _ => [
                format!("let {t} = {seq}[{i}] * 0.7;"),
                format!("{seq}[{i}] += 0.2 * {seq}[{j}];"),
                format!("{seq}[{j}] = {seq}[{i}] - {t};"),
            ],
        };
        lines.iter().for_each(|line| self.line(line));
    }

    /// Inside of all sequences, if there is a counter to say so.
    fn index(&mut self) -> Option<String> {
        if self.counters.is_empty() {
            return None;
        }
        let counters = self.counters.clone();
        let Counter { name, lo, hi } = self.random.pick(&counters);
        let by = 1 + self.random.below(2);
        let far = if self.near && self.random.chance(0.9) {
            3
        } else {
            12
        };
        Some(match self.random.below(far) {
            0 if lo > 0 => format!("{name} - {}", 1 + self.random.below(lo)),
            1 | 2 if hi > 0 => format!("{name} + {}", 1 + self.random.below(hi)),
            3 => format!("n - 1 - {name}"),
            4 => format!("(3 * {name} + 1) % n"),
            5 => format!("{name} / 2"),
            // On a ring.
            6 => format!("({name} + {by}) % n"),
            7 => format!("({name} + n - {by}) % n"),
            // In the second half, from a number that is the same for a whole loop.
            8 => format!("n / 2 + {name} / 2"),
            _ => name,
        })
    }

    fn leaf(&mut self) -> String {
        match self.random.below(8) {
            0 => format!(
                "({:?}_f64)",
                (self.random.between(-1.5, 1.5) * 100.0).round() / 100.0
            ),
            1 | 2 => {
                let mut names = self.scalars.clone();
                names.retain(|(_, mutable)| !mutable || !self.additive);
                self.random.pick(&names).0
            }
            3 if !self.counters.is_empty() => {
                let counters = self.counters.clone();
                format!("(0.1 * {} as f64)", self.random.pick(&counters).name)
            }
            4 | 5
                if let (true, Some(cell)) = (
                    !self.tables.is_empty() || !self.cells.is_empty(),
                    self.cell(),
                ) =>
            {
                cell
            }
            _ => match self.index() {
                Some(index) => {
                    let seqs = self.seqs.clone();
                    format!("{}[{index}]", self.random.pick(&seqs).name)
                }
                None => "s".into(),
            },
        }
    }

    fn expr(&mut self, depth: usize) -> String {
        if depth == 0 || self.random.chance(0.2) {
            return self.leaf();
        }
        let x = self.expr(depth - 1);
        match self.random.below(13) {
            0 | 1 => format!("({x} + {})", self.expr(depth - 1)),
            2 => format!("({x} - {})", self.expr(depth - 1)),
            3..=5 => format!("({x}) * ({})", self.expr(depth - 1)),
            6 => format!("({x}) / (1.5 + ({}).powi(2))", self.expr(depth - 1)),
            7 => format!("({x}).sin()"),
            8 => format!("({x}).sin().exp()"),
            9 => format!("({x}).tanh()"),
            10 => format!("(1.0 + ({x}) * ({x})).sqrt()"),
            11 => format!("({x}).max({})", self.expr(depth - 1)),
            _ => format!("-({x})"),
        }
    }

    fn condition(&mut self) -> String {
        if let (true, Some(counter)) = (self.random.chance(0.4), self.counters.last().cloned()) {
            return format!("{} % 3 == {}", counter.name, self.random.below(3));
        }
        format!("{} > {}", self.expr(1), self.expr(1))
    }

    fn branch(&mut self) {
        let condition = self.condition();
        let inner = |writer: &mut Self| writer.stmt();
        self.block(&format!("if {condition}"), inner);
        if self.random.chance(0.4) {
            self.block("else", inner);
        }
    }

    fn leave(&mut self) {
        let condition = self.condition();
        let value = self.expr(1);
        let mut jumps = Vec::new();
        if self.loops > 0 {
            jumps = ["continue", "break", "break"].map(String::from).to_vec();
            jumps.extend(self.labels.last().map(|label| format!("break {label}")));
            jumps.extend(self.labels.last().map(|label| format!("continue {label}")));
        }
        if jumps.is_empty() || self.random.chance(0.2) {
            self.line(&format!("if {condition} {{ return 0.5 * s + {value}; }}"));
        } else {
            let jump = self.random.pick(&jumps);
            self.line(&format!("if {condition} {{ {jump}; }}"));
        }
    }

    fn for_(&mut self) {
        let name = self.name("i");
        let outer = self.counters.last().cloned();
        let mut counter = Counter {
            name: name.clone(),
            lo: 0,
            hi: 0,
        };
        let mut item = None;
        let head = match (self.random.below(12), outer) {
            (0, _) => {
                counter.lo = 1;
                format!("for {name} in 1..n")
            }
            (1, _) => {
                counter.hi = 1;
                format!("for {name} in 0..n.saturating_sub(1)")
            }
            (2, _) => {
                (counter.lo, counter.hi) = (1, 1);
                format!("for {name} in 1..n.saturating_sub(1)")
            }
            (3, _) => format!("for {name} in (0..n).rev()"),
            (4, _) => format!("for {name} in (0..n).step_by(2)"),
            (5 | 6, Some(outer)) => {
                counter.hi = outer.hi + 1;
                format!("for {name} in 0..{}", outer.name)
            }
            (7 | 8, Some(outer)) => {
                counter.lo = outer.lo + 1;
                format!("for {name} in {} + 1..n", outer.name)
            }
            (9, _) => {
                let value = self.name("v");
                item = Some(value.clone());
                format!("for ({name}, &{value}) in a.iter().enumerate()")
            }
            (10, _) => {
                let value = self.name("v");
                item = Some(value.clone());
                counter.hi = 1;
                format!("for ({name}, {value}) in a.windows(2).map(|w| w[1] - w[0]).enumerate()")
            }
            (_, _) => format!("for {name} in 0..n"),
        };
        let label = self.loops == 0 && self.random.chance(0.3);
        let checkpoint = self.loops == 0 && self.random.chance(0.1);
        self.loops += 1;
        let head = match label {
            true => format!("'{name}: {head}"),
            false => head,
        };
        self.labels.extend(label.then(|| format!("'{name}")));
        if checkpoint {
            self.line("#[checkpoint(3)]");
        }
        self.block(&head, |writer| {
            writer.counters.push(counter);
            if let Some(value) = item {
                writer.scalars.push((value, false));
            }
            if writer.random.chance(0.3) {
                writer.accumulator();
            }
            for _ in 0..1 + writer.random.below(3) {
                if writer.budget > 0 {
                    writer.stmt();
                }
            }
            // What an inner accumulator has, reaches an outer one.
            writer.add();
        });
        self.loops -= 1;
        if label {
            self.labels.pop();
        }
    }
}

/// The check that each program runs for itself, of the lengths of its slices.
fn run(out: bool) -> String {
    let (o, given, tangent, cotangent) = if out {
        (
            "let (mut o, mut o_dot) = (at(3), along(3)); let given = o.clone();",
            ", &mut o",
            ", &mut o_dot",
            ", &mut o_cot",
        )
    } else {
        ("", "", "", "")
    };
    let restore = if out { "o.clone_from(&given);" } else { "" };
    let values = if out {
        "all.extend(o.iter().map(|x| x.to_bits()));"
    } else {
        ""
    };
    let cotangents = if out {
        "let mut o_cot = weights.clone();"
    } else {
        ""
    };
    let incoming = if out { "g.extend(&o_cot);" } else { "" };
    let paired = if out {
        "+ weights.iter().zip(&o_dot).map(|(w, d)| w * d).sum::<f64>()"
    } else {
        ""
    };
    // What is lent runs with guards in any case.
    let extremes = if out {
        ""
    } else {
        "
        // Where the value is finite, no partial that is not makes a NaN of what forward mode has a number for.
        for (k, extreme) in [(0, f64::INFINITY), (1, f64::NEG_INFINITY), (2, f64::INFINITY)] {
            let (mut a, mut b) = (a.clone(), b.clone());
            let all = if k < 2 { &mut a } else { &mut b };
            let Some(x) = all.get_mut(k) else { continue };
            *x = extreme;
            let primal = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| kernel(&a, &b, s)));
            if !primal.is_ok_and(f64::is_finite) { continue; }
            let (_, (da, db, ds)) = kernel_vjp(&a, &b, s, 1.0);
            let mut g = da; g.extend(&db); g.push(ds);
            for j in 0..2 * n + 1 {
                let mut direction = vec![0.0; 2 * n + 1];
                direction[j] = 1.0;
                let (_, dot) = kernel_jvp(&a, &b, s, &direction[..n], &direction[n..2 * n], direction[2 * n]);
                assert!(!g[j].is_nan() || dot.is_nan(), \"{j} is NaN, not {dot}, at {extreme}\");
            }
        }"
    };
    let size = if out { "3 * n + 1" } else { "2 * n + 1" };
    let split = if out {
        "if j >= 2 * n + 1 { o_dot.fill(0.0); o_dot[j - 2 * n - 1] = 1.0; } else { o_dot.fill(0.0); }"
    } else {
        ""
    };
    format!(
        "
pub fn run() {{
    for n in [0, 1, 2, 3, 5, 8] {{
        let wave = |k: usize, i: usize| 1.1 * (1.7 * i as f64 + 2.3 * k as f64 + 0.4).sin();
        let at = |k: usize| -> Vec<f64> {{ (0..n).map(|i| wave(k, i)).collect() }};
        let along = |k: usize| -> Vec<f64> {{ (0..n).map(|i| wave(k + 7, i)).collect() }};
        let (a, b, s) = (at(1), at(2), 0.37);
        let weights: Vec<f64> = along(5);
        {o}
        // What panics by itself says nothing.
        let Ok(primal) = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| kernel(&a, &b, s{given}))) else {{ continue }};
        if !(primal.abs() < 1e6) {{ continue; }}
        let mut all = vec![primal.to_bits()];
        {values}
        let plain = all;
        for round in 0..2 {{
            {restore}
            {cotangents}
            // What is in the buffers before does not count.
            let (mut a_into, mut b_into, mut s_into) = (vec![f64::NAN; n], vec![2.5; n], f64::NAN);
            let value = kernel_vjp_into(&a, &b, s{given}, 0.8{cotangent}, &mut a_into, &mut b_into, &mut s_into);
            a_into.extend(&b_into); a_into.push(s_into);
            {{ let g = &mut a_into; {incoming} }}
            let into = a_into;
            {restore}
            {cotangents}
            let (value, (da, db, ds)) = kernel_vjp(&a, &b, s{given}, 0.8{cotangent});
            let mut all = vec![value.to_bits()];
            {values}
            assert_eq!(plain, all, \"value, n = {{n}}\");
            let mut g = da; g.extend(&db); g.push(ds);
            {incoming}
            let bits = |g: &[f64]| -> Vec<u64> {{ g.iter().map(|x| x.to_bits()).collect() }};
            assert_eq!(bits(&into), bits(&g), \"into buffers, n = {{n}}\");
            let mut expected = Vec::new();
            for j in 0..{size} {{
                let mut direction = vec![0.0; 2 * n + 1];
                if j < 2 * n + 1 {{ direction[j] = 1.0; }}
                {restore}
                {split}
                let (_, dot) = kernel_jvp(&a, &b, s{given}, &direction[..n], &direction[n..2 * n], direction[2 * n]{tangent});
                expected.push(0.8 * dot {paired});
            }}
            super::agree(\"gradient\", n, &g, &expected);
        }}
        {extremes}
        {restore}
        {cotangents}
        let first = kernel(&a, &b, 0.9 * s{given});
        {restore}
        let (_, (da, db, ds)) = caller_vjp(&a, &b, s{given}, 1.0{cotangent});
        let mut through = da; through.extend(&db); through.push(ds);
        {{ let g = &mut through; {incoming} }}
        let slope = 1.5 - first.tanh().powi(2);
        {restore}
        {cotangents}
        let (_, (da, db, ds)) = kernel_vjp(&a, &b, 0.9 * s{given}, slope{cotangent});
        let mut g = da; g.extend(&db); g.push(0.9 * ds);
        {incoming}
        super::agree(\"called\", n, &through, &g);
        super::COMPARED.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
    }}
}}
"
    )
}

/// What stands beside the programs.
const AGREE: &str = "
fn report(number: usize, run: fn()) {
    if let Err(panic) = std::panic::catch_unwind(run) {
        let message = panic.downcast_ref::<String>().cloned().unwrap_or_else(|| \"a panic\".into());
        println!(\"wrong {number} {}\", message.replace('\\n', \" \"));
    }
}

pub static COMPARED: std::sync::atomic::AtomicUsize = std::sync::atomic::AtomicUsize::new(0);

pub fn agree(what: &str, n: usize, actual: &[f64], expected: &[f64]) {
    assert_eq!(actual.len(), expected.len(), \"{what}, n = {n}\");
    let size = expected.iter().fold(1e-3_f64, |m, x| m.max(x.abs()));
    // Differences of large numbers lose digits in either mode. A tangent that overflows says nothing.
    if size > 1e9 || expected.iter().any(|x| x.is_nan()) { return; }
    for (i, (a, e)) in actual.iter().zip(expected).enumerate() {
        assert!((a - e).abs() <= 1e-9 * size, \"{what}, n = {n}: {i} is {a:?}, not {e:?}\");
    }
}
";

/// Compiles and runs the kernels of these numbers.
pub fn check(seed: u64, numbers: Range<usize>) {
    let kernels: Vec<_> = numbers.clone().map(|number| kernel(seed, number)).collect();
    let modules = numbers
        .clone()
        .zip(&kernels)
        .map(|(number, kernel)| (number, format!("{}{}", kernel.text, run(kernel.out))));
    let mut main = format!("#![allow(warnings)]\n{AGREE}\n");
    for number in numbers.clone() {
        writeln!(main, "mod p{number};").expect("a string grows");
    }
    main.push_str("\nfn main() {\n    std::panic::set_hook(Box::new(|_| ()));\n");
    for number in numbers.clone() {
        writeln!(main, "    report({number}, p{number}::run);").expect("a string grows");
    }
    main.push_str(
        "    println!(\"compared {}\", COMPARED.load(std::sync::atomic::Ordering::Relaxed));\n}\n",
    );
    let output =
        project::run("kernels", modules, &main).expect("a crate can be written, cargo be run");
    let text = String::from_utf8_lossy(&output.stderr);
    let mut wrong = project::complaints(&text);
    let printed = String::from_utf8_lossy(&output.stdout);
    let mut compared = 0;
    for line in printed.lines() {
        if let Some((number, message)) = line.strip_prefix("wrong ").and_then(|l| l.split_once(' '))
        {
            wrong.insert(number.parse().expect("a number"), message.to_owned());
        } else if let Some(count) = line.strip_prefix("compared ") {
            compared = count.parse().expect("a number");
        }
    }
    for (number, message) in wrong.iter().take(3) {
        eprintln!(
            "kernel {number}: {message}\n{}",
            kernels[number - numbers.start].text
        );
    }
    assert!(
        output.status.success() && wrong.is_empty(),
        "{} kernels are wrong:\n{}",
        wrong.len(),
        text.lines().take(40).collect::<Vec<_>>().join("\n")
    );
    assert!(
        compared > 2 * numbers.len(),
        "most kernels have something to compare: {compared}"
    );
}
