//! Structs with lifetimes, written or left out, and other fields without floats: the gradient has them as they were.

use super::{agrees, near};
use autodiff::{Differentiable, differentiate};
use std::collections::HashMap;
use std::marker::PhantomData;

#[derive(Clone, Copy, PartialEq, Debug)]
enum Kind {
    Square,
    Plain,
}

#[derive(Clone, Debug, Differentiable)]
struct Term<'a> {
    weight: f64,
    name: &'a str,
    at: &'a [usize],
    kind: Kind,
}

#[derive(Clone, Debug, Differentiable)]
struct Scaled<'t, T> {
    by: T,
    of: PhantomData<&'t ()>,
}

#[differentiate]
fn term(term: &Term<'_>, x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for &i in term.at {
        sum += term.weight * x[i];
    }
    match term.kind {
        Kind::Square => sum * sum,
        Kind::Plain => sum * term.name.len() as f64,
    }
}

#[differentiate(hessian)]
fn left_out(scale: &Scaled<f64>, k: f64) -> f64 {
    scale.by * scale.by * k
}

#[differentiate(wrt(terms))]
fn last_two(terms: &[Term], x: &[f64]) -> f64 {
    let mut terms = terms.to_vec();
    terms.reverse();
    let last = terms[0].clone();
    term(&terms[1], x) * last.weight
}

impl Term<'_> {
    #[differentiate(wrt(self, x))]
    fn at_least(&self, x: f64, bound: f64) -> f64 {
        (self.weight * x).max(bound)
    }
}

#[test]
fn references_are_copied() {
    let x = vec![1.0, 2.0, 3.0];
    for kind in [Kind::Square, Kind::Plain] {
        let t = Term {
            weight: 0.7,
            name: "ab",
            at: &[0, 2, 2],
            kind,
        };
        let (gradient, by_x) = term_grad(&t, &x);
        assert_eq!(
            (gradient.name, gradient.at, gradient.kind),
            (t.name, t.at, kind)
        );
        let f = |v: &[f64]| {
            let weight = v[0];
            term(
                &Term {
                    weight,
                    ..t.clone()
                },
                &v[1..],
            )
        };
        agrees(
            f,
            [vec![gradient.weight], by_x].concat(),
            &[0.7, 1.0, 2.0, 3.0],
        );

        let (by_t, by_x) = t.at_least_grad(2.0, 0.5);
        assert_eq!((by_t.weight, by_x), (2.0, 0.7));

        let terms = [t.clone(), t.clone(), t.clone()];
        let gradient = last_two_grad(&terms, &x);
        near(gradient[0].weight, 0.0);
        near(gradient[2].weight, term(&t, &x));
        assert_eq!(gradient[1].name, "ab");
    }
}

#[test]
fn lifetimes_that_are_not_written() {
    let scale = Scaled {
        by: 3.0,
        of: PhantomData,
    };
    let (by_scale, by_k) = left_out_grad(&scale, 2.0);
    assert_eq!((by_scale.by, by_k), (12.0, 9.0));
    let hessian = left_out_hessian(&scale, 2.0);
    assert_eq!(hessian.as_slice(), [4.0, 6.0, 6.0, 0.0]);
}

#[derive(Clone, Debug, Differentiable)]
struct Named {
    value: f64,
    name: String,
    index: HashMap<String, usize>,
}

/// What is taken off a list needs a blank of its kind where there is nothing.
#[differentiate]
fn taken_off(list: Vec<Named>) -> f64 {
    let mut list = list;
    let mut product = 1.0;
    while let Some(last) = list.pop() {
        product *= last.value;
    }
    product
}

