//! Smaller programs that still fail: statements go, values become simpler, as long as the failure stays.

use crate::ast::{Chain, Cond, Expr, Index, Middle, NewVec, Program, Sink, Stage, Stmt, Swap};
use crate::batch::{Batch, Failure};
use crate::print;

const ROUNDS: usize = 60;

/// Candidates compiled together.
const CANDIDATES: usize = 150;

/// The smallest program found by changing one thing at a time; all candidates of a round are compiled together.
pub fn smallest(batch: &Batch, failure: &Failure) -> (Batch, Failure) {
    let callees = &batch.programs[..failure.program];
    let mut best = batch.programs[failure.program].clone();
    let mut found = failure.clone();
    for _ in 0..ROUNDS {
        let candidates = some_smaller(&best);
        if candidates.is_empty() {
            break;
        }
        let round = Batch::of_candidates(callees, candidates, failure.input);
        let Some((program, next)) = still_failing(round) else {
            break;
        };
        (best, found) = (program, next);
    }
    found.program = callees.len();
    (
        Batch::of_candidates(callees, vec![best], failure.input),
        found,
    )
}

/// The smallest program found of which the compiler still says the same.
pub fn smallest_refused(batch: &Batch, program: usize, complaint: &str) -> Program {
    let callees = &batch.programs[..program];
    let mut best = batch.programs[program].clone();
    for _ in 0..ROUNDS {
        let round = Batch::uncalled(callees, some_smaller(&best));
        let Err(broken) = round.run("shrunk") else {
            break;
        };
        let same = broken
            .programs
            .iter()
            .filter(|(i, other)| **i >= program && *other == complaint);
        let Some(next) = same
            .map(|(i, _)| &round.programs[*i])
            .min_by_key(|next| size(next))
        else {
            break;
        };
        best = next.clone();
    }
    best
}

fn some_smaller(program: &Program) -> Vec<Program> {
    let mut candidates = smaller(program);
    candidates.sort_by_key(size);
    // All sizes: the smallest are the boldest.
    let step = candidates.len().div_ceil(CANDIDATES).max(1);
    candidates.into_iter().step_by(step).collect()
}

/// The smallest candidate that fails, among those that compile.
fn still_failing(mut round: Batch) -> Option<(Program, Failure)> {
    for _ in 0..4 {
        match round.run("shrunk") {
            Ok(failures) => {
                let smallest = failures
                    .into_iter()
                    .min_by_key(|failure| size(&round.programs[failure.program]))?;
                return Some((round.programs[smallest.program].clone(), smallest));
            }
            Err(broken) if broken.programs.is_empty() => return None,
            Err(broken) => round.forget(broken.programs.into_keys()),
        }
    }
    None
}

fn size(program: &Program) -> usize {
    print::program(0, program).len()
}

/// Every program with one statement less, one that is replaced by its inside, or one value simpler.
fn smaller(program: &Program) -> Vec<Program> {
    let mut candidates = Vec::new();
    for target in 0..count(&program.body) {
        let mut shorter = program.clone();
        let removed =
            remove(&mut shorter.body, &mut target.clone()).expect("the target is counted");
        push_if_bound(&mut candidates, shorter, &removed);
        for k in 0..blocks_mut(&mut removed.clone()).len() {
            let mut flatter = program.clone();
            flatten(&mut flatter.body, &mut target.clone(), k);
            push_if_bound(&mut candidates, flatter, &removed);
        }
    }
    let mut values = 0;
    each_value(&mut program.clone(), &mut |_| values += 1);
    for target in 0..values {
        let mut choice = 0;
        loop {
            let (mut simpler, mut seen, mut changed) = (program.clone(), 0, false);
            each_value(&mut simpler, &mut |value| {
                if seen == target {
                    changed = simplify(value, choice);
                }
                seen += 1;
            });
            if !changed {
                break;
            }
            if size(&simpler) < size(program) {
                candidates.push(simpler);
            }
            choice += 1;
        }
    }
    candidates
}

/// Candidates that still name what is gone do not compile.
fn push_if_bound(candidates: &mut Vec<Program>, candidate: Program, gone: &Stmt) {
    let text = print::program(0, &candidate);
    let gone = binders(gone);
    if !print::words(&text).any(|word| gone.contains(&word)) {
        candidates.push(candidate);
    }
}

