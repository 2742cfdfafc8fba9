//! One crate with all programs in it, compiled and run once.

use crate::ast::{ArrayParam, Program};
use crate::dual::{Dual, INPUTS};
use crate::generate::Random;
use crate::{interpret, print, project};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;

/// A point, and a direction there.
#[derive(Clone, Copy, Debug)]
pub struct Input {
    pub at: [f64; INPUTS],
    pub along: [f64; INPUTS],
}

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

/// How many coefficients of the Taylor series are asked for.
const TERMS: usize = 3;

/// What a compiled program said.
struct Answer {
    /// The function's value.
    primal: f64,
    value: f64,
    grad: [f64; INPUTS],
    /// The value and the derivative along the direction.
    jvp: [f64; 2],
    /// The Hessian times the direction.
    hvp: [f64; INPUTS],
    taylor: [f64; TERMS],
    /// 1 for each input that is in the pattern of the Jacobian.
    depends: [f64; INPUTS],
    /// The sparse Hessian times the direction.
    sparse_hvp: [f64; INPUTS],
}

/// Why there are no answers.
pub struct Broken {
    /// The programs the compiler complains of, and its first words about each.
    pub programs: BTreeMap<usize, String>,
    pub output: String,
}

impl Batch {
    /// Up to three inputs for each program, among them ones with equal coordinates.
    pub fn with_inputs(programs: Vec<Program>, seed: u64) -> Self {
        let mut random = Random::new(seed ^ 0x5eed);
        let inputs = (0..programs.len()).map(|which| {
            // A helper is there to be called.
            let attempts = match programs[which].array {
                ArrayParam::Exclusive => 0,
                ArrayParam::Value | ArrayParam::Reference | ArrayParam::Slice => 12,
            };
            let mut attempt = || -> Input {
                let mut at = std::array::from_fn(|_| random.between(-2.0, 2.0));
                if random.chance(0.1) {
                    at[random.below(INPUTS)] = at[random.below(INPUTS)];
                }
                let along = std::array::from_fn(|_| random.between(-1.0, 1.0));
                Input { at, along }
            };
            (0..attempts)
                .map(|_| attempt())
                .filter(|input| {
                    interpret::evaluate(&programs, which, &input.at, &input.along).is_ok()
                })
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
            let suitable =
                interpret::evaluate(&programs, programs.len() - 1, &input.at, &input.along);
            inputs.push(if suitable.is_ok() {
                vec![input]
            } else {
                Vec::new()
            });
        }
        Self { programs, inputs }
    }

    /// `candidates` at no particular input, only to be compiled.
    pub fn uncalled(callees: &[Program], candidates: Vec<Program>) -> Self {
        let mut inputs = vec![Vec::new(); callees.len()];
        let origin = Input {
            at: [0.0; INPUTS],
            along: [0.0; INPUTS],
        };
        inputs.resize(callees.len() + candidates.len(), vec![origin]);
        let programs = [callees, &candidates].concat();
        Self { programs, inputs }
    }

    pub fn cases(&self) -> usize {
        self.inputs.iter().map(Vec::len).sum()
    }

    /// Takes the inputs of programs and of all that call them away.
    pub fn forget(&mut self, programs: impl IntoIterator<Item = usize>) {
        let mut gone: BTreeSet<usize> = programs.into_iter().collect();
        for (number, program) in self.programs.iter().enumerate() {
            if callees(number, program).iter().any(|i| gone.contains(i)) {
                gone.insert(number);
            }
        }
        gone.iter().for_each(|number| self.inputs[*number].clear());
    }

    /// Compiles and runs all programs; what disagrees, or the compiler's output.
    pub fn run(&self, name: &str) -> Result<Vec<Failure>, Broken> {
        let nothing = |output| Broken {
            programs: BTreeMap::new(),
            output,
        };
        let needed = self.needed();
        let modules = needed.iter().map(|number| (*number, self.module(*number)));
        let output = project::run(name, modules, &main_file(&self.programs, &needed))
            .map_err(|error| nothing(format!("cannot write the crate or run cargo: {error}")))?;
        if !output.status.success() {
            let text = String::from_utf8_lossy(&output.stderr);
            return Err(Broken {
                programs: project::complaints(&text),
                output: text.lines().take(60).collect::<Vec<_>>().join("\n"),
            });
        }
        Ok(self.compare(&answers(&String::from_utf8_lossy(&output.stdout))))
    }

    fn compare(&self, answers: &HashMap<(usize, usize), Answer>) -> Vec<Failure> {
        let mut failures = Vec::new();
        for (program, inputs) in self.inputs.iter().enumerate() {
            for (i, input) in inputs.iter().enumerate() {
                let expected =
                    interpret::evaluate(&self.programs, program, &input.at, &input.along);
                // What is only compiled has no suitable input.
                let Ok(expected) = expected else {
                    continue;
                };
                let message = match answers.get(&(program, i)) {
                    None => Some("no answer: the program panicked".to_owned()),
                    Some(answer) => disagreement(answer, &expected, input),
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

    /// The programs with inputs and all that they call.
    fn needed(&self) -> BTreeSet<usize> {
        let mut needed = BTreeSet::new();
        let mut open: Vec<usize> = (0..self.programs.len())
            .filter(|i| !self.inputs[*i].is_empty())
            .collect();
        while let Some(number) = open.pop() {
            if needed.insert(number) {
                open.extend(callees(number, &self.programs[number]));
            }
        }
        needed
    }

    fn module(&self, number: usize) -> String {
        let program = &self.programs[number];
        let mut text = print::program(number, program);
        if program.array == ArrayParam::Exclusive {
            return text;
        }
        let bits = |numbers: [f64; INPUTS]| numbers.map(f64::to_bits);
        let inputs: Vec<[[u64; INPUTS]; 2]> = self.inputs[number]
            .iter()
            .map(|input| [bits(input.at), bits(input.along)])
            .collect();
        let (array, along) = (
            print::argument(program.array, "p"),
            print::argument(program.array, "tp"),
        );
        write!(
            text,
            "
pub fn run() {{
    let inputs: Vec<[[u64; {INPUTS}]; 2]> = vec!{inputs:?};
    for (i, input) in inputs.into_iter().enumerate() {{
        let [[x, y, z, a, b, c, d], [tx, ty, tz, ta, tb, tc, td]] = input.map(|row| row.map(f64::from_bits));
        let (p, tp) = ([a, b, c, d], [ta, tb, tc, td]);
        let primal = program{number}(x, y, z, {array});
        let (value, (dx, dy, dz, dp)) = program{number}_value_and_grad(x, y, z, {array});
        let mut all = vec![primal, value, dx, dy, dz, dp[0], dp[1], dp[2], dp[3]];
        let (value, tangent) = program{number}_jvp(x, y, z, {array}, tx, ty, tz, {along});
        all.extend([value, tangent]);
        let (hx, hy, hz, hp) = program{number}_hvp(x, y, z, {array}, tx, ty, tz, {along});
        all.extend([hx, hy, hz, hp[0], hp[1], hp[2], hp[3]]);
        all.extend(program{number}_taylor::<{TERMS}>(x, y, z, {array}, tx, ty, tz, {along}));
        let pattern = program{number}_jacobian_sparsity(x, y, z, {array});
        all.extend((0..{INPUTS}).map(|j| f64::from(u8::from(pattern.contains(0, j)))));
        let hessian = program{number}_hessian_sparse(x, y, z, {array});
        let direction = [tx, ty, tz, ta, tb, tc, td];
        all.extend((0..{INPUTS}).map(|i| hessian.row(i).map(|(j, second)| second * direction[j]).sum::<f64>()));
        let words: Vec<String> = all.iter().map(|x| format!(\"{{:x}}\", x.to_bits())).collect();
        println!(\"answer {number} {{i}} {{}}\", words.join(\" \"));
    }}
}}
"
        )
        .expect("a string grows");
        text
    }
}

fn main_file(programs: &[Program], needed: &BTreeSet<usize>) -> String {
    let mut text = "#![allow(warnings)]\n".to_owned();
    for number in needed {
        writeln!(text, "mod p{number};").expect("a string grows");
    }
    text.push_str("\nfn main() {\n");
    for number in needed
        .iter()
        .filter(|number| programs[**number].array != ArrayParam::Exclusive)
    {
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
    let (primal, value) = (*bits.first()?, *bits.get(1)?);
    let part = |from: usize, length: usize| bits.get(from..from + length);
    let answer = Answer {
        primal,
        value,
        grad: part(2, INPUTS)?.try_into().ok()?,
        jvp: part(2 + INPUTS, 2)?.try_into().ok()?,
        hvp: part(4 + INPUTS, INPUTS)?.try_into().ok()?,
        taylor: part(4 + 2 * INPUTS, TERMS)?.try_into().ok()?,
        depends: part(4 + 2 * INPUTS + TERMS, INPUTS)?.try_into().ok()?,
        sparse_hvp: part(4 + 3 * INPUTS + TERMS, INPUTS)?.try_into().ok()?,
    };
    Some((key, answer))
}

fn near(actual: f64, expected: f64, size: f64) -> bool {
    (actual - expected).abs() <= 1e-9 * expected.abs() + 1e-12 * size + 1e-15
}

fn all_near(actual: &[f64], expected: &[f64], sizes: &[f64]) -> bool {
    let expected = expected.iter().zip(sizes);
    actual
        .iter()
        .zip(expected)
        .all(|(actual, (expected, size))| near(*actual, *expected, *size))
}

fn disagreement(answer: &Answer, expected: &Dual, input: &Input) -> Option<String> {
    let Answer {
        primal,
        value,
        grad,
        jvp,
        hvp,
        taylor,
        depends,
        sparse_hvp,
    } = answer;
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
    if !all_near(grad, &expected.grad, &expected.size) {
        return Some(format!(
            "the gradient is {grad:?}, forward evaluation gives {:?}",
            expected.grad
        ));
    }
    if jvp[0] != *primal {
        return Some(format!("the JVP's value is {:?}, not {primal:?}", jvp[0]));
    }
    if !near(jvp[1], expected.along, expected.along_size) {
        return Some(format!(
            "the JVP is {:?}, forward evaluation gives {:?}",
            jvp[1], expected.along
        ));
    }
    // Rounding is amplified once more.
    let sizes: Vec<f64> = (0..INPUTS)
        .map(|i| 100.0 * expected.mixed_size[i] + expected.size[i])
        .collect();
    if !all_near(hvp, &expected.mixed, &sizes) {
        return Some(format!(
            "the HVP is {hvp:?}, forward evaluation gives {:?}",
            expected.mixed
        ));
    }
    if (0..INPUTS).any(|i| depends[i] == 0.0 && expected.grad[i] != 0.0) {
        return Some(format!(
            "the Jacobian's pattern is {depends:?}, forward evaluation gives {:?}",
            expected.grad
        ));
    }
    // An entry that the pattern lacks is missing here.
    if !all_near(sparse_hvp, &expected.mixed, &sizes) {
        return Some(format!(
            "the sparse Hessian times the direction is {sparse_hvp:?}, forward evaluation gives {:?}",
            expected.mixed
        ));
    }
    let along =
        |row: &[f64; INPUTS]| -> f64 { row.iter().zip(&input.along).map(|(a, b)| a * b).sum() };
    let series = [expected.value, expected.along, along(&expected.mixed) / 2.0];
    let sizes = [
        expected.value.abs(),
        expected.along_size,
        sizes.iter().sum(),
    ];
    if !all_near(taylor, &series, &sizes) {
        return Some(format!(
            "the Taylor series is {taylor:?}, forward evaluation gives {series:?}"
        ));
    }
    None
}

/// The programs that `program` calls.
fn callees(number: usize, program: &Program) -> Vec<usize> {
    let text = print::program(number, program);
    let calls = text.split("crate::p").skip(1);
    calls
        .filter_map(|rest| rest.split("::").next()?.parse().ok())
        .collect()
}
