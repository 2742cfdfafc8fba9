//! Functions of neural networks: closed forms, differences, edges, and calls from annotated functions.

use crate::support::{all_near, near, numbers, slope, slopes};
use autodiff::{differentiate, nn};

const POINTS: [f64; 13] = [
    0.0, 1e-300, -1e-9, 0.3, -0.7, 1.0, -2.5, 5.5, -20.0, 36.0, -35.0, 700.0, -700.0,
];

fn logistic(x: f64) -> f64 {
    if x < 0.0 {
        x.exp() / (1.0 + x.exp())
    } else {
        1.0 / (1.0 + (-x).exp())
    }
}

/// Values, first and second derivatives of a function of one variable, and NaN.
macro_rules! against {
    ($name:ident, $grad:ident, $value_and_grad:ident, $jvp:ident, $hessian:ident, $value:expr, $first:expr, $second:expr) => {
        for x in POINTS {
            let what = |of: &str| format!("{of} of {} at {x:e}", stringify!($name));
            let (value, first, second): (f64, f64, f64) = ($value(x), $first(x), $second(x));
            near(&what("value"), nn::$name(x), value, 1e-14);
            near(&what("gradient"), nn::$grad(x), first, 2e-14);
            assert_eq!(nn::$value_and_grad(x), (nn::$name(x), nn::$grad(x)));
            near(&what("tangent"), nn::$jvp(x, -2.0).1, -2.0 * first, 2e-14);
            // Near a zero the second derivative has the digits of its largest values.
            near(
                &what("Hessian"),
                nn::$hessian(x)[0][0] + 1e-4,
                second + 1e-4,
                1e-12,
            );

            if x.abs() > 0.1 && x.abs() < 10.0 {
                near(&what("differences"), slope(nn::$name, x), first, 1e-8);
            }
        }
        let (value, first) = nn::$value_and_grad(f64::NAN);
        assert!(value.is_nan(), "{} of NaN", stringify!($name));
        let _ = first;
    };
}

#[test]
fn sigmoids() {
    let second = |x: f64| -> f64 { -logistic(x) * logistic(-x) * (x / 2.0).tanh() };
    against!(
        sigmoid,
        sigmoid_grad,
        sigmoid_value_and_grad,
        sigmoid_jvp,
        sigmoid_hessian,
        logistic,
        |x: f64| logistic(x) * logistic(-x),
        second
    );
    against!(
        softplus,
        softplus_grad,
        softplus_value_and_grad,
        softplus_jvp,
        softplus_hessian,
        |x: f64| x.max(0.0) + (-x.abs()).exp().ln_1p(),
        logistic,
        |x: f64| logistic(x) * logistic(-x)
    );
    against!(
        log_sigmoid,
        log_sigmoid_grad,
        log_sigmoid_value_and_grad,
        log_sigmoid_jvp,
        log_sigmoid_hessian,
        |x: f64| x.min(0.0) - (-x.abs()).exp().ln_1p(),
        |x: f64| logistic(-x),
        |x: f64| -logistic(x) * logistic(-x)
    );
}

#[test]
fn units() {
    against!(
        relu,
        relu_grad,
        relu_value_and_grad,
        relu_jvp,
        relu_hessian,
        |x: f64| x.max(0.0),
        |x: f64| if x > 0.0 { 1.0 } else { 0.0 },
        |_: f64| 0.0
    );
    use autodiff::special::{norm_cdf, norm_pdf};
    against!(
        gelu,
        gelu_grad,
        gelu_value_and_grad,
        gelu_jvp,
        gelu_hessian,
        |x: f64| x * norm_cdf(x),
        |x: f64| norm_cdf(x) + x * norm_pdf(x),
        |x: f64| norm_pdf(x) * (2.0 - x * x)
    );
    against!(
        silu,
        silu_grad,
        silu_value_and_grad,
        silu_jvp,
        silu_hessian,
        |x: f64| x * logistic(x),
        |x: f64| logistic(x) * (1.0 + x * logistic(-x)),
        |x: f64| logistic(x) * logistic(-x) * (2.0 - x * (x / 2.0).tanh())
    );
    for x in POINTS {
        for alpha in [1.0, 0.0, -1.5] {
            let (by_x, by_alpha) = nn::elu_grad(x, alpha);
            let value = if x > 0.0 { x } else { alpha * x.exp_m1() };
            near("elu", nn::elu(x, alpha), value, 1e-15);
            near(
                "∂x",
                by_x,
                if x > 0.0 { 1.0 } else { alpha * x.exp() },
                1e-15,
            );
            near(
                "∂α",
                by_alpha,
                if x > 0.0 { 0.0 } else { x.exp_m1() },
                1e-15,
            );
        }
    }
}

