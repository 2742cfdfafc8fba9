//! Methods of slices, vectors and iterators that are seldom used.

agree! {
    dedup: |x, w, n| {
        let mut v = x.to_vec();
        v.extend_from_slice(w);
        v.extend_from_slice(x);
        v.sort_by(f64::total_cmp);
        v.dedup();
        let mut sum = 0.0;
        for (i, a) in v.iter().enumerate() {
            sum += a * a * (i + n) as f64;
        }
        sum
    }
    dedup_by: |x, w, n| {
        let mut v = x.to_vec();
        v.dedup_by(|a, b| {
            let near = *a - *b < 0.3;
            if near {
                *b += *a * 0.5;
            }
            near
        });
        let mut u = w.to_vec();
        u.dedup_by_key(|a| (*a * 4.0) as i64);
        v.iter().product::<f64>() + u.iter().map(|a| a.sin()).sum::<f64>() * n as f64
    }
    partition: |x, w, n| {
        let (low, high): (Vec<f64>, Vec<f64>) = x.iter().chain(w).partition(|a| **a < 0.9);
        let (even, odd): (Vec<f64>, Vec<f64>) =
            w.iter().map(|a| a * a).partition(|a| (*a * 10.0) as i64 % 2 == 0);
        let sum = |v: &[f64]| v.iter().rev().fold(0.3, |s, a| s * 0.7 + a);
        sum(&low) * sum(&high) + sum(&even) * (n as f64 - sum(&odd))
    }
    rchunks: |x, w, n| {
        let mut sum = 0.1;
        for piece in x.rchunks(n + 1) {
            sum = sum * 0.5 + piece.iter().product::<f64>() * piece.len() as f64;
        }
        for (i, piece) in w.rchunks_exact(2).enumerate() {
            sum = sum * 0.9 + piece[0] * piece[1] * i as f64;
        }
        sum
    }
    rchunks_mut: |x, w, n| {
        let mut v = x.to_vec();
        let mut factor = 1.5;
        for piece in v.rchunks_mut(n + 2) {
            for a in piece.iter_mut() {
                *a *= factor;
            }
            factor += piece[0];
        }
        for piece in v.rchunks_exact_mut(2) {
            piece.swap(0, 1);
            piece[0] *= factor;
        }
        v.iter().zip(w).map(|(a, b)| a * b).sum()
    }
    chunk_by: |x, w, n| {
        let mut sum = 0.2;
        for run in x.chunk_by(|a, b| a <= b) {
            sum = sum * 0.5 + run.iter().product::<f64>();
            if run.len() > n + 2 {
                break;
            }
        }
        let mut v = w.to_vec();
        for (i, run) in v.chunk_by_mut(|a, b| (a - b).abs() < 0.2).enumerate() {
            for a in run {
                *a *= sum + i as f64;
            }
        }
        let longest = w.chunk_by(|a, b| a > b).map(|run| run.len()).max();
        v.iter().sum::<f64>() * longest.unwrap_or(2) as f64
    }
    remainder: |x, w, n| {
        let pieces = x.chunks_exact(n + 1);
        let rest = pieces.remainder();
        let mut sum = 0.0;
        for piece in pieces {
            sum += piece[0] * piece[n];
        }
        rest.iter().fold(sum, |s, a| s * 1.5 + a) * w.len() as f64
    }
    repeat: |x, w, n| {
        let v = x.repeat(n);
        let nested = [x, w].concat();
        v.iter().enumerate().map(|(i, a)| a * a * i as f64).sum::<f64>() + nested.repeat(2).iter().product::<f64>()
    }
    filled: |x, w, n| {
        let mut v = x.to_vec();
        let mut next = 0.5;
        v.fill_with(|| {
            next *= 1.0 + w.len() as f64 * 0.1;
            next * x[0]
        });
        v.iter().sum::<f64>() * n as f64 + w.iter().sum::<f64>()
    }
    keys: |x, w, n| {
        let mut v = [x, w].concat();
        v.sort_by_key(|a| std::cmp::Reverse((*a * 10.0) as i64));
        let mut u = x.to_vec();
        u.sort_by_cached_key(|a| (a * 3.0) as i64);
        let least = w.iter().min_by_key(|a| (**a * 7.0) as i64).copied().unwrap_or(0.4);
        let most = x.iter().map(|a| a * a).max_by_key(|a| (*a * 3.0) as i64).unwrap_or(0.6);
        let weighed = |v: &[f64]| v.iter().enumerate().map(|(i, a)| a * (i + n) as f64).sum::<f64>();
        weighed(&v) * least + weighed(&u) * most
    }
    searched: |x, w, n| {
        let mut v = x.to_vec();
        v.sort_by(f64::total_cmp);
        let t = 0.7 + n as f64 * 0.05;
        let scale = match v.binary_search_by(|a| a.total_cmp(&t)) {
            Ok(i) => v[i] * 2.0,
            Err(i) if i < v.len() => v[i],
            Err(_) => t,
        };
        let at = w.binary_search_by(|b| b.partial_cmp(&scale).unwrap()).unwrap_or_else(|i| i);
        let scale = if v.is_sorted() && !x.contains(&t) { scale } else { 1.0 };
        w.iter().map(|b| b * scale).sum::<f64>() * at as f64 + scale
    }
    folded_from_the_end: |x, w, n| {
        let last = x.iter().rfold(0.3, |s, a| s * 0.8 + a * a);
        let pairs = x.iter().zip(w).rfold(last, |s, (a, b)| s * a + b);
        let found = w.iter().find_map(|b| (*b > 0.9).then(|| b * last));
        pairs + found.unwrap_or(n as f64 * last)
    }
    converted: |x, w, n| {
        if x.len() < 3 || w.len() < 2 {
            return n as f64;
        }
        let a: [f64; 3] = x[..3].try_into().unwrap();
        let b: [f64; 2] = w[w.len() - 2..].try_into().expect("two of them");
        let squares = a.each_ref().map(|a| a * a);
        let table = [a, squares];
        squares[0] * b[1] + b[0] * a[2] + table.as_flattened().iter().product::<f64>()
    }
    options_as_items: |x, w, n| {
        let mut v: Vec<f64> = x.first().into_iter().chain(w.last()).map(|a| a * a).collect();
        v.extend(x.get(n).copied());
        let seen = x.iter().map(|a| if *a > 0.5 { Some(a * 2.0) } else { None });
        v.iter().chain(&seen.flatten().collect::<Vec<f64>>()).map(|a| a.sin()).sum::<f64>()
    }
    inspected: |x, w, n| {
        let sum: f64 = x.iter().map(|a| a * a).inspect(|a| assert!(*a >= 0.0, "{a}")).sum();
        w.first().copied().inspect(|b| assert!(*b < 1e9)).map_or(sum, |b| b * sum) + n as f64
    }
}

