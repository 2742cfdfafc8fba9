//! Gradients at many points against those at each of them.

use autodiff::special::{erf, erfc, norm_cdf, norm_pdf};
use autodiff::{Differentiable, Real, differentiate};
use std::cell::Cell;

/// Numbers between the bounds, the same every time.
fn column(seed: u64, count: usize, low: f64, high: f64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..count).map(|_| low + (high - low) * next()).collect()
}

/// Where functions go wrong.
const SPECIAL: [f64; 24] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.5,
    -0.5,
    2.0,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    5e-324,
    -5e-324,
    1e-310,
    f64::MIN_POSITIVE,
    f64::MAX,
    f64::MIN,
    709.5,
    -745.0,
    1e-20,
    -1e-20,
    std::f64::consts::PI,
    1e22,
    36.9,
    -38.0,
];

#[track_caller]
fn assert_same(what: &str, x: impl std::fmt::Debug, actual: f64, expected: f64) {
    let same = actual.to_bits() == expected.to_bits() || actual.is_nan() && expected.is_nan();
    assert!(same, "{what} at {x:?}: {actual:e}, one by one {expected:e}");
}

/// To a few units in the last place, also of subnormal numbers.
#[track_caller]
fn assert_near(what: &str, x: impl std::fmt::Debug, actual: f64, expected: f64) {
    let near = (actual - expected).abs() <= 2e-15 * expected.abs() + 1e-323;
    let same = actual == expected && actual.is_sign_negative() == expected.is_sign_negative();
    assert!(
        same || near && expected != 0.0 || actual.is_nan() && expected.is_nan(),
        "{what} at {x:?}: {actual:e}, one by one {expected:e}"
    );
}

#[differentiate(batch(lanes))]
fn price(spot: f64, strike: f64, rate: f64, volatility: f64, time: f64) -> f64 {
    let spread = volatility * time.sqrt();
    let d1 = ((spot / strike).ln() + (rate + 0.5 * volatility * volatility) * time) / spread;
    let d2 = d1 - spread;
    spot * norm_cdf(d1) - strike * (-rate * time).exp() * norm_cdf(d2)
}

#[test]
fn prices_of_options() {
    for count in [0, 1, 7, 8, 9, 250] {
        let columns = [
            column(1, count, 80.0, 120.0),
            column(2, count, 80.0, 120.0),
            column(3, count, 0.0, 0.1),
            column(4, count, 0.1, 0.5),
            column(5, count, 0.2, 2.0),
        ];
        let [spot, strike, rate, volatility, time] = &columns;
        let (values, gradient) = price_value_and_grad_batch(spot, strike, rate, volatility, time);
        assert_eq!(values.len(), count);
        assert_eq!(
            gradient,
            price_grad_batch(spot, strike, rate, volatility, time)
        );
        let gradient = [gradient.0, gradient.1, gradient.2, gradient.3, gradient.4];
        let mut buffers = [(); 6].map(|()| vec![f64::NAN; count]);
        let [v, a, b, c, d, e] = &mut buffers;
        price_grad_batch_into(spot, strike, rate, volatility, time, v, a, b, c, d, e);
        assert_eq!(buffers[0], values);
        assert_eq!(buffers[1..], gradient);
        for i in 0..count {
            let x = columns.each_ref().map(|column| column[i]);
            let (value, by_one) = price_value_and_grad(x[0], x[1], x[2], x[3], x[4]);
            let by_one = [by_one.0, by_one.1, by_one.2, by_one.3, by_one.4];
            // The price is a difference of numbers of its strike's size.
            assert!((values[i] - value).abs() < 1e-13 * x[1], "{x:?}");
            for (column, expected) in gradient.iter().zip(by_one) {
                assert!(
                    (column[i] - expected).abs() <= 1e-13 * (expected.abs() + x[1]),
                    "{x:?}: {} {expected}",
                    column[i]
                );
            }
        }
    }
}

