//! `Matrix`: Jacobians and Hessians whose size is known at run time only.

#[cfg(any(feature = "nalgebra", feature = "faer"))]
mod factored;
#[cfg(feature = "faer")]
mod faer;
#[cfg(feature = "nalgebra")]
mod nalgebra;
#[cfg(feature = "ndarray")]
mod ndarray;
#[cfg(any(feature = "nalgebra", feature = "ndarray", feature = "faer"))]
mod operation;

#[cfg(feature = "ndarray")]
pub use self::ndarray::owned_array;

use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::{Index, IndexMut};

/// An owned matrix, row by row in one buffer. In a Jacobian rows are outputs and columns are inputs.
///
/// For what is done with matrices there are libraries: with the features `nalgebra` and `ndarray` a `Matrix` is converted by
/// `into()` to a `nalgebra::DMatrix` and a `ndarray::Array2`, and back.
///
/// ```
/// use autodiff_runtime::Matrix;
///
/// let mut a = Matrix::new(2, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0]);
/// a[(1, 2)] += 1.0;
/// assert_eq!(a.row(1), [4.0, 5.0, 7.0]);
/// assert_eq!((a.rows(), a.cols()), (2, 3));
/// ```
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Matrix<T = f64> {
    rows: usize,
    cols: usize,
    entries: Vec<T>,
}

impl<T> Matrix<T> {
    /// A matrix of `rows * cols` entries, given row by row.
    ///
    /// # Panics
    /// If the number of entries is another.
    #[track_caller]
    pub fn new(rows: usize, cols: usize, entries: Vec<T>) -> Self {
        assert!(
            rows.checked_mul(cols) == Some(entries.len()),
            "a {rows}x{cols} matrix cannot be made of {} entries",
            entries.len()
        );
        Self {
            rows,
            cols,
            entries,
        }
    }

    /// A matrix of zeros (of default values).
    pub fn zeros(rows: usize, cols: usize) -> Self
    where
        T: Clone + Default,
    {
        Self {
            rows,
            cols,
            entries: vec![T::default(); rows * cols],
        }
    }

    /// The number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        self.rows
    }

    /// The number of columns.
    #[inline]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// Row `i`.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    #[track_caller]
    pub fn row(&self, i: usize) -> &[T] {
        assert!(
            i < self.rows,
            "row {i} of a {}x{} matrix",
            self.rows,
            self.cols
        );
        &self.entries[i * self.cols..(i + 1) * self.cols]
    }

    /// Row `i`, to be written to.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    #[track_caller]
    pub fn row_mut(&mut self, i: usize) -> &mut [T] {
        assert!(
            i < self.rows,
            "row {i} of a {}x{} matrix",
            self.rows,
            self.cols
        );
        &mut self.entries[i * self.cols..(i + 1) * self.cols]
    }

    /// All entries, row by row.
    #[inline]
    pub fn as_slice(&self) -> &[T] {
        &self.entries
    }

    /// All entries, row by row, to be written to.
    #[inline]
    pub fn as_mut_slice(&mut self) -> &mut [T] {
        &mut self.entries
    }

    /// The entries, row by row.
    #[inline]
    pub fn into_vec(self) -> Vec<T> {
        self.entries
    }

    #[inline]
    #[track_caller]
    fn position(&self, (i, j): (usize, usize)) -> usize {
        assert!(
            i < self.rows && j < self.cols,
            "entry ({i}, {j}) of a {}x{} matrix",
            self.rows,
            self.cols
        );
        i * self.cols + j
    }
}

impl<T> Index<(usize, usize)> for Matrix<T> {
    type Output = T;
    #[inline]
    #[track_caller]
    fn index(&self, entry: (usize, usize)) -> &T {
        &self.entries[self.position(entry)]
    }
}

impl<T> IndexMut<(usize, usize)> for Matrix<T> {
    #[inline]
    #[track_caller]
    fn index_mut(&mut self, entry: (usize, usize)) -> &mut T {
        let position = self.position(entry);
        &mut self.entries[position]
    }
}

/// One bracketed row per line; the format (`{:.3}`, `{:8}`) is that of each entry.
impl<T: fmt::Display> fmt::Display for Matrix<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for i in 0..self.rows {
            f.write_str(if i == 0 { "[" } else { "\n[" })?;
            for (j, entry) in self.row(i).iter().enumerate() {
                if j > 0 {
                    f.write_str(", ")?;
                }
                entry.fmt(f)?;
            }
            f.write_str("]")?;
        }
        Ok(())
    }
}
