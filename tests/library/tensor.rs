//! Linear algebra: closed forms of the adjoints, differences, singular matrices, second derivatives, mismatched shapes.

use crate::support::{all_near, near, numbers, slopes};
use autodiff::{differentiate, tensor};

fn product(a: &[f64], b: &[f64], m: usize, k: usize, n: usize) -> Vec<f64> {
    let mut out = vec![0.0; m * n];
    for i in 0..m {
        for j in 0..n {
            out[i * n + j] = (0..k).map(|l| a[i * k + l] * b[l * n + j]).sum();
        }
    }
    out
}

fn transposed(a: &[f64], rows: usize, cols: usize) -> Vec<f64> {
    (0..rows * cols)
        .map(|k| a[k % rows * cols + k / rows])
        .collect()
}

fn inner(a: &[f64], b: &[f64]) -> f64 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

fn minus(a: &[f64]) -> Vec<f64> {
    a.iter().map(|x| -x).collect()
}

fn times(factor: f64, a: &[f64]) -> Vec<f64> {
    a.iter().map(|x| factor * x).collect()
}

/// Symmetric and positive definite.
fn definite(n: usize, seed: u64) -> Vec<f64> {
    let root = numbers(n * n, seed);
    let mut a = product(&root, &transposed(&root, n, n), n, n, n);
    (0..n).for_each(|i| a[i * n + i] += 0.5);
    a
}

/// Rows of an array.
fn rows<const M: usize, const N: usize>(flat: &[f64]) -> [[f64; N]; M] {
    std::array::from_fn(|i| std::array::from_fn(|j| flat[i * N + j]))
}

/// Products of matrices of several shapes, empty ones among them.
#[test]
fn products() {
    for (m, k, n) in [
        (1, 1, 1),
        (2, 3, 4),
        (4, 1, 2),
        (3, 5, 1),
        (0, 2, 3),
        (2, 0, 3),
        (7, 6, 5),
        // Large enough for the library's kernels.
        (33, 20, 17),
        (1, 70, 64),
        (64, 64, 48),
    ] {
        let (a, b, w) = (numbers(m * k, 1), numbers(k * n, 2), numbers(m * n, 3));
        let want = product(&a, &b, m, k, n);
        all_near("matmul", &tensor::matmul(&a, &b, m, k, n), &want, 1e-15);
        let (value, (by_a, by_b)) = tensor::matmul_vjp(&a, &b, m, k, n, w.clone());
        all_near("value", &value, &want, 1e-15);
        all_near(
            "Ȳ Bᵀ",
            &by_a,
            &product(&w, &transposed(&b, k, n), m, n, k),
            1e-14,
        );
        all_near(
            "Aᵀ Ȳ",
            &by_b,
            &product(&transposed(&a, m, k), &w, k, m, n),
            1e-14,
        );
        let (da, db) = (numbers(m * k, 4), numbers(k * n, 5));
        let (_, tangent) = tensor::matmul_jvp(&a, &b, m, k, n, &da, &db);
        let dot = inner(&by_a, &da) + inner(&by_b, &db);
        let rounding = 1e-13_f64.max(1e-16 * (m * k * n) as f64);
        assert!((inner(&tangent, &w) - dot).abs() < rounding);
    }
}

/// Zero times infinity is zero in a pullback, in the loops and in front of the kernels; the value is IEEE's.
#[test]
fn zero_cotangents_of_infinite_factors() {
    for n in [2, 20] {
        let (mut a, mut b) = (numbers(n * n, 1), numbers(n * n, 2));
        a[0] = f64::INFINITY;
        b[n * n - 1] = f64::NAN;
        let mut w = vec![0.0; n * n];
        w[n] = 2.0;
        let (value, (by_a, by_b)) = tensor::matmul_vjp(&a, &b, n, n, n, w);
        assert!(!value[0].is_finite() && value[n * n - 1].is_nan());
        for i in 0..n {
            for l in 0..n {
                // Only row 1 of the result, its first entry, has a cotangent.
                let want = if i == 1 { 2.0 * b[l * n] } else { 0.0 };
                assert_eq!(by_a[i * n + l], want);
                let want = if l == 0 { 2.0 * a[n + i] } else { 0.0 };
                assert_eq!(by_b[i * n + l], want);
            }
        }
    }
}

/// A matrix of constants in a product, numbers with derivatives, and a factor used twice.
#[differentiate(wrt(a), hessian)]
fn powers(a: &[f64], c: &[f64], n: usize) -> f64 {
    let square = tensor::matmul(a, a, n, n, n);
    let shifted = tensor::matmul(c, &square, n, n, n);
    tensor::trace(&tensor::matmul(&shifted, a, n, n, n), n)
}

