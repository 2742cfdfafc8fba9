//! State that is lent without a derivative, a generator of random numbers say: each of the runs that a Jacobian or Hessian is made of
//! begins with what there was, and the function's own traces are left, once.

use autodiff::differentiate;

fn number(k: usize) -> f64 {
    (k + 1) as f64
}

mod a_number {
    use super::*;
    #[differentiate(hessian, hvp, jvp, taylor, hessian_sparse, jacobian_sparse)]
    fn f(x: &[f64], seed: &mut u64, log: &mut [usize], drawn: &mut Vec<u64>) -> f64 {
        let mut sum = 0.0;
        for v in x {
            *seed += 1;
            log[0] += 1;
            drawn.push(*seed);
            sum += v * v * *seed as f64 + v * log[0] as f64 * drawn.len() as f64;
        }
        sum
    }

    fn slope(k: usize) -> f64 {
        2.0 * number(k) + number(k) * number(k)
    }

    fn with<R>(companion: impl FnOnce(&mut u64, &mut [usize], &mut Vec<u64>) -> R) -> R {
        let (mut seed, mut log, mut drawn) = (0, [0, 7], Vec::new());
        let result = companion(&mut seed, &mut log, &mut drawn);
        assert_eq!((seed, log, drawn.len()), (20, [20, 7], 20));
        result
    }

    #[test]
    fn every_order() {
        let x = [1.0; 20];
        let hessian = with(|a, b, c| f_hessian(&x, a, b, c));
        let sparse = with(|a, b, c| f_hessian_sparse(&x, a, b, c));
        let product = with(|a, b, c| f_hvp(&x, a, b, c, &x));
        let jacobian = with(|a, b, c| f_jacobian_sparse(&x, a, b, c));
        let (value, tangent) = with(|a, b, c| f_jvp(&x, a, b, c, &x));
        let series = with(|a, b, c| f_taylor::<2>(&x, a, b, c, &x));
        for k in 0..20 {
            assert_eq!(hessian[(k, k)], 2.0 * number(k));
            assert_eq!(sparse.get(k, k), Some(&(2.0 * number(k))));
            assert_eq!(product[k], 2.0 * number(k));
            assert_eq!(jacobian.get(0, k), Some(&slope(k)));
        }
        assert_eq!(tangent, (0..20).map(slope).sum::<f64>());
        assert_eq!(series, [value, tangent]);
    }

    #[test]
    fn coloured_before() {
        let x = [1.0; 20];
        let pattern = with(|a, b, c| f_hessian_sparsity_of(&x, a, b, c));
        let coloring = autodiff::sparse::HessianColoring::new(pattern);
        let hessian = with(|a, b, c| f_hessian_sparse_with(&x, a, b, c, &coloring));
        assert_eq!(hessian.get(19, 19), Some(&40.0));
    }

    fn f_hessian_sparsity_of(
        x: &[f64],
        seed: &mut u64,
        log: &mut [usize],
        drawn: &mut Vec<u64>,
    ) -> autodiff::sparse::Pattern {
        f_hessian_sparse(x, seed, log, drawn).pattern().clone()
    }
}

mod a_struct {
    use super::*;

    /// One, two, three, …
    #[derive(Clone)]
    struct Numbers(u64);

    impl Numbers {
        fn next(&mut self) -> f64 {
            self.0 += 1;
            self.0 as f64
        }
    }

    #[differentiate(wrt(x), jacobian)]
    fn by_columns(x: &[f64; 30], numbers: &mut Numbers) -> [f64; 30] {
        let mut out = [0.0; 30];
        for (o, v) in out.iter_mut().zip(x) {
            *o = v * numbers.next();
        }
        out
    }

    #[differentiate(wrt(x), jacobian)]
    fn by_rows(x: &[f64; 30], numbers: &mut Numbers) -> [f64; 3] {
        let mut out = [0.0; 3];
        for (i, v) in x.iter().enumerate() {
            out[i % 3] += v * numbers.next();
        }
        out
    }

    #[differentiate(wrt(x), jacobian)]
    fn of_any_length(x: &[f64], numbers: &mut Numbers) -> Vec<f64> {
        x.iter().map(|v| v * numbers.next()).collect()
    }

    #[differentiate(wrt(x), jacobian)]
    fn beside_an_output(x: &[f64; 30], out: &mut [f64; 30], numbers: &mut Numbers) {
        for (o, v) in out.iter_mut().zip(x) {
            *o += v * numbers.next();
        }
    }

    #[differentiate(wrt(x), hessian)]
    fn of_each_output(x: &[f64; 9], numbers: &mut Numbers) -> [f64; 9] {
        let mut out = [0.0; 9];
        for (o, v) in out.iter_mut().zip(x) {
            *o = v * v * numbers.next();
        }
        out
    }

    fn with<R>(count: u64, companion: impl FnOnce(&mut Numbers) -> R) -> R {
        let mut numbers = Numbers(0);
        let result = companion(&mut numbers);
        assert_eq!(numbers.0, count);
        result
    }

    #[test]
    fn jacobians() {
        let x = [1.0; 30];
        let mut out = [0.5; 30];
        let columns = with(30, |n| by_columns_jacobian(&x, n));
        let rows = with(30, |n| by_rows_jacobian(&x, n));
        let matrix = with(30, |n| of_any_length_jacobian(&x, n));
        let written = with(30, |n| beside_an_output_jacobian(&x, &mut out, n));
        for k in 0..30 {
            assert_eq!(columns[k][k], number(k));
            assert_eq!(rows[k % 3][k], number(k));
            assert_eq!(matrix[(k, k)], number(k));
            assert_eq!((written[k][k], out[k]), (number(k), number(k) + 0.5));
        }
    }

    #[test]
    fn hessians() {
        let hessians = with(9, |n| of_each_output_hessian(&[1.0; 9], n));
        for (k, hessian) in hessians.iter().enumerate() {
            assert_eq!(hessian[k][k], 2.0 * number(k));
        }
    }
}
