//! Tuples, patterns, constants and macros in bodies.

mod tuples_through_a_loop {
    #[autodiff::differentiate(vjp)]
    fn f(p: (f64, f64), n: usize) -> f64 {
        let mut state = p;
        for i in 0..n {
            let (a, b) = state;
            state = (a * b, b + a * 0.1);
            state.1 -= i as f64 * 0.01;
        }
        state.0 + 2.0 * state.1
    }
    scalar! { f(p, n) at (p: (f64, f64)) with (n: usize) into (dp); ((1.1, 0.9)) with (0) => 2.9, (1.0, 2.0); ((1.1, 0.9)) with (5); }
}

mod nested_tuples_and_field_writes {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut t = ((x, [y, x * y]), 2.0);
        t.0.1[0] *= t.1;
        t.0.0 += t.0.1[0];
        let ((a, [b, _]), c) = t;
        t.1 = a;
        a * b * c + t.1
    }
    // b = 2y, a = x + 2y: 4ay + a
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 104.0, (13.0, 58.0); }
}

mod tuple_results_of_blocks_and_loops {
    #[autodiff::differentiate]
    fn f(x: f64, y: f64) -> (f64, [f64; 2]) {
        let (mut a, b) = {
            let t = x * y;
            (t, t + x)
        };
        let c = loop {
            a *= 1.5;
            if a > 4.0 {
                break (a, b * a);
            }
        };
        (c.1, [c.0, y])
    }
    vector! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (1.2, 0.9) cotangent (1.0, [10.0, -2.0]);
        (5.0, 0.9) cotangent (0.0, [1.0, 0.0]) => (6.75 * 9.5, [6.75, 0.9]), (1.35, 7.5);
    }
}

mod constants_and_statics {
    const RATE: f64 = 0.25;
    const TABLE: [f64; 3] = [1.0, 2.0, 4.0];
    static OFFSETS: [f64; 2] = [0.5, -0.5];

    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        const LOCAL: usize = 2;
        let mut s = RATE * x + core::f64::consts::PI * 0.0;
        for t in TABLE {
            s += t * x;
        }
        for o in &OFFSETS {
            s *= x + o;
        }
        s + TABLE[LOCAL] * f64::EPSILON.sqrt() * 0.0 + std::f64::consts::TAU * x
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0); (-0.3); }
}

mod printing_and_assertions {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        debug_assert!(x < 1e6);
        let t = x * y;
        println!("t is {t:.3}, x {}", x);
        assert!(t.is_finite(), "t = {t}");
        assert_ne!(t, 1e9);
        if t > 1e8 {
            panic!("too large: {}", t);
        } else if t < -1e8 {
            unreachable!("{t}")
        }
        eprintln!("{:?}", (x, y));
        t * t
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 36.0, (36.0, 24.0); }
}

mod integers_of_every_kind {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: u64, flags: &[bool], word: &str) -> f64 {
        let mut h = 0x9e37_79b9_u64.wrapping_mul(n) ^ n >> 3;
        let mut s = x;
        for (i, flag) in flags.iter().enumerate() {
            h = h.rotate_left(5).wrapping_add(i as u64);
            if *flag || h & 1 == 1 {
                s *= x;
            }
        }
        let signed = -(word.len() as i64) + (h % 7) as i64;
        s + x * signed as f64
    }
    scalar! {
        f(x, n, &flags, word) at (x: f64) with (n: u64, flags: [bool; 4], word: &'static str) into (dx);
        (1.1) with (3, [true, false, true, false], "abc");
        (1.1) with (1 << 60, [false; 4], "");
    }
}

mod early_exit_from_deferred_and_uninitialised {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let best: f64;
        let mut second;
        if n == 0 {
            return x;
        } else if n == 1 {
            best = x * x;
            second = 2.0 * best;
        } else {
            second = x;
            best = second * 3.0;
            second += best;
        }
        second *= x;
        best + second
    }
    scalar! {
        f(x, n) at (x: f64) with (n: usize) into (dx);
        (2.0) with (0) => 2.0, 1.0;
        (2.0) with (1) => 20.0, 28.0;
        (2.0) with (2) => 22.0, 19.0;
    }
}

