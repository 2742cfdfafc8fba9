//! Patterns against closed forms, and the entries of sparse Jacobians and Hessians against the dense ones.

use autodiff::sparse::{CsrMatrix, Pattern};
use autodiff::{Matrix, Real, differentiate};

/// Points that are neither small nor equal.
fn points(count: usize) -> Vec<f64> {
    (0..count)
        .map(|i| 1.0 + 0.5 * (1.3 * i as f64 + 0.4).sin())
        .collect()
}

/// The entries are those of the dense matrix, and where there is none it is zero.
#[track_caller]
fn assert_same(sparse: &CsrMatrix, dense: &Matrix) {
    assert_eq!((sparse.rows(), sparse.cols()), (dense.rows(), dense.cols()));
    for i in 0..dense.rows() {
        for (j, expected) in dense.row(i).iter().enumerate() {
            match sparse.get(i, j) {
                None => assert_eq!(*expected, 0.0, "({i}, {j}) is not in\n{}", sparse.pattern()),
                Some(found) => {
                    let close = (found - expected).abs() <= 1e-13 * (1.0 + expected.abs());
                    assert!(close, "({i}, {j}): {found}, not {expected}");
                }
            }
        }
    }
}

#[track_caller]
fn assert_symmetric(a: &CsrMatrix) {
    for i in 0..a.rows() {
        for (j, value) in a.row(i) {
            let mirrored = a.get(j, i).map(|v| v.to_bits());
            assert_eq!(mirrored, Some(value.to_bits()), "({i}, {j})");
        }
    }
}

/// A pattern as it is displayed.
#[track_caller]
fn assert_pattern(pattern: &Pattern, rows: &[&str]) {
    assert_eq!(pattern.to_string(), rows.join("\n"));
}

/// Nested arrays as a matrix.
fn matrix<const R: usize, const C: usize>(rows: [[f64; C]; R]) -> Matrix {
    Matrix::new(R, C, rows.as_flattened().to_vec())
}

mod jacobians {
    use super::*;

    #[differentiate(jacobian, jacobian_sparse)]
    fn second_differences(x: &[f64]) -> Vec<f64> {
        let n = x.len();
        let mut y = vec![0.0; n];
        for i in 0..n {
            let left = if i > 0 { x[i - 1] } else { 0.0 };
            let right = if i + 1 < n { x[i + 1] } else { 0.0 };
            y[i] = left - 2.0 * x[i] + right + x[i].exp();
        }
        y
    }

    #[test]
    fn band() {
        let x = points(20);
        let pattern = second_differences_jacobian_sparsity(&x[..5]);
        assert_pattern(&pattern, &["××···", "×××··", "·×××·", "··×××", "···××"]);
        let sparse: CsrMatrix = second_differences_jacobian_sparse(&x);
        assert_eq!(sparse.pattern().nnz(), 3 * 20 - 2);
        assert_same(&sparse, &second_differences_jacobian(&x));
    }

    /// A long row and a long column: reverse mode for the one, forward mode for all others.
    #[differentiate(jacobian, jacobian_sparse)]
    fn arrow(x: &[f64], out: &mut [f64]) {
        out[0] = x.iter().map(|x| x.sin()).sum();
        for i in 1..x.len() {
            out[i] = x[0] * x[i] * x[i];
        }
    }

    #[test]
    fn arrow_of_rows_and_columns() {
        let x = points(40);
        let (mut written, mut again) = (vec![7.0; 40], vec![8.0; 40]);
        let pattern = arrow_jacobian_sparsity(&x[..4], &mut written[..4]);
        assert_pattern(&pattern, &["××××", "××··", "×·×·", "×··×"]);
        let sparse = arrow_jacobian_sparse(&x, &mut written);
        let dense = arrow_jacobian(&x, &mut again);
        assert_eq!(written, again);
        assert_same(&sparse, &dense);
    }

    /// What the outputs held before is read: it must be the same at each run.
    #[differentiate(jacobian, jacobian_sparse)]
    fn relax(x: &[f64; 6], y: &mut [f64; 6]) {
        for i in 0..6 {
            y[i] = y[i] * x[i]
                + if y[i] > 1.0 {
                    x[(i + 1) % 6].powi(2)
                } else {
                    0.0
                };
        }
    }

