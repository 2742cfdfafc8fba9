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
