//! Groups N, P and V: numeric functions, small programs, the interface.

mod n21_logsumexp {
    #[autodiff::differentiate(vjp)]
    fn f(a: f64, b: f64) -> f64 {
        let m = a.max(b);
        m + ((a - m).exp() + (b - m).exp()).ln()
    }
    scalar! {
        f(a, b) at (a: f64, b: f64) into (da, db);
        (1000.0, 1000.0) => 1000.693147, (0.5, 0.5);
        (0.0, 1.0) => 1.313261688, (0.2689414214, 0.7310585786);
    }
}

mod n22_logsumexp_over_a_slice {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut m = f64::NEG_INFINITY;
        for v in x {
            m = m.max(*v);
        }
        let mut s = 0.0;
        for v in x {
            s += (v - m).exp();
        }
        m + s.ln()
    }
    scalar! {
        f(&x) at (x: [f64; 3]) into (dx);
        ([700.0, 700.0, 700.0]) => 700.0 + 3_f64.ln(), [1.0 / 3.0, 1.0 / 3.0, 1.0 / 3.0];
        ([0.0, 1.0, -2.0]);
    }
}

mod n23_atan2_in_four_quadrants {
    #[autodiff::differentiate(vjp)]
    fn f(y: f64, x: f64) -> f64 {
        y.atan2(x)
    }
    scalar! {
        f(y, x) at (y: f64, x: f64) into (dy, dx);
        (1.0, 2.0) => 0.463647609, (0.4, -0.2);
        (1.0, -2.0) => 2.677945045, (-0.4, -0.2);
        (-1.0, -2.0) => -2.677945045, (-0.4, 0.2);
        (-1.0, 2.0) => -0.463647609, (0.4, 0.2);
    }
}

mod n25_powi_with_runtime_exponent {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: i32) -> f64 {
        x.powi(n)
    }
    scalar! {
        f(x, n) at (x: f64) with (n: i32) into (dx);
        (2.0) with (-2) => 0.25, -0.25;
        (2.0) with (0) => 1.0, 0.0;
        (2.0) with (1) => 2.0, 1.0;
        (2.0) with (5) => 32.0, 80.0;
        (0.0) with (0) => 1.0, 0.0;
        (0.0) with (1) => 0.0, 1.0;
        (0.0) with (2) => 0.0, 0.0;
    }
}

mod n26_kinks_as_documented {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        x.abs() + 10.0 * x.max(y) + 100.0 * x.min(y) + 1000.0 * x.clamp(0.0, 5.0)
    }
    scalar! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (0.0, 0.0) => 0.0, (1056.0, 55.0);
        (-1.0, 2.0) => -79.0, (99.0, 10.0);
        (5.0, 1.0) => 5155.0, (1011.0, 100.0);
        (6.0, 1.0) => 5166.0, (11.0, 100.0);
    }
}

mod n27_zero_cotangent_stops_infinite_slopes {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        x.sqrt() * y + x.ln_1p() + y * x.hypot(y)
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (0.0, 0.0) => 0.0, (1.0, 0.0); (4.0, 3.0); }
}

mod p01_rosenbrock {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        (1.0 - x).powi(2) + 100.0 * (y - x * x).powi(2)
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (-1.2, 1.0) => 24.2, (-215.6, -88.0); }
}

mod p03_leapfrog_duffing {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, v: f64, k: f64) -> f64 {
        let h = 0.05;
        let (mut x, mut v) = (x, v);
        for _ in 0..50 {
            v -= h * k * x.powi(3);
            x += h * v;
        }
        0.5 * v * v + 0.25 * k * x.powi(4)
    }
    scalar! {
        f(x, v, k) at (x: f64, v: f64, k: f64) into (dx, dv, dk);
        (1.0, 0.3, 2.0) => 0.5509174609, (1.90772525, 0.2723792502, 0.2219010259);
    }
}

mod p05_kepler_by_newton {
    #[autodiff::differentiate(vjp)]
    fn f(mean: f64, e: f64) -> f64 {
        let mut anomaly = mean;
        for _ in 0..6 {
            anomaly -= (anomaly - e * anomaly.sin() - mean) / (1.0 - e * anomaly.cos());
        }
        anomaly.cos() - e
    }
    scalar! { f(m, e) at (m: f64, e: f64) into (dm, de); (1.0, 0.3) => -0.02104569765, (-1.048008305, -2.006406963); }
}