    #[test]
    fn outputs_that_are_read() {
        let x: [f64; 6] = points(6).try_into().unwrap();
        let start = [0.5, 1.5, 1.0, 2.0, 0.1, 3.0];
        let (mut a, mut b, mut c) = (start, start, start);
        let pattern = relax_jacobian_sparsity(&x, &mut c);
        assert_eq!(pattern.row(1), [1, 2]);
        assert_eq!(pattern.row(2), [2]);
        assert_eq!(pattern.row(5), [0, 5]);
        let sparse = relax_jacobian_sparse(&x, &mut a);
        assert_same(&sparse, &matrix(relax_jacobian(&x, &mut b)));
        assert_eq!((a, c), (b, b));
    }

    /// Few outputs of disjoint inputs: a single reverse sweep.
    #[differentiate(jacobian, jacobian_sparse)]
    fn norms(x: &[[f64; 30]]) -> Vec<f64> {
        x.iter()
            .map(|row| row.iter().map(|x| x * x).sum::<f64>().sqrt())
            .collect()
    }

    #[test]
    fn blocks_in_reverse() {
        let rows: Vec<[f64; 30]> = (0..4)
            .map(|k| std::array::from_fn(|i| points(34)[i + k]))
            .collect();
        let sparse = norms_jacobian_sparse(&rows);
        assert_eq!(sparse.pattern().row(2), (60..90).collect::<Vec<_>>());
        assert_same(&sparse, &norms_jacobian(&rows));
    }

    #[differentiate(jacobian, jacobian_sparse)]
    fn dense(x: &[f64; 5], s: f64) -> [[f64; 5]; 2] {
        let total: f64 = x.iter().sum();
        [x.map(|x| x * total * s), x.map(|x| (x - total) / s)]
    }

    #[test]
    fn all_entries() {
        let x: [f64; 5] = points(5).try_into().unwrap();
        let sparse = dense_jacobian_sparse(&x, 2.0);
        assert_eq!(sparse.pattern().nnz(), 60);
        let expected = dense_jacobian(&x, 2.0).as_flattened().to_vec();
        assert_same(
            &sparse,
            &Matrix::new(10, 6, expected.as_flattened().to_vec()),
        );
    }

    /// Rows and columns without entries, a tuple, and parameters that are no inputs.
    #[differentiate(jacobian, jacobian_sparse, wrt(x, y))]
    fn gaps(x: (f64, f64), c: f64, y: &[f64; 3], n: usize) -> (f64, [f64; 2], f64) {
        (c, [x.1 * c, y[n] / x.1], y[0].floor() + c)
    }

    #[test]
    fn empty_rows_and_columns() {
        let (x, y) = ((2.0, 3.0), [1.5, 2.5, 3.5]);
        let pattern = gaps_jacobian_sparsity(x, 4.0, &y, 2);
        assert_pattern(&pattern, &["·····", "·×···", "·×··×", "·····"]);
        let sparse = gaps_jacobian_sparse(x, 4.0, &y, 2);
        assert_same(&sparse, &matrix(gaps_jacobian(x, 4.0, &y, 2)));
    }

    /// `0 · x`, `abs`, `max`: whatever they are at the point.
    #[differentiate(jacobian, jacobian_sparsity)]
    fn kinks(x: &[f64; 4], zero: f64) -> [f64; 5] {
        [
            x[0] * zero,
            x[0].max(x[1]) + x[2].min(x[3]),
            x[2].abs() * 0.0,
            x[3].clamp(x[0], x[1]),
            x[0].round() + x[1].signum() + x[2].copysign(x[3]),
        ]
    }

    #[test]
    fn what_is_zero_at_the_point_counts() {
        let pattern = kinks_jacobian_sparsity(&[1.0, 2.0, 0.0, 5.0], 0.0);
        assert_pattern(&pattern, &["×···×", "××××·", "··×··", "××·×·", "··××·"]);
    }

