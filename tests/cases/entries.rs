//! Loops that keep something for their reverse in each iteration: written and read by the iteration's number where nothing
//! else is pushed in between, pushed and popped elsewhere. Called directly and from another function.

agree! {
    an_exponential_kept: |x, w, n| {
        let total: f64 = x.iter().map(|v| (v * w[0]).exp()).sum();
        total.ln() + n as f64
    }
    from_the_middle: |x, w, n| {
        let mut product = 1.0;
        for i in 1..x.len() {
            product *= x[i].exp() + w[0];
        }
        for i in 2..n {
            product *= x[i % x.len()].sin() + w[i % w.len()];
        }
        product
    }
    bounds_the_wrong_way_round: |x, w, n| {
        let mut s = w[0];
        for i in n..2 {
            s = s.sin() * x[i];
        }
        for i in 3..n {
            s = s.cos() * x[i % x.len()];
        }
        s
    }
    backwards_and_in_steps: |x, w, n| {
        let mut s = w[0];
        for i in (0..n).rev() {
            s = (s * x[i % x.len()]).sin();
        }
        for i in (0..x.len()).step_by(2) {
            s = (s + x[i]).exp() * w[1];
        }
        for i in 0..=n {
            s = (s - x[i % x.len()]).tanh();
        }
        s
    }
    in_steps_from_both_ends: |x, w, n| {
        let mut s = w[0];
        for i in (0..x.len()).rev().step_by(3) {
            s = (s * x[i]).sin();
        }
        for i in (0..x.len().saturating_sub(1)).step_by(n + 1) {
            s += x[i + 1] * s * w[1];
        }
        for i in (0..x.len()).step_by(2).rev() {
            s = (s - x[i]).cos();
        }
        for i in (n..x.len()).step_by(2) {
            let mut v = x.to_vec();
            v[i - n] = s * x[i];
            s += v[i - n].sin() * v[i];
        }
        s
    }
    in_steps_of_ranges_that_do_not_know_their_length: |x, w, n| {
        let mut s = w[0];
        for i in (0..=x.len() - 1).step_by(2) {
            s = (s * x[i]).sin();
        }
        for i in (0..n as u64).step_by(2) {
            s = (s + x[i as usize % x.len()] * i as f64).cos();
        }
        for i in (-1..n as i32).rev().step_by(2) {
            s = (s * w[1]).sin() + i as f64;
        }
        s
    }
    what_is_enough: |x, w, n| {
        let (mut s, mut at, mut by) = (w[0], 0, 1);
        for i in 0..n.min(x.len()) {
            (at, by) = ((at * 3 + by) % 7, (by + at) % 5 + 1);
            let here = (at ^ by) % x.len();
            if i < here {
                s = (s * x[here]).sin();
            } else if here > 0 {
                s += x[here] * x[here - 1] * w[1];
            }
        }
        s
    }
    numbers_of_another_type: |x, w, n| {
        let mut s = w[0];
        for i in 0..n as u8 {
            s = (s + x[0]).sin();
            s += i as f64 * x[1];
        }
        for i in -2..n as i32 {
            s = (s * x[i.unsigned_abs() as usize]).cos();
        }
        s
    }
    a_number_that_finds_nothing: |x, w, n| {
        let mut s = x[0];
        for i in 0..n {
            s = (s + i as f64 * w[0]).sin();
        }
        s
    }
    a_loop_in_a_loop: |x, w, n| {
        let mut s = 0.3;
        for i in 0..n {
            let mut inner = w[0];
            for j in 0..x.len() {
                inner = (inner * x[j]).exp() - s;
            }
            s = (s + inner * x[i % x.len()]).sin();
            for j in 0..w.len() {
                s += (w[j] * s).cos();
            }
        }
        s
    }
    what_stands_in_memory: |x, w, n| {
        let mut y = vec![0.0; x.len()];
        for i in 0..x.len() {
            y[i] = (x[i] * w[0]).tanh();
        }
        let mut z = vec![0.0; x.len()];
        for i in (0..x.len()).rev() {
            let v = (y[i] + w[1]).exp();
            z[i] = v;
        }
        let mut total = 0.0;
        for i in 0..x.len() {
            total += y[i] * z[i] + z[(i + n) % x.len()];
        }
        total
    }
    what_stands_in_memory_and_does_not_stay: |x, w, n| {
        let mut y = vec![0.0; x.len()];
        for i in 0..x.len() {
            y[i] = (x[i] * w[0]).tanh();
        }
        let first: f64 = y.iter().sum();
        for i in 0..x.len().min(n) {
            y[i] = (y[i] - x[i]).exp();
        }
        let mut twice = vec![0.0; x.len()];
        for k in 0..n {
            for i in 0..x.len() {
                twice[i] = (twice[i] + x[i] * w[k % w.len()]).sin();
            }
        }
        let mut changed = vec![0.0; x.len()];
        for i in 0..x.len() {
            let v = x[i].exp();
            changed[i] = v;
            changed[i] *= w[1];
        }
        let mut swapped = vec![0.0; x.len()];
        for i in 0..x.len() {
            swapped[i] = x[i].cos() * w[2].exp();
            swapped.swap(0, i);
        }
        let mut sometimes = vec![0.5; x.len()];
        for i in 0..x.len() {
            let v = (x[i] * w[1]).exp();
            if i % 2 == 0 {
                sometimes[i] = v;
            }
            sometimes[0] += v * v;
        }
        let mut total = first;
        for i in 0..x.len() {
            total += y[i] * twice[i] + changed[i] * swapped[i] * sometimes[i];
        }
        total
    }
    what_stands_in_memory_of_a_loop: |x, w, n| {
        let mut total = 0.0;
        let mut last = vec![1.0; x.len()];
        for k in 0..n {
            let mut y = vec![0.0; x.len()];
            for i in 0..x.len() {
                y[i] = (last[i] * w[k % w.len()]).tanh();
            }
            for i in 0..x.len() {
                total += y[i] * x[i];
            }
            last = y;
        }
        total
    }
    what_stands_in_memory_that_is_taken_away: |x, w, n| {
        let mut y = vec![0.0; x.len()];
        for i in 0..x.len() {
            y[i] = (x[i] * w[0]).exp();
        }
        let mut z = y;
        for i in 0..x.len() {
            z[i] *= z[(i + 1) % x.len()] + n as f64;
        }
        z.truncate(2);
        z[0] * z[1]
    }
    what_was_overwritten: |x, w, n| {
        let mut buffer = vec![0.0; x.len()];
        let mut total = 0.0;
        for i in 0..n {
            for j in 0..x.len() {
                buffer[j] = x[j] * w[i % w.len()] + 0.1 * buffer[j];
            }
            let squares: f64 = buffer.iter().map(|b| b * b).sum();
            total += squares * squares;
        }
        total
    }
    conditions_are_kept: |x, w, n| {
        let mut s = 0.1;
        for i in 0..x.len() {
            if s * w[0] > 0.5 {
                s = s * x[i] - 0.4;
            } else {
                s = s + x[i] * w[1] * n as f64;
            }
        }
        s
    }
    left_early: |x, w, n| {
        let mut s = w[0];
        for i in 0..x.len() {
            if i == n {
                break;
            }
            s = (s * x[i]).sin();
        }
        s
    }
    a_call_in_between: |x, w, n| {
        #[autodiff::differentiate]
        fn squashed(v: f64) -> f64 {
            v.tanh() * v
        }
        let mut s = w[0];
        for i in 0..n {
            s = (s * x[i % x.len()]).sin();
            s += squashed(s);
        }
        s
    }
    in_a_branch: |x, w, n| {
        let mut s = w[0];
        if n > 1 {
            for i in 0..x.len() {
                s = (s * x[i]).sin();
            }
        } else {
            for i in 0..w.len() {
                s = (s * w[i]).cos();
            }
        }
        s * s
    }
}

