//! ADBench's bundle adjustment: the residual of one observation and its block of the Jacobian.

use std::array;

use autodiff::differentiate;

use crate::{contest::Table, golden, inputs::Inputs};

pub type Block = [[f64; 15]; 2];

/// Where a camera sees a point, less where it was seen, weighted.
///
/// A camera is rotation (axis times angle), centre, focal length, principal point, two coefficients of distortion.
#[differentiate(wrt(camera, point, weight), jacobian)]
pub fn residual(camera: &[f64; 11], point: &[f64; 3], weight: f64, seen: &[f64; 2]) -> [f64; 2] {
    let [x, y, z] = rotate(
        [camera[0], camera[1], camera[2]],
        [
            point[0] - camera[3],
            point[1] - camera[4],
            point[2] - camera[5],
        ],
    );
    let (x, y) = (x / z, y / z);
    let squares = x * x + y * y;
    let distortion = 1.0 + camera[9] * squares + camera[10] * squares * squares;
    let scale = camera[6] * distortion;
    [
        weight * (scale * x + camera[7] - seen[0]),
        weight * (scale * y + camera[8] - seen[1]),
    ]
}

/// Rodrigues' formula.
#[differentiate]
fn rotate(rotation: [f64; 3], v: [f64; 3]) -> [f64; 3] {
    let squares = dot(rotation, rotation);
    if squares != 0.0 {
        let angle = squares.sqrt();
        let (sin, cos) = angle.sin_cos();
        let axis = rotation.map(|r| r / angle);
        let across = cross(axis, v);
        let along = dot(axis, v) * (1.0 - cos);
        [
            v[0] * cos + across[0] * sin + axis[0] * along,
            v[1] * cos + across[1] * sin + axis[1] * along,
            v[2] * cos + across[2] * sin + axis[2] * along,
        ]
    } else {
        let across = cross(rotation, v);
        [v[0] + across[0], v[1] + across[1], v[2] + across[2]]
    }
}

