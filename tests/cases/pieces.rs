//! Small arrays and tuples that become variables, and those that must not.

agree! {
    product_of_matrices: |x, w, n| {
        let a = [[x[0], x[1]], [x[2], x[3]]];
        let b = [[w[0], -w[1]], [w[1], w[2]]];
        let mut c = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                for k in 0..2 {
                    c[i][j] += a[i][k] * b[k][j];
                }
            }
        }
        c[0][0] * c[1][1] - c[0][1].sin() * c[1][0] * n as f64
    }

    carried_through_a_loop: |x, w, n| {
        let mut state = [x[0], x[1]];
        for i in 0..n {
            let force = [-state[1], state[0] * w[0]];
            state[0] += 0.1 * force[0];
            state[1] = state[1] + 0.1 * force[1] * x[i];
        }
        state[0] * state[1]
    }

    one_branch_writes: |x, w, n| {
        let mut a = [x[0], x[1], 1.0];
        for i in 0..n {
            if x[i] > 0.5 {
                a[1] *= w[0];
                a = [a[2], a[0], a[1]];
            } else if i > 2 {
                a[2] = a[0].exp();
            }
        }
        a[0] * a[1] + a[2]
    }

    declared_and_then_written: |x, w, n| {
        let turn;
        if n % 2 == 0 {
            turn = [[x[0], -x[1]], [x[1], x[0]]];
        } else {
            turn = [[1.0, 0.0], [w[0], 1.0]];
        }
        let copy = turn;
        let [first, second] = copy;
        first[0] * second[1] + w[1] * first[1] * second[0]
    }

    copies_are_apart: |x, w, n| {
        let mut a = [x[0], x[1]];
        let b = a;
        a[0] = w[0] * b[1];
        let mut c = a;
        c[1] = b[0] * n as f64;
        a[1] = c[0] + c[1];
        a[0] * a[1] + b[0] * b[1] * c[1]
    }

    exchanged: |x, w, _n| {
        let mut a = [x[0], x[1], w[0]];
        let mut b = [w[1], x[2], 2.0];
        a.swap(0, 2);
        core::mem::swap(&mut a, &mut b);
        core::mem::swap(&mut a[1], &mut b[1]);
        a[0] * b[0] + a[1] * b[2].sin() + a[2] * b[1] * b[1]
    }

    filled_and_copied: |x, w, n| {
        let mut a = [x[0]; 3];
        let mut b = [w[0], w[1], w[2]];
        a[1] = x[1];
        b.copy_from_slice(&a);
        a.fill(x[2] * w[1]);
        a[0] * b[1] + a[2] * b[2] + (a.len() * n) as f64 * b[0]
    }

    tuples_of_arrays: |x, w, n| {
        let mut pair = ([x[0], x[1]], w[0]);
        for _ in 0..n {
            pair.0[1] += pair.1 * pair.0[0];
            pair.1 *= 0.5;
            let (row, _) = pair;
            pair.0 = [row[1], row[0]];
        }
        pair.0[0] * pair.1 + pair.0[1]
    }

    left_early: |x, w, n| {
        let mut a = [x[0], 0.0];
        for i in 0..n {
            a[0] *= w[0];
            if a[0] < 0.4 {
                a[1] = x[1];
                break;
            }
            if i == 3 {
                return a[0] + a[1] * x[2];
            }
            a[1] += a[0] * x[i];
        }
        a[0] * a[1]
    }

    shadowed: |x, w, _n| {
        let a = [x[0], w[0]];
        let a = [a[1] * x[1], a[0]];
        {
            let a = [a[0] + 1.0, 3.0];
            let _ = a[0] * a[1];
        }
        a[0] * a[0] * a[1]
    }

    changed_in_a_closure: |x, w, n| {
        let mut a = [x[0], 1.0];
        let mut add = |k: f64| {
            a[0] += k * w[0];
            a[1] *= a[0];
        };
        add(x[1]);
        add(n as f64);
        a[0] * a[1]
    }

    some_by_an_index: |x, w, n| {
        let mut a = [x[0], x[1], w[0]];
        a[n % 3] *= w[1];
        a[0] += a[1];
        a[0] * a[n % 2] + a[2]
    }

    lent_as_a_whole: |x, w, n| {
        let mut a = [[x[0], x[1]], [w[0], 1.0]];
        for _ in 0..n {
            super::stretch(&mut a[0], w[1]);
            a[1][0] += a[0][1];
            a = super::turned(&a);
        }
        a[0][0] * a[1][0] + a[0][1] * a[1][1]
    }

    given_out_of_a_call: |x, w, n| {
        let mut a = [[1.0, 0.0], [0.0, 1.0]];
        for i in 0..n {
            let (sin, cos) = x[i].sin_cos();
            let turn = if i % 2 == 0 { [[cos, -sin], [sin, cos]] } else { [[cos, 0.0], [-sin, 1.0]] };
            let next = super::multiplied(&a, &turn);
            a = next;
            a[0][1] += w[0] * a[1][0];
        }
        a[0][0] + a[1][1] * a[0][1]
    }

    a_window_that_moves: |x, w, n| {
        let mut last = [w[0], w[1], w[2]];
        let mut sum = 0.0;
        for i in 0..n {
            for k in 0..2 {
                last[k] = last[k + 1];
            }
            last[2] = x[i] * last[0];
            sum += last[0] * last[1];
        }
        sum + last[2]
    }

    without_an_iteration: |x, w, n| {
        let mut a = [x[0], w[0]];
        for i in n..n {
            a = [a[1], x[i]];
        }
        while a[0] > 2.0 {
            a[0] = a[1];
        }
        a[0] * a[1]
    }
}

