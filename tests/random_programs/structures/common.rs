//! What the programs are made over, and what is asked of each: stands beside them in their crate.

use autodiff::{Differentiable, Real, differentiate, stop_gradient};
use std::panic::{AssertUnwindSafe, catch_unwind};

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub struct Inner<T> {
    pub u: T,
    pub w: (T, T),
    pub k: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Differentiable)]
pub enum Choice<T> {
    Nothing,
    One(T),
    Two { left: T, right: T },
}

#[derive(Clone, Debug, PartialEq, Differentiable)]
pub struct Input<T> {
    pub a: T,
    pub b: [T; 3],
    pub x: Vec<T>,
    pub m: [[T; 3]; 3],
    pub k: usize,
    pub inner: Inner<T>,
    pub choice: Choice<T>,
}

impl<T: Real> Inner<T> {
    #[differentiate(wrt(self, t), jvp)]
    pub fn eval(&self, t: T) -> T {
        let k = T::from_f64(stop_gradient(self.k) as f64);
        (self.u * t).sin() + self.w.0 * t.tanh() - self.w.1 * k
    }

    #[differentiate(wrt(self, t))]
    pub fn step(&mut self, t: T) -> T {
        let before = self.u;
        self.u = (self.u + t * self.w.1).sin();
        self.w.0 *= T::from_f64(0.5) + before * T::from_f64(0.1);
        before * t
    }

    #[differentiate(wrt(self, t), jvp)]
    pub fn mixed(self, t: T) -> Inner<T> {
        Inner {
            u: self.u * t,
            w: (self.w.1, self.w.0 - t),
            k: self.k + 1,
        }
    }
}

impl<T: Real> Choice<T> {
    #[differentiate(wrt(self), jvp)]
    pub fn extent(&self) -> T {
        match *self {
            Choice::Nothing => T::from_f64(0.7),
            Choice::One(x) if x > T::from_f64(0.4) => x * x,
            Choice::One(x) => x.cos(),
            Choice::Two { left, right } => left * right + T::from_f64(0.1),
        }
    }
}

#[differentiate(jvp)]
pub fn norm(x: &[f64]) -> f64 {
    (x.iter().map(|v| v * v).sum::<f64>() + 0.3).sqrt()
}

#[differentiate(jvp)]
pub fn decay(x: &mut [f64], rate: f64) -> f64 {
    let mut sum = 0.0;
    for v in x.iter_mut() {
        sum += *v * rate;
        *v = (*v * rate).sin();
    }
    sum
}

#[differentiate(jvp)]
pub fn tree(n: usize, x: f64, y: f64) -> f64 {
    if n == 0 {
        x * y
    } else if n % 2 == 0 {
        tree(n - 1, x.sin(), y) + 0.3 * tree(n / 2, y, x)
    } else {
        tree(n - 1, y, x * 0.9)
    }
}

#[differentiate(jvp)]
pub fn dot<const N: usize>(a: &[f64; N], b: [f64; N]) -> f64 {
    let mut sum = 0.0;
    for i in 0..N {
        sum += a[i] * b[N - 1 - i];
    }
    sum
}

#[differentiate(jvp)]
pub fn pair(x: f64, y: f64) -> (f64, f64) {
    (x * y, (x - y).sin())
}

#[differentiate(jvp)]
pub fn spread(x: &[f64], n: usize) -> Vec<f64> {
    x.iter().rev().map(|v| v * n as f64).map(f64::sin).collect()
}

fn points() -> [Input<f64>; 3] {
    [
        Input {
            a: 0.44,
            b: [0.91, -0.33, 0.27],
            x: vec![0.31, -0.72, 1.13, 0.54, -0.25],
            m: [
                [0.21, -0.42, 0.63],
                [0.84, 0.15, -0.36],
                [-0.57, 0.78, 0.99],
            ],
            k: 2,
            inner: Inner {
                u: 0.52,
                w: (0.37, -0.68),
                k: 1,
            },
            choice: Choice::Two {
                left: 0.29,
                right: 0.75,
            },
        },
        Input {
            a: -0.14,
            b: [0.11, 0.83, -0.57],
            x: vec![-0.91, 0.17, 0.66],
            m: [[0.3, 0.9, -0.1], [0.5, -0.75, 0.2], [0.45, 0.05, -0.6]],
            k: 1,
            inner: Inner {
                u: -0.62,
                w: (0.97, 0.28),
                k: 0,
            },
            choice: Choice::One(0.3),
        },
        // Kinks and ties.
        Input {
            a: 0.0,
            b: [0.0, 0.5, -0.5],
            x: vec![0.5],
            m: [[0.0, 0.9, -0.1], [0.5, 0.0, 0.2], [0.45, 0.0, -0.6]],
            k: 0,
            inner: Inner {
                u: 0.0,
                w: (1.0, 0.28),
                k: 3,
            },
            choice: Choice::Nothing,
        },
    ]
}

