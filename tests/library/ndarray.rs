//! ndarray's arrays in annotated functions, against central differences and closed forms.

use crate::support::{all_near, near, numbers, slopes};
// The trait in scope must not hide methods of arrays.
use autodiff::{Differentiable, differentiate};
use ndarray::{
    Array, Array1, Array2, ArrayView1, ArrayView2, Axis, Dimension, ShapeBuilder, array, s,
};

fn vector(count: usize, seed: u64) -> Array1<f64> {
    Array1::from_vec(numbers(count, seed))
}

fn matrix(rows: usize, cols: usize, seed: u64) -> Array2<f64> {
    Array2::from_shape_vec((rows, cols), numbers(rows * cols, seed)).expect("so many numbers")
}

/// The same matrix, column by column in memory.
fn by_columns(a: &Array2<f64>) -> Array2<f64> {
    let mut turned = Array2::zeros(a.raw_dim().f());
    turned.assign(a);
    assert!(!turned.is_standard_layout());
    turned
}

/// By every element in the order of the indices.
fn flat<D: Dimension>(a: &Array<f64, D>) -> Vec<f64> {
    a.iter().copied().collect()
}

/// The gradient of a function of one of its arrays is that by differences.
#[track_caller]
fn checked<D: Dimension>(
    what: &str,
    at: &Array<f64, D>,
    gradient: &Array<f64, D>,
    f: impl Fn(&Array<f64, D>) -> f64,
) {
    assert_eq!(at.shape(), gradient.shape(), "{what}");
    let by_differences = slopes(
        |x| {
            let mut moved = at.clone();
            moved.iter_mut().zip(x).for_each(|(m, x)| *m = *x);
            f(&moved)
        },
        &flat(at),
    );
    let largest = by_differences.iter().fold(1.0_f64, |m, x| m.max(x.abs()));
    for (got, want) in gradient.iter().zip(&by_differences) {
        assert!(
            (got - want).abs() < 1e-8 * largest,
            "{what}: {gradient}, not {by_differences:?}"
        );
    }
}

// Operators.

#[differentiate]
fn mixed(x: &Array1<f64>, y: &Array1<f64>) -> f64 {
    let product = x * y;
    let z = (&product + x - y) / (y * y + 2.0);
    let w = 2.0 * &z - z.clone() * 0.5 + (1.0 - x) / 3.0 + 1.5 / (y * y + 1.0);
    (-(&w) * x).sum()
}

#[test]
fn operators_between_vectors_and_numbers() {
    let (x, y) = (vector(5, 1), vector(5, 2));
    let (by_x, by_y) = mixed_grad(&x, &y);
    checked("x", &x, &by_x, |x| mixed(x, &y));
    checked("y", &y, &by_y, |y| mixed(&x, y));
    assert_eq!(mixed_value_and_grad(&x, &y).0, mixed(&x, &y));
    let (mut gx, mut gy) = (Array1::ones(5), Array1::ones(5));
    assert_eq!(mixed_grad_into(&x, &y, &mut gx, &mut gy), mixed(&x, &y));
    assert_eq!((gx, gy), (by_x, by_y));
}

#[differentiate]
fn scalars(s: f64, x: &Array2<f64>) -> f64 {
    let y = s * x + x * s - x / s + s / (x * x + 3.0) + (s - x) * (s + x) - (x - s);
    (&y * &y).sum()
}

#[test]
fn numbers_on_either_side() {
    let x = matrix(2, 3, 3);
    let (by_s, by_x) = scalars_grad(1.3, &x);
    checked("x", &x, &by_x, |x| scalars(1.3, x));
    let want = slopes(|s| scalars(s[0], &x), &[1.3]);
    all_near("s", &[by_s], &want, 1e-8);
}

#[differentiate]
#[allow(clippy::eq_op)]
fn square(a: &Array1<f64>) -> f64 {
    let b = a * a;
    (&b * &b / &b).sum() + a.dot(a) + (a - a).sum()
}

#[test]
fn both_operands_the_same() {
    let a = vector(4, 5);
    // Σ 2 a²
    let want: Vec<f64> = a.iter().map(|a| 4.0 * a).collect();
    all_near("a", &flat(&square_grad(&a)), &want, 1e-14);
}

