//! Group F, and the ways to name a callee.

mod f01_callee_used_twice {
    #[autodiff::differentiate]
    fn sq(x: f64) -> f64 {
        x * x
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        sq(x) + sq(x * y) * y
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (1.5, 2.0) => 20.25, (27.0, 27.0); }
}

mod f02_nested_and_repeated_in_one_expression {
    #[autodiff::differentiate]
    fn g(x: f64, y: f64) -> f64 {
        x * y + x
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        g(g(x, y), g(y, g(x, x)))
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (1.5, 0.4); (-0.7, 2.0); }
}

mod f03_callee_feeds_itself {
    #[autodiff::differentiate]
    fn mul(a: f64, b: f64) -> f64 {
        a * b
    }
    #[autodiff::differentiate(vjp)]
    fn f(a: f64) -> f64 {
        let mut a = a;
        for _ in 0..3 {
            a = mul(a, a)
        }
        a
    }
    scalar! { f(a) at (a: f64) into (da); (1.2) => 4.29981696, 28.6654464; }
}

mod f04_callee_that_loops_and_returns_early {
    #[autodiff::differentiate]
    fn partial(x: f64, n: usize) -> f64 {
        let mut s = 0.0;
        for i in 1..=n {
            s += x.powi(i as i32) / i as f64;
            if s > 2.0 {
                return s * 0.5;
            }
        }
        s
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mut total = 0.0;
        for n in 0..6 {
            total += partial(x * 0.9, n) * partial(total + x, 2);
        }
        total
    }
    scalar! { f(x) at (x: f64) into (dx); (0.3); (1.1); }
}

mod f05_recursion_on_an_integer {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: u32) -> f64 {
        if n == 0 { 1.0 } else { x * f(x, n - 1) }
    }
    scalar! { f(x, n) at (x: f64) with (n: u32) into (dx); (10.0) with (3) => 1000.0, 300.0; (10.0) with (0) => 1.0, 0.0; }
}

mod f06_mutual_recursion {
    #[autodiff::differentiate]
    fn odd(x: f64, n: usize) -> f64 {
        if n == 0 {
            x
        } else {
            super::f06_mutual_recursion::f(x * 1.5, n - 1) + x
        }
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        if n == 0 {
            return x.sin();
        }
        odd(x, n - 1) * x
    }
    scalar! { f(x, n) at (x: f64) with (n: usize) into (dx); (0.6) with (0); (0.6) with (1); (0.6) with (4); (0.6) with (5); }
}

mod f07_recursion_on_an_active_condition {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        if x > 10.0 { x.ln() } else { f(x * x + 1.0) + x }
    }
    scalar! { f(x) at (x: f64) into (dx); (20.0); (1.5); (0.3); }
}

mod f08_by_path_and_under_another_name {
    mod inner {
        #[autodiff::differentiate]
        pub fn g(x: f64) -> f64 {
            x.sin() * x
        }
        pub mod deeper {
            #[autodiff::differentiate]
            pub fn g(x: f64, k: i32) -> f64 {
                x.powi(k)
            }
        }
    }
    use self::inner::g as h;
    use inner::deeper;

    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        inner::g(x) + h(x * x) + self::inner::deeper::g(x, 3) * deeper::g(x, 2)
            - crate::calls::f08_by_path_and_under_another_name::h(x)
    }
    scalar! { f(x) at (x: f64) into (dx); (1.3); }
}

mod f09_arrays_and_slices_as_arguments {
    #[autodiff::differentiate]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..a.len() {
            s += a[i] * b[i];
        }
        s
    }
    #[autodiff::differentiate]
    fn first_times(a: [f64; 2], k: f64) -> f64 {
        a[0] * k + a[1]
    }
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64; 4], b: [f64; 4]) -> f64 {
        let mut b = b;
        b[0] = dot(a, &b);
        b[3] *= dot(&a[1..3], &b[2..]);
        first_times([b[0], b[3]], b[1]) * dot(&b, &b)
    }
    scalar! {
        f(&a, b) at (a: [f64; 4], b: [f64; 4]) into (da, db);
        ([0.5, -1.0, 2.0, 0.3], [1.1, 0.2, -0.7, 0.9]);
    }
}

mod f10_callee_with_an_out_parameter {
    #[autodiff::differentiate]
    fn scale(x: &[f64], k: f64, out: &mut [f64]) {
        for i in 0..x.len() {
            out[i] = k * x[i] * out[i];
        }
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64; 3], k: f64) -> f64 {
        let mut y = [1.0, k, x[0]];
        scale(x, k, &mut y);
        scale(&y.clone(), 2.0, &mut y);
        y[0] + y[1] * y[2]
    }
    // y = [k x0, k² x1, k x0 x2], then 2y²
    scalar! { f(&x, k) at (x: [f64; 3], k: f64) into (dx, dk); ([0.5, -0.8, 1.2], 1.4); }
}

