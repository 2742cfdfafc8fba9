//! Loops under `#[checkpoint]`: the same bits as without, whatever the loop carries, changes and calls.

use autodiff::{Differentiable, Real, differentiate};

/// The programs with an attribute on their loops.
macro_rules! programs {
    ($($attribute:tt)*) => {
        use super::*;

        #[differentiate(jvp, hvp, hessian, taylor, graph)]
        pub fn logistic(x: f64, r: f64, n: usize) -> f64 {
            let mut x = x;
            #[$($attribute)*]
            for _ in 0..n {
                x = r * x * (1.0 - x);
            }
            x
        }

        /// Two numbers, the item, a branch and an early end of the iteration.
        #[differentiate(hvp)]
        pub fn branches(a: f64, b: f64, n: usize) -> f64 {
            let (mut x, mut y) = (a, b);
            #[$($attribute)*]
            for i in 0..n {
                if i % 5 == 3 {
                    continue;
                }
                let t = x * y + i as f64 * 0.01;
                if t > 0.3 {
                    x = t.sin();
                } else {
                    y += 0.1 * t.cos() * x;
                }
                y *= 0.97;
            }
            x * y
        }

        /// All kinds of ranges.
        #[differentiate]
        pub fn ranges(x: f64, n: usize) -> f64 {
            let mut s = x;
            #[$($attribute)*]
            for i in (0..n).rev() {
                s = (s + i as f64 * 0.1).sin();
            }
            #[$($attribute)*]
            for i in (3..3 + n).step_by(3) {
                s = s * (1.0 + s * 0.1) + (i as f64).recip();
            }
            #[$($attribute)*]
            for i in -2..=(n as i64) - 3 {
                s = (s * 0.9 + i as f64 * 0.01).exp() * 0.3;
            }
            #[$($attribute)*]
            for i in (0..=n as u8).rev().step_by(2) {
                s = s / (1.0 + f64::from(i) * s * s);
            }
            s
        }

        #[differentiate]
        pub fn slices(x: &[f64], w: &[f64]) -> f64 {
            let mut s = 0.1;
            #[$($attribute)*]
            for (i, (a, b)) in x.iter().zip(w).enumerate() {
                s = (s * a + b).tanh() + i as f64 * 0.01 * s;
            }
            #[$($attribute)*]
            for a in x.iter().rev().filter(|a| **a > 0.0) {
                s = (s * a).sin();
            }
            #[$($attribute)*]
            for pair in w.windows(2) {
                s = s * pair[0] + (pair[1] * s).cos();
            }
            s
        }

        /// An array that each iteration reads and writes, by element.
        #[differentiate(hvp)]
        pub fn array(x: &[f64; 3], n: usize) -> f64 {
            let mut v = *x;
            #[$($attribute)*]
            for i in 0..n {
                let k = i % 3;
                v[k] = (v[(k + 1) % 3] * v[k]).sin() + 0.1 * v[(k + 2) % 3];
            }
            v[0] * v[1] + v[2]
        }

        /// A vector that grows, and one that is exchanged with another.
        #[differentiate]
        pub fn vectors(x: &[f64], n: usize) -> f64 {
            let mut grown = vec![0.5];
            let mut old = x.to_vec();
            let mut new = vec![0.0; x.len()];
            #[$($attribute)*]
            for i in 0..n {
                let last = grown[grown.len() - 1];
                if i % 4 == 3 {
                    grown.pop();
                } else {
                    grown.push((last * x[i % x.len()]).sin() + 0.2);
                }
                for j in 0..x.len() {
                    new[j] = old[j] * 0.9 + (old[(j + 1) % x.len()] * grown[0]).sin() * last;
                }
                std::mem::swap(&mut old, &mut new);
            }
            grown.iter().sum::<f64>() + old.iter().zip(&new).map(|(a, b)| a * b).sum::<f64>()
        }

        #[differentiate]
        pub fn structs(p: &Body, n: usize) -> f64 {
            let mut body = p.clone();
            #[$($attribute)*]
            for i in 0..n {
                let dt = 0.1 + i as f64 * 0.001;
                body.at.0 += body.speed * dt;
                body.at.1[i % 2] += body.at.0 * dt;
                body.speed -= body.at.0.sin() * body.at.1[0] * dt;
            }
            body.at.0 * body.speed + body.at.1[1]
        }

        #[differentiate(hvp)]
        pub fn newton(a: f64, n: usize) -> f64 {
            let mut x = 1.0;
            let mut k = 0;
            #[$($attribute)*]
            while (x * x - a).abs() > 1e-12 && k < n {
                x = 0.5 * (x + a / x);
                k += 1;
            }
            x
        }

        /// Left from a branch.
        #[differentiate]
        pub fn left(a: f64, n: usize) -> f64 {
            let mut x = a;
            let mut k = 0;
            #[$($attribute)*]
            loop {
                if k == n {
                    x *= 2.0;
                    break;
                }
                x = (x * 1.3).sin() + 0.2;
                k += 1;
                if x > 1.05 {
                    break;
                }
            }
            x * x
        }

        /// Left in the midst of a range, by `break` and by `return`.
        #[differentiate]
        pub fn returns(a: f64, limit: f64, n: usize) -> f64 {
            let mut x = a;
            #[$($attribute)*]
            for i in 0..n {
                x = x * 1.1 + (x * x * 0.01).sin();
                if x > limit {
                    return x * a + i as f64;
                }
                if i == 40 {
                    break;
                }
            }
            x.sin()
        }

        /// One in the other, both.
        #[differentiate(hvp)]
        pub fn nested(a: f64, b: &[f64; 2], n: usize) -> f64 {
            let mut x = a;
            let mut v = *b;
            #[$($attribute)*]
            for i in 0..n {
                let mut y = x;
                #[$($attribute)*]
                for j in 0..i {
                    y = (y + v[j % 2]).sin();
                    v[j % 2] += 0.01 * y * v[(j + 1) % 2];
                }
                x = x * 0.8 + y * 0.3;
            }
            x * v[0] + v[1]
        }

        /// The inner one only, and the outer one with labels.
        #[differentiate]
        pub fn inner(a: f64, n: usize) -> f64 {
            let mut x = a;
            for i in 0..n {
                #[$($attribute)*]
                for _ in 0..i % 7 {
                    x = (x * 1.2).sin() + 0.1;
                }
                x *= a;
            }
            x
        }

        #[differentiate]
        pub fn labelled(a: f64, n: usize) -> f64 {
            let mut x = a;
            #[$($attribute)*]
            'outer: for i in 0..n {
                for j in 0..5 {
                    x = (x * 1.2 + j as f64 * 0.1).sin() + 0.3;
                    if x > 1.2 {
                        continue 'outer;
                    }
                    if i > 20 && x < 0.7 {
                        break 'outer;
                    }
                }
                x *= 0.9;
            }
            x
        }

        #[differentiate]
        pub fn calls(a: f64, w: &[f64], n: usize) -> f64 {
            let mut x = a;
            let mut v = [0.3, 0.4];
            #[$($attribute)*]
            for i in 0..n {
                x = helper(x, w, i) + logistic(x, 0.4, i % 4);
                advance(&mut v, x);
                x += 0.1 * power(v[i % 2], i % 3);
            }
            x * v[0] + v[1]
        }

        /// Called in two phases; what surrounds the call pushes, too.
        #[differentiate(hvp)]
        pub fn called(a: f64, r: f64, n: usize) -> f64 {
            let mut s = 0.0;
            let mut x = a;
            for i in 0..4 {
                let y = logistic(x, r, n + i);
                x = (x + y * y).sin();
                s += newton(1.0 + x * x, 5) * y;
            }
            s * x
        }

        /// A function that calls itself from such a loop.
        #[differentiate]
        pub fn tree(a: f64, depth: usize) -> f64 {
            if depth == 0 {
                return a.sin();
            }
            let mut x = a;
            #[$($attribute)*]
            for i in 0..4 {
                x = 0.5 * x + tree(x * (1.0 - 0.1 * i as f64), depth - 1);
            }
            x
        }

        /// What an iteration reads is something else before and behind the loop.
        #[differentiate]
        pub fn overwritten(x: &[f64], n: usize) -> f64 {
            let mut w = x.to_vec();
            for a in w.iter_mut() {
                *a *= 2.0;
            }
            let mut s = 0.3;
            #[$($attribute)*]
            for i in 0..n {
                s = (s * w[i % w.len()]).sin() + 0.5 * s;
            }
            for a in w.iter_mut() {
                *a = *a * *a * s;
            }
            w.push(s);
            w.iter().sum()
        }

        /// Output parameters, read, written and lent on.
        #[differentiate(jvp)]
        pub fn outputs(x: &[f64], out: &mut [f64], n: usize) {
            let mut s = x[0];
            #[$($attribute)*]
            for i in 0..n {
                let k = i % out.len();
                s = s * 0.9 + out[k] * x[i % x.len()];
                out[k] = s.sin() + 0.1 * out[k];
                advance(out, s);
            }
            out[0] *= s;
            #[$($attribute)*]
            for i in 0..n {
                s = (s + out[i % out.len()]).cos();
            }
            let last = out.len() - 1;
            out[last] = out[last] * s + out[0];
        }

        /// Memory that is written to and not looked at: it is no part of the state.
        #[differentiate]
        pub fn written(x: f64, n: usize) -> f64 {
            let mut x = x;
            let mut all = Vec::new();
            let mut sums = [0.0; 2];
            let mut last = vec![0.0; n];
            #[$($attribute)*]
            for i in 0..n {
                x = (x * 1.3).sin() + 0.1;
                all.push(x * x);
                sums[i % 2] += x;
                last[i] = x * sums.len() as f64;
            }
            let all = all.iter().zip(&last).map(|(a, b)| a.sin() * b).sum::<f64>();
            all * sums[0] + sums[1] * sums[1]
        }

        #[differentiate(jacobian)]
        pub fn rows(x: &[f64; 3], n: usize) -> [f64; 4] {
            let mut v = [x[0], x[1], x[2], 0.5];
            #[$($attribute)*]
            for i in 0..n {
                let k = i % 4;
                v[k] = (v[(k + 1) % 4] * v[k]).sin() + 0.1 * v[(k + 2) % 4];
            }
            v
        }

        /// Snapshots own memory: there is a forward sweep for each row. Guards would show in the quotients; at zero the last row wants them.
        #[differentiate(jacobian)]
        pub fn owned_rows(x: &[f64], n: usize) -> [f64; 3] {
            let mut v = vec![0.3; 3];
            let mut s = x[0];
            #[$($attribute)*]
            for i in 0..n {
                let k = i % 3;
                s = v[k] / (1.7 + (s * x[1]).sin());
                v[k] = (s / (1.3 + v[k] * v[k])).tanh() + 0.1 * s * x[i % x.len()];
            }
            [s, v[0] / s, x[2].sqrt()]
        }

        /// Lends its outputs on, in two phases.
        #[differentiate]
        pub fn lends(x: &[f64], n: usize) -> f64 {
            let mut out = [0.2, -0.4, 0.6];
            let mut s = 0.0;
            for i in 0..3 {
                outputs(x, &mut out, n + i);
                s += out[i] * out[0];
                #[$($attribute)*]
                for a in out.iter_mut() {
                    *a = (*a * s).sin() + s;
                    s *= 0.9;
                }
            }
            s
        }

        /// Memory that is filled anew in each iteration of a loop that is fused, and changed behind the inner one.
        #[differentiate]
        pub fn scratch(x: &[f64], w: &[f64; 3], n: usize) -> f64 {
            let mut s = 0.0;
            let mut outer = [0.0; 3];
            for i in 0..x.len() {
                let mut inner = [x[i] * w[0], w[1], w[2] * x[i]];
                for j in 0..3 {
                    outer[j] = w[j] * x[i].cos();
                }
                let mut z = x[i];
                #[$($attribute)*]
                for j in 0..n {
                    z = (z * inner[j % 3] + outer[j % 3]).sin();
                }
                inner[0] = z * z;
                inner[1] += inner[0] * outer[0];
                outer[1] *= z;
                s += z * inner[0] + inner[1] * outer[1];
            }
            s / x.len() as f64
        }

        #[differentiate]
        pub fn mixed(x: f64, y: f32, n: usize) -> f64 {
            let mut x = x;
            #[$($attribute)*]
            for _ in 0..n {
                x = (x * 1.3).sin() + 0.1;
            }
            x * f64::from(y)
        }

        #[derive(Clone, Debug, Differentiable)]
        pub struct Walker {
            pub at: f64,
            pub speed: [f64; 2],
        }

        impl Walker {
            #[differentiate(wrt(self, x), vjp)]
            pub fn walk(&mut self, x: f64, n: usize) -> f64 {
                let mut s = x;
                #[$($attribute)*]
                for i in 0..n {
                    self.at = (self.at * self.speed[i % 2]).sin();
                    self.speed[0] += s * self.at;
                    s = s * 0.9 + self.at;
                }
                self.speed[1] *= s;
                s
            }
        }

        #[differentiate]
        pub fn constants(x: f64, n: usize) -> f64 {
            let mut x = x;
            #[$($attribute)*]
            for i in 0..n {
                x = (x * table(i)).sin() + Tables::second(i.max(3));
                x += f64::from(std::cmp::max(i, 3) as u32).recip() * usize::min(i, 5) as f64;
            }
            x
        }

        /// Nothing to keep: it is fused, or walked in any order, as without.
        #[differentiate]
        pub fn sums(x: &[f64], y: &[f64]) -> f64 {
            let mut s = 0.0;
            #[$($attribute)*]
            for i in 0..x.len() {
                s += x[i] * y[i] + (x[i] * 0.5).sin();
            }
            s / x.len() as f64
        }

        /// Iterations that come in any order, with something to keep of each: in two sweeps where it is called.
        #[differentiate]
        pub fn apart(x: &[f64], w: &[f64], a: f64) -> [f64; 2] {
            let (mut s, mut t) = (0.0, 1.0);
            let mut y = w.to_vec();
            let mut count = 0;
            #[$($attribute)*]
            for i in 0..x.len() {
                let e = (x[i] * a).sin();
                count = (count + 3 * i) % 7;
                y[i] = y[i] * e.exp() + count as f64;
                s += e * y[i] * a;
                if e > 0.2 {
                    t -= e.tanh() * w[i];
                }
            }
            #[$($attribute)*]
            for i in 1..x.len() {
                s += (x[i] * x[i - 1]).exp() * a;
            }
            #[$($attribute)*]
            for i in 0..x.len() {
                t += (x[(i + 1) % x.len()] - x[i]).powi(2).sqrt() * a;
            }
            [s + y.iter().sum::<f64>(), t]
        }

        #[differentiate(hvp)]
        pub fn apart_called(x: &[f64], w: &[f64], a: f64) -> f64 {
            let [s, t] = apart(x, w, a.cos());
            s * t + a
        }

        /// Few enough to be written out.
        #[differentiate]
        pub fn few_steps(x: &[f64; 4], a: f64) -> f64 {
            let mut s = a;
            #[$($attribute)*]
            for i in 0..4 {
                s += (x[i] * a).sin() * a;
            }
            #[$($attribute)*]
            for i in 0..3 {
                s = (s * x[i]).cos() + x[i + 1] * a;
            }
            s
        }

        /// Inside of a loop that is fused.
        #[differentiate]
        pub fn points(x: &[f64], c: f64, n: usize) -> f64 {
            let mut s = 0.0;
            for i in 0..x.len() {
                let mut z = x[i];
                #[$($attribute)*]
                for _ in 0..n {
                    z = z * z * 0.5 + c;
                }
                s += z;
            }
            s / x.len() as f64
        }

        /// Adds to one place of what is outside, and to many.
        #[differentiate]
        pub fn places(w: &[f64], x: &[f64; 2], n: usize) -> f64 {
            let mut h = x[0] * w[0];
            let mut g = 0.1;
            #[$($attribute)*]
            for i in 0..n {
                h = (w[1] * h + x[1] * w[i % w.len()]).tanh();
                g += h * w[i % w.len()] * x[0];
            }
            h * g * w[0] + x[1] * w[1]
        }

        #[differentiate(wrt(x))]
        pub fn integers(x: f64, steps: &[u32]) -> f64 {
            let mut x = x;
            let mut seed = 17_u32;
            let mut count = 0_usize;
            let mut seen = [false; 4];
            #[$($attribute)*]
            for s in steps {
                seed = seed.wrapping_mul(1_664_525).wrapping_add(*s);
                let k = (seed >> 16) as usize % 4;
                if !seen[k] {
                    count += 1;
                }
                seen[k] = !seen[k];
                x = (x * (1.0 + 0.1 * k as f64)).sin() + 0.1 * count as f64;
            }
            x
        }

        #[differentiate(hvp)]
        pub fn generic<T: Real>(x: T, n: usize) -> T {
            let mut v = [x, x * T::from_f64(0.5)];
            #[$($attribute)*]
            for i in 0..n {
                let t = v[0] * v[1];
                v[i % 2] = t.sin() + T::from_f64(0.3);
            }
            v[0] * v[1]
        }

        #[differentiate]
        pub fn single(x: f32, n: usize) -> f32 {
            let mut x = x;
            #[$($attribute)*]
            for i in 0..n {
                x = (x * 1.5).sin() + i as f32 * 0.01;
            }
            x
        }

        #[differentiate]
        pub fn in_branches(x: f64, n: usize) -> f64 {
            let step = |y: f64, n: usize| {
                let mut y = y;
                #[$($attribute)*]
                for _ in 0..n {
                    y = (y * 1.1).sin();
                }
                y
            };
            let mut s = x;
            if n % 2 == 0 {
                #[$($attribute)*]
                for i in 0..n {
                    s = s * s * 0.3 + i as f64 * 0.1;
                }
            } else {
                s = step(s, n);
            }
            fn local(y: f64, n: usize) -> f64 {
                let mut y = y;
                #[$($attribute)*]
                for _ in 0..n {
                    y = y.sqrt() + 0.5;
                }
                y
            }
            step(s * x, 3) * local(s * s, n)
        }

        pub struct Model {
            pub rate: f64,
        }

        impl Model {
            #[differentiate]
            pub fn run(&self, x: f64, n: usize) -> f64 {
                let mut x = x;
                #[$($attribute)*]
                for i in 0..n {
                    x = self.step(x, i);
                }
                x
            }

            #[differentiate]
            pub fn step(&self, x: f64, i: usize) -> f64 {
                x + self.rate * (x * x - i as f64 * 0.1).sin()
            }
        }

        #[differentiate]
        pub fn macros(x: f64, n: usize) -> f64 {
            let mut x = x;
            #[$($attribute)*]
            for i in 0..n {
                assert!(x < 1e6, "{x} at {i}");
                x = (x * 1.3).sin() + 0.2;
                debug_assert_ne!(i, n);
            }
            x
        }
    };
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Body {
    at: (f64, [f64; 2]),
    speed: f64,
}

