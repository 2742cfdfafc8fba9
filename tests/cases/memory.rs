//! Group M: arrays, overwriting, aliasing.

mod m01_overwrite_one_element {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 3]) -> f64 {
        let mut a = a;
        a[0] = a[0] * a[1];
        let mut s = 0.0;
        for v in a.iter() {
            s += v;
        }
        s
    }
    scalar! { f(a) at (a: [f64; 3]) into (da); ([2.0, 3.0, 4.0]) => 13.0, [3.0, 3.0, 1.0]; }
}

mod m02_mut_parameter_array {
    #[autodiff::differentiate(vjp)]
    fn f(mut a: [f64; 2], b: &[f64; 2]) -> f64 {
        a[1] += a[0] * b[1];
        a[0] /= a[1];
        a[0] * b[0]
    }
    scalar! { f(a, &b) at (a: [f64; 2], b: [f64; 2]) into (da, db); ([1.5, -0.4], [2.0, 0.7]); }
}

mod m03_overwrite_kills_the_adjoint {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut a = [0.0; 2];
        a[0] = x;
        a[0] = y;
        a[0] * a[0]
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 9.0, (0.0, 6.0); }
}

mod m04_whole_array_overwritten {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut a = [x, y];
        a[1] *= a[0];
        let before = a[1];
        a = [y, x * y];
        a[0] += before;
        a[0] * a[1]
    }
    // (y + xy)·xy
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 54.0, (45.0, 36.0); }
}

mod m05_conditional_element_overwrite {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 4], t: f64) -> f64 {
        let mut a = a;
        for i in 0..4 {
            if a[i] > t { a[i] *= t } else { a[i] = t }
        }
        a[0] * a[1] + a[2] * a[3]
    }
    scalar! { f(a, t) at (a: [f64; 4], t: f64) into (da, dt); ([0.5, 2.0, 3.0, 0.1], 1.0) => 5.0, ([0.0, 1.0, 1.0, 0.0], 10.0); }
}

mod m06_gather_and_scatter_add {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], idx: &[usize]) -> f64 {
        let mut y = [0.0; 3];
        for k in 0..idx.len() {
            y[idx[k]] += x[k] * x[idx[k]];
        }
        y[0] * y[1] + y[2]
    }
    scalar! {
        f(&x, &idx) at (x: [f64; 4]) with (idx: [usize; 4]) into (dx);
        ([0.5, -1.2, 0.8, 2.0]) with ([0, 1, 0, 2]);
        ([0.5, -1.2, 0.8, 2.0]) with ([1, 1, 1, 0]);
    }
}

mod m07_scatter_with_duplicates {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], idx: &[usize]) -> f64 {
        let mut y = [0.0, 0.0];
        for k in 0..x.len() {
            y[idx[k]] = x[k]
        }
        y[0] * y[1]
    }
    scalar! {
        f(&x, &idx) at (x: [f64; 3]) with (idx: [usize; 3]) into (dx);
        ([5.0, 2.0, 3.0]) with ([0, 1, 0]) => 6.0, [0.0, 3.0, 2.0];
        ([5.0, 2.0, 3.0]) with ([1, 1, 1]) => 0.0, [0.0, 0.0, 0.0];
    }
}

mod m08_repeat_with_an_active_element {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut a = [x * x; 3];
        a[1] *= x;
        a[0] + a[1] * a[2]
    }
    // x² + x⁵
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 36.0, 84.0; }
}

mod m09_in_place_prefix_product {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 4]) -> f64 {
        let mut a = a;
        for i in 1..4 {
            a[i] *= a[i - 1]
        }
        let mut sum = 0.0;
        for i in 0..4 {
            sum += a[i];
        }
        sum
    }
    scalar! { f(a) at (a: [f64; 4]) into (da); ([1.0, 2.0, 3.0, 4.0]) => 33.0, [33.0, 16.0, 10.0, 6.0]; }
}

