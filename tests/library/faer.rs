//! faer's matrices in annotated functions, against central differences and closed forms.

use crate::support::{all_near, numbers, slopes};
use autodiff::differentiate;
use faer::linalg::solvers::DenseSolveCore;
use faer::prelude::Solve;
use faer::{Col, Mat, Row, Side};

fn column(count: usize, seed: u64) -> Col<f64> {
    let entries = numbers(count, seed);
    Col::from_fn(count, |i| entries[i])
}

fn matrix(rows: usize, cols: usize, seed: u64) -> Mat<f64> {
    let entries = numbers(rows * cols, seed);
    Mat::from_fn(rows, cols, |i, j| entries[j * rows + i])
}

/// Symmetric, with large positive eigenvalues.
fn definite(n: usize, seed: u64) -> Mat<f64> {
    let a = matrix(n, n, seed);
    &a * a.transpose() + Mat::<f64>::identity(n, n) * 2.0
}

/// Column by column.
fn flat(a: &Mat<f64>) -> Vec<f64> {
    let entry = |k: usize| a[(k % a.nrows(), k / a.nrows())];
    (0..a.nrows() * a.ncols()).map(entry).collect()
}

fn flat_column(a: &Col<f64>) -> Vec<f64> {
    (0..a.nrows()).map(|i| a[i]).collect()
}

#[track_caller]
fn checked(what: &str, at: &Mat<f64>, gradient: &Mat<f64>, f: impl Fn(&Mat<f64>) -> f64) {
    let rows = at.nrows();
    let want = slopes(
        |x| f(&Mat::from_fn(rows, at.ncols(), |i, j| x[j * rows + i])),
        &flat(at),
    );
    near(what, &flat(gradient), &want);
}

#[track_caller]
fn checked_column(what: &str, at: &Col<f64>, gradient: &Col<f64>, f: impl Fn(&Col<f64>) -> f64) {
    let want = slopes(|x| f(&Col::from_fn(x.len(), |i| x[i])), &flat_column(at));
    near(what, &flat_column(gradient), &want);
}

#[track_caller]
fn near(what: &str, got: &[f64], want: &[f64]) {
    let largest = want.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    assert_eq!(got.len(), want.len(), "{what}");
    for (a, b) in got.iter().zip(want) {
        assert!(
            (a - b).abs() < 1e-7 * largest,
            "{what}: {got:?}, not {want:?}"
        );
    }
}

#[differentiate]
fn arithmetic(a: &Mat<f64>, x: &Col<f64>, s: f64) -> f64 {
    let y = a * x + 2.0 * x - x / s;
    let b = a * a - a * s + -a;
    let mut z = &b * &y;
    z += &y;
    z *= s;
    z[0] = y[1] * b[(0, 1)];
    z.sum() + b.squared_norm_l2() + y.norm_l2() * (x.transpose() * &z)
}

#[test]
fn operators() {
    let (a, x) = (matrix(3, 3, 1), column(3, 2));
    let (value, (by_a, by_x, by_s)) = arithmetic_value_and_grad(&a, &x, 1.3);
    assert_eq!(value, arithmetic(&a, &x, 1.3));
    checked("a", &a, &by_a, |a| arithmetic(a, &x, 1.3));
    checked_column("x", &x, &by_x, |x| arithmetic(&a, x, 1.3));
    near("s", &[by_s], &slopes(|s| arithmetic(&a, &x, s[0]), &[1.3]));
}

#[differentiate]
fn bilinear(a: &Col<f64>, x: &Mat<f64>, b: &Col<f64>) -> f64 {
    a.transpose() * (x * b)
}

#[differentiate]
fn quadratic(x: &Col<f64>, b: &Mat<f64>) -> f64 {
    x.transpose() * b * x
}

#[differentiate]
fn of_inverse(a: &Col<f64>, x: &Mat<f64>, b: &Col<f64>) -> f64 {
    a.transpose() * x.partial_piv_lu().solve(b)
}