#[test]
fn powers_of_a_matrix() {
    // tr(C A³): A² C + A C A + C A², transposed.
    for n in [2, 3, 18] {
        let (a, c) = (numbers(n * n, 1), numbers(n * n, 2));
        let times = |x: &[f64], y: &[f64]| product(x, y, n, n, n);
        let square = times(&a, &a);
        let parts = [
            times(&square, &c),
            times(&a, &times(&c, &a)),
            times(&c, &square),
        ];
        let sum: Vec<f64> = (0..n * n)
            .map(|k| parts.iter().map(|p| p[k]).sum())
            .collect();
        let gradient = powers_grad(&a, &c, n);
        all_near("tr C A³", &gradient, &transposed(&sum, n, n), 1e-13);
        if n < 4 {
            let hessian = powers_hessian(&a, &c, n);
            for i in 0..n * n {
                let row = slopes(|a| powers_grad(a, &c, n)[i], &a);
                all_near("Hessian", hessian.row(i), &row, 1e-9);
            }
        }
    }
}

/// Einstein's sums against the functions they are other names of, and against differences.
#[test]
fn contractions() {
    let (a, b) = (numbers(6, 1), numbers(12, 2));
    let all = |what: &str, got: Vec<f64>, want: Vec<f64>| all_near(what, &got, &want, 1e-14);
    let two = |letters: &str, shapes: [&[usize]; 2]| {
        tensor::einsum(letters, &a, shapes[0], &b, shapes[1])
    };
    all(
        "product",
        two("ij,jk->ik", [&[2, 3], &[3, 4]]),
        product(&a, &b, 2, 3, 4),
    );
    all(
        "transposed",
        two("ij,jk->ki", [&[2, 3], &[3, 4]]),
        transposed(&product(&a, &b, 2, 3, 4), 2, 4),
    );
    all(
        "outer",
        two("i,j->ij", [&[6], &[12]]),
        tensor::outer(&a, &b),
    );
    // Σ_j A_ij B_jik for every k.
    let mixed: Vec<f64> = (0..2)
        .flat_map(|k| (0..2).map(move |i| (k, i)))
        .map(|(k, i)| (0..3).map(|j| a[i * 3 + j] * b[(j * 2 + i) * 2 + k]).sum())
        .collect();
    all(
        "tensors",
        two("ij, jik -> ki", [&[2, 3], &[3, 2, 2]]),
        mixed,
    );

    let one = |letters: &str, shape: &[usize]| tensor::rearrange(letters, &b, shape);
    all("transpose", one("ij->ji", &[3, 4]), transposed(&b, 3, 4));
    all("sum", one("ijk->", &[3, 2, 2]), vec![b.iter().sum()]);
    let columns = (0..4).map(|j| b[j] + b[4 + j] + b[8 + j]).collect();
    all("an axis", one("ij->j", &[3, 4]), columns);
    // A tensor's trace over its last two axes.
    let traces = (0..3).map(|i| b[4 * i] + b[4 * i + 3]).collect();
    all("trace", one("ijj->i", &[3, 2, 2]), traces);
    let permuted: Vec<f64> = (0..12)
        .map(|k| b[(k % 3 * 2 + k / 6) * 2 + k / 3 % 2])
        .collect();
    all("axes", one("ijk->jki", &[3, 2, 2]), permuted);
    assert_eq!(tensor::rearrange("ij->j", &[], &[0, 2]), [0.0, 0.0]);
}

#[test]
fn pullbacks_of_contractions() {
    for (letters, a_shape, b_shape, outputs) in [
        ("ij,jk->ik", &[2, 3][..], &[3, 4][..], 8),
        ("ij,jik->ki", &[2, 3], &[3, 2, 2], 4),
        ("ii,ij->j", &[3, 3], &[3, 2], 2),
        ("i,j->", &[4], &[3], 1),
    ] {
        let size = |shape: &[usize]| shape.iter().product::<usize>();
        let (a, b, w) = (
            numbers(size(a_shape), 1),
            numbers(size(b_shape), 2),
            numbers(outputs, 3),
        );
        let (_, (by_a, by_b)) = tensor::einsum_vjp(letters, &a, a_shape, &b, b_shape, w.clone());
        let weighted =
            |a: &[f64], b: &[f64]| inner(&w, &tensor::einsum(letters, a, a_shape, b, b_shape));
        all_near(letters, &by_a, &slopes(|a| weighted(a, &b), &a), 1e-10);
        all_near(letters, &by_b, &slopes(|b| weighted(&a, b), &b), 1e-10);
        let (da, db) = (numbers(a.len(), 4), numbers(b.len(), 5));
        let (_, tangent) = tensor::einsum_jvp(letters, &a, a_shape, &b, b_shape, &da, &db);
        near(
            letters,
            inner(&w, &tangent),
            inner(&by_a, &da) + inner(&by_b, &db),
            1e-12,
        );
    }
    let (x, w) = (numbers(12, 1), numbers(3, 2));
    let (_, by_x) = tensor::rearrange_vjp("ijj->i", &x, &[3, 2, 2], w.clone());
    let want: Vec<f64> = (0..12)
        .map(|k| {
            if k % 4 == 0 || k % 4 == 3 {
                w[k / 4]
            } else {
                0.0
            }
        })
        .collect();
    assert_eq!(by_x, want);
}

