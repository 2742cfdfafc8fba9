//! Vectors in structs that grow and shrink, and structs of constants that a callee writes something active to.

use super::near;
use autodiff::{Differentiable, check, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct P {
    x: f64,
    y: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Buffer {
    w: Vec<f64>,
    ps: Vec<P>,
    k: f64,
}

#[differentiate]
fn pushed_and_popped(x: f64) -> f64 {
    let mut b = Buffer {
        w: vec![x, x * x],
        ps: Vec::new(),
        k: x,
    };
    b.w.push(x.sin());
    b.ps.push(P { x, y: x * x });
    b.ps.push(P { x: 2.0 * x, y: x });
    let last = b.w.pop().unwrap();
    b.w.truncate(1);
    let p = b.ps.pop().unwrap();
    // What nobody uses.
    b.ps.pop();
    b.w.push(p.x * p.y);
    last * b.w[0] * b.w[1] + b.ps.len() as f64 * b.k
}

#[differentiate]
fn shortened(x: f64, y: f64) -> f64 {
    let p = |x, y| P { x, y };
    let mut b = Buffer {
        w: vec![x, y, x * y],
        ps: vec![p(x, y), p(y, x), p(x * x, 1.0)],
        k: x,
    };
    let mut sum = 0.0;
    for i in 0..3 {
        let w = b.w[b.w.len() - 1];
        let p = b.ps[b.ps.len() - 1].clone();
        sum += w * p.x * p.y;
        b.w.truncate(2 - i);
        b.ps.truncate(2 - i);
        // Nothing to cut off.
        b.ps.truncate(7);
    }
    b.w.clear();
    b.ps.clear();
    sum
}

#[differentiate]
fn of_a_caller(b: &mut Buffer, x: f64) {
    b.w.truncate(1);
    b.ps.truncate(1);
    b.w.push(x * b.w[0]);
    b.ps.push(P { x: b.k, y: x });
    b.ps[0].x *= b.ps[1].y;
}

/// Shapes of their own: vectors of vectors and of enums.
mod ragged {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Item {
        One(f64),
        Many(Vec<f64>),
    }

    #[differentiate]
    fn f(x: f64, n: usize) -> f64 {
        let mut rows: Vec<Vec<f64>> = vec![vec![x], vec![x, x * x], vec![x; 3]];
        let mut items = vec![Item::One(x), Item::Many(vec![x, 2.0]), Item::One(x * x)];
        let mut sum = 0.0;
        for row in &rows {
            sum += row[row.len() - 1];
        }
        if let Item::Many(v) = &items[1] {
            sum *= v[0] * v[1];
        }
        rows.truncate(n);
        items.truncate(n);
        for (row, item) in rows.iter().zip(&items) {
            sum *= row[0]
                * match item {
                    Item::One(a) => *a,
                    Item::Many(v) => v[0],
                };
        }
        sum
    }

    #[test]
    fn agrees() {
        for n in 0..4 {
            near(f_grad(0.7, n), slope(|x| f(x, n), 0.7));
        }
    }
}

/// Nothing here says what type the variables are of.
mod constants {
    use super::*;

    impl P {
        fn unit() -> P {
            P { x: 1.0, y: 2.0 }
        }
    }

    fn first_seed() -> u64 {
        5
    }

    #[differentiate]
    fn store(p: &mut P, x: f64) {
        p.x += x * x;
        p.y *= x;
    }

    #[differentiate]
    fn draw(seed: &mut u64, x: f64) -> f64 {
        *seed = *seed * 7 % 11;
        *seed as f64 * x
    }

    #[differentiate]
    fn of_a_constructor(x: f64) -> f64 {
        let mut p = P::unit();
        store(&mut p, x);
        p.x * p.y
    }

    #[differentiate(wrt(x))]
    fn of_a_copy(start: &P, x: f64) -> f64 {
        let mut p = start.clone();
        for _ in 0..3 {
            store(&mut p, x);
        }
        p.x * p.y
    }

    /// An integer has no derivative, however little is known of it.
    #[differentiate]
    fn of_an_integer(x: f64) -> f64 {
        let mut seed = first_seed();
        let first = draw(&mut seed, x);
        first + draw(&mut seed, x * x)
    }

    #[test]
    fn agrees() {
        near(of_a_constructor_grad(0.7), slope(of_a_constructor, 0.7));
        let start = P { x: 0.3, y: 0.9 };
        near(
            of_a_copy_grad(&start, 0.7),
            slope(|x| of_a_copy(&start, x), 0.7),
        );
        // 35 % 11 = 2, 14 % 11 = 3
        assert_eq!(of_an_integer_grad(2.0), 2.0 + 3.0 * 4.0);
    }
}

fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
}

#[test]
fn of_variables() {
    near(pushed_and_popped_grad(0.7), slope(pushed_and_popped, 0.7));
    let (dx, dy) = shortened_grad(0.7, 1.3);
    near(dx, slope(|x| shortened(x, 1.3), 0.7));
    near(dy, slope(|y| shortened(0.7, y), 1.3));
}

#[test]
fn of_parameters() {
    let start = || Buffer {
        w: vec![0.4, 0.5, 0.6],
        ps: vec![P { x: 0.7, y: 0.8 }, P { x: 0.9, y: 1.1 }],
        k: 1.2,
    };
    let weights = [0.3, -0.7, 0.9, 1.1, 0.2, -0.4, 0.5];
    let f = |flat: &[f64]| {
        let mut b = start();
        b.set_flat(&flat[1..]);
        of_a_caller(&mut b, flat[0]);
        let state = b.to_flat();
        state.iter().zip(weights).map(|(a, b)| a * b).sum::<f64>()
    };
    let gradient = |flat: &[f64]| {
        let mut b = start();
        b.set_flat(&flat[1..]);
        // As long as what is left at the end.
        let mut cotangent = Buffer {
            w: vec![0.0; 2],
            ..b.clone()
        };
        cotangent.set_flat(&weights);
        let dx = of_a_caller_vjp(&mut b, flat[0], &mut cotangent);
        [vec![dx], cotangent.to_flat()].concat()
    };
    let at = [vec![0.3], start().to_flat()].concat();
    if let Err(mismatch) = check::gradient(f, gradient, &at) {
        panic!("{mismatch}");
    }
}

/// What is left in an output has another shape than what was there, in all modes.
mod outputs {
    use super::*;
    use autodiff::Real;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Phase<T> {
        Idle,
        Moving { speed: T },
        Done(T, T),
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Robot<T> {
        phase: Phase<T>,
        seen: Vec<T>,
        steps: usize,
    }

    #[differentiate(jvp, vjp)]
    fn step<T: Real>(robot: &mut Robot<T>, x: T) -> T {
        robot.steps += 1;
        robot.seen.push(x * x);
        robot.phase = match &robot.phase {
            Phase::Idle => Phase::Moving { speed: x },
            Phase::Moving { speed } => Phase::Done(*speed * x, x),
            Phase::Done(..) => Phase::Idle,
        };
        match &robot.phase {
            Phase::Idle => x,
            Phase::Moving { speed } => *speed * *speed,
            Phase::Done(a, b) => *a * *b * robot.seen[0],
        }
    }

    fn start(phase: Phase<f64>) -> Robot<f64> {
        Robot {
            phase,
            seen: vec![1.5],
            steps: 0,
        }
    }

    #[test]
    fn modes_agree() {
        let (x, dx, seed) = (0.7, 0.3, 1.1);
        for (phase, tangent) in [
            (Phase::Idle, Phase::Idle),
            (Phase::Moving { speed: 0.4 }, Phase::Moving { speed: -0.6 }),
            (Phase::Done(0.2, 0.9), Phase::Done(0.1, 0.5)),
        ] {
            let mut value = start(phase.clone());
            let result = step(&mut value, x);

            let mut forward = start(phase.clone());
            let mut along = start(tangent);
            let before = along.to_flat();
            let (also, slope) = step_jvp(&mut forward, x, &mut along, dx);
            assert_eq!((&forward, also), (&value, result));

            let mut reverse = start(phase.clone());
            // A cotangent of what is left.
            let mut back = value.map(|_| 0.8);
            let cotangent = back.to_flat();
            let (again, by_x) = step_vjp(&mut reverse, x, seed, &mut back);
            assert_eq!((&reverse, again), (&value, result));
            let after = along.to_flat();
            assert_eq!(after.len(), cotangent.len());
            assert_eq!(before.len(), back.to_flat().len());
            let out: f64 = after.iter().zip(&cotangent).map(|(a, b)| a * b).sum();
            let into: f64 = before.iter().zip(back.to_flat()).map(|(a, b)| a * b).sum();
            near(seed * slope + out, into + by_x * dx);

            let by_x = step_grad(&mut start(phase.clone()), x);
            let f = |x| step(&mut start(phase.clone()), x);
            near(by_x, super::slope(f, x));
        }
    }

    #[test]
    #[should_panic(expected = "the buffer for `robot` has length 1, but `robot` has length 2")]
    fn a_cotangent_of_what_was_there() {
        let mut robot = start(Phase::Done(0.2, 0.9));
        let mut cotangent = start(Phase::Idle);
        step_vjp(&mut robot, 0.7, 1.0, &mut cotangent);
    }
}

/// `map` of arrays that are fields: the struct's definition says that they are.
mod mapped {
    use autodiff::{Differentiable, Real, differentiate};

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Model {
        weights: [f64; 3],
        rows: Vec<[f64; 2]>,
        table: [[f64; 2]; 2],
    }

    #[differentiate]
    fn f(m: &Model, a: f64) -> f64 {
        let scaled = m.weights.map(|w| w * a);
        let row = m.rows[0].map(|w| w + scaled[2]);
        let products = m.table.map(|[p, q]| p * q);
        scaled[0] * scaled[1] * products[0] + products[1] * row[0] * row[1]
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Generic<T> {
        weights: [T; 3],
        counts: [usize; 2],
    }

    impl<T: Real> Generic<T> {
        #[differentiate(wrt(self, a), hessian)]
        fn value(&self, a: T) -> T {
            let scaled = self.weights.map(|w| w * a);
            let mut copy = self.clone();
            copy.weights = copy.weights.map(|w| w * w);
            let counts = self.counts.map(|n| n + 1);
            scaled[0] * scaled[1] * copy.weights[2] * T::from_f64(counts[1] as f64)
        }
    }

    #[test]
    fn agrees() {
        let model = |v: &[f64]| Model {
            weights: [v[0], v[1], v[2]],
            rows: vec![[v[3], v[4]]],
            table: [[v[5], v[6]], [v[7], v[8]]],
        };
        let point = [0.4, 1.2, -0.7, 0.9, 1.1, -0.3, 0.8, 1.4, 0.6, 1.3];
        let (by_m, by_a) = f_grad(&model(&point), 1.3);
        super::super::agrees(
            |v| f(&model(v), v[9]),
            [by_m.to_flat(), vec![by_a]].concat(),
            &point,
        );
        let generic = |v: &[f64]| Generic {
            weights: [v[0], v[1], v[2]],
            counts: [1, 2],
        };
        let gradient = |v: &[f64]| {
            let (own, by_a) = generic(v).value_grad(v[3]);
            [own.weights.to_vec(), vec![by_a]].concat()
        };
        let point = [0.4, 1.2, -0.7, 1.3];
        super::super::agrees(|v| generic(v).value(v[3]), gradient(&point), &point);
        let hessian = generic(&point).value_hessian(1.3);
        for i in 0..4 {
            super::super::agrees(|v| gradient(v)[i], hessian.row(i).to_vec(), &point);
        }
    }
}

/// Copies of parts of a struct that no type is known of here.
#[test]
fn parts_become_vectors() {
    mod hidden {
        #[derive(Clone, Debug, autodiff::Differentiable)]
        pub struct Layer<T> {
            pub bias: [T; 3],
            pub weights: Vec<T>,
            pub rows: [[T; 2]; 2],
        }
    }
    use hidden::Layer;

    #[differentiate(jvp)]
    fn f(layer: &Layer<f64>, x: f64) -> f64 {
        let head = layer.weights[..2].to_vec();
        let all: Vec<f64> = layer.weights.to_vec();
        let bias = layer.bias[1..].to_owned();
        let row = Vec::from(&layer.rows[1][..]);
        head.iter().zip(&all).map(|(a, b)| a * b).sum::<f64>() * x + bias[1] * row[0] * all[2]
    }
    let layer = Layer {
        bias: [0.1, 0.2, 0.3],
        weights: vec![0.4, 0.5, 0.6],
        rows: [[0.7, 0.8], [0.9, 1.1]],
    };
    let (slope, by_x) = f_grad(&layer, 0.5);
    assert_eq!(slope.bias, [0.0, 0.0, 0.9 * 0.6]);
    assert_eq!(slope.weights, [0.4, 0.5, 0.3 * 0.9]);
    assert_eq!(slope.rows, [[0.0, 0.0], [0.3 * 0.6, 0.0]]);
    near(by_x, 0.41);
    let along = Layer {
        weights: vec![1.0, 0.0, 0.0],
        bias: [0.0; 3],
        rows: [[0.0; 2]; 2],
    };
    assert_eq!(f_jvp(&layer, 0.5, &along, 0.0).1, 0.4);
}
