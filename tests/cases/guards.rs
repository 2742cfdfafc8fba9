//! A gradient runs without guards, and again with them where that has left a NaN: at ordinary points, and where what is infinite or
//! NaN meets a cotangent that is exactly zero, in every mode; and what must not be done twice.

use autodiff::{Differentiable, differentiate};
use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

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

// What is infinite meets zero: each function of `x` and `w` is called at zeros.

#[differentiate(vjp, jvp, hvp, hessian, jacobian, batch)]
fn root(x: f64, w: f64) -> f64 {
    w * x.sqrt()
}

#[differentiate(vjp, jvp, hvp, hessian, jacobian, batch)]
fn entropy(x: f64, w: f64) -> f64 {
    x + w * x.ln() * w
}

#[differentiate(vjp, jvp, hvp, hessian, jacobian, batch)]
fn power(x: f64, w: f64) -> f64 {
    w * x.powf(0.25) + x
}

#[differentiate(vjp, jvp, hvp, hessian, jacobian, batch)]
fn quotient(x: f64, w: f64) -> f64 {
    let ratio = w / x;
    if x > 0.0 { ratio } else { 3.0 * w }
}

#[differentiate(vjp, jvp, hvp, hessian, jacobian, batch)]
fn chosen(x: f64, w: f64) -> f64 {
    x.sqrt().max(1.0) * w + 2.0 * x
}

#[differentiate(vjp, jvp, hvp, hessian, jacobian, batch)]
fn called(x: f64, w: f64) -> f64 {
    let masked = root(x, w * w);
    masked + entropy(x, w) + chosen(x, 1.0)
}

#[test]
fn zero_times_infinity_is_zero_in_every_mode() {
    // At `x = 0`, `w = 0`: the derivatives by both.
    macro_rules! check {
        ($f:ident, $grad:ident, $both:ident, $into:ident, $vjp:ident, $jacobian:ident, $batch:ident, $hvp:ident, $expected:expr) => {{
            let expected: (f64, f64) = $expected;
            let name = stringify!($f);
            let value = $f(0.0, 0.0);
            let same = |found: f64| found.to_bits() == value.to_bits();
            assert_eq!($grad(0.0, 0.0), expected, "{name}");
            let (found, gradient) = $both(0.0, 0.0);
            assert!(same(found) && gradient == expected, "{name}");
            let (mut dx, mut dw) = (7.0, f64::NAN);
            assert!(same($into(0.0, 0.0, &mut dx, &mut dw)), "{name}");
            assert_eq!((dx, dw), expected, "{name}");
            let (found, gradient) = $vjp(0.0, 0.0, 1.0);
            assert!(same(found) && gradient == expected, "{name}");
            // Nothing of nothing.
            assert_eq!($vjp(0.0, 0.0, 0.0).1, (0.0, 0.0), "{name}");
            let [[dx, dw]] = $jacobian(0.0, 0.0);
            assert_eq!((dx, dw), expected, "{name}");
            let (dx, dw) = $batch(&[0.5, 0.0, 2.0], &[1.5, 0.0, 0.0]);
            for (k, (x, w)) in [(0.5, 1.5), (0.0, 0.0), (2.0, 0.0)].into_iter().enumerate() {
                assert_eq!((dx[k], dw[k]), $grad(x, w), "{name}");
            }
            assert_eq!($hvp(0.0, 0.0, 0.0, 0.0), (0.0, 0.0), "{name}");
        }};
    }
    check!(
        root,
        root_grad,
        root_value_and_grad,
        root_grad_into,
        root_vjp,
        root_jacobian,
        root_grad_batch,
        root_hvp,
        (0.0, 0.0)
    );
    check!(
        power,
        power_grad,
        power_value_and_grad,
        power_grad_into,
        power_vjp,
        power_jacobian,
        power_grad_batch,
        power_hvp,
        (1.0, 0.0)
    );
    check!(
        quotient,
        quotient_grad,
        quotient_value_and_grad,
        quotient_grad_into,
        quotient_vjp,
        quotient_jacobian,
        quotient_grad_batch,
        quotient_hvp,
        (0.0, 3.0)
    );
    check!(
        chosen,
        chosen_grad,
        chosen_value_and_grad,
        chosen_grad_into,
        chosen_vjp,
        chosen_jacobian,
        chosen_grad_batch,
        chosen_hvp,
        (2.0, 1.0)
    );
    // `0 · ln 0` is a NaN in the value, and in the derivative by `w`, as IEEE has it.
    let (dx, dw) = entropy_grad(0.0, 0.0);
    assert!(dx == 1.0 && dw.is_nan());
    let (dx, dw) = called_grad(0.0, 0.0);
    assert!(dx == 3.0 && dw.is_nan());
}

