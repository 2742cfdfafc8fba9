//! Group T: structs as parameters, locals and results, methods with and without an active `self`, and calls between code
//! over structs and code over any number.
#![allow(clippy::needless_range_loop)]

use autodiff::{Differentiable, check, differentiate};

mod by_value;
mod counters;
mod elsewhere;
mod enums;
mod integers;
mod kernels;
mod left_out;
mod lifetimes;
mod looks;
mod methods;
mod models;
mod names;
mod operators;
mod options;
mod orders;
mod own;
mod unknown;
mod variants;
mod vectors;

fn near(got: f64, want: f64) {
    assert!(
        (got - want).abs() <= 1e-6 * (1.0 + want.abs()),
        "{got}, not {want}"
    );
}

/// As [`near`], of what has a name, to the accuracy of differences.
fn near_as(name: &str, got: f64, want: f64) {
    assert!(
        (got - want).abs() <= 1e-5 * (1.0 + want.abs()),
        "{name}: {got}, not {want}"
    );
}

/// The slope of `f` at `x`, by differences.
fn fd(f: impl Fn(f64) -> f64, x: f64) -> f64 {
    (f(x + 1e-5) - f(x - 1e-5)) / 2e-5
}

/// The gradient of `f` at `flat` is `gradient`.
fn agrees(f: impl Fn(&[f64]) -> f64, gradient: Vec<f64>, flat: &[f64]) {
    if let Err(mismatch) = check::gradient(f, |_| gradient.clone(), flat) {
        panic!("{mismatch}");
    }
}

mod t01_update_syntax_and_field_overwrite {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct P {
        x: f64,
        y: f64,
    }

    #[differentiate]
    fn f(x: f64, y: f64) -> f64 {
        let mut p = P { x: x * y, y: x + y };
        let q = P {
            x: p.y,
            ..p.clone()
        };
        p.x *= q.x;
        p.x + q.y * q.x
    }

    #[test]
    fn agrees() {
        let (value, (dx, dy)) = f_value_and_grad(1.2, 0.7);
        near(value, 5.206);
        near(dx, 5.97);
        near(dy, 6.92);
    }

    #[differentiate]
    fn rotated(p: P, angle: f64) -> P {
        let P { x, y } = p;
        P {
            x: x * angle.cos() - y * angle.sin(),
            y: x * angle.sin() + y * angle.cos(),
        }
    }

    /// Over any number itself, it calls code that is over `P`.
    #[differentiate]
    fn through(x: f64, angle: f64) -> f64 {
        f(x, angle) * along(x * x, angle)
    }

    #[differentiate]
    fn along(x: f64, angle: f64) -> f64 {
        let p = rotated(P { x, y: 1.0 }, angle);
        p.x.hypot(p.y) + p.x * x
    }

    #[test]
    fn calls() {
        let (dx, da) = through_grad(0.5, 0.3);
        super::agrees(|v| through(v[0], v[1]), vec![dx, da], &[0.5, 0.3]);
        let (value, (p, angle)) = rotated_vjp(P { x: 3.0, y: 4.0 }, 0.0, P { x: 1.0, y: 0.0 });
        assert_eq!(
            [value.x, value.y, p.x, p.y, angle],
            [3.0, 4.0, 1.0, 0.0, -4.0]
        );
    }
}

mod t03_constant_self {
    use super::*;

    struct Dense {
        w: [f64; 2],
        b: f64,
        n: usize,
    }

    impl Dense {
        #[differentiate]
        fn forward(&self, x: &[f64; 2]) -> f64 {
            let mut s = self.b;
            for i in 0..self.n {
                s += self.w[i] * x[i];
            }
            s.tanh()
        }
    }

    #[test]
    fn agrees() {
        let dense = Dense {
            w: [0.5, -0.25],
            b: 0.1,
            n: 2,
        };
        let (value, dx) = dense.forward_value_and_grad(&[1.0, 2.0]);
        near(value, 0.09966799462);
        near(dx[0], 0.4950331454);
        near(dx[1], -0.2475165727);
    }
}

mod active_self {
    use super::*;

    #[derive(Clone, Debug, Differentiable)]
    struct Layer {
        w: Vec<f64>,
        b: f64,
        n: usize,
        name: String,
        #[differentiable(skip)]
        rate: f64,
    }

    impl Layer {
        #[differentiate(wrt(self, x))]
        fn forward(&self, x: &[f64]) -> f64 {
            let mut s = self.b * self.rate;
            for i in 0..self.n {
                s += self.w[i] * x[i];
            }
            self.act(s)
        }

