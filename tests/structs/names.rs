//! Methods of the user's that have the names of methods of slices, iterators and floats: the type they are called on decides.

use super::agrees;
use autodiff::{Differentiable, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Series {
    values: Vec<f64>,
    scale: f64,
}

impl Series {
    #[differentiate(wrt(self))]
    fn first(&self) -> f64 {
        self.values[0] * self.scale
    }

    #[differentiate(wrt(self))]
    fn last(&self) -> f64 {
        self.values[self.values.len() - 1] + self.scale
    }

    #[differentiate(wrt(self))]
    fn get(&self, i: usize) -> f64 {
        self.values[i].sin() * self.scale
    }

    #[differentiate(wrt(self))]
    fn sum(&self) -> f64 {
        self.values.iter().sum::<f64>() * self.scale
    }

    #[differentiate(wrt(self))]
    fn sqrt(&self) -> f64 {
        self.scale.sqrt()
    }

    #[differentiate(wrt(self))]
    fn norm(&self) -> f64 {
        self.values.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    #[differentiate(wrt(self, other))]
    fn dot(&self, other: &Series) -> f64 {
        self.values[0] * other.values[1] * self.scale
    }

    #[differentiate(wrt(self, x))]
    fn max(&self, x: f64) -> f64 {
        self.scale * x * x
    }

    #[differentiate(wrt(self, x))]
    fn map(&self, x: f64) -> Series {
        let mut mapped = self.clone();
        mapped.scale *= x;
        mapped
    }

    #[differentiate(wrt(self, x))]
    fn push(&mut self, x: f64) {
        self.values[0] += x * self.scale;
    }

    fn len(&self) -> usize {
        10 + self.values.len()
    }

    fn is_empty(&self) -> bool {
        self.len() > 10
    }
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    one: Series,
    pair: (Series, f64),
    all: Vec<Series>,
}

fn series(flat: &[f64]) -> Series {
    Series {
        values: flat[..2].to_vec(),
        scale: flat[2],
    }
}

fn model(flat: &[f64]) -> Model {
    Model {
        one: series(flat),
        pair: (series(&flat[3..]), flat[6]),
        all: vec![series(&flat[7..]), series(&flat[10..])],
    }
}

#[differentiate]
fn of_a_parameter(p: &Series, x: f64) -> f64 {
    let mut q = p.clone();
    q.push(x * x);
    let length = if p.is_empty() { p.len() } else { 1 };
    q.first() * p.last()
        + p.get(1) * p.sum()
        + p.sqrt() * q.norm()
        + p.dot(&q) * p.max(x)
        + p.map(x).first() * length as f64
}

#[differentiate]
fn of_fields(p: &Model) -> f64 {
    let mut total = p.one.first() * p.pair.0.last() + p.one.dot(&p.pair.0) * p.pair.1;
    for q in &p.all {
        total += q.first() * q.norm();
    }
    total + p.all.iter().map(|q| q.get(1) * q.sqrt()).sum::<f64>() * p.all[1].sum()
}

#[differentiate]
fn of_elements(p: &[Series]) -> f64 {
    let Some(first) = p.first() else { return 0.0 };
    first.first() * p[1].first() + p.iter().map(|q| q.sum()).sum::<f64>() * first.norm()
}

#[differentiate]
fn of_what_is_made(x: f64, y: f64) -> f64 {
    let made = Series {
        values: vec![x, y],
        scale: x * y,
    };
    made.first() * made.get(1) + made.map(y).sum() * Series::sqrt(&made)
}

impl Model {
    #[differentiate(wrt(self))]
    fn first(&self) -> f64 {
        self.one.first() * self.pair.0.sum() + self.all[0].sqrt()
    }
}

const AT: [f64; 13] = [
    0.3, 1.2, 0.7, -0.4, 0.9, 1.1, 0.8, 1.3, -0.6, 0.5, 0.2, 0.4, 1.7,
];

#[test]
fn of_parameters_and_fields() {
    let (p, x) = of_a_parameter_grad(&series(&AT), 0.6);
    let flat = [&p.to_flat()[..], &[x]].concat();
    let at = [&AT[..3], &[0.6]].concat();
    agrees(|v| of_a_parameter(&series(v), v[3]), flat, &at);

    let gradient = of_fields_grad(&model(&AT));
    agrees(|v| of_fields(&model(v)), gradient.to_flat(), &AT);

    let gradient = model(&AT).first_grad();
    agrees(|v| model(v).first(), gradient.to_flat(), &AT);
}

#[test]
fn of_elements_and_what_is_made() {
    let list = |v: &[f64]| vec![series(v), series(&v[3..])];
    let gradient = of_elements_grad(&list(&AT[..6])).to_flat();
    agrees(|v| of_elements(&list(v)), gradient, &AT[..6]);

    let (x, y) = of_what_is_made_grad(0.7, 1.3);
    agrees(|v| of_what_is_made(v[0], v[1]), vec![x, y], &[0.7, 1.3]);
}
