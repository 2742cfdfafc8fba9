//! Group S: straight line, scoping, reuse.

mod s01_own_update {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut x = x;
        x = x * x;
        x
    }
    scalar! { f(x) at (x: f64) into (dx); (3.0) => 9.0, 6.0; }
}

mod s02_own_update_of_a_mut_parameter {
    #[autodiff::differentiate(vjp)]
    fn f(mut x: f64, mut y: f64) -> f64 {
        x = x * y + x;
        y = y * x - y;
        x * y
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (3.0, 2.0) => 144.0, (102.0, 174.0); (0.7, -1.3); }
}

mod s03_tuple_swap {
    #[autodiff::differentiate(vjp)]
    fn f(a: f64, b: f64) -> f64 {
        let (mut a, mut b) = (a, b);
        (a, b) = (b, a);
        a * a * b
    }
    scalar! { f(a, b) at (a: f64, b: f64) into (da, db); (2.0, 3.0) => 18.0, (9.0, 12.0); }
}

mod s04_three_way_rotation_of_elements {
    #[autodiff::differentiate(vjp)]
    fn f(a: [f64; 3]) -> f64 {
        let mut a = a;
        (a[0], a[1], a[2]) = (a[1] * a[2], a[2], a[0]);
        a[0] + 10.0 * a[1] + 100.0 * a[2]
    }
    scalar! { f(a) at (a: [f64; 3]) into (da); ([2.0, 3.0, 5.0]) => 265.0, [100.0, 5.0, 13.0]; }
}

mod s05_same_scope_shadowing {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let x = x.sin();
        let x = x * x;
        let x = x + 1.0;
        x * x
    }
    scalar! { f(x) at (x: f64) into (dx); (0.7) => 2.002271493, 2.788855115; }
}

mod s06_shadowing_ends_with_its_block {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let t = x * y;
        {
            let t = t * t;
            let y = t + y;
            if y > 1e9 {
                return t;
            }
        }
        t * y
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 18.0, (9.0, 12.0); }
}

mod s07_block_expression {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let y = {
            let t = x * x;
            t + x
        };
        y * y
    }
    scalar! { f(x) at (x: f64) into (dx); (1.3) => 8.9401, 21.528; }
}

mod s08_block_that_changes_an_outer_variable {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut s = x;
        let y = {
            s *= 3.0;
            s * x
        } + s;
        y * s
    }
    // (3x² + 3x)·3x = 9x³ + 9x²
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 108.0, 144.0; }
}

mod s09_dead_nan_must_not_poison {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let _u = 1.0 / (x - x);
        let _v = (0.0 * x).ln();
        2.0 * x
    }
    scalar! { f(x) at (x: f64) into (dx); (5.0) => 10.0, 2.0; }
}

mod s10_overwritten_nan_must_not_poison {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut a = [(x - x).sqrt() / (x - x), 1.0];
        a[0] = x * x;
        a[0] * a[1]
    }
    scalar! { f(x) at (x: f64) into (dx); (5.0) => 25.0, 10.0; }
}

mod s11_identity_and_unused_parameter {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, _y: f64) -> f64 {
        x
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (4.0, 9.0) => 4.0, (1.0, 0.0); }
}

mod s12_wildcard_parameter_and_unused_array {
    #[autodiff::differentiate(vjp)]
    fn f(_: f64, a: &[f64; 3], unused: &[f64]) -> f64 {
        let _ = unused.len();
        a[1]
    }
    scalar! {
        f(x, &a, &u) at (x: f64, a: [f64; 3], u: [f64; 2]) into (dx, da, du);
        (4.0, [9.0, 8.0, 7.0], [1.0, 2.0]) => 8.0, (0.0, [0.0, 1.0, 0.0], [0.0, 0.0]);
    }
}

mod s13_compound_assignment_on_self {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut x = x;
        x += x;
        x *= x;
        x -= x / 2.0;
        x /= x + 1.0;
        x
    }
    scalar! { f(x) at (x: f64) into (dx); (0.8) => 0.5614035088, 0.6155740228; }
}

mod s14_remainder_and_its_assignment {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut r = x % y;
        r %= 1.5;
        r * x
    }
    // 7.25 % 3 = 1.25: r = x - 2y
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (7.25, 3.0) => 9.0625, (8.5, -14.5); (-7.25, 3.0) => 9.0625, (-8.5, -14.5); }
}

mod s15_method_binds_tighter_than_unary_minus {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        -x.powi(2) + (-x).powi(2) * 3.0
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 8.0, 8.0; }
}

mod s16_precedence_and_association {
    #[autodiff::differentiate(vjp)]
    fn f(a: f64, b: f64, c: f64) -> f64 {
        a - b - c + a / b / c - a / b * c + -a * -b - (a - (b - c))
    }
    scalar! { f(a, b, c) at (a: f64, b: f64, c: f64) into (da, db, dc); (1.2, 0.7, -0.4); (3.0, 5.0, 2.0); }
}

mod s17_deferred_initialisation {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let y;
        if x > 0.0 {
            y = x * x
        } else {
            y = -x
        }
        y * x
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 8.0, 12.0; (-2.0) => -4.0, 4.0; }
}

mod s18_deferred_initialisation_of_several {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let (a, b);
        let c: f64;
        match n {
            0 => {
                a = x;
                b = 2.0;
            }
            _ => {
                b = x;
                a = b * x;
            }
        }
        c = a + b;
        c * a
    }
    scalar! {
        f(x, n) at (x: f64) with (n: usize) into (dx);
        (3.0) with (0) => 15.0, 8.0;
        (3.0) with (1) => 108.0, 135.0;
    }
}

mod s19_cancelling_quotients {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, a: f64, b: f64) -> f64 {
        x / x + (a - b) / (a - b)
    }
    scalar! { f(x, a, b) at (x: f64, a: f64, b: f64) into (dx, da, db); (3.0, 2.0, 1.0) => 2.0, (0.0, 0.0, 0.0); }
}

mod s20_a_chain_of_every_elementary_operation {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let a = (x * y).sin() + x.cos().exp();
        let b = a.tanh() - (1.0 + y * y).ln() / (2.0 + x.abs()).sqrt();
        let c = b.mul_add(a, x.hypot(y)).atan();
        f64::max(c, -10.0) + c.powi(3) + (1.5 + x.sin()).powf(y) - f64::from(3_u8) * y.recip()
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (0.4, 1.3); (-1.7, 0.6); (2.2, -0.9); }
}
