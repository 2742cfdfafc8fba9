//! The log-likelihood of 200 symbols under a hidden Markov model with 20 states, by the forward algorithm in logarithms.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const STATES: usize = 20;
const SYMBOLS: usize = 8;
const STEPS: usize = 200;

/// All probabilities are logarithms: of the first state, of a state (row) being followed by another (column), of a state
/// (row) emitting a symbol (column).
#[differentiate(wrt(initial, transition, emission))]
fn log_likelihood(
    initial: &[f64; STATES],
    transition: &[[f64; STATES]; STATES],
    emission: &[[f64; SYMBOLS]; STATES],
    observed: &[usize],
) -> f64 {
    let mut forward = [0.0; STATES];
    for s in 0..STATES {
        forward[s] = initial[s] + emission[s][observed[0]];
    }
    for &symbol in &observed[1..] {
        let mut next = [0.0; STATES];
        for s in 0..STATES {
            let mut terms = [0.0; STATES];
            for from in 0..STATES {
                terms[from] = forward[from] + transition[from][s];
            }
            next[s] = log_sum_exp(&terms) + emission[s][symbol];
        }
        forward = next;
    }
    log_sum_exp(&forward)
}

#[differentiate]
fn log_sum_exp(values: &[f64]) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let total: f64 = values.iter().map(|value| (value - top).exp()).sum();
    top + total.ln()
}

type Row = [f64; STATES];

/// The shares of the states before in each state are kept, by step, state and state before.
fn hand_written(
    initial: &Row,
    transition: &[Row; STATES],
    emission: &[[f64; SYMBOLS]; STATES],
    observed: &[usize],
    shares: &mut [[Row; STATES]],
    [initial_adj, transition_adj, emission_adj]: &mut [Vec<f64>; 3],
) -> f64 {
    let mut forward: Row = std::array::from_fn(|s| initial[s] + emission[s][observed[0]]);
    for (&symbol, shares) in observed[1..].iter().zip(shares.iter_mut()) {
        let mut next = [0.0; STATES];
        for (s, shares) in shares.iter_mut().enumerate() {
            for from in 0..STATES {
                shares[from] = forward[from] + transition[from][s];
            }
            next[s] = soft_max(shares) + emission[s][symbol];
        }
        forward = next;
    }
    let mut adj = forward;
    let value = soft_max(&mut adj);

    let emission_adj = emission_adj.as_chunks_mut::<SYMBOLS>().0;
    emission_adj.fill([0.0; SYMBOLS]);
    // Transposed, so that the inner loops are over rows.
    let mut transposed_adj = [[0.0; STATES]; STATES];
    for (&symbol, shares) in observed[1..].iter().zip(shares.iter()).rev() {
        let mut before_adj = [0.0; STATES];
        for (s, (shares, adj)) in shares.iter().zip(adj).enumerate() {
            emission_adj[s][symbol] += adj;
            for from in 0..STATES {
                let flow = adj * shares[from];
                before_adj[from] += flow;
                transposed_adj[s][from] += flow;
            }
        }
        adj = before_adj;
    }
    for s in 0..STATES {
        emission_adj[s][observed[0]] += adj[s];
    }
    initial_adj.copy_from_slice(&adj);
    for (from, row) in transition_adj
        .as_chunks_mut::<STATES>()
        .0
        .iter_mut()
        .enumerate()
    {
        for (adj, column) in row.iter_mut().zip(&transposed_adj) {
            *adj = column[from];
        }
    }
    value
}

/// The logarithm of the sum of the exponentials, which are replaced by their shares in the sum.
fn soft_max(values: &mut Row) -> f64 {
    let top = values.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let mut total = -0.0;
    for value in values.iter_mut() {
        *value = (*value - top).exp();
        total += *value;
    }
    let inverse = 1.0 / total;
    for value in values {
        *value *= inverse;
    }
    top + total.ln()
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(20);
    let initial: Row = std::array::from_fn(|_| inputs.uniform(-4.0, -2.0));
    let transition: [Row; STATES] =
        std::array::from_fn(|_| std::array::from_fn(|_| inputs.uniform(-4.0, -2.0)));
    let emission: [[f64; SYMBOLS]; STATES] =
        std::array::from_fn(|_| std::array::from_fn(|_| inputs.uniform(-3.0, -1.0)));
    let observed: Vec<usize> = (0..STEPS).map(|_| inputs.below(SYMBOLS)).collect();
    let mut shares = vec![[[0.0; STATES]; STATES]; STEPS - 1];
    table.row(
        "kernels",
        "hmm, 20 states x 200",
        [STATES, STATES * STATES, STATES * SYMBOLS],
        || log_likelihood(&initial, &transition, &emission, &observed),
        |gradient| {
            hand_written(
                &initial,
                &transition,
                &emission,
                &observed,
                &mut shares,
                gradient,
            )
        },
        |[initial_adj, transition_adj, emission_adj]| {
            log_likelihood_grad_into(
                &initial,
                &transition,
                &emission,
                &observed,
                initial_adj.as_mut_array().expect("20 numbers"),
                transition_adj
                    .as_chunks_mut()
                    .0
                    .as_mut_array()
                    .expect("20 rows"),
                emission_adj
                    .as_chunks_mut()
                    .0
                    .as_mut_array()
                    .expect("20 rows"),
            )
        },
    );
}
