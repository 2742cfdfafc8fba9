//! Memory that is overwritten while it is read, in loops.

agree! {
    factorised_in_place: |x, w, n| {
        // The Cholesky factor of `1 + x xᵀ + w wᵀ`, padded.
        let m = x.len();
        let mut a = vec![0.0; m * m];
        for i in 0..m {
            for j in 0..=i {
                a[i * m + j] = x[i] * x[j] + w[i % w.len()] * w[j % w.len()] + if i == j { 1.0 } else { 0.0 };
            }
        }
        for i in 0..m {
            for j in 0..=i {
                let mut sum = a[i * m + j];
                for k in 0..j {
                    sum -= a[i * m + k] * a[j * m + k];
                }
                a[i * m + j] = if i == j { sum.sqrt() } else { sum / a[j * m + j] };
            }
        }
        let mut total = n as f64;
        for i in 0..m {
            total += a[i * m + i].ln();
        }
        total
    }
    three_neighbours_and_one_write: |x, w, n| {
        let width = w.len() + 1;
        let mut costs = vec![0.5; (x.len() + 1) * width];
        for i in 1..=x.len() {
            for j in 1..=w.len() {
                let here = i * width + j;
                let (a, b, c) = (costs[here - width - 1], costs[here - width], costs[here - 1]);
                costs[here] = (x[i - 1] - w[j - 1]).powi(2) + a * b * 0.5 + (b * c).sin() + a / (1.0 + c * c);
            }
        }
        costs[x.len() * width + w.len()] + n as f64
    }
    relaxed_in_place: |x, w, n| {
        // What is written in this sweep is read in it, and in the next one.
        let mut u = x.to_vec();
        for _ in 0..n {
            for i in 1..u.len() - 1 {
                let (west, here, east) = (u[i - 1], u[i], u[i + 1]);
                u[i] = 0.4 * here * west + 0.3 * (here * east).sin() + 0.1 * w[i % w.len()] * west * east;
            }
        }
        u.iter().map(|v| v * v).sum::<f64>()
    }
    read_between_two_writes: |x, w, n| {
        let mut u = x.to_vec();
        let mut total = 0.0;
        for i in 0..n {
            let j = (i + 1) % u.len();
            u[i] = u[i] * u[j] * w[0];
            total += u[i] * u[j] * u[(j + 1) % x.len()];
            u[j] *= 0.5 + u[i] * u[i];
        }
        total + u[0] * u[1]
    }
    written_by_an_inner_loop: |x, w, n| {
        let mut u = vec![0.2; x.len()];
        let mut total = 0.0;
        for i in 0..n {
            u[i % x.len()] += x[0] * w[i % w.len()];
            for k in 0..x.len() {
                u[k] = u[k] * 0.5 + x[k] * u[(k + 1) % x.len()];
            }
            for k in 0..x.len() {
                total += u[k] * u[k] * w[k % w.len()];
            }
            u[0] *= x[1];
        }
        total
    }
    swapped: |x, w, n| {
        let mut u = x.to_vec();
        let mut total = 0.0;
        for i in 0..n {
            for k in 0..u.len() {
                total += u[k] * u[(k + i) % x.len()] * w[k % w.len()];
            }
            u.swap(i, (i + 2) % x.len());
            u[i] = u[i] * 0.9 + 0.1 * total;
        }
        total
    }
    under_a_condition: |x, w, n| {
        let mut u = x.to_vec();
        let mut total = 0.0;
        for i in 0..n {
            for k in 0..u.len() {
                if u[k] > 0.2 {
                    let double = u[k] * u[k] * u[(k + 1) % x.len()];
                    u[k] = double - w[k % w.len()];
                } else if i % 2 == 0 {
                    u[k] += w[0] * u[k] * u[k];
                    continue;
                }
                total += u[k] * u[(k + 1) % x.len()];
                if total > 5.0 {
                    break;
                }
            }
        }
        total + u[0]
    }
    indices_in_memory: |x, w, n| {
        // Integers, overwritten; where they point to is written to.
        let mut order: Vec<usize> = (0..x.len()).collect();
        let mut u = x.to_vec();
        let mut total = 0.0;
        for i in 0..n {
            for k in 0..x.len() {
                total += u[order[k]] * u[order[(k + 1) % x.len()]] * w[order[k] % w.len()];
            }
            u[order[i]] = u[order[0]] * u[order[1]];
            order[i] = (order[i] + 1) % x.len();
        }
        total
    }
    indices_of_what_is_written: |x, w, n| {
        let mut u = x.to_vec();
        let mut total = w[0];
        for i in 0..n {
            let at = (u[i] * 10.0).abs() as usize % x.len();
            total += u[at] * u[i] * u[at];
            u[at] = u[at] * 0.5 + total * w[0];
        }
        total
    }
    left_early: |x, w, n| {
        let mut u = x.to_vec();
        for i in 0..n {
            for k in 0..u.len() {
                u[k] = u[k] * u[(k + 1) % x.len()] + u[i] * u[k] * w[0];
                if u[k] > 1.5 {
                    return u[k] * u[0] * u[i];
                }
            }
        }
        u[0] * u[u.len() - 1]
    }
    beside_a_sum_that_is_fused: |x, w, n| {
        let mut u = vec![1.0; w.len()];
        for i in 1..w.len() {
            let mut s = w[i];
            for k in 0..i {
                s += u[k] * u[i - 1 - k] * 0.3;
            }
            u[i] = s.tanh();
        }
        let mut total = 0.0;
        for v in x {
            let mut p = 0.0;
            for k in 0..u.len() {
                p += u[k] * (v * (k + 1) as f64).sin();
            }
            total += p * p;
        }
        total + n as f64
    }
    written_in_what_is_fused: |x, w, n| {
        let mut u = vec![0.1; x.len()];
        let mut total = 0.0;
        for i in 0..x.len() {
            for k in 0..=i {
                u[k] = x[i] * w[k % w.len()];
            }
            for k in 0..=i {
                total += u[k] * u[i - k] * u[0];
            }
        }
        total + n as f64
    }
}
