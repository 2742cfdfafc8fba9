//! To and from `nalgebra`, whose matrices are stored column by column; and its matrices as values with derivatives.

mod factor;
mod methods;
mod operation;
mod operators;
mod space;
mod spectrum;

use super::Matrix;
use ::nalgebra::{DMatrix, Scalar};

/// The same matrix, column by column.
impl<T: Scalar> From<Matrix<T>> for DMatrix<T> {
    fn from(matrix: Matrix<T>) -> Self {
        DMatrix::from_row_slice(matrix.rows, matrix.cols, &matrix.entries)
    }
}

/// The same matrix, row by row.
impl<T: Scalar> From<DMatrix<T>> for Matrix<T> {
    fn from(matrix: DMatrix<T>) -> Self {
        let (rows, cols) = matrix.shape();
        Matrix::new(rows, cols, matrix.transpose().as_slice().to_vec())
    }
}
