//! Fits a curve to data: how long one waits for Old Faithful, after how long an eruption.
//!
//! ```text
//! cargo run --example curve_fit
//! ```
//!
//! The method is that of Levenberg and Marquardt, which linearises the residuals in every step: their Jacobian is generated.
//! The data are in `data/README.md`; the picture is `target/curve_fit.svg`.

use std::{error::Error, fs, path::Path};

use autodiff::differentiate;
use plotters::prelude::*;

/// Minutes of eruptions, and minutes until the next one.
const OLD_FAITHFUL: &str = include_str!("data/old_faithful.txt");
const START: [f64; 4] = [70.0, 10.0, 3.0, 1.0];

/// A smooth step: `height` more or less than `middle`, at `position`, over about `width`.
#[differentiate]
fn curve(parameters: &[f64; 4], x: f64) -> f64 {
    let [middle, height, position, width] = *parameters;
    middle + height * ((x - position) / width).tanh()
}

/// How far the curve is above each of the points.
#[differentiate(wrt(parameters), jacobian)]
fn residuals(parameters: &[f64; 4], xs: &[f64], ys: &[f64]) -> Vec<f64> {
    xs.iter()
        .zip(ys)
        .map(|(x, y)| curve(parameters, *x) - y)
        .collect()
}

fn main() -> Result<(), Box<dyn Error>> {
    let (xs, ys) = load(OLD_FAITHFUL)?;
    let squares = |parameters: &[f64; 4]| -> f64 {
        let residuals = residuals(parameters, &xs, &ys);
        residuals.iter().map(|residual| residual * residual).sum()
    };
    let mut parameters = START;
    let mut damping = 1e-3;
    println!("step   root mean square   damping");
    for step in 0..20 {
        let mean = squares(&parameters) / xs.len() as f64;
        println!("{step:>4}   {:>16.6}   {damping:>7.0e}", mean.sqrt());

        // (JᵀJ + λ diag JᵀJ) δ = −Jᵀ r
        let residuals = residuals(&parameters, &xs, &ys);
        let jacobian = residuals_jacobian(&parameters, &xs, &ys);
        let mut system = [[0.0; 5]; 4];
        for (k, residual) in residuals.iter().enumerate() {
            let row = jacobian.row(k);
            for i in 0..4 {
                for j in 0..4 {
                    system[i][j] += row[i] * row[j];
                }
                system[i][4] -= row[i] * residual;
            }
        }
        for (i, row) in system.iter_mut().enumerate() {
            row[i] *= 1.0 + damping;
        }
        let step = solve(system);
        let moved = std::array::from_fn(|i| parameters[i] + step[i]);
        if squares(&moved) < squares(&parameters) {
            parameters = moved;
            damping *= 0.1;
        } else {
            damping *= 10.0;
        }
        if step.iter().all(|step| step.abs() < 1e-4) {
            break;
        }
    }
    let [middle, height, position, width] = parameters;
    println!("{middle:.2} + {height:.2} tanh((x − {position:.3}) / {width:.3})");
    draw(&xs, &ys, &parameters)
}

fn load(data: &str) -> Result<(Vec<f64>, Vec<f64>), Box<dyn Error>> {
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for line in data.lines().skip(1) {
        let (x, y) = line.split_once(' ').ok_or("a line without a space")?;
        xs.push(x.parse()?);
        ys.push(y.parse()?);
    }
    Ok((xs, ys))
}

/// Solves four equations, whose right side is the last column, by Gauss–Jordan elimination. They are positive definite: no
/// rows need to be exchanged.
fn solve(mut system: [[f64; 5]; 4]) -> [f64; 4] {
    for k in 0..4 {
        let pivot = system[k].map(|entry| entry / system[k][k]);
        for row in &mut system {
            let factor = row[k];
            for (entry, pivot) in row.iter_mut().zip(pivot) {
                *entry -= factor * pivot;
            }
        }
        system[k] = pivot;
    }
    system.map(|row| row[4])
}

fn draw(xs: &[f64], ys: &[f64], parameters: &[f64; 4]) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/curve_fit.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (900, 560)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Eruptions of Old Faithful", ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(1.4..5.4, 40.0..100.0)?;
    chart
        .configure_mesh()
        .x_desc("minutes that it lasts")
        .y_desc("minutes until the next one")
        .light_line_style(WHITE)
        .label_style(("sans-serif", 14))
        .draw()?;
    let point = RGBColor(120, 120, 120).mix(0.5).filled();
    chart.draw_series(
        xs.iter()
            .zip(ys)
            .map(|(x, y)| Circle::new((*x, *y), 3, point)),
    )?;
    let curves = [
        ("start", &START, RGBColor(214, 108, 18)),
        ("fit", parameters, RGBColor(31, 89, 166)),
    ];
    for (label, parameters, color) in curves {
        let points = (140..=540)
            .map(|i| f64::from(i) / 100.0)
            .map(|x| (x, curve(parameters, x)));
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(3)))?
            .label(label)
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], color.stroke_width(3)));
    }
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