#[test]
fn infinities() {
    let infinity = f64::INFINITY;
    assert_eq!(nn::sigmoid_value_and_grad(infinity), (1.0, 0.0));
    assert_eq!(nn::sigmoid_value_and_grad(-infinity), (0.0, 0.0));
    assert_eq!(nn::softplus_value_and_grad(infinity), (infinity, 1.0));
    assert_eq!(nn::softplus_value_and_grad(-infinity), (0.0, 0.0));
    assert_eq!(nn::log_sigmoid_value_and_grad(infinity), (0.0, 0.0));
    assert_eq!(nn::log_sigmoid_value_and_grad(-infinity), (-infinity, 1.0));
    assert_eq!(nn::relu_value_and_grad(infinity), (infinity, 1.0));
    assert_eq!(nn::relu_value_and_grad(-infinity), (0.0, 0.0));
    assert_eq!(nn::gelu_value_and_grad(infinity), (infinity, 1.0));
    assert_eq!(nn::gelu_value_and_grad(-infinity), (0.0, 0.0));
    assert_eq!(nn::silu_value_and_grad(infinity), (infinity, 1.0));
    assert_eq!(nn::silu_value_and_grad(-infinity), (0.0, 0.0));
    assert_eq!(
        nn::elu_value_and_grad(infinity, 1.0),
        (infinity, (1.0, 0.0))
    );
    assert_eq!(nn::elu_value_and_grad(-infinity, 2.0), (-2.0, (0.0, -1.0)));
    assert_eq!(nn::relu_grad(0.0), 0.0);
    assert_eq!(nn::relu_grad(-0.0), 0.0);
}

#[test]
fn hubers_loss() {
    for (error, delta) in [
        (0.0, 1.0),
        (0.5, 1.0),
        (-0.5, 1.0),
        (1.0, 1.0),
        (-3.0, 1.0),
        (1e200, 2.0),
        (-0.1, 0.05),
    ] {
        let far = f64::abs(error) > delta;
        let size = f64::abs(error);
        let value = if far {
            delta * (size - delta / 2.0)
        } else {
            error * error / 2.0
        };
        let (by_error, by_delta) = nn::huber_grad(error, delta);
        near("huber", nn::huber(error, delta), value, 1e-15);
        near("∂error", by_error, error.clamp(-delta, delta), 1e-15);
        near(
            "∂delta",
            by_delta,
            if far { size - delta } else { 0.0 },
            1e-14,
        );
        let second = nn::huber_hessian(error, delta)[0][0];
        assert_eq!(second, if far { 0.0 } else { 1.0 });
    }
}

#[test]
fn cross_entropies() {
    for (seed, count) in [(1, 1), (2, 2), (3, 5), (4, 40)] {
        let logits: Vec<f64> = numbers(count, seed).iter().map(|x| 4.0 * x).collect();
        let total: f64 = logits.iter().map(|x| x.exp()).sum();
        for class in 0..count {
            let (value, grad) = nn::cross_entropy_value_and_grad(&logits, class);
            let loss = total.ln() - logits[class];
            assert!((value - loss).abs() < 1e-14 * (1.0 + loss));
            let mut want: Vec<f64> = logits.iter().map(|x| x.exp() / total).collect();
            want[class] -= 1.0;
            all_near("gradient", &grad, &want, 1e-13);
            let differences = slopes(|z| nn::cross_entropy(z, class), &logits);
            if count > 1 {
                all_near("differences", &grad, &differences, 1e-8);
            }
        }
    }
    // A confident answer keeps its digits; nothing overflows.
    let (value, grad) = nn::cross_entropy_value_and_grad(&[40.0, 0.0], 0);
    near("loss", value, (-40.0_f64).exp(), 1e-14);
    near("∂", grad[0], -(-40.0_f64).exp(), 1e-14);
    near("∂", grad[1], (-40.0_f64).exp(), 1e-14);
    let (value, grad) = nn::cross_entropy_value_and_grad(&[1e4, -1e4, 0.0], 1);
    assert_eq!((value, grad), (2e4, vec![1.0, -1.0, 0.0]));
    let (value, grad) = nn::cross_entropy_value_and_grad(&[0.0, f64::NEG_INFINITY, 0.0], 2);
    near("masked", value, 2.0_f64.ln(), 1e-15);
    assert_eq!(grad, [0.5, 0.0, -0.5]);
    // Second derivatives: diag(p) - p pᵀ.
    let logits = [0.5, -1.0, 2.0];
    let total: f64 = logits.iter().map(|x: &f64| x.exp()).sum();
    let p = logits.map(|x| x.exp() / total);
    for class in 0..3 {
        let hessian = penalty_hessian(&logits, class);
        for i in 0..3 {
            for j in 0..3 {
                let want = if i == j { p[i] } else { 0.0 } - p[i] * p[j];
                assert!((hessian[i][j] - want).abs() < 1e-15);
            }
        }
    }
}