    #[test]
    fn no_outputs_no_inputs() {
        let sparse = second_differences_jacobian_sparse(&[]);
        assert_eq!((sparse.rows(), sparse.cols()), (0, 0));
        assert_eq!(sparse.row_pointers(), [0]);
    }
}

mod hessians {
    use super::*;

    #[differentiate(hessian, hessian_sparse)]
    fn chain(x: &[f64]) -> f64 {
        x.windows(2)
            .map(|pair| (pair[0] * pair[1]).sin() + pair[0].powi(3))
            .sum()
    }

    #[test]
    fn band() {
        let x = points(30);
        let pattern = chain_hessian_sparsity(&x[..5]);
        assert_pattern(&pattern, &["××···", "×××··", "·×××·", "··×××", "···××"]);
        let sparse: CsrMatrix = chain_hessian_sparse(&x);
        assert_symmetric(&sparse);
        assert_same(&sparse, &chain_hessian(&x));
    }

    #[differentiate(hessian, hessian_sparse)]
    fn arrow(x: &[f64], scale: f64) -> f64 {
        let mut total = 0.0;
        for i in 1..x.len() {
            total += (x[i] * scale).exp() * x[0] + x[i].powi(4);
        }
        total
    }

    /// Two hubs that have no entry in common are hubs of the same columns.
    #[test]
    fn arrow_with_two_heads() {
        let x = points(40);
        let pattern = arrow_hessian_sparsity(&x[..4], 0.5);
        assert_pattern(&pattern, &["·××××", "××··×", "×·×·×", "×··××", "×××××"]);
        let sparse = arrow_hessian_sparse(&x, 0.5);
        assert_symmetric(&sparse);
        assert_same(&sparse, &arrow_hessian(&x, 0.5));
    }

    #[differentiate(hessian, hessian_sparse)]
    fn groups(x: &[[f64; 4]]) -> f64 {
        let mut total = 0.0;
        for group in x {
            let product: f64 = group.iter().product();
            total += product.ln_1p();
        }
        total
    }

    #[test]
    fn blocks() {
        let x: Vec<[f64; 4]> = (0..6)
            .map(|k| std::array::from_fn(|i| points(24)[4 * k + i]))
            .collect();
        let sparse = groups_hessian_sparse(&x);
        assert_eq!(sparse.pattern().row(9), [8, 9, 10, 11]);
        assert_symmetric(&sparse);
        assert_same(&sparse, &groups_hessian(&x));
    }

    #[differentiate(hessian, hessian_sparse)]
    fn norm(x: &[f64; 12]) -> f64 {
        x.iter().map(|x| x * x).sum::<f64>().sqrt()
    }

    #[test]
    fn all_entries() {
        let x: [f64; 12] = points(12).try_into().unwrap();
        let sparse = norm_hessian_sparse(&x);
        assert_eq!(sparse.pattern().nnz(), 144);
        assert_symmetric(&sparse);
        assert_same(&sparse, &matrix(norm_hessian(&x)));
    }

    /// Linear inputs, unused ones, and ones that only meet in a branch that is not taken.
    #[differentiate(hessian, hessian_sparse)]
    fn branches(x: &[f64; 6], weight: f64) -> f64 {
        let mut total = 3.0 * x[0] + weight * x[1];
        if x[2] > 1.5 {
            total += x[2] * x[3];
        } else {
            total += x[3] * x[4];
        }
        total + x[4]
    }

    #[test]
    fn empty_rows_and_the_branch_taken() {
        let mut x = [1.0, 2.0, 2.0, 3.0, 4.0, 5.0];
        let pattern = branches_hessian_sparsity(&x, 1.0);
        assert_pattern(
            &pattern,
            &[
                "·······",
                "······×",
                "···×···",
                "··×····",
                "·······",
                "·······",
                "·×·····",
            ],
        );
        assert_same(
            &branches_hessian_sparse(&x, 1.0),
            &matrix(branches_hessian(&x, 1.0)),
        );
        x[2] = 1.0;
        assert_eq!(branches_hessian_sparsity(&x, 1.0).row(3), [4]);
        assert_same(
            &branches_hessian_sparse(&x, 1.0),
            &matrix(branches_hessian(&x, 1.0)),
        );
    }

