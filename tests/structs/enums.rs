//! Enums whose variants hold floats: the gradient has the same variant, whatever becomes of a variable on the way.
#![allow(clippy::needless_late_init, clippy::explicit_auto_deref)]

use super::{agrees, near};
use autodiff::{Differentiable, Real, differentiate};

/// A central difference.
fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
enum Shape {
    Circle(f64),
    Rect { w: f64, h: f64, n: usize },
    Path(Vec<f64>),
    Nothing,
}

#[differentiate]
fn area(shape: &Shape, k: f64) -> f64 {
    match shape {
        Shape::Circle(r) if *r > 10.0 => k * r,
        Shape::Circle(r) => k * 3.0 * r * r,
        Shape::Rect { w, h, n } => w * h * *n as f64,
        Shape::Path(lengths) => {
            let mut sum = 0.0;
            for x in lengths {
                sum += x * x * k;
            }
            sum
        }
        Shape::Nothing => k,
    }
}

fn rect(w: f64, h: f64, n: usize) -> Shape {
    Shape::Rect { w, h, n }
}

#[test]
fn the_gradient_has_the_variant_of_the_value() {
    let at = |shape: &Shape| area_value_and_grad(shape, 1.5);
    let circle = Shape::Circle;
    assert_eq!(at(&circle(2.0)), (18.0, (circle(18.0), 12.0)));
    assert_eq!(at(&circle(20.0)), (30.0, (circle(1.5), 20.0)));
    assert_eq!(at(&rect(2.0, 3.0, 4)), (24.0, (rect(12.0, 8.0, 4), 0.0)));
    assert_eq!(
        at(&Shape::Path(vec![2.0, 3.0])),
        (19.5, (Shape::Path(vec![6.0, 9.0]), 13.0))
    );
    assert_eq!(at(&Shape::Nothing), (1.5, (Shape::Nothing, 1.0)));

    let mut buffer = circle(7e77);
    area_grad_into(&circle(2.0), 1.5, &mut buffer, &mut 0.0);
    assert_eq!(buffer, circle(18.0));
}

#[test]
#[should_panic(expected = "another variant")]
fn a_buffer_of_another_variant() {
    area_grad_into(&Shape::Circle(1.0), 1.5, &mut Shape::Nothing, &mut 0.0);
}

#[test]
fn helpers_of_gradients() {
    let mut all = vec![Shape::Circle(2.0), rect(3.0, 5.0, 1), Shape::Nothing];
    assert_eq!(all.to_flat(), [2.0, 3.0, 5.0]);
    assert_eq!(
        all.zeros_like(),
        [Shape::Circle(0.0), rect(0.0, 0.0, 1), Shape::Nothing]
    );
    assert_eq!(all.dot(&all), 38.0);
    let twice = all.map(|x| 2.0 * x);
    all.axpy(0.5, &twice);
    assert_eq!(all, twice);
    all.set_flat(&[1.0, 0.0, -1.0]);
    assert_eq!(
        all,
        [Shape::Circle(1.0), rect(0.0, -1.0, 1), Shape::Nothing]
    );
}

#[differentiate]
fn by_value(shape: Shape) -> f64 {
    if let Shape::Rect { w, .. } = shape {
        return w * w;
    }
    match shape {
        Shape::Circle(r) => r.sin(),
        _ => 0.0,
    }
}

#[differentiate]
fn product(all: &[Shape]) -> f64 {
    let mut product = 1.0;
    for shape in all {
        product *= area(shape, 1.0);
    }
    product
}

#[test]
fn by_value_and_in_slices() {
    assert_eq!(by_value_grad(rect(2.0, 3.0, 4)), rect(4.0, 0.0, 4));
    assert_eq!(
        by_value_grad(Shape::Circle(0.5)),
        Shape::Circle(0.5f64.cos())
    );
    assert_eq!(by_value_grad(Shape::Nothing), Shape::Nothing);
    assert_eq!(
        product_grad(&[Shape::Circle(2.0), rect(2.0, 3.0, 1), Shape::Nothing]),
        [Shape::Circle(72.0), rect(36.0, 24.0, 1), Shape::Nothing]
    );
}