mod nothing {
    #[autodiff::differentiate]
    fn f(x: &[f64], y: f64) -> f64 {
        let mut v = x.to_vec();
        v.dedup();
        v.dedup_by(|a, b| *a > *b);
        v.sort_by_key(|a| (*a * 3.0) as i64);
        let mut sum = y * y;
        for run in v.chunk_by(|a, b| a < b) {
            sum += run[0];
        }
        for piece in v.rchunks(2).chain(v.rchunks_exact(3)) {
            sum += piece[0] * y;
        }
        let (low, high): (Vec<f64>, Vec<f64>) = v.iter().partition(|a| **a > y);
        sum += v
            .repeat(3)
            .iter()
            .chain(&low)
            .chain(&high)
            .map(|a| a * y)
            .sum::<f64>();
        v.iter()
            .copied()
            .max_by_key(|a| (*a * 3.0) as i64)
            .map_or(sum, |a| a * sum)
    }

    #[test]
    fn empty_and_single() {
        assert_eq!(f_grad(&[], 3.0), (vec![], 6.0));
        let (x, y) = (0.5, 3.0);
        let at = |x: f64, y: f64| f(&[x], y);
        let (by_x, by_y) = f_grad(&[x], y);
        let slope = |f: &dyn Fn(f64) -> f64, at: f64| (f(at + 1e-5) - f(at - 1e-5)) / 2e-5;
        assert!((by_x[0] - slope(&|x| at(x, y), x)).abs() < 1e-6);
        assert!((by_y - slope(&|y| at(x, y), y)).abs() < 1e-6);
    }
}
