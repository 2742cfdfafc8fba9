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
