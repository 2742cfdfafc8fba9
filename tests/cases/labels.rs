//! Labels, `break` and `continue` out of several levels, values of loops and blocks.

mod continue_the_outer_loop {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut s = 0.0;
        'rows: for i in 0..4 {
            let mut row = x;
            for j in 0..4 {
                if (i + j) % 5 == 3 {
                    s += row;
                    continue 'rows;
                }
                row *= y + i as f64 * 0.1;
            }
            s -= row * x;
        }
        s
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (1.1, 0.8); (-0.4, 1.9); }
}

mod break_out_of_two_levels {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], limit: f64) -> f64 {
        let mut s = 1.0;
        'search: for i in 0..a.len() {
            for j in 0..a.len() {
                s += a[i] * a[j] * s * 0.1;
                if s > limit {
                    break 'search;
                }
            }
            s += a[i];
        }
        s * limit
    }
    scalar! {
        f(&a, limit) at (a: [f64; 3], limit: f64) into (da, dl);
        ([1.0, 0.5, 2.0], 2.0);
        ([1.0, 0.5, 2.0], 1.05);
        ([1.0, 0.5, 2.0], 1000.0);
    }
}

mod break_out_of_three_levels_and_of_one {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut s = x;
        'a: for i in 0..3 {
            'b: while s < 50.0 {
                loop {
                    s *= 1.0 + x * 0.3;
                    if s > 40.0 {
                        break 'a;
                    }
                    if s > 5.0 * (i + 1) as f64 {
                        s += x;
                        break 'b;
                    }
                    if s > 2.0 {
                        s += 0.5;
                        continue 'b;
                    }
                    s += 0.1 * x;
                }
            }
            s -= x * x * 0.2;
        }
        s
    }
    scalar! { f(x) at (x: f64) into (dx); (0.56); (1.3); (6.0); }
}

mod labelled_loop_with_a_value {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let mut s = x;
        let found = 'outer: loop {
            for i in 0..n {
                s = s * x + i as f64;
                if s > 20.0 {
                    break 'outer s * x;
                }
            }
            s += 1.0;
            if s > 15.0 {
                break s;
            }
        };
        found - x
    }
    scalar! {
        f(x, n) at (x: f64) with (n: usize) into (dx);
        (1.5) with (0) => 14.0 + 0.0, 0.0;
        (1.5) with (3);
        (0.7) with (8);
    }
}

mod labelled_block {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let r = 'done: {
            if x < 0.0 {
                break 'done y;
            }
            let t = x * y;
            if t > 10.0 {
                break 'done t * t;
            }
            t + x
        };
        r * y
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (-1.0, 3.0) => 9.0, (0.0, 6.0);
        (4.0, 3.0) => 432.0, (216.0, 432.0);
        (2.0, 3.0) => 24.0, (12.0, 14.0);
    }
}

mod break_in_both_arms {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut s = 0.0;
        for i in 0..10 {
            s += x;
            if i == 4 {
                if s > 6.0 {
                    s *= x;
                    break;
                } else {
                    s += 1.0;
                    continue;
                }
            }
            if s > 100.0 {
                return s;
            }
        }
        s
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 20.0, 20.0; (1.0) => 11.0, 10.0; (60.0) => 120.0, 2.0; }
}

mod return_from_a_while_inside_a_for {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64], x: f64) -> f64 {
        let mut left = x;
        for i in 0..a.len() {
            let mut part = a[i];
            while part > 0.5 {
                left -= part;
                if left < 0.0 {
                    return left * part;
                }
                part *= 0.5;
            }
            left *= 1.5;
        }
        left
    }
    scalar! {
        f(&a, x) at (a: [f64; 3], x: f64) into (da, dx);
        ([1.2, 3.0, 0.2], 2.0);
        ([1.2, 3.0, 0.2], 20.0);
        ([5.0, 3.0, 0.2], 2.0) => -15.0, ([-8.0, 0.0, 0.0], 5.0);
    }
}

mod same_label_twice_and_shadowed_counters {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut s = x;
        'go: for i in 0..3 {
            for i in 0..3 {
                if i == 2 {
                    continue 'go;
                }
                s += x * i as f64;
            }
            s += 1e3 * i as f64;
        }
        'go: for i in (0..4).rev() {
            loop {
                s *= x;
                if i == 1 {
                    break 'go;
                }
                break;
            }
        }
        s
    }
    // (x + 3x)·x³
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 64.0, 128.0; }
}

mod while_true_and_active_flag {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut done = false;
        let mut s = x;
        let mut i = 0;
        while !done {
            s = s * y + 1.0;
            i += 1;
            done = s > 8.0 || i == 5;
        }
        while true {
            s -= x;
            if s < 3.0 {
                break;
            }
        }
        s
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 1.7); (0.9, 0.3); }
}