/// What a point gets does not depend on the others, nor on the thread.
#[test]
fn a_point_alone() {
    #[differentiate(batch(lanes))]
    fn f(x: f64, y: f64) -> f64 {
        (x * y).sin() + (x - y).exp() * x.tanh() + (x * x).ln_1p()
    }
    let count = 5003;
    let mut x = column(6, count, -3.0, 3.0);
    let y = column(7, count, -3.0, 3.0);
    x[17] = f64::INFINITY;
    x[18] = f64::NAN;
    x[4000] = 800.0;
    let (values, (dx, dy)) = f_value_and_grad_batch(&x, &y);
    for i in 0..count {
        let (value, (by_x, by_y)) = f_value_and_grad_batch(&x[i..i + 1], &y[i..i + 1]);
        assert_same("value", x[i], values[i], value[0]);
        assert_same("by x", x[i], dx[i], by_x[0]);
        assert_same("by y", x[i], dy[i], by_y[0]);
    }
}

/// A function of one number in lanes, and the same one by one.
macro_rules! elementary {
    ($check:ident: $($name:ident: |$x:ident| $value:expr, $low:expr, $high:expr;)*) => { $(
        #[test]
        fn $name() {
            #[differentiate(batch(lanes))]
            fn f($x: f64) -> f64 {
                $value
            }
            let mut points = column(8, 20_000, $low, $high);
            // Among others, and one beside the other.
            points.extend(SPECIAL);
            for x in SPECIAL {
                points.extend([x, 0.3, 0.7]);
            }
            let (values, gradients) = f_value_and_grad_batch(&points);
            for (i, x) in points.into_iter().enumerate() {
                let (value, gradient) = f_value_and_grad(x);
                $check("value", x, values[i], value);
                $check("gradient", x, gradients[i], gradient);
            }
        }
    )* };
}

mod elementary_functions {
    use super::*;
    elementary! { assert_near:
        exponential: |x| x.exp(), -760.0, 720.0;
        exponential_m1: |x| x.exp_m1(), -50.0, 50.0;
        exponential_2: |x| x.exp2(), -50.0, 50.0;
        logarithm: |x| x.ln(), 0.0, 4.0;
        logarithm_far: |x| x.ln(), 0.0, 1e300;
        logarithm_1p: |x| x.ln_1p(), -1.0, 3.0;
        logarithm_2: |x| x.log2(), 0.0, 4.0;
        logarithm_10: |x| x.log10(), 0.0, 4.0;
        sine: |x| x.sin(), -20.0, 20.0;
        cosine: |x| x.cos(), -20.0, 20.0;
        sine_far: |x| x.sin(), -2e5, 2e5;
        hyperbolic_sine: |x| x.sinh(), -8.0, 8.0;
        hyperbolic_cosine: |x| x.cosh(), -8.0, 8.0;
        area_sine: |x| x.asinh(), -8.0, 8.0;
        area_cosine: |x| x.acosh(), 1.0, 8.0;
        arcsine: |x| x.asin(), -1.0, 1.0;
        arctangent: |x| x.atan(), -8.0, 8.0;
        complement: |x| erfc(x), -6.0, 27.0;
        error_function: |x| erf(x), -6.0, 6.0;
        normal_distribution: |x| norm_cdf(x), -38.0, 9.0;
        normal_density: |x| norm_pdf(x), -5.0, 5.0;
    }
}

/// Multiples of π/2 as near as numbers come, where almost nothing is left.
#[test]
fn zeros_of_sine_and_cosine() {
    #[differentiate(batch(lanes))]
    fn sine(x: f64) -> f64 {
        x.sin()
    }
    let x: Vec<f64> = (-60_000..60_000)
        .map(|k| f64::from(k) * std::f64::consts::FRAC_PI_2)
        .collect();
    let (values, gradients) = sine_value_and_grad_batch(&x);
    for (i, x) in x.into_iter().enumerate() {
        assert_near("sine", x, values[i], x.sin());
        assert_near("cosine", x, gradients[i], x.cos());
    }
}

/// Relative to 1: the derivative is made of the value, which is almost 1.
#[track_caller]
fn assert_near_one(what: &str, x: f64, actual: f64, expected: f64) {
    assert!(
        (actual - expected).abs() < 1e-15 || actual.is_nan() && expected.is_nan(),
        "{what} at {x:?}: {actual:e}, one by one {expected:e}"
    );
}

mod saturated {
    use super::*;
    elementary! { assert_near_one:
        hyperbolic_tangent: |x| x.tanh(), -20.0, 20.0;
    }
}