#[differentiate(constant)]
fn table(i: usize) -> f64 {
    0.1 + 0.01 * i as f64
}

struct Tables;

impl Tables {
    #[differentiate(constant)]
    fn second(i: usize) -> f64 {
        1.0 / i as f64
    }
}

#[differentiate]
fn helper(x: f64, w: &[f64], i: usize) -> f64 {
    let k = i % w.len();
    (x * w[k]).sin() + w[(k + 1) % w.len()]
}

#[differentiate]
fn advance(v: &mut [f64], x: f64) {
    for a in v.iter_mut() {
        *a = *a * 0.9 + (*a * x).sin() * 0.1;
    }
}

#[differentiate]
fn power(x: f64, n: usize) -> f64 {
    if n == 0 { 1.0 } else { x * power(x, n - 1) }
}

mod without {
    programs!(allow(unused));
}
mod one {
    programs!(checkpoint(1));
}
mod few {
    programs!(checkpoint(3));
}
mod chosen {
    programs!(checkpoint);
}

/// The text of a float says all its bits, but those of a NaN. A gradient that a loop covers begins with what comes first, which may be a
/// negative zero; one that was cleared has no such zeros.
macro_rules! same {
    ($function:ident($($argument:expr),*)) => {{
        let text = |result: &dyn std::fmt::Debug| {
            let text = format!("{result:?}");
            [",", "]", ")"].iter().fold(text, |text, end| {
                text.replace(&format!("-0.0{end}"), &format!("0.0{end}"))
            })
        };
        let expected = text(&without::$function($($argument),*));
        assert_eq!(text(&one::$function($($argument),*)), expected, "one snapshot");
        assert_eq!(text(&few::$function($($argument),*)), expected, "a few snapshots");
        assert_eq!(text(&chosen::$function($($argument),*)), expected, "as many as chosen");
    }};
}

