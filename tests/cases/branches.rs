//! `match` in all its forms, and the places a branch can stand.

mod match_on_integers_and_ranges {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: i32) -> f64 {
        match n {
            0 => x,
            1 | 2 => x * x,
            3..=5 => x * n as f64,
            i32::MIN..0 => -x,
            k if k % 2 == 0 => x.powi(k / 4),
            k => x + f64::from(k),
        }
    }
    scalar! {
        f(x, n) at (x: f64) with (n: i32) into (dx);
        (3.0) with (0) => 3.0, 1.0;
        (3.0) with (2) => 9.0, 6.0;
        (3.0) with (4) => 12.0, 4.0;
        (3.0) with (-7) => -3.0, -1.0;
        (3.0) with (8) => 9.0, 6.0;
        (3.0) with (9) => 12.0, 1.0;
    }
}

mod match_on_a_tuple {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64, i: usize, flag: bool) -> f64 {
        match (i % 3, flag) {
            (0, true) => x * y,
            (0, false) => x / y,
            (k, true) if x > y => x * k as f64,
            (1, _) => y * y,
            (_, flag) => {
                if flag {
                    x
                } else {
                    x - y
                }
            }
        }
    }
    scalar! {
        f(x, y, i, flag) at (x: f64, y: f64) with (i: usize, flag: bool) into (dx, dy);
        (3.0, 2.0) with (3, true) => 6.0, (2.0, 3.0);
        (3.0, 2.0) with (0, false) => 1.5, (0.5, -0.75);
        (3.0, 2.0) with (2, true) => 6.0, (2.0, 0.0);
        (1.0, 2.0) with (1, true) => 4.0, (0.0, 4.0);
        (1.0, 2.0) with (2, true) => 1.0, (1.0, 0.0);
        (1.0, 2.0) with (2, false) => -1.0, (1.0, -1.0);
    }
}

mod match_on_active_floats_in_a_tuple {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        match (x, y) {
            (a, b) if a < 0.0 && b < 0.0 => a * b,
            (a, _) if a < 0.0 => a * a,
            (_, b) if b < 0.0 => b * x,
            (a, b) => a.sqrt() * b,
        }
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (-2.0, -3.0) => 6.0, (-3.0, -2.0);
        (-2.0, 3.0) => 4.0, (-4.0, 0.0);
        (2.0, -3.0) => -6.0, (-3.0, 2.0);
        (4.0, 3.0) => 6.0, (0.75, 2.0);
    }
}

mod match_statement_with_assignments {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], ops: &[u8]) -> f64 {
        let mut acc = x[0];
        let mut spare = 1.0;
        for (op, v) in ops.iter().zip(x) {
            match op {
                b'+' => acc += v,
                b'*' => {
                    acc *= v;
                    spare += acc;
                }
                b'x' => (acc, spare) = (spare, acc),
                b'.' => {}
                _ => break,
            }
        }
        acc * spare
    }
    scalar! {
        f(&x, ops) at (x: [f64; 4]) with (ops: &'static [u8]) into (dx);
        ([2.0, 3.0, 5.0, 7.0]) with (b"+*x.") => 12.0 * 13.0, [150.0, 100.0, 0.0, 0.0];
        ([2.0, 3.0, 5.0, 7.0]) with (b"!") => 2.0, [1.0, 0.0, 0.0, 0.0];
        ([0.5, 3.0, -0.4, 1.7]) with (b"**+*");
    }
}

mod match_with_a_returning_arm {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let y = match n {
            0 => return x.exp(),
            1 => x,
            _ => {
                let t = x * x;
                if t > 10.0 {
                    return t;
                }
                t + 1.0
            }
        };
        y * x
    }
    scalar! {
        f(x, n) at (x: f64) with (n: usize) into (dx);
        (0.0) with (0) => 1.0, 1.0;
        (3.0) with (1) => 9.0, 6.0;
        (3.0) with (2) => 30.0, 28.0;
        (4.0) with (2) => 16.0, 8.0;
    }
}

mod match_binds_and_destructures {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: u32) -> f64 {
        let scaled = match n {
            small @ 0..=9 => x * f64::from(small),
            large @ (10 | 20) => x / f64::from(large),
            other => x - f64::from(other),
        };
        let (whole, part) = (scaled.trunc(), scaled.fract());
        whole + part * part
    }
    scalar! {
        f(x, n) at (x: f64) with (n: u32) into (dx);
        (1.25) with (1) => 1.0625, 0.5;
        (2.5) with (10) => 0.0625, 0.05;
        (16.5) with (16) => 0.25, 1.0;
    }
}

mod conditions_with_calls_and_arrays {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], x: f64) -> f64 {
        let inside = a.iter().len() > 2 && a[2] * x > a[0].sin();
        if !inside || x.is_nan() {
            a[0]
        } else if (a[1] - x).abs() <= f64::EPSILON {
            x
        } else {
            a[1] / (a[1] - x)
        }
    }
    scalar! {
        f(&a[..], x) at (a: Vec<f64>, x: f64) into (da, dx);
        (vec![2.0], 3.0) => 2.0, ([1.0], 0.0);
        (vec![0.0, 3.0, 1.0], 3.0) => 3.0, ([0.0, 0.0, 0.0], 1.0);
        (vec![0.0, 3.0, 1.0], 1.0) => 1.5, ([0.0, -0.25, 0.0], 0.75);
    }
}

mod nested_if_in_every_position {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut a = [if x > 0.0 { x } else { -x }, {
            if y > 0.0 { y * x } else { y }
        }];
        a[if x > y { 0 } else { 1 }] *= if a[0] > 1.0 {
            if y > 2.0 { x } else { y }
        } else {
            2.0
        };
        -(if a[1] > 3.0 { a[0] * a[1] } else { a[1] }) + a[0]
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (0.5, 0.3); (2.5, 0.7); (2.5, 4.0); (-1.5, 2.5); (-1.5, -2.0); }
}
