//! Recurrences of the functions whose derivative reads their value, and the integral for all others.
//!
//! Each computes coefficient `k` from lower ones; `value` is the function at `c_0`. With `v' = p x'`,
//! `v_k = (1/k) Σ_{j=1}^{k} j x_j p_{k−j}`.

use super::Taylor;
use super::arithmetic::convolution;
use crate::Real;
use crate::rules::{both, product, quotient};
use core::array;

fn number<T: Real>(k: usize) -> T {
    T::from_f64(k as f64)
}

/// `v_k` of `v' = p x'`, from `p_0 … p_{k−1}`.
#[inline(always)]
fn step<T: Real, const K: usize>(x: &Taylor<T, K>, p: &[T; K], k: usize) -> T {
    let sum = (1..=k).fold(T::zero(), |sum, j| {
        sum + both(x.coefficients[j] * number(j), p[k - j])
    });
    sum / number(k)
}

/// `value + ∫ slope(t) dt`.
pub(super) fn integral<T: Real, const K: usize>(value: T, slope: Taylor<T, K>) -> Taylor<T, K> {
    Taylor::new(array::from_fn(|k| {
        if k == 0 {
            value
        } else {
            slope.coefficients[k - 1] / number(k)
        }
    }))
}

/// `dx/dt`, whose last coefficient is not known and not used by [`integral`].
pub(super) fn slope<T: Real, const K: usize>(x: Taylor<T, K>) -> Taylor<T, K> {
    Taylor::new(array::from_fn(|k| {
        if k + 1 < K {
            x.coefficients[k + 1] * number(k + 1)
        } else {
            T::zero()
        }
    }))
}

/// `v' = v x'`.
pub(super) fn exponential<T: Real, const K: usize>(x: Taylor<T, K>, value: T) -> Taylor<T, K> {
    let mut v = Taylor::constant(value);
    for k in 1..K {
        v.coefficients[k] = step(&x, &v.coefficients, k);
    }
    v
}

/// The pair `s' = c x'`, `c' = sign s x'`: sine and cosine with sign −1, the hyperbolic ones with sign 1.
pub(super) fn sine_and_cosine<T: Real, const K: usize>(
    x: Taylor<T, K>,
    values: (T, T),
    sign: f64,
) -> [Taylor<T, K>; 2] {
    let (mut s, mut c) = (Taylor::constant(values.0), Taylor::constant(values.1));
    for k in 1..K {
        let next = step(&x, &s.coefficients, k) * T::from_f64(sign);
        s.coefficients[k] = step(&x, &c.coefficients, k);
        c.coefficients[k] = next;
    }
    [s, c]
}

/// `v' = (1 + sign v²) x'`: the tangent with sign 1, the hyperbolic one with sign −1; `slope` is `1 + sign v²` at `c_0`.
pub(super) fn tangent<T: Real, const K: usize>(
    x: Taylor<T, K>,
    value: T,
    slope: T,
    sign: f64,
) -> Taylor<T, K> {
    let (mut v, mut p) = (Taylor::constant(value), [slope; K]);
    for k in 1..K {
        v.coefficients[k] = step(&x, &p, k);
        p[k] = convolution(&v.coefficients, &v.coefficients, k) * T::from_f64(sign);
    }
    v
}

/// `v² = x`: `v_k = (x_k − Σ_{j=1}^{k−1} v_j v_{k−j}) / (2 v_0)`.
pub(super) fn square_root<T: Real, const K: usize>(x: Taylor<T, K>, value: T) -> Taylor<T, K> {
    let mut v = Taylor::constant(value);
    for k in 1..K {
        let known = (1..k).fold(x.coefficients[k], |rest, j| {
            rest - both(v.coefficients[j], v.coefficients[k - j])
        });
        v.coefficients[k] = quotient(known, value + value);
    }
    v
}

