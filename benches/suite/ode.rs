//! Lotka and Volterra's equations, integrated by Runge and Kutta's method for 1000 steps; how far the end is from where
//! it should be.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const STEPS: usize = 1000;
const STEP: f64 = 0.01;

#[differentiate(wrt(start, rates))]
fn miss(start: &[f64; 2], rates: &[f64; 4], target: &[f64; 2], steps: usize, step: f64) -> f64 {
    let mut state = *start;
    for _ in 0..steps {
        let k1 = slope(state, rates);
        let k2 = slope(moved(state, 0.5 * step, k1), rates);
        let k3 = slope(moved(state, 0.5 * step, k2), rates);
        let k4 = slope(moved(state, step, k3), rates);
        for i in 0..2 {
            state[i] += step / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    (state[0] - target[0]).powi(2) + (state[1] - target[1]).powi(2)
}

#[differentiate]
fn slope([prey, hunters]: [f64; 2], rates: &[f64; 4]) -> [f64; 2] {
    [
        rates[0] * prey - rates[1] * prey * hunters,
        rates[2] * prey * hunters - rates[3] * hunters,
    ]
}

#[differentiate(wrt(state, slope))]
fn moved(state: [f64; 2], step: f64, slope: [f64; 2]) -> [f64; 2] {
    [state[0] + step * slope[0], state[1] + step * slope[1]]
}

/// Keeps the state before each step and computes the stages again.
fn hand_written(
    start: &[f64; 2],
    rates: &[f64; 4],
    target: &[f64; 2],
    states: &mut [[f64; 2]; STEPS],
    start_adj: &mut [f64; 2],
    rates_adj: &mut [f64; 4],
) -> f64 {
    let mut state = *start;
    for kept in states.iter_mut() {
        *kept = state;
        let k1 = slope(state, rates);
        let k2 = slope(moved(state, 0.5 * STEP, k1), rates);
        let k3 = slope(moved(state, 0.5 * STEP, k2), rates);
        let k4 = slope(moved(state, STEP, k3), rates);
        for i in 0..2 {
            state[i] += STEP / 6.0 * (k1[i] + 2.0 * k2[i] + 2.0 * k3[i] + k4[i]);
        }
    }
    let misses = [state[0] - target[0], state[1] - target[1]];

    let mut adj = misses.map(|miss| 2.0 * miss);
    let mut sums = [0.0; 4];
    for state in states.iter().rev() {
        let s1 = *state;
        let s2 = moved(s1, 0.5 * STEP, slope(s1, rates));
        let s3 = moved(s1, 0.5 * STEP, slope(s2, rates));
        let s4 = moved(s1, STEP, slope(s3, rates));
        let outer = adj.map(|adj| STEP / 6.0 * adj);
        let inner = outer.map(|adj| 2.0 * adj);
        let a4 = slope_adjoint(s4, rates, outer, &mut sums);
        let a3 = slope_adjoint(s3, rates, moved(inner, STEP, a4), &mut sums);
        let a2 = slope_adjoint(s2, rates, moved(inner, 0.5 * STEP, a3), &mut sums);
        let a1 = slope_adjoint(s1, rates, moved(outer, 0.5 * STEP, a2), &mut sums);
        for i in 0..2 {
            adj[i] += a1[i] + a2[i] + a3[i] + a4[i];
        }
    }
    *start_adj = adj;
    *rates_adj = sums;
    misses[0] * misses[0] + misses[1] * misses[1]
}

fn slope_adjoint(
    [prey, hunters]: [f64; 2],
    rates: &[f64; 4],
    [prey_adj, hunters_adj]: [f64; 2],
    rates_adj: &mut [f64; 4],
) -> [f64; 2] {
    let meetings = prey * hunters;
    rates_adj[0] += prey_adj * prey;
    rates_adj[1] -= prey_adj * meetings;
    rates_adj[2] += hunters_adj * meetings;
    rates_adj[3] -= hunters_adj * hunters;
    let meetings_adj = rates[2] * hunters_adj - rates[1] * prey_adj;
    [
        prey_adj * rates[0] + meetings_adj * hunters,
        meetings_adj * prey - hunters_adj * rates[3],
    ]
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(4);
    let start = [inputs.uniform(0.9, 1.1), inputs.uniform(0.9, 1.1)];
    let rates = [1.5, 1.0, 1.0, 3.0].map(|rate| rate * inputs.uniform(0.9, 1.1));
    let target = [1.0, 1.0];
    let mut states = [[0.0; 2]; STEPS];
    table.row(
        "kernels",
        "rk4, 1000 steps",
        [2, 4],
        || miss(&start, &rates, &target, STEPS, STEP),
        |[start_adj, rates_adj]| {
            let start_adj = start_adj.as_mut_array().expect("2 numbers");
            let rates_adj = rates_adj.as_mut_array().expect("4 numbers");
            hand_written(&start, &rates, &target, &mut states, start_adj, rates_adj)
        },
        |[start_adj, rates_adj]| {
            let start_adj = start_adj.as_mut_array().expect("2 numbers");
            let rates_adj = rates_adj.as_mut_array().expect("4 numbers");
            miss_grad_into(&start, &rates, &target, STEPS, STEP, start_adj, rates_adj)
        },
    );
}
