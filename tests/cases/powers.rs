//! Powers written as products: one contribution to the base, and never another derivative.

use autodiff::differentiate;

/// Squares, by themselves and in sums, of numbers that others are made of, too.
#[differentiate(hvp, jvp, taylor)]
fn squares(x: f64, y: f64) -> f64 {
    let d = x - y;
    let s = d * d;
    s * 3.0 + 0.25 * (x * x) - 0.5 * y * y + s * x + 7.0 * d.powi(2) + 1e-3 * x.powi(2)
}

/// Powers by factors on the right, on the left and on both sides; what is between has other uses.
#[differentiate(hvp, jvp)]
fn factors(x: f64, w: f64) -> f64 {
    let square = x * x;
    let right = square * x;
    let left = x * (x * square);
    let both = square * square;
    right + 2.0 * left - both * w + 5.0 * square * w + x * x * x * x * x + (x * w) * x
}

/// Longer than what is looked through.
#[differentiate]
fn long(x: f64) -> f64 {
    x * x * x * x * x * x * x * x * x * x * x * x
}

/// What is multiplied is another value each time, also where the names are the same.
#[differentiate]
fn shadowed(x: f64, y: f64) -> f64 {
    let s = x * x;
    let x = x + y;
    let mut t = s * x;
    for _ in 0..3 {
        let s = t * t;
        t = 0.5 * s * t;
    }
    let s = if y > 0.0 { x * x } else { x * y };
    t + s * x
}

/// The square belongs to the function, its products to iterations and branches.
#[differentiate(hvp)]
fn regions(x: f64, weights: &[f64]) -> f64 {
    let square = x * x;
    let mut total = 0.0;
    for w in weights {
        if *w > 0.0 {
            total += square * x * w;
        } else {
            total -= 4.0 * (square * w);
        }
    }
    total
}

/// The adjoint of a product with a literal gets more from elsewhere.
#[differentiate(hvp)]
fn several(x: f64) -> f64 {
    let s = x * x;
    let t = 3.0 * s;
    t.sin() + s * t + if x > 0.0 { s } else { -2.0 * s }
}

/// Pairs of a row, as in a sum over particles.
#[differentiate(hvp)]
fn pairs(x: &[[f64; 2]]) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        for j in 0..i {
            let (a, b) = (x[i][0] - x[j][0], x[i][1] - x[j][1]);
            let inverse = 1.0 / (a * a + b * b);
            total += 4.0 * (inverse * inverse * inverse - inverse * inverse);
        }
    }
    total
}

/// More outputs than inputs: several tangents at a time.
#[differentiate(jacobian)]
fn rows(x: &[f64; 2]) -> [f64; 3] {
    let square = x[0] * x[0];
    [square * x[1], x[1] * x[1] * 3.0, (square - x[1]).powi(2)]
}

#[differentiate]
fn narrow(x: f32, w: f32) -> f32 {
    w * (x * x) + 0.1 * x * x * x
}

#[differentiate]
fn mixed(x: f32, y: f64) -> f64 {
    let s = x * x;
    f64::from(s * x) + 2.0 * (y * y) * f64::from(s)
}

fn close(actual: f64, expected: f64) {
    let near = (actual - expected).abs() <= 1e-13 * (expected.abs() + 1e-3);
    assert!(near, "{actual:e} is not {expected:e}");
}

const POINTS: [f64; 7] = [0.0, -0.0, 0.3, -1.7, 2.5, 1e-3, -40.0];

#[test]
fn closed_forms() {
    for x in POINTS {
        for y in POINTS {
            let (by_x, by_y) = squares_grad(x, y);
            let d = x - y;
            close(
                by_x,
                6.0 * d + 0.5 * x + 2.0 * d * x + d * d + 14.0 * d + 2e-3 * x,
            );
            close(by_y, -6.0 * d - y - 2.0 * d * x - 14.0 * d);
            assert_eq!(squares_jvp(x, y, 1.0, 0.0).0, squares(x, y));
            close(squares_jvp(x, y, 1.0, 0.0).1, by_x);
            close(squares_jvp(x, y, 0.0, 1.0).1, by_y);
            let (by_xx, by_yx) = squares_hvp(x, y, 1.0, 0.0);
            close(by_xx, 6.0 + 0.5 + 2.0 * x + 4.0 * d + 14.0 + 2e-3);
            close(by_yx, -6.0 - 2.0 * x - 2.0 * d - 14.0);
            close(squares_taylor::<3>(x, y, 1.0, 0.0)[2], by_xx / 2.0);

            let (by_x, by_w) = factors_grad(x, y);
            let w = y;
            let (x2, x3, x4) = (x * x, x * x * x, x * x * x * x);
            close(
                by_x,
                3.0 * x2 + 8.0 * x3 - 4.0 * x3 * w + 10.0 * x * w + 5.0 * x4 + 2.0 * x * w,
            );
            close(by_w, -x4 + 5.0 * x2 + x2);
            close(factors_jvp(x, w, 1.0, 0.0).1, by_x);
            close(
                factors_hvp(x, w, 1.0, 0.0).0,
                6.0 * x + 24.0 * x2 - 12.0 * x2 * w + 10.0 * w + 20.0 * x3 + 2.0 * w,
            );
        }
        close(long_grad(x), 12.0 * x.powi(11));
        let by = several_grad(x);
        let slope = if x > 0.0 { 2.0 * x } else { -4.0 * x };
        close(by, (3.0 * x * x).cos() * 6.0 * x + 12.0 * x * x * x + slope);
        let weights = [1.5, -2.0, 0.0, 0.25];
        close(regions_grad(x, &weights).0, 3.0 * x * x * 1.75 + 16.0 * x);
        close(
            regions_hvp(x, &weights, 1.0, &[0.0; 4]).0,
            6.0 * x * 1.75 + 16.0,
        );
        assert_eq!(regions_grad(x, &[]), (0.0, vec![]));
    }
}

