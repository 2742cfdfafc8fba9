//! A function and its linearisation: f(x₀) + f'(x₀) (x − x₀).
//!
//! ```text
//! cargo run --example linearisation
//! ```
//!
//! Value and slope come from the generated `f_value_and_grad`. The picture is `target/linearisation.svg`.

use std::{error::Error, fs, path::Path};

use autodiff::differentiate;
use plotters::prelude::*;

const X0: f64 = -2.0;

#[differentiate]
fn f(x: f64) -> f64 {
    x.sin() + x.cos()
}

fn main() -> Result<(), Box<dyn Error>> {
    let (value, slope) = f_value_and_grad(X0);
    let linearisation = |x: f64| value + slope * (x - X0);

    println!("f({X0}) = {value:.6}, f'({X0}) = {slope:.6}");
    println!("  distance   f − linearisation");
    for distance in [1.0, 0.1, 0.01, 0.001] {
        // Ten times closer, a hundred times better.
        let error = f(X0 + distance) - linearisation(X0 + distance);
        println!("{distance:>10}   {error:>17.2e}");
    }
    draw(linearisation)
}

fn draw(linearisation: impl Fn(f64) -> f64) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/linearisation.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (900, 500)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("sin x + cos x, linearised at −2", ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(32)
        .y_label_area_size(44)
        .build_cartesian_2d(-4.0..4.0, -2.2..2.2)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .label_style(("sans-serif", 14))
        .draw()?;

    let xs = || (-400..=400).map(|i| f64::from(i) / 100.0);
    let (function, line) = (RGBColor(31, 89, 166), RGBColor(214, 108, 18));
    chart
        .draw_series(LineSeries::new(
            xs().map(|x| (x, f(x))),
            function.stroke_width(3),
        ))?
        .label("f(x)")
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], function.stroke_width(3)));
    // Only as much of the line as fits.
    let points = xs()
        .map(|x| (x, linearisation(x)))
        .filter(|(_, y)| y.abs() <= 2.2);
    chart
        .draw_series(LineSeries::new(points, line.stroke_width(3)))?
        .label("f(−2) + f'(−2) (x + 2)")
        .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], line.stroke_width(3)));
    chart.draw_series([Circle::new((X0, f(X0)), 6, BLACK.filled())])?;
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