mod v01_wrt {
    #[autodiff::differentiate(vjp, wrt(x))]
    fn f(x: f64, y: f64) -> f64 {
        x * y + y * y * y
    }
    scalar! { f(x, y) at (x: f64) with (y: f64) into (dx); (2.0) with (3.0) => 33.0, 3.0; }
}

mod v02_wrt_some_of_many {
    #[autodiff::differentiate(vjp, wrt(b, d))]
    fn f(a: &[f64], b: &[f64], c: f64, d: (f64, f64)) -> f64 {
        let mut s = c;
        for (x, y) in a.iter().zip(b) {
            s += x * y * d.0;
        }
        s * d.1
    }
    scalar! {
        f(&a, &b, c, d) at (b: [f64; 2], d: (f64, f64)) with (a: [f64; 2], c: f64) into (db, dd);
        ([3.0, 4.0], (2.0, 5.0)) with ([1.0, 2.0], 7.0) => 145.0, ([10.0, 20.0], (55.0, 29.0));
    }
}

mod v03_vector_output {
    #[autodiff::differentiate]
    fn f(x: f64, y: f64) -> (f64, f64, f64) {
        (x * y, x + y, x.sin())
    }
    vector! {
        f(x, y) at (x: f64, y: f64) into (dx, dy);
        (2.0, 3.0) cotangent (1.0, 10.0, 100.0) => (6.0, 5.0, 2_f64.sin()), (13.0 + 100.0 * 2_f64.cos(), 12.0);
        (2.0, 3.0) cotangent (0.0, 0.0, 1.0) => (6.0, 5.0, 2_f64.sin()), (2_f64.cos(), 0.0);
    }
}

mod v04_array_output {
    #[autodiff::differentiate]
    fn f(x: &[f64; 2], k: f64) -> [[f64; 2]; 2] {
        let mut out = [[0.0; 2]; 2];
        for i in 0..2 {
            for j in 0..2 {
                out[i][j] = x[i] * x[j] * k;
            }
        }
        out[1][0] = out[0][0] * x[1];
        out
    }
    vector! {
        f(&x, k) at (x: [f64; 2], k: f64) into (dx, dk);
        ([0.6, -1.1], 2.3) cotangent [[1.0, -2.0], [0.5, 3.0]];
        ([0.6, -1.1], 2.3) cotangent [[0.0, 0.0], [1.0, 0.0]];
    }
}

mod v05_in_out_parameter {
    #[autodiff::differentiate]
    fn f(a: &mut [f64]) {
        for v in a {
            *v = *v * *v
        }
    }

    #[test]
    fn the_incoming_cotangent_is_replaced() {
        let mut a = [2.0, 3.0];
        let mut cotangent = [1.0, 10.0];
        f_vjp(&mut a, &mut cotangent);
        assert_eq!(a, [4.0, 9.0]);
        assert_eq!(cotangent, [4.0, 60.0]);
    }
}

mod v06_out_parameter_beside_inputs {
    #[autodiff::differentiate]
    fn f(x: &[f64], k: f64, y: &mut [f64]) {
        y[0] = x[0] * k;
        y[1] += x[1] * k * y[0];
    }
    output! {
        f(&x, k, y) at (x: [f64; 2], k: f64) out (y: [f64; 2]) into (dx, dk);
        ([2.0, 3.0], 0.5) holding [100.0, 7.0], cotangent [1.0, 10.0]
            => [1.0, 8.5], ([8.0, 5.0], 62.0), [0.0, 10.0];
    }
}

mod v07_same_variable_twice {
    #[autodiff::differentiate]
    fn dot(a: &[f64], b: &[f64]) -> f64 {
        let mut s = 0.0;
        for i in 0..a.len() {
            s += a[i] * b[i];
        }
        s
    }
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f64; 3]) -> f64 {
        dot(a, a)
    }
    scalar! { f(&a) at (a: [f64; 3]) into (da); ([1.0, 2.0, 3.0]) => 14.0, [2.0, 4.0, 6.0]; }
}

