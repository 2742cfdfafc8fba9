//! The run-time sized matrix: layout, access, and what its panics say.

use autodiff_runtime::Matrix;

fn two_by_three() -> Matrix {
    Matrix::new(2, 3, vec![1.0, 2.0, 3.0, 4.0, 5.0, 6.0])
}

#[test]
fn entries_are_stored_row_by_row() {
    let mut a = two_by_three();
    assert_eq!((a.rows(), a.cols()), (2, 3));
    assert_eq!((a[(0, 2)], a[(1, 0)]), (3.0, 4.0));
    assert_eq!(a.row(1), [4.0, 5.0, 6.0]);
    a[(0, 1)] = -2.0;
    a.row_mut(1)[2] = 0.5;
    a.as_mut_slice()[0] = 9.0;
    assert_eq!(a.as_slice(), [9.0, -2.0, 3.0, 4.0, 5.0, 0.5]);
    assert_eq!(a.clone().into_vec().len(), 6);
    assert_eq!(Matrix::<f64>::zeros(2, 2), Matrix::new(2, 2, vec![0.0; 4]));
    assert_eq!(Matrix::<f64>::zeros(0, 3).as_slice(), [0.0; 0]);
    assert_eq!(
        format!("{:.1}", two_by_three()),
        "[1.0, 2.0, 3.0]\n[4.0, 5.0, 6.0]"
    );
}

#[test]
#[should_panic(expected = "a 2x3 matrix cannot be made of 5 entries")]
fn a_wrong_number_of_entries_is_refused() {
    Matrix::new(2, 3, vec![0.0; 5]);
}

#[test]
#[should_panic(expected = "entry (0, 3) of a 2x3 matrix")]
fn a_column_beyond_the_last_is_refused() {
    let _ = two_by_three()[(0, 3)];
}

#[test]
#[should_panic(expected = "row 2 of a 2x3 matrix")]
fn a_row_beyond_the_last_is_refused() {
    two_by_three().row(2);
}