const LENGTHS: [usize; 9] = [0, 1, 2, 3, 5, 10, 17, 50, 200];
const X: [f64; 5] = [0.3, -0.8, 0.6, 0.9, -0.2];
const W: [f64; 5] = [0.7, 0.4, -0.3, 1.1, 0.5];

#[test]
fn numbers() {
    for n in LENGTHS {
        same!(logistic_value_and_grad(0.3, 3.7, n));
        same!(branches_value_and_grad(0.4, 0.7, n));
        same!(ranges_value_and_grad(0.4, n.min(100)));
        same!(single_value_and_grad(0.4, n));
        same!(constants_value_and_grad(0.4, n));
        same!(mixed_value_and_grad(0.4, 0.6, n));
        same!(integers_value_and_grad(0.4, &vec![3; n]));
        same!(generic_value_and_grad(0.4, n));
        same!(macros_value_and_grad(0.4, n));
    }
    // It is the right gradient, too.
    let (value, (by_x, by_r)) = few::logistic_value_and_grad(0.3, 2.5, 100);
    let slope = |f: &dyn Fn(f64) -> f64, x: f64| (f(x + 1e-6) - f(x - 1e-6)) / 2e-6;
    assert_eq!(value, few::logistic(0.3, 2.5, 100));
    assert!((by_x - slope(&|x| few::logistic(x, 2.5, 100), 0.3)).abs() < 1e-7);
    assert!((by_r - slope(&|r| few::logistic(0.3, r, 100), 2.5)).abs() < 1e-7);
    assert!((by_r - 0.16).abs() < 1e-9, "the fixed point is 1 − 1/r");
}