/// A variable that is of another variant in each iteration.
#[differentiate]
fn changing(x: f64, n: usize) -> f64 {
    let mut shape = Shape::Circle(x);
    let mut total = 0.0;
    for i in 0..n {
        total += area(&shape, x);
        shape = match &shape {
            Shape::Circle(r) => Shape::Rect {
                w: *r,
                h: r * x,
                n: i,
            },
            Shape::Rect { w, h, n: _ } => Shape::Path(vec![*w, *h, x]),
            Shape::Path(v) => Shape::Circle(v[0] + v[2]),
            Shape::Nothing => Shape::Nothing,
        };
    }
    total + area(&shape, 2.0)
}

/// What the first iteration writes has another shape than what the last one does.
#[differentiate]
fn deferred(x: f64, n: usize) -> f64 {
    let mut shape;
    let mut list: Vec<f64>;
    let mut total = 0.0;
    for i in 0..n {
        shape = if i % 2 == 0 {
            Shape::Circle(x * x)
        } else {
            Shape::Path(vec![x.sin(); i])
        };
        list = vec![x; n - i];
        total += area(&shape, x) * list[n - i - 1];
    }
    total
}

#[differentiate]
fn chosen(x: f64, first: bool) -> f64 {
    let shape;
    if first {
        shape = Shape::Circle(x);
    } else {
        shape = Shape::Rect {
            w: x,
            h: x * x,
            n: 2,
        };
    }
    area(&shape, x)
}

#[test]
fn variables_of_changing_variants() {
    for n in 0..8 {
        near(changing_grad(0.7, n), slope(|x| changing(x, n), 0.7));
        near(deferred_grad(0.7, n), slope(|x| deferred(x, n), 0.7));
    }
    for first in [false, true] {
        near(chosen_grad(0.7, first), slope(|x| chosen(x, first), 0.7));
    }
}

#[differentiate]
fn stacked(x: f64, y: f64) -> f64 {
    let mut all = Vec::new();
    all.push(Shape::Circle(x));
    all.push(Shape::Rect {
        w: x * y,
        h: y,
        n: 3,
    });
    all.push(Shape::Path(vec![x, y, x * x]));
    all.swap(0, 2);
    let mut total = 0.0;
    while let Some(shape) = all.pop() {
        total = total * x
            + match shape {
                Shape::Circle(r) => r * 2.0,
                Shape::Rect { w, h, .. } => w * h,
                Shape::Path(v) => v[0] * v[1] * v[2],
                Shape::Nothing => 1.0,
            };
    }
    total
}

#[differentiate]
fn in_arrays(x: f64) -> f64 {
    let mut pair = [Shape::Circle(x), Shape::Nothing];
    pair[1] = Shape::Rect { w: x, h: x, n: 1 };
    pair[0] = pair[1].clone();
    for shape in pair.iter_mut() {
        if let Shape::Rect { w, h, .. } = shape {
            *w *= *h;
            *h += 1.0;
        }
    }
    area(&pair[0], x) * area(&pair[1], x)
}

#[test]
fn in_vectors_and_arrays() {
    let (dx, dy) = stacked_grad(0.7, 1.3);
    agrees(|v| stacked(v[0], v[1]), vec![dx, dy], &[0.7, 1.3]);
    near(in_arrays_grad(0.7), slope(in_arrays, 0.7));
}

/// Variants by their names alone, in methods.
mod imported {
    use super::*;
    use Activation::*;

    #[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
    enum Activation {
        Leaky(f64),
        Scaled { by: f64, to: f64 },
        Id,
    }

    impl Activation {
        #[differentiate(wrt(self, x))]
        fn apply(&self, x: f64) -> f64 {
            match *self {
                Leaky(a) if x < 0.0 => a * x,
                Leaky(_) => x,
                Scaled { by, to } => by * x + to * x * x,
                Id => x,
            }
        }

        #[differentiate(wrt(self, x))]
        fn slope(&self, x: f64) -> f64 {
            match self {
                Self::Leaky(a) => a * x,
                Self::Scaled { by, .. } => by * x,
                Self::Id => x,
            }
        }

