//! Forward mode through loops of known size over slices: in one piece where all that they look at is there, and as they were
//! written where it is not.

use autodiff::{check, differentiate};

const ROWS: usize = 5;
const COLUMNS: usize = 7;

/// Rows of a matrix, added up.
#[differentiate(jvp, hvp, hessian)]
fn rows(w: &[f64], x: &[f64]) -> f64 {
    let mut sums = [0.5; COLUMNS];
    for k in 0..ROWS {
        let row = &w[k * COLUMNS..(k + 1) * COLUMNS];
        for j in 0..COLUMNS {
            sums[j] += x[k] * row[j] * row[j];
        }
    }
    let mut total = 0.0;
    for j in 0..COLUMNS {
        total += sums[j].sin() * w[j];
    }
    total
}

/// One index for both loops, backwards and in steps, into what the caller lends.
#[differentiate(jvp)]
fn flat<const N: usize>(w: &[f64], x: &[f64; N], y: &mut [f64]) {
    for i in (0..=ROWS - 1).rev() {
        y[i * 2 + 1] = x[i];
        for j in (0..N).step_by(2) {
            y[i * 2 + 1] += w[i * N + j] * x[j].cos();
        }
    }
}

/// Looks at less than the loops' sizes say.
#[differentiate(jvp)]
fn guarded(w: &[f64]) -> f64 {
    let mut total = 1.0;
    for i in 0..ROWS {
        for j in 0..COLUMNS {
            if i * COLUMNS + j < w.len() {
                total += (w[i * COLUMNS + j] * total).sin();
            }
        }
    }
    total
}

/// Loops that do not run look at nothing.
#[differentiate(jvp)]
fn never<const N: usize>(w: &[f64], s: [f64; N], t: f64) -> f64 {
    let mut total = t * t;
    for i in 0..N {
        for j in 0..COLUMNS {
            total *= w[i * COLUMNS + j] * s[i];
        }
    }
    total
}

/// Both in one loop: what is read goes on being read by other numbers, too.
#[differentiate(jvp)]
fn mixed(w: &[f64], at: &[usize]) -> f64 {
    let mut memory = w.to_vec();
    let mut total = 0.0;
    for i in 0..ROWS {
        memory[i + 1] *= w[at[i]] + w[i];
        total += memory[i] * memory[i + 1];
    }
    total
}

/// The smallest product of sizes that does not fit.
#[differentiate(jvp)]
fn vast(w: &[f64]) -> f64 {
    let mut total = 0.0;
    for i in 0..usize::MAX {
        if i == 3 {
            break;
        }
        total += w[i];
    }
    for i in 0..2 {
        for j in 0..usize::MAX / 2 + 1 {
            if j < 2 {
                total += w[i + j] * w[j * 2];
            } else {
                break;
            }
        }
    }
    total
}

fn numbers(count: usize) -> Vec<f64> {
    (0..count).map(|i| (1.7 * i as f64 + 0.3).sin()).collect()
}

