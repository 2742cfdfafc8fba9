//! Loops that are, or must not be, taken back iteration by iteration: `agree!` calls a function directly, where it may run
//! both sweeps in one, and from another, where it runs one after the other.

agree! {
    mean: |x, w, n| {
        let mut total = 0.0;
        for v in x {
            total += (v * w[0]).sin();
        }
        total / x.len() as f64 + n as f64
    }
    scaled_by_what_is_active: |x, w, n| {
        let mut total = w[1];
        for i in 0..n {
            total -= x[i].exp() * w[i % w.len()];
        }
        let scale = w[0];
        2.0 - total * scale
    }
    scaled_by_what_the_loop_made: |x, w, n| {
        let (mut total, mut other) = (0.0, 1.0);
        for i in 0..n {
            total += x[i] * w[0];
            other += x[i] * x[i];
        }
        total * other
    }
    divided_by_another_sum: |x, w, n| {
        let (mut total, mut weight) = (0.0, 0.5);
        for (i, v) in x.iter().enumerate() {
            total += v * w[i % w.len()];
            weight += w[i % w.len()] * n as f64;
        }
        total / weight
    }
    sums_in_sums: |x, w, n| {
        let mut total = 0.0;
        for i in 0..n {
            for (j, v) in w.iter().enumerate() {
                if j % 2 == 0 {
                    total += x[i] * v;
                } else {
                    total -= (x[i] - v).powi(2);
                }
            }
            total += x[i].cos();
        }
        0.5 * total
    }
    one_sum_through_two_loops: |x, w, n| {
        let mut total = 0.0;
        for v in x {
            total += v.sin() * w[0];
        }
        for v in w {
            total -= v.exp() * x[n % x.len()];
        }
        total
    }
    a_sum_that_is_read: |x, w, n| {
        let mut total = 0.0;
        for i in 0..n {
            total += x[i] * w[0];
            total += total * 0.1;
        }
        total
    }
    a_sum_that_steers: |x, w, n| {
        let mut total = 0.0;
        for v in x {
            if total > 0.4 {
                total += v * w[0];
            } else {
                total += v * v * w[1];
            }
        }
        total * n as f64
    }
    a_sum_that_is_replaced: |x, w, n| {
        let mut total = 0.0;
        for i in 0..n {
            total += x[i] * w[0];
            if i == 1 {
                total = w[1] * x[0];
            }
        }
        total
    }
    a_snapshot_of_a_sum: |x, w, n| {
        let (mut total, mut half) = (0.0, 0.0);
        for i in 0..x.len() {
            total += x[i] * w[i % w.len()];
            if i == n {
                half = total;
            }
        }
        total + 2.0 * half
    }
    an_early_exit: |x, w, n| {
        let mut total = 0.0;
        for (i, v) in x.iter().enumerate() {
            if i == n || *v < -0.2 {
                break;
            }
            total += v.tanh() * w[0];
        }
        total
    }
    an_early_return: |x, w, n| {
        let mut total = 0.0;
        for (i, v) in x.iter().enumerate() {
            if i == n {
                return total * w[0];
            }
            total += v * w[1];
        }
        -total
    }
    while_it_lasts: |x, w, n| {
        let (mut total, mut i) = (0.0, 0);
        while i < n {
            total += x[i] * x[i] * w[0];
            i += 2;
        }
        total
    }
    scratch_that_is_filled: |x, w, n| {
        let mut terms = vec![0.0; w.len()];
        let mut total = 0.0;
        for v in x {
            for j in 0..w.len() {
                terms[j] = v * w[j] - w[j] * w[j];
            }
            let top = terms.iter().fold(f64::NEG_INFINITY, |a, b| a.max(*b));
            let mut sum = 0.0;
            for t in &terms {
                sum += (t - top).exp();
            }
            total += top + sum.ln();
        }
        total / (n + 1) as f64
    }
    scratch_of_which_a_part_is_filled: |x, w, n| {
        let mut terms = vec![w[0]; x.len()];
        let mut total = 0.0;
        for v in x {
            for j in 0..n {
                terms[j] = v * w[j % w.len()];
            }
            for t in &terms {
                total += t * t;
            }
        }
        total
    }
    scratch_that_is_filled_less_and_less: |x, w, n| {
        let mut terms = vec![w[0]; x.len()];
        let mut total = n as f64;
        for (i, v) in x.iter().enumerate() {
            for j in 0..x.len() - i {
                terms[j] = v * w[j % w.len()];
            }
            for t in &terms {
                total += t * t;
            }
        }
        total
    }
    scratch_changed_in_place: |x, w, n| {
        let mut terms = vec![0.0; w.len()];
        let mut total = n as f64;
        for v in x {
            for (t, y) in terms.iter_mut().zip(w) {
                *t = v * y;
            }
            for t in terms.iter_mut() {
                *t = t.exp();
            }
            for (i, t) in terms.iter().enumerate() {
                total += t * w[i];
            }
        }
        total
    }
    scratch_of_an_inner_loop: |x, w, n| {
        let mut y = vec![0.0; n];
        let mut z = vec![0.0; n];
        let mut total = 0.0;
        for v in x {
            for u in w {
                for i in 0..n {
                    y[i] = v - u * i as f64;
                    z[i] = u * y[i];
                }
                for i in 0..n {
                    for (a, b) in z[i + 1..].iter_mut().zip(w) {
                        *a += b * y[i];
                    }
                }
                total += z.iter().map(|a| a * a).sum::<f64>();
            }
        }
        total
    }
    scratch_of_two_inner_loops: |x, w, n| {
        let mut y = vec![w[0]; n + 1];
        let mut total = 0.0;
        for v in x {
            for _ in 0..n {
                for i in 0..y.len() {
                    y[i] = v * w[i % w.len()];
                }
                total += y[0] * y[n];
            }
            total += y[n] * v;
        }
        total
    }
    scratch_that_grows: |x, w, n| {
        let mut y = vec![w[0]; n];
        y.push(w[1]);
        let mut total = 0.0;
        for v in x {
            for i in 0..n {
                y[i] = v * w[i % w.len()];
            }
            for a in y.iter_mut() {
                *a = a.sin();
            }
            total += y.iter().sum::<f64>();
        }
        total
    }
    scratch_that_is_copied_into: |x, w, n| {
        let mut y = vec![0.0; w.len()];
        let mut total = 0.0;
        for v in x {
            y.copy_from_slice(w);
            for i in 0..n.min(y.len()) {
                y[i] *= v * y[w.len() - 1];
            }
            total += y.iter().map(|a| a * a).sum::<f64>();
        }
        total
    }
    scratch_changed_beyond_what_is_filled: |x, w, n| {
        let mut terms = vec![w[0]; x.len()];
        let mut total = 0.0;
        for v in x {
            for j in 0..n {
                terms[j] = v * w[0];
            }
            for t in terms.iter_mut() {
                *t = t.sin();
            }
            for t in &terms {
                total += t * t;
            }
        }
        total
    }
    scratch_read_one_ahead: |x, w, n| {
        let mut terms = vec![w[0]; x.len() + 1];
        let mut total = n as f64;
        for v in x {
            for j in 0..x.len() {
                terms[j] = v * w[1] + 0.5 * terms[j + 1];
            }
            for t in &terms {
                total += t * t;
            }
        }
        total
    }
    scratch_used_after_the_loop: |x, w, n| {
        let mut terms = vec![0.0; w.len()];
        let mut total = n as f64;
        for v in x {
            for j in 0..w.len() {
                terms[j] = v * w[j];
            }
            for t in &terms {
                total += t * t;
            }
        }
        total + terms[0]
    }
    scratch_written_in_a_branch: |x, w, n| {
        let mut terms = [w[0], w[1]];
        let mut total = 0.0;
        for (i, v) in x.iter().enumerate() {
            if i % 2 == n % 2 {
                terms[0] = v * w[0];
            }
            total += terms[0] * terms[1];
        }
        total
    }
    an_array_made_anew: |x, w, n| {
        let mut state = [0.0; 2];
        let mut total = 0.0;
        for v in x {
            state = [v * w[0], v + w[1]];
            state[1] *= state[0];
            total += state[1].sin() * state[0];
        }
        total * n as f64
    }
    memory_that_changes_afterwards: |x, w, n| {
        let mut y = x.to_vec();
        let mut total = 0.0;
        for v in &y {
            total += v * v * w[0];
        }
        y[0] = w[1];
        for v in &y {
            total += v.sin();
        }
        total * n as f64
    }
    memory_that_changed_before: |x, w, n| {
        let mut y = x.to_vec();
        for v in y.iter_mut() {
            *v *= w[0];
        }
        y.swap(0, 1);
        let mut total = 0.0;
        for v in &y {
            total += v * v * w[1];
        }
        total / (1 + n) as f64
    }
    a_recurrence_beside_the_sum: |x, w, n| {
        let (mut total, mut state) = (0.0, w[0]);
        for v in x {
            state = 0.5 * state + v * w[1];
            total += state * state;
        }
        total + n as f64
    }
    an_output_that_is_added_to: |x, w, n| {
        let mut bins = [0.0; 3];
        for (i, v) in x.iter().enumerate() {
            bins[(i + n) % 3] += v * w[i % w.len()];
        }
        bins[0] * bins[1] + bins[2]
    }
    the_scale_is_computed_late: |x, w, n| {
        let mut total = 0.0;
        for v in x {
            total += v * v;
        }
        let scale = w[0] * w[1];
        let negative = -scale;
        total * negative / (x.len() + n) as f64
    }
    the_sum_twice: |x, w, n| {
        let mut total = 0.0;
        for v in x {
            total += v * w[0];
        }
        total * n as f64 + total
    }
    counting_beside_adding: |x, w, n| {
        let (mut total, mut count) = (0.0, 0);
        for v in x {
            if *v > 0.0 {
                count += 1;
                total += v * w[0];
            }
        }
        total / (count + n + 1) as f64
    }
    mean_of_iterator: |x, w, n| {
        let total: f64 = x.iter().zip(w).map(|(a, b)| (a - b).powi(2)).sum();
        total / (2.0 * (n + 1) as f64)
    }
    a_vector_in_each_iteration: |x, w, n| {
        let mut total = 0.0;
        for v in x {
            let row: Vec<f64> = w.iter().map(|y| y * v).collect();
            let norm = row.iter().map(|r| r * r).sum::<f64>().sqrt();
            total += norm * row[n % row.len()];
        }
        total
    }
    neighbours: |x, w, n| {
        x.windows(2).map(|p| (p[1] - p[0] * p[0] * w[0]).powi(2)).sum::<f64>() * n as f64
    }
    neighbours_two_apart: |x, w, n| {
        let mut total = 0.0;
        for i in 0..x.len() - 2 {
            total += (x[i] * x[i + 2]).sin() * w[n % w.len()];
        }
        total
    }
    neighbours_from_the_middle_on: |x, w, n| {
        let mut total = 0.0;
        for i in n.min(3)..x.len() - 3 {
            total += x[i] * x[i + 1] * x[i + 3] + x[i + 1].cos() * w[0];
        }
        total
    }
    neighbours_in_a_branch: |x, w, n| {
        let mut total = 0.0;
        for i in 0..x.len() - 1 {
            total += x[i] * x[i + 1];
            if i % 2 == n % 2 {
                total += x[i + 1].sin() * w[0];
            }
        }
        total
    }
    neighbours_and_another: |x, w, n| {
        let mut total = 0.0;
        for i in 0..x.len() - 1 {
            total += x[i] * x[i + 1] * x[n % x.len()] - w[0] * x[i];
        }
        total
    }
    neighbours_backwards: |x, w, n| {
        let mut total = 0.0;
        for i in (0..x.len() - 1).rev() {
            total += (x[i + 1] - x[i]).exp() * w[n % w.len()];
        }
        total
    }
    neighbours_of_written_memory: |x, w, n| {
        let mut y = x.to_vec();
        for i in 0..y.len() - 1 {
            y[i] = y[i + 1] * w[0] + y[i];
        }
        for i in 0..y.len() - 1 {
            y[i + 1] *= y[i];
        }
        y[n % y.len()] + y.iter().sum::<f64>()
    }
    neighbours_of_none: |x, w, n| {
        let mut total = w[0] * w[0];
        for i in x.len()..n {
            total += x[i] * x[i + 1];
        }
        total
    }
    a_sum_of_sums: |x, w, n| {
        let mut level = w[0];
        let total: f64 = x.iter().map(|v| { level -= v; level }).sum();
        total * total + n as f64
    }
    a_sum_that_another_starts_from: |x, w, n| {
        let (mut first, mut second, mut last) = (w[0], w[1], 0.0);
        for v in x {
            first += v;
            second += first * w[0];
            last = first;
        }
        first * second + last * n as f64
    }
    sums_that_change_places: |x, w, n| {
        let (mut a, mut b) = (w[0], w[1]);
        for v in x {
            let c = a + v;
            a = b - w[n % w.len()];
            b = c;
        }
        a * 2.0 - b
    }
    a_sum_in_two_places_of_a_branch: |x, w, n| {
        let (mut a, mut b) = (w[0], 0.0);
        for (i, v) in x.iter().enumerate() {
            if i % 2 == n % 2 {
                a += v;
                b = a;
            } else {
                b += v * w[1];
            }
        }
        a + 3.0 * b
    }
    products_of_rows_of_different_length: |x, w, n| {
        // What the inner loops keep lies on the stack: the outer one goes backwards.
        let rows = vec![x.to_vec(), w[n % w.len()..].to_vec(), w.to_vec()];
        let mut sum = 0.0;
        for row in &rows {
            let mut product = 1.0;
            for v in row {
                product *= v;
            }
            sum += product;
        }
        sum
    }
}