#[differentiate]
fn inverse(x: &Mat<f64>) -> Mat<f64> {
    x.partial_piv_lu().inverse()
}

#[differentiate]
fn determinant(x: &Mat<f64>) -> f64 {
    x.determinant()
}

#[differentiate]
fn transposed_product(a: &Mat<f64>, b: &Mat<f64>) -> Mat<f64> {
    (a * b).transpose() * a
}

#[test]
fn identities_of_matrices() {
    let (a, b) = (column(3, 3), column(4, 4));
    let x = matrix(3, 4, 5);
    // (5.104) to (5.106): a bᵀ.
    let (by_a, by_x, by_b) = bilinear_grad(&a, &x, &b);
    all_near("x", &flat(&by_x), &flat(&(&a * b.transpose())), 1e-14);
    all_near("a", &flat_column(&by_a), &flat_column(&(&x * &b)), 1e-14);
    all_near(
        "b",
        &flat_column(&by_b),
        &flat_column(&(x.transpose() * &a)),
        1e-14,
    );
    // (5.107): (B + Bᵀ) x.
    let square = matrix(3, 3, 6);
    let (by_x, by_b) = quadratic_grad(&a, &square);
    let want = (&square + square.transpose()) * &a;
    all_near("x", &flat_column(&by_x), &flat_column(&want), 1e-13);
    all_near("b", &flat(&by_b), &flat(&(&a * a.transpose())), 1e-13);
    // (5.103): -X⁻ᵀ a bᵀ X⁻ᵀ.
    let c = column(3, 7);
    let inverted = square.partial_piv_lu().inverse();
    let (by_a, by_x, by_c) = of_inverse_grad(&a, &square, &c);
    let turned = inverted.transpose();
    let want = -(turned * &a * (c.transpose() * turned));
    all_near("x", &flat(&by_x), &flat(&want), 1e-12);
    all_near(
        "a",
        &flat_column(&by_a),
        &flat_column(&(&inverted * &c)),
        1e-12,
    );
    all_near(
        "c",
        &flat_column(&by_c),
        &flat_column(&(turned * &a)),
        1e-12,
    );
    // (5.102): -Yᵀ Ȳ Yᵀ.
    let seed = matrix(3, 3, 8);
    let (value, by_x) = inverse_vjp(&square, seed.clone());
    all_near("value", &flat(&value), &flat(&inverted), 0.0);
    all_near(
        "inverse",
        &flat(&by_x),
        &flat(&-(turned * &seed * turned)),
        1e-12,
    );
    // (5.101): det · X⁻ᵀ; of a singular matrix the cofactors.
    let want = turned * square.determinant();
    all_near(
        "det",
        &flat(&determinant_grad(&square)),
        &flat(&want),
        1e-12,
    );
    let singular = Mat::from_fn(2, 2, |i, j| ((i + 1) * (j + 1)) as f64);
    all_near(
        "det",
        &flat(&determinant_grad(&singular)),
        &[4.0, -2.0, -2.0, 1.0],
        1e-14,
    );
    // (5.98), (5.99): Y = Bᵀ Aᵀ A.
    let (a, b, c) = (matrix(3, 4, 9), matrix(4, 2, 10), matrix(2, 4, 11));
    let (value, (by_a, by_b)) = transposed_product_vjp(&a, &b, c.clone());
    all_near(
        "value",
        &flat(&value),
        &flat(&transposed_product(&a, &b)),
        0.0,
    );
    let inner = &b * &c;
    all_near(
        "a",
        &flat(&by_a),
        &flat(&(&a * inner.transpose() + &a * &inner)),
        1e-13,
    );
    all_near(
        "b",
        &flat(&by_b),
        &flat(&(a.transpose() * &a * c.transpose())),
        1e-13,
    );
}