/// A program in all its forms.
pub struct Forms {
    pub value: fn(&Input<f64>, usize) -> f64,
    pub reverse: fn(&Input<f64>, usize) -> (f64, Input<f64>),
    pub forward: fn(&Input<f64>, usize, &Input<f64>) -> (f64, f64),
    /// Of three times the value and its square, taken by a function that calls the program.
    pub called: fn(&Input<f64>, usize) -> (f64, Input<f64>),
}

/// The number of points at which the forms agree, or what they do not agree on.
pub fn compare(forms: &Forms) -> Result<usize, String> {
    let mut compared = 0;
    for point in points() {
        for n in [0, 1, 4] {
            // What panics by itself says nothing.
            if catch_unwind(AssertUnwindSafe(|| (forms.value)(&point, n))).is_err() {
                continue;
            }
            let at = || agree(forms, &point, n);
            match catch_unwind(AssertUnwindSafe(at)) {
                Ok(Ok(())) => compared += 1,
                Ok(Err(text)) => return Err(format!("n = {n}, {} in x: {text}", point.x.len())),
                Err(_) => return Err(format!("n = {n}, {} in x: a panic", point.x.len())),
            }
        }
    }
    Ok(compared)
}

fn agree(forms: &Forms, point: &Input<f64>, n: usize) -> Result<(), String> {
    let value = (forms.value)(point, n);
    let flat = point.to_flat();
    let moved = |to: &[f64]| {
        let mut moved = point.clone();
        moved.set_flat(to);
        moved
    };
    let same = |what: &str, expected: f64, actual: f64| {
        if expected.to_bits() == actual.to_bits() || expected.is_nan() && actual.is_nan() {
            Ok(())
        } else {
            Err(format!("{what} is {actual:?}, not {expected:?}"))
        }
    };
    let (by_reverse, gradient) = (forms.reverse)(point, n);
    same("the value", value, by_reverse)?;
    let (by_caller, through) = (forms.called)(point, n);
    same("the caller's value", 3.0 * value + value * value, by_caller)?;
    let (gradient, through) = (gradient.to_flat(), through.to_flat());
    if (gradient.len(), through.len()) != (flat.len(), flat.len()) {
        return Err("a gradient is of another shape".into());
    }
    let size = gradient.iter().fold(1.0_f64, |m, g| m.max(g.abs()));
    let near =
        |a: f64, b: f64, by: f64| a == b || (a - b).abs() <= by * size || a.is_nan() && b.is_nan();
    for (j, &slope) in gradient.iter().enumerate() {
        let mut direction = vec![0.0; flat.len()];
        direction[j] = 1.0;
        let (by_forward, tangent) = (forms.forward)(point, n, &moved(&direction));
        same("the value in forward mode", value, by_forward)?;
        if !near(slope, tangent, 1e-9) {
            return Err(format!(
                "input {j}: {slope:?} in reverse, {tangent:?} in forward mode"
            ));
        }
        let factor = 3.0 + 2.0 * value;
        if !near(through[j], factor * slope, 1e-9 * (1.0 + factor.abs())) {
            return Err(format!(
                "input {j}: {slope:?}, but {:?} for {factor} of it where it is called",
                through[j]
            ));
        }
        let step = |by: f64| {
            let mut to = flat.clone();
            to[j] += by;
            (forms.value)(&moved(&to), n)
        };
        let difference = |by: f64| {
            (8.0 * (step(by) - step(-by)) - (step(2.0 * by) - step(-2.0 * by))) / (12.0 * by)
        };
        let (coarse, fine) = (difference(1e-3), difference(3e-4));
        let sides = [step(1e-6) - value, value - step(-1e-6)];
        // At a kink and at a jump differences say little.
        let smooth = near(coarse, fine, 1e-7) && near(sides[0] / 1e-6, sides[1] / 1e-6, 1e-3);
        if smooth && !near(slope, coarse, 1e-5) {
            return Err(format!(
                "input {j}: {slope:?}, but differences of {coarse:?}"
            ));
        }
    }
    Ok(())
}