#[test]
fn vectors_and_matrices() {
    let (m, n) = (3, 4);
    let (a, x, w) = (numbers(m * n, 1), numbers(n, 2), numbers(m, 3));
    let (value, (by_a, by_x)) = tensor::matvec_vjp(&a, m, n, &x, w.clone());
    all_near("matvec", &value, &product(&a, &x, m, n, 1), 1e-15);
    all_near("ȳ xᵀ", &by_a, &product(&w, &x, m, 1, n), 1e-15);
    all_near(
        "Aᵀ ȳ",
        &by_x,
        &product(&transposed(&a, m, n), &w, n, m, 1),
        1e-15,
    );

    let w = numbers(m * n, 4);
    let left = numbers(m, 5);
    let (value, (by_left, by_x)) = tensor::outer_vjp(&left, &x, w.clone());
    all_near("outer", &value, &product(&left, &x, m, 1, n), 1e-15);
    all_near("Ȳ b", &by_left, &product(&w, &x, m, n, 1), 1e-15);
    all_near(
        "Ȳᵀ a",
        &by_x,
        &product(&transposed(&w, m, n), &left, n, m, 1),
        1e-15,
    );

    let (value, by_a) = tensor::transpose_vjp(&a, m, n, w.clone());
    assert_eq!(value, transposed(&a, m, n));
    assert_eq!(by_a, transposed(&w, n, m));

    let square = numbers(9, 6);
    let (value, by_square) = tensor::trace_value_and_grad(&square, 3);
    near("trace", value, square[0] + square[4] + square[8], 1e-15);
    assert_eq!(by_square, [1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0]);

    let y = numbers(n, 7);
    let (value, (by_x, by_y)) = tensor::dot_value_and_grad(&x, &y);
    near("dot", value, inner(&x, &y), 1e-14);
    assert_eq!((by_x, by_y), (y.clone(), x.clone()));
    let want = inner(&x, &x) + inner(&y, &y);
    near("tangent", tensor::dot_jvp(&x, &y, &y, &x).1, want, 1e-14);
    assert_eq!(
        tensor::dot_value_and_grad(&[], &[]),
        (0.0, (vec![], vec![]))
    );
}

#[test]
fn reductions() {
    let x = numbers(7, 1);
    assert_eq!(
        tensor::sum_value_and_grad(&x),
        (x.iter().fold(0.0, |s, x| s + x), vec![1.0; 7])
    );
    near("mean", tensor::mean(&x), tensor::sum(&x) / 7.0, 1e-15);
    assert_eq!(tensor::mean_grad(&x), vec![1.0 / 7.0; 7]);
    assert_eq!(tensor::sum(&[]), 0.0);
    assert!(tensor::mean(&[]).is_nan());

    let (value, grad) = tensor::norm_value_and_grad(&x);
    near("norm", value, inner(&x, &x).sqrt(), 1e-15);
    all_near("x / ‖x‖", &grad, &times(1.0 / value, &x), 1e-15);
    for scale in [1e-300, 1e-170, 1e170, 1e300] {
        let (value, grad) = tensor::norm_value_and_grad(&[3.0 * scale, -4.0 * scale]);
        near("norm", value, 5.0 * scale, 1e-15);
        all_near("x / ‖x‖", &grad, &[0.6, -0.8], 1e-15);
        let (_, tangent) = tensor::norm_jvp(&[3.0 * scale, -4.0 * scale], &[1.0, 1.0]);
        near("tangent", tangent, -0.2, 1e-14);
    }
    assert_eq!(tensor::norm_value_and_grad(&[0.0; 3]), (0.0, vec![0.0; 3]));
    assert_eq!(tensor::norm_value_and_grad(&[]), (0.0, vec![]));
    assert_eq!(tensor::norm(&[1.0, f64::NEG_INFINITY]), f64::INFINITY);
    assert!(tensor::norm(&[1.0, f64::NAN]).is_nan());
}

