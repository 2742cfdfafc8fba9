//! The shape of every result in API.md's tables: the types are written out, so that this room is checked by compiling it.

use autodiff::{Differentiable, Matrix, Real, differentiate};

/// The gradient type of a parameter is the owned form of its type.
mod gradients {
    use super::*;

    #[differentiate]
    fn number(x: f64) -> f64 {
        x * x
    }

    #[differentiate]
    fn single(x: f32) -> f32 {
        x * x
    }

    #[differentiate]
    fn array(x: [f64; 2]) -> f64 {
        x[0] * x[1]
    }

    #[differentiate]
    fn array_by_reference(x: &[f64; 2]) -> f64 {
        x[0] * x[1]
    }

    #[differentiate]
    fn nested(x: [[f64; 2]; 3]) -> f64 {
        x[2][1] * x[0][0]
    }

    #[differentiate]
    fn slice(x: &[f64]) -> f64 {
        x[0] * x[1]
    }

    #[differentiate]
    fn vector(x: Vec<f64>) -> f64 {
        x[0] * x[1]
    }

    #[differentiate]
    #[allow(clippy::ptr_arg)]
    fn vector_by_reference(x: &Vec<f64>) -> f64 {
        x[0] * x[1]
    }

    #[differentiate]
    fn slice_of_arrays(x: &[[f64; 3]]) -> f64 {
        x[0][2] * x[1][0]
    }

    #[differentiate]
    fn tuple(x: (f64, [f64; 2])) -> f64 {
        x.0 * x.1[1]
    }

    #[differentiate]
    fn generic<T: Real>(x: &[T], y: T) -> T {
        x[0] * y
    }

    #[differentiate(wrt(x, z))]
    fn subset(x: f64, _n: usize, y: &[f64], z: [f64; 1]) -> f64 {
        x * y[0] * z[0]
    }

    #[test]
    fn one_parameter() {
        let gradient: f64 = number_grad(3.0);
        assert_eq!(gradient, 6.0);
        let gradient: f32 = single_grad(3.0);
        assert_eq!(gradient, 6.0);
        let gradient: [f64; 2] = array_grad([2.0, 3.0]);
        assert_eq!(gradient, [3.0, 2.0]);
        let gradient: [f64; 2] = array_by_reference_grad(&[2.0, 3.0]);
        assert_eq!(gradient, [3.0, 2.0]);
        let gradient: [[f64; 2]; 3] = nested_grad([[1.0, 2.0], [3.0, 4.0], [5.0, 6.0]]);
        assert_eq!(gradient, [[6.0, 0.0], [0.0, 0.0], [0.0, 1.0]]);
        let gradient: Vec<f64> = slice_grad(&[2.0, 3.0]);
        assert_eq!(gradient, [3.0, 2.0]);
        let gradient: Vec<f64> = vector_grad(vec![2.0, 3.0]);
        assert_eq!(gradient, [3.0, 2.0]);
        let gradient: Vec<f64> = vector_by_reference_grad(&vec![2.0, 3.0]);
        assert_eq!(gradient, [3.0, 2.0]);
        let gradient: Vec<[f64; 3]> = slice_of_arrays_grad(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]);
        assert_eq!(gradient, [[0.0, 0.0, 4.0], [3.0, 0.0, 0.0]]);
        let gradient: (f64, [f64; 2]) = tuple_grad((2.0, [3.0, 4.0]));
        assert_eq!(gradient, (4.0, [0.0, 2.0]));
    }

    #[test]
    fn several_parameters() {
        let gradient: (Vec<f64>, f64) = generic_grad(&[2.0, 5.0], 3.0);
        assert_eq!(gradient, (vec![3.0, 0.0], 2.0));
        let gradient: (Vec<f32>, f32) = generic_grad(&[2.0_f32], 3.0);
        assert_eq!(gradient, (vec![3.0], 2.0));
        let gradient: (f64, [f64; 1]) = subset_grad(2.0, 7, &[3.0], [5.0]);
        assert_eq!(gradient, (15.0, [6.0]));
        let (value, gradient): (f64, (f64, [f64; 1])) =
            subset_value_and_grad(2.0, 7, &[3.0], [5.0]);
        assert_eq!((value, gradient), (30.0, (15.0, [6.0])));
    }

    #[test]
    fn into_buffers() {
        let mut number = 0.0;
        let value: f64 = number_grad_into(3.0, &mut number);
        assert_eq!((value, number), (9.0, 6.0));
        let mut array = [9.0; 2];
        array_by_reference_grad_into(&[2.0, 3.0], &mut array);
        assert_eq!(array, [3.0, 2.0]);
        let mut slice = vec![9.0; 2];
        slice_grad_into(&[2.0, 3.0], &mut slice[..]);
        assert_eq!(slice, [3.0, 2.0]);
        vector_grad_into(vec![3.0, 4.0], &mut slice[..]);
        assert_eq!(slice, [4.0, 3.0]);
        let mut rows = [[9.0; 3]; 2];
        slice_of_arrays_grad_into(&[[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], &mut rows[..]);
        assert_eq!(rows, [[0.0, 0.0, 4.0], [3.0, 0.0, 0.0]]);
        let mut tuple = (9.0, [9.0; 2]);
        tuple_grad_into((2.0, [3.0, 4.0]), &mut tuple);
        assert_eq!(tuple, (4.0, [0.0, 2.0]));
    }

    #[derive(Clone, Debug, PartialEq, Differentiable)]
    struct Ball {
        position: [f64; 2],
        mass: f64,
        number: usize,
    }

    #[differentiate]
    fn potential(ball: &Ball, gravity: f64) -> f64 {
        ball.mass * gravity * ball.position[1]
    }

    #[test]
    fn structs() {
        let ball = Ball {
            position: [1.0, 2.0],
            mass: 3.0,
            number: 8,
        };
        let (gradient, by_gravity): (Ball, f64) = potential_grad(&ball, 10.0);
        let expected = Ball {
            position: [0.0, 30.0],
            mass: 20.0,
            number: 8,
        };
        assert_eq!((&gradient, by_gravity), (&expected, 6.0));
        let (mut into, mut by_gravity) = (ball.clone(), 0.0);
        let value: f64 = potential_grad_into(&ball, 10.0, &mut into, &mut by_gravity);
        assert_eq!((value, into, by_gravity), (60.0, expected.clone(), 6.0));
    }
}