#[test]
fn memory() {
    for n in LENGTHS {
        same!(array_value_and_grad(&[0.3, 0.5, 0.7], n));
        same!(vectors_value_and_grad(&X, n));
        same!(overwritten_value_and_grad(&X, n));
        same!(written_value_and_grad(0.4, n));
        same!(lends_value_and_grad(&X, n));
        same!(scratch_value_and_grad(&X, &[0.4, 0.6, 0.9], n));
        same!(places_value_and_grad(&W, &[0.4, 0.6], n));
        let body = Body {
            at: (0.3, [0.1, 0.2]),
            speed: 0.4,
        };
        same!(structs_value_and_grad(&body, n));
        let x: Vec<f64> = X.iter().cycle().take(n.max(1)).copied().collect();
        same!(slices_value_and_grad(&x, &W[..x.len().min(5)]));
    }
}

#[test]
fn outputs() {
    for n in LENGTHS {
        let run = |vjp: &dyn Fn(&[f64], &mut [f64], usize, &mut [f64]) -> Vec<f64>| {
            let (mut out, mut cotangent) = (vec![0.2, -0.4, 0.6], vec![1.0, 0.5, -2.0]);
            let gradient = vjp(&X, &mut out, n, &mut cotangent);
            format!("{gradient:?} {out:?} {cotangent:?}")
        };
        let expected = run(&|x, out, n, c| without::outputs_vjp(x, out, n, c));
        assert_eq!(
            run(&|x, out, n, c| one::outputs_vjp(x, out, n, c)),
            expected
        );
        assert_eq!(
            run(&|x, out, n, c| few::outputs_vjp(x, out, n, c)),
            expected
        );
        assert_eq!(
            run(&|x, out, n, c| chosen::outputs_vjp(x, out, n, c)),
            expected
        );
    }
}