/// Makes `value` the simpler value number `choice`, if there are so many.
fn simplify(value: &mut Expr, choice: usize) -> bool {
    if matches!(value, Expr::Constant(_)) {
        return false;
    }
    let mut simpler = vec![Expr::Constant(1.5), Expr::Var("x".into())];
    if let Expr::Chain(chain, sink) = value {
        for i in 0..chain.stages.len() {
            let mut shorter = chain.clone();
            shorter.stages.remove(i);
            simpler.push(Expr::Chain(shorter, sink.clone()));
        }
        let mut plainer = chain.clone();
        plainer.head.early.clear();
        plainer.head.late.clear();
        simpler.push(Expr::Chain(plainer, sink.clone()));
        let mut plainer = chain.clone();
        plainer.filter = None;
        simpler.push(Expr::Chain(plainer, sink.clone()));
        simpler.push(Expr::Chain(chain.clone(), Box::new(Sink::Sum)));
    }
    simpler.extend(parts(value).into_iter().map(|part| part.clone()));
    match simpler.into_iter().nth(choice) {
        Some(simpler) => {
            *value = simpler;
            true
        }
        None => false,
    }
}

/// The expressions of a program and all in them, outer ones first.
fn each_value(program: &mut Program, visit: &mut dyn FnMut(&mut Expr)) {
    fn inside(value: &mut Expr, visit: &mut dyn FnMut(&mut Expr)) {
        visit(value);
        for part in parts(value) {
            inside(part, visit);
        }
    }
    fn block(body: &mut [Stmt], visit: &mut dyn FnMut(&mut Expr)) {
        for stmt in body {
            values(stmt)
                .into_iter()
                .for_each(|value| inside(value, visit));
            blocks_mut(stmt)
                .into_iter()
                .for_each(|body| block(body, visit));
        }
    }
    block(&mut program.body, visit);
    inside(&mut program.result, visit);
}

fn remove(body: &mut Vec<Stmt>, target: &mut usize) -> Option<Stmt> {
    for i in 0..body.len() {
        if *target == 0 {
            return Some(body.remove(i));
        }
        *target -= 1;
        for block in blocks_mut(&mut body[i]) {
            if let Some(removed) = remove(block, target) {
                return Some(removed);
            }
        }
    }
    None
}

/// Puts block `k` of a statement in the statement's place.
fn flatten(body: &mut Vec<Stmt>, target: &mut usize, k: usize) -> bool {
    for i in 0..body.len() {
        if *target == 0 {
            let mut stmt = body.remove(i);
            let inner = std::mem::take(blocks_mut(&mut stmt).swap_remove(k));
            body.splice(i..i, inner);
            return true;
        }
        *target -= 1;
        for block in blocks_mut(&mut body[i]) {
            if flatten(block, target, k) {
                return true;
            }
        }
    }
    false
}

/// The statements of `body` and of all blocks inside.
fn count(body: &[Stmt]) -> usize {
    let inside = |stmt: &Stmt| -> usize {
        let mut stmt = stmt.clone();
        blocks_mut(&mut stmt)
            .into_iter()
            .map(|body| count(body))
            .sum()
    };
    body.iter().map(|stmt| 1 + inside(stmt)).sum()
}

/// What a statement binds, for those after it or in it.
fn binders(stmt: &Stmt) -> Vec<&str> {
    match stmt {
        Stmt::Let { name, .. }
        | Stmt::Deferred { name, .. }
        | Stmt::LetIf { name, .. }
        | Stmt::Literal { name, .. }
        | Stmt::LetVec { name, .. }
        | Stmt::Pop { name, .. }
        | Stmt::IfPop { name, .. }
        | Stmt::ZipMut { name, .. }
        | Stmt::Move { name, .. }
        | Stmt::Copy { name, .. } => vec![name],
        Stmt::Running { name, item, .. } => vec![name, item],
        Stmt::Best {
            name, kept, item, ..
        } => vec![name, kept, item],
        Stmt::Held {
            names,
            iterator,
            item,
            ..
        } => names
            .iter()
            .chain([iterator, item])
            .map(String::as_str)
            .collect(),
        Stmt::LetTuple { names, .. }
        | Stmt::ThroughTuple { names, .. }
        | Stmt::LetTupleIf { names, .. }
        | Stmt::MatchSlice { names, .. } => names.iter().map(String::as_str).collect(),
        Stmt::LetNested { names, .. } => names.iter().map(String::as_str).collect(),
        Stmt::LetArray { outer, inner, .. } => outer
            .iter()
            .chain(inner.iter().flatten())
            .map(String::as_str)
            .collect(),
        Stmt::LetLoop { name, counter, .. } | Stmt::Each { name, counter, .. } => {
            vec![name, counter]
        }
        Stmt::LetLabelled { name, label, .. } => vec![name, label],
        Stmt::Closure { name, params, .. } => std::iter::once(name)
            .chain(params)
            .map(String::as_str)
            .collect(),
        Stmt::Over { head, label, .. } => head
            .names
            .iter()
            .chain(&head.counter)
            .chain(label)
            .map(String::as_str)
            .collect(),
        Stmt::For {
            variable: counter,
            label,
            ..
        }
        | Stmt::While { counter, label, .. } => std::iter::once(counter)
            .chain(label)
            .map(String::as_str)
            .collect(),
        Stmt::Labelled { label, .. } => vec![label],
        Stmt::Assign { .. }
        | Stmt::Store { .. }
        | Stmt::Swap(_)
        | Stmt::If { .. }
        | Stmt::Match { .. }
        | Stmt::EachMut { .. }
        | Stmt::Push(..)
        | Stmt::Truncate(..)
        | Stmt::Resize(..)
        | Stmt::Extend(..)
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Return(_) => Vec::new(),
    }
}

