//! Widths, generics and casts.

mod single_precision {
    #[autodiff::differentiate(vjp)]
    fn f(x: f32, y: f32) -> f32 {
        let mut s = 0.5;
        for i in 0..4 {
            s += (x * i as f32).sin() * y;
        }
        if s > 0.0 { s * x } else { s / y }
    }
    scalar! {
        f(x, y) at (x: f32, y: f32) into (dx, dy);
        (0.5, 2.0) => 2.568_391_5, (7.307_181_8, 1.159_195_75);
    }
}

mod single_precision_slices {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[f32], k: f32) -> f32 {
        let mut s = 0.0;
        for v in a {
            s += v * v * k;
        }
        s
    }
    scalar! { f(&a, k) at (a: [f32; 3], k: f32) into (da, dk); ([1.0, 2.0, 3.0], 0.5) => 7.0, ([1.0, 2.0, 3.0], 14.0); }
}

mod generic_over_real {
    use autodiff::Real;

    #[autodiff::differentiate(vjp)]
    fn f<T: Real>(x: T, y: T) -> T {
        let mut s = x * y + T::from_f64(1.5);
        for i in 0..3 {
            s = s.sin() + x * T::from_f64(i as f64);
        }
        s
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (0.4, 1.3); (-2.0, 0.1); }
}

mod generic_over_real_in_single_precision {
    use autodiff::Real;

    #[autodiff::differentiate(vjp)]
    fn f<T>(a: &[T; 2], k: T) -> T
    where
        T: Real,
    {
        let mut a = *a;
        a[0] *= k;
        a[0] * a[1]
    }
    scalar! { f(&a, k) at (a: [f32; 2], k: f32) into (da, dk); ([2.0, 3.0], 5.0) => 30.0, ([15.0, 10.0], 6.0); }

    #[test]
    fn both_widths_of_one_function() {
        assert_eq!(f_grad(&[2.0_f64, 3.0], 5.0), ([15.0, 10.0], 6.0));
        assert_eq!(f_grad(&[2.0_f32, 3.0], 5.0), ([15.0, 10.0], 6.0));
    }
}

mod const_generic_length {
    #[autodiff::differentiate(vjp)]
    fn f<const N: usize>(x: &[f64; N]) -> f64 {
        let mut s = 0.0;
        let mut y = [0.0; N];
        for i in 0..N {
            y[N - 1 - i] = x[i] * (i + N) as f64;
        }
        for i in 0..N {
            s += x[i] * y[i];
        }
        s
    }
    scalar! { f(&x) at (x: [f64; 3]) into (dx); ([1.0, 2.0, 3.0]) => 40.0, [24.0, 16.0, 8.0]; }

    #[test]
    fn other_lengths() {
        assert_eq!(f_grad(&[]), []);
        assert_eq!(f_grad(&[3.0]), [6.0]);
    }
}

mod const_generic_matrix {
    #[autodiff::differentiate(vjp)]
    fn f<const M: usize, const N: usize>(a: &[[f64; N]; M], x: [f64; N]) -> f64 {
        let mut s = 0.0;
        for row in a {
            let mut dot = 0.0;
            for (p, q) in row.iter().zip(&x) {
                dot += p * q;
            }
            s += dot * dot;
        }
        s / M as f64
    }
    scalar! {
        f(&a, x) at (a: [[f64; 2]; 3], x: [f64; 2]) into (da, dx);
        ([[1.0, 2.0], [0.5, -1.0], [0.0, 0.3]], [0.7, -0.4]);
    }
}

mod casts_of_inactive_numbers {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, n: i32, c: char) -> f64 {
        let k = (n as f64 * 0.75) as i64 as f64;
        let byte = c as u32 as f64 / 100.0;
        x * k + x.powi(n) * byte + f64::from(n.unsigned_abs() as u16)
    }
    scalar! { f(x, n, c) at (x: f64) with (n: i32, c: char) into (dx); (1.5) with (3, 'd') => 9.375, 8.75; (1.5) with (-2, 'z'); }
}

