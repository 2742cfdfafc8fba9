//! Sparse Jacobians and Hessians: which entries there are, and the entries alone.
//!
//! `#[differentiate(jacobian_sparsity)]` generates `f_jacobian_sparsity`, which returns a [`Pattern`]: the inputs that each
//! output depends on. `#[differentiate(jacobian_sparse)]` adds `f_jacobian_sparse`, which returns a [`CsrMatrix`] and never
//! looks at an entry that is not in the pattern; `hessian_sparsity` and `hessian_sparse` are the same for Hessians. They take
//! time and memory in proportion to the function and the entries, whatever the product of rows and columns is.
//!
//! # What a pattern holds for
//!
//! A pattern has every entry that can differ from zero at the point it was taken at, and may have others: `0 * x` counts as
//! depending on `x`, and so does the operand that `max`, `min` or `clamp` does not choose. It follows the path that the
//! function takes: where an `if`, a `match` or the end of a loop depends on the inputs, another point may have another pattern.
//! `f_jacobian_sparse` and `f_hessian_sparse` therefore take the pattern anew at each point.
//!
//! # One pattern for many points
//!
//! Where the pattern is the same at all points, as it is without such branches, it can be taken and coloured once: a
//! [`JacobianColoring`] or [`HessianColoring`] is made from a [`Pattern`] and lent to `f_jacobian_sparse_with` or
//! `f_hessian_sparse_with`, which come with the other two.
//!
//! ```text
//! let coloring = HessianColoring::new(f_hessian_sparsity(&x));
//! for … { let hessian = f_hessian_sparse_with(&x, &coloring); … }
//! ```
//!
//! The pattern must have every entry that can differ from zero at each of the points: the union of the patterns of all points.
//! Sizes that do not fit are a panic, and so is a derivative that is not zero where the pattern has nothing to put it. One that
//! falls together with an entry of the same colour is found out by one more derivative, in a direction that has a part of each
//! input: to eight digits (four in `f32`) of what the entries of its row give in that direction.
//!
//! # How the entries are computed
//!
//! Columns that share no row are computed together. Of a Jacobian, the longest rows are pulled back in reverse mode where
//! that is cheaper, and all others pushed forward, eight groups of columns at a time. Of a Hessian, symmetry allows larger
//! groups: an entry is read from its row or from its column (a star colouring; Gebremedhin, Manne and Pothen, *What Color Is
//! Your Jacobian?*, 2005).
//!
//! # For solvers
//!
//! The parts of a [`CsrMatrix`] are what the libraries take:
//!
//! ```text
//! let (rows, cols) = (a.rows(), a.cols());
//! let (row_pointers, column_indices, values) = a.into_parts();
//! let for_sprs = sprs::CsMat::new((rows, cols), row_pointers, column_indices, values);
//! ```
//!
//! ```text
//! let pattern = faer::sparse::SymbolicSparseRowMat::new_checked(rows, cols, row_pointers, None, column_indices);
//! let for_faer = faer::sparse::SparseRowMat::new(pattern, values);
//! ```
//!
//! Where compressed columns are wanted, those of the transpose are the same three lists; a Hessian is its own transpose.

mod colour;

pub use colour::{HessianColoring, JacobianColoring};

pub(crate) use colour::NONE;

use crate::Matrix;
use alloc::vec;
use alloc::vec::Vec;
use core::fmt;
use core::ops::Range;

/// Where the entries of a sparse matrix are: compressed rows.
///
/// ```
/// use autodiff_runtime::sparse::Pattern;
///
/// let pattern = Pattern::new(3, 2, [(0, 0), (2, 1), (2, 0)]);
/// assert_eq!(pattern.row_pointers(), [0, 1, 1, 3]);
/// assert_eq!(pattern.column_indices(), [0, 0, 1]);
/// assert_eq!(pattern.row(2), [0, 1]);
/// assert!(!pattern.contains(1, 1));
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    cols: usize,
    row_pointers: Vec<usize>,
    column_indices: Vec<usize>,
}