#[test]
fn exponentials() {
    let x = times(3.0, &numbers(6, 1));
    let total: f64 = x.iter().map(|x| x.exp()).sum();
    let p: Vec<f64> = x.iter().map(|x| x.exp() / total).collect();
    let (value, grad) = tensor::logsumexp_value_and_grad(&x);
    near("logsumexp", value, total.ln(), 1e-14);
    all_near("softmax", &grad, &p, 1e-14);
    let w = numbers(6, 2);
    let (value, by_x) = tensor::softmax_vjp(&x, w.clone());
    all_near("softmax", &value, &p, 1e-14);
    let want: Vec<f64> = p
        .iter()
        .zip(&w)
        .map(|(y, u)| y * (u - inner(&p, &w)))
        .collect();
    all_near("y ∘ (ȳ - ⟨y, ȳ⟩)", &by_x, &want, 1e-13);
    all_near("symmetric", &tensor::softmax_jvp(&x, &w).1, &want, 1e-13);

    let infinity = f64::INFINITY;
    assert_eq!(
        tensor::logsumexp_value_and_grad(&[1e4, -1e4]),
        (1e4, vec![1.0, 0.0])
    );
    let (value, grad) = tensor::logsumexp_value_and_grad(&[0.0, -40.0]);
    near("small", value, (-40.0_f64).exp(), 1e-14);
    near("small", grad[1], (-40.0_f64).exp(), 1e-14);
    assert_eq!(
        tensor::logsumexp_value_and_grad(&[-infinity, 2.0]),
        (2.0, vec![0.0, 1.0])
    );
    assert_eq!(tensor::logsumexp(&[-infinity, -infinity]), -infinity);
    assert_eq!(
        tensor::logsumexp_value_and_grad(&[0.0, infinity]),
        (infinity, vec![0.0, 1.0])
    );
    assert_eq!(tensor::logsumexp(&[]), -infinity);
    assert_eq!(tensor::softmax(&[1e4, -1e4, 1e4]), [0.5, 0.0, 0.5]);
    assert_eq!(tensor::softmax(&[-infinity, 0.0]), [0.0, 1.0]);
    assert!(tensor::softmax(&[]).is_empty());
}

#[test]
fn systems() {
    for (n, m, seed) in [(1, 1, 1), (2, 1, 2), (3, 2, 3), (5, 3, 4), (8, 1, 5)] {
        let (a, b, w) = (
            numbers(n * n, seed),
            numbers(n * m, seed + 10),
            numbers(n * m, seed + 20),
        );
        let (x, (by_a, by_b)) = tensor::solve_vjp(&a, n, &b, m, w.clone());
        all_near("A X", &product(&a, &x, n, n, m), &b, 1e-13);
        assert_eq!(x, tensor::solve(&a, n, &b, m));
        let inverse = tensor::inverse(&a, n);
        let identity = product(&a, &inverse, n, n, n);
        (0..n * n).for_each(|k| assert!((identity[k] - f64::from(k / n == k % n)).abs() < 1e-12));
        let back = transposed(&inverse, n, n);
        let want = product(&back, &w, n, n, m);
        all_near("A⁻ᵀ X̄", &by_b, &want, 1e-11);
        let want = minus(&product(&want, &transposed(&x, n, m), n, m, n));
        all_near("-B̄ Xᵀ", &by_a, &want, 1e-11);
        let (da, db) = (numbers(n * n, seed + 30), numbers(n * m, seed + 40));
        let (_, tangent) = tensor::solve_jvp(&a, n, &b, m, &da, &db);
        let dot = inner(&by_a, &da) + inner(&by_b, &db);
        near("tangent", inner(&tangent, &w), dot, 1e-10);

        let w = numbers(n * n, seed + 50);
        let (_, by_a) = tensor::inverse_vjp(&a, n, w.clone());
        let want = minus(&product(&product(&back, &w, n, n, n), &back, n, n, n));
        all_near("-A⁻ᵀ Ȳ A⁻ᵀ", &by_a, &want, 1e-11);

        let (value, grad) = tensor::logdet_value_and_grad(&a, n);
        near("logdet", value, tensor::det(&a, n).abs().ln(), 1e-12);
        all_near("A⁻ᵀ", &grad, &back, 1e-11);
        let (value, grad) = tensor::det_value_and_grad(&a, n);
        all_near("det A⁻ᵀ", &grad, &times(value, &back), 1e-11);
        let differences = slopes(|a| tensor::det(a, n), &a);
        all_near("differences", &grad, &differences, 1e-8);
        let (_, tangent) = tensor::det_jvp(&a, n, &da);
        near("tangent", tangent, inner(&grad, &da), 1e-11);
    }
}