#[test]
fn loops_of_unknown_length() {
    for n in LENGTHS {
        same!(newton_value_and_grad(2.0, n));
        same!(left_value_and_grad(0.4, n));
        same!(left_value_and_grad(0.9, n));
        for limit in [0.1, 2.0, 1e9] {
            same!(returns_value_and_grad(0.3, limit, n));
        }
    }
}

#[test]
fn loops_in_loops() {
    for n in LENGTHS.map(|n| n.min(40)) {
        same!(nested_value_and_grad(0.3, &[0.2, 0.4], n));
        same!(inner_value_and_grad(0.9, n));
        same!(labelled_value_and_grad(0.9, n));
        same!(in_branches_value_and_grad(0.9, n));
        same!(points_value_and_grad(&X, 0.2, n));
    }
    same!(sums_value_and_grad(&X, &W));
}

#[test]
fn iterations_in_any_order() {
    for n in LENGTHS {
        let sample = |by: f64| (0..n).map(|i| (by * i as f64).sin()).collect::<Vec<_>>();
        let (x, w) = (sample(1.3), sample(0.7));
        same!(apart_vjp(&x, &w, 0.7, [1.0, -0.5]));
        same!(apart_called_value_and_grad(&x, &w, 0.4));
        same!(apart_called_hvp(&x, &w, 0.4, &w, &x, 0.3));
    }
    same!(few_steps_value_and_grad(&[0.3, 0.5, 0.7, 0.9], 0.6));
    let (_, (_, _, slope)) = few::apart_called_value_and_grad(&X, &W, 0.4);
    let f = |a: f64| few::apart_called(&X, &W, a);
    assert!((slope - (f(0.4 + 1e-6) - f(0.4 - 1e-6)) / 2e-6).abs() < 1e-6);
}