/// `3 s v' = x'` with `s = v²`: `v_k = (k x_k − 3 Σ_{j=1}^{k−1} j v_j s_{k−j}) / (3 k s_0)`.
pub(super) fn cube_root<T: Real, const K: usize>(x: Taylor<T, K>, value: T) -> Taylor<T, K> {
    let (mut v, mut s) = (Taylor::constant(value), [value * value; K]);
    for k in 1..K {
        let known = (1..k).fold(x.coefficients[k] * number(k), |rest, j| {
            rest - both(v.coefficients[j], s[k - j]) * number(3 * j)
        });
        v.coefficients[k] = quotient(known, s[0] * number(3 * k));
        s[k] = convolution(&v.coefficients, &v.coefficients, k);
    }
    v
}

/// `√(x² + y²)`, scaled by its value so that nothing overflows; constant at the origin, as the derivative is (0, 0) there.
pub(super) fn hypotenuse<T: Real, const K: usize>(
    x: Taylor<T, K>,
    y: Taylor<T, K>,
    value: T,
) -> Taylor<T, K> {
    if value == T::zero() {
        return Taylor::constant(value);
    }
    let scaled = |number: Taylor<T, K>| {
        Taylor::new(number.coefficients.map(|coefficient| coefficient / value))
    };
    let (x, y) = (scaled(x), scaled(y));
    let unit = square_root(x * x + y * y, T::one());
    Taylor::new(
        unit.coefficients
            .map(|coefficient| product(coefficient, value)),
    )
    .with_value(value)
}

/// `x^n` by repeated squaring, exact for polynomials with small coefficients.
pub(super) fn integer_power<T: Real, const K: usize>(
    x: Taylor<T, K>,
    n: i32,
    value: T,
) -> Taylor<T, K> {
    let (mut square, mut remaining) = (x, n.unsigned_abs());
    let mut power: Option<Taylor<T, K>> = None;
    while remaining != 0 {
        if remaining % 2 == 1 {
            power = Some(power.map_or(square, |power| power * square));
        }
        remaining /= 2;
        if remaining != 0 {
            square = square * square;
        }
    }
    let power = power.unwrap_or(Taylor::one());
    let power = if n < 0 { Taylor::one() / power } else { power };
    power.with_value(value)
}

/// `x^y`. At `x = 0` the exponent counts as constant, as its partial is 0 there.
pub(super) fn power<T: Real, const K: usize>(
    x: Taylor<T, K>,
    y: Taylor<T, K>,
    value: T,
) -> Taylor<T, K> {
    if y.is_zero() {
        return Taylor::constant(value);
    }
    if x.primal() == T::zero() {
        return power_of_zero(x, y.primal(), value);
    }
    if !y.is_constant() {
        return exponential(y * x.ln(), value);
    }
    // x v' = r v x':  v_k = (1 / (k x_0)) Σ_{j=1}^{k} (r j − (k − j)) x_j v_{k−j}
    let mut v = Taylor::constant(value);
    for k in 1..K {
        let sum = (1..=k).fold(T::zero(), |sum, j| {
            let weight = y.primal() * number(j) - number(k - j);
            sum + product(x.coefficients[j], weight * v.coefficients[k - j])
        });
        v.coefficients[k] = sum / (x.primal() * number(k));
    }
    v
}

/// `x^r` at `x_0 = 0`: the binomial series `Σ_m binom(r, m) x_0^(r−m) (x − x_0)^m`, in which what is infinite stays visible.
fn power_of_zero<T: Real, const K: usize>(x: Taylor<T, K>, r: T, value: T) -> Taylor<T, K> {
    let increment = x.with_value(T::zero());
    let (mut v, mut binomial, mut increment_power) =
        (Taylor::constant(value), T::one(), Taylor::one());
    for m in 1..K {
        let exponent = r - number(m);
        binomial *= (exponent + T::one()) / number(m);
        increment_power *= increment;
        let outer = product(binomial, x.primal().powf(exponent));
        for k in m..K {
            v.coefficients[k] += product(increment_power.coefficients[k], outer);
        }
    }
    v
}
