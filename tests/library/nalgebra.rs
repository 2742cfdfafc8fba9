//! Matrices and vectors of `nalgebra` as parameters, locals and results: closed forms, differences, and what surrounds them.

use crate::support::{all_near, near, numbers, slope};
use ::nalgebra::{
    DMatrix, DVector, Matrix2, Matrix2x3, Matrix3, Matrix4, SMatrix, SVector, Vector2, Vector3,
};
use autodiff::{Differentiable, differentiate};

fn matrix(rows: usize, cols: usize, seed: u64) -> DMatrix<f64> {
    DMatrix::from_vec(rows, cols, numbers(rows * cols, seed))
}

fn vector(len: usize, seed: u64) -> DVector<f64> {
    DVector::from_vec(numbers(len, seed))
}

/// Symmetric and positive definite.
fn definite(n: usize, seed: u64) -> DMatrix<f64> {
    let root = matrix(n, n, seed);
    &root * root.transpose() + DMatrix::identity(n, n) * 0.5
}

/// The gradient is that of central differences, entry by entry.
#[track_caller]
fn agrees<P: Differentiable>(what: &str, f: impl Fn(&P) -> f64, at: &P, gradient: &P) {
    let flat = at.to_flat();
    let differences: Vec<f64> = (0..flat.len())
        .map(|k| {
            let moved = |x: f64| {
                let mut flat = flat.clone();
                flat[k] = x;
                let mut moved = at.clone();
                moved.set_flat(&flat);
                f(&moved)
            };
            slope(moved, flat[k])
        })
        .collect();
    all_near(what, &gradient.to_flat(), &differences, 1e-7);
}

#[track_caller]
fn same(what: &str, got: &DMatrix<f64>, want: &DMatrix<f64>) {
    assert_eq!(got.shape(), want.shape(), "{what}");
    all_near(what, got.as_slice(), want.as_slice(), 1e-12);
}

/// The identities 5.98 to 5.107.
mod identities {
    use super::*;

    #[differentiate]
    fn transposed(x: &DMatrix<f64>) -> DMatrix<f64> {
        x.transpose()
    }

    #[differentiate]
    fn trace(x: &DMatrix<f64>) -> f64 {
        x.trace()
    }

    #[differentiate]
    fn determinant(x: &DMatrix<f64>) -> f64 {
        x.determinant()
    }

    #[differentiate]
    fn inverse(x: &DMatrix<f64>) -> DMatrix<f64> {
        x.clone().try_inverse().unwrap()
    }

    #[differentiate(wrt(x))]
    fn between_inverse(a: &DVector<f64>, x: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
        a.dot(&x.clone().lu().solve(b).unwrap())
    }

    #[differentiate(wrt(x))]
    fn linear(x: &DVector<f64>, a: &DVector<f64>) -> f64 {
        (x.transpose() * a)[(0, 0)] + a.dot(x)
    }

    #[differentiate(wrt(x))]
    fn bilinear(a: &DVector<f64>, x: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
        (a.transpose() * x * b)[0]
    }

    #[differentiate(wrt(x))]
    fn quadratic(x: &DVector<f64>, b: &DMatrix<f64>) -> f64 {
        x.dot(&(b * x))
    }

    #[differentiate(wrt(s))]
    fn residual(x: &DVector<f64>, a: &DMatrix<f64>, s: &DVector<f64>, w: &DMatrix<f64>) -> f64 {
        let r = x - a * s;
        r.dot(&(w * &r))
    }

    #[test]
    fn closed_forms() {
        let (x, bar) = (matrix(4, 4, 1), matrix(4, 4, 2));
        let (a, b) = (vector(4, 3), vector(4, 4));
        let y = x.clone().try_inverse().unwrap();
        let (_, by_x) = transposed_vjp(&x, bar.clone());
        same("transpose", &by_x, &bar.transpose());
        same("trace", &trace_grad(&x), &DMatrix::identity(4, 4));
        let want = y.transpose() * x.determinant();
        same("determinant", &determinant_grad(&x), &want);
        let (value, by_x) = inverse_vjp(&x, bar.clone());
        same("inverse", &value, &y);
        same("by inverse", &by_x, &-(y.transpose() * bar * y.transpose()));
        let want = -(y.transpose() * &a * b.transpose() * y.transpose());
        same("aᵀ X⁻¹ b", &between_inverse_grad(&a, &x, &b), &want);
        all_near(
            "xᵀ a",
            linear_grad(&b, &a).as_slice(),
            (&a * 2.0).as_slice(),
            0.0,
        );
        same("aᵀ X b", &bilinear_grad(&a, &x, &b), &(&a * b.transpose()));
        let want = (&x + x.transpose()) * &a;
        all_near(
            "xᵀ B x",
            quadratic_grad(&a, &x).as_slice(),
            want.as_slice(),
            1e-12,
        );
        let (m, s, w) = (matrix(4, 3, 5), vector(3, 6), definite(4, 7));
        let want = m.transpose() * &w * (&a - &m * &s) * -2.0;
        let got = residual_grad(&a, &m, &s, &w);
        all_near(
            "(x - A s)ᵀ W (x - A s)",
            got.as_slice(),
            want.as_slice(),
            1e-12,
        );
    }

    #[test]
    fn of_a_singular_matrix() {
        let x = DMatrix::from_row_slice(3, 3, &[1.0, 2.0, 3.0, 2.0, 4.0, 6.0, 1.0, 0.0, 1.0]);
        agrees("det", determinant, &x, &determinant_grad(&x));
        assert!(std::panic::catch_unwind(|| inverse(&x)).is_err());
        assert!(std::panic::catch_unwind(|| inverse_vjp(&x, DMatrix::zeros(3, 3))).is_err());
    }
}

mod operators {
    use super::*;

    #[differentiate]
    fn all(a: &DMatrix<f64>, b: DMatrix<f64>, x: &DVector<f64>, s: f64) -> DVector<f64> {
        let mut m = a * &b - b * 2.0;
        m += s * a;
        m -= a / s;
        m *= a;
        m *= s;
        m /= 3.0;
        -m * x + x
    }

