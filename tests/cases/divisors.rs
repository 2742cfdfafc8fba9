//! Adjoints that are divided by the same number: by its reciprocal where there is one, and never wrong where there is none.

use autodiff::differentiate;

/// Four quotients by one divisor.
#[differentiate(hvp, jvp)]
fn shares(x: &[f64; 3], w: &[f64; 3], d: f64) -> f64 {
    let parts = [x[0] / d, x[1] / d, x[2] / d];
    w[0] * parts[0] + w[1] * parts[1] + w[2] * parts[2] + w[0] * (x[0] * x[1] / d)
}

/// A divisor from outside the loop, which each iteration divides by once.
#[differentiate]
fn normalized(x: &[f64], w: &[f64], d: f64) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        total += w[i] * (x[i] / d);
    }
    total
}

/// Changes what it is lent: guarded from the start.
#[differentiate]
fn in_place(x: &mut [f64], d: f64) {
    for i in 0..x.len() {
        x[i] /= d;
    }
    x[0] = x[0] / d + x[1] / d;
}

/// What the divisor is inside a loop is another each time.
#[differentiate]
fn steps(x: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 1..x.len() {
        let d = x[i - 1] * x[i - 1] + 0.5;
        total += x[i] / d + (x[i] * total) / d;
    }
    total
}

/// A reciprocal by itself.
#[differentiate(hvp, jvp)]
fn attraction(squared: f32, mass: f32) -> f32 {
    mass * (1.0 / squared) + squared.recip() * mass
}

#[differentiate(wrt(x, y))]
fn narrow(x: f32, y: f32, d: f32, weight: f32) -> f32 {
    weight * (x / d) + 2.0 * weight * (y / d)
}

/// One adjoint is divided, once.
#[differentiate]
fn alone(x: f64, d: f64, weight: f64) -> f64 {
    weight * (x / d)
}

#[differentiate]
fn logarithm(x: f64, weight: f64) -> f64 {
    weight * x.ln()
}

#[differentiate]
fn root(x: f64, weight: f64) -> f64 {
    weight * x.sqrt()
}

fn close(actual: f64, expected: f64) {
    // Subnormal numbers have fewer digits; both may be infinite.
    let near = (actual - expected).abs() <= 1e-14 * expected.abs() + f64::MIN_POSITIVE;
    assert!(near || actual == expected, "{actual:e} is not {expected:e}");
}

/// The derivatives of `shares`, dividing.
fn expected(x: &[f64; 3], w: &[f64; 3], d: f64) -> ([f64; 3], f64) {
    let sum = w[0] * (x[0] / d) + w[1] * (x[1] / d) + w[2] * (x[2] / d) + w[0] * (x[0] * x[1] / d);
    (
        [
            w[0] / d + w[0] / d * x[1],
            w[1] / d + w[0] / d * x[0],
            w[2] / d,
        ],
        -(sum / d),
    )
}

#[test]
fn by_the_reciprocal() {
    let (x, w) = ([0.7, -1.3, 2.9], [0.3, 1.1, -0.6]);
    for d in [3.0, -0.1, 1e-300, 1e300, 1.7e308, f64::MIN_POSITIVE] {
        let (x_adj, _, d_adj) = shares_grad(&x, &w, d);
        let (by_x, by_d) = expected(&x, &w, d);
        (0..3).for_each(|i| close(x_adj[i], by_x[i]));
        // Parts of an infinite one may be of either sign.
        assert!(
            by_d.is_infinite() || (d_adj - by_d).abs() <= 1e-14 * by_d.abs() + f64::MIN_POSITIVE
        );
    }
}