#[test]
fn zero_pivots() {
    let a = [0.0, 2.0, 1.0, 1.0, 0.0, 3.0, 0.0, 5.0, 0.0];
    assert_eq!(tensor::det(&a, 3), 5.0);
    let x = tensor::solve(&a, 3, &[3.0, 4.0, 5.0], 1);
    all_near("solution", &x, &[1.0, 1.0, 1.0], 1e-15);
    let (_, (_, by_b)) = tensor::solve_vjp(&a, 3, &[3.0, 4.0, 5.0], 1, vec![1.0, 0.0, 0.0]);
    all_near(
        "row of the inverse",
        &by_b,
        &tensor::inverse(&a, 3)[..3],
        1e-14,
    );
}

#[test]
fn singular_matrices() {
    // Rank 2: adj A of rank 1. Rank 1 and 0: adj A = 0.
    let a = [1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0];
    let cofactors = [-3.0, 6.0, -3.0, 6.0, -12.0, 6.0, -3.0, 6.0, -3.0];
    let (value, grad) = tensor::det_value_and_grad(&a, 3);
    assert!(value.abs() < 1e-14);
    all_near("cofactors", &grad, &cofactors, 1e-14);
    let (value, grad) = tensor::det_value_and_grad(&[1.0, 2.0, 2.0, 4.0], 2);
    assert_eq!((value, grad), (0.0, vec![4.0, -2.0, -2.0, 1.0]));
    assert_eq!(
        tensor::det_value_and_grad(&[0.0; 9], 3),
        (0.0, vec![0.0; 9])
    );
    assert_eq!(tensor::det_value_and_grad(&[0.0], 1), (0.0, vec![1.0]));
    assert_eq!(tensor::det_value_and_grad(&[], 0), (1.0, vec![]));
    let outer = product(&[1.0, -2.0, 0.5], &[0.3, 0.7, -1.1], 3, 1, 3);
    let (value, grad) = tensor::det_value_and_grad(&outer, 3);
    assert!(value.abs() < 1e-16 && grad.iter().all(|x| x.abs() < 1e-15));

    let nan = |list: &[f64]| list.iter().all(|x| x.is_nan());
    let singular = [1.0, 2.0, 2.0, 4.0];
    assert!(nan(&tensor::inverse(&singular, 2)));
    assert!(nan(&tensor::solve(&singular, 2, &[1.0, 2.0], 1)));
    let (_, (by_a, by_b)) = tensor::solve_vjp(&singular, 2, &[1.0, 2.0], 1, vec![1.0, 1.0]);
    assert!(nan(&by_a) && nan(&by_b), "{by_a:?} {by_b:?}");
    assert!(nan(&tensor::inverse(&[0.0], 1)));
    assert_eq!(tensor::logdet(&singular, 2), f64::NEG_INFINITY);
    assert!(
        tensor::logdet_grad(&singular, 2)
            .iter()
            .all(|x| !x.is_finite())
    );
    let l = tensor::cholesky(&[1.0, 0.0, 2.0, 4.0], 2);
    assert_eq!(l[..3], [1.0, 0.0, 2.0]);
    assert!(l[3].is_nan());
    assert!(tensor::cholesky_vjp(&[-1.0], 1, vec![1.0]).1[0].is_nan());
}

#[differentiate(hessian, hvp, taylor)]
fn determinant(a: &[[f64; 3]; 3]) -> f64 {
    tensor::fixed::det(a)
}

/// `∂² det / ∂a_ij ∂a_kl` is `± a_pq` for the row and the column that are left.
#[test]
fn second_derivatives_of_determinants() {
    for a in [
        rows::<3, 3>(&numbers(9, 1)),
        rows::<3, 3>(&[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0, 9.0]),
        [[1.0, 2.0, 3.0], [2.0, 4.0, 6.0], [-1.0, -2.0, -3.0]],
        [[0.0; 3]; 3],
        [[0.0, 0.0, 0.0], [0.0, 0.0, 2.0], [0.0, 0.0, 0.0]],
    ] {
        let hessian = determinant_hessian(&a);
        for (i, j) in (0..9).map(|k| (k / 3, k % 3)) {
            for (k, l) in (0..9).map(|k| (k / 3, k % 3)) {
                let want = if i == k || j == l {
                    0.0
                } else {
                    let even = ((k + 3 - i) % 3 == 1) == ((l + 3 - j) % 3 == 1);
                    let left = a[3 - i - k][3 - j - l];
                    if even { left } else { -left }
                };
                let got = hessian[3 * i + j][3 * k + l];
                assert!(
                    (got - want).abs() < 1e-13,
                    "{i}{j} {k}{l} of {a:?}: {got} {want}"
                );
            }
        }
    }
    // det(t D) = t³ det D.
    let d = rows::<3, 3>(&numbers(9, 2));
    let series = determinant_taylor::<5>(&[[0.0; 3]; 3], &d);
    let want = [0.0, 0.0, 0.0, tensor::fixed::det(&d), 0.0];
    all_near("series", &series, &want, 1e-13);
}