#[differentiate]
fn by_value(mut a: Array1<f64>, b: Array1<f64>, s: f64) -> Array1<f64> {
    a += &b;
    a *= s;
    a -= 1.0;
    a /= &b;
    a
}

#[test]
fn assigning_operators() {
    let (a, b, c) = (vector(3, 6), vector(3, 7) + 2.0, vector(3, 8));
    let (value, (by_a, by_b, by_s)) = by_value_vjp(a.clone(), b.clone(), 1.5, c.clone());
    assert_eq!(value, by_value(a.clone(), b.clone(), 1.5));
    checked("a", &a, &by_a, |a| {
        by_value(a.clone(), b.clone(), 1.5).dot(&c)
    });
    checked("b", &b, &by_b, |b| {
        by_value(a.clone(), b.clone(), 1.5).dot(&c)
    });
    let want = slopes(|s| by_value(a.clone(), b.clone(), s[0]).dot(&c), &[1.5]);
    all_near("s", &[by_s], &want, 1e-8);
}

// What is repeated along an axis.

#[differentiate]
fn repeated(w: &Array2<f64>, b: &Array1<f64>) -> f64 {
    let y = (w + b) * b - b / (w * w + 1.0) + (b - w);
    (&y * &y).sum()
}

#[differentiate]
fn repeated_both_ways(column: &Array2<f64>, row: &Array2<f64>) -> f64 {
    let y = column * row + column - row / 2.0;
    (&y * &y).sum()
}

#[test]
fn repeated_operands_get_sums() {
    let (w, b) = (matrix(4, 3, 9), vector(3, 10));
    let (by_w, by_b) = repeated_grad(&w, &b);
    checked("w", &w, &by_w, |w| repeated(w, &b));
    checked("b", &b, &by_b, |b| repeated(&w, b));

    let one = vector(1, 11);
    let (by_w, by_b) = repeated_grad(&w, &one);
    checked("w", &w, &by_w, |w| repeated(w, &one));
    checked("b", &one, &by_b, |b| repeated(&w, b));

    let (column, row) = (matrix(3, 1, 12), matrix(1, 4, 13));
    let (by_column, by_row) = repeated_both_ways_grad(&column, &row);
    checked("column", &column, &by_column, |c| {
        repeated_both_ways(c, &row)
    });
    checked("row", &row, &by_row, |r| repeated_both_ways(&column, r));
}

#[differentiate]
fn taken_over(a: &Array2<f64>, row: &Array1<f64>) -> f64 {
    let mut b = a * 2.0;
    let before = b.sum();
    b.assign(row);
    b[[0, 1]] *= a[[1, 1]];
    before + (&b * &b).sum()
}

#[test]
fn what_is_assigned_replaces() {
    let (a, row) = (matrix(2, 3, 14), vector(3, 15));
    let (by_a, by_row) = taken_over_grad(&a, &row);
    checked("a", &a, &by_a, |a| taken_over(a, &row));
    checked("row", &row, &by_row, |row| taken_over(&a, row));
}

// Products: rows 5.98 to 5.107.

#[differentiate]
fn bilinear(a: &Array1<f64>, x: &Array2<f64>, b: &Array1<f64>) -> f64 {
    a.dot(&x.dot(b))
}

#[differentiate]
fn from_the_left(a: &Array1<f64>, x: &Array2<f64>, b: &Array1<f64>) -> f64 {
    a.dot(x).dot(b)
}

#[differentiate]
fn quadratic(x: &Array1<f64>, b: &Array2<f64>) -> f64 {
    x.dot(&b.dot(x))
}

#[differentiate]
fn trace_of_product(a: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.dot(b).diag().sum()
}

#[differentiate]
fn weighted_residual(x: &Array1<f64>, a: &Array2<f64>, s: &Array1<f64>, w: &Array2<f64>) -> f64 {
    let r = x - &a.dot(s);
    r.dot(&w.dot(&r))
}

#[differentiate]
fn transposed_product(a: &Array2<f64>, b: &Array2<f64>) -> Array2<f64> {
    a.dot(b).t().dot(a)
}

fn outer(a: &Array1<f64>, b: &Array1<f64>) -> Array2<f64> {
    Array2::from_shape_fn((a.len(), b.len()), |(i, j)| a[i] * b[j])
}

