//! Scalar variables as values.
//!
//! ```text
//! s = local; store s = a; if c { store s = b }; y = load s
//!   becomes   s1 = if c { yield b } else { yield a }      (y is s1)
//! ```

use crate::ir::{Function, Loop, Op, Place, Region, Stmt, Table, Value, Values};

pub fn run(function: &mut Function) {
    let candidates = candidates(function);
    let body = std::mem::take(&mut function.body);
    let mut cx = Promote {
        function,
        candidates,
        names: Table::new(),
    };
    let body = cx.region(body, &mut Table::new());
    function.body = body;
}

/// Scalar variables that are only read and written as a whole.
fn candidates(function: &Function) -> Values {
    let mut found = Values::new();
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
        | Op::Shape(p)
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
    candidates: Values,
    /// What loads have become.
    names: Table<Value>,
}

/// The value of each variable at a point.
type State = Table<Value>;

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
                let mut touched = self.touched(&then);
                touched.extend(self.touched(&otherwise));
                let before = values(state, &touched);
                let mut then = self.region(then, state);
                let first = values(state, &touched);
                restore(state, &before);
                let mut otherwise = self.region(otherwise, state);
                let second = values(state, &touched);
                restore(state, &before);
                let mut joined = results;
                for ((variable, was), (a, b)) in
                    before.into_iter().zip(first.into_iter().zip(second))
                {
                    let (Some(_), (_, Some(a)), (_, Some(b))) = (was, a, b) else {
                        continue;
                    };
                    if a == b {
                        state.insert(variable, a);
                        continue;
                    }
                    let result = self.function.like(variable);
                    then.yields.push(a);
                    otherwise.yields.push(b);
                    joined.push(result);
                    state.insert(variable, result);
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
                let before = values(state, &self.touched(&body));
                let mut body = body;
                let mut results = results;
                let mut carried = Vec::new();
                for (variable, was) in &before {
                    let Some(was) = was else { continue };
                    let param = self.function.like(*variable);
                    init.push(*was);
                    body.params.push(param);
                    state.insert(*variable, param);
                    carried.push(*variable);
                }
                let mut body = self.region(body, state);
                body.yields.extend(carried.iter().map(|v| state[v]));
                restore(state, &before);
                for variable in carried {
                    let result = self.function.like(variable);
                    results.push(result);
                    state.insert(variable, result);
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

    /// The variables a region stores into, and its own.
    fn touched(&self, region: &Region) -> Values {
        let mut found = Values::new();
        region.visit(&mut |stmt| match &stmt.op {
            Op::Store(p, _) if p.path.is_empty() => found.extend([p.root]),
            Op::Local => found.extend(&stmt.results),
            _ => {}
        });
        found.retain(|v| self.candidates.contains(v));
        found
    }
}

/// What these variables are, where they are there.
fn values(state: &State, variables: &Values) -> Vec<(Value, Option<Value>)> {
    variables
        .iter()
        .map(|v| (v, state.get(&v).copied()))
        .collect()
}

/// Makes the variables what they were.
fn restore(state: &mut State, before: &[(Value, Option<Value>)]) {
    for (variable, was) in before {
        match was {
            Some(was) => state.insert(*variable, *was),
            None => state.remove(variable),
        };
    }
}