#[test]
fn calls() {
    for n in LENGTHS {
        same!(calls_value_and_grad(0.3, &W, n));
        same!(called_value_and_grad(0.3, 3.2, n));
    }
    for n in LENGTHS {
        macro_rules! walk {
            ($programs:ident) => {{
                let mut walker = $programs::Walker {
                    at: 0.3,
                    speed: [0.4, 0.5],
                };
                let mut cotangent = walker.clone();
                let result = walker.walk_vjp(0.2, n, 1.0, &mut cotangent);
                format!("{result:?} {walker:?} {cotangent:?}")
            }};
        }
        let expected = walk!(without);
        assert_eq!(walk!(one), expected);
        assert_eq!(walk!(few), expected);
        assert_eq!(walk!(chosen), expected);
    }
    for depth in 0..4 {
        same!(tree_value_and_grad(0.3, depth));
    }
    for n in LENGTHS {
        let expected = without::Model { rate: 0.3 }.run_value_and_grad(0.2, n);
        assert_eq!(
            few::Model { rate: 0.3 }.run_value_and_grad(0.2, n),
            expected
        );
        assert_eq!(
            chosen::Model { rate: 0.3 }.run_value_and_grad(0.2, n),
            expected
        );
    }
}

#[test]
fn other_modes_and_orders() {
    for n in LENGTHS {
        same!(logistic_jvp(0.3, 3.7, n, 1.0, 0.5));
        same!(logistic_hvp(0.3, 3.7, n, 1.0, 0.5));
        same!(logistic_hessian(0.3, 3.7, n));
        same!(branches_hvp(0.4, 0.7, n, 0.3, 0.2));
        same!(array_hvp(&[0.3, 0.5, 0.7], n, &[1.0, 0.5, 0.2]));
        same!(generic_hvp(0.4, n, 1.0));
        same!(newton_hvp(2.0, n, 1.0));
        // All rows from one forward sweep, as long as it can be read again.
        same!(rows_jacobian(&[0.3, 0.5, 0.7], n));
        same!(called_hvp(0.3, 3.2, n, 1.0, 0.5));
        for third in [0.4, 0.0] {
            let x: [f64; 40] =
                std::array::from_fn(|i| if i == 2 { third } else { 0.3 + i as f64 * 0.02 });
            same!(owned_rows_jacobian(&x, n));
        }
    }
    for n in [0, 1, 7, 30] {
        same!(nested_hvp(0.3, &[0.2, 0.4], n, 0.5, &[1.0, 0.2]));
    }
    assert_eq!(
        few::logistic_taylor::<4>(0.3, 3.7, 9, 1.0, 0.0),
        without::logistic_taylor::<4>(0.3, 3.7, 9, 1.0, 0.0)
    );
    // A reader's derivative is the same.
    assert_eq!(
        few::logistic_graph().to_string(),
        without::logistic_graph().to_string()
    );
}

