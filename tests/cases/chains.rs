//! Iterators are asked for items as often as std asks them, and stop where std stops.

mod skipped_items_are_computed {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut acc = 0.0;
        x.iter()
            .map(|v| {
                acc += v * v;
                acc
            })
            .skip(2)
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod items_between_steps_are_computed {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut acc = 0.0;
        x.iter()
            .map(|v| {
                acc += v * v;
                acc
            })
            .step_by(2)
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod items_before_the_nth_are_computed {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut acc = 0.0;
        x.iter()
            .map(|v| {
                acc += v * v;
                acc
            })
            .nth(2)
            .unwrap()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod by_ref {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter();
        let s: f64 = it.by_ref().take(2).sum();
        let r: f64 = it.map(|v| v * v).sum();
        s * r
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod one_item_and_then_the_rest {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter();
        let mut s = *it.next().unwrap();
        for v in it {
            s = s * 0.5 + v * v;
        }
        s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod the_rest_after_a_break {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter();
        let mut s = 0.0;
        for v in it.by_ref() {
            if *v < 0.0 {
                break;
            }
            s += v;
        }
        let rest: f64 = it.map(|v| v * v).sum();
        s * rest
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod a_loop_over_an_exclusive_reference {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter();
        let mut s = 0.0;
        for v in &mut it {
            if *v < 0.0 {
                break;
            }
            s += v;
        }
        let rest: f64 = it.map(|v| v * v).sum();
        s * rest
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod steps_of_a_filtered_iterator {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        x.iter()
            .filter(|v| **v > 0.0)
            .step_by(2)
            .map(|v| v * v)
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod a_vector_moved_out_of_a_variable_that_gets_another {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let w = v;
        v = vec![w[0] * w[1]];
        v.push(w[2]);
        v[0] * w[0] + v[1] * w[3]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod the_old_state_of_a_loop_is_moved_out {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut cur = x.to_vec();
        for _ in 0..3 {
            let old = cur;
            cur = old.iter().map(|a| a * a * 0.5).collect();
            cur[0] += old[1];
        }
        cur.iter().sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod moved_into_an_iterator {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        let it = v.into_iter();
        v = vec![2.0, 3.0, 4.0, 5.0];
        v[0] = 9.0;
        it.zip(&v).map(|(a, b)| a * b).sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod nth_of_a_filtered_iterator {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        *x.iter().filter(|v| **v > 0.5).nth(1).unwrap() * x[1]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod the_last_one_taken_ends_it {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut c = 0.0;
        let s: f64 = x
            .iter()
            .filter(|v| {
                c += **v;
                true
            })
            .take(2)
            .sum();
        s * c
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod taking_from_an_open_range {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        (0..)
            .filter(|i| x[*i] > 0.5)
            .take(2)
            .map(|i| x[i] * x[i])
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod find_twice {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter();
        let a = it.find(|v| **v > 0.0).unwrap();
        let b = it.find(|v| **v > 0.0).unwrap();
        a * b * b
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod any_and_then_the_rest {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter();
        let a = it.any(|v| *v < 0.0);
        let s: f64 = it.sum();
        if a { s * x[0] } else { 0.0 }
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod held_filtered {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter().filter(|v| **v > 0.0);
        let a = it.next().unwrap();
        let s: f64 = it.map(|v| v * v).sum();
        a * s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod held_filtered_by_ref {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter().filter(|v| **v > 0.0);
        let mut q = 0.0;
        for v in it.by_ref() {
            q = *v;
            break;
        }
        let s: f64 = it.map(|v| v * v).sum();
        q * s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod a_range_twice {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let r = 0..3;
        let mut s = 0.0;
        for i in r.clone() {
            s += x[i];
        }
        for i in r {
            s *= x[i];
        }
        s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod an_iterator_twice {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let it = x.iter().map(|v| v * v);
        let m: f64 = it.clone().sum();
        it.map(|v| v / m).map(|v| v * v).sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod a_copy_of_the_rest {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter();
        it.next();
        let m: f64 = it.clone().sum();
        let s: f64 = it.map(|v| v * v).sum();
        m * s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod nothing_to_take {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut c = x[0];
        let n = x.len() - 4;
        let s: f64 = x
            .iter()
            .filter(|v| {
                c += **v;
                true
            })
            .take(n)
            .sum();
        s + c
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod closures_that_call_closures {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut c = x[0];
        let mut k = |v: &f64| {
            c *= v;
            c
        };
        let s: f64 = x.iter().map(|v| k(v)).take(3).skip(1).sum();
        s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod backwards_over_a_state {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut c = x[0];
        x.iter()
            .map(|v| {
                c = c * 0.5 + v;
                c * c
            })
            .rev()
            .map(|v| v + 1.0)
            .fold(1.0, |a, b| a * b)
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod nested_with_a_common_state {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut c = 1.0;
        let m: f64 = (0..2)
            .map(|i| {
                (0..3)
                    .map(|j| {
                        c += x[i] * x[j];
                        c
                    })
                    .step_by(2)
                    .sum::<f64>()
            })
            .sum();
        m * c
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod items_recorded_on_the_way {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut log = vec![];
        let m: f64 = x
            .iter()
            .map(|v| {
                log.push(v * v);
                v + 1.0
            })
            .skip(1)
            .sum();
        m * log.iter().sum::<f64>()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}
mod a_found_element_is_written {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        if let Some(m) = v.iter_mut().find(|a| **a < 0.0) {
            *m = x[0] * x[0];
        }
        v.iter().product()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod the_largest_element_is_written {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        if let Some(m) = v.iter_mut().max_by(|a, b| a.total_cmp(b)) {
            *m = x[0] * x[0];
        }
        v.iter().product()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod the_last_element_is_written {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut v = x.to_vec();
        if let Some(m) = v.iter_mut().last() {
            *m *= x[0];
        }
        *v.last_mut().unwrap() *= x[1];
        *v.iter_mut().next().unwrap() *= x[2];
        *v.iter_mut().nth(1).unwrap() *= 3.0;
        v.iter().product()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}
mod cycle_take {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        x.iter()
            .cycle()
            .take(7)
            .enumerate()
            .map(|(i, v)| v * i as f64)
            .sum()
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod peek {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter().peekable();
        let mut s = 0.0;
        while let Some(a) = it.next() {
            if let Some(b) = it.peek() {
                s += a * **b;
            }
        }
        s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod loop_match_next {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut it = x.iter().skip(1);
        let mut s = x[0];
        loop {
            match it.next() {
                Some(v) if *v > 0.0 => s *= v,
                Some(v) => s += v,
                None => break s * 2.0,
            }
        }
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod rsplit_rposition {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let i = x.iter().rposition(|v| *v > 1.0).unwrap();
        let (l, r) = x.split_last().unwrap();
        l * r[0] * x[i]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod while_block_cond {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let mut k = 0;
        let mut s = 1.0;
        while {
            k += 1;
            s *= 1.1;
            k < 4
        } {
            s += x[k];
            if s > 3.0 {
                continue;
            }
            s *= x[0];
        }
        s
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}
mod chain_once {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        x.iter()
            .chain(&[1.0, 2.0])
            .chain(x[1..].iter())
            .map(|v| v * v)
            .sum::<f64>()
            * x.iter().chain(std::iter::once(&x[0])).count() as f64
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod iter_repeat {
    use std::iter;
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let a: f64 = std::iter::repeat(x[0])
            .take(3)
            .zip(x)
            .map(|(a, b)| a * b)
            .sum();
        let b: Vec<f64> = iter::once(1.0)
            .chain(x.iter().copied())
            .chain(iter::repeat_n(x[1], 2))
            .collect();
        b.windows(2).map(|w| w[0] * w[1]).sum::<f64>() * a
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod take_while_map_while {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        let a: f64 = x
            .iter()
            .map_while(|v| if *v < 2.0 { Some(v * v) } else { None })
            .sum();
        let b: f64 = x
            .iter()
            .skip_while(|v| **v > 0.0)
            .take_while(|v| **v < 3.0)
            .map(|v| v + a)
            .product();
        a * b
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

mod rev_enumerate_skip {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[f64]) -> f64 {
        x.iter()
            .enumerate()
            .rev()
            .skip(1)
            .map(|(i, v)| v * (i + 1) as f64)
            .sum::<f64>()
            + x.iter()
                .rev()
                .enumerate()
                .take(3)
                .map(|(i, v)| v * v * (i + 1) as f64)
                .sum::<f64>()
            + x.iter().skip(1).rev().step_by(2).sum::<f64>() * x[0]
    }
    scalar! { f(&x) at (x: [f64; 4]) into (dx); ([0.7, -1.3, 2.1, 0.4]); }
}

/// `map` of an array to elements of another type.
mod arrays_mapped {
    #[autodiff::differentiate(vjp)]
    fn f(x: &[[f64; 2]; 3], k: f64) -> f64 {
        let products = x.map(|row| row[0] * row[1]);
        let picked = [2usize, 0, 1].map(|i| products[i] * k);
        let pairs = picked.map(|p| (p, p * p));
        let signs = picked.map(|p| p > 0.0);
        let log = products.iter().map(|p| p.exp()).sum::<f64>().ln();
        pairs
            .iter()
            .zip(signs)
            .map(|((p, q), positive)| if positive { p * q } else { *q })
            .sum::<f64>()
            + log
    }
    scalar! { f(&x, k) at (x: [[f64; 2]; 3], k: f64) into (dx, dk); ([[0.7, -1.3], [2.1, 0.4], [0.3, 0.9]], 1.2); }
}
