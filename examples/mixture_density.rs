//! Estimates a density: eruptions of Old Faithful are short or long, so it is a mixture of two Gaussians.
//!
//! ```text
//! cargo run --release --example mixture_density
//! ```
//!
//! The likelihood of all 272 eruptions is plain Rust; it is climbed along its generated gradient. The data are in
//! `data/README.md`; the picture is `target/mixture_density.svg`.

use std::{error::Error, fs, path::Path};

use autodiff::differentiate;
use plotters::prelude::*;

/// Minutes of eruptions, and minutes until the next one.
const OLD_FAITHFUL: &str = include_str!("data/old_faithful.txt");

/// How many Gaussians there are.
const K: usize = 2;
const STEPS: usize = 600;
const RATE: f64 = 0.05;

/// The density at `x` of each Gaussian, times its weight. The weights are the softmax of `logits`, the deviations the
/// exponentials of `scales`: any numbers will do.
#[differentiate]
fn parts(logits: &[f64; K], means: &[f64; K], scales: &[f64; K], x: f64) -> [f64; K] {
    let partition: f64 = logits.iter().map(|logit| logit.exp()).sum();
    let mut parts = [0.0; K];
    for k in 0..K {
        let weight = logits[k].exp() / partition;
        let deviation = scales[k].exp();
        let z = (x - means[k]) / deviation;
        parts[k] = weight * (-0.5 * z * z).exp() / (deviation * std::f64::consts::TAU.sqrt());
    }
    parts
}

/// The mean logarithm of the mixture's density at the data.
#[differentiate(wrt(logits, means, scales))]
fn log_likelihood(logits: &[f64; K], means: &[f64; K], scales: &[f64; K], xs: &[f64]) -> f64 {
    let mut total = 0.0;
    for x in xs {
        let density: f64 = parts(logits, means, scales, *x).iter().sum();
        total += density.ln();
    }
    total / xs.len() as f64
}

fn main() -> Result<(), Box<dyn Error>> {
    let xs = load(OLD_FAITHFUL)?;
    let (mut logits, mut means, mut scales) = ([0.0; K], [3.0, 4.0], [0.0; K]);
    println!("step   mean log-likelihood");
    for step in 0..=STEPS {
        let (value, gradient) = log_likelihood_value_and_grad(&logits, &means, &scales, &xs);
        if step % 100 == 0 {
            println!("{step:>4}   {value:>19.6}");
        }
        let (by_logits, by_means, by_scales) = gradient;
        for k in 0..K {
            logits[k] += RATE * by_logits[k];
            means[k] += RATE * by_means[k];
            scales[k] += RATE * by_scales[k];
        }
    }
    let partition: f64 = logits.iter().map(|logit| logit.exp()).sum();
    for k in 0..K {
        let (percent, deviation) = (100.0 * logits[k].exp() / partition, scales[k].exp());
        println!("{percent:.1} %: {:.3} ± {deviation:.3} minutes", means[k]);
    }
    draw(&xs, |x| parts(&logits, &means, &scales, x))
}

/// The first number of each line.
fn load(data: &str) -> Result<Vec<f64>, Box<dyn Error>> {
    let mut xs = Vec::new();
    for line in data.lines().skip(1) {
        let (x, _) = line.split_once(' ').ok_or("a line without a space")?;
        xs.push(x.parse()?);
    }
    Ok(xs)
}

fn draw(xs: &[f64], parts: impl Fn(f64) -> [f64; K]) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/mixture_density.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (900, 520)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Eruptions of Old Faithful", ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(44)
        .y_label_area_size(56)
        .build_cartesian_2d(1.0..6.0, 0.0..1.1)?;
    chart
        .configure_mesh()
        .x_desc("minutes that it lasts")
        .y_desc("density")
        .light_line_style(WHITE)
        .label_style(("sans-serif", 14))
        .draw()?;

    const WIDTH: f64 = 0.125;
    let bars = (0..40).map(|bar| {
        let from = 1.0 + WIDTH * f64::from(bar);
        let inside = xs
            .iter()
            .filter(|x| (from..from + WIDTH).contains(*x))
            .count();
        let height = inside as f64 / (xs.len() as f64 * WIDTH);
        let fill = RGBColor(200, 210, 225).filled();
        Rectangle::new([(from, 0.0), (from + WIDTH, height)], fill)
    });
    chart.draw_series(bars)?;
    let minutes = || (100..=600).map(|i| f64::from(i) / 100.0);
    let color = RGBColor(31, 89, 166);
    let points = minutes().map(|x| (x, parts(x).iter().sum()));
    chart.draw_series(LineSeries::new(points, color.stroke_width(3)))?;
    area.present()?;
    println!("picture: {}", path.display());
    Ok(())
}
