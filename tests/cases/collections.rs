//! Maps, sets, queues and strings that hold no floats, or constants: what they say is asked once and never differentiated.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

mod maps {
    use super::BTreeMap;
    #[autodiff::differentiate(wrt(x), vjp)]
    fn f(x: &[f64], names: &BTreeMap<String, usize>, weights: &BTreeMap<usize, f64>) -> f64 {
        let mut s = 0.0;
        for (name, &i) in names {
            s += if name == "b" { x[i] } else { x[i] * x[i] };
        }
        for (i, w) in weights.iter() {
            s += w * x[*i].sin();
        }
        for (_, w) in weights.range(2..) {
            s += w * x[0] * x[0];
        }
        for k in weights.keys() {
            s *= x[*k];
        }
        let last = names.get("c").map(|&i| x[i]).unwrap_or(x[0]);
        let found = if let Some(&i) = names.get("b") {
            x[i]
        } else {
            1.0
        };
        s * last
            + found * x[names["a"]] * weights[&1]
            + weights.values().zip(x).map(|(w, x)| w * x * x).sum::<f64>()
    }
    fn table() -> (BTreeMap<String, usize>, BTreeMap<usize, f64>) {
        let names = [("a".to_owned(), 0), ("b".to_owned(), 2)];
        (BTreeMap::from(names), BTreeMap::from([(1, 0.3), (2, 0.7)]))
    }
    scalar! {
        f(&x, &names, &weights) at (x: [f64; 3]) with (names: BTreeMap<String, usize>, weights: BTreeMap<usize, f64>) into (dx);
        ([0.5, 1.5, 2.5]) with (table().0, table().1);
    }
}

mod sets_and_queues {
    use super::{BTreeSet, VecDeque};
    #[autodiff::differentiate(wrt(x), vjp)]
    fn f(x: &[f64], set: &BTreeSet<usize>, queue: &VecDeque<usize>) -> f64 {
        let mut s = 1.0;
        for &i in set {
            s *= x[i];
        }
        for (n, i) in set.iter().rev().enumerate() {
            s += x[*i] * n as f64;
        }
        for &i in set.difference(&BTreeSet::from([0])) {
            s += x[i] * x[0];
        }
        for k in 0..queue.len() {
            s += x[queue[k]] * x[k];
        }
        for &i in queue.iter() {
            s *= x[i].cos();
        }
        if queue.front() == Some(&1) { s * s } else { s }
    }
    scalar! {
        f(&x, &set, &queue) at (x: [f64; 3]) with (set: BTreeSet<usize>, queue: VecDeque<usize>) into (dx);
        ([0.5, 1.5, 2.5]) with (BTreeSet::from([0, 2]), VecDeque::from([1, 1, 0]));
        ([0.5, 1.5, 2.5]) with (BTreeSet::new(), VecDeque::new());
    }
}

mod words_counted {
    use super::BTreeMap;
    #[autodiff::differentiate(wrt(x), vjp)]
    fn f(x: &[f64], text: &str) -> f64 {
        let mut counts = BTreeMap::new();
        for word in text.split_whitespace() {
            *counts.entry(word).or_insert(0usize) += 1;
        }
        let mut s = 0.0;
        for (word, &n) in &counts {
            s += x[n] * word.len() as f64;
        }
        for (_, n) in counts {
            s += x[n - 1] * x[n];
        }
        s
    }
    // x2 · 1 + x1 · 2 + x1 x2 + x0 x1
    scalar! {
        f(&x, text) at (x: [f64; 3]) with (text: &'static str) into (dx);
        ([0.5, 1.5, 2.5]) with ("a bb a") => 10.0, [1.5, 5.0, 2.5];
        ([0.5, 1.5, 2.5]) with ("");
    }
}

mod a_program_in_a_string {
    #[autodiff::differentiate(wrt(x, y), vjp)]
    fn f(x: f64, y: f64, program: &str) -> f64 {
        let mut stack: Vec<f64> = Vec::new();
        for op in program.chars().filter(|c| !c.is_whitespace()) {
            match op {
                'x' => stack.push(x),
                'y' => stack.push(y),
                '+' | '*' => {
                    let (Some(b), Some(a)) = (stack.pop(), stack.pop()) else {
                        panic!("nothing to take")
                    };
                    stack.push(if op == '+' { a + b } else { a * b });
                }
                other => stack.push(f64::from(other.to_digit(10).unwrap())),
            }
        }
        stack.pop().unwrap_or(0.0)
    }
    scalar! {
        f(x, y, program) at (x: f64, y: f64) with (program: &'static str) into (dx, dy);
        (2.0, 3.0) with ("x y + x *") => 10.0, (7.0, 2.0);
        (2.0, 3.0) with ("x 5 * y x * +") => 16.0, (8.0, 2.0);
    }
}
