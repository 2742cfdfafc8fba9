//! What holds of every well-formed function: each value is defined once, before its uses, in a region that encloses
//! them; the arities of regions, loops and their results agree.

use super::{Function, LoopKind, Op, Region, Stmt, Value, Values};

/// Checks the whole function; the message names the statement at fault.
pub fn verify(function: &Function) -> Result<(), String> {
    let mut defined = Values::new();
    let mut visible = Values::new();
    if let Some(v) = function.receiver {
        define(v, &mut visible, &mut defined)?;
    }
    region(&function.body, &mut visible, &mut defined)
}

fn region(r: &Region, visible: &mut Values, defined: &mut Values) -> Result<(), String> {
    let mut inside = Vec::new();
    for v in &r.params {
        define(*v, visible, defined)?;
        inside.push(*v);
    }
    for Stmt {
        results,
        op,
        span: _,
    } in &r.stmts
    {
        let mut unknown = None;
        op.each_operand(&mut |v| {
            if !visible.contains(&v) {
                unknown = unknown.or(Some(v));
            }
        });
        if let Some(v) = unknown {
            return Err(format!("{v} is used before it is defined"));
        }
        for inner in op.regions() {
            region(inner, visible, defined)?;
        }
        arity(op, results.len())?;
        for v in results {
            define(*v, visible, defined)?;
            inside.push(*v);
        }
    }
    for v in &r.yields {
        if !visible.contains(v) {
            return Err(format!("{v} is yielded but not defined"));
        }
    }
    for v in inside {
        visible.remove(&v);
    }
    Ok(())
}

fn define(v: Value, visible: &mut Values, defined: &mut Values) -> Result<(), String> {
    if !defined.insert(v) {
        return Err(format!("{v} is defined twice"));
    }
    visible.insert(v);
    Ok(())
}

fn arity(op: &Op, results: usize) -> Result<(), String> {
    match op {
        Op::If {
            cond: _,
            then,
            otherwise,
        } if then.yields.len() != results || otherwise.yields.len() != results => {
            return Err(format!(
                "an `if` with {results} results yields another number"
            ));
        }
        Op::Loop(l) => {
            let carried = l.init.len();
            let fits = l.body.params.len() == l.items() + carried
                && l.body.yields.len() == usize::from(l.conditional) + carried
                && results == carried + 1;
            if !fits {
                return Err("a loop's parameters, yields and results disagree in number".into());
            }
            if let LoopKind::While = l.kind
                && !l.conditional
            {
                return Err("a `while` loop yields no condition".into());
            }
        }
        _ => {}
    }
    Ok(())
}
