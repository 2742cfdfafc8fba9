//! H07: the programs *particle* and *saddle* of B. A. Pearlmutter and J. M. Siskind, in which a derivative is taken inside
//! of what is differentiated. Forward (F) and reverse mode (R) are composed in all four ways.

use autodiff::{Dual, Real, differentiate};

/// How the inner derivative is taken.
#[derive(Clone, Copy, Debug)]
enum Inner {
    Forward,
    Reverse,
}

const INNER: [Inner; 2] = [Inner::Forward, Inner::Reverse];

/// The potential of charges at (10, 10 − w) and (10, 0).
#[differentiate(jvp, hvp)]
fn potential<T: Real>(x: &[T; 2], w: T) -> T {
    let ten = T::from_f64(10.0);
    let upper = (x[0] - ten).hypot(x[1] - (ten - w));
    let lower = (x[0] - ten).hypot(x[1]);
    upper.recip() + lower.recip()
}

/// The potential's derivative by `x[i]`, itself a derivative. Its own comes from the rule.
#[differentiate(rule = slope_rule, wrt(x, w))]
fn slope(x: &[f64; 2], w: f64, i: usize, inner: Inner) -> f64 {
    match inner {
        Inner::Forward => potential_jvp(x, w, &unit(i), 0.0).1,
        Inner::Reverse => potential_grad(x, w).0[i],
    }
}

fn slope_rule<T: Real>(
    x: &[T; 2],
    w: T,
    i: usize,
    inner: Inner,
    _slope: T,
    cotangent: T,
) -> ([T; 2], T) {
    let (by_x, by_w) = match inner {
        Inner::Forward => {
            let direction = unit::<T>(i);
            let x = [0, 1].map(|k| Dual::new(x[k], direction[k]));
            let (by_x, by_w) = potential_grad(&x, Dual::constant(w));
            (by_x.map(|entry| entry.tangent), by_w.tangent)
        }
        Inner::Reverse => potential_hvp(x, w, &unit(i), T::zero()),
    };
    (by_x.map(|entry| cotangent * entry), cotangent * by_w)
}

fn unit<T: Real>(i: usize) -> [T; 2] {
    let mut unit = [T::zero(); 2];
    unit[i] = T::one();
    unit
}

/// The squared distance from the origin at which the particle hits the axis.
#[differentiate(wrt(w), jvp, hessian)]
fn particle(w: f64, inner: Inner) -> f64 {
    let step = 0.1;
    let mut x = [0.0, 8.0];
    let mut speed = [0.75, 0.0];
    loop {
        let force = [-slope(&x, w, 0, inner), -slope(&x, w, 1, inner)];
        let next = [x[0] + step * speed[0], x[1] + step * speed[1]];
        if next[1] < 0.0 {
            let rest = -x[1] / speed[1];
            let landing = x[0] + rest * speed[0];
            return landing * landing;
        }
        x = next;
        for i in 0..2 {
            speed[i] += step * force[i];
        }
    }
}

#[test]
fn particle_agrees_in_all_compositions() {
    for w in [0.0, 0.1, 0.2, 0.4] {
        let all: Vec<f64> = INNER
            .into_iter()
            .flat_map(|inner| [particle_jvp(w, inner, 1.0).1, particle_grad(w, inner)])
            .collect();
        let difference =
            autodiff::check::central_difference(|w| particle(w, Inner::Reverse), w, 1e-5);
        for slope in &all {
            assert!((slope - all[0]).abs() <= 1e-11 * all[0].abs(), "{all:?}");
            assert!((slope - difference).abs() <= 1e-6 * difference.abs());
        }
    }
}

/// The charge that makes the particle land in the origin, by Newton's method on each composition's own derivative.
#[test]
fn particle_lands() {
    for inner in INNER {
        for forward in [true, false] {
            let mut w = 0.15;
            for _ in 0..10 {
                let slope = match forward {
                    true => particle_jvp(w, inner, 1.0).1,
                    false => particle_grad(w, inner),
                };
                let [[curvature]] = particle_hessian(w, inner);
                w -= slope / curvature;
            }
            // The paper's search stops at 0.20719.
            assert!((w - 0.207_2).abs() < 1e-5, "{w}");
            assert!(particle(w, inner) < 1e-20);
        }
    }
}

#[differentiate(jvp, hvp)]
fn payoff<T: Real>(x: &[T; 2], y: &[T; 2]) -> T {
    x[0] * x[0] + x[1] * x[1] - y[0] * y[0] - y[1] * y[1] + x[0] * y[1]
}

#[differentiate(rule = payoff_slope_rule, wrt(x, y))]
fn payoff_slope(x: &[f64; 2], y: &[f64; 2], i: usize, inner: Inner) -> f64 {
    match inner {
        Inner::Forward => payoff_jvp(x, y, &[0.0, 0.0], &unit(i)).1,
        Inner::Reverse => payoff_grad(x, y).1[i],
    }
}

