//! Logistic regression on 1000 points with 20 features.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const POINTS: usize = 1000;
const FEATURES: usize = 20;

/// The negative log-likelihood and a ridge; the labels are ±1.
#[differentiate(wrt(weights, bias))]
fn loss(weights: &[f64], bias: f64, points: &[f64], labels: &[f64], ridge: f64) -> f64 {
    let mut total = 0.0;
    for (point, label) in points.chunks_exact(weights.len()).zip(labels) {
        let mut score = bias;
        for (weight, x) in weights.iter().zip(point) {
            score += weight * x;
        }
        total += (-label * score).exp().ln_1p();
    }
    total + 0.5 * ridge * weights.iter().map(|weight| weight * weight).sum::<f64>()
}

fn hand_written(
    weights: &[f64; FEATURES],
    bias: f64,
    points: &[f64],
    labels: &[f64],
    ridge: f64,
    weights_adj: &mut [f64; FEATURES],
    bias_adj: &mut f64,
) -> f64 {
    let mut sums = [0.0; FEATURES];
    *bias_adj = 0.0;
    let mut total = 0.0;
    for (point, label) in points.as_chunks::<FEATURES>().0.iter().zip(labels) {
        let mut score = bias;
        for (weight, x) in weights.iter().zip(point) {
            score += weight * x;
        }
        let odds = (-label * score).exp();
        total += odds.ln_1p();
        let adj = -label * odds / (1.0 + odds);
        *bias_adj += adj;
        for (sum, x) in sums.iter_mut().zip(point) {
            *sum += adj * x;
        }
    }
    for (adj, (sum, weight)) in weights_adj.iter_mut().zip(sums.iter().zip(weights)) {
        *adj = sum + ridge * weight;
    }
    total + 0.5 * ridge * weights.iter().map(|weight| weight * weight).sum::<f64>()
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(1000);
    let points = inputs.normals(POINTS * FEATURES);
    let labels: Vec<f64> = inputs.normals(POINTS).iter().map(|x| x.signum()).collect();
    let weights: [f64; FEATURES] = std::array::from_fn(|_| inputs.normal());
    let (bias, ridge) = (0.3, 0.1);
    table.row(
        "kernels",
        "logistic 1000 x 20",
        [FEATURES, 1],
        || loss(&weights, bias, &points, &labels, ridge),
        |[weights_adj, bias_adj]| {
            let weights_adj = weights_adj.as_mut_array().expect("20 numbers");
            hand_written(
                &weights,
                bias,
                &points,
                &labels,
                ridge,
                weights_adj,
                &mut bias_adj[0],
            )
        },
        |[weights_adj, bias_adj]| {
            loss_grad_into(
                &weights,
                bias,
                &points,
                &labels,
                ridge,
                weights_adj,
                &mut bias_adj[0],
            )
        },
    );

    let points = inputs.normals(1_000_000 * 4);
    let labels: Vec<f64> = inputs
        .normals(1_000_000)
        .iter()
        .map(|x| x.signum())
        .collect();
    let mut adj = [0.0; 4];
    table.peak("logistic, 10^6 x 4", || {
        loss_grad_into(
            &weights[..4],
            bias,
            &points,
            &labels,
            ridge,
            &mut adj,
            &mut 0.0,
        )
    });
}
