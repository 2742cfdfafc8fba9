//! Removes what nobody uses: pure statements, results of branches, what loops carry.

use crate::ir::{Function, LoopKind, Op, Region, Stmt, Table, Value, Values};

pub fn run(function: &mut Function) {
    region(&mut function.body);
}

/// As if the region were all there is.
pub fn region(region: &mut Region) {
    let live = live(region);
    sweep(region, &live);
}

/// The values that something with an effect, or the function's result, depends on.
fn live(body: &Region) -> Values {
    let mut uses = Uses::default();
    uses.region(body, &[]);
    uses.roots.extend(&body.yields);
    let mut live = Values::new();
    let mut work = std::mem::take(&mut uses.roots);
    while let Some(v) = work.pop() {
        if live.insert(v)
            && let Some(needs) = uses.needs.get(&v)
        {
            work.extend(needs);
        }
    }
    live
}

#[derive(Default)]
struct Uses {
    /// What a value depends on.
    needs: Table<Vec<Value>>,
    roots: Vec<Value>,
}

impl Uses {
    /// `control`: what decides whether the region runs.
    fn region(&mut self, region: &Region, control: &[Value]) {
        for Stmt {
            results,
            op,
            span: _,
        } in &region.stmts
        {
            match op {
                Op::If {
                    cond,
                    then,
                    otherwise,
                } => {
                    for (k, r) in results.iter().enumerate() {
                        self.needs.or_default(*r).extend([
                            *cond,
                            then.yields[k],
                            otherwise.yields[k],
                        ]);
                    }
                    let control = [control, &[*cond]].concat();
                    self.region(then, &control);
                    self.region(otherwise, &control);
                }
                Op::Loop(l) => {
                    let mut bounds = match &l.kind {
                        LoopKind::For(_) | LoopKind::Countdown(_) => op.operands(),
                        LoopKind::While => Vec::new(),
                    };
                    bounds.retain(|v| !l.init.contains(v) || is_bound(&l.kind, *v));
                    if l.conditional {
                        bounds.push(l.body.yields[0]);
                    }
                    self.needs.or_default(results[0]).extend(&bounds);
                    for (k, param) in l.carried_params().iter().enumerate() {
                        let around = [l.init[k], l.carried_yields()[k]];
                        self.needs.or_default(*param).extend(around);
                        self.needs.or_default(results[k + 1]).extend(around);
                        self.needs.or_default(results[k + 1]).extend(&bounds);
                    }
                    let control = [control, &bounds].concat();
                    self.region(&l.body, &control);
                }
                op => {
                    let operands = op.primal_operands();
                    for r in results {
                        self.needs.or_default(*r).extend(&operands);
                    }
                    if !op.is_pure() {
                        self.roots.extend(operands);
                        self.roots.extend(control);
                        if let Op::TapePop { .. } = op {
                            continue;
                        }
                        self.roots.extend(results);
                    }
                }
            }
        }
    }
}

fn is_bound(kind: &LoopKind, v: Value) -> bool {
    match kind {
        LoopKind::For(range) => {
            range.low == v
                || range.high == v
                || range
                    .adapters
                    .iter()
                    .any(|a| matches!(a, crate::ir::Adapter::StepBy(s) if *s == v))
        }
        LoopKind::Countdown(n) => *n == v,
        LoopKind::While => false,
    }
}

fn sweep(region: &mut Region, live: &Values) {
    region.stmts.retain_mut(|stmt| {
        match &mut stmt.op {
            Op::If {
                cond: _,
                then,
                otherwise,
            } => {
                sweep(then, live);
                sweep(otherwise, live);
                let keep: Vec<bool> = stmt.results.iter().map(|r| live.contains(r)).collect();
                filter(&mut then.yields, &keep);
                filter(&mut otherwise.yields, &keep);
                filter(&mut stmt.results, &keep);
                return !(stmt.results.is_empty()
                    && then.stmts.is_empty()
                    && otherwise.stmts.is_empty());
            }
            Op::Loop(l) => {
                sweep(&mut l.body, live);
                let carried: Vec<bool> = l
                    .carried_params()
                    .iter()
                    .zip(&stmt.results[1..])
                    .map(|(p, r)| live.contains(p) || live.contains(r))
                    .collect();
                let (items, first) = (l.items(), usize::from(l.conditional));
                filter(
                    &mut l.body.params,
                    &[vec![true; items], carried.clone()].concat(),
                );
                filter(
                    &mut l.body.yields,
                    &[vec![true; first], carried.clone()].concat(),
                );
                filter(&mut l.init, &carried);
                filter(&mut stmt.results, &[vec![true], carried].concat());
                let idle = l.body.stmts.iter().all(|s| s.op.is_pure());
                let unused = stmt.results.iter().all(|r| !live.contains(r));
                return !(idle && unused);
            }
            op => {
                if op.is_pure() {
                    return stmt.results.iter().any(|r| live.contains(r));
                }
            }
        }
        true
    });
}

fn filter(values: &mut Vec<Value>, keep: &[bool]) {
    let mut k = 0;
    values.retain(|_| {
        k += 1;
        keep[k - 1]
    });
}
