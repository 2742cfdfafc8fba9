//! Rules of one's own, for results of every kind.

mod of_an_array {
    use autodiff::Real;

    #[autodiff::differentiate(rule = polar_rule)]
    fn f(r: f64, phi: f64) -> [f64; 2] {
        [r * phi.cos(), r * phi.sin()]
    }
    fn polar_rule<T: Real>(r: T, phi: T, value: [T; 2], cotangent: [T; 2]) -> (T, T) {
        let along = cotangent[0] * phi.cos() + cotangent[1] * phi.sin();
        let _ = r;
        (along, cotangent[1] * value[0] - cotangent[0] * value[1])
    }
    vector! {
        f(r, phi) at (r: f64, phi: f64) into (dr, dphi);
        (2.0, 0.3) cotangent [1.0, -0.5];
    }
}

mod of_a_vector {
    #[autodiff::differentiate(rule = softmax_rule)]
    fn f(x: &[f64]) -> Vec<f64> {
        let sum: f64 = x.iter().map(|v| v.exp()).sum();
        x.iter().map(|v| v.exp() / sum).collect()
    }
    fn softmax_rule(_: &[f64], value: Vec<f64>, cotangent: Vec<f64>) -> Vec<f64> {
        let mean: f64 = value.iter().zip(&cotangent).map(|(p, c)| p * c).sum();
        value
            .iter()
            .zip(&cotangent)
            .map(|(p, c)| p * (c - mean))
            .collect()
    }
    vector! {
        f(&x) at (x: [f64; 3]) into (dx);
        ([0.1, -0.4, 0.7]) cotangent vec![1.0, 0.5, -2.0];
    }
}

mod of_a_tuple_called_by_another {
    use autodiff::Real;

    #[autodiff::differentiate(rule = mixed_rule)]
    fn mixed(x: &[f64; 2], k: usize) -> (f64, [f64; 2]) {
        (x[0] * x[1], [x[0] * k as f64, x[1] * x[1]])
    }
    fn mixed_rule<T: Real>(x: &[T; 2], k: usize, _: (T, [T; 2]), c: (T, [T; 2])) -> [T; 2] {
        let (k, two) = (T::from_f64(k as f64), T::from_f64(2.0));
        [c.0 * x[1] + c.1[0] * k, c.0 * x[0] + c.1[1] * x[1] * two]
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, y: f64) -> f64 {
        let (product, [a, b]) = mixed(&[x, y], 3);
        product * a + b * x
    }
    scalar! { f(x, y) at (x: f64, y: f64) into (dx, dy); (2.0, 0.5) => 6.5, (6.25, 14.0); }
}

mod of_a_method {
    struct Line {
        slope: f64,
    }
    impl Line {
        #[autodiff::differentiate(rule = Self::at_rule)]
        fn at(&self, x: f64) -> f64 {
            self.slope * x
        }
        fn at_rule(&self, _x: f64, _value: f64, cotangent: f64) -> f64 {
            cotangent * self.slope
        }
    }
    #[autodiff::differentiate(vjp)]
    fn f(x: f64) -> f64 {
        let line = Line { slope: 3.0 };
        line.at(x) * x
    }
    scalar! { f(x) at (x: f64) into (dx); (2.0) => 12.0, 12.0; }
}

mod gradients_inside_a_rule_inside_a_gradient {
    //! Buffers that a thread keeps between calls are used by several at once.

    #[autodiff::differentiate(hessian)]
    fn energy(y: f64, a: f64) -> f64 {
        let v = vec![y, a, 1.0];
        let mut sum = (y - a).powi(2);
        for i in 0..3 {
            for j in 0..=i {
                sum += v[i] * v[j] * 0.1;
            }
        }
        sum
    }

    /// Where the energy is least, found by descent.
    #[autodiff::differentiate(rule = rest_rule)]
    fn rest(a: f64) -> f64 {
        let mut y = a;
        for _ in 0..60 {
            y -= 0.3 * energy_grad(y, a).0;
        }
        y
    }

    fn rest_rule(a: f64, y: f64, cotangent: f64) -> f64 {
        let hessian = energy_hessian(y, a);
        -cotangent * hessian[0][1] / hessian[0][0]
    }

    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut sum = 1.0;
        let mut found = Vec::new();
        for a in x {
            let y = rest(a * sum);
            found.push(y);
            sum += y * found[0];
        }
        sum * found.iter().sum::<f64>()
    }
    scalar! { f(&x) at (x: [f64; 3]) into (dx); ([0.4, 0.7, -0.2]); }
}