mod m10_in_place_bubble_sort {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 4]) -> f64 {
        let mut a = a;
        for i in 0..a.len() {
            for j in 0..a.len() - 1 - i {
                if a[j] > a[j + 1] {
                    a.swap(j, j + 1);
                }
            }
        }
        a[0] + 10.0 * a[1] + 100.0 * a[2] + 1000.0 * a[3] * a[3]
    }
    scalar! {
        f(a) at (a: [f64; 4]) into (da);
        ([3.0, 1.0, 4.0, 2.0]) => 16321.0, [100.0, 1.0, 8000.0, 10.0];
        ([1.0, 2.0, 3.0, 4.0]) => 16321.0, [1.0, 10.0, 100.0, 8000.0];
    }
}

mod m11_fill_and_copy {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, a: &[f64; 3]) -> f64 {
        let mut b = [1.0; 3];
        b.fill(x * x);
        b[0] += a[0];
        let mut c = [0.0; 3];
        c.copy_from_slice(a);
        c[2] *= b[0];
        b[1..].copy_from_slice(&c[..2]);
        b[0] * b[1] + b[2] * c[2]
    }
    scalar! { f(x, &a) at (x: f64, a: [f64; 3]) into (dx, da); (0.7, [1.3, -0.4, 2.1]); }
}

mod m13_determinant_by_in_place_lu {
    #[autodiff::differentiate(vjp)]
    fn f(a: [[f64; 3]; 3]) -> f64 {
        let mut a = a;
        for k in 0..3 {
            for i in k + 1..3 {
                a[i][k] /= a[k][k];
                for j in k + 1..3 {
                    a[i][j] -= a[i][k] * a[k][j];
                }
            }
        }
        let mut det = 1.0;
        for k in 0..3 {
            det *= a[k][k];
        }
        det
    }
    scalar! {
        f(a) at (a: [[f64; 3]; 3]) into (da);
        ([[2.0, 1.0, 0.5], [1.0, 3.0, -1.0], [0.25, -1.0, 4.0]]) => 16.875,
            [11.0, -4.25, -1.75, -4.5, 7.875, 2.25, -2.5, 2.5, 5.0];
    }
}

mod m14_determinant_over_a_flat_slice {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], n: usize) -> f64 {
        let mut a = a.to_vec();
        let mut det = 1.0;
        for k in 0..n {
            det *= a[k * n + k];
            for i in k + 1..n {
                let factor = a[i * n + k] / a[k * n + k];
                for j in k..n {
                    a[i * n + j] -= factor * a[k * n + j];
                }
            }
        }
        det
    }
    scalar! {
        f(&a, n) at (a: [f64; 9]) with (n: usize) into (da);
        ([2.0, 1.0, 0.5, 1.0, 3.0, -1.0, 0.25, -1.0, 4.0]) with (3) => 16.875,
            [11.0, -4.25, -1.75, -4.5, 7.875, 2.25, -2.5, 2.5, 5.0];
    }
}

mod m15_array_literal_local_to_the_loop {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut res = 0.0;
        for i in 0..5 {
            let arr = [1., x, 2. * x * i as f64];
            res += arr[0] + arr[1] * arr[2]
        }
        res
    }
    scalar! { f(x) at (x: f64) into (dx); (1.5) => 50.0, 60.0; }
}

mod m16_array_carried_through_a_loop {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let mut a = [x, 1.0, 0.0];
        for i in 0..n {
            let next = [a[1] * x, a[2] + a[0], a[0] * a[1]];
            a = next;
            a[i % 3] *= 0.5;
        }
        a[0] + 2.0 * a[1] + 3.0 * a[2]
    }
    scalar! { f(x, n) at (x: f64) with (n: usize) into (dx); (1.2) with (0) => 3.2, 1.0; (1.2) with (1); (1.2) with (7); }
}

