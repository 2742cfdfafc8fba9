//! Longer programs, as people write them.

mod softmax_cross_entropy {
    #[autodiff::differentiate(vjp)]
    fn f(logits: &[f64], label: usize) -> f64 {
        let mut max = logits[0];
        for v in &logits[1..] {
            if *v > max {
                max = *v;
            }
        }
        let mut sum = 0.0;
        for v in logits {
            sum += (v - max).exp();
        }
        sum.ln() + max - logits[label]
    }
    scalar! {
        f(&x, label) at (x: [f64; 3]) with (label: usize) into (dx);
        ([1.0, 1.0, 1.0]) with (1) => 3_f64.ln(), [1.0 / 3.0, -2.0 / 3.0, 1.0 / 3.0];
        ([0.2, -1.0, 1.4]) with (0);
    }
}

mod two_layer_network {
    #[autodiff::differentiate(vjp)]
    fn f(w1: &[f64], w2: &[f64], x: &[f64], hidden: usize) -> f64 {
        let mut h = vec![0.0; hidden];
        for (j, out) in h.iter_mut().enumerate() {
            let mut z = 0.0;
            for (i, v) in x.iter().enumerate() {
                z += w1[j * x.len() + i] * v;
            }
            *out = z.tanh();
        }
        let mut y = 0.0;
        for (a, b) in h.iter().zip(w2) {
            y += a * b;
        }
        (y - 1.0).powi(2)
    }
    scalar! {
        f(&w1, &w2, &x, hidden) at (w1: [f64; 6], w2: [f64; 3], x: [f64; 2]) with (hidden: usize) into (da, db, dx);
        ([0.1, -0.4, 0.5, 0.3, -0.2, 0.7], [0.6, -0.1, 0.4], [1.2, -0.8]) with (3);
        ([0.1, -0.4, 0.5, 0.3, -0.2, 0.7], [0.6, -0.1, 0.4], [1.2, -0.8]) with (0) => 1.0, ([0.0; 6], [0.0; 3], [0.0; 2]);
    }
}

mod runge_kutta_on_an_oscillator {
    #[autodiff::differentiate]
    fn slope(state: [f64; 2], k: f64) -> [f64; 2] {
        [state[1], -k * state[0].sin() - 0.1 * state[1]]
    }
    #[autodiff::differentiate]
    fn advanced(state: [f64; 2], by: [f64; 2], h: f64) -> [f64; 2] {
        [state[0] + h * by[0], state[1] + h * by[1]]
    }
    #[autodiff::differentiate(vjp)]
    fn f(start: [f64; 2], k: f64, steps: usize) -> f64 {
        let h = 0.1;
        let mut s = start;
        for _ in 0..steps {
            let k1 = slope(s, k);
            let k2 = slope(advanced(s, k1, h / 2.0), k);
            let k3 = slope(advanced(s, k2, h / 2.0), k);
            let k4 = slope(advanced(s, k3, h), k);
            for i in 0..2 {
                s[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
            }
        }
        s[0] * s[0] + s[1]
    }
    scalar! {
        f(s, k, n) at (s: [f64; 2], k: f64) with (n: usize) into (ds, dk);
        ([0.3, 0.9], 2.0) with (20);
        ([0.3, 0.9], 2.0) with (0) => 0.99, (0.6, 1.0, 0.0);
    }
}

mod cholesky_in_place {
    #[autodiff::differentiate(vjp)]
    fn f(a: &[[f64; 3]; 3], b: [f64; 3]) -> f64 {
        let mut l = [[0.0; 3]; 3];
        for i in 0..3 {
            for j in 0..=i {
                let mut s = a[i][j];
                for k in 0..j {
                    s -= l[i][k] * l[j][k];
                }
                l[i][j] = if i == j { s.sqrt() } else { s / l[j][j] };
            }
        }
        let mut z = b;
        for i in 0..3 {
            for k in 0..i {
                z[i] -= l[i][k] * z[k];
            }
            z[i] /= l[i][i];
        }
        let mut quadratic = 0.0;
        for i in 0..3 {
            quadratic += z[i] * z[i] + 2.0 * l[i][i].ln();
        }
        quadratic
    }
    scalar! {
        f(&a, b) at (a: [[f64; 3]; 3], b: [f64; 3]) into (da, db);
        ([[4.0, 0.0, 0.0], [1.0, 3.0, 0.0], [-0.5, 0.7, 2.0]], [1.0, -2.0, 0.5]);
    }
}

mod dynamic_programme_with_soft_minimum {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64], y: &[f64]) -> f64 {
        let (n, m) = (x.len(), y.len());
        let mut d = vec![1e3_f64; (n + 1) * (m + 1)];
        d[0] = 0.0;
        for i in 1..=n {
            for j in 1..=m {
                let cost = (x[i - 1] - y[j - 1]).powi(2);
                let (a, b, c) = (
                    d[(i - 1) * (m + 1) + j],
                    d[i * (m + 1) + j - 1],
                    d[(i - 1) * (m + 1) + j - 1],
                );
                let low = a.min(b).min(c);
                let soft = low - ((low - a).exp() + (low - b).exp() + (low - c).exp()).ln();
                d[i * (m + 1) + j] = cost + soft;
            }
        }
        d[n * (m + 1) + m]
    }
    scalar! { f(&x, &y) at (x: [f64; 4], y: [f64; 3]) into (dx, dy); ([0.1, 0.9, 1.4, 0.2], [0.0, 1.3, 0.4]); }
}

