//! Learning: least squares, networks of any depth, regression and density estimation, Gaussians through nonlinear functions.

use autodiff::differentiate;

use crate::matrices::{inverse, matmul, transpose};
use crate::numbers::assert_close;

#[differentiate(wrt(theta))]
fn squared_residual<const M: usize, const N: usize>(
    theta: &[f64; N],
    phi: &[[f64; N]; M],
    y: &[f64; M],
) -> f64 {
    let mut loss = 0.0;
    for (row, y) in phi.iter().zip(y) {
        let prediction: f64 = row.iter().zip(theta).map(|(phi, theta)| phi * theta).sum();
        loss += (y - prediction).powi(2);
    }
    loss
}

#[test]
fn example_5_11() {
    let phi = [[1.0, 2.0], [1.0, 3.0], [1.0, 4.0]];
    let y = [1.0, 2.0, 3.0];
    let (loss, gradient) = squared_residual_value_and_grad(&[0.5, 1.5], &phi, &y);
    assert_eq!((loss, gradient), (27.5, [18.0, 56.0]));
    for theta in [[0.1, -0.3], [2.0, 0.7]] {
        let residual: [f64; 3] =
            std::array::from_fn(|i| y[i] - phi[i][0] * theta[0] - phi[i][1] * theta[1]);
        let expected: [f64; 2] =
            std::array::from_fn(|j| (0..3).map(|i| -2.0 * residual[i] * phi[i][j]).sum());
        assert_close(squared_residual_grad(&theta, &phi, &y), expected);
    }
}

const WIDTH: usize = 3;

type Weights = [[f64; WIDTH]; WIDTH];
type Biases = [f64; WIDTH];

#[derive(Clone, Copy, Debug)]
enum Activation {
    Sigmoid,
    Tanh,
    Relu,
}

#[differentiate(wrt(z))]
fn activate(z: f64, activation: Activation) -> f64 {
    match activation {
        Activation::Sigmoid => 1.0 / (1.0 + (-z).exp()),
        Activation::Tanh => z.tanh(),
        Activation::Relu => z.max(0.0),
    }
}

/// Equations 5.111 to 5.113: the squared loss of `f_i = σ(A_{i−1} f_{i−1} + b_{i−1})`, one layer for each of the weights.
#[differentiate(wrt(weights, biases))]
fn network_loss(
    weights: &[[[f64; WIDTH]; WIDTH]],
    biases: &[[f64; WIDTH]],
    x: &[f64; WIDTH],
    y: &[f64; WIDTH],
    activation: Activation,
) -> f64 {
    let mut f = *x;
    for (a, b) in weights.iter().zip(biases) {
        let mut next = *b;
        for j in 0..WIDTH {
            for k in 0..WIDTH {
                next[j] += a[j][k] * f[k];
            }
            next[j] = activate(next[j], activation);
        }
        f = next;
    }
    f.iter().zip(y).map(|(f, y)| (y - f).powi(2)).sum()
}

/// Equations 5.115 to 5.117, layer by layer.
fn backpropagation(
    weights: &[Weights],
    biases: &[Biases],
    x: &[f64; WIDTH],
    y: &[f64; WIDTH],
    activation: Activation,
) -> (Vec<Weights>, Vec<Biases>) {
    let mut layers = vec![*x];
    for (a, b) in weights.iter().zip(biases) {
        let f = layers[layers.len() - 1];
        layers.push(std::array::from_fn(|j| {
            let z: f64 = (0..WIDTH).map(|k| a[j][k] * f[k]).sum();
            activate(z + b[j], activation)
        }));
    }
    let slope = |f: f64| match activation {
        Activation::Sigmoid => f * (1.0 - f),
        Activation::Tanh => 1.0 - f * f,
        Activation::Relu => f64::from(u8::from(f > 0.0)),
    };
    let depth = weights.len();
    let mut by_f: [f64; WIDTH] = std::array::from_fn(|j| -2.0 * (y[j] - layers[depth][j]));
    let (mut by_weights, mut by_biases) = (Vec::new(), Vec::new());
    for i in (0..depth).rev() {
        let by_z: [f64; WIDTH] = std::array::from_fn(|j| by_f[j] * slope(layers[i + 1][j]));
        by_weights.push(by_z.map(|z| layers[i].map(|f| z * f)));
        by_biases.push(by_z);
        by_f = std::array::from_fn(|k| (0..WIDTH).map(|j| by_z[j] * weights[i][j][k]).sum());
    }
    by_weights.reverse();
    by_biases.reverse();
    (by_weights, by_biases)
}

/// Equations 5.110 to 5.117, at every depth up to twelve.
#[test]
fn deep_network() {
    let number = |i: usize| (1.7 * i as f64 + 0.4).sin();
    let (x, y) = ([0.4, -0.9, 1.3], [0.2, 0.7, 0.1]);
    for activation in [Activation::Sigmoid, Activation::Tanh, Activation::Relu] {
        for depth in 0..=12 {
            let weights: Vec<Weights> = (0..depth)
                .map(|i| {
                    std::array::from_fn(|j| std::array::from_fn(|k| number(9 * i + 3 * j + k)))
                })
                .collect();
            let biases: Vec<Biases> = (0..depth)
                .map(|i| std::array::from_fn(|j| 0.5 + 0.5 * number(100 + 3 * i + j)))
                .collect();
            assert_close(
                network_loss_grad(&weights, &biases, &x, &y, activation),
                backpropagation(&weights, &biases, &x, &y, activation),
            );
        }
    }
}

