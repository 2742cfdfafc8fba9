//! Group L: loops.

mod l01_power {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut r = 1.0;
        for _ in 0..3 {
            r *= x
        }
        r
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 8.0, 12.0; (0.0) => 0.0, 0.0; }
}

mod l02_runtime_count {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let mut r = 1.0;
        let mut s = 0.0;
        for i in 0..n {
            s += r / (i + 1) as f64;
            r *= x;
        }
        s
    }
    scalar! {
        f(x, n) at (x: f64) with (n: usize) into (dx);
        (0.5) with (0) => 0.0, 0.0;
        (0.5) with (1) => 1.0, 0.0;
        (0.5) with (3) => 4.0 / 3.0, 5.0 / 6.0;
        (0.9) with (50);
    }
}

mod l03_zero_trip {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let mut r = x * x;
        for _ in 0..n {
            r *= x
        }
        r
    }
    scalar! { f(x, n) at (x: f64) with (n: usize) into (dx); (3.0) with (0) => 9.0, 6.0; (3.0) with (2) => 81.0, 108.0; }
}

mod l04_empty_and_reversed_bounds {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, lo: i32, hi: i32) -> f64 {
        let mut r = x;
        for i in lo..hi {
            r = r * x + i as f64;
        }
        for i in lo..=hi {
            r += x * f64::from(i);
        }
        r
    }
    scalar! {
        f(x, lo, hi) at (x: f64) with (lo: i32, hi: i32) into (dx);
        (3.0) with (2, -2) => 3.0, 1.0;
        (3.0) with (-1, 1) => 24.0, 26.0;
    }
}

mod l05_nested_power {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut t = 1.0;
        for _ in 0..3 {
            for _ in 0..3 {
                t *= x
            }
        }
        t
    }
    scalar! { f(x) at (x: f64) into (dx); (1.1) => 2.357947691, 19.29229929; }
}

mod l06_triangular_nest {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let mut s = x;
        for i in 0..n {
            let mut p = 1.0;
            for j in 0..i {
                p *= x + j as f64;
                s += p * s * 0.01;
            }
        }
        s
    }
    scalar! { f(x, n) at (x: f64) with (n: usize) into (dx); (0.8) with (0) => 0.8, 1.0; (0.8) with (1) => 0.8, 1.0; (0.8) with (5); }
}

mod l07_while_with_data_dependent_trip_count {
    #[autodiff::differentiate(vjp)]
    fn f(a: f64) -> f64 {
        let mut a = a;
        while a.abs() > 0.1 {
            a *= 0.5
        }
        a
    }
    scalar! { f(a) at (a: f64) into (da); (5.0) => 0.078125, 0.015625; (0.05) => 0.05, 1.0; (-3.0) => -0.09375, 0.03125; }
}

mod l08_newton_until_it_converges {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut r = x;
        let mut steps = 0;
        while (r * r - x).abs() > 1e-14 * x && steps < 50 {
            r = 0.5 * (r + x / r);
            steps += 1;
        }
        r
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 2_f64.sqrt(), 0.5 / 2_f64.sqrt(); (9.0) => 3.0, 1.0 / 6.0; }
}

mod l09_break_with_value {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut r = x;
        let mut i = 0;
        let r = loop {
            r *= x;
            i += 1;
            if r > 50. || i >= 8 {
                break r;
            }
        };
        r
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 64.0, 192.0; (1.1) => 2.357947691, 19.29229929; }
}

mod l10_break_with_different_values {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut s = 0.0;
        let mut n = 0_u32;
        let (a, b) = loop {
            if s > 3.0 {
                break (s, x);
            }
            s += y;
            n += 1;
            if n == 4 {
                break (x * y, s * s);
            }
        };
        a * b
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (3.0, 2.0) => 12.0, (4.0, 6.0);
        (3.0, 0.5) => 6.0, (2.0, 36.0);
    }
}

mod l11_break_before_the_step {
    #[autodiff::differentiate(vjp)]
    fn f(u: f64, _v: f64) -> f64 {
        let mut res = 0.0;
        for i in 1..3 {
            res += i as f64 * u;
            if i == 1 {
                break;
            }
        }
        res
    }
    scalar! { f(u, v) at (u: f64, v: f64) into (du, dv); (3.0, 5.0) => 3.0, (1.0, 0.0); }
}

mod l12_break_on_an_active_condition {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, a: &[f64]) -> f64 {
        let mut s = 1.0;
        for v in a {
            if s * v > x {
                break;
            }
            s *= v + x;
        }
        s
    }
    scalar! {
        f(x, &a) at (x: f64, a: [f64; 3]) into (dx, da);
        (2.0, [5.0, 1.0, 1.0]) => 1.0, (0.0, [0.0, 0.0, 0.0]);
        (2.0, [1.0, 3.0, 1.0]) => 3.0, (1.0, [1.0, 0.0, 0.0]);
        (40.0, [1.0, 0.5, 9.0]);
    }
}