#[differentiate]
fn of_cholesky(a: &Mat<f64>, y: &Col<f64>, b: &Mat<f64>) -> f64 {
    let llt = a.llt(Side::Lower).unwrap();
    let l = llt.L();
    let mut log_det = 0.0;
    for i in 0..l.nrows() {
        log_det += 2.0 * l[(i, i)].ln();
    }
    let inverse = llt.inverse();
    let x = llt.solve(y);
    y.transpose() * &x
        + log_det
        + (llt.solve(b) * &inverse).sum()
        + l.subrows(1, 2).squared_norm_l2()
}

#[differentiate]
fn of_the_upper_triangle(a: &Mat<f64>, y: &Col<f64>) -> f64 {
    let llt = a.llt(Side::Upper).unwrap();
    y.transpose() * llt.solve(y)
}

#[test]
fn cholesky() {
    let (a, y, b) = (definite(3, 12), column(3, 13), matrix(3, 3, 14));
    let (by_a, by_y, by_b) = of_cholesky_grad(&a, &y, &b);
    checked("a", &a, &by_a, |a| of_cholesky(a, &y, &b));
    checked_column("y", &y, &by_y, |y| of_cholesky(&a, y, &b));
    checked("b", &b, &by_b, |b| of_cholesky(&a, &y, b));
    let (by_a, by_y) = of_the_upper_triangle_grad(&a, &y);
    checked("upper", &a, &by_a, |a| of_the_upper_triangle(a, &y));
    checked_column("y", &y, &by_y, |y| of_the_upper_triangle(&a, y));
}

#[differentiate]
fn built(s: f64, x: &Col<f64>) -> f64 {
    let a = Mat::from_fn(x.nrows(), 2, |i, j| s * x[i] + j as f64);
    let b = Col::full(2, s * s);
    let mut c = Col::zeros(x.nrows());
    for i in 0..x.nrows() {
        c[i] = x[i] * s + a.row(i)[1] * a.col(0)[i];
    }
    let d: Row<f64> = c.transpose().to_owned();
    &d * (&a * &b) + a.subcols(1, 1).sum() * c.subrows(1, 2).sum() + d.norm_l2()
}

#[test]
fn constructors_and_parts() {
    let x = column(3, 15);
    let (by_s, by_x) = built_grad(0.8, &x);
    checked_column("x", &x, &by_x, |x| built(0.8, x));
    near("s", &[by_s], &slopes(|s| built(s[0], &x), &[0.8]));
}

#[derive(Clone, autodiff::Differentiable)]
struct Layer {
    weights: Mat<f64>,
    bias: Col<f64>,
}

#[differentiate(wrt(layers))]
fn network(layers: &[Layer], input: &Col<f64>) -> f64 {
    let mut h = input.clone();
    for layer in layers {
        let (weights, bias): (&Mat<f64>, &Col<f64>) = (&layer.weights, &layer.bias);
        h = weights * &h + bias;
        for i in 0..h.nrows() {
            h[i] = h[i].tanh();
        }
    }
    h.squared_norm_l2()
}

/// Backpropagation as one writes it by hand.
fn by_hand(layers: &[Layer], input: &Col<f64>) -> Vec<Layer> {
    let mut inputs = vec![input.clone()];
    for layer in layers {
        let h = &layer.weights * &inputs[inputs.len() - 1] + &layer.bias;
        inputs.push(Col::from_fn(h.nrows(), |i| h[i].tanh()));
    }
    let mut adjoint = &inputs[layers.len()] * 2.0;
    let mut gradients = Vec::new();
    for (k, layer) in layers.iter().enumerate().rev() {
        let after = &inputs[k + 1];
        let delta = Col::from_fn(after.nrows(), |i| adjoint[i] * (1.0 - after[i] * after[i]));
        adjoint = layer.weights.transpose() * &delta;
        gradients.push(Layer {
            weights: &delta * inputs[k].transpose(),
            bias: delta,
        });
    }
    gradients.reverse();
    gradients
}

