//! Scalar variables as values.
//!
//! ```text
//! s = local; store s = a; if c { store s = b }; y = load s
//!   becomes   s1 = if c { yield b } else { yield a }      (y is s1)
//! ```

use crate::ir::{Function, Loop, Op, Place, Region, Stmt, Value};
use std::collections::{BTreeMap, BTreeSet};

pub fn run(function: &mut Function) {
    let candidates = candidates(function);
    let body = std::mem::take(&mut function.body);
    let mut cx = Promote {
        function,
        candidates,
        names: BTreeMap::new(),
    };
    let body = cx.region(body, &mut BTreeMap::new());
    function.body = body;
}

/// Scalar variables that are only read and written as a whole.
fn candidates(function: &Function) -> BTreeSet<Value> {
    let mut found = BTreeSet::new();
    function.body.visit(&mut |stmt| {
        if let (Op::Local, [v]) = (&stmt.op, stmt.results.as_slice())
            && function.is_scalar(*v)
        {
            found.insert(*v);
        }
    });
    function.body.visit(&mut |stmt| match &stmt.op {
        Op::Store(p, _) | Op::Load(p) if p.path.is_empty() => {}
        op => {
            for root in op.mutated() {
                found.remove(&root);
            }
            for place in places(op) {
                if !place.path.is_empty() {
                    found.remove(&place.root);
                }
            }
        }
    });
    found
}

fn places(op: &Op) -> Vec<&Place> {
    match op {
        Op::Opaque {
            code: _,
            captures,
            pure: _,
        }
        | Op::Effect { code: _, captures } => captures.iter().map(|c| &c.place).collect(),
        Op::Load(p)
        | Op::Store(p, _)
        | Op::Copy(p)
        | Op::Len(p)
        | Op::Matches {
            place: p,
            pattern: _,
            reference: _,
        } => vec![p],
        _ => Vec::new(),
    }
}

struct Promote<'a> {
    function: &'a mut Function,
    candidates: BTreeSet<Value>,
    /// What loads have become.
    names: BTreeMap<Value, Value>,
}

/// The value of each variable at a point.
type State = BTreeMap<Value, Value>;

impl Promote<'_> {
    fn name(&self, v: Value, state: &State) -> Value {
        state
            .get(&v)
            .or_else(|| self.names.get(&v))
            .copied()
            .unwrap_or(v)
    }

    fn region(&mut self, region: Region, state: &mut State) -> Region {
        let Region {
            params,
            stmts,
            yields,
        } = region;
        let mut out = Vec::new();
        for stmt in stmts {
            self.stmt(stmt, state, &mut out);
        }
        let yields = yields.into_iter().map(|v| self.name(v, state)).collect();
        Region {
            params,
            stmts: out,
            yields,
        }
    }

    fn stmt(&mut self, stmt: Stmt, state: &mut State, out: &mut Vec<Stmt>) {
        let Stmt {
            results,
            mut op,
            span,
        } = stmt;
        match &op {
            Op::Local if self.candidates.contains(&results[0]) => {
                let undefined = self.function.like(results[0]);
                out.push(Stmt {
                    results: vec![undefined],
                    op: Op::Undefined,
                    span,
                });
                state.insert(results[0], undefined);
                return;
            }
            Op::Load(p) if p.path.is_empty() && self.candidates.contains(&p.root) => {
                let value = self.name(p.root, state);
                self.names.insert(results[0], value);
                return;
            }
            Op::Store(p, v) if p.path.is_empty() && self.candidates.contains(&p.root) => {
                let value = self.name(*v, state);
                state.insert(p.root, value);
                return;
            }
            _ => {}
        }
        op.map(&mut |v| self.name(v, state));
        match op {
            Op::If {
                cond,
                then,
                otherwise,
            } => {
                let (mut first, mut second) = (state.clone(), state.clone());
                let mut then = self.region(then, &mut first);
                let mut otherwise = self.region(otherwise, &mut second);
                let mut joined = results;
                for (variable, value) in state.iter_mut() {
                    let (a, b) = (first[variable], second[variable]);
                    if a == b {
                        *value = a;
                        continue;
                    }
                    let result = self.function.like(*variable);
                    then.yields.push(a);
                    otherwise.yields.push(b);
                    joined.push(result);
                    *value = result;
                }
                out.push(Stmt {
                    results: joined,
                    op: Op::If {
                        cond,
                        then,
                        otherwise,
                    },
                    span,
                });
            }
            Op::Loop(Loop {
                kind,
                conditional,
                mut init,
                body,
                checkpoint,
            }) => {
                let stored = self.stored(&body);
                let carried: Vec<Value> = state
                    .keys()
                    .filter(|v| stored.contains(v))
                    .copied()
                    .collect();
                let mut inner = state.clone();
                let mut body = body;
                let mut results = results;
                for variable in &carried {
                    let param = self.function.like(*variable);
                    init.push(state[variable]);
                    body.params.push(param);
                    inner.insert(*variable, param);
                }
                let mut body = self.region(body, &mut inner);
                for variable in &carried {
                    body.yields.push(inner[variable]);
                    let result = self.function.like(*variable);
                    results.push(result);
                    state.insert(*variable, result);
                }
                out.push(Stmt {
                    results,
                    op: Op::Loop(Loop {
                        kind,
                        conditional,
                        init,
                        body,
                        checkpoint,
                    }),
                    span,
                });
            }
            op => out.push(Stmt { results, op, span }),
        }
    }

    /// The variables a region stores into.
    fn stored(&self, region: &Region) -> BTreeSet<Value> {
        let mut found = BTreeSet::new();
        region.visit(&mut |stmt| {
            if let Op::Store(p, _) = &stmt.op
                && p.path.is_empty()
                && self.candidates.contains(&p.root)
            {
                found.insert(p.root);
            }
        });
        found
    }
}