        #[differentiate(wrt(self, x))]
        fn moved(&mut self, x: f64) -> f64 {
            match self {
                Leaky(a) => {
                    *a += x;
                    *a
                }
                Scaled { by, to } => {
                    *by *= x;
                    *to = x * *by;
                    x
                }
                Id => {
                    *self = Leaky(x * x);
                    x
                }
            }
        }
    }

    #[differentiate]
    fn made(which: usize, x: f64, y: f64) -> Activation {
        match which {
            0 => Leaky(x * y),
            1 => Scaled { by: x, to: y * y },
            _ => Id,
        }
    }

    #[differentiate]
    fn applied(which: usize, x: f64, y: f64) -> f64 {
        let a = made(which, x, y);
        a.apply(-x) + a.slope(y)
    }

    #[differentiate]
    fn in_place(which: usize, x: f64, y: f64) -> f64 {
        let mut a = made(which, x, y);
        let p = Activation::moved(&mut a, y);
        let q = Activation::moved(&mut a, x);
        a.apply(-x) + p * q
    }

    /// No name is bound: the variant is asked for all the same.
    #[differentiate]
    fn asked(a: Activation, x: f64) -> f64 {
        let by_variant = match a {
            Scaled { .. } => x * x,
            Leaky(..) => x,
            Id => 0.0,
        };
        let mut sum = by_variant;
        if matches!(a, Scaled { by, .. } if by > 1.0) {
            sum += x;
        }
        let Leaky(k) = a else { return sum * 2.0 };
        sum + k * x
    }

    #[test]
    fn agrees() {
        for which in 0..3 {
            let (dx, dy) = applied_grad(which, 0.7, 1.3);
            super::agrees(|v| applied(which, v[0], v[1]), vec![dx, dy], &[0.7, 1.3]);
            let (dx, dy) = in_place_grad(which, 0.7, 1.3);
            super::agrees(|v| in_place(which, v[0], v[1]), vec![dx, dy], &[0.7, 1.3]);
        }
        let zero = Scaled { by: 0.0, to: 0.0 };
        let scaled = |by| Scaled { by, to: 1.0 };
        assert_eq!(asked_grad(Leaky(2.0), 3.0), (Leaky(3.0), 3.0));
        assert_eq!(asked_grad(scaled(2.0), 3.0), (zero, 14.0));
        assert_eq!(asked_grad(scaled(0.5), 3.0), (zero, 12.0));
        assert_eq!(asked_grad(Id, 3.0), (Id, 0.0));
    }

    #[test]
    fn cotangents() {
        let seed = Scaled { by: 1.0, to: 2.0 };
        let (value, gradient) = made_vjp(1, 2.0, 3.0, seed);
        assert_eq!(value, Scaled { by: 2.0, to: 9.0 });
        assert_eq!(gradient, (1.0, 12.0));
    }

    #[test]
    #[should_panic(expected = "another variant")]
    fn a_cotangent_of_another_variant() {
        made_vjp(1, 2.0, 3.0, Leaky(1.0));
    }
}

/// Enums in structs, options in structs, alternatives, and what is in two patterns at once.
mod nested {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Matter {
        Gas { n: f64, t: f64 },
        Solid(f64),
        Triple(f64, f64, f64),
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Cell {
        matter: Matter,
        sides: [f64; 2],
        given: Option<f64>,
        parts: Vec<Matter>,
    }

    #[differentiate]
    fn energy(cells: &[Cell], k: f64) -> f64 {
        let mut energy = 0.0;
        for (i, cell) in cells.iter().enumerate() {
            energy += match &cell.matter {
                Matter::Gas { n, t } if i > 0 => n * t * k,
                Matter::Gas { n, t: kelvin } => n * kelvin * kelvin,
                Matter::Solid(x) | Matter::Triple(_, x, _) => x * cell.sides[0] * cell.sides[1],
            };
            if let Some(given) = cell.given {
                energy += given * given * k;
            }
            for part in &cell.parts {
                if let Matter::Triple(a, ..) = part {
                    energy += a * k;
                } else if let Matter::Solid(s) = part {
                    energy -= s * s;
                }
            }
        }
        energy
    }