#[test]
fn a_network_of_any_depth() {
    for depth in [0, 1, 3] {
        let layers: Vec<Layer> = (0..depth)
            .map(|k| Layer {
                weights: matrix(3, 3, 20 + k),
                bias: column(3, 30 + k),
            })
            .collect();
        let input = column(3, 16);
        let gradient = network_grad(&layers, &input);
        let want = by_hand(&layers, &input);
        assert_eq!(gradient.len(), want.len());
        for (k, (gradient, want)) in gradient.iter().zip(&want).enumerate() {
            all_near(
                "weights",
                &flat(&gradient.weights),
                &flat(&want.weights),
                1e-13,
            );
            all_near(
                "bias",
                &flat_column(&gradient.bias),
                &flat_column(&want.bias),
                1e-13,
            );
            let with = |change: &dyn Fn(&mut Layer)| {
                let mut layers = layers.clone();
                change(&mut layers[k]);
                network(&layers, &input)
            };
            checked("weights", &layers[k].weights, &gradient.weights, |w| {
                with(&|layer| layer.weights = w.clone())
            });
            checked_column("bias", &layers[k].bias, &gradient.bias, |b| {
                with(&|layer| layer.bias = b.clone())
            });
        }
    }
}

// Examples 5.9, 5.12 and 5.13, exercises 5.5 to 5.8, and what is left of 5.99 to 5.108.

#[differentiate]
fn weighted_residual(x: &Col<f64>, a: &Mat<f64>, s: &Col<f64>, w: &Mat<f64>) -> f64 {
    let r = x - a * s;
    r.transpose() * w * &r
}

#[differentiate(wrt(x))]
fn trace_of_three(a: &Mat<f64>, x: &Mat<f64>, b: &Mat<f64>) -> f64 {
    let product = a * x * b;
    let mut trace = 0.0;
    for i in 0..product.nrows() {
        trace += product[(i, i)];
    }
    trace
}

#[differentiate(jacobian)]
fn linear(a: &Mat<f64>, x: &Col<f64>) -> Col<f64> {
    a * x
}

#[differentiate(jacobian)]
fn gram(r: &Mat<f64>) -> Mat<f64> {
    r.transpose() * r
}

#[differentiate(jacobian)]
fn outer(x: &Col<f64>) -> Mat<f64> {
    x * x.transpose()
}

#[differentiate]
fn trace_of_outer(x: &Col<f64>, sigma: f64) -> f64 {
    let n = x.nrows();
    let m = x * x.transpose() + Mat::<f64>::identity(n, n) * (sigma * sigma);
    let mut trace = 0.0;
    for i in 0..n {
        trace += m[(i, i)];
    }
    trace
}

#[differentiate]
fn logarithm(x: &Col<f64>) -> f64 {
    (1.0 + x.squared_norm_l2()).ln()
}

#[differentiate]
fn sine_of_logarithm(t: &Col<f64>) -> f64 {
    (t.transpose() * t).ln().sin()
}

#[differentiate(wrt(x), jacobian)]
fn sine(a: &Mat<f64>, x: &Col<f64>, b: &Col<f64>) -> Col<f64> {
    let z = a * x + b;
    Col::from_fn(z.nrows(), |i| z[i].sin())
}

#[differentiate(wrt(x), jacobian)]
fn tangent(a: &Mat<f64>, x: &Col<f64>, b: &Col<f64>) -> Col<f64> {
    let mut z = a * x + b;
    for i in 0..z.nrows() {
        z[i] = z[i].tanh();
    }
    z
}

#[differentiate(wrt(x))]
fn bell(x: &Col<f64>, mean: &Col<f64>, s: &Mat<f64>) -> f64 {
    let z = x - mean;
    (-0.5 * (z.transpose() * s.partial_piv_lu().solve(&z))).exp()
}