#[test]
fn several_tangents() {
    for x in POINTS {
        let y = 1.5 - x;
        let d = x * x - y;
        let expected = [
            [2.0 * x * y, x * x],
            [0.0, 6.0 * y],
            [4.0 * d * x, -2.0 * d],
        ];
        let by = rows_jacobian(&[x, y]);
        for (by, expected) in by.iter().flatten().zip(expected.iter().flatten()) {
            close(*by, *expected);
        }
    }
    // Nothing comes of a tangent that is zero.
    let (value, tangent) = squares_jvp(f64::INFINITY, 1.0, 0.0, 0.0);
    assert!(value.is_infinite() || value.is_nan());
    assert_eq!(tangent, 0.0);
}

#[test]
fn differences() {
    let step = 1e-6;
    for (x, y) in [(0.6, 0.2), (0.7, -0.3), (-0.9, 0.1)] {
        let (by_x, by_y) = shadowed_grad(x, y);
        let quotient_x = (shadowed(x + step, y) - shadowed(x - step, y)) / (2.0 * step);
        let quotient_y = (shadowed(x, y + step) - shadowed(x, y - step)) / (2.0 * step);
        assert!((by_x - quotient_x).abs() < 1e-8, "{by_x} {quotient_x}");
        assert!((by_y - quotient_y).abs() < 1e-8, "{by_y} {quotient_y}");
    }
    let at = [[0.1, 0.2], [1.3, -0.4], [0.2, 1.6], [1.1, 1.4]];
    let by = pairs_grad(&at);
    let direction = [[0.0, 1.0], [-0.5, 0.25], [1.0, 0.0], [0.0, 0.125]];
    let moved = |by: f64| {
        let mut moved = at;
        for (m, d) in moved.iter_mut().flatten().zip(direction.iter().flatten()) {
            *m += by * d;
        }
        moved
    };
    let slope: f64 = by
        .iter()
        .flatten()
        .zip(direction.iter().flatten())
        .map(|(g, d)| g * d)
        .sum();
    let quotient = (pairs(&moved(step)) - pairs(&moved(-step))) / (2.0 * step);
    assert!(
        (slope - quotient).abs() < 1e-6 * slope.abs(),
        "{slope} {quotient}"
    );
    let (ahead, behind) = (pairs_grad(&moved(step)), pairs_grad(&moved(-step)));
    let products = pairs_hvp(&at, &direction);
    for i in 0..at.len() {
        for k in 0..2 {
            let quotient = (ahead[i][k] - behind[i][k]) / (2.0 * step);
            assert!((products[i][k] - quotient).abs() < 1e-6 * (1.0 + quotient.abs()));
        }
    }
    assert_eq!(pairs_grad(&[]), Vec::<[f64; 2]>::new());
    assert_eq!(pairs_grad(&[[1.0, 2.0]]), vec![[0.0; 2]]);
}

/// A partial is no larger than the function makes it, and does not vanish before it.
#[test]
fn far_away() {
    // The square is zero, the derivative is not.
    let (by_x, _) = narrow_grad(1e-30, 1e30);
    assert!((by_x / 2.0 - 1.0).abs() < 1e-6, "{by_x}");
    let (by_x, _) = narrow_grad(1e-44, 1e30);
    assert!(by_x > 0.0);
    // The largest base whose square is finite.
    let (by_x, by_w) = narrow_grad(1e12, 1e-10);
    assert!((by_x / (200.0 + 0.3e24) - 1.0).abs() < 1e-5 && by_w.is_finite());
    let x = 1e-320;
    let (by_x, _) = squares_grad(x, 0.0);
    assert!(by_x > 0.0 && by_x.is_finite());
    // Infinity and NaN go where they belong.
    assert!(factors_grad(f64::NAN, 1.0).0.is_nan());
    assert_eq!(long_grad(f64::INFINITY), f64::INFINITY);
}

#[test]
fn other_widths() {
    for x in [0.3_f32, -1.5, 2.0] {
        let (by_x, by_w) = narrow_grad(x, 4.0);
        assert!((by_x - (8.0 * x + 0.3 * x * x)).abs() < 1e-5 && by_w == x * x);
        let (by_x, by_y) = mixed_grad(x, 0.75);
        let wide = f64::from(x);
        assert!((f64::from(by_x) - (3.0 * wide * wide + 4.0 * 0.5625 * wide)).abs() < 1e-5);
        close(by_y, 3.0 * f64::from(x * x));
    }
}
