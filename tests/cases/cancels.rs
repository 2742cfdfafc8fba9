//! Numbers that are subtracted in front of an exponential and added again, so that nothing depends on them, and such that are not
//! quite.

agree! {
    log_sum_exp: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
        (top + total.ln()) * w[0] + n as f64
    }
    log_sum_exp_by_branches: |x, w, n| {
        let mut top = x[0];
        for i in 1..x.len() {
            if x[i] > top {
                top = x[i];
            }
        }
        let mut total = 0.0;
        for i in 0..x.len() {
            if i != n {
                total += w[i % w.len()] * (x[i] - top).exp();
            }
        }
        total.ln() + top
    }
    soft_minimum: |x, w, n| {
        let (a, b, c, gamma) = (x[0], x[n % x.len()], w[1], w[0]);
        let least = a.min(b).min(c);
        let sum = ((least - a) / gamma).exp() + ((least - b) / gamma).exp() + ((least - c) / gamma).exp();
        least - gamma * sum.ln()
    }
    at_a_temperature_that_varies: |x, w, n| {
        let beta = 1.0 + w[0] * w[n % w.len()];
        let top = x.iter().map(|v| v * v).fold(0.0, f64::max);
        let mut total = 0.0;
        for v in x {
            total += (beta * (v * v - top)).exp();
        }
        beta * top + total.ln()
    }
    soft_max: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
        let mut mean = 0.0;
        for i in 0..x.len() {
            mean += w[i % w.len()] * ((x[i] - top).exp() / total);
        }
        mean * (x[n % x.len()] - top - total.ln())
    }
    in_every_iteration: |x, w, n| {
        let mut value = 0.0;
        for i in 0..n {
            let mut top = w[0];
            for v in w {
                top = top.max(v * x[i]);
            }
            let mut total = 0.0;
            for v in w {
                total += (v * x[i] - top).exp();
            }
            value += (top + total.ln()) * x[0];
        }
        value
    }
    products: |x, w, n| {
        let top = x[0].max(w[0]).max(0.1);
        let (a, b) = ((x[0] - top).exp(), (2.0 * n as f64 - top).exp());
        (a * b).ln() + top + top + (a / b).ln()
    }
    a_difference_of_itself: |x, w, n| {
        let top = x[0].max(w[0]);
        let shifted = top - x[1];
        (shifted - top) * w[1] + n as f64
    }
    nothing_else: |x, w, n| {
        let top = x[0].max(w[0]);
        n as f64 * (top - top)
    }

    added_twice: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
        top + total.ln() + 0.5 * top * w[0] + n as f64
    }
    subtracted_again: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
        total.ln() - top * w[n % w.len()]
    }
    at_another_temperature: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for v in x {
            total += ((v - top) / w[0]).exp();
        }
        top + w[1] * total.ln() + n as f64
    }
    at_the_reciprocal_temperature: |x, w, n| {
        let top = x[0].max(x[1]);
        let total = ((x[0] - top) * w[0]).exp() + ((x[1] - top) * w[0]).exp();
        top + w[0] * total.ln() + n as f64
    }
    with_something_in_the_sum: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 1.0;
        for v in x {
            total += (v - top).exp();
        }
        top + total.ln() * w[0] + n as f64
    }
    with_something_in_each_sum: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for v in x {
            total += (v - top).exp() + w[0];
        }
        top + total.ln() + n as f64
    }
    weighted_by_itself: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for v in x {
            total += (2.0 + top) * (v - top).exp();
        }
        top + total.ln() * w[0] + n as f64
    }
    a_sum_that_is_looked_at: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
        top + total.ln() + total * w[0] + n as f64
    }
    a_sum_that_fades: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for v in x {
            total = total * (0.5 * top).exp() + (v - top).exp();
        }
        top + total.ln() * w[0] + n as f64
    }
    at_the_rate_of_an_iteration: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut total = 0.0;
        for i in 0..x.len() {
            let rate = w[i % w.len()];
            total += ((x[i] - top) * rate).exp();
        }
        top + total.ln() + n as f64
    }
    a_product_in_a_loop: |x, w, n| {
        let top = x[0].max(w[0]);
        let mut product = 1.0;
        for i in 0..n {
            product *= (x[i] - top).exp();
        }
        product.ln() + top
    }
    an_exponential_that_is_repeated: |x, w, n| {
        let top = x[0].max(w[0]);
        let mut scaled = (x[1] - top).exp();
        for _ in 0..n {
            scaled *= (x[2] - top).exp();
        }
        scaled.ln() + top
    }
    in_one_branch: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
        if n > 1 { top * w[0] } else { top + total.ln() }
    }
    in_both_branches: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
        let logarithm = if n > 1 { total.ln() } else { -(x[0] - top) };
        w[0] * (top + logarithm)
    }
    handed_on: |x, w, n| {
        let (mut before, mut value) = (w[0], 0.0);
        for i in 0..n {
            let top = before.max(x[i]);
            value += top + ((x[i] - top).exp() + (before - top).exp()).ln();
            before = 0.5 * top;
        }
        value
    }
    handed_on_as_what_cancels: |x, w, n| {
        let mut before = w[0];
        for i in 0..n {
            let top = before.max(x[i]);
            before = top + ((x[i] - top).exp() + (before - top).exp()).ln();
        }
        before * w[1]
    }
    constant_in_the_sum: |x, w, n| {
        let top = x[0].max(x[1]);
        let fixed = autodiff::stop_gradient(top);
        let total = (x[0] - fixed).exp() + (x[1] - fixed).exp();
        (top + total.ln()) * w[0] + n as f64
    }
    in_memory: |x, w, n| {
        let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
        let mut terms = vec![0.0; x.len()];
        for i in 0..x.len() {
            terms[i] = (x[i] - top).exp() * w[i % w.len()];
        }
        let total: f64 = terms.iter().sum();
        terms[n % x.len()] * top + total.ln()
    }
    with_another_function: |x, w, n| {
        let top = x[0].max(w[0]);
        let total = (x[0] - top).exp2() + (w[0] - top).exp2();
        top + total.ln() + (x[1] - top).exp_m1() * n as f64
    }
}