mod f11_callee_returns_a_tuple_and_an_array {
    #[autodiff::differentiate]
    fn polar(x: f64, y: f64) -> (f64, f64) {
        (x.hypot(y), y.atan2(x))
    }
    #[autodiff::differentiate]
    fn powers(x: f64) -> [f64; 3] {
        [x, x * x, x * x * x]
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let (r, angle) = polar(x, y);
        let p = powers(r * angle);
        p[2] - powers(x)[1] + p[0] * polar(y, x).1
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (1.2, 0.5); (-0.3, 0.8); }
}

mod f12_callee_with_a_const_generic_and_a_real {
    use autodiff::Real;

    #[autodiff::differentiate]
    fn norm2<const N: usize>(x: &[f64; N]) -> f64 {
        let mut s = 0.0;
        for i in 0..N {
            s += x[i] * x[i];
        }
        s
    }
    #[autodiff::differentiate]
    fn cube<T: Real>(x: T) -> T {
        x * x * x
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64; 2], y: f64) -> f64 {
        norm2(x) * cube(y) + norm2::<3>(&[y, x[0], y * y]) + cube::<f64>(x[1])
    }
    scalar! { f(&x, y) at (x: [f64; 2], y: f64) into (dx, dy); ([0.5, -1.5], 0.8); }
}

mod f13_inactive_call_of_an_ordinary_function {
    fn table(i: usize) -> f64 {
        [1.0, 2.0, 4.0, 8.0][i % 4]
    }
    fn position(knots: &[f64], x: f64) -> usize {
        knots.iter().filter(|k| **k <= x).count()
    }
    #[autodiff::differentiate(constant)]
    fn bucket(x: f64) -> f64 {
        (x * 4.0).floor()
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: usize) -> f64 {
        let knots = [0.0, 1.0, 2.0];
        let k = position(&knots, autodiff::stop_gradient(x));
        x * table(n) + x * x * table(k) + bucket(x) * x
    }
    // 1.5: table(2) = 4, bucket = 6
    scalar! { f(x, n) at (x: f64) with (n: usize) into (dx); (1.5) with (3) => 30.0, 26.0; }
}

mod f14_calls_in_conditions_and_indices {
    #[autodiff::differentiate]
    fn sq(x: f64) -> f64 {
        x * x
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, a: [f64; 3]) -> f64 {
        let mut s = 0.0;
        let mut i = 0;
        while sq(s) < 20.0 && i < 10 {
            s += a[sq(x) as usize % 3] * sq(a[i % 3]);
            i += 1;
        }
        s
    }
    scalar! { f(x, a) at (x: f64, a: [f64; 3]) into (dx, da); (1.2, [0.5, 0.9, 1.3]); (1.5, [0.5, 0.9, 1.3]); }
}