    #[test]
    fn against_differences() {
        let (a, b, x, bar) = (matrix(3, 3, 1), matrix(3, 3, 2), vector(3, 3), vector(3, 4));
        let (value, (by_a, by_b, by_x, by_s)) = all_vjp(&a, b.clone(), &x, 0.7, bar.clone());
        assert_eq!(value, all(&a, b.clone(), &x, 0.7));
        let at = (a, b, x, 0.7);
        let f = |p: &(DMatrix<f64>, DMatrix<f64>, DVector<f64>, f64)| {
            all(&p.0, p.1.clone(), &p.2, p.3).dot(&bar)
        };
        agrees("all operators", f, &at, &(by_a, by_b, by_x, by_s));
    }

    /// One matrix on both sides, and under one name after the other.
    #[differentiate]
    fn aliased(a: &DMatrix<f64>) -> f64 {
        let b = a * a;
        let a = &b * &b + a.component_mul(a) - a;
        let b = &a;
        (b * b).trace()
    }

    #[test]
    fn one_matrix_twice() {
        let a = matrix(3, 3, 5);
        agrees("aliased", aliased, &a, &aliased_grad(&a));
    }

    /// Larger than what is multiplied in loops of our own; not square.
    #[differentiate]
    fn large(a: &DMatrix<f64>, b: &DMatrix<f64>) -> DMatrix<f64> {
        a * b
    }

    #[test]
    fn large_products() {
        let (a, b, bar) = (matrix(20, 17, 1), matrix(17, 23, 2), matrix(20, 23, 3));
        let (_, (by_a, by_b)) = large_vjp(&a, &b, bar.clone());
        same("by A", &by_a, &(&bar * b.transpose()));
        same("by B", &by_b, &(a.transpose() * bar));
    }

    /// What is zero in the cotangent contributes zero, whatever it would be multiplied by.
    #[test]
    fn nothing_times_infinity() {
        for n in [2, 20] {
            let (a, mut b) = (matrix(n, n, 1), matrix(n, n, 2));
            b[(0, 1)] = f64::INFINITY;
            b[(1, 1)] = f64::NAN;
            let mut bar = DMatrix::zeros(n, n);
            bar[(1, 0)] = 1.0;
            let (_, (by_a, by_b)) = large_vjp(&a, &b, bar);
            same(
                "row of B",
                &by_a.rows(1, 1).into_owned(),
                &b.columns(0, 1).transpose(),
            );
            assert!(by_a.row(0).iter().all(|x| *x == 0.0), "{by_a}");
            assert!(by_b.iter().all(|x| x.is_finite()), "{by_b}");
        }
    }

    #[differentiate]
    fn of_f32(a: &DMatrix<f32>, s: f32) -> f32 {
        (a * a * s).sum()
    }

    #[test]
    fn single_precision() {
        let (by_a, by_s) = of_f32_grad(&DMatrix::from_element(2, 2, 1.5), 2.0);
        assert_eq!(by_a, DMatrix::from_element(2, 2, 12.0));
        assert_eq!(by_s, 18.0);
    }
}

mod methods {
    use super::*;

    #[differentiate]
    fn reductions(a: &DMatrix<f64>) -> f64 {
        a.sum() * a.mean() + a.norm() * a.norm_squared() + a.magnitude() - a.magnitude_squared()
            + a.trace() * a.dot(&a.transpose())
            + a.row_sum().dot(&a.column_sum().transpose())
            + a.fold(0.0, |sum, x| sum * 0.5 + x * x)
    }

    #[differentiate]
    fn entries(a: &DMatrix<f64>) -> f64 {
        let b = a.map(|x| x.sin()).component_mul(&a.map(f64::exp));
        let c = b.component_div(&a.add_scalar(4.0)) + a.abs();
        let d = c.zip_map(a, |x, y| x * y.cos());
        (d.scale(2.0).unscale(a[(0, 1)]) - a.lower_triangle() + a.upper_triangle().adjoint())
            .metric_distance(a)
    }

    #[differentiate]
    fn parts(a: &DMatrix<f64>) -> f64 {
        let mut b = a.columns(1, 2) * a.rows(0, 2) - a.view((0, 1), (4, 3)) * 0.5 * a.rows(1, 3);
        b[(2, 1)] *= b[(0, 0)];
        b[3] += a.row(2)[1];
        let diagonal = a.diagonal();
        a.column(0).dot(&(diagonal.normalize() * b.norm())) + a.tr_mul(a)[(1, 2)]
    }

    #[differentiate]
    fn iterated(a: &DMatrix<f64>) -> f64 {
        let mut b = a.clone();
        for x in b.iter_mut() {
            *x *= *x;
        }
        let (rows, cols) = a.shape();
        b.as_mut_slice()[1] *= a.as_slice()[2];
        for column in b.as_mut_slice().chunks_exact_mut(rows) {
            column[0] *= column[1];
        }
        for i in 0..rows {
            b[(i, cols - 1)] -= a[(0, i)];
        }
        let mut c = a.clone();
        c.fill(a[(1, 1)]);
        c[(0, 0)] = 1.0;
        b.copy_from(&(&b + &c));
        let mut sum = 0.0;
        for (k, x) in b.iter().enumerate() {
            sum += x * k as f64;
        }
        sum + a.iter().zip(b.iter()).map(|(x, y)| x * y).sum::<f64>() / a.len() as f64
    }

    #[test]
    fn against_differences() {
        let a = matrix(4, 4, 8);
        agrees("reductions", reductions, &a, &reductions_grad(&a));
        agrees("entries", entries, &a, &entries_grad(&a));
        agrees("parts", parts, &a, &parts_grad(&a));
        agrees("iterated", iterated, &a, &iterated_grad(&a));
    }

    #[differentiate]
    fn norm(a: &DVector<f64>) -> f64 {
        a.norm()
    }

    #[test]
    fn the_norm_at_zero() {
        assert_eq!(norm_grad(&DVector::zeros(3)), DVector::zeros(3));
        assert!(norm_grad(&DVector::from_element(1, f64::NAN))[0].is_nan());
    }

