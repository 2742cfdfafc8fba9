//! Inverse kinematics: the joints of a robot's arm follow a curve that its hand is to draw.
//!
//! ```text
//! cargo run --release --example robot_arm
//! ```
//!
//! Each joint is a 4 × 4 matrix of `nalgebra`, and the hand is where their product takes the origin. That product is differentiated as
//! it is written; the rows of its Jacobian are three vector-Jacobian products, and Gauss–Newton steps find the angles, from
//! each point of the curve to the next. The picture is `target/robot_arm.svg`.

use std::{error::Error, f64::consts::TAU, fs, path::Path};

use autodiff::differentiate;
use nalgebra::{Matrix4, SMatrix, SVector, Vector3};
use plotters::prelude::*;

/// The first joint turns about the vertical, the others bend.
const JOINTS: usize = 5;
/// What is between a joint and the next, in metres.
const LENGTHS: [f64; JOINTS] = [0.4, 0.8, 0.7, 0.5, 0.3];

type Angles = [f64; JOINTS];
type Jacobian = SMatrix<f64, 3, JOINTS>;

/// A turn about the vertical, then a way up.
#[differentiate(wrt(angle))]
fn base(angle: f64, height: f64) -> Matrix4<f64> {
    let (s, c) = angle.sin_cos();
    Matrix4::new(
        c, -s, 0.0, 0.0, //
        s, c, 0.0, 0.0, //
        0.0, 0.0, 1.0, height, //
        0.0, 0.0, 0.0, 1.0,
    )
}

/// A bend, then a way straight on.
#[differentiate(wrt(angle))]
fn link(angle: f64, length: f64) -> Matrix4<f64> {
    let (s, c) = angle.sin_cos();
    let (out, up) = (s * length, c * length);
    Matrix4::new(
        c, 0.0, s, out, //
        0.0, 1.0, 0.0, 0.0, //
        -s, 0.0, c, up, //
        0.0, 0.0, 0.0, 1.0,
    )
}

/// Where the arm ends after so many joints.
#[differentiate]
fn position(angles: &[f64; JOINTS], joints: usize) -> Vector3<f64> {
    let mut frame = base(angles[0], LENGTHS[0]);
    for k in 1..joints {
        frame *= link(angles[k], LENGTHS[k]);
    }
    let origin = frame.column(3);
    Vector3::new(origin[0], origin[1], origin[2])
}

/// Where the hand is, and its derivatives by the angles: a row for each coordinate.
fn linearised(angles: &Angles) -> (Vector3<f64>, Jacobian) {
    let mut jacobian = Jacobian::zeros();
    let mut hand = Vector3::zeros();
    for k in 0..3 {
        let (value, row) = position_vjp(angles, JOINTS, Vector3::ith(k, 1.0));
        jacobian.row_mut(k).copy_from_slice(&row);
        hand = value;
    }
    (hand, jacobian)
}

/// The angles nearest to those given that take the hand to a point, by Gauss–Newton steps of least length; how many there were.
fn reach(angles: &mut Angles, target: &Vector3<f64>) -> Result<usize, Box<dyn Error>> {
    for steps in 0..100 {
        let (hand, jacobian) = linearised(angles);
        let error = target - hand;
        if error.norm() < 1e-12 {
            return Ok(steps);
        }
        // Δ = Jᵀ (J Jᵀ + damping)⁻¹ error
        let mut normal = jacobian * jacobian.transpose();
        let damping = 1e-3 * error.norm();
        (0..3).for_each(|k| normal[(k, k)] += damping);
        let factors = normal.cholesky().ok_or("no step")?;
        let step: SVector<f64, JOINTS> = jacobian.transpose() * factors.solve(&error);
        angles.iter_mut().zip(&step).for_each(|(a, d)| *a += d);
    }
    Err("the hand does not get there".into())
}

/// A figure of eight in front of the arm.
fn curve(t: f64) -> Vector3<f64> {
    let (s, c) = (TAU * t).sin_cos();
    Vector3::new(1.1 + 0.2 * c, 0.8 * s, 1.0 + 0.9 * s * c)
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut angles = [0.1, 0.5, 0.6, 0.4, 0.3];
    let count = 160;
    let (mut drawn, mut poses) = (Vec::new(), Vec::new());
    let mut total = 0;
    for k in 0..=count {
        let target = curve(f64::from(k) / f64::from(count));
        let steps = reach(&mut angles, &target)?;
        total += steps;
        if k % 20 == 0 {
            let [a, b, c, d, e] = angles;
            println!(
                "point {k:>3}: {steps:>2} steps, angles {a:>6.3} {b:>6.3} {c:>6.3} {d:>6.3} {e:>6.3}"
            );
            let joints = (1..=JOINTS).map(|joints| position(&angles, joints));
            poses.push([Vector3::zeros()].into_iter().chain(joints).collect());
        }
        drawn.push(position(&angles, JOINTS));
    }
    println!(
        "{:.2} steps a point",
        f64::from(u32::try_from(total)?) / f64::from(count + 1)
    );
    draw(&poses, &drawn)
}

/// As seen from the side, and a little from above.
fn seen(point: &Vector3<f64>) -> (f64, f64) {
    (
        point.x + 0.4 * point.y,
        point.z + 0.3 * point.y - 0.1 * point.x,
    )
}

fn draw(poses: &[Vec<Vector3<f64>>], drawn: &[Vector3<f64>]) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/robot_arm.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (720, 720)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .margin(20)
        .build_cartesian_2d(-0.3..1.9, -0.3..1.9)?;
    for (k, pose) in poses.iter().enumerate() {
        let shade = HSLColor(k as f64 / poses.len() as f64, 0.5, 0.55);
        let joints: Vec<(f64, f64)> = pose.iter().map(seen).collect();
        chart.draw_series(LineSeries::new(joints.clone(), shade.stroke_width(4)))?;
        let dots = joints.iter().map(|at| Circle::new(*at, 4, BLACK.filled()));
        chart.draw_series(dots)?;
    }
    let line = drawn.iter().map(seen);
    chart.draw_series(LineSeries::new(line, BLACK.stroke_width(2)))?;
    area.present()?;
    println!("picture: {}", path.display());
    Ok(())
}