impl Pattern {
    /// The pattern with these entries (row, column), in any order.
    ///
    /// # Panics
    /// If an entry is outside.
    #[track_caller]
    pub fn new(
        rows: usize,
        cols: usize,
        entries: impl IntoIterator<Item = (usize, usize)>,
    ) -> Self {
        let mut lists = vec![Vec::new(); rows];
        for (i, j) in entries {
            assert!(
                i < rows && j < cols,
                "entry ({i}, {j}) of a {rows}x{cols} matrix"
            );
            lists[i].push(j);
        }
        let mut pattern = Self::without_rows(cols);
        for list in &mut lists {
            list.sort_unstable();
            list.dedup();
            pattern.push_row(list.iter().copied());
        }
        pattern
    }

    pub(crate) fn without_rows(cols: usize) -> Self {
        Self {
            cols,
            row_pointers: vec![0],
            column_indices: Vec::new(),
        }
    }

    /// Adds a row: its columns, in order and without repetition.
    pub(crate) fn push_row(&mut self, columns: impl IntoIterator<Item = usize>) {
        self.column_indices.extend(columns);
        self.row_pointers.push(self.column_indices.len());
    }

    /// The number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        self.row_pointers.len() - 1
    }

    /// The number of columns.
    #[inline]
    pub fn cols(&self) -> usize {
        self.cols
    }

    /// The number of entries.
    #[inline]
    pub fn nnz(&self) -> usize {
        self.column_indices.len()
    }

    /// Where each row begins among the entries, and at last their number: `rows() + 1` numbers.
    #[inline]
    pub fn row_pointers(&self) -> &[usize] {
        &self.row_pointers
    }

    /// The column of each entry, row by row, in ascending order within a row.
    #[inline]
    pub fn column_indices(&self) -> &[usize] {
        &self.column_indices
    }

    /// The columns that row `i` has entries in, in ascending order.
    ///
    /// # Panics
    /// If there is no such row.
    #[inline]
    #[track_caller]
    pub fn row(&self, i: usize) -> &[usize] {
        &self.column_indices[self.row_range(i)]
    }

    /// Where the entries of row `i` stand among all entries.
    #[inline]
    #[track_caller]
    pub(crate) fn row_range(&self, i: usize) -> Range<usize> {
        self.row_pointers[i]..self.row_pointers[i + 1]
    }

    /// Whether there is an entry in row `i` and column `j`.
    pub fn contains(&self, i: usize, j: usize) -> bool {
        self.position(i, j).is_some()
    }

    /// Where an entry stands among all entries.
    pub(crate) fn position(&self, i: usize, j: usize) -> Option<usize> {
        let k = self.row(i).binary_search(&j).ok()?;
        Some(self.row_range(i).start + k)
    }

    /// With each entry the one that it changes places with in the transpose.
    pub(crate) fn symmetric(self) -> Self {
        let transpose = self.transpose();
        if transpose == self {
            return self;
        }
        let mut symmetric = Self::without_rows(self.cols());
        let mut row = Vec::new();
        for i in 0..self.rows() {
            row.clear();
            row.extend_from_slice(self.row(i));
            row.extend_from_slice(transpose.row(i));
            row.sort_unstable();
            row.dedup();
            symmetric.push_row(row.iter().copied());
        }
        symmetric
    }

    /// Rows and columns exchanged.
    pub fn transpose(&self) -> Self {
        let mut row_pointers = vec![0; self.cols + 1];
        for j in &self.column_indices {
            row_pointers[j + 1] += 1;
        }
        for j in 0..self.cols {
            row_pointers[j + 1] += row_pointers[j];
        }
        let mut next = row_pointers.clone();
        let mut column_indices = vec![0; self.nnz()];
        for i in 0..self.rows() {
            for j in self.row(i) {
                column_indices[next[*j]] = i;
                next[*j] += 1;
            }
        }
        Self {
            cols: self.rows(),
            row_pointers,
            column_indices,
        }
    }
}