    /// Of numbers that depend on an input.
    #[differentiate]
    fn made(x: &[f64; 6]) -> f64 {
        let a = DMatrix::from_row_slice(2, 3, x);
        let b = DMatrix::from_fn(3, 2, |i, j| x[i] * (1.0 + j as f64));
        let c = DVector::from_vec(vec![x[1], 2.0]);
        let d = DVector::from_iterator(2, x.iter().skip(4).map(|x| x * x));
        let e = DMatrix::from_diagonal(&d);
        let f = DMatrix::from_element(2, 2, x[5]) + DMatrix::from_column_slice(2, 2, &x[1..5]);
        let g = Vector2::new(x[0], x[3] * x[4]);
        (&a * b * e * f * c).dot(&DVector::from_column_slice(&[g.x, g.y * g[1]]))
    }

    #[test]
    fn constructors() {
        let x = [0.5, -0.3, 0.8, 1.1, -0.9, 0.4];
        agrees("made", made, &x, &made_grad(&x));
    }
}

mod factors {
    use super::*;

    #[differentiate]
    fn by_lu(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
        let lu = a.clone().lu();
        let x = lu.solve(b).expect("singular");
        let y = lu.solve(&x).unwrap();
        y.norm() * lu.determinant() + lu.try_inverse().unwrap()[(0, 1)]
    }

    #[test]
    fn lu() {
        let (a, b) = (matrix(5, 5, 3), matrix(5, 2, 4));
        let (by_a, by_b) = by_lu_grad(&a, &b);
        let f = |p: &(DMatrix<f64>, DMatrix<f64>)| by_lu(&p.0, &p.1);
        agrees("LU", f, &(a, b), &(by_a, by_b));
    }

    #[differentiate]
    fn by_cholesky(a: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
        let factors = a.clone().cholesky().unwrap();
        let x = factors.solve(b);
        let l = factors.l();
        x.dot(b)
            + l[(1, 0)] * l[(2, 2)]
            + l.sum()
            + factors.ln_determinant() * factors.determinant()
            - factors.inverse()[(0, 2)]
    }

    /// The lower triangle alone is read, so that the derivative by what is above is zero.
    #[test]
    fn cholesky() {
        let (a, b) = (definite(4, 5), vector(4, 6));
        let (by_a, by_b) = by_cholesky_grad(&a, &b);
        assert_eq!(
            by_a.upper_triangle(),
            DMatrix::from_diagonal(&by_a.diagonal())
        );
        let f = |p: &(DMatrix<f64>, DVector<f64>)| by_cholesky(&p.0, &p.1);
        agrees("Cholesky", f, &(a, b), &(by_a, by_b));
    }

    #[differentiate]
    fn whichever(a: &DMatrix<f64>) -> f64 {
        match a.clone().cholesky() {
            Some(factors) => factors.l().trace(),
            None => match a.clone().try_inverse() {
                Some(inverse) => inverse.sum(),
                None => a[(0, 0)] * 3.0,
            },
        }
    }

    #[test]
    fn what_is_not_there() {
        let a = definite(3, 7);
        agrees("definite", whichever, &a, &whichever_grad(&a));
        let a = -a;
        agrees("negative", whichever, &a, &whichever_grad(&a));
        let mut want = DMatrix::zeros(2, 2);
        want[(0, 0)] = 3.0;
        assert_eq!(whichever_grad(&DMatrix::zeros(2, 2)), want);
    }

    /// The logarithm of the normal density, as the chapter on Gaussian processes has it.
    #[differentiate]
    fn log_density(x: &DVector<f64>, covariance: &DMatrix<f64>) -> f64 {
        let factors = covariance.clone().cholesky().unwrap();
        -0.5 * (x.dot(&factors.solve(x)) + factors.ln_determinant())
    }

    #[test]
    fn as_with_slices() {
        let (x, a) = (vector(4, 8), definite(4, 9));
        let (by_x, by_a) = log_density_grad(&x, &a);
        let inverse = a.clone().try_inverse().unwrap();
        let z = &inverse * &x;
        all_near("by x", by_x.as_slice(), (-&z).as_slice(), 1e-12);
        // Of a symmetric matrix each entry off the diagonal is there twice.
        let full = (&z * z.transpose() - inverse) * 0.5;
        let want = full.lower_triangle() * 2.0 - DMatrix::from_diagonal(&full.diagonal());
        same("by the covariance", &by_a, &want);
    }
}

mod of_known_size {
    use super::*;

    #[differentiate]
    fn turned(v: &Vector3<f64>, angle: f64) -> Vector3<f64> {
        let (s, c) = angle.sin_cos();
        let m = Matrix3::new(c, -s, 0.0, s, c, 0.0, 0.0, 0.0, 1.0);
        m * v
    }

    #[differentiate]
    fn fields(v: &Vector3<f64>, w: Vector3<f64>) -> f64 {
        let mut u = v.cross(&w) + turned(v, w.z);
        u.x += v.y * w[2];
        let k = Matrix2x3::from_fn(|i, j| u[j] * (i as f64 + 1.0));
        let t = k * u;
        let mut r = Matrix2::identity();
        r.m12 = t.x;
        (r * t).y + (r * t).x * u.normalize().z
    }

    #[test]
    fn against_differences() {
        let at = (Vector3::new(0.3, -0.4, 0.7), Vector3::new(1.1, 0.2, -0.5));
        let (by_v, by_w) = fields_grad(&at.0, at.1);
        agrees(
            "fields",
            |p: &(Vector3<f64>, Vector3<f64>)| fields(&p.0, p.1),
            &at,
            &(by_v, by_w),
        );
    }

    #[differentiate]
    fn form<const N: usize>(a: &SMatrix<f64, N, N>, x: SVector<f64, N>) -> f64 {
        x.dot(&(a * x))
    }

    #[test]
    fn of_any_size() {
        let a = Matrix2::new(1.0, 2.0, 3.0, 4.0);
        let (by_a, by_x) = form_grad(&a, Vector2::new(1.0, 2.0));
        assert_eq!(by_a, Matrix2::new(1.0, 2.0, 2.0, 4.0));
        assert_eq!(by_x, Vector2::new(12.0, 21.0));
    }