#[test]
fn choleskys_factor() {
    for (n, seed) in [(1, 1), (2, 2), (4, 3), (6, 4)] {
        let a = definite(n, seed);
        let l = tensor::cholesky(&a, n);
        all_near(
            "L Lᵀ",
            &product(&l, &transposed(&l, n, n), n, n, n),
            &a,
            1e-14,
        );
        let w = numbers(n * n, seed + 10);
        let (value, by_a) = tensor::cholesky_vjp(&a, n, w.clone());
        assert_eq!(value, l);
        let differences = slopes(|a| inner(&tensor::cholesky(a, n), &w), &a);
        all_near("differences", &by_a, &differences, 1e-8);
        // Giles 2.3.3: L⁻ᵀ Φ(Lᵀ L̄) L⁻¹ in symmetric form, Φ the lower triangle with half the diagonal.
        let inverse = tensor::inverse(&l, n);
        let lower: Vec<f64> = (0..n * n)
            .map(|k| if k % n > k / n { 0.0 } else { w[k] })
            .collect();
        let mut middle = product(&transposed(&l, n, n), &lower, n, n, n);
        for i in 0..n {
            (i + 1..n).for_each(|j| middle[i * n + j] = 0.0);
            middle[i * n + i] *= 0.5;
        }
        let full = product(
            &product(&transposed(&inverse, n, n), &middle, n, n, n),
            &inverse,
            n,
            n,
            n,
        );
        let want: Vec<f64> = (0..n * n)
            .map(|k| {
                let (i, j) = (k / n, k % n);
                match i.cmp(&j) {
                    std::cmp::Ordering::Less => 0.0,
                    std::cmp::Ordering::Equal => full[k],
                    std::cmp::Ordering::Greater => full[k] + full[j * n + i],
                }
            })
            .collect();
        all_near("Giles", &by_a, &want, 1e-11);
        let direction = numbers(n * n, seed + 20);
        let (_, tangent) = tensor::cholesky_jvp(&a, n, &direction);
        near(
            "tangent",
            inner(&tangent, &w),
            inner(&by_a, &direction),
            1e-11,
        );
    }
}

