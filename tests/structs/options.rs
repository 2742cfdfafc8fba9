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
