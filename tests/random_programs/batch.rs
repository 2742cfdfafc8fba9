//! One crate with all programs in it, compiled and run once.

use crate::ast::{Expr, Program, Stmt};
use crate::dual::{Dual, INPUTS};
use crate::generate::Random;
use crate::{interpret, print, shrink};
use std::collections::{BTreeSet, HashMap};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{fs, io};

pub type Input = [f64; INPUTS];

pub struct Batch {
    pub programs: Vec<Program>,
    /// What to try each program at. A program without inputs is there to be called.
    inputs: Vec<Vec<Input>>,
}

#[derive(Clone, Debug)]
pub struct Failure {
    pub program: usize,
    pub input: Input,
    pub message: String,
}

/// What a compiled program said: the function's value, the companion's, and the gradient.
type Answer = [f64; 2 + INPUTS];

impl Batch {
    /// Up to three inputs for each program, among them ones with equal coordinates.
    pub fn with_inputs(programs: Vec<Program>, seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0x5eed);
        let inputs = (0..programs.len()).map(|which| {
            let mut attempt = || -> Input {
                let mut input = std::array::from_fn(|_| random.between(-2.0, 2.0));
                if random.chance(0.1) {
                    input[random.below(INPUTS)] = input[random.below(INPUTS)];
                }
                input
            };
            (0..12)
                .map(|_| attempt())
                .filter(|input| interpret::evaluate(&programs, which, input).is_ok())
                .take(3)
                .collect()
        });
        let inputs = inputs.collect();
        Self { programs, inputs }
    }

    /// `candidates` at one input, with the programs they may call.
    pub fn of_candidates(callees: &[Program], candidates: Vec<Program>, input: Input) -> Self {
        let mut inputs = vec![Vec::new(); callees.len()];
        let mut programs = callees.to_vec();
        for candidate in candidates {
            programs.push(candidate);
            let suitable = interpret::evaluate(&programs, programs.len() - 1, &input).is_ok();
            inputs.push(if suitable { vec![input] } else { Vec::new() });
        }
        Self { programs, inputs }
    }

    pub fn cases(&self) -> usize {
        self.inputs.iter().map(Vec::len).sum()
    }

    /// Compiles and runs all programs; what disagrees, or the compiler's output.
    pub fn run(&self, name: &str) -> Result<Vec<Failure>, String> {
        let crate_ = self
            .write(name)
            .map_err(|error| format!("cannot write the crate: {error}"))?;
        let output = Command::new(std::env::var("CARGO").unwrap_or_else(|_| "cargo".into()))
            .args(["run", "--offline", "--quiet"])
            .current_dir(&crate_)
            .env("CARGO_TARGET_DIR", root().join("target"))
            .output()
            .map_err(|error| format!("cannot run cargo: {error}"))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            return Err(text.lines().take(80).collect::<Vec<_>>().join("\n"));
        }
        Ok(self.compare(&answers(&String::from_utf8_lossy(&output.stdout))))
    }

    fn compare(&self, answers: &HashMap<(usize, usize), Answer>) -> Vec<Failure> {
        let mut failures = Vec::new();
        for (program, inputs) in self.inputs.iter().enumerate() {
            for (i, input) in inputs.iter().enumerate() {
                let expected = interpret::evaluate(&self.programs, program, input)
                    .expect("inputs were tried before");
                let message = match answers.get(&(program, i)) {
                    None => Some("no answer: the program panicked".to_owned()),
                    Some(answer) => disagreement(answer, &expected),
                };
                failures.extend(message.map(|message| Failure {
                    program,
                    input: *input,
                    message,
                }));
            }
        }
        failures
    }

    fn write(&self, name: &str) -> io::Result<PathBuf> {
        let folder = root().join(name);
        let source = folder.join("src");
        if source.exists() {
            fs::remove_dir_all(&source)?;
        }
        fs::create_dir_all(&source)?;
        let workspace = Path::new(env!("CARGO_MANIFEST_DIR"));
        fs::copy(workspace.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        fs::write(folder.join("Cargo.toml"), manifest(workspace))?;
        let needed = self.needed();
        for number in &needed {
            fs::write(source.join(format!("p{number}.rs")), self.module(*number))?;
        }
        fs::write(source.join("main.rs"), main_file(&needed))?;
        Ok(folder)
    }

    /// The programs with inputs and all that they call.
    fn needed(&self) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        let mut open: Vec<usize> = (0..self.programs.len())
            .filter(|i| !self.inputs[*i].is_empty())
            .collect();
        while let Some(number) = open.pop() {
            if needed.insert(number) {
                open.extend(callees(&self.programs[number]));
            }
        }
        needed
    }

    fn module(&self, number: usize) -> String {
        let program = &self.programs[number];
        let mut text = print::program(number, program);
        let inputs: Vec<[u64; INPUTS]> = self.inputs[number]
            .iter()
            .map(|input| input.map(f64::to_bits))
            .collect();
        let array = print::argument(program.array, "p");
        write!(
            text,
            "
pub fn run() {{
    let inputs: Vec<[u64; {INPUTS}]> = vec!{inputs:?};
    for (i, input) in inputs.into_iter().enumerate() {{
        let [x, y, z, a, b, c, d] = input.map(f64::from_bits);
        let p = [a, b, c, d];
        let primal = program{number}(x, y, z, {array});
        let (value, (dx, dy, dz, dp)) = program{number}_value_and_grad(x, y, z, {array});
        let all = [primal, value, dx, dy, dz, dp[0], dp[1], dp[2], dp[3]].map(f64::to_bits);
        println!(\"answer {number} {{i}} {{}}\", all.map(|bits| format!(\"{{bits:x}}\")).join(\" \"));
    }}
}}
"
        )
        .expect("a string grows");
        text
    }
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("target/random-programs")
}