fn directions(count: usize) -> Vec<f64> {
    (0..count).map(|i| (0.9 * i as f64 - 0.8).cos()).collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[track_caller]
fn assert_near(actual: f64, expected: f64) {
    assert!(
        (actual - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{actual:e} is not {expected:e}"
    );
}

#[test]
fn rows_are_rows() {
    // Exactly what is looked at, and more.
    for extra in [0, 1, 9] {
        let (w, x) = (numbers(ROWS * COLUMNS + extra), numbers(ROWS + extra));
        let (dw, dx) = (directions(w.len()), directions(x.len()));
        let (value, tangent) = rows_jvp(&w, &x, &dw, &dx);
        assert_eq!(value.to_bits(), rows(&w, &x).to_bits());
        let (gw, gx) = rows_grad(&w, &x);
        assert_near(tangent, dot(&gw, &dw) + dot(&gx, &dx));
        check::gradient(|w| rows(w, &x), |w| rows_grad(w, &x).0, &w).unwrap();
        let (hw, hx) = rows_hvp(&w, &x, &dw, &dx);
        let hessian = rows_hessian(&w, &x);
        let direction = [dw, dx].concat();
        for (i, product) in hw.iter().chain(&hx).enumerate() {
            assert_near(*product, dot(hessian.row(i), &direction));
        }
    }
}

#[test]
fn what_is_lent_is_written() {
    for extra in [0, 3] {
        let (w, x) = (numbers(ROWS * 6 + extra), [0.3, -0.2, 1.1, 0.7, -1.9, 2.5]);
        let (dw, dx) = (directions(w.len()), [0.1, 0.2, -0.3, 0.4, 0.5, -0.6]);
        let (mut y, mut dy) = (numbers(2 * ROWS + extra), directions(2 * ROWS + extra));
        let mut expected = y.clone();
        flat(&w, &x, &mut expected);
        let cotangent = numbers(y.len());
        let mut incoming = cotangent.clone();
        let mut again = y.clone();
        let (gw, gx) = flat_vjp(&w, &x, &mut again, &mut incoming);
        let against = dot(&gw, &dw) + dot(&gx, &dx) + dot(&incoming, &dy);
        flat_jvp(&w, &x, &mut y, &dw, &dx, &mut dy);
        assert_eq!(y, expected);
        assert_near(dot(&dy, &cotangent), against);
    }
}

#[test]
fn what_is_not_there_need_not_be_looked_at() {
    for len in [0, 1, 6, 20, ROWS * COLUMNS - 1, ROWS * COLUMNS, 50] {
        let (w, dw) = (numbers(len), directions(len));
        let (value, tangent) = guarded_jvp(&w, &dw);
        assert_eq!(value.to_bits(), guarded(&w).to_bits());
        assert_near(tangent, dot(&guarded_grad(&w), &dw));
    }
}

#[test]
fn loops_that_do_not_run_ask_for_nothing() {
    assert_eq!(never_jvp(&[], [], 3.0, &[], [], 1.0), (9.0, 6.0));
    let (w, dw) = (numbers(2 * COLUMNS), directions(2 * COLUMNS));
    let (value, tangent) = never_jvp(&w, [1.5, 0.5], 3.0, &dw, [0.7, -0.2], 0.5);
    assert_eq!(value.to_bits(), never(&w, [1.5, 0.5], 3.0).to_bits());
    let (gw, gs, gt) = never_grad(&w, [1.5, 0.5], 3.0);
    assert_near(tangent, dot(&gw, &dw) + dot(&gs, &[0.7, -0.2]) + 0.5 * gt);
}

#[test]
fn other_numbers_are_looked_at_as_before() {
    let (w, dw) = (numbers(9), directions(9));
    for at in [[0, 1, 2, 3, 4], [8, 8, 0, 7, 1]] {
        let (value, tangent) = mixed_jvp(&w, &at, &dw);
        assert_eq!(value.to_bits(), mixed(&w, &at).to_bits());
        assert_near(tangent, dot(&mixed_grad(&w, &at), &dw));
    }
}

#[test]
fn sizes_that_no_slice_has_are_asked_for_in_vain() {
    let (w, dw) = (numbers(5), directions(5));
    let (value, tangent) = vast_jvp(&w, &dw);
    assert_eq!(value.to_bits(), vast(&w).to_bits());
    assert_near(tangent, dot(&vast_grad(&w), &dw));
}

/// What a panic says.
fn panic_of(f: impl FnOnce() -> f64 + std::panic::UnwindSafe) -> String {
    let payload = std::panic::catch_unwind(f).expect_err("it panics");
    payload.downcast_ref::<String>().unwrap().clone()
}

#[test]
fn it_fails_as_the_function_does() {
    let (w, x) = (numbers(ROWS * COLUMNS - 2), numbers(ROWS));
    let (dw, dx) = (directions(w.len()), directions(ROWS));
    let own = panic_of(|| rows(&w, &x));
    assert_eq!(panic_of(|| rows_jvp(&w, &x, &dw, &dx).1), own);
    let at = [0, 1, 9, 3, 4];
    let (w, dw) = (numbers(9), directions(9));
    let own = panic_of(|| mixed(&w, &at));
    assert_eq!(panic_of(|| mixed_jvp(&w, &at, &dw).1), own);
}
