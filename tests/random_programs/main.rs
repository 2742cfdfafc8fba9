//! Random programs: generated, compiled in one batch, and compared with an independent forward evaluation.
//!
//! `AUTODIFF_RANDOM_PROGRAMS` is how many (400), `AUTODIFF_RANDOM_SEED` where they start. A failure prints the program, its
//! input, and the smallest program found that still fails.

mod ast;
mod batch;
mod dual;
mod generate;
mod interpret;
mod kernels;
mod print;
mod project;
mod shrink;
mod structures;

use batch::{Batch, Failure};
use std::collections::BTreeSet;

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| {
        text.parse()
            .unwrap_or_else(|_| panic!("{name} is a number, not {text:?}"))
    })
}

/// Programs compiled together.
const BATCH: usize = 400;

#[test]
fn reverse_agrees_with_an_independent_forward_evaluation() {
    let seed = setting("AUTODIFF_RANDOM_SEED", 1);
    let count = setting("AUTODIFF_RANDOM_PROGRAMS", 400) as usize;
    for start in (0..count).step_by(BATCH) {
        check(seed + start as u64, BATCH.min(count - start));
    }
}

fn check(seed: u64, count: usize) {
    let mut batch = Batch::with_inputs(generate::programs(seed, count), seed);
    assert!(
        2 * batch.cases() >= count,
        "most programs have an input to try: {} for {count}",
        batch.cases()
    );
    let mut refused = 0;
    let failures = loop {
        let broken = match batch.run("all") {
            Ok(failures) => break failures,
            Err(broken) => broken,
        };
        assert!(
            !broken.programs.is_empty(),
            "the programs of seed {seed} do not compile or run:\n{}",
            broken.output
        );
        eprintln!("{}", broken.output);
        let mut complaints = BTreeSet::new();
        for (program, complaint) in &broken.programs {
            if complaints.insert(complaint) {
                let small = shrink::smallest_refused(&batch, *program, complaint);
                eprintln!("{complaint}\n{}", print::program(*program, &small));
            }
        }
        refused += broken.programs.len();
        batch.forget(broken.programs.into_keys());
    };
    for failure in failures.iter().take(3) {
        eprintln!("{}", report(&batch, failure));
        let (small, failure) = shrink::smallest(&batch, failure);
        eprintln!("the same, smaller:\n{}", report(&small, &failure));
    }
    assert!(
        failures.is_empty() && refused == 0,
        "of seed {seed}, {refused} programs do not compile and {} of {} evaluations disagree",
        failures.len(),
        batch.cases()
    );
}

fn report(batch: &Batch, failure: &Failure) -> String {
    let source = print::program(failure.program, &batch.programs[failure.program]);
    format!(
        "program {}:\n{source}\nat {:?} along {:?}: {}",
        failure.program, failure.input.at, failure.input.along, failure.message
    )
}

#[test]
fn loop_nests_agree_in_both_modes() {
    let seed = setting("AUTODIFF_RANDOM_SEED", 1);
    let count = setting("AUTODIFF_RANDOM_PROGRAMS", 400) as usize / 4;
    for start in (0..count).step_by(BATCH) {
        kernels::check(seed, start..count.min(start + BATCH));
    }
}

#[test]
fn structures_agree_in_all_forms() {
    let seed = setting("AUTODIFF_RANDOM_SEED", 1);
    let count = setting("AUTODIFF_RANDOM_PROGRAMS", 400) as usize / 8;
    for start in (0..count).step_by(BATCH) {
        structures::check(seed, start..count.min(start + BATCH));
    }
}

/// The interpreter is the judge: it must itself agree with the closed form.
#[test]
fn the_interpreter_differentiates() {
    use ast::{Binary, Expr, ForRange, Index, Program, Stmt, Unary};

    // let mut a = p; for i in 0..4 { a[i] *= x.sin(); } a[2] + y * z
    let x = || Box::new(Expr::Var("x".into()));
    let a0 = || ast::Seq {
        name: "a0".into(),
        kind: ast::Kind::Array,
    };
    let program = Program {
        array: ast::ArrayParam::Value,
        body: vec![
            Stmt::Copy {
                name: "a0".into(),
                from: "p".into(),
            },
            Stmt::For {
                variable: "i".into(),
                range: ForRange::Up(0, 4),
                label: None,
                body: vec![Stmt::Store {
                    array: a0(),
                    index: Index::Counter("i".into(), 0),
                    op: Some(Binary::Mul),
                    value: Expr::Unary(Unary::Sin, x()),
                }],
            },
        ],
        result: Expr::Binary(
            Binary::Add,
            Box::new(Expr::Element(a0(), Index::Constant(2))),
            Box::new(Expr::Binary(
                Binary::Mul,
                Box::new(Expr::Var("y".into())),
                Box::new(Expr::Var("z".into())),
            )),
        ),
    };
    let input = [0.7, 2.0, 3.0, 1.0, 4.0, 5.0, 6.0];
    let along = [2.0, 1.0, 0.0, 0.0, 0.0, 3.0, 0.0];
    let result =
        interpret::evaluate(&[program], 0, &input, &along).expect("a plain program has a value");
    assert_eq!(result.value, 5.0 * 0.7_f64.sin() + 6.0);
    assert_eq!(
        result.grad,
        [5.0 * 0.7_f64.cos(), 3.0, 2.0, 0.0, 0.0, 0.7_f64.sin(), 0.0]
    );
    assert_eq!(
        result.along,
        2.0 * result.grad[0] + result.grad[1] + 3.0 * result.grad[5]
    );
    let by_x = -2.0 * 5.0 * 0.7_f64.sin() + 3.0 * 0.7_f64.cos();
    assert_eq!(
        result.mixed,
        [by_x, 0.0, 1.0, 0.0, 0.0, 2.0 * 0.7_f64.cos(), 0.0]
    );
}

#[test]
fn generation_is_repeatable() {
    let text = |seed| {
        let programs = generate::programs(seed, 20);
        programs
            .iter()
            .enumerate()
            .map(|(i, program)| print::program(i, program))
            .collect::<String>()
    };
    assert_eq!(text(7), text(7));
    assert_ne!(text(7), text(8));
}