mod arithmetic {
    use super::*;
    elementary! { assert_same:
        square_root: |x| x.sqrt(), -1.0, 4.0;
        cube_root: |x| x.cbrt(), -4.0, 4.0;
        reciprocal: |x| x.recip(), -4.0, 4.0;
        absolute_value: |x| x.abs() * x.abs(), -4.0, 4.0;
        power: |x| x.powi(5) + x.powi(2), -4.0, 4.0;
        inverse_power: |x| x.powi(-3), -4.0, 4.0;
        real_power: |x| x.powf(1.5), -1.0, 4.0;
        real_power_of_constant: |x| 2.5_f64.powf(x), -4.0, 4.0;
        zeroth_power: |x| x.powf(0.0) + x, -1.0, 4.0;
        // Of zeros, either may be the larger one.
        rectified: |x| x.max(0.0) + 1.0, -1.0, 1.0;
        clamped: |x| x.clamp(-0.5, 0.5), -1.0, 1.0;
        length: |x| x.hypot(0.5) + x.hypot(0.0), -1.0, 1.0;
        signed: |x| 2.0_f64.copysign(x) * x.copysign(1.0), -1.0, 1.0;
        remainder: |x| x % 0.75, -4.0, 4.0;
        euclidean_remainder: |x| x.rem_euclid(0.75), -4.0, 4.0;
        fraction: |x| x.fract(), -4.0, 4.0;
        fused: |x| x.mul_add(x, 0.1), -4.0, 4.0;
        degrees: |x| x.to_degrees() + x.to_radians(), -4.0, 4.0;
        nothing_times_infinity: |x| x.sqrt() * 0.0 + x * 0.0 / x, -1.0, 1.0;
    }
}

/// Every pair of special points, at the kinks of functions of two numbers.
#[test]
fn kinks_of_two_numbers() {
    macro_rules! pairs {
        ($($name:ident: |$x:ident, $y:ident| $value:expr;)*) => { $({
            #[differentiate(batch(lanes))]
            fn f($x: f64, $y: f64) -> f64 {
                $value
            }
            let (mut x, mut y) = (Vec::new(), Vec::new());
            for a in SPECIAL {
                for b in SPECIAL {
                    x.push(a);
                    y.push(b);
                }
            }
            let (values, (dx, dy)) = f_value_and_grad_batch(&x, &y);
            for i in 0..x.len() {
                let (value, (by_x, by_y)) = f_value_and_grad(x[i], y[i]);
                let at = (stringify!($name), x[i], y[i]);
                // Of zeros, either may be the larger one.
                if value != 0.0 || values[i] != 0.0 {
                    assert_same("value", at, values[i], value);
                }
                // Where one of eight points asks for guards, all are divided by what a point alone is multiplied by the reciprocal of.
                assert_near("by x", at, dx[i], by_x);
                assert_near("by y", at, dy[i], by_y);
            }
        })* };
    }
    pairs! {
        larger: |x, y| x.max(y);
        smaller: |x, y| x.min(y);
        bounded: |x, y| x.clamp(-1.0, 1.0) * y;
        power: |x, y| x.powf(y);
        length: |x, y| x.hypot(y);
        angle: |x, y| x.atan2(y);
        sign: |x, y| x.copysign(y) + 0.0 * y;
        product: |x, y| x.sqrt() * y;
        quotient: |x, y| (x / y).sqrt();
        remainder: |x, y| x % y;
        between: |x, y| x.midpoint(y);
        logarithm: |x, y| x.log(y);
    }
}

mod shapes {
    use super::*;

    #[differentiate(batch(lanes))]
    fn arrays(x: [f64; 3], y: &[[f64; 2]; 2], s: &f64, t: (f64, [f64; 2])) -> f64 {
        let mut sum = 0.0;
        for i in 0..3 {
            sum += x[i] * y[i % 2][1] * *s;
        }
        sum * t.0 + t.1[0] / t.1[1]
    }

    #[test]
    fn arrays_and_tuples() {
        let count = 13;
        let c = column(9, 20 * count, 0.5, 2.0);
        let x: Vec<[f64; 3]> = (0..count).map(|i| [c[i], c[i + 20], c[i + 40]]).collect();
        let y: Vec<[[f64; 2]; 2]> = (0..count)
            .map(|i| [[c[i + 60], c[i + 80]], [c[i + 90], c[i + 110]]])
            .collect();
        let s: Vec<f64> = c[130..130 + count].to_vec();
        let t: Vec<(f64, [f64; 2])> = (0..count)
            .map(|i| (c[i + 150], [c[i + 170], c[i + 190]]))
            .collect();
        let (values, gradient) = arrays_value_and_grad_batch(&x, &y, &s, &t);
        for i in 0..count {
            let (value, by_one) = arrays_value_and_grad(x[i], &y[i], &s[i], t[i]);
            assert_eq!(values[i], value);
            assert_eq!(
                (gradient.0[i], gradient.1[i], gradient.2[i], gradient.3[i]),
                by_one
            );
        }
    }

