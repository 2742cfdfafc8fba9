//! Methods that copy, overwrite and update an active `self`.

use super::near;
use autodiff::{Differentiable, Real, check, differentiate};

#[derive(Clone, Debug, PartialEq, Differentiable)]
struct Spring {
    position: [f64; 2],
    velocity: Vec<f64>,
    stiffness: f64,
    steps: usize,
}

impl Spring {
    /// The energy, after a step in time.
    #[differentiate(wrt(self, dt), vjp)]
    fn step(&mut self, dt: f64) -> f64 {
        let mut energy = 0.0;
        for i in 0..2 {
            self.velocity[i] -= dt * self.stiffness * self.position[i];
            self.position[i] += dt * self.velocity[i];
            energy += self.velocity[i] * self.velocity[i] + self.position[i].sin();
        }
        self.stiffness *= 0.9;
        self.steps += 1;
        energy
    }

    /// It reads what it has overwritten, in a loop, with branches and early exits.
    #[differentiate(wrt(self))]
    fn settle(&mut self, n: usize) {
        let start = self.clone();
        for k in 0..n {
            if self.position[0] > 1.0 {
                self.position[0] *= self.position[1];
                continue;
            }
            self.position[1] = self.position[0] * self.velocity[k % 2] + start.stiffness;
            self.position.swap(0, 1);
            if k == 5 {
                *self = Spring {
                    position: [self.position[1], start.position[0]],
                    ..start.clone()
                };
                return;
            }
        }
        self.velocity[1] *= start.velocity[1];
    }

    #[differentiate(wrt(self, dt), vjp)]
    fn two_steps(&mut self, dt: f64) -> f64 {
        let first = Self::step(self, dt);
        first * Spring::step(self, dt * 0.5)
    }

    /// A copy of `self` is a variable.
    #[differentiate(wrt(self, dt))]
    fn after(&self, dt: f64) -> f64 {
        let mut copy = self.clone();
        let mut energy = Spring::step(&mut copy, dt);
        copy.velocity[0] *= self.velocity[1];
        energy += Spring::step(&mut copy, dt);
        energy * copy.position[0]
    }

    #[differentiate(wrt(self, k))]
    fn consumed(mut self, k: f64) -> f64 {
        self.position[0] *= k;
        self.velocity[1] += self.position[0] * self.stiffness;
        self.velocity[1] * self.position[1]
    }
}

#[differentiate]
fn simulate(spring: &Spring, dt: f64, n: usize) -> f64 {
    let mut state = spring.clone();
    let mut total = 0.0;
    for _ in 0..n {
        total += Spring::step(&mut state, dt);
    }
    total * state.position[0]
}

fn spring() -> Spring {
    Spring {
        position: [0.7, -0.4],
        velocity: vec![0.3, 1.2],
        stiffness: 1.5,
        steps: 3,
    }
}

/// `<w, J v>` by differences, and `<Jᵀ w, v>`, for every unit `v`: what a method leaves in `self` and what it returns.
fn agrees(
    run: impl Fn(&mut Spring, f64) -> f64,
    pull: impl Fn(&mut Spring, f64, f64, &mut Spring) -> f64,
) {
    let at = |flat: &[f64]| {
        let mut s = spring();
        s.set_flat(&flat[..5]);
        (s, flat[5])
    };
    let weights = [0.3, -0.7, 0.9, 1.1, 0.2];
    let scalar = |flat: &[f64]| {
        let (mut s, x) = at(flat);
        let result = run(&mut s, x);
        let state = s.to_flat();
        0.8 * result + state.iter().zip(weights).map(|(a, b)| a * b).sum::<f64>()
    };
    let gradient = |flat: &[f64]| {
        let (mut s, x) = at(flat);
        let mut cotangent = s.zeros_like();
        cotangent.set_flat(&weights);
        let slope = pull(&mut s, x, 0.8, &mut cotangent);
        let (mut other, _) = at(flat);
        run(&mut other, x);
        assert_eq!(s, other, "the value");
        let mut all = cotangent.to_flat();
        all.push(slope);
        all
    };
    let flat = [spring().to_flat(), vec![0.6]].concat();
    if let Err(mismatch) = check::gradient(scalar, gradient, &flat) {
        panic!("{mismatch}");
    }
}

