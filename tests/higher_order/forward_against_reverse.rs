//! `<w, J d> = <Jᵀ w, d>` for the visible programs of groups N, P and V, and for those with structure.

use autodiff::{check, differentiate};

const CLOSE: f64 = 1e-13;

macro_rules! agree {
    ($name:ident, $inputs:expr, $outputs:expr, |$x:ident, $w:ident| $vjp:expr, |$y:ident, $d:ident| $jvp:expr $(,)?) => {
        #[test]
        fn $name() {
            for x in $inputs {
                let report = check::dot_product(
                    |$x, $w| Vec::from($vjp),
                    |$y, $d| Vec::from($jvp),
                    &x,
                    $outputs,
                )
                .unwrap();
                assert!(report.error < CLOSE, "{report}");
            }
        }
    };
}

#[differentiate(vjp, jvp)]
fn logsumexp(a: f64, b: f64) -> f64 {
    let m = a.max(b);
    m + ((a - m).exp() + (b - m).exp()).ln()
}

agree! {
    n21_logsumexp, [[1000.0, 1000.0], [0.0, 1.0], [3.0, -2.0]], 1,
    |x, w| <[f64; 2]>::from(logsumexp_vjp(x[0], x[1], w[0]).1),
    |x, d| [logsumexp_jvp(x[0], x[1], d[0], d[1]).1],
}

#[differentiate(vjp, jvp)]
fn atan2(y: f64, x: f64) -> f64 {
    y.atan2(x)
}

agree! {
    n23_atan2, [[1.0, 2.0], [1.0, -2.0], [-1.0, -2.0], [-1.0, 2.0]], 1,
    |x, w| <[f64; 2]>::from(atan2_vjp(x[0], x[1], w[0]).1),
    |x, d| [atan2_jvp(x[0], x[1], d[0], d[1]).1],
}

#[differentiate(jvp)]
fn powers(x: f64) -> [f64; 4] {
    let mut powers = [0.0; 4];
    for (power, n) in powers.iter_mut().zip([-2, 0, 1, 5]) {
        *power = x.powi(n);
    }
    powers
}

agree! {
    n25_powi, [[2.0], [-0.7]], 4,
    |x, w| [powers_vjp(x[0], [w[0], w[1], w[2], w[3]]).1],
    |x, d| powers_jvp(x[0], d[0]).1,
}