        #[differentiate(wrt(self, s))]
        fn act(&self, s: f64) -> f64 {
            (s * self.b).tanh()
        }
    }

    #[derive(Clone, Debug, Differentiable)]
    struct Net {
        first: Layer,
        layers: Vec<Layer>,
    }

    impl Net {
        #[differentiate(wrt(self))]
        fn loss(&self, xs: &[f64], y: f64) -> f64 {
            let mut s = self.first.forward(xs);
            for layer in &self.layers {
                s += layer.forward(&[s, 1.0]) * layer.act(s);
            }
            (s - y).powi(2)
        }
    }

    #[differentiate]
    fn scaled(net: &Net, by: f64) -> f64 {
        net.loss(&[0.5, 0.25], 1.0) * by
    }

    fn net() -> Net {
        let layer = Layer {
            w: vec![0.5, -0.2],
            b: 0.7,
            n: 2,
            name: "dense".into(),
            rate: 1.5,
        };
        Net {
            first: layer.clone(),
            layers: vec![layer.clone(), layer],
        }
    }

    #[test]
    fn agrees() {
        let net = net();
        let (value, gradient) = net.loss_value_and_grad(&[0.5, 0.25], 0.3);
        assert_eq!(value.to_bits(), net.loss(&[0.5, 0.25], 0.3).to_bits());
        assert_eq!(
            (gradient.first.name.as_str(), gradient.first.n),
            ("dense", 2)
        );
        let f = |flat: &[f64]| {
            let mut moved = net.clone();
            moved.set_flat(flat);
            moved.loss(&[0.5, 0.25], 0.3)
        };
        super::agrees(f, gradient.to_flat(), &net.to_flat());

        let mut buffer = net.map(|_| 7e77);
        net.loss_grad_into(&[0.5, 0.25], 0.3, &mut buffer);
        assert_eq!(buffer.to_flat(), gradient.to_flat());
    }

    #[test]
    fn from_outside() {
        let net = net();
        let (gradient, by) = scaled_grad(&net, 2.0);
        assert_eq!(by, net.loss(&[0.5, 0.25], 1.0));
        let once = net.loss_grad(&[0.5, 0.25], 1.0);
        assert_eq!(gradient.to_flat(), once.map(|x| 2.0 * x).to_flat());
    }

    #[test]
    fn a_step_downhill() {
        let mut net = net();
        let gradient = net.loss_grad(&[0.5, 0.25], 0.3);
        let before = net.loss(&[0.5, 0.25], 0.3);
        net.axpy(-1e-7, &gradient);
        near(
            (before - net.loss(&[0.5, 0.25], 0.3)) / 1e-7,
            gradient.dot(&gradient),
        );
    }
}

mod state_in_a_loop {
    use super::*;

    #[derive(Clone, Copy, Debug, Differentiable)]
    struct State(f64, f64);

    #[differentiate]
    fn energy(start: State, n: usize) -> f64 {
        let mut s = start;
        for i in 0..n {
            s = State(s.0 + 0.1 * s.1, s.1 - 0.1 * s.0 * i as f64);
            if s.0 > 2.0 {
                s.1 *= 0.5;
            }
        }
        s.0 * s.1
    }

    #[test]
    fn agrees() {
        for n in [0, 1, 6, 30] {
            let gradient = energy_grad(State(1.0, 0.5), n);
            super::agrees(
                |v| energy(State(v[0], v[1]), n),
                gradient.to_flat(),
                &[1.0, 0.5],
            );
        }
    }
}

/// A struct without derivatives that a method changes: what was read of it before is not what is read after.
mod constant_state {
    use super::*;

    struct Counter {
        n: f64,
    }

    impl Counter {
        fn bump(&mut self, by: f64) -> f64 {
            self.n += by;
            self.n
        }
    }

    #[differentiate(wrt(x))]
    fn counted(x: f64, k: usize) -> f64 {
        let mut c = Counter { n: 1.0 };
        let mut s = 0.0;
        for i in 0..3 {
            let before = c.n;
            let by = k + i;
            let result = c.bump(by as f64);
            s += x * before * c.n * result;
        }
        s
    }

    #[test]
    fn agrees() {
        // 1·3·3 + 3·6·6 + 6·10·10
        assert_eq!(counted(1.0, 2), 717.0);
        assert_eq!(counted_value_and_grad(2.0, 2), (1434.0, 717.0));
    }
}
