//! Reads `examples/data/digits.txt`; its format is described in the README beside it.

use std::{fmt, fs, io, path::Path};

use crate::{
    model::{CLASSES, PIXELS},
    random::Random,
};

/// The ink of a full pixel in the file; an image in memory is scaled to 0…1.
const FULL: u32 = 16;

/// Images, `PIXELS` values each in 0…1, and the digit that each one shows.
pub struct Digits {
    pub images: Vec<f64>,
    pub labels: Vec<usize>,
}

impl Digits {
    pub fn load(path: &Path) -> Result<Self, DataError> {
        let text = fs::read(path).map_err(DataError::Unreadable)?;
        parse(&text)
    }

    pub fn len(&self) -> usize {
        self.labels.len()
    }

    pub fn image(&self, i: usize) -> &[f64] {
        &self.images[i * PIXELS..(i + 1) * PIXELS]
    }

    /// Fisher and Yates's shuffle.
    pub fn shuffle(&mut self, random: &mut Random) {
        for i in (1..self.len()).rev() {
            let j = random.below(i + 1);
            self.labels.swap(i, j);
            for k in 0..PIXELS {
                self.images.swap(i * PIXELS + k, j * PIXELS + k);
            }
        }
    }

    /// Cuts off and returns everything from image `start` on.
    pub fn split_off(&mut self, start: usize) -> Self {
        Self {
            images: self.images.split_off(start * PIXELS),
            labels: self.labels.split_off(start),
        }
    }

    /// The images and labels of `size` digits at a time; the last batch may be smaller.
    pub fn batches(&self, size: usize) -> impl Iterator<Item = (&[f64], &[usize])> {
        self.images
            .chunks(size * PIXELS)
            .zip(self.labels.chunks(size))
    }
}

/// Why there are no digits.
#[derive(Debug)]
pub enum DataError {
    Unreadable(io::Error),
    /// `line` and `column` count from one, columns in bytes.
    Malformed {
        line: usize,
        column: usize,
        expected: String,
        found: String,
    },
}

impl fmt::Display for DataError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable(error) => write!(f, "cannot be read: {error}"),
            Self::Malformed {
                line,
                column,
                expected,
                found,
            } => write!(
                f,
                "line {line}, column {column}: expected {expected}, found {found}"
            ),
        }
    }
}

impl std::error::Error for DataError {}

fn parse(text: &[u8]) -> Result<Digits, DataError> {
    let mut lines = Lines {
        rest: text,
        line: 0,
    };
    let count = lines.next_line().header()?;
    let mut digits = Digits {
        images: Vec::new(),
        labels: Vec::new(),
    };
    for _ in 0..count {
        lines.next_line().digit(&mut digits)?;
    }
    lines.next_line().nothing(count)?;
    Ok(digits)
}

/// The lines not yet read. Past the last one they are empty: whoever reads such a line says what it misses.
struct Lines<'a> {
    rest: &'a [u8],
    line: usize,
}

impl<'a> Lines<'a> {
    fn next_line(&mut self) -> Cursor<'a> {
        let ended = self.rest.is_empty();
        let end = self.rest.iter().position(|&byte| byte == b'\n');
        let (text, rest) = match end {
            Some(end) => (&self.rest[..end], &self.rest[end + 1..]),
            None => (self.rest, &self.rest[self.rest.len()..]),
        };
        self.rest = rest;
        self.line += 1;
        Cursor {
            // A checkout on Windows may have turned the line ends into CR LF.
            text: text.strip_suffix(b"\r").unwrap_or(text),
            ended,
            line: self.line,
            column: 0,
        }
    }
}

/// A place in a line.
struct Cursor<'a> {
    text: &'a [u8],
    ended: bool,
    line: usize,
    column: usize,
}

impl Cursor<'_> {
    /// `digits 8x8 COUNT`
    fn header(mut self) -> Result<usize, DataError> {
        const START: &[u8] = b"digits 8x8 ";
        let expected = "the header `digits 8x8 COUNT`";
        if !self.text.starts_with(START) {
            return Err(self.malformed(expected));
        }
        self.column = START.len();
        str::from_utf8(&self.text[START.len()..])
            .ok()
            .and_then(|count| count.parse().ok())
            .ok_or_else(|| self.malformed("the number of images"))
    }

    /// `LABEL PIXELS`
    fn digit(mut self, digits: &mut Digits) -> Result<(), DataError> {
        let label = self.figure(CLASSES as u32, "a label, 0 to 9")?;
        if self.text.get(self.column) != Some(&b' ') {
            return Err(self.malformed("a space after the label"));
        }
        self.column += 1;
        for k in 1..=PIXELS {
            let expected = format!("pixel {k} of {PIXELS}, 0 to 9 or a to g");
            let ink = self.figure(FULL + 1, &expected)?;
            digits.images.push(f64::from(ink) / f64::from(FULL));
        }
        if self.column < self.text.len() {
            return Err(self.malformed(&format!("the line's end after {PIXELS} pixels")));
        }
        digits.labels.push(label as usize);
        Ok(())
    }

    fn nothing(self, count: usize) -> Result<(), DataError> {
        if self.ended {
            return Ok(());
        }
        Err(self.malformed(&format!("the end of the file after {count} images")))
    }

    /// One figure in the given base.
    fn figure(&mut self, base: u32, expected: &str) -> Result<u32, DataError> {
        let byte = self.text.get(self.column).copied();
        let value = byte.and_then(|byte| char::from(byte).to_digit(base));
        let value = value.ok_or_else(|| self.malformed(expected))?;
        self.column += 1;
        Ok(value)
    }

    fn malformed(&self, expected: &str) -> DataError {
        let found = match self.text.get(self.column) {
            Some(&byte) => format!("`{}`", byte.escape_ascii()),
            None if self.ended => "the end of the file".to_string(),
            None => "the end of the line".to_string(),
        };
        DataError::Malformed {
            line: self.line,
            column: self.column + 1,
            expected: expected.to_string(),
            found,
        }
    }
}