#[differentiate(jacobian)]
fn rows(x: &[f64; 40], w: &[f64; 2]) -> [f64; 2] {
    let mut out = [0.0; 2];
    for i in 0..40 {
        out[i % 2] += w[i % 2] * (x[i].sqrt() + x[i] * x[i]);
    }
    out
}

/// Row by row: one that needs guards, and one that does not.
#[test]
fn rows_are_guarded_where_they_must_be() {
    let mut x = [4.0; 40];
    x[2] = 0.0;
    for w in [[0.0, 1.0], [1.0, 0.0], [0.5, 2.0]] {
        let jacobian = rows_jacobian(&x, &w);
        for (k, row) in jacobian.iter().enumerate() {
            for i in 0..40 {
                let slope = if i == 2 { f64::INFINITY } else { 8.25 };
                let here = i % 2 == k && w[k] != 0.0;
                assert_eq!(row[i], if here { w[k] * slope } else { 0.0 });
            }
            let values: f64 = (0..40)
                .filter(|i| i % 2 == k)
                .map(|i| x[i].sqrt() + x[i] * x[i])
                .sum();
            assert_eq!(row[40 + k], values);
            assert_eq!(row[41 - k], 0.0);
        }
    }
}

/// Counts how often it is looked at: by its name `len` is a method that changes nothing.
struct Counted(Cell<usize>);

impl Counted {
    fn len(&self) -> usize {
        self.0.set(self.0.get() + 1);
        1
    }
}

#[differentiate(wrt(x, w), hvp)]
fn looked_at(x: f64, w: f64, counted: &Counted) -> f64 {
    let count = counted.len();
    w * x.sqrt() * count as f64
}

#[test]
fn the_second_run_is_for_a_nan_only() {
    let counted = Counted(Cell::new(0));
    let runs = || counted.0.replace(0);
    assert_eq!(looked_at_grad(4.0, 3.0, &counted), (0.75, 2.0));
    // In one run it is looked at in both sweeps.
    let once = runs();
    assert!(once > 0);
    assert_eq!(looked_at_grad(1e-300, 3e300, &counted).0, f64::INFINITY);
    assert_eq!(runs(), once);
    // Zero has no reciprocal.
    assert_eq!(looked_at_grad(0.0, 3.0, &counted), (f64::INFINITY, 0.0));
    assert_eq!(runs(), 2 * once);
    assert_eq!(looked_at_grad(0.0, 0.0, &counted), (0.0, 0.0));
    assert_eq!(runs(), 2 * once);
    assert!(looked_at_grad(f64::NAN, 2.0, &counted).0.is_nan());
    assert_eq!(runs(), 2 * once);
    let direction = |x, w| looked_at_hvp(x, w, &counted, x / 4.0, 0.0);
    assert_eq!(direction(4.0, 3.0), (-3.0 / 32.0, 0.25));
    assert_eq!(runs(), once);
    assert_eq!(direction(0.0, 0.0), (0.0, 0.0));
    assert_eq!(runs(), 2 * once);
}

static TICKS: AtomicUsize = AtomicUsize::new(0);

#[differentiate(constant)]
fn tick(factor: f64) -> f64 {
    TICKS.fetch_add(1, Ordering::Relaxed);
    factor
}

#[differentiate]
fn ticking(x: f64, w: f64) -> f64 {
    w * x.sqrt() * tick(2.0)
}

/// It is called with what varies, and answers for what it calls.
#[differentiate]
fn of_ticking(x: f64, w: f64) -> f64 {
    ticking(x, w) + x
}

#[test]
fn effects_run_once() {
    assert_eq!(ticking_grad(0.0, 0.0), (0.0, 0.0));
    assert_eq!(TICKS.swap(0, Ordering::Relaxed), 1);
    assert_eq!(of_ticking_grad(0.0, 0.0), (1.0, 0.0));
    assert_eq!(TICKS.swap(0, Ordering::Relaxed), 1);
}