    /// A weight that happens to be zero, an operand of `max` that was not chosen, a kink: all of these count.
    #[differentiate(hessian, hessian_sparse, wrt(x))]
    fn kinks(x: &[f64; 6], weight: f64) -> f64 {
        weight * (x[0] * x[1]).sin()
            + (x[2] * x[2]).max(x[3] * x[4])
            + x[5].hypot(x[4])
            + x[3].abs() * x[5].min(x[5])
    }

    #[test]
    fn what_is_zero_at_the_point_counts() {
        let pattern = kinks_hessian_sparsity(&[1.0, 2.0, 9.0, 3.0, 0.0, 0.0], 0.0);
        assert_pattern(
            &pattern,
            &["××····", "××····", "··×···", "····××", "···×××", "···×××"],
        );
        for x in [
            [1.0, 2.0, 9.0, 3.0, 4.0, 2.0],
            [1.0, 2.0, 0.1, 3.0, 4.0, 2.0],
        ] {
            assert_same(
                &kinks_hessian_sparse(&x, 0.0),
                &matrix(kinks_hessian(&x, 0.0)),
            );
            assert_same(
                &kinks_hessian_sparse(&x, 3.0),
                &matrix(kinks_hessian(&x, 3.0)),
            );
        }
    }
}

mod calls {
    use super::*;

    #[differentiate]
    fn spring(a: &[f64], b: &[f64], rest: f64) -> f64 {
        let mut square = 0.0;
        for k in 0..a.len() {
            square += (a[k] - b[k]) * (a[k] - b[k]);
        }
        (square.sqrt() - rest).powi(2)
    }

    #[differentiate]
    fn scale(x: &mut [f64], by: f64) {
        for x in x.iter_mut() {
            *x *= by;
        }
    }

    fn softplus_rule<T: Real>(x: T, _value: T, cotangent: T) -> T {
        cotangent * ((-x).exp() + T::one()).recip()
    }

    #[differentiate(rule = softplus_rule)]
    fn softplus(x: f64) -> f64 {
        x.exp().ln_1p()
    }

    /// Calls of functions, one that writes and one with a rule; a `while` loop; a `Vec` of one's own.
    #[differentiate(hessian, hessian_sparse)]
    fn energy(x: &[[f64; 2]], rest: f64) -> f64 {
        let mut total = 0.0;
        let mut i = 0;
        while i + 1 < x.len() {
            total += spring(&x[i], &x[i + 1], rest);
            i += 1;
        }
        let mut copy = vec![0.0; x.len()];
        for (c, x) in copy.iter_mut().zip(x) {
            *c = x[0];
        }
        scale(&mut copy, 3.0);
        total + copy.iter().map(|c| softplus(*c)).sum::<f64>()
    }

    #[differentiate(jacobian, jacobian_sparse)]
    fn forces(x: &[[f64; 2]], rest: f64) -> Vec<f64> {
        let mut out: Vec<f64> = (1..x.len())
            .map(|i| softplus(spring(&x[i - 1], &x[i], rest)))
            .collect();
        scale(&mut out, x[0][0]);
        out
    }

    #[test]
    fn of_other_functions() {
        let x: Vec<[f64; 2]> = points(16).chunks(2).map(|p| [p[0], 2.0 * p[1]]).collect();
        let sparse = energy_hessian_sparse(&x, 0.3);
        assert_symmetric(&sparse);
        assert_eq!(sparse.pattern().row(5), [2, 3, 4, 5, 6, 7, 16]);
        assert_same(&sparse, &energy_hessian(&x, 0.3));
        let sparse = forces_jacobian_sparse(&x, 0.3);
        assert_eq!(sparse.pattern().row(3), [0, 6, 7, 8, 9, 16]);
        assert_same(&sparse, &forces_jacobian(&x, 0.3));
    }

    /// A weight that happens to be zero does not hide what a rule depends on.
    #[differentiate(hessian_sparse, wrt(x))]
    fn weighted(x: &[f64; 3], weight: f64) -> f64 {
        weight * softplus(x[0] * x[1]) + x[2].powf(0.0 * weight)
    }