mod v08_vec_and_tuple_parameters {
    #[autodiff::differentiate(vjp)]
    fn f(v: Vec<f64>, w: &Vec<f64>, (a, (b, c)): (f64, (f64, [f64; 2]))) -> f64 {
        let mut s = a * b;
        for (x, y) in v.iter().zip(w.iter()) {
            s += x * y * c[0];
        }
        s + c[1] * v[0]
    }
    scalar! {
        f(v.clone(), &w, t) at (v: Vec<f64>, w: Vec<f64>, t: (f64, (f64, [f64; 2]))) into (dv, dw, dt);
        (vec![1.0, 2.0], vec![3.0, 4.0], (5.0, (6.0, [7.0, 8.0]))) => 115.0,
            ([29.0, 28.0], [7.0, 14.0], (6.0, (5.0, [11.0, 1.0])));
        (vec![1.0], vec![], (5.0, (6.0, [7.0, 8.0]))) => 38.0, ([8.0], (6.0, (5.0, [0.0, 1.0])));
    }
}

mod v09_independent_pullbacks {
    #[autodiff::differentiate]
    fn f(x: &[f64]) -> Vec<f64> {
        let mut y = Vec::with_capacity(x.len());
        for v in x {
            y.push(v * v * x[0]);
        }
        y
    }
    vector! {
        f(&x) at (x: [f64; 3]) into (dx);
        ([1.0, 2.0, 3.0]) cotangent vec![1.0, 0.0, 0.0] => vec![1.0, 4.0, 9.0], [3.0, 0.0, 0.0];
        ([1.0, 2.0, 3.0]) cotangent vec![0.0, 1.0, 10.0] => vec![1.0, 4.0, 9.0], [94.0, 4.0, 60.0];
    }
}

mod v10_names_and_visibility {
    mod inner {
        #[autodiff::differentiate(vjp, name = "area", wrt(r))]
        pub(crate) fn circle(r: f64, scale: f64) -> f64 {
            r * r * scale
        }
    }

    #[test]
    fn every_companion_takes_the_name() {
        assert_eq!(inner::circle(3.0, 2.0), 18.0);
        assert_eq!(inner::area_grad(3.0, 2.0), 12.0);
        assert_eq!(inner::area_value_and_grad(3.0, 2.0), (18.0, 12.0));
        assert_eq!(inner::area_vjp(3.0, 2.0, 0.5), (18.0, 6.0));
        let mut dr = 7.0;
        assert_eq!(inner::area_grad_into(3.0, 2.0, &mut dr), 18.0);
        assert_eq!(dr, 12.0);
    }
}

mod v11_wrong_lengths_panic {
    use std::panic::catch_unwind;

    #[autodiff::differentiate(vjp)]
    fn f(weights: &[f64], x: f64) -> f64 {
        weights[0] * x
    }
    #[autodiff::differentiate]
    fn fill(x: f64, out: &mut [f64]) {
        for v in out {
            *v = x;
        }
    }

    fn message(call: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let payload = catch_unwind(call).expect_err("a wrong length panics");
        match payload.downcast::<String>() {
            Ok(text) => *text,
            Err(payload) => payload
                .downcast::<&str>()
                .map(|text| text.to_string())
                .expect("a panic message"),
        }
    }

    #[test]
    fn the_gradient_buffer() {
        let text = message(|| {
            let (mut short, mut dx) = ([0.0; 2], 0.0);
            f_grad_into(&[1.0, 2.0, 3.0], 2.0, &mut short, &mut dx);
        });
        assert!(
            text.contains('2') && text.contains('3') && text.contains("weights"),
            "{text}"
        );
    }

    #[test]
    fn the_cotangent_of_an_output() {
        let text = message(|| {
            let (mut out, mut cotangent) = ([0.0; 4], [1.0; 5]);
            fill_vjp(2.0, &mut out, &mut cotangent);
        });
        assert!(
            text.contains('4') && text.contains('5') && text.contains("out"),
            "{text}"
        );
    }

    #[test]
    fn nothing_is_written_before() {
        let mut buffers = ([7.0; 2], 7.0);
        let (short, dx) = (&mut buffers.0, &mut buffers.1);
        let call = std::panic::AssertUnwindSafe(|| f_grad_into(&[1.0, 2.0, 3.0], 2.0, short, dx));
        assert!(catch_unwind(call).is_err());
        assert_eq!(buffers, ([7.0; 2], 7.0));
    }
}

