//! `for` over ranges, slices and their adaptors.

mod over_slices_by_reference_and_by_value {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], b: [f64; 2]) -> f64 {
        let mut s = 1.0;
        for x in a {
            s *= x;
        }
        for &x in a.iter() {
            s += x * x;
        }
        for x in b {
            s = s * x + 1.0;
        }
        for x in &b {
            s += *x;
        }
        s
    }
    scalar! {
        f(&a, b) at (a: [f64; 3], b: [f64; 2]) into (da, db);
        ([2.0, 3.0, 5.0], [0.5, 2.0]) => 73.5, ([19.0, 16.0, 16.0], [137.0, 36.0]);
    }
}

mod enumerate_and_its_patterns {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64]) -> f64 {
        let mut s = 0.0;
        for (i, x) in a.iter().enumerate() {
            s += x * i as f64;
        }
        for (i, &x) in a.iter().enumerate().rev() {
            if i > 0 {
                s += x * a[i - 1];
            }
        }
        s
    }
    scalar! { f(&a) at (a: [f64; 3]) into (da); ([2.0, 3.0, 5.0]) => 34.0, [3.0, 8.0, 5.0]; }
}

mod zip_stops_at_the_shorter {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], b: &[f64]) -> f64 {
        let mut s = 0.0;
        for (x, y) in a.iter().zip(b) {
            s += x * y;
        }
        for (i, (x, y)) in a.iter().zip(b.iter().rev()).enumerate() {
            s += x * y * i as f64;
        }
        s
    }
    scalar! {
        f(&a, &b) at (a: [f64; 3], b: [f64; 2]) into (da, db);
        ([2.0, 3.0, 5.0], [7.0, 11.0]) => 68.0, ([7.0, 18.0, 0.0], [5.0, 3.0]);
    }
}

mod iter_mut_in_place {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 3], k: f64) -> f64 {
        let mut a = a;
        for x in a.iter_mut() {
            *x *= k;
        }
        for (i, x) in a.iter_mut().enumerate() {
            *x = *x * *x + i as f64;
        }
        for x in &mut a {
            *x += k;
        }
        a[0] * a[1] + a[2]
    }
    scalar! { f(a, k) at (a: [f64; 3], k: f64) into (da, dk); ([0.5, -0.7, 1.1], 1.3); }
}

mod iter_mut_zipped {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        let mut out = vec![0.0; x.len()];
        for ((o, a), b) in out.iter_mut().zip(x).zip(y) {
            *o = a * b;
            *o *= *o;
        }
        let mut s = 0.0;
        for (o, a) in out.iter().zip(x.iter()) {
            s += o * a;
        }
        s
    }
    // Σ x³ y²
    scalar! {
        f(&x, &y) at (x: [f64; 2], y: [f64; 2]) into (dx, dy);
        ([2.0, 3.0], [5.0, 7.0]) => 1523.0, ([300.0, 1323.0], [80.0, 378.0]);
    }
}

mod rev_and_step_by_over_slices {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], x: f64) -> f64 {
        let mut s = 0.0;
        for v in a.iter().rev() {
            s = s * x + v;
        }
        for v in a.iter().step_by(2) {
            s *= v;
        }
        for i in (1..a.len()).rev().step_by(2) {
            s += a[i] * a[i - 1];
        }
        s
    }
    scalar! { f(&a, x) at (a: [f64; 5], x: f64) into (da, dx); ([1.0, -0.5, 2.0, 0.3, 0.8], 0.7); }
}

mod slice_of_a_slice {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], n: usize) -> f64 {
        let mut s = 0.0;
        for v in &x[1..4] {
            s += v * v;
        }
        for (a, b) in x[..n].iter().zip(&x[n..]) {
            s += a * b;
        }
        let tail = &x[2..=3];
        s * tail[0] + tail.len() as f64
    }
    scalar! {
        f(&x, n) at (x: [f64; 5]) with (n: usize) into (dx);
        ([1.0, 2.0, 3.0, 4.0, 5.0]) with (0) => 89.0, [0.0, 12.0, 47.0, 24.0, 0.0];
        ([1.0, 2.0, 3.0, 4.0, 5.0]) with (2) => 122.0, [9.0, 24.0, 61.0, 30.0, 0.0];
        ([1.0, 2.0, 3.0, 4.0, 5.0]) with (5) => 89.0, [0.0, 12.0, 47.0, 24.0, 0.0];
    }
}