    #[test]
    fn behind_a_weight() {
        let pattern = weighted_hessian_sparsity(&[1.0, 2.0, 3.0], 0.0);
        assert_eq!((pattern.row(0), pattern.row(1)), (&[0, 1][..], &[0, 1][..]));
        let sparse = weighted_hessian_sparse(&[0.0, 2.0, 3.0], 3.0);
        assert_eq!(sparse.get(0, 0), Some(&3.0));
    }

    /// A function over a number of one's own, also at a number with derivatives.
    #[differentiate(hessian_sparse, jacobian_sparse)]
    fn generic<T: Real>(x: &[T]) -> T {
        x.iter()
            .zip(&x[1..])
            .fold(T::zero(), |sum, (a, b)| sum + *a * b.sin())
    }

    #[test]
    fn over_any_number() {
        let x = points(5);
        let sparse = generic_hessian_sparse(&x);
        assert_eq!(sparse.get(1, 2), Some(&x[2].cos()));
        let single: Vec<f32> = x.iter().map(|x| *x as f32).collect();
        let sparse: CsrMatrix<f32> = generic_hessian_sparse(&single);
        assert_eq!(sparse.row(0).next(), Some((1, &single[1].cos())));
        let duals: Vec<_> = x.iter().map(|x| autodiff::Dual::variable(*x)).collect();
        let along = generic_hessian_sparse(&duals);
        assert_eq!(along.get(1, 2).map(|v| v.tangent), Some(-x[2].sin()));
        assert_eq!(generic_jacobian_sparse(&x).rows(), 1);
    }

    struct Chain {
        stiffness: f64,
    }

    impl Chain {
        #[differentiate(hessian, hessian_sparse, name = "bend")]
        fn energy(&self, x: &[f64], directions: usize) -> f64 {
            let mut total = 0.0;
            for i in directions..x.len() {
                total += self.stiffness * (x[i] - x[i - directions]).powi(4);
            }
            total
        }
    }

    #[test]
    fn methods() {
        let (chain, x) = (Chain { stiffness: 2.0 }, points(9));
        let sparse = chain.bend_hessian_sparse(&x, 3);
        assert_eq!(chain.bend_hessian_sparsity(&x, 3).row(4), [1, 4, 7]);
        assert_same(&sparse, &chain.bend_hessian(&x, 3));
    }
}

/// As many inputs as no dense matrix could have.
mod large {
    use super::*;

    const N: usize = 100_000;

    #[differentiate(hessian_sparse)]
    fn rosenbrock(x: &[f64]) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() - 1 {
            total += (1.0 - x[i]).powi(2) + 100.0 * (x[i + 1] - x[i] * x[i]).powi(2);
        }
        total
    }

    #[differentiate(jacobian_sparse)]
    fn bratu(x: &[f64], out: &mut [f64]) {
        let n = x.len();
        for i in 0..n {
            let left = if i > 0 { x[i - 1] } else { 0.0 };
            let right = if i + 1 < n { x[i + 1] } else { 0.0 };
            out[i] = left - 2.0 * x[i] + right + x[i].exp();
        }
    }

    #[differentiate(hessian_sparse)]
    fn arrow(x: &[f64]) -> f64 {
        x[1..].iter().map(|y| x[0].sin() * y * y).sum()
    }

    #[test]
    fn banded() {
        let x = points(N);
        let hessian = rosenbrock_hessian_sparse(&x);
        assert_eq!(hessian.pattern().nnz(), 3 * N - 2);
        for i in [0, 1, N / 2, N - 2] {
            let (below, at) = (if i > 0 { 200.0 } else { 0.0 }, x[i]);
            let diagonal = below + 2.0 - 400.0 * (x[i + 1] - at * at) + 800.0 * at * at;
            let found = hessian.get(i, i).copied().unwrap_or_default();
            assert!(
                (found - diagonal).abs() < 1e-9,
                "{i}: {found}, not {diagonal}"
            );
            assert_eq!(hessian.get(i, i + 1), Some(&(-400.0 * at)));
        }
        assert_symmetric(&hessian);
        let mut out = vec![0.0; N];
        let jacobian = bratu_jacobian_sparse(&x, &mut out);
        assert_eq!(jacobian.pattern().nnz(), 3 * N - 2);
        assert_eq!(jacobian.get(N / 2, N / 2), Some(&(x[N / 2].exp() - 2.0)));
        assert_eq!(jacobian.get(N / 2, N / 2 + 1), Some(&1.0));
    }

    #[test]
    fn with_a_head() {
        let x = points(N);
        let hessian = arrow_hessian_sparse(&x);
        assert_eq!(hessian.pattern().nnz(), 3 * N - 2);
        assert_eq!(hessian.get(7, 7), Some(&(2.0 * x[0].sin())));
        assert_eq!(hessian.get(7, 0), Some(&(2.0 * x[0].cos() * x[7])));
    }
}

