//! Options of floats: as parameters, and as fields of structs.

use super::near;
use autodiff::{Differentiable, differentiate};

#[differentiate]
fn scaled(x: f64, scale: Option<f64>) -> f64 {
    x * scale.unwrap_or(1.0) + scale.map_or(0.0, |s| s * s)
}

#[differentiate]
fn taken_apart(x: f64, k: &Option<f64>) -> f64 {
    match k {
        Some(k) if *k > 0.0 => k * x * x,
        Some(k) => x * k,
        None => x,
    }
}

#[differentiate]
fn asked(x: f64, k: Option<[f64; 2]>) -> f64 {
    if k.is_none() {
        return x * x;
    }
    let Some([a, b]) = k else { return 0.0 };
    a * b * x
}

#[differentiate]
fn passed_on(x: f64, k: Option<f64>) -> f64 {
    scaled(x * x, k) + taken_apart(x, &k)
}

/// A constant, printed and asked what the macro need not understand.
#[differentiate(wrt(x))]
fn constant(x: f64, k: Option<f64>) -> f64 {
    assert!(k.is_none_or(|k| k < 1e9), "{k:?}");
    let label = format!("{k:?}");
    k.unwrap_or(3.0) * x * label.len() as f64
}

#[test]
fn of_parameters() {
    assert_eq!(constant_grad(2.0, Some(5.0)), 5.0 * 9.0);
    assert_eq!(constant_grad(2.0, None), 3.0 * 4.0);
    assert_eq!(scaled_grad(3.0, Some(2.0)), (2.0, Some(7.0)));
    assert_eq!(scaled_grad(3.0, None), (1.0, None));
    assert_eq!(taken_apart_grad(3.0, &Some(2.0)), (12.0, Some(9.0)));
    assert_eq!(taken_apart_grad(3.0, &Some(-2.0)), (-2.0, Some(3.0)));
    assert_eq!(taken_apart_grad(3.0, &None), (1.0, None));
    assert_eq!(
        asked_grad(3.0, Some([5.0, 7.0])),
        (35.0, Some([21.0, 15.0]))
    );
    assert_eq!(asked_grad(3.0, None), (6.0, None));
    // k x² + k² + k x²
    assert_eq!(passed_on_grad(3.0, Some(2.0)), (24.0, Some(22.0)));
    assert_eq!(passed_on_grad(3.0, None), (7.0, None));
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Model {
    damping: Option<f64>,
    name: Option<String>,
    pair: Option<[f64; 2]>,
}

impl Model {
    #[differentiate(wrt(self, x))]
    fn value(&self, x: f64) -> f64 {
        let damping = self.damping.unwrap_or(1.0);
        let Some(p) = &self.pair else {
            return damping * x;
        };
        damping * p[0] * p[1] * x
    }

    #[differentiate(wrt(self, x))]
    fn asked(&self, x: f64) -> f64 {
        if self.pair.is_none() || self.name.is_none() {
            return x * self.damping.unwrap();
        }
        x * self.pair.unwrap()[1] * self.damping.map_or(1.0, |d| d * d)
    }

    #[differentiate(wrt(self, x))]
    fn heated(&mut self, x: f64) -> f64 {
        if let Some(d) = &mut self.damping {
            *d *= x;
        }
        self.value(x)
    }
}

#[test]
fn of_fields() {
    let model = Model {
        damping: Some(2.0),
        name: Some("m".into()),
        pair: Some([3.0, 5.0]),
    };
    let (by_model, by_x) = model.value_grad(7.0);
    assert_eq!(
        (by_model.damping, by_model.pair),
        (Some(105.0), Some([70.0, 42.0]))
    );
    assert_eq!((by_model.name.as_deref(), by_x), (Some("m"), 30.0));
    let none = Model {
        pair: None,
        ..model.clone()
    };
    let (by_model, by_x) = none.value_grad(7.0);
    assert_eq!(
        (by_model.damping, by_model.pair, by_x),
        (Some(7.0), None, 2.0)
    );
    let (by_none, by_x) = none.asked_grad(7.0);
    assert_eq!((by_none.damping, by_x), (Some(7.0), 2.0));
    let (by_model, by_x) = model.asked_grad(7.0);
    assert_eq!(by_model.damping, Some(7.0 * 5.0 * 4.0));
    assert_eq!((by_model.pair, by_x), (Some([0.0, 28.0]), 20.0));
    // d x p₀ p₁ x
    near(model.clone().heated_grad(7.0), 2.0 * 2.0 * 7.0 * 15.0);
}

/// Options in memory, moved into variables, chosen and combined: what is not there is not read.
mod in_memory {
    use super::*;

    #[differentiate]
    fn reassigned(x: f64, s: Option<f64>) -> f64 {
        let mut t = s;
        if x > 5.0 {
            t = Some(x);
        }
        t.unwrap_or(x * x)
    }

    #[differentiate]
    fn assigned(x: f64, s: Option<f64>) -> f64 {
        let mut t = None;
        if x < 5.0 {
            t = s;
        }
        t.unwrap_or(x * x)
    }

    #[differentiate]
    fn chosen(x: f64, s: Option<f64>) -> f64 {
        let t = if x > 5.0 { Some(x) } else { s };
        let u = if x < 5.0 { s } else { Some(x) };
        t.zip(u).map_or_else(|| x * x, |(t, u)| t * u * x)
    }

    #[differentiate]
    #[allow(clippy::clone_on_copy)]
    fn copied(x: f64, s: Option<f64>) -> f64 {
        let t = s.clone();
        let u = s.as_ref();
        u.copied().or(t).unwrap_or(x * x) * x
    }

    #[differentiate]
    fn in_a_tuple(x: f64, s: Option<f64>) -> f64 {
        let pair = (s, x);
        pair.0.unwrap_or(x * x) * pair.1
    }

    /// What is filtered out is not passed on.
    #[differentiate]
    fn filtered(x: f64, s: Option<f64>) -> f64 {
        chosen(x, s.filter(|v| *v > 5.0)) + x
    }

    #[differentiate]
    fn passed(x: f64, s: Option<f64>) -> f64 {
        let t = if x > 2.0 { Some(x * 3.0) } else { None };
        copied(x, t) + copied(x, Some(x)) * copied(x, None) + copied(x, s)
    }

    #[differentiate]
    #[allow(clippy::unnecessary_lazy_evaluations)]
    fn inserted(x: f64, s: Option<f64>) -> f64 {
        let mut t = s;
        *t.get_or_insert(x) *= x;
        let first = t.take();
        *t.get_or_insert_with(|| x * x) += 1.0;
        *t.insert(t.unwrap() * x) += x;
        let third = t.replace(x);
        first.unwrap() * t.unwrap() * third.unwrap()
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Slot {
        held: Option<f64>,
    }

    #[differentiate]
    fn inserted_in_a_field(x: f64, s: Option<f64>) -> f64 {
        let mut slot = Slot { held: s };
        *slot.held.get_or_insert(x) *= x;
        let first = slot.held.take();
        *slot.held.insert(x * x) += 1.0;
        let second = slot.held.replace(x);
        first.unwrap() * slot.held.unwrap() * second.unwrap()
    }

    #[differentiate]
    fn listed(x: f64, s: Option<f64>) -> f64 {
        let mut sum = x;
        for v in s.iter() {
            sum *= v;
        }
        let whole = [x, x * x].iter().chain(&s).sum::<f64>();
        let nested = Some(s);
        let one = nested.flatten().xor(None).and(Some(x));
        one.inspect(|v| assert!(*v < 1e9)).map_or(sum, |v| v * sum) + whole * x
    }

    #[differentiate]
    fn kept(x: f64, s: Option<f64>) -> f64 {
        let mut slots = [Some(x), None, s];
        if x > 1.0 {
            slots[1] = Some(x * x);
        }
        let mut list: Vec<Option<f64>> = Vec::new();
        for slot in slots {
            list.push(slot.map(|v| v * x));
        }
        list.iter().flatten().sum::<f64>() + list[2].unwrap_or(1.0) * x
    }

    #[test]
    fn with_and_without() {
        type Function = fn(f64, Option<f64>) -> f64;
        type Gradient = fn(f64, Option<f64>) -> (f64, Option<f64>);
        let functions: [(&str, Function, Gradient); 10] = [
            ("reassigned", reassigned, reassigned_grad),
            ("assigned", assigned, assigned_grad),
            ("chosen", chosen, chosen_grad),
            ("copied", copied, copied_grad),
            ("in_a_tuple", in_a_tuple, in_a_tuple_grad),
            ("filtered", filtered, filtered_grad),
            ("passed", passed, passed_grad),
            ("inserted", inserted, inserted_grad),
            ("in a field", inserted_in_a_field, inserted_in_a_field_grad),
            ("listed", listed, listed_grad),
        ];
        let slope = |f: &dyn Fn(f64) -> f64, x: f64| (f(x + 1e-5) - f(x - 1e-5)) / 2e-5;
        for (name, f, gradient) in
            functions
                .into_iter()
                .chain([("kept", kept as Function, kept_grad as Gradient)])
        {
            for x in [0.7, 3.0, 6.0] {
                let (by_x, by_s) = gradient(x, None);
                super::super::near_as(name, by_x, slope(&|x| f(x, None), x));
                assert_eq!(by_s, None, "{name}");
                for s in [2.0, 7.0] {
                    let (by_x, by_s) = gradient(x, Some(s));
                    super::super::near_as(name, by_x, slope(&|x| f(x, Some(s)), x));
                    super::super::near_as(name, by_s.unwrap(), slope(&|s| f(x, Some(s)), s));
                }
            }
        }
    }
}

/// A controller that remembers the last error.
#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Controller {
    last: Option<f64>,
    gain: f64,
}

impl Controller {
    #[differentiate(wrt(self, input))]
    fn step(&mut self, input: f64) -> f64 {
        let error = input * self.gain;
        let change = match self.last {
            Some(last) => error - last,
            None => 0.0,
        };
        self.last = Some(error * error);
        error + 3.0 * change
    }
}

#[differentiate]
fn controlled(gain: f64, inputs: &[f64]) -> f64 {
    let mut controller = Controller { last: None, gain };
    let mut copy = Controller {
        last: Some(gain),
        ..controller.clone()
    };
    let mut sum = 0.0;
    for input in inputs {
        sum += controller.step(*input) * copy.step(sum);
        if sum > 100.0 {
            controller.last = None;
        }
    }
    sum + controller.last.unwrap_or(gain)
}

#[test]
fn remembered() {
    let inputs = [0.3, 1.2, -0.4];
    let at = |v: &[f64]| controlled(v[0], &v[1..]);
    let (by_gain, by_inputs) = controlled_grad(0.8, &inputs);
    super::agrees(
        at,
        [vec![by_gain], by_inputs].concat(),
        &[0.8, 0.3, 1.2, -0.4],
    );
    // The cotangent of what is remembered goes to the input, the one before gets what the method read of it.
    let mut controller = Controller {
        last: Some(1.0),
        gain: 2.0,
    };
    let mut own = Controller {
        last: Some(1.0),
        gain: 0.0,
    };
    let (value, by_input) = controller.step_vjp(3.0, 1.0, &mut own);
    assert_eq!((value, controller.last), (6.0 + 3.0 * 5.0, Some(36.0)));
    assert_eq!(by_input, 4.0 * 2.0 + 2.0 * 6.0 * 2.0);
    assert_eq!(
        (own.last, own.gain),
        (Some(-3.0), 4.0 * 3.0 + 2.0 * 6.0 * 3.0)
    );
}

/// Update syntax over a field that is of another length or variant.
mod updated {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    enum Kind {
        Scaled(f64),
        Plain,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Model {
        kind: Kind,
        weights: Vec<f64>,
        bias: f64,
    }

    #[differentiate]
    fn f(m: &Model, x: f64) -> f64 {
        let mut other = Model {
            kind: Kind::Plain,
            weights: vec![x, x * x, m.bias],
            ..m.clone()
        };
        let start = other.bias * other.weights[1];
        other.kind = m.kind.clone();
        let scale = match other.kind {
            Kind::Scaled(s) => s,
            Kind::Plain => x,
        };
        scale * start + m.weights[0] * other.weights[2]
    }

    #[test]
    fn agrees() {
        let at = |v: &[f64]| Model {
            kind: Kind::Scaled(v[0]),
            weights: vec![v[1]],
            bias: v[2],
        };
        let point = [2.0, 0.5, -1.5, 0.7];
        let (by_m, by_x) = f_grad(&at(&point), 0.7);
        super::super::agrees(
            |v| f(&at(v), v[3]),
            [by_m.to_flat(), vec![by_x]].concat(),
            &point,
        );
        let plain = Model {
            kind: Kind::Plain,
            ..at(&point)
        };
        // b x² x + w b
        let (by_m, by_x) = f_grad(&plain, 0.7);
        near(by_x, 3.0 * 0.49 * -1.5);
        near(by_m.bias, 0.343 + 0.5);
        assert_eq!(by_m.kind, Kind::Plain);
    }
}

#[derive(Clone, Differentiable)]
struct Point {
    x: f64,
    y: f64,
}

/// Built in a macro only.
#[differentiate]
fn in_a_macro(a: f64, b: f64) -> f64 {
    if matches!((Point { x: a, y: b }), Point { x, y } if x > y) {
        a * b
    } else {
        b
    }
}

#[test]
fn structs_in_macros() {
    assert_eq!(in_a_macro_grad(3.0, 2.0), (2.0, 3.0));
    assert_eq!(in_a_macro_grad(1.0, 2.0), (0.0, 1.0));
}

/// What may not be there is read only if it is, whatever becomes of the `Option`.
mod elements {
    use autodiff::differentiate;

    #[differentiate]
    fn bound(x: &[f64], n: usize) -> f64 {
        let (kept, first) = (x.get(n).copied(), x.first().copied());
        let mut sum = 0.0;
        for _ in 0..2 {
            sum += kept.map_or(0.5, |z| z * z);
        }
        sum * first.unwrap_or(0.1) + kept.unwrap_or(0.3)
    }

    #[differentiate]
    fn chosen(x: &[f64], n: usize) -> f64 {
        let borrowed = if n > 0 { x.get(n) } else { None };
        let copied = match n {
            0 => x.first().copied(),
            3 => Some(x[0]),
            _ => x.get(n).copied(),
        };
        borrowed.copied().unwrap_or(x[0]) * copied.unwrap_or(0.3)
    }

    #[differentiate]
    fn assigned(x: &[f64], n: usize) -> f64 {
        let mut found = x.get(n);
        let mut last = None;
        for i in 0..3 {
            last = x.get(n + i).copied();
        }
        if n == 2 {
            found = x.last();
        }
        match found {
            Some(v) => v * v * last.unwrap_or(0.7),
            None => x[0],
        }
    }

    #[differentiate]
    fn taken(x: &[f64], n: usize) -> f64 {
        let mut kept = x.get(n).copied();
        let before = kept.take();
        kept = x.get(n + 1).copied();
        let after = kept.replace(x[0] * 2.0);
        before.unwrap_or(0.1) * after.unwrap_or(x[0]) + kept.unwrap_or(0.0)
    }

    #[differentiate]
    fn combined(x: &[f64], n: usize) -> f64 {
        let either = x.get(n).copied().or(x.get(1).copied());
        let both = x.get(n).zip(x.get(n + 1));
        let rest = x.split_first();
        either.unwrap_or(0.5) * both.map_or(x[0], |(a, b)| a * b)
            + rest.map_or(0.0, |(head, tail)| head * tail.iter().sum::<f64>())
    }

    #[differentiate]
    fn repeated(x: &[f64], n: usize) -> f64 {
        let (mut sum, mut last) = (0.0, x.last().copied());
        while let Some(v) = last {
            sum += v * v;
            last = if sum < 0.5 { x.get(n).copied() } else { None };
        }
        sum * x[0]
    }

    #[test]
    fn that_may_not_exist() {
        type Form = (
            fn(&[f64], usize) -> f64,
            fn(&[f64], usize) -> (f64, Vec<f64>),
        );
        let forms: [Form; 6] = [
            (bound, bound_value_and_grad),
            (chosen, chosen_value_and_grad),
            (assigned, assigned_value_and_grad),
            (taken, taken_value_and_grad),
            (combined, combined_value_and_grad),
            (repeated, repeated_value_and_grad),
        ];
        for (which, (value, both)) in forms.into_iter().enumerate() {
            for x in [&[0.6, -0.4, 0.3][..], &[0.9]] {
                for n in 0..5 {
                    let (primal, gradient) = both(x, n);
                    assert_eq!(primal, value(x, n), "{which}, n = {n}");
                    for (i, slope) in gradient.iter().enumerate() {
                        let at = |step: f64| {
                            let mut moved = x.to_vec();
                            moved[i] += step;
                            value(&moved, n)
                        };
                        let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
                        assert!(
                            (slope - difference).abs() < 1e-8,
                            "{which}, n = {n}, {i}: {slope}, not {difference}"
                        );
                    }
                }
            }
        }
    }

    #[differentiate]
    fn vectors(x: &[Vec<f64>], n: usize) -> f64 {
        let row: Option<Vec<f64>> = x.get(n).cloned();
        match row {
            Some(row) => row.iter().map(|a| a * a).sum(),
            None => x[0][0],
        }
    }

    #[test]
    fn that_own_memory() {
        let x = [vec![0.3, 0.4]];
        assert_eq!(vectors_grad(&x, 0), [[0.6, 0.8]]);
        assert_eq!(vectors_grad(&x, 1), [[1.0, 0.0]]);
    }
}