#[test]
fn identities_of_matrices() {
    let (a, b) = (vector(3, 16), vector(4, 17));
    let x = matrix(3, 4, 18);
    for x in [x.clone(), by_columns(&x)] {
        for (by_a, by_x, by_b) in [bilinear_grad(&a, &x, &b), from_the_left_grad(&a, &x, &b)] {
            // (5.104), (5.105), (5.106): a bᵀ.
            all_near("x", &flat(&by_x), &flat(&outer(&a, &b)), 1e-14);
            all_near("a", &flat(&by_a), &flat(&x.dot(&b)), 1e-14);
            all_near("b", &flat(&by_b), &flat(&x.t().dot(&a)), 1e-14);
        }
    }
    // (5.107): (B + Bᵀ) x.
    let square = matrix(3, 3, 19);
    let (by_x, by_b) = quadratic_grad(&a, &square);
    all_near(
        "x",
        &flat(&by_x),
        &flat(&(&square + &square.t()).dot(&a)),
        1e-14,
    );
    all_near("b", &flat(&by_b), &flat(&outer(&a, &a)), 1e-14);
    // (5.100): ∂ tr(AB) / ∂A = Bᵀ.
    let other = matrix(4, 3, 20);
    let (by_a, by_b) = trace_of_product_grad(&x, &other);
    all_near("a", &flat(&by_a), &flat(&other.t().to_owned()), 1e-14);
    all_near("b", &flat(&by_b), &flat(&x.t().to_owned()), 1e-14);
    // -2 (x - As)ᵀ W A, for a symmetric W.
    let (tall, s, w) = (matrix(3, 2, 21), vector(2, 22), &square + &square.t());
    let (_, by_tall, by_s, _) = weighted_residual_grad(&a, &tall, &s, &w);
    let r = &a - &tall.dot(&s);
    let want = r.dot(&w).dot(&tall) * -2.0;
    all_near("s", &flat(&by_s), &flat(&want), 1e-13);
    checked("a", &tall, &by_tall, |tall| {
        weighted_residual(&a, tall, &s, &w)
    });
}

#[test]
fn products_of_matrices() {
    // Small ones, and ones for which the library blocks its loops.
    for (m, k, n) in [(2, 3, 4), (1, 1, 1), (33, 17, 20)] {
        let (a, b) = (matrix(m, k, 23), matrix(k, n, 24));
        let c = matrix(n, k, 25);
        for a in [a.clone(), a.t().to_owned().reversed_axes()] {
            let (value, (by_a, by_b)) = transposed_product_vjp(&a, &b, c.clone());
            assert_eq!(value, transposed_product(&a, &b));
            // Y = Bᵀ Aᵀ A: Ā = A (B C)ᵀ + A B C, B̄ = Aᵀ A Cᵀ.
            let inner = b.dot(&c);
            let want_a = a.dot(&inner.t()) + a.dot(&inner);
            let want_b = a.t().dot(&a).dot(&c.t());
            all_near("a", &flat(&by_a), &flat(&want_a), 1e-12);
            all_near("b", &flat(&by_b), &flat(&want_b), 1e-12);
        }
    }
}

#[differentiate]
fn scaled_products(s: f64, x: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let none = x * 0.0;
    let zero = none.dot(v).sum() + v.dot(&none).sum() + none.dot(x).sum();
    s * (zero * 0.0)
}

#[test]
fn what_is_zero_in_a_cotangent_contributes_zero() {
    let (x, v) = (
        array![[f64::INFINITY, 1.0], [f64::NAN, 2.0]],
        array![f64::INFINITY, f64::NAN],
    );
    let (_, by_x, by_v) = scaled_products_grad(0.0, &x, &v);
    assert_eq!((by_x, by_v), (Array2::zeros((2, 2)), Array1::zeros(2)));

    // A zero for one row alone.
    let b = array![[f64::INFINITY, 1.0], [2.0, 3.0]];
    let c = array![[0.0, 0.0], [0.0, 1.0]];
    let (_, (by_a, _)) = plain_product_vjp(&array![[1.0, 2.0], [3.0, 4.0]], &b, c);
    assert_eq!(by_a, array![[0.0, 0.0], [1.0, 3.0]]);
    let (_, (_, by_b)) = plain_product_vjp(
        &b,
        &array![[1.0, 2.0], [3.0, 4.0]],
        array![[0.0, 0.0], [0.0, 1.0]],
    );
    assert_eq!(by_b, array![[0.0, 2.0], [0.0, 3.0]]);
}

