//! Reverse mode against forward mode: `<w, J d> = <Jᵀ w, d>` for every direction `d` and cotangent `w`.

use super::outcome::{Coordinate, Mismatch, Report, compare, expect_shape};
use alloc::vec::Vec;

/// How many random pairs of a direction and a cotangent are tried.
const PAIRS: u64 = 4;

/// Checks a VJP against a JVP by the dot product test `<w, jvp(x, d)> = <vjp(x, w), d>`, with no difference quotient.
///
/// `vjp(x, cotangent)` gives the cotangent of `x`, `jvp(x, tangent)` the tangent of the `outputs` outputs. Directions and
/// cotangents are pseudo-random and the same at every call.
///
/// # Errors
/// The two dot products of the pair that is farthest off (`expected` is that of the JVP); also if a length is wrong.
///
/// ```
/// use autodiff_runtime::check;
///
/// // f(x, y) = (x y, x + y, sin x)
/// let vjp = |x: &[f64], w: &[f64]| vec![x[1] * w[0] + w[1] + x[0].cos() * w[2], x[0] * w[0] + w[1]];
/// let jvp = |x: &[f64], d: &[f64]| vec![x[1] * d[0] + x[0] * d[1], d[0] + d[1], x[0].cos() * d[0]];
/// assert!(check::dot_product(vjp, jvp, &[2.0, 3.0], 3).is_ok());
/// ```
pub fn dot_product(
    vjp: impl Fn(&[f64], &[f64]) -> Vec<f64>,
    jvp: impl Fn(&[f64], &[f64]) -> Vec<f64>,
    x: &[f64],
    outputs: usize,
) -> Result<Report, Mismatch> {
    let mut coordinates = Vec::new();
    for pair in 0..PAIRS {
        let direction = pseudo_random(2 * pair, x.len());
        let cotangent = pseudo_random(2 * pair + 1, outputs);
        let pushed = jvp(x, &direction);
        expect_shape("result of the JVP", &[pushed.len()], &[outputs])?;
        let pulled = vjp(x, &cotangent);
        expect_shape("result of the VJP", &[pulled.len()], &[x.len()])?;
        coordinates.push(Coordinate {
            index: Vec::new(),
            expected: dot(&cotangent, &pushed),
            actual: dot(&pulled, &direction),
        });
    }
    compare(coordinates.into_iter())
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// Numbers in [−1, 1) from SplitMix64 (Steele, Lea & Flood, 2014).
fn pseudo_random(seed: u64, length: usize) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0xD1B5_4A32_D192_ED03);
    let mut next = || {
        state = state.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut bits = state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        bits ^= bits >> 31;
        (bits >> 11) as f64 / (1u64 << 52) as f64 - 1.0
    };
    (0..length).map(|_| next()).collect()
}