/// `1 / d` is infinite, what is divided by `d` is not.
#[test]
fn without_a_reciprocal() {
    let (x, w) = ([1e-9, 2e-8, 3e-9], [1e-7, 2e-8, 3e-7]);
    for d in [1e-310, -3e-309, 5e-315] {
        let (x_adj, w_adj, d_adj) = shares_grad(&x, &w, d);
        let (by_x, by_d) = expected(&x, &w, d);
        (0..3).for_each(|i| close(x_adj[i], by_x[i]));
        (1..3).for_each(|i| close(w_adj[i], x[i] / d));
        assert!(x_adj.iter().all(|x| x.is_finite() && *x != 0.0));
        assert_eq!(d_adj, by_d);
        let (x_adj, w_adj, _) = normalized_grad(&x, &w, d);
        (0..3).for_each(|i| close(x_adj[i], w[i] / d));
        (0..3).for_each(|i| close(w_adj[i], x[i] / d));
    }
    let (x_adj, y_adj) = narrow_grad(1e-30, 1e-30, 1e-40, 1e-5);
    let by = |c: f32| c / 1e-40;
    assert!(x_adj.is_finite() && (x_adj / by(1e-5) - 1.0).abs() < 1e-5);
    assert!(y_adj.is_finite() && (y_adj / by(2e-5) - 1.0).abs() < 1e-5);
}

#[test]
fn divided_by_once() {
    let weight = 1e-7;
    for d in [3.0, -0.1, 1e300, 1.7e308, 1e-300, 1e-310, -5e-315] {
        let (x_adj, d_adj, weight_adj) = alone_grad(2e-9, d, weight);
        close(x_adj, weight / d);
        close(weight_adj, 2e-9 / d);
        close(d_adj, -(weight * (2e-9 / d) / d));
        close(logarithm_grad(d.abs(), weight).0, weight / d.abs());
        close(
            root_grad(d.abs(), weight).0,
            weight / (2.0 * d.abs().sqrt()),
        );
    }
    assert_eq!(alone_grad(0.0, 0.0, 0.0).0, 0.0);
    assert_eq!(alone_grad(1.0, 0.0, -2.0).0, f64::NEG_INFINITY);
    assert_eq!(logarithm_grad(0.0, 1.0).0, f64::INFINITY);
    assert_eq!(root_grad(0.0, 0.0).0, 0.0);
}

/// The square of the reciprocal has few digits, is zero or infinite; the derivative is neither.
#[test]
fn squares_of_reciprocals() {
    for (squared, mass) in [
        (2.25e22_f32, 1.3e20),
        (1e25, 1e30),
        (1e-25, 1e-20),
        (-3e-22, 2e-13),
    ] {
        let (by_squared, by_mass) = attraction_grad(squared, mass);
        let wide = f64::from(squared);
        let expected = -2.0 * f64::from(mass) / wide / wide;
        let off = f64::from(by_squared) / expected - 1.0;
        assert!(off.abs() < 1e-6, "{by_squared:e} is not {expected:e}");
        assert_eq!(by_mass, 2.0 / squared);
    }
    assert_eq!(attraction_jvp(2.0, 3.0, 1.0, 0.5), (3.0, -1.0));
    assert_eq!(attraction_hvp(2.0, 3.0, 1.0, 0.0), (1.5, -0.5));
    assert_eq!(attraction_grad(0.0, 0.0), (0.0, f32::INFINITY));
}

/// Nothing comes of a zero cotangent; infinity of any other.
#[test]
fn by_zero_and_infinity() {
    let (x_adj, _, _) = shares_grad(&[0.0, 0.0, 1.0], &[0.0, 2.0, -1.0], 0.0);
    assert_eq!(x_adj, [0.0, f64::INFINITY, f64::NEG_INFINITY]);
    let (x_adj, w_adj, _) = normalized_grad(&[1.0, 2.0], &[0.0, 3.0], f64::INFINITY);
    assert_eq!((x_adj, w_adj), (vec![0.0; 2], vec![0.0; 2]));
    let (x_adj, w_adj, d_adj) = normalized_grad(&[], &[], 0.0);
    assert_eq!((x_adj, w_adj, d_adj), (vec![], vec![], 0.0));
}

#[test]
fn with_guards() {
    for d in [0.7, -4.0, 1e-310, 1e306] {
        let (mut x, mut cotangent) = ([1e-9, 2e-9, 3e-9], [1e-200, 0.0, 1e-9]);
        let d_adj = in_place_vjp(&mut x, d, &mut cotangent);
        close(cotangent[0], 1e-200 / d / d);
        close(cotangent[1], 1e-200 / d / d);
        close(cotangent[2], 1e-9 / d);
        assert!(!d_adj.is_nan());
    }
}