    #[test]
    fn in_structs() {
        let cell = |matter| Cell {
            matter,
            sides: [2.0, 3.0],
            given: Some(1.5),
            parts: vec![
                Matter::Triple(1.0, 2.0, 3.0),
                Matter::Solid(4.0),
                Matter::Gas { n: 1.0, t: 2.0 },
            ],
        };
        let cells = vec![
            cell(Matter::Gas { n: 2.0, t: 0.5 }),
            cell(Matter::Gas { n: 2.0, t: 0.5 }),
            cell(Matter::Solid(1.1)),
            Cell {
                given: None,
                ..cell(Matter::Triple(1.0, 2.0, 3.0))
            },
        ];
        let (by_cells, by_k) = energy_grad(&cells, 0.9);
        near(by_k, slope(|k| energy(&cells, k), 0.9));
        assert_eq!(by_cells[3].given, None);
        let f = |flat: &[f64]| {
            let mut moved = cells.clone();
            moved.set_flat(flat);
            energy(&moved, 0.9)
        };
        agrees(f, by_cells.to_flat(), &cells.to_flat());
    }

    #[differentiate]
    fn literals(m: &Matter, x: f64) -> f64 {
        match m {
            Matter::Solid(0.0) => x,
            Matter::Triple(1.0, y, _) => y * x,
            Matter::Triple(_, _, z) => z * x * x,
            _ => 7.0 * x,
        }
    }

    #[test]
    fn literals_in_variants() {
        let triple = Matter::Triple;
        assert_eq!(
            literals_grad(&triple(1.0, 2.0, 3.0), 2.0),
            (triple(0.0, 2.0, 0.0), 2.0)
        );
        assert_eq!(
            literals_grad(&triple(5.0, 2.0, 3.0), 2.0),
            (triple(0.0, 0.0, 4.0), 12.0)
        );
        assert_eq!(literals_grad(&Matter::Solid(0.0), 2.0).1, 1.0);
        assert_eq!(literals_grad(&Matter::Solid(0.5), 2.0).1, 7.0);
    }
}

/// Trees of boxes.
mod trees {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Expr {
        Const(f64),
        Var(usize),
        Neg(Box<Expr>),
        Add(Box<Expr>, Box<Expr>),
        Mul(Box<Expr>, Box<Expr>),
        Pow { base: Box<Expr>, n: i32 },
        Sum(Vec<Expr>),
    }

    impl Expr {
        #[differentiate(wrt(self, x))]
        fn eval(&self, x: &[f64]) -> f64 {
            match self {
                Expr::Const(c) => *c,
                Expr::Var(i) => x[*i],
                Expr::Neg(e) => -e.eval(x),
                Expr::Add(a, b) => a.eval(x) + b.eval(x),
                Expr::Mul(a, b) => a.eval(x) * b.eval(x),
                Expr::Pow { base, n } => base.eval(x).powi(*n),
                Expr::Sum(terms) => terms.iter().map(|e| e.eval(x)).sum(),
            }
        }
    }

    /// As a function, which is given boxes and what is in them.
    #[differentiate]
    fn eval(e: &Expr, x: &[f64]) -> f64 {
        match e {
            Expr::Const(c) => *c,
            Expr::Var(i) => x[*i],
            Expr::Neg(e) => -eval(e, x),
            Expr::Add(a, b) => eval(a, x) + eval(b, x),
            Expr::Mul(a, b) => {
                let left = eval(a, x);
                let right = eval(&**b, x);
                left * right
            }
            Expr::Pow { base, n } => eval(base, x).powi(*n),
            Expr::Sum(terms) => {
                let mut sum = 0.0;
                for e in terms {
                    sum += eval(e, x);
                }
                sum
            }
        }
    }

    #[differentiate]
    fn shallow(e: &Expr, x: f64) -> f64 {
        match e {
            Expr::Neg(inner) => match &**inner {
                Expr::Const(c) => -c * x,
                _ => x,
            },
            Expr::Add(a, b) => match (&**a, &**b) {
                (Expr::Const(p), Expr::Const(q)) => p * q * x,
                _ => 0.0,
            },
            _ => 1.0,
        }
    }