    #[differentiate]
    fn pose(angles: &[f64; 3]) -> Vector3<f64> {
        let mut frame = Matrix4::identity();
        for angle in angles {
            let (s, c) = angle.sin_cos();
            frame *= Matrix4::new(
                c, -s, 0.0, 0.5, s, c, 0.0, 0.0, 0.0, 0.0, 1.0, 0.1, 0.0, 0.0, 0.0, 1.0,
            );
        }
        let column = frame.column(3);
        Vector3::new(column[0], column[1], column[2])
    }

    #[test]
    fn an_arm() {
        let (angles, bar) = ([0.3, -0.5, 0.9], Vector3::new(1.0, -2.0, 0.5));
        let (value, by_angles) = pose_vjp(&angles, bar);
        assert_eq!(value, pose(&angles));
        agrees(
            "pose",
            |a: &[f64; 3]| pose(a).dot(&bar),
            &angles,
            &by_angles,
        );
    }
}

/// What surrounds matrices: structs, calls, loops, branches, exits, output parameters.
mod surroundings {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Layer {
        weights: DMatrix<f64>,
        bias: DVector<f64>,
        width: usize,
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Network {
        layers: Vec<Layer>,
        gain: f64,
    }

    impl Layer {
        #[differentiate(wrt(self, x))]
        fn apply(&self, x: &DVector<f64>) -> DVector<f64> {
            (&self.weights * x + &self.bias).map(|z| z.tanh())
        }
    }

    /// A network of any depth.
    #[differentiate(wrt(network))]
    fn loss(network: &Network, x: &DVector<f64>, target: &DVector<f64>) -> f64 {
        let mut h = x.clone();
        for layer in &network.layers {
            h = &layer.weights * h + &layer.bias;
            h = h.map(|z| z.tanh());
        }
        0.5 * (h * network.gain - target).norm_squared()
    }

    #[differentiate(wrt(network))]
    fn by_calls(network: &Network, x: &DVector<f64>, target: &DVector<f64>) -> f64 {
        let mut h = x.clone();
        for layer in &network.layers {
            h = layer.apply(&h);
        }
        0.5 * (h * network.gain - target).norm_squared()
    }

    #[test]
    fn networks() {
        for depth in [1, 2, 5] {
            let layer = |k: usize| Layer {
                weights: matrix(3, 3, k as u64 + 1),
                bias: vector(3, k as u64 + 9),
                width: 3,
            };
            let network = Network {
                layers: (0..depth).map(layer).collect(),
                gain: 1.5,
            };
            let (x, target) = (vector(3, 21), vector(3, 22));
            let (value, gradient) = loss_value_and_grad(&network, &x, &target);
            assert_eq!(value, loss(&network, &x, &target));
            assert_eq!(gradient.layers[0].width, 3);
            agrees("loss", |n| loss(n, &x, &target), &network, &gradient);
            let by_calls = by_calls_grad(&network, &x, &target);
            all_near("calls", &by_calls.to_flat(), &gradient.to_flat(), 1e-14);
            let mut into = network.clone();
            assert_eq!(loss_grad_into(&network, &x, &target, &mut into), value);
            assert_eq!(into, gradient);
        }
    }

    /// The notebook's network, row by row of CHAPTER: the same numbers.
    #[differentiate(wrt(w1, b1, w2, b2))]
    fn notebook(
        w1: &Matrix2<f64>,
        b1: &Vector2<f64>,
        w2: &Vector2<f64>,
        b2: f64,
        x: &Vector2<f64>,
    ) -> f64 {
        let hidden = (w1.transpose() * x + b1).map(autodiff::nn::sigmoid);
        let output = autodiff::nn::sigmoid(w2.dot(&hidden) + b2);
        0.5 * (output - 1.0) * (output - 1.0)
    }

    #[test]
    fn the_notebook() {
        let w1 = Matrix2::new(0.5, 0.2, 0.3, 0.7);
        let (b1, w2) = (Vector2::new(0.1, 0.2), Vector2::new(0.6, 0.9));
        let (dw1, db1, dw2, db2) = notebook_grad(&w1, &b1, &w2, 0.3, &Vector2::new(0.5, 0.8));
        let want = [
            -0.002419569146339695,
            -0.003871310634143512,
            -0.0033048062233307324,
            -0.0052876899573291725,
        ];
        all_near("dW1", dw1.as_slice(), &want, 1e-13);
        all_near(
            "db1",
            db1.as_slice(),
            &[-0.00483913829267939, -0.006609612446661465],
            1e-13,
        );
        all_near(
            "dW2",
            dw2.as_slice(),
            &[-0.022614812855301956, -0.024699098645822693],
            1e-13,
        );
        near("db2", db2, -0.035150820660160516, 1e-13);
    }

    /// Two output parameters, one of which is read before it is written.
    #[differentiate]
    fn written(a: &DMatrix<f64>, x: &DVector<f64>, y: &mut DVector<f64>, z: &mut DVector<f64>) {
        *z = a * x;
        for i in 0..y.len() {
            y[i] += z[i] * z[i];
        }
        *z *= 3.0;
        z.iter_mut().for_each(|e| *e = e.sin());
    }

    #[test]
    fn output_parameters() {
        let (a, x, y) = (matrix(2, 3, 1), vector(3, 2), vector(2, 3));
        let (y_bar, z_bar) = (vector(2, 4), vector(2, 5));
        let (mut y_out, mut z_out) = (y.clone(), y.clone());
        let (mut y_adj, mut z_adj) = (y_bar.clone(), z_bar.clone());
        let (by_a, by_x) = written_vjp(&a, &x, &mut y_out, &mut z_out, &mut y_adj, &mut z_adj);
        assert_eq!(z_adj, DVector::zeros(2));
        let f = |p: &(DMatrix<f64>, DVector<f64>, DVector<f64>)| {
            let (mut y, mut z) = (p.2.clone(), p.2.clone());
            written(&p.0, &p.1, &mut y, &mut z);
            y.dot(&y_bar) + z.dot(&z_bar)
        };
        agrees("written", f, &(a, x, y), &(by_a, by_x, y_adj));
    }

    #[differentiate]
    fn step(a: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
        if x[0] > 0.4 {
            return a * x / x.norm();
        }
        let y = a * x;
        y + x
    }