#[differentiate]
fn plain_product(a: &Array2<f64>, b: &Array2<f64>) -> Array2<f64> {
    a.dot(b)
}

// Methods, closures, elements.

#[differentiate]
fn elementwise(x: &Array2<f64>, v: &Array1<f64>, s: f64) -> f64 {
    let a = x.mapv(|x| (x * s).sin() + x * x);
    let b = v.map(|v| v.exp() * s);
    let mut c = &a + &x.tanh();
    c.mapv_inplace(|c| c * c * s);
    let d = (&c / 4.0).powi(3).mapv(f64::cos) + v.powf(2.0).sum();
    d.fold(1.0, |sum, &d| sum + d * d) + b.mean().unwrap() + b.dot(&v.abs())
}

#[test]
fn closures_element_by_element() {
    let (x, v) = (matrix(3, 2, 26), vector(4, 27));
    for x in [x.clone(), by_columns(&x)] {
        let (by_x, by_v, by_s) = elementwise_grad(&x, &v, 0.7);
        checked("x", &x, &by_x, |x| elementwise(x, &v, 0.7));
        checked("v", &v, &by_v, |v| elementwise(&x, v, 0.7));
        let want = slopes(|s| elementwise(&x, &v, s[0]), &[0.7]);
        all_near("s", &[by_s], &want, 1e-8);
    }
}

#[differentiate]
fn parts(w: &Array2<f64>) -> f64 {
    let block = w.slice(s![1.., ..;2]);
    let row: ArrayView1<f64> = w.slice(s![-1, ..]);
    let column = w.column(1);
    let mut sum = block.sum() * row.dot(&w.row(0)) + w.diag().sum().exp();
    for k in 0..column.len() {
        sum += column[k] * column[k] * k as f64;
    }
    for (k, x) in w.sum_axis(Axis(0)).iter().enumerate() {
        sum += x.sin() * k as f64;
    }
    sum + w.sum_axis(Axis(1)).dot(&column) + w.t().row(1).dot(&column)
}

#[test]
fn parts_of_matrices() {
    let w = matrix(3, 4, 28);
    for w in [w.clone(), by_columns(&w), w.t().to_owned()] {
        checked("w", &w, &parts_grad(&w), parts);
    }
}

#[differentiate]
fn written(w: &Array2<f64>, x: &Array1<f64>) -> Array2<f64> {
    let mut y = Array2::zeros((w.nrows(), w.ncols()));
    for i in 0..w.nrows() {
        for j in 0..w.ncols() {
            y[[i, j]] = w[(i, j)] * x[j];
            if i > 0 {
                y[(i, j)] += y[[i - 1, j]] * x[0];
            }
        }
    }
    y[[0, 0]] = 1.0;
    let m = w.mapv(|w| w * w);
    for w in w.iter() {
        y[[1, 1]] *= 1.0 + w * w;
    }
    y + m
}

#[test]
fn elements_are_read_and_written() {
    let (w, x, c) = (matrix(3, 2, 29), vector(2, 30), matrix(3, 2, 31));
    let (value, (by_w, by_x)) = written_vjp(&w, &x, c.clone());
    assert_eq!(value, written(&w, &x));
    let loss = |w: &Array2<f64>, x: &Array1<f64>| (written(w, x) * &c).sum();
    checked("w", &w, &by_w, |w| loss(w, &x));
    checked("x", &x, &by_x, |x| loss(&w, x));
}

#[differentiate]
fn built(x: f64, y: &Array1<f64>) -> f64 {
    let mut v = Array1::zeros(y.len());
    for i in 0..y.len() {
        v[i] = x * y[i];
    }
    let m = array![[x, 1.0], [y[0], x * y[1]]];
    let e = Array1::from_elem(2, x * x);
    let f = Array2::from_shape_fn((2, 2), |(i, j)| x + y[i] * j as f64);
    let g = Array1::from_vec(vec![y[1], x]) + Array1::from_iter(y.iter().take(2).map(|y| y * y));
    let h = array![x, y[0]];
    let mut k = Array1::ones(2);
    k.fill(x * y[2]);
    m.dot(&e).sum() + v.sum() + f.dot(&g).dot(&h) + (k * h).sum()
}

