//! Enums and structs that are asked for their variant inside loops, patterns of structs in a match, and enums over any number that go
//! from one function to the next. A user's type may be called `K`.

use autodiff::{Differentiable, Real, differentiate};

use super::{fd, near_as as near};

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum K {
    Rbf { l: f64 },
    Lin(f64),
    Tab(Vec<f64>),
}
#[differentiate]
fn gram(k: &K, xs: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..xs.len() {
        for j in 0..xs.len() {
            let d = xs[i] - xs[j];
            s += match k {
                K::Rbf { l } => (-d * d / (l * l)).exp(),
                K::Lin(a) => a * xs[i] * xs[j],
                K::Tab(t) => t[i] * t[j] * d,
            };
        }
    }
    s
}
#[differentiate]
fn tab(k: &K, xs: &[f64]) -> f64 {
    let mut s = 0.0;
    for i in 0..xs.len() {
        if let K::Tab(t) = k {
            s += t[i] * xs[i];
        } else if let K::Lin(a) = k {
            s += a * xs[i];
        }
    }
    s
}
#[differentiate]
fn mutated(k: &K, xs: &[f64]) -> f64 {
    let mut k = k.clone();
    let mut s = 0.0;
    for x in xs {
        if let K::Tab(t) = &mut k {
            for v in t.iter_mut() {
                *v *= x;
            }
            s += t[0];
        }
        if let K::Lin(a) = &mut k {
            *a += x * *a;
            s += *a * x;
        }
        if s > 3.0 {
            k = K::Lin(s * x);
        }
        if s < -1.0 {
            k = K::Tab(vec![s, *x]);
        }
    }
    if let K::Tab(t) = k {
        s += t.iter().sum::<f64>();
    }
    s
}
#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct P {
    x: f64,
    y: f64,
    n: i32,
}
#[differentiate]
fn sp(p: P, q: P) -> f64 {
    let a = match p {
        P { x, y, n: 0 } => x * y,
        P { x, n: 1, .. } => x * x,
        P { y, .. } if y > 2.0 => y * 3.0,
        P { x, y, .. } => x - y,
    };
    match (p, q) {
        (P { x, n: 1, .. }, P { y, .. }) => a * x * y,
        (_, P { x, .. }) => a * x,
    }
}
#[derive(Clone, Debug, PartialEq, Differentiable)]
enum G<T> {
    A(T),
    B([T; 2]),
    Z,
}
#[differentiate(hvp)]
fn g1<T: Real>(g: G<T>, x: T) -> T {
    match g {
        G::A(a) => a * a * x,
        G::B([p, q]) => p * q * x * x,
        G::Z => x * x * x,
    }
}
#[differentiate(hvp)]
fn g2<T: Real>(x: T, n: usize) -> T {
    let g = if n == 0 {
        G::A(x)
    } else if n == 1 {
        G::B([x, x * x])
    } else {
        G::Z
    };
    g1(g, x)
}
#[differentiate(taylor)]
fn g3<T: Real>(x: T, n: usize) -> T {
    let mut g = G::Z;
    for i in 0..n {
        g = match g {
            G::Z => G::A(x * T::from_f64(i as f64 + 1.0)),
            G::A(a) => G::B([a, x]),
            G::B([a, b]) => G::A(a * b),
        };
    }
    g1(g, x)
}
#[test]
fn agree_with_differences() {
    let xs = [0.3, -0.7, 1.1];
    let ks = [
        K::Rbf { l: 0.8 },
        K::Lin(0.6),
        K::Tab(vec![0.2, 0.5, -0.4]),
        K::Lin(3.0),
        K::Tab(vec![4.0, -5.0, 1.0]),
    ];
    for k in &ks {
        for (name, f, g) in [
            (
                "gram",
                &gram as &dyn Fn(&K, &[f64]) -> f64,
                &gram_grad as &dyn Fn(&K, &[f64]) -> (K, Vec<f64>),
            ),
            ("tab", &tab, &tab_grad),
            ("mutated", &mutated, &mutated_grad),
        ] {
            let (gk, gx) = g(k, &xs);
            for i in 0..3 {
                near(
                    name,
                    gx[i],
                    fd(
                        |v| {
                            let mut x = xs;
                            x[i] = v;
                            f(k, &x)
                        },
                        xs[i],
                    ),
                );
            }
            let flat = k.to_flat();
            for (i, d) in gk.to_flat().iter().enumerate() {
                near(
                    name,
                    *d,
                    fd(
                        |v| {
                            let mut fl = flat.clone();
                            fl[i] = v;
                            let mut e = k.clone();
                            e.set_flat(&fl);
                            f(&e, &xs)
                        },
                        flat[i],
                    ),
                );
            }
        }
    }
    for n in 0..3 {
        for y in [1.0, 3.0] {
            let p = P { x: 0.7, y, n };
            let q = P {
                x: 1.3,
                y: 0.4,
                n: 7,
            };
            let (gp, gq) = sp_grad(p, q);
            near("sp", gp.x, fd(|x| sp(P { x, ..p }, q), 0.7));
            near("sp", gp.y, fd(|y| sp(P { y, ..p }, q), y));
            near("sp", gq.x, fd(|x| sp(p, P { x, ..q }), 1.3));
            near("sp", gq.y, fd(|y| sp(p, P { y, ..q }), 0.4));
        }
    }
    for n in 0..3 {
        near("g2", g2_grad(0.7, n), fd(|x| g2(x, n), 0.7));
        near("g2h", g2_hvp(0.7, n, 1.0), fd(|x| g2_grad(x, n), 0.7));
    }
    for n in 0..5 {
        let t = g3_taylor::<3, f64>(0.7, n, 1.0);
        near("g3", t[1], fd(|x| g3(x, n), 0.7));
        near("g3", 2.0 * t[2], fd(|x| g3_grad(x, n), 0.7));
    }
}