/// The blocks inside a statement.
fn blocks_mut(stmt: &mut Stmt) -> Vec<&mut Vec<Stmt>> {
    match stmt {
        Stmt::Deferred { then, other, .. } | Stmt::LetIf { then, other, .. } => {
            vec![&mut then.0, &mut other.0]
        }
        Stmt::LetLabelled { before, after, .. } => vec![before, after],
        Stmt::If { then, other, .. } => std::iter::once(then).chain(other).collect(),
        Stmt::Match { arms, .. } | Stmt::MatchSlice { arms, .. } => arms.iter_mut().collect(),
        Stmt::LetLoop { body, .. }
        | Stmt::For { body, .. }
        | Stmt::Each { body, .. }
        | Stmt::Over { body, .. }
        | Stmt::Labelled { body, .. }
        | Stmt::Closure { body, .. }
        | Stmt::IfPop { body, .. }
        | Stmt::While { body, .. } => vec![body],
        Stmt::Let { .. }
        | Stmt::LetTuple { .. }
        | Stmt::LetNested { .. }
        | Stmt::LetTupleIf { .. }
        | Stmt::LetArray { .. }
        | Stmt::LetVec { .. }
        | Stmt::Push(..)
        | Stmt::Pop { .. }
        | Stmt::Truncate(..)
        | Stmt::Resize(..)
        | Stmt::Extend(..)
        | Stmt::ZipMut { .. }
        | Stmt::Literal { .. }
        | Stmt::Copy { .. }
        | Stmt::Assign { .. }
        | Stmt::Store { .. }
        | Stmt::Swap(_)
        | Stmt::EachMut { .. }
        | Stmt::Running { .. }
        | Stmt::Held { .. }
        | Stmt::Move { .. }
        | Stmt::ThroughTuple { .. }
        | Stmt::Best { .. }
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Return(_) => Vec::new(),
    }
}

/// The expressions of a statement itself.
fn values(stmt: &mut Stmt) -> Vec<&mut Expr> {
    match stmt {
        Stmt::Let { value, .. }
        | Stmt::Assign { value, .. }
        | Stmt::EachMut { value, .. }
        | Stmt::ZipMut { value, .. }
        | Stmt::Push(_, value)
        | Stmt::Resize(_, _, value)
        | Stmt::Pop {
            otherwise: value, ..
        }
        | Stmt::Closure { result: value, .. }
        | Stmt::Running { value, .. }
        | Stmt::Best { value, .. }
        | Stmt::Return(value) => vec![value],
        Stmt::ThroughTuple { values, .. } => values.iter_mut().collect(),
        Stmt::Held {
            filter,
            middle,
            last,
            ..
        } => {
            let mut all: Vec<&mut Expr> = filter.iter_mut().flat_map(of_cond).collect();
            match middle {
                Middle::Take(_) => {}
                Middle::Find(cond) => all.extend(of_cond(cond)),
                Middle::Loop { value, cond, .. } => {
                    all.push(value);
                    all.extend(of_cond(cond));
                }
            }
            all.push(last);
            all
        }
        Stmt::LetTuple { values, .. } => values.iter_mut().collect(),
        Stmt::LetNested { values, .. } => values.iter_mut().collect(),
        Stmt::Literal { values, .. } => values.iter_mut().collect(),
        Stmt::LetTupleIf { cond, values, .. } => {
            let mut all = of_cond(cond);
            all.extend(values.iter_mut().flatten());
            all
        }
        Stmt::LetLabelled {
            cond, early, late, ..
        } => {
            let mut all = of_cond(cond);
            all.extend([early, late]);
            all
        }
        Stmt::Deferred {
            cond, then, other, ..
        }
        | Stmt::LetIf {
            cond, then, other, ..
        } => {
            let mut all = of_cond(cond);
            all.extend([&mut then.1, &mut other.1]);
            all
        }
        Stmt::LetLoop { cond, value, .. } => {
            let mut all = of_cond(cond);
            all.push(value);
            all
        }
        Stmt::Store { index, value, .. } => {
            let mut all = of_index(index);
            all.push(value);
            all
        }
        Stmt::Swap(Swap::Elements(_, i, j)) => {
            let mut all = of_index(i);
            all.extend(of_index(j));
            all
        }
        Stmt::If { cond, .. } | Stmt::While { cond, .. } => of_cond(cond),
        Stmt::Match { guards, .. } => guards.iter_mut().flatten().flat_map(of_cond).collect(),
        Stmt::LetVec { how, .. } | Stmt::Move { how, .. } => match how {
            NewVec::From(_) => Vec::new(),
            NewVec::Listed(values) => values.iter_mut().collect(),
            NewVec::Pushed(value) | NewVec::Repeated(value, _) => vec![value],
            NewVec::Collected(chain) => of_chain(chain),
        },
        Stmt::Extend(_, chain) => of_chain(chain),
        Stmt::LetArray { .. }
        | Stmt::Truncate(..)
        | Stmt::Copy { .. }
        | Stmt::Swap(Swap::Tuple(..) | Swap::Memory(..))
        | Stmt::For { .. }
        | Stmt::Each { .. }
        | Stmt::Over { .. }
        | Stmt::IfPop { .. }
        | Stmt::MatchSlice { .. }
        | Stmt::Labelled { .. }
        | Stmt::Break(_)
        | Stmt::Continue(_) => Vec::new(),
    }
}