#[autodiff::differentiate(hvp)]
fn smooth_top(x: &[f64]) -> f64 {
    let top = x.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = x.iter().map(|v| (v - top).exp()).sum();
    top + total.ln()
}

/// The gradient is the soft maximum whether or not numbers are the same, and zero where a number is -∞.
#[test]
fn of_numbers_that_are_the_same() {
    let x = [1.5, f64::NEG_INFINITY, 1.5, 0.5];
    let dx = smooth_top_grad(&x);
    let total = 2.0 + (-1.0_f64).exp();
    let expected = [1.0 / total, 0.0, 1.0 / total, (-1.0_f64).exp() / total];
    for (a, e) in dx.iter().zip(expected) {
        assert!((a - e).abs() <= 1e-15, "{dx:?}");
    }
}

/// `diag(p) − p pᵀ` of the soft maximum `p`.
#[test]
fn of_second_order() {
    let x = [0.3, 1.5, -0.2, 1.4];
    let p = smooth_top_grad(&x);
    let v = [1.0, -0.5, 2.0, 0.25];
    let mean: f64 = p.iter().zip(v).map(|(p, v)| p * v).sum();
    let hv = smooth_top_hvp(&x, &v);
    for k in 0..4 {
        let expected = p[k] * (v[k] - mean);
        assert!((hv[k] - expected).abs() <= 1e-15, "{hv:?}");
    }
}

/// What is not a number is not hidden.
#[test]
fn of_no_number() {
    assert!(
        smooth_top_grad(&[f64::NAN, f64::NAN])
            .iter()
            .all(|d| d.is_nan())
    );
    let dx = smooth_top_grad(&[f64::INFINITY, 1.0]);
    assert!(dx[0].is_nan(), "{dx:?}");
}