fn manifest(workspace: &Path) -> String {
    format!(
        "[package]\nname = \"random-programs\"\nversion = \"0.0.0\"\nedition = \"2024\"\npublish = false\n\n\
         [workspace]\n\n[dependencies]\nautodiff = {{ path = {workspace:?} }}\n\n\
         [profile.dev]\nopt-level = 1\ndebug = false\nincremental = false\n"
    )
}

fn main_file(needed: &BTreeSet<usize>) -> String {
    let mut text = "#![allow(warnings)]\n".to_owned();
    for number in needed {
        writeln!(text, "mod p{number};").expect("a string grows");
    }
    text.push_str("\nfn main() {\n");
    for number in needed {
        writeln!(
            text,
            "    let _ = std::panic::catch_unwind(p{number}::run);"
        )
        .expect("a string grows");
    }
    text + "}\n"
}

fn answers(output: &str) -> HashMap<(usize, usize), Answer> {
    let lines = output
        .lines()
        .filter_map(|line| line.strip_prefix("answer "));
    lines.filter_map(answer).collect()
}

fn answer(line: &str) -> Option<((usize, usize), Answer)> {
    let mut words = line.split(' ');
    let key = (words.next()?.parse().ok()?, words.next()?.parse().ok()?);
    let bits: Vec<f64> = words
        .map(|word| u64::from_str_radix(word, 16).map(f64::from_bits))
        .collect::<Result<_, _>>()
        .ok()?;
    Some((key, bits.try_into().ok()?))
}

fn disagreement(answer: &Answer, expected: &Dual) -> Option<String> {
    let [primal, value, grad @ ..] = answer;
    if primal.to_bits() != value.to_bits() {
        return Some(format!(
            "the function gives {primal:?}, its companion {value:?}"
        ));
    }
    if *primal != expected.value {
        return Some(format!(
            "the function gives {primal:?}, the interpreter {:?}",
            expected.value
        ));
    }
    let near = |i: usize| {
        (grad[i] - expected.grad[i]).abs()
            <= 1e-9 * expected.grad[i].abs() + 1e-12 * expected.size[i] + 1e-15
    };
    let worst = (0..INPUTS).find(|i| !near(*i))?;
    Some(format!(
        "derivative {worst} is wrong: the gradient is {grad:?}, forward evaluation gives {:?}",
        expected.grad
    ))
}

/// The programs that `program` calls.
fn callees(program: &Program) -> Vec<usize> {
    let mut called = Vec::new();
    let mut collect = |expr: &Expr| {
        if let Expr::Call(which, ..) = expr {
            called.push(*which);
        }
    };
    shrink::each_expr(&program.body, &mut collect);
    shrink::each_sub(&program.result, &mut collect);
    called
}

/// The statements of `body` and of all blocks inside.
pub fn count(body: &[Stmt]) -> usize {
    body.iter()
        .map(|stmt| 1 + shrink::blocks(stmt).into_iter().map(count).sum::<usize>())
        .sum()
}
