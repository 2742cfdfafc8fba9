//! H09: a tridiagonal Hessian from three products, by colouring.

use autodiff::differentiate;

#[differentiate(hessian, hvp)]
fn neighbours(x: &[f64]) -> f64 {
    let mut sum = 0.0;
    for i in 0..x.len() - 1 {
        sum += x[i] * x[i + 1];
    }
    sum
}

/// As above, with curvature that differs from place to place.
#[differentiate(hessian, hvp)]
fn curved(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|pair| (pair[0] * pair[1]).sin() + pair[0].powi(3))
        .sum()
}

const N: usize = 50;

#[test]
fn tridiagonal() {
    let x: Vec<f64> = (0..N).map(|i| (0.7 * i as f64).sin()).collect();
    let hessian = neighbours_hessian(&x);
    for i in 0..N {
        for j in 0..N {
            let expected = f64::from(u8::from(i.abs_diff(j) == 1));
            assert_eq!(hessian[(i, j)], expected, "({i}, {j})");
        }
    }
    coloured_equals_dense(&x, &hessian, neighbours_hvp);
    coloured_equals_dense(&x, &curved_hessian(&x), curved_hvp);
}

/// Columns three apart share no row, so one product gives all columns of a colour.
fn coloured_equals_dense(
    x: &[f64],
    dense: &autodiff::Matrix,
    times: fn(&[f64], &[f64]) -> Vec<f64>,
) {
    let products: [Vec<f64>; 3] = std::array::from_fn(|colour| {
        let direction: Vec<f64> = (0..N)
            .map(|j| f64::from(u8::from(j % 3 == colour)))
            .collect();
        times(x, &direction)
    });
    for i in 0..N {
        for j in 0..N {
            let coloured = match i.abs_diff(j) {
                0 | 1 => products[j % 3][i],
                _ => 0.0,
            };
            let close = (coloured - dense[(i, j)]).abs() <= 1e-15 * (1.0 + coloured.abs());
            assert!(close, "({i}, {j}): {coloured}, not {}", dense[(i, j)]);
        }
    }
}