const TWO: usize = 2;

/// On a loop with a value, where rustc has no attributes itself.
#[test]
fn a_loop_in_an_expression() {
    #[differentiate]
    fn f(x: f64, n: usize) -> f64 {
        let mut x = x;
        let mut k = 0;
        let y = #[checkpoint(TWO)]
        loop {
            if k == n {
                break x * x;
            }
            x = x.sin();
            k += 1;
        };
        y + x
    }
    let (value, slope) = f_value_and_grad(0.4, 20);
    assert_eq!(value, f(0.4, 20));
    let difference = (f(0.4 + 1e-6, 20) - f(0.4 - 1e-6, 20)) / 2e-6;
    assert!((slope - difference).abs() < 1e-8, "{slope} {difference}");
}

/// A number of snapshots that is a parameter of the function.
#[test]
fn as_many_as_a_constant_says() {
    #[differentiate]
    fn f<const N: usize>(x: &[f64; N]) -> f64 {
        let mut s = 0.5;
        #[checkpoint(N)]
        for i in 0..N {
            s = (s * x[i]).sin() + s;
        }
        s
    }
    let x = [0.3, 0.4, 0.5];
    let gradient = f_grad(&x);
    for i in 0..3 {
        let at = |h: f64| {
            f(&std::array::from_fn::<f64, 3, _>(|j| {
                if i == j { x[j] + h } else { x[j] }
            }))
        };
        let difference = (at(1e-6) - at(-1e-6)) / 2e-6;
        assert!((gradient[i] - difference).abs() < 1e-8);
    }
}