#[test]
fn constructors_of_numbers() {
    let y = vector(3, 32);
    let (by_x, by_y) = built_grad(1.2, &y);
    checked("y", &y, &by_y, |y| built(1.2, y));
    all_near("x", &[by_x], &slopes(|x| built(x[0], &y), &[1.2]), 1e-8);
}

// Control flow, calls, structs.

#[differentiate]
fn steps(x: &Array1<f64>, w: &Array2<f64>, count: usize) -> f64 {
    let mut h = x.clone();
    for k in 0..count {
        if h[0] > 0.0 {
            h = w.dot(&h).mapv(|h| h.tanh());
        } else {
            let h2 = &h * &h;
            h = h2 + w.row(k % w.nrows());
        }
        if h.sum() > 3.0 {
            break;
        }
    }
    h.dot(&h)
}

#[differentiate]
fn layer(w: &Array2<f64>, b: &Array1<f64>, x: &Array1<f64>) -> Array1<f64> {
    (w.dot(x) + b).mapv(|h| h.tanh())
}

#[differentiate]
fn layer_of_views(w: ArrayView2<'_, f64>, b: ArrayView1<f64>, x: ArrayView1<'_, f64>) -> f64 {
    let h = (w.dot(&x) + b).mapv(|h| h.tanh());
    let first = h.slice(s![..2]);
    first.dot(&x.slice(s![1..])) + w.row(0).sum() * x[0]
}

#[test]
fn views_are_parameters() {
    let (w, b, x) = (matrix(3, 3, 60), vector(3, 61), vector(3, 62));
    let (by_w, by_b, by_x) = layer_of_views_grad(w.view(), b.view(), x.view());
    checked("w", &w, &by_w, |w| {
        layer_of_views(w.view(), b.view(), x.view())
    });
    checked("b", &b, &by_b, |b| {
        layer_of_views(w.view(), b.view(), x.view())
    });
    checked("x", &x, &by_x, |x| {
        layer_of_views(w.view(), b.view(), x.view())
    });

    // Parts of larger arrays.
    let large = matrix(4, 6, 63);
    let (w, x) = (large.slice(s![..3, ..;2]), large.column(5));
    let x = x.slice(s![1..]);
    let (by_w, _, by_x) = layer_of_views_grad(w, b.view(), x);
    let (own_w, own_x) = (w.to_owned(), x.to_owned());
    let want = layer_of_views_grad(own_w.view(), b.view(), own_x.view());
    assert_eq!((by_w, by_x), (want.0, want.2));
}

#[differentiate]
fn two_layers(w: &Array2<f64>, b: &Array1<f64>, x: &Array1<f64>) -> f64 {
    let h: Array1<f64> = layer(w, b, x);
    let h: Array1<f64> = layer(w, &(b * 2.0), &h);
    layer_of_views(w.view(), b.view(), h.view()) + h.sum()
}

#[test]
fn loops_branches_and_calls() {
    let (x, w) = (vector(3, 33), matrix(3, 3, 34));
    for count in [0, 1, 5] {
        let (by_x, by_w) = steps_grad(&x, &w, count);
        checked("x", &x, &by_x, |x| steps(x, &w, count));
        checked("w", &w, &by_w, |w| steps(&x, w, count));
    }
    let b = vector(3, 35);
    let (by_w, by_b, by_x) = two_layers_grad(&w, &b, &x);
    checked("w", &w, &by_w, |w| two_layers(w, &b, &x));
    checked("b", &b, &by_b, |b| two_layers(&w, b, &x));
    checked("x", &x, &by_x, |x| two_layers(&w, &b, x));
}

#[derive(Clone, Differentiable)]
struct Dense {
    weights: Array2<f64>,
    bias: Array1<f64>,
}

