//! Group C: conditionals and early exits.

mod c01_both_sides {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        if x > 0.0 { x * x } else { x + x }
    }
    scalar! { f(x) at (x: f64) into (dx); (4.0) => 16.0, 8.0; (-10.0) => -20.0, 2.0; }
}

mod c02_else_if_ladder {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        if x < -1.0 {
            y
        } else if x < 0.0 {
            let y = y * x;
            y * y
        } else if y < 0.0 {
            -x
        } else {
            x.sqrt() * y
        }
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (-2.0, 3.0) => 3.0, (0.0, 1.0);
        (-0.5, 3.0) => 2.25, (-9.0, 1.5);
        (4.0, -1.0) => -4.0, (-1.0, 0.0);
        (4.0, 3.0) => 6.0, (0.75, 2.0);
    }
}

mod c03_bool_saved {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let neg = x < 0.0;
        let mut x = x * x;
        if neg {
            x = -x
        }
        x
    }
    scalar! { f(x) at (x: f64) into (dx); (-3.0) => -9.0, 6.0; (3.0) => 9.0, 6.0; }
}

mod c04_bools_combined_and_reassigned {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64, flag: bool) -> f64 {
        let mut both = x > 0.0 && y > 0.0 || flag;
        let mut r = x * y;
        if both {
            r += x;
            both = !both & (r > 2.0);
        }
        if both ^ flag { r * r } else { r }
    }
    scalar! {
        f(x, y, flag) at (x: f64, y: f64) with (flag: bool) into (dx, dy);
        (2.0, 3.0) with (false) => 8.0, (4.0, 2.0);
        (2.0, 3.0) with (true) => 64.0, (64.0, 32.0);
        (-2.0, 3.0) with (false) => -6.0, (3.0, -2.0);
    }
}

mod c05_partial_returns {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        if x > 0. {
            if y > 10. {
                let z = x * y;
                if z > 100. {
                    return x + z;
                } else if y == 20. {
                    return z + z;
                }
            } else {
                return x + y;
            }
        }
        -y
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (4.0, 20.0) => 160.0, (40.0, 8.0);
        (4.0, 21.0) => -21.0, (0.0, -1.0);
        (4.0, 5.0) => 9.0, (1.0, 1.0);
        (-3.0, -2.0) => 2.0, (0.0, -1.0);
        (10.0, 11.0) => 120.0, (12.0, 10.0);
    }
}

mod c06_return_as_the_value_of_a_let {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let y = if x > 1.0 { x * x } else { return x.exp() };
        y * x
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 8.0, 12.0; (0.0) => 1.0, 1.0; (0.5) => 0.5_f64.exp(), 0.5_f64.exp(); }
}

mod c07_locals_after_the_early_return {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        if y == 0. {
            return 1.0;
        }
        let n = y;
        let mut a = n + x;
        let b = n;
        let c = 2.0 * x;
        a *= b;
        a + c
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 19.0, (5.0, 8.0); (2.0, 0.0) => 1.0, (0.0, 0.0); }
}

mod c08_return_in_both_arms {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        if x > y {
            return x * y;
        } else {
            return x - y;
        }
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (3.0, 2.0) => 6.0, (2.0, 3.0); (2.0, 3.0) => -1.0, (1.0, -1.0); }
}

mod c09_guarded_norm {
    #[autodiff::differentiate(vjp)]
    fn f(a: f64, b: f64) -> f64 {
        let n2 = a * a + b * b;
        if n2 == 0. { 0. } else { n2.sqrt() }
    }
    scalar! { f(a, b) at (a: f64, b: f64) into (da, db); (3.0, 4.0) => 5.0, (0.6, 0.8); (0.0, 0.0) => 0.0, (0.0, 0.0); }
}

mod c10_condition_guards_a_pole {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let ratio = if y != 0.0 { x / y } else { 0.0 };
        if ratio.abs() < 1.0 {
            ratio * x
        } else {
            x + ratio
        }
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (3.0, 0.0) => 0.0, (0.0, 0.0);
        (3.0, 4.0) => 2.25, (1.5, -0.5625);
        (4.0, 2.0) => 6.0, (1.5, -1.0);
    }
}

mod c11_match_with_float_guards {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        match x {
            v if v < -1. => v * v,
            v if v < 0. => -v,
            v if v < 2. => v.sin(),
            v => (-v).exp(),
        }
    }
    scalar! {
        f(x) at (x: f64) into (dx);
        (-2.0) => 4.0, -4.0;
        (-0.5) => 0.5, -1.0;
        (1.0) => 0.8414709848, 0.5403023059;
        (3.0) => 0.04978706837, -0.04978706837;
    }
}

mod c12_assignments_in_some_branches {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut a = x;
        let mut b = y;
        if x > 0.0 {
            a = a * b;
            if y > 0.0 {
                b += a;
            }
        } else {
            b = 3.0;
        }
        a * b
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (2.0, 3.0) => 54.0, (45.0, 36.0);
        (2.0, -3.0) => 18.0, (9.0, -12.0);
        (-2.0, 5.0) => -6.0, (3.0, 0.0);
    }
}

mod c13_if_as_operand {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        (if x > y { x } else { y }) * x
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (3.0, 2.0) => 9.0, (6.0, 0.0); (2.0, 3.0) => 6.0, (3.0, 2.0); }
}

mod c14_if_as_argument_and_index {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, a: [f64; 2]) -> f64 {
        f64::max(if x > 0.0 { x } else { a[0] }, 0.5) * a[if x > 2.0 { 1 } else { 0 }]
    }
    scalar! {
        f(x, a) at (x: f64, a: [f64; 2]) into (dx, da);
        (3.0, [5.0, 7.0]) => 21.0, (7.0, [0.0, 3.0]);
        (1.0, [5.0, 7.0]) => 5.0, (5.0, [1.0, 0.0]);
        (-1.0, [5.0, 7.0]) => 25.0, (0.0, [10.0, 0.0]);
        (-1.0, [0.25, 7.0]) => 0.125, (0.0, [0.5, 0.0]);
    }
}

mod c15_empty_branch {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        if x > 0. {}
        x * x
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 4.0, 4.0; (-3.0) => 9.0, -6.0; }
}

mod c16_tuple_from_a_branch {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let (a, b) = if x < y { (x * x, y) } else { (y, 1.0) };
        a * b + b
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 15.0, (12.0, 5.0); (3.0, 2.0) => 3.0, (0.0, 1.0); }
}

mod c17_an_enum_without_floats_chosen_by_a_branch {
    #[derive(Clone, Copy, PartialEq)]
    enum State {
        Up,
        Down(u8),
    }

    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64, n: usize) -> f64 {
        let start = if x > y { State::Up } else { State::Down(2) };
        let (mut state, mut v) = (start, x);
        for _ in 0..n {
            (state, v) = match state {
                State::Up if v > 4.0 => (State::Down(1), v * 0.5),
                State::Up => (State::Up, v * y),
                State::Down(0) => (State::Up, v + x),
                State::Down(left) => (State::Down(left - 1), v + y),
            };
        }
        v * v
    }
    scalar! {
        f(x, y, n) at (x: f64, y: f64) with (n: usize) into (dx, dy);
        // x y / 2 + y + x
        (3.0, 2.0) with (4) => 64.0, (32.0, 40.0);
        // 2 x + 2 y
        (1.0, 2.0) with (3) => 36.0, (24.0, 24.0);
        (1.0, 2.0) with (0) => 1.0, (2.0, 0.0);
    }
}
