//! Gradients of matrices and tensors, with arrays for matrices.

use autodiff::differentiate;

use crate::numbers::assert_close;

#[differentiate(jacobian)]
pub fn matmul<const M: usize, const N: usize, const P: usize>(
    a: &[[f64; N]; M],
    b: &[[f64; P]; N],
) -> [[f64; P]; M] {
    let mut product = [[0.0; P]; M];
    for i in 0..M {
        for j in 0..P {
            for k in 0..N {
                product[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    product
}

#[differentiate(jacobian)]
pub fn transpose<const M: usize, const N: usize>(a: &[[f64; N]; M]) -> [[f64; M]; N] {
    let mut transposed = [[0.0; M]; N];
    for (i, row) in a.iter().enumerate() {
        for (j, entry) in row.iter().enumerate() {
            transposed[j][i] = *entry;
        }
    }
    transposed
}

#[differentiate]
pub fn trace<const N: usize>(a: &[[f64; N]; N]) -> f64 {
    (0..N).map(|i| a[i][i]).sum()
}

/// By LU decomposition with row exchanges.
#[differentiate]
pub fn determinant<const N: usize>(a: &[[f64; N]; N]) -> f64 {
    let mut lu = *a;
    let mut determinant = 1.0;
    for k in 0..N {
        let pivot = row_of_pivot(&lu, k);
        if pivot != k {
            lu.swap(k, pivot);
            determinant = -determinant;
        }
        determinant *= lu[k][k];
        for i in k + 1..N {
            let factor = lu[i][k] / lu[k][k];
            for j in k + 1..N {
                lu[i][j] -= factor * lu[k][j];
            }
        }
    }
    determinant
}

/// By Gauss–Jordan elimination with row exchanges.
#[differentiate(jacobian)]
pub fn inverse<const N: usize>(a: &[[f64; N]; N]) -> [[f64; N]; N] {
    let mut a = *a;
    let mut inverse = [[0.0; N]; N];
    for (i, row) in inverse.iter_mut().enumerate() {
        row[i] = 1.0;
    }
    for k in 0..N {
        let pivot = row_of_pivot(&a, k);
        a.swap(k, pivot);
        inverse.swap(k, pivot);
        let scale = a[k][k].recip();
        for j in 0..N {
            a[k][j] *= scale;
            inverse[k][j] *= scale;
        }
        for i in 0..N {
            if i == k {
                continue;
            }
            let factor = a[i][k];
            for j in 0..N {
                a[i][j] -= factor * a[k][j];
                inverse[i][j] -= factor * inverse[k][j];
            }
        }
    }
    inverse
}

/// The row from `k` on with the largest entry in column `k`.
#[differentiate(constant)]
fn row_of_pivot<const N: usize>(a: &[[f64; N]; N], k: usize) -> usize {
    (k..N)
        .max_by(|i, j| a[*i][k].abs().total_cmp(&a[*j][k].abs()))
        .unwrap_or(k)
}

const X: [[f64; 3]; 3] = [[0.5, 2.0, -1.0], [3.0, 1.0, 0.25], [-0.5, 1.5, 4.0]];
const B: [[f64; 3]; 3] = [[1.0, -2.0, 0.5], [0.0, 3.0, 1.5], [0.7, -0.4, 2.0]];
const U: [f64; 3] = [0.3, -1.2, 2.0];
const V: [f64; 3] = [1.1, 0.4, -0.6];

fn delta(i: usize, j: usize) -> f64 {
    if i == j { 1.0 } else { 0.0 }
}

/// A tensor of four axes from its entries.
fn tensor<const I: usize, const J: usize, const K: usize, const L: usize>(
    entry: impl Fn(usize, usize, usize, usize) -> f64,
) -> [[[[f64; L]; K]; J]; I] {
    let entry = &entry;
    std::array::from_fn(|i| {
        std::array::from_fn(|j| std::array::from_fn(|k| std::array::from_fn(|l| entry(i, j, k, l))))
    })
}

#[differentiate(jacobian)]
fn matrix_of_a_vector(x: &[f64; 3]) -> [[f64; 2]; 4] {
    [
        [x[0] * x[1], x[2].sin()],
        [x[0].exp(), x[1] * x[1]],
        [x[0] + x[1] + x[2], x[0] * x[1] * x[2]],
        [x[2], x[1].cos()],
    ]
}

#[differentiate(jacobian)]
fn flattened_matrix_of_a_vector(x: &[f64; 3]) -> [f64; 8] {
    let matrix = matrix_of_a_vector(x);
    let mut flat = [0.0; 8];
    for i in 0..4 {
        flat[2 * i] = matrix[i][0];
        flat[2 * i + 1] = matrix[i][1];
    }
    flat
}

/// Figure 5.7: the tensor of partial derivatives, at once and by flattening the matrix.
#[test]
fn matrix_by_vector_in_both_ways() {
    let [x, y, z] = U;
    let tensor: [[[f64; 3]; 2]; 4] = matrix_of_a_vector_jacobian(&U);
    let expected = [
        [[y, x, 0.0], [0.0, 0.0, z.cos()]],
        [[x.exp(), 0.0, 0.0], [0.0, 2.0 * y, 0.0]],
        [[1.0, 1.0, 1.0], [y * z, x * z, x * y]],
        [[0.0, 0.0, 1.0], [0.0, -y.sin(), 0.0]],
    ];
    assert_close(tensor, expected);
    let flat: [[f64; 3]; 8] = flattened_matrix_of_a_vector_jacobian(&U);
    assert_eq!(tensor.as_flattened(), flat);
}

#[differentiate]
fn matrix_times_vector<const M: usize, const N: usize>(
    a: &[[f64; N]; M],
    x: &[f64; N],
) -> [f64; M] {
    let mut y = [0.0; M];
    for i in 0..M {
        for j in 0..N {
            y[i] += a[i][j] * x[j];
        }
    }
    y
}

#[differentiate(wrt(a), jacobian)]
fn product_by_the_matrix(a: &[[f64; 3]; 2], x: &[f64; 3]) -> [f64; 2] {
    matrix_times_vector(a, x)
}

#[test]
fn example_5_12() {
    let a = [[0.1, 0.2, 0.3], [-1.0, 0.0, 1.0]];
    let gradient: [[[f64; 3]; 2]; 2] = product_by_the_matrix_jacobian(&a, &U);
    for i in 0..2 {
        for k in 0..2 {
            for q in 0..3 {
                assert_eq!(gradient[i][k][q], delta(i, k) * U[q]);
            }
        }
    }
}

#[differentiate(jacobian)]
fn gram<const M: usize, const N: usize>(r: &[[f64; N]; M]) -> [[f64; N]; N] {
    matmul(&transpose(r), r)
}

#[test]
fn example_5_13() {
    let r = [[1.0, -0.5], [0.3, 2.0], [-1.5, 0.7]];
    let expected: [[[[f64; 2]; 3]; 2]; 2] =
        tensor(|p, q, i, j| r[i][q] * delta(j, p) + r[i][p] * delta(j, q));
    assert_close(gram_jacobian(&r), expected);
}

/// The functions of a matrix that the identities speak of.
#[differentiate(jacobian)]
fn f(x: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    matmul(x, &matmul(&B, x))
}

#[differentiate(jacobian)]
fn transpose_of_f(x: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    transpose(&f(x))
}

/// Equation 5.99.
#[test]
fn identity_of_the_transpose() {
    let inner = f_jacobian(&X);
    let expected: [[[[f64; 3]; 3]; 3]; 3] = tensor(|i, j, k, l| inner[j][i][k][l]);
    assert_close(transpose_of_f_jacobian(&X), expected);
    // ∂(X B X)_ij/∂X_kl = δ_ik (B X)_lj + (X B)_ik δ_lj
    let (right, left) = (matmul(&B, &X), matmul(&X, &B));
    let expected: [[[[f64; 3]; 3]; 3]; 3] =
        tensor(|i, j, k, l| delta(i, k) * right[l][j] + left[i][k] * delta(l, j));
    assert_close(inner, expected);
}

#[differentiate]
fn trace_of_f(x: &[[f64; 3]; 3]) -> f64 {
    trace(&f(x))
}

/// Equation 5.100.
#[test]
fn identity_of_the_trace() {
    let inner = f_jacobian(&X);
    let expected: [[f64; 3]; 3] =
        std::array::from_fn(|k| std::array::from_fn(|l| (0..3).map(|i| inner[i][i][k][l]).sum()));
    assert_close(trace_of_f_grad(&X), expected);
}

#[differentiate]
fn determinant_of_f(x: &[[f64; 3]; 3]) -> f64 {
    determinant(&f(x))
}

/// Equation 5.101, `d det = det · tr(F⁻¹ dF)`; of a matrix itself, `det · X⁻ᵀ`.
#[test]
fn identity_of_the_determinant() {
    let (value, gradient) = determinant_value_and_grad(&X);
    let [[a, b, c], [d, e, f_], [g, h, i]] = X;
    let by_cofactors = a * (e * i - f_ * h) - b * (d * i - f_ * g) + c * (d * h - e * g);
    assert_close(value, by_cofactors);
    assert_close(
        gradient,
        transpose(&inverse(&X)).map(|row| row.map(|x| value * x)),
    );

    let (value, gradient) = determinant_of_f_value_and_grad(&X);
    let (inner, inverse) = (f_jacobian(&X), inverse(&f(&X)));
    let expected: [[f64; 3]; 3] = std::array::from_fn(|k| {
        std::array::from_fn(|l| {
            let product = |i: usize, j: usize| inverse[i][j] * inner[j][i][k][l];
            let trace: f64 = (0..9).map(|ij| product(ij / 3, ij % 3)).sum();
            value * trace
        })
    });
    assert_close(gradient, expected);
}

#[differentiate(jacobian)]
fn inverse_of_f(x: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    inverse(&f(x))
}

/// Equation 5.102, `d F⁻¹ = −F⁻¹ dF F⁻¹`; of a matrix itself, `∂(X⁻¹)_ij/∂X_kl = −(X⁻¹)_ik (X⁻¹)_lj`.
#[test]
fn identity_of_the_inverse() {
    let inverted = inverse(&X);
    let unit: [[f64; 3]; 3] = std::array::from_fn(|i| std::array::from_fn(|j| delta(i, j)));
    assert_close(matmul(&inverted, &X), unit);
    let expected: [[[[f64; 3]; 3]; 3]; 3] = tensor(|i, j, k, l| -inverted[i][k] * inverted[l][j]);
    assert_close(inverse_jacobian(&X), expected);

    let (inner, inverted) = (f_jacobian(&X), inverse(&f(&X)));
    let expected: [[[[f64; 3]; 3]; 3]; 3] = tensor(|i, j, k, l| {
        let product = |p: usize, q: usize| inverted[i][p] * inner[p][q][k][l] * inverted[q][j];
        -(0..9).map(|pq| product(pq / 3, pq % 3)).sum::<f64>()
    });
    assert_close(inverse_of_f_jacobian(&X), expected);
}

#[differentiate]
fn dot<const N: usize>(x: &[f64; N], a: &[f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += x[i] * a[i];
    }
    sum
}

#[differentiate]
fn bilinear<const N: usize>(a: &[f64; N], x: &[[f64; N]; N], b: &[f64; N]) -> f64 {
    dot(a, &matrix_times_vector(x, b))
}

/// `aᵀX⁻¹b`.
#[differentiate]
fn bilinear_of_inverse<const N: usize>(a: &[f64; N], x: &[[f64; N]; N], b: &[f64; N]) -> f64 {
    bilinear(a, &inverse(x), b)
}

/// Equation 5.103, `−X⁻ᵀ a bᵀ X⁻ᵀ`.
#[test]
fn identity_of_a_bilinear_form_of_the_inverse() {
    let inverted = inverse(&X);
    let left: [f64; 3] = std::array::from_fn(|k| (0..3).map(|i| inverted[i][k] * U[i]).sum());
    let right: [f64; 3] = std::array::from_fn(|l| dot(&inverted[l], &V));
    let by_x = left.map(|left| right.map(|right| -left * right));
    let (by_a, gradient, by_b) = bilinear_of_inverse_grad(&U, &X, &V);
    assert_close(gradient, by_x);
    assert_close((by_a, by_b), (right, left));
}

/// Equations 5.104 and 5.105.
#[test]
fn identities_of_the_dot_product() {
    let (by_x, by_a) = dot_grad(&U, &V);
    assert_eq!((by_x, by_a), (V, U));
}

/// Equation 5.106, `a bᵀ`.
#[test]
fn identity_of_a_bilinear_form() {
    let (_, by_x, _) = bilinear_grad(&U, &X, &V);
    assert_close(by_x, U.map(|a| V.map(|b| a * b)));
}

#[differentiate]
fn quadratic<const N: usize>(x: &[f64; N], b: &[[f64; N]; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        for j in 0..N {
            sum += x[i] * b[i][j] * x[j];
        }
    }
    sum
}

/// Equation 5.107, `xᵀ(B + Bᵀ)`; by `B`, `x xᵀ`.
#[test]
fn identity_of_a_quadratic_form() {
    let (by_x, by_b) = quadratic_grad(&U, &B);
    let expected: [f64; 3] =
        std::array::from_fn(|j| (0..3).map(|i| U[i] * (B[i][j] + B[j][i])).sum());
    assert_close(by_x, expected);
    assert_close(by_b, U.map(|a| U.map(|b| a * b)));
}

#[differentiate(wrt(s))]
fn weighted_residual<const M: usize, const N: usize>(
    x: &[f64; M],
    a: &[[f64; N]; M],
    s: &[f64; N],
    w: &[[f64; M]; M],
) -> f64 {
    let mut residual = *x;
    let prediction = matrix_times_vector(a, s);
    for (residual, prediction) in residual.iter_mut().zip(prediction) {
        *residual -= prediction;
    }
    quadratic(&residual, w)
}

/// Equation 5.108, `−2 (x − A s)ᵀ W A` for a symmetric `W`.
#[test]
fn identity_of_weighted_least_squares() {
    let a = [[1.0, 0.5], [-0.3, 2.0], [0.8, -1.0]];
    let w = [[2.0, 0.1, -0.4], [0.1, 1.0, 0.3], [-0.4, 0.3, 3.0]];
    let s = [0.6, -0.2];
    let residual: [f64; 3] = std::array::from_fn(|i| U[i] - dot(&a[i], &s));
    let weighted: [f64; 3] = std::array::from_fn(|i| dot(&w[i], &residual));
    let expected: [f64; 2] =
        std::array::from_fn(|j| -2.0 * (0..3).map(|i| weighted[i] * a[i][j]).sum::<f64>());
    assert_close(weighted_residual_grad(&U, &a, &s, &w), expected);
}

type Tensor = [[[[f64; 2]; 3]; 2]; 2];

/// The trace of the first two axes: D×D×E×F gives E×F.
#[differentiate(jacobian)]
fn tensor_trace<const D: usize, const E: usize, const F: usize>(
    t: &[[[[f64; F]; E]; D]; D],
) -> [[f64; F]; E] {
    let mut trace = [[0.0; F]; E];
    for d in 0..D {
        for e in 0..E {
            for f in 0..F {
                trace[e][f] += t[d][d][e][f];
            }
        }
    }
    trace
}

/// The first two axes swapped.
#[differentiate]
fn tensor_transpose<const C: usize, const D: usize, const E: usize, const F: usize>(
    t: &[[[[f64; F]; E]; D]; C],
) -> [[[[f64; F]; E]; C]; D] {
    let mut transposed = [[[[0.0; F]; E]; C]; D];
    for c in 0..C {
        for d in 0..D {
            transposed[d][c] = t[c][d];
        }
    }
    transposed
}

/// The last two axes contracted with a matrix.
#[differentiate]
fn contraction<const D: usize, const E: usize, const F: usize>(
    t: &[[[[f64; F]; E]; D]; D],
    m: &[[f64; F]; E],
) -> [[f64; D]; D] {
    let mut result = [[0.0; D]; D];
    for (row, slices) in result.iter_mut().zip(t) {
        for (entry, slice) in row.iter_mut().zip(slices) {
            for e in 0..E {
                for f in 0..F {
                    *entry += slice[e][f] * m[e][f];
                }
            }
        }
    }
    result
}

/// The remark behind equation 5.108.
#[test]
fn tensors_beyond_matrices() {
    let t: Tensor = tensor(|i, j, k, l| (1.0 + (6 * i + 3 * j + 2 * k + l) as f64).sin());
    let m: [[f64; 2]; 3] = [[0.5, -1.0], [2.0, 0.3], [-0.7, 0.9]];

    let jacobian: [[Tensor; 2]; 3] = tensor_trace_jacobian(&t);
    for e in 0..3 {
        for f in 0..2 {
            let expected: Tensor = tensor(|i, j, k, l| delta(i, j) * delta(k, e) * delta(l, f));
            assert_eq!(jacobian[e][f], expected);
        }
    }

    let (value, pulled) = tensor_transpose_vjp(&t, t);
    let expected: Tensor = tensor(|i, j, k, l| t[j][i][k][l]);
    assert_eq!((value, pulled), (expected, expected));

    let w = [[1.0, -2.0], [0.5, 3.0]];
    let (value, (by_t, by_m)) = contraction_vjp(&t, &m, w);
    let sum = |entry: &dyn Fn(usize, usize) -> f64| -> f64 {
        (0..6).map(|ef| entry(ef / 2, ef % 2)).sum()
    };
    for i in 0..2 {
        for j in 0..2 {
            assert_close(value[i][j], sum(&|e, f| t[i][j][e][f] * m[e][f]));
        }
    }
    let expected: Tensor = tensor(|i, j, k, l| w[i][j] * m[k][l]);
    assert_close(by_t, expected);
    let expected: [[f64; 2]; 3] = std::array::from_fn(|e| {
        std::array::from_fn(|f| {
            (0..4)
                .map(|ij| w[ij / 2][ij % 2] * t[ij / 2][ij % 2][e][f])
                .sum()
        })
    });
    assert_close(by_m, expected);
}
