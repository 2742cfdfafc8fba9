//! The checks of CASES.md: the value is bit-identical, the gradient is right, calls repeat, cotangents scale.

use super::flat::{self, Flat};

/// The companions of a function with a float result. `P` are the differentiable inputs, `K` the others, `G` the gradient.
pub struct Scalar<'a, P, K, O, G> {
    pub primal: &'a dyn Fn(P, K) -> O,
    pub value_and_grad: &'a dyn Fn(P, K) -> (O, G),
    pub grad: &'a dyn Fn(P, K) -> G,
    pub grad_into: &'a dyn Fn(P, K, G) -> (O, G),
    pub vjp: &'a dyn Fn(P, K, O) -> (O, G),
}

/// The companions of a function with any other result.
pub struct Vector<'a, P, K, O, G> {
    pub primal: &'a dyn Fn(P, K) -> O,
    pub vjp: &'a dyn Fn(P, K, O) -> (O, G),
    pub vjp_into: &'a dyn Fn(P, K, O, G) -> (O, G),
}

/// What a buffer holds before a call: it must not matter.
const POISON: f64 = 7.7e77;

impl<P: Flat, K: Clone, O: Flat, G: Flat> Scalar<'_, P, K, O, G> {
    pub fn check(&self, point: P, fixed: K, expected: Option<(O, Vec<f64>)>) {
        let at = |call: &str| format!("{call} at {:?}", flat::list(&point));
        let primal = (self.primal)(point.clone(), fixed.clone());
        let (value, grad) = (self.value_and_grad)(point.clone(), fixed.clone());
        identical(&at("value of f_value_and_grad"), &value, &primal);

        let vjp = Vector {
            primal: self.primal,
            vjp: self.vjp,
            vjp_into: &|point, fixed, cotangent, _| (self.vjp)(point, fixed, cotangent),
        };
        let one = flat::with(&primal, &[1.0]);
        vjp.check(point.clone(), fixed.clone(), one.clone(), expected);
        let (_, pulled) = (self.vjp)(point.clone(), fixed.clone(), one);
        equal(
            &at("f_value_and_grad against f_vjp"),
            &flat::list(&grad),
            &flat::list(&pulled),
        );

        let again = (self.value_and_grad)(point.clone(), fixed.clone());
        identical(&at("second call"), &again, &(value, grad.clone()));
        identical(
            &at("f_grad"),
            &(self.grad)(point.clone(), fixed.clone()),
            &grad,
        );
        let (value, into) = (self.grad_into)(point.clone(), fixed.clone(), poisoned(&grad));
        identical(&at("value of f_grad_into"), &value, &primal);
        identical(&at("f_grad_into"), &into, &grad);
    }
}

impl<P: Flat, K: Clone, O: Flat, G: Flat> Vector<'_, P, K, O, G> {
    pub fn check(&self, point: P, fixed: K, cotangent: O, expected: Option<(O, Vec<f64>)>) {
        let at = |call: &str| format!("{call} at {:?}", flat::list(&point));
        let primal = (self.primal)(point.clone(), fixed.clone());
        let (value, grad) = (self.vjp)(point.clone(), fixed.clone(), cotangent.clone());
        identical(&at("value of f_vjp"), &value, &primal);
        let single = single_precision(&primal);
        if let Some((expected_value, expected_grad)) = &expected {
            close(
                &at("value"),
                &flat::list(&value),
                &flat::list(expected_value),
                single,
            );
            close(&at("gradient"), &flat::list(&grad), expected_grad, single);
        }
        self.against_differences(
            &point,
            &fixed,
            &cotangent,
            &grad,
            expected.is_some() || single,
        );

        let again = (self.vjp)(point.clone(), fixed.clone(), cotangent.clone());
        identical(&at("second call of f_vjp"), &again, &(value, grad.clone()));
        let into = (self.vjp_into)(
            point.clone(),
            fixed.clone(),
            cotangent.clone(),
            poisoned(&grad),
        );
        identical(&at("f_vjp_into"), &into, &(primal, grad.clone()));

        for factor in [2.0, 0.0] {
            let scaled = flat::with(&cotangent, &times(factor, &flat::list(&cotangent)));
            let (_, scaled_grad) = (self.vjp)(point.clone(), fixed.clone(), scaled);
            let call = at(&format!("{factor} times the cotangent"));
            equal(
                &call,
                &flat::list(&scaled_grad),
                &times(factor, &flat::list(&grad)),
            );
        }
    }

    /// Extrapolated central differences of `<cotangent, f>`. Only a warning sign where the gradient is also given: the step
    /// may then cross a boundary, and the numbers decide.
    fn against_differences(&self, point: &P, fixed: &K, cotangent: &O, grad: &G, given: bool) {
        if given {
            return;
        }
        let weights = flat::list(cotangent);
        let inputs = flat::list(point);
        let along = |i: usize, step: f64| {
            let mut moved = inputs.clone();
            moved[i] += step;
            let value = flat::list(&(self.primal)(flat::with(point, &moved), fixed.clone()));
            weights.iter().zip(value).map(|(w, v)| w * v).sum::<f64>()
        };
        let grad = flat::list(grad);
        assert_eq!(grad.len(), inputs.len(), "as many derivatives as inputs");
        let differences: Vec<f64> = (0..inputs.len())
            .map(|i| extrapolated(&|step| along(i, step), inputs[i]))
            .collect();
        let scale = differences
            .iter()
            .fold(1e-3_f64, |scale, d| scale.max(d.abs()));
        for (i, (got, want)) in grad.iter().zip(&differences).enumerate() {
            assert!(
                (got - want).abs() <= 1e-7 * (want.abs() + 0.1 * scale),
                "derivative {i} at {inputs:?}: {got:?}, central differences give {want:?}"
            );
        }
    }
}

