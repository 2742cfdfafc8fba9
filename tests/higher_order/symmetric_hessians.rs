//! A Hessian is symmetric to the last bit, its columns are Hessian-vector products, and it is the gradient's Jacobian.

use autodiff::{Matrix, check, differentiate};

struct Companions {
    f: fn(&[f64]) -> f64,
    gradient: fn(&[f64]) -> Vec<f64>,
    hessian: fn(&[f64]) -> Matrix,
    times: fn(&[f64], &[f64]) -> Vec<f64>,
}

impl Companions {
    fn check(&self, x: &[f64]) {
        let n = x.len();
        let h = (self.hessian)(x);
        assert_eq!((h.rows(), h.cols()), (n, n));
        let scale = h
            .as_slice()
            .iter()
            .fold(0.0_f64, |scale, entry| scale.max(entry.abs()));
        for j in 0..n {
            let mut unit = vec![0.0; n];
            unit[j] = 1.0;
            let column = (self.times)(x, &unit);
            for i in 0..n {
                assert_eq!(
                    h[(i, j)].to_bits(),
                    h[(j, i)].to_bits(),
                    "({i}, {j}) of\n{h}"
                );
                assert!(
                    (column[i] - h[(i, j)]).abs() <= 1e-13 * scale,
                    "({i}, {j}) of\n{h}"
                );
            }
        }
        check::jacobian(self.gradient, self.hessian, x).unwrap();
        check::hessian(self.f, self.hessian, x).unwrap();
    }
}

#[differentiate(hessian, hvp)]
fn rosenbrock(x: &[f64]) -> f64 {
    x.windows(2)
        .map(|pair| 100.0 * (pair[1] - pair[0].powi(2)).powi(2) + (1.0 - pair[0]).powi(2))
        .sum()
}

#[test]
fn chained_rosenbrock() {
    let companions = Companions {
        f: rosenbrock,
        gradient: rosenbrock_grad,
        hessian: rosenbrock_hessian,
        times: rosenbrock_hvp,
    };
    companions.check(&[-1.2, 1.0]);
    companions.check(&[0.3, -0.7, 1.9, 0.2, -1.1]);
}

#[differentiate(hessian, hvp)]
fn elementary(x: &[f64]) -> f64 {
    let a = (x[0] * x[1]).sin() + (x[1] / x[2]).exp() - x[2].ln() * x[0].tanh();
    let b = x[0].hypot(x[1]) * x[2].powf(x[0]) + x[1].atan2(x[2]) / (1.0 + x[0] * x[0]);
    a * b + (a - b).abs().sqrt()
}

#[test]
fn elementary_functions() {
    let companions = Companions {
        f: elementary,
        gradient: elementary_grad,
        hessian: elementary_hessian,
        times: elementary_hvp,
    };
    companions.check(&[0.7, -0.4, 1.3]);
    companions.check(&[-0.2, 1.1, 0.6]);
}

#[differentiate(hessian, hvp)]
fn with_branches_and_memory(x: &[f64]) -> f64 {
    let mut memory = vec![1.0; x.len()];
    for i in 0..x.len() {
        for j in 0..x.len() {
            if x[i] > x[j] {
                memory[i] *= x[i] - x[j];
            } else if i != j {
                memory[j] += x[i] * x[j].cos();
            }
        }
    }
    let mut total = 0.0;
    while total < 10.0 && memory.len() > 1 {
        let last = memory.pop().unwrap();
        total += last * last + memory[memory.len() - 1] * last;
    }
    total
}

#[test]
fn branches_and_memory() {
    let companions = Companions {
        f: with_branches_and_memory,
        gradient: with_branches_and_memory_grad,
        hessian: with_branches_and_memory_hessian,
        times: with_branches_and_memory_hvp,
    };
    companions.check(&[0.5, -1.0, 2.0, 0.1]);
    companions.check(&[3.0, 1.0, -0.5]);
}

#[differentiate(hessian, hvp)]
fn energy(x: &[f64]) -> f64 {
    let mut energy = 0.0;
    for i in 0..x.len() / 2 {
        for j in 0..i {
            let (dx, dy) = (x[2 * i] - x[2 * j], x[2 * i + 1] - x[2 * j + 1]);
            let inverse = (dx * dx + dy * dy).powi(3).recip();
            energy += inverse * inverse - inverse;
        }
    }
    energy
}

/// Particles in the plane with the potential of Lennard and Jones.
#[test]
fn particles() {
    let companions = Companions {
        f: energy,
        gradient: energy_grad,
        hessian: energy_hessian,
        times: energy_hvp,
    };
    companions.check(&[0.0, 0.1, 1.2, -0.1, 0.4, 1.3, -1.0, 0.9]);
}