mod piecewise_linear_interpolation {
    #[autodiff::differentiate(vjp)]
    fn f(knots: &[f64], values: &[f64], x: f64) -> f64 {
        let mut i = 0;
        while i + 2 < knots.len() && x >= knots[i + 1] {
            i += 1;
        }
        let t = (x - knots[i]) / (knots[i + 1] - knots[i]);
        values[i] * (1.0 - t) + values[i + 1] * t
    }
    scalar! {
        f(&k, &v, x) at (k: [f64; 3], v: [f64; 3], x: f64) into (dk, dv, dx);
        ([0.0, 1.0, 3.0], [5.0, 7.0, 1.0], 0.5) => 6.0, ([-1.0, -1.0, 0.0], [0.5, 0.5, 0.0], 2.0);
        ([0.0, 1.0, 3.0], [5.0, 7.0, 1.0], 2.5) => 2.5, ([0.0, 0.75, 2.25], [0.0, 0.25, 0.75], -3.0);
    }
}

mod power_iteration {
    #[autodiff::differentiate(vjp)]
    fn f(a: [[f64; 2]; 2], steps: usize) -> f64 {
        let mut v = [1.0, 1.0];
        let mut eigenvalue = 0.0;
        for _ in 0..steps {
            let w = [
                a[0][0] * v[0] + a[0][1] * v[1],
                a[1][0] * v[0] + a[1][1] * v[1],
            ];
            let norm = w[0].hypot(w[1]);
            v = [w[0] / norm, w[1] / norm];
            eigenvalue = norm;
        }
        eigenvalue
    }
    scalar! {
        f(a, n) at (a: [[f64; 2]; 2]) with (n: usize) into (da);
        ([[2.0, 1.0], [1.0, 3.0]]) with (4);
        ([[2.0, 1.0], [1.0, 3.0]]) with (0) => 0.0, [0.0; 4];
    }
}