/// Cotangents have the output's type, tangents the parameters'.
mod products {
    use super::*;

    #[differentiate(vjp, jvp)]
    fn scalar(x: f64, y: &[f64; 2]) -> f64 {
        x * y[0] + y[1]
    }

    #[differentiate(jvp)]
    fn mixed(x: &[f64], y: f64) -> (f64, [f64; 2], Vec<f64>) {
        (x[0] * y, [x[1], y], x.to_vec())
    }

    #[differentiate(vjp, jvp)]
    fn output(x: &[f64; 2], out: &mut [f64]) -> f64 {
        out[0] *= x[0];
        out[1] = x[1];
        x[0] + x[1]
    }

    #[test]
    fn of_a_float_result() {
        let (value, (by_x, by_y)): (f64, (f64, [f64; 2])) = scalar_vjp(2.0, &[3.0, 4.0], 10.0);
        assert_eq!((value, by_x, by_y), (10.0, 30.0, [20.0, 10.0]));
        let (mut by_x, mut by_y) = (0.0, [0.0; 2]);
        let value: f64 = scalar_vjp_into(2.0, &[3.0, 4.0], 10.0, &mut by_x, &mut by_y);
        assert_eq!((value, by_x, by_y), (10.0, 30.0, [20.0, 10.0]));
        let pair: (f64, f64) = scalar_jvp(2.0, &[3.0, 4.0], 1.0, &[1.0, 0.5]);
        assert_eq!(pair, (10.0, 5.5));
    }

    #[test]
    fn of_a_tuple() {
        type Out = (f64, [f64; 2], Vec<f64>);
        let cotangent: Out = (1.0, [10.0, 100.0], vec![1000.0, 10_000.0]);
        let (value, (by_x, by_y)): (Out, (Vec<f64>, f64)) = mixed_vjp(&[2.0, 3.0], 5.0, cotangent);
        assert_eq!(value, (10.0, [3.0, 5.0], vec![2.0, 3.0]));
        assert_eq!((by_x, by_y), (vec![1005.0, 10_010.0], 102.0));
        let (_, tangent): (Out, Out) = mixed_jvp(&[2.0, 3.0], 5.0, &[1.0, 2.0], 3.0);
        assert_eq!(tangent, (11.0, [2.0, 3.0], vec![1.0, 2.0]));
    }

