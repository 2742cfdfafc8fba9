//! The Laplace approximation: a distribution replaced by the Gaussian that fits at its top.
//!
//! ```text
//! cargo run --example laplace
//! ```
//!
//! Darwin measured how much taller crossed maize plants grow than self-fertilised ones (1876). Two of the fifteen pairs are far
//! off, so the noise is taken from Student's distribution. What the data say about its centre and width is no Gaussian: Newton's
//! method finds the top, and the inverse of the generated Hessian is the covariance. The picture is `target/laplace.svg`.

use std::{error::Error, f64::consts::TAU, fs, path::Path};

use autodiff::differentiate;
use plotters::prelude::*;

/// Differences in height, in eighths of an inch.
const DARWIN: [f64; 15] = [
    49.0, -67.0, 8.0, 16.0, 6.0, 23.0, 28.0, 41.0, 14.0, 29.0, 56.0, 24.0, 75.0, 60.0, -48.0,
];

/// Degrees of freedom.
const FREEDOM: f64 = 3.0;

/// Minus the logarithm of the likelihood of a centre and the logarithm of a width, up to a constant.
#[differentiate(hessian)]
fn energy(parameters: &[f64; 2]) -> f64 {
    let [centre, log_width] = *parameters;
    let mut energy = 0.0;
    for difference in &DARWIN {
        let z = (difference - centre) / log_width.exp();
        energy += log_width + 0.5 * (FREEDOM + 1.0) * (z * z / FREEDOM).ln_1p();
    }
    energy
}

/// Where the likelihood is largest.
fn top() -> [f64; 2] {
    let mut top = [20.0, 3.0];
    println!("step    centre   log width     energy");
    for step in 0..10 {
        println!(
            "{step:>4}   {:>7.4}   {:>9.6}   {:.6}",
            top[0],
            top[1],
            energy(&top)
        );
        let [g0, g1] = energy_grad(&top);
        let [[a, b], [_, d]] = energy_hessian(&top);
        let determinant = a * d - b * b;
        let step = [
            (d * g0 - b * g1) / determinant,
            (a * g1 - b * g0) / determinant,
        ];
        top = [top[0] - step[0], top[1] - step[1]];
        if step[0].hypot(step[1]) < 1e-10 {
            break;
        }
    }
    top
}

fn main() -> Result<(), Box<dyn Error>> {
    let top = top();
    let [[a, b], [_, d]] = energy_hessian(&top);
    let determinant = a * d - b * b;
    let covariance = [
        [d / determinant, -b / determinant],
        [-b / determinant, a / determinant],
    ];
    println!(
        "centre {:.2} ± {:.2} eighths of an inch",
        top[0],
        covariance[0][0].sqrt()
    );

    // The volume below the likelihood, as the Gaussian has it and by adding up small cells.
    let lowest = energy(&top);
    let gaussian = TAU / determinant.sqrt();
    let (width, height) = (0.25, 0.02);
    let cells = (0..600).flat_map(|i| (0..250).map(move |j| (f64::from(i), f64::from(j))));
    let sum: f64 = cells
        .map(|(i, j)| [-50.0 + width * i, 1.0 + height * j])
        .map(|parameters| (lowest - energy(&parameters)).exp() * width * height)
        .sum();
    println!("volume: {gaussian:.4} by the approximation, {sum:.4} by summing up");
    draw(top, covariance, lowest)
}

fn draw(top: [f64; 2], covariance: [[f64; 2]; 2], lowest: f64) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/laplace.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (900, 560)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(
            "Likelihood (shaded) and its Laplace approximation",
            ("sans-serif", 22),
        )
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(0.0..50.0, 2.2..4.2)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .x_desc("centre, in eighths of an inch")
        .y_desc("logarithm of the width")
        .label_style(("sans-serif", 14))
        .draw()?;

    // The borders of the shades are where the Gaussian has its ellipses.
    let (columns, rows) = (200, 160);
    let cells = (0..columns * rows).filter_map(|cell| {
        let (x, y) = (
            0.25 * f64::from(cell % columns),
            2.2 + 0.0125 * f64::from(cell / columns),
        );
        let distance = (2.0 * (energy(&[x + 0.125, y + 0.00625]) - lowest)).sqrt();
        let fill = RGBColor(31, 89, 166).mix(0.7 - 0.2 * distance.floor());
        let cell = Rectangle::new([(x, y), (x + 0.25, y + 0.0125)], fill.filled());
        (distance < 3.0).then_some(cell)
    });
    chart.draw_series(cells)?;

    let [[xx, xy], [_, yy]] = covariance;
    let (a, b) = (xx.sqrt(), xy / xx.sqrt());
    let c = (yy - b * b).sqrt();
    for deviations in [1.0, 2.0, 3.0] {
        let circle = (0..=120).map(|i| (f64::from(i) * TAU / 120.0).sin_cos());
        let ellipse = circle.map(|(sin, cos)| {
            let x = top[0] + deviations * a * cos;
            (x, top[1] + deviations * (b * cos + c * sin))
        });
        let line = RGBColor(214, 108, 18).stroke_width(2);
        chart.draw_series([PathElement::new(ellipse.collect::<Vec<_>>(), line)])?;
    }
    chart.draw_series([Cross::new((top[0], top[1]), 6, BLACK.stroke_width(2))])?;
    area.present()?;
    println!("picture: {}", path.display());
    Ok(())
}