/// One coloring, many points.
mod colorings {
    use super::*;
    use autodiff::sparse::{HessianColoring, JacobianColoring};

    #[differentiate(jacobian_sparse, hessian_sparse)]
    fn chain(x: &[f64]) -> f64 {
        x.windows(2)
            .map(|pair| (pair[0] * pair[1]).sin() + pair[0].powi(3))
            .sum()
    }

    /// A long row, a long column, and an output that is there before.
    #[differentiate(jacobian_sparse)]
    fn arrow(x: &[f64], out: &mut [f64]) -> f64 {
        out[0] = x.iter().map(|x| x.sin()).sum();
        for i in 1..x.len() {
            out[i] = out[i] * x[0] * x[i] * x[i];
        }
        out[0] * 2.0
    }

    fn shifted(count: usize, by: f64) -> Vec<f64> {
        points(count).iter().map(|x| x + by).collect()
    }

    #[test]
    fn as_with_a_pattern_of_each_point() {
        let count = 40;
        let start = points(count);
        let hessian = HessianColoring::new(chain_hessian_sparsity(&start));
        assert_eq!(hessian.columns(), 3);
        let jacobian = JacobianColoring::new(chain_jacobian_sparsity(&start));
        assert_eq!((jacobian.columns(), jacobian.rows()), (0, 1));
        let arrows = {
            let mut out = shifted(count, 1.0);
            JacobianColoring::new(arrow_jacobian_sparsity(&start, &mut out))
        };
        assert!(arrows.columns() > 0 && arrows.rows() > 0);
        for by in [0.0, 0.3, -2.0] {
            let x = shifted(count, by);
            assert_eq!(
                chain_hessian_sparse_with(&x, &hessian),
                chain_hessian_sparse(&x)
            );
            assert_eq!(
                chain_jacobian_sparse_with(&x, &jacobian),
                chain_jacobian_sparse(&x)
            );
            let (mut out, mut again) = (shifted(count, 1.0), shifted(count, 1.0));
            assert_eq!(
                arrow_jacobian_sparse_with(&x, &mut out, &arrows),
                arrow_jacobian_sparse(&x, &mut again)
            );
            assert_eq!(out, again);
            let mut expected = shifted(count, 1.0);
            arrow(&x, &mut expected);
            assert_eq!(out, expected);
        }
    }

    /// A pattern of the user's may have more entries, and one of each pair is enough.
    #[test]
    fn larger_patterns() {
        let x = points(5);
        let lower = [
            (0, 0),
            (1, 0),
            (1, 1),
            (2, 1),
            (2, 2),
            (3, 2),
            (3, 3),
            (4, 3),
            (4, 0),
            (4, 4),
        ];
        let coloring = HessianColoring::new(Pattern::new(5, 5, lower));
        let sparse = chain_hessian_sparse_with(&x, &coloring);
        assert_eq!(sparse.get(0, 4), Some(&0.0));
        assert_symmetric(&sparse);
        assert_same(&chain_hessian_sparse(&x), &sparse.to_matrix());
    }

    /// Nothing depends on anything: the outputs are written all the same.
    #[differentiate(jacobian_sparse)]
    fn steps(x: &[f64], out: &mut [f64]) {
        for i in 0..out.len() {
            out[i] = x[i].floor();
        }
    }