/// A line for each row: `×` where there is an entry.
impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for i in 0..self.rows() {
            if i > 0 {
                f.write_str("\n")?;
            }
            for j in 0..self.cols {
                f.write_str(if self.contains(i, j) { "×" } else { "·" })?;
            }
        }
        Ok(())
    }
}

/// A sparse matrix in compressed rows: a pattern, and a value for each of its entries.
///
/// ```
/// use autodiff_runtime::sparse::{CsrMatrix, Pattern};
///
/// let a = CsrMatrix::new(Pattern::new(2, 3, [(0, 2), (1, 0), (1, 1)]), vec![5.0, 6.0, 7.0]);
/// assert_eq!(a.get(1, 1), Some(&7.0));
/// assert_eq!(a.get(0, 0), None);
/// assert_eq!(a.row(1).collect::<Vec<_>>(), [(0, &6.0), (1, &7.0)]);
/// assert_eq!(a.to_matrix().as_slice(), [0.0, 0.0, 5.0, 6.0, 7.0, 0.0]);
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct CsrMatrix<T = f64> {
    pattern: Pattern,
    values: Vec<T>,
}

impl<T> CsrMatrix<T> {
    /// The matrix with these values, row by row.
    ///
    /// # Panics
    /// If there are not as many values as entries.
    #[track_caller]
    pub fn new(pattern: Pattern, values: Vec<T>) -> Self {
        assert!(
            pattern.nnz() == values.len(),
            "a pattern of {} entries cannot have {} values",
            pattern.nnz(),
            values.len()
        );
        Self { pattern, values }
    }

    /// The number of rows.
    #[inline]
    pub fn rows(&self) -> usize {
        self.pattern.rows()
    }

    /// The number of columns.
    #[inline]
    pub fn cols(&self) -> usize {
        self.pattern.cols()
    }

    /// Where the entries are.
    #[inline]
    pub fn pattern(&self) -> &Pattern {
        &self.pattern
    }

    /// Where each row begins among the entries, and at last their number: `rows() + 1` numbers.
    #[inline]
    pub fn row_pointers(&self) -> &[usize] {
        self.pattern.row_pointers()
    }

    /// The column of each entry, row by row, in ascending order within a row.
    #[inline]
    pub fn column_indices(&self) -> &[usize] {
        self.pattern.column_indices()
    }

    /// The value of each entry, row by row.
    #[inline]
    pub fn values(&self) -> &[T] {
        &self.values
    }

    /// The value of each entry, to be written to.
    #[inline]
    pub fn values_mut(&mut self) -> &mut [T] {
        &mut self.values
    }

    /// The value in row `i` and column `j`, if there is an entry.
    ///
    /// # Panics
    /// If there is no such row.
    #[track_caller]
    pub fn get(&self, i: usize, j: usize) -> Option<&T> {
        let position = self.pattern.position(i, j)?;
        Some(&self.values[position])
    }

    /// The columns and values of row `i`.
    ///
    /// # Panics
    /// If there is no such row.
    #[track_caller]
    pub fn row(&self, i: usize) -> impl Iterator<Item = (usize, &T)> {
        let columns = self.pattern.row(i).iter().copied();
        columns.zip(&self.values[self.pattern.row_range(i)])
    }

    /// The same matrix with its zeros.
    pub fn to_matrix(&self) -> Matrix<T>
    where
        T: Clone + Default,
    {
        let mut matrix = Matrix::zeros(self.rows(), self.cols());
        for i in 0..self.rows() {
            for (j, value) in self.row(i) {
                matrix[(i, j)] = value.clone();
            }
        }
        matrix
    }

    /// Row pointers, column indices and values.
    pub fn into_parts(self) -> (Vec<usize>, Vec<usize>, Vec<T>) {
        (
            self.pattern.row_pointers,
            self.pattern.column_indices,
            self.values,
        )
    }
}