    #[differentiate]
    fn iterated(a: &DMatrix<f64>, x: &DVector<f64>, count: usize) -> f64 {
        let mut v = x.clone();
        let mut k = 0;
        loop {
            if k == count {
                break;
            }
            k += 1;
            v = step(a, &v);
            if k % 3 == 2 {
                v = -v;
                continue;
            }
            let w = if v[1] > 0.0 { &v * 2.0 } else { a * &v };
            v += w;
            if v.norm() > 50.0 {
                return v[0];
            }
        }
        v.sum()
    }

    #[test]
    fn loops_and_exits() {
        for count in [0, 1, 4, 9] {
            let at = (matrix(3, 3, 11), vector(3, 12));
            let gradient = iterated_grad(&at.0, &at.1, count);
            let f = |p: &(DMatrix<f64>, DVector<f64>)| iterated(&p.0, &p.1, count);
            assert_eq!(iterated_value_and_grad(&at.0, &at.1, count).0, f(&at));
            agrees("iterated", f, &at, &gradient);
        }
    }

    #[differentiate]
    fn power(a: &DMatrix<f64>, n: usize) -> DMatrix<f64> {
        if n == 0 {
            return DMatrix::identity(a.nrows(), a.nrows());
        }
        power(a, n - 1) * a
    }

    #[differentiate]
    fn of_power(a: &DMatrix<f64>) -> f64 {
        let p = power(a, 3);
        (p.transpose() * &p).trace()
    }

    #[test]
    fn recursion() {
        let a = matrix(3, 3, 14);
        agrees("power", of_power, &a, &of_power_grad(&a));
    }

    /// Lists of matrices, and tuples of them.
    #[differentiate]
    fn several(list: &[DMatrix<f64>], pair: &[Vector3<f64>; 2]) -> (DMatrix<f64>, f64) {
        let mut product = list[0].clone();
        for m in &list[1..] {
            product *= m;
        }
        let [a, b] = pair;
        let norm = product.norm();
        (product * a.dot(b), norm)
    }

    #[test]
    fn lists_and_tuples() {
        let list = vec![matrix(2, 2, 1), matrix(2, 2, 2), matrix(2, 2, 3)];
        let pair = [Vector3::new(0.1, 0.2, 0.3), Vector3::new(-0.4, 0.5, 0.6)];
        let bar = matrix(2, 2, 4);
        let (_, (by_list, by_pair)) = several_vjp(&list, &pair, (bar.clone(), 2.0));
        let f = |p: &(Vec<DMatrix<f64>>, [Vector3<f64>; 2])| {
            let (product, norm) = several(&p.0, &p.1);
            product.dot(&bar) + 2.0 * norm
        };
        agrees("several", f, &(list, pair), &(by_list, by_pair));
    }

    /// The data are constants: whatever is done with them has no derivative.
    #[differentiate(wrt(w))]
    fn fitted(w: &DVector<f64>, data: &DMatrix<f64>, targets: &DVector<f64>) -> f64 {
        let centred = data - DMatrix::from_element(data.nrows(), data.ncols(), data.mean());
        let mut sum = 0.0;
        for j in 0..centred.ncols() {
            let x = centred.column(j);
            if x.max() > 0.99 {
                continue;
            }
            let error = w.dot(&x) - targets[j];
            sum += error * error;
        }
        sum + w
            .iter()
            .zip(data.column(0).iter())
            .map(|(w, x)| w * x)
            .sum::<f64>()
    }

    #[test]
    fn constants() {
        let (w, data, targets) = (vector(3, 1), matrix(3, 6, 2), vector(6, 3));
        let gradient = fitted_grad(&w, &data, &targets);
        agrees("fitted", |w| fitted(w, &data, &targets), &w, &gradient);
    }

    /// Closures, shadowed names, a field bound with its type.
    #[differentiate]
    fn closures(layer: &Layer, v: &DVector<f64>) -> f64 {
        let w: &DMatrix<f64> = &layer.weights;
        let scaled = |x: &DVector<f64>, by: f64| w * x * by;
        let u = scaled(v, v[0]);
        let v = scaled(&u, 2.0) - v;
        let w = w.transpose() * &v;
        w.dot(&u)
    }

    #[test]
    fn names() {
        let layer = Layer {
            weights: matrix(3, 3, 5),
            bias: vector(3, 6),
            width: 3,
        };
        let at = (layer, vector(3, 7));
        let gradient = closures_grad(&at.0, &at.1);
        agrees(
            "closures",
            |p: &(Layer, DVector<f64>)| closures(&p.0, &p.1),
            &at,
            &gradient,
        );
    }

    #[test]
    #[should_panic(expected = "the buffer for `a` has length 2, but `a` has length 3")]
    fn a_buffer_of_another_shape() {
        let (a, x) = (matrix(3, 2, 1), vector(2, 2));
        scores_grad_into(&a, &x, &mut matrix(2, 3, 1), &mut vector(2, 2));
    }

    #[differentiate]
    fn scores(a: &DMatrix<f64>, x: &DVector<f64>) -> f64 {
        (a * x).sum()
    }
}

/// Parts of a size that their type has, and rows and columns one after another.
mod lines {
    use super::*;
    use ::nalgebra::{matrix, vector};

    #[differentiate]
    fn fixed(a: &DMatrix<f64>, v: &DVector<f64>, k: usize) -> f64 {
        let block = a.fixed_view::<2, 3>(k, 1);
        let head: Vector2<f64> = v.fixed_rows::<2>(k).into_owned();
        let column = a.fixed_columns::<1>(2 * k);
        let three = v.fixed_rows::<3>(0) + Vector3::new(1.0, v[0], 2.0);
        (block * three).dot(&head) + column.norm() + three.xy().norm_squared()
    }

    #[test]
    fn parts_of_a_fixed_size() {
        for k in [0, 1] {
            let at = (matrix(4, 4, 31), vector(4, 32));
            let gradient = fixed_grad(&at.0, &at.1, k);
            let f = |p: &(DMatrix<f64>, DVector<f64>)| fixed(&p.0, &p.1, k);
            assert_eq!(fixed_value_and_grad(&at.0, &at.1, k).0, f(&at));
            agrees("fixed", f, &at, &gradient);
        }
        let (a, v) = (matrix(4, 4, 31), vector(4, 32));
        assert!(std::panic::catch_unwind(|| fixed_grad(&a, &v, 3)).is_err());
    }