mod slice_of_arrays {
    #[autodiff::differentiate(vjp)]
    fn f(points: &[[f64; 3]], w: f64) -> f64 {
        let mut s = 0.0;
        for p in points {
            let [a, b, c] = *p;
            s += (a * b - c) * w;
        }
        for i in 1..points.len() {
            for k in 0..3 {
                s += (points[i][k] - points[i - 1][k]).powi(2);
            }
        }
        s
    }
    scalar! {
        f(&p, w) at (p: Vec<[f64; 3]>, w: f64) into (dp, dw);
        (vec![[1.0, 2.0, 3.0], [4.0, 6.0, 5.0]], 0.5) => 38.0,
            ([-5.0, -7.5, -4.5, 9.0, 10.0, 3.5], 18.0);
        (vec![], 0.5) => 0.0, [0.0];
    }
}

mod rows_of_a_flat_matrix {
    #[autodiff::differentiate(vjp)]
    fn f(w: &[f64], x: &[f64], b: &[f64]) -> f64 {
        let n = x.len();
        let mut loss = 0.0;
        for (i, bias) in b.iter().enumerate() {
            let row = &w[i * n..(i + 1) * n];
            let mut z = *bias;
            for (a, v) in row.iter().zip(x) {
                z += a * v;
            }
            loss += z.tanh() * z;
        }
        loss
    }
    scalar! {
        f(&w, &x, &b) at (w: [f64; 6], x: [f64; 3], b: [f64; 2]) into (dw, dx, db);
        ([0.1, -0.2, 0.3, 0.4, 0.5, -0.6], [1.0, 2.0, -1.0], [0.05, -0.1]);
    }
}

mod matrix_product_of_nested_arrays {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[[f64; 2]; 3], b: &[[f64; 3]; 2]) -> f64 {
        let mut c = [[0.0; 3]; 3];
        for (row, out) in a.iter().zip(c.iter_mut()) {
            for (j, o) in out.iter_mut().enumerate() {
                for k in 0..2 {
                    *o += row[k] * b[k][j];
                }
            }
        }
        let mut trace = 0.0;
        for i in 0..3 {
            trace += c[i][i] * c[i][2 - i];
        }
        trace
    }
    scalar! {
        f(&a, &b) at (a: [[f64; 2]; 3], b: [[f64; 3]; 2]) into (da, db);
        ([[0.5, 1.0], [-0.3, 0.8], [0.2, -1.1]], [[1.0, 0.4, -0.6], [0.9, -0.2, 0.7]]);
    }
}

mod ranges_with_active_neighbours {
    #[autodiff::differentiate(vjp)]
    fn f(u: &[f64], dt: f64) -> f64 {
        let mut u = u.to_vec();
        let n = u.len();
        for _ in 0..3 {
            let old = u.clone();
            for i in 1..n - 1 {
                u[i] = old[i] + dt * (old[i - 1] - 2.0 * old[i] + old[i + 1]);
            }
        }
        let mut energy = 0.0;
        for v in u {
            energy += v * v;
        }
        energy
    }
    scalar! { f(&u, dt) at (u: [f64; 5], dt: f64) into (du, dd); ([0.0, 1.0, 0.5, -1.0, 2.0], 0.2); }
}

mod zero_length_slices {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], x: f64) -> f64 {
        let mut s = x;
        for v in a {
            s *= v;
        }
        for i in 0..a.len() {
            s += a[i];
        }
        for (i, v) in a.iter().enumerate().rev() {
            s += v * i as f64;
        }
        s
    }
    scalar! {
        f(&a, x) at (a: Vec<f64>, x: f64) into (da, dx);
        (vec![], 3.0) => 3.0, [1.0];
        (vec![2.0], 3.0) => 8.0, ([4.0], 2.0);
    }
}