mod m17_copy_then_mutate_the_copy {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 2]) -> f64 {
        let mut b = a;
        b[0] *= 2.;
        a[0] * a[1] + b[0] * b[1]
    }
    scalar! { f(a) at (a: [f64; 2]) into (da); ([3.0, 4.0]) => 36.0, [12.0, 9.0]; }
}

mod m18_copy_then_mutate_the_original {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 2]) -> f64 {
        let mut a = a;
        let b = a;
        a[0] *= a[1];
        let row = [a, b];
        a[1] = 0.0;
        row[0][0] * row[1][0] + a[0] + a[1]
    }
    // a0²·a1 + a0·a1
    scalar! { f(a) at (a: [f64; 2]) into (da); ([3.0, 4.0]) => 48.0, [28.0, 12.0]; }
}

mod m19_vec_push_pop {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut v = Vec::new();
        for i in 0..4 {
            v.push(x * i as f64);
        }
        let t = v.pop().unwrap();
        v.push(t * t);
        let mut s = 0.0;
        for i in 0..v.len() {
            s += v[i] * x;
        }
        s
    }
    scalar! { f(x) at (x: f64) into (dx); (1.5) => 37.125, 69.75; }
}

mod m20_vec_that_grows_and_shrinks {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut stack = vec![1.0];
        for v in x {
            if *v > 0.0 {
                stack.push(*v);
            } else if stack.len() > 1 {
                let a = stack.pop().unwrap();
                let b = stack.pop().unwrap();
                stack.push(a * b - v);
            }
        }
        let mut s = 0.0;
        for v in &stack {
            s = s * 0.5 + v;
        }
        s
    }
    scalar! {
        f(&x) at (x: [f64; 6]) into (dx);
        ([2.0, 3.0, -1.0, 4.0, 5.0, -2.0]);
        ([-1.0, -2.0, 3.0, -1.0, -4.0, 0.5]);
    }
}

mod m21_index_from_an_active_value {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let a = [x, 2.0 * x * x, x * x * x];
        let i = a[0] as usize % 3;
        a[i] * a[1]
    }
    scalar! { f(x) at (x: f64) into (dx); (1.5) => 20.25, 54.0; (2.25) => 115.3300781, 256.2890625; }
}

mod m22_index_changes_after_its_use {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], start: usize) -> f64 {
        let mut i = start;
        let mut b = [0.0; 4];
        while i < a.len() {
            b[i % 4] += a[i] * a[i / 2];
            i = 2 * i + 1;
        }
        i -= a.len();
        b[0] * b[1] + b[3] * a[i % a.len()]
    }
    scalar! {
        f(&a, start) at (a: [f64; 7]) with (start: usize) into (da);
        ([1.0, 0.5, -2.0, 0.3, 0.9, 1.4, -0.6]) with (0);
        ([1.0, 0.5, -2.0, 0.3, 0.9, 1.4, -0.6]) with (1);
    }
}

mod m23_nested_arrays {
    #[autodiff::differentiate(vjp)]
    fn f(a: [[[f64; 2]; 2]; 2], x: f64) -> f64 {
        let mut a = a;
        a[0][1] = a[1][0];
        a[0][1][1] *= x;
        a[1][0][1] += a[0][1][1];
        a[1] = a[0];
        a[1][1][1] * a[0][0][0] + a[1][1][0]
    }
    // x·b·c + d with b = a[1][0][1], c = a[0][0][0], d = a[1][0][0]
    scalar! {
        f(a, x) at (a: [[[f64; 2]; 2]; 2], x: f64) into (da, dx);
        ([[[2.0, 3.0], [5.0, 7.0]], [[11.0, 13.0], [17.0, 19.0]]], 0.5) => 24.0,
            ([6.5, 0.0, 0.0, 0.0, 1.0, 1.0, 0.0, 0.0], 26.0);
    }
}

