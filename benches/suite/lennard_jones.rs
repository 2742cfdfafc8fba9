//! Lennard and Jones' energy of 64 particles.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

#[differentiate]
fn energy(positions: &[[f64; 3]]) -> f64 {
    let mut total = 0.0;
    for i in 0..positions.len() {
        for j in 0..i {
            let mut squared = 0.0;
            for axis in 0..3 {
                let distance = positions[i][axis] - positions[j][axis];
                squared += distance * distance;
            }
            let inverse = 1.0 / squared;
            let sixth = inverse * inverse * inverse;
            total += 4.0 * (sixth * sixth - sixth);
        }
    }
    total
}

/// Each pair's forces as soon as its energy is there.
fn hand_written(positions: &[[f64; 3]], positions_adj: &mut [[f64; 3]]) -> f64 {
    positions_adj.fill([0.0; 3]);
    let mut total = 0.0;
    for (i, here) in positions.iter().enumerate() {
        let mut here_adj = [0.0; 3];
        for (there, there_adj) in positions[..i].iter().zip(positions_adj.iter_mut()) {
            let distance = [here[0] - there[0], here[1] - there[1], here[2] - there[2]];
            let squared = 0.0
                + distance[0] * distance[0]
                + distance[1] * distance[1]
                + distance[2] * distance[2];
            let inverse = 1.0 / squared;
            let sixth = inverse * inverse * inverse;
            total += 4.0 * (sixth * sixth - sixth);
            let factor = 24.0 * inverse * (sixth - 2.0 * sixth * sixth);
            for axis in 0..3 {
                let force = factor * distance[axis];
                here_adj[axis] += force;
                there_adj[axis] -= force;
            }
        }
        positions_adj[i] = here_adj;
    }
    total
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(64);
    // A cubic lattice, disturbed.
    let positions: Vec<[f64; 3]> = (0..64)
        .map(|i| [i % 4, i / 4 % 4, i / 16].map(|x| 1.1 * x as f64 + inputs.uniform(-0.1, 0.1)))
        .collect();
    table.row(
        "kernels",
        "lennard-jones, 64",
        [3 * positions.len()],
        || energy(&positions),
        |[adj]| hand_written(&positions, adj.as_chunks_mut().0),
        |[adj]| energy_grad_into(&positions, adj.as_chunks_mut().0),
    );
}