    #[test]
    fn of_an_output_parameter() {
        let mut out = [7.0, 8.0];
        let mut cotangent = [1.0, 10.0];
        let (value, gradient): (f64, [f64; 2]) =
            output_vjp(&[2.0, 3.0], &mut out, 100.0, &mut cotangent);
        assert_eq!((value, out), (5.0, [14.0, 3.0]));
        assert_eq!((gradient, cotangent), ([107.0, 110.0], [2.0, 0.0]));
        let mut out = [7.0, 8.0];
        assert_eq!(output_grad(&[2.0, 3.0], &mut out), [1.0, 1.0]);
        let (mut out, mut tangent) = ([7.0, 8.0], [1.0, 1.0]);
        let (value, slope): (f64, f64) =
            output_jvp(&[2.0, 3.0], &mut out, &[1.0, 2.0], &mut tangent);
        assert_eq!((value, slope), (5.0, 3.0));
        assert_eq!((out, tangent), ([14.0, 3.0], [9.0, 2.0]));
    }
}

/// Rows are outputs, columns are inputs; nested arrays where the sizes are known, never squeezed.
mod jacobians {
    use super::*;

    #[differentiate(jacobian)]
    fn column(x: f64) -> [f64; 3] {
        [x, 2.0 * x, x * x]
    }

    #[differentiate(jacobian)]
    fn pair(x: f64, y: f64) -> (f64, f64) {
        (x * y, x)
    }

    #[differentiate(jacobian)]
    fn row(x: &[f64; 3]) -> [f64; 1] {
        [x[0] + 2.0 * x[1] + 3.0 * x[2]]
    }

    #[differentiate(jacobian)]
    fn matrix(x: [[f64; 3]; 2]) -> [[f64; 2]; 4] {
        let mut out = [[0.0; 2]; 4];
        out[3][1] = 5.0 * x[1][2];
        out
    }

    #[differentiate(jacobian)]
    fn several(x: &[f64; 11], y: &[f64; 3], z: f64) -> [f64; 2] {
        [x[10] * y[0], y[2] * z]
    }

    #[differentiate(jacobian)]
    fn sizes<const M: usize, const N: usize>(x: &[f64; M], y: &[f64; N]) -> [f64; M] {
        let mut out = *x;
        for out in &mut out {
            *out *= y[N - 1];
        }
        out
    }

    #[differentiate(jacobian)]
    fn slice(x: &[f64]) -> Vec<f64> {
        x.windows(2).map(|pair| pair[0] * pair[1]).collect()
    }

    #[differentiate(jacobian)]
    fn output(x: &[f64; 2], out: &mut [f64; 3]) {
        *out = [x[0], x[1], x[0] * x[1]];
    }

    #[test]
    fn of_static_sizes() {
        let jacobian: [[f64; 1]; 3] = column_jacobian(3.0);
        assert_eq!(jacobian, [[1.0], [2.0], [6.0]]);
        let jacobian: [[f64; 2]; 2] = pair_jacobian(2.0, 3.0);
        assert_eq!(jacobian, [[3.0, 2.0], [1.0, 0.0]]);
        let jacobian: [[f64; 3]; 1] = row_jacobian(&[0.0; 3]);
        assert_eq!(jacobian, [[1.0, 2.0, 3.0]]);
        let jacobian: [[[[f64; 3]; 2]; 2]; 4] = matrix_jacobian([[1.0; 3]; 2]);
        let mut expected = [[[[0.0; 3]; 2]; 2]; 4];
        expected[3][1][1][2] = 5.0;
        assert_eq!(jacobian, expected);
    }

    #[test]
    fn of_several_parameters() {
        let jacobian: [[f64; 15]; 2] = several_jacobian(&[2.0; 11], &[3.0, 4.0, 5.0], 7.0);
        let mut expected = [[0.0; 15]; 2];
        (expected[0][10], expected[0][11]) = (3.0, 2.0);
        (expected[1][13], expected[1][14]) = (7.0, 5.0);
        assert_eq!(jacobian, expected);
        let jacobian: Matrix = sizes_jacobian(&[2.0, 3.0], &[4.0, 5.0, 6.0]);
        assert_eq!((jacobian.rows(), jacobian.cols()), (2, 5));
        assert_eq!(jacobian.row(0), [6.0, 0.0, 0.0, 0.0, 2.0]);
        assert_eq!(jacobian.row(1), [0.0, 6.0, 0.0, 0.0, 3.0]);
    }