#[differentiate(wrt(layers))]
fn network(layers: &[Dense], input: &Array1<f64>, target: &Array1<f64>) -> f64 {
    let mut h = input.clone();
    for layer in layers {
        let weights: &Array2<f64> = &layer.weights;
        let bias: &Array1<f64> = &layer.bias;
        h = (weights.dot(&h) + bias).mapv(|h| h.tanh());
    }
    let r = &h - target;
    r.dot(&r)
}

/// Backpropagation as one writes it by hand.
fn by_hand(layers: &[Dense], input: &Array1<f64>, target: &Array1<f64>) -> Vec<Dense> {
    let mut inputs = vec![input.clone()];
    for layer in layers {
        let h = layer.weights.dot(&inputs[inputs.len() - 1]) + &layer.bias;
        inputs.push(h.mapv(f64::tanh));
    }
    let mut adjoint = (&inputs[layers.len()] - target) * 2.0;
    let mut gradients = Vec::new();
    for (k, layer) in layers.iter().enumerate().rev() {
        let delta = &adjoint * &inputs[k + 1].mapv(|h| 1.0 - h * h);
        adjoint = layer.weights.t().dot(&delta);
        gradients.push(Dense {
            weights: outer(&delta, &inputs[k]),
            bias: delta,
        });
    }
    gradients.reverse();
    gradients
}

#[test]
fn a_network_of_any_depth() {
    for depth in [0, 1, 4] {
        let layers: Vec<Dense> = (0..depth)
            .map(|k| Dense {
                weights: matrix(3, 3, 40 + k),
                bias: vector(3, 50 + k),
            })
            .collect();
        let (input, target) = (vector(3, 36), vector(3, 37));
        let gradient = network_grad(&layers, &input, &target);
        let want = by_hand(&layers, &input, &target);
        assert_eq!(gradient.len(), want.len());
        for (got, want) in gradient.iter().zip(&want) {
            all_near("weights", &flat(&got.weights), &flat(&want.weights), 1e-13);
            all_near("bias", &flat(&got.bias), &flat(&want.bias), 1e-13);
        }
    }
}

#[test]
fn nothing_in_nothing_out() {
    let (none, square) = (Array1::zeros(0), Array2::zeros((0, 0)));
    assert_eq!(
        bilinear_grad(&none, &square, &none),
        (none.clone(), square.clone(), none.clone())
    );
    assert_eq!(mixed_grad(&none, &none), (none.clone(), none.clone()));
    // A sum over nothing in between.
    let (wide, c) = (Array2::zeros((2, 0)), Array2::ones((2, 3)));
    let (value, (by_a, by_b)) = plain_product_vjp(&wide, &Array2::zeros((0, 3)), c);
    assert_eq!(value, Array2::<f64>::zeros((2, 3)));
    assert_eq!((by_a, by_b), (Array2::zeros((2, 0)), Array2::zeros((0, 3))));
}

#[test]
fn the_gradient_lies_in_memory_as_the_array_does() {
    let x = by_columns(&matrix(3, 2, 38));
    let gradient = scalars_grad(2.0, &x).1;
    assert_eq!(gradient.strides(), x.strides());
    // A buffer of any order is filled.
    let (mut by_s, mut into) = (0.0, Array2::ones((3, 2)));
    scalars_grad_into(2.0, &x, &mut by_s, &mut into);
    assert_eq!(into, gradient);
}

// Rows and columns one after another, statistics, changes in place.

#[differentiate]
fn lines(w: &Array2<f64>, v: &Array1<f64>) -> f64 {
    let mut total = 0.0;
    for (k, row) in w.rows().into_iter().enumerate() {
        total += row.dot(v) * (k + 1) as f64;
    }
    for row in w.outer_iter() {
        total += row[0] * row.sum().sin();
    }
    for column in w.columns() {
        total += column.dot(&column).sqrt();
    }
    total += w
        .axis_iter(Axis(0))
        .map(|row| row[1] * row.sum())
        .sum::<f64>();
    total
        + w.axis_iter(Axis(1))
            .map(|column| column[0].exp())
            .sum::<f64>()
        + w.index_axis(Axis(0), 1).dot(v)
        + w.index_axis(Axis(1), 0).sum()
}