mod functions_in_the_body {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        const K: f64 = 1.5;
        fn sq(a: f64) -> f64 {
            if a < 0.0 {
                return -a * K;
            }
            a * a
        }
        const fn cube(a: f64, n: usize) -> f64 {
            let b = a * a;
            b * a * n as f64
        }
        fn scale(v: &mut [f64], by: f64) {
            for a in v.iter_mut() {
                *a *= by;
            }
        }
        fn index(i: usize) -> usize {
            (i + 1) % 4
        }
        fn pair((a, b): (f64, f64), s: &[f64]) -> [f64; 2] {
            [a * s[0], b + later(s[1])]
        }
        let mut v = x.to_vec();
        scale(&mut v, x[2]);
        scale(&mut v[1..3], 0.5);
        assert!(index(1) == 2);
        let [p, q] = pair((v[index(0)], v[0]), &v[index(1)..]);
        fn later(a: f64) -> f64 {
            a.exp()
        }
        x.iter().copied().map(sq).sum::<f64>() + sq(cube(x[1], index(2))) + p * q + v[index(3)]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod functions_in_the_body_of_the_same_name {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let a = x[0];
        fn g(b: f64) -> f64 {
            let a = b * 2.0;
            a * b
        }
        let r = g(a);
        {
            fn g(b: f64) -> f64 {
                b + 1.0
            }
            let s = g(a) * r;
            let g = |t: f64| t * s;
            g(a) + r
        }
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod modules_and_traits_known_by_name {
    use autodiff::Real;
    use std::mem;
    #[autodiff::differentiate]
    fn g<T: Real>(x: T) -> T {
        Real::sqrt(x) * T::sin(x)
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let (mut a, mut b) = (x[0], x[1]);
        mem::swap(&mut a, &mut b);
        a = mem::replace(&mut b, a * x[2]);
        Real::sin(a) * b * g(x[0])
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod constant_functions {
    #[autodiff::differentiate]
    const fn g(x: f64, k: usize) -> f64 {
        let mut r = 1.0;
        let mut i = 0;
        while i < k {
            r *= x;
            i += 1;
        }
        r
    }
    const C: f64 = g(2.0, 3);
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        g(x[0], 3) * C + x[1]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}
mod functions_in_the_body_that_take_closures {
    #[autodiff::differentiate]
    fn sq(a: f64) -> f64 {
        a * a
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        fn apply(g: impl Fn(f64) -> f64, y: f64) -> f64 {
            g(y) * y
        }
        fn twice<F: Fn(f64) -> f64>(g: F, y: f64) -> f64 {
            g(g(y))
        }
        fn newton(g: &dyn Fn(f64) -> f64, d: impl Fn(f64) -> f64, mut t: f64) -> f64 {
            for _ in 0..20 {
                t -= g(t) / d(t);
            }
            t
        }
        fn simpson(g: impl Fn(f64) -> f64, a: f64, b: f64, n: usize) -> f64 {
            let h = (b - a) / n as f64;
            let mut s = g(a) + g(b);
            for i in 1..n {
                s += g(a + h * i as f64) * if i % 2 == 1 { 4.0 } else { 2.0 };
            }
            s * h / 3.0
        }
        let k = x[2];
        let h = |t: f64| t.sin() * x[0];
        let mut count = 0.0;
        fn each(v: &[f64], mut g: impl FnMut(&f64)) {
            for a in v {
                g(a);
            }
        }
        each(x, |a| count += a * k);
        apply(|t| t.sin() * k, x[1])
            + twice(h, x[3])
            + apply(sq, x[0])
            + apply(f64::exp, 0.1 * x[0])
            + count
            + newton(&|t| t * t - x[0], |t| 2.0 * t, 1.0)
            + simpson(|t| (t * x[3]).exp(), x[0], x[2], 8)
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}
mod exclusive_variables_for_shared_parameters {
    #[autodiff::differentiate]
    fn norm(v: &[f64]) -> f64 {
        v.iter().map(|a| a * a).sum::<f64>().sqrt()
    }
    #[autodiff::differentiate]
    fn normalise(v: &mut [f64]) -> f64 {
        let n = norm(v);
        for a in v.iter_mut() {
            *a /= n;
        }
        n + norm(v)
    }
    struct S(f64);
    impl S {
        #[autodiff::differentiate]
        fn scaled(&self, v: &Vec<f64>, k: usize) -> f64 {
            v[k] * self.0
        }
        #[autodiff::differentiate]
        fn walk(&self, v: &mut Vec<f64>) {
            let t = self.scaled(v, 1);
            v.push(t);
            let w = self.scaled(v, 0);
            v[1] *= w;
        }
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let n = normalise(&mut v);
        let w = &mut v;
        let m = norm(w);
        w[0] *= m;
        S(3.0).walk(w);
        v.iter().sum::<f64>() * n
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod halves_of_one_vector {
    #[autodiff::differentiate]
    fn add(a: &mut [f64], b: &[f64]) {
        for (p, q) in a.iter_mut().zip(b) {
            *p += q * *p;
        }
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let (a, b) = v.split_at_mut(2);
        add(a, b);
        add(b, a);
        let c = v.clone();
        add(&mut v, &c);
        v.iter().product()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

/// What the reverse sweep needs for nothing but zeros is not kept: its shape is.
mod shapes_that_differ_from_iteration_to_iteration {
    #[autodiff::differentiate(wrt(rows, k))]
    fn scaled(rows: &[Vec<f64>], k: f64) -> Vec<Vec<f64>> {
        rows.iter()
            .map(|row| row.iter().map(|x| x * k).collect())
            .collect()
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64; 5]) -> f64 {
        let mut total = 0.0;
        for n in 1..4 {
            let rows = vec![x[..n].to_vec(), x[n..].to_vec(), Vec::new()];
            let y = scaled(&rows, x[n]);
            total += y[0][n - 1] - 2.0 * y[1][0] + y[1][4 - n];
        }
        total
    }
    scalar! { f(&x) at (x: [f64; 5]) into (dx); ([0.7, -1.3, 2.1, 0.4, 1.7]); }
}

mod shapes_of_what_grows_and_is_cut {
    #[autodiff::differentiate]
    fn doubled(x: &[f64]) -> Vec<f64> {
        x.iter().map(|x| 2.0 * x).collect()
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64; 4]) -> f64 {
        let mut total = 0.0;
        for n in 0..4 {
            let mut y = doubled(&x[n..]);
            y.push(x[0]);
            if n == 2 {
                y.truncate(1);
            }
            let z = y.clone();
            let [.., last] = z.as_slice() else { continue };
            total += y[0] - 3.0 * last;
        }
        total
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]) => -15.1, [-7.0, 2.0, -4.0, 2.0]; }
}

mod shapes_handed_out_of_branches {
    #[autodiff::differentiate]
    fn pair(x: f64, y: f64) -> [f64; 2] {
        [3.0 * x - y, x + y]
    }
    #[autodiff::differentiate]
    fn list(x: f64, y: f64) -> Vec<f64> {
        vec![x, y, x - y]
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let mut total = 0.0;
        for k in 0..5 {
            total += if k % 2 == 0 {
                let p = pair(x, y * k as f64);
                if k == 4 { p[0] - p[1] } else { p[1] }
            } else {
                let l = list(y, x);
                l[2] * k as f64 + l[0]
            };
        }
        total
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (1.5, 0.4); (-0.7, 2.0); }
}

mod shapes_in_recursion {
    #[autodiff::differentiate]
    fn tree(x: f64, depth: usize) -> [f64; 2] {
        if depth == 0 {
            return [x, x * x];
        }
        let a = tree(x * 0.5, depth - 1);
        let b = tree(x + 0.1, depth - 1);
        [a[0] + b[1], a[1] - b[0]]
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let [a, b] = tree(x, 4);
        a * b
    }
    scalar! { f(x) at (x: f64) into (dx); (0.7); (-1.3); }
}

mod shapes_under_checkpoint_and_in_rows {
    #[autodiff::differentiate(wrt(x, k))]
    fn turned(x: &[f64], k: f64) -> Vec<f64> {
        let n = x.len();
        (0..n).map(|i| x[(i + 1) % n] * 0.5 + k).collect()
    }
    #[autodiff::differentiate(vjp, jacobian)]
    fn ends(x: &[f64; 3], k: f64, steps: usize) -> [f64; 2] {
        let mut state = x.to_vec();
        for _ in 0..steps {
            state = turned(&state, k);
        }
        [state[0], state[2] * k]
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64; 3], k: f64, steps: usize) -> f64 {
        let mut state = x.to_vec();
        #[checkpoint(2)]
        for _ in 0..steps {
            let next = turned(&state, k);
            let last = turned(&next, k);
            state = vec![last[1], last[2] * k, next[0]];
        }
        state[0] + 2.0 * state[1]
    }
    scalar! { f(&x, k, steps) at (x: [f64; 3], k: f64) with (steps: usize) into (dx, dk);
    ([0.7, -1.3, 2.1], 0.3) with (0); ([0.7, -1.3, 2.1], 0.3) with (7); }

    #[test]
    fn rows() {
        let (x, k) = ([0.7, -1.3, 2.1], 0.3);
        for steps in 0..5 {
            let rows = ends_jacobian(&x, k, steps);
            for (row, seed) in rows.iter().zip([[1.0, 0.0], [0.0, 1.0]]) {
                let (_, (dx, dk)) = ends_vjp(&x, k, steps, seed);
                assert_eq!(row[..3], dx);
                assert_eq!(row[3], dk);
            }
        }
    }
}

mod shapes_of_structs {
    #[derive(Clone, autodiff::Differentiable)]
    struct Layer {
        weights: Vec<f64>,
        bias: f64,
        label: &'static str,
        times: usize,
    }
    #[autodiff::differentiate]
    fn layer(x: &[f64], bias: f64) -> Layer {
        Layer {
            weights: x.iter().map(|x| x * bias).collect(),
            bias,
            label: "a layer",
            times: x.len(),
        }
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64; 4]) -> f64 {
        let mut total = 0.0;
        for n in 1..4 {
            let l = layer(&x[n..], x[0]);
            total += l.weights[0] + l.bias * l.times as f64;
        }
        total
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]) => 5.04, [7.2, 0.7, 0.7, 0.7]; }
}

/// A reference to what has no name is passed on as it is.
mod references_to_hidden_types {
    use autodiff::differentiate;

    trait Well {
        #[differentiate(wrt(x))]
        fn depth(&self, x: f64) -> f64 {
            x * x
        }
    }

    struct Flat;

    impl Well for Flat {}

    #[differentiate(wrt(x))]
    fn f(well: &impl Well, x: f64) -> f64 {
        well.depth(x) * 2.0
    }

    #[differentiate(wrt(x))]
    fn g(well: &(impl Well + Sync), x: f64, y: &[f64]) -> f64 {
        f(well, x) + well.depth(x * x) * y[0]
    }

    #[test]
    fn gradient() {
        assert_eq!(f_grad(&Flat, 3.0), 12.0);
        // 2 x² + 2 x⁴
        assert_eq!(g_grad(&Flat, 3.0, &[2.0]), 228.0);
    }
}