    #[test]
    fn of_slices() {
        let jacobian: Matrix = slice_jacobian(&[2.0, 3.0, 5.0]);
        assert_eq!((jacobian.rows(), jacobian.cols()), (2, 3));
        assert_eq!(jacobian.as_slice(), [3.0, 2.0, 0.0, 0.0, 5.0, 3.0]);
        assert_eq!(jacobian[(1, 1)], 5.0);
    }

    #[test]
    fn into_a_buffer() {
        let mut buffer = [9.0; 6];
        let value: Vec<f64> = slice_jacobian_into(&[2.0, 3.0, 5.0], &mut buffer);
        assert_eq!(value, [6.0, 15.0]);
        assert_eq!(buffer, [3.0, 2.0, 0.0, 0.0, 5.0, 3.0]);
        let mut buffer = vec![9.0; 4];
        let value: (f64, f64) = pair_jacobian_into(2.0, 3.0, &mut buffer);
        assert_eq!(
            (value, &buffer[..]),
            ((6.0, 2.0), &[3.0, 2.0, 1.0, 0.0][..])
        );
    }

    #[test]
    fn of_an_output_parameter() {
        let mut out = [0.0; 3];
        let jacobian: [[f64; 2]; 3] = output_jacobian(&[2.0, 3.0], &mut out);
        assert_eq!(
            (out, jacobian),
            ([2.0, 3.0, 6.0], [[1.0, 0.0], [0.0, 1.0], [3.0, 2.0]])
        );
        let mut buffer = [9.0; 6];
        output_jacobian_into(&[2.0, 3.0], &mut out, &mut buffer);
        assert_eq!(buffer, [1.0, 0.0, 0.0, 1.0, 3.0, 2.0]);
    }

    #[test]
    #[should_panic(expected = "9")]
    fn of_a_buffer_that_is_too_long() {
        slice_jacobian_into(&[2.0, 3.0, 5.0], &mut [0.0; 9]);
    }

    #[test]
    #[should_panic(expected = "`jac` has length 3, but a 2×3 Jacobian needs 6")]
    fn of_a_buffer_that_ends_with_a_row() {
        slice_jacobian_into(&[2.0, 3.0, 5.0], &mut [0.0; 3]);
    }

    /// Of 200 inputs rows are cheaper than columns, by what the buffer says.
    #[test]
    #[should_panic(expected = "`jac` has length 200, but a 199×200 Jacobian needs 39800")]
    fn of_a_buffer_of_a_single_row() {
        slice_jacobian_into(&[1.0; 200], &mut [0.0; 200]);
    }

    #[test]
    fn panics_before_anything_is_written() {
        let mut jac = [7.0; 9];
        let taken = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
            slice_jacobian_into(&[2.0, 3.0, 5.0], &mut jac)
        }));
        assert!(taken.is_err());
        assert_eq!(jac, [7.0; 9]);
    }
}

/// Square in all inputs, flattened in parameter order.
mod hessians {
    use super::*;

    #[differentiate(hessian, hvp)]
    fn number(x: f64) -> f64 {
        x.powi(3)
    }

    #[differentiate(hessian, hvp)]
    fn two(x: f64, y: f64) -> f64 {
        x * x * y
    }

    #[differentiate(hessian, hvp)]
    fn several(x: &[f64; 2], y: f64) -> f64 {
        x[0] * x[1] * y
    }

    #[differentiate(hessian, hvp)]
    fn slice(x: &[f64], y: f64) -> f64 {
        x[0] * x[1] * y
    }

    #[differentiate(hessian)]
    fn field(x: &[f64; 2]) -> [f64; 3] {
        [x[0], x[0] * x[1], x[1] * x[1]]
    }

    #[differentiate(hessian, wrt(x))]
    fn subset(x: &[f64; 2], y: f64) -> f64 {
        x[0] * x[1] * y
    }

