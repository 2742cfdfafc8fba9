//! Neighbours on a ring, and loops that look at what is beside their item: on their inside no index is looked at.

agree! {
    both_sides: |x, w, n| {
        let len = x.len();
        let mut total = 0.0;
        for i in 0..len {
            total += x[(i + len - 1) % len] * x[i].sin() * x[(i + 1) % len] * w[n % w.len()];
        }
        total
    }
    shorter_than_its_neighbourhood: |x, w, n| {
        let mut total = 0.0;
        for i in 0..n {
            total += x[(i + n - 1) % n] * w[0] + (x[i] * x[(i + 2) % n] * w[1]).sin();
        }
        total
    }
    far_away: |x, w, n| {
        let len = n.max(2);
        let mut total = 1.0;
        for i in 0..len {
            total = (total * x[(i + 3) % len] + w[0] * x[(len - 2 + i) % len]).tanh() + x[i];
        }
        total
    }
    no_ring_after_all: |x, w, n| {
        let len = x.len();
        let mut total = 0.0;
        for i in 0..len {
            total += x[(i + 1) % 3] * x[(i + len + 1) % len] * w[(i + n) % 3];
        }
        total
    }
    rows_and_columns: |x, w, n| {
        const SIDE: usize = 4;
        let grid: Vec<f64> = (0..SIDE * SIDE).map(|k| x[k % x.len()] * w[k % w.len()]).collect();
        let mut rate = vec![0.0; SIDE * SIDE];
        for i in 0..SIDE {
            let north = (i + SIDE - 1) % SIDE * SIDE;
            let south = (i + 1) % SIDE * SIDE;
            for j in 0..SIDE {
                let (west, east) = ((j + SIDE - 1) % SIDE, (j + 1) % SIDE);
                let row = i * SIDE;
                let spread = grid[north + j] + grid[south + j] + grid[row + west] + grid[row + east];
                rate[row + j] += grid[row + j] * grid[row + j] * (spread - 4.0 * grid[row + j]);
            }
        }
        let mut total = 0.0;
        for k in 0..SIDE * SIDE {
            total += rate[k] * (1.0 + k as f64 + n as f64);
        }
        total
    }
    what_is_written_goes_round: |x, w, n| {
        let len = x.len();
        let mut v = x.to_vec();
        for _ in 0..n {
            for i in 0..len {
                v[(i + 1) % len] += 0.5 * v[i] * v[(i + len - 1) % len] * w[1];
            }
        }
        v.iter().map(|v| v.sin()).sum()
    }
    another_name_inside: |x, w, n| {
        let len = x.len();
        let mut total = 0.0;
        for len in 0..len {
            let n = n + 1;
            for n in 0..n {
                total += x[(len + n) % x.len()] * w[(n + 1) % 2];
            }
        }
        total
    }
    leaving_early: |x, w, n| {
        let len = x.len();
        let mut total = 0.0;
        for i in 0..len {
            if total > 1.0 { break; }
            total += x[(i + 1) % len] * w[0];
        }
        for i in 0..len {
            if i == n { continue; }
            total += (x[(i + len - 1) % len] * total).cos();
        }
        total
    }
    from_one_on: |x, w, n| {
        let len = x.len();
        let mut total = 0.0;
        for i in 1..len {
            total += x[(i + 1) % len] * x[i - 1] * w[n % 2];
        }
        total
    }
    a_stencil: |x, w, n| {
        let mut total = 0.0;
        for i in 1..x.len() - 1 {
            let curved = x[i - 1] - 2.0 * x[i] + x[i + 1];
            total += curved * curved * w[n % 3];
        }
        for i in n.min(2)..x.len() - 2 {
            total += (x[i + 2] * x[i]).sin();
        }
        total
    }
    a_stencil_of_rows: |x, w, n| {
        let columns = x.len() / 2;
        let mut total = 0.0;
        for r in 0..2 {
            let start = r * columns;
            for i in 1..columns.saturating_sub(n % 2) {
                total += x[start + i - 1] * x[start + i] * x[start + (i - 1)] * w[r];
            }
        }
        total
    }
    rosenbrock: |x, w, n| {
        let valleys: f64 = x
            .windows(2)
            .map(|pair| w[0] * (pair[1] - pair[0] * pair[0]).powi(2) + (1.0 - pair[0]).powi(2))
            .sum();
        valleys * (1.0 + n as f64)
    }
    what_comes_together_is_asked_for_twice: |x, w, n| {
        let mut total = 0.0;
        for i in 0..x.len() - 1 {
            let here = x[i] * w[n % 3];
            total += here * here * x[i + 1] + (here + x[i]).sin() * x[i];
            if i > 1 {
                total += here * x[i + 1];
            }
        }
        total
    }
    in_front_of_its_row: |x, w, n| {
        let mut total = 0.0;
        for r in 1..3 {
            for j in 0..x.len() - 2 {
                total += x[r + j - 1] * w[r] * x[r + j];
            }
        }
        total * (1.0 + n as f64)
    }
}

/// A loop that goes astray does what it does until then, and says what it would have said.
mod astray {
    #[autodiff::differentiate]
    fn f(x: &[f64], out: &mut [f64], shift: usize) -> f64 {
        let mut total = 0.0;
        for i in 0..x.len() {
            out[i] = x[i] * x[i + shift];
            total += out[i];
        }
        total
    }

    fn message(run: impl FnOnce() + std::panic::UnwindSafe) -> String {
        let panic = std::panic::catch_unwind(run).expect_err("too far");
        panic.downcast_ref::<String>().expect("a message").clone()
    }

    #[test]
    fn panics_where_it_would() {
        let x = [2.0, 3.0, 5.0];
        let (mut plain, mut swept) = ([0.0; 3], [0.0; 3]);
        let own = message(std::panic::AssertUnwindSafe(|| {
            f(&x, &mut plain, 1);
        }));
        let ours = message(std::panic::AssertUnwindSafe(|| {
            f_vjp(&x, &mut swept, 1, 1.0, &mut [0.0; 3]);
        }));
        assert_eq!(ours, own);
        assert_eq!(swept, plain);
        assert_eq!(swept, [6.0, 15.0, 0.0]);
    }

    #[test]
    fn the_same_memory_in_two_windows() {
        let (value, dx) = f_vjp(&[2.0, 3.0], &mut [0.0; 2], 0, 1.0, &mut [0.0, 1.0]);
        assert_eq!(value, 13.0);
        assert_eq!(dx, [4.0, 12.0]);
    }
}