#[differentiate(vjp, jvp)]
fn rosenbrock(x: f64, y: f64) -> f64 {
    (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
}

agree! {
    p01_rosenbrock, [[-1.2, 1.0], [0.5, 0.5]], 1,
    |x, w| <[f64; 2]>::from(rosenbrock_vjp(x[0], x[1], w[0]).1),
    |x, d| [rosenbrock_jvp(x[0], x[1], d[0], d[1]).1],
}

#[differentiate(vjp, jvp)]
fn leapfrog(x: f64, v: f64, k: f64) -> (f64, [f64; 2]) {
    let h = 0.05;
    let (mut x, mut v) = (x, v);
    for _ in 0..50 {
        v -= h * k * x.powi(3);
        x += h * v;
    }
    (0.5 * v * v + 0.25 * k * x.powi(4), [x, v])
}

agree! {
    p03_leapfrog, [[1.0, 0.3, 2.0], [-0.4, 1.0, 0.5]], 3,
    |x, w| <[f64; 3]>::from(leapfrog_vjp(x[0], x[1], x[2], (w[0], [w[1], w[2]])).1),
    |x, d| {
        let (_, (energy, [x, v])) = leapfrog_jvp(x[0], x[1], x[2], d[0], d[1], d[2]);
        [energy, x, v]
    },
}

#[differentiate(vjp, jvp)]
fn kepler(mean: f64, e: f64) -> f64 {
    let mut anomaly = mean;
    for _ in 0..6 {
        anomaly -= (anomaly - e * anomaly.sin() - mean) / (1.0 - e * anomaly.cos());
    }
    anomaly.cos() - e
}

agree! {
    p05_kepler, [[1.0, 0.3], [2.5, 0.7]], 1,
    |x, w| <[f64; 2]>::from(kepler_vjp(x[0], x[1], w[0]).1),
    |x, d| [kepler_jvp(x[0], x[1], d[0], d[1]).1],
}

/// P05: the derivatives of the implicit function. `dE/dM = 1 / (1 − e cos E)`, `dE/de = sin E / (1 − e cos E)`.
#[test]
fn kepler_matches_the_implicit_derivative() {
    let (mean, e) = (1.0, 0.3);
    let mut anomaly = mean;
    for _ in 0..50 {
        anomaly = mean + e * f64::sin(anomaly);
    }
    let slope = 1.0 / (1.0 - e * anomaly.cos());
    let expected = (-anomaly.sin() * slope, -anomaly.sin().powi(2) * slope - 1.0);
    crate::numbers::assert_close(kepler_grad(mean, e), expected);
}

#[differentiate(jvp)]
fn three(x: f64, y: f64) -> (f64, f64, f64) {
    (x * y, x + y, x.sin())
}

agree! {
    v03_tuple, [[2.0, 3.0], [-1.0, 0.2]], 3,
    |x, w| <[f64; 2]>::from(three_vjp(x[0], x[1], (w[0], w[1], w[2])).1),
    |x, d| <[f64; 3]>::from(three_jvp(x[0], x[1], d[0], d[1]).1),
}

/// V03, in numbers.
#[test]
fn v03_in_numbers() {
    let (value, gradient) = three_vjp(2.0, 3.0, (1.0, 10.0, 100.0));
    assert_eq!(value, (6.0, 5.0, 2.0_f64.sin()));
    crate::numbers::assert_close(gradient, (13.0 + 100.0 * 2.0_f64.cos(), 12.0));
}

#[differentiate(jvp)]
fn squares_in_place(a: &mut [f64]) {
    for v in a {
        *v = *v * *v;
    }
}

agree! {
    v05_in_place, [[2.0, 3.0], [-1.0, 0.5]], 2,
    |x, w| {
        let (mut a, mut cotangent) = (x.to_vec(), w.to_vec());
        squares_in_place_vjp(&mut a, &mut cotangent);
        cotangent
    },
    |x, d| {
        let (mut a, mut tangent) = (x.to_vec(), d.to_vec());
        squares_in_place_jvp(&mut a, &mut tangent);
        tangent
    },
}

#[differentiate(jvp)]
fn running_products(x: &[f64], out: &mut [f64]) {
    let mut product = 1.0;
    for (x, out) in x.iter().zip(out.iter_mut()) {
        product *= x;
        *out = *out * product + x.sin();
    }
}

agree! {
    output_that_is_read, [[0.3, -1.2, 2.0, 0.5, 1.5, -0.7], [1.0, 2.0, 3.0, -1.0, 0.0, 1.0]], 3,
    |x, w| {
        let (mut out, mut cotangent) = (x[3..].to_vec(), w.to_vec());
        let mut gradient = running_products_vjp(&x[..3], &mut out, &mut cotangent);
        gradient.extend(cotangent);
        gradient
    },
    |x, d| {
        let (mut out, mut tangent) = (x[3..].to_vec(), d[3..].to_vec());
        running_products_jvp(&x[..3], &mut out, &d[..3], &mut tangent);
        tangent
    },
}

#[differentiate(jvp)]
fn doubled(x: &[f64]) -> Vec<f64> {
    let mut result: Vec<f64> = Vec::new();
    for (i, x) in x.iter().enumerate() {
        if *x > 0.0 {
            result.push(x * i as f64);
        }
        result.push(x.exp());
    }
    let last = result.pop().unwrap();
    result.push(last * last);
    result
}

agree! {
    vector_that_grows, [[0.3, -1.2, 2.0], [1.5, 0.1, -2.0]], 5,
    |x, w| doubled_vjp(x, w.to_vec()).1,
    |x, d| doubled_jvp(x, d).1,
}

#[differentiate(jvp)]
fn lu(a: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let mut a = *a;
    for k in 0..3 {
        for i in k + 1..3 {
            a[i][k] /= a[k][k];
            for j in k + 1..3 {
                a[i][j] -= a[i][k] * a[k][j];
            }
        }
    }
    a
}

fn matrix(x: &[f64]) -> [[f64; 3]; 3] {
    std::array::from_fn(|i| std::array::from_fn(|j| x[3 * i + j]))
}

agree! {
    lu_in_place, [[2.0, 1.0, 0.5, 1.0, 3.0, -1.0, 0.25, -1.0, 4.0]], 9,
    |x, w| lu_vjp(&matrix(x), matrix(w)).1.as_flattened(),
    |x, d| lu_jvp(&matrix(x), &matrix(d)).1.as_flattened(),
}