fn payoff_slope_rule<T: Real>(
    x: &[T; 2],
    y: &[T; 2],
    i: usize,
    _: Inner,
    _slope: T,
    cotangent: T,
) -> ([T; 2], [T; 2]) {
    let (by_x, by_y) = payoff_hvp(x, y, &[T::zero(); 2], &unit(i));
    (
        by_x.map(|entry| cotangent * entry),
        by_y.map(|entry| cotangent * entry),
    )
}

/// The largest payoff over `y`, by gradient ascent.
#[differentiate(wrt(x), jvp)]
fn best_reply(x: &[f64; 2], inner: Inner) -> f64 {
    let mut y = [1.0, 1.0];
    for _ in 0..100 {
        let slopes = [payoff_slope(x, &y, 0, inner), payoff_slope(x, &y, 1, inner)];
        for i in 0..2 {
            y[i] += 0.2 * slopes[i];
        }
    }
    payoff(x, &y)
}

#[test]
fn saddle_is_found_by_all_compositions() {
    for inner in INNER {
        for forward in [true, false] {
            let mut x = [1.0, 1.0];
            for _ in 0..100 {
                let slopes = match forward {
                    true => [0, 1].map(|i| best_reply_jvp(&x, inner, &unit(i)).1),
                    false => best_reply_grad(&x, inner),
                };
                // The maximum over y is 5/4 x₀² + x₁².
                let expected = [2.5 * x[0], 2.0 * x[1]];
                for i in 0..2 {
                    assert!(
                        (slopes[i] - expected[i]).abs() < 1e-10,
                        "{slopes:?}, not {expected:?}"
                    );
                    x[i] -= 0.2 * slopes[i];
                }
            }
            assert!(x[0].abs() + x[1].abs() < 1e-10, "{x:?}");
            assert!(best_reply(&x, inner).abs() < 1e-10);
        }
    }
}

mod rules_made_of_each_other {
    //! The series of each needs lower coefficients of the other.
    use autodiff::{Real, differentiate};

    #[differentiate(rule = sine_rule)]
    fn sine(x: f64) -> f64 {
        x.sin()
    }
    fn sine_rule<T: Real>(x: T, _sine: T, cotangent: T) -> T {
        cotangent * cosine::value(x)
    }

    #[differentiate(rule = cosine_rule)]
    fn cosine(x: f64) -> f64 {
        x.cos()
    }
    fn cosine_rule<T: Real>(x: T, _cosine: T, cotangent: T) -> T {
        -cotangent * sine::value(x)
    }

    #[differentiate(taylor)]
    fn f(x: f64, y: f64) -> f64 {
        sine(x * y) * cosine(x)
    }

    #[differentiate(taylor)]
    fn written_out(x: f64, y: f64) -> f64 {
        (x * y).sin() * x.cos()
    }

    #[test]
    fn series() {
        let found = f_taylor::<7>(0.3, 0.5, 1.0, 2.0);
        let expected = written_out_taylor::<7>(0.3, 0.5, 1.0, 2.0);
        for (a, b) in found.iter().zip(expected) {
            assert!((a - b).abs() < 1e-13, "{found:?}, not {expected:?}");
        }
    }
}

mod rule_for_several_results {
    //! Other numbers go through such a rule component by component.
    use autodiff::{Real, differentiate};

    #[differentiate(rule = polar_rule, jvp, jacobian)]
    fn polar(r: f64, phi: f64) -> [f64; 2] {
        [r * phi.cos(), r * phi.sin()]
    }
    fn polar_rule<T: Real>(_r: T, phi: T, value: [T; 2], c: [T; 2]) -> (T, T) {
        (
            c[0] * phi.cos() + c[1] * phi.sin(),
            c[1] * value[0] - c[0] * value[1],
        )
    }

    #[differentiate(hessian, jvp)]
    fn f(r: f64, phi: f64) -> f64 {
        let [x, y] = polar(r, phi);
        x * x * y
    }

    #[differentiate(hessian, jvp)]
    fn written_out(r: f64, phi: f64) -> f64 {
        let (x, y) = (r * phi.cos(), r * phi.sin());
        x * x * y
    }

    #[test]
    fn all_orders() {
        let (sine, cosine) = 0.3_f64.sin_cos();
        let jacobian = polar_jacobian(2.0, 0.3);
        assert_eq!(jacobian, [[cosine, -2.0 * sine], [sine, 2.0 * cosine]]);
        let (found, expected) = (f_hessian(2.0, 0.3), written_out_hessian(2.0, 0.3));
        for (a, b) in found.as_flattened().iter().zip(expected.as_flattened()) {
            assert!((a - b).abs() < 1e-12, "{found:?}, not {expected:?}");
        }
        let ((_, a), (_, b)) = (
            f_jvp(2.0, 0.3, 1.0, -0.5),
            written_out_jvp(2.0, 0.3, 1.0, -0.5),
        );
        assert!((a - b).abs() < 1e-12, "{a}, not {b}");
    }
}
