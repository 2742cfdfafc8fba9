//! What one value gets from each iteration of a short loop, whose sums take turns: with any number of iterations, one or several sums,
//! beside what the loop does otherwise.

use autodiff::differentiate;

agree! {
    one_for_all: |x, w, n| {
        let mut sum = 0.0;
        for i in 0..n.min(x.len()) {
            sum += w[0] * x[i];
        }
        sum
    }
    a_multiple_is_added: |x, w, n| {
        let mut y = w.to_vec();
        for i in 0..n.min(x.len()).min(w.len()) {
            y[i] += w[1] * x[i];
        }
        let mut z = y.clone();
        for i in 1..z.len() {
            z[i] -= y[0] * y[i];
        }
        z.iter().map(|v| v * v).sum::<f64>()
    }
    a_maximum_taken_off: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().take(n).map(|v| ((v - top) * w[0]).exp()).sum();
        (1.0 + total).ln() + top
    }
    a_mean_and_a_width: |x, w, n| {
        let mean = x.iter().sum::<f64>() / x.len() as f64;
        let width = w.iter().map(|v| (v - mean).powi(2)).sum::<f64>();
        let mut y = x.to_vec();
        for i in 0..y.len() {
            y[i] = (y[i] - mean) / (width + 0.1);
        }
        y[n % y.len()] * y[0]
    }
    five_at_a_time: |x, w, n| {
        let (a, b, c, d, e) = (w[0], w[1], w[0] * w[1], w[0].sin(), w[1].cos());
        let mut y = x.to_vec();
        for i in 0..n.min(x.len()) {
            y[i] = x[i] * a + b - c * x[i] * x[i] + d / (1.5 + x[i]) - e;
        }
        y.iter().map(|v| v.sin()).sum::<f64>()
    }
    in_a_loop: |x, w, n| {
        let mut y = w.to_vec();
        for k in 0..n {
            let scale = y[k % w.len()].sin();
            for i in 0..w.len() {
                y[i] += scale * w[i] - scale * x[0];
            }
            for i in 0..k.min(x.len()) {
                y[0] += scale * x[i];
            }
        }
        y.iter().sum::<f64>()
    }
}

/// The derivative of `s` is the sum of as many numbers.
#[differentiate(hvp)]
fn bent(x: &[f64], s: f64) -> f64 {
    let mut y = x.to_vec();
    for i in 0..y.len() {
        y[i] = s * x[i];
    }
    let mut sum = 0.0;
    for i in 0..y.len() {
        sum += y[i] * y[i] * y[i];
    }
    sum
}

#[test]
fn of_all_lengths() {
    for n in 0..12_usize {
        let x: Vec<f64> = (0..n).map(|i| (1 + i) as f64).collect();
        let cubes: f64 = x.iter().map(|v| v.powi(3)).sum();
        let (dx, ds) = bent_grad(&x, 2.0);
        assert_eq!(ds, 12.0 * cubes, "{n}");
        assert!(dx.iter().zip(&x).all(|(d, x)| *d == 24.0 * x * x));
        let (_, curved) = bent_hvp(&x, 2.0, &vec![0.0; n], 1.0);
        assert_eq!(curved, 12.0 * cubes, "{n}");
    }
}

/// An infinite part and one that is not a number reach the sum as they would one after the other.
#[test]
fn what_is_not_finite_stays_so() {
    for at in 0..7 {
        let mut x = vec![1.0; 7];
        x[at] = f64::INFINITY;
        assert_eq!(bent_grad(&x, 2.0).1, f64::INFINITY);
        x[at] = f64::NAN;
        assert!(bent_grad(&x, 2.0).1.is_nan());
    }
}