#[differentiate]
fn sigmoid(z: f64) -> f64 {
    1.0 / (1.0 + (-z).exp())
}

/// The notebook's network: two inputs, two hidden units, one output, sigmoids throughout.
#[differentiate]
pub fn notebook(w1: &[[f64; 2]; 2], b1: &[f64; 2], w2: &[f64; 2], b2: f64) -> f64 {
    let x = [0.5, 0.8];
    let mut z2 = b2;
    for j in 0..2 {
        let mut z1 = b1[j];
        for i in 0..2 {
            z1 += x[i] * w1[i][j];
        }
        z2 += w2[j] * sigmoid(z1);
    }
    sigmoid(z2)
}

#[differentiate]
fn notebook_loss(w1: &[[f64; 2]; 2], b1: &[f64; 2], w2: &[f64; 2], b2: f64) -> f64 {
    let target = 1.0;
    0.5 * (notebook(w1, b1, w2, b2) - target).powi(2)
}

#[test]
fn network_of_the_notebook() {
    let (mut w1, mut b1) = ([[0.5, 0.2], [0.3, 0.7]], [0.1, 0.2]);
    let (mut w2, mut b2) = ([0.6, 0.9], 0.3);
    assert_close(notebook(&w1, &b1, &w2, b2), 0.788_917_662_530_613_9);
    let (dw1, db1, dw2, db2) = notebook_loss_grad(&w1, &b1, &w2, b2);
    assert_close(
        dw2,
        [-0.022_614_812_855_301_956, -0.024_699_098_645_822_693],
    );
    assert_close(db2, -0.035_150_820_660_160_516);
    let expected = [
        [-0.002_419_569_146_339_695, -0.003_304_806_223_330_732_4],
        [-0.003_871_310_634_143_512, -0.005_287_689_957_329_172_5],
    ];
    assert_close(dw1, expected);
    assert_close(db1, [-0.004_839_138_292_679_39, -0.006_609_612_446_661_465]);

    let rate = 0.05;
    for _ in 0..1000 {
        let (dw1, db1, dw2, db2) = notebook_loss_grad(&w1, &b1, &w2, b2);
        for i in 0..2 {
            for j in 0..2 {
                w1[i][j] -= rate * dw1[i][j];
            }
            b1[i] -= rate * db1[i];
            w2[i] -= rate * dw2[i];
        }
        b2 -= rate * db2;
    }
    assert_close(notebook(&w1, &b1, &w2, b2), 0.928_152_832_063_861_7);
}

/// Durations of eruptions of Old Faithful, and the waits for the next one, in minutes.
fn old_faithful() -> (Vec<f64>, Vec<f64>) {
    include_str!("../../examples/data/old_faithful.txt")
        .lines()
        .skip(1)
        .map(|line| {
            let mut numbers = line.split(' ').map(|number| number.parse::<f64>().unwrap());
            (numbers.next().unwrap(), numbers.next().unwrap())
        })
        .unzip()
}

#[differentiate(wrt(line), hessian)]
fn misfit(line: &[f64; 2], xs: &[f64], ys: &[f64]) -> f64 {
    let squares = xs
        .iter()
        .zip(ys)
        .map(|(x, y)| (line[0] + line[1] * x - y).powi(2));
    squares.sum::<f64>() / xs.len() as f64
}

/// The loss is quadratic: one Newton step solves the normal equations.
#[test]
fn regression() {
    let (xs, ys) = old_faithful();
    let gradient = misfit_grad(&[0.0, 0.0], &xs, &ys);
    let hessian = misfit_hessian(&[0.0, 0.0], &xs, &ys);
    let step = matmul(&inverse(&hessian), &gradient.map(|entry| [entry]));
    let line = [-step[0][0], -step[1][0]];

    let count = xs.len() as f64;
    let (mean_x, mean_y) = (
        xs.iter().sum::<f64>() / count,
        ys.iter().sum::<f64>() / count,
    );
    let products = xs.iter().zip(&ys).map(|(x, y)| (x - mean_x) * (y - mean_y));
    let squares = xs.iter().map(|x| (x - mean_x).powi(2));
    let slope = products.sum::<f64>() / squares.sum::<f64>();
    let expected = [mean_y - slope * mean_x, slope];
    assert!((line[0] - expected[0]).abs() < 1e-9 && (line[1] - expected[1]).abs() < 1e-9);
    assert!(
        misfit_grad(&line, &xs, &ys)
            .iter()
            .all(|slope| slope.abs() < 1e-9)
    );
}

