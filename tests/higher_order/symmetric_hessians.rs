//! A Hessian is symmetric to the last bit, its columns are Hessian-vector products, and it is the gradient's Jacobian.

use autodiff::{Matrix, check, differentiate};

macro_rules! symmetric {
    ($name:ident: $f:ident, $($x:expr),+ $(,)?) => {
        #[test]
        fn $name() {
            for x in [$($x.to_vec()),+] {
                concat_idents(&x, $f::f, $f::gradient, $f::hessian, $f::times);
            }
        }
    };
}

fn concat_idents(
    x: &[f64],
    f: fn(&[f64]) -> f64,
    gradient: fn(&[f64]) -> Vec<f64>,
    hessian: fn(&[f64]) -> Matrix,
    times: fn(&[f64], &[f64]) -> Vec<f64>,
) {
    let n = x.len();
    let h = hessian(x);
    assert_eq!((h.rows(), h.cols()), (n, n));
    for i in 0..n {
        for j in 0..i {
            assert_eq!(h[(i, j)].to_bits(), h[(j, i)].to_bits(), "({i}, {j}) of\n{h}");
        }
    }
    for j in 0..n {
        let mut unit = vec![0.0; n];
        unit[j] = 1.0;
        let column = times(x, &unit);
        for i in 0..n {
            let scale = h.row(i).iter().fold(0.0_f64, |scale, entry| scale.max(entry.abs()));
            assert!((column[i] - h[(i, j)]).abs() <= 1e-13 * scale, "({i}, {j}) of\n{h}");
        }
    }
    check::jacobian(gradient, hessian, x).unwrap();
    check::hessian(f, hessian, x).unwrap();
}