#[differentiate(vjp)]
fn in_place(x: &mut [f64], w: f64) -> f64 {
    let mut total = 0.0;
    for i in 0..x.len() {
        x[i] = w * x[i].sqrt() + 1.0;
        total += x[i];
    }
    total
}

/// What is lent is changed once.
#[test]
fn lent_memory_is_changed_once() {
    let mut x = [4.0, 0.0];
    assert_eq!(in_place_grad(&mut x, 0.0), 2.0);
    assert_eq!(x, [1.0, 1.0]);
    let mut x = [4.0, 0.0];
    let mut cotangent = [0.0, 0.0];
    let (value, dw) = in_place_vjp(&mut x, 0.0, 1.0, &mut cotangent);
    assert_eq!((value, dw), (2.0, 2.0));
    assert_eq!((x, cotangent), ([1.0, 1.0], [0.0, 0.0]));
}

/// Of what is lent nothing is looked at.
#[differentiate(vjp, jvp)]
fn overwritten(x: &[f64], w: f64, roots: &mut [f64], last: &mut [[f64; 2]; 2]) {
    for i in 0..x.len() {
        roots[i] = w * x[i].sqrt();
        if i < 2 {
            last[i][1] = x[i] * w;
        }
    }
}

/// The second time the cotangents are what they were, and those of what is not written stay.
#[test]
fn lent_memory_is_overwritten_twice() {
    for zero in [0.0, 4.0] {
        let x = [4.0, zero, 1.0];
        let (mut roots, mut last) = ([9.0; 4], [[9.0; 2]; 2]);
        let mut roots_adj = [1.0, 0.0, 2.0, 5.0];
        let mut last_adj = [[0.5, 0.25], [0.125, 0.0]];
        let (dx, dw) = overwritten_vjp(
            &x,
            2.0,
            &mut roots,
            &mut last,
            &mut roots_adj,
            &mut last_adj,
        );
        assert_eq!(dx, [0.5 + 0.25 * 2.0, 0.0, 2.0]);
        assert_eq!(dw, 2.0 + 2.0 + 0.25 * 4.0);
        assert_eq!(roots, [4.0, 2.0 * f64::sqrt(zero), 2.0, 9.0]);
        assert_eq!(last, [[9.0, 8.0], [9.0, 2.0 * zero]]);
        assert_eq!(roots_adj, [0.0, 0.0, 0.0, 5.0]);
        assert_eq!(last_adj, [[0.5, 0.0], [0.125, 0.0]]);
    }
}

/// Of what is lent something is looked at, before or after it is written.
#[differentiate(vjp)]
fn touched(x: &[f64], out: &mut [f64]) {
    for i in 0..x.len() {
        out[i] = x[i].sqrt();
    }
    out[0] += 1.0;
}

#[test]
fn what_is_touched_is_changed_once() {
    let (mut out, mut out_adj) = ([0.5, 0.5], [0.0, 1.0]);
    assert_eq!(
        touched_vjp(&[0.0, 4.0], &mut out, &mut out_adj),
        [0.0, 0.25]
    );
    assert_eq!((out, out_adj), ([1.0, 2.0], [0.0, 0.0]));
}

/// Written by a function that is called, which may look at it.
#[differentiate(vjp)]
fn handed_on(x: &[f64], out: &mut [f64]) {
    touched(x, out);
}

#[test]
fn what_is_handed_on_is_changed_once() {
    let (mut out, mut out_adj) = ([0.5, 0.5], [0.0, 1.0]);
    assert_eq!(
        handed_on_vjp(&[0.0, 4.0], &mut out, &mut out_adj),
        [0.0, 0.25]
    );
    assert_eq!((out, out_adj), ([1.0, 2.0], [0.0, 0.0]));
}

/// A cotangent that is not a number comes out.
#[test]
fn cotangents_of_no_number() {
    let (mut roots, mut last) = ([0.0; 2], [[0.0; 2]; 2]);
    let mut roots_adj = [f64::NAN, 1.0];
    let mut last_adj = [[0.0; 2]; 2];
    let (dx, dw) = overwritten_vjp(
        &[4.0, 1.0],
        2.0,
        &mut roots,
        &mut last,
        &mut roots_adj,
        &mut last_adj,
    );
    assert!(dx[0].is_nan() && dw.is_nan());
    assert_eq!(dx[1], 1.0);
}

/// Lent by a function that is run twice.
#[differentiate]
fn lends(x: &[f64; 2], w: f64) -> f64 {
    let mut copy = *x;
    in_place(&mut copy, w) * copy[0]
}