mod mixed_widths {
    #[autodiff::differentiate(vjp, wrt(x))]
    fn f(x: f64, scale: f32, table: &[f32]) -> f64 {
        let mut s = x * f64::from(scale);
        for t in table {
            s += x * x * (*t as f64);
        }
        s
    }
    scalar! {
        f(x, scale, &table) at (x: f64) with (scale: f32, table: [f32; 2]) into (dx);
        (3.0) with (0.5, [1.0, 0.25]) => 12.75, 8.0;
    }
}

mod path_forms_and_constants {
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let a = f64::sin(x) + f64::powi(y, 3) * f64::exp(-x);
        let b = f64::min(a, f64::max(x, y)) - f64::hypot(x, y) + f64::atan2(y, x);
        let c = <f64>::sqrt(b * b + f64::MIN_POSITIVE) + y.signum() * x.floor();
        c.to_radians() + f64::mul_add(x, y, c) + a.sin_cos().1
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (0.8, 0.3); (1.4, -0.6); (0.2, 1.1); }
}

mod lifetimes_and_named_types {
    type Pair = [f64; 2];
    type Scalar = f64;

    #[autodiff::differentiate(vjp)]
    fn f<'a>(a: &'a Pair, b: &'a [Scalar], k: Scalar) -> Scalar {
        let longer: &'a [f64] = if b.len() > 2 { b } else { a };
        longer[0] * k + a[1] * b[0]
    }
    scalar! {
        f(&a, &b, k) at (a: [f64; 2], b: Vec<f64>, k: f64) into (da, db, dk);
        ([2.0, 3.0], vec![5.0, 6.0], 7.0) => 29.0, ([7.0, 5.0], [3.0, 0.0], 2.0);
        ([2.0, 3.0], vec![5.0, 6.0, 8.0], 7.0) => 50.0, ([0.0, 5.0], [10.0, 0.0, 0.0], 5.0);
    }
}

/// Where floats of several widths meet, the type beside a sum says which one it is.
mod sums_of_mixed_floats {
    #[autodiff::differentiate]
    fn f(x: f32, y: f64) -> f64 {
        let narrow = vec![y as f32];
        let wide = vec![x as f64, y];
        wide.iter().sum::<f64>() * (narrow[0] * x) as f64
    }

    #[test]
    fn gradient() {
        // (x + y) x y
        assert_eq!(f_grad(3.0, 2.0), (16.0, 21.0));
    }
}

/// Adjoints between two casts: nothing beside them says which width they are of.
mod adjoints_between_casts {
    #[autodiff::differentiate]
    fn f(x: f32, y: f64) -> f64 {
        let wide = -(x as f64) * 0.5;
        let narrow = [(1.0 - wide) as f32, wide as f32];
        let z = if y > 0.0 { -narrow[0] } else { narrow[1] * 0.5 };
        z as f64 * y
    }

    #[test]
    fn gradient() {
        // -(1 + x / 2) y, or -x y / 4
        assert_eq!(f_grad(3.0, 2.0), (-1.0, -2.5));
        assert_eq!(f_grad(2.0, -2.0), (0.5, -0.5));
    }
}

/// One literal, written in two widths.
mod literals_of_two_widths {
    #[autodiff::differentiate]
    fn f(x: f32, y: f64) -> f64 {
        (x * 0.1) as f64 * (y * 0.1) + 0.1 as f64
    }

    #[test]
    fn gradient() {
        let (value, (dx, dy)) = f_value_and_grad(2.0, 3.0);
        assert_eq!(value, f(2.0, 3.0));
        assert_eq!(dx, (0.1 * 3.0) as f32 * 0.1);
        assert_eq!(dy, f64::from(2.0_f32 * 0.1) * 0.1);
    }
}

/// Literals whose type is said by the array's have its methods.
mod arrays_of_integers {
    #[autodiff::differentiate]
    fn f(x: f64) -> f64 {
        let k: [u8; 2] = [1, 2];
        let m: [[i16; 2]; 2] = [[-1, 2], [0x3, 4]];
        let mut s = x.powi(k[0].max(k[1]) as i32) + x * k[1].count_ones() as f64;
        for r in m {
            s += x * r[1].pow(2) as f64 * m[0][0].abs() as f64;
        }
        s
    }

    #[test]
    fn gradient() {
        // x² + x + 20 x
        assert_eq!(f_value_and_grad(3.0), (72.0, 27.0));
    }
}
