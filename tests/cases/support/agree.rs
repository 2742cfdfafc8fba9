//! Functions of two slices and a number: called directly and from another annotated function, both compared with forward
//! mode in each input; the value with that of the function itself.

macro_rules! agree {
    ($($name:ident: |$x:ident, $w:ident, $n:ident| $body:block)*) => {$(
        mod $name {
            #[autodiff::differentiate(jvp)]
            fn f($x: &[f64], $w: &[f64], $n: usize) -> f64 $body

            #[autodiff::differentiate]
            fn outer(x: &[f64], w: &[f64], n: usize) -> f64 {
                let value = f(x, w, n);
                3.0 * value + value * value
            }

            #[test]
            fn agrees() {
                for (x, w, n) in crate::support::agree::points() {
                    let value = f(&x, &w, n);
                    let (again, (dx, dw)) = f_value_and_grad(&x, &w, n);
                    assert_eq!(again.to_bits(), value.to_bits(), "value with n = {n}");
                    // What was in the buffers does not count.
                    let (mut bx, mut bw) = (vec![f64::NAN; x.len()], vec![7.0; w.len()]);
                    f_grad_into(&x, &w, n, &mut bx, &mut bw);
                    let bits = |g: &[f64]| -> Vec<u64> { g.iter().map(|g| g.to_bits()).collect() };
                    assert_eq!((bits(&bx), bits(&bw)), (bits(&dx), bits(&dw)), "n = {n}");
                    let (ox, ow) = outer_grad(&x, &w, n);
                    let scale = 3.0 + 2.0 * value;
                    for k in 0..x.len() + w.len() {
                        let (mut tx, mut tw) = (vec![0.0; x.len()], vec![0.0; w.len()]);
                        let (reverse, split) = if k < x.len() {
                            tx[k] = 1.0;
                            (dx[k], ox[k])
                        } else {
                            tw[k - x.len()] = 1.0;
                            (dw[k - x.len()], ow[k - x.len()])
                        };
                        let (_, forward) = f_jvp(&x, &w, n, &tx, &tw);
                        let close = |a: f64, b: f64| (a - b).abs() <= 1e-11 * (1.0 + a.abs().max(b.abs()));
                        assert!(close(reverse, forward), "n = {n}, input {k}: {reverse}, not {forward}");
                        assert!(close(split, scale * forward), "split, n = {n}, input {k}: {split}, not {}", scale * forward);
                    }
                }
            }
        }
    )*};
}

pub fn points() -> Vec<(Vec<f64>, Vec<f64>, usize)> {
    let x = |len: usize| {
        (0..len)
            .map(|i| 0.3 + 0.7 * (i as f64 * 1.3).sin())
            .collect::<Vec<_>>()
    };
    let w = |len: usize| {
        (0..len)
            .map(|i| 1.1 - 0.4 * (i as f64 * 0.9).cos())
            .collect::<Vec<_>>()
    };
    [
        (4, 3, 0),
        (4, 3, 1),
        (4, 3, 3),
        (6, 6, 2),
        (6, 6, 5),
        (5, 7, 4),
    ]
    .map(|(a, b, n)| (x(a), w(b), n))
    .into()
}
