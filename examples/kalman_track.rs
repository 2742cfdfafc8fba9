//! Follows an object with an extended Kalman filter: a radar sees distance and bearing, and both are noisy.
//!
//! ```text
//! cargo run --example kalman_track
//! ```
//!
//! Neither the motion nor the measurement is linear. The filter linearises both, at every step, with generated Jacobians. The
//! picture is `target/kalman_track.svg`.

use std::{error::Error, fs, path::Path};

use autodiff::differentiate;
use plotters::prelude::*;

const STEPS: usize = 80;
/// Seconds between two measurements.
const TIME: f64 = 0.25;
/// Standard deviations of what the radar sees: of the distance and, in radians, of the bearing.
const RADAR: [f64; 2] = [0.1, 0.03];
/// Standard deviations of what moves the object and the filter does not know of: of speed and turn, for each step.
const PUSHES: [f64; 2] = [0.02, 0.01];

/// Two coordinates, the heading, the speed, and how fast the heading turns.
type State = [f64; 5];

#[differentiate(wrt(state), jacobian)]
fn motion(state: &[f64; 5], time: f64) -> [f64; 5] {
    let [x, y, heading, speed, turn] = *state;
    // With the heading of half of the time.
    let middle = heading + 0.5 * turn * time;
    [
        x + speed * time * middle.cos(),
        y + speed * time * middle.sin(),
        heading + turn * time,
        speed,
        turn,
    ]
}

/// The distance and the bearing that a radar in the origin sees.
#[differentiate(jacobian)]
fn measurement(state: &[f64; 5]) -> [f64; 2] {
    let [x, y, ..] = *state;
    [x.hypot(y), y.atan2(x)]
}

/// What is known of the object: a Gaussian.
struct Estimate {
    state: State,
    covariance: [[f64; 5]; 5],
}

impl Estimate {
    /// Moves on: the covariance becomes `J P Jᵀ`, and what may have pushed the object is added.
    fn predict(&mut self) {
        let j = motion_jacobian(&self.state, TIME);
        self.state = motion(&self.state, TIME);
        self.covariance = product(&product(&j, &self.covariance), &transpose(&j));
        self.covariance[3][3] += PUSHES[0].powi(2);
        self.covariance[4][4] += PUSHES[1].powi(2);
    }

    /// Learns from a measurement: the gain `K = P Hᵀ (H P Hᵀ + R)⁻¹` weighs it against what was known.
    fn correct(&mut self, seen: [f64; 2]) {
        let h = measurement_jacobian(&self.state);
        let expected = measurement(&self.state);
        let across = product(&self.covariance, &transpose(&h));
        let mut spread = product(&h, &across);
        for (i, deviation) in RADAR.iter().enumerate() {
            spread[i][i] += deviation.powi(2);
        }
        let gain = product(&across, &inverse(&spread));
        for (state, gain) in self.state.iter_mut().zip(&gain) {
            *state += gain[0] * (seen[0] - expected[0]) + gain[1] * (seen[1] - expected[1]);
        }
        let known = product(&product(&gain, &h), &self.covariance);
        for (row, known) in self.covariance.iter_mut().zip(known) {
            for (entry, known) in row.iter_mut().zip(known) {
                *entry -= known;
            }
        }
    }

    /// The curve that the object is inside of with a probability of 95 %.
    fn ellipse(&self) -> Vec<(f64, f64)> {
        let [[xx, xy, ..], [_, yy, ..], ..] = self.covariance;
        let (a, b) = (xx.sqrt(), xy / xx.sqrt());
        let c = (yy - b * b).sqrt();
        let radius = (-2.0 * 0.05_f64.ln()).sqrt();
        (0..=60)
            .map(|i| (f64::from(i) * std::f64::consts::TAU / 60.0).sin_cos())
            .map(|(sin, cos)| {
                let x = self.state[0] + radius * a * cos;
                (x, self.state[1] + radius * (b * cos + c * sin))
            })
            .collect()
    }
}

fn product<const M: usize, const N: usize, const P: usize>(
    a: &[[f64; N]; M],
    b: &[[f64; P]; N],
) -> [[f64; P]; M] {
    std::array::from_fn(|i| std::array::from_fn(|j| (0..N).map(|k| a[i][k] * b[k][j]).sum()))
}

fn transpose<const M: usize, const N: usize>(a: &[[f64; N]; M]) -> [[f64; M]; N] {
    std::array::from_fn(|j| std::array::from_fn(|i| a[i][j]))
}

fn inverse([[a, b], [c, d]]: &[[f64; 2]; 2]) -> [[f64; 2]; 2] {
    let determinant = a * d - b * c;
    [[*d, -b], [-c, *a]].map(|row| row.map(|entry| entry / determinant))
}

