//! References to variables: to tuples and `Option`s as a whole, to their parts, and in macros.

mod tuple_mut_ref {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut t = (x[0], x[1]);
        let r = &mut t;
        r.0 *= 2.0;
        r.1 += r.0;
        t.0 * t.1
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod tuple_mut_call {
    #[autodiff::differentiate]
    fn g(t: &mut (f64, f64)) {
        t.0 *= t.1;
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut t = (x[0], x[1]);
        g(&mut t);
        g(&mut t);
        t.0 * t.1
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod tuple_pattern_mut {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut t = (x[0], x[1]);
        {
            let (a, b) = &mut t;
            *a *= 2.0;
            *b += *a;
        }
        let (ref mut c, _) = t;
        *c += 1.0;
        t.0 * t.1
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod tuple_swap {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut t = (x[0], x[1]);
        std::mem::swap(&mut t.0, &mut t.1);
        t.0 -= t.1;
        let u = std::mem::replace(&mut t, (x[2], x[3]));
        t.0 * u.0 + t.1 * u.1
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod tuple_loop_mut {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut t = (1.0, [x[0], x[1]]);
        for v in &mut t.1 {
            *v *= 2.0;
            t.0 += *v;
        }
        for v in t.1.iter_mut() {
            *v += 1.0;
        }
        t.1[0] * t.0
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod tuple_assign_whole {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut t = (x[0], x[1]);
        for v in x {
            t = (t.1 * v, t.0);
        }
        let s = t;
        t.0 = 3.0;
        s.0 + t.0 * t.1 + s.1
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod nested_tuple {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut t = ((x[0], x[1]), [x[2], x[3]]);
        let u = t.0;
        t.0.0 = u.1;
        t.0.1 = u.0;
        (t.1[0], t.1[1]) = (t.1[1] * u.0, t.1[0]);
        t.0.0 * t.1[0] + t.0.1 * t.1[1]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod option_mut_ref {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut o = Some(x[0]);
        if let Some(v) = &mut o {
            *v *= x[1];
        }
        if let Some(ref mut v) = o {
            *v += x[2];
        }
        match o {
            Some(ref mut v) if *v < 100.0 => *v *= *v,
            _ => {}
        }
        while let Some(v) = &mut o {
            *v *= 0.5;
            if v.abs() < 0.5 {
                break;
            }
        }
        o.unwrap()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod option_tuple {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut o: Option<(f64, usize)> = None;
        for (i, v) in x.iter().enumerate() {
            if o.is_none_or(|(b, _)| *v > b) {
                o = Some((*v, i));
            }
        }
        let (b, i) = o.unwrap();
        b * x[(i + 1) % 4]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod option_copied_state {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut prev: Option<f64> = None;
        let mut s = 0.0;
        for &v in x {
            if let Some(p) = prev {
                s += (v - p).powi(2);
            }
            prev = Some(v);
        }
        let last = prev.take();
        s * last.unwrap() + prev.map_or(0.5, |v| v)
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod option_ref_state {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut prev: Option<&f64> = None;
        let mut s = 0.0;
        for v in x {
            if let Some(p) = prev {
                s += (v - p).powi(2);
            }
            prev = Some(v);
        }
        s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod ref_rebinding {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut r = &x[0];
        for v in x {
            if v > r {
                r = v;
            }
        }
        let mut sl = x;
        let mut s = 0.0;
        while let [a, rest @ ..] = sl {
            s += a * r;
            sl = rest;
        }
        s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod slice_advance {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut s = 1.0;
        let mut rest = &x[..];
        while !rest.is_empty() {
            s += rest[0] * s;
            rest = &rest[1..];
        }
        let mut y = x;
        y = &y[2..];
        s * y[0]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod closure_capture_time {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut a = x[0];
        let g = move |b: f64| a * b;
        a = x[1];
        let r = g(2.0);
        a *= 3.0;
        r * a
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod option_as_mut {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut o = Some(x[0]);
        if let Some(v) = o.as_mut() {
            *v *= x[1];
        }
        if let Some(v) = &mut o {
            *v += x[2];
        }
        let t = o.take();
        t.unwrap_or(1.0) * x[3] + o.unwrap_or(2.0)
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod option_state {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut best: Option<f64> = None;
        for v in x {
            best = match best {
                None => Some(*v),
                Some(b) if *v > b => Some(*v * b),
                s => s,
            };
        }
        best.map_or(0.0, |b| b * x[0])
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod option_zip_and_then {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let a = x.first().zip(x.last()).map(|(a, b)| a * b);
        let b = x
            .get(1)
            .and_then(|v| if *v < 0.0 { Some(v * v) } else { None })
            .or(Some(2.0))
            .filter(|v| *v > 0.0);
        a.unwrap() * b.unwrap_or_else(|| x[3])
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod let_chain {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        if let Some(a) = x.get(0)
            && *a > 0.0
            && let Some(b) = x.get(1)
        {
            a * b
        } else {
            1.0
        }
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod macro_refs {
    #[autodiff::differentiate]
    fn g((a, b): (f64, f64), c: &(f64, [f64; 2])) -> f64 {
        assert!(a != b);
        assert_ne!(c.1[0], a);
        let (p, q) = c;
        assert!(*p != q[1]);
        a * b * p * q[0]
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        for v in x {
            assert!(*v < 100.0);
            assert!(v.abs() < 100.0);
        }
        for (i, v) in x.iter().enumerate() {
            assert!(i < 100 && *v < 100.0, "{v} {i}");
        }
        let y = x[1];
        debug_assert!(y < 3.0);
        x.iter().for_each(|v| assert!(*v < 9.0));
        g((x[0], x[1]), &(x[2], [x[3], x[0]]))
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod macro_refs2 {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        for a in v.iter_mut() {
            assert!(*a < 10.0);
            *a *= 2.0;
            assert!(*a < 10.0);
        }
        let [p, q, ..] = v[..] else { return 0.0 };
        assert!(p != q);
        let r = &p;
        assert!(*r == p);
        let s = &v;
        assert!(s[0] == v[0] && !s.is_empty());
        let w = &mut v;
        w[0] += 1.0;
        assert!(w[0] > 0.0);
        let t = (p, q);
        assert!(t.0 == p, "{:?}", t);
        v[0] * v[1] * q
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}
mod fold_vec_acc {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        x.iter()
            .fold(vec![], |mut acc: Vec<f64>, a| {
                let l = acc.last().copied().unwrap_or(1.0);
                acc.push(l * a);
                acc
            })
            .iter()
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod fold_array_acc {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let [a, b] = x.iter().fold([0.0, 1.0], |[s, p], v| [s + v, p * v]);
        let (m, q) = x.iter().fold((0.0, 0.0), |(m, q), v| (m + v, q + v * v));
        a * b + m / q
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod slice_pattern_swap {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        if let [a, .., b] = &mut v[..] {
            std::mem::swap(a, b);
            *a *= 2.0;
        }
        if let [_, m @ .., _] = v.as_mut_slice() {
            m[0] *= 3.0;
            m.reverse();
        }
        v.iter()
            .enumerate()
            .map(|(i, a)| a * (i as f64 + 1.0))
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod zip_mut_swap {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x[..2].to_vec();
        let mut w = x[2..].to_vec();
        for (a, b) in v.iter_mut().zip(w.iter_mut()) {
            std::mem::swap(a, b);
            *a = std::mem::replace(b, *a * 2.0);
        }
        v[0] * w[1] + v[1] * w[0] * 2.0
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod eval_order_compound {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mut k = 0;
        v[{
            k += 1;
            k
        }] *= x[k];
        let mut s = x[0];
        s += {
            s *= 2.0;
            s
        };
        s = s + {
            s = 3.0;
            s
        } * s;
        v[k] = {
            k += 1;
            x[k] * s
        };
        v.iter().product::<f64>() + s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod eval_order_args {
    #[autodiff::differentiate]
    fn g(a: [f64; 2], b: f64) -> f64 {
        a[0] * b + a[1]
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut a = [x[0], x[1]];
        let r = g(a, {
            a[0] = 5.0;
            a[0] * x[2]
        });
        let h = |p: f64, q: f64| p * q;
        let mut t = x[3];
        let u = h(t, {
            t = 2.0;
            t
        });
        let w = h(a[1], {
            a[1] = 9.0;
            a[1]
        });
        r + u
            + w
            + x[0].max({
                t += x[1];
                t
            })
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod eval_order_tuple {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut a = x[0];
        let t = (
            a,
            {
                a *= 2.0;
                a
            },
            a,
        );
        let mut v = x.to_vec();
        let q = [
            v[0],
            {
                v[0] = 7.0;
                v[0]
            },
            v[0],
        ];
        let s = (v[1] + {
            v[1] = 3.0;
            1.0
        }) * v[1];
        t.0 * t.1 * t.2 + q[0] * q[1] + s * q[2]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod retain_like {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        v.retain(|a| *a > 0.0);
        v.len() as f64 * v.iter().product::<f64>()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod chunks_exact_mut {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        for c in v.chunks_exact_mut(2) {
            c.swap(0, 1);
            c[0] *= c[1];
            let [a, b] = c else { panic!() };
            *a += *b;
        }
        let (h, t) = v.split_first_mut().unwrap();
        *h *= t[0];
        v.iter().sum::<f64>() * v[0]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod map_windows_tuple {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let t: Vec<[f64; 2]> = x.windows(2).map(|w| [w[0], w[1]]).collect();
        t.iter()
            .zip(t.iter().skip(1))
            .map(|(&[a, b], [c, d])| a * d - b * c)
            .sum::<f64>()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod max_by_key_abs {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let m = x
            .iter()
            .copied()
            .max_by(|a, b| a.abs().total_cmp(&b.abs()))
            .unwrap_or_default();
        let n = x
            .iter()
            .map(|v| v * v)
            .reduce(|a, b| if a > b { a } else { b })
            .expect("some");
        m * n
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod fn_pointer {
    #[autodiff::differentiate]
    fn sq(a: f64) -> f64 {
        a * a
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let g = sq;
        let h = f64::sin;
        g(x[0]) * h(x[1]) + x.iter().copied().map(sq).sum::<f64>()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod sort_variants {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        v.sort_by(|a, b| b.partial_cmp(a).unwrap());
        v.sort_unstable_by(f64::total_cmp);
        let m = v.len() / 2;
        (v[m] + v[m - 1]) / 2.0 * v[0]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod sort_index {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut idx: Vec<usize> = (0..x.len()).collect();
        idx.sort_by(|&a, &b| x[a].total_cmp(&x[b]));
        idx.iter().enumerate().map(|(k, &i)| x[i] * k as f64).sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod of_what_is_changed_only {
    //! `wrt()`: of the parameters only the outputs, by what they held before.
    use autodiff::differentiate;

    #[differentiate(wrt(), jvp)]
    fn turn(re: &mut [f64], im: &mut [f64], angles: &[f64], gain: f64) {
        for i in 0..re.len() {
            let (sin, cos) = angles[i].sin_cos();
            let real = gain * (re[i] * cos - im[i] * sin);
            im[i] = re[i] * sin + im[i] * im[i] * cos;
            re[i] = real;
        }
    }

    #[differentiate(wrt(x))]
    fn f(x: &[f64], angles: &[f64]) -> f64 {
        let mut re = x.to_vec();
        let mut im = vec![0.5; x.len()];
        turn(&mut re, &mut im, angles, 2.0);
        turn(&mut re, &mut im, angles, 0.5);
        re.iter().zip(&im).map(|(a, b)| a * a * b).sum()
    }

    #[test]
    fn works() {
        let (x, angles) = ([0.3, -0.7, 1.1], [0.4, 1.3, -2.0]);
        let grad = f_grad(&x, &angles);
        for i in 0..3 {
            let at = |h: f64| {
                let mut x = x;
                x[i] += h;
                f(&x, &angles)
            };
            let slope = (at(1e-5) - at(-1e-5)) / 2e-5;
            assert!((grad[i] - slope).abs() < 1e-8, "{i}: {} {slope}", grad[i]);
        }
        let (mut re, mut im) = ([1.0], [2.0]);
        let (mut re_cot, mut im_cot) = ([1.0], [10.0]);
        turn_vjp(&mut re, &mut im, &[0.5], 3.0, &mut re_cot, &mut im_cot);
        let (sin, cos) = 0.5_f64.sin_cos();
        assert_eq!(re, [3.0 * (cos - 2.0 * sin)]);
        assert!((re_cot[0] - (3.0 * cos + 10.0 * sin)).abs() < 1e-14);
        assert!((im_cot[0] - (-3.0 * sin + 10.0 * 4.0 * cos)).abs() < 1e-14);
        let (mut re, mut im) = ([1.0], [2.0]);
        let (mut re_dot, mut im_dot) = ([1.0], [0.0]);
        turn_jvp(&mut re, &mut im, &[0.5], 3.0, &mut re_dot, &mut im_dot);
        assert!((re_dot[0] - 3.0 * cos).abs() < 1e-14 && (im_dot[0] - sin).abs() < 1e-14);
    }
}

/// A constant behind a reference, of a type that is the caller's choice.
mod reference_to_what_is_generic {
    trait Medium {
        #[autodiff::differentiate(wrt(x))]
        fn index(&self, x: f64) -> f64 {
            x * x + 1.0
        }
    }
    struct Air;
    impl Medium for Air {}
    #[autodiff::differentiate(wrt(x))]
    fn through<M: Medium>(medium: &M, x: f64) -> f64 {
        medium.index(x) * x
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        through(&Air, 2.0 * x)
    }
    scalar! { f(x) at (x: f64) into (dx); (1.5) => 30.0, 56.0; }
}

/// A parameter that becomes a shorter and shorter slice.
mod a_slice_parameter_is_reassigned {
    #[autodiff::differentiate(vjp)]
    fn f(mut x: f64, mut rest: &[f64]) -> f64 {
        while let [head, tail @ ..] = rest {
            x = x * head + 1.0;
            rest = tail;
        }
        x
    }
    // (2 a + 1) b + 1
    scalar! { f(x, &rest) at (x: f64, rest: [f64; 2]) into (dx, dr); (2.0, [3.0, 4.0]) => 29.0, (12.0, [8.0, 7.0]); }
}