#[differentiate(hessian)]
fn penalty(logits: &[f64; 3], class: usize) -> f64 {
    nn::cross_entropy(logits, class)
}

#[test]
#[should_panic(expected = "cross_entropy: class 3 of 3 logits")]
fn no_such_class() {
    nn::cross_entropy_grad(&[0.0; 3], 3);
}

/// A network of each kind of unit, called by paths, names and aliases inside loops.
#[differentiate(vjp, jvp, hessian, hvp, taylor)]
fn network(w: &[f64; 6], xs: &[f64; 3]) -> f64 {
    use autodiff::nn::{huber, silu as swish};
    let mut total = 0.0;
    for &x in xs {
        let mut h = x;
        for k in 0..3 {
            h = ::autodiff::nn::sigmoid(w[2 * k] * h + w[2 * k + 1]) + swish(h) * nn::softplus(h);
            h -= nn::gelu(h) * nn::log_sigmoid(h) + nn::elu(-h, 0.5);
        }
        total += huber(h - 1.0, 0.75) + nn::relu(h);
    }
    total
}

#[test]
fn called_in_a_loop() {
    let (w, xs) = ([0.3, -0.2, 0.8, 0.1, -0.5, 0.4], [0.2, -1.0, 1.5]);
    let (by_w, by_x) = network_grad(&w, &xs);
    let along = |p: &[f64]| network(p[..6].try_into().unwrap(), p[6..].try_into().unwrap());
    let point: Vec<f64> = w.iter().chain(&xs).copied().collect();
    let gradient: Vec<f64> = by_w.iter().chain(&by_x).copied().collect();
    all_near("differences", &gradient, &slopes(along, &point), 1e-9);
    let direction = numbers(9, 5);
    let (dw, dx) = (
        direction[..6].try_into().unwrap(),
        direction[6..].try_into().unwrap(),
    );
    let dot: f64 = gradient.iter().zip(&direction).map(|(a, b)| a * b).sum();
    near("tangent", network_jvp(&w, &xs, &dw, &dx).1, dot, 1e-12);
    let hessian = network_hessian(&w, &xs);
    let times: Vec<f64> = hessian
        .iter()
        .map(|row| row.iter().zip(&direction).map(|(a, b)| a * b).sum())
        .collect();
    let (hw, hx) = network_hvp(&w, &xs, &dw, &dx);
    let product: Vec<f64> = hw.iter().chain(&hx).copied().collect();
    all_near("H d", &product, &times, 1e-12);
    for (i, got) in hessian.iter().enumerate() {
        let row = slopes(
            |p| {
                let (by_w, by_x) =
                    network_grad(p[..6].try_into().unwrap(), p[6..].try_into().unwrap());
                by_w.iter().chain(&by_x).copied().nth(i).unwrap()
            },
            &point,
        );
        all_near("rows of H", got, &row, 1e-8);
    }
    let [_, first, second] = network_taylor::<3>(&w, &xs, &dw, &dx);
    near("first coefficient", first, dot, 1e-12);
    let curvature: f64 = times.iter().zip(&direction).map(|(a, b)| a * b).sum();
    near("second coefficient", 2.0 * second, curvature, 1e-11);
}
