//! Constants and statics of the user's, in expressions and in patterns.

use autodiff::differentiate;

const LIMIT: usize = 2;
const K: i32 = 7;
static WEIGHTS: [f64; 3] = [1.0, 2.0, 3.0];
const MATRIX: [[f64; 2]; 2] = [[1.0, 2.0], [3.0, 4.0]];

mod inner {
    pub const FACTOR: f64 = 5.0;
    pub enum Kind {
        Linear,
        Square,
    }
}

struct Holder;

impl Holder {
    const SCALE: f64 = 0.5;
}

#[differentiate]
fn pattern(x: f64, n: usize, k: i32) -> f64 {
    let a = match n {
        LIMIT => x * x,
        0..LIMIT => x,
        _ => -x,
    };
    match k {
        K => a * 2.0,
        i32::MIN..=-1 => a * 3.0,
        _ => a,
    }
}

#[differentiate(wrt(x))]
fn by_kind(x: f64, kind: inner::Kind) -> f64 {
    match kind {
        inner::Kind::Linear => x,
        inner::Kind::Square => x * x,
    }
}

#[differentiate]
fn weighted(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (w, v) in WEIGHTS.iter().zip(x) {
        sum += w * v;
    }
    for (row, v) in MATRIX.iter().zip(x) {
        sum += row[0] * v * inner::FACTOR * Holder::SCALE;
    }
    sum * std::f64::consts::TAU
}

#[differentiate]
fn local(x: f64) -> f64 {
    const K: f64 = 2.0;
    static S: [f64; 2] = [3.0, 4.0];
    K * x * S[1]
}

#[test]
fn works() {
    assert_eq!(pattern_grad(3.0, 2, 7), 12.0);
    assert_eq!(pattern_grad(3.0, 1, -4), 3.0);
    assert_eq!(pattern_grad(3.0, 9, 1), -1.0);
    assert_eq!(by_kind_grad(3.0, inner::Kind::Linear), 1.0);
    assert_eq!(by_kind_grad(3.0, inner::Kind::Square), 6.0);
    let tau = std::f64::consts::TAU;
    assert_eq!(
        weighted_grad(&[1.0, 1.0, 1.0]),
        [3.5 * tau, 9.5 * tau, 3.0 * tau]
    );
    assert_eq!(local_grad(1.0), 8.0);
}

mod constant_with_an_index {
    //! A result that is no float, of a function that is constant by declaration.
    use autodiff::differentiate;

    #[differentiate(constant)]
    fn find(knots: &[f64], x: f64) -> usize {
        knots.iter().position(|k| *k > x).unwrap_or(0)
    }

    #[differentiate(wrt(x))]
    fn f(knots: &[f64], x: f64) -> f64 {
        knots[find(knots, x)] * x
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(&[0.0, 2.0], 1.0), 2.0);
    }
}

mod strings {
    //! A `match` on a `&str`.
    use autodiff::differentiate;

    #[differentiate]
    fn f(x: f64, s: &str) -> f64 {
        match s {
            "a" => x,
            _ => x * x,
        }
    }

    #[test]
    fn works() {
        assert_eq!(f_grad(3.0, "b"), 6.0);
    }
}
