//! An arm with seven joints: how far its hand is from where it should be.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const JOINTS: usize = 7;
const LINKS: [f64; JOINTS] = [0.34, 0.0, 0.4, 0.0, 0.4, 0.0, 0.126];

/// The squared distance from the target. The joints turn about their z and y axes by turns; links extend along z.
#[differentiate(wrt(angles))]
fn miss(angles: &[f64; JOINTS], target: &[f64; 3]) -> f64 {
    let mut frame = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut hand = [0.0; 3];
    for (joint, angle) in angles.iter().enumerate() {
        let (sin, cos) = angle.sin_cos();
        let turn = if joint % 2 == 0 {
            [[cos, -sin, 0.0], [sin, cos, 0.0], [0.0, 0.0, 1.0]]
        } else {
            [[cos, 0.0, sin], [0.0, 1.0, 0.0], [-sin, 0.0, cos]]
        };
        frame = product(&frame, &turn);
        for axis in 0..3 {
            hand[axis] += frame[axis][2] * LINKS[joint];
        }
    }
    let mut total = 0.0;
    for axis in 0..3 {
        total += (hand[axis] - target[axis]).powi(2);
    }
    total
}

#[differentiate]
fn product(a: &[[f64; 3]; 3], b: &[[f64; 3]; 3]) -> [[f64; 3]; 3] {
    let mut c = [[0.0; 3]; 3];
    for i in 0..3 {
        for j in 0..3 {
            for k in 0..3 {
                c[i][j] += a[i][k] * b[k][j];
            }
        }
    }
    c
}

/// The same as the hand-written one does it: a turn changes two axes of the frame only.
#[differentiate(wrt(angles))]
fn miss_by_axes(angles: &[f64; JOINTS], target: &[f64; 3]) -> f64 {
    let [mut x, mut y, mut z] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut hand = [0.0; 3];
    for (joint, angle) in angles.iter().enumerate() {
        let (sin, cos) = angle.sin_cos();
        let turned = |a: f64, b: f64| (cos * a + sin * b, cos * b - sin * a);
        if joint % 2 == 0 {
            for axis in 0..3 {
                (x[axis], y[axis]) = turned(x[axis], y[axis]);
            }
        } else {
            for axis in 0..3 {
                (z[axis], x[axis]) = turned(z[axis], x[axis]);
            }
        }
        for axis in 0..3 {
            hand[axis] += z[axis] * LINKS[joint];
        }
    }
    let mut total = 0.0;
    for axis in 0..3 {
        total += (hand[axis] - target[axis]).powi(2);
    }
    total
}

/// A turn changes two columns of the frame only.
fn hand_written(angles: &[f64; JOINTS], target: &[f64; 3], angles_adj: &mut [f64; JOINTS]) -> f64 {
    // The columns of the frame.
    let mut frames = [[[0.0; 3]; 3]; JOINTS + 1];
    frames[0] = [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]];
    let mut turns = [(0.0, 0.0); JOINTS];
    let mut hand = [0.0; 3];
    for joint in 0..JOINTS {
        let (sin, cos) = angles[joint].sin_cos();
        turns[joint] = (sin, cos);
        let [x, y, z] = frames[joint];
        let turned = |a: f64, b: f64| cos * a + sin * b;
        frames[joint + 1] = if joint % 2 == 0 {
            let mut next = [[0.0; 3], [0.0; 3], z];
            for axis in 0..3 {
                next[0][axis] = turned(x[axis], y[axis]);
                next[1][axis] = cos * y[axis] - sin * x[axis];
            }
            next
        } else {
            let mut next = [[0.0; 3], y, [0.0; 3]];
            for axis in 0..3 {
                next[0][axis] = cos * x[axis] - sin * z[axis];
                next[2][axis] = sin * x[axis] + cos * z[axis];
            }
            next
        };
        for axis in 0..3 {
            hand[axis] += frames[joint + 1][2][axis] * LINKS[joint];
        }
    }
    let mut total = 0.0;
    let mut hand_adj = [0.0; 3];
    for axis in 0..3 {
        let miss = hand[axis] - target[axis];
        total += miss * miss;
        hand_adj[axis] = 2.0 * miss;
    }

    let [mut x_adj, mut y_adj, mut z_adj] = [[0.0; 3]; 3];
    for joint in (0..JOINTS).rev() {
        let (sin, cos) = turns[joint];
        let [x, y, z] = frames[joint + 1];
        let mut angle_adj = 0.0;
        for axis in 0..3 {
            z_adj[axis] += LINKS[joint] * hand_adj[axis];
        }
        if joint % 2 == 0 {
            // The turned column's derivative by the angle is the other turned column.
            for axis in 0..3 {
                angle_adj += x_adj[axis] * y[axis] - y_adj[axis] * x[axis];
                let adj = cos * x_adj[axis] - sin * y_adj[axis];
                y_adj[axis] = sin * x_adj[axis] + cos * y_adj[axis];
                x_adj[axis] = adj;
            }
        } else {
            for axis in 0..3 {
                angle_adj += z_adj[axis] * x[axis] - x_adj[axis] * z[axis];
                let adj = cos * x_adj[axis] + sin * z_adj[axis];
                z_adj[axis] = cos * z_adj[axis] - sin * x_adj[axis];
                x_adj[axis] = adj;
            }
        }
        angles_adj[joint] = angle_adj;
    }
    total
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(JOINTS as u64);
    let angles = std::array::from_fn(|_| inputs.uniform(-2.0, 2.0));
    let target = [0.5, 0.3, 0.6];
    table.row(
        "kernels",
        "arm, 7 joints",
        [JOINTS],
        || miss(&angles, &target),
        |[adj]| hand_written(&angles, &target, adj.as_mut_array().expect("7 numbers")),
        |[adj]| miss_grad_into(&angles, &target, adj.as_mut_array().expect("7 numbers")),
    );
    table.row(
        "axes",
        "arm, by axes",
        [JOINTS],
        || miss_by_axes(&angles, &target),
        |[adj]| hand_written(&angles, &target, adj.as_mut_array().expect("7 numbers")),
        |[adj]| miss_by_axes_grad_into(&angles, &target, adj.as_mut_array().expect("7 numbers")),
    );
}
