//! Functions with so many loops that what is emitted for them ends otherwise (`again` in `emit/code.rs`).

agree! {
    many_loops: |x, w, n| {
        let mut s = x[0] * w[0];
        for i in 0..n {
            for j in 0..i {
                if x[j % x.len()] > 0.3 {
                    s += x[i % x.len()] * w[j % w.len()];
                }
            }
        }
        for i in (0..n).rev().step_by(2) {
            s = s * 0.9 + x[i % x.len()].sin();
        }
        let mut trips = 0;
        while trips < n && s < 1e6 {
            s += w[trips % w.len()] * 0.1 * s;
            trips += 1;
            if s > 40.0 {
                break;
            }
        }
        s += x.iter().zip(w).map(|(p, q)| p * q).sum::<f64>();
        let mut u = vec![s; 3];
        for i in 0..n {
            if i % 3 == 1 {
                continue;
            }
            u[i % 3] = u[(i + 1) % 3] * 0.5 + x[0];
        }
        for v in &mut u {
            *v *= *v;
        }
        let mut t = w.iter().fold(s, |a, b| a.max(*b));
        for _ in 0..0 {
            t *= 0.0;
        }
        let found = loop {
            t = t * 0.7 + u[0] * 1e-3;
            if t < 5.0 {
                break t * t;
            }
        };
        'rows: for i in 0..n {
            for q in w {
                t += q * x[i % x.len()];
                if i > 3 {
                    continue 'rows;
                }
                if t > 60.0 {
                    break 'rows;
                }
            }
        }
        #[checkpoint(2)]
        for i in 0..n {
            t = t.sin() + x[i % x.len()] * u[1];
        }
        let total = u.iter().sum::<f64>();
        t + found + total + trips as f64
    }
}
