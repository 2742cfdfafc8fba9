//! The log-likelihood of 200 positions in the plane under a linear model with 4 states, by Kalman's filter.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const STEPS: usize = 200;

type Vector = [f64; 4];
type Matrix = [[f64; 4]; 4];

/// The two coordinates of a position are taken in one after the other; `noises` are their variances, `disturbance` the
/// variances by which the states spread in a step.
#[differentiate(wrt(dynamics, disturbance, noises))]
fn log_likelihood(
    dynamics: &[[f64; 4]; 4],
    disturbance: &[f64; 4],
    noises: &[f64; 2],
    positions: &[[f64; 2]],
) -> f64 {
    let mut state = [0.0; 4];
    let mut spread = [[0.0; 4]; 4];
    for i in 0..4 {
        spread[i][i] = 1.0;
    }
    let mut total = 0.0;
    for position in positions {
        // state = F state, spread = F spread Fᵀ + disturbance
        let mut moved = [0.0; 4];
        let mut half = [[0.0; 4]; 4];
        for i in 0..4 {
            for k in 0..4 {
                moved[i] += dynamics[i][k] * state[k];
                for j in 0..4 {
                    half[i][j] += dynamics[i][k] * spread[k][j];
                }
            }
        }
        state = moved;
        for i in 0..4 {
            for j in 0..4 {
                let mut sum = 0.0;
                for k in 0..4 {
                    sum += half[i][k] * dynamics[j][k];
                }
                spread[i][j] = sum;
            }
            spread[i][i] += disturbance[i];
        }
        for c in 0..2 {
            let innovation = position[c] - state[c];
            let column = [spread[0][c], spread[1][c], spread[2][c], spread[3][c]];
            let variance = column[c] + noises[c];
            for i in 0..4 {
                let gain = column[i] / variance;
                state[i] += gain * innovation;
                for j in 0..4 {
                    spread[i][j] -= gain * column[j];
                }
            }
            total -= 0.5
                * ((std::f64::consts::TAU * variance).ln() + innovation * innovation / variance);
        }
    }
    total
}

/// What the reverse of a step needs.
#[derive(Clone, Copy, Default)]
struct Kept {
    state: Vector,
    spread: Matrix,
    half: Matrix,
    updates: [Update; 2],
}

#[derive(Clone, Copy, Default)]
struct Update {
    innovation: f64,
    variance: f64,
    column: Vector,
    gains: Vector,
}

