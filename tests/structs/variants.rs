//! What a program may do with a value of an enum: replace it, swap it, lend parts of it, leave loops and functions in the middle of a
//! match, take several apart at once. Each against differences, for values of each variant.
#![allow(clippy::redundant_closure, clippy::single_match)]

use autodiff::{Differentiable, differentiate};

use super::{fd, near_as as near};

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum E {
    A(f64),
    B { p: f64, q: Vec<f64> },
    C(Box<E>, f64),
    N,
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct S {
    e: E,
    k: f64,
    list: Vec<E>,
    arr: [E; 2],
}

#[differentiate]
fn take(x: f64) -> f64 {
    let mut s = S {
        e: E::A(x),
        k: x,
        list: vec![
            E::A(x),
            E::B {
                p: x,
                q: vec![x, 2.0],
            },
        ],
        arr: [E::A(x * x), E::N],
    };
    let old = std::mem::replace(
        &mut s.e,
        E::B {
            p: x * x,
            q: vec![],
        },
    );
    let mut t = match old {
        E::A(a) => a * 3.0,
        _ => 0.0,
    };
    std::mem::swap(&mut s.e, &mut s.list[0]);
    if let E::B { p, q } = &s.list[0] {
        t *= p + q.len() as f64;
    }
    if let E::A(a) = s.e {
        t += a * a;
    }
    s.arr.swap(0, 1);
    if let E::A(a) = &s.arr[1] {
        t *= *a;
    }
    let [first, second] = &s.arr;
    if let (E::N, E::A(b)) = (first, second) {
        t += b;
    }
    t
}
#[differentiate]
fn closures(x: f64) -> f64 {
    let value = |e: &E| match e {
        E::A(a) => a * x,
        E::B { p, .. } => p * p,
        _ => x,
    };
    let es = [
        E::A(x),
        E::B {
            p: x * x,
            q: vec![],
        },
        E::N,
    ];
    es.iter().map(|e| value(e)).sum::<f64>()
        * es.iter().filter(|e| matches!(e, E::A(_))).count() as f64
}
#[differentiate]
fn early(e: &E, x: f64) -> f64 {
    let mut t = 1.0;
    for i in 0..4 {
        match e {
            E::A(a) if i == 2 => return t * a,
            E::A(a) => {
                t *= a + x;
                if i == 1 {
                    continue;
                }
                t += a;
            }
            E::B { p, q } => {
                if q.is_empty() {
                    break;
                }
                t += p * q[i % q.len()];
            }
            E::C(_, k) => {
                t *= k;
            }
            E::N => return x,
        }
        t *= x;
    }
    t
}
#[differentiate]
fn refmut(x: f64) -> f64 {
    let mut e = E::B {
        p: x,
        q: vec![x, x * x],
    };
    match e {
        E::B {
            ref mut p,
            ref mut q,
        } => {
            *p *= x;
            q[0] += *p;
            q.push(x);
        }
        _ => {}
    }
    if let E::B { p, q } = &mut e {
        for v in q.iter_mut() {
            *v *= *p;
        }
        *p = q[2];
    }
    match &mut e {
        E::B { q, .. } => {
            q[1] = x.sin();
        }
        _ => {}
    }
    match e {
        E::B { p, q } => p * q.iter().sum::<f64>(),
        _ => 0.0,
    }
}
#[differentiate(vjp)]
fn mutbox(e: &mut E, x: f64) -> f64 {
    match e {
        E::C(inner, k) => {
            if let E::A(a) = &mut **inner {
                *a *= x;
                *k += *a;
            }
            *k
        }
        E::A(a) => {
            *a += x;
            let v = *a * *a;
            *e = E::N;
            v
        }
        E::N => {
            *e = E::A(x);
            x
        }
        _ => x,
    }
}
#[differentiate]
fn opt(x: f64, n: usize) -> f64 {
    let mut best: Option<E> = None;
    for i in 0..n {
        let e = if i % 2 == 0 {
            E::A(x * i as f64)
        } else {
            E::B {
                p: x,
                q: vec![x; i],
            }
        };
        best = match best {
            None => Some(e),
            Some(E::A(a)) if a > 1.0 => Some(E::A(a * x)),
            Some(_) => Some(e),
        };
    }
    match best {
        Some(E::A(a)) => a,
        Some(E::B { p, q }) => p + q.len() as f64 * q[0],
        Some(_) => 1.0,
        None => 0.0,
    }
}
#[differentiate]
fn ret(x: f64, n: usize) -> E {
    if n == 0 {
        return E::A(x);
    }
    let mut e = E::N;
    for i in 0..n {
        e = match e {
            E::N => E::A(x),
            E::A(a) => E::B {
                p: a * x,
                q: vec![a; i],
            },
            E::B { p, q } => {
                if q.len() > 1 {
                    E::A(p + q[0])
                } else {
                    E::N
                }
            }
            other => other,
        };
    }
    e
}
#[differentiate]
fn uses_ret(x: f64, n: usize) -> f64 {
    match ret(x, n) {
        E::A(a) => a * a,
        E::B { p, q } => p * q.iter().product::<f64>(),
        _ => x,
    }
}
#[differentiate]
fn rec(e: &E, x: f64) -> f64 {
    match e {
        E::C(inner, k) => k * rec(inner, x * 2.0) + x,
        E::A(a) => a * x,
        E::B { p, q } => p * q.iter().map(|v| v * x).sum::<f64>(),
        E::N => x,
    }
}
#[differentiate]
fn whilelet(x: f64) -> f64 {
    let mut stack = vec![E::A(x), E::B { p: x, q: vec![x] }];
    let mut t = 1.0;
    let mut n = 0;
    while let Some(E::B { p, q }) = stack.pop() {
        t *= p * q[0];
        n += 1;
        if n < 4 {
            stack.push(E::B {
                p: t,
                q: vec![x, p],
            });
        }
    }
    t
}
#[differentiate]
fn tuple(a: E, b: E, x: f64) -> f64 {
    match (&a, &b) {
        (E::A(p), E::A(q)) => p * q * x,
        (E::A(p), _) | (_, E::A(p)) => p * x,
        (E::B { p, q }, E::B { p: r, .. }) if q.len() == 1 => p * r * q[0],
        _ => x,
    }
}
#[differentiate]
fn arrays(es: &[E; 3]) -> f64 {
    let [a, b, c] = es;
    let mut t = 0.0;
    for e in [a, b, c] {
        if let E::A(v) = e {
            t += v * v;
        }
    }
    t + match (a, c) {
        (E::A(p), E::A(q)) => p * q,
        _ => 0.0,
    }
}
#[differentiate]
fn clamp_e(e: &mut [E], x: f64) {
    for e in e.iter_mut() {
        *e = match &*e {
            E::A(a) if *a > 1.0 => E::B {
                p: *a,
                q: vec![*a * x],
            },
            E::B { p, .. } => E::A(*p * x),
            other => other.clone(),
        };
    }
}
#[test]
fn agree_with_differences() {
    near("take", take_grad(0.7), fd(take, 0.7));
    near("closures", closures_grad(0.7), fd(closures, 0.7));
    near("refmut", refmut_grad(0.7), fd(refmut, 0.7));

    near("whilelet", whilelet_grad(0.7), fd(whilelet, 0.7));
    for n in 0..7 {
        near("opt", opt_grad(0.7, n), fd(|x| opt(x, n), 0.7));
        near(
            "uses_ret",
            uses_ret_grad(0.7, n),
            fd(|x| uses_ret(x, n), 0.7),
        );
    }
    let es = [
        E::A(0.7),
        E::A(1.7),
        E::B { p: 0.3, q: vec![] },
        E::B {
            p: 0.3,
            q: vec![0.4],
        },
        E::B {
            p: 0.3,
            q: vec![0.4, 0.6],
        },
        E::C(Box::new(E::A(0.3)), 0.4),
        E::C(Box::new(E::C(Box::new(E::N), 0.2)), 0.4),
        E::N,
    ];
    let check = |name: &str, f: &dyn Fn(&E, f64) -> f64, g: &dyn Fn(&E, f64) -> (E, f64), e: &E| {
        let (ge, gx) = g(e, 0.9);
        near(name, gx, fd(|x| f(e, x), 0.9));
        let flat = e.to_flat();
        for (i, d) in ge.to_flat().iter().enumerate() {
            near(
                name,
                *d,
                fd(
                    |v| {
                        let mut fl = flat.clone();
                        fl[i] = v;
                        let mut e = e.clone();
                        e.set_flat(&fl);
                        f(&e, 0.9)
                    },
                    flat[i],
                ),
            );
        }
    };
    for e in &es {
        check("early", &early, &early_grad, e);
        check("rec", &rec, &rec_grad, e);
        for o in &es {
            check(
                "tuple1",
                &|e, x| tuple(e.clone(), o.clone(), x),
                &|e, x| {
                    let g = tuple_grad(e.clone(), o.clone(), x);
                    (g.0, g.2)
                },
                e,
            );
            check(
                "tuple2",
                &|e, x| tuple(o.clone(), e.clone(), x),
                &|e, x| {
                    let g = tuple_grad(o.clone(), e.clone(), x);
                    (g.1, g.2)
                },
                e,
            );
            let f = |e: &E, x: f64| {
                let mut v = [e.clone(), o.clone(), E::A(0.3)];
                clamp_e(&mut v, x);
                v.iter()
                    .flat_map(|e| e.to_flat())
                    .enumerate()
                    .map(|(i, v)| v * (i as f64 + 1.5).sin())
                    .sum::<f64>()
            };
            check(
                "clamp",
                &f,
                &|e, x| {
                    let mut v = [e.clone(), o.clone(), E::A(0.3)];
                    let mut w = v.clone();
                    clamp_e(&mut w, x);
                    let mut c = w.to_vec();
                    let n = c.to_flat().len();
                    let s: Vec<f64> = (0..n).map(|i| (i as f64 + 1.5).sin()).collect();
                    c.set_flat(&s);
                    let gx = clamp_e_vjp(&mut v, x, &mut c);
                    (c[0].clone(), gx)
                },
                e,
            );
            check(
                "arrays",
                &|e, _| arrays(&[e.clone(), o.clone(), E::A(0.4)]),
                &|e, _| {
                    (
                        arrays_grad(&[e.clone(), o.clone(), E::A(0.4)])[0].clone(),
                        0.0,
                    )
                },
                e,
            );
        }
        let f = |e: &E, x: f64| {
            let mut e = e.clone();
            let r = mutbox(&mut e, x);
            r * 1.3 + e.to_flat().iter().map(|v| v * 0.8).sum::<f64>()
        };
        let g = |e: &E, x: f64| {
            let mut v = e.clone();
            let mut w = e.clone();
            mutbox(&mut w, x);
            let mut c = w.map(|_| 0.8);
            let (_, gx) = mutbox_vjp(&mut v, x, 1.3, &mut c);
            (c, gx)
        };
        check("mutbox", &f, &g, e);
    }
}