#[autodiff::differentiate]
fn stretch(row: &mut [f64; 2], by: f64) {
    row[0] *= by;
    row[1] += by * row[0];
}

#[autodiff::differentiate]
fn turned(a: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    [[a[1][0], a[0][0].sin()], [a[1][1], a[0][1] * a[0][0]]]
}

#[autodiff::differentiate]
fn multiplied(a: &[[f64; 2]; 2], b: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let mut c = [[0.0; 2]; 2];
    for i in 0..2 {
        for j in 0..2 {
            for k in 0..2 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

/// What an entry is, and is not looked at for, adds nothing.
mod an_infinite_slope_beside {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut a = [x, y.sqrt(), x * y];
        a[2] *= 0.0 * a[1];
        a[1] = x;
        a[0] * a[1] + a[2]
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 4.0) => 4.0, (4.0, 0.0); }

    #[test]
    fn zero_is_zero() {
        assert_eq!(f_grad(3.0, 0.0), (6.0, 0.0));
    }
}

/// Only the array's type says that its numbers have 24 bits.
mod of_single_precision {
    #[autodiff::differentiate]
    fn f(x: f64, y: f32) -> f64 {
        let mut weights: [f32; 2] = [0.1, 0.3];
        weights[1] *= y;
        x * weights[0] as f64 + weights[1] as f64
    }

    #[test]
    fn its_numbers_are_rounded() {
        assert_eq!(f_value_and_grad(2.0, 3.0).0, f(2.0, 3.0));
        assert_eq!(f_grad(2.0, 3.0), (f64::from(0.1_f32), 0.3_f32));
    }
}

mod of_any_number {
    #[autodiff::differentiate]
    fn f<T: autodiff::Real>(x: [T; 2], y: T) -> T {
        let mut a = [x[0] * y, x[1]];
        a[1] += a[0] * a[0];
        let b = [a[1], y];
        b[0] * b[1]
    }

    #[test]
    fn is_as_by_hand() {
        // (x₁ + x₀²y²)·y
        let (value, (dx, dy)) = f_value_and_grad([2.0, 3.0], 0.5);
        assert_eq!(value, 2.0);
        assert_eq!((dx, dy), ([0.5, 0.5], 6.0));
    }
}

/// A number that is not there is asked for where the function's own loop asks for it.
mod beyond_the_end {
    #[autodiff::differentiate]
    fn f(x: f64, y: f64) -> f64 {
        let a = [x, y, 1.0];
        let mut sum = 0.0;
        for i in 0..4 {
            sum += a[i] * x;
        }
        sum
    }

    #[test]
    #[should_panic(expected = "index out of bounds: the len is 3 but the index is 3")]
    fn panics() {
        f_grad(1.0, 2.0);
    }
}

mod shown {
    #[autodiff::differentiate]
    fn f(x: f64) -> f64 {
        let mut a = [x, 1.0];
        a[1] *= x;
        assert!(a.iter().all(|v| v.is_finite()), "not finite: {a:?}");
        a[0] * a[1]
    }

    #[test]
    fn is_checked() {
        assert_eq!(f_grad(3.0), 6.0);
    }

    #[test]
    #[should_panic(expected = "not finite: [inf, inf]")]
    fn panics() {
        f_grad(f64::INFINITY);
    }
}

mod second_derivatives {
    #[autodiff::differentiate(hessian)]
    fn f(x: [f64; 2]) -> f64 {
        let mut a = [x[0], x[1], 1.0];
        for k in 0..2 {
            a[k + 1] *= a[k] * x[1];
        }
        a[2]
    }

    #[test]
    fn is_as_by_hand() {
        // a₁ = x₁²x₀, a₂ = a₁x₁ = x₀x₁³
        let (x, y) = (1.5, 0.7_f64);
        let expected = [[0.0, 3.0 * y * y], [3.0 * y * y, 6.0 * x * y]];
        let found = f_hessian([x, y]);
        for (found, expected) in found.as_flattened().iter().zip(expected.as_flattened()) {
            assert!((found - expected).abs() < 1e-12, "{found}, not {expected}");
        }
    }
}