    #[differentiate(batch(lanes), wrt(x))]
    fn constants<const N: usize>(x: &[f64; N], weights: &[f64], exponent: i32, shift: f64) -> f64 {
        assert!(weights.len() == N && shift > 0.0, "constants may be asked");
        let mut sum = shift;
        for (x, w) in x.iter().zip(weights) {
            if *w > 0.0 {
                sum += w * x.powi(exponent);
            }
        }
        sum
    }

    #[test]
    fn constants_are_the_same_at_all_points() {
        let x: Vec<[f64; 4]> = column(10, 44, -1.0, 1.0).as_chunks().0.to_vec();
        let weights = [0.5, -1.0, 2.0, 1.0];
        let gradient: Vec<[f64; 4]> = constants_grad_batch(&x, &weights, 3, 0.25);
        for (x, gradient) in x.iter().zip(gradient) {
            assert_eq!(gradient, constants_grad(x, &weights, 3, 0.25));
        }
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Pair {
        a: f64,
        b: f64,
        count: usize,
    }

    #[differentiate(batch)]
    fn structs(p: &Pair, x: f64) -> f64 {
        p.a * x.powi(p.count as i32) + p.b
    }

    #[test]
    fn structs_go_one_by_one() {
        let p: Vec<Pair> = (0..9)
            .map(|i| Pair {
                a: i as f64,
                b: 1.0,
                count: i,
            })
            .collect();
        let x = column(11, 9, -1.0, 1.0);
        let (values, (dp, dx)) = structs_value_and_grad_batch(&p, &x);
        for i in 0..9 {
            assert_eq!(
                (values[i], (dp[i].clone(), dx[i])),
                structs_value_and_grad(&p[i], x[i])
            );
        }
    }

    #[differentiate(batch)]
    fn slices(x: &[f64], y: Vec<f64>) -> f64 {
        let mut sum = 0.0;
        for (x, y) in x.iter().zip(&y) {
            sum += x * y.exp();
        }
        sum
    }

    #[test]
    fn slices_may_have_different_lengths() {
        let x: Vec<Vec<f64>> = (0..9).map(|i| column(12, i, -1.0, 1.0)).collect();
        let y: Vec<Vec<f64>> = (0..9).map(|i| column(13, i + 1, -1.0, 1.0)).collect();
        let (values, (dx, dy)) = slices_value_and_grad_batch(&x, &y);
        for i in 0..9 {
            assert_eq!(
                (values[i], (dx[i].clone(), dy[i].clone())),
                slices_value_and_grad(&x[i], y[i].clone())
            );
        }
    }

    #[differentiate(batch)]
    fn single(x: f32) -> f32 {
        x.sin() * 2.0
    }

    #[differentiate(batch)]
    fn generic<T: Real>(x: T, y: T) -> T {
        (x * y).exp()
    }

    #[test]
    fn other_numbers() {
        assert_eq!(
            single_grad_batch(&[0.5, 1.5]),
            [single_grad(0.5), single_grad(1.5)]
        );
        let (dx, dy) = generic_grad_batch(&[0.5, 1.5], &[2.0, 3.0]);
        assert_eq!((dx[1], dy[1]), generic_grad(1.5, 3.0));
    }

    #[differentiate(batch(lanes), name = "named")]
    fn with_name(x: f64) -> f64 {
        x * x
    }

    #[test]
    fn a_name() {
        assert_eq!(named_grad_batch(&[3.0, 4.0]), [6.0, 8.0]);
    }
}

mod methods {
    use super::*;

    struct Model {
        rate: f64,
        weights: [f64; 3],
    }

    impl Model {
        #[differentiate(batch)]
        fn loss(&self, x: [f64; 3]) -> f64 {
            let mut sum = 0.0;
            for i in 0..3 {
                sum += self.weights[i] * x[i];
            }
            (sum * self.rate).tanh()
        }

        #[differentiate(batch(lanes))]
        fn square(x: f64, y: f64) -> f64 {
            x * x * y
        }
    }