mod l13_continue_skips_the_rest {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut s = 0.0;
        let mut t = x;
        for i in 0..6 {
            if i % 3 == 1 {
                t *= y;
                continue;
            }
            s += t * i as f64;
            if s > 100.0 {
                continue;
            }
            t += 1.0;
        }
        s
    }
    // i=0: t=x+1; 1: t=(x+1)y; 2: s=2t, t+1; 3: s+=3t, t+1; 4: t*=y; 5: s+=5t
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (1.0, 2.0) => 83.0, (30.0, 60.0); (0.3, -0.7); }
}

mod l14_while_with_continue {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut i = 0;
        let mut s = x;
        while i < 7 {
            i += 1;
            if i & 1 == 0 {
                continue;
            }
            s = s * x + f64::from(i);
        }
        s
    }
    // ((((x·x + 1)x + 3)x + 5)x + 7)
    scalar! { f(x) at (x: f64) into (dx); (1.0) => 17.0, 19.0; (2.0) => 69.0, 109.0; }
}

mod l15_early_return_from_nested_loops {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, limit: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..5 {
            for j in 0..5 {
                s += x * (i * j) as f64;
                if s > limit {
                    return s * limit;
                }
            }
        }
        s
    }
    scalar! {
        f(x, limit) at (x: f64, limit: f64) into (dx, dl);
        (1.0, 1000.0) => 100.0, (100.0, 0.0);
        (1.0, 11.0) => 132.0, (132.0, 12.0);
        (1.0, -1.0) => 0.0, (0.0, 0.0);
    }
}

mod l16_loop_that_never_ends_but_returns {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut r = x;
        loop {
            r = r * r;
            if r > 10.0 {
                return r + x;
            }
        }
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 18.0, 33.0; (5.0) => 30.0, 11.0; }
}

mod l19_weighted_mean {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], w: &[f64]) -> f64 {
        let mut n = 0.0;
        let mut s = 0.0;
        for i in 0..x.len() {
            n += w[i];
            s += x[i] * w[i];
        }
        s / n
    }
    scalar! {
        f(&x, &w) at (x: [f64; 3], w: [f64; 3]) into (dx, dw);
        ([1.0, 2.0, 4.0], [1.0, 0.5, 2.0]) => 2.857142857,
            ([0.2857142857, 0.1428571429, 0.5714285714], [-0.5306122449, -0.2448979592, 0.3265306122]);
    }
}

mod l21_multiplicative_fibonacci {
    #[autodiff::differentiate(vjp)]
    fn f(a: f64, b: f64) -> f64 {
        let (mut a, mut b) = (a, b);
        for _ in 0..6 {
            (a, b) = (b, a * b)
        }
        b
    }
    scalar! { f(a, b) at (a: f64, b: f64) into (da, db); (1.1, 0.95) => 1.100394345, (8.002867967, 15.05802788); }
}

mod l22_loop_variable_used_after {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut last = 0;
        let mut s = 0.0;
        for i in (0..20).step_by(3) {
            if x * i as f64 > 10.0 {
                break;
            }
            last = i;
            s += x;
        }
        s * last as f64 + x
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 14.0, 7.0; (0.1); }
}

mod l23_loop_variable_is_active {
    #[autodiff::differentiate(vjp)]
    fn f(lo: f64, up: f64) -> f64 {
        let h = (up - lo) / 10.;
        let mut s = 0.0;
        let mut x = lo;
        while x < up - 0.5 * h {
            s += x * x * h;
            x += h
        }
        s
    }
    scalar! { f(lo, up) at (lo: f64, up: f64) into (dlo, dup); (0.25, 1.75) => 1.561875, (0.11375, 2.66125); }
}

mod l27_rev_step_by_inclusive {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut r = 0.0;
        for i in (1..=10).rev() {
            r += x / i as f64;
        }
        for i in (0..10).step_by(3) {
            r = r * x + i as f64;
        }
        for i in 1..=4 {
            r += x * i as f64;
        }
        r
    }
    scalar! { f(x) at (x: f64) into (dx); (1.1) => 34.94713266, 44.0415121; }
}

mod l28_rev_of_step_by_and_u8_ranges {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut r = x;
        for i in (0..11_u8).step_by(4).rev() {
            r = r * x - f64::from(i);
        }
        for i in (-2..=2_i64).rev().step_by(2) {
            r += i as f64 * r * x;
        }
        r
    }
    scalar! { f(x) at (x: f64) into (dx); (1.1); (-0.6); }
}

