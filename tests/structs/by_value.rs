//! Methods that take `self` by value, of types that are not `Copy`: whole, changed, taken apart, and called by others.

use super::agrees;
use autodiff::{Differentiable, Real, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Chain<T> {
    weights: Vec<T>,
    steps: usize,
}

impl<T: Real> Chain<T> {
    /// It moves a field out of `self`.
    #[differentiate(wrt(self, x), hessian, jvp)]
    fn product(self, x: T) -> T {
        let mut product = x;
        for w in self.weights {
            product *= w;
        }
        product
    }

    #[differentiate(wrt(self, x), hessian)]
    fn changed(mut self, x: T) -> T {
        for _ in 0..self.steps {
            self.weights[0] *= x;
        }
        self.steps += 1;
        self.weights.push(x.sin());
        self.weights[0] * self.weights[1] + self.weights[2] * x
    }

    /// `self` is a constant, and holds what depends on `x` all the same.
    #[differentiate(hessian)]
    fn scaled(mut self, x: T) -> T {
        self.weights[0] *= x * x;
        self.weights[0] * self.weights[1]
    }

    #[differentiate(wrt(self), jacobian)]
    #[allow(clippy::needless_arbitrary_self_type)]
    fn ends(self: Self) -> [T; 2] {
        let last = self.weights[self.weights.len() - 1];
        [self.weights[0] * last, last.exp()]
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    rates: Vec<f64>,
    scale: f64,
}

impl Model {
    #[differentiate(wrt(self), vjp)]
    fn normalized(self, n: usize) -> Vec<f64> {
        let total: f64 = self.rates.iter().sum();
        let scale = self.scale;
        self.rates
            .into_iter()
            .take(n)
            .map(|r| scale * r / total)
            .collect()
    }

    #[differentiate(wrt(self, x))]
    fn grown(mut self, x: f64) -> f64 {
        for r in &mut self.rates {
            *r = r.powf(x);
        }
        let first = self.rates[0];
        first * self.normalized(2)[1]
    }

    #[differentiate]
    fn of_constant(mut self, x: f64) -> f64 {
        self.scale += x * x;
        self.scale * self.rates[1]
    }
}

#[differentiate(hessian)]
fn whole(chain: &Chain<f64>, x: f64) -> f64 {
    let mut sum = 0.0;
    for k in 0..3 {
        let shifted = x + k as f64;
        sum += chain.clone().product(shifted) * Chain::changed(chain.clone(), x);
    }
    let mut copy = chain.clone();
    copy.weights[1] = x;
    sum + copy.changed(x) + chain.weights[0]
}

#[differentiate]
fn models(m: Model, x: f64) -> f64 {
    let rate = m.rates[0];
    Model {
        scale: x * m.scale,
        ..m
    }
    .grown(x)
        * rate
}

fn chain() -> Chain<f64> {
    Chain {
        weights: vec![1.5, -0.7],
        steps: 2,
    }
}

fn with(flat: &[f64]) -> Chain<f64> {
    Chain {
        weights: flat[..2].to_vec(),
        steps: 2,
    }
}

const AT: [f64; 3] = [1.5, -0.7, 0.8];

#[test]
fn gradients() {
    let (own, by_x) = chain().product_grad(0.8);
    assert_eq!(own.steps, 2);
    agrees(
        |v| with(v).product(v[2]),
        [own.weights, vec![by_x]].concat(),
        &AT,
    );
    let (value, (own, by_x)) = chain().changed_value_and_grad(0.8);
    assert_eq!(value, chain().changed(0.8));
    agrees(
        |v| with(v).changed(v[2]),
        [own.weights, vec![by_x]].concat(),
        &AT,
    );
    agrees(
        |v| chain().scaled(v[0]),
        vec![chain().scaled_grad(0.8)],
        &[0.8],
    );
    let (own, by_x) = whole_grad(&chain(), 0.8);
    agrees(
        |v| whole(&with(v), v[2]),
        [own.weights, vec![by_x]].concat(),
        &AT,
    );
    let mut buffer = (chain(), 0.0);
    chain().changed_grad_into(0.8, &mut buffer.0, &mut buffer.1);
    assert_eq!(buffer, chain().changed_grad(0.8));
}

/// The gradients of gradients, by differences.
#[test]
fn higher_orders() {
    fn rows(gradient: impl Fn(&[f64]) -> Vec<f64>, hessian: &autodiff::Matrix) {
        for i in 0..3 {
            agrees(|v| gradient(v)[i], hessian.row(i).to_vec(), &AT);
        }
    }
    let flat = |(own, by_x): (Chain<f64>, f64)| [own.weights, vec![by_x]].concat();
    rows(
        |v| flat(with(v).product_grad(v[2])),
        &chain().product_hessian(0.8),
    );
    rows(
        |v| flat(with(v).changed_grad(v[2])),
        &chain().changed_hessian(0.8),
    );
    rows(
        |v| flat(whole_grad(&with(v), v[2])),
        &whole_hessian(&chain(), 0.8),
    );
    let second = chain().scaled_hessian(0.8)[0][0];
    agrees(|v| chain().scaled_grad(v[0]), vec![second], &[0.8]);
    let direction = Chain {
        weights: vec![1.0, 0.0],
        steps: 2,
    };
    let (_, slope) = chain().product_jvp(0.8, direction, 0.0);
    assert_eq!(slope, chain().product_grad(0.8).0.weights[0]);
    let jacobian = chain().ends_jacobian();
    for i in 0..2 {
        agrees(|v| with(v).ends()[i], jacobian.row(i).to_vec(), &AT[..2]);
    }
}

#[test]
fn of_one_float_type() {
    let model = |v: &[f64]| Model {
        rates: v[..3].to_vec(),
        scale: v[3],
    };
    let at = [0.5, 1.5, 2.5, 3.0, 0.8];
    let weights = vec![2.0, -1.0];
    let (value, own) = model(&at).normalized_vjp(2, weights.clone());
    assert_eq!(value, model(&at).normalized(2));
    let weighed = |v: &[f64]| -> f64 {
        model(v)
            .normalized(2)
            .iter()
            .zip(&weights)
            .map(|(a, w)| a * w)
            .sum()
    };
    agrees(weighed, own.to_flat(), &at[..4]);
    let (own, by_x) = model(&at).grown_grad(0.8);
    agrees(
        |v| model(v).grown(v[4]),
        [own.to_flat(), vec![by_x]].concat(),
        &at,
    );
    let slope = model(&at).of_constant_grad(0.8);
    agrees(|v| model(&at).of_constant(v[0]), vec![slope], &[0.8]);
    let (own, by_x) = models_grad(model(&at), 0.8);
    agrees(
        |v| models(model(v), v[4]),
        [own.to_flat(), vec![by_x]].concat(),
        &at,
    );
}