mod first_last_and_len {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64]) -> f64 {
        let n = a.len();
        let mean = (a[0] + a[n - 1]) / n as f64;
        let mut s = 0.0;
        for i in 0..n / 2 {
            s += (a[i] - mean) * (a[n - 1 - i] - mean);
        }
        s
    }
    scalar! { f(&a) at (a: Vec<f64>) into (da); (vec![1.0, 2.5, 0.3]); (vec![1.0, 2.5, 0.3, -0.8, 1.9]); }
}

mod ranges_that_are_parameters {
    use std::ops::{Range, RangeInclusive};

    #[autodiff::differentiate]
    fn sum(x: &[f64], part: &Range<usize>) -> f64 {
        let mut sum = part.len() as f64 * x[part.start];
        for i in part.clone() {
            sum += x[i] * x[part.end - 1];
        }
        sum
    }

    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], outer: Range<usize>, inner: RangeInclusive<i32>) -> f64 {
        let mut product = if outer.contains(&1) { 2.0 } else { 3.0 };
        for i in inner.rev() {
            product *= x[i as usize];
        }
        let squares: f64 = x[outer.clone()].iter().map(|v| v * v).sum();
        product * squares + sum(x, &outer)
    }
    scalar! {
        f(&x, outer.clone(), inner.clone()) at (x: [f64; 3]) with (outer: Range<usize>, inner: RangeInclusive<i32>) into (dx);
        ([2.0, 3.0, 5.0]) with (0..2, 1..=2) => 2.0 * 15.0 * 13.0 + 4.0 + 15.0,
            [120.0 + 2.0 + 3.0, 180.0 + 130.0 + 2.0 + 6.0, 78.0];
        ([2.0, 3.0, 5.0]) with (2..3, 2..=1) => 3.0 * 25.0 + 5.0 + 25.0, [0.0, 0.0, 30.0 + 1.0 + 10.0];
    }

    #[test]
    fn one_that_has_ended_is_empty() {
        let mut ended = 1..=2;
        ended.by_ref().for_each(drop);
        let x = [2.0, 3.0, 5.0];
        assert_eq!(
            f_value_and_grad(&x, 2..3, ended.clone()),
            (f(&x, 2..3, ended), vec![0.0, 0.0, 41.0])
        );
    }
}

mod ranges_in_variables {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], n: usize) -> f64 {
        let all = 1..n;
        let mut sum = if all.is_empty() { x[0] } else { x[all.start] };
        for i in all.clone() {
            sum *= x[i];
        }
        sum * x[..all.end].iter().sum::<f64>() + x[all].iter().sum::<f64>()
    }
    scalar! {
        f(&x, n) at (x: [f64; 3]) with (n: usize) into (dx);
        ([2.0, 3.0, 5.0]) with (1) => 4.0, [4.0, 0.0, 0.0];
        ([2.0, 3.0, 5.0]) with (3) => 458.0, [45.0, 300.0 + 45.0 + 1.0, 90.0 + 45.0 + 1.0];
    }
}

/// What is lent exclusively is only read by the closure: nothing changes, whatever is skipped.
mod lent_exclusively_and_read {
    #[autodiff::differentiate]
    fn f(a: &mut [f64], x: f64) -> f64 {
        let scaled = (1..4).map(|k| a[k % a.len()] * x);
        let sum: f64 = scaled.skip(1).filter(|v| *v > 0.0).take(2).sum();
        sum * a[0]
    }

    #[test]
    fn gradient() {
        let (mut a, mut cotangent) = ([2.0, 3.0, 5.0], [0.0; 3]);
        // (a[2] + a[0]) x a[0]
        let (value, dx) = f_vjp(&mut a, 7.0, 1.0, &mut cotangent);
        assert_eq!((value, dx), (98.0, 14.0));
        assert_eq!(cotangent, [(5.0 + 4.0) * 7.0, 0.0, 14.0]);
    }
}