    #[test]
    fn of_a_float_result() {
        let hessian: [[f64; 1]; 1] = number_hessian(2.0);
        assert_eq!(hessian, [[12.0]]);
        let hessian: [[f64; 2]; 2] = two_hessian(2.0, 3.0);
        assert_eq!(hessian, [[6.0, 4.0], [4.0, 0.0]]);
        let hessian: [[f64; 3]; 3] = several_hessian(&[2.0, 3.0], 5.0);
        let expected = [[0.0, 5.0, 3.0], [5.0, 0.0, 2.0], [3.0, 2.0, 0.0]];
        assert_eq!(hessian, expected);
        let hessian: Matrix = slice_hessian(&[2.0, 3.0], 5.0);
        assert_eq!((hessian.rows(), hessian.cols()), (3, 3));
        assert_eq!(hessian.as_slice(), expected.as_flattened());
        let hessian: [[f64; 2]; 2] = subset_hessian(&[2.0, 3.0], 5.0);
        assert_eq!(hessian, [[0.0, 5.0], [5.0, 0.0]]);
    }

    #[test]
    fn of_a_vector_field() {
        let hessian: [[[f64; 2]; 2]; 3] = field_hessian(&[2.0, 3.0]);
        let expected = [
            [[0.0, 0.0], [0.0, 0.0]],
            [[0.0, 1.0], [1.0, 0.0]],
            [[0.0, 0.0], [0.0, 2.0]],
        ];
        assert_eq!(hessian, expected);
    }

    #[test]
    fn times_a_direction() {
        let product: f64 = number_hvp(2.0, 0.5);
        assert_eq!(product, 6.0);
        let product: (f64, f64) = two_hvp(2.0, 3.0, 1.0, 10.0);
        assert_eq!(product, (46.0, 4.0));
        let product: ([f64; 2], f64) = several_hvp(&[2.0, 3.0], 5.0, &[1.0, 0.0], 1.0);
        assert_eq!(product, ([3.0, 7.0], 3.0));
        let product: (Vec<f64>, f64) = slice_hvp(&[2.0, 3.0], 5.0, &[1.0, 0.0], 1.0);
        assert_eq!(product, (vec![3.0, 7.0], 3.0));
    }
}

/// `K` coefficients of the result's type.
mod series {
    use super::*;

    #[differentiate(taylor)]
    fn product(x: &[f64; 2], y: f64) -> f64 {
        x[0] * x[1] * y
    }

    #[differentiate(taylor)]
    fn single(x: f32) -> f32 {
        x * x
    }

    #[differentiate(taylor)]
    fn generic<T: Real>(x: T) -> T {
        x * x
    }

    #[differentiate(taylor)]
    fn sized<const N: usize>(x: &[f64; N]) -> f64 {
        x[0] * x[N - 1]
    }

    #[test]
    fn along_a_direction() {
        let series: [f64; 5] = product_taylor(&[2.0, 3.0], 5.0, &[1.0, 0.0], 1.0);
        assert_eq!(series, [30.0, 21.0, 3.0, 0.0, 0.0]);
        let series: [f32; 3] = single_taylor(3.0, 1.0);
        assert_eq!(series, [9.0, 6.0, 1.0]);
        // `K` comes before the function's own parameters.
        assert_eq!(generic_taylor::<2, f64>(3.0, 1.0), [9.0, 6.0]);
        assert_eq!(
            sized_taylor::<2, 3>(&[2.0, 0.0, 3.0], &[1.0; 3]),
            [6.0, 5.0]
        );
    }

    #[test]
    fn one_coefficient_is_the_value() {
        assert_eq!(
            product_taylor::<1>(&[2.0, 3.0], 5.0, &[1.0, 0.0], 1.0),
            [30.0]
        );
    }
}

/// Options combine, and add to what is there without them.
mod options {
    use super::*;

    #[differentiate(name = "hill", wrt(x), hessian, hvp, jvp, taylor, vjp)]
    fn height(x: f64, steepness: f64) -> f64 {
        steepness * x * x
    }

    #[test]
    fn all_companions_have_the_given_name() {
        assert_eq!(height(3.0, 2.0), 18.0);
        assert_eq!(hill_grad(3.0, 2.0), 12.0);
        assert_eq!(hill_value_and_grad(3.0, 2.0), (18.0, 12.0));
        assert_eq!(hill_vjp(3.0, 2.0, 10.0), (18.0, 120.0));
        assert_eq!(hill_jvp(3.0, 2.0, 0.5), (18.0, 6.0));
        assert_eq!(hill_hessian(3.0, 2.0), [[4.0]]);
        assert_eq!(hill_hvp(3.0, 2.0, 0.5), 2.0);
        assert_eq!(hill_taylor::<3>(3.0, 2.0, 1.0), [18.0, 12.0, 2.0]);
    }
}