mod v12_output_partly_overwritten {
    #[autodiff::differentiate]
    fn f(x: f64, y: &mut [f64]) {
        for i in 1..3 {
            y[i] = y[i] * x + y[i - 1];
        }
    }
    output! {
        f(x, y) at (x: f64) out (y: [f64; 4]) into (dx);
        (2.0) holding [1.0, 3.0, 5.0, 7.0], cotangent [1.0, 10.0, 100.0, 1000.0]
            => [1.0, 7.0, 17.0, 7.0], 830.0, [111.0, 220.0, 200.0, 1000.0];
    }
}

mod v13_output_scalar {
    #[autodiff::differentiate]
    fn f(x: f64, y: &mut f64) {
        *y = *y * x;
        *y += x;
    }
    output! {
        f(x, y) at (x: f64) out (y: f64) into (dx);
        (2.0) holding 3.0, cotangent 10.0 => 8.0, 40.0, 20.0;
    }
}

mod v14_output_overwritten_is_no_input {
    #[autodiff::differentiate]
    fn f(x: &[f64; 3], y: &mut [f64; 3]) {
        for i in 0..3 {
            y[i] = x[2 - i].exp();
        }
        y.swap(0, 1);
    }
    output! {
        f(&x, y) at (x: [f64; 3]) out (y: [f64; 3]) into (dx);
        ([0.0, 0.0, 0.0]) holding [f64::NAN, f64::NAN, f64::NAN], cotangent [1.0, 10.0, 100.0]
            => [1.0, 1.0, 1.0], [100.0, 1.0, 10.0], [0.0, 0.0, 0.0];
    }
}

mod v15_float_result_beside_an_output {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: &mut [f64]) -> f64 {
        y[0] *= x;
        y[0] * y[1]
    }

    #[test]
    fn gradient_of_the_result_alone() {
        let mut y = [3.0, 5.0];
        assert_eq!(f_value_and_grad(2.0, &mut y), (30.0, 15.0));
        assert_eq!(y, [6.0, 5.0]);
    }

    #[test]
    fn cotangents_of_both() {
        let (mut y, mut cotangent) = ([3.0, 5.0], [100.0, 1000.0]);
        assert_eq!(f_vjp(2.0, &mut y, 1.0, &mut cotangent), (30.0, 315.0));
        assert_eq!(y, [6.0, 5.0]);
        assert_eq!(cotangent, [210.0, 1006.0]);
    }
}

mod v16_stop_gradient {
    use autodiff::stop_gradient as stop;

    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let held = autodiff::stop_gradient(x * y);
        let scale = autodiff::stop_gradient(x) as i64 as f64 + stop(x) - stop(x);
        x * held + y * scale
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 3.0) => 18.0, (6.0, 2.0); }
}

mod v17_bodies_run_once {
    use std::cell::Cell;

    thread_local!(static SEEN: Cell<u32> = const { Cell::new(0) });

    fn count(n: usize) -> bool {
        SEEN.with(|seen| seen.set(seen.get() + 1));
        n < 100
    }

    #[autodiff::differentiate]
    fn f(x: f64, n: usize) -> f64 {
        let mut r = x;
        for i in 0..n {
            assert!(count(i), "too many");
            r = r.sin() * x;
        }
        r
    }

    #[test]
    fn assertions_are_not_repeated_in_reverse() {
        let value = f(0.7, 5);
        SEEN.with(|seen| seen.set(0));
        assert_eq!(f_value_and_grad(0.7, 5).0, value);
        assert_eq!(SEEN.with(Cell::get), 5);
    }
}

mod v18_assertions_fail_as_in_the_function {
    #[autodiff::differentiate]
    fn f(x: &[f64], i: usize) -> f64 {
        assert!(x[0] > 0.0, "x must be positive, not {}", x[0]);
        assert_eq!(x.len(), 2);
        debug_assert!(i < 100);
        x[i] * x[0]
    }

    #[test]
    fn the_message_is_the_users() {
        let error =
            std::panic::catch_unwind(|| f_grad(&[-1.0, 2.0], 1)).expect_err("the assertion fails");
        assert_eq!(
            error.downcast_ref::<String>().map(String::as_str),
            Some("x must be positive, not -1")
        );
        assert!(std::panic::catch_unwind(|| f_grad(&[1.0, 2.0], 2)).is_err());
        assert_eq!(f_grad(&[1.0, 2.0], 1), [2.0, 1.0]);
    }
}