#[test]
fn updates() {
    agrees(
        |s, dt| s.step(dt),
        |s, dt, seed, cotangent| s.step_vjp(dt, seed, cotangent).1,
    );
}

#[test]
fn updates_by_calls() {
    agrees(
        |s, dt| s.two_steps(dt),
        |s, dt, seed, cotangent| s.two_steps_vjp(dt, seed, cotangent).1,
    );
}

#[test]
fn overwrites() {
    for n in [0, 1, 2, 4, 8] {
        agrees(
            |s, _| {
                s.settle(n);
                0.0
            },
            |s, _, _, cotangent| {
                s.settle_vjp(n, cotangent);
                0.0
            },
        );
    }
}

/// What `f_grad` returns is the gradient of the result alone; `self` is left as by the method.
#[test]
fn gradient_of_the_result() {
    let mut s = spring();
    let (value, by_dt) = s.step_value_and_grad(0.1);
    let mut other = spring();
    assert_eq!(value, other.step(0.1));
    assert_eq!(s, other);
    let energy = |dt: &[f64]| spring().step(dt[0]);
    super::agrees(energy, vec![by_dt], &[0.1]);
}

#[test]
fn copies() {
    let at = |flat: &[f64]| {
        let mut s = spring();
        s.set_flat(&flat[..5]);
        s
    };
    let flat = [spring().to_flat(), vec![0.3]].concat();
    let (by_s, by_dt) = spring().after_grad(0.3);
    super::agrees(
        |v| at(v).after(v[5]),
        [by_s.to_flat(), vec![by_dt]].concat(),
        &flat,
    );
    let (by_s, by_k) = spring().consumed_grad(0.3);
    super::agrees(
        |v| at(v).consumed(v[5]),
        [by_s.to_flat(), vec![by_k]].concat(),
        &flat,
    );
    for n in [0, 1, 3, 20] {
        let (by_s, by_dt) = simulate_grad(&spring(), 0.3, n);
        super::agrees(
            |v| simulate(&at(v), v[5], n),
            [by_s.to_flat(), vec![by_dt]].concat(),
            &flat,
        );
    }
}

mod over_any_number {
    use super::*;

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Filter<T> {
        mean: T,
        variance: T,
    }

    impl<T: Real> Filter<T> {
        #[differentiate(wrt(self, y, noise))]
        fn update(&mut self, y: T, noise: T) -> T {
            let gain = self.variance / (self.variance + noise);
            let error = y - self.mean;
            self.mean += gain * error;
            self.variance *= T::from_f64(1.0) - gain;
            error * error
        }
    }

    #[differentiate(jvp, hessian)]
    fn errors(ys: &[f64; 3], noise: f64) -> f64 {
        let mut filter = Filter {
            mean: 0.0,
            variance: 1.0,
        };
        let mut sum = 0.0;
        for y in ys {
            sum += Filter::update(&mut filter, *y, noise);
        }
        sum
    }

    /// The Hessian against differences of the gradient.
    #[test]
    fn second_order() {
        let (ys, noise) = ([0.3, 1.0, -0.5], 0.4);
        let hessian = errors_hessian(&ys, noise);
        let step = 1e-5;
        for j in 0..4 {
            let moved = |by: f64| {
                let (mut ys, mut noise) = (ys, noise);
                *ys.get_mut(j).unwrap_or(&mut noise) += by;
                let (by_ys, by_noise) = errors_grad(&ys, noise);
                [by_ys[0], by_ys[1], by_ys[2], by_noise]
            };
            let (up, down) = (moved(step), moved(-step));
            for i in 0..4 {
                near(hessian[i][j], (up[i] - down[i]) / (2.0 * step));
            }
        }
        let (value, tangent) = errors_jvp(&ys, noise, &[0.0; 3], 1.0);
        assert_eq!(value, errors(&ys, noise));
        near(tangent, errors_grad(&ys, noise).1);
    }
}