mod names_that_are_reused_at_other_types {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let v = x * 2.0;
        let v = [v, x];
        let v = (v[0] > 3.0, v);
        let v = if v.0 { v.1[0] * v.1[1] } else { v.1[1] };
        let v = vec![v; 2];
        let v: f64 = v[0] * v[1];
        v
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 64.0, 128.0; (1.0) => 1.0, 2.0; }
}

mod vec_from_repeat_macro_and_capacity {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let mut v = vec![x * x; n];
        let mut w = Vec::with_capacity(n);
        for i in 0..n {
            v[i] += i as f64 * x;
            w.push(v[i] * v[0]);
        }
        w.truncate(2);
        w.extend_from_slice(&v);
        w.insert(0, x);
        let mut s = 0.0;
        for (i, a) in w.iter().enumerate() {
            s += a * (i + 1) as f64;
        }
        s
    }
    scalar! { f(x, n) at (x: f64) with (n: usize) into (dx); (1.3) with (0) => 1.3, 1.0; (1.3) with (1); (1.3) with (4); }
}

/// `None::<f64>`, `Option::Some`.
mod options_by_their_paths {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut before = None::<f64>;
        let mut positive = Option::None;
        if x > 0.0 {
            positive = Option::Some(x);
        }
        let mut s = x;
        for _ in 0..3 {
            let step = match before {
                Some(p) => s - p,
                None => 0.0,
            };
            before = Some(s);
            s = s * s + step;
        }
        s * positive.unwrap_or(2.0)
    }
    scalar! { f(x) at (x: f64) into (dx); (0.7); (-0.7); }
}

mod option_replaced_and_taken {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut last = None;
        let mut s = 0.0;
        for i in 0..4 {
            let v = x * f64::from(i);
            if let Some(before) = last.replace(v * v) {
                if before > 10.0 {
                    break;
                }
                s += before * x;
            }
        }
        last.take().unwrap() * x + s + last.unwrap_or(x)
    }
    // 9 x³ + (0 + 1 + 4) x³ + x; at 4: the second term stops the loop, (2 x)² x + x² x + x
    scalar! { f(x) at (x: f64) into (dx); (0.5) => 2.25, 11.5; (4.0) => 260.0, 193.0; }
}

mod option_of_a_condition {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let product = (y > 0.0).then(|| x * y);
        let plain = (y > 1.0).then_some(x);
        let large = x > 0.5;
        let sine = large.then(|| {
            let z = x * x;
            z.sin()
        });
        let list = [x, y];
        product.unwrap_or(1.0)
            + plain.unwrap_or_else(|| y)
            + product.zip(plain).map(|(a, b)| a * b).unwrap_or(0.0)
            + sine.unwrap_or(y * y)
            + list
                .iter()
                .filter_map(|v| (*v > 0.0).then(|| v.ln()))
                .sum::<f64>()
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (0.7, 0.5); (0.7, 1.5); (0.1, 0.5); (0.1, -0.5); }
}

/// `[a, b] = [b, a]`: all is read before anything is written.
mod arrays_assigned_by_parts {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let [mut a, mut b] = [x, 1.0];
        let mut c = [0.0; 2];
        for _ in 0..n {
            [a, b] = [b, a + b * x];
            [c[1], c[0]] = [a * b, c[1]];
        }
        a * b + c[0] * x
    }
    // after two rounds: a = 2 x, b = 1 + 2 x², c[0] = 2 x
    scalar! {
        f(x, n) at (x: f64) with (n: usize) into (dx);
        (3.0) with (2) => 132.0, 122.0;
        (0.7) with (5);
        (0.7) with (0);
    }
}