fn hand_written(
    dynamics: &Matrix,
    disturbance: &Vector,
    noises: &[f64; 2],
    positions: &[[f64; 2]],
    kept: &mut [Kept],
    [dynamics_adj, disturbance_adj, noises_adj]: &mut [Vec<f64>; 3],
) -> f64 {
    let mut state = [0.0; 4];
    let mut spread = [[0.0; 4]; 4];
    for i in 0..4 {
        spread[i][i] = 1.0;
    }
    let mut total = 0.0;
    for (position, kept) in positions.iter().zip(kept.iter_mut()) {
        kept.state = state;
        kept.spread = spread;
        let mut moved = [0.0; 4];
        let mut half = [[0.0; 4]; 4];
        for i in 0..4 {
            for k in 0..4 {
                moved[i] += dynamics[i][k] * state[k];
                for j in 0..4 {
                    half[i][j] += dynamics[i][k] * spread[k][j];
                }
            }
        }
        kept.half = half;
        state = moved;
        for i in 0..4 {
            for j in 0..4 {
                let mut sum = 0.0;
                for k in 0..4 {
                    sum += half[i][k] * dynamics[j][k];
                }
                spread[i][j] = sum;
            }
            spread[i][i] += disturbance[i];
        }
        for (c, update) in kept.updates.iter_mut().enumerate() {
            let innovation = position[c] - state[c];
            let column = [spread[0][c], spread[1][c], spread[2][c], spread[3][c]];
            let variance = column[c] + noises[c];
            let gains = column.map(|x| x / variance);
            for i in 0..4 {
                state[i] += gains[i] * innovation;
                for j in 0..4 {
                    spread[i][j] -= gains[i] * column[j];
                }
            }
            total -= 0.5
                * ((std::f64::consts::TAU * variance).ln() + innovation * innovation / variance);
            *update = Update {
                innovation,
                variance,
                column,
                gains,
            };
        }
    }

    let mut noise_sums = [0.0; 2];
    let mut disturbance_sums = [0.0; 4];
    let mut dynamics_sums = [[0.0; 4]; 4];
    let mut state_adj = [0.0; 4];
    let mut spread_adj = [[0.0; 4]; 4];
    for kept in kept.iter().rev() {
        for (c, update) in kept.updates.iter().enumerate().rev() {
            let Update {
                innovation,
                variance,
                column,
                gains,
            } = update;
            let inverse = 1.0 / variance;
            let mut column_adj = [0.0; 4];
            let mut innovation_adj = -innovation * inverse;
            let mut variance_adj = 0.5 * inverse * (innovation * innovation * inverse - 1.0);
            for i in 0..4 {
                let mut gain_adj = state_adj[i] * innovation;
                innovation_adj += state_adj[i] * gains[i];
                for j in 0..4 {
                    gain_adj -= spread_adj[i][j] * column[j];
                    column_adj[j] -= spread_adj[i][j] * gains[i];
                }
                let share = gain_adj * inverse;
                column_adj[i] += share;
                variance_adj -= share * gains[i];
            }
            column_adj[c] += variance_adj;
            noise_sums[c] += variance_adj;
            for i in 0..4 {
                spread_adj[i][c] += column_adj[i];
            }
            state_adj[c] -= innovation_adj;
        }

        let mut half_adj = [[0.0; 4]; 4];
        for i in 0..4 {
            disturbance_sums[i] += spread_adj[i][i];
            for j in 0..4 {
                for k in 0..4 {
                    half_adj[i][k] += spread_adj[i][j] * dynamics[j][k];
                    dynamics_sums[j][k] += spread_adj[i][j] * kept.half[i][k];
                }
            }
        }
        let mut before_adj = [0.0; 4];
        spread_adj = [[0.0; 4]; 4];
        for i in 0..4 {
            for k in 0..4 {
                before_adj[k] += state_adj[i] * dynamics[i][k];
                let mut sum = state_adj[i] * kept.state[k];
                for j in 0..4 {
                    sum += half_adj[i][j] * kept.spread[k][j];
                    spread_adj[k][j] += half_adj[i][j] * dynamics[i][k];
                }
                dynamics_sums[i][k] += sum;
            }
        }
        state_adj = before_adj;
    }
    dynamics_adj.copy_from_slice(dynamics_sums.as_flattened());
    disturbance_adj.copy_from_slice(&disturbance_sums);
    noises_adj.copy_from_slice(&noise_sums);
    total
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(200);
    let step = 0.1;
    let mut dynamics = [[0.0; 4]; 4];
    for i in 0..4 {
        dynamics[i] = std::array::from_fn(|_| inputs.uniform(-0.02, 0.02));
        dynamics[i][i] += 0.98;
    }
    dynamics[0][2] += step;
    dynamics[1][3] += step;
    let (disturbance, noises) = ([0.01, 0.02, 0.1, 0.1], [0.3, 0.2]);
    let positions: Vec<[f64; 2]> = (0..STEPS)
        .map(|t| step * t as f64)
        .map(|time| {
            [
                time.sin() + 0.3 * inputs.normal(),
                time.cos() + 0.3 * inputs.normal(),
            ]
        })
        .collect();
    let mut kept = vec![Kept::default(); STEPS];
    table.row(
        "kernels",
        "kalman, 4 states x 200",
        [16, 4, 2],
        || log_likelihood(&dynamics, &disturbance, &noises, &positions),
        |gradient| {
            hand_written(
                &dynamics,
                &disturbance,
                &noises,
                &positions,
                &mut kept,
                gradient,
            )
        },
        |[dynamics_adj, disturbance_adj, noises_adj]| {
            log_likelihood_grad_into(
                &dynamics,
                &disturbance,
                &noises,
                &positions,
                dynamics_adj
                    .as_chunks_mut()
                    .0
                    .as_mut_array()
                    .expect("4 rows"),
                disturbance_adj.as_mut_array().expect("4 numbers"),
                noises_adj.as_mut_array().expect("2 numbers"),
            )
        },
    );
}
