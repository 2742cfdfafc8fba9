//! Methods that change what they are called on, by the dot: of variables, fields, elements, results and `self`.

use super::near;
use autodiff::{Differentiable, Real, check, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Counter {
    sum: f64,
    all: Vec<f64>,
    count: usize,
}

impl Counter {
    #[differentiate(wrt(self, x))]
    fn add(&mut self, x: f64) -> f64 {
        self.sum += x * x;
        self.all[self.count % 2] *= x;
        self.count += 1;
        self.sum
    }

    #[differentiate(wrt(self))]
    fn total(&self) -> f64 {
        self.sum * self.all[0] + self.all[1]
    }

    #[differentiate(wrt(x))]
    fn starting(x: f64) -> Counter {
        Counter {
            sum: x,
            all: vec![1.0, x],
            count: 0,
        }
    }

    #[differentiate(wrt(self, other))]
    fn absorb(&mut self, other: &Counter) {
        self.sum *= other.sum;
        self.all[0] += other.all[1];
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Pair {
    first: Counter,
    rest: Vec<Counter>,
}

impl Pair {
    /// Methods of fields and elements, given other fields of the same `self`.
    #[differentiate(wrt(self, x))]
    fn advance(&mut self, x: f64) -> f64 {
        let mut product = self.first.add(x);
        for c in &mut self.rest {
            product += c.add(x * product);
        }
        self.first.add(self.rest[0].sum);
        self.rest[1].absorb(&self.first);
        self.first.absorb(&self.rest[1]);
        let last = self.rest.len() - 1;
        product * self.rest[last].add(self.first.sum)
    }

    #[differentiate(wrt(self))]
    fn total(&self) -> f64 {
        self.first.total() + self.rest.iter().map(|c| c.total()).sum::<f64>()
    }
}

/// Of a variable, in a loop, with an early exit.
#[differentiate]
fn of_a_variable(x: f64, n: usize) -> f64 {
    let mut c = Counter::starting(x);
    let mut product = 1.0;
    for k in 0..n {
        if k == 3 {
            c.add(product);
            break;
        }
        product *= c.add(x * k as f64) + 0.5;
    }
    product * c.total()
}

/// A result that nobody has given a name to, and one whose result nobody wants.
#[differentiate]
fn of_results(x: f64) -> f64 {
    let mut c = Counter::starting(x);
    let mut pair = Pair {
        first: c.clone(),
        rest: vec![c.clone(), Counter::starting(2.0 * x), c.clone()],
    };
    c.add(x);
    pair.advance(c.sum);
    Counter::starting(x * x).add(x) + pair.total() * c.total()
}

#[differentiate(vjp)]
fn of_a_parameter(pair: &mut Pair, x: f64) -> f64 {
    let first = pair.advance(x);
    if first > 1e9 {
        return first;
    }
    first * pair.first.add(first.tanh())
}

/// Everything it begins with is a constant.
#[differentiate(wrt(x))]
fn of_a_constant(start: &Counter, x: f64) -> f64 {
    let mut c = start.clone();
    c.add(2.0);
    c.add(x);
    c.total() * c.add(x)
}

fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    (f(x + 1e-6) - f(x - 1e-6)) / 2e-6
}

#[test]
fn of_variables_and_results() {
    for n in 0..6 {
        near(
            of_a_variable_grad(0.7, n),
            slope(|x| of_a_variable(x, n), 0.7),
        );
    }
    near(of_results_grad(0.7), slope(of_results, 0.7));
    let start = Counter::starting(0.3);
    near(
        of_a_constant_grad(&start, 0.7),
        slope(|x| of_a_constant(&start, x), 0.7),
    );
}

#[test]
fn of_parameters() {
    let start = || Pair {
        first: Counter::starting(0.4),
        rest: vec![Counter::starting(0.5), Counter::starting(0.6)],
    };
    let weights: Vec<f64> = (0..9).map(|k| (k as f64).cos()).collect();
    let f = |flat: &[f64]| {
        let mut pair = start();
        pair.set_flat(&flat[1..]);
        let result = of_a_parameter(&mut pair, flat[0]);
        let state = pair.to_flat();
        0.8 * result + state.iter().zip(&weights).map(|(a, b)| a * b).sum::<f64>()
    };
    let gradient = |flat: &[f64]| {
        let mut pair = start();
        pair.set_flat(&flat[1..]);
        let mut cotangent = pair.zeros_like();
        cotangent.set_flat(&weights);
        let (_, dx) = of_a_parameter_vjp(&mut pair, flat[0], 0.8, &mut cotangent);
        [vec![dx], cotangent.to_flat()].concat()
    };
    let at = [vec![0.2], start().to_flat()].concat();
    if let Err(mismatch) = check::gradient(f, gradient, &at) {
        panic!("{mismatch}");
    }
}

/// Over any number.
mod generic {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Mean<T> {
        sum: T,
        weight: T,
    }

    impl<T: Real> Mean<T> {
        #[differentiate(wrt(self, x))]
        fn add(&mut self, x: T, weight: usize) {
            self.sum += x * x;
            self.weight += T::from_f64(weight as f64) * x;
        }

        #[differentiate(wrt(self))]
        fn value(&self) -> T {
            self.sum / self.weight
        }
    }

    #[differentiate(hessian)]
    fn mean<T: Real>(xs: &[T]) -> T {
        let mut mean = Mean {
            sum: T::zero(),
            weight: T::one(),
        };
        for (k, x) in xs.iter().enumerate() {
            mean.add(*x, k);
        }
        mean.value()
    }

    #[test]
    fn orders() {
        let xs = [0.5, -0.3, 0.8];
        let gradient = mean_grad(&xs);
        check::gradient(mean, |_| gradient.clone(), &xs).unwrap();
        let hessian = mean_hessian(&xs);
        for k in 0..3 {
            let along = |t: f64| {
                let mut moved = xs;
                moved[k] += t;
                mean_grad(&moved)
            };
            let (up, down) = (along(1e-6), along(-1e-6));
            for j in 0..3 {
                near(hessian[(j, k)], (up[j] - down[j]) / 2e-6);
            }
        }
    }
}