mod more_than_the_frame_has_room_for {
    #[autodiff::differentiate(hvp)]
    fn f(x: &[f64]) -> f64 {
        let mut s = 0.5;
        for i in 0..x.len() {
            s = (s + x[i]).sin();
        }
        s
    }

    #[test]
    fn agrees() {
        for n in [255, 256, 257, 5000] {
            let x: Vec<f64> = (0..n).map(|i| (i as f64).cos()).collect();
            // ds_i/dx_j is the product of the cosines from j on.
            let mut arguments = Vec::new();
            let mut s: f64 = 0.5;
            for v in &x {
                arguments.push(s + v);
                s = (s + v).sin();
            }
            let (value, gradient) = f_value_and_grad(&x);
            assert_eq!(value.to_bits(), s.to_bits());
            let mut expected = 1.0;
            for (i, argument) in arguments.iter().enumerate().rev() {
                expected *= argument.cos();
                assert!((gradient[i] - expected).abs() <= 1e-12, "{i} of {n}");
            }
            let direction = vec![1e-3; n];
            let along = f_hvp(&x, &direction);
            let h = 1e-3;
            let moved = |sign: f64| {
                let x: Vec<f64> = x
                    .iter()
                    .zip(&direction)
                    .map(|(x, d)| x + sign * h * d)
                    .collect();
                f_grad(&x)
            };
            let (up, down) = (moved(1.0), moved(-1.0));
            for i in 0..n {
                let difference = (up[i] - down[i]) / (2.0 * h);
                assert!((along[i] - difference).abs() <= 1e-8, "{i} of {n}");
            }
        }
    }
}

mod rows_of_a_jacobian {
    #[autodiff::differentiate(jacobian)]
    fn f(x: &[f64]) -> [f64; 2] {
        let (mut s, mut t) = (0.5, 1.0);
        for i in 0..x.len() {
            s = (s + x[i]).sin();
            t = t * x[i] + s;
        }
        [s, t]
    }

    #[test]
    fn are_read_from_the_same_entries() {
        let x: Vec<f64> = (0..12).map(|i| (i as f64).cos()).collect();
        let jacobian = f_jacobian(&x);
        for row in 0..2 {
            let mut cotangent = [0.0; 2];
            cotangent[row] = 1.0;
            let (_, expected) = f_vjp(&x, cotangent);
            for (found, expected) in jacobian.row(row).iter().zip(&expected) {
                assert!((found - expected).abs() <= 1e-14 * expected.abs());
            }
        }
    }
}