#[test]
fn in_a_loop() {
    let x = [0.3, -0.8, 1.4, 0.2, -1.1];
    let gradient = steps_grad(&x);
    for i in 0..x.len() {
        let at = |h: f64| {
            let mut moved = x;
            moved[i] += h;
            steps(&moved)
        };
        let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
        assert!((gradient[i] - slope).abs() < 1e-8 * (1.0 + slope.abs()));
    }
}

#[test]
fn forward_and_second_derivatives() {
    let (x, w, d) = ([0.7, -1.3, 2.9], [0.3, 1.1, -0.6], 0.8);
    let (dx, dw, dd) = ([0.2, 0.5, -0.3], [-0.4, 0.1, 0.9], 0.6);
    let (_, tangent) = shares_jvp(&x, &w, d, &dx, &dw, dd);
    let dot = |a: &[f64; 3], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let gradient = |h: f64| {
        let along = |x: &[f64; 3], dx: &[f64; 3]| std::array::from_fn(|i| x[i] + h * dx[i]);
        shares_grad(&along(&x, &dx), &along(&w, &dw), d + h * dd)
    };
    let (x_adj, w_adj, d_adj) = gradient(0.0);
    close_to(
        tangent,
        dot(&x_adj, &dx) + dot(&w_adj, &dw) + d_adj * dd,
        1e-12,
    );
    let second = shares_hvp(&x, &w, d, &dx, &dw, dd);
    let ((up_x, up_w, up_d), (low_x, low_w, low_d)) = (gradient(1e-6), gradient(-1e-6));
    for i in 0..3 {
        close_to(second.0[i], (up_x[i] - low_x[i]) / 2e-6, 1e-7);
        close_to(second.1[i], (up_w[i] - low_w[i]) / 2e-6, 1e-7);
    }
    close_to(second.2, (up_d - low_d) / 2e-6, 1e-7);
}

fn close_to(actual: f64, expected: f64, tolerance: f64) {
    assert!(
        (actual - expected).abs() <= tolerance * (1.0 + expected.abs()),
        "{actual} is not {expected}"
    );
}

/// Quotients that are factors: the reverse of an iteration computes them again.
#[differentiate(hvp, jvp)]
fn factors(x: &[f64], w: &[f64], d: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let q = x[i] / d[i];
        total += w[i] * q + x[i] * x[i];
        total *= 0.5;
    }
    total
}

/// A filter: what is divided is multiplied, too, and quotients go on to the next iteration.
#[differentiate(jvp)]
fn filter(data: &[f64], noise: f64) -> f64 {
    let (mut state, mut spread, mut total) = (0.0, 1.0, 0.0);
    for x in data {
        let variance = spread + noise;
        let innovation = x - state;
        let gain = spread / variance;
        state += gain * innovation;
        spread -= gain * spread;
        spread += 0.3 / variance + 0.1 * gain;
        total += variance.ln() + innovation * innovation / variance;
    }
    total
}

#[differentiate]
fn filter_again(data: &[f64], noise: f64) -> f64 {
    let (mut state, mut spread, mut total) = (0.0, 1.0, 0.0);
    #[checkpoint(2)]
    for x in data {
        let variance = spread + noise;
        let innovation = x - state;
        let gain = spread / variance;
        state += gain * innovation;
        spread -= gain * spread;
        spread += 0.3 / variance + 0.1 * gain;
        total += variance.ln() + innovation * innovation / variance;
    }
    total
}

/// A quotient decides: where it is compared it is what it was.
#[differentiate]
fn decided(x: &[f64], d: &[f64], limit: f64) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        let q = x[i] / d[i];
        if q == limit {
            total += q * x[i];
        }
        total *= q.floor() + 1.5;
    }
    total
}

