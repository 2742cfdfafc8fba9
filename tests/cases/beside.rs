//! Functions and constants that stand beside a function become parts of it: every name must mean the same there.

use autodiff::differentiate;

const N: usize = 3;
const SCALE: f64 = 2.0;

#[differentiate]
fn scaled(x: f64) -> f64 {
    SCALE * x
}

#[differentiate]
fn dot(a: &[f64], b: &[f64]) -> f64 {
    let mut sum = 0.0;
    for (a, b) in a.iter().zip(b) {
        sum += a * b;
    }
    sum
}

#[differentiate]
fn norm(a: &[f64]) -> f64 {
    dot(a, a).sqrt()
}

#[test]
fn a_helper_of_a_helper() {
    #[allow(dead_code)]
    const SCALE: f64 = 10.0;
    let (value, (adj, _)) = length_value_and_grad(&[3.0, 4.0], 1.0);
    assert_eq!(value, 5.0);
    approx::assert_relative_eq!(adj[..], [0.6, 0.8][..]);
}

#[differentiate]
fn length(a: &[f64], dot: f64) -> f64 {
    // The parameter is a number, also where a function of that name is called inside.
    norm(a) * dot
}

mod a_parameter_with_the_name_of_a_function {
    #[test]
    fn means_itself() {
        assert_eq!(super::length_grad(&[3.0, 4.0], 2.0).1, 5.0);
    }
}

mod names_of_the_caller {
    use super::scaled as other;
    use autodiff::differentiate;

    const FACTOR: f64 = 3.0;

    #[differentiate]
    fn times(x: f64) -> f64 {
        FACTOR * x
    }

    /// A local variable has the name that a helper has for something else.
    #[differentiate]
    #[allow(non_snake_case)]
    fn shadowing(x: f64) -> f64 {
        let y = 5.0 * x;
        let sum = |x: f64| times(x) + y;
        sum(x) * other(y)
    }

    #[test]
    fn do_not_reach_a_helper() {
        // (3x + 5x) 10x
        assert_eq!(shadowing_value_and_grad(0.5), (20.0, 80.0));
    }

    /// An item of the body has the name of a constant that a helper means.
    #[differentiate]
    fn declaring(x: f64) -> f64 {
        const FACTOR: f64 = 100.0;
        times(x) * FACTOR
    }

    #[test]
    fn are_not_a_helpers_when_they_are_items() {
        assert_eq!(declaring_value_and_grad(0.5), (150.0, 300.0));
    }
}

mod constants {
    use autodiff::differentiate;

    const N: usize = 4;
    #[cfg(any())]
    const M: usize = 7;
    #[cfg(not(any()))]
    const M: usize = 2;

    #[differentiate]
    fn sum(x: &[f64; N]) -> f64 {
        let mut total = 0.0;
        for (k, x) in x.iter().enumerate() {
            if k % M == 0 {
                total += x * x;
            } else {
                total += x;
            }
        }
        total * N as f64
    }

