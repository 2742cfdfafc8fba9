//! The Brusselator on a periodic grid of 32 × 32 cells: its right-hand side, and a vector-Jacobian product.

use autodiff::differentiate;

use crate::{contest::Table, inputs::Inputs};

const SIDE: usize = 32;
const CELLS: usize = SIDE * SIDE;

struct Chemistry {
    feed: f64,
    decay: f64,
    diffusion: f64,
}

#[differentiate(wrt(u, v))]
fn brusselator(
    u: &[f64],
    v: &[f64],
    u_rate: &mut [f64],
    v_rate: &mut [f64],
    feed: f64,
    decay: f64,
    diffusion: f64,
) {
    for i in 0..SIDE {
        let north = (i + SIDE - 1) % SIDE * SIDE;
        let south = (i + 1) % SIDE * SIDE;
        for j in 0..SIDE {
            let (west, east) = ((j + SIDE - 1) % SIDE, (j + 1) % SIDE);
            let row = i * SIDE;
            let here = row + j;
            let reaction = u[here] * u[here] * v[here];
            let u_spread = u[north + j] + u[south + j] + u[row + west] + u[row + east];
            let v_spread = v[north + j] + v[south + j] + v[row + west] + v[row + east];
            u_rate[here] =
                feed + reaction - (decay + 1.0) * u[here] + diffusion * (u_spread - 4.0 * u[here]);
            v_rate[here] = decay * u[here] - reaction + diffusion * (v_spread - 4.0 * v[here]);
        }
    }
}

/// The rates, and the adjoints: gathered from the cotangents of a cell and of its neighbours, in the loop of the rates.
fn hand_written(
    [u, v]: [&[f64; CELLS]; 2],
    [u_rate, v_rate]: [&mut [f64; CELLS]; 2],
    [u_cotangent, v_cotangent]: [&[f64; CELLS]; 2],
    [u_adj, v_adj]: [&mut [f64; CELLS]; 2],
    &Chemistry {
        feed,
        decay,
        diffusion,
    }: &Chemistry,
) {
    let rows = u_rate
        .as_chunks_mut::<SIDE>()
        .0
        .iter_mut()
        .zip(v_rate.as_chunks_mut::<SIDE>().0);
    let rows_adj = u_adj
        .as_chunks_mut::<SIDE>()
        .0
        .iter_mut()
        .zip(v_adj.as_chunks_mut::<SIDE>().0);
    for (i, ((u_rate, v_rate), (u_adj, v_adj))) in rows.zip(rows_adj).enumerate() {
        let u = Neighbours::of(u, i);
        let v = Neighbours::of(v, i);
        let u_cotangent = Neighbours::of(u_cotangent, i);
        let v_cotangent = Neighbours::of(v_cotangent, i);
        for j in 0..SIDE {
            let (west, east) = ((j + SIDE - 1) % SIDE, (j + 1) % SIDE);
            let (u_here, v_here) = (u.row[j], v.row[j]);
            let squared = u_here * u_here;
            let reaction = squared * v_here;
            u_rate[j] = feed + reaction - (decay + 1.0) * u_here
                + diffusion * (u.spread(j, west, east) - 4.0 * u_here);
            v_rate[j] =
                decay * u_here - reaction + diffusion * (v.spread(j, west, east) - 4.0 * v_here);

            let (du, dv) = (u_cotangent.row[j], v_cotangent.row[j]);
            let reaction_adj = du - dv;
            u_adj[j] = 2.0 * u_here * v_here * reaction_adj + decay * dv - (decay + 1.0) * du
                + diffusion * (u_cotangent.spread(j, west, east) - 4.0 * du);
            v_adj[j] =
                squared * reaction_adj + diffusion * (v_cotangent.spread(j, west, east) - 4.0 * dv);
        }
    }
}

/// A row and those beside it.
struct Neighbours<'a> {
    north: &'a [f64; SIDE],
    row: &'a [f64; SIDE],
    south: &'a [f64; SIDE],
}

impl<'a> Neighbours<'a> {
    fn of(grid: &'a [f64; CELLS], i: usize) -> Self {
        let rows = grid.as_chunks::<SIDE>().0;
        Self {
            north: &rows[(i + SIDE - 1) % SIDE],
            row: &rows[i],
            south: &rows[(i + 1) % SIDE],
        }
    }

    fn spread(&self, j: usize, west: usize, east: usize) -> f64 {
        self.north[j] + self.south[j] + self.row[west] + self.row[east]
    }
}

pub fn run(table: &mut Table) {
    let mut inputs = Inputs::new(SIDE as u64);
    let mut grid = || inputs.uniforms(CELLS, 0.5, 3.0);
    let (u, v, u_cotangent, v_cotangent) = (grid(), grid(), grid(), grid());
    let (mut u_rate, mut v_rate) = (grid(), grid());
    let (mut u_used, mut v_used) = (grid(), grid());
    let chemistry = Chemistry {
        feed: 1.0,
        decay: 3.4,
        diffusion: 10.0,
    };
    table.row(
        "kernels",
        "brusselator 32x32",
        [CELLS; 4],
        || {
            let Chemistry {
                feed,
                decay,
                diffusion,
            } = chemistry;
            brusselator(&u, &v, &mut u_rate, &mut v_rate, feed, decay, diffusion);
            v_rate[CELLS - 1]
        },
        |[u_rate, v_rate, u_adj, v_adj]| {
            hand_written(
                [array(&u), array(&v)],
                [array_mut(u_rate), array_mut(v_rate)],
                [array(&u_cotangent), array(&v_cotangent)],
                [array_mut(u_adj), array_mut(v_adj)],
                &chemistry,
            );
            v_rate[CELLS - 1]
        },
        |[u_rate, v_rate, u_adj, v_adj]| {
            // The cotangents are replaced.
            u_used.copy_from_slice(&u_cotangent);
            v_used.copy_from_slice(&v_cotangent);
            let Chemistry {
                feed,
                decay,
                diffusion,
            } = chemistry;
            brusselator_vjp_into(
                &u,
                &v,
                u_rate,
                v_rate,
                feed,
                decay,
                diffusion,
                &mut u_used,
                &mut v_used,
                u_adj,
                v_adj,
            );
            v_rate[CELLS - 1]
        },
    );
}

fn array(grid: &[f64]) -> &[f64; CELLS] {
    grid.as_array().expect("a whole grid")
}

fn array_mut(grid: &mut [f64]) -> &mut [f64; CELLS] {
    grid.as_mut_array().expect("a whole grid")
}