/// Arrays and slices agree to rounding.
#[test]
fn arrays() {
    use tensor::fixed;
    let (a, b, w) = (numbers(6, 1), numbers(12, 2), numbers(8, 3));
    let (value, (by_a, by_b)) =
        fixed::matmul_vjp(&rows::<2, 3>(&a), &rows::<3, 4>(&b), rows::<2, 4>(&w));
    let (want, (want_a, want_b)) = tensor::matmul_vjp(&a, &b, 2, 3, 4, w.clone());
    all_near("matmul", value.as_flattened(), &want, 1e-15);
    all_near("Ā", by_a.as_flattened(), &want_a, 1e-15);
    all_near("B̄", by_b.as_flattened(), &want_b, 1e-15);

    let (x, u) = ([0.5, -1.0, 2.0], [0.25, 3.0]);
    let (value, (by_a, by_x)) = fixed::matvec_vjp(&rows::<2, 3>(&a), &x, u);
    let (want, (want_a, want_x)) = tensor::matvec_vjp(&a, 2, 3, &x, u.to_vec());
    all_near("matvec", &value, &want, 1e-15);
    all_near("Ā", by_a.as_flattened(), &want_a, 1e-15);
    all_near("x̄", &by_x, &want_x, 1e-15);
    let (value, (by_u, by_x)) = fixed::outer_vjp(&u, &x, rows::<2, 3>(&a));
    let (want, (want_u, want_x)) = tensor::outer_vjp(&u, &x, a.clone());
    assert_eq!(value.as_flattened(), want);
    all_near("ā", &by_u, &want_u, 1e-15);
    all_near("b̄", &by_x, &want_x, 1e-15);
    let (value, by_a) = fixed::transpose_vjp(&rows::<2, 3>(&a), rows::<3, 2>(&b));
    assert_eq!(value.as_flattened(), transposed(&a, 2, 3));
    assert_eq!(by_a.as_flattened(), transposed(&b[..6], 3, 2));
    assert_eq!(fixed::dot_value_and_grad(&x, &x), (5.25, (x, x)));

    let square = numbers(9, 5);
    let s = rows::<3, 3>(&square);
    assert_eq!(fixed::trace(&s), tensor::trace(&square, 3));
    assert_eq!(
        fixed::trace_grad(&s),
        [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]]
    );
    assert_eq!(fixed::det(&s), tensor::det(&square, 3));
    assert_eq!(
        fixed::det_grad(&s).as_flattened(),
        tensor::det_grad(&square, 3)
    );
    assert_eq!(
        fixed::logdet_grad(&s).as_flattened(),
        tensor::logdet_grad(&square, 3)
    );
    let (value, (by_a, by_b)) = fixed::solve_vjp(&s, &rows::<3, 2>(&b), rows::<3, 2>(&a));
    let (want, (want_a, want_b)) = tensor::solve_vjp(&square, 3, &b[..6], 2, a.clone());
    all_near("solve", value.as_flattened(), &want, 1e-15);
    all_near("Ā", by_a.as_flattened(), &want_a, 1e-14);
    all_near("B̄", by_b.as_flattened(), &want_b, 1e-14);
    let (value, by_a) = fixed::inverse_vjp(&s, s);
    let (want, want_a) = tensor::inverse_vjp(&square, 3, square.clone());
    all_near("inverse", value.as_flattened(), &want, 1e-15);
    all_near("Ā", by_a.as_flattened(), &want_a, 1e-14);
    let d = definite(3, 6);
    let (value, by_a) = fixed::cholesky_vjp(&rows::<3, 3>(&d), s);
    let (want, want_a) = tensor::cholesky_vjp(&d, 3, square.clone());
    all_near("cholesky", value.as_flattened(), &want, 1e-15);
    all_near("Ā", by_a.as_flattened(), &want_a, 1e-14);
    let (value, by_x) = fixed::softmax_vjp(&x, [1.0, 0.0, -1.0]);
    let (want, want_x) = tensor::softmax_vjp(&x, vec![1.0, 0.0, -1.0]);
    all_near("softmax", &value, &want, 1e-15);
    all_near("x̄", &by_x, &want_x, 1e-15);
    assert_eq!(
        fixed::softmax([0.0; 0].as_ref().try_into().unwrap()),
        [0.0; 0]
    );
}

/// The log marginal likelihood of a Gaussian process, three ways; in a loop over points, by paths and aliases.
#[differentiate(wrt(scale, width, noise), hessian, jvp)]
fn evidence(scale: f64, width: f64, noise: f64, xs: &[f64], ys: &[f64], way: usize) -> f64 {
    use tensor::{cholesky as factor, dot};
    let n = xs.len();
    let mut k = vec![0.0; n * n];
    for i in 0..n {
        for j in 0..n {
            let distance = (xs[i] - xs[j]) / width;
            k[i * n + j] = scale * (-0.5 * distance * distance).exp();
        }
        k[i * n + i] += noise;
    }
    if way == 0 {
        let alpha = ::autodiff::tensor::solve(&k, n, ys, 1);
        return -0.5 * (dot(ys, &alpha) + tensor::logdet(&k, n));
    }
    if way == 1 {
        let inverse = tensor::inverse(&k, n);
        return -0.5 * (dot(ys, &tensor::matvec(&inverse, n, n, ys)) + tensor::det(&k, n).ln());
    }
    let l = factor(&k, n);
    let z = tensor::solve(&l, n, ys, 1);
    let mut logs = 0.0;
    for i in 0..n {
        logs += l[i * n + i].ln();
    }
    let size = tensor::norm(&z);
    -0.5 * size * size - logs
}

#[test]
fn gaussian_process() {
    let (xs, ys) = ([-1.0, 0.0, 0.4, 1.5, 2.0], [0.3, 1.0, 0.9, -0.2, -0.7]);
    let point = [1.3, 0.8, 0.2];
    let mut gradients = Vec::new();
    let mut hessians = Vec::new();
    for way in 0..3 {
        let (s, w, n) = evidence_grad(point[0], point[1], point[2], &xs, &ys, way);
        let gradient = vec![s, w, n];
        let differences = slopes(|p| evidence(p[0], p[1], p[2], &xs, &ys, way), &point);
        all_near("differences", &gradient, &differences, 1e-9);
        let hessian = evidence_hessian(point[0], point[1], point[2], &xs, &ys, way);
        for i in 0..3 {
            let row = slopes(
                |p| {
                    let (s, w, n) = evidence_grad(p[0], p[1], p[2], &xs, &ys, way);
                    [s, w, n][i]
                },
                &point,
            );
            all_near("row of the Hessian", &hessian[i], &row, 1e-8);
        }
        gradients.push(gradient);
        hessians.push(hessian);
    }
    for way in 1..3 {
        all_near("ways", &gradients[way], &gradients[0], 1e-12);
        all_near(
            "ways",
            hessians[way].as_flattened(),
            hessians[0].as_flattened(),
            1e-11,
        );
    }
}

