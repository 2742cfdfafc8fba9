//! Elements of flat arrays, found by a sum of the loop's number and something else: in reverse they are those of a window.

agree! {
    rows_of_a_matrix: |x, w, n| {
        let columns = 2;
        let mut total = 0.0;
        for i in 0..x.len() / columns {
            let mut sum = 0.0;
            for j in 0..columns {
                sum += x[i * columns + j] * w[j];
            }
            total += sum * sum;
        }
        total + n as f64
    }
    rows_that_are_written: |x, w, n| {
        let columns = w.len();
        let mut product = vec![0.0; n * columns];
        for i in 0..n {
            for j in 0..columns {
                product[j + i * columns] = x[i % x.len()] * w[j];
            }
            for j in 1..columns {
                product[i * columns + j] += product[i * columns + j - 1].sin();
            }
        }
        product.iter().map(|p| p * p).sum()
    }
    nothing_beyond_the_end: |x, w, n| {
        let mut total = w[0];
        for k in 0..4 {
            let start = k * x.len();
            for j in 0..x.len().saturating_sub(start) {
                total += (x[start + j] * w[1]).sin();
            }
            for j in 1..1 {
                total += x[1000 + j] * n as f64;
            }
        }
        total
    }
    from_the_middle: |x, w, n| {
        let offset = n.min(1);
        let mut total = 0.0;
        for j in 1..x.len() - offset {
            total += (x[offset + j] - x[j]).powi(2) * w[0];
        }
        for j in (0..x.len() - offset).rev() {
            total = (total + x[j + offset]).sin();
        }
        total
    }
    two_parts_of_one: |x, w, n| {
        let half = x.len() / 2;
        let mut total = 0.0;
        for j in 0..half {
            total += x[j] * x[half + j] * w[n % w.len()];
        }
        total
    }
    rows_of_rows: |x, w, n| {
        let table = [[w[0], w[1], x[0]], [x[1], w[2], x[2]]];
        let mut total = 0.0;
        let row = n % 2;
        for j in 0..2 {
            total += table[row][j] * table[1 - row][row + j] + table[j][row + 1].exp();
        }
        total
    }
    the_base_changes: |x, w, n| {
        let mut base = 0;
        let mut total = 0.0;
        for j in 0..x.len() / 2 {
            total += x[base + j] * w[0];
            base += n % 2;
        }
        total
    }
    in_an_inner_loop: |x, w, n| {
        let mut total = 0.0;
        for i in 0..x.len() - 1 {
            let shift = n.min(1);
            for _ in 0..2 {
                total += (total + x[i + shift] * w[1]).cos();
            }
        }
        total
    }
    rows_that_are_not_there: |x, w, n| {
        let mut rows: Vec<Vec<f64>> = Vec::new();
        for i in 0..x.len() {
            let mut row = vec![x[i]; i + 1];
            for j in 0..i {
                row[j] *= rows[i - 1][j];
            }
            rows.push(row);
        }
        let all: f64 = rows.iter().flatten().sum();
        let none: Vec<Vec<f64>> = Vec::new();
        let mut total = all * w[n % w.len()];
        for j in 0..none.len() {
            total += none[0][j] * w[0];
        }
        total
    }
}
