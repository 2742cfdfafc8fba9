//! Bessel functions of the first kind at any number.

use crate::Real;

/// The highest derivative that any number asks for.
const DERIVATIVES: i32 = 64;

/// `J_n`, the derivatives among them, by the Taylor series around the value of `x`: `x = a + h`, where a power of `h` is
/// zero in all components once it is beyond the derivatives that `x` carries.
///
/// `J_n^(k) = 2^-k Σ_i (-1)^i C(k, i) J_(n-k+2i)` (Abramowitz and Stegun 9.1.31): no division by `x`.
pub fn bessel<T: Real>(order: i32, x: T) -> T {
    let at = x.value();
    if !at.is_finite() {
        return x.recip();
    }
    let step = x - x.stop();
    let (mut power, mut sum) = (T::one(), T::zero());
    for k in 0..DERIVATIVES {
        let (mut derivative, mut binomial) = (0.0, 1.0);
        for i in 0..=k {
            derivative += binomial * libm::jn(order - k + 2 * i, at);
            binomial *= -f64::from(k - i) / f64::from(i + 1);
        }
        sum += power * T::from_f64(derivative);
        power = power * step * T::from_f64(0.5 / f64::from(k + 1));
        if power.is_zero() {
            break;
        }
    }
    sum
}
