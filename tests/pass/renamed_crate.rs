//! The facade under another name, and by a path of several segments.

use autodiff as renamed;

mod deep {
    pub mod down {
        pub use autodiff as facade;
    }
}

#[renamed::differentiate(crate = renamed)]
fn square(x: f64) -> f64 {
    x * x
}

#[renamed::differentiate(crate = self::deep::down::facade, vjp)]
fn sum_of_squares(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for v in x {
        sum += square(*v);
    }
    sum
}

#[deep::down::facade::differentiate(crate = ::autodiff, name = "half")]
fn halved(x: Vec<f64>) -> Vec<f64> {
    x.iter().map(|v| v / 2.0).collect()
}

#[renamed::differentiate(crate = renamed, constant)]
fn step(x: f64) -> f64 {
    if x > 0.0 { 1.0 } else { 0.0 }
}

#[renamed::differentiate(crate = renamed)]
fn gated(x: f64) -> f64 {
    square(x) * step(x) + renamed::stop_gradient(x)
}

#[test]
fn works() {
    assert_eq!(square_grad(3.0), 6.0);
    assert_eq!(sum_of_squares_grad(&[1.0, 2.0]), [2.0, 4.0]);
    assert_eq!(sum_of_squares_vjp(&[1.0, 2.0], 2.0), (5.0, vec![4.0, 8.0]));
    assert_eq!(half_vjp(vec![1.0], vec![3.0]), (vec![0.5], vec![1.5]));
    assert_eq!(gated_grad(3.0), 6.0);
}