    #[differentiate]
    fn one_after_another(a: &DMatrix<f64>, w: &DVector<f64>) -> f64 {
        let mut total = 0.0;
        for (k, row) in a.row_iter().enumerate() {
            total += row[0] * row.norm() * (k + 1) as f64;
        }
        for column in a.column_iter().skip(1) {
            total += column.dot(w).sin();
        }
        total + a.row_iter().map(|row| row.sum() * row[1]).sum::<f64>()
    }

    #[test]
    fn rows_and_columns() {
        for (rows, cols) in [(3, 2), (2, 4), (1, 2)] {
            let at = (matrix(rows, cols, 33), vector(rows, 34));
            let gradient = one_after_another_grad(&at.0, &at.1);
            let f = |p: &(DMatrix<f64>, DVector<f64>)| one_after_another(&p.0, &p.1);
            agrees("lines", f, &at, &gradient);
        }
    }

    #[differentiate]
    fn in_place(a: &DMatrix<f64>, b: &DMatrix<f64>, s: f64) -> f64 {
        let mut c = a.clone();
        c.component_mul_assign(b);
        c.add_scalar_mut(s);
        c.component_div_assign(&b.map(|x| x + 3.0));
        c.scale_mut(s);
        c.unscale_mut(1.0 + s * s);
        c.neg_mut();
        c.apply(|x| *x = x.sin() * s);
        let d = c.map_with_location(|i, j, x| x * x + (i + 2 * j) as f64 * x);
        d.dot(b) + c.norm()
    }

    #[test]
    fn methods_in_place() {
        let at = (matrix(3, 2, 35), matrix(3, 2, 36), 0.7);
        let gradient = in_place_grad(&at.0, &at.1, at.2);
        let f = |p: &(DMatrix<f64>, DMatrix<f64>, f64)| in_place(&p.0, &p.1, p.2);
        assert_eq!(in_place_value_and_grad(&at.0, &at.1, at.2).0, f(&at));
        agrees("in place", f, &at, &gradient);
    }

    #[differentiate]
    fn literal(x: f64, y: f64) -> f64 {
        let m = matrix![x, 1.0, y; 2.0, x * y, 0.5];
        let v = vector![y, x, 3.0];
        let d = ::nalgebra::dmatrix![x, y; y, 2.0];
        let w = ::nalgebra::dvector![x * x, 1.0];
        (m * v).norm() + (d * w).sum()
    }

    #[test]
    fn literals() {
        let gradient = literal_grad(0.6, -0.8);
        agrees(
            "literal",
            |p: &(f64, f64)| literal(p.0, p.1),
            &(0.6, -0.8),
            &gradient,
        );
    }

    #[differentiate]
    fn statistics(a: &DMatrix<f64>, b: &Matrix2x3<f64>) -> f64 {
        let k = a.kronecker(b);
        a.variance() * a.max()
            + a.row_mean().norm_squared() * a.min()
            + a.column_mean().sum().exp()
            + k.norm() * k[(0, 1)]
    }

    #[test]
    fn reductions() {
        let b = Matrix2x3::new(0.3, -0.2, 0.9, 1.1, 0.4, -0.7);
        let at = (matrix(3, 4, 37), b);
        let gradient = statistics_grad(&at.0, &at.1);
        let f = |p: &(DMatrix<f64>, Matrix2x3<f64>)| statistics(&p.0, &p.1);
        agrees("statistics", f, &at, &gradient);
    }

    #[differentiate]
    fn largest(a: &DVector<f64>) -> f64 {
        a.max() * 2.0
    }

    /// A tie is shared, and of a NaN everything is NaN.
    #[test]
    fn ties_of_the_largest() {
        let tie = DVector::from_vec(vec![1.0, 3.0, 3.0]);
        assert_eq!(largest_grad(&tie).as_slice(), [0.0, 1.0, 1.0]);
        let nan = DVector::from_vec(vec![1.0, f64::NAN]);
        assert!(largest(&nan).is_nan());
        assert!(largest_grad(&nan).iter().all(|x| x.is_nan()));
        assert_eq!(largest_grad(&DVector::zeros(0)).len(), 0);
    }
}

/// QR, eigenvalues, singular values, triangular systems.
mod spectra {
    use super::*;

    #[differentiate]
    fn by_qr(a: &DMatrix<f64>, w: &DMatrix<f64>) -> f64 {
        let qr = a.clone().qr();
        let (q, r) = (qr.q(), qr.r());
        (q * r.map(f64::sin)).dot(w) + qr.q().dot(&w.map(|x| x * x)) * r[(0, 1)]
    }

    /// Taller than wide, square, and wider than tall.
    #[test]
    fn qr() {
        for (rows, cols) in [(4, 2), (3, 3), (5, 3)] {
            let at = (matrix(rows, cols, 41), matrix(rows, cols, 42));
            let gradient = by_qr_grad(&at.0, &at.1);
            let f = |p: &(DMatrix<f64>, DMatrix<f64>)| by_qr(&p.0, &p.1);
            agrees("QR", f, &at, &gradient);
        }
        let at = matrix(2, 4, 43);
        agrees("wide", wide, &at, &wide_grad(&at));
    }

    #[differentiate]
    fn wide(a: &DMatrix<f64>) -> f64 {
        let qr = a.clone().qr();
        let (q, r) = (qr.q(), qr.r());
        (&q * r.map(f64::sin)).norm_squared() + q[(0, 1)] * r[(1, 3)] + r[(0, 2)].exp()
    }

    /// What QR gives put together again is A, and its gradient that of A.
    #[differentiate]
    fn together(a: &DMatrix<f64>, w: &DMatrix<f64>) -> f64 {
        let qr = a.clone().qr();
        (qr.q() * qr.r()).dot(w)
    }

    #[differentiate]
    fn qr_solved(a: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
        let x = a.clone().qr().solve(b).unwrap();
        x.norm_squared() + x[0]
    }