    #[test]
    fn no_entries() {
        let (mut first, mut second) = ([7.0; 3], [8.0; 3]);
        let coloring = JacobianColoring::new(Pattern::new(3, 3, []));
        let sparse = steps_jacobian_sparse_with(&[1.5, 2.5, 3.5], &mut first, &coloring);
        assert_eq!(sparse.pattern().nnz(), 0);
        steps_jacobian_sparse(&[1.5, 2.5, 3.5], &mut second);
        assert_eq!((first, second), ([1.0, 2.0, 3.0], [1.0, 2.0, 3.0]));
    }

    #[differentiate(jacobian_sparse, hessian_sparse)]
    fn branch(x: &[f64; 4]) -> f64 {
        let other = if x[0] > 0.0 { x[1] } else { x[2] };
        x[0] * x[0] * other + x[3]
    }

    #[test]
    #[should_panic(expected = "the pattern of the coloring does not hold at this point: row 2")]
    fn another_branch_of_a_hessian() {
        let coloring = HessianColoring::new(branch_hessian_sparsity(&[1.0; 4]));
        branch_hessian_sparse_with(&[-1.0, 1.0, 1.0, 1.0], &coloring);
    }

    #[test]
    #[should_panic(expected = "the pattern of the coloring does not hold at this point: row 0")]
    fn another_branch_of_a_jacobian() {
        let coloring = JacobianColoring::new(branch_jacobian_sparsity(&[1.0; 4]));
        branch_jacobian_sparse_with(&[-1.0, 1.0, 1.0, 1.0], &coloring);
    }

    /// The lower half has entries of one colour only, while `weight` is zero.
    #[differentiate(jacobian_sparse, wrt(x))]
    fn halves(x: &[f64], weight: f64) -> Vec<f64> {
        let mut y = x.to_vec();
        for i in 0..x.len() / 2 {
            y[i] = x[i] * x[i + 1];
        }
        if weight != 0.0 {
            let last = x.len() - 1;
            y[last] += weight * x[1];
        }
        y
    }

    #[test]
    #[should_panic(expected = "the pattern of the coloring does not hold at this point: row 19")]
    fn another_entry_in_forward_mode() {
        let x = points(20);
        let coloring = JacobianColoring::new(halves_jacobian_sparsity(&x, 0.0));
        assert_eq!((coloring.columns(), coloring.rows()), (2, 0));
        let same = halves_jacobian_sparse_with(&x, 0.0, &coloring);
        assert_eq!(same, halves_jacobian_sparse(&x, 0.0));
        halves_jacobian_sparse_with(&x, 0.5, &coloring);
    }

    /// `x[at]` of another point has the colour of what the row has an entry for.
    #[differentiate(jacobian_sparse, wrt(x))]
    fn picked(x: &[f64], at: usize) -> Vec<f64> {
        let mut y: Vec<f64> = x.iter().map(|v| v * x[1]).collect();
        y[0] = x[at] * x[at] * x[1];
        y
    }

    #[test]
    #[should_panic(expected = "it has no entry (0, 2); make the coloring from a pattern")]
    fn another_entry_of_the_same_colour() {
        let x = points(20);
        let coloring = JacobianColoring::new(picked_jacobian_sparsity(&x, 0));
        assert_eq!((coloring.columns(), coloring.rows()), (2, 0));
        let same = picked_jacobian_sparse_with(&x, 0, &coloring);
        assert_eq!(same, picked_jacobian_sparse(&x, 0));
        picked_jacobian_sparse_with(&x, 2, &coloring);
    }

    /// In reverse mode rows are added: the second one of both has all inputs at one point and none at another.
    #[differentiate(jacobian_sparse, wrt(x))]
    fn sums(x: &[f64], both: bool) -> [f64; 2] {
        let half = x.len() / 2;
        let (mut first, mut second) = (0.0, 0.0);
        for i in 0..half {
            first += x[i] * x[i];
            second += x[half + i].sin();
            if both {
                second += x[i];
            }
        }
        [first, second]
    }