#[test]
fn exercises() {
    let is = |a: usize, b: usize| f64::from(u8::from(a == b));
    let (x, y) = (column(3, 40), column(3, 41));
    let squared = x.squared_norm_l2();
    let near = |what: &str, got: &Col<f64>, want: &Col<f64>| {
        all_near(what, &flat_column(got), &flat_column(want), 1e-12);
    };
    // (5.108), for a symmetric W: -2 (x - A s)ᵀ W A.
    let (a, s, w) = (matrix(3, 2, 42), column(2, 43), definite(3, 44));
    let (_, _, by_s, _) = weighted_residual_grad(&x, &a, &s, &w);
    let want = a.transpose() * (&w * (&x - &a * &s)) * -2.0;
    near("s", &by_s, &want);
    // tr(A X B): Aᵀ Bᵀ.
    let (a, m, b) = (matrix(2, 3, 45), matrix(3, 4, 46), matrix(4, 2, 47));
    let want = a.transpose() * b.transpose();
    all_near(
        "tr(A X B)",
        &flat(&trace_of_three_grad(&a, &m, &b)),
        &flat(&want),
        1e-12,
    );
    // Entries are counted column by column.
    let jacobian = linear_jacobian(&a, &x);
    for i in 0..2 {
        for q in 0..3 {
            for k in 0..2 {
                assert_eq!(jacobian[(i, q * 2 + k)], is(i, k) * x[q]);
            }
            assert_eq!(jacobian[(i, 6 + q)], a[(i, q)]);
        }
    }
    let r = matrix(3, 2, 48);
    let jacobian = gram_jacobian(&r);
    for (p, q, i, j) in (0..24).map(|k| (k % 2, k / 2 % 2, k / 4 % 3, k / 12)) {
        let want = r[(i, q)] * is(j, p) + r[(i, p)] * is(j, q);
        assert!((jacobian[(q * 2 + p, j * 3 + i)] - want).abs() < 1e-14);
    }
    let jacobian = outer_jacobian(&x);
    for (i, j, k) in (0..27).map(|n| (n % 3, n / 3 % 3, n / 9)) {
        let want = is(i, k) * x[j] + x[i] * is(j, k);
        assert!((jacobian[(j * 3 + i, k)] - want).abs() < 1e-14);
    }
    let (by_x, by_sigma) = trace_of_outer_grad(&x, 0.7);
    near("tr(x xᵀ + σ² I)", &by_x, &(&x * 2.0));
    all_near("σ", &[by_sigma], &[6.0 * 0.7], 1e-14);
    near(
        "ln(1 + xᵀx)",
        &logarithm_grad(&x),
        &(&x * (2.0 / (1.0 + squared))),
    );
    near(
        "sin(ln(tᵀt))",
        &sine_of_logarithm_grad(&x),
        &(&x * (2.0 * squared.ln().cos() / squared)),
    );
    let b = column(2, 49);
    let z = &a * &x + &b;
    let (sines, tangents) = (sine_jacobian(&a, &x, &b), tangent_jacobian(&a, &x, &b));
    for (i, j) in (0..6).map(|k| (k % 2, k / 2)) {
        let slope = 1.0 - z[i].tanh() * z[i].tanh();
        assert!((sines[(i, j)] - z[i].cos() * a[(i, j)]).abs() < 1e-14);
        assert!((tangents[(i, j)] - slope * a[(i, j)]).abs() < 1e-14);
    }
    // -f · S⁻¹ (x - μ), for a symmetric S.
    let s = definite(3, 50);
    let want = s.partial_piv_lu().solve(&x - &y) * -bell(&x, &y, &s);
    near("bell", &bell_grad(&x, &y, &s), &want);
}

#[differentiate]
fn nothing_of_infinity(a: &Mat<f64>, x: &Col<f64>, s: f64) -> f64 {
    let none = (a * x).sum() + a.squared_norm_l2() + (a * s).sum();
    s * (none * 0.0)
}

#[test]
fn what_is_zero_in_a_cotangent_contributes_zero() {
    let a = Mat::from_fn(2, 2, |i, j| if i == j { f64::INFINITY } else { f64::NAN });
    let x = Col::from_fn(2, |_| f64::INFINITY);
    let (by_a, by_x, _) = nothing_of_infinity_grad(&a, &x, 0.0);
    assert_eq!(
        (flat(&by_a), flat_column(&by_x)),
        (vec![0.0; 4], vec![0.0; 2])
    );
}