    #[test]
    fn closed_forms_of_qr() {
        let (a, w) = (matrix(4, 3, 44), matrix(4, 3, 45));
        all_near(
            "Q R",
            together_grad(&a, &w).0.as_slice(),
            w.as_slice(),
            1e-12,
        );
        let at = (matrix(4, 4, 46), vector(4, 47));
        let gradient = qr_solved_grad(&at.0, &at.1);
        let f = |p: &(DMatrix<f64>, DVector<f64>)| qr_solved(&p.0, &p.1);
        agrees("solve", f, &at, &gradient);
        // Columns that depend on each other.
        let singular = DMatrix::from_row_slice(2, 2, &[1.0, 1.0, 0.0, 0.0]);
        let (by_a, _) = together_grad(&singular, &w.view((0, 0), (2, 2)).into_owned());
        assert!(by_a.iter().any(|x| !x.is_finite()), "{by_a}");
    }

    #[differentiate]
    fn eigenvalues(a: &DMatrix<f64>) -> f64 {
        let mut total = 0.0;
        for (k, value) in a.symmetric_eigenvalues().iter().enumerate() {
            total += value.sin() * (k + 1) as f64 + value * value;
        }
        total
    }

    #[differentiate]
    fn trace_of_square(a: &DMatrix<f64>) -> f64 {
        a.symmetric_eigenvalues().norm_squared()
    }

    #[differentiate]
    fn largest_eigenvalue(a: &DMatrix<f64>) -> f64 {
        let values = a.symmetric_eigenvalues();
        let mut largest = values[0];
        for value in values.iter() {
            if *value > largest {
                largest = *value;
            }
        }
        largest
    }

    /// The lower triangle alone is read.
    #[test]
    fn of_symmetric_matrices() {
        let a = definite(4, 48);
        agrees("eigenvalues", eigenvalues, &a, &eigenvalues_grad(&a));
        // Σ λ² = ‖A‖², of which what is below the diagonal is there twice.
        let want = a.lower_triangle() * 4.0 - DMatrix::from_diagonal(&a.diagonal()) * 2.0;
        same("Σ λ²", &trace_of_square_grad(&a), &want);
        // Equal ones share what belongs to one of them.
        let identity = DMatrix::identity(3, 3) * 2.0;
        same(
            "a tie",
            &largest_eigenvalue_grad(&identity),
            &(DMatrix::identity(3, 3) / 3.0),
        );
        let two = Matrix2::new(2.0, 1.0, 1.0, -1.0);
        agrees("of known size", small, &two, &small_grad(&two));
    }

    #[differentiate]
    fn small(a: &Matrix2<f64>) -> f64 {
        let values = a.symmetric_eigenvalues();
        values[0] * values[0] * values[1] + values[1]
    }

    #[differentiate]
    fn singular(a: &DMatrix<f64>) -> f64 {
        let values = a.singular_values();
        values[0] * values[1] + values[0].exp()
    }

    #[differentiate]
    fn nuclear(a: &DMatrix<f64>) -> f64 {
        a.singular_values().sum()
    }

    #[test]
    fn singular_values() {
        for (rows, cols) in [(3, 3), (4, 2), (2, 5)] {
            let a = matrix(rows, cols, 49);
            agrees("singular values", singular, &a, &singular_grad(&a));
        }
        // Of rank one, u vᵀ: the norm of each, and nothing for what is zero.
        let (u, v) = (vector(3, 50), vector(3, 51));
        let want = u.normalize() * v.normalize().transpose();
        same("rank one", &nuclear_grad(&(&u * v.transpose())), &want);
        assert_eq!(nuclear_grad(&DMatrix::zeros(2, 2)), DMatrix::zeros(2, 2));
    }

    #[differentiate]
    fn triangular(a: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
        let x = a.solve_lower_triangular(b).unwrap();
        let y = a.solve_upper_triangular(&x).expect("regular");
        y.norm_squared() + x.sum()
    }

    #[test]
    fn triangular_systems() {
        let at = (
            matrix(4, 4, 52) + DMatrix::identity(4, 4) * 2.0,
            matrix(4, 2, 53),
        );
        let gradient = triangular_grad(&at.0, &at.1);
        let f = |p: &(DMatrix<f64>, DMatrix<f64>)| triangular(&p.0, &p.1);
        agrees("triangular", f, &at, &gradient);
    }

    #[differentiate]
    fn if_there_is_one(a: &DMatrix<f64>, b: &DVector<f64>) -> f64 {
        let by_lu = match a.clone().lu().solve(b) {
            Some(x) => x.norm(),
            None => a[(0, 0)] * b[1],
        };
        let by_triangle = match a.solve_lower_triangular(b) {
            Some(x) => x.sum(),
            None => a[(1, 0)] * 2.0,
        };
        match a.clone().qr().solve(b) {
            Some(x) => x[0] + by_lu * by_triangle,
            None => by_lu + by_triangle,
        }
    }

    #[test]
    fn systems_without_a_solution() {
        let b = vector(2, 54);
        let mut by_a = DMatrix::zeros(2, 2);
        (by_a[(0, 0)], by_a[(1, 0)]) = (b[1], 2.0);
        let (got, by_b) = if_there_is_one_grad(&DMatrix::zeros(2, 2), &b);
        assert_eq!(got, by_a);
        assert_eq!(by_b, DVector::zeros(2));
        let at = (matrix(2, 2, 55), b);
        let gradient = if_there_is_one_grad(&at.0, &at.1);
        let f = |p: &(DMatrix<f64>, DVector<f64>)| if_there_is_one(&p.0, &p.1);
        agrees("solutions", f, &at, &gradient);
    }
}

/// Examples 5.12 and 5.13, exercises 5.5 to 5.8.
mod exercises {
    use super::*;

    #[differentiate(wrt(a))]
    fn linear(a: &DMatrix<f64>, x: &DVector<f64>) -> DVector<f64> {
        a * x
    }

    #[differentiate]
    fn gram(r: &DMatrix<f64>) -> DMatrix<f64> {
        r.transpose() * r
    }