#[test]
fn rows_and_columns() {
    let (w, v) = (matrix(3, 2, 70), vector(2, 71));
    for w in [w.clone(), by_columns(&w)] {
        let (by_w, by_v) = lines_grad(&w, &v);
        checked("w", &w, &by_w, |w| lines(w, &v));
        checked("v", &v, &by_v, |v| lines(&w, v));
    }
}

#[differentiate]
fn statistics(w: &Array2<f64>, v: &Array1<f64>, ddof: f64) -> f64 {
    let means = w.mean_axis(Axis(0)).unwrap();
    let others = w.mean_axis(Axis(1)).unwrap();
    means.dot(&means) + others.sum().exp() + w.var(0.0) * v.std(1.0) + v.var(ddof)
}

#[test]
fn means_and_variances() {
    let (w, v) = (matrix(3, 4, 72), vector(5, 73));
    let (by_w, by_v, by_ddof) = statistics_grad(&w, &v, 0.5);
    checked("w", &w, &by_w, |w| statistics(w, &v, 0.5));
    checked("v", &v, &by_v, |v| statistics(&w, v, 0.5));
    let want = slopes(|d| statistics(&w, &v, d[0]), &[0.5]);
    all_near("ddof", &[by_ddof], &want, 1e-8);
    // All the same: the deviation is zero, and nothing flows through it.
    let (_, by_v, _) = statistics_grad(&w, &Array1::ones(5), 0.5);
    assert_eq!(by_v, Array1::zeros(5));
}

#[differentiate]
fn mean_of_rows_if_any(w: &Array2<f64>, s: f64) -> f64 {
    match w.mean_axis(Axis(0)) {
        Some(means) => means.sum() * s,
        None => s * 3.0,
    }
}

#[test]
fn means_of_nothing() {
    let none = Array2::zeros((0, 2));
    assert_eq!(mean_of_rows_if_any_grad(&none, 2.0), (none.clone(), 3.0));
    let w = matrix(2, 3, 74);
    let (by_w, by_s) = mean_of_rows_if_any_grad(&w, 2.0);
    assert_eq!(by_w, Array2::ones((2, 3)));
    near("s", by_s, w.sum() / 2.0, 1e-14);
}

#[differentiate]
fn changed(w: &Array2<f64>, v: &Array1<f64>, s: f64) -> f64 {
    let mut a = w.clone();
    a.map_inplace(|x| *x = x.sin() * s);
    a.scaled_add(s, w);
    let mut b = v.clone();
    b.map_inplace(|x| *x *= *x);
    b.scaled_add(2.0, &(v * s));
    a.dot(&b).sum() + (&a * &a).sum()
}

#[test]
fn changes_in_place() {
    let (w, v) = (matrix(3, 2, 75), vector(2, 76));
    let (by_w, by_v, by_s) = changed_grad(&w, &v, 0.7);
    checked("w", &w, &by_w, |w| changed(w, &v, 0.7));
    checked("v", &v, &by_v, |v| changed(&w, v, 0.7));
    let want = slopes(|s| changed(&w, &v, s[0]), &[0.7]);
    all_near("s", &[by_s], &want, 1e-8);
}

// Examples 5.12 and 5.13, exercises 5.5 to 5.8.

#[differentiate]
fn gram(r: &Array2<f64>) -> Array2<f64> {
    r.t().dot(r)
}

#[differentiate(wrt(a))]
fn linear(a: &Array2<f64>, x: &Array1<f64>) -> Array1<f64> {
    a.dot(x)
}

#[test]
fn tensors() {
    let (a, x) = (matrix(3, 2, 80), vector(2, 81));
    for i in 0..3 {
        let mut bar = Array1::zeros(3);
        bar[i] = 1.0;
        let (_, by_a) = linear_vjp(&a, &x, bar.clone());
        assert_eq!(by_a, outer(&bar, &x));
    }
    let r = matrix(3, 2, 82);
    for (p, q) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
        let mut bar = Array2::zeros((2, 2));
        bar[(p, q)] = 1.0;
        let (_, by_r) = gram_vjp(&r, bar);
        let is = |a: usize, b: usize| f64::from(u8::from(a == b));
        let want =
            Array2::from_shape_fn((3, 2), |(i, j)| r[(i, q)] * is(j, p) + r[(i, p)] * is(j, q));
        all_near("Rᵀ R", &flat(&by_r), &flat(&want), 1e-14);
    }
}

