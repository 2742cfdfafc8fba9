//! Gradients that a loop covers, which are written into buffers that are not cleared, and loops that nearly cover them.

use autodiff::{Real, differentiate};

agree! {
    all_of_it: |x, w, n| {
        let mut s = w[0] + n as f64;
        for v in x {
            s = (s * v).sin();
        }
        s
    }
    neighbours: |x, w, n| {
        let total: f64 = x.windows(2).map(|p| (p[1] - p[0] * p[0]).powi(2)).sum();
        total + w[0] * n as f64
    }
    neighbours_one_after_the_other: |x, w, n| {
        let mut s = w[n / 3];
        for i in 1..x.len() - 1 {
            s = (s + x[i - 1] * x[i]).sin() * x[i + 1];
        }
        s
    }
    neighbours_from_the_end: |x, w, n| {
        let mut s = w[n / 3];
        for i in (1..x.len() - 1).rev() {
            s = (s + x[i - 1] * x[i]).sin() * x[i + 1];
        }
        s
    }
    short_by_one: |x, w, n| {
        let mut s = w[0];
        for i in 0..x.len() - 1 {
            s = (s * x[i]).cos();
        }
        for i in 1..w.len() {
            s *= w[i];
        }
        s + n as f64
    }
    a_part: |x, w, n| {
        let mut s = w[0];
        for i in n.min(2)..n.min(x.len()) {
            s = (s * x[i]).cos();
        }
        s
    }
    shifted: |x, w, n| {
        let (mut s, from) = (0.5, n.min(2));
        for i in 0..x.len() - from {
            s = (s * x[from + i]).cos() + x[from + i];
        }
        for i in from..w.len() {
            s *= w[i - from];
        }
        s
    }
    not_always_there: |x, w, n| {
        let mut s = w[n / 3];
        for i in (0..x.len()).rev() {
            let next = i + 1;
            if next < x.len() {
                s = 0.5 * s + x[next].sin() * x[i];
            } else {
                s += x[i].cos();
            }
        }
        for i in 0..w.len() {
            let next = i + 1;
            if next < w.len() {
                s += w[i] * w[next];
            }
            s += w[i].sin();
        }
        s
    }
    in_steps: |x, w, n| {
        let mut s = w[0];
        for i in (0..x.len()).step_by(2) {
            s = (s * x[i]).cos();
        }
        for v in w.iter().step_by(n + 1) {
            s += v * v;
        }
        s
    }
    twice: |x, w, n| {
        let mut s = 1.0;
        for v in x {
            s = (s * v).sin();
        }
        for i in 0..n.min(x.len()) {
            s += x[i] * s * w[0];
        }
        for v in w.iter().skip(1).rev() {
            s = (s + v).cos();
        }
        s
    }
    one_more_element: |x, w, n| {
        let mut s = x[0] * w[n % 3];
        for i in 0..x.len() {
            s = (s * x[i]).sin() + x[0];
        }
        for i in 0..w.len() {
            s += w[i] * w[w.len() - 1 - i] * s;
        }
        s
    }
    where_it_is_asked: |x, w, n| {
        let mut s = 0.3;
        for i in 0..x.len() {
            if i % 2 == 0 {
                s = (s * x[i]).sin();
            } else if n > 3 {
                s += w[0];
            }
        }
        for i in 0..w.len() {
            if w[i] > 1.0 {
                continue;
            }
            s *= w[i];
        }
        s
    }
    until_it_is_left: |x, w, n| {
        let mut s = 0.3;
        for (i, v) in x.iter().enumerate() {
            s = (s * v).sin() + w[0];
            if i == n {
                break;
            }
        }
        s
    }
    in_a_loop: |x, w, n| {
        let mut s = w[0];
        for k in 0..n {
            for v in x {
                s = (s * v).sin() + k as f64;
            }
        }
        s
    }
    if_at_all: |x, w, n| {
        if n == 0 {
            return w[0];
        }
        let mut s = w[0];
        for v in x {
            s = (s * v).sin();
        }
        s
    }
    of_two_lengths: |x, w, n| {
        let both: f64 = x.iter().zip(w).map(|(x, w)| x * w).sum();
        both * both + n as f64
    }
    through_memory: |x, w, n| {
        let mut y: Vec<f64> = x.iter().map(|v| v.sin()).collect();
        for i in 1..y.len() {
            y[i] += y[i - 1] * w[0];
        }
        y[n % y.len()]
    }
}

