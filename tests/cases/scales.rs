//! Chains of adjoints with numbers in them, which are gathered, and chains in which they cannot be.

use autodiff::differentiate;

agree! {
    one_behind_the_other: |x, w, n| {
        let mut s = 0.0;
        for i in 0..x.len() {
            let d = x[i] - w[0];
            let inverse = 1.0 / (1.0 + d * d + x[i] * x[i]);
            let cube = inverse * inverse * inverse;
            s += 4.0 * (cube * cube - cube) + n as f64 * w[1];
        }
        s
    }
    the_same_number_twice: |x, w, n| {
        let mut s = w[n % 3];
        for i in 0..x.len() {
            let a = x[i] * x[i];
            s += 3.0 * (a * a) - 3.0 * a + -3.0 * (a * a * a);
        }
        s
    }
    two_numbers: |x, w, n| {
        let mut s = w[n % 3];
        for v in x {
            let a = v * v;
            let b = a * a;
            s += 3.0 * b + 5.0 * b - 0.25 * (b * b);
        }
        s
    }
    asked_elsewhere: |x, w, n| {
        let mut kept = vec![0.0; x.len()];
        let mut s = 0.0;
        for i in 0..x.len() {
            let a = x[i] - w[0];
            let b = a * a;
            kept[i] = 4.0 * b;
            s += 4.0 * (b * b) + b.sin();
            if i > n {
                s -= 2.0 * b;
            }
        }
        for v in kept {
            s += v * v;
        }
        s
    }
    in_an_inner_loop: |x, w, n| {
        let mut s = 0.0;
        for v in x {
            let a = v * v;
            for i in 0..n.min(w.len()) {
                s += 4.0 * (a * a) * w[i];
            }
            s += 6.0 * (a * a * a);
        }
        s
    }
    in_a_branch: |x, w, n| {
        let mut s = 0.0;
        for (i, v) in x.iter().enumerate() {
            let a = v * v;
            let b = if i < n { 8.0 * (a * a) } else { -2.0 * a * w[0] };
            s += 0.5 * (b * b) - 4.0 * b;
        }
        s
    }
    small_numbers: |x, w, n| {
        let mut s = w[n % 3];
        for v in x {
            let a = v * v;
            s += 1e-3 * (a * a) + 0.0 * (a * a * a) - 0.5 * a;
        }
        s
    }
    negative_numbers: |x, w, n| {
        let mut s = w[n % 3];
        for v in x {
            let a = v * v * v;
            let b = -7.0 * (a * a) - -3.0 * a;
            s -= -2.0 * (b * b);
        }
        s
    }
    carried: |x, w, n| {
        let mut s = w[n % 3];
        let mut last = 1.0;
        for v in x {
            let a = v * v - 0.5 * last * last;
            s += 4.0 * (a * a);
            last = 2.0 * a;
        }
        s + last
    }
    handed_to_a_call: |x, w, n| {
        let mut s = 0.0;
        for v in x {
            let a = v * v;
            s += 4.0 * super::cubed(2.0 * (a * a)) + n as f64 * w[0] * w[0];
        }
        s
    }
    reciprocals: |x, w, n| {
        let mut s = 0.0;
        for v in x {
            let r = 1.0 / (v + 3.0);
            let q = 1.0 / (v * v + 2.0);
            let p = 1.0 / (w[0] + v * v);
            s += r * r + 3.0 * (q * q) * q + q + p * p * p + n as f64 * (p * p) * v;
        }
        s
    }
}

#[differentiate]
fn cubed(x: f64) -> f64 {
    5.0 * (x * x * x)
}

#[differentiate(hvp, jvp)]
fn inverse_square(x: f64, scale: f64) -> f64 {
    let inverse = 1.0 / x;
    scale * (4.0 * (inverse * inverse))
}

#[differentiate]
fn used_twice(x: f64, scale: f64) -> f64 {
    let inverse = 1.0 / x;
    scale * inverse + inverse * inverse
}

#[test]
fn closed_forms() {
    for x in [0.5_f64, -1.5, 3.0, 1e-3, 1e5] {
        let (by_x, by_scale) = inverse_square_grad(x, 2.0);
        let close = |a: f64, e: f64| assert!((a / e - 1.0).abs() < 1e-14, "{a:e}, not {e:e}");
        close(by_x, -16.0 / x.powi(3));
        close(by_scale, 4.0 / x.powi(2));
        close(inverse_square_jvp(x, 2.0, 1.0, 0.0).1, by_x);
        close(inverse_square_hvp(x, 2.0, 1.0, 0.0).0, 48.0 / x.powi(4));
    }
}

/// The square of a reciprocal vanishes long before the reciprocal does.
#[test]
fn far_away() {
    let (by_x, _) = used_twice_grad(1e165, 1e200);
    assert!((by_x / -1e-130 - 1.0).abs() < 1e-12, "{by_x:e}");
    let (by_x, _) = used_twice_grad(1e-150, 1e-100);
    assert!(by_x.is_infinite());
    // A cotangent that is zero gives zero.
    assert_eq!(inverse_square_grad(0.0, 0.0).0, 0.0);
    assert!(inverse_square_grad(0.0, 1.0).0.is_infinite());
    assert_eq!(inverse_square_grad(f64::INFINITY, 1.0).0, 0.0);
}
