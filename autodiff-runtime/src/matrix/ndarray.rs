//! To and from `ndarray`; and its arrays as values with derivatives.

mod broadcast;
mod methods;
mod operators;
mod products;
mod space;
#[cfg(feature = "std")]
mod variance;

pub use self::space::owned_array;

use super::Matrix;
use ::ndarray::Array2;

/// The same matrix in the same buffer.
impl<T> From<Matrix<T>> for Array2<T> {
    fn from(matrix: Matrix<T>) -> Self {
        Array2::from_shape_vec((matrix.rows, matrix.cols), matrix.entries)
            .expect("a matrix has rows times columns entries")
    }
}

/// The same matrix, row by row, however the array lies in memory.
impl<T> From<Array2<T>> for Matrix<T> {
    fn from(array: Array2<T>) -> Self {
        let (rows, cols) = array.dim();
        Matrix::new(rows, cols, array.into_iter().collect())
    }
}