/// A network of layers in a loop.
#[differentiate(wrt(weights), jvp, hvp)]
fn network(weights: &[f64], x: &[f64], layers: usize, class: usize) -> f64 {
    let n = x.len();
    let mut h = x.to_vec();
    for layer in 0..layers {
        let w = &weights[layer * n * n..(layer + 1) * n * n];
        h = ::autodiff::tensor::matvec(w, n, n, &h);
        for value in &mut h {
            *value = ::autodiff::nn::silu(*value);
        }
    }
    let p = tensor::softmax(&h);
    ::autodiff::nn::cross_entropy(&h, class) + 0.1 * tensor::norm(weights) - tensor::mean(&p) * p[0]
        + tensor::logsumexp(&h)
}

#[test]
fn deep_network() {
    let (n, layers) = (3, 4);
    let (weights, x) = (numbers(layers * n * n, 1), numbers(n, 2));
    let gradient = network_grad(&weights, &x, layers, 1);
    let differences = slopes(|w| network(w, &x, layers, 1), &weights);
    all_near("differences", &gradient, &differences, 1e-9);
    let direction = numbers(layers * n * n, 3);
    let (_, tangent) = network_jvp(&weights, &x, layers, 1, &direction);
    near("tangent", tangent, inner(&gradient, &direction), 1e-12);
    let product = network_hvp(&weights, &x, layers, 1, &direction);
    let want = slopes(
        |w| inner(&network_grad(w, &x, layers, 1), &direction),
        &weights,
    );
    all_near("H d", &product, &want, 1e-8);
}

/// What a wrong shape says.
macro_rules! refused {
    ($($name:ident: $message:literal, $call:expr;)*) => { $(
        #[test]
        #[should_panic(expected = $message)]
        fn $name() {
            let _ = $call;
        }
    )* };
}

refused! {
    dot_of_other_lengths: "dot: `a` has length 2, `b` has length 3", tensor::dot_grad(&[1.0; 2], &[1.0; 3]);
    matvec_of_other_shapes: "matvec: 2×3 by 3, but `a` has length 6, `x` has length 2",
        tensor::matvec(&[1.0; 6], 2, 3, &[1.0; 2]);
    matmul_of_other_shapes: "matmul: 2×3 by 3×2, but `a` has length 6, `b` has length 4",
        tensor::matmul_vjp(&[1.0; 6], &[1.0; 4], 2, 3, 2, vec![1.0; 4]);
    einsum_without_an_arrow: "`ij,jk` has no arrow", tensor::einsum("ij,jk", &[1.0], &[1, 1], &[1.0], &[1, 1]);
    einsum_of_one: "`ij->i` is for 1 tensors, not 2", tensor::einsum("ij->i", &[1.0], &[1, 1], &[1.0], &[1, 1]);
    einsum_of_other_sizes: "`j` of `ij,jk->ik` has the sizes 2 and 3",
        tensor::einsum("ij,jk->ik", &[1.0; 2], &[1, 2], &[1.0; 3], &[3, 1]);
    einsum_of_another_length: "`ij` of `ij->j` for a tensor of shape [2, 2] and length 3",
        tensor::rearrange("ij->j", &[1.0; 3], &[2, 2]);
    einsum_of_a_new_letter: "`k` of the result of `ij->k` stands nowhere else", tensor::rearrange("ij->k", &[1.0], &[1, 1]);
    transpose_of_another_shape: "transpose: 2×3, but `a` has length 4", tensor::transpose(&[1.0; 4], 2, 3);
    trace_of_another_shape: "trace: 2×2, but `a` has length 6", tensor::trace_grad(&[1.0; 6], 2);
    det_of_another_shape: "det: 2×2, but `a` has length 6", tensor::det_grad(&[1.0; 6], 2);
    logdet_of_another_shape: "logdet: 3×3, but `a` has length 6", tensor::logdet_grad(&[1.0; 6], 3);
    inverse_of_another_shape: "inverse: 2×2, but `a` has length 6", tensor::inverse(&[1.0; 6], 2);
    solve_of_other_shapes: "solve: 2×2 and 2×1, but `a` has length 4, `b` has length 3",
        tensor::solve(&[1.0; 4], 2, &[1.0; 3], 1);
    cholesky_of_another_shape: "cholesky: 2×2, but `a` has length 6", tensor::cholesky(&[1.0; 6], 2);
}
