//! The checkers: they accept what is right, refuse what is wrong, and say where.

use autodiff_runtime::check::{self, Mismatch};
use autodiff_runtime::{Dual, Matrix, Real};

fn rosenbrock<T: Real>(x: &[T]) -> T {
    let one = T::one();
    (one - x[0]).powi(2) + T::from_f64(100.0) * (x[1] - x[0] * x[0]).powi(2)
}

fn rosenbrock_gradient<T: Real>(x: &[T]) -> Vec<T> {
    (0..2)
        .map(|k| {
            let seeded: Vec<Dual<T>> = (0..2)
                .map(|i| Dual::new(x[i], if i == k { T::one() } else { T::zero() }))
                .collect();
            rosenbrock(&seeded).tangent
        })
        .collect()
}

const POINT: [f64; 2] = [-1.2, 1.0];

#[test]
fn a_right_gradient_is_accepted() {
    let report =
        check::gradient(rosenbrock, rosenbrock_gradient, &POINT).expect("the gradient is right");
    assert!(report.error < 1e-6);
    assert!(check::gradient(|_| 3.0, |_| vec![0.0; 2], &POINT).is_ok());
    assert!(check::gradient(|_| 3.0, |_| vec![], &[]).is_ok());
}

#[test]
fn a_wrong_gradient_is_refused_at_its_worst_coordinate() {
    let wrong = |x: &[f64]| vec![rosenbrock_gradient(x)[0], 88.0];
    let mismatch = check::gradient(rosenbrock, wrong, &POINT).expect_err("the sign is wrong");
    assert_eq!(mismatch.worst.index, [1]);
    assert_eq!(mismatch.worst.actual, 88.0);
    assert!((mismatch.worst.expected + 88.0).abs() < 1e-6);
    let message = mismatch.to_string();
    assert!(
        message.contains("[1]") && message.contains("8.8e1"),
        "{message}"
    );

    let nearly = |x: &[f64]| {
        rosenbrock_gradient(x)
            .iter()
            .map(|d| d * (1.0 + 1e-5))
            .collect()
    };
    assert!(check::gradient(rosenbrock, nearly, &POINT).is_err());
}

#[test]
fn nan_and_wrong_lengths_are_refused() {
    assert!(check::gradient(rosenbrock, |_| vec![f64::NAN, -88.0], &POINT).is_err());
    assert!(check::gradient(|_| f64::NAN, |_| vec![0.0, 0.0], &POINT).is_err());
    let mismatch = check::gradient(rosenbrock, |_| vec![0.0; 3], &POINT).expect_err("too long");
    assert!(
        mismatch.to_string().contains("[3]") && mismatch.to_string().contains("[2]"),
        "{mismatch}"
    );
    let error: Box<dyn std::error::Error> = Box::new(mismatch);
    assert!(!error.to_string().is_empty());
}

#[test]
fn jacobians_are_checked_entry_by_entry() {
    let f = |x: &[f64]| vec![x[0] * x[0] + x[1] * x[1], x[0] * x[1], x[0].sin()];
    let jacobian = |x: &[f64]| {
        Matrix::new(
            3,
            2,
            vec![2.0 * x[0], 2.0 * x[1], x[1], x[0], x[0].cos(), 0.0],
        )
    };
    assert!(check::jacobian(f, jacobian, &[1.0, 2.0]).is_ok());

    let wrong = |x: &[f64]| {
        let mut matrix = jacobian(x);
        matrix[(1, 0)] = 1.0;
        matrix
    };
    let mismatch = check::jacobian(f, wrong, &[1.0, 2.0]).expect_err("one entry is wrong");
    assert_eq!(mismatch.worst.index, [1, 0]);
    assert!(check::jacobian(f, |_| Matrix::zeros(2, 3), &[1.0, 2.0]).is_err());
}

#[test]
fn hessians_are_checked_and_must_be_symmetric() {
    let hessian = |[a, b, c, d]: [f64; 4]| move |_: &[f64]| Matrix::new(2, 2, vec![a, b, c, d]);
    let checked = |entries| check::hessian(rosenbrock, hessian(entries), &POINT);
    assert!(checked([1330.0, 480.0, 480.0, 200.0]).is_ok());
    let asymmetric: Mismatch = checked([1330.0, 480.0, 481.0, 200.0]).expect_err("not symmetric");
    assert_eq!(
        (asymmetric.worst.actual, asymmetric.worst.expected),
        (480.0, 481.0)
    );
    assert_eq!(
        checked([1330.0, 480.0, 480.0, 210.0])
            .expect_err("wrong")
            .worst
            .index,
        [1, 1]
    );
}

#[test]
fn reverse_and_forward_mode_must_be_transposes() {
    let vjp =
        |x: &[f64], w: &[f64]| vec![x[1] * w[0] + w[1] + x[0].cos() * w[2], x[0] * w[0] + w[1]];
    let jvp =
        |x: &[f64], d: &[f64]| vec![x[1] * d[0] + x[0] * d[1], d[0] + d[1], x[0].cos() * d[0]];
    assert!(check::dot_product(vjp, jvp, &[2.0, 3.0], 3).is_ok());
    let wrong = |x: &[f64], w: &[f64]| vec![x[1] * w[0] + w[1], x[0] * w[0] + w[1]];
    assert!(check::dot_product(wrong, jvp, &[2.0, 3.0], 3).is_err());
    assert!(check::dot_product(vjp, jvp, &[2.0, 3.0], 2).is_err());
}

#[test]
fn difference_quotients_converge_as_they_should() {
    let (f, x, slope) = (f64::exp, 1.0, 1.0_f64.exp());
    let forward = |h| (check::forward_difference(f, x, h) - slope).abs();
    let central = |h| (check::central_difference(f, x, h) - slope).abs();
    assert!((forward(1e-3) / forward(5e-4) - 2.0).abs() < 0.01);
    assert!((central(1e-2) / central(5e-3) - 4.0).abs() < 0.01);
}