    #[test]
    fn are_those_of_the_module() {
        let (value, adj) = sum_value_and_grad(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!((value, adj), (64.0, [8.0, 4.0, 24.0, 4.0]));
    }

    mod inner {
        // const N: usize = 5;
        use super::super::N;
        use autodiff::differentiate;

        #[differentiate]
        fn sum(x: &[f64; N]) -> f64 {
            let mut total = 0.0;
            for i in 0..N {
                total += x[i] * x[(i + N - 1) % N];
            }
            total
        }

        #[test]
        fn may_be_imported() {
            let (value, adj) = sum_value_and_grad(&[1.0, 2.0, 4.0]);
            assert_eq!((value, adj), (14.0, [6.0, 5.0, 3.0]));
        }
    }

    struct Window<const N: usize>;

    impl<const N: usize> Window<N> {
        #[differentiate(wrt(x))]
        fn sum(&self, x: &[f64]) -> f64 {
            let mut total = 0.0;
            for i in 0..N {
                total += x[i] * x[i];
            }
            total
        }
    }

    #[test]
    fn may_be_parameters_of_the_impl() {
        assert_eq!(
            Window::<2>.sum_value_and_grad(&[1.0, 2.0, 3.0]),
            (5.0, vec![2.0, 4.0, 0.0])
        );
    }

    struct Ring;

    impl Ring {
        const N: usize = 2;

        #[differentiate(wrt(x))]
        fn both(&self, x: &[f64; N]) -> f64 {
            let mut total = 0.0;
            for i in 0..Self::N {
                total += x[i] * x[N - 1 - i];
            }
            total
        }
    }

    #[test]
    fn in_methods() {
        let (value, adj) = Ring.both_value_and_grad(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!((value, adj), (10.0, [4.0, 3.0, 2.0, 1.0]));
    }
}

mod ways_out {
    use autodiff::differentiate;

    #[differentiate]
    fn clipped(x: f64, limit: f64) -> f64 {
        if x > limit {
            return limit + 0.5 * (x - limit);
        }
        x * x
    }

    #[differentiate]
    fn first_above(xs: &[f64], limit: f64) -> f64 {
        for (k, x) in xs.iter().enumerate() {
            if *x > limit {
                return x * k as f64;
            }
        }
        limit
    }

    #[differentiate]
    fn both(xs: &[f64], limit: f64) -> f64 {
        let mut total = 0.0;
        for k in 0..xs.len() {
            total += clipped(xs[k], limit) * first_above(&xs[k..], limit);
            if total > 100.0 {
                break;
            }
        }
        total
    }

    #[test]
    fn leave_the_helper_only() {
        // k = 0: 1² · (3 · 1), k = 1: (2 + 0.5 (3 − 2)) · (3 · 0), k = 2: 0.5² · 2
        let (value, (xs, limit)) = both_value_and_grad(&[1.0, 3.0, 0.5], 2.0);
        assert_eq!(value, 3.5);
        assert_eq!((xs, limit), (vec![6.0, 1.0, 2.0], 0.25));
    }
}

mod written_to {
    use autodiff::differentiate;

    #[differentiate]
    fn mix(x: &mut [f64], k: usize, by: f64) {
        x[k] = x[k] * by + x[k + 1];
        x[k + 1] *= by;
    }

    #[differentiate]
    fn twice(mut x: [f64; 3], by: f64) -> [f64; 3] {
        for x in &mut x {
            *x *= by;
        }
        x
    }

    #[differentiate]
    fn mixed(x: [f64; 3], by: f64) -> f64 {
        let mut y = twice(x, by);
        for k in 0..2 {
            mix(&mut y, k, by);
        }
        y[0] + y[1] + y[2] * x[0]
    }

    #[test]
    fn through_references() {
        let (x, by) = ([1.0, 2.0, 3.0], 0.5);
        let (value, (x_adj, by_adj)) = mixed_value_and_grad(x, by);
        assert_eq!(value, mixed(x, by));
        // by² x₀ + by x₁ + by³ x₁ + by x₂ + by² x₂ x₀
        assert_eq!(x_adj, [0.25 + 0.75, 0.5 + 0.125, 0.5 + 0.25]);
        assert_eq!(by_adj, 1.0 + 2.0 + 3.0 * 0.25 * 2.0 + 3.0 + 3.0);
    }
}

mod each_other {
    use autodiff::differentiate;

    #[differentiate]
    fn even(x: f64, n: usize) -> f64 {
        if n == 0 { x } else { odd(x * x, n - 1) }
    }

    #[differentiate]
    fn odd(x: f64, n: usize) -> f64 {
        if n == 0 {
            3.0 * x
        } else {
            even(2.0 * x, n - 1)
        }
    }

    #[test]
    fn call_each_other() {
        // 3 (2 x²)², and so on
        assert_eq!(even_value_and_grad(0.5, 3), (0.75, 6.0));
        assert_eq!(odd_value_and_grad(0.5, 1), (1.0, 2.0));
    }
}

mod lengths {
    use autodiff::differentiate;

    /// A variable that holds pieces of other lengths is not as long as the first.
    #[differentiate]
    fn longest(x: &[f64; 4]) -> f64 {
        let mut piece = &x[..0];
        let mut total = 0.0;
        for k in 0..3 {
            total += piece.iter().map(|x| x * x).sum::<f64>() * piece.len() as f64;
            piece = if k == 0 { &x[..2] } else { &x[..] };
        }
        total
    }

    #[test]
    fn of_variables_change() {
        // 2 (x₀² + x₁²) + 4 (x₀² + x₁² + x₂² + x₃²)
        let (value, adj) = longest_value_and_grad(&[1.0, 2.0, 3.0, 4.0]);
        assert_eq!((value, adj), (130.0, [12.0, 24.0, 24.0, 32.0]));
    }

    #[differentiate]
    fn steps(x: &[[f64; 2]; 3]) -> f64 {
        let mut total = 0.0;
        for (k, row) in x.iter().enumerate() {
            for value in row {
                if k % 2 == 1 {
                    continue;
                }
                total += if k == 0 { value * value } else { value.sin() };
            }
        }
        total
    }

    #[test]
    fn of_rows() {
        let (_, adj) = steps_value_and_grad(&[[1.0, 2.0], [3.0, 4.0], [0.0, 6.0]]);
        assert_eq!(adj, [[2.0, 4.0], [0.0, 0.0], [1.0, 6.0_f64.cos()]]);
    }
}

mod in_a_circle {
    use autodiff::differentiate;

    #[differentiate]
    fn three(x: f64, n: usize) -> f64 {
        if n == 0 { x } else { x * one(x, n - 1) }
    }

    #[differentiate]
    fn one(x: f64, n: usize) -> f64 {
        if n == 0 { 2.0 * x } else { two(x * x, n - 1) }
    }

    #[differentiate]
    fn two(x: f64, n: usize) -> f64 {
        if n == 0 {
            x.sqrt()
        } else {
            three(x, n - 1) + one(x, n - 1)
        }
    }

    #[differentiate]
    fn outside(x: f64) -> f64 {
        one(x, 3) + two(x, 1)
    }

    #[test]
    fn helpers_call_each_other() {
        // one(x, 3) = two(x², 2) = three(x², 1) + one(x², 1) = 2 x⁴ + x²; two(x, 1) = three(x, 0) + one(x, 0) = 3 x
        let (value, adj) = outside_value_and_grad(0.5);
        assert_eq!((value, adj), (0.125 + 0.25 + 1.5, 1.0 + 1.0 + 3.0));
    }
}

mod generic {
    use autodiff::{Real, differentiate};

    #[differentiate]
    fn dot<U: Real>(a: &[U], b: &[U]) -> U {
        let mut sum = U::zero();
        for (a, b) in a.iter().zip(b) {
            sum += *a * *b;
        }
        sum
    }

    #[differentiate]
    fn doubled<T: Real>(a: T) -> T {
        T::from_f64(2.0) * a
    }

    #[differentiate]
    fn loss<T: Real>(weights: &[T; 2], rows: &[[f64; 2]]) -> T {
        let mut total = T::zero();
        for row in rows {
            let row = row.map(T::from_f64);
            let miss = dot(weights, &row) - T::one();
            total += doubled(miss * miss);
        }
        total
    }

    #[test]
    fn over_the_callers_number() {
        let rows = [[1.0, 2.0], [0.5, -1.0]];
        // Misses of 1 and −1: Σ 4 miss row
        let (value, adj) = loss_value_and_grad(&[1.0, 0.5], &rows);
        assert_eq!((value, adj), (4.0, [2.0, 12.0]));
    }
}
