//! Iterations of many products, in which all factors are asked at once whether they are finite: at ordinary points, and where
//! some are not and meet a cotangent that is exactly zero.

use autodiff::differentiate;

/// One term: products enough that guarding each is dearer than to ask once. Infinite or NaN at `x = 0`.
fn term(x: f64, y: f64) -> f64 {
    let r = 1.0 / x;
    let s = r * r * y;
    let t = s * s * s - s * r;
    t * t * y + t * s * r + y * x
}

/// Fused where it is called directly.
#[differentiate(jvp, hvp)]
fn masked(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..w.len() {
        let r = 1.0 / x[i];
        let s = r * r * y[i];
        let t = s * s * s - s * r;
        total += w[i] * (t * t * y[i] + t * s * r + y[i] * x[i]);
    }
    total
}

/// In two sweeps.
#[differentiate(jvp, hvp)]
fn squared(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    let value = masked(x, y, w);
    value * value
}

/// Not fused: what is carried is multiplied, and kept on the stack; the branch stands between two runs of statements.
#[differentiate(jvp, hvp)]
fn carried(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    let mut state = [1.0, 0.5];
    let mut total = 0.0;
    for i in 0..w.len() {
        let r = 1.0 / x[i];
        let s = r * r * y[i];
        let mut t = s * s * s - s * r + 0.01 * state[1];
        if y[i] > 0.5 {
            t = t * r + s;
        }
        let u = t * t * y[i] + t * s * r + y[i] * x[i];
        total += w[i] * (u * state[0] + t * state[1] * s + u * r * s);
        state = [
            state[1] * y[i] + 0.1 * state[0] * state[0],
            state[0] * y[i] - 0.1 * state[1],
        ];
    }
    total
}

/// Factors are finite, their sum is not: what is asked says no, and all is guarded.
#[differentiate(jvp, hvp)]
fn large(x: &[f64], y: &[f64], w: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..w.len() {
        let a = 1e308 * x[i];
        let b = 1e308 * y[i];
        let c = a * 1e-300;
        let d = b * 1e-300;
        let e = c * d + c * c * w[i] + d * d;
        total += (e * c - e * d) * 1e-24 + (a - b) * 1e-308 * e * 1e-16;
    }
    total
}

type Function = fn(&[f64], &[f64], &[f64]) -> f64;
type Gradient = fn(&[f64], &[f64], &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>);
type Products =
    fn(&[f64], &[f64], &[f64], &[f64], &[f64], &[f64]) -> (Vec<f64>, Vec<f64>, Vec<f64>);
type Slope = fn(&[f64], &[f64], &[f64], &[f64], &[f64], &[f64]) -> (f64, f64);

const ALL: [(&str, Function, Gradient, Slope, Products); 4] = [
    ("masked", masked, masked_grad, masked_jvp, masked_hvp),
    ("squared", squared, squared_grad, squared_jvp, squared_hvp),
    ("carried", carried, carried_grad, carried_jvp, carried_hvp),
    ("large", large, large_grad, large_jvp, large_hvp),
];

fn points(count: usize) -> [Vec<f64>; 3] {
    let list = |f: fn(f64) -> f64| (0..count).map(|i| f(i as f64)).collect();
    [
        list(|i| 1.1 + 0.3 * (1.3 * i).sin()),
        list(|i| 0.6 + 0.4 * (0.7 * i).cos()),
        list(|i| 0.2 + (0.9 * i).sin()),
    ]
}

fn close(a: f64, b: f64) -> bool {
    (a - b).abs() <= 1e-10 * (1.0 + a.abs().max(b.abs()))
}

#[test]
fn forward_and_reverse_agree() {
    for (name, function, gradient, slope, product) in ALL {
        for count in [0, 1, 5] {
            let [x, y, w] = points(count);
            let value = function(&x, &y, &w);
            let (dx, dy, dw) = gradient(&x, &y, &w);
            let reverse = [dx, dy, dw].concat();
            let [tx, ty, tw] = points(count).map(|t| t.iter().map(|t| 2.0 - t).collect::<Vec<_>>());
            let direction = [&tx[..], &ty, &tw].concat();
            let (again, forward) = slope(&x, &y, &w, &tx, &ty, &tw);
            assert_eq!(again.to_bits(), value.to_bits(), "{name}");
            let expected: f64 = reverse.iter().zip(&direction).map(|(g, t)| g * t).sum();
            assert!(
                close(forward, expected),
                "{name}: {forward}, not {expected}"
            );

            let h = 1e-5;
            let moved = |h: f64| {
                let step = |x: &[f64], t: &[f64]| -> Vec<f64> {
                    x.iter().zip(t).map(|(x, t)| x + h * t).collect()
                };
                let (a, b, c) = gradient(&step(&x, &tx), &step(&y, &ty), &step(&w, &tw));
                [a, b, c].concat()
            };
            let (px, py, pw) = product(&x, &y, &w, &tx, &ty, &tw);
            let differences = moved(h)
                .into_iter()
                .zip(moved(-h))
                .map(|(a, b)| (a - b) / (2.0 * h));
            for (found, expected) in [px, py, pw].concat().into_iter().zip(differences) {
                let near = (found - expected).abs() <= 1e-5 * (1.0 + expected.abs());
                assert!(near, "{name}: {found}, about {expected}");
            }
        }
    }
}

/// Where the weight is zero nothing flows back, whatever is infinite there; the other iterations are as if it were not there.
#[test]
fn zero_cotangents_contribute_zero() {
    let [mut x, mut y, mut w] = points(6);
    for bad in [0.0, f64::NAN] {
        (x[2], w[2]) = (bad, 0.0);
        (y[4], w[4]) = (f64::INFINITY, 0.0);
        let (dx, dy, dw) = masked_grad(&x, &y, &w);
        for i in [2, 4] {
            assert_eq!((dx[i], dy[i]), (0.0, 0.0));
            assert_eq!(dw[i].to_bits(), term(x[i], y[i]).to_bits());
        }
        for i in [0, 1, 3, 5] {
            let (ax, ay, aw) = masked_grad(&x[i..=i], &y[i..=i], &w[i..=i]);
            assert_eq!((dx[i], dy[i], dw[i]), (ax[0], ay[0], aw[0]));
        }
        // The direction leaves the weights alone: second derivatives of nothing are nothing, too.
        let (mut tx, mut ty, tw) = (vec![1.0; 6], vec![0.5; 6], vec![0.0; 6]);
        for i in [2, 4] {
            (tx[i], ty[i]) = (0.0, 0.0);
        }
        let (px, py, _) = masked_hvp(&x, &y, &w, &tx, &ty, &tw);
        for i in 0..6 {
            let finite = px[i].is_finite() && py[i].is_finite();
            assert!(finite, "{i}: {} {}", px[i], py[i]);
            assert_eq!(w[i] == 0.0, (px[i], py[i]) == (0.0, 0.0));
        }
    }
}

/// A cotangent that is not zero meets what is infinite: the derivative is infinite or NaN, and not hidden.
#[test]
fn what_is_infinite_is_not_hidden() {
    let [mut x, y, w] = points(3);
    x[1] = 0.0;
    let (dx, dy, dw) = masked_grad(&x, &y, &w);
    assert!(!dx[1].is_finite() && !dy[1].is_finite() && !dw[1].is_finite());
    assert!(dx[0].is_finite() && dx[2].is_finite());
}