fn bits(numbers: &[f64]) -> Vec<u64> {
    numbers.iter().map(|x| x.to_bits()).collect()
}

/// From nothing at all on.
#[test]
fn any_length() {
    #[differentiate]
    fn pairs(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for i in 2..x.len() {
            s = s * x[i - 2] + x[i];
        }
        s
    }
    for n in 0..9 {
        let x: Vec<f64> = (0..n).map(|i| 0.4 + 0.3 * i as f64).collect();
        let mut into = vec![f64::NAN; n];
        pairs_grad_into(&x, &mut into);
        assert_eq!(bits(&into), bits(&pairs_grad(&x)));
        // s_k = s_(k-1) x[k-2] + x[k]
        let mut slope = vec![0.0; n];
        let mut values = vec![1.0; n.max(2)];
        for i in 2..n {
            values[i] = values[i - 1] * x[i - 2] + x[i];
        }
        let mut behind = 1.0;
        for i in (2..n).rev() {
            slope[i] += behind;
            slope[i - 2] += behind * values[i - 1];
            behind *= x[i - 2];
        }
        for (a, e) in into.iter().zip(&slope) {
            assert!(
                (a - e).abs() <= 1e-12 * (1.0 + e.abs()),
                "{into:?}, not {slope:?}"
            );
        }
    }
}

/// What nothing was added to is a positive zero; what is added first may be a negative one.
#[test]
fn zeros_that_are_left_have_no_sign() {
    #[differentiate]
    fn weighted(x: &[f64], w: f64, n: usize) -> f64 {
        x[..n].iter().map(|x| -w * x).sum()
    }
    for n in 0..4 {
        let (mut dx, mut dw) = (vec![f64::NAN; 3], f64::NAN);
        weighted_grad_into(&[0.0, 0.0, 0.0], 0.0, n, &mut dx, &mut dw);
        assert_eq!(dx, [0.0; 3]);
        assert_eq!(bits(&dx[n..]), bits(&[0.0; 3][n..]));
        assert_eq!(dw, 0.0);
    }
}

/// The first to be added is not the first that stands there, and elements are added to again.
#[test]
fn sums_of_several() {
    #[differentiate]
    fn triples(x: &[f64]) -> f64 {
        let mut s = 1.0;
        for i in 2..x.len() {
            s = s * x[i - 2] * x[i - 1] + x[i] * x[i - 1] + x[i].sin() + x[i - 2];
        }
        s
    }
    for n in 0..8 {
        let x: Vec<f64> = (0..n).map(|i| 0.4 + 0.3 * i as f64).collect();
        let mut dx = vec![f64::NAN; n];
        triples_grad_into(&x, &mut dx);
        for k in 0..n {
            let at = |by: f64| {
                let mut x = x.clone();
                x[k] += by;
                triples(&x)
            };
            let slope = (at(1e-6) - at(-1e-6)) / 2e-6;
            assert!((slope - dx[k]).abs() < 1e-7 * (1.0 + slope.abs()), "{dx:?}");
        }
    }
}

/// The first run leaves NaN, and the second one does not find it.
#[test]
fn what_runs_twice_is_written_twice() {
    #[differentiate]
    fn roots(x: &[f64]) -> f64 {
        let mut s = 0.0;
        for v in x {
            s = s * 0.5 + 0.0 * v.sqrt();
        }
        s
    }
    let mut dx = vec![3.0; 4];
    roots_grad_into(&[0.0, 1.0, 0.0, 4.0], &mut dx);
    assert_eq!(dx, [0.0; 4]);
}

