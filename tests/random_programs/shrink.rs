//! Smaller programs that still fail: statements go, values become constants, as long as the failure stays.

use crate::ast::{Cond, Expr, Index, Program, Stmt, Swap};
use crate::batch::{self, Batch, Failure};
use crate::print;

const ROUNDS: usize = 40;

/// The smallest program found by removing one thing at a time; all candidates of a round are compiled together.
pub fn smallest(batch: &Batch, failure: &Failure) -> (Batch, Failure) {
    let callees = &batch.programs[..failure.program];
    let mut best = batch.programs[failure.program].clone();
    let mut found = failure.clone();
    for _ in 0..ROUNDS {
        let candidates = smaller(&best);
        if candidates.is_empty() {
            break;
        }
        let round = Batch::of_candidates(callees, candidates, failure.input);
        let Ok(failures) = round.run("shrunk") else {
            break;
        };
        let Some(next) = failures
            .into_iter()
            .min_by_key(|failure| size(&round.programs[failure.program]))
        else {
            break;
        };
        best = round.programs[next.program].clone();
        found = next;
    }
    found.program = callees.len();
    (
        Batch::of_candidates(callees, vec![best], failure.input),
        found,
    )
}

fn size(program: &Program) -> usize {
    print::program(0, program).len()
}

/// Every program with one statement less, or one value replaced by a constant.
fn smaller(program: &Program) -> Vec<Program> {
    let mut candidates = Vec::new();
    for target in 0..batch::count(&program.body) {
        let mut shorter = program.clone();
        let removed =
            remove(&mut shorter.body, &mut target.clone()).expect("the target is counted");
        let text = print::program(0, &shorter);
        if names(&removed).iter().all(|name| !mentions(&text, name)) {
            candidates.push(shorter);
        }
        let mut plainer = program.clone();
        if simplify(&mut plainer.body, &mut target.clone()) {
            candidates.push(plainer);
        }
    }
    if let Expr::Binary(op, first, last) = &program.result {
        if !matches!(**first, Expr::Constant(_) | Expr::Var(_)) {
            let inner = Expr::Binary(*op, Box::new(Expr::Var("x".into())), last.clone());
            candidates.push(Program {
                result: inner,
                ..program.clone()
            });
        }
    }
    candidates
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

fn simplify(body: &mut [Stmt], target: &mut usize) -> bool {
    for stmt in body {
        if *target == 0 {
            return simplify_value(stmt);
        }
        *target -= 1;
        for block in blocks_mut(stmt) {
            let before = *target;
            let inside = batch::count(block);
            if before < inside {
                return simplify(block, target);
            }
            *target = before - inside;
        }
    }
    false
}

fn simplify_value(stmt: &mut Stmt) -> bool {
    match stmt {
        Stmt::Let { value, .. }
        | Stmt::Assign { value, .. }
        | Stmt::Store { value, .. }
        | Stmt::EachMut { value, .. } => {
            let plain = matches!(value, Expr::Constant(_) | Expr::Var(_));
            *value = Expr::Constant(1.5);
            !plain
        }
        Stmt::LetTuple { .. }
        | Stmt::Deferred { .. }
        | Stmt::LetIf { .. }
        | Stmt::LetLoop { .. }
        | Stmt::Literal { .. }
        | Stmt::Copy { .. }
        | Stmt::Swap(_)
        | Stmt::If { .. }
        | Stmt::Match { .. }
        | Stmt::For { .. }
        | Stmt::Each { .. }
        | Stmt::While { .. }
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Return(_) => false,
    }
}

/// What a statement binds for those after it.
fn names(stmt: &Stmt) -> Vec<&str> {
    match stmt {
        Stmt::Let { name, .. }
        | Stmt::Deferred { name, .. }
        | Stmt::LetIf { name, .. }
        | Stmt::Literal { name, .. }
        | Stmt::Copy { name, .. } => vec![name],
        Stmt::LetTuple { names: [a, b], .. } => vec![a, b],
        Stmt::LetLoop { name, counter, .. } => vec![name, counter],
        Stmt::While { counter, .. } => vec![counter],
        Stmt::Assign { .. }
        | Stmt::Store { .. }
        | Stmt::Swap(_)
        | Stmt::If { .. }
        | Stmt::Match { .. }
        | Stmt::For { .. }
        | Stmt::Each { .. }
        | Stmt::EachMut { .. }
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Return(_) => Vec::new(),
    }
}

fn mentions(text: &str, name: &str) -> bool {
    text.split(|c: char| !c.is_alphanumeric() && c != '_')
        .any(|word| word == name)
}

/// The blocks inside a statement.
pub fn blocks(stmt: &Stmt) -> Vec<&[Stmt]> {
    match stmt {
        Stmt::Deferred { then, other, .. } | Stmt::LetIf { then, other, .. } => {
            vec![&then.0, &other.0]
        }
        Stmt::If { then, other, .. } => {
            std::iter::once(&then[..]).chain(other.as_deref()).collect()
        }
        Stmt::Match { arms, .. } => arms.iter().map(|arm| &arm[..]).collect(),
        Stmt::LetLoop { body, .. }
        | Stmt::For { body, .. }
        | Stmt::Each { body, .. }
        | Stmt::While { body, .. } => vec![body],
        Stmt::Let { .. }
        | Stmt::LetTuple { .. }
        | Stmt::Literal { .. }
        | Stmt::Copy { .. }
        | Stmt::Assign { .. }
        | Stmt::Store { .. }
        | Stmt::Swap(_)
        | Stmt::EachMut { .. }
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Return(_) => Vec::new(),
    }
}

fn blocks_mut(stmt: &mut Stmt) -> Vec<&mut Vec<Stmt>> {
    match stmt {
        Stmt::Deferred { then, other, .. } | Stmt::LetIf { then, other, .. } => {
            vec![&mut then.0, &mut other.0]
        }
        Stmt::If { then, other, .. } => std::iter::once(then).chain(other).collect(),
        Stmt::Match { arms, .. } => arms.iter_mut().collect(),
        Stmt::LetLoop { body, .. }
        | Stmt::For { body, .. }
        | Stmt::Each { body, .. }
        | Stmt::While { body, .. } => vec![body],
        Stmt::Let { .. }
        | Stmt::LetTuple { .. }
        | Stmt::Literal { .. }
        | Stmt::Copy { .. }
        | Stmt::Assign { .. }
        | Stmt::Store { .. }
        | Stmt::Swap(_)
        | Stmt::EachMut { .. }
        | Stmt::Break(_)
        | Stmt::Continue(_)
        | Stmt::Return(_) => Vec::new(),
    }
}

/// Every expression in `body`, the inner ones too.
pub fn each_expr(body: &[Stmt], visit: &mut dyn FnMut(&Expr)) {
    for stmt in body {
        each_direct(stmt, visit);
        blocks(stmt)
            .into_iter()
            .for_each(|block| each_expr(block, visit));
    }
}

fn each_direct(stmt: &Stmt, visit: &mut dyn FnMut(&Expr)) {
    match stmt {
        Stmt::Let { value, .. }
        | Stmt::Assign { value, .. }
        | Stmt::EachMut { value, .. }
        | Stmt::Return(value) => {
            each_sub(value, visit);
        }
        Stmt::LetTuple { values, .. } => values.iter().for_each(|value| each_sub(value, visit)),
        Stmt::Literal { values, .. } => values.iter().for_each(|value| each_sub(value, visit)),
        Stmt::Deferred {
            cond, then, other, ..
        }
        | Stmt::LetIf {
            cond, then, other, ..
        } => {
            each_cond(cond, visit);
            [&then.1, &other.1]
                .into_iter()
                .for_each(|value| each_sub(value, visit));
        }
        Stmt::LetLoop { cond, value, .. } => {
            each_cond(cond, visit);
            each_sub(value, visit);
        }
        Stmt::Store { index, value, .. } => {
            each_index(index, visit);
            each_sub(value, visit);
        }
        Stmt::Swap(Swap::Elements(_, i, j)) => [i, j]
            .into_iter()
            .for_each(|index| each_index(index, visit)),
        Stmt::If { cond, .. } | Stmt::While { cond, .. } => each_cond(cond, visit),
        Stmt::Copy { .. }
        | Stmt::Swap(Swap::Tuple(..) | Swap::Memory(..))
        | Stmt::Match { .. }
        | Stmt::For { .. }
        | Stmt::Each { .. }
        | Stmt::Break(_)
        | Stmt::Continue(_) => {}
    }
}

/// `expr` and every expression in it.
pub fn each_sub(expr: &Expr, visit: &mut dyn FnMut(&Expr)) {
    visit(expr);
    match expr {
        Expr::Constant(_) | Expr::Var(_) | Expr::Counter(_) => {}
        Expr::Element(_, index) => each_index(index, visit),
        Expr::Unary(_, a) => each_sub(a, visit),
        Expr::Binary(_, a, b) | Expr::Block(_, a, b) => {
            [a, b].into_iter().for_each(|a| each_sub(a, visit))
        }
        Expr::If(cond, a, b) => {
            each_cond(cond, visit);
            [a, b].into_iter().for_each(|a| each_sub(a, visit));
        }
        Expr::Call(_, _, scalars, _) => scalars.iter().for_each(|a| each_sub(a, visit)),
    }
}

fn each_cond(cond: &Cond, visit: &mut dyn FnMut(&Expr)) {
    match cond {
        Cond::Less(a, b) => [a, b].into_iter().for_each(|a| each_sub(a, visit)),
        Cond::Counter(..) => {}
        Cond::Not(a) => each_cond(a, visit),
        Cond::And(a, b) | Cond::Or(a, b) => [a, b].into_iter().for_each(|a| each_cond(a, visit)),
    }
}

fn each_index(index: &Index, visit: &mut dyn FnMut(&Expr)) {
    match index {
        Index::Constant(_) | Index::Counter(..) => {}
        Index::Active(expr) => each_sub(expr, visit),
    }
}