mod l29_horner {
    #[autodiff::differentiate(vjp)]
    fn f(c: &[f64], x: f64) -> f64 {
        let mut r = 0.0;
        for a in c.iter().rev() {
            r = r * x + a
        }
        r
    }
    scalar! {
        f(&c, x) at (c: [f64; 4], x: f64) into (dc, dx);
        ([1.0, -2.0, 0.5, 3.0], 1.3) => 5.836, ([1.0, 1.3, 1.69, 2.197], 14.51);
    }
}

mod l31_two_loops_re_using_names {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut r = 0.0;
        for i in 0..4 {
            let t = x * i as f64;
            r += t * t
        }
        for i in 0..3 {
            let t = y - i as f64;
            r += t * x
        }
        r
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (0.5, 1.5) => 4.25, (15.5, 1.5); }
}

mod l33_accumulator_overwritten_in_the_loop {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut r = x;
        let mut s = 0.0;
        for i in 0..4 {
            s += r * y;
            r = if i == 2 { y } else { r * 2.0 };
        }
        s
    }
    // s = y(x + 2x + 4x + y)
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 51.0, (21.0, 20.0); }
}

mod l35_squaring_at_zero {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut r = x;
        for _ in 0..2 {
            r *= r
        }
        r
    }
    scalar! { f(x) at (x: f64) into (dx); (0.0) => 0.0, 0.0; (1.0) => 1.0, 4.0; }
}

mod l36_large_trip_count {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, rate: f64) -> f64 {
        let mut x = x;
        for _ in 0..20_000 {
            x += 1e-4 * rate * x * (1.0 - x);
        }
        x
    }
    scalar! { f(x, rate) at (x: f64, rate: f64) into (dx, dr); (0.1, 0.5); }
}

mod constants_added_to_what_was_read_before {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, p: [f64; 2]) -> f64 {
        let mut a = p;
        let v = a[1];
        for s in a.iter_mut() {
            *s -= 1.5;
        }
        for i in 0..2 {
            a[i] -= v.floor();
        }
        v * x
    }

    #[test]
    fn works() {
        assert_eq!(f_value_and_grad(2.0, [3.0, 5.0]), (10.0, (5.0, [0.0, 2.0])));
    }

    #[autodiff::differentiate(vjp)]
    fn inside(x: f64, p: [f64; 2], n: usize) -> f64 {
        let mut sum = 0.0;
        for _ in 0..n {
            let mut a = p;
            let v = a[1] * x;
            for s in a.iter_mut() {
                *s = 0.5;
            }
            sum += v;
        }
        sum
    }

    #[test]
    fn works_inside() {
        assert_eq!(
            inside_value_and_grad(2.0, [3.0, 5.0], 3),
            (30.0, (15.0, [0.0, 6.0]))
        );
    }
}

/// What no iteration asks for need not be there.
#[test]
fn an_element_that_is_not_asked_for() {
    #[autodiff::differentiate]
    fn in_a_branch(x: &[f64], w: f64) -> f64 {
        let mut s = w;
        for i in 0..x.len() {
            if x[i] > 3.0 {
                s += x[1] * w + (x[2] * s).sin();
            } else {
                s *= x[i];
            }
        }
        s
    }
    assert_eq!(in_a_branch_grad(&[-1.5], 0.5), (vec![0.5], -1.5));
    let (x, w) = ([4.0, 0.5, 0.25], 0.5);
    let (dx, dw) = in_a_branch_grad(&x, w);
    for k in 0..4 {
        let at = |h: f64| {
            let (mut x, mut w) = (x, w);
            *if k < 3 { &mut x[k] } else { &mut w } += h;
            in_a_branch(&x, w)
        };
        let expected = (at(1e-6) - at(-1e-6)) / 2e-6;
        let actual = if k < 3 { dx[k] } else { dw };
        assert!(
            (actual - expected).abs() < 1e-8,
            "{k}: {actual}, not {expected}"
        );
    }

    #[autodiff::differentiate]
    fn in_a_loop_that_does_not_run(x: &[f64], n: usize) -> f64 {
        let mut s = 1.0;
        for x in x {
            for k in 0..n {
                s += x * s + k as f64;
                s *= x;
            }
            s = s * x;
        }
        for i in 0..n {
            for _ in i + 1..n {
                s *= x[3];
            }
        }
        s
    }
    assert_eq!(in_a_loop_that_does_not_run_grad(&[2.0, 5.0], 1).len(), 2);
    assert_eq!(in_a_loop_that_does_not_run_grad(&[2.0, 5.0], 0), [5.0, 2.0]);
}