mod v19_a_result_and_an_output_parameter {
    #[autodiff::differentiate]
    fn f(x: &[f64], out: &mut [f64]) -> f64 {
        let mut sum = 0.0;
        for (o, v) in out.iter_mut().zip(x) {
            *o += v * v;
            sum += *o * x[0];
        }
        sum
    }

    #[test]
    fn both_have_cotangents() {
        let (x, mut out, mut cotangent) = ([3.0, 4.0], [1.0, 2.0], [10.0, 20.0]);
        let (value, gradient) = f_vjp(&x, &mut out, 1.0, &mut cotangent);
        assert_eq!((value, out), (84.0, [10.0, 18.0]));
        assert_eq!((gradient, cotangent), (vec![106.0, 184.0], [13.0, 23.0]));

        let (mut out, mut cotangent, mut gradient) = ([1.0, 2.0], [10.0, 20.0], [7.0; 2]);
        assert_eq!(
            f_vjp_into(&x, &mut out, 1.0, &mut cotangent, &mut gradient),
            84.0
        );
        assert_eq!((gradient, cotangent), ([106.0, 184.0], [13.0, 23.0]));

        let mut out = [1.0, 2.0];
        assert_eq!(f_grad(&x, &mut out), [46.0, 24.0]);
    }
}

mod v20_names_with_capitals {
    #![deny(warnings)]

    #[autodiff::differentiate]
    #[allow(non_snake_case)]
    fn Phi(X: f64) -> f64 {
        X.sin() * X
    }

    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        Phi(x) + self::Phi(2.0 * x)
    }
    scalar! { f(x) at (x: f64) into (dx); (0.7); (-1.3); }
}

/// Zero that nothing was added to is handed out as it is written: `0`, not `-0`.
mod zeros_have_no_sign {
    use autodiff::differentiate;

    #[differentiate(vjp)]
    fn chosen(x: f64, y: f64, a: &[f64; 3], b: &[f64], first: bool) -> f64 {
        if first { x * a[1] } else { y * b[1] }
    }

    #[differentiate]
    fn kept(x: &[f64; 2], out: &mut [f64]) {
        let mut own = [0.0; 2];
        own[0] = x[0] * x[0];
        out[0] = own[0];
        out[1] = own[1] * x[1];
    }

    #[differentiate]
    fn over(x: [f64; 2], twice: f64) -> [f64; 2] {
        let pair = [x[0] * 2.0, 1.0];
        let _ = twice;
        [pair[0], pair[1] + 0.0 * x[0]]
    }

    fn is_plain(x: &f64) -> bool {
        *x != 0.0 || x.is_sign_positive()
    }

    #[test]
    fn in_gradients() {
        for first in [true, false] {
            let (dx, dy, da, db) = chosen_grad(1.5, 2.5, &[0.5, 1.0, 2.0], &[3.0, 4.0, 5.0], first);
            assert!([dx, dy].iter().chain(&da).chain(&db).all(is_plain));
            let (_, (dx, dy, da, db)) =
                chosen_vjp(1.5, 2.5, &[0.5, 1.0, 2.0], &[3.0, 4.0, 5.0], first, -1.0);
            assert!([dx, dy].iter().chain(&da).chain(&db).all(is_plain));
        }
    }

    #[test]
    fn in_cotangents_of_outputs() {
        let (mut out, mut cotangent) = ([0.0; 3], [1.0, 2.0, 3.0]);
        let dx = kept_vjp(&[1.5, 2.0], &mut out, &mut cotangent);
        assert!(
            dx.iter().chain(&cotangent).all(is_plain),
            "{dx:?} {cotangent:?}"
        );
        assert_eq!(cotangent, [0.0, 0.0, 3.0]);
    }

    #[test]
    fn where_an_input_is_not_used() {
        let (_, (dx, dtwice)) = over_vjp([1.0, 2.0], 3.0, [1.0, 1.0]);
        assert!(dx.iter().chain(&[dtwice]).all(is_plain), "{dx:?} {dtwice}");
    }
}
