//! What a map does to areas: its Jacobian's determinant, everywhere.
//!
//! ```text
//! cargo run --example area_scaling
//! ```
//!
//! A linear map scales every area by the same factor, here −3: three times as large and turned over. Under another map each
//! cell is scaled by its own determinant, and together they make the area of the image. The Jacobians are generated. The
//! picture is `target/area_scaling.svg`.

use std::{error::Error, fs, path::Path};

use autodiff::differentiate;
use plotters::{coord::Shift, prelude::*};

/// Cells along each side of the unit square.
const CELLS: usize = 10;

#[differentiate(jacobian)]
fn linear(x: f64, y: f64) -> [f64; 2] {
    [-2.0 * x + y, x + y]
}

/// The complex exponential function.
#[differentiate(jacobian)]
fn exponential(x: f64, y: f64) -> [f64; 2] {
    [x.exp() * y.cos(), x.exp() * y.sin()]
}

#[differentiate(jacobian)]
fn identity(x: f64, y: f64) -> [f64; 2] {
    [x, y]
}

/// A map, its Jacobian and its name.
struct Map {
    name: &'static str,
    map: fn(f64, f64) -> [f64; 2],
    jacobian: fn(f64, f64) -> [[f64; 2]; 2],
}

impl Map {
    fn determinant(&self, x: f64, y: f64) -> f64 {
        let [[a, b], [c, d]] = (self.jacobian)(x, y);
        a * d - b * c
    }

    /// The determinants of all cells times their size.
    fn area_by_determinants(&self) -> f64 {
        let size = (CELLS as f64).powi(-2);
        cells()
            .map(|(i, j)| self.determinant(at(i + 0.5), at(j + 0.5)) * size)
            .sum()
    }

    /// The area inside of the image's border, positive if it runs counterclockwise.
    fn area_by_border(&self) -> f64 {
        let side = || (0..1000).map(|i| f64::from(i) / 1000.0);
        let border: Vec<[f64; 2]> = side()
            .map(|t| (self.map)(t, 0.0))
            .chain(side().map(|t| (self.map)(1.0, t)))
            .chain(side().map(|t| (self.map)(1.0 - t, 1.0)))
            .chain(side().map(|t| (self.map)(0.0, 1.0 - t)))
            .collect();
        let next = border.iter().cycle().skip(1);
        let cross = |(a, b): (&[f64; 2], &[f64; 2])| 0.5 * (a[0] * b[1] - a[1] * b[0]);
        border.iter().zip(next).map(cross).sum()
    }
}

/// The lower left corners of the cells, in cells.
fn cells() -> impl Iterator<Item = (f64, f64)> {
    (0..CELLS * CELLS).map(|cell| ((cell / CELLS) as f64, (cell % CELLS) as f64))
}

fn at(cell: f64) -> f64 {
    cell / CELLS as f64
}

fn main() -> Result<(), Box<dyn Error>> {
    let maps = [
        Map {
            name: "the unit square",
            map: identity,
            jacobian: identity_jacobian,
        },
        Map {
            name: "(−2x + y, x + y)",
            map: linear,
            jacobian: linear_jacobian,
        },
        Map {
            name: "eˣ (cos y, sin y)",
            map: exponential,
            jacobian: exponential_jacobian,
        },
    ];
    println!("area of the image    by determinants   along the border");
    for map in &maps {
        let (determinants, border) = (map.area_by_determinants(), map.area_by_border());
        println!("{:<18}   {determinants:>15.6}   {border:>16.6}", map.name);
    }

    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/area_scaling.svg");
    fs::create_dir_all(path.parent().unwrap_or(&path))?;
    let area = SVGBackend::new(&path, (1200, 350)).into_drawing_area();
    area.fill(&WHITE)?;
    for (map, area) in maps.iter().zip(area.split_evenly((1, 3))) {
        draw(map, &area)?;
    }
    area.present()?;
    println!("picture: {}", path.display());
    Ok(())
}

/// The images of all cells, the darker the more they grow; red where they are turned over.
fn draw(map: &Map, area: &DrawingArea<SVGBackend, Shift>) -> Result<(), Box<dyn Error>> {
    let mut chart = ChartBuilder::on(area)
        .caption(map.name, ("sans-serif", 20))
        .margin(14)
        .x_label_area_size(28)
        .y_label_area_size(36)
        .build_cartesian_2d(-2.2..3.0, -1.0..3.2)?;
    chart
        .configure_mesh()
        .light_line_style(WHITE)
        .label_style(("sans-serif", 13))
        .draw()?;
    for (i, j) in cells() {
        let corners = [(0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0), (0.0, 0.0)];
        let image = corners.map(|(di, dj)| <(f64, f64)>::from((map.map)(at(i + di), at(j + dj))));
        let determinant = map.determinant(at(i + 0.5), at(j + 0.5));
        let color = match determinant < 0.0 {
            true => RGBColor(200, 30, 40),
            false => RGBColor(31, 89, 166),
        };
        let ink = (determinant.abs() / 8.0).min(1.0) * 0.9 + 0.05;
        chart.draw_series([Polygon::new(image, color.mix(ink).filled())])?;
        chart.draw_series([PathElement::new(image, color.stroke_width(1))])?;
    }
    Ok(())
}