#[test]
fn strings_beside_floats() {
    let named = |value: f64| Named {
        value,
        name: "x".into(),
        index: HashMap::from([("a".into(), 1)]),
    };
    let gradient = taken_off_grad(vec![named(2.0), named(3.0)]);
    assert_eq!((gradient[0].value, gradient[1].value), (3.0, 2.0));
    assert_eq!(
        (gradient[0].name.as_str(), gradient[1].index["a"]),
        ("x", 1)
    );
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Mixed {
    pair: (f64, (i32, [Point; 2])),
    list: Vec<(usize, f64)>,
    flags: [(f64, bool); 2],
}

/// Floats beside integers are among those that an optimiser sees.
#[test]
fn floats_beside_integers() {
    let point = Point { x: 1.0, y: 2.0 };
    let mixed = Mixed {
        pair: (0.5, (3, [point, point])),
        list: vec![(1, 7.0)],
        flags: [(8.0, true), (9.0, false)],
    };
    let flat = [0.5, 1.0, 2.0, 1.0, 2.0, 7.0, 8.0, 9.0];
    assert_eq!(mixed.to_flat(), flat);
    assert_eq!(mixed.zeros_like().to_flat(), [0.0; 8]);
    let mut moved = mixed.clone();
    moved.axpy(2.0, &mixed);
    assert_eq!(moved.to_flat(), flat.map(|x| 3.0 * x));
    assert_eq!((moved.list[0].0, moved.flags[0].1), (1, true));
}

#[derive(Clone, Debug, Differentiable)]
struct Triple<T>(T, [T; 2], (T, u8));

#[differentiate]
fn triples(list: &[Triple<f64>]) -> f64 {
    list.iter().map(|t| t.0 * t.1[1] * t.2.0).sum()
}

#[test]
fn numbers_of_its_own_beside_integers() {
    let list = vec![Triple(1.0, [2.0, 3.0], (4.0, 5))];
    let gradient = triples_grad(&list);
    assert_eq!(gradient.to_flat(), [12.0, 0.0, 4.0, 3.0]);
    assert_eq!(gradient[0].2.1, 5);
}

#[differentiate]
fn matched(list: &[Option<Point>]) -> f64 {
    let mut sum = 0.0;
    for entry in list {
        match entry {
            Some(Point { x, y: up }) if *x > 0.0 => sum += x * up,
            Some(point) => sum -= point.x,
            None => sum *= 2.0,
        }
    }
    sum
}

#[test]
fn names_of_fields_in_a_pattern_within_another() {
    let list = vec![
        Some(Point { x: 3.0, y: 4.0 }),
        None,
        Some(Point { x: -1.0, y: 5.0 }),
    ];
    let gradient = matched_grad(&list);
    let want = [
        Some(Point { x: 8.0, y: 6.0 }),
        None,
        Some(Point { x: -1.0, y: 0.0 }),
    ];
    assert_eq!(gradient, want);
}

/// What is left out of a struct over any number is a constant at all of them.
#[derive(Clone, Debug, Differentiable)]
struct Rated<T> {
    x: [T; 2],
    #[differentiable(skip)]
    rate: T,
}

#[differentiate(hessian, jvp)]
fn rated(r: &Rated<f64>) -> f64 {
    r.x[0] * r.x[0] * r.x[1] * r.rate
}

#[test]
fn left_out_at_other_numbers() {
    let r = Rated {
        x: [2.0, 3.0],
        rate: 0.5,
    };
    let gradient = rated_grad(&r);
    assert_eq!((gradient.x, gradient.rate), ([6.0, 2.0], 0.5));
    assert_eq!(r.to_flat(), [2.0, 3.0]);
    assert_eq!(rated_hessian(&r).as_slice(), [3.0, 2.0, 2.0, 0.0]);
    let tangent = Rated {
        x: [1.0, 0.0],
        rate: 100.0,
    };
    assert_eq!(rated_jvp(&r, &tangent), (6.0, 6.0));
}

/// Borrows what it does not own: data that is constant.
#[derive(Clone, Differentiable)]
struct Fit<'a> {
    slope: Vec<f64>,
    #[differentiable(skip)]
    data: &'a [f64],
}

#[differentiate]
fn distance(fit: &Fit, x: f64) -> f64 {
    let mut total = 0.0;
    for y in autodiff::stop_gradient(fit.data) {
        total += (fit.slope[0] * x - y).powi(2);
    }
    total
}

#[test]
fn constant_data_is_borrowed() {
    let data = [1.0, 2.0];
    let fit = Fit {
        slope: vec![3.0],
        data: &data,
    };
    let (by_fit, by_x) = distance_grad(&fit, 0.5);
    assert_eq!(by_fit.slope, [0.5 * 2.0 * (0.5 - 0.5)]);
    assert_eq!(by_fit.data, data);
    assert_eq!(by_x, 3.0 * 2.0 * (0.5 - 0.5));
    let (by_fit, by_x) = distance_grad(&fit, 1.0);
    assert_eq!(by_fit.slope, [2.0 * (2.0 + 1.0)]);
    assert_eq!(by_x, 3.0 * 2.0 * (2.0 + 1.0));
}

#[derive(Clone, Differentiable)]
struct Walk<'a> {
    at: f64,
    name: &'a str,
}

impl<'a> Walk<'a> {
    #[differentiate(wrt(self, x))]
    fn step(&mut self, x: f64) -> f64 {
        self.at *= x;
        self.at * self.at + self.name.len() as f64
    }
}

#[differentiate]
fn two_steps(walk: &Walk, x: f64) -> f64 {
    let mut walk = walk.clone();
    walk.step(x) + walk.step(x)
}

#[test]
fn methods_that_change_what_refers() {
    let walk = Walk {
        at: 3.0,
        name: "ab",
    };
    let mut cotangent = Walk {
        at: 10.0,
        name: "ab",
    };
    let (_, by_x) = walk.clone().step_vjp(2.0, 1.0, &mut cotangent);
    // (w x)² + 10 w x
    assert_eq!(by_x, 2.0 * 9.0 * 2.0 + 10.0 * 3.0);
    assert_eq!(cotangent.at, 2.0 * 3.0 * 4.0 + 10.0 * 2.0);
    // (w x)² + (w x²)²
    let (by_walk, by_x) = two_steps_grad(&walk, 2.0);
    assert_eq!(by_x, 2.0 * 9.0 * 2.0 + 4.0 * 9.0 * 8.0);
    assert_eq!(by_walk.at, 2.0 * 3.0 * 4.0 + 2.0 * 3.0 * 16.0);
}