#[differentiate]
fn dot(a: [f64; 3], b: [f64; 3]) -> f64 {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

#[differentiate]
fn cross(a: [f64; 3], b: [f64; 3]) -> [f64; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

/// Residual and block: one forward for both rows.
pub fn hand_written(
    camera: &[f64; 11],
    point: &[f64; 3],
    weight: f64,
    seen: &[f64; 2],
) -> ([f64; 2], Block) {
    let [r0, r1, r2, c0, c1, c2, focal, u0, u1, k1, k2] = *camera;
    let rotation = [r0, r1, r2];
    let v = [point[0] - c0, point[1] - c1, point[2] - c2];
    let squares = dot(rotation, rotation);
    let small = squares == 0.0;
    let (angle, sin, cos, axis, across, along, rotated);
    if small {
        (angle, sin, cos, axis, along) = (0.0, 0.0, 0.0, rotation, 0.0);
        across = cross(rotation, v);
        rotated = [v[0] + across[0], v[1] + across[1], v[2] + across[2]];
    } else {
        angle = squares.sqrt();
        (sin, cos) = angle.sin_cos();
        axis = rotation.map(|r| r / angle);
        across = cross(axis, v);
        along = dot(axis, v);
        let along = along * (1.0 - cos);
        rotated = array::from_fn(|i| v[i] * cos + across[i] * sin + axis[i] * along);
    }
    let z = rotated[2];
    let p = [rotated[0] / z, rotated[1] / z];
    let rho = p[0] * p[0] + p[1] * p[1];
    let distortion = 1.0 + k1 * rho + k2 * rho * rho;
    let scale = focal * distortion;
    let centred = [scale * p[0] + u0 - seen[0], scale * p[1] + u1 - seen[1]];

    let inverse = 1.0 / z;
    let weighted = weight * focal;
    let straight = weighted * distortion;
    let bent = weighted * (2.0 * k1 + 4.0 * k2 * rho);
    let mixed = bent * p[0] * p[1];
    let projected_adj = [
        [straight + bent * p[0] * p[0], mixed],
        [mixed, straight + bent * p[1] * p[1]],
    ];
    // The derivative of the rotated point by the angle.
    let turned: [f64; 3] = array::from_fn(|i| cos * across[i] + sin * (along * axis[i] - v[i]));
    let mut block = [[0.0; 15]; 2];
    for (k, row) in block.iter_mut().enumerate() {
        let [m0, m1] = projected_adj[k];
        let g = [
            inverse * m0,
            inverse * m1,
            -inverse * (m0 * p[0] + m1 * p[1]),
        ];
        let (rotation_adj, v_adj): ([f64; 3], [f64; 3]);
        if small {
            let turn = cross(g, rotation);
            v_adj = [g[0] + turn[0], g[1] + turn[1], g[2] + turn[2]];
            rotation_adj = cross(v, g);
        } else {
            let rest = 1.0 - cos;
            let turn = cross(g, axis);
            let g_along = dot(g, axis);
            v_adj = array::from_fn(|i| cos * g[i] + sin * turn[i] + rest * g_along * axis[i]);
            let moment = cross(v, g);
            let axis_adj: [f64; 3] =
                array::from_fn(|i| sin * moment[i] + rest * (along * g[i] + g_along * v[i]));
            let radial = dot(axis_adj, axis);
            let angle_adj = dot(g, turned);
            let inverse_angle = 1.0 / angle;
            rotation_adj = array::from_fn(|i| {
                angle_adj * axis[i] + (axis_adj[i] - radial * axis[i]) * inverse_angle
            });
        }
        row[..3].copy_from_slice(&rotation_adj);
        row[3..6].copy_from_slice(&v_adj.map(|a| -a));
        row[6] = weight * distortion * p[k];
        row[7 + k] = weight;
        row[9] = weighted * p[k] * rho;
        row[10] = row[9] * rho;
        row[11..14].copy_from_slice(&v_adj);
        row[14] = centred[k];
    }
    ([weight * centred[0], weight * centred[1]], block)
}

struct Observation {
    camera: usize,
    point: usize,
    weight: f64,
    seen: [f64; 2],
}

pub struct Scene {
    cameras: Vec<[f64; 11]>,
    points: Vec<[f64; 3]>,
    observations: Vec<Observation>,
}

impl Scene {
    /// The camera and the point of ADBench's `ba1`, each a little different; one camera is not turned.
    pub fn random() -> Self {
        const CAMERA: [f64; 11] = [
            -0.758453, -1.109613, -0.845551, 34.556073, 39.676747, 53.881673, 419.194514, 5.864426,
            -8.518870, 0.087812, 0.002739,
        ];
        let mut inputs = Inputs::new(49);
        let mut cameras: Vec<[f64; 11]> = (0..49)
            .map(|_| CAMERA.map(|x| x * inputs.uniform(0.8, 1.2)))
            .collect();
        cameras[7][..3].fill(0.0);
        let points = (0..500)
            .map(|_| [7.203245, 0.001144, 3.023326].map(|x| x + inputs.uniform(-1.0, 1.0)))
            .collect();
        let observations = (0..1000)
            .map(|i| Observation {
                camera: i % 49,
                point: i % 500,
                weight: inputs.uniform(0.0, 1.0),
                seen: [inputs.uniform(0.0, 1000.0), inputs.uniform(0.0, 1000.0)],
            })
            .collect();
        Self {
            cameras,
            points,
            observations,
        }
    }

    /// How many observations there are.
    pub fn len(&self) -> usize {
        self.observations.len()
    }

    /// Calls `each` with the arguments of every observation.
    pub fn observe(&self, mut each: impl FnMut(usize, &[f64; 11], &[f64; 3], f64, &[f64; 2])) {
        for (i, observation) in self.observations.iter().enumerate() {
            let Observation {
                camera,
                point,
                weight,
                seen,
            } = observation;
            each(
                i,
                &self.cameras[*camera],
                &self.points[*point],
                *weight,
                seen,
            );
        }
    }

    /// Residuals and blocks of all observations; the value is the last residual.
    fn linearise(
        &self,
        [residuals, blocks]: &mut [Vec<f64>; 2],
        with: impl Fn(&[f64; 11], &[f64; 3], f64, &[f64; 2], &mut [f64; 30]) -> [f64; 2],
    ) -> f64 {
        let residuals = residuals.as_chunks_mut::<2>().0;
        let blocks = blocks.as_chunks_mut::<30>().0;
        self.observe(|i, camera, point, weight, seen| {
            residuals[i] = with(camera, point, weight, seen, &mut blocks[i]);
        });
        residuals.last().expect("an observation")[0]
    }
}

fn check_golden() {
    let Some(text) = golden::text("ba/ba1_n49_m7776_p31843.txt") else {
        return;
    };
    let mut tokens = golden::Tokens(text.split_ascii_whitespace());
    let _sizes = tokens.floats(3);
    let camera = tokens.floats(11).try_into().expect("11 numbers");
    let point = tokens.floats(3).try_into().expect("3 numbers");
    let weight = tokens.float();
    let seen = tokens.floats(2).try_into().expect("2 numbers");
    let mut block = [0.0; 30];
    let [x, y] = residual_jacobian_into(&camera, &point, weight, &seen, &mut block);
    let name = "golden/ba_ba1_n49_m7776_p31843_block";
    golden::check(&[x, y, 1.0 - weight * weight], &format!("{name}_F.txt"));
    golden::check(&block, &format!("{name}_J_2x15_rowmajor.txt"));
}

pub fn run(table: &mut Table) {
    check_golden();
    let scene = Scene::random();
    let count = scene.len();
    let mut residuals = vec![[0.0; 2]; count];
    table.row(
        "ba",
        "ba, 1000 blocks",
        [2 * count, 30 * count],
        || {
            scene.observe(|i, camera, point, weight, seen| {
                residuals[i] = residual(camera, point, weight, seen);
            });
            residuals.last().expect("an observation")[0]
        },
        |linearised| {
            scene.linearise(linearised, |camera, point, weight, seen, rows| {
                let (residual, block) = hand_written(camera, point, weight, seen);
                rows.copy_from_slice(block.as_flattened());
                residual
            })
        },
        |linearised| {
            scene.linearise(linearised, |camera, point, weight, seen, rows| {
                residual_jacobian_into(camera, point, weight, seen, rows)
            })
        },
    );
}
