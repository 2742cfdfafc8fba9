//! Elements that a loop replaces in place, two at a time, which may be the same one: butterflies, rotations, permutations.

agree! {
    a_butterfly: |x, w, n| {
        let mut v = x.to_vec();
        for half in 0..x.len() {
            for k in 0..n {
                let (a, b) = (k % x.len(), (k + half) % x.len());
                let odd = v[b] * w[0] + w[1];
                v[b] = v[a] - odd;
                v[a] += odd;
            }
        }
        v.iter().zip(x).map(|(v, x)| v * x).sum::<f64>()
    }
    a_permutation: |x, w, n| {
        let mut v = x.to_vec();
        for k in 0..3 * n {
            let (a, b) = (k % v.len(), (k * k + n) % v.len());
            v.swap(a, b);
            v[a] *= w[k % w.len()];
        }
        v.iter().zip(x).map(|(v, x)| v * x).sum::<f64>()
    }
    changed_places_by_hand: |x, w, n| {
        let (mut v, mut u) = (x.to_vec(), w.to_vec());
        let m = v.len().min(u.len());
        for k in 0..2 * n + 1 {
            let (a, b) = (k % m, k * k % m);
            let held = v[a];
            v[a] = v[b];
            v[b] = held;
            let other = u[b];
            u[b] = u[a];
            u[a] = other + 0.5 * other * held;
        }
        (0..m).map(|k| v[k] * u[k] * x[k].cos()).sum::<f64>()
    }
    rows_that_change_places: |x, w, n| {
        let mut rows = [[x[0], w[0]], [x[1], w[1]], [x[2], w[2]]];
        for k in 0..n + 2 {
            rows.swap(k % 3, k * k % 3);
            rows[k % 3][0] *= rows[0][1];
        }
        rows[0][0] * w[0] + rows[1][0] * w[1] * w[1] + rows[2][0] * rows[2][1]
    }
    a_butterfly_of_pairs: |x, w, n| {
        let (mut re, mut im) = (x.to_vec(), w.to_vec());
        let m = x.len().min(w.len());
        for k in 0..n * m {
            let (a, b) = (k % m, (k * k + 1) % m);
            let (cos, sin) = ((0.3 * k as f64).cos(), (0.3 * k as f64).sin());
            let odd_re = re[b] * cos + im[b] * sin;
            let odd_im = im[b] * cos - re[b] * sin;
            re[b] = re[a] - odd_re;
            im[b] = im[a] - odd_im;
            re[a] += odd_re;
            im[a] += odd_im;
        }
        re.iter().map(|v| v * v).sum::<f64>() + im.iter().map(|v| v.sin()).sum::<f64>()
    }
    a_rotation: |x, w, n| {
        let mut v = x.to_vec();
        for k in 0..n {
            let (i, j) = (k % x.len(), (2 * k) % x.len());
            let turned = v[i] * w[0].cos() - v[j] * w[0].sin();
            v[j] = v[i] * w[0].sin() + v[j] * w[0].cos();
            v[i] = turned;
        }
        v.iter().enumerate().map(|(i, v)| v * i as f64).sum::<f64>() + w[1]
    }
    one_element_three_times: |x, w, n| {
        let mut v = x.to_vec();
        for k in 0..n {
            let i = k % x.len();
            v[i] = v[i] * w[0];
            v[i] += w[1] * v[(i + k) % x.len()];
            v[i] = v[i].sin() - v[k / 2 % x.len()];
        }
        v.iter().sum::<f64>()
    }
    looked_at_in_between: |x, w, n| {
        let mut v = x.to_vec();
        let mut sum = 0.0;
        for k in 0..n {
            let (i, j) = (k % x.len(), (k + k / 3) % x.len());
            v[j] += v[i] * w[0];
            sum += v[j] * v[j];
            v[i] = v[j] - sum * w[1];
            v[j] -= 0.5 * sum;
        }
        sum + v[0]
    }
    in_a_branch_in_between: |x, w, n| {
        let mut v = x.to_vec();
        for k in 0..n {
            let (i, j) = (k % x.len(), (k * k) % x.len());
            v[i] += w[0];
            if k % 3 > 0 {
                v[j] += v[i] * w[1];
            } else {
                v[j] = 0.5 * v[i];
            }
            v[i] = v[j] * w[1];
        }
        v.iter().map(|v| v * v).sum::<f64>()
    }
    of_one_number_of_a_row: |x, w, n| {
        let mut rows = vec![[w[0], w[1]]; x.len()];
        for k in 0..n {
            let (i, j) = (k % x.len(), (k * k + k / 2) % x.len());
            let given = rows[j][1] * x[i];
            rows[j][1] = rows[i][0] - given;
            rows[i][0] += given.sin();
            rows[i][1] += given;
        }
        rows.iter().map(|[a, b]| a * b).sum::<f64>()
    }
    sums_that_change_what_was_added: |x, w, n| {
        let mut v = x.to_vec();
        let mut last = w[0];
        for k in 0..n {
            let (i, j) = (k % x.len(), (3 * k) % x.len());
            let old = v[j];
            v[j] = last * old;
            v[i] += old + last;
            last = v[j] + 0.5 * old;
        }
        last * v[0] + w[1]
    }
}
