//! Folds by `max` and `min`, of which nothing is kept: ties, NaNs, what the fold began with, numbers of all kinds. `expected` is
//! the table of kinks, applied to one step after the other.

use autodiff::differentiate;

#[differentiate(jvp, hvp)]
fn greatest(x: &[f64], init: f64) -> f64 {
    x.iter().copied().fold(init, f64::max)
}

#[differentiate(jvp, hvp)]
fn least(x: &[f64], init: f64) -> f64 {
    let mut m = init;
    for i in 0..x.len() {
        m = x[i].min(m);
    }
    m
}

/// Behind a call, in a loop, of something computed.
#[differentiate(jvp)]
fn nested(x: &[f64], init: f64) -> f64 {
    let mut total = 0.0;
    for k in 1..4 {
        let scale = k as f64;
        let m = x.iter().map(|v| -scale * v * v).fold(init, f64::max);
        total += scale * m + greatest(x, m);
    }
    total
}

/// Of what the loop changes by itself, and with another value beside it.
#[differentiate(jvp)]
fn beside(x: &[f64], init: f64) -> f64 {
    let (mut m, mut s) = (init, 0.0);
    for i in 0..x.len() {
        m = m.max(x[i] * x[i]);
        s += m;
    }
    let mut top = init;
    for i in 0..x.len() {
        top = top.max(x[i]);
        if i == 2 {
            break;
        }
    }
    m * s + top
}

/// The rule of one step: what the first and the second operand get.
fn share(chosen: bool, a: f64, b: f64) -> (f64, f64) {
    match (a.is_nan(), b.is_nan()) {
        (true, true) => (0.5, 0.5),
        (true, false) => (0.0, 1.0),
        (false, true) => (1.0, 0.0),
        _ if a == b => (0.5, 0.5),
        _ if chosen => (1.0, 0.0),
        _ => (0.0, 1.0),
    }
}

fn expected(x: &[f64], init: f64, less: bool) -> (Vec<f64>, f64) {
    let mut before = vec![init];
    for v in x {
        let m = *before.last().unwrap();
        before.push(if less { v.min(m) } else { m.max(*v) });
    }
    let (mut adjoint, mut gradient) = (1.0, vec![0.0; x.len()]);
    for i in (0..x.len()).rev() {
        let chosen = if less {
            before[i] < x[i]
        } else {
            before[i] > x[i]
        };
        let (kept, taken) = share(chosen, before[i], x[i]);
        gradient[i] = adjoint * taken;
        adjoint *= kept;
    }
    (gradient, adjoint)
}

const NAN: f64 = f64::NAN;
const INF: f64 = f64::INFINITY;

fn points() -> Vec<(Vec<f64>, f64)> {
    let mut points: Vec<(Vec<f64>, f64)> = vec![
        (vec![], 1.0),
        (vec![2.0], 1.0),
        (vec![1.0], 2.0),
        (vec![1.0], 1.0),
        (vec![1.0, 3.0, 2.0], -INF),
        (vec![3.0, 1.0, 3.0, 2.0, 3.0], -INF),
        (vec![1.0, 1.0, 1.0], 1.0),
        (vec![0.0, -0.0, 0.0], -0.0),
        (vec![-INF, -INF], -INF),
        (vec![INF, 1.0, INF], 0.0),
        (vec![NAN, 1.0, NAN, 0.5], NAN),
        (vec![NAN, NAN], NAN),
        (vec![NAN, NAN], 1.0),
        (vec![2.0, NAN, 2.0, NAN], 1.0),
        (vec![NAN], INF),
    ];
    // All sequences of four of three numbers and a NaN.
    let values = [1.0, 2.0, 3.0, NAN];
    for code in 0..1024 {
        let digit = |k: u32| values[(code / 4_usize.pow(k)) % 4];
        points.push(((0..4).map(digit).collect(), digit(4)));
    }
    points
}

#[test]
fn as_step_by_step() {
    for (x, init) in points() {
        for (less, (value, (gradient, of_init)), primal) in [
            (false, greatest_value_and_grad(&x, init), greatest(&x, init)),
            (true, least_value_and_grad(&x, init), least(&x, init)),
        ] {
            assert_eq!(value.to_bits(), primal.to_bits());
            let found = (gradient, of_init);
            assert_eq!(
                found,
                expected(&x, init, less),
                "of {x:?} from {init}, less: {less}"
            );
        }
    }
}

#[test]
fn under_dual_numbers() {
    for (x, init) in points() {
        let direction: Vec<f64> = (0..x.len()).map(|i| 1.0 + i as f64).collect();
        for (less, (_, tangent), (hx, h)) in [
            (
                false,
                greatest_jvp(&x, init, &direction, 0.5),
                greatest_hvp(&x, init, &direction, 0.5),
            ),
            (
                true,
                least_jvp(&x, init, &direction, 0.5),
                least_hvp(&x, init, &direction, 0.5),
            ),
        ] {
            let (gradient, of_init) = expected(&x, init, less);
            let along: f64 = gradient.iter().zip(&direction).map(|(g, d)| g * d).sum();
            assert_eq!(
                tangent,
                along + 0.5 * of_init,
                "of {x:?} from {init}, less: {less}"
            );
            assert!(h == 0.0 && hx.iter().all(|h| *h == 0.0));
        }
    }
}

/// In lanes the points differ in which element comes out.
#[test]
fn at_several_points_at_a_time() {
    #[differentiate(batch(lanes))]
    fn f(x: &[f64; 4], init: f64) -> f64 {
        x.iter().copied().fold(init, f64::max)
    }
    let (x, init): (Vec<[f64; 4]>, Vec<f64>) = points()
        .iter()
        .filter_map(|(x, init)| Some((<[f64; 4]>::try_from(x.as_slice()).ok()?, *init)))
        .unzip();
    let (by_x, by_init) = f_grad_batch(&x, &init);
    for i in 0..x.len() {
        let found = (by_x[i].to_vec(), by_init[i]);
        assert_eq!(
            found,
            expected(&x[i], init[i], false),
            "of {:?} from {}",
            x[i],
            init[i]
        );
    }
}

#[test]
fn in_loops_and_behind_calls() {
    for (x, init) in points()
        .into_iter()
        .filter(|(x, init)| !(init.is_nan() || x.iter().any(|v| v.is_nan())))
    {
        let (gradient, of_init) = nested_grad(&x, init);
        let (of_beside, init_of_beside) = beside_grad(&x, init);
        for k in 0..=x.len() {
            let mut tangent = vec![0.0; x.len()];
            let mut along_init = 0.0;
            match tangent.get_mut(k) {
                Some(t) => *t = 1.0,
                None => along_init = 1.0,
            }
            let close = |found: f64, forward: f64| {
                let same = found == forward || (found - forward).abs() <= 1e-12 * forward.abs();
                assert!(
                    same || found.is_nan() && forward.is_nan(),
                    "{k} of {x:?} from {init}: {found}, not {forward}"
                );
            };
            let (_, forward) = nested_jvp(&x, init, &tangent, along_init);
            close(gradient.get(k).copied().unwrap_or(of_init), forward);
            let (_, forward) = beside_jvp(&x, init, &tangent, along_init);
            close(of_beside.get(k).copied().unwrap_or(init_of_beside), forward);
        }
    }
}