/// Two steps of Richardson extrapolation of the central difference quotient.
fn extrapolated(along: &dyn Fn(f64) -> f64, at: f64) -> f64 {
    let quotient = |step: f64| (along(step) - along(-step)) / (2.0 * step);
    let step = 2e-3 * at.abs().max(0.5);
    let [coarse, middle, fine] = [quotient(step), quotient(step / 2.0), quotient(step / 4.0)];
    let [coarse, fine] = [(4.0 * middle - coarse) / 3.0, (4.0 * fine - middle) / 3.0];
    (16.0 * fine - coarse) / 15.0
}

fn times(factor: f64, list: &[f64]) -> Vec<f64> {
    list.iter().map(|x| factor * x).collect()
}

fn poisoned<G: Flat>(grad: &G) -> G {
    let count = flat::list(grad).len();
    flat::with(grad, &vec![POISON; count])
}

fn single_precision(value: &impl Flat) -> bool {
    flat::list(&flat::with(value, &vec![0.1; flat::list(value).len()]))
        .iter()
        .any(|x| *x != 0.1)
}

/// Equal numbers, where two NaNs are equal and zeros of both signs are.
fn equal(what: &str, got: &[f64], want: &[f64]) {
    let same = |(a, b): (&f64, &f64)| a == b || (a.is_nan() && b.is_nan());
    assert!(
        got.len() == want.len() && got.iter().zip(want).all(same),
        "{what}: {got:?}, not {want:?}"
    );
}

/// The same bits.
fn identical<T: Flat>(what: &str, got: &T, want: &T) {
    let bits = |value: &T| {
        flat::list(value)
            .into_iter()
            .map(f64::to_bits)
            .collect::<Vec<_>>()
    };
    assert!(
        bits(got) == bits(want),
        "{what}: {:?}, not {:?}",
        flat::list(got),
        flat::list(want)
    );
}

fn close(what: &str, got: &[f64], want: &[f64], single: bool) {
    assert_eq!(got.len(), want.len(), "{what}: {got:?}, not {want:?}");
    let scale = want.iter().fold(0.1_f64, |scale, b| scale.max(b.abs()));
    for (a, b) in got.iter().zip(want) {
        let tolerance = if single { 1e-6 } else { tolerance(*b) };
        let near = a == b
            || (a.is_nan() && b.is_nan())
            || (a - b).abs() <= tolerance * b.abs().max(0.01 * scale);
        assert!(near, "{what}: {got:?}, not {want:?}");
    }
}

/// A number given with nine or ten digits was rounded for print; every other one is exact.
fn tolerance(expected: f64) -> f64 {
    let digits = format!("{expected:e}")
        .split('e')
        .next()
        .unwrap_or_default()
        .replace(['-', '.'], "");
    if matches!(digits.len(), 9 | 10) {
        1e-9
    } else {
        1e-12
    }
}