#[differentiate]
fn logarithm(x: &Array1<f64>) -> f64 {
    (1.0 + x.dot(x)).ln()
}

#[differentiate]
fn sine_of_logarithm(t: &Array1<f64>) -> f64 {
    t.dot(t).ln().sin()
}

#[differentiate(wrt(x))]
fn trace_of_three(a: &Array2<f64>, x: &Array2<f64>, b: &Array2<f64>) -> f64 {
    a.dot(x).dot(b).diag().sum()
}

#[differentiate(jacobian)]
fn outer_square(x: &Array1<f64>) -> Array2<f64> {
    Array2::from_shape_fn((x.len(), x.len()), |(i, j)| x[i] * x[j])
}

#[differentiate]
fn trace_of_outer_square(x: &Array1<f64>, sigma: f64) -> f64 {
    let n = x.len();
    let unit: Array2<f64> = Array2::eye(n);
    (outer_square(x) + unit * sigma.powi(2)).diag().sum()
}

#[differentiate(wrt(x))]
fn sine(a: &Array2<f64>, x: &Array1<f64>, b: &Array1<f64>) -> Array1<f64> {
    (a.dot(x) + b).sin()
}

#[differentiate(wrt(x))]
fn tangent(a: &Array2<f64>, x: &Array1<f64>, b: &Array1<f64>) -> Array1<f64> {
    (a.dot(x) + b).mapv(f64::tanh)
}

#[differentiate(wrt(x))]
fn bell(x: &Array1<f64>, mean: &Array1<f64>, precision: &Array2<f64>) -> f64 {
    let z = x - mean;
    (-0.5 * z.dot(&precision.dot(&z))).exp()
}

#[test]
fn exercises() {
    let (x, y) = (vector(3, 83), vector(3, 84));
    let near = |what: &str, got: Array1<f64>, want: Array1<f64>| {
        all_near(what, &got.to_vec(), &want.to_vec(), 1e-12);
    };
    let squared = x.dot(&x);
    near(
        "ln(1 + xᵀx)",
        logarithm_grad(&x),
        &x * (2.0 / (1.0 + squared)),
    );
    let want = &x * (2.0 * squared.ln().cos() / squared);
    near("sin(ln(tᵀt))", sine_of_logarithm_grad(&x), want);
    let (a, m, b) = (matrix(2, 3, 85), matrix(3, 4, 86), matrix(4, 2, 87));
    let want = a.t().dot(&b.t());
    all_near(
        "tr(A X B)",
        &flat(&trace_of_three_grad(&a, &m, &b)),
        &flat(&want),
        1e-12,
    );
    let (value, jacobian) = (outer_square(&x), outer_square_jacobian(&x));
    for (k, entry) in value.indexed_iter() {
        let is = |a: usize, b: usize| f64::from(u8::from(a == b));
        assert_eq!(*entry, x[k.0] * x[k.1]);
        for m in 0..3 {
            let want = is(k.0, m) * x[k.1] + x[k.0] * is(k.1, m);
            assert_eq!(jacobian[(3 * k.0 + k.1, m)], want, "x xᵀ");
        }
    }
    let (by_x, by_sigma) = trace_of_outer_square_grad(&x, 0.7);
    near("tr(x xᵀ + σ² I)", by_x, &x * 2.0);
    all_near("tr(x xᵀ + σ² I)", &[by_sigma], &[2.0 * 3.0 * 0.7], 1e-15);
    let (b, bar) = (vector(2, 88), vector(2, 89));
    let z = a.dot(&x) + &b;
    let (_, by_x) = sine_vjp(&a, &x, &b, bar.clone());
    near("sin", by_x, a.t().dot(&(&bar * &z.cos())));
    let (_, by_x) = tangent_vjp(&a, &x, &b, bar.clone());
    near(
        "tanh",
        by_x,
        a.t().dot(&(&bar * &z.mapv(|z| 1.0 - z.tanh() * z.tanh()))),
    );
    let root = matrix(3, 3, 90);
    let precision = root.dot(&root.t());
    let want = precision.dot(&(&x - &y)) * -bell(&x, &y, &precision);
    near("bell", bell_grad(&x, &y, &precision), want);
}