#[test]
fn rows_and_numbers_of_any_kind() {
    #[differentiate]
    fn lengths<T: Real>(points: &[[T; 2]], scale: &[(T, T); 3]) -> T {
        let mut s = T::from_f64(1.0);
        for p in points {
            s = s * (p[0] * p[0] + p[1]);
        }
        for k in 0..3 {
            s += scale[k].0 * scale[k].1;
        }
        s
    }
    let points = [[1.0, 2.0], [0.5, -1.0], [2.0, 0.25]];
    let scale = [(1.0, 2.0), (3.0, 4.0), (5.0, 6.0)];
    let (mut dp, mut ds) = ([[f64::NAN; 2]; 3], [(f64::NAN, f64::NAN); 3]);
    lengths_grad_into(&points, &scale, &mut dp, &mut ds);
    let parts = points.map(|[x, y]| x * x + y);
    for k in 0..3 {
        let rest = parts[(k + 1) % 3] * parts[(k + 2) % 3];
        assert!((dp[k][0] - 2.0 * points[k][0] * rest).abs() < 1e-12);
        assert!((dp[k][1] - rest).abs() < 1e-12);
        assert_eq!(ds[k], (scale[k].1, scale[k].0));
    }
    let points = points.map(|p| p.map(|x| x as f32));
    let scale = scale.map(|(x, y)| (x as f32, y as f32));
    let (mut fp, mut fs) = ([[f32::NAN; 2]; 3], [(f32::NAN, f32::NAN); 3]);
    lengths_grad_into(&points, &scale, &mut fp, &mut fs);
    for (f, d) in fp.as_flattened().iter().zip(dp.as_flattened()) {
        assert!((f64::from(*f) - d).abs() < 1e-5);
    }
}

#[test]
fn a_parameter_of_its_own_that_is_overwritten() {
    #[differentiate]
    fn moved(mut x: Vec<f64>, w: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..x.len() {
            s = s * 0.5 + x[i] * x[i];
            x[i] = w[i] * x[i];
        }
        for i in 0..x.len() {
            s = s * x[i] + 1.0;
        }
        s
    }
    let (x, w) = (vec![0.5, -1.5, 2.0], [1.0, 0.25, -0.5]);
    let (mut dx, mut dw) = ([f64::NAN; 3], [f64::NAN; 3]);
    moved_grad_into(x.clone(), &w, &mut dx, &mut dw);
    let (gx, gw) = moved_grad(x.clone(), &w);
    assert_eq!((bits(&dx), bits(&dw)), (bits(&gx), bits(&gw)));
    for k in 0..3 {
        let h = 1e-6;
        let at = |by: f64| {
            let mut x = x.clone();
            x[k] += by;
            moved(x, &w)
        };
        assert!(((at(h) - at(-h)) / (2.0 * h) - dx[k]).abs() < 1e-7);
    }
}

#[test]
fn a_cotangent_and_a_second_derivative() {
    #[differentiate(vjp)]
    fn powers(x: &[f64], out: &mut [f64]) -> f64 {
        let mut s = 1.0;
        for (out, x) in out.iter_mut().zip(x) {
            *out = x * x;
            s *= x;
        }
        s
    }
    let x = [1.5, -0.5, 2.0];
    let (mut out, mut cotangent, mut dx) = ([0.0; 3], [1.0, 2.0, 3.0], [f64::NAN; 3]);
    powers_vjp_into(&x, &mut out, 0.5, &mut cotangent, &mut dx);
    assert_eq!(cotangent, [0.0; 3]);
    for k in 0..3 {
        let rest = x[(k + 1) % 3] * x[(k + 2) % 3];
        assert!((dx[k] - (0.5 * rest + 2.0 * x[k] * (k + 1) as f64)).abs() < 1e-12);
    }

    #[differentiate(hvp, hessian)]
    fn product(x: &[f64]) -> f64 {
        x.iter().product()
    }
    let h = product_hessian(&x);
    let direction = [0.3, -1.0, 0.7];
    let along = product_hvp(&x, &direction);
    for i in 0..3 {
        let row: f64 = (0..3).map(|j| h[(i, j)] * direction[j]).sum();
        assert!((row - along[i]).abs() < 1e-12);
        for j in 0..3 {
            let expected = if i == j { 0.0 } else { x[3 - i - j] };
            assert!((h[(i, j)] - expected).abs() < 1e-12);
        }
    }
}