    #[test]
    #[should_panic(expected = "it has no entry (1, 0)")]
    fn another_entry_of_the_same_colour_in_reverse_mode() {
        let x = points(40);
        let coloring = JacobianColoring::new(sums_jacobian_sparsity(&x, false));
        assert_eq!((coloring.columns(), coloring.rows()), (0, 1));
        let same = sums_jacobian_sparse_with(&x, false, &coloring);
        assert_eq!(same, sums_jacobian_sparse(&x, false));
        sums_jacobian_sparse_with(&x, true, &coloring);
    }

    #[differentiate(hessian_sparse, wrt(x))]
    fn coupled(x: &[f64], a: usize, b: usize) -> f64 {
        x[a] * x[b] + x.iter().map(|v| v * v * v).sum::<f64>()
    }

    #[test]
    #[should_panic(expected = "it has no entry (0, 3)")]
    fn another_entry_of_the_same_colour_in_a_hessian() {
        let x = points(9);
        let coloring = HessianColoring::new(coupled_hessian_sparsity(&x, 0, 0));
        assert_eq!(coloring.columns(), 1);
        let same = coupled_hessian_sparse_with(&x, 0, 0, &coloring);
        assert_eq!(same, coupled_hessian_sparse(&x, 0, 0));
        coupled_hessian_sparse_with(&x, 0, 3, &coloring);
    }

    /// As many colours as a block has: the direction they are compared with is in the next one.
    #[differentiate(jacobian_sparse)]
    fn bands(x: &[f64], width: usize) -> Vec<f64> {
        let mut y = Vec::new();
        for i in 0..x.len() - width {
            let mut sum = 0.0;
            for k in 0..=width {
                sum += x[i + k] * x[i + k];
            }
            y.push(sum);
        }
        y
    }

    #[test]
    fn blocks_of_colours() {
        for width in [1, 3, 6, 7, 8, 15, 16] {
            let x = points(200);
            let coloring = JacobianColoring::new(bands_jacobian_sparsity(&x, width));
            assert_eq!((coloring.columns(), coloring.rows()), (width + 1, 0));
            let y = shifted(200, 0.5);
            let with = bands_jacobian_sparse_with(&y, width, &coloring);
            assert_eq!(with, bands_jacobian_sparse(&y, width));
        }
    }

    /// What differs because of rounding, or is not finite, is no other pattern.
    #[test]
    fn rounding_is_no_entry() {
        #[differentiate(jacobian_sparse)]
        fn cancelled(x: &[f64]) -> Vec<f64> {
            let mut y = x.to_vec();
            for i in 1..x.len() {
                y[i] = (1e12 * x[i - 1] + x[i]) - 1e12 * x[i - 1];
            }
            y[0] = x[0].sqrt() * x[1].ln();
            y
        }
        for first in [0.3, 0.0, -1.0, f64::NAN, f64::INFINITY] {
            let mut x = points(20);
            let coloring = JacobianColoring::new(cancelled_jacobian_sparsity(&x));
            x[0] = first;
            let with = cancelled_jacobian_sparse_with(&x, &coloring);
            let anew = cancelled_jacobian_sparse(&x);
            assert_eq!(format!("{with:?}"), format!("{anew:?}"));
        }
    }

    #[test]
    #[should_panic(expected = "the coloring is of 5 inputs, but there are 6")]
    fn another_number_of_inputs() {
        let coloring = HessianColoring::new(chain_hessian_sparsity(&points(5)));
        chain_hessian_sparse_with(&points(6), &coloring);
    }

    #[test]
    #[should_panic(expected = "the coloring is of 3 outputs, but there are 2")]
    fn another_number_of_outputs() {
        let coloring = JacobianColoring::new(Pattern::new(3, 3, [(0, 0)]));
        steps_jacobian_sparse_with(&[1.5, 2.5, 3.5], &mut [0.0; 2], &coloring);
    }

    #[test]
    #[should_panic(expected = "a Hessian is square, not 2x3")]
    fn a_hessian_that_is_not_square() {
        HessianColoring::new(Pattern::new(2, 3, [(0, 0)]));
    }
}
