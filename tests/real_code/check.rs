//! What is checked of every function: the companion's value has the same bits, its gradient is that of central differences.

use crate::flat::{self, Flat};

/// Of a function with a float result, at each of the points.
pub fn scalar<P: Flat, O: Flat, G: Flat>(
    primal: impl Fn(P) -> O,
    value_and_grad: impl Fn(P) -> (O, G),
    points: impl IntoIterator<Item = P>,
) {
    for point in points {
        let (value, grad) = value_and_grad(point.clone());
        let expected = primal(point.clone());
        assert_same_bits(&value, &expected, &point);
        let along = |moved: &[f64]| flat::list(&primal(flat::with(&point, moved)))[0];
        assert_gradient(along, &flat::list(&point), &flat::list(&grad));
    }
}

/// Of a function with any other result: the gradient of `<cotangent, f>` for two cotangents without symmetry.
pub fn vector<P: Flat, O: Flat, G: Flat>(
    primal: impl Fn(P) -> O,
    vjp: impl Fn(P, O) -> (O, G),
    points: impl IntoIterator<Item = P>,
) {
    for point in points {
        let expected = primal(point.clone());
        let count = flat::list(&expected).len();
        for seed in [0.37, 1.91] {
            let weights: Vec<f64> = (0..count).map(|i| (seed + 1.3 * i as f64).cos()).collect();
            let (value, grad) = vjp(point.clone(), flat::with(&expected, &weights));
            assert_same_bits(&value, &expected, &point);
            let along = |moved: &[f64]| {
                let value = flat::list(&primal(flat::with(&point, moved)));
                weights.iter().zip(value).map(|(w, v)| w * v).sum()
            };
            assert_gradient(along, &flat::list(&point), &flat::list(&grad));
        }
    }
}

fn assert_same_bits<P: Flat, O: Flat>(value: &O, expected: &O, point: &P) {
    let bits =
        |value: &O| -> Vec<u64> { flat::list(value).into_iter().map(f64::to_bits).collect() };
    assert!(
        bits(value) == bits(expected),
        "value at {:?}: {:?}, not {:?}",
        flat::list(point),
        flat::list(value),
        flat::list(expected)
    );
}

fn assert_gradient(f: impl Fn(&[f64]) -> f64, point: &[f64], grad: &[f64]) {
    assert_eq!(grad.len(), point.len(), "as many derivatives as inputs");
    let differences: Vec<f64> = (0..point.len())
        .map(|i| {
            let along = |step: f64| {
                let mut moved = point.to_vec();
                moved[i] += step;
                f(&moved)
            };
            extrapolated(along, point[i])
        })
        .collect();
    let scale = differences
        .iter()
        .fold(1e-3_f64, |scale, d| scale.max(d.abs()));
    for (i, (got, want)) in grad.iter().zip(&differences).enumerate() {
        assert!(
            (got - want).abs() <= 1e-6 * (want.abs() + 1e-2 * scale),
            "derivative {i} at {point:?}: {got:?}, central differences give {want:?}"
        );
    }
}

/// Two steps of Richardson extrapolation of the central difference quotient.
fn extrapolated(along: impl Fn(f64) -> f64, at: f64) -> f64 {
    let quotient = |step: f64| (along(step) - along(-step)) / (2.0 * step);
    let step = 1e-3 * at.abs().max(0.5);
    let [coarse, middle, fine] = [quotient(step), quotient(step / 2.0), quotient(step / 4.0)];
    let [coarse, fine] = [(4.0 * middle - coarse) / 3.0, (4.0 * fine - middle) / 3.0];
    (16.0 * fine - coarse) / 15.0
}

/// `name: f, f_value_and_grad; (&x, a) at (x: [f64; 2], a: f64); ([1.0, 2.0], 0.5); ..` is a test `name` of a float result.
macro_rules! scalar {
    ($name:ident: $f:path, $companion:path; ($($arg:expr),*) at ($($x:ident: $t:ty),+); $(($($p:expr),+));+ $(;)?) => {
        #[test]
        #[allow(unused_parens)]
        fn $name() {
            $crate::check::scalar(
                |($($x),+): ($($t),+)| $f($($arg),*),
                |($($x),+): ($($t),+)| $companion($($arg),*),
                [$(($($p),+)),+],
            );
        }
    };
}

/// As `scalar!`, with `f_vjp`.
macro_rules! vector {
    ($name:ident: $f:path, $companion:path; ($($arg:expr),*) at ($($x:ident: $t:ty),+); $(($($p:expr),+));+ $(;)?) => {
        #[test]
        #[allow(unused_parens)]
        fn $name() {
            $crate::check::vector(
                |($($x),+): ($($t),+)| $f($($arg),*),
                |($($x),+): ($($t),+), cotangent| $companion($($arg),*, cotangent),
                [$(($($p),+)),+],
            );
        }
    };
}