    /// By entries: `∂f_i/∂A_kq = δ_ik x_q`, and `∂K_pq/∂R_ij = R_iq δ_jp + R_ip δ_jq`.
    #[test]
    fn tensors() {
        let (a, x) = (matrix(3, 2, 61), vector(2, 62));
        for i in 0..3 {
            let mut bar = DVector::zeros(3);
            bar[i] = 1.0;
            let (_, by_a) = linear_vjp(&a, &x, bar.clone());
            same("A x", &by_a, &(bar * x.transpose()));
        }
        let r = matrix(3, 2, 63);
        for (p, q) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
            let mut bar = DMatrix::zeros(2, 2);
            bar[(p, q)] = 1.0;
            let (_, by_r) = gram_vjp(&r, bar);
            let is = |a: usize, b: usize| f64::from(u8::from(a == b));
            let want = |i: usize, j: usize| r[(i, q)] * is(j, p) + r[(i, p)] * is(j, q);
            same("Rᵀ R", &by_r, &DMatrix::from_fn(3, 2, want));
        }
    }

    #[differentiate]
    fn inner(x: &DVector<f64>, y: &DVector<f64>) -> f64 {
        (x.transpose() * y)[(0, 0)]
    }

    #[differentiate]
    fn outer(x: &DVector<f64>) -> DMatrix<f64> {
        x * x.transpose()
    }

    #[differentiate]
    fn logarithm(x: &DVector<f64>) -> f64 {
        (1.0 + x.dot(x)).ln()
    }

    #[differentiate]
    fn sine_of_logarithm(t: &DVector<f64>) -> f64 {
        t.norm_squared().ln().sin()
    }

    #[differentiate(wrt(x))]
    fn trace_of_product(a: &DMatrix<f64>, x: &DMatrix<f64>, b: &DMatrix<f64>) -> f64 {
        (a * x * b).trace()
    }

    #[differentiate(wrt(x))]
    fn sine(a: &DMatrix<f64>, x: &DVector<f64>, b: &DVector<f64>) -> DVector<f64> {
        (a * x + b).map(f64::sin)
    }

    #[differentiate(wrt(x))]
    fn tangent(a: &DMatrix<f64>, x: &DVector<f64>, b: &DVector<f64>) -> DVector<f64> {
        (a * x + b).map(f64::tanh)
    }

    #[differentiate(wrt(x))]
    fn bell(x: &DVector<f64>, mean: &DVector<f64>, s: &DMatrix<f64>) -> f64 {
        let z = x - mean;
        let solved = s.clone().cholesky().unwrap().solve(&z);
        (-0.5 * z.dot(&solved)).exp()
    }

    #[differentiate(wrt(x))]
    fn trace_of_outer(x: &DVector<f64>, sigma: f64) -> f64 {
        let n = x.len();
        (x * x.transpose() + DMatrix::identity(n, n) * (sigma * sigma)).trace()
    }

    #[test]
    fn closed_forms() {
        let near = |what: &str, got: &DVector<f64>, want: DVector<f64>| {
            all_near(what, got.as_slice(), want.as_slice(), 1e-12);
        };
        let (x, y, bar) = (vector(3, 64), vector(3, 65), matrix(3, 3, 66));
        assert_eq!(inner_grad(&x, &y), (y.clone(), x.clone()));
        let (_, by_x) = outer_vjp(&x, bar.clone());
        near("x xᵀ", &by_x, (&bar + bar.transpose()) * &x);
        let squared = x.norm_squared();
        near(
            "ln(1 + xᵀx)",
            &logarithm_grad(&x),
            &x * (2.0 / (1.0 + squared)),
        );
        let want = &x * (2.0 * squared.ln().cos() / squared);
        near("sin(ln(tᵀt))", &sine_of_logarithm_grad(&x), want);
        let (a, m, b) = (matrix(2, 3, 67), matrix(3, 4, 68), matrix(4, 2, 69));
        let want = a.transpose() * b.transpose();
        same("tr(A X B)", &trace_of_product_grad(&a, &m, &b), &want);
        let (b, bar) = (vector(2, 70), vector(2, 71));
        let z = &a * &x + &b;
        let (_, by_x) = sine_vjp(&a, &x, &b, bar.clone());
        near(
            "sin",
            &by_x,
            a.transpose() * bar.component_mul(&z.map(f64::cos)),
        );
        let (_, by_x) = tangent_vjp(&a, &x, &b, bar.clone());
        let slope = z.map(|z| 1.0 - z.tanh() * z.tanh());
        near("tanh", &by_x, a.transpose() * bar.component_mul(&slope));
        let s = definite(3, 72);
        let inverse = s.clone().try_inverse().unwrap();
        let want = inverse * (&x - &y) * -bell(&x, &y, &s);
        near("bell", &bell_grad(&x, &y, &s), want);
        near("tr(xxᵀ + σ²I)", &trace_of_outer_grad(&x, 0.3), &x * 2.0);
    }
}

/// The entries of a matrix as a slice, handed to functions of slices and changed by way of it.
mod entries_as_a_slice {
    use super::*;

    #[differentiate]
    fn of_a_slice(x: &[f64]) -> f64 {
        x[0] * x[1] + x.iter().sum::<f64>().sin()
    }

    #[differentiate]
    fn scale(x: &mut [f64], k: f64) {
        for (i, x) in x.iter_mut().enumerate() {
            *x *= k * i as f64;
        }
        x[0] = k;
    }

    #[differentiate]
    fn handed_on(v: &DVector<f64>, k: f64) -> f64 {
        let mut scaled = v * 2.0;
        scale(scaled.as_mut_slice(), k);
        let squares = v.map(|x| x * x);
        scaled.norm_squared() * of_a_slice(v.as_slice()) + of_a_slice(&squares.as_slice()[1..])
    }

    #[differentiate]
    fn changed(a: &DMatrix<f64>) -> f64 {
        let mut m = a.clone();
        m.as_mut_slice()[1] *= a[(0, 0)];
        m.as_mut_slice().swap(0, 2);
        m.as_mut_slice()[..2].fill(a[(1, 1)]);
        m.as_slice().iter().map(|x| x * x * x).sum::<f64>() + m[(0, 1)]
    }

    #[test]
    fn against_differences() {
        let (v, a) = (vector(3, 91), matrix(2, 2, 92));
        let (by_v, by_k) = handed_on_grad(&v, 1.5);
        agrees("v", |v| handed_on(v, 1.5), &v, &by_v);
        agrees("k", |k| handed_on(&v, *k), &1.5, &by_k);
        agrees("a", changed, &a, &changed_grad(&a));
    }
}