/// Numbers from the standard normal distribution, the same in every run.
struct Noise(u64);

impl Noise {
    fn next(&mut self) -> f64 {
        // The sum of twelve numbers between 0 and 1, from the generator of Knuth's MMIX.
        let uniform = (0..12).map(|_| {
            self.0 = self
                .0
                .wrapping_mul(6_364_136_223_846_793_005)
                .wrapping_add(1_442_695_040_888_963_407);
            (self.0 >> 11) as f64 / (1_u64 << 53) as f64
        });
        uniform.sum::<f64>() - 6.0
    }
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut noise = Noise(1960);
    let mut truth = [-7.0, 1.5, 0.9, 0.8, -0.09];
    let mut estimate = Estimate {
        state: [-6.0, 2.5, 0.0, 0.5, 0.0],
        covariance: [0, 1, 2, 3, 4]
            .map(|i| [0, 1, 2, 3, 4].map(|j| if i == j { 1.0 } else { 0.0 })),
    };
    let mut run = Run::default();
    for _ in 0..STEPS {
        truth = motion(&truth, TIME);
        truth[3] += PUSHES[0] * noise.next();
        truth[4] += PUSHES[1] * noise.next();
        let mut seen = measurement(&truth);
        seen[0] += RADAR[0] * noise.next();
        seen[1] += RADAR[1] * noise.next();

        estimate.predict();
        estimate.correct(seen);

        run.truth.push((truth[0], truth[1]));
        run.seen
            .push((seen[0] * seen[1].cos(), seen[0] * seen[1].sin()));
        run.filtered.push((estimate.state[0], estimate.state[1]));
        run.ellipses.push(estimate.ellipse());
    }
    println!("off by, root mean square of the second half:");
    println!("the radar {:.3}", run.distance_from_truth(&run.seen));
    println!("the filter {:.3}", run.distance_from_truth(&run.filtered));
    run.draw()
}

/// What has happened.
#[derive(Default)]
struct Run {
    truth: Vec<(f64, f64)>,
    seen: Vec<(f64, f64)>,
    filtered: Vec<(f64, f64)>,
    ellipses: Vec<Vec<(f64, f64)>>,
}

impl Run {
    fn distance_from_truth(&self, points: &[(f64, f64)]) -> f64 {
        let squares = self.truth.iter().zip(points).skip(STEPS / 2);
        let squares = squares.map(|((x, y), (u, v))| (x - u).powi(2) + (y - v).powi(2));
        (squares.sum::<f64>() / (STEPS - STEPS / 2) as f64).sqrt()
    }

    fn draw(&self) -> Result<(), Box<dyn Error>> {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/kalman_track.svg");
        fs::create_dir_all(path.parent().unwrap_or(&path))?;
        let area = SVGBackend::new(&path, (1000, 600)).into_drawing_area();
        area.fill(&WHITE)?;
        let mut chart = ChartBuilder::on(&area)
            .caption("A radar, a Kalman filter and the truth", ("sans-serif", 22))
            .margin(16)
            .x_label_area_size(32)
            .y_label_area_size(44)
            .build_cartesian_2d(-8.0..10.0, -0.5..8.0)?;
        chart
            .configure_mesh()
            .light_line_style(WHITE)
            .label_style(("sans-serif", 14))
            .draw()?;
        let (truth, seen) = (RGBColor(20, 130, 60), RGBColor(130, 130, 130));
        let filtered = RGBColor(31, 89, 166);
        for ellipse in self.ellipses.iter().step_by(8) {
            chart.draw_series([Polygon::new(ellipse.clone(), filtered.mix(0.2).filled())])?;
        }
        chart
            .draw_series(
                self.seen
                    .iter()
                    .map(|point| Circle::new(*point, 3, seen.filled())),
            )?
            .label("as the radar sees it")
            .legend(move |(x, y)| Circle::new((x + 12, y), 3, seen.filled()));
        let lines = [
            ("where it is", &self.truth, truth),
            ("the filter, with 95 % ellipses", &self.filtered, filtered),
        ];
        for (label, points, color) in lines {
            chart
                .draw_series(LineSeries::new(
                    points.iter().copied(),
                    color.stroke_width(3),
                ))?
                .label(label)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 24, y)], color.stroke_width(3))
                });
        }
        chart.draw_series([TriangleMarker::new((0.0, 0.0), 10, BLACK.filled())])?;
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::LowerRight)
            .background_style(WHITE)
            .border_style(RGBColor(190, 190, 190))
            .label_font(("sans-serif", 15))
            .draw()?;
        area.present()?;
        println!("picture: {}", path.display());
        Ok(())
    }
}