mod m24_swaps_of_every_kind {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64, a: [f64; 3]) -> f64 {
        let (mut x, mut y, mut a) = (x, y, a);
        a.swap(0, 2);
        std::mem::swap(&mut x, &mut y);
        (a[0], a[1]) = (a[1], a[0]);
        std::mem::swap(&mut a[2], &mut x);
        let old = std::mem::replace(&mut y, a[1]);
        a[0] * 2.0 + a[1] * 3.0 + a[2] * 5.0 + x * 7.0 + y * y + old * 11.0
    }
    // after: a = [a1, a2, y], x = a0, old = x, y = a2
    scalar! {
        f(x, y, a) at (x: f64, y: f64, a: [f64; 3]) into (dx, dy, da);
        (1.0, 2.0, [3.0, 4.0, 6.0]) => 104.0, (11.0, 5.0, [7.0, 2.0, 15.0]);
    }
}

mod m25_swap_with_itself_and_computed_places {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], i: usize, j: usize) -> f64 {
        let mut a = a.to_vec();
        a.swap(i, j);
        a[i] *= a[j];
        let last = a.len() - 1;
        a.swap(j, last);
        a[0] + 2.0 * a[1] + 4.0 * a[2]
    }
    scalar! {
        f(&a, i, j) at (a: [f64; 3]) with (i: usize, j: usize) into (da);
        ([2.0, 3.0, 5.0]) with (1, 1) => 2.0 + 10.0 + 36.0, [1.0, 24.0, 2.0];
        ([2.0, 3.0, 5.0]) with (0, 1) => 6.0 + 10.0 + 8.0, [3.0 + 4.0, 2.0, 2.0];
    }
}

mod m26_reference_to_an_element_is_written_through {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 3], k: usize) -> f64 {
        let mut a = a;
        {
            let slot = &mut a[k];
            *slot *= 3.0;
            *slot += 1.0;
        }
        a[0] * a[1] * a[2]
    }
    scalar! {
        f(a, k) at (a: [f64; 3]) with (k: usize) into (da);
        ([2.0, 3.0, 5.0]) with (1) => 100.0, [50.0, 30.0, 20.0];
        ([2.0, 3.0, 5.0]) with (2) => 96.0, [48.0, 32.0, 18.0];
    }
}

mod m27_swap_of_two_rows_of_one_matrix {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64; 4]) -> f64 {
        let mut square = [[x[0], x[1]], [x[2], x[3]]];
        let (above, below) = square.split_at_mut(1);
        std::mem::swap(&mut above[0], &mut below[0]);
        let mut ragged = vec![vec![x[0]], vec![x[1], x[2]]];
        let (above, below) = ragged.split_at_mut(1);
        std::mem::swap(&mut above[0], &mut below[0]);
        // (x2 + 2 x3) x0 + x1 x2 x0
        (square[0][0] + 2.0 * square[0][1]) * square[1][0]
            + ragged[0][0] * ragged[0][1] * ragged[1][0]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([2.0, 3.0, 5.0, 7.0]) => 68.0, [34.0, 10.0, 8.0, 4.0]; }
}

/// What an iteration looks at under a condition need not be there: nothing is added to it after the loop.
#[test]
fn elements_that_are_not_there() {
    #[autodiff::differentiate]
    fn mapped(x: &[f64], a: f64, n: usize) -> f64 {
        let b = [a, a, a].map(|z| z * x.get(n).copied().map(|w| w * a).map_or(a, |v| v * 0.25));
        b[0] * b[1]
    }
    #[autodiff::differentiate]
    fn looped(x: &[f64], a: f64, n: usize) -> f64 {
        let mut s = a;
        for _ in 0..n {
            s += if n < x.len() { x[n] * a } else { a };
            for j in 7..n {
                s += x[n + j] * a;
            }
        }
        s
    }
    let x = [0.1, 0.2, 0.3];
    assert_eq!(mapped_grad(&x, 0.5, 4), (vec![0.0; 3], 0.5));
    assert_eq!(looped_grad(&x, 0.5, 4), (vec![0.0; 3], 5.0));
    assert_eq!(looped_grad(&x, 0.5, 2), (vec![0.0, 0.0, 1.0], 1.6));
}