#[test]
fn quotients_that_are_factors() {
    let points = [
        (0.7, 0.3, 1.3),
        (-1.3, 1.1, 1e-3),
        (2.9, -0.6, -7.0),
        (0.0, 2.0, 3.0),
        // There is no reciprocal, but a quotient.
        (1e-305, 0.5, 1e-310),
        (3.0, 1.0, f64::INFINITY),
    ];
    for (x, w, d) in points {
        let (by_x, by_w, by_d) = factors_grad(&[x], &[w], &[d]);
        close(by_x[0], 0.5 * (w / d + 2.0 * x));
        close(by_w[0], 0.5 * (x / d));
        close(by_d[0], -0.5 * (w / d * (x / d)));
    }
    let (_, by_w, _) = factors_grad(&[0.0], &[1.0], &[0.0]);
    assert!(by_w[0].is_nan());
    let (_, by_w, _) = factors_hvp(&[0.0], &[1.0], &[0.0], &[1.0], &[0.0], &[0.5]);
    assert!(by_w[0].is_nan());
    // What counts nothing contributes nothing.
    let (by_x, by_w, by_d) = factors_grad(&[1.0, 0.5], &[0.0, 2.0], &[0.0, 4.0]);
    assert_eq!((by_x[0], by_w[0], by_d[0]), (0.5, f64::INFINITY, 0.0));
    close(by_w[1], 0.0625);

    let (x, w, d) = ([0.7, -1.3, 2.9], [0.3, 1.1, -0.6], [1.3, 0.4, -7.0]);
    let (dx, dw, dd) = ([0.2, 0.1, -0.4], [1.0, 0.5, -0.3], [-0.2, 0.6, 0.9]);
    let dot = |a: &[f64], b: &[f64; 3]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    let (by_x, by_w, by_d) = factors_grad(&x, &w, &d);
    let slope = dot(&by_x, &dx) + dot(&by_w, &dw) + dot(&by_d, &dd);
    close(factors_jvp(&x, &w, &d, &dx, &dw, &dd).1, slope);
    let products = factors_hvp(&x, &w, &d, &dx, &dw, &dd);
    let h = 1e-5;
    let at = |h: f64| {
        let moved = |a: &[f64; 3], b: &[f64; 3]| [0, 1, 2].map(|i| a[i] + h * b[i]);
        factors_grad(&moved(&x, &dx), &moved(&w, &dw), &moved(&d, &dd))
    };
    let (ahead, behind) = (at(h), at(-h));
    for i in 0..3 {
        let difference = (ahead.2[i] - behind.2[i]) / (2.0 * h);
        assert!((products.2[i] - difference).abs() < 1e-7 * (1.0 + difference.abs()));
    }
}

#[test]
fn a_filter() {
    let data = [0.3, -1.2, 2.5, 0.9, 0.1, -0.4, 1.7];
    for noise in [0.5, 1e-3, 20.0] {
        let (by_data, by_noise) = filter_grad(&data, noise);
        assert_eq!(filter_again_grad(&data, noise), (by_data.clone(), by_noise));
        for i in 0..data.len() {
            let mut direction = [0.0; 7];
            direction[i] = 1.0;
            let slope = filter_jvp(&data, noise, &direction, 0.0).1;
            assert!((slope - by_data[i]).abs() <= 1e-12 * (1.0 + slope.abs()));
        }
        let slope = filter_jvp(&data, noise, &[0.0; 7], 1.0).1;
        assert!((slope - by_noise).abs() <= 1e-12 * (1.0 + slope.abs()));
    }
    assert_eq!(filter_grad(&[], 0.5), (vec![], 0.0));
}

#[test]
fn a_quotient_that_is_compared() {
    // One that is not the product with the reciprocal.
    let d = 0.7_f64;
    let x = (1..100)
        .map(|k| 0.1 * f64::from(k))
        .find(|x| x / d != x * (1.0 / d))
        .expect("a number that rounds differently");
    let q = x / d;
    let (by_x, by_d, _) = decided_grad(&[x, 1.0], &[d, 1.0], q);
    let rest = (q.floor() + 1.5) * 2.5;
    close(by_x[0], rest * 2.0 * q);
    close(by_d[0], -rest * q * q);
}
