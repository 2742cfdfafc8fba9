//! Functions that leave their results in memory, of which these tell whether the gradient needs guards, and such of which they do not.

use autodiff::{Real, differentiate};

#[differentiate]
fn squares(x: &[f64], w: &[f64], out: &mut [f64]) {
    for i in 0..x.len().min(out.len()) {
        out[i] = x[i] * w[i] * x[i];
    }
}

/// Of two writes to an element the last one is all that is left.
#[differentiate]
fn written_again(x: &[f64], w: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i / 2] = x[i] * w[i];
    }
}

#[differentiate]
fn rows_that_overlap(x: &[f64], w: &[f64], out: &mut [f64]) {
    for i in 0..2 {
        for j in 0..3 {
            out[i * 2 + j] = x[i] * w[j + 3 * i];
        }
    }
}

const SIDE: usize = 5;

/// A ring in both directions, as in a stencil.
#[differentiate]
fn ring<T: Real>(u: &[T], rate: &mut [T], flux: &mut [T], decay: T) {
    for i in 0..SIDE {
        let north = (i + SIDE - 1) % SIDE * SIDE;
        for j in 0..SIDE {
            let west = (j + SIDE - 1) % SIDE;
            let here = i * SIDE + j;
            rate[here] = u[here] * u[north + j] - (decay + T::from_f64(1.0)) * u[here];
            flux[here] = u[i * SIDE + west] * decay - u[here];
        }
    }
}

fn check(dx: &[f64], expected: &[f64]) {
    for (a, e) in dx.iter().zip(expected) {
        assert!(
            (a - e).abs() <= 1e-12 * (1.0 + e.abs()),
            "{dx:?}, not {expected:?}"
        );
    }
}

#[test]
fn what_is_finite() {
    let (x, w) = ([1.5, -2.0, 0.5], [2.0, 0.25, -3.0]);
    // What is left of an output that is longer does not count.
    for len in 0..6 {
        let mut out = vec![f64::NAN; len];
        let mut cotangent: Vec<f64> = (0..len).map(|i| 1.0 + i as f64).collect();
        let (mut dx, mut dw) = ([f64::NAN; 3], [f64::NAN; 3]);
        squares_vjp_into(&x, &w, &mut out, &mut cotangent, &mut dx, &mut dw);
        let c = |i: usize| if i < len { 1.0 + i as f64 } else { 0.0 };
        check(&dx, &[0, 1, 2].map(|i| 2.0 * c(i) * x[i] * w[i]));
        check(&dw, &[0, 1, 2].map(|i| c(i) * x[i] * x[i]));
        for i in 0..len {
            let (value, left) = match i < 3 {
                true => (x[i] * w[i] * x[i], 0.0),
                false => (f64::NAN, 1.0 + i as f64),
            };
            assert_eq!(out[i].to_bits(), value.to_bits());
            assert_eq!(cotangent[i], left);
        }
    }
}

/// A cotangent that is zero contributes zero, whatever it is multiplied by.
#[test]
fn what_is_not() {
    for bad in [f64::INFINITY, f64::NEG_INFINITY, f64::NAN, 1e200] {
        for other in [0.0, 1.0, 1e200] {
            let (x, w) = ([bad, 2.0], [other, 3.0]);
            let mut out = [0.0; 2];
            let (dx, dw) = squares_vjp(&x, &w, &mut out, &mut [0.0, 1.0]);
            assert_eq!((dx, dw), (vec![0.0, 12.0], vec![0.0, 4.0]), "{bad} {other}");
            let (x, w) = ([other, 2.0], [bad, 3.0]);
            let (dx, dw) = squares_vjp(&x, &w, &mut out, &mut [0.0, 1.0]);
            assert_eq!((dx, dw), (vec![0.0, 12.0], vec![0.0, 4.0]), "{other} {bad}");
        }
    }
}

/// All that is left is finite, and what is not was there before.
#[test]
fn what_is_hidden() {
    for bad in [f64::INFINITY, f64::NAN] {
        let mut out = [0.0; 2];
        let (dx, dw) = written_again_vjp(
            &[1.0, 2.0, 3.0, 4.0],
            &[bad, 6.0, bad, 8.0],
            &mut out,
            &mut [1.0, 1.0],
        );
        assert_eq!(out, [12.0, 32.0]);
        assert_eq!(dx, [0.0, 6.0, 0.0, 8.0]);
        assert_eq!(dw, [0.0, 2.0, 0.0, 4.0]);
        let mut out = [0.0; 5];
        let w = [1.0, 2.0, bad, 4.0, 5.0, 6.0];
        let (dx, dw) = rows_that_overlap_vjp(&[2.0, 3.0], &w, &mut out, &mut [1.0; 5]);
        assert_eq!(out, [2.0, 4.0, 12.0, 15.0, 18.0]);
        assert_eq!(dx, [3.0, 15.0]);
        assert_eq!(dw, [2.0, 2.0, 0.0, 3.0, 3.0, 3.0]);
    }
}

#[test]
fn neighbours() {
    let u: Vec<f64> = (0..25).map(|i| 0.7 + (i as f64 * 0.9).sin()).collect();
    let weights: Vec<f64> = (0..50).map(|i| (i as f64 * 1.7).cos()).collect();
    let run = |u: &[f64], decay: f64| -> f64 {
        let (mut rate, mut flux) = ([0.0; 25], [0.0; 25]);
        ring(u, &mut rate, &mut flux, decay);
        let all = rate.iter().chain(&flux);
        all.zip(&weights).map(|(x, w)| x * w).sum()
    };
    let gradient = |u: &[f64]| {
        let (mut rate, mut flux) = ([0.0; 25], [0.0; 25]);
        let (mut by_rate, mut by_flux) = (weights[..25].to_vec(), weights[25..].to_vec());
        let gradient = ring_vjp(u, &mut rate, &mut flux, 0.3, &mut by_rate, &mut by_flux);
        assert_eq!((by_rate, by_flux), (vec![0.0; 25], vec![0.0; 25]));
        gradient
    };
    let (du, by_decay) = gradient(&u);
    for k in 0..25 {
        let at = |by: f64| {
            let mut u = u.clone();
            u[k] += by;
            run(&u, 0.3)
        };
        let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
        assert!((slope - du[k]).abs() < 1e-7, "{k}: {} {slope}", du[k]);
    }
    let slope = (run(&u, 0.3 + 1e-6) - run(&u, 0.3 - 1e-6)) / 2e-6;
    assert!((slope - by_decay).abs() < 1e-7);
    // One number that is none goes where it belongs, and no further.
    let mut u = u;
    u[12] = f64::NAN;
    let (du, _) = gradient(&u);
    let spoilt: Vec<usize> = (0..25).filter(|k| du[*k].is_nan()).collect();
    assert_eq!(spoilt, [7, 17]);
}

/// Larger than what is copied.
#[test]
fn large_outputs() {
    let n = 10_000;
    let (mut x, w) = (vec![1.5; n], vec![2.0; n]);
    let mut out = vec![0.0; n];
    let (dx, _) = squares_vjp(&x, &w, &mut out, &mut vec![1.0; n]);
    assert_eq!(dx, vec![6.0; n]);
    x[n - 1] = f64::INFINITY;
    let mut cotangent = vec![1.0; n];
    cotangent[n - 1] = 0.0;
    let (dx, dw) = squares_vjp(&x, &w, &mut out, &mut cotangent);
    assert_eq!((dx[n - 1], dw[n - 1], dx[0]), (0.0, 0.0, 6.0));
}