#[test]
fn memory_of_its_own_is_made_anew() {
    assert_eq!(lends_grad(&[4.0, 0.0], 0.0), ([0.0, 0.0], 6.0));
    assert_eq!(lends_grad(&[4.0, 1.0], 1.0), ([2.0, 1.5], 19.0));
}

fn suspicious_rule(x: f64, _value: f64, cotangent: f64) -> f64 {
    if cotangent.is_nan() {
        123.0
    } else {
        cotangent * 2.0 * x
    }
}

#[differentiate(rule = suspicious_rule)]
fn suspicious(x: f64) -> f64 {
    x * x
}

#[differentiate]
fn through_a_rule(x: f64, w: f64) -> f64 {
    w * suspicious(x).sqrt()
}

/// A rule sees the cotangents that there are with guards, no others.
#[test]
fn rules_see_no_nan_of_ours() {
    assert_eq!(through_a_rule_grad(0.0, 0.0), (0.0, 0.0));
    assert_eq!(through_a_rule_grad(3.0, 2.0), (2.0, 3.0));
}

#[derive(Clone, Differentiable)]
enum Scale {
    Fixed(f64),
    Each(Vec<[f64; 2]>),
}

#[derive(Clone, Differentiable)]
struct Model {
    scale: Scale,
    offset: (f64, f32),
    steps: usize,
}

impl Model {
    #[differentiate(wrt(self, x))]
    fn loss(&self, x: f64) -> f64 {
        let mut total = self.offset.0 * x.sqrt();
        match &self.scale {
            Scale::Fixed(s) => total += s * x.sqrt(),
            Scale::Each(list) => {
                for pair in list {
                    total += pair[0] * pair[1].sqrt();
                }
            }
        }
        total * self.steps as f64
    }

    #[differentiate(wrt(self, x))]
    fn twice(&self, x: f64) -> f64 {
        2.0 * self.loss(x)
    }
}

#[test]
fn a_nan_is_found_in_every_part() {
    let mut model = Model {
        scale: Scale::Each(vec![[1.0, 4.0], [0.0, 0.0]]),
        offset: (1.0, 0.0),
        steps: 3,
    };
    for (factor, (own, dx)) in [(1.0, model.loss_grad(4.0)), (2.0, model.twice_grad(4.0))] {
        assert_eq!((own.offset.0, dx), (factor * 6.0, factor * 0.75));
        let Scale::Each(list) = own.scale else {
            panic!()
        };
        assert_eq!(list, [[factor * 6.0, factor * 0.75], [0.0, 0.0]]);
    }
    (model.scale, model.offset.0) = (Scale::Fixed(0.0), 0.0);
    let (own, dx) = model.twice_grad(0.0);
    assert!(dx == 0.0 && own.offset.0 == 0.0 && matches!(own.scale, Scale::Fixed(s) if s == 0.0));
}

/// A NaN among the inputs is a NaN where it belongs, and nowhere else.
#[test]
fn a_nan_stays_where_it_is() {
    let [mut x, y, w] = points(5);
    x[3] = f64::NAN;
    let (dx, dy, dw) = masked_grad(&x, &y, &w);
    for i in 0..5 {
        let nan = [dx[i], dy[i], dw[i]].map(f64::is_nan);
        assert_eq!(nan, [i == 3; 3]);
    }
}

/// A value that is finite says that no partial is infinite where it is made of sums and products, and only there.
mod told {
    use autodiff::differentiate;

    const INFINITY: f64 = f64::INFINITY;

    /// The infinite factor does not reach the value.
    #[test]
    fn an_exponential_hides_what_it_is_of() {
        #[differentiate]
        fn f(x: &[f64], w: f64) -> f64 {
            x.iter().map(|x| (w * x).exp()).sum()
        }
        let (dx, dw) = f_grad(&[-INFINITY, 0.0], 2.0);
        assert_eq!((dx, dw), (vec![0.0, 2.0], 0.0));
    }

    #[test]
    fn a_bounded_function_hides_what_it_is_of() {
        #[differentiate]
        fn f(x: &[f64], w: f64) -> f64 {
            let mut s = 0.0;
            for x in x {
                s += (w * x).tanh() * 0.5;
            }
            s
        }
        assert_eq!(f_grad(&[INFINITY], 2.0), (vec![0.0], 0.0));
        assert_eq!(f_grad(&[0.0], 2.0), (vec![1.0], 0.0));
    }