    fn constant(x: f64) -> Box<Expr> {
        Box::new(Expr::Const(x))
    }

    #[test]
    fn agrees() {
        // c·x₀ + (d + x₁)² − e
        let line = Expr::Mul(constant(2.0), Box::new(Expr::Var(0)));
        let square = Expr::Pow {
            base: Box::new(Expr::Add(constant(3.0), Box::new(Expr::Var(1)))),
            n: 2,
        };
        let sum = Expr::Add(Box::new(line), Box::new(square));
        let whole = Expr::Sum(vec![sum, Expr::Neg(constant(1.5))]);
        let x = [5.0, 7.0];
        let (value, (by_tree, by_x)) = whole.eval_value_and_grad(&x);
        assert_eq!(value, 108.5);
        assert_eq!(by_x, [2.0, 20.0]);
        assert_eq!(by_tree.to_flat(), [5.0, 20.0, -1.0]);
        assert_eq!(eval_value_and_grad(&whole, &x), (value, (by_tree, by_x)));
    }

    #[test]
    fn patterns_behind_boxes() {
        assert_eq!(
            shallow_grad(&Expr::Neg(constant(1.5)), 2.0),
            (Expr::Neg(constant(-2.0)), -1.5)
        );
        assert_eq!(
            shallow_grad(&Expr::Add(constant(1.5), constant(4.0)), 2.0),
            (Expr::Add(constant(8.0), constant(3.0)), 6.0)
        );
    }
}

/// Enums over any number: other modes and orders.
mod generic {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Payoff<T> {
        Call(T),
        Put { strike: T },
        Digital(T, T),
        None,
    }

    #[differentiate(hessian, jvp)]
    fn pay<T: Real>(payoff: &Payoff<T>, s: T) -> T {
        match payoff {
            Payoff::Call(k) => (s - *k).max(T::zero()) * s,
            Payoff::Put { strike } => (*strike - s).max(T::zero()) * s * *strike,
            Payoff::Digital(k, w) => *w * ((s - *k) * s).tanh(),
            Payoff::None => s * s,
        }
    }

    #[differentiate(hessian)]
    fn concrete(payoff: &Payoff<f64>, s: f64) -> f64 {
        match payoff {
            Payoff::Call(k) => (s - *k).max(0.0) * s,
            Payoff::Put { strike } => (*strike - s).max(0.0) * s * *strike,
            Payoff::Digital(k, w) => *w * ((s - *k) * s).tanh(),
            Payoff::None => s * s,
        }
    }

    #[differentiate]
    fn uses(s: f64) -> f64 {
        pay(&Payoff::Put { strike: 2.0 * s }, s) + concrete(&Payoff::Call(s * 0.5), s)
    }

    #[test]
    fn agrees() {
        let put = |strike| Payoff::Put { strike };
        // (k − s) s k
        assert_eq!(pay_grad(&put(3.0), 2.0), (put(8.0), -3.0));
        assert_eq!(
            pay_hessian(&put(3.0), 2.0).as_slice(),
            [4.0, 2.0, 2.0, -6.0]
        );
        assert_eq!(pay_jvp(&put(3.0), 2.0, &put(1.0), 0.5), (6.0, 8.0 - 1.5));
        assert_eq!(
            concrete_hessian(&put(3.0), 2.0).as_slice(),
            [4.0, 2.0, 2.0, -6.0]
        );
        assert_eq!(concrete_hessian(&Payoff::None, 0.5).as_slice(), [2.0]);
        // The row of the weight: w · tanh is linear in it.
        let digital = Payoff::Digital(1.0, 2.0);
        let hessian = concrete_hessian(&digital, 0.5);
        let (by_payoff, by_s) = concrete_grad(&digital, 0.5);
        let half = by_payoff.to_flat()[0] / 2.0;
        assert_eq!(hessian.row(1), [half, 0.0, by_s / 2.0]);
        near(uses_grad(1.3), slope(uses, 1.3));
    }
}
