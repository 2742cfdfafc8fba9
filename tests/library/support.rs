//! Checks that all the rooms here need.

/// Equal to `tolerance` relative, or equal outright, as infinities and NaNs are.
#[track_caller]
pub fn near(what: &str, got: f64, want: f64, tolerance: f64) {
    let same = got == want || (got.is_nan() && want.is_nan());
    assert!(
        same || (got - want).abs() <= tolerance * want.abs(),
        "{what}: {got:e}, not {want:e} ({:e} relative)",
        (got - want) / want
    );
}

/// All equal to `tolerance` of the largest.
#[track_caller]
pub fn all_near(what: &str, got: &[f64], want: &[f64], tolerance: f64) {
    assert_eq!(got.len(), want.len(), "{what}: {got:?}, not {want:?}");
    let scale = want.iter().fold(0.0_f64, |scale, x| scale.max(x.abs()));
    for (a, b) in got.iter().zip(want) {
        let same = a == b || (a.is_nan() && b.is_nan());
        assert!(
            same || (a - b).abs() <= tolerance * scale,
            "{what}: {got:?}, not {want:?}"
        );
    }
}

/// The derivative by central differences, two steps of Richardson extrapolation.
pub fn slope(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    let quotient = |step: f64| (f(x + step) - f(x - step)) / (2.0 * step);
    let step = 4e-3 * x.abs().max(0.5);
    let [coarse, middle, fine] = [quotient(step), quotient(step / 2.0), quotient(step / 4.0)];
    let [coarse, fine] = [(4.0 * middle - coarse) / 3.0, (4.0 * fine - middle) / 3.0];
    (16.0 * fine - coarse) / 15.0
}

/// The gradient by central differences.
pub fn slopes(f: impl Fn(&[f64]) -> f64, x: &[f64]) -> Vec<f64> {
    (0..x.len())
        .map(|i| {
            slope(
                |moved| {
                    let mut x = x.to_vec();
                    x[i] = moved;
                    f(&x)
                },
                x[i],
            )
        })
        .collect()
}

/// Numbers between -1 and 1, the same every time.
pub fn numbers(count: usize, seed: u64) -> Vec<f64> {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    (0..count)
        .map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            (state >> 11) as f64 / (1u64 << 52) as f64 - 1.0
        })
        .collect()
}