    #[test]
    fn a_branch_hides_what_the_other_one_has_used() {
        #[differentiate]
        fn f(x: &[f64], w: f64) -> f64 {
            let mut s = 0.0;
            for x in x {
                let y = w * x;
                s = if y > 10.0 { 1.0 + s * 0.0 } else { s + y };
            }
            s
        }
        let (dx, dw) = f_grad(&[1.0, INFINITY], 2.0);
        assert_eq!((dx, dw), (vec![0.0, 0.0], 0.0));
    }

    #[test]
    fn what_is_left_behind_in_a_loop_hides_it() {
        #[differentiate]
        fn f(x: &[f64], w: f64) -> f64 {
            let (mut last, mut s) = (0.0, 0.0);
            for (i, x) in x.iter().enumerate() {
                last = w * x;
                if i == 2 {
                    s += last;
                }
            }
            s + last
        }
        let (dx, dw) = f_grad(&[1.0, INFINITY, 3.0], 2.0);
        assert_eq!((dx, dw), (vec![0.0, 0.0, 4.0], 6.0));
    }

    #[test]
    fn what_is_overwritten_hides_it() {
        #[differentiate]
        fn f(x: &[f64], w: f64) -> f64 {
            let mut kept = [0.0; 2];
            for (i, x) in x.iter().enumerate() {
                kept[i % 2] = w * x;
            }
            kept[0] * kept[1]
        }
        let (dx, dw) = f_grad(&[INFINITY, 1.0, 3.0], 2.0);
        assert_eq!((dx, dw), (vec![0.0, 12.0, 4.0], 12.0));
    }

    #[test]
    fn a_quotient_hides_what_it_is_divided_by() {
        #[differentiate]
        fn f(x: f64, w: f64, v: f64) -> f64 {
            v / (1.0 + w * x)
        }
        assert_eq!(f_grad(INFINITY, 2.0, 3.0), (0.0, 0.0, 0.0));
        #[differentiate(wrt(x))]
        fn scaled(x: &[f64], by: f64) -> f64 {
            x.iter().map(|x| 0.0 * (x / by)).sum()
        }
        // The reciprocal overflows, the quotient does not.
        assert_eq!(scaled_grad(&[0.0, 1e-310], 1e-310), [0.0, 0.0]);
    }

    #[test]
    fn a_product_with_zero_does_not() {
        #[differentiate]
        fn f(x: &[f64], w: f64) -> f64 {
            x.iter().map(|x| w * x * 0.0).sum()
        }
        assert!(f(&[INFINITY], 1.0).is_nan());
        assert_eq!(f_grad(&[INFINITY, 2.0], 1.0), (vec![0.0, 0.0], 0.0));
    }

    #[test]
    fn powers_and_means() {
        #[differentiate]
        fn f(x: &[f64], w: f64) -> f64 {
            let mut s = 0.0;
            for x in x {
                s += (x - w).powi(3) + (2.0 * x).sin() * w + (x * x - 1.0).abs();
            }
            s / x.len() as f64
        }
        let (x, w) = ([0.5, -2.0, 1.5], 0.75);
        let (dx, dw) = f_grad(&x, w);
        for k in 0..3 {
            let edge = 2.0 * x[k] * (x[k] * x[k] - 1.0_f64).signum();
            let expected = 3.0 * (x[k] - w).powi(2) + 2.0 * (2.0 * x[k]).cos() * w + edge;
            assert!((dx[k] - expected / 3.0).abs() < 1e-12);
        }
        let expected: f64 = x
            .iter()
            .map(|x| (2.0 * x).sin() - 3.0 * (x - w).powi(2))
            .sum();
        assert!((dw - expected / 3.0).abs() < 1e-12);
        assert!(f_grad(&[], w).1.is_nan() || f_grad(&[], w).1 == 0.0);
        assert!(f_grad(&[INFINITY], w).0[0].is_nan());
    }

    /// Overflow on the way leaves no number that is wrong.
    #[test]
    fn what_overflows_in_between() {
        #[differentiate]
        fn f(x: f64, w: f64, v: f64) -> f64 {
            let big = x * w;
            (v * big).exp()
        }
        assert_eq!(f_grad(1e200, 1e200, -1.0), (0.0, 0.0, 0.0));
    }
}
