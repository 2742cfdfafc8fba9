//! Draws the picture of a run: the losses on the left, held-back digits and how they were read on the right.

use std::{error::Error, fs, path::Path};

use plotters::{
    coord::Shift,
    prelude::*,
    style::text_anchor::{HPos, Pos, VPos},
};

type Area<'a> = DrawingArea<SVGBackend<'a>, Shift>;

const SIZE: (u32, u32) = (1240, 640);
/// Where the losses end and the digits begin.
const DIVIDE: i32 = 560;
const COLUMNS: usize = 8;
/// Rows of the first held-back digits, then of those that were misread.
const ROWS: usize = 4;
const MISREAD_ROWS: usize = 2;
/// An image of `SIDE`×`SIDE` pixels in a cell with a margin and a line of text.
const SIDE: usize = 8;
const PIXEL: i32 = 7;
const CELL: (i32, i32) = (82, 84);

const TRAINING: RGBColor = RGBColor(31, 89, 166);
const HELD_BACK: RGBColor = RGBColor(214, 108, 18);
const RIGHT: RGBColor = RGBColor(20, 130, 60);
const WRONG: RGBColor = RGBColor(200, 30, 40);
const FRAME: RGBColor = RGBColor(190, 190, 190);

/// What a run has to show.
#[derive(Default)]
pub struct Report<'a> {
    /// Per epoch, the mean loss while training.
    pub losses: Vec<f64>,
    /// Per epoch, the loss on the held-back digits after it.
    pub held_back_losses: Vec<f64>,
    /// The share of `readings` that are right.
    pub accuracy: f64,
    pub readings: Vec<Reading<'a>>,
}

/// A held-back digit, and what the network took it for.
pub struct Reading<'a> {
    pub image: &'a [f64],
    pub read: usize,
    pub is: usize,
}

impl Reading<'_> {
    fn right(&self) -> bool {
        self.read == self.is
    }
}

impl Report<'_> {
    /// Writes the picture, and makes its folder if need be.
    pub fn draw(&self, path: &Path) -> Result<(), Box<dyn Error>> {
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder)?;
        }
        let area = SVGBackend::new(path, SIZE).into_drawing_area();
        area.fill(&WHITE)?;
        let (left, right) = area.split_horizontally(DIVIDE);
        self.draw_losses(&left)?;
        self.draw_digits(&right)?;
        area.present()?;
        Ok(())
    }

    fn draw_losses(&self, area: &Area) -> Result<(), Box<dyn Error>> {
        let all = || self.losses.iter().chain(&self.held_back_losses);
        let least = all().copied().fold(f64::INFINITY, f64::min).max(1e-6);
        let most = all().copied().fold(least, f64::max);
        let epochs = self.losses.len() as f64;
        let mut chart = ChartBuilder::on(area)
            .caption("Mean cross-entropy", text(20))
            .margin(16)
            .margin_top(10)
            .x_label_area_size(44)
            .y_label_area_size(64)
            .build_cartesian_2d(0.0..epochs, (0.8 * least..1.25 * most).log_scale())?;
        chart
            .configure_mesh()
            .x_desc("epoch")
            .x_label_formatter(&|epoch| format!("{epoch:.0}"))
            .y_label_formatter(&|loss| format!("{loss}"))
            .label_style(text(14))
            .light_line_style(WHITE)
            .draw()?;
        for (label, color, losses) in [
            ("while training", TRAINING, &self.losses),
            ("held-back digits", HELD_BACK, &self.held_back_losses),
        ] {
            let points = (1..).map(f64::from).zip(losses.iter().copied());
            chart
                .draw_series(LineSeries::new(points, color.stroke_width(2)))?
                .label(label)
                .legend(move |(x, y)| {
                    PathElement::new([(x, y), (x + 20, y)], color.stroke_width(2))
                });
        }
        chart
            .configure_series_labels()
            .position(SeriesLabelPosition::UpperRight)
            .background_style(WHITE)
            .border_style(FRAME)
            .label_font(text(14))
            .draw()?;
        Ok(())
    }

    fn draw_digits(&self, area: &Area) -> Result<(), Box<dyn Error>> {
        let heading = format!(
            "{} held-back digits, {:.2} % read correctly",
            self.readings.len(),
            100.0 * self.accuracy
        );
        area.draw_text(&heading, &text(20).into_text_style(area), (10, 16))?;
        let first = self.readings.iter().take(ROWS * COLUMNS);
        draw_grid(area, 48, first)?;

        let misread = || self.readings.iter().filter(|reading| !reading.right());
        let room = MISREAD_ROWS * COLUMNS;
        let heading = match misread().count() {
            count if count > room => format!("The first {room} of the {count} misread"),
            count => format!("The {count} misread"),
        };
        let top = 48 + ROWS as i32 * CELL.1 + 16;
        area.draw_text(&heading, &text(20).into_text_style(area), (10, top))?;
        draw_grid(area, top + 32, misread().take(room))
    }
}

fn draw_grid<'a>(
    area: &Area,
    top: i32,
    readings: impl Iterator<Item = &'a Reading<'a>>,
) -> Result<(), Box<dyn Error>> {
    for (i, reading) in readings.enumerate() {
        let column = (i % COLUMNS) as i32;
        let row = (i / COLUMNS) as i32;
        draw_reading(area, (10 + column * CELL.0, top + row * CELL.1), reading)?;
    }
    Ok(())
}

/// The image, framed in green or red, and below it what was read and what it is.
fn draw_reading(
    area: &Area,
    (left, top): (i32, i32),
    reading: &Reading<'_>,
) -> Result<(), Box<dyn Error>> {
    for (i, &ink) in reading
        .image
        .iter()
        .enumerate()
        .filter(|(_, ink)| **ink > 0.0)
    {
        let x = left + PIXEL * (i % SIDE) as i32;
        let y = top + PIXEL * (i / SIDE) as i32;
        let gray = (255.0 * (1.0 - ink)).round() as u8;
        let pixel = Rectangle::new(
            [(x, y), (x + PIXEL, y + PIXEL)],
            RGBColor(gray, gray, gray).filled(),
        );
        area.draw(&pixel)?;
    }
    let color = if reading.right() { RIGHT } else { WRONG };
    let side = PIXEL * SIDE as i32;
    let frame = Rectangle::new(
        [(left - 1, top - 1), (left + side + 1, top + side + 1)],
        color.stroke_width(2),
    );
    area.draw(&frame)?;
    let caption = format!("read {}, is {}", reading.read, reading.is);
    let style = text(12)
        .with_color(color)
        .into_text_style(area)
        .pos(Pos::new(HPos::Center, VPos::Top));
    area.draw_text(&caption, &style, (left + side / 2, top + side + 4))?;
    Ok(())
}

fn text(size: u32) -> FontDesc<'static> {
    ("sans-serif", size).into_font()
}