/// The expressions directly in an expression.
fn parts(expr: &mut Expr) -> Vec<&mut Expr> {
    match expr {
        Expr::Constant(_) | Expr::Var(_) | Expr::Counter(_) | Expr::Length(_) => Vec::new(),
        Expr::Element(_, index) => of_index(index),
        Expr::Unary(_, a) | Expr::CallMut(_, a, _, _) => vec![a],
        Expr::Binary(_, a, b) | Expr::Block(_, a, b) => vec![a, b],
        Expr::If(cond, a, b) => {
            let mut all = of_cond(cond);
            all.extend([&mut **a, &mut **b]);
            all
        }
        Expr::Match(_, guard, arms) => {
            let mut all = of_cond(guard);
            all.extend(arms.iter_mut());
            all
        }
        Expr::Call(_, _, scalars, _) => scalars.iter_mut().collect(),
        Expr::Invoke(_, arguments) => arguments.iter_mut().collect(),
        Expr::Chain(chain, sink) => {
            let mut all = of_chain(chain);
            all.extend(of_sink(sink));
            all
        }
    }
}

fn of_chain(
    Chain {
        head: _,
        filter,
        value,
        stages,
    }: &mut Chain,
) -> Vec<&mut Expr> {
    let mut all: Vec<&mut Expr> = filter.iter_mut().flat_map(of_cond).collect();
    all.push(value);
    for stage in stages {
        match stage {
            Stage::Map(_, value) | Stage::FlatMap { value, .. } => all.push(value),
            Stage::Filter(_, cond) | Stage::TakeWhile(_, cond) | Stage::SkipWhile(_, cond) => {
                all.extend(of_cond(cond));
            }
            Stage::Position(_) => {}
            Stage::Scan { init, update, .. } => all.extend([init, update]),
        }
    }
    all
}

fn of_sink(sink: &mut Sink) -> Vec<&mut Expr> {
    match sink {
        Sink::Sum
        | Sink::Product
        | Sink::FoldMax
        | Sink::MaxBy(_)
        | Sink::MinBy(_)
        | Sink::Last(_)
        | Sink::Count => Vec::new(),
        Sink::Fold { init, value, .. } => vec![init, value],
        Sink::Reduce { value, .. } => vec![value],
        Sink::Any(_, cond, values) => {
            let mut all = of_cond(cond);
            all.extend(values.iter_mut());
            all
        }
    }
}

fn of_cond(cond: &mut Cond) -> Vec<&mut Expr> {
    match cond {
        Cond::Less(a, b) => vec![a, b],
        Cond::Counter(..) => Vec::new(),
        Cond::Not(a) => of_cond(a),
        Cond::And(a, b) | Cond::Or(a, b) => {
            let mut all = of_cond(a);
            all.extend(of_cond(b));
            all
        }
    }
}

fn of_index(index: &mut Index) -> Vec<&mut Expr> {
    match index {
        Index::Constant(_) | Index::Counter(..) => Vec::new(),
        Index::Active(expr) => vec![expr],
    }
}
