//! What nothing but the rest of the function says the type of, and names that say something else.

mod one_item_reduced {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        [1.0, 2.0]
            .iter()
            .map(|_| x)
            .reduce(|v, _| -v)
            .unwrap_or(1.0)
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => -2.0, -1.0; }
}

mod literals_reduced {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, a: &[f64]) -> f64 {
        x * a.iter().map(|_| 1.5).reduce(|v, w| v * w).unwrap_or(1.0)
    }
    scalar! { f(x, &a) at (x: f64, a: [f64; 2]) into (dx, da); (2.0, [1.0, 2.0]) => 4.5, (2.25, [0.0; 2]); }
}

mod the_largest_of_literals {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let largest = [1.5, 2.5]
            .iter()
            .max_by(|a, b| a.partial_cmp(b).unwrap())
            .unwrap();
        x * largest
            * (0..3)
                .map(|_| 2.0)
                .max_by(|a, b| a.partial_cmp(b).unwrap())
                .unwrap()
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 10.0, 5.0; }
}

mod a_vector_that_stays_empty {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut u: Vec<f64> = Vec::new();
        for e in u.iter_mut() {
            *e *= x;
        }
        x + u.iter().sum::<f64>()
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 2.0, 1.0; }
}

mod variables_called_as_types {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, f32: f64) -> f64 {
        let f64 = 2.0;
        let usize = f32 * f64;
        usize * f64::sqrt(x) * f64::from(3_u8)
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (4.0, 1.5) => 18.0, (2.25, 12.0); }
}
mod constants_of_generic_functions {
    use autodiff::Real;

    #[autodiff::differentiate(constant)]
    fn two<T: Real>() -> T {
        T::from_f64(2.0)
    }
    #[autodiff::differentiate]
    fn scaled<T: Real>(x: T, by: T) -> T {
        x * x * by
    }
    #[autodiff::differentiate]
    fn generic<T: Real>(x: T) -> T {
        scaled(x, two())
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        scaled(x, two()) + generic(x)
    }
    scalar! { f(x) at (x: f64) into (dx); (3.0) => 36.0, 24.0; }
}

mod forward_mode_of_an_answer {
    #[autodiff::differentiate(jvp)]
    fn converged(x: &mut f64, tolerance: f64) -> bool {
        assert!(*x > 0.0);
        *x *= 0.5;
        *x < tolerance
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut y = x;
        while !converged(&mut y, 0.1) {}
        y
    }
    scalar! { f(x) at (x: f64) into (dx); (5.0) => 0.078125, 0.015625; }

    #[test]
    fn the_answer_has_no_tangent() {
        let (mut x, mut tangent) = (5.0, 1.0);
        let answers = converged_jvp(&mut x, 0.1, &mut tangent, 0.0);
        assert_eq!((answers, x, tangent), ((false, false), 2.5, 0.5));
    }
}
mod elimination_with_pivots {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut a = vec![
            vec![x[0], x[1], 1.0],
            vec![x[2], x[3], 0.5],
            vec![0.3, x[0] * x[1], x[2]],
        ];
        let mut b = vec![1.0, x[3], x[1]];
        let n = 3;
        for c in 0..n {
            let p = (c..n)
                .max_by(|&i, &j| a[i][c].abs().total_cmp(&a[j][c].abs()))
                .unwrap();
            a.swap(c, p);
            b.swap(c, p);
            for r in c + 1..n {
                let m = a[r][c] / a[c][c];
                for k in c..n {
                    let t = a[c][k];
                    a[r][k] -= m * t;
                }
                b[r] -= m * b[c];
            }
        }
        let mut y = vec![0.0; n];
        for i in (0..n).rev() {
            let s: f64 = (i + 1..n).map(|k| a[i][k] * y[k]).sum();
            y[i] = (b[i] - s) / a[i][i];
        }
        y.iter().zip(x).map(|(p, q)| p * q).sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod indices_that_are_found {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let m = [[x[0], x[1]], [x[2], x[3]]];
        let i = (0..2)
            .reduce(|a, b| if m[a][0] > m[b][0] { a } else { b })
            .unwrap();
        let j = (0..2).find(|&k| m[k][1] < 0.0).unwrap_or(1);
        let k = (0..4).min_by(|&a, &b| x[a].total_cmp(&x[b])).unwrap();
        m[i][1] * m[j][0] + x[k] * x[k]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

// Lengths that only the variable's type says.
mod lengths_from_a_type {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let t: [[f64; 3]; 2] = std::array::from_fn(|i| {
            let k = i + 1;
            std::array::from_fn(|j| x[k] * x[j])
        });
        let u: Vec<[f64; 2]> = (0..3).map(|i| std::array::from_fn(|j| x[i + j])).collect();
        let (v, w): ([[f64; 2]; 2], f64) = (
            [x[0], x[1]].map(|a| std::array::from_fn(|j| a * x[j])),
            x[3],
        );
        let z: [f64; 2] = if w > 0.0 {
            std::array::from_fn(|i| x[i] * w)
        } else {
            [0.0; 2]
        };
        let mut sum = 0.0;
        for row in &t {
            for e in row {
                sum += e * e;
            }
        }
        for row in u.iter().chain(&v) {
            sum += row[0] * row[1];
        }
        sum + z.iter().product::<f64>()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); ([0.7, 1.3, 2.1, -0.4]); }
}

mod arrays_of_slices {
    const N: usize = 2;
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut y = x.to_vec();
        let a: [f64; N] = y[1..3].try_into().unwrap();
        y[1] = 0.0;
        let b: [f64; 2 * N] = x
            .iter()
            .map(|v| v * v)
            .collect::<Vec<_>>()
            .try_into()
            .expect("four");
        let k: [usize; 2] = [1_usize, 0][..].try_into().unwrap();
        a[0] * a[k[0]] * b[3] + y[1] * y[2]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
    #[test]
    #[should_panic(expected = "left == right")]
    fn another_length_panics() {
        f_grad(&[1.0, 2.0, 3.0]);
    }
}