/// The mean logarithm of a mixture's density: of Gaussians with weights that are a softmax of `logits`.
#[differentiate(wrt(logits, means, deviations))]
fn log_likelihood<const K: usize>(
    logits: &[f64; K],
    means: &[f64; K],
    deviations: &[f64; K],
    xs: &[f64],
) -> f64 {
    let partition: f64 = logits.iter().map(|logit| logit.exp()).sum();
    let mut total = 0.0;
    for x in xs {
        let mut density = 0.0;
        for k in 0..K {
            let z = (x - means[k]) / deviations[k];
            let weight = logits[k].exp() / partition;
            density +=
                weight * (-0.5 * z * z).exp() / (deviations[k] * std::f64::consts::TAU.sqrt());
        }
        total += density.ln();
    }
    total / xs.len() as f64
}

/// The derivatives of a mixture's log-likelihood are means over the responsibilities.
#[test]
fn density_estimation() {
    let (xs, _) = old_faithful();
    let (logits, means, deviations) = ([-0.2, 0.4], [1.9, 4.4], [0.4, 0.5]);
    let weights =
        logits.map(|logit: f64| logit.exp() / logits.iter().map(|l| l.exp()).sum::<f64>());
    let (mut by_logits, mut by_means, mut by_deviations) = ([0.0; 2], [0.0; 2], [0.0; 2]);
    for x in &xs {
        let z: [f64; 2] = std::array::from_fn(|k| (x - means[k]) / deviations[k]);
        let parts: [f64; 2] =
            std::array::from_fn(|k| weights[k] * (-0.5 * z[k] * z[k]).exp() / deviations[k]);
        for k in 0..2 {
            let share = parts[k] / (parts[0] + parts[1]) / xs.len() as f64;
            by_logits[k] += share - weights[k] / xs.len() as f64;
            by_means[k] += share * z[k] / deviations[k];
            by_deviations[k] += share * (z[k] * z[k] - 1.0) / deviations[k];
        }
    }
    assert_close(
        log_likelihood_grad(&logits, &means, &deviations, &xs),
        (by_logits, by_means, by_deviations),
    );
}

/// A pendulum's angle and speed after a time step.
#[differentiate(wrt(state), jacobian)]
fn swing(state: &[f64; 2], step: f64) -> [f64; 2] {
    let speed = state[1] - step * state[0].sin();
    [state[0] + step * speed, speed]
}

/// Equation 5.9 and the extended Kalman filter: the covariance goes through the linearised step, `J P Jᵀ + Q`.
#[test]
fn gaussian_through_a_nonlinear_function() {
    let (state, step) = ([0.8_f64, -0.3], 0.1);
    let covariance = [[0.04, 0.01], [0.01, 0.09]];
    let noise = [[1e-4, 0.0], [0.0, 1e-3]];

    let slope = step * state[0].cos();
    let by_hand = [[1.0 - step * slope, step], [-slope, 1.0]];
    let jacobian = swing_jacobian(&state, step);
    assert_close(jacobian, by_hand);
    let predicted = matmul(&matmul(&jacobian, &covariance), &transpose(&jacobian));
    let predicted = [0, 1].map(|i| [0, 1].map(|j| predicted[i][j] + noise[i][j]));

    // By sampling the distribution on a grid of sigma points: agrees to the order that the linearisation drops.
    let deviations = cholesky(&covariance);
    let mut moments = [[0.0; 2]; 2];
    let centre = swing(&state, step);
    for column in 0..2 {
        for sign in [-1.0, 1.0] {
            let scale = sign * 1e-3;
            let moved = swing(
                &[0, 1].map(|i| state[i] + scale * deviations[i][column]),
                step,
            );
            for i in 0..2 {
                for j in 0..2 {
                    let product = (moved[i] - centre[i]) * (moved[j] - centre[j]);
                    moments[i][j] += 0.5 * product / (scale * scale);
                }
            }
        }
    }
    for i in 0..2 {
        for j in 0..2 {
            assert!((moments[i][j] + noise[i][j] - predicted[i][j]).abs() < 1e-6);
        }
    }
}

fn cholesky(a: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let l00 = a[0][0].sqrt();
    let l10 = a[1][0] / l00;
    [[l00, 0.0], [l10, (a[1][1] - l10 * l10).sqrt()]]
}

/// Minus the logarithm of a Gamma density, without its constant.
#[differentiate(wrt(x), hessian)]
fn gamma_energy(x: f64, shape: f64, rate: f64) -> f64 {
    rate * x - (shape - 1.0) * x.ln()
}

/// The Laplace approximation: at the mode, the inverse of the Hessian is the variance.
#[test]
fn laplace_approximation() {
    for (shape, rate) in [(3.0, 1.0), (9.0, 0.5), (20.0, 4.0)] {
        let mut mode = 0.5 * (shape - 1.0) / rate;
        for _ in 0..10 {
            let [[curvature]] = gamma_energy_hessian(mode, shape, rate);
            mode -= gamma_energy_grad(mode, shape, rate) / curvature;
        }
        let [[curvature]] = gamma_energy_hessian(mode, shape, rate);
        assert_close(mode, (shape - 1.0) / rate);
        assert_close(curvature.recip(), (shape - 1.0) / rate.powi(2));
    }
}