mod cholesky_through_split_at_mut {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let n = 3;
        let mut a = vec![0.0; n * n];
        for i in 0..n {
            for j in 0..n {
                a[i * n + j] = x[i] * x[j] * 0.1 + if i == j { 3.0 + x[3] } else { 0.2 };
            }
        }
        for j in 0..n {
            let s: f64 = a[j * n..j * n + j].iter().map(|v| v * v).sum();
            a[j * n + j] = (a[j * n + j] - s).sqrt();
            for i in j + 1..n {
                let (top, bottom) = a.split_at_mut(i * n);
                let rj = &top[j * n..j * n + j];
                let d: f64 = bottom[..j].iter().zip(rj).map(|(p, q)| p * q).sum();
                bottom[j] = (bottom[j] - d) / top[j * n + j];
            }
        }
        (0..n).map(|i| a[i * n + i].ln()).sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod fourier_transform_in_place {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        fn fft(re: &mut [f64], im: &mut [f64]) {
            let n = re.len();
            let mut j = 0;
            for i in 1..n {
                let mut bit = n >> 1;
                while j & bit != 0 {
                    j ^= bit;
                    bit >>= 1;
                }
                j ^= bit;
                if i < j {
                    re.swap(i, j);
                    im.swap(i, j);
                }
            }
            let mut len = 2;
            while len <= n {
                let ang = -2.0 * std::f64::consts::PI / len as f64;
                let (ws, wc) = ang.sin_cos();
                for i in (0..n).step_by(len) {
                    let (mut cr, mut ci) = (1.0, 0.0);
                    for k in 0..len / 2 {
                        let (a, b) = (i + k, i + k + len / 2);
                        let (tr, ti) = (re[b] * cr - im[b] * ci, re[b] * ci + im[b] * cr);
                        re[b] = re[a] - tr;
                        im[b] = im[a] - ti;
                        re[a] += tr;
                        im[a] += ti;
                        (cr, ci) = (cr * wc - ci * ws, cr * ws + ci * wc);
                    }
                }
                len <<= 1;
            }
        }
        let mut re = x.to_vec();
        let mut im = vec![0.0; 4];
        fft(&mut re, &mut im);
        re.iter()
            .zip(&im)
            .enumerate()
            .map(|(i, (a, b))| (a * a + 2.0 * b * b) * (i + 1) as f64)
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod forward_algorithm {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let lse = |v: &[f64]| {
            let m = v.iter().copied().fold(f64::NEG_INFINITY, f64::max);
            m + v.iter().map(|a| (a - m).exp()).sum::<f64>().ln()
        };
        let mut al = vec![x[0], x[1]];
        for t in 0..3 {
            let next: Vec<f64> = (0..2)
                .map(|j| {
                    lse(&al
                        .iter()
                        .enumerate()
                        .map(|(i, a)| a + x[(i + j + t) % 4])
                        .collect::<Vec<_>>())
                        + x[j + 2] * 0.1
                })
                .collect();
            al = next;
        }
        lse(&al)
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod edit_distance {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let (a, b) = x.split_at(2);
        let mut prev: Vec<f64> = (0..=b.len()).map(|j| j as f64 * 0.7).collect();
        for (i, p) in a.iter().enumerate() {
            let mut cur = vec![(i + 1) as f64 * 0.7];
            for (j, q) in b.iter().enumerate() {
                let c = (p - q).abs();
                let best = (prev[j] + c).min(prev[j + 1] + 0.7).min(cur[j] + 0.7);
                cur.push(best);
            }
            prev = cur;
        }
        prev[b.len()] * x[0]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod pairwise_until_one_is_left {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        while v.len() > 1 {
            let w: Vec<f64> = v
                .chunks(2)
                .map(|c| match c {
                    [a, b] => a * b + 0.5,
                    [a] => a * 2.0,
                    _ => unreachable!(),
                })
                .collect();
            v = w;
        }
        v[0]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod runge_kutta_with_closures {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let rhs = |[p, q]: [f64; 2]| -> [f64; 2] { [q, -x[2] * p - x[3] * q * q * q] };
        let mut s = [x[0], x[1]];
        for _ in 0..5 {
            let h = 0.1;
            let add = |a: [f64; 2], b: [f64; 2], w: f64| [a[0] + w * b[0], a[1] + w * b[1]];
            let k1 = rhs(s);
            let k2 = rhs(add(s, k1, h / 2.0));
            let k3 = rhs(add(s, k2, h / 2.0));
            let k4 = rhs(add(s, k3, h));
            for i in 0..2 {
                s[i] += h / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
            }
        }
        s[0] * s[1]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod parts_that_leave_a_vector {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let mut w: Vec<f64> = x.iter().map(|a| a * 2.0).collect();
        v.append(&mut w);
        w.push(v[4] * x[0]);
        let mut sum = 0.0;
        for a in v.drain(..2) {
            sum = sum * x[1] + a * a;
        }
        v[0] *= sum;
        sum += v.drain(1..=1).map(|a| a.sin()).sum::<f64>();
        w.extend(v.drain(v.len() - 1..));
        let (left, right) = w.split_at_mut(1);
        left.swap_with_slice(right);
        for k in 0..2 {
            let mut tail = v.split_off(v.len() - 1);
            tail.push(x[k] * w[k]);
            sum += tail[0] * tail[1];
        }
        let all: Vec<f64> = w.drain(..).collect();
        sum * all[0] + (v.len() + w.len()) as f64
    }
    scalar! { f(&x) at (x: [f64; 3]) into (dx); ([1.2, 0.4, 3.0]); ([-0.5, 0.8, 0.3]); }
}

/// Maps and queues of what has no derivative, whose methods are called like those of a `Vec`.
mod maps_of_constants {
    use std::collections::{HashMap, VecDeque};
    #[autodiff::differentiate(vjp)]
    fn f(x: f64, words: &[&str], weights: &HashMap<String, usize>) -> f64 {
        let mut counts: HashMap<&str, usize> = HashMap::new();
        for word in words {
            let before = counts.get(word).copied().unwrap_or(0);
            counts.insert(word, before + 1);
        }
        let mut queue = VecDeque::new();
        queue.push_back(3_usize);
        queue.push_back(words.len());
        counts["a"] as f64 * x * x + x * queue.len() as f64 + x * weights["w"] as f64
    }
    #[test]
    fn works() {
        let weights = HashMap::from([("w".to_owned(), 5)]);
        assert_eq!(f(3.0, &["a", "b", "a"], &weights), 39.0);
        assert_eq!(f_grad(3.0, &["a", "b", "a"], &weights), 19.0);
    }
}

mod parts_that_are_no_floats {
    // Defined twice, so that the file does not tell what the fields are.
    pub mod one {
        #[derive(Clone, autodiff::Differentiable)]
        pub struct Table {
            pub at: Vec<usize>,
            pub weights: Vec<f64>,
            pub times: i32,
        }
    }
    pub mod other {
        pub struct Table;
    }
    use one::Table;
    #[autodiff::differentiate(wrt(weights))]
    fn pick(at: &[usize], weights: &[f64], times: i32) -> f64 {
        weights[at[0]] * weights[at[1]] + f64::from(times) * weights[0]
    }
    #[autodiff::differentiate]
    fn f(table: &Table) -> f64 {
        pick(&table.at, &table.weights, table.times)
    }
    #[test]
    fn works() {
        let _ = other::Table;
        let table = Table {
            at: vec![0, 1],
            weights: vec![2.0, 3.0],
            times: 4,
        };
        assert_eq!(f_grad(&table).weights, [7.0, 2.0]);
    }
}