    // For other threads.
    trait Potential: Sync {
        fn scale(&self) -> f64;

        #[differentiate(batch)]
        fn energy(&self, x: f64) -> f64 {
            x * x * self.scale()
        }
    }

    impl Potential for Model {
        fn scale(&self) -> f64 {
            self.rate
        }
    }

    #[test]
    fn of_structs_and_traits() {
        let model = Model {
            rate: 0.5,
            weights: [1.0, -2.0, 0.25],
        };
        let x: Vec<[f64; 3]> = column(14, 30, -1.0, 1.0).as_chunks().0.to_vec();
        let gradient = model.loss_grad_batch(&x);
        for (x, gradient) in x.iter().zip(&gradient) {
            let expected = model.loss_grad(*x);
            for k in 0..3 {
                assert_near("loss", x, gradient[k], expected[k]);
            }
        }
        let (dx, dy) = Model::square_grad_batch(&[1.0, 2.0], &[3.0, 4.0]);
        assert_eq!((dx, dy), (vec![6.0, 16.0], vec![1.0, 4.0]));
        assert_eq!(model.energy_grad_batch(&[1.0, 2.0, 3.0]), [1.0, 2.0, 3.0]);
    }
}

/// What is asked of numbers: such functions go point by point, and so do those that call them.
mod branches {
    use super::*;

    #[differentiate(batch)]
    fn huber(x: f64) -> f64 {
        if x.abs() < 1.0 {
            0.5 * x * x
        } else {
            x.abs() - 0.5
        }
    }

    #[differentiate(batch)]
    fn calls_huber(x: f64, y: f64) -> f64 {
        huber(x * y) + y
    }

    #[differentiate(batch)]
    fn asserts(x: f64) -> f64 {
        assert!(x > 0.0);
        x.ln()
    }

    #[differentiate(batch)]
    fn iterates(x: f64) -> f64 {
        let mut y = x;
        while y > 1.0 {
            y *= 0.5;
        }
        y
    }

    #[differentiate(batch)]
    fn indexes(x: f64, table: &[f64; 4]) -> f64 {
        table[autodiff::stop_gradient(x) as usize] * x
    }

    #[differentiate(batch)]
    fn rounds(x: f64) -> f64 {
        x.floor() * x
    }

    #[differentiate(batch)]
    fn matches(x: f64) -> f64 {
        match x {
            0.0 => 2.0 * x,
            _ => x * x,
        }
    }

    #[differentiate(batch)]
    fn exits(x: f64) -> f64 {
        for i in 0..10 {
            if x * i as f64 > 5.0 {
                return x * i as f64;
            }
        }
        x
    }

    #[test]
    fn point_by_point() {
        for lanes in [
            huber::lanes(1000),
            calls_huber::lanes(1000),
            asserts::lanes(1000),
            iterates::lanes(1000),
            indexes::lanes(1000),
            rounds::lanes(1000),
            matches::lanes(1000),
            exits::lanes(1000),
        ] {
            assert_eq!(lanes, 0);
        }
        let x: Vec<f64> = (0..37).map(|i| 0.1 * i as f64).collect();
        let y = column(15, 37, -2.0, 2.0);
        let table = [[1.0, -2.0, 3.0, 4.0]; 37];
        let (dx, dy) = calls_huber_grad_batch(&x, &y);
        let (by_x, by_table) = indexes_grad_batch(&x, &table);
        for i in 0..37 {
            assert_eq!(huber_grad_batch(&x)[i], huber_grad(x[i]));
            assert_eq!((dx[i], dy[i]), calls_huber_grad(x[i], y[i]));
            assert_eq!(iterates_grad_batch(&x)[i], iterates_grad(x[i]));
            assert_eq!((by_x[i], by_table[i]), indexes_grad(x[i], &table[i]));
            assert_eq!(rounds_grad_batch(&x)[i], rounds_grad(x[i]));
            assert_eq!(matches_grad_batch(&x)[i], matches_grad(x[i]));
            assert_eq!(exits_grad_batch(&x)[i], exits_grad(x[i]));
        }
        assert_eq!(
            asserts_grad_batch(&x[1..]),
            x[1..].iter().map(|x| x.recip()).collect::<Vec<_>>()
        );
    }

    #[test]
    #[should_panic(expected = "x > 0.0")]
    fn one_point_panics() {
        asserts_grad_batch(&[1.0, 2.0, -1.0, 3.0]);
    }
}

mod calls {
    use super::*;

