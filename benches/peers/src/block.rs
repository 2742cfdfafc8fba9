//! Residual and 2×15 block of bundle adjustment.

use nalgebra::SVector;
use num_dual::DualNum;

use crate::{
    ba::{self, Scene},
    support::{contender, round_robin},
};

type Block = [f64; 30];
type Linearised<'a> = &'a dyn Fn(&[f64; 11], &[f64; 3], f64, &[f64; 2]) -> Block;

/// The function of the suite for dual numbers; camera, point and weight in one vector.
fn residual<D: DualNum<Primitive = f64> + Copy>(x: &[D; 15], seen: &[f64; 2]) -> [D; 2] {
    let (camera, weight) = (&x[..11], x[14]);
    let [x, y, z] = rotate(
        [camera[0], camera[1], camera[2]],
        [x[11] - camera[3], x[12] - camera[4], x[13] - camera[5]],
    );
    let (x, y) = (x / z, y / z);
    let squares = x * x + y * y;
    let distortion = camera[9] * squares + camera[10] * squares * squares + 1.0;
    let scale = camera[6] * distortion;
    [
        weight * (scale * x + camera[7] - seen[0]),
        weight * (scale * y + camera[8] - seen[1]),
    ]
}

fn rotate<D: DualNum<Primitive = f64> + Copy>(rotation: [D; 3], v: [D; 3]) -> [D; 3] {
    let squares = dot(rotation, rotation);
    if squares != 0.0 {
        let angle = squares.sqrt();
        let (sin, cos) = angle.sin_cos();
        let axis = rotation.map(|r| r / angle);
        let across = cross(axis, v);
        let along = dot(axis, v) * (-cos + 1.0);
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

fn dot<D: DualNum<Primitive = f64> + Copy>(a: [D; 3], b: [D; 3]) -> D {
    a[0] * b[0] + a[1] * b[1] + a[2] * b[2]
}

fn cross<D: DualNum<Primitive = f64> + Copy>(a: [D; 3], b: [D; 3]) -> [D; 3] {
    [
        a[1] * b[2] - a[2] * b[1],
        a[2] * b[0] - a[0] * b[2],
        a[0] * b[1] - a[1] * b[0],
    ]
}

fn by_num_dual(camera: &[f64; 11], point: &[f64; 3], weight: f64, seen: &[f64; 2]) -> Block {
    let x: SVector<f64, 15> =
        SVector::from_iterator(camera.iter().chain(point).chain([&weight]).copied());
    let (_, rows) = num_dual::jacobian(
        |x: SVector<num_dual::DualSVec64<15>, 15>| SVector::from(residual(&x.data.0[0], seen)),
        &x,
    );
    let mut block = [0.0; 30];
    for (entry, x) in block.iter_mut().zip(rows.transpose().iter()) {
        *entry = *x;
    }
    block
}

fn by_differences(camera: &[f64; 11], point: &[f64; 3], weight: f64, seen: &[f64; 2]) -> Block {
    let mut x = [0.0; 15];
    x[..11].copy_from_slice(camera);
    x[11..14].copy_from_slice(point);
    x[14] = weight;
    let at = |x: &[f64; 15]| {
        let (camera, point) = (x[..11].as_array(), x[11..14].as_array());
        ba::residual(camera.expect("11"), point.expect("3"), x[14], seen)
    };
    let mut block = [0.0; 30];
    for i in 0..15 {
        let (here, step) = (x[i], 1e-5 * x[i].abs().max(1e-2));
        x[i] = here + step;
        let ahead = at(&x);
        x[i] = here - step;
        let behind = at(&x);
        x[i] = here;
        for row in 0..2 {
            block[15 * row + i] = (ahead[row] - behind[row]) / (2.0 * step);
        }
    }
    block
}

pub fn run() {
    let scene = Scene::random();
    let all = |with: Linearised, blocks: &mut [Block]| {
        scene.observe(|i, camera, point, weight, seen| {
            blocks[i] = with(camera, point, weight, seen);
        });
    };
    let autodiff = |camera: &[f64; 11], point: &[f64; 3], weight: f64, seen: &[f64; 2]| {
        let mut block = [0.0; 30];
        ba::residual_jacobian_into(camera, point, weight, seen, &mut block);
        block
    };
    let by_hand = |camera: &[f64; 11], point: &[f64; 3], weight: f64, seen: &[f64; 2]| {
        let (_, block) = ba::hand_written(camera, point, weight, seen);
        *block.as_flattened().as_array().expect("30 numbers")
    };

    let zeros = || vec![[0.0; 30]; scene.len()];
    let mut blocks = [zeros(), zeros(), zeros(), zeros()];
    let [hand, generated, dual, differences] = &mut blocks;
    all(&by_hand, hand);
    all(&autodiff, generated);
    all(&by_num_dual, dual);
    all(&by_differences, differences);
    for (i, expected) in hand.iter().enumerate() {
        let largest = expected.iter().fold(0.0_f64, |top, x| top.max(x.abs()));
        for (k, e) in expected.iter().enumerate() {
            for (name, actual, tolerance) in [
                ("autodiff", generated[i][k], 1e-9),
                ("num-dual", dual[i][k], 1e-9),
                ("central differences", differences[i][k], 1e-3),
            ] {
                let agree = (actual - e).abs() <= tolerance * largest;
                assert!(agree, "{name}, block {i}[{k}]: {actual:e} instead of {e:e}");
            }
        }
    }
    let timings = round_robin(
        vec![
            contender("by hand", || all(&by_hand, hand)),
            contender("autodiff", || all(&autodiff, generated)),
            contender("num-dual", || all(&by_num_dual, dual)),
            contender("central differences", || all(&by_differences, differences)),
        ],
        100,
    );
    println!("Jacobian of 2 by 15, {} times\n{timings}", scene.len());
}
