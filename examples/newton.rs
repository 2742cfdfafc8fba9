//! Newton's method against gradient descent, in the valley of Rosenbrock's function.
//!
//! ```text
//! cargo run --example newton
//! ```
//!
//! Gradient and Hessian are generated. Gradient descent follows the valley in thousands of steps; Newton's method, which knows
//! the curvature, is there after a few. The picture is `target/newton.svg`.

use std::{error::Error, fs, path::Path};

use autodiff::differentiate;
use plotters::prelude::*;

const START: [f64; 2] = [-1.2, 1.0];

#[differentiate(hessian)]
fn rosenbrock(x: &[f64; 2]) -> f64 {
    (1.0 - x[0]).powi(2) + 100.0 * (x[1] - x[0] * x[0]).powi(2)
}

/// The minimum of the parabola that touches at `x`, or half of the way there if that is higher, and so on.
fn newton_step(x: &[f64; 2]) -> [f64; 2] {
    let (value, [g0, g1]) = rosenbrock_value_and_grad(x);
    let [[a, b], [_, d]] = rosenbrock_hessian(x);
    let determinant = a * d - b * b;
    let step = [
        (d * g0 - b * g1) / determinant,
        (a * g1 - b * g0) / determinant,
    ];
    let mut length = 1.0;
    loop {
        let moved = [x[0] - length * step[0], x[1] - length * step[1]];
        if rosenbrock(&moved) < value || length < 1e-10 {
            return moved;
        }
        length *= 0.5;
    }
}

fn descent_step(x: &[f64; 2]) -> [f64; 2] {
    let gradient = rosenbrock_grad(x);
    [x[0] - 1e-3 * gradient[0], x[1] - 1e-3 * gradient[1]]
}

/// The points on the way to the minimum.
fn path_of(step: impl Fn(&[f64; 2]) -> [f64; 2]) -> Vec<[f64; 2]> {
    let mut path = vec![START];
    let mut x = START;
    while rosenbrock(&x) > 1e-12 && path.len() < 100_000 {
        x = step(&x);
        path.push(x);
    }
    path
}

fn main() -> Result<(), Box<dyn Error>> {
    let (newton, descent) = (path_of(newton_step), path_of(descent_step));
    println!("step   Newton's method   gradient descent");
    for (step, (a, b)) in newton.iter().zip(&descent).enumerate() {
        println!(
            "{step:>4}   {:>15.2e}   {:>16.2e}",
            rosenbrock(a),
            rosenbrock(b)
        );
    }
    println!(
        "Newton's method takes {} steps, gradient descent {}",
        newton.len() - 1,
        descent.len() - 1
    );
    draw(&newton, &descent)
}

fn draw(newton: &[[f64; 2]], descent: &[[f64; 2]]) -> Result<(), Box<dyn Error>> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/newton.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (900, 620)).into_drawing_area();
    area.fill(&WHITE)?;
    let mut chart = ChartBuilder::on(&area)
        .caption("Two ways down Rosenbrock's valley", ("sans-serif", 22))
        .margin(16)
        .x_label_area_size(32)
        .y_label_area_size(44)
        .build_cartesian_2d(-1.5..1.5, -0.6..1.6)?;
    chart
        .configure_mesh()
        .disable_mesh()
        .label_style(("sans-serif", 14))
        .draw()?;

    // Bands of equal height, on a logarithmic scale.
    let (columns, rows) = (150, 110);
    let cells = (0..columns * rows).map(|cell| {
        let (i, j) = (f64::from(cell % columns), f64::from(cell / columns));
        let (x, y) = (-1.5 + 3.0 / 150.0 * i, -0.6 + 2.2 / 110.0 * j);
        let height = rosenbrock(&[x + 0.01, y + 0.01]);
        let band = (2.0 * height.max(1e-2).log10()).floor() / 2.0;
        let gray = (250.0 - 20.0 * (band + 2.0)).clamp(90.0, 250.0) as u8;
        let fill = RGBColor(gray, gray, gray).filled();
        Rectangle::new([(x, y), (x + 0.02, y + 0.02)], fill)
    });
    chart.draw_series(cells)?;

    let paths = [
        ("gradient descent", descent, RGBColor(214, 108, 18)),
        ("Newton's method", newton, RGBColor(31, 89, 166)),
    ];
    for (name, points, color) in paths {
        let steps = points.len() - 1;
        let points = points.iter().map(|[x, y]| (*x, *y));
        // Of a long way, the start and some thousand steps are enough for a line.
        let rest = points.clone().skip(30).step_by(1 + steps / 1000);
        let line = points.clone().take(30).chain(rest);
        chart
            .draw_series(LineSeries::new(line, color.stroke_width(2)))?
            .label(format!("{name}, {steps} steps"))
            .legend(move |(x, y)| PathElement::new([(x, y), (x + 24, y)], color.stroke_width(3)));
        let marks = points
            .take(30)
            .map(|point| Circle::new(point, 4, color.filled()));
        chart.draw_series(marks)?;
    }
    chart.draw_series([Cross::new((1.0, 1.0), 7, BLACK.stroke_width(3))])?;
    chart
        .configure_series_labels()
        .position(SeriesLabelPosition::LowerLeft)
        .background_style(WHITE)
        .border_style(RGBColor(190, 190, 190))
        .label_font(("sans-serif", 15))
        .draw()?;
    area.present()?;
    println!("picture: {}", path.display());
    Ok(())
}