    #[differentiate]
    fn sum_of_squares(x: &[f64]) -> f64 {
        x.iter().map(|x| x * x).sum()
    }

    #[differentiate]
    fn power<T: Real>(x: T, n: u32) -> T {
        if n == 0 {
            T::one()
        } else {
            x * power(x, n - 1)
        }
    }

    #[differentiate(batch(lanes))]
    fn composed(x: [f64; 4], n: u32) -> f64 {
        sum_of_squares(&x).sqrt() * power(x[0], n)
    }

    #[test]
    fn of_functions_that_can() {
        let x: Vec<[f64; 4]> = column(16, 60, 0.5, 1.5).as_chunks().0.to_vec();
        let gradient = composed_grad_batch(&x, 3);
        for (x, gradient) in x.iter().zip(&gradient) {
            let expected = composed_grad(*x, 3);
            for k in 0..4 {
                assert_near("composed", x, gradient[k], expected[k]);
            }
        }
    }

    // In a circle of calls nobody can say.
    #[differentiate(batch)]
    fn even(x: f64, n: u32) -> f64 {
        if n == 0 { x } else { x * odd(x, n - 1) }
    }

    #[differentiate]
    fn odd(x: f64, n: u32) -> f64 {
        if n == 0 { x } else { x + even(x, n - 1) }
    }

    #[test]
    fn in_a_circle() {
        assert_eq!(even::lanes(1000), 0);
        let gradient = even_grad_batch(&[0.5, 1.5, 2.5], 5);
        assert_eq!(gradient, [0.5, 1.5, 2.5].map(|x| even_grad(x, 5)));
    }

    thread_local! {
        static CALLED: Cell<u32> = const { Cell::new(0) };
    }

    fn next() -> f64 {
        CALLED.set(CALLED.get() + 1);
        f64::from(CALLED.get())
    }

    // What is done for each point is done for each.
    #[differentiate(batch)]
    fn counts(x: f64) -> f64 {
        x * next()
    }

    #[test]
    fn of_what_the_macro_does_not_know() {
        assert_eq!(counts::lanes(1000), 0);
        assert_eq!(counts_grad_batch(&[1.0; 5]), [1.0, 2.0, 3.0, 4.0, 5.0]);
    }

    fn cube_rule(x: f64, _value: f64, cotangent: f64) -> f64 {
        if x > 0.0 {
            cotangent * 3.0 * x * x
        } else {
            cotangent * 3.0 * x * x + 0.0
        }
    }

    #[differentiate(batch, rule = cube_rule)]
    fn cube(x: f64) -> f64 {
        x * x * x
    }

    #[differentiate(batch)]
    fn calls_cube(x: f64) -> f64 {
        cube(x) + x
    }

    #[test]
    fn of_rules() {
        assert_eq!(cube_grad_batch(&[-1.0, 2.0]), [3.0, 12.0]);
        assert_eq!(calls_cube_grad_batch(&[-1.0, 2.0]), [4.0, 13.0]);
    }
}

mod lengths {
    use super::*;

    #[differentiate(batch)]
    fn product(x: f64, y: f64) -> f64 {
        x * y
    }

    #[test]
    #[should_panic(expected = "`y` has length 2, but `x` has length 3")]
    fn of_inputs() {
        product_grad_batch(&[1.0, 2.0, 3.0], &[1.0, 2.0]);
    }

    #[test]
    #[should_panic(expected = "`values` has length 1, but `x` has length 2")]
    fn of_values() {
        let (mut dx, mut dy) = ([0.0; 2], [0.0; 2]);
        product_grad_batch_into(&[1.0, 2.0], &[1.0, 2.0], &mut [0.0], &mut dx, &mut dy);
    }

    #[test]
    fn nothing_is_written_before() {
        let (mut values, mut dx, mut dy) = ([7.0; 2], [7.0; 2], [7.0; 3]);
        let call = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            product_grad_batch_into(&[1.0, 2.0], &[1.0, 2.0], &mut values, &mut dx, &mut dy);
        }));
        let message = call.expect_err("the lengths differ");
        let message = message.downcast_ref::<String>().expect("it is a text");
        assert!(
            message.contains("`y` has length 3, but `y` has length 2"),
            "{message}"
        );
        assert_eq!((values, dx, dy), ([7.0; 2], [7.0; 2], [7.0; 3]));
    }
}
