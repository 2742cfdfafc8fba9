//! The function sin x + cos x, and its Taylor polynomials at 0.
//!
//! ```text
//! cargo run --example taylor_polynomials
//! ```
//!
//! One call of the generated `f_taylor` gives all coefficients. The picture is `target/taylor_polynomials.svg`.

use std::{error::Error, fs, path::Path};

use autodiff::differentiate;
use plotters::prelude::*;

#[differentiate(taylor)]
fn f(x: f64) -> f64 {
    x.sin() + x.cos()
}

fn main() -> Result<(), Box<dyn Error>> {
    // Along the direction 1, coefficient k is the k-th derivative over k!.
    let coefficients: [f64; 11] = f_taylor(0.0, 1.0);
    let mut factorial = 1.0;
    println!(" k   derivative   coefficient");
    for (k, coefficient) in coefficients.iter().enumerate() {
        factorial *= k.max(1) as f64;
        println!(
            "{k:>2}   {:>10.0}   {coefficient:>11.8}",
            factorial * coefficient
        );
    }
    draw(&coefficients)
}

/// The Taylor polynomial of the given degree.
fn polynomial(coefficients: &[f64], degree: usize, x: f64) -> f64 {
    coefficients[..=degree]
        .iter()
        .rev()
        .fold(0.0, |sum, coefficient| sum * x + coefficient)
}

fn draw(coefficients: &[f64]) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/taylor_polynomials.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (900, 560)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption(
            "sin x + cos x and its Taylor polynomials at 0",
            ("sans-serif", 22),
        )
        .margin(16)
        .x_label_area_size(32)
        .y_label_area_size(44)
        .build_cartesian_2d(-4.0..4.0, -4.0..4.0)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .label_style(("sans-serif", 14))
        .draw()?;

    let xs = || (-400..=400).map(|i| f64::from(i) / 100.0);
    let curves = [
        (0, RGBColor(150, 150, 150)),
        (1, RGBColor(214, 108, 18)),
        (5, RGBColor(20, 130, 60)),
        (10, RGBColor(200, 30, 40)),
    ];
    let line = |color: RGBColor, width| {
        move |(x, y)| PathElement::new([(x, y), (x + 24, y)], color.stroke_width(width))
    };
    let function = RGBColor(31, 89, 166);
    chart
        .draw_series(LineSeries::new(
            xs().map(|x| (x, f(x))),
            function.stroke_width(5),
        ))?
        .label("sin x + cos x")
        .legend(line(function, 5));
    for (degree, color) in curves {
        // Only as much of the polynomial as fits.
        let points = xs()
            .map(|x| (x, polynomial(coefficients, degree, x)))
            .filter(|(_, y)| y.abs() <= 4.0);
        chart
            .draw_series(LineSeries::new(points, color.stroke_width(2)))?
            .label(format!("degree {degree}"))
            .legend(line(color, 2));
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
