//! Structs as people use them: copied, borrowed, kept in vectors, taken apart.

mod copies_are_no_aliases {
    #[derive(Clone, Copy, autodiff::Differentiable)]
    struct P {
        a: f64,
        b: f64,
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut p = P { a: x[0], b: x[1] };
        let q = p;
        p.a *= 2.0;
        let mut r = q;
        r.b += p.a;
        let s = P { a: 3.0, ..r };
        p = r;
        r.a = 7.0;
        p.a * q.b + s.b * r.a + p.b
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod exclusive_references_to_fields {
    #[derive(Clone, Copy, autodiff::Differentiable)]
    struct P {
        a: f64,
        b: [f64; 2],
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut p = P {
            a: x[0],
            b: [x[1], x[2]],
        };
        {
            let r = &mut p;
            r.a *= 2.0;
            r.b[0] += r.a;
            let c = &mut r.b;
            c[1] *= c[0];
        }
        let b = &mut p.b;
        b.swap(0, 1);
        std::mem::swap(&mut p.a, &mut p.b[0]);
        p.a * p.b[0] + p.b[1]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod a_vector_of_structs_with_an_integer {
    #[derive(Clone, autodiff::Differentiable)]
    struct P {
        x: f64,
        v: f64,
        n: usize,
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut ps: Vec<P> = x
            .iter()
            .enumerate()
            .map(|(i, v)| P {
                x: *v,
                v: 0.1,
                n: i,
            })
            .collect();
        for _ in 0..3 {
            for p in ps.iter_mut() {
                p.v -= p.x * 0.1;
                p.x += p.v * (p.n as f64 + 1.0);
            }
            ps.swap(0, 3);
            let q = ps[1].clone();
            ps[2].x += q.x * q.v;
        }
        ps.iter().map(|p| p.x * p.v).sum::<f64>() + ps.last().unwrap().x
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod structs_from_and_to_functions {
    #[derive(Clone, Copy, autodiff::Differentiable)]
    struct P {
        a: f64,
        b: f64,
    }
    #[autodiff::differentiate]
    fn mk(x: f64, y: f64) -> P {
        let mut p = P { a: x * y, b: x };
        if y > 0.0 {
            p.b += y;
        }
        p
    }
    #[autodiff::differentiate]
    fn upd(p: &mut P, k: f64) {
        p.a *= k;
        p.b -= p.a;
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut p = mk(x[0], x[1]);
        upd(&mut p, x[2]);
        let q = mk(p.a, p.b);
        let P { a, b } = q;
        a * b + p.a
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod captured_structs {
    #[derive(Clone, Copy, autodiff::Differentiable)]
    struct P {
        a: f64,
        b: f64,
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut p = P { a: x[0], b: x[1] };
        let mut add = |k: f64| {
            p.a += k * p.b;
        };
        add(2.0);
        add(x[2]);
        let g = |p: P| p.a * p.b;
        let h = |p: &P| p.a - p.b;
        let m = move |k: f64| p.a * k;
        p.a = 1.0;
        g(p) + h(&p) + m(x[3])
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod fields_taken_and_replaced {
    #[derive(Clone, Default, autodiff::Differentiable)]
    struct L {
        w: Vec<f64>,
        b: f64,
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut l = L {
            w: x.to_vec(),
            b: x[0],
        };
        let w = std::mem::take(&mut l.w);
        l.w = w.iter().map(|v| v * v).collect();
        let old = std::mem::replace(&mut l.b, x[2]);
        let k = l;
        let mut l = L {
            w: vec![old],
            b: k.b,
        };
        l.w[0] += 1.0;
        k.w[1] * l.w[0] * l.b + w[3]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod structs_in_structs {
    #[derive(Clone, Copy, autodiff::Differentiable)]
    struct I {
        a: f64,
        k: [f64; 2],
    }
    #[derive(Clone, Copy, autodiff::Differentiable)]
    struct O {
        i: I,
        j: [I; 2],
        c: f64,
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let i = I {
            a: x[0],
            k: [x[1], x[2]],
        };
        let mut o = O {
            i,
            j: [i, I { a: x[3], ..i }],
            c: 1.0,
        };
        o.j[1].k[0] *= o.i.a;
        o.i = o.j[1];
        o.j[0].a = o.i.k[0];
        o.j.swap(0, 1);
        let O {
            i: I { a, .. },
            j: [p, q],
            c,
        } = o;
        a * p.k[0] + q.a * c * o.i.k[1]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod an_integer_field_as_a_float {
    #[derive(Clone, Copy, autodiff::Differentiable)]
    struct Mean {
        sum: f64,
        count: usize,
    }
    impl Mean {
        #[autodiff::differentiate(wrt(self))]
        fn value(&self) -> f64 {
            self.sum / self.count as f64
        }
        #[autodiff::differentiate(wrt(self))]
        fn twice(&self) -> f64 {
            2.0 * self.value()
        }
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let mean = Mean {
            sum: x * x,
            count: 3,
        };
        mean.value() * (mean.count as f64 + 1.0) + mean.twice()
    }
    scalar! { f(x) at (x: f64) into (dx); (3.0) => 18.0, 12.0; }
}
